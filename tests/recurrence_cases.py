"""What PyTorch and bplib are both asked about sequences: inputs by seed, and bplib's answers.

`benchmarks/measure_recurrence.py` asks PyTorch and keeps what it says; `test_pytorch_recurrence.py` compares.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from bplib.applications.embedding import Embedding, embedding, embedding_backward
from bplib.applications.layers import Dense
from bplib.applications.long_short_term_memory import (
    LongShortTermMemory,
    long_short_term_memory,
    long_short_term_memory_backward,
)
from bplib.applications.recurrence import recurrence, recurrence_backward
from bplib.applications.sequence_layers import EveryStep, Reading
from bplib.applications.sequence_model import SequenceModel
from bplib.types import Array

SEEDS = (0, 1, 2)
#: Its numbers are kept one by one; of the others, what they come to along a direction.
SMALL = "recurrence, small"

Arrays = dict[str, Array]

#: Shapes by name; dy is the gradient that the output is given.
SHAPES: dict[str, dict[str, tuple[int, ...]]] = {
    SMALL: {"x": (1, 3, 2), "W": (2, 2), "U": (2, 2), "b": (2,), "dy": (1, 3, 2)},
    "recurrence, equal lengths": {"x": (4, 6, 3), "W": (3, 5), "U": (5, 5), "b": (5,), "dy": (4, 6, 5)},
    "recurrence, unequal lengths": {"x": (4, 6, 3), "W": (3, 5), "U": (5, 5), "b": (5,), "dy": (4, 6, 5)},
    "long short-term memory, equal lengths": {"x": (4, 6, 3), "W": (3, 20), "U": (5, 20), "b": (20,), "dy": (4, 6, 5)},
    "long short-term memory, unequal lengths": {"x": (4, 6, 3), "W": (3, 20), "U": (5, 20), "b": (20,), "dy": (4, 6, 5)},
    "embedding, repeated letters": {"E": (7, 3), "dy": (4, 6, 3)},
    # Letters, an embedding, a memory, a dense layer at every step, and the loss of all steps that are there.
    "stack": {"W1": (7, 3), "W2": (3, 20), "U2": (5, 20), "b2": (20,), "W3": (5, 7), "b3": (7,)},
}  # fmt: skip
#: How many steps of each sequence are there.
LENGTHS = np.array([6, 2, 5, 1])


def inputs(case: str, seed: int) -> Arrays:
    """Random arrays of the case's shapes, weights of a size that squashes nothing flat."""
    rng = np.random.default_rng([seed, 7])
    return {
        name: rng.normal(size=shape) * (0.6 if name[0] in "WU" else 1.0)
        for name, shape in SHAPES[case].items()
    }


def mask() -> Array:
    """Which steps are there, where lengths are unequal."""
    return np.arange(6) < LENGTHS[:, None]


def letters(seed: int) -> tuple[Array, Array]:
    """Letters to read, and what comes next; −1 behind the end."""
    read, after = np.random.default_rng([seed, 8]).integers(7, size=(2, 4, 6))
    return np.where(mask(), read, -1), np.where(mask(), after, -1)


def answers(case: str, seed: int) -> Arrays:
    """The output and the gradients by bplib."""
    given, (read, after) = inputs(case, seed), letters(seed)
    if case == "stack":
        value, gradients, _ = model().loss_and_gradients(given, read, after)
        return {"loss": np.asarray(value), **gradients}
    if case.startswith("embedding"):
        y, cache = embedding(read, given["E"])
        return {"y": y, "E": embedding_backward(given["dy"], cache)}
    forward, backward = FUNCTIONS[case.partition(",")[0]]
    dy = given.pop("dy")
    y, cache = forward(**given, mask=mask() if "unequal" in case else None)
    dx, dW, dU, db = backward(dy, cache)
    return {"y": y, "x": dx, "W": dW, "U": dU, "b": db}


def model() -> SequenceModel:
    """The network of the stack."""
    return SequenceModel((6,), (Reading((Embedding(7, 3), LongShortTermMemory(5))), EveryStep(Dense(7))))


FUNCTIONS: dict[str, tuple[Callable[..., tuple[Array, object]], Callable[..., tuple[Array, ...]]]] = {
    "recurrence": (recurrence, recurrence_backward),
    "long short-term memory": (long_short_term_memory, long_short_term_memory_backward),
}
