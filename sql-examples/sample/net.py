"""A small multi-layer perceptron on 8 x 8 digit images, in plain numpy."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from sklearn.datasets import load_digits  # type: ignore[import-untyped]

from sweep import Config

Array = NDArray[np.float64]
Labels = NDArray[np.int64]

CLASSES = 10
SPLIT_SEED = 2026
VAL_IMAGES = 350
TEST_IMAGES = 350


@dataclass(frozen=True)
class Part:
    """Images (n, 8, 8) in 0..1 and their digits."""

    images: Array
    digits: Labels


def load_parts() -> tuple[Part, Part, Part]:
    """The fixed shuffle of the data set: train, validation, test."""
    data = load_digits()
    order = np.random.default_rng(SPLIT_SEED).permutation(len(data.target))
    images, digits = data.images[order] / 16.0, data.target[order]
    test = len(order) - TEST_IMAGES
    val = test - VAL_IMAGES
    return (
        Part(images[:val], digits[:val]),
        Part(images[val:test], digits[val:test]),
        Part(images[test:], digits[test:]),
    )


def features(images: Array, names: frozenset[str]) -> Array:
    """One row of inputs per image; `names` says what it is made of."""
    n = len(images)
    made: dict[str, Callable[[], Array]] = {
        "pixels": lambda: images.reshape(n, -1),
        "rows": lambda: images.mean(axis=2),
        "columns": lambda: images.mean(axis=1),
        "edges": lambda: np.concatenate(
            [
                np.abs(np.diff(images, axis=1)).reshape(n, -1),
                np.abs(np.diff(images, axis=2)).reshape(n, -1),
            ],
            axis=1,
        ),
    }
    return np.concatenate([made[name]() for name in sorted(names)], axis=1)


def shift(images: Array, rng: np.random.Generator) -> Array:
    """Each image moved by at most one pixel up, down, left or right."""
    padded = np.pad(images, ((0, 0), (1, 1), (1, 1)))
    moves = rng.integers(0, 3, size=(len(images), 2))
    return np.stack(
        [
            image[y : y + 8, x : x + 8]
            for image, (y, x) in zip(padded, moves, strict=True)
        ]
    )


@dataclass
class State:
    """What a checkpoint holds: weights and the optimizer's memory."""

    weights: list[Array]
    first: list[Array] = field(default_factory=list)
    second: list[Array] = field(default_factory=list)
    updates: int = 0

    def copy(self) -> State:
        return State(
            [w.copy() for w in self.weights],
            [m.copy() for m in self.first],
            [v.copy() for v in self.second],
            self.updates,
        )

    def forget_optimizer(self) -> None:
        self.first = [np.zeros_like(w) for w in self.weights]
        self.second = [np.zeros_like(w) for w in self.weights]
        self.updates = 0


def new_state(config: Config, inputs: int, rng: np.random.Generator) -> State:
    """He-initialised weights, biases as the last row of each matrix."""
    hidden = [config.hidden_units or 0] * config.hidden_layers
    sizes = [inputs, *hidden, CLASSES]
    weights = []
    for fan_in, fan_out in pairwise(sizes):
        matrix = rng.normal(0.0, np.sqrt(2.0 / fan_in), (fan_in + 1, fan_out))
        matrix[-1] = 0.0
        weights.append(matrix)
    state = State(weights)
    state.forget_optimizer()
    return state


def forward(state: State, x: Array, drop: float,
            rng: np.random.Generator | None) -> tuple[list[Array], Array]:
    """Every layer's input and the logits; drops units only with an rng."""
    inputs = [x]
    for matrix in state.weights[:-1]:
        x = np.maximum(x @ matrix[:-1] + matrix[-1], 0.0)
        if rng is not None and drop > 0.0:
            x = x * (rng.random(x.shape) >= drop) / (1.0 - drop)
        inputs.append(x)
    last = state.weights[-1]
    return inputs, x @ last[:-1] + last[-1]


def log_softmax(logits: Array) -> Array:
    shifted: Array = logits - logits.max(axis=1, keepdims=True)
    scale: Array = np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    return shifted - scale


def losses(logits: Array, digits: Labels) -> Array:
    """Cross-entropy of each image."""
    return -log_softmax(logits)[np.arange(len(digits)), digits]


def gradients(state: State, inputs: list[Array], logits: Array,
              digits: Labels, decay: float) -> list[Array]:
    """Of the mean cross-entropy, with L2 decay on all but the biases."""
    delta = np.exp(log_softmax(logits))
    delta[np.arange(len(digits)), digits] -= 1.0
    delta /= len(digits)
    grads = []
    for x, matrix in zip(inputs[::-1], state.weights[::-1], strict=True):
        grad = np.concatenate([x.T @ delta, delta.sum(axis=0)[None]])
        grad[:-1] += decay * matrix[:-1]
        grads.append(grad)
        delta = (delta @ matrix[:-1].T) * (x > 0.0)
    return grads[::-1]


def update(state: State, grads: list[Array], config: Config,
           lr: float) -> None:
    """One step of the configured optimizer, in place."""
    state.updates += 1
    for i, grad in enumerate(grads):
        state.weights[i] -= lr * _direction(state, i, grad, config)


def _direction(state: State, i: int, grad: Array, config: Config) -> Array:
    if config.optimizer == "sgd":
        return grad
    if config.optimizer == "momentum":
        kept = (config.momentum or 0.0) * state.first[i]
        state.first[i] = kept + grad
        return state.first[i]
    keep = 0.9 if config.optimizer == "rmsprop" else 0.999
    state.second[i] = keep * state.second[i] + (1.0 - keep) * grad**2
    if config.optimizer == "rmsprop":
        return grad / (np.sqrt(state.second[i]) + 1e-8)
    state.first[i] = 0.9 * state.first[i] + 0.1 * grad
    mean = state.first[i] / (1.0 - 0.9**state.updates)
    var = state.second[i] / (1.0 - keep**state.updates)
    return mean / (np.sqrt(var) + 1e-8)


def norm(arrays: list[Array]) -> float:
    return float(np.sqrt(sum(float((a * a).sum()) for a in arrays)))


def evaluate(state: State, config: Config, part: Part) -> tuple[float, float]:
    """Mean loss and accuracy."""
    logits = forward(state, features(part.images, config.features), 0, None)[1]
    right = logits.argmax(axis=1) == part.digits
    return float(losses(logits, part.digits).mean()), float(right.mean())


def confusions(state: State, config: Config, part: Part) -> frozenset[str]:
    """The three commonest mistakes as `true-taken`, fewer if few are made."""
    logits = forward(state, features(part.images, config.features), 0, None)[1]
    counts: dict[str, int] = {}
    for digit, guess in zip(part.digits, logits.argmax(axis=1), strict=True):
        if digit != guess:
            pair = f"{digit}-{guess}"
            counts[pair] = counts.get(pair, 0) + 1
    worst = sorted(counts, key=lambda pair: (-counts[pair], pair))
    return frozenset(worst[:3])
