"""Checks that the blind cases are what they claim to be."""

import numpy as np
import pytest
from blind_losses import CASES, Blind

STEP = 1e-5


def copied(params: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Copy every tensor."""
    return {name: value.copy() for name, value in params.items()}


def central(case: Blind) -> dict[str, np.ndarray]:
    """Return the loss's gradient by central differences."""
    slopes = {}
    for name, value in case.params.items():
        slope = np.zeros_like(value)
        for at in np.ndindex(value.shape):
            ends = []
            for step in (STEP, -STEP):
                moved = copied(case.params)
                moved[name][at] += step
                ends.append(case.loss(moved))
            slope[at] = (ends[0] - ends[1]) / (2 * STEP)
        slopes[name] = slope
    return slopes


def test_forty_distinct_stories() -> None:
    """There are exactly forty cases and no two tell the same story."""
    assert len(CASES) == 40
    assert len({case.story for case in CASES}) == 40


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.story.split(":")[0])
def test_case(case: Blind) -> None:
    """The right pass is right, the wrong one is wrong, and nothing changes its input or its mind."""
    before = copied(case.params)
    assert all(value.dtype == np.float64 for value in before.values())
    assert sum(value.size for value in before.values()) <= 150
    numeric, right, wrong = central(case), case.right(case.params), case.wrong(case.params)
    again = case.right(case.params), case.wrong(case.params)
    assert case.loss(case.params) == case.loss(case.params)
    assert right.keys() == wrong.keys() == case.params.keys()
    gaps = []
    for name, value in case.params.items():
        np.testing.assert_array_equal(value, before[name])
        np.testing.assert_array_equal(right[name], again[0][name])
        np.testing.assert_array_equal(wrong[name], again[1][name])
        assert right[name].shape == wrong[name].shape == value.shape
        largest = np.abs(numeric[name]).max()
        np.testing.assert_allclose(right[name], numeric[name], rtol=1e-6, atol=1e-6 * largest + 1e-9)
        gaps.append(np.abs(wrong[name] - right[name]).max() / max(largest, 1e-9))
    assert max(gaps) > 1e-4
