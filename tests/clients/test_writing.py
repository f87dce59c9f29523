"""What is acknowledged is stored: once, at once, for all, whatever happens."""

import random
import shutil
import tempfile
import threading
import time

import neptune_query as nq
from neptune_api.proto.neptune_pb.ingest.v1.common_pb2 import SET_OPERATION
from neptune_api.proto.neptune_pb.ingest.v1.ingest_pb2 import IngestCode

import server as servers
from world import Judged
from writing import (Server, add_points, creation, operation, outcome,
                     outcomes, send)

PROJECT = "local/project"
OWN_POINTS = ("SELECT step, float_point.value FROM float_point JOIN attribute"
              " USING (attribute_id) JOIN run USING (run_id)"
              " WHERE custom_run_id = ? AND path = ? ORDER BY step")


class Written(Judged):
    """Each test has an empty store."""

    def setUp(self):
        folder = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, folder)
        self.server = Server(folder)
        self.addCleanup(lambda: self.server.process.poll() is None
                        and self.server.stop())
        self.http = self.server.session()
        self.addCleanup(lambda: self.http.close())

    def make_run(self, run="run", **more):
        self.assertEqual(outcome(self.http, creation(PROJECT, run, **more)),
                         {IngestCode.OK: 1})

    def batch(self, path, points, run="run"):
        made = operation(PROJECT, run)
        add_points(made, path, points)
        return made

    def write(self, path, points, run="run"):
        return outcome(self.http, self.batch(path, points, run))

    def points(self, path="m", run="run"):
        return self.server.rows(OWN_POINTS, run, path)


class Duplicates(Written):

    def test_a_run_made_twice_is_one(self):
        self.make_run(experiment="e")
        again = outcome(self.http, creation(PROJECT, "run", "e"))
        self.assertEqual(again, {IngestCode.RUN_DUPLICATE: 1})
        self.assertEqual(self.server.rows("SELECT count(*) FROM run"), [(1,)])

    def test_a_batch_sent_twice_is_stored_once(self):
        self.make_run()
        batch = self.batch("m", [(s, s / 3) for s in range(50)])
        update = batch.update_batch.snapshots.add()
        update.assign["c"].string = "text"
        update.modify_sets["sys/tags"].string.values["t"] = SET_OPERATION.ADD
        self.assertEqual(outcome(self.http, batch), {IngestCode.OK: 52})
        tables = ("attribute", "float_point", "run")
        before = [self.server.rows(f"SELECT count(*) FROM {table}")
                  for table in tables]
        self.assertEqual(outcome(self.http, batch), {
            IngestCode.OK: 2, IngestCode.SERIES_POINT_DUPLICATE: 50})
        after = [self.server.rows(f"SELECT count(*) FROM {table}")
                 for table in tables]
        self.assertEqual(after, before)
        self.assertEqual(len(self.points()), 50)

    def test_a_batch_sent_again_after_a_crash_is_stored_once(self):
        self.make_run()
        batch = self.batch("m", [(s, s / 3) for s in range(50)])
        first = send(self.http, batch)
        self.server.kill()
        self.server.start()
        with self.server.session() as http:
            self.assertEqual(outcomes(http, PROJECT, [first]),
                             [{IngestCode.OK: 50}])
            self.assertEqual(outcome(http, batch),
                             {IngestCode.SERIES_POINT_DUPLICATE: 50})
        self.assertEqual(self.points(), [(s, s / 3) for s in range(50)])

    def test_another_fork_conflicts(self):
        self.make_run("parent")
        self.make_run("run", fork=("parent", 3))
        same = outcome(self.http, creation(PROJECT, "run",
                                           fork=("parent", 3)))
        other = outcome(self.http, creation(PROJECT, "run",
                                            fork=("parent", 4)))
        self.assertEqual(same, {IngestCode.RUN_DUPLICATE: 1})
        self.assertEqual(other, {IngestCode.RUN_CONFLICTING: 1})
        self.assertEqual(self.server.rows(
            "SELECT fork_step FROM run WHERE custom_run_id = 'run'"), [(3,)])


