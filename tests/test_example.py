"""The numbers that the book works out by hand."""

import math

import numpy as np
import pytest

from bplib import example
from bplib.backpropagation import backpropagation
from bplib.feedforward import feedforward


def _sigmoid(z):
    return 1 / (1 + math.exp(-z))


def test_the_forward_pass_that_the_chapters_print():
    output, cache = feedforward(example.NETWORK, example.parameters(), example.X[:1])
    assert cache[0].z == pytest.approx(np.array([[0.6, -0.2]]), abs=1e-15)
    assert np.round(cache[0].a, 4).tolist() == [[0.6457, 0.4502]]
    assert np.round(cache[1].z, 4).tolist() == [[0.1727]] and np.round(output, 4).tolist() == [[0.5431]]
    loss, _ = backpropagation(example.NETWORK, example.parameters(), example.X[:1], example.Y[:1])
    assert round(loss, 4) == 0.1044


def test_the_backward_pass_in_nine_scalar_products():
    # Written out as the book does, one chain of slopes per parameter and no matrix.
    a1, a2 = _sigmoid(0.2 * 1 + 0.6 * 0.5 + 0.1), _sigmoid(-0.4 * 1 + 0.8 * 0.5 - 0.2)
    y = _sigmoid(0.5 * a1 - 1.0 * a2 + 0.3)
    d = (y - 1) * y * (1 - y)
    d1, d2 = 0.5 * d * a1 * (1 - a1), -1.0 * d * a2 * (1 - a2)
    expected = {"W1": [[d1, d2], [0.5 * d1, 0.5 * d2]], "b1": [d1, d2], "W2": [[d * a1], [d * a2]], "b2": [d]}
    _, gradients = backpropagation(example.NETWORK, example.parameters(), example.X[:1], example.Y[:1])
    for name, slopes in expected.items():
        assert gradients[name] == pytest.approx(np.array(slopes), rel=1e-13), name
    # As printed in the chapter on the two passes.
    assert (round(d, 4), round(d1, 4), round(d2, 4)) == (-0.1134, -0.013, 0.0281)


def test_nobody_changes_the_books_numbers_by_accident():
    for array in (example.X, example.Y):
        with pytest.raises(ValueError, match="read-only"):
            array[0, 0] = 9.0
    example.parameters()["W1"][0, 0] = 9.0
    assert example.parameters()["W1"][0, 0] == 0.2
    example.NETWORK.check(example.parameters())
    assert example.X.tolist() == [[1.0, 0.5], [0.0, 1.0], [-1.0, 0.5], [0.5, -1.0]]
    assert example.Y.tolist() == [[1.0], [0.0], [0.0], [1.0]]
