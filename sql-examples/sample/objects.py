"""What runs log beside numbers: remarks, weights as histograms, text files."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

import net
from sweep import Config, Spec

MILESTONES = (0.8, 0.9, 0.95)  # of the accuracy on the validation images
HISTOGRAM_EPOCHS = 10  # a histogram every so many epochs
MATRIX_EPOCHS = 15  # a confusion matrix every so many epochs
BINS = 12
MORE = {"curriculum", "final"}  # runs with these tags log more than remarks

Remark = tuple[int, str]  # step, text


@dataclass
class TextFile:
    """A file of a series, or of the run as a whole (step: None)."""

    attribute: str
    step: int | None
    path: str  # in the project
    mime_type: str
    content: str


@dataclass
class Objects:
    """What one run logged itself."""

    remarks: list[Remark] = field(default_factory=list)
    histograms: list[tuple[int, list[float], list[int]]] = field(
        default_factory=list)
    files: list[TextFile] = field(default_factory=list)


def logs_more(spec: Spec) -> bool:
    return bool(MORE & spec.tags)


def milestones(before: float, now: float) -> Iterator[str]:
    """What was reached for the first time."""
    for limit in MILESTONES:
        if before < limit <= now:
            yield f"val/acc {now:.3f} passes {limit}"


def trouble(loss: float) -> Iterator[str]:
    if not math.isfinite(loss):
        yield f"train/loss is {loss}"


def histogram(state: net.State) -> tuple[list[float], list[int]]:
    """Edges and counts of the output layer's weights, without its biases."""
    weights = state.weights[-1][:-1]
    low, high = float(weights.min()), float(weights.max())
    edges = np.linspace(math.floor(low * 100) / 100,
                        math.ceil(high * 100) / 100, BINS + 1).round(4)
    counts = np.histogram(weights, bins=edges)[0]
    return [float(edge) for edge in edges], [int(n) for n in counts]


def guesses(state: net.State, config: Config, part: net.Part) -> net.Labels:
    """[digit, guess]: how many images."""
    logits = net.forward(state, net.features(part.images, config.features),
                         0, None)[1]
    matrix = np.zeros((net.CLASSES, net.CLASSES), dtype=np.int64)
    np.add.at(matrix, (part.digits, logits.argmax(axis=1)), 1)
    return matrix


def confusion_file(spec: Spec, epoch: int, matrix: net.Labels) -> TextFile:
    """A line per digit, a column per guess."""
    text = "".join(",".join(map(str, row)) + "\n" for row in matrix)
    return TextFile("confusion", epoch, f"{spec.run}/confusion/{epoch}.csv",
                    "text/csv", text)


def report_file(spec: Spec, matrix: net.Labels) -> TextFile:
    """The share of each digit that was read right."""
    lines = [f"{digit}: {row[digit]} of {row.sum()} right\n"
             for digit, row in enumerate(matrix)]
    return TextFile("results/report", None, f"{spec.run}/report.txt",
                    "text/plain", "".join(lines))
