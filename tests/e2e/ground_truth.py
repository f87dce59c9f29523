"""The tables equal, row for row, what plain SQL reads from the server's store.

The store's views have the tables' names and columns. They are copied into
ordinary tables, so that the same SQL can be asked of both.
"""

import itertools
import json
import math
import pathlib
import sqlite3
import sys
import tempfile

from support import checks
from support.checks import expect, same
import harness

checks.adapt_to_wrapping()
check = checks.Checks()
STORES = ["sample", *sorted(
    path.stem for path in (harness.ROOT / "tests/sql/stores").glob("*.sql"))]
TABLES = ("experiments", "runs", "attributes", "metric_points")
NEARLY = ("average", "variance")  # added up in another order

# What run sees along its forks, and no further than its experiment.
POINTS = """
CREATE TEMP TABLE own_chain AS
WITH RECURSIVE up(run, source, experiment) AS (
  SELECT run_id, run_id, experiment FROM run
  UNION ALL
  SELECT up.run, parent.run_id, up.experiment FROM up
  JOIN run AS child ON child.run_id = up.source
  JOIN run AS parent ON parent.run_id = child.parent
  WHERE parent.experiment = up.experiment)
SELECT run, source FROM up;
CREATE TEMP TABLE every_point AS
SELECT run, source, path, step, timestamp, value, is_preview, completion
FROM visible_series JOIN float_point USING (attribute_id)
WHERE type = 'float_series' AND step > after AND step <= upto;
CREATE TEMP VIEW point_of AS
SELECT every_point.run, source, experiment, run_id, sys_id,
  path AS attribute, step,
  strftime('%Y-%m-%d %H:%M:%f', timestamp / 1000.0, 'unixepoch') AS timestamp,
  value, is_preview, completion AS preview_completion, project
FROM every_point JOIN run_sys USING (run);
"""
COLUMNS = ("experiment, run_id, sys_id, attribute, step, timestamp, value, "
           "is_preview, preview_completion, project")


class Both:
    """A store's truth in ordinary tables, and the extension on its server."""

    def __init__(self, name, folder):
        path = pathlib.Path(folder) / f"{name}.db"
        if name == "sample":
            harness.copy_sample(path)
        else:
            harness.load_store(
                path, harness.ROOT / f"tests/sql/stores/{name}.sql")
        self.truth = sqlite3.connect(path)
        self.projects = [row[0] for row in self.truth.execute(
            "SELECT project FROM projects ORDER BY project")]
        self.server = harness.Server("--store", path)
        self.db = sqlite3.connect(":memory:")
        self.db.enable_load_extension(True)
        self.db.load_extension(str(harness.EXTENSION))
        self.query("SELECT neptune_config('api_token', ?), "
                   "neptune_config('project', ?)",
                   self.server.token, self.server.project)
        self.columns = {table: [
            row[1:3] for row in self.query(
                f"SELECT * FROM pragma_table_xinfo('{table}')")
            if row[6] == 0] for table in TABLES}
        self.truth.executescript(POINTS)

    def close(self):
        self.db.close()
        self.truth.close()
        same(self.server.stop(), 0, "the server's exit status")

    def copy(self):
        """Makes temp tables of the views; of the declared columns."""
        for table, columns in self.columns.items():
            names = ", ".join(name for name, _ in columns)
            self.truth.execute(
                f"CREATE TEMP TABLE {table}(" + ", ".join(
                    " ".join(column) for column in columns) + ")")
            self.truth.execute(f"INSERT INTO temp.{table}({names}) "
                               f"SELECT {names} FROM main.{table}")

    def query(self, sql, *values):
        return self.db.execute(sql, values).fetchall()

    def expected(self, sql):
        return self.truth.execute(sql).fetchall()

    def projects_in(self):
        return "project IN ({})".format(", ".join(
            "'{}'".format(name.replace("'", "''")) for name in self.projects))


OPEN = {}


def store(name):
    if name not in OPEN:
        OPEN[name] = Both(name, FOLDER.name)
        OPEN[name].copy()
    return OPEN[name]


def order_of(row):
    return tuple((str(type(value)), value) for value in row)


def read_json(row):
    """The store writes a number of a histogram as 2, the extension 2.0."""
    return tuple(repr(json.loads(value, parse_int=float))
                 if isinstance(value, str) and value[:2] == '{"' else value
                 for value in row)


