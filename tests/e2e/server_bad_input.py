"""The local server, given garbage: the documented error, or one line and the
end; nothing stored is lost.
"""

import contextlib
import http.client
import json
import os
import pathlib
import random
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import urllib.parse

from support import checks, protobuf
from support.checks import expect, same
from support.protobuf import field, varint
import harness

check = checks.Checks()
FOLDER = tempfile.TemporaryDirectory()
PROGRAM = str(harness.BUILD / "neptune-server")


def file_of(name):
    return pathlib.Path(FOLDER.name, name)


def lines_of(store):
    """All that a store holds, as lines of SQL."""
    with contextlib.closing(sqlite3.connect(store)) as db:
        same(db.execute("PRAGMA integrity_check").fetchall(), [("ok",)])
        return set(db.iterdump())


class Client:
    """Asks a server over one kept connection, with an access token."""

    def __init__(self, server):
        self.server = server
        self.netloc = urllib.parse.urlsplit(server.address).netloc
        self.connection = http.client.HTTPConnection(self.netloc, timeout=60)
        self.bearer = None
        status, content = self.ask(
            "GET", EXCHANGE, headers={"X-Neptune-Api-Token": server.token})
        same(status, 200)
        self.bearer = "Bearer " + content["accessToken"]

    def ask(self, method, path, body=None, headers=None):
        """(status, the answer: bytes, or what its JSON says)."""
        sent = {"Content-Type": "application/json", **(headers or {})}
        if self.bearer and headers is None:
            sent["Authorization"] = self.bearer
        self.connection.request(method, path, body, sent)
        answer = self.connection.getresponse()
        data = answer.read()
        if answer.headers["Content-Type"] == "application/json":
            data = json.loads(data)
        return answer.status, data


def judge(status, content, wanted=(400,)):
    """The documented error."""
    expect(status in wanted, f"status {status}: {content!r:.200}")
    same(content["code"], status, "code")
    expect(content["message"] and "\n" not in content["message"],
           f"{content!r:.200}")
    expect("errorType" in content, f"{content!r:.200}")


EXCHANGE = "/api/backend/v1/authorization/oauth-token"
REFRESH = "/auth/realms/neptune/protocol/openid-connect/token"
LEADERBOARD = "/api/leaderboard/v1"
QUERY = "?projectIdentifier={project}"


def search_body():
    return {"query": {"query": "`sys/id`:string != \"x\""},
            "experimentLeader": True,
            "attributeFilters": [{"path": "sys/name"}],
            "pagination": {"limit": 2, "offset": 1},
            "sorting": {"dir": "descending", "aggregationMode": "last",
                        "sortBy": {"name": "sys/creation_time",
                                   "type": "datetime"}},
            "truncateStringTo": 1000}


def attributes_body(run):
    return {"experimentIdsFilter": [run],
            "attributeNameFilter": {"mustMatchAny": [
                {"mustMatchRegexes": ["^config/"],
                 "mustNotMatchRegexes": ["tmp$"]}]},
            "attributeFilter": [{"attributeType": "float"}],
            "nextPage": {"limit": 3, "nextPageToken": None}}


def points_body(run):
    return {"requests": [
        {"requestId": "1", "afterStep": 1.0,
         "series": {"holder": {"identifier": run, "type": "experiment"},
                    "attribute": "metrics/loss", "lineage": "FULL",
                    "lineageEntityType": "EXPERIMENT",
                    "includePreview": False}}],
        "stepRange": {"from": 0, "to": 100}, "order": "descending",
        "perSeriesPointsLimit": 5}


def objects_body(run):
    body = points_body(run)
    series = body["requests"][0]
    del series["afterStep"]
    series["searchAfter"] = {"finished": False, "token": ""}
    return {**body, "sizeLimitBytes": 1000}


