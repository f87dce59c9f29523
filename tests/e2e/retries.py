"""What is tried again, how often, how long, and what is final.

F13 to F20 of the faults, F21 (redirects), F38 as far as tokens carry times.
Not here: F16 (413: requests are cut to max_request_size, which tests/sql
shows; a server that wants less is told as an error), F09 (resets, in
faulty_answers.py), waits that are interrupted (in interrupt.py).
"""

import email.utils
import json
import sys
import threading
import time

from support import checks, relay, sqlite
from support.checks import expect, same
from support.errors import judge
from support.sqlite import Database
import harness

checks.adapt_to_wrapping()
check = checks.Checks()
SYNTHETIC = ("--synthetic", "runs=6,configs=2,series=1,points=4")
SERVER = harness.Server(*SYNTHETIC)
# name, path, a query that needs it
PLACES = [
    ("exchange", relay.EXCHANGE, "SELECT sys_id FROM runs ORDER BY 1"),
    ("search", relay.SEARCH, "SELECT sys_id FROM runs ORDER BY 1"),
    ("values", relay.VALUES,
     "SELECT sys_id, attribute, value FROM attributes ORDER BY 1, 2"),
    ("points", relay.POINTS,
     "SELECT sys_id, step, value FROM metric_points ORDER BY 1, 2"),
]
RUNS = PLACES[1][2]
IDS = [(f"SYN-{i}",) for i in range(1, 7)]


def right_rows(sql):
    with Database(SERVER) as db:
        rows = db.query(sql)
        expect(len(rows) >= 6, f"only {rows!r:.200}")
        return rows


def faulty(*rules):
    return harness.Server(
        *SYNTHETIC, *(word for rule in rules for word in ("--fault", rule)))


def attempts_of(db, path):
    return [n for name, n in db.requests("path, attempts") if path in name]


def seconds_of(function, *arguments):
    started = time.monotonic()
    return function(*arguments), time.monotonic() - started


# ---- statuses ----

TRANSIENT = (408, 429, 500, 502, 503, 504)


@check.each(*((str(status), status) for status in TRANSIENT))
def transient_status(status):
    """a status that passes is tried again until it has passed"""
    for name, path, sql in PLACES:
        rows = right_rows(sql)
        rule = f"path={path},times=2,status={status},retry-after=0"
        with faulty(rule) as server, Database(server) as db:
            same(db.query(sql), rows, name)
            same(attempts_of(db, path), [3], f"attempts of {name}")
            statuses = {row[0] for row in db.requests("status")}
            same(statuses, {200}, f"statuses of {name}")


@check
def backoff():
    """without Retry-After the waits are random, and short at first"""
    with faulty("path=search,times=3,status=503") as server, \
            Database(server) as db:
        rows, seconds = seconds_of(db.query, RUNS)
        same(rows, IDS)
        same(attempts_of(db, relay.SEARCH), [4])
        # At most 0.5 + 1 + 2 s of waiting; the rest is a slow machine.
        expect(seconds < 40, f"took {seconds:.1f} s")


@check.each(*((str(status), status) for status in (
    400, 402, 403, 404, 405, 409, 410, 413, 414, 415, 422, 431, 451)))
def final_status(status):
    """a status that does not pass is an error at once"""
    for name, path, sql in PLACES:
        with faulty(f"path={path},status={status}") as server, \
                Database(server) as db:
            error = judge(db.error(sql), server, str(status))
            same(attempts_of(db, path), [1], f"attempts of {name}")
            if path == relay.EXCHANGE:
                words = ("the API token",)
            else:
                words = (f"project {server.project}",
                         "made to fail by --fault")
            if status == 403:
                same(error.code, sqlite.AUTH, name)
            else:
                same(error.code, sqlite.ERROR, name)
                for word in words:
                    expect(word in error.message, error.message)
            db.error(sql)  # nothing is cached
            same(len(attempts_of(db, path)), 2, "requests")


@check
def rejected_exchange():
    """a rejected API token is final"""
    with faulty(f"path={relay.EXCHANGE},status=401") as server, \
            Database(server) as db:
        error = judge(db.error(RUNS), server, "rejected the API token",
                      "NEPTUNE_API_TOKEN")
        same(error.code, sqlite.AUTH)
        same(attempts_of(db, relay.EXCHANGE), [1])


# ---- limits ----

