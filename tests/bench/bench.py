"""The table of ratios; tests/bench/run says how to use it."""

import http.client
import json
import math
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.parse

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from harness import BUILD, Server, client_environment  # noqa: E402

EXTENSION = BUILD / "neptune.so"
MILLION = 1000000
POINTS = "SELECT count(*), avg(value) FROM metric_points"
EXPERIMENTS = "SELECT experiment, creation_time FROM experiments"
SWEEP = ("CREATE VIRTUAL TABLE sweep USING experiments("
         "best_acc MAX 'metrics/series_0')")
NEWEST_OF_BEST = ("SELECT experiment, best_acc FROM sweep WHERE best_acc > 1.4 "
                  "ORDER BY creation_time DESC LIMIT 20")
TRAFFIC = ("SELECT count(*), sum(request_bytes + response_bytes) "
           "FROM neptune_requests WHERE path LIKE '%/entries/search/'")
POINTS_PATH = "/api/leaderboard/v1/proto/attributes/series/float"


class Bench:
    """What is to be done, and the rows of the table."""

    def __init__(self, client_python, quick, folder):
        self.folder = pathlib.Path(folder)  # of the compiled programs
        self.client_python = client_python
        self.pairs = 2 if quick else 5
        self.differs = False

    def row(self, what, ours, theirs, ratio, required="", met=None):
        verdict = "" if met is None else "met" if met else "MISSED"
        cells = [f"{what:<56}", f"{ours:>9}", f"{theirs:>9}", f"{ratio:>7}",
                 f"{required:>9}", verdict]
        print("  ".join(cells).rstrip(), flush=True)

    def times_faster(self, what, pairs, key, required=None):
        """A row: their median, ours, and the median of the pairs' ratios."""
        ours = statistics.median(pair[0][key] for pair in pairs)
        theirs = statistics.median(pair[1][key] for pair in pairs)
        ratio = statistics.median(pair[1][key] / pair[0][key]
                                  for pair in pairs)
        if required is None:
            self.row(what, f"{ours:.3f}", f"{theirs:.3f}", f"{ratio:.1f}")
        else:
            self.row(what, f"{ours:.3f}", f"{theirs:.3f}", f"{ratio:.1f}",
                     f">= {required}", ratio >= required)

    def interleave(self, first, second, pairs=None):
        """Pairs of results; whichever went first goes second next time."""
        results = []
        for i in range(pairs or self.pairs):
            if i % 2:
                other = second()
                results.append((first(), other))
            else:
                one = first()
                results.append((one, second()))
        return results

    def check(self, agree):
        """Answers that differ spoil the figures that follow."""
        if not agree:
            self.differs = True
            print("DIFFERENT ANSWERS", flush=True)


def compile_program(name, folder):
    program = pathlib.Path(folder, name)
    subprocess.run(["gcc", "-std=gnu11", "-O2", "-Wall", "-Wextra",
                    HERE / f"{name}.c", "-o", program, "-lsqlite3", "-ldl"],
                   check=True)
    return program


def run_json(command, environment):
    """Runs a program that prints JSON as its last line."""
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE,
                          text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])


def ours(bench, server, sql, setup="", after=""):
    return run_json([bench.folder / "query", EXTENSION, setup, sql, after],
                    client_environment(server))


def through_python(server, sql):
    return run_json([sys.executable, HERE / "ours.py", EXTENSION, sql],
                    client_environment(server))


def theirs(bench, server, what):
    return run_json([bench.client_python, HERE / "theirs.py", what],
                    client_environment(server))


def ordinary(bench, rows):
    """The query over SQLite's own table in memory of as many points."""
    setup = ("CREATE TABLE metric_points(experiment, attribute, step REAL, "
             "value REAL); WITH RECURSIVE number(i) AS (SELECT 0 UNION ALL "
             f"SELECT i + 1 FROM number LIMIT {rows}) INSERT INTO "
             "metric_points SELECT 'experiment-' || (i / 10000), "
             "'metrics/series_0', i % 1000, i * 0.37 % 1.0 FROM number")
    return run_json([bench.folder / "query", "-", setup, POINTS],
                    client_environment())


