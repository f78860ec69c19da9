"""What a function does with its arguments while it runs: data for the question whether a derivative was computed or measured.

Arrays are handed in as views that hear every operation they take part in (NEP 13 and 18), and the function's own module gets another
``np``, ``math`` and ``cmath`` for a while, which hear what is done to plain numbers. Nothing that is computed changes.

Source: NumPy Enhancement Proposals 13 and 18, ``__array_ufunc__`` and ``__array_function__``.
"""

from __future__ import annotations

import cmath
import math
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

import numpy as np

from bplib.types import Array, Inputs

#: Functions that bend what goes forward.
BENDS = frozenset((
    "tanh", "exp", "expm1", "exp2", "log", "log1p", "log2", "log10", "logaddexp", "sqrt", "cbrt", "sin", "cos", "sinh", "cosh", "arctan",
    "atan",
))  # fmt: skip
#: A copy that differs by less than this share of the largest entry in one place alone, or by less than that in any, is a slightly
#: changed one: among few numbers, others of the same size come near to all of them by accident. By less than the last, it is rounded.
NEAR, NEARER, SAME = 0.3, 1e-2, 1e-14
#: More distinct copies are not counted.
COPIES = 2_000
_MAKERS = ("array", "asarray", "asanyarray", "ascontiguousarray", "asfortranarray", "copy", "require")


@dataclass
class Heard:
    """What was heard.

    Attributes
    ----------
    complex
        Whether complex numbers took part.
    copies
        For each argument by path: how many slightly changed copies of it were used, and how many entries it has.
    pairs
        The arguments by path that were looked at a little to both sides.
    units
        For each argument by path: how many arrays of its shape were used that hold a single one among zeros, and how many entries
        it has.
    close
        Whether plain numbers went into a function of `BENDS` that differ a little from one another.
    again
        How often, on average, such a function was evaluated at one and the same number.
    operators
        Whether a class of the student's own adds and multiplies.
    """

    complex: bool = False
    copies: dict[str, tuple[int, int]] = field(default_factory=dict)
    pairs: list[str] = field(default_factory=list)
    units: dict[str, tuple[int, int]] = field(default_factory=dict)
    close: bool = False
    again: float = 0.0
    operators: bool = False


class _Ear:
    """Hears, and remembers what `Heard` is made of."""

    def __init__(self, inputs: Inputs) -> None:
        self.complex = False
        self.arguments = {
            name: np.array(value) for name, value in _arrays(inputs) if value.dtype.kind == "f" and value.size
        }
        self.copies: dict[str, dict[bytes, Array]] = {name: {} for name in self.arguments}
        self.units: dict[str, set[int]] = {name: set() for name in self.arguments}
        self.numbers: dict[str, set[float]] = {}
        self.bends, self.values = 0, set[float]()

    def operands(self, values: Any) -> None:
        """The arrays and numbers that go into an operation."""
        for value in values:
            if isinstance(value, (list, tuple)):
                self.operands(value)
            elif isinstance(value, (complex, np.complexfloating)):
                self.complex = True
            elif isinstance(value, np.ndarray):
                self._array(value.view(np.ndarray))

    def _array(self, value: Array) -> None:
        if value.dtype.kind == "c":
            self.complex = True
        if value.dtype.kind != "f" or not value.size:
            return
        hot = np.flatnonzero(value) if value.size > 1 and np.count_nonzero(value) == 1 else None
        for name, own in self.arguments.items():
            if hot is not None and value.shape == own.shape and value.flat[hot[0]] == 1:
                self.units[name].add(int(hot[0]))
            for other in {own.shape: own, own.T.shape: own.T, (own.size,): own.ravel()}.values():
                if value.shape == other.shape and len(self.copies[name]) < COPIES:
                    steps, size = np.abs(value - other), float(np.abs(other).max())
                    alone = steps.size > 1 and np.count_nonzero(steps) == 1
                    if SAME * size < float(steps.max()) < (NEAR if alone else NEARER) * size:
                        # In the order of the argument, whichever way it was looked at.
                        plain = value.T if value.shape != own.shape and value.shape == own.T.shape else value
                        self.copies[name].setdefault(
                            plain.tobytes(), np.array(plain, dtype=float).reshape(own.shape)
                        )

    def bent(self, name: str, result: Any, arguments: Any) -> None:
        """An evaluation of a function that bends."""
        if name not in BENDS or np.iscomplexobj(result):
            return
        self.bends += int(np.size(result))
        self.values.update(np.ravel(result)[:COPIES].tolist())
        if (
            np.ndim(result) == 0
            and len(arguments) == 1
            and isinstance(arguments[0], (float, int, np.floating))
        ):
            self.numbers.setdefault(name, set()).add(float(arguments[0]))

    def heard(self, operators: bool = False) -> Heard:
        """All in all."""
        again = self.bends / len(self.values) if self.values else 0.0
        pairs = [
            name
            for name, copies in self.copies.items()
            if _symmetric(self.arguments[name], list(copies.values()))
        ]
        copies = {
            name: (len(found), self.arguments[name].size) for name, found in self.copies.items() if found
        }
        units = {name: (len(found), self.arguments[name].size) for name, found in self.units.items() if found}
        close = any(_close(sorted(numbers)) for numbers in self.numbers.values())
        return Heard(self.complex, copies, pairs, units, close, again, operators)


