"""Makes the sample project demo/digits: a sweep of small neural networks.

    /usr/bin/python3 -m venv VENV
    VENV/bin/pip install numpy==2.4.6 scikit-learn==1.9.1
    VENV/bin/python train.py

writes the text files beside this one that load.sql puts into a store.
Everything in them was measured on scikit-learn's digits data set, except
time and place: creation times stand in sweep.py, how long an epoch takes
follows from the size of the model (see epoch_ms) and hosts are invented.
So the files depend on the seeds and not on the machine's speed: training
again gives the same bytes. Other versions of numpy may change last digits.

Forks and restarts continue from their parent's weights and optimizer memory
at the fork step, with batches in a new order and changed hyper-parameters.
Files hold what each run logged itself, nothing inherited.

runs.csv, one line per run; times are UTC:
    sys_id, run_id, experiment (empty: none), parent (a sys_id) and fork_step,
    owner, state (active, inactive), created, modified and ping (last sign of
    life), failed and archived (0, 1), tags and group_tags (separated by |;
    an empty group_tags: never set), description
configs.csv, one line per attribute:
    sys_id, attribute, type, value (set members separated by |)
metrics.csv, one line per step of a run, empty where nothing was logged:
    sys_id, step (epochs; 0 is before training), ms (since the creation),
    train_loss, train_acc (means over the epoch's batches), val_loss, val_acc,
    lr, grad_norm (mean over batches), weight_norm, batch_loss (mean over a
    third of an epoch, in some runs), test_acc (once, at the end),
    completion (only of previews: the share of the data seen so far)
strings.csv, one line per point of a string series; ms as in metrics.csv:
    sys_id, attribute, step, ms, value
histograms.csv, the same of histograms (edges and counts separated by |):
    sys_id, attribute, step, ms, edges, counts
files.csv, one line per file; step and ms are empty if it is no series:
    sys_id, attribute, step, ms, path (in the project), mime_type, content
"""

from __future__ import annotations

import os

# One thread: the order of additions must not depend on the machine.
os.environ["OPENBLAS_NUM_THREADS"] = "1"

import csv  # noqa: E402
import math  # noqa: E402
import zlib  # noqa: E402
from collections.abc import Iterable, Iterator  # noqa: E402
from dataclasses import dataclass, field, fields  # noqa: E402
from datetime import datetime, timedelta  # noqa: E402
from itertools import pairwise  # noqa: E402
from pathlib import Path  # noqa: E402

import numpy as np  # noqa: E402

import net  # noqa: E402
import objects  # noqa: E402
from sweep import SNAPSHOTS, Config, Spec, all_specs  # noqa: E402

FOLDER = Path(__file__).resolve().parent
HOSTS = ("fir", "larch", "rowan")
PREVIEWS = (0.75, 0.25)  # shares of the data behind the two last points
NAN_PATIENCE = 3  # epochs without a finite loss until a run is stopped
METRICS = ("train_loss", "train_acc", "val_loss", "val_acc", "lr",
           "grad_norm", "weight_norm", "batch_loss", "test_acc")

Attribute = tuple[str, str, str]  # path, type, value


@dataclass
class Point:
    """What was logged at one step."""

    step: float
    values: dict[str, float]
    completion: float | None = None


@dataclass
class Run:
    """A trained run; `checkpoints` are kept where others fork from it."""

    spec: Spec
    sys_id: str
    parent: Run | None
    points: list[Point] = field(default_factory=list)
    checkpoints: dict[int, net.State] = field(default_factory=dict)
    val_acc: dict[int, float] = field(default_factory=dict)  # with inherited
    results: list[Attribute] = field(default_factory=list)
    logged: objects.Objects = field(default_factory=objects.Objects)
    failed: bool = False

    @property
    def config(self) -> Config:
        return self.spec.config


def seed_of(*parts: object) -> int:
    return zlib.crc32("/".join(map(str, parts)).encode())


