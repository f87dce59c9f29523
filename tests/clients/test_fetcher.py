"""neptune_fetcher 0.x: ReadOnlyProject, ReadOnlyRun and raw NQL."""

import math
import re

from neptune_fetcher import ReadOnlyProject, ReadOnlyRun

import frames
import odd
import truth
from world import (ODD, SAMPLE, Judged, add_cases, aggregate_in,
                   by_custom_id, last_in)

SYS_COLUMNS = ["sys/id", "sys/custom_run_id", "sys/name"]
sample = ReadOnlyProject(SAMPLE.name)
odd_data = ReadOnlyProject(ODD.name)


def kept(runs):
    """Those that 0.x shows unless asked for trashed ones."""
    return [run for run in runs if not run.archived]


def table(frame):
    """Rows in order; a set is text with commas in this client."""
    return [row for _, row in frames.rows(frame)]


def as_column(value):
    if isinstance(value, frozenset):
        return ",".join(sorted(value)) if value else ""
    return value


def in_order(rows):
    """Sets as text with their members sorted."""
    return [{path: ",".join(sorted(value.split(",")))
             if path in ("sys/tags", "config/features") else value
             for path, value in row.items()} for row in rows]


def expected_rows(runs, columns):
    return [frames.kept((path, as_column(run.value(path)))
                        for path in columns) for run in runs]


def newest_first(runs):
    return sorted(runs, key=lambda run: -run.row["creation_time"])


class Lists(Judged):

    def ids(self, runs):
        return sorted(
            ({"sys/id": run.sys_id, "sys/custom_run_id": run.custom_id,
              "sys/name": run.experiment} for run in runs),
            key=lambda row: row["sys/id"], reverse=True)

    def test_runs(self):
        for project, stored in ((sample, SAMPLE), (odd_data, ODD)):
            self.assertEqual(list(project.list_runs()),
                             self.ids(kept(stored.runs)))

    def test_experiments(self):
        for project, stored in ((sample, SAMPLE), (odd_data, ODD)):
            self.assertEqual(list(project.list_experiments()),
                             self.ids(kept(stored.heads())))

    def test_tables_of_ids(self):
        for fetch, runs in ((sample.fetch_runs, SAMPLE.runs),
                            (sample.fetch_experiments, SAMPLE.heads())):
            rows = table(fetch())
            self.assertEqual(len(rows), len(kept(runs)))
            for row, run in zip(
                    sorted(rows, key=lambda row: row["sys/id"]),
                    sorted(kept(runs), key=lambda run: run.sys_id)):
                expected = expected_rows([run], SYS_COLUMNS)[0]
                self.assertEqual({path: row.get(path) for path in expected},
                                 expected)

    def test_project_by_name(self):
        self.assertEqual(sample.project_identifier, SAMPLE.name)
        self.assertEqual(sample._project_id, SAMPLE.uuid)
        self.assertEqual(sample._project_key, SAMPLE.key)


