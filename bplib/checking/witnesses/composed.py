"""Functions that a record makes of others, as numpy does.

A variance is a mean, a difference, a square and a mean. So a diagnosis finds them by what they are, however they were written.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np


def _dot(a: Any, b: Any) -> Any:
    if np.ndim(a) == 0 or np.ndim(b) == 0:
        return np.multiply(a, b)
    return np.matmul(a, b) if np.ndim(b) <= 2 else np.tensordot(a, b, (-1, -2))


def _tensordot(a: Any, b: Any, axes: Any = 2) -> Any:
    if isinstance(axes, (int, np.integer)):
        ours: list[Any] = list(range(np.ndim(a) - axes, np.ndim(a)))
        theirs: list[Any] = list(range(axes))
    else:
        ours, theirs = ([n] if isinstance(n, (int, np.integer)) else list(n) for n in axes)
    ours, theirs = [n % np.ndim(a) for n in ours], [n % np.ndim(b) for n in theirs]
    free_a = [n for n in range(np.ndim(a)) if n not in ours]
    free_b = [n for n in range(np.ndim(b)) if n not in theirs]
    left = np.reshape(np.transpose(a, free_a + ours), (-1, int(np.prod([np.shape(a)[n] for n in ours]))))
    right = np.reshape(np.transpose(b, theirs + free_b), (left.shape[1], -1))
    return np.reshape(left @ right, [np.shape(a)[n] for n in free_a] + [np.shape(b)[n] for n in free_b])


def _inner(a: Any, b: Any) -> Any:
    if np.ndim(a) == 0 or np.ndim(b) == 0:
        return a * b
    return _tensordot(a, b, (np.ndim(a) - 1, np.ndim(b) - 1))


def _var(a: Any, axis: Any = None, dtype: Any = None, ddof: int = 0, keepdims: bool = False, **_: Any) -> Any:
    centred = a - np.mean(a, axis=axis, keepdims=True)
    count = np.size(a) if axis is None else np.prod([np.shape(a)[n] for n in np.atleast_1d(axis)])
    return np.sum(centred * centred, axis=axis, keepdims=keepdims) / (count - ddof)


def _norm(x: Any, ord: Any = None, axis: Any = None, keepdims: bool = False) -> Any:
    matrix = (np.ndim(x) == 2 and axis is None) or np.size(axis) == 2
    if ord is None or ord == "fro" or (ord == 2 and not matrix):
        return np.sqrt(np.sum(x * x, axis=axis, keepdims=keepdims))
    if ord == 1 and not matrix:
        return np.sum(np.abs(x), axis=axis, keepdims=keepdims)
    if ord == np.inf and not matrix:
        return np.max(np.abs(x), axis=axis, keepdims=keepdims)
    if isinstance(ord, (int, float)) and not matrix:
        return np.sum(np.abs(x) ** ord, axis=axis, keepdims=keepdims) ** (1 / ord)
    raise NotImplementedError("a matrix norm by singular values")


def _average(a: Any, axis: Any = None, weights: Any = None, **_: Any) -> Any:
    if weights is None:
        return np.mean(a, axis=axis)
    if np.ndim(weights) == 1 and axis is not None and np.ndim(a) > 1:
        shape = [1] * np.ndim(a)
        shape[axis] = -1
        weights = np.reshape(weights, shape)
    return np.sum(a * weights, axis=axis) / np.sum(weights * np.ones(np.shape(a)), axis=axis)


def _sort(a: Any, axis: int = -1, **_: Any) -> Any:
    if axis is None:
        a, axis = np.ravel(a), 0
    return np.take_along_axis(a, np.argsort(a, axis=axis, kind="stable"), axis)


def _median(a: Any, axis: Any = None, keepdims: bool = False, **_: Any) -> Any:
    if axis is None:
        a, axis, keepdims = np.ravel(a), 0, False
    n = np.shape(a)[axis]
    found = np.mean(np.take(_sort(a, axis), range((n - 1) // 2, n // 2 + 1), axis=axis), axis=axis)
    return np.expand_dims(found, axis) if keepdims else found


def _split(a: Any, parts: Any, axis: int = 0) -> list[Any]:
    n = np.shape(a)[axis]
    if isinstance(parts, (int, np.integer)):
        cuts = [len(p) for p in np.array_split(np.arange(n), parts)]
        ends = np.cumsum([0, *cuts])
    else:
        ends = np.array([0, *parts, n])
    front = (slice(None),) * (axis % np.ndim(a))
    return [a[(*front, slice(int(i), int(j)))] for i, j in zip(ends, ends[1:])]


def _diff(a: Any, n: int = 1, axis: int = -1, **_: Any) -> Any:
    front = (slice(None),) * (axis % np.ndim(a))
    for _step in range(n):
        a = a[(*front, slice(1, None))] - a[(*front, slice(None, -1))]
    return a


def _convolve(a: Any, v: Any, mode: str = "full") -> Any:
    return _correlate(a, v[::-1], mode)


def _correlate(a: Any, v: Any, mode: str = "valid") -> Any:
    n, k = np.shape(a)[0], np.shape(v)[0]
    if n < k:
        raise NotImplementedError("a window longer than what it slides over")
    pad = {"valid": (0, 0), "full": (k - 1, k - 1), "same": (k // 2, (k - 1) // 2)}[mode]
    wide = np.pad(a, pad)
    count = n + sum(pad) - k + 1
    return wide[np.arange(count)[:, None] + np.arange(k)] @ v


def _cross(a: Any, b: Any, **_: Any) -> Any:
    if np.shape(a)[-1] != 3 or np.shape(b)[-1] != 3:
        raise NotImplementedError("a cross product of vectors without three entries")
    turn, back = [1, 2, 0], [2, 0, 1]
    return a[..., turn] * b[..., back] - a[..., back] * b[..., turn]


def _joined_columns(arrays: Any, **_: Any) -> Any:
    return np.concatenate([np.reshape(a, (-1, 1)) if np.ndim(a) < 2 else a for a in arrays], axis=1)


def _side_by_side(arrays: Any, **_: Any) -> Any:
    arrays = [np.atleast_1d(a) for a in arrays]
    return np.concatenate(arrays, axis=0 if np.ndim(arrays[0]) == 1 else 1)


def _polynomial(p: Any, x: Any) -> Any:
    value = np.zeros(np.shape(x))
    for k in range(len(p)):
        value = value * x + p[k]
    return value


def _trapezoid(y: Any, x: Any = None, dx: float = 1.0, axis: int = -1) -> Any:
    front = (slice(None),) * (axis % np.ndim(y))
    widths = dx if x is None else _diff(x)
    return np.sum(widths * (y[(*front, slice(1, None))] + y[(*front, slice(None, -1))]) / 2, axis=axis)


def _selected(conditions: Any, choices: Any, default: Any = 0) -> Any:
    found = default
    for test, choice in zip(reversed(conditions), reversed(choices), strict=True):
        found = np.where(test, choice, found)
    return found


def _power_of(a: Any, n: int) -> Any:
    found = np.eye(np.shape(a)[-1])
    for _k in range(n):
        found = found @ a
    return found


def _logdet(a: Any) -> Any:
    determinant = np.linalg.det(a)
    return np.sign(determinant), np.log(np.abs(determinant))


def accumulated(ufunc: np.ufunc, x: Any, axis: int) -> Any:
    """``ufunc.accumulate``: each entry with the result so far."""
    lines = np.moveaxis(x, axis, 0)
    found = [lines[0]]
    for k in range(1, np.shape(x)[axis]):
        found.append(ufunc(found[-1], lines[k]))
    return np.stack(found, axis=axis)


def _blocks(arrays: Any) -> tuple[Any, int]:
    """Nested lists put together, the innermost along the last axis."""
    if not isinstance(arrays, list):
        return arrays, 0
    parts = [_blocks(part) for part in arrays]
    depth = parts[0][1]
    wide = [
        part if np.ndim(part) > depth else np.atleast_1d(part) if depth == 0 else np.atleast_2d(part)
        for part, _ in parts
    ]
    return np.concatenate(wide, axis=-1 - depth), depth + 1


def _clip(x: Any, low: Any = None, high: Any = None, **ends: Any) -> Any:
    low, high = ends.get("min", ends.get("a_min", low)), ends.get("max", ends.get("a_max", high))
    x = x if low is None else np.maximum(x, low)
    return x if high is None else np.minimum(x, high)


#: Functions that the record makes of others.
COMPOSED: dict[str, Callable[..., Any]] = {
    "clip": _clip, "dot": _dot, "tensordot": _tensordot, "inner": _inner, "vdot": lambda a, b: np.sum(np.ravel(a) * np.ravel(b)),
    "outer": lambda a, b, **_: np.reshape(a, (-1, 1)) * np.reshape(b, (1, -1)), "vecdot": lambda a, b, **_: np.sum(a * b, axis=-1),
    "matvec": lambda a, b: (a @ b[..., None])[..., 0], "vecmat": lambda a, b: (a[..., None, :] @ b)[..., 0, :],
    "var": _var, "std": lambda a, axis=None, dtype=None, ddof=0, keepdims=False, **_: np.sqrt(_var(a, axis, dtype, ddof, keepdims)),
    "norm": _norm, "average": _average, "sort": _sort, "median": _median, "ptp": lambda a, axis=None, **_: np.max(a, axis) - np.min(a, axis),
    "split": _split, "array_split": _split, "hsplit": lambda a, parts: _split(a, parts, 1 if np.ndim(a) > 1 else 0), "vsplit": _split,
    "unstack": lambda a, axis=0: tuple(np.moveaxis(a, axis, 0)[k] for k in range(np.shape(a)[axis])),
    "diff": _diff, "ediff1d": lambda a: _diff(np.ravel(a)), "convolve": _convolve, "correlate": _correlate, "cross": _cross,
    "dstack": lambda arrays, **_: np.concatenate([np.atleast_3d(a) for a in arrays], axis=2),
    "block": lambda arrays: _blocks(arrays)[0], "vstack": lambda arrays, **_: np.concatenate([np.atleast_2d(a) for a in arrays], axis=0),
    "row_stack": lambda arrays, **_: np.concatenate([np.atleast_2d(a) for a in arrays], axis=0),
    "hstack": _side_by_side, "column_stack": _joined_columns, "append": lambda a, b, axis=None: np.concatenate([np.ravel(a), np.ravel(b)] if axis is None else [a, b], axis=axis or 0),
    "polyval": _polynomial, "trapezoid": _trapezoid, "select": _selected, "matrix_power": _power_of, "slogdet": _logdet,
    "kron": lambda a, b: np.reshape(a[:, None, :, None] * b[None, :, None, :], (np.shape(a)[0] * np.shape(b)[0], -1)),
    "broadcast_arrays": lambda *arrays: [np.broadcast_to(a, np.broadcast_shapes(*map(np.shape, arrays))) for a in arrays],
    "meshgrid": lambda x, y, indexing="xy": [np.broadcast_to(a, (np.size(y), np.size(x))) for a in (x, np.reshape(y, (-1, 1)))],
    "nansum": np.sum, "nanmean": np.mean, "real": lambda x: x, "sinc": lambda x: np.sin(np.pi * x) / (np.pi * x),
    "multi_dot": lambda arrays, **_: _chain(arrays), "conj": lambda x: x, "ascontiguousarray": lambda x, *_, **__: x,
    "cumulative_sum": lambda x, axis=0, **_: np.cumsum(x, axis), "permute_dims": np.transpose, "concat": np.concatenate,
    "vector_norm": lambda x, axis=None, keepdims=False, ord=2: _norm(np.ravel(x) if axis is None else x, ord, axis, keepdims),
    "matrix_norm": lambda x, keepdims=False, ord="fro": _norm(x, ord, (-2, -1), keepdims),
}  # fmt: skip


def _chain(arrays: Any) -> Any:
    found = arrays[0]
    for array in arrays[1:]:
        found = _dot(found, array)
    return found


#: Functions that make a new array from the shape of another alone, and those that answer from the shape alone.
CONSTANT = ("zeros_like", "ones_like", "empty_like", "full_like")
STATIC = (
    "shape",
    "ndim",
    "size",
    "result_type",
    "may_share_memory",
    "shares_memory",
    "array_repr",
    "array_str",
    "iscomplexobj",
    "isrealobj",
    "can_cast",
    "min_scalar_type",
    "array2string",
)
