"""Losses with right and wrong gradients that put a gradient checker to the test.

Every case is written out in plain numpy, as an ordinary user would, with its gradient by hand and at least
five gradients that are wrong in some plausible way. ``hard`` marks the losses that are difficult for
differences of the loss: near a minimum, entries of very different size, sharp, at the edge of the domain,
tied, saturated, cancelling, shifted or of extreme size. At ties and kinks ``also`` holds the other corners of
what is right, so that every right gradient is a mixture of ``gradient`` and ``also``, and no wrong one is.

Many hand-written gradients take keywords that switch one factor or term; the wrong ones turn such a keyword.
"""
from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

Array = np.ndarray
Named = dict[str, Any]
Tree = Any
Builder = Callable[[], tuple]


class Case(NamedTuple):
    """One loss at one point, with its gradient and gradients that are wrong."""

    name: str
    hard: bool
    loss: Callable[[Any], float]
    params: Any
    gradient: Callable[[Any], Any]
    wrong: dict[str, Callable[[Any], Any]]
    also: tuple[Callable[[Any], Any], ...] = ()


def tree_map(change: Callable[..., Any], tree: Tree, *others: Tree) -> Tree:
    """Apply a function to every leaf of a structure, and to the same leaves of other ones."""
    if isinstance(tree, dict):
        return {key: tree_map(change, tree[key], *(other[key] for other in others)) for key in tree}
    if isinstance(tree, (list, tuple)):
        return type(tree)(tree_map(change, *branch) for branch in zip(tree, *others))
    return change(tree, *others)


def tree_leaves(tree: Tree) -> list[Any]:
    """The arrays and scalars of a structure in order."""
    found: list[Any] = []
    tree_map(found.append, tree)
    return found


def _change_leaf(tree: Tree, which: int, change: Callable[[Array], Array]) -> Tree:
    """Change one leaf, counted from the front or the back, and keep the kind of the leaf."""
    count = len(tree_leaves(tree))
    seen = iter(range(count))

    def one(leaf: Any) -> Any:
        if next(seen) != which % count:
            return leaf
        new = change(np.array(leaf, float))
        return float(new) if np.ndim(leaf) == 0 else new

    return tree_map(one, tree)


