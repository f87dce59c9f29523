"""Damaged and dishonest answers: an error or right rows, never half of them.

F07 to F12, F24 to F29, F33 to F36 of the faults; F13 to F20 stand in
retries.py. Not here: F08 for a stall in the TLS handshake and F10 (both in
interrupt.py), F16 (413: the requests are cut to max_request_size, which
tests/sql shows; a server that wants less is told as an error, in retries.py),
F30 to F32 (values: tests/unit, tests/sql), brotli and zstd bombs (only gzip is
asked for).
"""

import concurrent.futures
import gzip
import json
import random
import sys
import time
import zlib

from support import checks, errors, protobuf, relay, sqlite
from support.checks import expect, same
from support.protobuf import field, varint
from support.sqlite import Database
import harness

checks.adapt_to_wrapping()
check = checks.Checks()
SERVER = harness.Server(
    "--synthetic", "runs=4,configs=2,series=1,points=6")
# For faults at every byte.
SMALL = ("--synthetic", "runs=2,configs=2,series=1,points=4")
SMALL_SERVER = harness.Server(*SMALL)

# name, path that fails, a query that reads it
READS = [
    ("search", relay.SEARCH,
     "SELECT sys_id, experiment FROM runs ORDER BY sys_id"),
    ("values", relay.VALUES,
     "SELECT sys_id, attribute, value FROM attributes WHERE attribute IN "
     "('config/float_0', 'config/int_1') ORDER BY sys_id, attribute"),
    ("points", relay.POINTS,
     "SELECT sys_id, step, value FROM metric_points "
     "WHERE attribute = 'metrics/series_0' ORDER BY sys_id, step"),
]


def look(path, sql):
    """The right rows, and how long the answer of path is."""
    with Database(SMALL_SERVER) as db:
        rows = db.query(sql)
        sizes = [size for name, size in db.requests("path, response_bytes")
                 if path in name]
        expect(len(sizes) == 1 and sizes[0] > 50, f"answers of {sizes}")
        return rows, sizes[0]


def faulty_server(path, faults):
    """A server whose answers of path show these faults, each once."""
    rules = []
    for fault in faults:
        rules += ["--fault", f"path={path},times=1,{fault}"]
    return harness.Server(*SMALL, *rules)


def judge(error, server, *words):
    """An error, which names the project unless it is about the token."""
    errors.judge(error, server, *words)
    expect(server.project in error.message or "token" in error.message,
           f"no project: {error.message!r}")


def dishonest(path, change):
    """A relay to SERVER that answers path by change(request)."""
    return relay.changing(path, change, SERVER)


def try_all(server, sql, n, rows, may_succeed, may_differ=False):
    """Runs sql n times; returns how often it failed."""
    failed = 0
    with Database(server, retry_soft_timeout=0) as db:
        for i in range(n):
            try:
                got = db.query(sql)
            except sqlite.Error as error:
                judge(error, server)
                failed += 1
                continue
            expect(may_succeed, f"fault {i}: rows, not an error")
            expect(may_differ or got == rows, f"fault {i}: {got!r:.300}")
        same(db.query(sql), rows, "rows after the faults")
    return failed


@check.each(*READS)
def cut_with_length(path, sql):
    """an answer cut off after each of its bytes is an error"""
    rows, size = look(path, sql)
    with faulty_server(path, [f"cut={k}" for k in range(size)]) as server:
        failed = try_all(server, sql, size, rows, may_succeed=False)
    return f"{failed} places"


@check.each(*READS)
def cut_without_length(path, sql):
    """an answer without length, cut off anywhere: never half of the rows"""
    rows, size = look(path, sql)
    faults = [f"no-length,cut={k}" for k in range(size)] + ["no-length"]
    with faulty_server(path, faults) as server:
        failed = try_all(server, sql, size + 1, rows, may_succeed=True)
    return f"{failed} of {size + 1} refused"


