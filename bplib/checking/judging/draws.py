"""Drawing the inputs of a student's function: sizes and numbers, with the edges that trip careless code.

A check writes ``lambda d: dict(z=d.array(d.samples(), d.units()))`` and edges happen by themselves. A draw is a
pure function of its seed and edge, so drawing again is copying: the judge draws once for the student and once,
``trusted``, for itself, where arrays are contiguous float64 whatever the edge.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Any, NamedTuple, TypeVar

import numpy as np

from bplib.types import Array, Inputs, Parameters

T = TypeVar("T")

PLAIN = "plain"
#: Every edge, with the words that a report uses for it.
EDGES = {
    PLAIN: "an ordinary batch",
    "batch_of_one": "a batch of one sample",
    "one_unit": "a size of one",
    "saturated": "large numbers",
    "integers": "arrays of integers",
    "non_contiguous": "arrays that are views with strides",
}
#: The largest size that is drawn, for a student and at grading: small arrays are easy to look at, larger ones harder to hit
#: by accident.
LARGEST = {False: 4, True: 7}
#: Decimals of what is drawn: a student is to read it.
DIGITS = {False: 2, True: None}

#: Relative to a number: what rounding leaves behind in a sum of a few.
DUST = 64 * float(np.finfo(np.float64).eps)


class Draw:
    """One set of inputs in the making.

    Parameters
    ----------
    seed
        Whatever `numpy.random.default_rng` takes.
    edge
        A name in `EDGES`.
    trusted
        Give arrays as contiguous float64, with the same values.
    largest
        No size is above it, except where a check fixes one.
    digits
        Round numbers to so many decimals, so that people can read them; None leaves them as they are.
    only
        Under the edge of integers, the drawings of arrays that give them, counted from 0; None stands for all.

    Attributes
    ----------
    numbers
        The arrays of each drawing that gives integers under that edge.
    same
        What every size is, after `alike`; None while sizes differ.
    """

    def __init__(
        self,
        seed: Any,
        edge: str = PLAIN,
        trusted: bool = False,
        largest: int = 6,
        digits: int | None = None,
        only: Sequence[int] | None = None,
    ) -> None:
        if edge not in EDGES:
            raise ValueError(f"unknown edge {edge!r}, expected one of {', '.join(EDGES)}.")
        self.rng = np.random.default_rng(seed)
        self.edge = edge
        self.trusted = trusted
        self.largest = largest
        self.digits = digits
        self.only = only
        self.numbers: list[list[Array]] = []
        self._sizes: set[int] = set()
        self.same: int | None = None

    # Sizes -----------------------------------------------------------------------------------------------

    def samples(self) -> int:
        """Number of samples m, at least 2, or 1 for a batch of one."""
        return self._size(2, one=self.edge == "batch_of_one")

    def units(self) -> int:
        """Number of units or features, at least 2, or 1 for layers of one unit."""
        return self._size(2, one=self.edge == "one_unit")

    def classes(self) -> int:
        """Number of classes, always at least 2."""
        return self._size(2)

    def sizes(self, count: int) -> list[int]:
        """Sizes of ``count`` layers, the inputs first."""
        return [self.units() for _ in range(count)]

    def alike(self) -> Draw:
        """From now on, as many samples as units, and all layers of one size: who asks which is which by the sizes is misled."""
        self.same = self.choice(range(2, min(self.largest, 4) + 1))
        return self

    def _size(self, low: int, one: bool = False) -> int:
        if self.same is not None:
            return self.same
        # No size twice in one draw: in a square layer a wrong transpose would go unseen.
        free = [n for n in range(low, self.largest + 1) if n not in self._sizes]
        size = self.choice(free) if free else max(self._sizes) + 1
        if one:
            return 1
        self._sizes.add(size)
        return size

    # Numbers ---------------------------------------------------------------------------------------------

    def array(self, *shape: int, scale: float = 1.0) -> Array:
        """Normal numbers times ``scale``; integers from -3 to 3, or 1000 times as large, under these edges."""
        values = self.rng.normal(size=shape) * scale
        if self.edge == "saturated":
            values *= 1000.0
        if self._whole():
            return self._number(self.rng.integers(-3, 4, size=shape))
        return self._number(self._short(values))

    def whole(self, *shape: int) -> Array:
        """Integers from -3 to 3, for the student as integers, whatever the edge."""
        return self._form(self.rng.integers(-3, 4, size=shape))

    def positive(self, *shape: int) -> Array:
        """Numbers in [0.1, 3]; 1 to 4 where arrays hold integers."""
        values = self.rng.uniform(0.1, 3.0, size=shape)
        return self._number(self.rng.integers(1, 5, size=shape) if self._whole() else self._short(values))

    def between(self, low: float, high: float, *shape: int) -> Array:
        """Uniform numbers in [low, high); where arrays hold integers and there are two, those from low to high."""
        values, first, last = self.rng.uniform(low, high, size=shape), int(np.ceil(low)), int(np.floor(high))
        if self._whole() and first < last:
            return self._number(self.rng.integers(first, last + 1, size=shape))
        return self._number(self._short(values))

    def probabilities(self, m: int, n: int) -> Array:
        """Rows of positive numbers that sum to one."""
        values = self.rng.uniform(0.1, 1.0, size=(m, n))
        return self._form(values / values.sum(axis=1, keepdims=True))

    def targets(self, m: int, n: int) -> Array:
        """Zeros and ones, shape (m, n)."""
        values = self.rng.integers(0, 2, size=(m, n))
        return self._number(values if self._whole() else values.astype(np.float64))

    def mask(self, m: int, n: int, keep: float = 0.5) -> Array:
        """Ones with probability ``keep``, else zeros."""
        values = self.rng.uniform(size=(m, n)) < keep
        return self._number(values.astype(np.int64 if self._whole() else np.float64))

    def labels(self, m: int, classes: int) -> Array:
        """Class numbers from 0 to ``classes - 1``, shape (m,), integers for student and judge."""
        return self.rng.integers(0, classes, size=m)

    def one_hot(self, m: int, classes: int) -> Array:
        """Rows with a single one, shape (m, classes)."""
        rows = np.eye(classes)[self.rng.integers(0, classes, size=m)]
        return self._number(rows.astype(np.int64) if self._whole() else rows)

    def parameters(self, sizes: Sequence[int], scale: float = 1.0) -> Parameters:
        """``W1`` (n_0, n_1), ``b1`` (n_1,), ``W2`` … for layers of these sizes; from -1 to 1 where arrays hold integers."""
        params = {}
        for layer, (n_in, n_out) in enumerate(pairwise(sizes), start=1):
            for name, shape in ((f"W{layer}", (n_in, n_out)), (f"b{layer}", (n_out,))):
                values, whole = self._short(self.rng.normal(size=shape) * scale), self._whole()
                params[name] = self._number(self.rng.integers(-1, 2, size=shape) if whole else values)
        return params

    def scalar(self, low: float, high: float) -> float:
        """One uniform number."""
        value = float(self.rng.uniform(low, high))
        return value if self.digits is None else float(f"{value:.{self.digits + 1}g}")

    def integer(self, low: int, high: int) -> int:
        """One integer, ``high`` included."""
        return int(self.rng.integers(low, high + 1))

    def choice(self, options: Sequence[T]) -> T:
        """One of the options."""
        return options[int(self.rng.integers(len(options)))]

    def generator(self) -> np.random.Generator:
        """A fresh Generator, in the same state for the student and for the judge."""
        return np.random.default_rng(int(self.rng.integers(2**63)))

    def _whole(self) -> bool:
        """Begin a drawing of numbers: whether it gives integers."""
        self.numbers.append([])
        return self.edge == "integers" and (self.only is None or len(self.numbers) - 1 in self.only)

    def _number(self, values: Array) -> Array:
        self.numbers[-1].append(self._form(values))
        return self.numbers[-1][-1]

    def _short(self, values: Any) -> Any:
        return values if self.digits is None else np.round(values, self.digits)

    def _form(self, values: Array) -> Array:
        if self.trusted:
            return np.ascontiguousarray(values, dtype=np.float64).reshape(values.shape)
        if self.edge != "non_contiguous":
            return values
        if values.ndim == 1:
            spaced = np.zeros(2 * values.size, dtype=values.dtype)
            spaced[::2] = values
            return spaced[::2]
        return np.asfortranarray(values)


class Kind(NamedTuple):
    """A kind of inputs that a task promises to take: what is special about them, in words, and how they are drawn."""

    words: str
    draw: Callable[[Draw], Inputs]
    edge: str = PLAIN
    only: Sequence[int] | None = None


def one_by_one(draw: Callable[[Draw], Inputs]) -> tuple[Kind, ...]:
    """A kind for each of several inputs that may hold integers: it does, and the others do not; of three and more, all others do.

    Where all are whole numbers, so are many results, and one that is cut to them goes unseen. Where two of three are, what is
    computed from these two is, and what is then added to it is not.
    """
    inputs = draw(probe := Draw(0, "integers"))
    held: dict[str, list[int]] = {}
    for number, drawn in enumerate(probe.numbers):
        given = {name: value for name, value in inputs.items() if not name.startswith("_")}
        names = [name for name, value in _by_name(given) if _holds(value, drawn)]
        if names:
            held.setdefault(", ".join(names), []).append(number)
    if len(held) < 2:
        return ()
    alone = [
        Kind(f"integers in {names} alone", draw, "integers", tuple(only)) for names, only in held.items()
    ]
    numbers = {number for only in held.values() for number in only}
    but = [
        Kind(f"integers in all but {names}", draw, "integers", tuple(sorted(numbers - {*only})))
        for names, only in held.items()
    ]
    return (*alone, *(but if len(held) > 2 else []))


def _by_name(inputs: Inputs) -> list[tuple[str, Any]]:
    """Inputs with their names; the arrays of a dictionary have names of their own."""
    named: list[tuple[str, Any]] = []
    for name, value in inputs.items():
        named += value.items() if isinstance(value, dict) else [(name, value)]
    return named


def _holds(value: Any, arrays: Sequence[Array]) -> bool:
    """Whether a value is one of some arrays, or a list with one in it."""
    if isinstance(value, (list, tuple)):
        return any(_holds(item, arrays) for item in value)
    return any(value is array for array in arrays)


@lru_cache(maxsize=512)
def told(kind: Kind) -> str:
    """A kind in words; empty for an ordinary draw, and for an edge that makes no difference to this task."""
    ordinary = kind._replace(edge=PLAIN)
    if kind.edge != PLAIN and all(
        _seen(draw_inputs(kind, [seed], 4)[0]) == _seen(draw_inputs(ordinary, [seed], 4)[0])
        for seed in range(5)
    ):
        return ""
    return "" if kind.words == EDGES[PLAIN] else kind.words


def _seen(value: Any) -> Any:
    """What a student's function could tell two values by."""
    if isinstance(value, dict):
        return [_seen(item) for item in value.values()]
    if isinstance(value, (list, tuple)):
        return [_seen(item) for item in value]
    if isinstance(value, np.ndarray):
        return value.dtype.str, value.shape, value.strides, value.tolist()
    return value if isinstance(value, (int, float, str)) else None


