"""The names that every signature shares, and the checks that every array passes once.

Shapes are written in brackets: a batch is ``(m, n)``, ``m`` samples of ``n`` features.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

#: An array of floating-point numbers. Gradient checks also pass complex ones (see `complex_step`).
Array: TypeAlias = NDArray[Any]

#: Weights and biases by name: ``W1`` (n_0, n_1), ``b1`` (n_1,), ``W2`` (n_1, n_2), …
Parameters: TypeAlias = dict[str, Array]

#: One array per parameter, of the same name and shape: the derivative of the loss by that parameter.
Gradients: TypeAlias = dict[str, Array]

#: The arguments that a student's function is called with, by name.
Inputs: TypeAlias = dict[str, Any]


class Penalty(NamedTuple):
    """A price on the weights, added to the loss. Biases are free: they fit no noise.

    Attributes
    ----------
    name
        For messages and legends.
    value
        ``value(params) -> float``.
    gradient
        ``gradient(params)``: one array per parameter, zeros for the biases.
    """

    name: str
    value: Callable[[Parameters], float]
    gradient: Callable[[Parameters], Gradients]


@dataclass
class History:
    """What happened, one entry per finished epoch.

    Attributes
    ----------
    loss
        Mean loss of the epoch's mini-batches, penalty and dropout included, each before its update.
    validation_loss
        Loss on the validation data after the epoch, without penalty or dropout; empty without such data.
    learning_rate
        The rate of the epoch.
    gradient_norm
        Length of the whole gradient in the epoch's last mini-batch.
    stopped
        The reason why training ended.
    best_epoch
        The epoch with the lowest validation loss, counted from 0, or the last one without such data.
    """

    loss: list[float] = field(default_factory=list)
    validation_loss: list[float] = field(default_factory=list)
    learning_rate: list[float] = field(default_factory=list)
    gradient_norm: list[float] = field(default_factory=list)
    stopped: str = ""

    @property
    def best_epoch(self) -> int:
        return int(np.argmin(self.validation_loss)) if self.validation_loss else len(self.loss) - 1


#: A stopping criterion looks at the history and gives the reason to stop, or None to go on.
Stop: TypeAlias = Callable[[History], str | None]


def as_batch(value: Any, features: int | None = None, name: str = "x") -> Array:
    """Return ``value`` as a batch of shape (m, n), or say why it is none.

    Raises
    ------
    ValueError
        If it is not two-dimensional, is empty, has another number of features, or holds NaN or infinity.
    """
    batch = np.asarray(value)
    if batch.dtype.kind not in "biufc":
        raise ValueError(f"{name} has dtype {batch.dtype}, expected numbers.")
    if batch.ndim != 2:
        hint = f" For one sample write {name}.reshape(1, -1)." if batch.ndim == 1 else ""
        raise ValueError(f"{name} has shape {batch.shape}, expected a batch (samples, features).{hint}")
    if batch.size == 0:
        raise ValueError(f"{name} has shape {batch.shape}: the batch is empty. Pass at least one sample.")
    if features is not None and batch.shape[1] != features:
        raise ValueError(
            f"{name} has shape {batch.shape}, expected (samples, {features}): the number of features is the "
            f"number of units of the layer that reads them."
        )
    if not np.isfinite(batch).all():
        where = tuple(int(i) for i in np.argwhere(~np.isfinite(batch))[0])
        raise ValueError(
            f"{name}{list(where)} is {batch[where]}, expected finite numbers. Look for missing values in the "
            f"data, or for a learning rate that made the weights explode."
        )
    return batch if batch.dtype.kind in "fc" else batch.astype(np.float64)


def one_of(table: dict[str, Any], name: str, kind: str) -> Any:
    """Look ``name`` up in ``table``; an unknown name is answered with the known ones."""
    if name not in table:
        raise ValueError(f"unknown {kind} {name!r}, expected one of {', '.join(map(repr, table))}.")
    return table[name]


def positive(value: float, name: str) -> float:
    """Return ``value`` if it is a finite number above zero, otherwise raise a ``ValueError``."""
    if not math.isfinite(value) or value <= 0:
        raise ValueError(f"{name} is {value}, expected a finite number above 0.")
    return value
