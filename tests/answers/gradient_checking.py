"""Answers to the exercise on gradient checking: wrong ones that are plausible, and right ones in many forms."""

from __future__ import annotations

from answers import Answer
from answers import any_of as _any
from answers import exchanged as _with

_RICHARDSON = """
def richardson(f, x, h):
    def difference(i, j, step):
        up, down = x.astype(float), x.astype(float)
        up[i, j] += step
        down[i, j] -= step
        return (f(up) - f(down)) / (2 * step)

    slopes = np.zeros(x.shape)
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            slopes[i, j] = (4 * difference(i, j, h) - difference(i, j, 2 * h)) / 3
    return slopes
"""

_SLOPE = """
def slope_along(loss, params, grads, direction, h):
    up = {name: value + h * direction[name] for name, value in params.items()}
    down = {name: value - h * direction[name] for name, value in params.items()}
    measured = (loss(up) - loss(down)) / (2 * h)
    predicted = 0.0
    for name in grads:
        predicted += np.sum(grads[name] * direction[name])
    return measured, predicted
"""

_VERDICTS = """
def gradient_verdicts(loss, params, grads):
    h = 1e-5
    verdicts = {}
    for name in params:
        measured = np.zeros(params[name].shape)
        for index in np.ndindex(measured.shape):
            up, down = params[name].astype(float), params[name].astype(float)
            up[index] += h
            down[index] -= h
            measured[index] = (loss({**params, name: up}) - loss({**params, name: down})) / (2 * h)
        off = np.abs(grads[name] - measured).max()
        size = np.abs(measured).max()
        verdicts[name] = bool(off <= 2e-4 * size)
    return verdicts
"""

_FIND = """
def find_bugs(loss, passes, rng):
    m, n0, n1, n2 = 5, 3, 4, 2
    x, y = rng.normal(size=(m, n0)), rng.normal(size=(m, n2))
    params = {
        "W1": rng.normal(size=(n0, n1)),
        "b1": rng.normal(size=(n1,)),
        "W2": rng.normal(size=(n1, n2)),
        "b2": rng.normal(size=(n2,)),
    }
    h = 1e-5
    measured = {}
    for name, value in params.items():
        measured[name] = np.zeros(value.shape)
        for index in np.ndindex(value.shape):
            up, down = value.copy(), value.copy()
            up[index] += h
            down[index] -= h
            measured[name][index] = (loss({**params, name: up}, x, y) - loss({**params, name: down}, x, y)) / (2 * h)
    found = {}
    for position, backward in enumerate(passes):
        grads = backward(params, x, y)
        wrong = []
        for name in params:
            off = np.abs(grads[name] - measured[name]).max()
            if off > 1e-4 * np.abs(measured[name]).max():
                wrong.append(name)
        if wrong:
            found[position] = wrong
    return found
"""

_RELU = """
def relu_network_backward(params, x, y):
    z1 = x @ params["W1"] + params["b1"]
    a1 = np.maximum(z1, 0)
    y_hat = a1 @ params["W2"] + params["b2"]
    dz2 = (y_hat - y) / len(x)
    dz1 = dz2 @ params["W2"].T
    dz1[z1 <= 0] = 0
    return {"W1": x.T @ dz1, "b1": dz1.sum(axis=0), "W2": a1.T @ dz2, "b2": dz2.sum(axis=0)}
"""

_GATE = """
def gate_backward(dy, x, W, b):
    z = x @ W + b
    t = np.tanh(z)
    dz = dy * x * (1 - t**2)
    dx = dy * t + dz @ W.T
    return dx, x.T @ dz, dz.sum(axis=0)
"""

_AUTO = """
def autoencoder_backward(x, W, b, c):
    z = x @ W + b
    h = np.tanh(z)
    r = h @ W.T + c
    dr = (r - x) / len(x)
    dz = (dr @ W) * (1 - h**2)
    dW = x.T @ dz + dr.T @ h
    return dW, dz.sum(axis=0), dr.sum(axis=0)
"""

