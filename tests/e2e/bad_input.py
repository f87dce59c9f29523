"""Bad input: one clear line that says what to do, and nothing breaks.

Also F22 (addresses), F53 (no host, refused port), F54 (a page instead of
data). Certificates stand in bad_certificate.py. F53's want of descriptors and
threads is not tested: curl then says "could not connect", as for any host.
"""

import base64
import os
import sys

from support import checks, relay, sqlite
from support.checks import expect, same
from support.errors import shows_no_token
from support.sqlite import Database
import harness

checks.adapt_to_wrapping()
check = checks.Checks()
SERVER = harness.Server("--synthetic", "runs=5,configs=2,series=2,points=10")
TABLES = ("experiments", "runs", "attributes", "metric_points")
TOKEN_HINT = "NEPTUNE_API_TOKEN"


def judge(error, *words, token=SERVER.token):
    """One line, in the manner of SQLite, with these words and no secret."""
    text = error.message
    expect("\n" not in text and "\r" not in text, f"several lines: {text!r}")
    expect(10 < len(text) < 1200, f"{len(text)} characters: {text!r}")
    for word in words:
        expect(word in text, f"{word!r} is not in {text!r}")
    shows_no_token(text, token)
    return error


def encoded(text):
    return base64.b64encode(text.encode("latin-1")).decode()


def naming(address):
    return encoded('{"api_url": "%s", "api_key": "x"}' % address)


@check
def missing_token():
    """no token: an error of the query that names the setting"""
    with Database(project="a/b") as db:
        for table in TABLES:
            error = db.error(f"SELECT * FROM {table}")
            judge(error, "no API token is set", TOKEN_HINT, "neptune_config")
        same(db.requests(), [])


BAD_TOKENS = [
    ("not base64", "!!no base64!!", "is not base64"),
    ("cut base64", "YWJjZ", "base64"),
    ("not JSON", encoded("hello, this is no token"), "JSON"),
    ("binary", encoded("\x80\xff\xfe\x00\x01 binary token"), "JSON"),
    ("a JSON list", encoded('["a list", 1, 2, 3]'), "names no server"),
    ("cut JSON", encoded('{"api_url": "http://127.0.0.1:9"'), "JSON"),
    ("no address", encoded('{"api_key": "some-key"}'), "names no server"),
    ("a number", encoded('{"api_url": 5, "api_key": "k"}'), "names no server"),
    ("an empty address", naming(""), "names no server"),
    ("user info", naming("http://me:word@127.0.0.1:9"), "user info"),
    ("another host behind @", naming("http://127.0.0.1:9@evil.test"),
     "user info"),
    ("ftp", naming("ftp://127.0.0.1:9"), "http"),
    ("file", naming("file:///etc/passwd"), "http"),
    ("javascript", naming("javascript:alert(1)"), "http"),
    ("no scheme", naming("127.0.0.1:9"), "http"),
    ("CR and LF", naming("http://127.0.0.1:9\\r\\nX-Evil: 1"), "address"),
    ("a line feed in the path", naming("http://127.0.0.1:9/a\\nb"), "address"),
    ("U+0000", naming("http://127.0.0.1:9\\u0000.evil.test"), ""),
    ("a query", naming("http://127.0.0.1:9/?a=b"), "address"),
    ("a fragment", naming("http://127.0.0.1:9/#a"), "address"),
    ("a space", naming("http://127.0.0.1 :9"), "address"),
    ("a backslash", naming("http://127.0.0.1:9\\\\@evil.test"), "address"),
    ("no host", naming("http://"), "address"),
    ("port 0", naming("http://127.0.0.1:0"), "address"),
    ("port 99999", naming("http://127.0.0.1:99999"), "address"),
    ("a port of letters", naming("http://127.0.0.1:http"), "address"),
    ("half an IPv6 address", naming("http://[::1:9"), "address"),
]


@check.each(*BAD_TOKENS)
def malformed_token(token, word):
    """malformed token, an error before any request"""
    with Database(project="a/b", api_token=token) as db:
        error = db.error("SELECT * FROM runs")
        judge(error, word, TOKEN_HINT, "neptune_config", token=token)
        same(db.requests(), [])


@check
def endless_token():
    """a token of 100 kB is refused with the limit"""
    with Database(project="a/b") as db:
        token = "YWJj" * 25600
        judge(db.error("SELECT neptune_config('api_token', ?)", token),
              "longer", token=token)
        os.environ["NEPTUNE_API_TOKEN"] = token
        try:
            judge(db.error("SELECT * FROM runs"), "longer", TOKEN_HINT,
                  token=token)
        finally:
            del os.environ["NEPTUNE_API_TOKEN"]


