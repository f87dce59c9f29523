"""Series of strings, histograms and files, by both generations of clients."""

import math
import re

import neptune_fetcher.alpha as npt
import neptune_fetcher.alpha.runs as npt_runs
import neptune_query as nq
import neptune_query.runs as nq_runs
from neptune_fetcher.alpha.filters import AttributeFilter as AlphaFilter
from neptune_query.filters import Attribute, AttributeFilter, Filter
from neptune_query.generated.neptune_api.proto.neptune_pb.api.v1.model import (
    series_values_pb2 as told)
from neptune_query.internal.client import get_client
from neptune_query.internal.context import get_context

import frames
import kinds
import server
import truth
from world import KINDS, ODD, Judged, add_cases, by_custom_id, by_experiment

OBJECTS = ["string_series", "histogram_series", "file_series"]
STRINGS = ["string_series"]
FORKS = ["root", "second", "third"]
# All but paths of several types: the client asks for paths without a type,
# and cannot tell such answers apart.
ALL = "^[^mt]"
# All that has a value; the client shows an empty one for a series without.
SHOWN = "^(log|hist|notes|new|plain|empty|odd name|deep|lost|preview)"
IN_KINDS = npt.get_context().with_project(KINDS.name)


def paths_of(runs, pattern=ALL, types=OBJECTS):
    return sorted({path for run in runs
                   for path, (type_, _) in run.attributes().items()
                   if type_ in types and re.search(pattern, path)})


def named(*names):
    return [KINDS.run(name) for name in names]


class Series(Judged):
    """fetch_series of neptune_query."""

    def judge(self, frame, runs, paths, label, types=OBJECTS, **how):
        points = frames.expected_points(runs, paths, label, types=types,
                                        **how)
        self.assertGreater(len(points), 0, "nothing to compare")
        found, wanted = frames.cells(frame), frames.expected_cells(points)
        self.assertEqual(set(found), set(wanted))
        for key, row in wanted.items():
            self.assertEqual(found[key], row, key)

    def test_every_point_of_the_experiments(self):
        runs = KINDS.heads()
        frame = nq.fetch_series(project=KINDS.name, experiments=".*",
                                attributes=ALL)
        self.judge(frame, runs, paths_of(runs), by_experiment)

    def test_every_point_of_the_runs(self):
        frame = nq_runs.fetch_series(project=KINDS.name, runs=".*",
                                     attributes=ALL)
        self.judge(frame, KINDS.runs, paths_of(KINDS.runs), by_custom_id)

    def test_one_type_only(self):
        for type_ in OBJECTS:
            frame = nq_runs.fetch_series(
                project=KINDS.name, runs=".*",
                attributes=AttributeFilter(name=ALL, type=[type_]))
            self.judge(frame, KINDS.runs,
                       paths_of(KINDS.runs, types=[type_]), by_custom_id,
                       types=[type_])

    def test_exact_names(self):
        names = ["log", "hist", "notes", "no such", "value"]
        frame = nq_runs.fetch_series(
            project=KINDS.name, runs=FORKS + ["none"], attributes=names)
        self.judge(frame, named(*FORKS), names, by_custom_id)

    def test_forks_alone(self):
        frame = nq_runs.fetch_series(
            project=KINDS.name, runs=FORKS, attributes=ALL,
            lineage_to_the_root=False)
        runs = named(*FORKS)
        self.judge(frame, runs, paths_of(runs), by_custom_id, lineage="run")

    def test_lineage_within_the_experiment(self):
        frame = nq.fetch_series(
            project=KINDS.name, experiments="alpha|beta", attributes=ALL,
            lineage_to_the_root=False)
        runs = named("second", "third")
        self.judge(frame, runs, paths_of(runs), by_experiment,
                   lineage="experiment")

    def test_steps(self):
        runs = named(*FORKS)
        for steps in ((4.0, None), (None, 4.5), (4.000001, 7.25)):
            frame = nq_runs.fetch_series(
                project=KINDS.name, runs=FORKS, attributes=ALL,
                step_range=steps)
            self.judge(frame, runs, paths_of(runs), by_custom_id,
                       steps=steps)

    def test_tails(self):
        runs = named(*FORKS, "long")
        for tail in (1, 3, 10_500):
            frame = nq_runs.fetch_series(
                project=KINDS.name, runs=FORKS + ["long"],
                attributes="log|hist|short", tail_limit=tail)
            self.judge(frame, runs, paths_of(runs, "log|hist|short"),
                       by_custom_id, tail=tail)

    def test_no_point_in_the_range(self):
        frame = nq_runs.fetch_series(
            project=KINDS.name, runs=FORKS, attributes=ALL,
            step_range=(1000, 2000))
        self.assertEqual(len(frame), 0)

    def test_times(self):
        frame = nq_runs.fetch_series(
            project=KINDS.name, runs=FORKS, attributes="^(log|hist)$",
            include_time="absolute")
        for run in named(*FORKS):
            for path in ("log", "hist"):
                points = run.points(path)
                shown = frame.loc[run.custom_id][path].dropna()
                self.assertEqual(
                    [(step, frames.plain(row["absolute_time"]))
                     for step, row in shown.iterrows()],
                    [(p.step, truth.utc(p.millis)) for p in points])


