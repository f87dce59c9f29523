"""The runs of the sweep as data, in the order in which they were started."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

# Labelling went on while the sweep ran: what could be used at which time.
SNAPSHOTS = {
    "2026-01-26 06:00:00.000": 700,
    "2026-02-09 06:30:00.250": 1097,
}
EARLY, LATE = SNAPSHOTS


@dataclass(frozen=True)
class Config:
    """Hyper-parameters; None: not used by this run and not logged."""

    lr: float = 0.001
    optimizer: str = "adam"
    momentum: float | None = None
    batch_size: int = 64
    hidden_layers: int = 1
    hidden_units: int | None = 64
    dropout: float | None = None
    weight_decay: float | None = None
    augment: bool = False
    schedule: str = "constant"
    epochs: int = 36
    seed: int | str = 7
    features: frozenset[str] = frozenset({"pixels"})
    data_snapshot: str | None = EARLY

    @property
    def layers(self) -> frozenset[str]:
        """The kinds of layers in the model."""
        kinds = {"dense", "softmax"}
        if self.hidden_layers:
            kinds.add("relu")
        if self.dropout:
            kinds.add("dropout")
        return frozenset(kinds)


@dataclass(frozen=True)
class Spec:
    """One run: what to train, from where, and how it ends."""

    run: str
    experiment: str | None
    created: datetime
    config: Config
    owner: str
    parent: str | None = None
    fork_step: int | None = None
    crash_step: int | None = None  # the machine dies after this step
    active_step: int | None = None  # still running, committed up to here
    ignore_nan: bool = False  # otherwise a diverged run is stopped
    log_thirds: bool = False  # also log the loss of each third of an epoch
    inherit_configs: bool = False  # a fork that logs only what it changed
    archived: bool = False
    description: str | None = None
    tags: frozenset[str] = frozenset()
    group_tags: frozenset[str] | None = None


class Sweep:
    """Collects specs; forks take their parent's config, with changes."""

    def __init__(self) -> None:
        self.specs: list[Spec] = []

    def add(self, experiment: str | None, created: datetime, owner: str,
            config: Config, run: str | None = None, **rest: Any) -> None:
        name = run or f"{experiment}-1"
        self.specs.append(
            Spec(name, experiment, created, config, owner, **_sets(rest))
        )

    def fork(self, experiment: str | None, run: str, parent: str, step: int,
             created: datetime, changes: dict[str, Any] | None = None,
             **rest: Any) -> None:
        source = self[parent]
        rest.setdefault("owner", source.owner)
        self.specs.append(
            Spec(run, experiment, created, replace(source.config,
                                                   **(changes or {})),
                 parent=parent, fork_step=step, **_sets(rest))
        )

    def __getitem__(self, run: str) -> Spec:
        return next(spec for spec in self.specs if spec.run == run)


def _sets(rest: dict[str, Any]) -> dict[str, Any]:
    """`tags="a b"` as the set {a, b}."""
    for key in ("tags", "group_tags"):
        if key in rest:
            rest[key] = frozenset(rest[key].split())
    return rest


def at(day: int, clock: str) -> datetime:
    """A moment of February 2026, UTC; clock is HH:MM:SS or HH:MM:SS.mmm."""
    time = datetime.fromisoformat(f"2026-02-{day:02d}T{clock}")
    return time.replace(tzinfo=UTC)


def _queue(start: datetime, minutes: float) -> Iterator[datetime]:
    """Starting times of jobs in a queue: regular, with uneven milliseconds."""
    for n in range(1000):
        yield start + timedelta(minutes=n * minutes, milliseconds=n * n * 397)


def all_specs() -> list[Spec]:
    sweep = Sweep()
    for stage in (_scratch, _grid, _baselines, _diverged, _regularised,
                  _restarts, _inputs, _finetuned, _chain, _last):
        stage(sweep)
    return sorted(sweep.specs, key=lambda spec: spec.created)


