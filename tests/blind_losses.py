"""Forty losses with hand-written backward passes, each also with one natural mistake (blind cases).

Every case is a little function that draws its data and parameters, writes the forward pass the way a student
would, and a backward pass with a switch ``slip``: off it is correct, on it has the mistake the story tells.
"""

from collections.abc import Callable
from functools import partial
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

Array = np.ndarray
Params = dict[str, np.ndarray]


class Blind(NamedTuple):
    """A loss, a correct backward pass and the same with one mistake, told in ``story``."""

    story: str
    loss: Callable[[Params], float]
    params: Params
    right: Callable[[Params], Params]
    wrong: Callable[[Params], Params]


def blind(story: str, loss: Callable[[Params], float], params: Params, grad: Callable[..., Params]) -> Blind:
    """Make a case of a backward pass ``grad(params, slip)``."""
    return Blind(story, loss, params, partial(grad, slip=False), partial(grad, slip=True))


def draw(rng: np.random.Generator, scale: float, **shapes: tuple[int, ...]) -> Params:
    """Draw normal parameters of the given shapes."""
    return {name: scale * rng.normal(size=shape) for name, shape in shapes.items()}


def sigmoid(z: Array) -> Array:
    """Return the logistic function of ``z``."""
    return 1.0 / (1.0 + np.exp(-z))


def softmax(z: Array) -> Array:
    """Return the softmax over the last axis."""
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


# ---------------------------------------------------------------------------------------------- dense nets


def softplus_net() -> Blind:
    """Softplus hidden layer, mean squared error."""
    rng = np.random.default_rng(101)
    x, y = rng.normal(size=(6, 3)), rng.normal(size=(6, 2))
    params = draw(rng, 0.7, W1=(3, 5), b1=(5,), W2=(5, 2), b2=(2,))

    def forward(p: Params) -> tuple[Array, Array, Array]:
        z = x @ p["W1"] + p["b1"]
        a = np.log1p(np.exp(z))
        return z, a, a @ p["W2"] + p["b2"]

    def loss(p: Params) -> float:
        _, _, out = forward(p)
        return float(np.mean((out - y) ** 2))

    def grad(p: Params, slip: bool) -> Params:
        z, a, out = forward(p)
        dout = 2 * (out - y) / out.size
        da = dout @ p["W2"].T
        dz = da * sigmoid(a if slip else z)
        return {"W1": x.T @ dz, "b1": dz.sum(axis=0), "W2": a.T @ dout, "b2": dout.sum(axis=0)}

    story = (
        "Softplus hidden layer: its slope sigmoid(.) is taken at the activation a = softplus(z) and not "
        "at the pre-activation z."
    )
    return blind(story, loss, params, grad)


def swish_net() -> Blind:
    """Three dense layers, swish between them, half squared error."""
    rng = np.random.default_rng(102)
    inputs, targets = rng.normal(size=(6, 3)), rng.normal(size=(6, 2))
    sizes = [3, 5, 4, 2]
    depth = len(sizes) - 1
    params: Params = {}
    for k in range(depth):
        params[f"W{k}"] = 0.8 * rng.normal(size=(sizes[k], sizes[k + 1]))
        params[f"b{k}"] = 0.5 * rng.normal(size=sizes[k + 1])

    def forward(p: Params) -> tuple[Array, list[tuple[Array, Array]]]:
        h = inputs
        cache = []
        for k in range(depth):
            z = h @ p[f"W{k}"] + p[f"b{k}"]
            cache.append((h, z))
            h = z * sigmoid(z) if k < depth - 1 else z
        return h, cache

    def loss(p: Params) -> float:
        out, _ = forward(p)
        return 0.5 * np.sum((out - targets) ** 2) / len(inputs)

    def grad(p: Params, slip: bool) -> Params:
        out, cache = forward(p)
        d = (out - targets) / len(inputs)
        grads = {}
        for k in reversed(range(depth)):
            h, z = cache[k]
            if k < depth - 1:
                s = sigmoid(z)
                d = d * s if slip else d * (s + z * s * (1 - s))
            grads[f"W{k}"] = h.T @ d
            grads[f"b{k}"] = d.sum(axis=0)
            d = d @ p[f"W{k}"].T
        return grads

    story = (
        "Three-layer net with swish z*sigmoid(z): the slope is written as sigmoid(z) only, the product "
        "rule's second term z*s*(1-s) is left out."
    )
    return blind(story, loss, params, grad)


def gelu_net() -> Blind:
    """GELU (tanh form) hidden layer, mean squared error."""
    rng = np.random.default_rng(103)
    x, y = rng.normal(size=(7, 4)), rng.normal(size=(7, 3))
    params = draw(rng, 0.7, w_in=(4, 5), b_in=(5,), w_out=(5, 3), b_out=(3,))
    c = np.sqrt(2 / np.pi)

    def gelu(z: Array) -> Array:
        return 0.5 * z * (1 + np.tanh(c * (z + 0.044715 * z**3)))

    def gelu_slope(z: Array, slip: bool) -> Array:
        t = np.tanh(c * (z + 0.044715 * z**3))
        inner = 1.0 if slip else c * (1 + 3 * 0.044715 * z**2)
        return 0.5 * (1 + t) + 0.5 * z * (1 - t**2) * inner

    def loss(p: Params) -> float:
        hidden = gelu(x @ p["w_in"] + p["b_in"])
        residual = hidden @ p["w_out"] + p["b_out"] - y
        return float(np.mean(np.square(residual)))

    def grad(p: Params, slip: bool) -> Params:
        z = x @ p["w_in"] + p["b_in"]
        hidden = gelu(z)
        d = 2.0 * (hidden @ p["w_out"] + p["b_out"] - y) / y.size
        dz = (d @ p["w_out"].T) * gelu_slope(z, slip)
        return {"w_in": x.T @ dz, "b_in": dz.sum(0), "w_out": hidden.T @ d, "b_out": d.sum(0)}

    story = (
        "GELU in its tanh form: in the slope the inner derivative of the tanh's argument (sqrt(2/pi)*(1 "
        "+ 3*0.044715*z^2)) is forgotten."
    )
    return blind(story, loss, params, grad)


def elu_classifier() -> Blind:
    """Two ELU layers and cross-entropy from logits."""
    rng = np.random.default_rng(104)
    x, labels = rng.normal(size=(6, 4)), np.array([0, 2, 1, 2, 0, 1])
    params = draw(rng, 0.7, W1=(4, 5), b1=(5,), W2=(5, 4), b2=(4,), W3=(4, 3), b3=(3,))
    alpha = 0.7
    rows = np.arange(len(labels))

    def elu(z: Array) -> Array:
        return np.where(z > 0, z, alpha * (np.exp(z) - 1))

    def loss(p: Params) -> float:
        h1 = elu(x @ p["W1"] + p["b1"])
        h2 = elu(h1 @ p["W2"] + p["b2"])
        logits = h2 @ p["W3"] + p["b3"]
        logits = logits - logits.max(axis=1, keepdims=True)
        logprobs = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
        return -logprobs[rows, labels].mean()

    def grad(p: Params, slip: bool) -> Params:
        z1 = x @ p["W1"] + p["b1"]
        h1 = elu(z1)
        z2 = h1 @ p["W2"] + p["b2"]
        h2 = elu(z2)
        d3 = softmax(h2 @ p["W3"] + p["b3"])
        d3[rows, labels] -= 1
        d3 /= len(labels)
        below = 0.0 if slip else alpha
        d2 = (d3 @ p["W3"].T) * np.where(z2 > 0, 1.0, h2 + below)
        d1 = (d2 @ p["W2"].T) * np.where(z1 > 0, 1.0, h1 + below)
        return {
            "W1": x.T @ d1, "b1": d1.sum(axis=0),
            "W2": h1.T @ d2, "b2": d2.sum(axis=0),
            "W3": h2.T @ d3, "b3": d3.sum(axis=0),
        }

    story = (
        "ELU layers: for negative z the slope is alpha*exp(z) = a + alpha, but the student writes the "
        "activation a alone (the + alpha is forgotten)."
    )
    return blind(story, loss, params, grad)


def dense_skips() -> Blind:
    """Layers fed by the concatenation of everything before them, leaky relu."""
    rng = np.random.default_rng(105)
    x, y = rng.normal(size=(6, 3)), rng.normal(size=(6, 2))
    params = draw(rng, 0.8, A=(3, 2), a=(2,), B=(5, 4), b=(4,), C=(9, 2), c=(2,))

    def leaky(z: Array) -> Array:
        return np.where(z > 0, z, 0.2 * z)

    def run(p: Params) -> tuple[Array, ...]:
        z1 = x @ p["A"] + p["a"]
        cat1 = np.concatenate([x, leaky(z1)], axis=1)
        z2 = cat1 @ p["B"] + p["b"]
        cat2 = np.concatenate([cat1, leaky(z2)], axis=1)
        return z1, cat1, z2, cat2, cat2 @ p["C"] + p["c"]

    def loss(p: Params) -> float:
        return float(((run(p)[-1] - y) ** 2).mean())

    def grad(p: Params, slip: bool) -> Params:
        z1, cat1, z2, cat2, out = run(p)
        dout = 2 * (out - y) / y.size
        dcat2 = dout @ p["C"].T
        dh2 = dcat2[:, :4] if slip else dcat2[:, 5:]
        dz2 = dh2 * np.where(z2 > 0, 1.0, 0.2)
        dcat1 = dcat2[:, :5] + dz2 @ p["B"].T
        dz1 = dcat1[:, 3:] * np.where(z1 > 0, 1.0, 0.2)
        return {"A": x.T @ dz1, "a": dz1.sum(0), "B": cat1.T @ dz2, "b": dz2.sum(0),
                "C": cat2.T @ dout, "c": dout.sum(0)}

    story = (
        "Skip connections by concatenation [earlier, new]: when the gradient of the last concatenation "
        "is split, the new layer is given the first four columns and not the last four."
    )
    return blind(story, loss, params, grad)