class Alpha(Series):
    """fetch_series of neptune_fetcher.alpha, which knows strings only."""

    def judge(self, frame, runs, paths, label, **how):
        super().judge(frame, runs, paths, label, STRINGS, **how)

    def fetch(self, runs, attributes, **how):
        return npt_runs.fetch_series(runs, attributes, context=IN_KINDS,
                                     **how)

    def test_every_point_of_the_experiments(self):
        runs = KINDS.heads()
        frame = npt.fetch_series(".*", ALL, context=IN_KINDS)
        self.judge(frame, runs, paths_of(runs), by_experiment)

    def test_every_point_of_the_runs(self):
        self.judge(self.fetch(".*", ALL), KINDS.runs, paths_of(KINDS.runs),
                   by_custom_id)

    def test_one_type_only(self):
        frame = self.fetch(".*", AlphaFilter(name_matches_all=ALL,
                                             type_in=STRINGS))
        self.judge(frame, KINDS.runs, paths_of(KINDS.runs), by_custom_id)

    def test_exact_names(self):
        names = ["log", "new", "no such", "value"]
        self.judge(self.fetch(FORKS + ["none"], names), named(*FORKS), names,
                   by_custom_id)

    def test_forks_alone(self):
        runs = named(*FORKS)
        self.judge(self.fetch(FORKS, ALL, lineage_to_the_root=False), runs,
                   paths_of(runs), by_custom_id, lineage="run")

    def test_lineage_within_the_experiment(self):
        """This client knows no other lineage than the run's."""
        frame = npt.fetch_series("alpha|beta", ALL, context=IN_KINDS,
                                 lineage_to_the_root=False)
        runs = named("second", "third")
        self.judge(frame, runs, paths_of(runs), by_experiment, lineage="run")

    def test_steps(self):
        runs = named(*FORKS)
        for steps in ((4.0, None), (None, 4.5), (4.000001, 7.25)):
            self.judge(self.fetch(FORKS, ALL, step_range=steps), runs,
                       paths_of(runs), by_custom_id, steps=steps)

    def test_tails(self):
        runs = named(*FORKS, "long")
        for tail in (1, 3, 10_500):
            frame = self.fetch(FORKS + ["long"], "log|short",
                               tail_limit=tail)
            self.judge(frame, runs, paths_of(runs, "log|short"),
                       by_custom_id, tail=tail)

    def test_no_point_in_the_range(self):
        frame = self.fetch(FORKS, ALL, step_range=(1000, 2000))
        self.assertEqual(len(frame), 0)

    def test_times(self):
        frame = self.fetch(FORKS, "^log$", include_time="absolute")
        found = {key: frames.plain(row["log", "absolute_time"])
                 for key, row in frame.iterrows()}
        self.assertEqual(found, {
            (run.custom_id, p.step): truth.utc(p.millis)
            for run in named(*FORKS) for p in run.points("log")})


