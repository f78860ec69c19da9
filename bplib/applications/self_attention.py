r"""Self-attention in several heads: the steps of a sequence ask each other, about several things at once.

.. math::
    Q = x W_q, \qquad K = x W_k, \qquad V = x W_v, \qquad
    y = [\text{head}_1, \dots, \text{head}_h]\, W_o

Each head is a `bplib.applications.attention.attention` of its own, on its share of the features of Q, K and V; the heads'
outputs stand side by side in front of :math:`W_o`. On the way back, a step is blamed in three roles, as query, as key and as
value, and the three add up:

.. math::
    \frac{\partial L}{\partial x} = \frac{\partial L}{\partial Q} W_q^\top + \frac{\partial L}{\partial K} W_k^\top
                                  + \frac{\partial L}{\partial V} W_v^\top

Source: Vaswani et al., *Attention Is All You Need*, 2017, section 3.2.2.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from bplib.applications.attention import AttentionCache, attention, attention_backward
from bplib.applications.convolution import check_gradient, whole_number
from bplib.types import Array


class SelfAttentionCache(NamedTuple):
    """What `self_attention_backward` will need.

    Attributes
    ----------
    x
        The sequences, shape (m, steps, features).
    Wq, Wk, Wv, Wo
        The weights, see `self_attention`.
    heads
        What all heads have kept, with the shape (m, heads, steps, …).
    joined
        The heads' outputs side by side, shape (m, steps, heads · n).
    """

    x: Array
    Wq: Array
    Wk: Array
    Wv: Array
    Wo: Array
    heads: AttentionCache
    joined: Array


class SelfAttentionGradients(NamedTuple):
    """The five gradients, each in the shape of what it belongs to."""

    dx: Array
    dWq: Array
    dWk: Array
    dWv: Array
    dWo: Array


def split_heads(x: Array, heads: int) -> Array:
    """Deal the features out to the heads: (m, steps, heads · n) becomes (m, heads, steps, n).

    Head 0 gets the first n features, head 1 the next n. The reshape alone would give a head some of the *steps*.

    Raises
    ------
    ValueError
        If the features cannot be dealt out evenly.
    """
    m, steps, features = x.shape
    _check_heads(heads, features)
    return x.reshape(m, steps, heads, features // heads).transpose(0, 2, 1, 3)


def join_heads(x: Array) -> Array:
    """Put the heads side by side again: (m, heads, steps, n) becomes (m, steps, heads · n), the way back of `split_heads`."""
    m, heads, steps, n = x.shape
    return x.transpose(0, 2, 1, 3).reshape(m, steps, heads * n)


def self_attention(
    x: Array, Wq: Array, Wk: Array, Wv: Array, Wo: Array, heads: int = 1, mask: Array | None = None
) -> tuple[Array, SelfAttentionCache]:
    """Let the steps of each sequence ask each other, in several heads at once.

    Parameters
    ----------
    x
        Sequences, shape (m, steps, features).
    Wq, Wk
        Weights of queries and keys, both (features, heads · d).
    Wv
        Weights of values, shape (features, heads · n).
    Wo
        Weights that mix what the heads have found, shape (heads · n, outputs).
    heads
        How many there are. Each has its own d features of queries and keys, and its own n of values.
    mask
        True where a step (row) may see a step (column), for all sequences (steps, steps), or for each: (m, steps, steps)
        or (m, 1, steps). See `bplib.applications.attention.causal_mask`.

    Returns
    -------
    y : Array
        Shape (m, steps, outputs).
    cache : SelfAttentionCache
        For `self_attention_backward`.

    Raises
    ------
    ValueError
        If the shapes do not fit each other, features cannot be dealt out to the heads, or the mask hides all steps from one.
    """
    x = as_sequences(x)
    for name, W, first in (("Wq", Wq, x.shape[2]), ("Wk", Wk, x.shape[2]), ("Wv", Wv, x.shape[2]), ("Wo", Wo, Wv.shape[-1])):  # fmt: skip
        if W.ndim != 2 or W.shape[0] != first:
            raise ValueError(
                f"{name} has shape {W.shape}, expected ({first}, …): x has shape {x.shape}, and Wo reads what Wv has written."
            )
    if mask is not None and np.ndim(mask) == 3:
        # All heads look through the same mask.
        mask = np.asarray(mask)[:, None]
    q, k, v = (split_heads(x @ W, heads) for W in (Wq, Wk, Wv))
    found, cache = attention(q, k, v, mask)
    joined = join_heads(found)
    return joined @ Wo, SelfAttentionCache(x, Wq, Wk, Wv, Wo, cache, joined)


def self_attention_backward(
    dy: Array,
    cache: SelfAttentionCache,
) -> SelfAttentionGradients:
    """Send the blame back through the heads; a step is query, key and value, so it is blamed in three roles.

    Parameters
    ----------
    dy
        Gradient of the loss with respect to the output, shape (m, steps, outputs).
    cache
        What `self_attention` left behind.

    Raises
    ------
    ValueError
        If dy does not have the shape of the output.
    """
    x, Wq, Wk, Wv, Wo, inside, joined = cache
    check_gradient(dy, (*x.shape[:2], Wo.shape[1]))
    heads = inside.q.shape[1]
    dfound = split_heads(dy @ Wo.T, heads)
    blamed = attention_backward(dfound, inside)
    dq, dk, dv = (join_heads(part) for part in blamed)
    return SelfAttentionGradients(
        # Added: each step has three paths to the loss.
        dx=dq @ Wq.T + dk @ Wk.T + dv @ Wv.T,
        dWq=_over_steps(x, dq),
        dWk=_over_steps(x, dk),
        dWv=_over_steps(x, dv),
        dWo=_over_steps(joined, dy),
    )


def _over_steps(x: Array, dz: Array) -> Array:
    """The gradient of weights that serve every step of every sequence: (…, n_in) and (…, n_out) become (n_in, n_out)."""
    return x.reshape(-1, x.shape[-1]).T @ dz.reshape(-1, dz.shape[-1])


def as_sequences(x: Array) -> Array:
    """Return ``x`` as a batch of sequences of floating-point numbers, or raise a ``ValueError`` that says why it is none."""
    x = np.asarray(x)
    if x.ndim != 3:
        hint = " For one sequence write x[None]." if x.ndim == 2 else ""
        raise ValueError(f"x has shape {x.shape}, expected sequences (m, steps, features).{hint}")
    return x if x.dtype.kind in "fc" else x.astype(np.float64)


def _check_heads(heads: int, features: int) -> None:
    whole_number(heads, "heads", 1)
    if features % heads:
        raise ValueError(
            f"there are {features} features for {heads} heads, expected a multiple of {heads}: each head gets as many."
        )
