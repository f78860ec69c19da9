"""The class report: gradebook and notebooks in, one page and the files of two learning management systems out."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import time
from datetime import date
from pathlib import Path

import displays
import pytest
from click.testing import CliRunner
from nbgrader.api import Gradebook

from bplib.checking.diagnosis.causes import CAUSES
from bplib.checking.report.report import MIMETYPE
from bplib.grading.commands.report import report
from bplib.grading.gradebook.graded_notebook import Wrong
from bplib.grading.pages import lms
from bplib.grading.pages.class_page import bars, page
from bplib.grading.pages.class_results import (
    GRADED,
    NEEDS_HUMAN,
    NOT_SUBMITTED,
    Alike,
    ClassError,
    ClassResults,
    Points,
    Shared,
    StudentResult,
    Task,
    read_class,
)
from bplib.grading.pages.class_summary import OWN_WAY, anonymous, bins, summarize
from bplib.grading.pages.suggestions import FOR_CAUSE, SUGGESTIONS

pytestmark = pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")  # nbgrader's, while it adds

DAY = date(2026, 3, 1)
TASKS = {"layer_backward": 4.0, "loss": 2.0}
NASTY = '<script>alert("x")</script> 🦊 & Söhne'


def part(name, verdict="wrong", cause=None, message="it is off by 1.5 at [0, 1]", index=(0, 1)):
    return {
        "name": name,
        "verdict": verdict,
        "cause": cause,
        "message": message,
        "index": list(index) if index is not None else None,
    }


def cell(task, parts, **marks):
    output = {"output_type": "execute_result", "data": {MIMETYPE: {"function": task, "outputs": parts}}}
    nbgrader = {"grade": True, "grade_id": f"test-{task}", "points": TASKS.get(task, 1.0)} | marks
    return {"cell_type": "code", "metadata": {"nbgrader": nbgrader}, "source": "", "outputs": [output]}


def notebook(**parts):
    student = {"cell_type": "code", "metadata": {}, "source": "", "outputs": [{"output_type": "error"}]}
    cells = [student, *(cell(task, parts.get(task, [part("a", "right")])) for task in TASKS)]
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells})


class MadeClass:
    """A course folder with a gradebook made by nbgrader's interface, and notebooks made by hand."""

    def __init__(self, root: Path, empty: Path, exercise: str = "backprop"):
        self.root, self.exercise = root, exercise
        shutil.copy(empty, root / "gradebook.db")
        self.address = f"sqlite:///{root / 'gradebook.db'}"
        self.book = Gradebook(self.address, course_id="a course")
        self.book.add_assignment(exercise)
        self.book.add_notebook(exercise, exercise)
        for task, worth in TASKS.items():
            name = f"test-{task}"
            self.book.add_grade_cell(name, exercise, exercise, max_score=worth, cell_type="code")
            source = f'check("{task}")'
            self.book.add_source_cell(name, exercise, exercise, source=source, cell_type="code")

    def add(self, name, points=None, written=None, **fields):
        """Add a student, with points for each task and the text of the autograded notebook when there is one."""
        self.book.add_student(name, **fields)
        if points is not None:
            self.book.add_submission(self.exercise, name)
            (self.root / "submitted" / name / self.exercise).mkdir(parents=True)
            for task, score in zip(TASKS, points, strict=True):
                grade = self.grade(name, task)
                grade.auto_score, grade.needs_manual_grade = score, False
            self.book.db.commit()
        if written is not None:
            path = self.root / "autograded" / name / self.exercise / f"{self.exercise}.ipynb"
            path.parent.mkdir(parents=True)
            path.write_text(written, encoding="utf-8")

    def grade(self, name, task):
        return self.book.find_grade(f"test-{task}", self.exercise, self.exercise, name)

    def read(self, exercise=None) -> ClassResults:
        def graded(student):
            return self.root / "autograded" / student / self.exercise

        submitted = [path.parent.name for path in self.root.glob(f"submitted/*/{self.exercise}")]
        return read_class(exercise or self.exercise, self.address, graded, submitted)

    def run(self, *arguments):
        return CliRunner().invoke(report, [self.exercise, "--course", str(self.root), *arguments])


