"""Tokens are shown nowhere and sent to no host but the one that they name.

F21, F23 (without certificates, which stand in bad_certificate.py), F55 of the
faults.
"""

import base64
import contextlib
import itertools
import json
import os
import pathlib
import pty
import subprocess
import sys
import tempfile
import time
import urllib.parse

from support import checks, relay, sqlite
from support.checks import expect, same
from support.sqlite import Database
import harness

checks.adapt_to_wrapping()
check = checks.Checks()
SYNTHETIC = ("--synthetic", "runs=4,configs=2,series=1,points=6")
SERVER = harness.Server(*SYNTHETIC)
COUNT = "SELECT count(*) FROM runs"
QUICK = {"retry_soft_timeout": 0, "http_timeout": 5}
PARTS = 12  # characters of a secret that may not stand together


class Secrets:
    """What nobody may see: collected from what goes over the wire."""

    def __init__(self, *secrets):
        self.parts = {}
        for secret in secrets:
            self.add(secret)

    def add(self, secret):
        for word in (secret, self.decoded(secret)):
            for start in range(len(word) - PARTS + 1):
                self.parts[word[start:start + PARTS]] = word

    @staticmethod
    def decoded(secret):
        """The key inside an API token."""
        with contextlib.suppress(ValueError, KeyError):
            return json.loads(base64.b64decode(secret))["api_key"]
        return ""

    def add_request(self, request):
        self.add(request.headers.get("x-neptune-api-token", ""))
        bearer = request.headers.get("authorization", "")
        self.add(bearer.removeprefix("Bearer "))
        if relay.REFRESH in request.path:
            form = urllib.parse.parse_qs(request.body.decode())
            self.add(form["refresh_token"][0])

    def find(self, text):
        expect(self.parts, "no secret is known")
        for start in range(len(text) - PARTS + 1):
            if text[start:start + PARTS] in self.parts:
                return text[max(0, start - 60):start + 60]
        return None

    def judge(self, *texts):
        for text in texts:
            found = self.find(str(text))
            expect(not found, f"shows a secret: {found}")


class Watched(relay.Relay):
    """A relay that learns the secrets it is sent, its own token at once."""

    def __init__(self, react=relay.Request.ask, **options):
        self.secrets = Secrets()
        self.then = react
        self.real_bearers = {}
        super().__init__(self.watch, options.pop("server", SERVER), **options)
        self.secrets.add(self.token)

    def watch(self, request):
        self.secrets.add_request(request)
        return self.then(request)

    def with_issuer(self, request, address):
        """The real answer; access tokens name another issuer."""
        bearer = request.headers.get("authorization")
        if bearer in self.real_bearers:
            request.headers["authorization"] = self.real_bearers[bearer]
        answer = request.ask()
        if relay.EXCHANGE in request.path:
            content = json.loads(answer.body)
            real = content["accessToken"]
            content["accessToken"] = relay.jwt_with(
                real, iss=f"{address}/auth/realms/neptune")
            self.real_bearers[f"Bearer {content['accessToken']}"] = \
                f"Bearer {real}"
            answer.body = json.dumps(content).encode()
        return answer


def shown_by(db):
    """All that a connection tells about its requests."""
    return [*db.query("SELECT * FROM neptune_requests"),
            *db.query("EXPLAIN QUERY PLAN SELECT * FROM runs JOIN "
                      "metric_points USING (sys_id) WHERE owner = 'a'"),
            *db.query("EXPLAIN SELECT * FROM attributes"),
            *db.query("SELECT * FROM sqlite_schema"),
            *db.query("SELECT * FROM pragma_table_xinfo('runs')"),
            *(db.query(f"SELECT neptune_config('{key}')") for key in
              ("api_token", "project", "ca_bundle", "page_size"))]


@check
def good_requests():
    """neptune_requests, plans, schema and settings show no token"""
    seen = []
    with Watched() as server, Database(server) as db:
        db.on_trace(seen.append)
        same(db.value(COUNT), 4)
        db.query("CREATE VIRTUAL TABLE temp.t USING experiments")
        db.query("SELECT * FROM t JOIN metric_points USING (sys_id)")
        db.query("SELECT * FROM attributes")
        same(db.value("SELECT neptune_config('api_token')"), 1)
        same(db.value("SELECT neptune_config('api_token', ?)", server.token),
             1)
        server.secrets.judge(*shown_by(db))
        expect(len(seen) > 5, "no trace")
        shown = [text for text in seen if "neptune_config('api_token'," not in
                 text]
        server.secrets.judge(*shown)
        expect(any(relay.EXCHANGE in path for path in server.paths()),
               "no exchange")


