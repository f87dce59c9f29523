#!/usr/bin/python3
"""No value and no name reaches beyond its place in NQL, JSON or a URL.

Every metacharacter stands at the start, in the middle, at the end, alone and
doubled, in every place where a value or a name goes into a request. The rows
are those of Python's own comparison or of an ordinary table; the server answers
200; and what it got, read back by a parser of our own (or as JSON), has the
clauses that were meant, with the value that was meant.
"""

import json
import pathlib
import re
import sqlite3
import sys
import tempfile

from support import checks
from support.checks import expect, same
import harness

checks.adapt_to_wrapping()
check = checks.Checks()
META = (
    '"', "'", "`", "\\", "(", ")", "[", "]", "{", "}", "<", ">", "=", "==",
    "!=", "!", " AND ", " OR ", " NOT ", " EXISTS", " NOT EXISTS",
    " MATCHES ", " CONTAINS ", "AND", "OR", "NOT", "\n", "\t", "\r", "\r\n",
    "\x01", "\x7f", "\x85", "\xa0", "\u200b", "\u2028", "\u2029", "\u202e",
    "\ufeff", "\uffff", "😀", "e\u0301", "%", "_", "%22", "%00", "%2F", "+",
    "&", "#", "?", "/", "//", ";", "--", "/*", ",", ":", ":string", ".", "*",
    "^", "$", "|", "{2}", "\\\\", '\\"', "\\n", "\\u0022", "\\x22", "\\Q",
    "\\E", "$1", "${x}", "\\d", "[^", "]]", "(?i)", "-1d", "True", "null",
    '" OR "1" = "1', '") OR (`sys/id`:string != "', "` OR `sys/id",
    '`:string != "" OR `sys/id`:string = "', ") OR (", '"]}, "x": ["',
    "' OR '1' = '1", "&type=x", "?projectIdentifier=a/b", " ", "  ")
PLACES = (lambda m: m, lambda m: m + "x", lambda m: f"x{m}y",
          lambda m: "x" + m, lambda m: m + m)
TEXTS = tuple(dict.fromkeys(place(m) for m in META for place in PLACES))
PATHS = tuple(text for text in TEXTS if not text.startswith("sys/"))
NAMES = tuple(dict.fromkeys(m for m in META if "/" not in m))  # of projects
# Texts that no store holds: SQL that makes each.
BROKEN = ("CAST(x'ff' AS TEXT)", "CAST(x'61ff62' AS TEXT)",
          "CAST(x'eda080' AS TEXT)", "CAST(x'eda080edb080' AS TEXT)",
          "CAST(x'c0a2' AS TEXT)", "CAST(x'f09f98' AS TEXT)",
          "CAST(x'610062' AS TEXT)", "CAST(x'00' AS TEXT)",
          "CAST(x'2200' AS TEXT)", "char(0x10FFFF, 0xFFFE)",
          "'\"' || hex(zeroblob(50000))", "replace(hex(zeroblob(600)), '0', '\"')",
          "replace(hex(zeroblob(600)), '0', '\\')")


# ---- a parser of the query language, as wire-contract section 3 has it ----

TOKEN = re.compile(
    r'\s*(?:(?P<name>`[^`]*`(?::\w+)?)|(?P<text>"(?:[^"\\]|\\["\\])*")|'
    r"(?P<sign>[()]|[!<>=]=|[<>=])|(?P<word>\w+))", re.S)


def tokens(query):
    at = 0
    while at < len(query.rstrip()):
        match = TOKEN.match(query, at)
        expect(match, f"no NQL at {at}: {query!r:.200}")
        yield match.lastgroup, match[match.lastgroup]
        at = match.end()