@check
def soft_limit():
    """retrying ends at retry_soft_timeout, and says the last status"""
    with faulty("path=search,status=503") as server, \
            Database(server, retry_soft_timeout=1) as db:
        error, seconds = seconds_of(db.error, RUNS)
        judge(error, server, server.project, "status 503", "attempts in",
              "try again later")
        expect(attempts_of(db, relay.SEARCH)[0] >= 2, "not tried again")
        expect(0.9 < seconds < 40, f"took {seconds:.1f} s")


@check
def no_retries():
    """retry_soft_timeout 0 means one attempt"""
    with faulty("path=search,status=503") as server, \
            Database(server, retry_soft_timeout=0) as db:
        judge(db.error(RUNS), server, "status 503")
        same(attempts_of(db, relay.SEARCH), [1])


@check
def hard_limit():
    """Retry-After extends the soft limit, but never the hard one"""
    with faulty("path=search,status=429,retry-after=1") as server, \
            Database(server, retry_soft_timeout=1,
                     retry_hard_timeout=3) as db:
        error, seconds = seconds_of(db.error, RUNS)
        judge(error, server, "status 429", "try again later")
        expect(attempts_of(db, relay.SEARCH)[0] in (2, 3, 4),
               f"{attempts_of(db, relay.SEARCH)}")
        expect(2.9 < seconds < 40, f"took {seconds:.1f} s")


@check
def hard_limit_of_an_answer():
    """an answer that flows without end stops at the limits' sum"""
    slow = "path=search,trickle-ms=300"
    with faulty(slow) as server, \
            Database(server, retry_soft_timeout=0, retry_hard_timeout=1,
                     http_timeout=1) as db:
        error, seconds = seconds_of(db.error, RUNS)
        judge(error, server, "timed out")
        expect(seconds < 40, f"took {seconds:.1f} s")


@check
def interrupted_wait():
    """a wait of hours that a server asks for can be interrupted"""
    with faulty("path=search,status=429,retry-after=7200") as server, \
            Database(server, retry_soft_timeout=60) as db:
        limit = time.monotonic() + 0.3
        db.on_progress(1000, lambda: time.monotonic() > limit)
        error, seconds = seconds_of(db.error, RUNS)
        same(error.code, sqlite.INTERRUPT)
        expect(seconds < 40, f"took {seconds:.1f} s")


# ---- Retry-After ----

def http_date(seconds):
    return email.utils.formatdate(seconds, usegmt=True)


def ask_to_wait(*values, date=None, soft=2):
    """The waits, with these Retry-After of the first answers."""
    values = list(values)
    times = []

    def react(request):
        if relay.SEARCH not in request.path:
            return request.ask()
        times.append(time.monotonic())
        if not values:
            return request.ask()
        answer = relay.json_answer({"message": "busy"}, 429)
        if date:
            answer.headers["Date"] = date
        answer.headers["Retry-After"] = values.pop(0)
        return answer

    with relay.Relay(react, SERVER) as server, \
            Database(server, retry_soft_timeout=soft) as db:
        same(db.query(RUNS), IDS)
        same(attempts_of(db, relay.SEARCH), [len(times)])
    return [b - a for a, b in zip(times, times[1:])]


@check
def retry_after_seconds():
    """Retry-After in seconds is waited for"""
    waits = ask_to_wait("1", "0.5", "0")
    expect(waits[0] >= 0.99 and waits[1] >= 0.49, f"{waits}")


@check
def retry_after_date():
    """Retry-After as a date is taken by the server's clock"""
    for skew in (-86400, 86400):
        now = int(time.time()) + skew
        waits = ask_to_wait(http_date(now + 1), http_date(now - 100),
                            date=http_date(now), soft=30)
        expect(0.99 <= waits[0] < 25 and waits[1] < 25, f"{skew}: {waits}")


@check.each(*((f"{text:.30}", text) for text in (
    "99999999999999999999", "9" * 400, "4000000000",
    "Sun, 06 Nov 2099 08:49:37 GMT")))
def far_retry_after(value):
    """a far Retry-After is cut to retry_soft_timeout"""
    waits = ask_to_wait(value, soft=1)
    expect(0.99 <= waits[0] < 40, f"{waits}")


@check
def odd_retry_after():
    """Retry-After that is neither number nor date is as good as none"""
    for value in ("-5", "1e9", "soon", "Sun, 99 Foo 2099 08:49:37 GMT", ""):
        waits = ask_to_wait(value, soft=30)
        expect(max(waits) < 25, f"{value}: {waits}")


