"""What went wrong in a graded notebook, in a few words for a table: the array, its worst entry, the size of the error."""

from typing import Any

from nbformat import NotebookNode
from nbgrader.utils import determine_grade

from bplib.checking.diagnosis.causes import CAUSES
from bplib.checking.report.output import NOT_WRITTEN, RIGHT
from bplib.checking.report.report import MIMETYPE
from bplib.grading.course.source import solution_cells, tested


def went_wrong(notebook: NotebookNode) -> tuple[dict[str, float], list[str]]:
    """Read the points of each task, and why points are missing, from a notebook that nbgrader has run.

    Returns
    -------
    tasks : dict of float
        The points of each task, counted as nbgrader counts them.
    wrong : list of str
        One line for each reason. Tasks with the same reason share a line.
    """
    tasks: dict[str, float] = {}
    reasons: dict[str, list[str]] = {}
    solved = solution_cells(notebook)
    for cell in notebook.cells:
        task = tested(cell)
        if task is None:
            continue
        points, maximum = determine_grade(cell)
        tasks[task] = float(points or 0.0)
        if tasks[task] < maximum:
            for where, reason in _reasons(task, cell, _crash(solved.get(task))):
                reasons.setdefault(reason, []).append(where)
    return tasks, [f"{', '.join(where)}: {reason}" for reason, where in reasons.items()]


def _reasons(task: str, cell: NotebookNode, crash: str | None) -> list[tuple[str, str]]:
    """Return pairs of what is wrong (the task, or the array it returns) and why."""
    for output in cell.outputs:
        if output.output_type == "error":
            return [(task, _one_line(_named(output)))]
        if report := output.get("data", {}).get(MIMETYPE):
            wrong = [part for part in report["outputs"] if part["verdict"] != RIGHT]
            if all(part["verdict"] == NOT_WRITTEN for part in wrong) and crash:
                return [(task, _one_line(f"its cell failed with {crash}"))]
            if len(wrong) == len(report["outputs"]) and len({_reason(part) for part in wrong}) == 1:
                whole = wrong[0]["index"] is None or wrong[0]["cause"]
                named = task if whole else f"{task}, {wrong[0]['name']}"
                return [(named, _reason(wrong[0]))]
            return [(f"{task}, {part['name']}", _reason(part)) for part in wrong]
    return [(task, "the check said nothing")]


def _crash(cell: NotebookNode | None) -> str | None:
    """Return the error in which a solution cell ended, if it did."""
    errors = [output for output in cell.outputs if output.output_type == "error"] if cell else []
    return _named(errors[0]) if errors else None


def _named(error: NotebookNode) -> str:
    if error.ename == "KeyboardInterrupt":  # What nbgrader sends to a kernel whose cell takes too long.
        return "a loop that had to be stopped: it took longer than a cell may"
    return f"{error.ename}: {error.evalue}".rstrip(": ")


def _reason(part: dict[str, Any]) -> str:
    if part["cause"]:
        return _one_line(CAUSES[part["cause"]].sentence)
    return _one_line(part["message"]) + (
        f", with {part['edge']}" if part["edge"] and part["index"] is not None else ""
    )


def _one_line(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 120 else line[:119] + "…"