def softsign_loop() -> Blind:
    """One softsign layer, sample after sample."""
    rng = np.random.default_rng(106)
    samples = [(rng.normal(size=4), rng.normal(size=2)) for _ in range(5)]
    params = draw(rng, 0.8, V=(3, 4), v0=(3,), U=(2, 3), u0=(2,))

    def loss(p: Params) -> float:
        total = 0.0
        for x, y in samples:
            z = p["V"] @ x + p["v0"]
            h = z / (1 + np.abs(z))
            e = p["U"] @ h + p["u0"] - y
            total += 0.5 * e @ e
        return total / len(samples)

    def grad(p: Params, slip: bool) -> Params:
        g = {name: np.zeros_like(value) for name, value in p.items()}
        for x, y in samples:
            z = p["V"] @ x + p["v0"]
            h = z / (1 + np.abs(z))
            e = (p["U"] @ h + p["u0"] - y) / len(samples)
            dz = (p["U"].T @ e) / (1 + np.abs(z)) ** 2
            g["U"] += np.outer(e, h)
            g["u0"] += e
            g["v0"] += dz
            if slip:
                g["V"] = np.outer(dz, x)
            else:
                g["V"] += np.outer(dz, x)
        return g

    story = (
        "Loop over samples with a softsign layer: the first layer's weight gradient is assigned (=) in "
        "the loop and not added (+=), so only the last sample remains."
    )
    return blind(story, loss, params, grad)


# ------------------------------------------------------------------------------------------------- losses


def temperature_softmax() -> Blind:
    """Cross-entropy of logits divided by a temperature."""
    rng = np.random.default_rng(107)
    x, labels = rng.normal(size=(8, 3)), np.array([3, 0, 1, 2, 2, 0, 1, 3])
    onehot = np.eye(4)[labels]
    params = draw(rng, 0.9, W1=(3, 5), b1=(5,), W2=(5, 4), b2=(4,))
    temperature = 2.5

    def loss(p: Params) -> float:
        h = np.tanh(x @ p["W1"] + p["b1"])
        scaled = (h @ p["W2"] + p["b2"]) / temperature
        return -np.sum(onehot * np.log(softmax(scaled))) / len(x)

    def grad(p: Params, slip: bool) -> Params:
        h = np.tanh(x @ p["W1"] + p["b1"])
        probs = softmax((h @ p["W2"] + p["b2"]) / temperature)
        dlogits = (probs - onehot) / len(x)
        if not slip:
            dlogits = dlogits / temperature
        dz = dlogits @ p["W2"].T * (1 - h**2)
        return {"W1": x.T @ dz, "b1": dz.sum(0), "W2": h.T @ dlogits, "b2": dlogits.sum(0)}

    story = (
        "Softmax with a temperature of 2.5 in the loss: the backward pass starts from (probs - "
        "onehot)/n and forgets to divide by the temperature."
    )
    return blind(story, loss, params, grad)


def softmax_layer() -> Blind:
    """Softmax as a layer of its own, cross-entropy from probabilities."""
    rng = np.random.default_rng(108)
    x, labels = rng.normal(size=(6, 4)), np.array([1, 0, 2, 2, 1, 0])
    params = draw(rng, 0.7, W1=(4, 5), b1=(5,), W2=(5, 3), b2=(3,))

    def forward(p: Params) -> dict[str, Array]:
        h = sigmoid(x @ p["W1"] + p["b1"])
        return {"h": h, "probs": softmax(h @ p["W2"] + p["b2"])}

    def cross_entropy(probs: Array) -> float:
        return -np.mean(np.log(probs[np.arange(len(labels)), labels]))

    def cross_entropy_backward(probs: Array) -> Array:
        dprobs = np.zeros_like(probs)
        rows = np.arange(len(labels))
        dprobs[rows, labels] = -1 / probs[rows, labels] / len(labels)
        return dprobs

    def softmax_backward(dprobs: Array, probs: Array, slip: bool) -> Array:
        if slip:
            return dprobs * probs * (1 - probs)
        return probs * (dprobs - np.sum(dprobs * probs, axis=1, keepdims=True))

    def loss(p: Params) -> float:
        return cross_entropy(forward(p)["probs"])

    def grad(p: Params, slip: bool) -> Params:
        cache = forward(p)
        h, probs = cache["h"], cache["probs"]
        dlogits = softmax_backward(cross_entropy_backward(probs), probs, slip)
        dz = (dlogits @ p["W2"].T) * h * (1 - h)
        return {"W1": x.T @ dz, "b1": dz.sum(axis=0), "W2": h.T @ dlogits, "b2": dlogits.sum(axis=0)}

    story = (
        "Softmax as a layer of its own: its backward uses only the Jacobian's diagonal p*(1-p), as if "
        "it were a sigmoid, so the classes no longer influence each other."
    )
    return blind(story, loss, params, grad)


def huber_net() -> Blind:
    """Huber loss with delta below one on a sigmoid net."""
    rng = np.random.default_rng(109)
    x, y = rng.normal(size=(7, 3)), 1.5 * rng.normal(size=(7, 2))
    params = draw(rng, 0.8, W1=(3, 4), b1=(4,), W2=(4, 2), b2=(2,))
    delta = 0.6

    def predict(p: Params) -> tuple[Array, Array]:
        h = sigmoid(np.dot(x, p["W1"]) + p["b1"])
        return h, np.dot(h, p["W2"]) + p["b2"]

    def loss(p: Params) -> float:
        error = predict(p)[1] - y
        small = np.abs(error) <= delta
        return float(np.mean(np.where(small, 0.5 * error**2, delta * (np.abs(error) - 0.5 * delta))))

    def grad(p: Params, slip: bool) -> Params:
        h, out = predict(p)
        error = out - y
        far = np.sign(error) if slip else delta * np.sign(error)
        dout = np.where(np.abs(error) <= delta, error, far) / error.size
        dz = np.dot(dout, p["W2"].T) * h * (1 - h)
        return {"W1": np.dot(x.T, dz), "b1": dz.sum(0), "W2": np.dot(h.T, dout), "b2": dout.sum(0)}

    story = (
        "Huber loss with delta 0.6: for large errors the gradient is sign(error), the factor delta is "
        "forgotten."
    )
    return blind(story, loss, params, grad)


def hinge_loops() -> Blind:
    """Multi-class hinge loss of a linear classifier with loops, squared weights added."""
    rng = np.random.default_rng(110)
    x, y = rng.normal(size=(6, 3)), np.array([4, 1, 0, 2, 3, 1])
    params = draw(rng, 0.6, W=(3, 5), b=(5,))
    reg = 0.05

    def loss(p: Params) -> float:
        total = 0.0
        for i in range(len(x)):
            scores = x[i] @ p["W"] + p["b"]
            for j in range(5):
                if j != y[i]:
                    total += max(0.0, scores[j] - scores[y[i]] + 1.0)
        return total / len(x) + reg * np.sum(p["W"] ** 2)

    def grad(p: Params, slip: bool) -> Params:
        dw, db = np.zeros_like(p["W"]), np.zeros_like(p["b"])
        for i in range(len(x)):
            scores = x[i] @ p["W"] + p["b"]
            violations = 0
            for j in range(5):
                if j != y[i] and scores[j] - scores[y[i]] + 1.0 > 0:
                    dw[:, j] += x[i]
                    db[j] += 1.0
                    violations += 1
            times = min(violations, 1) if slip else violations
            dw[:, y[i]] -= times * x[i]
            db[y[i]] -= times
        return {"W": dw / len(x) + 2 * reg * p["W"], "b": db / len(x)}

    story = (
        "Multi-class hinge loss: the true class's column gets -x once per sample, and not once for "
        "every class that violates the margin."
    )
    return blind(story, loss, params, grad)


def poisson_counts() -> Blind:
    """Poisson regression with a log link and known exposures."""
    rng = np.random.default_rng(111)
    x = rng.normal(size=(9, 4))
    exposure = rng.uniform(0.5, 2.0, size=9)
    counts = rng.poisson(2.0, size=9).astype(float)
    params = draw(rng, 0.5, w=(4,), b=(1,))

    def loss(p: Params) -> float:
        log_rate = x @ p["w"] + p["b"] + np.log(exposure)
        return float(np.mean(np.exp(log_rate) - counts * log_rate))

    def grad(p: Params, slip: bool) -> Params:
        log_rate = x @ p["w"] + p["b"] + np.log(exposure)
        predicted = log_rate if slip else np.exp(log_rate)
        residual = (predicted - counts) / len(counts)
        return {"w": x.T @ residual, "b": residual.sum(keepdims=True)}

    story = (
        "Poisson regression with log link: the residual is log_rate - counts, without the exponential "
        "(the rate should be compared with the counts)."
    )
    return blind(story, loss, params, grad)


