"""Due dates and extensions: one moment each, respected when lateness is counted, kept before anybody hands in."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from nbgrader.api import Gradebook
from nbgrader.coursedir import CourseDirectory
from small_class import EXERCISE, FULL, LIMITS, hand_in, rows, run, solved

from bplib.grading.__main__ import main
from bplib.grading.course.dates import DateError, moment
from bplib.grading.course.directory import course_directory
from bplib.grading.course.lock import alone
from bplib.grading.gradebook.results import MISSING, Result
from bplib.grading.sandbox.outside import Sandbox
from bplib.grading.work import submission
from bplib.grading.work.grade import grade
from bplib.grading.work.job import Job

USAGE = 2
pytestmark = [
    pytest.mark.skipif(
        shutil.which("bwrap") is None and not os.environ.get("CI"), reason="bubblewrap is not installed"
    ),
    pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning"),  # nbgrader's
]


# Dates -----------------------------------------------------------------------------------------------------------

SAME = {
    "2026-12-01 23:59 Europe/Lisbon": datetime(2026, 12, 1, 23, 59, tzinfo=UTC),
    "2026-07-01 23:59 Europe/Lisbon": datetime(2026, 7, 1, 22, 59, tzinfo=UTC),
    "2026-12-01T23:59:30Z": datetime(2026, 12, 1, 23, 59, 30, tzinfo=UTC),
    "2026-12-01 9:05 UTC": datetime(2026, 12, 1, 9, 5, tzinfo=UTC),
    "2026-12-01 23:59 -0330": datetime(2026, 12, 2, 3, 29, tzinfo=UTC),
    "2026-12-01 23:59+01:00": datetime(2026, 12, 1, 22, 59, tzinfo=UTC),
    # Shown twice by the clock: the later one.
    "2026-10-25 01:30 Europe/Lisbon": datetime(2026, 10, 25, 1, 30, tzinfo=UTC),
}
NONE = {
    "2026-12-01 23:59": "names no time zone, and means another moment in each; write it behind the time",
    "2026-12-01": "is no date with a time; write it as in '2026-12-01 23:59 Europe/Lisbon'",
    "tomorrow": "is no date with a time",
    "01.12.2026 23:59 UTC": "is no date with a time",
    "2026-13-01 23:59 UTC": "is no date: month must be in 1..12",
    "2026-12-01 24:61 UTC": "is no date",
    "2026-12-01 23:59 Lisbon": "there is no time zone 'Lisbon'; did you mean Europe/Lisbon?",
    "2026-12-01 23:59 Europe/Lisboa": "did you mean Europe/Lisbon",
    "2026-12-01 23:59 ../../etc/passwd": "there is no time zone",
    "2026-12-01 23:59 +99:00": "is no date",
    "2026-03-29 01:30 Europe/Lisbon": "summer time begins in that hour",
}


@pytest.mark.parametrize("text", SAME)
def test_a_date_with_a_zone_is_one_moment(text):
    assert moment(text) == SAME[text]


@pytest.mark.parametrize("text", NONE)
def test_any_other_date_is_refused_with_what_to_write(text):
    with pytest.raises(DateError) as raised:
        moment(text)
    assert NONE[text] in str(raised.value)


# Commands --------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def box() -> Iterator[Sandbox]:
    with Sandbox() as opened:
        yield opened


class Class:
    """A course folder whose late work earns nothing."""

    def __init__(self, course: CourseDirectory, box: Sandbox) -> None:
        self.root, self._box = Path(course.root), box
        (self.root / "nbgrader_config.py").write_text(
            "c = get_config()\nc.CourseDirectory.course_id = 'backpropagation'\n"
            "c.LateSubmissionPlugin.penalty_method = 'zero'\n"
        )
        self.directory = course_directory(self.root)

    def say(self, *command: str, expected: int = 0) -> str:
        done = CliRunner().invoke(main, [*command, "--course", str(self.root)])
        assert done.exit_code == expected, (done.output, done.exception)
        return " ".join(done.output.split())

    def hand_in(self, student: str, when: str | None) -> None:
        folder = hand_in(self.directory, student, solved()).parent
        if when:
            (folder / "timestamp.txt").write_text(when)

    def grade(self, **options: Any) -> dict[str, Result]:
        done = grade(self.directory, EXERCISE, self, limits=LIMITS, feedback=False, **options)  # type: ignore[arg-type]
        return {result.student: result for result in done}

    def run(
        self, work: Callable[[Any], Any], items: Any, at_once: int | None = None
    ) -> Iterator[tuple[Any, Any]]:
        for item in items:
            yield item, submission.grade(self._box, item) if isinstance(item, Job) else work(item)

    def points(self) -> dict[str, float]:
        """What stands, for everybody who has handed in."""
        with Gradebook(self.directory.db_url, self.directory.course_id) as book:
            return {
                one.student.id: one.score - one.late_submission_penalty
                for one in book.find_assignment(EXERCISE).submissions
            }


@pytest.fixture
def class_(course: CourseDirectory, box: Sandbox) -> Class:
    return Class(course, box)


def test_who_has_an_extension_is_not_late_and_the_others_are(class_):
    assert "is due 2026-12-01 12:00 UTC" in class_.say("due", EXERCISE, "2026-12-01 12:00 UTC")
    for student in ("ada", "bob", "cy"):
        class_.hand_in(student, "2026-12-03 12:00:00 UTC")
    class_.hand_in("undated", None)
    class_.hand_in("zoe", None)
    shutil.rmtree(class_.root / "submitted" / "zoe" / EXERCISE)
    said = class_.say("extend", "ada", EXERCISE, "--until", "2026-12-03 13:00 Europe/Lisbon")
    assert "ada may hand in feedforward until 2026-12-03 13:00 Europe/Lisbon (2026-12-03 13:00 UTC)" in said
    class_.say("extend", "zoe", EXERCISE, "--until", "2026-12-09 12:00 UTC")
    before = rows(class_.directory.db_url)["submitted_assignment"]
    assert before == []  # who has only an extension has handed in nothing
    results = class_.grade()
    assert class_.points() == {"ada": FULL, "bob": 0, "cy": 0, "undated": FULL}
    assert "zoe" not in results or results["zoe"].outcome == MISSING
    # Afterwards, too: what lateness costs is computed anew at once, and the same at a regrade.
    said = class_.say("extend", "bob", EXERCISE, "--until", "2026-12-04 00:00 UTC")
    assert "the points of 1 student change" in said
    assert class_.points()["bob"] == FULL
    class_.grade(resume=True)
    assert class_.points() == {"ada": FULL, "bob": FULL, "cy": 0, "undated": FULL}
    listed = json.loads(class_.say("extend", "--json"))
    assert [(one["student"], one["written"]) for one in listed] == [
        ("ada", "2026-12-03 13:00 Europe/Lisbon"), ("bob", "2026-12-04 00:00 UTC"), ("zoe", "2026-12-09 12:00 UTC"),
    ]  # fmt: skip
    assert "taken back" in class_.say("extend", "bob", EXERCISE, "--remove")
    assert class_.points()["bob"] == 0
    class_.grade(resume=True)
    assert class_.points()["bob"] == 0
    # A due date that moves does not move the extension.
    class_.say("due", EXERCISE, "2026-12-02 12:00 UTC")
    assert class_.points() == {"ada": FULL, "bob": 0, "cy": 0, "undated": FULL}
    assert "has no due date" in class_.say("due", EXERCISE, "--remove")
    assert set(class_.points().values()) == {FULL}


def test_what_nbgrader_has_granted_stays(class_):
    class_.say("due", EXERCISE, "2026-12-01 12:00 UTC")
    class_.hand_in("ada", "2026-12-03 12:00:00 UTC")
    class_.grade()
    with Gradebook(class_.directory.db_url, class_.directory.course_id) as book:
        book.grant_extension(EXERCISE, "ada", days=3)
    class_.grade()
    assert class_.points() == {"ada": FULL}


def test_a_time_that_was_another_submissions_is_forgotten(class_):
    class_.say("due", EXERCISE, "2026-12-01 12:00 UTC")
    class_.hand_in("ada", "2026-12-03 12:00:00 UTC")
    class_.grade()
    assert class_.points() == {"ada": 0}
    (class_.root / "submitted" / "ada" / EXERCISE / "timestamp.txt").unlink()
    class_.grade()
    assert class_.points() == {"ada": FULL}


def test_nbgraders_own_commands_go_on_beside_the_table(class_):
    class_.hand_in("ada", None)
    class_.say("extend", "ada", EXERCISE, "--until", "2026-12-09 12:00 UTC")
    class_.grade()
    run(class_.root, "nbgrader", "db", "upgrade")
    run(class_.root, "nbgrader", "export")
    assert f",{FULL},{FULL}" in (class_.root / "grades.csv").read_text()
    assert "2026-12-09 12:00 UTC" in class_.say("extend")


REFUSED = {
    ("extend", "ada", EXERCISE, "--until", "2026-12-09 12:00"): "names no time zone",
    ("extend", "ada", EXERCISE, "--until", "2026-12-01 12:00 UTC"): "is not after feedforward is due",
    ("extend", "ada", "nothing", "--until", "2026-12-09 12:00 UTC"): "no exercise 'nothing' in the gradebook; there are:",
    ("extend", "add", EXERCISE, "--until", "2026-12-09 12:00 UTC"): "Did you mean ada?",
    ("extend", "ada", EXERCISE, "--remove"): "ada has no extension for feedforward",
    ("extend", "ada", "--until", "2026-12-09 12:00 UTC"): "say for whom and for what",
    ("extend", "ada", EXERCISE, "--remove", "--until", "2026-12-09 12:00 UTC"): "not both",
    ("due", EXERCISE, "2026-12-09"): "is no date with a time",
    ("due", "nothing"): "no exercise 'nothing'",
}  # fmt: skip


def test_what_is_asked_wrongly_is_said_and_changes_nothing(class_):
    class_.hand_in("ada", None)
    class_.say("due", EXERCISE, "2026-12-05 12:00 UTC")
    before = rows(class_.directory.db_url)
    for command, sentence in REFUSED.items():
        assert sentence in class_.say(*command, expected=USAGE), command
    with alone(class_.root):
        assert "somebody else is grading" in class_.say(
            "extend", "ada", EXERCISE, "--until", "2026-12-09 12:00 UTC", expected=USAGE
        )
    assert rows(class_.directory.db_url) == before and "no extensions" in class_.say("extend")
