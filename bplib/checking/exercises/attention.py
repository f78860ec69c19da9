"""Checks of the exercise on attention: weights by length, attention across two sequences, a bias by distance, and RMS normalization."""

from collections.abc import Callable

import numpy as np

from bplib.checking.exercises.typical.attention import EPSILON, TYPICAL
from bplib.checking.judging.check import Check, Gradient, Value, without
from bplib.checking.judging.draws import Draw, Inputs
from bplib.types import Array

# Weights by length ----------------------------------------------------------------------------------------------


def _length_weights(scores: Array, lengths: Array) -> Array:
    hidden = np.arange(scores.shape[3]) >= lengths[:, None, None, None]
    seen = np.where(hidden, -np.inf, scores)
    e = np.exp(seen - seen.max(axis=3, keepdims=True))
    return e / e.sum(axis=3, keepdims=True)


def _sizes(d: Draw) -> tuple[int, int, int, int]:
    """Samples, heads, queries and keys: small, and unlike each other; keys are never fewer than three.

    Of two of them the shorter sequences would see one, whose weight is a whole number whatever the score.
    """
    m, heads, queries, keys = (int(size) for size in d.rng.permutation([2, 3, 4, 5]))
    if keys == 2:
        queries, keys = keys, queries
    if d.edge == "one_unit":
        return m, 1, queries, keys
    return (1 if d.edge == "batch_of_one" else m), heads, queries, keys


def _scored(length: Callable[[Draw, int, int], Array], scale: float = 1.0) -> Callable[[Draw], Inputs]:
    def draw(d: Draw) -> Inputs:
        m, heads, queries, keys = _sizes(d)
        return {"scores": d.array(m, heads, queries, keys, scale=scale), "lengths": length(d, m, keys)}

    return draw


def _some_shorter(d: Draw, m: int, keys: int) -> Array:
    """Lengths from 1 on, the first of them shorter than the keys."""
    lengths = d.rng.integers(1, keys + 1, size=m)
    lengths[0] = keys - 1
    return lengths


def _far_from_zero(d: Draw) -> Inputs:
    """Scores of twenty thousand, to either side: of a row that is far below zero, what is hidden has to lie farther below."""
    two = [[[-20000.0, -20001.0, 3.0], [20000.5, 20000.0, 0.0]]]
    one = [[[-20001.5, 0.5, -1.0], [2.0, 1.0, 0.0]]]
    return {"scores": np.array([two, one]), "lengths": np.array([2, 1])}


def _of_size(*sizes: int) -> Callable[[Draw], Inputs]:
    """Samples, heads, queries and keys as they are given."""
    return lambda d: {"scores": d.array(*sizes), "lengths": d.rng.integers(1, sizes[3] + 1, size=sizes[0])}


# Attention across two sequences ---------------------------------------------------------------------------------


def _cross(x: Array, memory: Array, Wq: Array, Wk: Array, Wv: Array) -> Array:
    q, k, v = x @ Wq, memory @ Wk, memory @ Wv
    scores = np.einsum("mid,mjd->mij", q, k) / np.sqrt(Wq.shape[1])
    e = np.exp(scores - scores.max(axis=2, keepdims=True))
    return (e / e.sum(axis=2, keepdims=True)) @ v


def _cross_attention(x: Array, memory: Array, Wq: Array, Wk: Array, Wv: Array, heads: int) -> Array:
    parts = (np.split(W, heads, axis=1) for W in (Wq, Wk, Wv))
    return np.concatenate([_cross(x, memory, *own) for own in zip(*parts)], axis=2)


def _cross_loss(dy: Array, x: Array, memory: Array, Wq: Array, Wk: Array, Wv: Array) -> float:
    return np.sum(dy * _cross(x, memory, Wq, Wk, Wv))


def _crossed(
    heads: tuple[int, ...] = (2, 3), features: tuple[int, ...] = (2, 3, 4), steps: tuple[int, ...] = (2, 3, 4)
) -> Callable[[Draw], Inputs]:
    """Two sequences of unlike lengths and features, and weights for heads of unlike d and n."""

    def draw(d: Draw) -> Inputs:
        m, queries, keys = (int(size) for size in d.rng.permutation(steps))
        inside, outside, per_key = (int(size) for size in d.rng.permutation(features))
        per_value, count = d.choice([n for n in (2, 3) if n != per_key]), d.choice(heads)
        if d.edge == "one_unit":
            inside = 1
        if d.edge == "batch_of_one":
            m = 1
        # Where these are whole numbers, they are small: of large scores, a softmax shows digits that single precision lacks.
        return {
            "x": d.between(-2, 2, m, queries, inside),
            "memory": d.between(-1, 1, m, keys, outside),
            "Wq": d.between(-1, 1, inside, count * per_key),
            "Wk": d.between(-1, 1, outside, count * per_key),
            "Wv": d.array(outside, count * per_value, scale=0.7),
            "heads": count,
        }

    return draw


def _crossed_back(**sizes: tuple[int, ...]) -> Callable[[Draw], Inputs]:
    def draw(d: Draw) -> Inputs:
        inputs = _crossed(heads=(1,), **sizes)(d)
        del inputs["heads"]
        m, queries, _ = inputs["x"].shape
        return {"dy": d.between(-2, 2, m, queries, inputs["Wv"].shape[1]), **inputs}

    return draw


def _one_key(draw: Callable[[Draw], Inputs]) -> Callable[[Draw], Inputs]:
    """There is one step to ask, so its weight is 1, whatever the score."""

    def drawn(d: Draw) -> Inputs:
        inputs = draw(d)
        return {**inputs, "memory": inputs["memory"][:, :1]}

    return drawn


