"""Answers to the exercise *partial_derivatives*: the blame, layer by layer."""

from __future__ import annotations

from answers import Answer
from answers import any_of as _any

WRONG: tuple[Answer, ...] = (
    # central_slope
    Answer(
        "central_slope",
        "a step forward only",
        """\
def central_slope(f, x, h):
    return (f(x + h) - f(x)) / h
""",
        _any("one-sided", "step-left-out", "other-variable"),
    ),
    Answer(
        "central_slope",
        "a step back only",
        """\
def central_slope(f, x, h):
    return (f(x) - f(x - h)) / h
""",
        _any("one-sided", "step-left-out", "other-variable"),
    ),
    Answer(
        "central_slope",
        "divided by h in place of 2h",
        """\
def central_slope(f, x, h):
    return (f(x + h) - f(x - h)) / h
""",
        _any("factor-two", "doubled", "factor-left-out", "scaled"),
    ),
    Answer(
        "central_slope",
        "divided by 4h",
        """\
def central_slope(f, x, h):
    h = 2 * h
    return (f(x + h / 2) - f(x - h / 2)) / (2 * h)
""",
        _any("factor-half", "halved", "factor-doubled", "done-twice", "scaled"),
    ),
    Answer(
        "central_slope",
        "no parentheses around 2 * h",
        """\
def central_slope(f, x, h):
    return (f(x + h) - f(x - h)) / 2 * h
""",
        _any("multiplied-divided", "parentheses-missing"),
    ),
    Answer(
        "central_slope",
        "no parentheses around the difference",
        """\
def central_slope(f, x, h):
    return f(x + h) - f(x - h) / (2 * h)
""",
        _any("steps-exchanged", "factor-left-out", "parentheses-missing"),
    ),
    Answer(
        "central_slope",
        "the two sides are swapped",
        """\
def central_slope(f, x, h):
    return (f(x - h) - f(x + h)) / (2 * h)
""",
        _any("sign", "turned-sign", "sign-inside"),
    ),
    Answer(
        "central_slope",
        "the two values are added",
        """\
def central_slope(f, x, h):
    return (f(x + h) + f(x - h)) / (2 * h)
""",
        _any("sign-inside", "other-operation"),
    ),
    Answer(
        "central_slope",
        "a step of h over both sides together, the same for the example",
        """\
def central_slope(f, x, h):
    return (f(x + h / 2) - f(x - h / 2)) / h
""",
        _any("other-constant"),
    ),
    Answer(
        "central_slope",
        "h is left out of use and a small step taken",
        """\
def central_slope(f, x, h):
    h = 1e-5
    return (f(x + h) - f(x - h)) / (2 * h)
""",
        _any("other-constant"),
    ),
    Answer(
        "central_slope",
        "x and h are swapped on one side, the same for the square of the example",
        """\
def central_slope(f, x, h):
    return (f(h + x) - f(h - x)) / (2 * h)
""",
        _any("exchanged-arguments", "sign-inside"),
    ),
    Answer(
        "central_slope",
        "twice x, the slope of the example's function",
        """\
def central_slope(f, x, h):
    return 2 * x
""",
        _any("other-function"),
    ),
    Answer(
        "central_slope",
        "the slope is made positive",
        """\
def central_slope(f, x, h):
    return abs(f(x + h) - f(x - h)) / (2 * h)
""",
        _any("turned-sign", "sign", "other-function"),
    ),
    Answer(
        "central_slope",
        "the step is relative to x",
        """\
def central_slope(f, x, h):
    step = h * x
    return (f(x + step) - f(x - step)) / (2 * step)
""",
        _any("other-variable"),
    ),
    Answer(
        "central_slope",
        "whole-number division",
        """\
def central_slope(f, x, h):
    return (f(x + h) - f(x - h)) // (2 * h)
""",
        _any("cut-to-whole"),
    ),
    Answer(
        "central_slope",
        "the number of the example",
        """\
def central_slope(f, x, h):
    return 6.0
""",
        _any("same-for-all"),
    ),
    Answer(
        "central_slope",
        "only the difference, not divided",
        """\
def central_slope(f, x, h):
    right = f(x + h)
    left = f(x - h)
    return right - left
""",
        _any("factor-left-out", "step-left-out", "scaled"),
    ),
    Answer(
        "central_slope",
        "the function of a number is called with an array",
        """\
def central_slope(f, x, h):
    left, right = f(np.array([x - h, x + h]))
    return (right - left) / (2 * h)
""",
    ),
    # tanh_layer_backward
    Answer(
        "tanh_layer_backward",
        "the slope is left out",
        """\
def tanh_layer_backward(da, x, W, b):
    return da @ W.T, x.T @ da, da.sum(axis=0)
""",
        _any("activation-derivative-missing", "factor-left-out", "step-left-out"),
    ),
    Answer(
        "tanh_layer_backward",
        "the slope is in dx only",
        """\
def tanh_layer_backward(da, x, W, b):
    a = np.tanh(x @ W + b)
    dz = da * (1 - a**2)
    return dz @ W.T, x.T @ da, da.sum(axis=0)
""",
        _any(
            "activation-derivative-missing",
            "factor-left-out",
            "step-left-out",
            "other-variable",
            "wrong-tensor",
        ),
    ),
    Answer(
        "tanh_layer_backward",
        "the slope is left out on the way to dx",
        """\
def tanh_layer_backward(da, x, W, b):
    a = np.tanh(x @ W + b)
    dz = da * (1 - a**2)
    return da @ W.T, x.T @ dz, dz.sum(axis=0)
""",
        _any(
            "activation-derivative-missing",
            "factor-left-out",
            "step-left-out",
            "other-variable",
            "wrong-tensor",
        ),
    ),
    Answer(
        "tanh_layer_backward",
        "1 - z squared for the slope",
        """\
def tanh_layer_backward(da, x, W, b):
    z = x @ W + b
    dz = da * (1 - z**2)
    return dz @ W.T, x.T @ dz, dz.sum(axis=0)
""",
        _any("tanh-from-weighted-input", "other-variable", "wrong-tensor", "function-left-out"),
    ),
    Answer(
        "tanh_layer_backward",
        "the slope of the sigmoid",
        """\
def tanh_layer_backward(da, x, W, b):
    a = np.tanh(x @ W + b)
    dz = da * a * (1 - a)
    return dz @ W.T, x.T @ dz, dz.sum(axis=0)
""",
        _any("other-activation", "other-function"),
    ),
    Answer(
        "tanh_layer_backward",
        "the slope of the ReLU",
        """\
def tanh_layer_backward(da, x, W, b):
    z = x @ W + b
    dz = da * (z > 0)
    return dz @ W.T, x.T @ dz, dz.sum(axis=0)
""",
        _any("other-activation", "other-function"),
    ),
    Answer(
        "tanh_layer_backward",
        "the slope is taken at the activation",
        """\
def tanh_layer_backward(da, x, W, b):
    a = np.tanh(x @ W + b)
    dz = da * (1 - np.tanh(a) ** 2)
    return dz @ W.T, x.T @ dz, dz.sum(axis=0)
""",
        _any("derivative-at-activation", "done-twice", "other-variable", "wrong-tensor"),
    ),
    Answer(
        "tanh_layer_backward",
        "1 - a for 1 - a squared",
        """\
def tanh_layer_backward(da, x, W, b):
    a = np.tanh(x @ W + b)
    dz = da * (1 - a)
    return dz @ W.T, x.T @ dz, dz.sum(axis=0)
""",
        _any("power-mixed", "other-activation"),
    ),
    Answer(
        "tanh_layer_backward",
        "the slope is in it twice",
        """\
def tanh_layer_backward(da, x, W, b):
    a = np.tanh(x @ W + b)
    slope = 1 - a**2
    dz = da * slope
    return (dz * slope) @ W.T, x.T @ (dz * slope), (dz * slope).sum(axis=0)
""",
        _any("slope-squared", "factor-doubled", "done-twice", "power-mixed"),
    ),
    Answer(
        "tanh_layer_backward",
        "the activation in place of its slope",
        """\
def tanh_layer_backward(da, x, W, b):
    dz = da * np.tanh(x @ W + b)
    return dz @ W.T, x.T @ dz, dz.sum(axis=0)
""",
        _any("value-for-slope", "other-function"),
    ),
    Answer(
        "tanh_layer_backward",
        "only the slope, without the blame that arrives",
        """\
def tanh_layer_backward(da, x, W, b):
    a = np.tanh(x @ W + b)
    dz = 1 - a**2
    return dz @ W.T, x.T @ dz, dz.sum(axis=0)
""",
        _any("upstream-missing", "factor-left-out"),
    ),
    Answer(
        "tanh_layer_backward",
        "the bias is left out of the forward pass",
        """\
def tanh_layer_backward(da, x, W, b):
    a = np.tanh(x @ W)
    dz = da * (1 - a**2)
    return dz @ W.T, x.T @ dz, dz.sum(axis=0)
""",
        _any("term-left-out"),
    ),
    Answer(
        "tanh_layer_backward",
        "the mean for the bias",
        """\
def tanh_layer_backward(da, x, W, b):
    a = np.tanh(x @ W + b)
    dz = da * (1 - a**2)
    return dz @ W.T, x.T @ dz, dz.mean(axis=0)
""",
        _any(
            "bias-averaged",
            "averaged-twice",
            "mean-for-sum",
            "divided-by-samples",
            "factor-doubled",
            "done-twice",
            "scaled",
        ),
    ),
    Answer(
        "tanh_layer_backward",
        "divided by the samples, though da has the mean in it",
        """\
def tanh_layer_backward(da, x, W, b):
    m = len(x)
    a = np.tanh(x @ W + b)
    dz = da * (1 - a**2)
    return dz @ W.T, x.T @ dz / m, dz.sum(axis=0) / m
""",
        _any(
            "averaged-twice",
            "mean-for-sum",
            "divided-by-samples",
            "factor-doubled",
            "done-twice",
            "scaled",
            "bias-averaged",
        ),
    ),
    Answer(
        "tanh_layer_backward",
        "the bias gradient keeps the samples",
        """\
def tanh_layer_backward(da, x, W, b):
    a = np.tanh(x @ W + b)
    dz = da * (1 - a**2)
    return dz @ W.T, x.T @ dz, dz
""",
        _any("bias-not-summed", "step-left-out", "each-by-itself"),
    ),
    Answer(
        "tanh_layer_backward",
        "the bias gradient is that of the first sample",
        """\
def tanh_layer_backward(da, x, W, b):
    a = np.tanh(x @ W + b)
    dz = da * (1 - a**2)
    return dz @ W.T, x.T @ dz, dz[0]
""",
        _any("bias-not-summed", "only-one-sample", "step-left-out"),
    ),
    Answer(
        "tanh_layer_backward",
        "keepdims leaves the bias gradient with two axes",
        """\
def tanh_layer_backward(da, x, W, b):
    a = np.tanh(x @ W + b)
    dz = da * (1 - a**2)
    return dz @ W.T, x.T @ dz, dz.sum(axis=0, keepdims=True)
""",
    ),
    Answer(
        "tanh_layer_backward",
        "the bias gradient is summed over the units",
        """\
def tanh_layer_backward(da, x, W, b):
    a = np.tanh(x @ W + b)
    dz = da * (1 - a**2)
    return dz @ W.T, x.T @ dz, dz.sum(axis=1)
""",
        _any("wrong-axis", "other-axis"),
    ),
    Answer(
        "tanh_layer_backward",
        "the bias gradient is one number, summed over everything",
        """\
def tanh_layer_backward(da, x, W, b):
    a = np.tanh(x @ W + b)
    dz = da * (1 - a**2)
    return dz @ W.T, x.T @ dz, dz.sum()
""",
        _any("wrong-axis", "other-axis"),
    ),
    Answer(
        "tanh_layer_backward",
        "the bias gradient from that of the weights",
        """\
def tanh_layer_backward(da, x, W, b):
    a = np.tanh(x @ W + b)
    dz = da * (1 - a**2)
    dW = x.T @ dz
    return dz @ W.T, dW, dW.sum(axis=0)
""",
        _any("bias-from-weights", "other-variable", "wrong-tensor"),
    ),
    Answer(
        "tanh_layer_backward",
        "dx from the wrong side, which does not fit",
        """\
def tanh_layer_backward(da, x, W, b):
    a = np.tanh(x @ W + b)
    dz = da * (1 - a**2)
    return dz @ W, x.T @ dz, dz.sum(axis=0)
""",
        _any("wrong-transpose", "not-transposed"),
    ),
    Answer(
        "tanh_layer_backward",
        "W is reshaped where it should be transposed",
        """\
def tanh_layer_backward(da, x, W, b):
    n_in, n_out = W.shape
    a = np.tanh(x @ W + b)
    dz = da * (1 - a**2)
    return dz @ W.reshape(n_out, n_in), x.T @ dz, dz.sum(axis=0)
""",
        _any("axes-not-moved", "wrong-transpose", "other-function", "not-transposed"),
    ),
    Answer(
        "tanh_layer_backward",
        "the weight gradient is transposed",
        """\
def tanh_layer_backward(da, x, W, b):
    a = np.tanh(x @ W + b)
    dz = da * (1 - a**2)
    return dz @ W.T, dz.T @ x, dz.sum(axis=0)
""",
        _any("transposed", "not-transposed", "product-reversed"),
    ),
    Answer(
        "tanh_layer_backward",
        "the results in another order",
        """\
def tanh_layer_backward(da, x, W, b):
    a = np.tanh(x @ W + b)
    dz = da * (1 - a**2)
    dW, db, dx = x.T @ dz, dz.sum(axis=0), dz @ W.T
    return dW, db, dx
""",
        _any("results-exchanged"),
    ),
    Answer(
        "tanh_layer_backward",
        "the weights take a step before dx passes them",
        """\
def tanh_layer_backward(da, x, W, b):
    a = np.tanh(x @ W + b)
    dz = da * (1 - a**2)
    dW, db = x.T @ dz, dz.sum(axis=0)
    W = W - 0.1 * dW
    return dz @ W.T, dW, db
""",
        _any("updated-weights", "old-value", "steps-exchanged"),
    ),
    Answer(
        "tanh_layer_backward",
        "a loop that assigns, so dW and db are of the last sample",
        """\
def tanh_layer_backward(da, x, W, b):
    dx = np.zeros(x.shape)
    for s in range(len(x)):
        a = np.tanh(x[s] @ W + b)
        dz = da[s] * (1 - a**2)
        dx[s] = W @ dz
        dW = np.outer(x[s], dz)
        db = dz
    return dx, dW, db
""",
        _any("only-one-sample", "kept-not-added", "assigned-not-added", "bias-not-summed"),
    ),
    Answer(
        "tanh_layer_backward",
        "squeezed, so that a single input or unit loses its axis",
        """\
def tanh_layer_backward(da, x, W, b):
    a = np.tanh(x @ W + b)
    dz = da * (1 - a**2)
    return np.squeeze(dz @ W.T), np.squeeze(x.T @ dz), np.squeeze(dz.sum(axis=0))
""",
        _any("case-left-out"),
    ),
    Answer(
        "tanh_layer_backward",
        "dx in zeros_like(x), which cuts fractions off when x is of integers",
        """\
def tanh_layer_backward(da, x, W, b):
    a = np.tanh(x @ W + b)
    dz = da * (1 - a**2)
    dx = np.zeros_like(x)
    for s in range(x.shape[0]):
        for i in range(x.shape[1]):
            dx[s, i] = np.sum(dz[s] * W[i])
    return dx, x.T @ dz, dz.sum(axis=0)
""",
        _any("cut-to-whole"),
    ),
    Answer(
        "tanh_layer_backward",
        "zeros of the right shapes",
        """\
def tanh_layer_backward(da, x, W, b):
    return np.zeros(x.shape), np.zeros(W.shape), np.zeros(b.shape)
""",
        _any("zero-gradient", "same-for-all"),
    ),
    # scale_shift_backward
    Answer(
        "scale_shift_backward",
        "the scale is left out on the way back",
        """\
def scale_shift_backward(dy, x, gamma):
    return dy, (dy * x).sum(axis=0), dy.sum(axis=0)
""",
        _any("factor-missing", "factor-left-out", "input-returned"),
    ),
    Answer(
        "scale_shift_backward",
        "divided by the scale",
        """\
def scale_shift_backward(dy, x, gamma):
    return dy / gamma, (dy * x).sum(axis=0), dy.sum(axis=0)
""",
        _any("multiplied-for-divided", "multiplied-divided"),
    ),
    Answer(
        "scale_shift_backward",
        "the scale is in dx twice",
        """\
def scale_shift_backward(dy, x, gamma):
    return dy * gamma**2, (dy * x).sum(axis=0), dy.sum(axis=0)
""",
        _any("factor-twice", "factor-doubled", "power-mixed", "done-twice"),
    ),
    Answer(
        "scale_shift_backward",
        "dgamma gets the scale in place of x",
        """\
def scale_shift_backward(dy, x, gamma):
    return dy * gamma, (dy * gamma).sum(axis=0), dy.sum(axis=0)
""",
        _any("wrong-tensor", "other-variable"),
    ),
    Answer(
        "scale_shift_backward",
        "dgamma gets y in place of x",
        """\
def scale_shift_backward(dy, x, gamma):
    y = x * gamma
    return dy * gamma, (dy * y).sum(axis=0), dy.sum(axis=0)
""",
        _any("wrong-tensor", "factor-twice", "other-variable"),
    ),
    Answer(
        "scale_shift_backward",
        "dx times x in place of the scale",
        """\
def scale_shift_backward(dy, x, gamma):
    return dy * x, (dy * x).sum(axis=0), dy.sum(axis=0)
""",
        _any("wrong-tensor", "other-variable"),
    ),
    Answer(
        "scale_shift_backward",
        "means in place of sums",
        """\
def scale_shift_backward(dy, x, gamma):
    return dy * gamma, (dy * x).mean(axis=0), dy.mean(axis=0)
""",
        _any("averaged-twice", "bias-averaged", "mean-for-sum", "divided-by-samples", "scaled"),
    ),
    Answer(
        "scale_shift_backward",
        "the mean for the shift only",
        """\
def scale_shift_backward(dy, x, gamma):
    return dy * gamma, (dy * x).sum(axis=0), np.mean(dy, axis=0)
""",
        _any("bias-averaged", "averaged-twice", "mean-for-sum", "divided-by-samples", "scaled"),
    ),
    Answer(
        "scale_shift_backward",
        "the samples are not collected",
        """\
def scale_shift_backward(dy, x, gamma):
    return dy * gamma, dy * x, dy
""",
        _any("bias-not-summed", "step-left-out", "each-by-itself"),
    ),
    Answer(
        "scale_shift_backward",
        "summed over the features",
        """\
def scale_shift_backward(dy, x, gamma):
    return dy * gamma, (dy * x).sum(axis=1), dy.sum(axis=1)
""",
        _any("wrong-axis", "other-axis"),
    ),
    Answer(
        "scale_shift_backward",
        "summed over everything",
        """\
def scale_shift_backward(dy, x, gamma):
    return dy * gamma, (dy * x).sum(), dy.sum()
""",
        _any("wrong-axis", "other-axis"),
    ),
    Answer(
        "scale_shift_backward",
        "keepdims leaves two axes",
        """\
def scale_shift_backward(dy, x, gamma):
    return dy * gamma, (dy * x).sum(axis=0, keepdims=True), dy.sum(axis=0, keepdims=True)
""",
    ),
    Answer(
        "scale_shift_backward",
        "dgamma and dbeta are swapped",
        """\
def scale_shift_backward(dy, x, gamma):
    dbeta = dy.sum(axis=0)
    dgamma = (dy * x).sum(axis=0)
    return dy * gamma, dbeta, dgamma
""",
        _any("results-exchanged"),
    ),
    Answer(
        "scale_shift_backward",
        "both factors are summed before they are multiplied",
        """\
def scale_shift_backward(dy, x, gamma):
    return dy * gamma, dy.sum(axis=0) * x.sum(axis=0), dy.sum(axis=0)
""",
        _any("steps-exchanged", "each-by-itself"),
    ),
    Answer(
        "scale_shift_backward",
        "a matrix product for dgamma, every feature with every other",
        """\
def scale_shift_backward(dy, x, gamma):
    return dy * gamma, x.T @ dy, dy.sum(axis=0)
""",
        _any("other-operation"),
    ),
    Answer(
        "scale_shift_backward",
        "the slope without the blame that arrives",
        """\
def scale_shift_backward(dy, x, gamma):
    m = len(x)
    return dy * gamma, x.sum(axis=0), np.full(len(gamma), float(m))
""",
        _any("upstream-missing", "factor-left-out"),
    ),
    Answer(
        "scale_shift_backward",
        "x is standardized once more",
        """\
def scale_shift_backward(dy, x, gamma):
    x_hat = (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + 1e-5)
    return dy * gamma, (dy * x_hat).sum(axis=0), dy.sum(axis=0)
""",
        _any("wrong-tensor", "other-variable", "done-twice"),
    ),
    Answer(
        "scale_shift_backward",
        "a loop that assigns, so only the last sample counts",
        """\
def scale_shift_backward(dy, x, gamma):
    dx = np.empty(x.shape)
    for s in range(len(x)):
        dx[s] = dy[s] * gamma
        dgamma = dy[s] * x[s]
        dbeta = dy[s]
    return dx, dgamma, dbeta
""",
        _any("only-one-sample", "kept-not-added", "assigned-not-added", "bias-not-summed"),
    ),
    Answer(
        "scale_shift_backward",
        "into zeros_like(gamma), which cuts fractions off an integer gamma",
        """\
def scale_shift_backward(dy, x, gamma):
    dgamma, dbeta = np.zeros_like(gamma), np.zeros_like(gamma)
    for j in range(len(gamma)):
        dgamma[j] = sum(dy[:, j] * x[:, j])
        dbeta[j] = sum(dy[:, j])
    return dy * gamma, dgamma, dbeta
""",
        _any("cut-to-whole"),
    ),
    # residual_backward
    Answer(
        "residual_backward",
        "the share of the shortcut is overwritten",
        """\
def residual_backward(dy, x, W, b):
    t = np.tanh(x @ W + b)
    dx = dy
    dz = dy * (1 - t**2)
    dx = dz @ W.T
    return dx, x.T @ dz, dz.sum(axis=0)
""",
        _any("assigned-not-added", "path-missing", "kept-not-added", "term-left-out"),
    ),
    Answer(
        "residual_backward",
        "dx is only that of the shortcut",
        """\
def residual_backward(dy, x, W, b):
    t = np.tanh(x @ W + b)
    dz = dy * (1 - t**2)
    return dy.copy(), x.T @ dz, dz.sum(axis=0)
""",
        _any("path-missing", "assigned-not-added", "term-left-out", "input-returned"),
    ),
    Answer(
        "residual_backward",
        "W without its transpose",
        """\
def residual_backward(dy, x, W, b):
    t = np.tanh(x @ W + b)
    dz = dy * (1 - t**2)
    return dy + dz @ W, x.T @ dz, dz.sum(axis=0)
""",
        _any("wrong-transpose", "not-transposed"),
    ),
    Answer(
        "residual_backward",
        "the slope is left out",
        """\
def residual_backward(dy, x, W, b):
    return dy + dy @ W.T, x.T @ dy, dy.sum(axis=0)
""",
        _any("activation-derivative-missing", "factor-left-out", "step-left-out"),
    ),
    Answer(
        "residual_backward",
        "the slope of the sum x + tanh in place of the tanh alone",
        """\
def residual_backward(dy, x, W, b):
    y = x + np.tanh(x @ W + b)
    dz = dy * (1 - y**2)
    return dy + dz @ W.T, x.T @ dz, dz.sum(axis=0)
""",
        _any("wrong-tensor", "other-variable"),
    ),
    Answer(
        "residual_backward",
        "1 - z squared for the slope",
        """\
def residual_backward(dy, x, W, b):
    z = x @ W + b
    dz = dy * (1 - z**2)
    return dy + dz @ W.T, x.T @ dz, dz.sum(axis=0)
""",
        _any("tanh-from-weighted-input", "other-variable", "wrong-tensor", "function-left-out"),
    ),
    Answer(
        "residual_backward",
        "the slope is taken at the activation",
        """\
def residual_backward(dy, x, W, b):
    t = np.tanh(x @ W + b)
    dz = dy * (1 - np.tanh(t) ** 2)
    return dy + dz @ W.T, x.T @ dz, dz.sum(axis=0)
""",
        _any("derivative-at-activation", "done-twice", "other-variable", "wrong-tensor"),
    ),
    Answer(
        "residual_backward",
        "the slope of the sigmoid",
        """\
def residual_backward(dy, x, W, b):
    t = np.tanh(x @ W + b)
    dz = dy * t * (1 - t)
    return dy + dz @ W.T, x.T @ dz, dz.sum(axis=0)
""",
        _any("other-activation", "other-function"),
    ),
    Answer(
        "residual_backward",
        "the shortcut passes the bend too",
        """\
def residual_backward(dy, x, W, b):
    t = np.tanh(x @ W + b)
    dz = dy * (1 - t**2)
    return dz + dz @ W.T, x.T @ dz, dz.sum(axis=0)
""",
        _any("wrong-tensor", "other-variable", "coupled", "old-value"),
    ),
    Answer(
        "residual_backward",
        "dy is bent in place, which spoils the share of the shortcut",
        """\
def residual_backward(dy, x, W, b):
    t = np.tanh(x @ W + b)
    dz = dy
    dz *= 1 - t**2
    return dy + dz @ W.T, x.T @ dz, dz.sum(axis=0)
""",
        _any("cut-to-whole", "wrong-tensor", "other-variable", "coupled", "old-value"),
    ),
    Answer(
        "residual_backward",
        "x in place of the blame for the shortcut",
        """\
def residual_backward(dy, x, W, b):
    t = np.tanh(x @ W + b)
    dz = dy * (1 - t**2)
    return x + dz @ W.T, x.T @ dz, dz.sum(axis=0)
""",
        _any("wrong-tensor", "value-for-slope", "other-variable"),
    ),
    Answer(
        "residual_backward",
        "1 in place of the blame for the shortcut",
        """\
def residual_backward(dy, x, W, b):
    t = np.tanh(x @ W + b)
    dz = dy * (1 - t**2)
    return 1 + dz @ W.T, x.T @ dz, dz.sum(axis=0)
""",
        _any("upstream-missing", "factor-left-out"),
    ),
    Answer(
        "residual_backward",
        "the shares are subtracted",
        """\
def residual_backward(dy, x, W, b):
    t = np.tanh(x @ W + b)
    dz = dy * (1 - t**2)
    return dy - dz @ W.T, x.T @ dz, dz.sum(axis=0)
""",
        _any("sign-inside", "other-operation"),
    ),
    Answer(
        "residual_backward",
        "the mean of the two ways in place of their sum",
        """\
def residual_backward(dy, x, W, b):
    t = np.tanh(x @ W + b)
    dz = dy * (1 - t**2)
    return (dy + dz @ W.T) / 2, x.T @ dz, dz.sum(axis=0)
""",
        _any("factor-half", "halved", "mean-for-sum", "scaled"),
    ),
    Answer(
        "residual_backward",
        "the shortcut is in dx twice",
        """\
def residual_backward(dy, x, W, b):
    t = np.tanh(x @ W + b)
    dz = dy * (1 - t**2)
    dx = dz @ W.T + dy
    dx += dy
    return dx, x.T @ dz, dz.sum(axis=0)
""",
        _any("done-twice"),
    ),
    Answer(
        "residual_backward",
        "the weight gradient is transposed, which a square layer hides",
        """\
def residual_backward(dy, x, W, b):
    t = np.tanh(x @ W + b)
    dz = dy * (1 - t**2)
    return dy + dz @ W.T, dz.T @ x, dz.sum(axis=0)
""",
        _any("transposed", "not-transposed", "product-reversed"),
    ),
    Answer(
        "residual_backward",
        "the mean for the bias",
        """\
def residual_backward(dy, x, W, b):
    t = np.tanh(x @ W + b)
    dz = dy * (1 - t**2)
    return dy + dz @ W.T, x.T @ dz, dz.mean(axis=0)
""",
        _any("bias-averaged", "averaged-twice", "mean-for-sum", "divided-by-samples", "scaled"),
    ),
    Answer(
        "residual_backward",
        "the bias gradient keeps the samples",
        """\
def residual_backward(dy, x, W, b):
    t = np.tanh(x @ W + b)
    dz = dy * (1 - t**2)
    return dy + dz @ W.T, x.T @ dz, dz
""",
        _any("bias-not-summed", "step-left-out", "each-by-itself"),
    ),
    Answer(
        "residual_backward",
        "the shortcut is added to the blame of the weights and the bias",
        """\
def residual_backward(dy, x, W, b):
    t = np.tanh(x @ W + b)
    dz = dy + dy * (1 - t**2)
    return dy + (dy * (1 - t**2)) @ W.T, x.T @ dz, dz.sum(axis=0)
""",
        _any("coupled", "done-twice"),
    ),
    Answer(
        "residual_backward",
        "the bias is left out of the forward pass",
        """\
def residual_backward(dy, x, W, b):
    t = np.tanh(x @ W)
    dz = dy * (1 - t**2)
    return dy + dz @ W.T, x.T @ dz, dz.sum(axis=0)
""",
        _any("term-left-out"),
    ),
    Answer(
        "residual_backward",
        "the bend after the product, which a square layer hides",
        """\
def residual_backward(dy, x, W, b):
    t = np.tanh(x @ W + b)
    dz = dy * (1 - t**2)
    return dy + (dy @ W.T) * (1 - t**2), x.T @ dz, dz.sum(axis=0)
""",
        _any("steps-exchanged"),
    ),
    # network_backward
    Answer(
        "network_backward",
        "target minus prediction",
        """\
def network_backward(params, x, y):
    W1, b1, W2, b2, W3, b3 = (params[k] for k in ("W1", "b1", "W2", "b2", "W3", "b3"))
    a1 = np.tanh(x @ W1 + b1)
    a2 = np.tanh(a1 @ W2 + b2)
    dz3 = (y - (a2 @ W3 + b3)) / len(x)
    dz2 = (dz3 @ W3.T) * (1 - a2**2)
    dz1 = (dz2 @ W2.T) * (1 - a1**2)
    return {"W1": x.T @ dz1, "b1": dz1.sum(axis=0), "W2": a1.T @ dz2, "b2": dz2.sum(axis=0),
            "W3": a2.T @ dz3, "b3": dz3.sum(axis=0)}
""",
        _any("sign", "turned-sign", "sign-inside"),
    ),
    Answer(
        "network_backward",
        "the mean over the samples is left out",
        """\
def network_backward(params, x, y):
    W1, b1, W2, b2, W3, b3 = (params[k] for k in ("W1", "b1", "W2", "b2", "W3", "b3"))
    a1 = np.tanh(x @ W1 + b1)
    a2 = np.tanh(a1 @ W2 + b2)
    dz3 = a2 @ W3 + b3 - y
    dz2 = (dz3 @ W3.T) * (1 - a2**2)
    dz1 = (dz2 @ W2.T) * (1 - a1**2)
    return {"W1": x.T @ dz1, "b1": dz1.sum(axis=0), "W2": a1.T @ dz2, "b2": dz2.sum(axis=0),
            "W3": a2.T @ dz3, "b3": dz3.sum(axis=0)}
""",
        _any("not-averaged", "times-samples", "factor-left-out", "sum-for-mean", "scaled"),
    ),
    Answer(
        "network_backward",
        "divided by the samples again in every result",
        """\
def network_backward(params, x, y):
    m = len(x)
    a1 = np.tanh(x @ params["W1"] + params["b1"])
    a2 = np.tanh(a1 @ params["W2"] + params["b2"])
    dz3 = (a2 @ params["W3"] + params["b3"] - y) / m
    dz2 = (dz3 @ params["W3"].T) * (1 - a2**2)
    dz1 = (dz2 @ params["W2"].T) * (1 - a1**2)
    grads = {}
    for i, a, dz in ((1, x, dz1), (2, a1, dz2), (3, a2, dz3)):
        grads[f"W{i}"] = a.T @ dz / m
        grads[f"b{i}"] = dz.sum(axis=0) / m
    return grads
""",
        _any(
            "averaged-twice",
            "divided-by-samples",
            "mean-for-sum",
            "bias-averaged",
            "factor-doubled",
            "done-twice",
            "power-mixed",
            "scaled",
        ),
    ),
    Answer(
        "network_backward",
        "divided by all entries of y, the outputs too",
        """\
def network_backward(params, x, y):
    W1, b1, W2, b2, W3, b3 = (params[k] for k in ("W1", "b1", "W2", "b2", "W3", "b3"))
    a1 = np.tanh(x @ W1 + b1)
    a2 = np.tanh(a1 @ W2 + b2)
    dz3 = (a2 @ W3 + b3 - y) / y.size
    dz2 = (dz3 @ W3.T) * (1 - a2**2)
    dz1 = (dz2 @ W2.T) * (1 - a1**2)
    return {"W1": x.T @ dz1, "b1": dz1.sum(axis=0), "W2": a1.T @ dz2, "b2": dz2.sum(axis=0),
            "W3": a2.T @ dz3, "b3": dz3.sum(axis=0)}
""",
        _any("scaled", "other-count", "mean-for-sum"),
    ),
    Answer(
        "network_backward",
        "divided by the number of inputs",
        """\
def network_backward(params, x, y):
    W1, b1, W2, b2, W3, b3 = (params[k] for k in ("W1", "b1", "W2", "b2", "W3", "b3"))
    a1 = np.tanh(x @ W1 + b1)
    a2 = np.tanh(a1 @ W2 + b2)
    dz3 = (a2 @ W3 + b3 - y) / x.shape[1]
    dz2 = (dz3 @ W3.T) * (1 - a2**2)
    dz1 = (dz2 @ W2.T) * (1 - a1**2)
    return {"W1": x.T @ dz1, "b1": dz1.sum(axis=0), "W2": a1.T @ dz2, "b2": dz2.sum(axis=0),
            "W3": a2.T @ dz3, "b3": dz3.sum(axis=0)}
""",
        _any("scaled", "other-count", "other-axis"),
    ),
    Answer(
        "network_backward",
        "the half of the loss is kept",
        """\
def network_backward(params, x, y):
    W1, b1, W2, b2, W3, b3 = (params[k] for k in ("W1", "b1", "W2", "b2", "W3", "b3"))
    a1 = np.tanh(x @ W1 + b1)
    a2 = np.tanh(a1 @ W2 + b2)
    dz3 = (a2 @ W3 + b3 - y) / (2 * len(x))
    dz2 = (dz3 @ W3.T) * (1 - a2**2)
    dz1 = (dz2 @ W2.T) * (1 - a1**2)
    return {"W1": x.T @ dz1, "b1": dz1.sum(axis=0), "W2": a1.T @ dz2, "b2": dz2.sum(axis=0),
            "W3": a2.T @ dz3, "b3": dz3.sum(axis=0)}
""",
        _any("factor-half", "halved", "factor-left-out", "scaled"),
    ),
    Answer(
        "network_backward",
        "a 2 from the square, the half forgotten",
        """\
def network_backward(params, x, y):
    W1, b1, W2, b2, W3, b3 = (params[k] for k in ("W1", "b1", "W2", "b2", "W3", "b3"))
    a1 = np.tanh(x @ W1 + b1)
    a2 = np.tanh(a1 @ W2 + b2)
    dz3 = 2 * (a2 @ W3 + b3 - y) / len(x)
    dz2 = (dz3 @ W3.T) * (1 - a2**2)
    dz1 = (dz2 @ W2.T) * (1 - a1**2)
    return {"W1": x.T @ dz1, "b1": dz1.sum(axis=0), "W2": a1.T @ dz2, "b2": dz2.sum(axis=0),
            "W3": a2.T @ dz3, "b3": dz3.sum(axis=0)}
""",
        _any("factor-two", "doubled", "factor-left-out", "other-constant", "scaled"),
    ),
    Answer(
        "network_backward",
        "the slope of the second hidden layer is left out",
        """\
def network_backward(params, x, y):
    W1, b1, W2, b2, W3, b3 = (params[k] for k in ("W1", "b1", "W2", "b2", "W3", "b3"))
    a1 = np.tanh(x @ W1 + b1)
    a2 = np.tanh(a1 @ W2 + b2)
    dz3 = (a2 @ W3 + b3 - y) / len(x)
    dz2 = dz3 @ W3.T
    dz1 = (dz2 @ W2.T) * (1 - a1**2)
    return {"W1": x.T @ dz1, "b1": dz1.sum(axis=0), "W2": a1.T @ dz2, "b2": dz2.sum(axis=0),
            "W3": a2.T @ dz3, "b3": dz3.sum(axis=0)}
""",
        _any("activation-derivative-missing", "factor-left-out", "step-left-out"),
    ),
    Answer(
        "network_backward",
        "the slope of the first hidden layer is left out",
        """\
def network_backward(params, x, y):
    W1, b1, W2, b2, W3, b3 = (params[k] for k in ("W1", "b1", "W2", "b2", "W3", "b3"))
    a1 = np.tanh(x @ W1 + b1)
    a2 = np.tanh(a1 @ W2 + b2)
    dz3 = (a2 @ W3 + b3 - y) / len(x)
    dz2 = (dz3 @ W3.T) * (1 - a2**2)
    dz1 = dz2 @ W2.T
    return {"W1": x.T @ dz1, "b1": dz1.sum(axis=0), "W2": a1.T @ dz2, "b2": dz2.sum(axis=0),
            "W3": a2.T @ dz3, "b3": dz3.sum(axis=0)}
""",
        _any("activation-derivative-missing", "factor-left-out", "step-left-out"),
    ),
    Answer(
        "network_backward",
        "the slopes of sigmoids",
        """\
def network_backward(params, x, y):
    W1, b1, W2, b2, W3, b3 = (params[k] for k in ("W1", "b1", "W2", "b2", "W3", "b3"))
    a1 = np.tanh(x @ W1 + b1)
    a2 = np.tanh(a1 @ W2 + b2)
    dz3 = (a2 @ W3 + b3 - y) / len(x)
    dz2 = (dz3 @ W3.T) * a2 * (1 - a2)
    dz1 = (dz2 @ W2.T) * a1 * (1 - a1)
    return {"W1": x.T @ dz1, "b1": dz1.sum(axis=0), "W2": a1.T @ dz2, "b2": dz2.sum(axis=0),
            "W3": a2.T @ dz3, "b3": dz3.sum(axis=0)}
""",
        _any("other-activation", "other-function"),
    ),
    Answer(
        "network_backward",
        "1 - z squared for the slopes",
        """\
def network_backward(params, x, y):
    W1, b1, W2, b2, W3, b3 = (params[k] for k in ("W1", "b1", "W2", "b2", "W3", "b3"))
    z1 = x @ W1 + b1
    a1 = np.tanh(z1)
    z2 = a1 @ W2 + b2
    a2 = np.tanh(z2)
    dz3 = (a2 @ W3 + b3 - y) / len(x)
    dz2 = (dz3 @ W3.T) * (1 - z2**2)
    dz1 = (dz2 @ W2.T) * (1 - z1**2)
    return {"W1": x.T @ dz1, "b1": dz1.sum(axis=0), "W2": a1.T @ dz2, "b2": dz2.sum(axis=0),
            "W3": a2.T @ dz3, "b3": dz3.sum(axis=0)}
""",
        _any("tanh-from-weighted-input", "other-variable", "wrong-tensor", "function-left-out"),
    ),
    Answer(
        "network_backward",
        "the slopes are taken at the activations",
        """\
def network_backward(params, x, y):
    def slope(z):
        return 1 - np.tanh(z) ** 2
    W1, b1, W2, b2, W3, b3 = (params[k] for k in ("W1", "b1", "W2", "b2", "W3", "b3"))
    a1 = np.tanh(x @ W1 + b1)
    a2 = np.tanh(a1 @ W2 + b2)
    dz3 = (a2 @ W3 + b3 - y) / len(x)
    dz2 = (dz3 @ W3.T) * slope(a2)
    dz1 = (dz2 @ W2.T) * slope(a1)
    return {"W1": x.T @ dz1, "b1": dz1.sum(axis=0), "W2": a1.T @ dz2, "b2": dz2.sum(axis=0),
            "W3": a2.T @ dz3, "b3": dz3.sum(axis=0)}
""",
        _any("derivative-at-activation", "done-twice", "other-variable", "wrong-tensor"),
    ),
    Answer(
        "network_backward",
        "a tanh slope at the output, which has no bend",
        """\
def network_backward(params, x, y):
    W1, b1, W2, b2, W3, b3 = (params[k] for k in ("W1", "b1", "W2", "b2", "W3", "b3"))
    a1 = np.tanh(x @ W1 + b1)
    a2 = np.tanh(a1 @ W2 + b2)
    p = a2 @ W3 + b3
    dz3 = (p - y) * (1 - p**2) / len(x)
    dz2 = (dz3 @ W3.T) * (1 - a2**2)
    dz1 = (dz2 @ W2.T) * (1 - a1**2)
    return {"W1": x.T @ dz1, "b1": dz1.sum(axis=0), "W2": a1.T @ dz2, "b2": dz2.sum(axis=0),
            "W3": a2.T @ dz3, "b3": dz3.sum(axis=0)}
""",
        _any("function-too-many"),
    ),
    Answer(
        "network_backward",
        "the mean for the biases",
        """\
def network_backward(params, x, y):
    W1, b1, W2, b2, W3, b3 = (params[k] for k in ("W1", "b1", "W2", "b2", "W3", "b3"))
    a1 = np.tanh(x @ W1 + b1)
    a2 = np.tanh(a1 @ W2 + b2)
    dz3 = (a2 @ W3 + b3 - y) / len(x)
    dz2 = (dz3 @ W3.T) * (1 - a2**2)
    dz1 = (dz2 @ W2.T) * (1 - a1**2)
    return {"W1": x.T @ dz1, "b1": dz1.mean(axis=0), "W2": a1.T @ dz2, "b2": dz2.mean(axis=0),
            "W3": a2.T @ dz3, "b3": dz3.mean(axis=0)}
""",
        _any(
            "bias-averaged",
            "averaged-twice",
            "mean-for-sum",
            "divided-by-samples",
            "factor-doubled",
            "done-twice",
            "scaled",
        ),
    ),
    Answer(
        "network_backward",
        "the bias gradients keep the samples",
        """\
def network_backward(params, x, y):
    W1, b1, W2, b2, W3, b3 = (params[k] for k in ("W1", "b1", "W2", "b2", "W3", "b3"))
    a1 = np.tanh(x @ W1 + b1)
    a2 = np.tanh(a1 @ W2 + b2)
    dz3 = (a2 @ W3 + b3 - y) / len(x)
    dz2 = (dz3 @ W3.T) * (1 - a2**2)
    dz1 = (dz2 @ W2.T) * (1 - a1**2)
    return {"W1": x.T @ dz1, "b1": dz1, "W2": a1.T @ dz2, "b2": dz2, "W3": a2.T @ dz3, "b3": dz3}
""",
        _any("bias-not-summed", "step-left-out", "each-by-itself"),
    ),
    Answer(
        "network_backward",
        "keepdims leaves the bias gradients with two axes",
        """\
def network_backward(params, x, y):
    a1 = np.tanh(x @ params["W1"] + params["b1"])
    a2 = np.tanh(a1 @ params["W2"] + params["b2"])
    dz3 = (a2 @ params["W3"] + params["b3"] - y) / len(x)
    dz2 = (dz3 @ params["W3"].T) * (1 - a2**2)
    dz1 = (dz2 @ params["W2"].T) * (1 - a1**2)
    grads = {"W1": x.T @ dz1, "W2": a1.T @ dz2, "W3": a2.T @ dz3}
    for name, dz in (("b1", dz1), ("b2", dz2), ("b3", dz3)):
        grads[name] = np.sum(dz, axis=0, keepdims=True)
    return grads
""",
    ),
    Answer(
        "network_backward",
        "the blame of the output layer for all biases",
        """\
def network_backward(params, x, y):
    W1, b1, W2, b2, W3, b3 = (params[k] for k in ("W1", "b1", "W2", "b2", "W3", "b3"))
    a1 = np.tanh(x @ W1 + b1)
    a2 = np.tanh(a1 @ W2 + b2)
    dz3 = (a2 @ W3 + b3 - y) / len(x)
    dz2 = (dz3 @ W3.T) * (1 - a2**2)
    dz1 = (dz2 @ W2.T) * (1 - a1**2)
    db = dz3.sum(axis=0)
    return {"W1": x.T @ dz1, "b1": db, "W2": a1.T @ dz2, "b2": db, "W3": a2.T @ dz3, "b3": db}
""",
        _any("result-twice", "output-delta-reused", "other-variable", "wrong-tensor", "layer-off-by-one"),
    ),
    Answer(
        "network_backward",
        "each layer's weights get the output of the layer, not what came in",
        """\
def network_backward(params, x, y):
    W1, b1, W2, b2, W3, b3 = (params[k] for k in ("W1", "b1", "W2", "b2", "W3", "b3"))
    a1 = np.tanh(x @ W1 + b1)
    a2 = np.tanh(a1 @ W2 + b2)
    dz3 = (a2 @ W3 + b3 - y) / len(x)
    dz2 = (dz3 @ W3.T) * (1 - a2**2)
    dz1 = (dz2 @ W2.T) * (1 - a1**2)
    return {"W1": a1.T @ dz1, "b1": dz1.sum(axis=0), "W2": a2.T @ dz2, "b2": dz2.sum(axis=0),
            "W3": a2.T @ dz3, "b3": dz3.sum(axis=0)}
""",
        _any("layer-off-by-one", "wrong-tensor", "other-variable", "off-by-one"),
    ),
    Answer(
        "network_backward",
        "the weights on the way back without their transpose",
        """\
def network_backward(params, x, y):
    W1, b1, W2, b2, W3, b3 = (params[k] for k in ("W1", "b1", "W2", "b2", "W3", "b3"))
    a1 = np.tanh(x @ W1 + b1)
    a2 = np.tanh(a1 @ W2 + b2)
    dz3 = (a2 @ W3 + b3 - y) / len(x)
    dz2 = (dz3 @ W3.T) * (1 - a2**2)
    dz1 = (dz2 @ W2) * (1 - a1**2)
    return {"W1": x.T @ dz1, "b1": dz1.sum(axis=0), "W2": a1.T @ dz2, "b2": dz2.sum(axis=0),
            "W3": a2.T @ dz3, "b3": dz3.sum(axis=0)}
""",
        _any("wrong-transpose", "not-transposed"),
    ),
    Answer(
        "network_backward",
        "the weight gradients are transposed",
        """\
def network_backward(params, x, y):
    W1, b1, W2, b2, W3, b3 = (params[k] for k in ("W1", "b1", "W2", "b2", "W3", "b3"))
    a1 = np.tanh(x @ W1 + b1)
    a2 = np.tanh(a1 @ W2 + b2)
    dz3 = (a2 @ W3 + b3 - y) / len(x)
    dz2 = (dz3 @ W3.T) * (1 - a2**2)
    dz1 = (dz2 @ W2.T) * (1 - a1**2)
    return {"W1": dz1.T @ x, "b1": dz1.sum(axis=0), "W2": dz2.T @ a1, "b2": dz2.sum(axis=0),
            "W3": dz3.T @ a2, "b3": dz3.sum(axis=0)}
""",
        _any("transposed", "not-transposed", "product-reversed"),
    ),
    Answer(
        "network_backward",
        "each layer takes its step before the blame passes it",
        """\
def network_backward(params, x, y):
    p = dict(params)
    a1 = np.tanh(x @ p["W1"] + p["b1"])
    a2 = np.tanh(a1 @ p["W2"] + p["b2"])
    dz = (a2 @ p["W3"] + p["b3"] - y) / len(x)
    grads = {}
    for i, a in ((3, a2), (2, a1), (1, x)):
        grads[f"W{i}"], grads[f"b{i}"] = a.T @ dz, dz.sum(axis=0)
        p[f"W{i}"] = p[f"W{i}"] - 0.1 * grads[f"W{i}"]
        dz = (dz @ p[f"W{i}"].T) * (1 - a**2)
    return grads
""",
        _any("updated-weights", "old-value", "steps-exchanged"),
    ),
    Answer(
        "network_backward",
        "the gradients are written into params",
        """\
def network_backward(params, x, y):
    a1 = np.tanh(x @ params["W1"] + params["b1"])
    a2 = np.tanh(a1 @ params["W2"] + params["b2"])
    dz3 = (a2 @ params["W3"] + params["b3"] - y) / len(x)
    dz2 = (dz3 @ params["W3"].T) * (1 - a2**2)
    dz1 = (dz2 @ params["W2"].T) * (1 - a1**2)
    grads = params
    grads["W1"], grads["b1"] = x.T @ dz1, dz1.sum(axis=0)
    grads["W2"], grads["b2"] = a1.T @ dz2, dz2.sum(axis=0)
    grads["W3"], grads["b3"] = a2.T @ dz3, dz3.sum(axis=0)
    return grads
""",
    ),
    Answer(
        "network_backward",
        "params takes a step in place after the gradients",
        """\
def network_backward(params, x, y):
    a1 = np.tanh(x @ params["W1"] + params["b1"])
    a2 = np.tanh(a1 @ params["W2"] + params["b2"])
    dz3 = (a2 @ params["W3"] + params["b3"] - y) / len(x)
    dz2 = (dz3 @ params["W3"].T) * (1 - a2**2)
    dz1 = (dz2 @ params["W2"].T) * (1 - a1**2)
    grads = {"W1": x.T @ dz1, "b1": dz1.sum(axis=0), "W2": a1.T @ dz2, "b2": dz2.sum(axis=0),
             "W3": a2.T @ dz3, "b3": dz3.sum(axis=0)}
    for name in params:
        params[name] -= 0.1 * grads[name]
    return grads
""",
    ),
    Answer(
        "network_backward",
        "a tuple in place of the dictionary",
        """\
def network_backward(params, x, y):
    W1, b1, W2, b2, W3, b3 = (params[k] for k in ("W1", "b1", "W2", "b2", "W3", "b3"))
    a1 = np.tanh(x @ W1 + b1)
    a2 = np.tanh(a1 @ W2 + b2)
    dz3 = (a2 @ W3 + b3 - y) / len(x)
    dz2 = (dz3 @ W3.T) * (1 - a2**2)
    dz1 = (dz2 @ W2.T) * (1 - a1**2)
    return x.T @ dz1, dz1.sum(axis=0), a1.T @ dz2, dz2.sum(axis=0), a2.T @ dz3, dz3.sum(axis=0)
""",
    ),
    Answer(
        "network_backward",
        "other names in the dictionary",
        """\
def network_backward(params, x, y):
    W1, b1, W2, b2, W3, b3 = (params[k] for k in ("W1", "b1", "W2", "b2", "W3", "b3"))
    a1 = np.tanh(x @ W1 + b1)
    a2 = np.tanh(a1 @ W2 + b2)
    dz3 = (a2 @ W3 + b3 - y) / len(x)
    dz2 = (dz3 @ W3.T) * (1 - a2**2)
    dz1 = (dz2 @ W2.T) * (1 - a1**2)
    return {"dW1": x.T @ dz1, "db1": dz1.sum(axis=0), "dW2": a1.T @ dz2, "db2": dz2.sum(axis=0),
            "dW3": a2.T @ dz3, "db3": dz3.sum(axis=0)}
""",
    ),
    Answer(
        "network_backward",
        "the last bias is missing from the dictionary",
        """\
def network_backward(params, x, y):
    W1, b1, W2, b2, W3, b3 = (params[k] for k in ("W1", "b1", "W2", "b2", "W3", "b3"))
    a1 = np.tanh(x @ W1 + b1)
    a2 = np.tanh(a1 @ W2 + b2)
    dz3 = (a2 @ W3 + b3 - y) / len(x)
    dz2 = (dz3 @ W3.T) * (1 - a2**2)
    dz1 = (dz2 @ W2.T) * (1 - a1**2)
    return {"W1": x.T @ dz1, "b1": dz1.sum(axis=0), "W2": a1.T @ dz2, "b2": dz2.sum(axis=0),
            "W3": a2.T @ dz3}
""",
        _any("step-left-out"),
    ),
    Answer(
        "network_backward",
        "the loop over the layers returns in its first turn",
        """\
def network_backward(params, x, y):
    a1 = np.tanh(x @ params["W1"] + params["b1"])
    a2 = np.tanh(a1 @ params["W2"] + params["b2"])
    dz = (a2 @ params["W3"] + params["b3"] - y) / len(x)
    grads = {name: np.zeros(value.shape) for name, value in params.items()}
    for i, a in ((3, a2), (2, a1), (1, x)):
        grads[f"W{i}"], grads[f"b{i}"] = a.T @ dz, dz.sum(axis=0)
        dz = (dz @ params[f"W{i}"].T) * (1 - a**2)
        return grads
""",
        _any("zero-gradient", "stopped-early"),
    ),
    Answer(
        "network_backward",
        "a loop over samples that assigns, so the last one alone counts",
        """\
def network_backward(params, x, y):
    W1, b1, W2, b2, W3, b3 = (params[k] for k in ("W1", "b1", "W2", "b2", "W3", "b3"))
    grads = {}
    for s in range(len(x)):
        a1 = np.tanh(x[s] @ W1 + b1)
        a2 = np.tanh(a1 @ W2 + b2)
        d3 = (a2 @ W3 + b3 - y[s]) / len(x)
        d2 = (W3 @ d3) * (1 - a2**2)
        d1 = (W2 @ d2) * (1 - a1**2)
        grads.update(W1=np.outer(x[s], d1), b1=d1, W2=np.outer(a1, d2), b2=d2, W3=np.outer(a2, d3), b3=d3)
    return grads
""",
        _any("only-one-sample", "kept-not-added", "assigned-not-added", "bias-not-summed"),
    ),
    # What passed once: kinds of inputs that the texts promise, and that no check had tried.
    Answer("scale_shift_backward", "features and samples are exchanged where there are as many", """
def scale_shift_backward(dy, x, gamma):
    axis = 1 if x.shape[0] == x.shape[1] else 0
    return dy * gamma, (dy * x).sum(axis=axis), dy.sum(axis=axis)
"""),
    Answer("tanh_layer_backward", "the transpose is left out where the weights are square", """
def tanh_layer_backward(da, x, W, b):
    dz = da * (1 - np.tanh(x @ W + b) ** 2)
    return dz @ (W if W.shape[0] == W.shape[1] else W.T), x.T @ dz, dz.sum(axis=0)
""", _any("wrong-transpose")),
    Answer("network_backward", "the transpose is left out where the weights are square", """
def network_backward(params, x, y):
    a1 = np.tanh(x @ params["W1"] + params["b1"])
    a2 = np.tanh(a1 @ params["W2"] + params["b2"])
    dz3 = (a2 @ params["W3"] + params["b3"] - y) / len(x)
    back = [W if W.shape[0] == W.shape[1] else W.T for W in (params["W2"], params["W3"])]
    dz2 = (dz3 @ back[1]) * (1 - a2**2)
    dz1 = (dz2 @ back[0]) * (1 - a1**2)
    return {
        "W1": x.T @ dz1, "b1": dz1.sum(axis=0),
        "W2": a1.T @ dz2, "b2": dz2.sum(axis=0),
        "W3": a2.T @ dz3, "b3": dz3.sum(axis=0),
    }
""", _any("wrong-transpose")),
    Answer("network_backward", "the bias is added in place, to whole numbers", """
def network_backward(params, x, y):
    a1 = x @ params["W1"]
    a1 += params["b1"]
    a1 = np.tanh(a1)
    a2 = np.tanh(a1 @ params["W2"] + params["b2"])
    dz3 = (a2 @ params["W3"] + params["b3"] - y) / len(x)
    dz2 = (dz3 @ params["W3"].T) * (1 - a2**2)
    dz1 = (dz2 @ params["W2"].T) * (1 - a1**2)
    return {
        "W1": x.T @ dz1, "b1": dz1.sum(axis=0),
        "W2": a1.T @ dz2, "b2": dz2.sum(axis=0),
        "W3": a2.T @ dz3, "b3": dz3.sum(axis=0),
    }
""", _any("cut-to-whole")),
    Answer("central_slope", "at zero there is nothing to measure", """
def central_slope(f, x, h):
    return (f(x + h) - f(x - h)) / (2 * h) if x else 0.0
"""),
)


