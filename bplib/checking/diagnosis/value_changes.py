"""Mistakes in values: another array, another step, weights that were updated already."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from bplib.automatic_differentiation import Entry, Rule, standard_rule
from bplib.checking.diagnosis.change import Change, Edge, Map, named
from bplib.types import Array

#: Other arrays of the right shape that are tried in the place of one.
OTHERS = 12
_PRODUCTS = ("matmul", "multiply", "einsum")


def value_changes(m: Map) -> Iterator[Change]:
    """In each product, another array of the same shape in the place of a factor; in loops, that of the step before or behind."""
    for edges in m.edge_groups():
        index, k = edges[0]
        node = m.node(index)
        if node.name not in _PRODUCTS:
            continue
        for j, other in enumerate(node.arguments):
            if j == k or (node.name == "einsum" and j == 0):
                continue
            yield from _replaced(m, edges, j)
            if len(edges) > 1 and type(other) is Entry:
                yield from _shifted(m, edges, j)


def _replaced(m: Map, edges: list[Edge], j: int) -> Iterator[Change]:
    index, k = edges[0]
    own = m.node(index).arguments[j]
    value = m.value(own.index) if type(own) is Entry else own
    if np.ndim(value) < 1 or len(edges) > 1:
        return
    family = set(m.group(own.index)) if type(own) is Entry and own.index in m.flowing and m.node(own.index).name else set()
    near = [i for i in m.live if np.shape(m.value(i)) == np.shape(value) and not (type(own) is Entry and i == own.index)]
    near.sort(key=lambda i: abs(i - index))
    for i in near[:OTHERS]:
        cause = "wrong-step" if i in family else "wrong-tensor"
        yield Change(cause, index, f"{named(m.record, index)} is given another array on the way back", {e: _with(m, e, j, m.value(i)) for e in edges})


def _shifted(m: Map, edges: list[Edge], j: int) -> Iterator[Change]:
    """In a loop: the factor of the next step, or of the one before."""
    values = [m.node(index).arguments[j] for index, _ in edges]
    if not all(type(v) is Entry for v in values):
        return
    arrays = [m.value(v.index) for v in values]
    index, _ = edges[0]
    # The state that the loop ended with, or began with, stands one beyond.
    made = [i for i in m.live if np.shape(m.value(i)) == np.shape(arrays[-1])]
    for shift in (1, -1):
        moved = arrays[shift:] + [None] if shift > 0 else [None] + arrays[:shift]
        for end in ("kept", "made", "nothing"):
            filled = [a if a is not None else _beyond(m, end, arrays, made, values, shift) for a in moved]
            if any(f is None or np.shape(f) != np.shape(a) for f, a in zip(filled, arrays)):
                continue
            rules = {e: _with(m, e, j, f) for e, f in zip(edges, filled, strict=True)}
            yield Change("wrong-step", index, f"{named(m.record, index)} is given the array of another step of the loop", rules)


def _beyond(m: Map, end: str, arrays: list[Array], made: list[int], values: list[Entry], shift: int) -> Any:
    if end == "kept":
        return arrays[-1 if shift > 0 else 0]
    if end == "nothing":
        return np.zeros_like(arrays[0])
    group = m.group(values[-1].index) if values[-1].index in m.flowing and m.node(values[-1].index).name else []
    later = [i for i in group if i > values[-1].index]
    return m.value(later[0]) if later and shift > 0 else None


def _with(m: Map, edge: Edge, j: int, value: Any) -> Rule:
    rule = standard_rule(m.node(edge[0]), edge[1])

    def other(d: Array, y: Array, *arguments: Any, **options: Any) -> Array:
        return rule(d, y, *arguments[:j], value, *arguments[j + 1 :], **options)

    return other


def early_updates(m: Map, right: dict[str, Array], rate: float) -> Iterator[Change]:
    """Weights that were updated, with this rate, before the gradient passed them: at one product, and at all."""
    leaves = {index: name for name, index in m.record.leaves.items()}
    found: dict[Edge, Rule] = {}
    for index in m.live:
        node = m.node(index)
        if node.name not in ("matmul", "multiply", "einsum"):
            continue
        for k in m.passing(index):
            for j, other in enumerate(node.arguments):
                source = _leaf(m, other)
                if j == k or source not in leaves:
                    continue
                gradient = right[leaves[source]]
                value = m.value(other.index)
                step = gradient if np.shape(gradient) == np.shape(value) else np.swapaxes(gradient, -1, -2) if np.ndim(gradient) > 1 else gradient
                if np.shape(step) != np.shape(value):
                    continue
                found[index, k] = _with(m, (index, k), j, value - rate * step)
    for edge, rule in found.items():
        if len(found) > 1:
            yield Change("updated-weights", edge[0], f"{named(m.record, edge[0])} is given weights that were updated already", {edge: rule}, fitted=True)
    if found:
        yield Change("updated-weights", next(iter(found))[0], "the gradient passes weights that were updated already", found, fitted=True)


def _leaf(m: Map, argument: Any) -> int:
    """The parameter that an argument is, or is the transpose of; -1 for anything else."""
    if type(argument) is not Entry:
        return -1
    node = m.node(argument.index)
    if node.name == "transpose" and type(node.arguments[0]) is Entry:
        return node.arguments[0].index
    return argument.index
