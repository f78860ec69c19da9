r"""Long short-term memory: a recurrence whose memory is a sum, with gates that say what enters, stays and leaves.

.. math::
    (z^i_t, z^f_t, z^g_t, z^o_t) = x_t W + h_{t-1} U + b

.. math::
    i_t = \sigma(z^i_t), \quad f_t = \sigma(z^f_t), \quad g_t = \tanh(z^g_t), \quad o_t = \sigma(z^o_t)

.. math::
    c_t = f_t \odot c_{t-1} + i_t \odot g_t, \qquad h_t = o_t \odot \tanh(c_t), \qquad h_0 = c_0 = 0

The order of the gates, in the columns of W, U and b, is that of PyTorch: *input* i, *forget* f, *candidate* g, *output* o, each of
``units`` columns.

On the way back, the cell :math:`c_t` is reached from the state and from the next cell, and hands on to the cell before it nothing
but a product with the forget gate:

.. math::
    \frac{\partial L}{\partial c_t} = \frac{\partial L}{\partial h_t} \odot o_t \odot (1 - \tanh^2 c_t)
                                    + \frac{\partial L}{\partial c_{t+1}} \odot f_{t+1}

No matrix and no slope stand between two cells. Where the gate is open, f near 1, blame arrives as it was sent.

Sources: Hochreiter and Schmidhuber, *Long Short-Term Memory*, 1997, section 4 (the cell, and the gates i and o); Gers, Schmidhuber
and Cummins, *Learning to Forget*, 2000, section 3 (the gate f).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from bplib.activation import sigmoid
from bplib.applications.convolution import check_gradient
from bplib.applications.layers import Shape, Training
from bplib.applications.recurrence import Memory, RecurrenceGradients, checked_sequences
from bplib.partial_derivatives import dense_backward, parameter_gradients
from bplib.types import Array, Gradients, Parameters

#: Input, forget, candidate, output.
GATES = 4


class LongShortTermMemoryCache(NamedTuple):
    """What the backward pass will need.

    Attributes
    ----------
    x
        The sequences, shape (m, steps, features).
    W, U
        The weights of the features (features, 4 units) and of the state (units, 4 units).
    states, cells
        h and c, shape (m, steps + 1, units): the zeros before the first step, then one for each.
    gates
        i, f, g and o side by side, shape (m, steps, 4 units).
    mask
        Which steps are there, booleans (m, steps).
    """

    x: Array
    W: Array
    U: Array
    states: Array
    cells: Array
    gates: Array
    mask: Array


def long_short_term_memory(
    x: Array, W: Array, U: Array, b: Array, mask: Array | None = None
) -> tuple[Array, LongShortTermMemoryCache]:
    """Read sequences step by step, with a cell that remembers.

    Parameters
    ----------
    x
        Sequences, shape (m, steps, features).
    W
        Weights of the features, shape (features, 4 units), in the order of the module's introduction.
    U
        Weights of the state, shape (units, 4 units).
    b
        Biases, shape (4 units,).
    mask
        Which steps are there, booleans (m, steps); None where all are.

    Returns
    -------
    y : Array
        The state h after each step, shape (m, steps, units).
    cache : LongShortTermMemoryCache
        For `long_short_term_memory_backward`.

    Raises
    ------
    ValueError
        If the shapes do not fit each other, a sequence has no step, or the mask is none.
    """
    x, there = checked_sequences(x, W, U, b, mask, GATES)
    m, steps, _ = x.shape
    units, dtype = len(U), np.result_type(x, W, U, b)
    states, cells = np.zeros((2, m, steps + 1, units), dtype)
    gates = np.zeros((m, steps, GATES * units), dtype)
    for t in range(steps):
        now = there[:, t, None]
        i, f, g, o = np.split(x[:, t] @ W + states[:, t] @ U + b, GATES, axis=1)
        i, f, g, o = sigmoid(i), sigmoid(f), np.tanh(g), sigmoid(o)
        cell = f * cells[:, t] + i * g
        cells[:, t + 1] = np.where(now, cell, cells[:, t])
        states[:, t + 1] = np.where(now, o * np.tanh(cell), states[:, t])
        gates[:, t] = np.concatenate([i, f, g, o], axis=1)
    return states[:, 1:].copy(), LongShortTermMemoryCache(x, W, U, states, cells, gates, there)


def long_short_term_memory_backward(
    dy: Array,
    cache: LongShortTermMemoryCache,
) -> RecurrenceGradients:
    """Send the blame back through time, by the states and by the cells.

    Parameters
    ----------
    dy
        Gradient of the loss with respect to the state after each step, as far as it came from outside: shape (m, steps, units).
    cache
        What `long_short_term_memory` left behind.

    Raises
    ------
    ValueError
        If dy does not have the shape of the states.
    """
    x, W, U, states, cells, gates, mask = cache
    check_gradient(dy, states[:, 1:].shape)
    dtype = np.result_type(dy, states)
    dx, dW, dU, db = (
        np.zeros(x.shape, dtype),
        np.zeros_like(W, dtype),
        np.zeros_like(U, dtype),
        np.zeros(W.shape[1], dtype),
    )
    dh, dc = np.zeros((2, *states[:, 0].shape), dtype)
    for t in reversed(range(x.shape[1])):
        there, squashed = mask[:, t, None], np.tanh(cells[:, t + 1])
        i, f, g, o = np.split(gates[:, t], GATES, axis=1)
        dh = dh + dy[:, t]
        # The cell went two ways: to this step's state, and to the next cell.
        dcell = dc + dh * o * (1 - squashed**2)
        blames = dcell * g, dcell * cells[:, t], dcell * i, dh * squashed
        slopes = i * (1 - i), f * (1 - f), 1 - g**2, o * (1 - o)
        dz = np.hstack([d * slope for d, slope in zip(blames, slopes)])
        dz = np.where(there, dz, 0)
        dx[:, t], here, bias = dense_backward(dz, x[:, t], W)
        dW += here
        db += bias
        dU += parameter_gradients(dz, states[:, t])[0]
        dh = np.where(there, dz @ U.T, dh)
        dc = np.where(there, dcell * f, dc)
    return RecurrenceGradients(dx, dW, dU, db)


class LongShortTermMemory(Memory):
    """The state after each step, (steps, features) to (steps, units): see `bplib.applications.long_short_term_memory`."""

    def shapes(self, shape: Shape) -> dict[str, Shape]:
        columns = GATES * self.units
        return {"W": (shape[-1], columns), "U": (self.units, columns), "b": (columns,)}

    def forward(
        self, params: Parameters, x: Array, training: Training, mask: Array | None = None
    ) -> tuple[Array, LongShortTermMemoryCache]:
        return long_short_term_memory(x, params["W"], params["U"], params["b"], mask)

    def backward(self, dy: Array, cache: LongShortTermMemoryCache) -> tuple[Array, Gradients]:
        dx, dW, dU, db = long_short_term_memory_backward(dy, cache)
        return dx, {"W": dW, "U": dU, "b": db}
