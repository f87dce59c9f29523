"""A database file from elsewhere cannot make the extension ask anything new.

F46 of the faults: views, triggers and table arguments of a hostile file. Each
connection's requests are counted at the server.
"""

import contextlib
import itertools
import pathlib
import sqlite3
import sys
import tempfile
import urllib.parse

from support import checks, relay
from support.checks import expect, same
import harness

checks.adapt_to_wrapping()
check = checks.Checks()
SERVER = harness.Server("--synthetic", "runs=6,configs=2,series=1,points=5")
TABLES = ("experiments", "runs", "attributes", "metric_points")
UNSAFE_TABLE = "unsafe use of virtual table"


@contextlib.contextmanager
def a_file(*statements):
    """A database file made by someone else: with the extension, if need be."""
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "gift.db"
        with contextlib.closing(sqlite3.connect(path)) as db:
            load(db)
            for sql in statements:
                db.execute(sql)
            db.commit()
        yield path


def load(db):
    db.enable_load_extension(True)
    db.load_extension(str(harness.EXTENSION))


class Reader:
    """One who opens a file: counts the requests, never runs out of them."""

    def __init__(self, path, trusted):
        self.server = relay.Relay(server=SERVER)
        self.db = sqlite3.connect(path)
        load(self.db)
        self.rows("SELECT neptune_config('api_token', ?), "
                  "neptune_config('project', ?), "
                  "neptune_config('retry_soft_timeout', 0)",
                  self.server.token, self.server.project)
        self.rows(f"PRAGMA trusted_schema = {'ON' if trusted else 'OFF'}")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.db.close()
        self.server.__exit__()

    def rows(self, sql, *values):
        return self.db.execute(sql, values).fetchall()

    def refused(self, sql, *words):
        """The statement fails with one of these words and asks nothing."""
        before = len(self.server.requests)
        try:
            rows = self.rows(sql)
        except sqlite3.Error as error:
            expect(any(word in str(error) for word in words), str(error))
        else:
            raise AssertionError(f"{sql} gave {rows!r:.200}")
        same(len(self.server.requests), before, "requests")


@check.each(*((f"{table}, {kind}", table, kind) for table, kind in
              itertools.product(TABLES, ("by its name", "created"))))
def view(table, kind):
    """a stored view over a table: with trusted_schema only"""
    source = f"neptune_{table}" if kind == "by its name" else "made"
    statements = [f"CREATE VIEW seen AS SELECT sys_id FROM {source}"]
    if kind == "created":
        statements.insert(0, f"CREATE VIRTUAL TABLE made USING {table}")
    with a_file(*statements) as path:
        with Reader(path, trusted=True) as reader:
            expect(len(reader.rows("SELECT * FROM seen")) >= 6, "no rows")
            expect(reader.server.requests, "no requests")
        with Reader(path, trusted=False) as reader:
            reader.refused("SELECT * FROM seen", UNSAFE_TABLE)
            reader.refused("SELECT 1 WHERE EXISTS (SELECT * FROM seen)",
                           UNSAFE_TABLE)
            # What the user types is the user's.
            expect(len(reader.rows(f"SELECT * FROM {source}")) >= 6, "no rows")


@check
def view_over_requests():
    """a stored view over neptune_requests: with trusted_schema only"""
    with a_file("CREATE VIEW seen AS SELECT path, query FROM "
                "neptune_requests") as path:
        with Reader(path, trusted=True) as reader:
            same(reader.rows("SELECT * FROM seen"), [])
        with Reader(path, trusted=False) as reader:
            reader.refused("SELECT * FROM seen", UNSAFE_TABLE)
            same(reader.rows("SELECT * FROM neptune_requests"), [])


TRIGGERS = {
    "AFTER INSERT": "INSERT INTO notes VALUES ('a')",
    "BEFORE UPDATE": "UPDATE notes SET note = 'b'",
    "AFTER DELETE": "DELETE FROM notes",
}


@check.each(*((name, name) for name in TRIGGERS))
def trigger(event):
    """a stored trigger that reads a table: with trusted_schema only"""
    with a_file("CREATE TABLE notes(note)", "INSERT INTO notes VALUES ('x')",
                "CREATE TABLE loot(sys_id)",
                f"CREATE TRIGGER t {event} ON notes BEGIN INSERT INTO loot "
                "SELECT sys_id FROM runs; END") as path:
        with Reader(path, trusted=False) as reader:
            reader.refused(TRIGGERS[event], UNSAFE_TABLE)
            same(reader.rows("SELECT * FROM loot"), [])
        with Reader(path, trusted=True) as reader:
            reader.rows(TRIGGERS[event])
            same(len(reader.rows("SELECT * FROM loot")), 6)


