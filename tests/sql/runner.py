"""Expected-output tests: tests/sql/NAME.sql beside NAME.out.

usage: runner.py [-u] [--config off|small-pages] [NAME…]
-u writes the .out files anew and shows what changed. Without --config a file
must print what its .out says, and its rows must be the same with pushdown
off; with one, its rows must be the same as in the default configuration.

A file's first line is a comment that says what it shows. A statement may end
with a tag:
  --@ rows      (the default) the same rows in every configuration
  --@ output    as .out says, but another configuration may print otherwise
  --@ plan      EXPLAIN QUERY PLAN; as .out says, default configuration only
  --@ requests  what was sent; as .out says, default configuration only
  --@ error     fails; every other statement must not
In a file that says @since, this parameter is the highest id of
neptune_requests before the last statement tagged rows, output or error.

Lines of their own at the top say where the file runs:
  --@ server [OPTION…]  a server with these options; the sample project is
                        its store unless --store or --synthetic says otherwise
  --@ store NAME        a store made of the server's schema and stores/NAME.sql
  --@ offline           no server, no token, no project
  --@ token TEXT        the API token is base64 of TEXT ({SERVER}: its address)
  --@ env NAME[=VALUE]  sets or unsets an environment variable
  --@ skip CONFIG       not in this configuration; say why in a comment
In .out the server's address reads SERVER. A token there is always a failure.
"""

import argparse
import dataclasses
import difflib
import os
import pathlib
import re
import shlex
import sqlite3
import subprocess
import sys
import tempfile
import uuid

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
import harness  # noqa: E402

CONFIGS = {
    "off": "SELECT neptune_config('pushdown', 'off');",
    "small-pages": "SELECT " + ", ".join(
        f"neptune_config('{key}', {value})" for key, value in (
            ("page_size", 3), ("definitions_page_size", 3),
            ("values_page_size", 7), ("series_batch_size", 2),
            ("points_page_size", 5), ("max_projection", 2),
            ("max_workers", 1))) + ";",
}
TAGS = ("rows", "output", "plan", "requests", "error")
MARK = "mark-" + uuid.uuid4().hex
SINCE = '.parameter set @since "(SELECT coalesce(max(id), 0) FROM ' \
        'neptune_requests)"'
ERROR = re.compile(r"((?:Runtime |Parse )?[Ee]rror)(?: near line \d+)?:")
LEAK = re.compile(r"eyJ[\w-]{16,}")  # how base64 of a JSON object begins


class Broken(Exception):
    """The test cannot be judged, or breaks a rule that -u must not hide."""


@dataclasses.dataclass
class Statement:
    text: str
    tag: str
    line: int


@dataclasses.dataclass
class Script:
    header: str
    statements: list
    options: list       # of the server; None: offline
    store: str          # name in stores/, or None
    token: str          # text of the token, or None
    variables: dict
    skipped: set


def parse(path):
    lines = path.read_text(encoding="utf-8").splitlines()
    if not lines or not lines[0].startswith("-- "):
        raise Broken("the first line must be a comment that describes it")
    script = Script("", [], [], None, None, {}, set())
    header, start = [], 0
    for start, line in enumerate(lines):
        if line.startswith("--@ "):
            directive(script, line[4:].strip())
        elif line.strip() and not line.startswith("--"):
            break
        header.append(line)
    script.header = "\n".join(header).rstrip()
    pending, first = [], start
    for number in range(start, len(lines)):
        line = lines[number]
        if not pending and not line.strip():
            continue
        if not pending:
            first = number
        pending.append(line)
        text = "\n".join(pending)
        if is_complete(text):
            script.statements.append(Statement(text, tag_of(line), first + 1))
            pending = []
    if pending:
        raise Broken(f"line {first + 1}: the statement does not end")
    return script


