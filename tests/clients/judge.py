"""The genuine Neptune clients judge the local server.

    judge.py [-k PATTERN]… [--pages | --no-pages]

Every test is a call of neptune_query, neptune_fetcher 0.x or
neptune_fetcher.alpha, unmodified, whose answer is compared with what is
stored (truth.py). The script `run` beside this one sets up all it needs.
Where it tells something, the same calls are made again with tiny pages
(--pages: only that; --no-pages: not that).
The last line counts: N passed, N failed, N skipped.
"""

import argparse
import os
import re
import signal
import subprocess
import sys
import unittest
import warnings

MODULES = ["test_store", "test_filters", "test_tables", "test_metrics",
           "test_buckets", "test_series", "test_files", "test_fetcher",
           "test_alpha", "test_errors", "test_projects", "test_servers",
           "test_writing", "test_logging", "test_uploads", "test_parity",
           "test_restarts", "test_bad_logging", "test_sweep"]
LIMIT = 600  # seconds for a test
PAGED = ["test_filters.Names", "test_tables", "test_metrics.Previews",
         "test_metrics.Metrics", "test_fetcher.Frames", "test_alpha.Lists",
         "test_alpha.Tables", "test_series.Series", "test_series.LastValues"]
TINY = {
    "NEPTUNE_QUERY_EXPERIMENT_SYS_ATTRS_BATCH_SIZE": "13",
    "NEPTUNE_QUERY_ATTRIBUTE_DEFINITIONS_BATCH_SIZE": "3",
    "NEPTUNE_QUERY_ATTRIBUTE_VALUES_BATCH_SIZE": "37",
    "NEPTUNE_QUERY_SERIES_BATCH_SIZE": "29",
    "NEPTUNE_QUERY_ENTRIES_SEARCH_MAX_PROJECTION_ATTRIBUTES": "3",
    "NEPTUNE_FETCHER_EXPERIMENT_SYS_ATTRS_BATCH_SIZE": "16",
    "NEPTUNE_FETCHER_ATTRIBUTE_DEFINITIONS_BATCH_SIZE": "4",
    "NEPTUNE_FETCHER_ATTRIBUTE_VALUES_BATCH_SIZE": "20",
    "NEPTUNE_FETCHER_SERIES_BATCH_SIZE": "5",
    "NEPTUNE_FETCH_COLUMNS_BATCH_SIZE": "7",
    "NEPTUNE_FETCH_RUNS_BATCH_SIZE": "10",
}


def selected(patterns, paged):
    loader = unittest.TestLoader()
    if patterns:
        loader.testNamePatterns = [f"*{pattern}*" for pattern in patterns]
    return loader.loadTestsFromNames(PAGED if paged else MODULES)


class Limited(unittest.TextTestResult):
    """What hangs, a test or what is made before the next, fails in the end."""

    def startTestRun(self):
        super().startTestRun()
        signal.signal(signal.SIGALRM, self.give_up)
        signal.alarm(LIMIT)

    def startTest(self, test):
        signal.alarm(LIMIT)
        super().startTest(test)

    def stopTest(self, test):
        super().stopTest(test)
        signal.alarm(LIMIT)

    def stopTestRun(self):
        signal.alarm(0)
        super().stopTestRun()

    @staticmethod
    def give_up(*_):
        raise TimeoutError(f"no end after {LIMIT} s")


def judge(patterns, paged):
    """Run here; gives (passed, failed, skipped)."""
    warnings.simplefilter("ignore")
    result = unittest.TextTestRunner(
        stream=sys.stdout, verbosity=1 if paged else 2, buffer=True,
        resultclass=Limited, warnings="ignore").run(selected(patterns, paged))
    broken = {test.id().split(" ")[0]
              for test, _ in result.failures + result.errors}
    failed, skipped = len(broken), len(result.skipped)
    return result.testsRun - failed - skipped, failed, skipped


def judge_pages(patterns):
    """The same in a process whose clients ask for tiny pages."""
    print("Again, with tiny pages:", flush=True)
    command = [sys.executable, os.path.abspath(__file__), "--pages"]
    for pattern in patterns or ():
        command += ["-k", pattern]
    done = subprocess.run(command, env={**os.environ, **TINY},
                          stdout=subprocess.PIPE, text=True)
    print(done.stdout.rpartition("\n")[0].rpartition("\n")[0], flush=True)
    counts = re.search(r"(\d+) passed, (\d+) failed, (\d+) skipped\n$",
                       done.stdout)
    return tuple(map(int, counts.groups())) if counts else (0, 1, 0)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("-k", action="append", dest="patterns")
    parser.add_argument("--pages", action="store_true")
    parser.add_argument("--no-pages", action="store_true")
    arguments = parser.parse_args()
    counts = judge(arguments.patterns, arguments.pages)
    if not (arguments.pages or arguments.no_pages):
        more = judge_pages(arguments.patterns)
        counts = tuple(a + b for a, b in zip(counts, more))
    sys.stdout.flush()
    print("%d passed, %d failed, %d skipped" % counts)
    return 0 if counts[1] == 0 and counts[0] > 0 else 1


if __name__ == "__main__":
    sys.exit(main())
