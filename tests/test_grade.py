"""Grading in the sandbox: the same points as everywhere, nothing lost, nobody forgotten."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import nbformat
import pytest
from click.testing import CliRunner
from nbgrader.coursedir import CourseDirectory
from rich.text import Text
from small_class import EXERCISE, FULL, LIMITS, hand_in, solved, untouched

from bplib.grading.commands import grade as grade_command
from bplib.grading.course.agreement import GradingError
from bplib.grading.course.directory import Course, CourseError
from bplib.grading.course.source import read, solution_cells
from bplib.grading.gradebook.results import GRADED, HUMAN, MISSING, Result
from bplib.grading.work import seeds
from bplib.grading.work.cleaning import cleaned, parsed, read_file
from bplib.grading.work.grade import grade
from bplib.grading.work.journal import Journal

pytestmark = pytest.mark.skipif(
    shutil.which("bwrap") is None and not os.environ.get("CI"), reason="bubblewrap is not installed"
)


# A course --------------------------------------------------------------------------------------------------------


def scores(course: CourseDirectory) -> list[tuple[Any, ...]]:
    """What the gradebook holds of every grade, row by row."""
    query = """select student.id, cell.name, grade.auto_score, grade.manual_score, grade.needs_manual_grade
        from grade join submitted_notebook on grade.notebook_id = submitted_notebook.id
        join submitted_assignment on submitted_notebook.assignment_id = submitted_assignment.id
        join student on submitted_assignment.student_id = student.id
        join base_cell as cell on grade.cell_id = cell.id order by 1, 2"""
    with sqlite3.connect(Path(course.root, "gradebook.db")) as connection:
        return connection.execute(query).fetchall()


def test_every_student_has_one_outcome_and_no_neighbor_pays(course, cluster):
    hand_in(course, "ada", solved())
    hand_in(course, "bert", untouched())
    hand_in(course, "cleo", b"")
    hand_in(course, "dan", b"\x89PNG no notebook")
    hand_in(course, "eve", json.dumps({"cells": 3}).encode())
    hand_in(course, "finn", solved(), name="Feedforward (1).IPYNB")
    doubled = solved()
    doubled.cells.append(doubled.cells[-1].copy())
    hand_in(course, "gus", doubled)
    hand_in(course, "hal", json.dumps(solved()).encode("utf-16"))
    Path(course.root, "submitted", "ida").mkdir(parents=True)
    (hand_in(course, "jo", b"x").parent / f"{EXERCISE}.ipynb").unlink()
    secret = Path(course.root, "elsewhere.ipynb")
    nbformat.write(solved(), secret)
    link = hand_in(course, "kim", b"x")
    link.unlink()
    link.symlink_to(secret)
    results = {result.student: result for result in grade(course, EXERCISE, cluster, limits=LIMITS)}
    outcomes = {student: (result.outcome, result.code) for student, result in results.items()}
    assert outcomes == {
        "ada": (GRADED, ""), "bert": (GRADED, ""), "cleo": (HUMAN, "empty"), "dan": (HUMAN, "no-notebook"),
        "eve": (HUMAN, "no-notebook"), "finn": (GRADED, ""), "gus": (GRADED, ""), "hal": (GRADED, ""),
        "jo": (HUMAN, "no-file"), "kim": (HUMAN, "link"),
    }  # fmt: skip
    points = {student: sum(result.tasks.values()) for student, result in results.items() if result.tasks}
    assert points == {"ada": FULL, "bert": 0.0, "finn": FULL, "gus": FULL, "hal": FULL}
    assert all(result.sentence.endswith(".") for result in results.values() if result.outcome == HUMAN)
    assert {row[0] for row in scores(course)} == set(points)
    graded = read(Path(course.root, "autograded", "ada", EXERCISE, f"{EXERCISE}.ipynb"))
    assert sum("bplib" in str(cell.get("outputs")) for cell in graded.cells) == len(solution_cells(graded))
    with Course(Path(course.root)).gradebook() as book:
        assert book.find_submission(EXERCISE, "ada").score == FULL
    # Who is on the roster and hands in nothing is not forgotten.
    with Course(Path(course.root)).gradebook() as book:
        book.add_student("zoe")
    again = {
        result.student: result for result in grade(course, EXERCISE, cluster, ["ada", "zoe"], limits=LIMITS)
    }
    assert again["zoe"].outcome == MISSING and again["ada"].outcome == GRADED


def test_a_deadly_cell_costs_what_depends_on_it_and_no_more(course, cluster):
    tasks = list(solution_cells(untouched()))
    deadly = solved()
    solution_cells(deadly)[tasks[1]].source += "\nimport os\nos._exit(1)"
    hand_in(course, "ada", deadly)
    (result,) = grade(course, EXERCISE, cluster, limits=LIMITS)
    assert result.outcome == GRADED and result.tasks[tasks[1]] == 0
    assert all(points > 0 for task, points in result.tasks.items() if task != tasks[1])
    assert any("left out" in note for note in result.notes)


def test_an_endless_cell_and_an_endless_function_end(course, cluster):
    tasks = list(solution_cells(untouched()))
    endless = solved()
    cells = solution_cells(endless)
    cells[tasks[0]].source += "\nwhile True:\n    pass"
    name = tasks[1]
    cells[
        name
    ].source += (
        f"\n\n\ndef {name}(*_):\n    while True:\n        try:\n            pass\n        except: pass"
    )
    hand_in(course, "ada", endless)
    started = time.monotonic()
    (result,) = grade(course, EXERCISE, cluster, limits=LIMITS)
    assert time.monotonic() - started < 60
    assert result.tasks[name] == 0 and result.tasks[tasks[0]] > 0
    assert result.tasks[tasks[-1]] > 0


def test_draws_are_fresh_for_each_submission_and_the_same_at_a_regrade(tmp_path):
    key = seeds.secret(tmp_path)
    assert key == seeds.secret(tmp_path) and len(key) == 32
    assert (tmp_path / seeds.SECRET).stat().st_mode & 0o077 == 0
    drawn = {seeds.seed(key, student, EXERCISE, digest) for student in "ab" for digest in "xy"}
    assert len(drawn) == 4 and seeds.seed(key, "a", EXERCISE, "x") in drawn
    assert seeds.seed(b"other", "a", EXERCISE, "x") not in drawn


def test_resuming_takes_over_what_has_not_changed(course, cluster):
    hand_in(course, "ada", solved())
    hand_in(course, "bert", untouched())
    first = grade(course, EXERCISE, cluster, limits=LIMITS)
    hand_in(course, "bert", solved())
    second = grade(course, EXERCISE, cluster, resume=True, limits=LIMITS)
    assert second[0] == first[0]  # seconds and all: it was not run again
    assert sum(second[1].tasks.values()) == FULL
    assert second[1].mark != first[1].mark


def test_a_torn_line_of_the_journal_costs_one_result(tmp_path):
    journal = Journal(tmp_path / "j" / "e.jsonl")
    journal.add(Result("ada", GRADED))
    with (tmp_path / "j" / "e.jsonl").open("ab") as file:
        file.write(b'{"student": "bert", "outc')
    journal.add(Result("cleo", GRADED))
    assert [result.student for result in journal.kept()] == ["ada", "cleo"]


def test_two_graders_at_once_are_one_too_many(course, cluster):
    hand_in(course, "ada", solved())
    held: list[str] = []

    def while_grading(*_: Any) -> None:
        with pytest.raises(CourseError, match="somebody else is grading"):
            grade(course, EXERCISE, cluster)
        held.append("refused")

    grade(course, EXERCISE, cluster, limits=LIMITS, progress=while_grading)
    assert set(held) == {"refused"}


def test_what_cannot_be_graded_is_said(course, cluster):
    with pytest.raises(GradingError, match="does not know 'nothing'"):
        grade(course, "nothing", cluster)


def test_in_a_folder_that_is_no_course_nothing_is_graded_and_nothing_is_left(tmp_path):
    said = CliRunner().invoke(grade_command.grade, [EXERCISE, "--workers", "1", "--course", str(tmp_path)])
    assert said.exit_code == 2 and "there is no gradebook" in said.output and "--course" in said.output
    assert not list(tmp_path.glob("gradebook*"))


@pytest.fixture
def command(course):
    """Run ``bplib grade`` as an instructor does."""
    root = Path(course.root)
    (root / "nbgrader_config.py").write_text(
        "c = get_config()\nc.CourseDirectory.course_id = 'backpropagation'\n"
    )
    program = [sys.executable, "-m", "bplib.grading", "grade", EXERCISE, "--course", str(root), "--json"]
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}

    def run(*options: str, kill_after: float | None = None) -> tuple[int | None, list[dict[str, Any]]]:
        process = subprocess.Popen(
            [*program, *options],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment,
            start_new_session=True,
        )
        try:
            out, _ = process.communicate(timeout=kill_after)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
            return None, []
        return process.returncode, json.loads(out or "[]")

    return run


def test_the_command_says_how_it_went(course, command):
    hand_in(course, "ada", solved())
    status, results = command("--workers", "1")
    assert status == 0 and [(r["student"], r["points"], r["sandbox"]) for r in results] == [
        ("ada", FULL, True)
    ]
    hand_in(course, "bert", b"nothing")
    status, results = command("--workers", "1")
    assert status == 1 and results[1]["code"] == "no-notebook"
    status, results = command("--workers", "1", "--student", "ada", "--unsafe-no-sandbox")
    assert status == 0 and results[0]["sandbox"] is False and results[0]["points"] == FULL


def test_where_nobody_has_handed_in_the_folder_is_named(course):
    said = CliRunner().invoke(grade_command.grade, [EXERCISE, "--course", str(course.root), "--workers", "1"])
    folder = Path(course.root, "submitted", "STUDENT", EXERCISE)
    assert said.exit_code == 0 and f"there is no {folder}" in " ".join(said.output.split())


def test_without_a_sandbox_nothing_is_graded(course, tmp_path, monkeypatch):
    """Where bubblewrap may not do its work, as on a fresh Ubuntu."""
    hand_in(course, "ada", solved())
    program = tmp_path / "bwrap"
    program.write_text("#!/bin/sh\necho 'bwrap: setting up uid map: Permission denied' >&2\nexit 1\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    said = CliRunner().invoke(grade_command.grade, [EXERCISE, "--course", str(course.root), "--workers", "1"])
    assert said.exit_code == 3
    assert "setting up uid map: Permission denied. Run `bplib doctor`" in said.output
    assert scores(course) == [] and not Path(course.root, "autograded").exists()


def test_on_windows_the_command_says_where_to_go(course, monkeypatch):
    monkeypatch.setattr(sys, "platform", "win32")
    said = CliRunner().invoke(grade_command.grade, [EXERCISE, "--course", str(course.root)])
    assert said.exit_code == 3 and "WSL2" in said.output


def test_of_a_large_class_those_are_listed_about_whom_there_is_something_to_say():
    class_ = [Result(f"s{k}", GRADED, tasks={"f": 1.0}) for k in range(grade_command.MANY)]
    assert grade_command.table(class_).row_count == grade_command.MANY
    others = [
        Result("hal", HUMAN, "empty", "It is empty."),
        Result("mona", MISSING),
        replace(class_[0], student="nora", notes=("a cell was put back",)),
        replace(class_[0], student="olaf", contained=False),
    ]
    shown = grade_command.table([*class_, *others])
    assert list(shown.columns[0].cells) == [Text(result.student) for result in others]
    assert f"{grade_command.MANY + 2} graded" in shown.caption and "--json" in shown.caption


# Mending ---------------------------------------------------------------------------------------------------------


def test_locked_cells_come_back_and_are_noted():
    changed = solved()
    tests = [cell for cell in changed.cells if cell.metadata.get("nbgrader", {}).get("grade")]
    tests[0].source = "8.0"
    changed.cells.remove(tests[1])
    mended = cleaned(changed, untouched())
    assert [
        cell.source for cell in mended.notebook.cells if cell.metadata.get("nbgrader", {}).get("grade")
    ] == [cell.source for cell in untouched().cells if cell.metadata.get("nbgrader", {}).get("grade")]
    assert sum("put back" in note for note in mended.notes) == 2


def test_own_cells_stay_where_they_are_and_lost_marks_are_found():
    own = solved()
    task, cell = next(iter(solution_cells(own).items()))
    where = own.cells.index(cell)
    own.cells[where] = nbformat.v4.new_code_cell(cell.source)
    own.cells.insert(where, nbformat.v4.new_code_cell("helper = 1"))
    mended = cleaned(own, untouched())
    sources = [cell.source for cell in mended.notebook.cells]
    test = next(k for k, source in enumerate(sources) if source == f'check("{task}")')
    assert sources.index("helper = 1") < sources.index(cell.source) < test
    assert any("lost its mark" in note for note in mended.notes)


def test_old_and_odd_notebooks_are_read(tmp_path):
    path = tmp_path / "a.ipynb"
    path.write_text("\ufeff" + json.dumps({"worksheets": [{"cells": [{"cell_type": "code", "input": "x"}]}]}))
    assert len(parsed(path.name, read_file(path)).cells) == 1
