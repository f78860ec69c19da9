"""What a check is: data that says which function, how its inputs are drawn, and what is true of its result."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any, NamedTuple

import numpy as np

from bplib.checking.judging.draws import EDGES, PLAIN, Draw, Inputs, Kind, one_by_one

#: Where an output is found in the return value: position, name, path of these, or a function of the result.
Pick = int | str | tuple[int | str, ...] | Callable[[Any], Any] | None

ALL_EDGES: tuple[str, ...] = tuple(EDGES)


def without(*edges: str) -> tuple[str, ...]:
    """All edges but these."""
    unknown = [edge for edge in edges if edge not in EDGES or edge == PLAIN]
    if unknown:
        raise ValueError(f"{', '.join(unknown)} cannot be left out; choose from {', '.join(ALL_EDGES[1:])}.")
    return tuple(edge for edge in ALL_EDGES if edge not in edges)


@dataclass(frozen=True)
class Value:
    """An output with one right value: the one at the same place in what the check's ``answer`` returns.

    ``each`` is what one of several values in it is called. One that is ``proportional`` to the inputs has no number of
    the size of one in it, whose rounding would be left over: where the inputs are tiny, so are the errors that count.
    """

    name: str
    points: float
    pick: Pick = None
    each: str = "value"
    proportional: bool = False

    @property
    def least(self) -> float:
        """The size of what goes into it at least, besides the inputs."""
        return 0.0 if self.proportional else 1.0


@dataclass(frozen=True)
class Gradient:
    """An output that is the derivative of a trusted scalar ``loss`` by the input ``wrt``.

    ``wrt`` may be a path into a dictionary, ``"params.W1"``, or name a whole dictionary of arrays.
    """

    name: str
    points: float
    loss: Callable[..., Any]
    wrt: str
    pick: Pick = None
    least = 1.0


@dataclass(frozen=True)
class Property:
    """An output with freedom: ``holds(inputs, result)`` gives None, or a sentence that says what is wrong."""

    name: str
    points: float
    holds: Callable[[Inputs, Any], str | None]
    pick: Pick = None


Output = Value | Gradient | Property


@dataclass(frozen=True)
class Mistake:
    """What a typical mistake would return: ``result(inputs…)`` gives what the function would, with it in.

    ``cause`` is a name in `bplib.checking.diagnosis.causes.CAUSES`. The mistake is named when it reproduces a student's numbers.
    """

    cause: str
    result: Callable[..., Any]


@dataclass(frozen=True)
class Typical:
    """What is known of the answers to a task.

    Attributes
    ----------
    mistakes
        Typical ones, by what they would return.
    forms
        Right ways to write it, as functions defined with ``def``: a slip in one of them is another mistake than a slip in another.
        A gradient is judged by its loss, so forms are all that is known of an answer.
    """

    mistakes: tuple[Mistake, ...] = ()
    forms: tuple[Callable[..., Any], ...] = ()


@dataclass(frozen=True)
class Check:
    """How one function of a student is judged.

    Parameters
    ----------
    function
        Its name. It is called with the drawn inputs in their order, by position; names that begin with an
        underscore are for the trusted functions only.
    outputs
        Points and truth for each part of the result. A part without points of its own costs those of the first one.
    draw
        Makes the inputs from a `Draw`, and from nothing else: it is called again to copy them.
    answer
        A trusted answer, which names the inputs that it needs: what it returns is what every `Value` should be. Slips in it are
        what wrong answers are compared with, see `bplib.checking.slips`.
    edges
        The edges that make sense here.
    cases
        What else the task's text promises, in words, and how it is drawn: its examples, and what its rules have to tell apart.
        A student's notebook tries every edge and every case, and grading tries no other kind.
    leaves
        Inputs that the text asks to leave as they are; to change one costs the first output.
    asks
        Generators that the text asks to decide; not to ask one costs the last output.
    allows
        Functions or modules of bplib that the answer may call, such as ``"bplib.network.Network"``.
    timeout
        Seconds for one call.
    draws
        Number of draws under autograding.
    typical
        Typical mistakes, and more right ways to write it in which slips are looked for.
    """

    function: str
    outputs: tuple[Output, ...]
    draw: Callable[[Draw], Inputs]
    answer: Callable[..., Any] | None = None
    edges: tuple[str, ...] = ALL_EDGES
    cases: Mapping[str, Callable[[Draw], Inputs]] = field(default_factory=dict)
    leaves: tuple[str, ...] = ()
    asks: tuple[str, ...] = ()
    allows: tuple[str, ...] = ()
    timeout: float = 5.0
    draws: int = 12
    typical: Typical = field(default_factory=Typical)

    def __post_init__(self) -> None:
        if not self.outputs:
            raise ValueError(f"the check of {self.function} has no outputs.")
        if self.answer is None and any(isinstance(output, Value) for output in self.outputs):
            raise ValueError(f"the check of {self.function} has values, and no answer that gives them.")
        names = [output.name for output in self.outputs]
        if len(set(names)) < len(names):
            raise ValueError(f"the check of {self.function} names an output twice: {', '.join(names)}.")
        if any(output.points < 0 for output in self.outputs) or not self.outputs[0].points:
            raise ValueError(
                f"the check of {self.function} has a first output without points, or one with less than none."
            )
        unknown = [edge for edge in self.edges if edge not in EDGES]
        if unknown or not self.edges:
            raise ValueError(
                f"the check of {self.function} has edges {self.edges}, expected some of {ALL_EDGES}."
            )

    @cached_property
    def kinds(self) -> tuple[Kind, ...]:
        """All kinds of inputs that are tried, in the notebook and at grading."""
        edges = (Kind(EDGES[edge], self.draw, edge) for edge in self.edges)
        alone = one_by_one(self.draw) if "integers" in self.edges else ()
        return (*edges, *(Kind(words, draw) for words, draw in self.cases.items()), *alone)

    @property
    def written(self) -> tuple[Callable[..., Any], ...]:
        """All trusted answers."""
        return self.typical.forms if self.answer is None else (self.answer, *self.typical.forms)

    @property
    def name(self) -> str:
        """The function's name."""
        return self.function

    @property
    def points(self) -> float:
        """The sum over the outputs."""
        return float(sum(output.points for output in self.outputs))


