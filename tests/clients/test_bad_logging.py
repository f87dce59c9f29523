"""Bad input that the genuine logging client is given, or gets at the server.

Each time: what it tells, and that nothing else is stored or lost.
"""

import logging
import os
import shutil
import sqlite3
import tempfile
import time
import unittest.mock

import requests
from neptune_scale import Run
from neptune_scale.projects import create_project

import world
from world import Judged
from writing import Server

PROJECT = "local/project"
LONGEST = {"p" * 1024: 1, "ü" * 512: 2, "q/" * 511 + "é": 3}
TOO_LONG = {"p" * 1025: 4, "ü" * 512 + "p": 5}
ODD = {"quote ' \" ` %": 6, "line\nbreak": 7}


class BadLogging(Judged):

    def setUp(self):
        self.folder = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, self.folder)
        logger = logging.getLogger("neptune")
        logger.setLevel(logging.CRITICAL)
        self.addCleanup(logger.setLevel, logging.INFO)
        self.told = []

    def serve(self, *options):
        self.server = Server(self.folder, *options)
        self.addCleanup(self.server.stop)

    def tell(self, error, _):
        self.told.append(type(error).__name__)

    def log(self, fill, run="run", project=PROJECT, **more):
        with unittest.mock.patch.dict(os.environ,
                                      NEPTUNE_LOGGER_LEVEL="critical"):
            made = Run(run_id=run, project=project,
                       api_token=self.server.token,
                       log_directory=tempfile.mkdtemp(dir=self.folder),
                       enable_console_log_capture=False,
                       source_tracking_config=None,
                       on_error_callback=self.tell,
                       on_warning_callback=self.tell, **more)
            fill(made)
            made.close(timeout=60)

    def counts(self):
        return self.server.rows(
            "SELECT (SELECT count(*) FROM project),"
            " (SELECT count(*) FROM run), (SELECT count(*) FROM attribute),"
            " (SELECT count(*) FROM float_point)")[0]

    def values(self):
        """Through the extension: {attribute: value} outside sys/."""
        db = sqlite3.connect(":memory:")
        self.addCleanup(db.close)
        db.enable_load_extension(True)
        db.load_extension(
            os.path.join(os.path.dirname(world.SERVER), "neptune"))
        db.execute("SELECT neptune_config('api_token', ?),"
                   " neptune_config('project', ?)",
                   (self.server.token, PROJECT)).fetchall()
        self.sql = db
        return dict(db.execute("SELECT attribute, value FROM attributes"
                               " WHERE attribute NOT GLOB 'sys/*'"))

    def test_a_fork_of_an_unknown_run(self):
        self.serve()
        self.log(lambda run: run.log_metrics({"m": 1.0}, step=5),
                 fork_run_id="none", fork_step=3)
        self.assertIn("NeptuneRunForkParentNotFound", self.told)
        self.assertEqual(self.counts(), (1, 0, 0, 0))

    def test_an_unknown_project(self):
        self.serve()
        self.log(lambda run: run.log_metrics({"m": 1.0}, step=5),
                 project="local/none")
        self.assertIn("NeptuneProjectNotFound", self.told)
        self.assertEqual(self.counts(), (1, 0, 0, 0))

    def test_project_names_with_slashes_or_quotes(self):
        self.serve()
        for name in ("a/b", "a'b", 'a"b', "a`b", "", "a\nb", "../a", "a b"):
            with self.assertRaises(Exception):
                create_project(name=name, workspace="local",
                               api_token=self.server.token)
        self.log(lambda run: run.log_metrics({"m": 1.0}, step=5),
                 project="local/a'b\"")
        self.assertIn("NeptuneProjectNotFound", self.told)
        self.assertEqual(self.counts(), (1, 0, 0, 0))

    def test_names_of_1024_bytes_and_beyond(self):
        self.serve()
        self.log(lambda run: [run.log_configs({path: value}) for path, value
                              in {**TOO_LONG, **LONGEST, **ODD}.items()])
        self.assertEqual(self.told, [])  # the client leaves them out itself
        self.assertEqual(self.values(), {**LONGEST, **ODD})
        for path, value in {**LONGEST, **ODD}.items():
            self.assertEqual(self.sql.execute(
                "SELECT value FROM attributes WHERE attribute = ?",
                (path,)).fetchall(), [(value,)])

    def test_another_type_and_steps_that_go_back(self):
        self.serve()

        def fill(run):
            run.log_metrics({"m": 1.5}, step=1)
            run.log_configs({"c": 1})
            run.wait_for_processing(verbose=False)
            run.log_configs({"m": "text", "c": "text", "d": 2})
            run.log_metrics({"c": 3.0, "n": 4.5}, step=2)
            run.log_string_series({"m": "text"}, step=3)
            run.log_metrics({"m": 0.5}, step=0)
            run.log_metrics({"m": 9.5}, step=1)
            run.log_metrics({"m": 2.5}, step=2)
        self.log(fill)
        self.assertEqual(set(self.told), {  # told once a batch
            "NeptuneAttributeTypeMismatch", "NeptuneSeriesStepNonIncreasing"})
        self.assertEqual(self.values(),
                         {"m": 2.5, "c": 1, "d": 2, "n": 4.5})
        self.assertEqual(self.sql.execute(
            "SELECT attribute, step, value FROM metric_points"
            " ORDER BY attribute, step").fetchall(),
            [("m", 1, 1.5), ("m", 2, 2.5), ("n", 2, 4.5)])

    def sign(self, path, size):
        """A link to write."""
        with self.server.session() as http:
            answer = http.post("/api/storagebridge/v1/signedUrl", json={
                "files": [{"project_identifier": PROJECT, "path": path,
                           "permission": "write", "size": size}]})
            return answer.json()["files"][0]["url"]

    def test_a_link_to_write_that_expired(self):
        for provider in ("aws", "gcp"):
            with tempfile.TemporaryDirectory() as folder:
                server = Server(folder, "--link-seconds", "1",
                                "--provider", provider)
                self.addCleanup(server.stop)
                self.server = server
                url = self.sign("x", 5)
                time.sleep(2.1)
                for send in (requests.put, requests.post):
                    answer = send(url, data=b"bytes", timeout=60)
                    self.assertEqual(answer.status_code, 400)
                    self.assertIn("expired", answer.json()["message"])
                self.assertEqual(server.rows("SELECT * FROM content"), [])
                self.assertFalse(os.path.exists(server.store + "-files"))

    def test_a_link_to_write_one_file_writes_no_other(self):
        self.serve()
        url = self.sign("plain.txt", 5)
        for other in (url.replace("plain.txt", "other.txt"),
                      url.replace("plain.txt", "../../store.db"),
                      url.replace("plain.txt", "%2E%2E/%2E%2E/store.db"),
                      url[:-1], url.partition("?")[0]):
            answer = requests.put(other, data=b"bytes", timeout=60)
            self.assertIn(answer.status_code, (401, 403, 404), other)
        self.assertEqual(self.server.rows("SELECT * FROM content"), [])
        self.assertEqual(requests.put(url, data=b"bytes",
                                      timeout=60).status_code, 200)

    def test_a_file_that_is_gone_before_it_is_sent(self):
        """The run's other files come all the same."""
        self.serve()
        lost = os.path.join(self.folder, "lost.txt")

        def fill(run):
            with open(lost, "w", encoding="ascii") as file:
                file.write("text")
            # Both are read by a process that has to start first.
            run.assign_files({"f/lost": lost})
            os.unlink(lost)
            run.assign_files({"f/kept": b"kept"})
        self.log(fill)
        self.assertEqual(len(self.told), 1, self.told)
        self.assertEqual(self.server.rows(
            "SELECT size FROM content"), [(4,)])
