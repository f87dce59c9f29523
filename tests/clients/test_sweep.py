"""The sweep of the sample project, logged afresh and read in four ways.

The genuine logging client writes it; neptune_query, neptune_fetcher, SQL
through the extension and plain SQL on the store read it. All must be equal,
floats to the last bit and times to the millisecond, and be what was logged.
"""

import logging
import shutil
import tempfile
import unittest

import relog
import sample
import server as servers
import truth
from sweep_readers import (OBJECTS, Fetcher, Query, Sql, Store, exact,
                           exact_points, millis)
from world import Judged, add_cases
from writing import Server

PROJECT = "demo/logged"
FLOATS = ("float_series",)


def setUpModule():
    global FOLDER, SERVER, LOGGED, TOLD, STORE, READERS
    logger = logging.getLogger("neptune")
    logger.setLevel(logging.ERROR)
    unittest.addModuleCleanup(logger.setLevel, logging.INFO)
    FOLDER = tempfile.mkdtemp()
    unittest.addModuleCleanup(shutil.rmtree, FOLDER)
    SERVER = Server(FOLDER)
    unittest.addModuleCleanup(SERVER.stop)
    LOGGED = sample.load()
    TOLD = relog.log_project(LOGGED, PROJECT, SERVER.token, FOLDER)
    STORE = Store(SERVER.store, PROJECT)
    READERS = {"query": Query(PROJECT), "sql": Sql(PROJECT, SERVER.token),
               "fetcher": Fetcher(PROJECT, SERVER.token)}


class Swept(Judged):

    def setUp(self):
        queried = servers.queried(SERVER.token, PROJECT)
        queried.__enter__()
        self.addCleanup(queried.__exit__, None, None, None)

    def assert_same(self, found, wanted, at_least):
        """The same dicts; tells the first differences, not all of both."""
        self.assertGreaterEqual(len(wanted), at_least)
        keys = [key for key in {**found, **wanted}
                if key not in found or key not in wanted
                or found[key] != wanted[key]]
        self.assertEqual(
            [(key, found.get(key), wanted.get(key)) for key in keys[:3]], [],
            f"{len(keys)} of {len(wanted)} differ: (key, found, wanted)")


class Logged(Swept):
    """The store, read with plain SQL, holds what the client was told."""

    def test_no_complaint(self):
        self.assertEqual(TOLD, [])

    def test_runs(self):
        self.assertEqual(len(STORE.runs), len(LOGGED))
        for of in LOGGED:
            run, row = STORE.runs[of.name], STORE.runs[of.name].row
            self.assertEqual(
                (run.experiment, run.fork_step,
                 run.parent and run.parent.custom_id, row["creation_time"],
                 row["failed"], row["archived"], row["description"],
                 run.value("sys/tags"),
                 run.value("sys/group_tags") or frozenset()),
                (of.experiment, of.fork_step, of.parent and of.parent.name,
                 millis(of.created), of.failed, of.archived, of.description,
                 of.tags, of.group_tags))

    def test_values(self):
        found = {(name, path): (type_, exact(value))
                 for name, run in STORE.runs.items()
                 for path, (type_, value) in run.own.items()
                 if type_ not in truth.SERIES}
        wanted = {}
        for of in LOGGED:
            files = {path: ("file", file) for path, at, file, _ in of.files
                     if at is None}
            inherited = of.parent.configs if of.inherits else {}
            for path, (type_, value) in {
                    **inherited, **of.configs, **files}.items():
                wanted[of.name, path] = (type_, exact(value))
        self.assert_same(found, wanted, 1500)

    def test_points(self):
        found = STORE.points((*FLOATS, *OBJECTS), "run")
        wanted = {}
        for of in LOGGED:
            points = [(path, step, time, value, completion)
                      for step, time, values, completion in of.rows
                      for path, value in values.items()]
            points += [(*one, None) for one in of.texts + of.histograms]
            points += [(path, *at, file, None)
                       for path, at, file, _ in of.files if at]
            for path, step, time, value, completion in points:
                wanted.setdefault((of.name, path), []).append((
                    step, millis(time), value, completion is not None,
                    1 if completion is None else completion))
        wanted = {key: exact_points(points)
                  for key, points in wanted.items()}
        self.assert_same(found, wanted, 600)
        self.assertGreater(sum(map(len, wanted.values())), 16_000)

    def test_files(self):
        self.assert_same(STORE.files(None),
                         {file.path: content for of in LOGGED
                          for _, _, file, content in of.files}, 15)


class Read(Swept):
    """What each reader finds is what plain SQL finds in the store."""

    def test_runs_by_sql(self):
        self.assert_same(READERS["sql"].table(), STORE.rows(), 74)

    def test_buckets_by_sql(self):
        for count in (2, 20, 1001):
            self.assert_same(READERS["sql"].buckets(count, 0.0, 70.0),
                             STORE.buckets(count, 0.0, 70.0), 590)

    def test_projects_by_sql(self):
        self.assertEqual(
            READERS["sql"].rows("SELECT project, project_id, key FROM"
                                " projects ORDER BY project DESC LIMIT 1"),
            SERVER.rows("SELECT workspace || '/' || name, uuid, key FROM"
                        " project ORDER BY 1 DESC LIMIT 1"))


def judge_attributes(self, name, unknown=()):
    """Frames leave out what is NaN."""
    found = READERS[name].attributes()
    wanted = {key: value for key, value in STORE.attributes().items()
              if value[0] not in unknown
              and (name == "sql" or value[1] != "nan")}
    self.assert_same(found, wanted, 3500)
    self.assertEqual({type_ for type_, _ in wanted.values()},
                     {"int", "float", "string", "bool", "datetime",
                      "string_set", "file", "experiment_state", *FLOATS,
                      *OBJECTS} - set(unknown))


add_cases(Read, {
    "attributes_by_query": ("query", ["experiment_state"]),
    "attributes_by_fetcher": ("fetcher", ["experiment_state", *OBJECTS[1:]]),
    "attributes_by_sql": ("sql",)}, judge_attributes)


def judge_aggregates(self, name):
    self.assert_same(READERS[name].aggregates(), STORE.aggregates(), 590)


add_cases(Read, {f"aggregates_by_{name}": (name,)
                 for name in ("fetcher", "sql")}, judge_aggregates)


def judge_points(self, name, types, lineage, at_least):
    self.assert_same(READERS[name].points(types, lineage),
                     STORE.points(types, lineage), at_least)


add_cases(Read, {
    f"{kind}_by_{name}_lineage_{lineage}": (name, types, lineage, at_least)
    for kind, readers, types, at_least in (
        ("points", ("query", "fetcher", "sql"), FLOATS, 590),
        ("texts", ("query", "fetcher", "sql"), OBJECTS[:1], 50),
        ("objects", ("query", "sql"), OBJECTS, 55))
    for name in readers for lineage in ("full", "run")}, judge_points)


def judge_heads(self, name):
    self.assert_same(READERS[name].heads(), STORE.heads(), 64)


add_cases(Read, {f"heads_by_{name}": (name,)
                 for name in ("query", "fetcher", "sql")}, judge_heads)


def judge_files(self, name):
    wanted = STORE.files(None)
    if name == "fetcher":  # it knows no series of files
        single = {file.path for of in LOGGED
                  for _, at, file, _ in of.files if at is None}
        wanted = {path: wanted[path] for path in single}
    with tempfile.TemporaryDirectory(dir=FOLDER) as folder:
        self.assert_same(READERS[name].files(folder), wanted, 5)


add_cases(Read, {f"files_by_{name}": (name,)
                 for name in ("query", "fetcher", "sql")}, judge_files)