@check.each(("ON", True), ("OFF", False))
def config_in_schema(trusted):
    """neptune_config() in a schema is refused; trusted_schema"""
    unsafe = "unsafe use of neptune_config()"
    call = "neptune_config('project', 'evil/project')"
    with a_file(f"CREATE VIEW v AS SELECT {call} AS c",
                "CREATE TABLE notes(note)",
                f"CREATE TRIGGER t AFTER INSERT ON notes BEGIN SELECT {call};"
                " END",
                "CREATE TABLE plain(a)") as path:
        with Reader(path, trusted) as reader:
            before = reader.rows("SELECT neptune_config('project')")
            reader.refused("SELECT * FROM v", unsafe)
            reader.refused("INSERT INTO notes VALUES (1)", unsafe)
            # Not a CHECK: SQLite 3.40.1 runs any function there, its own
            # load_extension() too; newer ones refuse.
            for sql in (f"CREATE TABLE d(a DEFAULT ({call}), b)",
                        f"CREATE TABLE g(b, a AS ({call}))",
                        f"CREATE INDEX i ON plain({call})"):
                try:
                    reader.rows(sql)
                    reader.rows(f"INSERT INTO {sql[13]}(b) VALUES (2)")
                except sqlite3.Error as error:
                    expect("unsafe use" in str(error) or
                           "prohibited" in str(error), f"{sql}: {error}")
                else:
                    raise AssertionError(f"{sql} can be used")
            same(reader.rows("SELECT neptune_config('project')"), before)
            same(reader.server.requests, [])


@check.each(("ON", True), ("OFF", False))
def harmless_functions(trusted):
    """regexp() and neptune_version() may stand in a schema; trusted_schema"""
    with a_file("CREATE TABLE names(name, is_long AS (name REGEXP '.{5}'), "
                "CHECK (name REGEXP '^[a-z]+$'))",
                "INSERT INTO names VALUES ('alpha')",
                "CREATE INDEX by_match ON names(name REGEXP 'a$')",
                "CREATE VIEW v AS SELECT name, neptune_version() AS version "
                "FROM names WHERE name REGEXP 'ph'") as path:
        with Reader(path, trusted) as reader:
            version = reader.rows("SELECT neptune_version()")[0][0]
            same(reader.rows("SELECT * FROM v"), [("alpha", version)])
            same(reader.rows("SELECT is_long FROM names"), [(1,)])
            reader.refused("INSERT INTO names VALUES ('Beta')", "CHECK")
            same(reader.server.requests, [])


@check
def own_views():
    """the user's own TEMP views and triggers may read tables either way"""
    with a_file("CREATE TABLE notes(note)") as path:
        with Reader(path, trusted=False) as reader:
            reader.rows("CREATE TEMP VIEW mine AS SELECT * FROM runs")
            same(len(reader.rows("SELECT * FROM mine")), 6)
            reader.rows("CREATE TEMP TRIGGER t AFTER INSERT ON main.notes "
                        "BEGIN INSERT INTO notes SELECT sys_id FROM runs; END")
            reader.rows("PRAGMA recursive_triggers = OFF")
            reader.rows("INSERT INTO notes VALUES (1)")
            same(len(reader.rows("SELECT * FROM notes")), 7)


HOSTILE = [
    "CREATE VIRTUAL TABLE made USING experiments(nql = 'x (')",
    "CREATE VIRTUAL TABLE other USING runs(project = 'evil/project')",
    "CREATE VIEW seen AS SELECT * FROM runs",
    "CREATE VIEW runs AS SELECT * FROM main.attributes, made",
    "CREATE VIEW deep AS SELECT (SELECT count(*) FROM neptune_runs) AS n",
    "CREATE TABLE notes(note)",
    "CREATE TRIGGER t AFTER INSERT ON notes BEGIN "
    "INSERT INTO notes SELECT sys_id FROM neptune_runs; END",
]
LOOKS = [
    "SELECT * FROM sqlite_schema", "PRAGMA table_list", "PRAGMA database_list",
    *(f"PRAGMA table_{kind}({name})" for kind, name in itertools.product(
        ("info", "xinfo"), ("made", "other", "seen", "runs", "deep"))),
    "SELECT * FROM sqlite_schema AS s, pragma_table_xinfo(s.name)",
    "PRAGMA integrity_check", "PRAGMA quick_check", "PRAGMA optimize",
    "ANALYZE", "REINDEX", "VACUUM", "EXPLAIN QUERY PLAN SELECT * FROM seen",
    "EXPLAIN SELECT * FROM deep", "ALTER TABLE notes RENAME TO noted",
    "DROP TABLE other",
]


@check.each(("ON", True), ("OFF", False))
def looking(trusted):
    """looking at a hostile file asks nothing; trusted_schema"""
    with a_file(*HOSTILE) as path, Reader(path, trusted) as reader:
        for sql in LOOKS:
            with contextlib.suppress(sqlite3.Error):
                reader.rows(sql)
        same(reader.server.n_connections, 0, "connections")
        shell = harness.run_shell(
            f".open {harness.quote_argument(path)}\n"
            f".load {harness.quote_argument(harness.EXTENSION)}\n"
            ".schema\n.tables\n.dump\n.fullschema\n.lint fkey-indexes\n",
            harness.client_environment(
                NEPTUNE_API_TOKEN=reader.server.token,
                NEPTUNE_PROJECT=reader.server.project))
        expect("CREATE VIRTUAL TABLE made" in shell.stdout, shell.stdout)
        same(reader.server.n_connections, 0, "connections of the shell")


