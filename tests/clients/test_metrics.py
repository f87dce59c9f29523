"""neptune_query: points of series, with lineage, ranges, tails, previews."""

import re

import neptune_query as nq
import neptune_query.runs as nq_runs
from neptune_query.filters import AttributeFilter, Filter

import frames
import truth
from world import ODD, SAMPLE, Judged, add_cases, by_custom_id, by_experiment

FORKS = ["root", "root/2", "b fork", "c'fork", "d-fork"]


def series_paths(runs, pattern):
    return sorted({path for run in runs
                   for path, (type_, _) in run.attributes().items()
                   if type_ == "float_series" and re.search(pattern, path)})


class Metrics(Judged):
    """fetch_metrics: values of committed points."""

    def judge(self, frame, runs, paths, label, **how):
        points = frames.expected_points(runs, paths, label, **how)
        self.assertGreater(len(points), 0, "nothing to compare")
        self.assertEqual(frames.cells(frame), frames.expected_cells(points))

    def test_every_point_of_the_sample(self):
        runs = SAMPLE.heads()
        frame = nq.fetch_metrics(experiments=r".*", attributes="^metrics/")
        self.judge(frame, runs, series_paths(runs, "^metrics/"),
                   by_experiment)

    def test_every_point_of_every_run_of_the_sample(self):
        frame = nq_runs.fetch_metrics(runs=r".*", attributes="loss$")
        self.judge(frame, SAMPLE.runs, series_paths(SAMPLE.runs, "loss$"),
                   by_custom_id)

    def test_forks_inherit_up_to_their_step(self):
        frame = nq_runs.fetch_metrics(
            project=ODD.name, runs="root|fork",
            attributes="^m/(loss|only|shadow)")
        self.judge(frame, [ODD.run(name) for name in FORKS],
                   ["m/loss", "m/only-root", "m/shadowed"], by_custom_id)

    def test_forks_alone(self):
        frame = nq_runs.fetch_metrics(
            project=ODD.name, runs="root|fork", attributes="^m/loss$",
            lineage_to_the_root=False)
        self.judge(frame, [ODD.run(name) for name in FORKS], ["m/loss"],
                   by_custom_id, lineage="run")

    def test_lineage_within_the_experiment(self):
        for project, pattern in ((ODD, "^m/loss$"), (SAMPLE, "/loss$")):
            runs = project.heads()
            frame = nq.fetch_metrics(
                project=project.name, experiments=".*", attributes=pattern,
                lineage_to_the_root=False)
            self.judge(frame, runs, series_paths(runs, pattern),
                       by_experiment, lineage="experiment")

    def test_exact_run_ids_and_names_skip_the_search(self):
        ids = ["root/2", "b fork", "d-fork", 'id "quoted" \\ ü/1']
        names = ["m/loss", "m/new", "config/depth", "no such"]
        frame = nq_runs.fetch_metrics(project=ODD.name, runs=ids + ["none"],
                                      attributes=names)
        self.judge(frame, [ODD.run(name) for name in ids], names,
                   by_custom_id)

    def test_exact_names_in_experiments(self):
        names = ["metrics/val/loss", "metrics/val/acc", "config/lr"]
        frame = nq.fetch_metrics(experiments="^(tune|curr)",
                                 attributes=names)
        runs = [run for run in SAMPLE.heads()
                if re.search("^(tune|curr)", run.experiment)]
        self.judge(frame, runs, names, by_experiment)

    def test_by_a_filter_of_experiments(self):
        runs = [run for run in SAMPLE.heads()
                if run.value("config/augment", "bool")]
        frame = nq.fetch_metrics(experiments=Filter.eq("config/augment", True),
                                 attributes=AttributeFilter(name="val"))
        self.judge(frame, runs, series_paths(runs, "val"), by_experiment)

    def test_zero_at_step_zero(self):
        frame = nq.fetch_metrics(project=ODD.name, experiments=["edges one"],
                                 attributes=["m/zero"])
        self.assertEqual(frames.cells(frame),
                         {("edges one", 0.0): {"m/zero": 0.0}})

    def test_values_that_are_not_finite(self):
        runs = [run for run in ODD.heads() if "edge" in run.experiment]
        frame = nq.fetch_metrics(project=ODD.name, experiments="^edge",
                                 attributes=["m/finite"])
        self.judge(frame, runs, ["m/finite"], by_experiment)

    def test_steps_with_six_decimals(self):
        frame = nq.fetch_metrics(project=ODD.name, experiments=["edges one"],
                                 attributes="^m/micro$")
        self.assertEqual([step for _, step in frame.index],
                         [0.000001, 0.000002, 0.5, 123456.654321])

    def test_odd_experiment_names_as_labels(self):
        frame = nq.fetch_metrics(project=ODD.name, attributes=["m/loss"],
                                 experiments=["gamma.*[x]", "beta α/β"])
        self.judge(frame, [ODD.experiment("gamma.*[x]"),
                           ODD.experiment("beta α/β")], ["m/loss"],
                   by_experiment)

    def test_long_series(self):
        run = ODD.run("edge-1")
        frame = nq.fetch_metrics(
            project=ODD.name, experiments=["edges one"],
            attributes=["m/longer", "m/long"])
        self.judge(frame, [run], ["m/longer", "m/long"], by_experiment)

    def test_type_suffix(self):
        frame = nq.fetch_metrics(
            project=ODD.name, experiments=["alpha"], attributes=["m/loss"],
            type_suffix_in_column_names=True)
        self.assertEqual(list(frame.columns), ["m/loss:float_series"])

    def test_no_experiment_matches(self):
        frame = nq.fetch_metrics(experiments="^no such", attributes="loss")
        self.assertEqual(len(frame), 0)

    def test_no_attribute_matches(self):
        frame = nq.fetch_metrics(experiments=".*", attributes="^no such")
        self.assertEqual(len(frame), 0)

    def test_times(self):
        runs = [ODD.run(name) for name in FORKS]
        frame = nq_runs.fetch_metrics(
            project=ODD.name, runs="root|fork", attributes=["m/loss"],
            include_time="absolute")
        found = {key: row["m/loss", "absolute_time"]
                 for key, row in frames.cells(frame).items()}
        expected = {
            (label, point.step): truth.utc(point.millis) for label, _, point
            in frames.expected_points(runs, ["m/loss"], by_custom_id)}
        self.assertEqual(found, expected)