def focal_net() -> Blind:
    """Binary focal loss on a small net."""
    rng = np.random.default_rng(112)
    x, t = rng.normal(size=(8, 3)), np.array([1.0, 0, 0, 1, 0, 1, 1, 0])
    params = draw(rng, 0.9, W=(3, 4), b=(4,), v=(4,), c=(1,))
    gamma, alpha = 2.0, 0.75

    def loss(p: Params) -> float:
        h = np.tanh(x @ p["W"] + p["b"])
        q = 1 / (1 + np.exp(-(h @ p["v"] + p["c"])))
        pt = t * q + (1 - t) * (1 - q)
        weight = t * alpha + (1 - t) * (1 - alpha)
        return np.mean(-weight * (1 - pt) ** gamma * np.log(pt))

    def grad(p: Params, slip: bool) -> Params:
        h = np.tanh(x @ p["W"] + p["b"])
        q = 1 / (1 + np.exp(-(h @ p["v"] + p["c"])))
        pt = t * q + (1 - t) * (1 - q)
        weight = t * alpha + (1 - t) * (1 - alpha)
        dpt = -weight * (1 - pt) ** gamma / pt
        if not slip:
            dpt += weight * gamma * (1 - pt) ** (gamma - 1) * np.log(pt)
        ds = dpt / len(x) * (2 * t - 1) * q * (1 - q)
        dz = np.outer(ds, p["v"]) * (1 - h * h)
        return {"W": x.T @ dz, "b": dz.sum(0), "v": h.T @ ds, "c": np.array([ds.sum()])}

    story = (
        "Focal loss: the focusing factor (1-pt)^gamma is treated as a constant, only the logarithm is "
        "differentiated."
    )
    return blind(story, loss, params, grad)


def distill_kl() -> Blind:
    """KL divergence of a student's distribution from a fixed teacher's."""
    rng = np.random.default_rng(113)
    x = rng.normal(size=(6, 3))
    teacher = softmax(1.2 * rng.normal(size=(6, 4)))
    params = draw(rng, 0.8, W1=(3, 5), b1=(5,), W2=(5, 4), b2=(4,))

    def loss(p: Params) -> float:
        h = np.tanh(x @ p["W1"] + p["b1"])
        q = softmax(h @ p["W2"] + p["b2"])
        return np.sum(q * (np.log(q) - np.log(teacher))) / x.shape[0]

    def grad(p: Params, slip: bool) -> Params:
        h = np.tanh(x @ p["W1"] + p["b1"])
        q = softmax(h @ p["W2"] + p["b2"])
        if slip:
            ds = (q - teacher) / x.shape[0]
        else:
            ratio = np.log(q) - np.log(teacher)
            ds = q * (ratio - np.sum(q * ratio, axis=1, keepdims=True)) / x.shape[0]
        dz = (ds @ p["W2"].T) * (1 - h**2)
        return {"W1": x.T @ dz, "b1": dz.sum(axis=0), "W2": h.T @ ds, "b2": ds.sum(axis=0)}

    story = (
        "Distillation with KL(student || teacher): the logits' gradient is written student - teacher, "
        "which belongs to the other direction KL(teacher || student)."
    )
    return blind(story, loss, params, grad)


def decay_deep() -> Blind:
    """Four tanh layers with weight decay on the matrices."""
    rng = np.random.default_rng(114)
    x, y = rng.normal(size=(6, 3)), rng.normal(size=(6, 1))
    widths = [3, 5, 4, 3, 1]
    params: Params = {}
    for i, (n_in, n_out) in enumerate(pairwise(widths), start=1):
        params |= draw(rng, 0.7, **{f"W{i}": (n_in, n_out), f"b{i}": (n_out,)})
    decay = 0.08

    def forward(p: Params) -> list[Array]:
        acts = [x]
        for i in range(1, 5):
            z = acts[-1] @ p[f"W{i}"] + p[f"b{i}"]
            acts.append(np.tanh(z) if i < 4 else z)
        return acts

    def loss(p: Params) -> float:
        data = np.mean((forward(p)[-1] - y) ** 2)
        penalty = sum(np.sum(p[f"W{i}"] ** 2) for i in range(1, 5))
        return data + 0.5 * decay * penalty

    def grad(p: Params, slip: bool) -> Params:
        acts = forward(p)
        d = 2 * (acts[-1] - y) / y.size
        g = {}
        for i in range(4, 0, -1):
            if i < 4:
                d = d * (1 - acts[i] ** 2)
            g[f"W{i}"], g[f"b{i}"] = acts[i - 1].T @ d, d.sum(axis=0)
            d = d @ p[f"W{i}"].T
        for name, value in p.items():
            if slip or name.startswith("W"):
                g[name] = g[name] + decay * value
        return g

    story = (
        "Weight decay: the backward pass adds decay*parameter to every tensor, the biases too, although "
        "the loss penalises only the weight matrices."
    )
    return blind(story, loss, params, grad)


def dropout_fixed() -> Blind:
    """Inverted dropout with a fixed mask on the hidden layer."""
    rng = np.random.default_rng(115)
    x, y = rng.normal(size=(6, 3)), rng.normal(size=(6, 2))
    keep = 0.6
    mask = (rng.random((6, 5)) < keep) / keep
    params = draw(rng, 0.8, W1=(3, 5), b1=(5,), W2=(5, 2), b2=(2,))

    def loss(p: Params) -> float:
        h = np.tanh(x @ p["W1"] + p["b1"])
        dropped = h * mask
        out = dropped @ p["W2"] + p["b2"]
        return 0.5 * np.mean(np.sum((out - y) ** 2, axis=1))

    def grad(p: Params, slip: bool) -> Params:
        h = np.tanh(x @ p["W1"] + p["b1"])
        dropped = h * mask
        dout = (dropped @ p["W2"] + p["b2"] - y) / len(x)
        dw2 = (h if slip else dropped).T @ dout
        dh = dout @ p["W2"].T * mask
        dz = dh * (1 - h**2)
        return {"W1": x.T @ dz, "b1": dz.sum(0), "W2": dw2, "b2": dout.sum(0)}

    story = (
        "Dropout with a fixed mask: the second layer's weight gradient uses the hidden activations "
        "before dropout, not the masked and rescaled ones that were fed to it."
    )
    return blind(story, loss, params, grad)


# --------------------------------------------------------------------------------------------- recurrent


def rnn_every_step() -> Blind:
    """Vanilla RNN with an output at every step."""
    rng = np.random.default_rng(116)
    xs = rng.normal(size=(5, 6, 3))
    ys = rng.normal(size=(5, 6, 2))
    params = draw(rng, 0.6, Wx=(3, 4), Wh=(4, 4), bh=(4,), Wy=(4, 2), by=(2,))

    def forward(p: Params) -> tuple[list[Array], list[Array]]:
        hs, outs = [np.zeros((6, 4))], []
        for x in xs:
            hs.append(np.tanh(x @ p["Wx"] + hs[-1] @ p["Wh"] + p["bh"]))
            outs.append(hs[-1] @ p["Wy"] + p["by"])
        return hs, outs

    def loss(p: Params) -> float:
        _, outs = forward(p)
        return sum(np.mean((out - y) ** 2) for out, y in zip(outs, ys)) / len(ys)

    def grad(p: Params, slip: bool) -> Params:
        hs, outs = forward(p)
        g = {k: np.zeros_like(v) for k, v in p.items()}
        dnext = np.zeros((6, 4))
        for t in range(len(xs) - 1, -1, -1):
            dout = 2 * (outs[t] - ys[t]) / ys.size
            g["Wy"] += hs[t + 1].T @ dout
            g["by"] += dout.sum(axis=0)
            dz = (dout @ p["Wy"].T + dnext) * (1 - hs[t + 1] ** 2)
            g["Wx"] += xs[t].T @ dz
            g["Wh"] += hs[t + 1 if slip else t].T @ dz
            g["bh"] += dz.sum(axis=0)
            dnext = dz @ p["Wh"].T
        return g

    story = (
        "Vanilla RNN: the recurrent weight's gradient uses the step's own new state h_t and not the "
        "state before, h_(t-1)."
    )
    return blind(story, loss, params, grad)


def rnn_padded() -> Blind:
    """RNN over padded sequences of several lengths, the loss masked."""
    rng = np.random.default_rng(117)
    lengths = np.array([5, 3, 2, 4, 1, 3])
    batch, steps = len(lengths), lengths.max()
    mask = (np.arange(steps)[None, :] < lengths[:, None]).astype(float)
    x = rng.normal(size=(batch, steps, 3)) * mask[:, :, None]
    y = rng.normal(size=(batch, steps)) * mask
    params = draw(rng, 0.6, U=(3, 4), W=(4, 4), b=(4,), v=(4,), c=(1,))

    def states(p: Params) -> Array:
        h = np.zeros((batch, steps + 1, 4))
        for t in range(steps):
            h[:, t + 1] = np.tanh(x[:, t] @ p["U"] + h[:, t] @ p["W"] + p["b"])
        return h

    def loss(p: Params) -> float:
        predictions = states(p)[:, 1:] @ p["v"] + p["c"]
        return np.sum(mask * (predictions - y) ** 2) / mask.sum()

    def grad(p: Params, slip: bool) -> Params:
        h = states(p)
        dpred = 2 * (h[:, 1:] @ p["v"] + p["c"] - y) / mask.sum()
        if not slip:
            dpred = dpred * mask
        du, dw, db = np.zeros_like(p["U"]), np.zeros_like(p["W"]), np.zeros_like(p["b"])
        carry = np.zeros((batch, 4))
        for t in reversed(range(steps)):
            dh = dpred[:, t, None] * p["v"] + carry
            dz = dh * (1 - h[:, t + 1] ** 2)
            du += x[:, t].T @ dz
            dw += h[:, t].T @ dz
            db += dz.sum(axis=0)
            carry = dz @ p["W"].T
        dv = np.einsum("bt,bth->h", dpred, h[:, 1:])
        return {"U": du, "W": dw, "b": db, "v": dv, "c": np.array([dpred.sum()])}

    story = (
        "RNN on padded sequences: the loss masks the padded steps but the backward pass forgets the "
        "mask, so the padding's errors come into the gradient."
    )
    return blind(story, loss, params, grad)


