"""Each row of parity.txt: SQL gives what the client answers; none lacks."""

import ast
import contextlib
import functools
import inspect
import json
import math
import os
import pathlib
import re
import sqlite3
import tempfile
import unittest
import warnings
from collections import Counter
from datetime import datetime, timezone

import httpx
import neptune_fetcher.alpha as npt
import pandas
from neptune_fetcher import ReadOnlyProject
from neptune_query.internal import context as query_context

import frames
import parity
import parity_names
import proxy
import world
from world import SAMPLE, Judged

SETTINGS = ("project", "api_token", "download_dir", "progress")
OF_RUNS = re.compile(r"_runs?\b(?!_table)|_runs_table|fetch_runs|field_names")
OF_A_POINT = ["value", "absolute_time", "is_preview", "preview_completion"]

# SQL of rows, and what would be wrong in its place.
WRONG = [
    ("sweep WHERE lr > 0.1", "sweep WHERE lr >= 0.1"),
    ("(lr < 0.1) IS NOT TRUE", "NOT lr < 0.1"),
    ("step BETWEEN 10 AND 12.5", "step > 10 AND step <= 12.5"),
    ("AND tail = 3", "AND tail = 4"),
    ("is_preview, preview_completion", "is_preview, 1.0"),
    ("'^hot' ORDER BY lr", "'^hot' ORDER BY lr DESC"),
    ('AS "config/lr:float"', 'AS "config/lr"'),
    ("SELECT experiment, val_acc, val_loss",
     "SELECT experiment, val_acc AS best_acc, val_loss + 1e-9"),
]


# What the client answers, as rows of plain values.

def like_sql(value):
    """A cell as the extension shows it, JSON as tuples."""
    value = frames.plain(value)
    if value is frames.MISSING:
        return None
    if isinstance(value, tuple) and value[0] == "bool":
        return int(value[1])
    if isinstance(value, datetime):
        value = value.astimezone(timezone.utc)
        return value.strftime("%Y-%m-%d %H:%M:%S.%f")[:-3]
    if isinstance(value, frozenset):
        return tuple(sorted(value))
    if hasattr(value, "_asdict"):
        return structure(value._asdict())
    return value


def structure(value):
    """Of JSON, or of a named tuple: all in tuples."""
    if isinstance(value, dict):
        return tuple(sorted((k, structure(v)) for k, v in value.items()))
    if isinstance(value, (list, tuple)):
        return tuple(map(structure, value))
    return value


def from_sql(value):
    if isinstance(value, str) and value[:1] in ("[", "{"):
        with contextlib.suppress(ValueError):
            return structure(json.loads(value))
    return value


def labels(frame):
    """The cells of the index of each row; of 0.x there is none."""
    if frame.index.names == [None]:
        return [()] * len(frame)
    return [key if isinstance(key, tuple) else (key,) for key in frame.index]


def table_rows(frame):
    return [tuple(map(like_sql, label + cells)) for label, cells in zip(
        labels(frame), frame.itertuples(index=False, name=None))]


def cell_rows(frame):
    """(label, column, value) of each cell that is there."""
    if frame.index.names == [None]:
        frame = frame.set_index("sys/custom_run_id").drop(
            columns=["sys/name", "sys/creation_time"])
    paths = [name if isinstance(name, str) else name[0]
             for name in frame.columns]
    return [(label, path, value) for label, *cells in table_rows(frame)
            for path, value in zip(paths, cells) if value is not None]


def point_rows(frame):
    """(label, attribute, step, value, …) of each point."""
    out = []
    single = not isinstance(frame.columns, pandas.MultiIndex)
    paths = list(dict.fromkeys(
        name if single else name[0] for name in frame.columns))
    for (label, step), row in frame.iterrows():
        for path in paths:
            cells = {"value": row[path]} if single else row[path].to_dict()
            cells = [like_sql(cells[name]) for name in OF_A_POINT
                     if name in cells]
            if cells[0] is not None:
                out.append((label, path, step, *cells))
    return out


