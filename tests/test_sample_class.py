"""The sample class gets the points it deserves: each mistake costs what it touches, and nothing else."""

import pytest

from bplib.grading.course import source
from bplib.grading.rehearsal.sample_class import EditError, apply, submissions
from bplib.grading.rehearsal.students import STUDENTS, Edit

# Points earned in the tasks that a mistake touches; every task that is not named here takes full marks.
# student-01 has everything right and student-02 has touched nothing.
DESERVED: dict[tuple[str, str], dict[str, float]] = {
    ("student-03", "partial_derivatives"): {"tanh_layer_backward": 3, "network_backward": 7},  # db, and b1
    ("student-04", "backpropagation"): {"network_backward": 2},  # dW2 and db2 do not pass the bend
    ("student-04", "partial_derivatives"): {"tanh_layer_backward": 0},
    ("student-05", "weight_update"): {"train_step": 2},  # W2 and b2 are right
    ("student-06", "partial_derivatives"): {"residual_backward": 2},  # dW and db
    ("student-07", "error"): {"huber_gradient": 0},
    ("student-07", "conclusion"): {"backward": 0},
    ("student-08", "gradient_descent"): {"descent_step": 0},
    ("student-08", "error"): {"hinge_gradient": 0},
    ("student-09", "overfitting"): {"dropconnect_backward": 1},  # dx
    ("student-10", "iterations"): {"has_plateaued": 0},
    ("student-11", "activation"): {"softplus": 0},
    ("student-12", "error"): {"smoothed_cross_entropy_gradient": 0},
    ("student-13", "gradient_checking"): {"gradient_verdicts": 1},  # zeros against zeros
    ("student-14", "automatic_differentiation"): {"bag_backward": 0, "walk_back": 0},
    ("student-15", "convolution"): {"convolve_row_backward": 1},  # db
    ("student-16", "recurrence"): {"slow_recurrence_backward": 3},  # dx, dW and db
}
SUBMISSIONS = [(submission.student.name, submission.exercise) for submission in submissions()]


def expected(student: str, exercise: str) -> dict[str, float]:
    full = source.points(exercise)
    if student == "student-02":
        return dict.fromkeys(full, 0.0)
    return full | DESERVED.get((student, exercise), {})


@pytest.mark.parametrize(("student", "exercise"), SUBMISSIONS)
def test_points_are_deserved(graded, student, exercise):
    result = graded[student, exercise]
    assert result.tasks == expected(student, exercise), result.wrong
    assert result.points == pytest.approx(sum(result.tasks.values()))
    assert bool(result.wrong) == (result.points < result.maximum)


def test_table_names_known_submissions_and_tasks():
    assert set(DESERVED) <= set(SUBMISSIONS)
    for (_, exercise), tasks in DESERVED.items():
        full = source.points(exercise)
        assert all(0 <= points < full[task] for task, points in tasks.items())


def test_every_mistake_costs_something_and_leaves_something(graded):
    for student in STUDENTS[2:]:
        handed_in = [graded[name, exercise] for name, exercise in SUBMISSIONS if name == student.name]
        assert 1 <= len(handed_in) <= 4
        assert 0 < sum(result.points for result in handed_in) < sum(result.maximum for result in handed_in), (
            student
        )


def test_class_is_large_enough_and_everyone_differs():
    assert len(STUDENTS) >= 11
    assert [student.name for student in STUDENTS] == [f"student-{i:02d}" for i in range(1, len(STUDENTS) + 1)]
    assert len({student.story for student in STUDENTS}) == len(STUDENTS)
    assert len(set(SUBMISSIONS)) == len(SUBMISSIONS)


def test_edit_that_does_not_fit_is_named():
    edit = Edit("error", "hinge", old="return 2", new="return 3")
    assert apply(edit, "def f():\n    return 2") == "def f():\n    return 3"
    for answer in ("def f():\n    return 4", "return 2\nreturn 2"):
        with pytest.raises(EditError, match=r"'error'.*'hinge'.*'return 2'.*students\.py"):
            apply(edit, answer)
