"""The store holds what the sample's text files say.

So that whoever is judged by the store is judged by the files.
"""

import contextlib
import math
import sqlite3
from datetime import timedelta

import truth
from sample import METRICS, READ, instant, lines, members, moment, numbers
from world import SAMPLE, STORE, Judged


def objects():
    """(line, value, a file's bytes) of what is no number."""
    for line in lines("strings.csv"):
        yield line, line["value"], None
    for line in lines("histograms.csv"):
        yield line, truth.Histogram("COUNTING", numbers(line["edges"]),
                                    numbers(line["counts"])), None
    for line in lines("files.csv"):
        content = line["content"].encode()
        yield line, truth.File(line["path"], len(content),
                               line["mime_type"]), content


class Store(Judged):

    def test_runs(self):
        runs = {run.sys_id: run for run in SAMPLE.runs}
        count = 0
        for count, line in enumerate(lines("runs.csv"), 1):
            run = runs[line["sys_id"]]
            found = [run.custom_id, run.experiment or "",
                     run.parent.sys_id if run.parent else "",
                     run.fork_step, run.row["state"]]
            fork_step = line["fork_step"]
            self.assertEqual(found, [
                line["run_id"], line["experiment"], line["parent"],
                float(fork_step) if fork_step else None, line["state"]])
            expected = {
                "sys/owner": line["owner"],
                "sys/description": line["description"],
                "sys/creation_time": moment(line["created"]),
                "sys/modification_time": moment(line["modified"]),
                "sys/ping_time": moment(line["ping"]),
                "sys/failed": line["failed"] == "1",
                "sys/archived": line["archived"] == "1",
                "sys/tags": members(line["tags"]),
                "sys/group_tags": members(line["group_tags"]) or None,
            }
            self.assertEqual({path: run.value(path) for path in expected},
                             expected)
        self.assertEqual(count, len(runs))

    def test_parameters(self):
        expected = {run.sys_id: {} for run in SAMPLE.runs}
        for line in lines("configs.csv"):
            expected[line["sys_id"]][line["attribute"]] = (
                line["type"], READ[line["type"]](line["value"]))
        for run in SAMPLE.runs:
            found = {path: item for path, item in run.own.items()
                     if item[0] != "file" and item[0] not in truth.SERIES}
            self.assertEqual(repr(sorted(found)),
                             repr(sorted(expected[run.sys_id])))
            for path, item in found.items():
                self.assertEqual(repr(item),
                                 repr(expected[run.sys_id][path]))

    def test_points(self):
        created = {run.sys_id: run.value("sys/creation_time")
                   for run in SAMPLE.runs}
        expected = set()
        for line in lines("metrics.csv"):
            id_, done = line["sys_id"], line["completion"]
            time = instant(created[id_], line)
            for column, path in METRICS.items():
                if line[column]:
                    expected.add((
                        id_, path, float(line["step"]), time,
                        repr(float(line[column])), bool(done),
                        float(done or 1)))
        found = {(run.sys_id, path, p.step,
                  moment("1970-01-01") + timedelta(milliseconds=p.millis),
                  repr(p.value), p.preview, p.completion)
                 for run in SAMPLE.runs
                 for path, points in run.series.items() for p in points
                 if run.own[path][0] == "float_series"}
        self.assertEqual(found, expected)
        self.assertTrue(any(math.isnan(float(p[4])) for p in found))

    def test_objects(self):
        created = {run.sys_id: run.value("sys/creation_time")
                   for run in SAMPLE.runs}
        expected, contents = set(), {}
        for line, value, content in objects():
            id_, step = line["sys_id"], line["step"]
            expected.add((id_, line["attribute"], value,
                          *((float(step), instant(created[id_], line))
                            if step else ())))
            if content is not None:
                contents[line["path"]] = content
        found = {(run.sys_id, path, p.value, p.step, truth.utc(p.millis))
                 for run in SAMPLE.runs
                 for path, points in run.series.items() for p in points
                 if run.own[path][0] != "float_series"}
        found |= {(run.sys_id, path, value) for run in SAMPLE.runs
                  for path, (type_, value) in run.own.items()
                  if type_ == "file"}
        self.assertEqual(found, expected)
        self.assertEqual(self.stored_files(), contents)

    @staticmethod
    def stored_files():
        """{path: bytes} of the sample's project."""
        found = {}
        with contextlib.closing(sqlite3.connect(STORE)) as store:
            for path, name in store.execute(
                    "SELECT path, content.name FROM content JOIN project"
                    " USING (project_id) WHERE uuid = ?", (SAMPLE.uuid,)):
                with open(f"{STORE}-files/{name}", "rb") as file:
                    found[path] = file.read()
        return found
