r"""Automatic differentiation: write down what was computed, then walk back along what was written.

A `Tape` hands out arrays that behave like numpy's and note, in order, each operation done to them: its name, its arguments,
its result. That record is a program without loops or branches. Walked from its last line to its first, with the chain rule
applied at each, it gives the derivative of the result by everything on the way:

.. math::
    \bar v_i = \sum_{j \text{ uses } i} \bar v_j \, \frac{\partial v_j}{\partial v_i}, \qquad
    \bar v_i = \frac{\partial L}{\partial v_i}

The sum is all there is to a fork: what is used twice hears twice, and adds. What an operation does on the way back is one
entry of `RULES`: for each argument a function of the gradient ``d`` that arrives, the result ``y`` and the arguments, which
gives the gradient of that argument. A rule may answer in the shape of ``y``: stretching an array to fit another is a fork
too, and `summed_to` adds its branches, once for all operations.

Sources: Linnainmaa, *The Representation of the Cumulative Rounding Error of an Algorithm as a Taylor Expansion*, 1970;
Wengert, *A Simple Automatic Derivative Evaluation Program*, 1964 (the list); Griewank and Walther, *Evaluating Derivatives*,
2008, chapter 3; NEP 13 and NEP 18 (how numpy lets another kind of array answer its functions).
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin

from bplib.types import Array

#: How an operation hands a gradient back to one of its arguments: ``rule(d, y, *arguments, **options)``.
Rule: TypeAlias = Callable[..., Array]


class NotRecorded(Exception):
    """An operation that the tape cannot note or has no rule for; the message names it."""


@dataclass(frozen=True)
class Entry:
    """The place of a value on the tape: it stands among the arguments of whatever used that value."""

    index: int


class Node(NamedTuple):
    """One line of the tape, ``value = function(*arguments, **options)``, with an `Entry` wherever a recorded array stood.

    ``name`` is that of the operation, a key of `RULES`, and empty for a variable.
    """

    name: str
    function: Callable[..., Any]
    arguments: tuple[Any, ...]
    options: Mapping[str, Any]
    value: Any


class Tape:
    """A list of nodes in the order in which they were computed."""

    def __init__(self) -> None:
        self.nodes: list[Node] = []

    def variable(self, value: Any) -> Recorded:
        """An array to differentiate by; it is copied, as floats."""
        return self._append(Node("", np.copy, (), {}, np.array(value, dtype=float)))

    def record(self, name: str, function: Callable[..., Any], *arguments: Any, **options: Any) -> Any:
        """Compute, and note it; a recorded array among the arguments is noted by its place."""
        noted, kept = entries(arguments), entries(options)
        value = function(*filled(noted, self.value), **filled(kept, self.value))
        return self._append(Node(name, function, noted, kept, value))

    def value(self, entry: Entry) -> Any:
        """What was computed there."""
        return self.nodes[entry.index].value

    def _append(self, node: Node) -> Recorded:
        self.nodes.append(node)
        return Recorded(self, Entry(len(self.nodes) - 1))


class Recorded(NDArrayOperatorsMixin):
    """An array that notes what is done to it. Operators, numpy's functions and the usual methods work as on any array."""

    def __init__(self, tape: Tape, entry: Entry) -> None:
        self.tape, self.entry = tape, entry

    @property
    def value(self) -> Any:
        """The array itself, as numpy made it."""
        return self.tape.value(self.entry)

    def __array_ufunc__(
        self,
        ufunc: np.ufunc,
        method: str,
        *inputs: Any,
        **options: Any,
    ) -> Any:
        """Numpy calls this where a ufunc meets a recorded array (NEP 13)."""
        if method != "__call__" or options:
            how = ", ".join(options) or method
            raise NotRecorded(f"np.{ufunc.__name__} with {how}")
        return self.tape.record(ufunc.__name__, ufunc, *inputs)

    def __array_function__(self, function: Any, types: Any, arguments: Any, options: Any) -> Any:
        """Numpy calls this where any other of its functions meets one (NEP 18)."""
        name = function.__name__
        if name in ("concatenate", "stack"):
            # The arrays to join come in a list: one argument for each from here on.
            parts, *rest = arguments
            options = {**options, "axis": rest[0]} if rest else options
            return self.tape.record(name, lambda *parts, **axis: function(parts, **axis), *parts, **options)
        return self.tape.record(name, function, *arguments, **options)

    def __getitem__(self, key: Any) -> Any:
        return self.tape.record("getitem", operator.getitem, self, key)

    def __array__(self, *_: Any, **__: Any) -> Any:
        raise NotRecorded("a plain array made of it, as by np.asarray")

    def __bool__(self) -> bool:
        return bool(self.value)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):  # What numpy and Python ask of anything, to see what it is.
            raise AttributeError(name)
        if name in METHODS:
            function = METHODS[name]
            return lambda *arguments, **options: function(self, *arguments, **options)
        if name in ("shape", "ndim", "size", "dtype"):
            return getattr(self.value, name)
        raise NotRecorded(f"the attribute {name} of an array")

    @property
    def T(self) -> Any:
        return np.transpose(self)

    def __len__(self) -> int:
        return len(self.value)

    def __iter__(self) -> Iterator[Any]:
        return (self[k] for k in range(len(self)))

    def __repr__(self) -> str:
        return f"recorded {self.value!r}"


