#!/usr/bin/python3
"""Each rule of the pushdown, broken, is found by the tester of same_rows.py.

usage: tests/e2e/broken_rules.py [WORD…]   those whose name has a word

A rule is broken in a copy of the source, in a folder of its own: that file is
compiled, and linked with the other objects of the build. All broken libraries
are asked the same queries, until each has given other rows than an ordinary
table or has failed.
"""

import multiprocessing
import os
import pathlib
import shlex
import subprocess
import sys
import tempfile
import time

from support import broken, checks, same_world
import harness

QUERIES = 20000  # within which each must be found
FIRST = 1000  # seed of the first query
OBJECTS = harness.BUILD / "CMakeFiles/neptune_objects.dir"


class Variant:
    """A library with one rule broken."""

    def __init__(self, name, file, old, new):
        self.name, self.file, self.old, self.new = name, file, old, new
        self.library = None
        self.found = None  # (queries asked, Difference)

    def build(self, folder):
        source = (harness.ROOT / "ext" / self.file).read_text("utf-8")
        checks.expect(source.count(self.old) == 1,
                      f"{self.file} has no longer just one {self.old!r}")
        folder.mkdir()
        copy = folder / self.file
        copy.write_text(source.replace(self.old, self.new), "utf-8")
        object_file = folder / "broken.o"
        run(*compiler(), "-w", "-O0", "-c", copy, "-o", object_file)
        self.library = folder / "neptune.so"
        replaced = f"/{self.file}.o"
        run(*(object_file if part.endswith(replaced) else
              self.library if part == "neptune.so" else part
              for part in linker()))


def run(*command):
    done = subprocess.run(list(map(str, command)), cwd=harness.BUILD,
                          capture_output=True, text=True, check=False)
    checks.expect(done.returncode == 0, f"{command}\n{done.stderr}")


def compiler():
    flags = {}
    for line in (OBJECTS / "flags.make").read_text("utf-8").splitlines():
        name, is_set, value = line.partition(" = ")
        if is_set:
            flags[name] = shlex.split(value)
    return [os.environ.get("CC", "cc"), *flags["C_DEFINES"],
            *flags["C_INCLUDES"], *flags["C_FLAGS"]]


def linker():
    return shlex.split(
        (harness.BUILD / "CMakeFiles/neptune.dir/link.txt").read_text("utf-8"))


def find(variants):
    """Asks query after query of all that are not found yet."""
    left = list(variants)
    for first in range(FIRST, FIRST + QUERIES, same_world.QUERIES_OF_STORE):
        if not left:
            return
        with same_world.World(first // same_world.QUERIES_OF_STORE) as world:
            for variant in left:
                world.add(variant.name, variant.library)
            for seed in range(first, first + same_world.QUERIES_OF_STORE):
                left = [one for one in left if not ask(world, one, seed)]


def ask(world, variant, seed):
    try:
        difference = world.difference(seed, (variant.name,))
    except same_world.Late:
        return False
    if difference:
        variant.found = seed - FIRST + 1, difference
    return bool(difference)


def work(numbered):
    """Builds and finds some variants: (name, verdict, figure) of each."""
    folder, mutations = numbered
    verdicts, variants = [], []
    for i, mutation in enumerate(mutations):
        variant = Variant(*mutation)
        try:
            variant.build(folder / str(i))
            variants.append(variant)
        except AssertionError as reason:
            verdicts.append((False, f"{variant.name}: {reason}"))
    find(variants)
    for variant in variants:
        if variant.found:
            n, difference = variant.found
            sql = difference.query.sql()[0]
            verdicts.append((True, f"{variant.name} (query {n}: {sql:.200})"))
        else:
            verdicts.append((False, f"{variant.name}: not found"))
    return verdicts


def main():
    if harness.WRAP:
        print("skip: sanitizers find nothing in what is broken on purpose")
        print("0 passed, 0 failed, 1 skipped")
        return 0
    words = sys.argv[1:]
    chosen = [one for one in broken.MUTATIONS
              if not words or any(word in one[0] for word in words)]
    started, n_workers = time.monotonic(), os.cpu_count()
    with tempfile.TemporaryDirectory() as folder, \
            multiprocessing.get_context("fork").Pool(n_workers) as pool:
        tasks = []
        for i in range(n_workers):
            own = pathlib.Path(folder) / str(i)
            own.mkdir()
            tasks.append((own, chosen[i::n_workers]))
        verdicts = [one for some in pool.map(work, tasks) for one in some]
    for works, text in verdicts:
        print("ok" if works else "not ok", text)
    passed = sum(works for works, _ in verdicts)
    print(f"# {time.monotonic() - started:.0f} s")
    print(f"{passed} passed, {len(verdicts) - passed} failed, 0 skipped")
    return 0 if passed == len(verdicts) else 1


if __name__ == "__main__":
    sys.exit(main())
