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
#: Samples that are tried as the one that is left over.
ROWS = 8
_REDUCING = ("mean", "sum", "max", "min", "sqrt", "prod")
_PRODUCTS = ("matmul", "einsum", "dot")


def edge_changes(m: Map) -> Iterator[Change]:
    """Every edge, with those of its line, under each of these mistakes."""
    for edges in (*m.edge_groups(), *m.line_groups()):
        yield from _paths(m, edges)
        yield from _factors(m, edges)
        yield from _turned(m, edges)
        yield from _broadcast(m, edges)
    for edges in m.edge_groups():
        if len(edges) > 1:
            yield from _kept(m, edges)
            for edge in edges if len(edges) <= SINGLES else ():
                yield from _factors(m, [edge])
    yield from _one_sample(m)
    yield from _indexed(m)
    yield from _detached(m)


def _one_sample(m: Map) -> Iterator[Change]:
    """Where all samples are added up to the loss, one of them alone, with its share of the mean or without."""
    for index in m.live:
        node = m.node(index)
        if (
            node.name not in ("sum", "mean")
            or np.size(node.value) != 1
            or type(node.arguments[0]) is not Entry
        ):
            continue
        x = np.asarray(m.value(node.arguments[0].index))
        count = x.shape[0] if x.ndim else 0
        for row in {*range(min(count, ROWS)), count - 1} if count > 1 else ():
            for share in (1.0, float(count)):
                said = "of all samples one alone is in it"
                yield Change(
                    "only-one-sample", index, said, {(index, 0): m.after(index, 0, _only(row, share))}
                )


def _only(row: int, share: float) -> Callable[[Array], Array]:
    def keep(g: Array) -> Array:
        kept = np.zeros(np.shape(g))
        kept[row] = share * g[row]
        return kept

    return keep


def cuts(m: Map) -> Iterator[Change]:
    """Every edge and line of edges left out: what is missing then is what passes there."""
    carried = [edges for edges in m.edge_groups() if _carried(m, edges)]
    groups = [*m.edge_groups(), *m.line_groups()]
    if len(carried) > 1:
        groups.append([edge for edges in carried for edge in edges])
    for edges in groups:
        families = [edges, *([e] for e in edges if 1 < len(edges) <= SINGLES)]
        for family in families:
            index, k = family[0]
            yield Change(
                _missing(m, family),
                index,
                f"a path through {named(m.record, index)} is left out",
                dict.fromkeys(family, nothing),
            )


def _missing(m: Map, edges: list[Edge]) -> str:
    index, k = edges[0]
    node, source = m.node(index), m.node(m.node(index).arguments[k].index)
    if _carried(m, edges):
        return "time-not-carried"
    if is_penalty(m, edges):
        return "weight-decay-missing"
    if _is_term(m, index):
        return "part-missing"
    if node.name in ("mean", "sqrt") or source.name in ("mean", "sqrt"):
        return "statistics-constant"
    return "path-missing"


def _carried(m: Map, edges: list[Edge]) -> bool:
    """Whether these edges take what the same line has made one turn of the loop before, with the same parameters in each: a
    loop over layers carries nothing through time."""
    if not m.repeats:
        return False
    turns = [len(m.group(index)) for index, _ in edges]
    sources = [m.node(index).arguments[k].index for index, k in edges]
    if not all(source in m.flowing and m.node(source).name for source in sources):
        return False
    for (index, _), source, count in zip(edges, sources, turns):
        group = m.group(index)
        place = group.index(index)
        if count < 2 or place == 0 or not group[place - 1] < source or len(m.group(source)) < count - 1:
            return False
        # What is made in the same turn comes behind the turn's first line; the first turn has nothing to take.
        if (group[0], edges[0][1]) in edges:
            return False
    return True


def is_penalty(m: Map, edges: list[Edge]) -> bool:
    """Whether what passes here was computed of parameters alone, without data, and is a term of the loss."""
    return all(m.node(index).arguments[k].index in m.priced and _is_added(m, index) for index, k in edges)