def endpoints(project):
    """path and a good body, for each that takes JSON."""
    run = first_run(project)
    query = QUERY.format(project=project)
    definitions = attributes_body(run)
    definitions["projectIdentifiers"] = [project]
    return [
        (f"{LEADERBOARD}/proto/leaderboard/entries/search/{query}&type=run",
         search_body()),
        (f"{LEADERBOARD}/leaderboard/entries/search{query}", search_body()),
        (f"{LEADERBOARD}/proto/leaderboard/entries/global/search/",
         {key: value for key, value in search_body().items()
          if key != "attributeFilters"}),
        (f"{LEADERBOARD}/leaderboard/attributes/definitions/query",
         definitions),
        (f"{LEADERBOARD}/proto/leaderboard/attributes/query{query}",
         {**attributes_body(run), "attributeNamesFilter": ["config/lr"]}),
        (f"{LEADERBOARD}/proto/attributes/attributes"
         f"?holderIdentifier={run}&holderType=experiment",
         {"attributePathsFilter": ["sys/id"]}),
        (f"{LEADERBOARD}/proto/attributes/series/float", points_body(run)),
        (f"{LEADERBOARD}/proto/attributes/series", objects_body(run)),
        ("/api/storagebridge/v1/signedUrl",
         {"files": [{"project_identifier": project, "path": "a/file",
                     "permission": "read"}]}),
    ]


def first_run(project):
    with contextlib.closing(sqlite3.connect(STORE)) as db:
        return project + "/" + db.execute(
            "SELECT sys_id FROM experiments WHERE project = ? LIMIT 1",
            (project,)).fetchone()[0]


def seeded(seed):
    source = random.Random(seed)
    return source.randbytes(source.randint(1, 2000))


GARBAGE = [b"{", b"}", b"[]", b"null", b"5", b'"x"', b"true", b"{} {}", b"{}x",
           b"{,}", b"{'a': 1}", b'{"a": 1', b'{"a": nan}', b'{"a"}',
           b'{"a": "\xc3"}', b'{"a": "\xed\xa0\x80"}', b"\xff\xfe{}\x00",
           b'{"a": "\\ud800\\q"}', b"{}\0{}", b"\0" * 1000, b"[" * 100000,
           b'{"a":' * 100000, b"1" * 1000000, b"\x08\x96\x01",
           b"query=x&limit=5", b"<html></html>",
           *(seeded(seed) for seed in range(20))]
WRONG = [5, -1, 0, 1e308, "x", "", True, [], {}, [[]], [{}], ["x", 5], [None],
         {"x": {}}, 2 ** 63, 0.5, "\0", "é" * 100000, ["x"] * 20000]


def kind(value):
    return float if type(value) is int else type(value)


def changed(body):
    """The body with each of its members in turn replaced by what is wrong,
    and whether that has another type."""
    items = body.items() if isinstance(body, dict) else enumerate(body)
    for key, value in items:
        for wrong in WRONG:
            copy = body.copy()
            copy[key] = wrong
            yield copy, value is not None and kind(value) != kind(wrong)
        if isinstance(value, (dict, list)):
            for inner, is_of_other_type in changed(value):
                copy = body.copy()
                copy[key] = inner
                yield copy, is_of_other_type


@check
def good_bodies():
    """the bodies that are to be damaged are good"""
    client = Client(SERVER)
    for path, body in endpoints(SERVER.project):
        status, content = client.ask("POST", path, json.dumps(body))
        same(status, 200, f"{path}: {content!r:.200}")


@check
def bad_json():
    """bad JSON is the documented 400, at every endpoint"""
    client = Client(SERVER)
    for path, _ in endpoints(SERVER.project):
        for body in GARBAGE:
            try:
                judge(*client.ask("POST", path, body))
            except AssertionError as error:
                raise AssertionError(f"{path}, {body!r:.80}: {error}") \
                    from error


@check
def wrong_members():
    """members of a wrong type are a 400, other values at most"""
    client = Client(SERVER)
    n = refused = 0
    for path, body in endpoints(SERVER.project):
        for wrong, is_of_other_type in changed(body):
            status, content = client.ask("POST", path, json.dumps(wrong))
            n += 1
            if is_of_other_type or status != 200:
                refused += 1
                try:
                    judge(status, content, (400, 403, 413) if
                          is_of_other_type else (400, 403, 404, 413))
                except AssertionError as error:
                    raise AssertionError(
                        f"{path}, {wrong!r:.200}: {error}") from error
    return f"{refused} of {n} refused"


