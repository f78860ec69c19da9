"""The record as a program: run it again with other numbers, with shaken ones, or with a choice at its kinks.

*Rounding* is measured by shaking (Vignes' random arithmetic): each number that an operation uses, forward and back, is changed
by a random share of the spacing of floats, and how much the derivatives move is how well they are known, entry by entry. That
needs no wider type of number, and it sees cancellation where it happens.

Sources: Vignes, *A Stochastic Arithmetic for Reliable Scientific Computation*, 1993; Parker, *Monte Carlo Arithmetic*, 1997.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from bplib.automatic_differentiation import (
    Entry,
    Node,
    Rule,
    Tape,
    differentiable,
    filled,
    gradients,
    standard_rule,
)
from bplib.checking.limits import look
from bplib.checking.witnesses.recorder import Listener
from bplib.types import Array

#: Runs with shaken numbers; so few where a run is long.
SHAKES, FEW, LONG = 4, 2, 100_000
#: Operations whose result is a decision, and those that choose among their entries.
DECIDING = (
    "greater", "greater_equal", "less", "less_equal", "equal", "not_equal", "sign", "heaviside", "argmax", "argmin", "argsort",
    "floor", "ceil", "rint", "trunc", "round", "fix", "floor_divide", "isclose",
)  # fmt: skip
CHOOSING = ("maximum", "minimum", "fmax", "fmin", "absolute", "fabs", "max", "min", "amax", "amin")
#: Numbers that shaking draws once and uses again from another place each time.
_POOL = 4099


class Diverged(Exception):
    """At these numbers the loss would have taken another branch."""


@dataclass(frozen=True)
class Record:
    """A recorded loss: its tape, the node of each parameter, the place of the result, and the nodes that lead to it."""

    tape: Listener
    leaves: dict[str, int]
    output: Entry
    needed: tuple[int, ...]

    @cached_property
    def dependent(self) -> frozenset[int]:
        """The nodes whose value changes with a parameter."""
        found = set(self.leaves.values())
        for index in self.needed:
            node = self.tape.nodes[index]
            if node.name and any(entry.index in found for entry in entries_of(node)):
                found.add(index)
        return frozenset(found)

    @cached_property
    def result(self) -> float:
        """The loss."""
        return float(np.reshape(self.tape.value(self.output), ()))

    @cached_property
    def flowing(self) -> dict[int, Array]:
        """What arrives at each node on the way back."""
        return gradients(self.tape, self.output)

    def slopes(
        self, tape: Tape | None = None, rule_of: Callable[[int, int], Rule] | None = None
    ) -> dict[str, Array]:
        """The derivative by each parameter, of the record or of a replay of it."""
        look()
        flowing = self.flowing if tape is None else gradients(tape, self.output, rule_of)
        tape = tape or self.tape
        return {
            name: np.array(
                np.broadcast_to(flowing.get(index, 0.0), np.shape(tape.nodes[index].value)), dtype=float
            )
            for name, index in self.leaves.items()
        }


def entries_of(node: Node) -> list[Entry]:
    """The places among the arguments of a node, at any depth."""
    found: list[Entry] = []

    def collect(entry: Entry) -> None:
        found.append(entry)

    filled(node.arguments, collect)
    filled(dict(node.options), collect)
    return found


def needed(nodes: list[Node], ends: Iterable[Entry]) -> tuple[int, ...]:
    """The nodes that lead to these places, in order."""
    waiting, found = [entry.index for entry in ends], set()
    while waiting:
        index = waiting.pop()
        if index not in found:
            found.add(index)
            waiting += [entry.index for entry in entries_of(nodes[index])]
    return tuple(sorted(found))


class Replay(Tape):
    """The same operations on other numbers.

    Parameters
    ----------
    record
        What was recorded.
    params
        Other values of the parameters; those left out stay.
    computed
        For the index of a node, what computes it instead.
    """

    def __init__(
        self,
        record: Record,
        params: Mapping[str, Array] | None = None,
        computed: Mapping[int, Callable[..., Any]] | None = None,
    ) -> None:
        look()
        super().__init__()
        self.nodes = list(record.tape.nodes)
        given = {record.leaves[name]: value for name, value in (params or {}).items()}
        computed = computed or {}
        for index in record.needed:
            node = self.nodes[index]
            if index in given:
                value: Any = given[index]
            elif not node.name:
                continue
            else:
                function = computed.get(index, node.function)
                value = function(
                    *filled(node.arguments, self.value), **filled(dict(node.options), self.value)
                )
            self.nodes[index] = node._replace(value=value)

    def result(self, record: Record) -> float:
        """The loss."""
        return float(np.reshape(self.nodes[record.output.index].value, ()))


def replayed(record: Record, params: Mapping[str, Array]) -> Replay:
    """The record at another point.

    Raises
    ------
    Diverged
        If a question that the loss asked has another answer there.
    """
    replay = Replay(record, params)
    wanted = set(record.needed)
    for question in record.tape.questions:
        if question.entry.index in wanted and question.ask(replay.value(question.entry)) != question.answer:
            raise Diverged
    return replay


class Shaken(Replay):
    """A replay in which each number that is used is off by a random rounding. What was decided stays decided."""

    def __init__(self, record: Record, rng: np.random.Generator) -> None:
        nodes = record.tape.nodes
        longest = max(np.size(nodes[index].value) for index in record.needed)
        self._noise = np.finfo(float).eps * np.resize(rng.uniform(-1, 1, size=_POOL), longest + _POOL)
        self._at = 0
        self._record = record
        decided = [index for index in record.needed if nodes[index].name in DECIDING]
        super().__init__(record, computed={index: _always(nodes[index].value) for index in decided})

    def value(self, entry: Entry) -> Any:
        return self.shaken(self.nodes[entry.index].value)

    def shaken(self, value: Any) -> Any:
        """The value with another rounding of each entry."""
        if not differentiable(value):
            return value
        size, kind = np.size(value), np.asarray(value).dtype
        self._at = (self._at + 977) % _POOL
        noise = self._noise[self._at : self._at + size].reshape(np.shape(value))
        if kind != np.float64:
            noise = noise * (np.finfo(kind).eps / np.finfo(float).eps)
        moved = np.multiply(value, noise, out=np.empty_like(value))  # in the layout of the value
        moved += value
        return np.asarray(moved, dtype=kind)

    def rule_of(self, index: int, k: int) -> Rule:
        """The rule of a node, with a shaken gradient arriving."""
        rule = standard_rule(self.nodes[index], k)
        node = self._record.tape.nodes[index]
        if node.name not in CHOOSING:
            return lambda d, y, *arguments, **options: rule(
                self.shaken(d), self.shaken(y), *arguments, **options
            )
        chosen = filled(node.arguments, self._record.tape.value)
        return lambda d, *_, **options: rule(self.shaken(d), node.value, *chosen, **options)


def _always(value: Any) -> Callable[..., Any]:
    return lambda *_, **__: value


#: Operations that only move, add and scale: what passes them is rounded like itself.
LINEAR = (
    "add", "subtract", "negative", "sum", "mean", "reshape", "transpose", "getitem", "setitem", "concatenate", "stack", "where", "copy",
    "astype", "ravel", "squeeze", "expand_dims", "swapaxes", "moveaxis", "broadcast_to", "add_at", "positive", "max", "maximum",
)  # fmt: skip


def passing(record: Record) -> float:
    """The largest number that a backward pass may have to cancel: what arrives at an operation, times its value.

    A saturated unit hands back next to nothing. But ``a * (1 - a)`` is rounded by a share of what arrives there.
    """
    nodes = record.tape.nodes
    parts = [
        np.abs(flow * nodes[index].value).max(initial=0.0)
        for index, flow in record.flowing.items()
        if nodes[index].name and nodes[index].name not in LINEAR
    ]
    return float(max(parts, default=0.0))


class Rounding:
    """How far shaking moves things: each parameter's slopes, the loss, and the values at some nodes. Measured when asked for.

    Parameters
    ----------
    record
        What was recorded.
    watched
        The nodes whose values are looked at.
    loose
        A rounding of its own that is added to what goes back to the argument of a node, see
        `bplib.checking.witnesses.regions.by_value`.
    """

    def __init__(
        self,
        record: Record,
        watched: Iterable[int] = (),
        loose: Callable[[Record], Mapping[tuple[int, int], Array]] | None = None,
    ) -> None:
        self._record, self.watched, self._loose = record, list(watched), loose

    @cached_property
    def _runs(self) -> list[Shaken]:
        few = (
            sum(np.size(self._record.tape.nodes[index].value) for index in self._record.leaves.values())
            >= LONG
        )
        rng = np.random.default_rng(0)
        with np.errstate(all="ignore"):
            return [Shaken(self._record, rng) for _ in range(FEW if few else SHAKES)]

    @cached_property
    def loss(self) -> float:
        """Of the loss itself."""
        return max(abs(run.result(self._record) - self._record.result) for run in self._runs)

    @cached_property
    def values(self) -> dict[int, Array]:
        """At the watched nodes."""
        found = {}
        for index in self.watched:
            here = self._record.tape.nodes[index].value
            moved = [np.abs(np.subtract(run.nodes[index].value, here, dtype=float)) for run in self._runs]
            found[index] = np.fmax.reduce(
                [np.zeros(np.shape(here)), *moved]
            )  # What is infinite moves by nothing.
        return found

    @cached_property
    def slopes(self) -> dict[str, Array]:
        """By path, in the shapes of the parameters."""
        record, right = self._record, self._record.slopes()
        loose = {} if self._loose is None else self._loose(record)
        found = {name: np.zeros(value.shape) for name, value in right.items()}
        rng = np.random.default_rng(1)
        with np.errstate(all="ignore"):
            for run in self._runs:
                for name, moved in record.slopes(run, _loosened(run, loose, rng)).items():
                    moved -= right[name]
                    np.fmax(found[name], np.abs(moved, out=moved), out=found[name])
        return {name: _smoothed(value) for name, value in found.items()}


def _loosened(
    shaken: Shaken, loose: Mapping[tuple[int, int], Array], rng: np.random.Generator
) -> Callable[[int, int], Rule]:
    def rule_of(index: int, k: int) -> Rule:
        rule = shaken.rule_of(index, k)
        if (index, k) not in loose:
            return rule
        off = loose[index, k] * rng.uniform(-1, 1, size=loose[index, k].shape)
        return lambda *arguments, **options: rule(*arguments, **options) + off

    return rule_of


def _smoothed(spread: Array) -> Array:
    """Few draws may by chance hardly move an entry: it borrows from the line of its neighbors that moved least."""
    if spread.ndim < 2 or not spread.size:
        return spread
    squares = spread**2
    lines = [np.sqrt(np.mean(squares, axis=axis, keepdims=True)) for axis in range(spread.ndim)]
    lowest = lines[0]
    for line in lines[1:]:
        lowest = np.minimum(lowest, line)
    return np.maximum(spread, lowest)
