"""Answers to the exercise on the forward pass."""

from __future__ import annotations

from answers import Answer


def _any(*names: str) -> frozenset[str]:
    """The causes that a teacher would accept."""
    return frozenset(names)


WRONG: tuple[Answer, ...] = (
    # ------------------------------------------------------------------ dense_columns
    Answer(
        "dense_columns",
        "the bias along the last axis: an error, and with as many samples as units wrong without one",
        """\
def dense_columns(x, W, b):
    return W @ x + b
""",
        _any("other-axis", "not-transposed"),
    ),
    Answer(
        "dense_columns",
        "samples as rows: the result is transposed",
        """\
def dense_columns(x, W, b):
    return x.T @ W.T + b
""",
        _any("transposed", "not-transposed", "product-reversed"),
    ),
    Answer(
        "dense_columns",
        "a transpose too many: W.T x, which fits only a square layer",
        """\
def dense_columns(x, W, b):
    return W.T @ x + b[:, None]
""",
        _any("wrong-transpose", "not-transposed"),
    ),
    Answer(
        "dense_columns",
        "x W of the book's own convention",
        """\
def dense_columns(x, W, b):
    return x @ W + b
""",
        _any("product-reversed", "exchanged-arguments", "other-axis"),
    ),
    Answer(
        "dense_columns",
        "the bias is left out",
        """\
def dense_columns(x, W, b):
    return W @ x
""",
        _any("term-left-out", "step-left-out"),
    ),
    Answer(
        "dense_columns",
        "the bias is subtracted",
        """\
def dense_columns(x, W, b):
    return W @ x - b[:, None]
""",
        _any("sign-inside", "other-operation"),
    ),
    Answer(
        "dense_columns",
        "the sum of all biases is added to every unit",
        """\
def dense_columns(x, W, b):
    return W @ x + b.sum()
""",
        _any("other-function"),
    ),
    Answer(
        "dense_columns",
        "the mean of the biases is added to every unit",
        """\
def dense_columns(x, W, b):
    return W @ x + b.mean()
""",
        _any("other-function"),
    ),
    Answer(
        "dense_columns",
        "the loop adds the bias of the sample's number and not of the unit's",
        """\
def dense_columns(x, W, b):
    z = np.zeros((W.shape[0], x.shape[1]))
    for i in range(W.shape[0]):
        for j in range(x.shape[1]):
            z[i, j] = W[i] @ x[:, j] + b[j % len(b)]
    return z
""",
        _any("other-variable", "other-axis", "not-transposed"),
    ),
    Answer(
        "dense_columns",
        "tile and reshape bring the biases into the wrong order, where repeat belongs",
        """\
def dense_columns(x, W, b):
    n_out, m = len(W), x.shape[1]
    return W @ x + np.tile(b, m).reshape(n_out, m)
""",
        _any("other-function", "axes-not-moved", "other-axis", "not-transposed"),
    ),
    Answer(
        "dense_columns",
        "the bias is added once per input in the inner loop",
        """\
def dense_columns(x, W, b):
    n_out, n_in = W.shape
    z = np.zeros((n_out, x.shape[1]))
    for k in range(n_out):
        for i in range(n_in):
            z[k] += W[k, i] * x[i] + b[k]
    return z
""",
        _any("done-twice", "other-count"),
    ),
    Answer(
        "dense_columns",
        "the loop over the inputs starts at the second one",
        """\
def dense_columns(x, W, b):
    z = np.zeros((W.shape[0], x.shape[1])) + b[:, None]
    for i in range(1, W.shape[1]):
        z += np.outer(W[:, i], x[i])
    return z
""",
        _any("off-by-one", "term-left-out"),
    ),
    Answer(
        "dense_columns",
        "the loop returns in its first turn: only the first sample's column",
        """\
def dense_columns(x, W, b):
    columns = []
    for sample in x.T:
        columns.append(W @ sample + b)
        return np.array(columns).T
""",
        _any("only-one-sample", "stopped-early"),
    ),
    Answer(
        "dense_columns",
        "a tanh after the layer, which was not asked for",
        """\
def dense_columns(x, W, b):
    return np.tanh(W @ x + b[:, None])
""",
        _any("function-too-many"),
    ),
    # ------------------------------------------------------------------ residual_layer
    Answer(
        "residual_layer",
        "+= changes x itself",
        """\
def residual_layer(x, W, b):
    x += np.tanh(x @ W + b)
    return x
""",
    ),
    Answer(
        "residual_layer",
        "a second name is no copy: x itself is changed",
        """\
def residual_layer(x, W, b):
    a = x
    a += np.tanh(x @ W + b)
    return a
""",
    ),
    Answer(
        "residual_layer",
        "the result is right, but out= puts it into x",
        """\
def residual_layer(x, W, b):
    return np.add(x, np.tanh(x @ W + b), out=x)
""",
    ),
    Answer(
        "residual_layer",
        "the shortcut is left out",
        """\
def residual_layer(x, W, b):
    return np.tanh(x @ W + b)
""",
        _any("path-missing", "term-left-out", "step-left-out"),
    ),
    Answer(
        "residual_layer",
        "the shortcut is inside the bend: tanh(x + x W + b)",
        """\
def residual_layer(x, W, b):
    return np.tanh(x + x @ W + b)
""",
        _any("steps-exchanged", "coupled"),
    ),
    Answer(
        "residual_layer",
        "no bend: x + x W + b",
        """\
def residual_layer(x, W, b):
    return x + x @ W + b
""",
        _any("function-left-out", "step-left-out"),
    ),
    Answer(
        "residual_layer",
        "the bias is added outside the bend",
        """\
def residual_layer(x, W, b):
    return x + np.tanh(x @ W) + b
""",
        _any("steps-exchanged"),
    ),
    Answer(
        "residual_layer",
        "the weights of another book: x W.T, without any error in a square layer",
        """\
def residual_layer(x, W, b):
    return x + np.tanh(x @ W.T + b)
""",
        _any("wrong-transpose", "not-transposed"),
    ),
    Answer(
        "residual_layer",
        "the shortcut starts at the weighted input in place of x",
        """\
def residual_layer(x, W, b):
    z = x @ W + b
    return z + np.tanh(z)
""",
        _any("wrong-tensor", "layer-off-by-one", "other-variable", "old-value"),
    ),
    Answer(
        "residual_layer",
        "the bias is left out",
        """\
def residual_layer(x, W, b):
    return x + np.tanh(x @ W)
""",
        _any("term-left-out", "step-left-out"),
    ),
    Answer(
        "residual_layer",
        "a sigmoid in place of the tanh",
        """\
def residual_layer(x, W, b):
    return x + 1 / (1 + np.exp(-np.clip(x @ W + b, -500, 500)))
""",
        _any("other-function"),
    ),
    Answer(
        "residual_layer",
        "the entrywise product with the weights: fits only when there are as many samples as units",
        """\
def residual_layer(x, W, b):
    return x + np.tanh(x * W + b)
""",
        _any("other-operation", "each-by-itself"),
    ),
    Answer(
        "residual_layer",
        "zeros_like of an integer x: the results are cut off to whole numbers",
        """\
def residual_layer(x, W, b):
    a = np.zeros_like(x)
    for i in range(len(x)):
        a[i] = x[i] + np.tanh(x[i] @ W + b)
    return a
""",
        _any("cut-to-whole"),
    ),
    Answer(
        "residual_layer",
        "the bias as a column: added per sample and not per unit",
        """\
def residual_layer(x, W, b):
    return x + np.tanh(x @ W + np.resize(b, (len(x), 1)))
""",
        _any("other-axis", "not-transposed"),
    ),
    # ------------------------------------------------------------------ forward_layers
    Answer(
        "forward_layers",
        "a tanh after the last layer as well",
        """\
def forward_layers(x, weights, biases):
    for W, b in zip(weights, biases):
        x = np.tanh(x @ W + b)
    return x
""",
        _any("case-left-out", "off-by-one", "not-stopped"),
    ),
    Answer(
        "forward_layers",
        "no bend anywhere",
        """\
def forward_layers(x, weights, biases):
    for W, b in zip(weights, biases):
        x = x @ W + b
    return x
""",
        _any("function-left-out", "step-left-out"),
    ),
    Answer(
        "forward_layers",
        "the bend comes before each layer: the inputs are bent too",
        """\
def forward_layers(x, weights, biases):
    for W, b in zip(weights, biases):
        x = np.tanh(x) @ W + b
    return x
""",
        _any("steps-exchanged", "case-left-out", "off-by-one"),
    ),
    Answer(
        "forward_layers",
        "the first layer is always bent: wrong when it is the only one",
        """\
def forward_layers(x, weights, biases):
    a = np.tanh(x @ weights[0] + biases[0])
    if len(weights) == 1:
        return a
    for W, b in zip(weights[1:-1], biases[1:-1]):
        a = np.tanh(a @ W + b)
    return a @ weights[-1] + biases[-1]
""",
        _any("case-left-out"),
    ),
    Answer(
        "forward_layers",
        "written for two layers: others are not used, and a single one raises IndexError",
        """\
def forward_layers(x, weights, biases):
    hidden = np.tanh(x @ weights[0] + biases[0])
    return hidden @ weights[1] + biases[1]
""",
        _any("case-left-out", "stopped-early"),
    ),
    Answer(
        "forward_layers",
        "every layer gets the inputs x and not the activation of the layer before",
        """\
def forward_layers(x, weights, biases):
    for i in range(len(weights)):
        z = x @ weights[i] + biases[i]
        a = np.tanh(z)
    return z
""",
        _any("layer-off-by-one", "other-variable", "old-value", "wrong-tensor"),
    ),
    Answer(
        "forward_layers",
        "the last bias is left out",
        """\
def forward_layers(x, weights, biases):
    for W, b in zip(weights[:-1], biases[:-1]):
        x = np.tanh(x @ W + b)
    return x @ weights[-1]
""",
        _any("term-left-out", "step-left-out"),
    ),
    Answer(
        "forward_layers",
        "the hidden biases are left out",
        """\
def forward_layers(x, weights, biases):
    for W in weights[:-1]:
        x = np.tanh(x @ W)
    return x @ weights[-1] + biases[-1]
""",
        _any("term-left-out", "step-left-out"),
    ),
    Answer(
        "forward_layers",
        "the index of the last layer off by one: the last two layers have no bend",
        """\
def forward_layers(x, weights, biases):
    for i in range(len(weights)):
        x = x @ weights[i] + biases[i]
        if i < len(weights) - 2:
            x = np.tanh(x)
    return x
""",
        _any("off-by-one", "function-left-out"),
    ),
    Answer(
        "forward_layers",
        "the last layer is left out: the last hidden activation is returned",
        """\
def forward_layers(x, weights, biases):
    for W, b in zip(weights[:-1], biases[:-1]):
        x = np.tanh(x @ W + b)
    return x
""",
        _any("stopped-early", "step-left-out", "off-by-one"),
    ),
    Answer(
        "forward_layers",
        "the last layer is known by its shape: hidden layers of that shape are not bent either",
        """\
def forward_layers(x, weights, biases):
    for W, b in zip(weights, biases):
        x = x @ W + b
        if W.shape != weights[-1].shape:
            x = np.tanh(x)
    return x
""",
        _any("case-left-out", "function-left-out"),
    ),
    Answer(
        "forward_layers",
        "a sigmoid in place of the tanh",
        """\
def forward_layers(x, weights, biases):
    for W, b in zip(weights[:-1], biases[:-1]):
        x = 1 / (1 + np.exp(-np.clip(x @ W + b, -500, 500)))
    return x @ weights[-1] + biases[-1]
""",
        _any("other-function"),
    ),
    Answer(
        "forward_layers",
        "the weights of another book: x W.T, an error unless all layers are square",
        """\
def forward_layers(x, weights, biases):
    for W, b in zip(weights[:-1], biases[:-1]):
        x = np.tanh(x @ W.T + b)
    return x @ weights[-1].T + biases[-1]
""",
        _any("wrong-transpose", "not-transposed"),
    ),
    Answer(
        "forward_layers",
        "the loop returns in its first turn: only the first layer, without a bend",
        """\
def forward_layers(x, weights, biases):
    for i, (W, b) in enumerate(zip(weights, biases)):
        x = x @ W + b
        if i < len(weights) - 1:
            a = np.tanh(x)
        return x
""",
        _any("stopped-early", "step-left-out"),
    ),
    Answer(
        "forward_layers",
        "the bend is computed and not handed on",
        """\
def forward_layers(x, weights, biases):
    last = len(weights) - 1
    for i, W in enumerate(weights):
        x = x @ W + biases[i]
        if i != last:
            np.tanh(x)
    return x
""",
        _any("function-left-out", "step-left-out", "old-value"),
    ),
    # ------------------------------------------------------------------ glorot_limit
    Answer(
        "glorot_limit",
        "the standard deviation in place of the limit",
        """\
def glorot_limit(n_in, n_out):
    return np.sqrt(2 / (n_in + n_out))
""",
        _any("scaled", "factor-left-out", "other-constant", "step-left-out"),
    ),
    Answer(
        "glorot_limit",
        "the root is left out: r squared, which agrees for 3 and 3",
        """\
def glorot_limit(n_in, n_out):
    return 6 / (n_in + n_out)
""",
        _any("function-left-out", "power-mixed"),
    ),
    Answer(
        "glorot_limit",
        "only the inputs count: the square root of 3 / n_in",
        """\
def glorot_limit(n_in, n_out):
    return np.sqrt(3 / n_in)
""",
        _any("term-left-out", "other-count", "other-variable"),
    ),
    Answer(
        "glorot_limit",
        "only the units count: the square root of 3 / n_out",
        """\
def glorot_limit(n_in, n_out):
    return (3 / n_out) ** 0.5
""",
        _any("term-left-out", "other-count", "other-variable"),
    ),
    Answer(
        "glorot_limit",
        "the 3 is divided by and not multiplied with",
        """\
import math

def glorot_limit(n_in, n_out):
    return math.sqrt(2 / (3 * (n_in + n_out)))
""",
        _any("scaled", "multiplied-divided", "other-operation"),
    ),
    Answer(
        "glorot_limit",
        "brackets forgotten: 6 / n_in + n_out",
        """\
def glorot_limit(n_in, n_out):
    return np.sqrt(6 / n_in + n_out)
""",
        _any("steps-exchanged", "parentheses-missing"),
    ),
    Answer(
        "glorot_limit",
        "whole-number division under the root",
        """\
def glorot_limit(n_in, n_out):
    return np.sqrt(6 // (n_in + n_out))
""",
        _any("cut-to-whole", "other-operation"),
    ),
    Answer(
        "glorot_limit",
        "a draw from the distribution in place of its limit",
        """\
def glorot_limit(n_in, n_out):
    r = np.sqrt(6 / (n_in + n_out))
    return np.random.default_rng().uniform(-r, r)
""",
        _any("other-function", "not-stopped"),
    ),
    Answer(
        "glorot_limit",
        "both ends of the interval",
        """\
def glorot_limit(n_in, n_out):
    r = np.sqrt(6 / (n_in + n_out))
    return -r, r
""",
    ),
    Answer(
        "glorot_limit",
        "the width of the interval, twice the limit",
        """\
def glorot_limit(n_in, n_out):
    return 2 * np.sqrt(6 / (n_in + n_out))
""",
        _any("factor-two", "scaled", "doubled", "other-constant"),
    ),
    Answer(
        "glorot_limit",
        "the variance of a uniform distribution taken as r squared / 12",
        """\
def glorot_limit(n_in, n_out):
    return np.sqrt(24 / (n_in + n_out))
""",
        _any("factor-two", "scaled", "doubled", "other-constant"),
    ),
    Answer(
        "glorot_limit",
        "n_in times n_out in place of the sum",
        """\
def glorot_limit(n_in, n_out):
    return np.sqrt(6 / (n_in * n_out))
""",
        _any("other-operation"),
    ),
    Answer(
        "glorot_limit",
        "a constant that satisfies the example",
        """\
def glorot_limit(n_in, n_out):
    return 1.0
""",
        _any("same-for-all"),
    ),
    Answer(
        "glorot_limit",
        "the exponent 1/2 by whole-number division is 0: always 1",
        """\
def glorot_limit(n_in, n_out):
    return (6 / (n_in + n_out)) ** (1 // 2)
""",
        _any("cut-to-whole", "same-for-all", "power-mixed", "other-operation"),
    ),
    # ------------------------------------------------------------------ count_parameters
    Answer(
        "count_parameters",
        "the weights only: no biases",
        """\
def count_parameters(sizes):
    return sum(a * b for a, b in zip(sizes, sizes[1:]))
""",
        _any("term-left-out", "step-left-out", "other-count"),
    ),
    Answer(
        "count_parameters",
        "the inputs have biases too",
        """\
def count_parameters(sizes):
    return sum(a * b for a, b in zip(sizes, sizes[1:])) + sum(sizes)
""",
        _any("case-left-out", "off-by-one"),
    ),
    Answer(
        "count_parameters",
        "one bias per layer in place of one per unit",
        """\
def count_parameters(sizes):
    total = 0
    for i in range(len(sizes) - 1):
        total += sizes[i] * sizes[i + 1] + 1
    return total
""",
        _any("other-count", "counted-alike", "factor-left-out"),
    ),
    Answer(
        "count_parameters",
        "one bias per input of a layer and not per unit",
        """\
def count_parameters(sizes):
    total = 0
    for a, b in zip(sizes, sizes[1:]):
        total += a * (b + 1)
    return total
""",
        _any("other-variable", "other-count", "exchanged-arguments", "layer-off-by-one", "first-for-last"),
    ),
    Answer(
        "count_parameters",
        "every unit is connected to the inputs, which agrees for (2, 2, 1)",
        """\
def count_parameters(sizes):
    return (sizes[0] + 1) * sum(sizes[1:])
""",
        _any("other-variable", "old-value"),
    ),
    Answer(
        "count_parameters",
        "a constant: the answer of the example",
        """\
def count_parameters(sizes):
    return 9
""",
        _any("same-for-all"),
    ),
    Answer(
        "count_parameters",
        "written for three layers: any other number of sizes raises ValueError",
        """\
def count_parameters(sizes):
    n_in, hidden, n_out = sizes
    return (n_in + 1) * hidden + (hidden + 1) * n_out
""",
        _any("case-left-out"),
    ),
    Answer(
        "count_parameters",
        "the loop ends one layer early",
        """\
def count_parameters(sizes):
    total = 0
    for i in range(len(sizes) - 2):
        total += (sizes[i] + 1) * sizes[i + 1]
    return total
""",
        _any("off-by-one", "stopped-early", "term-left-out"),
    ),
    Answer(
        "count_parameters",
        "the loop starts at 0, and sizes[-1] joins the last layer to the first",
        """\
def count_parameters(sizes):
    total = 0
    for i in range(len(sizes)):
        total += (sizes[i - 1] + 1) * sizes[i]
    return total
""",
        _any("off-by-one", "first-for-last", "case-left-out"),
    ),
    Answer(
        "count_parameters",
        "the loop returns in its first turn: the first layer only",
        """\
def count_parameters(sizes):
    for a, b in zip(sizes, sizes[1:]):
        return (a + 1) * b
""",
        _any("stopped-early", "term-left-out"),
    ),
    Answer(
        "count_parameters",
        "the product of all sizes in place of the sum over neighbors, plus the biases",
        """\
import math

def count_parameters(sizes):
    return math.prod(sizes) + sum(sizes[1:])
""",
        _any("other-operation", "other-function"),
    ),
    Answer(
        "count_parameters",
        "units counted and not parameters",
        """\
def count_parameters(sizes):
    return sum(sizes)
""",
        _any("other-count"),
    ),
    Answer(
        "count_parameters",
        "= in place of +=: the last layer only",
        """\
def count_parameters(sizes):
    total = 0
    for a, b in zip(sizes, sizes[1:]):
        total = (a + 1) * b
    return total
""",
        _any("assigned-not-added", "kept-not-added"),
    ),
    Answer(
        "count_parameters",
        "the output units have no bias",
        """\
def count_parameters(sizes):
    weights = sum(a * b for a, b in zip(sizes, sizes[1:]))
    return weights + sum(sizes[1:-1])
""",
        _any("off-by-one", "stopped-early", "term-left-out"),
    ),
)

