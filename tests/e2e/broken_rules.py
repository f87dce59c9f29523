#!/usr/bin/python3
"""Each rule of the pushdown, broken, is found by the tester of same_rows.py.

usage: tests/e2e/broken_rules.py [WORD…]   those whose name has a word

A rule is broken in a copy of the source, in a folder of its own: that file is
compiled, and linked with the other objects of the build. All broken libraries
are asked the same queries, until each has given other rows than an ordinary
table or has failed.
"""

import concurrent.futures
import multiprocessing
import os
import pathlib
import shlex
import subprocess
import sys
import tempfile
import time
import traceback

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
        self.found = None  # (queries asked, SQL)

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


def find(variants, start, place, results):
    """Asks query after query of all that are not found yet; tells in place
    which is asked what, in case that it does not live through it."""
    left = list(enumerate(variants))
    for first in range(start - start % same_world.QUERIES_OF_STORE,
                       FIRST + QUERIES, same_world.QUERIES_OF_STORE):
        if not left:
            return
        with same_world.World(first // same_world.QUERIES_OF_STORE) as world:
            for _, variant in left:
                world.add(variant.name, variant.library)
            for seed in range(max(first, start),
                              first + same_world.QUERIES_OF_STORE):
                for one in list(left):
                    place[:] = one[0], seed
                    sql = ask(world, one[1], seed)
                    if sql:
                        results.put((one[0], seed, sql))
                        left.remove(one)


def find_and_leave(*arguments):
    """find() as all that a forked process does."""
    code = 1
    try:
        find(*arguments)
        code = 0
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(code)


def ask(world, variant, seed):
    try:
        difference = world.difference(seed, (variant.name,))
    except same_world.Late:
        return None
    return difference and difference.query.sql()[0]


def watch(variants):
    """Finds in a process of its own: what is broken may end it."""
    fork = multiprocessing.get_context("fork")
    place, start = fork.Array("q", [0, FIRST], lock=False), FIRST
    left = list(variants)
    while left:
        results = fork.SimpleQueue()
        process = fork.Process(target=find_and_leave,
                               args=(left, start, place, results))
        process.start()
        process.join()
        found = {}
        while not results.empty():
            i, seed, sql = results.get()
            found[i] = seed, sql
        if process.exitcode < 0:
            found[place[0]] = place[1], f"signal {-process.exitcode}"
        for i, (seed, sql) in found.items():
            left[i].found = seed - FIRST + 1, sql
        if process.exitcode >= 0:
            return
        start = place[1]
        left = [one for one in left if not one.found]


def work(folder, mutations):
    """Builds and finds some variants: (verdict, what to print) of each."""
    verdicts, variants = [], []
    for i, mutation in enumerate(mutations):
        variant = Variant(*mutation)
        try:
            variant.build(folder / str(i))
            variants.append(variant)
        except AssertionError as reason:
            verdicts.append((False, f"{variant.name}: {reason}"))
    watch(variants)
    for variant in variants:
        if variant.found:
            n, sql = variant.found
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
            concurrent.futures.ThreadPoolExecutor(n_workers) as pool:
        tasks = []
        for i in range(n_workers):
            own = pathlib.Path(folder) / str(i)
            own.mkdir()
            tasks.append(pool.submit(work, own, chosen[i::n_workers]))
        verdicts = [one for task in tasks for one in task.result()]
    for works, text in verdicts:
        print("ok" if works else "not ok", text)
    passed = sum(works for works, _ in verdicts)
    print(f"# {time.monotonic() - started:.0f} s")
    print(f"{passed} passed, {len(verdicts) - passed} failed, 0 skipped")
    return 0 if passed == len(verdicts) else 1


if __name__ == "__main__":
    sys.exit(main())
