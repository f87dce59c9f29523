"""neptune_download(): whole files below one folder, and nothing else.

Files lie in the server's store; figures are peaks of memory of this process.
"""

import contextlib
import pathlib
import shutil
import sqlite3
import sys
import tempfile

from support import checks, relay
from support.checks import expect, same
from support.sqlite import Database
import harness

checks.adapt_to_wrapping()
check = checks.Checks()
FOLDER = tempfile.TemporaryDirectory()
ROOT = pathlib.Path(FOLDER.name)
TEXT = bytes(range(256)) * 4000
FILES = {
    "plain.bin": TEXT,
    "empty": b"",
    "one byte": b"x",
    "deep/er/é \"quoted\" #1 100% +&?.txt": b"odd\0name",
}
GIGABYTE = 1 << 30
PROJECT = "lab/series"


def make_store(path):
    """The store of tests/sql with files in it."""
    harness.load_store(path, harness.ROOT / "tests/sql/stores/series.sql")
    folder = pathlib.Path(f"{path}-files")
    folder.mkdir()
    big = folder / "b"
    with open(big, "wb") as file:
        file.truncate(GIGABYTE)
        file.seek(GIGABYTE - 4)
        file.write(b"tail")
    rows = [(1, "big", big.name, GIGABYTE, "application/x-big", "b")]
    for i, (name, content) in enumerate(FILES.items()):
        (folder / f"f{i}").write_bytes(content)
        rows.append((1, name, f"f{i}", len(content), "text/plain", f"e{i}"))
    with contextlib.closing(sqlite3.connect(path)) as db, db:
        db.executemany("INSERT INTO content VALUES (?, ?, ?, ?, ?, ?)", rows)
    return path


STORE = ROOT / "store.db"
make_store(STORE)
SERVER = harness.Server("--store", STORE)


@contextlib.contextmanager
def downloading(server=SERVER, **settings):
    """A connection and its empty download folder."""
    with tempfile.TemporaryDirectory(dir=ROOT) as name:
        folder = pathlib.Path(name)
        with Database(server, download_dir=name, **settings) as db:
            yield db, folder


def fetch(db, path, goal, project=PROJECT):
    return db.value("SELECT neptune_download(?, ?, ?)", project, path, goal)


def fail(db, path, goal, *words, project=PROJECT):
    """Fails with these words and leaves no temporary file."""
    error = db.error("SELECT neptune_download(?, ?, ?)", project, path, goal)
    for word in words:
        expect(word in error.message, f"{word!r} is not in {error.message!r}")
    expect("sig" not in error.message, f"a signature: {error.message!r}")
    return error


def listed(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*")
                  if not path.is_dir())


@check.each(*((name, name) for name in FILES))
def file(name):
    """a file comes byte by byte; its size is returned"""
    with downloading() as (db, folder):
        same(fetch(db, name, "goal"), len(FILES[name]))
        same((folder / "goal").read_bytes(), FILES[name])
        same(listed(folder), ["goal"])
        sent = db.requests("method, path, status, response_bytes")
        same(sent[-2][:3], ("POST", "/api/storagebridge/v1/signedUrl", 200))
        same(sent[-1][0], "GET")
        same(sent[-1][2:], (200, len(FILES[name])))
        expect("?" not in sent[-1][1], "the signature is shown")


@check
def folders():
    """folders on the way are made; the project set is the default"""
    with downloading() as (db, folder):
        same(fetch(db, "one byte", "a/b b/ç.txt", project=None), 1)
        same(fetch(db, "one byte", "a/b b/d"), 1)
        same(listed(folder), ["a/b b/d", "a/b b/ç.txt"])
        same(fetch(db, None, "x"), None)
        same(fetch(db, "one byte", None), None)


@check
def rows_of_files():
    """many files with one statement"""
    with downloading() as (db, folder):
        db.query("CREATE TEMP TABLE wanted(path)")
        db.query("INSERT INTO wanted VALUES ('plain.bin'), ('empty')")
        same(db.query("SELECT neptune_download(?, path, 'x/' || path) "
                      "FROM wanted", PROJECT), [(len(TEXT),), (0,)])
        same(listed(folder), ["x/empty", "x/plain.bin"])


LEAVING = ["../x", "a/../../x", "a/..", "..", "/x", "/etc/x", "", ".", "./x",
           "a//x", "a/", "a/./x", "//x", "x/../x"]


