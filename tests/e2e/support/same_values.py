"""Values and patterns that random queries take for any column."""

from support import same_store

# Values for any column, of right and of wrong types.
ODD = (
    None, *same_store.TEXTS, *same_store.INTEGERS,
    *(x for x in same_store.REALS if x is not None), -0.5, 1e1, 0.99999,
    "2026", "2026-01", "2026-01-01", "2026-01-01 00:00:00",
    "2026-01-01 00:00:00.0005", "2026-01-01T00:00:00", "9999-12-31 23:59:59.999",
    "9999", "0000", "0001-01-01 00:00:00.000", "1970-01-01 00:00:00.000",
    "!", "a\0b", b"a", b"", b"1", "float", "int", "float_series", "string",
    "bool", "unknown", "no such", "inactive", "odd-3", "m/loss", "M/loss",
    "config/int", "Infinity", "-1", "0", "0.5", " 2 ", "2.0")
REGEXES = (
    "", "a", "^a", "A$", ".", "^$", "x{3}", "[0-9]+", "(?i)odd", r"\\", '"',
    "'", "^run", "\n", "é", "(a|1)", "^.{1000}", "y$", "z$", "😀", "m/.*",
    r"^\s", "ODD-[123]$", "(?s)^.*$", r"\d$", "`")
LIKES = ("a%", "%a%", "_", "%", "%%", "_%", "A", "%\\%", "x%", "ODD-_",
         "odd-1%", "", "%é%", "run %", "m/%", "2026%", '%"%', "%\n%", "%_%z",
         "n%e", "new_line")
NO_TIMES = ("", "!", " 2026-01-01", "yesterday", "9999-12-31 23:59:59.9999",
            "99", ":", "2026-02-30", "2026-13", "2026-01-01T00:00:00.000Z",
            "2026-01-01 00:00:00.0", "2026-01-01 00:00:60", "-0001", "0000",
            "now", "\U0010ffff")
GLOBS = ("a*", "*", "[a-z]*", "?", "ODD-?", "*é*", "m/*", "", "[^a]*",
         "*[]]*", "a[b-", "*\n*", "[*]", "[]a]b", "x*z",
         "n*e", "new?line")