RIGHT: tuple[Answer, ...] = (
    # ------------------------------------------------------------------ dense_columns
    Answer(
        "dense_columns",
        "the book's convention, turned back: a Fortran-ordered view",
        """\
def dense_columns(x, W, b):
    return (x.T @ W.T + b).T
""",
    ),
    Answer(
        "dense_columns",
        "einsum and a reshaped bias",
        """\
def dense_columns(x, W, b):
    return np.einsum("ki,im->km", W, x) + b.reshape(-1, 1)
""",
    ),
    Answer(
        "dense_columns",
        "three plain loops, a nested list",
        """\
def dense_columns(x, W, b):
    n_in, m = x.shape
    z = []
    for k in range(len(b)):
        row = []
        for j in range(m):
            total = b[k]
            for i in range(n_in):
                total = total + W[k, i] * x[i, j]
            row.append(float(total))
        z.append(row)
    return z
""",
    ),
    Answer(
        "dense_columns",
        "the bias as one more column of W, with ones below x",
        """\
def dense_columns(x, W, b):
    ones = np.ones((1, x.shape[1]))
    return np.hstack([W, b[:, np.newaxis]]) @ np.vstack([x, ones])
""",
    ),
    Answer(
        "dense_columns",
        "column by column",
        """\
def dense_columns(x, W, b):
    return np.stack([W.dot(sample) + b for sample in x.T], axis=1)
""",
    ),
    Answer(
        "dense_columns",
        "a sum of outer products",
        """\
from functools import reduce

def dense_columns(x, W, b):
    start = np.outer(b, np.ones(x.shape[1]))
    return reduce(lambda z, i: z + np.outer(W[:, i], x[i]), range(len(x)), start)
""",
    ),
    Answer(
        "dense_columns",
        "in float32",
        """\
def dense_columns(x, W, b):
    return W.astype(np.float32) @ x.astype(np.float32) + b.astype(np.float32)[:, None]
""",
    ),
    Answer(
        "dense_columns",
        "a list of rows, one per unit",
        """\
def dense_columns(x, W, b):
    return [np.dot(w, x) + bias for w, bias in zip(W, b)]
""",
    ),
    Answer(
        "dense_columns",
        "repeat and reshape, tensordot",
        """\
def dense_columns(x, W, b):
    m = x.shape[1]
    return np.tensordot(W, x, axes=(1, 0)) + np.repeat(b, m).reshape(-1, m)
""",
    ),
    # ------------------------------------------------------------------ residual_layer
    Answer(
        "residual_layer",
        "the bend first, then x is added to it in place",
        """\
def residual_layer(x, W, b):
    a = np.tanh(x @ W + b)
    a += x
    return a
""",
    ),
    Answer(
        "residual_layer",
        "a float copy of x",
        """\
def residual_layer(x, W, b):
    a = np.array(x, dtype=float)
    a += np.tanh(np.dot(a, W) + b)
    return a
""",
    ),
    Answer(
        "residual_layer",
        "plain loops, a nested list",
        """\
import math

def residual_layer(x, W, b):
    a = []
    for sample in x.tolist():
        row = []
        for k in range(len(sample)):
            z = sum(v * W[i, k] for i, v in enumerate(sample)) + b[k]
            row.append(sample[k] + math.tanh(z))
        a.append(row)
    return a
""",
    ),
    Answer(
        "residual_layer",
        "einsum",
        """\
def residual_layer(x, W, b):
    z = np.einsum("mi,ij->mj", x, W) + b[None, :]
    return np.add(x, np.tanh(z))
""",
    ),
    Answer(
        "residual_layer",
        "on the transpose, a Fortran-ordered view",
        """\
def residual_layer(x, W, b):
    return (x.T + np.tanh(W.T @ x.T + b[:, None])).T
""",
    ),
    Answer(
        "residual_layer",
        "in float32",
        """\
def residual_layer(x, W, b):
    x, W, b = (np.asarray(v, dtype=np.float32) for v in (x, W, b))
    return x + np.tanh(x @ W + b)
""",
    ),
    Answer(
        "residual_layer",
        "a closure: a shortcut around any function",
        """\
def shortcut(f):
    def layer(x, *rest):
        return x + f(x, *rest)
    return layer

residual_layer = shortcut(lambda x, W, b: np.tanh(x @ W + b))
""",
    ),
    Answer(
        "residual_layer",
        "row by row, a tuple of rows",
        """\
def residual_layer(x, W, b):
    return tuple(row + np.tanh(row @ W + b) for row in x)
""",
    ),
    Answer(
        "residual_layer",
        "tanh as twice a sigmoid less one, ones for the bias",
        """\
def residual_layer(x, W, b):
    z = np.c_[x, np.ones(len(x))] @ np.vstack([W, b])
    return x + 2 / (1 + np.exp(-2 * np.clip(z, -300, 300))) - 1
""",
    ),
    # ------------------------------------------------------------------ forward_layers
    Answer(
        "forward_layers",
        "an index that asks for the last layer",
        """\
def forward_layers(x, weights, biases):
    a = x
    for i in range(len(weights)):
        z = a @ weights[i] + biases[i]
        a = np.tanh(z) if i + 1 < len(weights) else z
    return a
""",
    ),
    Answer(
        "forward_layers",
        "recursion",
        """\
def forward_layers(x, weights, biases):
    z = x @ weights[0] + biases[0]
    if len(weights) == 1:
        return z
    return forward_layers(np.tanh(z), weights[1:], biases[1:])
""",
    ),
    Answer(
        "forward_layers",
        "returns the weighted input of the last turn",
        """\
def forward_layers(x, weights, biases):
    for W, b in zip(weights, biases):
        z = x @ W + b
        x = np.tanh(z)
    return z
""",
    ),
    Answer(
        "forward_layers",
        "the bend before each layer but the first",
        """\
def forward_layers(x, weights, biases):
    first = True
    for W, b in zip(weights, biases):
        if not first:
            x = np.tanh(x)
        x = np.dot(x, W) + b
        first = False
    return x
""",
    ),
    Answer(
        "forward_layers",
        "reduce over the layers, bends in a list with the identity at the end",
        """\
from functools import reduce

def forward_layers(x, weights, biases):
    bends = [np.tanh] * (len(weights) - 1) + [lambda z: z]
    return reduce(lambda a, layer: layer[2](a @ layer[0] + layer[1]), zip(weights, biases, bends), x)
""",
    ),
    Answer(
        "forward_layers",
        "plain Python, a nested list",
        """\
import math

def _dense(sample, W, b):
    return [sum(v * W[i][k] for i, v in enumerate(sample)) + b[k] for k in range(len(b))]

def forward_layers(x, weights, biases):
    result = []
    for sample in x.tolist():
        for number, (W, b) in enumerate(zip(weights, biases), start=1):
            sample = _dense(sample, W, b)
            if number < len(weights):
                sample = [math.tanh(v) for v in sample]
        result.append(sample)
    return result
""",
    ),
    Answer(
        "forward_layers",
        "samples as columns inside, a Fortran-ordered view",
        """\
def forward_layers(x, weights, biases):
    *hidden, last = list(zip(weights, biases))
    a = x.T
    for W, b in hidden:
        a = np.tanh(W.T @ a + b[:, None])
    W, b = last
    return (W.T @ a + b[:, None]).T
""",
    ),
    Answer(
        "forward_layers",
        "in float32 with einsum",
        """\
def forward_layers(x, weights, biases):
    a = x.astype(np.float32)
    for i, (W, b) in enumerate(zip(weights, biases)):
        a = np.einsum("mi,ij->mj", a, W.astype(np.float32)) + b.astype(np.float32)
        if i != len(weights) - 1:
            a = np.tanh(a)
    return a
""",
    ),
    Answer(
        "forward_layers",
        "copies of the lists as deques, taken from the left",
        """\
from collections import deque

def forward_layers(x, weights, biases):
    weights, biases = deque(weights), deque(biases)
    a = np.array(x)
    while len(weights) > 1:
        a = np.tanh(a @ weights.popleft() + biases.popleft())
    return a @ weights[0] + biases[0]
""",
    ),
    # ------------------------------------------------------------------ glorot_limit
    Answer(
        "glorot_limit",
        "math.sqrt",
        """\
import math

def glorot_limit(n_in, n_out):
    return math.sqrt(6) / math.sqrt(n_in + n_out)
""",
    ),
    Answer(
        "glorot_limit",
        "the deviation times the square root of three",
        """\
def glorot_limit(n_in, n_out):
    deviation = np.sqrt(2 / (n_in + n_out))
    return np.sqrt(3) * deviation
""",
    ),
    Answer(
        "glorot_limit",
        "a power with the exponent -1/2",
        """\
glorot_limit = lambda n_in, n_out: ((n_in + n_out) / 6) ** -0.5
""",
    ),
    Answer(
        "glorot_limit",
        "a 0-d array",
        """\
def glorot_limit(n_in, n_out):
    return np.array(np.sqrt(6.0 / (n_in + n_out)))
""",
    ),
    Answer(
        "glorot_limit",
        "a float32 scalar",
        """\
def glorot_limit(n_in, n_out):
    return np.sqrt(np.float32(6) / np.float32(n_in + n_out))
""",
    ),
    Answer(
        "glorot_limit",
        "lru_cache on plain numbers",
        """\
from functools import lru_cache

@lru_cache(maxsize=128)
def glorot_limit(n_in, n_out):
    variance = 2 / (n_in + n_out)
    return (3 * variance) ** 0.5
""",
    ),
    Answer(
        "glorot_limit",
        "a partial of a more general rule, a subclass of float",
        """\
from functools import partial

class Limit(float):
    pass

def _limit(n_in, n_out, *, gain):
    return Limit(gain * (3 / ((n_in + n_out) / 2)) ** 0.5)

glorot_limit = partial(_limit, gain=1)
""",
    ),
    Answer(
        "glorot_limit",
        "Newton's steps for the root",
        """\
def glorot_limit(n_in, n_out):
    square = 6 / (n_in + n_out)
    r = max(1.0, square)
    for _ in range(100):
        r = (r + square / r) / 2
    return r
""",
    ),
    Answer(
        "glorot_limit",
        "by the logarithm",
        """\
from math import exp, log

def glorot_limit(n_in, n_out):
    return exp((log(6) - log(n_in + n_out)) / 2)
""",
    ),
    # ------------------------------------------------------------------ count_parameters
    Answer(
        "count_parameters",
        "a loop over indices",
        """\
def count_parameters(sizes):
    total = 0
    for i in range(1, len(sizes)):
        total += sizes[i - 1] * sizes[i]
        total += sizes[i]
    return total
""",
    ),
    Answer(
        "count_parameters",
        "weights and biases apart",
        """\
def count_parameters(sizes):
    weights = sum(a * b for a, b in zip(sizes[:-1], sizes[1:]))
    biases = sum(sizes) - sizes[0]
    return weights + biases
""",
    ),
    Answer(
        "count_parameters",
        "recursion",
        """\
def count_parameters(sizes):
    if len(sizes) < 2:
        return 0
    return (sizes[0] + 1) * sizes[1] + count_parameters(sizes[1:])
""",
    ),
    Answer(
        "count_parameters",
        "a dot product, a numpy integer",
        """\
def count_parameters(sizes):
    s = np.array(sizes, dtype=np.int64)
    return np.dot(s[:-1] + 1, s[1:])
""",
    ),
    Answer(
        "count_parameters",
        "pairwise and starmap",
        """\
from itertools import pairwise, starmap

def count_parameters(sizes):
    return sum(starmap(lambda n_in, n_out: n_in * n_out + n_out, pairwise(sizes)))
""",
    ),
    Answer(
        "count_parameters",
        "reduce that carries the size before",
        """\
from functools import reduce

def count_parameters(sizes):
    def step(state, n):
        total, before = state
        return total + before * n + n, n
    return reduce(step, sizes[1:], (0, sizes[0]))[0]
""",
    ),
    Answer(
        "count_parameters",
        "arrays of the right shapes are made (as views of one number) and their sizes added",
        """\
def count_parameters(sizes):
    count = 0
    for n_in, n_out in zip(sizes, sizes[1:]):
        W, b = np.broadcast_to(0.0, (n_in, n_out)), np.broadcast_to(0.0, n_out)
        count += W.size + b.size
    return count
""",
    ),
    Answer(
        "count_parameters",
        "lru_cache on the tuple, a subclass of int",
        """\
import functools

class Count(int):
    pass

@functools.lru_cache
def count_parameters(sizes):
    return Count(sum((n_in + 1) * n_out for n_in, n_out in zip(sizes, sizes[1:])))
""",
    ),
    Answer(
        "count_parameters",
        "an iterator, backwards",
        """\
def count_parameters(sizes):
    steps = reversed(sizes)
    above = next(steps)
    total = 0
    for below in steps:
        total += above * below + above
        above = below
    return total
""",
    ),
)
