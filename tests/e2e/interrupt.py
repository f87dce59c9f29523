"""Ctrl-C, sqlite3_interrupt and progress handlers end what the network blocks.

F10, F42 of the faults. Of three tries at each place the fastest must end
within 100 ms, as promised; a loaded machine may make the others slower.
"""

import contextlib
import fcntl
import os
import pty
import re
import select
import signal
import socket
import sqlite3
import subprocess
import sys
import termios
import threading
import time

from support import checks, relay, sqlite
from support.checks import expect, same
from support.sqlite import Database
import harness

checks.adapt_to_wrapping()
check = checks.Checks()
SYNTHETIC = ("--synthetic", "runs=20,configs=3,series=2,points=50")
PROMISED = 0.1  # seconds; a sanitizer costs more
PATIENCE = 20.0  # no try may take longer, however loaded the machine is
if "sanitize" in (harness.BUILD / "CMakeCache.txt").read_text() \
        .partition("NEPTUNE_SANITIZE:STRING=")[2].split("\n")[0] or \
        harness.WRAP:
    PROMISED = 1.0

# What a statement may wait for: name, path, a query whose first request of it
# is the one that hangs
PLACES = [
    ("exchange", relay.EXCHANGE, "SELECT run_id FROM runs"),
    ("search", relay.SEARCH, "SELECT run_id FROM runs"),
    ("values", relay.VALUES, "SELECT value FROM attributes"),
    ("points", relay.POINTS, "SELECT value FROM metric_points"),
    ("buckets", relay.BUCKETS, "SELECT max FROM metric_buckets"),
    ("ends of series", relay.POINTS, "SELECT max FROM metric_buckets"),
    ("a join", relay.POINTS,
     "SELECT max(value) FROM experiments JOIN metric_points USING (sys_id) "
     "WHERE attribute = 'metrics/series_0'"),
    ("a subquery", relay.VALUES,
     "SELECT count(*) FROM metric_points WHERE sys_id IN "
     "(SELECT sys_id FROM attributes WHERE attribute = 'config/int_1')"),
]
# So that a test ends, red, where nothing is interrupted.
SETTINGS = {"retry_soft_timeout": 6, "retry_hard_timeout": 8,
            "http_timeout": 6}


def requests_of(db, path):
    return [row for row in db.requests("path, error") if path in row[0]]


def fault(path, how, sql=""):
    """A rule for three tries at path, not counting what warm_up asks."""
    after = ",after=1" if path == relay.SEARCH else ""
    # Both ends of series are asked for at once.
    times = 6 if path == relay.POINTS and "metric_buckets" in sql else 3
    return ("--fault", f"path={path},{how},times={times}{after}")


def warm_up(db, path):
    """Gets a token, so that a loaded machine waits at path, not before it."""
    if path != relay.EXCHANGE:
        same(db.value("SELECT count(*) FROM runs"), 20)


def time_to_end(db, sql, delay=0.15):
    """Interrupts sql; returns the seconds that it then took to end."""
    asked = []

    def interrupt():
        asked.append(time.monotonic())
        db.interrupt()

    timer = threading.Timer(delay, interrupt)
    timer.start()
    try:
        error = db.error(sql)
        ended = time.monotonic()
    finally:
        timer.join()
    same(error.code, sqlite.INTERRUPT, error.message)
    expect("interrupted" in error.message, error.message)
    expect(ended >= asked[0], "ended before it was interrupted")
    return ended - asked[0]


def judge(times):
    expect(max(times) < PATIENCE, f"took {max(times):.2f} s")
    expect(min(times) < PROMISED,
           "took " + ", ".join(f"{1000 * t:.0f} ms" for t in times))
    return f"{1000 * min(times):.0f} ms"


def interrupt_thrice(db, sql):
    return judge([time_to_end(db, sql) for _ in range(3)])


def silence(path, sql, how):
    """Interrupts sql where path is silent; then it goes on."""
    with harness.Server(*SYNTHETIC, *fault(path, how, sql)) as server, \
            Database(server, **SETTINGS) as db:
        warm_up(db, path)
        figure = judge(times_at(db, path, sql))
        expect(db.query(sql), "no rows afterwards")
        return figure


def times_at(db, path, sql):
    """Of three tries that had asked path when they were interrupted; a loaded
    machine may need longer until then."""
    times, delay = [], 0.15
    while len(times) < 3 and delay < 5:  # http_timeout is 6
        before = len(requests_of(db, path))
        seconds = time_to_end(db, sql, delay)
        if len(requests_of(db, path)) > before:
            times.append(seconds)
        else:
            delay *= 2
    expect(len(times) == 3, "it hung elsewhere")
    return times


