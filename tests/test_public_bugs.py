"""The reported wrong gradients are what they claim: right ones are right, wrong ones are wrong."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from public_bugs import BUGS, KINDS, Bug

STEP = 1e-6
WANTED = 45


def one_sided(
    loss: Callable[[dict[str, np.ndarray]], float], params: dict[str, np.ndarray], name: str, step: float
) -> np.ndarray:
    """Slopes of the loss along the numbers of one parameter, to the side that step points to."""
    here = loss(params)
    slopes = np.zeros_like(params[name])
    for index in np.ndindex(slopes.shape):
        moved = {key: value.copy() for key, value in params.items()}
        moved[name][index] += step
        slopes[index] = (loss(moved) - here) / step
    return slopes


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.name)
def test_case(bug: Bug) -> None:
    """Right fits the slopes of the loss, wrong does not fit right, and nothing is changed or random."""
    before = {key: value.copy() for key, value in bug.params.items()}
    right, wrong = bug.right(bug.params), bug.wrong(bug.params)
    for grads in (right, wrong):
        assert grads.keys() == bug.params.keys()
        assert all(grads[key].shape == value.shape for key, value in bug.params.items())
        assert all(np.isfinite(value).all() for value in grads.values())
    for again, first in ((bug.right(bug.params), right), (bug.wrong(bug.params), wrong)):
        assert all(np.array_equal(again[key], first[key]) for key in first)
    assert bug.loss(bug.params) == bug.loss(bug.params)

    for key, grad in right.items():
        ahead = one_sided(bug.loss, bug.params, key, STEP)
        behind = one_sided(bug.loss, bug.params, key, -STEP)
        if bug.tie:
            assert np.all(grad >= np.minimum(ahead, behind) - 1e-5), key
            assert np.all(grad <= np.maximum(ahead, behind) + 1e-5), key
        else:
            assert np.max(np.abs(grad - 0.5 * (ahead + behind))) < 1e-6 * max(1.0, np.max(np.abs(grad))), key
    assert any(
        np.max(np.abs(wrong[key] - grad)) > 1e-4 * max(np.max(np.abs(grad)), np.max(np.abs(wrong[key])))
        for key, grad in right.items()
    )
    assert all(np.array_equal(value, before[key]) for key, value in bug.params.items())


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.name)
def test_description(bug: Bug) -> None:
    """A known kind, a thread or nothing as source, and a small float64 network."""
    assert bug.kind in KINDS
    assert bug.source == "" or bug.source.startswith("https://github.com/")
    assert bug.said
    assert all(value.dtype == np.float64 for value in bug.params.values())
    assert sum(value.size for value in bug.params.values()) <= 200


def test_collection() -> None:
    """Names are unique, no two cases have the same wrong gradient, and enough have a source."""
    assert len({bug.name for bug in BUGS}) == len(BUGS)
    flat = [np.concatenate([value.ravel() for value in bug.wrong(bug.params).values()]) for bug in BUGS]
    assert len({tuple(np.round(numbers, 9)) for numbers in flat}) == len(BUGS)
    assert sum(bool(bug.source) for bug in BUGS) >= WANTED
