"""neptune_fetcher.alpha: the generation between 0.x and neptune_query.

It differs by aggregates of series in filters, sorting and columns.
"""

import re

import neptune_fetcher.alpha as npt
import neptune_fetcher.alpha.runs as npt_runs
from neptune_fetcher.alpha.filters import Attribute, AttributeFilter, Filter

import frames
import odd
from world import (ODD, SAMPLE, Judged, add_cases, aggregate_in,
                   by_custom_id, by_experiment, last_in)

IN_ODD = npt.get_context().with_project(ODD.name)
AGGREGATES = ["last", "min", "max", "average", "variance"]
LOSS = "metrics/train/loss"


class Lists(Judged):

    def test_experiments(self):
        self.assertEqual(sorted(npt.list_experiments()),
                         sorted(map(by_experiment, SAMPLE.heads())))

    def test_experiments_by_regex(self):
        heads = SAMPLE.heads()
        self.assert_some(npt.list_experiments(r"^reg.*\d$"),
                         [r.experiment for r in heads
                          if re.search(r"^reg.*\d$", r.experiment)], heads)

    def test_experiments_by_names(self):
        names = ["gamma.*[x]", 'exp "quoted" \\ ü']
        self.assertEqual(
            sorted(npt.list_experiments(names + ["none"], context=IN_ODD)),
            sorted(names))

    def test_runs(self):
        self.assertEqual(sorted(npt_runs.list_runs(context=IN_ODD)),
                         sorted(map(by_custom_id, ODD.runs)))

    def test_runs_by_several_regexes(self):
        filter_ = (Filter.matches_all("sys/custom_run_id", ["bulk", "1"])
                   & Filter.matches_none("sys/custom_run_id", ["0", "2$"]))
        self.assert_some(
            npt_runs.list_runs(filter_, context=IN_ODD),
            [r.custom_id for r in ODD.runs
             if re.search("bulk.*1", r.custom_id)
             and not re.search("0|2$", r.custom_id)], ODD.runs)

    def test_runs_by_tags(self):
        filter_ = (Filter.contains_all("sys/tags", ["grid", "adam"])
                   & Filter.contains_none("sys/group_tags", ["week-07"]))
        self.assert_some(
            npt_runs.list_runs(filter_),
            [r.custom_id for r in SAMPLE.runs
             if {"grid", "adam"} <= r.value("sys/tags")
             and "week-07" not in (r.value("sys/group_tags") or ())],
            SAMPLE.runs)

    def test_attributes(self):
        found = npt.list_attributes(attributes=AttributeFilter(
            name_matches_all=["^metrics", "a"],
            name_matches_none=["lr", "test"]))
        self.assertEqual(sorted(found), [
            "metrics/grad_norm", "metrics/train/acc",
            "metrics/train/batch_loss", "metrics/train/loss",
            "metrics/val/acc", "metrics/val/loss"])

    def test_attributes_of_runs(self):
        self.assertEqual(
            sorted(npt_runs.list_attributes(["loner"], r"^m/",
                                            context=IN_ODD)), ["m/loss"])

    def test_attributes_by_exact_odd_names(self):
        self.assertEqual(
            sorted(npt.list_attributes(attributes=odd.ODD_PATHS,
                                       context=IN_ODD)),
            sorted(odd.ODD_PATHS))


def aggregate_case(self, name, make, bound, holds):
    attribute = Attribute(LOSS, aggregation=name, type="float_series")
    test = aggregate_in(LOSS, name, holds)
    self.assert_some(npt.list_experiments(make(attribute, bound)),
                     [r.experiment for r in SAMPLE.heads() if test(r)],
                     SAMPLE.heads())


add_cases(Lists, {
    "where_last": ("last", Filter.le, 0.02, lambda x: x <= 0.02),
    "where_min": ("min", Filter.lt, 0.02, lambda x: x < 0.02),
    "where_max": ("max", Filter.gt, 3, lambda x: x > 3),
    "where_average": ("average", Filter.ge, 0.4, lambda x: x >= 0.4),
    "where_variance": ("variance", Filter.gt, 0.3, lambda x: x > 0.3),
}, aggregate_case)


