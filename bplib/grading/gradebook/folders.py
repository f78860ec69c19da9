"""nbgrader's folders: what has been handed in, and the graded copy of it."""

from __future__ import annotations

import errno
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from pathlib import Path

from nbgrader import utils
from nbgrader.converters import Autograde, BaseConverter, GenerateFeedback
from nbgrader.coursedir import CourseDirectory

from bplib.grading.collecting.marks import is_of, worked_on
from bplib.grading.collecting.record import read_record
from bplib.grading.gradebook.beside import TIMESTAMP, copy, copy_beside
from bplib.grading.gradebook.ids import NotEnteredError

#: The bytes that a student's other files may have together to go along.
ATTACHED = 50 * 2**20
#: Bytes of a notebook that is compared with the released one, where there are several.
LARGEST = 20 * 2**20
#: What is said of work that Moodle or Canvas calls late. It costs nothing by itself: when it came is not known.
LATE = "marked late by the platform"


def submissions(course: CourseDirectory, exercise: str) -> dict[str, Path]:
    """The notebook of each student who has handed in something, by nbgrader's layout or nearly so."""
    top = Path(course.root, course.submitted_directory)
    released = Path(course.format_path(course.release_directory, ".", exercise), f"{exercise}.ipynb")
    found: dict[str, Path] = {}
    for student in sorted(top.iterdir()) if top.is_dir() else []:
        if student.name.startswith("."):
            continue
        try:
            path = _submission(student, exercise, released)
        except OSError:  # it may not be looked into, or is being taken away: whoever reads the file says why
            path = student / exercise / f"{exercise}.ipynb"
        if path is not None:
            found[student.name] = path
    return found


def _submission(student: Path, exercise: str, released: Path) -> Path | None:
    """The notebook in a student's folder, or where it should be; None where there is no folder of the exercise."""
    if not student.is_dir():
        return None
    folders = [
        folder
        for folder in sorted(student.iterdir())
        if folder.name.lower() == exercise.lower() and folder.is_dir()
    ]
    paths = [path for folder in folders for path in sorted(folder.iterdir())]
    notebooks = [path for path in paths if path.suffix.lower() == ".ipynb" and not path.is_dir()]
    if not folders:
        return None
    done = _worked_on(notebooks, released) if len(notebooks) > 1 else []
    return _likeliest(done or notebooks, exercise) or folders[0] / f"{exercise}.ipynb"


def _likeliest(notebooks: Sequence[Path], exercise: str) -> Path | None:
    """The notebook of this name, or nearly of this name, or the only one."""
    exact = [path for path in notebooks if path.name == f"{exercise}.ipynb"]
    near = [path for path in notebooks if path.stem.lower().startswith(exercise.lower())]
    return next(iter(exact or near or (notebooks if len(notebooks) == 1 else [])), None)


def _worked_on(notebooks: Sequence[Path], released: Path) -> list[Path]:
    """Those in which somebody has written something: an untouched copy beside them is not what was meant."""
    return [
        path
        for path in notebooks
        if released.is_file()
        and not path.is_symlink()
        and path.stat().st_size <= LARGEST
        and is_of(data := path.read_bytes(), template := released.read_bytes())
        and worked_on(data, template)
    ]


def timestamp(submitted: Path) -> datetime | None:
    """When it was handed in, if that is known.

    Raises
    ------
    NotEnteredError
        If the file holds something else: nobody shall be late, or in time, by mistake.
    """
    path = submitted / TIMESTAMP
    if path.is_symlink() or not path.is_file():
        return None
    with path.open(encoding="utf-8", errors="replace") as file:
        text = file.read(100).strip()
    try:
        found: datetime | None = utils.parse_utc(text) if text else None
    except (ValueError, OverflowError):
        raise NotEnteredError(
            f"{TIMESTAMP} reads {text[:40]!r}, expected a date such as '2026-03-01 12:00:00 UTC'. "
            "Correct or delete it, then grade again."
        ) from None
    return found


