"""The small network that is carried through every chapter, always with the same numbers.

Two inputs, two hidden units, one output, sigmoids everywhere, half the squared error: nine parameters, few
enough to follow each of them by hand. The first row of `X` is *the* sample of the book.
"""

from __future__ import annotations

import numpy as np

from bplib.network import Network
from bplib.types import Parameters

#: The plan: 2 inputs, 2 hidden sigmoid units, 1 sigmoid output.
NETWORK = Network(sizes=(2, 2, 1), activations=("sigmoid", "sigmoid"), loss="mean_squared_error")

#: Four samples of two features, shape (4, 2).
X = np.array([[1.0, 0.5], [0.0, 1.0], [-1.0, 0.5], [0.5, -1.0]])

#: Their targets, shape (4, 1).
Y = np.array([[1.0], [0.0], [0.0], [1.0]])

# Nobody changes the book's numbers by accident.
X.flags.writeable = Y.flags.writeable = False


def parameters() -> Parameters:
    """A fresh copy of the nine numbers: W1 (2, 2), b1 (2,), W2 (2, 1), b2 (1,)."""
    return {
        "W1": np.array([[0.2, -0.4], [0.6, 0.8]]),
        "b1": np.array([0.1, -0.2]),
        "W2": np.array([[0.5], [-1.0]]),
        "b2": np.array([0.3]),
    }
