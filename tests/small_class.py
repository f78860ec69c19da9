"""A small class in one quick exercise: who hands in what, and what the gradebook holds of it, row by row."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import nbformat
from nbgrader.api import Base
from nbgrader.coursedir import CourseDirectory
from sqlalchemy import Table, create_engine

from bplib.grading.course.places import EXERCISES
from bplib.grading.course.source import read, reference_answer, solution_cells, source_path
from bplib.grading.sandbox.outside import Limits

EXERCISE = "feedforward"
FULL = 8.0
LIMITS = Limits(cell=2, wall=30)
BIN = Path(sys.executable).parent


def hand_in(course: CourseDirectory, student: str, notebook: Any, name: str = f"{EXERCISE}.ipynb") -> Path:
    path = Path(course.root, "submitted", student, EXERCISE, name)
    path.parent.mkdir(parents=True, exist_ok=True)
    if isinstance(notebook, bytes):
        path.write_bytes(notebook)
    else:
        nbformat.write(notebook, path)
    return path


def untouched() -> nbformat.NotebookNode:
    return read(EXERCISES / EXERCISE / f"{EXERCISE}.ipynb")


def solved(*left_out: str) -> nbformat.NotebookNode:
    notebook, answers = untouched(), solution_cells(read(source_path(EXERCISE)))
    for task, cell in solution_cells(notebook).items():
        if task not in left_out:
            cell.source = reference_answer(answers[task].source)
    return notebook


def run(root: Path, *command: str, expected: int = 0) -> str:
    """Run ``bplib`` or ``nbgrader`` in a course folder, as an instructor does, and return what it says."""
    module = {"bplib": "bplib.grading"}.get(command[0], command[0])
    environment = {**os.environ, "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}", "PYTHONWARNINGS": "ignore"}
    done = subprocess.run(
        [sys.executable, "-m", module, *command[1:]],
        check=False,
        cwd=root,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert done.returncode == expected, done.stdout[-3000:]
    return done.stdout


def rows(address: str) -> dict[str, list[str]]:
    """Return what every table of a gradebook holds: each row as text, with what it refers to in place of made-up ids."""
    engine = create_engine(address)
    with engine.connect() as connection:
        held = {
            table.name: [dict(row._mapping) for row in connection.execute(table.select())]
            for table in Base.metadata.sorted_tables
        }
    engine.dispose()
    by_id = {(name, row["id"]): row for name, found in held.items() for row in found}

    def told(table: Table, row: dict[str, Any]) -> dict[str, Any]:
        found = {}
        for column in table.columns:
            value = row[column.name]
            if column.foreign_keys and value is not None:
                (key,) = column.foreign_keys
                found[column.name] = told(key.column.table, by_id[key.column.table.name, value])
            elif not (column.name == "id" and re.fullmatch("[0-9a-f]{32}", value)):
                found[column.name] = value
        return found

    return {
        table.name: sorted(repr(told(table, row)) for row in held[table.name])
        for table in Base.metadata.sorted_tables
    }
