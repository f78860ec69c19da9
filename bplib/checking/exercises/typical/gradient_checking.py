"""Typical answers to the exercise on gradient checking."""

import operator
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

Numbers = dict[str, float]
Function = Callable[[Array], float]
Loss = Callable[[Parameters], float]
Three = tuple[Array, Array, Array]

# Right, in other words: measuring -------------------------------------------------------------------------------


def _central(f: Function, x: Array, i: int, j: int, step: float) -> float:
    row, column = np.eye(x.shape[0])[i], np.eye(x.shape[1])[j]
    e = step * np.outer(row, column)
    return (f(x + e) - f(x - e)) / (2 * step)


def _richardson_by_entries(f: Function, x: Array, h: float) -> Array:
    slopes = []
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            near = _central(f, x, i, j, h)
            far = _central(f, x, i, j, 2 * h)
            slopes.append(near + (near - far) / 3)
    return np.reshape(slopes, x.shape)


def _best_step_by_lines(value: float, third: float, eps: float) -> Numbers:
    rounding = eps * abs(value)
    bend = abs(third)
    cube = 3 * rounding / bend
    h = cube ** (1 / 3)
    error = h**2 * bend / 6 + rounding / h
    return {"h": h, "error": error}


def _slope_along_by_names(
    loss: Loss, params: Parameters, grads: Gradients, direction: Parameters, h: float
) -> Numbers:
    up = {name: params[name] + h * direction[name] for name in params}
    down = {name: params[name] - h * direction[name] for name in params}
    predicted = 0.0
    for name in grads:
        product = grads[name] * direction[name]
        predicted += np.sum(product)
    difference = loss(up) - loss(down)
    measured = difference / (2 * h)
    return {"measured": measured, "predicted": predicted}


# Right, in other words: mending ---------------------------------------------------------------------------------


def _relu_by_lines(params: Parameters, x: Array, y: Array) -> Gradients:
    m = len(x)
    z1 = x @ params["W1"] + params["b1"]
    a1 = np.maximum(z1, 0)
    y_hat = a1 @ params["W2"] + params["b2"]
    dz2 = (y_hat - y) / m
    da1 = dz2 @ params["W2"].T
    slope = z1 > 0
    dz1 = da1 * slope
    dW1 = x.T @ dz1
    db1 = dz1.sum(axis=0)
    dW2 = a1.T @ dz2
    db2 = dz2.sum(axis=0)
    return {"W1": dW1, "b1": db1, "W2": dW2, "b2": db2}


def _relu_by_samples(params: Parameters, x: Array, y: Array) -> Gradients:
    dW1, db1 = np.zeros(params["W1"].shape), np.zeros(params["b1"].shape)
    dW2, db2 = np.zeros(params["W2"].shape), np.zeros(params["b2"].shape)
    for s in range(len(x)):
        z1 = x[s] @ params["W1"] + params["b1"]
        a1 = np.where(z1 > 0, z1, 0.0)
        dz2 = (a1 @ params["W2"] + params["b2"] - y[s]) / len(x)
        dz1 = np.where(z1 > 0, params["W2"] @ dz2, 0.0)
        dW1 += np.outer(x[s], dz1)
        db1 += dz1
        dW2 += np.outer(a1, dz2)
        db2 += dz2
    return {"W1": dW1, "b1": db1, "W2": dW2, "b2": db2}


def _gate_by_lines(dy: Array, x: Array, W: Array, b: Array) -> Three:
    z = x @ W + b
    t = np.tanh(z)
    dt = dy * x
    slope = 1 - t**2
    dz = dt * slope
    direct = dy * t
    through = dz @ W.T
    dx = direct + through
    dW = x.T @ dz
    db = dz.sum(axis=0)
    return dx, dW, db


def _autoencoder_by_lines(x: Array, W: Array, b: Array, c: Array) -> Three:
    m = len(x)
    z = x @ W + b
    h = np.tanh(z)
    r = h @ W.T + c
    dr = (r - x) / m
    dh = dr @ W
    slope = 1 - h**2
    dz = dh * slope
    encoder = x.T @ dz
    decoder = dr.T @ h
    dW = encoder + decoder
    db = dz.sum(axis=0)
    dc = dr.sum(axis=0)
    return dW, db, dc


