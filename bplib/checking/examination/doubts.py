"""Without a record: is the gradient wrong, or did a difference sit on kinks?

A difference sees a single kink by its two slopes. Two kinks at the very same point can cancel, as in
``relu(b) - relu(-b)``: the difference says 1, and a correct backward pass may say 0. Whole numbers meet such points. So before
a number is called wrong, everything is moved a little, at random, and then a sixteenth of that. Where a loss is smooth, its
slope moves by about a sixteenth as well, however strongly it bends; one that jumps was on a kink. Then the difference is no
judge, and the number is undecided: it is not right for that.
"""

from __future__ import annotations

import numpy as np

from bplib.checking.witnesses.differences import Estimate, scales
from bplib.checking.witnesses.slopes import Slopes
from bplib.types import Array, Parameters

#: Relative to each number's own size: past the smallest steps of a difference, so that a kink ends up outside of them.
NUDGE, SHARE = 1e-3, 16
#: One nudge in two misses a pair of kinks that cancel; eight miss one in 256.
NUDGES = 8
#: A smooth slope moves by a sixteenth; by more than a quarter, and it jumps.
JUMP = 0.25


def nudged(params: Parameters, rng: np.random.Generator, size: float) -> Parameters:
    """Every number moved by a random part of ``size`` times its own size; zeros by that of their neighbors."""
    steps = {n: np.where(v != 0, np.abs(v), scales(v).reshape(v.shape)) for n, v in params.items()}
    return {n: np.asarray(v + size * steps[n] * rng.uniform(-1, 1, size=v.shape)) for n, v in params.items()}


def jumps(slopes: Slopes, name: str, entries: Array, here: Estimate) -> Array:
    """Which of these slopes jump when everything moves a little; shape (k,)."""
    found = np.zeros(len(entries), dtype=bool)
    for seed in range(NUDGES):
        far, near = (_slopes_at(slopes, name, entries, seed, size) for size in (NUDGE, NUDGE / SHARE))
        if far is None or near is None:
            continue
        found |= jumping(here, far, near) | ~np.isfinite(near.uncertainty)
    return found


def jumping(here: Estimate, far: Estimate, near: Estimate) -> Array:
    """Which slopes jump between a point and one nearby, of which two are given, the nearer by a factor of `SHARE`."""
    moved, little = np.abs(far.value - here.value), np.abs(near.value - here.value)
    # On a kink that the difference has seen, its own uncertainty is the jump.
    unsure = far.uncertainty + near.uncertainty + np.where(here.kinks, 0.0, here.uncertainty)
    jumped: Array = (little > JUMP * moved) & (little > 2 * unsure)
    return jumped


def _slopes_at(slopes: Slopes, name: str, entries: Array, seed: int, size: float) -> Estimate | None:
    """None where there is no loss: a point beside the edge of a domain may lie outside."""
    try:
        return slopes.elsewhere(nudged(slopes.params, np.random.default_rng(seed), size)).entries(
            name, entries
        )
    except ValueError:
        return None