def _scratch(sweep: Sweep) -> None:
    """First tries, never made into experiments."""
    config = Config(epochs=30, hidden_units=16, seed=1)
    sweep.add(None, at(2, "08:14:09.120"), "amara", config, run="try-first",
              description="Does it learn at all?")
    sweep.add(None, at(2, "08:51:40.004"), "amara",
              replace(config, optimizer="sgd", lr=0.1, seed="lucky"),
              run="try-sgd", tags="scratch",
              description='It\'s the "lucky" seed; delete me, please.')
    sweep.add(None, at(2, "09:30:02.771"), "bogdan",
              replace(config, batch_size=8, data_snapshot=None),
              run="try-batch-8", tags="scratch", archived=True)


def _grid(sweep: Sweep) -> None:
    """Optimizer x learning rate x width, as one submitted batch."""
    times = _queue(at(2, "13:00:00.000"), 3.5)
    axes = {
        "sgd": ((0.02, 0.1, 0.5), (32, 128)),
        "momentum": ((0.01, 0.05), (32, 128)),
        "adam": ((0.0003, 0.001, 0.003, 0.01), (32, 64, 128)),
        "rmsprop": ((0.0003, 0.001), (64, 128)),
    }
    for optimizer, (rates, widths) in axes.items():
        for lr in rates:
            for width in widths:
                sweep.add(
                    f"grid-{optimizer}-lr{lr}-h{width}", next(times),
                    "sweep-bot",
                    Config(lr=lr, optimizer=optimizer, hidden_units=width,
                           momentum=0.9 if optimizer == "momentum" else None),
                    tags=f"grid {optimizer}", group_tags="week-06",
                    archived=lr == 0.02, log_thirds=lr == 0.003)


def _baselines(sweep: Sweep) -> None:
    """Softmax regression: no hidden layer, so no hidden_units."""
    linear = Config(optimizer="sgd", lr=0.5, hidden_layers=0,
                    hidden_units=None, epochs=30)
    start = at(3, "07:45:00.000")
    sweep.add("baseline-pixels", start, "chen-li", linear, tags="baseline",
              group_tags="week-06",
              description="naïve baseline: softmax only – no hidden layer")
    sweep.add("baseline-edges", start, "chen-li",  # the same millisecond
              replace(linear, features=frozenset({"pixels", "edges"})),
              tags="baseline", group_tags="week-06")
    sweep.add("baseline-sums", at(3, "07:58:31.417"), "chen-li",
              replace(linear, features=frozenset({"rows", "columns"}),
                      seed="null"),
              tags="baseline", group_tags="week-06",
              description="Only row and column means: how little is enough?")


def _diverged(sweep: Sweep) -> None:
    """Learning rates that are too high, in four ways."""
    config = Config(optimizer="sgd", batch_size=32, epochs=30)
    sweep.add("hot-lr3", at(3, "15:20:11.300"), "bogdan",
              replace(config, lr=3.0, hidden_layers=2, optimizer="momentum",
                      momentum=0.95), tags="hot",
              description="学習率 3.0 は高すぎる (learning rate far too high)")
    sweep.add("hot-decay", at(3, "15:24:45.081"), "bogdan",
              replace(config, lr=10.0, weight_decay=1.0), tags="hot decay",
              archived=True)
    sweep.add("hot-decay-wide", at(3, "15:24:58.800"), "bogdan",
              replace(config, lr=7.5, weight_decay=1.0, hidden_units=128),
              tags="hot decay")
    linear = replace(config, hidden_layers=0, hidden_units=None)
    sweep.add("hot-linear", at(3, "15:31:02.950"), "bogdan",
              replace(linear, lr=5.0, weight_decay=1.0), tags="hot decay",
              ignore_nan=True,
              description="\"To see what a NaN looks like\";\n"
                          "runs on to the end on purpose.")
    sweep.add("hot-absurd", at(3, "15:36:29.061"), "bogdan",
              replace(linear, lr=1e200), tags="hot",
              description="lr = 1e200: without hidden layers only the "
                          "direction counts, and it learns!")


