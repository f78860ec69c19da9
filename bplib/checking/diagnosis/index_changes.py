"""Mistakes in indices: one sample alone, repeated ones assigned, windows that overlap, a stride forgotten, maxima spread."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np

from bplib.automatic_differentiation import Entry, Rule, spread
from bplib.checking.diagnosis.change import MOVING, Change, Edge, Map
from bplib.types import Array

#: Samples that are tried as the one that is left over.
ROWS = 8


def index_changes(m: Map) -> Iterator[Change]:
    """One sample alone; repeated indices, windows and strides; maxima; the parts of a joined array."""
    yield from _one_sample(m)
    yield from _indexed(m)
    yield from _written_over(m)
    yield from _joined(m)


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


def _written_over(m: Map) -> Iterator[Change]:
    """Shares that come back to one place from several lines or windows, of which only the last, or the first, is kept."""
    said = "where several shares come back to one entry, the {} one is assigned"
    for source in m.users:
        family = m.group(source) if source in m.flowing and m.node(source).name else [source]
        if source != family[0]:
            continue
        users = sorted(edge for one in family for edge in m.users[one])
        reads = [edge for edge in users if m.node(edge[0]).name == "getitem" and edge[1] == 0]
        largest = [
            user
            for index, _ in reads
            for user in m.users[index]
            if m.node(user[0]).name in ("max", "amax", "min", "amin")
        ]
        if len(reads) < 2:
            continue
        chosen = {edge: _chosen(m, edge) for edge in largest} if len(largest) == len(reads) else {}
        for order, which in ((1, "last"), (-1, "first")):
            cause = "index-assigned"
            if any(np.size(m.value(index)) for index, _ in reads):
                yield Change(cause, source, said.format(which), _overwritten(m, reads[::order]))
            if chosen:
                yield Change(cause, source, said.format(which), _overwritten(m, largest[::order], chosen))
    for index in m.live:
        # Windows of a view overlap in themselves.
        node = m.node(index)
        if node.name in ("max", "amax", "min", "amin"):
            places = _chosen(m, (index, 0))
            if np.unique(places).size < places.size:
                yield Change(
                    "index-assigned",
                    index,
                    said.format("last"),
                    {(index, 0): m.before(index, 0, _last_of(places))},
                )


def _last_of(places: Array) -> Callable[[Array], Array]:
    flat = places.ravel()
    kept = np.zeros(flat.size, dtype=bool)
    kept[flat.size - 1 - np.unique(flat[::-1], return_index=True)[1]] = True
    return lambda d: d * kept.reshape(np.shape(d))


def _chosen(m: Map, edge: Edge) -> Array:
    """Where in the array behind all that only moves entries the largest of each window stands, as flat indices."""
    index, _ = edge
    node = m.node(index)
    inner = node.arguments[0].index
    chain = []
    while (
        m.node(inner).name in (*MOVING, "sliding_window_view", "as_strided")
        and type(m.node(inner).arguments[0]) is Entry
    ):
        chain.append(inner)
        inner = m.node(inner).arguments[0].index
    places: Array = np.arange(np.size(m.value(inner))).reshape(np.shape(m.value(inner)))
    for step in reversed(chain):
        rest = [m.value(a.index) if type(a) is Entry else a for a in m.node(step).arguments[1:]]
        places = np.asarray(m.node(step).function(places, *rest, **dict(m.node(step).options)))
    x = np.asarray(m.value(node.arguments[0].index))
    best = x == spread(node.value, x, *node.arguments[1:], **dict(node.options))
    options = {name: value for name, value in node.options.items() if name == "axis"}
    axis = node.arguments[1] if len(node.arguments) > 1 else options.get("axis")
    return np.max(np.where(best, places, -1), axis=axis)


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


def _overwritten(m: Map, edges: list[Edge], chosen: Mapping[Edge, Array] | None = None) -> dict[Edge, Rule]:
    """Each window writes over those before it: of each entry only the last share stays.

    A window takes all its entries, or those that were ``chosen``.
    """
    taken: dict[int, set[int]] = {}
    rules: dict[Edge, Rule] = {}
    for edge in reversed(edges):
        source = m.node(edge[0]).arguments[0].index if chosen is None else 0
        later = taken.setdefault(source, set())
        places = _places(m, edge) if chosen is None else chosen[edge]
        free = ~np.isin(places, list(later)) if later else np.ones(places.shape, dtype=bool)
        rules[edge] = m.before(*edge, lambda d, free=free: d * free.reshape(np.shape(d)))  # type: ignore[misc]
        later.update(places.ravel().tolist())
    return rules


class AtKey:
    """The rule of an indexing with another key."""

    def __init__(self, key: tuple[Any, ...]) -> None:
        self.key = key

    def __call__(self, d: Array, y: Array, x: Array, *_: Any, **__: Any) -> Array:
        found = np.zeros(np.shape(x))
        found[self.key] += d
        return found


def _without_stride(m: Map, edges: list[Edge]) -> dict[Edge, AtKey] | None:
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
    rules: dict[Edge, AtKey] = {}
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
        rules[edge] = AtKey(tuple(moved))
    return rules


def _joined(m: Map) -> Iterator[Change]:
    """The share of one part of a joined array, taken from the wrong end."""
    for index in m.live:
        if m.node(index).name == "concatenate":
            edges = [(index, k) for k in m.passing(index)]
            for end in (False, True):
                said = f"of what comes back to np.concatenate each part gets the {'last' if end else 'first'} entries"
                yield Change("wrong-tensor", index, said, {e: _end_of(m, e, end) for e in edges})
                for edge in edges if len(edges) > 1 else ():
                    yield Change("wrong-tensor", index, said, {edge: _end_of(m, edge, end)})


def _end_of(m: Map, edge: Edge, last: bool) -> Rule:
    """The rule of one part of a joined array that takes its share from one end."""
    node = m.node(edge[0])
    axis = dict(node.options).get("axis", 0)
    size = np.shape(m.value(node.arguments[edge[1]].index))[axis]
    whole = np.shape(node.value)[axis]
    places = range(whole - size, whole) if last else range(size)
    return lambda d, *_, **__: np.take(d, places, axis=axis)
