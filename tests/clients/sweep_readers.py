"""The logged sweep, read in four ways into the same exact facts.

Facts are plain dicts and tuples. A float stands as its hexadecimal digits,
a time as milliseconds since 1970, so that equal means equal to the last bit.
"""

import json
import math
import os
import pathlib
import sqlite3
from datetime import datetime, timezone

import neptune_fetcher.alpha as npt
import neptune_fetcher.alpha.filters as npt_filters
import neptune_fetcher.alpha.runs as npt_runs
import neptune_query as nq
import neptune_query.runs as nq_runs
import pandas
from neptune_query.filters import AttributeFilter

import frames
import test_buckets
import truth
import world

OBJECTS = ("string_series", "histogram_series", "file_series")
AGGREGATES = ("last", "min", "max", "average", "variance")


def millis(time):
    since = time - truth.EPOCH
    whole = since.days * 86_400_000 + since.seconds * 1000
    return whole + since.microseconds / 1000  # a whole number, or else unequal


def exact(value):
    """One value, so that what is equal is equal to the last bit."""
    if isinstance(value, bool) or value is None:
        return ("bool", value)
    if isinstance(value, float):
        return "nan" if math.isnan(value) else value.hex()
    if isinstance(value, datetime):
        return ("ms", millis(value))
    if isinstance(value, (frozenset, set)):
        return ("set", *sorted(value))
    if isinstance(value, tuple):  # truth.Histogram, truth.File
        return tuple(exact(item) for item in value)
    return value


def typed(type_, value):
    """A cell as a value of this type: frames make floats of integers."""
    if type_ in ("int", "float"):
        number = int(value) if type_ == "int" else float(value)
        assert number == value, value
        return number
    if type_ == "bool":
        assert value in (False, True), value
        return bool(value)
    return value


def exact_points(points):
    """Points in order as (step, ms, value, is preview, completion)."""
    return [(exact(float(step)), time, exact(value), bool(preview),
             float(completion))
            for step, time, value, preview, completion in points]


