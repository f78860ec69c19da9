"""A gradebook in PostgreSQL holds what one in SQLite holds, and nbgrader goes on from there."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from conftest import needs
from nbgrader.api import Gradebook
from nbgrader.coursedir import CourseDirectory
from small_class import EXERCISE, FULL, hand_in, rows, run, solved, untouched

from bplib.grading.commands.grade import LOOK
from bplib.grading.course.directory import course_directory
from bplib.grading.work import seeds

# Debian keeps the programs of a server out of PATH.
FOUND = [shutil.which("initdb"), *sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), reverse=True)]
PROGRAMS = next(filter(None, FOUND), None)


@pytest.fixture(scope="module")
def server() -> Iterator[Callable[[str], str]]:
    """Start a server of its own; return what makes a database and gives its address."""
    needs(PROGRAMS, "there is no PostgreSQL on this machine: apt-get install postgresql")
    needs(shutil.which("bwrap"), "there is no bubblewrap on this machine: apt-get install bubblewrap")
    programs = Path(str(PROGRAMS)).resolve().parent
    try:
        import psycopg  # noqa: F401
    except ModuleNotFoundError:
        needs(None, "there is no driver for PostgreSQL: install the test extra")
    # In a short path, for a socket takes about a hundred characters; not in pytest's folders, which only root may enter.
    with tempfile.TemporaryDirectory(prefix="pg") as name:
        folder, user = Path(name), []
        if os.geteuid() == 0:  # a server refuses to run as root
            shutil.chown(folder, "postgres", "postgres")
            user = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]

        def call(program: str, *options: str) -> None:
            done = subprocess.run(
                [*user, str(programs / program), *options],
                check=False,
                cwd=folder,
                capture_output=True,
                text=True,
            )
            assert done.returncode == 0, done.stdout + done.stderr

        call("initdb", "-D", "data", "-U", "teacher", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
        settings = f"-c listen_addresses='' -c unix_socket_directories={folder} -c fsync=off"
        call("pg_ctl", "-D", "data", "-w", "-l", "log", "-o", settings, "start")

        def database(name: str) -> str:
            call("createdb", "-h", str(folder), "-U", "teacher", name)
            return f"postgresql+psycopg://teacher@/{name}?host={folder}"

        yield database
        call("pg_ctl", "-D", "data", "-m", "immediate", "stop")


LATE = """
import datetime
from nbgrader.plugins import BasePlugin


class TwoPointsADay(BasePlugin):
    def late_submission_penalty(self, student_id, score, total_seconds_late):
        return 2 * total_seconds_late / 86400


c = get_config()
c.CourseDirectory.course_id = "backpropagation"
c.CourseDirectory.db_url = {address!r}
c.AssignLatePenalties.plugin_class = TwoPointsADay
c.ClearSolutions.code_stub = {{"python": "raise NotImplementedError"}}
"""


@pytest.fixture
def both(prepared, tmp_path, server) -> tuple[CourseDirectory, CourseDirectory]:
    """Make the same course twice, with its gradebook in SQLite and in PostgreSQL."""
    made = []
    for name in ("sqlite", "postgres"):
        root = tmp_path / name
        shutil.copytree(prepared / "source", root / "source")
        address = server("gradebook") if name == "postgres" else f"sqlite:///{root / 'gradebook.db'}"
        (root / "nbgrader_config.py").write_text(LATE.format(address=address))
        (root / seeds.SECRET).write_bytes(b"the same draws for both, please!")
        run(root, "nbgrader", "generate_assignment", EXERCISE)
        run(root, "nbgrader", "db", "assignment", "add", EXERCISE, "--duedate=2026-03-01 12:00:00 UTC")
        run(root, "nbgrader", "db", "student", "add", "zoe", "--last-name=Ångström", "--first-name=Zoë")
        made.append(course_directory(root))
    return made[0], made[1]


def test_postgresql_holds_what_sqlite_holds_and_nbgrader_goes_on(both):
    for course in both:
        hand_in(course, "ada", solved())
        hand_in(course, "bert", solved("count_parameters"))
        late = hand_in(course, "cléo", solved())
        (late.parent / "timestamp.txt").write_text("2026-03-02 12:00:00 UTC")
        hand_in(course, "dan", untouched())
        hand_in(course, "eve", b"no notebook")
        hand_in(course, "f" * 140, solved())
        root = Path(course.root)
        said = run(root, "bplib", "grade", EXERCISE, "--workers=1", "--json", expected=LOOK)
        assert "has 140 characters, the gradebook takes 128" in said
        with closing(Gradebook(course.db_url, course.course_id)) as book:
            book.find_grade("test-count_parameters", EXERCISE, EXERCISE, "bert").manual_score = 0.5
            book.find_comment(
                "solve-count_parameters", EXERCISE, EXERCISE, "bert"
            ).manual_comment = "Nearly 🦊"
            book.db.commit()
        run(root, "bplib", "grade", EXERCISE, "--workers=1", "--resume", expected=LOOK)
    sqlite, postgres = both
    held = rows(postgres.db_url)
    assert held == rows(sqlite.db_url)
    assert len(held["submitted_assignment"]) == 4 and len(held["student"]) == 6
    assert sum("'manual_score': 0.5" in row for row in held["grade"]) == 1
    assert sum("Nearly 🦊" in row for row in held["comment"]) == 1
    for course in both:
        root = Path(course.root)
        run(root, "nbgrader", "generate_feedback", EXERCISE)
        run(root, "nbgrader", "export")
        run(root, "bplib", "report", EXERCISE, "--csv=canvas")
        assert (root / "feedback" / "cléo" / EXERCISE / f"{EXERCISE}.html").is_file()
    # Where a name is missing, the two differ in the order of the lines.
    first, second = (sorted(Path(course.root, "grades.csv").read_text().splitlines()) for course in both)
    assert first == second and f"cléo,,,,{FULL},2.0,{FULL - 2}" in str(first)