def _regularised(sweep: Sweep) -> None:
    """Around the best of the grid: dropout, decay, augmentation."""
    base = Config(hidden_units=128, schedule="cosine", lr=0.005, epochs=40)
    times = _queue(at(4, "09:12:30.500"), 7.25)
    changes: dict[str, dict[str, Any]] = {
        "drop0.1": {"dropout": 0.1},
        "drop0.3": {"dropout": 0.3},
        "drop0.5": {"dropout": 0.5},
        "decay1e-4": {"weight_decay": 0.0001},
        "decay1e-3": {"weight_decay": 0.001},
        "augment": {"augment": True},
        "augment-drop0.1": {"augment": True, "dropout": 0.1},
    }
    for name, change in changes.items():
        sweep.add(f"reg-{name}", next(times), "amara",
                  replace(base, **change), tags="regularise",
                  group_tags="week-06 étude",
                  log_thirds=name == "augment")
    _deep(sweep)


def _deep(sweep: Sweep) -> None:
    deep = Config(hidden_layers=2, hidden_units=64, schedule="warmup",
                  lr=0.002)
    models: list[tuple[int, int | str]] = [(2, 11), (3, 11), (3, "night-12")]
    for n, (layers, seed) in enumerate(models):
        sweep.add(f"deep-{layers}-seed-{seed}",
                  at(5, f"2{n}:05:17.{n}33"), "dora",
                  replace(deep, hidden_layers=layers, seed=seed),
                  tags="deep night", group_tags="week-06")


def _restarts(sweep: Sweep) -> None:
    """Machines that died; the same experiment goes on in a new run."""
    long = Config(lr=0.004, hidden_units=128, augment=True, dropout=0.2,
                  epochs=40, schedule="step", seed=21)
    sweep.add("long-augment", at(6, "10:00:04.600"), "dora", long,
              crash_step=23, tags="long", group_tags="week-06",
              description="Node lost after step 23, see the restart")
    sweep.fork("long-augment", "long-augment-2", "long-augment-1", 20,
               at(6, "12:41:55.020"), crash_step=34, tags="long restart",
               group_tags="week-06")
    sweep.fork("long-augment", "long-augment-3", "long-augment-2", 30,
               at(7, "08:03:12.345"), {"batch_size": 32},
               tags="long restart", group_tags="week-06",
               description="Third time lucky; smaller batches fit the node")
    for name, seed, step in (("a", 31, 12), ("b", 32, 17)):
        sweep.add(f"spot-{name}", at(6, f"14:{seed}:00.777"), "sweep-bot",
                  replace(long, seed=seed, epochs=32, schedule="cosine"),
                  crash_step=step, tags="spot")
        sweep.fork(f"spot-{name}", f"spot-{name}-2", f"spot-{name}-1", 10,
                   at(6, f"16:{seed}:30.001"), inherit_configs=name == "b",
                   tags="spot restart")
    sweep.add("spot-c", at(6, "14:33:00.777"), "sweep-bot",
              replace(long, seed=33, epochs=32), crash_step=30, tags="spot",
              description="Crashed at the end, never restarted")


def _inputs(sweep: Sweep) -> None:
    """Other inputs, with the larger data set of the second week."""
    base = Config(hidden_units=96, schedule="cosine", lr=0.003, batch_size=128,
                  data_snapshot=LATE)
    sets = {"pixels": {"pixels"}, "edges": {"edges"},
            "pixels-edges": {"pixels", "edges"},
            "all": {"pixels", "edges", "rows", "columns"}}
    times = _queue(at(9, "09:00:00.125"), 11.0)
    for name, inputs in sets.items():
        sweep.add(f"inputs-{name}", next(times), "chen-li",
                  replace(base, features=frozenset(inputs)),
                  tags="inputs", group_tags="week-07",
                  log_thirds=name == "all")


