"""Mistakes in indices: one sample alone, repeated ones assigned, windows that overlap, a stride forgotten, maxima spread."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from bplib.automatic_differentiation import Entry, Rule, spread
from bplib.checking.diagnosis.change import Change, Edge, Map
from bplib.types import Array

#: Samples that are tried as the one that is left over.
ROWS = 8


def index_changes(m: Map) -> Iterator[Change]:
    """One sample alone; repeated indices, windows and strides; maxima; the parts of a joined array."""
    yield from _one_sample(m)
    yield from _indexed(m)
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
        rules[edge] = m.before(*edge, lambda d, free=free: d * free)  # type: ignore[misc]
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
