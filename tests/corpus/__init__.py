"""Submissions that cheat, attack or are damaged, made from one exercise with all of its answers right.

Each module says in its docstring what it tries and what must happen, and in a few names how:

- ``ANSWERS`` takes the place of right answers, which then deserve nothing; ``CELL`` is one more cell, near the top.
- ``DESERVES`` gives the points of tasks where that is otherwise. ``AT_MOST``: it may lose more, if it harms itself.
- ``SAYS`` has to be printed, ``WON`` never; ``NOTE`` has to be in the notes; ``CODE`` names a reason for a human.
- ``LIMITS`` are other than usual.
- ``HARM`` is what it does where there is no sandbox, in the words of `plain.harms`. ``AGAINST`` says whom it needs for that,
  where it is not the checks of this course in its own process: ``"usual cells"``, test cells as most courses have them
  (`plain.course`), or ``"pickle"``, a judge that unpickles. ``BEFORE`` names the entry that has to be graded first. Without
  ``HARM`` it aims at our sandbox alone, is resisted, or does not do the same each time.

Damaged files are in `corpus.damaged`. ``OUTSIDE`` in a source is a folder of the instructor's, ``PORT`` a server of theirs.
"""

from __future__ import annotations

import copy
import importlib
import pkgutil
from dataclasses import dataclass, field
from typing import Any

import nbformat
from nbformat import NotebookNode

from bplib.grading.course import source
from bplib.grading.course.places import EXERCISES

EXERCISE = "feedforward"


@dataclass(frozen=True)
class Entry:
    """One submission and what must come of it; ``code`` is the stable name of a reason for a human."""

    name: str
    says: str
    answers: dict[str, str] = field(default_factory=dict)
    cell: str = ""
    deserves: dict[str, float] = field(default_factory=dict)
    at_most: bool = False
    printed: str = ""
    note: str = ""
    code: str = ""
    limits: dict[str, Any] = field(default_factory=dict)
    harm: tuple[str, ...] = ()
    against: str = ""
    before: str = ""

    @property
    def blind(self) -> bool:
        """Whether somebody wrote it who had not seen the code."""
        return self.name.startswith("blind_")

    @property
    def points(self) -> dict[str, float]:
        """What it deserves: all of its honest answers."""
        return source.points(EXERCISE) | dict.fromkeys(self.answers, 0.0) | self.deserves

    def notebook(self, outside: str, port: int) -> NotebookNode:
        """The submission."""
        notebook = solved()
        for task, cell in source.solution_cells(notebook).items():
            cell.source = self.answers.get(task, cell.source).replace("OUTSIDE", outside)
        if self.cell:
            text = self.cell.replace("OUTSIDE", outside).replace("PORT", str(port))
            notebook.cells.insert(2, nbformat.v4.new_code_cell(text))
        return notebook


def released() -> NotebookNode:
    """The notebook as students get it."""
    return source.read(EXERCISES / EXERCISE / f"{EXERCISE}.ipynb")


_solved: list[NotebookNode] = []


def solved() -> NotebookNode:
    """The notebook with every answer right."""
    if not _solved:
        notebook = released()
        answers = source.solution_cells(source.read(source.source_path(EXERCISE)))
        for task, cell in source.solution_cells(notebook).items():
            cell.source = source.reference_answer(answers[task].source)
        _solved.append(notebook)
    return copy.deepcopy(_solved[0])


def entries() -> list[Entry]:
    """All that run code, by name."""
    found = []
    for module in sorted(pkgutil.iter_modules(__path__), key=lambda module: module.name):
        if module.name != "damaged":
            made = importlib.import_module(f"{__name__}.{module.name}")
            found.append(_entry(module.name, vars(made)))
    return found


def _entry(name: str, given: dict[str, Any]) -> Entry:
    return Entry(
        name,
        given["__doc__"],
        given.get("ANSWERS", {}),
        given.get("CELL", ""),
        given.get("DESERVES", {}),
        given.get("AT_MOST", False),
        given.get("SAYS", ""),
        given.get("NOTE", ""),
        given.get("CODE", ""),
        limits=given.get("LIMITS", {}),
        harm=tuple(given.get("HARM", "").split()),
        against=given.get("AGAINST", ""),
        before=given.get("BEFORE", ""),
    )
