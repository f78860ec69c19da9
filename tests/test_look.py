"""``bplib look``: what an instructor needs to decide a case, kept where nobody else reads it, and run again as it was."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import nbformat
import numpy as np
import pytest
from click.testing import CliRunner

from bplib.checking.exercises import known, load
from bplib.checking.judging.evidence import again, as_text
from bplib.checking.judging.judge import judge
from bplib.checking.report.evidence import LONGEST_CALL, LONGEST_CAME, Evidence
from bplib.checking.report.report import Score
from bplib.grading.commands.look import look
from bplib.grading.commands.report import report
from bplib.grading.course import release
from bplib.grading.course.directory import Course
from bplib.grading.course.places import EXERCISES
from bplib.grading.course.source import read, reference_answer, solution_cells, source_path
from bplib.grading.gradebook.results import GRADED, HUMAN, Result
from bplib.grading.sandbox.outside import Limits
from bplib.grading.work.grade import grade
from bplib.grading.work.journal import Journal

EXERCISE = "error"
TASK = "smoothed_cross_entropy_gradient"
COMPLEX_STEP = f"""def {TASK}(logits, target, epsilon):
    smooth = (1 - epsilon) * target + epsilon / target.shape[1]
    logits = np.asarray(logits, float)
    top, gradient = logits.max(axis=1, keepdims=True), np.zeros(logits.shape)
    for at in np.ndindex(*logits.shape):
        z = logits.astype(complex)
        z[at] += 1e-30j
        log_sum = top + np.log(np.exp(z - top).sum(axis=1, keepdims=True))
        gradient[at] = (smooth * (log_sum - z)).sum().imag / len(logits) / 1e-30
    return gradient