@check.each(*READS)
def reset(path, sql):
    """a connection reset after each byte is an error"""
    rows, size = look(path, sql)
    with faulty_server(path, [f"reset={k}" for k in range(size)]) as server:
        try_all(server, sql, size, rows, may_succeed=False)
    return f"{size} places"


@check.each(*READS)
def reset_then_retry(path, sql):
    """after cuts and resets the request is sent again: right rows"""
    rows, size = look(path, sql)
    faults = ["reset=0", f"cut={size // 2}", f"no-length,cut={size // 3}"]
    with faulty_server(path, faults) as server, Database(server) as db:
        same(db.query(sql), rows)
        attempts = [n for name, _, n in db.requests() if path in name]
        same(attempts, [len(faults) + 1], "attempts")


@check.each(*READS)
def flipped_bits(path, sql):
    """one bit flipped anywhere: an error or other values, never a crash"""
    rows, size = look(path, sql)
    places = range(0, 8 * size, 3)  # some of every byte
    with faulty_server(path, [f"flip={k}" for k in places]) as server:
        failed = try_all(server, sql, len(places), rows, True, True)
    expect(0 < failed < len(places), f"{failed} refused")
    return f"{failed} of {len(places)} refused"


@check
def flipped_tokens():
    """one bit flipped in the exchange: an error or right rows"""
    places = range(0, 5600, 29)
    failed = 0
    with faulty_server(relay.EXCHANGE,
                       [f"flip={k}" for k in places]) as server:
        for _ in places:
            with Database(server, retry_soft_timeout=0) as db:
                try:
                    same(len(db.query(READS[0][2])), 2)
                except sqlite.Error as error:
                    judge(error, server)
                    failed += 1
    expect(0 < failed < len(places), f"{failed} refused")
    return f"{failed} of {len(places)} refused"


# ---- gzip ----

def zipped(data):
    return relay.Answer(200, data, {**protobuf.HEADERS,
                                    "Content-Encoding": "gzip"})


def compressed_in_blocks(data, size):
    """gzip that gives back all before a cut, as far as it is there."""
    packer = zlib.compressobj(wbits=31)
    parts = []
    for start in range(0, len(data), size):
        parts.append(packer.compress(data[start:start + size]))
        parts.append(packer.flush(zlib.Z_FULL_FLUSH))
    return b"".join(parts) + packer.flush()


@check.each(*READS)
def gzip_as_it_should_be(path, sql):
    """a gzip answer gives the same rows"""
    rows, _ = look(path, sql)
    with relay.changing(path, lambda request: zipped(
            gzip.compress(request.ask().body)), SMALL_SERVER) as server, \
            Database(server) as db:
        same(db.query(sql), rows)


@check.each(*READS)
def cut_gzip(path, sql):
    """gzip that ends early inside a whole answer: never half of the rows"""
    rows, _ = look(path, sql)
    cuts = []

    def change(request):
        data = compressed_in_blocks(request.ask().body, 16)
        if not cuts:
            cuts.extend(range(0, len(data) - 8))
        return zipped(data[:cuts.pop()])

    with relay.changing(path, change, SMALL_SERVER) as server, \
            Database(server, retry_soft_timeout=0) as db:
        n = 0
        while n == 0 or cuts:
            n += 1
            try:
                got = db.query(sql)
            except sqlite.Error as error:
                judge(error, server)
                continue
            same(got, rows, f"rows of gzip cut at {len(cuts)}")
    return f"{n} places"


