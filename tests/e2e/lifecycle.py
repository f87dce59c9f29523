"""Loading, connecting, files, closing: quiet, clean, in every host.

F39, F40, F44, F56, F57 of the faults. Threads are in concurrency.py.
"""

import contextlib
import gc
import os
import pathlib
import re
import signal
import sqlite3
import subprocess
import sys
import tempfile

from support import checks, relay, sqlite
from support.checks import expect, same
from support.sqlite import Database
import harness

checks.adapt_to_wrapping()
check = checks.Checks()
SERVER = harness.Server("--synthetic", "runs=30,configs=3,series=2,points=40")
APSW = "apsw==3.54.1.0"
COUNT = "SELECT count(*) FROM runs"
CREATE = """
CREATE TABLE mine(experiment TEXT PRIMARY KEY, note TEXT);
INSERT INTO mine VALUES ('exp-00000003', 'good');
CREATE VIRTUAL TABLE sweep USING experiments(nql = '`sys/id`:string != "x"');
CREATE VIRTUAL TABLE curves USING metric_points;
CREATE VIRTUAL TABLE everything USING neptune_attributes;
CREATE VIEW noted AS SELECT note, sys_id FROM mine JOIN sweep
  USING (experiment);
CREATE VIEW loud AS SELECT owner, regexp('^exp', experiment) AS is_exp
  FROM experiments;
"""


def name_of_synthetic():
    with Database(SERVER) as db:
        return db.value("SELECT min(experiment) FROM experiments")


CREATE = CREATE.replace("exp-00000003", name_of_synthetic())


@contextlib.contextmanager
def folder():
    with tempfile.TemporaryDirectory() as path:
        yield pathlib.Path(path)


@contextlib.contextmanager
def connected(path=":memory:", server=SERVER, **options):
    """Python's own connection with the extension, ready to ask."""
    with contextlib.closing(sqlite3.connect(path, **options)) as db:
        load(db, server)
        yield db
    gc.collect()


def load(db, server=SERVER):
    db.enable_load_extension(True)
    db.load_extension(str(harness.EXTENSION))
    if server:
        db.execute("SELECT neptune_config('api_token', ?), "
                   "neptune_config('project', ?)",
                   (server.token, server.project)).fetchall()


def values(db, sql, *arguments):
    return db.execute(sql, arguments).fetchall()


QUIET = """
.tables
.schema
.schema --indent sweep
.dump
.databases
.indexes
PRAGMA table_list;
PRAGMA table_info(sweep);
PRAGMA table_xinfo(curves);
PRAGMA table_info(experiments);
PRAGMA table_info(noted);
PRAGMA module_list;
PRAGMA function_list;
PRAGMA integrity_check;
PRAGMA foreign_key_check;
PRAGMA optimize;
SELECT * FROM sqlite_schema;
SELECT * FROM pragma_table_xinfo('attributes');
EXPLAIN QUERY PLAN SELECT * FROM noted;
EXPLAIN SELECT * FROM curves WHERE step > 3;
EXPLAIN QUERY PLAN SELECT * FROM runs WHERE owner IN (SELECT note FROM mine);
SELECT neptune_version(), neptune_config('project');
SELECT * FROM neptune_requests;
SELECT 'a' REGEXP 'b';
ALTER TABLE mine RENAME TO ours;
ALTER TABLE ours RENAME TO mine;
ALTER TABLE mine ADD COLUMN more;
ALTER TABLE sweep RENAME TO swept;
ALTER TABLE swept RENAME TO sweep;
CREATE TABLE other AS SELECT 1 AS one;
ANALYZE;
REINDEX;
VACUUM;
SAVEPOINT a;
CREATE VIRTUAL TABLE another USING runs(project = 'some/where');
ROLLBACK TO a;
RELEASE a;
CREATE VIRTUAL TABLE temp.passing USING runs;
DROP VIEW noted;
DROP VIEW loud;
DROP TABLE sweep;
DROP TABLE curves;
DROP TABLE everything;
SELECT * FROM runs LIMIT 0;
SELECT 'end';
"""
# What no statement of QUIET may do, so that the counter counts at all.
LOUD = "SELECT * FROM runs;\n"


