"""Two mistakes at once: looked for after single ones, and only where one of them shows by itself.

The mistake nearer to the loss spoils all that lies below it, and so does the other; but what lies between the two shows the
first alone. So a change that explains some of the wrong gradients, and leaves the right ones right, is joined with every other
change. Where both spoil everything, the second is looked for among round factors only: all pairs would be too many.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from bplib.checking.diagnosis.change import Change
from bplib.checking.diagnosis.hunt import WALKS, Hunt

#: So many changes that explain a part are joined with others; those that explain most come first.
BEGINNINGS = 4


class Pair(NamedTuple):
    """Two changes, the one that shows by itself first."""

    first: Change
    second: Change


def pairs(hunt: Hunt) -> Iterator[Pair]:
    """The pairs that reproduce every number, once `Hunt.hits` has found no single change that does."""
    for beginning in hunt.beginnings:
        if beginning.cause:
            said = (
                "the sign of everything is turned"
                if beginning.factor < 0
                else f"everything is times {beginning.factor:.4g}"
            )
            yield Pair(
                beginning.change,
                Change(beginning.cause, hunt.record.output.index, said, factor=beginning.factor),
            )
    hunt.most += WALKS
    for beginning in sorted(hunt.beginnings, key=lambda part: -len(part.names))[:BEGINNINGS]:
        rest = hunt.wrong - beginning.names
        if beginning.cause or not beginning.names or not hunt.telling(rest):
            continue
        for second in hunt.changes():
            if second.fitted:
                break  # Two mistakes and a number would explain too much.
            both = beginning.change.joined(second)
            if both is None:
                continue
            gradient = hunt.walk(both)
            if gradient is None:
                return
            if hunt.fits(gradient, set(hunt.given)) and all(gradient[name].any() for name in rest):
                yield Pair(beginning.change, second)