@pytest.fixture(scope="module")
def empty_gradebook(tmp_path_factory):
    """Return a gradebook with nothing in it; nbgrader takes seconds to make one, so it is made once."""
    path = tmp_path_factory.mktemp("empty") / "gradebook.db"
    Gradebook(f"sqlite:///{path}", course_id="a course").close()
    return path


@pytest.fixture
def made(tmp_path, empty_gradebook):
    made = MadeClass(tmp_path, empty_gradebook)
    yield made
    made.book.close()


@pytest.fixture
def small(made):
    """Return a class in which every outcome occurs."""
    slope = "activation-derivative-missing"
    made.add("ada", (4, 2), notebook(), first_name="Ada", last_name="Byron", email="ada@uni.example")
    made.add("bob", (1, 2), notebook(layer_backward=[part("dx", cause=slope), part("dW", cause=slope)]))
    made.add(
        "cyd",
        (2, 0),
        notebook(
            layer_backward=[part("dW", cause=slope), part("db", cause="bias-not-summed")],
            loss=[part("loss", message="it did not return within 5 s", index=None)],
        ),
    )
    made.add("dan", (4, 2), "{not json", first_name=NASTY)
    made.add("eve")
    made.add("fay")
    (made.root / "submitted" / "fay" / made.exercise).mkdir(parents=True)
    return made


def test_outcomes_points_and_wrong_outputs(small):
    results = small.read()
    assert results.maximum == 6 and results.tasks == (Task("layer_backward", 4), Task("loss", 2))
    found = {student.id: student for student in results.students}
    assert {name: student.outcome for name, student in found.items()} == {
        "ada": GRADED,
        "bob": GRADED,
        "cyd": GRADED,
        "dan": NEEDS_HUMAN,
        "eve": NOT_SUBMITTED,
        "fay": NEEDS_HUMAN,
    }
    assert found["ada"].name == "Byron, Ada" and found["ada"].points == 6 and found["ada"].wrong == ()
    assert found["bob"].wrong[0] == Wrong(
        "layer_backward",
        "dx",
        "wrong",
        "activation-derivative-missing",
        "it is off by 1.5 at [0, 1]",
        (0, 1),
    )
    assert found["cyd"].tasks == (Points("layer_backward", 2), Points("loss", 0))
    assert found["dan"].reason == "The autograded notebook cannot be read (JSONDecodeError)."
    assert not found["dan"].counted and found["dan"].points == 6
    assert "not in the gradebook" in found["fay"].reason and found["fay"].points is None


def test_manual_points_extra_credit_and_penalty(made):
    made.add("ada", (1, 2), notebook())
    grade = made.grade("ada", "layer_backward")
    grade.manual_score, grade.extra_credit = 3.0, 0.5
    made.book.find_submission_notebook("backprop", "backprop", "ada").late_submission_penalty = 1.5
    made.book.db.commit()
    (ada,) = made.read().students
    assert ada.tasks[0] == Points("layer_backward", 3.5, manual=3.0, extra=0.5)
    assert (ada.points, ada.penalty) == (4.0, 1.5)


def test_penalty_never_makes_points_negative(made):
    made.add("ada", (1, 0), notebook())
    made.book.find_submission_notebook("backprop", "backprop", "ada").late_submission_penalty = 5
    made.book.db.commit()
    assert made.read().students[0].points == 0


def test_points_by_hand_are_waited_for_and_undecided_ones_are_not(made):
    made.add("ada", (4, 0), notebook())
    made.grade("ada", "loss").needs_manual_grade = True
    made.book.db.commit()
    made.add("bob", (4, 2), notebook(loss=[part("dz", "undecided", message="one draw could not be decided")]))
    ada, bob = made.read().students
    assert (ada.outcome, ada.counted) == (NEEDS_HUMAN, False)
    assert ada.reason == "Points by hand are due for loss."
    assert (bob.outcome, bob.counted) == (NEEDS_HUMAN, True)
    assert bob.reason == "The check could not decide dz of loss."


