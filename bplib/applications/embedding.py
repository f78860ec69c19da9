r"""Embedding: a row of learned numbers for each letter, or word, of an alphabet.

.. math::
    y_{n,t} = E_{k}, \qquad k = \text{index}_{n,t}

A letter is no quantity: b does not lie between a and c as 2 lies between 1 and 3. So each gets a row of the table E, and the row is
learned. Looking a row up is a matrix product with a row of zeros and a single one, without the zeros.

On the way back, a row that was looked up at several places is a fork. Their blame adds up, and a row that was not looked up has
none:

.. math::
    \frac{\partial L}{\partial E_k} = \sum_{(n,t)\,:\,\text{index}_{n,t} = k} \frac{\partial L}{\partial y_{n,t}}

The index −1 stands for no letter, where a sequence is shorter than others of its batch. It is given zeros, and its blame goes nowhere.

Source: Bengio, Ducharme, Vincent and Jauvin, *A Neural Probabilistic Language Model*, 2003, section 2 (the matrix C).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from bplib.applications.convolution import check_gradient, whole_number
from bplib.applications.layers import Shape, Training
from bplib.types import Array, Gradients, Parameters

#: Stands where a sequence has no letter any more.
NONE = -1


class EmbeddingCache(NamedTuple):
    """The indices, whole numbers of any shape, and the shape of the table that they were looked up in."""

    indices: Array
    shape: tuple[int, ...]


def embedding(index: Array, E: Array) -> tuple[Array, EmbeddingCache]:
    """Look up a row for each index.

    Parameters
    ----------
    index
        Whole numbers from 0 to count − 1, or −1 for none; often (m, steps), any shape will do.
    E
        The table, shape (count, features).

    Returns
    -------
    y : Array
        The shape of index with the features behind, such as (m, steps, features).
    cache : EmbeddingCache
        For `embedding_backward`.

    Raises
    ------
    ValueError
        If an index is not whole or not in the table, there is none, or the table is none.
    """
    if E.ndim != 2:
        raise ValueError(f"E has shape {E.shape}, expected (count, features): one row for each letter.")
    found = as_indices(index, len(E), "index")
    y = np.where(found[..., None] == NONE, 0, E[found])
    return y, EmbeddingCache(found, E.shape)


def embedding_backward(dy: Array, cache: EmbeddingCache) -> Array:
    """Hand the blame of every place to the row that was looked up there.

    Parameters
    ----------
    dy
        Gradient of the loss with respect to the output, shape (…, features).
    cache
        What `embedding` left behind.

    Returns
    -------
    Array
        ``dE``, shape (count, features).

    Raises
    ------
    ValueError
        If dy does not have the shape of the output.
    """
    index, shape = cache
    check_gradient(dy, (*index.shape, shape[1]))
    dE = np.zeros(shape, dy.dtype)
    there = index != NONE
    # Not dE[index] += …: of several places that looked up the same row, that
    # would keep one and forget the others.
    np.add.at(dE, index[there], dy[there])
    return dE


def as_indices(index: Array, count: int, name: str) -> Array:
    """Return whole numbers from −1 to ``count`` − 1 as integers, or raise a ``ValueError`` that names one which is none."""
    index = np.asarray(index)
    if index.size == 0:
        raise ValueError(f"{name} has shape {index.shape}: it is empty. Pass at least one index.")
    if index.dtype.kind not in "iuf" or not (np.isfinite(index) & (index == np.trunc(index))).all():
        raise ValueError(
            f"{name} has dtype {index.dtype}, expected whole numbers, 0 to {count - 1} or −1 for none."
        )
    outside = (index < NONE) | (index >= count)
    if outside.any():
        raise ValueError(
            f"{name} holds {int(index[outside][0])}, expected 0 to {count - 1}, or −1 for none: there are {count} in all."
        )
    return index.astype(np.intp)


@dataclass(frozen=True)
class Embedding:
    """A row of ``features`` numbers for each of ``count`` letters, (steps,) to (steps, features): see `bplib.applications.embedding`."""

    count: int
    features: int

    def __post_init__(self) -> None:
        whole_number(self.count, "count", 1)
        whole_number(self.features, "features", 1)

    def output_shape(self, shape: Shape) -> Shape:
        if len(shape) != 1:
            raise ValueError(
                f"an embedding is given samples of shape {shape}, expected (steps,): one index for each step."
            )
        return (*shape, self.features)

    def shapes(self, shape: Shape) -> dict[str, Shape]:
        return {"W": (self.count, self.features)}

    def forward(self, params: Parameters, x: Array, training: Training) -> tuple[Array, EmbeddingCache]:
        return embedding(x, params["W"])

    def backward(self, dy: Array, cache: EmbeddingCache) -> tuple[Array, Gradients]:
        # Between one letter and the next there is nothing, so the index itself has no slope.
        return np.zeros(cache.indices.shape, dy.dtype), {"W": embedding_backward(dy, cache)}
