"""Valgrind finds nothing in the sqlite3 shell: a tour of every table, closing
in mid-scan, and interrupts. Errors stand in no_leaks.py.
"""

import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time

from support import checks, relay
from support.checks import expect, same
import harness

check = checks.Checks()
SYNTHETIC = ("--synthetic", "runs=12,configs=4,series=2,points=20")
PAGES = ("page_size", "values_page_size", "definitions_page_size",
         "series_batch_size", "points_page_size", "max_projection")
SMALL = "SELECT " + ", ".join(f"neptune_config('{key}', 5)" for key in PAGES)

# Every table, kind of condition, join and way to leave a scan early.
TOUR = """
SELECT max(experiment || run_id || sys_id || creation_time || owner || state
  || tags || project || failed || archived) FROM experiments;
SELECT count(*), max(description), max(ping_time), max(parent_run_id),
  max(fork_step), max(running_time_seconds), max(group_tags) FROM runs;
SELECT count(*), max(length(attributes)) FROM runs;
SELECT type, count(*), max(value), max(last_step), max(min), max(max),
  max(average), max(variance) FROM attributes GROUP BY type;
SELECT count(*), sum(value), max(timestamp), sum(is_preview),
  max(preview_completion) FROM metric_points;
SELECT count(*) FROM metric_points WHERE step BETWEEN 3 AND 9 AND tail = 15
  AND lineage = 'run' AND include_previews = 1;
SELECT count(*), sum(sum), max(to_x) FROM metric_buckets WHERE buckets = 4;
SELECT count(*) FROM metric_buckets WHERE buckets = 3 AND x_axis = 'time';
SELECT count(*) FROM metric_buckets WHERE x_from = 0 AND x_to = 9
  AND x_attribute = 'metrics/series_1' AND lineage = 'run';
SELECT e.sys_id, count(*) FROM experiments AS e JOIN metric_buckets
  USING (sys_id) WHERE buckets = 5 AND x_from = 1 GROUP BY e.sys_id LIMIT 3;
SELECT * FROM metric_buckets LIMIT 2;
SELECT count(*) FROM runs WHERE owner IN ('a', 'b', NULL)
  OR sys_id IN (SELECT sys_id FROM experiments LIMIT 3);
SELECT count(*) FROM runs WHERE creation_time > '2000-01-01'
  AND running_time_seconds < 1e9 AND state = 'inactive' AND NOT failed
  AND experiment REGEXP '.' AND run_id LIKE '%1%' AND owner IS NOT NULL;
SELECT count(*) FROM runs('`sys/failed`:bool = false') WHERE fork_step IS NULL;
SELECT count(*) FROM runs WHERE project IN ('synthetic/project');
SELECT count(*) FROM runs WHERE sys_id = 'none' OR owner = 'nobody';
SELECT DISTINCT attribute, type FROM attributes;
SELECT count(*) FROM attributes WHERE attribute IN ('config/int_1', 'x')
  AND type = 'int' AND value > 3;
SELECT count(*) FROM attributes WHERE attribute REGEXP '^config/';
SELECT count(*) FROM experiments JOIN metric_points USING (sys_id)
  JOIN attributes AS a USING (sys_id) WHERE a.attribute = 'config/int_1';
SELECT count(*) FROM runs AS r LEFT JOIN attributes AS a
  ON a.sys_id = r.sys_id AND a.attribute = 'nothing';
SELECT sys_id, (SELECT max(value) FROM metric_points AS p
  WHERE p.sys_id = r.sys_id) FROM runs AS r ORDER BY creation_time LIMIT 3;
CREATE TABLE mine AS SELECT sys_id FROM runs LIMIT 4;
SELECT count(*) FROM mine JOIN metric_points USING (sys_id);
SELECT * FROM runs LIMIT 2;
SELECT * FROM attributes LIMIT 2 OFFSET 3;
SELECT * FROM metric_points LIMIT 2;
CREATE VIRTUAL TABLE sweep USING experiments(nql='`sys/failed`:bool = false',
  project = 'synthetic/project');
CREATE VIRTUAL TABLE curves USING metric_points;
SELECT count(*) FROM sweep JOIN curves USING (sys_id);
ALTER TABLE sweep RENAME TO swept;
PRAGMA table_xinfo(swept);
EXPLAIN QUERY PLAN SELECT * FROM swept WHERE owner IN ('a', 'b') LIMIT 3;
DROP TABLE swept;
SELECT count(*), max(path), max(query), sum(rows), sum(request_bytes),
  sum(response_bytes), max(status), max(attempts), max(milliseconds) > 0,
  max(error), max(started_at) > '2' FROM neptune_requests;
SELECT neptune_version(), neptune_config('api_token'), 'abc' REGEXP 'b';
SELECT neptune_config('pushdown', 'off');
SELECT count(*) FROM runs WHERE owner = 'x' OR sys_id = 'SYN-3';
"""


class Shell:
    """The sqlite3 shell under Valgrind, which runs a script."""

    def __init__(self, script, server):
        self.folder = tempfile.TemporaryDirectory()
        self.report = pathlib.Path(self.folder.name) / "report"
        wrap = harness.WRAP or [*harness.VALGRIND, f"--log-file={self.report}"]
        self.process = subprocess.Popen(
            [*wrap, "sqlite3", "-batch", "-bail", "-init", "/dev/null",
             "-cmd", f".load {harness.quote_argument(harness.EXTENSION)}",
             ":memory:", script], env=harness.client_environment(server),
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True)

    def interrupt(self):
        self.process.send_signal(signal.SIGINT)

    def end(self):
        """Its output and its errors; nothing was found."""
        output, errors = self.process.communicate(timeout=300)
        found = ""
        if self.report.exists():
            found = self.report.read_text(encoding="utf-8", errors="replace")
        self.folder.cleanup()
        expect(not found, found[:3000])
        expect(self.process.returncode in (0, 1, 9),
               f"exit status {self.process.returncode}: {errors}")
        return output, errors


@check
def tour():
    """every table and function, many ways to ask, in small pages"""
    with harness.Server(*SYNTHETIC) as server:
        output, errors = Shell(SMALL + ";" + TOUR, server).end()
        same(errors, "")
        lines = output.splitlines()
        expect("480|" in output and len(lines) > 60, output[-2000:])
        same(lines[-1], "1")


@check.each(*((f"{name}, {how}", path, sql, how) for name, path, sql, how in (
    ("search", relay.SEARCH, "SELECT count(*) FROM runs", "no answer"),
    ("points", relay.POINTS, "SELECT count(value) FROM experiments "
     "JOIN metric_points USING (sys_id)", "half an answer"))))
def interrupted(path, sql, how):
    """SIGINT while the network blocks"""
    def react(request):
        if path not in request.path:
            return request.ask()
        data = request.ask().bytes()
        return [data[:len(data) // 2] if how == "half an answer" else b"", 60]
    with harness.Server(*SYNTHETIC) as server:
        with relay.Relay(react, server) as between:
            shell = Shell(f"{SMALL}; {sql};", between)
            between.wait_for(path)
            time.sleep(0.5)
            shell.interrupt()
            _, errors = shell.end()
            expect("interrupted" in errors, errors)


if __name__ == "__main__":
    if not harness.WRAP and not shutil.which("valgrind"):
        print("skip: there is no valgrind\n0 passed, 0 failed, 1 skipped")
        sys.exit(0)
    sys.exit(check.run(processes=2))
