"""Typical answers to the capstone exercise."""

from collections.abc import Callable
from typing import Any

import numpy as np

from bplib.checking.exercises.typical.slopes import (
    WRONG_ERRORS,
    WRONG_SLOPES,
    Slope,
    itself,
    one,
    relu,
    sigmoid,
    tanh_slope,
)
from bplib.checking.judging.check import Mistake, Typical
from bplib.types import Array, Gradients, Parameters

Two = tuple[Array, Array]

# Right, in other words ------------------------------------------------------------------------------------------


def _forward_by_lines(params: Parameters, x: Array) -> Two:
    z1 = x @ params["W1"] + params["b1"]
    hidden = np.tanh(z1)
    logits = hidden @ params["W2"] + params["b2"]
    largest = np.max(logits, axis=1, keepdims=True)
    shifted = logits - largest
    e = np.exp(shifted)
    total = np.sum(e, axis=1, keepdims=True)
    return hidden, e / total


def _cross_entropy_by_lines(probabilities: Array, labels: Array) -> float:
    m = len(labels)
    chosen = probabilities[np.arange(m), labels]
    surprise = -np.log(chosen)
    return np.sum(surprise) / m


def _cross_entropy_by_samples(probabilities: Array, labels: Array) -> float:
    m = len(labels)
    total = 0.0
    for s in range(m):
        p = probabilities[s, labels[s]]
        total += np.log(p)
    return -total / m


def _backward_by_lines(params: Parameters, x: Array, labels: Array) -> Gradients:
    m = len(x)
    z1 = x @ params["W1"] + params["b1"]
    hidden = np.tanh(z1)
    logits = hidden @ params["W2"] + params["b2"]
    e = np.exp(logits - np.max(logits, axis=1, keepdims=True))
    p = e / np.sum(e, axis=1, keepdims=True)
    target = np.eye(p.shape[1])[labels]
    dz2 = (p - target) / m
    dh = dz2 @ params["W2"].T
    slope = 1 - hidden**2
    dz1 = dh * slope
    dW1 = x.T @ dz1
    db1 = dz1.sum(axis=0)
    dW2 = hidden.T @ dz2
    db2 = dz2.sum(axis=0)
    return {"W1": dW1, "b1": db1, "W2": dW2, "b2": db2}


def _update_by_names(params: Parameters, gradients: Gradients, learning_rate: float) -> Parameters:
    return {
        "W1": params["W1"] - learning_rate * gradients["W1"],
        "b1": params["b1"] - learning_rate * gradients["b1"],
        "W2": params["W2"] - learning_rate * gradients["W2"],
        "b2": params["b2"] - learning_rate * gradients["b2"],
    }


def _accuracy_by_samples(probabilities: Array, labels: Array) -> float:
    m = len(labels)
    right = 0
    for s in range(m):
        guess = np.argmax(probabilities[s])
        if guess == labels[s]:
            right += 1
    return right / m


# Wrong ----------------------------------------------------------------------------------------------------------

#: What is added to a probability, or set as its border, so that its logarithm is finite: of anything less, both are the same.
_SMALL = (1e-5, 1e-6, 1e-7, 1e-8, 1e-9, 1e-10, 1e-12, 1e-15)


