"""A first source notebook for an exercise whose checks are written: the cells, with nbgrader's marks, still without prose."""

from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from bplib.checking.exercises import load
from bplib.checking.judging.check import Check
from bplib.checking.judging.draws import Draw
from bplib.grading.course import source


def write(name: str) -> Path:
    """Write ``solutions/<name>/<name>.ipynb`` with one task for each check of the exercise, and return its path.

    Raises
    ------
    ValueError
        If there are no checks of this name.
    FileExistsError
        If the notebook is there already; it is left as it is.
    """
    path = source.SOLUTIONS / name / f"{name}.ipynb"
    if path.exists():
        raise FileExistsError(f"{path} exists; edit it, or delete it first")
    notebook = _notebook(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, path)
    return path


def _notebook(name: str) -> NotebookNode:
    title = name.replace("_", " ").capitalize()
    cells = [
        _prose("title", f"# {title}\n\nSay what is built here, and link to the chapter."),
        _code("setup", source.SETUP.format(name=name), locked=True),
    ]
    for check in load(name):
        function = check.function
        cells += [
            _prose(
                f"about-{function}",
                f"## {function}\n\nSay what to write, with the shape of every argument and result.",
            ),
            _code(f"solve-{function}", _answer(check), solution=True),
            _code(f"test-{function}", f'check("{function}")', locked=True, grade=True, points=check.points),
        ]
    return new_notebook(cells=cells, metadata=source.METADATA)


def _answer(check: Check) -> str:
    """Return the frame of a solution: the arguments are the inputs that the check draws."""
    arguments = [name for name in check.draw(Draw(0)) if not name.startswith("_")]
    return (
        f"def {check.function}({', '.join(arguments)}):\n    {source.BEGIN}\n    return ...\n    {source.END}"
    )


def _prose(cell_id: str, text: str) -> NotebookNode:
    cell = new_markdown_cell(text)
    cell.id = _id(cell_id)
    return cell


def _code(
    cell_id: str,
    text: str,
    locked: bool = False,
    solution: bool = False,
    grade: bool = False,
    points: float = 0,
) -> NotebookNode:
    marks = {
        "grade": grade,
        "grade_id": cell_id,
        "locked": locked,
        "schema_version": 3,
        "solution": solution,
        "task": False,
    }
    if grade:
        marks["points"] = points
    cell = new_code_cell(text, metadata={"nbgrader": marks})
    cell.id = _id(cell_id)
    return cell


def _id(text: str) -> str:
    return text.replace("_", "-")[:64]  # what the notebook format allows