def lstm_last() -> Blind:
    """LSTM with the four gates in one matrix, the last state read out."""
    rng = np.random.default_rng(118)
    xs, y = rng.normal(size=(4, 5, 2)), rng.normal(size=(5, 1))
    params = draw(rng, 0.6, Wx=(2, 12), Wh=(3, 12), b=(12,), Wo=(3, 1), bo=(1,))

    def step(p: Params, x: Array, h: Array, c: Array) -> tuple[Array, ...]:
        i, f, o, g = np.split(x @ p["Wx"] + h @ p["Wh"] + p["b"], 4, axis=1)
        i, f, o, g = sigmoid(i), sigmoid(f), sigmoid(o), np.tanh(g)
        c_new = f * c + i * g
        return i, f, o, g, c_new, o * np.tanh(c_new)

    def loss(p: Params) -> float:
        h, c = np.zeros((5, 3)), np.zeros((5, 3))
        for x in xs:
            *_, c, h = step(p, x, h, c)
        return float(np.mean((h @ p["Wo"] + p["bo"] - y) ** 2))

    def grad(p: Params, slip: bool) -> Params:
        h, c = np.zeros((5, 3)), np.zeros((5, 3))
        tape: list[tuple[Array, ...]] = []
        for x in xs:
            out = step(p, x, h, c)
            tape.append((x, h, c, *out))
            c, h = out[-2:]
        dout = 2 * (h @ p["Wo"] + p["bo"] - y) / y.size
        grads = {k: np.zeros_like(v) for k, v in p.items()}
        grads["Wo"], grads["bo"] = h.T @ dout, dout.sum(axis=0)
        dh, dc = dout @ p["Wo"].T, np.zeros((5, 3))
        for x, h_old, c_old, i, f, o, g, c_new, _ in reversed(tape):
            tc = np.tanh(c_new)
            dc = dc + dh * o * (1 - tc**2)
            da = np.hstack([
                dc * g * i * (1 - i),
                dc * c_old * f * (1 - f),
                dh * tc * o * (1 - o),
                dc * i * (1 - g**2),
            ])
            grads["Wx"] += x.T @ da
            grads["Wh"] += h_old.T @ da
            grads["b"] += da.sum(axis=0)
            dh = da @ p["Wh"].T
            dc = dc * (i if slip else f)
        return grads

    story = (
        "LSTM: the cell's gradient is carried to the step before through the input gate i, where it "
        "should be the forget gate f."
    )
    return blind(story, loss, params, grad)


def gru_last() -> Blind:
    """GRU on [x, h] concatenations, the last state read out."""
    rng = np.random.default_rng(119)
    seq, target = rng.normal(size=(4, 6, 2)), rng.normal(size=(6, 2))
    params = draw(rng, 0.7, Wz=(5, 3), bz=(3,), Wr=(5, 3), br=(3,), Wn=(5, 3), bn=(3,), Wo=(3, 2), bo=(2,))

    def cell(p: Params, x: Array, h: Array) -> tuple[Array, Array, Array, Array]:
        xh = np.concatenate((x, h), axis=1)
        z = sigmoid(xh @ p["Wz"] + p["bz"])
        r = sigmoid(xh @ p["Wr"] + p["br"])
        n = np.tanh(np.concatenate((x, r * h), axis=1) @ p["Wn"] + p["bn"])
        return z, r, n, (1 - z) * h + z * n

    def loss(p: Params) -> float:
        h = np.zeros((6, 3))
        for x in seq:
            h = cell(p, x, h)[3]
        e = h @ p["Wo"] + p["bo"] - target
        return 0.5 * np.sum(e * e) / len(target)

    def grad(p: Params, slip: bool) -> Params:
        h = np.zeros((6, 3))
        saved = []
        for x in seq:
            z, r, n, h_new = cell(p, x, h)
            saved.append((x, h, z, r, n))
            h = h_new
        e = (h @ p["Wo"] + p["bo"] - target) / len(target)
        g = {name: np.zeros_like(value) for name, value in p.items()}
        g["Wo"] += h.T @ e
        g["bo"] += e.sum(axis=0)
        dh = e @ p["Wo"].T
        while saved:
            x, h, z, r, n = saved.pop()
            xh, xrh = np.concatenate((x, h), axis=1), np.concatenate((x, r * h), axis=1)
            dn = dh * z * (1 - n**2)
            dz = dh * (n - h) * z * (1 - z)
            drh = (dn @ p["Wn"].T)[:, 2:]
            dr = drh * h * r * (1 - r)
            for key, left, d in (("n", xrh, dn), ("z", xh, dz), ("r", xh, dr)):
                g["W" + key] += left.T @ d
                g["b" + key] += d.sum(axis=0)
            through_candidate = drh if slip else drh * r
            dh = dh * (1 - z) + through_candidate + (dz @ p["Wz"].T + dr @ p["Wr"].T)[:, 2:]
        return g

    story = (
        "GRU: on the way through the candidate back to the old state, the gradient of r*h is handed to "
        "h without the factor r (the reset gate is forgotten)."
    )
    return blind(story, loss, params, grad)


# ------------------------------------------------------------------------------------- convolution, pooling


def conv1d_stride() -> Blind:
    """Two strided and padded 1-D convolutions and a dense readout."""
    rng = np.random.default_rng(120)
    signal, target = rng.normal(size=(5, 2, 10)), rng.normal(size=5)
    params = draw(rng, 0.5, K1=(3, 2, 4), c1=(3,), K2=(2, 3, 3), c2=(2,), w=(6,), b=(1,))
    stride, pad = 2, 1

    def conv(x: Array, kernel: Array, bias: Array) -> Array:
        padded = np.pad(x, ((0, 0), (0, 0), (pad, pad)))
        width = kernel.shape[2]
        length = (padded.shape[2] - width) // stride + 1
        out = np.zeros((len(x), len(kernel), length))
        for t in range(length):
            window = padded[:, :, t * stride : t * stride + width]
            out[:, :, t] = np.tensordot(window, kernel, axes=([1, 2], [1, 2])) + bias
        return out

    def conv_back(d: Array, x: Array, kernel: Array, slip: bool) -> tuple[Array, Array, Array]:
        padded = np.pad(x, ((0, 0), (0, 0), (pad, pad)))
        width = kernel.shape[2]
        dpadded, dkernel = np.zeros_like(padded), np.zeros_like(kernel)
        for t in range(d.shape[2]):
            start = t * stride
            dkernel += np.tensordot(d[:, :, t], padded[:, :, start : start + width], axes=(0, 0))
            at = t if slip else start
            dpadded[:, :, at : at + width] += np.tensordot(d[:, :, t], kernel, axes=(1, 0))
        return dpadded[:, :, pad:-pad], dkernel, d.sum(axis=(0, 2))

    def loss(p: Params) -> float:
        h1 = np.tanh(conv(signal, p["K1"], p["c1"]))
        h2 = np.tanh(conv(h1, p["K2"], p["c2"]))
        guess = h2.reshape(len(h2), -1) @ p["w"] + p["b"]
        return np.mean((guess - target) ** 2)

    def grad(p: Params, slip: bool) -> Params:
        h1 = np.tanh(conv(signal, p["K1"], p["c1"]))
        h2 = np.tanh(conv(h1, p["K2"], p["c2"]))
        flat = h2.reshape(len(h2), -1)
        dguess = 2 * (flat @ p["w"] + p["b"] - target) / len(target)
        d2 = np.outer(dguess, p["w"]).reshape(h2.shape) * (1 - h2**2)
        dh1, dk2, dc2 = conv_back(d2, h1, p["K2"], slip)
        _, dk1, dc1 = conv_back(dh1 * (1 - h1**2), signal, p["K1"], slip)
        return {"K1": dk1, "c1": dc1, "K2": dk2, "c2": dc2,
                "w": flat.T @ dguess, "b": np.array([dguess.sum()])}

    story = (
        "1-D convolution with stride 2: when the gradient is scattered back to the layer's input, the "
        "window starts at t and not at t*stride (the weight gradient has it right)."
    )
    return blind(story, loss, params, grad)


def conv2d_overlap() -> Blind:
    """Two 2-D convolutions with loops, global average and cross-entropy."""
    rng = np.random.default_rng(121)
    images, labels = rng.normal(size=(4, 1, 5, 5)), np.array([0, 2, 1, 1])
    params = draw(rng, 0.6, F1=(3, 1, 2, 2), f1=(3,), F2=(2, 3, 2, 2), f2=(2,), W=(2, 3), b=(3,))

    def conv2d(x: Array, w: Array, b: Array) -> Array:
        n, _, rows, cols = x.shape
        k = w.shape[2]
        y = np.empty((n, w.shape[0], rows - k + 1, cols - k + 1))
        for i in range(rows - k + 1):
            for j in range(cols - k + 1):
                y[:, :, i, j] = np.einsum("nckl,fckl->nf", x[:, :, i : i + k, j : j + k], w) + b
        return y

    def conv2d_backward(dy: Array, x: Array, w: Array, slip: bool) -> tuple[Array, Array, Array]:
        k = w.shape[2]
        dx, dw = np.zeros_like(x), np.zeros_like(w)
        for i in range(dy.shape[2]):
            for j in range(dy.shape[3]):
                patch = np.s_[:, :, i : i + k, j : j + k]
                dw += np.einsum("nf,nckl->fckl", dy[:, :, i, j], x[patch])
                spread = np.einsum("nf,fckl->nckl", dy[:, :, i, j], w)
                dx[patch] = spread if slip else dx[patch] + spread
        return dx, dw, dy.sum(axis=(0, 2, 3))

    def forward(p: Params) -> tuple[Array, Array, Array, Array]:
        h1 = np.tanh(conv2d(images, p["F1"], p["f1"]))
        h2 = np.tanh(conv2d(h1, p["F2"], p["f2"]))
        pooled = h2.mean(axis=(2, 3))
        return h1, h2, pooled, softmax(pooled @ p["W"] + p["b"])

    def loss(p: Params) -> float:
        probs = forward(p)[-1]
        return -np.mean(np.log(probs[np.arange(len(labels)), labels]))

    def grad(p: Params, slip: bool) -> Params:
        h1, h2, pooled, probs = forward(p)
        ds = (probs - np.eye(3)[labels]) / len(labels)
        dpooled = ds @ p["W"].T
        dh2 = np.ones_like(h2) * dpooled[:, :, None, None] / (h2.shape[2] * h2.shape[3])
        dh1, df2, dbias2 = conv2d_backward(dh2 * (1 - h2**2), h1, p["F2"], slip)
        _, df1, dbias1 = conv2d_backward(dh1 * (1 - h1**2), images, p["F1"], slip)
        return {"F1": df1, "f1": dbias1, "F2": df2, "f2": dbias2, "W": pooled.T @ ds, "b": ds.sum(axis=0)}

    story = (
        "2-D convolution with overlapping windows: the gradient of the layer's input is assigned window "
        "by window and not added, so later windows overwrite earlier ones."
    )
    return blind(story, loss, params, grad)


