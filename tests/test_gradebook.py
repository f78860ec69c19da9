"""What grading leaves in nbgrader's gradebook and folders: what ``nbgrader autograde`` would have left, and all that follows."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbgrader.api import Gradebook
from nbgrader.coursedir import CourseDirectory
from nbgrader.plugins import BasePlugin
from small_class import EXERCISE, FULL, LIMITS, hand_in, rows, run, solved, untouched

from bplib.grading.commands.grade import LOOK
from bplib.grading.course.directory import Course
from bplib.grading.course.source import read, solution_cells
from bplib.grading.gradebook import folders
from bplib.grading.gradebook.results import GONE, GRADED, HUMAN, MISSING, Result
from bplib.grading.gradebook.writer import Writer
from bplib.grading.pages.class_results import ClassResults, read_class
from bplib.grading.sandbox.outside import Sandbox
from bplib.grading.work import submission
from bplib.grading.work.grade import grade
from bplib.grading.work.job import Job

USAGE = 2  # click's own
TASK, WORTH = "count_parameters", 1.0
CELL, ANSWER = f"test-{TASK}", f"solve-{TASK}"
pytestmark = [
    pytest.mark.skipif(
        shutil.which("bwrap") is None and not os.environ.get("CI"), reason="bubblewrap is not installed"
    ),
    pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning"),  # nbgrader's
]


@pytest.fixture
def graded(course, cluster) -> Callable[..., dict[str, Result]]:
    """Return what grades the course, or some of its students."""

    def run(*students: str, using: Any = cluster, **options: Any) -> dict[str, Result]:
        done = grade(course, EXERCISE, using, students, limits=LIMITS, feedback=False, **options)
        return {result.student: result for result in done}

    return run


@contextmanager
def gradebook(course: CourseDirectory) -> Iterator[Gradebook]:
    """What formgrader and every other command of nbgrader's opens."""
    with Gradebook(course.db_url, course.course_id) as book:
        yield book
        book.db.commit()


def dated(course: CourseDirectory, student: str, when: str, notebook: Any = None) -> Path:
    path = hand_in(course, student, notebook or solved()).parent / folders.TIMESTAMP
    path.write_text(when)
    return path


def by_hand(course: CourseDirectory, student: str, points: float, comment: str = "Nearly.") -> None:
    with gradebook(course) as book:
        given = book.find_grade(CELL, EXERCISE, EXERCISE, student)
        given.manual_score, given.needs_manual_grade = points, False
        book.find_comment(ANSWER, EXERCISE, EXERCISE, student).manual_comment = comment


def report(course: CourseDirectory) -> ClassResults:
    return read_class(
        EXERCISE,
        course.db_url,
        lambda student: Path(course.format_path("autograded", student, EXERCISE)),
        folders.submissions(course, EXERCISE),
    )


def files(root: Path) -> dict[str, tuple[int, bytes]]:
    """Every file with its permissions, and with its content where it is no notebook."""
    return {
        str(path.relative_to(root)): (
            path.stat().st_mode,
            path.read_bytes() if path.is_file() and path.suffix != ".ipynb" else b"",
        )
        for path in root.rglob("*")
    }


# The same as nbgrader's --------------------------------------------------------------------------------------------


def test_rows_and_files_are_those_that_nbgrader_autograde_leaves(course, tmp_path, graded):
    ours = Path(course.root)
    source = ours / "source" / EXERCISE
    (source / "data").mkdir()
    (source / "data" / "points.csv").write_text("the course's")
    (source / "helper.py").write_text("x = 1\n")
    hand_in(course, "ada", solved())
    beside = dated(course, "bert", "2026-03-01 12:00:00 UTC", solved(TASK)).parent
    for name in (
        "data/points.csv",
        "essay.txt",
        "attachments/photo.png",
        "feedback/old.html",
        "__pycache__/a.pyc",
    ):
        (beside / name).parent.mkdir(exist_ok=True)
        (beside / name).write_text("the student's")
    nbformat.write(solved(), beside / "attachments" / "older.ipynb")
    hand_in(course, "cleo", untouched())
    theirs = tmp_path / "theirs"
    shutil.copytree(ours, theirs)
    graded()
    other = Course(theirs)
    for student in ("ada", "bert", "cleo"):
        other.autograde(EXERCISE, student)
    assert rows(course.db_url) == rows(other.directory.db_url)
    found = files(ours / "autograded")
    assert found == files(theirs / "autograded")
    assert found[f"bert/{EXERCISE}/data/points.csv"][1] == b"the course's"
    assert f"bert/{EXERCISE}/attachments/photo.png" in found


