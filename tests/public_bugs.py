"""Wrong gradients that people reported in public, each rebuilt as a small numpy case of our own.

Every case has a natural loss, its parameters, the right gradient and the gradient with the reported mistake.
The data are fixed, small and unequal in every size, unless a mistake needs equal sizes to go unnoticed.
A source of "" stands for a mistake that is well known, but for which no public report was at hand.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import numpy as np

Array = np.ndarray
Params = dict[str, np.ndarray]


class Bug(NamedTuple):
    """A reported wrong gradient: where it was reported, what it was, and a network that shows it."""

    name: str
    source: str
    said: str
    kind: str
    loss: Callable[[Params], float]
    params: Params
    right: Callable[[Params], Params]
    wrong: Callable[[Params], Params]
    tie: bool = False


KINDS = frozenset(
    [
        "sign",
        "factor-two",
        "factor-half",
        "scaled",
        "not-averaged",
        "averaged-twice",
        "mean-missing",
        "sum-missing",
        "activation-derivative-missing",
        "derivative-at-activation",
        "other-activation",
        "path-missing",
        "assigned-not-added",
        "time-not-carried",
        "wrong-step",
        "wrong-tensor",
        "updated-weights",
        "wrong-transpose",
        "wrong-axis",
        "statistics-constant",
        "factor-missing",
        "mask-forgotten",
        "softmax-diagonal",
        "softmax-differentiated-twice",
        "stride-forgotten",
        "channel-mixed",
        "tie-shared",
        "index-assigned",
        "weight-decay-missing",
        "weight-decay-sign",
        "weight-decay-halved",
        "part-missing",
        "noise-redrawn",
        "only-one-sample",
        "bias-averaged",
        "two-mistakes",
        "other",
    ]
)


def _draw(seed: int, *shape: int) -> Array:
    """Fixed normal numbers for data."""
    return np.random.default_rng(seed).normal(size=shape)


def _weights(seed: int, size: float = 0.6, **shapes: tuple[int, ...]) -> Params:
    """Fixed parameters of the given shapes; gains named g start about one."""
    rng = np.random.default_rng(seed)
    return {
        name: (1.2 if name == "g" else 0.0) + size * rng.normal(size=shape) for name, shape in shapes.items()
    }


def _sigmoid(z: Array) -> Array:
    """The logistic function."""
    return 1.0 / (1.0 + np.exp(-z))


def _softmax(z: Array) -> Array:
    """Softmax over the last axis."""
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def _rows(x: Array) -> Array:
    """All axes but the last flattened."""
    return x.reshape(-1, x.shape[-1])


# ------------------------------------------------------------------------------------------------------------
# Dense: a classifier with examples in columns, as in a well known course on gradient checking.

_CX = _draw(1, 4, 7)
_CY = np.array([[1.0, 0.0, 0.0, 1.0, 1.0, 0.0, 1.0]])
_CP = _weights(2, W1=(5, 4), b1=(5, 1), W2=(3, 5), b2=(3, 1), W3=(1, 3), b3=(1, 1))


def column_loss(p: Params) -> float:
    """Mean cross-entropy of a three-layer classifier."""
    a1 = np.maximum(0.0, p["W1"] @ _CX + p["b1"])
    a2 = np.maximum(0.0, p["W2"] @ a1 + p["b2"])
    a3 = _sigmoid(p["W3"] @ a2 + p["b3"])
    return float(-np.mean(_CY * np.log(a3) + (1.0 - _CY) * np.log(1.0 - a3)))


def column_grads(p: Params, weight_factor: float = 1.0, bias_factor: float = 1.0) -> Params:
    """Gradients of column_loss; the factors spoil one weight and one bias of other layers."""
    m = _CX.shape[1]
    a1 = np.maximum(0.0, p["W1"] @ _CX + p["b1"])
    a2 = np.maximum(0.0, p["W2"] @ a1 + p["b2"])
    d3 = _sigmoid(p["W3"] @ a2 + p["b3"]) - _CY
    d2 = p["W3"].T @ d3 * (a2 > 0)
    d1 = p["W2"].T @ d2 * (a1 > 0)
    return {
        "W1": d1 @ _CX.T / m,
        "b1": bias_factor * d1.sum(axis=1, keepdims=True) / m,
        "W2": weight_factor * d2 @ a1.T / m,
        "b2": d2.sum(axis=1, keepdims=True) / m,
        "W3": d3 @ a2.T / m,
        "b3": d3.sum(axis=1, keepdims=True) / m,
    }


# ------------------------------------------------------------------------------------------------------------
# Dense: a deeper network with one activation in all hidden layers.

_DX, _DT = _draw(3, 8, 5), _draw(4, 8, 2)
_DP = _weights(5, 0.7, W1=(5, 6), b1=(6,), W2=(6, 4), b2=(4,), W3=(4, 3), b3=(3,), W4=(3, 2), b4=(2,))
_ALPHA = 0.8
Slope = Callable[[Array, Array], Array]


def _relu(z: Array) -> Array:
    """The rectifier."""
    return np.maximum(z, 0.0)


def _elu(z: Array) -> Array:
    """The exponential unit."""
    return np.where(z > 0, z, _ALPHA * (np.exp(np.minimum(z, 0.0)) - 1.0))


def _gelu(z: Array) -> Array:
    """GELU with the tanh approximation."""
    return 0.5 * z * (1.0 + np.tanh(math.sqrt(2.0 / math.pi) * (z + 0.044715 * z**3)))


def _gelu_slope(z: Array, _a: Array) -> Array:
    """Slope of the approximated GELU."""
    c = math.sqrt(2.0 / math.pi)
    t = np.tanh(c * (z + 0.044715 * z**3))
    return 0.5 * (1.0 + t) + 0.5 * z * (1.0 - t**2) * c * (1.0 + 3.0 * 0.044715 * z**2)


def _exact_gelu_slope(z: Array, _a: Array) -> Array:
    """Slope of the exact GELU."""
    cdf = 0.5 * (1.0 + np.vectorize(math.erf)(z / math.sqrt(2.0)))
    return cdf + z * np.exp(-0.5 * z**2) / math.sqrt(2.0 * math.pi)


def _tanh_slope(_z: Array, a: Array) -> Array:
    """Slope of tanh."""
    return 1.0 - a**2


def _relu_slope(z: Array, _a: Array) -> Array:
    """Slope of the rectifier."""
    return (z > 0).astype(float)


def _sigmoid_slope(_z: Array, a: Array) -> Array:
    """Slope of the logistic function, from its output."""
    return a * (1.0 - a)


def _elu_slope(z: Array, a: Array) -> Array:
    """Slope of the exponential unit."""
    return np.where(z > 0, 1.0, a + _ALPHA)


def _deep_pass(p: Params, act: Callable[[Array], Array]) -> tuple[list[Array], list[Array]]:
    """Pre-activations and activations of all layers; the last one is linear."""
    before: list[Array] = []
    after = [_DX]
    for i in range(1, 5):
        before.append(after[-1] @ p[f"W{i}"] + p[f"b{i}"])
        after.append(act(before[-1]) if i < 4 else before[-1])
    return before, after


def _deep_loss(p: Params, act: Callable[[Array], Array]) -> float:
    """Squared error of the deep network."""
    return float(np.sum((_deep_pass(p, act)[1][-1] - _DT) ** 2) / len(_DX))


def deep_grads(p: Params, act: Callable[[Array], Array], slope: Slope, keep_upstream: bool = True) -> Params:
    """Gradients of the deep network with the given slope function in every hidden layer."""
    before, after = _deep_pass(p, act)
    delta = 2.0 * (after[-1] - _DT) / len(_DX)
    grads: Params = {}
    for i in range(4, 0, -1):
        grads[f"W{i}"] = after[i - 1].T @ delta
        grads[f"b{i}"] = delta.sum(axis=0)
        if i > 1:
            s = slope(before[i - 2], after[i - 1])
            delta = (delta @ p[f"W{i}"].T) * s if keep_upstream else s / len(_DX)
    return grads


def deep_again_grads(p: Params) -> Params:
    """A second backward pass through deep_tanh_loss when only the parameters were set to zero before it.

    Every value between keeps its old gradient, so that the further from the loss, the larger the factor.
    """
    once = deep_grads(p, np.tanh, _tanh_slope)
    return {name: grad * 2.0 * (5 - int(name[1:])) for name, grad in once.items()}


def deep_tanh_loss(p: Params) -> float:
    """Squared error of the deep tanh network."""
    return _deep_loss(p, np.tanh)


def deep_relu_loss(p: Params) -> float:
    """Squared error of the deep ReLU network."""
    return _deep_loss(p, _relu)


def deep_sigmoid_loss(p: Params) -> float:
    """Squared error of the deep sigmoid network."""
    return _deep_loss(p, _sigmoid)


def deep_elu_loss(p: Params) -> float:
    """Squared error of the deep ELU network."""
    return _deep_loss(p, _elu)


def deep_gelu_loss(p: Params) -> float:
    """Squared error of the deep GELU network, with the tanh approximation."""
    return _deep_loss(p, _gelu)


# ------------------------------------------------------------------------------------------------------------
# Dense: two sigmoid layers and the squared error.

_SX, _ST = _draw(6, 6, 4), np.abs(np.sin(_draw(7, 6, 3)))
_SP = _weights(8, W1=(4, 5), b1=(5,), W2=(5, 3), b2=(3,))


def small_loss(p: Params) -> float:
    """Mean squared error of two sigmoid layers."""
    h = _sigmoid(_SX @ p["W1"] + p["b1"])
    y = _sigmoid(h @ p["W2"] + p["b2"])
    return float(np.sum((y - _ST) ** 2) / len(_SX))


def small_grads(p: Params, mistake: str = "") -> Params:
    """Gradients of small_loss."""
    n = len(_SX)
    h = _sigmoid(_SX @ p["W1"] + p["b1"])
    y = _sigmoid(h @ p["W2"] + p["b2"])
    d2 = {"half": 1.0 / n, "not averaged": 2.0}.get(mistake, 2.0 / n) * (y - _ST)
    if mistake not in ("no slope", "no slope and early"):
        d2 = d2 * y * (1.0 - y)
    grads = {"W2": h.T @ d2, "b2": d2.sum(axis=0)}
    back = p["W2"] - 0.5 * grads["W2"] if mistake in ("early", "no slope and early") else p["W2"]
    d1 = d2 @ back.T * h * (1.0 - h)
    grads |= {"W1": _SX.T @ d1, "b1": d1.sum(axis=0)}
    if mistake == "bias mean":
        grads |= {"b1": d1.mean(axis=0), "b2": d2.mean(axis=0)}
    if mistake == "one example":
        grads |= {"b1": d1[-1].copy(), "b2": d2[-1].copy()}
    return grads


# ------------------------------------------------------------------------------------------------------------
# Dense: softmax classifier with a penalty on weights and biases.

_PX, _PY = _draw(9, 7, 4), np.array([0, 2, 1, 2, 2, 0, 1])
_PP = _weights(10, W1=(4, 5), b1=(5,), W2=(5, 3), b2=(3,))
_REG = 0.15


def penalty_loss(p: Params) -> float:
    """Mean cross-entropy and a squared penalty."""
    s = _softmax(np.tanh(_PX @ p["W1"] + p["b1"]) @ p["W2"] + p["b2"])
    data = -np.mean(np.log(s[np.arange(len(_PY)), _PY]))
    return float(data + _REG * sum(np.sum(value**2) for value in p.values()))


def penalty_grads(p: Params, mistake: str = "") -> Params:
    """Gradients of penalty_loss."""
    h = np.tanh(_PX @ p["W1"] + p["b1"])
    s = _softmax(h @ p["W2"] + p["b2"])
    d2 = (s - np.eye(3)[_PY]) / len(_PY)
    if mistake == "softmax twice":
        d2 = d2 * s * (1.0 - s)
    d1 = d2 @ p["W2"].T * (1.0 - h**2)
    grads = {"W1": _PX.T @ d1, "b1": d1.sum(axis=0), "W2": h.T @ d2, "b2": d2.sum(axis=0)}
    factor = {"sign": -2.0, "half": 1.0}.get(mistake, 2.0) * _REG
    penalised = ("W1", "W2") if mistake == "biases" else tuple(grads)
    return {name: grad + factor * p[name] if name in penalised else grad for name, grad in grads.items()}


# ------------------------------------------------------------------------------------------------------------
# Dense: an autoencoder with a wish for sparse activations, and one with tied weights.

_AX = _draw(11, 6, 5)
_AP = _weights(12, W1=(5, 3), b1=(3,), W2=(3, 5), b2=(5,))
_TP = _weights(13, W=(5, 3), b=(3,), c=(5,))
_RHO, _SPARSE = 0.1, 0.7


def sparse_loss(p: Params) -> float:
    """Reconstruction error and the divergence of the mean activations from a wanted one."""
    h = _sigmoid(_AX @ p["W1"] + p["b1"])
    y = h @ p["W2"] + p["b2"]
    q = h.mean(axis=0)
    divergence = np.sum(_RHO * np.log(_RHO / q) + (1 - _RHO) * np.log((1 - _RHO) / (1 - q)))
    return float(0.5 * np.sum((y - _AX) ** 2) / len(_AX) + _SPARSE * divergence)


def sparse_grads(p: Params, sparse: bool = True) -> Params:
    """Gradients of sparse_loss, with or without the part of the divergence."""
    n = len(_AX)
    h = _sigmoid(_AX @ p["W1"] + p["b1"])
    d2 = (h @ p["W2"] + p["b2"] - _AX) / n
    back = d2 @ p["W2"].T
    if sparse:
        q = h.mean(axis=0)
        back = back + _SPARSE * ((1 - _RHO) / (1 - q) - _RHO / q) / n
    d1 = back * h * (1.0 - h)
    return {"W1": _AX.T @ d1, "b1": d1.sum(axis=0), "W2": h.T @ d2, "b2": d2.sum(axis=0)}


def tied_loss(p: Params) -> float:
    """Reconstruction error of an autoencoder whose decoder is the transposed encoder."""
    y = np.tanh(_AX @ p["W"] + p["b"]) @ p["W"].T + p["c"]
    return float(np.sum((y - _AX) ** 2) / len(_AX))


def tied_grads(p: Params, decoder: bool = True) -> Params:
    """Gradients of tied_loss; the weight is used twice."""
    h = np.tanh(_AX @ p["W"] + p["b"])
    d2 = 2.0 * (h @ p["W"].T + p["c"] - _AX) / len(_AX)
    d1 = d2 @ p["W"] * (1.0 - h**2)
    twice = d2.T @ h if decoder else 0.0
    return {"W": _AX.T @ d1 + twice, "b": d1.sum(axis=0), "c": d2.sum(axis=0)}


# ------------------------------------------------------------------------------------------------------------
# Dense: dropout with a fixed mask.

_MASK = np.random.default_rng(14).random((6, 5)) < 0.6
_KEEP = 0.6
_RP = _weights(15, W1=(4, 5), b1=(5,), W2=(5, 3), b2=(3,))


def dropout_loss(p: Params) -> float:
    """Squared error of a network with inverted dropout."""
    h = np.tanh(_SX @ p["W1"] + p["b1"]) * _MASK / _KEEP
    return float(np.sum((h @ p["W2"] + p["b2"] - _ST) ** 2) / len(_SX))


def dropout_grads(p: Params, mistake: str = "") -> Params:
    """Gradients of dropout_loss."""
    t = np.tanh(_SX @ p["W1"] + p["b1"])
    h = t * _MASK / _KEEP
    d2 = 2.0 * (h @ p["W2"] + p["b2"] - _ST) / len(_SX)
    local = {
        "no mask": np.full(_MASK.shape, 1.0 / _KEEP),
        "other scale": _MASK * (1.0 - _KEEP),
        "redrawn": (np.random.default_rng(99).random(_MASK.shape) < _KEEP) / _KEEP,
    }.get(mistake, _MASK / _KEEP)
    d1 = d2 @ p["W2"].T * local * (1.0 - t**2)
    return {"W1": _SX.T @ d1, "b1": d1.sum(axis=0), "W2": h.T @ d2, "b2": d2.sum(axis=0)}


# ------------------------------------------------------------------------------------------------------------
# Single operations of small automatic differentiation programs.

_OX, _OT = _draw(16, 6, 4), _draw(17, 6, 3)
_OX2 = _draw(18, 6, 4)
_UP = _weights(19, 0.4, W=(4, 3), c=(3,))
_VP = _weights(20, W=(4, 5), b=(5,), V=(5, 3))
_QP = _weights(21, A=(4, 3), B=(4, 3), c=(3,))
_GP = _weights(22, W=(4, 5), b=(5,))
_PRODUCT = _draw(23, 6)


def reuse_loss(p: Params) -> float:
    """A value that is used twice: h and exp(h)."""
    h = _OX @ p["W"] + p["c"]
    return float(np.mean(np.sum((np.exp(h) * h - _OT) ** 2, axis=1)))


def reuse_grads(p: Params, add: bool = True) -> Params:
    """Gradients of reuse_loss; the second visit of h either adds or overwrites."""
    h = _OX @ p["W"] + p["c"]
    e = np.exp(h)
    d = 2.0 * (e * h - _OT) / len(_OX)
    dh = d * e + d * h * e if add else d * h * e
    return {"W": _OX.T @ dh, "c": dh.sum(axis=0)}


def difference_loss(p: Params) -> float:
    """The difference of two inputs seen through the same layer."""
    d = np.tanh(_OX @ p["W"] + p["b"]) - np.tanh(0.5 * _OX2 @ p["W"] + p["b"])
    return float(np.sum((d @ p["V"] - _OT) ** 2) / len(_OX))


def difference_grads(p: Params, second: float = -1.0) -> Params:
    """Gradients of difference_loss; second is the sign of the subtrahend."""
    a, b = np.tanh(_OX @ p["W"] + p["b"]), np.tanh(0.5 * _OX2 @ p["W"] + p["b"])
    do = 2.0 * ((a - b) @ p["V"] - _OT) / len(_OX)
    dd = do @ p["V"].T
    da, db = dd * (1.0 - a**2), second * dd * (1.0 - b**2)
    return {"W": _OX.T @ da + 0.5 * _OX2.T @ db, "b": (da + db).sum(axis=0), "V": (a - b).T @ do}


def quotient_loss(p: Params) -> float:
    """A ratio of two layers."""
    q = (_OX @ p["A"]) / (1.5 + np.exp(_OX @ p["B"])) + p["c"]
    return float(np.sum((q - _OT) ** 2) / len(_OX))


def quotient_grads(p: Params, mistake: str = "") -> Params:
    """Gradients of quotient_loss."""
    top, e = _OX @ p["A"], np.exp(_OX @ p["B"])
    bottom = 1.5 + e
    d = 2.0 * (top / bottom + p["c"] - _OT) / len(_OX)
    dbottom = d * bottom if mistake == "denominator" else -d * top / bottom**2
    return {"A": _OX.T @ (d / bottom), "B": _OX.T @ (dbottom * e), "c": d.sum(axis=0)}


def product_loss(p: Params) -> float:
    """A product over five gates."""
    y = np.prod(1.0 + 0.5 * np.tanh(_OX @ p["W"] + p["b"]), axis=1)
    return float(np.mean((y - _PRODUCT) ** 2))


def product_grads(p: Params, upstream: bool = True) -> Params:
    """Gradients of product_loss; without upstream the product forgets what comes after it."""
    t = np.tanh(_OX @ p["W"] + p["b"])
    gates = 1.0 + 0.5 * t
    y = np.prod(gates, axis=1, keepdims=True)
    d = 2.0 * (y - _PRODUCT[:, None]) / len(_OX) if upstream else np.full_like(y, 1.0 / len(_OX))
    dz = d * y / gates * 0.5 * (1.0 - t**2)
    return {"W": _OX.T @ dz, "b": dz.sum(axis=0)}


_BX, _BT = _draw(24, 3, 2, 5), _draw(25, 3, 4, 5)
_BP = _weights(26, W=(4, 2), b=(4, 1), s=(1, 5))


def broadcast_loss(p: Params) -> float:
    """A bias for each channel and a shift for each time are broadcast."""
    y = np.tanh(p["W"] @ _BX + p["b"] + p["s"])
    return float(np.sum((y - _BT) ** 2) / len(_BX))


def broadcast_grads(p: Params, every_axis: bool = True, visits: int = 1) -> Params:
    """Gradients of broadcast_loss; a broadcast axis has to be summed, and an operand visited once."""
    y = np.tanh(p["W"] @ _BX + p["b"] + p["s"])
    d = 2.0 * (y - _BT) / len(_BX) * (1.0 - y**2)
    per_batch = d.sum(axis=0)
    b = per_batch.sum(axis=1, keepdims=True) if every_axis else per_batch[:, :1].copy()
    s = per_batch.sum(axis=0, keepdims=True) if every_axis else per_batch[:1].copy()
    return {"W": np.einsum("nct,ndt->cd", d, _BX), "b": visits * b, "s": visits * s}


_IB, _IC = _draw(27, 3, 4), _draw(28, 3, 4)
_IP = {"A": np.array([[1.4, -0.7, 0.2], [0.5, 1.1, -0.4], [-0.3, 0.8, 1.6]])}


def inverse_loss(p: Params) -> float:
    """The solution of a linear system against a wanted one."""
    return float(np.sum((np.linalg.inv(p["A"]) @ _IB - _IC) ** 2))


def inverse_grads(p: Params, transpose: bool = True) -> Params:
    """Gradient of inverse_loss."""
    inverse = np.linalg.inv(p["A"])
    g = 2.0 * (inverse @ _IB - _IC) @ _IB.T
    side = inverse.T if transpose else inverse
    return {"A": -side @ g @ side}


_WP = _weights(29, W1=(4, 4), b1=(4,), W2=(4, 4), b2=(4,), W3=(4, 3))


def square_loss(p: Params) -> float:
    """Hidden layers as wide as the input."""
    h = np.tanh(np.tanh(_OX @ p["W1"] + p["b1"]) @ p["W2"] + p["b2"])
    return float(np.sum((h @ p["W3"] - _OT) ** 2) / len(_OX))


def square_grads(p: Params, transpose: bool = True) -> Params:
    """Gradients of square_loss."""
    h1 = np.tanh(_OX @ p["W1"] + p["b1"])
    h2 = np.tanh(h1 @ p["W2"] + p["b2"])
    d3 = 2.0 * (h2 @ p["W3"] - _OT) / len(_OX)
    d2 = d3 @ p["W3"].T * (1.0 - h2**2)
    d1 = d2 @ (p["W2"].T if transpose else p["W2"]) * (1.0 - h1**2)
    return {
        "W1": _OX.T @ d1, "b1": d1.sum(axis=0), "W2": h1.T @ d2, "b2": d2.sum(axis=0), "W3": h2.T @ d3
    }  # fmt: skip


_NP = _weights(30, W=(4, 3), b=(3,))
_NC = np.array([0.7, -1.1, 0.4, 1.6, -0.3, 0.9])


def norm_loss(p: Params) -> float:
    """Weighted lengths of the rows."""
    return float(np.sum(_NC * np.linalg.norm(_OX @ p["W"] + p["b"], axis=1)))


def norm_grads(p: Params, by_row: bool = True) -> Params:
    """Gradients of norm_loss; the norm is one of each row."""
    z = _OX @ p["W"] + p["b"]
    d = _NC[:, None] * z / (np.linalg.norm(z, axis=1, keepdims=True) if by_row else np.linalg.norm(z))
    return {"W": _OX.T @ d, "b": d.sum(axis=0)}


_MX = _draw(31, 7, 3) @ np.array([[1.0, 0.4, 0.0], [0.0, 0.8, 0.5], [0.0, 0.0, 0.6]])
_MP = _weights(32, m=(3,), A=(3, 3))


def gauss_loss(p: Params) -> float:
    """Mean negative log-likelihood of a normal distribution with a full covariance."""
    cov = p["A"] @ p["A"].T + 0.5 * np.eye(3)
    c = _MX - p["m"]
    return float(0.5 * np.log(np.linalg.det(cov)) + 0.5 * np.mean(np.sum(c @ np.linalg.inv(cov) * c, axis=1)))


def gauss_grads(p: Params, sign: float = 1.0) -> Params:
    """Gradients of gauss_loss; sign spoils the one of the covariance."""
    inverse = np.linalg.inv(p["A"] @ p["A"].T + 0.5 * np.eye(3))
    c = _MX - p["m"]
    dcov = 0.5 * (inverse - inverse @ (c.T @ c / len(c)) @ inverse)
    return {"m": -inverse @ c.mean(axis=0), "A": sign * 2.0 * dcov @ p["A"]}


# ------------------------------------------------------------------------------------------------------------
# Losses: softmax with squared error, log-softmax with weighted labels, a focusing weight, smooth L1.

_LX = _draw(33, 7, 4)
_LT = np.random.default_rng(34).random((7, 3)) + 0.1
_LY = np.array([1.0, 0.0, 1.0, 1.0, 0.0, 0.0, 1.0])
_LP = _weights(35, 0.8, W=(4, 3), b=(3,))
_FP = _weights(36, W=(4,), b=(1,))
_HT = 2.0 * _draw(37, 7, 3)
_BETA = 0.6


def softmax_square_loss(p: Params) -> float:
    """Squared error of softmax outputs."""
    return float(np.sum((_softmax(_LX @ p["W"] + p["b"]) - _LT) ** 2) / len(_LX))


def softmax_square_grads(p: Params, mistake: str = "") -> Params:
    """Gradients of softmax_square_loss."""
    s = _softmax(_LX @ p["W"] + p["b"])
    g = 2.0 * (s - _LT) / len(_LX)
    if mistake == "diagonal":
        d = g * s * (1.0 - s)
    elif mistake == "copied":
        d = g
    else:
        d = s * (g - np.sum(g * s, axis=1, keepdims=True))
    return {"W": _LX.T @ d, "b": d.sum(axis=0)}


def log_softmax_loss(p: Params) -> float:
    """Cross-entropy with labels that do not sum to one."""
    z = _LX @ p["W"] + p["b"]
    z = z - z.max(axis=1, keepdims=True)
    return float(-np.mean(np.sum(_LT * (z - np.log(np.sum(np.exp(z), axis=1, keepdims=True))), axis=1)))


def log_softmax_grads(p: Params, total: bool = True) -> Params:
    """Gradients of log_softmax_loss; the softmax is to be weighted by the sum of what comes from above."""
    s = _softmax(_LX @ p["W"] + p["b"])
    g = -_LT / len(_LX)
    d = g - s * g.sum(axis=1, keepdims=True) if total else g + s / len(_LX)
    return {"W": _LX.T @ d, "b": d.sum(axis=0)}


def focus_loss(p: Params) -> float:
    """Cross-entropy with a weight that depends on the prediction."""
    q = _sigmoid(_LX @ p["W"] + p["b"])
    right = np.where(_LY == 1.0, q, 1.0 - q)
    return float(-np.mean(4.0 ** ((1.0 - right) ** 0.5) * np.log(right)))


def focus_grads(p: Params, through_weight: bool = True) -> Params:
    """Gradients of focus_loss; the weight depends on the parameters as well."""
    q = _sigmoid(_LX @ p["W"] + p["b"])
    right = np.where(_LY == 1.0, q, 1.0 - q)
    weight = 4.0 ** ((1.0 - right) ** 0.5)
    d = weight / right
    if through_weight:
        d = d - weight * math.log(4.0) * 0.5 * (1.0 - right) ** -0.5 * np.log(right)
    dz = -d / len(_LX) * right * (1.0 - right) * np.where(_LY == 1.0, 1.0, -1.0)
    return {"W": _LX.T @ dz, "b": dz.sum(keepdims=True)}


def smooth_loss(p: Params) -> float:
    """Smooth L1 with a threshold of its own."""
    d = _LX @ p["W"] + p["b"] - _HT
    return float(np.sum(np.where(np.abs(d) < _BETA, 0.5 * d**2 / _BETA, np.abs(d) - 0.5 * _BETA)) / len(_LX))


def smooth_grads(p: Params, divide: bool = True) -> Params:
    """Gradients of smooth_loss."""
    d = _LX @ p["W"] + p["b"] - _HT
    g = np.where(np.abs(d) < _BETA, d / _BETA if divide else d, np.sign(d)) / len(_LX)
    return {"W": _LX.T @ g, "b": g.sum(axis=0)}


# ------------------------------------------------------------------------------------------------------------
# Repeated indices: words, and users with items.

_WORDS = np.array([[0, 2, 2, 4], [3, 3, 3, 1], [4, 0, 2, 0]])
_WT = _draw(38, 3, 2)
_EP = _weights(39, E=(5, 3), W=(3, 4), b=(4,), V=(4, 2))
_USERS = np.array([0, 0, 1, 2, 2, 2, 3])
_ITEMS = np.array([1, 4, 1, 0, 1, 3, 4])
_STARS = np.array([3.0, 1.0, 2.5, 4.0, 0.5, 2.0, 3.5])
_FACTORS = _weights(40, 0.8, P=(4, 3), Q=(5, 3))


def words_loss(p: Params) -> float:
    """Sentences as the mean of their word vectors, every word through a layer."""
    h = np.tanh(p["E"][_WORDS] @ p["W"] + p["b"])
    return float(np.sum((h.mean(axis=1) @ p["V"] - _WT) ** 2) / len(_WORDS))


def words_grads(p: Params, add: bool = True) -> Params:
    """Gradients of words_loss; words occur more than once."""
    x = p["E"][_WORDS]
    h = np.tanh(x @ p["W"] + p["b"])
    do = 2.0 * (h.mean(axis=1) @ p["V"] - _WT) / len(_WORDS)
    dz = (do @ p["V"].T)[:, None] / _WORDS.shape[1] * (1.0 - h**2)
    dx = dz @ p["W"].T
    table = np.zeros_like(p["E"])
    if add:
        np.add.at(table, _WORDS, dx)
    else:
        for sentence, rows in zip(_WORDS, dx, strict=True):
            for word, row in zip(sentence, rows, strict=True):
                table[word] = row
    return {"E": table, "W": _rows(x).T @ _rows(dz), "b": dz.sum(axis=(0, 1)), "V": h.mean(axis=1).T @ do}


def factors_loss(p: Params) -> float:
    """Squared error of a matrix factorisation."""
    return float(np.mean((np.sum(p["P"][_USERS] * p["Q"][_ITEMS], axis=1) - _STARS) ** 2))


def factors_grads(p: Params, mistake: str = "") -> Params:
    """Gradients of factors_loss."""
    users, items = p["P"][_USERS], p["Q"][_ITEMS]
    e = 2.0 * (np.sum(users * items, axis=1) - _STARS)[:, None] / len(_STARS)
    dusers, ditems = np.zeros_like(p["P"]), np.zeros_like(p["Q"])
    if mistake == "buffered":
        dusers[_USERS] += e * items
        ditems[_ITEMS] += e * users
        return {"P": dusers, "Q": ditems}
    np.add.at(dusers, _USERS, e * items)
    if mistake == "early":
        users = (p["P"] - 0.5 * dusers)[_USERS]
    np.add.at(ditems, _ITEMS, e * users)
    return {"P": dusers, "Q": ditems}


# ------------------------------------------------------------------------------------------------------------
# Distances and directions.

_TA, _TB, _TC = _draw(41, 6, 4), _draw(42, 6, 4), _draw(43, 6, 4)
_TRIP = _weights(44, W=(4, 3), b=(3,))
_DIR = _weights(45, W=(4, 3))
_L2P = _weights(46, W=(4, 3), b=(3,), V=(3, 2))
_L2T = _draw(47, 6, 2)
_SOFT = 0.8


def triplet_loss(p: Params) -> float:
    """Anchors nearer to positives than to negatives."""
    a, b, c = (np.tanh(x @ p["W"] + p["b"]) for x in (_TA, _TB, _TC))
    gap = 0.5 + np.sum((a - b) ** 2, axis=1) - np.sum((a - c) ** 2, axis=1)
    return float(np.mean(np.maximum(gap, 0.0)))


def triplet_grads(p: Params, anchor: bool = True) -> Params:
    """Gradients of triplet_loss, with or without what reaches the anchors."""
    a, b, c = (np.tanh(x @ p["W"] + p["b"]) for x in (_TA, _TB, _TC))
    gap = 0.5 + np.sum((a - b) ** 2, axis=1) - np.sum((a - c) ** 2, axis=1)
    active = (gap > 0)[:, None] / len(gap)
    parts = [(_TB, 2.0 * (b - a) * active * (1 - b**2)), (_TC, 2.0 * (a - c) * active * (1 - c**2))]
    if anchor:
        parts.append((_TA, 2.0 * (c - b) * active * (1 - a**2)))
    return {"W": sum(x.T @ d for x, d in parts), "b": sum(d.sum(axis=0) for _, d in parts)}


def direction_loss(p: Params) -> float:
    """Cross-entropy of a classifier whose class vectors are normalised."""
    s = _softmax(_PX @ (p["W"] / np.linalg.norm(p["W"], axis=0)))
    return float(-np.mean(np.log(s[np.arange(len(_PY)), _PY])))


def direction_grads(p: Params, length: bool = True) -> Params:
    """Gradient of direction_loss; the length depends on the weight too."""
    size = np.linalg.norm(p["W"], axis=0)
    unit = p["W"] / size
    g = _PX.T @ (_softmax(_PX @ unit) - np.eye(3)[_PY]) / len(_PY)
    return {"W": (g - unit * np.sum(g * unit, axis=0)) / size if length else g / size}


def l2_loss(p: Params) -> float:
    """Rows divided by their length and a constant."""
    z = _TA @ p["W"] + p["b"]
    y = z / (np.linalg.norm(z, axis=1, keepdims=True) + _SOFT)
    return float(np.sum((y @ p["V"] - _L2T) ** 2) / len(z))


def l2_grads(p: Params, apart: bool = True) -> Params:
    """Gradients of l2_loss; the constant belongs to the divisor, not to the length."""
    z = _TA @ p["W"] + p["b"]
    length = np.linalg.norm(z, axis=1, keepdims=True)
    soft = length + _SOFT
    do = 2.0 * (z / soft @ p["V"] - _L2T) / len(z)
    g = do @ p["V"].T
    dz = g / soft - z * np.sum(z * g, axis=1, keepdims=True) / ((length if apart else soft) * soft**2)
    return {"W": _TA.T @ dz, "b": dz.sum(axis=0), "V": (z / soft).T @ do}


def l1_loss(p: Params) -> float:
    """Rows divided by the sum of their absolute values."""
    z = _TA @ p["W"] + p["b"]
    y = z / np.sum(np.abs(z), axis=1, keepdims=True)
    return float(np.sum((y @ p["V"] - _L2T) ** 2) / len(z))


def l1_grads(p: Params, sign: bool = True) -> Params:
    """Gradients of l1_loss."""
    z = _TA @ p["W"] + p["b"]
    total = np.sum(np.abs(z), axis=1, keepdims=True)
    y = z / total
    do = 2.0 * (y @ p["V"] - _L2T) / len(z)
    g = do @ p["V"].T
    dz = (g - (np.sign(z) if sign else z**2) * np.sum(g * y, axis=1, keepdims=True)) / total
    return {"W": _TA.T @ dz, "b": dz.sum(axis=0), "V": y.T @ do}


_RT = _draw(48, 6, 5)
_RESP = _weights(49, W=(4, 5), b=(5,))
_BAND = (np.abs(np.subtract.outer(np.arange(5), np.arange(5))) <= 1).astype(float)


def response_loss(p: Params) -> float:
    """Local response normalisation over neighbouring channels."""
    z = _TA @ p["W"] + p["b"]
    return float(np.sum((z * (1.0 + 0.7 * z**2 @ _BAND) ** -0.75 - _RT) ** 2) / len(z))


def response_grads(p: Params, at_neighbour: bool = True) -> Params:
    """Gradients of response_loss; the sum runs over the neighbours' own gradients and scales."""
    z = _TA @ p["W"] + p["b"]
    s = 1.0 + 0.7 * z**2 @ _BAND
    g = 2.0 * (z * s**-0.75 - _RT) / len(z)
    if at_neighbour:
        cross = (g * z * s**-1.75) @ _BAND
    else:
        cross = s**-0.75 * g * ((z / s) @ _BAND)
    dz = g * s**-0.75 - 2.0 * 0.7 * 0.75 * z * cross
    return {"W": _TA.T @ dz, "b": dz.sum(axis=0)}


