"""The project judge/odd-data.v1: small, and full of corner cases.

    python odd.py STORE

adds it to a store that has the tables of tests/server/schema.sql.
"""

import json
import math
import sqlite3
import sys
import time
from datetime import datetime, timezone

NAME = "odd-data.v1"
WORKSPACE = "judge"
PROJECT = f"{WORKSPACE}/{NAME}"
START = 1_718_000_000_123  # creation of the first run, milliseconds
MINUTE = 60_000
LONG_TEXT = "".join(f"line {n} of a long text;\n" for n in range(80))
LONG_SERIES = 10_000  # a whole page of neptune-fetcher 0.x

# Names that a path, a regex, a formula or a JSON text may trip over.
ODD_PATHS = [
    "name with spaces", 'double"quote', "single'quote", "back\\slash",
    "dots.and[brackets](x)+*?^$|", "ünï/çødé/名前", "${dollar}", "#hash&~-",
    "case/Same", "case/same", "tab\there", "a/" + 500 * "long", "100%",
    "semi;colon, comma", "true", "NOT", "x:int",
]


class Series(list):
    """Points (step, value[, preview completion]) of a float series."""

    kind, table = "float_series", "float_point"

    @staticmethod
    def stored(value):
        return None if math.isnan(value) else value


def ramp(first, last, scale=1.0):
    """Points at first, first + 1, … last."""
    return Series((float(step), scale * step - 0.5)
                  for step in range(first, last + 1))


def when(text):
    """A datetime attribute."""
    return datetime.fromisoformat(text).replace(tzinfo=timezone.utc)


def runs():
    """(custom run id, experiment, columns of run, attributes) per run."""
    yield from _lineage()
    yield from _values()
    yield from _names()
    yield from _bulk()


def _lineage():
    """Four forks deep over three experiments; restarts; no experiment."""
    yield "root", "alpha", {"owner": "ann", "tags": ["x", "root"]}, {
        "m/loss": ramp(0, 9, 0.25), "m/only-root": ramp(0, 3),
        "m/shadowed": ramp(0, 9), "config/depth": 0,
    }
    yield "root/2", "alpha", {"parent": "root", "fork_step": 5.0}, {
        "m/loss": Series([(5.000001, 7.0), (5.5, 7.5), (6.0, 8.0),
                          (7.5, 9.5), (8.25, 10.0)]),
        "m/shadowed": "text hides the parent's series", "config/depth": 1,
    }
    yield "b fork", "beta α/β", {"parent": "root/2", "fork_step": 7.5}, {
        "m/loss": Series([(8.0, -1.0), (9.0, -2.0), (10.0, math.inf)]),
        "m/new": ramp(8, 12), "config/depth": 2,
    }
    # Forks before its parent's own first point: sees only the root's.
    yield "c'fork", "gamma.*[x]", {"parent": "b fork", "fork_step": 3.0}, {
        "m/loss": Series([(4.0, 40.0), (5.0, 50.0)]), "config/depth": 3,
    }
    yield "d-fork", "gamma.*[x]", {"parent": "c'fork", "fork_step": 4.0}, {
        "m/loss": Series([(6.0, 60.0)]), "config/depth": 4,
        "m/none": Series(),
    }
    yield "restart-1", "restarted", {"failed": 1}, {
        "m/loss": ramp(0, 4, 2.0)}
    yield "restart-2", "restarted", {"state": "active"}, {
        "m/loss": ramp(0, 2, 3.0)}
    yield "loner", None, {"owner": "bob"}, {"m/loss": ramp(1, 3)}
    yield "binned", "in the bin", {"archived": 1, "tags": ["x", "old"]}, {
        "m/loss": ramp(0, 1), "config/depth": 9}