def directive(script, text):
    word, _, rest = text.partition(" ")
    rest = rest.strip()
    if word == "server":
        script.options = shlex.split(rest)
    elif word == "store":
        script.store = rest
    elif word == "offline":
        script.options = None
    elif word == "token":
        script.token = rest
    elif word == "env":
        name, equals, value = rest.partition("=")
        script.variables[name] = value if equals else None
    elif word == "skip" and rest in CONFIGS:
        script.skipped.add(rest)
    else:
        raise Broken(f"unknown line --@ {text}")


def is_complete(text):
    code = "\n".join(
        line for line in text.split("\n") if not line.startswith("--"))
    return code.startswith(".") or (
        code.strip() != "" and sqlite3.complete_statement(code))


def tag_of(line):
    _, found, rest = line.rpartition("--@ ")
    if not found:
        return "rows"
    tag = re.match(r"\w*", rest)[0]
    if tag not in TAGS:
        raise Broken(f"unknown tag: {line}")
    return tag


class Servers:
    """The servers of a run, one for each set of options."""

    def __init__(self, folder):
        self.folder = folder
        self.running = {}

    def get(self, script):
        if script.options is None:
            return []
        key = (script.store, *script.options)
        if key not in self.running:
            options = list(script.options)
            if script.store or not {"--store", "--synthetic"} & set(options):
                options += ["--store", self.make_store(script.store)]
            self.running[key] = harness.Server(*options)
        return [self.running[key]]

    def make_store(self, name):
        path = self.folder / f"store{len(self.running)}.db"
        if name:
            return harness.load_store(path, HERE / "stores" / f"{name}.sql")
        return harness.copy_sample(path)

    def stop(self):
        for server in self.running.values():
            server.stop()


def execute(script, servers, config=None):
    """Runs a script; returns the output of each statement as lines."""
    running = servers.get(script)
    environment = harness.client_environment(*running, **script.variables)
    if script.token is not None:
        text = script.token
        for server in running:
            text = text.replace("{SERVER}", server.address)
        environment["NEPTUNE_API_TOKEN"] = harness.make_token(text)
    statements = list(script.statements)
    if config:
        statements.insert(0, Statement(CONFIGS[config], "rows", 0))
    with tempfile.TemporaryDirectory() as folder:
        outputs = run_statements(statements, environment, folder)
    clean = [
        normalise(lines, statement, environment, running)
        for lines, statement in zip(outputs, statements)
    ]
    return clean[1:] if config else clean


def run_statements(statements, environment, folder):
    """One shell for all; a mark in both streams tells where each begins."""
    since = any("@since" in statement.text for statement in statements)
    lines = [".headers on", ".nullvalue NULL"]
    for statement in statements:
        if since and statement.tag not in ("plan", "requests"):
            lines.append(SINCE)
        lines += [f".print {MARK}", f".{MARK}", statement.text]
    lines += [f".print {MARK}", f".{MARK}", ""]
    try:
        done = harness.run_shell("\n".join(lines), environment, folder)
    except subprocess.TimeoutExpired as error:
        raise Broken(f"no end after {error.timeout} s") from error
    rows, errors = sections(done.stdout), sections(done.stderr)
    if done.returncode < 0 or len(rows) != len(statements) + 2:
        raise Broken(f"the shell ended with {done.returncode}\n"
                     f"{done.stdout[-2000:]}\n{done.stderr[-2000:]}")
    if rows[0] or errors[0]:
        raise Broken("\n".join(rows[0] + errors[0]))
    return [out + err for out, err in zip(rows[1:-1], errors[1:-1])]


def sections(text):
    parts = [[]]
    for line in text.removesuffix("\n").split("\n") if text else []:
        if MARK in line:
            parts.append([])
        else:
            parts[-1].append(line)
    return parts


