"""The project judge/kinds: series of strings, histograms and files, files.

    python kinds.py STORE

adds it to a store that has the tables of tests/server/schema.sql, and the
files' content to the folder STORE-files.
"""

import hashlib
import json
import os
import sqlite3
import sys

import odd

NAME = "kinds"
PROJECT = f"{odd.WORKSPACE}/{NAME}"
LONG_SERIES = 11_000  # more than the server puts into one page
LONG_TEXT = "".join(f"{n} größe 名前 🚀\n" for n in range(12_000))
BIG = bytes(range(256)) * 20_000  # 5 MB


class Strings(odd.Series):
    kind, table = "string_series", "string_point"

    @staticmethod
    def stored(value):
        return value


class Histograms(odd.Series):
    kind, table = "histogram_series", "histogram_point"

    @staticmethod
    def stored(value):
        edges, values, *density = value
        return json.dumps({"type": "DENSITY" if density else "COUNTING",
                           "edges": edges, "values": values})


class File(dict):
    """A file's value; its bytes go to the server's folder, unless None."""

    def __init__(self, path, content, mime_type, size=None):
        super().__init__(
            path=path, mime_type=mime_type,
            size_bytes=len(content) if size is None else size)
        self.content = content


class Files(odd.Series):
    kind, table = "file_series", "file_point"

    @staticmethod
    def stored(value):
        return json.dumps(value)


def texts(first, last, word):
    return Strings((float(step), f"{word} {step}")
                   for step in range(first, last + 1))


def bins(step, scale=1):
    return ([0.0, 0.5 * scale, 1.0 * scale, 3.0 * scale],
            [step, 2 * step + 1, 0])


def note(step):
    content = f"file of step {step}".encode()
    return File(f"notes/step {step}.txt", content, "text/plain")


def runs():
    """(custom run id, experiment, columns of run, attributes) per run."""
    yield "root", "alpha", {"tags": ["x"]}, {
        "log": texts(0, 9, "root"), "log/shadowed": texts(0, 9, "root"),
        "hist": Histograms((float(n), bins(n)) for n in range(10)),
        "notes": Files((float(n), note(n)) for n in range(5)),
        "turned": texts(0, 4, "a string series once"),
    }
    yield "second", "alpha", {"parent": "root", "fork_step": 4.0}, {
        "log": Strings([(4.000001, "soon"), (4.5, "half"), (8.0, "last")]),
        "log/shadowed": "text hides the parent's series",
        "hist": Histograms([(5.0, bins(50, 2)), (7.25, bins(7, 3))]),
        "turned": Histograms([(5.0, bins(1))]),
    }
    yield "third", "beta", {"parent": "second", "fork_step": 4.5}, {
        "log": texts(5, 6, "third"), "new": texts(6, 7, "new"),
    }
    yield "edges", "edges", {}, {
        "log": Strings([
            (-0.0, ""), (0.000001, " "), (1.0, "two\nlines\tand a tab"),
            (2.0, 'He said "hi" \\ bye'), (3.0, "größe 名前 🚀"),
            (123456.654321, LONG_TEXT)]),
        "hist": Histograms([
            (0.0, ([0.0, 1.0], [1])),
            (1.0, ([-1e308, -0.5, 5e-324, 1e308], [2**53, 0, 1])),
            (2.0, ([1.0, 2.0, 3.0], [0.25, 0.75], "density")),
            (3.0, ([float(n) for n in range(513)], list(range(512)))),
        ]),
        "nothing": Strings(), "no bins": Histograms(), "no file": Files(),
        "preview": Strings([(1.0, "done"), (2.0, "nearly", 0.75),
                            (3.0, "hardly", 0.25)]),
        "only preview": Strings([(1.0, "hardly", 0.5)]),
        "plain": File("plain.txt", b"plain text\n", "text/plain"),
        "empty": File("empty.bin", b"", "application/octet-stream"),
        "odd name": File("a b/ü%41+&?#=~'(1).txt", b"odd", "text/plain"),
        "deep/big": File("deep/er/big.bin", BIG, "application/octet-stream"),
        "lost": File("lost.txt", None, "text/plain", 7),
        "value": 1,
    }
    yield "long", "long", {}, {
        "log": Strings((float(n), f"line {n}") for n in range(LONG_SERIES)),
        "short": texts(0, 2, "short"),
        "hist": Histograms((float(n), bins(n)) for n in range(300)),
    }
    for n in range(12):
        yield f"many-{n}", f"many {n}", {}, {
            **{f"log/{k:02d}": texts(0, k % 4, f"{n} {k}")
               for k in range(40)},
            "mixed": (texts(0, n, "mixed"), note(90 + n),
                      Histograms([(1.0, bins(n))]),
                      odd.ramp(0, n))[n % 4],
        }
    yield "no experiment", None, {}, {"log": texts(0, 3, "loner")}


def stored(value):
    if isinstance(value, File):
        return "file", json.dumps(value)
    return odd.stored(value)


def files():
    """Every file whose bytes are there."""
    for _, _, _, attributes in runs():
        for value in attributes.values():
            for file in ([point[1] for point in value]
                         if isinstance(value, Files) else [value]):
                if isinstance(file, File) and file.content is not None:
                    yield file


def add_files(store, project_id, folder):
    os.makedirs(folder, exist_ok=True)
    for file in files():
        digest = hashlib.sha256(file.content).hexdigest()
        name = hashlib.sha256(file["path"].encode()).hexdigest()[:32]
        with open(os.path.join(folder, name), "wb") as out:
            out.write(file.content)
        store.execute(
            "INSERT INTO content VALUES (?, ?, ?, ?, ?, ?)",
            (project_id, file["path"], name, len(file.content),
             file["mime_type"], digest))


def add_to(path):
    store = sqlite3.connect(path)
    with store:
        project_id = store.execute(
            "INSERT INTO project(workspace, name, key) VALUES (?, ?, 'KND')",
            (odd.WORKSPACE, NAME)).lastrowid
        ids = {}
        for number, spec in enumerate(runs(), 1):
            odd.add_run(store, project_id, number, ids, spec, stored)
        add_files(store, project_id, path + "-files")
    store.close()


if __name__ == "__main__":
    add_to(sys.argv[1])