def _autoencoder_by_samples(x: Array, W: Array, b: Array, c: Array) -> Three:
    dW, db, dc = np.zeros(W.shape), np.zeros(b.shape), np.zeros(c.shape)
    for s in range(len(x)):
        h = np.tanh(x[s] @ W + b)
        dr = (W @ h + c - x[s]) / len(x)
        dz = (dr @ W) * (1 - h**2)
        dW += np.outer(x[s], dz)
        dW += np.outer(dr, h)
        db += dz
        dc += dr
    return dW, db, dc


# Wrong: measuring -----------------------------------------------------------------------------------------------


def _quotients(f: Function, x: Array, h: float, up: float, down: float, moving: Any) -> Array:
    """The slope at every entry, from one point to another; ``moving`` says which entries move with it."""
    slopes = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        e = np.zeros(x.shape)
        e[moving(*index)] = h
        slopes[index] = (f(x + up * e) - f(x + down * e)) / ((up - down) * h)
    return slopes


def _extrapolated(
    of: Callable[[Array, Array], Array] = lambda near, far: (4 * near - far) / 3,
    up: float = 1.0,
    down: float = -1.0,
    moving: Any = lambda i, j: (i, j),
    step: Callable[[float], float] = lambda h: h,
) -> Callable[..., Array]:
    """Two quotients put together in another way, or others, from points up and down, or with another step."""

    def richardson(f: Function, x: Array, h: float) -> Array:
        near, far = (_quotients(f, x, k * step(h), up, down, moving) for k in (1, 2))
        return of(near, far)

    return richardson


def _moved(*moves: float, whole: bool = False) -> Callable[..., Array]:
    """The point itself is moved, by so many steps before each of four losses and after the last, and not put back as it was.

    ``whole``: in the array that came in, where steps are cut if it holds whole numbers.
    """

    def richardson(f: Function, x: Array, h: float) -> Array:
        cut = whole and x.size > 1 and (x == np.round(x)).all()
        point, slopes = x.astype(int if cut else float), np.zeros(x.shape)
        for index in np.ndindex(x.shape):
            losses = []
            for move in moves[:4]:
                point[index] += move * h
                losses.append(f(point.copy()))
            point[index] += moves[4] * h
            near, far = (losses[0] - losses[1]) / (2 * h), (losses[2] - losses[3]) / (4 * h)
            slopes[index] = (4 * near - far) / 3
        return slopes

    return richardson


def _left_moved(left: float) -> Callable[..., Array]:
    """Entries are not put back when they have been measured."""

    def richardson(f: Function, x: Array, h: float) -> Array:
        point, slopes = x.copy(), np.zeros(x.shape)
        for index in np.ndindex(x.shape):
            slopes[index] = _extrapolated()(f, point, h)[index]
            point[index] += left * h
        return slopes

    return richardson


def _entries(count: Callable[[Array], int]) -> Callable[..., Array]:
    """The first entries alone."""
    return lambda f, x, h: _extrapolated()(f, x, h) * (np.arange(x.size).reshape(x.shape) < count(x))


def _when_whole(result: Callable[[Function, Array, float], Array]) -> Callable[..., Array]:
    """Something else where the array may hold whole numbers alone."""

    def richardson(f: Function, x: Array, h: float) -> Array:
        whole = x.size > 1 and (x == np.round(x)).all()
        return result(f, x, h) if whole else _extrapolated()(f, x, h)

    return richardson


def _step(
    h: Callable[[float, float, float], float] = lambda v, t, eps: np.cbrt(3 * eps * abs(v / t)),
    error: Callable[[float, float], float] = lambda rounding, bending: abs(rounding) + abs(bending),
) -> Callable[..., Numbers]:
    """Another step, of the loss, its bend and the spacing, or another error at it."""

    def best_step(value: float, third: float, eps: float) -> Numbers:
        step = h(value, third, eps)
        return {"h": step, "error": error(eps * value / step, step**2 / 6 * third)}

    return best_step


