"""``bplib report EXERCISE``: the class at a glance as a page, and its points for a learning management system."""

import os
import warnings
from contextlib import suppress
from dataclasses import asdict, replace
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

import click
from nbgrader.coursedir import CourseDirectory
from sqlalchemy.exc import SAWarning

from bplib.grading.collecting.record import read_record
from bplib.grading.commands.options import course_option
from bplib.grading.commands.terminal import say, say_data
from bplib.grading.course.directory import CourseError, course_directory
from bplib.grading.course.private import opened
from bplib.grading.gradebook import folders
from bplib.grading.gradebook.graded_notebook import read_answers
from bplib.grading.pages import class_summary, lms
from bplib.grading.pages.alike import alike
from bplib.grading.pages.class_page import page
from bplib.grading.pages.class_results import ClassError, ClassResults, read_class

_EPILOG = (
    "The page and the CSV files hold grades: keep them where your submissions are. "
    "--anonymous concerns the page and --json; a CSV file needs to know who is who."
)


@click.command(epilog=_EPILOG)
@click.argument("exercise")
@course_option
@click.option("--db", metavar="ADDRESS", help="The gradebook, if nbgrader's settings do not say where it is.")
@click.option(
    "--to",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Where to write the page. Default: report/EXERCISE.html beside the autograded folder.",
)
@click.option(
    "--csv",
    "formats",
    type=click.Choice(sorted(lms.FORMATS)),
    multiple=True,
    help="Also write the points for this system, or by tasks, beside the page. May be given several times.",
)
@click.option("--book", metavar="URL", envvar="BPLIB_BOOK", default="", help="The book's address, for links.")
@click.option("--anonymous", is_flag=True, help="Leave out names.")
@click.option(
    "--json", "as_json", is_flag=True, help="Print the results as JSON; write a page only with --to."
)
def report(
    exercise: str,
    course: Path,
    db: str | None,
    to: Path | None,
    formats: tuple[str, ...],
    book: str,
    anonymous: bool,
    as_json: bool,
) -> None:
    """Show how the class did in EXERCISE: points, the hardest tasks, typical mistakes, and who needs you."""
    if book and (urlsplit(book).scheme not in ("http", "https", "file") or any(c.isspace() for c in book)):
        raise click.BadParameter(
            f"{book!r} is no address; one begins with https://, http:// or file://", param_hint="--book"
        )
    try:
        directory = course_directory(course)
    except CourseError as error:
        raise click.ClickException(str(error)) from error
    results = _with_pairs(directory, _read(directory, exercise, db))
    target = to or beside_autograded(directory) / f"{exercise}.html"
    shown = class_summary.anonymous(results) if anonymous else results
    if to or not as_json:
        now = datetime.now().astimezone().date()
        _write(target, page(shown, now, book, anonymous))
        say(f"Written: {target}", err=as_json)
    for name in formats:
        beside = target.with_name(f"{target.stem}-{name}.csv")
        _write(beside, lms.FORMATS[name](results))
        out = lms.left_out(results) if name in lms.IMPORTED else {}
        told = [f"Written: {beside}"]
        for why in (lms.NO_POINTS, lms.FORMULA):
            if whom := [student for student, reason in out.items() if reason == why]:
                told.append(f"left out, for {why}: {', '.join(whom)}")
        say("; ".join(told), err=as_json)
    if as_json:
        both = {"class": asdict(shown), "summary": asdict(class_summary.summarize(shown))}
        say_data(both)


def beside_autograded(course: CourseDirectory) -> Path:
    """Return the folder ``report`` in which a page comes to stand: git ignores it wherever it ignores the grades."""
    return Path(course.root, course.autograded_directory).parent / "report"


def _read(course: CourseDirectory, exercise: str, db: str | None) -> ClassResults:
    def graded(student: str) -> Path:
        return Path(course.format_path(course.autograded_directory, student, exercise))

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SAWarning)  # nbgrader's queries, written for an older SQLAlchemy
            found = folders.submissions(course, exercise)
            results = read_class(exercise, db or course.db_url, graded, found)
    except ClassError as error:
        raise click.ClickException(str(error)) from error
    late = {student for student, path in found.items() if read_record(path.parent).late}
    students = (replace(student, marked_late=student.id in late) for student in results.students)
    return replace(results, students=tuple(students))


def _with_pairs(course: CourseDirectory, results: ClassResults) -> ClassResults:
    """The class with the pairs of students whose answers are to be asked about."""
    answers = {
        student.id: read_answers(folders.graded(course, student.id, results.exercise))
        for student in results.students
        if student.tasks
    }
    released = Path(course.format_path(course.release_directory, ".", results.exercise))
    given = read_answers(released / f"{results.exercise}.ipynb")
    return replace(results, alike=alike(answers, given))


def _write(path: Path, content: str) -> None:
    """Write all or nothing: where there is no room, the old page stays."""
    fresh = path.with_name(f".{path.name}.new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with opened(fresh, "wb") as file:  # the page holds grades
            file.write(content.encode("utf-8", errors="replace"))
        os.replace(fresh, path)
    except OSError as error:
        with suppress(OSError):
            fresh.unlink()
        raise click.ClickException(f"{path} cannot be written: {error.strerror}") from error
