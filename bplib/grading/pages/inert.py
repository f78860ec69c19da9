"""A graded notebook in which nothing is alive: whatever opens it shows what a student wrote, and runs, loads and covers nothing.

Kept is what is known to be still: text, code, pictures of pixels, harmless markdown, the checker's reports drawn anew from their
data. HTML is cut down, and other markdown becomes such HTML. All else goes: kinds of output and metadata that nobody has named here
as well. What was handed in stays as it is, in its own folder.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any

from markupsafe import Markup
from nbformat import NotebookNode, from_dict
from nbgrader.utils import is_grade, is_locked

from bplib.checking.report.report import MIMETYPE, Report
from bplib.grading.course.source import tested
from bplib.grading.pages.encased import encased
from bplib.grading.pages.harmless import harmless, mathematics
from bplib.grading.pages.safe_html import fragment, markdown, picture, plain

PICTURES = ("image/png", "image/jpeg", "image/gif")
#: What one notebook may cost in all, in tags and in tens of characters of markdown; beyond it, texts are shown as they were typed.
WORK = 30_000
#: Pixels of a picture's side that are taken over.
LARGEST = 4_000
_ID = re.compile(r"[\w-]{1,64}", re.ASCII)
_GRADE_ID = re.compile(r"[^\s<>\"'&`]{1,255}")
_WORD = re.compile(r"[\w .+/()-]{1,80}", re.ASCII)
#: nbgrader's marks, and what each may be.
_MARKS: dict[str, Any] = {
    "grade": bool, "solution": bool, "locked": bool, "task": bool, "remove": bool, "schema_version": int, "points": (int, float),
    "checksum": re.compile(r"[0-9a-f]{32}"), "cell_type": re.compile(r"code|markdown|raw"), "grade_id": _GRADE_ID,
}  # fmt: skip
#: What says the language of the cells.
_ABOUT = {
    "kernelspec": ("name", "display_name", "language"),
    "language_info": ("name", "version", "file_extension", "mimetype", "pygments_lexer"),
}
_NEEDED = {"kernelspec": {"name", "display_name"}, "language_info": {"name"}}


def inert(notebook: NotebookNode, released: Collection[str] = ()) -> NotebookNode:
    """Return the notebook with nothing alive in it.

    Parameters
    ----------
    notebook
        As it was graded. It is left as it is.
    released
        The texts of the exercise's own markdown cells, which stay.
    """
    return _Stilled(notebook, released).notebook


class _Stilled:
    """One notebook, cell by cell."""

    def __init__(self, notebook: NotebookNode, released: Collection[str]) -> None:
        self._released, self._left = released, WORK
        self._ids: set[str] = set()
        made = {
            "cells": [self._cell(cell, number) for number, cell in enumerate(notebook.cells)],
            "metadata": _about(notebook.metadata),
            "nbformat": notebook.nbformat,
            "nbformat_minor": notebook.nbformat_minor,
        }
        self.notebook: NotebookNode = from_dict(made)

    def _cell(self, cell: NotebookNode, number: int) -> dict[str, Any]:
        made: dict[str, Any] = {
            "cell_type": "markdown",
            "metadata": {},
            "source": _text(cell.get("source")) or "",
        }
        if marks := _marks(cell.get("metadata", {}).get("nbgrader")):
            made["metadata"]["nbgrader"] = marks
        if "id" in cell:
            free = isinstance(cell.id, str) and _ID.fullmatch(cell.id) and cell.id not in self._ids
            made["id"] = cell.id if free else f"cell-{number}"
            self._ids.add(made["id"])
        if cell.cell_type == "code":
            made |= {"cell_type": "code", "execution_count": _count(cell.get("execution_count"))}
            outputs = (self._output(output, cell) for output in cell.get("outputs", []))
            made["outputs"] = [output for output in outputs if output is not None]
        elif cell.cell_type == "markdown":
            attached = _attached(cell.get("attachments"))
            made |= {"attachments": attached} if attached else {}
            own = made["source"] in self._released or is_locked(cell)
            # A page breaks on an attachment that is not there, whoever has written the text.
            if not own or "attachment:" in made["source"]:
                made["source"] = self._markdown(made["source"], attached)
        else:  # a raw cell is HTML to whoever makes a page of it
            made["source"] = str(encased(plain(made["source"])))
        return made

    def _afford(self, cost: int) -> bool:
        self._left -= cost
        return self._left >= 0

    def _markdown(self, source: str, attached: dict[str, Any]) -> str:
        if not self._afford(len(source) // 10):
            return str(encased(plain(source)))
        if harmless(source, attached):
            return source
        return str(encased(markdown(source, attached, formulas=False)))

    def _html(self, source: str) -> Markup:
        return encased(fragment(source) if self._afford(source.count("<")) else plain(source))

    def _output(self, output: NotebookNode, cell: NotebookNode) -> dict[str, Any] | None:
        kind = output.get("output_type")
        if kind == "stream":
            name = "stderr" if output.get("name") == "stderr" else "stdout"
            return {"output_type": kind, "name": name, "text": _text(output.get("text")) or ""}
        if kind == "error":
            told = {part: _text(output.get(part)) or "" for part in ("ename", "evalue")}
            return {
                "output_type": kind,
                **told,
                "traceback": [str(line) for line in output.get("traceback", [])],
            }
        if kind not in ("display_data", "execute_result"):
            return None
        data = output.get("data", {})
        made = {
            "output_type": kind,
            "data": _report(data, cell) or self._shown(data),
            "metadata": _sizes(output),
        }
        return made | (
            {"execution_count": _count(output.get("execution_count"))} if kind == "execute_result" else {}
        )

    def _shown(self, data: dict[str, Any]) -> dict[str, Any]:
        """Of the ways to show an output, those that are still."""
        texts = {kind: text for kind, given in data.items() if (text := _text(given)) is not None}
        shown: dict[str, Any] = {}
        for kind in PICTURES:
            if kind in texts and picture(kind, texts[kind], ""):
                shown[kind] = "".join(texts[kind].split())
        if "text/html" in texts and _says_something(made := self._html(texts["text/html"])):
            shown["text/html"] = str(made)
        if "text/markdown" in texts:
            shown["text/markdown"] = self._markdown(texts["text/markdown"], {})
        latex = texts.get("text/latex")
        if latex is not None and mathematics(latex):
            shown["text/latex"] = latex
        if "text/plain" in texts:
            shown["text/plain"] = texts["text/plain"]
        elif latex is not None and not shown:
            shown["text/plain"] = latex
        if not shown:
            kinds = ", ".join(kind for kind in map(str, data) if _WORD.fullmatch(kind)) or "unknown"
            shown["text/plain"] = f"An output of a kind that is not shown here: {kinds}"
        return shown


def _report(data: dict[str, Any], cell: NotebookNode) -> dict[str, Any] | None:
    """The checker's report in a locked test cell, drawn anew; None if there is none that belongs there."""
    if MIMETYPE not in data or not (is_grade(cell) and is_locked(cell)):
        return None
    try:
        report = Report.from_dict(data[MIMETYPE])
    except ValueError:
        return None
    points = _text(data.get("text/plain"))
    if report.function != tested(cell) or points is None:
        return None
    return {"text/plain": points, "text/html": report._repr_html_(), MIMETYPE: report.as_dict()}