class Parser:
    """Reads the whole of a query; tree: ("AND", …), ("OR", …) or a clause."""

    def __init__(self, query):
        self.left = list(tokens(query))
        self.tree = self.chain("OR")
        same(self.left, [], f"behind the end of {query!r:.200}")

    def take(self, *texts):
        if self.left and self.left[0][0] in ("word", "sign") and \
                self.left[0][1] in texts:
            return self.left.pop(0)[1]
        return None

    def chain(self, word):
        parts = [self.part(word)]
        while self.take(word):
            parts.append(self.part(word))
        return parts[0] if len(parts) == 1 else (word, *parts)

    def part(self, word):
        if word == "OR":
            return self.chain("AND")
        if self.take("NOT"):
            return "NOT", self.part("AND")
        if self.take("("):
            inside = self.chain("OR")
            expect(self.take(")"), "a parenthesis is open")
            return inside
        return self.clause()

    def clause(self):
        function = self.take("last", "min", "max", "average", "variance")
        if function:
            self.take("(")
        kind, name = self.left.pop(0)
        same(kind, "name", "an operand")
        if function:
            expect(self.take(")"), "a function is open")
        words = [self.left.pop(0)[1]]
        while words[-1] == "NOT":
            words.append(self.left.pop(0)[1])
        if words[-1] == "EXISTS":
            return name, " ".join(words), None
        kind, value = self.left.pop(0)
        same(kind, "text", "a value")
        return name, " ".join(words), re.sub(r"\\(.)", r"\1", value[1:-1],
                                             flags=re.S)


def clauses(tree):
    if tree[0] in ("AND", "OR", "NOT"):
        return [one for part in tree[1:] for one in clauses(part)]
    return [tree]


# ---- the project ----

class Project:
    """A project of odd texts, its server, and connections to it."""

    def __init__(self, folder):
        self.log_path = pathlib.Path(folder) / "log"
        store = pathlib.Path(folder) / "store.db"
        self.write(store)
        self.server = harness.Server("--store", store, "--log", self.log_path)
        self.log = self.log_path.open(encoding="utf-8")
        self.on, self.plain = self.connect(), self.connect(pushdown="off")
        for table in ("runs", "attributes", "metric_points"):
            self.plain.execute(f"CREATE TABLE {table} AS "
                               f"SELECT * FROM neptune_{table}")

    def write(self, path):
        schema = (harness.ROOT / "tests/server/schema.sql").read_text("utf-8")
        database = sqlite3.connect(path)
        database.executescript("PRAGMA synchronous = off;" + schema)
        database.execute("INSERT INTO project VALUES (1, 'u1', 'odd', "
                         "'texts', 'INJ', 'priv')")
        for number, text in enumerate(TEXTS, 1):
            database.execute(
                "INSERT INTO run(run_id, project_id, number, custom_run_id, "
                "experiment, description, tags, creation_time, "
                "modification_time, ping_time) VALUES (?1, 1, ?1, ?2, ?2, ?2, "
                "json_array(?2, 'x'), 0, 0, 0)", (number, text))
            values = [("config/text", "string", text)]
            if text in PATHS:
                values += [(text, "int", number), (f"m/{text}", "float_series",
                                                   None)]
            for value in values:
                last = database.execute(
                    "INSERT INTO attribute(run_id, path, type, value) "
                    "VALUES (?, ?, ?, ?)", (number, *value)).lastrowid
            if text in PATHS:
                database.execute("INSERT INTO float_point(attribute_id, step, "
                                 "timestamp, value) VALUES (?, 1, 0, ?)",
                                 (last, number))
        for number, name in enumerate(NAMES, 10001):
            database.execute("INSERT INTO project VALUES (?, ?, 'odd', ?, "
                             "'P', 'priv')", (number, f"u{number}", name))
            database.execute(
                "INSERT INTO run(run_id, project_id, number, custom_run_id, "
                "creation_time, modification_time, ping_time) VALUES "
                "(?1, ?1, 1, ?2, 0, 0, 0)", (number, name))
        database.commit()
        database.close()

    def connect(self, **settings):
        connection = sqlite3.connect(":memory:")
        connection.enable_load_extension(True)
        connection.load_extension(str(harness.EXTENSION))
        for key, value in {"api_token": self.server.token,
                           "project": "odd/texts", **settings}.items():
            connection.execute("SELECT neptune_config(?, ?)", (key, value))
        return connection

    def ask(self, sql, *values):
        """(rows, what the server's log says of each request)."""
        self.logged()
        rows = self.on.execute(sql, values).fetchall()
        entries = [one for one in self.logged() if "oauth" not in one["path"]]
        for entry in entries:
            same(entry["status"], 200, f"status of {sql} {values!r:.200}")
        return rows, entries

    def logged(self):
        """What came into the log since the last call."""
        return [json.loads(line) for line in self.log.read().split("\n")
                if line]

    def queries(self, entries):
        """The trees of the queries that were sent."""
        return [Parser(one["nql"]).tree for one in entries if one.get("nql")]