class Tables(Judged):

    def test_every_aggregate(self):
        for fetch, project, runs, path, label in (
                (npt.fetch_experiments_table, SAMPLE, SAMPLE.heads(), LOSS,
                 by_experiment),
                (npt_runs.fetch_runs_table, ODD, ODD.runs, "m/finite",
                 by_custom_id),
                (npt_runs.fetch_runs_table, ODD, ODD.runs, "m/preview",
                 by_custom_id)):
            frame = fetch(
                attributes=AttributeFilter(name_eq=path,
                                           type_in=["float_series"],
                                           aggregations=AGGREGATES),
                context=npt.get_context().with_project(project.name))
            rows = dict(frames.rows(frame))
            for run in runs:
                for name in AGGREGATES:
                    expected = run.aggregate(path, name)
                    if expected is None or expected != expected:
                        continue  # nothing finite: the clients see 0
                    self.assert_near(rows[label(run)][path, name], expected)

    def test_not_a_number_as_last_value(self):
        frame = npt_runs.fetch_runs_table(
            runs=["edge-2"], attributes=AttributeFilter(
                name_eq=["m/finite"], aggregations=["last", "min"]),
            context=IN_ODD)
        ((_, row),) = frames.rows(frame)
        self.assertEqual(row, {("m/finite", "min"): 0.0})

    def test_parameters(self):
        names = ["config/lr", "config/optimizer", "config/augment"]
        frame = npt.fetch_experiments_table(attributes=names)
        rows = dict(frames.rows(frame))
        for run in SAMPLE.heads():
            expected = frames.expected_row(run, lambda p, _: p in names)
            self.assertEqual(rows[run.experiment],
                             {(p, ""): v for p, v in expected.items()})

    def test_sorted_by_an_aggregate(self):
        for name, direction in (("min", "asc"), ("max", "desc"),
                                ("average", "asc"), ("variance", "desc"),
                                ("last", "desc")):
            frame = npt.fetch_experiments_table(
                sort_by=Attribute("metrics/val/acc", aggregation=name,
                                  type="float_series"),
                sort_direction=direction)
            self.assert_ordered(
                list(frame.index), SAMPLE.heads(), by_experiment,
                lambda r: near(r.aggregate("metrics/val/acc", name)),
                direction == "desc")

    def test_newest_few(self):
        frame = npt_runs.fetch_runs_table(limit=4)
        newest = sorted(SAMPLE.runs, reverse=True,
                        key=lambda run: run.row["creation_time"])
        self.assertEqual(list(frame.index),
                         [run.custom_id for run in newest[:4]])

    def test_names_by_default(self):
        frame = npt.fetch_experiments_table("^grid")
        self.assertEqual(list(frame.index), list(frame["sys/name", ""]))


def near(value):
    """Aggregates that differ by rounding only are ties."""
    return None if value is None else round(value, 10)


class Metrics(Judged):

    def test_points_of_experiments(self):
        runs = [r for r in SAMPLE.heads() if "curr" in r.experiment]
        points = frames.expected_points(
            runs, ["metrics/val/loss", "metrics/train/loss"], by_experiment)
        frame = npt.fetch_metrics("curr", "(val|train)/loss$")
        self.assertEqual(frames.cells(frame), frames.expected_cells(points))

    def test_own_points_of_runs(self):
        runs = [ODD.run(name) for name in ("root/2", "b fork", "d-fork")]
        points = frames.expected_points(runs, ["m/loss"], by_custom_id,
                                        "run")
        frame = npt_runs.fetch_metrics(
            [run.custom_id for run in runs], ["m/loss"],
            lineage_to_the_root=False, context=IN_ODD)
        self.assertEqual(frames.cells(frame), frames.expected_cells(points))

    def test_range_and_tail(self):
        run = ODD.experiment("alpha")
        points = frames.expected_points(
            [run], ["m/loss"], by_experiment, steps=(2, 7.5), tail=3)
        frame = npt.fetch_metrics(
            ["alpha"], "^m/loss$", step_range=(2, 7.5), tail_limit=3,
            context=IN_ODD)
        self.assertEqual(frames.cells(frame), frames.expected_cells(points))

    def test_times_and_previews(self):
        run = ODD.experiment("edges one")
        points = frames.expected_points(
            [run], ["m/preview"], by_experiment, previews=True)
        frame = npt.fetch_metrics(
            ["edges one"], ["m/preview"], include_time="absolute",
            include_point_previews=True, context=IN_ODD)
        found = {step: (row["m/preview", "value"],
                        row["m/preview", "preview_completion"])
                 for (_, step), row in frames.cells(frame).items()}
        self.assertEqual(found, {p.step: (p.value, p.completion)
                                 for _, _, p in points})


class Filters(Judged):
    """The same NQL as neptune_query's, with this client's own types."""

    def test_negations_and_missing(self):
        filter_ = Filter.negate(Filter.eq("bulk/third", 1))
        self.assert_some(
            npt_runs.list_runs(filter_, context=IN_ODD),
            [r.custom_id for r in ODD.runs if r.value("bulk/third") != 1],
            ODD.runs)

    def test_any_and_all(self):
        filter_ = Filter.any(
            Filter.all(Filter.eq("config/optimizer", "adam"),
                       Filter.lt("config/lr", 0.001)),
            Filter.exists("config/weight_decay"))
        low = last_in("config/lr", "float", lambda x: x < 0.001)
        self.assert_some(
            npt.list_experiments(filter_),
            [r.experiment for r in SAMPLE.heads()
             if r.value("config/optimizer") == "adam" and low(r)
             or r.value("config/weight_decay") is not None],
            SAMPLE.heads())