@check.each(*PLACES)
def no_answer(path, sql):
    """interrupted while an answer does not begin"""
    return silence(path, sql, "stall-ms=30000")


@check.each(*PLACES)
def inside_a_body(path, sql):
    """interrupted in the middle of an answer's body"""
    return silence(path, sql, "stall-ms=30000,stall-at=20")


@check
def slow_server():
    """interrupted while every answer is late, then a longer wait succeeds"""
    with harness.Server(*SYNTHETIC, "--latency-ms", 600) as server:
        with Database(server) as db:
            figure = interrupt_thrice(db, "SELECT run_id FROM runs")
            same(db.value("SELECT count(*) FROM runs"), 20)
            return figure


@check
def inside_headers():
    """interrupted in the middle of an answer's headers"""
    def react(request):
        if relay.SEARCH in request.path:
            return [b"HTTP/1.1 200 OK\r\nContent-Ty", 60]
        return request.ask()
    with harness.Server(*SYNTHETIC) as server:
        with relay.Relay(react, server) as between:
            with Database(between, **SETTINGS) as db:
                return interrupt_thrice(db, "SELECT run_id FROM runs")


def token_for(address):
    return harness.make_token('{"api_url": "%s", "api_key": "k"}' % address)


@check
def connecting():
    """interrupted while it connects"""
    with relay.deaf_port() as port:
        with Database(api_token=token_for(f"http://127.0.0.1:{port}"),
                      project="a/b", **SETTINGS) as db:
            return interrupt_thrice(db, "SELECT run_id FROM runs")


@check
def tls_handshake():
    """interrupted in the TLS handshake"""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]  # accepts by its queue, says nothing
        with Database(api_token=token_for(f"https://127.0.0.1:{port}"),
                      project="a/b", **SETTINGS) as db:
            return interrupt_thrice(db, "SELECT run_id FROM runs")


@check.each(("after status 503", "status=503"),
            ("as Retry-After asks", "status=429,retry-after=60"),
            ("after a cut answer", "cut=1"))
def between_attempts(answer):
    """interrupted while it waits to try again"""
    with harness.Server(*SYNTHETIC, "--fault",
                        f"path={relay.SEARCH},{answer}") as server:
        with Database(server, **SETTINGS) as db:
            return interrupt_thrice(db, "SELECT run_id FROM runs")


@check
def refused_port():
    """interrupted while it waits to connect once more"""
    with relay.refusing_port() as port, \
            Database(api_token=token_for(f"http://127.0.0.1:{port}"),
                     project="a/b", **SETTINGS) as db:
        times = []
        while len(times) < 3:
            try:
                times.append(time_to_end(db, "SELECT run_id FROM runs", 0.05))
            except AssertionError as reason:
                if "could not connect" not in str(reason):
                    raise  # else all its tries were over by then
        return judge(times)


@check
def slow_name_lookup():
    """interrupted while the host's name is looked up"""
    shim = harness.BUILD / "tests/e2e/slow_lookup.so"
    environment = harness.client_environment(
        NEPTUNE_API_TOKEN=token_for("http://slow.test:9"),
        NEPTUNE_PROJECT="a/b",
        LD_PRELOAD=str(shim))
    # A wrapper that sets LD_PRELOAD itself gets ours as well.
    wrap = [f"{word} {shim}" if word.startswith("LD_PRELOAD=") else word
            for word in harness.WRAP]
    with Shell(environment, wrap) as shell:
        shell.type("SELECT run_id FROM runs;\n")
        shell.wait_for("slow_lookup: waiting")
        started = time.monotonic()
        shell.type_ctrl_c()
        shell.wait_for("interrupted")
        seconds = time.monotonic() - started
        expect(seconds < 10, f"took {seconds:.1f} s: waited for the lookup")


@check
def next_page():
    """interrupted in the middle of a scan, after rows have come"""
    with harness.Server(*SYNTHETIC, "--fault", f"path={relay.SEARCH},after=1,"
                        "stall-ms=30000,times=1") as server:
        with Database(server, page_size=5, **SETTINGS) as db:
            timer = threading.Timer(0.15, db.interrupt)
            started = time.monotonic()
            rows = []
            try:
                for row in db.rows("SELECT run_id FROM runs"):
                    rows.append(row)
                    if len(rows) == 1:
                        timer.start()
                raise AssertionError("read to the end")
            except sqlite.Error as error:
                same(error.code, sqlite.INTERRUPT)
            timer.join()
            expect(5 <= len(rows) < 20, f"{len(rows)} rows")
            expect(time.monotonic() - started < PATIENCE, "took too long")
            same(db.value("SELECT count(*) FROM runs"), 20)