def normalise(lines, statement, environment, servers):
    result, failed = [], False
    for line in lines:
        if re.fullmatch(r" +\^--- error here", line) and result:
            result.pop()  # the statement's own text, cut to fit
            continue
        failed = failed or ERROR.match(line) is not None
        line = ERROR.sub(r"\1:", line, count=1)
        for server in servers:
            host = server.address.partition("://")[2]
            port = host.rpartition(":")[2]
            for name in (host, f"localhost:{port}"):
                line = line.replace(f"http://{name}", "SERVER")
                line = line.replace(name, "SERVER")
        result.append(line)
    where = f"line {statement.line}"
    token = environment.get("NEPTUNE_API_TOKEN")
    if LEAK.search("\n".join(result)) or (
            token and token in "\n".join(result)):
        raise Broken(f"{where}: the output shows a token")
    if failed != (statement.tag == "error"):
        what = "fails" if failed else "should fail"
        raise Broken("\n".join([f"{where}: this {what}", *result]))
    return result


def render(script, outputs):
    blocks = [script.header]
    for statement, lines in zip(script.statements, outputs):
        blocks.append("\n".join([statement.text, *lines]))
    return "\n\n".join(blocks) + "\n"


def difference(before, after, names):
    return "\n".join(difflib.unified_diff(
        before.splitlines(), after.splitlines(), *names, lineterm=""))


def compare_rows(script, expected, actual, config):
    """The rows must agree; in the same order where the query asks for one."""
    for statement, want, got in zip(script.statements, expected, actual):
        if statement.tag != "rows":
            continue
        if not re.search(r"\border\s+by\b", statement.text, re.I):
            want, got = sorted(want), sorted(got)
        if want != got:
            raise Broken("\n".join([
                f"line {statement.line}: other rows with {config}",
                difference("\n".join(want), "\n".join(got),
                           ("default", config))]))


def check(path, servers, config, update):
    """Runs one test; returns text to show, or None where it was skipped."""
    script = parse(path)
    if config in script.skipped:
        return None
    outputs = execute(script, servers)
    shown = ""
    if config is None:
        shown = compare_file(path, render(script, outputs), update)
        config = "off"
    if config not in script.skipped:
        other = execute(script, servers, config)
        compare_rows(script, outputs, other, config)
    take_reports()
    return shown


def take_reports():
    """Fails with what a sanitizer or Valgrind has just reported."""
    folder = os.environ.get("NEPTUNE_REPORTS")
    texts = []
    for path in pathlib.Path(folder).iterdir() if folder else []:
        text = path.read_text(encoding="utf-8", errors="replace")
        if text.strip():
            texts.append(text)
            path.unlink()
    if texts:
        raise Broken("\n".join(texts))


def compare_file(path, actual, update):
    expected = path.with_suffix(".out")
    before = ""
    if expected.exists():
        before = expected.read_text(encoding="utf-8")
    if before == actual:
        return ""
    shown = difference(before, actual, (expected.name, "actual"))
    if not update:
        raise Broken(shown)
    expected.write_text(actual, encoding="utf-8")
    return shown


def main():
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument("-u", action="store_true")
    parser.add_argument("--config", choices=CONFIGS)
    parser.add_argument("names", nargs="*")
    arguments = parser.parse_args()
    names = arguments.names or sorted(p.stem for p in HERE.glob("*.sql"))
    label = f" ({arguments.config})" if arguments.config else ""
    counts = {"ok": 0, "not ok": 0, "skip": 0}
    with tempfile.TemporaryDirectory() as folder:
        servers = Servers(pathlib.Path(folder))
        try:
            for name in names:
                shown, verdict = "", "ok"
                try:
                    shown = check(HERE / f"{name}.sql", servers,
                                  arguments.config, arguments.u)
                    if shown is None:
                        shown, verdict = "", "skip"
                except (Broken, OSError, RuntimeError) as error:
                    shown, verdict = str(error), "not ok"
                counts[verdict] += 1
                print(f"{verdict} sql/{name}{label}", flush=True)
                if shown:
                    print(shown, flush=True)
        finally:
            servers.stop()
    print("%d passed, %d failed, %d skipped" % tuple(counts.values()))
    return 1 if counts["not ok"] else 0


if __name__ == "__main__":
    sys.exit(main())
