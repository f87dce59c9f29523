"""Nothing leaks where something is wrong: the sqlite3 shell under Valgrind,
or under whatever NEPTUNE_WRAP names.

One shell per setting goes through all bad input, and then through a query
that works.
"""

import contextlib
import shutil
import sys
import tempfile

from support import checks, relay
from support.checks import expect, same
import harness

check = checks.Checks()
SERVER = harness.Server("--synthetic", "runs=5,configs=2,series=2,points=10")
own_wrap = bool(harness.WRAP)
TABLES = ("experiments", "runs", "attributes", "metric_points",
          "metric_buckets")


def run(steps, environment):
    """Runs (SQL, word of its error or its output) in one shell."""
    script = ""
    for number, (sql, _) in enumerate(steps):
        script += f".print step {number}\n.system echo step {number} >&2\n"
        script += sql + ";\n"
    with tempfile.NamedTemporaryFile() as report:
        if not own_wrap:
            harness.WRAP[:] = [*harness.VALGRIND, f"--log-file={report.name}"]
        ended = harness.run_shell(script, environment)
        found = report.read().decode(errors="replace")
    expect(not found, found[:3000])
    # 1: a statement failed.
    expect(ended.returncode in (0, 1), f"exit status {ended.returncode}")
    for text in (ended.stdout, ended.stderr):
        expect(SERVER.token[20:60] not in text, "shows the token")
    said = [output + errors for output, errors in zip(
        sections(ended.stdout, len(steps)), sections(ended.stderr, len(steps)))]
    for (sql, word), text in zip(steps, said):
        expect(word in text, f"{sql:.200}: {word!r} is not in {text!r:.500}")


def sections(text, n):
    found = []
    for number in range(n):
        _, mark, text = text.partition(f"step {number}\n")
        expect(mark, f"no step {number}: {text!r:.300}")
        found.append(text.partition("step ")[0])
    return found


def quoted(text):
    return "'" + text.replace("'", "''") + "'"


def token_step(token):
    return (f"SELECT neptune_config('api_token', {quoted(token)})", "1")


GOOD = [token_step(SERVER.token),
        ("SELECT count(*) FROM runs", "5"),
        ("SELECT count(*), avg(value) FROM metric_points", "100"),
        ("SELECT sum(finite_count + nan_count + positive_infinite_count + "
         "negative_infinite_count) FROM metric_buckets", "100")]


@check
def bad_input():
    """bad settings, names, patterns, filters, arguments and writes"""
    steps = [("SELECT * FROM runs", "no API token is set"),
             token_step("!!"), ("SELECT * FROM runs", "base64"),
             token_step(harness.make_token("[1, 2]")),
             ("SELECT * FROM runs", "names no server"),
             token_step(harness.make_token('{"api_url": "ftp://x"}')),
             ("SELECT * FROM runs", "http"),
             token_step(harness.make_token(
                 '{"api_url": "%s", "api_key": "x"}' % SERVER.address)),
             ("SELECT * FROM runs", "rejected the API token"),
             token_step(SERVER.token)]
    for table in TABLES:
        where = "WHERE project = 'no/such'"
        steps += [
            (f"SELECT * FROM {table} {where}", "does not exist"),
            (f"SELECT * FROM {table} WHERE project = 'x'",
             "workspace/project"),
            (f"SELECT * FROM {table} WHERE nql = 'x ='", "status 400"),
            (f"CREATE VIRTUAL TABLE t USING {table}(x='y')",
             "unknown argument"),
            (f"CREATE VIRTUAL TABLE t USING {table}(nql='x', nql='y')",
             "twice"),
            (f"INSERT INTO {table}(project) VALUES ('x')",
             "may not be modified"),
            (f"UPDATE {table} SET project = 'x'", "may not be modified"),
            (f"DELETE FROM {table}", "may not be modified")]
    steps += [(f"CREATE VIRTUAL TABLE t USING runs({columns})", word)
              for columns, word in (
                  ("lr FLOT 'x'", "unknown type"),
                  ("a FLOAT 'x', A INT 'y'", "two columns"),
                  ("a b c d", "a name, a type and a path"))]
    steps += [("SELECT * FROM runs WHERE run_id REGEXP '('", "pattern"),
              ("SELECT 'x' REGEXP '['", "pattern"),
              ("SELECT * FROM metric_points WHERE tail = 0", "tail is"),
              ("SELECT * FROM metric_points WHERE lineage = 'x'", "'full'"),
              *((f"SELECT * FROM metric_buckets WHERE {inputs}", word)
                for inputs, word in (
                    ("buckets = 1", "from 2 to"), ("x_from = 'x'", "a number"),
                    ("x_from = 2 AND x_to = 1", "greater"),
                    ("x_axis = 'x'", "'step'"), ("x_scale = 'x'", "'linear'"),
                    ("x_scale = 'log' AND x_to = 0", "log scale"),
                    ("x_axis = 'time' AND x_attribute = 'x'", "exclude"),
                    ("x_attribute = 'no such'", "no run has one"))),
              ("SELECT neptune_config('x')", "unknown neptune_config key"),
              ("SELECT neptune_config('page_size', 'x')", "is needed"),
              *GOOD]
    run(steps, harness.client_environment(
        NEPTUNE_PROJECT=SERVER.project))


ANSWERS = [relay.text_answer("<html>"), relay.Answer(200, b"\x1a\xff\xff"),
           relay.Answer(200, b"\x1a\x00\x1a\x00"),
           relay.Answer(200, b"\x1f\x8b\x08", {"Content-Encoding": "gzip"}),
           relay.Answer(200, b"x", {"Content-Encoding": "br"}),
           relay.json_answer({"message": "no\nreason"}, 418),
           relay.json_answer({"message": "busy"}, 503)]


@check
def bad_servers():
    """hosts, ports, certificates and answers that are not right"""
    answers = ANSWERS.copy()

    def react(request):
        if relay.SEARCH in request.path:
            return answers.pop(0)
        return request.ask()
    with contextlib.ExitStack() as stack:
        closed = "http://127.0.0.1:%d" % stack.enter_context(
            relay.refusing_port())
        unknown, _ = stack.enter_context(relay.certificate())
        odd = stack.enter_context(relay.Relay(react, SERVER))
        untrusted = stack.enter_context(
            relay.Relay(server=SERVER, tls=unknown))
        steps = [("SELECT neptune_config('retry_soft_timeout', 0)", "0")]
        for address, word in (
                (closed, "connection refused"),
                ("http://%s.invalid" % ("a" * 64), "unknown host"),
                (untrusted.address, "could not verify the certificate")):
            steps += [token_step(harness.make_token(
                '{"api_url": "%s"}' % address)), ("SELECT * FROM runs", word)]
        steps.append(token_step(odd.token))
        steps += [("SELECT * FROM runs", SERVER.project)] * len(ANSWERS)
        run(steps + GOOD, harness.client_environment(
            NEPTUNE_PROJECT=SERVER.project))
        same(answers, [], "answers that were not asked for")


if __name__ == "__main__":
    if not own_wrap and not shutil.which("valgrind"):
        print("skip: there is no valgrind\n0 passed, 0 failed, 2 skipped")
        sys.exit(0)
    with SERVER:
        sys.exit(check.run(processes=2))