def entries(given: Any) -> Any:
    """The same arguments with the place of each recorded array instead of the array."""
    if isinstance(given, Recorded):
        return given.entry
    if isinstance(given, dict):
        return {name: entries(item) for name, item in given.items()}
    return type(given)(map(entries, given)) if type(given) in (list, tuple) else given


def filled(noted: Any, value: Callable[[Entry], Any]) -> Any:
    """The same arguments with a value for each place."""
    if type(noted) is Entry:
        return value(noted)
    if type(noted) is dict:
        return {name: filled(item, value) for name, item in noted.items()}
    return type(noted)(filled(item, value) for item in noted) if type(noted) in (list, tuple) else noted


def gradients(
    tape: Tape,
    output: Entry,
    rule_of: Callable[[int, int], Rule] | None = None,
) -> dict[int, Array]:
    """Walk back from one number to everything that it was computed from.

    ``output`` is its place on the tape, and ``rule_of`` gives the rule for an argument of a node, both by
    their index; by default `standard_rule`. The result has, for the index of each node that leads to the
    output, variables and steps on the way alike, the derivative of the output by its value, in its shape.
    An operation without a rule raises `NotRecorded`.
    """
    rule_of = rule_of or (lambda i, k: standard_rule(tape.nodes[i], k))
    flowing = {output.index: np.ones(np.shape(tape.value(output)))}
    for index in range(output.index, -1, -1):
        node = tape.nodes[index]
        if index not in flowing or not node.name:
            continue
        d, y = flowing[index], node.value
        arguments = filled(node.arguments, tape.value)
        options = filled(node.options, tape.value)
        for k, entry in enumerate(node.arguments):
            if type(entry) is Entry and differentiable(arguments[k]):
                share = rule_of(index, k)(d, y, *arguments, **options)
                share = summed_to(share, np.shape(arguments[k]))
                if entry.index in flowing:
                    share = flowing[entry.index] + share
                flowing[entry.index] = share
    return flowing


def standard_rule(node: Node, k: int) -> Rule:
    """The rule of the chain rule."""
    rules = RULES.get(node.name)
    if rules is None:
        raise NotRecorded(f"np.{node.name}, which has no rule in RULES")
    if callable(rules):  # Any number of arguments, all alike: the rule is told which.
        return lambda d, y, *arguments, **options: rules(k, d, y, *arguments, **options)
    if rules and k >= len(rules):
        raise NotRecorded(f"argument {k} of np.{node.name}, for which there is no rule")
    return rules[k] if rules else _nothing


def differentiable(value: Any) -> bool:
    """Whether small changes of it make sense: not of truth values and counts."""
    return np.asarray(value).dtype.kind == "f"


def summed_to(share: Array, shape: tuple[int, ...]) -> Array:
    """Add up what belongs to the same entry of an array of this shape that numpy has stretched to fit another."""
    share = np.asarray(share)
    if share.ndim < len(shape) or share.size < math.prod(shape):
        return np.broadcast_to(share, shape)
    if share.ndim > len(shape):
        share = share.sum(axis=tuple(range(share.ndim - len(shape))))
    ones = [axis for axis, n in enumerate(shape) if n == 1]
    stretched = tuple(axis for axis in ones if share.shape[axis] != 1)
    share = share.sum(axis=stretched, keepdims=True) if stretched else share
    return share if share.shape == shape else np.broadcast_to(share, shape)


# The rules ------------------------------------------------------------------------------------------------------


def spread(y: Array, x: Array, axis: Any = None, keepdims: bool = False) -> Array:
    """What was summed over ``axis``, back in the shape of ``x``."""
    y = np.asarray(y)
    return np.broadcast_to(y if keepdims or axis is None else np.expand_dims(y, axis), np.shape(x))