class Faults(Written):
    """A fault is the operation's: what stands beside it is stored."""

    def test_steps_that_go_back(self):
        self.make_run()
        found = self.write("m", [(1, 1.0), (3, 3.0), (2, 2.0), (3, 9.0),
                                 (3, 3.0), (4, 4.0)])
        self.assertEqual(found, {
            IngestCode.OK: 3, IngestCode.SERIES_STEP_NON_INCREASING: 2,
            IngestCode.SERIES_POINT_DUPLICATE: 1})
        self.assertEqual(self.points(), [(1, 1), (3, 3), (4, 4)])

    def test_another_type(self):
        self.make_run()
        self.write("m", [(1, 1.0)])
        batch = self.batch("m", [(2, "text")])
        update = batch.update_batch.snapshots.add()
        update.assign["m"].int64 = 1
        update.assign["n"].int64 = 2
        self.assertEqual(outcome(self.http, batch), {
            IngestCode.OK: 1, IngestCode.FIELD_TYPE_CONFLICTING: 2})
        self.assertEqual(
            self.server.rows("SELECT path, type FROM attribute ORDER BY 1"),
            [("m", "float_series"), ("n", "int")])

    def test_paths(self):
        self.make_run()
        batch = operation(PROJECT, "run")
        update = batch.update_batch.snapshots.add()
        for path in ("p" * 1024, "ü" * 512, "p" * 1025, "ü" * 512 + "p", "",
                     "sys/id", "sys/owner", "quote ' \" ` and\nline"):
            update.assign[path].string = "v"
        self.assertEqual(outcome(self.http, batch), {
            IngestCode.OK: 3, IngestCode.FIELD_PATH_EXCEEDS_SIZE_LIMIT: 2,
            IngestCode.FIELD_PATH_EMPTY: 1,
            IngestCode.FIELD_PATH_NON_WRITABLE: 2})
        self.assertEqual(
            {path for path, in self.server.rows("SELECT path FROM attribute")},
            {"p" * 1024, "ü" * 512, "quote ' \" ` and\nline"})

    def test_points_before_the_fork(self):
        self.make_run("parent")
        self.make_run("run", fork=("parent", 3))
        self.assertEqual(self.write("m", [(3, 1.0), (4, 2.0)]), {
            IngestCode.OK: 1, IngestCode.SERIES_STEP_NOT_AFTER_FORK_POINT: 1})
        self.assertEqual(self.points(), [(4, 2)])

    def test_unknown_parent_run_and_project(self):
        self.assertEqual(
            outcome(self.http, creation(PROJECT, "run", fork=("none", 3))),
            {IngestCode.RUN_FORK_PARENT_NOT_FOUND: 1})
        self.assertEqual(self.write("m", [(1, 1.0)]),
                         {IngestCode.RUN_NOT_FOUND: 1})
        self.assertEqual(
            outcome(self.http, creation("local/none", "run")),
            {IngestCode.PROJECT_NOT_FOUND: 1})
        self.assertEqual(self.server.rows("SELECT * FROM run"), [])

    def test_previews(self):
        self.make_run()
        self.write("m", [(1, 1.0), (2, 2.0)])
        batch = operation(PROJECT, "run")
        for step, value in ((2, 9.0), (5, 5.0), (4, 4.0), (5, 5.5)):
            update = batch.update_batch.snapshots.add()
            update.step.whole = step
            update.preview.is_preview = True
            update.preview.completion_ratio = 0.25
            update.append["m"].float64 = value
        early = IngestCode.SERIES_PREVIEW_STEP_NOT_AFTER_LAST_COMMITTED_STEP
        self.assertEqual(outcome(self.http, batch),
                         {IngestCode.OK: 3, early: 1})
        self.assertEqual(self.points(), [(1, 1), (2, 2), (4, 4), (5, 5.5)])
        self.assertEqual(self.write("m", [(4, 4.5)]), {IngestCode.OK: 1})
        self.assertEqual(self.server.rows(
            "SELECT step, value, is_preview, completion FROM float_point"),
            [(1, 1, 0, 1), (2, 2, 0, 1), (4, 4.5, 0, 1), (5, 5.5, 1, 0.25)])

    def test_histograms(self):
        self.make_run()
        batch = operation(PROJECT, "run")
        cases = [([0, 1, 2], [1, 2]), ([0, 0.1 + 0.2, float("inf")], [1, 2]),
                 ([0, 2, 1], [1, 2]), ([0, float("nan")], [1]),
                 ([0, 1], [1, 2]), (list(range(514)), [1] * 513)]
        for step, (edges, counts) in enumerate(cases):
            update = batch.update_batch.snapshots.add()
            update.step.whole = step
            update.append["h"].histogram.bin_edges.extend(edges)
            update.append["h"].histogram.counts.values.extend(counts)
        self.assertEqual(outcome(self.http, batch), {
            IngestCode.OK: 2,
            IngestCode.HISTOGRAM_BIN_EDGES_NOT_INCREASING: 1,
            IngestCode.HISTOGRAM_BIN_EDGES_CONTAINS_NAN: 1,
            IngestCode.HISTOGRAM_VALUES_LENGTH_DOESNT_MATCH_BINS: 1,
            IngestCode.HISTOGRAM_TOO_MANY_BINS: 1})
        self.assertEqual(self.server.rows(
            "SELECT step, value ->> '$.edges[1]', value ->> '$.edges[2]'"
            " FROM histogram_points"),
            [(0, 1.0, 2.0), (1, 0.30000000000000004, float("inf"))])

    def test_malformed_bodies(self):
        self.make_run()
        whole = self.batch("m", [(1, 1.0)]).SerializeToString()
        for body in (b"", b"\xff" * 20, whole[:-3], b"{}"):
            answer = self.http.post("/api/client/v1/ingest", content=body)
            self.assertEqual(answer.status_code, 400, body)
            self.assertEqual(answer.json()["code"], 400)
        self.assertEqual(self.server.rows("SELECT * FROM attribute"), [])


