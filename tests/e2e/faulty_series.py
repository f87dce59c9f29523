"""Damaged and dishonest answers about string series: an error or right rows.

As faulty_answers.py, for the endpoint where the server decides how far a page
goes and gives tokens to go on with.
"""

import json
import math
import pathlib
import struct
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
                           harness.ROOT / "tests/sql/stores/series.sql")
SERVER = harness.Server("--store", STORE)
PATH = "/attributes/series"
QUERY = "SELECT sys_id, attribute, step, value FROM string_points " \
        "WHERE attribute REGEXP '^log/' ORDER BY 1, 2, 3"


def answer_of(*series):
    return relay.protobuf_answer(*(field(1, part) for part in series))


def changing(change):
    return relay.changing(PATH, change, SERVER)


def ids_of(request):
    return [item["requestId"].encode()
            for item in json.loads(request.body)["requests"]]


with Database(SERVER) as honest:
    RIGHT = honest.query(QUERY)
    SIZE = next(size for path, size in
                honest.requests("path, response_bytes") if PATH in path)


@check
def cuts():
    """an answer that is cut at any byte is asked for again: right rows"""
    for n in range(0, SIZE, 150):
        with harness.Server("--store", STORE, "--fault",
                            f"path={PATH},times=1,cut={n}") as server, \
                Database(server) as db:
            same(db.query(QUERY), RIGHT)


@check
def shortened():
    """an answer that ends early is an error, unless a whole series is lost"""
    errors = 0
    for n in range(1, SIZE, 5):
        def change(request):
            whole = request.ask()
            return relay.protobuf_answer(whole.body[:n])
        with changing(change) as server, Database(server) as db:
            got = db.outcome(QUERY)
            if isinstance(got, sqlite.Error):
                errors += 1
                judge(got, server, SERVER.project)
            else:
                expect(set(got) <= set(RIGHT), "rows of its own")
    expect(errors > SIZE // 10, f"{errors} errors")


@check
def no_step():
    """a step that is no finite number is an error"""
    for step in math.nan, math.inf, -math.inf:
        def change(request):
            point = b"\x11" + struct.pack("<d", step) + field(
                6, field(1, "text"))
            return answer_of(*(field(1, id) + field(4, field(1, point))
                               for id in ids_of(request)))
        with changing(change) as server, Database(server) as db:
            judge(db.outcome(QUERY), server, SERVER.project, "step")


@check
def forgotten_tokens():
    """a server that begins at the start again and again is found out"""
    def change(request):
        content = json.loads(request.body)
        for item in content["requests"]:
            item.pop("searchAfter", None)
        request.body = json.dumps(content).encode()
        return request.ask()
    with changing(change) as server, \
            Database(server, points_page_size=1) as db:
        judge(db.outcome(QUERY), server, SERVER.project, "again")
        expect(len(server.requests) < 40, f"{len(server.requests)}")


@check
def endless_tokens():
    """new tokens without a point, for ever, are found out"""
    numbers = iter(range(10**9))

    def change(request):
        token = b"t%d" % next(numbers)
        return answer_of(*(field(1, id) + field(2, field(2, token))
                           for id in ids_of(request)))
    for wanted in ("", " LIMIT 3"):
        with changing(change) as server, Database(server) as db:
            for sql in (QUERY + wanted,
                        "SELECT * FROM string_points WHERE tail = 2"):
                judge(db.outcome(sql), server, SERVER.project, "again")
            expect(len(server.requests) < 40, f"{len(server.requests)}")


@check
def nothing_reached():
    """a page that reaches no series ends the scan"""
    with changing(lambda request: answer_of(
            *(field(1, id) for id in ids_of(request)))) as server, \
            Database(server) as db:
        same(db.outcome(QUERY), [])
    with changing(lambda request: answer_of()) as server, \
            Database(server) as db:
        same(db.outcome(QUERY), [])


@check
def answered_twice():
    """a series that comes twice in a page is shown once"""
    def change(request):
        whole = request.ask()
        return relay.protobuf_answer(whole.body * 2)
    for size in (1, 200000):
        with changing(change) as server, \
                Database(server, points_page_size=size) as db:
            same(db.outcome(QUERY), RIGHT)


@check
def unknown_series():
    """a series that nobody asked for is an error"""
    for id in (b"77", b"x", b"-1"):
        with changing(lambda _: answer_of(field(1, id))) as server, \
                Database(server) as db:
            judge(db.outcome(QUERY), server, SERVER.project, "not asked for")


@check
def bad_token():
    """a token that is no UTF-8 is an error"""
    with changing(lambda request: answer_of(
            field(1, ids_of(request)[0]) + field(2, field(2, b"\xff")))) as \
            server, Database(server) as db:
        judge(db.outcome(QUERY), server, SERVER.project, "UTF-8")


if __name__ == "__main__":
    with FOLDER, SERVER:
        sys.exit(check.run())
