"""Projects, listed and shown: no client of today wraps these endpoints, so
they are asked over the client's own connection."""

from neptune_api.models import ProjectDTO
from neptune_fetcher import ReadOnlyProject
from neptune_query.internal.client import get_client
from neptune_query.internal.context import get_context

from world import KINDS, ODD, PROJECTS, Judged

BASE = "/api/backend/v1/projects"


def ask(path="", **params):
    return get_client(context=get_context()).get_httpx_client().request(
        method="get", url=BASE + path, params=params)


def names(answer):
    return [f"{entry['organizationName']}/{entry['name']}"
            for entry in answer["entries"]]


class Projects(Judged):

    def test_all_of_the_caller(self):
        answer = ask(userRelation="viewerOrHigher").json()
        self.assertEqual(sorted(names(answer)), sorted(PROJECTS))
        self.assertEqual(answer["matchingItemCount"], len(PROJECTS))
        self.assertEqual(answer["totalItemCount"], len(PROJECTS))

    def test_pages(self):
        found = []
        for offset in range(len(PROJECTS) + 1):
            page = ask(limit=1, offset=offset).json()
            self.assertEqual(page["matchingItemCount"], len(PROJECTS))
            found += names(page)
        self.assertEqual(sorted(found), sorted(PROJECTS))

    def test_those_of_a_workspace(self):
        for path in ("", "/listForOrganization"):
            answer = ask(path, organizationIdentifier="judge").json()
            self.assertEqual(sorted(names(answer)), [KINDS.name, ODD.name])

    def test_one_by_name_and_by_id(self):
        for identifier in (KINDS.name, KINDS.uuid):
            answer = ask("/get", projectIdentifier=identifier).json()
            project = ProjectDTO.from_dict(answer)
            self.assertEqual(
                [project.id, project.name, project.organization_name,
                 project.project_key],
                [KINDS.uuid, "kinds", "judge", KINDS.key])

    def test_none(self):
        answer = ask("/get", projectIdentifier="judge/no-such")
        self.assertEqual(answer.status_code, 404)
        with self.assertRaisesRegex(Exception, "404"):
            ReadOnlyProject("judge/no-such")

    def test_bad_pages(self):
        for limit in ("-1", "many"):
            self.assertEqual(ask(limit=limit).status_code, 400)


class OlderClient(Judged):
    """neptune_fetcher 0.x passes over types that it does not know."""

    def test_fields_of_a_run_with_all_types(self):
        run = ReadOnlyProject(KINDS.name)
        run = next(iter(run.fetch_read_only_runs(
            custom_ids=["edges"])))
        known = {path for path, (type_, _)
                 in KINDS.run("edges").attributes().items()
                 if type_ not in ("string_series", "histogram_series",
                                  "file_series", "file")}
        self.assertLess({"value"}, known)
        self.assertLessEqual(known, set(run.field_names))
        self.assertEqual(run["value"].fetch(), 1)