def maxpool_image() -> Blind:
    """Convolution, overlapping max pooling (window 3, stride 2), softmax readout."""
    rng = np.random.default_rng(488)
    images, labels = rng.normal(size=(5, 6, 6)), [2, 0, 1, 0, 2]
    params = draw(rng, 0.7, kernel=(3, 2, 2), shift=(3,), W=(12, 3), b=(3,))
    window, stride = 3, 2

    def convolve(p: Params) -> Array:
        maps = np.zeros((5, 3, 5, 5))
        for di in range(2):
            for dj in range(2):
                piece = images[:, None, di : di + 5, dj : dj + 5]
                maps = maps + piece * p["kernel"][None, :, di, dj, None, None]
        return np.tanh(maps + p["shift"][:, None, None])

    def pool(maps: Array) -> Array:
        out = np.zeros((5, 3, 2, 2))
        for i in range(2):
            for j in range(2):
                top, left = i * stride, j * stride
                out[:, :, i, j] = maps[:, :, top : top + window, left : left + window].max(axis=(2, 3))
        return out

    def pool_backward(d: Array, maps: Array, slip: bool) -> Array:
        dmaps = np.zeros_like(maps)
        for i in range(2):
            for j in range(2):
                top, left = i * stride, j * stride
                region = maps[:, :, top : top + window, left : left + window]
                share = np.full(region.shape, 1 / window**2)
                if not slip:
                    share = (region == region.max(axis=(2, 3), keepdims=True)).astype(float)
                dmaps[:, :, top : top + window, left : left + window] += share * d[:, :, i, j, None, None]
        return dmaps

    def loss(p: Params) -> float:
        features = pool(convolve(p)).reshape(5, -1)
        scores = features @ p["W"] + p["b"]
        total = 0.0
        for row, label in zip(scores, labels):
            total += np.log(np.sum(np.exp(row))) - row[label]
        return total / len(labels)

    def grad(p: Params, slip: bool) -> Params:
        maps = convolve(p)
        features = pool(maps).reshape(5, -1)
        ds = (softmax(features @ p["W"] + p["b"]) - np.eye(3)[labels]) / len(labels)
        dpooled = (ds @ p["W"].T).reshape(5, 3, 2, 2)
        dz = pool_backward(dpooled, maps, slip) * (1 - maps**2)
        dkernel = np.zeros_like(p["kernel"])
        for di in range(2):
            for dj in range(2):
                dkernel[:, di, dj] = np.einsum("nij,ncij->c", images[:, di : di + 5, dj : dj + 5], dz)
        return {"kernel": dkernel, "shift": dz.sum(axis=(0, 2, 3)), "W": features.T @ ds, "b": ds.sum(axis=0)}

    story = (
        "Max pooling: the backward pass spreads each gradient evenly over the whole window, as for "
        "average pooling, and not to the largest entry alone."
    )
    return blind(story, loss, params, grad)


def avgpool_signal() -> Blind:
    """1-D convolution by sliding windows, overlapping average pooling, dense readout."""
    rng = np.random.default_rng(123)
    x, y = rng.normal(size=(5, 11)), rng.normal(size=(5, 2))
    params = draw(rng, 0.7, taps=(3, 3), bias=(3,), W=(12, 2), c=(2,))
    sliding = np.lib.stride_tricks.sliding_window_view
    patches = sliding(x, 3, axis=1)
    size, step = 3, 2

    def features(p: Params) -> tuple[Array, Array]:
        h = np.tanh(np.einsum("nlk,ck->ncl", patches, p["taps"]) + p["bias"][:, None])
        columns = [h[:, :, s : s + size].mean(axis=2) for s in range(0, h.shape[2] - size + 1, step)]
        return h, np.stack(columns, axis=2)

    def loss(p: Params) -> float:
        _, pooled = features(p)
        out = pooled.reshape(len(x), -1) @ p["W"] + p["c"]
        return float(np.mean((out - y) ** 2))

    def grad(p: Params, slip: bool) -> Params:
        h, pooled = features(p)
        flat = pooled.reshape(len(x), -1)
        dout = 2 * (flat @ p["W"] + p["c"] - y) / y.size
        dpooled = (dout @ p["W"].T).reshape(pooled.shape)
        dh = np.zeros_like(h)
        for k in range(pooled.shape[2]):
            share = dpooled[:, :, k, None]
            dh[:, :, k * step : k * step + size] += share if slip else share / size
        dz = dh * (1 - h**2)
        return {"taps": np.einsum("ncl,nlk->ck", dz, patches), "bias": dz.sum(axis=(0, 2)),
                "W": flat.T @ dout, "c": dout.sum(axis=0)}

    story = (
        "Average pooling with window 3 and stride 2: the gradient is copied to every entry of the "
        "window without dividing by the window's size."
    )
    return blind(story, loss, params, grad)


# ------------------------------------------------------------------------------------------ normalisation


def batchnorm_net() -> Blind:
    """Batch norm between two dense layers."""
    rng = np.random.default_rng(124)
    x, y = rng.normal(size=(7, 3)), rng.normal(size=(7, 2))
    params = draw(rng, 0.8, W1=(3, 4), b1=(4,), beta=(4,), W2=(4, 2), b2=(2,))
    params["gamma"] = 1.3 + 0.3 * rng.normal(size=4)
    eps = 1e-3

    def normalise(z: Array) -> tuple[Array, Array]:
        mean, var = z.mean(axis=0), z.var(axis=0)
        std = np.sqrt(var + eps)
        return (z - mean) / std, std

    def loss(p: Params) -> float:
        z = x @ p["W1"] + p["b1"]
        normed, _ = normalise(z)
        h = np.tanh(p["gamma"] * normed + p["beta"])
        out = h @ p["W2"] + p["b2"]
        return ((out - y) ** 2).sum() / (2 * len(x))

    def grad(p: Params, slip: bool) -> Params:
        z = x @ p["W1"] + p["b1"]
        normed, std = normalise(z)
        h = np.tanh(p["gamma"] * normed + p["beta"])
        dout = (h @ p["W2"] + p["b2"] - y) / len(x)
        dscaled = (dout @ p["W2"].T) * (1 - h**2)
        dnormed = dscaled * p["gamma"]
        if slip:
            dz = dnormed / std
        else:
            dz = (dnormed - dnormed.mean(axis=0) - normed * (dnormed * normed).mean(axis=0)) / std
        return {
            "W1": x.T @ dz,
            "b1": dz.sum(axis=0),
            "gamma": (dscaled * normed).sum(axis=0),
            "beta": dscaled.sum(axis=0),
            "W2": h.T @ dout,
            "b2": dout.sum(axis=0),
        }

    story = (
        "Batch norm: the batch's mean and variance are treated as constants, so dz is only dnormed / "
        "std."
    )
    return blind(story, loss, params, grad)


class LayerNorm:
    """A layer norm as an object that remembers its forward pass."""

    def __init__(self, gain: Array, bias: Array) -> None:
        self.gain, self.bias = gain, bias

    def forward(self, x: Array) -> Array:
        """Normalise every row."""
        centred = x - x.mean(axis=1, keepdims=True)
        self.std = np.sqrt((centred**2).mean(axis=1, keepdims=True) + 1e-5)
        self.normed = centred / self.std
        return self.gain * self.normed + self.bias

    def backward(self, dout: Array, axis: int) -> Array:
        """Return the input's gradient, means taken over ``axis``; keep the parameters' gradients."""
        self.dgain = (dout * self.normed).sum(axis=0)
        self.dbias = dout.sum(axis=0)
        d = dout * self.gain
        along = (d * self.normed).mean(axis=axis, keepdims=True)
        return (d - d.mean(axis=axis, keepdims=True) - self.normed * along) / self.std


def layernorm_net() -> Blind:
    """Layer norm object between dense layers."""
    rng = np.random.default_rng(125)
    x, y = rng.normal(size=(5, 3)), rng.normal(size=(5, 2))
    params = draw(rng, 0.7, W1=(3, 4), b1=(4,), bias=(4,), W2=(4, 2), b2=(2,))
    params["gain"] = 1.4 + 0.4 * rng.normal(size=4)

    def loss(p: Params) -> float:
        norm = LayerNorm(p["gain"], p["bias"])
        h = np.tanh(norm.forward(x @ p["W1"] + p["b1"]))
        return float(np.mean((h @ p["W2"] + p["b2"] - y) ** 2))

    def grad(p: Params, slip: bool) -> Params:
        norm = LayerNorm(p["gain"], p["bias"])
        h = np.tanh(norm.forward(x @ p["W1"] + p["b1"]))
        dout = 2 * (h @ p["W2"] + p["b2"] - y) / y.size
        dz = norm.backward(dout @ p["W2"].T * (1 - h**2), axis=0 if slip else 1)
        return {"W1": x.T @ dz, "b1": dz.sum(axis=0), "gain": norm.dgain, "bias": norm.dbias,
                "W2": h.T @ dout, "b2": dout.sum(axis=0)}

    story = (
        "Layer norm: the backward pass takes its two means over the batch axis (as for batch norm) and "
        "not over the features of each row."
    )
    return blind(story, loss, params, grad)