def test_large_files_stay_where_they_were_handed_in(course, monkeypatch, graded):
    monkeypatch.setattr(folders, "ATTACHED", 100)
    beside = dated(course, "ada", "2026-03-01 12:00:00 UTC").parent
    (beside / "a-film.mp4").write_bytes(b"x" * 1000)
    (beside / "note.txt").write_text("small")
    result = graded()["ada"]
    assert result.outcome == GRADED and result.notes == (
        "1 large files beside the notebook stay in the submitted folder",
    )
    assert {path.name for path in Path(course.root, "autograded", "ada", EXERCISE).iterdir()} == {
        f"{EXERCISE}.ipynb", "note.txt", folders.TIMESTAMP,
    }  # fmt: skip


def test_nbgrader_goes_on_from_there(course):
    root = Path(course.root)
    (root / "nbgrader_config.py").write_text(
        "c = get_config()\nc.CourseDirectory.course_id = 'backpropagation'\n"
    )
    run(root, "nbgrader", "db", "student", "add", "zoe", "--last-name=Zuse")
    hand_in(course, "ada", solved(TASK))
    run(root, "bplib", "grade", EXERCISE, "--workers=1")
    by_hand(course, "ada", 0.5, comment="Where are the biases?")
    run(root, "bplib", "grade", EXERCISE, "--workers=1", "--resume")
    run(root, "nbgrader", "generate_feedback", EXERCISE)
    page = (root / "feedback" / "ada" / EXERCISE / f"{EXERCISE}.html").read_text()
    assert "Where are the biases?" in page
    run(root, "nbgrader", "export")
    exported = (root / "grades.csv").read_text().splitlines()
    assert f"{EXERCISE},,,ada,,,,{FULL - WORTH / 2},0.0,{FULL - WORTH / 2},{FULL}" in exported
    assert f"{EXERCISE},,,zoe,Zuse,,,0.0,0.0,0.0,{FULL}" in exported
    assert "ada" in run(root, "nbgrader", "db", "student", "list")
    # And nbgrader's own grader takes over where it is asked to.
    run(root, "nbgrader", "autograde", EXERCISE, "--student=ada", "--force")
    with gradebook(course) as book:
        assert book.find_grade(CELL, EXERCISE, EXERCISE, "ada").manual_score == 0.5


# Late work ---------------------------------------------------------------------------------------------------------


class TwoPointsADay(BasePlugin):
    """As a course may have it."""

    def late_submission_penalty(
        self, student_id: str, score: float, total_seconds_late: float
    ) -> float | None:
        return {"asks-too-much": 100, "gives": -5, "undecided": None}.get(
            student_id, 2 * total_seconds_late / 86400
        )


@pytest.fixture
def due(course) -> CourseDirectory:
    with gradebook(course) as book:
        book.update_or_create_assignment(EXERCISE, duedate="2026-03-01 12:00:00")
    return course


def penalties(course: CourseDirectory) -> dict[str, tuple[float, float]]:
    """What lateness costs everyone, and what they have without it."""
    with gradebook(course) as book:
        return {
            s.student.id: (s.late_submission_penalty, s.score)
            for s in book.find_assignment(EXERCISE).submissions
        }


def test_late_work_costs_what_the_course_says(due, graded):
    due.config.AssignLatePenalties.plugin_class = TwoPointsADay
    for student in ("ada", "asks-too-much", "gives", "undecided"):
        dated(due, student, "2026-03-02 12:00:00 UTC")
    dated(due, "in-time", "2026-03-01 12:00:00 UTC")
    hand_in(due, "no-date", solved())
    graded()
    assert penalties(due) == {
        "ada": (2, FULL), "asks-too-much": (FULL, FULL), "gives": (0, FULL), "undecided": (0, FULL),
        "in-time": (0, FULL), "no-date": (0, FULL),
    }  # fmt: skip
    assert {student.id: student.penalty for student in report(due).students}["ada"] == 2


