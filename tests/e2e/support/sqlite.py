"""SQLite's C interface by ctypes, as far as the tests need it.

Python's own module hides what is to be judged here: sqlite3_close (it calls
sqlite3_close_v2, which never fails), sqlite3_memory_used, the trace, the
progress handler's period.
"""

import ctypes
import ctypes.util
import os
import time

import harness

OK, ERROR, BUSY, NOMEM, INTERRUPT, AUTH = 0, 1, 5, 7, 9, 23
ROW, DONE = 100, 101
TRACE_STMT, TRACE_PROFILE, TRACE_ROW = 1, 2, 4

LIBRARY = ctypes.CDLL(os.environ.get("NEPTUNE_SQLITE", "libsqlite3.so.0"))
POINTER, INT, TEXT = ctypes.c_void_p, ctypes.c_int, ctypes.c_char_p
PROGRESS = ctypes.CFUNCTYPE(INT, POINTER)
AUTHORIZER = ctypes.CFUNCTYPE(INT, POINTER, INT, TEXT, TEXT, TEXT, TEXT)
TRACE = ctypes.CFUNCTYPE(INT, ctypes.c_uint, POINTER, POINTER, POINTER)
for _name, _result, *_arguments in (
        ("open_v2", INT, TEXT, ctypes.POINTER(POINTER), INT, TEXT),
        ("close", INT, POINTER),
        ("enable_load_extension", INT, POINTER, INT),
        ("load_extension", INT, POINTER, TEXT, TEXT, ctypes.POINTER(POINTER)),
        ("prepare_v2", INT, POINTER, TEXT, INT, ctypes.POINTER(POINTER),
         ctypes.POINTER(TEXT)),
        ("bind_text", INT, POINTER, INT, TEXT, INT, ctypes.c_ssize_t),
        ("step", INT, POINTER), ("reset", INT, POINTER),
        ("finalize", INT, POINTER),
        ("column_count", INT, POINTER),
        ("column_type", INT, POINTER, INT),
        ("column_int64", ctypes.c_int64, POINTER, INT),
        ("column_double", ctypes.c_double, POINTER, INT),
        ("column_blob", POINTER, POINTER, INT),
        ("column_bytes", INT, POINTER, INT),
        ("errmsg", TEXT, POINTER), ("extended_errcode", INT, POINTER),
        ("interrupt", None, POINTER),
        ("progress_handler", None, POINTER, INT, PROGRESS, POINTER),
        ("set_authorizer", INT, POINTER, AUTHORIZER, POINTER),
        ("trace_v2", INT, POINTER, ctypes.c_uint, TRACE, POINTER),
        ("sql", TEXT, POINTER), ("expanded_sql", POINTER, POINTER),
        ("free", None, POINTER), ("memory_used", ctypes.c_int64),
        ("libversion", TEXT)):
    _function = getattr(LIBRARY, f"sqlite3_{_name}")
    _function.restype, _function.argtypes = _result, _arguments


def call(name, *arguments):
    return getattr(LIBRARY, f"sqlite3_{name}")(*arguments)


class Error(Exception):
    """A statement failed: code is SQLite's primary result code."""

    def __init__(self, code, message):
        super().__init__(message)
        self.code = code & 0xff
        self.message = message


class Database:
    """A connection with the extension loaded; a context manager.

    At its end the connection must work, close and leave no memory behind.
    """

    def __init__(self, server=None, path=":memory:", load=True, **settings):
        self.memory = call("memory_used")
        self.handle = POINTER()
        self.kept = []  # callbacks, while SQLite may call them
        code = call("open_v2", os.fsencode(path), ctypes.byref(self.handle),
                    0x6, None)
        if code:
            raise Error(code, f"could not open {path}")
        if load:
            self.load()
        if server:
            settings = {"api_token": server.token, "project": server.project,
                        **settings}
        for key, value in settings.items():
            self.query("SELECT neptune_config(?, ?)", key, value)

    def load(self):
        call("enable_load_extension", self.handle, 1)
        words = POINTER()
        code = call("load_extension", self.handle,
                    os.fsencode(harness.EXTENSION), None, ctypes.byref(words))
        if code:
            raise Error(code, ctypes.string_at(words.value).decode())

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        if kind:
            call("close", self.handle)
            return
        for name, none in (("progress_handler", (0, PROGRESS())),
                           ("set_authorizer", (AUTHORIZER(),))):
            call(name, self.handle, *none, None)
        if self.query("SELECT 6 * 7") != [(42,)]:
            raise AssertionError("the connection does not work any more")
        self.close()

    def close(self):
        code = call("close", self.handle)
        if code:
            raise AssertionError(f"sqlite3_close returned {code}")
        left = call("memory_used") - self.memory
        if left > 0:
            raise AssertionError(f"{left} bytes are left after closing")

    def fail(self, code):
        raise Error(code, call("errmsg", self.handle).decode(
            errors="backslashreplace"))

    def rows(self, sql, *values):
        """Yields the rows of one statement, each a tuple."""
        statement = POINTER()
        code = call("prepare_v2", self.handle, sql.encode(), -1,
                    ctypes.byref(statement), None)
        if code:
            self.fail(code)
        try:
            for i, value in enumerate(values, 1):
                text = None if value is None else str(value).encode()
                call("bind_text", statement, i, text, -1, -1)
            while (code := call("step", statement)) == ROW:
                yield tuple(column(statement, i) for i in
                            range(call("column_count", statement)))
            if code != DONE:
                self.fail(code)
        finally:
            call("finalize", statement)

    def query(self, sql, *values):
        return list(self.rows(sql, *values))

    def value(self, sql, *values):
        return self.query(sql, *values)[0][0]

    def error(self, sql, *values):
        """The Error of a statement that must fail."""
        try:
            rows = self.query(sql, *values)
        except Error as error:
            return error
        raise AssertionError(f"{sql} did not fail but gave {rows!r:.300}")

    def outcome(self, sql, seconds=120):
        """Rows or the Error of a statement that must end by itself."""
        limit = time.monotonic() + seconds
        self.on_progress(1000, lambda: time.monotonic() > limit)
        try:
            return self.query(sql)
        except Error as error:
            if error.code == INTERRUPT:
                raise AssertionError(f"{sql} did not end by itself") from error
            return error
        finally:
            self.on_progress(0, lambda: 0)

    def requests(self, columns="path, status, attempts"):
        return self.query(f"SELECT {columns} FROM neptune_requests "
                          "ORDER BY id")

    def interrupt(self):
        call("interrupt", self.handle)

    def on_progress(self, period, function):
        handler = PROGRESS(lambda _: function())
        self.kept.append(handler)
        call("progress_handler", self.handle, period, handler, None)

    def on_trace(self, function):
        """function(text) gets whatever a trace shows."""
        def trace(_, __, statement, ___):
            function((call("sql", statement) or b"").decode())
            text = call("expanded_sql", statement)
            if text:
                function(ctypes.string_at(text).decode())
                call("free", text)
            return 0
        handler = TRACE(trace)
        self.kept.append(handler)
        call("trace_v2", self.handle, TRACE_STMT | TRACE_PROFILE | TRACE_ROW,
             handler, None)


def column(statement, i):
    kind = call("column_type", statement, i)
    if kind == 1:
        return call("column_int64", statement, i)
    if kind == 2:
        return call("column_double", statement, i)
    if kind == 5:
        return None
    size = call("column_bytes", statement, i)
    data = ctypes.string_at(call("column_blob", statement, i), size) \
        if size else b""
    return data if kind == 4 else data.decode(errors="backslashreplace")
