"""The README's table of what is sent, from what is sent.

Runs each form of pushdown.sql on the sample project: the server's log and
neptune_requests say what was asked for, the plan says the verdict, and the
byte code says what SQLite does with the rows.
"""

import json
import pathlib
import re
import sqlite3
import tempfile

import harness

FORMS = pathlib.Path(__file__).with_name("pushdown.sql")
ENDPOINTS = {"entries/search": "search", "definitions/query": "definitions",
             "attributes/query": "values", "series/float": "points",
             "timeseries/buckets": "buckets", "v1/projects": "projects"}
COMPARES = {"Eq", "Ne", "Lt", "Le", "Gt", "Ge", "If", "IfNot", "IsNull",
            "NotNull", "Found", "NotFound", "ElseEq"}
TREES = (("ORDER BY", "sorts"), ("GROUP BY", "sorts"),
         ("DISTINCT", "drops doubles"))
SECOND = "INSERT INTO project(workspace, name, key) " \
         "VALUES ('demo', 'sketches', 'SKE')"
HEAD = "| SQL | sent | verdict | SQLite |\n|---|---|---|---|\n"


class Forms:
    """The file: statements to begin with, and tables of queries."""

    def __init__(self, text):
        self.setup, *parts = re.split(r"^## ", text, flags=re.M)
        self.tables = []
        for part in parts:
            title, prefix, *lines = part.strip().split("\n")
            if prefix.endswith("WHERE"):
                rows = [(line, f"{prefix} {line}") for line in lines]
            else:
                rows = [(line, line) for line in (prefix, *lines)]
            self.tables.append((title, rows))


class Project:
    """The sample project with the extension; a context manager."""

    def __init__(self, folder, setup):
        self.log = pathlib.Path(folder) / "log"
        store = harness.copy_sample(pathlib.Path(folder) / "store.db")
        with sqlite3.connect(store) as database:
            database.execute(SECOND)
        database.close()
        self.server = harness.Server("--store", store, "--log", self.log)
        self.database = sqlite3.connect(":memory:")
        self.database.enable_load_extension(True)
        self.database.load_extension(str(harness.EXTENSION))
        for key, value in (("api_token", self.server.token),
                           ("project", self.server.project)):
            self.database.execute("SELECT neptune_config(?, ?)", (key, value))
        self.database.executescript(setup)
        self.database.execute("SELECT count(*) FROM projects").fetchall()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.database.close()
        self.server.stop()

    def requests(self, sql):
        """Runs it: [(endpoint, neptune_requests' text, what the log says)]."""
        last, = self.database.execute(
            "SELECT max(id) FROM neptune_requests").fetchone()
        seen = len(self.log.read_text("utf-8").splitlines())
        self.database.execute(sql).fetchall()
        shown = self.database.execute(
            "SELECT path, query FROM neptune_requests WHERE id > ? "
            "ORDER BY id", (last,)).fetchall()
        logged = [json.loads(line) for line in
                  self.log.read_text("utf-8").splitlines()[seen:]]
        if len(shown) != len(logged):
            raise AssertionError(f"{sql}: neptune_requests has {len(shown)} "
                                 f"requests, the server {len(logged)}")
        # The order, which describe() takes from the body, is no NQL.
        shown = [(path, re.split(r"(?: \| |^)order ", text or "")[0])
                 for path, text in shown]
        for (_, text), entry in zip(shown, logged):
            if "nql" in entry and entry["nql"] != text:
                raise AssertionError(
                    f"{sql}: shown {text!r}, sent {entry['nql']!r}")
        return [(endpoint(path), text, entry)
                for (path, text), entry in zip(shown, logged)]

    def plan(self, sql):
        """The lines of the plan, those about our tables first."""
        rows = self.database.execute("EXPLAIN QUERY PLAN " + sql).fetchall()
        return sorted((row[3] for row in rows),
                      key=lambda line: "VIRTUAL TABLE" not in line)

    def code(self, sql):
        """Opcodes of the program and those between VFilter and VNext."""
        codes = [row[1] for row in self.database.execute("EXPLAIN " + sql)]
        loop = codes[codes.index("VFilter") + 1:codes.index("VNext")]
        return codes, loop


