"""What the checks said in an autograded notebook: one record for each output that is not right.

The file comes out of a process that ran a student's code, so nothing in it is taken on trust: a part that does not
look like a report is passed over, and a file that is no notebook is a :class:`BrokenNotebook`.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nbformat import NotebookNode

from bplib.checking.diagnosis.causes import CAUSES
from bplib.checking.report.output import NOT_WRITTEN, RIGHT, UNDECIDED, WRONG
from bplib.checking.report.report import MIMETYPE

CRASHED = "crashed"
LONGEST_MESSAGE = 300
#: The name under which the code of a student's own cells goes.
OWN = "cells of their own"
#: Where, in a graded notebook's metadata, stands why its zero looks wrong.
_ZERO = "bplib_zero"
_TOO_LONG = "a cell took longer than it may and was stopped"
_ANSI = re.compile(r"\x1b\[[0-9;]*m")


class BrokenNotebook(ValueError):
    """An autograded notebook cannot be read; the message says why in half a sentence."""


@dataclass(frozen=True)
class Wrong:
    """An output that is not right.

    Attributes
    ----------
    task : str
        The task it belongs to.
    output : str
        Its name, for example ``dW``; empty when the check itself ended in an error.
    verdict : str
        ``"wrong"``, ``"not written"``, ``"undecided"``, or ``"crashed"`` for a check that ended in an error.
    cause : str or None
        The mistake that explains it, a name in `bplib.checking.diagnosis.causes.CAUSES`.
    message : str
        What the check said.
    index : tuple of int or None
        The place of the worst entry.
    """

    task: str
    output: str
    verdict: str
    cause: str | None
    message: str
    index: tuple[int, ...] | None = None


def read_wrong(path: Path, tasks: Mapping[str, str]) -> list[Wrong]:
    """Read what is not right from one autograded notebook.

    Parameters
    ----------
    path : pathlib.Path
        The notebook.
    tasks : mapping of str
        The name of the task for each test cell's nbgrader id. Other cells are not looked at: they are the student's.

    Raises
    ------
    BrokenNotebook
        If there is no such file, or it is not a notebook with each of these test cells once.
    """
    try:
        cells = _test_cells(json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        raise BrokenNotebook("there is no autograded notebook") from None
    except (OSError, ValueError, TypeError, RecursionError) as error:
        raise BrokenNotebook(f"the autograded notebook cannot be read ({type(error).__name__})") from error
    found: list[Wrong] = []
    ids = [name for name, _ in cells]
    for cell_id, task in tasks.items():
        if ids.count(cell_id) != 1:
            what = "has lost" if cell_id not in ids else "has more than once"
            raise BrokenNotebook(f"the autograded notebook {what} the test of {task}")
        found += _wrong(task, dict(cells)[cell_id])
    return found


def note_zero(notebook: NotebookNode, sentence: str) -> None:
    """Put down in a graded notebook what was seen when it earned nothing, for the report on the class."""
    notebook.metadata[_ZERO] = sentence


def read_zero(path: Path) -> str:
    """What `note_zero` has put down; empty where nothing is, or the file cannot be read."""
    try:
        return _short(_dict(_dict(json.loads(path.read_text(encoding="utf-8"))).get("metadata")).get(_ZERO))
    except (OSError, ValueError, RecursionError):
        return ""


def read_answers(path: Path) -> dict[str, str]:
    """The code that a student has written, by task, and `OWN` for cells that the student has added.

    Empty where the file cannot be read: whoever asks compares those that can.
    """
    try:
        cells = _list(_dict(json.loads(path.read_text(encoding="utf-8"))).get("cells"))
    except (OSError, ValueError, RecursionError):
        return {}
    found: dict[str, str] = {}
    for cell in map(_dict, cells):
        marks, source = _dict(_dict(cell.get("metadata")).get("nbgrader")), cell.get("source", "")
        if cell.get("cell_type") != "code" or marks.get("grade") or marks.get("locked"):
            continue
        code = "".join(map(str, source)) if isinstance(source, list) else str(source)
        name = str(marks["grade_id"]).removeprefix("solve-") if marks.get("grade_id") else OWN
        found[name] = f"{found[name]}\n\n{code}" if name in found else code
    return found


def said(text: str) -> dict[str, str]:
    """What the checks found in a graded notebook, in a sentence for each task that is not right."""
    try:
        cells = _test_cells(json.loads(text))
    except (ValueError, TypeError, RecursionError):
        return {}
    found: dict[str, str] = {}
    for _, cell in cells:
        for output in map(_dict, _list(cell.get("outputs"))):
            task = _dict(_dict(output.get("data")).get(MIMETYPE)).get("function")
            if isinstance(task, str):
                parts = [f"{w.output}: {w.message}" if w.output else w.message for w in _wrong(task, cell)]
                found[task] = _short("; ".join(parts))
    return found


def _test_cells(notebook: Any) -> list[tuple[str, dict[str, Any]]]:
    if not isinstance(notebook, dict) or not isinstance(notebook.get("cells"), list):
        raise TypeError("no cells")
    marked = [(_dict(_dict(_dict(cell).get("metadata")).get("nbgrader")), cell) for cell in notebook["cells"]]
    return [(str(marks.get("grade_id")), cell) for marks, cell in marked if marks.get("grade")]


def _wrong(task: str, cell: dict[str, Any]) -> Iterator[Wrong]:
    outputs = [_dict(output) for output in _list(cell.get("outputs"))]
    for output in outputs:
        if output.get("output_type") == "error":
            stopped = output.get("ename") == "KeyboardInterrupt"  # sent to a kernel whose cell takes too long
            said = _TOO_LONG if stopped else f"{output.get('ename')}: {output.get('evalue')}"
            yield Wrong(task, "", CRASHED, None, _short(said))
            return
    for output in outputs:
        report = _dict(_dict(output.get("data")).get(MIMETYPE))
        for part in map(_dict, _list(report.get("outputs"))):
            verdict, cause, index = part.get("verdict"), part.get("cause"), part.get("index")
            if verdict == RIGHT:
                continue
            yield Wrong(
                task,
                _short(part.get("name")),
                verdict if verdict in (WRONG, NOT_WRITTEN, UNDECIDED) else WRONG,
                cause if isinstance(cause, str) and cause in CAUSES else None,
                _short(part.get("message")),
                tuple(index) if isinstance(index, list) and all(type(i) is int for i in index) else None,
            )


def _short(text: Any) -> str:
    line = " ".join(_ANSI.sub("", text).split()) if isinstance(text, str) else ""
    return line if len(line) <= LONGEST_MESSAGE else line[: LONGEST_MESSAGE - 1] + "…"


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
