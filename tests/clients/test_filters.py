"""neptune_query filters: every operator, type, aggregate and negation.

A case is a filter and what it should mean, as a predicate on stored runs.
"""

import re
import warnings
from datetime import datetime, timedelta, timezone

import neptune_query as nq
import neptune_query.runs as nq_runs
from neptune_query.filters import Attribute, Filter
from neptune_query.internal import filters as internal

import odd
from world import (ODD, SAMPLE, Judged, add_cases, aggregate_in,
                   by_custom_id, by_experiment, last_in)

JAPAN = timezone(timedelta(hours=9))


def has(path, type_=None):
    return lambda run: run.value(path, type_) is not None


def both(*tests):
    return lambda run: all(test(run) for test in tests)


def either(*tests):
    return lambda run: any(test(run) for test in tests)


def no(test):
    return lambda run: not test(run)


def equals(path, type_, value):
    return last_in(path, type_, lambda found: found == value)


def matches(path, pattern, type_="string"):
    return last_in(path, type_, lambda text: re.search(pattern, text))


def contains(path, part):
    return last_in(path, None, lambda found: part in found)


def aggregated(name, path):
    """The public Attribute knows no aggregates; the client's filters do."""
    return internal._Attribute(path, aggregation=name, type="float_series")


ODD_CASES = {
    "int_equal": (Filter.eq("num/int", 0), equals("num/int", "int", 0)),
    "int_largest": (Filter.eq("num/int", 2**63 - 1),
                    equals("num/int", "int", 2**63 - 1)),
    "int_smallest": (Filter.le("num/int", -2**63),
                     equals("num/int", "int", -2**63)),
    "int_beyond_the_precision_of_doubles": (
        Filter.eq("num/big", 2**53 + 1),
        equals("num/big", "int", 2**53 + 1)),
    "int_range": (
        Filter.ge("bulk/n", 5) & Filter.lt("bulk/n", 9),
        last_in("bulk/n", "int", lambda n: 5 <= n < 9)),
    "int_not_equal": (
        Filter.ne("bulk/third", 1) & Filter.exists("bulk/third"),
        last_in("bulk/third", "int", lambda n: n != 1)),
    "int_negated_equal_holds_for_missing": (
        ~Filter.eq("bulk/third", 1), no(equals("bulk/third", "int", 1))),
    "float_equal": (Filter.eq("num/float", 0.1),
                    equals("num/float", "float", 0.1)),
    "float_greater_with_exponent": (
        Filter.gt("num/float", 1e300),
        last_in("num/float", "float", lambda x: x > 1e300)),
    "float_less_finds_negative_infinity": (
        Filter.lt("num/float", -1e300),
        last_in("num/float", "float", lambda x: x < -1e300)),
    "float_nan_is_not_less_or_equal": (
        Filter.le("num/float", 1e308),
        last_in("num/float", "float", lambda x: x <= 1e308)),
    "float_negated_holds_for_nan": (
        ~Filter.le("num/float", 1e308) & Filter.exists("num/float"),
        both(has("num/float"), no(last_in(
            "num/float", "float", lambda x: x <= 1e308)))),
    "float_negative_bound": (
        Filter.le("bulk/f", -0.875),
        last_in("bulk/f", "float", lambda x: x <= -0.875)),
    "string_equal_with_quotes_and_backslash": (
        Filter.eq("text/any", 'He said "hi" \\ bye'),
        equals("text/any", "string", 'He said "hi" \\ bye')),
    "string_equal_empty": (Filter.eq("text/any", ""),
                           equals("text/any", "string", "")),
    "string_equal_is_no_number": (Filter.eq("text/any", 100),
                                  equals("text/any", "string", "100")),
    "string_not_equal": (
        Filter.ne("text/any", "100") & Filter.exists("text/any"),
        last_in("text/any", "string", lambda s: s != "100")),
    "string_contains_quote_and_backslash": (
        Filter.contains_all("text/any", '"hi" \\'),
        contains("text/any", '"hi" \\')),
    "string_contains_all_of_several": (
        Filter.contains_all("text/any", ["größe", "名前", "🚀"]),
        contains("text/any", "größe")),
    "string_contains_newline": (
        Filter.contains_all("text/any", "two\nlines"),
        contains("text/any", "two\nlines")),
    "string_contains_minds_case": (
        Filter.contains_all("text/any", "H"), contains("text/any", "H")),
    "string_contains_none_holds_for_missing": (
        Filter.contains_none("text/any", ["hi", "two"]),
        no(either(contains("text/any", "hi"), contains("text/any", "two")))),
    "string_matches_is_searched": (
        Filter.matches("text/any", r"s[a-z]+d"),
        matches("text/any", r"s[a-z]+d")),
    "string_matches_anchored": (
        Filter.matches("text/any", r"^\d+$"), matches("text/any", r"^\d+$")),
    "string_matches_folding_case": (
        Filter.matches("text/any", r"(?i)^HE SAID"),
        matches("text/any", r"(?i)^HE SAID")),
    "string_matches_dot_stops_at_newline": (
        Filter.matches("text/any", r"^two.lines") |
        Filter.matches("text/any", r"said."),
        either(matches("text/any", r"^two.lines"),
               matches("text/any", r"said."))),
    "string_matches_backslash_and_quote": (
        Filter.matches("text/any", r'"hi" \\ '),
        matches("text/any", r'"hi" \\ ')),
    "string_matches_extended_syntax": (
        Filter.matches("sys/name", r"^bulk & !1 & !2 | edge & o.r"),
        either(both(matches("sys/name", "^bulk"), no(matches("sys/name", "1")),
                    no(matches("sys/name", "2"))),
               both(matches("sys/name", "edge"),
                    matches("sys/name", "o.r")))),
    "string_not_matches_holds_for_missing": (
        Filter.matches("text/any", "!e"), no(matches("text/any", "e"))),
    "bool_true": (Filter.eq("flag", True), equals("flag", "bool", True)),
    "bool_false": (Filter.eq("flag", False), equals("flag", "bool", False)),
    "bool_not_equal": (
        Filter.ne("flag", False) & Filter.exists("flag"),
        equals("flag", "bool", True)),
    "datetime_less_before_1970": (
        Filter.lt("when", datetime(1970, 1, 1, tzinfo=timezone.utc)),
        last_in("when", "datetime", lambda t: t.year < 1970)),
    "datetime_equal_to_the_millisecond_in_another_zone": (
        Filter.eq("when", datetime(2024, 2, 29, 21, 34, 56, 789000, JAPAN)),
        equals("when", "datetime", odd.when("2024-02-29 12:34:56.789"))),
    "datetime_greater_or_equal_text_with_short_offset": (
        Filter.ge(Attribute("when", type="datetime"),
                  "2024-02-29T21:34:56.789+09"),
        last_in("when", "datetime",
                lambda t: t >= odd.when("2024-02-29 12:34:56.789"))),
    "datetime_greater_text_in_utc": (
        Filter.gt(Attribute("when", type="datetime"),
                  "2024-02-29T12:34:56.789Z"),
        last_in("when", "datetime",
                lambda t: t > odd.when("2024-02-29 12:34:56.789"))),
    "datetime_between_two_milliseconds": (
        Filter.gt("when", odd.when("2024-02-29 12:34:56.788500"))
        & Filter.lt("when", odd.when("2024-02-29 12:34:56.789500"))
        & ~Filter.eq("when", odd.when("2024-02-29 12:34:56.789500")),
        equals("when", "datetime", odd.when("2024-02-29 12:34:56.789"))),
    "datetime_equal_needs_the_whole_fraction": (
        ~Filter.eq("when", odd.when("2024-02-29 12:34:56.789001"))
        & Filter.ge("when", odd.when("2024-01-01 00:00:00"))
        & Filter.le("when", odd.when("2024-02-29 12:34:56.789001")),
        last_in("when", "datetime", lambda t: t.year == 2024)),
    "datetime_relative_hours": (
        Filter.gt("sys/creation_time", "-2h"),
        lambda run: run.custom_id == "edge-4"),
    "datetime_relative_months": (
        Filter.lt("sys/creation_time", "-1M"),
        lambda run: run.custom_id != "edge-4"),
    "set_contains": (Filter.contains_all("sys/tags", "x"),
                     contains("sys/tags", "x")),
    "set_contains_a_member_not_a_part": (
        Filter.contains_all("labels", "a,b"), contains("labels", "a,b")),
    "set_contains_all_with_odd_characters": (
        Filter.contains_all("sys/tags", ['q"uote', "ü", "back\\slash"]),
        contains("sys/tags", "ü")),
    "set_contains_none": (
        Filter.contains_none("sys/tags", ["third-0", "third-1"]),
        no(either(contains("sys/tags", "third-0"),
                  contains("sys/tags", "third-1")))),
    "set_that_may_be_absent": (
        Filter.contains_all("sys/group_tags", "g2"),
        contains("sys/group_tags", "g2")),
    "exists": (Filter.exists("bulk/word"), has("bulk/word")),
    "exists_negated": (~Filter.exists("bulk/word"), no(has("bulk/word"))),
    "exists_although_empty": (Filter.exists("labels"), has("labels")),
    "exists_of_one_type": (
        Filter.exists(Attribute("mixed", type="float_series")),
        has("mixed", "float_series")),
    "mixed_type_int": (Filter.eq(Attribute("mixed", type="int"), 3),
                       equals("mixed", "int", 3)),
    "mixed_type_float": (Filter.gt(Attribute("mixed", type="float"), 2),
                         last_in("mixed", "float", lambda x: x > 2)),
    "mixed_type_string": (Filter.eq(Attribute("mixed", type="string"), "3"),
                          equals("mixed", "string", "3")),
    "mixed_type_bool": (Filter.eq(Attribute("mixed", type="bool"), True),
                        equals("mixed", "bool", True)),
    "mixed_type_set": (
        Filter.contains_all(Attribute("mixed", type="string_set"), "3"),
        equals("mixed", "string_set", frozenset({"3"}))),
    "mixed_type_negated_holds_for_other_types": (
        ~Filter.eq(Attribute("mixed", type="int"), 3) & Filter.exists(
            "bulk/n"),
        both(has("bulk/n"), no(equals("mixed", "int", 3)))),
    "series_last_with_infinity": (
        Filter.gt("m/loss", 9.75),
        last_in("m/loss", "float_series", lambda x: x > 9.75)),
    "series_last_is_inherited": (
        Filter.eq("m/only-root", 2.5),
        last_in("m/only-root", "float_series", lambda x: x == 2.5)),
    "owner_not_ascii": (Filter.eq("sys/owner", "ännä"),
                        equals("sys/owner", "string", "ännä")),
    "failed": (Filter.eq("sys/failed", True),
               equals("sys/failed", "bool", True)),
    "archived": (Filter.eq("sys/archived", True), lambda run: run.archived),
    "run_id_with_quotes_and_slash": (
        Filter.eq("sys/custom_run_id", 'id "quoted" \\ ü/1'),
        lambda run: run.custom_id == 'id "quoted" \\ ü/1'),
    "is_head_of_its_experiment": (
        Filter.eq("sys/experiment/is_head", True), lambda run: run.is_head),
    "fork_depth": (Filter.ge("sys/forking/depth", 2),
                   last_in("sys/forking/depth", "int", lambda n: n >= 2)),
    "size_in_bytes": (Filter.gt("sys/size", 1000),
                      last_in("sys/size", "int", lambda n: n > 1000)),
    "nested": (
        (Filter.eq("bulk/third", 0) | Filter.gt("bulk/f", 1.5))
        & ~(Filter.eq("bulk/word", "gg") | Filter.lt("bulk/n", 4)),
        lambda run: run.value("bulk/n") is not None and (
            run.value("bulk/third") == 0 or run.value("bulk/f") > 1.5)
        and not (run.value("bulk/word") == "gg" or run.value("bulk/n") < 4)),
}


