"""What goes wrong for one student is that student's; what goes wrong for all ends with a sentence, and nothing is lost."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner
from nbgrader.coursedir import CourseDirectory
from small_class import EXERCISE, FULL, LIMITS, hand_in, rows, run, solved, untouched

from bplib.grading.commands.grade import NO_DISK, table
from bplib.grading.commands.report import report
from bplib.grading.course.agreement import GradingError
from bplib.grading.course.directory import Course
from bplib.grading.course.places import EXERCISES
from bplib.grading.course.source import read
from bplib.grading.gradebook import beside, folders
from bplib.grading.gradebook.results import GRADED, HUMAN, Result
from bplib.grading.gradebook.trouble import DiskError
from bplib.grading.work import grade as grading
from bplib.grading.work.grade import grade
from bplib.grading.work.zeros import looks_wrong

pytestmark = pytest.mark.skipif(
    shutil.which("bwrap") is None and not os.environ.get("CI"), reason="bubblewrap is not installed"
)
needs_root = pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root may mount")


@pytest.fixture
def graded(course, cluster):
    """Return what grades the course: results by student."""
    return lambda *students, **more: {
        result.student: result for result in grade(course, EXERCISE, cluster, students, limits=LIMITS, **more)
    }


# One student ------------------------------------------------------------------------------------------------------


def page_of(course: CourseDirectory, student: str) -> Path:
    return Path(course.root, "feedback", student, EXERCISE, f"{EXERCISE}.html")


def test_a_file_in_the_way_costs_one_page_and_nobody_else(course, graded):
    for name in ("ada", "bert", "cleo"):
        hand_in(course, name, solved())
    in_the_way = Path(course.root, "feedback", "bert")
    in_the_way.parent.mkdir()
    in_the_way.write_text("a file")
    results = graded()
    assert {name: result.outcome for name, result in results.items()} == dict.fromkeys(results, GRADED)
    assert (
        "feedback page could not be made" in results["bert"].notes[-1] and "bert" in results["bert"].notes[-1]
    )
    assert page_of(course, "ada").is_file() and page_of(course, "cleo").is_file()
    # A folder where the page itself should be is of no use to anybody, and makes way.
    in_the_way.unlink()
    page_of(course, "bert").mkdir(parents=True)
    assert not graded("bert")["bert"].notes and page_of(course, "bert").is_file()


def test_a_file_where_the_graded_copy_should_be_leaves_the_points_and_says_so(course, graded):
    for name in ("ada", "bert"):
        hand_in(course, name, solved())
    in_the_way = Path(course.root, "autograded", "ada")
    in_the_way.parent.mkdir()
    in_the_way.write_text("a file")
    results = graded()
    assert (results["ada"].outcome, results["ada"].code) == (HUMAN, "no-copy")
    assert "points are entered" in results["ada"].sentence and "grade again" in results["ada"].sentence
    assert results["bert"].outcome == GRADED and page_of(course, "bert").is_file()
    with Course(Path(course.root)).gradebook() as book:
        assert book.find_submission(EXERCISE, "ada").score == FULL
    told = CliRunner().invoke(report, [EXERCISE, "--course", str(course.root)])
    assert told.exit_code == 0, told.output
    in_the_way.unlink()
    assert graded("ada")["ada"].outcome == GRADED


def test_what_vanishes_on_the_way_is_that_students(course, graded, monkeypatch):
    for name in ("ada", "bert", "cleo"):
        hand_in(course, name, solved())
    (hand_in(course, "ada", solved()).parent / "notes.txt").write_text("beside")
    real_read, real_copy, real_page = grading.read_file, beside.copy, grading.page_put_down

    def vanishing(path):
        if "bert" in path.parts:
            raise FileNotFoundError(2, "No such file or directory", str(path))
        return real_read(path)

    def uncopied(path, target):
        if path.name == "notes.txt":
            raise PermissionError(13, "Permission denied", str(path))
        real_copy(path, target)

    def put_down(course, exercise, student, page):
        if student == "ada":
            folders.graded(course, "cleo", exercise).unlink(missing_ok=True)
        return real_page(course, exercise, student, page)

    monkeypatch.setattr(grading, "read_file", vanishing)
    monkeypatch.setattr(beside, "copy", uncopied)
    results = graded(feedback=False)
    assert (results["bert"].outcome, results["bert"].code) == (HUMAN, "unreadable")
    assert "no such file" in results["bert"].sentence
    assert results["ada"].outcome == GRADED and "1 files that cannot be read" in results["ada"].notes[0]
    # The graded copy is gone before its page is made.
    real_graded = folders.graded
    monkeypatch.setattr(
        folders,
        "graded",
        lambda c, student, e: Path("nowhere", student) if student == "cleo" else real_graded(c, student, e),
    )
    results = graded()
    assert "page could not be made" in results["cleo"].notes[-1] and page_of(course, "ada").is_file()


def test_a_folder_that_may_not_be_looked_into_is_one_students(course, graded, monkeypatch):
    for name in ("ada", "bert"):
        hand_in(course, name, solved())
    real = Path.iterdir

    def closed(self):
        if self.name == "ada":
            raise PermissionError(13, "Permission denied", str(self))
        return real(self)

    monkeypatch.setattr(Path, "iterdir", closed)
    results = graded()
    assert set(results) == {"ada", "bert"} and results["bert"].outcome == GRADED
    told = CliRunner().invoke(report, [EXERCISE, "--course", str(course.root)])
    assert told.exit_code == 0, told.output


def test_an_unreadable_copy_of_one_student_costs_nobody_the_report(course, graded, monkeypatch):
    from bplib.grading.pages import class_results

    for name in ("ada", "bert"):
        hand_in(course, name, solved())
    graded(feedback=False)
    real = class_results.read_wrong

    def broken(path, tasks):
        if "ada" in path.parts:
            raise RuntimeError("anything")
        return real(path, tasks)

    monkeypatch.setattr(class_results, "read_wrong", broken)
    told = CliRunner().invoke(report, [EXERCISE, "--course", str(course.root)])
    assert told.exit_code == 0, told.output
    page = Path(course.root, "report", f"{EXERCISE}.html").read_text(encoding="utf-8")
    assert "The graded work could not be read (RuntimeError)" in page


# Everybody --------------------------------------------------------------------------------------------------------


@pytest.fixture
def small_disk(course, tmp_path):
    """Return the course's folder on a small disk of its own."""
    place = tmp_path / "disk"
    place.mkdir()
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", place], capture_output=True, check=False
    )
    if done.returncode:
        pytest.skip(f"no small disk can be mounted here: {done.stderr.decode()}")
    try:
        root = place / "course"
        shutil.copytree(course.root, root)
        (root / "nbgrader_config.py").write_text(
            "c = get_config()\nc.CourseDirectory.course_id = 'backpropagation'\n"
        )
        yield root
    finally:
        subprocess.run(["umount", "-l", place], check=False)


