"""Files are uploaded the way of each storage provider: by the genuine logging
client, which does as the signed URL's provider says, and by Azure's library,
which is all that neptune_scale before 0.15 knows."""

import logging
import os
import shutil
import tempfile

import neptune_query.runs as nq_runs
import requests
from azure.core.exceptions import HttpResponseError
from azure.storage.blob import BlobBlock, BlobClient, ContentSettings
from neptune_query.internal.client import get_client
from neptune_query.internal.context import get_context
from neptune_scale import Run
from neptune_scale.types import File

import server as servers
from world import Judged
from writing import Server

PROJECT = "local/project"
FILES = {"small": b"small\n", "empty": b"",
         "large": bytes(range(256)) * 80_000}
CHUNK = 1000  # bytes of a block


def link_to(permission, endpoint=""):
    answer = get_client(context=get_context()).get_httpx_client().request(
        method="post", url=f"/api/storagebridge/v1{endpoint}/signedUrl",
        json={"files": [{"project_identifier": PROJECT, "path": "a/blöb.bin",
                         "permission": permission}]})
    assert answer.status_code == 200, answer.text
    return answer.json()["files"][0]


class Served(Judged):

    def setUp(self):
        self.folder = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, self.folder)

    def serve(self, provider):
        self.server = Server(self.folder, "--provider", provider)
        self.addCleanup(lambda: self.server.stop())
        self.query()

    def query(self):
        queried = servers.queried(self.server.token, PROJECT)
        queried.__enter__()
        self.addCleanup(queried.__exit__, None, None, None)


class Providers(Served):
    """What was logged is there, after a crash too."""

    def setUp(self):
        super().setUp()
        os.environ["NEPTUNE_LOGGER_LEVEL"] = "error"  # of its processes
        self.addCleanup(os.environ.pop, "NEPTUNE_LOGGER_LEVEL")
        logging.getLogger("neptune").setLevel(logging.ERROR)
        self.addCleanup(logging.getLogger("neptune").setLevel, logging.INFO)

    def log(self):
        told = []
        with Run(run_id="run", project=PROJECT, api_token=self.server.token,
                 log_directory=self.folder, enable_console_log_capture=False,
                 source_tracking_config=None, on_error_callback=(
                     lambda error, _: told.append(error))) as run:
            run.assign_files({path: File(data, mime_type=f"text/x-{path}")
                              for path, data in FILES.items()})
        self.assertEqual(told, [])

    def fetched(self):
        table = nq_runs.fetch_runs_table(project=PROJECT, runs=["run"],
                                         attributes=list(FILES))
        paths = nq_runs.download_files(files=table, destination=self.folder)
        found = {}
        for path in FILES:
            with open(paths[path].iloc[0], "rb") as file:
                found[path] = file.read()
        return found

    def judge_provider(self, provider):
        self.serve(provider)
        self.assertEqual(link_to("write")["provider"], provider)
        self.log()
        self.assertEqual(self.server.rows(
            "SELECT size, mime_type FROM content"
            " WHERE path LIKE '%small%'"), [(6, "text/x-small")])
        self.server.kill()
        self.server.start()
        self.query()
        self.assertEqual(self.fetched(), FILES)

    def test_amazon(self):
        self.judge_provider("aws")

    def test_google(self):
        self.judge_provider("gcp")

    def test_azure(self):
        self.judge_provider("azure")


class Blocks(Served):
    """A blob that Azure's library writes in blocks. It asks for Azure's links
    by name, as older clients do, whatever the server's provider is."""

    def setUp(self):
        super().setUp()
        self.serve("aws")

    def link(self, permission):
        return link_to(permission, "/azure")["url"]

    def blob(self, permission="write"):
        blob = BlobClient.from_blob_url(
            self.link(permission), max_single_put_size=CHUNK,
            max_block_size=CHUNK, retry_total=0)
        self.addCleanup(blob.close)
        return blob

    def upload(self, data):
        self.blob().upload_blob(
            data, overwrite=True, max_concurrency=3,
            content_settings=ContentSettings(content_type="text/x-odd"))

    def judge(self, data):
        answer = requests.get(self.link("read"), timeout=60)
        self.assertEqual(answer.status_code, 200)
        self.assertEqual(answer.content, data)
        self.assertEqual(answer.headers["Content-Type"], "text/x-odd")

    def test_blocks_come_in_the_order_of_the_list(self):
        data = os.urandom(10 * CHUNK + 1)
        self.upload(data)
        self.judge(data)

    def test_a_blob_is_written_anew(self):
        for size in (3 * CHUNK, 2 * CHUNK, 5, 0):
            data = os.urandom(size)
            self.upload(data)
            self.judge(data)

    def test_a_list_with_a_block_that_is_not_there(self):
        data = os.urandom(2 * CHUNK)
        self.upload(data)
        blob = self.blob()
        blob.stage_block("one", b"new")
        with self.assertRaises(HttpResponseError) as caught:
            blob.commit_block_list([BlobBlock("one"), BlobBlock("two")])
        self.assertEqual(caught.exception.status_code, 400)
        self.judge(data)

    def test_a_link_for_reading_writes_nothing(self):
        data = os.urandom(2 * CHUNK)
        self.upload(data)
        with self.assertRaises(HttpResponseError) as caught:
            self.blob("read").stage_block("one", b"new")
        self.assertEqual(caught.exception.status_code, 403)
        self.judge(data)