@check
def rejected_token():
    """a token that the server refuses is final, and shown nowhere"""
    token = naming(SERVER.address)
    with Database(project=SERVER.project, api_token=token) as db:
        error = judge(db.error("SELECT * FROM runs"), "rejected the API token",
                      SERVER.address, TOKEN_HINT, token=token)
        same(error.code, sqlite.AUTH)
        same([row[1:] for row in db.requests()], [(401, 1)])
        db.query("SELECT neptune_config('api_token', ?)", SERVER.token)
        same(db.value("SELECT count(*) FROM runs"), 5)


@check.each(*((table,) * 2 for table in TABLES))
def unknown_project(table):
    """an unknown project is named, with the endpoint and what to do"""
    with Database(SERVER, project="lab/none") as db:
        judge(db.error(f"SELECT * FROM {table}"), "lab/none", SERVER.address,
              "check the project's name", "NEPTUNE_PROJECT")
        same([row[1:] for row in db.requests()][1:], [(403, 1)])


@check.each(*((repr(name), name) for name in (
    "vision", "a/b/c", "/b", "a/", "/", " ", "a b/c\nd", "a/b?x=1", "a/\x01",
    "a" * 3000)))
def misnamed_project(name):
    """a project not of the form workspace/project"""
    before, slash, behind = name.partition("/")
    with Database(SERVER) as db:
        error = judge(db.error("SELECT * FROM runs WHERE project = ?", name),
                      name[:2])
        if not (before and slash and behind):
            judge(error, "not of the form workspace/project")
            judge(db.error("SELECT neptune_config('project', ?)", name),
                  "not of the form workspace/project")
            same(db.requests(), [])
        else:
            judge(error, SERVER.address, "check the project's name")
        same(db.value("SELECT count(*) FROM runs WHERE project = ?",
                      SERVER.project), 5)


@check
def no_project():
    """no project: an error that says the three ways to name one, but for runs"""
    with Database(api_token=SERVER.token) as db:
        same(db.value("SELECT count(*) FROM runs"), 5)
        for table in set(TABLES) - {"experiments", "runs"}:
            judge(db.error(f"SELECT * FROM {table}"), "no project is named",
                  "NEPTUNE_PROJECT", "neptune_config", "WHERE project")


@check
def unknown_host():
    """a host without address: tried three times, then said what to check"""
    host = "a" * 64 + ".invalid"  # too long for DNS: nobody is asked
    with Database(project="a/b", api_token=naming(f"http://{host}")) as db:
        judge(db.error("SELECT * FROM runs"), host, "unknown host name",
              TOKEN_HINT)
        same(db.requests("status, attempts"), [(None, 3)])


@check
def refused_connection():
    """a refused connection: tried three times, then said what to check"""
    with relay.refusing_port() as port, Database(
            project="a/b",
            api_token=naming(address := f"http://127.0.0.1:{port}")) as db:
        judge(db.error("SELECT * FROM runs"), address, "connection refused",
              "check that the server is up", TOKEN_HINT)
        same(db.requests("status, attempts"), [(None, 3)])


@check
def unreachable_host():
    """a host that answers nothing: an error after http_timeout"""
    with relay.deaf_port() as port, Database(
            project="a/b",
            api_token=naming(address := f"http://127.0.0.1:{port}"),
            http_timeout=1, retry_soft_timeout=0) as db:
        judge(db.error("SELECT * FROM runs"), address, "could not reach",
              "timed out", "check that the server is up", TOKEN_HINT)


@check.each(*((repr(text), text) for text in (
    "(", "[", "a(?=b)", "*", "a{2,1}", "\\", "(?P<n", "[[:none:]]", "\\Q(\\E)",
    "(?i", "x{100000}", "a\n(")))
def bad_pattern(pattern):
    """a pattern that RE2 refuses is an error before any request"""
    with Database(SERVER) as db:
        for sql in ("SELECT * FROM runs WHERE run_id REGEXP ?",
                    "SELECT * FROM attributes WHERE attribute REGEXP ?",
                    "SELECT * FROM metric_points WHERE attribute REGEXP ?",
                    "SELECT 'text' REGEXP ?"):
            judge(db.error(sql, pattern), "pattern")
        same(db.requests(), [])


@check.each(*((repr(text), text) for text in (
    "()", "x =", "`sys/id`:none = \"x\"", "`a`:float < \"x\"",
    "`sys/tags`:stringSet = \"x\"", "AND", "`a`:string = \"b\" junk")))
def bad_nql(text):
    """bad NQL: the server's words, project and endpoint"""
    with Database(SERVER) as db:
        for table in ("experiments", "runs"):
            judge(db.error(f"SELECT * FROM {table} WHERE nql = ?", text),
                  SERVER.project, SERVER.address, "status 400")
        for table in ("attributes", "metric_points"):
            judge(db.error(f"SELECT * FROM {table} WHERE nql = ? "
                           "AND attribute = 'x'", text),
                  SERVER.project, SERVER.address, "status 400")
        same({row[2] for row in db.requests()}, {1}, "attempts")


