"""What every judged call needs: the stored truth and the base test class.

From the environment: JUDGE_STORE, the file that the server reads;
NEPTUNE_PROJECT, the sample project; JUDGE_SERVER, the server's program.
"""

import os
import unittest

import kinds
import odd
import truth

STORE = os.environ["JUDGE_STORE"]
SERVER = os.environ["JUDGE_SERVER"]
TOKEN = os.environ["NEPTUNE_API_TOKEN"]
PROJECTS = truth.load(STORE)
SAMPLE = PROJECTS[os.environ["NEPTUNE_PROJECT"]]
ODD = PROJECTS[odd.PROJECT]
KINDS = PROJECTS[kinds.PROJECT]


def by_experiment(run):
    return run.experiment


def by_custom_id(run):
    return run.custom_id


def last_in(path, type_, holds):
    """A predicate on runs: the attribute is there and its value holds."""
    def test(run):
        value = run.value(path, type_)
        return value is not None and bool(holds(value))
    return test


def aggregate_in(path, name, holds):
    """The same for an aggregate of a float series."""
    def test(run):
        value = run.aggregate(path, name)
        return value is not None and bool(holds(value))
    return test


class Judged(unittest.TestCase):
    """A class of calls; each method is one behaviour."""

    maxDiff = 3000

    def assert_some(self, found, expected, everything):
        """Equal as sorted lists, and the case tells right from wrong."""
        self.assertGreater(len(expected), 0, "the case selects nothing")
        self.assertLess(len(expected), len(everything),
                        "the case selects everything")
        self.assertEqual(sorted(found), sorted(expected))

    def assert_near(self, found, expected):
        """Equal but for the rounding of sums."""
        if found == expected:
            return
        self.assertAlmostEqual(
            found, expected, delta=1e-9 * max(1.0, abs(expected)))

    def assert_ordered(self, labels, runs, label, key, descending):
        """Every run is there once; those that have a key are in order."""
        self.assertEqual(sorted(labels), sorted(map(label, runs)))
        by_label = {label(run): run for run in runs}
        keys = [key(by_label[name]) for name in labels]
        keys = [k for k in keys if k is not None]
        self.assertGreater(len(set(keys)), 1, "nothing to order")
        self.assertEqual(keys, sorted(keys, reverse=descending))


def add_cases(cls, cases, make):
    """One test method per entry of {name: arguments}."""
    for name, arguments in cases.items():
        def method(self, arguments=arguments):
            make(self, *arguments)
        method.__name__ = f"test_{name}"
        assert not hasattr(cls, method.__name__), name
        setattr(cls, method.__name__, method)