class LastValues(Judged):
    """Series in tables, filters and orders: their last committed value."""

    def test_tables_of_experiments(self):
        frame = nq.fetch_experiments_table(
            project=KINDS.name, attributes=SHOWN)
        found = dict(frames.rows(frame))
        for run in KINDS.heads():
            self.assertEqual(
                found[run.experiment],
                frames.expected_row(
                    run, lambda path, type_: re.search(SHOWN, path)))

    def test_tables_of_runs_by_exact_names(self):
        names = ["log", "hist", "notes", "plain", "preview", "no such"]
        frame = nq_runs.fetch_runs_table(project=KINDS.name, runs=".*",
                                         attributes=names)
        found = dict(frames.rows(frame))
        for run in KINDS.runs:
            self.assertEqual(
                found[run.custom_id],
                frames.expected_row(run, lambda path, type_: path in names))

    def test_one_path_of_four_types(self):
        frame = nq_runs.fetch_runs_table(
            project=KINDS.name, runs="^many", attributes="^mixed$",
            type_suffix_in_column_names=True)
        found = {run: {path.removeprefix("mixed:"): value
                       for path, value in row.items()}
                 for run, row in frames.rows(frame)}
        self.assertEqual(found, {
            run.custom_id: {run.series_type("mixed"): run.value("mixed")}
            for run in KINDS.runs if run.custom_id.startswith("many")})

    def test_attribute_names(self):
        for type_ in OBJECTS + ["file"]:
            runs = KINDS.heads()
            self.assertEqual(
                nq.list_attributes(
                    project=KINDS.name,
                    attributes=AttributeFilter(type=[type_])),
                sorted({path for run in runs
                        for path, (kind, _) in run.attributes().items()
                        if kind == type_}))

    def judge_filter(self, filter_, holds):
        runs = [run for run in KINDS.runs
                if run.value("log", "string_series") is not None]
        self.assert_some(
            nq_runs.list_runs(project=KINDS.name, runs=filter_),
            [run.custom_id for run in runs
             if holds(run.value("log", "string_series"))], KINDS.runs)

    def test_filters_on_the_last_string(self):
        log = Attribute("log", type="string_series")
        self.judge_filter(Filter.eq(log, "loner 3"),
                          lambda text: text == "loner 3")
        self.judge_filter(Filter.contains_all(log, ["l", "s"]),
                          lambda text: "l" in text and "s" in text)
        self.judge_filter(Filter.matches(log, "^[a-m].*[0-9]$"),
                          lambda text: re.search("^[a-m].*[0-9]$", text))

    def test_exists(self):
        for path, type_ in (("log", "string_series"), ("plain", "file")):
            found = nq_runs.list_runs(
                project=KINDS.name,
                runs=Filter.exists(Attribute(path, type=type_)))
            self.assert_some(
                found, [run.custom_id for run in KINDS.runs
                        if run.attributes().get(path, ("",))[0] == type_],
                KINDS.runs)

    def test_order_by_the_last_string(self):
        runs = [run for run in KINDS.runs if run.value("log")]
        for direction in ("asc", "desc"):
            frame = nq_runs.fetch_runs_table(
                project=KINDS.name,
                runs=Filter.exists(Attribute("log", type="string_series")),
                attributes=["log"], sort_direction=direction,
                sort_by=Attribute("log", type="string_series"))
            self.assert_ordered(list(frame.index), runs, by_custom_id,
                                lambda run: run.value("log").encode(),
                                direction == "desc")


def ask(requests, deprecated="false", **members):
    """A request of our own, made with the client's connection."""
    answer = get_client(context=get_context()).get_httpx_client().request(
        method="post", url="/api/leaderboard/v1/proto/attributes/series",
        params={"useDeprecatedStringFields": deprecated},
        json={"requests": requests, **members})
    answer.raise_for_status()
    return told.ProtoSeriesValuesResponseDTO.FromString(answer.content).series


def wanted(run, path, id_="1", **members):
    return {"requestId": id_, "series": {
        "holder": {"identifier": f"{run.project.name}/{run.sys_id}",
                   "type": "experiment"}, "attribute": path, **members}}


def read(point):
    value = getattr(point.object, point.object.WhichOneof("value"))
    if point.object.HasField("histogram"):
        value = truth.Histogram(value.type, tuple(value.edges),
                                tuple(value.values))
    elif point.object.HasField("fileRef"):
        value = truth.File(value.path, value.sizeBytes, value.mimeType)
    return truth.Point(point.step, value, point.timestamp_millis,
                       point.is_preview, point.completion_ratio)


