"""What is stored: the base tables read with plain SQL, the rest in Python.

Lineage, aggregates and sys attributes are worked out here, independently of
the server and of the views of its schema: this is what it is judged by.
"""

import json
import math
import sqlite3
from datetime import datetime, timedelta, timezone
from typing import NamedTuple

EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)


SERIES = {"float_series": "float_point", "string_series": "string_point",
          "histogram_series": "histogram_point", "file_series": "file_point"}


class Histogram(NamedTuple):
    type: str
    edges: tuple
    values: tuple


class File(NamedTuple):
    path: str
    size_bytes: int
    mime_type: str


class Point(NamedTuple):
    step: float
    value: object
    millis: int
    preview: bool
    completion: float


def utc(millis):
    """A time stored as milliseconds since 1970, as an aware datetime."""
    return EPOCH + timedelta(milliseconds=millis)


def stored_value(type_, value):
    """A value of the table attribute as a Python value."""
    if type_ == "float":
        return math.nan if value is None else float(value)
    if type_ == "bool":
        return bool(value)
    if type_ == "datetime":
        return utc(value)
    if type_ == "string_set":
        return frozenset(json.loads(value))
    if type_ == "file":
        return File(**json.loads(value))
    return value


def stored_point(type_, value):
    """The value of a point as a Python value."""
    if type_ == "float_series":
        return math.nan if value is None else value
    if type_ == "string_series":
        return value
    members = json.loads(value)
    if type_ == "file_series":
        return File(**members)
    return Histogram(members["type"], tuple(map(float, members["edges"])),
                     tuple(map(float, members["values"])))


class Run:
    """A run with what it logged itself; what it inherits is computed."""

    def __init__(self, project, row):
        self.project = project
        self.row = row
        self.number = row["number"]
        self.sys_id = f"{project.key}-{self.number}"
        self.custom_id = row["custom_run_id"]
        self.experiment = row["experiment"]
        self.uuid = row["uuid"]
        self.archived = bool(row["archived"])
        self.fork_step = row["fork_step"]
        self.parent = None
        self.is_head = False
        self.own = {}  # path -> (type, value)
        self.series = {}  # path -> [Point], own points of series
        self._attributes = None

    def __repr__(self):
        return self.sys_id

    def sys(self):
        """The sys attributes of the contract: path -> (type, value)."""
        row, out = self.row, {}

        def put(path, type_, value):
            if value is not None:
                out["sys/" + path] = (type_, value)

        put("id", "string", self.sys_id)
        put("custom_run_id", "string", self.custom_id)
        put("name", "string", self.experiment)
        for name in ("creation_time", "modification_time", "ping_time"):
            put(name, "datetime", utc(row[name]))
        put("owner", "string", row["owner"])
        put("description", "string", row["description"])
        put("tags", "string_set", frozenset(json.loads(row["tags"])))
        if row["group_tags"] is not None:
            group = frozenset(json.loads(row["group_tags"]))
            put("group_tags", "string_set", group)
        put("failed", "bool", bool(row["failed"]))
        put("archived", "bool", self.archived)
        put("trashed", "bool", self.archived)
        put("running_time_seconds", "float", row["running_time_seconds"])
        put("size", "int", row["size"])
        put("family", "string", row["family"] or self.custom_id)
        put("diagnostics/project_uuid", "string", self.project.uuid)
        put("diagnostics/run_uuid", "string", self.uuid)
        if self.experiment is not None:
            put("experiment/name", "string", self.experiment)
            put("experiment/is_head", "bool", self.is_head)
        if self.parent is not None:
            put("forking/step", "float", self.fork_step)
            put("forking/depth", "int", len(self.ancestors()))
        return out

    def ancestors(self):
        out, run = [], self.parent
        while run is not None:
            out.append(run)
            run = run.parent
        return out

    def series_type(self, path):
        """The type of what the nearest run of the chain has there."""
        for run in [self] + self.ancestors():
            if path in run.own:
                return run.own[path][0]
        return None

    def points(self, path, lineage="full", previews=False):
        """Points in step order, as a request with this lineage sees them.

        'full': up the chain of forks to the root; 'experiment': as far as
        the run's own experiment goes; 'run': its own points only.
        """
        out, run, upto = [], self, math.inf
        kind = self.series_type(path)
        while run is not None:
            if run.own.get(path, (kind,))[0] != kind:
                break
            out += [p for p in run.series.get(path, ())
                    if p.step <= upto and (previews or not p.preview)]
            parent = run.parent
            if parent is None or lineage == "run":
                break
            if lineage == "experiment" and (
                    parent.experiment != self.experiment):
                break
            upto = min(upto, run.fork_step)
            run = parent
        return sorted(out)

    def attributes(self):
        """path -> (type, value); a series shows its last value."""
        if self._attributes is None:
            self._attributes = self._make_attributes()
        return self._attributes

    def _make_attributes(self):
        out = self.sys()
        for run in reversed([self] + self.ancestors()):
            for path in run.series:
                if self.points(path):
                    out[path] = (self.series_type(path),
                                 self.points(path)[-1].value)
        for path, (type_, value) in self.own.items():
            if path not in out:
                out[path] = (type_, value)
        return out

    def value(self, path, type_=None):
        """The value of an attribute, None if absent or of another type."""
        found = self.attributes().get(path)
        if found is None or type_ not in (None, found[0]):
            return None
        return found[1]

    def aggregate(self, path, name):
        """last, min, max, average or variance of a float series, or None.

        Committed points, inherited ones included; finite values only but
        for last; population variance.
        """
        values = [p.value for p in self.points(path)]
        if name == "last":
            return values[-1] if values else None
        values = [v for v in values if math.isfinite(v)]
        if not values:
            return None
        if name in ("min", "max"):
            return min(values) if name == "min" else max(values)
        average = math.fsum(values) / len(values)
        if name == "average":
            return average
        squares = [(v - average) * (v - average) for v in values]
        return math.fsum(squares) / len(values)  # may be infinite