def synthetic(runs, configs, series, points, *options):
    return Server("--synthetic", f"runs={runs},configs={configs},"
                  f"series={series},points={points}", *options)


def peak_mib(server):
    """The most memory that the server has used."""
    status = pathlib.Path(f"/proc/{server.process.pid}/status").read_text(
        encoding="ascii")
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


def counted(result):
    return int(result["answer"][0])


def same_average(mine, other):
    return (counted(mine) == other["answer"][0] and
            math.isclose(float(mine["answer"][1]), other["answer"][1],
                         rel_tol=1e-9))


def same_names(mine, other):
    """The columns are the name and the time of creation."""
    return (sorted(mine["answer"][::2]) == other["answer"] and
            all(mine["answer"][1::2]))


def points(bench):
    runs = 200
    with synthetic(runs, 10, 10, 1000) as server:
        pairs = bench.interleave(lambda: ours(bench, server, POINTS),
                                 lambda: theirs(bench, server, "points"))
    bench.check(all(same_average(*pair) for pair in pairs))
    bench.check(counted(pairs[0][0]) == runs * 10000)
    what = f"count(*), avg(value), {runs * 10000 / MILLION:g} M points:"
    bench.times_faster(f"{what} s", pairs, "seconds", 10)
    bench.times_faster(f"{what} client CPU s", pairs, "cpu", 10)
    bench.times_faster(f"{what} peak memory MiB", pairs, "mib")


def memory(bench):
    """Projects of other sizes and shapes need about as much."""
    base = 0
    for runs, series, n_points in ((200, 10, 1000), (1000, 10, 1000),
                                   (10, 10, 100000), (1000, 1000, 10)):
        total = runs * series * n_points
        with synthetic(runs, 10, series, n_points) as server:
            results = [ours(bench, server, POINTS) for _ in range(bench.pairs)]
        growth = statistics.median(result["mib"] for result in results)
        bench.check(all(counted(result) == total for result in results))
        base = base or growth
        bench.row(f"peak memory MiB, {total / MILLION:g} M points in "
                  f"{runs * series} series; and of the first", f"{growth:.1f}",
                  f"{base:.1f}", f"{growth / base:.2f}", "< 64 flat",
                  growth < 64 and growth < base * 1.5)


def experiments(bench):
    count = 100000

    def both(server):
        mine = ours(bench, server, EXPERIMENTS)
        return mine, through_python(server, EXPERIMENTS)

    with synthetic(count, 1, 1, 10) as server:
        trios = bench.interleave(lambda: both(server),
                                 lambda: theirs(bench, server, "experiments"))
    pairs = [(mine[0], other) for mine, other in trios]
    python_pairs = [(mine[1], other) for mine, other in trios]
    bench.check(all(same_names(*pair) for pair in pairs + python_pairs))
    bench.check(len(pairs[0][1]["answer"]) == count)
    bench.times_faster(f"{count} experiments: s", pairs, "seconds", 5)
    bench.times_faster(f"{count} experiments: client CPU s", pairs, "cpu")
    bench.times_faster(f"{count} experiments, Python's sqlite3: s",
                       python_pairs, "seconds")


def listing(bench):
    """A large project, far away."""
    count = MILLION
    with synthetic(count, 1, 1, 10, "--latency-ms", "30") as server:
        pairs = bench.interleave(lambda: ours(bench, server, EXPERIMENTS),
                                 lambda: theirs(bench, server, "experiments"))
        peak = peak_mib(server)
    bench.check(all(same_names(*pair) for pair in pairs))
    bench.check(len(pairs[0][1]["answer"]) == count)
    what = f"{count} experiments, 30 ms a request:"
    bench.times_faster(f"{what} s", pairs, "seconds", 4)
    bench.times_faster(f"{what} client CPU s", pairs, "cpu")
    bench.row(f"{what} the server's MiB", f"{peak:.1f}", "", "")


