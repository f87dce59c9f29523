"""Threads, cursors and statements side by side: right rows, nothing mixed up.

F18, F41 of the faults. The threads run in support/threads.c, which the
sanitizers know; what one thread gets alone is what all must get.
"""

import itertools
import subprocess
import sys
import threading
import time

from support import checks, relay
from support.checks import expect, same
from support.sqlite import Database
import harness

checks.adapt_to_wrapping()
check = checks.Checks()
SYNTHETIC = ("--synthetic", "runs=24,configs=3,series=2,points=20")
SERVER = harness.Server(*SYNTHETIC)


def run_threads(mode, n_threads, rounds, server=SERVER):
    """How many answers were right and how many were interrupted."""
    done = subprocess.run(
        [harness.BUILD / "tests/e2e/threads", harness.EXTENSION, mode,
         str(n_threads), str(rounds)], timeout=300, text=True,
        env=harness.client_environment(server), stdout=subprocess.PIPE,
        stderr=subprocess.PIPE)
    same((done.stderr, done.returncode), ("", 0))
    return tuple(map(int, done.stdout.split()))


@check.each(("connections of their own", "own", 16, 3),
            ("64 of them", "own", 64, 1),
            ("one connection", "shared", 4, 4),
            ("handed from thread to thread", "handed", 8, 2))
def threads(mode, n_threads, rounds):
    """threads ask at once"""
    same(run_threads(mode, n_threads, rounds), (n_threads * rounds * 5, 0))


@check
def interrupted_threads():
    """threads are interrupted at any time: right rows or SQLITE_INTERRUPT"""
    right, interrupted = run_threads("interrupt", 6, 6)
    same(right + interrupted, 6 * 6 * 5)
    expect(interrupted > 0, "none was interrupted")
    return f"{interrupted} of {right + interrupted} were interrupted"


@check
def short_tokens():
    """threads whose access tokens end meanwhile"""
    with harness.Server(*SYNTHETIC, "--token-seconds", 1,
                        "--latency-ms", 60) as server:
        same(run_threads("own", 6, 2, server), (60, 0))


@check
def too_many_requests():
    """threads that the server tells to wait (429): no row more or less"""
    limits = [f"path={path},status=429,retry-after=0,times=12,after=3"
              for path in (relay.SEARCH, relay.VALUES, relay.POINTS)]
    options = itertools.chain(*(("--fault", limit) for limit in limits))
    with harness.Server(*SYNTHETIC, *options) as server:
        same(run_threads("own", 8, 1, server), (40, 0))


@check.each(*((table, table) for table in (
    "experiments", "runs", "attributes", "metric_points")))
def interleaved(table):
    """three scans of a table read in turn by one thread"""
    with Database(SERVER, page_size=5, values_page_size=7,
                  points_page_size=11) as db:
        sql = f"SELECT * FROM {table}"
        wanted = db.query(sql)
        scans = [db.rows(sql) for _ in range(3)]
        got = [[], [], []]
        for rows in itertools.zip_longest(*scans):
            for mine, row in zip(got, rows):
                mine.append(row)
        same([sorted(map(repr, rows)) == sorted(map(repr, wanted))
              for rows in got], [True] * 3)
        expect(len(wanted) >= 24, "too few rows")


@check
def threads_of_one_cursor():
    """a scan that is read on by one thread after the other"""
    with Database(SERVER, page_size=5) as db:
        rows = db.rows("SELECT sys_id FROM runs")
        got = []
        for _ in range(24):
            thread = threading.Thread(target=lambda: got.append(next(rows)))
            thread.start()
            thread.join()
        same(len(set(got)), 24)
        rows.close()


@check.each(
    # Two chunks of points are as much as memory is for.
    ("points", relay.POINTS, "SELECT count(*) FROM metric_points", 4, 2),
    ("buckets", relay.BUCKETS, "SELECT sum(finite_count) FROM metric_buckets "
     "WHERE x_from = 0 AND x_to = 20", 4, 4),
    ("runs", relay.SEARCH, "SELECT count(owner) FROM runs", 3, 3),
    ("points, one by one", relay.POINTS,
     "SELECT count(*) FROM metric_points", 1, 1),
    ("buckets, one by one", relay.BUCKETS,
     "SELECT sum(finite_count) FROM metric_buckets", 1, 1),
    ("runs, one by one", relay.SEARCH, "SELECT count(owner) FROM runs", 1, 1))
def requests_side_by_side(path, sql, max_workers, wanted):
    """requests of one statement run side by side, as far as max_workers"""
    active = most = 0
    is_begun = is_vain = False  # the first request tells how many follow
    changed = threading.Condition()

    def react(request):
        nonlocal active, most, is_begun, is_vain
        with changed:
            active += 1
            most = max(most, active)
            changed.notify_all()
            if is_begun and not is_vain:
                is_vain = not changed.wait_for(lambda: most >= wanted, 60)
        time.sleep(0.15)  # one more would come meanwhile
        answer = request.ask()
        with changed:
            active -= 1
            is_begun = True
        return answer
    with Database(SERVER) as db:
        rows = db.query(sql)
    with relay.changing(path, react, SERVER) as between, \
            Database(between, page_size=2, series_batch_size=6,
                     max_workers=max_workers) as db:
        same(db.query(sql), rows)
    same(most, wanted, "at once")


if __name__ == "__main__":
    with SERVER:
        sys.exit(check.run())
