"""Bad requests through the genuine clients, and through their raw API."""

import base64
import json
import time

import httpx
import jwt
import neptune_query as nq
import neptune_query.runs as nq_runs
from neptune_fetcher import ReadOnlyProject
from neptune_fetcher.util import NeptuneException
from neptune_query.exceptions import (NeptuneInvalidCredentialsError,
                                      NeptuneProjectInaccessible,
                                      NeptuneUnexpectedResponseError)
from neptune_query.generated.neptune_api.api.retrieval import (
    get_multiple_float_series_values_proto as float_series,
    query_attribute_definitions_within_project as definitions,
    search_leaderboard_entries_proto as search)
from neptune_query.generated.neptune_api.models import (
    FloatTimeSeriesValuesRequest, QueryAttributeDefinitionsBodyDTO,
    SearchLeaderboardEntriesParamsDTO)
from neptune_query.generated.neptune_api.proto.neptune_pb.api.v1.model \
    .series_values_pb2 import ProtoFloatSeriesValuesResponseDTO
from neptune_query.internal import client as query_client
from neptune_query.internal import context as query_context

import server
from world import ODD, SAMPLE, TOKEN, Judged, add_cases

ADDRESS = json.loads(base64.b64decode(TOKEN))["api_url"]
EXCHANGE = ADDRESS + "/api/backend/v1/authorization/oauth-token"
SEARCH = "/api/leaderboard/v1/proto/leaderboard/entries/search/"


def raw_client():
    return query_client.get_client(query_context.get_context())


def other_token():
    """As ours, but for another key."""
    parts = json.loads(base64.b64decode(TOKEN))
    parts = {name: value if value.startswith("http") else value[::-1] + "x"
             for name, value in parts.items()}
    return base64.b64encode(json.dumps(parts).encode()).decode()


class Projects(Judged):

    def judge(self, call):
        for project in ("no-such/project", "demo/no-such", "nonsense"):
            with self.assertRaises(NeptuneProjectInaccessible):
                call(project)
        self.assertTrue(nq.list_experiments())


add_cases(Projects, {
    "unknown_to_search": (
        lambda name: nq.list_experiments(project=name),),
    "unknown_to_definitions": (
        lambda name: nq_runs.list_attributes(project=name),),
    "unknown_to_tables": (
        lambda name: nq.fetch_experiments_table(project=name,
                                                attributes=["sys/id"]),),
    "unknown_to_points": (
        lambda name: nq_runs.fetch_metrics(
            project=name, runs=["root"], attributes=["m/loss"]),),
}, Projects.judge)


class Older(Judged):

    def test_unknown_project(self):
        with self.assertRaises(NeptuneException):
            ReadOnlyProject("demo/no-such")

    def test_rejected_token(self):
        with self.assertRaises(NeptuneException) as caught:
            ReadOnlyProject(SAMPLE.name, api_token=other_token())
        self.assertIn("rejected", str(caught.exception))


BAD_NQL = [
    "", "(", "`a`:int = 1)", "()", "`a`:int =", "= 1", "`a`:int 1",
    "`a`:int = 1 AND", "AND `a`:int = 1", "`a`:int = 1 OR OR `b`:int = 1",
    "`a`:int = 1 and `b`:int = 2", "NOT", "`a`:int = 1 `b`:int = 2",
    "`a`:nonsense = 1", "`a`: = 1", "`a`:int <> 1", "`a`:int LIKE 1",
    '`a`:string = "open', "`a:int = 1", '`a`:int = "x"',
    '`a`:float = "wide"', '`a`:bool = "perhaps"',
    '`a`:datetime > "yesterday"', '`a`:string MATCHES "("',
    '`a`:int CONTAINS "1"', '`a`:stringSet = "x"', '`a`:bool > "True"',
    '`a`:string < "x"', "median(`a`:floatSeries) > 1",
    "last(`a`:floatSeries > 1", "min(`a`:int) > 1", "EXISTS", "`a` NOT",
    '`sys/state`:experimentState = "asleep"',
]