FOLDER = tempfile.TemporaryDirectory()
PROJECT = Project(FOLDER.name)


def ids(rows):
    return sorted(row[0] for row in rows)


def sys_ids(test):
    return sorted(f"INJ-{i}" for i, text in enumerate(TEXTS, 1) if test(text))


# ---- values ----

@check.each(*((f"{column} {op}", column, path, op)
              for column, path in (("experiment", "sys/name"),
                                   ("run_id", "sys/custom_run_id"),
                                   ("description", "sys/description"))
              for op in ("=", "<>", "IS", "IS NOT")))
def compared(column, path, op):
    """a compared value is one value of one clause"""
    is_equal = op in ("=", "IS")
    for text in TEXTS:
        rows, entries = PROJECT.ask(
            f"SELECT sys_id FROM runs WHERE {column} {op} ?", text)
        same(ids(rows), sys_ids(lambda one, text=text:
                                (one == text) == is_equal), repr(text))
        tree, = PROJECT.queries(entries)
        first = clauses(tree)[0]
        same(first, (f"`{path}`:string", "=" if is_equal else "!=", text))
        same(len(clauses(tree)), 2 if op == "IS NOT" else 1, "clauses")


@check
def literals():
    """a literal, and its plan, is one value as well"""
    for text in TEXTS:
        sql = "SELECT sys_id FROM runs WHERE experiment = '{}'".format(
            text.replace("'", "''"))
        rows, entries = PROJECT.ask(sql)
        same(ids(rows), sys_ids(lambda one, text=text: one == text), text)
        tree, = PROJECT.queries(entries)
        same(tree, ("`sys/name`:string", "=", text))


@check
def lists():
    """each value of a list is one clause, ORed"""
    size = 25
    for first in range(0, len(TEXTS), size):
        texts = TEXTS[first:first + size]
        rows, entries = PROJECT.ask(
            "SELECT sys_id FROM runs WHERE run_id IN "
            f"({', '.join('?' * len(texts))})", *texts)
        same(ids(rows), sys_ids(lambda one, texts=texts: one in texts))
        tree, = PROJECT.queries(entries)
        same(tree[0] if len(texts) > 1 else "OR", "OR", "the list")
        same(sorted(value for _, _, value in clauses(tree)), sorted(texts))


def quoted(text):
    """A regular expression for just this text."""
    return "".join(c if c.isalnum() or ord(c) > 127 else f"\\x{{{ord(c):x}}}"
                   for c in text)


@check.each(("LIKE", "LIKE", str), ("GLOB", "GLOB", str),
            ("REGEXP, escaped", "REGEXP", quoted),
            ("REGEXP, raw", "REGEXP", str))