def test_a_penalty_follows_the_work_that_counts(due, graded):
    due.config.LateSubmissionPlugin.penalty_method = "zero"
    dated(due, "ada", "2026-03-02 12:00:00 UTC")
    graded()
    assert penalties(due) == {"ada": (FULL, FULL)}
    dated(due, "ada", "2026-03-02 12:00:00 UTC", solved(TASK))
    graded()
    assert penalties(due) == {"ada": (FULL - WORTH, FULL - WORTH)}
    dated(due, "ada", "2026-03-01 11:00:00 UTC")
    graded()
    assert penalties(due) == {"ada": (0, FULL)}


def test_an_extension_counts(due, graded):
    due.config.LateSubmissionPlugin.penalty_method = "zero"
    dated(due, "ada", "2026-03-02 12:00:00 UTC")
    graded()
    with gradebook(due) as book:
        book.grant_extension(EXERCISE, "ada", days=2)
    graded()
    assert penalties(due) == {"ada": (0, FULL)}


def test_a_plugin_that_fails_leaves_nothing_half_written(due, graded):
    class Broken(BasePlugin):
        def late_submission_penalty(self, *_: Any) -> float:
            raise ZeroDivisionError("a week has no days")

    dated(due, "ada", "2026-03-01 12:00:00 UTC", solved(TASK))
    graded()
    due.config.AssignLatePenalties.plugin_class = Broken
    dated(due, "ada", "2026-03-02 12:00:00 UTC")
    dated(due, "bert", "2026-03-01 12:00:00 UTC")
    results = graded()
    assert results["ada"].code == "not-entered" and "a week has no days" in results["ada"].sentence
    assert penalties(due) == {"ada": (0, FULL - WORTH), "bert": (0, FULL)}


@pytest.mark.parametrize("text", ["yesterday, I think", "\0\0", "2026-13-45", "9" * 90])
def test_a_date_that_is_none_is_said(course, text, graded):
    path = dated(course, "ada", text)
    result = graded()["ada"]
    assert (result.outcome, result.code) == (HUMAN, "not-entered")
    assert result.sentence.startswith("timestamp.txt reads") and "expected a date such as" in result.sentence
    path.write_text("\n")
    assert graded()["ada"].outcome == GRADED


# Grading again -----------------------------------------------------------------------------------------------------


def test_a_newer_submission_changes_points_and_keeps_what_was_given_by_hand(course, graded):
    dated(course, "ada", "2026-03-01 12:00:00 UTC", untouched())
    graded()
    by_hand(course, "ada", 0.25)
    dated(course, "ada", "2026-03-03 12:00:00 UTC")
    graded()
    with gradebook(course) as book:
        given = book.find_grade(CELL, EXERCISE, EXERCISE, "ada")
        assert (given.auto_score, given.manual_score, given.needs_manual_grade) == (WORTH, 0.25, True)
        comment = book.find_comment(ANSWER, EXERCISE, EXERCISE, "ada")
        assert (comment.manual_comment, comment.auto_comment) == ("Nearly.", None)
        submission = book.find_submission(EXERCISE, "ada")
        assert submission.score == FULL - WORTH + 0.25 and submission.timestamp.day == 3
        assert submission.needs_manual_grade
        others = [grade for grade in submission.notebooks[0].grades if grade.name != CELL]
        assert not any(grade.needs_manual_grade for grade in others)


def test_what_cannot_be_read_takes_no_points_away_and_wants_a_look(course, graded):
    hand_in(course, "ada", solved())
    graded()
    by_hand(course, "ada", 0.25)
    hand_in(course, "ada", b"")
    result = graded()["ada"]
    assert (result.outcome, result.code) == (HUMAN, "empty")
    assert not Path(course.root, "autograded", "ada", EXERCISE).exists()
    with gradebook(course) as book:
        submission = book.find_submission(EXERCISE, "ada")
        assert submission.score == FULL - WORTH + 0.25
        assert all(grade.needs_manual_grade for grade in submission.notebooks[0].grades)


@pytest.fixture
def changeable(course, monkeypatch, graded) -> CourseDirectory:
    """A course whose instructor changes its source; a check that says other points goes along."""
    hand_in(course, "ada", solved())
    graded()
    by_hand(course, "ada", 0.25)
    root = Path(course.root)
    (root / "nbgrader_config.py").write_text(
        "c = get_config()\nc.CourseDirectory.course_id = 'backpropagation'\n"
    )
    return course


def edit(course: CourseDirectory, folder: str, change: Any) -> None:
    path = Path(course.root, folder, EXERCISE, f"{EXERCISE}.ipynb")
    notebook = read(path)
    change(notebook)
    nbformat.write(notebook, path)