class BadQueries(Judged):
    """Refused with 400 and a message; the next request works."""

    def test_bad_nql(self):
        project = ReadOnlyProject(ODD.name)
        for query in BAD_NQL:
            with self.subTest(query=query):
                with self.assertRaises(NeptuneException) as caught:
                    project.fetch_runs_df(query=query, progress_bar=False)
                self.assertIn("400", str(caught.exception))
        self.assertTrue(list(project.list_experiments()))

    def test_bad_regex_in_a_filter(self):
        with self.assertRaises(NeptuneUnexpectedResponseError) as caught:
            nq.list_experiments(experiments="(unclosed")
        self.assertIn("400", str(caught.exception))

    def test_bad_regex_for_attributes(self):
        with self.assertRaises(NeptuneUnexpectedResponseError) as caught:
            nq.list_attributes(attributes="[z-a]")
        self.assertIn("400", str(caught.exception))

    def test_deep_query(self):
        depth = 100
        query = depth * "(" + "`bulk/n`:int = 7" + depth * ")"
        frame = ReadOnlyProject(ODD.name).fetch_runs_df(
            query=query, progress_bar=False)
        self.assertEqual(list(frame["sys/custom_run_id"]), ["bulk-07"])

    def test_queries_that_are_too_deep_do_no_harm(self):
        for query in (200_000 * "(", 100_000 * "(" + "`a`:int = 1"
                      + 100_000 * ")", 60_000 * "NOT " + "`a`:int = 1"):
            response = search.sync_detailed(
                client=raw_client(), project_identifier=ODD.name,
                body=SearchLeaderboardEntriesParamsDTO.from_dict(
                    {"query": {"query": query}}))
            self.assertIn(int(response.status_code), (200, 400))
        self.assertTrue(nq.list_experiments())

    def test_query_of_many_clauses(self):
        names = [f"bulk {n:02d}" for n in range(4)] + [
            f"no such experiment {n}" for n in range(3000)]
        self.assertEqual(nq.list_experiments(project=ODD.name,
                                             experiments=names), names[:4])


class RawApi(Judged):
    """The client's own request functions with contents it never sends."""

    def refused(self, response, statuses=(400, 422)):
        self.assertIn(int(response.status_code), statuses)
        body = json.loads(response.content)
        self.assertEqual(body["code"], int(response.status_code))
        self.assertTrue(body["message"])

    def search(self, **body):
        return search.sync_detailed(
            client=raw_client(), project_identifier=SAMPLE.name,
            body=SearchLeaderboardEntriesParamsDTO.from_dict(body))

    def points(self, requests, limit, **more):
        series = {"holder": {"identifier": f"{ODD.name}/ODD-10",
                             "type": "experiment"},
                  "attribute": "m/long", "lineage": "FULL"}
        return float_series.sync_detailed(
            client=raw_client(),
            body=FloatTimeSeriesValuesRequest.from_dict({
                "requests": [{"requestId": str(n), "series": series}
                             for n in range(requests)],
                "perSeriesPointsLimit": limit, "order": "ascending",
                **more}))

    def test_bad_nql_names_the_error(self):
        self.refused(self.search(query={"query": "`a`:int ="}), (400,))

    def test_page_too_long(self):
        self.refused(self.search(pagination={"limit": 1_000_000}))

    def test_page_with_a_negative_limit_or_offset(self):
        self.refused(self.search(pagination={"limit": -1}))
        self.refused(self.search(pagination={"limit": 1, "offset": -1}))

    def test_page_of_nothing(self):
        response = self.search(pagination={"limit": 0, "offset": 64})
        self.assertEqual(int(response.status_code), 200)

    def test_page_beyond_the_end(self):
        response = self.search(pagination={"limit": 5, "offset": 5000})
        self.assertEqual(int(response.status_code), 200)

    def test_unknown_sort_direction(self):
        self.refused(self.search(sorting={
            "dir": "ascending", "sortBy": {"name": "sys/id",
                                           "type": "string"},
            "aggregationMode": "median"}))

    def test_too_many_points(self):
        self.refused(self.points(2, 500_001))
        self.refused(self.points(1, 1_000_001))

    def test_points_up_to_the_limit(self):
        self.assertEqual(int(self.points(2, 500_000).status_code), 200)

    def test_twelve_thousand_series(self):
        """As the query client's own suite has it."""
        self.assertEqual(int(self.points(12_000, 83).status_code), 200)
        self.refused(self.points(12_000, 84))

    def test_a_request_of_ten_megabytes(self):
        holder = {"identifier": f"{ODD.name}/ODD-10", "type": "experiment"}
        requests = [{"requestId": str(n), "series": {
            "holder": holder, "attribute": f"{n}/" + 1000 * "x",
            "lineage": "FULL"}} for n in range(9_999)]
        requests.append({"requestId": "last", "series": {
            "holder": holder, "attribute": "m/zero", "lineage": "FULL"}})
        response = float_series.sync_detailed(
            client=raw_client(),
            body=FloatTimeSeriesValuesRequest.from_dict({
                "requests": requests, "perSeriesPointsLimit": 100}))
        answer = ProtoFloatSeriesValuesResponseDTO.FromString(
            response.content)
        found = [series.requestId for series in answer.series
                 if series.series.values]
        self.assertEqual(found, ["last"])

    def test_definitions_page_too_long(self):
        response = definitions.sync_detailed(
            client=raw_client(),
            body=QueryAttributeDefinitionsBodyDTO.from_dict({
                "projectIdentifiers": [SAMPLE.name],
                "nextPage": {"limit": 1_000_000}}))
        self.refused(response)

    def test_definitions_of_projects_beside_an_unknown_one(self):
        response = definitions.sync_detailed(
            client=raw_client(),
            body=QueryAttributeDefinitionsBodyDTO.from_dict({
                "projectIdentifiers": ["no/such", SAMPLE.name],
                "attributeNameFilter": {"mustMatchAny": [
                    {"mustMatchRegexes": ["^config/lr$"]}]}}))
        self.assertEqual([e.name for e in response.parsed.entries],
                         ["config/lr"])

    def test_bodies_that_are_no_request(self):
        http = raw_client().get_httpx_client()
        for body in (b"", b"{", b"[]", b"null", b'{"pagination": 3}',
                     b'{"query": {"query": 7}}', b"\xff\xfe\x00"):
            with self.subTest(body=body):
                self.refused(http.post(
                    SEARCH, params={"projectIdentifier": SAMPLE.name},
                    content=body,
                    headers={"Content-Type": "application/json"}))

    def test_unknown_path(self):
        http = raw_client().get_httpx_client()
        self.refused(http.get("/api/leaderboard/v1/no/such"), (404,))


