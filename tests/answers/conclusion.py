"""Answers to the capstone exercise: wrong ones that are plausible, and right ones in many forms."""

from __future__ import annotations

from answers import Answer
from answers import any_of as _any
from answers import exchanged as _with

_INITIALIZE = """
def initialize(sizes, rng):
    n0, n1, n2 = sizes
    return {
        "W1": rng.normal(size=(n0, n1)) * np.sqrt(2 / (n0 + n1)),
        "b1": np.zeros(n1),
        "W2": rng.normal(size=(n1, n2)) * np.sqrt(2 / (n1 + n2)),
        "b2": np.zeros(n2),
    }
"""

_FORWARD = """
def forward(params, x):
    hidden = np.tanh(x @ params["W1"] + params["b1"])
    logits = hidden @ params["W2"] + params["b2"]
    logits = logits - logits.max(axis=1, keepdims=True)
    e = np.exp(logits)
    return hidden, e / e.sum(axis=1, keepdims=True)
"""

_BACKWARD = """
def backward(params, x, labels):
    m = len(x)
    z1 = x @ params["W1"] + params["b1"]
    hidden = np.tanh(z1)
    logits = hidden @ params["W2"] + params["b2"]
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    target = np.zeros(p.shape)
    target[np.arange(m), labels] = 1
    dz2 = (p - target) / m
    dh = dz2 @ params["W2"].T
    dz1 = dh * (1 - hidden**2)
    return {"W1": x.T @ dz1, "b1": dz1.sum(axis=0), "W2": hidden.T @ dz2, "b2": dz2.sum(axis=0)}
"""

_FIT = """
def fit(params, x, labels, backward, rng):
    params = dict(params)
    for epoch in range(25):
        order = rng.permutation(len(x))
        for start in range(0, len(x), 32):
            rows = order[start : start + 32]
            grads = backward(params, x[rows], labels[rows])
            for name in params:
                params[name] = params[name] - 0.3 * grads[name]
    return params
"""

