"""What the checker's tape knows beyond the teaching one: further rules, each data beside its name.

This module adds them to `bplib.automatic_differentiation.RULES`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from bplib.automatic_differentiation import RULES, Rule, shared, spread
from bplib.types import Array


def assigned(whole: Array, key: Any, value: Any) -> Array:
    """A copy of the whole in which ``value`` stands at ``key``."""
    found = np.array(whole)
    found[key] = value
    return found


def added_at(whole: Array, key: Any, value: Any) -> Array:
    """A copy of the whole to which ``value`` is added at ``key``, an index that occurs twice twice."""
    found = np.array(whole)
    np.add.at(found, key, value)
    return found


def _kept(d: Array, y: Array, whole: Array, key: Any, value: Any) -> Array:
    found = np.array(d)
    found[key] = 0.0
    return found


def _flat(d: Array, y: Array, x: Array, order: Any = "C", **_: Any) -> Array:
    turned = order == "F" or (order in ("K", "A") and np.asfortranarray(x) is x and np.ndim(x) > 1)
    return np.reshape(d, np.shape(x), order="F" if turned else "C")


def _spread_sum(
    d: Array, y: Array, x: Array, axis: Any = None, dtype: Any = None, keepdims: bool = False
) -> Array:
    return spread(d, x, axis, keepdims)


def _spread_mean(
    d: Array, y: Array, x: Array, axis: Any = None, dtype: Any = None, keepdims: bool = False
) -> Array:
    return spread(d, x, axis, keepdims) * (np.size(y) / np.size(x))


def _extreme(
    d: Array, y: Array, x: Array, axis: Any = None, keepdims: bool = False, initial: Any = None
) -> Array:
    return spread(d, x, axis, keepdims) * shared(y, x, axis, keepdims)


def _product(
    d: Array, y: Array, x: Array, axis: Any = None, dtype: Any = None, keepdims: bool = False
) -> Array:
    """The product of all others, also where one is zero: those before times those behind."""
    if axis is None:
        flat = np.ravel(x)
        return d * np.reshape(_others(flat, 0), np.shape(x))
    return spread(d, x, axis, keepdims) * _others(x, axis)


def _others(x: Array, axis: int) -> Array:
    one = np.ones_like(np.take(x, [0], axis=axis))
    body = np.take(x, range(np.shape(x)[axis] - 1), axis=axis)
    tail = np.take(x, range(1, np.shape(x)[axis]), axis=axis)
    before = np.cumprod(np.concatenate([one, body], axis=axis), axis=axis)
    behind = np.flip(np.cumprod(np.flip(np.concatenate([tail, one], axis=axis), axis), axis=axis), axis)
    return before * behind


def _running(d: Array, y: Array, x: Array, axis: Any = None, dtype: Any = None) -> Array:
    if axis is None:
        return np.reshape(np.cumsum(d[::-1])[::-1], np.shape(x))
    return np.flip(np.cumsum(np.flip(d, axis), axis=axis), axis)


def _einsum(k: int, d: Array, y: Array, subscripts: str, *operands: Array, optimize: Any = False) -> Array:
    """The same sum with the gradient in the place of one operand; ``k`` counts the subscripts as argument 0."""
    left, _, right = _explicit(subscripts, operands).partition("->")
    letters, own = left.split(","), left.split(",")[k - 1]
    others = [(letters[j], operands[j]) for j in range(len(operands)) if j != k - 1]
    # A letter of its own that nobody else has was summed away: there the gradient is the same everywhere.
    known = set(right).union(*(name for name, _ in others)) if others else set(right)
    kept = "".join(dict.fromkeys(letter for letter in own if letter in known))
    found = np.einsum(
        ",".join([right, *(name for name, _ in others)]) + "->" + kept, d, *(o for _, o in others)
    )
    sizes = dict(zip(own, np.shape(operands[k - 1]), strict=True))
    unique = list(dict.fromkeys(own))
    found = np.reshape(
        found, [sizes[c] if c in kept else 1 for c in sorted(unique, key=_order(kept, unique))]
    )
    axes = sorted(unique, key=_order(kept, unique))
    full = np.broadcast_to(np.transpose(found, [axes.index(c) for c in unique]), [sizes[c] for c in unique])
    if len(unique) == len(own):
        return full
    diagonal: Any = np.zeros(np.shape(operands[k - 1]))
    np.einsum(diagonal, [unique.index(c) for c in own], list(range(len(unique))))[...] = full
    return diagonal


def _order(kept: str, unique: list[str]) -> Callable[[str], int]:
    places = {c: n for n, c in enumerate([*kept, *(c for c in unique if c not in kept)])}
    return places.__getitem__


def _explicit(subscripts: str, operands: tuple[Array, ...]) -> str:
    """With an arrow, without spaces and dots."""
    subscripts = subscripts.replace(" ", "")
    left, arrow, right = subscripts.partition("->")
    if not arrow:
        plain = left.replace(",", "").replace(".", "")
        right = ("..." if "..." in left else "") + "".join(
            sorted(c for c in set(plain) if plain.count(c) == 1)
        )
    if "..." in left:
        free = [c for c in "ABCDEFGHIJKLMNOPQRSTUVWXYZ" if c not in subscripts]
        parts = []
        widest = 0
        for part, operand in zip(left.split(","), operands, strict=True):
            n = np.ndim(operand) - len(part.replace("...", "")) if "..." in part else 0
            widest = max(widest, n)
            parts.append((part, n))
        names = free[:widest]
        left = ",".join(part.replace("...", "".join(names[widest - n :])) for part, n in parts)
        right = right.replace("...", "".join(names))
    return f"{left}->{right}"


def _diagonal_back(d: Array, y: Array, x: Array, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Array:
    found = np.zeros(np.shape(x))
    moved = np.moveaxis(found, (axis1, axis2), (-2, -1))
    rows = np.arange(np.shape(d)[-1])
    moved[..., rows + max(-offset, 0), rows + max(offset, 0)] = d
    return found


def _diag_back(d: Array, y: Array, x: Array, k: int = 0) -> Array:
    return np.diagonal(d, k) if np.ndim(x) == 1 else _diagonal_back(d, y, x, k)


def _trace_back(d: Array, y: Array, x: Array, offset: int = 0) -> Array:
    rows, columns = np.shape(x)
    return d * np.eye(rows, columns, k=offset)


def _tiled(d: Array, y: Array, x: Array, reps: Any) -> Array:
    reps = (reps,) if np.isscalar(reps) else tuple(reps)
    reps = (1,) * (np.ndim(x) - len(reps)) + reps
    shape = (1,) * (len(reps) - np.ndim(x)) + np.shape(x)
    parts = np.reshape(d, [n for pair in zip(reps, shape) for n in pair])
    return np.reshape(parts.sum(axis=tuple(range(0, 2 * len(reps), 2))), np.shape(x))


def _repeated(d: Array, y: Array, x: Array, repeats: Any, axis: Any = None) -> Array:
    flat = np.reshape(np.arange(np.size(x)), np.shape(x))
    found = np.zeros(np.size(x))
    np.add.at(found, np.ravel(np.repeat(flat, repeats, axis)), np.ravel(d))
    return np.reshape(found, np.shape(x))


def _sent(function: Callable[..., Any]) -> Rule:
    """The rule of a function that only moves entries: follow their numbers."""

    def rule(d: Array, y: Array, x: Array, *arguments: Any, **options: Any) -> Array:
        places = np.asarray(function(np.reshape(np.arange(np.size(x)), np.shape(x)), *arguments, **options))
        found = np.zeros(np.size(x))
        np.add.at(found, np.ravel(places), np.ravel(d))
        return np.reshape(found, np.shape(x))

    return rule


def _padded(d: Array, y: Array, x: Array, pad_width: Any, mode: str = "constant", **_: Any) -> Array:
    if mode != "constant":
        return _sent(np.pad)(d, y, x, pad_width, mode=mode)
    before = np.broadcast_to(np.asarray(pad_width), (np.ndim(x), 2))[:, 0]
    return d[tuple(slice(b, b + n) for b, n in zip(before, np.shape(x)))]


def _inverse(d: Array, y: Array, x: Array) -> Array:
    transposed = np.swapaxes(y, -1, -2)
    return -transposed @ d @ transposed


def _determinant(d: Array, y: Array, x: Array) -> Array:
    return (np.asarray(d) * y)[..., None, None] * np.swapaxes(np.linalg.inv(x), -1, -2)


def _solve_left(d: Array, y: Array, a: Array, b: Array) -> Array:
    back = np.linalg.solve(np.swapaxes(a, -1, -2), d)
    return -np.outer(back, y) if np.ndim(b) == 1 else -back @ np.swapaxes(y, -1, -2)


def _solve_right(d: Array, y: Array, a: Array, b: Array) -> Array:
    return np.linalg.solve(np.swapaxes(a, -1, -2), d)


def _flat_rule(slope: Callable[[Array, Array], Array]) -> tuple[Rule, ...]:
    """The rule of an elementwise function, from its slope."""
    return (lambda d, y, x, *_, **__: d * slope(x, y),)


def _zero(d: Array, y: Array, *_: Any, **__: Any) -> Array:
    return np.zeros(())


_SLOPES: dict[str, Callable[[Array, Array], Array]] = {
    "sin": lambda x, y: np.cos(x), "cos": lambda x, y: -np.sin(x), "tan": lambda x, y: 1 + y**2,
    "arcsin": lambda x, y: 1 / np.sqrt(1 - x**2), "arccos": lambda x, y: -1 / np.sqrt(1 - x**2), "arctan": lambda x, y: 1 / (1 + x**2),
    "sinh": lambda x, y: np.cosh(x), "cosh": lambda x, y: np.sinh(x), "arcsinh": lambda x, y: 1 / np.sqrt(x**2 + 1),
    "arccosh": lambda x, y: 1 / np.sqrt(x**2 - 1), "arctanh": lambda x, y: 1 / (1 - x**2),
    "exp2": lambda x, y: y * np.log(2), "expm1": lambda x, y: y + 1, "log1p": lambda x, y: 1 / (1 + x),
    "log2": lambda x, y: 1 / (x * np.log(2)), "log10": lambda x, y: 1 / (x * np.log(10)), "cbrt": lambda x, y: y / (3 * x),
    "reciprocal": lambda x, y: -(y**2), "positive": lambda x, y: np.ones_like(y), "fabs": lambda x, y: np.sign(x),
    "conjugate": lambda x, y: np.ones_like(y), "deg2rad": lambda x, y: np.full_like(y, np.pi / 180), "rad2deg": lambda x, y: np.full_like(y, 180 / np.pi),
    "expit": lambda x, y: y * (1 - y), "erf": lambda x, y: 2 / np.sqrt(np.pi) * np.exp(-(x**2)),
    "erfc": lambda x, y: -2 / np.sqrt(np.pi) * np.exp(-(x**2)),
    "nan_to_num": lambda x, y: np.isfinite(x) * 1.0, "lgamma": lambda x, y: _digamma(x),
}  # fmt: skip


def _digamma(x: Array) -> Array:
    """The slope of the logarithm of the gamma function, by its recursion and its series (Abramowitz and Stegun, 6.3.18)."""
    x = np.array(x, dtype=float)
    found = np.zeros_like(x)
    while (small := x < 10).any():
        found = found - np.where(small, 1 / x, 0.0)
        x = np.where(small, x + 1, x)
    square = 1 / x**2
    return (
        found
        + np.log(x)
        - 0.5 / x
        - square * (1 / 12 - square * (1 / 120 - square * (1 / 252 - square / 240)))
    )


_FLAT = (
    "sign", "floor", "ceil", "rint", "trunc", "round", "fix", "floor_divide", "heaviside", "zeros_like", "isfinite", "isnan",
    "isinf", "signbit", "logical_and", "logical_or", "logical_not", "logical_xor", "all", "any", "argmin", "argsort", "count_nonzero",
    "searchsorted", "isclose", "bitwise_and", "bitwise_or", "invert", "bitwise_xor", "digitize",
)  # fmt: skip

RULES |= {
    **{name: _flat_rule(slope) for name, slope in _SLOPES.items()},
    **{name: (_zero, _zero) for name in _FLAT},
    "setitem": (_kept, _zero, lambda d, y, whole, key, value: _trimmed(d[key], value)),
    "add_at": (lambda d, y, whole, key, value: d, _zero, lambda d, y, whole, key, value: d[key]),
    "copy": (lambda d, y, x, **_: d,), "astype": (lambda d, y, x, kind: d,),
    "sum": (_spread_sum,), "mean": (_spread_mean,), "prod": (_product,), "cumsum": (_running,),
    "max": (_extreme,), "min": (_extreme,), "amax": (_extreme,), "amin": (_extreme,),
    "minimum": (lambda d, y, a, b: d * ((a < b) + 0.5 * (a == b)), lambda d, y, a, b: d * ((b < a) + 0.5 * (a == b))),
    "fmax": RULES["maximum"], "float_power": RULES["power"], "true_divide": RULES["divide"],
    "fmin": (lambda d, y, a, b: d * ((a < b) + 0.5 * (a == b)), lambda d, y, a, b: d * ((b < a) + 0.5 * (a == b))),
    "logaddexp": (lambda d, y, a, b: d * np.exp(a - y), lambda d, y, a, b: d * np.exp(b - y)),
    "logaddexp2": (lambda d, y, a, b: d * np.exp2(a - y), lambda d, y, a, b: d * np.exp2(b - y)),
    "arctan2": (lambda d, y, a, b: d * b / (a**2 + b**2), lambda d, y, a, b: -d * a / (a**2 + b**2)),
    "hypot": (lambda d, y, a, b: d * a / y, lambda d, y, a, b: d * b / y),
    "copysign": (lambda d, y, a, b: d * np.sign(a) * np.sign(b), _zero),
    "remainder": (lambda d, y, a, b: d, lambda d, y, a, b: -d * np.floor_divide(a, b)),
    "fmod": (lambda d, y, a, b: d, lambda d, y, a, b: -d * np.trunc(a / b)),
    "ravel": (_flat,), "squeeze": (_flat,), "expand_dims": (_flat,), "atleast_1d": (_flat,), "atleast_2d": (_flat,), "atleast_3d": (_flat,),
    "reshape": (_flat,),
    "swapaxes": (lambda d, y, x, axis1, axis2: np.swapaxes(d, axis1, axis2),),
    "moveaxis": (lambda d, y, x, source, destination: np.moveaxis(d, destination, source),),
    "matrix_transpose": (lambda d, y, x: np.swapaxes(d, -1, -2),),
    "broadcast_to": (lambda d, y, x, *_, **__: d,),
    **{name: (_sent(getattr(np, name)),) for name in ("roll", "flip", "fliplr", "flipud", "rot90", "rollaxis", "tril", "triu", "take", "delete", "resize")},
    "tril": (lambda d, y, x, k=0: np.tril(d, k),), "triu": (lambda d, y, x, k=0: np.triu(d, k),),
    "take_along_axis": (lambda d, y, x, indices, axis=-1: _sent(np.take_along_axis)(d, y, x, indices, axis),),
    "sliding_window_view": (_sent(np.lib.stride_tricks.sliding_window_view),),
    "repeat": (_repeated,), "tile": (_tiled,), "pad": (_padded,),
    "diag": (_diag_back,), "diagonal": (_diagonal_back,), "trace": (_trace_back,),
    "einsum": _einsum,
    "inv": (_inverse,), "det": (_determinant,), "solve": (_solve_left, _solve_right),
    "where": (_zero, lambda d, y, test, a, b: np.where(test, d, 0.0), lambda d, y, test, a, b: np.where(test, 0.0, d)),
}  # fmt: skip


def _trimmed(d: Array, value: Any) -> Array:
    """An assignment may drop leading axes of one entry from what it is given."""
    return np.reshape(d, np.shape(value)) if np.ndim(value) > np.ndim(d) else d
