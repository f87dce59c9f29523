"""Files: signed URLs, what they open and for how long, and downloads."""

import contextlib
import dataclasses
import math
import os
import pathlib
import re
import tempfile
import time

import neptune_fetcher.alpha as npt
import neptune_fetcher.alpha.runs as npt_runs
import neptune_query as nq
import neptune_query.runs as nq_runs
import requests
from neptune_query.exceptions import NeptuneFileDownloadError
from neptune_query.internal.client import get_client
from neptune_query.internal.context import get_context
from neptune_query.internal.retrieval import files as nq_files
from neptune_query.types import File

import kinds
import server
from world import KINDS, Judged, add_cases

IN_KINDS = npt.get_context().with_project(KINDS.name)
BYTES = {file["path"]: file.content for file in kinds.files()}
FILES = "^(plain|empty|odd name|deep/big|lost)$"


def a_file(path="plain.txt", project=KINDS.name):
    return File(project_identifier=project, experiment_name="edges",
                run_id=None, attribute_path="plain", step=None, path=path,
                size_bytes=0, mime_type="text/plain")


def signed(*paths):
    return nq_files.fetch_signed_urls(get_client(context=get_context()),
                                      [a_file(path) for path in paths])


def read(path):
    return pathlib.Path(path).read_bytes()


class Files(Judged):
    """Downloads by both generations of clients."""

    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def judge_frame(self, frame, label):
        """Every file of the run `edges` is there; one is lost."""
        run = KINDS.run("edges")
        wanted = {path: BYTES.get(value.path)
                  for path, (type_, value) in run.attributes().items()
                  if type_ == "file"}
        self.assertEqual(set(frame.columns), set(wanted))
        self.assertEqual(list(frame.index.get_level_values(0)), [label])
        for path, content in wanted.items():
            cell = frame[path].iloc[0]
            if content is None:
                self.assertNotIsInstance(cell, str)
            else:
                self.assertEqual(read(cell), content)

    def download(self):
        table = nq.fetch_experiments_table(
            project=KINDS.name, experiments=["edges"], attributes=FILES)
        return nq.download_files(files=table, destination=self.folder.name)

    def test_files_of_a_table(self):
        self.judge_frame(self.download(), "edges")

    def test_files_of_a_table_from_other_providers(self):
        for provider in ("gcp", "azure"):
            with server.started("--provider", provider) as (token, _), \
                    server.queried(token, KINDS.name):
                self.assertEqual(signed("x")[0].provider, provider)
                self.judge_frame(self.download(), "edges")

    def test_files_of_a_series(self):
        series = nq_runs.fetch_series(project=KINDS.name, runs=["second"],
                                      attributes="^notes$")
        frame = nq_runs.download_files(files=series,
                                       destination=self.folder.name)
        points = KINDS.run("second").points("notes")
        self.assertGreater(len(points), 1)
        self.assertEqual(
            [(step, read(path)) for (_, step), path
             in frame["notes"].items()],
            [(p.step, BYTES[p.value.path]) for p in points])

    def test_files_by_the_older_client(self):
        """It takes the azure endpoint and the azure library."""
        for function, label in ((npt.download_files, "edges"),
                                (npt_runs.download_files, "edges")):
            frame = function("^edges$", FILES, context=IN_KINDS,
                             destination=self.folder.name)
            self.judge_frame(frame, label)