def compare(got, wanted, loose=()):
    """The same rows; in the columns of these numbers nearly."""
    if sorted(map(repr, got)) == sorted(map(repr, wanted)):
        return
    got, wanted = (sorted(map(read_json, rows), key=order_of)
                   for rows in (got, wanted))
    same(len(got), len(wanted), "rows")
    for ours, theirs in zip(got, wanted):
        for i, (a, b) in enumerate(zip(ours, theirs)):
            is_near = i in loose and isinstance(a, float) and \
                isinstance(b, float) and math.isclose(a, b, rel_tol=1e-9,
                                                      abs_tol=1e-15)
            expect(is_near or (a == b and type(a) is type(b)),
                   f"column {i}: {a!r}, wanted {b!r}, of {ours!r:.300}")


@check.each(*((f"{table} of {name}", name, table)
              for name, table in itertools.product(STORES, TABLES)))
def whole_table(name, table):
    """all rows and columns"""
    both = store(name)
    names = [column for column, _ in both.columns[table]]
    keys = [c for c in names if c not in NEARLY]  # sorted by these
    columns = ", ".join(keys + [c for c in names if c in NEARLY])
    sql = f"SELECT {columns} FROM {{}}{table} WHERE {both.projects_in()}"
    wanted = both.expected(sql.format("main."))
    compare(both.query(sql.format("")), wanted,
            range(len(keys), len(names)))
    return f"{len(wanted)} rows"


@check.each(*((f"{kind} of {name}", name, kind) for name, kind in
              itertools.product(STORES, ("full", "experiment", "run"))))
def lineage(name, kind):
    """points by lineage"""
    both = store(name)
    chain = {"full": "true", "run": "run = source",
             "experiment": "(run, source) IN own_chain"}[kind]
    wanted = both.expected(f"SELECT {COLUMNS} FROM point_of WHERE {chain} "
                           "AND NOT is_preview")
    got = both.query(f"SELECT {COLUMNS} FROM metric_points WHERE lineage "
                        f"= '{kind}' AND {both.projects_in()}")
    compare(got, wanted)
    return f"{len(wanted)} rows"


@check.each(*((f"{n}, {kind} of {name}", name, kind, n) for name, kind, n in
              itertools.product(STORES, ("full", "experiment", "run"),
                                (1, 3))))
def tail(name, kind, n):
    """the last points of each series"""
    both = store(name)
    chain = {"full": "true", "run": "run = source",
             "experiment": "(run, source) IN own_chain"}[kind]
    wanted = both.expected(
        f"SELECT {COLUMNS} FROM (SELECT *, row_number() OVER (PARTITION BY "
        "project, sys_id, attribute ORDER BY step DESC) AS place FROM "
        f"point_of WHERE {chain} AND NOT is_preview) WHERE place <= {n}")
    got = both.query(f"SELECT {COLUMNS} FROM metric_points WHERE lineage "
                        f"= '{kind}' AND tail = {n} AND {both.projects_in()}")
    compare(got, wanted)
    return f"{len(wanted)} rows"


@check.each(*((name, name) for name in STORES))
def previews(name):
    """points with previews"""
    both = store(name)
    wanted = both.expected(f"SELECT {COLUMNS} FROM point_of")
    got = both.query(f"SELECT {COLUMNS} FROM metric_points WHERE "
                        f"include_previews = 1 AND {both.projects_in()}")
    place = COLUMNS.split(", ").index("preview_completion")
    # It travels as a 32-bit float.
    for rows in (got, wanted):
        rows[:] = [row[:place] + (round(row[place], 6),) + row[place + 1:]
                   for row in rows]
    compare(got, wanted)
    return f"{sum(row[7] for row in wanted)} previews"


@check.each(*((name, name) for name in STORES))
def attributes_as_json(name):
    """the hidden column attributes: every attribute of the run"""
    both = store(name)
    wanted = {}
    for project, sys_id, attribute, kind, value in both.expected(
            "SELECT project, sys_id, attribute, type, value "
            "FROM main.attributes"):
        if kind in ("string_set", "file", "histogram_series", "file_series") \
                and value is not None:
            value = json.loads(value, parse_int=float)  # as it travels
        wanted.setdefault((project, sys_id), {})[attribute] = value
    got = {(project, sys_id): json.loads(text) for project, sys_id, text in
           both.query("SELECT project, sys_id, attributes FROM runs "
                         f"WHERE {both.projects_in()}")}
    same(sorted(got), sorted(wanted), "runs")
    for key, attributes in wanted.items():
        for path, value in attributes.items():
            expect(path in got[key] or value is None, f"{key} has no {path}")
            same(got[key].get(path), value, f"{key} {path}")
        same(sorted(set(got[key]) - set(attributes)), [], "more attributes")