def patterns(op, spell):
    """a pattern is one value of one clause, beside that for long texts"""
    for text in TEXTS:
        pattern = spell(text)
        sql = f"SELECT sys_id FROM runs WHERE description {op} ?"
        try:
            wanted = PROJECT.plain.execute(sql, (pattern,)).fetchall()
        except sqlite3.Error:  # RE2 refuses it
            continue
        rows, entries = PROJECT.ask(sql, pattern)
        same(ids(rows), ids(wanted), repr(pattern))
        for tree in PROJECT.queries(entries):
            same([part[:2] for part in clauses(tree)],
                 [("`sys/description`:string", "MATCHES")] * 2, repr(pattern))
            if op == "REGEXP":
                same(clauses(tree)[0][2], pattern)


@check.each(("neptune_contains", "neptune_contains(description, ?)",
             lambda one, text: text in one),
            ("neptune_has", "neptune_has(tags, ?)",
             lambda one, text: text in (one, "x")))
def parts(condition, test):
    """a part and a member are one value"""
    for text in TEXTS:
        rows, entries = PROJECT.ask(
            f"SELECT sys_id FROM runs WHERE {condition}", text)
        same(ids(rows), sys_ids(lambda one, text=text: test(one, text)),
             repr(text))
        for tree in PROJECT.queries(entries):
            same(clauses(tree)[0][1:], ("CONTAINS", text))


@check.each(*((f"{table} {condition}", table, condition)
              for table in ("runs", "attributes", "metric_points")
              for condition in ("{} = {}", "{} <> {}", "{} IN ({}, 'x')",
                                "{} LIKE {}", "{} GLOB {}")))
def broken_texts(table, condition):
    """what is no text for a server is left to SQLite"""
    for value in BROKEN:
        for column in ("run_id", "attribute") if table != "runs" else (
                "experiment", "description"):
            sql = (f"SELECT sys_id FROM {table} WHERE "
                   + condition.format(column, value))
            try:
                wanted = PROJECT.plain.execute(sql).fetchall()
            except sqlite3.Error:  # a pattern too complex for SQLite
                continue
            rows, entries = PROJECT.ask(sql)
            same(ids(rows), ids(wanted), sql)
            for tree in PROJECT.queries(entries):
                expect(len(clauses(tree)) <= 3, f"{sql}: {tree!r:.200}")


# ---- names ----

@check.each(("=", "attribute = ?"), ("IN", "attribute IN (?, 'no such')"))
def attribute_names(condition):
    """an attribute's name is one name of the request"""
    for number, text in enumerate(TEXTS, 1):
        if text not in PATHS:
            continue
        rows, entries = PROJECT.ask(
            f"SELECT sys_id, value FROM attributes WHERE {condition}", text)
        same(rows, [(f"INJ-{number}", number)], repr(text))
        body = json.loads(entries[-1]["body"])
        same(sorted(body["attributeNamesFilter"]),
             sorted([text] + ["no such"] * ("IN" in condition)))


@check
def series_names():
    """the name and the run of a series are one member each"""
    for number, text in enumerate(TEXTS, 1):
        if text not in PATHS:
            continue
        rows, entries = PROJECT.ask(
            "SELECT sys_id, value FROM metric_points "
            "WHERE run_id = ? AND attribute = ?", text, f"m/{text}")
        same(rows, [(f"INJ-{number}", number)], repr(text))
        series, = json.loads(entries[-1]["body"])["requests"]
        same(series["series"]["attribute"], f"m/{text}")
        same(series["series"]["holder"]["identifier"],
             f"odd/texts/INJ-{number}")


@check
def types():
    """a type that there is not finds nothing"""
    for text in TEXTS:
        rows, _ = PROJECT.ask(
            "SELECT sys_id FROM attributes WHERE type = ?", text)
        same(rows, [], repr(text))


@check
def ids_of_runs():
    """a Neptune id that there is not finds nothing"""
    for text in TEXTS:
        for table in ("runs", "attributes", "metric_points"):
            rows, entries = PROJECT.ask(
                f"SELECT sys_id FROM {table} WHERE sys_id = ?", text)
            same(rows, [], repr(text))
            for tree in PROJECT.queries(entries):
                same(tree, ("`sys/id`:string", "=", text))


def name(text):
    return '"' + text.replace('"', '""') + '"'