def newest(bench):
    """The newest of the best, in a small and in a large project."""
    results = []
    for count in (1000, MILLION):
        with synthetic(count, 1, 1, 10) as server:
            results.append([ours(bench, server, NEWEST_OF_BEST, SWEEP, TRAFFIC)
                            for _ in range(4 * bench.pairs)])
            bench.check(all(len(result["answer"]) == 40
                            for result in results[-1]))
    small, large = (found[0]["after"] for found in results)
    cpu = [statistics.median(result["cpu"] for result in found)
           for found in results]
    what = "newest 20 of the best of 1 M; of 1000:"
    bench.row(f"{what} requests", large[0], small[0], "", "1",
              large[0] == small[0] == "1")
    growth = int(large[1]) / int(small[1])
    bench.row(f"{what} kB", f"{int(large[1]) / 1000:.1f}",
              f"{int(small[1]) / 1000:.1f}", f"{growth:.2f}", "< 100 flat",
              int(large[1]) < 100000 and growth < 1.2)
    bench.row(f"{what} client CPU s", f"{cpu[1]:.4f}", f"{cpu[0]:.4f}",
              f"{cpu[1] / cpu[0]:.2f}", "flat", cpu[1] < cpu[0] * 1.5)


def joins(bench):
    """By their step: the time grows with the points, not with its square."""
    sql = ("SELECT count(*) FROM metric_points AS a CROSS JOIN {} AS b "
           "USING (project, sys_id) WHERE a.attribute = 'metrics/series_0' "
           "AND b.attribute = '{}' AND {}")
    few, many = 20000, 100000
    for what, rows, *words in (
            ("points", 1, "metric_points", "metrics/series_1",
             "a.step = b.step"),
            ("points in a range", 3, "metric_points", "metrics/series_1",
             "b.step BETWEEN a.step - 1 AND a.step + 1"),
            ("texts", 1, "string_points", "logs/string_0",
             "a.step = b.step")):
        cpu = []
        for count in (few, many):
            with Server("--synthetic", "runs=1,configs=1,series=2,strings=1,"
                        f"points={count}") as server:
                results = [ours(bench, server, sql.format(*words))
                           for _ in range(bench.pairs)]
            bench.check(all(0 <= rows * count - counted(result) <= 2
                            for result in results))
            cpu.append(statistics.median(one["cpu"] for one in results))
        bench.row(f"{what} by step, {many}; {few}: client CPU s",
                  f"{cpu[1]:.3f}", f"{cpu[0]:.3f}", f"{cpu[1] / cpu[0]:.1f}",
                  "< 10", cpu[1] < cpu[0] * 2 * many / few)


def limit(bench):
    """Against SQLite's own reading of as many rows."""
    runs = 200
    rows = runs * 10000
    with synthetic(runs, 10, 10, 1000) as server:
        pairs = bench.interleave(lambda: ours(bench, server, POINTS),
                                 lambda: ordinary(bench, rows))
    bench.check(all(counted(pair[1]) == rows for pair in pairs))
    for key, what in (("seconds", "ns"), ("cpu", "client CPU ns")):
        mine = statistics.median(pair[0][key] for pair in pairs) / rows * 1e9
        plain = statistics.median(pair[1][key] for pair in pairs) / rows * 1e9
        ratio = statistics.median(pair[0][key] / pair[1][key]
                                  for pair in pairs)
        bench.row(f"{what} a point; of an ordinary table in memory",
                  f"{mine:.0f}", f"{plain:.0f}", f"{ratio:.2f}")


def needed_libraries():
    listing = subprocess.run(["readelf", "-d", EXTENSION], text=True,
                             stdout=subprocess.PIPE, check=True).stdout
    return [line.split("[")[1].rstrip("]") for line in listing.splitlines()
            if "(NEEDED)" in line]


def loading(bench):
    def seconds(*arguments):
        done = subprocess.run([bench.folder / "loading", *arguments],
                              text=True, check=True, stdout=subprocess.PIPE)
        return float(done.stdout)

    libraries = needed_libraries()
    pairs = bench.interleave(lambda: seconds("extension", EXTENSION),
                             lambda: seconds("libraries", *libraries),
                             8 * bench.pairs)
    mine = statistics.median(pair[0] for pair in pairs) * 1000
    alone = statistics.median(pair[1] for pair in pairs) * 1000
    ratio = statistics.median(pair[0] / pair[1] for pair in pairs)
    bench.row("loading ms; dlopen of its libraries", f"{mine:.2f}",
              f"{alone:.2f}", f"{ratio:.2f}", "<= 1.5", ratio <= 1.5)