class Requests(Judged):
    """What no client of today asks for."""

    def pages(self, requests, **members):
        """{request id: [Point]}, and how many pages it took."""
        found, n, requests = {}, 0, list(requests)
        while requests:
            answer, n = ask(requests, **members), n + 1
            self.assertLess(n, 2000, "no end")
            by_id = {series.requestId: series for series in answer}
            self.assertTrue(any(series.HasField("searchAfter")
                                for series in answer))
            following = []
            for request in requests:
                series = by_id.get(request["requestId"])
                if series is None:
                    continue
                found.setdefault(series.requestId, []).extend(
                    map(read, series.seriesValues.values))
                if not series.HasField("searchAfter"):
                    self.assertEqual(len(series.seriesValues.values), 0)
                    following.append(request)
                elif not series.searchAfter.finished:
                    following.append({**request, "searchAfter": {
                        "finished": False,
                        "token": series.searchAfter.token}})
            requests = following
        return found, n

    def test_tiny_pages_both_ways(self):
        runs = named(*FORKS, "edges")
        series = {f"{run} {path}": (run, path)
                  for run in runs for path in paths_of([run])}
        for order in ("ascending", "descending"):
            found, pages = self.pages(
                [wanted(run, path, id_)
                 for id_, (run, path) in series.items()],
                order=order, sizeLimitBytes=400)
            self.assertGreater(pages, 5)
            for id_, (run, path) in series.items():
                points = run.points(path)
                if order == "descending":
                    points.reverse()
                self.assertEqual(found[id_], points)

    def test_a_limit_counts_over_all_pages(self):
        run = KINDS.run("long")
        for limit in (0, 1, 9_999, 10_000, 10_001, 10**6):
            found, _ = self.pages([wanted(run, "log")],
                                  perSeriesPointsLimit=limit)
            self.assertEqual(found["1"], run.points("log")[:limit])

    def test_previews_only_when_asked_for(self):
        run = KINDS.run("edges")
        for path in ("preview", "only preview"):
            for previews in (False, True):
                found, _ = self.pages(
                    [wanted(run, path, includePreview=previews)])
                self.assertEqual(found["1"],
                                 run.points(path, previews=previews))

    def test_strings_in_the_fields_of_old(self):
        run = KINDS.run("root")
        for deprecated in ("true", None):
            series, = ask([wanted(run, "log")], deprecated)
            self.assertEqual(
                [(p.step, p.value) for p in series.string_series.values],
                [(p.step, p.value) for p in run.points("log")])

    def test_what_does_not_exist_is_left_out(self):
        found = ask([wanted(KINDS.run("root"), path, path)
                     for path in ("no such", "log", "sys/id")] +
                    [wanted(ODD.run("root"), "m/loss", "float")])
        self.assertEqual([series.requestId for series in found], ["log"])

    def test_many_series_in_one_request(self):
        runs = [run for run in KINDS.runs if run.custom_id[:4] == "many"]
        series = {f"{run} {path}": (run, path)
                  for run in runs for path in paths_of([run])}
        found, pages = self.pages(
            [wanted(run, path, id_) for id_, (run, path) in series.items()])
        self.assertEqual(pages, 1)
        self.assertEqual(found, {id_: run.points(path) for id_, (run, path)
                                 in series.items()})

    def test_as_many_series_as_a_request_may_hold(self):
        run = KINDS.run("root")
        found = ask([wanted(run, "log", str(n)) for n in range(2000)])
        self.assertEqual(len(found), 2000)

    def test_no_series_at_all(self):
        self.assertEqual(len(ask([])), 0)


def judge_refused(self, text, requests, members):
    with self.assertRaisesRegex(Exception, "400"):
        ask(requests, **members)


ONE = wanted(KINDS.run("root"), "log")
add_cases(Requests, {
    "bad_order": ("order", [ONE], {"order": "sideways"}),
    "bad_token": ("token", [{**ONE, "searchAfter": {
        "finished": False, "token": "of another server"}}], {}),
    "bad_limit": ("limit", [ONE], {"perSeriesPointsLimit": -1}),
    "no_series": ("series", [{"requestId": "1"}], {}),
    "too_many_series": ("many", [ONE] * 2001, {}),
}, judge_refused)


class Long(Judged):
    """More points than fit into one page."""

    def test_the_pages_follow_each_other(self):
        run = KINDS.run("long")
        answer, = ask([wanted(run, "log")])
        self.assertLess(len(answer.seriesValues.values), kinds.LONG_SERIES)
        self.assertFalse(answer.searchAfter.finished)
        frame = nq_runs.fetch_series(project=KINDS.name, runs=["long"],
                                     attributes=["log"])
        self.assertEqual(list(frame["log"]),
                         [f"line {n}" for n in range(kinds.LONG_SERIES)])
        self.assertEqual(list(frame.index.get_level_values("step")),
                         [float(n) for n in range(kinds.LONG_SERIES)])
        self.assertTrue(math.isfinite(frame.index[0][1]))


class Synthetic(Judged):
    """--synthetic: what the server's synth_object.h promises."""

    def test_strings_and_histograms(self):
        size = "runs=4,configs=1,series=1,points=70,strings=3,histograms=2"
        with server.started("--synthetic", size, store=False) as (
                token, project), server.queried(token, project):
            points = nq_runs.fetch_series(runs=".*", attributes=".*")
            last = nq_runs.fetch_runs_table(
                runs=".*", attributes=["logs/string_2",
                                       "distributions/histogram_1"])
        edges = tuple(float(edge) for edge in range(17))
        wanted = {
            (f"run-{i:08d}", float(k)): {
                **{f"logs/string_{j}": f"run {i} series {j} step {k}"
                   for j in range(3)},
                **{f"distributions/histogram_{j}": truth.Histogram(
                    "COUNTING", edges, tuple(
                        float((i + j + k + b) % 100) for b in range(16)))
                   for j in range(2)}}
            for i in range(4) for k in range(70)}
        self.assertEqual(frames.cells(points), wanted)
        self.assertEqual(
            dict(frames.rows(last)),
            {f"run-{i:08d}": {
                path: wanted[f"run-{i:08d}", 69.0][path]
                for path in ("logs/string_2", "distributions/histogram_1")}
             for i in range(4)})
