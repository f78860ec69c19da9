r"""A network that is asked at every step what comes next, and one that writes by being asked again and again.

.. math::
    L = -\frac1N \sum_{(n,t)\ \text{there}} \ln \operatorname{softmax}(z_{n,t})_{y_{n,t}}

:math:`z_{n,t}` are the logits after step t of sequence n, :math:`y_{n,t}` is the letter that comes next, and N counts the steps of all
sequences that are there. A step where a short sequence has ended counts in neither.

To write, draw a letter at some temperature, see `bplib.applications.generation.draw`, hand it to the network as the next one to read,
and go on.

Source: Elman, *Finding Structure in Time*, 1990 (to predict the next letter).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bplib.applications.embedding import NONE, as_indices
from bplib.applications.generation import draw
from bplib.applications.layers import Shape
from bplib.applications.model import Model
from bplib.error import get_loss, one_hot
from bplib.types import Array, Parameters


@dataclass(frozen=True)
class SequenceModel(Model):
    """A `Model` with a target at every step: it is trained, checked, saved and drawn in the same way.

    Inputs and targets are indices, shape (m, steps), with −1 behind the end of a sequence, at the same places in both.

    Parameters
    ----------
    input_shape
        (steps,), the most letters that a sequence may have.
    layers
        In sequence, from indices (steps,) to logits (steps, classes), such as ``(Reading((Embedding(27, 8), Recurrent(32))),
        EveryStep(Dense(27)))``.
    """

    loss: str = "categorical_cross_entropy"

    def _check_end(self, end: Shape) -> None:
        if self.loss != "categorical_cross_entropy":
            raise ValueError(
                f"the loss is {self.loss!r}, expected 'categorical_cross_entropy': a target is a letter."
            )
        if len(self.input_shape) != 1 or len(end) != 2 or end[0] != self.input_shape[0]:
            raise ValueError(
                f"the layers lead from samples of shape {self.input_shape} to {end}, expected from (steps,) to (steps, classes). "
                f"Put EveryStep(Dense(…)) last."
            )

    def check_data(self, x: Array, target: Array, name: str = "target") -> tuple[Array, Array]:
        """Return inputs and targets (m, steps) as arrays, or raise a ``ValueError`` that says what does not fit."""
        x, target = self.check_inputs(x), as_indices(target, self.output_shape[1], name)
        if x.shape != target.shape:
            raise ValueError(
                f"x has shape {x.shape} and {name} {target.shape}, expected a target for each step."
            )
        if ((x == NONE) != (target == NONE)).any():
            raise ValueError(
                f"x and {name} are −1 at unlike places, expected a target for each letter, and for nothing else."
            )
        return x, target

    def rows(self, target: Array) -> Array:
        """Targets (m, steps) as rows with a single one, (N, classes), to be compared with `output`: for ``validation``."""
        target = as_indices(target, self.output_shape[1], "target")
        return one_hot(target[target != NONE], self.output_shape[1])

    def _judged(self, output: Array, x: Array, target: Array) -> tuple[float, Array]:
        there, blame = x != NONE, np.zeros_like(output)
        value, blame[there] = get_loss(self.loss).both(output[there], self.rows(target))
        return value, blame

    def output(self, params: Parameters, x: Array) -> Array:
        """The logits (N, classes) of the steps that are there, one sequence after the other."""
        return self.forward(params, x)[0][np.asarray(x) != NONE]


def write(
    model: SequenceModel,
    params: Parameters,
    count: int,
    rng: np.random.Generator,
    temperature: float = 1.0,
    end: int = 0,
) -> Array:
    """Let a trained model write sequences, letter by letter.

    Parameters
    ----------
    model, params
        What has been trained, and on sequences that begin and end with ``end``.
    count
        How many sequences.
    rng
        Draws the letters.
    temperature
        Of the draws, above 0.
    end
        The index that begins a sequence and ends it.

    Returns
    -------
    Array
        Indices (count, steps): the letters without ``end``, then −1. One that found no end is cut at the last step.

    Raises
    ------
    ValueError
        If the temperature is not above 0.
    """
    steps = model.input_shape[0]
    read = np.full((count, steps + 1), NONE)
    read[:, 0] = end
    going = np.ones(count, dtype=bool)
    for t in range(steps):
        if going.any():
            logits = model.forward(params, read[going, :-1])[0][:, t]
            drawn = draw(logits, temperature, rng)
            read[going, t + 1] = np.where(drawn == end, NONE, drawn)
            going[going] = drawn != end
    return read[:, 1:]