class Projects(Written):

    def create(self, name, **more):
        return self.http.post("/api/backend/v1/projects", json={
            "organizationIdentifier": "local", "name": name, **more})

    def names(self):
        answer = self.http.get("/api/backend/v1/projects")
        return [entry["name"] for entry in answer.json()["entries"]]

    def test_projects_are_made_once_and_stay(self):
        self.assertEqual(self.create("new.one_2-x").status_code, 200)
        self.assertEqual(self.create("new.one_2-x").status_code, 409)
        self.assertEqual(self.create("two", projectKey="TWO").status_code, 200)
        self.assertEqual(self.create("three", projectKey="TWO").status_code,
                         409)
        self.assertEqual(self.names(), ["project", "new.one_2-x", "two"])
        self.server.kill()
        self.server.start()
        with self.server.session() as self.http:
            self.assertEqual(self.names(), ["project", "new.one_2-x", "two"])

    def test_names_that_cannot_be(self):
        for name in ("", "a/b", "a'b", 'a"b', "a b", "a\nb", "x" * 300):
            self.assertEqual(self.create(name).status_code, 400, name)
        self.assertEqual(self.create("a", projectKey="low").status_code, 400)
        self.assertEqual(self.create("a", visibility="odd").status_code, 400)
        message = creation("local/a'b", "run")
        message.create_missing_project = True
        self.assertEqual(outcome(self.http, message),
                         {IngestCode.PROJECT_INVALID_NAME: 1})
        self.assertEqual(self.names(), ["project"])

    def test_marks_that_the_fetchers_suite_puts_into_a_name(self):
        name = "a你好()*+,-.;<=>@[]"
        self.assertEqual(self.create(name).status_code, 200)
        project = f"local/{name}"
        self.assertEqual(outcome(self.http, creation(project, "run", "e")),
                         {IngestCode.OK: 1})
        with servers.queried(self.server.token, project):
            self.assertEqual(nq.list_experiments(project=project), ["e"])

    def test_a_missing_project_is_made_when_asked_for(self):
        message = creation("local/late", "run")
        message.create_missing_project = True
        self.assertEqual(outcome(self.http, message), {IngestCode.OK: 1})
        self.assertEqual(self.names(), ["project", "late"])


