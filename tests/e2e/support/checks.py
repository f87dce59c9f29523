"""A program of checks: each prints a line, the last line counts them."""

import concurrent.futures
import multiprocessing
import os
import sys
import time
import traceback

import harness


class Skip(Exception):
    """The check cannot run here; says why."""


def adapt_to_wrapping(skipped_under_valgrind=True):
    """Starts this program anew under NEPTUNE_WRAP: it loads neptune.so itself.

    Python alone takes minutes under Valgrind, where no_leaks.py drives the
    sqlite3 shell instead.
    """
    if not harness.WRAP or os.environ.get("NEPTUNE_WRAPPED"):
        os.environ.pop("LD_PRELOAD", None)  # not for what we start
        return
    if "valgrind" in harness.WRAP[0]:
        if skipped_under_valgrind:
            print("skip: Python under Valgrind, see no_leaks.py")
            print("0 passed, 0 failed, 1 skipped")
            sys.exit(0)
        return
    environment = dict(os.environ, NEPTUNE_WRAPPED="1")
    # Python's own leaks at exit are not ours; out_of_memory.c looks for those.
    environment["ASAN_OPTIONS"] = ":".join(
        filter(None, (os.environ.get("ASAN_OPTIONS"), "detect_leaks=0")))
    command = [*harness.WRAP, sys.executable, *sys.argv]
    os.execvpe(command[0], command, environment)


def expect(condition, message):
    if not condition:
        raise AssertionError(message)


def same(got, wanted, what="got"):
    expect(got == wanted, f"{what}: {got!r:.600}, wanted {wanted!r:.600}")


class Checks:
    """Collects functions; their docstring says what they show."""

    def __init__(self):
        self.cases = []

    def __call__(self, function):
        self.cases.append((function.__doc__.strip(), function, ()))
        return function

    def each(self, *rows):
        """The function is one check per row: (name, arguments…)."""
        def add(function):
            for name, *arguments in rows:
                text = f"{function.__doc__.strip()}: {name}"
                self.cases.append((text, function, arguments))
            return function
        return add

    def run(self, processes=1):
        """Runs all or those whose name has a word of the command line.

        processes: how many at once, where they wait more than they compute.
        """
        wanted = sys.argv[1:]
        cases = [case for case in self.cases if not wanted or
                 any(word in case[0] for word in wanted)]
        counts = {"ok": 0, "not ok": 0, "skip": 0}
        for case, (verdict, reason) in zip(cases, verdicts(cases, processes)):
            counts[verdict] += 1
            print(f"{verdict} {case[0]}{reason}", flush=True)
        print("{ok} passed, {not ok} failed, {skip} skipped".format(**counts))
        return 1 if counts["not ok"] else 0


def verdicts(cases, processes):
    if processes == 1:
        yield from (run_one(function, values) for _, function, values in cases)
        return
    forked[:] = cases  # functions cannot be sent to a process
    with fork(processes) as pool:
        for task in [pool.submit(run_forked, i) for i in range(len(cases))]:
            try:
                yield task.result()
            except concurrent.futures.BrokenExecutor as reason:
                yield "not ok", f": {reason}"


def fork(processes):
    """An executor of processes that notices if one dies, as no Pool does."""
    return concurrent.futures.ProcessPoolExecutor(
        processes, multiprocessing.get_context("fork"))


forked = []


def run_forked(number):
    return run_one(*forked[number][1:])


def run_one(function, arguments):
    started = time.monotonic()
    try:
        figure = function(*arguments)
    except Skip as reason:
        return "skip", f": {reason}"
    except AssertionError as reason:
        return "not ok", f": {reason}"
    except Exception:  # pylint: disable=broad-except
        return "not ok", "\n" + traceback.format_exc()
    seconds = time.monotonic() - started
    text = f" ({figure})" if figure else ""
    return "ok", text + (f" [{seconds:.1f} s]" if seconds > 1 else "")
