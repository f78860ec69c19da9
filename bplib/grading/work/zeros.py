"""Zero points that look wrong: not a student who could not do it, but a file that is not the one that was meant."""

from __future__ import annotations

import re

from nbformat import NotebookNode
from nbgrader import utils

from bplib.checking.exercises import known
from bplib.grading.work.cleaning import mark_of, source_of

#: Cells that are looked at.
MOST = 2000
_SETUP = re.compile(r"exercise\(\s*[\"'](\w{1,60})[\"']\s*\)")


def looks_wrong(submitted: NotebookNode, released: NotebookNode) -> str:
    """Say what was seen in a notebook that earned nothing, if it hints at the wrong file; empty otherwise.

    Parameters
    ----------
    submitted
        As it was handed in; its cells may be anything.
    released
        As students got it.
    """
    theirs = [(mark_of(cell), source_of(cell).strip()) for cell in submitted.cells[:MOST]]
    ours = [(mark_of(cell), cell.source.strip()) for cell in released.cells]
    # Every exercise has a cell called setup: what tells them apart is what is written in, and what is graded.
    own = {mark_of(cell) for cell in released.cells if utils.is_solution(cell) or utils.is_grade(cell)}
    if not any(mark in own for mark, _ in theirs):
        here, there = _exercise(ours), _exercise(theirs)
        if there in known() and there != here:
            return (
                f"no points, and no cell of this exercise is in it: it looks like the notebook of {there!r}"
            )
        return "no points, and no cell of this exercise is in it: is it another file?"
    text = {mark: source for mark, source in ours if mark}
    handed_out = {source for _, source in ours}
    if all(source == text[mark] for mark, source in theirs if mark in text):
        added = sum(mark not in text and bool(source) and source not in handed_out for mark, source in theirs)
        if added:
            return (
                f"no points: the cells for answers are as they were handed out, and {added} "
                f"cell{'s' * (added != 1)} of the student's own {'are' if added != 1 else 'is'} in it"
            )
        return "no points: it is the notebook as it was handed out, with nothing written in it"
    return ""


def _exercise(cells: list[tuple[str | None, str]]) -> str:
    """The exercise that a notebook's own setup names."""
    return next((found[1] for _, source in cells if (found := _SETUP.search(source))), "")
