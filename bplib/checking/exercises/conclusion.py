"""Checks of the capstone: a digits network, part by part, and the whole by what it gets right."""

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np

from bplib.checking.exercises.typical.conclusion import TYPICAL
from bplib.checking.judging.check import Check, Gradient, Property, Value, without
from bplib.checking.judging.draws import PLAIN, Draw, Inputs
from bplib.checking.judging.results import described
from bplib.data import digits
from bplib.types import Array, Gradients, Parameters

_SHARE_RIGHT = 0.93
#: Ten digits, and some luck.
_GUESSING = 0.2


def _forward(params: Parameters, x: Array) -> tuple[Array, Array]:
    hidden = np.tanh(x @ params["W1"] + params["b1"])
    logits = hidden @ params["W2"] + params["b2"]
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    return hidden, e / e.sum(axis=1, keepdims=True)


def _loss(params: Parameters, x: Array, labels: Array) -> float:
    hidden = np.tanh(x @ params["W1"] + params["b1"])
    logits = hidden @ params["W2"] + params["b2"]
    top = logits.max(axis=1)
    log_sum = top + np.log(np.exp(logits - top[:, None]).sum(axis=1))
    return np.mean(log_sum - logits[np.arange(len(x)), labels])


def _backward(params: Parameters, x: Array, labels: Array) -> Gradients:
    hidden, dz2 = _forward(params, x)
    dz2[np.arange(len(x)), labels] -= 1
    dz2 /= len(x)
    dz1 = dz2 @ params["W2"].T * (1 - hidden**2)
    return {"W1": x.T @ dz1, "b1": dz1.sum(axis=0), "W2": hidden.T @ dz2, "b2": dz2.sum(axis=0)}


def _cross_entropy(probabilities: Array, labels: Array) -> float:
    return float(-np.mean(np.log(probabilities[np.arange(len(labels)), labels])))


def _update(params: Parameters, gradients: Gradients, learning_rate: float) -> Parameters:
    return {name: params[name] - learning_rate * gradients[name] for name in params}


def _accuracy(probabilities: Array, labels: Array) -> float:
    return np.mean(probabilities.argmax(axis=1) == labels)


def _starts_well(inputs: Inputs, params: Any) -> str | None:
    """Shapes, zero biases, and weights that are different, centred and of Glorot's size."""
    sizes = inputs["sizes"]
    wanted: dict[str, tuple[int, ...]] = {}
    for layer, (n_in, n_out) in enumerate(pairwise(sizes), start=1):
        wanted |= {f"W{layer}": (n_in, n_out), f"b{layer}": (n_out,)}
    if message := _misshapen(params, wanted):
        return message
    arrays = {name: np.asarray(params[name]) for name in wanted}
    weights = [values for values in arrays.values() if values.ndim == 2]
    for name, shape in wanted.items():
        others = {n: 2 / sum(s) for n, s in wanted.items() if len(s) == 2 and s != shape}
        message = _drawn(arrays[name], weights, others) if len(shape) == 2 else _not_zero(arrays[name])
        if message:
            return f"{name} {message}"
    W1, W2 = (np.asarray(params[name], dtype=float) / np.sqrt(2 / sum(wanted[name])) for name in ("W1", "W2"))
    if _same_draws(W1, W2):
        return "W2 is made of the numbers that W1 is made of: each weight should be drawn by itself"
    return None


def _same_draws(a: Array, b: Array) -> bool:
    """Whether the numbers of one matrix, each in units of its deviation, are among those of the other."""
    many, few = sorted((a, b), key=np.size, reverse=True)
    rows, columns = (min(sizes) for sizes in zip(a.shape, b.shape, strict=True))
    pairs = [
        (many.ravel(order)[: few.size], turned.ravel(order))
        for turned in (few, few.T)
        for order in ("C", "F")
    ]
    pairs.append((a[:rows, :columns].ravel(), b[:rows, :columns].ravel()))
    # By chance alone the correlation of so many numbers is a few hundredths.
    if any(abs(np.corrcoef(one, other)[0, 1]) > 0.3 for one, other in pairs):
        return True
    there = np.unique(np.abs(many))
    if there.size < 0.9 * many.size:  # rounded: numbers meet by chance
        return False
    beside = np.searchsorted(there, np.abs(few.ravel())).clip(1, there.size - 1)
    near = np.minimum(np.abs(there[beside] - abs(few.ravel())), np.abs(there[beside - 1] - abs(few.ravel())))
    return bool((near < 1e-6).mean() > 0.5)


