"""neptune_query: metric buckets, that is, points thinned out by the server.

What each bucket should hold is worked out here, from the stored points and
the contract's rule; the numbers that the client's tables leave out (counts,
minimum, maximum, sum, other axes) are read with the client's own messages.
"""

import math
import re
import uuid

import neptune_query as nq
from neptune_query.generated.neptune_api.api.retrieval import (
    get_timeseries_buckets_proto)
from neptune_query.generated.neptune_api.proto.neptune_pb.api.v1.model import (
    requests_pb2 as ask, series_values_pb2 as told)
from neptune_query.internal.client import get_client
from neptune_query.internal.context import get_context
from neptune_query.internal.retrieval.util import body_from_protobuf

from world import ODD, SAMPLE, Judged

STEPS = {"steps": ask.XSteps()}


def ends(points, low, high, count):
    """[(index, from, to)] of all buckets of the range, or of the points'."""
    xs = [float(x) for series in points for x, _ in series]
    low = min(xs, default=None) if low is None else float(low)
    high = max(xs, default=None) if high is None else float(high)
    if low is None:
        return []
    if low == high:
        return [(0, low, math.inf)]
    width = (high - low) / (count - 1)
    edges = [low + width * n for n in range(count)]
    return list(zip(range(count + 1), [-math.inf] + edges,
                    edges + [math.inf]))


def bucket(index, low, high, points):
    """All that the contract tells of a bucket, None if it is empty."""
    inside = [(float(x), y) for x, y in points
              if low < x <= high or (index == 0 and x == low)]
    finite = [(x, y) for x, y in inside if math.isfinite(y)]
    ys = [y for _, y in finite]
    none = (math.nan, math.nan)
    return inside and {
        "index": index, "fromX": low, "toX": high,
        "first": finite[0] if finite else none,
        "last": finite[-1] if finite else none,
        "localMin": min(ys, default=math.nan),
        "localMax": max(ys, default=math.nan),
        "finitePointCount": len(finite),
        "nanCount": sum(math.isnan(y) for _, y in inside),
        "positiveInfCount": sum(y == math.inf for _, y in inside),
        "negativeInfCount": sum(y == -math.inf for _, y in inside),
        "localSum": sum(ys, 0.0),
    }


def expected(series, count, low=None, high=None):
    """The buckets of each of the series, given as lists of (x, y)."""
    spans = ends(series, low, high, count)
    return [[found for found in (bucket(*span, points) for span in spans)
             if found] for points in series]


def by_step(run, path, lineage="full", previews=False):
    return [(p.step, p.value) for p in run.points(path, lineage, previews)]


def plain(found):
    """A bucket of an answer in the form of bucket()."""
    return {
        name: (getattr(found, name).x, getattr(found, name).y)
        if name in ("first", "last") else getattr(found, name)
        for name in ("index", "fromX", "toX", "first", "last", "localMin",
                     "localMax", "finitePointCount", "nanCount",
                     "positiveInfCount", "negativeInfCount", "localSum")}


def formula(path):
    return "${" + re.sub(r"([\\${}])", r"\\\1", path) + "}"


def request(series, count=5, axis=STEPS, **view):
    """Ask for [(run id, path, members…)]; the buckets per series."""
    context = get_context()
    ids = [str(uuid.uuid4()) for _ in series]
    body = ask.ProtoGetTimeseriesBucketsRequest(
        expressions=[
            ask.ProtoCustomExpression(
                requestId=ids[n], runId=run_id, customYFormula=formula(path),
                **(members[0] if members else {}))
            for n, (run_id, path, *members) in enumerate(series)],
        view=ask.ProtoView(maxBuckets=count, xAxis=ask.ProtoXAxis(**axis),
                           **view))
    answer = get_timeseries_buckets_proto.sync_detailed(
        client=get_client(context=context), body=body_from_protobuf(body))
    entries = told.ProtoTimeseriesBucketsDTO.FromString(
        answer.content).entries
    assert [entry.requestId for entry in entries] == ids
    return [[plain(found) for found in entry.bucket] for entry in entries]


def holder(run):
    return f"{run.project.name}/{run.sys_id}"


