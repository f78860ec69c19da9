"""What models reach in the two tasks of the project that are judged by a score: honest ones, and ones that have learned nothing.

The bars of ``bplib/checking/exercises/applications.py`` stand between the two; there, what this prints is noted.

    python tests/benchmarks/project.py        200 draws of each, some minutes
    python tests/benchmarks/project.py 20     fewer
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from test_exercises import reference

from bplib.applications.regression import r_squared
from bplib.checking.exercises import applications
from bplib.checking.judging import held_out
from bplib.checking.judging.draws import Draw, Kind
from bplib.types import Array

Model = Callable[[Array, Array, Array, np.random.Generator], Any]


def sigmoid(z: Array) -> Array:
    return 0.5 * (1 + np.tanh(0.5 * z))


def standardized(x: Array, x_new: Array) -> tuple[Array, Array]:
    return (x - x.mean(axis=0)) / x.std(axis=0), (x_new - x.mean(axis=0)) / x.std(axis=0)


def logistic(x: Array, y: Array, x_new: Array, rng: np.random.Generator) -> Array:
    """By plain gradient descent."""
    x, x_new = standardized(x, x_new)
    w, b = np.zeros(x.shape[1]), 0.0
    for _ in range(500):
        error = (sigmoid(x @ w + b) - y) / len(x)
        w, b = w - 0.1 * x.T @ error, b - 0.1 * error.sum()
    return sigmoid(x_new @ w + b)


def ridge(x: Array, y: Array, x_new: Array, rng: np.random.Generator, strength: float) -> Array:
    """By the normal equations."""
    x, x_new = standardized(x, x_new)
    w = np.linalg.solve(x.T @ x + strength * np.eye(x.shape[1]), x.T @ (y - y.mean()))
    return y.mean() + x_new @ w


def ridge_for_labels(x: Array, y: Array, x_new: Array, rng: np.random.Generator) -> Array:
    return np.clip(ridge(x, y, x_new, rng, 1.0), 0, 1)


def adam_network(
    x: Array,
    y: Array,
    x_new: Array,
    rng: np.random.Generator,
    classes: bool,
    epochs: int,
    rate: float,
    decay: float,
) -> Array:
    """Eight hidden tanh units."""
    x, x_new = standardized(x, x_new)
    n = x.shape[1]
    p = [rng.normal(size=(n, 8)) / np.sqrt(n), np.zeros(8), rng.normal(size=8) / np.sqrt(8), np.zeros(1)]
    v, s, t = [np.zeros(w.shape) for w in p], [np.zeros(w.shape) for w in p], 0
    end: Callable[[Array], Array] = sigmoid if classes else np.positive
    for _ in range(epochs):
        for rows in np.array_split(rng.permutation(len(x)), len(x) // 32):
            hidden = np.tanh(x[rows] @ p[0] + p[1])
            dz = (end(hidden @ p[2] + p[3]) - y[rows]) / len(rows)
            dh = np.outer(dz, p[2]) * (1 - hidden**2)
            slopes = [
                x[rows].T @ dh + decay * p[0],
                dh.sum(axis=0),
                hidden.T @ dz + decay * p[2],
                dz.sum(keepdims=True),
            ]
            t += 1
            for k, slope in enumerate(slopes):
                v[k], s[k] = 0.9 * v[k] + 0.1 * slope, 0.999 * s[k] + 0.001 * slope**2
                p[k] = p[k] - rate * v[k] / (1 - 0.9**t) / (np.sqrt(s[k] / (1 - 0.999**t)) + 1e-8)
    return end(np.tanh(x_new @ p[0] + p[1]) @ p[2] + p[3])


def in_scores(model: Model) -> Model:
    """Trained on a standardized target, whose scale is undone."""
    return lambda x, y, x_new, rng: model(x, (y - y.mean()) / y.std(), x_new, rng) * y.std() + y.mean()


def of_shuffled(model: Model) -> Model:
    """Nothing can be learned from labels that belong to others."""
    return lambda x, y, x_new, rng: model(x, rng.permutation(y), x_new, rng)


def nearest_mean(x: Array, y: Array, x_new: Array, rng: np.random.Generator) -> Array:
    x, x_new = standardized(x, x_new)
    apart = [((x_new - x[y == label].mean(axis=0)) ** 2).sum(axis=1) for label in (0, 1)]
    return (apart[1] < apart[0]).astype(float)


def looked_up(
    x: Array, y: Array, x_new: Array, rng: np.random.Generator, of: Callable[[], tuple[Array, Array]]
) -> Array:
    """What the package's own table says of the row that is nearest."""
    table, truth = of()
    spread = table.std(axis=0)
    return np.array(
        [truth[(((table - row) / spread) ** 2).sum(axis=1).argmin()] for row in x_new], dtype=float
    )