def _misshapen(params: Any, wanted: dict[str, tuple[int, ...]]) -> str | None:
    if not isinstance(params, dict):
        return f"expected a dictionary with the names {', '.join(wanted)}, not {described(params)}"
    if missing := [name for name in wanted if name not in params]:
        return f"the dictionary has no {', '.join(missing)}"
    if len(params) > len(wanted):
        return f"expected a dictionary with the names {', '.join(wanted)} alone"
    for name, shape in wanted.items():
        if (has := np.shape(params[name])) != shape:
            turned = ": it is transposed" if has == shape[::-1] and len(shape) == 2 else ""
            return f"{name} has shape {has}, expected {shape}{turned}"
    return None


def _not_zero(b: Array) -> str | None:
    if not np.any(b != 0):
        return None
    return (
        "should start at zero, and is drawn"
        if np.ptp(b)
        else "should start at zero, and not at another number"
    )


def _drawn(W: Array, weights: list[Array], others: dict[str, float]) -> str | None:
    """What is wrong with how weights are drawn, in half a sentence; ``others`` are the variances of other weights by name."""
    if not np.ptp(W):
        return "is the same number everywhere: then all units learn the same"
    if not np.ptp(W, axis=0).any():
        return "has the same row for every input: each weight should be drawn by itself"
    if not np.ptp(W, axis=1).any():
        return "has the same column for every unit: then all units learn the same"
    if message := _zeros(W, weights):
        return message
    if message := _alike(W, "row", "inputs: each weight should be drawn by itself"):
        return message
    if message := _alike(W.T, "column", "units: then these units learn the same"):
        return message
    return _spread(W, weights, others) or _uneven(W)


def _zeros(W: Array, weights: list[Array]) -> str | None:
    """Where weights are exactly zero.

    Of numbers with few digits one may be so by chance: then there are others that occur twice. Of rounded ones many are.
    """
    none = W == 0
    few_digits = any(np.unique(w[w != 0]).size < np.count_nonzero(w) for w in weights)
    if none.sum() <= few_digits or np.unique(W[~none]).size < 0.9 * np.count_nonzero(W):
        return None
    rows, columns = (np.flatnonzero(none.all(axis=axis)) for axis in (1, 0))
    i, j = np.argwhere(none)[0]
    where = f"row {rows[0]}" if rows.size else f"column {columns[0]}" if columns.size else ""
    if where:
        return f"has zeros alone in {where}: is every weight drawn?"
    return f"is exactly 0 in row {i}, column {j}: is every weight drawn?"


def _spread(W: Array, weights: list[Array], others: dict[str, float]) -> str | None:
    """Whether all weights together are centred, and of the wanted variance."""
    # In units of the wanted deviation; five standard errors, so that chance fails nobody.
    deviation, error = np.sqrt(2 / sum(W.shape)), 5 / np.sqrt(W.size)
    if W.min() >= 0 or W.max() <= 0:
        return "should be centred at 0, and all of it is on one side"
    if abs(W.mean()) > error * max(deviation, W.std()):
        return "should be centred at 0, and its mean is not"
    if abs(W.std() / deviation - 1) <= error:
        return None
    instead = {
        "1: it is not scaled": 1.0,
        "the square of that: a generator asks for the deviation, which is its root": deviation**4,
        "half of that": deviation**2 / 2,
        "twice that": deviation**2 * 2,
        "a third of that: numbers between -c and c have a variance of c² / 3": deviation**2 / 3,
        **{f"that of {name}": variance for name, variance in others.items()},
    }
    near = [words for words, variance in instead.items() if _has(W, variance)]
    # By its sizes alone a rule of one matrix may look like a number that is a little off: it is named if it is that of both.
    near += [
        f"{count} / {side}"
        for axis, side in enumerate(("n_in", "n_out"))
        for count in (2, 1)
        if all(_has(w, count / w.shape[axis]) for w in weights)
    ]
    size = near[0] if len(near) == 1 else "one too small" if W.std() < deviation else "one too large"
    return f"should have a variance of 2 / (n_in + n_out), and has {size}"


def _has(W: Array, variance: float) -> bool:
    """Whether weights may have a variance: within three of its own standard errors."""
    return bool(abs(W.std() / np.sqrt(variance) - 1) <= 3 / np.sqrt(2 * W.size))