class Tokens(Judged):
    """Exchange, expiry, refresh."""

    def test_rejected_token(self):
        with server.queried(other_token(), SAMPLE.name):
            with self.assertRaises(NeptuneInvalidCredentialsError):
                nq.list_experiments()
        self.assertTrue(nq.list_experiments())

    def test_requests_without_a_good_token(self):
        for headers in ({}, {"Authorization": "Bearer nonsense"},
                        {"Authorization": "Basic nonsense"},
                        {"Authorization": "Bearer a.b.c"}):
            response = httpx.post(
                ADDRESS + SEARCH, json={}, headers=headers,
                params={"projectIdentifier": SAMPLE.name})
            self.assertEqual(response.status_code, 401)
            self.assertEqual(response.json()["code"], 401)

    def test_a_changed_token_is_refused(self):
        access = httpx.get(EXCHANGE, headers={
            "X-Neptune-Api-Token": TOKEN}).json()["accessToken"]
        head, payload, signature = access.split(".")
        claims = jwt.decode(access, options={"verify_signature": False})
        claims["exp"] += 3600
        longer = base64.urlsafe_b64encode(json.dumps(claims).encode())
        forged = ".".join((head, longer.decode().rstrip("="), signature))
        for token, status in ((access, 200), (forged, 401)):
            response = httpx.post(
                ADDRESS + SEARCH, json={"pagination": {"limit": 1}},
                headers={"Authorization": f"Bearer {token}"},
                params={"projectIdentifier": SAMPLE.name})
            self.assertEqual(response.status_code, status)

    def test_claims_of_an_access_token(self):
        answer = httpx.get(EXCHANGE, headers={
            "X-Neptune-Api-Token": TOKEN}).json()
        claims = jwt.decode(answer["accessToken"],
                            options={"verify_signature": False})
        self.assertGreater(claims["exp"], time.time() + 30)
        self.assertTrue(claims["azp"])
        self.assertTrue(claims["iss"].startswith(ADDRESS))
        self.assertTrue(answer["refreshToken"] and answer["username"])

    def test_refresh_with_a_bad_token(self):
        answer = httpx.get(EXCHANGE, headers={
            "X-Neptune-Api-Token": TOKEN}).json()
        claims = jwt.decode(answer["accessToken"],
                            options={"verify_signature": False})
        url = claims["iss"].rstrip("/") + "/protocol/openid-connect/token"
        response = httpx.post(url, data={
            "grant_type": "refresh_token", "refresh_token": "nonsense",
            "client_id": claims["azp"], "expires_in": -1.5})
        self.assertIn(response.status_code, (400, 401))
        response = httpx.post(url, data={
            "grant_type": "refresh_token", "client_id": claims["azp"],
            "refresh_token": answer["refreshToken"], "expires_in": -1.5})
        self.assertEqual(response.status_code, 200)
        self.assertIn("access_token", response.json())