def rmsnorm_net() -> Blind:
    """RMS norm with a gain, swish after it."""
    rng = np.random.default_rng(126)
    x, labels = rng.normal(size=(6, 3)), np.array([0, 1, 2, 2, 1, 0])
    params = draw(rng, 0.7, W1=(3, 5), b1=(5,), W2=(5, 3), b2=(3,))
    params["gain"] = 1.2 + 0.5 * rng.normal(size=5)

    def rms_norm(z: Array, gain: Array) -> tuple[Array, Array, Array]:
        rms = np.sqrt(np.mean(z**2, axis=-1, keepdims=True) + 1e-6)
        unit = z / rms
        return unit * gain, unit, rms

    def loss(p: Params) -> float:
        scaled, _, _ = rms_norm(x @ p["W1"] + p["b1"], p["gain"])
        h = scaled * sigmoid(scaled)
        logits = h @ p["W2"] + p["b2"]
        log_norm = np.log(np.exp(logits).sum(axis=1))
        return np.mean(log_norm - logits[np.arange(6), labels])

    def grad(p: Params, slip: bool) -> Params:
        scaled, unit, rms = rms_norm(x @ p["W1"] + p["b1"], p["gain"])
        s = sigmoid(scaled)
        h = scaled * s
        dlogits = softmax(h @ p["W2"] + p["b2"])
        dlogits[np.arange(6), labels] -= 1.0
        dlogits /= 6
        dscaled = (dlogits @ p["W2"].T) * (s + h * (1 - s))
        dunit = dscaled * p["gain"]
        projected = np.mean((dscaled if slip else dunit) * unit, axis=-1, keepdims=True)
        dz = (dunit - unit * projected) / rms
        return {"W1": x.T @ dz, "b1": dz.sum(0), "gain": (dscaled * unit).sum(0),
                "W2": h.T @ dlogits, "b2": dlogits.sum(0)}

    story = (
        "RMS norm: the term that goes through the root mean square uses the gradient before it was "
        "multiplied by the gain (the gain is forgotten in that term only)."
    )
    return blind(story, loss, params, grad)


# --------------------------------------------------------------------------- embeddings, attention, blocks


def bag_of_words() -> Blind:
    """Mean of word vectors, one dense layer, cross-entropy."""
    rng = np.random.default_rng(127)
    sentences = np.array([[0, 2, 2, 5], [1, 0, 4, 0], [3, 3, 6, 1], [5, 2, 0, 6], [4, 1, 6, 4]])
    labels = np.array([1, 0, 2, 1, 0])
    params = draw(rng, 0.8, emb=(7, 4), W=(4, 6), b=(6,), V=(6, 3), c=(3,))

    def forward(p: Params) -> tuple[Array, Array, Array]:
        bag = p["emb"][sentences].mean(axis=1)
        h = np.tanh(bag @ p["W"] + p["b"])
        return bag, h, h @ p["V"] + p["c"]

    def loss(p: Params) -> float:
        _, _, scores = forward(p)
        logp = scores - np.log(np.sum(np.exp(scores), axis=1, keepdims=True))
        return -np.mean(logp[range(len(labels)), labels])

    def grad(p: Params, slip: bool) -> Params:
        bag, h, scores = forward(p)
        d = (softmax(scores) - np.eye(3)[labels]) / len(labels)
        dz = (d @ p["V"].T) * (1 - h**2)
        dwords = np.repeat((dz @ p["W"].T / sentences.shape[1])[:, None, :], sentences.shape[1], axis=1)
        demb = np.zeros_like(p["emb"])
        if slip:
            demb[sentences] += dwords
        else:
            np.add.at(demb, sentences, dwords)
        return {"emb": demb, "W": bag.T @ dz, "b": dz.sum(0), "V": h.T @ d, "c": d.sum(0)}

    story = (
        "Embedding: the table's gradient is written demb[sentences] += d, which numpy counts once per "
        "row, so words that appear several times keep only their last contribution."
    )
    return blind(story, loss, params, grad)


def one_head() -> Blind:
    """Single-head self-attention on projected tokens."""
    rng = np.random.default_rng(128)
    tokens, y = rng.normal(size=(3, 6, 2)), rng.normal(size=(3, 2))
    params = draw(rng, 0.7, Win=(2, 4), bin=(4,), Wq=(4, 3), Wk=(4, 3), Wv=(4, 5), Wo=(5, 2), bo=(2,))
    scale = 1 / np.sqrt(3)

    def forward(p: Params) -> dict[str, Array]:
        h = tokens @ p["Win"] + p["bin"]
        q, k, v = h @ p["Wq"], h @ p["Wk"], h @ p["Wv"]
        att = softmax(q @ k.transpose(0, 2, 1) * scale)
        pooled = (att @ v).mean(axis=1)
        out = pooled @ p["Wo"] + p["bo"]
        return {"h": h, "q": q, "k": k, "v": v, "att": att, "pooled": pooled, "out": out}

    def loss(p: Params) -> float:
        return float(np.mean((forward(p)["out"] - y) ** 2))

    def grad(p: Params, slip: bool) -> Params:
        f = forward(p)
        dout = 2 * (f["out"] - y) / y.size
        dmix = np.repeat((dout @ p["Wo"].T)[:, None, :], 6, axis=1) / 6
        dv = f["att"].transpose(0, 2, 1) @ dmix
        datt = dmix @ f["v"].transpose(0, 2, 1)
        dscore = f["att"] * (datt - (datt * f["att"]).sum(axis=-1, keepdims=True)) * scale
        dq = dscore @ f["k"]
        dk = dscore.transpose(0, 2, 1) @ f["q"]
        dh = dq @ p["Wq"].T + dv @ p["Wv"].T
        if not slip:
            dh = dh + dk @ p["Wk"].T
        return {
            "Win": np.einsum("bti,bth->ih", tokens, dh),
            "bin": dh.sum(axis=(0, 1)),
            "Wq": np.einsum("bth,btd->hd", f["h"], dq),
            "Wk": np.einsum("bth,btd->hd", f["h"], dk),
            "Wv": np.einsum("bth,btd->hd", f["h"], dv),
            "Wo": f["pooled"].T @ dout,
            "bo": dout.sum(axis=0),
        }

    story = (
        "Self-attention: the gradient that goes back to the layer's input adds the query and value "
        "paths but leaves out the key path."
    )
    return blind(story, loss, params, grad)


def two_heads() -> Blind:
    """Causal self-attention with two heads."""
    rng = np.random.default_rng(129)
    x, y = rng.normal(size=(3, 5, 4)), rng.normal(size=(3, 5, 2))
    params = draw(rng, 0.8, Wq=(4, 6), bq=(6,), Wk=(4, 6), bk=(6,), Wv=(4, 6), bv=(6,), Wo=(6, 2), bo=(2,))
    allowed = np.tril(np.ones((5, 5), dtype=bool))

    def split_heads(t: Array) -> Array:
        return t.reshape(3, 5, 2, 3).transpose(0, 2, 1, 3)

    def merge_heads(t: Array) -> Array:
        return t.transpose(0, 2, 1, 3).reshape(3, 5, 6)

    def forward(p: Params) -> tuple[Array, ...]:
        q, k, v = (split_heads(x @ p["W" + n] + p["b" + n]) for n in "qkv")
        scores = np.einsum("bhid,bhjd->bhij", q, k) / np.sqrt(3)
        weights = softmax(np.where(allowed, scores, -1e9))
        return q, k, v, weights, merge_heads(weights @ v)

    def loss(p: Params) -> float:
        merged = forward(p)[-1]
        return float(0.5 * np.mean((merged @ p["Wo"] + p["bo"] - y) ** 2))

    def grad(p: Params, slip: bool) -> Params:
        q, k, v, weights, merged = forward(p)
        dout = (merged @ p["Wo"] + p["bo"] - y) / y.size
        dmix = split_heads(dout @ p["Wo"].T)
        dweights = dmix @ v.swapaxes(-1, -2)
        dscores = weights * (dweights - np.sum(dweights * weights, axis=-1, keepdims=True)) / np.sqrt(3)
        heads = {"q": dscores @ k, "k": dscores.swapaxes(-1, -2) @ q, "v": weights.swapaxes(-1, -2) @ dmix}
        grads = {"Wo": np.einsum("btm,bto->mo", merged, dout), "bo": dout.sum(axis=(0, 1))}
        for name, d in heads.items():
            flat = d.reshape(3, 5, 6) if slip else merge_heads(d)
            grads["W" + name] = np.einsum("bti,btm->im", x, flat)
            grads["b" + name] = flat.sum(axis=(0, 1))
        return grads

    story = (
        "Two-head attention: the query, key and value gradients (batch, head, time, dim) are reshaped "
        "back to (batch, time, model) without first transposing head and time."
    )
    return blind(story, loss, params, grad)