def _uneven(W: Array) -> str | None:
    """Whether a row or a column has a mean square of its own, by bounds that chance hardly ever passes."""
    for name, axis in (("row", 1), ("column", 0)):
        n = W.shape[axis]
        squares = (np.asarray(W, dtype=float) ** 2).mean(axis=axis) * sum(W.shape) / 2
        # The cube root of a mean of squares is nearly normal (Wilson and Hilferty, 1931). Six and a half deviations are less than one
        # in a billion for a line, and there are about a thousand lines.
        off = (np.cbrt(squares) - 1 + 2 / (9 * n)) / np.sqrt(2 / (9 * n))
        worst = int(np.abs(off).argmax())
        if abs(off[worst]) > 6.5:
            return (
                f"should have a variance of 2 / (n_in + n_out) in every row and column, "
                f"and {name} {worst} has {squares[worst]:.2g} times that"
            )
    return None


def _alike(W: Array, line: str, of_several: str) -> str | None:
    """Whether a row is one number, or rows are the same, or follow one another.

    Of ten numbers or more that is no chance, unless these are a few only.
    """
    if (flat := np.flatnonzero(~np.ptp(W, axis=1).astype(bool))).size:
        return f"has one number everywhere in {line} {flat[0]}: each weight should be drawn by itself"
    if np.unique(np.abs(W)).size <= W.shape[1] / 2:
        return None
    together = np.abs(np.triu(np.corrcoef(W), 1))
    if not (together > (0.9 if W.shape[1] >= 30 else 0.999)).any():
        return None
    if len(np.unique(W, axis=0)) < len(W):
        return f"has the same {line} for several {of_several}"
    if (together > 1 - 1e-6).any():
        return f"has a {line} that is another one times a number: each weight should be drawn by itself"
    return f"has {line}s that rise and fall together: are its numbers sorted? Each should stand where it was drawn"


def _recognizes(inputs: Inputs, params: Any) -> str | None:
    try:
        _, probabilities = _forward(params, inputs["_x_new"])
    except (TypeError, KeyError, IndexError, ValueError):
        if message := _misshapen(params, {name: value.shape for name, value in inputs["params"].items()}):
            return message
        raise
    share = _accuracy(probabilities, inputs["_labels_new"])
    if share >= _SHARE_RIGHT:
        same = _unmoved(inputs["params"], params)
        return f"{' and '.join(same)} never changed: train all four parameters" if same else None
    expected = (
        f"the trained network is right on {share:.0%} of new digits, expected at least {_SHARE_RIGHT:.0%}"
    )
    return f"{expected}: {_not_learned(inputs, params)}"


def _unmoved(first: Parameters, params: Any) -> list[str]:
    return [name for name, value in first.items() if np.array_equal(params[name], value)]


def _not_learned(inputs: Inputs, trained: Any) -> str:
    """What has become of the parameters."""
    first, x, labels = inputs["params"], inputs["x"], inputs["labels"]
    params = {name: np.asarray(trained[name], dtype=float) for name in first}
    if same := _unmoved(first, params):
        return (
            "these are the parameters that went in" if len(same) == 4 else f"{', '.join(same)} never changed"
        )
    if not all(np.isfinite(value).all() for value in params.values()):
        return "some parameters are not finite; are the steps too long?"
    W, start = (np.concatenate([p["W1"].ravel(), p["W2"].ravel()]) for p in (params, first))
    length = np.linalg.norm(W) / np.linalg.norm(start)
    if np.vdot(W, start) < 0.1 * np.linalg.norm(W) * np.linalg.norm(start) and length < 1:
        return "nothing of the first weights is left in these; are they weights at all?"
    if length < 0.1:
        return "its weights have shrunk to next to nothing"
    if _loss(params, x, labels) > _loss(first, x, labels):
        return (
            "its loss on the digits for training has grown; do the steps go down, and are they short enough?"
        )
    if np.linalg.norm(W - start) < 0.05 * np.linalg.norm(start):
        return "its weights have hardly moved; are there enough steps, each from where the last one ended?"
    right = _accuracy(_forward(params, x)[1], labels)
    if right < _GUESSING:
        return "that is no better than guessing; does each image keep its label?"
    return (
        "its loss has fallen, and not far enough; are there enough steps, and do all digits have their turn?"
    )


def _network(d: Draw) -> Inputs:
    m, n0, n1, k = d.samples(), d.units(), d.units(), d.classes()
    return {"params": d.parameters([n0, n1, k]), "x": d.array(m, n0)}


