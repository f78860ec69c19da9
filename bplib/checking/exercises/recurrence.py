"""Checks of the exercise on recurrence: a gated step and its way back, memories that fade, a loss in bits, a table used twice."""

from collections.abc import Callable

import numpy as np

from bplib.checking.exercises.typical.recurrence import TYPICAL
from bplib.checking.judging.check import Check, Gradient, Value, without
from bplib.checking.judging.draws import Draw, Inputs
from bplib.types import Array


#: Steps of a sequence: more than there are of anything else.
_STEPS = 5


def _sizes(d: Draw) -> tuple[int, int, int]:
    """Samples, features or letters, and units: small, and unlike each other."""
    m, features, n = (int(size) for size in d.rng.permutation([2, 3, 4]))
    return 1 if d.edge == "batch_of_one" else m, features, 1 if d.edge == "one_unit" else n


# A gated step ---------------------------------------------------------------------------------------------------


def _sigmoid(z: Array) -> Array:
    return 1 / (1 + np.exp(-z))


def _gru_step(x: Array, h: Array, W: Array, U: Array, b: Array) -> Array:
    n = h.shape[1]
    read = x @ W + b
    z = _sigmoid(read[:, :n] + h @ U[:, :n])
    r = _sigmoid(read[:, n : 2 * n] + h @ U[:, n : 2 * n])
    g = np.tanh(read[:, 2 * n :] + (r * h) @ U[:, 2 * n :])
    return z * h + (1 - z) * g


def _gru_loss(dnew: Array, x: Array, h: Array, W: Array, U: Array, b: Array) -> float:
    return np.sum(dnew * _gru_step(x, h, W, U, b))


def _gated(d: Draw) -> Inputs:
    m, features, n = _sizes(d)
    return {
        "x": d.between(-1, 1, m, features),
        "h": d.between(-1, 1, m, n),
        "W": d.between(-1, 1, features, 3 * n),
        "U": d.between(-1, 1, n, 3 * n),
        "b": d.between(-1, 1, 3 * n),
    }


def _gated_alike(d: Draw) -> Inputs:
    """Samples, features and units are as many: what belongs to which is not seen by the sizes."""
    square = {name: d.between(-1, 1, 3, 3) for name in ("x", "h")}
    return {**square, **{name: d.between(-1, 1, 3, 9) for name in ("W", "U")}, "b": d.between(-1, 1, 9)}


def _gated_back(d: Draw) -> Inputs:
    inputs = _gated(d)
    return {"dnew": d.between(-2, 2, *inputs["h"].shape), **inputs}


def _half_open(d: Draw) -> Inputs:
    inputs = _gated(d)
    return {**inputs, **{name: np.zeros(inputs[name].shape) for name in ("W", "U", "b")}}


def _kept(d: Draw) -> Inputs:
    inputs = _gated(d)
    inputs["b"][: inputs["h"].shape[1]] = 40
    return inputs


def _first_step(draw: Callable[[Draw], Inputs]) -> Callable[[Draw], Inputs]:
    """There is nothing to remember yet."""

    def drawn(d: Draw) -> Inputs:
        inputs = draw(d)
        return {**inputs, "h": np.zeros(inputs["h"].shape)}

    return drawn


# Memories that fade ---------------------------------------------------------------------------------------------


def _fading_loss(dh: Array, x: Array, a: Array, u: Array) -> float:
    h, loss = np.zeros(x[:, 0].shape), 0.0
    for t in range(x.shape[1]):
        h = a * h + u * x[:, t]
        loss = loss + np.sum(dh[:, t] * h)
    return loss


def _fading(steps: int = _STEPS) -> Callable[[Draw], Inputs]:
    def draw(d: Draw) -> Inputs:
        m, _, n = _sizes(d)
        shape = (m, steps, n)
        # More of one sign than of the other: of sums that come to nearly nothing, single precision has few digits.
        return {
            "dh": d.between(-1, 3, *shape),
            "x": d.between(-1, 3, *shape),
            "a": d.between(-0.9, 1.3, n),
            "u": d.array(n),
        }

    return draw