@check.each(*((repr(text), text) for text in (
    "(", "`a", "a) OR (b", "`a`:string = \"b", ")")))
def unclosed_nql(text):
    """NQL that would reach beyond its end is an error before any request"""
    with Database(SERVER) as db:
        for table in ("experiments", "runs", "attributes", "metric_points"):
            judge(db.error(f"SELECT * FROM {table} WHERE nql = ?", text),
                  SERVER.project, SERVER.address, "parenthesis", text)
        same(db.requests(), [])


@check
def unknown_key():
    """an unknown key of neptune_config: the answer lists the keys"""
    with Database() as db:
        for key in ("page", "API_TOKEN", "", "nql", "x" * 10000, "'", "\n"):
            for sql in ("SELECT neptune_config(?)",
                        "SELECT neptune_config(?, 'x')"):
                judge(db.error(sql, key), "unknown neptune_config key",
                      "the keys are api_token, project, verify_ssl")


def all_keys(db):
    message = db.error("SELECT neptune_config('?')").message
    return message.rpartition("the keys are ")[2].split(", ")


TEXTS = {"api_token", "project", "ca_bundle", "download_dir"}
SWITCHES = {"verify_ssl", "pushdown", "progress"}


@check
def bad_values():
    """a bad value of each key is refused and changes nothing"""
    with Database() as db:
        keys = all_keys(db)
        expect(len(keys) >= 18, f"only {keys}")
        for key in set(keys) - TEXTS:
            before = db.value("SELECT neptune_config(?)", key)
            bad = ["", " ", "maybe", "-1", "1.5", "1e3", "0x10", "1 2",
                   "99999999999999999999", "é", "ten\nlines"]
            for value in bad:
                judge(db.error("SELECT neptune_config(?, ?)", key, value),
                      key, "is needed")
            same(db.value("SELECT neptune_config(?)", key), before, key)
            if key not in SWITCHES:
                judge(db.error("SELECT neptune_config(?, ?)", key, str(10**9)
                               + "1"), "whole number from")


@check
def bad_environment():
    """a bad value in the environment is an error of the query that names it"""
    variables = {
        "NEPTUNE_VERIFY_SSL": "perhaps",
        "NEPTUNE_HTTP_REQUEST_TIMEOUT_SECONDS": "0",
        "NEPTUNE_QUERY_MAX_WORKERS": "many",
        "NEPTUNE_FETCHER_MAX_WORKERS": "-1",
        "NEPTUNE_QUERY_RETRY_SOFT_TIMEOUT": "1s",
        "NEPTUNE_QUERY_RETRY_HARD_TIMEOUT": "inf",
        "NEPTUNE_QUERY_EXPERIMENT_SYS_ATTRS_BATCH_SIZE": "0",
    }
    for name, value in variables.items():
        os.environ[name] = value
        try:
            with Database(SERVER) as db:
                judge(db.error("SELECT * FROM runs"), name, "is needed")
        finally:
            del os.environ[name]


@check
def bad_arguments():
    """wrong arguments of CREATE VIRTUAL TABLE: what a table takes instead"""
    with Database(SERVER) as db:
        for table in TABLES:
            create = f"CREATE VIRTUAL TABLE t USING {table}"
            for arguments in (
                    "projekt='a/b'", "api_token='x'", "é='x'",
                    "address='http://127.0.0.1:9'",
                    "x='" + "y" * 1000000 + "'"):
                judge(db.error(f"{create}({arguments})"), "unknown argument",
                      "project = 'workspace/project'", "nql = 'filter'",
                      "NEPTUNE_API_TOKEN")
            has_columns = table in ("experiments", "runs")
            for arguments in ("'a/b'", "x y z", "=", "project",
                              "project='a/b', nql", "line\nfeed='x'",
                              "x FLOAT " + "y" * 1000000):
                judge(db.error(f"{create}({arguments})"),
                      "a name, a type and a path in quotes" if has_columns
                      else "unknown argument")
            if has_columns:
                judge(db.error(f"{create}(lr FLOT 'config/lr')"), "FLOT",
                      "the types are FLOAT, INT, STRING")
            for arguments in ("project='a/b', project='a/b'",
                              "nql='x', nql='y'"):
                judge(db.error(f"{create}({arguments})"), arguments[:3],
                      "twice")
        judge(db.error("CREATE VIRTUAL TABLE t USING neptune_requests"))
        judge(db.error("CREATE VIRTUAL TABLE t USING no_such_table"),
              "no such module")
        same(db.query("SELECT name FROM sqlite_schema"), [])
        same(db.requests(), [])


