"""More servers than the main one: with an option, over a copy of the store."""

import contextlib
import os
import shlex
import shutil
import subprocess
import tempfile

from neptune_query.internal import context as query_context

import harness
import world


def read_exports(process):
    """The two lines `export NAME='value'` that a server begins with."""
    values = {}
    with harness.killed_after(process):
        lines = [process.stdout.readline() for _ in range(2)]
    for line in lines:
        if not line:
            raise RuntimeError("the server ended before it listened")
        words = shlex.split(line)
        name, _, value = words[1].partition("=")
        assert words[0] == "export", line
        values[name] = value
    return values["NEPTUNE_API_TOKEN"], values["NEPTUNE_PROJECT"]


@contextlib.contextmanager
def started(*options, store=True):
    """Run a server; gives (token, project). It must end well on SIGTERM."""
    folder = tempfile.mkdtemp()
    command = [world.SERVER, "--port", "0", *options]
    if store:
        copy = os.path.join(folder, "store.db")
        shutil.copy(world.STORE, copy)
        shutil.copytree(world.STORE + "-files", copy + "-files")
        command += ["--store", copy]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        yield read_exports(process)
    finally:
        process.terminate()
        try:
            status = process.wait(60)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            status = "none within 60 s"
        process.stdout.close()
        shutil.rmtree(folder)
        if status != 0:
            raise AssertionError(f"exit status after SIGTERM: {status}")


@contextlib.contextmanager
def queried(token, project):
    """Point neptune_query at another server or token for a while."""
    query_context.set_context(query_context.Context(project, token))
    try:
        yield
    finally:
        query_context.set_context(None)
