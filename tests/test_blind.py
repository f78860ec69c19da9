"""Every submission is what it says: right, or first wrong, on the way back, at the layer that it names."""

from __future__ import annotations

import numpy as np
import pytest
from blind import SUBMISSIONS, Submission

from bplib.backpropagation import backpropagation


def errors_by_layer(s: Submission) -> dict[int, float]:
    """Per layer the largest error of its two gradients, as a share of the largest gradient of the network."""
    _, right = backpropagation(s.network, s.params, s.x, s.target, s.penalty, s.masks)
    handed_in = s.backward(s)
    assert handed_in.keys() == right.keys()
    for name, value in right.items():
        assert handed_in[name].shape == value.shape, name
        assert np.isfinite(handed_in[name]).all(), name
    largest = max(np.abs(value).max() for value in right.values())
    share = {name: float(np.abs(handed_in[name] - right[name]).max() / largest) for name in right}
    return {layer: max(share[f"W{layer}"], share[f"b{layer}"]) for layer in range(1, s.network.depth + 1)}


def test_thirty_are_wrong_and_six_are_right() -> None:
    assert len(SUBMISSIONS) == 36
    assert sum(s.layer is None for s in SUBMISSIONS) == 6
    assert len({s.story for s in SUBMISSIONS}) == len({s.backward for s in SUBMISSIONS}) == 36


@pytest.mark.parametrize("s", SUBMISSIONS, ids=lambda s: s.backward.__name__)
def test_a_submission_is_what_it_says(s: Submission) -> None:
    assert 1 <= s.network.depth <= 4 and 3 <= len(s.x) <= 9
    assert all(value.dtype == np.float64 for value in (*s.params.values(), s.x, s.target))
    assert all(s.params[f"b{layer}"].all() for layer in range(1, s.network.depth + 1))
    errors = errors_by_layer(s)
    if s.layer is None:
        assert max(errors.values()) <= 1e-10
        return
    assert max(errors.values()) > 1e-6
    assert max(layer for layer, error in errors.items() if error > 1e-6) == s.layer
    assert all(error <= 1e-10 for layer, error in errors.items() if layer > s.layer)


@pytest.mark.parametrize("s", SUBMISSIONS, ids=lambda s: s.backward.__name__)
def test_a_submission_leaves_what_it_is_given_and_repeats_itself(s: Submission) -> None:
    given = [*s.params.values(), s.x, s.target, *(mask for mask in s.masks or () if mask is not None)]
    before = [value.copy() for value in given]
    first = {name: value.copy() for name, value in s.backward(s).items()}
    second = s.backward(s)
    assert all(np.array_equal(old, new) for old, new in zip(before, given))
    assert all(np.array_equal(first[name], second[name]) for name in first)
