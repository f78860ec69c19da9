"""The command ``bplib feedback``: the students' pages as a zip that the learning platform takes back."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from bplib.grading.collecting.record import read_record
from bplib.grading.commands.options import FINE, LOOK, NO_DISK, course_option
from bplib.grading.commands.terminal import say
from bplib.grading.course.directory import CourseError, course_here
from bplib.grading.gradebook import folders
from bplib.grading.gradebook.trouble import DiskError, for_everybody
from bplib.grading.pages.moodle import Feedback, pack


@click.command()
@click.argument("exercise")
@course_option
@click.option(
    "--moodle",
    "target",
    metavar="OUT.zip",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where to write the zip for Moodle's “Upload multiple feedback files in a zip”.",
)
def feedback(exercise: str, course: Path, target: Path) -> None:
    """Pack the students' pages of EXERCISE, as they are in the feedback folder, to be uploaded.

    Ends with 0 when everybody who has handed in is in it, 1 when somebody is missing, 2 when it was asked wrongly, 5 when it
    cannot be written.
    """
    try:
        directory = course_here(course)
        with for_everybody("the course"):
            found = folders.submissions(directory, exercise)
        if not found:
            raise click.UsageError(
                f"nobody has handed in anything for {exercise!r}; collect first, or see how it is spelled."
            )
        done = pack(
            target,
            exercise,
            (
                Feedback(
                    student,
                    folders.page(directory, student, exercise),
                    read_record(submitted.parent).moodle,
                )
                for student, submitted in found.items()
            ),
        )
    except CourseError as error:
        raise click.UsageError(str(error)) from error
    except DiskError as error:
        said = str(error)
        say(f"Error: {said[:1].upper()}{said[1:]}", err=True)
        sys.exit(NO_DISK)
    for student, why in done.missing.items():
        say(f"Missing: {student}: {why}.")
    if done.packed:
        say(f"Written: {target}, with {len(done.packed)} of {len(found)} students.")
    else:
        say("Nothing was written: there is no page for anybody.")
    sys.exit(LOOK if done.missing else FINE)
