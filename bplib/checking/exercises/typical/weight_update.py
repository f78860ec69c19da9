"""Typical answers to the exercise on weight updates.

A rule is written in parts here, so that a mistake is one other part; ``r`` stands for the learning rate.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from bplib.checking.exercises.typical.ideas import TINY
from bplib.checking.judging.check import Mistake, Typical
from bplib.types import Array, Gradients, Parameters

_TINY = 1e-8
#: A function of some of the inputs, or a part of one; ``**all`` takes every input.
_Function = Callable[..., Any]
#: What typical mistakes return, by their name.
_Table = Mapping[str, Sequence[_Function]]


def _typical(table: _Table, *forms: _Function) -> Typical:
    return Typical(tuple(Mistake(cause, f) for cause, results in table.items() for f in results), forms)


def _cut(answer: _Function) -> _Function:
    """An answer that fills arrays made like theta, which may hold whole numbers."""

    def cut(**all: Any) -> Any:
        whole = np.all(all["theta"] == np.round(all["theta"]))
        return [np.trunc(part) if whole else part for part in answer(**all)]

    return cut


def _stopped(answer: _Function) -> _Function:
    """An answer that returns when the first row of theta is done."""

    def stopped(**all: Any) -> Any:
        new, *others = answer(**all)
        return [np.concatenate([new[:1], all["theta"][1:]]), *(None for _ in others)]

    return stopped


# Momentum -------------------------------------------------------------------------------------------------------


def _momentum_by_lines(theta: Array, g: Array, v: Array, learning_rate: float, beta: float) -> Any:
    kept = beta * v
    added = (1 - beta) * g
    new_v = kept + added
    step = learning_rate * new_v
    new_theta = theta - step
    return new_theta, new_v


def _momentum(
    velocity: _Function = lambda v, g, b, r: b * v + (1 - b) * g,
    move: _Function = lambda theta, v, r, g, b: theta - r * v,
) -> _Function:
    """The new velocity, and the step; b is beta."""

    def step(theta: Array, g: Array, v: Array, learning_rate: float, beta: float) -> Any:
        v = velocity(v, g, beta, learning_rate)
        return move(theta, v, learning_rate, g, beta), v

    return step


_MOMENTUM: _Table = {
    "uphill": [_momentum(move=lambda theta, v, r, *_: theta + r * v)],
    "sign-inside": [_momentum(lambda v, g, b, r: b * v - (1 - b) * g, lambda theta, v, r, *_: theta + r * v)],
    "coupled": [
        _momentum(lambda v, g, b, r: b * v - r * g, lambda theta, v, *_: theta + v),
        _momentum(lambda v, g, b, r: b * v + r * g, lambda theta, v, *_: theta - v),
        _momentum(lambda v, g, b, r: b * v - (1 - b) * r * g, lambda theta, v, *_: theta + v),
        _momentum(lambda v, g, b, r: b * v + (1 - b) * r * g, lambda theta, v, *_: theta - v),
        _momentum(lambda v, g, b, r: r * (b * v + (1 - b) * g), lambda *_: None),
    ],
    "factor-doubled": [
        _momentum(move=lambda theta, v, r, g, b: theta - r * (1 - b) * v),
        _momentum(move=lambda theta, v, r, g, b: theta - r * (v + (1 - b) * (r - 1) * g)),
        _momentum(move=lambda theta, v, r, g, b: theta - r * (v + (r - 1 + b) * g)),
    ],
    "factor-too-many": [_momentum(move=lambda theta, v, r, g, b: theta - r * v / (1 - b))],
    "rest-for-share": [_momentum(lambda v, g, b, r: (1 - b) * v + b * g)],
    "scaled": [_momentum(lambda v, g, b, r: (b * v + (1 - b) * g) / (1 - b), lambda *_: None)],
    "other-variable": [_momentum(move=lambda theta, v, r, g, b: theta - r * g)],
    "done-twice": [
        _momentum(move=lambda theta, v, r, g, b: theta - r * (b * v + (1 - b) * g)),
        _momentum(lambda v, g, b, r: b * v - r * g, lambda theta, v, r, g, b: theta + b * v - r * g),
        _momentum(move=lambda theta, v, r, *_: theta - 2 * r * v),
        _momentum(move=lambda theta, v, r, g, b: theta - r * (v + g)),
    ],
    "parentheses-missing": [
        _momentum(lambda v, g, b, r: (1 - b) * (b * v + g)),
        _momentum(lambda v, g, b, r: b * (v + (1 - b) * g)),
        _momentum(move=lambda theta, v, r, *_: (theta - r) * v),
        _momentum(move=lambda theta, v, r, *_: r * (theta - v)),
    ],
    "power-mixed": [_momentum(lambda v, g, b, r: b * v + (1 - b) * g**2)],
    "other-axis": [_momentum(lambda v, g, b, r: b * v + (1 - b) * np.mean(g))],
    "other-function": [_momentum(move=lambda theta, v, r, *_: theta - r * np.sign(v))],
    "other-constant": [
        *(_momentum(lambda v, g, b, r, c=c: c * v + (1 - c) * g) for c in (0.9, 0.99, 0.5)),
        *(_momentum(move=lambda theta, v, r, g, b, c=c: theta - c * v) for c in (0.1, 0.01, 0.001)),
    ],
    "cut-to-whole": [_cut(_momentum())],
    "stopped-early": [_stopped(_momentum())],
}  # fmt: skip

# Adagrad --------------------------------------------------------------------------------------------------------


def _adagrad_by_lines(theta: Array, g: Array, s: Array, learning_rate: float) -> Any:
    square = g**2
    s = s + square
    root = np.sqrt(s)
    direction = g / (root + 1e-8)
    theta = theta - learning_rate * direction
    return theta, s


def _adagrad(
    total: _Function = lambda s, g: s + g**2,
    move: _Function = lambda theta, g, s, r: theta - r * g / (np.sqrt(s) + _TINY),
) -> _Function:
    """What is remembered, and the step."""

    def step(theta: Array, g: Array, s: Array, learning_rate: float) -> Any:
        s = total(s, g)
        return move(theta, g, s, learning_rate), s

    return step


_ADAGRAD: _Table = {
    "uphill": [_adagrad(move=lambda theta, g, s, r: theta + r * g / (np.sqrt(s) + _TINY))],
    "power-mixed": [_adagrad(lambda s, g: s + np.abs(g)), _adagrad(lambda s, g: s**2 + g**2)],
    "factor-too-many": [_adagrad(lambda s, g, c=c: c * s + (1 - c) * g**2) for c in (0.9, 0.95, 0.99, 0.999, 0.5)],
    "other-axis": [
        *(_adagrad(lambda s, g, f=f: s + f(g**2)) for f in (np.sum, np.mean, lambda square: square.sum(axis=0))),
        _adagrad(move=lambda theta, g, s, r: theta - r * g / (np.sqrt(np.sum(s)) + _TINY)),
    ],
    "steps-exchanged": [_adagrad(move=lambda theta, g, s, r: theta - r * g / np.sqrt(s + _TINY))],
    "parentheses-missing": [
        _adagrad(lambda s, g: (s + g) ** 2),
        _adagrad(move=lambda theta, g, s, r: theta - r * g / np.sqrt(s) + _TINY),
        _adagrad(move=lambda theta, g, s, r: (theta - r * g) / (np.sqrt(s) + _TINY)),
    ],
    "coupled": [_adagrad(lambda s, g, c=c: np.sqrt(s + g**2) + c, lambda *_: None) for c in (0, _TINY)],
    "step-left-out": [_adagrad(move=lambda theta, g, s, r: theta - r * g)],
    "other-function": [
        _adagrad(move=lambda theta, g, s, r: theta - r * np.sign(g)),
        _adagrad(move=lambda theta, g, s, r: theta - r * np.abs(g) / (np.sqrt(s) + _TINY)),
    ],
    # Where there is nothing to divide by, something else guards the step, or a larger number takes the place of a sum.
    "term-left-out": [_adagrad(move=lambda theta, g, s, r: theta - r * g / np.maximum(np.sqrt(s), _TINY))],
    "other-constant": [
        *(_adagrad(move=lambda theta, g, s, r, c=c: theta - r * g / (np.sqrt(s) + c)) for c in (1, 1e-5, 1e-6, 1e-10)),
        *(_adagrad(move=lambda theta, g, s, r, c=c: theta - c * g / (np.sqrt(s) + _TINY)) for c in (0.1, 0.01)),
    ],
    "cut-to-whole": [_cut(_adagrad())],
    "stopped-early": [_stopped(_adagrad())],
}  # fmt: skip

# AdamW ----------------------------------------------------------------------------------------------------------


def _adamw_by_lines(
    theta: Array, g: Array, v: Array, s: Array, t: int, learning_rate: float, decay: float
) -> Any:
    v = 0.9 * v + 0.1 * g
    s = 0.999 * s + 0.001 * g**2
    v_hat = v / (1 - 0.9**t)
    s_hat = s / (1 - 0.999**t)
    theta = theta - learning_rate * v_hat / (np.sqrt(s_hat) + 1e-8) - learning_rate * decay * theta
    return theta, v, s


def _adamw(
    mean: _Function = lambda v, g: 0.9 * v + 0.1 * g,
    square: _Function = lambda s, g: 0.999 * s + 0.001 * g**2,
    start: _Function = lambda t: (1 - 0.9**t, 1 - 0.999**t),
    share: _Function = lambda v, s: v / (np.sqrt(s) + _TINY),
    move: _Function = lambda theta, step, r, d: theta - r * (step + d * theta),
) -> _Function:
    """Both means, what they are divided by for their start, their quotient, and the step; d is the decay."""

    def step(
        theta: Array, g: Array, v: Array, s: Array, t: int, learning_rate: float, decay: float
    ) -> tuple[Any, Any, Any]:
        v, s = mean(v, g), square(s, g)
        of_v, of_s = start(t)
        return move(theta, share(v / of_v, s / of_s), learning_rate, decay), v, s

    return step


def _adamw_remembering(t: int, **all: Any) -> Any:
    """What was corrected is remembered."""
    _, v, s = _adamw()(t=t, **all)
    return None, v / (1 - 0.9**t), s / (1 - 0.999**t)


def _adamw_by_rate(t: int, learning_rate: float, **all: Any) -> Any:
    """The corrections are part of the rate, by which the decay is multiplied as well."""
    rate = learning_rate * np.sqrt(1 - 0.999**t) / (1 - 0.9**t)
    return _adamw(start=lambda t: (1, 1))(t=t, learning_rate=rate, **all)


def _penalized(answer: _Function, **others: float) -> _Function:
    """The decay is part of the gradient."""
    return lambda **all: answer(**all | {"g": all["g"] + all["decay"] * all["theta"]} | others)


_ADAMW: _Table = {
    "uphill": [
        _adamw(move=lambda theta, step, r, d, sign=sign: theta + r * (step + sign * d * theta)) for sign in (1, -1)
    ],
    "coupled": [
        _penalized(_adamw(), decay=0.0),
        lambda **all: _penalized(_adamw(square=lambda s, _: 0.999 * s + 0.001 * all["g"] ** 2), decay=0.0)(**all),
        _adamw(
            share=lambda v, s: (v, np.sqrt(s) + _TINY),
            move=lambda theta, parts, r, d: theta - r * (parts[0] + d * theta) / parts[1],
        ),
        _adamw_by_rate,
    ],
    "correction-kept": [_adamw_remembering],
    "done-twice": [
        lambda **all: (_penalized(_adamw())(**all)[0], None, None),
        _adamw(start=lambda t: ((1 - 0.9**t) ** 2, (1 - 0.999**t) ** 2)),
    ],
    "term-left-out": [_adamw(move=lambda theta, step, r, d: theta - r * step)],
    "factor-left-out": [
        _adamw(move=lambda theta, step, r, d: theta - r * step - d * theta),
        _adamw(lambda v, g: 0.9 * v + g, lambda s, g: 0.999 * s + g**2),
        _adamw(start=lambda t: (1 - 0.9**t, 1)),
        _adamw(start=lambda t: (1, 1 - 0.999**t)),
    ],
    "sum-for-mean": [_adamw(square=lambda s, g: s + g**2)],
    "step-left-out": [_adamw(start=lambda t: (1, 1))],
    "old-value": [
        _adamw(move=lambda theta, step, r, d: (theta - r * step) * (1 - r * d)),
        lambda **all: (_adamw(lambda v, g: v, lambda s, g: s)(**all)[0], None, None),
    ],
    "off-by-one": [_adamw(start=lambda t, k=k: (1 - 0.9 ** (t + k), 1 - 0.999 ** (t + k))) for k in (1, -1)],
    "power-mixed": [
        _adamw(start=lambda t: (1 - 0.9, 1 - 0.999)),
        _adamw(start=lambda t: (1 - 0.9 * t, 1 - 0.999 * t)),
        _adamw(square=lambda s, g: 0.999 * s + 0.001 * np.abs(g)),
        _adamw(move=lambda theta, step, r, d: theta - r * (step + d * theta**2)),
    ],
    "multiplied-divided": [_adamw(start=lambda t: (1 / (1 - 0.9**t), 1 / (1 - 0.999**t)))],
    "steps-exchanged": [
        _adamw(share=lambda v, s: v / np.sqrt(s + _TINY)),
        _adamw(start=lambda t: ((1 - 0.9**t) / np.sqrt(1 - 0.999**t), 1)),
        _adamw(start=lambda t: (1 - 0.9**t, (1 - 0.999**t) ** 2)),
    ],
    "parentheses-missing": [
        _adamw(share=lambda v, s: v / np.sqrt(s) + _TINY),
        _adamw(move=lambda theta, step, r, d: theta - r * step + d * theta),
        _adamw(move=lambda theta, step, r, d: theta - r * (step + d) * theta),
        _adamw(square=lambda s, g: 0.999 * s + (0.001 * g) ** 2),
        _adamw(square=lambda s, g: (0.999 * s + 0.001 * g) ** 2),
        _adamw(start=lambda t: ((1 - 0.9) ** t, (1 - 0.999) ** t)),
    ],
    "rest-for-share": [
        _adamw(lambda v, g: 0.1 * v + 0.9 * g),
        _adamw(square=lambda s, g: 0.001 * s + 0.999 * g**2),
        _adamw(lambda v, g: 0.1 * v + 0.9 * g, lambda s, g: 0.001 * s + 0.999 * g**2),
        _adamw(move=lambda theta, step, r, d: theta - r * (step + (1 - d) * theta)),
    ],
    "other-constant": [
        *(
            _adamw(lambda v, g: 0.999 * v + 0.001 * g, lambda s, g: 0.9 * s + 0.1 * g**2, start)
            for start in (lambda t: (1 - 0.9**t, 1 - 0.999**t), lambda t: (1 - 0.999**t, 1 - 0.9**t))
        ),
        *(
            _adamw(square=lambda s, g, c=c: c * s + (1 - c) * g**2, start=lambda t, b=b: (1 - 0.9**t, 1 - b**t))
            for c, b in ((0.9, 0.9), (0.9, 0.999), (0.99, 0.99), (0.99, 0.999))
        ),
        *(_adamw(start=lambda t, a=a: (1 - a**t, 1 - 0.9**t)) for a in (0.9, 0.999)),
        *(_adamw(share=lambda v, s, c=c: v / (np.sqrt(s) + c)) for c in (1, 1e-5, 1e-6, 1e-10)),
        *(_adamw(move=lambda theta, step, r, d, c=c: theta - r * (step + c * theta)) for c in (0.1, 0.01)),
    ],
    "weight-decay-sign": [_adamw(move=lambda theta, step, r, d: theta - r * (step - d * theta))],
    "weight-decay-doubled": [_adamw(move=lambda theta, step, r, d: theta - r * (step + 2 * d * theta))],
    "weight-decay-halved": [_adamw(move=lambda theta, step, r, d: theta - r * (step + d * theta / 2))],
    "value-for-slope": [
        _adamw(move=lambda theta, step, r, d, c=c: theta - r * (step + c * d * np.sum(theta**2))) for c in (1, 0.5)
    ],
    "other-function": [
        _adamw(move=lambda theta, step, r, d: theta - r * (step + d * np.sign(theta))),
        _adamw(move=lambda theta, step, r, d: theta - r * (np.sign(step) + d * theta)),
        _adamw(share=lambda v, s: v / np.maximum(np.sqrt(s), _TINY)),
    ],
    "cut-to-whole": [_cut(_adamw())],
    "stopped-early": [_stopped(_adamw())],
}  # fmt: skip

# Clipping -------------------------------------------------------------------------------------------------------


def _clip_by_lines(gradients: Gradients, limit: float) -> Gradients:
    total = 0.0
    for g in gradients.values():
        total += np.sum(g**2)
    norm = np.sqrt(total)
    clipped = {}
    for name in gradients:
        if norm > limit:
            clipped[name] = gradients[name] * limit / norm
        else:
            clipped[name] = gradients[name]
    return clipped


def _clip_one_long_vector(gradients: Gradients, limit: float) -> Gradients:
    long = np.concatenate([g.ravel() for g in gradients.values()])
    factor = 1.0
    if np.sqrt(np.sum(long**2)) > limit:
        factor = limit / np.sqrt(np.sum(long**2))
    return {name: g * factor for name, g in gradients.items()}


def _length(arrays: Any) -> Any:
    return np.sqrt(sum(np.sum(g**2) for g in arrays))


def _shorter(norm: Any, limit: float) -> Any:
    return limit / norm if norm > limit else 1.0


def _all(name: str, *_: Any) -> bool:
    return True


def _is_weight(name: str, *_: Any) -> bool:
    return name.startswith("W")


def _clip(
    length: _Function = _length, factor: _Function = _shorter, which: _Function = _all, seen: _Function = _all
) -> _Function:
    """The length of those arrays that are seen, the factor, and which arrays are shortened by it."""

    def clip(gradients: Gradients, limit: float) -> Gradients:
        by = factor(length([g for name, g in gradients.items() if seen(name)]), limit)
        return {name: by * g if which(name, g, limit) else g for name, g in gradients.items()}

    return clip


def _each(change: _Function) -> _Function:
    return lambda gradients, limit: {name: change(g, limit) for name, g in gradients.items()}


#: To a length, so that nothing is divided by zero.
_ADDED = (1e-3, 1e-4, *(o for o in TINY if o >= 1e-16))
_CLIP: _Table = {
    "input-returned": [lambda gradients: gradients],
    "each-by-itself": [
        *(
            _each(lambda g, limit, k=k: g * limit / np.maximum(np.linalg.norm(g, axis=k, keepdims=True), limit))
            for k in (0, -1)
        ),
        _each(lambda g, limit: g * _shorter(_length([g]), limit)),
        _each(lambda g, limit: np.clip(g, -limit, limit)),
        _each(np.minimum),
        *(_clip(lambda arrays, f=f: f([_length([g]) for g in arrays])) for f in (sum, max, np.mean)),
        _clip(which=lambda name, g, limit: _length([g]) > limit),
    ],
    "other-function": [
        _clip(lambda arrays: max(np.max(np.abs(g)) for g in arrays)),
        _clip(lambda arrays: max(np.max(g) for g in arrays)),
        _clip(lambda arrays: sum(np.sum(np.abs(g)) for g in arrays)),
        _clip(lambda arrays: np.sqrt(sum(np.linalg.norm(np.atleast_1d(g), 2) ** 2 for g in arrays))),
    ],
    "mean-for-sum": [
        _clip(lambda arrays: _length(arrays) / np.sqrt(sum(np.size(g) for g in arrays))),
        _clip(lambda arrays: _length(arrays) / len(arrays)),
        _clip(lambda arrays: _length(arrays) / np.sqrt(len(arrays))),
    ],
    "factor-left-out": [_clip(factor=lambda norm, limit: 1 / norm if norm > limit else 1.0)],
    "term-too-many": [
        *(_clip(factor=lambda norm, limit, c=c: limit / (norm + c) if norm > limit else 1.0) for c in _ADDED),
        *(_clip(factor=lambda norm, limit, c=c: min(1.0, limit / (norm + c))) for c in _ADDED),
    ],
    "case-left-out": [
        _clip(factor=lambda norm, limit: limit / norm),
        _clip(factor=lambda norm, limit: limit / norm if norm else 1.0),
        _clip(which=_is_weight),
    ],
    "comparison-reversed": [_clip(factor=lambda norm, limit: limit / norm if 0 < norm < limit else 1.0)],
    "term-left-out": [_clip(seen=_is_weight, which=_is_weight), _clip(seen=_is_weight)],
}  # fmt: skip

# A schedule -----------------------------------------------------------------------------------------------------


def _decay_by_lines(epoch: int, epochs: int, rate: float) -> float:
    if epoch >= epochs:
        return 0.0
    gone = rate * epoch / epochs
    return rate - gone


def _on(share: _Function) -> _Function:
    """A share of the rate, which k of n epochs give."""
    return lambda epoch, epochs, rate: rate * share(epoch, epochs)


def _off(share: _Function) -> _Function:
    """The same, and nothing from the last epoch on."""
    return lambda epoch, epochs, rate: rate * share(epoch, epochs) if epoch < epochs else 0.0


_FALLS: tuple[_Function, ...] = (
    *(lambda k, n, base=base: base**k for base in (0.5, 0.9, 0.95, 0.99)), lambda k, n: 0.5 ** (k // 10),
    lambda k, n: np.exp(-k), lambda k, n: np.exp(-k / n), lambda k, n: 1 / (1 + k), lambda k, n: 1 / (1 + k / n),
    lambda k, n: (1 - 1 / n) ** k, lambda k, n: 0.5 * (1 + np.cos(np.pi * k / n)), lambda k, n: np.cos(0.5 * np.pi * k / n),
)  # fmt: skip

_LINEAR: _Table = {
    "off-by-one": [
        *(_on(lambda k, n, by=by: max(0.0, 1 - k / (n + by))) for by in (1, -1)),
        *(_on(lambda k, n, by=by: max(0.0, 1 - (k + by) / n)) for by in (1, -1)),
        *(_off(lambda k, n, by=by: 1 - k / (n + by)) for by in (1, -1)),
        *(_off(lambda k, n, by=by: 1 - (k + by) / n) for by in (1, -1)),
        *(_on(lambda k, n, by=by: 1 - k / (n + by)) for by in (1, -1)),
        _on(lambda k, n: max(0.0, 1 - (k - 1) / (n - 1))),
        _on(lambda k, n: 1 - min(k, n - 1) / n),
    ],
    "rest-for-share": [way(lambda k, n: min(1.0, k / n)) for way in (_on, _off)],
    "other-function": [way(fall) for fall in _FALLS for way in (_on, _off)],
    "power-mixed": [
        *(_off(lambda k, n, p=p: (1 - k / n) ** p) for p in (2, 0.5)),
        *(_off(lambda k, n, p=p: 1 - (k / n) ** p) for p in (2, 0.5)),
    ],
    "factor-left-out": [
        lambda epoch, epochs, rate: max(0.0, rate - epoch / epochs),
        lambda epoch, epochs, rate: rate - epoch / epochs,
        lambda epoch, epochs, rate: rate - epoch / epochs if epoch < epochs else 0.0,
        _on(lambda k, n: 1 - 1 / n),
        _on(lambda k, n: max(0, n - k)),
    ],
    "not-stopped": [_on(lambda k, n: 1 - k % n / n), _on(lambda k, n: abs(1 - k / n))],
    "case-left-out": [
        _on(lambda k, n: 1 - k / n),
        _on(lambda k, n: 1 - k / n if k < n else 1),
        _on(lambda k, n: 1 - k / n if k <= n else 1),
    ],
    "cut-to-whole": [_off(lambda k, n: 1), _on(lambda k, n: max(0, 1 - k // n)), _off(lambda k, n: round(1 - k / n))],
}  # fmt: skip

# A whole step ---------------------------------------------------------------------------------------------------


def _train_by_lines(params: Parameters, x: Array, y: Array, learning_rate: float) -> Parameters:
    z = x @ params["W1"] + params["b1"]
    a = np.tanh(z)
    output = a @ params["W2"] + params["b2"]
    dz2 = (output - y) / len(x)
    dW2 = a.T @ dz2
    da = dz2 @ params["W2"].T
    dz1 = da * (1 - a**2)
    dW1 = x.T @ dz1
    return {
        "W1": params["W1"] - learning_rate * dW1,
        "b1": params["b1"] - learning_rate * np.sum(dz1, axis=0),
        "W2": params["W2"] - learning_rate * dW2,
        "b2": params["b2"] - learning_rate * np.sum(dz2, axis=0),
    }


def _sigmoid(z: Array) -> Array:
    return 1 / (1 + np.exp(-z))


def _slopes(
    params: Parameters,
    x: Array,
    y: Array,
    slope: _Function = lambda z, a: 1 - a**2,
    error: _Function = lambda output, y: output - y,
    bend: _Function = np.tanh,
    back: _Function = lambda d, W: d @ W.T,
) -> Gradients:
    """The gradients, by the slope and the bend of the hidden layer, the blame of the output, and its way back."""
    z = x @ params["W1"] + params["b1"]
    a = bend(z)
    d2 = error(a @ params["W2"] + params["b2"], y) / len(x)
    d1 = back(d2, params["W2"]) * slope(z, a)
    return {"W1": x.T @ d1, "b1": d1.sum(axis=0), "W2": a.T @ d2, "b2": d2.sum(axis=0)}


def _moved(params: Parameters, slopes: Gradients, rate: float) -> Parameters:
    return {name: params[name] - rate * slope for name, slope in slopes.items()}


def _train(*names: str, **parts: _Function) -> _Function:
    """A step of the parameters with these names, or of all."""

    def train(params: Parameters, x: Array, y: Array, learning_rate: float) -> Parameters:
        new = _moved(params, _slopes(params, x, y, **parts), learning_rate)
        return {name: new[name] for name in names or new}

    return train


def _times(factor: _Function, *names: str) -> _Function:
    """The right gradients times a factor that the targets and the rate give."""
    return lambda params, x, y, learning_rate: _train(*names)(
        params, x, y, learning_rate * factor(y, learning_rate)
    )


def _one_sample(k: int, factor: _Function) -> _Function:
    return lambda params, x, y, learning_rate: _train()(
        params, x[k:][:1], y[k:][:1], learning_rate * factor(y)
    )


def _each_sample(params: Parameters, x: Array, y: Array, learning_rate: float) -> Parameters:
    for k in range(len(x)):
        params = _train()(params, x[k : k + 1], y[k : k + 1], learning_rate)
    return params


def _second_layer_first(params: Parameters, x: Array, y: Array, learning_rate: float) -> Parameters:
    """The second layer is updated before the blame passes through it."""
    W2 = _train()(params, x, y, learning_rate)["W2"]
    return _train("W1", "b1", back=lambda d, _: d @ W2.T)(params, x, y, learning_rate)


def _first_layer_first(params: Parameters, x: Array, y: Array, learning_rate: float) -> Parameters:
    """The first layer is updated, and the forward pass done again, before the second has its gradients."""
    new = params | _train("W1", "b1")(params, x, y, learning_rate)
    return _train("W2", "b2")(new, x, y, learning_rate)


def _biases_from_weights(params: Parameters, x: Array, y: Array, learning_rate: float) -> Parameters:
    slopes = _slopes(params, x, y)
    return _moved(params, {"b1": slopes["W1"].sum(axis=0), "b2": slopes["W2"].sum(axis=0)}, learning_rate)


_FIRST = ("W1", "b1")
_TRAIN: _Table = {
    "updated-weights": [_second_layer_first],
    "old-value": [_first_layer_first],
    "each-by-itself": [
        _each_sample,
        lambda params, x, y, learning_rate: _each_sample(params, x, y, learning_rate / len(x)),
    ],
    "uphill": [_times(lambda y, r: -1)],
    "sum-for-mean": [_times(lambda y, r: len(y))],
    "mean-for-sum": [_times(lambda y, r: 1 / len(y), "b1", "b2")],
    "factor-doubled": [_times(lambda y, r: 1 / len(y), "W1", "W2"), _times(lambda y, r: r)],
    "factor-left-out": [_times(lambda y, r: 1 / r)],
    "factor-two": [_times(lambda y, r: 2)],
    "factor-half": [_times(lambda y, r: 0.5)],
    "other-count": [
        _times(lambda y, r: len(y) / y.size),
        _times(lambda y, r: 2 * len(y) / y.size),
        _times(lambda y, r: len(y) / y.shape[1]),
    ],
    "step-left-out": [_slopes],
    "done-twice": [lambda **all: _train()(**all | {"params": _train()(**all)})],
    "only-one-sample": [_one_sample(k, f) for k in (0, -1) for f in (lambda y: 1, lambda y: 1 / len(y))],
    "derivative-at-activation": [_train(*_FIRST, slope=lambda z, a: 1 - np.tanh(a) ** 2)],
    "tanh-from-weighted-input": [_train(*_FIRST, slope=lambda z, a: 1 - z**2)],
    "activation-derivative-missing": [_train(*_FIRST, slope=lambda z, a: 1)],
    "value-for-slope": [
        _train(*_FIRST, slope=lambda z, a: a),
        *(_train(error=lambda output, y, c=c: c * (output - y) ** 2) for c in (1, 0.5)),
    ],
    "slope-squared": [_train(*_FIRST, slope=lambda z, a: (1 - a**2) ** 2)],
    "power-mixed": [_train(*_FIRST, slope=lambda z, a: 1 - a)],
    "parentheses-missing": [_train(*_FIRST, slope=lambda z, a: (1 - a) ** 2)],
    "other-activation": [
        _train(*_FIRST, slope=lambda z, a: a * (1 - a)),
        _train(*_FIRST, slope=lambda z, a: _sigmoid(z) * (1 - _sigmoid(z))),
        _train(*_FIRST, slope=lambda z, a: z > 0),
        _train(bend=_sigmoid, slope=lambda z, a: a * (1 - a)),
        _train(bend=lambda z: np.maximum(z, 0), slope=lambda z, a: z > 0),
    ],
    "function-too-many": [
        _train(error=lambda output, y: (np.tanh(output) - y) * (1 - np.tanh(output) ** 2)),
        _train(error=lambda output, y: (_sigmoid(output) - y) * _sigmoid(output) * (1 - _sigmoid(output))),
        _train(error=lambda output, y: (output - y) * (1 - output**2)),
        _train(error=lambda output, y: (output - y) * (1 - np.tanh(output) ** 2)),
        _train(error=lambda output, y: np.tanh(output) - y),
        _train(error=lambda output, y: _sigmoid(output) - y),
    ],
    "other-function": [
        _train(error=lambda output, y: np.sign(output - y)),
    ],
    "function-left-out": [_train(bend=lambda z: z, slope=lambda z, a: 1)],
    "weights-skipped": [
        _train(*_FIRST, back=lambda d, W: d.sum(axis=1, keepdims=True)),
        _train(*_FIRST, back=lambda d, W: d.mean(axis=1, keepdims=True)),
    ],
    "bias-from-weights": [_biases_from_weights],
}  # fmt: skip

TYPICAL = {
    "ema_momentum_step": _typical(_MOMENTUM, _momentum_by_lines),
    "adagrad_step": _typical(_ADAGRAD, _adagrad_by_lines),
    "adamw_step": _typical(_ADAMW, _adamw_by_lines),
    "clip_by_norm": _typical(_CLIP, _clip_by_lines, _clip_one_long_vector),
    "linear_decay": _typical(_LINEAR, _decay_by_lines),
    "train_step": _typical(_TRAIN, _train_by_lines),
}
