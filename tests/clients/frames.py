"""Data frames of the clients, and what is stored, as plain Python values.

NaN and missing cells are left out on both sides; bool stays distinct from
numbers; times are datetimes in UTC; sets are frozensets.
"""

import math

import numpy
import pandas

import truth

MISSING = object()


def plain(value):
    """One cell in comparable form, MISSING if there is nothing in it."""
    if isinstance(value, numpy.generic):
        value = value.item()
    if value is None or value is pandas.NaT or value is pandas.NA:
        return MISSING
    if isinstance(value, bool):
        return ("bool", value)
    if isinstance(value, float) and math.isnan(value):
        return MISSING
    if isinstance(value, pandas.Timestamp):
        return value.to_pydatetime(warn=False)
    if isinstance(value, set):
        return frozenset(value)
    if type(value).__name__ == "Histogram":  # each generation has its own
        return truth.Histogram(value.type, tuple(value.edges),
                               tuple(value.values))
    if type(value).__name__ == "File":
        return truth.File(value.path, value.size_bytes, value.mime_type)
    return value


def kept(cells):
    """(key, value) pairs as a dict of plain values."""
    pairs = ((key, plain(value)) for key, value in cells)
    return {key: value for key, value in pairs if value is not MISSING}


def rows(frame):
    """[(label, {column: value})] of a table of experiments or runs."""
    names = list(frame.columns)
    return [(label, kept(zip(names, cells))) for label, cells
            in zip(frame.index, frame.itertuples(index=False, name=None))]


def expected_row(run, wanted):
    """What a row shows of a run; wanted(path, type) picks attributes."""
    return kept((path, value)
                for path, (type_, value) in run.attributes().items()
                if wanted(path, type_))


def cells(frame):
    """{(label, step): {column: value}} of a table of points."""
    out = {}
    for (label, step), row in zip(
            frame.index, frame.itertuples(index=False, name=None)):
        assert (label, step) not in out, f"row twice: {label} {step}"
        out[label, step] = kept(zip(frame.columns, row))
    return out


def expected_points(runs, paths, label, lineage="full", previews=False,
                    steps=(None, None), tail=None,
                    types=("float_series",)):
    """[(label, path, point)] that a request for points should give.

    types: those of the series that the request is about.
    """
    low = -math.inf if steps[0] is None else steps[0]
    high = math.inf if steps[1] is None else steps[1]
    out = []
    for run in runs:
        for path in paths:
            if run.attributes().get(path, ("",))[0] not in types:
                continue
            points = [p for p in run.points(path, lineage, previews)
                      if low <= p.step <= high]
            if tail is not None:
                points = points[-tail:]
            out += [(label(run), path, p) for p in points]
    return out


def expected_cells(points):
    """{(label, step): {path: value}} as in a frame of values only."""
    out = {}
    for label, path, point in points:
        row = out.setdefault((label, point.step), {})
        if plain(point.value) is not MISSING:
            row[path] = point.value
    return out
