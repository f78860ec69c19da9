"""Checks of the exercise on iterations: batches, fair means, a training loop, and when to stop."""

from collections.abc import Callable, Sequence

import numpy as np

from bplib.checking.exercises.typical.iterations import TYPICAL
from bplib.checking.judging.check import Check, Value, without
from bplib.checking.judging.draws import PLAIN, Draw, Inputs
from bplib.types import Array


def _full_batches(order: Array, size: int) -> Array:
    count = len(order) // size
    return np.asarray(order)[: count * size].reshape(count, size).astype(int)


def _epoch_loss(losses: Array, sizes: Array) -> float:
    return np.sum(losses * sizes) / np.sum(sizes)


def _fit_linear(
    x: Array, y: Array, w: Array, b: float, learning_rate: float, batch_size: int, epochs: int
) -> tuple[Array, float]:
    for _ in range(epochs):
        for start in range(0, len(x), batch_size):
            x_batch, y_batch = x[start : start + batch_size], y[start : start + batch_size]
            error = (x_batch @ w + b - y_batch) / len(x_batch)
            w, b = w - learning_rate * x_batch.T @ error, b - learning_rate * error.sum()
    return w, b


def _has_plateaued(losses: Sequence[float], patience: int, tolerance: float) -> bool:
    if len(losses) <= patience:
        return False
    return bool(min(losses[:-patience]) - min(losses[-patience:]) <= tolerance)


def _line(d: Draw) -> Inputs:
    m, n = d.samples(), d.units()
    return {
        "x": d.array(m, n),
        "y": d.array(m),
        "w": d.between(-1, 1, n),
        "b": d.scalar(-1, 1),
        "learning_rate": d.scalar(0.01, 0.1),
        "batch_size": d.integer(1, 3),
        "epochs": d.integer(1, 4),
    }


def _losses(falling: int, still: int) -> Callable[[Draw], Inputs]:
    """Losses that fall by steps well above the tolerance, and then stand still for some epochs."""

    def draw(d: Draw) -> Inputs:
        steps = 5.0 - np.cumsum(0.05 + np.abs(d.between(0, 0.2, falling)))
        rest = steps[-1] + d.between(0, 0.04, still)
        return {
            "losses": [float(v) for v in np.concatenate([steps, rest])],
            "patience": 3,
            "tolerance": 0.01,
        }

    return draw


def _close(
    size: float, patience: int, before: int, fall: int = 0, spread: int = 32, exact: bool = False
) -> Callable[[Draw], Inputs]:
    """Losses whose gain is about the tolerance, or just as large: in 64ths, so that nothing is rounded."""

    def draw(d: Draw) -> Inputs:
        last = d.integer(1, patience)
        losses = [128 - d.integer(0, spread) - fall * k for k in range(d.integer(1, before) + last)]
        gain = min(losses[:-last]) - min(losses[-last:])
        tolerance = max(gain, 1) if exact else max(gain + d.integer(-5, 4), 0) + 0.5
        return {
            "losses": [size * loss / 64 for loss in losses],
            "patience": last,
            "tolerance": size * tolerance / 64,
        }

    return draw


def _rising(d: Draw) -> Inputs:
    """The best stands long before the end: the last losses are all worse, and the very first is worse still."""
    return {"losses": [3.0, 1.0, 1.5, 2.0, 1.75, 2.5], "patience": 3, "tolerance": 0.1}


def _best_in_between(d: Draw) -> Inputs:
    """The best of the last losses is neither their first nor their last, and well below all before."""
    return {"losses": [4.0, 3.0, 3.5, 2.875, 2.0, 2.75], "patience": 3, "tolerance": 0.25}


def _just_the_tolerance(d: Draw) -> Inputs:
    return {"losses": [2.0, 1.5, 1.25, 1.375], "patience": 2, "tolerance": 0.25}


def _few(count: int) -> Callable[[Draw], Inputs]:
    return lambda d: {"losses": [1.0, 1.0, 1.0][:count], "patience": 3, "tolerance": 0.01}


def _orders(d: Draw) -> Inputs:
    size = d.integer(2, 5)
    count = size * d.integer(2, 3) + d.integer(1, size - 1)
    return {"order": d.generator().permutation(count), "size": size}


def _rows_and_rest(d: Draw) -> Inputs:
    inputs = _line(d)
    x, y = d.array(5, 2), d.array(5)
    return {**inputs, "x": x, "y": y, "w": d.between(-1, 1, 2), "batch_size": 2, "epochs": 3}


def _first_fits(d: Draw) -> Inputs:
    """The first batch has nothing to say in the first epoch, and the second has."""
    return {
        "x": np.array([[1.0, 2.0], [0.0, 1.0], [2.0, 1.0], [1.0, 0.0]]),
        "y": np.array([3.75, 1.75, 5.5, -1.0]),
        "w": np.array([0.5, 1.5]),
        "b": 0.25,
        "learning_rate": 0.125,
        "batch_size": 2,
        "epochs": 2,
    }


def _whole_start(d: Draw) -> Inputs:
    return {**_rows_and_rest(d), "w": np.array([1, -2]), "b": 0}


