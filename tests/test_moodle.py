"""Feedback goes back the way the submissions came: a zip with the folders of Moodle's download."""

from __future__ import annotations

import csv
import io
import os
import shutil
import zipfile
from pathlib import Path

import nbformat
import pytest
from click.testing import CliRunner
from small_class import EXERCISE, FULL, LIMITS, solved

from bplib.grading.collecting.collection import Collection
from bplib.grading.collecting.submitters import moodle_folder
from bplib.grading.commands.feedback import feedback
from bplib.grading.commands.report import report
from bplib.grading.pages.moodle import Feedback, pack
from bplib.grading.work.grade import grade

HEADS = {
    "ada-lovelace-1234567": "Ada Lovelace_1234567_assignsubmission_file",
    "bob-stone-1234568": "Bob Stone_1234568_assignsubmission_file_",
    "zoe-du-pre-99": "Zoë du Pré_99_assignsubmission_file_",
}


def collected_from_moodle(course, tmp_path: Path) -> Path:
    """Collect a download of Moodle's into the course, and return the course's folder."""
    archive = tmp_path / "download.zip"
    with zipfile.ZipFile(archive, "w") as made:
        for head in HEADS.values():
            made.writestr(f"{head}/my answers.ipynb", nbformat.writes(solved()))
    root = Path(course.root)
    (root / "nbgrader_config.py").write_text(
        "c = get_config()\nc.CourseDirectory.course_id = 'backpropagation'\n"
    )
    Collection(EXERCISE, root / "submitted").collect([archive])
    return root


def taken_by_moodle(archive: Path) -> dict[int, str]:
    """What Moodle makes of a zip, after is_valid_filename_for_import: the file's name for each participant's number."""
    found = {}
    for path in zipfile.ZipFile(archive).namelist():
        parts = path.split("/")
        while parts:
            info = parts.pop(0).split("_", 4)
            if len(info) >= 4 and info[1].isdecimal() and info[2:4] == ["assignsubmission", "file"]:
                found[int(info[1])] = "/".join([*info[4:], *parts]).strip("/")
                break
    return found


@pytest.mark.skipif(
    shutil.which("bwrap") is None and not os.environ.get("CI"), reason="bubblewrap is not installed"
)
def test_from_moodles_download_to_its_feedback_and_the_table_of_tasks(course, cluster, tmp_path):
    root, out = collected_from_moodle(course, tmp_path), tmp_path / "feedback.zip"
    grade(course, EXERCISE, cluster, limits=LIMITS)
    said = CliRunner().invoke(feedback, [EXERCISE, "--course", str(root), "--moodle", str(out)])
    assert said.exit_code == 0 and "with 3 of 3 students" in said.output, said.output
    assert taken_by_moodle(out) == dict.fromkeys((1234567, 1234568, 99), f"{EXERCISE}.html")
    with zipfile.ZipFile(out) as archive:
        (ada,) = [name for name in archive.namelist() if name.startswith("Ada Lovelace_1234567_")]
        page = root / "feedback" / "ada-lovelace-1234567" / EXERCISE / f"{EXERCISE}.html"
        assert archive.read(ada) == page.read_bytes()
    # Who is missing is named, the others are in it, and it can be done again.
    page.unlink()
    said = CliRunner().invoke(feedback, [EXERCISE, "--course", str(root), "--moodle", str(out)])
    assert said.exit_code == 1 and "Missing: ada-lovelace-1234567: there is no page" in said.output
    assert sorted(taken_by_moodle(out)) == [99, 1234568]
    # Points by task.
    assert CliRunner().invoke(report, [EXERCISE, "--course", str(root), "--csv", "tasks"]).exit_code == 0
    rows = list(
        csv.DictReader(io.StringIO((root / "report" / f"{EXERCISE}-tasks.csv").read_text(encoding="utf-8")))
    )
    assert [row["id"] for row in rows] == sorted(HEADS) and {row["points stand"] for row in rows} == {"yes"}
    tasks = [name for name in rows[0] if " (of " in name and not name.startswith("points")]
    assert all(
        sum(float(row[task]) for task in tasks) == FULL == float(row[f"points (of {FULL:g})"]) for row in rows
    )


def test_the_command_says_what_it_cannot_do(course, tmp_path):
    root, out = collected_from_moodle(course, tmp_path), tmp_path / "none" / "feedback.zip"
    said = CliRunner().invoke(feedback, ["nothing", "--course", str(root), "--moodle", str(out)])
    assert said.exit_code == 2 and "nobody has handed in anything for 'nothing'" in said.output
    said = CliRunner().invoke(feedback, [EXERCISE, "--course", str(root), "--moodle", str(out)])
    assert said.exit_code == 5 and "cannot be written" in said.output
    said = CliRunner().invoke(feedback, [EXERCISE, "--course", str(tmp_path), "--moodle", str(out)])
    assert said.exit_code == 2 and "there is no course" in said.output
    out = tmp_path / "feedback.zip"
    out.write_bytes(b"an older one")
    said = CliRunner().invoke(feedback, [EXERCISE, "--course", str(root), "--moodle", str(out)])
    assert said.exit_code == 1 and "Nothing was written" in said.output
    assert out.read_bytes() == b"an older one" and not list(tmp_path.glob(".feedback*"))


def test_only_moodles_folders_are_told_and_a_group_shares_one(tmp_path):
    assert moodle_folder("lovelaceada_12345_6789_error.ipynb") == ""
    assert moodle_folder("Ada Lovelace_assignsubmission_file_") == ""
    assert moodle_folder("A_B_17_assignsubmission_file_x.ipynb") == "A B_17_assignsubmission_file_"
    page = tmp_path / "page.html"
    page.write_text("page")
    out, folder = tmp_path / "out.zip", "Team_7_assignsubmission_file_"
    done = pack(
        out, "error", [Feedback("ada", page, folder), Feedback("bo", page, folder), Feedback("cy", page, "")]
    )
    assert done.packed == ["ada", "bo"] and "collect that again" in done.missing["cy"]
    assert zipfile.ZipFile(out).namelist() == [f"{folder}/error-ada.html", f"{folder}/error-bo.html"]