def residual_block() -> Blind:
    """An input layer, a residual block 4-5-4 and a readout."""
    rng = np.random.default_rng(130)
    x, y = rng.normal(size=(6, 3)), rng.normal(size=(6, 2))
    params = draw(rng, 0.7, W0=(3, 4), b0=(4,), W1=(4, 5), b1=(5,), W2=(5, 4), b2=(4,), W3=(4, 2), b3=(2,))

    def forward(p: Params) -> tuple[Array, Array, Array, Array]:
        stem = np.tanh(x @ p["W0"] + p["b0"])
        inner = sigmoid(stem @ p["W1"] + p["b1"])
        joined = stem + inner @ p["W2"] + p["b2"]
        return stem, inner, joined, joined @ p["W3"] + p["b3"]

    def loss(p: Params) -> float:
        *_, out = forward(p)
        return np.sum(np.square(out - y)) / len(x)

    def grad(p: Params, slip: bool) -> Params:
        stem, inner, joined, out = forward(p)
        dout = 2 * (out - y) / len(x)
        djoined = dout @ p["W3"].T
        dinner = djoined @ p["W2"].T * inner * (1 - inner)
        dstem = dinner @ p["W1"].T
        if not slip:
            dstem += djoined
        d0 = dstem * (1 - stem**2)
        pairs = [(x, d0), (stem, dinner), (inner, djoined), (joined, dout)]
        grads = {}
        for k, (left, d) in enumerate(pairs):
            grads[f"W{k}"] = left.T @ d
            grads[f"b{k}"] = d.sum(axis=0)
        return grads

    story = (
        "Residual block: the gradient for the block's input comes only through the block's two layers, "
        "the identity path of the skip connection is left out."
    )
    return blind(story, loss, params, grad)


def tied_autoencoder() -> Blind:
    """Autoencoder whose decoder is the encoder's transpose."""
    rng = np.random.default_rng(131)
    x = rng.normal(size=(7, 5))
    params = draw(rng, 0.7, W=(5, 3), enc_b=(3,), dec_b=(5,))

    def encode(p: Params) -> Array:
        return sigmoid(x @ p["W"] + p["enc_b"])

    def decode(p: Params, code: Array) -> Array:
        return code @ p["W"].T + p["dec_b"]

    def loss(p: Params) -> float:
        return 0.5 * np.sum((decode(p, encode(p)) - x) ** 2) / x.shape[0]

    def grad(p: Params, slip: bool) -> Params:
        code = encode(p)
        drecon = (decode(p, code) - x) / x.shape[0]
        dcode = (drecon @ p["W"]) * code * (1 - code)
        dw = x.T @ dcode
        if not slip:
            dw += drecon.T @ code
        return {"W": dw, "enc_b": dcode.sum(axis=0), "dec_b": drecon.sum(axis=0)}

    story = (
        "Autoencoder with tied weights: only the encoder's use of W is counted, the decoder's second "
        "use is left out of its gradient."
    )
    return blind(story, loss, params, grad)


def vae_fixed_noise() -> Blind:
    """Variational autoencoder on binary data, noise drawn once."""
    rng = np.random.default_rng(132)
    x = (rng.random((6, 5)) < 0.5).astype(float)
    noise = rng.normal(size=(6, 2))
    params = draw(rng, 0.7, We=(5, 4), be=(4,), Wm=(4, 2), bm=(2,), Ws=(4, 2), bs=(2,), Wd=(2, 5), bd=(5,))

    def forward(p: Params) -> tuple[Array, ...]:
        h = np.tanh(x @ p["We"] + p["be"])
        mu, logvar = h @ p["Wm"] + p["bm"], h @ p["Ws"] + p["bs"]
        z = mu + np.exp(0.5 * logvar) * noise
        return h, mu, logvar, z, z @ p["Wd"] + p["bd"]

    def loss(p: Params) -> float:
        _, mu, logvar, _, logits = forward(p)
        reconstruction = np.sum(np.log1p(np.exp(logits)) - x * logits)
        kl = -0.5 * np.sum(1 + logvar - mu**2 - np.exp(logvar))
        return (reconstruction + kl) / len(x)

    def grad(p: Params, slip: bool) -> Params:
        h, mu, logvar, z, logits = forward(p)
        dlogits = (sigmoid(logits) - x) / len(x)
        dz = dlogits @ p["Wd"].T
        dmu = dz + mu / len(x)
        dlogvar = dz * noise * np.exp(0.5 * logvar)
        if not slip:
            dlogvar *= 0.5
        dlogvar += 0.5 * (np.exp(logvar) - 1) / len(x)
        dh = (dmu @ p["Wm"].T + dlogvar @ p["Ws"].T) * (1 - h**2)
        return {
            "We": x.T @ dh, "be": dh.sum(0), "Wm": h.T @ dmu, "bm": dmu.sum(0),
            "Ws": h.T @ dlogvar, "bs": dlogvar.sum(0), "Wd": z.T @ dlogits, "bd": dlogits.sum(0),
        }

    story = (
        "VAE: in the reparametrised sample's path to the log-variance the inner factor 1/2 of "
        "exp(logvar/2) is forgotten (the KL term is right)."
    )
    return blind(story, loss, params, grad)


# ------------------------------------------------------------------------------------------- other models


def rating_factors() -> Blind:
    """Matrix factorization over a list of observed ratings."""
    rng = np.random.default_rng(133)
    ratings = [(0, 1, 4.0), (0, 3, 2.0), (1, 0, 5.0), (2, 2, 1.0), (2, 1, 3.5), (3, 3, 4.5), (4, 0, 2.5),
               (4, 2, 3.0)]
    params = draw(rng, 0.6, users=(5, 3), items=(4, 3), user_bias=(5,), item_bias=(4,))
    average, lam, rate = 3.0, 0.1, 0.2

    def error(p: Params, u: int, i: int, r: float) -> float:
        return average + p["user_bias"][u] + p["item_bias"][i] + p["users"][u] @ p["items"][i] - r

    def loss(p: Params) -> float:
        total = sum(error(p, u, i, r) ** 2 for u, i, r in ratings)
        return 0.5 * total + 0.5 * lam * (np.sum(p["users"] ** 2) + np.sum(p["items"] ** 2))

    def grad(p: Params, slip: bool) -> Params:
        dusers, ditems = lam * p["users"], lam * p["items"]
        dub, dib = np.zeros(5), np.zeros(4)
        errors = [error(p, u, i, r) for u, i, r in ratings]
        for (u, i, _), e in zip(ratings, errors):
            dusers[u] += e * p["items"][i]
            dub[u] += e
            dib[i] += e
        users = p["users"] - rate * dusers if slip else p["users"]
        for (u, i, _), e in zip(ratings, errors):
            ditems[i] += e * users[u]
        return {"users": dusers, "items": ditems, "user_bias": dub, "item_bias": dib}

    story = (
        "Matrix factorization: the user factors take their update step first and the item gradient is "
        "then computed with the already updated users."
    )
    return blind(story, loss, params, grad)


def graph_layers() -> Blind:
    """Two graph layers with a row-normalised adjacency, some nodes labelled."""
    rng = np.random.default_rng(134)
    edges = [(0, 1), (0, 2), (1, 2), (2, 3), (3, 4), (2, 4), (2, 5)]
    adjacency = np.eye(6)
    for a, b in edges:
        adjacency[a, b] = adjacency[b, a] = 1.0
    prop = adjacency / adjacency.sum(axis=1, keepdims=True)
    features = rng.normal(size=(6, 4))
    labelled, classes = np.array([0, 3, 4, 5]), np.array([1, 0, 2, 1])
    params = draw(rng, 0.8, W1=(4, 5), b1=(5,), W2=(5, 3), b2=(3,))

    def forward(p: Params) -> tuple[Array, Array]:
        h = np.tanh(prop @ features @ p["W1"] + p["b1"])
        return h, softmax(prop @ h @ p["W2"] + p["b2"])

    def loss(p: Params) -> float:
        _, probs = forward(p)
        return -np.log(probs[labelled, classes]).mean()

    def grad(p: Params, slip: bool) -> Params:
        h, probs = forward(p)
        ds = np.zeros_like(probs)
        ds[labelled] = probs[labelled] / len(labelled)
        ds[labelled, classes] -= 1 / len(labelled)
        back = prop if slip else prop.T
        dh = back @ ds @ p["W2"].T
        dz = dh * (1 - h**2)
        return {"W1": (prop @ features).T @ dz, "b1": dz.sum(axis=0),
                "W2": (prop @ h).T @ ds, "b2": ds.sum(axis=0)}

    story = (
        "Graph network with a row-normalised (not symmetric) adjacency: the gradient is sent back "
        "through the adjacency itself and not through its transpose."
    )
    return blind(story, loss, params, grad)


def logistic() -> Blind:
    """Logistic regression with an l2 penalty."""
    rng = np.random.default_rng(135)
    x = rng.normal(size=(10, 4))
    y = (rng.random(10) < 0.5).astype(float)
    params = draw(rng, 0.8, w=(4,), b=(1,))

    def loss(p: Params) -> float:
        prob = sigmoid(x @ p["w"] + p["b"])
        nll = -(y * np.log(prob) + (1 - y) * np.log(1 - prob))
        return nll.mean() + 0.03 * np.dot(p["w"], p["w"])

    def grad(p: Params, slip: bool) -> Params:
        diff = sigmoid(x @ p["w"] + p["b"]) - y
        dw = x.T @ diff / len(y) + 2 * 0.03 * p["w"]
        db = np.sum(diff) if slip else np.mean(diff)
        return {"w": dw, "b": np.array([db])}

    story = (
        "Logistic regression: the bias gradient is the sum of the residuals and not their mean (the "
        "weights have the 1/n)."
    )
    return blind(story, loss, params, grad)