class Crashes(Written):

    def test_kill_at_the_answer_loses_nothing(self):
        """Killed the moment that it says that something is stored."""
        self.make_run()
        step, acknowledged = 0, []
        for batches in (1, 2, 3, 5):
            with self.server.session() as http:
                for _ in range(batches):
                    points = [(step + i, float(step + i)) for i in range(10)]
                    send(http, self.batch("m", points))
                    acknowledged += points
                    step += 10
                self.server.kill()
            self.server.start()
            self.assertEqual(self.points(), acknowledged)

    def log_until_killed(self, acknowledged, ids):
        """Batches of ten points; those that were answered are noted."""
        http = self.server.session()
        step = 0
        try:
            while True:
                points = [(step + i, float(step + i)) for i in range(10)]
                ids.append(send(http, self.batch("m", points)))
                acknowledged += points
                step += 10
        except Exception:  # the server is gone
            http.close()

    def test_kill_loses_nothing_acknowledged(self):
        seed = random.randrange(1 << 30)
        rnd = random.Random(seed)
        self.make_run()
        acknowledged, ids = [], []
        logger = threading.Thread(target=self.log_until_killed,
                                  args=(acknowledged, ids))
        logger.start()
        while len(acknowledged) < 100 and logger.is_alive():
            time.sleep(0.01)
        self.assertTrue(logger.is_alive(), "the server stores nothing more")
        time.sleep(rnd.random() / 2)
        self.server.kill()
        logger.join(60)
        self.server.start()
        found = self.points()
        self.assertEqual(found[:len(acknowledged)], acknowledged, seed)
        self.assertLessEqual(len(found), len(acknowledged) + 10)
        self.assertEqual(len(found) % 10, 0, "a batch is whole or not there")
        with self.server.session() as http:
            self.assertEqual(outcomes(http, PROJECT, ids),
                             [{IngestCode.OK: 10}] * len(ids))


class Crowds(Written):

    WRITERS, BATCHES, STEPS = 4, 12, 25

    def write_all(self, run):
        with self.server.session() as http:
            outcome(http, creation(PROJECT, run, experiment=run))
            for n in range(self.BATCHES):
                points = [(n * self.STEPS + i, float(n)) for i in
                          range(self.STEPS)]
                found = outcome(http, self.batch("m", points, run))
                if found != {IngestCode.OK: self.STEPS}:
                    self.wrong.append((run, n, found))

    def read_all(self):
        """What one request shows is never less than what one before did."""
        path = "/api/leaderboard/v1/leaderboard/entries/search/"
        seen = {}
        with self.server.session() as http:
            is_last = False
            while not is_last:
                is_last = self.done.is_set()
                answer = http.post(
                    path, params={"projectIdentifier": PROJECT},
                    json={"attributeFilters": [{"path": "sys/name"},
                                               {"path": "m"}]})
                for entry in answer.json()["entries"]:
                    values = {a["name"]: a for a in entry["attributes"]}
                    if "m" not in values:
                        continue
                    name = values["sys/name"]["stringProperties"]["value"]
                    last = values["m"]["floatSeriesProperties"]["last"]
                    if last < seen.get(name, 0):
                        self.wrong.append((name, last, seen[name]))
                    seen[name] = last
        self.reads.append(seen)

    def test_writers_and_readers_at_once(self):
        self.wrong, self.reads = [], []
        self.done = threading.Event()
        runs = [f"run-{n}" for n in range(self.WRITERS)]
        readers = [threading.Thread(target=self.read_all) for _ in range(2)]
        writers = [threading.Thread(target=self.write_all, args=(run,))
                   for run in runs]
        for thread in readers + writers:
            thread.start()
        for thread in writers:
            thread.join()
        self.done.set()
        for thread in readers:
            thread.join()
        self.assertEqual(self.wrong, [])
        self.assertEqual(self.reads,
                         [dict.fromkeys(runs, self.BATCHES - 1.0)] * 2)
        expected = [(float(s), float(s // self.STEPS))
                    for s in range(self.BATCHES * self.STEPS)]
        for run in runs:
            self.assertEqual(self.points(run=run), expected)
        self.assertEqual(len(self.server.rows("SELECT * FROM run")),
                         self.WRITERS)