def _finetuned(sweep: Sweep) -> None:
    """New experiments that start from another experiment's run."""
    tune: list[tuple[str, str, int, dict[str, Any]]] = [
        ("tune-adam-low", "grid-adam-lr0.003-h128-1", 20,
         {"lr": 0.0003}),
        ("tune-adam-augment", "grid-adam-lr0.003-h128-1", 20,
         {"augment": True, "lr": 0.001}),
        ("tune-adam-more-data", "grid-adam-lr0.003-h128-1", 36,
         {"data_snapshot": LATE, "epochs": 56, "lr": 0.001}),
        ("tune-sgd-to-adam", "grid-sgd-lr0.1-h128-1", 15,
         {"optimizer": "adam", "lr": 0.001}),
        ("tune-inputs-all", "inputs-all-1", 18,
         {"augment": True, "weight_decay": 0.0005}),
    ]
    times = _queue(at(10, "08:30:00.010"), 13.5)
    for name, parent, step, change in tune:
        sweep.fork(name, f"{name}-1", parent, step, next(times), change,
                   owner="amara", tags="finetune", group_tags="week-07")
    sweep.fork("tune-from-try", "tune-from-try-1", "try-sgd", 25,
               at(10, "15:02:08.888"), {"lr": 0.02, "epochs": 45},
               owner="bogdan", tags="finetune scratch",
               inherit_configs=True,
               description="From a run that was never an experiment")
    sweep.fork(None, "try-hot-tail", "grid-adam-lr0.01-h128-1", 30,
               at(10, "15:44:00.404"), {"lr": 0.05, "epochs": 42},
               owner="bogdan", tags="scratch")


def _chain(sweep: Sweep) -> None:
    """A long line of descent: four forks deep, over three experiments."""
    sweep.add("curriculum", at(11, "09:00:00.000"), "dora",
              Config(hidden_units=96, lr=0.003, seed=42, epochs=30),
              tags="curriculum", group_tags="week-07",
              description="Stage 1: plain images")
    sweep.fork("curriculum", "curriculum-2", "curriculum-1", 30,
               at(11, "10:15:20.200"), {"data_snapshot": LATE, "epochs": 45},
               tags="curriculum", group_tags="week-07",
               description="Stage 2: more data")
    sweep.fork("curriculum-augment", "curriculum-augment-1", "curriculum-2",
               40, at(11, "11:40:00.909"),
               {"augment": True, "lr": 0.001, "epochs": 60},
               tags="curriculum", group_tags="week-07",
               description="Stage 3: shifted images")
    sweep.fork("curriculum-final", "curriculum-final-1",
               "curriculum-augment-1", 60, at(12, "08:20:31.640"),
               {"lr": 0.0003, "epochs": 75, "schedule": "cosine"},
               tags="curriculum", group_tags="week-07", crash_step=68,
               description="Stage 4: anneal")
    sweep.fork("curriculum-final", "curriculum-final-2",
               "curriculum-final-1", 64, at(12, "11:05:00.050"),
               {"batch_size": 128}, tags="curriculum restart kept",
               group_tags="week-07",
               description="Stage 4 again — this one is kept ✔")


def _last(sweep: Sweep) -> None:
    """The runs of the last day; two of them are still going."""
    base = Config(hidden_units=128, hidden_layers=2, augment=True, lr=0.002,
                  dropout=0.1, schedule="cosine", epochs=50,
                  data_snapshot=LATE)
    sweep.add("final-wide", at(13, "13:10:00.333"), "amara",
              replace(base, seed=101), tags="final", active_step=34,
              group_tags="week-07", log_thirds=True,
              description="Still running: previews after step 34")
    sweep.add("final-wide-seed-102", at(13, "13:10:02.648"), "amara",
              replace(base, seed=102, epochs=32), tags="final",
              group_tags="week-07")
    sweep.fork("final-edges", "final-edges-1", "tune-inputs-all-1", 30,
               at(13, "13:55:41.070"), {"epochs": 60, "lr": 0.001},
               owner="chen-li", active_step=41, tags="final finetune",
               group_tags="week-07", description="Läuft noch …")