class Frames(Judged):
    """fetch_runs_df and fetch_experiments_df."""

    def runs_df(self, project=sample, **how):
        return project.fetch_runs_df(progress_bar=False, **how)

    def experiments_df(self, project=sample, **how):
        return project.fetch_experiments_df(progress_bar=False, **how)

    def judge(self, frame, runs, everything):
        self.assert_some(list(frame["sys/custom_run_id"]),
                         [run.custom_id for run in runs], everything)

    def judge_rows(self, frame, runs, shown):
        """Newest first; two of the sample have the same millisecond."""
        rows = in_order(table(frame))
        expected = in_order(expected_rows(newest_first(kept(runs)), shown))
        self.assertEqual([row["sys/creation_time"] for row in rows],
                         [row["sys/creation_time"] for row in expected])
        for some in (rows, expected):
            some.sort(key=lambda row: row["sys/custom_run_id"])
        self.assertEqual(rows, expected)

    def test_columns_and_order(self):
        columns = ["config/lr", "config/optimizer", "config/hidden_units",
                   "config/augment", "config/features", "sys/tags",
                   "config/data_snapshot", "metrics/val/loss",
                   "results/converged"]
        shown = columns + ["sys/custom_run_id", "sys/name",
                           "sys/creation_time"]
        self.judge_rows(self.runs_df(columns=columns), SAMPLE.runs, shown)

    def test_columns_by_regex(self):
        shown = ["metrics/train/acc", "metrics/val/acc", "metrics/test/acc",
                 "sys/custom_run_id", "sys/name", "sys/creation_time"]
        self.judge_rows(self.experiments_df(
            columns_regex="^metrics/.*/acc$"), SAMPLE.heads(), shown)

    def test_odd_names_as_columns(self):
        (row,) = table(self.runs_df(odd_data, columns=odd.ODD_PATHS,
                                    custom_ids=['id "quoted" \\ ü/1']))
        self.assertEqual({path: row.get(path) for path in odd.ODD_PATHS},
                         {path: n for n, path in enumerate(odd.ODD_PATHS)})

    def test_names_by_regex(self):
        runs = [r for r in kept(SAMPLE.runs)
                if re.search(r"adam.*h\d+$", r.experiment or "")]
        self.judge(self.runs_df(names_regex=r"adam.*h\d+$"), runs,
                   SAMPLE.runs)

    def test_experiments_by_all_of_several_regexes(self):
        runs = [r for r in kept(SAMPLE.heads()) if "adam" in r.experiment
                and r.experiment.endswith("h64")]
        self.judge(self.experiments_df(names_regex=["adam", "h64$"]), runs,
                   SAMPLE.heads())

    def test_experiments_by_excluding_regexes(self):
        runs = [r for r in kept(SAMPLE.heads())
                if not re.search("grid|reg", r.experiment)]
        self.judge(self.experiments_df(names_exclude_regex=["grid", "reg"]),
                   runs, SAMPLE.heads())

    def test_custom_ids_by_regex(self):
        self.judge(self.runs_df(odd_data, custom_id_regex="^(root|restart)"),
                   [r for r in ODD.runs
                    if re.match("root|restart", r.custom_id)], ODD.runs)

    def test_ids(self):
        ids = [r.sys_id for r in kept(SAMPLE.runs)][10:60:7]
        gone = [r.sys_id for r in SAMPLE.runs if r.archived]
        self.judge(self.runs_df(with_ids=ids + gone + ["DIG-9999"]),
                   [r for r in SAMPLE.runs if r.sys_id in ids], SAMPLE.runs)

    def test_custom_ids(self):
        ids = ["root/2", "c'fork", 'id "quoted" \\ ü/1', "none"]
        self.judge(self.runs_df(odd_data, custom_ids=ids),
                   [r for r in ODD.runs if r.custom_id in ids], ODD.runs)

    def test_states(self):
        for state in ("active", "inactive"):
            self.judge(self.runs_df(states=[state]),
                       [r for r in kept(SAMPLE.runs)
                        if r.row["state"] == state], SAMPLE.runs)

    def test_owners(self):
        self.judge(self.runs_df(owners=["amara", "dora"]),
                   [r for r in kept(SAMPLE.runs)
                    if r.row["owner"] in ("amara", "dora")], SAMPLE.runs)

    def test_every_tag_is_needed(self):
        self.judge(self.runs_df(tags=["grid", "adam"]),
                   [r for r in kept(SAMPLE.runs)
                    if {"grid", "adam"} <= r.value("sys/tags")],
                   SAMPLE.runs)

    def test_trashed_only(self):
        self.judge(self.runs_df(trashed=True),
                   [r for r in SAMPLE.runs if r.archived], SAMPLE.runs)

    def test_trashed_and_others(self):
        frame = self.runs_df(trashed=None)
        self.assertEqual(sorted(frame["sys/custom_run_id"]),
                         sorted(map(by_custom_id, SAMPLE.runs)))

    def test_limit(self):
        rows = table(self.runs_df(limit=5))
        self.assertEqual(
            [row["sys/custom_run_id"] for row in rows],
            [r.custom_id for r in newest_first(kept(SAMPLE.runs))[:5]])

    def test_everything_at_once(self):
        runs = [r for r in kept(SAMPLE.heads())
                if r.row["owner"] == "sweep-bot" and "adam" in r.experiment
                and r.value("config/lr") < 0.01
                and r.value("metrics/val/acc") > 0.9]
        self.judge(
            self.experiments_df(
                owners=["sweep-bot"], tags=["grid"], names_regex="adam",
                query="(last(`metrics/val/acc`:floatSeries) > 0.9) AND "
                      "(`config/lr`:float < 0.01)"),
            runs, SAMPLE.heads())