def _one_query(draw: Callable[[Draw], Inputs]) -> Callable[[Draw], Inputs]:
    """There is one step that asks."""

    def drawn(d: Draw) -> Inputs:
        return {name: v[:, :1] if name in ("x", "dy") else v for name, v in draw(d).items()}

    return drawn


# A bias by distance ---------------------------------------------------------------------------------------------


def _relative_loss(dscores: Array, _bias: Array) -> float:
    _, _, queries, keys = dscores.shape
    distance = np.arange(keys) - np.arange(queries)[:, None] + queries - 1
    return np.sum(dscores * _bias[:, distance])


def _relative(
    sizes: Callable[[Draw], tuple[int, int, int, int]] = _sizes,
) -> Callable[[Draw], Inputs]:
    def draw(d: Draw) -> Inputs:
        m, heads, queries, keys = sizes(d)
        return {
            "dscores": d.between(-2, 2, m, heads, queries, keys),
            "_bias": d.array(heads, queries + keys - 1),
        }

    return draw


# RMS normalization ----------------------------------------------------------------------------------------------


def _rms_loss(dy: Array, x: Array, gamma: Array) -> float:
    return np.sum(dy * gamma * x / np.sqrt((x**2).mean(axis=2, keepdims=True) + EPSILON))


def _rms(scale: float = 1.0, shift: float = 0.0) -> Callable[[Draw], Inputs]:
    def draw(d: Draw) -> Inputs:
        m, steps, features = (int(size) for size in d.rng.permutation([2, 3, 4]))
        if d.edge == "one_unit":
            steps = 1
        if d.edge == "batch_of_one":
            m = 1
        x = d.array(m, steps, features, scale=scale)
        return {
            "dy": d.between(-2, 2, m, steps, features),
            "x": x + shift if shift else x,
            "gamma": d.array(features),
        }

    return draw


def _silent_step(d: Draw) -> Inputs:
    inputs = _rms()(d)
    inputs["x"][0, -1] = 0
    return inputs


def _one_feature(d: Draw) -> Inputs:
    """Steps of one number: what stays of it is a sign, but for the number under the root."""
    return {
        "dy": d.between(-2, 2, 2, 3, 1),
        "x": np.array([[[0.004], [-0.002], [0.0]], [[-0.005], [0.001], [0.003]]]),
        "gamma": d.positive(1),
    }


CHECKS = (
    Check(
        "length_weights",
        typical=TYPICAL["length_weights"],
        answer=_length_weights,
        outputs=(Value("weights", 3),),
        draw=_scored(_some_shorter),
        cases={
            "the numbers of the text": lambda d: {
                "scores": np.array([[[[0.0, 0.0, 5.0]]]]),
                "lengths": np.array([2]),
            },
            "sequences of full length": _scored(lambda d, m, keys: np.full(m, keys)),
            "sequences of one step": _scored(lambda d, m, keys: np.full(m, 1)),
            "scores far from zero, to either side": _far_from_zero,
            "one query": _of_size(3, 2, 1, 4),
            "one key": _of_size(2, 3, 4, 1),
            "as many samples as heads, queries and keys": _of_size(3, 3, 3, 3),
        },
    ),
    Check(
        "cross_attention",
        typical=TYPICAL["cross_attention"],
        answer=_cross_attention,
        outputs=(Value("y", 4),),
        draw=_crossed(),
        cases={
            "one head": _crossed(heads=(1,)),
            "one step to ask": _one_key(_crossed()),
            "one step that asks": _one_query(_crossed()),
            "two sequences of one length": _crossed(features=(3, 3, 3), steps=(3, 3, 3)),
        },
        edges=without("saturated"),
    ),
    Check(
        "cross_attention_backward",
        typical=TYPICAL["cross_attention_backward"],
        outputs=(
            Gradient("dx", 1, loss=_cross_loss, wrt="x"),
            Gradient("dmemory", 2, loss=_cross_loss, wrt="memory"),
            Gradient("dWq", 1, loss=_cross_loss, wrt="Wq"),
            Gradient("dWk", 1, loss=_cross_loss, wrt="Wk"),
            Gradient("dWv", 1, loss=_cross_loss, wrt="Wv"),
        ),
        draw=_crossed_back(),
        cases={
            "one step to ask": _one_key(_crossed_back()),
            "one step that asks": _one_query(_crossed_back()),
            "two sequences of one length": _crossed_back(features=(3, 3, 3), steps=(3, 3, 3)),
        },
        edges=without("saturated"),
    ),
    Check(
        "relative_bias_backward",
        typical=TYPICAL["relative_bias_backward"],
        outputs=(Gradient("dbias", 3, loss=_relative_loss, wrt="_bias"),),
        draw=_relative(),
        cases={
            "the numbers of the text": lambda d: {
                "dscores": np.array([[[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]]]),
                "_bias": np.zeros((1, 4)),
            },
            "as many queries as keys": _relative(lambda d: (2, 3, 4, 4)),
            "one query": _relative(lambda d: (2, 3, 1, 4)),
            "one key": _relative(lambda d: (2, 3, 4, 1)),
        },
    ),
    Check(
        "rms_norm_backward",
        typical=TYPICAL["rms_norm_backward"],
        outputs=(
            Gradient("dx", 2, loss=_rms_loss, wrt="x"),
            Gradient("dgamma", 1, loss=_rms_loss, wrt="gamma"),
        ),
        draw=_rms(),
        cases={
            "faint steps, whose numbers are nearly zero": _rms(0.03),
            "numbers far from zero": _rms(shift=3.0),
            "a step of zeros": _silent_step,
            "one feature, which is nearly zero": _one_feature,
        },
    ),
)
