"""The class from its roster to the export: everybody has an outcome, whatever they hand in, alone or in a group."""

from __future__ import annotations

import csv
import json
import os
import shutil
import sqlite3
import zipfile
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbgrader.coursedir import CourseDirectory
from small_class import EXERCISE, FULL, run, solved

from bplib.grading.collecting.roster import Person, Roster
from bplib.grading.collecting.submitters import Submitter
from bplib.grading.collecting.tables import RosterError
from bplib.grading.commands.options import LOOK, NO_DISK
from bplib.grading.course.directory import Course

USAGE = 2
ROSTER = """id,first name,last name,email,lms_user_id,group
ada,Ada,Lovelace,ada@x.org,11,Group 1
bob,Bob,"Stone, Jr.",bob@x.org,12,
cy,Cy,Twombly,cy@x.org,13,Group 1
dee,Dee,Dee,dee@x.org,14,
"""
pytestmark = pytest.mark.skipif(
    shutil.which("bwrap") is None and not os.environ.get("CI"), reason="bubblewrap is not installed"
)


class Class:
    """A course folder outside the checkout, driven by its commands."""

    def __init__(self, course: CourseDirectory) -> None:
        self.root = Path(course.root)
        (self.root / "nbgrader_config.py").write_text(
            "c = get_config()\nc.CourseDirectory.course_id = 'backpropagation'\n"
        )

    def file(self, name: str, content: str | bytes) -> Path:
        path = self.root / "downloads" / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def zip(self, name: str = "moodle.zip", **submissions: Any) -> Path:
        """A download: for each student the files, by what the platform puts in front."""
        path = self.root / "downloads" / name
        path.parent.mkdir(exist_ok=True)
        with zipfile.ZipFile(path, "w") as archive:
            for head, content in submissions.items():
                files = content if type(content) is dict else {f"{EXERCISE}.ipynb": content}
                for file, data in files.items():
                    data = nbformat.writes(data) if isinstance(data, nbformat.NotebookNode) else data
                    archive.writestr(f"{head}_assignsubmission_file/{file}", data)
        return path

    def bplib(self, *command: str | Path, expected: int = 0) -> str:
        return run(self.root, "bplib", *map(str, command), expected=expected)

    def grade(self, *options: str, expected: int = 0) -> dict[str, dict[str, Any]]:
        said = self.bplib("grade", EXERCISE, "--workers=1", "--json", *options, expected=expected)
        return {result["student"]: result for result in json.loads(said)}

    def students(self) -> dict[str, tuple[str, ...]]:
        with sqlite3.connect(self.root / "gradebook.db") as book:
            rows = book.execute("select id, first_name, last_name, email, lms_user_id from student")
            return {row[0]: row[1:] for row in rows}


@pytest.fixture
def class_(course: CourseDirectory) -> Class:
    return Class(course)


# The roster ------------------------------------------------------------------------------------------------------


def test_everybody_on_the_roster_has_an_outcome_everywhere(class_):
    roster = class_.file("class.csv", ROSTER)
    download = class_.zip(
        **{"Ada Lovelace_1": solved(), "Bob Stone Jr_2": b"{", "Dee Dee_3": {"x.zip": b"broken"}}
    )
    collect = ["collect", EXERCISE, download, "--roster", roster]
    said = class_.bplib(*collect, "--dry-run", expected=LOOK)
    assert "They would be enrolled" in said
    assert class_.students() == {} and not (class_.root / "submitted").exists()
    said = class_.bplib(*collect, expected=LOOK)
    assert "On the roster: 4; of 1 nothing has come." in said and "4 new, 0 were there" in said
    assert class_.students()["bob"] == ("Bob", "Stone, Jr.", "bob@x.org", "12")
    results = class_.grade(expected=LOOK)
    assert {student: result["outcome"] for student, result in results.items()} == {
        "ada": "graded", "bob": "needs a human", "cy": "not submitted", "dee": "needs a human",
    }  # fmt: skip
    assert results["bob"]["code"] == results["dee"]["code"] == "not-collected"
    assert (
        "no readable notebook" in results["bob"]["sentence"]
        and "no readable zip" in results["dee"]["sentence"]
    )
    report = json.loads(class_.bplib("report", EXERCISE, "--json"))["class"]["students"]
    assert {student["id"]: student["outcome"] for student in report} == {
        student: result["outcome"] for student, result in results.items()
    }
    assert "Stone, Jr., Bob" in {student["name"] for student in report}


