"""The order for a page, which needs nothing of what makes one."""

from __future__ import annotations

from dataclasses import dataclass

from bplib.grading.gradebook.sheet import Sheet


@dataclass(frozen=True)
class Request:
    """A page to be made, by whatever process: what the gradebook says, the graded notebook, and where the book is.

    ``released`` is the notebook as all students of the exercise have got it.
    """

    sheet: Sheet
    notebook: str
    book: str
    released: str
