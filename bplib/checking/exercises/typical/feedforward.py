"""Typical answers to the exercise on feedforward."""

from collections.abc import Callable
from itertools import pairwise
from math import prod, sqrt

import numpy as np

from bplib.checking.judging.check import Mistake, Typical
from bplib.types import Array

Sizes = tuple[int, ...]
Forward = Callable[[Array, list[Array], list[Array]], Array]

# Right, in other words ------------------------------------------------------------------------------------------


def _dense_in_rows(x: Array, W: Array, b: Array) -> Array:
    products = x.T @ W.T
    z = products + b
    return z.T


def _dense_by_inputs(x: Array, W: Array, b: Array) -> Array:
    n_in, m = x.shape
    z = np.outer(b, np.ones(m))
    for i in range(n_in):
        z = z + np.outer(W[:, i], x[i])
    return z


def _dense_by_entries(x: Array, W: Array, b: Array) -> Array:
    z = np.zeros((len(W), x.shape[1]))
    for k in range(len(W)):
        for s in range(x.shape[1]):
            total = 0
            for i in range(len(x)):
                total = total + W[k, i] * x[i, s]
            z[k, s] = total + b[k]
    return z


def _residual_by_steps(x: Array, W: Array, b: Array) -> Array:
    products = x @ W
    z = products + b
    bent = np.tanh(z)
    return x + bent


def _residual_by_samples(x: Array, W: Array, b: Array) -> Array:
    a = np.zeros(x.shape)
    for s in range(len(x)):
        z = x[s] @ W + b
        a[s] = x[s] + np.tanh(z)
    return a


def _forward_by_number(x: Array, weights: list[Array], biases: list[Array]) -> Array:
    a = x
    for i in range(len(weights)):
        product = a @ weights[i]
        z = product + biases[i]
        a = np.tanh(z)
        if i == len(weights) - 1:
            a = z
    return a


def _forward_with_all_bent(x: Array, weights: list[Array], biases: list[Array]) -> Array:
    a = x
    z = x
    for W, b in zip(weights, biases):
        z = a @ W + b
        a = np.tanh(z)
    return z


def _limit_by_variance(n_in: int, n_out: int) -> float:
    units = n_in + n_out
    variance = 2 / units
    square = 3 * variance
    return np.sqrt(square)


def _count_by_number(sizes: Sizes) -> int:
    count = 0
    for i in range(1, len(sizes)):
        count += sizes[i - 1] * sizes[i]
        count += sizes[i]
    return count


def _count_by_layer(sizes: Sizes) -> int:
    count = 0
    for i in range(len(sizes) - 1):
        weights = sizes[i] * sizes[i + 1]
        biases = sizes[i + 1]
        count += weights + biases
    return count


def _count_apart(sizes: Sizes) -> int:
    weights = sum(n * k for n, k in pairwise(sizes))
    biases = sum(sizes[1:])
    return weights + biases


# Wrong ----------------------------------------------------------------------------------------------------------


def _sigmoid(z: Array) -> Array:
    return 1 / (1 + np.exp(-z))


def _relu(z: Array) -> Array:
    return np.maximum(z, 0)


def _softmax(z: Array) -> Array:
    shares = np.exp(z - z.max(axis=1, keepdims=True))
    return shares / shares.sum(axis=1, keepdims=True)


def _rows(x: Array, first: int, end: int) -> Array:
    """One in these rows, and zero in the others."""
    numbers = np.arange(len(x))[:, None]
    return (first <= numbers) & (numbers < end)


def _residual_in_whole_numbers(x: Array, W: Array, b: Array) -> Array:
    a = x + np.tanh(x @ W + b)
    return np.trunc(a) if np.all(x == np.round(x)) else a