def broken(status, place, words):
    """Answers place with this status and these words about the request."""
    def react(request):
        if place in request.path:
            return relay.Answer(
                status, words(request).encode(),
                {"Content-Type": "application/json", "Location": "/x",
                 "WWW-Authenticate": "Bearer " + words(request)[-40:]})
        return request.ask()
    return react


def echo(request):
    """A server's words that repeat all that it was sent."""
    secret = (request.headers.get("authorization", "") +
              request.headers.get("x-neptune-api-token", "") +
              request.body.decode(errors="replace"))
    return json.dumps({"code": 400, "errorType": "ODD",
                       "message": f"this I cannot take: {secret}"})


def parts(request):
    """The same, but for the middle of each word, as a log might cut it."""
    content = json.loads(echo(request))
    content["message"] = " ".join(
        word[:60] + "..." + word[-60:] for word in
        content["message"].replace("&", " & ").replace("=", " = ").split())
    return json.dumps(content)


def plain(_):
    return '{"code": 400, "errorType": "NO", "message": "no, thank you"}'


def page(request):
    return f"<html><body>not allowed: {echo(request)}</body></html>"


def cut(request):
    return echo(request)[:-30]


@check.each(*(
    (f"status {status} of {name}, {words.__name__}", status, place, words)
    for status, (name, place), words in itertools.product(
        (200, 204, 302, 400, 401, 403, 404, 429, 500),
        (("the exchange", relay.EXCHANGE), ("search", relay.SEARCH)),
        (plain, echo, parts, page, cut))))
def errors(status, place, words):
    """an error shows no token"""
    with Watched(broken(status, place, words)) as server:
        with Database(server, **QUICK) as db:
            with contextlib.suppress(sqlite.Error):
                if status != 204 and words != plain:
                    rows = db.query("SELECT * FROM runs")
                    expect(status == 200, f"rows: {rows!r:.200}")
                else:
                    db.query("SELECT * FROM runs")
            try:
                db.query("SELECT * FROM runs WHERE owner = 'x'")
            except sqlite.Error as error:
                expect("\n" not in error.message, error.message)
                server.secrets.judge(error.message)
            server.secrets.judge(*shown_by(db))


@check.each(("in full", echo), ("in part", parts))
def errors_of_refresh(words):
    """a refresh that fails and tells what it was sent shows no token"""
    tries = itertools.count()

    def react(request):
        if relay.REFRESH in request.path:
            return relay.Answer(400, words(request).encode())
        if relay.SEARCH in request.path and next(tries) == 0:
            return relay.Answer(401, words(request).encode())
        return server.with_issuer(request, server.address)
    with Watched(react) as server, Database(server, **QUICK) as db:
        same(db.value(COUNT), 4)
        expect(any(relay.REFRESH in path for path in server.paths()),
               f"no refresh: {server.paths()}")
        server.secrets.judge(*shown_by(db))


@check
def malformed_tokens():
    """a token that cannot be read is not shown either"""
    key = "c0ffee-key-of-canary-5d41402abc4b2a76"
    for text in (f'{{"api_url": "ftp://127.0.0.1", "api_key": "{key}"}}',
                 f'{{"api_url": "http://{key}@127.0.0.1"}}',
                 f'{{"api_key": "{key}"}}', key,
                 f'{{"api_url": "http://127.0.0.1:9/?{key}"}}'):
        for token in (harness.make_token(text), text):
            with Database(api_token=token, project="a/b", **QUICK) as db:
                secrets = Secrets(token, key)
                secrets.judge(db.error(COUNT).message, *shown_by(db))


@check
def shell_output():
    """stdout and stderr of the shell show no token, with errors and .eqp"""
    script = f"""
.eqp full
.stats on
.echo on
.timer on
{COUNT};
SELECT * FROM neptune_requests;
SELECT neptune_config('api_token');
SELECT neptune_config('no_such_key');
SELECT neptune_config('api_token', NULL);
SELECT * FROM runs WHERE project = 'no/where';
SELECT * FROM runs('bad nql (');
.dump
.schema
"""
    environment = harness.client_environment(SERVER)
    shell = harness.run_shell(script, environment)
    expect("no/where" in shell.stderr, shell.stderr)
    expect("oauth-token" in shell.stdout, shell.stdout)
    Secrets(SERVER.token).judge(shell.stdout, shell.stderr)


