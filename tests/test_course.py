"""The exercises as a course: sources in order, release in step and without solutions, both ends graded by nbgrader."""

import io
import json
import re
import subprocess
import sys
from itertools import chain

import nbformat
import pytest
from rich.console import Console

from bplib.grading.course import release, source
from bplib.grading.course.directory import Course, CourseError
from bplib.grading.course.places import EXERCISES, REPOSITORY
from bplib.grading.rehearsal import demo

NAMES = source.exercises()


@pytest.fixture(scope="module")
def fresh():
    return release.released(NAMES)


@pytest.fixture
def broken_source(tmp_path, monkeypatch):
    """Return a function that breaks one cell of an exercise's source, in a copy of solutions/."""
    name = NAMES[0]

    def change(cell_filter, edit):
        notebook = source.read(source.source_path(name))
        edit(next(cell for cell in notebook.cells if cell_filter(cell)))
        target = tmp_path / name / f"{name}.ipynb"
        target.parent.mkdir()
        nbformat.write(notebook, target)
        monkeypatch.setattr(source, "SOLUTIONS", tmp_path)
        return name

    return change


def is_test(cell):
    return source.tested(cell) is not None


def test_every_concept_has_its_exercise():
    assert NAMES == [
        "activation",
        "applications",
        "attention",
        "automatic_differentiation",
        "backpropagation",
        "conclusion",
        "convolution",
        "error",
        "feedforward",
        "generation",
        "gradient_checking",
        "gradient_descent",
        "iterations",
        "overfitting",
        "partial_derivatives",
        "recurrence",
        "weight_update",
    ]


def test_there_are_enough_tasks():
    counts = {name: len(source.points(name)) for name in NAMES}
    assert min(counts.values()) >= 3, counts
    assert sum(counts.values()) >= 35, counts


@pytest.mark.parametrize("name", NAMES)
def test_source_is_in_order_and_its_points_are_those_of_the_checks(name):
    assert source.complaints(name) == []


def test_drifted_points_are_noticed_and_synced(broken_source):
    name = broken_source(is_test, lambda cell: cell.metadata.nbgrader.update(points=99))
    (complaint,) = source.complaints(name)
    assert "99 in the notebook" in complaint and "python -m bplib.grading points" in complaint
    assert source.sync(name)
    assert source.complaints(name) == []
    assert not source.sync(name)


def test_a_test_cell_that_does_more_is_noticed(broken_source):
    def edit(cell):
        cell.source += "\nprint(1)"

    assert any("one line" in complaint for complaint in source.complaints(broken_source(is_test, edit)))


def test_a_solution_without_its_marks_is_noticed(broken_source):
    def edit(cell):
        cell.source = cell.source.replace(source.BEGIN, "")

    name = broken_source(lambda cell: source.BEGIN in cell.source, edit)
    assert any(source.BEGIN in complaint for complaint in source.complaints(name))


def test_an_unknown_exercise_is_named_with_those_that_exist():
    with pytest.raises(FileNotFoundError, match="'alchemy'.*feedforward"):
        source.source_path("alchemy")


def test_release_is_in_step_with_its_source(fresh):
    assert release.drift(fresh) == []


def test_release_is_the_same_each_time(fresh):
    name = NAMES[0]
    assert release.released([name])[name] == fresh[name]


def test_drift_of_the_release_is_noticed(fresh, tmp_path, monkeypatch):
    monkeypatch.setattr(release, "EXERCISES", tmp_path)
    assert release.write(fresh) == NAMES
    assert release.drift(fresh) == [] and release.write(fresh) == []
    first, second = NAMES[:2]
    (tmp_path / first / f"{first}.ipynb").write_text("{}")
    (tmp_path / second / f"{second}.ipynb").unlink()
    (tmp_path / "forgotten").mkdir()
    found = release.drift(fresh)
    assert len(found) == 3 and first in found[0] and second in found[1] and "forgotten" in found[2]


def solution_lines(name):
    """Return the lines that the release must not hold: those between the marks, long enough to be telling."""
    lines, inside = set(), False
    for cell in source.read(source.source_path(name)).cells:
        for line in cell.source.split("\n"):
            if line.strip() in (source.BEGIN, source.END):
                inside = line.strip() == source.BEGIN
            elif inside and len(line.strip()) > 12:
                lines.add(line.strip())
    return lines


@pytest.mark.parametrize("name", NAMES)
def test_release_holds_no_solution(name):
    secret = solution_lines(name)
    assert secret
    notebook = source.read(EXERCISES / name / f"{name}.ipynb")
    for cell in notebook.cells:
        lines = {line.strip() for line in cell.source.split("\n")}
        assert not lines & secret, cell.source
        for word in ("BEGIN SOLUTION", "END SOLUTION", "HIDDEN TESTS", "MARK SCHEME"):
            assert word not in cell.source
        if cell.cell_type == "code":
            assert cell.outputs == [] and cell.execution_count is None
        if cell.metadata.get("nbgrader", {}).get("solution"):
            assert "raise NotImplementedError" in cell.source