class Project:
    def __init__(self, row):
        self.name = f"{row['workspace']}/{row['name']}"
        self.key = row["key"]
        self.uuid = row["uuid"]
        self.runs = []

    def heads(self):
        return [run for run in self.runs if run.is_head]

    def run(self, custom_id):
        return next(r for r in self.runs if r.custom_id == custom_id)

    def experiment(self, name):
        return next(r for r in self.heads() if r.experiment == name)


def load(path):
    """Every project of a store: 'workspace/name' -> Project."""
    store = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    store.row_factory = sqlite3.Row
    projects = {row["project_id"]: Project(row)
                for row in store.execute("SELECT * FROM project")}
    runs, newest = {}, {}
    for row in store.execute("SELECT * FROM run ORDER BY number"):
        project = projects[row["project_id"]]
        run = runs[row["run_id"]] = Run(project, row)
        project.runs.append(run)
        if run.experiment is not None:
            newest[project, run.experiment] = run
    for run in newest.values():
        run.is_head = True
    for run in runs.values():
        run.parent = runs.get(run.row["parent"])
    series = {}
    for row in store.execute("SELECT * FROM attribute"):
        run = runs[row["run_id"]]
        value = stored_value(row["type"], row["value"])
        run.own[row["path"]] = (row["type"], value)
        if row["type"] in SERIES:
            series[row["attribute_id"]] = run.series[row["path"]] = []
    for type_, table in SERIES.items():
        for row in store.execute(f"SELECT * FROM {table}"):
            series[row["attribute_id"]].append(Point(
                row["step"], stored_point(type_, row["value"]),
                row["timestamp"], bool(row["is_preview"]),
                row["completion"]))
    store.close()
    return {project.name: project for project in projects.values()}