class Store:
    """Plain SQL on the store's own tables; truth.py does the rest."""

    def __init__(self, path, project):
        self.path = path
        self.project = truth.load(path)[project]
        self.runs = {run.custom_id: run for run in self.project.runs}

    def attributes(self):
        found = {}
        for name, run in self.runs.items():
            for path, (type_, value) in run.attributes().items():
                found[name, path] = (type_, exact(value))
            found[name, "sys/state"] = ("experiment_state", run.row["state"])
            if run.parent:
                found[name, "sys/forking/parent"] = (
                    "string", run.parent.custom_id)
            if run.experiment:
                found[name, "sys/experiment/running_time_seconds"] = (
                    "float", exact(self.seconds(run)))
        return found

    def seconds(self, run):
        """Of the run and the earlier ones of its experiment."""
        total = 0.0
        for one in self.project.runs:  # by number
            if one.experiment == run.experiment and one.number <= run.number:
                total += one.row["running_time_seconds"]
        return total

    def rows(self):
        """The rows of the table runs, by name of run."""
        times = ("creation_time", "modification_time", "ping_time")
        same = ("owner", "description", "state", "failed", "archived",
                "running_time_seconds")
        found = {}
        for name, run in self.runs.items():
            found[name] = {
                "experiment": run.experiment, "run_id": name,
                "sys_id": run.sys_id, "project": self.project.name,
                "parent_run_id": run.parent and run.parent.custom_id,
                "fork_step": run.fork_step,
                **{part: run.row[part] for part in same},
                **{part: float(run.row[part]) for part in times},
                **{part: run.value(f"sys/{part}") for part in
                   ("tags", "group_tags")}}
        return found

    def aggregates(self):
        """Sums in the order of steps, as whoever reads the points adds."""
        found = {}
        for name, run in self.runs.items():
            for path, (type_, _) in run.attributes().items():
                if type_ == "float_series" and run.points(path):
                    found[name, path] = self.summary(run, path)
        return found

    @staticmethod
    def summary(run, path):
        values = [p.value for p in run.points(path)]
        finite = [v for v in values if math.isfinite(v)]
        total = squares = 0.0
        for value in finite:
            total += value
        average = total / len(finite)
        for value in finite:
            squares += (value - average) * (value - average)
        return tuple(map(exact, (values[-1], min(finite), max(finite),
                                 average, squares / len(finite))))

    def points(self, types, lineage):
        found = {}
        for name, run in self.runs.items():
            for path in {path for one in [run, *run.ancestors()]
                         for path in one.series}:
                points = run.points(path, lineage, previews=True)
                if points and run.series_type(path) in types:
                    found[name, path] = exact_points(
                        (p.step, p.millis, p.value, p.preview, p.completion)
                        for p in points)
        return found

    def buckets(self, count, low, high):
        found = {}
        for name, run in self.runs.items():
            for path, (type_, _) in run.attributes().items():
                points = [(p.step, p.value) for p in run.points(path)]
                if type_ == "float_series" and points:
                    found[name, path] = [
                        self.exact_bucket(one) for one in
                        test_buckets.expected([points], count, low, high)[0]]
        return found

    @staticmethod
    def exact_bucket(one):
        """In the order of the table; SQL shows NULL where nothing is."""
        parts = (one["index"], one["fromX"], one["toX"], *one["first"],
                 *one["last"], one["localMin"], one["localMax"],
                 *(one[f"{kind}Count"] for kind in
                   ("finitePoint", "nan", "positiveInf", "negativeInf")),
                 one["localSum"] if one["finitePointCount"] else None)
        return tuple(exact(None if part != part else part) for part in parts)

    def heads(self):
        return {run.experiment: run.custom_id for run in self.project.heads()}

    def files(self, _):
        """{path in the project: bytes}"""
        db = sqlite3.connect(f"file:{self.path}?mode=ro", uri=True)
        found = {}
        for path, name in db.execute(
                "SELECT path, content.name FROM content JOIN project"
                " USING (project_id) WHERE uuid = ?", (self.project.uuid,)):
            found[path] = pathlib.Path(f"{self.path}-files", name).read_bytes()
        db.close()
        return found


class Frames:
    """What the clients' data frames have in common."""

    @staticmethod
    def column(name):
        path, _, type_ = name.rpartition(":")
        return path, type_

    @staticmethod
    def long(frame):
        """(run, path, step, {part of the cell: value}) for each point."""
        paths = dict.fromkeys(path for path, _ in frame.columns)
        for path in paths:
            part = frame[path].dropna(how="all")
            for (run, step), row in zip(
                    part.index, part.itertuples(index=False, name=None)):
                yield run, path, step, dict(zip(part.columns, row))

    @staticmethod
    def collect(rows):
        found = {}
        for run, path, step, cell in rows:
            value = frames.plain(cell["value"])
            found.setdefault((run, path), []).append((
                step, millis(cell["absolute_time"].to_pydatetime()),
                math.nan if value is frames.MISSING else value,
                cell.get("is_preview", False),
                cell.get("preview_completion", 1)))
        return {key: exact_points(points) for key, points in found.items()}


