"""The genuine logging client writes; neptune_query and plain SQL read back.

One project is logged by neptune_scale, unmodified: runs of every kind, values
of every type, files. What the clients read is compared with what was logged.
"""

import json
import logging
import math
import os
import shutil
import tempfile
from datetime import datetime, timedelta, timezone

import neptune_query as nq
import neptune_query.runs as nq_runs
from neptune_scale import Run
from neptune_scale.projects import create_project, list_projects
from neptune_scale.types import File, Histogram

import server as servers
from world import Judged
from writing import Server

PROJECT = "team/logged"
START = datetime(2025, 3, 4, 5, 6, 7, 89000, timezone.utc)
CONFIGS = {
    "c/int": -(1 << 62), "c/float": 0.1 + 0.2, "c/nan": math.nan,
    "c/text": "né\n'\"`", "c/yes": True, "c/no": False,
    "c/time": START + timedelta(milliseconds=1), "c/set": ["b", "a", "ü"],
}
LOSSES = [(step / 4, 1 / (step + 3)) for step in range(40)]
LINES = [(step, f"line {step} é") for step in range(10)]
EDGES = [-1e300, 0.1 + 0.2, 1.0, math.inf]
SMALL, LARGE = b"small\n", bytes(range(256)) * 80_000  # 20 MB: in parts


def time_of(step):
    return START + timedelta(milliseconds=round(step * 1001))


class Log:
    """Logs the project; errors and warnings of the client by run."""

    def __init__(self, token, folder):
        self.token, self.folder, self.told = token, folder, {}
        create_project(PROJECT, api_token=token)
        with self.run("root", experiment_name="first") as run:
            self.fill(run)
        with self.run("fork", experiment_name="first", fork_run_id="root",
                      fork_step=5) as run:
            run.log_metrics({"m/loss": 7.0}, step=6)
        with self.run("fork", experiment_name="first", fork_run_id="root",
                      fork_step=5) as run:  # resumed
            run.log_metrics({"m/loss": 8.0}, step=7)
        with self.run("alone") as run:
            run.log_metrics({"m/loss": 1.0}, step=1)
            run.wait_for_processing(verbose=False)
            run.log_metrics({"m/loss": 2.0}, step=0)
            run.log_configs({"m/loss": "text"})

    def run(self, id_, **more):
        told = self.told.setdefault(id_, [])

        def tell(error, _):
            told.append(type(error).__name__)
        return Run(run_id=id_, project=PROJECT, api_token=self.token,
                   log_directory=tempfile.mkdtemp(dir=self.folder),
                   enable_console_log_capture=False,
                   source_tracking_config=None, on_error_callback=tell,
                   on_warning_callback=tell, **more)

    def fill(self, run):
        run.log_configs(CONFIGS)
        run.add_tags(["kept", "gone"])
        run.remove_tags(["gone"])
        run.add_tags(["group"], group_tags=True)
        for step, loss in LOSSES:
            run.log_metrics({"m/loss": loss}, step, timestamp=time_of(step))
        run.log_metrics({"m/loss": 0.5}, step=20, preview=True,
                        preview_completion=0.25)
        for step, line in LINES:
            run.log_string_series({"s/log": line}, step=step,
                                  timestamp=time_of(step))
            run.log_histograms({"h/w": Histogram(
                bin_edges=EDGES, counts=[step, 1, 2])}, step=step)
        run.log_files({"f/series": File(SMALL)}, step=1)
        path = os.path.join(self.folder, "large.bin")
        with open(path, "wb") as file:
            file.write(LARGE)
        run.assign_files({"f/small": File(SMALL, mime_type="text/x-odd"),
                          "f/empty": File(b""), "f/large": path})


def setUpModule():
    global FOLDER, SERVER, LOG
    os.environ["NEPTUNE_LOGGER_LEVEL"] = "error"  # of the client's processes
    logging.getLogger("neptune").setLevel(logging.ERROR)
    FOLDER = tempfile.mkdtemp()
    SERVER = Server(FOLDER)
    LOG = Log(SERVER.token, FOLDER)


def tearDownModule():
    del os.environ["NEPTUNE_LOGGER_LEVEL"]
    logging.getLogger("neptune").setLevel(logging.INFO)
    SERVER.stop()
    shutil.rmtree(FOLDER)