WRONG = (
    # initialize
    Answer(
        "initialize",
        "the variance is taken for the deviation",
        _with(
            _INITIALIZE,
            ("np.sqrt(2 / (n0 + n1))", "2 / (n0 + n1)"),
            ("np.sqrt(2 / (n1 + n2))", "2 / (n1 + n2)"),
        ),
        _any("function-left-out", "power-mixed", "scaled"),
    ),
    Answer(
        "initialize",
        "standard normal weights, not scaled at all",
        _with(_INITIALIZE, (" * np.sqrt(2 / (n0 + n1))", ""), (" * np.sqrt(2 / (n1 + n2))", "")),
        _any("factor-left-out", "step-left-out", "scaled"),
    ),
    Answer(
        "initialize",
        "a variance of 2 / n_in, for ReLU",
        _with(_INITIALIZE, ("(n0 + n1))", "n0)"), ("(n1 + n2))", "n1)")),
        _any("term-left-out", "other-count", "scaled"),
    ),
    Answer(
        "initialize",
        "uniform up to the standard deviation: a third of the variance",
        """
def initialize(sizes, rng):
    params = {}
    for k in (1, 2):
        n_in, n_out = sizes[k - 1], sizes[k]
        limit = np.sqrt(2 / (n_in + n_out))
        params[f"W{k}"] = rng.uniform(-limit, limit, size=(n_in, n_out))
        params[f"b{k}"] = np.zeros(n_out)
    return params
""",
        _any("factor-left-out", "other-constant", "scaled"),
    ),
    Answer(
        "initialize",
        "uniform between 0 and the limit: not centred at 0",
        """
def initialize(sizes, rng):
    params = {}
    for k in (1, 2):
        n_in, n_out = sizes[k - 1], sizes[k]
        params[f"W{k}"] = rng.random((n_in, n_out)) * np.sqrt(6 / (n_in + n_out))
        params[f"b{k}"] = np.zeros(n_out)
    return params
""",
        _any("term-left-out", "other-function", "step-left-out"),
    ),
    Answer(
        "initialize",
        "all weights are zero",
        """
def initialize(sizes, rng):
    n0, n1, n2 = sizes
    return {"W1": np.zeros((n0, n1)), "b1": np.zeros(n1), "W2": np.zeros((n1, n2)), "b2": np.zeros(n2)}
""",
        _any("zero-gradient", "same-for-all", "step-left-out"),
    ),
    Answer(
        "initialize",
        "the biases are drawn too",
        _with(
            _INITIALIZE,
            ("np.zeros(n1)", "rng.normal(size=n1) * np.sqrt(2 / (n0 + n1))"),
            ("np.zeros(n2)", "rng.normal(size=n2) * np.sqrt(2 / (n1 + n2))"),
        ),
        _any("case-left-out", "other-function"),
    ),
    Answer(
        "initialize",
        "the biases start at one",
        _with(_INITIALIZE, ("np.zeros(n1)", "np.ones(n1)"), ("np.zeros(n2)", "np.ones(n2)")),
        _any("other-constant", "other-function"),
    ),
    Answer(
        "initialize",
        "the weights have the shape (n_out, n_in)",
        _with(_INITIALIZE, ("size=(n0, n1)", "size=(n1, n0)"), ("size=(n1, n2)", "size=(n2, n1)")),
        _any("transposed", "not-transposed", "exchanged-arguments"),
    ),
    Answer(
        "initialize",
        "the biases have the shape (1, n)",
        _with(_INITIALIZE, ("np.zeros(n1)", "np.zeros((1, n1))"), ("np.zeros(n2)", "np.zeros((1, n2))")),
    ),
    Answer(
        "initialize",
        "a generator of its own with a fixed seed: the same weights whatever rng is",
        _with(
            _INITIALIZE,
            ("    n0, n1, n2 = sizes", "    rng = np.random.default_rng(0)\n    n0, n1, n2 = sizes"),
        ),
        _any("same-for-all", "other-variable"),
    ),
    Answer(
        "initialize",
        "chance from np.random and not from the generator given",
        _with(_INITIALIZE, ("rng.normal", "np.random.normal")),
        _any("other-variable", "other-function"),
    ),
    Answer(
        "initialize",
        "one row is drawn and repeated for all inputs",
        """
def initialize(sizes, rng):
    params = {}
    for k, (n_in, n_out) in enumerate(zip(sizes[:-1], sizes[1:]), start=1):
        row = rng.normal(0, np.sqrt(2 / (n_in + n_out)), size=n_out)
        params[f"W{k}"] = np.tile(row, (n_in, 1))
        params[f"b{k}"] = np.zeros(n_out)
    return params
""",
    ),
    Answer(
        "initialize",
        "a variance of 1 / (n_in + n_out): the 2 is lost",
        _with(_INITIALIZE, ("sqrt(2 /", "sqrt(1 /")),
        _any("factor-left-out", "other-constant", "scaled"),
    ),
    Answer(
        "initialize",
        "the loop returns in its first turn: no second layer",
        """
def initialize(sizes, rng):
    params = {}
    for k in range(1, len(sizes)):
        n_in, n_out = sizes[k - 1], sizes[k]
        params[f"W{k}"] = rng.normal(0, np.sqrt(2 / (n_in + n_out)), (n_in, n_out))
        params[f"b{k}"] = np.zeros(n_out)
        return params
""",
        _any("stopped-early", "step-left-out"),
    ),
    # forward
    Answer(
        "forward",
        "the maximum is not subtracted: large logits overflow to NaN",
        _with(_FORWARD, ("    logits = logits - logits.max(axis=1, keepdims=True)\n", "")),
        _any("not-finite", "step-left-out", "term-left-out"),
    ),
    Answer(
        "forward",
        "the maximum of the whole batch is subtracted: rows far below it become 0 / 0",
        _with(_FORWARD, ("logits.max(axis=1, keepdims=True)", "logits.max()")),
        _any("other-axis"),
    ),
    Answer(
        "forward",
        "a sigmoid in the hidden layer",
        _with(
            _FORWARD,
            (
                'np.tanh(x @ params["W1"] + params["b1"])',
                '1 / (1 + np.exp(-(x @ params["W1"] + params["b1"])))',
            ),
        ),
        _any("other-activation", "other-function"),
    ),
    Answer(
        "forward",
        "the hidden layer has no activation function",
        _with(_FORWARD, ('np.tanh(x @ params["W1"] + params["b1"])', 'x @ params["W1"] + params["b1"]')),
        _any("function-left-out", "step-left-out"),
    ),
    Answer(
        "forward",
        "the softmax runs down the samples: each class adds up to one",
        _with(_FORWARD, ("axis=1", "axis=0")),
        _any("wrong-axis", "other-axis"),
    ),
    Answer(
        "forward",
        "all probabilities of the batch together add up to one",
        _with(_FORWARD, ("e / e.sum(axis=1, keepdims=True)", "e / e.sum()")),
        _any("wrong-axis", "other-axis"),
    ),
    Answer(
        "forward",
        "the first bias is left out",
        _with(_FORWARD, (' + params["b1"]', "")),
        _any("term-left-out", "step-left-out"),
    ),
    Answer(
        "forward",
        "the second bias is left out",
        _with(_FORWARD, (' + params["b2"]', "")),
        _any("term-left-out", "step-left-out"),
    ),
    Answer(
        "forward",
        "the two results are swapped",
        _with(
            _FORWARD,
            (
                "return hidden, e / e.sum(axis=1, keepdims=True)",
                "return e / e.sum(axis=1, keepdims=True), hidden",
            ),
        ),
        _any("results-exchanged"),
    ),
    Answer(
        "forward",
        "the logits are returned, without the softmax",
        _with(_FORWARD, ("e / e.sum(axis=1, keepdims=True)", "logits")),
        _any("function-left-out", "step-left-out", "other-variable", "wrong-tensor"),
    ),
    Answer(
        "forward",
        "the exponentials are not divided by their sum",
        _with(_FORWARD, ("e / e.sum(axis=1, keepdims=True)", "e")),
        _any("factor-left-out", "step-left-out"),
    ),
    Answer(
        "forward",
        "the weighted input of the hidden layer is returned, before the tanh",
        """
def forward(params, x):
    z1 = x @ params["W1"] + params["b1"]
    z2 = np.tanh(z1) @ params["W2"] + params["b2"]
    e = np.exp(z2 - z2.max(axis=1, keepdims=True))
    return z1, e / e.sum(axis=1, keepdims=True)
""",
        _any("wrong-tensor", "function-left-out", "other-variable"),
    ),
    Answer(
        "forward",
        "a sigmoid for each output in place of the softmax",
        """
def forward(params, x):
    hidden = np.tanh(x @ params["W1"] + params["b1"])
    logits = hidden @ params["W2"] + params["b2"]
    return hidden, 0.5 * (1 + np.tanh(logits / 2))
""",
        _any("other-activation", "other-function", "each-by-itself"),
    ),
    Answer(
        "forward",
        "the softmax is taken twice",
        """
def softmax(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)

def forward(params, x):
    hidden = np.tanh(x @ params["W1"] + params["b1"])
    return hidden, softmax(softmax(hidden @ params["W2"] + params["b2"]))
""",
        _any("done-twice"),
    ),
    Answer(
        "forward",
        "divided by the maximum where it should be subtracted",
        _with(
            _FORWARD,
            ("logits - logits.max(axis=1, keepdims=True)", "logits / logits.max(axis=1, keepdims=True)"),
        ),
        _any("other-operation"),
    ),
    Answer(
        "forward",
        "only the most probable class, as zeros and ones",
        """
def forward(params, x):
    hidden = np.tanh(x @ params["W1"] + params["b1"])
    logits = hidden @ params["W2"] + params["b2"]
    return hidden, np.eye(logits.shape[1])[logits.argmax(axis=1)]
""",
        _any("other-function", "cut-to-whole"),
    ),
    # cross_entropy
    Answer(
        "cross_entropy",
        "the sum over the samples where the mean belongs",
        """
def cross_entropy(probabilities, labels):
    m = len(labels)
    return -np.sum(np.log(probabilities[np.arange(m), labels]))
""",
        _any(
            "not-averaged",
            "scaled",
            "sum-for-mean",
            "times-samples",
            "factor-left-out",
            "step-left-out",
            "other-function",
        ),
    ),
    Answer(
        "cross_entropy",
        "the minus is missing",
        """
def cross_entropy(probabilities, labels):
    return np.mean(np.log(probabilities[np.arange(len(labels)), labels]))
""",
        _any("sign", "turned-sign", "sign-inside"),
    ),
    Answer(
        "cross_entropy",
        "the logarithm of the mean, not the mean of the logarithms",
        """
def cross_entropy(probabilities, labels):
    return -np.log(np.mean(probabilities[np.arange(len(labels)), labels]))
""",
        _any("steps-exchanged"),
    ),
    Answer(
        "cross_entropy",
        "the surprise in bits, with the logarithm to base 2",
        """
def cross_entropy(probabilities, labels):
    return -np.mean(np.log2(probabilities[np.arange(len(labels)), labels]))
""",
        _any("scaled", "other-function", "other-constant"),
    ),
    Answer(
        "cross_entropy",
        "all classes are counted, not the true one alone",
        """
def cross_entropy(probabilities, labels):
    return -np.mean(np.sum(np.log(probabilities), axis=1))
""",
        _any("other-count", "counted-alike", "factor-left-out", "step-left-out"),
    ),
    Answer(
        "cross_entropy",
        "the columns of the labels are taken whole: every sample for every label",
        """
def cross_entropy(probabilities, labels):
    return -np.mean(np.log(probabilities[:, labels]))
""",
        _any("other-count", "other-axis"),
    ),
    Answer(
        "cross_entropy",
        "the largest probability of each row, whatever the label",
        """
def cross_entropy(probabilities, labels):
    return -np.mean(np.log(probabilities.max(axis=1)))
""",
        _any("other-function", "other-variable"),
    ),
    Answer(
        "cross_entropy",
        "divided by all entries: the mean over the classes too",
        """
def cross_entropy(probabilities, labels):
    target = np.eye(probabilities.shape[1])[labels]
    return -np.mean(target * np.log(probabilities))
""",
        _any("scaled", "other-count", "mean-for-sum", "other-axis"),
    ),
    Answer(
        "cross_entropy",
        "labels are counted from one",
        """
def cross_entropy(probabilities, labels):
    return -np.mean(np.log(probabilities[np.arange(len(labels)), labels - 1]))
""",
        _any("off-by-one"),
    ),
    Answer(
        "cross_entropy",
        "the loop returns in its first turn: the first sample alone",
        """
def cross_entropy(probabilities, labels):
    total = 0.0
    for row, label in zip(probabilities, labels):
        total -= np.log(row[label])
        return total / len(labels)
""",
        _any("only-one-sample", "stopped-early"),
    ),
    Answer(
        "cross_entropy",
        "one surprise for each sample, not their mean",
        """
def cross_entropy(probabilities, labels):
    return -np.log(probabilities[np.arange(len(labels)), labels])
""",
        _any("step-left-out", "function-left-out", "each-by-itself"),
    ),
    Answer(
        "cross_entropy",
        "1 - p where ln p belongs: straight, not logarithmic",
        """
def cross_entropy(probabilities, labels):
    return np.mean(1 - probabilities[np.arange(len(labels)), labels])
""",
        _any("other-function", "function-left-out"),
    ),
    Answer(
        "cross_entropy",
        "weighted by the probability, as in an entropy",
        """
def cross_entropy(probabilities, labels):
    p = probabilities[np.arange(len(labels)), labels]
    return -np.mean(p * np.log(p))
""",
        _any("other-function"),
    ),
    # backward
    Answer(
        "backward",
        "the mean over the samples is forgotten",
        _with(_BACKWARD, ("(p - target) / m", "p - target")),
        _any(
            "not-averaged",
            "scaled",
            "sum-for-mean",
            "times-samples",
            "factor-left-out",
            "step-left-out",
            "factor-missing",
        ),
    ),
    Answer(
        "backward",
        "divided by the samples twice: in the blame and in the weights",
        _with(
            _BACKWARD,
            ('"W1": x.T @ dz1', '"W1": x.T @ dz1 / m'),
            ('"W2": hidden.T @ dz2', '"W2": hidden.T @ dz2 / m'),
        ),
        _any(
            "averaged-twice", "factor-doubled", "divided-by-samples", "done-twice", "factor-twice", "scaled"
        ),
    ),
    Answer(
        "backward",
        "divided by all entries, not by the samples",
        _with(_BACKWARD, ("/ m", "/ p.size")),
        _any("scaled", "other-count", "other-variable", "mean-for-sum"),
    ),
    Answer(
        "backward",
        "target minus prediction",
        _with(_BACKWARD, ("(p - target)", "(target - p)")),
        _any("sign", "uphill", "turned-sign", "sign-inside"),
    ),
    Answer(
        "backward",
        "the slope of tanh is left out",
        _with(_BACKWARD, ("dh * (1 - hidden**2)", "dh")),
        _any("activation-derivative-missing", "factor-left-out", "step-left-out", "function-left-out"),
    ),
    Answer(
        "backward",
        "the slope is 1 - z² where 1 - h² belongs",
        _with(_BACKWARD, ("1 - hidden**2", "1 - z1**2")),
        _any("tanh-from-weighted-input", "other-variable", "wrong-tensor", "function-left-out"),
    ),
    Answer(
        "backward",
        "the slope is taken at the activation: the tanh of a tanh",
        _with(_BACKWARD, ("1 - hidden**2", "1 - np.tanh(hidden) ** 2")),
        _any("derivative-at-activation", "done-twice", "other-variable", "wrong-tensor"),
    ),
    Answer(
        "backward",
        "the slope of a sigmoid",
        _with(_BACKWARD, ("(1 - hidden**2)", "hidden * (1 - hidden)")),
        _any("other-activation", "other-function"),
    ),
    Answer(
        "backward",
        "multiplied by p (1 - p) once more: the softmax differentiated twice",
        _with(_BACKWARD, ("dz2 = (p - target) / m", "dz2 = (p - target) * p * (1 - p) / m")),
        _any("softmax-differentiated-twice", "factor-doubled", "done-twice", "slope-squared"),
    ),
    Answer(
        "backward",
        "the one of the target is subtracted in the columns of all labels, in every row",
        """
def backward(params, x, labels):
    hidden = np.tanh(x @ params["W1"] + params["b1"])
    logits = hidden @ params["W2"] + params["b2"]
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    dz2 = e / e.sum(axis=1, keepdims=True)
    dz2[:, labels] -= 1
    dz2 /= len(x)
    dz1 = dz2 @ params["W2"].T * (1 - hidden**2)
    return {"W1": x.T @ dz1, "b1": dz1.sum(axis=0), "W2": hidden.T @ dz2, "b2": dz2.sum(axis=0)}
""",
        _any("other-axis"),
    ),
    Answer(
        "backward",
        "the labels are left out: only the probabilities are handed back",
        _with(_BACKWARD, ("(p - target)", "p")),
        _any("part-missing", "term-left-out", "step-left-out"),
    ),
    Answer(
        "backward",
        "the biases are averaged though the blame contains the mean",
        _with(_BACKWARD, ("dz1.sum(axis=0)", "dz1.mean(axis=0)"), ("dz2.sum(axis=0)", "dz2.mean(axis=0)")),
        _any(
            "bias-averaged",
            "averaged-twice",
            "mean-for-sum",
            "divided-by-samples",
            "factor-doubled",
            "factor-twice",
            "done-twice",
            "scaled",
            "other-function",
        ),
    ),
    Answer(
        "backward",
        "the biases are not summed: one row per sample",
        _with(_BACKWARD, ("dz1.sum(axis=0)", "dz1"), ("dz2.sum(axis=0)", "dz2")),
        _any("bias-not-summed", "step-left-out", "function-left-out", "each-by-itself"),
    ),
    Answer(
        "backward",
        "the first sample's row for the biases",
        _with(_BACKWARD, ("dz1.sum(axis=0)", "dz1[0]"), ("dz2.sum(axis=0)", "dz2[0]")),
        _any("bias-not-summed", "only-one-sample", "step-left-out", "function-left-out", "stopped-early"),
    ),
    Answer(
        "backward",
        "the biases keep an axis: shape (1, n)",
        _with(
            _BACKWARD,
            ("dz1.sum(axis=0)", "dz1.sum(axis=0, keepdims=True)"),
            ("dz2.sum(axis=0)", "dz2.sum(axis=0, keepdims=True)"),
        ),
    ),
    Answer(
        "backward",
        "the gradients of the weights are transposed",
        _with(_BACKWARD, ("x.T @ dz1", "dz1.T @ x"), ("hidden.T @ dz2", "dz2.T @ hidden")),
        _any("transposed", "not-transposed", "product-reversed", "exchanged-arguments"),
    ),
    Answer(
        "backward",
        "W2 is paired with the weighted input z1 and not with what the hidden layer sent",
        _with(_BACKWARD, ("hidden.T @ dz2", "z1.T @ dz2")),
        _any("wrong-tensor", "other-variable", "function-left-out"),
    ),
    Answer(
        "backward",
        "the gradients of the biases are summed from those of the weights",
        """
def backward(params, x, labels):
    m = len(x)
    hidden = np.tanh(x @ params["W1"] + params["b1"])
    logits = hidden @ params["W2"] + params["b2"]
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    dz2 = e / e.sum(axis=1, keepdims=True)
    dz2[np.arange(m), labels] -= 1
    dz2 /= m
    dz1 = dz2 @ params["W2"].T * (1 - hidden**2)
    grads = {"W1": x.T @ dz1, "W2": hidden.T @ dz2}
    grads["b1"] = grads["W1"].sum(axis=0)
    grads["b2"] = grads["W2"].sum(axis=0)
    return grads
""",
        _any("bias-from-weights", "other-variable", "wrong-tensor"),
    ),
    Answer(
        "backward",
        "a factor of two, as if the error were squared",
        _with(_BACKWARD, ("(p - target) / m", "2 * (p - target) / m")),
        _any("factor-two", "doubled", "scaled", "other-constant"),
    ),
    Answer(
        "backward",
        "the hidden activation stands where its slope belongs",
        _with(_BACKWARD, ("dh * (1 - hidden**2)", "dh * hidden")),
        _any("value-for-slope", "other-function"),
    ),
    Answer(
        "backward",
        "the softmax runs down the samples",
        _with(_BACKWARD, ("axis=1", "axis=0")),
        _any("wrong-axis", "other-axis"),
    ),
    Answer(
        "backward",
        "the loop over the samples keeps the last one alone",
        """
def backward(params, x, labels):
    for s in range(len(x)):
        h = np.tanh(x[s] @ params["W1"] + params["b1"])
        z = h @ params["W2"] + params["b2"]
        e = np.exp(z - z.max())
        dz2 = e / e.sum()
        dz2[labels[s]] -= 1
        dz2 /= len(x)
        dz1 = params["W2"] @ dz2 * (1 - h**2)
        grads = {"W1": np.outer(x[s], dz1), "b1": dz1, "W2": np.outer(h, dz2), "b2": dz2}
    return grads
""",
        _any("only-one-sample", "assigned-not-added", "kept-not-added"),
    ),
    Answer(
        "backward",
        "the first bias is left out of the forward pass that is written again",
        _with(_BACKWARD, (' + params["b1"]', "")),
        _any("term-left-out", "step-left-out"),
    ),
    Answer(
        "backward",
        "zeros in the right shapes",
        """
def backward(params, x, labels):
    return {name: np.zeros(value.shape) for name, value in params.items()}
""",
        _any("zero-gradient", "same-for-all"),
    ),
    # update
    Answer(
        "update",
        "uphill: the gradient is added",
        """
def update(params, gradients, learning_rate):
    return {name: params[name] + learning_rate * gradients[name] for name in params}
""",
        _any("uphill", "sign-inside"),
    ),
    Answer(
        "update",
        "a new dictionary, but the old arrays are changed in place",
        """
def update(params, gradients, learning_rate):
    new = params.copy()
    for name in new:
        new[name] -= learning_rate * gradients[name]
    return new
""",
    ),
    Answer(
        "update",
        "the old dictionary is changed and returned",
        """
def update(params, gradients, learning_rate):
    for name in params:
        params[name] = params[name] - learning_rate * gradients[name]
    return params
""",
    ),
    Answer(
        "update",
        "the learning rate is left out",
        """
def update(params, gradients, learning_rate):
    return {name: params[name] - gradients[name] for name in params}
""",
        _any("factor-left-out"),
    ),
    Answer(
        "update",
        "the learning rate is applied twice",
        """
def update(params, gradients, learning_rate):
    new = {}
    for name in params:
        step = learning_rate * gradients[name]
        new[name] = params[name] - learning_rate * step
    return new
""",
        _any("factor-doubled", "done-twice", "power-mixed"),
    ),
    Answer(
        "update",
        "the biases are forgotten",
        """
def update(params, gradients, learning_rate):
    new = dict(params)
    for name in ("W1", "W2"):
        new[name] = params[name] - learning_rate * gradients[name]
    return new
""",
        _any("step-left-out", "old-value", "input-returned"),
    ),
    Answer(
        "update",
        "the loop returns in its first turn: one parameter only",
        """
def update(params, gradients, learning_rate):
    new = {}
    for name in params:
        new[name] = params[name] - learning_rate * gradients[name]
        return new
""",
        _any("stopped-early", "step-left-out"),
    ),
    Answer(
        "update",
        "the step alone is returned, not where it leads",
        """
def update(params, gradients, learning_rate):
    return {name: -learning_rate * gradients[name] for name in params}
""",
        _any("term-left-out", "step-left-out"),
    ),
    Answer(
        "update",
        "nothing moves: a copy of the old parameters",
        """
def update(params, gradients, learning_rate):
    return {name: value.copy() for name, value in params.items()}
""",
        _any("input-returned", "step-left-out", "term-left-out", "old-value"),
    ),
    Answer(
        "update",
        "divided by the learning rate",
        """
def update(params, gradients, learning_rate):
    return {name: params[name] - gradients[name] / learning_rate for name in params}
""",
        _any("multiplied-divided", "other-operation"),
    ),
    Answer(
        "update",
        "only the sign of the gradient is used",
        """
def update(params, gradients, learning_rate):
    return {name: params[name] - learning_rate * np.sign(gradients[name]) for name in params}
""",
        _any("other-function"),
    ),
    Answer(
        "update",
        "each gradient is scaled to length one first",
        """
def update(params, gradients, learning_rate):
    return {name: params[name] - learning_rate * gradients[name] / np.linalg.norm(gradients[name]) for name in params}
""",
    ),
    Answer(
        "update",
        "the old and the new are mixed up: the gradient minus the step along the parameter",
        """
def update(params, gradients, learning_rate):
    new = {}
    for name, value in params.items():
        new[name] = gradients[name] - learning_rate * value
    return new
""",
        _any("wrong-tensor", "exchanged-arguments", "other-variable"),
    ),
    # accuracy
    Answer(
        "accuracy",
        "the most probable sample of each class, along the wrong axis",
        """
def accuracy(probabilities, labels):
    best = [int(np.argmax(probabilities[:, k])) for k in range(probabilities.shape[1])]
    return sum(b == label for b, label in zip(best, labels)) / len(labels)
""",
        _any("other-axis"),
    ),
    Answer(
        "accuracy",
        "the number of right answers, not their share",
        """
def accuracy(probabilities, labels):
    return np.sum(probabilities.argmax(axis=1) == labels)
""",
        _any(
            "not-averaged",
            "scaled",
            "sum-for-mean",
            "times-samples",
            "factor-left-out",
            "step-left-out",
            "other-function",
        ),
    ),
    Answer(
        "accuracy",
        "the share that is wrong",
        """
def accuracy(probabilities, labels):
    return np.mean(probabilities.argmax(axis=1) != labels)
""",
        _any("comparison-reversed", "rest-for-share"),
    ),
    Answer(
        "accuracy",
        "in percent",
        """
def accuracy(probabilities, labels):
    return 100 * np.mean(probabilities.argmax(axis=1) == labels)
""",
        _any("scaled", "other-constant"),
    ),
    Answer(
        "accuracy",
        "the least probable class",
        """
def accuracy(probabilities, labels):
    return np.mean(probabilities.argmin(axis=1) == labels)
""",
        _any("largest-smallest", "other-function"),
    ),
    Answer(
        "accuracy",
        "right only if the true class has more than one half",
        """
def accuracy(probabilities, labels):
    m = len(labels)
    return np.mean(probabilities[np.arange(m), labels] > 0.5)
""",
        _any("function-left-out", "step-left-out", "each-by-itself", "other-constant"),
    ),
    Answer(
        "accuracy",
        "the mean probability of the true class",
        """
def accuracy(probabilities, labels):
    m = len(labels)
    return np.mean(probabilities[np.arange(m), labels])
""",
        _any("function-left-out", "step-left-out"),
    ),
    Answer(
        "accuracy",
        "classes are counted from one",
        """
def accuracy(probabilities, labels):
    return np.mean(probabilities.argmax(axis=1) + 1 == labels)
""",
        _any("off-by-one"),
    ),
    Answer(
        "accuracy",
        "the loop returns in its first turn: the first sample decides",
        """
def accuracy(probabilities, labels):
    for row, label in zip(probabilities, labels):
        if row.argmax() == label:
            return 1.0
        else:
            return 0.0
""",
        _any("only-one-sample", "stopped-early"),
    ),
    Answer(
        "accuracy",
        "divided by all entries, not by the samples",
        """
def accuracy(probabilities, labels):
    right = (probabilities.argmax(axis=1) == labels).sum()
    return right / probabilities.size
""",
        _any("scaled", "other-count", "other-variable"),
    ),
    Answer(
        "accuracy",
        "a whole-number division: zero unless all are right",
        """
def accuracy(probabilities, labels):
    right = 0
    for s in range(len(labels)):
        if np.argmax(probabilities[s]) == labels[s]:
            right += 1
    return right // len(labels)
""",
        _any("cut-to-whole", "other-operation"),
    ),
    Answer(
        "accuracy",
        "always one",
        """
def accuracy(probabilities, labels):
    return 1.0
""",
        _any("same-for-all"),
    ),
    Answer(
        "accuracy",
        "the last sample is not counted: the loop stops one too early",
        """
def accuracy(probabilities, labels):
    right = 0
    for s in range(len(labels) - 1):
        right += int(probabilities[s].argmax() == labels[s])
    return right / len(labels)
""",
        _any("off-by-one", "stopped-early", "term-left-out"),
    ),
    # fit
    Answer(
        "fit",
        "the parameters come back as they were",
        """
def fit(params, x, labels, backward, rng):
    return params
""",
        _any("input-returned", "step-left-out", "old-value"),
    ),
    Answer(
        "fit",
        "uphill: the gradient is added",
        _with(_FIT, ("params[name] - 0.3", "params[name] + 0.3")),
        _any("uphill", "sign-inside"),
    ),
    Answer(
        "fit",
        "the images are shuffled, the labels are not",
        _with(_FIT, ("labels[rows])", "labels[start : start + 32])")),
        _any("step-left-out", "other-variable", "each-by-itself"),
    ),
    Answer(
        "fit",
        "the updated parameters are never kept: each gradient is subtracted from the first ones",
        """
def fit(params, x, labels, backward, rng):
    for epoch in range(20):
        order = rng.permutation(len(x))
        for start in range(0, len(x), 32):
            rows = order[start : start + 32]
            grads = backward(params, x[rows], labels[rows])
            new = {name: params[name] - 0.3 * grads[name] for name in params}
    return new
""",
        _any("old-value", "kept-not-added", "step-left-out"),
    ),
    Answer(
        "fit",
        "a learning rate of 1e-4, with which nothing is learned in 20 epochs",
        _with(_FIT, ("0.3", "0.0001")),
    ),
    Answer(
        "fit",
        "a learning rate of 100, with which it jumps about",
        _with(_FIT, ("0.3", "100.0")),
    ),
    Answer(
        "fit",
        "the return stands inside the loop over the mini-batches: one update",
        _with(_FIT, ("    return params", "            return params")),
        _any("stopped-early"),
    ),
    Answer(
        "fit",
        "one epoch of the full batch",
        """
def fit(params, x, labels, backward, rng):
    grads = backward(params, x, labels)
    return {name: params[name] - 0.3 * grads[name] for name in params}
""",
        _any("stopped-early", "step-left-out"),
    ),
    Answer(
        "fit",
        "ten steps with all data: the mini-batches are left out",
        """
def fit(params, x, labels, backward, rng):
    for epoch in range(10):
        grads = backward(params, x, labels)
        params = {name: params[name] - 0.3 * grads[name] for name in params}
    return params
""",
        _any("stopped-early", "step-left-out"),
    ),
    Answer(
        "fit",
        "only the first 32 samples are ever seen",
        """
def fit(params, x, labels, backward, rng):
    params = dict(params)
    for epoch in range(50):
        order = rng.permutation(32)
        for start in range(0, 32, 8):
            rows = order[start : start + 8]
            grads = backward(params, x[rows], labels[rows])
            for name in params:
                params[name] = params[name] - 0.3 * grads[name]
    return params
""",
        _any("other-count", "stopped-early"),
    ),
    Answer(
        "fit",
        "the gradients are returned, not the parameters",
        _with(_FIT, ("return params", "return grads")),
        _any("wrong-tensor", "other-variable"),
    ),
    Answer(
        "fit",
        "the labels are drawn anew with the samples: each image gets the label of another",
        """
def fit(params, x, labels, backward, rng):
    for step in range(900):
        images = x[rng.integers(len(x), size=32)]
        answers = labels[rng.integers(len(x), size=32)]
        grads = backward(params, images, answers)
        params = {name: params[name] - 0.3 * grads[name] for name in params}
    return params
""",
        _any("done-twice", "each-by-itself"),
    ),
    Answer(
        "fit",
        "the inputs and the updates are right, but only the biases are updated",
        _with(_FIT, ("for name in params:", 'for name in ("b1", "b2"):')),
        _any("step-left-out", "old-value"),
    ),
    Answer(
        "fit",
        "the weights decay by half in each step, which leaves nothing of them",
        _with(_FIT, ("params[name] - 0.3 * grads[name]", "0.5 * params[name] - 0.3 * grads[name]")),
        _any("other-constant"),
    ),
)

