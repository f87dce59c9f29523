"""More random queries: subqueries in subqueries, chains of joins, recursion.

What they look for changes from row to row, as a key or as any other condition,
so that rows are kept, shown again, given up and asked for anew.
"""

from support import same_query
from support.same_query import Piece, Query, listed

OUTER = (  # with the keys of runs, as such or as values of an ordinary table
    "experiments AS a", "runs AS a", "sweep AS a", "finals AS a",
    "(SELECT t AS sys_id, u AS run_id, c AS experiment FROM local) AS a",
    "(SELECT t AS sys_id, n AS run_id, b AS experiment FROM local "
    "ORDER BY rowid DESC LIMIT 50) AS a")
INNER = ("experiments", "runs", "sweep", "attributes", "metric_points",
         "string_points", "files")
RUNS = ("experiments", "runs", "sweep")
OF_RUNS = ("owner", "description", "state", "creation_time", "failed",
           "running_time_seconds")


class Generator(same_query.Generator):
    """With queries of several tables that go deeper."""

    def query_of_several(self):
        if self.chance(0.7):
            return super().query_of_several()
        form = self.pick(self.in_subquery, self.exists, self.beside, self.thrice,
                         self.chained, self.with_children, self.two_ends,
                         self.recursive, self.member, self.itself)
        query = form()
        query.is_join = True
        return query

    def outer(self):
        return self.random.choice(OUTER)

    def and_maybe(self, table, alias):
        return self.pick("", Piece(" AND ", self.condition(table, alias, 1),
                                   instead=("",)))

    def in_subquery(self):
        middle = self.pick("runs", "experiments", "attributes")
        table, key = self.random.choice(INNER), self.link()
        innermost = Piece(
            f"(SELECT count(*) FROM {self.source(table, 'c')} "
            f"WHERE c.{key} = b.{key} AND ", self.condition(table, "c", 1), ")")
        key = self.link()
        return Query(Piece(
            "SELECT a.sys_id, (SELECT max(", innermost,
            f") FROM {self.source(middle, 'b')} WHERE b.{key} = a.{key}",
            self.and_maybe(middle, "b"), f") FROM {self.outer()}"))

    def exists(self):
        table, key = self.random.choice(INNER), self.link()
        name = f'b."{self.column(table)}"'
        link = self.pick(
            f"b.{key} = a.{key}", f"{name} > a.{key}", f"{name} = a.{key}",
            f"a.{key} IS NOT b.{key}", f"{name} LIKE a.{key}",
            f"b.{key} >= a.{key}")
        return Query(Piece(
            f"SELECT a.sys_id FROM {self.outer()} WHERE {self.pick('', 'NOT ')}"
            f"EXISTS (SELECT 1 FROM {self.source(table, 'b')} WHERE {link}",
            self.and_maybe(table, "b"),
            self.pick("", " LIMIT 1", " LIMIT 1 OFFSET 1"), ")"))

    def beside(self):
        table, key = self.random.choice(INNER), self.link()
        name = f'b."{self.column(table)}"'
        link = self.pick(
            f"b.{key} = a.{key}", f"{name} > a.{key}",
            f"{name} = a.{key} COLLATE NOCASE", f"a.{key} || '' = b.{key}",
            f"upper({name}) = a.{key}", "1")
        return Query(Piece(
            "SELECT a.sys_id, count(b.sys_id), min(b.sys_id) "
            f"FROM {self.outer()} {self.pick('LEFT ', 'CROSS ', '')}"
            f"JOIN {self.source(table, 'b')} ON {link}",
            self.and_maybe(table, "b"), " GROUP BY 1"))

    def thrice(self):
        """Subqueries that ask alike."""
        table, key = self.random.choice(INNER), self.link()
        condition = self.condition(table, "b", 1)
        columns = [Piece(f"(SELECT {of} FROM {self.source(table, 'b')} "
                         f"WHERE b.{key} = a.{key} AND ", condition, ")")
                   for of in ("count(*)", "max(b.project)", "min(b.sys_id)")]
        return Query(Piece("SELECT a.sys_id, ", listed(columns),
                           f" FROM {self.outer()}"))

    def chained(self):
        middle, table = self.random.choice(RUNS), self.random.choice(INNER)
        first, second = self.link(), self.link()
        words = [self.pick("JOIN", "LEFT JOIN", "CROSS JOIN") for _ in "bc"]
        names = self.named(table, "c") if self.chance(0.7) else []
        return Query(Piece(
            f"SELECT a.sys_id, b.run_id, c.sys_id FROM {self.outer()} "
            f"{words[0]} {middle} AS b ON b.{first} = a.{first} "
            f"{words[1]} {self.source(table, 'c')} "
            f"ON c.{second} = {self.pick('b', 'b', 'a')}.{second}",
            listed(["", *names], " AND "), self.and_maybe(table, "c"),
            self.where((middle, "b")) if self.chance(0.4) else ""))

    def with_children(self):
        """Runs and how many were forked from each, which cannot be sent."""
        key = self.pick("run_id", "sys_id", "parent_run_id")
        return Query(Piece(
            "SELECT a.sys_id, b.sys_id, b.parent_run_id, (SELECT count(*) FROM "
            f"runs AS c WHERE c.parent_run_id = b.run_id) FROM {self.outer()} "
            f"{self.pick('JOIN', 'LEFT JOIN', 'CROSS JOIN')} runs AS b "
            f"ON b.{key} = a.{self.link()}",
            self.where(("runs", "b")) if self.chance(0.5) else ""))

    def two_ends(self):
        ends = [self.end_of_series(self.pick("sys_id", "run_id"))
                for _ in range(2)]
        return Query(Piece("SELECT a.sys_id, ", listed(ends),
                           f" FROM {self.outer()}"))

    def recursive(self):
        link = self.pick(
            "r.parent_run_id = c.id", "r.run_id = c.id || ''",
            "c.id = r.parent_run_id AND r.failed",
            "r.run_id > c.id AND r.state = 'active'")
        return Query(Piece(
            "WITH RECURSIVE c(id, n) AS (SELECT a.run_id, 0 "
            f"FROM {self.outer()} UNION SELECT r.run_id, c.n + 1 "
            f"FROM c {self.pick('JOIN', 'CROSS JOIN')} runs AS r ON {link} "
            "WHERE c.n < 3) SELECT count(*), max(id), max(n) FROM c"))

    def member(self):
        table, key = self.random.choice(INNER), self.link()
        return Query(Piece(
            f"SELECT a.sys_id FROM {self.outer()} "
            f"WHERE a.{key} {self.pick('IN', 'NOT IN')} (SELECT b.{key} "
            f"FROM {self.source(table, 'b')} WHERE b.{self.link()} "
            f"{self.pick('>=', '<>', '=')} a.{self.link()}",
            self.and_maybe(table, "b"), ")"))

    def itself(self):
        """A run beside itself, by a key and another column that is sent."""
        name, key = self.random.choice(OF_RUNS), self.link()
        return Query(Piece(
            f"SELECT a.sys_id, b.sys_id, b.{name} FROM {self.random.choice(RUNS)}"
            f" AS a {self.pick('JOIN', 'LEFT JOIN', 'CROSS JOIN')} "
            f"{self.random.choice(RUNS)} AS b ON b.{key} = a.{key} "
            f"AND b.{name} {self.pick('=', '=', '<=', '>=')} a.{name}",
            self.and_maybe("runs", "b")))
