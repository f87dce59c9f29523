"""Random projects of what is hard to compare, as stores of the local server.

The same random.Random gives the same project, ids included.
"""

import json
import sqlite3
import uuid

import harness

PROJECT, KEY = "ws/same", "ODD"
OTHERS = (("ws/other", "ODD"), ("w s/é&q=1%2F", "OTH"))  # its key may be alike
X = "x" * 1000
TEXTS = (
    "", "a", "A", "ab", "aB", "abc", "ä", "Ä", "1", "1.0", "01", " 1", "a ",
    "a  ", "b", "B", "o'brien", "back\\slash", 'quo"te', "new\nline", "\ttab",
    "%", "_x", "a%b", "a_b", "[a-z]*", "a]b", "a^b", "a`b", "(x) OR (y)",
    '" OR `sys/id`:string != "', "'; --", "😀", "a😀b", "é", "e\u0301", "ODD-3",
    "1e1", "10", "-0", "0x10", "NULL", "null", "true", "ſ", "K", "K", "k",
    "ss", "?", "*", "a*c", "a.c", "$", "\\", "\\x", X[1:], X, X + "y",
    X + "z", X + "Z", "é" * 999, "é" * 1000 + "z", "\u202eabc", "nan", "~",
    "2026-01-01 00:00:00.000", "active", "9007199254740993")
TIMES = (
    0, 1, -1, 1767225600000, 1767225600001, 1767225599999, 1767225600000,
    1767225600500, 1700000000120, 951782400000, 1769904000000, 253402300799999,
    -62135596800000)
INTEGERS = (
    0, 1, -1, 2, 3, 5, 9, 10, 11, 100, 2**31, 2**53 - 1, 2**53, 2**53 + 1,
    -2**53, -2**53 - 1, 2**63 - 1, -2**63)
NAN = None  # as the store keeps it
REALS = (
    0.0, 0.1, 0.5, 1.0, -1.0, 1.5, 2.0, 1 / 3, 10.0, 1e22, 1e300, -1e300,
    5e-324, 9007199254740992.0, 123456789.123456789, NAN, NAN,
    float("inf"), float("-inf"))
SETS = ("[]", '["a"]', '["b","a","é"]', '["a\\"b","a b"]')
FILES = tuple(
    json.dumps({"path": path, "size_bytes": size, "mime_type": kind})
    for path, size, kind in (("p/a b.txt", 12, "text/plain"),
                             ('q"uo/é', 0, "application/json")))
POOLS = {
    "int": INTEGERS, "float": REALS, "string": TEXTS, "bool": (0, 1),
    "datetime": TIMES, "string_set": SETS, "file": FILES}
PATHS = (
    ("config/float", "float"), ("config/int", "int"),
    ("config/str", "string"), ("config/bool", "bool"),
    ("config/when", "datetime"), ("config/set", "string_set"),
    ("config/file", "file"), ("Config/Int", "int"), ("we ird", "int"),
    ('qu"ote', "float"), ("si'ngle", "string"), ("back`tick", "int"),
    ("b\\s", "string"), ("new\nline", "int"), ("p%c_t", "bool"),
    ("uni/é😀", "float"), ("d.t", "string"))
MIXED = ("int", "float", "string", "bool", "datetime")
SERIES = ("m/loss", "m/acc", "M/Loss", 'm/é"\\', "m/empty")
HISTOGRAMS = tuple(
    json.dumps({"type": kind, "edges": edges, "values": values})
    for kind, edges, values in (
        ("COUNTING", [0, 1, 2], [3, 4]), ("DENSITY", [-0.5, 0.1], [1e300])))
OBJECTS = (  # (path, type of the series, of its points, most of them)
    ("s/text", "string", "string", 2), ("s/empty", "string", "string", 0),
    ("m/loss s", "string", "string", 8), ("h/w'", "histogram", None, 3),
    ("f/img", "file", "file", 3))
STEPS = (-2.5, 0.0, 0.000001, 0.5, 1.0, 1.333333, 2.0, 3.0, 10.0, 1e6)
# Columns of tables to create: (name, declared type, path or None).
COLUMNS = (
    ("f", "FLOAT", "config/float"), ("i", "INT", "config/int"),
    ("s", "STRING", "config/str"), ("b", "BOOL", "config/bool"),
    ("d", "DATETIME", "config/when"), ("st", "STRING_SET", "config/set"),
    ("fi", "FILE", "config/file"), ("up", "INT", "Config/Int"),
    ("we", "INT", "we ird"), ("qu", "FLOAT", 'qu"ote'),
    ("si", "STRING", "si'ngle"), ("bt", "INT", "back`tick"),
    ("bs", "STRING", "b\\s"), ("nl", "INT", "new\nline"),
    ("pc", "BOOL", "p%c_t"), ("un", "FLOAT", "uni/é😀"),
    ("xi", "INT", "mixed"), ("xf", "FLOAT", "mixed"),
    ("xs", "STRING", "mixed"), ("xb", "BOOL", "mixed"),
    ("xd", "DATETIME", "mixed"), ("ls", "FLOAT_SERIES", "m/loss"),
    ("mx", "MAX", "m/loss"), ("mn", "MIN", "m/acc"),
    ("av", "AVERAGE", "m/loss"), ("va", "VARIANCE", "m/loss"),
    ("la", "LAST", "M/Loss"), ("stp", "LAST_STEP", "m/loss"),
    ("ss", "STRING_SERIES", "s/text"), ("em", "FLOAT_SERIES", "m/empty"),
    ("se", "STRING_SERIES", "s/empty"), ("hi", "HISTOGRAM_SERIES", "h/w'"),
    ("im", "FILE_SERIES", "f/img"),
    ("no", "INT", "no such"),
    ("m/acc", "FLOAT_SERIES", None))


