"""A local server that is stopped and started again on the same store."""

import base64
import json
import logging
import os
import shutil
import stat
import tempfile
import unittest.mock

import httpx
import neptune_query.runs as nq_runs
from neptune_scale import Run

import server as servers
from world import Judged
from writing import Server

PROJECT = "local/project"


def decoded(token):
    return json.loads(base64.b64decode(token))


def encoded(token):
    return base64.b64encode(json.dumps(token).encode()).decode()


class Restarts(Judged):

    def setUp(self):
        self.folder = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, self.folder)
        self.server = Server(self.folder)
        self.addCleanup(lambda: self.server.process.poll() is None
                        and self.server.stop())
        logger = logging.getLogger("neptune")
        logger.setLevel(logging.ERROR)
        self.addCleanup(logger.setLevel, logging.INFO)

    def restart(self, end):
        """On the port that it had."""
        end()
        self.server.options = ("--port", self.server.url.rpartition(":")[2])
        self.server.start()

    def test_a_token_outlives_the_server(self):
        token = self.server.token
        self.restart(self.server.stop)
        self.assertEqual(self.server.token, token)
        with servers.queried(token, PROJECT):
            self.assertEqual(nq_runs.list_runs(), [])

    def test_a_session_outlives_the_server(self):
        with self.server.session() as http:
            path = "/api/backend/v1/projects"
            self.assertEqual(http.get(path).status_code, 200)
            self.restart(self.server.kill)
            self.assertEqual(http.get(path).status_code, 200)

    def test_only_the_owner_may_read_the_key(self):
        key = self.server.store + "-key"
        self.assertEqual(stat.S_IMODE(os.stat(key).st_mode), 0o600)
        with open(key, encoding="ascii") as file:
            self.assertEqual([len(line) for line in file], [65, 65])
        with open(self.server.store, "rb") as file, open(key, "rb") as kept:
            secret = kept.readline().strip()
            self.assertNotIn(secret, file.read())

    def test_a_copy_of_the_store_has_another_key(self):
        with tempfile.TemporaryDirectory() as folder:
            shutil.copy(self.server.store, folder)
            other = Server(folder)
            self.addCleanup(other.stop)
            key = decoded(self.server.token)["api_key"]
            self.assertNotEqual(decoded(other.token)["api_key"], key)
            token = {**decoded(other.token), "api_key": key}
            answer = httpx.get(
                other.url + "/api/backend/v1/authorization/oauth-token",
                headers={"X-Neptune-Api-Token": encoded(token)},
                trust_env=False)
            self.assertEqual(answer.status_code, 401)

    def test_a_run_goes_on(self):
        """The client was told nothing of it, and nothing is lost."""
        told = []
        with unittest.mock.patch.dict(
                os.environ, NEPTUNE_LOGGER_LEVEL="critical"), Run(
                    run_id="run", project=PROJECT,
                    api_token=self.server.token,
                    log_directory=tempfile.mkdtemp(dir=self.folder),
                    enable_console_log_capture=False,
                    source_tracking_config=None,
                    on_error_callback=lambda error, _: told.append(error),
                    on_warning_callback=lambda error, _: told.append(error)
                ) as run:
            for step in range(100):
                run.log_metrics({"m": step / 3}, step=step)
            run.wait_for_processing(verbose=False)
            self.server.kill()
            for step in range(100, 200):
                run.log_metrics({"m": step / 3}, step=step)
            self.restart(lambda: None)
        self.assertEqual(told, [])
        self.assertEqual(self.server.rows(
            "SELECT step, value FROM metric_points ORDER BY step"),
            [(float(step), step / 3) for step in range(200)])