def _slow_loss(
    dh: Array, x: Array, mask: Array, W: Array, U: Array, b: Array, rate: float
) -> float:
    h, loss = np.zeros(dh[:, 0].shape), 0.0
    for t in range(x.shape[1]):
        new = (1 - rate) * h + rate * np.tanh(x[:, t] @ W + h @ U + b)
        h = np.where(mask[:, t, None], new, h)
        loss = loss + np.sum(dh[:, t] * h)
    return loss


def _gaps(d: Draw, m: int) -> Array:
    """Which steps are there: the first sequence has a gap inside, and what others have is drawn."""
    mask = d.rng.uniform(size=(m, _STEPS)) < 0.7
    mask[0] = [True, True, False, True, True]
    return mask


def _short(d: Draw, m: int) -> Array:
    """Sequences that are filled up at their ends."""
    lengths = d.rng.integers(1, _STEPS + 1, size=m)
    lengths[0] = _STEPS - 1
    return np.arange(_STEPS) < lengths[:, None]


def _all_there(d: Draw, m: int) -> Array:
    return np.ones((m, _STEPS), dtype=bool)


def _slow(
    there: Callable[[Draw, int], Array] = _gaps, rate: float | None = None
) -> Callable[[Draw], Inputs]:
    def draw(d: Draw) -> Inputs:
        m, features, n = _sizes(d)
        mask = there(d, m)
        return {
            "dh": d.between(-1, 3, *mask.shape, n),
            # Small, where these are whole numbers: behind a tanh that is nearly 1, single precision has no digit of its slope.
            "x": d.between(-1, 1, *mask.shape, features),
            "mask": mask,
            "W": d.between(-1, 1, features, n),
            "U": d.between(-1, 1, n, n),
            "b": d.between(-1, 1, n),
            "rate": d.scalar(0.2, 0.8) if rate is None else rate,
        }

    return draw


# A loss in bits -------------------------------------------------------------------------------------------------


def _bits(logits: Array, labels: Array) -> float:
    there = labels >= 0
    own = np.take_along_axis(logits, np.where(there, labels, 0)[:, :, None], axis=2)[:, :, 0]
    top = logits.max(axis=2, keepdims=True)
    all_of_them = top[:, :, 0] + np.log(np.exp(logits - top).sum(axis=2))
    return np.sum(np.where(there, all_of_them - own, 0.0)) / (np.sum(there) * np.log(2))


def _bits_and_slope(logits: Array, labels: Array) -> tuple[float, Array]:
    e = np.exp(logits - logits.max(axis=2, keepdims=True))
    asked = np.arange(logits.shape[2]) == labels[:, :, None]
    there = (labels >= 0)[:, :, None]
    slope = (e / e.sum(axis=2, keepdims=True) - asked) * there / (np.sum(there) * np.log(2))
    return _bits(logits, labels), slope


def _letters(d: Draw, there: Array, letters: int) -> Array:
    """Drawn letters, and -1 where there is no step."""
    return np.where(there, d.labels(there.size, letters).reshape(there.shape), -1)


def _asked(there: Callable[[Draw, int], Array]) -> Callable[[Draw], Inputs]:
    def draw(d: Draw) -> Inputs:
        m, letters, _ = _sizes(d)
        return {"logits": d.array(m, _STEPS, letters), "labels": _letters(d, there(d, m), letters)}

    return draw


# A table used twice ---------------------------------------------------------------------------------------------


def _tied_loss(
    drows: Array, dscores: Array, states: Array, index: Array, table: Array
) -> float:
    there = (index >= 0)[:, :, None]
    rows, scores = table[np.where(index >= 0, index, 0)], states @ table.T
    return np.sum(np.where(there, drows, 0.0) * rows) + np.sum(np.where(there, dscores, 0.0) * scores)


def _tied(there: Callable[[Draw, int], Array]) -> Callable[[Draw], Inputs]:
    def draw(d: Draw) -> Inputs:
        m, letters, n = _sizes(d)
        index = _letters(d, there(d, m), letters)
        # A letter that comes back, within a sequence and in the next one.
        index[:, 0] = index[0, 1] = index[0, 0]
        return {
            "drows": d.between(-2, 2, m, _STEPS, n),
            "dscores": d.between(-2, 2, m, _STEPS, letters),
            "states": d.array(m, _STEPS, n),
            "index": index,
            "table": d.array(letters, n),
        }

    return draw