def test_the_roster_again_changes_names_and_loses_nobody(class_):
    download = class_.zip(**{"Ada Lovelace_1": solved()})
    first = class_.file("a.csv", "id,name,email\nada,Ada Lovelace,ada@x.org\neve,Eve,\n")
    class_.bplib("collect", EXERCISE, download, "--roster", first)
    second = class_.file("b.csv", "id,first name,surname\nada,Ada,King\n")
    said = class_.bplib("collect", EXERCISE, download, "--roster", second, expected=LOOK)
    assert "0 new, 1 were there. In the gradebook and not on the roster: eve." in said
    assert class_.students() == {
        "ada": ("Ada", "King", "ada@x.org", None), "eve": (None, "Eve", None, None),
    }  # fmt: skip


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_roster_in_any_encoding_of_a_spreadsheet(tmp_path, encoding, delimiter):
    path = tmp_path / "class.csv"
    text = f"id{delimiter}First name{delimiter}Surname\r\ng1{delimiter}Jörg{delimiter}Größe\r\n"
    path.write_bytes(text.encode(encoding))
    roster = Roster(path)
    assert roster.people == [Person("g1", "Jörg", "Größe")]
    assert roster.find(Submitter("Jorg Grosse", "5")) == {"g1"}


BAD = {
    b"id,name\nada,A\n\nAda,B\n": "has the id 'Ada' for lines 2 and 4; each student needs a folder of their own: give",
    b"colour,size\nred,1\n": "has no student ids; it has colour, size, and one of id, username",
    b"": "has no student ids; it has no columns",
    b"id,name\nada,Lovelace, Ada\n": "line 2 of the roster class.csv has 3 cells, and the first line names 2 columns; put",
    b"id,name,ID\nada,A,b\n": "has 2 columns 'id'; keep the one that counts",
    b"PK\x03\x04\x14": "is a spreadsheet and no csv file; save it as 'CSV UTF-8'",
    b"id,name\nada,\x81\x8d\n": "is in none of UTF-8, UTF-16 and Windows-1252; save it as",
    b"\xff\xfeid": "has no student ids",
    b"id,name\nada," + b"x" * 200 + b"\n": "has 200 characters in one cell",
    b"id,group\nada,A-1\nbob,A1\n": "the groups 'A-1' and 'A1' look the same",
}


@pytest.mark.parametrize("data", BAD)
def test_a_roster_that_cannot_be_used_says_what_to_do(tmp_path, data):
    path = tmp_path / "class.csv"
    path.write_bytes(data)
    with pytest.raises(RosterError) as raised:
        Roster(path)
    assert BAD[data] in str(raised.value)


def test_a_bad_roster_stops_before_anything_is_written(class_):
    roster = class_.file("class.csv", "id,name\nada,A\nada,B\n")
    said = class_.bplib("collect", EXERCISE, class_.zip(ada_1=solved()), "--roster", roster, expected=USAGE)
    assert "each student needs a folder" in " ".join(said.split())
    assert class_.students() == {} and not (class_.root / "submitted").exists()


def test_who_has_no_id_is_told_and_canvas_own_lines_are_not(tmp_path):
    path = tmp_path / "canvas.csv"
    path.write_text(
        'Student,ID,SIS Login ID\n    Points Possible,,\n"Lovelace, Ada",77,al\n"Stone, Bob",78,\n"Student, Test",79,\n'
    )
    roster = Roster(path)
    assert roster.people == [Person("al", "Ada", "Lovelace", lms_id="77")]
    assert roster.left_out == [
        "line 4 of the roster, 'Stone, Bob', has nothing in 'sisloginid', and is not enrolled"
    ]


def test_moodles_worksheet_says_who_was_late(class_):
    """Its number belongs to one assignment: the worksheet of another one makes nobody late."""
    roster = class_.file(
        "worksheet.csv",
        "Identifier,Full name,Email address,Status\n"
        "Participant 7,Ada Lovelace,ada@x.org,Submitted for grading - 2 hours late - Graded\n"
        "Participant 8,Bob Stone,bob@x.org,Submitted for grading - Related\n",
    )
    late = class_.zip(**{"Ada Lovelace_7": solved(), "Bob Stone_8": solved()})
    class_.bplib("collect", EXERCISE, late, "--roster", roster)
    results = class_.grade()
    assert results["ada@x.org"]["notes"] == ["marked late by the platform"]
    assert results["bob@x.org"]["notes"] == []
    assert results["ada@x.org"]["points"] == FULL
    other = Roster(roster)
    assert not other.late(Submitter("Ada Lovelace", "99")) and not other.late(Submitter("Ada Lovelace"))


