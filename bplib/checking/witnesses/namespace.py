"""Another numpy for somebody else's code, as long as it is being recorded.

Most of what a loss does to recorded arrays reaches the tape by itself (NEP 13, NEP 18). Not so what makes arrays out of nothing
or out of lists: ``np.zeros``, ``np.array([a, b])``, ``float(a)``, ``math.exp(a)``. Changing numpy itself would break what
numpy does inside. So the user's own modules get another ``np``, ``math`` and ``float`` under these names, and get the real
ones back at the end.
"""

from __future__ import annotations

import builtins
import functools
import math
from collections.abc import Callable
from types import ModuleType
from typing import Any

import numpy as np

from bplib.automatic_differentiation import NotRecorded, Recorded
from bplib.checking.witnesses.recorder import Listener, recorded_among

#: Functions of numpy that want their lists as they are.
_JOINING = frozenset((
    "concatenate", "concat", "stack", "vstack", "hstack", "dstack", "column_stack", "row_stack", "block", "select", "meshgrid", "einsum",
    "broadcast_arrays", "append", "errstate", "reshape", "transpose", "pad", "tile", "ix_",
))  # fmt: skip
#: Functions of ``math`` whose numpy name is another.
_MATH = {
    "acos": "arccos", "asin": "arcsin", "atan": "arctan", "atan2": "arctan2", "acosh": "arccosh", "asinh": "arcsinh", "atanh": "arctanh",
    "pow": "power", "fabs": "absolute", "fmod": "fmod", "copysign": "copysign",
}  # fmt: skip
_erf = np.vectorize(math.erf, otypes=[float])
_erfc = np.vectorize(math.erfc, otypes=[float])
_lgamma = np.vectorize(math.lgamma, otypes=[float])


class _Like(ModuleType):
    """A module with some names replaced; all others are those of the real one."""

    def __init__(self, real: ModuleType, names: dict[str, Any]) -> None:
        super().__init__(real.__name__)
        self.__dict__.update(names)
        self._real = real

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)


class _Numpy(_Like):
    """``numpy``, whose functions also take lists of recorded numbers."""

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._real, name)
        if isinstance(found, np.ufunc):
            return _Ufunc(found)
        if not callable(found) or isinstance(found, type) or name in _JOINING:
            return found

        @functools.wraps(found)
        def call(*arguments: Any, **options: Any) -> Any:
            return found(
                *(_stacked(a) if recorded_among([a]) is not None else a for a in arguments), **options
            )

        return call


class _Ufunc:
    """An elementwise function that also takes lists of recorded numbers."""

    def __init__(self, real: np.ufunc) -> None:
        self._real = real

    def __call__(self, *arguments: Any, **options: Any) -> Any:
        return self._real(
            *(
                _stacked(a) if type(a) in (list, tuple) and recorded_among([a]) is not None else a
                for a in arguments
            ),
            **options,
        )

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)


class Given(np.ndarray):
    """A plain array of the user's, whose own methods do not know recorded arrays: these ask numpy's functions."""

    def dot(self, other: Any, out: Any = None) -> Any:
        return np.dot(self, other) if out is None else super().dot(other, out)

    def __setitem__(self, key: Any, value: Any) -> None:
        if isinstance(value, Recorded) or isinstance(key, Recorded):
            raise NotRecorded("writing into an array that was there before")
        super().__setitem__(key, value)


class _KindOfFloat(type):
    """``isinstance`` and ``dtype=`` take the other float for the real one."""

    dtype = np.dtype(float)

    def __instancecheck__(cls, value: Any) -> bool:
        return isinstance(value, float)

    def __subclasscheck__(cls, other: type) -> bool:
        return issubclass(other, float)