def _is_added(m: Map, index: int) -> bool:
    """Whether only parameters, and then sums and scalings, stand between an operation and the end."""
    while index in m.priced and len(m.users[index]) == 1:
        index = m.users[index][0][0]
    return np.ndim(m.value(index)) == 0 and (index == m.record.output.index or _is_term(m, index))


def _is_term(m: Map, index: int) -> bool:
    """Whether an operation adds up the loss: only sums and scalings stand between it and the end."""
    while index != m.record.output.index:
        node, users = m.node(index), m.users[index]
        if np.ndim(node.value) or len(users) != 1:
            return False
        index = users[0][0]
        if m.node(index).name not in ("add", "subtract", "multiply", "divide", "negative"):
            return False
    return m.node(index).name in ("add", "subtract")


def _paths(m: Map, edges: list[Edge]) -> Iterator[Change]:
    index, _ = edges[0]
    yield Change(
        "sign",
        index,
        f"the sign of a path through {named(m.record, index)} is turned",
        {e: m.after(*e, np.negative) for e in edges},
    )


def _kept(m: Map, edges: list[Edge]) -> Iterator[Change]:
    """One turn of a loop alone, where all should add up."""
    targets = {m.node(index).arguments[k].index for index, k in edges}
    for kept, which in ((edges[0], "first"), (edges[-1], "last")):
        rules = {edge: nothing for edge in edges if edge != kept}
        cause = "assigned-not-added" if len(targets) == 1 else "path-missing"
        yield Change(
            cause,
            kept[0],
            f"of all turns of the loop only the {which} is in it, at {named(m.record, kept[0])}",
            rules,
        )


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
    mask = other.dtype == bool or (
        other.size > 1 and type(m.node(index).arguments[1 - k]) is not Entry and (other == 0).any()
    )
    kept = np.unique(other[other != 0]) if mask else np.ones(0)
    dropped = (
        "factor-missing"
        if not mask
        else "dropout-mask-forgotten"
        if kept.size == 1 and kept[0] > 1
        else "mask-forgotten"
    )
    if name == "multiply":
        yield Change(
            dropped, index, f"the other factor of {what} is left out", dict.fromkeys(edges, unchanged)
        )
        if mask:
            yield Change(
                "dropout-mask-scaled",
                index,
                f"the mask of {what} is in it without its scale",
                {e: _by(m, e, lambda o, _: o != 0) for e in edges},
            )
        yield Change(
            "factor-twice",
            index,
            f"the other factor of {what} is in it twice",
            {e: _by(m, e, lambda o, _: o * o) for e in edges},
        )
        yield Change(
            "wrong-tensor",
            index,
            f"one factor of {what} stands for the other",
            {e: _by(m, e, lambda _, own: own) for e in edges},
        )
        yield Change(
            "factor-missing",
            index,
            f"{what} is divided where it should be multiplied",
            {e: _by(m, e, lambda o, _: 1 / o) for e in edges},
        )
        return
    if k == 0:
        yield Change(dropped, index, f"the divisor of {what} is left out", dict.fromkeys(edges, unchanged))
        yield Change(
            "factor-twice",
            index,
            f"the divisor of {what} is in it twice",
            {e: _by(m, e, lambda o, _: 1 / (o * o)) for e in edges},
        )
        yield Change(
            "factor-missing",
            index,
            f"{what} is multiplied where it should be divided",
            {e: _by(m, e, lambda o, _: o) for e in edges},
        )
        yield Change(
            "factor-missing",
            index,
            f"the root is missing in the divisor of {what}",
            {e: _by(m, e, lambda o, _: np.sqrt(np.abs(o))) for e in edges},
        )
    else:
        yield Change(
            "divisor-slope",
            index,
            f"the slope of {what} by its divisor is taken for that of a factor",
            {e: _by(m, e, lambda o, _: o) for e in edges},
        )
        yield Change(
            "divisor-slope",
            index,
            f"the square is missing in the slope of {what} by its divisor",
            {e: _by(m, e, lambda o, own: -o / own) for e in edges},
        )


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
            yield Change(
                "wrong-transpose",
                index,
                f"the transpose is missing on the way back through {what}",
                {e: _untransposed(m, e) for e in edges},
            )
        if own == np.shape(node.value):
            yield Change(
                "weights-skipped",
                index,
                f"the other factor of {what} is skipped",
                dict.fromkeys(edges, unchanged),
            )
    if len(own) >= 2 and own[-1] == own[-2] and node.name in (*_PRODUCTS, "transpose", "swapaxes"):
        yield Change(
            "wrong-transpose",
            index,
            f"what comes back from {what} is transposed",
            {e: m.after(*e, lambda g: np.swapaxes(g, -1, -2)) for e in edges},
        )
    if node.name in ("transpose", "swapaxes", "moveaxis"):
        yield Change(
            "axes-not-moved",
            index,
            f"{what} is undone by a reshape, which moves no axes",
            dict.fromkeys(edges, _reshaped),
        )


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
    if np.size(x) >= np.size(y) or m.node(index).name not in (
        "add",
        "subtract",
        "multiply",
        "divide",
        "maximum",
        "minimum",
        "broadcast_to",
    ):
        return
    what, share = named(m.record, index), np.size(x) / np.size(y)
    yield Change(
        "bias-averaged",
        index,
        f"the shares of what {what} has stretched are averaged",
        {e: m.after(*e, lambda g: g * share) for e in edges},
    )
    if all(_input_of(m, e) is not None for e in edges):
        for way in (np.sum, np.mean):
            yield Change(
                "bias-from-weights",
                index,
                f"what {what} adds gets the rows of the weights' gradient",
                {e: _rows_of_weights(m, e, way) for e in edges},
            )
    for row, which in ((0, "first"), (-1, "last")):
        yield Change(
            "bias-not-summed",
            index,
            f"of what {what} has stretched only the {which} share is in it",
            {e: m.before(*e, lambda d, row=row, n=np.ndim(x): _one_share(d, n, row)) for e in edges},
        )