def _says_something(html: Markup) -> bool:
    return "<img" in html or bool(html.striptags().strip())


def _text(given: Any) -> str | None:
    """A text, which the format may hold in lines; None for anything else."""
    if isinstance(given, list) and all(isinstance(line, str) for line in given):
        return "".join(given)
    return given if isinstance(given, str) else None


def _count(given: Any) -> int | None:
    return given if type(given) is int else None


def _attached(given: Any) -> dict[str, dict[str, str]]:
    """The attachments that are pictures of pixels."""
    found: dict[str, dict[str, str]] = {}
    for name, kinds in given.items() if isinstance(given, dict) else ():
        for kind in PICTURES:
            data = _text(kinds.get(kind)) if isinstance(kinds, dict) else None
            if isinstance(name, str) and data and picture(kind, data, ""):
                found.setdefault(name, {})[kind] = "".join(data.split())
    return found


def _sizes(output: NotebookNode) -> dict[str, Any]:
    """How large pictures are to be shown, and no more of an output's metadata."""
    given = output.get("metadata", {})
    found: dict[str, Any] = {}
    for kind in PICTURES:
        sides = given.get(kind) if isinstance(given, dict) else None
        for side in ("width", "height"):
            length = sides.get(side) if isinstance(sides, dict) else None
            if type(length) is int and 0 < length <= LARGEST:
                found.setdefault(kind, {})[side] = length
    return found


def _marks(given: Any) -> dict[str, Any]:
    """nbgrader's marks; nothing if the name that they give a cell is none."""
    if not isinstance(given, dict):
        return {}
    kept = {}
    for name, allowed in _MARKS.items():
        value = given.get(name)
        if isinstance(allowed, re.Pattern):
            fits = isinstance(value, str) and allowed.fullmatch(value) is not None
        else:
            fits = isinstance(value, allowed) and isinstance(value, bool) == (allowed is bool)
        if fits:
            kept[name] = value
    return kept if "grade_id" in kept else {}


def _about(given: NotebookNode) -> dict[str, Any]:
    """The notebook's metadata: its language, if it is said in words."""
    found: dict[str, Any] = {}
    for part, names in _ABOUT.items():
        said = given.get(part)
        for name, value in said.items() if isinstance(said, dict) else ():
            if name in names and isinstance(value, str) and _WORD.fullmatch(value):
                found.setdefault(part, {})[name] = value
    return {part: said for part, said in found.items() if _NEEDED[part] <= said.keys()}
