"""The same for ``nbgrader autograde``, which writes what it has run; ``nbgrader_config.py`` names `Inert` as its last step."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from nbformat import NotebookNode
from nbgrader.converters import Autograde
from nbgrader.preprocessors import NbGraderPreprocessor

from bplib.grading.gradebook.beside import stays_behind
from bplib.grading.pages.inert import inert


class Inert(NbGraderPreprocessor):
    """Leaves nothing alive in a graded notebook, nor beside it."""

    def preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> tuple[NotebookNode, dict[str, Any]]:
        """Make the notebook inert, and take away the files beside it that a browser would run."""
        converter = self.parent.parent if self.parent else None
        # While it reads what was handed in, nothing there is to be touched.
        if isinstance(converter, Autograde) and converter._input_directory == converter._output_directory:
            _clear(Path(resources["metadata"]["path"] or "."), converter, resources["nbgrader"]["assignment"])
        return inert(nb), resources


def _clear(folder: Path, converter: Autograde, exercise: str) -> None:
    """Take away the files that stay behind, but for those that the instructor has laid there."""
    course = converter.coursedir
    source = Path(course.format_path(course.source_directory, ".", exercise))
    students = converter.exclude_overwriting.get(exercise, [])
    for path in [path for path in folder.rglob("*") if not path.is_dir()]:
        inner = path.relative_to(folder)
        instructors = (source / inner).is_file() and str(inner) not in students
        if stays_behind(inner) and not instructors:
            path.unlink()
