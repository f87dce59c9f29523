"""Memory stays flat however many rows pass, and LIMIT reads few bytes.

Each figure is how far the peak of memory rises in a process of its own while
it reads all rows of a statement. F06: a limit on SQLite's heap.
"""

import ctypes
import subprocess
import sys

from support import checks, sqlite
from support.checks import expect, same
from support.sqlite import Database
import harness

checks.adapt_to_wrapping()
check = checks.Checks()
MOST = 64  # MB that any scan may need
FLAT = 16  # MB that the larger project may need more than the smaller one

POINTS = ("runs={},configs=1,series=10,points=1000", 40, 200)
SERIES = ("runs={},configs=1,series=50,points=4", 200, 1000)
VALUES = ("runs={},configs=40,series=10,points=10", 500, 3000)
RUNS = ("runs={},configs=2,series=1,points=10", 75_000, 300_000)
OBJECTS = ("runs={},configs=1,series=1,points=1000,strings=10,histograms=10",
           20, 100)
HUGE = "runs=1000000,configs=100,series=100,points=1000000"

# name, projects, sql whose first column is how many rows it read, rows per run
SCANS = [
    ("2 million points", POINTS,
     "SELECT count(*), avg(value) FROM metric_points", 10_000),
    ("all columns of points", POINTS,
     "SELECT count(*), max(experiment || run_id || sys_id || attribute || "
     "step || timestamp || project), sum(value) FROM metric_points "
     "WHERE attribute REGEXP '_[0-4]$'", 5000),
    ("the last of many points", POINTS,
     "SELECT count(*), sum(value) FROM metric_points WHERE tail = 3", 30),
    ("points joined to experiments", POINTS,
     "SELECT count(*), sum(value) FROM experiments "
     "JOIN metric_points USING (sys_id) WHERE attribute REGEXP '_[0-4]$'",
     5000),
    ("buckets, each series over its own range", POINTS,
     "SELECT count(*), sum(sum) FROM metric_buckets WHERE buckets = 1001 "
     "AND attribute REGEXP '_[0-4]$'", None),
    ("buckets of many series, two each", SERIES,
     "SELECT count(*), sum(sum) FROM metric_buckets WHERE buckets = 2",
     None),
    ("buckets joined to experiments", POINTS,
     "SELECT count(*), sum(sum) FROM experiments JOIN metric_buckets "
     "USING (sys_id) WHERE x_from = 0 AND x_to = 1000", None),
    ("a million strings", OBJECTS,
     "SELECT count(*), max(value) FROM string_points", 10_000),
    ("a million histograms", OBJECTS,
     "SELECT count(*), max(length(value)) FROM histogram_points", 10_000),
    ("210 000 attributes", VALUES,
     "SELECT count(*), max(value) FROM attributes", None),
    ("attributes of one name", VALUES,
     "SELECT count(*), sum(value) FROM attributes "
     "WHERE attribute = 'config/int_1'", 1),
    ("attributes joined to runs", VALUES,
     "SELECT count(*), max(value) FROM runs JOIN attributes USING (sys_id) "
     "WHERE attribute REGEXP '^config/'", 40),
    ("every attribute as JSON", VALUES,
     "SELECT count(*), max(length(attributes)) FROM runs", 1),
    ("300 000 experiments", RUNS,
     "SELECT count(*), max(experiment || sys_id || run_id || owner || "
     "creation_time || tags || state) FROM experiments", 1),
    ("300 000 runs, one by one", RUNS,
     "SELECT count(*) FROM (SELECT sys_id, creation_time FROM runs)", 1),
]


def of_status(name):
    """KiB that the kernel gives for VmRSS or its peak, VmHWM."""
    with open("/proc/self/status", encoding="ascii") as status:
        for line in status:
            if line.startswith(name):
                return int(line.split()[1])
    raise RuntimeError(f"no {name} in /proc/self/status")


def read_all(sql):
    """The first value of the last row, read in this process; growth in MB."""
    with Database() as db:
        db.query("SELECT count(*) FROM (SELECT 1 FROM runs LIMIT 1)")
        with open("/proc/self/clear_refs", "w", encoding="ascii") as refs:
            refs.write("5")  # VmHWM begins anew at what is in use now
        before = of_status("VmRSS")
        first = None
        for first, *_ in db.rows(sql):
            pass
        print(first, (of_status("VmHWM") - before) / 1024)


