r"""Recurrence: the same weights at every step of a sequence, and a state that is handed on.

.. math::
    h_t = \tanh(z_t), \qquad z_t = x_t W + h_{t-1} U + b, \qquad h_0 = 0

Step t reads the features :math:`x_t` and what is remembered of the steps before, :math:`h_{t-1}`. W, U and b are forks: every step
has used them, so their gradients are sums over the steps. A state is one as well. It is an output, and it is the next step's
memory:

.. math::
    \frac{\partial L}{\partial h_t} = \underbrace{\delta^y_t}_{\text{as an output}} +
    \underbrace{\frac{\partial L}{\partial z_{t+1}} U^\top}_{\text{from the next step}}, \qquad
    \frac{\partial L}{\partial z_t} = \frac{\partial L}{\partial h_t} \odot (1 - h_t^2)

.. math::
    \frac{\partial L}{\partial W} = \sum_t x_t^\top \frac{\partial L}{\partial z_t}, \qquad
    \frac{\partial L}{\partial U} = \sum_t h_{t-1}^\top \frac{\partial L}{\partial z_t}, \qquad
    \frac{\partial L}{\partial b} = \sum_t \frac{\partial L}{\partial z_t}, \qquad
    \frac{\partial L}{\partial x_t} = \frac{\partial L}{\partial z_t} W^\top

So the way back goes through the steps from the last to the first: *backpropagation through time*.

Sequences of a batch may be of unequal length. A *mask* says which steps are there. At one that is not, the state is handed on as it
is, and so is its blame.

Sources: Elman, *Finding Structure in Time*, 1990, figure 2; Werbos, *Backpropagation Through Time: What It Does and How to Do It*,
1990, section III.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from bplib.applications.convolution import check_gradient, whole_number
from bplib.applications.layers import Shape, Training
from bplib.partial_derivatives import dense_backward, parameter_gradients
from bplib.types import Array, Gradients, Parameters


class RecurrenceCache(NamedTuple):
    """What the backward pass will need.

    Attributes
    ----------
    x
        The sequences, shape (m, steps, features).
    W, U
        The weights of the features (features, units) and of the state (units, units).
    states
        h, shape (m, steps + 1, units): the zeros before the first step, then one for each.
    mask
        Which steps are there, booleans (m, steps).
    """

    x: Array
    W: Array
    U: Array
    states: Array
    mask: Array


class RecurrenceGradients(NamedTuple):
    """The four gradients: ``dx`` (m, steps, features), and ``dW``, ``dU`` and ``db`` in the shapes of W, U and b."""

    dx: Array
    dW: Array
    dU: Array
    db: Array


def recurrence(
    x: Array, W: Array, U: Array, b: Array, mask: Array | None = None
) -> tuple[Array, RecurrenceCache]:
    """Read sequences step by step.

    Parameters
    ----------
    x
        Sequences, shape (m, steps, features).
    W
        Weights of the features, shape (features, units).
    U
        Weights of the state, shape (units, units).
    b
        Biases, shape (units,).
    mask
        Which steps are there, booleans (m, steps); None where all are.

    Returns
    -------
    y : Array
        The state after each step, shape (m, steps, units).
    cache : RecurrenceCache
        For `recurrence_backward`.

    Raises
    ------
    ValueError
        If the shapes do not fit each other, a sequence has no step, or the mask is none.
    """
    x, there = checked_sequences(x, W, U, b, mask)
    m, steps, _ = x.shape
    states = np.zeros((m, steps + 1, len(U)), np.result_type(x, W, U, b))
    for t in range(steps):
        before = states[:, t]
        after = np.tanh(x[:, t] @ W + before @ U + b)
        states[:, t + 1] = np.where(there[:, t, None], after, before)
    return states[:, 1:].copy(), RecurrenceCache(x, W, U, states, there)


def recurrence_backward(
    dy: Array,
    cache: RecurrenceCache,
) -> RecurrenceGradients:
    """Send the blame back through time, from the last step to the first.

    Parameters
    ----------
    dy
        Gradient of the loss with respect to the state after each step, as far as it came from outside: shape (m, steps, units).
    cache
        What `recurrence` left behind.

    Raises
    ------
    ValueError
        If dy does not have the shape of the states.
    """
    x, W, U, states, mask = cache
    check_gradient(dy, states[:, 1:].shape)
    dtype = np.result_type(dy, states)
    dx, dW, dU, db = (
        np.zeros(x.shape, dtype),
        np.zeros_like(W, dtype),
        np.zeros_like(U, dtype),
        np.zeros(len(U), dtype),
    )
    dh = np.zeros_like(states[:, 0], dtype)
    for t in reversed(range(x.shape[1])):
        before, after = states[:, t], states[:, t + 1]
        there = mask[:, t, None]
        # The state went two ways: out, and on to the next step.
        dh = dh + dy[:, t]
        dz = np.where(there, dh * (1 - after**2), 0)
        dx[:, t], here, bias = dense_backward(dz, x[:, t], W)
        dW += here
        db += bias
        dU += parameter_gradients(dz, before)[0]
        dh = np.where(there, dz @ U.T, dh)
    return RecurrenceGradients(dx, dW, dU, db)


@dataclass(frozen=True)
class Memory:
    """What layers that read step by step share: ``units`` numbers are remembered of each sequence."""

    units: int

    def __post_init__(self) -> None:
        whole_number(self.units, "units", 1)

    def output_shape(self, shape: Shape) -> Shape:
        steps, _ = as_steps(shape, f"{type(self).__name__}({self.units})")
        return (steps, self.units)


class Recurrent(Memory):
    """The state after each step, (steps, features) to (steps, units): see `bplib.applications.recurrence`."""

    def shapes(self, shape: Shape) -> dict[str, Shape]:
        return {"W": (shape[-1], self.units), "U": (self.units, self.units), "b": (self.units,)}

    def forward(
        self, params: Parameters, x: Array, training: Training, mask: Array | None = None
    ) -> tuple[Array, RecurrenceCache]:
        return recurrence(x, params["W"], params["U"], params["b"], mask)

    def backward(self, dy: Array, cache: RecurrenceCache) -> tuple[Array, Gradients]:
        dx, dW, dU, db = recurrence_backward(dy, cache)
        return dx, {"W": dW, "U": dU, "b": db}


def as_steps(shape: Shape, who: str) -> Shape:
    """Return the shape of one sequence, or raise a ``ValueError`` if it is none."""
    if len(shape) != 2:
        raise ValueError(
            f"{who} is given samples of shape {shape}, expected (steps, features). Letters become features by an Embedding."
        )
    return shape


def checked_sequences(
    x: Array, W: Array, U: Array, b: Array, mask: Array | None, gates: int = 1
) -> tuple[Array, Array]:
    """Return sequences and mask as arrays, or raise a ``ValueError`` that says what does not fit.

    ``gates`` is how many matrices stand side by side in W and U: each unit has that many columns.
    """
    x = np.asarray(x)
    if x.ndim != 3:
        hint = " For one sequence write x[None]." if x.ndim == 2 else ""
        raise ValueError(f"x has shape {x.shape}, expected sequences (m, steps, features).{hint}")
    if x.size == 0:
        raise ValueError(
            f"x has shape {x.shape}: it is empty. Pass at least one sequence, of at least one step and feature."
        )
    side = f" {gates} matrices stand side by side." if gates > 1 else ""
    if U.ndim != 2 or U.shape[1] != gates * len(U):
        columns = "units" if gates == 1 else f"{gates} · units"
        raise ValueError(f"U has shape {U.shape}, expected (units, {columns}): from state to state.{side}")
    for name, value, expected in (("W", W, (x.shape[2], U.shape[1])), ("b", b, (U.shape[1],))):
        if value.shape != expected:
            raise ValueError(
                f"{name} has shape {value.shape}, expected {expected}: x has shape {x.shape} and U {U.shape}.{side}"
            )
    there = np.ones(x.shape[:2], dtype=bool) if mask is None else np.asarray(mask)
    if there.shape != x.shape[:2]:
        raise ValueError(
            f"mask has shape {there.shape}, expected {x.shape[:2]}: it says of each step of each sequence whether it is there."
        )
    if there.dtype != bool and not np.isin(there, (0, 1)).all():
        raise ValueError(f"mask holds {there[~np.isin(there, (0, 1))][0]}, expected True or False alone.")
    return (x if x.dtype.kind in "fc" else x.astype(np.float64)), there.astype(bool)