@check.each(*((repr(path), path) for path in LEAVING))
def leaving_path(path):
    """a path that could leave the folder is refused before any request"""
    with downloading() as (db, folder):
        fail(db, "one byte", path, "download_dir")
        same(listed(folder), [])
        same(db.requests(), [])


@check
def links():
    """a link on the way, or as the goal, is not followed"""
    with downloading() as (db, folder):
        outside = ROOT / "outside"
        outside.mkdir()
        (folder / "way").symlink_to(outside)
        (folder / "goal").symlink_to(outside / "made")
        fail(db, "one byte", "way/x", "way/x")
        fail(db, "one byte", "goal", "exists already")
        same(list(outside.iterdir()), [])


@check
def zero_byte():
    """a zero byte in a path does not cut it"""
    with downloading() as (db, folder):
        db.error("SELECT neptune_download(?, 'one byte', 'x' || char(0))",
                 PROJECT)
        same(listed(folder), [])


@check
def existing_goal():
    """what exists is left alone, file and folder"""
    with downloading() as (db, folder):
        (folder / "goal").write_text("mine")
        (folder / "folder").mkdir()
        fail(db, "one byte", "goal", "goal", "exists already")
        fail(db, "one byte", "folder", "exists already")
        fail(db, "one byte", "goal/x", "Not a directory")
        same((folder / "goal").read_text(), "mine")
        same(db.requests(), [])


@check
def goal_made_meanwhile():
    """what is made while the file comes is left alone, too"""
    def sign(request):
        (folder / "goal").write_text("mine")
        return request.ask()
    with relay.changing("signedUrl", sign, SERVER) as server, \
            downloading(server) as (db, folder):
        fail(db, "plain.bin", "goal", "goal", "exists already")
        same((folder / "goal").read_text(), "mine")
        same(listed(folder), ["goal"])


@check
def no_folder():
    """no folder is set, or it is none: an error that says so"""
    with Database(SERVER) as db:
        fail(db, "one byte", "x", "neptune_config('download_dir'")
        db.query("SELECT neptune_config('download_dir', '/nowhere/at/all')")
        fail(db, "one byte", "x", "/nowhere/at/all", "must be a folder")
        same(db.requests(), [])


@check
def missing_file():
    """no such file, no such project: the error names them"""
    with downloading() as (db, folder):
        fail(db, "absent", "x", "absent", PROJECT, "404")
        fail(db, "absent", "x", "lab/absent", project="lab/absent")
        fail(db, "absent", "x", "workspace/project", project="absent")
        same(listed(folder), [])


@check
def views():
    """the function is for direct use only: no view or trigger calls it"""
    with downloading() as (db, folder):
        db.query("CREATE VIEW v AS SELECT neptune_download('a/b', 'c', 'd')")
        expect("unsafe use" in db.error("SELECT * FROM v").message, "allowed")


@check.each(("aws", "aws", 400), ("gcp", "gcp", 400), ("azure", "azure", 403))
def expired_link(provider, status):
    """a link that expired on its way is asked for anew"""
    with harness.Server("--store", STORE, "--provider", provider,
                        "--link-seconds", "1", "--fault",
                        "path=signedUrl,stall-ms=2200,times=1") as server, \
            downloading(server) as (db, folder):
        same(fetch(db, "plain.bin", "x"), len(TEXT))
        same((folder / "x").read_bytes(), TEXT)
        same([row[0] for row in db.requests("status")][-4:],
             [200, status, 200, 200])


@check
def refused_always():
    """new links are asked for three times in all"""
    with harness.Server("--store", STORE, "--fault",
                        "path=/files/,status=403") as server, \
            downloading(server) as (db, folder):
        fail(db, "one byte", "x", "one byte", "link is new")
        same(listed(folder), [])
        same(db.value("SELECT count(*) FROM neptune_requests "
                      "WHERE path LIKE '%signedUrl'"), 3)


@check
def refused_once():
    """one new link is enough where the first had expired"""
    with harness.Server("--store", STORE, "--fault",
                        "path=/files/,status=403,times=1") as server, \
            downloading(server) as (db, folder):
        same(fetch(db, "plain.bin", "x"), len(TEXT))
        same((folder / "x").read_bytes(), TEXT)


