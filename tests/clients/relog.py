"""Logs the sample project afresh, by the genuine neptune_scale.

The client starts a process for each run, and that one imports the client:
most of the time would go into that. So these processes are forked from one
that has imported it already; what they do is the client's own.
"""

import concurrent.futures
import multiprocessing
import os
import tempfile
import unittest.mock

from neptune_scale import Run
from neptune_scale.projects import create_project
from neptune_scale.types import File, Histogram

AT_ONCE = 8  # each run has a process of the client's, that mostly waits
UNDONE = "undone"  # a tag that each run takes and gives back


def log_values(run, of):
    run.log_configs({path: value if type_ != "string_set" else sorted(value)
                     for path, (type_, value) in of.configs.items()})
    run.log_configs({"sys/failed": of.failed, "sys/archived": of.archived,
                     "sys/description": of.description})
    run.add_tags([UNDONE, *of.tags])
    run.remove_tags([UNDONE])
    if of.group_tags:
        run.add_tags([UNDONE, *of.group_tags], group_tags=True)
        run.remove_tags([UNDONE], group_tags=True)


def log_series(run, of):
    for step, time, values, completion in of.rows:
        run.log_metrics(values, step, timestamp=time,
                        preview=completion is not None,
                        preview_completion=completion)
    for path, step, time, text in of.texts:
        run.log_string_series({path: text}, step, timestamp=time)
    for path, step, time, bins in of.histograms:
        run.log_histograms({path: Histogram(
            bin_edges=list(bins.edges), counts=list(map(int, bins.values)))},
            step, timestamp=time)


def log_files(run, of):
    for path, at, file, content in of.files:
        made = {path: File(content, mime_type=file.mime_type,
                           destination=file.path)}
        if at is None:
            run.assign_files(made)
        else:
            run.log_files(made, at[0], timestamp=at[1])


def log_run(of, project, token, folder):
    """Gives what the client told of errors and warnings."""
    told = []

    def tell(error, _):
        told.append((of.name, repr(error)))
    forking = {} if of.parent is None else {
        "fork_run_id": of.parent.name, "fork_step": of.fork_step}
    with Run(run_id=of.name, project=project, api_token=token,
             experiment_name=of.experiment, creation_time=of.created,
             inherit_configs=of.inherits, on_error_callback=tell,
             on_warning_callback=tell, enable_console_log_capture=False,
             source_tracking_config=None,
             log_directory=tempfile.mkdtemp(dir=folder), **forking) as run:
        log_values(run, of)
        log_series(run, of)
        log_files(run, of)
    return told


def log_project(runs, project, token, folder):
    """Logs all runs, parents before their forks; what the client told."""
    create_project(project, api_token=token)
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["neptune_scale.sync.sync_process"])
    told = []
    with unittest.mock.patch.dict(
            os.environ, NEPTUNE_LOGGER_LEVEL="error"), \
            unittest.mock.patch("multiprocessing.get_context",
                                lambda _: context), \
            concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        for depth in range(1 + max(run.depth for run in runs)):
            for one in pool.map(
                    lambda run: log_run(run, project, token, folder),
                    [run for run in runs if run.depth == depth]):
                told += one
    return told
