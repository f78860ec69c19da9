"""Models that are judged by what they say of samples they have not seen: the halves of real data, and how a prediction is scored."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from bplib.applications.regression import Standardizer
from bplib.checking.judging.draws import Draw, Inputs
from bplib.checking.judging.results import as_array
from bplib.types import Array

#: Surer than that nobody is taken to be.
_SURE = 0.01


def halves(of: Callable[[], tuple[Array, Array]]) -> Callable[[Draw], Inputs]:
    """Half of the samples to learn from; of each two that are alike in what is predicted, one goes to either half.

    Columns come in another order and in other units each time, so that nothing learned by heart elsewhere is of use.
    """

    def draw(d: Draw) -> Inputs:
        (x, y), rng = of(), d.generator()
        order = rng.permutation(len(y))
        order = order[np.argsort(y[order], kind="stable")]
        pairs = rng.permuted(order[: len(y) // 2 * 2].reshape(-1, 2), axis=1)
        seen = rng.permutation(np.concatenate([pairs[:, 0], order[2 * len(pairs) :]]))
        new = rng.permutation(pairs[:, 1])
        columns = rng.permutation(x.shape[1])
        unit = 10 ** rng.uniform(-2, 2, size=x.shape[1])
        zero = 3 * x.std(axis=0) * rng.normal(size=x.shape[1])
        x = ((x - zero) * unit)[:, columns]
        return {
            "x_train": x[seen],
            "y_train": y[seen],
            "x_new": x[new],
            "rng": d.generator(),
            "_y_new": y[new],
        }

    return draw


def one_each(result: Any, truth: Array, what: str) -> tuple[Array, str | None]:
    """The numbers of a result, and what is wrong with their shape, or with all of them."""
    given = as_array(result)
    if given.shape != truth.shape:
        return given, f"expected one {what} for each row of x_new, shape {truth.shape}, not {given.shape}"
    given = given.astype(float)
    if not np.isfinite(given).all():
        return (
            given,
            "some of its numbers are not finite; are the steps too long, or is a column divided by 0?",
        )
    return given, None


def share_and_surprise(probabilities: Array, truth: Array) -> tuple[float, float]:
    """The share that is right at a threshold of one half, and the mean surprise -ln p of the truth, where nobody is surer than `_SURE`."""
    sure = np.clip(probabilities, _SURE, 1 - _SURE)
    surprise = -np.mean(np.log(np.where(truth == 1, sure, 1 - sure)))
    return float(np.mean((probabilities >= 0.5) == truth)), float(surprise)


def least_squares(x: Array, y: Array, x_new: Array) -> Array:
    """What the line of least squares says of new samples."""
    scale = Standardizer.fit(x)
    columns = np.column_stack([np.ones(len(x)), scale.apply(x)])
    weights = np.linalg.lstsq(columns, y)[0]
    return weights[0] + scale.apply(x_new) @ weights[1:]
