"""Which change of the way back gives the numbers that were handed in?

Every mistake that people make at an operation is tried at every operation, and at every group of operations with the same call
path. What reproduces all numbers is an explanation. Where several do, another point decides: the loss is recorded there
anew, the function under test is called there, and only what explains both stays. So it is with an explanation that holds a
fitted number: at one point it would explain too much.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np

from bplib.automatic_differentiation import NotRecorded
from bplib.checking.diagnosis.change import Change, line_of, parameters_alone
from bplib.checking.diagnosis.hunt import SECONDS, WALKS, Hunt, averaged, identity
from bplib.checking.diagnosis.pairs import Pair, pairs
from bplib.checking.witnesses.replay import Record
from bplib.types import Array

#: What fits as well, but says less: the higher the number, the less. Names that are not here say most.
_LESS = {
    "only-last-step": -2,
    **dict.fromkeys(("part-missing", "weight-decay-missing", "bias-averaged", "bias-not-summed", "assigned-not-added", "time-not-carried"), -1),
    **dict.fromkeys(("path-missing", "factor-missing", "sign"), 1),
    **dict.fromkeys(("other-activation", "factor-two", "factor-half", "factor-twice"), 2),
    **dict.fromkeys(("value-for-slope", "slope-squared", "wrong-tensor", "upstream-missing", "divisor-slope"), 3),
}  # fmt: skip


class Found(NamedTuple):
    """The causes that reproduce the numbers, most telling first; what is said of the first; its line; whether the search was
    cut short; and what is said of a second mistake, with its line."""

    causes: tuple[str, ...] = ()
    said: str = ""
    where: str = ""
    ended: bool = False
    second: str = ""


def searched(
    record: Record,
    given: Mapping[str, Array],
    right: Mapping[str, Array],
    wrong: set[str],
    sizes: set[int],
    elsewhere: Callable[[], tuple[Record, Mapping[str, Array]] | None] = lambda: None,
    walks: int = WALKS,
    seconds: float = SECONDS,
) -> Found:
    """Find the change that explains a wrong gradient.

    Parameters
    ----------
    record, given, right, wrong, sizes, walks, seconds
        See `Hunt`.
    elsewhere
        Gives a record and the gradient under test at another point, or None where there is none to be had.
    """
    hunt = Hunt(record, given, right, wrong, sizes, walks, seconds)
    hits = hunt.hits()
    if not hits:
        return (
            Found(("weight-decay-on-biases",), ended=hunt.ended) if hunt.decayed() else _two(hunt, elsewhere)
        )
    doubtful = all(change.fitted for change in hits.values())
    if doubtful or len({change.cause for change in hits.values()}) > 1:
        other = elsewhere()
        kept = _surviving(hits, other, wrong, sizes) if other is not None else {}
        # What holds a fitted number is said only if it holds at both points.
        hits = kept or {key: change for key, change in hits.items() if not change.fitted}
        if not hits:
            return Found(ended=hunt.ended)
    ordered = sorted(hits.values(), key=lambda change: _LESS.get(change.cause, 0))
    first = ordered[0]
    best = [change.cause for change in ordered if _LESS.get(change.cause, 0) == _LESS.get(first.cause, 0)]
    return Found(tuple(dict.fromkeys(best)), first.said, line_of(record, first.site), hunt.ended)


def _two(hunt: Hunt, elsewhere: Callable[[], tuple[Record, Mapping[str, Array]] | None]) -> Found:
    """Two mistakes at once, if all pairs that reproduce the numbers, and do so at another point, are the same two."""
    found = _most_telling(list(pairs(hunt)))
    if _ambiguous(found) and (other := elsewhere()) is not None:
        found = _most_telling(_surviving_pairs(found, other, hunt))
    if not found or _ambiguous(found):
        return Found(ended=hunt.ended)
    first, second = found[0]
    line = line_of(hunt.record, second.site) if second.factor == 1 else ""
    return Found(
        (first.cause,),
        first.said,
        line_of(hunt.record, first.site),
        hunt.ended,
        f"{second.said}, in {line}" if line else second.said,
    )


def _most_telling(found: list[Pair]) -> list[Pair]:
    says = [sum(_LESS.get(change.cause, 0) for change in pair) for pair in found]
    return [pair for pair, less in zip(found, says, strict=True) if less == min(says)]


def _ambiguous(found: list[Pair]) -> bool:
    """Whether pairs differ in more than the order of their mistakes."""
    return len({frozenset(change.cause for change in pair) for pair in found}) > 1


def _surviving_pairs(found: list[Pair], other: tuple[Record, Mapping[str, Array]], hunt: Hunt) -> list[Pair]:
    record, given = other
    try:
        there = Hunt(record, given, record.slopes(), hunt.wrong, hunt.sizes)
    except NotRecorded:
        return []
    known = {identity(change): change for change in there.changes()}
    kept = []
    for pair in found:
        changes = [change if change.factor != 1 else known.get(identity(change)) for change in pair]
        both = changes[0].joined(changes[1]) if changes[0] and changes[1] else None
        gradient = there.walk(both) if both is not None else None
        if gradient is not None and there.fits(gradient, set(given)):
            kept.append(pair)
    return kept


def _surviving(
    hits: dict[Any, Change],
    other: tuple[Record, Mapping[str, Array]],
    wrong: set[str],
    sizes: set[int],
) -> dict[Any, Change]:
    record, given = other
    try:
        there = Hunt(record, given, record.slopes(), wrong, sizes)
    except NotRecorded:
        return {}
    kept = {}
    for change in there.changes():
        key = identity(change)
        if key in hits and (gradient := there.walk(change)) is not None and there.fits(gradient, wrong):
            kept[key] = hits[key]
    return kept


def sizes_of(record: Record, samples: int | None) -> set[int]:
    """Numbers of samples and the like, over which means are taken or sums: lengths of axes that are no parameter's."""
    found = {samples} if samples else set()
    alone = parameters_alone(record)
    for index in record.needed:
        node = record.tape.nodes[index]
        if index in alone:
            continue
        if node.name in ("mean", "sum", "divide", "true_divide", "multiply"):
            found |= set(np.shape(record.tape.nodes[index].value))
        if node.name in ("mean", "sum"):
            inner = record.tape.nodes[node.arguments[0].index].value
            found |= {int(np.size(inner)), *np.shape(inner)}
    return {int(n) for n in found if n and n > 1} | averaged(record)