@pytest.mark.parametrize("name", NAMES)
def test_release_locks_its_test_cells_and_has_its_points(name):
    notebook = source.read(EXERCISES / name / f"{name}.ipynb")
    tests = [cell for cell in notebook.cells if is_test(cell)]
    assert all(cell.metadata.editable is False and cell.metadata.deletable is False for cell in tests)
    assert {source.tested(cell): cell.metadata.nbgrader.points for cell in tests} == source.points(name)


@pytest.mark.parametrize("name", NAMES)
def test_reference_earns_full_marks(graded, name):
    result = graded["student-01", name]
    assert result.points == result.maximum == sum(source.points(name).values())
    assert result.wrong == []


@pytest.mark.parametrize("name", NAMES)
def test_untouched_release_earns_nothing(graded, name):
    result = graded["student-02", name]
    assert result.points == 0
    assert result.wrong


def test_demo_leaves_feedback_and_a_list_of_grades(graded):
    course = Course(demo.DEMO)
    for student, name in graded:
        page = course.folder("feedback", student, name) / f"{name}.html"
        assert page.stat().st_size > 1000, page
    rows = (demo.DEMO / "grades.csv").read_text().splitlines()
    assert len(rows) == 1 + len({student for student, _ in graded}) * len(NAMES)


def test_demo_never_touches_the_instructors_course(graded):
    assert {path.name for path in demo.DEMO.iterdir()} == {
        "source", "release", "submitted", "autograded", "feedback", "gradebook.db", "grades.csv", "results.json",
        ".bplib-secret", ".bplib-lock", ".bplib-journal",
    }  # fmt: skip
    for folder in ("submitted", "autograded", "feedback", "source", "release"):
        assert not (REPOSITORY / folder).exists()


def test_unchanged_demo_is_not_graded_again(graded, monkeypatch):
    monkeypatch.setattr(demo, "_grade_class", lambda console: pytest.fail("graded again"))
    assert len(demo.results()) == len(graded)


def test_table_shows_every_submission(graded):
    console = Console(width=200, record=True, file=io.StringIO())
    console.print(demo.table(list(graded.values())))
    text = console.export_text()
    for word in ("student", "exercise", "points", "what went wrong"):
        assert word in text
    for student, name in graded:
        assert student in text and name in text
    perfect = graded["student-01", NAMES[0]]
    assert f"{perfect.points:g} of {perfect.maximum:g}" in text


def test_places_to_open_exist(graded):
    places = dict(demo.places(list(graded.values())))
    assert "all grades" in places
    assert all(path.exists() for path in places.values())


def test_damaged_submission_is_named_and_stops_nobody(tmp_path):
    """A notebook that nbgrader refuses raises an error with its student, and the next one is graded."""
    name = NAMES[0]
    course = Course(tmp_path)
    release.generate(course, [name])
    for student in ("damaged", "sound"):
        path = course.notebook("submitted", student, name)
        path.parent.mkdir(parents=True)
        path.write_text(
            "no notebook" if student == "damaged" else course.notebook("release", "", name).read_text()
        )
    with pytest.raises(CourseError, match=f"damaged.*{name}"):
        course.autograde(name, "damaged")
    course.autograde(name, "sound")
    with course.gradebook() as gradebook:
        assert gradebook.find_submission(name, "sound").score == 0


def test_commands_say_what_they_do():
    run = subprocess.run(
        [sys.executable, "-m", "bplib.grading", "--help"], capture_output=True, text=True, check=True
    )
    assert all(command in run.stdout for command in ("points", "release", "demo"))


def test_pins_cover_what_the_course_installs():
    """Every direct dependency has an exact version in constraints.txt, so that a build of today is one of next year."""
    import tomllib

    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["project"]
    wanted = [*project["dependencies"], *chain(*project["optional-dependencies"].values())]
    names = {re.match(r"[\w-]+", entry)[0].lower() for entry in wanted} - {project["name"]}
    pinned = {line.split("==")[0].lower() for line in (REPOSITORY / "constraints.txt").read_text().split()}
    assert names <= pinned


def test_notebooks_are_stored_without_machine_traces():
    for path in [*EXERCISES.glob("*/*.ipynb"), *(REPOSITORY / "solutions").glob("*/*.ipynb")]:
        metadata = json.loads(path.read_text())["metadata"]
        assert set(metadata) <= {"kernelspec", "language_info"}
        assert metadata["language_info"] == {"name": "python"}


def test_readme_shows_code_that_runs():
    (code,) = re.findall(
        r"^```python\n(.*?)^```$", (REPOSITORY / "README.md").read_text(), re.DOTALL | re.MULTILINE
    )
    names = {}
    exec(code, names)  # noqa: S102
    assert {name: gradient.shape for name, gradient in names["gradients"].items()} == names[
        "network"
    ].shapes()


def test_readme_names_files_and_commands_that_exist():
    readme = (REPOSITORY / "README.md").read_text()
    links = [link for link in re.findall(r"\]\(([^)]+)\)", readme) if "://" not in link]
    assert links and all((REPOSITORY / link).exists() for link in links), links
    makefile = (REPOSITORY / "Makefile").read_text()
    for target in re.findall(r"(?:\$ |`)make ([a-z]+)", readme):
        assert f"\n{target}:" in makefile, target
