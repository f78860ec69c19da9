"""Typical answers to the project on real data."""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from bplib.checking.exercises.typical.ideas import TINY, Ideas, each, each_of, sigmoid
from bplib.checking.judging.check import Mistake, Typical
from bplib.types import Array

Two = tuple[Array, Array]
#: A loss and its slope.
Both = tuple[float, Array]
#: A threshold and what it costs.
Cheapest = tuple[float, float]

# Right, in other words ------------------------------------------------------------------------------------------


def _scale_by_columns(x_train: Array, x_new: Array) -> Two:
    train, new = np.zeros(x_train.shape), np.zeros(x_new.shape)
    for j in range(x_train.shape[1]):
        middle = np.median(x_train[:, j])
        distance = np.mean(np.abs(x_train[:, j] - middle))
        if distance == 0:
            distance = 1.0
        train[:, j] = (x_train[:, j] - middle) / distance
        new[:, j] = (x_new[:, j] - middle) / distance
    return train, new


def _weighted_by_samples(logits: Array, labels: Array, weight: float) -> Both:
    total, counted = 0.0, 0.0
    slopes = np.zeros(len(logits))
    for i in range(len(logits)):
        if labels[i] == 1:
            total += weight * np.logaddexp(0, -logits[i])
            counted += weight
            slopes[i] = weight * (0.5 * (1 + np.tanh(0.5 * logits[i])) - 1)
        else:
            total += np.logaddexp(0, logits[i])
            counted += 1
            slopes[i] = 0.5 * (1 + np.tanh(0.5 * logits[i]))
    return total / counted, slopes / counted


def _weighted_in_steps(logits: Array, labels: Array, weight: float) -> Both:
    counts = 1 + (weight - 1) * labels
    shares = counts / counts.sum()
    losses = np.maximum(logits, 0) - labels * logits + np.log1p(np.exp(-np.abs(logits)))
    slopes = 0.5 * (1 + np.tanh(0.5 * logits)) - labels
    return (shares * losses).sum(), shares * slopes


def _threshold_by_costs(probabilities: Array, labels: Array, miss: int, alarm: int) -> Cheapest:
    candidates = np.append(probabilities, 1.0)
    costs = np.zeros(len(candidates))
    for k in range(len(candidates)):
        misses = np.sum((probabilities < candidates[k]) & (labels == 1))
        alarms = np.sum((probabilities >= candidates[k]) & (labels == 0))
        costs[k] = miss * misses + alarm * alarms
    least = costs.min()
    return candidates[costs == least].min(), least


def _quantile_by_samples(prediction: Array, target: Array, share: float) -> Both:
    m = len(target)
    total, slopes = 0.0, np.zeros(m)
    for i in range(m):
        if target[i] > prediction[i]:
            total += share * (target[i] - prediction[i])
            slopes[i] = -share / m
        elif target[i] < prediction[i]:
            total += (1 - share) * (prediction[i] - target[i])
            slopes[i] = (1 - share) / m
    return total / m, slopes


# Wrong ----------------------------------------------------------------------------------------------------------


def _scaled(
    center: Callable[[Array], Any] = lambda x: np.median(x, axis=0),
    spread: Callable[[Array], Any] = lambda x: np.abs(x - np.median(x, axis=0)).mean(axis=0),
    constant: float = 1.0,
    by: Callable[[Array, Array], Array] = lambda x_train, x_new: x_train,
    own: bool = False,
) -> Callable[..., Two]:
    """Another center or another spread, or of other samples; ``own`` scales the new by what is measured on themselves."""

    def scaled(x_train: Array, x_new: Array) -> Two:
        def apply(x: Array, base: Array) -> Array:
            distance = spread(base)
            return (x - center(base)) / np.where(distance != 0, distance, constant)

        seen = by(x_train, x_new)
        return apply(x_train, seen), apply(x_new, x_new if own else seen)

    return scaled


def _weighted(
    loss: Callable[[Array, Array], Array] = lambda z, y: np.logaddexp(0, (1 - 2 * y) * z),
    slope: Callable[[Array, Array], Array] = lambda z, y: sigmoid(z) - y,
    counts: Callable[[Array, float], Array] = lambda y, w: np.where(y == 1, w, 1.0),
    total: Callable[[Array], Any] = np.sum,
) -> Callable[..., Both]:
    """Another loss or slope of one sample, other weights, or another divisor."""

    def weighted(logits: Array, labels: Array, weight: float) -> Both:
        c = counts(labels, weight)
        return np.sum(c * loss(logits, labels)) / total(c), c * slope(logits, labels) / total(c)

    return weighted