def order_case(self, path, ascending):
    project = ODD if path.startswith(("bulk", "num")) else SAMPLE
    frame = self.runs_df(odd_data if project is ODD else sample,
                         sort_by=path, ascending=ascending)

    def key(run):
        value = run.value(path)
        return None if value != value else value

    self.assert_ordered(list(frame["sys/custom_run_id"]),
                        kept(project.runs), by_custom_id, key, not ascending)


add_cases(Frames, {
    f"sorted_by_{name}_{'up' if up else 'down'}": (path, up)
    for name, path in (
        ("float", "config/lr"), ("int_with_ties", "config/hidden_units"),
        ("string", "config/optimizer"), ("time", "sys/modification_time"),
        ("bool", "config/augment"), ("system_id", "sys/custom_run_id"),
        ("nan", "num/float"))
    for up in (True, False)}, order_case)


VAL = "metrics/val/loss"
NQL_CASES = {
    "equal_sign_once_or_twice": (
        "`config/hidden_units`:int = \"64\" OR "
        "`config/hidden_units`:int == \"128\"",
        last_in("config/hidden_units", "int", lambda n: n in (64, 128))),
    "and_binds_tighter_than_or": (
        "`config/optimizer`:string = \"sgd\" OR `config/optimizer`:string = "
        "\"adam\" AND `config/lr`:float < \"0.001\"",
        lambda r: r.value("config/optimizer") == "sgd"
        or r.value("config/optimizer") == "adam"
        and r.value("config/lr") < 0.001),
    "not_binds_tightest": (
        "NOT `config/optimizer`:string = \"adam\" AND `config/lr`:float > "
        "\"0.4\"",
        lambda r: r.value("config/optimizer") != "adam"
        and (r.value("config/lr") or 0) > 0.4),
    "not_of_parentheses": (
        "NOT ((`sys/tags`:stringSet CONTAINS \"grid\") OR "
        "(`sys/tags`:stringSet CONTAINS \"finetune\"))",
        lambda r: not r.value("sys/tags") & {"grid", "finetune"}),
    "not_not": (
        "NOT NOT `sys/failed`:bool = True", lambda r: r.value("sys/failed")),
    "exists_and_not_exists": (
        "`config/dropout`:float EXISTS AND `results/test_loss`:float NOT "
        "EXISTS",
        lambda r: r.value("config/dropout") is not None
        and r.value("results/test_loss") is None),
    "bare_series_means_last": (
        f"`{VAL}`:floatSeries < 0.2",
        last_in(VAL, "float_series", lambda x: x < 0.2)),
    "last": (f"last(`{VAL}`:floatSeries) >= \"0.3\"",
             last_in(VAL, "float_series", lambda x: x >= 0.3)),
    "min": (f"min(`{VAL}`:floatSeries) < 0.15",
            aggregate_in(VAL, "min", lambda x: x < 0.15)),
    "max": (f"max(`{VAL}`:floatSeries) > 2.6",
            aggregate_in(VAL, "max", lambda x: x > 2.6)),
    "average": (f"average(`{VAL}`:floatSeries) > 0.5",
                aggregate_in(VAL, "average", lambda x: x > 0.5)),
    "variance": (f"variance(`{VAL}`:floatSeries) <= 0.05",
                 aggregate_in(VAL, "variance", lambda x: x <= 0.05)),
    "aggregate_without_type": (
        f"min(`{VAL}`) < 0.15",
        aggregate_in(VAL, "min", lambda x: x < 0.15)),
    "bare_path_and_bare_words": (
        "config/optimizer:string = momentum AND config/lr:float >= 0.05",
        lambda r: r.value("config/optimizer") == "momentum"
        and r.value("config/lr") >= 0.05),
    "type_left_out": (
        "`config/optimizer` = \"momentum\"",
        lambda r: r.value("config/optimizer") == "momentum"),
    "not_contains": (
        "`sys/tags`:stringSet NOT CONTAINS \"grid\"",
        lambda r: "grid" not in r.value("sys/tags")),
    "not_matches": (
        "`sys/name`:string NOT MATCHES \"^grid\"",
        lambda r: not (r.experiment or "").startswith("grid")),
    "bool_in_any_case": (
        "`config/augment`:bool = tRuE",
        lambda r: r.value("config/augment") is True),
    "state": ("`sys/state`:experimentState = \"active\"",
              lambda r: r.row["state"] == "active"),
    "a_state_exists": (
        "`sys/state`:experimentState EXISTS AND `config/lr`:float < 0.001",
        last_in("config/lr", "float", lambda x: x < 0.001)),
    "state_not_equal": ("`sys/state`:experimentState != \"inactive\"",
                        lambda r: r.row["state"] == "active"),
    "time_with_zone": (
        "`sys/creation_time`:datetime >= \"2026-02-10T00:00:00+09:00\"",
        last_in("sys/creation_time", "datetime",
                lambda t: t >= odd.when("2026-02-09 15:00:00"))),
    "time_relative_matches_all_or_none": (
        "`sys/creation_time`:datetime < \"-5d\" AND `sys/creation_time`"
        ":datetime > \"2026-02-11T00:00:00Z\"",
        last_in("sys/creation_time", "datetime",
                lambda t: t > odd.when("2026-02-11 00:00:00"))),
    "artifact_parses_and_matches_nothing": (
        "`config/optimizer`:artifact = \"adam\" OR "
        "`config/optimizer`:string = \"sgd\"",
        lambda r: r.value("config/optimizer") == "sgd"),
    "another_type_does_not_match": (
        "`config/optimizer`:float > 0 OR `config/lr`:int > 0 OR "
        "`config/epochs`:int > 60",
        lambda r: (r.value("config/epochs") or 0) > 60),
    "not_equal_where_present": (
        "`config/batch_size`:int != 64 AND `config/batch_size`:int EXISTS",
        last_in("config/batch_size", "int", lambda n: n != 64)),
}