@check
def progress_on_a_terminal():
    """the line that reports a slow fetch shows no token"""
    with harness.Server(*SYNTHETIC, "--latency-ms", 900) as server:
        try:
            terminal, theirs = pty.openpty()
        except OSError as error:
            raise checks.Skip("no terminals here") from error
        shell = subprocess.Popen(
            [*harness.WRAP, "sqlite3", "-batch", "-init", os.devnull, "-cmd",
             f".load {harness.quote_argument(harness.EXTENSION)}", ":memory:",
             "SELECT count(*) FROM metric_points"],
            env=harness.client_environment(server), stderr=theirs,
            stdout=subprocess.PIPE, text=True)
        os.close(theirs)
        output = shell.communicate(timeout=120)[0]
        shown = ""
        with contextlib.suppress(OSError):
            while piece := os.read(terminal, 4096):
                shown += piece.decode(errors="replace")
        os.close(terminal)
        same(output, "24\n")
        expect(shown, "nothing was reported")
        Secrets(server.token).judge(shown)


@check
def server_log():
    """the local server's log shows no token, of an exchange and a refresh"""
    with tempfile.TemporaryDirectory() as folder:
        log = pathlib.Path(folder) / "log"
        with harness.Server(*SYNTHETIC, "--token-seconds", 3, "--log",
                            log) as server, Watched(server=server) as between:
            with Database(between) as db:
                same(db.value(COUNT), 4)
                time.sleep(3)
                same(db.value(COUNT), 4)
            with Database(server) as db:
                same(db.value(COUNT), 4)
                time.sleep(3)
                same(db.value(COUNT), 4)
            between.secrets.add(server.token)
            status = server.stop()
        text = log.read_text(encoding="utf-8")
        same(status, 0)
        expect("oauth-token" in text and "/search" in text, text[:300])
        expect(relay.REFRESH in text, f"no refresh: {text}")
        between.secrets.judge(text)
        expect("eyJ" not in text, "base64 of JSON in the log")


def nobody():
    """A server to which nothing may be sent."""
    return relay.Relay(lambda _: relay.json_answer(
        {"accessToken": "a.b.c", "access_token": "a.b.c"}))


@check.each(*((f"{status} of {name}, {kind}", status, place, kind)
              for status, (name, place), kind in itertools.product(
                  (301, 302, 303, 307, 308),
                  (("the exchange", relay.EXCHANGE),
                   ("a search", relay.SEARCH)),
                  ("another port", "another host"))))
def redirects(status, place, kind):
    """a redirect is not followed"""
    with nobody() as other:
        target = other.address
        if kind == "another host":
            target = target.replace("127.0.0.1", "localhost")

        def react(request):
            if place in request.path:
                return relay.Answer(status, b"", {
                    "Location": target + request.path})
            return request.ask()
        with Watched(react) as server, Database(server, **QUICK) as db:
            error = db.error(COUNT)
            expect(str(status) in error.message, error.message)
            same(other.n_connections, 0, "connections to the other")
            server.secrets.judge(error.message)


@check
def redirect_to_itself():
    """a redirect to the same server is not followed for ever either"""
    def react(request):
        if relay.SEARCH in request.path:
            return relay.Answer(302, b"", {"Location": request.path})
        return request.ask()
    with Watched(react) as server, Database(server, **QUICK) as db:
        expect("302" in db.error(COUNT).message, "no status")
        expect(len(server.requests) < 6, server.paths())


@check.each(("another port", "{other}"), ("another host", "http://{name}"),
            ("user info", "{own_at}"), ("a file", "file:///etc"),
            ("nonsense", "::::"))