WRONG = (
    # richardson
    Answer(
        "richardson",
        "the plain central difference D(h), nothing put together",
        """
def richardson(f, x, h):
    slopes = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        step = np.zeros(x.shape)
        step[index] = h
        slopes[index] = (f(x + step) - f(x - step)) / (2 * h)
    return slopes
""",
        _any("term-left-out", "step-left-out"),
    ),
    Answer(
        "richardson",
        "the two differences change places: (4 D(2h) - D(h)) / 3",
        _with(
            _RICHARDSON,
            (
                "4 * difference(i, j, h) - difference(i, j, 2 * h)",
                "4 * difference(i, j, 2 * h) - difference(i, j, h)",
            ),
        ),
        _any("other-variable", "exchanged-arguments", "rest-for-share"),
    ),
    Answer(
        "richardson",
        "added where it is subtracted, and divided by 5 so that a straight line comes out right",
        _with(_RICHARDSON, (" - difference(i, j, 2 * h)) / 3", " + difference(i, j, 2 * h)) / 5")),
        _any("sign-inside", "other-constant", "other-operation"),
    ),
    Answer(
        "richardson",
        "the division by 3 is left out: three times the slope",
        _with(
            _RICHARDSON,
            (
                "(4 * difference(i, j, h) - difference(i, j, 2 * h)) / 3",
                "4 * difference(i, j, h) - difference(i, j, 2 * h)",
            ),
        ),
        _any("scaled", "factor-left-out", "other-constant"),
    ),
    Answer(
        "richardson",
        "divided by 4 where 3 belongs: three quarters of the slope",
        _with(_RICHARDSON, (") / 3", ") / 4")),
        _any("scaled", "other-constant"),
    ),
    Answer(
        "richardson",
        "the second difference takes half the step, not twice the step: (4 D(h) - D(h/2)) / 3",
        _with(_RICHARDSON, ("difference(i, j, 2 * h)", "difference(i, j, h / 2)")),
        _any("other-step", "other-constant", "multiplied-divided"),
    ),
    Answer(
        "richardson",
        "one-sided differences in place of central ones",
        """
def richardson(f, x, h):
    start = f(x)
    slopes = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        step = np.zeros(x.shape)
        step[index] = h
        near = (f(x + step) - start) / h
        far = (f(x + 2 * step) - start) / (2 * h)
        slopes[index] = (4 * near - far) / 3
    return slopes
""",
        _any("one-sided", "other-variable", "step-left-out"),
    ),
    Answer(
        "richardson",
        "D(2h) is divided by 2h instead of 4h",
        """
def richardson(f, x, h):
    slopes = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        e = np.zeros(x.shape)
        e[index] = 1
        d1 = (f(x + h * e) - f(x - h * e)) / (2 * h)
        d2 = (f(x + 2 * h * e) - f(x - 2 * h * e)) / (2 * h)
        slopes[index] = (4 * d1 - d2) / 3
    return slopes
""",
        _any("factor-left-out", "other-constant"),
    ),
    Answer(
        "richardson",
        "divided by h instead of 2h: twice the slope",
        _with(_RICHARDSON, ("/ (2 * step)", "/ step")),
        _any("factor-two", "scaled", "doubled", "factor-left-out", "other-constant"),
    ),
    Answer(
        "richardson",
        "the step has the type of x: with whole numbers it is rounded to zero and nothing moves",
        """
def richardson(f, x, h):
    slopes = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        step = np.zeros_like(x)
        step[index] = h
        near = (f(x + step) - f(x - step)) / (2 * h)
        far = (f(x + 2 * step) - f(x - 2 * step)) / (4 * h)
        slopes[index] = (4 * near - far) / 3
    return slopes
""",
        _any("zero-gradient", "cut-to-whole", "case-left-out"),
    ),
    Answer(
        "richardson",
        "the result has the type of x: with whole numbers the slopes lose their decimals",
        _with(_RICHARDSON, ("np.zeros(x.shape)", "np.zeros_like(x)")),
        _any("cut-to-whole", "case-left-out"),
    ),
    Answer(
        "richardson",
        "all entries move at once, not entry i alone",
        """
def richardson(f, x, h):
    near = (f(x + h) - f(x - h)) / (2 * h)
    far = (f(x + 2 * h) - f(x - 2 * h)) / (4 * h)
    return np.full(x.shape, (4 * near - far) / 3)
""",
        _any("other-axis", "coupled"),
    ),
    Answer(
        "richardson",
        "the moved entry is not put back before the next one moves",
        """
def richardson(f, x, h):
    x = x.astype(float)
    slopes = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        x[index] += h
        up = f(x)
        x[index] += h
        up2 = f(x)
        x[index] -= 3 * h
        down = f(x)
        x[index] -= h
        down2 = f(x)
        slopes[index] = (4 * (up - down) / (2 * h) - (up2 - down2) / (4 * h)) / 3
    return slopes
""",
        _any("step-left-out", "old-value"),
    ),
    Answer(
        "richardson",
        "the return stands inside the loop: only the first entry is measured",
        """
def richardson(f, x, h):
    slopes = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        step = np.zeros(x.shape)
        step[index] = h
        near = (f(x + step) - f(x - step)) / (2 * h)
        far = (f(x + 2 * step) - f(x - 2 * step)) / (4 * h)
        slopes[index] = (4 * near - far) / 3
        return slopes
""",
        _any("stopped-early"),
    ),
    Answer(
        "richardson",
        "h is left out: steps of 1 and 2, whatever h is",
        _with(_RICHARDSON, ("    def difference", "    h = 1.0\n\n    def difference")),
        _any("other-constant", "factor-left-out", "other-step"),
    ),
    # best_step
    Answer(
        "best_step",
        "no absolute values: a negative loss or third derivative makes the step negative",
        """
def best_step(value, third, eps):
    h = np.cbrt(3 * eps * value / third)
    return h, h**2 / 6 * abs(third) + eps * abs(value) / h
""",
        _any("function-left-out", "case-left-out", "turned-sign", "sign"),
    ),
    Answer(
        "best_step",
        "the square root, as for one-sided differences, in place of the cube root",
        """
def best_step(value, third, eps):
    h = np.sqrt(3 * eps * abs(value) / abs(third))
    return h, h**2 / 6 * abs(third) + eps * abs(value) / h
""",
        _any("other-function", "power-mixed"),
    ),
    Answer(
        "best_step",
        "the 3 is lost when the slope of E is set to zero",
        """
def best_step(value, third, eps):
    h = (eps * abs(value) / abs(third)) ** (1 / 3)
    error = h**2 / 6 * abs(third) + eps * abs(value) / h
    return h, error
""",
        _any("factor-left-out", "other-constant", "scaled"),
    ),
    Answer(
        "best_step",
        "h squared differentiated to h without its 2: a 6 where the 3 belongs",
        """
def best_step(value, third, eps):
    h = (6 * eps * abs(value) / abs(third)) ** (1 / 3)
    error = h**2 / 6 * abs(third) + eps * abs(value) / h
    return h, error
""",
        _any("other-constant", "factor-left-out", "scaled"),
    ),
    Answer(
        "best_step",
        "the quotient is upside down: the third derivative over the loss",
        """
def best_step(value, third, eps):
    h = np.cbrt(3 * eps * abs(third) / abs(value))
    return h, h**2 / 6 * abs(third) + eps * abs(value) / h
""",
        _any("multiplied-divided", "exchanged-arguments", "other-variable"),
    ),
    Answer(
        "best_step",
        "loss and third derivative are left out of the step, as if both were 1",
        """
def best_step(value, third, eps):
    h = np.cbrt(3 * eps)
    return h, h**2 / 6 * abs(third) + eps * abs(value) / h
""",
        _any("factor-left-out"),
    ),
    Answer(
        "best_step",
        "the two results are swapped",
        """
def best_step(value, third, eps):
    h = np.cbrt(3 * eps * abs(value) / abs(third))
    error = h**2 / 6 * abs(third) + eps * abs(value) / h
    return error, h
""",
        _any("results-exchanged"),
    ),
    Answer(
        "best_step",
        "the error is the bending alone, without the rounding",
        """
def best_step(value, third, eps):
    h = np.cbrt(3 * eps * abs(value) / abs(third))
    return h, h**2 / 6 * abs(third)
""",
        _any("term-left-out", "scaled"),
    ),
    Answer(
        "best_step",
        "the one sixth is missing in the error",
        """
def best_step(value, third, eps):
    h = np.cbrt(3 * eps * abs(value) / abs(third))
    error = h**2 * abs(third) + eps * abs(value) / h
    return h, error
""",
        _any("factor-left-out", "other-constant", "scaled"),
    ),
    Answer(
        "best_step",
        "the best power of ten only",
        """
def best_step(value, third, eps):
    def E(h):
        return h**2 / 6 * abs(third) + eps * abs(value) / h

    steps = [10.0**-k for k in range(1, 16)]
    h = min(steps, key=E)
    return h, E(h)
""",
        _any("cut-to-whole"),
    ),
    Answer(
        "best_step",
        "the step of the chapter, 1e-5, always",
        """
def best_step(value, third, eps):
    h = 1e-5
    return h, h**2 / 6 * abs(third) + eps * abs(value) / h
""",
        _any("same-for-all"),
    ),
    Answer(
        "best_step",
        "the step at which the two parts are equal, where the slope of E should be zero",
        """
def best_step(value, third, eps):
    # The two errors balance.
    h = np.cbrt(6 * eps * abs(value) / abs(third))
    return h, 2 * eps * abs(value) / h
""",
        _any("other-constant", "factor-left-out", "scaled", "value-for-slope"),
    ),
    # slope_along
    Answer(
        "slope_along",
        "one-sided: from where it stands to one step ahead",
        _with(_SLOPE, ("(loss(up) - loss(down)) / (2 * h)", "(loss(up) - loss(params)) / h")),
        _any("one-sided", "other-variable", "step-left-out"),
    ),
    Answer(
        "slope_along",
        "measured is divided by h instead of 2h",
        _with(_SLOPE, ("/ (2 * h)", "/ h")),
        _any("factor-two", "scaled", "doubled", "factor-left-out", "other-constant"),
    ),
    Answer(
        "slope_along",
        "measured is multiplied by h because the brackets are missing",
        _with(_SLOPE, ("/ (2 * h)", "/ 2 * h")),
        _any("scaled", "multiplied-divided", "other-operation", "parentheses-missing"),
    ),
    Answer(
        "slope_along",
        "measured has the wrong sign: behind minus ahead",
        _with(_SLOPE, ("loss(up) - loss(down)", "loss(down) - loss(up)")),
        _any("sign", "turned-sign", "sign-inside"),
    ),
    Answer(
        "slope_along",
        "the prediction takes the mean over each array, not the sum",
        _with(_SLOPE, ("np.sum(grads", "np.mean(grads")),
        _any("mean-for-sum", "other-function"),
    ),
    Answer(
        "slope_along",
        "the prediction is overwritten in the loop: the last array alone",
        _with(_SLOPE, ("predicted += ", "predicted = ")),
        _any("assigned-not-added", "kept-not-added", "term-left-out"),
    ),
    Answer(
        "slope_along",
        "the direction is scaled to length one first",
        """
def slope_along(loss, params, grads, direction, h):
    length = np.sqrt(sum(np.sum(d**2) for d in direction.values()))
    unit = {name: d / length for name, d in direction.items()}
    up = {name: params[name] + h * unit[name] for name in params}
    down = {name: params[name] - h * unit[name] for name in params}
    measured = (loss(up) - loss(down)) / (2 * h)
    predicted = sum(np.sum(grads[name] * unit[name]) for name in params)
    return measured, predicted
""",
        _any("factor-too-many", "scaled", "factor-left-out", "other-variable"),
    ),
    Answer(
        "slope_along",
        "the two results are swapped",
        _with(_SLOPE, ("return measured, predicted", "return predicted, measured")),
        _any("results-exchanged"),
    ),
    Answer(
        "slope_along",
        "it moves along the gradient, not along the direction",
        """
def slope_along(loss, params, grads, direction, h):
    up = {name: params[name] + h * grads[name] for name in params}
    down = {name: params[name] - h * grads[name] for name in params}
    measured = (loss(up) - loss(down)) / (2 * h)
    predicted = sum(np.sum(grads[name] * direction[name]) for name in params)
    return measured, predicted
""",
        _any("wrong-tensor", "other-variable"),
    ),
    Answer(
        "slope_along",
        "up and down are the same dictionary, so that the measured slope is zero",
        """
def slope_along(loss, params, grads, direction, h):
    up = dict(params)
    down = up
    for name in params:
        up[name] = params[name] + h * direction[name]
        down[name] = params[name] - h * direction[name]
    measured = (loss(up) - loss(down)) / (2 * h)
    predicted = sum((grads[name] * direction[name]).sum() for name in params)
    return measured, predicted
""",
        _any("zero-gradient", "same-for-all", "coupled", "old-value"),
    ),
    Answer(
        "slope_along",
        "only the weights move; the biases stay where they are",
        """
def slope_along(loss, params, grads, direction, h):
    up, down = dict(params), dict(params)
    predicted = 0
    for name in ("W1", "W2"):
        up[name] = params[name] + h * direction[name]
        down[name] = params[name] - h * direction[name]
        predicted = predicted + (grads[name] * direction[name]).sum()
    return (loss(up) - loss(down)) / (2 * h), predicted
""",
        _any("term-left-out", "step-left-out"),
    ),
    Answer(
        "slope_along",
        "one array moves at a time, and the measured slope is that of the last one",
        """
def slope_along(loss, params, grads, direction, h):
    for name in params:
        up = {**params, name: params[name] + h * direction[name]}
        down = {**params, name: params[name] - h * direction[name]}
        measured = (loss(up) - loss(down)) / (2 * h)
    predicted = sum(np.sum(grads[name] * direction[name]) for name in params)
    return measured, predicted
""",
        _any("assigned-not-added", "kept-not-added", "each-by-itself", "term-left-out"),
    ),
    Answer(
        "slope_along",
        "the prediction is handed out as the measurement too, nothing is measured",
        """
def slope_along(loss, params, grads, direction, h):
    predicted = sum(np.sum(grads[name] * direction[name]) for name in params)
    return predicted, predicted
""",
        _any("result-twice", "other-variable", "step-left-out"),
    ),
    # gradient_verdicts
    Answer(
        "gradient_verdicts",
        "an absolute border of 1e-7: with a small loss all passes, with a large one nothing does",
        _with(_VERDICTS, ("off <= 2e-4 * size", "off <= 1e-7")),
        _any("factor-left-out", "other-constant", "case-left-out"),
    ),
    Answer(
        "gradient_verdicts",
        "np.allclose with its absolute tolerance of 1e-8, which a small loss hides behind",
        _with(_VERDICTS, ("bool(off <= 2e-4 * size)", "np.allclose(grads[name], measured, rtol=1e-4)")),
        _any("other-constant", "other-function", "case-left-out", "each-by-itself"),
    ),
    Answer(
        "gradient_verdicts",
        "divided by the size of the array without a guard: 0 / 0 for W3 is NaN, and its right gradient is called wrong",
        _with(_VERDICTS, ("bool(off <= 2e-4 * size)", "bool(off / size < 2e-4)")),
        _any("case-left-out"),
    ),
    Answer(
        "gradient_verdicts",
        "an array on which the loss does not depend is called right whatever its gradient is",
        _with(_VERDICTS, ("bool(off <= 2e-4 * size)", "True if size == 0 else bool(off / size < 2e-4)")),
        _any("case-left-out", "same-for-all", "step-left-out"),
    ),
    Answer(
        "gradient_verdicts",
        "a strictly smaller error: 0 < 0 calls the zeros of W3 wrong",
        _with(_VERDICTS, ("off <= 2e-4 * size", "off < 2e-4 * size")),
        _any("comparison-border", "case-left-out"),
    ),
    Answer(
        "gradient_verdicts",
        "every array is compared with the largest entry of all arrays, which drowns the error of a small one",
        """
def gradient_verdicts(loss, params, grads):
    measured = {}
    for name, value in params.items():
        measured[name] = np.zeros(value.shape)
        for index in np.ndindex(value.shape):
            step = np.zeros(value.shape)
            step[index] = 1e-5
            measured[name][index] = (loss({**params, name: value + step}) - loss({**params, name: value - step})) / 2e-5
    largest = max(np.abs(m).max() for m in measured.values())
    return {name: bool(np.abs(grads[name] - measured[name]).max() <= 5e-4 * largest) for name in params}
""",
        _any("other-variable", "other-axis"),
    ),
    Answer(
        "gradient_verdicts",
        "the sums of both gradients are compared, so that errors cancel",
        _with(
            _VERDICTS,
            ("np.abs(grads[name] - measured).max()", "abs(grads[name].sum() - measured.sum())"),
            ("np.abs(measured).max()", "np.abs(measured).sum()"),
        ),
        _any("other-function", "other-operation", "function-left-out", "steps-exchanged"),
    ),
    Answer(
        "gradient_verdicts",
        "the mean error where the largest belongs: one wrong entry among many passes",
        _with(
            _VERDICTS,
            ("np.abs(grads[name] - measured).max()", "np.abs(grads[name] - measured).mean()"),
            ("2e-4 * size", "9e-4 * size"),
        ),
        _any("other-function", "other-operation"),
    ),
    Answer(
        "gradient_verdicts",
        "only the first entry of each array is looked at",
        """
def gradient_verdicts(loss, params, grads):
    verdicts = {}
    for name, value in params.items():
        first = (0,) * value.ndim
        up, down = value.copy(), value.copy()
        up[first] += 1e-5
        down[first] -= 1e-5
        slope = (loss({**params, name: up}) - loss({**params, name: down})) / 2e-5
        verdicts[name] = bool(abs(grads[name][first] - slope) <= 2e-4 * abs(slope))
    return verdicts
""",
        _any("stopped-early"),
    ),
    Answer(
        "gradient_verdicts",
        "a border of 5 %, which an error of 0.1 % slips under",
        _with(_VERDICTS, ("2e-4 * size", "0.05 * size")),
        _any("other-constant"),
    ),
    Answer(
        "gradient_verdicts",
        "a step of 1e-14, in which the losses are rounded away: right gradients are called wrong",
        _with(_VERDICTS, ("h = 1e-5", "h = 1e-14")),
        _any("other-constant"),
    ),
    Answer(
        "gradient_verdicts",
        "a one-sided difference with a step of 0.01: it bends more than the border allows",
        _with(
            _VERDICTS,
            ("h = 1e-5", "h = 0.01"),
            ("loss({**params, name: down})) / (2 * h)", "loss(params)) / h"),
        ),
        _any("other-constant", "other-variable", "step-left-out"),
    ),
    Answer(
        "gradient_verdicts",
        "True where the gradient is wrong, the other way round",
        _with(_VERDICTS, ("off <= 2e-4 * size", "off > 2e-4 * size")),
        _any("comparison-reversed"),
    ),
    Answer(
        "gradient_verdicts",
        "the signed difference, without abs: entries that are too small pass",
        _with(_VERDICTS, ("np.abs(grads[name] - measured).max()", "(grads[name] - measured).max()")),
        _any("function-left-out"),
    ),
    Answer(
        "gradient_verdicts",
        "the return stands inside the loop: a verdict for the first array alone",
        _with(_VERDICTS, ("    return verdicts", "        return verdicts")),
        _any("stopped-early"),
    ),
    Answer(
        "gradient_verdicts",
        "one verdict for everything, a single truth value",
        _with(_VERDICTS, ("return verdicts", "return all(verdicts.values())")),
        _any("other-axis", "coupled"),
    ),
    Answer(
        "gradient_verdicts",
        "W3 is left out of the dictionary",
        _with(_VERDICTS, ("for name in params:", 'for name in ("W1", "b1", "W2", "b2"):')),
        _any("stopped-early", "off-by-one", "step-left-out"),
    ),
    Answer(
        "gradient_verdicts",
        "the parameters move in place and are left moved",
        """
def gradient_verdicts(loss, params, grads):
    verdicts = {}
    for name in params:
        measured = np.zeros(params[name].shape)
        for index in np.ndindex(measured.shape):
            params[name][index] += 1e-4
            up = loss(params)
            params[name][index] -= 2e-4
            down = loss(params)
            measured[index] = (up - down) / 2e-4
        off = np.abs(grads[name] - measured).max()
        verdicts[name] = bool(off <= 5e-4 * np.abs(measured).max())
    return verdicts
""",
        _any("step-left-out", "old-value"),
    ),
    # find_bugs
    Answer(
        "find_bugs",
        "a batch of one: a missing sum or mean over the samples cannot be seen",
        _with(_FIND, ("m, n0, n1, n2 = 5, 3, 4, 2", "m, n0, n1, n2 = 1, 3, 4, 2")),
        _any("only-one-sample"),
    ),
    Answer(
        "find_bugs",
        "the biases are zero: a pass that forgets them is right there",
        _with(
            _FIND,
            ('"b1": rng.normal(size=(n1,))', '"b1": np.zeros(n1)'),
            ('"b2": rng.normal(size=(n2,))', '"b2": np.zeros(n2)'),
        ),
    ),
    Answer(
        "find_bugs",
        "W2 is zero: no blame reaches the first layer, and its gradient is zero, right or wrong",
        _with(_FIND, ('"W2": rng.normal(size=(n1, n2))', '"W2": np.zeros((n1, n2))')),
    ),
    Answer(
        "find_bugs",
        "all parameters are zero, as right after initialization with zeros",
        _with(
            _FIND,
            (
                "    h = 1e-5",
                "    params = {name: np.zeros(value.shape) for name, value in params.items()}\n    h = 1e-5",
            ),
        ),
    ),
    Answer(
        "find_bugs",
        "weights of a ten-thousandth: tanh is a straight line there, and its slope is 1",
        _with(
            _FIND,
            ("rng.normal(size=(n0, n1))", "1e-4 * rng.normal(size=(n0, n1))"),
            ("rng.normal(size=(n1,))", "1e-4 * rng.normal(size=(n1,))"),
        ),
    ),
    Answer(
        "find_bugs",
        "the samples are all the same, so that a missing sum over them is hidden by the mean",
        """
def find_bugs(loss, passes, rng):
    x, y = np.ones((4, 3)), np.zeros((4, 2))
    params = {"W1": rng.normal(size=(3, 4)), "b1": np.zeros(4), "W2": rng.normal(size=(4, 2)), "b2": np.zeros(2)}
    found = {}
    for k, backward in enumerate(passes):
        grads = backward(params, x, y)
        for name, value in params.items():
            for index in np.ndindex(value.shape):
                step = np.zeros(value.shape)
                step[index] = 1e-5
                slope = (loss({**params, name: value + step}, x, y) - loss({**params, name: value - step}, x, y)) / 2e-5
                if abs(slope - grads[name][index]) > 1e-6 and name not in found.get(k, []):
                    found.setdefault(k, []).append(name)
    return found
""",
    ),
    Answer(
        "find_bugs",
        "positions are counted from one",
        _with(_FIND, ("enumerate(passes)", "enumerate(passes, start=1)")),
        _any("off-by-one"),
    ),
    Answer(
        "find_bugs",
        "right passes are in the result too, with empty lists",
        _with(
            _FIND,
            ("        if wrong:\n            found[position] = wrong", "        found[position] = wrong"),
        ),
        _any("case-left-out", "step-left-out"),
    ),
    Answer(
        "find_bugs",
        "it stops at the first wrong array of each pass",
        _with(_FIND, ("wrong.append(name)", "wrong.append(name)\n                break")),
        _any("stopped-early"),
    ),
    Answer(
        "find_bugs",
        "the arrays that are right are listed",
        _with(_FIND, ("if off > 1e-4", "if off <= 1e-4")),
        _any("comparison-reversed"),
    ),
    Answer(
        "find_bugs",
        "a list of the positions, without the names",
        _with(_FIND, ("return found", "return sorted(found)")),
    ),
    Answer(
        "find_bugs",
        "the return stands inside the loop: only the first pass is examined",
        _with(_FIND, ("    return found", "        return found")),
        _any("stopped-early"),
    ),
    Answer(
        "find_bugs",
        "the size is compared, not the entries: a wrong sign or order passes",
        _with(
            _FIND,
            (
                "np.abs(grads[name] - measured[name]).max()",
                "abs(np.abs(grads[name]).max() - np.abs(measured[name]).max())",
            ),
        ),
        _any("steps-exchanged", "each-by-itself"),
    ),
    Answer(
        "find_bugs",
        "a step of 1e-14: rounding makes every pass look wrong",
        _with(_FIND, ("h = 1e-5", "h = 1e-14")),
        _any("other-constant"),
    ),
    Answer(
        "find_bugs",
        "one error for all arrays together, so that a wrong pass is wrong in all of them",
        """
def find_bugs(loss, passes, rng):
    x, y = rng.normal(size=(5, 4)), rng.normal(size=(5, 2))
    params = {
        "W1": rng.normal(size=(4, 3)), "b1": rng.normal(size=3),
        "W2": rng.normal(size=(3, 2)), "b2": rng.normal(size=2),
    }
    true = {}
    for name in params:
        true[name] = np.zeros(params[name].shape)
        for index in np.ndindex(params[name].shape):
            step = np.zeros(params[name].shape)
            step[index] = 1e-5
            up = loss({**params, name: params[name] + step}, x, y)
            down = loss({**params, name: params[name] - step}, x, y)
            true[name][index] = (up - down) / 2e-5
    all_true = np.concatenate([true[name].ravel() for name in params])
    found = {}
    for position, backward in enumerate(passes):
        grads = backward(params, x, y)
        all_grads = np.concatenate([grads[name].ravel() for name in params])
        if np.abs(all_grads - all_true).max() > 1e-4 * np.abs(all_true).max():
            found[position] = list(params)
    return found
""",
        _any("other-axis", "coupled", "case-left-out"),
    ),
    Answer(
        "find_bugs",
        "nothing is measured, all are healthy: an empty dictionary",
        """
def find_bugs(loss, passes, rng):
    return {}
""",
        _any("same-for-all"),
    ),
    Answer(
        "find_bugs",
        "the example of the text is returned",
        """
def find_bugs(loss, passes, rng):
    return {0: ["W1", "b1"], 7: ["b2"]}
""",
        _any("same-for-all"),
    ),
    # relu_network_backward
    Answer(
        "relu_network_backward",
        "as given: asks where the activation is below zero, which it never is",
        _with(_RELU, ("dz1[z1 <= 0] = 0", "dz1[a1 < 0] = 0")),
        _any(
            "switched-off-heard",
            "activation-derivative-missing",
            "derivative-at-activation",
            "comparison-border",
            "other-variable",
            "wrong-tensor",
            "mask-forgotten",
            "factor-missing",
            "factor-left-out",
            "step-left-out",
        ),
    ),
    Answer(
        "relu_network_backward",
        "the slope of the ReLU is left out",
        _with(_RELU, ("    dz1[z1 <= 0] = 0\n", "")),
        _any(
            "switched-off-heard",
            "activation-derivative-missing",
            "mask-forgotten",
            "factor-missing",
            "factor-left-out",
            "step-left-out",
        ),
    ),
    Answer(
        "relu_network_backward",
        "the switch is turned around: units that are on get no blame",
        _with(_RELU, ("dz1[z1 <= 0] = 0", "dz1[z1 > 0] = 0")),
        _any("comparison-reversed", "rest-for-share", "other-activation"),
    ),
    Answer(
        "relu_network_backward",
        "the rectifier is laid over the blame itself: negative blame is set to zero",
        _with(_RELU, ("dz1[z1 <= 0] = 0", "dz1 = np.maximum(dz1, 0)")),
        _any(
            "value-for-slope",
            "activation-derivative-missing",
            "mask-forgotten",
            "wrong-tensor",
            "other-variable",
            "other-function",
        ),
    ),
    Answer(
        "relu_network_backward",
        "multiplied by the activation where its slope belongs",
        _with(_RELU, ("dz1[z1 <= 0] = 0", "dz1 = dz1 * a1")),
        _any("value-for-slope", "wrong-tensor", "other-variable", "other-function"),
    ),
    Answer(
        "relu_network_backward",
        "the slope of tanh, from the network of task 5",
        _with(_RELU, ("dz1[z1 <= 0] = 0", "dz1 = dz1 * (1 - a1**2)")),
        _any("other-activation", "other-function"),
    ),
    Answer(
        "relu_network_backward",
        "the mask is that of the weighted input without the bias",
        _with(_RELU, ("dz1[z1 <= 0] = 0", 'dz1[x @ params["W1"] <= 0] = 0')),
        _any("wrong-tensor", "term-left-out", "other-variable"),
    ),
    Answer(
        "relu_network_backward",
        "the mean over the samples is forgotten",
        _with(_RELU, (" / len(x)", "")),
        _any("not-averaged", "scaled", "times-samples", "factor-left-out", "sum-for-mean"),
    ),
    Answer(
        "relu_network_backward",
        "divided by all entries of the output, not by the samples",
        _with(_RELU, (" / len(x)", " / y.size")),
        _any("scaled", "other-count", "other-axis"),
    ),
    Answer(
        "relu_network_backward",
        "target minus prediction",
        _with(_RELU, ("(y_hat - y)", "(y - y_hat)")),
        _any("sign", "turned-sign", "sign-inside"),
    ),
    Answer(
        "relu_network_backward",
        "the 2 of the square is kept though the loss has its one half",
        _with(_RELU, ("(y_hat - y) / len(x)", "2 * (y_hat - y) / len(x)")),
        _any("factor-two", "scaled", "doubled", "factor-left-out", "other-constant"),
    ),
    Answer(
        "relu_network_backward",
        "b1 is the mean over the samples",
        _with(_RELU, ("dz1.sum(axis=0)", "dz1.mean(axis=0)")),
        _any(
            "bias-averaged",
            "averaged-twice",
            "scaled",
            "divided-by-samples",
            "mean-for-sum",
            "factor-doubled",
            "done-twice",
            "other-function",
        ),
    ),
    Answer(
        "relu_network_backward",
        "b1 is not summed and keeps one row per sample",
        _with(_RELU, ('"b1": dz1.sum(axis=0)', '"b1": dz1')),
        _any("bias-not-summed", "step-left-out", "function-left-out"),
    ),
    Answer(
        "relu_network_backward",
        "leaky: a tenth of the blame gets through a unit that is off",
        _with(_RELU, ("dz1[z1 <= 0] = 0", "dz1[z1 <= 0] *= 0.1")),
        _any("other-activation", "other-constant", "other-function"),
    ),
    Answer(
        "relu_network_backward",
        "a loop that sets the gradient of the sample at hand and forgets the one before",
        """
def relu_network_backward(params, x, y):
    grads = {name: np.zeros(value.shape) for name, value in params.items()}
    for s in range(len(x)):
        z1 = x[s] @ params["W1"] + params["b1"]
        a1 = np.where(z1 > 0, z1, 0.0)
        dz2 = (a1 @ params["W2"] + params["b2"] - y[s]) / len(x)
        dz1 = np.where(z1 > 0, params["W2"] @ dz2, 0.0)
        grads["W1"] = np.outer(x[s], dz1)
        grads["b1"] = dz1
        grads["W2"] = np.outer(a1, dz2)
        grads["b2"] = dz2
    return grads
""",
        _any("only-one-sample", "assigned-not-added", "kept-not-added", "term-left-out"),
    ),
    # gate_backward
    Answer(
        "gate_backward",
        "as given: dz is another name for dy, which is multiplied along",
        """
def gate_backward(dy, x, W, b):
    t = np.tanh(x @ W + b)
    dz = dy
    dz *= x * (1 - t**2)
    return dy * t + dz @ W.T, x.T @ dz, dz.sum(axis=0)
""",
        _any("old-value", "other-variable", "wrong-tensor", "coupled", "steps-exchanged"),
    ),
    Answer(
        "gate_backward",
        "a view in place of a copy: dz[:] changes dy as before",
        """
def gate_backward(dy, x, W, b):
    t = np.tanh(x @ W + b)
    dz = dy[:]
    dz *= x
    dz *= 1 - t**2
    return dy * t + dz @ W.T, x.T @ dz, dz.sum(axis=0)
""",
        _any("old-value", "other-variable", "wrong-tensor", "coupled", "steps-exchanged"),
    ),
    Answer(
        "gate_backward",
        "only the direct path: the way through the gate is left out of dx",
        _with(_GATE, ("dx = dy * t + dz @ W.T", "dx = dy * t")),
        _any("path-missing", "assigned-not-added", "term-left-out", "kept-not-added"),
    ),
    Answer(
        "gate_backward",
        "only the way through the gate: the direct factor is left out of dx",
        _with(_GATE, ("dx = dy * t + dz @ W.T", "dx = dz @ W.T")),
        _any("path-missing", "assigned-not-added", "term-left-out", "kept-not-added"),
    ),
    Answer(
        "gate_backward",
        "the second path overwrites the first",
        _with(_GATE, ("dx = dy * t + dz @ W.T", "dx = dy * t\n    dx = dz @ W.T")),
        _any("assigned-not-added", "path-missing", "term-left-out", "kept-not-added"),
    ),
    Answer(
        "gate_backward",
        "W without its transpose, which a square matrix does not complain about",
        _with(_GATE, ("dz @ W.T", "dz @ W")),
        _any("wrong-transpose", "not-transposed"),
    ),
    Answer(
        "gate_backward",
        "the path through the gate skips the weights",
        _with(_GATE, ("dz @ W.T", "dz")),
        _any("weights-skipped", "factor-missing", "factor-left-out", "step-left-out"),
    ),
    Answer(
        "gate_backward",
        "the factor x is missing in the blame of the gate",
        _with(_GATE, ("dz = dy * x * (1 - t**2)", "dz = dy * (1 - t**2)")),
        _any("factor-missing", "factor-left-out"),
    ),
    Answer(
        "gate_backward",
        "the slope of tanh is left out",
        _with(_GATE, ("dz = dy * x * (1 - t**2)", "dz = dy * x")),
        _any("activation-derivative-missing", "factor-left-out"),
    ),
    Answer(
        "gate_backward",
        "the slope is 1 - z² where 1 - t² belongs",
        _with(_GATE, ("1 - t**2", "1 - z**2")),
        _any("tanh-from-weighted-input", "other-variable", "wrong-tensor", "function-left-out"),
    ),
    Answer(
        "gate_backward",
        "the slope of a sigmoid",
        _with(_GATE, ("(1 - t**2)", "t * (1 - t)")),
        _any("other-activation", "other-function"),
    ),
    Answer(
        "gate_backward",
        "the direct path hands on dy without the gate",
        _with(_GATE, ("dx = dy * t + dz @ W.T", "dx = dy + dz @ W.T")),
        _any("factor-missing", "factor-left-out"),
    ),
    Answer(
        "gate_backward",
        "the way through the gate is subtracted",
        _with(_GATE, ("dx = dy * t + dz @ W.T", "dx = dy * t - dz @ W.T")),
        _any("sign-inside", "other-operation"),
    ),
    Answer(
        "gate_backward",
        "the results are in another order: dW first, dx second",
        _with(_GATE, ("return dx, x.T @ dz, dz.sum(axis=0)", "return x.T @ dz, dx, dz.sum(axis=0)")),
        _any("results-exchanged"),
    ),
    Answer(
        "gate_backward",
        "y stands in the place of the gate: x is in it twice",
        _with(_GATE, ("dx = dy * t + dz @ W.T", "dx = dy * x * t + dz @ W.T")),
        _any("factor-twice", "wrong-tensor", "value-for-slope", "factor-doubled", "other-variable"),
    ),
    # autoencoder_backward
    Answer(
        "autoencoder_backward",
        "the slope is mended and the mean is, but the decoder is still left out of dW",
        _with(_AUTO, ("dW = x.T @ dz + dr.T @ h", "dW = x.T @ dz")),
        _any("path-missing", "assigned-not-added", "term-left-out", "kept-not-added"),
    ),
    Answer(
        "autoencoder_backward",
        "only the decoder's share of dW",
        _with(_AUTO, ("dW = x.T @ dz + dr.T @ h", "dW = dr.T @ h")),
        _any("path-missing", "assigned-not-added", "term-left-out", "kept-not-added"),
    ),
    Answer(
        "autoencoder_backward",
        "the slope is still 1 - z²",
        _with(_AUTO, ("1 - h**2", "1 - z**2")),
        _any("tanh-from-weighted-input", "other-variable", "wrong-tensor", "function-left-out"),
    ),
    Answer(
        "autoencoder_backward",
        "dc is still the mean over the samples",
        _with(_AUTO, ("dr.sum(axis=0)", "dr.mean(axis=0)")),
        _any(
            "bias-averaged",
            "averaged-twice",
            "scaled",
            "divided-by-samples",
            "mean-for-sum",
            "factor-doubled",
            "done-twice",
            "other-function",
        ),
    ),
    Answer(
        "autoencoder_backward",
        "as given, with all three bugs",
        """
def autoencoder_backward(x, W, b, c):
    z = x @ W + b
    h = np.tanh(z)
    r = h @ W.T + c
    dr = (r - x) / len(x)
    dz = (dr @ W) * (1 - z**2)
    return x.T @ dz, dz.sum(axis=0), dr.mean(axis=0)
""",
        _any(
            "tanh-from-weighted-input",
            "path-missing",
            "assigned-not-added",
            "bias-averaged",
            "averaged-twice",
            "scaled",
            "wrong-tensor",
            "other-variable",
            "function-left-out",
            "term-left-out",
            "kept-not-added",
            "divided-by-samples",
            "mean-for-sum",
            "factor-doubled",
            "done-twice",
            "other-function",
        ),
    ),
    Answer(
        "autoencoder_backward",
        "input minus rebuilt input",
        _with(_AUTO, ("(r - x)", "(x - r)")),
        _any("sign", "turned-sign", "sign-inside"),
    ),
    Answer(
        "autoencoder_backward",
        "the mean over the samples is forgotten",
        _with(_AUTO, (" / len(x)", "")),
        _any("not-averaged", "scaled", "times-samples", "factor-left-out", "sum-for-mean"),
    ),
    Answer(
        "autoencoder_backward",
        "divided by all entries of x, not by the samples",
        _with(_AUTO, ("/ len(x)", "/ x.size")),
        _any("scaled", "other-count", "other-axis"),
    ),
    Answer(
        "autoencoder_backward",
        "the slope of tanh is left out",
        _with(_AUTO, ("dz = (dr @ W) * (1 - h**2)", "dz = dr @ W")),
        _any("activation-derivative-missing", "factor-left-out"),
    ),
    Answer(
        "autoencoder_backward",
        "the decoder's share is not turned around: it is added to the flat list of entries in the wrong order",
        _with(_AUTO, ("dr.T @ h", "(h.T @ dr).reshape(W.shape)")),
        _any("axes-not-moved", "not-transposed", "product-reversed", "other-function"),
    ),
    Answer(
        "autoencoder_backward",
        "the same share twice: both uses of W get that of the encoder",
        _with(_AUTO, ("x.T @ dz + dr.T @ h", "2 * x.T @ dz")),
        _any(
            "path-missing",
            "assigned-not-added",
            "wrong-tensor",
            "term-left-out",
            "other-variable",
            "done-twice",
        ),
    ),
    Answer(
        "autoencoder_backward",
        "the decoder's share is made with the weighted input z where the hidden activation h belongs",
        _with(_AUTO, ("dr.T @ h", "dr.T @ z")),
        _any("wrong-tensor", "other-variable", "function-left-out"),
    ),
    Answer(
        "autoencoder_backward",
        "the two shares of W are averaged",
        _with(_AUTO, ("x.T @ dz + dr.T @ h", "(x.T @ dz + dr.T @ h) / 2")),
        _any("factor-half", "scaled", "halved", "mean-for-sum", "other-constant"),
    ),
    Answer(
        "autoencoder_backward",
        "the bias gradients keep an axis: one row",
        _with(
            _AUTO,
            (
                "dz.sum(axis=0), dr.sum(axis=0)",
                "dz.sum(axis=0, keepdims=True), dr.sum(axis=0, keepdims=True)",
            ),
        ),
    ),
    Answer(
        "autoencoder_backward",
        "the 2 of the square is kept though the loss has its one half",
        _with(_AUTO, ("(r - x) / len(x)", "2 * (r - x) / len(x)")),
        _any("factor-two", "scaled", "doubled", "factor-left-out", "other-constant"),
    ),
)