def alike(share: Callable[[Array], float]) -> Model:
    return lambda x, y, x_new, rng: np.full(len(x_new), share(y))


HONEST: dict[str, dict[str, Model]] = {
    "fit_classifier": {
        "the reference": reference("applications", "fit_classifier"),
        "logistic regression by gradient descent": logistic,
        "ridge by normal equations": ridge_for_labels,
        "tanh network with Adam": partial(adam_network, classes=True, epochs=30, rate=0.01, decay=0.001),
    },
    "fit_regressor": {
        "the reference": reference("applications", "fit_regressor"),
        "least squares by normal equations": partial(ridge, strength=0.0),
        "ridge by normal equations": partial(ridge, strength=20.0),
        "tanh network with Adam": in_scores(
            partial(adam_network, classes=False, epochs=60, rate=0.005, decay=0.03)
        ),
    },
}
OTHER: dict[str, dict[str, Model]] = {
    "fit_classifier": {
        "the share of malignant ones": alike(np.mean),
        "the majority": alike(lambda y: 0.0),
        "untrained network": partial(adam_network, classes=True, epochs=0, rate=0.0, decay=0.0),
        "nearest mean, shuffled labels": of_shuffled(nearest_mean),
        "logistic regression, shuffled labels": of_shuffled(logistic),
        "looked up in the table": partial(looked_up, of=applications._tumors),
    },
    "fit_regressor": {
        "the mean": alike(np.mean),
        "untrained network": in_scores(partial(adam_network, classes=False, epochs=0, rate=0.0, decay=0.0)),
        "ridge, shuffled scores": of_shuffled(partial(ridge, strength=20.0)),
        "looked up in the table": partial(looked_up, of=applications._patients),
    },
}


def scores(task: str, kind: Kind, model: Model, seed: int) -> list[float]:
    """Accuracy and surprise, or by how much R² differs from the linear model's; and whether it passes."""
    drawn = kind.draw(Draw([seed, 11]))
    given = model(drawn["x_train"], drawn["y_train"], drawn["x_new"], drawn["rng"])
    (output,) = next(check.outputs for check in applications.CHECKS if check.function == task)
    passes = float(output.holds(drawn, given) is None)
    truth = drawn["_y_new"]
    if task == "fit_classifier":
        return [*held_out.share_and_surprise(given, truth), passes]
    line = held_out.least_squares(drawn["x_train"], drawn["y_train"], drawn["x_new"])
    reached = r_squared(given, truth)
    return [reached, reached - r_squared(line, truth), passes]


def main(draws: int) -> None:
    for task, what in (("fit_classifier", ("right", "surprise")), ("fit_regressor", ("R²", "above linear"))):
        kinds = next(check.kinds for check in applications.CHECKS if check.function == task)
        for kind, models in product(kinds, (HONEST, OTHER)):
            print(f"{task}, {kind.words}")
            for name, model in models[task].items():
                found = np.array([scores(task, kind, model, seed) for seed in range(draws)])
                ranges = [
                    f"{label} {column.min():.3f} to {column.max():.3f}"
                    for label, column in zip(what, found.T, strict=False)
                ]
                print(
                    f"    {name:40} {', '.join(ranges)}, passes {found[:, -1].sum():.0f} of {draws}",
                    flush=True,
                )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 200)