# ------------------------------------------------------------------------------------------------------------
# Convolution: two layers, the second one with padding, a stride unlike its window, and a leftover row.

_KX, _KT = _draw(50, 2, 2, 7, 6), _draw(51, 2, 2, 3, 3)
_KP = _weights(52, 0.5, K1=(3, 2, 2, 3), b1=(3,), K2=(2, 3, 3, 2), b2=(2,))


def _convolve(x: Array, k: Array, b: Array, stride: int = 1) -> Array:
    """Correlation of images with kernels."""
    n, _, height, width = x.shape
    out, _, kh, kw = k.shape
    y = np.zeros((n, out, (height - kh) // stride + 1, (width - kw) // stride + 1))
    for i in range(y.shape[2]):
        for j in range(y.shape[3]):
            window = x[:, :, i * stride : i * stride + kh, j * stride : j * stride + kw]
            y[:, :, i, j] = np.tensordot(window, k, axes=([1, 2, 3], [1, 2, 3])) + b
    return y


def _pad(x: Array) -> Array:
    """Images with a border of zeros."""
    return np.pad(x, ((0, 0), (0, 0), (1, 1), (1, 1)))


def conv_loss(p: Params) -> float:
    """Squared error of two convolutions."""
    a = np.tanh(_convolve(_KX, p["K1"], p["b1"]))
    return float(np.sum((_convolve(_pad(a), p["K2"], p["b2"], 2) - _KT) ** 2) / len(_KX))


def conv_grads(p: Params, mistake: str = "") -> Params:
    """Gradients of conv_loss."""
    a = np.tanh(_convolve(_KX, p["K1"], p["b1"]))
    x, k = _pad(a), p["K2"]
    d2 = 2.0 * (_convolve(x, k, p["b2"], 2) - _KT) / len(_KX)
    kh, kw = k.shape[2:]
    step = 1 if mistake == "stride" else 2
    back = k[:, :, ::-1, ::-1] if mistake == "flip" else k
    dk, dx = np.zeros_like(k), np.zeros_like(x)
    for i in range(d2.shape[2]):
        for j in range(d2.shape[3]):
            rows, columns = slice(i * step, i * step + kh), slice(j * step, j * step + kw)
            dk += np.tensordot(d2[:, :, i, j], x[:, :, rows, columns], axes=(0, 0))
            if mistake == "channel":
                dx[:, : k.shape[0], rows, columns] += np.einsum("no,ockl->nokl", d2[:, :, i, j], back)
            else:
                dx[:, :, rows, columns] += np.tensordot(d2[:, :, i, j], back, axes=(1, 0))
    if mistake == "positions":
        dk /= d2.shape[0] * d2.shape[2] * d2.shape[3]
    if mistake == "leftover":
        dx = np.concatenate([dx[:, :, -1:], dx[:, :, :-1]], axis=2)
    height, width = a.shape[2:]
    da = dx[:, :, :height, :width] if mistake == "padding" else dx[:, :, 1 : 1 + height, 1 : 1 + width]
    d1 = da * (1.0 - a**2)
    dk1 = np.zeros_like(p["K1"])
    for i in range(d1.shape[2]):
        for j in range(d1.shape[3]):
            dk1 += np.tensordot(d1[:, :, i, j], _KX[:, :, i : i + 2, j : j + 3], axes=(0, 0))
    return {"K1": dk1, "b1": d1.sum(axis=(0, 2, 3)), "K2": dk, "b2": d2.sum(axis=(0, 2, 3))}


# ------------------------------------------------------------------------------------------------------------
# Pooling over overlapping windows of a signal.

_GX, _GT = _draw(53, 3, 2, 9), _draw(54, 3, 2)
_POOL = _weights(55, K=(3, 2, 2), b=(3,), V=(9, 2), c=(2,))
_CEIL = _weights(56, K=(3, 2, 2), b=(3,), V=(12, 2), c=(2,))


def _signal(p: Params, x: Array) -> Array:
    """Convolution in one dimension and tanh."""
    pairs = np.stack([x[:, :, :-1], x[:, :, 1:]], axis=-1)
    return np.tanh(np.einsum("nctk,ock->not", pairs, p["K"]) + p["b"][:, None])


def max_pool_loss(p: Params) -> float:
    """Largest values of windows of three, two apart."""
    a = _signal(p, _GX)
    y = np.stack([a[:, :, 2 * i : 2 * i + 3].max(axis=2) for i in range(3)], axis=2)
    return float(np.sum((y.reshape(3, -1) @ p["V"] + p["c"] - _GT) ** 2) / 3)


def mean_pool_loss(p: Params) -> float:
    """Means of windows of three, two apart."""
    a = _signal(p, _GX)
    y = np.stack([a[:, :, 2 * i : 2 * i + 3].mean(axis=2) for i in range(3)], axis=2)
    return float(np.sum((y.reshape(3, -1) @ p["V"] + p["c"] - _GT) ** 2) / 3)


def ceil_pool_loss(p: Params) -> float:
    """Means of windows of three, two apart, where the last window hangs over the end."""
    a = _signal(p, _GX)
    y = np.stack([a[:, :, 2 * i : 2 * i + 3].mean(axis=2) for i in range(4)], axis=2)
    return float(np.sum((y.reshape(3, -1) @ p["V"] + p["c"] - _GT) ** 2) / 3)


def pool_grads(p: Params, kind: str, mistake: str = "") -> Params:
    """Gradients of the pooling losses; kind is max, mean or ceil."""
    a = _signal(p, _GX)
    count = 4 if kind == "ceil" else 3
    y = np.zeros((3, 3, count))
    for i in range(count):
        window = a[:, :, 2 * i : 2 * i + 3]
        y[:, :, i] = window.max(axis=2) if kind == "max" else window.mean(axis=2)
    flat = y.reshape(3, -1)
    do = 2.0 * (flat @ p["V"] + p["c"] - _GT) / 3
    dy = (do @ p["V"].T).reshape(y.shape)
    da = np.zeros_like(a)
    for i in range(1 if mistake == "first window" else count):
        window = a[:, :, 2 * i : 2 * i + 3]
        width = window.shape[2]
        if kind != "max":
            divisor = {"no mean": 1, "full window": 3}.get(mistake, width)
            da[:, :, 2 * i : 2 * i + width] += dy[:, :, i : i + 1] / divisor
            continue
        best = 2 * i + window.argmax(axis=2)
        for n in range(a.shape[0]):
            for c in range(a.shape[1]):
                if mistake == "assign":
                    da[n, c, best[n, c]] = dy[n, c, i]
                else:
                    da[n, c, best[n, c]] += dy[n, c, i]
    dz = da * (1.0 - a**2)
    pairs = np.stack([_GX[:, :, :-1], _GX[:, :, 1:]], axis=-1)
    return {
        "K": np.einsum("not,nctk->ock", dz, pairs),
        "b": dz.sum(axis=(0, 2)),
        "V": flat.T @ do,
        "c": do.sum(axis=0),
    }


_TIES = {
    "M": np.array([[0.4, 0.9, 0.9, -0.3, 0.9, 0.1], [1.2, 1.2, 0.5, 0.8, 0.8, 0.8]]),
    "v": np.array([0.7, 1.3]),
}
_TIE_T = np.array([[-0.4], [0.6]])
_PATCH = np.array([[0.0, 0.0, 0.0, 1.4, 0.0, 0.0, 0.0], [0.8, 0.0, 0.0, 0.0, 0.0, -1.1, 0.0]])
_PATCH_P = {
    "k": np.array([[-0.5, -0.8], [0.7, 0.4], [-0.3, -0.9]]),
    "b": np.array([0.6, 0.9, 0.8]),
    "v": _draw(58, 3),
}


def map_pool_loss(p: Params) -> float:
    """Windows with several equal largest values, weighted."""
    y = np.stack([p["M"][:, :3].max(axis=1), p["M"][:, 3:].max(axis=1)], axis=1)
    return float(np.sum((y * p["v"] - _TIE_T) ** 2) / 2)


def map_pool_grads(p: Params, every: bool = False) -> Params:
    """A gradient of map_pool_loss: the first largest value gets it, or every one."""
    grad = np.zeros_like(p["M"])
    y = np.stack([p["M"][:, :3].max(axis=1), p["M"][:, 3:].max(axis=1)], axis=1)
    d = y * p["v"] - _TIE_T
    for n in range(2):
        for w in range(2):
            window = p["M"][n, 3 * w : 3 * w + 3]
            share = window == window.max() if every else np.arange(3) == window.argmax()
            grad[n, 3 * w : 3 * w + 3] += d[n, w] * p["v"][w] * share
    return {"M": grad, "v": (d * y).sum(axis=0)}


def patch_pool_loss(p: Params) -> float:
    """The largest response to a signal that is zero in most places, so that responses tie."""
    pairs = np.stack([_PATCH[:, :-1], _PATCH[:, 1:]], axis=-1)
    a = np.einsum("ntk,ok->nto", pairs, p["k"]) + p["b"]
    return float(np.sum((a.max(axis=1) @ p["v"] - np.array([1.0, -0.5])) ** 2) / 2)


def patch_pool_grads(p: Params, every: bool = False) -> Params:
    """Gradients of patch_pool_loss; the bias feels every tied place."""
    pairs = np.stack([_PATCH[:, :-1], _PATCH[:, 1:]], axis=-1)
    a = np.einsum("ntk,ok->nto", pairs, p["k"]) + p["b"]
    best = a.max(axis=1)
    d = best @ p["v"] - np.array([1.0, -0.5])
    where = a == best[:, None] if every else np.arange(a.shape[1])[:, None] == a.argmax(axis=1)[:, None]
    da = where * (d[:, None] * p["v"])[:, None]
    return {"k": np.einsum("nto,ntk->ok", da, pairs), "b": da.sum(axis=(0, 1)), "v": best.T @ d}


# ------------------------------------------------------------------------------------------------------------
# Recurrence: a tanh cell with an output and a mask at every step.

_QX, _QT = _draw(60, 3, 5, 2), _draw(61, 3, 5, 3)
_ZONE = (np.random.default_rng(62).random((5, 3, 4)) < 0.7).astype(float)
_RNN = _weights(63, Wx=(2, 4), Wh=(4, 4), b=(4,), Wy=(4, 3), by=(3,))


def rnn_loss(p: Params) -> float:
    """Squared error of a recurrent network at every step."""
    h, total = np.zeros((3, 4)), 0.0
    for t in range(5):
        h = np.tanh(_QX[:, t] @ p["Wx"] + h @ p["Wh"] + p["b"])
        total += np.sum((h @ p["Wy"] + p["by"] - _QT[:, t]) ** 2)
    return float(total / 3)


def rnn_grads(p: Params, mistake: str = "") -> Params:
    """Gradients of rnn_loss."""
    states = [np.zeros((3, 4))]
    for t in range(5):
        states.append(np.tanh(_QX[:, t] @ p["Wx"] + states[-1] @ p["Wh"] + p["b"]))
    grads = {name: np.zeros_like(value) for name, value in p.items()}
    carried = np.zeros((3, 4))
    for t in reversed(range(5)):
        h, last = states[t + 1], states[t]
        do = 2.0 * (h @ p["Wy"] + p["by"] - _QT[:, t]) / 3
        grads["Wy"] += h.T @ do
        grads["by"] += do.sum(axis=0)
        dz = (do @ p["Wy"].T + carried) * (1.0 - h**2)
        grads["Wx"] += _QX[:, t].T @ dz
        grads["b"] += dz.sum(axis=0)
        if mistake == "assign":
            grads["Wh"] = last.T @ dz
        elif mistake == "same step":
            grads["Wh"] += h.T @ dz
        else:
            grads["Wh"] += last.T @ dz
        carried = np.zeros((3, 4)) if mistake == "cut" else dz @ p["Wh"].T
    return grads


def zone_loss(p: Params) -> float:
    """A recurrent network that keeps a part of its state at every step."""
    h, total = np.zeros((3, 4)), 0.0
    for t in range(5):
        h = _ZONE[t] * np.tanh(_QX[:, t] @ p["Wx"] + h @ p["Wh"] + p["b"]) + (1.0 - _ZONE[t]) * h
        total += np.sum((h @ p["Wy"] + p["by"] - _QT[:, t]) ** 2)
    return float(total / 3)


def zone_grads(p: Params, own_mask: bool = True) -> Params:
    """Gradients of zone_loss; every step has a mask of its own."""
    states, news = [np.zeros((3, 4))], []
    for t in range(5):
        news.append(np.tanh(_QX[:, t] @ p["Wx"] + states[-1] @ p["Wh"] + p["b"]))
        states.append(_ZONE[t] * news[-1] + (1.0 - _ZONE[t]) * states[-1])
    grads = {name: np.zeros_like(value) for name, value in p.items()}
    carried = np.zeros((3, 4))
    for t in reversed(range(5)):
        do = 2.0 * (states[t + 1] @ p["Wy"] + p["by"] - _QT[:, t]) / 3
        grads["Wy"] += states[t + 1].T @ do
        grads["by"] += do.sum(axis=0)
        dh = do @ p["Wy"].T + carried
        mask = _ZONE[t] if own_mask else _ZONE[0]
        dz = dh * mask * (1.0 - news[t] ** 2)
        grads["Wx"] += _QX[:, t].T @ dz
        grads["Wh"] += states[t].T @ dz
        grads["b"] += dz.sum(axis=0)
        carried = dz @ p["Wh"].T + dh * (1.0 - mask)
    return grads


# ------------------------------------------------------------------------------------------------------------
# Recurrence: a cell with forget, input, candidate and output gates, and one with a reset gate.

_MX2, _MT2 = _draw(64, 2, 4, 2), _draw(65, 2, 4, 2)
_LSTM = _weights(
    66, 0.8, Wf=(5, 3), bf=(3,), Wi=(5, 3), bi=(3,), Wg=(5, 3), bg=(3,), Wo=(5, 3), bo=(3,), V=(3, 2)
)
_GRU = _weights(67, 0.8, Wz=(5, 3), Wr=(5, 3), Wx=(2, 3), Uh=(3, 3), V=(3, 2))


def lstm_loss(p: Params) -> float:
    """Squared error of gated cells at every step."""
    h, c, total = np.zeros((2, 3)), np.zeros((2, 3)), 0.0
    for t in range(4):
        z = np.concatenate([h, _MX2[:, t]], axis=1)
        f, i = _sigmoid(z @ p["Wf"] + p["bf"]), _sigmoid(z @ p["Wi"] + p["bi"])
        g, o = np.tanh(z @ p["Wg"] + p["bg"]), _sigmoid(z @ p["Wo"] + p["bo"])
        c = f * c + i * g
        h = o * np.tanh(c)
        total += np.sum((h @ p["V"] - _MT2[:, t]) ** 2)
    return float(total / 2)


def lstm_grads(p: Params, mistake: str = "") -> Params:
    """Gradients of lstm_loss."""
    h, c, steps = np.zeros((2, 3)), np.zeros((2, 3)), []
    for t in range(4):
        z = np.concatenate([h, _MX2[:, t]], axis=1)
        f, i = _sigmoid(z @ p["Wf"] + p["bf"]), _sigmoid(z @ p["Wi"] + p["bi"])
        g, o = np.tanh(z @ p["Wg"] + p["bg"]), _sigmoid(z @ p["Wo"] + p["bo"])
        last, c = c, f * c + i * g
        h = o * np.tanh(c)
        steps.append((z, f, i, g, o, last, c, h))
    grads = {name: np.zeros_like(value) for name, value in p.items()}
    dh_next, dc_next = np.zeros((2, 3)), np.zeros((2, 3))
    for t in reversed(range(4)):
        z, f, i, g, o, last, c, h = steps[t]
        dy = 2.0 * (h @ p["V"] - _MT2[:, t]) / 2
        grads["V"] += h.T @ dy
        dh = dy @ p["V"].T + dh_next
        dc = dh * o * (1.0 - np.tanh(c) ** 2)
        if mistake != "cell assigned":
            dc = dc + dc_next
        slope = _sigmoid(f) if mistake == "gate value" else f * (1.0 - f)
        before = {
            "f": dc * (c if mistake == "cell of this step" else last) * slope,
            "i": dc * g * i * (1.0 - i),
            "g": dc * i * (1.0 - g**2),
            "o": dh * np.tanh(c) * o * (1.0 - o),
        }
        for gate, d in before.items():
            grads[f"W{gate}"] += z.T @ d
            bias = before["f"] if mistake == "bias of forget" and gate in "io" else d
            grads[f"b{gate}"] += bias.sum(axis=0)
        if mistake != "cut":
            dh_next = sum(d @ p[f"W{gate}"].T for gate, d in before.items())[:, :3]
            dc_next = dc * f
    return grads


def gru_loss(p: Params) -> float:
    """Squared error of a network with update and reset gates."""
    h, total = np.zeros((2, 3)), 0.0
    for t in range(4):
        both = np.concatenate([h, _MX2[:, t]], axis=1)
        z, r = _sigmoid(both @ p["Wz"]), _sigmoid(both @ p["Wr"])
        h = (1.0 - z) * h + z * np.tanh(_MX2[:, t] @ p["Wx"] + (r * h) @ p["Uh"])
        total += np.sum((h @ p["V"] - _MT2[:, t]) ** 2)
    return float(total / 2)


def gru_grads(p: Params, reset_before: bool = True) -> Params:
    """Gradients of gru_loss; the reset gate acts on the state before the matrix, not after it."""
    h, steps = np.zeros((2, 3)), []
    for t in range(4):
        both = np.concatenate([h, _MX2[:, t]], axis=1)
        z, r = _sigmoid(both @ p["Wz"]), _sigmoid(both @ p["Wr"])
        new = np.tanh(_MX2[:, t] @ p["Wx"] + (r * h) @ p["Uh"])
        last, h = h, (1.0 - z) * h + z * new
        steps.append((both, z, r, new, last, h))
    grads = {name: np.zeros_like(value) for name, value in p.items()}
    carried = np.zeros((2, 3))
    for t in reversed(range(4)):
        both, z, r, new, last, h = steps[t]
        dy = 2.0 * (h @ p["V"] - _MT2[:, t]) / 2
        grads["V"] += h.T @ dy
        dh = dy @ p["V"].T + carried
        da = dh * z * (1.0 - new**2)
        dz = dh * (new - last) * z * (1.0 - z)
        grads["Wx"] += _MX2[:, t].T @ da
        if reset_before:
            grads["Uh"] += (r * last).T @ da
            inner = da @ p["Uh"].T
            dr, through = inner * last, inner * r
        else:
            grads["Uh"] += last.T @ (da * r)
            dr, through = da * (last @ p["Uh"]), (da * r) @ p["Uh"].T
        dr = dr * r * (1.0 - r)
        grads["Wz"] += both.T @ dz
        grads["Wr"] += both.T @ dr
        carried = dh * (1.0 - z) + through + (dz @ p["Wz"].T + dr @ p["Wr"].T)[:, :3]
    return grads


# ------------------------------------------------------------------------------------------------------------
# Normalisation of images with channels last, of tokens, and by the root mean square.

_NX, _NT = _draw(70, 2, 3, 2, 3), _draw(71, 2, 3, 2, 2)
_BN = _weights(72, W=(3, 4), g=(4,), h=(4,), V=(4, 2), c=(2,))
_EPS = 0.3
_IMAGE_AXES = (0, 1, 2)


def batch_norm_loss(p: Params) -> float:
    """Squared error behind a batch normalisation with channels last."""
    z = _NX @ p["W"]
    y = p["g"] * (z - z.mean(axis=_IMAGE_AXES)) / np.sqrt(z.var(axis=_IMAGE_AXES) + _EPS) + p["h"]
    return float(np.sum((np.tanh(y) @ p["V"] + p["c"] - _NT) ** 2) / 12)


def batch_norm_grads(p: Params, mistake: str = "") -> Params:
    """Gradients of batch_norm_loss."""
    z = _NX @ p["W"]
    centred = z - z.mean(axis=_IMAGE_AXES)
    root = np.sqrt(z.var(axis=_IMAGE_AXES) + _EPS)
    x = centred / root
    a = np.tanh(p["g"] * x + p["h"])
    do = 2.0 * (a @ p["V"] + p["c"] - _NT) / 12
    dy = do @ p["V"].T * (1.0 - a**2)
    dx = dy if mistake == "gain" else dy * p["g"]
    axes = (0, 2, 3) if mistake == "axes" else _IMAGE_AXES
    shift = dx.mean(axis=axes, keepdims=True)
    spread = x * (dx * x).mean(axis=axes, keepdims=True)
    if mistake == "constant":
        shift, spread = 0.0, 0.0
    if mistake == "mean":
        shift = 0.0
    dz = (dx - shift - spread) / root
    gain = dy * centred * root if mistake == "root" else dy * x
    return {
        "W": _rows(_NX).T @ _rows(dz),
        "g": gain.sum(axis=_IMAGE_AXES),
        "h": dy.sum(axis=_IMAGE_AXES),
        "V": _rows(a).T @ _rows(do),
        "c": do.sum(axis=_IMAGE_AXES),
    }


def outside_norm_loss(p: Params) -> float:
    """A batch normalisation with its small constant outside of the root."""
    z = _NX @ p["W"]
    y = p["g"] * (z - z.mean(axis=_IMAGE_AXES)) / (z.std(axis=_IMAGE_AXES) + _EPS) + p["h"]
    return float(np.sum((np.tanh(y) @ p["V"] + p["c"] - _NT) ** 2) / 12)


def outside_norm_grads(p: Params, outside: bool = True) -> Params:
    """Gradients of outside_norm_loss, with the constant outside or inside of the root."""
    z = _NX @ p["W"]
    centred, std = z - z.mean(axis=_IMAGE_AXES), z.std(axis=_IMAGE_AXES)
    x = centred / (std + _EPS)
    a = np.tanh(p["g"] * x + p["h"])
    do = 2.0 * (a @ p["V"] + p["c"] - _NT) / 12
    dy = do @ p["V"].T * (1.0 - a**2)
    dx = dy * p["g"]
    if outside:
        dz = dx / (std + _EPS) - centred * (dx * centred).mean(axis=_IMAGE_AXES) / (std * (std + _EPS) ** 2)
    else:
        dz = (dx - centred * (dx * centred).mean(axis=_IMAGE_AXES) / (std**2 + _EPS)) / np.sqrt(std**2 + _EPS)
    dz = dz - dz.mean(axis=_IMAGE_AXES)
    return {
        "W": _rows(_NX).T @ _rows(dz),
        "g": (dy * x).sum(axis=_IMAGE_AXES),
        "h": dy.sum(axis=_IMAGE_AXES),
        "V": _rows(a).T @ _rows(do),
        "c": do.sum(axis=_IMAGE_AXES),
    }


_YX, _YT = _draw(73, 2, 3, 3), _draw(74, 2, 3, 2)
_LN = _weights(75, W=(3, 4), g=(4,), h=(4,), V=(4, 2))
_RMS = _weights(76, W=(3, 4), b=(4,), g=(4,), V=(4, 2), U=(4, 2))


def layer_norm_loss(p: Params) -> float:
    """Squared error behind a layer normalisation of tokens."""
    z = _YX @ p["W"]
    x = (z - z.mean(axis=-1, keepdims=True)) / np.sqrt(z.var(axis=-1, keepdims=True) + 0.05)
    return float(np.sum(((p["g"] * x + p["h"]) @ p["V"] - _YT) ** 2) / 6)


def layer_norm_grads(p: Params, mistake: str = "") -> Params:
    """Gradients of layer_norm_loss."""
    z = _YX @ p["W"]
    root = np.sqrt(z.var(axis=-1, keepdims=True) + 0.05)
    x = (z - z.mean(axis=-1, keepdims=True)) / root
    y = p["g"] * x + p["h"]
    do = 2.0 * (y @ p["V"] - _YT) / 6
    dy = do @ p["V"].T
    dx = dy * p["g"]
    axes = (1, 2) if mistake == "rank" else (2,)
    dz = (dx - dx.mean(axis=axes, keepdims=True) - x * (dx * x).mean(axis=axes, keepdims=True)) / root
    if mistake == "index":
        x = (y - p["h"][:3, None]) / p["g"][:3, None]
    dg, dh = (dy * x).sum(axis=(0, 1)), dy.sum(axis=(0, 1))
    if mistake == "swap":
        dg, dh = dh, dg
    return {"W": _rows(_YX).T @ _rows(dz), "g": dg, "h": dh, "V": _rows(y).T @ _rows(do)}


def rms_loss(p: Params) -> float:
    """A sum z that goes on as it is and, besides, divided by its root mean square."""
    z = _YX @ p["W"] + p["b"]
    y = p["g"] * z / np.sqrt(np.mean(z**2, axis=-1, keepdims=True) + 0.05)
    return float(np.sum((y @ p["V"] + z @ p["U"] - _YT) ** 2) / 6)


def rms_grads(p: Params, mistake: str = "") -> Params:
    """Gradients of rms_loss."""
    z = _YX @ p["W"] + p["b"]
    r = 1.0 / np.sqrt(np.mean(z**2, axis=-1, keepdims=True) + 0.05)
    y = p["g"] * z * r
    do = 2.0 * (y @ p["V"] + z @ p["U"] - _YT) / 6
    dy, skip = do @ p["V"].T, do @ p["U"].T
    dg = dy * z * r
    if mistake == "added before":
        dy, skip = dy + skip, 0.0
    if mistake == "no skip":
        skip = 0.0
    dx = dy if mistake == "gain" else dy * p["g"]
    spread = r**3 * z * np.mean(dx * z, axis=-1, keepdims=True)
    if mistake == "constant":
        spread = 0.0
    if mistake == "gain twice":
        spread = spread * p["g"]
    dz = dx * r - spread + skip
    return {
        "W": _rows(_YX).T @ _rows(dz),
        "b": dz.sum(axis=(0, 1)),
        "g": dg.sum(axis=(0, 1)),
        "V": _rows(y).T @ _rows(do),
        "U": _rows(z).T @ _rows(do),
    }


# ------------------------------------------------------------------------------------------------------------
# Attention: two heads, a causal mask, and word vectors whose words repeat.

_TOKENS = np.array([[0, 2, 2, 1], [3, 0, 1, 3]])
_AT = _draw(80, 2, 4, 3)
_ATT = _weights(81, 0.7, E=(4, 5), Wq=(5, 4), Wk=(5, 4), Wv=(5, 4), Wo=(4, 3))
_CAUSAL = np.tril(np.ones((4, 4)))


def _split(x: Array) -> Array:
    """Tokens into two heads."""
    return x.reshape(2, 4, 2, 2).transpose(0, 2, 1, 3)


def _merge(x: Array) -> Array:
    """Two heads into tokens."""
    return x.transpose(0, 2, 1, 3).reshape(2, 4, 4)


def attention_loss(p: Params) -> float:
    """Squared error behind causal attention with two heads."""
    x = p["E"][_TOKENS]
    q, k, v = (_split(x @ p[name]) for name in ("Wq", "Wk", "Wv"))
    scores = np.where(_CAUSAL == 1.0, q @ k.swapaxes(-1, -2) / np.sqrt(2.0), -1e9)
    return float(np.sum((_merge(_softmax(scores) @ v) @ p["Wo"] - _AT) ** 2) / 8)


def attention_grads(p: Params, mistake: str = "") -> Params:
    """Gradients of attention_loss."""
    x = p["E"][_TOKENS]
    q, k, v = (_split(x @ p[name]) for name in ("Wq", "Wk", "Wv"))
    raw = q @ k.swapaxes(-1, -2) / np.sqrt(2.0)
    a = _softmax(np.where(_CAUSAL == 1.0, raw, -1e9))
    merged = _merge(a @ v)
    do = 2.0 * (merged @ p["Wo"] - _AT) / 8
    dm = do @ p["Wo"].T
    dc = dm.reshape(2, 2, 4, 2) if mistake == "merge" else _split(dm)
    if mistake == "no mask":
        a = _softmax(raw)
    da, dv = dc @ v.swapaxes(-1, -2), a.swapaxes(-1, -2) @ dc
    if mistake == "mask after":
        a, da = _softmax(raw), da * _CAUSAL
    if mistake == "diagonal":
        ds = da * a * (1.0 - a)
    else:
        ds = a * (da - np.sum(da * a, axis=-2 if mistake == "axis" else -1, keepdims=True))
    scale = {"no scale": 1.0, "width": 0.5}.get(mistake, 1.0 / np.sqrt(2.0))
    dq, dk = ds @ k * scale, ds.swapaxes(-1, -2) @ q * scale
    if mistake == "severed":
        dq, dk = np.zeros_like(dq), np.zeros_like(dk)
    if mistake == "swapped":
        dq, dk = dk, dq
    join = (lambda heads: heads.reshape(2, 4, 4)) if mistake == "split" else _merge
    parts = {"Wq": join(dq), "Wk": join(dk), "Wv": join(dv)}
    table = np.zeros_like(p["E"])
    for name, d in parts.items():
        if mistake != "no key path" or name != "Wk":
            np.add.at(table, _TOKENS, d @ p[name].T)
    grads = {name: _rows(x).T @ _rows(d) for name, d in parts.items()}
    return {"E": table, **grads, "Wo": _rows(merged).T @ _rows(do)}


_GROUP = _weights(82, 0.7, Wq=(3, 8), Wk=(3, 4), Wv=(3, 4), Wo=(8, 2))


def grouped_loss(p: Params) -> float:
    """Four heads of queries that share two heads of keys and values."""
    q = (_YX @ p["Wq"]).reshape(2, 3, 2, 2, 2)
    k, v = ((_YX @ p[name]).reshape(2, 3, 2, 2) for name in ("Wk", "Wv"))
    a = _softmax(np.einsum("nigud,njgd->nguij", q, k) / np.sqrt(2.0))
    return float(np.sum((np.einsum("nguij,njgd->nigud", a, v).reshape(2, 3, 8) @ p["Wo"] - _YT) ** 2) / 6)


def grouped_grads(p: Params, whole_group: bool = True) -> Params:
    """Gradients of grouped_loss; keys and values collect from all heads of their group."""
    q = (_YX @ p["Wq"]).reshape(2, 3, 2, 2, 2)
    k, v = ((_YX @ p[name]).reshape(2, 3, 2, 2) for name in ("Wk", "Wv"))
    a = _softmax(np.einsum("nigud,njgd->nguij", q, k) / np.sqrt(2.0))
    c = np.einsum("nguij,njgd->nigud", a, v).reshape(2, 3, 8)
    do = 2.0 * (c @ p["Wo"] - _YT) / 6
    dc = (do @ p["Wo"].T).reshape(2, 3, 2, 2, 2)
    da = np.einsum("nigud,njgd->nguij", dc, v)
    ds = a * (da - np.sum(da * a, axis=-1, keepdims=True)) / np.sqrt(2.0)
    dq = np.einsum("nguij,njgd->nigud", ds, k)
    dk, dv = np.einsum("nguij,nigud->njgud", ds, q), np.einsum("nguij,nigud->njgud", a, dc)
    dk, dv = (d.sum(axis=3) if whole_group else d[:, :, :, 0] for d in (dk, dv))
    x = _rows(_YX)
    return {
        "Wq": x.T @ dq.reshape(6, 8), "Wk": x.T @ dk.reshape(6, 4), "Wv": x.T @ dv.reshape(6, 4),
        "Wo": _rows(c).T @ _rows(do),
    }  # fmt: skip


# ------------------------------------------------------------------------------------------------------------
# A variational autoencoder with fixed noise.

_VX, _NOISE = _draw(85, 6, 4), _draw(86, 6, 2)
_VAE = _weights(87, We=(4, 3), be=(3,), Wm=(3, 2), bm=(2,), Wv=(3, 2), bv=(2,), Wd=(2, 4), bd=(4,))


def vae_loss(p: Params) -> float:
    """Reconstruction error and divergence from the standard normal distribution."""
    e = np.tanh(_VX @ p["We"] + p["be"])
    mean, log_var = e @ p["Wm"] + p["bm"], e @ p["Wv"] + p["bv"]
    y = (mean + np.exp(0.5 * log_var) * _NOISE) @ p["Wd"] + p["bd"]
    divergence = -0.5 * np.sum(1.0 + log_var - mean**2 - np.exp(log_var))
    return float((np.sum((y - _VX) ** 2) + divergence) / len(_VX))


def vae_grads(p: Params, mistake: str = "") -> Params:
    """Gradients of vae_loss."""
    n = len(_VX)
    e = np.tanh(_VX @ p["We"] + p["be"])
    mean, log_var = e @ p["Wm"] + p["bm"], e @ p["Wv"] + p["bv"]
    std = np.exp(0.5 * log_var)
    z = mean + std * _NOISE
    dy = 2.0 * (z @ p["Wd"] + p["bd"] - _VX) / n
    dz = dy @ p["Wd"].T
    noise = np.random.default_rng(98).normal(size=_NOISE.shape) if mistake == "redrawn" else _NOISE
    sampled = noise * std**2 if mistake == "sampling" else 0.5 * noise * std
    kl_mean, kl_var = mean / n, 0.5 * (np.exp(log_var) - 1.0) / n
    if mistake == "deviation":
        kl_var = (np.exp(2.0 * log_var) - 1.0) / n
    if mistake == "sign":
        kl_var = 0.5 * (np.exp(log_var) + 1.0) / n
    if mistake == "latent mean":
        kl_mean, kl_var = kl_mean / mean.shape[1], kl_var / mean.shape[1]
    dm, dv = dz + kl_mean, dz * sampled + kl_var
    de = (dm @ p["Wm"].T + dv @ p["Wv"].T) * (1.0 - e**2)
    return {
        "We": _VX.T @ de, "be": de.sum(axis=0), "Wm": e.T @ dm, "bm": dm.sum(axis=0),
        "Wv": e.T @ dv, "bv": dv.sum(axis=0), "Wd": z.T @ dy, "bd": dy.sum(axis=0),
    }  # fmt: skip


# ------------------------------------------------------------------------------------------------------------
# Sequences: all alignments of labels to frames, and a chain of labels with transitions.

_FX = _draw(90, 2, 5, 4)
_LABELS = ((1, 2), (2, 2))
_CTC = _weights(91, W=(4, 3), b=(3,))
_TAGS = np.array([[0, 2, 2, 1, 0], [1, 1, 0, 2, 2]])
_CRF = _weights(92, W=(4, 3), b=(3,), A=(3, 3))


def _alignments(scores: Array, label: tuple[int, ...]) -> tuple[Array, list[int]]:
    """Log-sums over the paths up to every frame and place, and the labels with blanks between."""
    places = [0]
    for symbol in label:
        places += [symbol, 0]
    table = np.full((len(scores), len(places)), -np.inf)
    table[0, :2] = scores[0, places[:2]]
    for t in range(1, len(scores)):
        for s, symbol in enumerate(places):
            skip = s > 1 and symbol != 0 and symbol != places[s - 2]
            before = table[t - 1, max(s - 2 if skip else s - 1, 0) : s + 1]
            table[t, s] = np.logaddexp.reduce(before) + scores[t, symbol]
    return table, places


def ctc_loss(p: Params) -> float:
    """Negative log-sum over alignments; the scores are taken as they are."""
    total = 0.0
    for x, label in zip(_FX, _LABELS, strict=True):
        table, _ = _alignments(x @ p["W"] + p["b"], label)
        total -= np.logaddexp(table[-1, -1], table[-1, -2])
    return float(total / len(_FX))


def ctc_grads(p: Params, mistake: str = "") -> Params:
    """Gradients of ctc_loss."""
    grads = {name: np.zeros_like(value) for name, value in p.items()}
    for x, label in zip(_FX, _LABELS, strict=True):
        scores = x @ p["W"] + p["b"]
        ahead, places = _alignments(scores, label)
        behind = _alignments(scores[::-1], label[::-1])[0][::-1, ::-1]
        whole = np.logaddexp(ahead[-1, -1], ahead[-1, -2])
        d = np.zeros_like(scores)
        for s, symbol in enumerate(places):
            d[:, symbol] -= np.exp(ahead[:, s] + behind[:, s] - scores[:, symbol] - whole)
        if mistake == "normalised":
            d += np.exp(scores)
        if mistake != "no upstream":
            d /= len(_FX)
        grads["W"] += x.T @ d
        grads["b"] += d.sum(axis=0)
    return grads


def chain_loss(p: Params) -> float:
    """Mean negative log-likelihood of tags in a linear chain."""
    total = 0.0
    for x, tags in zip(_FX, _TAGS, strict=True):
        scores = x @ p["W"] + p["b"]
        path = scores[np.arange(5), tags].sum() + p["A"][tags[:-1], tags[1:]].sum()
        alpha = scores[0]
        for t in range(1, 5):
            alpha = scores[t] + np.logaddexp.reduce(alpha[:, None] + p["A"], axis=0)
        total += np.logaddexp.reduce(alpha) - path
    return float(total / len(_FX))


def chain_grads(p: Params, mistake: str = "") -> Params:
    """Gradients of chain_loss."""
    grads = {name: np.zeros_like(value) for name, value in p.items()}
    for x, tags in zip(_FX, _TAGS, strict=True):
        scores = x @ p["W"] + p["b"]
        alpha, beta = [scores[0]], [np.zeros(3)]
        for t in range(1, 5):
            alpha.append(scores[t] + np.logaddexp.reduce(alpha[-1][:, None] + p["A"], axis=0))
            beta.insert(0, np.logaddexp.reduce(p["A"] + scores[5 - t] + beta[0], axis=1))
        whole = np.logaddexp.reduce(alpha[-1])
        d = (np.exp(np.array(alpha) + np.array(beta) - whole) - np.eye(3)[tags]) / len(_FX)
        for t in range(1, 5):
            pair = np.exp(alpha[t - 1][:, None] + p["A"] + scores[t] + beta[t] - whole) / len(_FX)
            if mistake == "emission":
                grads["A"] += d[t]
            else:
                grads["A"] += pair
                grads["A"][tags[t - 1], tags[t]] -= 1.0 / len(_FX)
        if mistake == "first step":
            grads["A"] += 1.0 / (3 * len(_FX))
        grads["W"] += x.T @ d
        grads["b"] += d.sum(axis=0)
    return grads


# ------------------------------------------------------------------------------------------------------------
# Bilinear sampling of images at moved points; points share pixels.

_SPOTS = np.array([[-0.7, -0.5, 1.0], [-0.6, 0.3, 1.0], [0.1, -0.4, 1.0], [0.2, 0.15, 1.0], [0.53, 0.7, 1.0]])
_SPOT_T = _draw(95, 2, 5)
_SAMPLE = {
    "I": _draw(96, 2, 4, 6),
    "F": np.array([[[0.8, 0.1, 0.05], [-0.1, 0.7, 0.02]], [[0.7, -0.2, 0.03], [0.15, 0.9, -0.06]]]),
}


def sample_loss(p: Params) -> float:
    """Squared error of image values at points between pixels."""
    total = 0.0
    for image, affine, target in zip(p["I"], p["F"], _SPOT_T, strict=True):
        for spot, want in zip(_SPOTS, target, strict=True):
            u, v = affine @ spot
            x, y = (u + 1.0) / 2.0 * 5.0, (v + 1.0) / 2.0 * 3.0
            j, i = int(np.floor(x)), int(np.floor(y))
            r, s = x - j, y - i
            top = image[i, j] * (1 - r) + image[i, j + 1] * r
            bottom = image[i + 1, j] * (1 - r) + image[i + 1, j + 1] * r
            total += (top * (1 - s) + bottom * s - want) ** 2
    return float(total / 2)


def sample_grads(p: Params, pixels: bool = True, add: bool = True) -> Params:
    """Gradients of sample_loss; coordinates are scaled to pixels, and points share pixels."""
    grads = {name: np.zeros_like(value) for name, value in p.items()}
    for n in range(2):
        image = p["I"][n]
        for spot, want in zip(_SPOTS, _SPOT_T[n], strict=True):
            u, v = p["F"][n] @ spot
            x, y = (u + 1.0) / 2.0 * 5.0, (v + 1.0) / 2.0 * 3.0
            j, i = int(np.floor(x)), int(np.floor(y))
            r, s = x - j, y - i
            square = image[i : i + 2, j : j + 2]
            shares = np.outer([1 - s, s], [1 - r, r])
            d = np.sum(shares * square) - want
            if add:
                grads["I"][n, i : i + 2, j : j + 2] += d * shares
            else:
                grads["I"][n, i : i + 2, j : j + 2] = d * shares
            along_x = d * np.sum(np.outer([1 - s, s], [-1.0, 1.0]) * square) * (2.5 if pixels else 1.0)
            along_y = d * np.sum(np.outer([-1.0, 1.0], [1 - r, r]) * square) * (1.5 if pixels else 1.0)
            grads["F"][n] += np.outer([along_x, along_y], spot)
    return grads


# ------------------------------------------------------------------------------------------------------------
# The table: name, thread on github.com, what was reported, kind, wrong gradient. Families share the rest.

Row = tuple[str, str, str, str, Callable[[Params], Params]]


def _family(
    loss: Callable[[Params], float],
    params: Params,
    right: Callable[[Params], Params],
    *rows: Row,
    tie: bool = False,
) -> list[Bug]:
    """Cases that share a loss, parameters and the right gradient."""
    return [
        Bug(
            name,
            f"https://github.com/{thread}" if thread else "",
            said,
            kind,
            loss,
            {key: value.copy() for key, value in params.items()},
            right,
            wrong,
            tie,
        )
        for name, thread, said, kind, wrong in rows
    ]


def _deep(
    loss: Callable[[Params], float], act: Callable[[Array], Array], slope: Slope, *rows: Row
) -> list[Bug]:
    """Cases in the deep network."""
    return _family(loss, _DP, partial(deep_grads, act=act, slope=slope), *rows)


def _with_slope(act: Callable[[Array], Array], slope: Slope) -> Callable[[Params], Params]:
    """The gradients of the deep network with a slope function of choice."""
    return partial(deep_grads, act=act, slope=slope)


BUGS: tuple[Bug, ...] = (
    *_family(
        column_loss, _CP, column_grads,
        (
            "dense-one-weight-doubled-one-bias-fourfold",
            "bighuang624/Andrew-Ng-Deep-Learning-notes/issues/10",
            "the weight of one layer twice and the bias of another four times too large",
            "scaled", partial(column_grads, weight_factor=2.0, bias_factor=4.0),
        ),
    ),
    *_deep(
        deep_tanh_loss, np.tanh, _tanh_slope,
        (
            "dense-tanh-itself-as-slope",
            "andersbll/nnet/issues/4",
            "the function that should be the slope of tanh computes tanh, in every hidden layer",
            "other-activation", _with_slope(np.tanh, lambda z, a: a),
        ),
        (
            "graph-second-backward-onto-old-gradients",
            "karpathy/micrograd/pull/102",
            "a second backward pass adds to what the values between kept from the first one",
            "scaled", deep_again_grads,
        ),
    ),
    *_deep(
        deep_relu_loss, _relu, _relu_slope,
        (
            "dense-sigmoid-slope-for-relu",
            "jeffheaton/encog-dotnet-core/issues/124",
            "the class of the rectifier holds the slope of the sigmoid",
            "other-activation", _with_slope(_relu, _sigmoid_slope),
        ),
        (
            "dense-relu-slope-overwrites-upstream",
            "haifengl/smile/issues/528",
            "the slope of the rectifier replaces the gradient from above instead of multiplying it",
            "factor-missing", partial(deep_grads, act=_relu, slope=_relu_slope, keep_upstream=False),
        ),
    ),
    *_deep(
        deep_sigmoid_loss, _sigmoid, _sigmoid_slope,
        (
            "dense-sigmoid-slope-as-z-times-one-minus-z",
            "BoltzmannEntropy/interviews.ai/issues/4",
            "the slope of the sigmoid is formed with its input where its output belongs",
            "derivative-at-activation", _with_slope(_sigmoid, lambda z, a: z * (1.0 - z)),
        ),
        (
            "dense-sigmoid-slope-at-the-activation",
            "tsoding/nn.h/issues/18",
            "the slope is evaluated at the activated value and not at the sum before it",
            "derivative-at-activation", _with_slope(_sigmoid, lambda z, a: _sigmoid(a) * (1.0 - _sigmoid(a))),
        ),
        (
            "dense-hidden-slope-forgotten",
            "filipecalasans/mlp/issues/1",
            "the local gradient lacks the slope of the activation",
            "activation-derivative-missing", _with_slope(_sigmoid, lambda z, a: np.ones_like(a)),
        ),
    ),
    *_deep(
        deep_elu_loss, _elu, _elu_slope,
        (
            "dense-elu-slope-from-the-input",
            "mlpack/mlpack/pull/1540",
            "the slope of the exponential unit adds its constant to the input, not to the output",
            "derivative-at-activation", _with_slope(_elu, lambda z, a: np.where(z > 0, 1.0, z + _ALPHA)),
        ),
    ),
    *_deep(
        deep_gelu_loss, _gelu, _gelu_slope,
        (
            "dense-exact-gelu-slope-for-tanh-gelu",
            "kulinseth/pytorch/pull/284",
            "the backward pass had no case for the tanh approximation of GELU",
            "other-activation", _with_slope(_gelu, _exact_gelu_slope),
        ),
    ),
    *_family(
        small_loss, _SP, small_grads,
        (
            "dense-output-weight-updated-too-early",
            "kim-marcel/basic_neural_network/issues/7",
            "the error of the hidden layer is taken through weights that have just been changed",
            "updated-weights", partial(small_grads, mistake="early"),
        ),
        (
            "dense-output-slope-forgotten",
            "louisjc/mnist-neural-network/issues/1",
            "the proposed repair puts the slope of the sigmoid back into the deltas",
            "activation-derivative-missing", partial(small_grads, mistake="no slope"),
        ),
        (
            "dense-output-slope-forgotten-and-early-update",
            "Bot-Academy/NeuralNetworkFromScratch/pull/3",
            "no slope in the output layer, and hidden weights updated before the input layer's turn",
            "two-mistakes", partial(small_grads, mistake="no slope and early"),
        ),
        (
            "dense-bias-as-mean-over-the-batch",
            "kvfrans/notes/issues/5",
            "the gradient of the bias is a mean over examples where a sum is due",
            "bias-averaged", partial(small_grads, mistake="bias mean"),
        ),
        (
            "dense-batch-mean-left-out",
            "hunkim/DeepLearningZeroToAll/issues/173",
            "gradients grow with the number of examples although the loss is a mean",
            "not-averaged", partial(small_grads, mistake="not averaged"),
        ),
        (
            "dense-squared-error-without-its-two",
            "davisking/dlib/issues/1169",
            "the gradient of the squared error lacks the factor that the loss does not cancel",
            "factor-half", partial(small_grads, mistake="half"),
        ),
        (
            "dense-bias-from-one-example",
            "mlpack/mlpack/pull/3679",
            "the bias takes the error as it is, which is right for a batch of one only",
            "only-one-sample", partial(small_grads, mistake="one example"),
        ),
    ),
    *_family(
        penalty_loss, _PP, penalty_grads,
        (
            "dense-penalty-subtracted",
            "andersbll/nnet/issues/4",
            "the penalty enters the gradient of the weights with a minus",
            "weight-decay-sign", partial(penalty_grads, mistake="sign"),
        ),
        (
            "dense-penalty-halved",
            "jingtinghuang/CS231n-Spring-2017/issues/3",
            "the derivative of the squared penalty lacks its two",
            "weight-decay-halved", partial(penalty_grads, mistake="half"),
        ),
        (
            "dense-penalty-of-biases-left-out",
            "Burton2000/CS231n-2017/issues/9",
            "the loss penalises the biases, their gradients do not know of it",
            "weight-decay-missing", partial(penalty_grads, mistake="biases"),
        ),
        (
            "dense-softmax-slope-on-top-of-cross-entropy",
            "rasmusbergpalm/DeepLearnToolbox/issues/113",
            "the thread proposes to multiply output minus target by the slope of the output once more",
            "softmax-differentiated-twice", partial(penalty_grads, mistake="softmax twice"),
        ),
    ),
    *_family(
        sparse_loss, _AP, sparse_grads,
        (
            "autoencoder-sparsity-left-out",
            "jatinshah/ufldl_tutorial/issues/9",
            "the divergence of the mean activations is in the loss and not in the gradient",
            "part-missing", partial(sparse_grads, sparse=False),
        ),
    ),
    *_family(
        tied_loss, _TP, tied_grads,
        (
            "autoencoder-tied-weight-counted-once",
            "twitter-archive/torch-autograd/issues/165",
            "asked whether a tied weight gets the gradient of both of its uses; here it does not",
            "path-missing", partial(tied_grads, decoder=False),
        ),
    ),
    *_family(
        dropout_loss, _RP, dropout_grads,
        (
            "dropout-mask-forgotten",
            "ddbourgin/numpy-ml/issues/94",
            "backward divides by the kept share but does not apply the mask",
            "mask-forgotten", partial(dropout_grads, mistake="no mask"),
        ),
        (
            "dropout-scaled-by-the-dropped-share",
            "NVIDIA/apex/pull/816",
            "backward multiplies by the dropped share where the inverse of the kept one belongs",
            "scaled", partial(dropout_grads, mistake="other scale"),
        ),
        (
            "dropout-mask-drawn-again",
            "openai/guided-diffusion/issues/167",
            "the forward pass that is run again for the gradient draws another mask",
            "noise-redrawn", partial(dropout_grads, mistake="redrawn"),
        ),
    ),
    *_family(
        reuse_loss, _UP, reuse_grads,
        (
            "graph-second-use-overwrites-first",
            "karpathy/nn-zero-to-hero/issues/52",
            "quoted note: the exponential assigned its gradient to a value that has another use",
            "assigned-not-added", partial(reuse_grads, add=False),
        ),
    ),
    *_family(
        difference_loss, _VP, difference_grads,
        (
            "graph-subtrahend-without-minus",
            "KhawajaAbaid/micrograd_c/issues/1",
            "the second operand of a subtraction gets the gradient with the wrong sign",
            "sign", partial(difference_grads, second=1.0),
        ),
    ),
    *_family(
        quotient_loss, _QP, quotient_grads,
        (
            "graph-denominator-differentiated-as-factor",
            "apache/singa/pull/484",
            "a division hands its denominator a product, as a multiplication would",
            "other", partial(quotient_grads, mistake="denominator"),
        ),
    ),
    *_family(
        product_loss, _GP, product_grads,
        (
            "graph-product-ignores-upstream",
            "pytorch/pytorch/issues/995",
            "the product over entries forgets to multiply by what comes from above",
            "factor-missing", partial(product_grads, upstream=False),
        ),
    ),
    *_family(
        broadcast_loss, _BP, broadcast_grads,
        (
            "graph-broadcast-axis-not-summed",
            "apache/tvm/pull/2465",
            "addition with broadcasting shapes the gradient like the operand without summing",
            "sum-missing", partial(broadcast_grads, every_axis=False),
        ),
        (
            "graph-broadcast-operand-visited-twice",
            "rsokl/MyGrad/pull/131",
            "backward is called twice for an operand that is broadcast",
            "factor-two", partial(broadcast_grads, visits=2),
        ),
    ),
    *_family(
        inverse_loss, _IP, inverse_grads,
        (
            "graph-inverse-without-transposes",
            "pytorch/pytorch.github.io/issues/2135",
            "numpy's transpose(-2, -1) leaves a matrix as it is, so the inverse is not transposed",
            "wrong-transpose", partial(inverse_grads, transpose=False),
        ),
    ),
    *_family(
        square_loss, _WP, square_grads,
        (
            "dense-square-weight-not-transposed",
            "tile-ai/TileOPs/pull/54",
            "backward of a matrix product multiplies without transposing",
            "wrong-transpose", partial(square_grads, transpose=False),
        ),
    ),
    *_family(
        norm_loss, _NP, norm_grads,
        (
            "graph-norm-ignores-its-axis",
            "HIPS/autograd/issues/42",
            "the gradient of the norm does not look at the axis argument",
            "wrong-axis", partial(norm_grads, by_row=False),
        ),
    ),
    *_family(
        gauss_loss, _MP, gauss_grads,
        (
            "normal-covariance-with-wrong-sign",
            "HIPS/autograd/pull/412",
            "the gradient of the normal density with respect to its covariance is negated",
            "sign", partial(gauss_grads, sign=-1.0),
        ),
    ),
    *_family(
        softmax_square_loss, _LP, softmax_square_grads,
        (
            "softmax-diagonal-only",
            "deeplearning4j/libnd4j/issues/440",
            "only the diagonal of the Jacobian of the softmax is there",
            "softmax-diagonal", partial(softmax_square_grads, mistake="diagonal"),
        ),
        (
            "softmax-gradient-copied",
            "pjreddie/darknet/pull/96",
            "the softmax layer hands on the gradient of its output as the one of its input",
            "activation-derivative-missing", partial(softmax_square_grads, mistake="copied"),
        ),
    ),
    *_family(
        log_softmax_loss, _LP, log_softmax_grads,
        (
            "log-softmax-without-sum-of-upstream",
            "mlpack/mlpack/issues/2360",
            "the softmax is added to the gradient from above instead of being weighted by its sum",
            "sum-missing", partial(log_softmax_grads, total=False),
        ),
    ),
    *_family(
        focus_loss, _FP, focus_grads,
        (
            "focusing-weight-taken-as-constant",
            "GuoxiaWang/DOOBNet/issues/6",
            "the weight of an example depends on the prediction, the gradient treats it as given",
            "path-missing", partial(focus_grads, through_weight=False),
        ),
    ),
    *_family(
        smooth_loss, _LP, smooth_grads,
        (
            "smooth-l1-threshold-without-division",
            "pytorch/pytorch/pull/17447",
            "the new threshold is compared with, but the quadratic part is not divided by it",
            "factor-missing", partial(smooth_grads, divide=False),
        ),
    ),
    *_family(
        words_loss, _EP, words_grads,
        (
            "embedding-repeated-word-assigned",
            "HIPS/autograd/issues/39",
            "taking one index twice yields the gradient of one of them",
            "index-assigned", partial(words_grads, add=False),
        ),
    ),
    *_family(
        factors_loss, _FACTORS, factors_grads,
        (
            "factors-repeated-index-added-once",
            "pymc-devs/pytensor/pull/2242",
            "an increment with repeated indices gathers, adds and writes, so that one contribution is left",
            "index-assigned", partial(factors_grads, mistake="buffered"),
        ),
        (
            "factors-items-from-updated-users",
            "albertauyeung/matrix-factorization-in-python/pull/3",
            "the update of the items uses users that have already been updated",
            "updated-weights", partial(factors_grads, mistake="early"),
        ),
    ),
    *_family(
        triplet_loss, _TRIP, triplet_grads,
        (
            "triplet-nothing-for-the-anchor",
            "BVLC/caffe/pull/603",
            "a reader finds that backward never computes the gradient of the query",
            "path-missing", partial(triplet_grads, anchor=False),
        ),
    ),
    *_family(
        direction_loss, _DIR, direction_grads,
        (
            "cosine-length-taken-as-constant",
            "wy1iu/sphereface/issues/2",
            "weights are normalised forward, their gradient is the one of a plain product",
            "statistics-constant", partial(direction_grads, length=False),
        ),
    ),
    *_family(
        l2_loss, _L2P, l2_grads,
        (
            "l2-normalise-constant-inside-the-length",
            "chainer/chainer/pull/4190",
            "the gradient of the normalisation is wrong once its small constant is not negligible",
            "other", partial(l2_grads, apart=False),
        ),
    ),
    *_family(
        l1_loss, _L2P, l1_grads,
        (
            "l1-normalise-with-squares-for-signs",
            "happynear/caffe-windows/issues/205",
            "the code of the absolute norm multiplies by squared inputs where their signs belong",
            "other", partial(l1_grads, sign=False),
        ),
    ),
    *_family(
        response_loss, _RESP, response_grads,
        (
            "response-normalisation-at-the-wrong-neighbour",
            "BVLC/caffe/issues/5105",
            "the reporter's own formula takes gradient and scale of the channel, not of its neighbours",
            "wrong-tensor", partial(response_grads, at_neighbour=False),
        ),
    ),
    *_family(
        conv_loss, _KP, conv_grads,
        (
            "conv-stride-forgotten",
            "enggen/Deep-Learning-Coursera/issues/7",
            "windows of the backward pass start at the position and not at position times stride",
            "stride-forgotten", partial(conv_grads, mistake="stride"),
        ),
        (
            "conv-kernel-divided-by-batch-and-positions",
            "sebgao/cTensor/issues/3",
            "the gradient of the kernel is divided by batch, height and width",
            "averaged-twice", partial(conv_grads, mistake="positions"),
        ),
        (
            "conv-output-channel-for-input-channel",
            "NervanaSystems/neon/issues/111",
            "the gradient of the input is stored under the index of another channel",
            "channel-mixed", partial(conv_grads, mistake="channel"),
        ),
        (
            "conv-kernel-turned-the-wrong-way",
            "nntrainer/nntrainer/issues/705",
            "the backward pass needed the kernel turned by half a turn and had it otherwise",
            "wrong-transpose", partial(conv_grads, mistake="flip"),
        ),
        (
            "conv-padding-not-cut-off-in-front",
            "tensorflow/tensorflow/issues/11092",
            "forward applies the offset of the padding, backward does not",
            "other", partial(conv_grads, mistake="padding"),
        ),
        (
            "conv-leftover-row-at-the-wrong-end",
            "tracel-ai/burn/pull/4806",
            "rows that no window reaches make the gradient too short; here the filling is put in front",
            "other", partial(conv_grads, mistake="leftover"),
        ),
    ),
    *_family(
        max_pool_loss, _POOL, partial(pool_grads, kind="max"),
        (
            "max-pool-overlap-assigned",
            "FluxML/NNlib.jl/issues/205",
            "where windows overlap the last one overwrites the others",
            "assigned-not-added", partial(pool_grads, kind="max", mistake="assign"),
        ),
        (
            "max-pool-returns-after-first-window",
            "riccardoandreoni0/CNN-from-scratch/issues/1",
            "a return inside of the loop leaves all windows but the first without a gradient",
            "part-missing", partial(pool_grads, kind="max", mistake="first window"),
        ),
    ),
    *_family(
        mean_pool_loss, _POOL, partial(pool_grads, kind="mean"),
        (
            "mean-pool-not-divided-by-the-window",
            "rasmusbergpalm/DeepLearnToolbox/issues/129",
            "asked why the error is divided by the window, and proposes to leave the division out",
            "factor-missing", partial(pool_grads, kind="mean", mistake="no mean"),
        ),
    ),
    *_family(
        ceil_pool_loss, _CEIL, partial(pool_grads, kind="ceil"),
        (
            "mean-pool-last-window-divided-as-if-whole",
            "pytorch/pytorch/issues/198119",
            "the window that hangs over the end is divided by its full size in the gradient only",
            "scaled", partial(pool_grads, kind="ceil", mistake="full window"),
        ),
    ),
    *_family(
        map_pool_loss, _TIES, map_pool_grads,
        (
            "max-pool-every-equal-maximum",
            "apache/mxnet/issues/18563",
            "each of several equal largest values receives the whole gradient",
            "tie-shared", partial(map_pool_grads, every=True),
        ),
        tie=True,
    ),
    *_family(
        patch_pool_loss, _PATCH_P, patch_pool_grads,
        (
            "max-pool-empty-patches-all-counted",
            "Theano/Theano/issues/5248",
            "with sparse inputs many places tie, and the gradient is passed to all of them",
            "tie-shared", partial(patch_pool_grads, every=True),
        ),
        tie=True,
    ),
    *_family(
        rnn_loss, _RNN, rnn_grads,
        (
            "rnn-nothing-carried-back",
            "qixianbiao/RNN/issues/2",
            "the gradient of the state is not passed on to the step before",
            "time-not-carried", partial(rnn_grads, mistake="cut"),
        ),
        (
            "rnn-state-of-the-same-step",
            "VikParuchuri/zero_to_gpt/issues/9",
            "the recurrent weight takes the state of this step where the one before is due",
            "wrong-step", partial(rnn_grads, mistake="same step"),
        ),
        (
            "rnn-recurrent-weight-assigned-each-step",
            "",
            "the gradient of the recurrent weight is assigned at every step, so that one step is left",
            "assigned-not-added", partial(rnn_grads, mistake="assign"),
        ),
    ),
    *_family(
        zone_loss, _RNN, zone_grads,
        (
            "rnn-mask-of-the-first-step-everywhere",
            "lmnt-com/haste/issues/43",
            "the gradients of all steps use the mask of the first one",
            "wrong-step", partial(zone_grads, own_mask=False),
        ),
    ),
    *_family(
        lstm_loss, _LSTM, lstm_grads,
        (
            "lstm-cell-gradient-assigned",
            "apache/mxnet/issues/4057",
            "the cell's gradient is assigned at every step, what came from the step after is lost",
            "assigned-not-added", partial(lstm_grads, mistake="cell assigned"),
        ),
        (
            "lstm-value-of-forget-gate-for-its-slope",
            "CaptainE/RNN-LSTM-in-numpy/pull/2",
            "the sigmoid of the forget gate stands where its slope should",
            "derivative-at-activation", partial(lstm_grads, mistake="gate value"),
        ),
        (
            "lstm-nothing-carried-back",
            "CaptainE/RNN-LSTM-in-numpy/issues/1",
            "the gradients of state and cell are computed and never handed to the step before",
            "time-not-carried", partial(lstm_grads, mistake="cut"),
        ),
        (
            "lstm-biases-from-the-forget-gate",
            "hanbt/learn_dl/issues/53",
            "the biases of input and output gate get the gradient of the forget gate",
            "wrong-tensor", partial(lstm_grads, mistake="bias of forget"),
        ),
        (
            "lstm-forget-gate-with-cell-of-this-step",
            "",
            "the forget gate is differentiated with the new cell where the old one is due",
            "wrong-step", partial(lstm_grads, mistake="cell of this step"),
        ),
    ),
    *_family(
        gru_loss, _GRU, gru_grads,
        (
            "gru-reset-gate-behind-the-matrix",
            "ooples/AiDotNet/pull/722",
            "the reset gate of the target unit is applied to all states instead of each state's own",
            "other", partial(gru_grads, reset_before=False),
        ),
    ),
    *_family(
        batch_norm_loss, _BN, batch_norm_grads,
        (
            "batch-norm-statistics-constant",
            "facebookresearch/CrypTen/pull/143",
            "mean and variance depend on the input, backward ignores it",
            "statistics-constant", partial(batch_norm_grads, mistake="constant"),
        ),
        (
            "batch-norm-gain-dropped",
            "denizyuret/Knet.jl/issues/288",
            "the gradient of the input is computed from a value that lacks the gain",
            "factor-missing", partial(batch_norm_grads, mistake="gain"),
        ),
        (
            "batch-norm-gain-gradient-times-root",
            "tensorflow/tensorflow/issues/14676",
            "the gradient of the gain is multiplied by the standard deviation instead of divided",
            "scaled", partial(batch_norm_grads, mistake="root"),
        ),
        (
            "batch-norm-mean-over-wrong-axes",
            "chainer/chainer/pull/8497",
            "with channels last the reductions run over axes that belong to another layout",
            "wrong-axis", partial(batch_norm_grads, mistake="axes"),
        ),
        (
            "batch-norm-mean-term-dropped",
            "",
            "the path through the mean is left out, the one through the variance is there",
            "mean-missing", partial(batch_norm_grads, mistake="mean"),
        ),
    ),
    *_family(
        outside_norm_loss, _BN, outside_norm_grads,
        (
            "batch-norm-constant-inside-the-root",
            "pjreddie/darknet/issues/1723",
            "forward adds the small constant behind the root, backward inside of it",
            "other", partial(outside_norm_grads, outside=False),
        ),
    ),
    *_family(
        layer_norm_loss, _LN, layer_norm_grads,
        (
            "layer-norm-means-over-tokens-too",
            "flagos-ai/FlagGems/issues/5392",
            "backward assumes two axes, so that it averages over tokens as well as over features",
            "wrong-axis", partial(layer_norm_grads, mistake="rank"),
        ),
        (
            "layer-norm-gain-indexed-by-row",
            "deepspeedai/DeepSpeed/pull/692",
            "normalised values are recovered with the gain and shift of another index",
            "wrong-axis", partial(layer_norm_grads, mistake="index"),
        ),
        (
            "layer-norm-gain-and-shift-swapped",
            "Oneflow-Inc/oneflow/pull/6149",
            "the gradients of gain and shift are returned the other way round",
            "wrong-tensor", partial(layer_norm_grads, mistake="swap"),
        ),
    ),
    *_family(
        rms_loss, _RMS, rms_grads,
        (
            "rms-norm-root-constant",
            "ooples/AiDotNet/pull/695",
            "the gradient ignores that the root mean square depends on the input",
            "statistics-constant", partial(rms_grads, mistake="constant"),
        ),
        (
            "rms-norm-gain-twice",
            "NVIDIA/Megatron-LM/pull/6859",
            "the term of the variance is multiplied by the gain once too often",
            "scaled", partial(rms_grads, mistake="gain twice"),
        ),
        (
            "rms-norm-gain-forgotten",
            "karpathy/llm.c/pull/763",
            "a commenter tells of days spent on a backward pass without the gain",
            "factor-missing", partial(rms_grads, mistake="gain"),
        ),
        (
            "rms-norm-residual-sent-through-the-norm",
            "Dao-AILab/quack/pull/53",
            "the residual's gradient is added before the norm's backward pass instead of after it",
            "other", partial(rms_grads, mistake="added before"),
        ),
        (
            "residual-path-dropped",
            "jakeret/tf_unet/pull/9",
            "no gradient went back through the connections that skip layers",
            "path-missing", partial(rms_grads, mistake="no skip"),
        ),
    ),
    *_family(
        attention_loss, _ATT, attention_grads,
        (
            "attention-scale-forgotten",
            "mlc-ai/mlc-llm/pull/3426",
            "one path computes attention without dividing by the root of the size; here backward does",
            "factor-missing", partial(attention_grads, mistake="no scale"),
        ),
        (
            "attention-scale-of-the-whole-width",
            "Graylab/DL4Proteins-notebooks/issues/12",
            "the scale is taken from the whole width and not from the size of a head",
            "scaled", partial(attention_grads, mistake="width"),
        ),
        (
            "attention-mask-after-the-softmax",
            "huggingface/pytorch-image-models/pull/2236",
            "the mask is applied after the softmax; here backward thinks so",
            "mask-forgotten", partial(attention_grads, mistake="mask after"),
        ),
        (
            "attention-mask-ignored-backward",
            "pytorch/pytorch/issues/27461",
            "masked tokens take part in the gradient",
            "mask-forgotten", partial(attention_grads, mistake="no mask"),
        ),
        (
            "attention-softmax-diagonal",
            "Apiquet/DeepLearningFrameworkFromScratchCpp/issues/1",
            "backward of the softmax has only the part where both indices agree",
            "softmax-diagonal", partial(attention_grads, mistake="diagonal"),
        ),
        (
            "attention-softmax-over-queries",
            "labmlai/annotated_deep_learning_paper_implementations/issues/146",
            "the softmax runs over the axis of the queries and not of the keys; here backward thinks so",
            "wrong-axis", partial(attention_grads, mistake="axis"),
        ),
        (
            "attention-scores-cut-off",
            "paiml/aprender/pull/2203",
            "queries and keys receive no gradient, only the values do",
            "path-missing", partial(attention_grads, mistake="severed"),
        ),
        (
            "attention-key-path-not-added-to-input",
            "",
            "the input collects from queries and values, the path through the keys is left out",
            "path-missing", partial(attention_grads, mistake="no key path"),
        ),
        (
            "attention-query-and-key-swapped",
            "ooples/AiDotNet.Tensors/issues/49",
            "gradients of the three projections came out swapped or wrong in a numerical check",
            "wrong-tensor", partial(attention_grads, mistake="swapped"),
        ),
        (
            "attention-heads-split-without-transpose",
            "reczoo/FuxiCTR/issues/30",
            "heads are reshaped out of tokens without a transpose; here on the way back",
            "wrong-transpose", partial(attention_grads, mistake="split"),
        ),
        (
            "attention-heads-merged-without-transpose",
            "jsbaan/transformer-from-scratch/pull/6",
            "heads are joined by a reshape without a permutation; here on the way back",
            "wrong-transpose", partial(attention_grads, mistake="merge"),
        ),
    ),
    *_family(
        grouped_loss, _GROUP, grouped_grads,
        (
            "attention-shared-keys-of-one-head-only",
            "marin-community/levanter/pull/449",
            "keys and values that several heads share need the sum over these heads",
            "sum-missing", partial(grouped_grads, whole_group=False),
        ),
    ),
    *_family(
        vae_loss, _VAE, vae_grads,
        (
            "vae-log-variance-as-log-deviation-in-divergence",
            "KarenUllrich/Tutorial_BayesianCompressionForDL/issues/1",
            "the divergence treats the log-variance as if it were the log-deviation",
            "other", partial(vae_grads, mistake="deviation"),
        ),
        (
            "vae-log-variance-as-log-deviation-in-sample",
            "keras-team/keras/issues/3283",
            "the sample is formed without the half in the exponent; here backward thinks so",
            "other", partial(vae_grads, mistake="sampling"),
        ),
        (
            "vae-divergence-with-wrong-sign",
            "FluxML/model-zoo/pull/147",
            "the logarithm in the divergence has the wrong sign",
            "sign", partial(vae_grads, mistake="sign"),
        ),
        (
            "vae-divergence-averaged-over-latent-axis",
            "maxhodak/keras-molecules/issues/59",
            "the divergence is a mean over the latent axis where a sum is due",
            "wrong-axis", partial(vae_grads, mistake="latent mean"),
        ),
        (
            "vae-noise-drawn-again",
            "pytorch/pytorch/issues/190758",
            "random operations are computed again for the gradient, with fresh numbers",
            "noise-redrawn", partial(vae_grads, mistake="redrawn"),
        ),
    ),
    *_family(
        ctc_loss, _CTC, ctc_grads,
        (
            "alignment-loss-assumes-a-softmax",
            "pytorch/pytorch/issues/52241",
            "the gradient is the one behind a log-softmax although scores are taken as they are",
            "other", partial(ctc_grads, mistake="normalised"),
        ),
        (
            "alignment-loss-ignores-upstream",
            "sherjilozair/ctc/issues/2",
            "what happens to the loss afterwards, such as a mean, does not reach the gradient",
            "not-averaged", partial(ctc_grads, mistake="no upstream"),
        ),
    ),
    *_family(
        chain_loss, _CRF, chain_grads,
        (
            "chain-transition-from-single-marginals",
            "ooples/AiDotNet/pull/455",
            "every transition into a tag gets the gradient of the tag itself",
            "wrong-tensor", partial(chain_grads, mistake="emission"),
        ),
        (
            "chain-transition-counted-at-first-step",
            "neoml-lib/neoml/pull/70",
            "the first step, which has no transition, adds a softmax of zeros to the gradient",
            "other", partial(chain_grads, mistake="first step"),
        ),
    ),
    *_family(
        sample_loss, _SAMPLE, sample_grads,
        (
            "bilinear-coordinates-not-scaled-to-pixels",
            "qassemoquab/stnbhwd/issues/29",
            "asked why the gradient is multiplied by half the size; here it is not",
            "factor-missing", partial(sample_grads, pixels=False),
        ),
        (
            "bilinear-shared-pixels-assigned",
            "",
            "points that share a pixel overwrite each other's gradient",
            "index-assigned", partial(sample_grads, add=False),
        ),
    ),
)  # fmt: skip
