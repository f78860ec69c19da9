"""Why a gradient is wrong: the names of all mistakes that reproduce it, and what else can be said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from bplib.checking.witnesses.differences import Estimate, exactly
from bplib.checking.diagnosis.mistakes import Problem, right, suspects
from bplib.checking.diagnosis.relations import constant_factor, relations, reproduces
from bplib.types import Array


class Seen(NamedTuple):
    """A wrong gradient: in ``full``, and those of its entries that were looked at, flat, with what they should be."""

    full: Array
    given: Array
    right: Estimate

    @property
    def whole(self) -> tuple[Array, Estimate]:
        """In the parameter's shape where every entry was looked at."""
        if self.given.size < self.full.size:
            return self.given, self.right
        return self.full, self.right.reshaped(self.full.shape)


def why(
    given: Mapping[str, Array],
    wrong: Mapping[str, Seen],
    problem: Problem | None,
    samples: int | None,
    foreseen: Mapping[str, Mapping[str, Array]],
) -> tuple[str | None, tuple[str, ...], int | None]:
    """The cause if there is one, all candidates if there are several, and the layer where it first goes wrong.

    Parameters
    ----------
    given
        All gradients.
    wrong
        Those that are wrong.
    problem, samples
        The network and the size of its batch, where they are known.
    foreseen
        What mistakes yield that the caller knows of.
    """
    found: dict[str, int | None] = dict.fromkeys(_related(wrong, problem, samples))
    for cause, gradients in foreseen.items():
        if all(reproduces(given[n], np.asarray(gradients[n], dtype=float)) for n in wrong):
            found[cause] = None
    if problem is not None:
        exact = right(problem)
        for cause, layer, yields in suspects(problem, dict(given)):
            fits = all(
                reproduces(given[n], yields[n]) or (not given[n].any() and not yields[n].any()) for n in given
            )
            if fits and not all(reproduces(yields[n], exact[n]) or not exact[n].any() for n in given):
                found.setdefault(cause, layer)
    specific = [cause for cause in found if cause not in ("scaled", "single-entries", "zero-gradient")]
    names = tuple(sorted(specific or set(found) - {"scaled"}))
    layer = max(int(name[1:]) for name in wrong) if problem is not None else None
    return (names[0] if len(names) == 1 else None), (names if len(names) > 1 else ()), layer


def _related(wrong: Mapping[str, Seen], problem: Problem | None, samples: int | None) -> set[str]:
    """The relations that hold for every wrong gradient."""
    shared = []
    for name, seen in wrong.items():
        full, known = seen.whole
        if problem is None:
            shared.append(set(relations(full, known, samples)))
            continue
        exact = right(problem)[name]
        causes = set(relations(seen.full, exactly(exact), samples))
        if problem.penalty is not None:
            # What is transposed or swapped may be the data's part alone.
            price = problem.penalty.gradient(problem.params)[name]
            causes |= set(relations(seen.full.astype(np.float64) - price, exactly(exact - price), samples))
        shared.append(causes)
    # A bias is averaged where its layer's weights are right; where all are divided, the mean was taken twice.
    if any(seen.full.ndim == 2 for seen in wrong.values()):
        shared = [{"averaged-twice" if c == "bias-averaged" else c for c in causes} for causes in shared]
    else:
        # One sample may have nothing to say to a bias.
        shared = [causes - {"zero-gradient"} for causes in shared]
    return set.intersection(*shared)


def factor(wrong: Mapping[str, Seen]) -> float | None:
    """The constant between what is given and what is right, if it is one for all that is wrong."""
    given = np.concatenate([seen.given.astype(np.float64) for seen in wrong.values()])
    value, uncertainty, kinks = (
        np.concatenate([getattr(seen.right, part) for seen in wrong.values()])
        for part in ("value", "uncertainty", "kinks")
    )
    return constant_factor(given, Estimate(value, uncertainty, kinks))


#: Steps that people choose; none of them is a power of two, whose differences could be anybody's floats.
COMMON_STEPS = tuple(10.0**-k for k in range(2, 9))


def made_of_differences(given: Mapping[str, Array], level: float) -> bool:
    """Whether every entry times a step is a whole number of the smallest differences that two losses can have.

    ``level`` is the loss: floats of this size stand a known distance apart, and so do their differences.
    """
    entries = np.concatenate([np.ravel(g).astype(np.float64) for g in given.values()])
    entries = np.unique(np.abs(entries[entries != 0]))
    if len(entries) < 6 or not level:
        return False
    smallest = np.spacing(abs(level)) / 4
    for step in COMMON_STEPS:
        for width in (step, 2 * step):
            whole = entries * width / smallest
            if np.abs(whole).max() < 2**45 and np.all(
                np.abs(whole - np.round(whole)) < 0.02 + 4e-16 * np.abs(whole)
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