def _cut(z: Array, y: Array, o: float) -> Array:
    """The loss of a probability that is kept away from 0 and 1."""
    p = np.clip(sigmoid(z), o, 1 - o)
    return -np.log(np.where(y == 1, p, 1 - p))


def _chosen(
    called: Callable[[Array, Any], Array] = lambda p, t: p >= t,
    cost: Callable[[Any, Any, Any, Any], Any] = lambda misses, alarms, miss, alarm: (
        miss * misses + alarm * alarms
    ),
    candidates: Callable[[Array], Array] = lambda p: np.append(p, 1.0),
    choose: Callable[[Array, Array], Any] = lambda ts, costs: ts[costs == costs.min()].min(),
    given: Callable[[Any, int], Any] = lambda cost, m: cost,
) -> Callable[..., Cheapest]:
    """Another decision, other costs, other candidates, another choice among them, or another cost that is given."""

    def chosen(probabilities: Array, labels: Array, miss: int, alarm: int) -> Cheapest:
        thresholds = candidates(probabilities)

        def of(threshold: Any) -> Any:
            now = called(probabilities, threshold)
            return cost(np.sum(~now & (labels == 1)), np.sum(now & (labels == 0)), miss, alarm)

        costs = np.array([of(threshold) for threshold in thresholds])
        best = choose(thresholds, costs)
        return best, given(of(best), len(labels))

    return chosen


def _first(thresholds: Array, costs: Array) -> Any:
    return thresholds[costs.argmin()]


def _at_one_half(probabilities: Array, labels: Array, miss: int, alarm: int) -> Cheapest:
    now = probabilities >= 0.5
    return 0.5, miss * np.sum(~now & (labels == 1)) + alarm * np.sum(now & (labels == 0))


#: What stands for the slope where prediction and target are equal.
_AT_THE_KINK = (lambda q: 0.0, lambda q: -q, lambda q: 1 - q, lambda q: 0.5 - q)


def _quantile(
    of: Callable[[Array, float], Array] = lambda short, q: np.maximum(q * short, (q - 1) * short),
    slope: Callable[[Array, float], Array] = lambda short, q: np.where(short > 0, -q, 1 - q),
    total: Callable[[Array], Any] = np.mean,
    parts: Callable[[Array], Any] = len,
) -> Callable[..., Both]:
    """Another loss or slope of one sample, or another mean."""

    def quantile(prediction: Array, target: Array, share: float) -> Both:
        short = target - prediction
        return total(of(short, share)), slope(short, share) / parts(short)

    return quantile


def _beside_the_kink(prediction: Array, target: Array, share: float, o: Callable[[float], float]) -> Both:
    """The slope at the kink, also where the two are nearly equal."""

    def slope(short: Array, q: float) -> Array:
        return np.select([np.abs(short) < 1e-5, short > 0], [o(q), -q], 1 - q)

    return _quantile(slope=slope)(prediction, target, share)


