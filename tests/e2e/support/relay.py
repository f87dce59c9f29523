"""A web server between the extension and the local server, or instead of it.

It hands each request to a function, which may ask the real server and answer
anything at all, broken HTTP too.
"""

import base64
import contextlib
import dataclasses
import http.client
import json
import socket
import ssl
import subprocess
import tempfile
import threading
import time
import urllib.parse

from support import checks, protobuf
import harness

SEARCH = "/entries/search"
VALUES = "/attributes/query"
DEFINITIONS = "/definitions/query"
POINTS = "/series/float"
BUCKETS = "/timeseries/buckets"
EXCHANGE = "/oauth-token"
REFRESH = "/openid-connect/token"


@dataclasses.dataclass
class Request:
    method: str
    path: str  # with its query
    headers: dict  # names in lower case
    body: bytes
    relay: object

    @property
    def upstream(self):
        """The real server, or None."""
        return self.relay.server

    def ask(self):
        """The real server's Answer to this request."""
        address = urllib.parse.urlsplit(self.upstream.address)
        connection = http.client.HTTPConnection(address.netloc, timeout=60)
        headers = {name: value for name, value in self.headers.items()
                   if name in ("accept", "authorization", "content-type")}
        bearers = self.relay.bearers
        if "authorization" in headers:
            bearer = headers["authorization"]
            headers["authorization"] = bearers.get(bearer, bearer)
        if "x-neptune-api-token" in self.headers:
            headers["X-Neptune-Api-Token"] = self.upstream.token
        with contextlib.closing(connection):
            connection.request(self.method, self.path, self.body, headers)
            answer = connection.getresponse()
            body = answer.read()
            if answer.status == 200 and (EXCHANGE in self.path or
                                         REFRESH in self.path):
                body = self.relay.issue(body)
            return Answer(answer.status, body,
                          {"Content-Type": answer.headers["Content-Type"]})


@dataclasses.dataclass
class Answer:
    status: int = 200
    body: bytes = b""
    headers: dict = dataclasses.field(default_factory=dict)
    has_length: bool = True

    def bytes(self):
        lines = [f"HTTP/1.1 {self.status} Said"]
        lines += [f"{name}: {value}" for name, value in self.headers.items()]
        if self.has_length and "Content-Length" not in self.headers:
            lines.append(f"Content-Length: {len(self.body)}")
        return "\r\n".join([*lines, "", ""]).encode("latin-1") + self.body


def text_answer(text, kind="text/html", status=200):
    return Answer(status, text.encode(), {"Content-Type": kind})


def json_answer(content, status=200):
    return text_answer(json.dumps(content), "application/json", status)


def protobuf_answer(*parts):
    return Answer(200, b"".join(parts), protobuf.HEADERS)


CLOSE = object()  # in place of bytes: end the connection