def endpoint(path):
    return next((name for part, name in ENDPOINTS.items() if part in path),
                "objects" if path.endswith("/series") else path)


def describe(sql, request):
    """One request in words."""
    kind, text, entry = request
    body = json.loads(entry.get("body") or "{}")
    parts = [code(text)] if text else []
    named = re.search(r"projectIdentifier=([^&]*)", entry["query_string"])
    if named and re.search(r"\bproject\b", sql):
        parts.insert(0, code(named[1].replace("%2F", "/")))
    sorting = body.get("sorting")
    if sorting:
        parts.append(f"sorted by {code(sorting['sortBy']['name'])} "
                     f"{sorting['dir']}")
    lineage = body.get("requests", [{}])[0].get("series", {}).get("lineage")
    if lineage not in (None, "FULL"):
        parts.append(f"lineage {code(lineage)}")
    limit = body.get("pagination", body.get("nextPage", {})).get("limit")
    if limit not in (None, 10000):
        parts.append(f"a page of {limit}")
    return f"{kind}: " + ", ".join(parts or ["everything"])


def sent(sql, requests):
    texts = [describe(sql, request) for request in requests]
    if not texts:
        return "no request"
    return "<br>".join(
        text + (f" ({texts.count(text)} times)" if texts.count(text) > 1
                else "") for text in dict.fromkeys(texts))


def verdict(sql, plan, requests):
    """By the plan; a value that cannot be sent changes it only when run."""
    plan, _, local = plan.partition(" | local ")
    if re.search(" (LIKE|GLOB) ", sql):  # SQLite's own bounds of a pattern
        local = re.sub(r"(^|, )\S+( NOCASE)? (>=|<)(?=,|$)", "", local)
    terms = re.findall(r"\?\d+(?:=\{[^}]*\})?\)?~?|EXISTS\)~?",
                       plan.partition(" | page ")[0])
    found = {"superset" if term.endswith("~") else "exact" for term in terms}
    if requests and " nql " in plan and not any(text for _, text, _ in
                                                requests):
        found = {"local"}
    if local.strip(", ") or not found and " WHERE " in sql:
        found.add("local")
    return ", ".join(sorted(found))


def work(plan, codes, loop):
    """What SQLite does with the rows."""
    trees = {name: word for name, word in TREES if any(
        line.startswith("USE TEMP B-TREE FOR " + name) for line in plan)}
    compares = COMPARES - ({"Found", "NotFound"} if trees else set())
    done = ["checks"] if compares & set(loop) else []
    done += trees.values()
    if "AggStep" in codes:
        done.append("aggregates")
    if "DecrJumpZero" in codes:
        done.append("stops at the limit")
    return ", ".join(done)


def code(text):
    """Code in a cell of a Markdown table."""
    fence = "`" * (1 + max(map(len, re.findall("`+", text)), default=0))
    space = " " if text[:1] == "`" or text[-1:] == "`" else ""
    text = text.replace("|", "\\|").replace("\n", " ")
    return f"{fence}{space}{text}{space}{fence}"


def row(project, form, sql):
    requests = project.requests(sql)
    plan = project.plan(sql)
    cells = (code(form), sent(sql, requests), verdict(sql, plan[0], requests),
             work(plan, *project.code(sql)))
    return f"| {' | '.join(cells)} |\n"


def table():
    """The Markdown, as long as the sample project stays as it is."""
    forms = Forms(FORMS.read_text("utf-8"))
    with tempfile.TemporaryDirectory() as folder, \
            Project(folder, forms.setup) as project:
        return "\n".join(
            f"**{title}**\n\n{HEAD}" + "".join(
                row(project, *one) for one in rows)
            for title, rows in forms.tables)
