"""Operations that take a truth value, as they are when it may be a share: some of the one branch, and some of the other."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from bplib.automatic_differentiation import Node, Rule, standard_rule
from bplib.types import Array


def _where(node: Node) -> tuple[Any, dict[int, Rule]]:
    def blend(test: Any, a: Any, b: Any) -> Any:
        return (
            np.where(test, a, b)
            if np.asarray(test).dtype == bool
            else np.where(test == 1, a, np.where(test == 0, b, test * a + (1 - test) * b))
        )

    return blend, {1: lambda d, y, test, a, b: d * test, 2: lambda d, y, test, a, b: d * (1.0 - test)}


def _written(node: Node) -> tuple[Any, dict[int, Rule]]:
    """An assignment to a mask: some of the old and some of the new."""

    def put(whole: Any, key: Any, value: Any) -> Any:
        if _is_blend(key) and np.ndim(value) == 0:
            return whole * (1 - key) + value * key
        return node.function(whole, _decided(key), value)

    def old(d: Array, y: Array, whole: Any, key: Any, value: Any) -> Array:
        if _is_blend(key) and np.ndim(value) == 0:
            return d * (1 - key)
        return standard_rule(node, 0)(d, y, whole, _decided(key), value)

    def new(d: Array, y: Array, whole: Any, key: Any, value: Any) -> Array:
        if _is_blend(key) and np.ndim(value) == 0:
            return np.sum(d * key)
        return standard_rule(node, 2)(d, y, whole, _decided(key), value)

    return put, {0: old, 2: new}


def _taken(node: Node) -> tuple[Any, dict[int, Rule]]:
    rule = standard_rule(node, 0)
    return (lambda x, key: x[_decided(key)]), {0: lambda d, y, x, key: rule(d, y, x, _decided(key))}


def _is_blend(key: Any) -> bool:
    return isinstance(key, np.ndarray) and key.dtype.kind == "f"


def _decided(key: Any) -> Any:
    if isinstance(key, tuple):
        return tuple(map(_decided, key))
    return key > 0.5 if _is_blend(key) else key


#: Operations that take a truth value, as they are when it may be a share.
BLENDED: dict[str, Callable[[Node], tuple[Any, dict[int, Rule]]]] = {
    "where": _where,
    "setitem": _written,
    "getitem": _taken,
    "logical_not": lambda node: ((lambda x: 1.0 - x), {}),
    "invert": lambda node: ((lambda x: 1.0 - x), {}),
    "logical_and": lambda node: ((lambda a, b: np.multiply(a, b, dtype=float)), {}),
    "bitwise_and": lambda node: ((lambda a, b: np.multiply(a, b, dtype=float)), {}),
    "logical_or": lambda node: ((lambda a, b: a + b - np.multiply(a, b, dtype=float)), {}),
    "bitwise_or": lambda node: ((lambda a, b: a + b - np.multiply(a, b, dtype=float)), {}),
}