def _symmetric(own: Array, copies: list[Array]) -> bool:
    """Whether two copies stand on opposite sides of the argument, equally far."""
    steps = [copy - own for copy in copies[:200]]
    return any(
        bool((np.abs(a + b) <= 1e-6 * np.abs(a).max()).all()) for k, a in enumerate(steps) for b in steps[:k]
    )


def _close(numbers: list[float]) -> bool:
    return any(SAME * abs(a) < b - a < 1e-3 * abs(a) for a, b in zip(numbers, numbers[1:], strict=False))


@contextmanager
def listening(
    function: Callable[..., Any], inputs: Inputs
) -> Iterator[tuple[list[Any], Callable[[bool], Heard]]]:
    """Arguments that hear what is done to them, and what gives what was heard.

    Parameters
    ----------
    function
        What will be called. The names of numpy and math in its module stand for what hears, until the end.
    inputs
        Its arguments by name.
    """
    ear = _Ear(inputs)
    kind = _kind(ear)
    names = getattr(function, "__globals__", {})
    undo = {name: value for name, value in names.items() if value is np or value is math or value is cmath}
    others = {
        id(np): _numpy(ear, kind),
        id(math): _mathematics(ear, math),
        id(cmath): _mathematics(ear, cmath),
    }
    try:
        for name, value in undo.items():
            names[name] = others[id(value)]
        yield [_viewed(value, kind) for value in inputs.values()], ear.heard
    finally:
        names.update(undo)


def _kind(ear: _Ear) -> type:
    """Arrays that tell this ear."""

    class Hearing(np.ndarray):
        def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **options: Any) -> Any:
            plain = [_plain(value) for value in inputs]
            if options.get("out"):
                options["out"] = tuple(_plain(value) for value in options["out"])
            ear.operands(plain)
            result = getattr(ufunc, method)(*plain, **{k: _plain(v) for k, v in options.items()})
            ear.operands(result if isinstance(result, tuple) else (result,))
            ear.bent(ufunc.__name__, result, inputs)
            return _viewed(result, Hearing)

        def __array_function__(self, function: Any, types: Any, arguments: Any, options: Any) -> Any:
            ear.operands(arguments)
            result = super().__array_function__(function, types, arguments, options)
            return _viewed(result, Hearing)

    return Hearing


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return tuple(map(_plain, value))
    return value.view(np.ndarray) if isinstance(value, np.ndarray) else value


def _viewed(value: Any, kind: type) -> Any:
    if isinstance(value, np.ndarray) and value.dtype.kind in "fc":
        return value.view(kind)
    if isinstance(value, dict):
        return {key: _viewed(item, kind) for key, item in value.items()}
    if type(value) in (list, tuple):
        return type(value)(_viewed(item, kind) for item in value)
    return value


def _arrays(value: Any, path: str = "") -> Iterator[tuple[str, Array]]:
    if isinstance(value, np.ndarray):
        yield path, value
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from _arrays(item, f"{path}.{key}" if path else str(key))
    elif isinstance(value, (list, tuple)):
        for k, item in enumerate(value):
            yield from _arrays(item, f"{path}[{k}]")


class _Hearing(ModuleType):
    """A module whose functions are heard; all else is as it was."""

    def __init__(self, real: ModuleType, wrapped: Callable[[str, Any], Any]) -> None:
        super().__init__(real.__name__)
        self._real, self._wrapped = real, wrapped

    def __getattr__(self, name: str) -> Any:
        return self._wrapped(name, getattr(self._real, name))


def _numpy(ear: _Ear, kind: type) -> ModuleType:
    class Function:
        """A function of numpy that hears plain numbers, and hands on everything else of it."""

        def __init__(self, real: np.ufunc) -> None:
            self._real = real

        def __call__(self, *arguments: Any, **options: Any) -> Any:
            result = self._real(*arguments, **options)
            if not any(isinstance(a, np.ndarray) for a in arguments):
                ear.operands((*arguments, result))
                ear.bent(self._real.__name__, result, arguments)
            return result

        def __getattr__(self, name: str) -> Any:
            return getattr(self._real, name)

    def wrapped(name: str, real: Any) -> Any:
        if isinstance(real, np.ufunc):
            return Function(real)
        if name in _MAKERS:
            # What is made of hearing arrays hears, too: numpy itself would make plain ones.
            return lambda *arguments, **options: _viewed(real(*arguments, **options), kind)
        return real

    return _Hearing(np, wrapped)


def _mathematics(ear: _Ear, module: ModuleType) -> ModuleType:
    def wrapped(name: str, real: Any) -> Any:
        if not callable(real):
            return real

        def function(*arguments: Any, **options: Any) -> Any:
            result = real(*arguments, **options)
            ear.operands((*arguments, result))
            if not isinstance(result, tuple):
                ear.bent(name, result, arguments)
            return result

        return function

    return _Hearing(module, wrapped)