def _values():
    """Values at the edges of every type."""
    yield "edge-1", "edges one", {
        "tags": ["x", "a,b", 'q"uote', "ü", "back\\slash", "X"],
        "group_tags": ["g1", "g2"], "size": 52_428_800,
        "description": 'Said "hi" \\ and left.\nTwice.',
    }, {
        "num/int": 2**63 - 1, "num/big": 2**53, "num/float": 0.1,
        "text/any": 'He said "hi" \\ bye', "text/long": LONG_TEXT + "END-1",
        "flag": True, "when": when("1969-12-31 23:59:59.999"),
        "labels": set(),
        "m/zero": Series([(0.0, 0.0)]), "m/loss": ramp(0, 2),
        "m/finite": Series([(1.0, math.nan), (2.0, 1.0), (3.0, 4.0),
                            (4.0, math.inf), (5.0, 1.0)]),
        "m/preview": Series([(1.0, 5.0), (2.0, 3.0), (3.0, -99.0, 0.75),
                             (4.0, 99.0, 0.25)]),
        "m/micro": Series([(0.000001, 1.0), (0.000002, 2.0), (0.5, 3.0),
                           (123456.654321, 4.0)]),
        "m/long": Series((float(n), math.sin(n))
                         for n in range(LONG_SERIES)),
        "m/longer": Series((n + 0.5, n * 0.5)
                           for n in range(2 * LONG_SERIES + 1)),
    }
    yield "edge-2", "edges two", {
        "tags": [], "owner": "ännä", "running_time_seconds": 0.125,
        "size": 1000,
    }, {
        "num/int": -2**63, "num/big": 2**53 + 1, "num/float": -math.inf,
        "text/any": "", "text/long": LONG_TEXT + "END-2", "flag": False,
        "when": when("1970-01-01 00:00:00"), "labels": {"a,b", "ü", " "},
        "m/finite": Series([(1.0, -0.0), (2.0, -math.inf),
                            (3.0, math.nan)]),
        "m/preview": Series([(1.0, 0.5, 0.5)]),
    }
    yield "edge-3", "edges three", {"tags": ["y"], "group_tags": []}, {
        "num/int": 0, "num/big": 2**53 + 2, "num/float": math.nan,
        "text/any": "two\nlines\tand a tab, größe 名前 🚀", "flag": True,
        "when": when("2024-02-29 12:34:56.789"), "labels": {"x"},
        "m/finite": Series([(1.0, 5e-324), (2.0, 1e150)]),
    }
    now = int(time.time() * 1000)
    yield "edge-4", "edges four", {"creation_time": now - 30 * MINUTE}, {
        "num/int": -1, "num/float": 1e308, "text/any": "100", "flag": False,
        "when": datetime.fromtimestamp(now // 1000 - 2700, timezone.utc),
    }


def _names():
    yield 'id "quoted" \\ ü/1', 'exp "quoted" \\ ü', {}, {
        path: n for n, path in enumerate(ODD_PATHS)}
    yield "empty", "empty", {}, {}


def _bulk():
    """Enough runs for several pages, with ties and one path of all types."""
    kinds = [3, 2.5, "3", True, ramp(0, 3), when("2024-01-01 00:00:00"),
             {"3"}]
    for n in range(24):
        attributes = {"bulk/n": n, "bulk/third": n % 3, "bulk/f": n / 8 - 1,
                      "bulk/word": "abcdefgh"[n % 8] * 2,
                      "bulk/series": ramp(0, n % 5, 0.1 * n)}
        if n < len(kinds):
            attributes["mixed"] = kinds[n]
        yield f"bulk-{n:02d}", f"bulk {n:02d}", {
            "tags": [f"third-{n % 3}"], "owner": "bulk-bot"}, attributes


def stored(value):
    """(type, value) as the table attribute holds them."""
    if isinstance(value, Series):
        return value.kind, None
    if isinstance(value, bool):
        return "bool", int(value)
    if isinstance(value, int):
        return "int", value
    if isinstance(value, float):
        return "float", None if math.isnan(value) else value
    if isinstance(value, datetime):
        return "datetime", round(value.timestamp() * 1000)
    if isinstance(value, set):
        return "string_set", json.dumps(sorted(value))
    return "string", value


def add_run(store, project_id, number, ids, spec, stored=stored):
    """Insert a run with its attributes and points."""
    custom_id, experiment, columns, attributes = spec
    created = START + number * 7 * MINUTE
    row = {"project_id": project_id, "number": number,
           "custom_run_id": custom_id, "experiment": experiment,
           "creation_time": created, **columns}
    row.setdefault("modification_time", row["creation_time"] + MINUTE)
    row.setdefault("ping_time", row["creation_time"] + 2 * MINUTE)
    for name in ("tags", "group_tags"):
        if name in row:
            row[name] = json.dumps(row[name])
    if "parent" in row:
        row["parent"] = ids[row["parent"]]
    ids[custom_id] = store.execute(
        f"INSERT INTO run({', '.join(row)}) VALUES "
        f"({', '.join('?' * len(row))})", list(row.values())).lastrowid
    for path, value in attributes.items():
        attribute_id = store.execute(
            "INSERT INTO attribute(run_id, path, type, value) "
            "VALUES (?, ?, ?, ?)",
            (ids[custom_id], path, *stored(value))).lastrowid
        if isinstance(value, Series):
            add_points(store, attribute_id, row["creation_time"], value)


def add_points(store, attribute_id, created, points):
    for n, (step, value, *preview) in enumerate(points):
        store.execute(
            f"INSERT INTO {points.table} VALUES (?, ?, ?, ?, ?, ?)",
            (attribute_id, step, created + 13 * n, points.stored(value),
             len(preview), preview[0] if preview else 1.0))


def add_to(path):
    store = sqlite3.connect(path)
    with store:
        project_id = store.execute(
            "INSERT INTO project(workspace, name, key) VALUES (?, ?, 'ODD')",
            (WORKSPACE, NAME)).lastrowid
        ids = {}
        for number, spec in enumerate(runs(), 1):
            add_run(store, project_id, number, ids, spec)
    store.close()


if __name__ == "__main__":
    add_to(sys.argv[1])