@check
def other_statement():
    """an open statement that waits for nothing ends as well; both run anew"""
    with harness.Server(*SYNTHETIC, "--fault", f"path={relay.POINTS},"
                        "stall-ms=30000,times=1") as server:
        with Database(server, page_size=5, **SETTINGS) as db:
            rows = db.rows("SELECT sys_id FROM runs")
            next(rows)
            figure = judge([time_to_end(db, "SELECT value FROM "
                                        "metric_points")])
            try:
                for _ in rows:
                    pass
                raise AssertionError("read to the end")
            except sqlite.Error as error:
                same(error.code, sqlite.INTERRUPT)
            same(len(db.query("SELECT sys_id FROM runs")), 20)
            return figure


@check
def other_connection():
    """the interrupt of one connection does not touch another"""
    with harness.Server(*SYNTHETIC, "--latency-ms", 300) as server:
        with Database(server) as mine, Database(server) as other:
            other.memory += 1 << 30  # what both leave is counted with mine
            counts = []
            thread = threading.Thread(target=lambda: counts.append(
                other.value("SELECT count(*) FROM runs")))
            thread.start()
            time_to_end(mine, "SELECT run_id FROM runs", 0.1)
            thread.join()
            same(counts, [20])


@check
def nothing_to_interrupt():
    """an interrupt while nothing runs does no harm to the next statement"""
    with harness.Server(*SYNTHETIC) as server, Database(server) as db:
        for _ in range(3):
            db.interrupt()
            same(db.value("SELECT count(*) FROM runs"), 20)


@check
def busy_network():
    """interrupted while rows pour in"""
    with harness.Server("--synthetic", "runs=2000,configs=1,series=5,"
                        "points=20000") as server, Database(server) as db:
        figure = interrupt_thrice(db, "SELECT sum(value) FROM metric_points")
        same(db.value("SELECT count(*) FROM runs LIMIT 1"), 2000)
        return figure


@check.each(("every operation", 1), ("Datasette's 1000", 1000),
            ("100 000", 100000))
def progress_handler(period):
    """a progress handler's time limit ends a query"""
    with harness.Server(*SYNTHETIC, *fault(relay.SEARCH, "stall-ms=30000")
                        ) as server:
        with Database(server, **SETTINGS) as db:
            warm_up(db, relay.SEARCH)
            times = []
            for _ in range(3):
                limit = time.monotonic() + 0.15
                db.on_progress(period, lambda: time.monotonic() > limit)
                error = db.error("SELECT run_id FROM runs")
                times.append(time.monotonic() - limit)
                same(error.code, sqlite.INTERRUPT, error.message)
            db.on_progress(period, lambda: 0)
            expect(len(requests_of(db, relay.SEARCH)) >= 4, "hung elsewhere")
            same(db.value("SELECT count(*) FROM runs"), 20)
            return judge(times)


@check
def progress_handler_that_goes_on():
    """a progress handler that never stops anything changes no row"""
    with harness.Server(*SYNTHETIC, "--latency-ms", 200) as server:
        with Database(server) as db:
            calls = []
            db.on_progress(1000, lambda: calls.append(1) or 0)
            same(db.value("SELECT count(*) FROM runs"), 20)
            expect(calls, "it was never called")


@check
def python_module():
    """Python's own interrupt() and set_progress_handler() end a query"""
    with harness.Server(*SYNTHETIC, "--fault",
                        f"path={relay.SEARCH},stall-ms=30000,times=2"
                        ) as server:
        with contextlib.closing(sqlite3.connect(":memory:")) as db:
            db.enable_load_extension(True)
            db.load_extension(str(harness.EXTENSION))
            db.execute("SELECT neptune_config('api_token', ?), "
                       "neptune_config('project', ?)",
                       (server.token, server.project))
            timer = threading.Timer(0.15, db.interrupt)
            timer.start()
            expect_python_interrupt(db)
            timer.join()
            limit = time.monotonic() + 0.15
            db.set_progress_handler(lambda: time.monotonic() > limit, 1000)
            expect_python_interrupt(db)
            db.set_progress_handler(None, 0)
            same(db.execute("SELECT count(*) FROM runs").fetchall(), [(20,)])