def _input_of(m: Map, edge: Edge) -> Array | None:
    """The input of the layer whose bias is added here, or None."""
    index, k = edge
    node = m.node(index)
    other = node.arguments[1 - k] if node.name == "add" else None
    if type(other) is not Entry or m.node(other.index).name != "matmul":
        return None
    first = m.node(other.index).arguments[0]
    x = np.asarray(m.value(first.index) if type(first) is Entry else first)
    return x if x.ndim == 2 and np.ndim(m.value(index)) == 2 else None


def _rows_of_weights(m: Map, edge: Edge, way: Callable[..., Array]) -> Rule:
    x = _input_of(m, edge)
    return lambda d, *_, **__: way(np.asarray(x).T @ d, axis=0)


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
            yield Change(
                "index-assigned",
                index,
                "for an index that occurs twice one share is assigned where both should be added",
                {e: _assigned(m, e) for e in edges},
            )
            if len(edges) > 1:
                for order, which in ((edges, "last"), (edges[::-1], "first")):
                    yield Change(
                        "assigned-not-added",
                        index,
                        f"where windows overlap the {which} share is assigned",
                        _overwritten(m, order),
                    )
                if node.name == "getitem" and (shifted := _without_stride(m, edges)) is not None:
                    said = "the stride of the windows is missing on the way back"
                    yield Change("stride-forgotten", index, said, shifted)
                    taken = m.moved(
                        {
                            edge[0]: np.asarray(m.value(m.node(edge[0]).arguments[0].index))[rule.key]
                            for edge, rule in shifted.items()
                        }
                    )
                    yield Change("stride-forgotten", index, said, shifted, values=taken)
                    yield Change("stride-forgotten", index, f"{said}, to the weights", values=taken)
        if node.name in ("max", "amax", "min", "amin"):
            yield Change(
                "maximum-spread",
                index,
                "the gradient of a maximum is spread evenly over all that it was taken of",
                {e: _spread_evenly for e in edges},
            )


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


