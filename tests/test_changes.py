"""A course under way: when checks change, it is said for whom points would change, and why, before anything is entered."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from pathlib import Path

import pytest
from small_class import EXERCISE, LIMITS, hand_in, run, solved, untouched

from bplib.checking.exercises import known
from bplib.checking.judging import versions
from bplib.grading.commands.grade import LOOK
from bplib.grading.work import grade as grading
from bplib.grading.work.changes import ChecksChanged
from bplib.grading.work.journal import Journal

ROOT = Path(__file__).resolve().parents[1]
TASK = "count_parameters"
needs_sandbox = pytest.mark.skipif(
    shutil.which("bwrap") is None and not os.environ.get("CI"), reason="bubblewrap is not installed"
)


def entered(root: Path) -> Path:
    return root / ".bplib-journal" / f"{EXERCISE}.entered.jsonl"


def judged_by_others(root: Path, **points: float) -> None:
    """As if an earlier version had judged: other points for some students' first task."""
    journal = entered(root)
    lines = [json.loads(line) for line in journal.read_text().splitlines()]
    for line in lines:
        line["checks"] = 1
        if line["student"] in points:
            line["tasks"][TASK] = points[line["student"]]
    journal.write_text("".join(json.dumps(line) + "\n" for line in lines))


@pytest.fixture
def graded(course, cluster):
    """Grade two students, and return what grades them again."""

    def again(**options):
        done = grading.grade(course, EXERCISE, cluster, (), limits=LIMITS, feedback=False, **options)
        return {result.student: result for result in done}

    hand_in(course, "ana", solved())
    hand_in(course, "ben", untouched())
    again()
    return again


def rows(course) -> dict[str, float]:
    from nbgrader.api import Gradebook

    with Gradebook(course.db_url, course.course_id) as book:
        return {s.student.id: s.score for s in book.assignment_submissions(EXERCISE)}


@needs_sandbox
def test_nothing_is_entered_while_other_checks_would_change_points(course, graded, monkeypatch) -> None:
    root = Path(course.root)
    before = rows(course)
    judged_by_others(root, ben=1.0)
    monkeypatch.setattr(grading, "version", lambda _: 2)
    with pytest.raises(ChecksChanged) as told:
        graded()
    assert [(c.student, c.task, c.before, c.after) for c in told.value.changes] == [("ben", TASK, 1.0, 0.0)]
    assert "not written" in told.value.changes[0].why
    assert told.value.earlier == 1 and "1 student" in str(told.value)
    assert rows(course) == before
    # Asked again, it says the same; accepted, it enters without grading anew.
    with pytest.raises(ChecksChanged):
        graded(resume=True)
    done = graded(resume=True, accept=True)
    assert {name: result.checks for name, result in done.items()} == {"ana": 2, "ben": 2}
    assert [r.checks for r in Journal(entered(root)).kept()][-1] == 2
    graded()


@needs_sandbox
def test_checks_that_change_nobodys_points_are_entered(course, graded, monkeypatch) -> None:
    judged_by_others(Path(course.root))
    monkeypatch.setattr(grading, "version", lambda _: 2)
    assert {result.checks for result in graded().values()} == {2}


@needs_sandbox
def test_a_new_submission_is_no_change_of_checks(course, graded, monkeypatch) -> None:
    judged_by_others(Path(course.root), ben=1.0)
    monkeypatch.setattr(grading, "version", lambda _: 2)
    hand_in(course, "ben", solved())
    assert sum(graded()["ben"].tasks.values()) > 0


@needs_sandbox
def test_the_command_says_for_whom_and_how_to_go_on(course, graded) -> None:
    root = Path(course.root)
    judged_by_others(root, ben=1.0)
    said = " ".join(
        run(root, "bplib", "grade", EXERCISE, "--workers=1", "--no-feedback", expected=LOOK).split()
    )
    for part in (
        "ben",
        "1 → 0",
        "Nothing was entered",
        "--resume --accept-changes",
        versions.since(EXERCISE, 1)[0][:30],
    ):
        assert part in said, said
    plain = run(root, "bplib", "grade", EXERCISE, "--workers=1", "--no-feedback", "--json", expected=LOOK)
    told, _ = json.JSONDecoder().raw_decode(plain[plain.index("{") :])
    assert told["checks changed"][0]["student"] == "ben"


def digest(exercise: str) -> str:
    text = (ROOT / "bplib" / "checking" / "exercises" / f"{exercise}.py").read_text(encoding="utf-8")
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def test_whoever_changes_a_check_says_what_students_will_notice() -> None:
    noted = json.loads((ROOT / "tests" / "check_versions.json").read_text(encoding="utf-8"))
    assert sorted(noted) == known() == sorted(versions.CHANGES)
    for exercise, (number, of) in noted.items():
        now = versions.version(exercise)
        assert (number, of) == (now, digest(exercise)), (
            f"the checks of {exercise} have changed. If students can notice, add a sentence to CHANGES in "
            f"bplib/checking/judging/versions.py. Then write {[versions.version(exercise), digest(exercise)]} into "
            "tests/check_versions.json."
        )
