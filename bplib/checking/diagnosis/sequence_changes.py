"""Mistakes in networks with a memory: only the last step blamed from outside, and one gate taken for another.

A state goes two ways, out and on to the next step. Gates are parts of one array, side by side, and so are the queries, keys and values
of some attentions, and the mean and the log-variance of a code: every part has the shape of the others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import combinations, permutations

import numpy as np

from bplib.automatic_differentiation import Rule
from bplib.checking.diagnosis.change import Change, Edge, Map, named, nothing, times
from bplib.checking.diagnosis.index_changes import AtKey
from bplib.checking.diagnosis.path_changes import is_added_up
from bplib.checking.witnesses.regions import Region, regions
from bplib.types import Array

#: Parts of one array that are tried in every order.
PARTS = 4


def sequence_changes(m: Map) -> Iterator[Change]:
    """The steps of every loop but the last unblamed; the parts of every array exchanged."""
    yield from _only_last(m)
    yield from _exchanged(m)


def _only_last(m: Map) -> Iterator[Change]:
    """What comes from outside to the states of a loop, or to the loss, left out at each step but the last."""
    if not m.repeats:
        return
    loops: dict[tuple[Edge, ...], int] = {}
    for edges, turns in _from_outside(m):
        loops[edges] = max(turns, loops.get(edges, 0))
    for edges in loops:
        said = "of all steps only the last one hears what comes from outside"
        yield Change("only-last-step", edges[0][0], said, dict.fromkeys(edges, nothing))
    said = "of all steps only the last one is in the loss"
    for turns in set(loops.values()):
        for edges in m.edge_groups():
            index, k = edges[0]
            node = m.node(index)
            if len(edges) == turns and np.ndim(node.value) == 0 and is_added_up(m, edges[-1][0]):
                yield Change("only-last-step", index, said, dict.fromkeys(edges[:-1], nothing))
            if node.name in ("sum", "mean") and is_added_up(m, index):
                shape = np.shape(m.value(node.arguments[0].index))
                for axis in [a for a, n in enumerate(shape) if n == turns]:
                    kept = m.after(index, k, _last_along(axis))
                    yield Change("only-last-step", index, said, {(index, k): kept})


def _from_outside(m: Map) -> Iterator[tuple[tuple[Edge, ...], int]]:
    """For each loop that carries a state: the edges by which earlier states leave it, and the number of its turns."""
    leaves, above = set(m.record.leaves.values()), _ancestors(m)
    for group in m.groups.values():
        first, last = group[0], group[-1]
        if len(group) < 2 or not all(above[b] >> a & 1 for a, b in zip(group, group[1:])):
            continue
        edges = []
        for index in m.live:
            if index == last or above[last] >> index & 1:
                continue
            for k in m.passing(index):
                source = m.node(index).arguments[k].index
                made = source == first or above.get(source, 0) >> first & 1
                if made and source not in leaves and above[last] >> source & 1:
                    edges.append((index, k))
        # What the loop itself does once more in its last turn does not come from outside; an array that collects all states does.
        inside = [
            index
            for index, k in edges
            if any(above[last] >> i & 1 for i in m.group(index)) and (m.node(index).name, k) != ("setitem", 0)
        ]
        if edges and not inside:
            yield tuple(edges), len(group)


def _ancestors(m: Map) -> dict[int, int]:
    """For each live node, those that it is computed of, as the bits of a number."""
    above: dict[int, int] = {}
    for index in m.live:
        sources = [m.node(index).arguments[k].index for k in m.passing(index)]
        above[index] = 0
        for source in sources:
            above[index] |= above.get(source, 0) | 1 << source
    return above


def _last_along(axis: int) -> Callable[[Array], Array]:
    def keep(g: Array) -> Array:
        kept = np.zeros(np.shape(g))
        at = (slice(None),) * axis + (-1,)
        kept[at] = g[at]
        return kept

    return keep


def _exchanged(m: Map) -> Iterator[Change]:
    """The parts that an array is cut into, put together in another order, or each read for another."""
    families: dict[tuple[int, ...], list[list[int]]] = {}
    for source in m.users:
        readers = _parts(m, source)
        if readers:
            loop = tuple(m.group(source)) if source in m.flowing and m.node(source).name else (source,)
            families.setdefault(loop, []).append(readers)
    together = [readers for family in families.values() for readers in family]
    several = len(families) > 1 and len({len(readers) for readers in together}) == 1
    bends = {region.source: region for region in regions(m.record)}
    for family in (*families.values(), *([together] if several else ())):
        count, site = len(family[0]), family[0][0]
        if any(len(readers) != count for readers in family):
            continue
        for order in list(permutations(range(count)))[1:]:
            rules: dict[Edge, Rule] = {}
            for readers in family:
                for reader, other in zip(readers, order):
                    rules[reader, 0] = AtKey(m.node(readers[other]).arguments[1])
            said = "the parts of an array are put together in another order than it was cut"
            yield Change("parts-exchanged", site, said, rules)
        if all(reader in bends for readers in family for reader in readers):
            columns = [_alike(m, [bends[readers[part]] for readers in family]) for part in range(count)]
            for one, other in combinations(columns, 2):
                yield from _read_for_another(m, list(zip(one, other)))


def _parts(m: Map, source: int) -> list[int]:
    """The nodes that cut an array into parts of one shape, in order, if there are not too many and nothing is left."""
    readers = sorted(i for i, k in m.users[source] if m.node(i).name == "getitem" and k == 0)
    if not 2 <= len(readers) <= PARTS or len({np.shape(m.value(i)) for i in readers}) > 1:
        return []
    places = np.arange(np.size(m.value(source))).reshape(np.shape(m.value(source)))
    keys = [m.node(i).arguments[1] for i in readers]
    parts = [part for key in keys for part in (key if isinstance(key, tuple) else (key,))]
    if not all(isinstance(part, (slice, int)) for part in parts):
        return []
    met = np.concatenate([places[key].ravel() for key in keys])
    return readers if met.size == places.size == np.unique(met).size else []


def _alike(m: Map, turns: list[Region]) -> list[Region]:
    """The same function in each turn of a loop: in the first one, a constant that it meets there would be taken for a part of it."""
    ends = set(m.group(turns[-1].output))
    found = []
    for region in turns:
        end = max((i for i in region.nodes if i in ends), default=region.output)
        found.append(Region(region.source, end, tuple(i for i in region.nodes if i <= end)))
    return found


def _read_for_another(m: Map, pairs: list[tuple[Region, Region]]) -> Iterator[Change]:
    """What two parts have become behind their bends, each taken for the other; slopes follow, as they are computed of it."""
    values, functions = dict[int, Array](), dict[int, tuple[int, Rule]]()
    for pair in pairs:
        for own, other in (pair, pair[::-1]):
            slope = _slope_by_value(m, own)
            if slope is None or np.shape(m.value(own.output)) != np.shape(m.value(other.output)):
                return
            values[own.output] = m.value(other.output)
            functions[own.output] = (own.source, times(slope(values[own.output])))
    site = pairs[0][0].output
    said = f"two parts of an array are taken for each other behind {named(m.record, site, pairs[0][0])}"
    yield Change("parts-exchanged", site, said, functions=functions, values=m.moved(values))


def _slope_by_value(m: Map, region: Region) -> Callable[[Array], Array] | None:
    """The slope as textbooks compute it, of the function's value: of a sigmoid, or of a tanh."""
    y, slope = region.at(m.record, np.asarray(m.value(region.source), dtype=float))
    ways: tuple[Callable[[Array], Array], ...] = (lambda a: a * (1 - a), lambda a: 1 - a**2)
    return next((way for way in ways if np.allclose(way(y), slope, rtol=1e-9, atol=1e-12)), None)