class Query(Frames):
    """neptune_query."""

    def __init__(self, project):
        self.project = project

    def attributes(self):
        frame = nq_runs.fetch_runs_table(
            project=self.project, attributes=".*",
            type_suffix_in_column_names=True)
        found = {}
        for run, cells in frames.rows(frame):
            for name, value in cells.items():
                path, type_ = self.column(name)
                if isinstance(value, tuple) and value[0] == "bool":
                    value = value[1]
                found[run, path] = (type_, exact(typed(type_, value)))
        return found

    def points(self, types, lineage):
        fetch, more = (nq_runs.fetch_metrics, {
            "include_point_previews": True}) if types == (
                "float_series",) else (nq_runs.fetch_series, {})
        return self.collect(self.long(fetch(
            project=self.project, runs=".*", include_time="absolute",
            attributes=AttributeFilter(type=list(types)),
            lineage_to_the_root=lineage == "full", **more)))

    def heads(self):
        frame = nq.fetch_experiments_table(
            project=self.project, attributes=["sys/custom_run_id"])
        return dict(frame["sys/custom_run_id"])

    def files(self, folder):
        table = nq_runs.fetch_runs_table(
            project=self.project, attributes=AttributeFilter(type="file"))
        series = nq_runs.fetch_series(
            project=self.project, runs=".*",
            attributes=AttributeFilter(type="file_series"))
        found = {}
        for frame in (table, series):
            paths = nq_runs.download_files(files=frame, destination=folder)
            for key in frame.index:
                for name in frame.columns:
                    file = frame.loc[key, name]
                    if frames.plain(file) is not frames.MISSING:
                        at = key if isinstance(key, tuple) else (key, None)
                        found[file.path] = pathlib.Path(
                            downloaded(paths, at, name)).read_bytes()
        return found


def downloaded(paths, key, name):
    """The cell of a frame of downloads; a file of no series has no step."""
    run, step = key
    part = paths.loc[[run]]
    if step is None:
        return part[name].dropna().iloc[0]
    return part.loc[(run, step), name]


class Fetcher(Frames):
    """neptune_fetcher.alpha; it knows neither histograms nor file series."""

    def __init__(self, project, token):
        self.context = npt.get_context().with_project(
            project).with_api_token(token)

    def table(self, attributes):
        return npt_runs.fetch_runs_table(
            attributes=attributes, type_suffix_in_column_names=True,
            context=self.context)

    def attributes(self):
        found = {}
        for run, cells in frames.rows(self.table(".*")):
            files = {}
            for (name, part), value in cells.items():
                path, type_ = self.column(name)
                if isinstance(value, tuple) and value[0] == "bool":
                    value = value[1]
                if type_ == "file":
                    files.setdefault(path, {})[part] = value
                else:
                    found[run, path] = (type_, exact(typed(type_, value)))
            for path, parts in files.items():
                found[run, path] = ("file", exact(truth.File(
                    parts["path"], int(parts["size_bytes"]),
                    parts["mime_type"])))
        return found

    def aggregates(self):
        frame = self.table(npt_filters.AttributeFilter(
            name_matches_all=".*", type_in=["float_series"],
            aggregations=list(AGGREGATES)))
        found = {}
        for run, row in frame.iterrows():
            for name in dict.fromkeys(name for name, _ in frame.columns):
                cells = row[name]
                if not pandas.isna(cells["min"]):
                    found[run, self.column(name)[0]] = tuple(
                        exact(float(cells[part])) for part in AGGREGATES)
        return found

    def points(self, types, lineage):
        fetch, more = (npt_runs.fetch_metrics, {
            "include_point_previews": True}) if types == (
                "float_series",) else (npt_runs.fetch_series, {})
        return self.collect(self.long(fetch(
            ".*", npt_filters.AttributeFilter(
                name_matches_all=".*", type_in=list(types)),
            include_time="absolute", context=self.context,
            lineage_to_the_root=lineage == "full", **more)))

    def heads(self):
        frame = npt.fetch_experiments_table(
            attributes=["sys/custom_run_id"], context=self.context)
        return dict(frame["sys/custom_run_id", ""])

    def files(self, folder):
        listed = self.table(npt_filters.AttributeFilter(
            name_matches_all=".*", type_in=["file"]))
        paths = npt_runs.download_files(
            ".*", npt_filters.AttributeFilter(name_matches_all=".*",
                                              type_in=["file"]),
            destination=folder, context=self.context)
        found = {}
        for run, cells in frames.rows(listed):
            for (name, part), value in cells.items():
                if part == "path":
                    found[value] = pathlib.Path(
                        paths.loc[run, self.column(name)[0]]).read_bytes()
        return found


def time_of(text):
    return datetime.strptime(text, "%Y-%m-%d %H:%M:%S.%f").replace(
        tzinfo=timezone.utc)