class Logged(Judged):

    def setUp(self):
        queried = servers.queried(SERVER.token, PROJECT)
        queried.__enter__()
        self.addCleanup(queried.__exit__, None, None, None)

    def read(self, path, run="root"):
        frame = nq_runs.fetch_runs_table(project=PROJECT, runs=[run],
                                         attributes=[path])
        return frame[path].iloc[0]

    def test_projects(self):
        self.assertEqual(list_projects(api_token=SERVER.token),
                         ["local/project", PROJECT])

    def test_runs_and_experiments(self):
        self.assertEqual(sorted(nq_runs.list_runs(project=PROJECT)),
                         ["alone", "fork", "root"])
        self.assertEqual(nq.list_experiments(project=PROJECT), ["first"])
        self.assertEqual(SERVER.rows(
            "SELECT run_id, experiment, parent_run_id, fork_step FROM runs"
            " ORDER BY 1"), [("alone", None, None, None),
                             ("fork", "first", "root", 5.0),
                             ("root", "first", None, None)])
        self.assertEqual(SERVER.rows("SELECT run_id FROM experiments"),
                         [("fork",)])

    def test_configs(self):
        for path, value in CONFIGS.items():
            found = self.read(path)
            if isinstance(value, list):
                self.assertEqual(set(found), set(value))
            else:
                self.assertEqual(repr(found), repr(type(found)(value)), path)

    def test_a_fork_takes_over_configs(self):
        self.assertEqual(self.read("c/text", "fork"), CONFIGS["c/text"])

    def test_tags(self):
        self.assertEqual(set(self.read("sys/tags")), {"kept"})
        self.assertEqual(set(self.read("sys/group_tags")), {"group"})

    def test_metrics(self):
        frame = nq_runs.fetch_metrics(
            project=PROJECT, runs=["root"], attributes=["m/loss"],
            include_time="absolute")
        points = [(step, row[("m/loss", "value")],
                   row[("m/loss", "absolute_time")].to_pydatetime())
                  for (_, step), row in frame.iterrows()]
        self.assertEqual(points, [(step, loss, time_of(step))
                                  for step, loss in LOSSES])

    def test_a_fork_goes_on_where_its_parent_was_left(self):
        frame = nq_runs.fetch_metrics(project=PROJECT, runs=["fork"],
                                      attributes=["m/loss"])
        points = [(step, row["m/loss"]) for (_, step), row in
                  frame.iterrows()]
        self.assertEqual(points, [p for p in LOSSES if p[0] <= 5]
                         + [(6.0, 7.0), (7.0, 8.0)])

    def test_previews(self):
        frame = nq_runs.fetch_metrics(
            project=PROJECT, runs=["root"], attributes=["m/loss"],
            include_point_previews=True)
        last = frame.iloc[-1][("m/loss",)]
        self.assertEqual((frame.index[-1][1], *last),
                         (20.0, 0.5, True, 0.25))

    def test_string_series(self):
        frame = nq_runs.fetch_series(project=PROJECT, runs=["root"],
                                     attributes=["s/log"])
        self.assertEqual([(step, row["s/log"]) for (_, step), row in
                          frame.iterrows()], LINES)

    def test_histogram_series(self):
        frame = nq_runs.fetch_series(project=PROJECT, runs=["root"],
                                     attributes=["h/w"])
        found = [(step, row["h/w"].edges, row["h/w"].values)
                 for (_, step), row in frame.iterrows()]
        self.assertEqual(found, [(float(step), EDGES, [float(step), 1.0, 2.0])
                                 for step in range(10)])
        edges = SERVER.rows("SELECT value ->> '$.edges' FROM"
                            " histogram_points LIMIT 1")
        self.assertEqual(json.loads(edges[0][0]), EDGES)

    def test_files(self):
        frame = nq_runs.fetch_runs_table(
            project=PROJECT, runs=["root"],
            attributes=["f/small", "f/empty", "f/large"])
        series = nq_runs.fetch_series(project=PROJECT, runs=["root"],
                                      attributes=["f/series"])
        files = [*frame.iloc[0], series.iloc[0]["f/series"]]
        paths = nq_runs.download_files(files=files, destination=FOLDER)
        found = {}
        for run in range(len(paths)):
            for path in paths.iloc[run].dropna():
                with open(path, "rb") as file:
                    data = file.read()
                found[os.path.basename(os.path.dirname(path)), len(data)] = (
                    data)
        self.assertEqual(sorted(found.values(), key=len),
                         [b"", SMALL, SMALL, LARGE])
        self.assertEqual(SERVER.rows(
            "SELECT attribute, size_bytes, mime_type FROM files ORDER BY 1"),
            [("f/empty", 0, "application/octet-stream"),
             ("f/large", len(LARGE), "application/octet-stream"),
             ("f/small", 6, "text/x-odd")])

    def test_what_the_client_tells(self):
        self.assertEqual(LOG.told["root"], [])
        self.assertEqual(LOG.told["fork"], ["NeptuneRunDuplicate"])
        self.assertEqual(sorted(LOG.told["alone"]),
                         ["NeptuneAttributeTypeMismatch",
                          "NeptuneSeriesStepNonIncreasing"])
        self.assertEqual(SERVER.rows(
            "SELECT step, value FROM metric_points WHERE run_id = 'alone'"),
            [(1.0, 1.0)])