BUCKET = ("bucket, from_x, to_x, first_x, first, last_x, last, min, max, "
          "finite_count, nan_count, positive_infinite_count, "
          "negative_infinite_count, sum")


def spans(low, high, n):
    """The contract's (from, to] of the buckets of a range."""
    if low == high:
        return [(low, math.inf)]
    width = (high - low) / (n - 1)
    edges = [low + width * i for i in range(n)]
    return list(zip([-math.inf, *edges], [*edges, math.inf]))


def buckets_of(xs, n, low, high):
    """(bucket, from, to); an end that is not given is the series' own. One that
    lies beyond all of the series leaves it in the bucket before, or behind."""
    if high is None and low is not None and max(xs) < low:
        return [(0, -math.inf, low)]
    if low is None and high is not None and min(xs) > high:
        return [(n, high, math.inf)]
    low = min(xs) if low is None else low
    high = max(xs) if high is None else high
    return [(i, *span) for i, span in enumerate(spans(low, high, n))]


def cut(points, n, low=None, high=None):
    """The rows of a series, given as (x, value) with None for NaN."""
    xs = [x for x, _ in points]
    if not xs:
        return []
    rows = []
    for index, left, right in buckets_of(xs, n, low, high):
        inside = [(x, y) for x, y in points
                  if left < x <= right or (index == 0 and x == left)]
        finite = [(x, y) for x, y in inside
                  if y is not None and math.isfinite(y)]
        ys = [y for _, y in finite]
        if inside:
            rows.append((
                index, left, right,
                *((*finite[0], *finite[-1], min(ys), max(ys)) if ys
                  else (None,) * 6),
                len(ys), sum(y is None for _, y in inside),
                *(sum(y == end for _, y in inside)
                  for end in (math.inf, -math.inf)),
                sum(ys) if ys else None))
    return rows


def axis_of(points, axis, others):
    """(x, value) in order of x of a series' (step, millis, value)."""
    if axis == "time":
        placed = [(float(time), y) for _, time, y in points]
    elif axis == "relative_time":
        placed = [(float(time - points[0][1]), y) for _, time, y in points]
    elif axis == "series":
        xs = {step: x for step, _, x in others}
        placed = [(xs[step], y) for step, _, y in points
                  if xs.get(step) is not None and math.isfinite(xs[step])]
    else:
        placed = [(step, y) for step, _, y in points]
    return sorted(placed, key=lambda point: point[0])


# conditions, which points, buckets, x_from, x_to, axis
VIEWS = (
    ("true", "true", 100, None, None, "step"),
    ("buckets = 2", "true", 2, None, None, "step"),
    ("buckets = 37", "true", 37, None, None, "step"),
    ("buckets = 150", "true", 150, None, None, "step"),
    ("buckets = 9 AND x_from = 1 AND x_to = 40", "true", 9, 1.0, 40.0,
     "step"),
    ("buckets = 5 AND x_from = 2.5", "true", 5, 2.5, None, "step"),
    ("buckets = 5 AND x_to = 2.5", "true", 5, None, 2.5, "step"),
    ("x_from = 3 AND x_to = 3", "true", 100, 3.0, 3.0, "step"),
    ("buckets = 6 AND step_from = 1 AND step_to = 20",
     "step BETWEEN 1 AND 20", 6, None, None, "step"),
    ("buckets = 6 AND step_to = 20 AND x_from = 0 AND x_to = 100",
     "step <= 20", 6, 0.0, 100.0, "step"),
    ("buckets = 4 AND lineage = 'run'", "run = source", 4, None, None,
     "step"),
    ("buckets = 4 AND lineage = 'experiment'",
     "(run, source) IN own_chain", 4, None, None, "step"),
    ("buckets = 8 AND include_previews = 1", "previews", 8, None, None,
     "step"),
    ("buckets = 12 AND x_axis = 'time'", "true", 12, None, None, "time"),
    ("buckets = 12 AND x_axis = 'relative_time'", "true", 12, None, None,
     "relative_time"),
    ("buckets = 3 AND x_axis = 'relative_time' AND x_from = 0 AND "
     "x_to = 5000", "true", 3, 0.0, 5000.0, "relative_time"),
    ("buckets = 10 AND x_attribute = (SELECT attribute FROM attributes "
     "WHERE type = 'float_series' AND {P} GROUP BY attribute "
     "ORDER BY count(*) DESC, attribute LIMIT 1)", "true", 10, None, None,
     "series"))