def _best_power(largest: int) -> Callable[[float, float, float], float]:
    return lambda v, t, eps: min(
        (10.0**-k for k in range(largest, 16)), key=lambda h: h**2 / 6 * abs(t) + eps * abs(v) / h
    )


def _slope(
    loss: Loss, params: Parameters, direction: Parameters, h: float, up: float = 1.0, down: float = -1.0
) -> float:
    """The slope between two points along a direction; what has no direction stays."""
    high, low = (
        loss({name: value + k * h * direction.get(name, 0.0) for name, value in params.items()})
        for k in (up, down)
    )
    return (high - low) / ((up - down) * h)


def _measured(
    up: float = 1.0,
    down: float = -1.0,
    times: Callable[[float], float] = lambda h: 1.0,
    step: Callable[[float], float] = lambda h: h,
) -> Callable[..., Numbers]:
    """The slope between other points, or with a factor."""
    return lambda loss, params, direction, h: {
        "measured": times(h) * _slope(loss, params, direction, step(h), up, down)
    }


def _one_by_one(of: Callable[[list[float]], float]) -> Callable[..., Numbers]:
    """What is made of the slopes along each array alone."""
    return lambda loss, params, direction, h: {
        "measured": of([_slope(loss, params, {name: direction[name]}, h) for name in params])
    }


def _entry_by_entry(loss: Loss, params: Parameters, direction: Parameters, h: float) -> Numbers:
    measured = 0.0
    for name, value in params.items():
        for index in np.ndindex(value.shape):
            alone = np.zeros(value.shape)
            alone[index] = direction[name][index]
            measured += _slope(loss, params, {name: alone}, h)
    return {"measured": measured}


def _along(other: Callable[[Parameters], Parameters]) -> Callable[..., Numbers]:
    """Both slopes along something else than the direction."""

    def slope_along(
        loss: Loss, params: Parameters, grads: Gradients, direction: Parameters, h: float
    ) -> Numbers:
        there = other(direction)
        predicted = sum(float(np.sum(grads[name] * there[name])) for name in there)
        return {"measured": _slope(loss, params, there, h), "predicted": predicted}

    return slope_along


def _of_length_one(direction: Parameters) -> Parameters:
    length = np.sqrt(sum(np.sum(d**2) for d in direction.values()))
    return {name: d / length for name, d in direction.items()}


def _predicted(of: Callable[[Array, Array], Any]) -> Callable[..., Numbers]:
    """Another way to put gradient and direction together, all entries in a row."""
    return lambda grads, direction: {"predicted": of(_flat(grads), _flat({n: direction[n] for n in grads}))}


def _flat(parts: Parameters) -> Array:
    return np.concatenate([part.ravel() for part in parts.values()])


def _mean_of_means(grads: Gradients, direction: Parameters) -> Numbers:
    return {"predicted": float(np.mean([np.mean(grads[name] * direction[name]) for name in grads]))}


# Wrong: mending -------------------------------------------------------------------------------------------------


def _relu(
    back: Callable[[Array, Array], Array] = lambda da1, z1: da1 * (z1 > 0),
    bend: Callable[[Array], Array] = relu,
    count: Callable[[Array, Array, int], int] = lambda x, y, hidden: len(x),
    chosen: slice = slice(None),
    error: Callable[[Array, Array], Array] = lambda y_hat, y: y_hat - y,
    **parts: Callable[..., Array],
) -> Callable[..., Gradients]:
    """The backward pass with another step back through the bend, other parts, or of some samples alone."""

    def relu_network_backward(params: Parameters, x: Array, y: Array) -> Gradients:
        divisor = count(x, y, params["b1"].size)
        x, y = x[chosen], y[chosen]
        z1 = x @ params["W1"] + params["b1"]
        a1 = bend(z1)
        dz2 = error(a1 @ params["W2"] + params["b2"], y) / divisor
        dz1 = back(dz2 @ params["W2"].T, z1)
        given = {"W1": x.T @ dz1, "b1": dz1.sum(axis=0), "W2": a1.T @ dz2, "b2": dz2.sum(axis=0)}
        return {**given, **{name: part(x, z1, a1, dz1, dz2) for name, part in parts.items()}}

    return relu_network_backward