class Answers(Judged):
    """Every member of the answer."""

    def judge(self, found, wanted):
        self.assertGreater(sum(map(len, wanted)), 0, "nothing to compare")
        self.assertEqual(repr(found), repr(wanted))

    def test_all_numbers_of_a_series(self):
        run = SAMPLE.heads()[0]
        path = "metrics/train/loss"
        for count in (2, 3, 10, 1001):
            self.judge(request([(holder(run), path)], count),
                       expected([by_step(run, path)], count))

    def test_series_share_the_range_of_all(self):
        run = ODD.run("edge-1")
        paths = ["m/long", "m/longer", "m/loss", "m/micro"]
        self.judge(
            request([(holder(run), path) for path in paths], 40),
            expected([by_step(run, path) for path in paths], 40))

    def test_nan_and_infinity_are_counted_apart(self):
        runs = [ODD.run(f"edge-{n}") for n in (1, 2, 3)]
        series = [by_step(run, "m/finite") for run in runs]
        for count in (2, 4, 9):
            self.judge(
                request([(holder(run), "m/finite") for run in runs], count),
                expected(series, count))

    def test_a_range_of_x(self):
        run = ODD.run("edge-1")
        points = [by_step(run, "m/long")]
        for low, high in ((10, 20), (-100, 1e6), (0.5, 0.75), (7, 7)):
            self.judge(
                request([(holder(run), "m/long")], 7,
                        **{"from": low, "to": high}),
                expected(points, 7, low, high))

    def test_a_range_of_steps_leaves_points_out(self):
        run = ODD.run("edge-1")
        points = [p for p in by_step(run, "m/long") if 100 <= p[0] <= 200]
        steps = ask.ProtoPointFilters(
            stepRange=ask.ProtoOpenRange(**{"from": 100, "to": 200}))
        self.judge(request([(holder(run), "m/long")], 7, pointFilters=steps),
                   expected([points], 7))

    def test_one_point_makes_one_bucket(self):
        run = ODD.run("edge-1")
        self.judge(request([(holder(run), "m/zero")], 9),
                   expected([by_step(run, "m/zero")], 9))

    def test_time_as_the_axis(self):
        run = SAMPLE.heads()[0]
        points = run.points("metrics/train/loss")
        first = points[0].millis
        for axis, start in (({"epochMillis": ask.XEpochMillis()}, 0),
                            ({"relativeTime": ask.XRelativeTime()}, first)):
            self.judge(
                request([(holder(run), "metrics/train/loss")], 6, axis),
                expected([[(p.millis - start, p.value) for p in points]], 6))

    def test_another_series_as_the_axis(self):
        run = ODD.run("edge-1")
        x = dict(by_step(run, "m/finite"))
        points = [(x[step], value) for step, value in by_step(run, "m/long")
                  if math.isfinite(x.get(step, math.nan))]
        self.judge(
            request([(holder(run), "m/long")], 3,
                    {"custom": ask.XCustom(expression="${m/finite}")}),
            expected([sorted(points, key=lambda p: p[0])], 3))

    def test_a_log_scale_has_equal_ratios(self):
        run = ODD.run("edge-1")
        found = request([(holder(run), "m/longer")], 5,
                        xScale=ask.ProtoScale.log)[0]
        edges = [0.5 * (20000.5 / 0.5) ** (n / 4) for n in range(5)]
        points = by_step(run, "m/longer")
        self.assertEqual([b["index"] for b in found], [0, 1, 2, 3, 4])
        for n, one in enumerate(found):
            self.assertAlmostEqual(one["toX"] / edges[n], 1, 12)
            inside = [p for p in points if p[0] <= one["toX"]
                      and p[0] > one["fromX"]]
            self.assertEqual(one["finitePointCount"], len(inside))

    def test_lineage(self):
        run = ODD.run("root/2")
        kinds = [("full", ask.FULL, ask.EXPERIMENT),
                 ("full", ask.FULL, ask.RUN),
                 ("experiment", ask.ONLY_OWNED, ask.EXPERIMENT),
                 ("run", ask.ONLY_OWNED, ask.RUN)]
        for lineage, *numbers in kinds:
            members = dict(zip(("lineage", "entityType"), numbers))
            self.judge(request([(holder(run), "m/loss", members)], 4),
                       expected([by_step(run, "m/loss", lineage)], 4))

    def test_previews_only_when_asked_for(self):
        run = ODD.run("edge-1")
        for previews in (False, True):
            self.judge(
                request([(holder(run), "m/preview",
                          {"includePreview": previews})], 4),
                expected([by_step(run, "m/preview", previews=previews)], 4))

    def test_what_is_missing_has_an_entry_without_buckets(self):
        run = ODD.run("root")
        found = request([
            (holder(run), "no such"), (ODD.name + "/ODD-999", "m/loss"),
            (f"CUSTOM/{ODD.name}/none", "m/loss"),
            (f"CUSTOM/{ODD.name}/root", "m/loss")], 3)
        self.assertEqual(found[:3], [[], [], []])
        self.judge(found[3:], expected([by_step(run, "m/loss")], 3))


class Tables(Judged):
    """fetch_metric_buckets: first and last points, as the client joins."""

    def test_every_point_is_in_a_bucket_of_fine_ones(self):
        """So fine that each holds one point: the table is the series."""
        run = ODD.run("b fork")
        frame = nq.fetch_metric_buckets(
            project=ODD.name, experiments=[run.experiment], y=["m/loss"],
            limit=1000)
        rows = {}
        for column in frame.columns:
            rows[column[-1]] = [value for value in frame[column]
                                if not math.isnan(value)]
        points = [p for p in by_step(run, "m/loss") if math.isfinite(p[1])]
        self.assertEqual(list(zip(rows["x"], rows["y"])), points)

    def test_experiments_of_the_sample(self):
        """The table joins the open first bucket to its neighbour."""
        paths = ["metrics/train/loss", "metrics/val/loss"]
        runs = [run for run in SAMPLE.heads()
                if re.search("^tune", run.experiment)]
        frame = nq.fetch_metric_buckets(
            experiments="^tune", y="^metrics/(train|val)/loss$", limit=20)
        keys = [(run, path) for run in runs for path in paths]
        series = [by_step(run, path) for run, path in keys]
        for (run, path), found in zip(keys, expected(series, 21)):
            columns = frame[run.experiment, path]
            shown = [(x, y) for x, y in zip(columns["x"], columns["y"])
                     if not math.isnan(x)]
            wanted = [one["last"] for one in found]
            wanted[0] = found[0]["first"]
            if [one["index"] for one in found[:2]] == [0, 1]:
                del wanted[1]
            self.assertGreater(len(wanted), 1)
            self.assertEqual(shown, wanted)