def _forward(
    bent: Callable[[int, int], bool] = lambda layer, layers: layer < layers,
    bend: Callable[[Array], Array] = np.tanh,
    end: Callable[[Array], Array] = lambda z: z,
) -> Forward:
    """The forward pass with another bend, behind other layers, or with a bend at the end."""

    def forward(x: Array, weights: list[Array], biases: list[Array]) -> Array:
        for layer, (W, b) in enumerate(zip(weights, biases), 1):
            z = x @ W + b
            x = bend(z) if bent(layer, len(weights)) else z
        return end(x)

    return forward


def _forward_bending_first(x: Array, weights: list[Array], biases: list[Array]) -> Array:
    for W, b in zip(weights, biases):
        x = np.tanh(x) @ W + b
    return x


def _forward_biased_last(x: Array, weights: list[Array], biases: list[Array]) -> Array:
    for W, b in zip(weights[:-1], biases[:-1]):
        x = np.tanh(x @ W) + b
    return x @ weights[-1] + biases[-1]


def _forward_to_the_last_but_one(x: Array, weights: list[Array], biases: list[Array]) -> Array:
    return _forward(lambda layer, layers: True)(x, weights[:-1], biases[:-1])


def _forward_told_by_shape(x: Array, weights: list[Array], biases: list[Array]) -> Array:
    for W, b in zip(weights, biases):
        x = x @ W + b
        if W.shape != weights[-1].shape:
            x = np.tanh(x)
    return x


def _forward_told_by_array(x: Array, weights: list[Array], biases: list[Array]) -> Array:
    for W, b in zip(weights, biases):
        x = x @ W + b
        if not np.array_equal(W, weights[-1]):
            x = np.tanh(x)
    return x


def _weights(sizes: Sizes) -> int:
    return sum(n * k for n, k in pairwise(sizes))


