"""Students by the names that somebody has typed."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from difflib import get_close_matches

from bplib.grading.course.agreement import GradingError

#: So many names are offered in place of one that does not exist.
NEAR = 5


class UnknownStudent(GradingError):
    """Nobody has this id; the message names those that come near."""


def require(asked: Iterable[str], known: Collection[str]) -> None:
    """See that everybody who was asked for is on the roster or has a folder.

    Raises
    ------
    UnknownStudent
        If somebody is not: nothing would be done, and that would look as if all were well.
    """
    for student in asked:
        if student not in known:
            near = _near(student, known)
            hint = f"Did you mean {' or '.join(near)}?" if near else "Nobody has an id like it."
            raise UnknownStudent(
                f"there is no student {_plain(student)!r}, neither on the roster nor in the submitted folder. {hint}"
            )


def _near(student: str, known: Collection[str]) -> list[str]:
    """Ids that hold what was typed, and those that are spelled nearly so."""
    typed = student.casefold()
    by_lower = {name.casefold(): name for name in known}
    holds = [lower for lower in sorted(by_lower) if typed and typed in lower]
    close = get_close_matches(typed, by_lower, n=NEAR)
    return [_plain(by_lower[lower]) for lower in dict.fromkeys([*holds, *close])][:NEAR]


def _plain(name: str) -> str:
    return name.encode(errors="replace").decode()