_CENTERS: Ideas = (
    ("other-function", lambda x: x.mean(axis=0)),
    ("other-axis", lambda x: np.median(x, axis=1, keepdims=True) if len(x) == x.shape[1] else np.median(x)),
    ("one-for-all", np.median),
    ("step-left-out", lambda x: 0.0),
    ("off-by-one", lambda x: np.sort(x, axis=0)[len(x) // 2]),
    ("off-by-one", lambda x: np.sort(x, axis=0)[(len(x) - 1) // 2]),
    ("largest-smallest", lambda x: x.min(axis=0)),
)
_SPREADS: Ideas = (
    ("other-function", lambda x: x.std(axis=0)),
    ("other-function", lambda x: np.abs(x - x.mean(axis=0)).mean(axis=0)),
    ("other-function", lambda x: np.median(np.abs(x - np.median(x, axis=0)), axis=0)),
    ("other-function", lambda x: np.sqrt(((x - np.median(x, axis=0)) ** 2).mean(axis=0))),
    ("other-function", lambda x: np.ptp(x, axis=0)),
    ("other-function", lambda x: np.abs(x - np.median(x, axis=0)).max(axis=0)),
    ("power-mixed", lambda x: ((x - np.median(x, axis=0)) ** 2).mean(axis=0)),
    ("sum-for-mean", lambda x: np.abs(x - np.median(x, axis=0)).sum(axis=0)),
    ("off-by-one", lambda x: np.abs(x - np.median(x, axis=0)).sum(axis=0) / max(len(x) - 1, 1)),
    ("step-left-out", lambda x: np.ones(x.shape[1])),
    ("function-left-out", lambda x: (x - np.median(x, axis=0)).mean(axis=0)),
    ("one-for-all", lambda x: np.abs(x - np.median(x, axis=0)).mean()),
    ("term-left-out", lambda x: np.abs(x).mean(axis=0)),
    *(
        (cause, lambda x, o=o, kept=kept: kept(np.abs(x - np.median(x, axis=0)).mean(axis=0), o))
        for o in (o for o in TINY if o >= 1e-20)  # smaller ones are below any distance that is asked about
        for cause, kept in (
            ("term-too-many", lambda s, o: s + o),
            ("term-too-many", lambda s, o: s + (s == 0) + o),
            ("other-constant", lambda s, o: np.where(s == 0, 1, np.maximum(s, o))),
            ("other-constant", lambda s, o: np.where(s > o, s, 1)),
        )
    ),
)

TYPICAL = {
    "robust_scale": Typical(
        forms=(_scale_by_columns,),
        mistakes=(
            *each(_CENTERS, lambda x_train, x_new, o: _scaled(center=o)(x_train, x_new)),
            *each(_SPREADS, lambda x_train, x_new, o: _scaled(spread=o)(x_train, x_new)),
            *each(
                _SPREADS[:1], lambda x_train, x_new, o: _scaled(lambda x: x.mean(axis=0), o)(x_train, x_new)
            ),
            Mistake("other-variable", _scaled(by=lambda x_train, x_new: np.vstack([x_train, x_new]))),
            Mistake("other-variable", _scaled(by=lambda x_train, x_new: x_new)),
            Mistake("other-variable", _scaled(own=True)),
            Mistake("not-finite", _scaled(constant=0.0)),
            Mistake("case-left-out", _scaled(constant=np.inf)),
            *(Mistake("case-left-out", _scaled(constant=o)) for o in TINY),
            Mistake("input-returned", lambda x_train, x_new: (x_train, x_new)),
        ),
    ),
    "weighted_loss": Typical(
        forms=(_weighted_by_samples, _weighted_in_steps),
        mistakes=(
            Mistake("other-count", _weighted(total=len)),
            Mistake("sum-for-mean", _weighted(total=lambda c: 1.0)),
            Mistake("classes-exchanged", _weighted(counts=lambda y, w: np.where(y == 0, w, 1.0))),
            Mistake("counted-alike", _weighted(counts=lambda y, w: np.ones(len(y)))),
            Mistake("one-for-all", _weighted(counts=lambda y, w: w * np.ones(len(y)), total=len)),
            Mistake("case-left-out", _weighted(counts=lambda y, w: w * y)),
            Mistake("term-left-out", _weighted(counts=lambda y, w: w * y, total=len)),
            Mistake("rest-for-share", _weighted(counts=lambda y, w: np.where(y == 1, w, 1 - w))),
            Mistake("term-left-out", _weighted(counts=lambda y, w: np.where(y == 1, 1 + w, 1.0))),
            Mistake("sign-inside", _weighted(loss=lambda z, y: np.logaddexp(0, (2 * y - 1) * z))),
            Mistake("turned-sign", _weighted(loss=lambda z, y: -np.logaddexp(0, (1 - 2 * y) * z))),
            Mistake("other-function", _weighted(loss=lambda z, y: (sigmoid(z) - y) ** 2)),
            Mistake(
                "other-function", _weighted(loss=lambda z, y: np.logaddexp(0, (1 - 2 * y) * z) / np.log(2))
            ),
            Mistake(
                "not-finite",
                _weighted(loss=lambda z, y: -(y * np.log(sigmoid(z)) + (1 - y) * np.log(1 - sigmoid(z)))),
            ),
            Mistake("not-finite", _weighted(loss=lambda z, y: np.log(1 + np.exp((1 - 2 * y) * z)))),
            *(Mistake("cut-off", _weighted(loss=partial(_cut, o=o))) for o in TINY),
            Mistake("upstream-missing", _weighted(slope=lambda z, y: sigmoid(z) * (1 - sigmoid(z)))),
            Mistake(
                "slope-squared",
                _weighted(slope=lambda z, y: (sigmoid(z) - y) * sigmoid(z) * (1 - sigmoid(z))),
            ),
            Mistake("term-left-out", _weighted(slope=lambda z, y: sigmoid(z))),
            Mistake("function-left-out", _weighted(slope=lambda z, y: z - y)),
        ),
    ),
    "best_threshold": Typical(
        forms=(_threshold_by_costs,),
        mistakes=(
            Mistake("comparison-border", _chosen(called=lambda p, t: p > t)),
            Mistake("comparison-reversed", _chosen(called=lambda p, t: p <= t)),
            Mistake("exchanged-arguments", _chosen(cost=lambda f, a, miss, alarm: alarm * f + miss * a)),
            Mistake("counted-alike", _chosen(cost=lambda f, a, miss, alarm: f + a)),
            Mistake("term-left-out", _chosen(cost=lambda f, a, miss, alarm: miss * f)),
            Mistake("term-left-out", _chosen(cost=lambda f, a, miss, alarm: alarm * a)),
            Mistake("comparison-border", _chosen(choose=lambda ts, costs: ts[costs == costs.min()].max())),
            Mistake("other-places", _chosen(choose=_first)),
            Mistake("largest-smallest", _chosen(choose=lambda ts, costs: ts[costs == costs.max()].min())),
            Mistake("case-left-out", _chosen(candidates=lambda p: p)),
            Mistake("term-too-many", _chosen(candidates=lambda p: np.append(p, [0.0, 1.0]))),
            Mistake("off-by-one", _chosen(candidates=lambda p: np.append(np.sort(p)[1:], 1.0))),
            Mistake("off-by-one", _chosen(candidates=lambda p: np.append(p[1:], 1.0))),
            Mistake("off-by-one", _chosen(candidates=lambda p: np.append(p[:-1], 1.0))),
            Mistake("other-places", _chosen(candidates=lambda p: np.linspace(0, 1, 101))),
            Mistake("other-places", _chosen(candidates=lambda p: np.linspace(0, 1, 11))),
            Mistake("other-places", _chosen(candidates=lambda p: np.append(0.0, p))),
            Mistake("other-places", _chosen(candidates=lambda p: np.concatenate([[0.0], p, [1.0]]))),
            Mistake("mean-for-sum", _chosen(given=lambda cost, m: cost / m)),
            Mistake("same-for-all", _at_one_half),
            Mistake(
                "other-variable",
                _chosen(candidates=lambda p: np.append((np.sort(p)[1:] + np.sort(p)[:-1]) / 2, 1.0)),
            ),
        ),
    ),
    "quantile_loss": Typical(
        forms=(_quantile_by_samples,),
        mistakes=(
            Mistake("rest-for-share", _quantile(lambda s, q: np.maximum((1 - q) * s, -q * s))),
            Mistake("sum-for-mean", _quantile(total=np.sum, parts=lambda s: 1)),
            Mistake("largest-smallest", _quantile(lambda s, q: np.minimum(q * s, (q - 1) * s))),
            Mistake("counted-alike", _quantile(lambda s, q: np.abs(s))),
            Mistake("one-for-all", _quantile(lambda s, q: q * np.abs(s))),
            Mistake("side-zero", _quantile(lambda s, q: q * np.maximum(s, 0))),
            Mistake("sign-inside", _quantile(lambda s, q: np.where(s > 0, q * s, (1 - q) * s))),
            Mistake("function-left-out", _quantile(lambda s, q: q * s)),
            Mistake("power-mixed", _quantile(lambda s, q: np.where(s > 0, q, 1 - q) * s**2)),
            Mistake("sign", _quantile(slope=lambda s, q: np.where(s > 0, q, q - 1))),
            Mistake("rest-for-share", _quantile(slope=lambda s, q: np.where(s > 0, q - 1, q))),
            Mistake("not-averaged", _quantile(parts=lambda s: 1)),
            Mistake("counted-alike", _quantile(slope=lambda s, q: -np.sign(s))),
            Mistake("one-for-all", _quantile(slope=lambda s, q: -q * np.sign(s))),
            Mistake("side-zero", _quantile(slope=lambda s, q: np.where(s > 0, -q, 0.0))),
            Mistake("mirrored", _quantile(slope=lambda s, q: np.where(s > 0, -q, q - 1))),
            *each_of(_AT_THE_KINK, "close-is-on", _beside_the_kink),
        ),
    ),
}
