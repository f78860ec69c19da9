"""Answers to the exercise *backpropagation*: both passes by hand."""

from __future__ import annotations

from answers import Answer
from answers import any_of as _any

WRONG: tuple[Answer, ...] = (
    # chain_forward
    Answer(
        "chain_forward",
        "the prediction is returned before h",
        """\
def chain_forward(x, w1, w2):
    h = np.tanh(w1 * x)
    prediction = np.tanh(w2 * h)
    return prediction, h
""",
        _any("results-exchanged", "other-variable"),
    ),
    Answer(
        "chain_forward",
        "the second unit has no bend",
        """\
def chain_forward(x, w1, w2):
    h = np.tanh(w1 * x)
    return h, w2 * h
""",
        _any("function-left-out", "step-left-out"),
    ),
    Answer(
        "chain_forward",
        "the first unit has no bend",
        """\
def chain_forward(x, w1, w2):
    h = w1 * x
    return h, np.tanh(w2 * h)
""",
        _any("function-left-out", "step-left-out"),
    ),
    Answer(
        "chain_forward",
        "the second unit takes x in place of h",
        """\
def chain_forward(x, w1, w2):
    h = np.tanh(w1 * x)
    prediction = np.tanh(w2 * x)
    return h, prediction
""",
        _any("layer-off-by-one", "wrong-tensor", "other-variable"),
    ),
    Answer(
        "chain_forward",
        "the sigmoid of the chapter in place of tanh",
        """\
def chain_forward(x, w1, w2):
    def sigmoid(z):
        return 1 / (1 + np.exp(-z))
    h = sigmoid(w1 * x)
    return h, sigmoid(w2 * h)
""",
        _any("other-function"),
    ),
    Answer(
        "chain_forward",
        "only the prediction is returned",
        """\
def chain_forward(x, w1, w2):
    h = np.tanh(w1 * x)
    return np.tanh(w2 * h)
""",
    ),
    Answer(
        "chain_forward",
        "weight and input are added in place of multiplied",
        """\
def chain_forward(x, w1, w2):
    h = np.tanh(w1 + x)
    return h, np.tanh(w2 + h)
""",
        _any("other-operation"),
    ),
    Answer(
        "chain_forward",
        "the two weights are swapped",
        """\
def chain_forward(x, w1, w2):
    h = np.tanh(w2 * x)
    return h, np.tanh(w1 * h)
""",
        _any("layer-off-by-one", "wrong-tensor", "exchanged-arguments", "other-variable"),
    ),
    Answer(
        "chain_forward",
        "the weights stand outside of the bend",
        """\
def chain_forward(x, w1, w2):
    h = w1 * np.tanh(x)
    return h, w2 * np.tanh(h)
""",
        _any("steps-exchanged"),
    ),
    Answer(
        "chain_forward",
        "the input is left out, which the example with x = 1 does not show",
        """\
def chain_forward(x, w1, w2):
    h = np.tanh(w1)
    return h, np.tanh(w2 * h)
""",
        _any("factor-left-out"),
    ),
    Answer(
        "chain_forward",
        "the numbers of the example are returned",
        """\
def chain_forward(x, w1, w2):
    return 0.46211715726000973, -0.7279690463600797
""",
        _any("same-for-all"),
    ),
    Answer(
        "chain_forward",
        "the first weight is used in both units",
        """\
def chain_forward(x, w1, w2):
    values = [x]
    for _ in range(2):
        values.append(np.tanh(w1 * values[-1]))
    return values[1], values[2]
""",
        _any("layer-off-by-one", "wrong-tensor", "other-variable"),
    ),
    Answer(
        "chain_forward",
        "tanh as a quotient with exp(z) for exp(2z)",
        """\
import math

def chain_forward(x, w1, w2):
    def tanh(z):
        return (math.exp(z) - 1) / (math.exp(z) + 1)
    h = tanh(w1 * x)
    return h, tanh(w2 * h)
""",
        _any("factor-left-out", "power-mixed", "other-function"),
    ),
    Answer(
        "chain_forward",
        "rounded to two digits",
        """\
def chain_forward(x, w1, w2):
    h = np.tanh(w1 * x)
    prediction = np.tanh(w2 * h)
    return round(float(h), 2), round(float(prediction), 2)
""",
    ),
    # chain_backward
    Answer(
        "chain_backward",
        "target minus prediction",
        """\
def chain_backward(x, w1, w2, target):
    h = np.tanh(w1 * x)
    prediction = np.tanh(w2 * h)
    dz2 = (target - prediction) * (1 - prediction**2)
    dz1 = dz2 * w2 * (1 - h**2)
    return dz1 * x, dz2 * h
""",
        _any("sign", "turned-sign", "sign-inside"),
    ),
    Answer(
        "chain_backward",
        "the bend of the output is left out",
        """\
def chain_backward(x, w1, w2, target):
    h = np.tanh(w1 * x)
    prediction = np.tanh(w2 * h)
    dz2 = prediction - target
    dz1 = dz2 * w2 * (1 - h**2)
    return dz1 * x, dz2 * h
""",
        _any("activation-derivative-missing", "factor-left-out", "step-left-out"),
    ),
    Answer(
        "chain_backward",
        "the bend of the hidden unit is left out",
        """\
def chain_backward(x, w1, w2, target):
    h = np.tanh(w1 * x)
    prediction = np.tanh(w2 * h)
    dz2 = (prediction - target) * (1 - prediction**2)
    dz1 = dz2 * w2
    return dz1 * x, dz2 * h
""",
        _any("activation-derivative-missing", "factor-left-out", "step-left-out"),
    ),
    Answer(
        "chain_backward",
        "the slope of the sigmoid",
        """\
def chain_backward(x, w1, w2, target):
    h = np.tanh(w1 * x)
    prediction = np.tanh(w2 * h)
    dz2 = (prediction - target) * prediction * (1 - prediction)
    dz1 = dz2 * w2 * h * (1 - h)
    return dz1 * x, dz2 * h
""",
        _any("other-activation", "other-function"),
    ),
    Answer(
        "chain_backward",
        "the slopes are taken at the activations",
        """\
def chain_backward(x, w1, w2, target):
    h = np.tanh(w1 * x)
    prediction = np.tanh(w2 * h)
    dz2 = (prediction - target) * (1 - np.tanh(prediction) ** 2)
    dz1 = dz2 * w2 * (1 - np.tanh(h) ** 2)
    return dz1 * x, dz2 * h
""",
        _any("derivative-at-activation", "wrong-tensor", "other-variable", "done-twice"),
    ),
    Answer(
        "chain_backward",
        "1 - z squared for the slope",
        """\
def chain_backward(x, w1, w2, target):
    z1 = w1 * x
    h = np.tanh(z1)
    z2 = w2 * h
    prediction = np.tanh(z2)
    dz2 = (prediction - target) * (1 - z2**2)
    dz1 = dz2 * w2 * (1 - z1**2)
    return dz1 * x, dz2 * h
""",
        _any("tanh-from-weighted-input", "wrong-tensor", "other-variable", "function-left-out"),
    ),
    Answer(
        "chain_backward",
        "the blame skips w2 on the way to w1",
        """\
def chain_backward(x, w1, w2, target):
    h = np.tanh(w1 * x)
    prediction = np.tanh(w2 * h)
    dz2 = (prediction - target) * (1 - prediction**2)
    dz1 = dz2 * (1 - h**2)
    return dz1 * x, dz2 * h
""",
        _any("weights-skipped", "factor-missing", "factor-left-out"),
    ),
    Answer(
        "chain_backward",
        "the blame of the output is used for w1 as well",
        """\
def chain_backward(x, w1, w2, target):
    h = np.tanh(w1 * x)
    prediction = np.tanh(w2 * h)
    dz2 = (prediction - target) * (1 - prediction**2)
    return dz2 * x, dz2 * h
""",
        _any(
            "output-delta-reused",
            "activation-derivative-missing",
            "weights-skipped",
            "factor-missing",
            "layer-off-by-one",
            "wrong-tensor",
            "factor-left-out",
            "step-left-out",
            "other-variable",
        ),
    ),
    Answer(
        "chain_backward",
        "the results are swapped",
        """\
def chain_backward(x, w1, w2, target):
    h = np.tanh(w1 * x)
    prediction = np.tanh(w2 * h)
    dw2 = (prediction - target) * (1 - prediction**2) * h
    dw1 = (prediction - target) * (1 - prediction**2) * w2 * (1 - h**2) * x
    return dw2, dw1
""",
        _any("wrong-tensor", "results-exchanged", "other-variable"),
    ),
    Answer(
        "chain_backward",
        "the half of the loss is kept and the square forgotten",
        """\
def chain_backward(x, w1, w2, target):
    h = np.tanh(w1 * x)
    prediction = np.tanh(w2 * h)
    dz2 = 0.5 * (prediction - target) * (1 - prediction**2)
    dz1 = dz2 * w2 * (1 - h**2)
    return dz1 * x, dz2 * h
""",
        _any("factor-half", "scaled", "halved", "factor-left-out"),
    ),
    Answer(
        "chain_backward",
        "a 2 from the square, the half forgotten",
        """\
def chain_backward(x, w1, w2, target):
    h = np.tanh(w1 * x)
    prediction = np.tanh(w2 * h)
    dz2 = 2 * (prediction - target) * (1 - prediction**2)
    dz1 = dz2 * w2 * (1 - h**2)
    return dz1 * x, dz2 * h
""",
        _any("factor-two", "scaled", "doubled", "factor-left-out"),
    ),
    Answer(
        "chain_backward",
        "w2 takes its step before the blame passes it",
        """\
def chain_backward(x, w1, w2, target):
    h = np.tanh(w1 * x)
    prediction = np.tanh(w2 * h)
    dz2 = (prediction - target) * (1 - prediction**2)
    dw2 = dz2 * h
    w2 = w2 - 0.5 * dw2
    dz1 = dz2 * w2 * (1 - h**2)
    return dz1 * x, dw2
""",
        _any("updated-weights", "old-value", "steps-exchanged"),
    ),
    Answer(
        "chain_backward",
        "w2 gets x in place of h",
        """\
def chain_backward(x, w1, w2, target):
    h = np.tanh(w1 * x)
    prediction = np.tanh(w2 * h)
    dz2 = (prediction - target) * (1 - prediction**2)
    dz1 = dz2 * w2 * (1 - h**2)
    return dz1 * x, dz2 * x
""",
        _any("layer-off-by-one", "wrong-tensor", "other-variable"),
    ),
    Answer(
        "chain_backward",
        "both bends have the slope of the output",
        """\
def chain_backward(x, w1, w2, target):
    h = np.tanh(w1 * x)
    prediction = np.tanh(w2 * h)
    slope = 1 - prediction**2
    dz2 = (prediction - target) * slope
    return dz2 * w2 * slope * x, dz2 * h
""",
        _any("layer-off-by-one", "wrong-tensor", "slope-squared", "other-variable", "factor-doubled"),
    ),
    Answer(
        "chain_backward",
        "the loss itself is handed back in place of its slope",
        """\
def chain_backward(x, w1, w2, target):
    h = np.tanh(w1 * x)
    prediction = np.tanh(w2 * h)
    loss = (prediction - target) ** 2 / 2
    dz2 = loss * (1 - prediction**2)
    dz1 = dz2 * w2 * (1 - h**2)
    return dz1 * x, dz2 * h
""",
        _any("value-for-slope", "power-mixed", "other-function", "step-left-out", "other-variable"),
    ),
    Answer(
        "chain_backward",
        "w1 stands where its input x belongs",
        """\
def chain_backward(x, w1, w2, target):
    h = np.tanh(w1 * x)
    prediction = np.tanh(w2 * h)
    dz2 = (prediction - target) * (1 - prediction**2)
    dz1 = dz2 * w2 * (1 - h**2)
    return dz1 * w1, dz2 * h
""",
        _any("wrong-tensor", "other-variable"),
    ),
    Answer(
        "chain_backward",
        "measured with a step so large that it is not the slope",
        """\
def chain_backward(x, w1, w2, target):
    def loss(a, b):
        return 0.5 * (np.tanh(b * np.tanh(a * x)) - target) ** 2
    step = 0.1
    start = loss(w1, w2)
    return (loss(w1 + step, w2) - start) / step, (loss(w1, w2 + step) - start) / step
""",
    ),
    Answer(
        "chain_backward",
        "zeros",
        """\
def chain_backward(x, w1, w2, target):
    dw1 = dw2 = 0.0
    return dw1, dw2
""",
        _any("zero-gradient", "same-for-all"),
    ),
    # fork_backward
    Answer(
        "fork_backward",
        "only the way through the tanh",
        """\
def fork_backward(u, v):
    t = np.tanh(u)
    du = (u + v) * (1 - t**2)
    return du, t
""",
        _any("path-missing", "assigned-not-added", "term-left-out", "kept-not-added"),
    ),
    Answer(
        "fork_backward",
        "only the way through the sum",
        """\
def fork_backward(u, v):
    t = np.tanh(u)
    return t, t.copy()
""",
        _any("path-missing", "assigned-not-added", "term-left-out", "kept-not-added", "result-twice"),
    ),
    Answer(
        "fork_backward",
        "the second share overwrites the first",
        """\
def fork_backward(u, v):
    ds = np.tanh(u)
    dt = u + v
    du = ds
    dv = ds
    du = dt * (1 - np.tanh(u) ** 2)
    return du, dv
""",
        _any("path-missing", "assigned-not-added", "term-left-out", "kept-not-added"),
    ),
    Answer(
        "fork_backward",
        "the slope of tanh is left out",
        """\
def fork_backward(u, v):
    t = np.tanh(u)
    return t + (u + v), t
""",
        _any("slope-left-out", "factor-left-out", "step-left-out"),
    ),
    Answer(
        "fork_backward",
        "1 - u squared for the slope",
        """\
def fork_backward(u, v):
    t = np.tanh(u)
    return t + (u + v) * (1 - u**2), t
""",
        _any("tanh-from-weighted-input", "wrong-tensor", "other-variable", "function-left-out"),
    ),
    Answer(
        "fork_backward",
        "the slope is taken at tanh(u)",
        """\
def fork_backward(u, v):
    t = np.tanh(u)
    return t + (u + v) * (1 - np.tanh(t) ** 2), t
""",
        _any("derivative-at-activation", "wrong-tensor", "other-variable", "done-twice"),
    ),
    Answer(
        "fork_backward",
        "the slope of the sigmoid",
        """\
def fork_backward(u, v):
    t = np.tanh(u)
    return t + (u + v) * t * (1 - t), t
""",
        _any("other-activation", "other-function"),
    ),
    Answer(
        "fork_backward",
        "the shares are multiplied in place of added",
        """\
def fork_backward(u, v):
    t = np.tanh(u)
    return t * (u + v) * (1 - t**2), t
""",
        _any("other-operation"),
    ),
    Answer(
        "fork_backward",
        "the results are swapped",
        """\
def fork_backward(u, v):
    t = np.tanh(u)
    return t, t + (u + v) * (1 - t**2)
""",
        _any("wrong-tensor", "results-exchanged", "other-variable"),
    ),
    Answer(
        "fork_backward",
        "the same in-place array for both, so that dv gets the share of u as well",
        """\
def fork_backward(u, v):
    dv = np.tanh(u)
    slope = 1 - dv**2
    du = dv
    du += (u + v) * slope
    return du, dv
""",
        _any("wrong-tensor", "old-value", "other-variable", "result-twice"),
    ),
    Answer(
        "fork_backward",
        "v is left out of the factor",
        """\
def fork_backward(u, v):
    t = np.tanh(u)
    return t + u * (1 - t**2), t
""",
        _any("term-left-out"),
    ),
    Answer(
        "fork_backward",
        "dv is the sum, its own factor and not the other one",
        """\
def fork_backward(u, v):
    t = np.tanh(u)
    return t + (u + v) * (1 - t**2), u + v
""",
        _any("wrong-tensor", "other-variable"),
    ),
    Answer(
        "fork_backward",
        "averaged over the samples, though the loss is a sum",
        """\
def fork_backward(u, v):
    t = np.tanh(u)
    return (t + (u + v) * (1 - t**2)) / len(u), t / len(u)
""",
        _any("averaged-twice", "scaled", "divided-by-samples", "mean-for-sum"),
    ),
    Answer(
        "fork_backward",
        "averaged over all entries",
        """\
def fork_backward(u, v):
    t = np.tanh(u)
    return (t + (u + v) * (1 - t**2)) / u.size, t / u.size
""",
        _any("scaled", "mean-for-sum"),
    ),
    Answer(
        "fork_backward",
        "the samples are summed away",
        """\
def fork_backward(u, v):
    t = np.tanh(u)
    du = t + (u + v) * (1 - t**2)
    return du.sum(axis=0), t.sum(axis=0)
""",
        _any("other-axis"),
    ),
    Answer(
        "fork_backward",
        "the minus of the slope is a plus",
        """\
def fork_backward(u, v):
    t = np.tanh(u)
    return t + (u + v) * (1 + t**2), t
""",
        _any("sign-inside"),
    ),
    Answer(
        "fork_backward",
        "loops into zeros_like(u), which cuts fractions off when u is of integers",
        """\
def fork_backward(u, v):
    du = np.zeros_like(u)
    dv = np.zeros_like(v)
    for i in range(u.shape[0]):
        for j in range(u.shape[1]):
            t = np.tanh(u[i, j])
            dv[i, j] = t
            du[i, j] = t + (u[i, j] + v[i, j]) * (1 - t**2)
    return du, dv
""",
        _any("cut-to-whole"),
    ),
    Answer(
        "fork_backward",
        "the loop returns after the first row, the rest is zero",
        """\
def fork_backward(u, v):
    du, dv = np.zeros(u.shape), np.zeros(v.shape)
    for i in range(len(u)):
        t = np.tanh(u[i])
        du[i] = t + (u[i] + v[i]) * (1 - t**2)
        dv[i] = t
        return du, dv
""",
        _any("only-one-sample", "stopped-early"),
    ),
    # network_forward
    Answer(
        "network_forward",
        "a bend at the output as well",
        """\
def network_forward(x, W1, b1, W2, b2):
    a = np.tanh(x @ W1 + b1)
    return np.tanh(a @ W2 + b2)
""",
        _any("function-too-many", "done-twice"),
    ),
    Answer(
        "network_forward",
        "no bend in the hidden layer",
        """\
def network_forward(x, W1, b1, W2, b2):
    a = x @ W1 + b1
    return a @ W2 + b2
""",
        _any("function-left-out", "step-left-out"),
    ),
    Answer(
        "network_forward",
        "the bias of the output is left out",
        """\
def network_forward(x, W1, b1, W2, b2):
    a = np.tanh(x @ W1 + b1)
    return a @ W2
""",
        _any("term-left-out"),
    ),
    Answer(
        "network_forward",
        "the bias of the hidden layer is left out",
        """\
def network_forward(x, W1, b1, W2, b2):
    return np.tanh(x @ W1) @ W2 + b2
""",
        _any("term-left-out"),
    ),
    Answer(
        "network_forward",
        "the hidden bias is added after the bend",
        """\
def network_forward(x, W1, b1, W2, b2):
    a = np.tanh(x @ W1) + b1
    return a @ W2 + b2
""",
        _any("steps-exchanged"),
    ),
    Answer(
        "network_forward",
        "the sigmoid of the chapter in place of tanh",
        """\
def network_forward(x, W1, b1, W2, b2):
    a = 1 / (1 + np.exp(-(x @ W1 + b1)))
    return a @ W2 + b2
""",
        _any("other-function"),
    ),
    Answer(
        "network_forward",
        "samples as columns",
        """\
def network_forward(x, W1, b1, W2, b2):
    a = np.tanh(W1 @ x + b1)
    return W2 @ a + b2
""",
        _any("product-reversed", "not-transposed"),
    ),
    Answer(
        "network_forward",
        "the prediction is returned transposed",
        """\
def network_forward(x, W1, b1, W2, b2):
    a = np.tanh(W1.T @ x.T + b1.reshape(-1, 1))
    return W2.T @ a + b2.reshape(-1, 1)
""",
        _any("transposed", "not-transposed"),
    ),
    Answer(
        "network_forward",
        "only the first sample",
        """\
def network_forward(x, W1, b1, W2, b2):
    rows = []
    for row in x:
        a = np.tanh(row @ W1 + b1)
        rows.append(a @ W2 + b2)
        return np.array(rows)
""",
        _any("only-one-sample", "stopped-early"),
    ),
    Answer(
        "network_forward",
        "the biases are subtracted",
        """\
def network_forward(x, W1, b1, W2, b2):
    a = np.tanh(x @ W1 - b1)
    return a @ W2 - b2
""",
        _any("sign-inside"),
    ),
    Answer(
        "network_forward",
        "squeezed, so that a batch of one or a single output loses its axis",
        """\
def network_forward(x, W1, b1, W2, b2):
    a = np.tanh(x @ W1 + b1)
    return np.squeeze(a @ W2 + b2)
""",
        _any("case-left-out"),
    ),
    Answer(
        "network_forward",
        "averaged over the hidden units in place of summed",
        """\
def network_forward(x, W1, b1, W2, b2):
    a = np.tanh(x @ W1 + b1)
    return a @ W2 / W1.shape[1] + b2
""",
        _any("mean-for-sum"),
    ),
    Answer(
        "network_forward",
        "the hidden activations are returned",
        """\
def network_forward(x, W1, b1, W2, b2):
    a = np.tanh(x @ W1 + b1)
    prediction = a @ W2 + b2
    return a
""",
        _any("layer-off-by-one", "wrong-tensor", "other-variable", "stopped-early", "step-left-out"),
    ),
    Answer(
        "network_forward",
        "loops that assign for add, so only the last weight is in it",
        """\
def network_forward(x, W1, b1, W2, b2):
    a = np.tanh(x @ W1 + b1)
    result = np.zeros((len(x), W2.shape[1]))
    for s in range(len(x)):
        for j in range(W2.shape[1]):
            for i in range(W2.shape[0]):
                result[s, j] = a[s, i] * W2[i, j]
    return result + b2
""",
        _any("assigned-not-added", "kept-not-added", "term-left-out"),
    ),
    # network_backward
    Answer(
        "network_backward",
        "target minus prediction",
        """\
def network_backward(x, y, W1, b1, W2, b2):
    a = np.tanh(x @ W1 + b1)
    dz2 = (y - (a @ W2 + b2)) / len(x)
    dz1 = (dz2 @ W2.T) * (1 - a**2)
    return x.T @ dz1, dz1.sum(axis=0), a.T @ dz2, dz2.sum(axis=0)
""",
        _any("sign", "turned-sign", "sign-inside"),
    ),
    Answer(
        "network_backward",
        "the mean over the samples is left out",
        """\
def network_backward(x, y, W1, b1, W2, b2):
    a = np.tanh(x @ W1 + b1)
    dz2 = a @ W2 + b2 - y
    dz1 = (dz2 @ W2.T) * (1 - a**2)
    return x.T @ dz1, dz1.sum(axis=0), a.T @ dz2, dz2.sum(axis=0)
""",
        _any("not-averaged", "scaled", "times-samples", "sum-for-mean", "factor-left-out"),
    ),
    Answer(
        "network_backward",
        "divided by the samples once more in the products",
        """\
def network_backward(x, y, W1, b1, W2, b2):
    m = len(x)
    a = np.tanh(x @ W1 + b1)
    dz2 = (a @ W2 + b2 - y) / m
    dz1 = (dz2 @ W2.T) * (1 - a**2)
    return x.T @ dz1 / m, dz1.sum(axis=0) / m, a.T @ dz2 / m, dz2.sum(axis=0) / m
""",
        _any(
            "averaged-twice",
            "bias-averaged",
            "scaled",
            "divided-by-samples",
            "factor-doubled",
            "done-twice",
        ),
    ),
    Answer(
        "network_backward",
        "divided by all entries of y, the outputs too",
        """\
def network_backward(x, y, W1, b1, W2, b2):
    a = np.tanh(x @ W1 + b1)
    dz2 = (a @ W2 + b2 - y) / y.size
    dz1 = (dz2 @ W2.T) * (1 - a**2)
    return x.T @ dz1, dz1.sum(axis=0), a.T @ dz2, dz2.sum(axis=0)
""",
        _any("scaled", "other-count", "mean-for-sum"),
    ),
    Answer(
        "network_backward",
        "divided by the number of outputs",
        """\
def network_backward(x, y, W1, b1, W2, b2):
    a = np.tanh(x @ W1 + b1)
    dz2 = (a @ W2 + b2 - y) / y.shape[1]
    dz1 = (dz2 @ W2.T) * (1 - a**2)
    return x.T @ dz1, dz1.sum(axis=0), a.T @ dz2, dz2.sum(axis=0)
""",
        _any("scaled", "other-count", "other-axis"),
    ),
    Answer(
        "network_backward",
        "the half of the loss is kept",
        """\
def network_backward(x, y, W1, b1, W2, b2):
    a = np.tanh(x @ W1 + b1)
    dz2 = (a @ W2 + b2 - y) / (2 * len(x))
    dz1 = (dz2 @ W2.T) * (1 - a**2)
    return x.T @ dz1, dz1.sum(axis=0), a.T @ dz2, dz2.sum(axis=0)
""",
        _any("factor-half", "scaled", "halved", "factor-left-out"),
    ),
    Answer(
        "network_backward",
        "a 2 from the square, the half forgotten",
        """\
def network_backward(x, y, W1, b1, W2, b2):
    a = np.tanh(x @ W1 + b1)
    dz2 = 2 * (a @ W2 + b2 - y) / len(x)
    dz1 = (dz2 @ W2.T) * (1 - a**2)
    return x.T @ dz1, dz1.sum(axis=0), a.T @ dz2, dz2.sum(axis=0)
""",
        _any("factor-two", "scaled", "doubled", "factor-left-out"),
    ),
    Answer(
        "network_backward",
        "the slope of tanh is forgotten",
        """\
def network_backward(x, y, W1, b1, W2, b2):
    a = np.tanh(x @ W1 + b1)
    dz2 = (a @ W2 + b2 - y) / len(x)
    dz1 = dz2 @ W2.T
    return x.T @ dz1, dz1.sum(axis=0), a.T @ dz2, dz2.sum(axis=0)
""",
        _any("activation-derivative-missing", "factor-left-out", "step-left-out"),
    ),
    Answer(
        "network_backward",
        "the slope of the chapter's sigmoid",
        """\
def network_backward(x, y, W1, b1, W2, b2):
    a = np.tanh(x @ W1 + b1)
    dz2 = (a @ W2 + b2 - y) / len(x)
    dz1 = (dz2 @ W2.T) * a * (1 - a)
    return x.T @ dz1, dz1.sum(axis=0), a.T @ dz2, dz2.sum(axis=0)
""",
        _any("other-activation", "other-function"),
    ),
    Answer(
        "network_backward",
        "1 - z squared for the slope",
        """\
def network_backward(x, y, W1, b1, W2, b2):
    z1 = x @ W1 + b1
    a = np.tanh(z1)
    dz2 = (a @ W2 + b2 - y) / len(x)
    dz1 = (dz2 @ W2.T) * (1 - z1**2)
    return x.T @ dz1, dz1.sum(axis=0), a.T @ dz2, dz2.sum(axis=0)
""",
        _any("tanh-from-weighted-input", "wrong-tensor", "other-variable", "function-left-out"),
    ),
    Answer(
        "network_backward",
        "the slope is taken at the activation",
        """\
def network_backward(x, y, W1, b1, W2, b2):
    def tanh_slope(z):
        return 1 - np.tanh(z) ** 2
    a = np.tanh(x @ W1 + b1)
    dz2 = (a @ W2 + b2 - y) / len(x)
    dz1 = (dz2 @ W2.T) * tanh_slope(a)
    return x.T @ dz1, dz1.sum(axis=0), a.T @ dz2, dz2.sum(axis=0)
""",
        _any("derivative-at-activation", "wrong-tensor", "other-variable", "done-twice"),
    ),
    Answer(
        "network_backward",
        "a tanh slope at the output, which has no bend",
        """\
def network_backward(x, y, W1, b1, W2, b2):
    a = np.tanh(x @ W1 + b1)
    p = a @ W2 + b2
    dz2 = (p - y) / len(x) * (1 - p**2)
    dz1 = (dz2 @ W2.T) * (1 - a**2)
    return x.T @ dz1, dz1.sum(axis=0), a.T @ dz2, dz2.sum(axis=0)
""",
        _any("function-too-many"),
    ),
    Answer(
        "network_backward",
        "the output is predicted with a tanh of its own, forward and back",
        """\
def network_backward(x, y, W1, b1, W2, b2):
    a = np.tanh(x @ W1 + b1)
    p = np.tanh(a @ W2 + b2)
    dz2 = (p - y) / len(x) * (1 - p**2)
    dz1 = (dz2 @ W2.T) * (1 - a**2)
    return x.T @ dz1, dz1.sum(axis=0), a.T @ dz2, dz2.sum(axis=0)
""",
        _any("function-too-many"),
    ),
    Answer(
        "network_backward",
        "the bias gradients keep the samples",
        """\
def network_backward(x, y, W1, b1, W2, b2):
    a = np.tanh(x @ W1 + b1)
    dz2 = (a @ W2 + b2 - y) / len(x)
    dz1 = (dz2 @ W2.T) * (1 - a**2)
    return x.T @ dz1, dz1, a.T @ dz2, dz2
""",
        _any("bias-not-summed", "step-left-out", "function-left-out", "each-by-itself"),
    ),
    Answer(
        "network_backward",
        "the bias gradients are averaged",
        """\
def network_backward(x, y, W1, b1, W2, b2):
    a = np.tanh(x @ W1 + b1)
    dz2 = (a @ W2 + b2 - y) / len(x)
    dz1 = (dz2 @ W2.T) * (1 - a**2)
    return x.T @ dz1, dz1.mean(axis=0), a.T @ dz2, dz2.mean(axis=0)
""",
        _any(
            "bias-averaged",
            "averaged-twice",
            "mean-for-sum",
            "divided-by-samples",
            "factor-doubled",
            "done-twice",
        ),
    ),
    Answer(
        "network_backward",
        "keepdims leaves the bias gradients with two axes",
        """\
def network_backward(x, y, W1, b1, W2, b2):
    a = np.tanh(x @ W1 + b1)
    dz2 = (a @ W2 + b2 - y) / len(x)
    dz1 = (dz2 @ W2.T) * (1 - a**2)
    return x.T @ dz1, dz1.sum(axis=0, keepdims=True), a.T @ dz2, dz2.sum(axis=0, keepdims=True)
""",
    ),
    Answer(
        "network_backward",
        "the bias gradients are summed over the units",
        """\
def network_backward(x, y, W1, b1, W2, b2):
    a = np.tanh(x @ W1 + b1)
    dz2 = (a @ W2 + b2 - y) / len(x)
    dz1 = (dz2 @ W2.T) * (1 - a**2)
    return x.T @ dz1, dz1.sum(axis=1), a.T @ dz2, dz2.sum(axis=1)
""",
        _any("wrong-axis", "other-axis"),
    ),
    Answer(
        "network_backward",
        "W2 without its transpose on the way back",
        """\
def network_backward(x, y, W1, b1, W2, b2):
    a = np.tanh(x @ W1 + b1)
    dz2 = (a @ W2 + b2 - y) / len(x)
    dz1 = (dz2 @ W2) * (1 - a**2)
    return x.T @ dz1, dz1.sum(axis=0), a.T @ dz2, dz2.sum(axis=0)
""",
        _any("wrong-transpose", "not-transposed"),
    ),
    Answer(
        "network_backward",
        "W2 is reshaped where it should be transposed",
        """\
def network_backward(x, y, W1, b1, W2, b2):
    a = np.tanh(x @ W1 + b1)
    dz2 = (a @ W2 + b2 - y) / len(x)
    dz1 = (dz2 @ W2.reshape(W2.shape[1], W2.shape[0])) * (1 - a**2)
    return x.T @ dz1, dz1.sum(axis=0), a.T @ dz2, dz2.sum(axis=0)
""",
        _any("axes-not-moved", "wrong-transpose", "not-transposed", "other-function"),
    ),
    Answer(
        "network_backward",
        "the weight gradients are transposed",
        """\
def network_backward(x, y, W1, b1, W2, b2):
    a = np.tanh(x @ W1 + b1)
    dz2 = (a @ W2 + b2 - y) / len(x)
    dz1 = (dz2 @ W2.T) * (1 - a**2)
    return dz1.T @ x, dz1.sum(axis=0), dz2.T @ a, dz2.sum(axis=0)
""",
        _any("transposed", "not-transposed", "product-reversed"),
    ),
    Answer(
        "network_backward",
        "W2 takes its step before the blame passes it",
        """\
def network_backward(x, y, W1, b1, W2, b2):
    a = np.tanh(x @ W1 + b1)
    dz2 = (a @ W2 + b2 - y) / len(x)
    dW2 = a.T @ dz2
    W2 = W2 - 0.5 * dW2
    dz1 = (dz2 @ W2.T) * (1 - a**2)
    return x.T @ dz1, dz1.sum(axis=0), dW2, dz2.sum(axis=0)
""",
        _any("updated-weights", "old-value", "steps-exchanged"),
    ),
    Answer(
        "network_backward",
        "the results in the order of the way back",
        """\
def network_backward(x, y, W1, b1, W2, b2):
    a = np.tanh(x @ W1 + b1)
    dz2 = (a @ W2 + b2 - y) / len(x)
    dz1 = (dz2 @ W2.T) * (1 - a**2)
    return a.T @ dz2, dz2.sum(axis=0), x.T @ dz1, dz1.sum(axis=0)
""",
        _any("wrong-tensor", "results-exchanged", "other-variable"),
    ),
    Answer(
        "network_backward",
        "W2 gets the weighted inputs in place of the activations",
        """\
def network_backward(x, y, W1, b1, W2, b2):
    z1 = x @ W1 + b1
    a = np.tanh(z1)
    dz2 = (a @ W2 + b2 - y) / len(x)
    dz1 = (dz2 @ W2.T) * (1 - a**2)
    return x.T @ dz1, dz1.sum(axis=0), z1.T @ dz2, dz2.sum(axis=0)
""",
        _any("wrong-tensor", "other-variable", "function-left-out"),
    ),
    Answer(
        "network_backward",
        "the bias of the output is left out of the forward pass",
        """\
def network_backward(x, y, W1, b1, W2, b2):
    a = np.tanh(x @ W1 + b1)
    dz2 = (a @ W2 - y) / len(x)
    dz1 = (dz2 @ W2.T) * (1 - a**2)
    return x.T @ dz1, dz1.sum(axis=0), a.T @ dz2, dz2.sum(axis=0)
""",
        _any("term-left-out"),
    ),
    Answer(
        "network_backward",
        "a loop that assigns, so only the last sample counts",
        """\
def network_backward(x, y, W1, b1, W2, b2):
    m = len(x)
    for s in range(m):
        a = np.tanh(x[s] @ W1 + b1)
        dz2 = (a @ W2 + b2 - y[s]) / m
        dz1 = (W2 @ dz2) * (1 - a**2)
        dW1, db1 = np.outer(x[s], dz1), dz1
        dW2, db2 = np.outer(a, dz2), dz2
    return dW1, db1, dW2, db2
""",
        _any("only-one-sample", "assigned-not-added", "kept-not-added"),
    ),
    Answer(
        "network_backward",
        "zeros_like of the parameters, integers when those are",
        """\
def network_backward(x, y, W1, b1, W2, b2):
    a = np.tanh(x @ W1 + b1)
    dz2 = (a @ W2 + b2 - y) / len(x)
    dz1 = (dz2 @ W2.T) * (1 - a**2)
    dW1, db1, dW2, db2 = (np.zeros_like(p) for p in (W1, b1, W2, b2))
    dW1[:], db1[:] = x.T @ dz1, dz1.sum(axis=0)
    dW2[:], db2[:] = a.T @ dz2, dz2.sum(axis=0)
    return dW1, db1, dW2, db2
""",
        _any("cut-to-whole"),
    ),
    # What passed once: kinds of inputs that the texts promise, and that no check had tried.
    Answer("chain_forward", "a number of zero counts as missing", """
def chain_forward(x, w1, w2):
    h = np.tanh((w1 or 1) * x)
    return h, np.tanh((w2 or 1) * h)
"""),
    Answer("chain_backward", "divides by the hidden activation, which may be zero", """
def chain_backward(x, w1, w2, target):
    h = np.tanh(w1 * x)
    prediction = np.tanh(w2 * h)
    dw2 = (prediction - target) * (1 - prediction**2) * h
    with np.errstate(all="ignore"):
        return dw2 / h * w2 * (1 - h**2) * x, dw2
""", _any("not-finite")),
    Answer("chain_backward", "a target of zero counts as missing", """
def chain_backward(x, w1, w2, target):
    h = np.tanh(w1 * x)
    prediction = np.tanh(w2 * h)
    dz2 = (prediction - (target or 1)) * (1 - prediction**2)
    return dz2 * w2 * (1 - h**2) * x, dz2 * h
"""),
    Answer("network_forward", "the biases are added in place, to whole numbers", """
def network_forward(x, W1, b1, W2, b2):
    z = x @ W1
    z += b1
    y = np.tanh(z) @ W2
    y += b2
    return y
""", _any("cut-to-whole")),
    Answer("network_backward", "the bias is added in place, to whole numbers", """
def network_backward(x, y, W1, b1, W2, b2):
    z = x @ W1
    z += b1
    a = np.tanh(z)
    dz2 = (a @ W2 + b2 - y) / len(x)
    dz1 = (dz2 @ W2.T) * (1 - a**2)
    return x.T @ dz1, dz1.sum(axis=0), a.T @ dz2, dz2.sum(axis=0)
""", _any("cut-to-whole")),
    Answer("network_backward", "the transpose is left out where the weights are square", """
def network_backward(x, y, W1, b1, W2, b2):
    a = np.tanh(x @ W1 + b1)
    dz2 = (a @ W2 + b2 - y) / len(x)
    dz1 = (dz2 @ (W2 if W2.shape[0] == W2.shape[1] else W2.T)) * (1 - a**2)
    return x.T @ dz1, dz1.sum(axis=0), a.T @ dz2, dz2.sum(axis=0)
""", _any("wrong-transpose")),
    Answer("fork_backward", "the sum is held within five", """
def fork_backward(u, v):
    t = np.tanh(u)
    return t + np.clip(u + v, -5, 5) * (1 - t**2), t
"""),
)