BROKEN = {
    "empty": "",
    "list": "[]",
    "no cells": "{}",
    "cells are words": '{"cells": ["a", 1, null]}',
    "no tests": '{"cells": []}',
    "twice": json.dumps(
        {"cells": [cell("layer_backward", []), cell("layer_backward", []), cell("loss", [])]}
    ),
    "nested": '{"cells": ' + "[" * 100_000,
    "no text": "\udcff",
}


@pytest.mark.parametrize("text", BROKEN.values(), ids=BROKEN)
def test_broken_notebook_is_an_outcome(made, text):
    made.add("ada", (4, 2), "")
    path = made.root / "autograded/ada/backprop/backprop.ipynb"
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    (ada,) = made.read().students
    assert ada.outcome == NEEDS_HUMAN and ada.reason.startswith("The autograded notebook")
    assert page(made.read(), DAY)


def test_missing_notebook_is_an_outcome(made):
    made.add("ada", (4, 2))
    assert made.read().students[0].reason == "There is no autograded notebook."


def test_a_report_that_students_made_up_does_no_harm(made):
    odd = [
        {"name": 3, "verdict": ["x"], "cause": {"a": 1}, "message": None, "index": "abc"},
        {"name": "dW", "verdict": "wrong", "cause": "no-such-cause", "message": "y" * 9999, "index": [0.5]},
        "text",
    ]
    made.add("ada", (0, 0), notebook(layer_backward=odd, loss=None))
    (ada,) = made.read().students
    assert {w.cause for w in ada.wrong} == {None} and {w.index for w in ada.wrong} == {None}
    assert max(len(w.message) for w in ada.wrong) == 300
    assert page(made.read(), DAY)


def test_check_that_ends_in_an_error_is_named(made):
    broken = json.loads(notebook())
    stopped = {"output_type": "error", "ename": "KeyboardInterrupt", "evalue": ""}
    broken["cells"][1]["outputs"] = [stopped]
    broken["cells"][2]["outputs"] = [stopped | {"ename": "NameError", "evalue": "no check"}]
    made.add("ada", (0, 0), json.dumps(broken))
    messages = [w.message for w in made.read().students[0].wrong]
    assert messages == ["a cell took longer than it may and was stopped", "NameError: no check"]


def test_exercise_with_several_notebooks_and_foreign_tests(made):
    made.book.add_notebook("second", "backprop")
    made.book.add_grade_cell("q1", "second", "backprop", max_score=3, cell_type="code")
    made.add("ada")
    assert {task.name for task in made.read().tasks} == {
        "backprop: layer_backward",
        "backprop: loss",
        "second: q1",
    }


def test_gradebook_is_left_as_it_is(small):
    small.book.close()
    file = small.root / "gradebook.db"
    before = file.read_bytes()
    small.read()
    assert file.read_bytes() == before


def test_what_cannot_be_read_is_said(made, tmp_path):
    with pytest.raises(ClassError, match=r"no exercise 'other'.*backprop"):
        made.read("other")

    def nowhere(student):
        return tmp_path

    for address, said in {
        f"sqlite:///{tmp_path}/none.db": "there is no gradebook",
        "gradebook.db": "no address of a database",
        "nosuchdatabase://x": "no address of a database",
        "sqlite://": "there is no gradebook",
    }.items():
        with pytest.raises(ClassError, match=said):
            read_class("backprop", address, nowhere, [])
    assert not (tmp_path / "none.db").exists()
    (tmp_path / "text.db").write_text("this is a text")
    with pytest.raises(ClassError, match="cannot be opened"):
        read_class("backprop", f"sqlite:///{tmp_path}/text.db", nowhere, [])


# What is counted.


def test_mistakes_are_counted_by_student_and_the_most_frequent_comes_first(small):
    summary = summarize(small.read())
    first, second = summary.misconceptions
    assert (first.cause, first.students, summary.read) == ("activation-derivative-missing", 2, 3)
    assert first.places == ("layer_backward (dW, dx)",)
    assert first.sentence == CAUSES[first.cause].sentence
    assert (second.cause, second.students) == ("bias-not-summed", 1)
    assert [(u.task, u.what, u.students) for u in summary.unexplained] == [
        ("loss", "it did not return within 5 s", 1)
    ]