def _network_and_labels(d: Draw) -> Inputs:
    inputs = _network(d)
    return {**inputs, "labels": d.labels(len(inputs["x"]), inputs["params"]["b2"].size)}


def _probabilities(d: Draw) -> Inputs:
    m, k = d.samples(), d.classes()
    return {"probabilities": d.probabilities(m, k), "labels": d.labels(m, k)}


def _next_to_nothing(d: Draw) -> Inputs:
    """A network that is sure, and wrong: a number added to the probability, or a border below it, shows in the loss.

    Single precision still holds the smallest of them.
    """
    probabilities = np.array([[1 - 1e-9, 1e-9, 1e-30], [0.25, 0.5, 0.25], [1.0, 1e-20, 1e-37]])
    return {"probabilities": probabilities, "labels": np.array([1, 0, 2])}


def _a_dozen(d: Draw) -> Inputs:
    """Their product is too small for any number, and the logarithm of each is not."""
    return {"probabilities": np.array([[1.0, 1e-30]] * 12), "labels": np.ones(12, dtype=int)}


def _ruled_out(d: Draw) -> Inputs:
    """Other classes have a probability of exactly 0, whose logarithm nobody asks for."""
    probabilities = np.array([[0.75, 0.25, 0.0], [0.0, 0.5, 0.5], [0.0, 1.0, 0.0]])
    return {"probabilities": probabilities, "labels": np.array([0, 2, 1])}


def _guesses(*labels: int) -> Callable[[Draw], Inputs]:
    """The guesses are 0, 0 and 1; of each class the likeliest sample is another number."""
    probabilities = [[0.7, 0.2, 0.1], [0.6, 0.3, 0.1], [0.2, 0.5, 0.3]]
    return lambda d: {"probabilities": np.array(probabilities), "labels": np.array(labels)}


def _digits(d: Draw) -> Inputs:
    images, rng = digits(), d.generator()
    order = rng.permutation(len(images.x))
    seen, new = order[:1200], order[1200:]
    scale = {"W1": np.sqrt(2 / 96), "W2": np.sqrt(2 / 42)}
    return {
        "params": {
            "W1": rng.normal(size=(64, 32)) * scale["W1"],
            "b1": np.zeros(32),
            "W2": rng.normal(size=(32, 10)) * scale["W2"],
            "b2": np.zeros(10),
        },
        "x": images.x[seen],
        "labels": images.y[seen],
        "backward": _backward,
        "rng": d.generator(),
        "_x_new": images.x[new],
        "_labels_new": images.y[new],
    }


def _large_logits(d: Draw) -> Inputs:
    params = {
        "W1": np.array([[1.0, -0.5], [0.5, 2.0]]),
        "b1": np.array([0.25, -0.25]),
        "W2": np.array([[2000.0, 1995.0, 1999.0], [400.0, 401.5, 399.0]]),
        "b2": np.array([0.5, 0.0, -0.5]),
    }
    return {"params": params, "x": np.array([[2.0, 1.0], [-2.0, -1.0], [0.1, 0.1]])}


def _logits_far_apart(d: Draw) -> Inputs:
    """Logits thousands apart in one row, to both sides: the largest has to be taken away, and nothing else."""
    params = {
        "W1": np.array([[1.0, -0.5], [0.5, 2.0]]),
        "b1": np.array([0.25, -0.25]),
        "W2": np.array([[2000.0, -2000.0, 1999.0], [40.0, 41.5, 39.0]]),
        "b2": np.array([0.5, 0.0, -0.5]),
    }
    return {"params": params, "x": np.array([[2.0, 1.0], [-2.0, -1.0]])}


def _logits_hundreds_apart(d: Draw) -> Inputs:
    """Logits that survive when their mean is taken away, and do not when their least is."""
    inputs = _logits_far_apart(d)
    inputs["params"]["W2"] = np.array([[500.0, -500.0, 499.0], [1.0, 1.5, 1.0]])
    return inputs


def _shifted_rows(d: Draw) -> Inputs:
    """All logits of one row 800 higher, and of the other 800 lower, by a unit that is saturated: no gradient passes it."""
    params = {
        "W1": np.array([[30.0, -0.5], [0.0, 1.0]]),
        "b1": np.array([0.0, -0.25]),
        "W2": np.array([[800.0, 800.0, 800.0], [1.5, -0.5, 0.25]]),
        "b2": np.array([0.5, 0.0, -0.5]),
    }
    return {"params": params, "x": np.array([[1.0, 0.5], [-1.0, 0.25]]), "labels": np.array([0, 2])}