RIGHT = (
    # richardson
    Answer("richardson", "copies and two loops", _RICHARDSON),
    Answer(
        "richardson",
        "a list of lists",
        """
def richardson(f, x, h):
    def slope(i, j):
        def moved(k):
            z = np.array(x, dtype=float)
            z[i, j] = z[i, j] + k * h
            return f(z)

        return (8 * (moved(1) - moved(-1)) - (moved(2) - moved(-2))) / (12 * h)

    return [[slope(i, j) for j in range(x.shape[1])] for i in range(x.shape[0])]
""",
    ),
    Answer(
        "richardson",
        "unit directions from the rows of an identity matrix",
        """
def richardson(f, x, h):
    def D(e, h):
        return (f(x + h * e) - f(x - h * e)) / (2 * h)

    basis = np.eye(x.size).reshape(x.size, *x.shape)
    return np.array([(4 * D(e, h) - D(e, 2 * h)) / 3 for e in basis]).reshape(x.shape)
""",
    ),
    Answer(
        "richardson",
        "a Fortran-ordered result, filled by index",
        """
def richardson(f, x, h):
    weights = {1: 8.0, -1: -8.0, 2: -1.0, -2: 1.0}
    result = np.zeros(x.shape, order="F")
    for index, entry in np.ndenumerate(x):
        for k, weight in weights.items():
            moved = np.array(x, dtype=float, order="F")
            moved[index] = entry + k * h
            result[index] += weight * f(moved)
    return result / (12 * h)
""",
    ),
    Answer(
        "richardson",
        "one float copy that is moved and put back",
        """
def richardson(f, x, h):
    work = x.astype(float)
    out = np.empty(x.shape)
    for i in range(len(work)):
        for j in range(len(work[0])):
            kept = work[i, j]
            values = []
            for k in (-2, -1, 1, 2):
                work[i, j] = kept + k * h
                values.append(float(f(work)))
            work[i, j] = kept
            far_down, down, up, far_up = values
            out[i, j] = (4 * (up - down) / (2 * h) - (far_up - far_down) / (4 * h)) / 3
    return out
""",
    ),
    Answer(
        "richardson",
        "recursion over the entries that are left",
        """
def richardson(f, x, h):
    def central(k, step):
        e = np.zeros(x.size)
        e[k] = step
        e = e.reshape(x.shape)
        return (f(x + e) - f(x - e)) / (2 * step)

    def rest(k):
        if k == x.size:
            return []
        return [(4 * central(k, h) - central(k, 2 * h)) / 3] + rest(k + 1)

    return np.array(rest(0)).reshape(x.shape)
""",
    ),
    Answer(
        "richardson",
        "a class with __call__, an instance of it has the name",
        """
class Extrapolated:
    weights = (4 / 3, -1 / 3)

    def __call__(self, f, x, h):
        slopes = np.zeros(x.shape)
        for index in np.ndindex(*x.shape):
            for times, weight in zip((1, 2), self.weights):
                step = np.zeros(x.shape)
                step[index] = times * h
                slopes[index] += weight * (f(x + step) - f(x - step)) / (2 * times * h)
        return slopes

richardson = Extrapolated()
""",
    ),
    Answer(
        "richardson",
        "functools.partial of a general extrapolation",
        """
from functools import partial

def extrapolated(f, x, h, *, order):
    def all_slopes(step):
        return np.array([
            (f(x + step * unit) - f(x - step * unit)) / (2 * step)
            for unit in np.identity(x.size).reshape((-1,) + x.shape)
        ]).reshape(x.shape)

    return (2**order * all_slopes(h) - all_slopes(2 * h)) / (2**order - 1)

richardson = partial(extrapolated, order=2)
""",
    ),
    Answer(
        "richardson",
        "a tuple of tuples, the function is called with a subclass of ndarray",
        """
class Point(np.ndarray):
    pass

def richardson(f, x, h):
    def at(i, j, s):
        p = np.array(x, dtype=float).view(Point)
        p[i, j] += s
        return f(p)

    def d(i, j, s):
        return (at(i, j, s) - at(i, j, -s)) / (2 * s)

    m, n = x.shape
    return tuple(tuple(d(i, j, h) + (d(i, j, h) - d(i, j, 2 * h)) / 3 for j in range(n)) for i in range(m))
""",
    ),
    # best_step
    Answer(
        "best_step",
        "a power of one third and the error in closed form",
        """
def best_step(value, third, eps):
    h = (3 * eps * abs(value / third)) ** (1 / 3)
    return h, h * h * abs(third) / 2
""",
    ),
    Answer(
        "best_step",
        "by logarithms",
        """
import math

def best_step(value, third, eps):
    log_h = (math.log(3) + math.log(eps) + math.log(abs(value)) - math.log(abs(third))) / 3
    h = math.exp(log_h)
    return [h, math.fsum([h**2 * abs(third) / 6, eps * abs(value) / h])]
""",
    ),
    Answer(
        "best_step",
        "the zero of the slope, by bisection of the exponent",
        """
def best_step(value, third, eps):
    def slope(h):
        return h / 3 * abs(third) - eps * abs(value) / h**2

    low, high = -40.0, 40.0
    for _ in range(200):
        middle = (low + high) / 2
        if slope(10.0**middle) < 0:
            low = middle
        else:
            high = middle
    h = 10.0**low
    return h, h**2 / 6 * abs(third) + eps * abs(value) / h
""",
    ),
    Answer(
        "best_step",
        "Newton's method on h³ = c",
        """
def best_step(value, third, eps):
    c = 3 * eps * abs(value) / abs(third)
    h = max(c, 1.0)
    while True:
        new = h - (h**3 - c) / (3 * h**2)
        if new >= h * (1 - 1e-15):
            break
        h = new
    return h, eps * abs(value) / h + abs(third) * h**2 / 6
""",
    ),
    Answer(
        "best_step",
        "math.cbrt and a named tuple",
        """
import math
from typing import NamedTuple

class Step(NamedTuple):
    h: float
    error: float

def best_step(value, third, eps):
    h = math.cbrt(3 * eps * math.fabs(value) / math.fabs(third))
    return Step(h, h**2 / 6 * math.fabs(third) + eps * math.fabs(value) / h)
""",
    ),
    Answer(
        "best_step",
        "0-d arrays",
        """
def best_step(value, third, eps):
    value, third, eps = np.abs(np.array([value, third, eps], dtype=float))
    h = np.asarray(np.cbrt(3 * eps * value / third))
    return h, np.asarray(h**2 / 6 * third + eps * value / h)
""",
    ),
    Answer(
        "best_step",
        "in single precision, an array of two",
        """
def best_step(value, third, eps):
    value, third, eps = np.float32(abs(value)), np.float32(abs(third)), np.float32(eps)
    h = np.cbrt(np.float32(3) * eps * (value / third))
    return np.array([h, h * h / 6 * third + eps * value / h])
""",
    ),
    Answer(
        "best_step",
        "golden section on a logarithmic scale",
        """
def best_step(value, third, eps):
    E = lambda u: np.exp(2 * u) / 6 * abs(third) + eps * abs(value) * np.exp(-u)
    a, b, g = -80.0, 80.0, (5**0.5 - 1) / 2
    for _ in range(60):
        c, d = b - g * (b - a), a + g * (b - a)
        if E(c) < E(d):
            b = d
        else:
            a = c
    # A last look at the slope, which is sharper than the value near the lowest point.
    for _ in range(20):
        u = (a + b) / 2
        h = np.exp(u)
        slope = h**2 / 3 * abs(third) - eps * abs(value) / h
        bend = 2 * h**2 / 3 * abs(third) + eps * abs(value) / h
        a = b = u - slope / bend
    return float(np.exp(a)), float(E(a))
""",
    ),
    Answer(
        "best_step",
        "a lambda, the error from the inequality of the means",
        """
best_step = lambda value, third, eps: (
    np.cbrt(3 * eps * abs(value) / abs(third)),
    3 * np.cbrt(abs(third) * (eps * abs(value)) ** 2 / 24),
)
""",
    ),
    Answer(
        "best_step",
        "cached on plain numbers",
        """
from functools import lru_cache

@lru_cache(maxsize=None)
def cached(value, third, eps):
    h = np.power(3 * eps * value / third, 1 / 3)
    return h, h**2 / 6 * third + eps * value / h

def best_step(value, third, eps):
    return cached(abs(float(value)), abs(float(third)), float(eps))
""",
    ),
    # slope_along
    Answer("slope_along", "dictionaries and a loop for the sum", _SLOPE),
    Answer(
        "slope_along",
        "a closure and np.vdot",
        """
def slope_along(loss, params, grads, direction, h):
    def at(t):
        return loss({name: params[name] + t * direction[name] for name in params})

    predicted = sum(np.vdot(grads[name], direction[name]) for name in params)
    return (at(h) - at(-h)) / (2 * h), predicted
""",
    ),
    Answer(
        "slope_along",
        "one long vector",
        """
def slope_along(loss, params, grads, direction, h):
    names = sorted(params)
    flat = lambda d: np.concatenate([np.ravel(d[name]) for name in names])

    def folded(vector):
        result, start = {}, 0
        for name in names:
            shape = params[name].shape
            size = int(np.prod(shape))
            result[name] = vector[start : start + size].reshape(shape)
            start += size
        return result

    theta, g, d = flat(params), flat(grads), flat(direction)
    measured = (loss(folded(theta + h * d)) - loss(folded(theta - h * d))) / (2 * h)
    return [measured, g @ d]
""",
    ),
    Answer(
        "slope_along",
        "einsum, an OrderedDict for the loss",
        """
from collections import OrderedDict

def slope_along(loss, params, grads, direction, h):
    def moved(step):
        return OrderedDict((name, params[name] + step * direction[name]) for name in reversed(list(params)))

    total = np.float64(0)
    for name in params:
        letters = "ij"[: params[name].ndim]
        total += np.einsum(f"{letters},{letters}->", grads[name], direction[name])
    return (loss(moved(h)) - loss(moved(-h))) / (h + h), total
""",
    ),
    Answer(
        "slope_along",
        "plain loops over the entries",
        """
def slope_along(loss, params, grads, direction, h):
    up, down, predicted = {}, {}, 0.0
    for name, value in params.items():
        up[name] = np.array(value, dtype=float)
        down[name] = np.array(value, dtype=float)
        for index in np.ndindex(up[name].shape):
            d = float(direction[name][index])
            up[name][index] += h * d
            down[name][index] -= h * d
            predicted += float(grads[name][index]) * d
    measured = (loss(up) - loss(down)) / 2 / h
    return np.array([measured, predicted])
""",
    ),
    Answer(
        "slope_along",
        "a subclass of dict with its own sum",
        """
class Params(dict):
    def plus(self, other, times):
        return Params((name, self[name] + times * other[name]) for name in self)

def slope_along(loss, params, grads, direction, h):
    p = Params(params)
    ends = loss(p.plus(direction, h)), loss(p.plus(direction, -h))
    return (ends[0] - ends[1]) / (2 * h), sum(np.tensordot(grads[k], direction[k], axes=np.ndim(grads[k])) for k in p)
""",
    ),
    Answer(
        "slope_along",
        "names from an enum with str values",
        """
from enum import Enum

class K(str, Enum):
    W1 = "W1"
    b1 = "b1"
    W2 = "W2"
    b2 = "b2"

def slope_along(loss, params, grads, direction, h):
    plus = {k: params[k] + h * direction[k] for k in K}
    minus = {k: params[k] - h * direction[k] for k in K}
    predicted = np.asarray(sum((grads[k] * direction[k]).sum() for k in K))
    return np.asarray((loss(plus) - loss(minus)) / (2 * h)), predicted
""",
    ),
    Answer(
        "slope_along",
        "an object that is called",
        """
import math

class Along:
    def __init__(self, sides=(1, -1)):
        self.sides = sides

    def __call__(self, loss, params, grads, direction, h):
        values = [s * loss({n: params[n] + s * h * direction[n] for n in params}) for s in self.sides]
        products = (g * d for n in params for g, d in zip(grads[n].ravel(), direction[n].ravel()))
        return sum(values) / (2 * h), math.fsum(products)

slope_along = Along()
""",
    ),
    # gradient_verdicts
    Answer("gradient_verdicts", "central differences and the largest entry", _VERDICTS),
    Answer(
        "gradient_verdicts",
        "four points for each entry",
        """
def gradient_verdicts(loss, params, grads):
    def slope(name, index, h):
        def at(k):
            moved = np.array(params[name], dtype=float)
            moved[index] += k * h
            return loss({**params, name: moved})

        return (8 * (at(1) - at(-1)) - (at(2) - at(-2))) / (12 * h)

    verdicts = dict()
    for name, value in params.items():
        exact = np.array([slope(name, index, 1e-4) for index in np.ndindex(value.shape)]).reshape(value.shape)
        size = max(np.abs(exact).max(), np.abs(grads[name]).max())
        verdicts[name] = size == 0 or np.abs(exact - grads[name]).max() / size < 3e-4
    return verdicts
""",
    ),
    Answer(
        "gradient_verdicts",
        "plain loops, and all() over the entries",
        """
def gradient_verdicts(loss, params, grads, *, h=2e-5, border=2e-4):
    result = {}
    for name in params:
        given = [float(g) for g in np.asarray(grads[name]).flat]
        slopes = []
        for k in range(len(given)):
            values = []
            for sign in (+1, -1):
                copies = {n: v.copy() for n, v in params.items()}
                copies[name] = copies[name].astype(float)
                copies[name].flat[k] += sign * h
                values.append(loss(copies))
            slopes.append((values[0] - values[1]) / (2 * h))
        largest = max(abs(s) for s in slopes)
        result[name] = all(abs(g - s) <= border * largest for g, s in zip(given, slopes))
    return result
""",
    ),
    Answer(
        "gradient_verdicts",
        "np.allclose with an absolute tolerance from the array",
        """
def gradient_verdicts(loss, params, grads):
    def measured(name):
        value = params[name]
        out = np.zeros(value.shape, order="F")
        for index in np.ndindex(value.shape):
            e = np.zeros(value.shape)
            e[index] = 1e-5
            out[index] = (loss({**params, name: value + e}) - loss({**params, name: value - e})) / 2e-5
        return out

    m = {name: measured(name) for name in params}
    return {name: np.allclose(grads[name], m[name], rtol=0, atol=1e-4 * np.abs(m[name]).max()) for name in params}
""",
    ),
    Answer(
        "gradient_verdicts",
        "the loss is first brought to size one",
        """
from collections import OrderedDict

def gradient_verdicts(loss, params, grads):
    slopes = OrderedDict()
    for name, value in params.items():
        slopes[name] = np.zeros(value.shape)
        for index in np.ndindex(value.shape):
            e = np.zeros(value.shape)
            e[index] = 1e-5
            slopes[name][index] = (loss({**params, name: value + e}) - loss({**params, name: value - e})) / 2e-5
    verdicts = OrderedDict()
    for name, slope in slopes.items():
        unit = np.abs(slope).max()
        if unit == 0:
            verdicts[name] = not np.any(grads[name])
        else:
            verdicts[name] = np.all(np.abs(np.asarray(grads[name]) / unit - slope / unit) < 2e-4)
    return verdicts
""",
    ),
    Answer(
        "gradient_verdicts",
        "numpy truth values in a subclass of dict, enum members for keys",
        """
from enum import Enum

class K(str, Enum):
    W1 = "W1"
    b1 = "b1"
    W2 = "W2"
    b2 = "b2"
    W3 = "W3"

class Verdicts(dict):
    pass

def gradient_verdicts(loss, params, grads):
    verdicts = Verdicts()
    for k in K:
        value = params[k]
        steps = 1e-5 * np.eye(value.size).reshape(-1, *value.shape)
        slopes = np.array([loss({**params, k: value + s}) - loss({**params, k: value - s}) for s in steps]) / 2e-5
        off = np.max(np.abs(slopes - np.ravel(grads[k])))
        verdicts[k] = np.bool_(off <= 1e-4 * np.max(np.abs(slopes)))
    return verdicts
""",
    ),
    Answer(
        "gradient_verdicts",
        "a generator of slopes, and the flat list of entries",
        """
def gradient_verdicts(loss, params, grads):
    def slopes(name):
        base = params[name]
        for k in range(base.size):
            ends = []
            for h in (3e-5, -3e-5):
                flat = np.array(base, dtype=float).ravel()
                flat[k] += h
                ends.append(loss({n: flat.reshape(base.shape) if n == name else v for n, v in params.items()}))
            yield (ends[0] - ends[1]) / 6e-5

    def right(name):
        s, g = list(slopes(name)), np.ravel(grads[name]).tolist()
        top = max(map(abs, s + g))
        return max(abs(a - b) for a, b in zip(s, g)) <= 2.5e-4 * top

    return dict((name, right(name)) for name in params)
""",
    ),
    Answer(
        "gradient_verdicts",
        "two steps, put together as in task 1, in a class with __call__",
        """
class Checker:
    border = 1e-4

    def difference(self, loss, params, name, index, h):
        up, down = params[name] + 0.0, params[name] + 0.0
        up[index] += h
        down[index] -= h
        return (loss({**params, name: up}) - loss({**params, name: down})) / (2 * h)

    def __call__(self, loss, params, grads):
        verdicts = {}
        for name, value in params.items():
            off = top = 0.0
            for index in np.ndindex(value.shape):
                near = self.difference(loss, params, name, index, 1e-4)
                far = self.difference(loss, params, name, index, 2e-4)
                slope = near + (near - far) / 3
                off, top = max(off, abs(slope - grads[name][index])), max(top, abs(slope))
            verdicts[name] = bool(off <= self.border * top)
        return verdicts

gradient_verdicts = Checker()
""",
    ),
    # find_bugs
    Answer("find_bugs", "central differences at a random point", _FIND),
    Answer(
        "find_bugs",
        "the right gradient by its formulas",
        """
def find_bugs(loss, passes, rng):
    x, y = rng.normal(size=(7, 3)), rng.normal(size=(7, 2))
    p = {"W1": rng.normal(size=(3, 4)), "b1": rng.normal(size=4), "W2": rng.normal(size=(4, 2)), "b2": rng.normal(size=2)}
    a = np.tanh(x @ p["W1"] + p["b1"])
    dz2 = (a @ p["W2"] + p["b2"] - y) / len(x)
    dz1 = dz2 @ p["W2"].T * (1 - a**2)
    right = {"W1": x.T @ dz1, "b1": dz1.sum(0), "W2": a.T @ dz2, "b2": dz2.sum(0)}

    def same(g, name):
        g = np.asarray(g)
        return g.shape == right[name].shape and np.allclose(g, right[name], rtol=1e-6, atol=1e-9)

    found = {}
    for k, backward in enumerate(passes):
        grads = backward(p, x, y)
        names = [name for name in right if not same(grads[name], name)]
        if names:
            found[k] = names
    return found
""",
    ),
    Answer(
        "find_bugs",
        "numpy positions, tuples of names",
        """
def find_bugs(loss, passes, rng):
    shapes = {"W1": (4, 3), "b1": (3,), "W2": (3, 2), "b2": (2,)}
    params = {name: rng.uniform(-1, 1, size=shape) for name, shape in shapes.items()}
    x, y = rng.uniform(-2, 2, size=(6, 4)), rng.uniform(-2, 2, size=(6, 2))

    def slope(name, index):
        e = np.zeros(shapes[name])
        e[index] = 1e-4
        d = lambda k: loss({**params, name: params[name] + k * e}, x, y) - loss({**params, name: params[name] - k * e}, x, y)
        return (8 * d(1) - d(2)) / 12e-4

    true = {name: np.reshape([slope(name, i) for i in np.ndindex(shape)], shape) for name, shape in shapes.items()}
    wrong = np.array([
        [np.abs(grads[name] - true[name]).max() > 1e-5 * np.abs(true[name]).max() for name in shapes]
        for grads in (backward(params, x, y) for backward in passes)
    ])
    return {k: tuple(n for n, bad in zip(shapes, wrong[k]) if bad) for k in np.flatnonzero(wrong.any(axis=1))}
""",
    ),
    Answer(
        "find_bugs",
        "three points, an array is wrong if it is wrong at any of them",
        """
from collections import defaultdict

def find_bugs(loss, passes, rng):
    found = defaultdict(list)
    for trial in range(3):
        n0, n1, n2, m = 3, 5, 2, 4 + trial
        x, y = rng.normal(size=(m, n0)), rng.normal(size=(m, n2))
        p = {"W1": rng.normal(size=(n0, n1)), "b1": rng.normal(size=n1), "W2": rng.normal(size=(n1, n2)), "b2": rng.normal(size=n2)}
        for name in p:
            true = np.empty(p[name].shape)
            for index in np.ndindex(true.shape):
                up, down = p[name].copy(), p[name].copy()
                up[index] += 1e-5
                down[index] -= 1e-5
                true[index] = (loss({**p, name: up}, x, y) - loss({**p, name: down}, x, y)) / 2e-5
            for k, backward in enumerate(passes):
                off = np.abs(backward(p, x, y)[name] - true).max()
                if off > 1e-4 * np.abs(true).max() and name not in found[k]:
                    found[k].append(name)
    return {k: names for k, names in found.items() if names}
""",
    ),
    Answer(
        "find_bugs",
        "a subclass of dict, the names in alphabetical order",
        """
class Found(dict):
    pass

def find_bugs(loss, passes, rng):
    x, y = rng.standard_normal((5, 2)), rng.standard_normal((5, 3))
    p = dict(W1=rng.standard_normal((2, 4)), b1=rng.standard_normal(4), W2=rng.standard_normal((4, 3)), b2=rng.standard_normal(3))

    def is_wrong(name, g):
        slopes = []
        for e in np.eye(p[name].size).reshape(-1, *p[name].shape):
            slopes.append((loss({**p, name: p[name] + 1e-5 * e}, x, y) - loss({**p, name: p[name] - 1e-5 * e}, x, y)) / 2e-5)
        slopes = np.array(slopes).reshape(p[name].shape)
        return np.abs(np.asarray(g) - slopes).max() > 1e-4 * np.abs(slopes).max()

    found = Found()
    for position in range(len(passes)):
        grads = passes[position](dict(p), x.copy(), y.copy())
        names = sorted(name for name in p if is_wrong(name, grads[name]))
        if len(names) > 0:
            found[position] = names
    return found
""",
    ),
    Answer(
        "find_bugs",
        "with the verdicts of task 4 as a helper, from the last pass to the first",
        """
def verdicts(loss, params, grads):
    out = {}
    for name, value in params.items():
        m = np.zeros(value.shape)
        for index in np.ndindex(value.shape):
            e = np.zeros(value.shape)
            e[index] = 1e-5
            m[index] = (loss({**params, name: value + e}) - loss({**params, name: value - e})) / 2e-5
        out[name] = np.abs(grads[name] - m).max() <= 1e-4 * np.abs(m).max()
    return out

def find_bugs(loss, passes, rng):
    x, y = rng.normal(size=(4, 3)), rng.normal(size=(4, 2))
    params = {"W1": rng.normal(size=(3, 5)), "b1": rng.normal(size=5), "W2": rng.normal(size=(5, 2)), "b2": rng.normal(size=2)}
    found = {}
    for k in reversed(range(len(passes))):
        judged = verdicts(lambda p: loss(p, x, y), params, passes[k](params, x, y))
        if not all(judged.values()):
            found[k] = [name for name, good in judged.items() if not good]
    return found
""",
    ),
    Answer(
        "find_bugs",
        "fixed numbers chosen by hand, no chance",
        """
def find_bugs(loss, passes, rng):
    waves = lambda *shape, k=1.0: np.sin(k * np.arange(1, 1 + np.prod(shape))).reshape(shape)
    x, y = waves(5, 3, k=1.3), waves(5, 2, k=0.7)
    p = {"W1": waves(3, 4, k=2.1), "b1": waves(4, k=0.9), "W2": waves(4, 2, k=1.7), "b2": waves(2, k=0.5)}
    true = {}
    for name in p:
        true[name] = np.zeros(p[name].shape)
        for index in np.ndindex(p[name].shape):
            up = {n: v.copy() for n, v in p.items()}
            down = {n: v.copy() for n, v in p.items()}
            up[name][index] += 1e-5
            down[name][index] -= 1e-5
            true[name][index] = (loss(up, x, y) - loss(down, x, y)) / 2e-5
    found = {}
    for k, backward in enumerate(passes):
        for name, g in backward(p, x, y).items():
            if np.max(np.abs(g - true[name])) > 1e-4 * np.max(np.abs(true[name])):
                found.setdefault(k, []).append(name)
    return found
""",
    ),
    Answer(
        "find_bugs",
        "names are members of an enum with str values",
        """
from collections import OrderedDict
from enum import Enum

class K(str, Enum):
    W1 = "W1"
    b1 = "b1"
    W2 = "W2"
    b2 = "b2"

def find_bugs(loss, passes, rng):
    shapes = {K.W1: (3, 2), K.b1: (2,), K.W2: (2, 4), K.b2: (4,)}
    p = {k: rng.normal(size=s) for k, s in shapes.items()}
    x, y = rng.normal(size=(6, 3)), rng.normal(size=(6, 4))
    out = OrderedDict()
    results = [backward(p, x, y) for backward in passes]
    for k in K:
        m = np.zeros(shapes[k])
        for i in np.ndindex(m.shape):
            e = np.zeros(m.shape)
            e[i] = 1e-5
            m[i] = (loss({**p, k: p[k] + e}, x, y) - loss({**p, k: p[k] - e}, x, y)) / 2e-5
        for position, grads in enumerate(results):
            if np.abs(grads[k] - m).max() > 1e-4 * np.abs(m).max():
                out.setdefault(position, []).append(k)
    return out
""",
    ),
    # relu_network_backward
    Answer("relu_network_backward", "the mask from the weighted input", _RELU),
    Answer(
        "relu_network_backward",
        "the mask from the activation, and np.where",
        """
def relu_network_backward(params, x, y):
    a1 = (x @ params["W1"] + params["b1"]).clip(min=0)
    dz2 = (a1 @ params["W2"] + params["b2"] - y) / x.shape[0]
    dz1 = np.where(a1 > 0, dz2 @ params["W2"].T, 0)
    return dict(W1=x.T @ dz1, b1=np.sum(dz1, axis=0), W2=a1.T @ dz2, b2=np.sum(dz2, axis=0))
""",
    ),
    Answer(
        "relu_network_backward",
        "at the corner it takes the slope 1, which a rectifier may",
        _with(_RELU, ("dz1[z1 <= 0] = 0", "dz1 = dz1 * (z1 >= 0)")),
    ),
    Answer(
        "relu_network_backward",
        "einsum, and a subclass of dict",
        """
class Grads(dict):
    pass

def relu_network_backward(params, x, y):
    z1 = np.einsum("si,ij->sj", x, params["W1"]) + params["b1"]
    on = (z1 > 0).astype(float)
    dz2 = (np.einsum("sj,jk->sk", z1 * on, params["W2"]) + params["b2"] - y) / len(x)
    return Grads(
        W1=np.einsum("si,sk,jk,sj->ij", x, dz2, params["W2"], on),
        b1=np.einsum("sk,jk,sj->j", dz2, params["W2"], on),
        W2=np.einsum("sj,sk->jk", z1 * on, dz2),
        b2=np.einsum("sk->k", dz2),
    )
""",
    ),
    Answer(
        "relu_network_backward",
        "a loop over the samples",
        """
def relu_network_backward(params, x, y):
    grads = {name: np.zeros(value.shape) for name, value in params.items()}
    for xs, ys in zip(x, y):
        z1 = xs @ params["W1"] + params["b1"]
        a1 = np.where(z1 > 0, z1, 0.0)
        dz2 = (a1 @ params["W2"] + params["b2"] - ys) / len(x)
        dz1 = np.where(z1 > 0, params["W2"] @ dz2, 0.0)
        grads["W1"] += np.outer(xs, dz1)
        grads["b1"] += dz1
        grads["W2"] += np.outer(a1, dz2)
        grads["b2"] += dz2
    return grads
""",
    ),
    Answer(
        "relu_network_backward",
        "nested lists and plain numbers",
        """
def relu_network_backward(params, x, y):
    W1, b1, W2, b2 = (np.asarray(params[name], dtype=float).tolist() for name in ("W1", "b1", "W2", "b2"))
    m, n0, n1, n2 = len(x), len(W1), len(b1), len(b2)
    g = {"W1": [[0.0] * n1 for _ in range(n0)], "b1": [0.0] * n1, "W2": [[0.0] * n2 for _ in range(n1)], "b2": [0.0] * n2}
    for s in range(m):
        z = [b1[j] + sum(float(x[s][i]) * W1[i][j] for i in range(n0)) for j in range(n1)]
        a = [max(v, 0.0) for v in z]
        e = [(b2[k] + sum(a[j] * W2[j][k] for j in range(n1)) - float(y[s][k])) / m for k in range(n2)]
        for j in range(n1):
            blame = sum(e[k] * W2[j][k] for k in range(n2)) if z[j] > 0 else 0.0
            g["b1"][j] += blame
            for i in range(n0):
                g["W1"][i][j] += float(x[s][i]) * blame
            for k in range(n2):
                g["W2"][j][k] += a[j] * e[k]
        for k in range(n2):
            g["b2"][k] += e[k]
    return g
""",
    ),
    Answer(
        "relu_network_backward",
        "divided by the samples at the end, Fortran-ordered results",
        """
from collections import OrderedDict

def relu_network_backward(params, x, y):
    m = len(x)
    z1 = x @ params["W1"] + params["b1"]
    a1 = z1 * (z1 > 0)
    dz2 = a1 @ params["W2"] + params["b2"] - y
    dz1 = (params["W2"] @ dz2.T).T * np.heaviside(z1, 0.0)
    return OrderedDict(
        b2=np.ones(m) @ dz2 / m, W2=np.asfortranarray((dz2.T @ a1).T / m),
        b1=np.ones(m) @ dz1 / m, W1=np.asfortranarray((dz1.T @ x).T / m),
    )
""",
    ),
    Answer(
        "relu_network_backward",
        "a bias as the weight of an input that is always one",
        """
def relu_network_backward(params, x, y):
    one = np.ones((len(x), 1))
    xe = np.hstack([x, one])
    A = np.vstack([params["W1"], params["b1"]])
    B = np.vstack([params["W2"], params["b2"]])
    z1 = xe @ A
    a1 = np.hstack([np.maximum(z1, 0), one])
    dz2 = (a1 @ B - y) / len(x)
    dz1 = (dz2 @ B.T)[:, :-1] * (z1 > 0)
    dA, dB = xe.T @ dz1, a1.T @ dz2
    return {"W1": dA[:-1], "b1": dA[-1], "W2": dB[:-1], "b2": dB[-1]}
""",
    ),
    Answer(
        "relu_network_backward",
        "only the rows of units that are on",
        """
def relu_network_backward(params, x, y):
    z1 = x @ params["W1"] + params["b1"]
    rows, units = np.nonzero(z1 > 0)
    a1 = np.zeros(z1.shape)
    a1[rows, units] = z1[rows, units]
    dz2 = (a1 @ params["W2"] + params["b2"] - y) / len(x)
    dz1 = np.zeros(z1.shape)
    dz1[rows, units] = (dz2[rows] * params["W2"][units]).sum(axis=1)
    return {"W1": (dz1.T @ x).T, "b1": dz1.sum(axis=0), "W2": (dz2.T @ a1).T, "b2": dz2.sum(axis=0)}
""",
    ),
    # gate_backward
    Answer("gate_backward", "a new array for the blame of the gate", _GATE),
    Answer(
        "gate_backward",
        "a copy before the change in place",
        """
def gate_backward(dy, x, W, b):
    t = np.tanh(x @ W + b)
    dz = np.array(dy, dtype=float)
    dz *= x * (1 - t**2)
    return [dy * t + dz @ W.T, x.T @ dz, dz.sum(axis=0)]
""",
    ),
    Answer(
        "gate_backward",
        "einsum",
        """
def gate_backward(dy, x, W, b):
    t = np.tanh(np.einsum("si,ij->sj", x, W) + b)
    g = np.einsum("sj,sj,sj->sj", dy, x, 1 - t * t)
    dx = np.einsum("sj,ij->si", g, W) + np.einsum("sj,sj->sj", dy, t)
    return dx, np.einsum("si,sj->ij", x, g), np.einsum("sj->j", g)
""",
    ),
    Answer(
        "gate_backward",
        "a loop over the samples, with lists",
        """
def gate_backward(dy, x, W, b):
    rows, dW, db = [], np.zeros(W.shape), np.zeros(b.shape)
    for s in range(len(x)):
        gate = np.tanh(x[s] @ W + b)
        dz = dy[s] * x[s] * (1 - gate**2)
        rows.append((dy[s] * gate + W @ dz).tolist())
        dW += np.outer(x[s], dz)
        db += dz
    return rows, dW.tolist(), db.tolist()
""",
    ),
    Answer(
        "gate_backward",
        "single entries with math",
        """
import math

def gate_backward(dy, x, W, b):
    m, n = x.shape
    dx, dW, db = np.zeros((m, n)), np.zeros((n, n)), np.zeros(n)
    for s in range(m):
        for j in range(n):
            t = math.tanh(math.fsum(float(x[s, i]) * float(W[i, j]) for i in range(n)) + float(b[j]))
            dx[s, j] += dy[s, j] * t
            dz = dy[s, j] * x[s, j] * (1 - t * t)
            db[j] += dz
            for i in range(n):
                dx[s, i] += dz * W[i, j]
                dW[i, j] += dz * x[s, i]
    return dx, dW, db
""",
    ),
    Answer(
        "gate_backward",
        "the slope as 1 / cosh², a named tuple of transposed views",
        """
from typing import NamedTuple

class Gradients(NamedTuple):
    dx: np.ndarray
    dW: np.ndarray
    db: np.ndarray

def gate_backward(dy, x, W, b):
    z = x @ W + b
    t = np.tanh(z)
    dz = dy * x / np.cosh(np.clip(z, -300, 300)) ** 2
    return Gradients((W @ dz.T + (dy * t).T).T, (dz.T @ x).T, np.ones(len(x)) @ dz)
""",
    ),
    Answer(
        "gate_backward",
        "helpers for the parts, as on a tape",
        """
def multiply_back(d, a, b):
    return d * b, d * a

def tanh_back(d, t):
    return d * (1 + t) * (1 - t)

def affine_back(d, x, W):
    return np.dot(d, W.T), np.dot(x.T, d), np.sum(d, axis=0)

def gate_backward(dy, x, W, b):
    t = np.tanh(np.dot(x, W) + b)
    direct, dt = multiply_back(dy, x, t)
    through, dW, db = affine_back(tanh_back(dt, t), x, W)
    return direct + through, dW, db
""",
    ),
    Answer(
        "gate_backward",
        "in single precision",
        """
def gate_backward(dy, x, W, b):
    dy, x, W, b = (np.asarray(v, dtype=np.float32) for v in (dy, x, W, b))
    t = np.tanh(x @ W + b)
    dz = dy * x * (1 - t**2)
    return dy * t + dz @ W.T, x.T @ dz, dz.sum(axis=0)
""",
    ),
    Answer(
        "gate_backward",
        "a lambda around a function of the gate",
        """
def with_gate(dy, x, W, t):
    dz = np.multiply(np.multiply(dy, x), np.subtract(1, np.square(t)))
    return np.add(np.multiply(dy, t), np.matmul(dz, np.transpose(W))), np.matmul(np.transpose(x), dz), np.add.reduce(dz)

gate_backward = lambda dy, x, W, b: with_gate(dy, x, W, np.tanh(np.matmul(x, W) + b))
""",
    ),
    # autoencoder_backward
    Answer("autoencoder_backward", "both uses of W added", _AUTO),
    Answer(
        "autoencoder_backward",
        "einsum, and a list of results",
        """
def autoencoder_backward(x, W, b, c):
    h = np.tanh(np.einsum("sn,nk->sk", x, W) + b)
    dr = (np.einsum("sk,nk->sn", h, W) + c - x) / len(x)
    dz = np.einsum("sn,nk->sk", dr, W) * (1 - h * h)
    return [np.einsum("sn,sk->nk", x, dz) + np.einsum("sn,sk->nk", dr, h), np.einsum("sk->k", dz), np.einsum("sn->n", dr)]
""",
    ),
    Answer(
        "autoencoder_backward",
        "a loop over the samples that adds in place to its own arrays",
        """
def autoencoder_backward(x, W, b, c):
    m = x.shape[0]
    dW, db, dc = np.zeros(W.shape), np.zeros(b.shape), np.zeros(c.shape)
    for s in range(m):
        h = np.tanh(x[s] @ W + b)
        dr = (W @ h + c - x[s]) / m
        dz = (dr @ W) * (1 - h**2)
        dW += np.outer(x[s], dz)
        dW += np.outer(dr, h)
        db += dz
        dc += dr
    return dW, db, dc
""",
    ),
    Answer(
        "autoencoder_backward",
        "first as two layers with weights of their own, then added",
        """
def two_layers(x, W1, b1, W2, b2, y):
    h = np.tanh(x @ W1 + b1)
    d2 = (h @ W2 + b2 - y) / len(x)
    d1 = d2 @ W2.T * (1 - h**2)
    return x.T @ d1, d1.sum(axis=0), h.T @ d2, d2.sum(axis=0)

def autoencoder_backward(x, W, b, c):
    encoder, db, decoder, dc = two_layers(x, W, b, W.T, c, x)
    return encoder + decoder.T, db, dc
""",
    ),
    Answer(
        "autoencoder_backward",
        "nested lists",
        """
import math

def autoencoder_backward(x, W, b, c):
    m, n, k = len(x), len(c), len(b)
    dW, db, dc = [[0.0] * k for _ in range(n)], [0.0] * k, [0.0] * n
    for s in range(m):
        h = [math.tanh(sum(x[s, i] * W[i, j] for i in range(n)) + b[j]) for j in range(k)]
        e = [(sum(h[j] * W[i, j] for j in range(k)) + c[i] - x[s, i]) / m for i in range(n)]
        z = [sum(e[i] * W[i, j] for i in range(n)) * (1 - h[j] ** 2) for j in range(k)]
        for i in range(n):
            dc[i] += e[i]
            for j in range(k):
                dW[i][j] += x[s, i] * z[j] + e[i] * h[j]
        for j in range(k):
            db[j] += z[j]
    return dW, db, dc
""",
    ),
    Answer(
        "autoencoder_backward",
        "the mean at the end",
        """
def autoencoder_backward(x, W, b, c):
    h = np.tanh(x @ W + b)
    dr = h @ W.T + c - x
    dz = (dr @ W) - (dr @ W) * h**2
    m = np.float64(len(x))
    return np.asfortranarray((dz.T @ x + h.T @ dr).T / m), dz.sum(axis=0) / m, dr.mean(axis=0)
""",
    ),
    Answer(
        "autoencoder_backward",
        "one stacked matrix product for both uses",
        """
def autoencoder_backward(x, W, b, c):
    h = np.tanh(x @ W + b)
    dr = (h @ W.T + c - x) / len(x)
    dz = (dr @ W) * (1 - h**2)
    dW = np.vstack([x, dr]).T @ np.vstack([dz, h])
    return dW, np.ones(len(x)) @ dz, np.ones(len(x)) @ dr
""",
    ),
    Answer(
        "autoencoder_backward",
        "a subclass of tuple, from a class with __call__",
        """
class Gradients(tuple):
    pass

class Backward:
    def __call__(self, x, W, b, c):
        h = np.tanh(np.dot(x, W) + b)
        dr = np.true_divide(np.dot(h, W.T) + c - x, np.shape(x)[0])
        dz = np.dot(dr, W) * (1 - h) * (1 + h)
        dW = np.dot(x.T, dz)
        dW += np.dot(dr.T, h)
        return Gradients((dW, np.sum(dz, 0), np.sum(dr, 0)))

autoencoder_backward = Backward()
""",
    ),
    Answer(
        "autoencoder_backward",
        "in single precision",
        """
def autoencoder_backward(x, W, b, c):
    x, W, b, c = [np.array(v, dtype=np.float32) for v in (x, W, b, c)]
    h = np.tanh(x @ W + b)
    dr = (h @ W.T + c - x) / np.float32(len(x))
    dz = (dr @ W) * (1 - h**2)
    return x.T @ dz + dr.T @ h, dz.sum(axis=0), dr.sum(axis=0)
""",
    ),
)
