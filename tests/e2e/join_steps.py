"""Points joined by their step cost CPU by their number, not by its square."""

import resource
import sys

from support import checks
from support.checks import expect
import harness

check = checks.Checks()
POINTS = 20_000
TIMES = 5
TRIES = 3
JOIN = """SELECT count(*) FROM metric_points AS a
  CROSS JOIN {} AS b USING (project, sys_id)
  WHERE a.attribute = 'metrics/series_0' AND b.attribute = '{}' AND {};"""


def seconds(server, sql):
    """The CPU time that the shell takes, the least of some tries."""
    spent = []
    for _ in range(TRIES):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        process = harness.run_shell(sql, harness.client_environment(server))
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        expect(process.returncode == 0 and not process.stderr, process.stderr)
        spent.append(after.ru_utime - before.ru_utime)
    return min(spent), int(process.stdout)


@check.each(
    ("by the step of another series", 1, "metric_points",
     "metrics/series_1", "a.step = b.step"),
    ("by a range of steps", 3, "metric_points",
     "metrics/series_1", "b.step BETWEEN a.step - 1 AND a.step + 1"),
    ("by the step of a text", 1, "string_points",
     "logs/string_0", "a.step = b.step"),
)
def grows_with_points(each, *join):
    """joined"""
    if harness.WRAP:
        raise checks.Skip("the time of a sanitizer counts, too")
    sql = JOIN.format(*join)
    spent = []
    for points in POINTS, POINTS * TIMES:
        with harness.Server("--synthetic", "runs=1,configs=1,series=2,"
                            f"strings=1,points={points}") as server:
            second, rows = seconds(server, sql)
        expect(0 <= points * each - rows <= 2, f"{rows} rows")
        spent.append(second)
    expect(spent[1] < spent[0] * TIMES * 2,
           f"{spent[0]:.2f} s, for {TIMES} times the points {spent[1]:.2f} s")


sys.exit(check.run())
