"""A small HTTP proxy that counts what it passes on."""

import contextlib
import http.server
import threading
import urllib.error
import urllib.request

DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))
DROPPED = {"connection", "content-length", "proxy-connection",
           "transfer-encoding"}


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def pass_on(self):
        self.server.passed += 1
        size = int(self.headers.get("Content-Length", 0))
        request = urllib.request.Request(
            self.path, self.rfile.read(size) if size else None,
            {name: value for name, value in self.headers.items()
             if name.lower() not in DROPPED}, method=self.command)
        try:
            answer = DIRECT.open(request, timeout=60)
        except urllib.error.HTTPError as error:
            answer = error
        with answer:
            body = answer.read()
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                if name.lower() not in DROPPED:
                    self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = pass_on

    def log_message(self, *_):
        pass


@contextlib.contextmanager
def running():
    """Gives a server with its `address` and how many it has `passed` on."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.passed = 0
    server.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