def test_hardest_task_comes_first_and_only_points_that_stand_count(small):
    summary = summarize(small.read())
    assert (summary.counted, summary.graded, summary.needs_human, summary.not_submitted) == (3, 3, 2, 1)
    assert [(t.task, t.full, t.part, t.none) for t in summary.tasks] == [
        ("layer_backward", 1, 2, 0),
        ("loss", 2, 0, 1),
    ]
    assert summary.median == 3 and summary.mean == pytest.approx(11 / 3)


def test_each_own_wrong_number_is_one_reason(made):
    for name, message in (("ada", "it is off by 1 at [0]"), ("bob", "it is off by 2 at [1]")):
        made.add(name, (0, 2), notebook(layer_backward=[part("dW", message=message)]))
    (found,) = summarize(made.read()).unexplained
    assert (found.task, found.what, found.students) == ("layer_backward", OWN_WAY, 2)


@pytest.mark.parametrize("maximum", [0.5, 1, 2, 3, 7, 12, 13, 20, 22, 100, 101, 999, 12345])
def test_every_total_is_in_one_bin(maximum):
    totals = [maximum * i / 97 for i in range(98)] + [maximum + 3]
    found = bins(totals, maximum)
    assert sum(b.count for b in found) == len(totals)
    assert 2 <= len(found) <= 13 and found[-1].full and found[-1].count == 2
    assert found[0].low == 0 and found[-2].high == maximum
    assert len({bar.label for bar in bars(found)}) == len(found)


def test_no_maximum_no_bins():
    assert bins([], 0) == ()


def test_every_cause_has_one_suggestion():
    assert set(FOR_CAUSE) == set(CAUSES)
    assert sum(len(s.causes) for s in SUGGESTIONS) == len(CAUSES)
    assert len({s.title for s in SUGGESTIONS}) == len(SUGGESTIONS)


# The files for learning management systems.


def rows(text):
    return list(csv.reader(io.StringIO(text)))


def lms_class(*students):
    return ClassResults("loss", 6.0, (Task("loss", 6.0),), tuple(students))


def student(name="ada", points=5.0, counted=True, email="", lms_id="", shown=""):
    return StudentResult(name, shown or name, email, lms_id, GRADED, points=points, counted=counted)


def test_canvas_file(small):
    found = rows(lms.canvas(small.read()))
    assert found == [
        ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "backprop"],
        ["    Points Possible", "", "", "", "", "6"],
        ["bob", "", "", "bob", "", "3"],
        ["Byron, Ada", "", "", "ada", "", "6"],
        ["cyd", "", "", "cyd", "", "2"],
    ]


def test_canvas_number_and_other_numbers_have_their_own_columns():
    found = rows(lms.canvas(lms_class(student("a", lms_id="1234"), student("b", lms_id="sis-7"))))
    assert [row[1:3] for row in found[2:]] == [["1234", ""], ["", "sis-7"]]


def test_moodle_goes_by_email_when_all_have_one():
    both = [student("a", 5.25, email="a@uni.example"), student("b", email="b@uni.example", lms_id="77")]
    assert rows(lms.moodle(lms_class(*both))) == [
        ["Email address", "loss"],
        ["a@uni.example", "5.25"],
        ["b@uni.example", "5"],
    ]
    found = rows(lms.moodle(lms_class(*both[1:], student("c"))))
    assert found == [["ID number", "loss"], ["77", "5"], ["c", "5"]]


def test_points_by_task_have_one_row_for_each_student(small):
    head, *found = rows(lms.tasks(small.read()))
    assert head[:5] == ["id", "name", "email", "layer_backward (of 4)", "loss (of 2)"]
    by_id = {row[0]: row[3:] for row in found}
    assert list(by_id) == [student.id for student in small.read().students]
    assert by_id["cyd"] == ["2", "0", "no", "0", "2", "yes", "graded"]
    assert by_id["eve"] == ["", "", "no", "", "", "no", "not submitted"]
    assert by_id["dan"][-2:] == ["no", "needs a human"]