def test_points_that_differ_from_the_check_are_said_once_and_nobody_is_graded(changeable):
    root = Path(changeable.root)

    def double(notebook: nbformat.NotebookNode) -> None:
        (cell,) = (c for c in notebook.cells if c.metadata.get("nbgrader", {}).get("grade_id") == CELL)
        cell.metadata.nbgrader.points = 2 * WORTH

    edit(changeable, "source", double)
    run(root, "nbgrader", "generate_assignment", EXERCISE, "--force")
    before = rows(changeable.db_url)
    said = run(root, "bplib", "grade", EXERCISE, expected=USAGE)
    for part in (
        "the gradebook says 2",
        "the released notebook says 2",
        "the check says 1",
        "bplib.grading points",
    ):
        assert part in " ".join(said.split())
    assert rows(changeable.db_url) == before


def test_points_changed_everywhere_are_graded_by(changeable, monkeypatch, graded):
    """The check, the notebook and the gradebook say the same again, and what was given by hand is still there."""
    from dataclasses import replace

    from bplib.checking import exercises

    root = Path(changeable.root)

    def double(notebook: nbformat.NotebookNode) -> None:
        (cell,) = (c for c in notebook.cells if c.metadata.get("nbgrader", {}).get("grade_id") == CELL)
        cell.metadata.nbgrader.points = 2 * WORTH

    edit(changeable, "source", double)
    run(root, "nbgrader", "generate_assignment", EXERCISE, "--force")
    doubled = tuple(
        replace(check, outputs=tuple(replace(o, points=2 * o.points) for o in check.outputs))
        if check.name == TASK
        else check
        for check in exercises.load(EXERCISE)
    )
    monkeypatch.setattr("bplib.grading.course.source.load", lambda _: doubled)
    monkeypatch.setattr("bplib.grading.work.autograder.load", lambda _: doubled)
    hand_in(changeable, "bert", solved())
    graded(using=Here())
    with gradebook(changeable) as book:
        assert book.find_assignment(EXERCISE).max_score == FULL + WORTH
        assert book.find_submission(EXERCISE, "bert").score == FULL + WORTH
        given = book.find_grade(CELL, EXERCISE, EXERCISE, "ada")
        assert (given.auto_score, given.manual_score, given.needs_manual_grade) == (2 * WORTH, 0.25, True)


class Here:
    """A worker without a process of its own, where what a test has changed is seen."""

    def run(
        self, work: Callable[[Any], Any], items: Any, at_once: int | None = None
    ) -> Iterator[tuple[Any, Any]]:
        with Sandbox() as box:
            for item in items:
                yield item, submission.grade(box, item) if isinstance(item, Job) else work(item)


@pytest.mark.parametrize("added", [True, False])
def test_a_task_added_or_removed_after_grading_is_said_with_a_way_out(changeable, added):
    root = Path(changeable.root)

    def change(notebook: nbformat.NotebookNode) -> None:
        (cell,) = (c for c in notebook.cells if c.metadata.get("nbgrader", {}).get("grade_id") == CELL)
        if added:
            twin = cell.copy()
            twin.id, twin.metadata = "new", nbformat.from_dict(json.loads(json.dumps(cell.metadata)))
            twin.metadata.nbgrader.grade_id = "test-new"
            notebook.cells.append(twin)
        else:
            notebook.cells.remove(cell)

    # Taken from elsewhere, for instance with git, and not yet entered.
    edit(changeable, "release", change)
    before = rows(changeable.db_url)
    said = " ".join(run(root, "bplib", "grade", EXERCISE, expected=USAGE).split())
    assert f"only one of them has {'test-new' if added else CELL}" in said
    assert "nbgrader db assignment remove" in said
    # nbgrader refuses, and takes the released notebook away.
    edit(changeable, "source", change)
    refused = run(root, "nbgrader", "generate_assignment", EXERCISE, "--force", expected=1)
    assert "Cannot add or remove cells" in refused
    said = " ".join(run(root, "bplib", "grade", EXERCISE, expected=USAGE).split())
    assert "there is no released notebook" in said and "nbgrader db assignment remove" in said
    assert rows(changeable.db_url) == before
    # The way out that the message names.
    run(root, "nbgrader", "db", "assignment", "remove", EXERCISE, "--force")
    run(root, "nbgrader", "generate_assignment", EXERCISE, "--force")
    if not added:
        run(root, "bplib", "grade", EXERCISE, "--workers=1")
        assert [student.outcome for student in report(changeable).students] == [GRADED]