def _relu_switched_without_bias(params: Parameters, x: Array, y: Array) -> Gradients:
    return _relu(lambda da1, z1: da1 * (z1 > params["b1"]))(params, x, y)


def _gate(
    dz: Callable[..., Array] = lambda dy, x, t, slope: dy * x * slope,
    dx: Callable[..., Array] = lambda dy, x, t, dz, W: dy * t + dz @ W.T,
    dW: Callable[..., Array] = lambda x, t, dz: x.T @ dz,
    db: Callable[..., Array] = lambda dz: dz.sum(axis=0),
    slope: Slope = tanh_slope,
    bend: Callable[[Array], Array] = np.tanh,
) -> Callable[..., Three]:
    """The backward pass with another formula, or another bend."""

    def gate_backward(dy: Array, x: Array, W: Array, b: Array) -> Three:
        z = x @ W + b
        t = bend(z)
        back = dz(dy, x, t, slope(z, t))
        return dx(dy, x, t, back, W), dW(x, t, back), db(back)

    return gate_backward


def _autoencoder(
    slope: Slope = tanh_slope,
    bend: Callable[[Array], Array] = np.tanh,
    count: Callable[[Array, Array], int] = lambda x, W: len(x),
    error: Callable[[Array, Array], Array] = lambda r, x: r - x,
    dW: Callable[..., Array] = lambda x, z, h, dr, dz: x.T @ dz + dr.T @ h,
    sums: Callable[[Array], Array] = lambda d: d.sum(axis=0),
    chosen: slice = slice(None),
) -> Callable[..., Three]:
    """The backward pass with another part, or of some samples alone."""

    def autoencoder_backward(x: Array, W: Array, b: Array, c: Array) -> Three:
        divisor = count(x, W)
        x = x[chosen]
        z = x @ W + b
        h = bend(z)
        dr = error(h @ W.T + c, x) / divisor
        dz = (dr @ W) * slope(z, h)
        return dW(x, z, h, dr, dz), sums(dz), sums(dr)

    return autoencoder_backward


_FIRST, _LAST = slice(0, 1), slice(-1, None)
#: One step up and one down, then two: what is moved back too late or never, see `_moved`.
_NOT_PUT_BACK = (
    (1.0, -2.0, 2.0, -4.0, 0.0),
    (1.0, -2.0, 2.0, -4.0, 2.0),
    (1.0, -2.0, 3.0, -4.0, 0.0),
    (1.0, -1.0, 2.0, -2.0, 0.0),
)