class Links(Judged):
    """What a signed URL is good for."""

    def get(self, url, **headers):
        return requests.get(url, headers=headers, timeout=60)

    @contextlib.contextmanager
    def serving(self, provider, *options):
        with server.started("--provider", provider, *options) as (token, _), \
                server.queried(token, KINDS.name):
            yield

    def test_no_access_token_is_needed(self):
        answer = self.get(signed("plain.txt")[0].url)
        self.assertEqual(answer.status_code, 200)
        self.assertEqual(answer.content, b"plain text\n")
        self.assertEqual(answer.headers["Content-Type"], "text/plain")

    def test_a_link_for_one_file_opens_no_other(self):
        url = signed("plain.txt")[0].url
        other = url.replace("plain.txt", "empty.bin")
        self.assertNotEqual(url, other)
        self.assertEqual(self.get(other).status_code, 403)

    def test_a_link_without_its_signature_opens_nothing(self):
        for provider in ("aws", "gcp", "azure"):
            with self.serving(provider):
                url = signed("plain.txt")[0].url
                self.assertEqual(self.get(url).status_code, 200)
                self.assertEqual(self.get(url[:-1]).status_code, 403)
                self.assertEqual(
                    self.get(url.partition("?")[0]).status_code, 403)

    def test_a_link_to_read_does_not_write(self):
        url = signed("plain.txt")[0].url
        answer = requests.put(url, data=b"changed", timeout=60)
        self.assertEqual(answer.status_code, 403)
        self.assertEqual(self.get(url).content, b"plain text\n")

    def test_a_file_that_does_not_exist(self):
        link, = signed("does-not-exist")
        self.assertEqual(link.path, "does-not-exist")
        self.assertEqual(self.get(link.url).status_code, 404)
        with tempfile.TemporaryDirectory() as folder:
            result = nq_files.download_file(
                link, pathlib.Path(folder) / "file")
        self.assertEqual(result.status, "not_found")

    def test_a_file_of_another_project(self):
        link, = nq_files.fetch_signed_urls(
            get_client(context=get_context()),
            [a_file(project=os.environ["NEPTUNE_PROJECT"])])
        self.assertEqual(self.get(link.url).status_code, 404)

    def test_parts_of_a_file(self):
        url, size = signed("deep/er/big.bin")[0].url, len(kinds.BIG)
        for text, low, high in (
                ("bytes=0-0", 0, 0), ("bytes=1000-1999", 1000, 1999),
                (f"bytes={size - 5}-", size - 5, size - 1),
                ("bytes=-7", size - 7, size - 1),
                (f"bytes=10-{size + 10}", 10, size - 1)):
            for name in ("Range", "x-ms-range"):
                answer = self.get(url, **{name: text})
                self.assertEqual(answer.status_code, 206)
                self.assertEqual(answer.headers["Content-Range"],
                                 f"bytes {low}-{high}/{size}")
                self.assertEqual(answer.content, kinds.BIG[low:high + 1])
        answer = self.get(url, Range=f"bytes={size}-")
        self.assertEqual(answer.status_code, 416)
        self.assertEqual(answer.headers["Content-Range"], f"bytes */{size}")

    def test_the_head_of_a_file(self):
        link, empty = signed("deep/er/big.bin", "empty.bin")
        for url, size in ((link.url, len(kinds.BIG)), (empty.url, 0)):
            answer = requests.head(url, timeout=60)
            self.assertEqual(answer.status_code, 200)
            self.assertEqual(answer.headers["Content-Length"], str(size))
            self.assertTrue(answer.headers["ETag"])

    def test_unknown_projects_and_permissions(self):
        client = get_client(context=get_context()).get_httpx_client()
        good = {"project_identifier": KINDS.name, "path": "plain.txt",
                "permission": "read"}
        for members, status in (({}, 200), ({"permission": "own"}, 400),
                                ({"path": ""}, 400),
                                ({"project_identifier": "no/project"}, 403)):
            answer = client.request(
                method="post", url="/api/storagebridge/v1/signedUrl",
                json={"files": [{**good, **members}]})
            self.assertEqual(answer.status_code, status)


def judge_expiry(self, provider, status):
    """After its time a link is told apart, and the client signs again."""
    with self.serving(provider, "--link-seconds", "1"), \
            tempfile.TemporaryDirectory() as folder:
        link, = signed("plain.txt")
        time.sleep(2.1 - math.modf(time.time())[0])
        self.assertEqual(self.get(link.url).status_code, status)
        path = pathlib.Path(folder) / "file"
        result = nq_files.download_file(link, path)
        self.assertEqual(result.status, "expired")
        client = get_client(context=get_context())
        with self.assertRaises(NeptuneFileDownloadError):
            nq_files.download_file_complete(client, link, path, max_tries=1)
    with self.serving(provider), tempfile.TemporaryDirectory() as folder:
        client = get_client(context=get_context())
        path = pathlib.Path(folder) / "file"
        link, = signed("plain.txt")
        ended = dataclasses.replace(link, url=re.sub(
            r"(?<=[=])20\d\d(?=-?\d\d-?\d\dT)", "2020", link.url))
        self.assertNotEqual(link, ended)
        self.assertEqual(nq_files.download_file(ended, path).status,
                         "expired")
        nq_files.download_file_complete(client, ended, path)
        self.assertEqual(read(path), b"plain text\n")


add_cases(Links, {
    f"expiry_{provider}": (provider, status)
    for provider, status in (("aws", 400), ("gcp", 400), ("azure", 403))},
    judge_expiry)
