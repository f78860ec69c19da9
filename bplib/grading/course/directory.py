"""One course folder, driven through nbgrader's own Python interface."""

import os
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from nbgrader.api import Gradebook
from nbgrader.apps.api import NbGraderAPI
from nbgrader.coursedir import CourseDirectory
from nbgrader.plugins import CsvExportPlugin
from sqlalchemy.exc import SAWarning
from traitlets.config import Config, PyFileConfigLoader

from bplib.grading.course.places import REPOSITORY


class CourseError(RuntimeError):
    """A step of the course failed; the message says which one, for whom, and what nbgrader said."""


class Course:
    """A course folder with its own notebooks, gradebook and feedback.

    The folders inside have nbgrader's usual names: ``source``, ``release``, ``submitted``, ``autograded``, ``feedback``.
    All other settings are those of ``nbgrader_config.py``, so that a rehearsal grades as the real class does.

    Parameters
    ----------
    root : pathlib.Path
        The folder; made when missing.

    References
    ----------
    nbgrader, https://nbgrader.readthedocs.io, "Philosophy: the assignment's folders".
    """

    def __init__(self, root: Path) -> None:
        root.mkdir(parents=True, exist_ok=True)
        self.root = root.resolve()
        config = PyFileConfigLoader("nbgrader_config.py", path=str(REPOSITORY)).load_config()
        config.CourseDirectory = Config(course_id=config.CourseDirectory.course_id, root=str(self.root))
        # Kernels only speak up about errors; a warning about their transport would land between the lines of a table.
        config.Execute.extra_arguments = ["--HistoryManager.hist_file=:memory:", "--IPKernelApp.log_level=40"]
        self.directory = CourseDirectory(config=config)
        self._nbgrader = NbGraderAPI(self.directory, config=config)

    def folder(self, step: str, student: str = "", exercise: str = "") -> Path:
        """Return the folder of a step (``"submitted"``), of a student in it, or of one exercise of that student."""
        return self.root / step / student / exercise

    def notebook(self, step: str, student: str, exercise: str) -> Path:
        """Return the path of one notebook, for example a student's autograded one."""
        return self.folder(step, student, exercise) / f"{exercise}.ipynb"

    def generate(self, exercise: str) -> None:
        """Make the students' notebook of an exercise (``release``) and enter its tasks in the gradebook."""
        self._run("the release", exercise, self._nbgrader.generate_assignment, exercise)

    def autograde(self, exercise: str, student: str) -> None:
        """Run what a student handed in and enter the points in the gradebook.

        Raises
        ------
        CourseError
            If nbgrader gives up on the notebook. Nothing is graded then; the other students are not touched.
        """
        self._run(f"the grading of {student}", exercise, self._nbgrader.autograde, exercise, student)

    def feedback(self, exercise: str, student: str) -> None:
        """Write the feedback page of a graded notebook."""
        self._run(f"the feedback of {student}", exercise, self._nbgrader.generate_feedback, exercise, student)

    @contextmanager
    def gradebook(self) -> Iterator[Gradebook]:
        """Open the gradebook, and close it at the end of the ``with`` block."""
        with self._nbgrader.gradebook as gradebook:
            yield gradebook

    def export(self) -> Path:
        """Write every grade to ``grades.csv`` in the course folder and return its path."""
        path = self.root / "grades.csv"
        with self.gradebook() as gradebook:
            CsvExportPlugin(to=str(path)).export(gradebook)
        return path

    def _run(self, what: str, exercise: str, step: Any, *arguments: str) -> None:
        with _environment(), warnings.catch_warnings():
            warnings.simplefilter("ignore", SAWarning)  # nbgrader's queries, written for an older SQLAlchemy
            result = step(*arguments)
        if result["success"]:
            return
        error = result.get("error", "").strip()
        if error.endswith("KeyboardInterrupt"):  # nbgrader catches everything, Ctrl-C as well
            raise KeyboardInterrupt
        reasons = [line for line in result.get("log", "").splitlines() if line.startswith("[ERROR]")]
        raise CourseError(
            f"{what} in exercise {exercise!r} failed in {self.root}: "
            + (" ".join(dict.fromkeys(reasons)) or error.splitlines()[-1])
        )


def course_directory(course: Path) -> CourseDirectory:
    """Return nbgrader's view of a course folder: with its ``nbgrader_config.py`` where there is one, else nbgrader's defaults.

    Raises
    ------
    CourseError
        If the settings cannot be read.
    """
    config = Config()
    if (course / "nbgrader_config.py").is_file():
        try:
            config = PyFileConfigLoader("nbgrader_config.py", path=str(course)).load_config()
        except Exception as error:  # the file is Python, so anything can happen in it
            raise CourseError(f"{course / 'nbgrader_config.py'} cannot be read: {error!r}") from error
    if "root" not in config.CourseDirectory:
        config.CourseDirectory.root = str(course.resolve())
    return CourseDirectory(config=config)


def course_here(course: Path) -> CourseDirectory:
    """Return nbgrader's view of a course folder that is going to be written to.

    Raises
    ------
    CourseError
        If the settings cannot be read, or there is no course in the folder.
    """
    if not any((course / name).is_file() for name in ("nbgrader_config.py", "gradebook.db")):
        raise CourseError(
            f"there is no course in {course.resolve()}: neither nbgrader_config.py nor gradebook.db. "
            "Run this in the course's folder, or name it with --course."
        )
    return course_directory(course)


@contextmanager
def _environment() -> Iterator[None]:
    """Set what nbgrader and its kernels need: ``alembic``, which nbgrader calls by name, on PATH, and one thread each."""
    programs = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    before = dict(os.environ)
    os.environ.update({"PATH": programs, "OMP_NUM_THREADS": "1"})
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