class Nql(Judged):
    """Raw NQL, as fetch_runs_df passes it on, over the sample's runs."""

    def judge(self, query, holds):
        frame = sample.fetch_runs_df(query=query, trashed=None,
                                     progress_bar=False)
        self.assert_some(list(frame["sys/custom_run_id"]),
                         [r.custom_id for r in SAMPLE.runs if holds(r)],
                         SAMPLE.runs)

    def test_sizes_with_units(self):
        for query, expected in (
                ("`sys/size`:int >= \"50 MB\"", ["edge-1"]),
                ("`sys/size`:int < 1MB", ["edge-2"]),
                ("`sys/size`:int = \"1000\"", ["edge-2"])):
            frame = odd_data.fetch_runs_df(query=query, progress_bar=False)
            self.assertEqual(list(frame["sys/custom_run_id"]), expected)

    def test_relative_times_quoted_and_bare(self):
        for text in ('"-2h"', "-2h", '"-1d"', "-1d", '"-1M"'):
            query = f"`sys/creation_time`:datetime > {text}"
            frame = odd_data.fetch_runs_df(query=query, progress_bar=False)
            self.assertEqual(list(frame["sys/custom_run_id"]), ["edge-4"])
        frame = odd_data.fetch_runs_df(
            query="`when`:datetime > -1h AND `when`:datetime < \"-40M\"",
            progress_bar=False)
        self.assertEqual(len(frame), 0)

    def test_line_breaks_and_tabs_between_words(self):
        frame = odd_data.fetch_runs_df(
            query="`bulk/n`:int\n>=\t3\r\nAND\n(\n`bulk/n`:int<5 )",
            progress_bar=False)
        self.assertEqual(list(frame["sys/custom_run_id"]),
                         ["bulk-04", "bulk-03"])

    def test_empty_query_means_everything(self):
        rows = list(odd_data.list_runs())
        self.assertEqual(len(rows), len(kept(ODD.runs)))
        frame = odd_data.fetch_runs_df(trashed=None, progress_bar=False)
        self.assertEqual(len(frame), len(ODD.runs))