# ---- the network ----

@check.each(*((place[0], *place[1:]) for place in PLACES))
def closed_connections(path, sql):
    """a connection closed without an answer: the request is sent again"""
    rows = right_rows(sql)
    left = [b"", b"HTTP/1.1 200 OK\r\nContent-Le", [relay.CLOSE]]

    def react(request):
        return left.pop() if path in request.path and left else request.ask()
    with relay.Relay(react, SERVER) as server, Database(server) as db:
        same(db.query(sql), rows)
        same(sum(path in name for name in server.paths()), 4, "requests")
        # curl itself sends again what a kept connection was closed under.
        expect(attempts_of(db, path) in ([3], [4]), attempts_of(db, path))


@check
def closed_for_ever():
    """connections that are always closed end at the limit"""
    def react(request):
        return b"" if relay.SEARCH in request.path else request.ask()
    with relay.Relay(react, SERVER) as server, \
            Database(server, retry_soft_timeout=1) as db:
        error = judge(db.error(RUNS), server, SERVER.project,
                      "connection was closed", "attempts")
        expect(f"({attempts_of(db, relay.SEARCH)[0]} attempts)" in
               error.message, error.message)


@check
def stall_then_answer():
    """an answer that does not come within http_timeout is asked for again"""
    with faulty("path=search,times=1,stall-ms=60000") as server, \
            Database(server, http_timeout=1) as db:
        rows, seconds = seconds_of(db.query, RUNS)
        same(rows, IDS)
        same(attempts_of(db, relay.SEARCH), [2])
        expect(seconds < 50, f"took {seconds:.1f} s")


@check
def server_that_comes_back():
    """a server that is away between two queries is found again"""
    server = harness.Server(*SYNTHETIC)
    port = server.address.rpartition(":")[2]
    with Database(server) as db:
        same(db.query(RUNS), IDS)
        server.stop()
        error = db.error(RUNS)
        judge(error, server, "connection refused", "server is up")
        with harness.Server(*SYNTHETIC, "--port", port) as server:
            db.query("SELECT neptune_config('api_token', ?)", server.token)
            same(db.query(RUNS), IDS)


# ---- many requests at once ----

LIMITED = [
    ("runs", RUNS, {"page_size": 1}),
    ("points", PLACES[3][2], {"points_page_size": 2, "series_batch_size": 1}),
    ("a join", "SELECT e.sys_id, step, value FROM experiments AS e "
     "JOIN metric_points AS p USING (sys_id) ORDER BY 1, 2",
     {"page_size": 2, "points_page_size": 3}),
]


@check.each(*((row[0], *row[1:]) for row in LIMITED))
def limited_rate(sql, settings):
    """429 in mid-scan: no row is lost or comes twice"""
    rows = right_rows(sql)
    with harness.Server(*SYNTHETIC, "--rate-limit", "3") as server, \
            Database(server, **settings) as db:
        same(db.query(sql), rows)
        expect(max(row[0] for row in db.requests("attempts")) > 1,
               "the limit was never reached")
        same({row[0] for row in db.requests("status")}, {200})