def range_case(self, steps, tail, lineage):
    """Step ranges include both ends; tails count what remains."""
    frame = nq_runs.fetch_metrics(
        project=ODD.name, runs="root|fork|loner", attributes=r"^m/loss$",
        step_range=steps, tail_limit=tail,
        lineage_to_the_root=lineage == "full")
    self.judge(frame, [ODD.run(name) for name in FORKS + ["loner"]],
               ["m/loss"], by_custom_id, steps=steps, tail=tail,
               lineage=lineage)


add_cases(Metrics, {
    "steps_from": ((5.5, None), None, "full"),
    "steps_to": ((None, 5.000001), None, "full"),
    "steps_between": ((2, 7.5), None, "full"),
    "steps_at_one": ((5.0, 5.0), None, "full"),
    "steps_of_forks_alone": ((5, 8.0), None, "run"),
    "tail_of_one": ((None, None), 1, "full"),
    "tail_of_three": ((None, None), 3, "full"),
    "tail_of_forks_alone": ((None, None), 2, "run"),
    "tail_beyond_all": ((None, None), 1000, "full"),
    "tail_of_a_range": ((None, 7.0), 2, "full"),
    "tail_of_a_range_between": ((1, 6), 4, "full"),
}, range_case)


class Previews(Judged):
    """Points that are not yet committed come only when asked for."""

    runs = [ODD.run("edge-1"), ODD.run("edge-2")]

    def fetch(self, **how):
        return nq.fetch_metrics(
            project=ODD.name, experiments=["edges one", "edges two"],
            attributes="^m/preview$", **how)

    def expected(self, points, *what):
        return {
            (label, p.step): frames.kept(
                ((path, name), value) for name, value in (
                    ("value", p.value), ("is_preview", p.preview),
                    ("preview_completion", p.completion),
                    ("absolute_time", truth.utc(p.millis))) if name in what)
            for label, path, p in points}

    def test_left_out(self):
        points = frames.expected_points(self.runs, ["m/preview"],
                                        by_experiment)
        self.assertEqual(frames.cells(self.fetch()),
                         frames.expected_cells(points))

    def test_included(self):
        points = frames.expected_points(
            self.runs, ["m/preview"], by_experiment, previews=True)
        self.assertEqual(
            frames.cells(self.fetch(include_point_previews=True)),
            self.expected(points, "value", "is_preview",
                          "preview_completion"))

    def test_included_with_times(self):
        points = frames.expected_points(
            self.runs, ["m/preview"], by_experiment, previews=True)
        frame = self.fetch(include_point_previews=True,
                           include_time="absolute")
        self.assertEqual(
            frames.cells(frame),
            self.expected(points, "value", "is_preview",
                          "preview_completion", "absolute_time"))

    def test_in_a_tail(self):
        points = frames.expected_points(
            self.runs, ["m/preview"], by_experiment, previews=True, tail=2)
        frame = self.fetch(include_point_previews=True, tail_limit=2)
        self.assertEqual(
            frames.cells(frame), self.expected(
                points, "value", "is_preview", "preview_completion"))

    def test_of_active_runs_of_the_sample(self):
        runs = [r for r in SAMPLE.heads() if r.row["state"] == "active"]
        points = frames.expected_points(
            runs, series_paths(runs, "loss"), by_experiment, previews=True)
        self.assertTrue(any(p.preview for _, _, p in points))
        frame = nq.fetch_metrics(
            experiments=[r.experiment for r in runs], attributes="loss",
            include_point_previews=True)
        flags = {(*key, path): flag for key, row in
                 frames.cells(frame).items()
                 for (path, what), flag in row.items()
                 if what == "is_preview"}
        self.assertEqual(
            flags, {(label, p.step, path): ("bool", p.preview)
                    for label, path, p in points})


class OtherSeries(Judged):
    """fetch_series, where there are only float series."""

    def test_no_series_of_another_type(self):
        frame = nq.fetch_series(experiments=".*", attributes="^metrics/")
        self.assertEqual(len(frame), 0)
