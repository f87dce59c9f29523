"""Three connections that must give the same rows to the same query.

Pushdown on, pushdown off, and ordinary tables of the same names that hold
what the second reads. Each has a connection of its own: a cached statement
keeps the plan that it was prepared with.
"""

import math
import pathlib
import random
import sqlite3
import tempfile
import time

import harness
from support import same_deep, same_query, same_store

QUERIES_OF_STORE = 500
JOINS_OFF = 20  # each so many of them is asked with pushdown off
OTHERS_OFF = 3
SECONDS = 20  # for one query of one connection
TABLES = ("experiments", "runs", "attributes", "metric_points", "sweep",
          "finals", "string_points", "histogram_points", "file_points",
          "files", "projects")
# Small pages and requests, in some stores.
SETTINGS = {"page_size": (3, 7), "values_page_size": (10, 50),
            "points_page_size": (20,), "max_request_size": (300,),
            "series_batch_size": (3,), "max_projection": (3,)}


class Late(Exception):
    """A query took too long."""


class Difference:
    """The results of a query that differ; with the query cut down."""

    def __init__(self, seed, query, results):
        self.seed = seed
        self.query = query
        self.results = results

    def __str__(self):
        sql, parameters = self.query.sql()
        lines = [f"seed {self.seed}: {sql}"]
        lines += [f"  ?{i} = {show(value)}"
                  for i, value in enumerate(parameters, 1)]
        for name, (rows, error) in self.results.items():
            lines.append(f"  {name}: " + (
                f"error: {error}" if error else f"{len(rows)} rows"))
        rows = [set(map(repr, rows or ())) for rows, _ in self.results.values()]
        common = set.intersection(*rows) if len(rows) > 1 else set()
        for name, some in zip(self.results, rows):
            lines += [f"    {name} has {show(row)}"
                      for row in sorted(some - common)[:3]]
        return "\n".join(lines)


def show(value):
    text = value if isinstance(value, str) else repr(value)
    return text if len(text) < 300 else f"{text[:290]}… ({len(text)} long)"