def mixture_density() -> Blind:
    """Mixture density network with three Gaussians on a scalar target."""
    rng = np.random.default_rng(136)
    x, y = rng.normal(size=(7, 2)), rng.normal(size=7)
    params = draw(rng, 0.6, W=(2, 4), b=(4,), Wp=(4, 3), bp=(3,), Wm=(4, 3), bm=(3,), Ws=(4, 3), bs=(3,))

    def heads(p: Params) -> tuple[Array, Array, Array, Array]:
        h = np.tanh(x @ p["W"] + p["b"])
        return h, softmax(h @ p["Wp"] + p["bp"]), h @ p["Wm"] + p["bm"], h @ p["Ws"] + p["bs"]

    def component_densities(mean: Array, log_sigma: Array) -> Array:
        u = (y[:, None] - mean) / np.exp(log_sigma)
        return np.exp(-0.5 * u**2 - log_sigma) / np.sqrt(2 * np.pi)

    def loss(p: Params) -> float:
        _, mix, mean, log_sigma = heads(p)
        return -np.mean(np.log(np.sum(mix * component_densities(mean, log_sigma), axis=1)))

    def grad(p: Params, slip: bool) -> Params:
        h, mix, mean, log_sigma = heads(p)
        joint = mix * component_densities(mean, log_sigma)
        resp = joint / joint.sum(axis=1, keepdims=True)
        weight = mix if slip else resp
        u = (y[:, None] - mean) / np.exp(log_sigma)
        dmix = (mix - resp) / len(y)
        dmean = -weight * u / np.exp(log_sigma) / len(y)
        dsigma = weight * (1 - u**2) / len(y)
        dh = dmix @ p["Wp"].T + dmean @ p["Wm"].T + dsigma @ p["Ws"].T
        dz = dh * (1 - h**2)
        grads = {"W": x.T @ dz, "b": dz.sum(axis=0)}
        for key, d in zip("pms", (dmix, dmean, dsigma)):
            grads["W" + key] = h.T @ d
            grads["b" + key] = d.sum(axis=0)
        return grads

    story = (
        "Mixture density network: the gradients of means and log-sigmas are weighted with the mixing "
        "weights and not with the responsibilities (the posterior weights)."
    )
    return blind(story, loss, params, grad)


def bilinear_pairs() -> Blind:
    """Bilinear score of two projected inputs, logistic loss."""
    rng = np.random.default_rng(137)
    left, right = rng.normal(size=(8, 2)), rng.normal(size=(8, 4))
    match = np.array([1.0, -1, 1, 1, -1, -1, 1, -1])
    params = draw(rng, 0.8, A=(2, 3), a=(3,), B=(4, 3), b=(3,), M=(3, 3), c=(1,))

    def project(p: Params) -> tuple[Array, Array]:
        return np.tanh(left @ p["A"] + p["a"]), np.tanh(right @ p["B"] + p["b"])

    def loss(p: Params) -> float:
        s, t = project(p)
        score = np.einsum("ni,ij,nj->n", s, p["M"], t) + p["c"]
        return np.mean(np.log(1 + np.exp(-match * score)))

    def grad(p: Params, slip: bool) -> Params:
        s, t = project(p)
        score = np.einsum("ni,ij,nj->n", s, p["M"], t) + p["c"]
        d = -match * sigmoid(-match * score) / len(match)
        dm = np.einsum("n,ni,nj->ji" if slip else "n,ni,nj->ij", d, s, t)
        ds = d[:, None] * (t @ p["M"].T) * (1 - s**2)
        dt = d[:, None] * (s @ p["M"]) * (1 - t**2)
        return {"A": left.T @ ds, "a": ds.sum(0), "B": right.T @ dt, "b": dt.sum(0),
                "M": dm, "c": d.sum(keepdims=True)}

    story = (
        "Bilinear layer s' M t with a square M: the gradient of M is the outer product the wrong way "
        "round (t s' where it should be s t'), that is, transposed."
    )
    return blind(story, loss, params, grad)


def negative_sampling() -> Blind:
    """Skip-gram word vectors with negative samples."""
    rng = np.random.default_rng(138)
    params = draw(rng, 0.8, center=(6, 3), context=(6, 3))
    corpus = [(0, 1, [3, 4]), (1, 2, [5, 5]), (0, 2, [4, 3]), (3, 5, [1, 0]), (2, 4, [0, 1]), (1, 0, [4, 2])]

    def loss(p: Params) -> float:
        total = 0.0
        for word, near, noise in corpus:
            v = p["center"][word]
            total -= np.log(sigmoid(p["context"][near] @ v))
            for k in noise:
                total -= np.log(sigmoid(-p["context"][k] @ v))
        return total / len(corpus)

    def grad(p: Params, slip: bool) -> Params:
        dcenter, dcontext = np.zeros_like(p["center"]), np.zeros_like(p["context"])
        for word, near, noise in corpus:
            v = p["center"][word]
            e = (sigmoid(p["context"][near] @ v) - 1) / len(corpus)
            dcenter[word] += e * p["context"][near]
            dcontext[near] += e * v
            for k in noise:
                e = sigmoid(p["context"][k] @ v) / len(corpus)
                dcontext[k] += e * v
                if not slip:
                    dcenter[word] += e * p["context"][k]
        return {"center": dcenter, "context": dcontext}

    story = (
        "Word vectors with negative sampling: the center word's gradient counts only the true "
        "neighbour, the negative samples' part is left out."
    )
    return blind(story, loss, params, grad)


def siamese() -> Blind:
    """Two towers with the same weights, contrastive loss."""
    rng = np.random.default_rng(139)
    first, second = rng.normal(size=(6, 3)), rng.normal(size=(6, 3))
    same = np.array([1.0, 0, 1, 0, 0, 1])
    params = draw(rng, 0.6, W1=(3, 4), b1=(4,), W2=(4, 2), b2=(2,))
    margin = 2.0

    def tower(p: Params, x: Array) -> tuple[Array, Array]:
        h = np.tanh(x @ p["W1"] + p["b1"])
        return h, h @ p["W2"] + p["b2"]

    def loss(p: Params) -> float:
        _, u = tower(p, first)
        _, v = tower(p, second)
        dist = np.sqrt(np.sum((u - v) ** 2, axis=1))
        return np.mean(same * dist**2 + (1 - same) * np.maximum(margin - dist, 0) ** 2)

    def tower_backward(p: Params, x: Array, h: Array, d: Array) -> Params:
        dz = d @ p["W2"].T * (1 - h**2)
        return {"W1": x.T @ dz, "b1": dz.sum(axis=0), "W2": h.T @ d, "b2": d.sum(axis=0)}

    def grad(p: Params, slip: bool) -> Params:
        h_u, u = tower(p, first)
        h_v, v = tower(p, second)
        dist = np.sqrt(np.sum((u - v) ** 2, axis=1))
        ddist = 2 * (same * dist - (1 - same) * np.maximum(margin - dist, 0)) / len(same)
        du = (ddist / dist)[:, None] * (u - v)
        dv = du if slip else -du
        one, two = tower_backward(p, first, h_u, du), tower_backward(p, second, h_v, dv)
        return {name: one[name] + two[name] for name in one}

    story = (
        "Siamese net with shared weights: the second tower gets the same gradient as the first, the "
        "minus sign of the difference u - v is forgotten."
    )
    return blind(story, loss, params, grad)


def highway() -> Blind:
    """A highway layer: a gate mixes a transformed and the carried input."""
    rng = np.random.default_rng(140)
    raw, y = rng.normal(size=(7, 3)), rng.normal(size=(7, 2))
    params = draw(rng, 0.7, Win=(3, 4), Wh=(4, 4), bh=(4,), Wt=(4, 4), bt=(4,), Wo=(4, 2), bo=(2,))

    def forward(p: Params) -> dict[str, Any]:
        x = raw @ p["Win"]
        h = np.tanh(x @ p["Wh"] + p["bh"])
        t = sigmoid(x @ p["Wt"] + p["bt"])
        mixed = t * h + (1 - t) * x
        return {"x": x, "h": h, "t": t, "mixed": mixed, "error": mixed @ p["Wo"] + p["bo"] - y}

    def loss(p: Params) -> float:
        return (forward(p)["error"] ** 2).mean()

    def grad(p: Params, slip: bool) -> Params:
        f = forward(p)
        x, h, t = f["x"], f["h"], f["t"]
        derror = 2 * f["error"] / f["error"].size
        dmixed = derror @ p["Wo"].T
        gate_in = h if slip else h - x
        dt = dmixed * gate_in * t * (1 - t)
        dh = dmixed * t * (1 - h**2)
        dx = dmixed * (1 - t) + dh @ p["Wh"].T + dt @ p["Wt"].T
        return {
            "Win": raw.T @ dx,
            "Wh": x.T @ dh, "bh": dh.sum(axis=0),
            "Wt": x.T @ dt, "bt": dt.sum(axis=0),
            "Wo": f["mixed"].T @ derror, "bo": derror.sum(axis=0),
        }

    story = (
        "Highway layer t*h + (1-t)*x: the gate's gradient is dmixed*h, the part -x from the carry term "
        "(1-t) is left out."
    )
    return blind(story, loss, params, grad)


CASES: tuple[Blind, ...] = tuple(
    make()
    for make in (
        softplus_net, swish_net, gelu_net, elu_classifier, dense_skips, softsign_loop,
        temperature_softmax, softmax_layer, huber_net, hinge_loops, poisson_counts, focal_net, distill_kl,
        decay_deep, dropout_fixed, rnn_every_step, rnn_padded, lstm_last, gru_last,
        conv1d_stride, conv2d_overlap, maxpool_image, avgpool_signal,
        batchnorm_net, layernorm_net, rmsnorm_net, bag_of_words, one_head, two_heads,
        residual_block, tied_autoencoder, vae_fixed_noise, rating_factors, graph_layers, logistic,
        mixture_density, bilinear_pairs, negative_sampling, siamese, highway,
    )
)
