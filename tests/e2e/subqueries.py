"""Correlated subqueries ask a few times, and each run of a statement anew."""

import sqlite3
import sys

from support import checks
from support.checks import expect, same
import harness

check = checks.Checks()
FEW = 12  # requests, the first of them for the token
OWNERS = """SELECT mine.id, (SELECT owner FROM runs WHERE sys_id = mine.id)
  FROM mine ORDER BY mine.rowid"""


def connect(server, cached=100):
    """A connection with a table of the ids of all runs."""
    connection = sqlite3.connect(":memory:", cached_statements=cached,
                                 isolation_level=None)
    connection.enable_load_extension(True)
    connection.load_extension(str(harness.EXTENSION))
    for key, value in (("api_token", server.token),
                       ("project", server.project)):
        connection.execute("SELECT neptune_config(?, ?)",
                           (key, value)).fetchall()
    connection.execute("CREATE TABLE mine(id)")
    connection.execute("INSERT INTO mine SELECT sys_id FROM runs ORDER BY 1")
    return connection


def requests(connection):
    return connection.execute(
        "SELECT max(id) FROM neptune_requests").fetchone()[0]


@check.each(
    ("of keys in an ordinary table", OWNERS),
    ("of attributes by such keys", """SELECT (SELECT max(value)
       FROM attributes WHERE sys_id = mine.id AND attribute = 'config/lr')
       FROM mine"""),
    ("in EXISTS", """SELECT id FROM mine WHERE EXISTS (
       SELECT 1 FROM experiments WHERE sys_id = mine.id)"""),
    ("whose condition cannot be sent", """SELECT (SELECT count(*) FROM runs AS b
       WHERE b.parent_run_id = a.run_id) FROM runs AS a"""),
    ("of a recursion", """WITH RECURSIVE below(id) AS (
       SELECT run_id FROM runs WHERE parent_run_id IS NULL UNION
       SELECT runs.run_id FROM below
       JOIN runs ON runs.parent_run_id = below.id) SELECT * FROM below"""),
)
def asks_few_times(sql):
    """a subquery asks a few times"""
    with harness.Server("--store", harness.SAMPLE) as server:
        connection = connect(server)
        before = requests(connection)
        rows = connection.execute(sql).fetchall()
        asked = requests(connection) - before
        expect(len(rows) > 10 and asked <= FEW, f"{asked} requests")
        connection.execute("SELECT neptune_config('pushdown', 'off')")
        same(connection.execute(sql + " --").fetchall(), rows, "pushdown off")
        connection.close()


@check.each(("where it is cached", 100), ("where it is not", 0))
def asks_anew(cached):
    """what a statement's run kept is not shown by the next"""
    with harness.Server("--store", harness.SAMPLE) as server:
        connection = connect(server, cached)
        asked = []
        for _ in range(3):
            before = requests(connection)
            connection.execute(OWNERS).fetchall()
            asked.append(requests(connection) - before)
        expect(asked[0] > 1 and len(set(asked)) == 1, f"{asked} requests")
        connection.close()


@check
def keeps_apart():
    """two statements under way at once each get their own rows"""
    with harness.Server("--store", harness.SAMPLE) as server:
        connection = connect(server)
        wanted = connection.execute(OWNERS).fetchall()
        pairs = zip(connection.execute(OWNERS),
                    connection.execute(OWNERS + " DESC"))
        one, other = zip(*pairs)
        same(list(one), wanted)
        same(list(other), wanted[::-1])
        connection.close()


checks.adapt_to_wrapping()
sys.exit(check.run())