def fill(root: Path, leave: int) -> Path:
    """Take all room on the disk but so many bytes."""
    ballast = root / "ballast"
    free = os.statvfs(root).f_bavail * os.statvfs(root).f_frsize
    with ballast.open("wb") as file:
        file.write(b"x" * max(0, free - leave))
    return ballast


@needs_root
@pytest.mark.parametrize("leave", [0, 100_000])
def test_a_full_disk_ends_with_a_sentence_and_loses_nothing(small_disk, leave):
    directory = Course(small_disk).directory
    for name in ("ada", "bert", "cleo"):
        hand_in(directory, name, solved())
    run(small_disk, "bplib", "grade", EXERCISE, "--workers=1", "--student=ada")
    before = rows(directory.db_url)
    page = page_of(directory, "ada").read_bytes()
    ballast = fill(small_disk, leave)
    said = run(small_disk, "bplib", "grade", EXERCISE, "--workers=1", "--resume", expected=NO_DISK)
    assert "Traceback" not in said and "no space left" in said.lower() or "full" in said, said
    assert f"bplib grade {EXERCISE} --resume" in " ".join(said.split())
    # What was there is there, to the last byte.
    assert page_of(directory, "ada").read_bytes() == page
    kept = {row for row in rows(directory.db_url)["grade"] if "'ada'" in row}
    assert kept == {row for row in before["grade"] if "'ada'" in row}
    ballast.unlink()
    run(small_disk, "bplib", "grade", EXERCISE, "--workers=1", "--resume")
    assert all(page_of(directory, name).is_file() for name in ("ada", "bert", "cleo"))


@needs_root
def test_a_course_that_may_only_be_read_ends_with_a_sentence(small_disk):
    directory = Course(small_disk).directory
    hand_in(directory, "ada", solved())
    subprocess.run(["mount", "-o", "remount,ro", small_disk.parent], check=True)
    said = run(small_disk, "bplib", "grade", EXERCISE, "--workers=1", expected=NO_DISK)
    assert "read-only file system" in said and "Traceback" not in said and "--resume" in said