class Sql:
    """The extension's tables."""

    VALUES = {"bool": bool, "datetime": time_of,
              "string_set": lambda text: frozenset(json.loads(text)),
              "file": lambda text: truth.stored_value("file", text),
              **{type_: lambda text, type_=type_:
                 truth.stored_point(type_, text) for type_ in OBJECTS}}
    TABLES = {"float_series": "metric_points",
              "string_series": "string_points",
              "histogram_series": "histogram_points",
              "file_series": "file_points"}

    def __init__(self, project, token):
        self.db = sqlite3.connect(":memory:")
        self.db.enable_load_extension(True)
        self.db.load_extension(
            os.path.join(os.path.dirname(world.SERVER), "neptune"))
        self.rows("SELECT neptune_config('api_token', ?),"
                  " neptune_config('project', ?)", token, project)

    def rows(self, sql, *values):
        return self.db.execute(sql, values).fetchall()

    def value(self, type_, value):
        """NaN is NULL in SQLite."""
        if value is None:
            assert type_ in ("float", "float_series"), type_
            return math.nan
        return self.VALUES.get(type_, lambda same: same)(value)

    def attributes(self):
        found = {}
        for run, path, type_, value in self.rows(
                "SELECT run_id, attribute, type, value FROM attributes"):
            assert (run, path) not in found
            found[run, path] = (type_, exact(self.value(type_, value)))
        return found

    def aggregates(self):
        return {(run, path): tuple(map(exact, (
            math.nan if last is None else last, *parts)))
            for run, path, last, *parts in self.rows(
                "SELECT run_id, attribute, value, min, max, average, variance"
                " FROM attributes WHERE type = 'float_series'"
                " AND min IS NOT NULL")}

    def points(self, types, lineage):
        found = {}
        for type_ in types:
            for run, path, step, time, value, *preview in self.rows(
                    "SELECT run_id, attribute, step, timestamp, value,"
                    " is_preview, preview_completion FROM"
                    f" {self.TABLES[type_]} WHERE include_previews = 1"
                    " AND lineage = ?", lineage):
                found.setdefault((run, path), []).append((
                    step, millis(time_of(time)), self.value(type_, value),
                    *preview))
        return {key: exact_points(points) for key, points in found.items()}

    def buckets(self, count, low, high):
        """{(run, path): [what test_buckets.bucket() tells]}"""
        found = {}
        for run, path, *parts in self.rows(
                "SELECT run_id, attribute, bucket, from_x, to_x, first_x,"
                " first, last_x, last, min, max, finite_count, nan_count,"
                " positive_infinite_count, negative_infinite_count, sum"
                " FROM metric_buckets WHERE buckets = ? AND x_from = ?"
                " AND x_to = ? ORDER BY run_id, attribute, bucket",
                count, low, high):
            found.setdefault((run, path), []).append(tuple(map(exact, parts)))
        return found

    def heads(self):
        return dict(self.rows("SELECT experiment, run_id FROM experiments"))

    def files(self, folder):
        self.rows("SELECT neptune_config('download_dir', ?)", folder)
        found = {}
        for path, size in self.rows(
                "SELECT path, neptune_download(project, path, path) FROM ("
                "SELECT project, path FROM files UNION SELECT project,"
                " value ->> 'path' FROM file_points)"):
            found[path] = pathlib.Path(folder, path).read_bytes()
            assert size == len(found[path]), path
        return found

    def table(self):
        """The rows of the table runs, by name of run."""
        cursor = self.db.execute("SELECT * FROM runs")
        names = [name for name, *_ in cursor.description]
        found = {}
        for values in cursor:
            row = dict(zip(names, values))
            for name, value in row.items():
                if value is not None and name.endswith("_time"):
                    row[name] = millis(time_of(value))
                if value is not None and name.endswith("tags"):
                    row[name] = frozenset(json.loads(value))
            found[row["run_id"]] = row
        return found
