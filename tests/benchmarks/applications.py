"""What networks of bplib reach on data that was held out, five seeds each, beside a baseline: part of ``make bench``.

Each seed draws another split, a quarter held out, and other weights. Nothing is chosen by looking at what is held out: where a
strength is to be chosen, cross-validation chooses it on the rest. Writes ``book/_data/applications.json``; the book prints it.

    python tests/benchmarks/applications.py            everything, and write it
    python tests/benchmarks/applications.py diabetes   these rows alone
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from statistics import mean, stdev
from typing import Any

import numpy as np
import sklearn
from run import ROOT, record
from sklearn.linear_model import LinearRegression
from sklearn.neural_network import MLPRegressor

from bplib import data
from bplib.applications.classification import accuracy, labels_of
from bplib.applications.lenet import lenet
from bplib.applications.model import Model
from bplib.applications.pattern_recognition import shift_images
from bplib.applications.regression import Standardizer, r_squared
from bplib.error import one_hot
from bplib.iterations import train
from bplib.network import Network
from bplib.overfitting import cross_validate, l2, train_validation_split
from bplib.types import Array, Parameters
from bplib.weight_update import adam, cosine_decay

TARGET = ROOT / "book" / "_data" / "applications.json"
SEEDS = range(5)
#: Strengths of weight decay that cross-validation chooses from.
STRENGTHS = (0.01, 0.03, 0.1)
#: Down and right, in pixels.
MOVES = ((0, 0), (0, 1), (0, -1), (1, 0), (-1, 0))
LINEAR = Network((64, 10), ("identity",), "categorical_cross_entropy")
DENSE = Network((64, 64, 10), ("relu", "identity"), "categorical_cross_entropy")
#: Four times the filters of the chapter's: of three widths it was the best on a quarter of what each seed learns from.
WIDE = lenet((1, 8, 8), 10, channels=(32, 64), units=128)


def _fit(plan: Model, x: Array, y: Array, seed: int, epochs: int, rate: float, **options: Any) -> Parameters:
    start = plan.initialize(np.random.default_rng(100 + seed))
    params, _ = train(
        plan, start, x, y, epochs=epochs, learning_rate=cosine_decay(rate, epochs), batch_size=32, optimizer=adam,
        rng=np.random.default_rng(200 + seed), **options,
    )  # fmt: skip
    return params


def _images(plan: Model, x: Array) -> Array:
    return x.reshape(len(x), *plan.input_shape)


def digits(plan: Model, epochs: int, rate: float, moved: bool = False) -> Callable[[int], dict[str, float]]:
    """The share of held-out digits that are read right: as they are, and in the mean of four moves by a pixel."""

    def score(seed: int) -> dict[str, float]:
        all_of_them = data.digits()
        (x, y), (new, truth) = train_validation_split(
            all_of_them.x, one_hot(all_of_them.y, 10), 0.25, np.random.default_rng(seed)
        )
        if moved:
            x, y = np.vstack([shift_images(x, *move) for move in MOVES]), np.vstack([y] * len(MOVES))
        params = _fit(plan, _images(plan, x), y, seed, epochs, rate)
        right = [
            accuracy(
                labels_of(plan.predict(params, _images(plan, shift_images(new, *move)))), truth.argmax(axis=1)
            )
            for move in MOVES
        ]
        return {"as it is": right[0], "moved": mean(right[1:])}

    return score


def tumors(hidden: int) -> Callable[[int], dict[str, float]]:
    """The share of held-out breast tumors whose kind is predicted."""

    def score(seed: int) -> dict[str, float]:
        raw = data.breast_cancer()
        (x, y), (new, truth) = train_validation_split(
            raw.x, raw.y[:, None].astype(float), 0.25, np.random.default_rng(seed)
        )
        scale = Standardizer.fit(x)
        x, new = scale.apply(x), scale.apply(new)
        sizes, names = ((30, hidden, 1), ("relu", "identity")) if hidden else ((30, 1), ("identity",))
        plan = Model.of(Network(sizes, names, "binary_cross_entropy"))
        params = _fit(plan, x, y, seed, 60, 0.01, penalty=l2(0.003))
        return {"right": accuracy(labels_of(plan.predict(params, new)), truth[:, 0].astype(int))}

    return score


def diabetes(kind: str) -> Callable[[int], dict[str, float]]:
    """R² on held-out patients: of a network, and of two models of scikit-learn."""

    def score(seed: int) -> dict[str, float]:
        raw = data.diabetes()
        (x, y), (new, truth) = train_validation_split(raw.x, raw.y, 0.25, np.random.default_rng(seed))
        scale = Standardizer.fit(x)
        x, new = scale.apply(x), scale.apply(new)
        center, spread = y.mean(), y.std()
        if kind == "bplib":
            plan = Model.of(Network((10, 8, 1), ("tanh", "identity")))

            def fitted(x: Array, y: Array, strength: float) -> Parameters:
                return _fit(plan, x, y, seed, 150, 0.003, penalty=l2(strength))

            def judged(strength: float) -> float:
                def r2(training: tuple[Array, Array], validation: tuple[Array, Array]) -> float:
                    return r_squared(plan.predict(fitted(*training, strength), validation[0]), validation[1])

                return float(
                    cross_validate(r2, x, (y - center) / spread, 5, np.random.default_rng(seed)).mean()
                )

            params = fitted(x, (y - center) / spread, max(STRENGTHS, key=judged))
            found = plan.predict(params, new) * spread + center
        else:
            model = (
                LinearRegression()
                if kind == "linear"
                else MLPRegressor(hidden_layer_sizes=(8,), alpha=1.0, max_iter=3000, random_state=seed)
            )
            found = model.fit(x, (y[:, 0] - center) / spread).predict(new)[:, None] * spread + center
        return {"R²": r_squared(found, truth)}

    return score


ROWS: dict[str, Callable[[int], dict[str, float]]] = {
    "digits: linear model": digits(Model.of(LINEAR), 40, 0.01),
    "digits: dense network 64-64-10": digits(Model.of(DENSE), 40, 0.005),
    "digits: dense network, taught moves": digits(Model.of(DENSE), 20, 0.005, moved=True),
    "digits: LeNet": digits(WIDE, 25, 0.002),
    "digits: LeNet, taught moves": digits(WIDE, 12, 0.002, moved=True),
    "digits: the chapter's small LeNet": digits(lenet((1, 8, 8), 10), 30, 0.003),
    "breast cancer: linear model": tumors(0),
    "breast cancer: dense network 30-16-1": tumors(16),
    "diabetes: scikit-learn, linear": diabetes("linear"),
    "diabetes: scikit-learn, network": diabetes("network"),
    "diabetes: dense network 10-8-1": diabetes("bplib"),
}


def main(chosen: list[str]) -> None:
    rows = []
    for name, score in ROWS.items():
        if chosen and not any(word in name for word in chosen):
            continue
        scores = [score(seed) for seed in SEEDS]
        for what in scores[0]:
            values = [one[what] for one in scores]
            rows.append(
                {
                    "name": name,
                    "what": what,
                    "mean": round(mean(values), 4),
                    "spread": round(stdev(values), 4),
                }
            )
            print("{name:38} {what:9} {mean:.4f} ± {spread:.4f}".format(**rows[-1]), flush=True)
    if not chosen:
        record(TARGET, {"scikit-learn": sklearn.__version__}, {"seeds": len(SEEDS), "rows": rows})


if __name__ == "__main__":
    main(sys.argv[1:])