def buckets_body(project):
    series = (field(1, "00000000-0000-4000-8000-000000000001")
              + field(2, first_run(project)) + field(3, "${metrics/loss}"))
    view = field(4, 10) + field(7, field(1, b""))
    return field(1, series) + field(2, view)


def protobuf_endpoints(project):
    """path and a good body, for each that takes protobuf."""
    return [(f"{LEADERBOARD}/proto/attributes/timeseries/buckets",
             buckets_body(project))]


BAD_PROTOBUF = [
    b"{}", b'{"expressions": []}', b"\0" * 1000, b"text, not a message",
    b"\x0a", b"\x0a\x05ab", b"\x0a" + b"\xff" * 10 + b"\x01",
    b"\x0a" + varint(1 << 31) + b"x", b"\x0a" + varint((1 << 64) - 1),
    b"\x08" + b"\x80" * 1000, b"\x0b\x0c", b"\x0b", b"\x0e\x00", b"\x0f\x00",
    b"\xff\xff\xff\xff\x7f\x00", b"\x0a" * 100000, b"\x0a\x00" * 1000000,
    b"\xf8\x07\x01" * 1000000, b"\x0a\x02\x0a\xff",
    *(seeded(seed) for seed in range(100, 140))]


@check
def bad_protobuf():
    """bad protobuf is the documented 400"""
    client = Client(SERVER)
    headers = {**protobuf.HEADERS, "Authorization": client.bearer}
    for path, good in protobuf_endpoints(SERVER.project):
        same(client.ask("POST", path, good, headers)[0], 200, path)
        for body in BAD_PROTOBUF:
            try:
                judge(*client.ask("POST", path, body, headers))
            except AssertionError as error:
                raise AssertionError(f"{path}, {body!r:.80}: {error}") \
                    from error
        for size in range(len(good)):
            status, content = client.ask("POST", path, good[:size], headers)
            if status != 200:
                judge(status, content)