add_cases(Nql, NQL_CASES, Nql.judge)


class Runs(Judged):
    """ReadOnlyRun: single attributes and series."""

    def test_fields_of_a_run(self):
        for project, run in ((sample, SAMPLE.runs[40]),
                             (odd_data, ODD.run("edge-1")),
                             (odd_data, ODD.run("d-fork"))):
            names = set(ReadOnlyRun(project, with_id=run.sys_id).field_names)
            self.assertLessEqual(set(run.attributes()), names)
            self.assertEqual(
                {n for n in names if not n.startswith("sys/")},
                {n for n in run.attributes() if not n.startswith("sys/")})

    def test_found_by_each_kind_of_id(self):
        run = ODD.run('id "quoted" \\ ü/1')
        for how in ({"with_id": run.sys_id}, {"custom_id": run.custom_id},
                    {"experiment_name": run.experiment}):
            found = ReadOnlyRun(odd_data, **how)
            self.assertEqual(found["sys/id"].fetch(), run.sys_id)

    def test_not_found(self):
        for how in ({"with_id": "ODD-999"}, {"custom_id": "no such"},
                    {"experiment_name": "no such"}):
            with self.assertRaises(ValueError):
                ReadOnlyRun(odd_data, **how)

    def test_experiment_name_means_its_head(self):
        found = ReadOnlyRun(odd_data, experiment_name="restarted")
        self.assertEqual(found["sys/custom_run_id"].fetch(), "restart-2")

    def test_values_of_every_type(self):
        for name in ("edge-1", "edge-2", "edge-3"):
            stored = ODD.run(name)
            run = ReadOnlyRun(odd_data, custom_id=name)
            for path, (type_, value) in stored.attributes().items():
                if type_ == "float_series" and value is None:
                    continue
                found = run[path].fetch()
                if value != value:
                    self.assertNotEqual(found, found, (name, path))
                    continue
                self.assertEqual(frames.plain(found), frames.plain(value),
                                 (name, path))

    def test_prefetched_values(self):
        stored = SAMPLE.experiment("curriculum-final")
        run = ReadOnlyRun(sample, experiment_name="curriculum-final",
                          eager_load_fields=False)
        paths = [p for p in stored.attributes() if p.startswith("config/")]
        run.prefetch(paths + ["no such"])
        self.assertEqual({path: run[path].fetch() for path in paths},
                         {path: stored.value(path) for path in paths})

    def test_unknown_field(self):
        run = ReadOnlyRun(sample, custom_id="try-first",
                          eager_load_fields=False)
        with self.assertRaises(KeyError):
            run["no/such"].fetch()

    def test_runs_by_ids(self):
        some = kept(SAMPLE.runs)[-3:]
        found = sample.fetch_read_only_runs(
            with_ids=[run.sys_id for run in some], custom_ids=["try-first"])
        self.assertEqual(
            sorted(run["sys/custom_run_id"].fetch() for run in found),
            sorted([run.custom_id for run in some] + ["try-first"]))

    def test_runs_by_experiment_names(self):
        names = ["alpha", "beta α/β", 'exp "quoted" \\ ü']
        found = odd_data.fetch_read_only_experiments(names=names + ["none"])
        self.assertEqual(sorted(run["sys/name"].fetch() for run in found),
                         sorted(names))