def visible(both, which):
    """{key of a series: its (step, millis, value)}"""
    where = "true" if which == "previews" else f"{which} AND NOT is_preview"
    found = {}
    for *key, step, time, value in both.expected(
            "SELECT project, sys_id, path, step, timestamp, value "
            f"FROM every_point JOIN run_sys USING (run) WHERE {where} "
            "ORDER BY run, path, step"):
        found.setdefault(tuple(key), []).append((step, time, value))
    return found


@check.each(*((name, name) for name in STORES))
def buckets(name):
    """points put into buckets by the contract's rule"""
    both = store(name)
    n_rows = 0
    for where, which, n, low, high, axis in VIEWS:
        where = where.replace("{P}", both.projects_in())
        series = visible(both, which)
        other = both.expected(
            "SELECT attribute FROM main.attributes WHERE type = "
            "'float_series' GROUP BY attribute "
            "ORDER BY count(*) DESC, attribute LIMIT 1")
        wanted = []
        for key, points in series.items():
            others = series.get((*key[:2], *other[0])) if other else None
            placed = axis_of(points, axis, others or [])
            wanted += [(*key, *row) for row in cut(placed, n, low, high)]
        sql = (f"SELECT project, sys_id, attribute, {BUCKET} "
               f"FROM metric_buckets WHERE {where} AND {both.projects_in()}")
        try:
            compare(both.query(sql), wanted, [len(BUCKET.split(",")) + 2])
        except AssertionError as reason:
            raise AssertionError(f"{reason}\n{sql}") from reason
        n_rows += len(wanted)
    return f"{len(VIEWS)} views, {n_rows} rows"