class World:
    """A random project, its server and the connections."""

    def __init__(self, number):
        self.number = number
        self.folder = tempfile.TemporaryDirectory()
        self.store = pathlib.Path(self.folder.name) / "store.db"
        choice = random.Random(f"store {number}")
        self.n_projects = 2 if number % 4 == 1 else 1
        same_store.write(self.store, choice, self.n_projects)
        self.server = harness.Server("--store", self.store)
        self.settings = {
            key: choice.choice(values) for key, values in SETTINGS.items()
            if number % 3 == 0 and choice.random() < 0.5}
        self.columns = {"sweep": same_store.declaration(choice),
                        "finals": same_store.declaration(choice)}
        self.deadline = math.inf
        self.counts = {"rows": 0, "errors": 0}  # queries of the ordinary ones
        self.connections = {"ordinary": self.connect()}
        self.local = []  # rows of the table local
        self.tables = {}
        self.add("off", pushdown="off")
        for table in TABLES:
            self.copy(table)
        self.make_local(choice)
        # An index that SQLite makes for itself may lose a collation.
        self.connections["ordinary"].execute("PRAGMA automatic_index = off")
        for name in self.connections:
            self.add_local(name)
        self.add("on")

    def close(self):
        for connection in self.connections.values():
            connection.close()
        self.server.stop()
        self.folder.cleanup()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def connect(self, extension=harness.EXTENSION):
        connection = sqlite3.connect(":memory:")
        connection.enable_load_extension(True)
        connection.load_extension(str(extension))
        connection.set_progress_handler(
            lambda: time.monotonic() > self.deadline, 20000)
        return connection

    def add(self, name, extension=harness.EXTENSION, pushdown="on"):
        """Another connection to the server."""
        connection = self.connections[name] = self.connect(extension)
        settings = {"api_token": self.server.token, "pushdown": pushdown,
                    **self.settings}
        if self.n_projects == 1:  # else none is set: all are asked
            settings["project"] = same_store.PROJECT
        for key, value in settings.items():
            connection.execute("SELECT neptune_config(?, ?)",
                               (key, value)).fetchall()
        for table, kind in (("sweep", "runs"), ("finals", "experiments")):
            connection.execute(f"CREATE VIRTUAL TABLE {table} USING "
                               f"{kind}({self.columns[table]})")
        if self.local:
            self.add_local(name)

    def copy(self, table):
        """Makes the ordinary table and remembers the values."""
        off, ordinary = self.connections["off"], self.connections["ordinary"]
        columns = [(name, kind) for name, kind, hidden in off.execute(
            "SELECT name, type, hidden FROM pragma_table_xinfo(?)", (table,))
                   if not hidden]
        names = ", ".join(f'"{name}"' for name, _ in columns)
        ordinary.execute(f"CREATE TABLE {table}(" + ", ".join(
            f'"{name}" {kind}' for name, kind in columns) + ")")
        ordinary.executemany(
            f"INSERT INTO {table} VALUES ({', '.join('?' * len(columns))})",
            off.execute(f"SELECT {names} FROM {table}" + (
                "" if self.n_projects == 1 or table in same_query.EVERYWHERE
                else " WHERE project IN (SELECT project FROM projects)")))
        self.tables[table] = {
            name: [row[0] for row in ordinary.execute(
                f'SELECT DISTINCT "{name}" FROM {table} ORDER BY 1')]
            for name, _ in columns}

    def make_local(self, choice):
        """Values of all kinds, some of them keys of runs."""
        every = same_query.Generator(choice, self.tables).every
        self.local = [[choice.choice(same_query.ODD if choice.random() < 0.5
                                     else every) for _ in same_query.LOCAL]
                      for _ in range(16)]
        for run in choice.choices(self.tables["runs"]["sys_id"], k=8):
            self.local.append((run, run, choice.choice(same_query.ODD), 1.0,
                               run, run.lower(), run))

    def add_local(self, name):
        """The table local, an ordinary one of the connection."""
        connection = self.connections[name]
        connection.execute("CREATE TABLE local(" + ", ".join(
            " ".join(column) for column in same_query.LOCAL) + ")")
        connection.executemany(
            f"INSERT INTO local VALUES (?{', ?' * (len(same_query.LOCAL) - 1)})",
            self.local)

    # ---- asking ----

    def query(self, seed):
        choice = random.Random(f"query {seed}")
        return same_deep.Generator(choice, self.tables).query()

    def ask(self, name, query):
        """(rows, None) or (None, the error's text); may raise Late."""
        sql, parameters = query.sql()
        self.deadline = time.monotonic() + SECONDS
        try:
            return self.connections[name].execute(
                sql, parameters).fetchall(), None
        except sqlite3.Error as error:
            if time.monotonic() > self.deadline:
                raise Late(sql) from error
            return None, str(error)
        finally:
            self.deadline = math.inf

    def results(self, query, names, wanted=None):
        """The results by connection, if they differ, and else None."""
        wanted = wanted or self.ask("ordinary", query)
        for name in names:
            got = self.ask(name, query)
            if not is_same(wanted, got, query) and \
                    not self.is_sqlites_own(query, got):
                return {"ordinary": wanted,
                        **{one: self.ask(one, query) for one in names}}
        return None

    def is_sqlites_own(self, query, got):
        """Of x = y and y = 1 COLLATE c SQLite 3.40 makes x = 1, without c: what
        ordinary tables show depends on which one is read first. Pushdown off,
        which reads in the order of on, must agree all the same."""
        return query.is_join and " COLLATE " in query.sql()[0] and \
            is_same(self.ask("off", query), got, query)

    def difference(self, seed, names=()):
        """The Difference that this query shows, or None.

        names: the connections that are asked, else those that seed is for.
        """
        query = self.query(seed)
        if not names:
            rate = JOINS_OFF if query.is_join else OTHERS_OFF
            names = ("on",) if seed % rate else ("on", "off")
        wanted = self.ask("ordinary", query)
        self.counts["rows"] += bool(wanted[0])
        self.counts["errors"] += bool(wanted[1])
        results = self.results(query, names, wanted)
        if not results:
            return None
        query, results = self.cut_down(query, results, names)
        return Difference(seed, query, results)

    def cut_down(self, query, results, names):
        """The smallest query on this path that still differs."""
        for smaller in query.smaller():
            try:
                still = self.results(smaller, names)
            except Late:
                continue
            if still and has_error(still) == has_error(results):
                return self.cut_down(smaller, still, names)
        return query, results


def has_error(results):
    return [bool(error) for _, error in results.values()]


def is_same(wanted, got, query):
    if wanted[1] or got[1]:
        return bool(wanted[1]) == bool(got[1])
    if repr(wanted[0]) == repr(got[0]):
        return True
    one, other = (shapes(rows, query.is_loose) for rows, _ in (wanted, got))
    if query.has_ties:
        return [row[0] for row in one] == [row[0] for row in other] and \
            len(set(other)) == len(other) and \
            between_ends(one, query) == between_ends(other, query)
    return one == other or not query.is_ordered and \
        sorted(one) == sorted(other)


def between_ends(rows, query):
    """Those that are not alike in the first column to where LIMIT cuts."""
    ends = rows[:1] + rows[-1:] if " LIMIT " in query.sql()[0] else ()
    return sorted(row for row in rows
                  if all(row[0] != end[0] for end in ends))


def shapes(rows, is_loose):
    return [tuple(shape(value, is_loose) for value in row) for row in rows]


def shape(value, is_loose):
    if isinstance(value, float):
        if is_loose and value.is_integer():
            return repr(int(value))
        return repr(value + 0.0)  # SQLite tells 0.0 from -0.0 nowhere
    return repr(value)