def write(path, random, n_projects):
    """Writes random projects, one or two, to a new store."""
    schema = (harness.ROOT / "tests/server/schema.sql").read_text("utf-8")
    database = sqlite3.connect(path)
    database.executescript("PRAGMA synchronous = off;" + schema)
    names = ((PROJECT, KEY), random.choice(OTHERS))
    for i, (name, key) in enumerate(names[:n_projects]):
        database.execute(
            "INSERT INTO project(project_id, uuid, workspace, name, key) "
            "VALUES (?, ?, ?, ?, ?)",
            (i + 1, new_uuid(random), *name.split("/"), key))
        Project(database, random, i + 1).fill()
    database.commit()
    database.close()


def new_uuid(random):
    return str(uuid.UUID(int=random.getrandbits(128), version=4))


class Project:
    """Fills a store run by run."""

    def __init__(self, database, random, number):
        self.database = database
        self.random = random
        self.number = number
        self.first = 100 * number  # its first run_id
        self.pools = {  # a part of each, so that values meet again
            kind: random.sample(pool, min(len(pool), random.randint(3, 12)))
            for kind, pool in POOLS.items()}
        self.forks = {}  # run: its fork's step

    def fill(self):
        n_runs = self.random.choice((1, 6, 9, 13, 16, 18))
        names = [None, *self.random.sample(TEXTS, 12)]
        for run in range(self.first, self.first + n_runs):
            self.add_run(run, self.random.choice(names))
            self.add_attributes(run)
            self.add_series(run)

    def one(self, kind):
        return self.random.choice(self.pools[kind])

    def add_run(self, run, experiment):
        random = self.random
        fork = (None, None)
        number = run - self.first + 1
        if number > 1 and random.random() < 0.25:
            fork = (random.randint(self.first, run - 1),
                    random.choice((0.5, 2.0, 3.0)))
        self.forks[run] = fork[1]
        own_id = random.choice((f"run {number}",
                                f"{random.choice(TEXTS)}/{number}"))
        values = {
            "run_id": run, "project_id": self.number, "number": number,
            "uuid": new_uuid(random), "custom_run_id": own_id,
            "experiment": experiment, "parent": fork[0],
            "fork_step": fork[1], "creation_time": self.one("datetime"),
            "modification_time": self.one("datetime"),
            "ping_time": self.one("datetime"),
            "owner": random.choice(("al", "Al", "bo", "'", '"', "\\")),
            "description": self.one("string"),
            "state": random.choice(("active", "inactive")),
            "tags": self.one("string_set"),
            "group_tags": random.choice((None, "[]", '["g"]')),
            "failed": random.randint(0, 1), "archived": random.randint(0, 1),
            "running_time_seconds": random.choice(
                [x for x in REALS if x is not NAN])}
        self.insert("run", values)

    def insert(self, table, values):
        cursor = self.database.execute(
            f"INSERT INTO {table}({', '.join(values)}) "
            f"VALUES ({', '.join('?' * len(values))})", list(values.values()))
        return cursor.lastrowid

    def add_attribute(self, run, path, kind, value):
        return self.insert("attribute", {
            "run_id": run, "path": path, "type": kind, "value": value})

    def add_attributes(self, run):
        for path, kind in PATHS:
            if self.random.random() < 0.7:
                self.add_attribute(run, path, kind, self.one(kind))
        if self.random.random() < 0.9:
            kind = self.random.choice(MIXED)
            self.add_attribute(run, "mixed", kind, self.one(kind))

    def add_series(self, run):
        for path in SERIES:
            if self.random.random() < 0.6:
                self.add_floats(run, path)
        for path, kind, values, most in OBJECTS:
            if self.random.random() < 0.4:
                self.add_objects(run, path, kind, values, most)

    def steps(self, run):
        fork = self.forks[run]
        free = [x for x in STEPS if fork is None or x > fork]
        return sorted(self.random.sample(
            free, self.random.randint(0, min(len(free), 8))))

    def add_floats(self, run, path):
        attribute = self.add_attribute(run, path, "float_series", None)
        steps = [] if path == "m/empty" else self.steps(run)
        preview = self.random.random() < 0.2 and steps and steps[-1]
        for i, step in enumerate(steps):
            self.insert("float_point", {
                "attribute_id": attribute, "step": step,
                "timestamp": 1767225600000 + 500 * i,
                "value": self.one("float"),
                "is_preview": int(step == preview),
                "completion": 0.5 if step == preview else 1.0})

    def add_objects(self, run, path, kind, values, most):
        attribute = self.add_attribute(run, path, f"{kind}_series", None)
        for i, step in enumerate(self.steps(run)[:most]):
            self.insert(f"{kind}_point", {
                "attribute_id": attribute, "step": step,
                "timestamp": 1767225600000 + 500 * i,
                "value": self.one(values) if values else
                         self.random.choice(HISTOGRAMS)})


def declaration(random):
    """Columns of CREATE VIRTUAL TABLE …(…), some of COLUMNS."""
    chosen = random.sample(COLUMNS, random.randint(12, len(COLUMNS)))
    return ", ".join(
        '"{}" {}'.format(name, kind) if path is None else
        "{} {} '{}'".format(name, kind, path.replace("'", "''"))
        for name, kind, path in chosen)