def bucket_rows(frame):
    """(label, attribute, x, y) of each bucket that has a point."""
    series = dict.fromkeys(name[:2] for name in frame.columns)
    return [(*name, row[name]["x"], row[name]["y"])
            for _, row in frame.iterrows() for name in series
            if not math.isnan(row[name]["x"])]


def answer_rows(answer, marks):
    if isinstance(answer, pandas.DataFrame):
        if "bucket" in answer.columns.names:
            return bucket_rows(answer)
        if "cells" in marks:
            return cell_rows(answer)
        if "step" in answer.index.names and "wide" not in marks:
            return point_rows(answer)
        return table_rows(answer)
    if inspect.isgenerator(answer) or isinstance(answer, list):
        return [tuple(map(like_sql, item.values()))
                if isinstance(item, dict) else (like_sql(item),)
                for item in answer]
    return [(like_sql(answer),)]


def in_order(row):
    """A key for rows of any cells; 1 is 1.0."""
    return [repr(float(cell) if isinstance(cell, int) else cell)
            for cell in row]


def contents(folder):
    return Counter(path.read_bytes() for path
                   in pathlib.Path(folder).rglob("*") if path.is_file())


@contextlib.contextmanager
def pointed_at(project):
    """Both clients that have a context ask for this project, or for none."""
    token = world.TOKEN if project else None
    kept = {name: os.environ.pop(name) for name in list(os.environ)
            if name.startswith("NEPTUNE_")}
    if project:
        os.environ.update(kept, NEPTUNE_PROJECT=project)
    query_context.set_context(query_context.Context(project, token))
    npt.set_context(npt.Context(project=project, api_token=token))
    try:
        yield
    finally:
        os.environ.update(kept)
        query_context.set_context(None)
        npt.set_context(None)


@contextlib.contextmanager
def proxied(address):
    """curl goes through the proxy."""
    kept = {name: os.environ.pop(name) for name in ("NO_PROXY", "no_proxy")
            if name in os.environ}
    os.environ["http_proxy"] = address
    try:
        yield
    finally:
        del os.environ["http_proxy"]
        os.environ.update(kept)


@functools.lru_cache(None)
def the_project():
    return ReadOnlyProject(SAMPLE.name)


def connect():
    connection = sqlite3.connect(":memory:", isolation_level=None)
    connection.enable_load_extension(True)
    connection.load_extension(os.environ["JUDGE_EXTENSION"])
    return connection


def statements(sql):
    return [part for part in re.split(r";\n", sql) if part]