CHECKS = (
    Check(
        "gru_step",
        typical=TYPICAL["gru_step"],
        answer=_gru_step,
        outputs=(Value("new", 3),),
        draw=_gated,
        cases={
            "weights and biases of zero": _half_open,
            "an update gate that stands open": _kept,
            "a state of zeros": _first_step(_gated),
            "as many features as units": _gated_alike,
        },
        edges=without("saturated"),
    ),
    Check(
        "gru_step_backward",
        typical=TYPICAL["gru_step_backward"],
        outputs=(
            Gradient("dx", 1, loss=_gru_loss, wrt="x"),
            Gradient("dh", 2, loss=_gru_loss, wrt="h"),
            Gradient("dW", 1, loss=_gru_loss, wrt="W"),
            Gradient("dU", 1, loss=_gru_loss, wrt="U"),
            Gradient("db", 1, loss=_gru_loss, wrt="b"),
        ),
        draw=_gated_back,
        cases={"a state of zeros": _first_step(_gated_back)},
        edges=without("saturated"),
    ),
    Check(
        "fading_backward",
        typical=TYPICAL["fading_backward"],
        outputs=(
            Gradient("dx", 1, loss=_fading_loss, wrt="x"),
            Gradient("da", 2, loss=_fading_loss, wrt="a"),
            Gradient("du", 1, loss=_fading_loss, wrt="u"),
        ),
        draw=_fading(),
        cases={
            "the numbers of the text": lambda d: {
                "dh": np.array([[[0.0], [0.0], [1.0]]]),
                "x": np.array([[[1.0], [2.0], [3.0]]]),
                "a": np.array([0.5]),
                "u": np.array([2.0]),
            },
            "sequences of one step": _fading(steps=1),
        },
        edges=without("saturated"),
    ),
    Check(
        "slow_recurrence_backward",
        typical=TYPICAL["slow_recurrence_backward"],
        outputs=(
            Gradient("dx", 1, loss=_slow_loss, wrt="x"),
            Gradient("dW", 1, loss=_slow_loss, wrt="W"),
            Gradient("dU", 2, loss=_slow_loss, wrt="U"),
            Gradient("db", 1, loss=_slow_loss, wrt="b"),
        ),
        draw=_slow(),
        cases={
            "sequences that end early": _slow(_short),
            "all steps there": _slow(_all_there),
            "sequences of one step": _slow(lambda d, m: np.ones((m, 1), dtype=bool)),
            "a rate of one": _slow(rate=1.0),
        },
        edges=without("saturated"),
    ),
    Check(
        "bits_per_letter",
        typical=TYPICAL["bits_per_letter"],
        answer=_bits_and_slope,
        outputs=(Value("bits", 1), Gradient("dlogits", 2, loss=_bits, wrt="logits")),
        draw=_asked(_short),
        cases={
            "the numbers of the text": lambda d: {
                "logits": np.array([[[0.0, 0.0], [0.0, 0.0], [4.0, 0.0]]]),
                "labels": np.array([[0, 1, -1]]),
            },
            "all steps there": _asked(_all_there),
            "a step missing in between": _asked(_gaps),
            "large logits": lambda d: {
                "logits": np.array([[[900.0, 0.0, -900.0], [-800.0, 800.0, 800.0]], [[2500.0, 0.0, 0.0]] * 2]),
                "labels": np.array([[0, 2], [1, -1]]),
            },
        },
        edges=without("one_unit", "saturated"),
    ),
    Check(
        "tied_table_backward",
        typical=TYPICAL["tied_table_backward"],
        outputs=(
            Gradient("dtable", 3, loss=_tied_loss, wrt="table"),
            Gradient("dstates", 1, loss=_tied_loss, wrt="states"),
        ),
        draw=_tied(_short),
        cases={
            "the numbers of the text": lambda d: {
                "drows": np.array([[[1.0], [2.0], [9.0]]]),
                "dscores": np.array([[[1.0, 0.0], [0.0, 1.0], [5.0, 5.0]]]),
                "states": np.array([[[1.0], [1.0], [1.0]]]),
                "index": np.array([[1, 1, -1]]),
                "table": np.array([[1.0], [2.0]]),
            },
            "all steps there": _tied(_all_there),
            "a step missing in between": _tied(_gaps),
        },
        edges=without("saturated"),
    ),
)
