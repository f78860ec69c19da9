"""The instructor's notebooks: how they are built, and that their points are those of the checks.

A source notebook has one locked cell that gets ``check``, and for every task a solution cell and, after it, a locked
test cell with the one line ``check("function")``. What the test is worth is written once, in
:mod:`bplib.checking.exercises`; :func:`sync` copies it into the notebook, where nbgrader looks for it.
"""

import re
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from bplib.checking.exercises import load
from bplib.grading.course.places import SOLUTIONS

SETUP = 'import numpy as np\nfrom bplib.checking import exercise\n\ncheck = exercise("{name}")'
BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"
_CALL = re.compile(r'check\("(\w+)"\)')
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def exercises() -> list[str]:
    """Return the names of all exercises: the folders of ``solutions/`` that hold a notebook of their own name."""
    return sorted(path.stem for path in SOLUTIONS.glob("*/*.ipynb") if path.stem == path.parent.name)


def source_path(name: str) -> Path:
    """Return the path of the instructor's notebook of an exercise.

    Raises
    ------
    FileNotFoundError
        If there is none; the message lists the exercises that exist.
    """
    path = SOLUTIONS / name / f"{name}.ipynb"
    if not path.is_file():
        raise FileNotFoundError(f"no exercise {name!r} in {SOLUTIONS}; there are: {', '.join(exercises())}")
    return path


def read(path: Path) -> NotebookNode:
    """Read a notebook in the current format."""
    return nbformat.read(path, as_version=4)


def points(name: str) -> dict[str, float]:
    """Return the points of each task of an exercise."""
    return {check.function: check.points for check in load(name)}


def tested(cell: NotebookNode) -> str | None:
    """Return the function that a test cell names, or None when the cell is no test cell."""
    marks = cell.metadata.get("nbgrader", {})
    call = _CALL.search(cell.source)
    return call[1] if marks.get("grade") and call else None


def solution_cells(notebook: NotebookNode) -> dict[str, NotebookNode]:
    """Return for each task the cell in which it is solved: the last solution cell before the test cell."""
    found, latest = {}, None
    for cell in notebook.cells:
        if cell.metadata.get("nbgrader", {}).get("solution"):
            latest = cell
        elif (task := tested(cell)) and latest is not None:
            found[task] = latest
    return found


def reference_answer(source: str) -> str:
    """Return the source of a solution cell as a student would hand it in: without the two marker lines."""
    return "\n".join(line for line in source.split("\n") if line.strip() not in (BEGIN, END))


def complaints(name: str) -> list[str]:
    """Say what is wrong with an exercise's source notebook, one sentence each; an empty list when it is as it should be."""
    notebook, worth = read(source_path(name)), points(name)
    return _complaints_on_cells(notebook, name) + _complaints_on_tasks(notebook, worth)


def _complaints_on_cells(notebook: NotebookNode, name: str) -> list[str]:
    found = []
    if notebook.nbformat_minor < 5:
        found.append(
            "the notebook has no cell ids, so its release would differ each time; save it as format 4.5 or newer"
        )
    if notebook.metadata != METADATA:
        found.append(
            "its metadata says more than that it is a Python 3 notebook; run `python -m bplib.grading points`"
        )
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    if any(cell.outputs or cell.execution_count is not None for cell in code):
        found.append("cells hold outputs; run `python -m bplib.grading points`")
    setup = SETUP.format(name=name)
    squeezed = [line for line in code[0].source.splitlines() if line.strip()] if code else []
    if squeezed != [line for line in setup.splitlines() if line]:
        found.append(f"its first code cell should be exactly:\n{setup}")
    elif not code[0].metadata.get("nbgrader", {}).get("locked"):
        found.append("its first code cell should be locked (nbgrader: read-only)")
    for cell in code:
        is_solution = cell.metadata.get("nbgrader", {}).get("solution", False)
        if is_solution != (BEGIN in cell.source and END in cell.source):
            found.append(
                f"cell {cell.id!r}: solution cells, and only they, have the lines {BEGIN!r} and {END!r}"
            )
    return found


def _complaints_on_tasks(notebook: NotebookNode, worth: dict[str, float]) -> list[str]:
    found, seen = [], []
    for cell in notebook.cells:
        marks = cell.metadata.get("nbgrader", {})
        if not marks.get("grade"):
            continue
        task = tested(cell)
        if task is None or cell.source.strip() != f'check("{task}")':
            found.append(
                f'test cell {marks.get("grade_id")!r} should be the one line check("function"), not {cell.source!r}'
            )
        elif task not in worth:
            found.append(
                f"test cell {marks.get('grade_id')!r} asks for {task!r}, which has no check; there are: {', '.join(worth)}"
            )
        else:
            seen.append(task)
            if marks.get("points") != worth[task]:
                found.append(
                    f"{task} is worth {worth[task]:g} in its check and {marks.get('points')} in the notebook; "
                    "run `python -m bplib.grading points`"
                )
    if seen != list(worth):
        found.append(f"the test cells come as {', '.join(seen)}; the checks as {', '.join(worth)}")
    unsolved = sorted(set(seen) - set(solution_cells(notebook)))
    if unsolved:
        found.append(f"no solution cell before the test of {', '.join(unsolved)}")
    return found


def sync(name: str) -> bool:
    """Bring a source notebook in step with its checks: points, bare metadata, no outputs. Return whether it changed."""
    path, worth = source_path(name), points(name)
    notebook = read(path)
    notebook.metadata = nbformat.from_dict(METADATA)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
        task = tested(cell)
        if task in worth:
            cell.metadata.nbgrader.points = worth[task]
    before, after = path.read_text(encoding="utf-8"), nbformat.writes(notebook) + "\n"
    if after != before:
        path.write_text(after, encoding="utf-8")
    return after != before