CHECKS = (
    Check(
        "full_batches",
        answer=_full_batches,
        outputs=(Value("batches", 2),),
        typical=TYPICAL["full_batches"],
        draw=_orders,
        edges=(PLAIN,),
        cases={
            "the indices of the text": lambda d: {"order": np.array([3, 1, 0, 2, 4]), "size": 2},
            "some of many indices": lambda d: {"order": 3 + d.generator().permutation(20)[:7], "size": 3},
            "batches that leave nothing over": lambda d: {"order": d.generator().permutation(6), "size": 3},
            "just one batch": lambda d: {"order": d.generator().permutation(4), "size": 4},
            "one batch, and a rest": lambda d: {"order": d.generator().permutation(5), "size": 3},
            "batches of one": lambda d: {"order": d.generator().permutation(3), "size": 1},
            "fewer indices than one batch": lambda d: {"order": np.array([1, 0]), "size": 3},
        },
    ),
    Check(
        "epoch_loss",
        answer=_epoch_loss,
        outputs=(Value("loss", 1),),
        typical=TYPICAL["epoch_loss"],
        draw=lambda d: {
            "losses": d.positive(n := d.units()),
            "sizes": np.array([d.integer(2, 9)] * (n - 1) + [1]),
        },
        edges=without("batch_of_one", "saturated"),
        cases={
            "batches of equal size": lambda d: {"losses": d.positive(3), "sizes": np.array([4, 4, 4])},
            "batches of very different sizes": lambda d: {
                "losses": np.array([0.5, 3.0, 1.25, 2.0]),
                "sizes": np.array([7, 2, 12, 1]),
            },
            "a small batch first": lambda d: {"losses": np.array([6.0, 1.0]), "sizes": np.array([1, 4])},
            "a batch whose loss is 0": lambda d: {"losses": np.array([0.0, 1.0]), "sizes": np.array([2, 2])},
            "a first and a last batch of one size": lambda d: {
                "losses": np.array([0.5, 3.0, 1.25]),
                "sizes": np.array([3, 5, 3]),
            },
        },
    ),
    Check(
        "fit_linear",
        answer=_fit_linear,
        outputs=(Value("w", 2), Value("b", 1)),
        typical=TYPICAL["fit_linear"],
        draw=_line,
        leaves=("x", "y", "w"),
        edges=without("saturated"),
        cases={
            "a last batch that takes what is left, in several epochs": _rows_and_rest,
            "one batch for all": lambda d: {**_rows_and_rest(d), "batch_size": 8},
            "no epochs": lambda d: {**_rows_and_rest(d), "epochs": 0},
            "a start of whole numbers, and a bias of 0": _whole_start,
            "a first batch that fits exactly": _first_fits,
        },
    ),
    Check(
        "has_plateaued",
        answer=_has_plateaued,
        outputs=(Value("stop", 2),),
        typical=TYPICAL["has_plateaued"],
        draw=_losses(8, 0),
        edges=(PLAIN,),
        cases={
            "losses that stand still at the end": _losses(5, 5),
            "losses that have begun to stand still": _losses(6, 2),
            "losses that rise again": _rising,
            "losses that go up and down": _close(1.0, patience=5, before=5),
            "losses that fall on the whole": _close(1.0, patience=5, before=5, fall=4),
            "losses that fall almost steadily": _close(1.0, patience=4, before=6, fall=4, spread=6),
            "little patience": _close(1.0, patience=2, before=9, fall=2),
            "much patience": _close(1.0, patience=7, before=3),
            "large losses that fall": _close(64.0, patience=4, before=3, fall=8),
            "small losses that fall": _close(1 / 64, patience=4, before=3, fall=8),
            "gains of just the tolerance": _close(1.0, patience=4, before=4, fall=4, exact=True),
            "small gains that add up": lambda d: {
                "losses": [4.0, 3.75, 3.5625, 3.5],
                "patience": 2,
                "tolerance": 0.375,
            },
            "a best loss long ago": lambda d: {
                "losses": [4.0, 1.0, 3.0, 2.5, 2.0, 1.75],
                "patience": 2,
                "tolerance": 0.25,
            },
            "a best loss in the middle of the last": _best_in_between,
            "a worse loss among the last": lambda d: {
                "losses": [4.0, 3.0, 3.5, 2.625, 2.875, 2.0],
                "patience": 3,
                "tolerance": 0.25,
            },
            "a gain of just the tolerance": _just_the_tolerance,
            "one loss more than the patience": lambda d: {
                "losses": [1.0, 1.0, 1.0, 1.0],
                "patience": 3,
                "tolerance": 0.01,
            },
            "a best of the last losses that comes first among them": lambda d: {
                "losses": [2.0, 1.0, 1.5, 1.5],
                "patience": 3,
                "tolerance": 0.75,
            },
            "a patience of one, and nothing gained": lambda d: {
                "losses": [3.0, 2.0, 1.5, 1.75],
                "patience": 1,
                "tolerance": 0.125,
            },
            "a tolerance of zero, and nothing gained": lambda d: {
                "losses": [2.0, 1.0, 1.5, 1.0],
                "patience": 2,
                "tolerance": 0.0,
            },
            "a tolerance of zero, and a little gained": lambda d: {
                "losses": [2.0, 1.0, 1.5, 0.875],
                "patience": 2,
                "tolerance": 0.0,
            },
            "large losses": lambda d: {"losses": [90.0, 80.0, 79.5, 79.25], "patience": 2, "tolerance": 0.5},
            "as many losses as the patience": _few(3),
            "fewer losses than the patience": _few(2),
            "no losses yet": _few(0),
            "a best loss of 0": lambda d: {"losses": [0.0, 1.0, 0.5], "patience": 1, "tolerance": 0.125},
            "a tolerance of 0, and a gain that is small": lambda d: {
                "losses": [2.0, 1.0, 0.99999],
                "patience": 1,
                "tolerance": 0.0,
            },
            "two losses": lambda d: {"losses": [1.0, 1.0], "patience": 1, "tolerance": 0.125},
        },
    ),
)