def run_shell(script, environment, path):
    """As harness.run_shell, on a file."""
    return subprocess.run(
        [*harness.WRAP, "sqlite3", "-batch", "-init", os.devnull, "-cmd",
         f".load {harness.quote_argument(harness.EXTENSION)}", str(path)],
        input=script, env=environment, timeout=300, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def connections_of(script, token="yes"):
    """How often the server that the token names was called, and the shell."""
    with relay.Relay(lambda _: relay.text_answer("no", status=404)) as server:
        environment = harness.client_environment(NEPTUNE_PROJECT="a/b")
        if token:
            environment["NEPTUNE_API_TOKEN"] = server.token
        with folder() as place:
            shell = run_shell(CREATE + script, environment, place / "a.db")
        return server.n_connections, shell


@check.each(("with a token", True), ("without a token", False))
def no_network(token):
    """loading, .schema, PRAGMA, plans, DROP, VACUUM ask no server"""
    n_connections, shell = connections_of(QUIET, token)
    same(shell.stderr, "")
    same(shell.returncode, 0)
    expect(shell.stdout.endswith("end\n"), shell.stdout[-300:])
    same(n_connections, 0, "connections")


@check
def network_when_asked():
    """a query does ask the server, and its failure is the query's"""
    n_connections, shell = connections_of(LOUD)
    expect(n_connections > 0, "nothing was asked: what do these tests count?")
    expect("404" in shell.stderr, shell.stderr)


@check
def no_network_when_preparing():
    """preparing, binding and describing a statement ask no server"""
    with relay.Relay() as server, Database(server) as db:
        for table in ("experiments", "runs", "attributes", "metric_points"):
            statement = sqlite.POINTER()
            same(sqlite.call("prepare_v2", db.handle,
                             f"SELECT * FROM {table} WHERE sys_id = ?"
                             .encode(), -1, statement, None), 0)
            expect(sqlite.call("column_count", statement) > 5, "columns")
            sqlite.call("finalize", statement)
        same(server.n_connections, 0)


@check
def loaded_twice():
    """loaded again into a connection: settings and tables stay as they are"""
    with Database(SERVER, page_size=4) as db:
        db.query("CREATE VIRTUAL TABLE temp.sweep USING experiments")
        same(db.value("SELECT count(*) FROM sweep"), 30)
        requests = len(db.requests())
        db.load()
        rows = db.rows("SELECT sys_id FROM runs")
        got = [next(rows)]
        db.load()  # during a scan
        got += rows
        same(len(set(got)), 30)
        same(db.value("SELECT neptune_config('page_size')"), "4")
        same(db.value("SELECT count(*) FROM sweep"), 30)
        expect(len(db.requests()) > requests, "requests were forgotten")


@check
def many_loads():
    """a thousand connections one after the other: nothing grows"""
    with Database(SERVER):
        pass  # what the first one leaves for good
    before = sqlite.call("memory_used")
    resident = resident_kib()
    for i in range(1000):
        db = Database(SERVER if i % 50 == 0 else None)
        if i % 50 == 0:
            same(db.value(COUNT), 30)
        same(sqlite.call("close", db.handle), 0)
    same(sqlite.call("memory_used") - before, 0)
    if not harness.WRAP:
        expect(resident_kib() - resident < 8192,
               f"{resident_kib() - resident} KiB more")
    maps = pathlib.Path("/proc/self/maps").read_text(encoding="utf-8")
    expect("neptune.so" in maps, "the library was unloaded")


def resident_kib():
    status = pathlib.Path("/proc/self/status").read_text(encoding="ascii")
    return int(re.search(r"VmRSS:\s+(\d+)", status)[1])


@check
def several_connections():
    """connections have their own settings, requests and scans"""
    with Database(SERVER, page_size=3) as first:
        rows = first.rows("SELECT sys_id FROM runs")
        got = [next(rows)]
        with Database(SERVER, page_size=7) as second:
            second.memory += 1 << 30  # first grows meanwhile
            same(len(second.query("SELECT sys_id FROM runs")), 30)
            same(second.value("SELECT neptune_config('page_size')"), "7")
            second.query("SELECT neptune_config('project', 'no/where')")
            second.error(COUNT)
            got += [next(rows), next(rows), next(rows)]
        got += rows
        same(len(set(got)), 30)
        same(first.value("SELECT neptune_config('page_size')"), "3")
        expect(not any("no/where" in str(row) for row in
                       first.requests("path, query, error")), "mixed up")


@check.each(("search", "SELECT sys_id FROM runs"),
            ("values", "SELECT value FROM attributes"),
            ("points", "SELECT value FROM metric_points"),
            ("a join", "SELECT p.value FROM runs AS r JOIN metric_points AS p "
             "USING (sys_id)"))
def closed_in_mid_scan(sql):
    """closed in mid-scan: busy, then closed without a leak"""
    with Database(SERVER, page_size=4, values_page_size=10,
                  points_page_size=10) as db:
        rows = db.rows(sql)
        for _ in range(3):
            next(rows)
        same(sqlite.call("close", db.handle), sqlite.BUSY)
        next(rows)
        rows.close()
    before = sqlite.call("memory_used")
    db = Database(SERVER, page_size=4, points_page_size=10)
    rows = db.rows(sql)
    next(rows)
    close_v2 = sqlite.LIBRARY.sqlite3_close_v2
    close_v2.argtypes = [sqlite.POINTER]
    same(close_v2(db.handle), 0)
    next(rows)
    rows.close()
    same(sqlite.call("memory_used") - before, 0, "bytes left")


@check
def end_of_process():
    """a process that ends in mid-scan, or whose host forgets to close"""
    program = """
import sqlite3, sys
db = sqlite3.connect(":memory:", check_same_thread=False)
db.enable_load_extension(True)
db.load_extension(sys.argv[1])
rows = db.execute("SELECT value FROM metric_points")
print(len([rows.fetchone(), rows.fetchone()]), flush=True)
"""
    for end in ("", "import os; os._exit(0)", "sys.exit(0)",
                "db.close()"):
        done = subprocess.run(
            [*harness.WRAP, sys.executable, "-c", program + end,
             str(harness.EXTENSION)],
            env=harness.client_environment(SERVER), timeout=120,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        same((done.stdout, done.stderr, done.returncode), ("2\n", "", 0), end)


def in_child(is_right):
    """A forked process that ends well if is_right() does; its number."""
    child = os.fork()
    if child == 0:
        signal.alarm(120)
        status = 1
        try:
            status = 0 if is_right() else 1
        finally:
            os._exit(status)
    return child


def await_child(child):
    same(os.waitpid(child, 0)[1], 0, "the child's status")


@check.each(("nothing was asked", None), ("rows were read", COUNT))
def forked(sql):
    """after fork both processes ask, each on connections of its own"""
    with Database(SERVER) as db:
        if sql:
            db.query(sql)

        def both():
            with Database(SERVER) as own:
                count = own.value(COUNT)
            return (count, db.value(COUNT)) == (30, 30)
        child = in_child(both)
        same(db.value(COUNT), 30)
        same(db.value("SELECT count(*) FROM metric_points"), 30 * 2 * 40)
        await_child(child)


@check
def no_shared_connection():
    """after fork the child opens connections of its own, the parent's stay"""
    with relay.Relay(server=SERVER) as between, Database(between) as db:
        db.query(COUNT)
        before = between.n_connections
        await_child(in_child(lambda: db.value(COUNT) == 30))
        by_child = between.n_connections
        expect(by_child > before, "the child used the parent's connection")
        same(db.value(COUNT), 30)
        same(between.n_connections, by_child, "connections afterwards")
        same([n for _, _, n in db.requests() if n != 1], [], "retries")


@check
def forked_in_mid_scan():
    """after fork in mid-scan the parent reads on, the child does no harm"""
    with Database(SERVER, page_size=4) as db:
        rows = db.rows("SELECT sys_id FROM runs")
        got = [next(rows)]

        def read_on():
            with contextlib.suppress(sqlite.Error):
                return len(list(rows)) == 29
            return True
        await_child(in_child(read_on))
        got += rows
        same(len(set(got)), 30)


@check
def reopened_file():
    """tables of a file are there again when it is opened anew"""
    with folder() as place:
        with connected(place / "a.db") as db:
            db.executescript(CREATE)
        with connected(place / "a.db") as db:
            same(values(db, "SELECT count(*) FROM sweep"), [(30,)])
            same(values(db, "SELECT count(*), note FROM noted"), [(1, "good")])
            same(values(db, "SELECT sum(is_exp) >= 0 FROM loud"), [(1,)])
            same(values(db, "SELECT count(*) FROM everything WHERE attribute "
                        "= 'config/int_1'"), [(30,)])
        with contextlib.closing(sqlite3.connect(place / "a.db")) as db:
            same(values(db, "SELECT note FROM mine"), [("good",)])
            try:
                values(db, "SELECT * FROM sweep")
                raise AssertionError("sweep without the extension")
            except sqlite3.OperationalError as error:
                same(error.args, ("no such module: experiments",))
        with connected(place / "a.db") as db:
            db.execute("DROP TABLE curves")
            same(values(db, "SELECT count(*) FROM sweep"), [(30,)])


@check
def dump_and_restore():
    """.dump gives a script that makes the same tables"""
    environment = harness.client_environment(SERVER)
    with folder() as place:
        first = run_shell(CREATE + ".dump\n", environment, place / "a.db")
        same((first.stderr, first.returncode), ("", 0))
        expect("CREATE VIRTUAL TABLE sweep" in first.stdout, first.stdout)
        (place / "dump.sql").write_text(first.stdout, encoding="utf-8")
        second = run_shell(f".read {place}/dump.sql\n", environment,
                           place / "b.db")
        same((second.stderr, second.returncode), ("", 0))
        third = run_shell("SELECT count(*) FROM sweep;\n", environment,
                          place / "b.db")
        same((third.stdout, third.stderr), ("30\n", ""))


@check
def wal():
    """in a WAL database another connection can write during a scan"""
    with folder() as place, connected(place / "a.db") as db:
        values(db, "PRAGMA journal_mode = WAL")
        db.executescript(CREATE)
        rows = db.execute("SELECT sys_id FROM sweep")
        rows.fetchone()
        with connected(place / "a.db", timeout=0) as other:
            other.execute("INSERT INTO mine VALUES ('new', '')")
            other.commit()
            same(values(other, "SELECT count(*) FROM sweep"), [(30,)])
        same(len(rows.fetchall()), 29)
        same(values(db, "SELECT count(*) FROM mine"), [(2,)])


@check
def rollback_journal():
    """in rollback mode a writer waits for the scan, as documented, no more"""
    with folder() as place, connected(place / "a.db") as db:
        db.executescript(CREATE)
        rows = db.execute("SELECT sys_id FROM sweep")
        rows.fetchone()
        with connected(place / "a.db", timeout=0) as other:
            try:
                other.execute("INSERT INTO mine VALUES ('new', '')")
                other.commit()
                raise AssertionError("wrote during a scan")
            except sqlite3.OperationalError as error:
                same(error.args, ("database is locked",))
            other.rollback()
            same(len(rows.fetchall()), 29)
            rows.close()
            other.execute("INSERT INTO mine VALUES ('new', '')")
            other.commit()


@check.each(("mode=ro", "mode=ro"), ("immutable", "immutable=1"))
def read_only_file(mode):
    """a read-only database"""
    with folder() as place:
        with connected(place / "a.db") as db:
            db.executescript(CREATE)
        with connected(f"file:{place}/a.db?{mode}", uri=True) as db:
            same(values(db, "SELECT count(*) FROM sweep"), [(30,)])
            same(values(db, COUNT), [(30,)])
            same(values(db, "SELECT note FROM noted"), [("good",)])
            for sql in ("CREATE VIRTUAL TABLE t USING runs",
                        "DROP TABLE sweep"):
                try:
                    db.execute(sql)
                    raise AssertionError(f"{sql} in a read-only file")
                except sqlite3.OperationalError as error:
                    same(error.args,
                         ("attempt to write a readonly database",))


@check
def attached():
    """tables in an attached database, joined, detached when closed"""
    with folder() as place:
        with connected(place / "a.db") as db:
            db.executescript(CREATE)
        with connected() as db:
            db.execute("ATTACH ? AS far", (str(place / "a.db"),))
            same(values(db, "SELECT count(*) FROM far.sweep"), [(30,)])
            same(values(db, "SELECT count(*) FROM far.runs"), [(30,)])
            same(values(db, "SELECT note FROM far.noted"), [("good",)])
            db.execute("CREATE VIRTUAL TABLE far.more USING runs")
            same(values(db, "SELECT count(*) FROM more JOIN far.sweep "
                        "USING (sys_id)"), [(30,)])
            db.commit()
            rows = db.execute("SELECT * FROM far.sweep")
            rows.fetchone()
            try:
                db.execute("DETACH far")
                raise AssertionError("detached in mid-scan")
            except sqlite3.OperationalError as error:
                expect("locked" in str(error), str(error))
            rows.close()
            db.execute("DETACH far")
            same(values(db, COUNT), [(30,)])


@check
def copies():
    """VACUUM INTO, the backup and a serialised database hold the tables"""
    with folder() as place, connected(place / "a.db") as db:
        db.executescript(CREATE)
        db.execute("VACUUM")
        db.execute("VACUUM INTO ?", (str(place / "b.db"),))
        with connected(place / "c.db") as copy:
            db.backup(copy, pages=1)
            same(values(copy, "SELECT count(*) FROM sweep"), [(30,)])
        with connected() as copy:
            copy.deserialize(db.serialize())
            same(values(copy, "SELECT count(*) FROM sweep"), [(30,)])
        with connected(place / "b.db") as copy:
            same(values(copy, "SELECT note FROM noted"), [("good",)])


@check.each(
    ("DROP TABLE", "DROP TABLE sweep"),
    ("ALTER TABLE", "ALTER TABLE sweep RENAME TO swept"),
    ("CREATE TABLE", "CREATE TABLE t(a)"),
    ("CREATE VIRTUAL TABLE", "CREATE VIRTUAL TABLE t USING runs"),
    ("VACUUM", "VACUUM"), ("ROLLBACK", "ROLLBACK"), ("COMMIT", "COMMIT"),
    ("INSERT … SELECT", "INSERT INTO mine SELECT sys_id, '' FROM runs"),
    ("ATTACH", "ATTACH ':memory:' AS two"))
def during_a_scan(sql):
    """during a scan: done or refused, and the scan goes on or says why"""
    for begin in ("SELECT 1", "BEGIN"):
        with folder() as place:
            with Database(SERVER, str(place / "a.db"), page_size=4) as db:
                for statement in CREATE.split(";\n")[:-1]:
                    db.query(statement)
                db.query(begin)
                rows = db.rows("SELECT sys_id FROM sweep")
                got = [next(rows), next(rows)]
                with contextlib.suppress(sqlite.Error):
                    db.query(sql)
                try:
                    got += rows
                    same(len(set(got)), 30)
                except sqlite.Error as error:
                    expect(sql == "ROLLBACK", f"{sql}: {error.message}")
                with contextlib.suppress(sqlite.Error):
                    db.query("ROLLBACK")
                same(db.value(COUNT), 30)


@check
def nested_statements():
    """a function that asks the same connection, called during a scan"""
    with connected() as db:
        def count(sys_id):
            return values(db, "SELECT count(*) FROM metric_points "
                          "WHERE sys_id = ?", sys_id)[0][0]
        db.create_function("points", 1, count)
        same(values(db, "SELECT sum(points(sys_id)) FROM runs "
                    "WHERE sys_id IN (SELECT sys_id FROM runs LIMIT 7)"),
             [(7 * 2 * 40,)])


@check
def transaction():
    """rows are read inside a transaction, and inside one rolled back"""
    with connected(isolation_level=None) as db:
        db.executescript(CREATE)
        db.execute("BEGIN IMMEDIATE")
        db.execute("INSERT INTO mine SELECT sys_id, owner FROM runs")
        db.execute("SAVEPOINT here")
        db.execute("CREATE VIRTUAL TABLE gone USING runs")
        same(values(db, "SELECT count(*) FROM gone"), [(30,)])
        db.execute("ROLLBACK TO here")
        same(values(db, "SELECT count(*) FROM mine"), [(31,)])
        db.execute("ROLLBACK")
        same(values(db, "SELECT count(*) FROM mine"), [(1,)])
        same(values(db, "SELECT name FROM sqlite_schema "
                    "WHERE name = 'gone'"), [])


@check
def settings_from_the_environment():
    """the environment is read when a query needs it, not when loading"""
    with Database() as db:
        same(db.value("SELECT neptune_config('api_token')"), 0)
        os.environ.update(SERVER.environment)
        try:
            same(db.value(COUNT), 30)
        finally:
            for name in SERVER.environment:
                del os.environ[name]
        expect("NEPTUNE_" in db.error(COUNT).message, "names no setting")


@check
def stock_shell():
    """the sqlite3 shell: .load, and SELECT load_extension(…)"""
    environment = harness.client_environment(SERVER)
    shell = harness.run_shell(f"{COUNT};\n", environment)
    same((shell.stdout, shell.stderr, shell.returncode), ("30\n", "", 0))
    shell = subprocess.run(
        [*harness.WRAP, "sqlite3", "-batch", "-init", os.devnull, ":memory:",
         f"SELECT load_extension('{harness.EXTENSION}');", COUNT,
         # The shell's own regexp() stays; our columns match by RE2.
         "SELECT count(*) FROM runs WHERE experiment REGEXP '(?i)^EXPERIMENT'"],
        env=environment, text=True, timeout=120,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    same((shell.stdout, shell.stderr, shell.returncode),
         ("\n30\n30\n", "", 0))


@check
def python_module():
    """Python's sqlite3: load_extension, rows, errors, closing"""
    with connected() as db:
        same(values(db, COUNT), [(30,)])
        row = db.execute("SELECT experiment, failed, tags FROM experiments "
                         "LIMIT 1").fetchone()
        same([type(value) for value in row][:2], [str, int])
        db.execute("SELECT neptune_config('project', 'no/where')")
        try:
            values(db, COUNT)
            raise AssertionError("rows of no project")
        except sqlite3.Error as error:
            expect("no/where" in str(error), str(error))


@check
def statically_linked():
    """a C program with the extension linked in, as include/neptune.h says"""
    program = harness.BUILD / "tests/e2e/static_host"
    done = subprocess.run(
        [program], env=harness.client_environment(SERVER), timeout=120,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    same((done.stdout, done.stderr, done.returncode), ("30 30\n", "", 0))


def apsw_python():
    """A Python that has apsw, which brings a SQLite of its own, newer."""
    cache = pathlib.Path(os.environ.get("NEPTUNE_CACHE",
                                        harness.ROOT / ".cache"))
    venv = cache / APSW.replace("==", "-")
    python = venv / "bin/python"
    if not (venv / "ready").exists():
        cache.mkdir(parents=True, exist_ok=True)
        for command in (["/usr/bin/python3", "-m", "venv", venv],
                        [python, "-m", "pip", "install", "-q", APSW]):
            done = subprocess.run(command, stdout=subprocess.DEVNULL,
                                  stderr=subprocess.PIPE, text=True,
                                  timeout=600)
            if done.returncode:
                reason = done.stderr.strip().split("\n")[-1]
                raise checks.Skip(f"cannot install {APSW}: {reason}")
        (venv / "ready").touch()
    return python


APSW_PROGRAM = """
import sys, threading, time, apsw
db = apsw.Connection(":memory:")
db.enable_load_extension(True)
db.load_extension(sys.argv[1])
def rows(sql, *values):
    return list(db.execute(sql, values))
assert rows("SELECT count(*) FROM runs") == [(30,)]
assert rows("SELECT count(*) FROM metric_points WHERE step < 10 AND sys_id IN "
            "(SELECT sys_id FROM runs LIMIT 3)") == [(60,)]
db.execute("CREATE VIRTUAL TABLE sweep USING experiments")
one = rows("SELECT sys_id FROM sweep LIMIT 1 OFFSET 2")[0][0]
assert rows("SELECT count(*) FROM sweep WHERE sys_id = ?", one) == [(1,)]
assert rows("SELECT count(*) FROM runs JOIN attributes USING (sys_id) "
            "WHERE attribute = 'config/int_1'") == [(30,)]
assert rows("SELECT sys_id FROM runs WHERE sys_id = ? OR owner = 'x'",
            one) == [(one,)]
scan = db.execute("SELECT value FROM metric_points")
next(scan)
db.close(True)
print(apsw.sqlite_lib_version())
"""


@check
def apsw_module():
    """PyPI's apsw, with a newer SQLite of its own"""
    if harness.WRAP:
        raise checks.Skip("not with a sanitizer's runtime")
    done = subprocess.run(
        [apsw_python(), "-c", APSW_PROGRAM, str(harness.EXTENSION)],
        env=harness.client_environment(SERVER), timeout=120, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    same((done.stderr, done.returncode), ("", 0))
    return f"SQLite {done.stdout.strip()}"


if __name__ == "__main__":
    with SERVER:
        sys.exit(check.run())
