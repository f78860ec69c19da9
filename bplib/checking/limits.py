"""Time: a limit for a whole check, looked at wherever much is computed, and what searches and students' functions are counted by."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

#: How many seconds are counted as one. Python in a web page takes longer for the same lines, and what is right, or explained, in time
#: elsewhere is so there.
PACE = 3.0 if sys.platform == "emscripten" else 1.0

_LIMIT: ContextVar[tuple[float, float] | None] = ContextVar("limit", default=None)


class OutOfTime(BaseException):
    """The time limit has come. Not an Exception, so that nobody who expects one from a loss swallows it."""


@contextmanager
def within(seconds: float | None) -> Iterator[None]:
    """Give what happens inside so many seconds, or as many as it takes."""
    token = _LIMIT.set(None if seconds is None else (time.monotonic() + seconds, seconds))
    try:
        yield
    finally:
        _LIMIT.reset(token)


def look() -> None:
    """Go on, or raise `OutOfTime`."""
    limit = _LIMIT.get()
    if limit is not None and time.monotonic() > limit[0]:
        raise OutOfTime(f"the limit of {limit[1]:g} seconds came")


def searching() -> float:
    """Seconds of the processor, as searches for a mistake count them: what they find does not depend on who else is busy."""
    return time.process_time() / PACE
