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

from bplib.applications.convolution import check_gradient
from bplib.applications.layers import Shape, Training
from bplib.applications.recurrence import Memory, RecurrenceGradients, checked_sequences
from bplib.partial_derivatives import dense_backward
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
        i, f, g and o side by side, shape (m, steps, 4 units). Where a step is not there, i and o are 0 and f is 1.
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
    states, cells = _turned(np.zeros((2, steps + 1, m, units), dtype))
    # A sigmoid is a tanh of half the number: σ(z) = ½ tanh(z/2) + ½. So one call serves all four gates.
    half = np.repeat([0.5, 0.5, 1.0, 0.5], units).astype(dtype)
    rest, halved = 1 - half, half * U
    # What the features say, at all steps at once.
    gates = _turned(_turned(x) @ (half * W))
    gates += half * b
    # A step that is not there: nothing in, nothing out, all is kept.
    gates[~there] = np.repeat([-np.inf, np.inf, 0.0, -np.inf], units)
    i, f, g, o = np.split(gates, GATES, axis=2)
    for t in range(steps):
        gate, now = gates[:, t], there[:, t, None]
        gate += states[:, t] @ halved
        np.tanh(gate, out=gate)
        gate *= half
        gate += rest
        cell = f[:, t] * cells[:, t] + i[:, t] * g[:, t]
        cells[:, t + 1] = cell
        states[:, t + 1] = np.where(now, o[:, t] * np.tanh(cell), states[:, t])
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
    i, f, g, o = np.split(gates, GATES, axis=2)
    squashed = np.tanh(cells[:, 1:])
    # What a weighted input does to the cell, or to the state; nothing at a
    # step that is not there, as its gates are 0 or 1.
    dz = np.multiply(gates, 1 - gates, dtype=np.result_type(dy, states))
    to_i, to_f, to_g, to_o = np.split(dz, GATES, axis=2)
    to_i *= g
    to_f *= cells[:, :-1]
    np.multiply(i, 1 - g**2, out=to_g)
    to_o *= squashed
    through = o * (1 - squashed**2)
    dh, dc = np.zeros((2, *dy[:, 0].shape), dz.dtype)
    U_turned = np.ascontiguousarray(U.T)
    for t in reversed(range(x.shape[1])):
        dh = dh + dy[:, t]
        # The cell went two ways: to this step's state, and to the next cell.
        dcell = dc + dh * through[:, t]
        dz[:, t] *= np.hstack([dcell, dcell, dcell, dh])
        dh = np.where(mask[:, t, None], dz[:, t] @ U_turned, dh)
        dc = dcell * f[:, t]
    # The weights are forks: every step of every sequence has used them.
    dx, dW, db = dense_backward(_rows(dz), _rows(x), W)
    dU = _rows(states[:, :-1]).T @ _rows(dz)
    dx = _turned(dx.reshape(_turned(x).shape))
    return RecurrenceGradients(dx, dW, dU, db)


def _turned(a: Array) -> Array:
    """Sequences first or steps first, whichever it is not: in memory the steps are, since they are what is walked."""
    return a.swapaxes(-3, -2)


def _rows(a: Array) -> Array:
    """A row for each step of each sequence, one step after the other."""
    return _turned(a).reshape(-1, a.shape[-1])


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
