"""The sample project's text files, read as what a logging client is told."""

import csv
import os
import sys
from datetime import datetime, timedelta, timezone

import truth

FOLDER = os.environ["JUDGE_SAMPLE"]
METRICS = {
    "train_loss": "metrics/train/loss", "train_acc": "metrics/train/acc",
    "val_loss": "metrics/val/loss", "val_acc": "metrics/val/acc",
    "lr": "metrics/lr", "grad_norm": "metrics/grad_norm",
    "weight_norm": "metrics/weight_norm",
    "batch_loss": "metrics/train/batch_loss", "test_acc": "metrics/test/acc",
}


def moment(text):
    return datetime.fromisoformat(text).replace(tzinfo=timezone.utc)


def members(text):
    return frozenset(text.split("|")) if text else frozenset()


READ = {
    "int": int, "float": float, "string": str,
    "bool": lambda text: {"0": False, "1": True}[text],
    "datetime": moment, "string_set": members,
}


def lines(name):
    with open(os.path.join(FOLDER, name), encoding="utf-8", newline="") as f:
        yield from csv.DictReader(f)


def numbers(text):
    return tuple(map(float, text.split("|")))


def instant(created, line):
    return created + timedelta(milliseconds=int(line["ms"]))


class SampleRun:
    """What one run logged itself, and how it was made."""

    def __init__(self, line, runs, inherits):
        self.name = line["run_id"]
        self.experiment = line["experiment"] or None
        self.parent = runs[line["parent"]] if line["parent"] else None
        self.fork_step = float(line["fork_step"]) if self.parent else None
        self.inherits = self.name in inherits
        self.created = moment(line["created"])
        self.tags = members(line["tags"])
        self.group_tags = members(line["group_tags"])
        self.failed = line["failed"] == "1"
        self.archived = line["archived"] == "1"
        self.description = line["description"]
        self.configs = {}  # path -> (type, value)
        self.rows = []  # (step, time, {path: value}, completion or None)
        self.texts = []  # (path, step, time, text)
        self.histograms = []  # (path, step, time, truth.Histogram)
        self.files = []  # (path, step and time or None, truth.File, bytes)

    @property
    def depth(self):
        return 0 if self.parent is None else self.parent.depth + 1


def inheriting():
    """Names of the forks that take over their parent's configs."""
    sys.path.append(FOLDER)
    try:
        import sweep
    finally:
        sys.path.remove(FOLDER)
    return {spec.run for spec in sweep.all_specs() if spec.inherit_configs}


def load():
    """Every run, in the order in which they were made."""
    runs, inherits = {}, inheriting()
    for line in lines("runs.csv"):
        runs[line["sys_id"]] = SampleRun(line, runs, inherits)
    for line in lines("configs.csv"):
        runs[line["sys_id"]].configs[line["attribute"]] = (
            line["type"], READ[line["type"]](line["value"]))
    for line in lines("metrics.csv"):
        run = runs[line["sys_id"]]
        run.rows.append((
            float(line["step"]), instant(run.created, line),
            {path: float(line[name]) for name, path in METRICS.items()
             if line[name]},
            float(line["completion"]) if line["completion"] else None))
    for line in lines("strings.csv"):
        run = runs[line["sys_id"]]
        run.texts.append((line["attribute"], float(line["step"]),
                          instant(run.created, line), line["value"]))
    for line in lines("histograms.csv"):
        run = runs[line["sys_id"]]
        run.histograms.append((
            line["attribute"], float(line["step"]),
            instant(run.created, line),
            truth.Histogram("COUNTING", numbers(line["edges"]),
                            numbers(line["counts"]))))
    for line in lines("files.csv"):
        run, content = runs[line["sys_id"]], line["content"].encode()
        run.files.append((
            line["attribute"],
            (float(line["step"]), instant(run.created, line))
            if line["step"] else None,
            truth.File(line["path"], len(content), line["mime_type"]),
            content))
    return list(runs.values())
