"""Mistakes by the dozen: one place of an answer, and what students put there; and functions that such ideas are made of."""

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

import numpy as np

from bplib.checking.judging.check import Mistake
from bplib.types import Array

#: What stands at one place, in several wrong ways: the name of each, and a function.
Ideas = tuple[tuple[str, Callable[..., Any]], ...]

#: The axes of the largest and of the sum in a softmax by rows, of which one is another, or all.
OTHER_AXES = ((0, 0), (0, 1), (0, None), (1, 0), (1, None), (None, 0), (None, 1), (None, None))

#: Added to what may be zero, or put in its place, against the logarithm of zero.
TINY = (
    1e-5,
    1e-6,
    1e-7,
    1e-8,
    1e-9,
    1e-10,
    1e-12,
    1e-14,
    1e-15,
    2.0**-52,
    1e-16,
    1e-20,
    1e-30,
    1e-100,
    1e-300,
)


def each(ideas: Ideas, result: Callable[..., Any]) -> tuple[Mistake, ...]:
    """A mistake for every idea, which ``result`` finds in ``o``."""
    return tuple(Mistake(cause, partial(result, o=idea)) for cause, idea in ideas)


def each_of(options: Iterable[Any], cause: str, result: Callable[..., Any]) -> tuple[Mistake, ...]:
    """One mistake with each of several numbers, functions or axes, which ``result`` finds in ``o``."""
    return tuple(Mistake(cause, partial(result, o=option)) for option in options)


def cut(right: Array, given: Array) -> Array:
    """What becomes of the right numbers in an array like ``given``, where that was drawn as whole numbers."""
    whole = len(given) > 1 and bool(np.isin(given, np.arange(-3, 4)).all())
    return np.trunc(right) if whole else right


def sigmoid(z: Array) -> Array:
    """As it is written first."""
    return 1 / (1 + np.exp(-z))


def softmax(z: Array, top: int | None = 1, total: int | None = 1) -> Array:
    """Along the axes of the largest and of the sum, or along all."""
    e = np.exp(z - z.max(axis=top, keepdims=True))
    return e / e.sum(axis=total, keepdims=True)


def log_softmax(z: Array, top: int | None = 1, total: int | None = 1) -> Array:
    """Its logarithm, simplified."""
    z = z - z.max(axis=top, keepdims=True)
    return z - np.log(np.exp(z).sum(axis=total, keepdims=True))