@unittest.skipUnless("JUDGE_EXTENSION" in os.environ, "neptune.so sanitized")
class Rows(Judged):
    """A method per row of parity.txt; see add_rows."""

    connections = {}

    @classmethod
    def tearDownClass(cls):
        for connection in cls.connections.values():
            connection.close()
        cls.connections.clear()

    def connection(self, kind):
        if kind not in self.connections:
            self.connections[kind] = connect()
            create, _ = parity.read_text()
            self.connections[kind].execute(
                create.replace("USING experiments", "USING " + kind))
        return self.connections[kind]

    def ask_client(self, source, names):
        """What the last line of source gives."""
        tree = ast.parse(source)
        last = ast.Expression(tree.body.pop().value)
        exec(compile(tree, "<row>", "exec"), names)
        return eval(compile(last, "<row>", "eval"), names)

    def ask_sql(self, connection, sql, names, project):
        """(column names, rows) of the last statement."""
        if project:
            connection.execute("SELECT neptune_config('project', ?)",
                               [project])
        known = {name: value for name, value in names.items()
                 if isinstance(value, str)}
        try:
            for statement in statements(sql):
                cursor = connection.execute(statement, known)
                rows = [tuple(map(from_sql, row)) for row in cursor]
            return [column[0] for column in cursor.description], rows
        finally:
            for key in SETTINGS:
                connection.execute("SELECT neptune_config(?, NULL)", [key])
            for (name,) in connection.execute(
                    "SELECT name FROM sqlite_schema WHERE name <> 'sweep' "
                    "UNION ALL SELECT name FROM sqlite_temp_schema"
                    ).fetchall():
                connection.execute(f'DROP TABLE "{name}"')

    def judge_proxied(self, row, case):
        """Both sides give the same, and both through a proxy."""
        names = {**parity_names.names_for("0.x"), "token": world.TOKEN,
                 "httpx": httpx}
        with pointed_at(None), proxy.running() as server:
            names["proxy"] = server.address
            answer = self.ask_client(case.python, names)
            passed = server.passed
            self.assertGreater(passed, 0)
            with proxied(server.address):
                found = self.ask_sql(connect(), case.sql, names, None)
            self.assertGreater(server.passed, passed)
            self.judge_rows(row, case, answer, *found)

    def judge(self, row, case, package):
        if "proxied" in row.marks:
            self.judge_proxied(row, case)
            return
        bare = "bare" in row.marks
        project = None if bare else row.project or SAMPLE.name
        kind = "runs" if OF_RUNS.search(case.python) else "experiments"
        names = {**parity_names.names_for(package), "token": world.TOKEN}
        with tempfile.TemporaryDirectory() as folder, pointed_at(project), \
                warnings.catch_warnings():
            warnings.simplefilter("ignore")
            if package == "0.x" and not bare:
                names["project"] = the_project()
            names["folder"] = os.path.join(folder, "python")
            answer = self.ask_client(case.python, names)
            names["folder"] = os.path.join(folder, "sql")
            os.mkdir(names["folder"])
            connection = connect() if bare else self.connection(kind)
            found = self.ask_sql(connection, case.sql, names, row.project)
            if "neptune_download" in case.sql:
                found, expected = (contents(os.path.join(folder, side))
                                   for side in ("python", "sql"))
                self.assertGreater(len(expected), 1)
                self.assertEqual(found, expected)
                return
            self.judge_rows(row, case, answer, *found)
            if case.unfiltered:
                everything = self.ask_sql(connection, case.unfiltered, names,
                                          row.project)
                self.assertNotEqual(*map(Counter, (found[1], everything[1])),
                                    "the row selects everything")

    def judge_rows(self, row, case, answer, columns, rows):
        expected = answer_rows(answer, row.marks)
        self.assertGreater(len(expected), 0, "the row selects nothing")
        if re.search(r"\bORDER BY [^()]*$", case.sql):
            self.assertEqual(rows, expected)
        else:
            self.assertEqual(sorted(rows, key=in_order),
                             sorted(expected, key=in_order))
        if "names" in row.marks:
            of_index = len(columns) - answer.shape[1]
            self.assertEqual(columns[of_index:], [
                name if isinstance(name, str) else name[0]
                for name in answer.columns])


def add_rows():
    for table in parity.read():
        for row in table.rows:
            def method(self, row=row):
                for package in row.packages:
                    for case in row.cases:
                        with self.subTest(package, python=case.python,
                                          sql=case.sql):
                            self.judge(row, case, package)
            word = re.sub(r"\W+", "_", row.python).strip("_")[:50]
            setattr(Rows, f"test_line_{row.line:03d}_{word}", method)


add_rows()


class Table(Judged):
    """The table as a whole."""

    @unittest.skipUnless("JUDGE_EXTENSION" in os.environ, "as above")
    def test_a_wrong_row_is_found(self):
        judge = Rows().judge
        for right, wrong in WRONG:
            row = next(row for table in parity.read() for row in table.rows
                       if right in row.cases[0].sql
                       and "query" in row.packages)
            judge(row, row.cases[0], "query")
            case = row.cases[0]
            case = case._replace(sql=case.sql.replace(right, wrong))
            with self.assertRaises(AssertionError, msg=wrong):
                judge(row, case, "query")

    def test_nothing_is_missing(self):
        """Each function, parameter, method, operator and allowed text."""
        for package in ("query", "alpha", "0.x"):
            sources = [case.python for table in parity.read()
                       for row in table.rows if package in row.packages
                       for case in row.cases]
            missing = (parity_names.everything(package)
                       - parity_names.used(package, sources))
            with self.subTest(package):
                self.assertEqual(sorted(map(str, missing)), [])