RIGHT: tuple[Answer, ...] = (
    # chain_forward
    Answer(
        "chain_forward",
        "math.tanh, a list",
        """\
import math

def chain_forward(x, w1, w2):
    h = math.tanh(w1 * x)
    return [h, math.tanh(w2 * h)]
""",
    ),
    Answer(
        "chain_forward",
        "a named tuple",
        """\
from collections import namedtuple
Chain = namedtuple("Chain", "h prediction")

def chain_forward(x, w1, w2):
    h = np.tanh(w1 * x)
    return Chain(prediction=np.tanh(w2 * h), h=h)
""",
    ),
    Answer(
        "chain_forward",
        "recursion over the weights",
        """\
def walk(value, weights):
    if not weights:
        return ()
    bent = np.tanh(weights[0] * value)
    return (bent, *walk(bent, weights[1:]))

def chain_forward(x, w1, w2):
    return walk(x, (w1, w2))
""",
    ),
    Answer(
        "chain_forward",
        "itertools.accumulate, a tuple",
        """\
from itertools import accumulate

def chain_forward(x, w1, w2):
    values = accumulate((w1, w2), lambda h, w: float(np.tanh(w * h)), initial=x)
    return tuple(values)[1:]
""",
    ),
    Answer(
        "chain_forward",
        "tanh written with exp of a negative number only",
        """\
import math

def tanh(z):
    e = math.exp(-2 * abs(z))
    return math.copysign((1 - e) / (1 + e), z)

def chain_forward(x, w1, w2):
    h = tanh(w1 * x)
    return h, tanh(w2 * h)
""",
    ),
    Answer(
        "chain_forward",
        "0-d arrays",
        """\
def chain_forward(x, w1, w2):
    h = np.array(np.tanh(w1 * x))
    return h, np.asarray(np.tanh(w2 * h))
""",
    ),
    Answer(
        "chain_forward",
        "one array with both numbers",
        """\
def chain_forward(x, w1, w2):
    result = np.empty(2)
    result[0] = np.tanh(w1 * x)
    result[1] = np.tanh(w2 * result[0])
    return result
""",
    ),
    Answer(
        "chain_forward",
        "cached, a lambda",
        """\
from functools import lru_cache
import math

unit = lru_cache(maxsize=None)(lambda w, value: math.tanh(w * value))
chain_forward = lambda x, w1, w2: (unit(w1, x), unit(w2, unit(w1, x)))
""",
    ),
    Answer(
        "chain_forward",
        "an object with __call__",
        """\
class Chain:
    def __init__(self, bend):
        self.bend = bend

    def __call__(self, x, w1, w2):
        h = self.bend(w1 * x)
        return h, self.bend(w2 * h)

chain_forward = Chain(np.tanh)
""",
    ),
    Answer(
        "chain_forward",
        "a deque of a subclass of float",
        """\
from collections import deque

class Number(float):
    pass

def chain_forward(x, w1, w2):
    h = Number(np.tanh(w1 * x))
    return deque([h, Number(np.tanh(w2 * h))])
""",
    ),
    # chain_backward
    Answer(
        "chain_backward",
        "all written out with math",
        """\
import math

def chain_backward(x, w1, w2, target):
    h = math.tanh(w1 * x)
    p = math.tanh(w2 * h)
    e = p - target
    return e * (1 - p * p) * w2 * (1 - h * h) * x, e * (1 - p * p) * h
""",
    ),
    Answer(
        "chain_backward",
        "slopes as (1 - t)(1 + t), a list",
        """\
def chain_backward(x, w1, w2, target):
    def slope(t):
        return (1 - t) * (1 + t)
    h = np.tanh(w1 * x)
    p = np.tanh(w2 * h)
    blame = (p - target) * slope(p)
    return [blame * w2 * slope(h) * x, blame * h]
""",
    ),
    Answer(
        "chain_backward",
        "the slope is minus a minus",
        """\
def chain_backward(x, w1, w2, target):
    h = np.tanh(w1 * x)
    p = np.tanh(w2 * h)
    dz2 = (target - p) * (p**2 - 1)
    return dz2 * w2 * (1 - h**2) * x, dz2 * h
""",
    ),
    Answer(
        "chain_backward",
        "dual numbers forward",
        """\
def chain_backward(x, w1, w2, target):
    h = np.tanh(w1 * x)
    p = np.tanh(w2 * h)

    def slope_of_loss(d1, d2):
        dh = (1 - h**2) * x * d1
        dp = (1 - p**2) * (w2 * dh + h * d2)
        return (p - target) * dp

    return slope_of_loss(1, 0), slope_of_loss(0, 1)
""",
    ),
    Answer(
        "chain_backward",
        "a small tape of local slopes, read from the right",
        """\
from functools import reduce
from operator import mul

def chain_backward(x, w1, w2, target):
    h = float(np.tanh(w1 * x))
    p = float(np.tanh(w2 * h))
    tape = [x, 1 - h**2, w2, 1 - p**2, p - target]
    return reduce(mul, reversed(tape)), reduce(mul, (tape[4], tape[3], h))
""",
    ),
    Answer(
        "chain_backward",
        "one array, np.float64 inside",
        """\
def chain_backward(x, w1, w2, target):
    h = np.tanh(np.float64(w1) * x)
    p = np.tanh(np.float64(w2) * h)
    dz2 = (p - target) * (1 - p**2)
    return np.array([dz2 * w2 * (1 - h**2) * x, dz2 * h])
""",
    ),
    Answer(
        "chain_backward",
        "the complex step, exact to all digits",
        """\
import cmath

def chain_backward(x, w1, w2, target):
    step = 1e-30
    h = np.tanh(w1 * x)
    p = np.tanh(w2 * h)
    bend = lambda z: complex(np.tanh(z.real), (1 - np.tanh(z.real) ** 2) * z.imag)

    def measure(a, b):
        q = bend(b * bend(a * x))
        return float((0.5 * (q - target) ** 2).imag / step)

    return measure(complex(w1, step), complex(w2)), measure(complex(w1), complex(w2, step))
""",
    ),
    Answer(
        "chain_backward",
        "the square of the hyperbolic secant, 0-d arrays",
        """\
def chain_backward(x, w1, w2, target):
    def bend(z):
        z = np.asarray(z, dtype=float)
        return np.tanh(z), 1 / np.cosh(np.clip(z, -300, 300)) ** 2
    h, slope1 = bend(w1 * x)
    p, slope2 = bend(w2 * h)
    dz2 = (p - target) * slope2
    return np.array(dz2 * w2 * slope1 * x), np.array(dz2 * h)
""",
    ),
    Answer(
        "chain_backward",
        "matrices of one row and one column inside",
        """\
def chain_backward(x, w1, w2, target):
    x, w1, w2 = (np.array([[float(v)]]) for v in (x, w1, w2))
    h = np.tanh(x @ w1)
    p = np.tanh(h @ w2)
    d2 = (p - target) * (1 - p**2)
    d1 = (d2 @ w2.T) * (1 - h**2)
    return (x.T @ d1).item(), (h.T @ d2).item()
""",
    ),
    # fork_backward
    Answer(
        "fork_backward",
        "loops and nested lists",
        """\
import math

def fork_backward(u, v):
    du, dv = [], []
    for row_u, row_v in zip(u.tolist(), v.tolist()):
        dv.append([math.tanh(p) for p in row_u])
        du.append([t + (p + q) * (1 - t * t) for p, q, t in zip(row_u, row_v, dv[-1])])
    return du, dv
""",
    ),
    Answer(
        "fork_backward",
        "shares added one after the other",
        """\
def fork_backward(u, v):
    s, t = u + v, np.tanh(u)
    ds, dt = t, s
    du = np.zeros(u.shape)
    du += ds
    du += dt * (1 - t * t)
    return du, ds
""",
    ),
    Answer(
        "fork_backward",
        "the product multiplied out",
        """\
def fork_backward(u, v):
    t = np.tanh(u)
    return t + u - u * t**2 + v - v * t**2, t
""",
    ),
    Answer(
        "fork_backward",
        "Fortran order, a list",
        """\
def fork_backward(u, v):
    t = np.asfortranarray(np.tanh(u))
    return [np.asfortranarray(t + (u + v) * (1 - t**2)), t]
""",
    ),
    Answer(
        "fork_backward",
        "np.vectorize of a function of two numbers",
        """\
def fork_backward(u, v):
    def du(p, q):
        t = float(np.tanh(p))
        return t + (p + q) * (1 - t**2)
    return np.vectorize(du, otypes=[float])(u, v), np.vectorize(np.tanh, otypes=[float])(u)
""",
    ),
    Answer(
        "fork_backward",
        "one array of shape (2, m, n)",
        """\
def fork_backward(u, v):
    result = np.empty((2, *u.shape))
    result[1] = np.tanh(u)
    result[0] = result[1] + (u + v) * (1 - result[1] ** 2)
    return result
""",
    ),
    Answer(
        "fork_backward",
        "views of a larger array, on the transposes",
        """\
def fork_backward(u, v):
    room = np.zeros((u.shape[1], 2 * u.shape[0]))
    du, dv = room[:, ::2], room[:, 1::2]
    dv[...] = np.tanh(u.T)
    du[...] = dv + (u + v).T * (1 - dv * dv)
    return du.T, dv.T
""",
    ),
    Answer(
        "fork_backward",
        "functools.partial over a named tuple",
        """\
from functools import partial
from typing import NamedTuple

class Blame(NamedTuple):
    du: object
    dv: object

def backward(u, v, *, bend):
    t = bend(u)
    return Blame(t + np.add(u, v) * (1 - np.square(t)), t)

fork_backward = partial(backward, bend=np.tanh)
""",
    ),
    Answer(
        "fork_backward",
        "flat and back, a subclass of ndarray",
        """\
class Grad(np.ndarray):
    pass

def fork_backward(u, v):
    p, q = np.ravel(u).astype(float), np.ravel(v).astype(float)
    t = np.tanh(p)
    du = t + (p + q) * (1 - t) * (1 + t)
    return du.reshape(u.shape).view(Grad), t.reshape(u.shape).view(Grad)
""",
    ),
    # network_forward
    Answer(
        "network_forward",
        "plain loops, nested lists",
        """\
import math

def network_forward(x, W1, b1, W2, b2):
    result = []
    for row in x:
        a = [math.tanh(sum(row[i] * W1[i][j] for i in range(len(W1))) + b1[j]) for j in range(len(b1))]
        result.append([float(sum(a[j] * W2[j][k] for j in range(len(a))) + b2[k]) for k in range(len(b2))])
    return result
""",
    ),
    Answer(
        "network_forward",
        "einsum",
        """\
def network_forward(x, W1, b1, W2, b2):
    a = np.tanh(np.einsum("si,ij->sj", x, W1) + b1)
    return np.einsum("sj,jk->sk", a, W2) + b2
""",
    ),
    Answer(
        "network_forward",
        "a column of ones for the biases",
        """\
def network_forward(x, W1, b1, W2, b2):
    ones = np.ones((len(x), 1))
    a = np.tanh(np.hstack([x, ones]) @ np.vstack([W1, b1]))
    return np.hstack([a, ones]) @ np.vstack([W2, b2])
""",
    ),
    Answer(
        "network_forward",
        "samples as columns, transposed at the end to a Fortran-ordered view",
        """\
def network_forward(x, W1, b1, W2, b2):
    a = np.tanh(W1.T @ x.T + b1[:, None])
    return (W2.T @ a + b2[:, None]).T
""",
    ),
    Answer(
        "network_forward",
        "one sample after the other, a tuple of rows",
        """\
def network_forward(x, W1, b1, W2, b2):
    return tuple(np.dot(np.tanh(np.dot(row, W1) + b1), W2) + b2 for row in x)
""",
    ),
    Answer(
        "network_forward",
        "float32 inside",
        """\
def network_forward(x, W1, b1, W2, b2):
    x, W1, b1, W2, b2 = (np.asarray(v, dtype=np.float32) for v in (x, W1, b1, W2, b2))
    return np.tanh(x @ W1 + b1) @ W2 + b2
""",
    ),
    Answer(
        "network_forward",
        "recursion over the layers",
        """\
def forward(x, layers):
    (W, b, bend), *rest = layers
    y = bend(x @ W + b)
    return forward(y, rest) if rest else y

def network_forward(x, W1, b1, W2, b2):
    return forward(x, [(W1, b1, np.tanh), (W2, b2, lambda z: z)])
""",
    ),
    Answer(
        "network_forward",
        "in place on an array of its own",
        """\
def network_forward(x, W1, b1, W2, b2):
    z = np.tile(np.asarray(b1, dtype=float), (len(x), 1))
    z += x @ W1
    np.tanh(z, out=z)
    out = np.empty((len(x), W2.shape[1]))
    np.matmul(z, W2, out=out)
    out += b2
    return out
""",
    ),
    Answer(
        "network_forward",
        "sums of outer products over the units",
        """\
def network_forward(x, W1, b1, W2, b2):
    result = np.zeros((x.shape[0], W2.shape[1])) + b2
    for j in range(W1.shape[1]):
        unit = np.tanh((x * W1[:, j]).sum(axis=1) + b1[j])
        result = result + np.outer(unit, W2[j])
    return result
""",
    ),
    # network_backward
    Answer(
        "network_backward",
        "one sample after the other",
        """\
def network_backward(x, y, W1, b1, W2, b2):
    m = x.shape[0]
    dW1, db1 = np.zeros(W1.shape), np.zeros(b1.shape)
    dW2, db2 = np.zeros(W2.shape), np.zeros(b2.shape)
    for s in range(m):
        a = np.tanh(x[s] @ W1 + b1)
        d2 = a @ W2 + b2 - y[s]
        d1 = (W2 @ d2) * (1 - a**2)
        dW1 += np.outer(x[s], d1) / m
        db1 += d1 / m
        dW2 += np.outer(a, d2) / m
        db2 += d2 / m
    return dW1, db1, dW2, db2
""",
    ),
    Answer(
        "network_backward",
        "no mean in the blame, a mean in each result",
        """\
def network_backward(x, y, W1, b1, W2, b2):
    m = len(x)
    a = np.tanh(x @ W1 + b1)
    d2 = a @ W2 + b2 - y
    d1 = (d2 @ W2.T) * (1 - a * a)
    return [x.T @ d1 / m, d1.mean(axis=0), a.T @ d2 / m, d2.mean(axis=0)]
""",
    ),
    Answer(
        "network_backward",
        "einsum throughout",
        """\
def network_backward(x, y, W1, b1, W2, b2):
    a = np.tanh(np.einsum("si,ij->sj", x, W1) + b1)
    d2 = (np.einsum("sj,jk->sk", a, W2) + b2 - y) / x.shape[0]
    d1 = np.einsum("sk,jk,sj->sj", d2, W2, 1 - a**2)
    return (
        np.einsum("si,sj->ij", x, d1), np.einsum("sj->j", d1),
        np.einsum("sj,sk->jk", a, d2), np.einsum("sk->k", d2),
    )
""",
    ),
    Answer(
        "network_backward",
        "samples as columns, gradients as transposed views",
        """\
def network_backward(x, y, W1, b1, W2, b2):
    X, Y, m = x.T, y.T, x.shape[0]
    A = np.tanh(W1.T @ X + b1[:, None])
    D2 = (W2.T @ A + b2[:, None] - Y) / m
    D1 = (W2 @ D2) * (1 - A**2)
    return (D1 @ X.T).T, D1.sum(axis=1), (D2 @ A.T).T, D2.sum(axis=1)
""",
    ),
    Answer(
        "network_backward",
        "nested lists and a named tuple",
        """\
from collections import namedtuple
Grads = namedtuple("Grads", ["dW1", "db1", "dW2", "db2"])

def network_backward(x, y, W1, b1, W2, b2):
    a = np.tanh(x @ W1 + b1)
    d2 = (a @ W2 + b2 - y) / len(y)
    d1 = (d2 @ W2.T) * (1 - a**2)
    return Grads((x.T @ d1).tolist(), d1.sum(0).tolist(), (a.T @ d2).tolist(), d2.sum(0).tolist())
""",
    ),
    Answer(
        "network_backward",
        "a column of ones, so that the bias is a row of the weights",
        """\
def network_backward(x, y, W1, b1, W2, b2):
    one = np.ones((len(x), 1))
    x1 = np.concatenate([x, one], axis=1)
    a = np.tanh(x1 @ np.vstack([W1, b1]))
    a1 = np.concatenate([a, one], axis=1)
    d2 = (a1 @ np.vstack([W2, b2]) - y) / len(x)
    d1 = (d2 @ W2.T) * (1 - a**2)
    D1, D2 = x1.T @ d1, a1.T @ d2
    return D1[:-1], D1[-1], D2[:-1], D2[-1]
""",
    ),
    Answer(
        "network_backward",
        "a dense layer with memory",
        """\
class Dense:
    def __init__(self, W, b):
        self.W, self.b = W, b

    def __call__(self, x):
        self.x = x
        return x @ self.W + self.b

    def back(self, dz):
        self.dW, self.db = self.x.T @ dz, np.ones(len(dz)) @ dz
        return dz @ self.W.T

def network_backward(x, y, W1, b1, W2, b2):
    first, second = Dense(W1, b1), Dense(W2, b2)
    a = np.tanh(first(x))
    da = second.back((second(a) - y) / len(x))
    first.back(da * (1 - a**2))
    return first.dW, first.db, second.dW, second.db
""",
    ),
    Answer(
        "network_backward",
        "bools and numpy scalars inside, Fortran order",
        """\
def network_backward(x, y, W1, b1, W2, b2):
    m = np.int64(len(x))
    a = np.asfortranarray(np.tanh(x @ W1 + b1))
    d2 = np.true_divide(np.subtract(a @ W2 + b2, y), m)
    d1 = np.multiply(np.matmul(d2, np.transpose(W2)), (1 - a) * (1 + a))
    dW1 = np.asfortranarray(np.tensordot(x, d1, axes=(0, 0)))
    dW2 = np.asfortranarray(np.tensordot(a, d2, axes=([0], [0])))
    return dW1, np.add.reduce(d1), dW2, np.add.reduce(d2, axis=0)
""",
    ),
    Answer(
        "network_backward",
        "weights by sums over a three-dimensional product",
        """\
def network_backward(x, y, W1, b1, W2, b2):
    a = np.tanh(x @ W1 + b1)
    blame = (a @ W2 + b2 - y) / len(x)
    hidden = (blame[:, None, :] * W2[None]).sum(axis=2) * (1 - a**2)
    dW1 = (x[:, :, None] * hidden[:, None, :]).sum(axis=0)
    dW2 = (a[:, :, None] * blame[:, None, :]).sum(axis=0)
    return dW1, sum(hidden), dW2, sum(blame)
""",
    ),
)
