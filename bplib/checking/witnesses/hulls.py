"""What can be mixed from some gradients, with weights that add up to one."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from bplib.types import Array


def mixed(vertices: list[dict[str, Array]], given: Mapping[str, Array]) -> dict[str, Array]:
    """The mixture of gradients, with weights above zero that add up to one, that comes nearest to the given one."""
    rows = np.array([np.concatenate([np.ravel(v) for v in slopes.values()]) for slopes in vertices])
    target = np.concatenate([np.ravel(given[name]).astype(float) for name in vertices[0]])
    scale = np.abs(rows).max(axis=0)
    scale[scale == 0] = 1.0
    weights = _nearest((rows / scale).T, target / scale)
    return {name: np.asarray(sum(w * v[name] for w, v in zip(weights, vertices))) for name in vertices[0]}


def _nearest(a: Array, b: Array) -> Array:
    """Weights w >= 0 that add up to one with ``a @ w`` nearest to ``b`` (Lawson and Hanson, *Solving Least Squares Problems*,
    1974, chapter 23), the sum held by a heavy row."""
    heavy = 1e4 * max(1.0, float(np.abs(a).max(initial=0.0)))
    a, b = np.vstack([a, heavy * np.ones((1, a.shape[1]))]), np.append(b, heavy)
    weights, active = np.zeros(a.shape[1]), np.zeros(a.shape[1], dtype=bool)
    for _ in range(10 * a.shape[1]):
        slopes = a.T @ (b - a @ weights)
        slopes[active] = -np.inf
        if slopes.max(initial=-np.inf) <= 1e-10 * heavy:
            break
        active[int(np.argmax(slopes))] = True
        while True:
            solved = np.zeros_like(weights)
            solved[active] = np.linalg.lstsq(a[:, active], b, rcond=None)[0]
            if (solved[active] > 0).all():
                break
            out = active & (solved <= 0)
            share = float(np.min(weights[out] / (weights[out] - solved[out]))) if out.any() else 0.0
            weights = weights + share * (solved - weights)
            active &= weights > 1e-14
            if not active.any():
                return weights
        weights = solved
    return weights
