"""A change of the way back: other rules at some places of a record, and the gradient that follows from them."""

from __future__ import annotations

import linecache
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from bplib.automatic_differentiation import Entry, Node, Rule, Tape, differentiable, filled, standard_rule
from bplib.checking.witnesses.recorder import Place
from bplib.checking.witnesses.regions import Region
from bplib.checking.witnesses.replay import Record, entries_of
from bplib.types import Array

#: Operations that only move entries.
MOVING = (
    "transpose",
    "swapaxes",
    "moveaxis",
    "reshape",
    "ravel",
    "squeeze",
    "expand_dims",
    "matrix_transpose",
    "getitem",
)
#: What a penalty on weights is made of; these bend, the others only add up.
_OF_WEIGHTS = (
    "power",
    "square",
    "absolute",
    "multiply",
    "divide",
    "sum",
    "mean",
    "add",
    "ravel",
    "reshape",
    "matmul",
    "sqrt",
    "negative",
)
_BENDING = ("power", "square", "absolute", "multiply")
#: Edges of one line that are also looked at one by one.
SINGLES = 6
#: An argument of a node: the index of the node, and the position.
Edge = tuple[int, int]


@dataclass(frozen=True)
class Change:
    """A mistake, as other rules.

    Attributes
    ----------
    cause
        Its name in `bplib.checking.diagnosis.causes.CAUSES`.
    site
        The node at which it is made, or the first of them.
    said
        What is changed there, to be followed by the line: "the slope of np.tanh is left out".
    rules
        Other rules for arguments of nodes.
    functions
        For the output of a function of several operations: its source, and a rule for the whole.
    values
        Other values that the rules are given for some nodes: the forward pass is what it was, the way back looks elsewhere.
    nodes
        Other nodes: the same operation with other arguments.
    factor
        What everything is multiplied by at the end.
    fitted
        Whether it holds a number that was fitted to the gradient under test: then one point proves nothing.
    """

    cause: str
    site: int
    said: str = ""
    rules: Mapping[Edge, Rule] = field(default_factory=dict)
    functions: Mapping[int, tuple[int, Rule]] = field(default_factory=dict)
    values: Mapping[int, Array] = field(default_factory=dict)
    nodes: Mapping[int, Node] = field(default_factory=dict)
    factor: float = 1.0
    fitted: bool = False

    def gradient(self, record: Record, base: Mapping[Edge, Rule] | None = None) -> dict[str, Array]:
        """The gradient that follows; ``base`` holds rules that are other in any case."""
        tape = Tape()
        tape.nodes = list(record.tape.nodes)
        for index, node in self.nodes.items():
            tape.nodes[index] = node
        for index, value in self.values.items():
            tape.nodes[index] = tape.nodes[index]._replace(value=value)
        rules = {**(base or {}), **self.rules}
        for output, (source, rule) in self.functions.items():
            tape.nodes[output] = Node("copy", np.copy, (Entry(source),), {}, tape.nodes[output].value)
            rules[output, 0] = rule

        def rule_of(index: int, k: int) -> Rule:
            return rules.get((index, k)) or standard_rule(tape.nodes[index], k)

        with np.errstate(all="ignore"):
            slopes = record.slopes(tape, rule_of)
        return slopes if self.factor == 1 else {name: self.factor * value for name, value in slopes.items()}

    def joined(self, other: Change) -> Change | None:
        """Both changes under the name of this one, or None where they change the same place."""
        pairs = (
            (self.rules, other.rules), (self.functions, other.functions), (self.values, other.values), (self.nodes, other.nodes),
        )  # fmt: skip
        if any(set(mine) & set(its) for mine, its in pairs):  # type: ignore[call-overload]
            return None
        return replace(
            self,
            rules={**self.rules, **other.rules},
            functions={**self.functions, **other.functions},
            values={**self.values, **other.values},
            nodes={**self.nodes, **other.nodes},
            factor=self.factor * other.factor,
            fitted=self.fitted or other.fitted,
        )


def times(slope: Array | float) -> Rule:
    """The rule of a function with this slope."""
    return lambda d, *_, **__: d * slope


