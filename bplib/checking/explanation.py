"""Why a gradient is wrong: the names of all mistakes that reproduce it, and what else can be said."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from bplib.checking.differences import Estimate
from bplib.checking.gradient_report import WRONG, TensorReport
from bplib.checking.mistakes import Problem, right, suspects
from bplib.checking.relations import constant_factor, relations, reproduces
from bplib.types import Array


def why(
    given: Mapping[str, Array],
    truth: Mapping[str, Estimate],
    tensors: Mapping[str, TensorReport],
    problem: Problem | None,
    samples: int | None,
) -> tuple[str | None, tuple[str, ...], int | None]:
    """The cause if there is one, all candidates if there are several, and the layer where it first goes wrong."""
    wrong = [name for name, tensor in tensors.items() if tensor.verdict == WRONG]
    found: dict[str, int | None] = {}
    known = truth
    if problem is not None:
        exact = right(problem)
        known = {name: Estimate(exact[name], 0 * exact[name], 0.0) for name in exact}
    price = (
        problem.penalty.gradient(problem.params)
        if problem is not None and problem.penalty is not None
        else None
    )
    shared = []
    for name in wrong:
        causes = set(relations(given[name], known[name], samples))
        if price is not None:
            # What is transposed or swapped may be the data's part alone.
            data = known[name]._replace(value=known[name].value - price[name])
            causes |= set(relations(given[name].astype(np.float64) - price[name], data, samples))
        shared.append(causes)
    # A bias is averaged where its layer's weights are right; where all are divided, the mean was taken twice.
    if any(given[name].ndim == 2 for name in wrong):
        shared = [{"averaged-twice" if c == "bias-averaged" else c for c in causes} for causes in shared]
    else:
        shared = [
            causes - {"zero-gradient"} for causes in shared
        ]  # One sample may have nothing to say to a bias.
    found |= dict.fromkeys(set.intersection(*shared))
    if problem is not None:
        for cause, layer, yields in suspects(problem, dict(given)):
            fits = all(
                reproduces(given[n], yields[n]) or (not given[n].any() and not yields[n].any()) for n in given
            )
            if fits and not all(reproduces(yields[n], exact[n]) or not exact[n].any() for n in given):
                found.setdefault(cause, layer)
    specific = [cause for cause in found if cause not in ("scaled", "single-entries", "zero-gradient")]
    names = tuple(sorted(specific or set(found) - {"scaled"}))
    layers = [int(name[1:]) for name in wrong if problem is not None]
    layer = max(layers) if layers else None
    return (names[0] if len(names) == 1 else None), (names if len(names) > 1 else ()), layer


def factor(
    given: Mapping[str, Array], truth: Mapping[str, Estimate], tensors: Mapping[str, TensorReport]
) -> float | None:
    """The constant between what is given and what is right, if it is one for all tensors that are wrong."""
    wrong = [name for name, tensor in tensors.items() if tensor.verdict == WRONG]
    g = np.concatenate([given[name].astype(np.float64).ravel() for name in wrong])
    r = np.concatenate([truth[name].value.ravel() for name in wrong])
    u = np.concatenate([truth[name].uncertainty.ravel() for name in wrong])
    return constant_factor(g, Estimate(r, u, 0.0))


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
