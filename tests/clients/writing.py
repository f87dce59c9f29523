"""A server with a store of its own, and requests to it made of the genuine
messages of neptune_api, one by one: what the logging client sends, without
its queues and retries."""

import base64
import json
import os
import sqlite3
import subprocess

import httpx
from neptune_api.proto.neptune_pb.ingest.v1.pub.client_pb2 import (
    BulkRequestStatus, RequestId, RequestIdList, SubmitResponse)
from neptune_api.proto.neptune_pb.ingest.v1.pub.ingest_pb2 import RunOperation

import world
from server import read_exports


class Server:
    """Runs until stop() or kill(); start() runs it again on its store."""

    def __init__(self, folder, *options):
        self.store = os.path.join(folder, "store.db")
        self.options = options
        self.start()

    def start(self):
        command = [world.SERVER, "--port", "0", "--store", self.store,
                   *self.options]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE,
                                        text=True)
        self.token, self.project = read_exports(self.process)
        self.url = json.loads(base64.b64decode(self.token))["api_url"]
        return self

    def stop(self):
        self.process.terminate()
        self._end(expected=0)

    def kill(self):
        """As the power fails: no chance to write anything any more."""
        self.process.kill()
        self._end(expected=-9)

    def _end(self, expected):
        status = self.process.wait(60)
        self.process.stdout.close()
        assert status == expected, f"exit status {status}"

    def session(self):
        """An HTTP client with an access token."""
        answer = httpx.get(
            self.url + "/api/backend/v1/authorization/oauth-token",
            headers={"X-Neptune-Api-Token": self.token}, trust_env=False)
        access = answer.json()["accessToken"]
        return httpx.Client(
            base_url=self.url, timeout=60, trust_env=False,
            headers={"Authorization": f"Bearer {access}"})

    def rows(self, sql, *values):
        """What plain SQL reads in the store meanwhile."""
        db = sqlite3.connect(f"file:{self.store}?mode=ro", uri=True)
        try:
            return db.execute(sql, values).fetchall()
        finally:
            db.close()


def operation(project, run):
    return RunOperation(project=project, run_id=run)


def creation(project, run, experiment=None, fork=None):
    made = operation(project, run)
    made.create.SetInParent()
    if experiment:
        made.create.experiment_id = experiment
    if fork:
        made.create.fork_point.parent_run_id = fork[0]
        made.create.fork_point.step.whole = fork[1]
    return made


def add_points(batch, path, points):
    """points: (step, value), whole steps."""
    for step, value in points:
        snapshot = batch.update_batch.snapshots.add()
        snapshot.step.whole = step
        snapshot.timestamp.seconds = 1_700_000_000 + step
        if isinstance(value, str):
            snapshot.append[path].string = value
        else:
            snapshot.append[path].float64 = value


def send(session, message):
    """Gives the request's id."""
    data = message if isinstance(message, bytes) else (
        message.SerializeToString())
    answer = session.post("/api/client/v1/ingest", content=data)
    answer.raise_for_status()
    ids = SubmitResponse.FromString(answer.content).request_ids
    assert len(ids) == 1, ids
    return ids[0]


def outcomes(session, project, ids):
    """For each id how often each code came: {code: count}."""
    body = RequestIdList(ids=[RequestId(value=id_) for id_ in ids])
    answer = session.post("/api/client/v1/ingest/check",
                          params={"projectIdentifier": project},
                          content=body.SerializeToString())
    answer.raise_for_status()
    statuses = BulkRequestStatus.FromString(answer.content).statuses
    assert len(statuses) == len(ids)
    return [{by.detail: by.count for by in status.code_by_count}
            for status in statuses]


def outcome(session, message):
    """Sends a message and gives how it ended."""
    return outcomes(session, "", [send(session, message)])[0]
