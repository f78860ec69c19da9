"""The bug zoo: backward passes with one typical mistake each, on many networks. It knows nothing of the checker.

Everything is written out here, forward and backward, with one ``if`` for each mistake, as a student's file would hold it.
Convolutional networks have a house of their own, `zoo_of_pictures`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

from bplib.network import Network
from bplib.overfitting import dropout_masks, l2

LAMBDA = 0.03


class Case(NamedTuple):
    """A network with a batch, the gradients that a backward pass gave, and the name of the mistake in it or None."""

    mistake: str | None
    network: Network
    params: dict[str, np.ndarray]
    x: np.ndarray
    target: np.ndarray
    penalty: Any
    masks: Any
    grads: dict[str, np.ndarray]

    def loss(self, params: dict[str, np.ndarray]) -> float:
        """The loss that the gradients should belong to."""
        return float(_loss(self, params))


#: Sizes, activations, loss, weight decay, dropout. The first half is for tuning, the second is for the report.
ARCHITECTURES = (
    ((5, 3), ("identity",), "categorical_cross_entropy", False, False),
    ((4, 6, 3), ("tanh", "identity"), "categorical_cross_entropy", True, False),
    ((3, 5, 5, 2), ("sigmoid", "tanh", "identity"), "mean_squared_error", False, True),
    ((4, 5, 4, 6, 2), ("relu", "tanh", "sigmoid", "sigmoid"), "mean_squared_error", True, False),
    ((6, 2), ("sigmoid",), "mean_squared_error", True, False),
    ((5, 7, 1), ("relu", "identity"), "binary_cross_entropy", False, True),
    ((4, 6, 6, 3), ("relu", "relu", "identity"), "categorical_cross_entropy", True, True),
    ((3, 4, 4, 5, 3), ("tanh", "sigmoid", "softmax", "identity"), "mean_squared_error", False, False),
    ((5, 4, 4, 6, 2), ("sigmoid", "relu", "tanh", "identity"), "binary_cross_entropy", False, True),
    ((4, 7, 5, 3), ("tanh", "sigmoid", "identity"), "mean_squared_error", True, True),
)


def _bend(name: str, z: np.ndarray) -> np.ndarray:
    if name == "sigmoid":
        return 1 / (1 + np.exp(-z))
    if name == "tanh":
        return np.tanh(z)
    if name == "relu":
        return np.where(z > 0, z, 0.0)
    if name == "softmax":
        e = np.exp(z - z.max(axis=1, keepdims=True))
        return e / e.sum(axis=1, keepdims=True)
    return z


def _slope(name: str, da: np.ndarray, z: np.ndarray, a: np.ndarray) -> np.ndarray:
    if name == "sigmoid":
        return da * a * (1 - a)
    if name == "tanh":
        return da * (1 - a**2)
    if name == "relu":
        return da * (z > 0)
    if name == "softmax":
        return a * (da - (da * a).sum(axis=1, keepdims=True))
    return da


def _forward(case: Case, params: dict[str, np.ndarray]) -> tuple[list, list, list]:
    xs, zs, activations = [case.x], [], []
    for layer, name in enumerate(case.network.activations, start=1):
        zs.append(xs[-1] @ params[f"W{layer}"] + params[f"b{layer}"])
        activations.append(_bend(name, zs[-1]))
        mask = case.masks[layer - 1] if case.masks else None
        xs.append(activations[-1] if mask is None else activations[-1] * mask)
    return xs, zs, activations


def _loss(case: Case, params: dict[str, np.ndarray]) -> float:
    output, y, m = _forward(case, params)[0][-1], case.target, len(case.x)
    if case.network.loss == "mean_squared_error":
        value = ((output - y) ** 2).sum() / (2 * m)
    elif case.network.loss == "binary_cross_entropy":
        value = (np.logaddexp(0, output) - y * output).sum() / m
    else:
        top = output.max(axis=1, keepdims=True)
        value = (y * (top + np.log(np.exp(output - top).sum(axis=1, keepdims=True)) - output)).sum() / m
    if case.penalty:
        value += LAMBDA / 2 * sum((params[k] ** 2).sum() for k in params if k[0] == "W")
    return value


def _output_gradient(case: Case, output: np.ndarray) -> np.ndarray:
    y, m = case.target, len(case.x)
    if case.network.loss == "mean_squared_error":
        return (output - y) / m
    return (_bend("sigmoid" if case.network.loss == "binary_cross_entropy" else "softmax", output) - y) / m


def backward(case: Case, mistake: str | None, where: int) -> dict[str, np.ndarray]:
    """The gradients with one mistake; ``where`` is the layer at which it is made, if it is made at one."""
    p, activations = case.params, case.network.activations
    m, depth = len(case.x), len(case.network.activations)
    xs, zs, hidden = _forward(case, p)
    grads: dict[str, np.ndarray] = {}
    da = _output_gradient(case, xs[-1])
    dz_output = None
    for layer in range(depth, 0, -1):
        here = layer == where
        name, z, a, x, W = (
            activations[layer - 1],
            zs[layer - 1],
            hidden[layer - 1],
            xs[layer - 1],
            p[f"W{layer}"],
        )
        mask = case.masks[layer - 1] if case.masks else None
        if mask is not None and mistake == "dropout-mask-scaled":
            da = da * (mask > 0)
        elif mask is not None and mistake != "dropout-mask-forgotten":
            da = da * mask
        if here and mistake == "activation-derivative-missing":
            dz = da
        elif here and mistake == "derivative-at-activation":
            dz = _slope(name, da, a, _bend(name, a))
        elif here and mistake == "other-activation":
            dz = _slope("tanh" if name == "sigmoid" else "sigmoid", da, z, a)
        elif here and mistake == "tanh-from-weighted-input":
            dz = da * (1 - z**2)
        elif here and mistake == "softmax-differentiated-twice":
            dz = _slope("softmax", da, z, _bend("softmax", z))
        else:
            dz = _slope(name, da, z, a)
        dz_output = dz if dz_output is None else dz_output
        grads[f"W{layer}"] = x.T @ dz
        grads[f"b{layer}"] = dz.sum(axis=0)
        if here and mistake == "bias-not-summed":
            grads[f"b{layer}"] = dz[0]
        if here and mistake == "bias-averaged":
            grads[f"b{layer}"] = dz.mean(axis=0)
        if here and mistake == "bias-from-weights":
            grads[f"b{layer}"] = grads[f"W{layer}"].sum(axis=0)
        if here and mistake == "transposed":
            grads[f"W{layer}"] = dz.T @ x
        through = W
        if mistake == "updated-weights":
            through = W - 0.37 * grads[f"W{layer}"]
        da = dz @ through.T
        if here and mistake == "wrong-transpose":
            da = dz @ W
        if here and mistake == "weights-skipped":
            da = dz
        if here and mistake == "output-delta-reused":
            da = dz_output @ W.T
    if mistake == "only-one-sample":
        last = case._replace(
            x=case.x[-1:], target=case.target[-1:], penalty=None,
            masks=case.masks and [None if mask is None else mask[-1:] for mask in case.masks],
        )  # fmt: skip
        grads = backward(last, None, 0)
    if case.penalty:
        for k in p:
            share = {"weight-decay-missing": 0.0, "weight-decay-doubled": 2.0, "weight-decay-averaged": 1 / m}
            if k[0] == "W":
                grads[k] = grads[k] + share.get(mistake or "", 1.0) * LAMBDA * p[k]
            elif mistake == "weight-decay-on-biases":
                grads[k] = grads[k] + LAMBDA * p[k]
    factor = {"sign": -1.0, "not-averaged": m, "averaged-twice": 1 / m, "factor-two": 2.0, "factor-half": 0.5}
    grads = {k: factor.get(mistake or "", 1.0) * g for k, g in grads.items()}
    name = f"W{where or 1}"
    if mistake == "single-entries":
        grads[name].flat[1] *= 1.05
    if mistake == "rows-swapped":
        grads[name] = grads[name][::-1]
    if mistake == "columns-swapped":
        grads[name] = grads[name][:, ::-1]
    if mistake == "zero-gradient":
        grads[name] = 0 * grads[name]
    return {k: grads[k] for k in p}


#: Mistakes that are made at one layer, and the others.
AT_A_LAYER = (
    "activation-derivative-missing", "derivative-at-activation", "other-activation", "tanh-from-weighted-input",
    "softmax-differentiated-twice", "bias-not-summed", "bias-averaged", "bias-from-weights", "transposed",
    "wrong-transpose", "weights-skipped", "output-delta-reused", "single-entries", "rows-swapped", "columns-swapped",
    "zero-gradient",
)  # fmt: skip
EVERYWHERE = (
    "sign", "not-averaged", "averaged-twice", "factor-two", "factor-half", "weight-decay-missing",
    "weight-decay-doubled", "weight-decay-averaged", "weight-decay-on-biases", "updated-weights", "only-one-sample",
    "dropout-mask-forgotten", "dropout-mask-scaled",
)  # fmt: skip


def network_and_batch(architecture: tuple, seed: int, samples: int | None = None) -> Case:
    """A case without a mistake."""
    sizes, activations, loss, decay, dropout = architecture
    rng = np.random.default_rng([seed, *sizes])
    network = Network(sizes, activations, loss)
    params = {k: rng.normal(size=s) * (0.8 if k[0] == "W" else 0.3) for k, s in network.shapes().items()}
    m = samples or int(rng.integers(5, 10))
    x = rng.normal(size=(m, sizes[0]))
    if loss == "mean_squared_error":
        target = rng.normal(size=(m, sizes[-1]))
    elif loss == "binary_cross_entropy":
        target = rng.integers(0, 2, size=(m, sizes[-1])).astype(float)
    else:
        target = np.eye(sizes[-1])[rng.integers(0, sizes[-1], size=m)]
    masks = list(dropout_masks(network, m, 0.4, rng)) if dropout and network.depth > 1 else None
    case = Case(None, network, params, x, target, l2(LAMBDA) if decay else None, masks, {})
    return case._replace(grads=backward(case, None, 0))


def zoo(architectures: tuple, seeds: range) -> Iterator[Case]:
    """Every mistake that can be made on these networks and that changes a number there."""
    for architecture in architectures:
        for seed in seeds:
            right = network_and_batch(architecture, seed)
            for mistake in EVERYWHERE:
                yield from _made(right, mistake, 0)
            for mistake in AT_A_LAYER:
                for layer in range(1, right.network.depth + 1):
                    yield from _made(right, mistake, layer)


def _made(right: Case, mistake: str, layer: int) -> Iterator[Case]:
    name = right.network.activations[layer - 1] if layer else ""
    if mistake == "tanh-from-weighted-input" and name != "tanh":
        return
    if mistake == "softmax-differentiated-twice" and not (
        layer == right.network.depth and right.network.loss == "categorical_cross_entropy"
    ):
        return
    if mistake == "other-activation" and name not in ("sigmoid", "tanh"):
        return
    try:
        grads = backward(right, mistake, layer)
    except ValueError:  # The matrices do not fit together, so nobody can make it here.
        return
    if any(grads[k].shape != g.shape for k, g in right.grads.items()):
        return
    top = max(np.abs(g).max() for g in right.grads.values())
    if any(np.abs(grads[k] - g).max() > 1e-6 * top for k, g in right.grads.items()):
        yield right._replace(mistake=mistake, grads=grads)


class Fork(NamedTuple):
    """A layer whose hidden units are heard twice: by the output, and directly. ``grads`` by a pass that may forget a path."""

    params: dict[str, np.ndarray]
    x: np.ndarray
    target: np.ndarray
    grads: dict[str, np.ndarray]
    layers: int

    def loss(self, params: dict[str, np.ndarray]) -> float:
        """Half the mean squared error behind ``layers`` residual layers."""
        a = self.x
        for layer in range(1, self.layers + 1):
            a = a + np.tanh(a @ params[f"W{layer}"])
        return float(((a - self.target) ** 2).sum() / (2 * len(self.x)))


def fork(seed: int, layers: int, forgotten: str | None) -> Fork:
    """Residual layers; the backward pass forgets the ``"shortcut"``, the ``"layer"``, or nothing."""
    rng = np.random.default_rng([7, seed])
    x, target = rng.normal(size=(6, 4)), rng.normal(size=(6, 4))
    params = {f"W{layer}": rng.normal(size=(4, 4)) for layer in range(1, layers + 1)}
    hidden = [x]
    for W in params.values():
        hidden.append(hidden[-1] + np.tanh(hidden[-1] @ W))
    da, grads = (hidden[-1] - target) / len(x), {}
    for layer in range(layers, 0, -1):
        a = hidden[layer - 1]
        dz = da * (1 - np.tanh(a @ params[f"W{layer}"]) ** 2)
        grads[f"W{layer}"] = a.T @ dz
        through = dz @ params[f"W{layer}"].T
        da = through if forgotten == "shortcut" else da if forgotten == "layer" else da + through
    return Fork(params, x, target, {name: grads[name] for name in params}, layers)


#: What makes a correct gradient hard to believe.
CONDITIONS = ("plain", "saturated", "float32", "zero inputs", "whole numbers", "scaled")


class Correct(NamedTuple):
    """A random network with a gradient that is right, and the factor that its loss is multiplied by."""

    case: Case
    condition: str
    scale: float


def correct(seed: int) -> Correct:
    """One to four layers, one to five units, any activation functions and loss, under one of the `CONDITIONS`."""
    rng = np.random.default_rng([1986, seed])
    depth = int(rng.integers(1, 5))
    sizes = tuple(int(n) for n in rng.integers(1, 6, size=depth + 1))
    loss = str(rng.choice(["mean_squared_error", "binary_cross_entropy", "categorical_cross_entropy"]))
    bends = [str(name) for name in rng.choice(["sigmoid", "tanh", "relu", "softmax", "identity"], size=depth)]
    if loss != "mean_squared_error":
        bends[-1] = "identity"
    architecture = (sizes, tuple(bends), loss, bool(rng.integers(2)), bool(rng.integers(2)))
    case = network_and_batch(architecture, seed, samples=int(rng.choice([1, 2, 5])))
    condition, scale, dtype = str(rng.choice(CONDITIONS)), 1.0, np.float64
    if condition == "saturated":
        case = case._replace(x=50 * case.x)
    if condition == "zero inputs":
        case = case._replace(x=0 * case.x, params={k: v * (k[0] == "W") for k, v in case.params.items()})
    if condition == "whole numbers":
        case = case._replace(x=np.round(case.x), params={k: np.round(v) for k, v in case.params.items()})
    if condition == "scaled":
        scale = 10.0 ** int(rng.integers(-8, 9))
    if condition == "float32":
        dtype = np.float32
        case = case._replace(
            x=case.x.astype(dtype),
            target=case.target.astype(dtype),
            params={k: v.astype(dtype) for k, v in case.params.items()},
            masks=case.masks and [None if mask is None else mask.astype(dtype) for mask in case.masks],
        )
    with np.errstate(over="ignore"):
        grads = {k: (scale * g).astype(dtype) for k, g in backward(case, None, 0).items()}
    params = {k: v.astype(np.float64) for k, v in case.params.items()}
    return Correct(case._replace(params=params, grads=grads), condition, scale)
