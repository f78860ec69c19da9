r"""A large parameter, looked at in samples: sums of entries with random signs, and single entries from every row and column.

The slope along :math:`\sum_k s_k e_k` with random signs :math:`s_k` is :math:`\sum_k s_k g_k`, for two evaluations of
the loss or for four, however many entries there are. One wrong entry changes it by its whole error and cannot cancel. So
nothing is missed that is larger than the tolerance of the sum, which is known and goes into the report. Errors of several
entries cancel in one sum of two at most, and in all `SUMS` of them once in :math:`2^{SUMS}`.

When a sum is off, its entries are halved, and halved again where the halves are off: a wrong entry is found in a number of
evaluations that grows with the logarithm of the number of entries. Only entries looked at one by one are ever called wrong.

Source for the halving: Dorfman, *The Detection of Defective Members of Large Populations*, 1943 (testing in groups); Hwang,
*A Method for Detecting All Defective Members in a Population by Group Testing*, 1972 (by halves).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from bplib.checking.rule import compared, precision
from bplib.checking.witnesses.differences import Estimate
from bplib.checking.witnesses.slopes import Slopes
from bplib.types import Array

#: Sums over a whole parameter.
SUMS = 8
#: The least weight of an entry in a sum; the mean is one.
LIGHT = 0.75
#: How often two halves are looked at of which one has to be off.
TRIES = 4
#: Rows and columns that get a sum of their own, and a single entry; the first and the last are among them.
LINES = 16
#: Up to so many biases, each is looked at by itself.
BIASES = 1024
#: Groups of this size are looked at entry by entry, and when this many have been found, the search ends.
LEAF, LEAVES = 16, 2
#: Independent roundings add up like a random walk; six of its standard deviations are allowed.
WALK = 6.0


class Sample(NamedTuple):
    """What was looked at: ``entries`` one by one, flat indices, with their slopes; and all others in sums.

    A single wrong entry shows if it is off by more than ``blind``; None where there are no others.
    """

    entries: Array
    right: Estimate
    blind: float | None


def sampled(slopes: Slopes, name: str, given: Array, around: float, rng: np.random.Generator) -> Sample:
    """Look at a gradient in samples.

    Parameters
    ----------
    slopes
        The loss at its point.
    name, given
        The parameter, and the gradient to be judged.
    around
        The scale of rounding, see `bplib.checking.rule.tolerance`.
    rng
        Chooses signs and entries.
    """

    def excess(groups: Sequence[Array]) -> tuple[Array, Array]:
        """How far each sum is off, in units of its tolerance; and the error that a single entry could hide in it."""
        signs = np.zeros((len(groups), given.size))
        for line, group in zip(signs, groups, strict=True):
            # Not all of one size: errors of opposite sign must not cancel in every other sum.
            line[group] = rng.choice((-1.0, 1.0), size=len(group)) * rng.uniform(
                LIGHT, 2 - LIGHT, size=len(group)
            )
        found = slopes.sums(name, signs)
        flat, eps = given.ravel().astype(np.float64), precision(given)
        norms = np.array([np.sqrt(eps) * np.linalg.norm(flat[group]) for group in groups])
        counts = np.array([np.sqrt(len(group)) for group in groups])
        allowed = found.uncertainty + WALK * (norms + 64 * eps * around * counts)
        error = np.abs(signs @ flat - found.value)
        with np.errstate(invalid="ignore"):
            return np.where(np.isfinite(allowed), error / allowed, 0.0), (allowed + error) / LIGHT

    everything = np.arange(given.size)
    off, hidden = excess([everything] * SUMS)
    chosen, blind = np.empty(0, dtype=int), float(hidden.min())
    if (off > 1).any():
        chosen = np.unique(_homed(excess, everything))
        right = slopes.entries(name, chosen)
        if compared(given.ravel()[chosen], right, around).wrong.any():
            return Sample(chosen, right, blind)
        blind = np.inf  # Something is off, in entries whose errors cancel in many a sum.
    lines = _lines(given.shape, rng)
    for group in [lines[k : k + SUMS] for k in range(0, len(lines), SUMS)]:
        line_off, _ = excess(group)
        for k in np.flatnonzero(line_off > 1):
            chosen = np.concatenate([chosen, _homed(excess, group[k])])
    chosen = np.unique(np.concatenate([chosen, _singles(given.shape, lines, rng)]))
    return Sample(chosen, slopes.entries(name, chosen), blind)


def _homed(excess: Callable[[Sequence[Array]], tuple[Array, Array]], group: Array) -> Array:
    """The entries at the end of the trail of halves that are off, the worse half first."""
    waiting, found = [group], [np.empty(0, dtype=int)]
    while waiting and len(found) <= LEAVES:
        group = waiting.pop()
        if len(group) <= LEAF:
            found.append(group)
            continue
        halves = np.array_split(group, 2)
        # In one sum several errors may cancel: twice, and again with other signs where neither half shows what the whole did.
        for _ in range(TRIES):
            off, _ = excess([halves[0], halves[0], halves[1], halves[1]])
            worst = off.reshape(2, 2).max(axis=1)
            if (worst > 1).any():
                break
        waiting += [halves[k] for k in np.argsort(worst) if worst[k] > 1]
    return np.concatenate(found)


def _lines(shape: tuple[int, ...], rng: np.random.Generator) -> list[Array]:
    """The entries of some rows and of some columns; a parameter of one axis has neither."""
    if len(shape) < 2:
        return []
    grid = np.arange(int(np.prod(shape))).reshape(-1, shape[-1])
    return [line for lines in (grid, grid.T) for line in lines[_spread(len(lines), LINES, rng)]]


def _singles(shape: tuple[int, ...], lines: Sequence[Array], rng: np.random.Generator) -> Array:
    """Every bias, or one entry of each line, and the two corners."""
    size = int(np.prod(shape))
    if not lines:
        return _spread(size, BIASES, rng)
    return np.array([0, size - 1, *(rng.choice(line) for line in lines)])


def _spread(n: int, most: int, rng: np.random.Generator) -> Array:
    """Up to ``most`` of the numbers below n, the first and the last among them."""
    if n <= most:
        return np.arange(n)
    return np.concatenate([[0, n - 1], rng.choice(np.arange(1, n - 1), size=most - 2, replace=False)])