# The same text for both; {P} names the projects.
QUERIES = """
SELECT sys_id, experiment FROM runs WHERE failed = 1 AND {P}
SELECT sys_id FROM runs WHERE NOT failed AND archived = 0 AND {P}
SELECT sys_id FROM runs WHERE experiment IS NULL AND {P}
SELECT sys_id FROM experiments WHERE parent_run_id IS NOT NULL AND {P}
SELECT sys_id FROM runs WHERE fork_step >= 2 AND {P}
SELECT sys_id FROM runs WHERE fork_step BETWEEN 0 AND 30 AND {P}
SELECT sys_id FROM runs WHERE owner IN ('ann', 'amara', 'odd', 'x') AND {P}
SELECT sys_id FROM runs WHERE owner <> 'ann' AND {P}
SELECT sys_id FROM runs WHERE owner = 'ANN' COLLATE NOCASE AND {P}
SELECT sys_id FROM runs WHERE owner LIKE 'a%' AND {P}
SELECT sys_id FROM runs WHERE (owner GLOB 'a*' OR failed) AND {P}
SELECT sys_id FROM runs WHERE creation_time > '2026-01-02 00:00:00.500' AND {P}
SELECT sys_id FROM runs WHERE creation_time <= '2026-02-01' AND {P}
SELECT sys_id FROM runs WHERE creation_time BETWEEN '2026-01' AND '2026-02' AND {P}
SELECT sys_id FROM runs WHERE modification_time = ping_time AND {P}
SELECT sys_id FROM runs WHERE running_time_seconds < 60 AND {P}
SELECT sys_id FROM runs WHERE running_time_seconds = 30.25 AND {P}
SELECT sys_id FROM experiments WHERE running_time_seconds > 100 AND {P}
SELECT sys_id FROM runs WHERE state = 'active' AND {P}
SELECT sys_id FROM runs WHERE state <> 'active' AND {P}
SELECT sys_id FROM runs WHERE description = '' AND {P}
SELECT sys_id FROM runs WHERE tags = '[]' AND {P}
SELECT sys_id FROM runs WHERE group_tags IS NULL AND {P}
SELECT r.sys_id, value FROM runs AS r, json_each(r.tags) WHERE {P}
SELECT sys_id FROM runs WHERE (run_id = 'alpha-1' OR run_id = 'ship-03/1') AND {P}
SELECT sys_id FROM runs WHERE sys_id > 'DIG-3' AND {P}
SELECT count(*), count(experiment), max(creation_time) FROM runs WHERE {P}
SELECT owner, state, count(*) FROM runs WHERE {P} GROUP BY owner, state
SELECT child.sys_id, parent.sys_id FROM runs AS child JOIN runs AS parent ON parent.run_id = child.parent_run_id AND parent.project = child.project WHERE child.{P} AND parent.{P}
SELECT sys_id, attribute, value FROM attributes WHERE type = 'float' AND {P}
SELECT sys_id, attribute, value FROM attributes WHERE type IN ('int', 'bool') AND {P}
SELECT sys_id, value FROM attributes WHERE attribute = 'config/lr' AND {P}
SELECT sys_id, value FROM attributes WHERE attribute = 'config/lr' AND type = 'float' AND value < 0.1 AND {P}
SELECT sys_id, value, type FROM attributes WHERE attribute = 'config/seed' AND {P}
SELECT sys_id, attribute FROM attributes WHERE value IS NULL AND {P}
SELECT sys_id, attribute, min, max, last_step FROM attributes WHERE type = 'float_series' AND {P}
SELECT sys_id, attribute, value FROM attributes WHERE attribute LIKE 'sys/%' AND {P}
SELECT sys_id, attribute, value FROM attributes WHERE attribute GLOB 'config/*' AND experiment IS NOT NULL AND {P}
SELECT DISTINCT attribute, type FROM attributes WHERE {P}
SELECT DISTINCT attribute, type FROM attributes WHERE type = 'string' AND {P}
SELECT sys_id FROM runs WHERE sys_id IN (SELECT sys_id FROM attributes WHERE attribute = 'config/lr' AND type = 'float' AND value > 0.05 AND {P}) AND {P}
SELECT e.sys_id, a.value FROM experiments AS e JOIN attributes AS a USING (project, sys_id) WHERE a.attribute = 'config/optimizer' AND e.{P} AND a.{P}
SELECT sys_id, attribute, step, value FROM metric_points WHERE step > 10 AND {P}
SELECT sys_id, attribute, step, value FROM metric_points WHERE step BETWEEN 1 AND 3 AND {P}
SELECT sys_id, attribute, step, value FROM metric_points WHERE step = 2 AND {P}
SELECT sys_id, attribute, step FROM metric_points WHERE value IS NULL AND {P}
SELECT sys_id, attribute, step, value FROM metric_points WHERE abs(value) = 9e999 AND {P}
SELECT sys_id, attribute, step, value FROM metric_points WHERE value > 1000 AND {P}
SELECT sys_id, step, value FROM metric_points WHERE attribute IN ('loss', 'speed', 'metrics/val/loss') AND {P}
SELECT sys_id, attribute, count(*), min(step), max(step), min(value), max(value) FROM metric_points WHERE {P} GROUP BY project, sys_id, attribute
SELECT e.experiment, count(*) FROM experiments AS e JOIN metric_points AS p USING (project, sys_id) WHERE e.{P} AND p.{P} GROUP BY e.project, e.experiment
SELECT sys_id, attribute, timestamp FROM metric_points WHERE timestamp > '2026-02-10' AND step < 2 AND {P}
SELECT r.sys_id FROM runs AS r WHERE NOT EXISTS (SELECT 1 FROM metric_points AS p WHERE p.sys_id = r.sys_id AND p.project = r.project) AND {P}
SELECT r.sys_id, a.value FROM runs AS r LEFT JOIN attributes AS a ON a.project = r.project AND a.sys_id = r.sys_id AND a.attribute = 'config/lr' WHERE r.{P}
""".strip().split("\n")


@check.each(*((name, name) for name in STORES))
def queries(name):
    """the same query of both, one by one"""
    both = store(name)
    n_rows = 0
    for sql in QUERIES:
        sql = sql.replace("{P}", both.projects_in())
        wanted = both.expected(sql)
        try:
            compare(both.query(sql), wanted)
        except AssertionError as reason:
            raise AssertionError(f"{reason}\n{sql}") from reason
        n_rows += len(wanted)
    return f"{len(QUERIES)} queries, {n_rows} rows"


def main():
    try:
        return check.run()
    finally:
        for both in OPEN.values():
            both.close()
        FOLDER.cleanup()


FOLDER = tempfile.TemporaryDirectory()
if __name__ == "__main__":
    sys.exit(main())
