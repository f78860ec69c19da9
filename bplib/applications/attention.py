r"""Attention: each step of a sequence asks all steps, and takes a weighted mean of what they answer.

A step has three roles. Its *query* q says what it looks for, its *key* k what it has to offer, its *value* v what it hands
over. How well query i meets key j is their product, and a softmax over j makes weights of these scores:

.. math::
    S = \frac{Q K^\top}{\sqrt d}, \qquad A = \operatorname{softmax}(S) \text{ row by row}, \qquad Y = A V

d is the number of features of a query. A product of d numbers grows like :math:`\sqrt d`, and large scores would saturate
the softmax. On the way back, A and V share a product as x and W do in a dense layer, and so do Q and K. Between them stands
the softmax, whose outputs depend on each other: in row i every weight depends on every score,

.. math::
    \frac{\partial A_{ij}}{\partial S_{il}} = A_{ij} \, ([j = l] - A_{il})

so that, with :math:`\delta = \partial L / \partial Y`,

.. math::
    \frac{\partial L}{\partial V} = A^\top \delta, \qquad
    \frac{\partial L}{\partial A} = \delta V^\top, \qquad
    \frac{\partial L}{\partial S_{il}} = A_{il} \Bigl( \frac{\partial L}{\partial A_{il}}
        - \sum_j \frac{\partial L}{\partial A_{ij}} A_{ij} \Bigr)

The sum need not be taken over the keys. It is :math:`\sum_j A_{ij} \, v_j \cdot \delta_i = y_i \cdot \delta_i`: the mean of what
the values are blamed for is what their mean is blamed for.

.. math::
    \frac{\partial L}{\partial Q} = \frac{1}{\sqrt d} \frac{\partial L}{\partial S} K, \qquad
    \frac{\partial L}{\partial K} = \frac{1}{\sqrt d} \Bigl(\frac{\partial L}{\partial S}\Bigr)^{\!\top} Q

A *mask* says which keys a query may see. What is hidden gets the score :math:`-\infty`, so its weight is 0, and so is its
blame: no other line of the backward pass knows of it.

Sources: Bahdanau, Cho and Bengio, *Neural Machine Translation by Jointly Learning to Align and Translate*, 2015, section 3.1
(weights from a softmax); Vaswani et al., *Attention Is All You Need*, 2017, equation 1 and section 3.2.3 (the scale, the mask);
Dao et al., *FlashAttention: Fast and Memory-Efficient Exact Attention with IO-Awareness*, 2022, appendix B.2 (the sum without
the keys).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from bplib.applications.convolution import check_gradient, whole_number
from bplib.types import Array

#: Weights that the backward pass handles at a time: about what the cache of a processor holds, with their gradients.
CACHED = 2**16


class AttentionCache(NamedTuple):
    """What `attention_backward` will need.

    Attributes
    ----------
    q, k, v
        Queries (…, queries, d), keys (…, keys, d) and values (…, keys, n).
    weights
        A, the share of each key in each query's mean, shape (…, queries, keys). Rows add up to one.
    y
        The means, shape (…, queries, n).
    """

    q: Array
    k: Array
    v: Array
    weights: Array
    y: Array


class AttentionGradients(NamedTuple):
    """The three gradients: ``dq`` (…, queries, d), ``dk`` (…, keys, d), ``dv`` (…, keys, n)."""

    dq: Array
    dk: Array
    dv: Array


def attention(
    q: Array,
    k: Array,
    v: Array,
    mask: Array | None = None,
) -> tuple[Array, AttentionCache]:
    """Let every query take a mean of the values, weighted by how well it meets their keys.

    Parameters
    ----------
    q, k, v
        Queries (…, queries, d), keys (…, keys, d), values (…, keys, n). Axes in front, such as samples and heads, are the
        same for all three, and never meet.
    mask
        True where a query may see a key, a shape that fits (…, queries, keys). None hides nothing.

    Returns
    -------
    y : Array
        Shape (…, queries, n).
    cache : AttentionCache
        For `attention_backward`.

    Raises
    ------
    ValueError
        If the shapes do not fit each other, or the mask is not of True and False, or hides all keys from a query.
    """
    _check_shapes(q, k, v)
    scale = 1 / math.sqrt(q.shape[-1])
    # Turned around, so that what runs over the keys takes many at a time.
    scores = (k @ (scale * q).swapaxes(-1, -2)).swapaxes(-1, -2)
    if mask is not None:
        scores = np.where(_checked_mask(mask, scores.shape), scores, -np.inf)
    # The softmax, in place: no other array is as large.
    scores -= scores.max(axis=-1, keepdims=True)
    weights = np.exp(scores, out=scores)
    weights /= weights.sum(axis=-1, keepdims=True)
    y = weights @ v
    return y, AttentionCache(q, k, v, weights, y)


def attention_backward(
    dy: Array,
    cache: AttentionCache,
) -> AttentionGradients:
    """Hand the blame of every query's mean to the values, the keys and the query itself.

    Parameters
    ----------
    dy
        Gradient of the loss with respect to the output, shape (…, queries, n).
    cache
        What `attention` left behind.

    Raises
    ------
    ValueError
        If dy does not have the shape of the output.
    """
    q, k, v, weights, y = cache
    check_gradient(dy, y.shape)
    scale, dtype = 1 / math.sqrt(q.shape[-1]), np.result_type(dy, q, k, v)
    dq, dk, dv = (np.empty(a.shape, dtype) for a in (q, k, v))
    for few in _a_few(weights.shape):
        A, blame = weights[few], dy[few]
        dv[few] = A.swapaxes(-1, -2) @ blame
        dA = (v[few] @ blame.swapaxes(-1, -2)).swapaxes(-1, -2)
        # In place: first less the mean of the row, then times the weights.
        dscores = dA
        dscores -= np.einsum("...n,...n->...", blame, y[few])[..., None]
        dscores *= A
        dq[few] = dscores @ (scale * k[few])
        dk[few] = dscores.swapaxes(-1, -2) @ (scale * q[few])
    return AttentionGradients(dq, dk, dv)


def _a_few(shape: tuple[int, ...]) -> Iterator[slice]:
    """Samples, as many at a time as have `CACHED` weights together; where there are none, all of it."""
    if len(shape) == 2:
        yield slice(None)
        return
    together = max(1, CACHED // max(1, math.prod(shape[1:])))
    for start in range(0, shape[0], together):
        yield slice(start, start + together)


def causal_mask(steps: int) -> Array:
    """Nobody sees what comes later: True where the column is not after the row, shape (steps, steps)."""
    whole_number(steps, "steps", 1)
    return np.tril(np.ones((steps, steps), dtype=bool))


def padding_mask(lengths: Sequence[int] | Array, steps: int) -> Array:
    """Nobody sees what only fills a sequence up: True at the first ``lengths[i]`` steps of sequence i, shape (m, 1, steps).

    Raises
    ------
    ValueError
        If a length is not from 1 to steps.
    """
    lengths = np.asarray(lengths)
    if lengths.ndim != 1 or lengths.dtype.kind not in "iu" or not ((lengths >= 1) & (lengths <= steps)).all():
        raise ValueError(
            f"lengths are {lengths!s:.60}, expected whole numbers from 1 to {steps}, one a sequence."
        )
    return (np.arange(steps) < lengths[:, None])[:, None]


def _check_shapes(q: Array, k: Array, v: Array) -> None:
    shapes = f"q has shape {q.shape}, k {k.shape} and v {v.shape}"
    if min(q.ndim, k.ndim, v.ndim) < 2 or not q.shape[:-2] == k.shape[:-2] == v.shape[:-2]:
        raise ValueError(
            f"{shapes}, expected (…, queries, d), (…, keys, d) and (…, keys, n) with the same in front."
        )
    if q.shape[-1] != k.shape[-1] or q.shape[-1] == 0:
        raise ValueError(
            f"{shapes}, expected as many features in k as in q, at least 1: they are multiplied."
        )
    if k.shape[-2] != v.shape[-2] or k.shape[-2] == 0:
        raise ValueError(
            f"{shapes}, expected as many values as keys, at least 1: each key stands for a value."
        )


def _checked_mask(mask: Array, shape: tuple[int, ...]) -> Array:
    mask = np.asarray(mask)
    if mask.dtype != bool:
        raise ValueError(f"the mask has dtype {mask.dtype}, expected bool: True where a query may see a key.")
    try:
        mask = np.broadcast_to(mask, shape)
    except ValueError:
        raise ValueError(
            f"the mask has shape {mask.shape}, expected one that fits {shape}: a row for each query, a column for each key."
        ) from None
    blind = np.argwhere(~mask.any(axis=-1))
    if len(blind):
        raise ValueError(
            f"the mask hides all keys from query {tuple(map(int, blind[0]))}, expected at least one that it may see: a mean "
            f"of nothing has no value."
        )
    return mask
