"""The same training, four times: bplib, scikit-learn, a loop over samples, and the bare matrix products.

Each contestant is a function that shows every sample once, in mini-batches, in float32 on one thread.
"""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier

from bplib.error import one_hot
from bplib.iterations import train
from bplib.network import Network, initialize

SAMPLES = 10_000
RATE = 0.01


class Setting(NamedTuple):
    """A network with one hidden layer of ReLU units, and its mini-batches."""

    sizes: tuple[int, int, int]
    batch: int

    def __str__(self) -> str:
        return f"{'-'.join(map(str, self.sizes))}, batch {self.batch}"


SETTINGS = (Setting((784, 128, 10), 128), Setting((64, 64, 10), 32))


def contestants(setting: Setting) -> dict[str, Callable[[], object]]:
    """Name and function of each; call it for one epoch."""
    rng = np.random.default_rng(0)
    x = rng.random((SAMPLES, setting.sizes[0]), dtype=np.float32)
    labels = rng.integers(setting.sizes[-1], size=SAMPLES)
    y = one_hot(labels, setting.sizes[-1]).astype(np.float32)
    network = Network(setting.sizes, ("relu", "identity"), "categorical_cross_entropy")
    params = initialize(network, np.random.default_rng(1), dtype=np.float32)

    def bplib() -> None:
        train(
            network,
            params,
            x,
            y,
            epochs=1,
            learning_rate=RATE,
            batch_size=setting.batch,
            rng=np.random.default_rng(2),
        )

    def scikit_learn() -> None:
        model = MLPClassifier(
            setting.sizes[1:-1],
            solver="sgd",
            momentum=0.0,
            alpha=0.0,
            batch_size=setting.batch,
            learning_rate_init=RATE,
            max_iter=1,
            random_state=0,
        )
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)  # One epoch is what is measured.
            model.fit(x, labels)

    def sample_by_sample() -> None:
        # As classic tutorials write it: every sample alone, its gradient added to the batch's sum.
        W1, b1, W2, b2 = (params[name].copy() for name in ("W1", "b1", "W2", "b2"))
        for start in range(0, SAMPLES, setting.batch):
            sums = [np.zeros_like(p) for p in (W1, b1, W2, b2)]
            rows = range(start, min(start + setting.batch, SAMPLES))
            for i in rows:
                z1 = x[i] @ W1 + b1
                a1 = np.maximum(z1, 0)
                z2 = a1 @ W2 + b2
                e = np.exp(z2 - z2.max())
                dz2 = e / e.sum() - y[i]
                dz1 = (W2 @ dz2) * (z1 > 0)
                for total, part in zip(sums, (np.outer(x[i], dz1), dz1, np.outer(a1, dz2), dz2), strict=True):
                    total += part
            for p, total in zip((W1, b1, W2, b2), sums, strict=True):
                p -= RATE / len(rows) * total

    def matrix_products() -> None:
        # What no implementation can do without: two products forward, three backward.
        W1, W2 = params["W1"], params["W2"]
        a1 = np.ones((setting.batch, setting.sizes[1]), dtype=np.float32)
        dz2 = np.ones((setting.batch, setting.sizes[2]), dtype=np.float32)
        for start in range(0, SAMPLES, setting.batch):
            part = x[start : start + setting.batch]
            rows = len(part)
            part @ W1
            a1[:rows] @ W2
            a1[:rows].T @ dz2[:rows]
            dz2[:rows] @ W2.T
            part.T @ a1[:rows]

    return {
        "bplib": bplib,
        "scikit-learn": scikit_learn,
        "sample by sample": sample_by_sample,
        "matrix products alone": matrix_products,
    }


def best_seconds(setting: Setting, rounds: int = 15) -> dict[str, float]:
    """The quickest run of each contestant: what disturbs a run only makes it slower.

    They take turns, so that a busy minute of the machine hits all of them. The loop over samples runs three times.
    """
    run = contestants(setting)
    best = dict.fromkeys(run, float("inf"))
    for turn in range(rounds):
        for name, function in run.items():
            if name == "sample by sample" and turn >= 3:
                continue
            start = time.perf_counter()
            function()
            best[name] = min(best[name], time.perf_counter() - start)
    return best
