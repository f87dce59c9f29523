#!/usr/bin/python3
"""Each rule of the pushdown, broken, is found by the tester of same_rows.py.

usage: tests/e2e/broken_rules.py [WORD…]   those whose name has a word

A rule is broken in a copy of the source, in a folder of its own: that file is
compiled, and linked with the other objects of the build. All broken libraries
are asked the same queries, until each has given other rows than an ordinary
table or has failed.
"""

import concurrent.futures
import contextlib
import json
import os
import pathlib
import resource
import select
import shlex
import signal
import subprocess
import sys
import tempfile
import time

from support import broken, checks, same_world
import harness

QUERIES = 20000  # within which each must be found
FIRST = 1000  # seed of the first query
SIZE = same_world.QUERIES_OF_STORE
MOST_SILENCE = 180  # seconds; a query has same_world.SECONDS
MOST_CPU = 1500  # seconds of a search
MOST_MEMORY = 8 << 30  # address space
OBJECTS = harness.BUILD / "CMakeFiles/neptune_objects.dir"


class Variant:
    """A library with one rule broken."""

    def __init__(self, name, file, old, new):
        self.name, self.file, self.old, self.new = name, file, old, new
        self.library = None
        self.found = None  # (seed, SQL or how it ended)

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


# ---- the process that asks ----

def search(start, libraries):
    """Asks all libraries query after query from seed start on.

    Prints a line [number, seed] before library number is asked, so that it is
    known what this process did not live through, and [number, seed, SQL] once
    it has given other rows; it is not asked again.
    """
    # A rule that is broken may well never end.
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_CPU, MOST_CPU))
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    left = dict(enumerate(libraries))
    for first in range(start - start % SIZE, FIRST + QUERIES, SIZE):
        if not left:
            return
        with same_world.World(first // SIZE) as world:
            for number, library in left.items():
                say(number, max(first, start))
                world.add(number, library)
            for seed in range(max(first, start), first + SIZE):
                ask(world, left, seed)


def ask(world, left, seed):
    """One query of all that are left; takes out those that are found."""
    query = world.query(seed)
    try:
        wanted = world.ask("ordinary", query)
    except same_world.Late:
        return
    for number in list(left):
        say(number, seed)
        try:
            differs = world.results(query, (number,), wanted)
        except same_world.Late:
            continue
        if differs:
            say(number, seed, query.sql()[0])
            del left[number]


def say(*line):
    print(json.dumps(line), flush=True)


# ---- the process that watches ----

def watch(variants, folder):
    """Has them searched, anew without each that ends the process."""
    start, left = FIRST, list(variants)
    while left:
        start, reason = follow(start, left, folder)
        left = [one for one in left if not one.found]
        if not reason:
            return
        print(f"# {reason} at query {start - FIRST + 1}", flush=True)


def follow(start, variants, folder):
    """One search: (the last seed, None or what the last one died of)."""
    process = subprocess.Popen(
        [sys.executable, __file__, "--search", str(start),
         *(str(one.library) for one in variants)],
        stdout=subprocess.PIPE, start_new_session=True,
        env=dict(os.environ, TMPDIR=str(folder)))
    silent = None
    try:
        last, silent = read(process, variants)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)  # its server too
        code = process.wait()
        process.stdout.close()
    checks.expect(code <= 0, f"the search failed, exit status {code}")
    if code == 0 and not silent:
        return start, None
    checks.expect(last, "the search died before it asked")
    number, seed = last
    reason = silent or f"signal {-code}"
    variants[number].found = seed, reason
    return seed, reason


def read(process, variants):
    """Its lines until it ends: (the last [number, seed], why it was left)."""
    last, rest = None, ""
    while True:
        ready, _, _ = select.select([process.stdout], [], [], MOST_SILENCE)
        if not ready:
            return last, f"no answer in {MOST_SILENCE} s"
        text = os.read(process.stdout.fileno(), 1 << 16).decode("utf-8")
        if not text:
            process.wait(MOST_SILENCE)
            return last, None
        *lines, rest = (rest + text).split("\n")
        for number, seed, *sql in map(json.loads, lines):
            last = number, seed
            if sql:
                variants[number].found = seed, sql[0]


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
    try:
        watch(variants, folder)
    except AssertionError as reason:
        verdicts.append((False, str(reason)))
    for variant in variants:
        if variant.found:
            seed, sql = variant.found
            verdicts.append((True, f"{variant.name} "
                             f"(query {seed - FIRST + 1}: {sql:.200})"))
        else:
            verdicts.append((False, f"{variant.name}: not found"))
    return verdicts


def main():
    if harness.WRAP:
        print("skip: sanitizers find nothing in what is broken on purpose")
        print("0 passed, 0 failed, 1 skipped")
        return 0
    words = sys.argv[1:]
    if words[:1] == ["--search"]:
        search(int(words[1]), words[2:])
        return 0
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