def other_issuer(kind):
    """an access token whose issuer is elsewhere is not refreshed there"""
    tries = itertools.count()
    with nobody() as other:
        port = other.port
        address = kind.format(
            other=other.address, name=f"localhost:{port}",
            own_at=f"http://127.0.0.1@127.0.0.1:{port}")

        def react(request):
            if relay.SEARCH in request.path and next(tries) == 0:
                return relay.Answer(401, b"{}")
            return server.with_issuer(request, address)
        with Watched(react) as server, Database(server, **QUICK) as db:
            same(db.value(COUNT), 4)
            same(other.n_connections, 0, "connections to the other")
            exchanges = [path for path in server.paths()
                         if relay.EXCHANGE in path]
            same(len(exchanges), 2, "exchanges")
            same([path for path in server.paths() if relay.REFRESH in path],
                 [], "refreshes")


@check
def own_issuer():
    """one whose issuer is the server itself is refreshed there"""
    tries = itertools.count()

    def react(request):
        if relay.SEARCH in request.path and next(tries) == 0:
            return relay.Answer(401, b"{}")
        return server.with_issuer(request, server.address)
    with Watched(react) as server, Database(server, **QUICK) as db:
        same(db.value(COUNT), 4)
        same(len([path for path in server.paths() if relay.REFRESH in path]),
             1, "refreshes")


@check
def discovery_elsewhere():
    """configuration and discovery that point elsewhere move no token there"""
    with nobody() as other:
        def react(request):
            if "clients/config" in request.path:
                return relay.json_answer({
                    "apiUrl": other.address, "applicationUrl": other.address,
                    "security": {"clientId": "c", "openIdDiscovery":
                                 f"{other.address}/.well-known/x"}})
            if "well-known" in request.path:
                return relay.json_answer({
                    "authorization_endpoint": f"{other.address}/auth",
                    "token_endpoint": f"{other.address}/token"})
            return request.ask()
        with Watched(react) as server, Database(server, **QUICK) as db:
            same(db.value(COUNT), 4)
            same(other.n_connections, 0)


@check
def no_downgrade():
    """from https nothing leads to plain http: no redirect, no issuer"""
    tries = itertools.count()
    with relay.certificate() as (context, path), nobody() as other:
        def react(request):
            if relay.SEARCH in request.path:
                n = next(tries)
                if n == 0:
                    return relay.Answer(401, b"{}")
                if n == 2:
                    return relay.Answer(307, b"", {
                        "Location": other.address + request.path})
            return server.with_issuer(
                request, other.address.replace("127.0.0.1", "localhost"))
        with Watched(react, tls=context, name="localhost") as server:
            with Database(server, ca_bundle=path, **QUICK) as db:
                same(db.value(COUNT), 4)  # 401, exchanged anew
                expect("307" in db.error(COUNT).message, "followed")
                same(other.n_connections, 0)
                same([p for p in server.paths() if relay.REFRESH in p], [])


@check
def nothing_borrowed():
    """no ~/.netrc, no cookies, no extra header goes to the server"""
    with tempfile.TemporaryDirectory() as folder:
        netrc = pathlib.Path(folder) / ".netrc"
        netrc.write_text("machine 127.0.0.1 login eve password netrc-canary\n"
                         "default login eve password netrc-canary\n",
                         encoding="ascii")
        netrc.chmod(0o600)

        def react(request):
            answer = request.ask()
            answer.headers["Set-Cookie"] = "canary=1; Path=/"
            return answer
        with Watched(react) as server:
            environment = harness.client_environment(
                NEPTUNE_API_TOKEN=server.token,
                NEPTUNE_PROJECT=server.project, HOME=folder)
            shell = harness.run_shell(f"{COUNT};\n{COUNT};\n", environment)
            same((shell.stdout, shell.stderr), ("4\n4\n", ""))
            expect(len(server.requests) >= 3, server.paths())
            for request in server.requests:
                expect("cookie" not in request.headers, request.headers)
                scheme = request.headers.get("authorization", "Bearer ")
                expect(scheme.startswith("Bearer "), "not a bearer")
            sent = [request for request in server.requests
                    if "x-neptune-api-token" in request.headers]
            same(len(sent), 1, "requests with the API token")
            expect(relay.EXCHANGE in sent[0].path, sent[0].path)


@check
def secrets_in_addresses():
    """no token stands in an address or a body but the refresh token's"""
    with Watched() as server, Database(server) as db:
        db.query("SELECT * FROM runs JOIN metric_points USING (sys_id)")
        db.query("SELECT * FROM attributes")
        for request in server.requests:
            server.secrets.judge(request.path)
            server.secrets.judge(request.body.decode(errors="replace"))


if __name__ == "__main__":
    with SERVER:
        sys.exit(check.run())