class Map:
    """What there is on a record to change: edges, who uses what, and which nodes belong together.

    Attributes
    ----------
    live
        The nodes that pass a gradient on, in order.
    groups
        The live nodes of each call path: all steps of a loop are one group.
    users
        For each node the edges that take it.
    flowing
        The gradient at each node.
    """

    def __init__(self, record: Record, flowing: Mapping[int, Array]) -> None:
        self.record, self.flowing = record, flowing
        self._depends = depends = record.dependent
        nodes = record.tape.nodes
        self.live = [
            i
            for i in record.needed
            if i in depends and nodes[i].name and i in flowing and differentiable(nodes[i].value)
        ]
        self.users: dict[int, list[Edge]] = defaultdict(list)
        for index in self.live:
            for k in self.passing(index):
                self.users[nodes[index].arguments[k].index].append((index, k))
        self._keys = {index: (record.tape.places(index), nodes[index].name) for index in self.live}
        self.groups: dict[tuple[tuple[Place, ...], str], list[int]] = defaultdict(list)
        for index in self.live:
            self.groups[self._keys[index]].append(index)

        self.shifts = self._shifts()
        self.priced = self._priced()
        weights = self._weights()
        #: Whether some parameter, or a multiple of it, is used again in each turn of a loop.
        self.repeats = any(
            len(edges) > 1 and len({nodes[i].arguments[k].index for i, k in edges} & weights) == 1
            for edges in self.edge_groups()
        )

    def _weights(self) -> set[int]:
        """The parameters, and what is one of them, scaled or moved as a whole."""
        found = set(self.record.leaves.values())
        for index in self.live:
            node = self.node(index)
            whole = node.name in ("multiply", "divide", "true_divide", "negative", *MOVING)
            if whole and node.name != "getitem" and [node.arguments[k].index in found for k in self.passing(index)] == [True]:
                found.add(index)
        return found

    def _priced(self) -> set[int]:
        """The nodes that are computed of parameters alone, without data, as a penalty is, and bend; parameters among them."""
        plain, leaves = parameters_alone(self.record), set(self.record.leaves.values())
        bent = set(leaves)
        for index in self.record.needed:
            inner = {entry.index for entry in entries_of(self.node(index))}
            if index in plain and (self.node(index).name in _BENDING or inner & bent - leaves):
                bent.add(index)
        return bent

    def _shifts(self) -> dict[Edge, Rule]:
        """Rules that hand nothing to a maximum which was subtracted for safety: all that reaches it cancels."""
        found: dict[Edge, Rule] = {}
        for index in self.live:
            node = self.node(index)
            if node.name not in ("max", "amax"):
                continue
            flow = np.abs(self.flowing[index]).max(initial=0.0)
            heard = max((np.abs(self.flowing[i]).max(initial=0.0) for i, _ in self.users[index]), default=0.0)
            if flow <= 1e-9 * heard or flow <= 1e-300:
                found |= {edge: nothing for edge in self.users[index]}
        return found

    def passing(self, index: int) -> list[int]:
        """The positions of the arguments that a node hands a gradient to."""
        node = self.record.tape.nodes[index]
        return [
            k
            for k, entry in enumerate(node.arguments)
            if type(entry) is Entry
            and entry.index in self._depends
            and differentiable(self.value(entry.index))
        ]

    def value(self, index: int) -> Any:
        """What was computed there."""
        return self.record.tape.nodes[index].value

    def node(self, index: int) -> Node:
        """The node of this number."""
        return self.record.tape.nodes[index]

    def group(self, index: int) -> list[int]:
        """All nodes with the call path of this one."""
        return self.groups[self._keys[index]]

    def edge_groups(self) -> list[list[Edge]]:
        """The edges of each call path and position."""
        return self._edges_by(lambda index: self._keys[index])

    def line_groups(self) -> list[list[Edge]]:
        """The edges of each line and position, whoever called it, where that is more than one call path."""
        paths = {tuple(edges) for edges in self.edge_groups()}
        lines = self._edges_by(lambda index: (self._keys[index][0][:1], self._keys[index][1]))
        kinds = self._edges_by(
            lambda index: (self.node(index).name, np.ndim(self.value(index)), self._weighs(index))
        )
        found = {
            tuple(edges): edges for edges in (*lines, *kinds) if len(edges) > 1 and tuple(edges) not in paths
        }
        return list(found.values())

    def _weighs(self, index: int) -> tuple[bool, ...]:
        """Which arguments are parameters, or transposes of them."""
        leaves = set(self.record.leaves.values())
        return tuple(type(a) is Entry and self.origin(a.index) in leaves for a in self.node(index).arguments)

    def origin(self, index: int) -> int:
        """What a node is a transpose or a reshape of."""
        while self.node(index).name in MOVING and type(self.node(index).arguments[0]) is Entry:
            index = self.node(index).arguments[0].index
        return index

    def _edges_by(self, key: Callable[[int], Any]) -> list[list[Edge]]:
        found: dict[tuple[Any, int], list[Edge]] = defaultdict(list)
        for index in self.live:
            for k in self.passing(index):
                found[key(index), k].append((index, k))
        return list(found.values())

    def moved(self, values: Mapping[int, Array]) -> dict[int, Array]:
        """These values, and those of all that only moves them."""
        found = dict(values)
        for index in self.record.needed:
            node = self.node(index)
            if (
                node.name in MOVING
                and index not in found
                and type(node.arguments[0]) is Entry
                and node.arguments[0].index in found
            ):
                source, *rest = node.arguments
                found[index] = node.function(found[source.index], *rest, **dict(node.options))
        return found

    def shadow(self, values: Mapping[int, Array], line: Callable[[int], bool]) -> dict[int, Array]:
        """These values, and those of all nodes on a line that are computed of them."""
        found = dict(values)

        def value(entry: Entry) -> Any:
            return found[entry.index] if entry.index in found else self.value(entry.index)

        for index in self.record.needed:
            node = self.node(index)
            inner = [e.index for e in entries_of(node)] if node.name and index not in found else []
            if any(i in found for i in inner) and (line(index) or node.name in MOVING):
                found[index] = node.function(
                    *filled(node.arguments, value), **filled(dict(node.options), value)
                )
        return found

    def arriving(self, indices: Iterable[int], function: Callable[[Array], Array]) -> dict[Edge, Rule]:
        """Rules that do something to the gradient which arrives at these nodes."""
        return {(i, k): self.before(i, k, function) for i in indices for k in self.passing(i)}

    def before(self, index: int, k: int, function: Callable[[Array], Array]) -> Rule:
        """The rule of an edge, behind something that is done to the gradient."""
        rule = standard_rule(self.node(index), k)
        return lambda d, *arguments, **options: rule(function(d), *arguments, **options)

    def after(self, index: int, k: int, function: Callable[[Array], Array]) -> Rule:
        """The rule of an edge, with something done to what it hands on."""
        rule = standard_rule(self.node(index), k)
        return lambda *arguments, **options: function(np.asarray(rule(*arguments, **options)))