def test_a_student_taken_off_the_roster_is_graded_as_long_as_the_work_is_there(course, graded):
    hand_in(course, "ada", solved())
    hand_in(course, "bert", solved())
    graded()
    with gradebook(course) as book:
        book.remove_student("bert")
    assert {name: result.outcome for name, result in graded().items()} == {
        "ada": GRADED,
        "bert": GRADED,
    }
    with gradebook(course) as book:
        book.remove_student("bert")
    shutil.rmtree(Path(course.root, "submitted", "bert"))
    assert list(graded()) == ["ada"]
    assert [student.id for student in report(course).students] == ["ada"]


# Nothing lost, nobody forgotten ------------------------------------------------------------------------------------


def test_command_and_report_agree_on_everyone(course, graded):
    tasks = list(solution_cells(untouched()))
    with gradebook(course) as book:
        for student in ("never", "ada", "broken"):
            book.add_student(student)
    hand_in(course, "ada", solved())
    hand_in(course, "broken", b"{")
    hand_in(course, "stranger", b"")
    hand_in(course, "gone", solved())
    hand_in(course, "by-hand", solved())
    graded("gone", "by-hand")
    by_hand(course, "by-hand", 0.5)
    shutil.rmtree(Path(course.root, "submitted", "gone"))
    deadly = solved()
    for task in tasks:
        solution_cells(deadly)[task].source = f"def {task}(*_):\n    import os; os._exit(1)"
    hand_in(course, "deadly", deadly)
    hand_in(course, os.fsdecode(b"Jos\xe9"), solved())
    hand_in(course, "x" * 129, solved())
    hand_in(course, " space ", solved())
    results = graded()
    assert {name: (result.outcome, result.code) for name, result in results.items()} == {
        "never": (MISSING, ""), "ada": (GRADED, ""), "broken": (HUMAN, "no-notebook"),
        "stranger": (HUMAN, "empty"), "gone": (HUMAN, "gone"), "by-hand": (GRADED, ""),
        "deadly": (HUMAN, "restarts"), os.fsdecode(b"Jos\xe9"): (HUMAN, "not-entered"),
        "x" * 129: (HUMAN, "not-entered"), " space ": (HUMAN, "not-entered"),
    }  # fmt: skip
    assert all(result.sentence.endswith(".") for result in results.values() if result.outcome == HUMAN)
    said = {student.id: student for student in report(course).students}
    wanted = {name.encode(errors="replace").decode(): result.outcome for name, result in results.items()}
    wanted["by-hand"] = HUMAN  # points by hand want another look, as nbgrader says
    assert {name: student.outcome for name, student in said.items()} == wanted
    assert said["gone"].reason == GONE == results["gone"].sentence and said["gone"].points == FULL
    assert said["deadly"].reason == f"Points by hand are due for {tasks[-1]}." and not said["deadly"].counted
    assert said["never"].points is None and "never" not in str(rows(course.db_url)["grade"])
    again = graded(resume=True)
    assert {name: result.code for name, result in again.items()} == {
        name: result.code for name, result in results.items()
    }


def test_a_name_that_is_no_text_is_shown_everywhere(course):
    hand_in(course, os.fsdecode(b"Jos\xe9"), solved())
    root = Path(course.root)
    hand_in(course, "x" * 129, solved())
    said = " ".join(run(root, "bplib", "grade", EXERCISE, "--workers=1", expected=LOOK).split())
    assert "Jos?" in said and "is not UTF-8" in said and said.count("needs a human") == 3
    assert "Jos" in run(root, "bplib", "grade", EXERCISE, "--workers=1", "--json", expected=LOOK)
    run(root, "bplib", "report", EXERCISE, "--csv=moodle")
    assert "Jos?" in (root / "report" / f"{EXERCISE}.html").read_text()