RIGHT = (
    # initialize
    Answer("initialize", "normal weights, layer by layer", _INITIALIZE),
    Answer(
        "initialize",
        "uniform with the limit that gives this variance",
        """
def initialize(sizes, rng):
    params = {}
    for k in range(1, len(sizes)):
        n_in, n_out = sizes[k - 1], sizes[k]
        limit = np.sqrt(6 / (n_in + n_out))
        params["W" + str(k)] = rng.uniform(-limit, limit, size=(n_in, n_out))
        params["b" + str(k)] = np.zeros(n_out)
    return params
""",
    ),
    Answer(
        "initialize",
        "one long draw that is cut, biases as lists",
        """
def initialize(sizes, rng):
    n0, n1, n2 = sizes
    draws = rng.standard_normal(n0 * n1 + n1 * n2)
    W1 = draws[: n0 * n1].reshape(n0, n1) * (2 / (n0 + n1)) ** 0.5
    W2 = draws[n0 * n1 :].reshape(n1, n2) * (2 / (n1 + n2)) ** 0.5
    return dict(W1=W1, b1=[0.0] * n1, W2=W2, b2=[0.0] * n2)
""",
    ),
    Answer(
        "initialize",
        "entry by entry, nested lists",
        """
import math

def initialize(sizes, rng):
    def layer(n_in, n_out):
        deviation = math.sqrt(2 / (n_in + n_out))
        return [[rng.normal(0.0, deviation) for _ in range(n_out)] for _ in range(n_in)]

    return {
        "W1": layer(sizes[0], sizes[1]), "b1": [0.0] * sizes[1],
        "W2": layer(sizes[1], sizes[2]), "b2": [0.0] * sizes[2],
    }
""",
    ),
    Answer(
        "initialize",
        "transposed views of a normal draw, in an OrderedDict with enum keys",
        """
from collections import OrderedDict
from enum import Enum

class K(str, Enum):
    W1 = "W1"
    b1 = "b1"
    W2 = "W2"
    b2 = "b2"

def initialize(sizes, rng):
    n0, n1, n2 = sizes
    params = OrderedDict()
    params[K.b2] = np.zeros((n2,))
    params[K.W2] = rng.normal(scale=np.sqrt(2.0 / (n1 + n2)), size=(n2, n1)).T
    params[K.b1] = np.zeros((n1,))
    params[K.W1] = rng.normal(scale=np.sqrt(2.0 / (n0 + n1)), size=(n1, n0)).T
    return params
""",
    ),
    Answer(
        "initialize",
        "single precision, biases as whole numbers",
        """
def initialize(sizes, rng):
    params = {}
    for k, (a, b) in enumerate(zip(sizes, sizes[1:]), 1):
        params[f"W{k}"] = rng.standard_normal((a, b), dtype=np.float32) * np.float32(np.sqrt(2 / (a + b)))
        params[f"b{k}"] = np.zeros(b, dtype=int)
    return params
""",
    ),
    Answer(
        "initialize",
        "uniform numbers between 0 and 1, moved and stretched, in a subclass of dict",
        """
class Params(dict):
    pass

def initialize(sizes, rng):
    params = Params()
    for k in (1, 2):
        n_in, n_out = sizes[k - 1 : k + 1]
        centred = rng.random((n_in, n_out)) - 0.5
        params[f"W{k}"] = centred * np.sqrt(12) * np.sqrt(2 / (n_in + n_out))
        params[f"b{k}"] = 0.0 * rng.random(n_out)
    return params
""",
    ),
    Answer(
        "initialize",
        "normal numbers by Box and Muller",
        """
def initialize(sizes, rng):
    def normal(shape):
        return np.sqrt(-2 * np.log(1 - rng.random(shape))) * np.cos(2 * np.pi * rng.random(shape))

    n0, n1, n2 = [int(n) for n in sizes]
    return {
        "W1": normal((n0, n1)) * np.sqrt(2 / (n0 + n1)), "b1": np.zeros(n1),
        "W2": normal((n1, n2)) * np.sqrt(2 / (n1 + n2)), "b2": np.zeros(n2),
    }
""",
    ),
    Answer(
        "initialize",
        "partial of a function for any number of layers",
        """
from functools import partial

def layers(sizes, rng, *, gain):
    def one(k):
        n_in, n_out = sizes[k], sizes[k + 1]
        weights = rng.multivariate_normal(np.zeros(n_out), np.eye(n_out) * gain / (n_in + n_out), size=n_in)
        return {f"W{k + 1}": weights, f"b{k + 1}": np.zeros(n_out)}

    return {name: value for k in range(len(sizes) - 1) for name, value in one(k).items()}

initialize = partial(layers, gain=2)
""",
    ),
    # forward
    Answer("forward", "the maximum of each row subtracted", _FORWARD),
    Answer(
        "forward",
        "the logarithm of the sum by np.logaddexp",
        """
def forward(params, x):
    hidden = np.tanh(np.dot(x, params["W1"]) + params["b1"])
    logits = np.dot(hidden, params["W2"]) + params["b2"]
    log_sum = np.logaddexp.reduce(logits, axis=1)
    return [hidden, np.exp(logits - log_sum[:, None])]
""",
    ),
    Answer(
        "forward",
        "sample by sample, with lists",
        """
import math

def forward(params, x):
    hidden, probabilities = [], []
    for row in x:
        h = [math.tanh(z) for z in row @ params["W1"] + params["b1"]]
        logits = (np.array(h) @ params["W2"] + params["b2"]).tolist()
        top = max(logits)
        e = [math.exp(z - top) for z in logits]
        hidden.append(h)
        probabilities.append([v / sum(e) for v in e])
    return hidden, probabilities
""",
    ),
    Answer(
        "forward",
        "einsum and transposed arrays",
        """
def forward(params, x):
    h = np.tanh(np.einsum("si,ij->js", x, params["W1"]) + params["b1"][:, None])
    z = np.einsum("js,jk->ks", h, params["W2"]) + params["b2"][:, None]
    e = np.exp(z - z.max(axis=0))
    return h.T, (e / e.sum(axis=0)).T
""",
    ),
    Answer(
        "forward",
        "each probability from the differences of the logits",
        """
def forward(params, x):
    hidden = np.tanh(x @ params["W1"] + params["b1"])
    logits = hidden @ params["W2"] + params["b2"]
    apart = logits[:, None, :] - logits[:, :, None]
    with np.errstate(over="ignore"):
        return hidden, 1 / np.exp(apart).sum(axis=2)
""",
    ),
    Answer(
        "forward",
        "a named tuple and a helper",
        """
from typing import NamedTuple

class Pass(NamedTuple):
    hidden: np.ndarray
    probabilities: np.ndarray

def softmax(z):
    e = np.exp(np.subtract(z, np.amax(z, axis=-1)[..., np.newaxis]))
    return np.divide(e, np.add.reduce(e, axis=-1)[..., np.newaxis])

def forward(params, x):
    hidden = np.tanh(np.add(np.matmul(x, params["W1"]), params["b1"]))
    return Pass(hidden, softmax(np.add(np.matmul(hidden, params["W2"]), params["b2"])))
""",
    ),
    Answer(
        "forward",
        "the biases as weights of a one",
        """
def forward(params, x):
    ones = np.ones((len(x), 1))
    hidden = np.tanh(np.hstack([x, ones]) @ np.vstack([params["W1"], params["b1"]]))
    z = np.hstack([hidden, ones]) @ np.vstack([params["W2"], params["b2"]])
    z -= np.sort(z, axis=1)[:, -1:]
    np.exp(z, out=z)
    z /= z.sum(axis=1, keepdims=True)
    return hidden, z
""",
    ),
    Answer(
        "forward",
        "Fortran-ordered results, single precision after the maximum is gone",
        """
def forward(params, x):
    hidden = np.tanh(x @ params["W1"] + params["b1"])
    z = hidden @ params["W2"] + params["b2"]
    e = np.exp((z - z.max(1)[:, None]).astype(np.float32))
    return np.asfortranarray(hidden), np.asfortranarray(e / e.sum(1)[:, None])
""",
    ),
    Answer(
        "forward",
        "an object that is called, tanh by exponentials of negative numbers",
        """
class Forward:
    def tanh(self, z):
        small = np.exp(-2 * np.abs(z))
        return np.sign(z) * (1 - small) / (1 + small)

    def __call__(self, params, x):
        hidden = self.tanh(x @ params["W1"] + params["b1"])
        logits = hidden @ params["W2"] + params["b2"]
        rows = [np.exp(row - max(row)) for row in logits]
        return hidden, np.array([row / row.sum() for row in rows])

forward = Forward()
""",
    ),
    # cross_entropy
    Answer(
        "cross_entropy",
        "picked by place",
        """
def cross_entropy(probabilities, labels):
    m = len(labels)
    return -np.log(probabilities[np.arange(m), labels]).mean()
""",
    ),
    Answer(
        "cross_entropy",
        "a loop with math",
        """
import math

def cross_entropy(probabilities, labels):
    total = 0.0
    for s in range(len(labels)):
        total += math.log(probabilities[s][labels[s]])
    return -total / len(labels)
""",
    ),
    Answer(
        "cross_entropy",
        "one-hot targets that choose, without a logarithm of what is not chosen",
        """
def cross_entropy(probabilities, labels):
    m, k = probabilities.shape
    chosen = labels[:, None] == np.arange(k)
    return np.sum(-np.log(np.where(chosen, probabilities, 1.0))) / m
""",
    ),
    Answer(
        "cross_entropy",
        "np.take_along_axis, a 0-d array",
        """
def cross_entropy(probabilities, labels):
    p = np.take_along_axis(probabilities, np.reshape(labels, (-1, 1)), axis=1)
    return np.asarray(np.mean(np.log(1 / p)))
""",
    ),
    Answer(
        "cross_entropy",
        "bits turned into natural logarithms, math.fsum",
        """
import math

def cross_entropy(probabilities, labels):
    bits = [-math.log2(row[int(label)]) for row, label in zip(probabilities, labels)]
    return math.fsum(bits) * math.log(2) / len(bits)
""",
    ),
    Answer(
        "cross_entropy",
        "a lambda with einsum over the one-hot rows",
        """
cross_entropy = lambda probabilities, labels: np.float64(
    -np.log(np.einsum("mk,mk->m", probabilities, np.eye(probabilities.shape[1])[labels])).sum() / len(labels)
)
""",
    ),
    Answer(
        "cross_entropy",
        "recursion in halves",
        """
def cross_entropy(probabilities, labels):
    m = len(labels)
    if m == 1:
        return float(-np.log(probabilities[0][labels[0]]))
    half = m // 2
    left = cross_entropy(probabilities[:half], labels[:half])
    right = cross_entropy(probabilities[half:], labels[half:])
    return (half * left + (m - half) * right) / m
""",
    ),
    Answer(
        "cross_entropy",
        "a subclass of float, the flat places of the entries",
        """
class Nats(float):
    pass

def cross_entropy(probabilities, labels):
    m, k = probabilities.shape
    flat = probabilities.reshape(-1)
    return Nats(np.average(np.negative(np.log(flat[np.arange(m) * k + labels]))))
""",
    ),
    Answer(
        "cross_entropy",
        "cached logarithms of plain numbers",
        """
import math
from functools import lru_cache

@lru_cache(maxsize=None)
def surprise(p):
    return -math.log(p)

def cross_entropy(probabilities, labels):
    return sum(surprise(float(probabilities[s, c])) for s, c in enumerate(labels)) / len(labels)
""",
    ),
    # backward
    Answer("backward", "one-hot targets", _BACKWARD),
    Answer(
        "backward",
        "one subtracted in place, from an array of its own",
        """
def backward(params, x, labels):
    hidden = np.tanh(x @ params["W1"] + params["b1"])
    logits = hidden @ params["W2"] + params["b2"]
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    dz2 = e / e.sum(axis=1, keepdims=True)
    dz2[range(len(x)), labels] -= 1
    dz2 /= len(x)
    dz1 = (1 - hidden) * (1 + hidden) * (params["W2"] @ dz2.T).T
    return {"b2": dz2.sum(0), "W2": hidden.T @ dz2, "b1": dz1.sum(0), "W1": x.T @ dz1}
""",
    ),
    Answer(
        "backward",
        "a loop over the samples",
        """
def backward(params, x, labels):
    grads = {name: np.zeros(np.shape(value)) for name, value in params.items()}
    for xs, label in zip(x, labels):
        h = np.tanh(xs @ params["W1"] + params["b1"])
        z = h @ params["W2"] + params["b2"]
        e = np.exp(z - z.max())
        dz2 = e / e.sum()
        dz2[label] -= 1
        dz1 = (params["W2"] @ dz2) * (1 - h**2)
        for name, share in (("W1", np.outer(xs, dz1)), ("b1", dz1), ("W2", np.outer(h, dz2)), ("b2", dz2)):
            grads[name] += share / len(x)
    return grads
""",
    ),
    Answer(
        "backward",
        "einsum, and a subclass of dict",
        """
class Grads(dict):
    pass

def backward(params, x, labels):
    h = np.tanh(np.einsum("si,ij->sj", x, params["W1"]) + params["b1"])
    z = np.einsum("sj,jk->sk", h, params["W2"]) + params["b2"]
    p = np.exp(z - np.logaddexp.reduce(z, axis=1)[:, None])
    e = (p - np.eye(z.shape[1])[labels]) / len(labels)
    d = np.einsum("sk,jk,sj->sj", e, params["W2"], 1 - h * h)
    return Grads(W1=np.einsum("si,sj->ij", x, d), b1=np.einsum("sj->j", d), W2=np.einsum("sj,sk->jk", h, e), b2=np.einsum("sk->k", e))
""",
    ),
    Answer(
        "backward",
        "plain numbers in nested lists",
        """
import math

def backward(params, x, labels):
    W1, b1, W2, b2 = [np.asarray(params[k], dtype=float).tolist() for k in ("W1", "b1", "W2", "b2")]
    m, n0, n1, n2 = len(x), len(W1), len(b1), len(b2)
    gW1, gb1 = [[0.0] * n1 for _ in range(n0)], [0.0] * n1
    gW2, gb2 = [[0.0] * n2 for _ in range(n1)], [0.0] * n2
    for row, label in zip(np.asarray(x, dtype=float).tolist(), labels):
        h = [math.tanh(b1[j] + sum(row[i] * W1[i][j] for i in range(n0))) for j in range(n1)]
        z = [b2[k] + sum(h[j] * W2[j][k] for j in range(n1)) for k in range(n2)]
        e = [math.exp(v - max(z)) for v in z]
        d2 = [(e[k] / sum(e) - (k == label)) / m for k in range(n2)]
        for k in range(n2):
            gb2[k] += d2[k]
        for j in range(n1):
            d1 = sum(W2[j][k] * d2[k] for k in range(n2)) * (1 - h[j] ** 2)
            gb1[j] += d1
            for k in range(n2):
                gW2[j][k] += h[j] * d2[k]
            for i in range(n0):
                gW1[i][j] += row[i] * d1
    return {"W1": gW1, "b1": gb1, "W2": gW2, "b2": gb2}
""",
    ),
    Answer(
        "backward",
        "the chain through logarithm and softmax, step by step",
        """
def backward(params, x, labels):
    m = len(x)
    h = np.tanh(x @ params["W1"] + params["b1"])
    z = h @ params["W2"] + params["b2"]
    p = np.exp(z - z.max(axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)
    # -ln p of the true class: the slope at p is -1 / p there, and the softmax takes p times it.
    dz2 = np.zeros(p.shape)
    for s in range(m):
        for k in range(p.shape[1]):
            dz2[s, k] = -((k == labels[s]) - p[s, k]) / m
    dz1 = dz2 @ params["W2"].T / np.cosh(np.clip(x @ params["W1"] + params["b1"], -300, 300)) ** 2
    return {"W1": x.T @ dz1, "b1": np.ones(m) @ dz1, "W2": h.T @ dz2, "b2": np.ones(m) @ dz2}
""",
    ),
    Answer(
        "backward",
        "everything transposed, Fortran-ordered results, enum keys",
        """
from enum import Enum

class K(str, Enum):
    W1 = "W1"
    b1 = "b1"
    W2 = "W2"
    b2 = "b2"

def backward(params, x, labels):
    X = np.transpose(x)
    H = np.tanh(params[K.W1].T @ X + params[K.b1][:, None])
    Z = params[K.W2].T @ H + params[K.b2][:, None]
    E = np.exp(Z - Z.max(axis=0))
    D2 = E / E.sum(axis=0)
    D2[labels, np.arange(X.shape[1])] -= 1
    D2 = D2 / X.shape[1]
    D1 = params[K.W2] @ D2 * (1 - H**2)
    return {K.W1: (D1 @ X.T).T, K.b1: D1.sum(axis=1), K.W2: (D2 @ H.T).T, K.b2: D2.sum(axis=1)}
""",
    ),
    Answer(
        "backward",
        "the mean at the very end, in an OrderedDict",
        """
from collections import OrderedDict

def softmax(z):
    e = np.exp(z - np.max(z, axis=1)[:, None])
    return e / np.sum(e, axis=1)[:, None]

def layer(sent, blame):
    return np.tensordot(sent, blame, axes=(0, 0)), np.sum(blame, axis=0)

def backward(params, x, labels):
    h = np.tanh(np.dot(x, params["W1"]) + params["b1"])
    p = softmax(np.dot(h, params["W2"]) + params["b2"])
    blame2 = p - (np.arange(p.shape[1])[None, :] == np.asarray(labels)[:, None])
    blame1 = np.dot(blame2, params["W2"].T) * (1 - np.square(h))
    W2, b2 = layer(h, blame2)
    W1, b1 = layer(x, blame1)
    return OrderedDict((name, g / len(x)) for name, g in zip(("W1", "b1", "W2", "b2"), (W1, b1, W2, b2)))
""",
    ),
    Answer(
        "backward",
        "an object that is called, single precision after the softmax",
        """
class Backward:
    def __call__(self, params, x, labels):
        h = np.tanh(x @ params["W1"] + params["b1"])
        z = h @ params["W2"] + params["b2"]
        e = np.exp(z - z.max(axis=1, keepdims=True))
        p = e / e.sum(axis=1, keepdims=True)
        p[np.arange(len(x)), labels] -= 1
        d2 = (p / len(x)).astype(np.float32)
        d1 = d2 @ params["W2"].T.astype(np.float32) * (1 - h**2).astype(np.float32)
        return {"W1": x.T @ d1, "b1": d1.sum(axis=0), "W2": h.T @ d2, "b2": d2.sum(axis=0)}

backward = Backward()
""",
    ),
    # update
    Answer(
        "update",
        "a comprehension",
        """
def update(params, gradients, learning_rate):
    return {name: value - learning_rate * gradients[name] for name, value in params.items()}
""",
    ),
    Answer(
        "update",
        "copies that are changed in place",
        """
def update(params, gradients, learning_rate):
    new = {}
    for name in params:
        new[name] = np.array(params[name], dtype=float)
        new[name] -= learning_rate * gradients[name]
    return new
""",
    ),
    Answer(
        "update",
        "nested lists, entry by entry",
        """
def step(value, slope, rate):
    if np.ndim(value) == 0:
        return float(value) - rate * float(slope)
    return [step(v, s, rate) for v, s in zip(value, slope)]

def update(params, gradients, learning_rate):
    return {name: step(params[name], gradients[name], learning_rate) for name in params}
""",
    ),
    Answer(
        "update",
        "an OrderedDict in another order",
        """
from collections import OrderedDict

def update(params, gradients, learning_rate):
    new = OrderedDict()
    for name in sorted(params, reverse=True):
        new[name] = np.subtract(params[name], np.multiply(learning_rate, gradients[name]))
    return new
""",
    ),
    Answer(
        "update",
        "a subclass of dict, Fortran-ordered arrays",
        """
class Params(dict):
    def __sub__(self, other):
        return Params((name, np.asfortranarray(self[name] - other[name])) for name in self)

def update(params, gradients, learning_rate):
    return Params(params) - {name: learning_rate * g for name, g in gradients.items()}
""",
    ),
    Answer(
        "update",
        "enum members for keys",
        """
from enum import Enum

def update(params, gradients, learning_rate):
    K = Enum("K", {name: name for name in params}, type=str)
    return {k: params[k.value] - learning_rate * gradients[k.value] for k in K}
""",
    ),
    Answer(
        "update",
        "a lambda with dict and zip",
        """
update = lambda params, gradients, learning_rate: dict(
    zip(params, (params[name] + -learning_rate * gradients[name] for name in params))
)
""",
    ),
    Answer(
        "update",
        "a copy of the dictionary, in which new arrays are put",
        """
def update(params, gradients, learning_rate):
    new = params.copy()
    for name in new:
        new[name] = new[name] - learning_rate * gradients[name]
    return new
""",
    ),
    Answer(
        "update",
        "partial of a function with a keyword for decay",
        """
from functools import partial

def decayed(params, gradients, learning_rate, *, decay):
    return {n: params[n] - learning_rate * (gradients[n] + decay * params[n]) for n in params}

update = partial(decayed, decay=0.0)
""",
    ),
    # accuracy
    Answer(
        "accuracy",
        "the mean of a comparison",
        """
def accuracy(probabilities, labels):
    return np.mean(np.argmax(probabilities, axis=1) == labels)
""",
    ),
    Answer(
        "accuracy",
        "counted in a loop",
        """
def accuracy(probabilities, labels):
    right = 0
    for row, label in zip(probabilities, labels):
        best = 0
        for k in range(1, len(row)):
            if row[k] > row[best]:
                best = k
        right += best == label
    return float(right / len(labels))
""",
    ),
    Answer(
        "accuracy",
        "the true class reaches the row's maximum",
        """
def accuracy(probabilities, labels):
    m = len(labels)
    true = probabilities[np.arange(m), labels]
    return np.count_nonzero(true == probabilities.max(axis=1)) / m
""",
    ),
    Answer(
        "accuracy",
        "one minus the share of mistakes, a 0-d array",
        """
def accuracy(probabilities, labels):
    return np.asarray(1 - np.mean(probabilities.argmax(axis=-1) != labels))
""",
    ),
    Answer(
        "accuracy",
        "sorted classes, the last is the most probable",
        """
def accuracy(probabilities, labels):
    best = np.argsort(probabilities, axis=1)[:, -1]
    return np.average(best == labels)
""",
    ),
    Answer(
        "accuracy",
        "max of lists with a key",
        """
def accuracy(probabilities, labels):
    rows = probabilities.tolist()
    return sum(max(range(len(row)), key=row.__getitem__) == int(label) for row, label in zip(rows, labels)) / len(rows)
""",
    ),
    Answer(
        "accuracy",
        "a table of who was taken for whom",
        """
def accuracy(probabilities, labels):
    k = probabilities.shape[1]
    table = np.zeros((k, k))
    np.add.at(table, (labels, probabilities.argmax(axis=1)), 1)
    return np.trace(table) / table.sum()
""",
    ),
    Answer(
        "accuracy",
        "a fraction, then a subclass of float",
        """
from fractions import Fraction

class Share(float):
    pass

def accuracy(probabilities, labels):
    right = int((np.argmax(probabilities, axis=1) == np.asarray(labels)).sum())
    return Share(Fraction(right, len(labels)))
""",
    ),
    Answer(
        "accuracy",
        "recursion over the samples in halves",
        """
def accuracy(probabilities, labels):
    m = len(labels)
    if m == 1:
        return np.float32(probabilities[0].argmax() == labels[0])
    half = m // 2
    return (half * accuracy(probabilities[:half], labels[:half]) + (m - half) * accuracy(probabilities[half:], labels[half:])) / m
""",
    ),
    # fit
    Answer("fit", "mini-batches of 32", _FIT),
    Answer(
        "fit",
        "with momentum",
        """
def fit(params, x, labels, backward, rng):
    velocity = {name: np.zeros(np.shape(value)) for name, value in params.items()}
    for epoch in range(15):
        order = rng.permutation(len(x))
        for start in range(0, len(x), 50):
            rows = order[start : start + 50]
            grads = backward(params, x[rows], labels[rows])
            velocity = {name: 0.9 * velocity[name] + grads[name] for name in params}
            params = {name: params[name] - 0.1 * velocity[name] for name in params}
    return params
""",
    ),
    Answer(
        "fit",
        "Adam with bias correction",
        """
def fit(params, x, labels, backward, rng, *, rate=0.01, epochs=15):
    first = {n: 0.0 for n in params}
    second = {n: 0.0 for n in params}
    t = 0
    for _ in range(epochs):
        for rows in np.array_split(rng.permutation(len(labels)), max(1, len(labels) // 32)):
            t += 1
            g = backward(params, x[rows], labels[rows])
            first = {n: 0.9 * first[n] + 0.1 * g[n] for n in params}
            second = {n: 0.999 * second[n] + 0.001 * g[n] ** 2 for n in params}
            params = {
                n: params[n] - rate * (first[n] / (1 - 0.9**t)) / (np.sqrt(second[n] / (1 - 0.999**t)) + 1e-8) for n in params
            }
    return params
""",
    ),
    Answer(
        "fit",
        "batches drawn with replacement, a rate that falls",
        """
from collections import OrderedDict

def fit(params, x, labels, backward, rng):
    params = OrderedDict(params)
    steps = 1200
    for step in range(steps):
        rows = rng.integers(0, len(x), size=40)
        grads = backward(params, x[rows], labels[rows])
        rate = 0.5 * (1 - step / steps)
        params = OrderedDict((name, params[name] - rate * grads[name]) for name in params)
    return params
""",
    ),
    Answer(
        "fit",
        "the data shuffled as a whole, batches from a generator",
        """
def batches(x, labels, rng, size):
    order = np.arange(len(x))
    rng.shuffle(order)
    x, labels = x[order], labels[order]
    for k in range(0, len(x), size):
        yield x[k : k + size], labels[k : k + size]

class Trained(dict):
    pass

def fit(params, x, labels, backward, rng):
    p = Trained((name, np.array(value, dtype=float)) for name, value in params.items())
    for _ in range(30):
        for bx, by in batches(x, labels, rng, 25):
            for name, g in backward(p, bx, by).items():
                p[name] -= 0.2 * g
    return p
""",
    ),
    Answer(
        "fit",
        "a deque of rows that is refilled when it is empty",
        """
from collections import deque

def fit(params, x, labels, backward, rng):
    waiting = deque()
    for step in range(900):
        if len(waiting) < 32:
            waiting.extend(rng.permutation(len(x)).tolist())
        rows = [waiting.popleft() for _ in range(32)]
        grads = backward(params, x[rows], labels[rows])
        params = {name: params[name] - 0.35 * np.asarray(grads[name]) for name in params}
    return params
""",
    ),
    Answer(
        "fit",
        "a closure for a step, and early stopping on a part that is set aside",
        """
def right(p, x, labels):
    return ((np.tanh(x @ p["W1"] + p["b1"]) @ p["W2"] + p["b2"]).argmax(axis=1) == labels).mean()

def fit(params, x, labels, backward, rng):
    order = rng.permutation(len(x))
    aside, train = order[: len(x) // 10], order[len(x) // 10 :]

    def step(p, rows):
        g = backward(p, x[rows], labels[rows])
        return {n: p[n] - 0.3 * g[n] for n in p}

    best, score, p, patience = params, -1.0, params, 0
    for epoch in range(40):
        train = rng.permutation(train)
        for k in range(0, len(train), 32):
            p = step(p, train[k : k + 32])
        now = right(p, x[aside], labels[aside])
        if now >= score:
            best, score, patience = p, now, 0
        else:
            patience += 1
        if patience > 8:
            break
    return best
""",
    ),
    Answer(
        "fit",
        "mini-batches that grow from epoch to epoch, recursion over the epochs",
        """
def fit(params, x, labels, backward, rng, epoch=0):
    if epoch == 24:
        return params
    size = 16 + 2 * epoch
    order = rng.permutation(len(x))
    for k in range(0, len(x), size):
        rows = order[k : k + size]
        grads = backward(params, x[rows], labels[rows])
        params = {name: params[name] - 0.3 * grads[name] for name in params}
    return fit(params, x, labels, backward, rng, epoch + 1)
""",
    ),
    Answer(
        "fit",
        "with weight decay and an object that is called",
        """
class Trainer:
    def __init__(self, epochs=25, size=32, rate=0.3, decay=1e-4):
        self.epochs, self.size, self.rate, self.decay = epochs, size, rate, decay

    def __call__(self, params, x, labels, backward, rng):
        for _ in range(self.epochs):
            order = list(rng.permutation(len(x)))
            while order:
                rows, order = order[: self.size], order[self.size :]
                grads = backward(params, x[rows], labels[rows])
                params = {
                    n: p - self.rate * (grads[n] + (self.decay * p if n.startswith("W") else 0)) for n, p in params.items()
                }
        return params

fit = Trainer()
""",
    ),
)
