"""Mistakes in values: another array, another step, weights that were updated already."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from bplib.automatic_differentiation import Entry, Rule, standard_rule
from bplib.checking.diagnosis.change import Change, Edge, Map, named
from bplib.types import Array

#: Other arrays of the right shape that are tried in the place of one.
OTHERS = 12
_PRODUCTS = ("matmul", "multiply", "einsum")


def value_changes(m: Map) -> Iterator[Change]:
    """In each product, another array of the same shape in the place of a factor; in loops, that of the step before or behind."""
    for edges in m.edge_groups():
        index, k = edges[0]
        node = m.node(index)
        if node.name not in _PRODUCTS:
            continue
        for j, other in enumerate(node.arguments):
            if j == k or (node.name == "einsum" and j == 0):
                continue
            yield from _replaced(m, edges, j)
            if len(edges) > 1:
                yield from _shifted(m, edges, j)
    yield from _masks_of_one_step(m)
    yield from _other_weights(m)


def _replaced(m: Map, edges: list[Edge], j: int) -> Iterator[Change]:
    index, _ = edges[0]
    own = m.node(index).arguments[j]
    value = m.value(own.index) if type(own) is Entry else own
    if np.ndim(value) < 1 or len(edges) > 1:
        return
    family = (
        set(m.group(own.index))
        if type(own) is Entry and own.index in m.flowing and m.node(own.index).name
        else set()
    )
    near = [
        i
        for i in m.live
        if np.shape(m.value(i)) == np.shape(value) and not (type(own) is Entry and i == own.index)
    ]
    near.sort(key=lambda i: abs(i - index))
    for i in near[:OTHERS]:
        cause = "wrong-step" if i in family else "wrong-tensor"
        yield Change(
            cause,
            index,
            f"{named(m.record, index)} is given another array on the way back",
            {e: _with(m, e, j, m.value(i)) for e in edges},
        )


def _shifted(m: Map, edges: list[Edge], j: int) -> Iterator[Change]:
    """In a loop: the factor of the next step, or of the one before."""
    values = [m.node(index).arguments[j] for index, _ in edges]
    arrays = [m.value(v.index) if type(v) is Entry else v for v in values]
    index, _ = edges[0]
    for other in m.groups.values():
        if len(other) == len(edges) and all(
            np.shape(m.value(i)) == np.shape(a) for i, a in zip(other, arrays)
        ):
            rules = {e: _with(m, e, j, m.value(i)) for e, i in zip(edges, other, strict=True)}
            yield Change(
                "wrong-tensor",
                index,
                f"{named(m.record, index)} is given another array of the same step",
                rules,
            )
    for row, which in ((0, "first"), (-1, "last")):
        if all(np.shape(a) == np.shape(arrays[row]) for a in arrays) and np.ndim(arrays[row]):
            rules = {e: _with(m, e, j, arrays[row]) for e in edges}
            yield Change(
                "wrong-step",
                index,
                f"{named(m.record, index)} is given the array of the {which} step in each",
                rules,
            )
    if not all(type(v) is Entry for v in values):
        return
    # The state that the loop ended with, or began with, stands one beyond.
    made = [i for i in m.live if np.shape(m.value(i)) == np.shape(arrays[-1])]
    for shift in (1, -1):
        moved = arrays[shift:] + [None] if shift > 0 else [None] + arrays[:shift]
        for end in ("kept", "made", "nothing"):
            filled = [a if a is not None else _beyond(m, end, arrays, made, values, shift) for a in moved]
            if any(f is None or np.shape(f) != np.shape(a) for f, a in zip(filled, arrays)):
                continue
            rules = {e: _with(m, e, j, f) for e, f in zip(edges, filled, strict=True)}
            yield Change(
                "wrong-step",
                index,
                f"{named(m.record, index)} is given the array of another step of the loop",
                rules,
            )


def _masks_of_one_step(m: Map) -> Iterator[Change]:
    """In a loop, all that is given from outside anew in each step, on one line: that of the first step, or of the last, in each."""
    by_line: dict[Any, list[list[Edge]]] = {}
    for edges in m.edge_groups():
        index, k = edges[0]
        node = m.node(index)
        if len(edges) > 1 and node.name == "multiply" and type(node.arguments[1 - k]) is not Entry:
            by_line.setdefault(m.record.tape.places(index)[:1], []).append(edges)
    for groups in by_line.values():
        if len(groups) < 2:
            continue
        for row, which in ((0, "first"), (-1, "last")):
            rules: dict[Edge, Rule] = {}
            for edges in groups:
                index, k = edges[row]
                rules |= {e: _with(m, e, 1 - e[1], m.node(index).arguments[1 - k]) for e in edges}
            yield Change(
                "wrong-step", groups[0][0][0], f"what is given to each step is that of the {which} one", rules
            )


def _beyond(m: Map, end: str, arrays: list[Array], made: list[int], values: list[Entry], shift: int) -> Any:
    if end == "kept":
        return arrays[-1 if shift > 0 else 0]
    if end == "nothing":
        return np.zeros_like(arrays[0])
    group = (
        m.group(values[-1].index) if values[-1].index in m.flowing and m.node(values[-1].index).name else []
    )
    later = [i for i in group if i > values[-1].index]
    return m.value(later[0]) if later and shift > 0 else None


def _with(m: Map, edge: Edge, j: int, value: Any) -> Rule:
    rule = standard_rule(m.node(edge[0]), edge[1])

    def other(d: Array, y: Array, *arguments: Any, **options: Any) -> Array:
        return rule(d, y, *arguments[:j], value, *arguments[j + 1 :], **options)

    return other


def early_updates(m: Map, step: Mapping[str, Array], rate: float, fitted: bool = False) -> Iterator[Change]:
    """Parameters that were updated, with this rate, before the gradient passed them: each of them, and all."""
    said = f"the gradient passes weights that were updated already, with a learning rate of {rate:g}"
    stepped = {index: m.value(index) - rate * step[name] for name, index in m.record.leaves.items()}
    last = {index: m.users[index][-1][0] for index in stepped if m.users[index]}
    for family in ([index] for index in last):
        yield Change(
            "updated-weights",
            last[family[0]],
            said,
            values=m.moved({i: stepped[i] for i in family}),
            fitted=fitted,
        )
    if len(last) > 1:
        yield Change(
            "updated-weights",
            max(last.values()),
            said,
            values=m.moved(stepped),
            fitted=fitted,
        )


def _other_weights(m: Map) -> Iterator[Change]:
    """A parameter that the way back takes for one, twice, turned round or transposed, on each line that uses it."""
    for name, index in m.record.leaves.items():
        value = np.asarray(m.value(index))
        ways: list[tuple[str, str, Array]] = [
            (
                "factor-missing",
                f"{name} is left out",
                np.ones_like(value),
            ),
            ("factor-twice", f"{name} is in it twice", value**2),
        ]
        if value.ndim >= 2:
            ways.append(
                ("wrong-transpose", f"the last two axes of {name} are turned round", value[..., ::-1, ::-1])
            )
            if value.shape[-1] == value.shape[-2]:
                ways.append(("wrong-transpose", f"{name} is not transposed", np.swapaxes(value, -1, -2)))
            if value.ndim > 2 and value.shape[0] == value.shape[1]:
                ways.append(
                    ("channel-mixed", f"one channel of {name} is taken for another", np.swapaxes(value, 0, 1))
                )
        users = [i for i, _ in m.users[index]]
        lines = {m.record.tape.places(i)[:1] for i in users}
        for cause, said, other in ways:
            for line in lines:
                values = m.shadow(
                    {index: other},
                    lambda i, line=line, users=users: (  # type: ignore[misc]
                        m.record.tape.places(i)[:1] == line and _same_line(m, i, users)
                    ),
                )
                here = [m.node(i).name for i in users if m.record.tape.places(i)[:1] == line]
                if cause == "factor-missing" and value.ndim == 2 and set(here) <= {"matmul", "einsum"}:
                    cause = "weights-skipped"
                yield Change(cause, users[0], f"{said} on the way back", values=values)


def _same_line(m: Map, index: int, users: list[int]) -> bool:
    """Whether a node stands on the line of one of the users, in the same call."""
    places = m.record.tape.places(index)
    return any(_line(places) == _line(m.record.tape.places(user)) for user in users)


def _line(places: Any) -> Any:
    return tuple((place.code, place.line) for place in places[:2])