class Series(Judged):
    """fetch_values and prefetch_series_values."""

    def judge(self, frame, points, time=True, previews=False):
        self.assertEqual(list(frame["step"]), [p.step for p in points])
        self.assertEqual(repr(list(map(float, frame["value"]))),
                         repr([p.value for p in points]))
        if time:
            self.assertEqual([frames.plain(t) for t in frame["timestamp"]],
                             [truth.utc(p.millis) for p in points])
        if previews:
            self.assertEqual(list(frame["preview"]),
                             [p.preview for p in points])
            self.assertEqual(list(frame["completion_ratio"]),
                             [p.completion for p in points])

    def run_of(self, custom_id):
        return ReadOnlyRun(odd_data, custom_id=custom_id,
                           eager_load_fields=False)

    def test_with_inherited_points(self):
        for name in ("root/2", "b fork", "c'fork", "d-fork"):
            self.judge(self.run_of(name)["m/loss"].fetch_values(),
                       ODD.run(name).points("m/loss"))

    def test_own_points_only(self):
        for name in ("root/2", "b fork", "c'fork", "d-fork"):
            self.judge(
                self.run_of(name)["m/loss"].fetch_values(
                    include_inherited=False),
                ODD.run(name).points("m/loss", "run"))

    def test_whole_pages(self):
        points = ODD.run("edge-1").points("m/long")
        self.assertEqual(len(points), odd.LONG_SERIES)
        self.judge(self.run_of("edge-1")["m/long"].fetch_values(), points)

    def test_several_pages(self):
        points = ODD.run("edge-1").points("m/longer")
        self.assertEqual(len(points), 2 * odd.LONG_SERIES + 1)
        self.judge(self.run_of("edge-1")["m/longer"].fetch_values(), points)

    def test_pages_of_a_range(self):
        points = [p for p in ODD.run("edge-1").points("m/longer")
                  if 99.5 <= p.step <= 15000.5]
        self.judge(self.run_of("edge-1")["m/longer"].fetch_values(
            step_range=(99.5, 15000.5)), points)

    def test_previews(self):
        for name in ("edge-1", "edge-2"):
            for previews in (False, True):
                points = ODD.run(name).points("m/preview",
                                              previews=previews)
                frame = self.run_of(name)["m/preview"].fetch_values(
                    include_point_previews=previews)
                if points:
                    self.judge(frame, points, previews=previews)
                else:
                    self.assertEqual(len(frame), 0)

    def test_empty_range(self):
        frame = self.run_of("root")["m/loss"].fetch_values(
            step_range=(100.0, 200.0))
        self.assertEqual(len(frame), 0)

    def test_last_value(self):
        for name in ("b fork", "edge-2", "edge-3", "edge-1"):
            path = "m/loss" if name == "b fork" else "m/finite"
            last = self.run_of(name)[path].fetch_last()
            self.assertEqual(repr(last),
                             repr(ODD.run(name).aggregate(path, "last")))

    def test_prefetched_together(self):
        stored = SAMPLE.experiment("curriculum-final")
        run = ReadOnlyRun(sample, experiment_name="curriculum-final")
        paths = [path for path, (type_, _) in stored.attributes().items()
                 if type_ == "float_series"]
        run.prefetch_series_values(paths, progress_bar=False)
        for path in paths:
            self.judge(run[path].fetch_values(), stored.points(path))

    def test_prefetched_range_where_some_have_no_point(self):
        stored = ODD.run("edge-1")
        paths = ["m/loss", "m/zero", "m/micro", "m/finite"]
        run = self.run_of("edge-1")
        run.prefetch_series_values(paths, progress_bar=False,
                                   step_range=(2.0, 4.0))
        for path in paths:
            points = [p for p in stored.points(path) if 2 <= p.step <= 4]
            frame = run[path].fetch_values(step_range=(2.0, 4.0))
            if points:
                self.judge(frame, points)
            else:
                self.assertEqual(len(frame), 0)

    def test_prefetched_without_inherited(self):
        run = self.run_of("b fork")
        run.prefetch_series_values(["m/loss", "m/new"], progress_bar=False,
                                   include_inherited=False)
        for path in ("m/loss", "m/new"):
            self.judge(run[path].fetch_values(include_inherited=False),
                       ODD.run("b fork").points(path, "run"))

    def test_infinity_is_kept(self):
        frame = self.run_of("b fork")["m/loss"].fetch_values()
        self.assertEqual(frame["value"].iloc[-1], math.inf)