"""
SIGN = "def huber_gradient(output, target, delta):\n    return -np.clip(output - target, -delta, delta) / len(output)\n"


@pytest.fixture(scope="module")
def graded(tmp_path_factory, cluster):
    """Return a graded course: one measures a gradient, one has it wrong, one hands in no notebook, one is right."""
    root = tmp_path_factory.mktemp("looked") / "course"
    course = Course(root)
    release.generate(course, [EXERCISE])
    right = read(EXERCISES / EXERCISE / f"{EXERCISE}.ipynb")
    answers = solution_cells(read(source_path(EXERCISE)))
    for task, cell in solution_cells(right).items():
        cell.source = reference_answer(answers[task].source)
    for name, task, source in (
        ("ada", TASK, COMPLEX_STEP),
        ("bert", "huber_gradient", SIGN),
        ("dora", "", ""),
    ):
        notebook = nbformat.from_dict(json.loads(json.dumps(right)))
        if task:
            solution_cells(notebook)[task].source = source
        path = course.notebook("submitted", name, EXERCISE)
        path.parent.mkdir(parents=True)
        nbformat.write(notebook, path)
    path = course.notebook("submitted", "cleo", EXERCISE)
    path.parent.mkdir(parents=True)
    path.write_bytes(b"no notebook")
    results = grade(course.directory, EXERCISE, cluster, limits=Limits(cell=5, wall=60))
    return course, {result.student: result for result in results}


needs_sandbox = pytest.mark.skipif(
    shutil.which("bwrap") is None and not os.environ.get("CI"), reason="bubblewrap is not installed"
)


def told(course: Course, student: str, *options: str, exit_code: int = 0) -> str:
    said = CliRunner().invoke(look, [student, EXERCISE, "--course", str(course.root), *options])
    assert said.exit_code == exit_code, said.output
    return said.output


@needs_sandbox
def test_a_doubt_is_shown_with_a_call_that_can_be_pasted_and_is_closed_by_hand(graded):
    course, results = graded
    assert (results["ada"].outcome, results["ada"].code) == (HUMAN, "undecided")
    said = told(course, "ada")
    assert f"A person should look at {TASK}" in said and "complex numbers" in said
    assert "nbgrader formgrader" in said and f"bplib grade {EXERCISE} --student ada" in said
    (call,) = json.loads(told(course, "ada", "--json"))["calls"]
    assert (call["task"], call["verdict"]) == (TASK, "undecided") and call["code"] in said
    # Pasted below the student's function, it runs, and the same comes.
    scope = {"np": np}
    exec(COMPLEX_STEP, scope)  # noqa: S102 - as it is pasted
    *lines, last = call["code"].splitlines()
    exec("\n".join(lines), scope)  # noqa: S102
    assert as_text(eval(last, scope)) == call["came"]
    assert "\n".join(f"# {line}" for line in call["came"].splitlines()) in said
    # Points by hand close the case.
    assert "The check could not decide" in told_by_report(course)
    with course.gradebook() as book:
        grade_ = book.find_grade(f"test-{TASK}", EXERCISE, EXERCISE, "ada")
        grade_.manual_score = grade_.max_score
        book.db.commit()
    assert "The check could not decide" not in told_by_report(course)


def told_by_report(course: Course) -> str:
    said = CliRunner().invoke(report, [EXERCISE, "--course", str(course.root)])
    assert said.exit_code == 0, said.output
    return (course.root / "report" / f"{EXERCISE}.html").read_text(encoding="utf-8")


@needs_sandbox
def test_other_cases_are_told_as_well(graded):
    course, results = graded
    said = told(course, "bert")
    assert (
        results["bert"].outcome == GRADED and "huber_gradient, doutput: wrong" in said and "np.array" in said
    )
    said = told(course, "cleo")
    assert "is no notebook" in said and "Mend the file" in said and "submitted/cleo" in said
    assert "nobody has to look" in told(course, "dora")
    assert "Did you mean cleo?" in told(course, "clea", exit_code=2)
    said = CliRunner().invoke(look, ["ada", "nothing", "--course", str(course.root)])
    assert said.exit_code == 2 and "does not know 'nothing'" in said.output


@needs_sandbox
def test_what_the_checks_try_is_in_no_notebook_and_on_no_page(graded):
    course, results = graded
    for student in ("ada", "bert"):
        (call,) = results[student].evidence
        numbers = [part for part in call.call.replace("]", ",").split(",") if len(part.strip(" [(")) > 12]
        assert numbers
        for place in ("autograded", "feedback"):
            for path in course.folder(place, student, EXERCISE).iterdir():
                text = path.read_text(encoding="utf-8")
                assert not [number for number in numbers if number.strip(" [(") in text], path


@pytest.mark.parametrize("exercise", known())
def test_every_call_can_be_made_again(exercise):
    for check in load(exercise):
        handed = []

        def nothing(*arguments, _handed=handed):
            _handed.append(arguments)

        (*_, call) = judge(check, nothing, autograde=True, seed=11).evidence
        drawn = again(exercise, check.name, call.kind, call.entropy)
        assert any(same(list(drawn.values()), list(arguments)) for arguments in handed), check.name
        assert len(call.call) <= LONGEST_CALL and call.task == check.name and call.verdict == "wrong"
        if call.call:
            handed.clear()
            exec(call.call, {"np": np, check.name: nothing})  # noqa: S102
            assert same(list(drawn.values()), list(handed[0])), check.name
    with pytest.raises(ValueError, match="grade again"):
        again(exercise, "nothing", call.kind, call.entropy)


def same(a, b) -> bool:
    if isinstance(a, dict):
        return isinstance(b, dict) and a.keys() == b.keys() and all(same(a[key], b[key]) for key in a)
    if isinstance(a, (list, tuple)):
        return isinstance(b, (list, tuple)) and len(a) == len(b) and all(map(same, a, b))
    if callable(a) or isinstance(a, np.random.Generator):  # a function comes wrapped
        return callable(a) == callable(b)
    return np.array_equal(np.asarray(a), np.asarray(b))


def test_evidence_is_for_grading_alone_and_in_nothing_that_students_get():
    (check, *_) = load(EXERCISE)
    assert judge(check, lambda *_: None).evidence == ()
    found = judge(check, lambda *_: None, autograde=True, seed=3)
    assert found.evidence and "evidence" not in found.as_dict()
    secret = found.evidence[0].call.split("[[")[1][:12]
    assert secret not in str(found) + json.dumps(Score(found)._repr_mimebundle_())


def test_what_came_is_bounded_whatever_it_is():
    class Odd:
        def __repr__(self):
            raise RuntimeError

    deep = []
    for _ in range(100):
        deep = [deep]
    for value in (
        np.ones((500, 500)),
        10**10_000,
        "x" * 10**6,
        Odd(),
        deep,
        {"W1": np.ones((3, 4))},
        [Odd()] * 1000,
        None,
    ):
        assert len(as_text(value)) <= LONGEST_CAME
    assert as_text(Odd()) == "a Odd" and "shape (3, 4)" in as_text({"W1": np.ones((3, 4))})


def test_the_journal_keeps_it(tmp_path):
    call = Evidence("f", "a", "wrong", "an ordinary batch", "f(1)", "2", (1, 2**62, 3))
    Journal(tmp_path / "e.jsonl").add(Result("ada", GRADED, evidence=(call,)))
    (kept,) = Journal(tmp_path / "e.jsonl").kept()
    assert kept.evidence == (call,)


def test_a_look_before_any_grading_says_so(course):
    path = Path(course.root, "submitted", "ada", "feedforward", "feedforward.ipynb")
    path.parent.mkdir(parents=True)
    path.write_bytes(b"{}")
    said = CliRunner().invoke(look, ["ada", "feedforward", "--course", str(course.root)])
    assert said.exit_code == 0 and "Nobody has graded it yet." in said.output