class Relay:
    """Answers on a port of its own; a context manager.

    react(request) returns an Answer, bytes to send as they are (the connection
    is closed after them), or a list of bytes, seconds to wait and CLOSE.
    Access tokens name the relay as their issuer, so it sees their refreshes.
    tls: an ssl.SSLContext. name: the host that the token names.
    """

    def __init__(self, react=Request.ask, server=None, tls=None,
                 name="127.0.0.1"):
        self.react, self.server, self.tls = react, server, tls
        self.requests = []
        self.bearers = {}  # the client's and the server's, who issued it
        self.n_connections = 0
        self.is_stopped = threading.Event()
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self.listener.getsockname()[1]
        self.address = f"http{'s' if tls else ''}://{name}:{self.port}"
        self.project = server.project if server else "lab/project"
        threading.Thread(target=self.accept, daemon=True).start()

    @property
    def token(self):
        """The server's token with this relay's address in it."""
        content = {"api_key": "relay"}
        if self.server:
            content = json.loads(base64.b64decode(self.server.token))
        content["api_url"] = content["api_address"] = self.address
        return harness.make_token(json.dumps(content))

    @property
    def environment(self):
        """As that of harness.Server."""
        return {"NEPTUNE_API_TOKEN": self.token,
                "NEPTUNE_PROJECT": self.project}

    def issue(self, body):
        """The server's tokens with the relay as issuer."""
        content = json.loads(body)
        key = "accessToken" if "accessToken" in content else "access_token"
        token = content[key]
        path = urllib.parse.urlsplit(jwt_claims(token)["iss"]).path
        content[key] = jwt_with(token, iss=self.address + path)
        self.bearers[f"Bearer {content[key]}"] = f"Bearer {token}"
        return json.dumps(content).encode()

    def paths(self):
        return [request.path for request in self.requests]

    def wait_for(self, path, count=1, seconds=120):
        """Waits until so many requests of path have come."""
        limit = time.monotonic() + seconds
        while sum(path in one for one in self.paths()) < count:
            checks.expect(time.monotonic() < limit,
                          f"no {path}, but {self.paths()}")
            time.sleep(0.01)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.is_stopped.set()
        self.listener.close()

    def accept(self):
        while not self.is_stopped.is_set():
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            self.n_connections += 1
            threading.Thread(target=self.serve, args=(connection,),
                             daemon=True).start()

    def serve(self, connection):
        with contextlib.suppress(OSError, ValueError), connection:
            connection.settimeout(60)
            if self.tls:
                connection = self.tls.wrap_socket(connection, server_side=True)
            with connection, connection.makefile("rb") as stream:
                while self.serve_one(connection, stream):
                    pass

    def serve_one(self, connection, stream):
        words = stream.readline().decode("latin-1").split(" ")
        if len(words) != 3 or not words[2].startswith("HTTP/1."):
            return False
        headers = {}
        while (line := stream.readline().decode("latin-1").strip()):
            name, _, value = line.partition(":")
            headers[name.lower()] = value.strip()
        body = stream.read(int(headers.get("content-length", 0)))
        request = Request(words[0], words[1], headers, body, self)
        self.requests.append(request)
        answer = self.react(request)
        if isinstance(answer, Answer):
            connection.sendall(answer.bytes())
            return answer.has_length
        for part in answer if isinstance(answer, list) else [answer]:
            if part is CLOSE:
                break
            if isinstance(part, bytes):
                connection.sendall(part)
            else:
                self.is_stopped.wait(part)
        return False


def changing(path, change, server):
    """A Relay that answers requests of path by change(request)."""
    def react(request):
        return change(request) if path in request.path else request.ask()
    return Relay(react, server)


@contextlib.contextmanager
def certificate():
    """A server's TLS context that nobody trusts, and what to trust for it."""
    with tempfile.TemporaryDirectory() as folder:
        key, path = f"{folder}/key.pem", f"{folder}/certificate.pem"
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
             "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj",
             "/CN=localhost", "-addext",
             "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", key,
             "-out", path], check=True, stderr=subprocess.DEVNULL,
            timeout=120)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(path, key)
        yield context, path


@contextlib.contextmanager
def refusing_port():
    """A port that refuses connections, and that nobody else can take."""
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        yield holder.getsockname()[1]


@contextlib.contextmanager
def deaf_port():
    """A port that completes no handshake: its queue of connections is full."""
    waiting = []
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        try:
            while len(waiting) < 16:
                client = socket.socket()
                waiting.append(client)
                client.settimeout(0.3)
                try:
                    client.connect(listener.getsockname())
                except socket.timeout:
                    break
            else:
                raise checks.Skip("the queue of connections is never full")
            yield listener.getsockname()[1]
        finally:
            for client in waiting:
                client.close()


def jwt_claims(token):
    middle = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(middle + "=" * (-len(middle) % 4)))


def jwt_with(token, **claims):
    """The same access token with other claims; nobody checks its signature."""
    first, _, last = token.split(".")
    text = json.dumps({**jwt_claims(token), **claims}).encode()
    middle = base64.urlsafe_b64encode(text).decode().rstrip("=")
    return ".".join((first, middle, last))