def smuggle(path, sql):
    """Puts a CREATE statement into the file that was never run."""
    with contextlib.closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA writable_schema = ON")
        db.execute("INSERT INTO sqlite_schema VALUES ('table', 'made', "
                   "'made', 0, ?)", (sql,))
        db.commit()


@contextlib.contextmanager
def tolerate_malformed_schema():
    """SQLite's own words for a schema that it cannot parse."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        expect("malformed database schema" in str(error), str(error))


@check.each(
    ("api_url", "api_url = '{evil}'"),
    ("api_token", "api_token = '{token}'"),
    ("address", "address = '{evil}'"), ("host", "host = '{evil}'"),
    ("ca_bundle", "ca_bundle = '{evil}'"),
    ("verify_ssl", "verify_ssl = 'off'"),
    ("a positional address", "'{evil}'"),
    ("a project that is an address", "project = '{evil}/a'"),
    ("an address with the project", "project = 'a/b', url = '{evil}'"),
    ("one MB", "project = 'a/" + "b" * 1_000_000 + "'"),
    ("10 000 arguments", ", ".join(f"a{i} = '{{evil}}'" for i in range(10000))),
    ("no end", "project = '"), ("an empty one", ","),
    ("nested quotes", "project = 'a/b''; DROP TABLE x; --'"))
def smuggled_arguments(arguments):
    """arguments stored in a file move no token elsewhere"""
    evil = relay.Relay(lambda _: relay.json_answer({}))
    token = harness.make_token(f'{{"api_url": "{evil.address}"}}')
    with evil, a_file("CREATE TABLE notes(note)") as path:
        smuggle(path, "CREATE VIRTUAL TABLE made USING experiments(" +
                arguments.format(evil=evil.address, token=token) + ")")
        for trusted in (True, False):
            with Reader(path, trusted) as reader:
                for sql in ("PRAGMA table_info(made)", "SELECT * FROM made",
                            "PRAGMA table_list", "SELECT * FROM notes"):
                    with contextlib.suppress(sqlite3.Error):
                        reader.rows(sql)
                same(evil.n_connections, 0, "connections elsewhere")
                with tolerate_malformed_schema():
                    same(len(reader.rows("SELECT * FROM neptune_runs")), 6)
                same(evil.n_connections, 0, "connections elsewhere")


@check.each(*((repr(text), text) for text in (
    "../../../etc/passwd", "a/../../b", "a/b?projectIdentifier=c/d", "a/b#c",
    "a/b&type=x", "a/b%00", "a/b%2f..", "@evil.test/a", "//evil.test/a",
    "http://evil.test/a", "a/b\r\nHost: evil.test", "a/b\nX: y", "a/b\0c",
    "a/ b", "é/ü", "a/" + "b" * 5000, "a\\b/c", "a/b;c", "a/b\"c'd`e")))
def odd_projects(text):
    """a project's name stays a name, whatever is in it"""
    with a_file("CREATE TABLE notes(note)") as path:
        with Reader(path, trusted=True) as reader:
            for table in TABLES:
                with contextlib.suppress(sqlite3.Error):
                    reader.rows(f"SELECT * FROM {table} WHERE project = ?",
                                text)
            for request in reader.server.requests:
                same(request.headers["host"],
                     reader.server.address.removeprefix("http://"))
                expect("x" not in request.headers, "a header of their own")
                path, _, query = request.path.partition("?")
                expect(path.startswith("/api/"), path)
                expect(path.rstrip("/") in {
                    "/api/backend/v1/authorization/oauth-token",
                    "/api/leaderboard/v1/proto/leaderboard/entries/search",
                    "/api/leaderboard/v1/proto/leaderboard/attributes/query",
                    "/api/leaderboard/v1/leaderboard/attributes/definitions/"
                    "query",
                    "/api/leaderboard/v1/proto/leaderboard/attributes/query",
                    "/api/leaderboard/v1/proto/attributes/series/float"}, path)
                for key, value in urllib.parse.parse_qsl(query):
                    expect(key in ("projectIdentifier", "type"), request.path)
                    if key == "projectIdentifier":
                        # What no name can be is not sent at all.
                        expect(value == text or "\0" in text, request.path)


@check
def hiding_names():
    """an ordinary table hides runs, never neptune_runs; nothing is asked"""
    with a_file("CREATE TABLE runs(sys_id)", "INSERT INTO runs VALUES ('me')",
                "CREATE VIEW experiments AS SELECT 'them' AS sys_id") as path:
        with Reader(path, trusted=False) as reader:
            same(reader.rows("SELECT sys_id FROM runs"), [("me",)])
            same(reader.rows("SELECT * FROM experiments"), [("them",)])
            same(reader.server.requests, [])
            same(len(reader.rows("SELECT sys_id FROM neptune_runs")), 6)


if __name__ == "__main__":
    with SERVER:
        sys.exit(check.run())