RIGHT: tuple[Answer, ...] = (
    # central_slope
    Answer(
        "central_slope",
        "the mean of the slopes to the two sides",
        """\
def central_slope(f, x, h):
    forward = (f(x + h) - f(x)) / h
    backward = (f(x) - f(x - h)) / h
    return 0.5 * (forward + backward)
""",
    ),
    Answer(
        "central_slope",
        "f is called with subclasses of float",
        """\
class Number(float):
    pass

def central_slope(f, x, h):
    right, left = Number(x + h), Number(x - h)
    return Number((f(right) - f(left)) / (h + h))
""",
    ),
    Answer(
        "central_slope",
        "a lambda, minus a minus",
        """\
central_slope = lambda f, x, h: -(f(x - h) - f(x + h)) / h / 2
""",
    ),
    Answer(
        "central_slope",
        "weights -1 and 1 in a loop",
        """\
def central_slope(f, x, h):
    total = 0.0
    for side in (-1, 1):
        total += side * float(f(x + side * h))
    return total / (2 * h)
""",
    ),
    Answer(
        "central_slope",
        "a 0-d array",
        """\
def central_slope(f, x, h):
    return np.array((f(x + h) - f(x - h)) / (2 * h))
""",
    ),
    Answer(
        "central_slope",
        "np.float64 in, and np.diff of a list",
        """\
def central_slope(f, x, h):
    ends = [np.float64(x) - h, np.float64(x) + h]
    return np.diff([float(f(end)) for end in ends])[0] / (ends[1] - ends[0])
""",
    ),
    Answer(
        "central_slope",
        "a closure of the difference",
        """\
def central_slope(f, x, h):
    def line(t):
        return f(x + t * h)
    return float(line(1) - line(-1)) / float(2 * h)
""",
    ),
    Answer(
        "central_slope",
        "an object with __call__",
        """\
class Slope:
    sides = (1, -1)

    def __call__(self, f, x, h):
        right, left = (f(x + side * h) for side in self.sides)
        return (right - left) / (2.0 * h)

central_slope = Slope()
""",
    ),
    Answer(
        "central_slope",
        "functools.partial with a keyword of its own",
        """\
from functools import partial

def difference(f, x, h, *, reach):
    return (f(x + h) - f(x - h)) / (reach * h)

central_slope = partial(difference, reach=2)
""",
    ),
    # tanh_layer_backward
    Answer(
        "tanh_layer_backward",
        "plain loops, nested lists",
        """\
import math

def tanh_layer_backward(da, x, W, b):
    m, n_in, n_out = len(x), len(W), len(b)
    dx = [[0.0] * n_in for _ in range(m)]
    dW = [[0.0] * n_out for _ in range(n_in)]
    db = [0.0] * n_out
    for s in range(m):
        for j in range(n_out):
            a = math.tanh(sum(float(x[s, i] * W[i, j]) for i in range(n_in)) + b[j])
            dz = float(da[s, j]) * (1 - a * a)
            db[j] += dz
            for i in range(n_in):
                dx[s][i] += dz * float(W[i, j])
                dW[i][j] += dz * float(x[s, i])
    return dx, dW, db
""",
    ),
    Answer(
        "tanh_layer_backward",
        "einsum, a list",
        """\
def tanh_layer_backward(da, x, W, b):
    a = np.tanh(np.einsum("si,ij->sj", x, W) + b)
    dz = da * (1 - a) * (1 + a)
    return [np.einsum("sj,ij->si", dz, W), np.einsum("si,sj->ij", x, dz), np.einsum("sj->j", dz)]
""",
    ),
    Answer(
        "tanh_layer_backward",
        "samples as columns, results as transposed views",
        """\
def tanh_layer_backward(da, x, W, b):
    A = np.tanh(W.T @ x.T + b[:, np.newaxis])
    D = da.T * (1 - A * A)
    return (W @ D).T, (D @ x).T, D.sum(axis=1)
""",
    ),
    Answer(
        "tanh_layer_backward",
        "one sample after the other with outer products",
        """\
def tanh_layer_backward(da, x, W, b):
    dx, dW, db = np.empty(x.shape), np.zeros(W.shape), np.zeros(b.shape)
    for s, (row, blame) in enumerate(zip(x, da)):
        dz = blame * (1 - np.tanh(row @ W + b) ** 2)
        dx[s] = W @ dz
        dW += np.outer(row, dz)
        db += dz
    return dx, dW, db
""",
    ),
    Answer(
        "tanh_layer_backward",
        "a named tuple, the bias as a product with ones",
        """\
from typing import NamedTuple

class Gradients(NamedTuple):
    dx: np.ndarray
    dW: np.ndarray
    db: np.ndarray

def tanh_layer_backward(da, x, W, b):
    dz = (1 - np.square(np.tanh(np.dot(x, W) + b))) * da
    return Gradients(dz.dot(W.transpose()), x.transpose().dot(dz), np.ones(len(dz)).dot(dz))
""",
    ),
    Answer(
        "tanh_layer_backward",
        "da minus da times a squared, Fortran order",
        """\
def tanh_layer_backward(da, x, W, b):
    a = np.tanh(x @ W + b)
    dz = np.asfortranarray(da - da * a**2)
    return np.asfortranarray(dz @ W.T), np.asfortranarray((dz.T @ x).T), np.add.reduce(dz)
""",
    ),
    Answer(
        "tanh_layer_backward",
        "the bias as one more input that is always 1",
        """\
def tanh_layer_backward(da, x, W, b):
    x1 = np.column_stack([x, np.ones(len(x))])
    W1 = np.vstack([W, b])
    dz = da * (1 - np.tanh(x1 @ W1) ** 2)
    dW1 = x1.T @ dz
    return (dz @ W1.T)[:, :-1], dW1[:-1], dW1[-1]
""",
    ),
    Answer(
        "tanh_layer_backward",
        "the slope from the hyperbolic cosine",
        """\
def tanh_layer_backward(da, x, W, b):
    z = np.clip(x @ W + b, -300.0, 300.0)
    dz = da / np.cosh(z) ** 2
    return np.matmul(dz, W.T), np.tensordot(x, dz, axes=(0, 0)), sum(dz)
""",
    ),
    Answer(
        "tanh_layer_backward",
        "helper functions and a subclass of tuple",
        """\
class Shares(tuple):
    pass

def through_bend(blame, z):
    t = np.tanh(z)
    return blame * (1 - t * t)

def through_product(dz, x, W):
    return dz @ np.swapaxes(W, 0, 1), np.swapaxes(x, 0, 1) @ dz, dz.sum(0)

def tanh_layer_backward(da, x, W, b):
    return Shares(through_product(through_bend(da, x @ W + b), x, W))
""",
    ),
    # scale_shift_backward
    Answer(
        "scale_shift_backward",
        "plain loops, lists",
        """\
def scale_shift_backward(dy, x, gamma):
    m, n = x.shape
    dx = [[float(dy[s, j] * gamma[j]) for j in range(n)] for s in range(m)]
    dgamma = [sum(float(dy[s, j] * x[s, j]) for s in range(m)) for j in range(n)]
    dbeta = [sum(float(dy[s, j]) for s in range(m)) for j in range(n)]
    return dx, dgamma, dbeta
""",
    ),
    Answer(
        "scale_shift_backward",
        "einsum, a list",
        """\
def scale_shift_backward(dy, x, gamma):
    return [np.einsum("sj,j->sj", dy, gamma), np.einsum("sj,sj->j", dy, x), np.einsum("sj->j", dy)]
""",
    ),
    Answer(
        "scale_shift_backward",
        "a diagonal matrix for the scale",
        """\
def scale_shift_backward(dy, x, gamma):
    return dy @ np.diag(gamma), np.diag(x.T @ dy), np.ones(len(dy)) @ dy
""",
    ),
    Answer(
        "scale_shift_backward",
        "Python's sum over the samples",
        """\
def scale_shift_backward(dy, x, gamma):
    return dy * gamma, sum(row * blame for row, blame in zip(x, dy)), sum(dy)
""",
    ),
    Answer(
        "scale_shift_backward",
        "feature by feature, views of one array",
        """\
def scale_shift_backward(dy, x, gamma):
    m, n = x.shape
    room = np.zeros((m + 2, n), order="F")
    for j in range(n):
        room[:m, j] = dy[:, j] * gamma[j]
        room[m, j] = dy[:, j].dot(x[:, j])
        room[m + 1, j] = dy[:, j].sum()
    return room[:m], room[m], room[m + 1]
""",
    ),
    Answer(
        "scale_shift_backward",
        "float32 inside",
        """\
def scale_shift_backward(dy, x, gamma):
    dy, x, gamma = (np.asarray(v, dtype=np.float32) for v in (dy, x, gamma))
    return dy * gamma, (dy * x).sum(axis=0), dy.sum(axis=0)
""",
    ),
    Answer(
        "scale_shift_backward",
        "math.fsum over the columns, tuples",
        """\
from math import fsum

def scale_shift_backward(dy, x, gamma):
    dx = tuple(tuple(d * g for d, g in zip(row, gamma)) for row in dy)
    dgamma = tuple(fsum(column) for column in (dy * x).T)
    dbeta = tuple(map(fsum, dy.T))
    return dx, dgamma, dbeta
""",
    ),
    Answer(
        "scale_shift_backward",
        "a named tuple with a broadcast copy of gamma",
        """\
from collections import namedtuple
Result = namedtuple("Result", ("dx", "dgamma", "dbeta"))

def scale_shift_backward(dy, x, gamma):
    wide = np.broadcast_to(gamma, x.shape)
    return Result(np.multiply(dy, wide), np.add.reduce(np.multiply(dy, x)), np.cumsum(dy, axis=0)[-1])
""",
    ),
    Answer(
        "scale_shift_backward",
        "all on the transposes, a memoryview for dbeta",
        """\
def scale_shift_backward(dy, x, gamma):
    d = np.ascontiguousarray(dy.T, dtype=float)
    dbeta = memoryview(d.sum(axis=1))
    return (d * gamma[:, None]).T, (d * x.T).sum(axis=-1), dbeta
""",
    ),
    # residual_backward
    Answer(
        "residual_backward",
        "added in place to a copy",
        """\
def residual_backward(dy, x, W, b):
    t = np.tanh(x @ W + b)
    dx = np.array(dy, dtype=float)
    dz = dy * (1 - t**2)
    dx += dz @ W.T
    return dx, x.T @ dz, dz.sum(axis=0)
""",
    ),
    Answer(
        "residual_backward",
        "plain loops, nested lists",
        """\
import math

def residual_backward(dy, x, W, b):
    m, n = x.shape
    dx = [[float(v) for v in row] for row in dy]
    dW = [[0.0] * n for _ in range(n)]
    db = [0.0] * n
    for s in range(m):
        for j in range(n):
            t = math.tanh(math.fsum(x[s, i] * W[i, j] for i in range(n)) + b[j])
            dz = float(dy[s, j]) * (1 - t * t)
            db[j] += dz
            for i in range(n):
                dx[s][i] += dz * float(W[i, j])
                dW[i][j] += dz * float(x[s, i])
    return dx, dW, db
""",
    ),
    Answer(
        "residual_backward",
        "einsum, a list",
        """\
def residual_backward(dy, x, W, b):
    slope = 1 - np.tanh(np.einsum("si,ij->sj", x, W) + b) ** 2
    return [
        dy + np.einsum("sj,sj,ij->si", dy, slope, W),
        np.einsum("si,sj,sj->ij", x, dy, slope),
        np.einsum("sj,sj->j", dy, slope),
    ]
""",
    ),
    Answer(
        "residual_backward",
        "the matrix of slopes of each sample",
        """\
def residual_backward(dy, x, W, b):
    n = len(b)
    dx, dW, db = np.zeros(x.shape), np.zeros((n, n)), np.zeros(n)
    for s in range(len(x)):
        slope = 1 - np.tanh(x[s] @ W + b) ** 2
        dx[s] = (np.eye(n) + W * slope) @ dy[s]
        dW += np.outer(x[s], slope * dy[s])
        db += slope * dy[s]
    return dx, dW, db
""",
    ),
    Answer(
        "residual_backward",
        "samples as columns, transposed views",
        """\
def residual_backward(dy, x, W, b):
    T = np.tanh(W.T @ x.T + b[:, None])
    D = dy.T * (1 - T * T)
    return (dy.T + W @ D).T, (D @ x).T, D.sum(axis=1)
""",
    ),
    Answer(
        "residual_backward",
        "two ways as functions, summed",
        """\
def residual_backward(dy, x, W, b):
    t = np.tanh(np.dot(x, W) + b)
    dz = np.multiply(dy, (1 + t) * (1 - t))
    ways = (lambda d: d, lambda d: np.inner(dz, W))
    return sum(way(dy) for way in ways), np.dot(x.T, dz), np.add.reduce(dz, axis=0)
""",
    ),
    Answer(
        "residual_backward",
        "keyword-only default for the bend",
        """\
def residual_backward(dy, x, W, b, *, bend=np.tanh):
    t = bend(x @ W + b)
    dz = dy - dy * t * t
    return np.asfortranarray(dy + dz @ W.T), np.asfortranarray(x.T @ dz), dz.sum(0)
""",
    ),
    Answer(
        "residual_backward",
        "a named tuple, means times the number of samples",
        """\
from collections import namedtuple
Blame = namedtuple("Blame", "dx dW db")

def residual_backward(dy, x, W, b):
    m = len(x)
    dz = dy * (1 - np.tanh(x @ W + b) ** 2)
    dW = m * (x[:, :, None] * dz[:, None, :]).mean(axis=0)
    return Blame(dx=np.add(dz @ W.T, dy), dW=dW, db=m * dz.mean(axis=0))
""",
    ),
    Answer(
        "residual_backward",
        "one product for both ways",
        """\
def residual_backward(dy, x, W, b):
    t = np.tanh(x @ W + b)
    dz = dy * (1 - t**2)
    both = np.hstack([dy, dz]) @ np.vstack([np.eye(len(W)), W.T])
    return both, np.tensordot(x, dz, axes=(0, 0)), np.ones(len(x)) @ dz
""",
    ),
    # network_backward
    Answer(
        "network_backward",
        "a subclass of dict",
        """\
class Grads(dict):
    pass

def network_backward(params, x, y):
    a1 = np.tanh(x @ params["W1"] + params["b1"])
    a2 = np.tanh(a1 @ params["W2"] + params["b2"])
    d3 = (a2 @ params["W3"] + params["b3"] - y) / len(x)
    d2 = d3 @ params["W3"].T * (1 - a2**2)
    d1 = d2 @ params["W2"].T * (1 - a1**2)
    return Grads(W1=x.T @ d1, W2=a1.T @ d2, W3=a2.T @ d3, b1=d1.sum(0), b2=d2.sum(0), b3=d3.sum(0))
""",
    ),
    Answer(
        "network_backward",
        "a loop over the layers, an OrderedDict from the last to the first",
        """\
from collections import OrderedDict

def network_backward(params, x, y):
    inputs = [x]
    for i in (1, 2):
        inputs.append(np.tanh(inputs[-1] @ params[f"W{i}"] + params[f"b{i}"]))
    dz = (inputs[2] @ params["W3"] + params["b3"] - y) / len(x)
    grads = OrderedDict()
    for i in (3, 2, 1):
        grads[f"b{i}"] = dz.sum(axis=0)
        grads[f"W{i}"] = inputs[i - 1].T @ dz
        dz = (dz @ params[f"W{i}"].T) * (1 - inputs[i - 1] ** 2)
    return grads
""",
    ),
    Answer(
        "network_backward",
        "recursion: each layer returns what it hands back",
        """\
def network_backward(params, x, y):
    m, grads = x.shape[0], {}

    def layer(i, a):
        W, b = params[f"W{i}"], params[f"b{i}"]
        z = a @ W + b
        if i == 3:
            dz = (z - y) / m
        else:
            t = np.tanh(z)
            dz = layer(i + 1, t) * (1 - t * t)
        grads[f"W{i}"], grads[f"b{i}"] = a.T @ dz, dz.sum(axis=0)
        return dz @ W.T

    layer(1, x)
    return grads
""",
    ),
    Answer(
        "network_backward",
        "members of an enum of strings as keys",
        """\
from enum import Enum

class K(str, Enum):
    W1 = "W1"
    b1 = "b1"
    W2 = "W2"
    b2 = "b2"
    W3 = "W3"
    b3 = "b3"

def network_backward(params, x, y):
    a1 = np.tanh(x @ params[K.W1] + params[K.b1])
    a2 = np.tanh(a1 @ params[K.W2] + params[K.b2])
    d3 = (a2 @ params[K.W3] + params[K.b3] - y) / len(x)
    d2 = (d3 @ params[K.W3].T) * (1 - a2**2)
    d1 = (d2 @ params[K.W2].T) * (1 - a1**2)
    values = (x.T @ d1, d1.sum(0), a1.T @ d2, d2.sum(0), a2.T @ d3, d3.sum(0))
    return dict(zip(K, values))
""",
    ),
    Answer(
        "network_backward",
        "one sample after the other, a defaultdict",
        """\
from collections import defaultdict

def network_backward(params, x, y):
    W1, b1, W2, b2, W3, b3 = (params[k] for k in ("W1", "b1", "W2", "b2", "W3", "b3"))
    grads, m = defaultdict(float), len(x)
    for s in range(m):
        a1 = np.tanh(x[s] @ W1 + b1)
        a2 = np.tanh(a1 @ W2 + b2)
        d3 = a2 @ W3 + b3 - y[s]
        d2 = (W3 @ d3) * (1 - a2**2)
        d1 = (W2 @ d2) * (1 - a1**2)
        for i, a, d in ((1, x[s], d1), (2, a1, d2), (3, a2, d3)):
            grads[f"W{i}"] = grads[f"W{i}"] + np.outer(a, d) / m
            grads[f"b{i}"] = grads[f"b{i}"] + d / m
    return grads
""",
    ),
    Answer(
        "network_backward",
        "no mean in the blame, a mean in each result, nested lists",
        """\
def network_backward(params, x, y):
    m = len(x)
    a1 = np.tanh(x @ params["W1"] + params["b1"])
    a2 = np.tanh(a1 @ params["W2"] + params["b2"])
    d3 = a2 @ params["W3"] + params["b3"] - y
    d2 = (d3 @ params["W3"].T) * (1 - a2**2)
    d1 = (d2 @ params["W2"].T) * (1 - a1**2)
    return {
        "W1": (x.T @ d1 / m).tolist(), "b1": d1.mean(axis=0).tolist(),
        "W2": (a1.T @ d2 / m).tolist(), "b2": d2.mean(axis=0).tolist(),
        "W3": (a2.T @ d3 / m).tolist(), "b3": d3.mean(axis=0).tolist(),
    }
""",
    ),
    Answer(
        "network_backward",
        "samples as columns, views and Fortran order",
        """\
def network_backward(params, x, y):
    A, grads = [x.T], {}
    for i in "12":
        A.append(np.tanh(params["W" + i].T @ A[-1] + params["b" + i][:, None]))
    D = (params["W3"].T @ A[2] + params["b3"][:, None] - y.T) / x.shape[0]
    for i in (3, 2, 1):
        grads.update({f"W{i}": (D @ A[i - 1].T).T, f"b{i}": D.sum(axis=1)})
        D = (params[f"W{i}"] @ D) * (1 - A[i - 1] ** 2)
    return grads
""",
    ),
    Answer(
        "network_backward",
        "einsum, keys of a subclass of str",
        """\
class Name(str):
    pass

def network_backward(params, x, y):
    names = [Name(kind + i) for i in "123" for kind in "Wb"]
    W1, b1, W2, b2, W3, b3 = (params[name] for name in names)
    a1 = np.tanh(np.einsum("mi,ij->mj", x, W1) + b1)
    a2 = np.tanh(np.einsum("mj,jk->mk", a1, W2) + b2)
    d3 = (np.einsum("mk,kl->ml", a2, W3) + b3 - y) / np.float64(len(x))
    d2 = np.einsum("ml,kl,mk->mk", d3, W3, 1 - a2**2)
    d1 = np.einsum("mk,jk,mj->mj", d2, W2, 1 - a1**2)
    out = []
    for a, d in ((x, d1), (a1, d2), (a2, d3)):
        out += [np.einsum("mi,mj->ij", a, d), np.einsum("mj->j", d)]
    return dict(zip(names, out))
""",
    ),
    Answer(
        "network_backward",
        "layers that remember, a stack",
        """\
from collections import deque

class Layer:
    def __init__(self, name, W, b, bend):
        self.name, self.W, self.b, self.bend = name, W, b, bend

    def __call__(self, x):
        self.x, self.a = x, x @ self.W + self.b
        if self.bend:
            self.a = np.tanh(self.a)
        return self.a

    def back(self, da, grads):
        dz = da * (1 - self.a**2) if self.bend else da
        grads["W" + self.name], grads["b" + self.name] = self.x.T @ dz, dz.sum(axis=0)
        return dz @ self.W.T

def network_backward(params, x, y):
    stack, value, grads = deque(), x, {}
    for name in "123":
        stack.append(Layer(name, params["W" + name], params["b" + name], name != "3"))
        value = stack[-1](value)
    blame = (value - y) / len(x)
    while stack:
        blame = stack.pop().back(blame, grads)
    return grads
""",
    ),
)
