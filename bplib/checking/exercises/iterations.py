"""Checks of the exercise on iterations: batches, fair means, a training loop, and when to stop."""

from collections.abc import Sequence

import numpy as np

from bplib.checking.judging.check import Check, Output, Value, without
from bplib.checking.judging.draws import PLAIN, Draw, Inputs
from bplib.types import Array


def _full_batches(order: Array, size: int) -> Array:
    count = len(order) // size
    return np.asarray(order)[: count * size].reshape(count, size).astype(int)


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


def _part(index: int, name: str, points: float) -> Output:
    return Value(name, points, expected=lambda **inputs: _fit_linear(**inputs)[index])


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


def _losses(d: Draw) -> Inputs:
    # Half of the draws fall by steps well above the tolerance, half stand still at the end.
    falling = np.cumsum(-np.abs(d.between(0.05, 0.2, 12)))
    still = d.between(0, 1e-4, d.integer(0, 8)) + falling[-1]
    return {
        "losses": [float(v) for v in np.concatenate([falling, still]) + 5.0],
        "patience": d.integer(2, 6),
        "tolerance": 1e-3,
    }


def _orders(d: Draw) -> Inputs:
    size = d.integer(1, 5)
    return {"order": d.generator().permutation(d.integer(size, 17)), "size": size}


CHECKS = (
    Check(
        "full_batches",
        outputs=(Value("batches", 2, expected=_full_batches),),
        draw=_orders,
        edges=(PLAIN,),
    ),
    Check(
        "epoch_loss",
        outputs=(Value("loss", 1, expected=lambda losses, sizes: np.sum(losses * sizes) / np.sum(sizes)),),
        draw=lambda d: {"losses": d.positive(n := d.units()), "sizes": d.positive(n)},
        edges=without("batch_of_one", "saturated"),
    ),
    Check(
        "fit_linear",
        outputs=(_part(0, "w", 2), _part(1, "b", 1)),
        draw=_line,
        edges=without("saturated"),
    ),
    Check(
        "has_plateaued",
        outputs=(Value("stop", 2, expected=_has_plateaued),),
        draw=_losses,
        edges=(PLAIN,),
    ),
)