TYPICAL = {
    "richardson": Typical(
        forms=(_richardson_by_entries,),
        mistakes=(
            Mistake("step-left-out", _extrapolated(lambda near, far: near)),
            Mistake("step-left-out", _extrapolated(lambda near, far: far)),
            Mistake("step-left-out", _left_moved(-1.0)),
            Mistake("step-left-out", _left_moved(-2.0)),
            *(
                Mistake("step-left-out", _moved(*moves, whole=whole))
                for moves in _NOT_PUT_BACK
                for whole in (False, True)
            ),
            Mistake("cut-to-whole", _moved(1.0, -2.0, 3.0, -4.0, 2.0, whole=True)),
            Mistake("one-sided", _extrapolated(down=0.0)),
            Mistake("one-sided", _extrapolated(up=0.0)),
            Mistake("one-sided", _extrapolated(lambda near, far: near, down=0.0)),
            Mistake("one-sided", _extrapolated(lambda near, far: near, up=0.0)),
            Mistake("one-sided", _extrapolated(lambda near, far: 2 * near - far, down=0.0)),
            Mistake("other-variable", _extrapolated(lambda near, far: (4 * far - near) / 3)),
            Mistake("sign-inside", _extrapolated(lambda near, far: (4 * near + far) / 5)),
            Mistake("other-constant", _extrapolated(lambda near, far: (near + far) / 2)),
            Mistake("other-constant", _extrapolated(lambda near, far: 2 * near - far)),
            Mistake("other-constant", _extrapolated(lambda near, far: (8 * near - far) / 7)),
            Mistake("other-constant", _extrapolated(lambda near, far: (16 * near - far) / 15)),
            Mistake("other-step", _extrapolated(step=lambda h: h / 2)),
            Mistake("other-step", _extrapolated(step=lambda h: 1.0)),
            Mistake("other-step", _extrapolated(step=lambda h: 1e-5)),
            Mistake("other-step", _extrapolated(lambda near, far: near, step=lambda h: 1e-4)),
            Mistake("other-step", _extrapolated(lambda near, far: near, step=lambda h: 1e-5)),
            Mistake("other-step", _extrapolated(lambda near, far: near, step=lambda h: 1e-6)),
            Mistake("other-constant", _extrapolated(lambda near, far: (4 * near - far) / 4)),
            Mistake("parentheses-missing", _extrapolated(lambda near, far: 4 * near - far / 3)),
            Mistake("factor-left-out", _extrapolated(lambda near, far: 4 * near - far)),
            Mistake("factor-left-out", _extrapolated(lambda near, far: (4 * near - 2 * far) / 3)),
            Mistake("other-axis", _extrapolated(moving=lambda i, j: ...)),
            Mistake("other-axis", _extrapolated(moving=lambda i, j: i)),
            Mistake("other-axis", _extrapolated(moving=lambda i, j: (..., j))),
            Mistake("stopped-early", _entries(lambda x: 1)),
            Mistake("stopped-early", _entries(lambda x: x.shape[1])),
            Mistake("off-by-one", _entries(lambda x: x.size - 1)),
            Mistake("cut-to-whole", _when_whole(lambda f, x, h: np.zeros(x.shape))),
            Mistake("cut-to-whole", _when_whole(lambda f, x, h: np.trunc(_extrapolated()(f, x, h)))),
            Mistake(
                "cut-to-whole", _when_whole(lambda f, x, h: _extrapolated()(lambda p: f(np.trunc(p)), x, h))
            ),
        ),
    ),
    "best_step": Typical(
        forms=(_best_step_by_lines,),
        mistakes=(
            Mistake("function-left-out", _step(lambda v, t, eps: np.cbrt(3 * eps * v / t))),
            Mistake("function-left-out", _step(lambda v, t, eps: np.cbrt(3 * eps * v / t), operator.add)),
            Mistake("function-left-out", _step(error=operator.add)),
            Mistake(
                "other-constant", _step(error=lambda rounding, bending: abs(rounding) + 3 * abs(bending))
            ),
            Mistake(
                "other-constant", _step(error=lambda rounding, bending: abs(rounding) + 2 * abs(bending))
            ),
            Mistake(
                "other-constant", _step(error=lambda rounding, bending: 2 * abs(rounding) + abs(bending))
            ),
            Mistake("other-constant", _step(lambda v, t, eps: np.cbrt(12 * eps * abs(v / t)))),
            Mistake("other-constant", _step(lambda v, t, eps: np.cbrt(6 * eps * abs(v / t)))),
            Mistake("other-constant", _step(lambda v, t, eps: np.cbrt(1.5 * eps * abs(v / t)))),
            Mistake("multiplied-divided", _step(lambda v, t, eps: np.cbrt(eps * abs(v / t) / 3))),
            Mistake("multiplied-divided", _step(lambda v, t, eps: np.cbrt(3 * eps * abs(t / v)))),
            Mistake("other-function", _step(lambda v, t, eps: 2 * np.sqrt(eps * abs(v / t)))),
            Mistake("other-function", _step(lambda v, t, eps: np.sqrt(eps * abs(v / t)))),
            Mistake("other-function", _step(lambda v, t, eps: np.sqrt(eps))),
            Mistake("parentheses-missing", _step(lambda v, t, eps: eps * abs(v / t))),
            Mistake("parentheses-missing", _step(lambda v, t, eps: 3 * np.cbrt(eps * abs(v / t)))),
            Mistake("factor-left-out", _step(lambda v, t, eps: np.cbrt(3 * eps))),
            Mistake("factor-left-out", _step(lambda v, t, eps: np.cbrt(eps))),
            Mistake("factor-left-out", _step(lambda v, t, eps: np.cbrt(eps * abs(v)))),
            Mistake("other-variable", _step(lambda v, t, eps: np.cbrt(3 * 2**-52 * abs(v / t)))),
            Mistake("cut-to-whole", _step(_best_power(0))),
            Mistake("cut-to-whole", _step(_best_power(1))),
            Mistake("same-for-all", lambda: {"h": 1e-5}),
        ),
    ),
    "slope_along": Typical(
        forms=(_slope_along_by_names,),
        mistakes=(
            Mistake("one-sided", _measured(1.0, 0.0)),
            Mistake("one-sided", _measured(0.0, -1.0)),
            Mistake("one-sided", _measured(1.0, 0.0, times=lambda h: 0.5)),
            Mistake("other-constant", _measured(2.0, -2.0)),
            Mistake("other-constant", _measured(0.5, -0.5)),
            Mistake("other-step", _measured(step=lambda h: 1e-5)),
            Mistake("parentheses-missing", _measured(times=lambda h: h * h)),
            Mistake("factor-left-out", _measured(times=lambda h: 2 * h)),
            Mistake("factor-too-many", _along(_of_length_one)),
            Mistake("term-left-out", _along(lambda d: {name: d[name] for name in ("W1", "W2")})),
            Mistake("term-left-out", _along(lambda d: {name: d[name] for name in ("b1", "b2")})),
            Mistake("kept-not-added", _one_by_one(lambda slopes: slopes[-1])),
            Mistake("stopped-early", _one_by_one(lambda slopes: slopes[0])),
            Mistake("each-by-itself", _one_by_one(sum)),
            Mistake("each-by-itself", _entry_by_entry),
            Mistake("each-by-itself", _predicted(lambda g, d: g.sum() * d.sum())),
            Mistake(
                "factor-too-many",
                lambda grads, direction, h: {"predicted": h * np.sum(_flat(grads) * _flat(direction))},
            ),
            Mistake(
                "factor-too-many",
                lambda grads, direction, h: {"predicted": 2 * h * np.sum(_flat(grads) * _flat(direction))},
            ),
            Mistake("mean-for-sum", _predicted(lambda g, d: np.mean(g * d))),
            Mistake("mean-for-sum", _mean_of_means),
            Mistake("other-function", _predicted(lambda g, d: np.abs(g * d).sum())),
            Mistake("other-function", _predicted(lambda g, d: np.linalg.norm(g) * np.linalg.norm(d))),
        ),
    ),
    "relu_network_backward": Typical(
        forms=(_relu_by_lines, _relu_by_samples),
        mistakes=(
            Mistake("switched-off-heard", _relu(lambda da1, z1: da1)),
            Mistake("value-for-slope", _relu(lambda da1, z1: relu(da1))),
            Mistake("value-for-slope", _relu(lambda da1, z1: da1 * relu(z1))),
            Mistake("wrong-tensor", _relu(lambda da1, z1: da1 * z1)),
            Mistake("wrong-tensor", _relu(W2=lambda x, z1, a1, dz1, dz2: z1.T @ dz2)),
            Mistake("upstream-missing", _relu(lambda da1, z1: np.heaviside(z1, 0.0))),
            Mistake("comparison-reversed", _relu(lambda da1, z1: da1 * (z1 <= 0))),
            Mistake("other-activation", _relu(lambda da1, z1: da1 * np.where(z1 > 0, 1, 0.1))),
            Mistake("other-activation", _relu(lambda da1, z1: da1 * np.where(z1 > 0, 1, 0.01))),
            Mistake("other-activation", _relu(lambda da1, z1: da1 * np.where(z1 > 0, 1, 0.5))),
            Mistake("other-activation", _relu(lambda da1, z1: da1 * sigmoid(z1))),
            Mistake("other-activation", _relu(lambda da1, z1: da1 * (1 - relu(z1) ** 2))),
            Mistake("other-activation", _relu(lambda da1, z1: da1 * (1 - np.tanh(z1) ** 2))),
            Mistake("other-activation", _relu(lambda da1, z1: da1 * relu(z1) * (1 - relu(z1)))),
            Mistake("other-activation", _relu(lambda da1, z1: da1 * sigmoid(z1) * sigmoid(-z1))),
            Mistake("other-activation", _relu(lambda da1, z1: da1 * (1 - np.tanh(z1) ** 2), np.tanh)),
            Mistake("other-function", _relu(lambda da1, z1: da1 * np.sign(z1))),
            Mistake("function-left-out", _relu(bend=itself)),
            Mistake("function-left-out", _relu(lambda da1, z1: da1, itself)),
            Mistake("term-left-out", _relu_switched_without_bias),
            *(Mistake(cause, _relu(error=error)) for cause, error in WRONG_ERRORS),
            Mistake("other-count", _relu(count=lambda x, y, hidden: y.size)),
            Mistake("other-count", _relu(count=lambda x, y, hidden: x.size)),
            Mistake("other-count", _relu(count=lambda x, y, hidden: y.shape[1])),
            Mistake("other-count", _relu(count=lambda x, y, hidden: x.shape[1])),
            Mistake("other-count", _relu(count=lambda x, y, hidden: hidden)),
            Mistake("only-one-sample", _relu(chosen=_LAST)),
            Mistake("only-one-sample", _relu(chosen=_FIRST)),
            Mistake("only-one-sample", _relu(chosen=_LAST, count=lambda x, y, hidden: 1)),
            Mistake("only-one-sample", _relu(chosen=_FIRST, count=lambda x, y, hidden: 1)),
            Mistake("bias-not-summed", _relu(b1=lambda x, z1, a1, dz1, dz2: dz1)),
            Mistake("bias-not-summed", _relu(b2=lambda x, z1, a1, dz1, dz2: dz2)),
            Mistake("bias-averaged", _relu(b1=lambda x, z1, a1, dz1, dz2: dz1.mean(axis=0))),
            Mistake("bias-averaged", _relu(b2=lambda x, z1, a1, dz1, dz2: dz2.mean(axis=0))),
            Mistake("bias-from-weights", _relu(b1=lambda x, z1, a1, dz1, dz2: (x.T @ dz1).sum(axis=0))),
            Mistake("bias-from-weights", _relu(b2=lambda x, z1, a1, dz1, dz2: (a1.T @ dz2).sum(axis=0))),
        ),
    ),
    "gate_backward": Typical(
        forms=(_gate_by_lines,),
        mistakes=(
            Mistake("old-value", _gate(dx=lambda dy, x, t, dz, W: dz * t + dz @ W.T)),
            Mistake("old-value", _gate(dx=lambda dy, x, t, dz, W: dy * t**2 + dz @ W.T)),
            Mistake("old-value", _gate(dW=lambda x, t, dz: dz.T @ dz)),
            Mistake("assigned-not-added", _gate(dx=lambda dy, x, t, dz, W: dy * t)),
            Mistake("assigned-not-added", _gate(dx=lambda dy, x, t, dz, W: dz @ W.T)),
            Mistake("sign-inside", _gate(dx=lambda dy, x, t, dz, W: dy * t - dz @ W.T)),
            Mistake("sign-inside", _gate(dx=lambda dy, x, t, dz, W: dz @ W.T - dy * t)),
            Mistake("upstream-missing", _gate(dx=lambda dy, x, t, dz, W: t + dz @ W.T)),
            Mistake("upstream-missing", _gate(lambda dy, x, t, slope: x * slope)),
            Mistake("factor-missing", _gate(dx=lambda dy, x, t, dz, W: dy + dz @ W.T)),
            Mistake("factor-missing", _gate(lambda dy, x, t, slope: dy * slope)),
            Mistake("factor-twice", _gate(dx=lambda dy, x, t, dz, W: dy * (t + dz @ W.T))),
            Mistake("each-by-itself", _gate(dx=lambda dy, x, t, dz, W: dy * t + dz * np.diag(W))),
            Mistake("wrong-tensor", _gate(dx=lambda dy, x, t, dz, W: dy * x + dz @ W.T)),
            Mistake("wrong-tensor", _gate(lambda dy, x, t, slope: dy * x * t * slope)),
            Mistake("wrong-tensor", _gate(dW=lambda x, t, dz: t.T @ dz)),
            Mistake("wrong-tensor", _gate(dW=lambda x, t, dz: (x * t).T @ dz)),
            Mistake("wrong-transpose", _gate(dx=lambda dy, x, t, dz, W: dy * t + dz @ W)),
            Mistake("weights-skipped", _gate(dx=lambda dy, x, t, dz, W: dy * t + dz)),
            Mistake("steps-exchanged", _gate(dx=lambda dy, x, t, dz, W: dy * (t + (x * (1 - t**2)) @ W.T))),
            Mistake("steps-exchanged", _gate(dx=lambda dy, x, t, dz, W: (dy * t + dz) @ W.T)),
            Mistake("transposed", _gate(dW=lambda x, t, dz: dz.T @ x)),
            Mistake("bias-averaged", _gate(db=lambda dz: dz.mean(axis=0))),
            *(Mistake(cause, _gate(slope=slope)) for cause, slope in WRONG_SLOPES),
            Mistake("other-activation", _gate(slope=lambda z, t: t * (1 - t), bend=sigmoid)),
            Mistake("function-left-out", _gate(slope=one, bend=itself)),
            Mistake("function-left-out", _gate(bend=itself)),
        ),
    ),
    "autoencoder_backward": Typical(
        forms=(_autoencoder_by_lines, _autoencoder_by_samples),
        mistakes=(
            Mistake("assigned-not-added", _autoencoder(dW=lambda x, z, h, dr, dz: x.T @ dz)),
            Mistake("assigned-not-added", _autoencoder(dW=lambda x, z, h, dr, dz: dr.T @ h)),
            Mistake("done-twice", _autoencoder(dW=lambda x, z, h, dr, dz: 2 * x.T @ dz)),
            Mistake("done-twice", _autoencoder(dW=lambda x, z, h, dr, dz: 2 * dr.T @ h)),
            Mistake("sign-inside", _autoencoder(dW=lambda x, z, h, dr, dz: x.T @ dz - dr.T @ h)),
            Mistake("sign-inside", _autoencoder(dW=lambda x, z, h, dr, dz: dr.T @ h - x.T @ dz)),
            Mistake("factor-doubled", _autoencoder(dW=lambda x, z, h, dr, dz: x.T @ dz / len(x) + dr.T @ h)),
            Mistake("factor-doubled", _autoencoder(dW=lambda x, z, h, dr, dz: x.T @ dz + dr.T @ h / len(x))),
            Mistake("factor-left-out", _autoencoder(dW=lambda x, z, h, dr, dz: len(x) * x.T @ dz + dr.T @ h)),
            Mistake("factor-left-out", _autoencoder(dW=lambda x, z, h, dr, dz: x.T @ dz + len(x) * dr.T @ h)),
            Mistake("wrong-tensor", _autoencoder(dW=lambda x, z, h, dr, dz: x.T @ dz + dr.T @ z)),
            Mistake("wrong-tensor", _autoencoder(dW=lambda x, z, h, dr, dz: x.T @ dz + x.T @ h)),
            Mistake("wrong-tensor", _autoencoder(dW=lambda x, z, h, dr, dz: dr.T @ dz + dr.T @ h)),
            Mistake("other-count", _autoencoder(count=lambda x, W: x.size)),
            Mistake("other-count", _autoencoder(count=lambda x, W: x.shape[1])),
            Mistake("other-count", _autoencoder(count=lambda x, W: W.shape[1])),
            Mistake("only-one-sample", _autoencoder(chosen=_LAST)),
            Mistake("only-one-sample", _autoencoder(chosen=_FIRST)),
            Mistake("only-one-sample", _autoencoder(chosen=_LAST, count=lambda x, W: 1)),
            Mistake("only-one-sample", _autoencoder(chosen=_FIRST, count=lambda x, W: 1)),
            Mistake("bias-averaged", _autoencoder(sums=lambda d: d.mean(axis=0))),
            Mistake("bias-not-summed", _autoencoder(sums=lambda d: d)),
            Mistake("function-left-out", _autoencoder(bend=itself)),
            Mistake("function-left-out", _autoencoder(one, bend=itself)),
            Mistake("other-activation", _autoencoder(lambda z, h: h * (1 - h), bend=sigmoid)),
            *(Mistake(cause, _autoencoder(slope)) for cause, slope in WRONG_SLOPES),
            *(Mistake(cause, _autoencoder(error=error)) for cause, error in WRONG_ERRORS),
        ),
    ),
}
