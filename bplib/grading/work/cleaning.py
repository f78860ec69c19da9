"""From what was handed in to what is graded: the released notebook, with the student's own cells in it.

Locked cells are the release's, whatever has become of them; solutions are found by nbgrader's mark, wherever they stand. So a
deleted, doubled, changed or retyped cell costs at most its own points, and never stops anything.
"""

from __future__ import annotations

import copy
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

#: Bytes of a notebook; one with every exercise solved and plotted has about a million.
LARGEST = 20 * 2**20
#: Cells that are looked at.
MOST = 2000


class Unreadable(Exception):
    """The file is no notebook that can be graded. ``code`` is a stable name, the message a sentence for a person."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass
class Cleaned:
    """The notebook to run, and what had to be mended in it."""

    notebook: NotebookNode
    notes: list[str] = field(default_factory=list)


def read_file(path: Path) -> bytes:
    """The bytes of what a student handed in.

    Raises
    ------
    Unreadable
        If it is a link, no file, too large, or must not be read.
    """
    for part in (path, *path.parents[:2]):
        if part.is_symlink():  # it could lead to somebody else's work
            raise Unreadable(
                "link", f"{part.name} is a link, not {'a file' if part == path else 'a folder'}."
            )
    if not path.is_file():
        raise Unreadable("no-file", f"{path.name} is not a file.")
    if path.stat().st_size > LARGEST:
        raise Unreadable(
            "too-large", f"{path.name} has {path.stat().st_size:,} bytes, expected at most {LARGEST:,}."
        )
    try:
        return path.read_bytes()
    except OSError as error:
        raise Unreadable("unreadable", f"{path.name} cannot be read: {error.strerror}.") from None


def parsed(name: str, raw: bytes) -> NotebookNode:
    """The notebook in a file's bytes, in whatever encoding and version.

    Raises
    ------
    Unreadable
        If it is empty, no JSON, or no notebook with cells.
    """
    if not raw.strip():
        raise Unreadable("empty", f"{name} is empty.")
    try:
        data = json.loads(_decoded(raw))
    except (ValueError, RecursionError) as error:
        raise Unreadable("no-notebook", f"{name} is no notebook: {str(error)[:120]}.") from None
    if isinstance(data, dict) and "worksheets" in data:
        data["cells"] = [cell for sheet in data["worksheets"] for cell in sheet.get("cells", [])]
    if not isinstance(data, dict) or not isinstance(data.get("cells"), list):
        raise Unreadable("no-notebook", f"{name} is JSON, but has no list of cells.")
    notebook: NotebookNode = nbformat.from_dict(data)
    return notebook


def _decoded(raw: bytes) -> str:
    for encoding in (
        ("utf-8-sig", "utf-16") if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "cp1252")
    ):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return raw.decode("utf-8", errors="replace")


def cleaned(submitted: NotebookNode, released: NotebookNode) -> Cleaned:
    """Put a student's cells into the released notebook.

    Cells without a mark of nbgrader's are the student's own, and follow the cell that they followed.
    """
    result = Cleaned(copy.deepcopy(released))
    template = {mark: cell for cell in released.cells if (mark := mark_of(cell))}
    written: dict[str, list[str]] = {}
    attached: dict[str, dict[str, Any]] = {}
    #: What stands in the place of each mark, in order: the student's own cells, and None for a cell with that mark.
    placed: dict[str | None, list[NotebookNode | None]] = {}
    last: str | None = None
    checks, late = _checks(released), 0
    for number, cell in enumerate(submitted.cells):
        mark, source = mark_of(cell), source_of(cell)
        if mark in written and checks.get(mark) in written and _any_written(written[mark], template[mark]):
            late += 1
            if number < MOST and source.strip():
                placed.setdefault(last, []).append(_own(cell, source))
        elif mark is not None and mark in template:
            last = mark
            if mark not in written or number < MOST:
                written.setdefault(mark, []).append(source)
                placed.setdefault(mark, []).append(None)
                if isinstance(cell.get("attachments"), dict):
                    attached.setdefault(mark, {}).update(cell.attachments)
        elif (
            number < MOST
            and source.strip()
            and cell.get("cell_type") in ("code", "markdown")
            and not _released_text(source, released)
        ):
            placed.setdefault(last, []).append(_own(cell, source))
    if len(submitted.cells) > MOST:
        result.notes.append(
            f"it has {len(submitted.cells)} cells; of the student's own, those among the first {MOST} count"
        )
    if late:
        result.notes.append(
            f"{late} cop{'ies of answers stand' if late > 1 else 'y of an answer stands'} after the check, which "
            "JupyterLab runs before: what stands before the check counts"
        )
    _recover(submitted, template, written, result.notes)
    cells = [cell for cell in placed.get(None, []) if cell is not None]
    for cell in result.notebook.cells:
        mark = mark_of(cell)
        theirs = placed.get(mark, []) if mark else []
        if mark and cell.metadata.nbgrader.get("solution"):
            if cell.cell_type == "markdown" and mark in attached:
                cell.attachments = attached[mark]
            cells += _answer(cell, mark, theirs, written.get(mark), result.notes)
            continue
        if mark:
            _check_locked(cell, mark, written.get(mark), result.notes)
        cells += [cell, *(own for own in theirs if own is not None)]
    result.notebook.cells = cells
    return result


def _checks(released: NotebookNode) -> dict[str | None, str]:
    """The mark of the check that follows each answer, by the mark of the answer."""
    found: dict[str | None, str] = {}
    waiting: list[str] = []
    for cell in released.cells:
        mark = mark_of(cell)
        if mark and cell.metadata.nbgrader.get("solution"):
            waiting.append(mark)
        elif mark and cell.metadata.nbgrader.get("grade"):
            found |= dict.fromkeys(waiting, mark)
            waiting = []
    return found


def _any_written(sources: list[str], released: NotebookNode) -> bool:
    return any(source.strip() not in ("", released.source.strip()) for source in sources)


def _answer(
    cell: NotebookNode,
    mark: str,
    placed: list[NotebookNode | None],
    sources: list[str] | None,
    notes: list[str],
) -> list[NotebookNode]:
    """The cells of one answer: JupyterLab copies the mark when a cell is split or copied, and shows all of them.

    All parts that were written run, in their order, so that what a later one defines counts, as it does from top to bottom. The
    last of them is the marked cell.
    """
    if sources is None:
        notes.append(f"cell {mark!r} is missing; it counts as not written")
        return [cell, *(own for own in placed if own is not None)]
    untouched = cell.source.strip()
    parts = [number for number, source in enumerate(sources) if source.strip() not in ("", untouched)]
    if len(sources) > 1:
        said = (
            f"{len(parts)} parts of it run in their order, and what a later one defines counts"
            if len(parts) > 1
            else "the one that was written counts"
            if parts
            else "none of them was written"
        )
        notes.append(f"cell {mark!r} is there {len(sources)} times; {said}")
    parts = parts or [0]
    made: list[NotebookNode] = [cell] if None not in placed else []
    number = -1
    for own in placed:
        number += own is None
        if own is not None:
            made.append(own)
        elif number == parts[-1]:
            made.append(cell)
        elif number in parts:
            made.append(_own(cell, sources[number]))
    cell.source = sources[parts[-1]]
    return made


def _check_locked(cell: NotebookNode, mark: str, sources: list[str] | None, notes: list[str]) -> None:
    """Note what has become of a cell that nobody was to change."""
    if sources is None:
        notes.append(f"cell {mark!r} was deleted, and has been put back")
    elif any(source.strip() != cell.source.strip() for source in sources):
        notes.append(f"cell {mark!r} was changed, and has been put back as it was")


def _recover(
    submitted: NotebookNode,
    template: dict[str, NotebookNode],
    written: dict[str, list[str]],
    notes: list[str],
) -> None:
    """Find solutions in cells that have lost their mark: by the function that they define."""
    for mark, cell in template.items():
        if mark in written or not cell.metadata.nbgrader.get("solution"):
            continue
        head = next((line for line in cell.source.splitlines() if line.startswith("def ")), "")
        name = head.split("(")[0]
        if not name:
            continue
        for candidate in submitted.cells[:MOST]:
            if not mark_of(candidate) and f"{name}(" in source_of(candidate):
                written[mark] = [""]
                notes.append(f"cell {mark!r} has lost its mark; {name[4:]} was found in a cell without one")
                break


def mark_of(cell: Any) -> str | None:
    """The ``grade_id`` of a cell, whatever the cell is; None where it has none."""
    marks = cell.get("metadata", {}) if isinstance(cell, dict) else {}
    marks = marks.get("nbgrader") if isinstance(marks, dict) else None
    mark = marks.get("grade_id") if isinstance(marks, dict) else None
    return mark if isinstance(mark, str) else None


def source_of(cell: Any) -> str:
    """The text of a cell, whatever the cell is."""
    # Before version 4 it was called input.
    source = cell.get("source", cell.get("input", "")) if isinstance(cell, dict) else ""
    if isinstance(source, list):
        source = "".join(str(line) for line in source)
    return source if isinstance(source, str) else str(source)


def _own(cell: Any, source: str) -> NotebookNode:
    make = nbformat.v4.new_code_cell if cell.get("cell_type") == "code" else nbformat.v4.new_markdown_cell
    made: NotebookNode = make(source)
    if made.cell_type == "markdown" and cell.get("attachments"):
        made.attachments = cell["attachments"]
    return made


def _released_text(source: str, released: NotebookNode) -> bool:
    return any(cell.source.strip() == source.strip() for cell in released.cells if not mark_of(cell))
