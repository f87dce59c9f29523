"""From Python to SQL: the rows of parity.txt, and README.md's tables of them.

test_parity.py executes each row; `tests/run -u readme` writes the README.
parity.txt begins with the table that rows use. Then `== TITLE` begins a table of rows; below it stand
  # TEXT            what README.md says above the table
  package: 0.x      which client its rows are of
  setup: PYTHON     what comes before each row
  python: … {} …    what a row's Python is put into if it is no whole call,
  sql: … {} …       and its SQL if it is no whole statement; if there are
                    several of both, a row is executed with each
A row is Python at the left margin, SQL below it, indented, and a blank line.
Before it may stand a line of marks:
  @query, @alpha, @0.x   for this client only; without: query and alpha
  @in WORKSPACE/PROJECT  the project that both sides are set to
  @once                  not for runs as well by the rules below
  @bare                  both sides begin without NEPTUNE_* in the environment
  @proxied               through a proxy, its address in the name proxy
  @names                 the columns have the same names, too
  @cells                 SQL has a row per cell of the data frame's columns
  @wide                  SQL has a column per attribute, as the frame of points
"""

import pathlib
import re
import textwrap
from typing import NamedTuple

HERE = pathlib.Path(__file__).resolve().parent
ROWS = HERE / "parity.txt"

# How a row for experiments becomes one for runs; README.md says so as well.
TO_RUNS = [(r"\bnq\.(?!get_context)", "nq_runs."),
           (r"\b(list|fetch)_experiments", r"\1_runs"),
           (r"\bexperiments=", "runs=")]
SQL_TO_RUNS = [(r"\bexperiments\b", "runs"), (r"\bexperiment\b", "run_id")]
# In 0.x the rows are about runs.
TO_EXPERIMENTS = [(r"\.(list|fetch)_runs", r".\1_experiments")]
SQL_TO_EXPERIMENTS = [(r"\bFROM runs\b", "FROM experiments")]

WHOLE_PYTHON = re.compile(r"(nq|npt)\w*\.|project\.|\w+ = |run\b|\[")
WHOLE_SQL = re.compile(r"SELECT |CREATE ")


class Table(NamedTuple):
    title: str
    prose: list
    settings: dict
    frames: dict
    rows: list


class Case(NamedTuple):
    """What is executed of a row."""
    python: str
    sql: str
    unfiltered: str  # the SQL without the condition of the row, or None


class Row(NamedTuple):
    python: str
    sql: str
    packages: tuple
    marks: frozenset
    project: str
    line: int
    cases: list


def replaced(text, rules):
    for pattern, replacement in rules if text else ():
        text = re.sub(pattern, replacement, text)
    return text


def case_of(python, sql, frame, setup):
    """A row's source in one of its table's frames."""
    python_frame, sql_frame = frame
    unfiltered = None
    if not WHOLE_PYTHON.match(python):
        python = python_frame.replace("{}", python)
    if not WHOLE_SQL.match(sql):
        if re.search(r" (WHERE|AND) \{\}$", sql_frame):
            unfiltered = sql_frame.replace("{}", "true")
        sql = sql_frame.replace("{}", sql)
    return Case(setup + python, sql, unfiltered)


def for_runs(case, older):
    """The same for runs (0.x: for experiments) by the rules."""
    python = replaced(case.python, TO_EXPERIMENTS if older else TO_RUNS)
    rules = SQL_TO_EXPERIMENTS if older else SQL_TO_RUNS
    return Case(python, replaced(case.sql, rules),
                replaced(case.unfiltered, rules))


def cases_of(table, python, sql, older, once):
    setup = table.settings.get("setup", "")
    frames = list(zip(table.frames["python"], table.frames["sql"]))
    if WHOLE_PYTHON.match(python) and WHOLE_SQL.match(sql):
        frames = frames[:1]
    out = []
    for frame in frames or [("{}", "{}")]:
        case = case_of(python, sql, frame, setup and setup + "\n")
        other = for_runs(case, older)
        out.append(case)
        if other.python != case.python and not once:
            out.append(other)
    return out


def read_row(table, lines, first):
    marks, project = set(), None
    if lines[0].startswith("@"):
        words = lines.pop(0)[1:].split()
        if "in" in words:
            at = words.index("in")
            project = words[at + 1]
            del words[at:at + 2]
        marks = set(words)
    python = [line for line in lines if not line.startswith(" ")]
    sql = [line.strip() for line in lines if line.startswith(" ")]
    if not python or not sql or lines[:len(python)] != python:
        raise ValueError(f"{ROWS.name}:{first}: Python, then SQL indented")
    packages = marks & {"query", "alpha", "0.x"} or set(
        table.settings.get("package", "query alpha").split())
    return Row("; ".join(python), " ".join(sql), tuple(sorted(packages)),
               frozenset(marks - packages), project, first,
               cases_of(table, "\n".join(python), "\n".join(sql),
                        "0.x" in packages, "once" in marks))


def read_text():
    """(the CREATE statement at the beginning, the rest) of parity.txt."""
    head, _, rest = ROWS.read_text(encoding="utf-8").partition("\n\n")
    return textwrap.dedent(head), rest


def read():
    """The tables of parity.txt."""
    tables, block = [], []
    setup, text = read_text()
    for number, line in enumerate(text.splitlines() + [""],
                                  setup.count("\n") + 3):
        head, _, words = line.partition(" ")
        if head == "==":
            tables.append(Table(words, [], {}, {"python": [], "sql": []}, []))
        elif head == "#":
            tables[-1].prose.append(words)
        elif head in ("package:", "setup:"):
            tables[-1].settings[head[:-1]] = words
        elif head in ("python:", "sql:"):
            tables[-1].frames[head[:-1]].append(words)
        elif line:
            block.append(line)
        elif block:
            first = number - len(block)
            tables[-1].rows.append(read_row(tables[-1], block, first))
            block = []
    return tables


def code(text):
    fence = "``" if "`" in text else "`"
    space = " " if "`" in text else ""
    return fence + space + text + space + fence


def cell(text):
    """Source in a cell of a Markdown table."""
    return code(text).replace("|", "\\|")


def prose(table):
    """What stands above a table."""
    out = list(table.prose)
    setup = table.settings.get("setup")
    if setup:
        name, _, value = setup.partition(" = ")
        out.append(f"`{name}` is `{value}`.")
    if len(table.frames["python"]) == 1:
        python, sql = (table.frames[side][0].replace("{}", "…")
                       for side in ("python", "sql"))
        out += ["Where a cell holds a part only, the whole is "
                f"{code(python)} and", f"{code(sql)}."]
    return out


def markdown():
    """What stands in README.md."""
    out = ["```sql", read_text()[0], "```"]
    for table in read():
        above = prose(table)
        out += ["", f"### {table.title}", "", *above] + [""] * bool(above)
        out += ["| Python | SQL |", "|---|---|"]
        for row in table.rows:
            note = {("alpha",): " (alpha)", ("query",): " (query)"}.get(
                row.packages, "")
            if re.search(r"\b(npt|nq_global)\b", row.python):
                note = ""
            out.append(f"| {cell(row.python)}{note} | {cell(row.sql)} |")
    return "\n".join(out) + "\n"
