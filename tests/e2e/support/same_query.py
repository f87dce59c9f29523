"""Random queries on the tables of a project, as trees that can be cut down.

The same random.Random and the same values in the tables give the same query.
"""

import json
import math

from support import same_store
from support.same_values import GLOBS, LIKES, NO_TIMES, ODD, REGEXES

OF_POINT = ("sys_id", "attribute", "step", "project")
KEYS = {"attributes": ("sys_id", "attribute", "project"),
        "files": ("sys_id", "attribute", "project"),
        "metric_points": OF_POINT, "string_points": OF_POINT,
        "histogram_points": OF_POINT, "file_points": OF_POINT,
        "projects": ("project",)}
EVERYWHERE = ("experiments", "runs", "sweep", "finals", "projects")
WEIGHTS = {"sweep": 12, "finals": 6, "attributes": 4, "metric_points": 4,
           "experiments": 2, "runs": 2}  # others: 1
LOCAL = (("t", "TEXT"), ("u", "TEXT"), ("i", "INTEGER"), ("r", "REAL"),
         ("n", ""), ("c", "TEXT COLLATE NOCASE"), ("b", "BLOB"))
LOCAL_NAMES = tuple(name for name, _ in LOCAL)
OFTEN = {"experiment", "run_id", "sys_id", "attribute", "type", "value", "step",
         "creation_time", "running_time_seconds", "failed", "archived", "state",
         "fork_step", "owner", "description"}


SORTED = {"creation_time", "modification_time", "ping_time", "step", "m/acc",
          "running_time_seconds", "fork_step"}
ATTRIBUTES = (
    *same_store.PATHS, *(("mixed", kind) for kind in same_store.MIXED),
    *((path, "float_series") for path in same_store.SERIES),
    ("s/text", "string_series"), ("s/text", "string_series"),
    ("sys/state", "experiment_state"), ("sys/tags", "string_set"),
    ("sys/name", "string"), ("sys/creation_time", "datetime"))
NUMBERS_OF = ("int", "float", "bool", "float_series")
NUMBERS = ("0.5", "1.0", "1", "-1", "2")  # texts, which equal no number
VALUES = {  # by type; times are those of the runs
    **same_store.POOLS, "datetime": (), "string_series": same_store.TEXTS,
    "int": (*same_store.INTEGERS, *NUMBERS),
    "float": (*same_store.REALS, *NUMBERS, *NUMBERS),
    "float_series": same_store.REALS,
    "experiment_state": ("active", "inactive")}


class Piece:
    """A piece of SQL: texts, Values and pieces.

    instead: simpler ones, each a text or the index of a part.
    """

    def __init__(self, *parts, instead=()):
        self.parts = parts
        self.instead = instead

    def text(self, parameters):
        """Its SQL; appends what is bound to parameters."""
        return "".join(
            part if isinstance(part, str) else part.text(parameters)
            for part in self.parts)

    def smaller(self):
        """Yields pieces with one part of this simpler or gone."""
        for way in self.instead:
            yield Piece(way if isinstance(way, str) else self.parts[way])
        for i, part in enumerate(self.parts):
            for other in part.smaller() if isinstance(part, Piece) else ():
                yield Piece(*self.parts[:i], other, *self.parts[i + 1:],
                            instead=self.instead)


class Value:
    """A literal or a bound parameter."""

    def __init__(self, value, is_bound):
        self.value = value
        self.is_bound = is_bound or isinstance(value, str) and "\0" in value

    def text(self, parameters):
        if not self.is_bound:
            return literal(self.value)
        parameters.append(self.value)
        return f"?{len(parameters)}"


def literal(value):
    if value is None:
        return "NULL"
    if isinstance(value, bytes):
        return f"x'{value.hex()}'"
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    if value == -2**63:
        return "(-9223372036854775807 - 1)"
    if value in (math.inf, -math.inf):
        return "9e999" if value > 0 else "-9e999"
    return repr(value)


def members_of(value):
    """Those of a string set as it is shown; of anything else none."""
    try:
        shown = json.loads(value) if isinstance(value, str) else ()
    except ValueError:
        return ()
    return shown if isinstance(shown, list) else ()


def listed(items, separator=", "):
    """Items of which all but the first can be left out."""
    first, *others = items
    return Piece(first, *(Piece(separator, item, instead=("",))
                          for item in others))


