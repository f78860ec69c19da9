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
    written: dict[str, str] = {}
    extra: dict[str | None, list[NotebookNode]] = {}
    last: str | None = None
    for number, cell in enumerate(submitted.cells):
        mark, source = mark_of(cell), source_of(cell)
        if mark is not None and mark in template:
            last = mark
            if mark in written and written[mark].strip() != template[mark].source.strip():
                result.notes.append(f"cell {mark!r} is there twice; the first that was written counts")
                continue
            written[mark] = source
        elif (
            number < MOST
            and source.strip()
            and cell.get("cell_type") in ("code", "markdown")
            and not _released_text(source, released)
        ):
            extra.setdefault(last, []).append(_own(cell, source))
    if len(submitted.cells) > MOST:
        result.notes.append(
            f"it has {len(submitted.cells)} cells; of the student's own, those among the first {MOST} count"
        )
    _recover(submitted, template, written, result.notes)
    cells = [*extra.get(None, [])]
    for cell in result.notebook.cells:
        mark = mark_of(cell)
        if mark:
            _fill(cell, mark, written, result.notes)
        cells.append(cell)
        cells += extra.get(mark, []) if mark else []
    result.notebook.cells = cells
    return result


def _fill(cell: NotebookNode, mark: str, written: dict[str, str], notes: list[str]) -> None:
    marks = cell.metadata.nbgrader
    if marks.get("solution"):
        if mark in written:
            cell.source = written[mark]
        else:
            notes.append(f"cell {mark!r} is missing; it counts as not written")
    elif mark not in written:
        notes.append(f"cell {mark!r} was deleted, and has been put back")
    elif written[mark].strip() != cell.source.strip():
        notes.append(f"cell {mark!r} was changed, and has been put back as it was")


def _recover(
    submitted: NotebookNode, template: dict[str, NotebookNode], written: dict[str, str], notes: list[str]
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
                written[mark] = ""
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
    return made


def _released_text(source: str, released: NotebookNode) -> bool:
    return any(cell.source.strip() == source.strip() for cell in released.cells if not mark_of(cell))