class OddRuns(Judged):
    """runs.list_runs with a filter, over the odd data."""

    def judge(self, filter_, holds):
        found = nq_runs.list_runs(project=ODD.name, runs=filter_)
        self.assert_some(found, [r.custom_id for r in ODD.runs if holds(r)],
                         ODD.runs)

    def test_every_odd_path(self):
        for n, path in enumerate(odd.ODD_PATHS):
            with self.subTest(path=path[:20]):
                found = nq_runs.list_runs(
                    project=ODD.name, runs=Filter.eq(path, n))
                self.assertEqual(found, ['id "quoted" \\ ü/1'])

    def test_attribute_that_no_run_has(self):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found = nq_runs.list_runs(
                project=ODD.name, runs=Filter.eq("no/such/path", 1))
        self.assertEqual(found, [])


add_cases(OddRuns, ODD_CASES, OddRuns.judge)


SAMPLE_CASES = {
    "float": (Filter.lt("config/lr", 0.002),
              last_in("config/lr", "float", lambda x: x < 0.002)),
    "int": (Filter.ge("config/hidden_units", 96),
            last_in("config/hidden_units", "int", lambda n: n >= 96)),
    "string": (Filter.eq("config/optimizer", "momentum"),
               equals("config/optimizer", "string", "momentum")),
    "bool": (Filter.eq("config/augment", True),
             equals("config/augment", "bool", True)),
    "set": (Filter.contains_all("config/features", ["edges", "pixels"]),
            both(contains("config/features", "edges"),
                 contains("config/features", "pixels"))),
    "datetime": (
        Filter.gt("config/data_snapshot",
                  datetime(2026, 2, 1, tzinfo=timezone.utc)),
        last_in("config/data_snapshot", "datetime", lambda t: t.month > 1)),
    "description": (Filter.contains_all("sys/description", "学習率"),
                    contains("sys/description", "学習率")),
    "seed_as_text": (
        Filter.matches(Attribute("config/seed", type="string"), "^n"),
        matches("config/seed", "^n")),
    "seed_as_number": (
        Filter.gt(Attribute("config/seed", type="int"), 20),
        last_in("config/seed", "int", lambda n: n > 20)),
    "failed_but_kept": (
        Filter.eq("sys/failed", True) & ~Filter.eq("sys/archived", True),
        lambda run: run.value("sys/failed") and not run.archived),
    "missing_parameter": (
        ~Filter.exists("config/dropout") & Filter.exists("config/lr"),
        both(no(has("config/dropout")), has("config/lr"))),
    "group_tags": (Filter.contains_all("sys/group_tags", "week-07"),
                   contains("sys/group_tags", "week-07")),
    "several": (
        Filter.contains_all("sys/tags", "grid")
        & (Filter.eq("config/optimizer", "adam")
           | Filter.eq("config/optimizer", "rmsprop"))
        & Filter.le("config/lr", 0.001),
        both(contains("sys/tags", "grid"),
             last_in("config/optimizer", "string",
                     lambda name: name in ("adam", "rmsprop")),
             last_in("config/lr", "float", lambda x: x <= 0.001))),
}