@check
def writes():
    """INSERT, UPDATE and DELETE are refused on every table"""
    with Database(SERVER) as db:
        for table in TABLES:
            db.query(f"CREATE VIRTUAL TABLE my_{table} USING {table}")
        for table in (*TABLES, *(f"neptune_{t}" for t in TABLES),
                      *(f"my_{t}" for t in TABLES), "neptune_requests"):
            column = "path" if table == "neptune_requests" else "sys_id"
            for sql in (f"INSERT INTO {table}({column}) VALUES ('x')",
                        f"REPLACE INTO {table}({column}) VALUES ('x')",
                        f"UPDATE {table} SET {column} = 'x'",
                        f"DELETE FROM {table}"):
                judge(db.error(sql), "may not be modified", table)
        same(db.requests(), [])
        same(db.value("SELECT count(*) FROM my_runs"), 5)


@check
def bad_hidden_inputs():
    """bad lineage, tail and include_previews: what is valid"""
    with Database(SERVER) as db:
        for condition, word in (
                ("lineage = 'half'", "'full'"), ("lineage = ''", "'full'"),
                ("lineage = 1", "'full'"), ("lineage = 'FULL '", "'full'"),
                ("tail = 0", "tail is"), ("tail = -1", "tail is"),
                ("tail = 'x'", "tail is"), ("tail = 1.5", "tail is"),
                ("tail = 1000001", "tail is"),
                ("tail = 9223372036854775807", "tail is"),
                ("include_previews = 2", "include_previews is 0 or 1"),
                ("include_previews = 'yes'", "include_previews is 0 or 1"),
                ("include_previews = -1", "include_previews is 0 or 1")):
            judge(db.error(f"SELECT * FROM metric_points WHERE {condition}"),
                  word)
        for bound in ("lineage", "tail", "include_previews"):
            try:  # NULL equals nothing: no rows, or refused; never all rows
                same(db.query(f"SELECT * FROM metric_points "
                              f"WHERE {bound} = NULL"), [])
            except sqlite.Error as error:
                judge(error)


PAGE = "<html><body>Please log in</body></html>"


def page_at(path):
    def react(request):
        if path in request.path:
            return relay.text_answer(PAGE)
        return request.ask()
    return react


@check.each(*((name, path, sql) for name, path, sql in (
    ("search", relay.SEARCH, "SELECT * FROM runs"),
    ("values", relay.VALUES, "SELECT * FROM attributes"),
    ("points", relay.POINTS, "SELECT * FROM metric_points"),
    ("token exchange", relay.EXCHANGE, "SELECT * FROM runs"))))
def page_instead(path, sql):
    """an HTML page with status 200 is not taken for data"""
    with relay.Relay(page_at(path), SERVER) as page, Database(page) as db:
        words = [page.address, "is it a Neptune server"]
        if path != relay.EXCHANGE:
            words.append(SERVER.project)
        judge(db.error(sql), *words)


ODD_ANSWERS = [
    ("204 without a body", b"HTTP/1.1 204 No\r\n\r\n"),
    ("206", relay.Answer(206, b"\x0a\x00")),
    ("304", b"HTTP/1.1 304 Same\r\n\r\n"),
    ("not HTTP", b"SSH-2.0-OpenSSH_9.2\r\n"),
    ("HTTP/0.9", b"<html>hello</html>"),
    # Debian's curl 7.88 calls this want of memory.
    ("an endless header", b"HTTP/1.1 200 OK\r\nX: " + b"x" * 2000000,
     "out of memory"),
    ("a hundred thousand headers",
     b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 100000),
    ("1xx without end", b"HTTP/1.1 103 Early\r\n\r\n" * 20000),
    ("a length of 2^63", b"HTTP/1.1 200 OK\r\nContent-Length: "
     b"9223372036854775808\r\n\r\nx"),
    ("a length of 2^62", b"HTTP/1.1 200 OK\r\nContent-Length: "
     b"4611686018427387904\r\n\r\nx"),
    ("a negative length",
     b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nx"),
    ("a bad chunk", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
     b"zz\r\nx\r\n0\r\n\r\n"),
    ("a chunk that is too large", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: "
     b"chunked\r\n\r\nffffffffffffffff0\r\nx"),
    ("an unknown encoding", relay.Answer(
        200, b"x", {"Content-Encoding": "br",
                    "Content-Type": "application/x-protobuf"})),
    ("two lengths", b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n"
     b"Content-Length: 5\r\n\r\nabcde"),
]


@check.each(*ODD_ANSWERS)
def odd_http(answer, words=None):
    """odd HTTP is an error"""
    def react(request):
        return answer if relay.SEARCH in request.path else request.ask()
    with relay.Relay(react, SERVER) as odd, \
            Database(odd, retry_soft_timeout=0, http_timeout=2) as db:
        error = db.error("SELECT * FROM runs")
        if error.message != words:
            judge(error, SERVER.project, odd.address)


if __name__ == "__main__":
    with SERVER:
        sys.exit(check.run())