def growth(server, sql):
    process = subprocess.run(
        [sys.executable, __file__, "--read", sql], check=True, text=True,
        env=harness.client_environment(
            server, NEPTUNE_BUILD=str(harness.BUILD)),
        stdout=subprocess.PIPE, timeout=300)
    first, megabytes = process.stdout.split()
    return int(first), float(megabytes)


def without_wrapper():
    if harness.WRAP:
        raise checks.Skip("a sanitizer keeps what is freed")


@check.each(*SCANS)
def flat(projects, sql, per_run):
    """memory is flat"""
    without_wrapper()
    size, *numbers = projects
    grown, rows = [], []
    for runs in numbers:
        with harness.Server("--synthetic", size.format(runs)) as server:
            n_rows, megabytes = growth(server, sql)
        if per_run:
            same(n_rows, runs * per_run, "rows")
        grown.append(megabytes)
        rows.append(n_rows)
    expect(rows[1] * numbers[0] == rows[0] * numbers[1], f"rows: {rows}")
    figure = (f"{rows[0]} rows {grown[0]:.1f} MB, "
              f"{rows[1]} rows {grown[1]:.1f} MB")
    expect(max(grown) < MOST, figure)
    expect(grown[1] - grown[0] < FLAT, figure)
    return figure


@check.each(
    ("experiments", "SELECT experiment, creation_time FROM experiments"),
    ("runs", "SELECT * FROM runs"),
    ("attributes", "SELECT * FROM attributes"),
    ("attributes of one name",
     "SELECT value FROM attributes WHERE attribute = 'config/int_1'"),
    ("metric_points", "SELECT * FROM metric_points"),
    ("metric_buckets", "SELECT * FROM metric_buckets"),
    ("points of one name",
     "SELECT step, value FROM metric_points "
     "WHERE attribute = 'metrics/series_3'"))
def limit_of_huge(sql):
    """LIMIT 10 of a million runs reads few bytes"""
    with harness.Server("--synthetic", HUGE) as server:
        with Database(server) as db:
            same(len(db.query(sql + " LIMIT 10")), 10)
            rows = db.requests("response_bytes")
            total = sum(n for n, in rows)
            expect(total < 100_000, f"{total} bytes: {rows}")
            expect(len(rows) <= 8, f"{len(rows)} requests")
            return f"{total} bytes in {len(rows)} requests"


@check
def many_statements():
    """hundreds of statements, left early, keep nothing"""
    with harness.Server("--synthetic", RUNS[0].format(200)) as server:
        with Database(server, page_size=20) as db:
            def ask():
                db.value("SELECT run_id FROM runs LIMIT 1")
                rows = db.rows("SELECT sys_id, step FROM runs "
                               "JOIN metric_points USING (sys_id)")
                next(rows)
                rows.close()
            for _ in range(30):
                ask()
            before = sqlite.call("memory_used")
            for _ in range(300):
                ask()
            left = sqlite.call("memory_used") - before
            # neptune_requests keeps the last 1000 requests.
            expect(left < 2_000_000, f"{left} bytes are kept")
            return f"{left} bytes"


@check
def heap_limit():
    """a limit on SQLite's heap gives "out of memory", then all works"""
    with harness.Server("--synthetic", POINTS[0].format(100)) as server:
        with Database(server) as db:
            same(db.value("SELECT count(*) FROM runs"), 100)
            limit = sqlite.call("memory_used") + 1_000_000
            set_limit = sqlite.LIBRARY.sqlite3_hard_heap_limit64
            set_limit.argtypes = [ctypes.c_int64]
            try:
                set_limit(limit)
                error = db.error("SELECT sum(value) FROM metric_points")
            finally:
                set_limit(0)
            same(error.code, sqlite.NOMEM, error.message)
            same(db.value("SELECT count(*) FROM metric_points"), 1_000_000)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--read"]:
        sys.exit(read_all(sys.argv[2]))
    sys.exit(check.run())
