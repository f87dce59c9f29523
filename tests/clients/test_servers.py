"""Servers with options: short tokens, rate limits, synthetic data."""

import base64
import json
import math
import time

import httpx
import neptune_fetcher.alpha as npt
import neptune_query as nq
import neptune_query.runs as nq_runs
from neptune_fetcher import ReadOnlyProject, ReadOnlyRun
from neptune_fetcher.alpha.filters import AttributeFilter
from neptune_query.exceptions import NeptuneUnexpectedResponseError
from neptune_query.internal import client as query_client
from neptune_query.internal import context as query_context
from neptune_query.internal.logger import get_logger
from neptune_query.internal.retrieval import search

import frames
import server
from world import (ODD, SAMPLE, Judged, add_cases, by_custom_id,
                   by_experiment)


class ShortTokens(Judged):
    """--token-seconds 31: the clients hold a token for one second."""

    def test_refresh_between_pages(self):
        with server.started("--token-seconds", "31") as (token, _), \
                server.queried(token, SAMPLE.name):
            client = query_client.get_client(query_context.get_context())
            pages = search.fetch_run_sys_attrs(client, SAMPLE.name,
                                               batch_size=10)
            names, tokens = [], set()
            for n, page in enumerate(pages):
                names += [item.label for item in page.items]
                tokens.add(client.get_httpx_client().auth._token.access_token)
                if n in (2, 4):
                    time.sleep(1.1)
        self.assertEqual(sorted(names),
                         sorted(map(by_custom_id, SAMPLE.runs)))
        # A slow machine may need more of them.
        self.assertGreaterEqual(len(tokens), 3)

    def test_refresh_of_the_older_client(self):
        with server.started("--token-seconds", "31") as (token, _):
            project = ReadOnlyProject(SAMPLE.name, api_token=token)
            first = list(project.list_runs())
            auth = project._backend._backend.get_httpx_client().auth
            before = auth._token.access_token
            time.sleep(1.1)
            self.assertEqual(list(project.list_runs()), first)
            self.assertNotEqual(auth._token.access_token, before)

    def test_expired_token_is_refused(self):
        with server.started("--token-seconds", "5") as (token, _):
            address = json.loads(base64.b64decode(token))["api_url"]
            access = httpx.get(
                address + "/api/backend/v1/authorization/oauth-token",
                headers={"X-Neptune-Api-Token": token},
            ).json()["accessToken"]
            statuses = []
            for wait in (0, 6.1):
                time.sleep(wait)
                statuses.append(httpx.get(
                    address + "/api/backend/v1/projects/get",
                    headers={"Authorization": f"Bearer {access}"},
                    params={"projectIdentifier": SAMPLE.name}).status_code)
        self.assertEqual(statuses, [200, 401])


class RateLimit(Judged):
    """--rate-limit: 429 with Retry-After, which the clients wait for."""

    def test_limited_requests_are_repeated(self):
        with server.started("--rate-limit", "8") as (token, _), \
                server.queried(token, ODD.name), \
                self.assertLogs(get_logger(), "INFO") as logged:
            for n in range(6):
                found = nq.list_attributes(attributes="^bulk/")
                self.assertEqual(len(found), 5)
            frame = nq.fetch_metrics(experiments="^alpha$",
                                     attributes="^m/loss$")
        points = frames.expected_points([ODD.experiment("alpha")],
                                        ["m/loss"], by_experiment)
        self.assertEqual(frames.cells(frame), frames.expected_cells(points))
        self.assertIn("Backing off", "\n".join(logged.output))

    def test_limited_requests_of_the_older_client(self):
        with server.started("--rate-limit", "4") as (token, _):
            project = ReadOnlyProject(ODD.name, api_token=token)
            start = time.monotonic()
            for n in range(9):
                self.assertEqual(len(list(project.list_runs())), len(
                    [run for run in ODD.runs if not run.archived]))
        self.assertGreater(time.monotonic() - start, 0.9)


class Faults(Judged):
    """--fault: what the clients repeat, and what they give up on."""

    def judge(self, rule):
        with server.started("--fault", rule) as (token, _), \
                server.queried(token, ODD.name):
            frame = nq.fetch_metrics(experiments="^alpha$",
                                     attributes="^m/loss$")
        points = frames.expected_points([ODD.experiment("alpha")],
                                        ["m/loss"], by_experiment)
        self.assertEqual(frames.cells(frame), frames.expected_cells(points))

    def test_refused_for_good(self):
        rule = "path=entries/search,after=1,status=403"
        with server.started("--fault", rule) as (token, _), \
                server.queried(token, ODD.name):
            self.assertTrue(nq.list_experiments())
            with self.assertRaises(NeptuneUnexpectedResponseError) as caught:
                nq.list_experiments()
        self.assertIn("403", str(caught.exception))


add_cases(Faults, {
    "unavailable_search_is_repeated": (
        "path=entries/search,times=2,status=503",),
    "broken_definitions_are_repeated": (
        "path=definitions,times=1,status=500,body=oops",),
    "cut_points_are_fetched_again": (
        "path=series/float,times=1,cut=20",),
    "reset_points_are_fetched_again": (
        "path=series/float,times=1,reset=9",),
    "retry_after_is_obeyed": (
        "path=series/float,times=1,status=429,retry-after=0.2",),
    "late_points_are_waited_for": ("path=series/float,stall-ms=300",),
}, Faults.judge)


