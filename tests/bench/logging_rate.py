"""How many points per second the server takes in from one neptune_scale
process, from the first that is logged until all are acknowledged.

    "$(tests/clients/venv)/bin/python" tests/bench/logging_rate.py [STEPS]

logs STEPS steps (default 10 000) of 100 series each. The server's own time
says how many points it could take if the client sent more.
"""

import logging
import os
import pathlib
import sqlite3
import sys
import tempfile
import time

from neptune_scale import Run

HERE = pathlib.Path(__file__).resolve().parent
SERIES = 100


def cpu_seconds(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text("ascii")
    user, system = fields.rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def log(server, steps, folder):
    """Seconds until all was logged (of the clock, of this process's CPU), and
    until all was acknowledged."""
    run = Run(run_id="rate", project=server.project, api_token=server.token,
              log_directory=folder, enable_console_log_capture=False,
              source_tracking_config=None)
    run.wait_for_processing(verbose=False)  # its process has started
    started, cpu = time.monotonic(), time.process_time()
    for step in range(steps):
        run.log_metrics({f"m/{i}": step + i / 3 for i in range(SERIES)}, step)
    logged = time.monotonic() - started, time.process_time() - cpu
    run.wait_for_processing(verbose=False)
    seconds = time.monotonic() - started
    run.close()
    return logged, seconds


def main():
    sys.path.insert(0, str(HERE.parent))
    import harness
    steps = int(sys.argv[1]) if sys.argv[1:] else 10_000
    os.environ["NEPTUNE_LOGGER_LEVEL"] = "error"
    logging.getLogger("neptune").setLevel(logging.ERROR)
    with tempfile.TemporaryDirectory() as folder:
        store = os.path.join(folder, "store.db")
        with harness.Server("--store", store) as server:
            load = os.getloadavg()[0]
            logged, seconds = log(server, steps, folder)
            server_seconds = cpu_seconds(server.process.pid)
        stored = sqlite3.connect(store).execute(
            "SELECT count(*) FROM float_point").fetchone()[0]
    points = steps * SERIES
    if stored != points:
        print(f"{stored} of {points} points were stored")
        return 1
    print(f"{points} points: acknowledged after {seconds:.1f} s: "
          f"{points / seconds:.0f} points/s; log_metrics() alone took "
          f"{logged[0]:.1f} s ({logged[1]:.1f} s of CPU); the server's CPU "
          f"{server_seconds:.1f} s: {points / server_seconds:.0f} points/s; "
          f"load {load:.1f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