class Query:
    """A query and how its results are compared.

    is_ordered: the order of rows counts. has_ties: that of the first column
    only, and LIMIT may leave any of those that are alike in it. is_loose: 1
    and 1.0 are the same, for either may stand for a group of both. is_join: of
    several tables.
    """

    def __init__(self, piece, is_ordered=False, is_loose=False, is_join=False,
                 has_ties=False):
        self.piece = piece
        self.is_ordered = is_ordered
        self.is_loose = is_loose
        self.is_join = is_join
        self.has_ties = has_ties

    def sql(self):
        parameters = []
        return self.piece.text(parameters), parameters

    def smaller(self):
        for piece in self.piece.smaller():
            yield Query(piece, self.is_ordered, self.is_loose, self.is_join,
                        self.has_ties)


class Generator:
    """Writes queries on tables: {name: {column: its values in the table}}."""

    def __init__(self, random, tables):
        self.random = random
        self.tables = tables
        self.pool = ()  # values to take instead of a column's
        self.of_runs = [name for name in tables if name != "projects"]
        self.projects = tables["projects"]["project"]
        self.every = [value for columns in tables.values()
                      for values in columns.values() for value in values]

    def chance(self, share):
        return self.random.random() < share

    def pick(self, *choices):
        return self.random.choice(choices)

    def query(self):
        if self.chance(0.7):
            return self.query_of_one()
        return self.query_of_several()

    # ---- values ----

    def value(self, table, column):
        own = self.pool or self.tables[table][column]
        part = self.random.random()
        if part < 0.65 and own:
            value = self.random.choice(own)
            return self.nearby(value) if self.chance(0.3) else value
        return self.random.choice(ODD if part < 0.9 else self.every)

    def nearby(self, value):
        if isinstance(value, str) and value[4:5] == "-" and self.chance(0.7):
            return value[:self.random.randrange(24)]  # of a time
        if isinstance(value, str):
            return self.pick(value.upper(), value.lower(), value + " ",
                             value[:-1], value[:len(value) // 2], value + "x",
                             value[:-1] + "9", value + "0", value.encode())
        if isinstance(value, int):
            return self.pick(value + (value < 2**62), value - (value > -2**62),
                             value + 0.5, value - 0.5, float(value),
                             str(value), f"{value}.0")
        if isinstance(value, float):
            return self.pick(math.nextafter(value, math.inf),
                             math.nextafter(value, -math.inf), str(value),
                             value + 1, -value, int(value) % 2**62
                             if math.isfinite(value) else 0)
        return value

    def of(self, table, column, collation=""):
        """A value; under a collation often one that it takes for another."""
        value = self.value(table, column)
        if isinstance(value, str) and self.chance(0.5):
            if "NOCASE" in collation:
                value = value.swapcase()
            elif "RTRIM" in collation:
                value += " "
        return Value(value, self.chance(0.35))

    def pattern(self, table, column, kind):
        """A LIKE, GLOB or REGEXP pattern, often made of a value."""
        fixed = {"LIKE": LIKES, "GLOB": GLOBS, "REGEXP": REGEXES}[kind]
        end = self.far_end(table, column)
        if end:
            return {"LIKE": f"%{end}", "GLOB": f"*{end}",
                    "REGEXP": f"{end}$"}[kind]
        value = self.value(table, column)
        if not isinstance(value, str) or "\0" in value or self.chance(0.4):
            return self.random.choice(fixed)
        begin, end = sorted(self.random.choices(range(len(value) + 1), k=2))
        if self.chance(0.5):
            begin = 0
        if self.chance(0.5):
            end = len(value)
        letters = [escape_regex(c) if kind == "REGEXP" else c
                   for c in value[begin:end]]
        if letters and self.chance(0.5):
            wild = {"LIKE": "_%", "GLOB": ("?", "*", "[a-c]", "[^b]", "[]]"),
                    "REGEXP": (".", ".*", "[a-c]")}[kind]
            at = self.random.randrange(len(letters))
            wild = self.random.choice(wild)
            n = self.pick(1, 2, 9) if wild in ("%", "*", ".*") else 1
            letters[at:at + n] = [wild]
        text = "".join(letters)
        if kind == "REGEXP":
            return self.pick("", "(?i)", "^") + text + self.pick("", "", "$")
        if kind == "LIKE" and self.chance(0.3):
            text = text.swapcase()
        many = "%" if kind == "LIKE" else "*"
        return self.pick("", many) + text + self.pick("", many)

    def far_end(self, table, column):
        """The last letter of a text that no server indexes whole, or ""."""
        own = self.pool or self.tables[table][column]
        ends = [value[-1] for value in own
                if isinstance(value, str) and len(value) > 1000]
        return self.random.choice(ends) if ends and self.chance(0.5) else ""

    # ---- conditions ----

    def column(self, table):
        names = list(self.tables[table])
        names.remove("project")  # an input: see of_project
        often = [name for name in names if name in OFTEN or len(name) < 4]
        return self.random.choice(often if self.chance(0.75) else names)

    def condition(self, table, alias, depth=0):
        if depth < 3 and self.chance(0.3):
            word = self.pick("AND", "AND", "OR", "OR")
            both = Piece("(", self.condition(table, alias, depth + 1),
                         f" {word} ", self.condition(table, alias, depth + 1),
                         ")", instead=(1, 3))
            if self.chance(0.15):
                return Piece("NOT ", both, instead=(1,))
            return both
        return self.simple(table, alias)

    def simple(self, table, alias):
        """One term; of the value of an attribute with what names it."""
        if table == "attributes" and self.chance(0.35):
            return self.of_attribute(alias)
        column = self.column(table)
        return self.term(table, column, f'{alias}."{column}"', alias)

    def of_attribute(self, alias):
        path, kind = self.random.choice(ATTRIBUTES)
        self.pool = VALUES[kind] or self.tables["runs"]["creation_time"]
        term = self.term("attributes", "value", f"{alias}.value", alias)
        self.pool = ()
        if kind in NUMBERS_OF and self.chance(0.4):
            term = self.before_text(f"{alias}.value")
        word = self.pick("=", "=", "=", "=", "=", "=", "IS", "<>", "LIKE")
        return Piece(f"({alias}.attribute {word} ",
                     Value(path, self.chance(0.35)), f" AND {alias}.type = ",
                     Value(kind, self.chance(0.35)), " AND ", term, ")",
                     instead=(5,))

    def before_text(self, name):
        """A number stands before any text, and looks like none."""
        numbers = [value for value in self.tables["attributes"]["value"]
                   if isinstance(value, (int, float))]
        text = str(self.random.choice(numbers or [0]))
        return Piece(f"{name} {self.pick('<', '<=', '<>', 'IS NOT')} ",
                     Value(text, self.chance(0.35)))

    def term(self, table, column, name, alias):
        terms, weights = zip(
            (self.compare, 36), (self.listed_in, 16), (self.between, 7),
            (self.like, 12), (self.called, 8), (self.null, 9), (self.in_local, 6),
            (self.local_scalar, 3), (self.with_column, 3), (self.length, 2),
            (self.edge, 20), (self.row_value, int(table != "projects")))
        term, = self.random.choices(terms, weights)
        return term(table, column, name, alias)

    def collation(self):
        return self.pick("", "", "", "", "", " COLLATE NOCASE",
                         " COLLATE NOCASE", " COLLATE RTRIM",
                         " COLLATE BINARY")

    def compare(self, table, column, name, _):
        word = self.pick("=", "=", "=", "==", "<", "<=", ">", ">=", "<>", "!=",
                         "IS", "IS NOT", "IS NOT")
        collation = self.collation()
        value = self.of(table, column, collation)
        if self.chance(0.1):
            return Piece(value, f" {word} {name}{collation}")
        if self.chance(0.1):
            return Piece(f"{name}{collation} {word} ", value)
        if self.chance(0.04):
            return Piece(f"+{name} {word} ", value)
        if word in ("=", "=="):  # see same_rows.py on OR
            collation = ""
        return Piece(f"{name} {word} ", value, collation)

    def edge(self, table, column, name, alias):
        """At the edge of what the column's values are compared with."""
        own = [value for value in self.tables[table][column]
               if value is not None]
        if column == "type" and own:
            value = self.random.choice(own)
            return Piece(*self.pick(
                (Value(value.upper(), False), f" = {name} COLLATE NOCASE"),
                (Value(value + " ", False), f" = {name} COLLATE RTRIM")))
        word = self.pick("=", "<>", "IS NOT", "<", "<=", ">", ">=")
        if own and all(isinstance(value, (int, float)) for value in own):
            value = self.random.choice(own)
            value = self.pick(math.inf, -math.inf, value + 0.5, value - 0.5,
                              value)
            if isinstance(own[0], int) and self.chance(0.5):
                value = self.random.choice(own) + 0.5
                word = self.pick("<", ">=", "<>", "IS NOT")
        elif own and all(str(value)[4:5] == "-" for value in own):
            value = self.random.choice(own)
            if self.chance(0.2):
                return Piece(Value(value + " ", False),
                             f" = {name} COLLATE RTRIM")
            value = self.pick(self.random.choice(NO_TIMES), value[:-1])
        elif own and self.chance(0.7):
            odd = [value for value in own if set(str(value)) & set("\n\\(*?[")]
            return self.ends(name, self.random.choice(
                odd if odd and self.chance(0.6) else own))
        else:
            return self.null(table, column, name, alias)
        return Piece(f"{name} {word} ", Value(value, self.chance(0.35)))

    def ends(self, name, value):
        """Patterns of a value's ends, with more or less between them."""
        text = str(value)
        word, wild = self.pick(("LIKE", "%"), ("GLOB", "*"), ("REGEXP", ".*"))
        if len(text) < 2 or "\0" in text:
            return Piece(f"{name} IS NOT NULL")
        if self.chance(0.2):
            return Piece(f"neptune_contains({name}, ",
                         Value(text, self.chance(0.35)), ")")
        first, last = text[:1], text[-1:]
        if word == "REGEXP":
            first, last = "^" + escape_regex(first), escape_regex(last) + "$"
        if self.chance(0.4):
            first = ""
        return Piece(f"{name} {word} ",
                     Value(first + wild + last, self.chance(0.35)))

    def of_project(self, alias):
        """Those that exist only: to ask for others is an error."""
        name = f"{alias}.project"
        one, two = (Value(self.random.choice(self.projects), self.chance(0.3))
                    for _ in range(2))
        return self.pick(
            Piece(f"{name} = ", one), Piece(one, f" = {name}"),
            Piece(f"{name} IS ", one), Piece(f"{name} IN (", one, ", ", two, ")"),
            Piece(f"{name} <> ", one), Piece(f"{name} LIKE '%o%'"),
            Piece(Value(one.value.upper(), False), f" = {name} COLLATE NOCASE"),
            Piece(f"{name} > 'ws/p'"), Piece(f"{name} IS NOT NULL"),
            Piece("(", f"{name} = ", one, f" OR {name} = ", two, ")"),
            Piece(f"{name} IN (SELECT project FROM projects",
                  self.pick("", " WHERE key = 'ODD'", " WHERE 0"), ")"))

    def source(self, table, alias):
        """The table; by projects where it must be told.

        Not by a subquery: SQLite leaves it out of the arms of an OR.
        """
        if len(self.projects) == 1 or table in EVERYWHERE:
            return f"{table} AS {alias}"
        names = ", ".join(literal(self.random.choice(self.projects))
                          for _ in range(self.pick(1, 2)))
        return f"(SELECT * FROM {table} WHERE project IN ({names})) AS {alias}"

    def listed_in(self, table, column, name, _):
        word = self.pick("IN", "IN", "IN", "NOT IN")
        values = [self.of(table, column)
                  for _ in range(self.pick(0, 1, 2, 2, 3, 5, 9, 30))]
        inside = listed(values) if values else ""
        return Piece(f"{name} {word} (", inside, f"){self.collation()}")

    def between(self, table, column, name, _):
        word = self.pick("BETWEEN", "BETWEEN", "NOT BETWEEN")
        return Piece(f"{name} {word} ", self.of(table, column), " AND ",
                     self.of(table, column))

    def like(self, table, column, name, _):
        kind = self.pick("LIKE", "GLOB", "REGEXP")
        word = self.pick("", "", "", "NOT ") + kind
        if self.chance(0.06):
            pattern = self.random.choice((None, 1, 0.5, b"a"))
        else:
            pattern = self.pattern(table, column, kind)
        escape = ""
        if kind == "LIKE" and self.chance(0.15):
            escape = " ESCAPE " + self.pick("'\\'", "'_'", "'a'")
        return Piece(f"{name} {word} ", Value(pattern, self.chance(0.35)),
                     escape)

    def called(self, table, column, name, _):
        """neptune_contains() or neptune_has(), often of a part or member."""
        value, end = self.value(table, column), self.far_end(table, column)
        members = members_of(value)
        function = "neptune_contains"
        if self.chance(0.5 if members else 0.1):
            function = "neptune_has"
            value = self.pick(*members, value)
        elif end:
            value = end
        elif isinstance(value, str) and self.chance(0.6):
            begin, end = sorted(self.random.choices(range(len(value) + 1), k=2))
            value = value[begin:end]
        value = Value(value, self.chance(0.35))
        if self.chance(0.05):
            return Piece(f"{function}(", value, f", {name})")
        after = self.pick("", "", "", "", "", " = 1", " = 0", " IS NULL")
        return Piece(f"{self.pick('', '', '', '', 'NOT ')}{function}({name}, ",
                     value, f"){after}")

    def null(self, _table, _column, name, _alias):
        return Piece(name + self.pick(" IS NULL", " IS NOT NULL", " NOTNULL"))

    def in_local(self, _table, _column, name, _alias):
        word = self.pick("IN", "IN", "NOT IN")
        some = self.pick("", " WHERE i > 0", " LIMIT 3", " WHERE 0")
        local = self.random.choice(LOCAL_NAMES)
        return Piece(f"{name} {word} (SELECT {local} FROM local{some})")

    def local_scalar(self, _table, _column, name, _alias):
        word = self.pick("=", "IS", "IS NOT", "<", ">=", "<>")
        local = self.random.choice(LOCAL_NAMES)
        return Piece(f"{name} {word} (SELECT {self.pick('max', 'min')}"
                     f"({local}) FROM local)")

    def with_column(self, table, _column, name, alias):
        word = self.pick("=", "<", "<>", "IS")
        return Piece(f'{name} {word} {alias}."{self.column(table)}"')

    def length(self, _table, _column, name, _alias):
        return Piece(f"length({name}) {self.pick('<', '>', '=')} "
                     f"{self.pick(0, 1, 5, 1000)}")

    def row_value(self, _table, _column, _name, alias):
        """Texts only: SQLite compares others as it likes (see README)."""
        return Piece(f"({alias}.{self.pick('experiment', 'run_id')}, "
                     f"{alias}.sys_id) IN (SELECT t, u FROM local)")

    def where(self, *scans, always=()):
        """scans: (table, alias)…; always: conditions that stay."""
        terms = [Piece(term) for term in always]
        for table, alias in scans:
            for _ in range(self.pick(0, 1, 1, 1, 2, 2, 3)):
                terms.append(self.condition(table, alias))
            if self.chance(0.3 if len(self.projects) > 1 else 0.02):
                terms.append(self.of_project(alias))
        if not terms:
            return ""
        return Piece(" WHERE ", listed(terms, " AND "),
                     instead=() if always else ("",))

    # ---- queries of one table ----

    def columns(self, table, alias, n=None):
        names = list(self.tables[table])
        n = n or self.pick(1, 2, 3, len(names))
        return [f'{alias}."{name}"'
                for name in self.random.sample(names, min(n, len(names)))]

    def query_of_one(self):
        table, = self.random.choices(
            list(self.tables), [WEIGHTS.get(name, 1) for name in self.tables])
        keys = ", ".join(f"a.{k}" for k in KEYS.get(table,
                                                    ("sys_id", "project")))
        source = f" FROM {self.source(table, 'a')}"
        forms, weights = zip(
            (self.bare, 80), (self.plain, 30), (self.counted, 25),
            (self.sorted_rows, 14), (self.sorted_by_one, 30), (self.cut, 8),
            (self.distinct, 7), (self.which, 12), (self.grouped, 8),
            (self.numbered, 4), (self.compound, 5), (self.nested, 6))
        form, = self.random.choices(forms, weights)
        return form(table, source, keys)

    def bare(self, table, source, keys):
        """One term, of which nothing hides a missing row."""
        return Query(Piece(f"SELECT {keys}{source} WHERE ",
                           self.simple(table, "a")))

    def plain(self, table, source, _):
        columns = listed(self.columns(table, "a"))
        return Query(Piece("SELECT ", columns, source,
                           self.where((table, "a"))))

    def counted(self, table, source, _):
        where = self.where((table, "a"))
        if self.chance(0.6):
            where = self.literals(table)
        column = self.columns(table, "a", 1)[0]
        return Query(Piece(self.pick(
            "SELECT count(*)", "SELECT count(*)", "SELECT 1",
            f"SELECT count({column})", "SELECT count(*), max(1)"),
                           source, where))

    def literals(self, table):
        """Conditions that may be left to the server alone."""
        terms = []
        for _ in range(self.pick(0, 1, 1, 2)):
            column = self.column(table)
            word = self.pick("=", "=", "IS", "<", "<=", ">", ">=", "<>", "LIKE",
                             "REGEXP", "REGEXP")
            if word == "REGEXP" and "description" in self.tables[table]:
                column = "description"  # often long
            value = self.value(table, column)
            if word in ("LIKE", "REGEXP"):
                value = self.pattern(table, column, word)
            terms.append(Piece(f'a."{column}" {word} ', Value(value, False)))
        return Piece(" WHERE ", listed(terms, " AND "), instead=("",)) \
            if terms else ""

    def sorted_rows(self, table, source, keys):
        first, *others = self.columns(table, "a", self.pick(1, 2))
        order = f" ORDER BY {first}{self.pick('', ' DESC')}, {keys}"
        limit = f" LIMIT {self.pick(0, 1, 2, 5, 10, -1)}"
        if self.chance(0.5):
            limit += f" OFFSET {self.pick(0, 1, 3)}"
        return Query(Piece("SELECT ", listed([first, *others]), source,
                           self.where((table, "a")), order,
                           Piece(limit, instead=("",))), is_ordered=True)

    def sorted_by_one(self, table, source, keys):
        """By a column whose order may be the server's."""
        names = [name for name in self.tables[table]
                 if name in SORTED or len(name) < 4]
        column = f'a."{self.random.choice(names or ["sys_id"])}"'
        if self.chance(0.1):
            return Query(Piece(f"SELECT max({column}){source}",
                               self.where((table, "a"))))
        name = column[3:-1]
        sent = [value for value in [*self.tables[table][name], *range(20)]
                if isinstance(value, str) or value and abs(value) < 2**53]
        present = self.pick(
            Piece(f"{column} IS NOT NULL"),
            Piece(f"{column} {self.pick('<', '>=', '=', '<>', 'IS NOT')} ",
                  self.of(table, name)),
            Piece(f"{column} IN (", listed(
                [Value(value, False) for value in sent]), ")"))
        always = [present] if self.chance(0.4) else []
        if table == "metric_points" and self.chance(0.7):
            column, always = "a.step", self.series(always)
        if self.chance(0.2):
            source += self.pick(" LEFT JOIN (SELECT 1 AS x)",
                                " JOIN (SELECT 1)") + f" ON {column} IS NOT NULL"
        limit = f" LIMIT {self.pick(0, 1, 2, 5, 10, -1)}"
        if self.chance(0.4):
            limit += f" OFFSET {self.pick(1, 3)}"
        where = self.where((table, "a"), always=always) \
            if always or self.chance(0.4) else ""
        return Query(Piece(
            f"SELECT {column}, {keys}{source}", where,
            f" ORDER BY {column}{self.pick('', ' DESC')}",
            Piece(limit, instead=("",)) if self.chance(0.7) else ""),
                     has_ties=True)

    def series(self, always):
        """Conditions that select one series, most often."""
        keys = [Piece(f"a.{name} = ", Value(
            self.random.choice(self.tables["metric_points"][name] or ["-"]),
            self.chance(0.35)))
                for name in (self.pick("sys_id", "sys_id", "run_id",
                                       "experiment"), "attribute")]
        return keys + always if self.chance(0.9) else keys[:1]

    def cut(self, table, source, _):
        """How many rows LIMIT leaves; which ones is free."""
        return Query(Piece(
            f"SELECT count(*) FROM (SELECT {self.columns(table, 'a', 1)[0]}",
            source, self.where((table, "a")),
            f" LIMIT {self.pick(1, 3, 10)} OFFSET {self.pick(0, 0, 2)})"))

    def distinct(self, table, source, _):
        columns = listed(self.columns(table, "a", self.pick(1, 2, 3)))
        return Query(Piece("SELECT DISTINCT ", columns, source,
                           self.where((table, "a"))), is_loose=True)

    def which(self, *_):
        """Which attributes there are, and what looks like it."""
        names = self.random.sample(("attribute", "type", "project"),
                                   self.pick(1, 2, 2, 3))
        terms = []
        for _ in range(self.pick(0, 1, 1, 2)):
            column = self.pick("attribute", "attribute", "type", self.link())
            name = f"a.{column}"
            if column in ("attribute", "type") or self.chance(0.3):
                terms.append(self.term("attributes", column, name, "a"))
                continue
            terms.append(Piece(f"{name} {self.pick('=', '=', 'IS')} ",
                               self.of("attributes", column)))
            if self.chance(0.3):
                names.append(column)
        columns = ", ".join(f"a.{name}" for name in names)
        chosen = Piece(f" FROM {self.source('attributes', 'a')}", Piece(
            " WHERE ", listed(terms, " AND "), instead=("",)) if terms else "")
        rows = Piece(columns, chosen)
        places = ", ".join(str(i + 1) for i in range(len(names)))
        return self.pick(
            Query(Piece("SELECT DISTINCT ", rows)),
            Query(Piece("SELECT DISTINCT ", rows, f" ORDER BY {places}"),
                  is_ordered=True),
            Query(Piece("SELECT count(*) FROM (SELECT DISTINCT ", rows, ")")),
            Query(Piece("SELECT count(*), ", rows,
                        f" GROUP BY {columns}")),
            Query(Piece("SELECT count(DISTINCT a.type), count(*), "
                        f"max(a.{names[0]})", chosen)))

    def grouped(self, table, source, _):
        columns = self.columns(table, "a", self.pick(1, 2))
        of = self.columns(table, "a", 1)[0]
        places = ", ".join(str(i + 1) for i in range(len(columns)))
        return Query(Piece(
            f"SELECT {', '.join(columns)}, count(*), min({of}), max({of}), "
            f"count({of}), sum(length({of})){source}",
            self.where((table, "a")), f" GROUP BY {places}",
            self.pick("", Piece(" HAVING count(*) > 1", instead=("",)))),
            is_loose=True)

    def numbered(self, table, source, keys):
        part = self.columns(table, "a", 1)[0]
        return Query(Piece(
            f"SELECT {keys}, row_number() OVER (PARTITION BY {part} ORDER BY "
            f"{keys}), count(*) OVER (PARTITION BY {part}){source}",
            self.where((table, "a"))))

    def compound(self, table, source, _):
        columns = ", ".join(self.columns(table, "a", 2))
        word = self.pick("UNION", "UNION ALL", "EXCEPT", "INTERSECT")
        return Query(Piece(f"SELECT {columns}{source}",
                           self.where((table, "a")),
                           f" {word} SELECT {columns}{source}",
                           self.where((table, "a"))), is_loose=True)

    def nested(self, table, source, keys):
        where, column = self.where((table, "a")), self.columns(table, "a", 1)[0]
        return Query(self.pick(
            Piece(f"WITH q AS (SELECT *{source}", where, ") SELECT count(*), "
                  "count(project), max(project) FROM q"),
            Piece(f"SELECT EXISTS (SELECT 1{source}", where,
                  f"), (SELECT {column}{source}", where,
                  f" ORDER BY {keys} LIMIT 1)")))

    # ---- queries of several tables ----

    def query_of_several(self):
        form = self.pick(self.with_local, self.with_local, self.joined,
                         self.joined, self.joined, self.correlated,
                         self.with_end, self.of_three)
        query = form()
        query.is_join = True
        return query

    def link(self):
        return self.pick("sys_id", "sys_id", "sys_id", "run_id", "experiment")

    def with_local(self):
        table = self.random.choice(list(self.tables))
        column = self.link() if table != "projects" and self.chance(0.6) \
            else self.column(table)
        local = self.random.choice(LOCAL_NAMES)
        on = [Piece(f'local.{local} {self.pick("=", "=", "=", "IS", "<")} '
                    f'a."{column}"')]
        columns = listed(["local.rowid", *self.columns(table, "a")])
        word = self.pick("JOIN", "JOIN", "LEFT JOIN", "LEFT JOIN",
                         "CROSS JOIN", "RIGHT JOIN", "FULL JOIN")
        sides = [self.source(table, "a"), "local"]
        if self.chance(0.6):
            sides.reverse()
        # SQLite 3.40 gives such terms to the left table of a LEFT JOIN, too.
        if self.chance(0.3) and (word != "LEFT JOIN" or sides[0] == "local"):
            on.append(self.condition(table, "a", 2))
        where = self.where((table, "a")) if self.chance(0.5) else ""
        return Query(Piece("SELECT ", columns, f" FROM {sides[0]} {word} "
                           f"{sides[1]} ON ", listed(on, " AND "), where))

    def named(self, table, alias):
        """A condition that keeps joins of many rows small."""
        if "attribute" not in KEYS.get(table, ()):
            return []
        paths = self.tables[table]["attribute"] or ["none"]
        return [Piece(f"{alias}.attribute = ",
                      Value(self.random.choice(paths), self.chance(0.35)))]

    def joined(self):
        if self.chance(0.08):
            return self.with_projects()
        left, right = self.random.choices(self.of_runs, k=2)
        key = self.link()
        word = self.pick("JOIN", "JOIN", "LEFT JOIN")
        if self.chance(0.5):
            on = Piece(" USING (" + self.pick(
                key, key, "sys_id, run_id", "sys_id, experiment",
                "project, sys_id") + ")")
        else:
            if "parent_run_id" in self.tables[left] and self.chance(0.3):
                on = Piece(" ON a.parent_run_id = b.run_id")
            else:
                on = Piece(f" ON a.{key} = b.{key}")
            if self.chance(0.15):
                on = Piece(on, " AND a.project = b.project", instead=(0,))
            if self.chance(0.3):
                on = Piece(on, " AND ", self.condition(right, "b", 2),
                           instead=(0,))
        always = []
        if left in KEYS and right in KEYS:
            always = self.named(left, "a") + self.named(right, "b")
        columns = listed([*self.columns(left, "a", self.pick(1, 2, 3)),
                          *self.columns(right, "b", self.pick(1, 2, 3))])
        return Query(Piece(
            "SELECT ", columns, f" FROM {self.source(left, 'a')} {word} "
            f"{self.source(right, 'b')}", on,
            self.where((left, "a"), (right, "b"), always=always)))

    def with_projects(self):
        """A table of runs beside that of projects."""
        table = self.random.choice(self.of_runs)
        columns = listed(["b.key", "b.visibility", *self.columns(table, "a")])
        sides = [self.source(table, "a"), "projects AS b"]
        self.random.shuffle(sides)
        word = self.pick("JOIN", "JOIN", "LEFT JOIN", "CROSS JOIN")
        return Query(Piece("SELECT ", columns, f" FROM {sides[0]} {word} "
                           f"{sides[1]} USING (project)",
                           self.where((table, "a"), ("projects", "b"))))

    def correlated(self):
        left = self.random.choice(
            [name for name in self.tables if name not in KEYS])
        right, key = self.random.choice(self.of_runs), self.link()
        inner = Piece(f"b.{key} = a.{key}",
                      Piece(" AND ", self.condition(right, "b", 2),
                            instead=("",)))
        source = f"FROM {self.source(right, 'b')} WHERE "
        column = self.pick(
            Piece(f"(SELECT count(*) {source}", inner, ")"),
            Piece(f"EXISTS (SELECT 1 {source}", inner, ")"),
            Piece(f"(SELECT max(b.sys_id) {source}", inner, ")"),
            Piece(f"a.{key} IN (SELECT b.{key} {source}",
                  self.condition(right, "b", 2), ")"))
        return Query(Piece("SELECT a.sys_id, ", column,
                           f" FROM {left} AS a", self.where((left, "a"))))

    def with_end(self):
        table = self.pick("experiments", "runs", "sweep", "finals")
        where = self.where((table, "a")) if self.chance(0.3) else ""
        return Query(Piece("SELECT a.sys_id, ",
                           self.end_of_series(self.pick("sys_id", "run_id")),
                           f" FROM {table} AS a", where))

    def end_of_series(self, key):
        """Of the run's: a point near its end. (SQLite 3.40 tells LIMIT only
        where the key is no column.)"""
        more = self.pick("", " AND b.value < b.step", " AND b.step < b.value",
                         " AND b.step < 3")
        return Piece(
            f"(SELECT b.step FROM {self.source('metric_points', 'b')} "
            f"WHERE b.{key} = {self.pick('', '+')}a.{key}",
            listed(["", *self.named("metric_points", "b")], " AND "),
            f"{more} ORDER BY b.step{self.pick('', ' DESC', ' DESC')} LIMIT "
            f"{self.pick(1, 1, 3)} OFFSET {self.pick(0, 0, 1, 2)})")

    def of_three(self):
        word = self.pick("JOIN", "LEFT JOIN")
        return Query(Piece(
            f"SELECT a.sys_id, b.run_id, c.value FROM experiments AS a {word} "
            f"runs AS b USING (experiment) {word} "
            f"{self.source('attributes', 'c')} "
            "ON c.sys_id = b.sys_id",
            self.where(("runs", "b"), ("attributes", "c"),
                       always=self.named("attributes", "c"))))


def escape_regex(letter):
    if letter.isalnum() or ord(letter) > 127:
        return letter
    return f"\\x{{{ord(letter):x}}}"