def learning_rate(config: Config, epoch: int) -> float:
    """The rate used in that epoch."""
    if config.schedule == "cosine":
        turn = math.pi * epoch / (config.epochs + 1)
        return config.lr * 0.5 * (1.0 + math.cos(turn))
    if config.schedule == "step":
        return config.lr * 0.5 ** (epoch // 12)
    if config.schedule == "warmup":
        return config.lr * min(1.0, epoch / 5)
    return config.lr


class Trainer:
    """Trains one run and fills in its points and results."""

    def __init__(self, run: Run, parts: tuple[net.Part, net.Part, net.Part],
                 keep: set[int]) -> None:
        images = train_images(run.config)
        self.run, self.config, self.keep = run, run.config, keep
        self.train = net.Part(parts[0].images[:images],
                              parts[0].digits[:images])
        self.val, self.test = parts[1:]
        self.rng = np.random.default_rng(
            seed_of(run.config.seed, run.spec.fork_step or 0))
        self.state = self._start()

    def _start(self) -> net.State:
        spec, parent = self.run.spec, self.run.parent
        if parent is None or spec.fork_step is None:
            inputs = net.features(self.train.images[:1], self.config.features)
            return net.new_state(self.config, inputs.shape[1], self.rng)
        state = parent.checkpoints[spec.fork_step].copy()
        if parent.config.optimizer != self.config.optimizer:
            state.forget_optimizer()
        self.run.val_acc = {step: acc for step, acc in parent.val_acc.items()
                            if step <= spec.fork_step}
        return state

    def fit(self) -> None:
        spec = self.run.spec
        last = spec.active_step or spec.crash_step or self.config.epochs
        first = 1 if spec.fork_step is None else spec.fork_step + 1
        if first == 1:
            self._log_start()
        for epoch in range(first, last + 1):
            self._epoch(epoch)
            if not spec.ignore_nan and self._diverged():
                self.run.failed = True
                self._say(epoch, "stopped: no finite loss any more")
                break
        self.run.failed |= spec.crash_step is not None
        if spec.active_step is not None:
            self._previews(last)
        elif spec.crash_step is None:
            self._finish()

    def _log_start(self) -> None:
        loss, acc = net.evaluate(self.state, self.config, self.train)
        self._log(0, {"train_loss": loss, "train_acc": acc})

    def _epoch(self, epoch: int) -> None:
        before = max(self.run.val_acc.values(), default=0.0)
        measured = self._train_epoch(epoch, 1.0)
        self._log(epoch, measured)
        if epoch in self.keep:
            self.run.checkpoints[epoch] = self.state.copy()
        self._say(epoch,
                  *objects.trouble(measured["train_loss"]),
                  *objects.milestones(before, self.run.val_acc[epoch]))
        if objects.logs_more(self.run.spec):
            self._log_objects(epoch)

    def _say(self, epoch: int, *texts: str) -> None:
        """One remark an epoch, however much there is to say."""
        remarks = self.run.logged.remarks
        if remarks and remarks[-1][0] == epoch:
            texts = (remarks.pop()[1], *texts)
        if texts:
            remarks.append((epoch, "; ".join(texts)))

    def _log_objects(self, epoch: int) -> None:
        logged = self.run.logged
        if epoch % objects.HISTOGRAM_EPOCHS == 0:
            logged.histograms.append((epoch, *objects.histogram(self.state)))
        if epoch % objects.MATRIX_EPOCHS == 0:
            matrix = objects.guesses(self.state, self.config, self.val)
            logged.files.append(
                objects.confusion_file(self.run.spec, epoch, matrix))

    def _log(self, epoch: int, measured: dict[str, float]) -> None:
        loss, acc = net.evaluate(self.state, self.config, self.val)
        self.run.val_acc[epoch] = acc
        measured |= {"val_loss": loss, "val_acc": acc,
                     "lr": learning_rate(self.config, epoch),
                     "weight_norm": net.norm(self.state.weights)}
        self.run.points.append(Point(epoch, measured))

    def _batches(self, share: float) -> list[net.Labels]:
        order = self.rng.permutation(len(self.train.digits))
        size = self.config.batch_size
        order = order[:max(size, int(share * len(order)))]
        return [order[i:i + size] for i in range(0, len(order), size)]

    def _train_epoch(self, epoch: int, share: float) -> dict[str, float]:
        """Train on a share of the data; means over what was seen."""
        losses, right, norms = [], [], []
        for batch in self._batches(share):
            loss, hits, norm = self._train_batch(batch, epoch)
            losses.append(loss)
            right.append(hits)
            norms.append(norm)
        measured = {"train_loss": mean(np.concatenate(losses)),
                    "train_acc": mean(np.concatenate(right)),
                    "grad_norm": mean(np.array(norms))}
        if self.run.spec.log_thirds and share == 1.0:
            measured["batch_loss"] = self._log_thirds(epoch, losses)
        return measured

    def _train_batch(self, batch: net.Labels, epoch: int
                     ) -> tuple[net.Array, net.Array, float]:
        """Loss and correctness of each image; the gradient's norm."""
        images, digits = self.train.images[batch], self.train.digits[batch]
        if self.config.augment:
            images = net.shift(images, self.rng)
        x = net.features(images, self.config.features)
        inputs, logits = net.forward(self.state, x, self.config.dropout or 0.0,
                                     self.rng)
        grads = net.gradients(self.state, inputs, logits, digits,
                              self.config.weight_decay or 0.0)
        net.update(self.state, grads, self.config,
                   learning_rate(self.config, epoch))
        hits = (logits.argmax(axis=1) == digits).astype(float)
        return net.losses(logits, digits), hits, net.norm(grads)

    def _log_thirds(self, epoch: int, losses: list[net.Array]) -> float:
        """Log the first two thirds of the epoch; return the last."""
        cuts = [0, len(losses) // 3, 2 * len(losses) // 3, len(losses)]
        thirds = [mean(np.concatenate(losses[a:b]))
                  for a, b in pairwise(cuts)]
        for n in (1, 2):
            step = round(epoch - 1 + n / 3, 6)
            self.run.points.append(Point(step, {"batch_loss": thirds[n - 1]}))
        return thirds[2]

    def _diverged(self) -> bool:
        recent = [p.values["train_loss"] for p in self.run.points
                  if "train_loss" in p.values][-NAN_PATIENCE:]
        return not any(map(math.isfinite, recent))

    def _previews(self, last: int) -> None:
        """Epochs that are still being averaged when we look."""
        for epoch, share in enumerate(PREVIEWS, last + 1):
            measured = self._train_epoch(epoch, share)
            seen = int(share * len(self.val.digits))
            part = net.Part(self.val.images[:seen], self.val.digits[:seen])
            loss, acc = net.evaluate(self.state, self.config, part)
            values = {name: measured[name]
                      for name in ("train_loss", "train_acc")}
            values |= {"val_loss": loss, "val_acc": acc}
            self.run.points.append(Point(epoch, values, share))

    def _finish(self) -> None:
        """What only the end of a run tells."""
        run = self.run
        best = max(run.val_acc, key=lambda step: (run.val_acc[step], -step))
        loss, acc = net.evaluate(self.state, self.config, self.test)
        converged = acc > 0.5 and math.isfinite(loss)
        run.points[-1].values["test_acc"] = acc
        run.results = [
            ("results/best_epoch", "int", str(best)),
            ("results/best_val_acc", "float", number(run.val_acc[best])),
            ("results/converged", "bool", flag(converged)),
            ("results/test_loss", "float", number(loss)),
        ]
        if math.isfinite(loss):
            wrong = net.confusions(self.state, self.config, self.test)
            run.results.append(
                ("results/confusions", "string_set", members(wrong)))
        if objects.logs_more(run.spec):
            run.logged.files.append(objects.report_file(
                run.spec, objects.guesses(self.state, self.config,
                                          self.test)))


def mean(values: net.Array) -> float:
    return float(values.mean())


def number(value: float) -> str:
    """Six digits; nan, inf and -inf as such."""
    return f"{value:.6g}"


def flag(value: bool) -> str:
    return str(int(value))


def members(values: Iterable[str]) -> str:
    return "|".join(sorted(values))


def instant(time: datetime) -> str:
    return time.replace(tzinfo=None).isoformat(" ", "milliseconds")


def train_images(config: Config) -> int:
    return SNAPSHOTS[config.data_snapshot or min(SNAPSHOTS)]


def parameters(run: Run, parts: tuple[net.Part, net.Part, net.Part]) -> int:
    x = net.features(parts[0].images[:1], run.config.features)
    rng = np.random.default_rng(0)
    return sum(w.size
               for w in net.new_state(run.config, x.shape[1], rng).weights)


def train_all(parts: tuple[net.Part, net.Part, net.Part]) -> list[Run]:
    specs = all_specs()
    runs: dict[str, Run] = {}
    for n, spec in enumerate(specs, 1):
        parent = runs[spec.parent] if spec.parent else None
        run = Run(spec, f"DIG-{n}", parent)
        keep = {child.fork_step for child in specs
                if child.parent == spec.run and child.fork_step is not None}
        Trainer(run, parts, keep).fit()
        runs[spec.run] = run
        print(run.sys_id, spec.run, number(max(run.val_acc.values())))
    return list(runs.values())


def epoch_ms(run: Run, size: int) -> int:
    """The invented machine: so many multiplications in a millisecond."""
    config = run.config
    work = train_images(config) * (size + 4000 * config.augment)
    return 900 + work // 1500 + 40_000 // config.batch_size


def clock(run: Run, size: int) -> Iterator[int]:
    """Milliseconds since the creation at each point: uneven, increasing."""
    rng = np.random.default_rng(seed_of("clock", run.spec.run))
    first = run.points[0].step
    step = first if run.spec.fork_step is None else float(run.spec.fork_step)
    now = int(rng.integers(2500, 9000))
    for point in run.points:
        passed = (point.step - step) * epoch_ms(run, size)
        now += int(passed * rng.uniform(0.92, 1.15))
        step = point.step
        yield now


def config_attributes(run: Run) -> Iterator[Attribute]:
    """The hyper-parameters in use; of some forks, only those changed."""
    words = {bool: "bool", int: "int", float: "float", str: "string",
             frozenset: "string_set"}
    names = [f.name for f in fields(Config)] + ["layers"]
    for name in names:
        value = getattr(run.config, name)
        if value is None or _inherited(run, name):
            continue
        word = "datetime" if name == "data_snapshot" else words[type(value)]
        yield f"config/{name}", word, attribute_text(value)


def _inherited(run: Run, name: str) -> bool:
    if run.parent is None or not run.spec.inherit_configs:
        return False
    return bool(getattr(run.config, name) == getattr(run.parent.config, name))


def attribute_text(value: object) -> str:
    if isinstance(value, bool):
        return flag(value)
    if isinstance(value, frozenset):
        return members(value)
    if isinstance(value, float):
        return repr(value)
    return str(value)


def attributes(run: Run, size: int, end: datetime) -> Iterator[Attribute]:
    host = HOSTS[seed_of(run.spec.run) % len(HOSTS)]
    yield from config_attributes(run)
    yield "data/train_images", "int", str(train_images(run.config))
    yield "model/parameters", "int", str(size)
    yield "runtime/host", "string", host
    yield from run.results
    if run.results:
        yield "results/finished_at", "datetime", instant(end)


def run_row(run: Run, end: datetime) -> list[str]:
    spec = run.spec
    active = spec.active_step is not None
    ping = end + timedelta(milliseconds=seed_of("ping", spec.run) % 9000)
    groups = spec.group_tags
    return [
        run.sys_id, spec.run, spec.experiment or "",
        run.parent.sys_id if run.parent else "",
        "" if spec.fork_step is None else str(spec.fork_step),
        spec.owner, "active" if active else "inactive",
        instant(spec.created), instant(end), instant(ping),
        flag(run.failed), flag(spec.archived), members(spec.tags),
        "" if groups is None else members(groups), spec.description or "",
    ]


def metric_rows(run: Run, times: list[int]) -> Iterator[list[str]]:
    for point, ms in zip(run.points, times, strict=True):
        cells = [number(point.values[name]) if name in point.values else ""
                 for name in METRICS]
        done = "" if point.completion is None else number(point.completion)
        yield [run.sys_id, f"{point.step:.9g}", str(ms), *cells, done]


def object_rows(run: Run, times: list[int], rows: dict[str, list[list[str]]]
                ) -> None:
    """Adds the lines of strings.csv, histograms.csv and files.csv."""
    ms = {point.step: str(time) for point, time in zip(run.points, times,
                                                       strict=True)}
    for step, text in run.logged.remarks:
        rows["strings"].append([run.sys_id, "log", str(step), ms[step], text])
    for step, edges, counts in run.logged.histograms:
        rows["histograms"].append([
            run.sys_id, "weights/output", str(step), ms[step],
            "|".join(map(repr, edges)), "|".join(map(str, counts))])
    for file in run.logged.files:
        at = ["", ""] if file.step is None else [str(file.step),
                                                 ms[file.step]]
        rows["files"].append([run.sys_id, file.attribute, *at, file.path,
                              file.mime_type, file.content])


def write(name: str, header: Iterable[str],
          rows: Iterable[Iterable[str]]) -> None:
    with open(FOLDER / name, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def main() -> None:
    parts = net.load_parts()
    with np.errstate(all="ignore"):  # some runs are meant to diverge
        runs = train_all(parts)
    run_rows, config_rows, metrics = [], [], []
    made: dict[str, list[list[str]]] = {
        "strings": [], "histograms": [], "files": []}
    for run in runs:
        size = parameters(run, parts)
        times = list(clock(run, size))
        end = run.spec.created + timedelta(milliseconds=times[-1] + 350)
        run_rows.append(run_row(run, end))
        config_rows += [[run.sys_id, *attribute]
                        for attribute in attributes(run, size, end)]
        metrics += list(metric_rows(run, times))
        object_rows(run, times, made)
    write("runs.csv", (
        "sys_id", "run_id", "experiment", "parent", "fork_step", "owner",
        "state", "created", "modified", "ping", "failed", "archived", "tags",
        "group_tags", "description"), run_rows)
    write("configs.csv", ("sys_id", "attribute", "type", "value"), config_rows)
    write("metrics.csv", ("sys_id", "step", "ms", *METRICS, "completion"),
          metrics)
    key = ("sys_id", "attribute", "step", "ms")
    write("strings.csv", (*key, "value"), made["strings"])
    write("histograms.csv", (*key, "edges", "counts"), made["histograms"])
    write("files.csv", (*key, "path", "mime_type", "content"), made["files"])


if __name__ == "__main__":
    main()
