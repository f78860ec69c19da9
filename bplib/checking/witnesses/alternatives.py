"""Where a branch or an order hangs on a tie, the loss could have gone another way: all of these ways, and what follows.

Each way is a record of its own, or the record with another order. The gradients that follow from them are all right. So is,
where it is one question that ties, what lies between its two answers: that is a choice of weights which add up to one. What
lies outside of all that can be mixed from them is wrong; what is a mixture of several questions at once stays open.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from bplib.automatic_differentiation import NotRecorded
from bplib.checking.witnesses.corners import COMPARISONS, ORDER, WAYS, Corners, Fits, tied, watched
from bplib.checking.witnesses.hulls import mixed
from bplib.checking.witnesses.replay import Record, Rounding, entries_of
from bplib.checking.witnesses.tape import Raised
from bplib.types import Array

#: Records a loss with other answers to some of its questions, by their number.
Again = Callable[[Mapping[int, Any]], Record]


class Ways:
    """All ways that a loss has at a point."""

    def __init__(self, record: Record, spread: Rounding, again: Again) -> None:
        self.complete = True
        self.corners: list[Corners] = []
        #: For each way, the answers and orders that it chooses otherwise than the first.
        self._turns: list[frozenset[tuple[str, int, Any]]] = []
        waiting: list[tuple[Record, Rounding, dict[int, Any]]] = [(record, spread, {})]
        while waiting:
            this, loose, answers = waiting.pop(0)
            if not self._add(this, loose, answers):
                return
            for number, other in self._otherwise(this, loose):
                if number <= max(answers, default=-1):
                    continue
                try:
                    new = again({**answers, number: other})
                except Raised:  # Beyond the edge of its domain a loss has no other way to go.
                    continue
                except NotRecorded:
                    self.complete = False
                    continue
                waiting.append((new, Rounding(new, watched(new)), {**answers, number: other}))

    def touched(self) -> dict[str, Array] | None:
        """Which entries some choice changes, by path; None where not every way is known."""
        if not self.complete:
            return None
        rng, seen = np.random.default_rng(0), []
        for corners in self.corners:
            for choices in (np.zeros(corners.count), np.ones(corners.count), rng.uniform(size=corners.count)):
                slopes = corners.slopes(choices)
                if slopes is None:
                    return None
                seen.append(slopes)
        return {name: np.any([np.ravel(s[name] != seen[0][name]) for s in seen], axis=0) for name in seen[0]}

    @property
    def count(self) -> int:
        """How many places tie, or could have gone another way."""
        return max(corners.count for corners in self.corners) + len(self.corners) - 1

    def _add(self, record: Record, loose: Rounding, answers: Mapping[int, Any]) -> bool:
        """Note a way, and those that sort otherwise; False where there are too many."""
        first = Corners(record, loose)
        options = [
            [(index, None), *((index, other) for other in others)] for index, others in first.orders.items()
        ]
        self.complete &= all(first.orders.values())
        turned = {("question", number, str(answer)) for number, answer in answers.items()}
        for way in itertools.product(*options):
            ranked = {index: other for index, other in way if other is not None}
            if len(self.corners) >= WAYS:
                self.complete = False
                return False
            self.corners.append(Corners(record, loose, ranked) if ranked else first)
            self._turns.append(
                frozenset(turned | {("order", index, str(other)) for index, other in ranked.items()})
            )
        return True

    @staticmethod
    def _otherwise(record: Record, loose: Rounding) -> list[tuple[int, Any]]:
        found: list[tuple[int, Any]] = []
        for number, question in enumerate(record.tape.questions):
            if number in record.tape.answers:
                continue
            node = record.tape.nodes[question.entry.index]
            if node.name in ORDER:
                places = tied(record, node, loose)
                found += [(number, int(k)) for k in np.flatnonzero(np.ravel(places)) if k != question.answer]
            elif isinstance(question.answer, bool) and _hangs(record, question.entry.index, loose):
                found.append((number, not question.answer))
        return found

    def explain(self, given: Mapping[str, Array], fits: Fits) -> tuple[str, dict[str, Array]]:
        """Whether a gradient follows from some way and choice: "yes", "no" or "unknown"; and the one that comes nearest."""
        answers = []
        for corners in self.corners:
            answer, nearest = corners.explain(given, fits)
            if answer == "yes":
                return answer, nearest
            answers.append((answer, nearest))
        if len(self.corners) == 1:
            return answers[0] if self.complete or answers[0][0] != "no" else ("unknown", answers[0][1])
        vertices = [corners.vertices() for corners in self.corners]
        if not all(vertices) or not self.complete:
            return "unknown", answers[0][1]
        for one, other in itertools.combinations(range(len(vertices)), 2):
            if len(self._turns[one] ^ self._turns[other]) == 1 or len(vertices) == 2:
                nearest = mixed([*vertices[one], *vertices[other]], given)
                if len(vertices[one]) == len(vertices[other]) == 1 and fits(nearest):
                    return "yes", nearest
        nearest = mixed([slopes for way in vertices for slopes in way], given)
        return ("unknown" if fits(nearest) else "no"), nearest


def _hangs(record: Record, index: int, loose: Rounding) -> bool:
    """Whether a truth value comes from a comparison that ties."""
    node = record.tape.nodes[index]
    if node.name in COMPARISONS:
        return bool(np.any(tied(record, node, loose)))
    inner = [entry.index for entry in entries_of(node)]
    return any(
        np.asarray(record.tape.nodes[i].value).dtype == bool and _hangs(record, i, loose) for i in inner
    )