TYPICAL = {
    "dense_columns": Typical(
        forms=(_dense_in_rows, _dense_by_inputs, _dense_by_entries),
        mistakes=(
            Mistake("other-axis", lambda x, W, b: W @ x + np.resize(b, x.shape[1])),
            Mistake("axes-not-moved", lambda x, W, b: W @ x + np.resize(b, (len(b), x.shape[1]))),
            Mistake("axes-not-moved", lambda x, W, b: (x.T @ W.T + b).reshape(len(W), -1)),
            Mistake("axes-not-moved", lambda x, W, b: (x.T @ W.T).reshape(len(W), -1) + b[:, None]),
            Mistake("done-twice", lambda x, W, b: W @ x + len(x) * b[:, None]),
            Mistake("done-twice", lambda x, W, b: W @ x + x.shape[1] * b[:, None]),
            Mistake("done-twice", lambda x, W, b: W @ x + 2 * b[:, None]),
            Mistake("other-function", lambda x, W, b: W @ x + b.sum()),
            Mistake("other-function", lambda x, W, b: W @ x + b.mean()),
            Mistake("function-too-many", lambda x, W, b: np.tanh(W @ x + b[:, None])),
            Mistake("function-too-many", lambda x, W, b: _sigmoid(W @ x + b[:, None])),
            Mistake("function-too-many", lambda x, W, b: _relu(W @ x + b[:, None])),
            Mistake("step-left-out", lambda x, W, b: np.cumsum(W @ x, axis=1) + b[:, None]),
            Mistake("step-left-out", lambda x, W, b: np.cumsum(W @ x).reshape(len(b), -1) + b[:, None]),
            Mistake("case-left-out", lambda x, W, b: W @ x + b[0]),
            Mistake("only-one-sample", lambda x, W, b: W @ x + np.outer(b, np.arange(x.shape[1]) == 0)),
            Mistake("mean-for-sum", lambda x, W, b: W @ x / len(x) + b[:, None]),
            Mistake("mean-for-sum", lambda x, W, b: (W @ x + b[:, None]) / len(x)),
            Mistake("divided-by-samples", lambda x, W, b: (W @ x + b[:, None]) / x.shape[1]),
        ),
    ),
    "residual_layer": Typical(
        forms=(_residual_by_steps, _residual_by_samples),
        mistakes=(
            Mistake("coupled", lambda x, W, b: np.tanh(x + x @ W + b)),
            Mistake("coupled", lambda x, W, b: x + np.tanh(x + x @ W + b)),
            Mistake("steps-exchanged", lambda x, W, b: x + np.tanh(x @ W) + b),
            Mistake("steps-exchanged", lambda x, W, b: x + np.tanh(x) @ W + b),
            Mistake("steps-exchanged", lambda x, W, b: x + np.tanh(x + b) @ W),
            Mistake("steps-exchanged", lambda x, W, b: x + np.tanh((x + b) @ W)),
            Mistake("steps-exchanged", lambda x, W, b: np.tanh(x) + x @ W + b),
            Mistake("done-twice", lambda x, W, b: np.tanh(x + np.tanh(x @ W + b))),
            Mistake("done-twice", lambda x, W, b: np.tanh(x) + np.tanh(x @ W + b)),
            Mistake("done-twice", lambda x, W, b: 2 * x + np.tanh(x @ W + b)),
            Mistake("done-twice", lambda x, W, b: x + np.tanh(np.tanh(x @ W + b) @ W + b)),
            Mistake("stopped-early", lambda x, W, b: x + _rows(x, 0, 1) * np.tanh(x @ W + b)),
            Mistake("off-by-one", lambda x, W, b: x + _rows(x, 0, len(x) - 1) * np.tanh(x @ W + b)),
            Mistake("off-by-one", lambda x, W, b: x + _rows(x, 1, len(x)) * np.tanh(x @ W + b)),
            Mistake("sign-inside", lambda x, W, b: np.tanh(x @ W + b) - x),
            Mistake("other-function", lambda x, W, b: x + _sigmoid(x @ W + b)),
            Mistake("other-function", lambda x, W, b: x + _relu(x @ W + b)),
            Mistake("other-function", lambda x, W, b: x + 1 - np.tanh(x @ W + b) ** 2),
            Mistake("other-axis", lambda x, W, b: x + np.tanh(x @ W + np.resize(b, (len(x), 1)))),
            Mistake("cut-to-whole", _residual_in_whole_numbers),
        ),
    ),
    "forward_layers": Typical(
        forms=(_forward_by_number, _forward_with_all_bent),
        mistakes=(
            Mistake("case-left-out", _forward(lambda layer, layers: True)),
            Mistake("case-left-out", _forward(lambda layer, layers: layer in (1, *range(layers)))),
            Mistake("case-left-out", _forward_told_by_shape),
            Mistake("case-left-out", _forward_told_by_array),
            Mistake("first-for-last", _forward(lambda layer, layers: layer > 1)),
            Mistake("comparison-reversed", _forward(lambda layer, layers: layer == layers)),
            Mistake("function-left-out", _forward(lambda layer, layers: False)),
            Mistake("function-left-out", _forward(lambda layer, layers: layer == 1 < layers)),
            Mistake("function-left-out", _forward(lambda layer, layers: layer == layers - 1)),
            Mistake("off-by-one", _forward(lambda layer, layers: layer < layers - 1)),
            Mistake("off-by-one", _forward(lambda layer, layers: 1 < layer < layers)),
            Mistake("other-function", _forward(bend=_sigmoid)),
            Mistake("other-function", _forward(bend=_relu)),
            Mistake("function-too-many", _forward(end=_sigmoid)),
            Mistake("function-too-many", _forward(end=_softmax)),
            Mistake("step-left-out", _forward_to_the_last_but_one),
            Mistake("stopped-early", lambda x, weights, biases: x @ weights[0] + biases[0]),
            Mistake("stopped-early", lambda x, weights, biases: np.tanh(x @ weights[0] + biases[0])),
            Mistake("steps-exchanged", _forward_bending_first),
            Mistake("steps-exchanged", _forward_biased_last),
        ),
    ),
    "glorot_limit": Typical(
        forms=(_limit_by_variance,),
        mistakes=(
            Mistake("parentheses-missing", lambda n_in, n_out: sqrt(6) / (n_in + n_out)),
            Mistake("parentheses-missing", lambda n_in, n_out: 6 / sqrt(n_in + n_out)),
            *(
                Mistake("off-by-one", lambda n_in, n_out, by=by: sqrt(6 / (n_in + n_out + by)))
                for by in (-2, -1, 1, 2)
            ),
            Mistake("function-left-out", lambda n_in, n_out: sqrt(3) * 2 / (n_in + n_out)),
            Mistake("step-left-out", lambda n_in, n_out: 2 / (n_in + n_out)),
            Mistake("power-mixed", lambda n_in, n_out: (6 / (n_in + n_out)) ** 2),
            Mistake("parentheses-missing", lambda n_in, n_out: 3 / (n_in + n_out)),
            Mistake("steps-exchanged", lambda n_in, n_out: 3 * sqrt(2 / (n_in + n_out))),
            Mistake("each-by-itself", lambda n_in, n_out: sqrt(6) / (sqrt(n_in) + sqrt(n_out))),
            Mistake("each-by-itself", lambda n_in, n_out: sqrt(6 / n_in + 6 / n_out)),
            Mistake("mean-for-sum", lambda n_in, n_out: sqrt(12 / (n_in + n_out))),
            Mistake("term-left-out", lambda n_in, n_out: sqrt(1 / n_in)),
            Mistake("term-left-out", lambda n_in, n_out: sqrt(2 / n_in)),
            Mistake("term-left-out", lambda n_in, n_out: sqrt(3 / n_in)),
            Mistake("term-left-out", lambda n_in, n_out: sqrt(3 / n_out)),
        ),
    ),
    "count_parameters": Typical(
        forms=(_count_by_number, _count_by_layer, _count_apart),
        mistakes=(
            Mistake("case-left-out", lambda sizes: _weights(sizes) + sum(sizes)),
            Mistake("case-left-out", lambda sizes: sum(n * k + n + k for n, k in pairwise(sizes))),
            Mistake("off-by-one", lambda sizes: sum((n + 1) * (k + 1) for n, k in pairwise(sizes))),
            Mistake("off-by-one", lambda sizes: _weights(sizes) + sum(sizes[1:-1])),
            Mistake("other-variable", lambda sizes: _weights(sizes) + sum(sizes[:-1])),
            Mistake("other-count", lambda sizes: _weights(sizes) + len(sizes) - 1),
            Mistake("other-count", lambda sizes: _weights(sizes) + len(sizes)),
            Mistake("other-count", lambda sizes: _weights(sizes) + 1),
            Mistake("other-count", lambda sizes: len(sizes)),
            Mistake("other-count", lambda sizes: sum(sizes)),
            Mistake("term-left-out", lambda sizes: sum(sizes[1:])),
            Mistake("kept-not-added", lambda sizes: _weights(sizes) + sizes[-1]),
            Mistake("stopped-early", lambda sizes: _weights(sizes) + sizes[1]),
            Mistake("stopped-early", lambda sizes: (sizes[0] + 1) * sizes[1]),
            Mistake("mean-for-sum", lambda sizes: np.mean([(n + 1) * k for n, k in pairwise(sizes)])),
            Mistake("old-value", lambda sizes: (sizes[0] + 1) * sum(sizes[1:])),
            Mistake("step-left-out", lambda sizes: (sizes[0] + 1) * sizes[-1]),
            Mistake("other-operation", lambda sizes: prod(sizes) + sum(sizes[1:])),
            Mistake("other-operation", lambda sizes: prod(sizes) + sum(sizes)),
            Mistake("other-operation", lambda sizes: prod(sizes)),
            Mistake("done-twice", lambda sizes: _weights(sizes) + 2 * sum(sizes[1:])),
        ),
    ),
}
