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
import sys
import sysconfig
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import CellType, FunctionType, MethodType, ModuleType
from typing import Any

import numpy as np

from bplib.automatic_differentiation import NotRecorded, Recorded
from bplib.checking.witnesses.recorder import Listener, recorded_among

#: Modules of these are not the user's: they are let be.
_OTHERS = tuple({sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")})
_OWN = ("bplib.checking", "bplib.automatic_differentiation", "bplib.grading")
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


def _replacements(tape: Listener) -> tuple[dict[int, Any], dict[str, Any]]:
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
                return np.copy(value) if copies and options.get("copy", True) else value
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


@contextmanager
def another_numpy(loss: Callable[..., Any], tape: Listener) -> Iterator[None]:
    """Give the modules of the user, and those of the loss in any case, another numpy for a while."""
    replaced, builtin = _replacements(tape)
    undo: list[tuple[dict[str, Any], str, Any]] = []
    cells: list[tuple[CellType, Any]] = []
    missing = object()
    try:
        for names in _namespaces(loss):
            for name, value in list(names.items()):
                if id(value) in replaced and not name.startswith("__"):
                    undo.append((names, name, value))
                    names[name] = replaced[id(value)]
                elif type(value) is np.ndarray:
                    undo.append((names, name, value))
                    names[name] = value.view(Given)
            for name in builtin.keys() - names.keys():
                undo.append((names, name, missing))
                names[name] = builtin[name]
        for cell in _cells(loss, 4):
            cells.append((cell, cell.cell_contents))
            cell.cell_contents = cell.cell_contents.view(Given)
        yield
    finally:
        for cell, value in cells:
            cell.cell_contents = value
        for names, name, value in reversed(undo):
            if value is missing:
                names.pop(name, None)
            else:
                names[name] = value


def _namespaces(loss: Callable[..., Any]) -> list[dict[str, Any]]:
    """The global names of the user's modules, and of the functions that the loss holds on to."""
    found = {id(f.__globals__): f.__globals__ for f in _functions(loss, 4) if not _own(f)}
    for name, module in list(sys.modules.items()):
        if module is None or name.startswith(_OWN) or not isinstance(module, ModuleType):
            continue
        file = getattr(module, "__file__", None)
        if name == "__main__" or (file and not file.startswith(_OTHERS)):
            found[id(module.__dict__)] = module.__dict__
    return list(found.values())


def _own(function: FunctionType) -> bool:
    return str(function.__globals__.get("__name__")).startswith(_OWN)


def _cells(loss: Callable[..., Any], depth: int) -> list[CellType]:
    """The variables in closures that hold plain arrays, each once."""
    found: dict[int, CellType] = {}
    for function in _functions(loss, depth):
        for cell in () if _own(function) else function.__closure__ or ():
            try:
                if type(cell.cell_contents) is np.ndarray:
                    found[id(cell)] = cell
            except ValueError:  # a variable that has no value yet
                continue
    return list(found.values())


def _functions(value: Any, depth: int) -> Iterator[FunctionType]:
    """A function, and those in its closure."""
    if isinstance(value, functools.partial):
        value = value.func
    if isinstance(value, MethodType):
        value = value.__func__
    if not isinstance(value, FunctionType):
        call = getattr(type(value), "__call__", None)
        if not isinstance(call, FunctionType):
            return
        value = call
    yield value
    for cell in value.__closure__ or () if depth else ():
        try:
            content = cell.cell_contents
        except ValueError:
            continue
        if callable(content):
            yield from _functions(content, depth - 1)
