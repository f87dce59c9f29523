#!/usr/bin/python3
"""Random queries of random projects give the same rows in three ways.

usage: tests/e2e/same_rows.py [--queries N] [--seed N] [--forever]
  --queries N  so many, else 20000
  --seed N     this query alone, shown with its results and cut down; with
               --queries or --forever, from this one on
  --forever    until a difference is found, from a random seed

Each query is asked with pushdown on and of ordinary tables that hold the same
rows; every second one with pushdown off too, of joins every twentieth, as that
reads a table anew for each row. The seed of a query also names its project.
Known exceptions, not asked for: several values of a hidden input (refused);
row values whose members are no texts, which SQLite 3.40 compares without the
column's affinity if a virtual table takes them; terms in ON about the left
table of a LEFT JOIN, which SQLite 3.40 lets it drop rows by if the operator is
<>, IS NOT, IS NULL, LIKE, GLOB or REGEXP; x = 'a' COLLATE RTRIM OR x = 'b',
of which SQLite 3.40 makes an IN without the collation; in a join x = y AND
y = 'a' COLLATE RTRIM, of which it makes x = 'a' without one: there pushdown on
and off must agree.
"""

import argparse
import collections
import concurrent.futures
import itertools
import os
import random
import shutil
import sys
import time

from support import checks, same_world
import harness

SHOWN = 5  # differences of one project that are shown
SIZE = same_world.QUERIES_OF_STORE
FIRST = 301286500  # the seed of tests/run: what was green stays green
KEPT = harness.BUILD / "same_rows"


def run_store(task):
    """Queries [first, end) of one project: (differences, counts)."""
    first, end = task
    found, late = [], 0
    with same_world.World(first // SIZE) as world:
        for seed in range(first, end):
            try:
                difference = world.difference(seed)
            except same_world.Late:
                late += 1
                continue
            if difference:
                found.append(str(difference))
                if len(found) >= SHOWN:
                    break
        if found:
            found.append(keep(world))
        counts = {"queries": seed + 1 - first, "late": late, **world.counts}
    return found, counts


def keep(world):
    """Copies the store; returns what tells how to ask it again."""
    KEPT.mkdir(exist_ok=True)
    kept = KEPT / f"{world.number}.db"
    shutil.copyfile(world.store, kept)
    return (f"project of these seeds: neptune-server --store {kept}\n"
            f"  settings: {world.settings}\n" + "\n".join(
                f"  {table}({columns})"
                for table, columns in world.columns.items()))


def tasks(first, n_queries):
    """[first, first + n_queries) cut where the project changes."""
    end = first + n_queries if n_queries else None
    while end is None or first < end:
        stop = (first // SIZE + 1) * SIZE
        if end is not None:
            stop = min(stop, end)
        yield first, stop
        first = stop


def run_many(first, n_queries):
    """n_queries: 0 for no end. Returns whether all was the same."""
    started, total, works = time.monotonic(), collections.Counter(), True
    print(f"# seed {first}", flush=True)
    left = tasks(first, n_queries)
    with checks.fork(os.cpu_count()) as pool:
        while works and (batch := list(itertools.islice(left, 40))):
            runs = [pool.submit(run_store, task) for task in batch]
            for run in concurrent.futures.as_completed(runs):
                found, counts = run.result()
                total.update(counts)
                works = works and not found
                print(*found, sep="\n", end="\n" if found else "",
                      flush=True)
            print(f"# {dict(total)}, {time.monotonic() - started:.0f} s",
                  flush=True)
    # Of queries that fail or find nothing, little can be learnt.
    checks.expect(total["errors"] <= total["queries"] / 50, "many errors")
    checks.expect(total["queries"] < SIZE or
                  total["rows"] > total["queries"] / 4, "few rows")
    return works


def run_one(seed):
    """Shows one query; returns whether its results are the same."""
    with same_world.World(seed // SIZE) as world:
        query = world.query(seed)
        results = {name: world.ask(name, query) for name in world.connections}
        print(same_world.Difference(seed, query, results))
        difference = world.difference(seed, ("on", "off"))
        if not difference:
            return True
        print(f"\ncut down: {difference}\n{keep(world)}")
        return False


def main():
    checks.adapt_to_wrapping()
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--queries", type=int)
    parser.add_argument("--seed", type=int)
    parser.add_argument("--forever", action="store_true")
    options = parser.parse_args()
    first = options.seed
    if first is None:
        first = random.SystemRandom().randrange(10**6) * SIZE \
            if options.forever else FIRST
    if options.forever:
        works = run_many(first, 0)
    elif options.seed is not None and not options.queries:
        works = run_one(first)
    else:
        # Sanitizers make everything slow.
        works = run_many(first, options.queries or
                         (1000 if harness.WRAP else 20000))
    print(f"{int(works)} passed, {int(not works)} failed, 0 skipped")
    return 0 if works else 1


if __name__ == "__main__":
    sys.exit(main())
