"""What tests written in Python share: the build, the local server, the shell.

tests/run sets the environment:
  NEPTUNE_BUILD   the build folder
  NEPTUNE_SAMPLE  a store with the sample project (copy it, do not write to it)
  NEPTUNE_WRAP    words to put before a program that loads neptune.so
                  (valgrind, a sanitizer's library), often none
  NEPTUNE_REPORTS the folder where these write what they find
"""

import atexit
import base64
import contextlib
import json
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import threading

ROOT = pathlib.Path(__file__).resolve().parent.parent
BUILD = pathlib.Path(os.environ.get("NEPTUNE_BUILD", ROOT / "build")).resolve()
EXTENSION = BUILD / "neptune"
SAMPLE = pathlib.Path(os.environ.get("NEPTUNE_SAMPLE", BUILD / "sample.db"))
VALGRIND = ["valgrind", "-q", "--leak-check=full", "--num-callers=30",
            f"--suppressions={ROOT}/tests/valgrind.supp",
            "--errors-for-leak-kinds=definite,indirect",
            "--show-leak-kinds=definite,indirect", "--error-exitcode=99"]
WRAP = shlex.split(os.environ.get("NEPTUNE_WRAP", ""))


def load_store(path, *scripts):
    """Makes a store of the server's schema and these SQL scripts."""
    script = "".join(
        pathlib.Path(part).read_text(encoding="utf-8") + "\n"
        for part in (ROOT / "tests/server/schema.sql", *scripts)
    )
    subprocess.run(
        ["sqlite3", "-batch", "-bail", "-init", os.devnull, str(path)],
        input=script, text=True, encoding="utf-8", check=True, timeout=300,
    )
    return path


def copy_sample(path):
    """Copies the sample project's store, with its files, to PATH."""
    shutil.copytree(f"{SAMPLE}-files", f"{path}-files", dirs_exist_ok=True)
    return shutil.copyfile(SAMPLE, path)


def make_token(text):
    """An API token: base64 of JSON text, as the server makes them."""
    return base64.b64encode(text.encode()).decode()


@contextlib.contextmanager
def killed_after(process, seconds=120):
    """Whoever waits for the process meanwhile waits no longer than that."""
    timer = threading.Timer(seconds, process.kill)
    timer.start()
    try:
        yield process
    finally:
        timer.cancel()


class Server:
    """A local server on a free port; a context manager that ends it.

    environment: what a client needs (NEPTUNE_API_TOKEN, NEPTUNE_PROJECT)
    address: http://host:port, without a slash at the end
    """

    def __init__(self, *options):
        self.process = subprocess.Popen(
            [str(BUILD / "neptune-server"), "--port", "0", *map(str, options)],
            stdout=subprocess.PIPE, text=True, encoding="utf-8",
        )
        atexit.register(self.stop_at_exit, os.getpid())
        self.environment = {}
        with killed_after(self.process):
            lines = [self.process.stdout.readline() for _ in range(2)]
        for line in lines:
            match = re.fullmatch(r"export (NEPTUNE_\w+)='([^']*)'\n", line)
            if not match:
                self.stop()
                raise RuntimeError(f"neptune-server did not start: {line!r}")
            self.environment[match[1]] = match[2]
        self.token = self.environment["NEPTUNE_API_TOKEN"]
        self.project = self.environment["NEPTUNE_PROJECT"]
        content = json.loads(base64.b64decode(self.token))
        address = content.get("api_url") or content["api_address"]
        self.address = address.rstrip("/")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def stop_at_exit(self, owner):
        """A server left running would keep the log of its test open."""
        if os.getpid() == owner and self.process.poll() is None:
            self.stop()

    def stop(self):
        """Ends the server; returns its exit status."""
        if self.process.poll() is None:
            self.process.terminate()
        try:
            status = self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            status = self.process.wait()
        self.process.stdout.close()
        return status


def client_environment(*servers, **variables):
    """The environment for a client of a server; a value None unsets one."""
    environment = {
        name: value for name, value in os.environ.items()
        if not name.startswith("NEPTUNE_")
    }
    for server in servers:
        environment.update(server.environment)
    for name, value in variables.items():
        environment.pop(name, None)
        if value is not None:
            environment[name] = value
    return environment


def run_shell(script, environment, folder=None, timeout=300):
    """Runs SCRIPT in the stock sqlite3 shell with the extension loaded.

    Returns the finished process with stdout and stderr as text.
    """
    return subprocess.run(
        [*WRAP, "sqlite3", "-batch", "-init", os.devnull, ":memory:"],
        input=f".load {quote_argument(EXTENSION)}\n{script}",
        env=environment, cwd=folder, timeout=timeout, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, text=True, encoding="utf-8",
        errors="backslashreplace",
    )


def quote_argument(value):
    """Quotes an argument of a dot command of the sqlite3 shell."""
    return '"%s"' % str(value).replace("\\", "\\\\").replace('"', '\\"')