def size(bench):
    stripped = bench.folder / "neptune.so"
    subprocess.run(["strip", EXTENSION, "-o", stripped], check=True)
    megabytes = stripped.stat().st_size / MILLION
    bench.row("size of neptune.so stripped, MB", f"{megabytes:.3f}", "", "",
              "< 1", megabytes < 1)


def access_token(server):
    connection = http.client.HTTPConnection(
        urllib.parse.urlsplit(server.address).netloc)
    connection.request("GET", "/api/backend/v1/authorization/oauth-token",
                       headers={"X-Neptune-Api-Token": server.token})
    token = json.load(connection.getresponse())["accessToken"]
    connection.close()
    return token


def points_body(server, runs, series, n_points):
    return json.dumps({"requests": [
        {"requestId": f"{run}-{i}", "series": {
            "holder": {"identifier": f"{server.project}/SYN-{run}",
                       "type": "experiment"},
            "attribute": f"metrics/series_{i}", "lineage": "FULL",
            "lineageEntityType": "EXPERIMENT", "includePreview": False}}
        for run in runs for i in range(series)],
        "stepRange": {"from": None, "to": None}, "order": "ascending",
        "perSeriesPointsLimit": n_points})


def drain(connection, body, token):
    """Sends a request and throws the answer away; returns its bytes."""
    connection.request("POST", POINTS_PATH, body, {
        "Authorization": f"Bearer {token}", "Content-Type": "application/json",
        "Accept": "application/x-protobuf"})
    answer = connection.getresponse()
    buffer = bytearray(1 << 20)
    total = 0
    while n := answer.readinto(buffer):
        total += n
    if answer.status != 200:
        raise RuntimeError(f"the server answers {answer.status}")
    return total


def server_alone(bench):
    """Points a second of the server's own processor time: what one core does,
    from reading the request's JSON to writing to the socket."""
    runs, n_requests = 10, 20
    n_points = n_requests * runs * 10 * 1000
    per_cpu, per_second = [], []
    with synthetic(runs * n_requests, 10, 10, 1000) as server:
        token = access_token(server)
        connection = http.client.HTTPConnection(
            urllib.parse.urlsplit(server.address).netloc)
        # The processor time of another process: clock_getcpuclockid(3).
        clock = (~server.process.pid << 3) | 2
        bodies = [points_body(server, range(i * runs + 1, (i + 1) * runs + 1),
                              10, 1000) for i in range(n_requests)]
        for _ in range(bench.pairs + 1):
            cpu, start = time.clock_gettime(clock), time.perf_counter()
            for body in bodies:
                drain(connection, body, token)
            per_cpu.append(n_points / (time.clock_gettime(clock) - cpu))
            per_second.append(n_points / (time.perf_counter() - start))
        connection.close()
    cpu = statistics.median(per_cpu[1:]) / MILLION
    wall = statistics.median(per_second[1:]) / MILLION
    bench.row("server alone, M points a second of its CPU", f"{cpu:.1f}", "",
              "", ">= 10", cpu >= 10)
    bench.row("server alone, M points a second, one connection",
              f"{wall:.1f}", "", "")


PARTS = {"points": points, "memory": memory, "experiments": experiments,
         "listing": listing, "newest": newest, "joins": joins,
         "limit": limit, "loading": loading, "size": size, "server": server_alone}


def main():
    client_python, *arguments = sys.argv[1:]
    quick = "-q" in arguments
    names = [name for name in arguments if name != "-q"]
    unknown = [name for name in names if name not in PARTS]
    if unknown:
        sys.exit(f"there is no {unknown[0]}; there are {' '.join(PARTS)}")
    print(f"# {os.cpu_count()} cores, load average before: "
          f"{os.getloadavg()[0]:.1f}")
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(client_python, quick, folder)
        for name in ("query", "loading"):
            compile_program(name, folder)
        bench.row("what", "ours", "theirs", "ratio", "required")
        for name in names or PARTS:
            PARTS[name](bench)
    return bench.differs


sys.exit(main())