@check.each(*READS)
def flipped_gzip(path, sql):
    """one bit flipped in gzip: an error or right rows"""
    rows, _ = look(path, sql)
    places = []

    def change(request):
        data = bytearray(gzip.compress(request.ask().body, mtime=0))
        if not places:
            places.extend(range(8 * len(data) - 1, -1, -5))
        place = places.pop()
        data[place // 8] ^= 1 << place % 8
        return zipped(bytes(data))

    with relay.changing(path, change, SMALL_SERVER) as server, \
            Database(server, retry_soft_timeout=0) as db:
        n = failed = 0
        while n == 0 or places:
            n += 1
            try:
                got = db.query(sql)
            except sqlite.Error as error:
                judge(error, server)
                failed += 1
                continue
            same(got, rows, f"rows of {n}")
    expect(failed > n // 2, f"{failed} of {n} refused")
    return f"{failed} of {n} refused"


@check
def gzip_bomb():
    """gzip that grows to 1 GiB is refused at the limit"""
    block = b"\0" * (1 << 20)
    packer = zlib.compressobj(1, wbits=31)
    bomb = b"".join(packer.compress(block) for _ in range(1024))
    bomb += packer.flush()
    with dishonest(relay.SEARCH, lambda _: zipped(bomb)) as server, \
            Database(server) as db:
        started = time.monotonic()
        judge(db.error(READS[0][2]), server, "larger than 256 MB", "page_size")
        seconds = time.monotonic() - started
    expect(seconds < 60, f"took {seconds:.1f} s")
    return f"{len(bomb) >> 20} MB of gzip"


@check
def body_over_the_limit():
    """an answer that announces more than the limit is refused unread"""
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 300000000\r\n\r\n"
    with dishonest(relay.SEARCH, lambda _: [head, 30]) as server, \
            Database(server) as db:
        started = time.monotonic()
        judge(db.error(READS[0][2]), server, "larger than 256 MB")
    expect(time.monotonic() - started < 20, "waited for the body")


# ---- garbage ----

GARBAGE = [
    ("a varint of 11 bytes", b"\x08" + b"\xff" * 10 + b"\x01"),
    ("a varint that overflows", b"\x08" + b"\xff" * 9 + b"\x7f"),
    ("a varint without end", b"\x08" + b"\x80" * 1000),
    ("tag 0", b"\x00\x00"),
    ("a tag of 40 bits", b"\xff\xff\xff\xff\x7f\x00"),
    ("a group", b"\x1b\x08\x01\x1c"),
    ("a group without end", b"\x1b\x08\x01"),
    ("wire type 6", b"\x1e\x00"),
    ("wire type 7", b"\x1f\x00"),
    ("a length of 2^31", b"\x1a" + varint(1 << 31) + b"x"),
    ("a length of 2^63", b"\x1a" + varint(1 << 63) + b"x"),
    ("a length of 2^64-1", b"\x1a" + varint((1 << 64) - 1) + b"x"),
    ("entries as numbers", b"\x18\x01" * 100),
    ("5 million empty fields", b"\x0a\x00" * 5000000),
    ("5 million empty entries", b"\x1a\x00" * 5000000),
    ("5 million unknown fields", b"\xf8\x07\x01" * 5000000),
    ("an entry of a million attributes", field(3, b"\x3a\x00" * 1000000)),
    ("a nest of a hundred thousand", b"\x1a" * 100000),
    ("JSON", b'{"entries": []}'),
    ("zeroes", b"\0" * 1000),
    ("text", b"Service temporarily unavailable"),
] + [(f"random bytes, {seed}", random.Random(seed).randbytes(
    random.Random(seed).randint(1, 3000))) for seed in range(20)]


@check.each(*READS)
def garbage(path, sql):
    """garbage in place of protobuf is an error or no rows, never a crash"""
    body = b""
    failed = []
    with dishonest(path, lambda _: relay.protobuf_answer(body)) as server, \
            Database(server, retry_soft_timeout=0) as db:
        for name, body in GARBAGE:
            try:
                same(db.query(sql), [], f"rows of {name}")
            except sqlite.Error as error:
                judge(error, server)
                failed.append(name)
    must = ("varint", "2^", "wire type", "tag 0", "without end")
    for name, _ in GARBAGE:
        expect(name in failed or not any(word in name for word in must),
               f"{name} was accepted")
    return f"{len(failed)} of {len(GARBAGE)} refused"


def tokens(request, **changes):
    content = json.loads(request.ask().body)
    return json.dumps({**content, **changes})


JSON_GARBAGE = [
    ("nothing", lambda request: ""),
    ("null", lambda request: "null"),
    ("a list", lambda request: "[]"),
    ("no token", lambda request: "{}"),
    ("depth 100 000", lambda request: "[" * 100000),
    ("depth 100 000, objects", lambda request: '{"a":' * 100000),
    ("10 MB of number", lambda request: "1" * 10000000),
    ("two million values", lambda request: f"[{'0,' * 2000000}0]"),
    ("rubbish behind it", lambda request: tokens(request) + "x"),
    ("a number as token", lambda request: tokens(request, accessToken=5)),
    ("an empty token", lambda request: tokens(request, accessToken="")),
    ("no JWT", lambda request: tokens(request, accessToken="abc")),
    ("a JWT of three dots", lambda request: tokens(
        request, accessToken="...")),
    ("a JWT of rubbish", lambda request: tokens(
        request, accessToken="!!!.???.***")),
    ("a header in the token", lambda request: tokens(
        request, accessToken="a.b.c\r\nX-Evil: 1")),
    ("a bad escape", lambda request: '{"accessToken": "\\ud800\\q"}'),
    ("bad UTF-8", lambda request: '{"accessToken": "\udcff"}'),
]


@check.each(*JSON_GARBAGE)
def garbage_of_the_exchange(make):
    """garbage in place of access tokens is an error"""
    def react(request):
        if relay.EXCHANGE not in request.path:
            return request.ask()
        body = make(request).encode(errors="surrogateescape")
        return relay.Answer(200, body, {"Content-Type": "application/json"})

    with relay.Relay(react, SERVER) as server, \
            Database(server, retry_soft_timeout=0) as db:
        judge(db.error(READS[0][2]), server, "token")
        same([path for path in server.paths() if relay.SEARCH in path], [])


@check
def tokens_with_a_mark():
    """a byte order mark before the tokens: tokens or an error"""
    def react(request):
        answer = request.ask()
        if relay.EXCHANGE in request.path:
            answer.body = b"\xef\xbb\xbf" + answer.body
        return answer
    with relay.Relay(react, SERVER) as server, Database(server) as db:
        try:
            same(len(db.query(READS[0][2])), 4)
        except sqlite.Error as error:
            judge(error, server)


# ---- slow answers ----

@check
def slow_answers():
    """a stall or a trickle ends by http_timeout, a slow flow does not"""
    def measure(fault):
        with faulty_server(relay.SEARCH, [fault]) as server, \
                Database(server, retry_soft_timeout=0, http_timeout=1) as db:
            db.memory = 1 << 30  # the other threads use some, too
            started = time.monotonic()
            judge(db.error(READS[0][2]), server, "timed out")
            seconds = time.monotonic() - started
            same([path for path, *_ in db.requests()][1:],
                 ["/api/leaderboard/v1/proto/leaderboard/entries/search/"])
            return seconds

    faults = ("stall-ms=60000", "stall-ms=60000,stall-at=1",
              "stall-ms=60000,stall-at=100", "trickle-ms=4000")
    with concurrent.futures.ThreadPoolExecutor(len(faults)) as pool:
        times = list(pool.map(measure, faults))
    # curl averages over five seconds, so it tells late.
    expect(0.9 < min(times) and max(times) < 40, f"{times}")
    return ", ".join(f"{seconds:.1f} s" for seconds in times)


@check
def slow_flow():
    """an answer that flows slowly, but flows, is waited for"""
    rows, size = look(*READS[0][1:])
    with faulty_server(relay.SEARCH,
                       [f"trickle-ms={2000 // size}"]) as server, \
            Database(server, http_timeout=1) as db:
        same(db.query(READS[0][2]), rows)


# ---- dishonest servers ----

def asked(request):
    return json.loads(request.body)


def ask_with(request, **members):
    content = asked(request)
    for path, value in members.items():
        *groups, name = path.split("__")
        at = content
        for group in groups:
            at = at.setdefault(group, {})
        at[name] = value
    request.body = json.dumps(content).encode()
    return request.ask()


@check
def repeated_page():
    """a server that gives the first page again and again is found out"""
    for wanted in ("", " LIMIT 4"):
        with dishonest(relay.SEARCH, lambda request: ask_with(
                request, pagination__offset=0)) as server, \
                Database(server, page_size=2) as db:
            judge(db.outcome("SELECT sys_id FROM runs" + wanted), server,
                  "again")
            expect(len(server.requests) < 20, f"{len(server.requests)}")


@check
def overlapping_pages():
    """pages that overlap give each run once"""
    def change(request):
        offset = asked(request)["pagination"].get("offset", 0)
        return ask_with(request, pagination__offset=max(0, offset - 1))
    with dishonest(relay.SEARCH, change) as server, \
            Database(server, page_size=2) as db:
        same(db.query("SELECT sys_id FROM runs ORDER BY 1"),
             [(f"SYN-{i}",) for i in range(1, 5)])


@check
def shorter_pages():
    """pages shorter than asked, with a count that says more: all runs"""
    def change(request):
        limit = min(3, asked(request)["pagination"]["limit"])
        return ask_with(request, pagination__limit=limit)
    _, path, sql = READS[0]
    with Database(SERVER) as db:
        rows = db.query(sql)
    with dishonest(path, change) as server, Database(server) as db:
        same(db.query(sql), rows)
        same(db.requests("rows")[1:], [(3,), (1,)])
        db.query("SELECT neptune_config('page_size', 4)")
        same(db.query(sql), rows)


def with_count(request, count):
    """The answer with another matching_item_count; None: without."""
    answer = request.ask()
    mine = b"" if count is None else bytes((8, count))
    answer.body = mine + answer.body.removeprefix(b"\x08\x04")
    return answer


@check
def no_count():
    """without the server's count, or with 0, rows are counted by pages"""
    for count in (None, 0):
        with dishonest(relay.SEARCH,
                       lambda request, n=count: with_count(request, n)
                       ) as server, Database(server) as db:
            same(db.query("SELECT count(*) FROM runs"), [(4,)])
            same(db.requests("rows")[1:], [(1,), (3,)])


@check
def count_of_more():
    """rows that are read are those there are, whatever the server counts"""
    with dishonest(relay.SEARCH, lambda request: with_count(request, 9)
                   ) as server, Database(server, page_size=2) as db:
        same(db.query("SELECT state FROM runs WHERE state = 'inactive'"),
             [("inactive",)] * 4)


@check
def run_without_id():
    """a run without sys/id is an error, not a row of NULL"""
    def change(request):
        content = asked(request)
        wanted = [{"path": "sys/name"}]
        return ask_with(request, attributeFilters=wanted) \
            if content["attributeFilters"] != wanted else request.ask()
    with dishonest(relay.SEARCH, change) as server, Database(server) as db:
        for table in ("runs", "experiments", "metric_points"):
            judge(db.error(f"SELECT * FROM {table}"), server,
                  "without sys/id")


@check
def longer_page():
    """pages longer than asked give each run once"""
    with dishonest(relay.SEARCH, lambda request: ask_with(
            request, pagination__limit=10)) as server, \
            Database(server, page_size=2) as db:
        same(db.outcome("SELECT sys_id FROM runs ORDER BY 1"),
             [(f"SYN-{i}",) for i in range(1, 5)])


@check
def ignored_filter():
    """rows outside the filter are dropped, unless they are counted only"""
    def no_query(request):
        return ask_with(request, query__query="")
    with dishonest(relay.SEARCH, no_query) as server, Database(server) as db:
        same(db.query("SELECT run_id, sys_id FROM runs WHERE sys_id = 'SYN-2'"),
             [("run-00000001", "SYN-2")])
        same(db.query("SELECT sys_id FROM runs WHERE experiment IN "
                      "('experiment-00000001', 'none')"), [("SYN-2",)])
        same(db.query("SELECT DISTINCT sys_id FROM metric_points "
                      "WHERE sys_id = 'SYN-3'"), [("SYN-3",)])
        sent = [asked(request)["query"]["query"]
                for request in server.requests if relay.SEARCH in request.path]
        same(sent[0], "")


@check
def ignored_step_range():
    """points outside the range of steps are dropped"""
    with dishonest(relay.POINTS, lambda request: ask_with(
            request, stepRange=None)) as server, Database(server) as db:
        with Database(SERVER) as right:
            sql = ("SELECT sys_id, step, value FROM metric_points "
                   "WHERE step BETWEEN 2 AND 3 ORDER BY 1, 2")
            rows = right.query(sql)
        expect(rows, "no rows at all")
        same(db.query(sql), rows)


@check
def ignored_names():
    """attributes and runs that nobody asked for are dropped"""
    with dishonest(relay.VALUES, lambda request: ask_with(
            request, attributeNamesFilter=None, attributeNameFilter=None,
            experimentIdsFilter=None, attributeFilter=None)) as server, \
            Database(server) as db:
        same(db.query("SELECT sys_id, attribute FROM attributes WHERE "
                      "attribute = 'config/int_1' AND sys_id = 'SYN-1'"),
             [("SYN-1", "config/int_1")])


@check
def repeated_token():
    """a page token that repeats for ever is found out"""
    def change(request):
        content = asked(request)
        page = content.get("nextPage") or {}
        page.pop("nextPageToken", None)
        return ask_with(request, nextPage=page)
    with dishonest(relay.VALUES, change) as server, \
            Database(server, values_page_size=3) as db:
        judge(db.outcome("SELECT * FROM attributes"), server, "again")
        expect(len(server.requests) < 10, f"{len(server.requests)}")


@check
def endless_empty_pages():
    """empty pages, each with a new token, can be interrupted"""
    numbers = iter(range(10**9))

    def change(_):
        if time.monotonic() > limit + 60:
            return relay.json_answer({"message": "not interrupted"}, 400)
        token = f"token-{next(numbers)}".encode()
        return relay.protobuf_answer(field(2, field(1, token)))
    with dishonest(relay.VALUES, change) as server, Database(server) as db:
        limit = time.monotonic() + 0.5
        db.on_progress(1000, lambda: time.monotonic() > limit)
        started = time.monotonic()
        error = db.error("SELECT * FROM attributes")
        seconds = time.monotonic() - started
        same(error.code, sqlite.INTERRUPT, error.message)
        db.on_progress(0, lambda: 0)
        expect(seconds < 20, f"ended after {seconds:.1f} s: {error.message}")
        return f"{len(server.requests)} pages, then {error.message!r}"


@check
def repeated_points():
    """a server that gives the same points again and again is found out"""
    def change(request):
        content = asked(request)
        for series in content["requests"]:
            series.pop("afterStep", None)
        request.body = json.dumps(content).encode()
        return request.ask()
    with dishonest(relay.POINTS, change) as server, \
            Database(server, points_page_size=2, series_batch_size=1) as db:
        judge(db.outcome(READS[2][2]), server, "again")


@check
def unknown_series():
    """points of a series that nobody asked for are an error"""
    def change(request):
        content = asked(request)
        for number, series in enumerate(content["requests"]):
            series["requestId"] = f"x{number}"
        request.body = json.dumps(content).encode()
        return request.ask()
    with dishonest(relay.POINTS, change) as server, Database(server) as db:
        judge(db.outcome(READS[2][2]), server, "not asked for")


if __name__ == "__main__":
    with SERVER, SMALL_SERVER:
        sys.exit(check.run(processes=2))