class Latency(Judged):

    def test_answers_are_late(self):
        with server.started("--latency-ms", "150:200") as (token, _), \
                server.queried(token, SAMPLE.name):
            start = time.monotonic()
            self.assertEqual(nq.list_experiments(),
                             sorted(map(by_experiment, SAMPLE.heads())))
        self.assertGreater(time.monotonic() - start, 0.3)


class Log(Judged):

    def test_log_of_requests_holds_no_token(self):
        with server.tempfile.NamedTemporaryFile("r") as log:
            with server.started("--log", log.name) as (token, _), \
                    server.queried(token, SAMPLE.name):
                nq.list_experiments(experiments="grid")
                access = query_client.get_client(
                    query_context.get_context()).get_httpx_client(
                    ).auth._token.access_token
            text = log.read()
        self.assertIn("/entries/search", text)
        self.assertNotIn(token, text)
        self.assertNotIn(access, text)


class Synthetic(Judged):
    """--synthetic: the sizes asked for, and one truth in all answers."""

    SIZES = "runs=12,configs=9,series=4,points=250"

    @classmethod
    def setUpClass(cls):
        cls.context = server.started("--synthetic", cls.SIZES + ",seed=5",
                                     store=False)
        cls.token, cls.project = cls.context.__enter__()

    @classmethod
    def tearDownClass(cls):
        cls.context.__exit__(None, None, None)

    def here(self):
        return server.queried(self.token, self.project)

    def points(self):
        with self.here():
            return nq.fetch_metrics(experiments=".*", attributes=".*")

    def test_counts(self):
        with self.here():
            self.assertEqual(len(nq.list_experiments()), 12)
            self.assertEqual(len(nq_runs.list_runs()), 12)
            names = [name for name in nq.list_attributes()
                     if not name.startswith("sys/")]
            series = nq.list_attributes(attributes=nq.filters.AttributeFilter(
                type="float_series"))
        self.assertEqual(len(names), 9 + 4)
        self.assertEqual(len(series), 4)

    def test_points(self):
        frame = self.points()
        self.assertEqual(frame.shape, (12 * 250, 4))
        self.assertTrue(frame.index.is_unique)

    def test_configs_in_tables_and_filters(self):
        with self.here():
            frame = nq.fetch_experiments_table(
                attributes=nq.filters.AttributeFilter(
                    type=["int", "float", "string", "bool"], name="!^sys/"))
            self.assertEqual(len(frame), 12)
            compared = 0
            for path in frame.columns:
                values = frame[path].dropna()
                some = frames.plain(values.iloc[0])
                if isinstance(some, tuple):
                    some = some[1]
                found = nq.list_experiments(
                    experiments=nq.filters.Filter.eq(path, some))
                self.assertEqual(
                    found, sorted(values.index[values == some]))
                compared += 1
        self.assertGreaterEqual(compared, 5)

    def test_aggregates_are_those_of_the_points(self):
        points = self.points()
        context = npt.get_context().with_project(
            self.project).with_api_token(self.token)
        frame = npt.fetch_experiments_table(
            attributes=AttributeFilter(type_in=["float_series"], aggregations=[
                "last", "min", "max", "average", "variance"]),
            context=context)
        self.assertEqual(len(frame), 12)
        for name, row in frames.rows(frame):
            for path in points.columns:
                values = list(points.loc[name][path])
                mean = math.fsum(values) / len(values)
                spread = math.fsum((v - mean) ** 2 for v in values)
                self.assertEqual(row[path, "last"], values[-1])
                self.assertEqual(row[path, "min"], min(values))
                self.assertEqual(row[path, "max"], max(values))
                self.assert_near(row[path, "average"], mean)
                self.assert_near(row[path, "variance"], spread / len(values))

    def test_both_orders_give_the_same_points(self):
        points = self.points()
        project = ReadOnlyProject(self.project, api_token=self.token)
        name = points.index[0][0]
        run = ReadOnlyRun(project, experiment_name=name)
        for path in points.columns:
            frame = run[path].fetch_values()
            self.assertEqual(list(frame["value"]),
                             list(points.loc[name][path]))
            self.assertEqual(list(frame["step"]),
                             list(points.loc[name].index))

    def test_ranges_and_tails(self):
        points = self.points()
        name, path = points.index[0][0], points.columns[0]
        steps = list(points.loc[name].index)
        low, high = steps[20], steps[-30]
        with self.here():
            frame = nq.fetch_metrics(experiments=[name], attributes=[path],
                                     step_range=(low, high), tail_limit=7)
        self.assertEqual(list(frame[path]),
                         list(points.loc[name][path])[-36:-29])

    def test_the_seed_decides(self):
        points = self.points()
        for seed, same in ((5, True), (6, False)):
            with server.started("--synthetic", f"{self.SIZES},seed={seed}",
                                store=False) as (token, project), \
                    server.queried(token, project):
                again = nq.fetch_metrics(experiments=".*", attributes=".*")
            self.assertEqual(again.equals(points), same)


class Million(Judged):
    """More points than one answer may hold."""

    COUNT = 1_000_003

    def test_series_longer_than_an_answer(self):
        with server.started(
                "--synthetic", f"runs=1,configs=1,series=1,points={self.COUNT}",
                store=False) as (token, project), \
                server.queried(token, project):
            frame = nq.fetch_metrics(experiments=".*", attributes=".*")
            tail = nq.fetch_metrics(experiments=".*", attributes=".*",
                                    tail_limit=5)
        self.assertEqual(len(frame), self.COUNT)
        self.assertTrue(frame.index.is_unique)
        self.assertTrue(frame.index.is_monotonic_increasing)
        self.assertTrue(frame.iloc[-5:].equals(tail))
