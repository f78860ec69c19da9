"""Mistakes in the slopes of elementwise functions."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np

from bplib.automatic_differentiation import Entry, Rule
from bplib.checking.diagnosis.change import Change, Map, named, times
from bplib.checking.witnesses.regions import ELEMENTWISE, STRAIGHT, Region, regions
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
    bends = [b for b in (*_bends(m), *_scalings(m)) if np.size(b.z)]
    groups: dict[tuple[int, ...], list[_Bend]] = {}
    by_line, by_kind = defaultdict(list), defaultdict(list)
    for bend in bends:
        by_line[tuple(m.group(bend.region.output)), len(bend.region.nodes)].append(bend)
        by_kind[_kind(m, bend)].append(bend)
    families = [*by_line.values(), *by_kind.values(), bends]
    if len(bends) <= SINGLES:
        families += [[bend] for bend in bends]
    by_place: dict[object, list[_Bend]] = defaultdict(list)
    for bend in bends:
        by_place[m.record.tape.places(bend.region.output)[:1], _kind(m, bend)].append(bend)
    families += by_place.values()
    last = max((bend.region.output for bend in bends), default=-1)
    families.append([bend for bend in bends if bend.region.output != last])
    for family in families:
        key = tuple(sorted(bend.region.output for bend in family))
        if family and key not in groups and len(set(key)) == len(family):
            groups[key] = family
    for family in groups.values():
        yield from _of_family(m, family, bends)
    for bend in bends:
        yield from _mixed(m, bend)


def _bends(m: Map) -> list[_Bend]:
    whole = [part for region in regions(m.record) for part in _parts(m, region)]
    known = {(region.source, region.output) for region in whole}
    single = []
    for index in m.live:
        node = m.node(index)
        edges = m.passing(index)
        if node.name in ELEMENTWISE and node.name not in STRAIGHT and len(edges) == 1:
            source = node.arguments[edges[0]].index
            if np.shape(m.value(source)) == np.shape(node.value) and (source, index) not in known:
                single.append(Region(source, index, (index,)))
    found = []
    for region in (*whole, *single):
        if region.output in m.flowing:
            z = np.asarray(m.value(region.source), dtype=float)
            y, slope = region.at(m.record, z)
            found.append(_Bend(region, z, np.asarray(y, dtype=float), slope))
    return found


def _mixed(m: Map, bend: _Bend) -> Iterator[Change]:
    """An exponential and what is added up beside it, of another multiple of their argument: of a log-deviation, not a log-variance."""
    if _kind(m, bend) != ("exp",):
        return
    said = f"the argument of {named(m.record, bend.region.output)} is taken for {{}} as much"
    beside = [e for e in m.users[bend.region.source] if m.node(e[0]).name in ("add", "subtract", "negative")]
    for share, words in ((2.0, "twice"), (0.5, "half")):
        slope = times(share * np.exp(share * bend.z))
        rules = {e: m.after(*e, lambda g, share=share: share * g) for e in beside}  # type: ignore[misc]
        functions = {bend.region.output: (bend.region.source, slope)}
        yield Change("log-variance-mixed", bend.region.output, said.format(words), rules, functions)


def _scalings(m: Map) -> list[_Bend]:
    """Chains of two operations and more that only scale and shift, as coordinates are scaled to pixels."""
    found, ends = [], dict[int, tuple[int, ...]]()
    for index in m.live:
        node = m.node(index)
        edges = m.passing(index)
        if node.name not in STRAIGHT or len(edges) != 1:
            continue
        source = node.arguments[edges[0]].index
        if np.shape(m.value(source)) != np.shape(node.value):
            continue
        inner = ends.get(source, ()) if len(m.users[source]) == 1 else ()
        ends[index] = (*inner, index)
    inside = {i for chain in ends.values() for i in chain[:-1]}
    for index, chain in ends.items():
        if index not in inside and len(chain) > 1:
            first = m.node(chain[0])
            source = first.arguments[m.passing(chain[0])[0]].index
            region = Region(source, index, chain)
            z = np.asarray(m.value(source), dtype=float)
            y, slope = region.at(m.record, z)
            if not np.all(np.abs(slope) == 1):
                found.append(_Bend(region, z, np.asarray(y, dtype=float), slope))
    return found


def _parts(m: Map, region: Region) -> Iterator[Region]:
    """A function of one argument, and the functions that it is made of one after the other."""
    inside = set(region.nodes)
    waists = [region.source]
    for index in region.nodes:
        before = {i for i in inside if i < index}
        crossing = [
            i for i in (*before, region.source) if any(u > index and u in inside for u, _ in m.users[i])
        ]
        if not crossing:
            waists.append(index)
    if len(waists) > 6:
        waists = [*waists[:3], *waists[-3:]]
    pairs = {(start, end) for a, start in enumerate(waists) for end in waists[a + 1 :]}
    # What is computed of the argument on the way, beside other uses of it.
    pairs |= {(region.source, end) for end in region.nodes[:12]}
    for start, end in sorted(pairs):
        nodes = tuple(i for i in region.nodes if start < i <= end and (i == end or _leads(m, i, end)))
        if any(m.node(i).name not in STRAIGHT for i in nodes):
            yield Region(start, end, nodes)


def _leads(m: Map, index: int, end: int) -> bool:
    """Whether a node is used, directly or not, by another."""
    waiting = [index]
    while waiting:
        for user, _ in m.users[waiting.pop()]:
            if user == end:
                return True
            if user < end:
                waiting.append(user)
    return False


def _kind(m: Map, bend: _Bend) -> tuple[str, ...]:
    return tuple(m.node(index).name for index in bend.region.nodes)


def _curved(kind: tuple[str, ...]) -> tuple[str, ...]:
    """What is left of a function without shifts and scales."""
    return tuple(name for name in kind if name not in STRAIGHT)


def _of_family(m: Map, family: list[_Bend], bends: list[_Bend]) -> Iterator[Change]:
    first = family[0].region
    what = named(m.record, first.output, first)
    # Where a region begins with a shift, its argument is not that of the function.
    shifted = any(m.node(b.region.nodes[0]).name in STRAIGHT for b in family)
    of_z: list[tuple[str, str, Callable[[_Bend], Array]]] = [
        ("other-activation", f"the slope of {what} is taken for a step", lambda b: (b.z > 0) * 1.0),
        ("sigmoid-from-weighted-input", f"the slope of {what} is taken for z * (1 - z)", lambda b: b.z * (1 - b.z)),
        ("tanh-from-weighted-input", f"the slope of {what} is taken for 1 - z ** 2", lambda b: 1 - b.z**2),
        ("other-activation", f"the slope of {what} is taken for that of a sigmoid", lambda b: _sigmoid(b.z) * (1 - _sigmoid(b.z))),
        ("other-activation", f"the slope of {what} is taken for that of tanh", lambda b: 1 - np.tanh(b.z) ** 2),
        *((cause, f"the slope of {what} is taken for that of {name}", lambda b, f=f: f(b.z)) for cause, name, f in _KNOWN),
    ]  # fmt: skip
    ways: list[tuple[str, str, Callable[[_Bend], Array]]] = [
        ("activation-derivative-missing", f"the slope of {what} is left out", lambda b: np.ones_like(b.z)),
        ("derivative-at-activation", f"the slope of {what} is taken at its result", lambda b: b.region.at(m.record, b.y)[1]),
        ("other-activation", f"the slope of {what} is taken for y * (1 - y)", lambda b: b.y * (1 - b.y)),
        ("other-activation", f"the slope of {what} is taken for 1 - y ** 2", lambda b: 1 - b.y**2),
        ("value-for-slope", f"the value of {what} stands for its slope", lambda b: b.y),
        ("value-for-slope", f"the value of {what} at its result stands for its slope", lambda b: b.region.at(m.record, b.y)[0]),
        ("derivative-at-activation", f"the slope of {what} is taken for that of a sigmoid at its result", lambda b: _sigmoid(b.y) * (1 - _sigmoid(b.y))),
        ("slope-squared", f"the slope of {what} is in it twice", lambda b: b.slope**2),
        *([] if shifted else of_z),
    ]  # fmt: skip
    kinds = {_kind(m, b): b for b in bends}
    own = {_curved(_kind(m, b)) for b in family}
    # One number has no shape: there anything looks like an activation function.
    single = all(np.size(b.z) == 1 for b in family)
    for kind, other in kinds.items():
        if _curved(kind) not in own and not single:
            masked = _is_masked(family[0], other)
            ways.append(
                (
                    "mask-forgotten" if masked else "other-activation",
                    f"the mask of {what} is left out"
                    if masked
                    else f"the slope of {what} is taken for that of {named(m.record, other.region.output, other.region)}",
                    lambda b, other=other: other.region.at(m.record, b.z)[1],  # type: ignore[misc]
                )
            )
    if all(_scales(m, i) for b in family for i in b.region.nodes):
        # A scale or a mask has no shape that could be taken for another.
        ways = [
            ("factor-missing", f"the factor of {what} is left out", lambda b: np.ones_like(b.z)),
            ("factor-twice", f"the factor of {what} is in it twice", lambda b: b.slope**2),
        ]
    elif all(any(m.node(i).name == "exp" for i in b.region.nodes) for b in family):
        said = f"the factor in the exponent of {what} is left out"
        half = all(np.isclose(s, 0.5) or np.isclose(s, 2.0) for b in family for s in np.unique(b.slope / b.y))
        ways.append(("log-variance-mixed" if half else "factor-missing", said, lambda b: np.exp(b.z)))
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


def _is_masked(bend: _Bend, other: _Bend) -> bool:
    """Whether a slope is that of another function but for places where it is zero."""
    if bend.slope.shape != other.slope.shape or bend.region.source != other.region.source:
        return False
    heard = bend.slope != 0
    return bool(heard.any() and not heard.all() and np.allclose(bend.slope[heard], other.slope[heard]))


def _normal(x: Array) -> Array:
    return np.exp(-(x**2) / 2) / np.sqrt(2 * np.pi)


def _gelu(x: Array) -> Array:
    area = np.array([0.5 * (1 + math.erf(v / math.sqrt(2))) for v in x.ravel()]).reshape(x.shape)
    return area + x * _normal(x)


#: Slopes of activation functions that people know by heart.
_KNOWN: tuple[tuple[str, str, Callable[[Array], Array]], ...] = (
    ("other-activation", "the exact GELU", _gelu),
    ("other-activation", "a swish", lambda z: _sigmoid(z) * (1 + z * (1 - _sigmoid(z)))),
    ("other-activation", "softsign", lambda z: 1 / (1 + np.abs(z)) ** 2),
    ("other-activation", "a leaky rectifier", lambda z: np.where(z > 0, 1.0, 0.01)),
    ("other-activation", "an ELU", lambda z: np.where(z > 0, 1.0, np.exp(np.minimum(z, 0)))),
)


def _scales(m: Map, index: int) -> bool:
    """Whether an operation only scales, or masks by something that is given."""
    node = m.node(index)
    return node.name in STRAIGHT or (node.name == "where" and type(node.arguments[0]) is not Entry)


def _sigmoid(x: Array) -> Array:
    return 0.5 * (1 + np.tanh(0.5 * x))


def upstream_changes(m: Map) -> Iterator[Change]:
    """What arrives from behind is overwritten by the slope instead of multiplied with it."""
    bends = _bends(m)
    families = [[bend] for bend in bends] + [bends]
    for family in families if len(bends) <= 2 * SINGLES else ():
        functions = {b.region.output: (b.region.source, _alone(b.slope)) for b in family}
        yield Change(
            "upstream-missing",
            family[0].region.output if family else 0,
            "the slope is handed on without what arrives",
            functions=functions,
        )


def _alone(slope: Array) -> Rule:
    return lambda d, *_, **__: slope