def test_nothing_without_points_is_sent():
    class_ = lms_class(student("a", None, counted=False), student("b", 3.0, counted=False))
    assert len(rows(lms.canvas(class_))) == 2 and len(rows(lms.moodle(class_))) == 1


STARTS = [
    "=", "+", "-", "@", "\t=", "\r=", "\n=", " =", "\u00a0=", "＝", "＋", "－", "＠", "﹢", "﹣", "﹦", "﹫", "−", "\tx", "\rx",
    '"=', "'=", '"  =', "“=", "\u200b=", "\ufeff\u2060+", "\u202e-", "\x00=", "\u3000＝", "«@", "\u0301=",
]  # fmt: skip


@pytest.mark.parametrize("start", STARTS)
def test_no_cell_is_a_formula(start):
    evil = f'{start}HYPERLINK("http://evil.example")'
    named = lms_class(student("ada", shown=evil))
    for write in (lms.canvas, lms.tasks):
        cells = [cell for row in rows(write(named)) for cell in row]
        assert f"'{evil}" in cells and evil not in cells
    called = lms_class(student(evil, email=evil, lms_id=evil), student("bob"))
    assert [row[0] for row in rows(lms.tasks(called))[1:]] == [f"'{evil}", "bob"]
    # What a platform would not know again does not go there, and is told.
    assert lms.left_out(called) == {evil: lms.FORMULA}
    for write in (lms.canvas, lms.moodle):
        assert evil not in write(called) and "bob" in write(called)


@pytest.mark.parametrize(
    "given",
    ["ada", "Ünïcode-1", "a=b", "x@uni.example", "+4912345", "-17", "0042", "O'Brien", "ada lovelace"],
)
def test_what_a_platform_gave_comes_back_as_it_was(given):
    email = given if "@" in given else ""
    class_ = lms_class(student(given, lms_id=given, email=email))
    assert lms.left_out(class_) == {}
    row = rows(lms.canvas(class_))[2]
    assert given in row[1:3] and row[3] == given
    assert rows(lms.moodle(class_))[1][0] == given


@pytest.mark.parametrize("name", displays.MARKUP)
def test_nothing_is_alive_on_the_page_of_the_class(name):
    evil = displays.MARKUP[name].replace("NAME", name)
    wrong = (Wrong("loss", evil, "wrong", None, evil), Wrong("loss", "", "crashed", None, evil))
    who = StudentResult(
        evil, evil, evil, evil, NEEDS_HUMAN, evil, 3.0, True, tasks=(Points("loss", 3.0),), wrong=wrong
    )
    class_ = ClassResults(
        evil,
        6.0,
        (Task("loss", 6.0), Task(evil, 1.0)),
        (who, student("bob")),
        (Alike(evil, "bob", 20.0, (Shared(evil, evil, evil),)),),
    )
    html = page(class_, DAY, "https://book.example/")
    assert displays.alive(html, mathjax=False) == set() and html.count("<script>") == 1


def test_numbers_are_plain():
    assert [lms.number(x) for x in (0, 100, 1e-9, 2 / 3, 12345678.0)] == ["0", "100", "0", "0.67", "12345678"]


# The page.


def test_page_says_what_the_class_gets_wrong(small):
    html = page(small.read(), DAY, "https://book.example/")
    assert "2 of 3:</span> the slope of the activation function is not in it" in html
    assert '<a href="https://book.example/activation.html">Activation</a>' in html
    assert 'href="https://book.example/bug_files.html#mistake-activation-derivative-missing"' in html
    assert "The bend on the way back" in html and "1 March 2026" in html


def test_page_without_the_book_names_chapters(small):
    html = page(small.read(), DAY)
    assert "<i>Activation</i>" in html and "http" not in html.replace("http-equiv", "")


def test_names_are_text(small):
    html = page(small.read(), DAY)
    assert NASTY not in html and "<script>alert" not in html
    assert "&lt;script&gt;alert" in html and "🦊" in html


