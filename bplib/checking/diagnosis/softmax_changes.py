"""Mistakes in the slope of a softmax, and at the mask before it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from bplib.automatic_differentiation import Rule
from bplib.checking.diagnosis.change import Change, Map, unchanged
from bplib.checking.witnesses.regions import Softmax, softmaxes, unshifted
from bplib.types import Array


def softmax_changes(m: Map) -> Iterator[Change]:
    """Mistakes in the slope of a softmax: its sum forgotten, its diagonal alone, another axis, or all of it left out."""
    yield from _twice(m)
    every = softmaxes(m.record)
    yield from _masked(m, every)
    families = [every, *([one] for one in every if len(every) > 1)]
    for family in families if every else ():
        ways: list[tuple[str, str, Callable[[Array, Array, int], Array]]] = [
            ("softmax-diagonal", "of the softmax's slope only the diagonal p * (1 - p) is in it", lambda d, p, axis: d * p * (1 - p)),
            ("softmax-diagonal", "the sum is missing in the slope of the softmax", lambda d, p, axis: d * p),
            ("activation-derivative-missing", "the slope of the softmax is left out", lambda d, p, axis: d),
        ]  # fmt: skip
        for other in range(np.ndim(m.value(family[0].output))):
            if other != family[0].axis:
                ways.append(
                    (
                        "wrong-axis",
                        "the slope of the softmax sums over another axis",
                        lambda d, p, axis, other=other: p * (d - (d * p).sum(axis=other, keepdims=True)),  # type: ignore[misc]
                    )
                )
        for cause, said, rule in ways:
            yield Change(
                cause,
                family[0].output,
                said,
                functions={s.output: (s.source, _along(rule, s.axis)) for s in family},
            )


def _along(rule: Callable[[Array, Array, int], Array], axis: int) -> Rule:
    return lambda d, p, *_: rule(d, p, axis)


def _twice(m: Map) -> Iterator[Change]:
    """The slope of a softmax before a loss that contains the softmax already."""
    sources = {unshifted(m.record, index) for index in m.live if m.node(index).name == "exp"}
    for source in sorted(sources):
        z = np.asarray(m.value(source), dtype=float)
        if z.ndim < 2 or source not in m.live:
            continue
        e = np.exp(z - z.max(axis=-1, keepdims=True))
        p = e / e.sum(axis=-1, keepdims=True)
        said = "the slope of the softmax comes once more on top of the loss"
        for again in (
            lambda d, p=p: p * (d - (d * p).sum(axis=-1, keepdims=True)),
            lambda d, p=p: d * p * (1 - p),
        ):  # type: ignore[misc]
            yield Change("softmax-differentiated-twice", source, said, m.arriving([source], again))


def _masked(m: Map, every: list[Softmax]) -> Iterator[Change]:
    """What was hidden from a softmax is heard on the way back: everywhere, or, in one pass or both, hidden again only behind it."""
    found: dict[int, tuple[Softmax, Array, Array]] = {}
    for softmax in every:
        node = m.node(softmax.source)
        hidden = _hidden(m, softmax.source)
        if hidden is None:
            continue
        k = m.passing(softmax.source)[0]
        z = np.broadcast_to(m.value(node.arguments[k].index), np.shape(node.value))
        e = np.exp(z - z.max(axis=softmax.axis, keepdims=True))
        found[k if len(every) == 1 else softmax.source] = (
            softmax,
            hidden,
            e / e.sum(axis=softmax.axis, keepdims=True),
        )
    if not found:
        return
    first = next(iter(found.values()))[0].source
    values = {softmax.output: shares for softmax, _, shares in found.values()}
    passed = {(s.source, m.passing(s.source)[0]): unchanged for s, _, _ in found.values()}
    slope = lambda d, p, axis: p * (d - (d * p).sum(axis=axis, keepdims=True))
    open_ = {s.output: (s.source, _as_shares(slope, p, s.axis, 1.0)) for s, _, p in found.values()}
    behind = [
        {s.output: (s.source, _as_shares(slope, p, s.axis, ~hidden)) for s, hidden, p in found.values()},
        {s.output: (s.source, _as_shares(slope, p * ~hidden, s.axis, 1.0)) for s, hidden, p in found.values()},
    ]
    yield Change(
        "mask-forgotten",
        first,
        "the mask is missing on the way back through the softmax",
        passed,
        open_,
        m.moved(values),
    )
    shut = {softmax.output: shares * ~hidden for softmax, hidden, shares in found.values()}
    said = "the mask comes behind the softmax {}, and not before it"
    for where, given in (
        ("on the way back", {}),
        ("on the way back", m.moved(shut)),
        ("in both passes", m.shadow(shut, lambda _: True)),
    ):
        for rules in behind:
            yield Change("mask-after-softmax", first, said.format(where), passed, rules, given)


def _as_shares(slope: Callable[..., Array], p: Array, axis: int, heard: Any) -> Rule:
    return lambda d, *_: slope(d * heard, p, axis)


def _hidden(m: Map, index: int) -> Array | None:
    """Where a constant mask has put something far below all else, or None where there is none."""
    node, edges = m.node(index), m.passing(index)
    if node.name not in ("where", "add", "subtract") or len(edges) != 1:
        return None
    y = np.asarray(m.value(index))
    hidden = np.asarray(y < np.median(np.abs(y)) - 1e3)
    return hidden if hidden.any() and not hidden.all() else None
