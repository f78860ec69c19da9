"""Is it the gradient that is wrong, or did the difference sit on kinks?

A difference sees a single kink by its two slopes. Two kinks at the very same point can cancel, as in
``relu(b) - relu(-b)``: the difference says 1, and a correct backward pass says 0. Whole numbers meet such points. So before
a gradient is called wrong, everything is moved a little, at random. A smooth slope moves as little as that, and stays as
certain as it was; one that jumps was on a kink, and the jump is added to its uncertainty.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from bplib.checking.witnesses.differences import Estimate
from bplib.types import Array

#: Relative to the largest number of an array: past the smallest step of a difference, so that a kink ends up outside of
#: it, and so little that a smooth slope hardly moves.
NUDGE = 1e-5
#: One nudge in two misses a pair of kinks that cancel; sixteen miss one in 65,536.
NUDGES = 16
#: Only a kink changes a slope by more than this share of the largest one.
JUMP = 1e-2
#: A slope is beyond those of a known kink by more than it bends on the way of a nudge.
BEYOND = 1e-4


def nudged(value: Array, rng: np.random.Generator) -> Array:
    """The same array a hundred-thousandth away."""
    return value + NUDGE * (np.abs(value).max(initial=0.0) or 1.0) * rng.uniform(-1, 1, size=value.shape)


def widened(here: Estimate, there: Sequence[Estimate], largest: float) -> Estimate:
    """The slopes ``here``, less certain where those at nudged points jump; ``largest`` is the largest slope around."""
    # Only what is certain: a nudged difference may straddle a kink as well.
    change = np.max([np.abs(moved.value - here.value) - moved.uncertainty for moved in there], axis=0)
    # What stays between the two slopes of a kink that the difference has seen is nothing new.
    jumps = (change > JUMP * largest) & (change > (1 + BEYOND) * here.uncertainty)
    return here._replace(
        uncertainty=here.uncertainty + np.where(jumps, 2 * change, 0.0), kinks=here.kinks | jumps
    )
