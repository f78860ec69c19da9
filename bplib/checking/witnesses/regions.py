"""Elementwise functions of one argument, however they are written: a sigmoid is three operations, a softplus is two.

A *region* is everything between one array and what is computed of it entry by entry. It has a slope of its own, and people
think in these slopes.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from bplib.automatic_differentiation import Entry, Node, Tape, differentiable, filled, gradients
from bplib.checking.witnesses.replay import Record, entries_of
from bplib.types import Array

#: Operations that work entry by entry.
ELEMENTWISE = frozenset((
    "add", "subtract", "multiply", "divide", "true_divide", "power", "float_power", "negative", "positive", "square", "sqrt", "cbrt", "reciprocal",
    "exp", "exp2", "expm1", "log", "log2", "log10", "log1p", "sin", "cos", "tan", "sinh", "cosh", "tanh", "arcsin", "arccos", "arctan",
    "arcsinh", "arccosh", "arctanh", "absolute", "fabs", "maximum", "minimum", "fmax", "fmin", "where", "clip", "sign", "heaviside",
    "greater", "greater_equal", "less", "less_equal", "equal", "not_equal", "logical_not", "invert", "logical_and", "logical_or",
    "logaddexp", "expit", "erf", "astype", "copy", "isfinite",
))  # fmt: skip
#: Changes of one operation that bend nothing: a function made of these alone is no activation.
STRAIGHT = frozenset(
    ("add", "subtract", "multiply", "divide", "true_divide", "negative", "positive", "astype", "copy")
)


class Region(NamedTuple):
    """An elementwise function: from the node ``source`` to the node ``output``, through ``nodes``, in order."""

    source: int
    output: int
    nodes: tuple[int, ...]

    def edges(self, record: Record) -> list[tuple[int, int]]:
        """The arguments inside that are the source: (node, position)."""
        found = []
        for index in self.nodes:
            for k, entry in enumerate(record.tape.nodes[index].arguments):
                if type(entry) is Entry and entry.index == self.source:
                    found.append((index, k))
        return found

    def at(self, record: Record, z: Array) -> tuple[Array, Array]:
        """Value and slope at other arguments, in the shape of ``z``: that of the source."""
        tape, place = Tape(), {self.source: 0}
        tape.nodes = [Node("", np.copy, (), {}, z)]

        def inside(entry: Entry) -> Any:
            return Entry(place[entry.index]) if entry.index in place else record.tape.value(entry)

        with np.errstate(all="ignore"):
            for index in self.nodes:
                node = record.tape.nodes[index]
                arguments, options = filled(node.arguments, inside), filled(dict(node.options), inside)
                value = node.function(*filled(arguments, tape.value), **filled(options, tape.value))
                place[index] = len(tape.nodes)
                tape.nodes.append(Node(node.name, node.function, arguments, options, value))
            flowing = gradients(tape, Entry(place[self.output]))
        slope = flowing.get(0, np.zeros(()))
        return tape.nodes[-1].value, np.broadcast_to(slope, np.shape(z))


def regions(record: Record) -> list[Region]:
    """The largest elementwise functions of one argument that bend, in the order of their outputs."""
    nodes, depends = record.tape.nodes, record.dependent
    users: dict[int, list[int]] = {}
    for index in record.needed:
        for entry in entries_of(nodes[index]):
            users.setdefault(entry.index, []).append(index)
    # What each node is an elementwise function of, if that is one array of its own shape.
    source: dict[int, int] = {}
    for index in record.needed:
        node = nodes[index]
        if index not in depends:
            continue
        source[index] = index
        if node.name not in ELEMENTWISE:
            continue
        inner = [entry.index for entry in entries_of(node) if entry.index in depends]
        sources = {source[i] for i in inner}
        if len(sources) == 1:
            (only,) = sources
            if np.shape(nodes[only].value) == np.shape(node.value) and differentiable(nodes[only].value):
                source[index] = only
    found = []
    for index, start in source.items():
        if start == index or not differentiable(nodes[index].value):
            continue
        outside = [user for user in users.get(index, []) if source.get(user) != start]
        if not outside and index != record.output.index:
            continue
        inside = _between(record, start, index, source)
        if any(nodes[i].name not in STRAIGHT for i in inside):
            found.append(Region(start, index, inside))
    return found


class Softmax(NamedTuple):
    """A softmax: from the node ``source`` over ``axis`` to the shares at ``output``."""

    source: int
    output: int
    axis: int


def softmaxes(record: Record) -> list[Softmax]:
    """Exponentials divided by their sum, whatever was subtracted from the exponents."""
    nodes, depends, found = record.tape.nodes, record.dependent, []
    for index in record.needed:
        node = nodes[index]
        if index not in depends or node.name not in ("divide", "true_divide") or len(node.arguments) != 2:
            continue
        top, bottom = (entry.index if type(entry) is Entry else -1 for entry in node.arguments)
        if top < 0 or bottom < 0 or nodes[top].name != "exp":
            continue
        total = nodes[bottom]
        while total.name in ("expand_dims", "reshape", "getitem", "add", "broadcast_to"):
            total = nodes[entries_of(total)[0].index]
        p = np.asarray(node.value)
        if total.name != "sum" or entries_of(total)[0].index != top or p.ndim == 0:
            continue
        axes = [axis for axis in range(p.ndim) if np.allclose(p.sum(axis=axis), 1, atol=1e-6)]
        source = unshifted(record, top)
        if axes and np.shape(nodes[source].value) == p.shape:
            found.append(Softmax(source, index, axes[-1]))
    return found


def unshifted(record: Record, exponential: int) -> int:
    """The array whose exponential is taken, before a maximum was subtracted from it."""
    nodes = record.tape.nodes
    inner = entries_of(nodes[exponential])[0].index
    node = nodes[inner]
    if node.name == "subtract" and type(node.arguments[0]) is Entry:
        shift = node.arguments[1]
        size = np.size(nodes[shift.index].value) if type(shift) is Entry else np.size(shift)
        if size < np.size(node.value):
            return node.arguments[0].index
    return inner


def by_value(record: Record) -> dict[tuple[int, int], Array]:
    """How much a slope is rounded that is computed from the function's value, as textbooks do: ``a * (1 - a)``.

    A slope :math:`g(y)` moves by :math:`g'(y) \\varepsilon y` with the rounding of y, and :math:`g'(y) = f''(z) / f'(z)`. Beside
    a saturated unit that is all there is, though the function itself is steep enough for a tape to know better.

    Returns
    -------
    dict
        For the first argument inside each function that is its source: what may be added there, in its shape.
    """
    flowing = record.flowing
    found: dict[tuple[int, int], Array] = {}
    for region in regions(record):
        z = record.tape.nodes[region.source].value
        if region.output not in flowing or not np.size(z):
            continue
        with np.errstate(all="ignore"):
            near, far = (_bend(record, region, z, size) for size in (1e-6, 1e-5))
            y = record.tape.nodes[region.output].value
            # A slope that jumps bends the more, the nearer one looks: that is a kink, and no rounding.
            off = (
                np.finfo(float).eps * np.abs(flowing[region.output] * y) * np.where(near > 3 * far, 0.0, far)
            )
        edge = region.edges(record)[0]
        size = np.where(np.isfinite(off), off, 0.0)
        found[edge] = found[edge] + size if edge in found else size
    for softmax in softmaxes(record):
        p, d = np.asarray(record.tape.nodes[softmax.output].value), flowing.get(softmax.output)
        users = [
            (i, k)
            for i in record.needed
            for k, e in enumerate(record.tape.nodes[i].arguments)
            if type(e) is Entry and e.index == softmax.source
        ]
        if d is not None and users:
            # p * (d - sum(d * p)): the difference in brackets is rounded like its terms.
            terms = p * (np.abs(d) + (np.abs(d) * p).sum(axis=softmax.axis, keepdims=True))
            found[users[0]] = found.get(users[0], 0.0) + np.finfo(float).eps * terms
    return found


def _bend(record: Record, region: Region, z: Array, size: float) -> Array:
    """How fast a slope changes, as a share of itself, within a small step to either side."""
    h = size * np.maximum(np.abs(z), 1e-3)
    (_, slope), (_, ahead), (_, behind) = (region.at(record, np.asarray(z + k * h)) for k in (0, 1, -1))
    return np.minimum(np.abs(ahead - slope), np.abs(slope - behind)) / (h * np.abs(slope))


def _between(record: Record, start: int, end: int, source: dict[int, int]) -> tuple[int, ...]:
    waiting, found = [end], set()
    while waiting:
        index = waiting.pop()
        if index in found or index == start:
            continue
        found.add(index)
        waiting += [
            e.index
            for e in entries_of(record.tape.nodes[index])
            if source.get(e.index) == start or e.index == start
        ]
    return tuple(sorted(found))
