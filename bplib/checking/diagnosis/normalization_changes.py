r"""Mistakes in normalization: batch, layer and root-mean-square, however they are written.

.. math:: \hat x = (x - \mu) / \sigma, \qquad
    \bar x = \frac{1}{\sigma} \Bigl( \bar{\hat x} - \operatorname{mean} \bar{\hat x} - \hat x \operatorname{mean}(\hat x \bar{\hat x}) \Bigr)

Each mistake is this line with a term or a factor changed. Source: Ioffe and Szegedy, *Batch Normalization*, 2015, section 3.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

from bplib.automatic_differentiation import Entry, Rule
from bplib.checking.diagnosis.change import Change, Map
from bplib.types import Array


class Normalization(NamedTuple):
    """From the node ``source`` to the node ``output`` = gain * (x - mean) / spread (+ shift)."""

    source: int
    output: int
    axes: tuple[int, ...]
    centred: bool
    hat: Array
    spread: Array
    gain: Array


def normalizations(m: Map) -> list[Normalization]:
    """What is divided by the root of a mean of its own squares."""
    found = []
    for index in m.live:
        if m.node(index).name not in ("sqrt", "power"):
            continue
        spread = np.asarray(m.value(index), dtype=float)
        if m.node(index).name == "power":
            exponent = m.node(index).arguments[1]
            if type(exponent) is Entry or abs(exponent) != 0.5:
                continue
            spread = spread if exponent > 0 else 1 / spread
        for source in m.live:
            x = np.asarray(m.value(source), dtype=float)
            if source >= index or x.ndim < 2 or spread.size == 1 or spread.size >= x.size:
                continue
            found += _from(m, source, x, index, spread)
    return found


def _from(m: Map, source: int, x: Array, index: int, spread: Array) -> list[Normalization]:
    found: list[Normalization] = []
    for axes in {
        (0,),
        (x.ndim - 1,),
        tuple(range(x.ndim - 1)),
        (0, *range(2, x.ndim)),
        tuple(range(1, x.ndim)),
    }:
        mean, square = x.mean(axis=axes, keepdims=True), (x**2).mean(axis=axes, keepdims=True)
        for centred, power in ((True, square - mean**2), (False, square)):
            try:
                sigma = np.broadcast_to(
                    spread.reshape(power.shape) if spread.size == power.size else spread, power.shape
                )
            except ValueError:
                continue
            eps = sigma**2 - power
            if (
                np.ptp(eps) > 1e-9 * max(1.0, float(sigma.max()) ** 2)
                or eps.min() < -1e-9
                or eps.max() > max(0.1, power.max())
            ):
                continue
            hat = (x - mean if centred else x) / sigma
            found += [
                Normalization(source, output, axes, centred, hat, sigma, gain)
                for output in m.live
                if output > index and (gain := _gain(m, output, hat)) is not None
            ]
    return found


def _gain(m: Map, output: int, hat: Array) -> Array | None:
    """By what a node is more than the normalized array: one, or a parameter."""
    y = np.asarray(m.value(output), dtype=float)
    if y.shape != hat.shape:
        return None
    if np.allclose(y, hat, rtol=1e-9, atol=1e-12):
        return np.ones(())
    for leaf in m.record.leaves.values():
        gain = np.asarray(m.value(leaf), dtype=float)
        for shape in (gain.shape, (-1, *(1,) * (hat.ndim - 2))):
            try:
                shaped = gain.reshape(shape)
                if np.allclose(y, shaped * hat, rtol=1e-9, atol=1e-12):
                    return shaped
            except ValueError:
                continue
    return None


def normalization_changes(m: Map) -> Iterator[Change]:
    """Every normalization, with a term or a factor of its way back changed."""
    for n in normalizations(m):
        other = [a for a in _other_axes(n.hat.ndim) if a != n.axes]
        ways: list[tuple[str, str, Any]] = [
            ("statistics-constant", "mean and spread are taken for constants", lambda g, n: g / n.spread),
            ("statistics-constant", "the mean is taken for a constant", lambda g, n: (g - n.hat * _mean(g * n.hat, n.axes)) / n.spread),
            ("statistics-constant", "the spread is taken for a constant", lambda g, n: (g - _mean(g, n.axes) * n.centred) / n.spread),
            ("factor-missing", "the division by the spread is left out", lambda g, n: _whole(g, n, n.axes)),
            ("factor-twice", "the division by the spread is in it twice", lambda g, n: _whole(g, n, n.axes) / n.spread**2),
            ("factor-missing", "the root is missing in the division by the spread", lambda g, n: _whole(g, n, n.axes) / n.spread**2),
        ]  # fmt: skip
        for wrong in other:
            ways.append(
                (
                    "wrong-axis",
                    f"the means are taken over {_named(wrong)}",
                    lambda g, n, wrong=wrong: _whole(g, n, wrong) / n.spread,
                )
            )
            ways.append(
                (
                    "wrong-axis",
                    f"all means are taken over {_named(wrong)}",
                    lambda g, n, wrong=wrong: (
                        (g - n.centred * _mean(g, wrong) - n.hat * _mean(g * n.hat, wrong)) / n.spread
                    ),
                )
            )
        for gained, cause, said in (
            (lambda d, n: d * n.gain, "", ""),
            (lambda d, n: d, "factor-missing", "the gain is left out"),
            (lambda d, n: d * n.gain**2, "factor-twice", "the gain is in it twice"),
        ):
            if cause and np.size(n.gain) > 1:
                yield _changed(
                    n,
                    cause,
                    f"{said} in a normalization",
                    gained,
                    lambda g, n: _whole(g, n, n.axes) / n.spread,
                )
            elif not cause:
                for name, what, way in ways:
                    yield _changed(n, name, f"in a normalization {what}", gained, way)
        if np.size(n.gain) > 1:
            said = "the gain is left out in one term of a normalization"
            yield _changed(
                n,
                "factor-missing",
                said,
                lambda d, n: d,
                lambda g, n: (
                    (g * n.gain - n.centred * _mean(g * n.gain, n.axes) - n.hat * _mean(g * n.hat, n.axes))
                    / n.spread
                ),
            )

            twice = lambda g, n: (
                (g - n.centred * _mean(g, n.axes)) / n.spread
                - n.gain * n.hat * _mean(g * n.hat, n.axes) / n.spread
            )
            said = "the gain is in it twice in one term of a normalization"
            yield _changed(n, "factor-twice", said, lambda d, n: d * n.gain, twice)


def _changed(n: Normalization, cause: str, said: str, gained: Any, way: Any) -> Change:
    def rule(d: Array, y: Array, x: Array) -> Array:
        return way(gained(d, n), n)

    through: Rule = rule
    return Change(cause, n.output, said, functions={n.output: (n.source, through)})


def _whole(g: Array, n: Normalization, axes: tuple[int, ...]) -> Array:
    return g - n.centred * _mean(g, axes) - n.hat * _mean(g * n.hat, n.axes)


def _mean(g: Array, axes: tuple[int, ...]) -> Array:
    return g.mean(axis=axes, keepdims=True)


def _other_axes(ndim: int) -> list[tuple[int, ...]]:
    ends = [
        (0,),
        (ndim - 1,),
        tuple(range(ndim - 1)),
        tuple(range(ndim)),
        tuple(range(1, ndim)),
        (0, *range(2, ndim)),
    ]
    return list(dict.fromkeys(ends))


def _named(axes: tuple[int, ...]) -> str:
    return f"the ax{'e' if len(axes) > 1 else 'i'}s {', '.join(map(str, axes))}"