def replacements(tape: Listener) -> tuple[dict[int, Any], dict[str, Any]]:
    """What stands in for what, by the identity of the real thing; and what stands in for builtins, by name."""

    class Float(float, metaclass=_KindOfFloat):
        """``float``, that lets a recorded number stay recorded."""

        dtype = np.dtype(float)

        def __new__(cls, value: Any = 0.0) -> Any:
            if isinstance(value, Recorded):
                return value if np.ndim(value) == 0 else np.reshape(value, ())
            return float(value)

    def dtype_of(options: dict[str, Any]) -> dict[str, Any]:
        return {k: float if v is Float else v for k, v in options.items()}

    def buffer(function: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(function)
        def make(*arguments: Any, **options: Any) -> Any:
            made = function(*(float if a is Float else a for a in arguments), **dtype_of(options))
            # What is made like a recorded array has come back recorded already.
            return tape.constant(made) if isinstance(made, np.ndarray) and made.dtype.kind == "f" else made

        return make

    def full(shape: Any, fill_value: Any, *rest: Any, **options: Any) -> Any:
        if not isinstance(fill_value, Recorded):
            return buffer(np.full)(shape, fill_value, *rest, **options)
        return np.broadcast_to(fill_value, shape) * 1.0

    def of_lists(function: Callable[..., Any], copies: bool) -> Callable[..., Any]:
        @functools.wraps(function)
        def make(value: Any, *rest: Any, **options: Any) -> Any:
            if isinstance(value, Recorded):
                # In another order it is a copy, and what is written into that leaves the rest alone.
                moved = not copies and not np.may_share_memory(function(value.value), value.value)
                return np.copy(value) if moved or (copies and options.get("copy", True)) else value
            if type(value) in (list, tuple) and recorded_among(value) is not None:
                return _stacked(value)
            return function(value, *(float if r is Float else r for r in rest), **dtype_of(options))

        return make

    def mathematical(name: str) -> Callable[..., Any]:
        real = getattr(math, name)
        special = {"erf": _erf, "erfc": _erfc, "lgamma": _lgamma, "gamma": None}
        other = special[name] if name in special else getattr(np, _MATH.get(name, name), None)

        @functools.wraps(real)
        def compute(*arguments: Any) -> Any:
            if other is None or not any(isinstance(a, Recorded) for a in arguments):
                return real(*arguments)
            if name in special:
                return tape.record(name, other, *arguments)
            if name == "log" and len(arguments) == 2:
                return np.log(arguments[0]) / np.log(arguments[1])
            return other(*arguments)

        return compute

    functions = {
        **{name: buffer(getattr(np, name)) for name in ("zeros", "ones", "empty", "zeros_like", "ones_like", "empty_like")},
        "full": full, "full_like": lambda like, fill_value, *_, **__: full(np.shape(like), fill_value),
        **{name: of_lists(getattr(np, name), name == "array") for name in ("array", "asarray", "asanyarray", "ascontiguousarray", "asfortranarray")},
        "float64": Float,
        "ndarray": _KindOfArray("ndarray", (), {}),
    }  # fmt: skip
    maths = {
        name: mathematical(name) for name in dir(math) if callable(getattr(math, name)) and name[0] != "_"
    }
    maths |= {
        "fsum": lambda values: sum(values),
        "prod": lambda values, **_: functools.reduce(lambda a, b: a * b, values, 1.0),
    }
    replaced = {id(getattr(np, name)): other for name, other in functions.items()}
    replaced |= {id(getattr(math, name)): other for name, other in maths.items()}
    builtin = {
        "max": _largest(max, np.maximum, np.max),
        "min": _largest(min, np.minimum, np.min),
        "float": Float,
    }
    replaced |= {id(getattr(builtins, name)): other for name, other in builtin.items()}
    return replaced | {id(np): _Numpy(np, functions), id(math): _Like(math, maths)}, builtin


def _largest(real: Any, of_two: Any, of_many: Any) -> Any:
    """``max`` or ``min``, that does not ask which of two recorded numbers is larger."""

    @functools.wraps(real)
    def choose(*arguments: Any, **options: Any) -> Any:
        values = (
            list(arguments[0])
            if len(arguments) == 1 and not isinstance(arguments[0], Recorded)
            else arguments
        )
        if len(arguments) == 1 and isinstance(arguments[0], Recorded) and np.ndim(arguments[0]) == 1:
            return of_many(arguments[0])
        plain = all(np.ndim(value) == 0 for value in values)
        if options or not plain or recorded_among(values) is None:
            return real(values, **options) if len(arguments) == 1 else real(*arguments, **options)
        return of_two(*values) if len(values) == 2 else of_many(_stacked(list(values)))

    return choose


class _KindOfArray(type):
    """``np.ndarray`` in ``isinstance``: recorded arrays are arrays."""

    def __instancecheck__(cls, value: Any) -> bool:
        return isinstance(value, (np.ndarray, Recorded))

    def __call__(cls, *_: Any, **__: Any) -> Any:
        raise NotRecorded("np.ndarray")


def _stacked(value: Any) -> Any:
    if isinstance(value, Recorded) or type(value) not in (list, tuple):
        return value
    parts = [_stacked(part) for part in value]
    return np.stack([part if isinstance(part, Recorded) else np.asarray(part, dtype=float) for part in parts])