def _biases_far_apart(d: Draw) -> Inputs:
    """One class is out of the question, by its bias alone."""
    params = {
        "W1": np.array([[0.5, -0.5], [0.25, 1.0]]),
        "b1": np.array([0.0, -0.25]),
        "W2": np.array([[1.0, -2.0, 0.5], [1.5, -0.5, 0.25]]),
        "b2": np.array([900.0, -900.0, 899.0]),
    }
    return {"params": params, "x": np.array([[1.0, 0.5], [-1.0, 0.25]]), "labels": np.array([0, 2])}


CHECKS = (
    Check(
        "initialize",
        outputs=(Property("params", 2, holds=_starts_well),),
        asks=("rng",),
        draw=lambda d: {"sizes": (d.integer(150, 200), d.integer(90, 120), 40), "rng": d.generator()},
        edges=(PLAIN,),
        cases={
            "layers of very different size": lambda d: {"sizes": (20, 400, 10), "rng": d.generator()},
        },
    ),
    Check(
        "forward",
        outputs=(
            Value("hidden", 1),
            Value("probabilities", 2),
        ),
        answer=_forward,
        typical=TYPICAL["forward"],
        draw=_network,
        cases={
            "large logits, in rows of very different size": _large_logits,
            "logits far apart in one row": _logits_far_apart,
            "logits hundreds apart in one row": _logits_hundreds_apart,
        },
    ),
    Check(
        "cross_entropy",
        answer=_cross_entropy,
        typical=TYPICAL["cross_entropy"],
        outputs=(Value("loss", 1),),
        draw=_probabilities,
        cases={
            "probabilities of next to nothing": _next_to_nothing,
            "other classes whose probability is exactly 0": _ruled_out,
            "a dozen probabilities of next to nothing": _a_dozen,
        },
        edges=without("one_unit", "saturated", "integers"),
    ),
    Check(
        "backward",
        outputs=tuple(
            Gradient(name, points, loss=_loss, wrt=f"params.{name}", pick=name)
            for name, points in (("W1", 2), ("b1", 1), ("W2", 2), ("b2", 1))
        ),
        draw=_network_and_labels,
        cases={
            "rows whose logits are all large, or all very small": _shifted_rows,
            "logits far apart in one row": _biases_far_apart,
        },
        typical=TYPICAL["backward"],
    ),
    Check(
        "update",
        answer=_update,
        outputs=tuple(Value(name, 0.5, pick=name) for name in ("W1", "b1", "W2", "b2")),
        leaves=("params",),
        typical=TYPICAL["update"],
        draw=lambda d: {
            "params": d.parameters(sizes := d.sizes(3)),
            "gradients": d.parameters(sizes),
            "learning_rate": d.scalar(0.01, 1),
        },
        cases={
            "a learning rate above one": lambda d: {
                "params": d.parameters(sizes := d.sizes(3)),
                "gradients": d.parameters(sizes),
                "learning_rate": 2.5,
            },
            "gradients in another order": lambda d: {
                "params": d.parameters((3, 2, 4)),
                "gradients": dict(reversed(d.parameters((3, 2, 4)).items())),
                "learning_rate": 0.5,
            },
        },
        edges=without("batch_of_one", "integers"),
    ),
    Check(
        "accuracy",
        answer=_accuracy,
        typical=TYPICAL["accuracy"],
        outputs=(Value("share", 1),),
        draw=_probabilities,
        cases={
            "guesses that are all right": _guesses(0, 0, 1),
            "a first guess that is right, and no other": _guesses(0, 1, 0),
            "a last guess that is right, and no other": _guesses(1, 2, 1),
            "probabilities that are nearly alike": lambda d: {
                "probabilities": np.array([[0.501, 0.499], [0.4999, 0.5001], [0.5001, 0.4999]]),
                "labels": np.array([1, 1, 1]),
            },
            "one sample, guessed right": lambda d: {
                "probabilities": np.array([[0.2, 0.5, 0.3]]),
                "labels": np.array([1]),
            },
        },
        edges=without("one_unit", "saturated", "integers"),
    ),
    Check(
        "fit",
        outputs=(Property("params", 4, holds=_recognizes),),
        asks=("rng",),
        draw=_digits,
        edges=(PLAIN,),
        timeout=20.0,
        draws=2,
    ),
)