def plan(
    name: str, kinds: Sequence[Kind], autograde: bool, seed: int, draws: int = 12
) -> list[tuple[Kind, list[int]]]:
    """The kind and seed of every draw for the check ``name``.

    A student sees each kind once, the first twice, and the same inputs on every run. Autograding takes more of the same kinds:
    ``draws`` of them from ``seed``, at least one of each.
    """
    base = [seed, zlib.crc32(name.encode())]
    count = max(draws, len(kinds))
    order = [kinds[i % len(kinds)] for i in range(count)] if autograde else [kinds[0], *kinds]
    return [(kind, [*base, index]) for index, kind in enumerate(order)]


def draw_inputs(kind: Kind, seed: Any, largest: int, digits: int | None = None) -> tuple[Inputs, Inputs]:
    """Draw twice from one seed: the student's inputs, and the judge's."""
    given, trusted = (
        kind.draw(Draw(seed, kind.edge, trusted, largest, digits, kind.only)) for trusted in (False, True)
    )
    if digits is not None:
        for inputs in (given, trusted):
            _without_dust(inputs)
    return {name: value for name, value in given.items() if not name.startswith("_")}, trusted


def _without_dust(values: dict[str, Any] | list[Any]) -> None:
    """What a sum of short numbers leaves behind, as in 3.6900000000000004, is taken away: a student is to read it."""
    places: Any = values  # by name or by number
    for key, value in values.items() if isinstance(values, dict) else enumerate(values):
        if isinstance(value, (dict, list)):
            _without_dust(value)
        elif isinstance(value, float):
            places[key] = _short(value)
        elif isinstance(value, np.ndarray) and value.dtype == np.float64:
            # In place: what lies apart, or stands in two places, stays so.
            for index in np.ndindex(value.shape):
                value[index] = _short(float(value[index]))


def _short(number: float) -> float:
    short = float(f"{number:.12g}")
    return short if abs(short - number) <= DUST * abs(number) else number