def test_anonymous_page_names_nobody(small):
    results = small.read()
    hidden = anonymous(results)
    told = page(hidden, DAY, anonymous=True) + json.dumps(small_json(small, "--anonymous"))
    for person in results.students:
        for word in (person.id, person.name, person.email, "Söhne"):
            assert not word or f">{word}<" not in told and f'"{word}"' not in told
    assert "@uni.example" not in told and "5 s" not in told
    assert summarize(hidden).misconceptions == summarize(results).misconceptions
    assert [s.points for s in hidden.students if s.counted] == [6, 3, 2]


def small_json(made, *arguments):
    run = made.run("--json", *arguments)
    assert run.exit_code == 0, run.output
    return json.loads(run.stdout)


def test_class_without_mistakes_and_class_of_one(made):
    made.add("ada", (4, 2), notebook())
    html = page(made.read(), DAY)
    assert "No typical mistake was recognized." in html and "Nobody: everyone has." in html
    assert "1 student whose points stand" in html


def test_empty_class_has_a_page(made):
    html = page(made.read(), DAY)
    assert "No points stand yet." in html and "There is no notebook to look into yet." in html


def test_a_suggestion_stands_once(made):
    made.add("ada", (0, 0), notebook(layer_backward=[part("a", cause="sign"), part("b", cause="uphill")]))
    html = page(made.read(), DAY)
    assert html.count(SUGGESTIONS[0].text) == 1 and "the same as above" in html


# The command.


def test_command_writes_beside_the_autograded_folder(small):
    run = small.run("--csv", "canvas", "--csv", "moodle")
    assert run.exit_code == 0, run.output
    folder = small.root / "report"
    assert sorted(path.name for path in folder.iterdir()) == [
        "backprop-canvas.csv",
        "backprop-moodle.csv",
        "backprop.html",
    ]
    assert "left out, for they have no points yet: dan, eve, fay" in run.output
    assert (folder / "backprop-canvas.csv").read_bytes().count(b"\r\n") == 5


def test_command_reads_nbgraders_settings(small):
    (small.root / "autograded").rename(small.root / "marked")
    (small.root / "gradebook.db").rename(small.root / "grades.db")
    (small.root / "nbgrader_config.py").write_text(
        'c = get_config()\nc.CourseDirectory.autograded_directory = "marked"\n'
    )
    assert "there is no gradebook" in small.run().output
    run = small.run(
        "--db", f"sqlite:///{small.root / 'grades.db'}", "--to", str(small.root / "new" / "page.html")
    )
    assert run.exit_code == 0, run.output
    assert "2 of 3:" in (small.root / "new" / "page.html").read_text(encoding="utf-8")


def test_json_is_all_there_is_on_standard_output(small):
    told = small_json(small, "--csv", "canvas")
    assert told["summary"]["misconceptions"][0]["students"] == 2
    assert told["class"]["students"][1]["wrong"][0]["index"] == [0, 1]
    assert not (small.root / "report" / "backprop.html").exists()


@pytest.mark.parametrize("book", ["javascript:alert(1)", "book", "https://a b"])
def test_book_has_to_be_an_address(small, book):
    run = small.run("--book", book)
    assert run.exit_code == 2 and "is no address" in run.output


def test_command_says_what_is_wrong(small):
    run = CliRunner().invoke(report, ["nothing", "--course", str(small.root)])
    assert run.exit_code == 1 and "no exercise 'nothing' in the gradebook; there are: backprop" in run.output
    (small.root / "nbgrader_config.py").write_text("1 / 0")
    run = small.run()
    assert run.exit_code == 1 and "cannot be read: ZeroDivisionError" in run.output


# In a browser.


