"""Mistakes in products: a factor, a mask, a divisor, a transpose forgotten; what was stretched not added up."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from bplib.automatic_differentiation import Entry, Rule, standard_rule
from bplib.checking.diagnosis.change import SINGLES, Change, Edge, Map, named, times, unchanged
from bplib.types import Array

_PRODUCTS = ("matmul", "einsum", "dot")


def factor_changes(m: Map) -> Iterator[Change]:
    """Every product, quotient, transpose and stretched array, with those of its line, under each mistake."""
    for edges in (*m.edge_groups(), *m.line_groups()):
        yield from _factors(m, edges)
        yield from _turned(m, edges)
        yield from _broadcast(m, edges)
    for edges in m.edge_groups():
        for edge in edges if 1 < len(edges) <= SINGLES else ():
            yield from _factors(m, [edge])


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
            "multiplied-for-divided",
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
            "multiplied-for-divided",
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
            f"the divisor of {what} is multiplied, as a factor is",
            {e: _by(m, e, lambda _, own: own) for e in edges},
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
        if other.shape == (*own[:-2], *own[:-3:-1]) and len(edges) == 1 and len(m.passing(index)) == 2:
            said = f"the two factors of {what} have got each other's gradient"
            yield Change(
                "wrong-tensor", index, said, {(index, j): _of_the_other(m, index, j) for j in (0, 1)}
            )
    if node.name == "inv":
        said = f"the transposes are missing on the way back through {what}"
        yield Change("wrong-transpose", index, said, dict.fromkeys(edges, lambda d, y, x: -y @ d @ y))
    if node.name == "einsum":
        for row, which in ((0, "first"), (-1, "last")):
            said = f"of what {what} has shared only the {which} part is in it"
            for axis in _shared_axes(m, edges[0]):
                shares = {e: m.before(*e, _one_share((axis,), row)) for e in edges}
                yield Change("path-missing", index, said, shares)
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


def _of_the_other(m: Map, index: int, k: int) -> Rule:
    rule = standard_rule(m.node(index), 1 - k)
    return lambda *arguments, **options: np.swapaxes(rule(*arguments, **options), -1, -2)


def _shared_axes(m: Map, edge: Edge) -> tuple[int, ...]:
    """The axes of a sum of products along which one of its factors is used again and again."""
    index, k = edge
    letters = str(m.node(index).arguments[0]).replace(" ", "")
    if "->" not in letters or "." in letters:
        return ()
    inner, outer = letters.split("->")
    own = inner.split(",")[k - 1]
    return tuple(axis for axis, letter in enumerate(outer) if letter not in own)


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
        said = f"of what {what} has stretched only the {which} share is in it"
        for axes_of in (_in_front, _stretched):
            kept = {e: m.before(*e, _one_share(axes_of(m, e), row)) for e in edges}
            yield Change("bias-not-summed", index, said, kept)


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


def _in_front(m: Map, edge: Edge) -> tuple[int, ...]:
    return (0,) if np.ndim(m.value(edge[0])) else ()


def _stretched(m: Map, edge: Edge) -> tuple[int, ...]:
    """The axes of length one that numpy has stretched."""
    index, k = edge
    own, whole = np.shape(m.value(m.node(index).arguments[k].index)), np.shape(m.value(index))
    front = len(whole) - len(own)
    return tuple(front + axis for axis, n in enumerate(own) if n == 1 and whole[front + axis] > 1)


def _one_share(axes: tuple[int, ...], row: int) -> Callable[[Array], Array]:
    def keep(d: Array) -> Array:
        kept = np.array(d)
        for axis in axes:
            others = np.delete(np.arange(kept.shape[axis]), row)
            kept[(slice(None),) * axis + (others,)] = 0
        return kept

    return keep