class SampleExperiments(Judged):
    """list_experiments with a filter, over the sample project."""

    def judge(self, filter_, holds):
        heads = SAMPLE.heads()
        found = nq.list_experiments(experiments=filter_)
        self.assert_some(found, [r.experiment for r in heads if holds(r)],
                         heads)


add_cases(SampleExperiments, SAMPLE_CASES, SampleExperiments.judge)


class Names(Judged):
    """The first argument of every function: a regex, a list, nothing."""

    def test_every_experiment(self):
        for project in (SAMPLE, ODD):
            self.assertEqual(
                nq.list_experiments(project=project.name),
                sorted(map(by_experiment, project.heads())))

    def test_every_run(self):
        for project in (SAMPLE, ODD):
            self.assertEqual(nq_runs.list_runs(project=project.name),
                             sorted(map(by_custom_id, project.runs)))

    def test_experiments_by_regex(self):
        heads = SAMPLE.heads()
        self.assert_some(
            nq.list_experiments(experiments=r"^grid & lr0\.001 | final$"),
            [run.experiment for run in heads
             if re.search(r"^grid", run.experiment)
             and "lr0.001" in run.experiment
             or run.experiment.endswith("final")], heads)

    def test_experiments_by_exact_names(self):
        names = ["gamma.*[x]", 'exp "quoted" \\ ü', "beta α/β"]
        self.assertEqual(
            nq.list_experiments(project=ODD.name,
                                experiments=names + ["no such"]),
            sorted(names))

    def test_experiments_by_name_filter(self):
        self.assertEqual(
            nq.list_experiments(project=ODD.name,
                                experiments=Filter.name("^bulk 1[0-3]$")),
            ["bulk 10", "bulk 11", "bulk 12", "bulk 13"])

    def test_runs_by_regex(self):
        self.assert_some(
            nq_runs.list_runs(project=ODD.name, runs=r"^root|-\d$"),
            [run.custom_id for run in ODD.runs
             if re.search(r"^root|-\d$", run.custom_id)], ODD.runs)

    def test_runs_by_exact_ids(self):
        ids = ["root", "root/2", "c'fork", 'id "quoted" \\ ü/1']
        self.assertEqual(
            nq_runs.list_runs(project=ODD.name, runs=ids + ["no such"]),
            sorted(ids))

    def test_a_run_without_experiment_is_no_experiment(self):
        self.assertEqual(
            nq.list_experiments(
                project=ODD.name,
                experiments=Filter.eq("sys/custom_run_id", "loner")), [])

    def test_an_older_run_of_an_experiment_is_not_its_head(self):
        self.assertEqual(
            nq.list_experiments(project=ODD.name,
                                experiments=Filter.eq("sys/failed", True)),
            [])


AGGREGATES = {
    "min": ("min", "<", 0.05), "max": ("max", ">", 3.0),
    "average": ("average", "<=", 0.2), "variance": ("variance", ">", 0.5),
    "last": ("last", "<", 0.1),
}


class Aggregates(Judged):
    """Aggregates of a series in a filter, through the client's own NQL."""

    def judge(self, name, operator, bound):
        path = SERIES
        predicate = internal._AttributeValuePredicate(
            operator, aggregated(name, path), bound)
        compare = {"<": lambda x: x < bound, ">": lambda x: x > bound,
                   "<=": lambda x: x <= bound}[operator]
        holds = aggregate_in(path, name, compare)
        self.assert_some(
            nq_runs.list_runs(runs=Filter(predicate)),
            [run.custom_id for run in SAMPLE.runs if holds(run)],
            SAMPLE.runs)


SERIES = "metrics/train/loss"
add_cases(Aggregates, AGGREGATES, Aggregates.judge)