@check
def limited_rate_for_many():
    """429 for eight connections at once: each gets its rows"""
    rows = right_rows(RUNS)
    got = []

    def scan(server):
        with Database(server, page_size=3) as db:
            db.memory = 1 << 40  # the other threads use some, too
            got.append(db.query(RUNS) == rows)

    with harness.Server(*SYNTHETIC, "--rate-limit", "12") as server:
        threads = [threading.Thread(target=scan, args=(server,))
                   for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    same(got, [True] * 8)


# ---- access tokens ----

def counts(server):
    """Requests of exchange, refresh and search that came."""
    return tuple(sum(part in path for path in server.paths())
                 for part in (relay.EXCHANGE, relay.REFRESH, relay.SEARCH))


DENIED = relay.json_answer({"message": "token expired"}, 401)


@check
def token_that_ends_in_mid_scan():
    """401 on page 4: one refresh, the same page again, no row twice"""
    searches = []

    def react(request):
        if relay.SEARCH in request.path:
            searches.append(request.body)
            if len(searches) == 4:
                return DENIED
        return request.ask()
    with relay.Relay(react, SERVER) as server, \
            Database(server, page_size=1, max_workers=1) as db:
        same(db.query("SELECT sys_id FROM runs"), IDS[::-1])
        same(counts(server)[:2], (1, 1), "exchanges, refreshes")
        again = json.loads(searches[3])
        same(sum(json.loads(body) == again for body in searches), 2,
             "times that page 4 was asked for")
        same(db.query(RUNS), IDS)
        same(counts(server)[:2], (1, 1), "exchanges, refreshes")


@check
def token_that_ends_for_all_pages():
    """401 on pages under way at once: refreshed, each page once"""
    ended = threading.Event()
    old = []

    def react(request):
        bearer = request.headers.get("authorization")
        if relay.SEARCH in request.path:
            if not old:
                old.append(bearer)
            elif len(server.requests) > 3:
                ended.set()
            if ended.is_set() and bearer == old[0]:
                return DENIED
        if relay.REFRESH in request.path:
            time.sleep(1.1)  # so that the new token is another one
        return request.ask()
    with relay.Relay(react, SERVER) as server, \
            Database(server, page_size=1) as db:
        same(db.query("SELECT sys_id FROM runs"), IDS[::-1])
        same(counts(server)[:2], (1, 1), "exchanges, refreshes")


@check
def endless_401():
    """401 again and again is an error after one refresh"""
    for path, sql in [place[1:] for place in PLACES[1:]]:
        def react(request, path=path):
            return DENIED if path in request.path else request.ask()
        with relay.Relay(react, SERVER) as server, Database(server) as db:
            error = judge(db.error(sql), server, SERVER.project,
                          "status 401", "token expired", "NEPTUNE_API_TOKEN")
            same(error.code, sqlite.AUTH)
            same(sum(path in name for name in server.paths()), 2)
            same(counts(server)[:2], (1, 1), "exchanges, refreshes")


def ended_once(refresh):
    """A relay whose first token is refused on its second use; refresh()
    answers instead of the real refresh."""
    first = []

    def react(request):
        if relay.REFRESH in request.path:
            return refresh()
        if relay.SEARCH in request.path:
            first.append(request)
            if len(first) == 2:
                return DENIED
        return request.ask()
    return relay.Relay(react, SERVER)


@check.each(
    ("401", lambda: DENIED, 1),
    ("400", lambda: relay.json_answer({"error": "invalid_grant"}, 400), 1),
    ("500", lambda: relay.json_answer({}, 500), 3),
    ("closed connections", lambda: b"", 3),
    ("a redirect", lambda: relay.Answer(302, b"", {
        "Location": "http://127.0.0.1:9/"}), 1),
    ("a page", lambda: relay.text_answer("<html>"), 1),
    ("no token", lambda: relay.json_answer({"access_token": None}), 1))
def failing_refresh(refresh, tries):
    """where refreshing fails, the API token is exchanged anew"""
    with ended_once(refresh) as server, \
            Database(server, page_size=2, max_workers=1) as db:
        same(db.query(RUNS), IDS)
        # curl itself sends again what a kept connection was closed under.
        expect(counts(server)[:2] in ((2, tries), (2, tries + 1)),
               f"exchanges, refreshes: {counts(server)}")


@check
def refresh_without_end():
    """refreshed tokens that are refused, too, are an error"""
    def react(request):
        return DENIED if relay.SEARCH in request.path else request.ask()
    with relay.Relay(react, SERVER) as server, Database(server) as db:
        for n in range(1, 4):
            judge(db.error(RUNS), server, "status 401")
            same(counts(server)[2], 2 * n, "searches")


@check
def exchange_that_is_down_in_mid_scan():
    """neither refresh nor exchange: an error within the limits"""
    searches = []

    def react(request):
        if relay.SEARCH in request.path:
            searches.append(request)
            return DENIED if len(searches) > 1 else request.ask()
        if searches:
            return relay.json_answer({"message": "out of order"}, 503)
        return request.ask()
    with relay.Relay(react, SERVER) as server, \
            Database(server, page_size=2, retry_soft_timeout=1) as db:
        error, seconds = seconds_of(db.error, RUNS)
        judge(error, server, "exchange the API token", "503", "out of order")
        expect(seconds < 40, f"took {seconds:.1f} s")


@check
def short_lives():
    """tokens that live three seconds are refreshed before they end"""
    with harness.Server(*SYNTHETIC, "--token-seconds", "3",
                        "--latency-ms", "500") as server, \
            Database(server, page_size=1, max_workers=1) as db:
        same(db.query(RUNS), IDS)
        paths = [path for path, in db.requests("path")]
        expect(sum(relay.REFRESH in path for path in paths) >= 1,
               f"no refresh: {paths}")
        same({row[0] for row in db.requests("status, path")
              if relay.SEARCH in row[1]}, {200}, "statuses of searches")


@check.each(("a day behind", -86400), ("a day ahead", 86400))
def skewed_clock(skew):
    """a server whose clock is wrong gets no more exchanges than others"""
    original = {}

    def react(request):
        bearer = request.headers.get("authorization")
        if bearer in original:
            request.headers["authorization"] = original[bearer]
        answer = request.ask()
        if relay.EXCHANGE in request.path:
            content = json.loads(answer.body)
            token = content["accessToken"]
            claims = relay.jwt_claims(token)
            moved = {key: claims[key] + skew for key in ("exp", "iat")
                     if key in claims}
            content["accessToken"] = relay.jwt_with(token, **moved)
            original[f"Bearer {content['accessToken']}"] = f"Bearer {token}"
            answer.body = json.dumps(content).encode()
        return answer
    with relay.Relay(react, SERVER) as server, \
            Database(server, page_size=2) as db:
        for _ in range(3):
            same(db.query(RUNS), IDS)
        same(counts(server)[:2], (1, 0), "exchanges, refreshes")


@check
def tokens_in_a_server_s_words():
    """a server that repeats the tokens in its error: they are not shown"""
    def quote(request):
        if path in request.path:
            words = " ".join((
                "rejected", request.headers.get("x-neptune-api-token", ""),
                request.headers.get("authorization", "")))
            return relay.json_answer({"message": words}, status)
        answer = request.ask()
        if relay.EXCHANGE in request.path:
            access.append(json.loads(answer.body)["accessToken"])
        return answer
    for _, path, sql in PLACES:
        for status in (400, 403):
            access = []
            with relay.Relay(quote, SERVER) as server, \
                    Database(server) as db:
                text = judge(db.error(sql), server).message
                shown = db.requests("path || query || error")
                for token in access:
                    expect(token not in text, f"shows it: {text!r}")
                    expect(token not in repr(shown), f"shows it: {shown!r}")


# ---- redirects ----

@check.each(*((f"{status} of {place[0]}", status, *place[1:])
              for status in (301, 302, 303, 307, 308) for place in PLACES
              if status == 302 or place[0] == "search"))
def redirect(status, path, sql):
    """a redirect is not followed, nobody else sees a token"""
    with relay.Relay(server=SERVER) as other:
        for target in (other.address, "http://localhost:%d" % other.port,
                       "file:///etc/passwd", "//127.0.0.1:%d" % other.port,
                       "/elsewhere"):
            def react(request, target=target):
                if path not in request.path:
                    return request.ask()
                return relay.Answer(status, b"", {
                    "Location": target + request.path})
            with relay.Relay(react, SERVER) as server, \
                    Database(server) as db:
                judge(db.error(sql), server, str(status))
                same(attempts_of(db, path), [1])
                expect(not any("/elsewhere" in p for p in server.paths()),
                       "followed a path")
        same(other.requests, [])
        same(other.n_connections, 0)


@check
def issuer_elsewhere():
    """an issuer at another server gets no refresh token"""
    original = {}
    with relay.Relay(server=SERVER) as other:
        def react(request):
            bearer = request.headers.get("authorization")
            if bearer in original:
                request.headers["authorization"] = original[bearer]
            if relay.SEARCH in request.path and bearer not in denied:
                denied.append(bearer)
                return DENIED
            answer = request.ask()
            if relay.EXCHANGE in request.path:
                content = json.loads(answer.body)
                token = content["accessToken"]
                moved = relay.jwt_with(token, iss=other.address + "/realm",
                                       n=len(original))
                original[f"Bearer {moved}"] = f"Bearer {token}"
                content["accessToken"] = moved
                answer.body = json.dumps(content).encode()
                if denied:
                    denied.append(f"Bearer {moved}")
            return answer
        denied = []
        with relay.Relay(react, SERVER) as server, Database(server) as db:
            same(db.query(RUNS), IDS)
            same(counts(server)[:2], (2, 0), "exchanges, refreshes")
        same(other.n_connections, 0)


if __name__ == "__main__":
    with SERVER:
        sys.exit(check.run(processes=4))
