"""Another numpy for somebody else's code, as long as it is being recorded.

Most of what a loss does to recorded arrays reaches the tape by itself (NEP 13, NEP 18). Not so what makes arrays out of nothing
or out of lists: ``np.zeros``, ``np.array([a, b])``, ``float(a)``, ``math.exp(a)``. Changing numpy itself would break what
numpy does inside. So the user's own modules get another ``np``, ``math`` and ``float`` under these names, and get the real
ones back at the end.
"""

from __future__ import annotations

import functools
import math
import sys
import sysconfig
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FunctionType, MethodType, ModuleType
from typing import Any

import numpy as np

from bplib.automatic_differentiation import NotRecorded, Recorded
from bplib.checking.witnesses.recorder import Listener, recorded_among

#: Modules of these are not the user's: they are let be.
_OTHERS = tuple({sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")})
_OWN = ("bplib.checking", "bplib.automatic_differentiation", "bplib.grading")
#: Functions of ``math`` whose numpy name is another.
_MATH = {
    "acos": "arccos", "asin": "arcsin", "atan": "arctan", "atan2": "arctan2", "acosh": "arccosh", "asinh": "arcsinh", "atanh": "arctanh",
    "pow": "power", "fabs": "absolute", "fmod": "fmod", "copysign": "copysign",
}  # fmt: skip
_erf = np.vectorize(math.erf, otypes=[float])
_lgamma = np.vectorize(math.lgamma, otypes=[float])


class _Like(ModuleType):
    """A module with some names replaced; all others are those of the real one."""

    def __init__(self, real: ModuleType, names: dict[str, Any]) -> None:
        super().__init__(real.__name__)
        self.__dict__.update(names)
        self._real = real

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)


class _KindOfFloat(type):
    """``isinstance`` and ``dtype=`` take the other float for the real one."""

    dtype = np.dtype(float)

    def __instancecheck__(cls, value: Any) -> bool:
        return isinstance(value, float)

    def __subclasscheck__(cls, other: type) -> bool:
        return issubclass(other, float)


def _replacements(tape: Listener) -> dict[int, Any]:
    """What stands in for what, by the identity of the real thing."""

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

    def full(shape: Any, value: Any, *rest: Any, **options: Any) -> Any:
        if not isinstance(value, Recorded):
            return buffer(np.full)(shape, value, *rest, **options)
        return np.broadcast_to(value, shape) * 1.0

    def of_lists(function: Callable[..., Any], copies: bool) -> Callable[..., Any]:
        @functools.wraps(function)
        def make(value: Any, *rest: Any, **options: Any) -> Any:
            if isinstance(value, Recorded):
                return np.copy(value) if copies and options.get("copy", True) else value
            if type(value) in (list, tuple) and recorded_among(value) is not None:
                return _stacked(value)
            return function(value, *(float if r is Float else r for r in rest), **dtype_of(options))

        return make

    def mathematical(name: str) -> Callable[..., Any]:
        real = getattr(math, name)
        special = {"erf": _erf, "lgamma": _lgamma, "gamma": None}
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
        **{name: buffer(getattr(np, name)) for name in ("zeros", "ones", "empty", "zeros_like", "ones_like", "empty_like", "full_like")},
        "full": full,
        **{name: of_lists(getattr(np, name), name == "array") for name in ("array", "asarray", "asanyarray", "ascontiguousarray", "asfortranarray", "float64")},
        "ndarray": _KindOfArray("ndarray", (), {}),
    }  # fmt: skip
    maths = {name: mathematical(name) for name in dir(math) if callable(getattr(math, name)) and name[0] != "_"}
    maths |= {"fsum": lambda values: sum(values), "prod": lambda values, **_: functools.reduce(lambda a, b: a * b, values, 1.0)}
    replaced = {id(getattr(np, name)): other for name, other in functions.items()}
    replaced |= {id(getattr(math, name)): other for name, other in maths.items()}
    replaced |= {id(np): _Like(np, functions), id(math): _Like(math, maths), id(float): Float}
    return replaced


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


@contextmanager
def another_numpy(loss: Callable[..., Any], tape: Listener) -> Iterator[None]:
    """Give the modules of the user, and those of the loss in any case, another numpy for a while."""
    replaced = _replacements(tape)
    undo: list[tuple[dict[str, Any], str, Any]] = []
    missing = object()
    try:
        for names in _namespaces(loss):
            for name, value in list(names.items()):
                if id(value) in replaced and not name.startswith("__"):
                    undo.append((names, name, value))
                    names[name] = replaced[id(value)]
            if "float" not in names:
                undo.append((names, "float", missing))
                names["float"] = replaced[id(float)]
        yield
    finally:
        for names, name, value in undo:
            if value is missing:
                names.pop(name, None)
            else:
                names[name] = value


def _namespaces(loss: Callable[..., Any]) -> list[dict[str, Any]]:
    """The global names of the user's modules, and of the functions that the loss holds on to."""
    found = {id(names): names for names in _held(loss, 4)}
    for name, module in list(sys.modules.items()):
        if module is None or name.startswith(_OWN) or not isinstance(module, ModuleType):
            continue
        file = getattr(module, "__file__", None)
        if name == "__main__" or (file and not file.startswith(_OTHERS)):
            found[id(module.__dict__)] = module.__dict__
    return list(found.values())


def _held(value: Any, depth: int) -> Iterator[dict[str, Any]]:
    """The global names of a function, and of those in its closure."""
    if isinstance(value, functools.partial):
        value = value.func
    if isinstance(value, MethodType):
        value = value.__func__
    if not isinstance(value, FunctionType):
        call = getattr(type(value), "__call__", None)
        value = call if isinstance(call, FunctionType) else None
    if value is None or str(value.__globals__.get("__name__")).startswith(_OWN):
        inner = getattr(value, "__closure__", None) or ()
    else:
        yield value.__globals__
        inner = value.__closure__ or ()
    for cell in inner if depth else ():
        try:
            content = cell.cell_contents
        except ValueError:
            continue
        if callable(content):
            yield from _held(content, depth - 1)