def parameters_alone(record: Record) -> set[int]:
    """The nodes that are computed of parameters, without data."""
    plain = set(record.leaves.values())
    for index in record.needed:
        node = record.tape.nodes[index]
        given = any(isinstance(a, np.ndarray) and a.ndim for a in node.arguments)
        inner = {entry.index for entry in entries_of(node)}
        if node.name in _OF_WEIGHTS and not given and inner and inner <= plain:
            plain.add(index)
    return plain


def stretched(record: Record, name: str) -> bool:
    """Whether a parameter serves many samples: it is used where numpy stretches it."""
    leaf = record.leaves[name]
    return any(
        np.size(record.tape.nodes[index].value) > np.size(record.tape.nodes[leaf].value)
        for index in record.needed
        if any(entry.index == leaf for entry in entries_of(record.tape.nodes[index]))
    )


def nothing(d: Array, *_: Any, **__: Any) -> Array:
    """The rule that hands nothing on."""
    return np.zeros(())


def unchanged(d: Array, *_: Any, **__: Any) -> Array:
    """The rule that hands on what arrives."""
    return d


def line_of(record: Record, index: int) -> str:
    """The innermost line of the user's own code that asked for an operation, in words; empty where there is none."""
    for place in record.tape.places(index):
        name = place.code.co_filename
        source = linecache.getline(name, place.line).strip()
        if "site-packages" in name or "/bplib/" in name.replace("\\", "/"):
            continue
        where = (
            f"line {place.line} of {place.code.co_name}"
            if place.code.co_name != "<lambda>"
            else f"line {place.line}"
        )
        return f"{where}, `{source}`" if source else where
    return ""


def named(record: Record, index: int, region: Region | None = None) -> str:
    """An operation as people call it."""
    nodes = record.tape.nodes
    if region is not None and len(region.nodes) > 1:
        return "the function of several operations"
    return f"np.{nodes[index].name}"