def expect_python_interrupt(db):
    started = time.monotonic()
    try:
        db.execute("SELECT run_id FROM runs").fetchall()
        raise AssertionError("it was not interrupted")
    except sqlite3.OperationalError as error:
        same(error.args, ("interrupted",))
    expect(time.monotonic() - started < PATIENCE, "took too long")


class Shell:
    """The stock shell, used by hand: on a terminal of its own.

    Where there are no terminals (a bare chroot), on a socket; what Ctrl-C sends
    is sent to it all the same.
    """

    def __init__(self, environment, wrap=harness.WRAP):
        try:
            self.terminal, theirs = pty.openpty()
            self.has_terminal = True
            attributes = termios.tcgetattr(theirs)
            attributes[3] &= ~termios.ECHO
            termios.tcsetattr(theirs, termios.TCSANOW, attributes)
        except OSError:
            self.terminal, theirs = (
                end.detach() for end in socket.socketpair())
            self.has_terminal = False
        self.process = subprocess.Popen(
            [*wrap, "sqlite3", "-interactive", "-init", os.devnull,
             "-cmd", f".load {harness.quote_argument(harness.EXTENSION)}",
             ":memory:"],
            stdin=theirs, stdout=theirs, stderr=theirs, env=environment,
            preexec_fn=own_terminal if self.has_terminal else hear_ctrl_c,
            start_new_session=True)
        os.close(theirs)
        self.seen = ""
        self.wait_for("sqlite> ")

    def type(self, text):
        self.seen = ""
        os.write(self.terminal, text.encode())

    def type_ctrl_c(self):
        if self.has_terminal:
            self.type("\x03")
        else:
            self.seen = ""
            os.killpg(self.process.pid, signal.SIGINT)

    def wait_for(self, words, seconds=60):
        limit = time.monotonic() + seconds
        while words not in self.seen:
            left = limit - time.monotonic()
            expect(left > 0 and select.select([self.terminal], [], [], left)[0],
                   f"no {words!r} but {self.seen[-400:]!r}")
            try:
                piece = os.read(self.terminal, 4096)
            except OSError:
                piece = b""
            expect(piece, f"it ended: {self.seen[-400:]!r}")
            self.seen += piece.decode(errors="replace")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        os.close(self.terminal)


def hear_ctrl_c():
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def own_terminal():
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
    hear_ctrl_c()


@contextlib.contextmanager
def silent(times):
    """A relay that leaves this many searches without an answer."""
    left = [[b"", 60]] * times

    def search(request):
        return left.pop() if left else request.ask()
    with harness.Server(*SYNTHETIC) as server, \
            relay.changing(relay.SEARCH, search, server) as between:
        yield between


@check
def shell_on_a_terminal():
    """Ctrl-C in the sqlite3 shell ends the query, not the shell"""
    times = []
    with silent(3) as server, \
            Shell(harness.client_environment(server)) as shell:
        for n in range(1, 4):
            shell.type("SELECT run_id FROM runs;\n")
            server.wait_for(relay.SEARCH, n)
            started = time.monotonic()
            shell.type_ctrl_c()
            shell.wait_for("interrupted")
            times.append(time.monotonic() - started)
            shell.wait_for("sqlite> ")
        shell.type("SELECT 'rows ' || count(*) FROM runs;\n")
        shell.wait_for("rows 20")
        shell.wait_for("sqlite> ")
        shell.type(".quit\n")
        expect(shell.process.wait(60) in (0, 1), "it crashed")
    expect(max(times) < PATIENCE, f"took {max(times):.1f} s")
    return judge(times)


@check
def shell_gets_a_signal():
    """SIGINT ends a shell's script with the statement's error, no crash"""
    with silent(1) as server:
        shell = subprocess.Popen(
            [*harness.WRAP, "sqlite3", "-batch", "-bail", "-init", os.devnull,
             "-cmd", f".load {harness.quote_argument(harness.EXTENSION)}",
             ":memory:", "SELECT 'begun'; SELECT run_id FROM runs;"],
            env=harness.client_environment(server), stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True)
        with harness.killed_after(shell):
            server.wait_for(relay.SEARCH)
            shell.send_signal(signal.SIGINT)
            started = time.monotonic()
            output, errors = shell.communicate()
        expect(time.monotonic() - started < PATIENCE, "took too long")
        same(output, "begun\n")
        expect(re.fullmatch(r"Error: .*interrupted.*\n", errors), errors)
        same(shell.returncode, 9)


if __name__ == "__main__":
    sys.exit(check.run())
