"""Mistakes on the way: a path left out, kept alone, signed or scaled; a factor, a mask, a transpose, an index forgotten."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from bplib.automatic_differentiation import Entry, Rule, spread, standard_rule
from bplib.checking.diagnosis.change import Change, Edge, Map, named, nothing, times, unchanged
from bplib.types import Array

#: Edges of one line that are also looked at one by one.
SINGLES = 6
_REDUCING = ("mean", "sum", "max", "min", "sqrt", "prod")
_PRODUCTS = ("matmul", "einsum", "dot")


def edge_changes(m: Map) -> Iterator[Change]:
    """Every edge, with those of its line, under each of these mistakes."""
    for edges in m.edge_groups():
        yield from _paths(m, edges)
        yield from _factors(m, edges)
        yield from _turned(m, edges)
        yield from _broadcast(m, edges)
        if len(edges) > 1:
            yield from _kept(m, edges)
            for edge in edges if len(edges) <= SINGLES else ():
                yield from _factors(m, [edge])
    yield from _indexed(m)
    yield from _detached(m)


def cuts(m: Map) -> Iterator[Change]:
    """Every edge and line of edges left out: what is missing then is what passes there."""
    for edges in m.edge_groups():
        families = [edges, *([e] for e in edges if 1 < len(edges) <= SINGLES)]
        for family in families:
            index, k = family[0]
            yield Change(_missing(m, family), index, f"a path through {named(m.record, index)} is left out", dict.fromkeys(family, nothing))


def _missing(m: Map, edges: list[Edge]) -> str:
    index, k = edges[0]
    node, source = m.node(index), m.node(m.node(index).arguments[k].index)
    if _carried(m, edges):
        return "time-not-carried"
    if node.name in ("mean", "sqrt") or source.name in ("mean", "sqrt"):
        return "statistics-constant"
    return "path-missing"


def _carried(m: Map, edges: list[Edge]) -> bool:
    """Whether these edges take what the same line has made one turn of the loop before."""
    index, k = edges[0]
    group, source = m.group(index), m.node(index).arguments[k].index
    if source not in m.flowing or not m.node(source).name:
        return False
    turns = len(m.group(source))
    return turns > 1 and len({e[0] for e in edges}) == turns - 1 or (turns > 1 and len(group) == turns and len(edges) == turns - 1)


def _paths(m: Map, edges: list[Edge]) -> Iterator[Change]:
    index, _ = edges[0]
    yield Change("sign", index, f"the sign of a path through {named(m.record, index)} is turned", {e: m.after(*e, np.negative) for e in edges})


def _kept(m: Map, edges: list[Edge]) -> Iterator[Change]:
    """One turn of a loop alone, where all should add up."""
    targets = {m.node(index).arguments[k].index for index, k in edges}
    for kept, which in ((edges[0], "first"), (edges[-1], "last")):
        rules = {edge: nothing for edge in edges if edge != kept}
        cause = "assigned-not-added" if len(targets) == 1 else "only-one-sample"
        yield Change(cause, kept[0], f"of all turns of the loop only the {which} is in it, at {named(m.record, kept[0])}", rules)


def _other(m: Map, index: int, k: int) -> Any:
    """The other factor of a product or a quotient of two."""
    entry = m.node(index).arguments[1 - k]
    return m.value(entry.index) if type(entry) is Entry else entry


def _factors(m: Map, edges: list[Edge]) -> Iterator[Change]:
    index, k = edges[0]
    name, what = m.node(index).name, named(m.record, index)
    if name not in ("multiply", "divide", "true_divide") or len(m.node(index).arguments) != 2:
        return
    other = np.asarray(_other(m, index, k))
    mask = other.dtype == bool or (other.size > 1 and type(m.node(index).arguments[1 - k]) is not Entry and (other == 0).any())
    dropped = "mask-forgotten" if mask else "factor-missing"
    if name == "multiply":
        yield Change(dropped, index, f"the other factor of {what} is left out", dict.fromkeys(edges, unchanged))
        if mask:
            yield Change("dropout-mask-scaled", index, f"the mask of {what} is in it without its scale", {e: _by(m, e, lambda o, _: o != 0) for e in edges})
        yield Change("factor-twice", index, f"the other factor of {what} is in it twice", {e: _by(m, e, lambda o, _: o * o) for e in edges})
        yield Change("wrong-tensor", index, f"one factor of {what} stands for the other", {e: _by(m, e, lambda _, own: own) for e in edges})
        yield Change("factor-missing", index, f"{what} is divided where it should be multiplied", {e: _by(m, e, lambda o, _: 1 / o) for e in edges})
        return
    if k == 0:
        yield Change(dropped, index, f"the divisor of {what} is left out", dict.fromkeys(edges, unchanged))
        yield Change("factor-twice", index, f"the divisor of {what} is in it twice", {e: _by(m, e, lambda o, _: 1 / (o * o)) for e in edges})
        yield Change("factor-missing", index, f"{what} is multiplied where it should be divided", {e: _by(m, e, lambda o, _: o) for e in edges})
        yield Change("factor-missing", index, f"the root is missing in the divisor of {what}", {e: _by(m, e, lambda o, _: np.sqrt(np.abs(o))) for e in edges})
    else:
        yield Change("divisor-slope", index, f"the slope of {what} by its divisor is taken for that of a factor", {e: _by(m, e, lambda o, _: o) for e in edges})
        yield Change("divisor-slope", index, f"the square is missing in the slope of {what} by its divisor", {e: _by(m, e, lambda o, own: -o / own) for e in edges})


def _by(m: Map, edge: Edge, factor: Callable[[Any, Any], Any]) -> Rule:
    index, k = edge
    own = m.value(m.node(index).arguments[k].index)
    with np.errstate(all="ignore"):
        return times(factor(np.asarray(_other(m, index, k)), np.asarray(own)))


def _turned(m: Map, edges: list[Edge]) -> Iterator[Change]:
    """A transpose, or the weights, forgotten on the way back; an array turned by a reshape alone."""
    index, k = edges[0]
    node, what = m.node(index), named(m.record, index)
    own = np.shape(m.value(node.arguments[k].index))
    if node.name == "matmul":
        other = np.asarray(_other(m, index, k))
        if other.ndim >= 2 and other.shape[-1] == other.shape[-2]:
            yield Change("wrong-transpose", index, f"the transpose is missing on the way back through {what}", {e: _untransposed(m, e) for e in edges})
        if own == np.shape(node.value):
            yield Change("weights-skipped", index, f"the other factor of {what} is skipped", dict.fromkeys(edges, unchanged))
    if len(own) >= 2 and own[-1] == own[-2] and node.name in (*_PRODUCTS, "transpose", "swapaxes"):
        yield Change("wrong-transpose", index, f"what comes back from {what} is transposed", {e: m.after(*e, lambda g: np.swapaxes(g, -1, -2)) for e in edges})
    if node.name in ("transpose", "swapaxes", "moveaxis"):
        yield Change("axes-not-moved", index, f"{what} is undone by a reshape, which moves no axes", dict.fromkeys(edges, _reshaped))


def _reshaped(d: Array, y: Array, x: Array, *_: Any, **__: Any) -> Array:
    return np.reshape(d, np.shape(x))


def _untransposed(m: Map, edge: Edge) -> Rule:
    index, k = edge
    rule = standard_rule(m.node(index), k)

    def turned(d: Array, y: Array, a: Array, b: Array) -> Array:
        a, b = (a, np.swapaxes(b, -1, -2)) if k == 0 else (np.swapaxes(a, -1, -2), b)
        return rule(d, y, a, b)

    return turned


def _broadcast(m: Map, edges: list[Edge]) -> Iterator[Change]:
    """What was stretched to fit: its shares averaged, or one of them alone, where all should add up."""
    index, k = edges[0]
    x, y = m.value(m.node(index).arguments[k].index), m.value(index)
    if np.size(x) >= np.size(y) or m.node(index).name not in ("add", "subtract", "multiply", "divide", "maximum", "minimum", "broadcast_to"):
        return
    what, share = named(m.record, index), np.size(x) / np.size(y)
    yield Change("bias-averaged", index, f"the shares of what {what} has stretched are averaged", {e: m.after(*e, lambda g: g * share) for e in edges})
    for row, which in ((0, "first"), (-1, "last")):
        yield Change(
            "bias-not-summed",
            index,
            f"of what {what} has stretched only the {which} share is in it",
            {e: m.before(*e, lambda d, row=row, n=np.ndim(x): _one_share(d, n, row)) for e in edges},
        )


def _one_share(d: Array, axes: int, row: int) -> Array:
    if np.ndim(d) == 0:
        return d
    kept = np.zeros_like(d)
    kept[row] = d[row]
    return kept


def _indexed(m: Map) -> Iterator[Change]:
    """Indices: repeated ones assigned, overlapping windows assigned, a stride forgotten; maxima handed out otherwise."""
    for edges in m.edge_groups():
        index, k = edges[0]
        node = m.node(index)
        if k != 0:
            continue
        if node.name in ("getitem", "take"):
            yield Change("index-assigned", index, "for an index that occurs twice one share is assigned where both should be added", {e: _assigned(m, e) for e in edges})
            if len(edges) > 1:
                for order, which in ((edges, "last"), (edges[::-1], "first")):
                    yield Change("assigned-not-added", index, f"where windows overlap the {which} share is assigned", _overwritten(m, order))
                if (shifted := _without_stride(m, edges)) is not None:
                    yield Change("stride-forgotten", index, "the stride of the windows is missing on the way back", shifted)
        if node.name in ("max", "amax", "min", "amin"):
            yield Change("maximum-spread", index, "the gradient of a maximum is spread evenly over all that it was taken of", {e: _spread_evenly for e in edges})


def _spread_evenly(d: Array, y: Array, x: Array, axis: Any = None, keepdims: bool = False, **_: Any) -> Array:
    return spread(d, x, axis, keepdims) * (np.size(y) / np.size(x))


def _places(m: Map, edge: Edge) -> Array:
    """The flat indices that an indexing takes, in the shape of its result."""
    node = m.node(edge[0])
    x = m.value(node.arguments[0].index)
    rest = [m.value(a.index) if type(a) is Entry else a for a in node.arguments[1:]]
    return np.asarray(node.function(np.arange(np.size(x)).reshape(np.shape(x)), *rest, **dict(node.options)))


def _assigned(m: Map, edge: Edge) -> Rule:
    places = _places(m, edge)

    def rule(d: Array, y: Array, x: Array, *_: Any, **__: Any) -> Array:
        found = np.zeros(np.size(x))
        found[places.ravel()] = np.broadcast_to(d, places.shape).ravel()
        return found.reshape(np.shape(x))

    return rule


def _overwritten(m: Map, edges: list[Edge]) -> dict[Edge, Rule]:
    """Each window writes over those before it: of each entry only the last share stays."""
    taken: dict[int, set[int]] = {}
    rules: dict[Edge, Rule] = {}
    for edge in reversed(edges):
        source = m.node(edge[0]).arguments[0].index
        later = taken.setdefault(source, set())
        places = _places(m, edge)
        free = ~np.isin(places, list(later)) if later else np.ones(places.shape, dtype=bool)
        rules[edge] = m.before(*edge, lambda d, free=free: d * free)
        later.update(places.ravel().tolist())
    return rules


def _without_stride(m: Map, edges: list[Edge]) -> dict[Edge, Rule] | None:
    """Windows that begin one apart, where they began several apart."""
    keys = []
    for index, _ in edges:
        key = m.node(index).arguments[1]
        keys.append(key if isinstance(key, tuple) else (key,))
    axes = range(max(map(len, keys)))
    starts = [sorted({key[axis].start for key in keys if axis < len(key) and isinstance(key[axis], slice) and isinstance(key[axis].start, int)}) for axis in axes]
    if not any(len(s) > 1 and s[1] - s[0] > 1 for s in starts):
        return None
    rules: dict[Edge, Rule] = {}
    for edge, key in zip(edges, keys, strict=True):
        moved = []
        for axis, part in enumerate(key):
            if isinstance(part, slice) and isinstance(part.start, int) and part.start in starts[axis] and isinstance(part.stop, int):
                shift = part.start - starts[axis].index(part.start)
                moved.append(slice(part.start - shift, part.stop - shift, part.step))
            else:
                moved.append(part)
        rules[edge] = _at_key(tuple(moved))
    return rules


def _at_key(key: tuple[Any, ...]) -> Rule:
    def rule(d: Array, y: Array, x: Array, *_: Any, **__: Any) -> Array:
        found = np.zeros(np.shape(x))
        found[key] += d
        return found

    return rule


def _detached(m: Map) -> Iterator[Change]:
    """A value taken for a constant: nothing goes back through it. Statistics one by one, in pairs, and all."""
    reducing = [group for group in m.groups.values() if m.node(group[0]).name in _REDUCING and len(m.users[group[0]])]
    for group in reducing:
        yield Change("statistics-constant", group[0], f"{named(m.record, group[0])} is taken for a constant", m.arriving(group, np.zeros_like))
    for a, one in enumerate(reducing[:8]):
        for other in reducing[a + 1 : 8]:
            yield Change("statistics-constant", one[0], f"{named(m.record, one[0])} and {named(m.record, other[0])} are taken for constants", m.arriving([*one, *other], np.zeros_like))
    for index in m.live:
        if len(m.users[index]) > 1 and m.node(index).name not in _REDUCING:
            edges = m.users[index]
            for kept in edges if len(edges) <= SINGLES else (edges[0], edges[-1]):
                yield Change("path-missing", index, f"of the paths from {named(m.record, index)} only one is in it", {e: nothing for e in edges if e != kept})