def remarks(course: CourseDirectory, exercise: str, submitted: Path) -> Iterator[str]:
    """What was known of a submission when it was collected, and which of several notebooks counts, for those who grade."""
    record = read_record(submitted.parent)
    if record.late:
        yield LATE
    if record.group:
        yield f"handed in by the group {record.group!r}"
    others = [path for path in submitted.parent.glob("*.ipynb") if path != submitted and path.is_file()]
    if others:
        released = Path(course.format_path(course.release_directory, ".", exercise), f"{exercise}.ipynb")
        done = [path.name for path in _worked_on(others, released)]
        also = f"; {', '.join(sorted(done))} has been worked on, too: see which is meant" if done else ""
        yield f"of several notebooks {submitted.name} counts{also}"


def lay_down(
    course: CourseDirectory, student: str, exercise: str, submitted: Path, notebook: str
) -> list[str]:
    """Put the graded notebook into ``autograded``, with the files that nbgrader would put beside it.

    It comes as a whole or not at all, with nbgrader's permissions.

    Returns
    -------
    list of str
        What is to be said of the student's files that were left out: too large together, not to be read, or such as `bplib.grading.gradebook.beside.stays_behind` names.

    Raises
    ------
    OSError
        If something is in the way, or nothing can be written.
    """
    converter = _converter(Autograde, course)
    with _replaced(converter, student, exercise) as fresh:
        left_out = copy_beside(submitted, course.ignore, fresh, ATTACHED)
        source = Path(course.format_path(course.source_directory, ".", exercise))
        for path in map(Path, utils.find_all_files(str(source), [*course.ignore, "*.ipynb"])):
            inner = path.relative_to(source)
            if str(inner) not in converter.exclude_overwriting.get(exercise, []):
                copy(path, fresh / inner)
        (fresh / f"{exercise}.ipynb").write_text(notebook, encoding="utf-8")
    return left_out


def lay_down_page(course: CourseDirectory, student: str, exercise: str, page: str) -> None:
    """Put the page into ``feedback``, with the files that lie beside the graded notebook, as nbgrader does.

    Raises
    ------
    OSError
        If something is in the way, or nothing can be written.
    """
    beside = graded(course, student, exercise).parent
    with _replaced(_converter(GenerateFeedback, course), student, exercise) as fresh:
        copy_beside(beside, course.ignore, fresh)
        (fresh / f"{exercise}.html").write_text(page, encoding="utf-8")


@cache
def _converter(kind: type[BaseConverter], course: CourseDirectory) -> BaseConverter:
    """One for each course, which would keep every one that was ever made for it."""
    return kind(coursedir=course, parent=course)


@contextmanager
def _replaced(converter: BaseConverter, student: str, exercise: str) -> Iterator[Path]:
    """A new folder that takes the place of nbgrader's when it is complete, with nbgrader's permissions."""
    folder = Path(converter.coursedir.format_path(converter._output_directory, student, exercise))
    fresh = folder.with_name(f".{folder.name}.new")
    shutil.rmtree(fresh, ignore_errors=True)
    try:
        fresh.mkdir(parents=True)
        yield fresh
        if folder.is_symlink() or folder.is_file():
            raise FileExistsError(errno.EEXIST, "a file or a link is where a folder should be", str(folder))
        shutil.rmtree(folder, ignore_errors=True)
        fresh.rename(folder)
    except BaseException:
        shutil.rmtree(fresh, ignore_errors=True)  # half of it takes room, and is of no use
        raise
    converter.set_permissions(exercise, student)


def remove(course: CourseDirectory, student: str, exercise: str) -> None:
    """Take away the graded copy of work that has been replaced, as nbgrader does when it cannot grade the new one."""
    shutil.rmtree(graded(course, student, exercise).parent, ignore_errors=True)


def graded(course: CourseDirectory, student: str, exercise: str) -> Path:
    """The graded copy of a student's notebook."""
    return Path(course.format_path(course.autograded_directory, student, exercise), f"{exercise}.ipynb")


def page(course: CourseDirectory, student: str, exercise: str) -> Path:
    """A student's feedback page."""
    return Path(course.format_path(course.feedback_directory, student, exercise), f"{exercise}.html")