FAULTS = ["cut=5000,times=2", "reset=5000,times=1", "status=503,times=1"]


@check.each(*((fault, fault) for fault in FAULTS))
def broken_transfer(fault):
    """a transfer that breaks begins anew, and nothing is doubled"""
    with harness.Server("--store", STORE, "--fault",
                        f"path=/files/,{fault}") as server, \
            downloading(server) as (db, folder):
        same(fetch(db, "plain.bin", "x"), len(TEXT))
        same((folder / "x").read_bytes(), TEXT)


@check
def shrunk_file():
    """fewer bytes than announced, again and again: an error, no file"""
    with harness.Server("--store", STORE, "--fault",
                        "path=/files/,cut=5000") as server, \
            downloading(server) as (db, folder):
        fail(db, "plain.bin", "x", "/files/")
        same(listed(folder), [])


def stored_file(store, name):
    """Where the server keeps the bytes of a file."""
    with contextlib.closing(sqlite3.connect(store)) as db:
        (inner,), = db.execute("SELECT name FROM content WHERE path = ?",
                               (name,))
    return pathlib.Path(f"{store}-files", inner)


@check.each(("by a byte", len(TEXT) - 1), ("to nothing", 0))
def shrunk_at_the_server(size):
    """a file that shrank after it was stored: an error, no file"""
    with tempfile.TemporaryDirectory(dir=ROOT) as name:
        store = make_store(pathlib.Path(name, "store.db"))
        with harness.Server("--store", store) as server:
            with open(stored_file(store, "plain.bin"), "r+b") as bytes_of:
                bytes_of.truncate(size)
            with downloading(server) as (db, folder):
                fail(db, "plain.bin", "x", "plain.bin", "404")
                same(listed(folder), [])
                same(fetch(db, "one byte", "y"), 1)


@check
def lost_at_the_server():
    """a file whose bytes are gone: an error that names it, no file"""
    with tempfile.TemporaryDirectory(dir=ROOT) as name:
        store = make_store(pathlib.Path(name, "store.db"))
        stored_file(store, "plain.bin").unlink()
        with harness.Server("--store", store) as server, \
                downloading(server) as (db, folder):
            fail(db, "plain.bin", "x", "plain.bin", "404")
            same(listed(folder), [])


@check
def full_disk():
    """what the disk refuses is said, and nothing is left"""
    import resource
    import signal
    with downloading() as (db, folder):
        old = resource.getrlimit(resource.RLIMIT_FSIZE)
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, old[1]))
        try:
            fail(db, "plain.bin", "x", "'x'", "too large")
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, old)
        same(listed(folder), [])


def peak(process="self"):
    """Most memory that it had at once, in MB."""
    with open(f"/proc/{process}/status", encoding="ascii") as status:
        for line in status:
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) // 1024
    return 0


@check
def gigabyte():
    """1 GB comes whole; memory stays flat, ours and the server's"""
    if shutil.disk_usage(ROOT).free < 3 * GIGABYTE:
        raise checks.Skip("less than 3 GB are free on the disk")
    with downloading() as (db, folder):
        fetch(db, "plain.bin", "warm")
        both = ("self", SERVER.process.pid)
        before = [peak(one) for one in both]
        same(fetch(db, "big", "big"), GIGABYTE)
        more = [peak(one) - old for one, old in zip(both, before)]
        expect(harness.WRAP or max(more) < 16,  # a sanitizer keeps what is freed
               f"MB more, of client and server: {more}")
        same((folder / "big").stat().st_size, GIGABYTE)
        with open(folder / "big", "rb") as got:
            got.seek(GIGABYTE - 4)
            same(got.read(), b"tail")
    return f"MB more, of client and server: {more}"


@check
def interrupted():
    """an interrupt ends a download and leaves nothing"""
    with downloading() as (db, folder):
        db.on_progress(1000, lambda: 1)
        error = db.error("SELECT neptune_download(?, 'big', 'big')", PROJECT)
        same(error.code, sqlite3.SQLITE_INTERRUPT
             if hasattr(sqlite3, "SQLITE_INTERRUPT") else 9)
        db.on_progress(0, None)
        same(listed(folder), [])
        same(fetch(db, "one byte", "x"), 1)


if __name__ == "__main__":
    with FOLDER, SERVER:
        sys.exit(check.run())