def call_with_named(function: Callable[..., Any], inputs: Inputs) -> Any:
    """Call a trusted function with those inputs that it names."""
    return with_named(function, inputs)()


def with_named(function: Callable[..., Any], inputs: Inputs) -> Callable[..., Any]:
    """A trusted function with those inputs that it names; others may be given in the place of some.

    A Generator starts anew with every call.
    """
    asked = _asked(function)
    if missing := [name for name in asked.required if name not in inputs]:
        raise ValueError(f"a trusted function asks for {', '.join(missing)}; drawn are {', '.join(inputs)}.")
    names = inputs if asked.takes_all else [name for name in asked.names if name in inputs]
    # Dictionaries and lists are handed over as copies: what is done to them stays in there.
    chosen = {name: _own(inputs[name]) for name in names}
    streams = {name: value for name, value in chosen.items() if isinstance(value, np.random.Generator)}

    def called(**others: Any) -> Any:
        return function(**{**chosen, **(deepcopy(streams) if streams else {}), **others})

    return called


def _own(value: Any) -> Any:
    return value.copy() if type(value) in (dict, list) else value


class _Asked(NamedTuple):
    """What a function asks for: all names, those without a default, and whether it takes any others."""

    names: tuple[str, ...]
    required: tuple[str, ...]
    takes_all: bool


@lru_cache(maxsize=4096)
def _asked(function: Callable[..., Any]) -> _Asked:
    # A trusted loss is called thousands of times, and reading a signature takes as long as many a loss.
    parameters = inspect.signature(function).parameters.values()
    return _Asked(
        tuple(p.name for p in parameters),
        tuple(p.name for p in parameters if p.default is p.empty and p.kind is not p.VAR_KEYWORD),
        any(p.kind is p.VAR_KEYWORD for p in parameters),
    )