def _entry_off(leaf: Array) -> Array:
    leaf.flat[leaf.size // 2] += 0.1 * np.abs(leaf).max()
    return leaf


def _small_entry(leaf: Array) -> Array:
    sizes = np.where(leaf == 0, np.inf, np.abs(leaf))
    leaf.flat[np.argmin(sizes)] *= 1.05
    return leaf


def _entry_zeroed(leaf: Array) -> Array:
    leaf.flat[np.argmax(np.abs(leaf))] = 0.0
    return leaf


def _entry_sign(leaf: Array) -> Array:
    leaf.flat[np.argmax(np.abs(leaf))] *= -1.0
    return leaf


SPOILERS: dict[str, Callable[[Tree], Tree]] = {
    "negated": partial(tree_map, lambda leaf: -leaf),
    "doubled": partial(tree_map, lambda leaf: 2.0 * leaf),
    "halved": partial(tree_map, lambda leaf: 0.5 * leaf),
    "zero": partial(tree_map, lambda leaf: 0.0 * leaf),
    "scaled": partial(tree_map, lambda leaf: 1.01 * leaf),
    "entry": lambda tree: _change_leaf(tree, -1, _entry_off),
    "small": lambda tree: _change_leaf(tree, 0, _small_entry),
    "entryzeroed": lambda tree: _change_leaf(tree, 0, _entry_zeroed),
    "entrysign": lambda tree: _change_leaf(tree, -1, _entry_sign),
    "leafzeroed": lambda tree: _change_leaf(tree, 0, np.zeros_like),
    "leafscaled": lambda tree: _change_leaf(tree, -1, lambda leaf: 1.02 * leaf),
    "transposed": lambda tree: _change_leaf(tree, 0, np.transpose),
    "rolled": lambda tree: _change_leaf(tree, -1, lambda leaf: np.roll(leaf, 1)),
    "reversed": lambda tree: _change_leaf(tree, 0, lambda leaf: leaf.ravel()[::-1].reshape(leaf.shape)),
    "mean": partial(tree_map, lambda leaf: leaf / max(2, np.size(leaf))),
}

_CASES: list[Case] = []


def _then(gradient: Callable[[Tree], Tree], spoil: Callable[[Tree], Tree], params: Tree) -> Tree:
    return spoil(gradient(params))


def case(hard: bool, derived: str = "negated scaled entry") -> Callable[[Builder], Builder]:
    """Register what a function builds: loss, params, gradient, wrong ones by name, other right ones."""

    def register(build: Builder) -> Builder:
        loss, params, gradient, specific, *also = build()
        wrong = dict(specific)
        wrong.update({name: partial(_then, gradient, SPOILERS[name]) for name in derived.split()})
        _CASES.append(Case(build.__name__, hard, loss, params, gradient, wrong, tuple(also)))
        return build

    return register


def turned(gradient: Callable[..., Tree], **knobs: Any) -> Callable[[Tree], Tree]:
    """The gradient with some of its keywords turned to another value."""
    return partial(gradient, **knobs)


def sigmoid(z: Any) -> Any:
    return 1.0 / (1.0 + np.exp(-z))


def digamma(x: float) -> float:
    """Derivative of math.lgamma, shifted up to where the asymptotic series is exact to rounding."""
    total = 0.0
    while x < 12.0:
        total -= 1.0 / x
        x += 1.0
    s = 1.0 / (x * x)
    series = s * (1 / 12 - s * (1 / 120 - s * (1 / 252 - s * (1 / 240 - s / 132))))
    return total + math.log(x) - 0.5 / x - series


# ----------------------------------------------------------------------------------------------------------
# Ordinary: regressions and likelihoods.


@case(False, "negated scaled entry leafzeroed")
def ridge_regression() -> tuple:
    rng = np.random.default_rng(1)
    x, y = rng.normal(size=(12, 4)), rng.normal(size=12)

    def loss(p: Named) -> float:
        residual = x @ p["w"] + p["b"] - y
        return np.mean(residual**2) + 0.3 * np.sum(p["w"] ** 2)

    def gradient(p: Named, penalty: float = 0.6, count: int = 12) -> Named:
        residual = x @ p["w"] + p["b"] - y
        return {"w": 2 * x.T @ residual / count + penalty * p["w"], "b": 2 * residual.sum() / count}

    params = {"w": rng.normal(size=4), "b": 0.4}
    return loss, params, gradient, {
        "penalty forgotten": turned(gradient, penalty=0.0),
        "penalty halved": turned(gradient, penalty=0.3),
        "sum instead of mean": turned(gradient, count=1),
    }


@case(False, "negated scaled rolled")
def poisson_regression() -> tuple:
    rng = np.random.default_rng(2)
    x, counts = rng.normal(size=(15, 3)), rng.poisson(2.0, size=15)

    def loss(w: Array) -> float:
        total = 0.0
        for row, count in zip(x, counts):
            eta = (row * w).sum()
            total += np.exp(eta) - count * eta
        return total

    def gradient(w: Array, link: Callable = np.exp) -> Array:
        return x.T @ (link(x @ w) - counts)

    return loss, np.array([0.3, -0.5, 0.8]), gradient, {
        "counts not subtracted": lambda w: x.T @ np.exp(x @ w),
        "linear instead of log link": turned(gradient, link=lambda eta: eta),
        "mean instead of sum": lambda w: gradient(w) / 15,
    }


@case(False)
def gamma_likelihood() -> tuple:
    data = np.random.default_rng(3).gamma(2.0, 1.5, size=10)

    def loss(p: Named) -> float:
        shape, rate = p["shape"], p["rate"]
        norm = shape * math.log(rate) - math.lgamma(shape)
        return -sum(norm + (shape - 1) * math.log(value) - rate * value for value in data)

    def gradient(p: Named, psi: Callable = digamma, cross: float = 1.0) -> Named:
        shape, rate = p["shape"], p["rate"]
        return {"shape": 10 * (psi(shape) - cross * math.log(rate)) - np.log(data).sum(),
                "rate": -10 * shape / rate + data.sum()}

    return loss, {"shape": 1.7, "rate": 0.8}, gradient, {
        "log instead of digamma": turned(gradient, psi=math.log),
        "log of the rate forgotten": turned(gradient, cross=0.0),
    }


@case(False)
def beta_likelihood() -> tuple:
    data = np.random.default_rng(4).beta(2.0, 3.0, size=8)

    def loss(ab: Array) -> float:
        a, b = ab
        norm = math.lgamma(a) + math.lgamma(b) - math.lgamma(a + b)
        return np.mean(norm - (a - 1) * np.log(data) - (b - 1) * np.log(1 - data))

    def gradient(ab: Array, joint: float = 1.0) -> Array:
        a, b = ab
        both = joint * digamma(a + b)
        return np.array([digamma(a) - both - np.log(data).mean(),
                         digamma(b) - both - np.log(1 - data).mean()])

    return loss, np.array([1.4, 2.2]), gradient, {
        "normaliser of the sum forgotten": turned(gradient, joint=0.0),
        "exchanged": lambda ab: gradient(ab)[::-1],
        "summed": lambda ab: 8 * gradient(ab),
    }


@case(False, "negated scaled leafscaled")
def negative_binomial_likelihood() -> tuple:
    counts = [0, 3, 5, 1, 2, 8]

    def loss(p: tuple) -> float:
        r, logit = p
        q = 1 / (1 + math.exp(-logit))
        norm = r * math.log(1 - q) - math.lgamma(r)
        return -sum(math.lgamma(k + r) + norm + k * math.log(q) for k in counts)

    def gradient(p: tuple, second: float = 1.0) -> tuple:
        r, logit = p
        q = 1 / (1 + math.exp(-logit))
        d_r = -sum(digamma(k + r) - digamma(r) + math.log(1 - q) for k in counts)
        return d_r, -sum(k * (1 - q) - second * r * q for k in counts)

    return loss, (1.3, 0.4), gradient, {
        "failures forgotten": turned(gradient, second=0.0),
        "by the probability, not its logit": lambda p: (
            gradient(p)[0], gradient(p)[1] * (2 + 2 * math.cosh(p[1]))),
    }


@case(False)
def weibull_likelihood() -> tuple:
    times = np.random.default_rng(6).weibull(1.5, size=9) * 2.0

    def loss(p: Named) -> float:
        z = times / p["scale"]
        return -(np.log(p["k"] / p["scale"]) + (p["k"] - 1) * np.log(z) - z ** p["k"]).sum()

    def gradient(p: Named, log_factor: float = 1.0, inner: float = 1.0) -> Named:
        k, scale = p["k"], p["scale"]
        z = times / scale
        return {"k": -(1 / k + np.log(z) - log_factor * z**k * np.log(z)).sum(),
                "scale": -(-k / scale + inner * k * z**k / scale).sum()}

    return loss, {"k": np.array(1.2), "scale": np.array(1.7)}, gradient, {
        "power left out": turned(gradient, log_factor=0.0),
        "scale inside the power forgotten": turned(gradient, inner=0.0),
        "shape's own term forgotten": lambda p: {**gradient(p), "k": gradient(p)["k"] + 9 / p["k"]},
    }


@case(False)
def cauchy_location_scale() -> tuple:
    data = np.array([-1.2, 0.3, 0.5, 0.9, 14.0])

    def loss(p: Array) -> float:
        m, s = p[0], p[1]
        return np.sum(np.log(s) + np.log1p(((data - m) / s) ** 2))

    def gradient(p: Array, size: float = 1.0) -> Array:
        u = (data - p[0]) / p[1]
        slope = 2 * u / (1 + u**2)
        return np.array([-np.sum(slope) / p[1], np.sum(size - slope * u) / p[1]])

    return loss, np.array([0.7, 0.6]), gradient, {
        "log scale forgotten": turned(gradient, size=0.0),
        "Gaussian instead of Cauchy": lambda p: np.array(
            [-2 * np.sum(data - p[0]) / p[1] ** 2, gradient(p)[1]]),
    }


@case(False, "doubled scaled entrysign")
def student_t_regression() -> tuple:
    rng = np.random.default_rng(8)
    x, y, dof = rng.normal(size=(10, 3)), rng.standard_t(3, size=10), 3.0

    def loss(w: Array) -> float:
        r = y - np.einsum("ij,j->i", x, w)
        return 0.5 * (dof + 1) * np.log(1 + r * r / dof).sum()

    def gradient(w: Array, freedom: float = dof) -> Array:
        r = y - x @ w
        return -np.einsum("i,ij->j", (freedom + 1) * r / (freedom + r * r), x)

    return loss, np.array([0.5, -1.0, 0.2]), gradient, {
        "one degree of freedom off": turned(gradient, freedom=4.0),
        "residual's sign forgotten": lambda w: -gradient(w),
        "weights without the residual": lambda w: -x.T @ (4.0 / (dof + (y - x @ w) ** 2)),
    }


@case(False)
def laplace_likelihood() -> tuple:
    data = np.array([1.5, 2.5, 4.0, 7.5])

    def loss(p: Named) -> float:
        return len(data) * np.log(2 * p["b"]) + np.abs(data - p["m"]).sum() / p["b"]

    def gradient(p: Named, norm: float = 1.0) -> Named:
        return {"m": -np.sign(data - p["m"]).sum() / p["b"],
                "b": norm * 4 / p["b"] - np.abs(data - p["m"]).sum() / p["b"] ** 2}

    return loss, {"m": 2.0, "b": 1.3}, gradient, {
        "normaliser forgotten": turned(gradient, norm=0.0),
        "residual instead of its sign": lambda p: {**gradient(p), "m": -(data - p["m"]).sum() / p["b"]},
        "one power of the scale": lambda p: {
            "m": gradient(p)["m"], "b": 4 / p["b"] - np.abs(data - p["m"]).sum() / p["b"]},
    }


@case(False, "negated scaled entry small")
def logistic_regression_with_loops() -> tuple:
    rng = np.random.default_rng(10)
    x, labels = rng.normal(size=(9, 4)), rng.integers(0, 2, size=9)

    def loss(w: Array) -> float:
        total = 0.0
        for i in range(9):
            z = sum(x[i, j] * w[j] for j in range(4))
            total += np.log(1 + np.exp(-z)) if labels[i] else np.log(1 + np.exp(z))
        return total / 9

    def gradient(w: Array, stop: int = 9) -> Array:
        out = np.zeros(4)
        for i in range(stop):
            out += (sigmoid(x[i] @ w) - labels[i]) * x[i]
        return out / 9

    return loss, np.array([0.2, -0.4, 1.1, 0.6]), gradient, {
        "last sample missed": turned(gradient, stop=8),
        "labels forgotten": lambda w: x.T @ sigmoid(x @ w) / 9,
        "squared error's slope": lambda w: (
            x.T @ ((sigmoid(x @ w) - labels) * sigmoid(x @ w) * sigmoid(-x @ w)) / 9),
    }


@case(False, "negated scaled entry leafzeroed")
def softmax_regression() -> tuple:
    rng = np.random.default_rng(11)
    x, labels = rng.normal(size=(7, 4)), rng.integers(0, 3, size=7)

    def loss(p: Named) -> float:
        scores = x @ p["w"] + p["b"]
        top = scores.max(axis=1, keepdims=True)
        return (np.log(np.exp(scores - top).sum(axis=1)) + top[:, 0] - scores[np.arange(7), labels]).mean()

    def gradient(p: Named, hot: float = 1.0, axis: int = 1) -> Named:
        e = np.exp(x @ p["w"] + p["b"])
        d = e / e.sum(axis=axis, keepdims=True)
        d[np.arange(7), labels] -= hot
        return {"w": x.T @ d / 7, "b": d.sum(axis=0) / 7}

    return loss, {"w": rng.normal(size=(4, 3)), "b": rng.normal(size=3)}, gradient, {
        "labels not subtracted": turned(gradient, hot=0.0),
        "softmax over the wrong axis": turned(gradient, axis=0),
        "classes permuted": lambda p: {"w": gradient(p)["w"][:, [1, 2, 0]], "b": gradient(p)["b"]},
    }


@case(False)
def dirichlet_multinomial() -> tuple:
    counts = np.array([[3, 0, 2, 1], [1, 4, 0, 2]])

    def loss(a: Array) -> float:
        total = 0.0
        for row in counts:
            total -= math.lgamma(a.sum()) - math.lgamma(a.sum() + row.sum())
            total -= sum(math.lgamma(n + v) - math.lgamma(v) for n, v in zip(row, a))
        return total

    def gradient(a: Array, shared: float = 1.0) -> Array:
        out = np.zeros(4)
        for row in counts:
            out -= shared * (digamma(a.sum()) - digamma(a.sum() + row.sum()))
            out -= [digamma(n + v) - digamma(v) for n, v in zip(row, a)]
        return out

    return loss, np.array([0.8, 1.4, 0.5, 2.0]), gradient, {
        "shared normaliser forgotten": turned(gradient, shared=0.0),
        "shared normaliser negated": turned(gradient, shared=-1.0),
    }


@case(False)
def von_mises_likelihood() -> tuple:
    angles = np.array([0.2, 0.9, 1.4, -0.3, 0.7])

    def bessel(order: int, k: Any) -> Any:
        half, factorial = k / 2, math.factorial
        return sum(half ** (2 * m + order) / (factorial(m) * factorial(m + order)) for m in range(30))

    def loss(p: dict) -> float:
        return 5 * np.log(bessel(0, p["kappa"])) - p["kappa"] * np.cos(angles - p["mu"]).sum()

    def gradient(p: dict, ratio: float = 1.0) -> dict:
        k, mu = p["kappa"], p["mu"]
        return {"kappa": ratio * 5 * bessel(1, k) / bessel(0, k) - np.cos(angles - mu).sum(),
                "mu": -k * np.sin(angles - mu).sum()}

    return loss, {"kappa": 1.8, "mu": 0.3}, gradient, {
        "normaliser forgotten": turned(gradient, ratio=0.0),
        "concentration forgotten": lambda p: {**gradient(p), "mu": gradient(p)["mu"] / p["kappa"]},
    }


@case(False)
def gumbel_likelihood() -> tuple:
    data = np.random.default_rng(14).gumbel(1.0, 2.0, size=12)

    def loss(p: Array) -> float:
        z = (data - p[0]) / math.exp(p[1])
        return np.mean(z + np.exp(-z)) + p[1]

    def gradient(p: Array, own: float = 1.0) -> Array:
        scale = math.exp(p[1])
        z = (data - p[0]) / scale
        return np.array([-np.mean(1 - np.exp(-z)) / scale, own - np.mean(z * (1 - np.exp(-z)))])

    return loss, np.array([0.8, 0.5]), gradient, {
        "log scale's own term forgotten": turned(gradient, own=0.0),
        "by the scale, not its logarithm": lambda p: gradient(p) * np.array([1.0, math.exp(-p[1])]),
    }


@case(False, "doubled scaled rolled")
def lognormal_mean_and_deviation() -> tuple:
    logs = np.log([0.5, 1.7, 2.2, 9.0])

    def loss(p: Array) -> float:
        mean, deviation = p
        return np.sum(np.log(deviation) + logs + (logs - mean) ** 2 / (2 * deviation**2))

    def gradient(p: Array, power: int = 3) -> Array:
        mean, deviation = p
        return np.array([np.sum(mean - logs) / deviation**2,
                         4 / deviation - np.sum((logs - mean) ** 2) / deviation**power])

    return loss, np.array([0.9, 1.2]), gradient, {
        "square instead of cube": turned(gradient, power=2),
        "by the variance": lambda p: gradient(p) / np.array([1.0, 2 * p[1]]),
    }


@case(False, "negated scaled entry leafscaled")
def gaussian_mixture() -> tuple:
    data = np.random.default_rng(16).normal(size=8) * 1.5

    def parts(p: Named) -> tuple[Array, Array]:
        weights = np.exp(p["logits"]) / np.exp(p["logits"]).sum()
        z = (data[:, None] - p["means"]) / p["widths"]
        return weights * np.exp(-0.5 * z**2) / p["widths"], z

    def loss(p: Named) -> float:
        return -np.log(parts(p)[0].sum(axis=1)).sum()

    def gradient(p: Named, prior: float = 1.0, size: float = 1.0) -> Named:
        density, z = parts(p)
        share = density / density.sum(axis=1, keepdims=True)
        weights = np.exp(p["logits"]) / np.exp(p["logits"]).sum()
        return {"logits": -(share - prior * weights).sum(axis=0),
                "means": -(share * z / p["widths"]).sum(axis=0),
                "widths": -(share * (z**2 - size) / p["widths"]).sum(axis=0)}

    params = {"logits": np.array([0.2, -0.3]), "means": np.array([-0.8, 1.1]), "widths": np.array([0.9, 1.3])}
    return loss, params, gradient, {
        "softmax normaliser forgotten": turned(gradient, prior=0.0),
        "width's normaliser forgotten": turned(gradient, size=0.0),
    }


@case(False)
def huber_regression() -> tuple:
    rng = np.random.default_rng(17)
    x, y = rng.normal(size=(10, 2)), 3 * rng.normal(size=10)

    def loss(w: Array) -> float:
        r = np.abs(x @ w - y)
        return np.where(r < 1.0, 0.5 * r**2, r - 0.5).sum()

    def gradient(w: Array, bound: float = 1.0) -> Array:
        return x.T @ np.clip(x @ w - y, -bound, bound)

    return loss, np.array([0.7, -0.2]), gradient, {
        "unclipped": turned(gradient, bound=np.inf),
        "clipped too low": turned(gradient, bound=0.5),
    }


@case(False)
def tukey_biweight() -> tuple:
    data = np.array([0.1, 0.8, -0.5, 1.9, 9.0])

    def loss(m: float) -> float:
        total = 0.0
        for value in data:
            u = (value - m) / 3.0
            total += 1.5 * (1 - (1 - u * u) ** 3) if abs(u) < 1 else 1.5
        return total

    def gradient(m: float, power: int = 2, reach: float = 1.0) -> float:
        u = (data - m) / 3.0
        return -float(np.sum(np.where(np.abs(u) < reach, 3.0 * u * (1 - u * u) ** power, 0.0)))

    return loss, 0.9, gradient, {
        "outlier not cut": turned(gradient, reach=np.inf),
        "inner power off by one": turned(gradient, power=1),
    }


@case(False)
def log_cosh_location() -> tuple:
    data = np.array([[0.5, 2.0], [1.5, -1.0], [3.0, 0.2]])

    def loss(m: Array) -> float:
        return np.log(np.cosh(data - m)).sum()

    def gradient(m: Array) -> Array:
        return -np.tanh(data - m).sum(axis=0)

    return loss, np.array([0.6, 0.9]), gradient, {
        "sinh instead of tanh": lambda m: -np.sinh(data - m).sum(axis=0),
        "linear": lambda m: -(data - m).sum(axis=0),
    }


@case(False, "negated scaled entry mean")
def pinball_quantile_regression() -> tuple:
    rng = np.random.default_rng(20)
    x, y, q = rng.uniform(1, 2, size=(11, 2)), rng.normal(size=11), 0.8

    def loss(w: Array) -> float:
        r = y - x @ w
        return np.maximum(q * r, (q - 1) * r).sum()

    def gradient(w: Array, level: float = q) -> Array:
        return -x.T @ np.where(y - x @ w > 0, level, level - 1)

    return loss, np.array([0.1, -0.1]), gradient, {
        "the other tail": turned(gradient, level=0.2),
        "absolute value's slope": lambda w: -x.T @ np.sign(y - x @ w),
    }


@case(False)
def censored_exponential_survival() -> tuple:
    rng = np.random.default_rng(21)
    x, times, seen = rng.normal(size=(8, 2)), rng.exponential(size=8), np.array([1, 0, 1, 1, 0, 1, 1, 0])

    def loss(w: Array) -> float:
        eta = x.dot(w)
        return (times * np.exp(eta) - seen * eta).sum()

    def gradient(w: Array, events: Array = seen) -> Array:
        return x.T @ (times * np.exp(x @ w) - events)

    return loss, np.array([0.3, 0.9]), gradient, {
        "censoring ignored": turned(gradient, events=np.ones(8)),
        "hazard's slope forgotten": lambda w: x.T @ (times - seen),
    }


@case(False)
def cox_partial_likelihood() -> tuple:
    x = np.random.default_rng(22).normal(size=(6, 3))  # rows in order of time, all of them events

    def loss(w: Array) -> float:
        eta = x @ w
        return sum(np.log(np.exp(eta[i:]).sum()) - eta[i] for i in range(6))

    def gradient(w: Array) -> Array:
        risk = np.exp(x @ w)
        return sum(risk[i:] @ x[i:] / risk[i:].sum() - x[i] for i in range(6))

    return loss, np.array([0.5, -0.7, 0.2]), gradient, {
        "risk set of all": lambda w: 6 * np.exp(x @ w) @ x / np.exp(x @ w).sum() - x.sum(axis=0),
        "own covariates forgotten": lambda w: gradient(w) + x.sum(axis=0),
        "risk set starts one later": lambda w: gradient(w) - x[0] + x[5],
    }


@case(False)
def bradley_terry() -> tuple:
    games = [(0, 1), (0, 2), (1, 2), (2, 0), (3, 1), (2, 3)]

    def loss(s: Array) -> float:
        return sum(np.log1p(np.exp(s[lost] - s[won])) for won, lost in games)

    def gradient(s: Array, back: float = 1.0, swap: bool = False) -> Array:
        out = np.zeros(4)
        for won, lost in games:
            share = 1 / (1 + np.exp(s[won] - s[lost]))
            out[won] -= (1 - share) if swap else share
            out[lost] += back * share
        return out

    return loss, np.array([0.4, -0.2, 0.7, 0.1]), gradient, {
        "losers left out": turned(gradient, back=0.0),
        "probability of the wrong side": turned(gradient, swap=True),
    }


@case(False)
def ordinal_regression() -> tuple:
    x, levels = np.array([-1.0, 0.2, 0.7, 1.9]), [0, 1, 1, 2]

    def loss(p: dict) -> float:
        total = 0.0
        cuts = [-math.inf, *p["cuts"], math.inf]
        for value, level in zip(x, levels):
            z = p["slope"] * value
            upper = 1.0 if level == 2 else sigmoid(cuts[level + 1] - z)
            lower = 0.0 if level == 0 else sigmoid(cuts[level] - z)
            total -= np.log(upper - lower)
        return total

    def gradient(p: dict, lower_too: float = 1.0) -> dict:
        d_cuts, d_slope = np.zeros(2), 0.0
        for value, level in zip(x, levels):
            z = p["slope"] * value
            s = sigmoid(p["cuts"] - z)
            full = np.array([0.0, s[0], s[1], 1.0])
            up, low = full[level + 1], full[level]
            share = up - low
            if level < 2:
                d_cuts[level] -= up * (1 - up) / share
            if level > 0:
                d_cuts[level - 1] += lower_too * low * (1 - low) / share
            d_slope += value * (up * (1 - up) - lower_too * low * (1 - low)) / share
        return {"cuts": d_cuts, "slope": d_slope}

    return loss, {"cuts": np.array([-0.5, 1.0]), "slope": 0.8}, gradient, {
        "lower bounds forgotten": turned(gradient, lower_too=0.0),
        "slope's covariate forgotten": lambda p: {**gradient(p), "slope": -gradient(p)["cuts"].sum()},
    }


@case(False)
def zero_inflated_poisson() -> tuple:
    counts = np.array([0, 0, 3, 1, 0, 2, 5])

    def loss(p: Named) -> float:
        zero, rate = p["zero"], p["rate"]
        some = counts[counts > 0]
        nothing = (counts == 0).sum()
        return -(nothing * np.log(zero + (1 - zero) * np.exp(-rate))
                 + (np.log(1 - zero) - rate + some * np.log(rate)).sum())

    def gradient(p: Named, chance: float = 1.0) -> Named:
        zero, rate = p["zero"], p["rate"]
        mix = zero + (1 - zero) * np.exp(-rate)
        return {"zero": -3 * (1 - chance * np.exp(-rate)) / mix + 4 / (1 - zero),
                "rate": 3 * (1 - zero) * np.exp(-rate) / mix + 4 - 11 / rate}

    return loss, {"zero": 0.25, "rate": 1.6}, gradient, {
        "zeros by chance forgotten": turned(gradient, chance=0.0),
        "zeros left out of the rate": lambda p: {"zero": gradient(p)["zero"], "rate": 4 - 11 / p["rate"]},
    }


@case(False)
def inverse_gaussian_and_pareto() -> tuple:
    data = np.array([1.4, 2.0, 3.7, 1.1])

    def loss(p: Array) -> float:
        mu, lam, alpha = p
        wald = 0.5 * np.log(lam) - lam * (data - mu) ** 2 / (2 * mu**2 * data)
        pareto = np.log(alpha) - (alpha + 1) * np.log(data)
        return -(wald + pareto).mean()

    def gradient(p: Array, quotient: float = 1.0) -> Array:
        mu, lam, alpha = p
        d_mu = lam * (-(data - mu) / (mu**2 * data) - quotient * (data - mu) ** 2 / (mu**3 * data))
        return np.array([d_mu.mean(), -0.5 / lam + ((data - mu) ** 2 / (2 * mu**2 * data)).mean(),
                         -1 / alpha + np.log(data).mean()])

    return loss, np.array([1.8, 2.5, 1.2]), gradient, {
        "quotient rule half forgotten": turned(gradient, quotient=0.0),
        "quotient rule's sign": turned(gradient, quotient=-1.0),
    }


@case(False)
def probit_regression() -> tuple:
    rng = np.random.default_rng(27)
    x, signs = rng.normal(size=(8, 2)), np.sign(rng.normal(size=8))

    def loss(w: Array) -> float:
        scores = signs * (x @ w)
        return -sum(math.log(0.5 * (1 + math.erf(float(z) / math.sqrt(2)))) for z in scores)

    def gradient(w: Array, width: float = 2.0, signed: bool = True) -> Array:
        out = np.zeros(2)
        for row, s in zip(x, signs):
            z = s * float(row @ w)
            density = math.exp(-z * z / width) / math.sqrt(2 * math.pi)
            out -= (s if signed else 1.0) * row * density * 2 / (1 + math.erf(z / math.sqrt(2)))
        return out

    return loss, np.array([0.6, -0.3]), gradient, {
        "density of the wrong width": turned(gradient, width=1.0),
        "signs forgotten": turned(gradient, signed=False),
    }


# ----------------------------------------------------------------------------------------------------------
# Ordinary: distances, kernels, geometry and matrices.


@case(False, "negated scaled entry transposed")
def distance_stress() -> tuple:
    rng = np.random.default_rng(30)
    target = np.abs(rng.normal(size=(4, 4))) + 0.5
    target = (target + target.T) / 2

    def loss(points: Array) -> float:
        total = 0.0
        for i in range(4):
            for j in range(i):
                total += (np.sqrt(((points[i] - points[j]) ** 2).sum()) - target[i, j]) ** 2
        return total

    def gradient(points: Array, back: bool = True, unit: bool = True) -> Array:
        out = np.zeros_like(points)
        for i in range(4):
            for j in range(i):
                gap = points[i] - points[j]
                length = np.linalg.norm(gap)
                pull = 2 * (length - target[i, j]) * gap / (length if unit else 1.0)
                out[i] += pull
                out[j] -= pull * back
        return out

    return loss, rng.normal(size=(4, 4)), gradient, {
        "second point left out": turned(gradient, back=False),
        "not divided by the length": turned(gradient, unit=False),
    }


@case(False)
def kernel_width_and_centres() -> tuple:
    rng = np.random.default_rng(31)
    x, y = rng.normal(size=(6, 2)), rng.normal(size=6)

    def features(p: Named) -> tuple[Array, Array]:
        gaps = x[:, None, :] - p["centres"]
        return np.exp(-(gaps**2).sum(-1) / (2 * p["width"] ** 2)), gaps

    def loss(p: Named) -> float:
        return ((features(p)[0] @ p["w"] - y) ** 2).sum()

    def gradient(p: Named, power: int = 2) -> Named:
        phi, gaps = features(p)
        d = 2 * (phi @ p["w"] - y)
        d_phi = d[:, None] * p["w"] * phi
        return {"w": phi.T @ d, "centres": (d_phi[..., None] * gaps).sum(0) / p["width"] ** power,
                "width": (d_phi[..., None] * gaps**2).sum() / p["width"] ** 3}

    params = {"w": rng.normal(size=3), "centres": rng.normal(size=(3, 2)), "width": np.array(1.3)}
    return loss, params, gradient, {
        "width not squared": turned(gradient, power=1),
        "centres pushed away": lambda p: {**gradient(p), "centres": -gradient(p)["centres"]},
        "width squared, not cubed": lambda p: {**gradient(p), "width": gradient(p)["width"] * p["width"]},
    }


@case(False, "doubled scaled entry small")
def gaussian_process_of_three() -> tuple:
    y = np.array([0.4, -1.0, 0.7])
    gaps = np.abs(np.subtract.outer([0.0, 0.5, 1.6], [0.0, 0.5, 1.6]))

    def covariance(p: Array) -> Array:
        return np.exp(p[0] - gaps**2 / np.exp(p[1])) + np.exp(p[2]) * np.eye(3)

    def loss(p: Array) -> float:
        a, b, c, d, e, f = covariance(p)[np.triu_indices(3)]
        det = a * (d * f - e * e) - b * (b * f - c * e) + c * (b * e - c * d)
        cofactor = np.array([[d * f - e * e, c * e - b * f, b * e - c * d],
                             [c * e - b * f, a * f - c * c, b * c - a * e],
                             [b * e - c * d, b * c - a * e, a * d - b * b]])
        return 0.5 * (y @ cofactor @ y) / det + 0.5 * np.log(det)

    def gradient(p: Array, trace: float = 1.0) -> Array:
        inverse = np.linalg.inv(covariance(p))
        alpha = inverse @ y
        outer = np.outer(alpha, alpha) - trace * inverse
        signal = np.exp(p[0] - gaps**2 / np.exp(p[1]))
        parts = [signal, signal * gaps**2 / np.exp(p[1]), np.exp(p[2]) * np.eye(3)]
        return np.array([-0.5 * np.sum(outer * part) for part in parts])

    return loss, np.array([0.3, 0.2, -1.5]), gradient, {
        "determinant forgotten": turned(gradient, trace=0.0),
        "determinant's sign": turned(gradient, trace=-1.0),
        "without logarithms": lambda p: gradient(p) / np.exp(p),
    }


@case(False)
def cosine_similarity() -> tuple:
    def loss(p: tuple[Array, Array]) -> float:
        a, b = p
        return 1.0 - (a * b).sum() / (math.sqrt((a * a).sum()) * math.sqrt((b * b).sum()))

    def gradient(p: tuple[Array, Array], radial: float = 1.0) -> tuple[Array, Array]:
        a, b = p
        na, nb = np.linalg.norm(a), np.linalg.norm(b)
        c = a @ b / (na * nb)
        return -b / (na * nb) + radial * c * a / na**2, -a / (na * nb) + radial * c * b / nb**2

    return loss, (np.array([1.0, 2.0, -0.5]), np.array([0.3, 1.0, 1.5])), gradient, {
        "norms held fixed": turned(gradient, radial=0.0),
        "exchanged": lambda p: gradient(p)[::-1],
        "second vector held fixed": lambda p: (gradient(p)[0], np.zeros(3)),
    }


@case(False, "negated scaled transposed")
def gaussian_precision_two_by_two() -> tuple:
    data = np.random.default_rng(34).normal(size=(9, 2)) @ np.array([[1.0, 0.4], [0.0, 0.7]])

    def loss(k: Array) -> float:
        quadratic = np.einsum("ni,ij,nj->n", data, k, data).mean()
        return quadratic - np.log(k[0, 0] * k[1, 1] - k[0, 1] * k[1, 0])

    def gradient(k: Array, flip: bool = False) -> Array:
        cofactors = np.array([[k[1, 1], -k[1, 0]], [-k[0, 1], k[0, 0]]])
        inverse = cofactors / (k[0, 0] * k[1, 1] - k[0, 1] * k[1, 0])
        return data.T @ data / 9 - (inverse.T if flip else inverse)

    return loss, np.array([[1.8, -0.9], [0.3, 2.5]]), gradient, {
        "inverse not transposed": turned(gradient, flip=True),
        "determinant not divided": lambda k: data.T @ data / 9 - np.linalg.inv(k).T * np.linalg.det(k),
        "second moment forgotten": lambda k: -np.linalg.inv(k).T,
    }


@case(False, "negated scaled transposed entrysign")
def log_volume_of_three_vectors() -> tuple:
    def loss(m: Array) -> float:
        return math.log(abs(float(np.dot(m[0], np.cross(m[1], m[2])))))

    def gradient(m: Array) -> Array:
        rows = np.stack([np.cross(m[1], m[2]), np.cross(m[2], m[0]), np.cross(m[0], m[1])])
        return rows / np.dot(m[0], rows[0])

    def uncycled(m: Array) -> Array:
        return gradient(m) * np.array([[1.0], [-1.0], [1.0]])

    return loss, np.array([[1.0, 0.2, -0.3], [0.5, 1.4, 0.1], [-0.2, 0.6, 2.0]]), gradient, {
        "cross product turned round": uncycled,
        "volume not divided": lambda m: gradient(m) * np.linalg.det(m),
    }


@case(False)
def polygon_area_and_perimeter() -> tuple:
    def loss(corners: Array) -> float:
        area, around = 0.0, 0.0
        for i in range(len(corners)):
            (x0, y0), (x1, y1) = corners[i - 1], corners[i]
            area += 0.5 * (x0 * y1 - x1 * y0)
            around += np.hypot(x1 - x0, y1 - y0)
        return around**2 / area

    def gradient(corners: Array, quotient: float = 1.0) -> Array:
        before, after = np.roll(corners, 1, axis=0), np.roll(corners, -1, axis=0)
        area = 0.5 * np.sum(before[:, 0] * corners[:, 1] - corners[:, 0] * before[:, 1])
        back, on = corners - before, corners - after
        around = np.linalg.norm(back, axis=1).sum()
        d_around = back / np.linalg.norm(back, axis=1)[:, None] + on / np.linalg.norm(on, axis=1)[:, None]
        d_area = 0.5 * np.stack([after[:, 1] - before[:, 1], before[:, 0] - after[:, 0]], axis=1)
        return 2 * around * d_around / area - quotient * around**2 * d_area / area**2

    return loss, np.array([[0.0, 0.0], [2.0, 0.3], [2.5, 1.8], [0.6, 2.2]]), gradient, {
        "area held fixed": turned(gradient, quotient=0.0),
        "area's orientation": turned(gradient, quotient=-1.0),
    }


@case(False, "doubled scaled entry rolled")
def bezier_length() -> tuple:
    t = np.linspace(0, 1, 9)[:, None]
    basis = np.hstack([(1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t**2 * (1 - t), t**3])

    def loss(control: Array) -> float:
        curve = basis @ control
        return np.sqrt((np.diff(curve, axis=0) ** 2).sum(axis=1)).sum()

    def gradient(control: Array, back: float = 1.0) -> Array:
        steps = np.diff(basis @ control, axis=0)
        unit = steps / np.linalg.norm(steps, axis=1)[:, None]
        return (basis[1:] - back * basis[:-1]).T @ unit

    return loss, np.array([[0.0, 0.0], [1.0, 2.0], [2.0, -1.0], [3.0, 0.5]]), gradient, {
        "earlier ends forgotten": turned(gradient, back=0.0),
        "control polygon reversed": lambda control: gradient(control)[::-1],
    }


@case(False)
def rotation_by_quaternion() -> tuple:
    rng = np.random.default_rng(38)
    source, target = rng.normal(size=(5, 3)), rng.normal(size=(5, 3))

    def loss(q: Array) -> float:
        w, v = q[0], q[1:]
        turned_points = source * (w * w - v @ v) + 2 * np.outer(source @ v, v) + 2 * w * np.cross(v, source)
        return -(turned_points * target).sum()

    def gradient(q: Array, both: float = 1.0, scalar: float = 2.0) -> Array:
        w, v = q[0], q[1:]
        dots = np.sum(source * target)
        d_w = scalar * w * dots + 2 * np.sum(np.cross(v, source) * target)
        d_v = -2 * v * dots + 2 * target.T @ (source @ v) + both * 2 * source.T @ (target @ v)
        d_v += 2 * w * np.cross(source, target).sum(axis=0)
        return -np.concatenate([[d_w], d_v])

    return loss, np.array([0.8, 0.3, -0.4, 0.2]), gradient, {
        "product rule half forgotten": turned(gradient, both=0.0),
        "scalar part's square": turned(gradient, scalar=1.0),
    }


@case(False, "negated scaled entry transposed")
def matrix_exponential_by_series() -> tuple:
    def powers(a: Array) -> list[Array]:
        out = [np.eye(3)]
        for _ in range(25):
            out.append(out[-1] @ a)
        return out

    c = np.random.default_rng(39).normal(size=(3, 3))

    def loss(a: Array) -> float:
        return sum((c * power).sum() / math.factorial(k) for k, power in enumerate(powers(a)))

    def gradient(a: Array, commuting: bool = False) -> Array:
        p = [power.T for power in powers(a)]
        if commuting:
            return sum(power / math.factorial(k) for k, power in enumerate(p)) @ c
        return sum(p[i] @ c @ p[k - 1 - i] / math.factorial(k) for k in range(1, 26) for i in range(k))

    return loss, np.random.default_rng(40).normal(size=(3, 3)), gradient, {
        "as if matrices commuted": turned(gradient, commuting=True),
        "weights only": lambda a: c.copy(),
    }


@case(False, "scaled transposed entry")
def trace_of_fourth_power() -> tuple:
    def loss(a: Array) -> float:
        return np.trace(a @ a @ a @ a)

    def gradient(a: Array, count: float = 4.0) -> Array:
        return count * (a @ a @ a).T

    return loss, np.random.default_rng(41).normal(size=(4, 4)), gradient, {
        "one of four factors": turned(gradient, count=1.0),
        "fourth power": lambda a: 4 * (a @ a @ a @ a).T,
    }


@case(False)
def discounted_value_by_neumann_series() -> tuple:
    reward = np.array([1.0, 0.0, 2.0, -1.0])

    def loss(m: Array) -> float:
        value = np.zeros(4)
        for _ in range(60):
            value = reward + m @ value
        return value[0]

    def gradient(m: Array, steps: int = 60) -> Array:
        values = [np.zeros(4)]
        for _ in range(60):
            values.append(reward + m @ values[-1])
        out, back = np.zeros((4, 4)), np.eye(4)[0]
        for k in range(steps):
            out += np.outer(back, values[59 - k])
            back = m.T @ back
        return out

    start = 0.15 + 0.1 * np.random.default_rng(42).normal(size=(4, 4))
    return loss, start, gradient, {
        "last step only": turned(gradient, steps=1),
        "three steps only": turned(gradient, steps=3),
        "outer product turned": lambda m: gradient(m).T,
    }


@case(False, "negated scaled entry reversed")
def pca_objective() -> tuple:
    x = np.random.default_rng(43).normal(size=(8, 4)) * np.array([3.0, 2.0, 1.0, 0.5])

    def loss(w: Array) -> float:
        return ((x - x @ w @ w.T) ** 2).mean()

    def gradient(w: Array, first: float = 1.0, second: float = 1.0) -> Array:
        e = x @ w @ w.T - x
        return 2 * (first * x.T @ e @ w + second * e.T @ x @ w) / x.size

    return loss, np.random.default_rng(44).normal(size=(4, 2)) * 0.5, gradient, {
        "encoder held fixed": turned(gradient, first=0.0),
        "decoder held fixed": turned(gradient, second=0.0),
    }


@case(False)
def rayleigh_quotient() -> tuple:
    m = np.random.default_rng(45).normal(size=(4, 4))

    def loss(v: Array) -> float:
        return v @ m @ v / (v @ v)

    def gradient(v: Array, sym: bool = True, down: float = 1.0) -> Array:
        up = (m + m.T) @ v if sym else 2 * m @ v
        return (up - down * 2 * v * (v @ m @ v) / (v @ v)) / (v @ v)

    return loss, np.array([0.5, 1.0, -0.3, 0.8]), gradient, {
        "matrix taken for symmetric": turned(gradient, sym=False),
        "denominator held fixed": turned(gradient, down=0.0),
    }


@case(False, "scaled entry leafzeroed leafscaled")
def nonnegative_factorisation() -> tuple:
    v = np.random.default_rng(46).uniform(0.5, 2.0, size=(4, 5))

    def loss(p: dict) -> float:
        model = p["left"] @ p["right"]
        return (model - v * np.log(model)).sum()

    def gradient(p: dict, ratio: bool = True) -> dict:
        model = p["left"] @ p["right"]
        e = 1 - v / model if ratio else model - v
        return {"left": e @ p["right"].T, "right": p["left"].T @ e}

    rng = np.random.default_rng(47)
    params = {"left": rng.uniform(0.4, 1.2, size=(4, 2)), "right": rng.uniform(0.4, 1.2, size=(2, 5))}
    return loss, params, gradient, {
        "squared error instead": turned(gradient, ratio=False),
        "data forgotten": lambda p: {"left": np.ones((4, 5)) @ p["right"].T, "right": gradient(p)["right"]},
    }


@case(False, "negated scaled entry leafzeroed")
def three_way_decomposition() -> tuple:
    t = np.random.default_rng(48).normal(size=(2, 3, 4))

    def loss(factors: list[Array]) -> float:
        return 0.5 * np.sum((np.einsum("ir,jr,kr->ijk", *factors) - t) ** 2)

    def gradient(factors: list[Array]) -> list[Array]:
        a, b, c = factors
        e = np.einsum("ir,jr,kr->ijk", a, b, c) - t
        return [np.einsum("ijk,jr,kr->ir", e, b, c), np.einsum("ijk,ir,kr->jr", e, a, c),
                np.einsum("ijk,ir,jr->kr", e, a, b)]

    def without_first(factors: list[Array]) -> list[Array]:
        a, b, c = factors
        e = np.einsum("ir,jr,kr->ijk", a, b, c) - t
        return [*gradient(factors)[:2], np.einsum("ijk,jr->kr", e, b)]

    rng = np.random.default_rng(49)
    return loss, [rng.normal(size=(n, 2)) for n in (2, 3, 4)], gradient, {
        "one factor left out": without_first,
        "components exchanged": lambda f: [leaf[:, ::-1] for leaf in gradient(f)],
    }


@case(False, "negated scaled entry small")
def image_convolution_by_loops() -> tuple:
    rng = np.random.default_rng(50)
    image, target = rng.normal(size=(2, 5, 5)), rng.normal(size=(2, 4, 4))

    def forward(kernel: Array) -> Array:
        out = np.zeros((2, 4, 4), dtype=kernel.dtype)
        for o in range(2):
            for i in range(2):
                for r in range(4):
                    for c in range(4):
                        out[o, r, c] += (kernel[o, i] * image[i, r:r + 2, c:c + 2]).sum()
        return out

    def loss(kernel: Array) -> float:
        return ((forward(kernel) - target) ** 2).mean()

    def gradient(kernel: Array, flip: int = 1, channels: int = 1) -> Array:
        d = 2 * (forward(kernel) - target) / 32
        out = np.zeros_like(kernel)
        for a in range(2):
            for b in range(2):
                out[:, :, a, b] = np.einsum("orc,irc->oi", d, image[::channels, a:a + 4, b:b + 4])
        return out[:, :, ::flip, ::flip]

    return loss, rng.normal(size=(2, 2, 2, 2)), gradient, {
        "kernel flipped": turned(gradient, flip=-1),
        "input channels exchanged": turned(gradient, channels=-1),
    }


@case(False, "negated scaled rolled entry")
def lattice_field_in_four_dimensions() -> tuple:
    def loss(field: Array) -> float:
        kinetic = sum(((np.roll(field, -1, axis=axis) - field) ** 2).sum() for axis in range(4))
        return 0.5 * kinetic + np.sum(0.25 * field**4 - 0.5 * field**2)

    def gradient(field: Array, axes: int = 4, quartic: float = 1.0) -> Array:
        out = quartic * field**3 - field
        for axis in range(axes):
            out += 2 * field - np.roll(field, 1, axis) - np.roll(field, -1, axis)
        return out

    return loss, np.random.default_rng(51).normal(size=(2, 3, 2, 3)), gradient, {
        "one direction left out": turned(gradient, axes=3),
        "quartic's factor": turned(gradient, quartic=0.25),
    }


@case(False, "negated scaled entry leafzeroed entryzeroed")
def attention_head() -> tuple:
    rng = np.random.default_rng(52)
    x, target = rng.normal(size=(4, 3)), rng.normal(size=(4, 3))

    def parts(p: Named) -> tuple[Array, ...]:
        q, k, v = x @ p["q"], x @ p["k"], x @ p["v"]
        e = np.exp(q @ k.T / np.sqrt(2))
        return q, k, v, e / e.sum(axis=1, keepdims=True)

    def loss(p: Named) -> float:
        _, _, v, weights = parts(p)
        return 0.5 * ((weights @ v - target) ** 2).sum()

    def gradient(p: Named, scale: float = math.sqrt(2), centred: float = 1.0) -> Named:
        q, k, v, weights = parts(p)
        e = weights @ v - target
        d = weights * (e @ v.T)
        d = (d - centred * weights * d.sum(axis=1, keepdims=True)) / scale
        return {"q": x.T @ d @ k, "k": x.T @ d.T @ q, "v": x.T @ weights.T @ e}

    params = {"q": rng.normal(size=(3, 2)), "k": rng.normal(size=(3, 2)), "v": rng.normal(size=(3, 3))}
    return loss, params, gradient, {
        "scale forgotten": turned(gradient, scale=1.0),
        "softmax taken for elementwise": turned(gradient, centred=0.0),
        "queries and keys exchanged": lambda p: {**gradient(p), "q": gradient(p)["k"], "k": gradient(p)["q"]},
    }


@case(False, "negated scaled entry mean")
def bilinear_relations_of_three_axes() -> tuple:
    rng = np.random.default_rng(53)
    heads, tails, y = rng.normal(size=(6, 3)), rng.normal(size=(6, 2)), rng.integers(0, 2, size=(6, 2))

    def loss(w: Array) -> float:
        z = np.einsum("ni,rij,nj->nr", heads, w, tails)
        return (np.logaddexp(0, z) - y * z).sum()

    def gradient(w: Array, labels: Array = y) -> Array:
        z = np.einsum("ni,rij,nj->nr", heads, w, tails)
        return np.einsum("nr,ni,nj->rij", sigmoid(z) - labels, heads, tails)

    return loss, rng.normal(size=(2, 3, 2)), gradient, {
        "labels inverted": turned(gradient, labels=1 - y),
        "relations exchanged": lambda w: gradient(w)[::-1],
        "heads reversed": lambda w: gradient(w)[:, ::-1],
    }


# ----------------------------------------------------------------------------------------------------------
# Ordinary: filters, recurrences, physics.


@case(False)
def one_dimensional_convolution() -> tuple:
    rng = np.random.default_rng(55)
    signal, wanted = rng.normal(size=(2, 9)), rng.normal(size=(2, 7))

    def forward(k: Array) -> Array:
        return np.array([[sum((k[o, i] * signal[i, t:t + 3]).sum() for i in range(2)) for t in range(7)]
                         for o in range(2)])

    def loss(k: Array) -> float:
        return np.logaddexp(forward(k) - wanted, wanted - forward(k)).mean()

    def gradient(k: Array, count: int = 14, late: int = 0) -> Array:
        d = np.tanh(forward(k) - wanted) / count
        windows = np.stack([signal[:, a:a + 7] for a in range(3)])
        return np.einsum("ot,ait->oia", d, np.roll(windows, late, axis=2))

    return loss, rng.normal(size=(2, 2, 3)), gradient, {
        "sum instead of mean": turned(gradient, count=1),
        "one sample late": turned(gradient, late=1),
    }


@case(False)
def recursive_filter() -> tuple:
    rng = np.random.default_rng(56)
    u, wanted = rng.normal(size=20), rng.normal(size=20)

    def loss(p: dict) -> float:
        y, total = 0.0, 0.0
        for t in range(20):
            y = p["a"] * y + p["b"] * u[t]
            total += (y - wanted[t]) ** 2
        return total / 20

    def gradient(p: dict, memory: float = 1.0) -> dict:
        y = dy_a = dy_b = d_a = d_b = 0.0
        for t in range(20):
            dy_a = y + memory * p["a"] * dy_a
            dy_b = u[t] + memory * p["a"] * dy_b
            y = p["a"] * y + p["b"] * u[t]
            d_a += 2 * (y - wanted[t]) * dy_a / 20
            d_b += 2 * (y - wanted[t]) * dy_b / 20
        return {"a": d_a, "b": d_b}

    return loss, {"a": 0.8, "b": 0.5}, gradient, {
        "state held fixed": turned(gradient, memory=0.0),
        "coefficient forgotten in the recursion": lambda p: gradient(p, memory=1 / p["a"]),
    }


@case(False)
def exponential_smoothing_with_trend() -> tuple:
    y = np.array([1.0, 1.4, 1.1, 2.0, 2.4, 2.1, 3.0])

    def run(p: Array, carry: float = 1.0, trend: float = 1.0) -> tuple[float, Array]:
        alpha, beta = p
        level, slope = y[0], 0.2
        d_level, d_slope, total, out = np.zeros(2), np.zeros(2), 0.0, np.zeros(2)
        for value in y[1:]:
            ahead, d_ahead = level + slope, d_level + trend * d_slope
            total += (value - ahead) ** 2
            out -= 2 * (value - ahead) * d_ahead
            new = alpha * value + (1 - alpha) * ahead
            d_new = np.array([value - ahead, 0.0]) + carry * (1 - alpha) * d_ahead
            d_slope = np.array([0.0, new - level - slope]) + beta * (d_new - d_level) + (1 - beta) * d_slope
            slope = beta * (new - level) + (1 - beta) * slope
            level, d_level = new, d_new
        return total, out

    return (lambda p: run(p)[0]), np.array([0.4, 0.3]), (lambda p: run(p)[1]), {
        "levels not carried": lambda p: run(p, carry=0.0)[1],
        "trend left out of the forecast": lambda p: run(p, trend=0.0)[1],
    }


@case(False, "negated scaled leafzeroed entry")
def tanh_recurrence_through_time() -> tuple:
    rng = np.random.default_rng(58)
    inputs, wanted = rng.normal(size=(6, 2)), rng.normal(size=3)

    def states(p: Named) -> list[Array]:
        out = [np.zeros(3)]
        for u in inputs:
            out.append(np.tanh(p["cell"]["w"] @ out[-1] + p["cell"]["v"] @ u + p["bias"]))
        return out

    def loss(p: Named) -> float:
        return ((states(p)[-1] - wanted) ** 2).sum()

    def gradient(p: Named, depth: int = 6, flip: bool = False) -> Named:
        h = states(p)
        d, w = 2 * (h[-1] - wanted), p["cell"]["w"]
        d_w, d_v, d_b = np.zeros((3, 3)), np.zeros((3, 2)), np.zeros(3)
        for t in range(5, 5 - depth, -1):
            d = d * (1 - h[t + 1] ** 2)
            d_w += np.outer(d, h[t])
            d_v += np.outer(d, inputs[t])
            d_b += d
            d = (w if flip else w.T) @ d
        return {"cell": {"w": d_w, "v": d_v}, "bias": d_b}

    cell = {"w": rng.normal(size=(3, 3)) * 0.6, "v": rng.normal(size=(3, 2))}
    return loss, {"cell": cell, "bias": rng.normal(size=3) * 0.2}, gradient, {
        "cut after two steps": turned(gradient, depth=2),
        "matrix not transposed on the way back": turned(gradient, flip=True),
    }


@case(False)
def autoregression_of_order_two() -> tuple:
    x = np.cumsum(np.random.default_rng(59).normal(size=25)) * 0.3

    def loss(p: Array) -> float:
        r = x[2:] - p[0] * x[1:-1] - p[1] * x[:-2]
        return (r**2).sum() / np.exp(p[2]) + len(r) * p[2]

    def gradient(p: Array, lag: int = 2) -> Array:
        r = x[2:] - p[0] * x[1:-1] - p[1] * x[:-2]
        inner = np.array([-2 * r @ x[1:-1], -2 * r @ x[2 - lag:25 - lag], -(r @ r)])
        return inner / np.exp(p[2]) + np.array([0.0, 0.0, len(r)])

    return loss, np.array([0.7, 0.1, -0.5]), gradient, {
        "same lag twice": turned(gradient, lag=1),
        "variance of the fit forgotten": lambda p: gradient(p) * np.array([math.exp(p[2])] * 2 + [1.0]),
    }


@case(False)
def garch_likelihood() -> tuple:
    returns = np.random.default_rng(60).normal(size=20)

    def loss(p: Named) -> float:
        var, total = 1.0, 0.0
        for r in returns:
            total += 0.5 * (np.log(var) + r * r / var)
            var = p["omega"] + p["alpha"] * r * r + p["beta"] * var
        return total

    def gradient(p: Named, persist: float = 1.0, log_term: float = 1.0) -> Named:
        var, d_var, out = 1.0, np.zeros(3), np.zeros(3)
        for r in returns:
            out += 0.5 * (log_term / var - r * r / var**2) * d_var
            d_var = np.array([1.0, r * r, var]) + persist * p["beta"] * d_var
            var = p["omega"] + p["alpha"] * r * r + p["beta"] * var
        return dict(zip(("omega", "alpha", "beta"), map(float, out)))

    return loss, {"omega": 0.2, "alpha": 0.15, "beta": 0.6}, gradient, {
        "variance not carried on": turned(gradient, persist=0.0),
        "log of the variance forgotten": turned(gradient, log_term=0.0),
    }


@case(False)
def pendulum_by_leapfrog() -> tuple:
    step, count = 0.1, 15

    def loss(p: Array) -> float:
        angle, speed, stiffness = p
        for _ in range(count):
            speed = speed - step * stiffness * np.sin(angle)
            angle = angle + step * speed
        return (angle - 0.3) ** 2 + 0.1 * speed**2

    def gradient(p: Array, curvature: Callable = np.cos) -> Array:
        angle, speed, stiffness = p
        j = np.eye(3)  # rows: angle, speed, stiffness by the start
        for _ in range(count):
            j[1] -= step * (stiffness * curvature(angle) * j[0] + np.sin(angle) * j[2])
            speed = speed - step * stiffness * np.sin(angle)
            j[0] += step * j[1]
            angle = angle + step * speed
        return 2 * (angle - 0.3) * j[0] + 0.2 * speed * j[1]

    return loss, np.array([1.0, 0.2, 2.0]), gradient, {
        "small angles": turned(gradient, curvature=np.ones_like),
        "sine for cosine": turned(gradient, curvature=np.sin),
    }


@case(False)
def spring_chain_energy() -> tuple:
    rest, stiff = np.array([1.0, 0.8, 1.2]), np.array([2.0, 5.0, 3.0])

    def loss(nodes: Array) -> float:
        energy = 0.0
        for k in range(3):
            length = np.sqrt(((nodes[k + 1] - nodes[k]) ** 2).sum())
            energy += 0.5 * stiff[k] * (length - rest[k]) ** 2
        return energy + 9.8 * 0.1 * nodes[:, 1].sum()

    def gradient(nodes: Array, weight: float = 0.98, back: float = 1.0) -> Array:
        out = np.zeros_like(nodes)
        out[:, 1] += weight
        for k in range(3):
            gap = nodes[k + 1] - nodes[k]
            length = np.linalg.norm(gap)
            force = stiff[k] * (length - rest[k]) * gap / length
            out[k + 1] += force
            out[k] -= back * force
        return out

    return loss, np.array([[0.0, 0.0], [0.9, -0.6], [1.5, -1.1], [2.8, 0.1]]), gradient, {
        "gravity forgotten": turned(gradient, weight=0.0),
        "action without reaction": turned(gradient, back=0.0),
    }


@case(False, "negated scaled leafzeroed entry")
def coulomb_energy() -> tuple:
    def loss(p: dict) -> float:
        q, r = p["charge"], p["place"]
        return sum(q[i] * q[j] / np.sqrt(((r[i] - r[j]) ** 2).sum()) for i in range(4) for j in range(i))

    def gradient(p: dict, power: int = 3) -> dict:
        q, r = p["charge"], p["place"]
        d_q, d_r = np.zeros(4), np.zeros((4, 3))
        for i in range(4):
            for j in range(4):
                if i != j:
                    gap = r[i] - r[j]
                    length = np.linalg.norm(gap)
                    d_q[i] += q[j] / length
                    d_r[i] -= q[i] * q[j] * gap / length**power
        return {"charge": d_q, "place": d_r}

    rng = np.random.default_rng(63)
    return loss, {"charge": np.array([1.0, -2.0, 0.5, 1.5]), "place": rng.normal(size=(4, 3))}, gradient, {
        "square instead of cube": turned(gradient, power=2),
        "pairs counted twice": lambda p: {"charge": 2 * gradient(p)["charge"], "place": gradient(p)["place"]},
    }


@case(False)
def ising_mean_field() -> tuple:
    coupling = np.array([[0, 1, 0, 0.5], [1, 0, 0.7, 0], [0, 0.7, 0, 1.2], [0.5, 0, 1.2, 0]])
    external = np.array([0.1, -0.2, 0.3, 0.0])

    def loss(m: Array) -> float:
        up, down = (1 + m) / 2, (1 - m) / 2
        entropy = -(up * np.log(up) + down * np.log(down)).sum()
        return -0.5 * m @ coupling @ m - external @ m - 1.5 * entropy

    def gradient(m: Array, bonds: float = 1.0, heat: float = 1.5) -> Array:
        return -bonds * coupling @ m - external + heat * np.arctanh(m)

    return loss, np.array([0.3, -0.4, 0.6, 0.2]), gradient, {
        "bonds counted half": turned(gradient, bonds=0.5),
        "temperature forgotten": turned(gradient, heat=1.0),
        "linearised entropy": lambda m: -coupling @ m - external + 1.5 * m,
    }


@case(False)
def heat_equation_initial_state() -> tuple:
    seen = np.sin(np.arange(8.0))

    def run(u: Array) -> Array:
        for _ in range(5):
            inner = u[1:-1] + 0.2 * (u[2:] - 2 * u[1:-1] + u[:-2])
            u = np.concatenate([u[:1], inner, u[-1:]])
        return u

    def loss(u: Array) -> float:
        return 0.5 * ((run(u) - seen) ** 2).sum()

    def gradient(u: Array, adjoint: bool = True) -> Array:
        step = np.eye(8)
        for i in range(1, 7):
            step[i, i - 1:i + 2] += 0.2 * np.array([1, -2, 1])
        d = run(u) - seen
        for _ in range(5):
            d = (step.T if adjoint else step) @ d
        return d

    return loss, np.random.default_rng(65).normal(size=8), gradient, {
        "forward instead of adjoint": turned(gradient, adjoint=False),
        "residual only": lambda u: run(u) - seen,
    }


@case(False)
def predator_prey_by_euler() -> tuple:
    def loss(p: dict) -> float:
        prey, predator = 1.0, 0.5
        for _ in range(20):
            growth = prey * (p["birth"] - p["bite"] * predator)
            predator += 0.05 * predator * (p["bite"] * prey - p["death"])
            prey += 0.05 * growth
        return (prey - 1.2) ** 2 + (predator - 0.4) ** 2

    def gradient(p: dict, stale: bool = False, own: float = 1.0) -> dict:
        x, y = 1.0, 0.5
        jx, jy = np.zeros(3), np.zeros(3)
        birth, bite, death = p["birth"], p["bite"], p["death"]
        for _ in range(20):
            gx = jx * (birth - bite * y) + x * (np.array([1, 0, 0]) - bite * jy - own * np.array([0, y, 0]))
            gy = jy * (bite * x - death) + y * (bite * jx + np.array([0, x, -1]))
            growth = x * (birth - bite * y)
            y += 0.05 * y * (bite * x - death)
            x += 0.05 * growth
            jx = jx + 0.05 * gx
            jy = jy + 0.05 * gy
        d = 2 * ((1.0 if stale else x) - 1.2) * jx + 2 * (y - 0.4) * jy
        return dict(zip(("birth", "bite", "death"), map(float, d)))

    return loss, {"birth": 1.1, "bite": 0.9, "death": 0.7}, gradient, {
        "starting value in the residual": turned(gradient, stale=True),
        "bite in the prey forgotten": turned(gradient, own=0.0),
    }


@case(False)
def decay_by_runge_kutta() -> tuple:
    def loss(rate: float) -> float:
        y, h = 1.0, 0.25
        for _ in range(8):
            k1 = -rate * y
            k2 = -rate * (y + h / 2 * k1)
            k3 = -rate * (y + h / 2 * k2)
            k4 = -rate * (y + h * k3)
            y = y + h / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
        return y**2 + (y - 0.3) ** 2

    def gradient(rate: float, terms: int = 4, count: int = 8) -> float:
        z = -rate * 0.25
        growth = sum(z**k / math.factorial(k) for k in range(5))
        slope = -0.25 * sum(z**k / math.factorial(k) for k in range(terms))
        y = growth**8
        return (4 * y - 0.6) * count * growth**7 * slope

    return loss, 1.3, gradient, {
        "one order less": turned(gradient, terms=3),
        "one step's derivative only": turned(gradient, count=1),
    }


@case(False)
def van_der_waals_pressure() -> tuple:
    volumes, seen = np.array([2.0, 3.0, 5.0]), np.array([1.1, 0.8, 0.5])

    def loss(p: Named) -> float:
        model = p["t"] / (volumes - p["b"]) - p["a"] / volumes**2
        return ((model - seen) ** 2).sum()

    def gradient(p: Named, power: int = 2, sign: float = -1.0) -> Named:
        r = p["t"] / (volumes - p["b"]) - p["a"] / volumes**2 - seen
        return {"t": 2 * (r / (volumes - p["b"])).sum(), "a": sign * 2 * (r / volumes**2).sum(),
                "b": 2 * (r * p["t"] / (volumes - p["b"]) ** power).sum()}

    return loss, {"t": 2.5, "a": 1.3, "b": 0.4}, gradient, {
        "denominator not squared": turned(gradient, power=1),
        "attraction's sign": turned(gradient, sign=1.0),
    }


@case(False)
def discretised_action_of_a_throw() -> tuple:
    def loss(path: Array) -> float:
        full = np.concatenate([[0.0], path, [0.0]])
        speed = np.diff(full) / 0.2
        return (0.5 * speed**2).sum() * 0.2 - 9.81 * full.sum() * 0.2

    def gradient(path: Array, gravity: float = 9.81, ends: float = 1.0) -> Array:
        full = np.concatenate([[0.0], path, [0.0]])
        return (2 * path - full[2:] - ends * full[:-2]) / 0.2 - gravity * 0.2

    return loss, np.array([0.5, 0.9, 1.1, 0.8, 0.3]), gradient, {
        "moon's gravity": turned(gradient, gravity=1.62),
        "one neighbour forgotten": turned(gradient, ends=0.0),
        "potential's sign": turned(gradient, gravity=-9.81),
    }


@case(False)
def refraction_by_fermat() -> tuple:
    def loss(x: float) -> float:
        return math.sqrt(x * x + 1.0) + 1.5 * math.sqrt((2.0 - x) ** 2 + 2.25)

    def gradient(x: float, index: float = 1.5, inner: float = -1.0) -> float:
        return x / math.sqrt(x * x + 1) + index * inner * (2 - x) / math.sqrt((2 - x) ** 2 + 2.25)

    return loss, 0.7, gradient, {
        "index forgotten": turned(gradient, index=1.0),
        "inner derivative forgotten": turned(gradient, inner=1.0),
    }


# ----------------------------------------------------------------------------------------------------------
# Ordinary: graphs, money, curves, means, text, signals.


@case(False)
def graph_smoothing() -> tuple:
    edges = [(0, 1), (1, 2), (2, 3), (3, 0), (1, 3)]
    known = {0: 1.0, 2: -1.0}

    def loss(f: Array) -> float:
        rough = sum((f[i] - f[j]) ** 2 for i, j in edges)
        return rough + 3.0 * sum((f[i] - value) ** 2 for i, value in known.items())

    def gradient(f: Array, back: float = 1.0, fit: float = 6.0) -> Array:
        out = np.zeros(4)
        for i, j in edges:
            out[i] += 2 * (f[i] - f[j])
            out[j] -= back * 2 * (f[i] - f[j])
        for i, value in known.items():
            out[i] += fit * (f[i] - value)
        return out

    return loss, np.array([0.5, 0.9, -0.6, 0.2]), gradient, {
        "edges one way": turned(gradient, back=0.0),
        "labels forgotten": turned(gradient, fit=0.0),
        "label weight forgotten": turned(gradient, fit=2.0),
    }


@case(False, "negated scaled transposed")
def soft_modularity() -> tuple:
    a = np.array([[0, 1, 1, 0], [1, 0, 1, 0], [1, 1, 0, 1], [0, 0, 1, 0.0]])
    degree = a.sum(axis=0)
    b = a - np.outer(degree, degree) / degree.sum()

    def shares(s: Array) -> Array:
        return np.exp(s) / np.exp(s).sum(axis=1, keepdims=True)

    def loss(s: Array) -> float:
        return -np.trace(shares(s).T @ b @ shares(s)) / degree.sum()

    def gradient(s: Array, matrix: Array = b, centred: float = 1.0) -> Array:
        q = shares(s)
        d = -2 * matrix @ q / degree.sum()
        return q * (d - centred * (q * d).sum(axis=1, keepdims=True))

    return loss, np.random.default_rng(71).normal(size=(4, 4)), gradient, {
        "null model forgotten": turned(gradient, matrix=a),
        "softmax taken for exponential": turned(gradient, centred=0.0),
    }


@case(False)
def sharpe_ratio() -> tuple:
    returns = np.random.default_rng(72).normal(0.05, 0.2, size=(12, 3))

    def loss(w: Array) -> float:
        r = returns.dot(w / w.sum())
        return -r.mean() / r.std()

    def gradient(w: Array, budget: float = 1.0, risk: float = 1.0) -> Array:
        r = returns @ w / w.sum()  # the ratio does not change with the budget: no term for that
        d = -(1 / r.std() - risk * r.mean() * (r - r.mean()) / r.std() ** 3) / 12
        return returns.T @ d / w.sum() ** budget

    return loss, np.array([0.6, 0.3, 0.5]), gradient, {
        "risk held fixed": turned(gradient, risk=0.0),
        "risk's sign": turned(gradient, risk=-1.0),
        "budget not divided": turned(gradient, budget=0.0),
    }


@case(False)
def log_wealth_with_costs() -> tuple:
    growth = np.random.default_rng(73).uniform(0.8, 1.3, size=(10, 3))
    held = np.array([0.4, 0.4, 0.2])

    def loss(w: Array) -> float:
        wealth = growth @ w
        return -np.log(wealth).mean() + 0.1 * np.sqrt((w - held) ** 2 + 1e-2).sum()

    def gradient(w: Array, cost: float = 0.1) -> Array:
        return -growth.T @ (1 / (growth @ w)) / 10 + cost * (w - held) / np.sqrt((w - held) ** 2 + 1e-2)

    return loss, np.array([0.5, 0.2, 0.3]), gradient, {
        "costs forgotten": turned(gradient, cost=0.0),
        "costs not weighted": turned(gradient, cost=1.0),
        "root's half twice": turned(gradient, cost=0.05),
    }


@case(False)
def smoothing_spline() -> tuple:
    knots, x = np.array([0.2, 0.5, 0.8]), np.linspace(0, 1, 12)
    y = np.sin(5 * x)
    basis = np.column_stack([np.ones(12), x, x**2, x**3] + [np.where(x > k, (x - k) ** 3, 0) for k in knots])

    def loss(c: dict[str, Array]) -> float:
        fit = basis[:, :4] @ c["poly"] + basis[:, 4:] @ c["knots"]
        return ((fit - y) ** 2).sum() + 0.01 * (c["knots"] ** 2).sum()

    def gradient(c: dict[str, Array], penalty: float = 0.02, columns: int = 7) -> dict[str, Array]:
        r = basis[:, :columns] @ np.append(c["poly"], c["knots"])[:columns] - y
        return {"poly": 2 * basis[:, :4].T @ r, "knots": 2 * basis[:, 4:].T @ r + penalty * c["knots"]}

    params = {"poly": np.array([0.1, 4.0, -8.0, 2.0]), "knots": np.array([3.0, 5.0, -9.0])}
    return loss, params, gradient, {
        "penalty forgotten": turned(gradient, penalty=0.0),
        "last knot not in the residual": turned(gradient, columns=6),
        "penalty on the wrong side": turned(gradient, penalty=-0.02),
    }


@case(False, "negated scaled entry reversed")
def polynomial_by_horner() -> tuple:
    x = np.linspace(-1, 1.5, 8)
    y = np.exp(x)

    def horner(c: Array) -> Array:
        value = np.zeros_like(x)
        for a in c:
            value = value * x + a
        return value

    def loss(c: Array) -> float:
        return np.square(horner(c) - y).mean()

    def gradient(c: Array) -> Array:
        return np.array([2 * np.mean((horner(c) - y) * x ** (len(c) - 1 - k)) for k in range(len(c))])

    return loss, np.array([0.2, -0.4, 0.9, 1.3]), gradient, {
        "powers in rising order": lambda c: gradient(c)[::-1],
        "powers one too high": lambda c: np.array(
            [2 * np.mean((horner(c) - y) * x ** (4 - k)) for k in range(4)]),
    }


@case(False)
def rational_function_fit() -> tuple:
    x, y = np.linspace(0, 2, 9), np.tanh(np.linspace(0, 2, 9))

    def loss(p: tuple) -> float:
        top, bottom = p
        return (((top[0] + top[1] * x) / (1 + bottom[0] * x + bottom[1] * x * x) - y) ** 2).sum()

    def gradient(p: tuple, power: int = 2) -> tuple:
        top, bottom = p
        n, d = top[0] + top[1] * x, 1 + bottom[0] * x + bottom[1] * x * x
        r = 2 * (n / d - y)
        return np.array([(r / d).sum(), (r * x / d).sum()]), -np.array(
            [(r * n * x / d**power).sum(), (r * n * x * x / d**power).sum()])

    return loss, (np.array([0.1, 1.2]), np.array([0.3, 0.2])), gradient, {
        "denominator not squared": turned(gradient, power=1),
        "quotient rule's sign": lambda p: (gradient(p)[0], -gradient(p)[1]),
    }


@case(False)
def fourier_sum_fit() -> tuple:
    t = np.linspace(0, 1, 16, endpoint=False)
    y = np.sign(t - 0.45)

    def loss(p: Named) -> float:
        wave = p["mean"] + sum(p["cos"][k] * np.cos(2 * np.pi * (k + 1) * t)
                               + p["sin"][k] * np.sin(2 * np.pi * (k + 1) * t) for k in range(3))
        return 0.5 * ((wave - y) ** 2).mean()

    def gradient(p: Named, phase: float = 0.0, shift: int = 1) -> Named:
        angle = 2 * np.pi * np.outer(np.arange(3) + 1, t)
        r = p["mean"] + p["cos"] @ np.cos(angle) + p["sin"] @ np.sin(angle) - y
        used = 2 * np.pi * np.outer(np.arange(3) + shift, t) + phase
        return {"mean": r.mean(), "cos": np.cos(used) @ r / 16, "sin": np.sin(used) @ r / 16}

    params = {"mean": 0.1, "cos": np.array([0.3, -0.2, 0.1]), "sin": np.array([-1.0, 0.2, 0.3])}
    return loss, params, gradient, {
        "phase off": turned(gradient, phase=0.2),
        "harmonics counted from zero": turned(gradient, shift=0),
    }


@case(False)
def means_of_four_kinds() -> tuple:
    def loss(x: Array) -> float:
        geometric = math.prod(float(v) for v in x) ** 0.25
        harmonic = 4 / sum(1 / float(v) for v in x)
        return geometric * harmonic + np.sqrt(np.mean(x**2)) - x.mean()

    def gradient(x: Array, both: float = 1.0, power: int = 2) -> Array:
        geometric, harmonic = np.prod(x) ** 0.25, 4 / np.sum(1 / x)
        d_g, d_h = geometric / (4 * x), harmonic**2 / (4 * x**power)
        return d_g * harmonic + both * geometric * d_h + x / (4 * np.sqrt(np.mean(x**2))) - 0.25

    return loss, np.array([1.0, 2.5, 0.7, 1.8]), gradient, {
        "product rule half forgotten": turned(gradient, both=0.0),
        "harmonic mean's square forgotten": turned(gradient, power=1),
    }


@case(False)
def p_norm_ratio() -> tuple:
    def loss(x: Array) -> float:
        return (np.abs(x) ** 3).sum() ** (1 / 3) / np.abs(x).sum()

    def gradient(x: Array, sign: bool = True, down: float = 1.0) -> Array:
        n3, n1 = np.sum(np.abs(x) ** 3) ** (1 / 3), np.abs(x).sum()
        s = np.sign(x) if sign else np.ones_like(x)
        return s * x**2 / n3**2 / n1 - down * n3 * s / n1**2

    return loss, np.array([0.5, -1.5, 2.0, -0.3, 0.9]), gradient, {
        "signs forgotten": turned(gradient, sign=False),
        "denominator held fixed": turned(gradient, down=0.0),
    }


@case(False)
def divergence_of_two_softmaxes() -> tuple:
    def soft(z: Array) -> Array:
        return np.exp(z - z.max()) / np.exp(z - z.max()).sum()

    def loss(p: Named) -> float:
        a, b = soft(p["a"]), soft(p["b"])
        m = 0.5 * (a + b)
        return 0.5 * (a * np.log(a / m)).sum() + 0.5 * (b * np.log(b / m)).sum()

    def gradient(p: Named, centred: float = 1.0) -> Named:
        a, b = soft(p["a"]), soft(p["b"])
        la, lb = 0.5 * np.log(2 * a / (a + b)), 0.5 * np.log(2 * b / (a + b))
        return {"a": a * (la - centred * a @ la), "b": b * (lb - centred * b @ lb)}

    return loss, {"a": np.array([0.2, 1.0, -0.5]), "b": np.array([0.9, -0.1, 0.3])}, gradient, {
        "softmax not centred": turned(gradient, centred=0.0),
        "exchanged": lambda p: {"a": gradient(p)["b"], "b": gradient(p)["a"]},
        "one side only": lambda p: {"a": gradient(p)["a"], "b": np.zeros(3)},
    }


@case(False, "negated scaled entry transposed")
def smoothed_total_variation() -> tuple:
    noisy = np.random.default_rng(82).normal(size=(4, 4))

    def loss(u: Array) -> float:
        down, right = np.diff(u, axis=0)[:, :-1], np.diff(u, axis=1)[:-1]
        return 0.5 * ((u - noisy) ** 2).sum() + 0.7 * np.sqrt(down**2 + right**2 + 0.1).sum()

    def gradient(u: Array, weight: float = 0.7, own: float = 1.0) -> Array:
        down, right = np.diff(u, axis=0)[:, :-1], np.diff(u, axis=1)[:-1]
        size = np.sqrt(down**2 + right**2 + 0.1)
        out = u - noisy
        out[1:, :-1] += weight * down / size
        out[:-1, 1:] += weight * right / size
        out[:-1, :-1] -= own * weight * (down + right) / size
        return out

    return loss, np.random.default_rng(83).normal(size=(4, 4)), gradient, {
        "weight forgotten": turned(gradient, weight=1.0),
        "own pixel forgotten": turned(gradient, own=0.0),
    }


@case(False, "negated scaled entry mean")
def contrastive_batch() -> tuple:
    other = np.random.default_rng(84).normal(size=(4, 3))

    def loss(z: Array) -> float:
        s = z @ other.T / 0.5
        return np.mean([np.log(np.exp(s[i]).sum()) - s[i, i] for i in range(4)])

    def gradient(z: Array, heat: float = 0.5, positive: float = 1.0) -> Array:
        e = np.exp(z @ other.T / 0.5)
        return (e / e.sum(axis=1, keepdims=True) - positive * np.eye(4)) @ other / (4 * heat)

    return loss, np.random.default_rng(85).normal(size=(4, 3)), gradient, {
        "temperature forgotten": turned(gradient, heat=1.0),
        "positives forgotten": turned(gradient, positive=0.0),
    }


@case(False, "scaled entry leafzeroed leafscaled")
def word_vectors_from_counts() -> tuple:
    counts = np.array([[5.0, 2.0, 0.0], [1.0, 8.0, 3.0], [0.0, 4.0, 9.0]])

    def loss(p: dict) -> float:
        total = 0.0
        for i in range(3):
            for j in range(3):
                if counts[i, j] > 0:
                    error = (p["word"][i] * p["context"][j]).sum() + p["bias"][i] - math.log(counts[i, j])
                    total += min(1.0, counts[i, j] / 6) ** 0.75 * error**2
        return total

    def gradient(p: dict, weighted: bool = True, seen: bool = True) -> dict:
        e = p["word"] @ p["context"].T + p["bias"][:, None] - np.log(np.where(counts > 0, counts, 1.0))
        weight = np.minimum(1.0, counts / 6) ** 0.75 if weighted else (counts > 0) * 1.0
        e = 2 * e * (weight if seen else np.minimum(1.0, (counts + 1) / 6) ** 0.75)
        return {"word": e @ p["context"], "context": e.T @ p["word"], "bias": e.sum(axis=1)}

    rng = np.random.default_rng(86)
    params = {"word": rng.normal(size=(3, 2)), "context": rng.normal(size=(3, 2)), "bias": rng.normal(size=3)}
    return loss, params, gradient, {
        "weights forgotten": turned(gradient, weighted=False),
        "unseen pairs counted": turned(gradient, seen=False),
    }


@case(False)
def hidden_markov_forward() -> tuple:
    emission, seen = np.array([[0.8, 0.2], [0.3, 0.7]]), [0, 1, 1, 0, 1]

    def loss(logits: Array) -> float:
        t = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
        alpha = np.array([0.6, 0.4]) * emission[:, seen[0]]
        for symbol in seen[1:]:
            alpha = (alpha @ t) * emission[:, symbol]
        return -np.log(alpha.sum())

    def gradient(logits: Array, centred: float = 1.0, first: int = 0) -> Array:
        t = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
        alphas = [np.array([0.6, 0.4]) * emission[:, seen[0]]]
        for symbol in seen[1:]:
            alphas.append((alphas[-1] @ t) * emission[:, symbol])
        beta, d = np.ones(2), np.zeros((2, 2))
        for k in range(3, first - 1, -1):
            ahead = beta * emission[:, seen[k + 1]]
            d += np.outer(alphas[k], ahead)
            beta = t @ ahead
        d = -d / alphas[-1].sum()
        return t * (d - centred * (t * d).sum(axis=1, keepdims=True))

    return loss, np.array([[0.5, -0.2], [0.1, 0.9]]), gradient, {
        "rows not normalised": turned(gradient, centred=0.0),
        "first transition missed": turned(gradient, first=1),
    }


@case(False, "negated scaled entry leafzeroed")
def random_field_on_a_chain() -> tuple:
    labels = [0, 1, 1, 0]

    def score(p: dict, path: tuple[int, ...]) -> Any:
        return sum(p["unary"][i, s] for i, s in enumerate(path)) + sum(
            p["pair"][a, b] for a, b in pairwise(path))

    def loss(p: dict) -> float:
        alpha = p["unary"][0]
        for i in range(1, 4):
            alpha = np.log(np.exp(alpha[:, None] + p["pair"]).sum(axis=0)) + p["unary"][i]
        return np.log(np.exp(alpha).sum()) - score(p, tuple(labels))

    def gradient(p: dict, hot: float = 1.0, pairs: int = 3) -> dict:
        paths = [tuple((n >> i) & 1 for i in range(4)) for n in range(16)]
        weight = np.exp([score(p, path) for path in paths])
        weight /= weight.sum()
        d_u, d_p = np.zeros((4, 2)), np.zeros((2, 2))
        for share, path in [*zip(weight, paths), (-hot, labels)]:
            for i, s in enumerate(path):
                d_u[i, s] += share
            for a, b in list(pairwise(path))[:pairs]:
                d_p[a, b] += share
        return {"unary": d_u, "pair": d_p}

    rng = np.random.default_rng(88)
    return loss, {"unary": rng.normal(size=(4, 2)), "pair": rng.normal(size=(2, 2))}, gradient, {
        "labels forgotten": turned(gradient, hot=0.0),
        "last pair missed": turned(gradient, pairs=2),
    }


@case(False, "negated scaled entry leafzeroed")
def layer_normalisation() -> tuple:
    wanted = np.random.default_rng(89).normal(size=(3, 4))

    def loss(p: Named) -> float:
        x = p["x"] - p["x"].mean(axis=1, keepdims=True)
        x = x / np.sqrt((x**2).mean(axis=1, keepdims=True) + 0.01)
        return ((x * p["gain"] + p["shift"] - wanted) ** 2).mean()

    def gradient(p: Named, centred: float = 1.0, scaled: float = 1.0) -> Named:
        x = p["x"] - p["x"].mean(axis=1, keepdims=True)
        size = np.sqrt((x**2).mean(axis=1, keepdims=True) + 0.01)
        n = x / size
        d = (n * p["gain"] + p["shift"] - wanted) / 6
        g = d * p["gain"]
        d_x = g - centred * g.mean(axis=1, keepdims=True) - scaled * n * (g * n).mean(axis=1, keepdims=True)
        return {"x": d_x / size, "gain": (d * n).sum(axis=0), "shift": d.sum(axis=0)}

    rng = np.random.default_rng(90)
    params = {"x": rng.normal(size=(3, 4)), "gain": rng.normal(size=4), "shift": rng.normal(size=4)}
    return loss, params, gradient, {
        "mean held fixed": turned(gradient, centred=0.0),
        "deviation held fixed": turned(gradient, scaled=0.0),
    }


@case(False)
def enzyme_kinetics_with_inhibitor() -> tuple:
    s, i = np.array([0.5, 1.0, 2.0, 4.0]), np.array([0.0, 1.0, 0.5, 2.0])
    rate = np.array([0.4, 0.3, 0.9, 0.8])

    class Model:
        def __init__(self, p: Named) -> None:
            self.vmax, self.km, self.ki = p["vmax"], p["km"], p["ki"]

        def denominator(self) -> Array:
            return self.km * (1 + i / self.ki) + s

        def residual(self) -> Array:
            return self.vmax * s / self.denominator() - rate

    def loss(p: Named) -> float:
        return float((Model(p).residual() ** 2).sum())

    def gradient(p: Named, inhibited: bool = True, sign: float = 1.0) -> Named:
        m = Model(p)
        d, r = m.denominator(), 2 * m.residual()
        common = -r * m.vmax * s / d**2
        return {"vmax": (r * s / d).sum(), "km": (common * (1 + i / m.ki if inhibited else 1.0)).sum(),
                "ki": -sign * (common * m.km * i / m.ki**2).sum()}

    return loss, {"vmax": 1.4, "km": 0.9, "ki": 1.5}, gradient, {
        "inhibitor forgotten": turned(gradient, inhibited=False),
        "reciprocal's sign": turned(gradient, sign=-1.0),
    }


@case(False)
def option_price_by_error_function() -> tuple:
    def normal(z: float) -> float:
        return 0.5 * math.erfc(-z / math.sqrt(2))

    def loss(p: dict) -> float:
        spot, vol, t = p["spot"], p["vol"], p["time"]
        d1 = (math.log(spot / 100) + (0.03 + vol * vol / 2) * t) / (vol * math.sqrt(t))
        return spot * normal(d1) - 100 * math.exp(-0.03 * t) * normal(d1 - vol * math.sqrt(t))

    def gradient(p: dict, carry: float = 1.0, spread: float = 1.0) -> dict:
        spot, vol, t = p["spot"], p["vol"], p["time"]
        d1 = (math.log(spot / 100) + (0.03 + vol * vol / 2) * t) / (vol * math.sqrt(t))
        density = math.exp(-d1 * d1 / 2) / math.sqrt(2 * math.pi)
        interest = 3 * math.exp(-0.03 * t) * normal(d1 - vol * math.sqrt(t))
        return {"spot": normal(d1), "vol": spread * spot * density * math.sqrt(t),
                "time": spot * density * vol / (2 * math.sqrt(t)) + carry * interest}

    return loss, {"spot": 105.0, "vol": 0.25, "time": 0.8}, gradient, {
        "interest forgotten": turned(gradient, carry=0.0),
        "volatility in percent": turned(gradient, spread=0.01),
        "delta at expiry": lambda p: {**gradient(p), "spot": 1.0},
    }


@case(False)
def kalman_filter_likelihood() -> tuple:
    y = np.array([0.3, 0.8, 0.1, 1.2, 1.9, 1.4])

    def loss(p: Array) -> float:
        mean, var, total = 0.0, 1.0, 0.0
        for value in y:
            var = var + np.exp(p[0])
            s = var + np.exp(p[1])
            total += 0.5 * (np.log(s) + (value - mean) ** 2 / s)
            mean = mean + var / s * (value - mean)
            var = var * (1 - var / s)
        return total

    def gradient(p: Array, gain: float = 1.0) -> Array:
        q, r = np.exp(p)
        d_q, d_r = np.array([q, 0.0]), np.array([0.0, r])
        mean, var, d_m, d_v, out = 0.0, 1.0, np.zeros(2), np.zeros(2), np.zeros(2)
        for value in y:
            var, d_v = var + q, d_v + d_q
            s, d_s = var + r, d_v + d_r
            e = value - mean
            out += 0.5 * (d_s / s - e**2 / s**2 * d_s) - e / s * d_m
            d_k = (d_v * s - var * d_s) / s**2
            mean, d_m = mean + var / s * e, d_m * (1 - var / s) + gain * d_k * e
            d_v = d_v * (1 - var / s) - var * d_k
            var = var * (1 - var / s)
        return out

    return loss, np.array([-0.7, -1.2]), gradient, {
        "gain held fixed": turned(gradient, gain=0.0),
        "by variances, not their logarithms": lambda p: gradient(p) / np.exp(p),
    }


@case(False)
def elo_ratings_in_order() -> tuple:
    games = [(0, 1, 1.0), (1, 2, 0.0), (2, 0, 0.5), (0, 1, 0.0)]

    def loss(p: tuple[Array, float]) -> float:
        ratings, k = [*p[0]], p[1]
        total = 0.0
        for a, b, score in games:
            expected = 1 / (1 + np.exp(ratings[b] - ratings[a]))
            total += (score - expected) ** 2
            ratings[a] = ratings[a] + k * (score - expected)
            ratings[b] = ratings[b] - k * (score - expected)
        return total

    def gradient(p: tuple[Array, float], moving: float = 1.0, size: int = 4) -> tuple[Array, float]:
        ratings, k = p[0].copy(), p[1]
        j, out = np.eye(3, 4), np.zeros(4)
        for a, b, score in games[:size]:
            e = 1 / (1 + np.exp(ratings[b] - ratings[a]))
            d_e = e * (1 - e) * (j[a] - j[b])
            out -= 2 * (score - e) * d_e
            d_move = -moving * k * d_e
            d_move[3] += score - e
            ratings[a] += k * (score - e)
            ratings[b] -= k * (score - e)
            j[a] += d_move
            j[b] -= d_move
        return out[:3], float(out[3])

    return loss, (np.array([0.2, -0.1, 0.4]), 0.6), gradient, {
        "updates' dependence on ratings forgotten": turned(gradient, moving=0.0),
        "last game missed": turned(gradient, size=3),
    }


@case(False)
def thin_lenses_in_a_row() -> tuple:
    def loss(f: Array) -> float:
        ray = np.array([1.0, 0.05])
        for focal in f:
            ray = np.array([ray[0], ray[1] - ray[0] / focal])
            ray = np.array([ray[0] + 0.7 * ray[1], ray[1]])
        return ray[0] ** 2 + 0.2 * ray[1] ** 2

    def gradient(f: Array, power: int = 2, drift: float = 0.7) -> Array:
        ray, j = np.array([1.0, 0.05]), np.zeros((2, 3))
        for k, focal in enumerate(f):
            j[1] -= j[0] / focal
            j[1, k] += ray[0] / focal**power
            ray = np.array([ray[0], ray[1] - ray[0] / focal])
            j[0] += drift * j[1]
            ray = np.array([ray[0] + 0.7 * ray[1], ray[1]])
        return 2 * ray[0] * j[0] + 0.4 * ray[1] * j[1]

    return loss, np.array([2.0, 3.0, 1.5]), gradient, {
        "focal length not squared": turned(gradient, power=1),
        "distance forgotten": turned(gradient, drift=1.0),
    }


@case(False, "doubled halved scaled entrysign")
def lorentz_boosted_mass() -> tuple:
    def loss(p: dict) -> float:
        (e1, k1), (e2, k2) = p["first"], p["second"]
        return math.sqrt((e1 + e2) ** 2 - (k1 + k2) ** 2)

    def gradient(p: dict, sign: float = -1.0) -> dict:
        (e1, k1), (e2, k2) = p["first"], p["second"]
        mass = math.sqrt((e1 + e2) ** 2 - (k1 + k2) ** 2)
        pair = [(e1 + e2) / mass, sign * (k1 + k2) / mass]
        return {"first": list(pair), "second": list(pair)}

    return loss, {"first": [2.0, 0.7], "second": [1.5, -0.3]}, gradient, {
        "metric's sign": turned(gradient, sign=1.0),
        "each particle's own mass": lambda p: {
            key: [e / math.sqrt(e * e - k * k), -k / math.sqrt(e * e - k * k)] for key, (e, k) in p.items()},
    }


# ----------------------------------------------------------------------------------------------------------
# Hard: within 1e-5 of a minimum.


def solved(model: Callable[[Array], tuple[Array, Array]], start: Array, count: int = 60) -> Array:
    """Least squares by damped Gauss-Newton steps; model gives residuals and their Jacobian."""
    point, damping = np.array(start, float), 1e-2
    r, jac = model(point)
    for _ in range(count):
        step = np.linalg.solve(jac.T @ jac + damping * np.eye(len(point)), -jac.T @ r)
        new_r, new_jac = model(point + step)
        if new_r @ new_r <= r @ r:
            point, r, jac, damping = point + step, new_r, new_jac, damping / 5
        else:
            damping *= 4
    return point


def nudge(seed: int, shape: Any, size: float = 3e-6) -> Array:
    """A small step away from a minimum, no entry of which is much smaller than the others."""
    rng = np.random.default_rng(seed)
    return size * rng.uniform(0.5, 1.0, size=shape) * np.where(rng.uniform(size=shape) < 0.5, -1, 1)


@case(True, "negated scaled entry doubled")
def least_squares_next_to_optimum() -> tuple:
    rng = np.random.default_rng(100)
    x, y = rng.normal(size=(20, 4)), rng.normal(size=20)

    def loss(w: Array) -> float:
        return ((x @ w - y) ** 2).sum()

    def gradient(w: Array, factor: float = 2.0, rows: int = 20) -> Array:
        return factor * x[:rows].T @ (x[:rows] @ w - y[:rows])

    return loss, np.linalg.lstsq(x, y, rcond=None)[0] + nudge(1, 4), gradient, {
        "factor two forgotten": turned(gradient, factor=1.0),
        "last row missed": turned(gradient, rows=19),
        "shrunk a little": lambda w: gradient(w) + 1e-6 * w,
    }


@case(True)
def decay_fit_next_to_optimum() -> tuple:
    t = np.linspace(0, 4, 15)
    y = 2.0 * np.exp(-0.9 * t) + 0.3 + 0.05 * np.random.default_rng(101).normal(size=15)

    def model(p: Array) -> tuple[Array, Array]:
        e = np.exp(-p[1] * t)
        return p[0] * e + p[2] - y, np.stack([e, -p[0] * t * e, np.ones(15)], axis=1)

    def loss(p: Array) -> float:
        return 0.5 * sum((p[0] * np.exp(-p[1] * t[i]) + p[2] - y[i]) ** 2 for i in range(15))

    def gradient(p: Array, sign: float = 1.0) -> Array:
        r, jac = model(p)
        return np.array([1.0, sign, 1.0]) * (jac.T @ r)

    return loss, solved(model, np.array([1.5, 1.0, 0.1])) + nudge(2, 3), gradient, {
        "rate's sign": turned(gradient, sign=-1.0),
        "time left out": lambda p: np.array([gradient(p)[0], -p[0] * gradient(p)[0], gradient(p)[2]]),
        "taken for the optimum": lambda p: np.zeros(3),
    }


@case(True, "negated scaled entry small")
def logistic_fit_next_to_optimum() -> tuple:
    rng = np.random.default_rng(102)
    x, labels = rng.normal(size=(30, 3)), rng.integers(0, 2, size=30)

    def loss(w: Array) -> float:
        return (np.logaddexp(0, x @ w) - labels * (x @ w)).sum() + 0.5 * (w**2).sum()

    def gradient(w: Array, penalty: float = 1.0) -> Array:
        return x.T @ (sigmoid(x @ w) - labels) + penalty * w

    w = np.zeros(3)
    for _ in range(20):
        s = sigmoid(x @ w)
        w = w - np.linalg.solve((x.T * (s * (1 - s))) @ x + np.eye(3), gradient(w))
    return loss, w + nudge(3, 3), gradient, {
        "penalty forgotten": turned(gradient, penalty=0.0),
        "penalty a millionth off": turned(gradient, penalty=1 + 2e-5),
    }


def _unpacked(theta: Array) -> dict:
    hidden = {"w": theta[:6].reshape(2, 3), "b": theta[6:9]}
    return {"hidden": hidden, "out": theta[9:12], "shift": float(theta[12])}


@case(True, "negated scaled entry leafzeroed")
def small_network_after_much_training() -> tuple:
    rng = np.random.default_rng(103)
    x = rng.normal(size=(25, 2))
    y = np.sin(x[:, 0]) * x[:, 1] + 0.2 * rng.normal(size=25)
    decay = 0.1

    def model(theta: Array) -> tuple[Array, Array]:
        p = _unpacked(theta)
        h = np.tanh(x @ p["hidden"]["w"] + p["hidden"]["b"])
        back = (1 - h**2) * p["out"]
        jac = np.hstack([(x[:, :, None] * back[:, None, :]).reshape(25, 6), back, h, np.ones((25, 1))])
        return np.append(h @ p["out"] + p["shift"] - y, decay * theta), np.vstack([jac, decay * np.eye(13)])

    def loss(p: dict) -> float:
        h = np.tanh(x @ p["hidden"]["w"] + p["hidden"]["b"])
        penalty = sum(np.sum(leaf**2) for leaf in (p["hidden"]["w"], p["hidden"]["b"], p["out"], p["shift"]))
        return ((h @ p["out"] + p["shift"] - y) ** 2).sum() + decay**2 * penalty

    def gradient(p: dict, data: int = 25, square: int = 2, penalty: float = 1.0) -> dict:
        h = np.tanh(x @ p["hidden"]["w"] + p["hidden"]["b"])
        e = 2 * (h @ p["out"] + p["shift"] - y)
        e[data:] = 0.0
        back = e[:, None] * (1 - h**square) * p["out"]
        weight = 2 * penalty * decay**2
        return {"hidden": {"w": x.T @ back + weight * p["hidden"]["w"],
                           "b": back.sum(axis=0) + weight * p["hidden"]["b"]},
                "out": h.T @ e + weight * p["out"], "shift": e.sum() + weight * p["shift"]}

    best = solved(model, rng.normal(size=13), 300)
    return loss, _unpacked(best + nudge(4, 13)), gradient, {
        "last sample missed": turned(gradient, data=24),
        "tanh's slope not squared": turned(gradient, square=1),
        "weight decay forgotten": turned(gradient, penalty=0.0),
    }


@case(True, "negated scaled entry leafscaled")
def factorisation_nearly_exact() -> tuple:
    rng = np.random.default_rng(104)
    u, v = rng.normal(size=(4, 2)), rng.normal(size=(3, 2))
    m = u @ v.T

    def loss(p: Named) -> float:
        return ((m - p["u"] @ p["v"].T) ** 2).sum()

    def gradient(p: Named, factor: float = -2.0) -> Named:
        e = m - p["u"] @ p["v"].T
        return {"u": factor * e @ p["v"], "v": factor * e.T @ p["u"]}

    return loss, {"u": u + nudge(5, (4, 2)), "v": v + nudge(6, (3, 2))}, gradient, {
        "factor two forgotten": turned(gradient, factor=-1.0),
        "second factor held fixed": lambda p: {"u": gradient(p)["u"], "v": np.zeros((3, 2))},
        "components exchanged": lambda p: {"u": gradient(p)["u"][:, ::-1], "v": gradient(p)["v"]},
    }


@case(True)
def rosenbrock_on_the_valley_floor() -> tuple:
    def loss(x: Array) -> float:
        return sum(100.0 * (x[i + 1] - x[i] ** 2) ** 2 + (1 - x[i]) ** 2 for i in range(3))

    def gradient(x: Array, cross: float = 2.0, gaps: int = 3) -> Array:
        gap = 200 * (x[1:] - x[:-1] ** 2)
        gap[gaps:] = 0.0
        out = np.zeros(4)
        out[1:] += gap
        out[:-1] -= cross * gap * x[:-1] + 2 * (1 - x[:-1])
        return out

    return loss, 1.0 + nudge(7, 4, 5e-6), gradient, {
        "square's factor forgotten": turned(gradient, cross=1.0),
        "last gap missed": turned(gradient, gaps=2),
        "only its own gap": lambda x: gradient(x) * np.array([1.0, 0.0, 0.0, 1.0]),
    }


@case(True, "negated scaled rolled entry")
def rayleigh_quotient_next_to_eigenvector() -> tuple:
    m = np.random.default_rng(106).normal(size=(4, 4))
    m = m + m.T

    def loss(v: Array) -> float:
        return (v * (m @ v)).sum() / (v * v).sum()

    def gradient(v: Array, factor: float = 2.0, shift: float = 0.0) -> Array:
        return factor * (m @ v - (v @ m @ v / (v @ v) + shift) * v) / (v @ v)

    return loss, 1.5 * np.linalg.eigh(m)[1][:, 0] + nudge(8, 4), gradient, {
        "factor two forgotten": turned(gradient, factor=1.0),
        "eigenvalue of an earlier step": turned(gradient, shift=1e-5),
    }


@case(True, "negated scaled entry reversed")
def cluster_centres_next_to_means() -> tuple:
    rng = np.random.default_rng(107)
    data = np.concatenate([rng.normal(size=(6, 2)) + centre for centre in ([0, 0], [6, 0], [0, 6])])

    def loss(centres: Array) -> float:
        return sum(min(((point - c) ** 2).sum() for c in centres) for point in data)

    def gradient(centres: Array, size: float = 6.0) -> Array:
        return 2 * (size * centres - 6 * means)

    means = data.reshape(3, 6, 2).mean(axis=1)
    return loss, means + nudge(9, (3, 2)), gradient, {
        "average in the cluster": lambda c: gradient(c) / 6,
        "one point too many": turned(gradient, size=7.0),
        "all points pull": lambda c: 2 * (18 * c - data.sum(axis=0)),
    }


@case(True)
def geometric_median_next_to_optimum() -> tuple:
    points = np.random.default_rng(108).normal(size=(7, 3)) * 2

    def loss(m: Array) -> float:
        return np.sqrt(((points - m) ** 2).sum(axis=1)).mean()

    def gradient(m: Array, power: float = 1.0, skip: int = 0) -> Array:
        gaps = (m - points)[skip:]
        return (gaps / np.linalg.norm(gaps, axis=1)[:, None] ** power).sum(axis=0) / 7

    m = points.mean(axis=0)
    for _ in range(400):
        weight = 1 / np.linalg.norm(points - m, axis=1)
        m = weight @ points / weight.sum()
    return loss, m + nudge(10, 3), gradient, {
        "distance squared": turned(gradient, power=2.0),
        "mean's slope": turned(gradient, power=0.0),
        "first point missed": turned(gradient, skip=1),
    }


@case(True, "negated scaled entry transposed")
def distances_nearly_reproduced() -> tuple:
    points = np.random.default_rng(109).normal(size=(4, 4))
    target = ((points[:, None] - points) ** 2).sum(-1)

    def loss(x: Array) -> float:
        return 0.25 * ((((x[:, None] - x) ** 2).sum(-1) - target) ** 2).sum()

    def gradient(x: Array, factor: float = 2.0) -> Array:
        gaps = x[:, None] - x
        e = (gaps**2).sum(-1) - target
        return factor * (e[:, :, None] * gaps).sum(axis=1)

    return loss, points + nudge(11, (4, 4), 5e-6), gradient, {
        "pairs counted once": turned(gradient, factor=1.0),
        "averaged over the points": lambda x: gradient(x) / 4,
    }


@case(True)
def three_atoms_next_to_equilibrium() -> tuple:
    edge = 2 ** (1 / 6)

    def loss(r: Array) -> float:
        energy = 0.0
        for i in range(3):
            for j in range(i):
                inverse = 1 / ((r[i] - r[j]) ** 2).sum() ** 3
                energy += 4 * (inverse**2 - inverse)
        return energy

    def gradient(r: Array, repulsion: float = 12.0, back: float = 1.0) -> Array:
        out = np.zeros_like(r)
        for i in range(3):
            for j in range(i):
                gap = r[i] - r[j]
                square = gap @ gap
                force = 4 * (6 / square**3 - repulsion / square**6) * gap / square
                out[i] += force
                out[j] -= back * force
        return out

    corners = edge * np.array([[0.0, 0.0], [1.0, 0.0], [0.5, math.sqrt(0.75)]]) + 0.3
    return loss, corners + nudge(12, (3, 2)), gradient, {
        "repulsion's power": turned(gradient, repulsion=12.0001),
        "action without reaction": turned(gradient, back=0.0),
    }


@case(True)
def gaussian_fit_next_to_maximum() -> tuple:
    data = np.random.default_rng(111).normal(2.0, 3.0, size=40)

    def loss(p: dict) -> float:
        return np.mean(0.5 * ((data - p["mean"]) * np.exp(-p["logsd"])) ** 2) + p["logsd"]

    def gradient(p: dict, own: float = 1.0, power: float = 2.0) -> dict:
        z = (data - p["mean"]) * np.exp(-p["logsd"])
        return {"mean": -z.mean() * np.exp(-(power - 1) * p["logsd"]), "logsd": own - np.mean(z**2)}

    params = {"mean": data.mean() + 4e-6, "logsd": np.log(data.std()) - 3e-6}
    return loss, params, gradient, {
        "inner scale forgotten": turned(gradient, power=1.0),
        "unbiased count": turned(gradient, own=39 / 40),
    }


@case(True, "negated scaled entry leafzeroed")
def class_frequencies_next_to_maximum() -> tuple:
    counts = np.array([[4, 9, 2], [7, 1, 5]])

    def loss(z: Array) -> float:
        top = z - z.max(axis=1, keepdims=True)
        return -(counts * (top - np.log(np.exp(top).sum(axis=1, keepdims=True)))).sum()

    def gradient(z: Array, transposed: bool = False) -> Array:
        e = np.exp(z)
        total = counts.sum(axis=1, keepdims=True)
        return (total.mean() if transposed else total) * e / e.sum(axis=1, keepdims=True) - counts

    return loss, np.log(counts) + nudge(13, (2, 3), 4e-6), gradient, {
        "mean number of samples": turned(gradient, transposed=True),
        "relative frequencies": lambda z: gradient(z) / counts.sum(axis=1, keepdims=True),
        "normaliser forgotten": lambda z: np.exp(z) - counts,
    }


@case(True)
def double_pendulum_at_rest() -> tuple:
    def loss(angles: Array) -> float:
        a, b = angles
        height = -2.0 * math.cos(a) - (math.cos(a) + 0.7 * math.cos(b))
        return 9.81 * height + 0.5 * 3.0 * float(a - b) ** 2

    def gradient(angles: Array, masses: float = 3.0, spring: float = 3.0) -> Array:
        a, b = angles
        twist = spring * (a - b)
        return np.array([9.81 * masses * math.sin(a) + twist, 9.81 * 0.7 * math.sin(b) - twist])

    return loss, np.array([6e-6, -4e-6]), gradient, {
        "lower mass left out": turned(gradient, masses=2.0),
        "spring forgotten": turned(gradient, spring=0.0),
        "spring pushes": turned(gradient, spring=-3.0),
    }


@case(True)
def himmelblau_next_to_root() -> tuple:
    def loss(p: tuple[float, float]) -> float:
        x, y = p
        return (x * x + y - 11) ** 2 + (x + y * y - 7) ** 2

    def gradient(p: tuple[float, float], second: float = 1.0, swap: bool = False) -> tuple[float, float]:
        x, y = p
        u, v = x * x + y - 11, x + y * y - 7
        if swap:
            u, v = v, u
        return 4 * x * u + second * 2 * v, second * 2 * u + 4 * y * v

    return loss, (3.0 + 4e-6, 2.0 - 5e-6), gradient, {
        "cross terms forgotten": turned(gradient, second=0.0),
        "residuals exchanged": turned(gradient, swap=True),
        "second entry only": lambda p: (0.0, gradient(p)[1]),
    }


@case(True, "negated scaled entry small")
def least_variance_portfolio() -> tuple:
    a = np.random.default_rng(115).normal(size=(5, 4))
    cov = a.T @ a / 5 * 0.02 + np.diag([0.03, 0.02, 0.05, 0.04])

    def loss(z: Array) -> float:
        w = np.exp(z) / np.exp(z).sum()
        return w @ cov @ w

    def gradient(z: Array, centred: float = 1.0, factor: float = 2.0) -> Array:
        w = np.exp(z) / np.exp(z).sum()
        d = factor * cov @ w
        return w * (d - centred * w @ d)

    best = np.linalg.solve(cov, np.ones(4))
    return loss, np.log(best) + 8e-6 * np.array([1.0, -1.0, 0.5, -0.5]), gradient, {
        "budget not kept": turned(gradient, centred=0.0),
        "factor two forgotten": turned(gradient, factor=1.0),
    }


@case(True)
def sine_fit_next_to_optimum() -> tuple:
    t = np.linspace(0, 10, 40)
    y = 1.5 * np.sin(2.3 * t + 0.4) + 0.1 * np.random.default_rng(116).normal(size=40)

    def model(p: Array) -> tuple[Array, Array]:
        s, c = np.sin(p[1] * t + p[2]), p[0] * np.cos(p[1] * t + p[2])
        return p[0] * s - y, np.stack([s, t * c, c], axis=1)

    def loss(p: Array) -> float:
        return np.square(p[0] * np.sin(p[1] * t + p[2]) - y).mean()

    def gradient(p: Array, count: int = 40) -> Array:
        r, jac = model(p)
        return 2 * jac.T @ r / count

    return loss, solved(model, np.array([1.4, 2.32, 0.3])) + nudge(15, 3), gradient, {
        "one sample less": turned(gradient, count=39),
        "frequency in hertz": lambda p: gradient(p) * np.array([1.0, 2 * math.pi, 1.0]),
        "phase's slope for the frequency": lambda p: gradient(p)[[0, 2, 2]],
    }


@case(True, "negated scaled entry rolled")
def filter_bank_next_to_optimum() -> tuple:
    rng = np.random.default_rng(117)
    image, wanted = rng.normal(size=(2, 6, 6)), rng.normal(size=(2, 5, 5))
    places = [(i, a, b) for i in range(2) for a in range(2) for b in range(2)]
    patches = np.stack([image[i, a:a + 5, b:b + 5].ravel() for i, a, b in places], axis=1)

    def loss(k: Array) -> float:
        out = np.zeros((2, 5, 5), k.dtype)
        for o in range(2):
            for i in range(2):
                for a in range(2):
                    for b in range(2):
                        out[o] += k[o, i, a, b] * image[i, a:a + 5, b:b + 5]
        return 0.5 * ((out - wanted) ** 2).sum()

    def gradient(k: Array, flip: bool = False) -> Array:
        e = patches @ k.reshape(2, 8).T - wanted.reshape(2, 25).T
        out = (patches.T @ e).T.reshape(k.shape)
        return out[:, :, ::-1, ::-1] if flip else out

    best = np.linalg.lstsq(patches, wanted.reshape(2, 25).T, rcond=None)[0].T
    return loss, best.reshape(2, 2, 2, 2) + nudge(16, (2, 2, 2, 2), 5e-6), gradient, {
        "kernel flipped": turned(gradient, flip=True),
        "filters exchanged": lambda k: gradient(k)[::-1],
        "factor of a half forgotten": lambda k: 2 * gradient(k),
    }


@case(True)
def self_consistent_magnetisation() -> tuple:
    j = np.array([[0.0, 0.5, 0.2], [0.5, 0.0, 0.4], [0.2, 0.4, 0.0]])
    field = np.array([0.3, -0.1, 0.2])

    def loss(m: Array) -> float:
        up, down = (1 + m) / 2, (1 - m) / 2
        return -0.5 * m @ j @ m - field @ m + np.sum(up * np.log(up) + down * np.log(down))

    def gradient(m: Array, bonds: float = 1.0, external: float = 1.0) -> Array:
        return np.arctanh(m) - bonds * j @ m - external * field

    m = np.zeros(3)
    for _ in range(500):
        m = np.tanh(j @ m + field)
    return loss, m + nudge(17, 3), gradient, {
        "bonds counted twice": turned(gradient, bonds=2.0),
        "field of an earlier step": turned(gradient, external=1 - 1e-4),
        "fixed point's gap": lambda m: 1.05 * (m - np.tanh(j @ m + field)) / (1 - m**2),
    }


@case(True, "negated scaled entry doubled")
def quartic_well_at_its_bottom() -> tuple:
    def loss(x: Array) -> float:
        return ((x - 1.0) ** 4).sum()

    def gradient(x: Array, factor: float = 4.0, power: int = 3) -> Array:
        return factor * (x - 1.0) ** power

    return loss, 1.0 + np.array([8e-6, -6e-6, 9e-6]), gradient, {
        "power not brought down": turned(gradient, factor=1.0),
        "quadratic's slope": turned(gradient, factor=2.0, power=1),
    }


@case(True)
def two_point_calibration_of_a_sensor() -> tuple:
    raw, true = np.array([103.0, 518.0, 777.0]), np.array([0.0, 20.0, 32.5])

    def residual(p: Named) -> Array:
        return p["gain"] * raw + p["offset"] - true

    def loss(p: Named) -> float:
        return sum(r * r for r in residual(p)) / 3

    def gradient(p: Named, count: int = 3) -> Named:
        r = residual(p)
        return {"gain": 2 * (r @ raw) / count, "offset": 2 * r.sum() / count}

    gain, offset = np.polyfit(raw, true, 1)
    return loss, {"gain": float(gain) + 3e-7, "offset": float(offset) - 6e-6}, gradient, {
        "degrees of freedom": turned(gradient, count=1),
        "offset by the mean": lambda p: {**gradient(p), "offset": gradient(p)["gain"] / raw.mean()},
        "offset taken for settled": lambda p: {**gradient(p), "offset": 0.0},
    }


# ----------------------------------------------------------------------------------------------------------
# Hard: entries of very different size within one array.


@case(True, "negated scaled small entry")
def bowl_of_unequal_curvature() -> tuple:
    curvature = np.array([1e6, 1e2, 1.0, 1e-3, 1e-7])

    def loss(x: Array) -> float:
        return 0.5 * (curvature * x**2).sum()

    def gradient(x: Array, power: float = 1.0) -> Array:
        return curvature**power * x

    return loss, np.array([2e-4, -0.3, 1.0, 40.0, -7e3]), gradient, {
        "preconditioned": turned(gradient, power=0.5),
        "large entries only": lambda x: np.where(np.abs(gradient(x)) > 1, gradient(x), 0.0),
    }


@case(True, "negated scaled small entry")
def reaction_rates_over_decades() -> tuple:
    seen = np.array([1e-3, 55.0, 2e5, 8.0])

    def loss(k: Array) -> float:
        return sum((math.log(float(a)) - math.log(b)) ** 2 for a, b in zip(k, seen))

    def gradient(k: Array, inner: bool = True) -> Array:
        return 2 * np.log(k / seen) / (k if inner else 1.0)

    return loss, np.array([2e-3, 40.0, 3e5, 9.0]), gradient, {
        "logarithm's slope forgotten": turned(gradient, inner=False),
        "fastest reaction wrong": lambda k: gradient(k) * np.array([1.0, 1.0, 1.1, 1.0]),
        "factor two forgotten": lambda k: np.log(k / seen) / k,
    }


@case(True, "negated scaled small reversed")
def polynomial_in_raw_units() -> tuple:
    x = np.array([20.0, 55.0, 80.0, 110.0, 150.0])
    y = np.array([130.0, 170.0, 260.0, 300.0, 500.0])

    def loss(c: Array) -> float:
        return ((c[0] + c[1] * x + c[2] * x**2 + c[3] * x**3 - y) ** 2).sum()

    def gradient(c: Array, top: int = 3) -> Array:
        r = c[0] + c[1] * x + c[2] * x**2 + c[3] * x**3 - y
        return 2 * np.array([r.sum(), r @ x, r @ x**2, r @ x**top])

    return loss, np.array([100.0, 0.9, 0.01, 3e-5]), gradient, {
        "square for the cube": turned(gradient, top=2),
        "constant's gradient doubled": lambda c: gradient(c) * np.array([2.0, 1.0, 1.0, 1.0]),
        "constant averaged": lambda c: gradient(c) * np.array([0.2, 1.0, 1.0, 1.0]),
    }


@case(True, "negated scaled small entry")
def regression_with_unequal_units() -> tuple:
    rng = np.random.default_rng(123)
    units = np.array([1e-3, 1.0, 1e4])
    x = rng.normal(size=(12, 3)) * units
    y = rng.normal(size=12)

    def loss(w: Array) -> float:
        return 0.5 * np.square(y - x @ w).mean()

    def gradient(w: Array, scale: Any = 1.0) -> Array:
        return x.T @ (x @ w - y) / 12 * scale

    return loss, np.array([300.0, 0.4, -6e-5]), gradient, {
        "standardised features": lambda w: gradient(w) / units,
        "first feature forgotten": turned(gradient, scale=np.array([0.0, 1.0, 1.0])),
        "first feature's sign": turned(gradient, scale=np.array([-1.0, 1.0, 1.0])),
    }


@case(True, "negated scaled small entry")
def arrhenius_law() -> tuple:
    temperature = np.array([300.0, 330.0, 370.0, 400.0])
    seen = np.array([0.25, 1.4, 8.0, 33.0])

    def loss(p: Array) -> float:
        rate = p[0] * np.exp(-p[1] / (8.314 * temperature))
        return (np.log(rate / seen) ** 2).sum()

    def gradient(p: Array, gas: float = 8.314) -> Array:
        r = 2 * np.log(p[0] * np.exp(-p[1] / (8.314 * temperature)) / seen)
        return np.array([r.sum() / p[0], -(r / (gas * temperature)).sum()])

    return loss, np.array([1e8, 4.8e4]), gradient, {
        "gas constant forgotten": turned(gradient, gas=1.0),
        "prefactor's logarithm": lambda p: gradient(p) * np.array([p[0], 1.0]),
        "energy in kilojoules": lambda p: gradient(p) * np.array([1.0, 1e3]),
    }


@case(True, "negated scaled small entry")
def gravity_in_metric_units() -> tuple:
    g = 6.674e-11
    place = np.array([[0.0, 0.0], [1.5e11, 0.0], [1.5e11, 3.8e8]])

    def loss(mass: Array) -> float:
        energy = 0.0
        for i in range(3):
            for j in range(i + 1, 3):
                energy -= g * mass[i] * mass[j] / np.hypot(*(place[i] - place[j]))
        return energy

    def gradient(mass: Array, inner: int = 0) -> Array:
        out = np.zeros(3)
        for i in range(3):
            for j in range(inner, 3):
                if i != j:
                    out[i] -= g * mass[j] / np.linalg.norm(place[i] - place[j])
        return out

    return loss, np.array([2e30, 6e24, 7e22]), gradient, {
        "sun's pull forgotten": turned(gradient, inner=1),
        "planets on the sun forgotten": lambda mass: gradient(mass) * np.array([0.0, 1.0, 1.0]),
        "sun's part halved": lambda mass: gradient(mass) * np.array([0.5, 1.0, 1.0]),
    }


@case(True, "negated scaled small entry")
def relaxation_at_three_time_scales() -> tuple:
    times = np.array([1e-3, 1e-1, 1.0, 30.0, 700.0])

    def loss(rates: Array) -> float:
        model = np.exp(-np.outer(times, rates)).mean(axis=1)
        return (model**2).sum()

    def gradient(rates: Array, count: float = 3.0) -> Array:
        e = np.exp(-np.outer(times, rates))
        return -2 * (e.mean(axis=1)[:, None] * e * times[:, None]).sum(axis=0) / count

    return loss, np.array([2e-3, 1.5, 900.0]), gradient, {
        "sum instead of mean": turned(gradient, count=1.0),
        "fast mode forgotten": lambda rates: gradient(rates) * np.array([1.0, 1.0, 0.0]),
        "fast mode twice": lambda rates: gradient(rates) * np.array([1.0, 1.0, 2.0]),
    }


@case(True, "negated scaled small doubled")
def variances_over_nine_decades() -> tuple:
    squares = np.array([3e-6, 5e-3, 2.0, 4e3])

    def loss(v: Array) -> float:
        return 0.5 * np.sum(squares / v + np.log(v))

    def gradient(v: Array, power: int = 2) -> Array:
        return 0.5 * (1 / v - squares / v**power)

    return loss, np.array([1e-6, 1e-2, 1.0, 1e3]), gradient, {
        "variance not squared": turned(gradient, power=1),
        "largest variance's normaliser": lambda v: gradient(v) + np.array([0, 0, 0, 0.5 / v[3]]),
        "precision's slope": lambda v: 0.5 * (squares - v),
    }


@case(True, "negated scaled small entry")
def rare_and_frequent_words() -> tuple:
    share = np.array([0.9, 0.09, 9e-5, 1e-6])
    meaning = np.random.default_rng(128).normal(size=(4, 3))

    def loss(vectors: Array) -> float:
        return (share[:, None] * np.log(np.cosh(vectors - meaning))).sum()

    def gradient(vectors: Array, weight: Array = share) -> Array:
        return weight[:, None] * np.tanh(vectors - meaning)

    return loss, np.random.default_rng(129).normal(size=(4, 3)), gradient, {
        "frequencies forgotten": turned(gradient, weight=np.ones(4)),
        "rarest word skipped": turned(gradient, weight=np.array([0.9, 0.09, 9e-5, 0.0])),
        "rarest words exchanged": turned(gradient, weight=np.array([0.9, 0.09, 1e-6, 9e-5])),
    }


@case(True, "negated scaled small entry")
def layered_medium() -> tuple:
    size = np.array([1.0, 1e-3, 1e-6])[:, None, None]
    source = np.random.default_rng(130).normal(size=(3, 2, 3))

    def loss(field: Array) -> float:
        scaled = field / size
        return np.sum(np.sqrt(1 + (scaled - source) ** 2)) + (scaled[0] * scaled[1] * scaled[2]).sum()

    def gradient(field: Array, product: float = 1.0) -> Array:
        s = field / size
        out = (s - source) / np.sqrt(1 + (s - source) ** 2)
        return (out + product * np.stack([s[1] * s[2], s[0] * s[2], s[0] * s[1]])) / size

    return loss, np.random.default_rng(131).normal(size=(3, 2, 3)) * size, gradient, {
        "product's slope forgotten": turned(gradient, product=0.0),
        "top layer doubled": lambda field: gradient(field) * np.array([2.0, 1.0, 1.0])[:, None, None],
        "in scaled units": lambda field: gradient(field) * size,
    }


@case(True, "negated scaled small entry")
def kernel_with_faint_channels() -> tuple:
    rng = np.random.default_rng(132)
    gain = np.array([1e3, 1e-2])
    image = rng.normal(size=(2, 4, 4)) * gain[:, None, None]

    def forward(k: Array) -> Array:
        out = np.zeros((2, 3, 3), k.dtype)
        for a in range(2):
            for b in range(2):
                out += np.einsum("oi,irc->orc", k[:, :, a, b], image[:, a:a + 3, b:b + 3])
        return out

    def loss(k: Array) -> float:
        return np.log1p(forward(k) ** 2).sum()

    def gradient(k: Array, channels: Any = (1.0, 1.0)) -> Array:
        y = forward(k)
        d = 2 * y / (1 + y**2)
        out = np.zeros_like(k)
        for a in range(2):
            for b in range(2):
                out[:, :, a, b] = np.einsum("orc,irc->oi", d, image[:, a:a + 3, b:b + 3])
        return out * np.reshape(channels, (1, 2, 1, 1))

    return loss, rng.normal(size=(2, 2, 2, 2)) / gain[None, :, None, None], gradient, {
        "faint channel forgotten": turned(gradient, channels=np.array([1.0, 0.0])),
        "faint channel doubled": turned(gradient, channels=np.array([1.0, 2.0])),
        "logarithm's slope halved": lambda k: 0.5 * gradient(k),
    }


@case(True, "negated scaled small entry")
def chemical_equilibrium() -> tuple:
    standard = np.array([-3.0, 1.0, 4.0])

    def loss(c: Array) -> float:
        return (c * (np.log(c) - 1 + standard)).sum() + 50.0 * (c[0] + c[1] + 2 * c[2] - 5.0) ** 2

    def gradient(c: Array, atoms: float = 2.0) -> Array:
        gap = 100.0 * (c[0] + c[1] + 2 * c[2] - 5.0)
        return np.log(c) + standard + gap * np.array([1.0, 1.0, atoms])

    return loss, np.array([4.99, 8e-3, 1e-7]), gradient, {
        "atoms counted once": turned(gradient, atoms=1.0),
        "chemical potential without its logarithm": lambda c: gradient(c) - np.log(c),
        "trace species forgotten": lambda c: gradient(c) * np.array([1.0, 1.0, 0.0]),
    }


@case(True, "negated scaled small entry")
def springs_in_series() -> tuple:
    force = np.array([1.0, 2.0, 0.5, 3.0])

    def loss(k: Array) -> float:
        stretch = 0.0
        for f, stiffness in zip(force, k):
            stretch += f / stiffness
        return stretch + np.log(k).sum()

    def gradient(k: Array, power: int = 2, price: float = 1.0) -> Array:
        return -force / k**power + price / k

    return loss, np.array([1e-2, 5.0, 3e3, 8e5]), gradient, {
        "stiffness not squared": turned(gradient, power=1),
        "price forgotten": turned(gradient, price=0.0),
        "stiffest forgotten": lambda k: gradient(k) * np.array([1.0, 1.0, 1.0, 0.0]),
    }


@case(True, "negated scaled small entry")
def power_law_in_its_bases() -> tuple:
    exponents = np.array([0.5, -1.5, 2.0, 1.0])

    def loss(x: Array) -> float:
        return np.prod(x**exponents) + 0.1 * np.sum(np.log(x) ** 2)

    def gradient(x: Array, penalty: float = 0.2, rule: Array = exponents) -> Array:
        return (np.prod(x**exponents) * rule + penalty * np.log(x)) / x

    return loss, np.array([1e-4, 20.0, 3.0, 5e5]), gradient, {
        "exponents forgotten": turned(gradient, rule=np.ones(4)),
        "penalty forgotten": turned(gradient, penalty=0.0),
        "last entry mistaken": lambda x: gradient(x) * np.array([1.0, 1.0, 1.0, 1.5]),
    }


# ----------------------------------------------------------------------------------------------------------
# Hard: sharp.


@case(True, "negated scaled doubled")
def fast_sine() -> tuple:
    def loss(x: float) -> float:
        return math.sin(8000.0 * x) + x

    def gradient(x: float, inner: float = 8000.0, trend: float = 1.0) -> float:
        return inner * math.cos(8000.0 * x) + trend

    return loss, 1.234, gradient, {
        "inner derivative forgotten": turned(gradient, inner=1.0),
        "trend only": turned(gradient, inner=0.0),
        "cosine's sign": turned(gradient, inner=-8000.0),
    }


@case(True)
def interferometer_fringes() -> tuple:
    wave = np.array([5e-4, 6.3e-4])

    def loss(p: Named) -> float:
        phase = 2 * np.pi * (p["one"] - p["two"]) / wave
        return (1 + p["contrast"] * np.cos(phase)).prod()

    def gradient(p: Named, both: float = 1.0, sign: float = -1.0) -> Named:
        phase = 2 * np.pi * (p["one"] - p["two"]) / wave
        one, two = 1 + p["contrast"] * np.cos(phase)
        d = -p["contrast"] * np.sin(phase) * 2 * np.pi / wave
        path = d[0] * two + both * one * d[1]
        contrast = np.cos(phase[0]) * two + both * one * np.cos(phase[1])
        return {"one": path, "two": sign * path, "contrast": contrast}

    return loss, {"one": 1.3, "two": 0.9001, "contrast": 0.8}, gradient, {
        "product rule half forgotten": turned(gradient, both=0.0),
        "both arms the same way": turned(gradient, sign=1.0),
    }


@case(True, "negated scaled entry doubled")
def chirp_sum() -> tuple:
    def loss(x: Array) -> float:
        return np.sin(9000.0 * x**2).sum()

    def gradient(x: Array, power: int = 1) -> Array:
        return 18000.0 * x**power * np.cos(9000.0 * x**2)

    return loss, np.array([1.1, -0.7, 2.03]), gradient, {
        "square's slope forgotten": turned(gradient, power=0),
        "instantaneous frequency only": lambda x: 18000.0 * x,
    }


@case(True, "negated scaled zero")
def chebyshev_of_high_degree() -> tuple:
    def loss(x: float) -> float:
        return math.cos(30000 * math.acos(x))

    def gradient(x: float, degree: int = 30000, root: bool = True) -> float:
        t = math.acos(x)
        return degree * math.sin(30000 * t) / (math.sin(t) if root else 1.0)

    return loss, 0.31, gradient, {
        "degree forgotten": turned(gradient, degree=1),
        "root forgotten": turned(gradient, root=False),
    }


@case(True, "negated scaled entry mean")
def weierstrass_partial_sum() -> tuple:
    def loss(x: Array) -> float:
        total = 0.0
        for k in range(6):
            total += 0.5**k * np.cos(5**k * np.pi * x).sum()
        return total

    def gradient(x: Array, stop: int = 6) -> Array:
        return -sum(0.5**k * 5**k * np.pi * np.sin(5**k * np.pi * x) for k in range(stop))

    return loss, np.array([0.123, 0.777, 1.391]), gradient, {
        "finest wave left out": turned(gradient, stop=5),
        "coarse waves only": turned(gradient, stop=2),
    }


@case(True)
def sharp_resonator() -> tuple:
    def loss(p: dict) -> float:
        return 1 / (1 + p["finesse"] * np.sin(4000 * p["gap"]) ** 2)

    def gradient(p: dict, double: float = 2.0, square: int = 2) -> dict:
        s, c = np.sin(4000 * p["gap"]), np.cos(4000 * p["gap"])
        t = 1 / (1 + p["finesse"] * s**2)
        return {"gap": -(t**square) * p["finesse"] * double * s * c * 4000, "finesse": -(t**square) * s**2}

    return loss, {"gap": 1.00032, "finesse": 30.0}, gradient, {
        "square's factor forgotten": turned(gradient, double=1.0),
        "reciprocal's square forgotten": turned(gradient, square=1),
    }


@case(True)
def stiff_exponentials() -> tuple:
    rate = np.array([300.0, -500.0, 800.0])

    def loss(x: Array) -> float:
        return np.exp(rate * (x - 1)).sum() + (x**2).sum()

    def gradient(x: Array, inner: Array = rate, smooth: float = 2.0) -> Array:
        return inner * np.exp(rate * (x - 1)) + smooth * x

    return loss, np.array([1.003, 1.002, 0.998]), gradient, {
        "rates forgotten": turned(gradient, inner=np.ones(3)),
        "signs forgotten": turned(gradient, inner=np.abs(rate)),
        "smooth part only": lambda x: 2 * x,
    }


@case(True, "negated scaled entry zero")
def steep_switches() -> tuple:
    def loss(x: Array) -> float:
        return (1 / (1 + np.exp(-1e4 * (x - 0.5)))).sum() * x.mean()

    def gradient(x: Array, lower: float = 1.0, steep: float = 1e4) -> Array:
        s = sigmoid(1e4 * (x - 0.5))
        return steep * s * (1 - lower * s) * x.mean() + s.sum() / 3

    return loss, np.array([0.50004, 0.49991, 0.5001]), gradient, {
        "steepness forgotten": turned(gradient, steep=1.0),
        "exponential's slope": turned(gradient, lower=0.0),
    }


@case(True, "negated scaled entry transposed")
def cold_softmax() -> tuple:
    value = np.array([[1.0, -2.0, 0.5], [0.3, 0.8, -1.0], [2.0, 0.1, 0.4]])

    def loss(z: Array) -> float:
        total = 0.0
        for row, gain in zip(z, value):
            e = np.exp((row - row.max()) / 1e-3)
            total += (e / e.sum() * gain).sum()
        return total

    def gradient(z: Array, heat: float = 1e-3, centred: float = 1.0) -> Array:
        e = np.exp((z - z.max(axis=1, keepdims=True)) / 1e-3)
        s = e / e.sum(axis=1, keepdims=True)
        return s * (value - centred * (s * value).sum(axis=1, keepdims=True)) / heat

    z = 1.0 + 1e-3 * np.array([[0.2, 1.0, -0.7], [0.1, 0.5, 0.3], [-0.4, 0.6, 0.9]])
    return loss, z, gradient, {
        "temperature forgotten": turned(gradient, heat=1.0),
        "softmax not centred": turned(gradient, centred=0.0),
    }


@case(True, "negated scaled zero doubled")
def narrow_well() -> tuple:
    def loss(p: tuple) -> float:
        x, depth = p
        return (x - 3.0) ** 2 - depth * np.exp(-0.5 * ((x - 1.0) / 1e-4) ** 2)

    def gradient(p: tuple, width: float = 1e-4, outer: float = 2.0) -> tuple:
        x, depth = p
        well = np.exp(-0.5 * ((x - 1.0) / 1e-4) ** 2)
        return outer * (x - 3.0) + depth * well * (x - 1.0) / (1e-4 * width), -well

    return loss, (1.00007, 0.4), gradient, {
        "well's width once": turned(gradient, width=1.0),
        "well not seen": lambda p: (2 * (p[0] - 3.0), 0.0),
        "depth forgotten": lambda p: (gradient((p[0], 1.0))[0], gradient(p)[1]),
    }


@case(True, "negated scaled doubled zero")
def chaotic_map() -> tuple:
    def loss(p: dict) -> float:
        x = p["start"]
        for _ in range(14):
            x = p["growth"] * x * (1 - x)
        return x

    def gradient(p: dict, steps: int = 14, own: float = 1.0) -> dict:
        x, r = p["start"], p["growth"]
        d_x, d_r = 1.0, 0.0
        for k in range(14):
            slope = r * (1 - 2 * x) if k < steps else 1.0
            d_x, d_r = slope * d_x, slope * d_r + own * x * (1 - x)
            x = r * x * (1 - x)
        return {"start": d_x, "growth": d_r}

    return loss, {"start": 0.2137, "growth": 3.91}, gradient, {
        "last step's slope forgotten": turned(gradient, steps=13),
        "growth only in the first step": lambda p: {**gradient(p), "growth": gradient(p)["start"]},
    }


@case(True)
def diode_circuit() -> tuple:
    thermal = 0.0257

    def loss(v: Array) -> float:
        current = 1e-12 * (np.exp(v / thermal) - 1)
        return ((5.0 - v - 200.0 * current) ** 2).sum()

    def gradient(v: Array, resistor: float = 200.0, inner: float = thermal) -> Array:
        e = 1e-12 * np.exp(v / thermal)
        miss = 5.0 - v - 200.0 * (e - 1e-12)
        return -2 * miss * (1 + resistor * e / inner)

    return loss, np.array([0.61, 0.64, 0.58]), gradient, {
        "thermal voltage forgotten": turned(gradient, inner=1.0),
        "resistor forgotten": turned(gradient, resistor=1.0),
    }


@case(True, "negated scaled entry small")
def array_of_antennas() -> tuple:
    wavenumber = 9e3
    source = np.array([3.0, 4.0])

    def loss(place: Array) -> float:
        path = np.sqrt(((place - source) ** 2).sum(axis=1))
        return np.cos(wavenumber * path).sum() ** 2 + np.sin(wavenumber * path).sum() ** 2

    def gradient(place: Array, quadrature: float = 1.0, k: float = wavenumber) -> Array:
        gap = place - source
        path = np.linalg.norm(gap, axis=1, keepdims=True)
        c, s = np.cos(wavenumber * path), np.sin(wavenumber * path)
        return 2 * k * (quadrature * s.sum() * c - c.sum() * s) * gap / path

    return loss, np.array([[0.0, 0.1], [0.5, -0.2], [1.0, 0.3]]), gradient, {
        "one quadrature left out": turned(gradient, quadrature=0.0),
        "wavelength for wavenumber": turned(gradient, k=2 * math.pi / 9e3),
    }


@case(True, "negated scaled doubled zero")
def rotation_many_times_over() -> tuple:
    def loss(p: tuple[float, Array]) -> float:
        angle, point = p
        turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
        for _ in range(12):  # squaring: turned by 4096 times the angle
            turn = turn @ turn
        return (turn @ point)[0] ** 2

    def gradient(p: tuple[float, Array], times: int = 4096, sign: float = -1.0) -> tuple[float, Array]:
        angle, (x, y) = p
        c, s = math.cos(4096 * angle), math.sin(4096 * angle)
        first = c * x - s * y
        return 2 * first * times * (sign * s * x - c * y), 2 * first * np.array([c, sign * s])

    return loss, (1.1003, np.array([1.0, 0.6])), gradient, {
        "squarings counted as turns": turned(gradient, times=24),
        "rotation's sign": turned(gradient, sign=1.0),
    }


@case(True, "negated scaled entry rolled")
def random_features_of_high_frequency() -> tuple:
    rng = np.random.default_rng(150)
    omega, weight = rng.normal(size=(6, 4)) * 20000, rng.normal(size=6)

    def loss(w: Array) -> float:
        return weight.dot(np.cos(omega @ w.ravel())) + 5.0 * np.trace(w)

    def gradient(w: Array, trace: float = 5.0, stop: int = 6) -> Array:
        waves = (weight * np.sin(omega @ w.ravel()))[:stop] @ omega[:stop]
        return trace * np.eye(2) - waves.reshape(2, 2)

    return loss, rng.normal(size=(2, 2)), gradient, {
        "last feature missed": turned(gradient, stop=5),
        "trend only": turned(gradient, stop=0),
    }


# ----------------------------------------------------------------------------------------------------------
# Hard: at the edge of the domain.


@case(True, "negated scaled small entry")
def logarithms_next_to_zero() -> tuple:
    def loss(x: Array) -> float:
        return np.log(x).sum() * x.max()

    def gradient(x: Array, both: float = 1.0) -> Array:
        return x.max() / x + both * np.where(x == x.max(), np.log(x).sum(), 0.0)

    return loss, np.array([2e-4, 0.5, 1e-5]), gradient, {
        "maximum held fixed": turned(gradient, both=0.0),
        "maximum forgotten": lambda x: 1 / x,
    }


@case(True, "negated scaled doubled")
def roots_next_to_zero() -> tuple:
    def loss(p: Named) -> float:
        return np.sqrt(p["a"] - 1).sum() - np.sqrt(p["b"]) + (p["a"] ** 2).sum()

    def gradient(p: Named, half: float = 0.5, smooth: float = 2.0) -> Named:
        return {"a": half / np.sqrt(p["a"] - 1) + smooth * p["a"], "b": -half / np.sqrt(p["b"])}

    return loss, {"a": np.array([1 + 2e-5, 1.0004]), "b": 3e-6}, gradient, {
        "root's half forgotten": turned(gradient, half=1.0),
        "smooth part forgotten": turned(gradient, smooth=0.0),
    }


@case(True, "negated scaled doubled zero")
def arcsine_next_to_one() -> tuple:
    def loss(x: float) -> float:
        return math.asin(x) * x

    def gradient(x: float, both: float = 1.0, root: float = 0.5) -> float:
        return both * math.asin(x) + x / (1 - x * x) ** root

    return loss, 1 - 2e-5, gradient, {
        "product rule half forgotten": turned(gradient, both=0.0),
        "root forgotten": turned(gradient, root=1.0),
        "arccosine's slope": lambda x: math.asin(x) - x / math.sqrt(1 - x * x),
    }


@case(True, "negated scaled small entry")
def small_powers_next_to_zero() -> tuple:
    def loss(x: Array) -> float:
        return (x**0.3).sum() ** 2

    def gradient(x: Array, power: float = -0.7, outer: float = 2.0) -> Array:
        return outer * (x**0.3).sum() * 0.3 * x**power

    return loss, np.array([1e-5, 3e-4, 0.2]), gradient, {
        "power not lowered": turned(gradient, power=0.3),
        "outer square forgotten": turned(gradient, outer=1.0),
    }


@case(True, "negated scaled small entry")
def entropy_of_rare_events() -> tuple:
    def loss(p: Array) -> float:
        return sum(float(v) * math.log(float(v)) for v in p.ravel())

    def gradient(p: Array, one: float = 1.0) -> Array:
        return np.log(p) + one

    return loss, np.array([[1e-5, 0.4], [0.5999, 9e-5]]), gradient, {
        "one forgotten": turned(gradient, one=0.0),
        "logarithm of the complement": lambda p: np.log(1 - p) + 1,
    }


@case(True)
def barrier_with_little_slack() -> tuple:
    a = np.array([[1.0, 2.0], [3.0, -1.0], [-1.0, -1.0]])
    start = np.array([0.6, 0.4])
    b = a @ start + np.array([2e-4, 1.5, 3e-5])

    def loss(x: Array) -> float:
        return 2.0 * x[0] - x[1] - 0.1 * np.log(b - a @ x).sum()

    def gradient(x: Array, weight: float = 0.1, cost: float = 1.0) -> Array:
        return cost * np.array([2.0, -1.0]) + weight * a.T @ (1 / (b - a @ x))

    return loss, start, gradient, {
        "barrier's weight forgotten": turned(gradient, weight=1.0),
        "barrier pulls": turned(gradient, weight=-0.1),
        "barrier forgotten": turned(gradient, weight=0.0),
        "slack constraints only": lambda x: gradient(x) - 0.1 * a[2] / (b - a @ x)[2],
    }


@case(True, "negated scaled doubled zero")
def hyperbolic_distance_of_neighbours() -> tuple:
    def loss(p: tuple[Array, Array]) -> float:
        u, v = p
        ratio = ((u - v) ** 2).sum() / ((1 - u @ u) * (1 - v @ v))
        return np.arccosh(1 + 2 * ratio)

    def gradient(p: tuple[Array, Array], metric: float = 1.0) -> tuple[Array, Array]:
        u, v = p
        a, b, gap = 1 - u @ u, 1 - v @ v, u - v
        ratio = gap @ gap / (a * b)
        outer = 1 / np.sqrt(ratio * (1 + ratio))
        return (outer * (2 * gap / (a * b) + metric * ratio * 2 * u / a),
                outer * (-2 * gap / (a * b) + metric * ratio * 2 * v / b))

    return loss, (np.array([0.3, 0.9535]), np.array([0.3002, 0.9534])), gradient, {
        "metric held fixed": turned(gradient, metric=0.0),
        "both the same way": lambda p: (gradient(p)[0], -gradient(p)[1]),
    }


@case(True)
def fisher_transform_of_strong_correlation() -> tuple:
    size = np.array([10, 20, 15])

    def loss(r: Array) -> float:
        return (0.5 * (size - 3) * (np.arctanh(r) - 4.0) ** 2).sum()

    def gradient(r: Array, inner: bool = True) -> Array:
        return (size - 3) * (np.arctanh(r) - 4.0) / (1 - r**2 if inner else 1 - r)

    return loss, np.array([0.9998, 0.99995, 0.9992]), gradient, {
        "one minus r instead of its square": turned(gradient, inner=False),
        "transform's slope forgotten": lambda r: (size - 3) * (np.arctanh(r) - 4.0),
    }


@case(True, "negated scaled halved entry")
def covariance_nearly_singular() -> tuple:
    sample = np.array([[2.0, 0.7], [0.7, 1.5]])

    def loss(c: Array) -> float:
        det = c[0, 0] * c[1, 1] - c[0, 1] * c[1, 0]
        trace = sample[0, 0] * c[1, 1] + sample[1, 1] * c[0, 0] - sample[0, 1] * (c[0, 1] + c[1, 0])
        return np.log(det) + trace / det

    def gradient(c: Array, second: float = 1.0, power: int = 2) -> Array:
        det = c[0, 0] * c[1, 1] - c[0, 1] * c[1, 0]
        trace = sample[0, 0] * c[1, 1] + sample[1, 1] * c[0, 0] - sample[0, 1] * (c[0, 1] + c[1, 0])
        cofactor = np.array([[c[1, 1], -c[1, 0]], [-c[0, 1], c[0, 0]]])
        direct = np.array([[sample[1, 1], -0.7], [-0.7, sample[0, 0]]])
        return cofactor / det + direct / det - second * trace * cofactor / det**power

    return loss, np.array([[1.0, 0.9998], [0.9994, 1.0001]]), gradient, {
        "determinant held fixed in the ratio": turned(gradient, second=0.0),
        "determinant not squared": turned(gradient, power=1),
    }


@case(True, "negated scaled doubled zero")
def tangent_next_to_its_pole() -> tuple:
    def loss(p: dict) -> float:
        return p["height"] * math.tan(p["angle"])

    def gradient(p: dict, power: int = 2) -> dict:
        return {"height": math.tan(p["angle"]), "angle": p["height"] / math.cos(p["angle"]) ** power}

    return loss, {"height": 1.7, "angle": math.pi / 2 - 4e-4}, gradient, {
        "cosine not squared": turned(gradient, power=1),
        "height's leaf held": lambda p: {"height": 0.0, "angle": gradient(p)["angle"]},
        "height forgotten": lambda p: {**gradient(p), "angle": gradient(p)["angle"] / p["height"]},
    }


@case(True)
def nearly_at_light_speed() -> tuple:
    mass = np.array([1.0, 2.0])

    def loss(v: Array) -> float:
        return sum(m / math.sqrt(1 - float(s @ s)) for m, s in zip(mass, v))

    def gradient(v: Array, power: float = 1.5) -> Array:
        return (mass / (1 - (v**2).sum(axis=1)) ** power)[:, None] * v

    return loss, np.array([[0.6, 0.7998], [0.28, 0.95995]]), gradient, {
        "power off by one": turned(gradient, power=0.5),
        "momentum": lambda v: mass[:, None] * v,
        "masses exchanged": lambda v: gradient(v) * np.array([[2.0], [0.5]]),
    }


@case(True, "negated scaled entry doubled")
def great_circle_to_a_neighbour() -> tuple:
    lat0, lon0 = 0.8, 0.1

    def loss(p: Array) -> float:
        cosine = math.sin(lat0) * np.sin(p[0]) + math.cos(lat0) * np.cos(p[0]) * np.cos(p[1] - lon0)
        return 6371.0 * np.arccos(cosine)

    def gradient(p: Array, root: bool = True, sign: float = -1.0) -> Array:
        c = math.sin(lat0) * np.sin(p[0]) + math.cos(lat0) * np.cos(p[0]) * np.cos(p[1] - lon0)
        d = np.array([math.sin(lat0) * np.cos(p[0]) - math.cos(lat0) * np.sin(p[0]) * np.cos(p[1] - lon0),
                      sign * math.cos(lat0) * np.cos(p[0]) * np.sin(p[1] - lon0)])
        return -6371.0 * d / np.sqrt(1 - c * c) if root else -6371.0 * d

    return loss, np.array([0.82, 0.13]), gradient, {
        "arccosine's slope forgotten": turned(gradient, root=False),
        "longitude's sign": turned(gradient, sign=1.0),
    }


@case(True)
def nearly_flat_triangle() -> tuple:
    def loss(sides: list[float]) -> float:
        a, b, c = sides
        s = (a + b + c) / 2
        return math.sqrt(s * (s - a) * (s - b) * (s - c))

    def gradient(sides: list[float], half: float = 0.5) -> list[float]:
        a, b, c = sides
        s = (a + b + c) / 2
        area = math.sqrt(s * (s - a) * (s - b) * (s - c))
        whole = [area * 0.5 * (1 / s + 1 / (s - a) + 1 / (s - b) + 1 / (s - c)) * half] * 3
        return [w - half * area / (s - x) for w, x in zip(whole, sides)]

    return loss, [3.0, 4.0, 6.9995], gradient, {
        "root's half forgotten": turned(gradient, half=1.0),
        "half perimeter held fixed": lambda sides: [
            -0.5 * loss(sides) / (sum(sides) / 2 - x) for x in sides],
    }


@case(True)
def four_poles_and_edges() -> tuple:
    def loss(x: Array) -> float:
        return x[0] ** x[0] + 1 / (x[1] - 2.0) + np.log1p(x[2]) - np.log(np.log(x[3]))

    def gradient(x: Array, base: float = 1.0, top: float = 1.0, power: int = 2, outer: float = 1.0) -> Array:
        return np.array([x[0] ** x[0] * (top * np.log(x[0]) + base), -1 / (x[1] - 2.0) ** power,
                         1 / (1 + x[2]), -1 / (np.log(x[3]) ** outer * x[3])])

    return loss, np.array([2e-5, 2.0006, -0.9997, 1.0008]), gradient, {
        "exponent held fixed": turned(gradient, top=0.0),
        "base held fixed": turned(gradient, base=0.0),
        "pole not squared": turned(gradient, power=1),
        "outer logarithm forgotten": turned(gradient, outer=0.0),
    }


# ----------------------------------------------------------------------------------------------------------
# Hard: exact ties and kinks. The numbers are sums of powers of two, so that ties are exact in floats.


@case(True, "negated scaled zero")
def square_of_the_largest() -> tuple:
    def loss(x: Array) -> float:
        return x.max() ** 2

    def gradient(x: Array, weights: tuple = (0.5, 0.0, 0.5, 0.0)) -> Array:
        return 2 * x.max() * np.array(weights)

    return loss, np.array([1.5, -2.0, 1.5, 0.25]), gradient, {
        "whole to each": turned(gradient, weights=(1.0, 0.0, 1.0, 0.0)),
        "weights of one and a half": turned(gradient, weights=(0.75, 0.0, 0.75, 0.0)),
        "mean of all": turned(gradient, weights=(0.25, 0.25, 0.25, 0.25)),
        "half of one": turned(gradient, weights=(0.5, 0.0, 0.0, 0.0)),
    }, turned(gradient, weights=(1.0, 0, 0, 0)), turned(gradient, weights=(0, 0, 1.0, 0))


@case(True, "negated scaled zero doubled")
def smallest_of_each_row() -> tuple:
    gain = np.array([[3.0], [1.0]])

    def loss(x: Array) -> float:
        return (gain[:, 0] * x.min(axis=1)).sum() + 0.5 * (x**2).sum()

    def gradient(x: Array, one: float = 0.5, other: float = 0.5, over: float = 0.0) -> Array:
        return x + gain * np.array([[one, 0.0, 1 - one + over], [other, 1 - other + over, 0.0]])

    return loss, np.array([[0.5, 2.0, 0.5], [-1.0, -1.0, 0.25]]), gradient, {
        "weights over one": turned(gradient, over=0.5),
        "whole to each": turned(gradient, one=1.0, other=1.0, over=1.0),
        "minimum forgotten": lambda x: x.copy(),
        "rows' gains forgotten": lambda x: x + (gradient(x) - x) / gain,
    }, *(turned(gradient, one=a, other=b) for a in (0.0, 1.0) for b in (0.0, 1.0))


@case(True, "negated scaled zero entrysign")
def max_pooling_with_plateaus() -> tuple:
    weight = np.array([[1.0, -2.0], [0.5, 3.0]])
    image = np.zeros((1, 1, 4, 4))
    image[0, 0] = np.array([[1, 1, 2, 0], [0, 1, 0.5, 1], [3, 2, 4, 4], [2, 1, 0, 4]])

    def loss(x: Array) -> float:
        total = 0.0
        for r in range(2):
            for c in range(2):
                total += weight[r, c] * x[0, 0, 2 * r:2 * r + 2, 2 * c:2 * c + 2].max()
        return total

    def gradient(x: Array, rule: Callable[[Array], Array] = lambda tied: tied / tied.sum()) -> Array:
        out = np.zeros_like(x)
        for r in range(2):
            for c in range(2):
                window = (0, 0, slice(2 * r, 2 * r + 2), slice(2 * c, 2 * c + 2))
                out[window] = weight[r, c] * rule((x[window] == x[window].max()) * 1.0)
        return out

    def picked(first: int, last: int, x: Array) -> Array:
        out = np.zeros_like(x)
        for r in range(2):
            for c in range(2):
                window = x[0, 0, 2 * r:2 * r + 2, 2 * c:2 * c + 2]
                # only the first and the last window are tied
                i, j = np.argwhere(window == window.max())[first if r + c == 0 else last if r + c == 2 else 0]
                out[0, 0, 2 * r + i, 2 * c + j] = weight[r, c]
        return out

    return loss, image, gradient, {
        "whole to each": turned(gradient, rule=lambda tied: tied),
        "none where tied": turned(gradient, rule=lambda tied: tied * (tied.sum() == 1)),
        "shared by the whole window": turned(gradient, rule=lambda tied: np.full((2, 2), 0.25)),
        "half to each of three": turned(gradient, rule=lambda tied: tied / min(2.0, tied.sum())),
    }, *(partial(picked, a, b) for a in range(3) for b in range(3))


@case(True, "negated scaled zero")
def median_of_three_by_minima() -> tuple:
    def loss(p: dict) -> float:
        a, b, c = p["a"], p["b"], p["c"]
        return 2.0 * max(min(a, b), min(max(a, b), c)) + a

    def gradient(p: dict, weights: tuple = (1 / 3, 1 / 3, 1 / 3), own: float = 1.0) -> dict:
        a, b, c = (2.0 * w for w in weights)
        return {"a": a + own, "b": b, "c": c}

    return loss, {"a": 0.75, "b": 0.75, "c": 0.75}, gradient, {
        "whole to each": turned(gradient, weights=(1.0, 1.0, 1.0)),
        "weights of one and a half": turned(gradient, weights=(0.5, 0.5, 0.5)),
        "linear term forgotten": turned(gradient, own=0.0),
        "nothing through the median": turned(gradient, weights=(0.0, 0.0, 0.0)),
    }, *(turned(gradient, weights=w) for w in ((1, 0, 0), (0, 1, 0), (0, 0, 1)))


@case(True, "negated scaled zero rolled")
def median_deviation() -> tuple:
    def loss(x: Array) -> float:
        return 0.25 * (x**2).sum() - np.median(x)

    def gradient(x: Array, one: float = 0.5, other: float = 0.5) -> Array:
        return 0.5 * x - np.array([0.0, one, 0.0, other, 0.0])

    return loss, np.array([5.0, 2.0, 1.0, 2.0, 3.0]), gradient, {
        "whole to each": turned(gradient, one=1.0, other=1.0),
        "none of the tied": turned(gradient, one=0.0, other=0.0),
        "mean instead of median": lambda x: 0.5 * x - 0.2,
    }, turned(gradient, one=1.0, other=0.0), turned(gradient, one=0.0, other=1.0)


@case(True, "negated doubled scaled")
def lasso_with_zero_weights() -> tuple:
    x = np.array([[1.0, 2.0, -1.0, 0.5], [0.0, 1.0, 1.5, -2.0], [2.0, -0.5, 1.0, 1.0]])
    y = np.array([1.0, -2.0, 0.5])

    def loss(w: Array) -> float:
        return 0.5 * ((x @ w - y) ** 2).sum() + 2.0 * np.abs(w).sum()

    def gradient(w: Array, one: float = 0.0, other: float = 0.0, penalty: float = 2.0) -> Array:
        return x.T @ (x @ w - y) + penalty * (np.sign(w) + np.array([one, 0.0, 0.0, other]))

    return loss, np.array([0.0, 1.5, -0.5, 0.0]), gradient, {
        "slope of three halves": turned(gradient, one=1.5),
        "slope of minus two": turned(gradient, other=-2.0),
        "penalty's weight forgotten": turned(gradient, penalty=1.0),
        "penalty doubled": turned(gradient, penalty=4.0),
    }, *(turned(gradient, one=a, other=b) for a in (-1.0, 1.0) for b in (-1.0, 1.0))


@case(True, "negated doubled scaled")
def rectified_unit_exactly_at_zero() -> tuple:
    x, y = np.array([1.0, -2.0, 0.5]), 3.0

    def loss(p: Named) -> float:
        hidden = np.maximum(p["w"] @ x + p["b"], 0.0)
        return 0.5 * (hidden @ p["v"] + p["c"] - y) ** 2

    def gradient(p: Named, w: float = 0.0, b: float = 0.0, dead: float = 0.0) -> Named:
        z = p["w"] @ x + p["b"]
        e = np.maximum(z, 0.0) @ p["v"] + p["c"] - y
        slope = (z > 0) * 1.0 + dead * (z < 0)
        d_w, d_b = e * p["v"] * (slope + w * (z == 0)), e * p["v"] * (slope + b * (z == 0))
        return {"w": np.outer(d_w, x), "b": d_b, "v": e * np.maximum(z, 0.0), "c": e}

    params = {"w": np.array([[1.0, 0.5, -1.0], [0.5, -1.0, 2.0], [-1.0, 1.0, 0.5]]),
              "b": np.array([0.5, -1.0, 0.25]), "v": np.array([1.5, -0.5, 1.0]), "c": 1.0}
    return loss, params, gradient, {
        "slopes that differ": turned(gradient, w=0.0, b=1.0),
        "slopes that differ the other way": turned(gradient, w=1.0, b=0.0),
        "slope of one and a half": turned(gradient, w=1.5, b=1.5),
        "negative slope": turned(gradient, w=-0.5, b=-0.5),
        "dead unit moves": turned(gradient, dead=1.0),
    }, turned(gradient, w=1.0, b=1.0)


@case(True, "negated doubled scaled")
def hinge_at_its_corner() -> tuple:
    x = np.array([[1.0, 0.5], [-1.0, 2.0], [0.5, 0.5]])
    labels = np.array([1.0, -1.0, -1.0])

    def loss(w: Array) -> float:
        total = 0.0
        for row, label in zip(x, labels):
            margin = 1.0 - label * (row @ w)
            if margin > 0:
                total += margin
        return total + 0.125 * (w @ w)

    def gradient(w: Array, slope: float = 0.0, penalty: float = 0.25) -> Array:
        margin = 1.0 - labels * (x @ w)
        active = (margin > 0) + slope * (margin == 0)
        return -(active * labels) @ x + penalty * w

    return loss, np.array([0.75, 0.5]), gradient, {
        "slope of three halves": turned(gradient, slope=1.5),
        "slope of the other side": turned(gradient, slope=-1.0),
        "penalty forgotten": turned(gradient, penalty=0.0),
        "labels forgotten": lambda w: -((1.0 - labels * (x @ w) > 0) * 1.0) @ x + 0.25 * w,
    }, turned(gradient, slope=1.0)


@case(True, "negated doubled zero")
def clipped_at_both_bounds() -> tuple:
    target = np.array([0.25, -1.0, 0.5, 2.0])

    def loss(x: Array) -> float:
        return 0.5 * np.sum((np.clip(x, 0.0, 1.0) - target) ** 2)

    def gradient(x: Array, low: float = 0.0, high: float = 0.0, outside: float = 0.0) -> Array:
        slopes = np.array([1.0, low, high, outside])
        return slopes * (np.clip(x, 0.0, 1.0) - target)

    return loss, np.array([0.75, 0.0, 1.0, -0.5]), gradient, {
        "slope two at the lower bound": turned(gradient, low=2.0),
        "unclipped": turned(gradient, low=1.0, high=1.0, outside=1.0),
        "unclipped residual": lambda x: np.array([1.0, 0.0, 0.0, 1.0]) * (x - target),
        "negative slope at the upper bound": turned(gradient, high=-1.0),
    }, *(turned(gradient, low=a, high=b) for a in (0.0, 1.0) for b in (0.0, 1.0))


@case(True, "negated doubled scaled zero")
def product_of_two_maxima() -> tuple:
    def loss(p: Named) -> float:
        return p["a"].max() * np.max(p["b"])

    def gradient(p: Named, a: tuple = (0.5, 0.5, 0), b: tuple = (0, 0.5, 0.5), half: float = 1.0) -> Named:
        return {"a": p["b"].max() * np.array(a, float), "b": half * p["a"].max() * np.array(b, float)}

    sides = ((1, 0, 0), (0, 1, 0)), ((0, 1, 0), (0, 0, 1))
    return loss, {"a": np.array([2.0, 2.0, 1.0]), "b": np.array([0.5, 3.0, 3.0])}, gradient, {
        "product rule half forgotten": turned(gradient, half=0.0),
        "own maximum for the other's": lambda p: {"a": gradient(p)["a"] * 2 / 3, "b": gradient(p)["b"] * 1.5},
        "whole to each": turned(gradient, a=(1, 1, 0), b=(0, 1, 1)),
        "weights of one and a half": turned(gradient, b=(0, 0.75, 0.75)),
    }, *(turned(gradient, a=a, b=b) for a in sides[0] for b in sides[1])


@case(True, "negated doubled zero")
def leaky_rectifier_at_zero() -> tuple:
    gain = np.array([[2.0, -1.0], [3.0, 1.0]])

    def loss(x: Array) -> float:
        return (gain * np.where(x > 0, x, 0.125 * x)).sum()

    def gradient(x: Array, one: float = 0.125, other: float = 0.125) -> Array:
        slope = np.where(x > 0, 1.0, 0.125)
        slope[0, 0], slope[1, 1] = one, other
        return gain * slope

    return loss, np.array([[0.0, 1.5], [-2.0, 0.0]]), gradient, {
        "not leaky at zero": turned(gradient, one=0.0, other=0.0),
        "both slopes added": turned(gradient, one=1.125),
        "negative slopes": turned(gradient, one=-0.125, other=-0.125),
        "leak forgotten": lambda x: gain * (x > 0) * 1.0,
    }, *(turned(gradient, one=a, other=b) for a in (0.125, 1.0) for b in (0.125, 1.0))


@case(True, "negated scaled zero entry")
def upper_envelope_of_planes() -> tuple:
    planes = np.array([[1.0, 2.0], [-1.0, 1.0], [0.5, -1.0]])
    height = np.array([0.0, 2.5, 0.0])

    def loss(x: Array) -> float:
        return max(float(p @ x) + h for p, h in zip(planes, height))

    def gradient(x: Array, weights: tuple = (0.5, 0.5, 0.0)) -> Array:
        return np.array(weights) @ planes

    return loss, np.array([1.0, 0.5]), gradient, {
        "sum of both planes": turned(gradient, weights=(1.0, 1.0, 0.0)),
        "mean of all planes": turned(gradient, weights=(1 / 3, 1 / 3, 1 / 3)),
        "lowest plane": turned(gradient, weights=(0.0, 0.0, 1.0)),
        "half of one plane": turned(gradient, weights=(0.5, 0.0, 0.0)),
    }, turned(gradient, weights=(1.0, 0, 0)), turned(gradient, weights=(0, 1.0, 0))


@case(True, "negated doubled zero")
def chebyshev_fit_with_equal_errors() -> tuple:
    t, y = np.array([-1.0, 0.0, 2.0, 1.0]), np.array([-1.0, -1.0, 1.0, -0.5])

    def loss(p: dict) -> float:
        return np.abs(p["level"] + p["slope"] * t - y).max()

    def gradient(p: dict, weights: tuple = (1 / 3, 1 / 3, 1 / 3, 0.0), signed: bool = True) -> dict:
        r = p["level"] + p["slope"] * t - y
        share = np.array(weights) * (np.sign(r) if signed else 1.0)
        return {"level": share.sum(), "slope": share @ t}

    return loss, {"level": 0.0, "slope": 0.0}, gradient, {
        "signs forgotten": turned(gradient, signed=False),
        "whole to each": turned(gradient, weights=(1.0, 1.0, 1.0, 0.0)),
        "sum of all errors": turned(gradient, weights=(1.0, 1.0, 1.0, 1.0)),
    }, *(turned(gradient, weights=tuple(np.eye(4)[k])) for k in range(3))


@case(True, "negated doubled scaled zero")
def range_with_ties_at_both_ends() -> tuple:
    def loss(x: Array) -> float:
        return x.max() - x.min()

    def gradient(x: Array, high: float = 0.5, low: float = 0.5, ends: float = -1.0) -> Array:
        return np.array([high, ends * low, 0.0, 1 - high, ends * (1 - low)])

    return loss, np.array([2.5, -1.0, 0.5, 2.5, -1.0]), gradient, {
        "whole to each": lambda x: np.array([1.0, -1.0, 0.0, 1.0, -1.0]),
        "lower end's sign": turned(gradient, ends=1.0),
        "lower end forgotten": turned(gradient, ends=0.0),
    }, *(turned(gradient, high=a, low=b) for a in (0.0, 1.0) for b in (0.0, 1.0))


@case(True, "negated scaled zero rolled")
def sum_of_the_two_largest() -> tuple:
    def loss(x: Array) -> float:
        return float(np.sum(sorted(x)[-2:]))

    def gradient(x: Array, first: float = 0.5, second: float = 0.5) -> Array:
        return np.array([first, 1.0, 0.0, second])

    return loss, np.array([3.0, 5.0, 1.0, 3.0]), gradient, {
        "three largest": turned(gradient, first=1.0, second=1.0),
        "tied left out": turned(gradient, first=0.0, second=0.0),
        "half each of one and a half": turned(gradient, first=0.75, second=0.75),
    }, turned(gradient, first=1.0, second=0.0), turned(gradient, first=0.0, second=1.0)


@case(True, "negated scaled zero doubled")
def largest_group_norm() -> tuple:
    def loss(x: Array) -> float:
        return max(np.sqrt((group**2).sum()) for group in x)

    def gradient(x: Array, first: float = 0.5, second: float = 0.5, unit: bool = True) -> Array:
        size = 5.0 if unit else 1.0
        return np.array([first, second, 0.0])[:, None, None] * x / size

    x = np.array([[[3.0, 0.0], [0.0, 4.0]], [[0.0, -4.0], [3.0, 0.0]], [[1.0, 0.0], [1.0, 0.0]]])
    return loss, x, gradient, {
        "whole to each": turned(gradient, first=1.0, second=1.0),
        "norm not divided": turned(gradient, unit=False),
        "weights of one and a quarter": turned(gradient, first=0.75),
    }, turned(gradient, first=1.0, second=0.0), turned(gradient, first=0.0, second=1.0)


@case(True, "negated scaled doubled")
def maxout_with_equal_pieces() -> tuple:
    x = np.array([1.0, -0.5])

    def loss(p: dict) -> float:
        top = max((piece["w"] * x).sum() + piece["b"] for piece in p["pieces"])
        return (p["gain"] * top - 1.0) ** 2

    def gradient(p: dict, weights: tuple = (0.5, 0.5, 0.0), bias: tuple = (0.5, 0.5, 0.0)) -> dict:
        top = max((piece["w"] * x).sum() + piece["b"] for piece in p["pieces"])
        e = 2 * (p["gain"] * top - 1.0)
        pieces = [{"w": e * p["gain"] * w * x, "b": e * p["gain"] * b} for w, b in zip(weights, bias)]
        return {"pieces": pieces, "gain": e * top}

    params = {"pieces": [{"w": np.array([1.0, 1.0]), "b": 0.5}, {"w": np.array([0.5, -1.0]), "b": 0.0},
                         {"w": np.array([0.5, 0.5]), "b": 0.25}], "gain": 2.0}
    first, second = (1.0, 0.0, 0.0), (0.0, 1.0, 0.0)
    return loss, params, gradient, {
        "whole to each": turned(gradient, weights=(1, 1, 0), bias=(1, 1, 0)),
        "weights to one and bias to the other": turned(gradient, weights=first, bias=second),
        "weights without bias": turned(gradient, bias=(0.0, 0.0, 0.0)),
        "losing piece": turned(gradient, weights=(0, 0, 1), bias=(0, 0, 1)),
    }, turned(gradient, weights=first, bias=first), turned(gradient, weights=second, bias=second)


@case(True, "negated doubled zero")
def rectifier_capped_at_six() -> tuple:
    def loss(x: Array) -> float:
        y = np.minimum(np.maximum(x, 0.0), 6.0)
        return (y * np.array([1.0, 2.0, -3.0, 4.0])).sum() + y[0] * y[1]

    def gradient(x: Array, cap: float = 0.0, corner: float = 0.0, cross: float = 1.0) -> Array:
        y = np.clip(x, 0.0, 6.0)
        slope = np.array([cap, 1.0, corner, 0.0])
        return slope * (np.array([1.0, 2.0, -3.0, 4.0]) + cross * np.array([y[1], y[0], 0.0, 0.0]))

    return loss, np.array([6.0, 2.5, 0.0, -1.0]), gradient, {
        "cross term forgotten": turned(gradient, cross=0.0),
        "slope of two at the cap": turned(gradient, cap=2.0),
        "negative slope at zero": turned(gradient, corner=-1.0),
    }, *(turned(gradient, cap=a, corner=b) for a in (0.0, 1.0) for b in (0.0, 1.0) if a + b)


@case(True, "zero doubled")
def triplet_at_zero_margin() -> tuple:
    def loss(p: Named) -> float:
        near = ((p["anchor"] - p["like"]) ** 2).sum()
        far = ((p["anchor"] - p["unlike"]) ** 2).sum()
        return 0.5 * (p["anchor"] ** 2).sum() + max(0.0, near - far + 1.0)

    def gradient(p: Named, slope: float = 0.5, far: float = 1.0, own: float = 1.0) -> Named:
        a, like, unlike = p["anchor"], p["like"], p["unlike"]
        return {"anchor": own * a + slope * 2 * (a - like) - far * slope * 2 * (a - unlike),
                "like": -slope * 2 * (a - like), "unlike": slope * 2 * (a - unlike)}

    params = {"anchor": np.array([1.0, 0.5]), "like": np.array([1.0, 2.5]), "unlike": np.array([3.0, -0.5])}
    return loss, params, gradient, {
        "unlike pair's pull on the anchor forgotten": turned(gradient, far=0.0),
        "slope of one and a half": turned(gradient, slope=1.5),
        "negative slope": turned(gradient, slope=-0.5),
        "slope differs by point": lambda p: {**gradient(p, slope=1.0), "like": np.zeros(2)},
    }, turned(gradient, slope=0.0), turned(gradient, slope=1.0)


@case(True, "negated doubled scaled")
def soft_threshold_at_the_threshold() -> tuple:
    target = np.array([1.0, 2.0, -1.0])

    def loss(x: Array) -> float:
        shrunk = np.sign(x) * np.maximum(np.abs(x) - 0.5, 0.0)
        return 0.5 * ((shrunk - target) ** 2).sum()

    def gradient(x: Array, slope: float = 0.0, inside: float = 0.0) -> Array:
        shrunk = np.sign(x) * np.maximum(np.abs(x) - 0.5, 0.0)
        return np.array([slope, inside, 1.0]) * (shrunk - target)

    return loss, np.array([0.5, -0.25, 3.0]), gradient, {
        "slope of one and a half": turned(gradient, slope=1.5),
        "inside the threshold as outside": turned(gradient, inside=1.0),
        "unshrunk residual": lambda x: np.array([0.0, 0.0, 1.0]) * (x - target),
    }, turned(gradient, slope=1.0)


@case(True, "negated doubled scaled entry")
def huber_at_its_corner() -> tuple:
    # the slope is continuous there, only the curvature jumps: one gradient is right
    def loss(x: Array) -> float:
        r = np.abs(x - 1.0)
        return np.where(r <= 1.0, 0.5 * r**2, r - 0.5).sum()

    def gradient(x: Array, bound: float = 1.0) -> Array:
        return np.clip(x - 1.0, -bound, bound)

    return loss, np.array([2.0, 0.0, 1.25, 5.0]), gradient, {
        "mean of slope and zero": lambda x: gradient(x) * np.array([0.5, 0.5, 1.0, 1.0]),
        "zero at the corners": lambda x: gradient(x) * np.array([0.0, 0.0, 1.0, 1.0]),
        "unclipped": turned(gradient, bound=np.inf),
    }


@case(True, "negated scaled zero entrysign")
def two_shortest_paths() -> tuple:
    paths = [(0, 1, 4), (0, 2), (3, 4, 1)]

    def loss(edges: Array) -> float:
        return min(sum(edges[e] for e in path) for path in paths) + np.log(edges).sum()

    def gradient(edges: Array, weights: tuple = (0.5, 0.5, 0.0), price: float = 1.0) -> Array:
        out = price / edges
        for weight, path in zip(weights, paths):
            out[list(path)] += weight
        return out

    return loss, np.array([1.0, 0.5, 1.5, 4.0, 1.0]), gradient, {
        "both paths wholly": turned(gradient, weights=(1.0, 1.0, 0.0)),
        "all paths evenly": turned(gradient, weights=(1 / 3, 1 / 3, 1 / 3)),
        "price forgotten": turned(gradient, price=0.0),
        "no path": turned(gradient, weights=(0.0, 0.0, 0.0)),
    }, turned(gradient, weights=(1, 0, 0)), turned(gradient, weights=(0, 1, 0))


@case(True, "negated scaled zero entry")
def time_warping_with_two_best_paths() -> tuple:
    ways = [[(0, 0), (0, 1), (1, 2), (2, 2)], [(0, 0), (1, 0), (2, 1), (2, 2)]]

    def loss(cost: Array) -> float:
        total = np.full((4, 4), np.inf, cost.dtype)
        total[0, 0] = 0.0
        for i in range(3):
            for j in range(3):
                total[i + 1, j + 1] = cost[i, j] + min(total[i, j], total[i, j + 1], total[i + 1, j])
        return total[3, 3]

    def gradient(cost: Array, one: float = 0.5, other: float = 0.5) -> Array:
        out = np.zeros((3, 3))
        for weight, way in zip((one, other), ways):
            for step in way:
                out[step] += weight
        return out

    return loss, np.array([[1.0, 2.0, 9.0], [2.0, 4.5, 1.0], [9.0, 1.0, 2.0]]), gradient, {
        "both ways wholly": turned(gradient, one=1.0, other=1.0),
        "the straight way": lambda cost: np.eye(3),
        "ends shared as well": lambda cost: np.minimum(gradient(cost), 0.5),
    }, turned(gradient, one=1.0, other=0.0), turned(gradient, one=0.0, other=1.0)


@case(True, "negated scaled zero doubled")
def best_of_equal_state_sequences() -> tuple:
    def loss(score: Array) -> float:
        best = np.zeros(2)
        for step in score:
            best = (best[:, None] + step).max(axis=0)
        return best.max()

    def along(states: tuple[int, int, int], score: Array) -> Array:
        out = np.zeros_like(score)
        out[0, states[0], states[1]] = out[1, states[1], states[2]] = 1.0
        return out

    def gradient(score: Array) -> Array:
        return np.full((2, 2, 2), 0.25)

    rows = [(a, b, c) for a in (0, 1) for b in (0, 1) for c in (0, 1)]
    return loss, np.full((2, 2, 2), 0.5), gradient, {
        "whole to each": lambda score: np.ones((2, 2, 2)),
        "half to each": lambda score: np.full((2, 2, 2), 0.5),
        "broken sequence": lambda score: np.array([[[1.0, 0], [0, 0]], [[0, 0], [0, 1.0]]]),
    }, *(partial(along, states) for states in rows)


@case(True, "negated scaled zero doubled")
def farthest_nearest_point() -> tuple:
    def loss(p: Named) -> float:
        return max(min(abs(a - b) for b in p["second"]) for a in p["first"])

    def gradient(p: Named, share: float = 0.5, total: float = 1.0, back: float = 1.0) -> Named:
        signs = np.array([-share, total - share])
        return {"first": signs, "second": -back * np.append(signs, 0.0)}

    return loss, {"first": np.array([0.0, 4.0]), "second": np.array([1.0, 3.0, 9.0])}, gradient, {
        "whole to each": lambda p: {"first": np.array([-1.0, 1.0]), "second": np.array([1.0, -1.0, 0.0])},
        "second set forgotten": turned(gradient, back=0.0),
        "second set's sign": turned(gradient, back=-1.0),
    }, turned(gradient, share=0.0), turned(gradient, share=1.0)


@case(True, "zero doubled scaled")
def point_between_two_centres() -> tuple:
    points = np.array([[0.0, 0.0], [3.0, 1.0], [-2.5, 0.0]])

    def loss(centres: Array) -> float:
        return sum(((point - centres) ** 2).sum(axis=1).min() for point in points)

    def gradient(centres: Array, share: float = 0.5, total: float = 1.0, factor: float = 2.0) -> Array:
        pull = np.array([[share, total - share], [1.0, 0.0], [0.0, 1.0]])
        return factor * np.einsum("pc,pcd->cd", pull, centres - points[:, None])

    return loss, np.array([[2.0, 1.0], [-2.0, -1.0]]), gradient, {
        "point pulls both wholly": turned(gradient, share=1.0, total=2.0),
        "point left out": turned(gradient, share=0.0, total=0.0),
        "factor two forgotten": turned(gradient, factor=1.0),
    }, turned(gradient, share=0.0), turned(gradient, share=1.0)


@case(True, "negated scaled zero rolled")
def trimmed_mean_with_equal_extremes() -> tuple:
    def loss(x: Array) -> float:
        return (x.sum() - x.max() - x.min()) / (x.size - 2)

    def gradient(x: Array, one: float = 0.5, other: float = 0.5) -> Array:
        return np.array([0.0, 1.0, 1.0, one, other]) / 3

    return loss, np.array([1.0, 2.0, 5.0, 7.0, 7.0]), gradient, {
        "both extremes trimmed": turned(gradient, one=0.0, other=0.0),
        "none trimmed": turned(gradient, one=1.0, other=1.0),
        "plain mean": lambda x: np.full(5, 0.2),
    }, turned(gradient, one=1.0, other=0.0), turned(gradient, one=0.0, other=1.0)


@case(True, "negated doubled scaled")
def fused_penalty_on_equal_neighbours() -> tuple:
    y = np.array([1.0, 0.0, 3.0, 2.0])

    def loss(x: Array) -> float:
        return 0.5 * ((x - y) ** 2).sum() + 2.0 * sum(abs(x[i + 1] - x[i]) for i in range(3))

    def gradient(x: Array, first: float = 0.0, last: float = 0.0, back: float = 1.0) -> Array:
        s = 2.0 * np.array([first, 1.0, last])
        return x - y + np.append(0.0, s) - back * np.append(s, 0.0)

    return loss, np.array([0.5, 0.5, 2.25, 2.25]), gradient, {
        "slope of three halves": turned(gradient, first=1.5),
        "left neighbours forgotten": turned(gradient, back=0.0),
        "equal neighbours pushed the same way": lambda x: gradient(x) + np.array([1.0, 1.0, 0.0, 0.0]),
    }, *(turned(gradient, first=a, last=b) for a in (-1.0, 1.0) for b in (-1.0, 1.0))


@case(True, "doubled halved zero")
def variation_of_a_flat_image() -> tuple:
    tilt = np.array([[2.0, 1.0], [-3.0, 0.5]])

    def loss(u: Array) -> float:
        return np.abs(np.diff(u, axis=0)).sum() + np.abs(np.diff(u, axis=1)).sum() + (tilt * u).sum()

    def gradient(u: Array, slopes: tuple = (0.0, 0.0, 0.0, 0.0)) -> Array:
        left, right, top, bottom = slopes  # of the differences down the columns and along the rows
        return tilt + np.array([[-left - top, -right + top], [left - bottom, right + bottom]])

    corners = [(a, b, c, d) for a in (-1, 1) for b in (-1, 1) for c in (-1, 1) for d in (-1, 1)]
    return loss, np.full((2, 2), 0.5), gradient, {
        "all pushed up": lambda u: tilt + 1.0,
        "slopes beyond one": turned(gradient, slopes=(2.0, 0.0, 2.0, 0.0)),
        "tilt's sign": lambda u: -tilt,
    }, *(turned(gradient, slopes=corner) for corner in corners)


@case(True, "negated doubled scaled")
def dead_zone_at_its_edge() -> tuple:
    def loss(p: tuple) -> float:
        x, gain = p
        return gain * sum(max(abs(v) - 1.0, 0.0) for v in x) + 0.5 * gain**2

    def gradient(p: tuple, edge: float = 0.0, inside: float = 0.0, own: float = 1.0) -> tuple:
        x, gain = p
        slope = np.array([edge, inside, -1.0])
        return gain * slope, np.maximum(np.abs(x) - 1.0, 0.0).sum() + own * gain

    return loss, (np.array([1.0, 0.25, -3.0]), 2.0), gradient, {
        "slope of two at the edge": turned(gradient, edge=2.0),
        "slope inside": turned(gradient, inside=1.0),
        "gain's square forgotten": turned(gradient, own=0.0),
    }, turned(gradient, edge=1.0)


@case(True, "negated scaled doubled")
def pinball_with_an_exact_fit() -> tuple:
    data, level = np.array([0.0, 1.0, 2.0, 5.0]), 0.75

    def loss(q: float) -> float:
        total = 0.0
        for value in data:
            r = value - q
            total += level * r if r >= 0 else (level - 1) * r
        return total

    def gradient(q: float, slope: float = 0.0) -> float:
        # by r the slopes are 3/4 above and -1/4 below; slope is the one of the exact fit
        return -(level * 1 + (level - 1) * 2) - slope

    return loss, 2.0, turned(gradient, slope=level), {
        "level off by one": turned(gradient, slope=level + 1),
        "both slopes taken away": turned(gradient, slope=level - 2),
        "median's slope": lambda q: 0.5,
    }, turned(gradient, slope=level - 1)


@case(True, "negated scaled doubled")
def linear_spline_at_its_knots() -> tuple:
    knots = np.array([-1.0, 0.5, 2.0])

    def loss(p: Named) -> float:
        value = 0.0
        for k, c in zip(knots, p["c"]):
            value = value + c * np.maximum(p["x"] - k, 0.0)
        return ((value - np.array([1.0, 4.0])) ** 2).sum()

    def gradient(p: Named, one: float = 0.0, other: float = 0.0, beyond: float = 0.0) -> Named:
        ramps = np.maximum(p["x"][:, None] - knots, 0.0)
        e = 2 * (ramps @ p["c"] - np.array([1.0, 4.0]))
        slopes = np.array([[1.0, one, beyond], [1.0, 1.0, other]])
        return {"x": e * (slopes @ p["c"]), "c": ramps.T @ e}

    return loss, {"x": np.array([0.5, 2.0]), "c": np.array([0.5, 1.0, -2.0])}, gradient, {
        "slope of two at the knot": turned(gradient, one=2.0),
        "later knots as well": turned(gradient, beyond=1.0),
        "slopes without coefficients": lambda p: {"x": gradient(p)["x"] * 3, "c": gradient(p)["c"]},
    }, *(turned(gradient, one=a, other=b) for a in (0.0, 1.0) for b in (0.0, 1.0) if a + b)


@case(True, "negated doubled zero")
def earth_movers_distance_on_a_line() -> tuple:
    other = np.array([0.25, 0.25, 0.25, 0.25])

    def loss(p: Array) -> float:
        return np.abs(np.cumsum(p - other))[:-1].sum()

    def gradient(p: Array, slope: float = 0.0) -> Array:
        signs = np.array([1.0, slope, -1.0])
        return np.append(np.cumsum(signs[::-1])[::-1], 0.0)

    return loss, np.array([0.5, 0.0, 0.125, 0.375]), gradient, {
        "slope of two": turned(gradient, slope=2.0),
        "last sum for all": lambda p: np.array([-1.0, -1.0, -1.0, 0.0]),
        "sums from the front": lambda p: np.array([1.0, 1.0, 0.0, 0.0]),
    }, turned(gradient, slope=1.0), turned(gradient, slope=-1.0)


@case(True, "negated scaled entry mean")
def log_sum_with_shift_by_a_tied_maximum() -> tuple:
    # the maximum cancels, so that the tie leaves no choice
    def loss(x: Array) -> float:
        top = x.max()
        return top + np.log(np.exp(x - top).sum())

    def gradient(x: Array, extra: float = 0.0) -> Array:
        tied = (x == x.max()) * 1.0
        return np.exp(x) / np.exp(x).sum() + extra * tied / tied.sum()

    return loss, np.array([1.5, 0.5, 1.5, -1.0, 1.5]), gradient, {
        "shift added": turned(gradient, extra=1.0),
        "shift inside forgotten": turned(gradient, extra=-1.0),
        "maximum's weights": lambda x: (x == x.max()) / 3.0,
    }


@case(True, "negated scaled entry doubled")
def signed_square_and_squared_ramp_at_zero() -> tuple:
    # both are smooth at zero, with a slope of exactly zero there
    def loss(x: Array) -> float:
        return (x[0] * np.abs(x[0]) + np.maximum(x[1], 0.0) ** 2).sum() + x[0] @ x[1]

    def gradient(x: Array, cross: float = 1.0, corner: float = 0.0) -> Array:
        own = np.stack([2 * np.abs(x[0]), 2 * np.maximum(x[1], 0.0)]) + corner * (x == 0)
        return own + cross * x[::-1]

    return loss, np.array([[0.0, -1.5, 2.0], [0.75, 0.0, -0.5]]), gradient, {
        "cross term forgotten": turned(gradient, cross=0.0),
        "slope one at zero": turned(gradient, corner=1.0),
        "sign of the square": lambda x: gradient(x) * np.array([[1.0, -1.0, 1.0], [1.0, 1.0, 1.0]]),
    }


@case(True, "negated scaled zero doubled")
def value_of_a_game_with_equal_entries() -> tuple:
    def loss(m: Array) -> float:
        return max(min(m[i, j] for j in range(2)) for i in range(2)) ** 2

    def gradient(m: Array, weights: tuple = (0.25, 0.25, 0.25, 0.25)) -> Array:
        return 2 * m[0, 0] * np.reshape(weights, (2, 2))

    return loss, np.full((2, 2), 1.5), gradient, {
        "whole to each": turned(gradient, weights=(1.0, 1.0, 1.0, 1.0)),
        "whole row": turned(gradient, weights=(1.0, 1.0, 0.0, 0.0)),
        "three quarters": turned(gradient, weights=(0.25, 0.25, 0.25, 0.0)),
    }, *(turned(gradient, weights=tuple(np.eye(4)[k])) for k in range(4))


@case(True, "zero doubled")
def distance_of_equal_numbers() -> tuple:
    def loss(p: dict) -> float:
        return abs(p["a"] - p["b"]) + 0.5 * p["a"] ** 2 + p["b"]

    def gradient(p: dict, slope: float = 0.0, back: float = -1.0) -> dict:
        return {"a": slope + p["a"], "b": back * slope + 1.0}

    return loss, {"a": 3.25, "b": 3.25}, gradient, {
        "both the same way": turned(gradient, slope=0.5, back=1.0),
        "only one moves": turned(gradient, slope=1.0, back=0.0),
        "slope of two": turned(gradient, slope=2.0),
        "squares forgotten": lambda p: {"a": 0.0, "b": 1.0},
    }, turned(gradient, slope=1.0), turned(gradient, slope=-1.0)


@case(True, "negated scaled zero")
def weighted_order_statistics() -> tuple:
    weight = np.array([1.0, 2.0, 4.0])

    def loss(x: Array) -> float:
        return weight.dot(np.sort(x))

    def gradient(x: Array, first: float = 3.0, second: float = 3.0) -> Array:
        return np.array([first, 1.0, second])

    return loss, np.array([2.5, -1.0, 2.5]), gradient, {
        "largest weight to each": turned(gradient, first=4.0, second=4.0),
        "smaller weight to each": turned(gradient, first=2.0, second=2.0),
        "weights in order of the entries": lambda x: weight.copy(),
    }, turned(gradient, first=2.0, second=4.0), turned(gradient, first=4.0, second=2.0)


@case(True, "negated scaled zero")
def running_maximum_with_a_repeat() -> tuple:
    gain = np.array([1.0, 2.0, 1.0, 3.0])

    def loss(x: Array) -> float:
        return (gain * np.maximum.accumulate(x)).sum()

    def gradient(x: Array, share: float = 0.5, total: float = 1.0) -> Array:
        # from the third on the peak is held by the second and fourth
        return np.array([1.0, 3.0 + 3.0 * share, 0.0, 3.0 * (total - share)])

    return loss, np.array([0.5, 2.0, 1.0, 2.0]), gradient, {
        "whole to each": turned(gradient, share=1.0, total=2.0),
        "repeat counts for neither": turned(gradient, share=0.0, total=0.0),
        "no running": lambda x: gain.copy(),
    }, turned(gradient, share=0.0), turned(gradient, share=1.0)


@case(True, "negated scaled zero doubled")
def assignment_with_two_best() -> tuple:
    orders = [(0, 1, 2), (1, 0, 2), (0, 2, 1), (1, 2, 0), (2, 0, 1), (2, 1, 0)]

    def loss(cost: Array) -> float:
        return min(sum(cost[i, j] for i, j in enumerate(order)) for order in orders)

    def gradient(cost: Array, first: float = 0.5, second: float = 0.5) -> Array:
        return first * np.eye(3) + second * np.eye(3)[[1, 0, 2]]

    return loss, np.array([[1.0, 2.0, 9.0], [2.0, 3.0, 8.0], [7.0, 9.0, 0.5]]), gradient, {
        "both wholly": turned(gradient, first=1.0, second=1.0),
        "even over all": lambda cost: np.full((3, 3), 1 / 3),
        "best in each row": lambda cost: np.array([[1.0, 0, 0], [1.0, 0, 0], [0, 0, 1.0]]),
    }, turned(gradient, first=1.0, second=0.0), turned(gradient, first=0.0, second=1.0)


@case(True, "negated doubled scaled zero")
def margin_to_two_rival_classes() -> tuple:
    x = np.array([1.0, 2.0])

    def loss(w: Array) -> float:
        scores = w @ x
        rivals = max(scores[1], scores[2])
        return np.maximum(0.0, 1.0 + rivals - scores[0])

    def gradient(w: Array, rivals: tuple = (0.5, 0.5), own: float = -1.0) -> Array:
        return np.outer([own, *rivals], x)

    return loss, np.array([[0.5, 0.25], [1.0, 0.0], [0.0, 0.5]]), gradient, {
        "whole to each rival": turned(gradient, rivals=(1.0, 1.0)),
        "own class forgotten": turned(gradient, own=0.0),
        "own class twice": turned(gradient, own=-2.0),
    }, turned(gradient, rivals=(1.0, 0.0)), turned(gradient, rivals=(0.0, 1.0))


@case(True, "scaled doubled zero")
def larger_by_an_if() -> tuple:
    def loss(p: list) -> float:
        a, b = p
        larger = a if a > b else b  # noqa: FURB136 - the branch is the point
        return math.exp(larger) + a * b

    def gradient(p: list, share: float = 0.5, total: float = 1.0, cross: float = 1.0) -> list:
        a, b = p
        return [share * math.exp(a) + cross * b, (total - share) * math.exp(b) + cross * a]

    return loss, [0.5, 0.5], gradient, {
        "whole to each": turned(gradient, share=1.0, total=2.0),
        "none to each": turned(gradient, share=0.0, total=0.0),
        "product forgotten": turned(gradient, cross=0.0),
    }, turned(gradient, share=0.0), turned(gradient, share=1.0)


@case(True, "negated scaled zero")
def deepest_drawdown_twice() -> tuple:
    def loss(price: Array) -> float:
        peak, deepest = price[0], 0.0
        for value in price:
            peak = max(peak, value)
            deepest = max(deepest, peak - value)
        return deepest

    def gradient(price: Array, share: float = 0.5, total: float = 1.0) -> Array:
        rest = total - share
        return np.array([share, -share, rest, 0.0, -rest])

    return loss, np.array([3.0, 1.0, 4.0, 3.5, 2.0]), gradient, {
        "whole to each": turned(gradient, share=1.0, total=2.0),
        "from peak to the other trough": lambda price: np.array([1.0, 0.0, 0.0, 0.0, -1.0]),
        "troughs only": lambda price: np.array([0.0, -0.5, 0.0, 0.0, -0.5]),
    }, turned(gradient, share=0.0), turned(gradient, share=1.0)


# ----------------------------------------------------------------------------------------------------------
# Hard: saturated.


@case(True, "negated scaled small entry")
def confident_logistic_outputs() -> tuple:
    def loss(z: Array) -> float:
        return np.log1p(np.exp(-z)).sum()

    def gradient(z: Array) -> Array:
        return -1 / (1 + np.exp(z))

    return loss, np.array([11.0, 17.5, 24.0, 14.0]), gradient, {
        "probability instead of its complement": lambda z: -sigmoid(z),
        "squared error's slope": lambda z: -2 / (1 + np.exp(z)) ** 2,
        "most confident forgotten": lambda z: gradient(z) * (z < 20),
    }


@case(True, "negated scaled small entry")
def saturated_hidden_layer() -> tuple:
    out = np.array([1.0, -0.7, 0.4])

    def loss(p: Named) -> float:
        return (out * np.tanh(p["w"].sum(axis=0) + p["b"])).sum()

    def gradient(p: Named, square: int = 2) -> Named:
        h = np.tanh(p["w"].sum(axis=0) + p["b"])
        d = out * (1 - h**square)
        return {"w": np.stack([d, d]), "b": d}

    params = {"w": np.array([[3.0, -4.0, 2.0], [2.5, -1.5, 3.0]]), "b": np.array([1.0, -0.5, 0.25])}
    return loss, params, gradient, {
        "tanh's slope not squared": turned(gradient, square=1),
        "inputs' second row forgotten": lambda p: {**gradient(p), "w": gradient(p)["w"] * [[1.0], [0.0]]},
        "logistic's slope": lambda p: {key: leaf / 4 for key, leaf in gradient(p).items()},
    }


@case(True, "negated scaled small doubled")
def softmax_sure_of_its_class() -> tuple:
    def loss(z: Array) -> float:
        others = [math.exp(float(z[k] - z[0])) for k in range(1, 4)]
        return math.log1p(sum(others))

    def gradient(z: Array, hot: float = 1.0) -> Array:
        e = np.exp(z - z[0])
        rest = e[1:].sum()
        return np.append(-hot * rest, e[1:]) / (1 + rest)

    return loss, np.array([16.0, 0.5, -2.0, 3.0]), gradient, {
        "own class left out": turned(gradient, hot=0.0),
        "own class pushed the wrong way": turned(gradient, hot=-1.0),
        "runner-up only": lambda z: gradient(z) * np.array([1.0, 0.0, 0.0, 1.0]),
    }


@case(True, "negated scaled doubled")
def far_tail_of_the_normal() -> tuple:
    def loss(p: dict) -> float:
        return math.erfc((p["bound"] - p["mean"]) / (p["sd"] * math.sqrt(2))) / 2

    def gradient(p: dict, inner: float = 1.0, half: float = 2.0) -> dict:
        z = (p["bound"] - p["mean"]) / p["sd"]
        density = math.exp(-z * z / half) / math.sqrt(2 * math.pi) / p["sd"]
        return {"bound": -density, "mean": density, "sd": inner * z * density}

    return loss, {"bound": 9.0, "mean": 1.0, "sd": 1.3}, gradient, {
        "deviation held fixed": turned(gradient, inner=0.0),
        "exponent's half forgotten": turned(gradient, half=1.0),
        "standard density": lambda p: {key: value * p["sd"] for key, value in gradient(p).items()},
    }


@case(True, "negated scaled small entry")
def dose_response_on_its_plateau() -> tuple:
    def loss(p: tuple) -> float:
        dose, half, power = p
        return sum(d**power / (half**power + d**power) for d in dose)

    def gradient(p: tuple, logs: bool = True) -> tuple:
        dose, half, power = p
        y = dose**power / (half**power + dose**power)
        slope = y * (1 - y)
        return (slope * power / dose, -float((slope * power / half).sum()),
                float((slope * (np.log(dose / half) if logs else np.log(dose))).sum()))

    return loss, (np.array([40.0, 90.0, 200.0]), 2.0, 3.0), gradient, {
        "half dose's logarithm forgotten": turned(gradient, logs=False),
        "plateau's complement": lambda p: (gradient(p)[0] / 2, *gradient(p)[1:]),
        "flat": lambda p: (np.zeros(3), 0.0, 0.0),
    }


@case(True, "negated scaled entry leafzeroed")
def gates_shut_and_open() -> tuple:
    inputs = np.array([0.5, -1.0, 2.0, 1.5, -0.5])

    def loss(p: Named) -> float:
        cell = 0.3
        for u in inputs:
            keep, take = sigmoid(p["keep"][0] + p["keep"][1] * u), sigmoid(p["take"][0] + p["take"][1] * u)
            cell = keep * cell + take * np.tanh(u)
        return cell**2

    def gradient(p: Named, memory: float = 1.0) -> Named:
        cell, d_keep, d_take = 0.3, np.zeros(2), np.zeros(2)
        for u in inputs:
            keep, take = sigmoid(p["keep"][0] + p["keep"][1] * u), sigmoid(p["take"][0] + p["take"][1] * u)
            d_keep = memory * keep * d_keep + keep * (1 - keep) * cell * np.array([1.0, u])
            d_take = memory * keep * d_take + take * (1 - take) * np.tanh(u) * np.array([1.0, u])
            cell = keep * cell + take * np.tanh(u)
        return {"keep": 2 * cell * d_keep, "take": 2 * cell * d_take}

    return loss, {"keep": np.array([11.0, 0.5]), "take": np.array([-9.0, 0.25])}, gradient, {
        "cell not carried": turned(gradient, memory=0.0),
        "gates exchanged": lambda p: {"keep": gradient(p)["take"], "take": gradient(p)["keep"]},
    }


@case(True, "negated scaled small entry")
def outliers_far_in_the_tail() -> tuple:
    far = np.array([[1e3, -2e4], [5e5, 3.0]])

    def loss(m: Array) -> float:
        return np.arctan(far - m).sum()

    def gradient(m: Array, power: int = 2) -> Array:
        return -1 / (1 + np.abs(far - m) ** power)

    return loss, np.array([[0.5, -0.3], [1.0, 2.0]]), gradient, {
        "distance not squared": turned(gradient, power=1),
        "farthest cut": lambda m: np.where(np.abs(far) > 1e5, 0.0, gradient(m)),
        "farthest doubled": lambda m: np.where(np.abs(far) > 1e5, 2.0, 1.0) * gradient(m),
    }


# ----------------------------------------------------------------------------------------------------------
# Hard: nearly cancelling terms.


@case(True, "negated scaled entry doubled")
def variance_from_two_moments() -> tuple:
    def loss(x: Array) -> float:
        return (x**2).mean() - x.mean() ** 2

    def gradient(x: Array, mean: float = 1.0) -> Array:
        return 2 * (x - mean * x.mean()) / x.size

    return loss, 3000.0 + np.array([0.5, -1.25, 2.0, 0.75, -3.0]), gradient, {
        "mean held fixed": turned(gradient, mean=0.0),
        "unbiased": lambda x: gradient(x) * 5 / 4,
        "mean's factor": turned(gradient, mean=1.0001),
    }


@case(True, "negated scaled doubled zero")
def root_minus_its_argument() -> tuple:
    def loss(x: float) -> float:
        return math.sqrt(x * x + 1.0) - x

    def gradient(x: float) -> float:
        root = math.sqrt(x * x + 1.0)
        return -1.0 / (root * (root + x))

    return loss, 2000.0, gradient, {
        "argument only": lambda x: -1.0,
        "root only": lambda x: x / math.sqrt(x * x + 1.0),
        "inverse": lambda x: -1.0 / (2 * x),
    }


@case(True, "negated scaled entry doubled")
def versine_over_square() -> tuple:
    def loss(x: Array) -> float:
        return ((1 - np.cos(x)) / x**2).sum()

    def gradient(x: Array, quotient: float = 2.0) -> Array:
        # by half angles, which do not cancel as the loss does
        versine = 2 * np.sin(x / 2) ** 2
        series = -x / 12 + x**3 / 180 - x**5 / 6720
        return np.where(np.abs(x) < 0.1, series, 0.0) + np.where(
            np.abs(x) < 0.1, 0.0, np.sin(x) / x**2 - quotient * versine / x**3)

    return loss, np.array([0.02, -0.05, 1.5]), gradient, {
        "square's factor forgotten": turned(gradient, quotient=1.0),
        "series of the half": lambda x: np.where(np.abs(x) < 0.1, -x / 6, gradient(x)),
        "sine's part only": turned(gradient, quotient=0.0),
    }


@case(True, "negated scaled")
def exponentials_nearly_equal() -> tuple:
    def loss(p: dict) -> float:
        return (np.exp(p["a"]) - np.exp(p["b"])) * 1e4 + p["a"] * p["b"]

    def gradient(p: dict, cross: float = 1.0, stale: float = 0.0) -> dict:
        return {"a": 1e4 * np.exp(p["a"]) + cross * p["b"],
                "b": -1e4 * np.exp(p["b"] - stale) + cross * p["a"]}

    return loss, {"a": -8.00001, "b": -8.0}, gradient, {
        "product forgotten": turned(gradient, cross=0.0),
        "difference taken for zero": lambda p: {"a": p["b"], "b": p["a"]},
        "exponential of an earlier step": turned(gradient, stale=0.1),
    }


@case(True, "negated scaled entry transposed")
def determinant_of_nearly_dependent_rows() -> tuple:
    def loss(m: Array) -> float:
        return (m[0, 0] * (m[1, 1] * m[2, 2] - m[1, 2] * m[2, 1])
                - m[0, 1] * (m[1, 0] * m[2, 2] - m[1, 2] * m[2, 0])
                + m[0, 2] * (m[1, 0] * m[2, 1] - m[1, 1] * m[2, 0]))

    def gradient(m: Array, signs: bool = True) -> Array:
        out = np.zeros((3, 3))
        for i in range(3):
            for j in range(3):
                minor = np.delete(np.delete(m, i, 0), j, 1)
                det = minor[0, 0] * minor[1, 1] - minor[0, 1] * minor[1, 0]
                out[i, j] = (-1) ** (i + j) * det if signs else det
        return out

    m = np.array([[1.0, 2.0, 3.0], [1.001, 2.0, 2.999], [0.999, 2.002, 3.0]])
    return loss, m, gradient, {
        "signs of the minors forgotten": turned(gradient, signs=False),
        "one row's minors zero": lambda m: gradient(m) * np.array([[1.0], [1.0], [0.0]]),
    }


@case(True, "negated scaled doubled zero")
def alternating_series_of_the_exponential() -> tuple:
    def loss(x: float) -> float:
        total, term = 0.0, 1.0
        for k in range(1, 80):
            total += term
            term *= -x / k
        return total

    def gradient(x: float) -> float:
        return -math.exp(-x)

    return loss, 11.0, gradient, {
        "growing": lambda x: math.exp(-x),
        "off by a millionth": lambda x: -math.exp(-x) - 1e-6,
        "inner derivative twice": lambda x: -1.5 * math.exp(-x),
    }


@case(True, "negated scaled entry rolled")
def bending_of_a_nearly_straight_beam() -> tuple:
    def loss(y: Array) -> float:
        return 0.5 * sum((y[i - 1] - 2 * y[i] + y[i + 1]) ** 2 for i in range(1, len(y) - 1))

    def gradient(y: Array, middle: float = -2.0) -> Array:
        bend = y[:-2] - 2 * y[1:-1] + y[2:]
        out = np.zeros_like(y)
        out[:-2] += bend
        out[1:-1] += middle * bend
        out[2:] += bend
        return out

    return loss, 500.0 + 20.0 * np.arange(6) + np.array([0.0, 1e-3, -2e-3, 1e-3, 3e-3, 0.0]), gradient, {
        "middle once": turned(gradient, middle=-1.0),
        "middle's sign": turned(gradient, middle=2.0),
        "ends held": lambda y: gradient(y) * np.array([0.0, 1, 1, 1, 1, 0.0]),
    }


@case(True, "negated scaled")
def small_root_of_a_quadratic() -> tuple:
    def loss(p: dict) -> float:
        return (-p["b"] + math.sqrt(p["b"] ** 2 - 4 * p["c"])) / 2

    def gradient(p: dict, four: float = 4.0) -> dict:
        root = math.sqrt(p["b"] ** 2 - 4 * p["c"])
        return {"b": 2 * p["c"] / (root * (root + p["b"])), "c": -four / (4 * root)}

    return loss, {"b": 3000.0, "c": 2.0}, gradient, {
        "discriminant's four forgotten": turned(gradient, four=1.0),
        "linear part only": lambda p: {**gradient(p), "b": -0.5},
        "linear coefficient held fixed": lambda p: {**gradient(p), "b": 0.0},
    }


@case(True, "negated scaled entry")
def potential_of_a_dipole() -> tuple:
    apart = 1e-3

    def loss(r: Array) -> float:
        return 1 / np.sqrt((r**2).sum()) - 1 / np.sqrt(((r + np.array([apart, 0.0, 0.0])) ** 2).sum())

    def gradient(r: Array, second: float = 1.0) -> Array:
        other = r + np.array([apart, 0.0, 0.0])
        return -r / np.linalg.norm(r) ** 3 + second * other / np.linalg.norm(other) ** 3

    return loss, np.array([1.0, 2.0, -0.5]), gradient, {
        "one charge only": turned(gradient, second=0.0),
        "both charges of one sign": turned(gradient, second=-1.0),
        "dipole along another axis": lambda r: gradient(r)[[1, 0, 2]],
    }


# ----------------------------------------------------------------------------------------------------------
# Hard: large offsets.


@case(True, "negated scaled entry rolled")
def waves_on_a_large_constant() -> tuple:
    def loss(x: Array) -> float:
        return 1e6 + np.sin(x).prod()

    def gradient(x: Array, constant: float = 0.0) -> Array:
        return (np.sin(x).prod() + constant) * np.cos(x) / np.sin(x)

    return loss, np.array([[0.5, 1.0], [2.0, 0.8]]), gradient, {
        "constant not dropped": turned(gradient, constant=1e6),
        "own factor not exchanged": lambda x: np.sin(x).prod() * np.cos(x),
    }


@case(True, "negated scaled entry doubled")
def positions_far_from_the_origin() -> tuple:
    origin = np.array([4.5e6, 5.8e6])

    def loss(p: Array) -> float:
        local = p - origin
        return np.log1p((local**2).sum(axis=1)).mean()

    def gradient(p: Array, count: int = 3) -> Array:
        local = p - origin
        return 2 * local / (1 + (local**2).sum(axis=1, keepdims=True)) / count

    return loss, origin + np.array([[1.0, -2.0], [0.5, 3.0], [-1.5, 0.25]]), gradient, {
        "sum instead of mean": turned(gradient, count=1),
        "origin forgotten": lambda p: 2 * p / (1 + (p**2).sum(axis=1, keepdims=True)) / 3,
        "points exchanged": lambda p: gradient(p)[[1, 0, 2]],
    }


@case(True, "negated scaled small")
def trend_over_time_stamps() -> tuple:
    stamps = 1.7e9 + np.array([0.0, 3600.0, 9000.0, 20000.0])
    y = np.array([3.0, 3.5, 4.1, 6.0])

    def loss(p: Array) -> float:
        return ((p[0] + p[1] * (stamps - 1.7e9) - y) ** 2).sum() + 1e-18 * (p[1] * stamps).sum() ** 2

    def gradient(p: Array, shifted: bool = True) -> Array:
        r = p[0] + p[1] * (stamps - 1.7e9) - y
        slope = 2e-18 * (p[1] * stamps).sum() * stamps.sum()
        return 2 * np.array([r.sum(), r @ (stamps - 1.7e9 * shifted)]) + np.array([0.0, slope])

    return loss, np.array([2.5, 1e-4]), gradient, {
        "shift forgotten": turned(gradient, shifted=False),
        "intercept doubled": lambda p: gradient(p) * np.array([2.0, 1.0]),
        "intercept zero": lambda p: gradient(p) * np.array([0.0, 1.0]),
    }


@case(True, "negated scaled entry")
def forces_on_a_large_total_energy() -> tuple:
    def loss(r: Array) -> float:
        energy = -2635.25
        for i in range(len(r)):
            for j in range(i):
                d = np.sqrt(((r[i] - r[j]) ** 2).sum())
                energy = energy + 0.1 * (1 - np.exp(-1.2 * (d - 1.4))) ** 2
        return energy

    def gradient(r: Array, inner: float = 1.2, back: float = 1.0) -> Array:
        out = np.zeros_like(r)
        for i in range(len(r)):
            for j in range(i):
                gap = r[i] - r[j]
                d = np.linalg.norm(gap)
                e = np.exp(-1.2 * (d - 1.4))
                force = 0.2 * (1 - e) * e * inner * gap / d
                out[i] += force
                out[j] -= back * force
        return out

    return loss, np.array([[0.0, 0.0, 0.0], [1.5, 0.1, 0.0], [0.2, 1.3, 0.6]]), gradient, {
        "inner derivative forgotten": turned(gradient, inner=1.0),
        "action without reaction": turned(gradient, back=0.0),
    }


@case(True, "negated scaled doubled")
def profit_as_a_difference_of_billions() -> tuple:
    def loss(p: dict) -> float:
        revenue = 4e9 * (1 + 1e-4 * np.log(p["price"]).sum())
        cost = 3.999e9 + 2e5 * np.sum(p["price"] ** 2)
        return cost - revenue

    def gradient(p: dict, revenue: float = 4e5, cost: float = 4e5) -> dict:
        return {"price": cost * p["price"] - revenue / p["price"]}

    return loss, {"price": np.array([1.5, 0.7, 2.0])}, gradient, {
        "revenue forgotten": turned(gradient, revenue=0.0),
        "square's factor forgotten": turned(gradient, cost=2e5),
    }


@case(True, "negated scaled entry mean")
def temperatures_near_a_large_base() -> tuple:
    def loss(t: Array) -> float:
        grid = t.reshape(2, 2, 2)
        laplace = sum((np.diff(grid, axis=axis) ** 2).sum() for axis in range(3))
        return laplace + 1e-6 * (grid**2).sum()

    def gradient(t: Array, axes: int = 3) -> Array:
        out = 2e-6 * t
        for axis in range(axes):
            step = 2 * np.diff(t, axis=axis)
            out = out + np.concatenate([-step, step], axis=axis)
        return out

    return loss, 29315.0 + np.random.default_rng(230).normal(size=(2, 2, 2)), gradient, {
        "one direction left out": turned(gradient, axes=2),
        "base only": turned(gradient, axes=0),
    }


# ----------------------------------------------------------------------------------------------------------
# Hard: very small and very large losses and parameters.


@case(True, "negated scaled small entry")
def leakage_currents() -> tuple:
    def loss(v: Array) -> float:
        return (1e-12 * np.expm1(v / 0.5)).sum()

    def gradient(v: Array, inner: float = 0.5) -> Array:
        return 1e-12 * np.exp(v / inner) / inner

    return loss, np.array([0.1, -0.4, 0.7]), gradient, {
        "thermal voltage doubled": turned(gradient, inner=1.0),
        "constant forgotten": lambda v: gradient(v) * 1e3,
        "taken for rounding": lambda v: np.zeros(3),
    }


@case(True, "negated scaled entry doubled")
def energies_of_the_order_of_1e12() -> tuple:
    def loss(p: Named) -> float:
        return 0.5 * p["mass"] * (p["speed"] ** 2).sum() + p["mass"] * 9.81 * p["height"]

    def gradient(p: Named, half: float = 0.5, gravity: float = 9.81) -> Named:
        return {"mass": half * (p["speed"] ** 2).sum() + gravity * p["height"],
                "speed": 2 * half * p["mass"] * p["speed"], "height": gravity * p["mass"]}

    return loss, {"mass": 4.2e5, "speed": np.array([7e3, 1.2e3, -40.0]), "height": 4e5}, gradient, {
        "half forgotten": turned(gradient, half=1.0),
        "gravity forgotten": turned(gradient, gravity=1.0),
    }


@case(True, "negated scaled entry")
def product_of_many_small_densities() -> tuple:
    data = np.random.default_rng(232).normal(2.0, 1.0, size=40)

    def loss(p: Array) -> float:
        likelihood = 1.0
        for value in data:
            z = (value - p[0]) / p[1]
            likelihood = likelihood * np.exp(-0.5 * z * z) / (2.5 * p[1])
        return likelihood

    def gradient(p: Array, log: bool = False, size: float = 1.0) -> Array:
        z = (data - p[0]) / p[1]
        whole = np.prod(np.exp(-0.5 * z**2) / (2.5 * p[1]))
        return (1.0 if log else whole) * np.array([z.sum(), (z**2 - size).sum()]) / p[1]

    return loss, np.array([1.6, 1.3]), gradient, {
        "logarithm's gradient": turned(gradient, log=True),
        "normaliser forgotten": turned(gradient, size=0.0),
    }


@case(True, "negated scaled entry rolled")
def nanometre_gaps() -> tuple:
    hamaker = 1e-20

    def loss(gap: Array) -> float:
        return -(hamaker / (12 * np.pi * gap**2)).sum() + (1e-3 * np.exp(-gap / 2e-9)).sum()

    def gradient(gap: Array, power: int = 3, length: float = 2e-9) -> Array:
        return hamaker / (6 * np.pi * gap**power) - 1e-3 / length * np.exp(-gap / 2e-9)

    return loss, np.array([1e-9, 2.5e-9, 4e-9]), gradient, {
        "attraction's power": turned(gradient, power=2),
        "decay length in nanometres": turned(gradient, length=2.0),
    }


@case(True, "negated scaled entry mean")
def faint_field_on_a_lattice() -> tuple:
    def loss(a: Array) -> float:
        rough = sum(float(((np.roll(a, -1, axis) - a) ** 2).sum()) for axis in range(4))
        return rough + 1e8 * float((a**3).sum())

    def gradient(a: Array, cubic: float = 3e8, axes: int = 4) -> Array:
        out = cubic * a**2
        for axis in range(axes):
            out = out + 2 * (2 * a - np.roll(a, 1, axis) - np.roll(a, -1, axis))
        return out

    return loss, 1e-8 * np.random.default_rng(234).normal(size=(2, 2, 1, 3)), gradient, {
        "cube's factor forgotten": turned(gradient, cubic=1e8),
        "last direction left out": turned(gradient, axes=3),
    }


@case(True, "negated scaled entry doubled")
def squares_of_enormous_numbers() -> tuple:
    def loss(x: Array) -> float:
        return (x**2).sum() / 7.0 + x[0] * x[1]

    def gradient(x: Array, cross: float = 1.0) -> Array:
        return 2 * x / 7.0 + cross * np.array([x[1], x[0], 0.0])

    return loss, np.array([3e60, -1e60, 2e60]), gradient, {
        "cross term forgotten": turned(gradient, cross=0.0),
        "cross term doubled": turned(gradient, cross=2.0),
    }


@case(True, "negated scaled doubled zero")
def charge_radius_in_metres() -> tuple:
    momenta = np.array([5e13, 2e14, 6e14])
    seen = np.array([0.99, 0.95, 0.8])

    def loss(radius: float) -> float:
        return float((((1 + (momenta * radius) ** 2 / 12) ** -2 - seen) ** 2).sum())

    def gradient(radius: float, power: int = -3, inner: float = 6.0) -> float:
        form = 1 + (momenta * radius) ** 2 / 12
        slope = -2 * form**power * momenta**2 * radius / inner
        return float((2 * (form**-2.0 - seen) * slope).sum())

    return loss, 8.4e-16, gradient, {
        "power not lowered": turned(gradient, power=-2),
        "square's slope": turned(gradient, inner=12.0),
    }


CASES: tuple[Case, ...] = tuple(_CASES)
