"""Are these numbers differences of the loss? Their digits, and what was called, give it away."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from bplib.types import Array

#: Entries of a parameter that are looked at: each of them would give a computed gradient away.
MANY = 10_000
#: Steps that people choose; none of them is a power of two, whose differences could be anybody's floats.
COMMON_STEPS = tuple(10.0**-k for k in range(2, 9))


def made_of_differences(given: Mapping[str, Array], level: float) -> bool:
    """Whether every entry times a step is a whole number of the smallest differences that two losses can have.

    ``level`` is the loss: floats of this size stand a known distance apart, and so do their differences.
    """
    entries = np.concatenate([np.ravel(g)[:MANY].astype(np.float64) for g in given.values()])
    entries = np.unique(np.abs(entries[entries != 0]))
    if len(entries) < 6 or not level:
        return False
    smallest = np.spacing(abs(level)) / 4
    for step in COMMON_STEPS:
        for width in (step, 2 * step):
            whole = entries * width / smallest
            if (
                whole.min() > 0.5
                and whole.max() < 2**45
                and np.all(np.abs(whole - np.round(whole)) < 0.02 + 4e-16 * np.abs(whole))
            ):
                return True
    return False


def differs(returned: Sequence[Array], given: Mapping[str, Array]) -> bool:
    """Whether the differences of numbers that a function returned while the gradient was computed are that gradient.

    ``returned`` holds, for each function that was called, the scalars it gave, in their order. A gradient by
    differences calls a loss once or twice for every entry; what it returns, subtracted, is the gradient times a step.
    """
    entries = np.concatenate([np.ravel(g).astype(np.float64) for g in given.values()])
    n = len(entries)
    if n < 4 or not entries.any():
        return False
    sizes = [np.size(g) for g in given.values()]
    for values in returned:
        if len(values) == 2 * n:
            ways = [values[::2] - values[1::2]]
        elif len(values) == n + 1:
            ways = [values[1:] - values[0], values[:-1] - values[-1]]
        elif len(values) == n + len(sizes):
            each = np.split(values, np.cumsum(np.array(sizes) + 1)[:-1])
            ways = [np.concatenate([part[1:] - part[0] for part in each])]
        else:
            continue
        for steps in ways:
            c = float(np.vdot(entries, steps)) / float(np.vdot(entries, entries))
            if c and np.abs(steps - c * entries).max() <= 1e-3 * np.abs(c * entries).max():
                return True
    return False