def shared(y: Array, x: Array, axis: Any = None, keepdims: bool = False) -> Array:
    """Where ``x`` is the largest, or the smallest, ``y``; several that tie share the weight of one."""
    best = x == spread(y, x, axis, keepdims)
    return best / best.sum(axis=axis, keepdims=True)


def _back_to_key(d: Array, y: Array, x: Array, key: Any) -> Array:
    found = np.zeros(np.shape(x))
    np.add.at(found, key, d)  # An index that occurs twice hears twice.
    return found


def _part(k: int, d: Array, y: Array, *parts: Array, axis: int = 0) -> Array:
    before = sum(np.shape(part)[axis] for part in parts[:k])
    return np.take(d, range(before, before + np.shape(parts[k])[axis]), axis=axis)


def _left(d: Array, y: Array, a: Array, b: Array) -> Array:
    """Of ``a @ b``: the gradient times the other, transposed; a vector is a matrix of one column, or of one row."""
    d = d[..., None] if np.ndim(b) == 1 else d
    b = b[:, None] if np.ndim(b) == 1 else b
    d = d[..., None, :] if np.ndim(a) == 1 else d
    return d @ np.swapaxes(b, -1, -2)


def _right(d: Array, y: Array, a: Array, b: Array) -> Array:
    d = d[..., None] if np.ndim(b) == 1 else d
    d = d[..., None, :] if np.ndim(a) == 1 else d
    found = (a[:, None] if np.ndim(a) == 1 else np.swapaxes(a, -1, -2)) @ d
    return found[..., 0] if np.ndim(b) == 1 else found


def _nothing(d: Array, y: Array, *arguments: Any, **options: Any) -> Array:
    return np.zeros(())


#: How each operation hands a gradient back, argument by argument.
RULES: dict[str, tuple[Rule, ...] | Rule] = {
    "add": (lambda d, y, a, b: d, lambda d, y, a, b: d),
    "subtract": (lambda d, y, a, b: d, lambda d, y, a, b: -d),
    "multiply": (lambda d, y, a, b: d * b, lambda d, y, a, b: d * a),
    "divide": (lambda d, y, a, b: d / b, lambda d, y, a, b: -d * y / b),
    "power": (lambda d, y, a, b: d * b * a ** np.where(b, b - 1.0, 0.0), lambda d, y, a, b: d * y * np.log(np.where(y, a, 1.0))),
    "negative": (lambda d, y, x: -d,),
    "exp": (lambda d, y, x: d * y,),
    "log": (lambda d, y, x: d / x,),
    "sqrt": (lambda d, y, x: d / (2 * y),),
    "square": (lambda d, y, x: 2 * d * x,),
    "tanh": (lambda d, y, x: d * (1 - y**2),),
    "absolute": (lambda d, y, x: d * np.sign(x),),
    "maximum": (lambda d, y, a, b: d * ((a > b) + 0.5 * (a == b)), lambda d, y, a, b: d * ((b > a) + 0.5 * (a == b))),
    "matmul": (_left, _right),
    "sum": (lambda d, y, x, axis=None, keepdims=False: spread(d, x, axis, keepdims),),
    "mean": (lambda d, y, x, axis=None, keepdims=False: spread(d, x, axis, keepdims) * np.size(y) / np.size(x),),
    "max": (lambda d, y, x, axis=None, keepdims=False: spread(d, x, axis, keepdims) * shared(y, x, axis, keepdims),),
    "reshape": (lambda d, y, x, *shape, **options: np.reshape(d, np.shape(x)),),
    "transpose": (lambda d, y, x, axes=None: np.transpose(d, None if axes is None else np.argsort(axes)),),
    "getitem": (_back_to_key,),
    "concatenate": _part,
    "stack": lambda k, d, y, *parts, axis=0: np.take(d, k, axis=axis),
    "where": (_nothing, lambda d, y, test, a, b: d * test, lambda d, y, test, a, b: d * ~test),
    **dict.fromkeys(("greater", "greater_equal", "less", "less_equal", "equal", "not_equal", "argmax"), ()),
}  # fmt: skip

#: Methods of arrays, by the function that does the same.
METHODS: dict[str, Callable[..., Any]] = {
    "sum": np.sum, "mean": np.mean, "max": np.max, "reshape": lambda x, *shape: np.reshape(x, shape if len(shape) > 1 else shape[0]),
    "transpose": lambda x, *axes: np.transpose(x, axes or None), "dot": lambda x, other: x @ other,
}  # fmt: skip