def string(text):
    return "'" + text.replace("'", "''") + "'"


@check
def declared_paths():
    """a declared path is one name; a table's name is only SQLite's"""
    for number, text in enumerate(TEXTS, 1):
        if text not in PATHS:
            continue
        table = f"temp.{name(text)}"
        PROJECT.on.execute(f"CREATE VIRTUAL TABLE {table} USING "
                           f"runs(v INT {string(text)})")
        rows, entries = PROJECT.ask(
            f"SELECT sys_id, v FROM {table} WHERE v = ?", number)
        same(rows, [(f"INJ-{number}", number)], repr(text))
        body = json.loads(entries[-1]["body"])
        expect({"path": text} in body["attributeFilters"], repr(body)[:300])
        for tree in PROJECT.queries(entries):
            same(tree, (f"`{text}`:int", "=", str(number)))
        same(len(PROJECT.queries(entries)), int("`" not in text), "queries")
        PROJECT.on.execute(f"DROP TABLE {table}")


@check
def created_tables():
    """neptune_create_table() takes any pattern, path and table name"""
    for number, text in enumerate(TEXTS, 1):
        if text not in PATHS or number % 3:
            continue
        _, entries = PROJECT.ask("SELECT neptune_create_table(?, 'runs', ?)",
                                 text, f"^{quoted(text)}$")
        body = json.loads(entries[0]["body"])
        same(body["attributeNameFilter"]["mustMatchAny"],
             [{"mustMatchRegexes": [f"^{quoted(text)}$"]}], repr(text))
        column = PROJECT.on.execute(
            "SELECT name FROM pragma_table_xinfo(?) WHERE NOT hidden "
            "ORDER BY cid DESC LIMIT 1", (text,)).fetchone()[0]
        rows, _ = PROJECT.ask(f"SELECT sys_id FROM main.{name(text)} "
                              f"WHERE {name(column)} = ?", number)
        same(rows, [(f"INJ-{number}",)], repr(text))
        PROJECT.on.execute(f"DROP TABLE main.{name(text)}")


@check
def project_names():
    """a project's name is one parameter of the URL"""
    for text in NAMES:
        project = f"odd/{text}"
        for sql in ("SELECT run_id FROM runs WHERE project = ?",
                    "SELECT run_id FROM attributes WHERE project = ? "
                    "AND attribute = 'sys/id'"):
            rows, entries = PROJECT.ask(sql, project)
            same(rows, [(text,)], repr(text))
            expect(entries[-1]["query_string"] in (  # as decoded there
                f"projectIdentifier={project}",
                f"projectIdentifier={project}&type=run"), repr(entries[-1]))


def is_closed(text):
    """Does NQL end where text ends, in any parentheses?"""
    text = re.sub(r'"(?:[^"\\]|\\.)*"|`[^`]*`', "", text, flags=re.S)
    depth = 0
    for sign in text:
        depth += (sign == "(") - (sign == ")")
        if sign in '"`' or depth < 0:
            return False
    return depth == 0


@check
def raw_queries():
    """raw NQL stays within its parentheses, or is refused"""
    refused = 0
    for text in TEXTS:
        PROJECT.logged()
        try:
            PROJECT.on.execute("SELECT run_id FROM runs WHERE nql = ? "
                               "AND sys_id = 'INJ-1'", (text,)).fetchall()
        except sqlite3.Error:
            refused += 1
        for entry in PROJECT.logged():
            raw = f"({text}) AND " if text.strip(" \t\r\n") else ""
            same(entry["nql"], raw + '(`sys/id`:string = "INJ-1")')
            expect(is_closed(text), f"{text!r} is sent")
    expect(refused > len(TEXTS) / 2, f"{refused} were refused")


if __name__ == "__main__":
    try:
        STATUS = check.run()
    finally:
        PROJECT.server.stop()
        FOLDER.cleanup()
    sys.exit(STATUS)