class _AtKey:
    """The rule of an indexing with another key."""

    def __init__(self, key: tuple[Any, ...]) -> None:
        self.key = key

    def __call__(self, d: Array, y: Array, x: Array, *_: Any, **__: Any) -> Array:
        found = np.zeros(np.shape(x))
        found[self.key] += d
        return found


def _without_stride(m: Map, edges: list[Edge]) -> dict[Edge, _AtKey] | None:
    """Windows that begin one apart, where they began several apart."""
    keys = []
    for index, _ in edges:
        key = m.node(index).arguments[1]
        keys.append(key if isinstance(key, tuple) else (key,))
    axes = range(max(map(len, keys)))
    starts = [
        sorted(
            {
                key[axis].start
                for key in keys
                if axis < len(key) and isinstance(key[axis], slice) and isinstance(key[axis].start, int)
            }
        )
        for axis in axes
    ]
    if not any(len(s) > 1 and s[1] - s[0] > 1 for s in starts):
        return None
    rules: dict[Edge, _AtKey] = {}
    for edge, key in zip(edges, keys, strict=True):
        moved = []
        for axis, part in enumerate(key):
            if (
                isinstance(part, slice)
                and isinstance(part.start, int)
                and part.start in starts[axis]
                and isinstance(part.stop, int)
            ):
                shift = part.start - starts[axis].index(part.start)
                moved.append(slice(part.start - shift, part.stop - shift, part.step))
            else:
                moved.append(part)
        rules[edge] = _AtKey(tuple(moved))
    return rules


def _detached(m: Map) -> Iterator[Change]:
    """A value taken for a constant: nothing goes back through it. Statistics one by one, in pairs, and all."""
    reducing = [
        group for group in m.groups.values() if m.node(group[0]).name in _REDUCING and len(m.users[group[0]])
    ]
    for group in reducing:
        yield Change(
            "statistics-constant" if m.node(group[0]).name != "sum" else "path-missing",
            group[0],
            f"{named(m.record, group[0])} is taken for a constant",
            m.arriving(group, np.zeros_like),
        )
    for a, one in enumerate(reducing[:8]):
        for other in reducing[a + 1 : 8]:
            yield Change(
                "statistics-constant",
                one[0],
                f"{named(m.record, one[0])} and {named(m.record, other[0])} are taken for constants",
                m.arriving([*one, *other], np.zeros_like),
            )
    for index in m.live:
        if m.node(index).name == "concatenate":
            edges = [(index, k) for k in m.passing(index)]
            for end in (False, True):
                said = f"of what comes back to np.concatenate each part gets the {'last' if end else 'first'} entries"
                yield Change("wrong-tensor", index, said, {e: _end_of(m, e, end) for e in edges})
                for edge in edges if len(edges) > 1 else ():
                    yield Change("wrong-tensor", index, said, {edge: _end_of(m, edge, end)})
        if len(m.users[index]) > 1 and m.node(index).name not in _REDUCING:
            edges = m.users[index]
            for kept in edges if len(edges) <= SINGLES else (edges[0], edges[-1]):
                yield Change(
                    "path-missing",
                    index,
                    f"of the paths from {named(m.record, index)} only one is in it",
                    {e: nothing for e in edges if e != kept},
                )


def _end_of(m: Map, edge: Edge, last: bool) -> Rule:
    """The rule of one part of a joined array that takes its share from one end."""
    node = m.node(edge[0])
    axis = dict(node.options).get("axis", 0)
    size = np.shape(m.value(node.arguments[edge[1]].index))[axis]
    whole = np.shape(node.value)[axis]
    places = range(whole - size, whole) if last else range(size)
    return lambda d, *_, **__: np.take(d, places, axis=axis)