def crowd(size=400):
    """Return a large class with long names, many tasks and every kind of mistake."""
    tasks = tuple(Task(f"task_{i:02d}_with_a_rather_long_name_backward", 2.0) for i in range(14))
    causes = list(CAUSES)
    students = []
    for i in range(size):
        points = tuple(Points(t.name, float((i * 7 + j * i) % 3)) for j, t in enumerate(tasks))
        wrong = tuple(
            Wrong(p.task, "dW", "wrong", causes[(i * i + j) % (len(causes) - 8 * (i % 4))], "off", (0, 1))
            for j, p in enumerate(points)
            if p.points < 2
        )
        outcome = NOT_SUBMITTED if i % 17 == 0 else NEEDS_HUMAN if i % 23 == 0 else GRADED
        done = outcome != NOT_SUBMITTED
        students.append(
            StudentResult(
                f"s{i:03d}",
                f"Ærøskøbing-{i:03d}, {NASTY if i % 50 == 0 else 'Maximiliane'}",
                f"s{i}@uni.example",
                "",
                outcome,
                "Points by hand are due for loss." if outcome == NEEDS_HUMAN else "",
                sum(p.points for p in points) if done else None,
                outcome == GRADED,
                1.0 if i % 9 == 0 else 0.0,
                points if done else (),
                wrong if done else (),
            )
        )
    alike = (Alike("s001", "s002", 40.0, (Shared("task_01", f"x = 1  # {NASTY}", "y" * 300),)),)
    return ClassResults("partial_derivatives", 28.0, tasks, tuple(students), alike)


def test_large_class_is_quick():
    start = time.perf_counter()
    html = page(crowd(), DAY, "https://book.example")
    assert time.perf_counter() - start < 3
    assert len(html) < 1_000_000


def visit(browser, tmp_path, html, *, scheme="light", width=1400, scripts=True):
    path = tmp_path / "page.html"
    path.write_text(html, encoding="utf-8")
    context = browser.new_context(
        color_scheme=scheme, viewport={"width": width, "height": 900}, java_script_enabled=scripts
    )
    opened, problems = context.new_page(), []
    opened.on("console", lambda message: problems.append(message.text))
    opened.on("pageerror", lambda error: problems.append(str(error)))
    opened.on(
        "request", lambda request: problems.append(request.url) if request.url != path.as_uri() else None
    )
    opened.goto(path.as_uri())
    return opened, problems


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1400, 390])
def test_page_is_accessible_fits_and_asks_nobody(browser, axe, tmp_path, small, scheme, width):
    results = small.read()
    pages = {
        "small": page(results, DAY, "https://book.example"),
        "anonymous": page(anonymous(results), DAY, anonymous=True),
        "large": page(crowd(), DAY, "https://book.example"),
        "thirty": page(crowd(30), DAY, "https://book.example"),
        "empty": page(lms_class(), DAY),
    }
    for name, html in pages.items():
        opened, problems = visit(browser, tmp_path, html, scheme=scheme, width=width)
        wide = opened.evaluate("document.documentElement.scrollWidth")
        if name != "large":  # the same kinds of elements as thirty students, and a minute's work for axe
            problems += axe(opened)
        assert not problems, (name, problems)
        assert wide <= width, (name, wide)
        if folder := os.environ.get("BPLIB_SCREENSHOTS"):
            opened.screenshot(path=f"{folder}/{name}-{scheme}-{width}.png", full_page=True)
        opened.context.close()


def test_table_sorts_by_keyboard_and_stands_without_scripts(browser, tmp_path, small):
    html = page(small.read(), DAY)

    def names(opened):
        return opened.locator("#table tbody th > bdi").all_inner_texts()

    opened, problems = visit(browser, tmp_path, html)
    points = opened.get_by_role("button", name="points", exact=True)
    points.focus()
    opened.keyboard.press("Enter")
    assert names(opened) == ["eve", "fay", "cyd", "bob", NASTY, "Byron, Ada"]
    assert opened.locator("[aria-sort]").get_attribute("aria-sort") == "ascending"
    opened.keyboard.press("Enter")
    assert names(opened) == [NASTY, "Byron, Ada", "bob", "cyd", "eve", "fay"]
    assert opened.locator("[aria-sort]").get_attribute("aria-sort") == "descending"
    assert not problems
    opened.context.close()
    opened, _ = visit(browser, tmp_path, html, scripts=False)
    assert len(names(opened)) == 6 and opened.locator("#table button").count() == 0
    opened.context.close()
