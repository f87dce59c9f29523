"""Damaged and dishonest answers about buckets: an error or right rows.

As faulty_series.py, for the endpoint whose requests are protobuf and whose
answers hold an entry for each series.
"""

import pathlib
import re
import sys
import tempfile

from support import checks, relay, sqlite
from support.checks import expect, same
from support.errors import judge
from support.protobuf import field
from support.sqlite import Database
import harness

checks.adapt_to_wrapping()
check = checks.Checks()
FOLDER = tempfile.TemporaryDirectory()
STORE = harness.load_store(pathlib.Path(FOLDER.name) / "store.db",
                           harness.ROOT / "tests/sql/stores/lab.sql")
SERVER = harness.Server("--store", STORE)
PATH = relay.BUCKETS
ID = re.compile(rb"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
COLUMNS = "sys_id, attribute, bucket, from_x, to_x, first, last, max, sum"
# One request of buckets; several; a request for each series.
QUERIES = [f"SELECT {COLUMNS} FROM metric_buckets WHERE attribute = 'loss' "
           f"AND buckets = 3 {more} ORDER BY 1, 2, 3" for more in
           ("AND x_from = 0 AND x_to = 6", "", "AND x_axis = 'time'")]


def answer_of(*series):
    return relay.protobuf_answer(*(field(1, part) for part in series))


def changing(change):
    return relay.changing(PATH, change, SERVER)


def ids_of(request):
    return ID.findall(request.body)


with Database(SERVER) as honest:
    RIGHT = [honest.query(sql) for sql in QUERIES]
    SIZE = next(size for path, size in
                honest.requests("path, response_bytes") if PATH in path)


@check
def cuts():
    """an answer that is cut at any byte is asked for again: right rows"""
    for n in range(0, SIZE, 150):
        with harness.Server("--store", STORE, "--fault",
                            f"path={PATH},times=1,cut={n}") as server, \
                Database(server) as db:
            same([db.query(sql) for sql in QUERIES], RIGHT)


@check
def shortened():
    """an answer that ends early is an error, wherever it ends"""
    for n in range(0, SIZE, 7):
        def change(request):
            whole = request.ask()
            return relay.protobuf_answer(whole.body[:n])
        with changing(change) as server, Database(server) as db:
            judge(db.outcome(QUERIES[0]), server, SERVER.project, "damaged")


@check
def damaged():
    """a bit that is wrong is an error, or a number or nothing else"""
    errors = 0
    for bit in range(0, SIZE * 8, 61):
        def change(request):
            whole = bytearray(request.ask().body)
            whole[bit // 8] ^= 1 << bit % 8
            return relay.protobuf_answer(bytes(whole))
        with changing(change) as server, Database(server) as db:
            got = db.outcome(QUERIES[0])
            if isinstance(got, sqlite.Error):
                errors += 1
                judge(got, server, SERVER.project)
            else:
                keys = [row[:3] for row in got]
                same(len(set(keys)), len(keys), "keys")
                expect({key[:2] for key in keys} <=
                       {row[:2] for row in RIGHT[0]}, "series of its own")
    expect(errors > 10, f"{errors} errors")


@check
def left_out():
    """a series that an answer leaves out is an error"""
    with changing(lambda _: answer_of()) as server, Database(server) as db:
        for sql in QUERIES:
            judge(db.outcome(sql), server, SERVER.project,
                  "leaves out a series")
    with changing(lambda request: answer_of(*(
            field(1, id) for id in ids_of(request)[1:]))) as server, \
            Database(server) as db:
        for sql in QUERIES:
            judge(db.outcome(sql), server, SERVER.project,
                  "leaves out a series")


@check
def nothing_there():
    """entries without buckets are no rows"""
    with changing(lambda request: answer_of(*(
            field(1, id) for id in ids_of(request)))) as server, \
            Database(server) as db:
        for sql in QUERIES:
            same(db.outcome(sql), [])


@check
def answered_twice():
    """a series that comes twice in an answer is shown once"""
    def change(request):
        whole = request.ask()
        return relay.protobuf_answer(whole.body * 2)
    for size in (1, 200000):
        with changing(change) as server, \
                Database(server, points_page_size=size) as db:
            same([db.outcome(sql) for sql in QUERIES], RIGHT)


def numbered(*numbers):
    """Answers every series with buckets of these numbers, a value in each."""
    buckets = b"".join(field(2, bytes([8, n, 64, 1])) for n in numbers)
    return changing(lambda request: answer_of(*(
        field(1, id) + buckets for id in ids_of(request))))


@check
def in_any_order():
    """buckets come in any order, and each is shown once"""
    with numbered(2, 2, 0, 3, 0) as server, Database(server) as db:
        for sql in QUERIES:
            got = db.outcome(sql)
            same(sorted({row[2] for row in got}), [0, 2, 3])
            same(len(got), 3 * len({row[:2] for row in got}))


@check
def beyond_the_last():
    """a bucket with a number beyond the last one is an error"""
    with numbered(0, 4) as server, Database(server) as db:
        for sql in QUERIES:
            judge(db.outcome(sql), server, SERVER.project, "not asked for")


@check
def unknown_series():
    """a series that nobody asked for is an error"""
    for id in (b"", b"77", b"00000077-0000-4000-8000-000000000000"):
        with changing(lambda _: answer_of(field(1, id))) as server, \
                Database(server) as db:
            judge(db.outcome(QUERIES[0]), server, SERVER.project,
                  "not asked for")


@check
def refused():
    """what the server says is in the error, with the project"""
    def change(_):
        return relay.json_answer({"message": "too many buckets"}, 422)
    with changing(change) as server, Database(server) as db:
        for sql in QUERIES:
            judge(db.outcome(sql), server, SERVER.project, "too many buckets")


if __name__ == "__main__":
    with FOLDER, SERVER:
        sys.exit(check.run())