@check
def bad_ingestion():
    """what is no operation is a 400, and nothing stored is lost"""
    store = harness.copy_sample(file_of("written.db"))
    before = lines_of(store)
    with harness.Server("--store", store) as server:
        client = Client(server)
        headers = {**protobuf.HEADERS, "Authorization": client.bearer}
        value = field(1, "config/lr") + field(2, field(6, "a text"))
        operation = field(1, server.project) + field(2, "no such run") + field(
            7, field(4, value))
        ids = field(1, field(1, "no such id")) + field(2, server.project)
        for path, good in (("/api/client/v1/ingest", operation),
                           ("/api/client/v1/ingest/check", ids)):
            same(client.ask("POST", path, good, headers)[0], 200, path)
            for body in (*BAD_PROTOBUF, *(good[:size] for size in
                                          range(1, len(good)))):
                status, content = client.ask("POST", path, body, headers)
                # Unknown fields are skipped: a list of no ids is a list.
                if path.endswith("ingest") or status != 200:
                    try:
                        judge(status, content)
                    except AssertionError as error:
                        raise AssertionError(
                            f"{path}, {body!r:.80}: {error}") from error
        for body in GARBAGE:
            status, content = client.ask(
                "POST", "/api/backend/v1/projects", body)
            same((status, content["code"]), (400, 400), f"{body!r:.80}")
        for place in range(8 * len(operation)):
            body = bytearray(operation)
            body[place // 8] ^= 1 << place % 8
            status, content = client.ask(
                "POST", "/api/client/v1/ingest", bytes(body), headers)
            if status != 200:
                judge(status, content)
    same(before - lines_of(store), set(), "what is lost")


@check
def flipped_protobuf():
    """protobuf with one bit turned over: an answer or an error of the client"""
    client = Client(SERVER)
    headers = {**protobuf.HEADERS, "Authorization": client.bearer}
    refused = n = 0
    for path, good in protobuf_endpoints(SERVER.project):
        for place in range(8 * len(good)):
            body = bytearray(good)
            body[place // 8] ^= 1 << place % 8
            status, content = client.ask("POST", path, bytes(body), headers)
            n += 1
            if status != 200:
                refused += 1
                judge(status, content, (400, 403, 404))
    return f"{refused} of {n} refused"


@check
def limits():
    """over-long pages, too many series and points are a 400"""
    client = Client(SERVER)
    paths = endpoints(SERVER.project)
    run = first_run(SERVER.project)
    for path, key in ((paths[0][0], "pagination"), (paths[3][0], "nextPage"),
                      (paths[4][0], "nextPage")):
        body = {key: {"limit": 10001}}
        if "definitions" in path:
            body["projectIdentifiers"] = [SERVER.project]
        judge(*client.ask("POST", path, json.dumps(body)))
    for n, limit in ((12001, 100), (2, 500001), (1, 1000001), (1, -1)):
        body = points_body(run)
        body["requests"] = [{**body["requests"][0], "requestId": str(i)}
                            for i in range(n)]
        body["perSeriesPointsLimit"] = limit
        judge(*client.ask("POST", paths[6][0], json.dumps(body)))


@check
def unknown_names():
    """unknown projects, endpoints and methods"""
    client = Client(SERVER)
    for path, body in endpoints(SERVER.project):
        if "projectIdentifier" in path or "projectIdentifiers" in body:
            if "projectIdentifiers" in body:
                body["projectIdentifiers"] = ["no/such"]
            for name in ("no/such", "", "%00", "x" * 5000, "a%2Fb%2Fc", "%ff"):
                if "projectIdentifiers" in body:
                    body["projectIdentifiers"] = [name.replace("%", "\0")]
                changed_path = path.replace(SERVER.project, name)
                status, content = client.ask(
                    "POST", changed_path, json.dumps(body))
                judge(status, content, (400, 403))
                if name == "no/such":
                    same((status, content["errorType"]),
                         (403, "ACCESS_DENIED"))
    for method, path in (("POST", "/"), ("GET", "/no/such"), ("PUT", EXCHANGE),
                         ("DELETE", endpoints(SERVER.project)[0][0]),
                         ("GET", endpoints(SERVER.project)[0][0]),
                         ("POST", "/" + "x" * 20000),
                         ("GET", "/api/../../../etc/passwd")):
        judge(*client.ask(method, path), (404, 405))


@check
def bad_tokens():
    """missing, forged and malformed tokens are a 401"""
    client = Client(SERVER)
    paths = [path for path, _ in endpoints(SERVER.project)]
    first, middle, last = client.bearer.partition(" ")[2].split(".")
    bearers = [None, "", "Bearer", "Bearer ", "Bearer x", "Bearer a.b.c",
               "Bearer ..", "Basic bWU6d29yZA==", "Bearer " + "x" * 20000,
               "Bearer " + "." * 9000, f"Bearer {first}.{middle}.",
               f"Bearer {first}.{middle}.{last[:-4]}AAAA",
               f"Bearer {first}.{middle[:-4]}AAAA.{last}",
               f"Bearer {first}.{middle}.{last}.{last}",
               client.bearer.lower()]
    for path in paths[:2]:
        for bearer in bearers:
            headers = {} if bearer is None else {"Authorization": bearer}
            judge(*client.ask("POST", path, "{}", headers), (401,))
    for token in ("", "x", "!!!", "e30=", "bnVsbA==", "W10=", "eyJhcGlfa2V5Ijo"
                  "1fQ==", "A" * 20000, "\xff\xfe"):
        status, content = client.ask(
            "GET", EXCHANGE, headers={"X-Neptune-Api-Token": token})
        same((status, content["code"]), (401, 401), f"{token!r:.30}")
    for form in ("", "grant_type=refresh_token", "refresh_token=x", "&&&=&",
                 "grant_type=refresh_token&refresh_token=%", "\0" * 100,
                 "grant_type=refresh_token&refresh_token=a.b.c",
                 "grant_type=refresh_token&refresh_token="
                 + client.bearer[7:]):
        status, content = client.ask("POST", REFRESH, form, {
            "Content-Type": "application/x-www-form-urlencoded"})
        same((status, content["code"]), (400, 400), f"{form!r:.60}")


RAW = [
    b"GET", b"\r\n\r\n", b"\0" * 5000, b"SSH-2.0-OpenSSH_9.2\r\n",
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\xaa" * 500,
    b"GET / HTTP/9.9\r\n\r\n", b"GET  HTTP/1.1\r\n\r\n",
    b"GET http://evil.test/ HTTP/1.1\r\nHost: x\r\n\r\n",
    b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\nx",
    b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999999"
    b"\r\n\r\nx",
    b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nshort",
    b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
    b"ffffffffffffffff\r\nx",
    b"GET / HTTP/1.1\r\nHost: x\r\nno colon\r\n\r\n",
    b"GET / HTTP/1.1\r\nX: " + b"x" * 1000000 + b"\r\n\r\n",
    b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 50000 + b"\r\n",
    b"GET /" + b"%" * 30000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET /api/backend/v1/projects/get?projectIdentifier=%00%ff%zz&&=& "
    b"HTTP/1.1\r\nHost: x\r\n\r\n",
]


@check
def no_http():
    """bytes that are not HTTP end their connection only"""
    address = urllib.parse.urlsplit(SERVER.address)
    for data in (*RAW, *(seeded(seed) for seed in range(50, 80))):
        with socket.create_connection(
                (address.hostname, address.port), timeout=60) as raw:
            with contextlib.suppress(OSError):
                raw.sendall(data)
                raw.shutdown(socket.SHUT_WR)
                while raw.recv(65536):
                    pass
        same(Client(SERVER).ask("GET", "/api/backend/v1/clients/config")[0],
             200, f"status after {data!r:.60}")


@check
def many_halves():
    """200 half requests left open do not keep others out"""
    address = urllib.parse.urlsplit(SERVER.address)
    with contextlib.ExitStack() as stack:
        for _ in range(200):
            raw = stack.enter_context(socket.create_connection(
                (address.hostname, address.port), timeout=60))
            raw.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n")
        good_bodies()


# ---- stores and options ----

def start(*options, code=(1, 2)):
    """Starts the server with what it must refuse; returns its line."""
    ended = subprocess.run(
        [PROGRAM, "--port", "0", *map(str, options)], text=True, timeout=60,
        encoding="utf-8", errors="backslashreplace", stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    expect(ended.returncode in code,
           f"exit status {ended.returncode}: {ended.stderr!r:.300}")
    same(ended.stdout, "", "standard output")
    lines = ended.stderr.splitlines()
    expect(len(lines) == 1 and "neptune-server: " in lines[0] and
           ended.stderr.endswith("\n"), f"{ended.stderr!r:.300}")
    return lines[0]


@check
def unknown_options():
    """unknown options and bad values: exit status 2 and one line"""
    for options in (
            ["--unknown"], ["--unknown=5"], ["-x"], ["file.db"], ["--store"],
            ["--port", "x"], ["--port", "-1"], ["--port", "65536"],
            ["--port", ""], ["--port", "1e3"], ["--latency-ms", "x"],
            ["--latency-ms", "-1"], ["--latency-ms", "5:"],
            ["--latency-ms", "5:3"], ["--latency-ms", "1:2:3"],
            ["--token-seconds", "0"], ["--token-seconds", "x"],
            ["--rate-limit", "0"], ["--rate-limit", "-1"],
            ["--rate-limit", "nan"], ["--rate-limit", "x"],
            ["--synthetic", "x"], ["--synthetic", "runs"],
            ["--synthetic", "runs=-1"], ["--synthetic", "runs=x"],
            ["--synthetic", "runs=99999999999999999999"],
            ["--synthetic", "walks=5"], ["--synthetic", ""],
            ["--fault", "x"], ["--fault", "cut=x"], ["--fault", "status=-1"],
            ["--fault", "header=x"], ["--fault", "unknown=1"]):
        line = start(*options, code=(2,))
        wanted = options[0].partition("=")[0].lstrip("-")
        expect(wanted in line, f"{options}: {line}")


@check
def files_that_cannot_be_used():
    """a port, log or store that cannot be used: one line that names it"""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        expect(str(port) in start("--port", port), "no port named")
    for option in ("--log", "--store"):
        for name in ("none/file", "."):
            expect(str(file_of(name)) in start(option, file_of(name)),
                   f"{option} {name}: not named")


def foreign_stores():
    """name, a function that makes the file, a word of the line"""
    def database(*statements):
        def make(path):
            with contextlib.closing(sqlite3.connect(path)) as db:
                for sql in statements:
                    db.execute(sql)
                db.commit()
        return make

    def later(path):
        path.write_bytes(harness.SAMPLE.read_bytes())
        database("PRAGMA user_version = 9999")(path)

    def data(content):
        return lambda path: path.write_bytes(content)
    table = "CREATE TABLE bookmarks(url TEXT)"
    return [
        ("a database of another program",
         database(table, "INSERT INTO bookmarks VALUES('x')"), "program"),
        ("one with another application id",
         database("PRAGMA application_id = 77", table), "program"),
        ("one with only an application id",
         database("PRAGMA application_id = 77"), "program"),
        ("one with tables of the same names",
         database("CREATE TABLE project(x)", "CREATE TABLE run(y)"),
         "program"),
        ("a store of a later version", later, "version"),
        ("a text file", data(b"Dear diary,\n" * 500), "not a database"),
        ("random bytes", data(seeded(99) * 20), "not a database"),
        ("a header and no more",
         data(b"SQLite format 3\0" + b"\0" * 84), ""),
    ]


@check
def store_of_another_program():
    """a store of another program is refused and left as it was"""
    for name, make, word in foreign_stores():
        path = file_of(name + ".db")
        make(path)
        before = path.read_bytes()
        line = start("--store", path)
        expect(word in line and str(path) in line, f"{name}: {line}")
        same(path.read_bytes() == before, True, f"{name}: left as it was")
        same([other.name for other in path.parent.glob(f"{name}.db?*")], [],
             f"{name}: files left behind")


def refuses(store):
    """True if it is refused with one line, False if the server starts."""
    with subprocess.Popen(
            [PROGRAM, "--port", "0", "--store", str(store)],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process, \
            harness.killed_after(process):
        if not process.stdout.readline():
            lines = process.stderr.read().splitlines()
            expect(len(lines) == 1, f"{lines}")
            same(process.wait(), 1, "exit status")
            return True
        process.terminate()
        same(process.wait(), 0, "exit status")
        return False


@check
def damaged_store():
    """a damaged store: one line, or what is left; left as it was"""
    whole = harness.SAMPLE.read_bytes()
    path = file_of("damaged.db")
    refused = 0
    for seed in range(24):
        source = random.Random(seed)
        data = bytearray(whole)
        if seed % 3 == 0:
            del data[source.randrange(100, len(data)):]
        else:
            for _ in range(4):
                at = source.randrange(100, len(data) - 4000)
                size = source.choice((1, 100, 4000))
                data[at:at + size] = source.randbytes(size)
        path.write_bytes(data)
        refused += refuses(path)
        # The header says how the file is written to, from now on.
        same(path.read_bytes()[100:] == bytes(data[100:]), True,
             f"{seed}: as it was")
    expect(refused >= 8, f"only {refused} refused")
    return f"{refused} of 24 refused"


@check
def killed_server():
    """a killed server has lost nothing, the next one finds it all"""
    path = harness.copy_sample(file_of("killed.db"))
    before = lines_of(path)
    for _ in range(3):
        server = harness.Server("--store", path)
        client = Client(server)
        path_of, body = endpoints(server.project)[0]
        same(client.ask("POST", path_of, json.dumps(body))[0], 200)
        server.process.send_signal(signal.SIGKILL)
        server.process.wait()
        server.stop()
    same(lines_of(path) ^ before, set(), "what has changed")


if __name__ == "__main__":
    os.environ.pop("LD_PRELOAD", None)
    with FOLDER:
        STORE = harness.copy_sample(file_of("store.db"))
        stored = lines_of(STORE)
        SERVER = harness.Server("--store", STORE)
        with SERVER:
            result = check.run()
            if SERVER.stop() != 0:
                print("not ok the server did not end well")
                result = 1
        if lines_of(STORE) != stored:
            print("not ok what is stored has changed")
            result = 1
        sys.exit(result)
