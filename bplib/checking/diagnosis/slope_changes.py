"""Mistakes in slopes: of elementwise functions, and of the softmax."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np

from bplib.automatic_differentiation import Entry, Rule
from bplib.checking.diagnosis.change import Change, Map, named, times
from bplib.checking.witnesses.regions import ELEMENTWISE, STRAIGHT, Region, regions
from bplib.checking.witnesses.replay import entries_of
from bplib.types import Array

#: Regions that are looked at one by one; with more, only in groups.
SINGLES = 8


class _Bend(NamedTuple):
    """An elementwise function with its argument, value and slope."""

    region: Region
    z: Array
    y: Array
    slope: Array


def slope_changes(m: Map) -> Iterator[Change]:
    """Every elementwise function, alone, with those of its line, of its kind, and all, with another slope."""
    bends = [b for b in _bends(m) if np.size(b.z)]
    groups: dict[tuple[int, ...], list[_Bend]] = {}
    by_line, by_kind = defaultdict(list), defaultdict(list)
    for bend in bends:
        by_line[tuple(m.group(bend.region.output)), len(bend.region.nodes)].append(bend)
        by_kind[_kind(m, bend)].append(bend)
    families = [*by_line.values(), *by_kind.values(), bends]
    if len(bends) <= SINGLES:
        families += [[bend] for bend in bends]
    last = max((bend.region.output for bend in bends), default=-1)
    families.append([bend for bend in bends if bend.region.output != last])
    for family in families:
        key = tuple(sorted(bend.region.output for bend in family))
        if family and key not in groups and len(set(key)) == len(family):
            groups[key] = family
    for family in groups.values():
        yield from _of_family(m, family, bends)


def _bends(m: Map) -> list[_Bend]:
    whole = regions(m.record)
    known = {region.output for region in whole}
    single = []
    for index in m.live:
        node = m.node(index)
        edges = m.passing(index)
        if node.name in ELEMENTWISE and node.name not in STRAIGHT and len(edges) == 1 and index not in known:
            source = node.arguments[edges[0]].index
            if np.shape(m.value(source)) == np.shape(node.value):
                single.append(Region(source, index, (index,)))
    found = []
    for region in (*whole, *single):
        if region.output in m.flowing:
            z = np.asarray(m.value(region.source), dtype=float)
            y, slope = region.at(m.record, z)
            found.append(_Bend(region, z, np.asarray(y, dtype=float), slope))
    return found


def _kind(m: Map, bend: _Bend) -> tuple[str, ...]:
    return tuple(m.node(index).name for index in bend.region.nodes)


def _of_family(m: Map, family: list[_Bend], bends: list[_Bend]) -> Iterator[Change]:
    first = family[0].region
    what = named(m.record, first.output, first)
    ways: list[tuple[str, str, Callable[[_Bend], Array]]] = [
        ("activation-derivative-missing", f"the slope of {what} is left out", lambda b: np.ones_like(b.z)),
        ("derivative-at-activation", f"the slope of {what} is taken at its result", lambda b: b.region.at(m.record, b.y)[1]),
        ("other-activation", f"the slope of {what} is taken for y * (1 - y)", lambda b: b.y * (1 - b.y)),
        ("other-activation", f"the slope of {what} is taken for 1 - y ** 2", lambda b: 1 - b.y**2),
        ("other-activation", f"the slope of {what} is taken for a step", lambda b: (b.z > 0) * 1.0),
        ("derivative-at-activation", f"the slope of {what} is taken for z * (1 - z)", lambda b: b.z * (1 - b.z)),
        ("tanh-from-weighted-input", f"the slope of {what} is taken for 1 - z ** 2", lambda b: 1 - b.z**2),
        ("value-for-slope", f"the value of {what} stands for its slope", lambda b: b.y),
        ("other-activation", f"the slope of {what} is taken for that of a sigmoid", lambda b: _sigmoid(b.z) * (1 - _sigmoid(b.z))),
        ("other-activation", f"the slope of {what} is taken for that of tanh", lambda b: 1 - np.tanh(b.z) ** 2),
        ("derivative-at-activation", f"the slope of {what} is taken for that of a sigmoid at its result", lambda b: _sigmoid(b.y) * (1 - _sigmoid(b.y))),
        ("value-for-slope", f"a sigmoid stands for the slope of {what}", lambda b: _sigmoid(b.z)),
        ("slope-squared", f"the slope of {what} is in it twice", lambda b: b.slope**2),
    ]  # fmt: skip
    kinds = {_kind(m, b): b for b in bends}
    own = {_kind(m, b) for b in family}
    for kind, other in kinds.items():
        if kind not in own:
            ways.append(
                (
                    "other-activation",
                    f"the slope of {what} is taken for that of {named(m.record, other.region.output, other.region)}",
                    lambda b, other=other: other.region.at(m.record, b.z)[1],
                )
            )
    for cause, said, slope_of in ways:
        functions: dict[int, tuple[int, Rule]] = {}
        with np.errstate(all="ignore"):
            for bend in family:
                try:
                    slope = np.broadcast_to(slope_of(bend), bend.z.shape)
                except Exception:  # noqa: BLE001 - another function's constants need not fit these shapes
                    break
                if not np.isfinite(slope).all():
                    break
                functions[bend.region.output] = (bend.region.source, times(slope))
        if len(functions) == len(family):
            yield Change(cause, first.output, said, functions=functions)


def _sigmoid(x: Array) -> Array:
    return 0.5 * (1 + np.tanh(0.5 * x))


class Softmax(NamedTuple):
    """A softmax: from the node ``source`` over ``axis`` to the shares at ``output``."""

    source: int
    output: int
    axis: int


def softmaxes(m: Map) -> list[Softmax]:
    """Exponentials divided by their sum, whatever was subtracted from the exponents."""
    found = []
    for index in m.live:
        node = m.node(index)
        if node.name not in ("divide", "true_divide") or len(node.arguments) != 2:
            continue
        top, bottom = (entry.index if type(entry) is Entry else -1 for entry in node.arguments)
        if top < 0 or bottom < 0 or m.node(top).name != "exp":
            continue
        total = m.node(bottom)
        while total.name in ("expand_dims", "reshape", "getitem", "add", "broadcast_to"):
            total = m.node(entries_of(total)[0].index)
        p = np.asarray(node.value)
        if total.name != "sum" or entries_of(total)[0].index != top or p.ndim == 0:
            continue
        axes = [axis for axis in range(p.ndim) if np.allclose(p.sum(axis=axis), 1, atol=1e-6)]
        source = _unshifted(m, top)
        if axes and np.shape(m.value(source)) == p.shape:
            found.append(Softmax(source, index, axes[-1]))
    return found


def _unshifted(m: Map, exponential: int) -> int:
    """The array whose exponential is taken, before a maximum was subtracted from it."""
    inner = entries_of(m.node(exponential))[0].index
    node = m.node(inner)
    if node.name == "subtract" and type(node.arguments[0]) is Entry:
        before = node.arguments[0].index
        shift = node.arguments[1]
        size = np.size(m.value(shift.index)) if type(shift) is Entry else np.size(shift)
        if size < np.size(node.value):
            return int(before)
    return int(inner)


def softmax_changes(m: Map) -> Iterator[Change]:
    """Mistakes in the slope of a softmax: its sum forgotten, its diagonal alone, another axis, or all of it left out."""
    every = softmaxes(m)
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
                        lambda d, p, axis, other=other: p * (d - (d * p).sum(axis=other, keepdims=True)),
                    )
                )
        for cause, said, rule in ways:
            yield Change(cause, family[0].output, said, functions={s.output: (s.source, _along(rule, s.axis)) for s in family})


def _along(rule: Callable[[Array, Array, int], Array], axis: int) -> Rule:
    return lambda d, p, *_: rule(d, p, axis)
