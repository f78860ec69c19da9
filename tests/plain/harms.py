"""The kinds of damage that a submission does, and which of them were seen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from plain.machine import SECRET, Seen

#: In the order of the table.
KINDS = {
    "points": "takes points that it has not earned",
    "reads": "reads files of yours, or another process",
    "writes": "writes into your folders",
    "network": "reaches your network",
    "processes": "leaves a process running, or ends one of yours",
    "next": "is seen by the submission after it",
    "resources": "takes memory, disk, processes or rights without a limit",
    "batch": "keeps others from being graded",
    "work": "loses right answers of its own student",
}
#: Bytes of one graded notebook, above which it fills the disk and no browser shows it.
LARGE = 20 * 2**20

Points = Mapping[str, float]


@dataclass(frozen=True)
class After:
    """What is there after a class was graded: the hostile student's points, whether the others have theirs in full,
    what the hostile notebook has printed, and its size."""

    seen: Seen
    points: Points | None
    others: bool
    printed: str = ""
    size: int = 0


def harms(after: After, deserved: Points, hurts_itself: bool = False, won: str = "reads") -> set[str]:
    """The kinds of damage that were done.

    Parameters
    ----------
    after
        What was seen.
    deserved
        The points of the honest answers; none where only a person can tell.
    hurts_itself
        Whether it may lose more points, since it harms nobody but itself.
    won
        What it means that the submission says it has won.
    """
    seen, points = after.seen, after.points
    found = {
        "reads": SECRET in after.printed,
        "writes": bool(seen.written),
        "network": seen.connected > 0,
        "processes": seen.left > 0 or not seen.alive,
        "resources": after.size > LARGE,
        "batch": seen.exit is None or not after.others,
    }
    found[won] = found.get(won, False) or "WON" in after.printed
    if points is not None and deserved:
        found["points"] = any(earned > deserved.get(task, 0) for task, earned in points.items())
    if not hurts_itself:
        found["work"] = any((points or {}).get(task, 0) < worth for task, worth in deserved.items())
    return {kind for kind in KINDS if found.get(kind)}