def test_the_date_of_the_download_costs_nobody_anything(class_):
    """With nbgrader's zero for late work it would have cost all; Canvas's own mark is told, and costs nothing."""
    (class_.root / "nbgrader_config.py").open("a").write("c.LateSubmissionPlugin.penalty_method = 'zero'\n")
    with Course(class_.root).gradebook() as book:
        book.update_or_create_assignment(EXERCISE, duedate="2026-03-01 12:00:00 UTC")
    folder = class_.root / "downloads" / "canvas"
    folder.mkdir(parents=True)
    for name in ("lovelaceada_11_1_x.ipynb", "stonejrbob_LATE_12_2_x.ipynb"):
        nbformat.write(solved(), folder / name)
    class_.bplib("collect", EXERCISE, folder, "--roster", class_.file("class.csv", ROSTER))
    results = class_.grade()
    assert results["bob"]["notes"] == ["marked late by the platform"] and results["ada"]["notes"] == []
    report = json.loads(class_.bplib("report", EXERCISE, "--json"))["class"]["students"]
    told = {student["id"]: (student["points"], student["penalty"]) for student in report}
    assert told["ada"] == told["bob"] == (FULL, 0)
    class_.bplib("report", EXERCISE, "--csv", "tasks")
    with (class_.root / "report" / f"{EXERCISE}-tasks.csv").open() as file:
        exported = {row["id"]: row for row in csv.DictReader(file)}
    column = "marked late by the platform"
    assert {student: row[column] for student, row in exported.items()} == {
        "ada": "no", "bob": "yes", "cy": "no", "dee": "no",
    }  # fmt: skip
    assert exported["dee"]["outcome"] == "not submitted"


# The gradebook ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["older", "none"])
def test_a_gradebook_of_another_version_is_said_and_left_as_it_is(class_, kind):
    book = class_.root / "gradebook.db"
    if kind == "older":
        with sqlite3.connect(book) as connection:
            connection.execute("alter table student drop column lms_user_id")
    else:
        book.write_bytes(b"no database at all" * 100)
    before = book.read_bytes()
    source = class_.zip(**{"Ada Lovelace_1": solved()})
    roster = class_.file("class.csv", ROSTER)
    status, wanted = (
        (USAGE, "nbgrader db upgrade") if kind == "older" else (NO_DISK, "file is not a database")
    )
    for command in (["collect", EXERCISE, source, "--roster", roster], ["grade", EXERCISE, "--workers=1"]):
        assert wanted in " ".join(class_.bplib(*command, expected=status).split())
    assert book.read_bytes() == before and not (class_.root / "submitted").exists()


# Groups ----------------------------------------------------------------------------------------------------------


def test_a_group_hands_in_once_and_each_member_has_it(class_):
    groups = class_.file(
        "groups.csv", "Group;Student\nthe Tanhs;ada\nthe Tanhs;bob@x.org\nothers;Cy Twombly\n"
    )
    roster = class_.file("class.csv", ROSTER)
    download = class_.zip(**{"the Tanhs_501": solved("count_parameters"), "Dee Dee_3": solved()})
    class_.bplib("collect", EXERCISE, download, "--roster", roster, "--groups", groups)
    results = class_.grade()
    assert {name: result["points"] for name, result in results.items()} == {
        "ada": FULL - 1, "bob": FULL - 1, "cy": None, "dee": FULL,
    }  # fmt: skip
    assert results["ada"]["tasks"] == results["bob"]["tasks"]
    assert results["ada"]["notes"] == ["handed in by the group 'the Tanhs'"] == results["bob"]["notes"]
    for member in ("ada", "bob"):
        assert (class_.root / "feedback" / member / EXERCISE / f"{EXERCISE}.html").is_file()
    run(class_.root, "nbgrader", "export")
    exported = (class_.root / "grades.csv").read_text()
    assert exported.count(f",{FULL - 1},0.0,{FULL - 1},{FULL}") == 2


def test_who_hands_in_with_a_group_and_alone_needs_a_human(class_):
    download = class_.zip(**{"Group 1_501": solved(), "Cy Twombly_3": solved("count_parameters")})
    class_.bplib("collect", EXERCISE, download, "--roster", class_.file("class.csv", ROSTER), expected=LOOK)
    results = class_.grade(expected=LOOK)
    assert results["ada"]["points"] == FULL and results["cy"]["code"] == "not-collected"
    assert results["cy"]["sentence"] == (
        "It was handed in with the group 'Group 1' and as 'Cy Twombly'; take out what is not to count, and collect again."
    )


BAD_GROUPS = {
    "group\nx\n": "has no column student; it has group, and its first line has to be: group,student",
    "group,student\nx,zoe\n": "line 2 of the table of groups groups.csv, 'x' with 'zoe', names nobody on the roster",
    "group,student\n,ada\n": "names no group",
    "group,student\nx,Twin\n": "names several students",
}


@pytest.mark.parametrize("text", BAD_GROUPS)
def test_a_table_of_groups_that_cannot_be_used_says_what_to_do(tmp_path, text):
    roster, groups = tmp_path / "class.csv", tmp_path / "groups.csv"
    roster.write_text("id,name\nada,Ada\nt1,Twin\nt2,Twin\n")
    groups.write_text(text)
    with pytest.raises(RosterError) as raised:
        Roster(roster, groups)
    assert BAD_GROUPS[text] in str(raised.value)