@needs_root
def test_a_report_that_has_no_room_leaves_the_old_one(small_disk):
    directory = Course(small_disk).directory
    hand_in(directory, "ada", solved())
    run(small_disk, "bplib", "grade", EXERCISE, "--workers=1", "--no-feedback")
    run(small_disk, "bplib", "report", EXERCISE)
    page = small_disk / "report" / f"{EXERCISE}.html"
    before = page.read_bytes()
    fill(small_disk, 0)
    said = run(small_disk, "bplib", "report", EXERCISE, expected=1)
    assert "cannot be written" in said and "Traceback" not in said
    assert page.read_bytes() == before


def test_a_gradebook_that_takes_nothing_ends_the_run(course, graded, monkeypatch):
    from sqlalchemy import text

    from bplib.grading.gradebook.writer import Writer

    hand_in(course, "ada", solved())

    def refuse(self, *_):
        self._gradebook.db.execute(text("PRAGMA query_only = ON"))
        self._gradebook.db.execute(text("DELETE FROM student"))

    monkeypatch.setattr(Writer, "_write", refuse)
    with pytest.raises(DiskError, match="nothing more can be written.*readonly"):
        graded()


# Who does not exist, and what looks wrong -------------------------------------------------------------------------


def test_a_student_who_does_not_exist_is_an_error_with_names_that_come_near(course, graded):
    hand_in(course, "ada-lovelace-17", solved())
    hand_in(course, "bert", solved())
    for typed, near in (("lovelace", "ada-lovelace-17"), ("Bret", "bert"), ("ADA", "ada-lovelace-17")):
        with pytest.raises(GradingError, match=f"no student '{typed}'.*Did you mean {near}"):
            graded("bert", typed)
    with pytest.raises(GradingError, match="Nobody has an id like it"):
        graded("zzz")
    run(Path(course.root), "bplib", "grade", EXERCISE, "--student", "bret", expected=2)


def test_zeros_that_look_wrong_are_told_by_what_was_seen():
    other = read(EXERCISES / "error" / "error.ipynb")
    foreign = read(EXERCISES / EXERCISE / f"{EXERCISE}.ipynb")
    foreign.cells = foreign.cells[:1]
    released = untouched()
    assert "notebook of 'error'" in looks_wrong(other, released)
    assert "is it another file?" in looks_wrong(foreign, released)
    assert "as it was handed out" in looks_wrong(untouched(), released)
    added = untouched()
    added.cells.append(read(EXERCISES / "error" / "error.ipynb").cells[0])
    assert "1 cell of the student's own is in it" in looks_wrong(added, released)
    tried = solved()
    assert looks_wrong(tried, released) == ""


def test_a_wrong_file_is_said_in_the_table_and_on_the_page(course, graded):
    hand_in(course, "ada", read(EXERCISES / "error" / "error.ipynb"))
    hand_in(course, "bert", solved())
    results = graded()
    assert "notebook of 'error'" in results["ada"].notes[0] and not results["bert"].notes
    CliRunner().invoke(report, [EXERCISE, "--course", str(course.root)])
    page = Path(course.root, "report", f"{EXERCISE}.html").read_text(encoding="utf-8")
    assert "Zeros that look wrong" in page and "notebook of &#39;error&#39;" in page


def test_the_table_shows_the_points_that_stand():
    late = Result("ada", GRADED, tasks={"f": 8.0}, maximum=8.0, stands=0.0, late=8.0, notes=("late: 8",))
    assert list(table([late, Result("bo", GRADED, tasks={"f": 7.0}, maximum=8.0)]).columns[2].cells) == [
        "0 of 8",
        "7 of 8",
    ]


def test_points_by_hand_are_shown_where_they_stand(course, graded):
    hand_in(course, "ada", solved())
    graded()
    with Course(Path(course.root)).gradebook() as book:
        (grade_, *_) = book.find_submission_notebook(EXERCISE, EXERCISE, "ada").grades
        name, lost = grade_.name, grade_.max_score
        grade_.manual_score, grade_.needs_manual_grade = 0.0, False
        book.db.commit()
    result = graded()["ada"]
    assert result.points == FULL - lost and result.by_hand == {name.removeprefix("test-"): 0.0}
    assert any(note.startswith("by hand: ") and f"the checks gave {FULL:g}" in note for note in result.notes)