def test_cells_that_nobody_came_to_earn_nothing(course, graded):
    """A test of the instructor's own that prints nothing would be full points for nbgrader."""
    silent = nbformat.v4.new_code_cell("assert True")
    silent.metadata.nbgrader = {
        "grade": True, "grade_id": "own", "locked": True, "points": 3, "solution": False, "task": False,
        "schema_version": 3, "cell_type": "code",
    }  # fmt: skip
    edit(course, "source", lambda notebook: notebook.cells.append(silent))
    Course(Path(course.root)).generate(EXERCISE)
    released = read(Path(course.root, "release", EXERCISE, f"{EXERCISE}.ipynb"))
    answers = solution_cells(solved())
    for task, cell in solution_cells(released).items():
        cell.source = answers[task].source
    hand_in(course, "ada", released)
    deadly = [nbformat.v4.new_code_cell(f"import os\nos._exit({k})") for k in range(5)]
    released.cells[1:1] = deadly
    hand_in(course, "deadly", released)
    graded()
    with gradebook(course) as book:
        assert book.find_submission(EXERCISE, "ada").score == FULL + 3
        assert book.find_submission(EXERCISE, "deadly").score == 0
        assert book.find_grade("own", EXERCISE, EXERCISE, "deadly").auto_score == 0


# Two writers -------------------------------------------------------------------------------------------------------


def test_a_lock_is_waited_for_longer_than_sqlite_would(course, monkeypatch, graded):
    """Formgrader writes while the grader does: the lock is taken before it opens the gradebook, and given back later."""
    hand_in(course, "ada", solved())
    begun, locked = threading.Event(), threading.Event()
    opened = Writer.__init__

    def opening(self: Writer, course: CourseDirectory) -> None:
        assert locked.wait(60)
        begun.set()
        opened(self, course)

    monkeypatch.setattr(Writer, "__init__", opening)

    def other() -> None:
        with closing(sqlite3.connect(Path(course.root, "gradebook.db"))) as connection:
            connection.execute("BEGIN EXCLUSIVE")
            connection.execute("UPDATE course SET id = id")
            locked.set()
            begun.wait(60)
            threading.Event().wait(7)  # an SQLite connection gives up after five seconds
            connection.commit()

    thread = threading.Thread(target=other)
    thread.start()
    try:
        assert graded()["ada"].outcome == GRADED
    finally:
        thread.join()


def test_what_is_entered_by_hand_meanwhile_stays(course, graded):
    """Formgrader keeps its own connection, and writes between two students."""
    hand_in(course, "ada", solved(TASK))
    hand_in(course, "bert", solved())
    graded()
    with gradebook(course) as book:
        seen = [book.find_grade(CELL, EXERCISE, EXERCISE, student) for student in ("ada", "bert")]

        def meanwhile(*_: Any) -> None:
            for given in seen:
                given.manual_score, given.needs_manual_grade = 0.75, False
            book.db.commit()
            seen.clear()

        graded(progress=meanwhile)
    with gradebook(course) as book:
        ada, bert = (book.find_grade(CELL, EXERCISE, EXERCISE, student) for student in ("ada", "bert"))
        assert (ada.manual_score, bert.manual_score) == (0.75, 0.75)
        assert (ada.auto_score, bert.auto_score) == (0, WORTH)
        # Whoever of the two came after wants another look.
        assert sorted((ada.needs_manual_grade, bert.needs_manual_grade)) == [False, True]


def test_a_page_shows_what_was_entered_since_the_grade_was_written(course, graded):
    """The writer remembers the exercise from one student to the next, and nothing of a student."""
    hand_in(course, "ada", solved())
    graded()
    with closing(Writer(course)) as writer:
        # Held here, or Python may forget them anyway.
        book, where = writer._gradebook, (EXERCISE, EXERCISE, "ada")
        held = book.find_grade(CELL, *where), book.find_comment(ANSWER, *where)
        assert held[0].manual_score is None and held[1].manual_comment is None
        assert writer.sheet("ada", EXERCISE).earned == FULL
        by_hand(course, "ada", 0.25, "Look again.")
        sheet = writer.sheet("ada", EXERCISE)
    assert sheet.earned == FULL - WORTH + 0.25 and sheet.remarks[ANSWER].text == "Look again."


def test_others_can_read_while_grades_are_written_and_one_file_is_left(course, graded):
    """A copy of the file alone would lack what is still in a write-ahead log, and network drives have none."""
    hand_in(course, "ada", solved())
    file = Path(course.root, "gradebook.db")

    def kept() -> str:
        with closing(sqlite3.connect(file)) as connection:
            (mode,) = connection.execute("PRAGMA journal_mode").fetchone()
        return str(mode)

    seen = []
    graded(progress=lambda *_: seen.append(kept()))
    assert seen == ["wal"] and kept() == "delete"
    assert [path.name for path in file.parent.glob("gradebook.db*")] == ["gradebook.db"]