def _softmax(z: Array, axis: int | None = 1, largest: Any = np.max, base: float = np.e) -> Array:
    e = base ** (z - largest(z, axis=1, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


def _forward(
    end: Callable[[Array], Array] = _softmax, bend: Callable[[Array], Array] = np.tanh
) -> Callable[..., Two]:
    """The forward pass with another end, or another bend."""

    def forward(params: Parameters, x: Array) -> Two:
        hidden = bend(x @ params["W1"] + params["b1"])
        return hidden, end(hidden @ params["W2"] + params["b2"])

    return forward


def _forward_biased_last(params: Parameters, x: Array) -> Two:
    hidden = np.tanh(x @ params["W1"] + params["b1"])
    return hidden, _softmax(hidden @ params["W2"]) + params["b2"]


def _forward_bent_first(params: Parameters, x: Array) -> Two:
    hidden = np.tanh(x @ params["W1"]) + params["b1"]
    return hidden, _softmax(hidden @ params["W2"] + params["b2"])


def _one_hot(probabilities: Array, labels: Array) -> Array:
    return np.eye(probabilities.shape[1])[labels]


def _chosen(of: Callable[[Array], Any]) -> Callable[..., Any]:
    """Something else of the probabilities of the true classes."""
    return lambda probabilities, labels: of(probabilities[np.arange(len(labels)), labels])


def _all(of: Callable[[Array, Array], Any]) -> Callable[..., Any]:
    """Something of all probabilities and the targets."""
    return lambda probabilities, labels: of(probabilities, _one_hot(probabilities, labels))


def _backward(
    slope: Slope = tanh_slope,
    blame: Callable[[Array, Array, Array], Array] = lambda p, target, logits: p - target,
    bend: Callable[[Array], Array] = np.tanh,
    shares: Callable[[Array], Array] = _softmax,
    count: Callable[[Array, Array, Array], float] = lambda x, hidden, p: len(x),
    chosen: slice = slice(None),
    **parts: Callable[..., Array],
) -> Callable[..., Gradients]:
    """The backward pass with another part in it, or of some samples alone."""

    def backward(params: Parameters, x: Array, labels: Array) -> Gradients:
        z1 = x @ params["W1"] + params["b1"]
        hidden = bend(z1)
        logits = hidden @ params["W2"] + params["b2"]
        p = shares(logits)
        dz2 = blame(p, _one_hot(p, labels), logits) / count(x, hidden, p)
        dz1 = dz2 @ params["W2"].T * slope(z1, hidden)
        x, z1, hidden, dz1, dz2 = (part[chosen] for part in (x, z1, hidden, dz1, dz2))
        given = {"W1": x.T @ dz1, "b1": dz1.sum(axis=0), "W2": hidden.T @ dz2, "b2": dz2.sum(axis=0)}
        return {**given, **{name: part(x, z1, hidden, dz1, dz2) for name, part in parts.items()}}

    return backward


def _in_every_row(params: Parameters, x: Array, labels: Array) -> Gradients:
    present = np.isin(np.arange(params["b2"].size), labels)
    return _backward(blame=lambda p, target, logits: p - present)(params, x, labels)


def _one_too_low(params: Parameters, x: Array, labels: Array) -> Gradients:
    return _backward()(params, x, labels - 1)


def _error(error: Callable[[Array, Array], Array]) -> Callable[[Array, Array, Array], Array]:
    return lambda p, target, logits: error(p, target)


def _numbers(shares: Array) -> Array:
    """The number of each row's largest entry, as a column: the labels themselves."""
    return shares.argmax(axis=1)[:, None]


def _from_one(target: Array) -> Array:
    """As if the classes were counted from one: nobody is the first."""
    return np.pad(target[:, 1:], ((0, 0), (0, 1)))


def _as_if_the_best_were_right(p: Array, target: Array, logits: Array) -> Array:
    return p - np.eye(p.shape[1])[p.argmax(axis=1)]


def _twice_through_the_softmax(p: Array, target: Array, logits: Array) -> Array:
    d = p - target
    return p * (d - (d * p).sum(axis=1, keepdims=True))


def _updated(of: Callable[[Array, Array, float], Array]) -> Callable[..., Parameters]:
    """Another step."""
    return lambda params, gradients, learning_rate: {
        name: of(params[name], gradients[name], learning_rate) for name in params
    }


def _left(names: tuple[str, ...]) -> Callable[..., Parameters]:
    """Some parameters are not updated."""
    return lambda params: {name: params[name] for name in names}


def _class_by_class(probabilities: Array, labels: Array) -> float:
    right = probabilities.argmax(axis=1) == labels
    return float(np.mean([right[labels == k].mean() for k in np.unique(labels)]))


def _best_samples(probabilities: Array, labels: Array) -> float:
    best = probabilities.argmax(axis=0)
    return sum(b == label for b, label in zip(best, labels)) / len(labels)


def _guessed(of: Callable[[Array, Array], Any]) -> Callable[..., Any]:
    """Something else of the most probable classes and the labels."""
    return lambda probabilities, labels: of(probabilities.argmax(axis=1), labels)


_FIRST, _LAST = slice(0, 1), slice(-1, None)

TYPICAL = {
    "forward": Typical(
        forms=(_forward_by_lines,),
        mistakes=(
            Mistake("other-axis", _forward(lambda z: _softmax(z, largest=lambda z, **_: z.max()))),
            Mistake("other-axis", _forward(lambda z: _softmax(z.T).T)),
            Mistake("other-axis", _forward(lambda z: _softmax(z, axis=0))),
            Mistake("other-axis", _forward(lambda z: _softmax(z, axis=None))),
            Mistake("largest-smallest", _forward(lambda z: _softmax(z, largest=np.min))),
            Mistake("other-function", _forward(lambda z: _softmax(z, largest=np.mean))),
            Mistake("other-operation", _forward(lambda z: _softmax(z / z.max(axis=1, keepdims=True)))),
            Mistake("other-function", _forward(bend=sigmoid)),
            Mistake("other-function", _forward(bend=relu)),
            Mistake("other-function", _forward(sigmoid)),
            Mistake("other-function", _forward(bend=_softmax)),
            Mistake("other-function", _forward(lambda z: z**2 / np.sum(z**2, axis=1, keepdims=True))),
            Mistake("other-function", _forward(np.tanh)),
            Mistake("cut-to-whole", _forward(lambda z: np.round(_softmax(z)))),
            Mistake("sign-inside", _forward(lambda z: _softmax(-z))),
            Mistake("rest-for-share", _forward(lambda z: 1 - _softmax(z))),
            Mistake("other-function", _forward(relu)),
            Mistake("other-function", _forward(lambda z: np.eye(z.shape[1])[z.argmax(axis=1)])),
            Mistake("other-function", _forward(lambda z: np.log(_softmax(z)))),
            Mistake("other-function", _forward(lambda z: _softmax(z, base=2.0))),
            Mistake("other-function", _forward(lambda z: _softmax(z, base=10.0))),
            Mistake("function-left-out", _forward(itself)),
            Mistake("function-left-out", _forward(lambda z: z - z.max(axis=1, keepdims=True))),
            Mistake("function-left-out", _forward(lambda z: z / z.sum(axis=1, keepdims=True))),
            Mistake("function-left-out", _forward(bend=itself)),
            Mistake("factor-left-out", _forward(np.exp)),
            Mistake("factor-left-out", _forward(lambda z: np.exp(z - z.max(axis=1, keepdims=True)))),
            Mistake("done-twice", _forward(lambda z: _softmax(_softmax(z)))),
            Mistake("done-twice", _forward(lambda z: _softmax(np.tanh(z)))),
            Mistake("steps-exchanged", _forward_biased_last),
            Mistake("steps-exchanged", _forward_bent_first),
        ),
    ),
    "cross_entropy": Typical(
        forms=(_cross_entropy_by_lines, _cross_entropy_by_samples),
        mistakes=(
            *(
                Mistake("cut-off", _chosen(lambda p, o=o, u=u: -np.mean(np.log(np.clip(p, o, u)))))
                for o in _SMALL
                for u in (1.0, 1 - o)
            ),
            *(Mistake("term-too-many", _chosen(lambda p, o=o: -np.mean(np.log(p + o)))) for o in _SMALL),
            Mistake("steps-exchanged", _chosen(lambda p: -np.log(np.mean(p)))),
            Mistake("steps-exchanged", _chosen(lambda p: -np.log(np.sum(p)))),
            Mistake("other-function", _chosen(lambda p: np.mean(1 - p))),
            Mistake("other-function", _chosen(lambda p: np.mean((1 - p) ** 2))),
            Mistake("other-function", _chosen(lambda p: -np.mean(p * np.log(p)))),
            Mistake("other-function", _chosen(lambda p: -np.mean(np.log(p) + np.log(1 - p)))),
            Mistake("other-function", _chosen(lambda p: np.exp(-np.mean(np.log(p))))),
            Mistake("other-function", _chosen(lambda p: -np.median(np.log(p)))),
            Mistake("other-function", _chosen(lambda p: np.max(-np.log(p)))),
            Mistake("other-function", _chosen(lambda p: np.min(-np.log(p)))),
            Mistake("other-function", _chosen(lambda p: np.mean(1 / p))),
            Mistake("other-function", _chosen(lambda p: np.sqrt(np.mean(np.log(p) ** 2)))),
            Mistake("power-mixed", _chosen(lambda p: np.mean(np.log(p) ** 2))),
            Mistake("function-left-out", _chosen(lambda p: -np.mean(p))),
            Mistake("function-left-out", _chosen(np.mean)),
            Mistake("rest-for-share", _chosen(lambda p: -np.mean(np.log(1 - p)))),
            Mistake("only-one-sample", _chosen(lambda p: -np.log(p[0]))),
            Mistake("only-one-sample", _chosen(lambda p: -np.log(p[-1]))),
            Mistake("off-by-one", _chosen(lambda p: -np.log(p).sum() / (len(p) - 1))),
            Mistake("off-by-one", _chosen(lambda p: -np.log(p).sum() / (len(p) + 1))),
            Mistake("off-by-one", _all(lambda p, t: -np.mean(np.log(p[np.roll(t, 1, axis=1) > 0])))),
            Mistake("off-by-one", _all(lambda p, t: -np.mean(np.log(p[np.roll(t, -1, axis=1) > 0])))),
            Mistake("other-count", _all(lambda p, t: -np.sum(t * np.log(p)) / p.size)),
            Mistake("other-count", _all(lambda p, t: -np.sum(t * np.log(p)) / p.shape[1])),
            Mistake("step-left-out", _all(lambda p, t: -np.log(p).sum() / len(p))),
            Mistake("step-left-out", _all(lambda p, t: -np.log(p).sum() / p.shape[1])),
            Mistake("step-left-out", _all(lambda p, t: -np.log(p).mean())),
            Mistake("step-left-out", _all(lambda p, t: -np.log(p).sum())),
            Mistake("other-function", _all(lambda p, t: np.sum((p - t) ** 2) / len(p))),
            Mistake("other-function", _all(lambda p, t: np.sum((p - t) ** 2) / (2 * len(p)))),
            Mistake("other-function", _all(lambda p, t: np.mean((p - t) ** 2))),
            Mistake("other-function", _all(lambda p, t: -np.sum(np.log(np.where(t, p, 1 - p))) / len(p))),
            Mistake("other-function", _all(lambda p, t: -np.mean(np.log(np.where(t, p, 1 - p))))),
            Mistake("other-function", _all(lambda p, t: -np.mean(np.log(p.max(axis=1))))),
            Mistake("other-function", _all(lambda p, t: -np.mean(np.log(p.min(axis=1))))),
            Mistake("other-variable", _all(lambda p, t: -np.sum(p * np.log(p)) / len(p))),
            Mistake("other-axis", lambda probabilities, labels: -np.mean(np.log(probabilities[:, labels]))),
            Mistake("other-places", lambda probabilities, labels: -np.mean(np.log(probabilities[labels]))),
        ),
    ),
    "backward": Typical(
        forms=(_backward_by_lines,),
        mistakes=(
            Mistake("other-activation", _backward(lambda z1, hidden: hidden * (1 - hidden), bend=sigmoid)),
            Mistake("other-activation", _backward(bend=sigmoid)),
            Mistake("other-activation", _backward(lambda z1, hidden: z1 > 0, bend=relu)),
            Mistake("function-left-out", _backward(one, bend=itself)),
            Mistake("function-left-out", _backward(bend=itself)),
            Mistake("function-left-out", _backward(shares=itself)),
            *(Mistake(cause, _backward(slope)) for cause, slope in WRONG_SLOPES),
            *(Mistake(cause, _backward(blame=_error(error))) for cause, error in WRONG_ERRORS),
            Mistake("other-variable", _backward(blame=_as_if_the_best_were_right)),
            Mistake("upstream-missing", _backward(blame=lambda p, target, logits: p * (1 - p))),
            Mistake("slope-left-out", _backward(blame=lambda p, target, logits: -target / p)),
            Mistake("slope-left-out", _backward(blame=lambda p, target, logits: -1 / p)),
            Mistake(
                "slope-left-out",
                _backward(
                    blame=lambda p, target, logits: 0 * p - 1 / (p * target).sum(axis=1, keepdims=True)
                ),
            ),
            Mistake("softmax-diagonal", _backward(blame=lambda p, target, logits: target * (p - 1))),
            Mistake(
                "softmax-differentiated-twice",
                _backward(blame=lambda p, target, logits: (p - target) * p * (1 - p)),
            ),
            Mistake("softmax-differentiated-twice", _backward(blame=_twice_through_the_softmax)),
            Mistake("done-twice", _backward(shares=lambda z: _softmax(_softmax(z)))),
            Mistake("other-activation", _backward(shares=sigmoid)),
            Mistake("wrong-tensor", _backward(blame=lambda p, target, logits: p - _numbers(target))),
            Mistake(
                "wrong-tensor",
                _backward(blame=lambda p, target, logits: _numbers(p) - _numbers(target) + 0 * p),
            ),
            Mistake("other-axis", _in_every_row),
            Mistake("other-axis", _backward(shares=lambda z: _softmax(z.T).T)),
            Mistake("other-axis", _backward(shares=lambda z: _softmax(z, axis=0))),
            Mistake("other-axis", _backward(shares=lambda z: _softmax(z, axis=None))),
            Mistake("off-by-one", _one_too_low),
            Mistake("off-by-one", _backward(blame=lambda p, target, logits: p - _from_one(target))),
            Mistake("other-count", _backward(count=lambda x, hidden, p: p.size)),
            Mistake("other-count", _backward(count=lambda x, hidden, p: p.shape[1])),
            Mistake("other-count", _backward(count=lambda x, hidden, p: x.shape[1])),
            Mistake("other-count", _backward(count=lambda x, hidden, p: x.size)),
            Mistake("other-count", _backward(count=lambda x, hidden, p: hidden.shape[1])),
            Mistake("only-one-sample", _backward(chosen=_LAST)),
            Mistake("only-one-sample", _backward(chosen=_FIRST)),
            Mistake("only-one-sample", _backward(chosen=_LAST, count=lambda x, hidden, p: 1)),
            Mistake("only-one-sample", _backward(chosen=_FIRST, count=lambda x, hidden, p: 1)),
            Mistake("wrong-tensor", _backward(W2=lambda x, z1, hidden, dz1, dz2: z1.T @ dz2)),
            Mistake("bias-not-summed", _backward(b1=lambda x, z1, hidden, dz1, dz2: dz1)),
            Mistake("bias-not-summed", _backward(b2=lambda x, z1, hidden, dz1, dz2: dz2)),
            Mistake("bias-averaged", _backward(b1=lambda x, z1, hidden, dz1, dz2: dz1.mean(axis=0))),
            Mistake("bias-averaged", _backward(b2=lambda x, z1, hidden, dz1, dz2: dz2.mean(axis=0))),
            Mistake(
                "bias-from-weights", _backward(b1=lambda x, z1, hidden, dz1, dz2: (x.T @ dz1).sum(axis=0))
            ),
            Mistake(
                "bias-from-weights",
                _backward(b2=lambda x, z1, hidden, dz1, dz2: (hidden.T @ dz2).sum(axis=0)),
            ),
        ),
    ),
    "update": Typical(
        forms=(_update_by_names,),
        mistakes=(
            Mistake("uphill", _updated(lambda value, slope, rate: value + rate * slope)),
            Mistake("other-function", _updated(lambda value, slope, rate: value - rate * np.sign(slope))),
            Mistake("other-function", _updated(lambda value, slope, rate: value - rate * np.abs(slope))),
            Mistake("other-constant", _updated(lambda value, slope, rate: value - 0.1 * slope)),
            Mistake("other-constant", _updated(lambda value, slope, rate: value - 0.01 * slope)),
            Mistake("other-constant", _updated(lambda value, slope, rate: value - rate * slope / 2)),
            Mistake("done-twice", _updated(lambda value, slope, rate: value - 2 * rate * slope)),
            Mistake("cut-to-whole", _updated(lambda value, slope, rate: np.round(value - rate * slope))),
            Mistake("exchanged-arguments", _updated(lambda value, slope, rate: slope - rate * value)),
            Mistake("parentheses-missing", _updated(lambda value, slope, rate: (value - slope) * rate)),
            Mistake("other-operation", _updated(lambda value, slope, rate: value * (1 - rate * slope))),
            Mistake("other-axis", _updated(lambda value, slope, rate: value - rate * slope.sum())),
            Mistake("other-axis", _updated(lambda value, slope, rate: value - rate * slope.mean())),
            Mistake("term-left-out", _updated(lambda value, slope, rate: rate * slope)),
            Mistake("step-left-out", _left(("W1", "W2"))),
            Mistake("step-left-out", _left(("b1", "b2"))),
        ),
    ),
    "accuracy": Typical(
        forms=(_accuracy_by_samples,),
        mistakes=(
            Mistake("other-constant", _guessed(lambda guesses, labels: 100 * np.mean(guesses == labels))),
            Mistake("off-by-one", _guessed(lambda guesses, labels: np.mean(guesses + 1 == labels))),
            Mistake("off-by-one", _guessed(lambda guesses, labels: np.mean(guesses == labels + 1))),
            Mistake("off-by-one", _guessed(lambda guesses, labels: np.mean(guesses[1:] == labels[1:]))),
            Mistake("off-by-one", _guessed(lambda guesses, labels: np.mean(guesses[:-1] == labels[:-1]))),
            Mistake(
                "off-by-one",
                _all(lambda p, t: np.mean(np.sum(p > np.max(t * p, axis=1, keepdims=True), axis=1) < 2)),
            ),
            Mistake("only-one-sample", _guessed(lambda guesses, labels: guesses[0] == labels[0])),
            Mistake("only-one-sample", _guessed(lambda guesses, labels: guesses[-1] == labels[-1])),
            Mistake("other-function", _guessed(lambda guesses, labels: np.any(guesses == labels))),
            Mistake("other-function", _guessed(lambda guesses, labels: np.mean(np.abs(guesses - labels)))),
            Mistake("other-count", _all(lambda p, t: np.sum(p.argmax(axis=1) == t.argmax(axis=1)) / p.size)),
            Mistake(
                "other-count", _all(lambda p, t: np.sum(p.argmax(axis=1) == t.argmax(axis=1)) / p.shape[1])
            ),
            Mistake("other-count", _all(lambda p, t: np.mean((p == p.max(axis=1, keepdims=True)) == t))),
            Mistake("other-axis", _all(lambda p, t: np.mean(p.argmax() == t.argmax(axis=1)))),
            Mistake("other-axis", _all(lambda p, t: np.sum(t * p == p.max()) / len(p))),
            Mistake("other-axis", _all(lambda p, t: np.sum(t * p == p.max(axis=0)) / len(p))),
            Mistake("other-axis", _best_samples),
            Mistake("each-by-itself", _chosen(lambda p: np.mean(p > 0.5))),
            Mistake("each-by-itself", _all(lambda p, t: np.mean((p > 0.5) == t))),
            Mistake("function-left-out", _chosen(np.mean)),
            Mistake("other-function", _all(lambda p, t: np.mean(p.max(axis=1)))),
            Mistake("counted-alike", _class_by_class),
        ),
    ),
}
