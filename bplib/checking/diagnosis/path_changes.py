"""Mistakes on the way back: a path left out, kept alone, signed or scaled; a value taken for a constant."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from bplib.checking.diagnosis.change import SINGLES, Change, Edge, Map, named, nothing

_REDUCING = ("mean", "sum", "max", "min", "sqrt", "prod")
#: What only adds up, and scales.
_ADDING = ("add", "subtract", "multiply", "divide", "true_divide", "negative")


def cuts(m: Map) -> Iterator[Change]:
    """Every edge and line of edges left out: what is missing then is what passes there."""
    carried = [edges for edges in m.edge_groups() if _carried(m, edges)]
    groups = [*m.edge_groups(), *m.line_groups()]
    if len(carried) > 1:
        groups.append([edge for edges in carried for edge in edges])
    for edges in groups:
        families = [edges, *([e] for e in edges if 1 < len(edges) <= SINGLES)]
        for family in families:
            index, _ = family[0]
            yield Change(
                _missing(m, family, len(carried)),
                index,
                f"a path through {named(m.record, index)} is left out",
                dict.fromkeys(family, nothing),
            )


def _missing(m: Map, edges: list[Edge], ways: int) -> str:
    index, k = edges[0]
    node, source = m.node(index), m.node(m.node(index).arguments[k].index)
    if _carried(m, edges):
        # Where several things are carried, one of them is a path, and all of them is all.
        return "time-not-carried" if len(edges) >= ways or ways == 1 else "path-missing"
    if is_penalty(m, edges):
        return "weight-decay-missing"
    if _is_term(m, index):
        return "part-missing"
    if node.name in ("mean", "sqrt") or source.name in ("mean", "sqrt"):
        return "statistics-constant"
    return "path-missing"


def _carried(m: Map, edges: list[Edge]) -> bool:
    """Whether these edges take what the same line has made one turn of the loop before, with the same parameters in each: a
    loop over layers carries nothing through time."""
    if not m.repeats:
        return False
    turns = [len(m.group(index)) for index, _ in edges]
    sources = [m.node(index).arguments[k].index for index, k in edges]
    if not all(source in m.flowing and m.node(source).name for source in sources):
        return False
    for (index, _), source, count in zip(edges, sources, turns):
        group = m.group(index)
        place = group.index(index)
        if count < 2 or place == 0 or not group[place - 1] < source or len(m.group(source)) < count - 1:
            return False
        # What is made in the same turn comes behind the turn's first line; the first turn has nothing to take.
        if (group[0], edges[0][1]) in edges:
            return False
    return True


def is_penalty(m: Map, edges: list[Edge]) -> bool:
    """Whether what passes here was computed of parameters alone, without data, and is a term of the loss."""
    # Where there is no data at all, the whole loss would be a penalty: then it is one of several.
    if m.record.output.index in m.priced and not all(_is_one_of_several(m, index) for index, _ in edges):
        return False
    return all(m.node(index).arguments[k].index in m.priced and _is_added(m, index) for index, k in edges)


def _is_one_of_several(m: Map, index: int) -> bool:
    """Whether something is added to a number that is computed of an operation, on its way to the end."""
    while len(m.users[index]) == 1:
        index = m.users[index][0][0]
        if (
            m.node(index).name in ("add", "subtract")
            and np.ndim(m.value(index)) == 0
            and len(m.passing(index)) == 2
        ):
            return True
    return False


def _is_added(m: Map, index: int) -> bool:
    """Whether only parameters, and then sums and scalings, stand between an operation and the end."""
    while index in m.priced and len(m.users[index]) == 1:
        index = m.users[index][0][0]
    return np.ndim(m.value(index)) == 0 and (index == m.record.output.index or _is_term(m, index))


def is_added_up(m: Map, index: int) -> bool:
    """Whether only sums, means and scalings stand between an operation and the end."""
    while index != m.record.output.index:
        if len(m.users[index]) != 1:
            return False
        index = m.users[index][0][0]
        if m.node(index).name not in (*_ADDING, "sum", "mean"):
            return False
    return True


def _is_term(m: Map, index: int) -> bool:
    """Whether an operation adds up the loss: only sums and scalings stand between it and the end."""
    while index != m.record.output.index:
        node, users = m.node(index), m.users[index]
        if np.ndim(node.value) or len(users) != 1:
            return False
        index = users[0][0]
        if m.node(index).name not in _ADDING:
            return False
    return m.node(index).name in ("add", "subtract")


def path_changes(m: Map) -> Iterator[Change]:
    """The sign of a path turned; one turn of a loop kept alone; a value taken for a constant."""
    for edges in (*m.edge_groups(), *m.line_groups()):
        site, _ = edges[0]
        said = f"the sign of a path through {named(m.record, site)} is turned"
        yield Change("sign", site, said, {e: m.after(*e, np.negative) for e in edges})
    for edges in m.edge_groups():
        if len(edges) > 1:
            yield from _kept(m, edges)
    yield from _detached(m)


def _kept(m: Map, edges: list[Edge]) -> Iterator[Change]:
    """One turn of a loop alone, where all should add up."""
    targets = {m.node(index).arguments[k].index for index, k in edges}
    for kept, which in ((edges[0], "first"), (edges[-1], "last")):
        rules = {edge: nothing for edge in edges if edge != kept}
        cause = "assigned-not-added" if len(targets) == 1 else "path-missing"
        yield Change(
            cause,
            kept[0],
            f"of all turns of the loop only the {which} is in it, at {named(m.record, kept[0])}",
            rules,
        )


def _detached(m: Map) -> Iterator[Change]:
    """A value taken for a constant: nothing goes back through it. Statistics one by one, in pairs, and all."""
    reducing = [
        group for group in m.groups.values() if m.node(group[0]).name in _REDUCING and len(m.users[group[0]])
    ]
    for group in reducing:
        yield Change(
            "statistics-constant" if m.node(group[0]).name != "sum" else "path-missing",
            group[0],
            f"{named(m.record, group[0])} is taken for a constant",
            m.arriving(group, np.zeros_like),
        )
    for a, one in enumerate(reducing[:8]):
        for other in reducing[a + 1 : 8]:
            yield Change(
                "statistics-constant",
                one[0],
                f"{named(m.record, one[0])} and {named(m.record, other[0])} are taken for constants",
                m.arriving([*one, *other], np.zeros_like),
            )
    for index in m.live:
        if len(m.users[index]) > 1 and m.node(index).name not in _REDUCING:
            edges = m.users[index]
            for kept in edges if len(edges) <= SINGLES else (edges[0], edges[-1]):
                yield Change(
                    "path-missing",
                    index,
                    f"of the paths from {named(m.record, index)} only one is in it",
                    {e: nothing for e in edges if e != kept},
                )
