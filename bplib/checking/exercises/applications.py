"""Checks of the project on real data: its parts one by one, and two models by what they say of patients they have not seen."""

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

from bplib.applications.regression import r_squared
from bplib.checking.exercises.typical.applications import TYPICAL
from bplib.checking.judging.check import Check, Gradient, Property, Value, without
from bplib.checking.judging.draws import PLAIN, Draw, Inputs
from bplib.checking.judging.held_out import halves, least_squares, one_each, share_and_surprise
from bplib.data import breast_cancer, diabetes
from bplib.types import Array

# Least and largest of 200 draws, by tests/benchmarks/project.py. A run of a check has three draws in the notebook, one of them about
# another question, and four at grading, two of them so. All have to pass: what one draw gives away by luck, a run does not.

#: The reference is right about 93.7 to 98.9 %, logistic regression 94.4 to 99.3 %, least squares on the labels with a penalty
#: 93.3 to 98.2 %, a tanh network with Adam 94.0 to 98.9 %; the majority 63 %. A direction drawn blindly may be right about 97 %.
#: Of the other question, all four are right about 92.4 % or more, with a surprise of 0.226 at most.
_SHARE_RIGHT = 0.9
#: So probabilities count as well: 0.05 to 0.16 for the reference, 0.06 to 0.12, 0.16 to 0.25 and 0.05 to 0.17 for the others in the
#: same order. Untrained networks have 0.38 or more, logistic regression on shuffled labels 0.56, the share of all for all 0.66.
_SURPRISE = 0.3
#: How far R² may be below that of least squares, which itself is 0.38 to 0.56: at most 0.006 for the reference, 0.010 for
#: a penalty on top, 0.025 for a tanh network with Adam. The mean is 0.38 below or more, a model of shuffled scores 0.25, an
#: untrained network 0.02, in one draw of 200, and in all others more than the bar. Of the body mass index it is 0.28 to 0.48 for least
#: squares, and the others are as little below.
_BELOW_LINEAR = 0.05

_SATURATED = "or is a sigmoid so far out that nothing else is left of it: are the columns scaled?"


def _robust_scale(x_train: Array, x_new: Array) -> tuple[Array, Array]:
    middle = np.median(x_train, axis=0)
    distance = np.abs(x_train - middle).mean(axis=0)
    distance = np.where(distance > 0, distance, 1.0)
    return (x_train - middle) / distance, (x_new - middle) / distance


def _weighted_loss(logits: Array, labels: Array, weight: float) -> float:
    counts = np.where(labels == 1, weight, 1.0)
    return np.sum(counts * np.logaddexp(0, (1 - 2 * labels) * logits)) / np.sum(counts)


def _weighted_loss_and_slope(logits: Array, labels: Array, weight: float) -> tuple[float, Array]:
    counts = np.where(labels == 1, weight, 1.0)
    slopes = 0.5 * (1 + np.tanh(0.5 * logits)) - labels
    return _weighted_loss(logits, labels, weight), counts * slopes / np.sum(counts)


def _best_threshold(probabilities: Array, labels: Array, miss: int, alarm: int) -> tuple[float, float]:
    best, least = 1.0, miss * np.sum(labels)
    for threshold in np.sort(probabilities)[::-1]:
        called = probabilities >= threshold
        cost = miss * np.sum(labels[~called]) + alarm * np.sum(1 - labels[called])
        if cost <= least:
            best, least = threshold, cost
    return best, least


def _quantile_loss(prediction: Array, target: Array, share: float) -> float:
    short = target - prediction
    return np.sum(np.maximum(share * short, (share - 1) * short)) / len(target)


def _quantile_loss_and_slope(prediction: Array, target: Array, share: float) -> tuple[float, Array]:
    short = target - prediction
    return _quantile_loss(prediction, target, share), np.where(short > 0, -share, 1 - share) / len(target)


# Real data ------------------------------------------------------------------------------------------------------


@cache
def _tumors() -> tuple[Array, Array]:
    """Measurements, and 1 for malignant."""
    data = breast_cancer()
    return data.x, 1 - data.y


@cache
def _patients() -> tuple[Array, Array]:
    data = diabetes()
    return data.x, data.y[:, 0]


def _exchanged(x: Array, asked: Array, column: int) -> tuple[Array, Array]:
    """What was asked for takes the place of a column, which is asked for now: of no use is what another table says."""
    columns = list(x.T)
    other, columns[column] = columns[column], asked
    return np.column_stack(columns), other


def _compact_nuclei(d: Draw) -> Inputs:
    """Whether nuclei are compact, in the mean or in the worst.

    Those in between are left out, so that the question is no harder.
    """
    x, asked = _exchanged(*_tumors(), d.choice((5, 25)))
    low, high = np.quantile(asked, (0.3, 0.7))
    clear = (asked < low) | (asked > high)
    return halves(lambda: (x[clear], (asked[clear] < low).astype(float)))(d)


def _body_mass(d: Draw) -> Inputs:
    """The body mass index, the third column, of the other measurements and of the score."""
    return halves(lambda: _exchanged(*_patients(), 2))(d)


def _knows_tumors(inputs: Inputs, result: Any) -> str | None:
    truth = inputs["_y_new"]
    given, message = one_each(result, truth, "probability")
    if message:
        return message
    if given.min() < 0 or given.max() > 1:
        return "a probability lies between 0 and 1, and some of these do not; are they logits?"
    if np.ptp(given) and np.isin(given, (0.0, 1.0)).all():
        return f"all of these are 0 or 1, and probabilities are asked for: are they decisions, {_SATURATED}"
    share, surprise = share_and_surprise(given, truth)
    if share >= _SHARE_RIGHT and surprise <= _SURPRISE:
        return None
    expected = (
        f"it is right about {share:.0%} of new tumors, with a mean surprise of {surprise:.2f}, "
        f"expected at least {_SHARE_RIGHT:.0%} and at most {_SURPRISE}"
    )
    return f"{expected}: {_not_seen(given, truth, share)}"


def _not_seen(given: Array, truth: Array, share: float) -> str:
    """What has become of the probabilities."""
    if not np.ptp(given):
        sure = given[0] in (0.0, 1.0)
        return f"all tumors get the same probability{', ' + _SATURATED if sure else ''}"
    if share < 0.5 and share_and_surprise(1 - given, truth)[0] >= _SHARE_RIGHT:
        return "they are the wrong way round; is 1 what it is in y_train, and do the steps go downhill?"
    if share >= _SHARE_RIGHT:
        return "it is too sure where it is wrong, or too unsure where it is right; is it learned by heart, or not for long enough?"
    if abs(np.corrcoef(given, truth)[0, 1]) < 0.3:
        return "that is hardly better than guessing; does each row keep its label?"
    return "are the measurements in the same units, for new tumors too, and are there enough steps?"


def _knows_patients(inputs: Inputs, result: Any) -> str | None:
    truth = inputs["_y_new"]
    given, message = one_each(result, truth, "prediction")
    if message:
        return message
    reached = r_squared(given, truth)
    mark = r_squared(least_squares(inputs["x_train"], inputs["y_train"], inputs["x_new"]), truth)
    if reached >= mark - _BELOW_LINEAR:
        return None
    has = f"{reached:.2f}" if reached > -10 else "far below zero"
    expected = (
        f"its R² is {has} for new patients, where the linear model has {mark:.2f}, "
        f"expected at most {_BELOW_LINEAR} below it"
    )
    return f"{expected}: {_not_explained(given, truth, mark)}"


def _not_explained(given: Array, truth: Array, mark: float) -> str:
    """What has become of the predictions."""
    if not np.ptp(given):
        return "all patients get the same number"
    along = np.corrcoef(given, truth)[0, 1]
    if along < 0.3:
        return "they do not rise and fall with the truth; does each row keep its target, and do the steps go downhill?"
    if along**2 >= mark - _BELOW_LINEAR:
        return "they rise and fall with the truth, by another amount; are they in the units of y_train, and trained for long enough?"
    return "does it train for long enough, or has it learned the training patients by heart?"


# Drawn inputs ---------------------------------------------------------------------------------------------------


def _two_tables(d: Draw) -> Inputs:
    m, k, n = d.samples(), d.samples(), d.units()
    return {"x_train": d.array(m, n), "x_new": d.array(k, n)}


def _tables(train: list[list[float]], new: list[list[float]]) -> Callable[[Draw], Inputs]:
    return lambda d: {"x_train": np.array(train), "x_new": np.array(new)}


def _logits(d: Draw) -> Inputs:
    m = d.samples()
    return {"logits": d.array(m), "labels": d.labels(m, 2), "weight": d.scalar(1.5, 9)}


def _of_both(logits: list[float], labels: list[int], weight: float) -> Callable[[Draw], Inputs]:
    return lambda d: {"logits": np.array(logits), "labels": np.array(labels), "weight": weight}


def _judged(d: Draw) -> Inputs:
    m = d.samples()
    return {
        "probabilities": d.between(0.02, 0.98, m),
        "labels": d.labels(m, 2),
        "miss": d.integer(1, 9),
        "alarm": d.integer(1, 9),
    }


def _known(probabilities: list[float], labels: list[int], miss: int, alarm: int) -> Callable[[Draw], Inputs]:
    return lambda d: {
        "probabilities": np.array(probabilities),
        "labels": np.array(labels),
        "miss": miss,
        "alarm": alarm,
    }


def _guesses(d: Draw) -> Inputs:
    m = d.samples()
    return {"prediction": d.array(m), "target": d.array(m), "share": d.scalar(0.05, 0.95)}


CHECKS = (
    Check(
        "robust_scale",
        answer=_robust_scale,
        outputs=(Value("train", 1), Value("new", 1)),
        typical=TYPICAL["robust_scale"],
        draw=_two_tables,
        cases={
            "the tables of the text": _tables([[1, 5], [2, 5], [9, 5]], [[4, 5], [2, 7]]),
            "a column that is constant": _tables(
                [[0.1, 2.5], [0.1, -1.0], [0.1, 0.5]], [[0.1, 1.0], [3.1, 0.25]]
            ),
            "an even number of rows": _tables(
                [[4.0, 1.0], [-1.0, 3.5], [2.0, 0.5], [9.0, 8.0]], [[1.0, 1.0], [2.0, -2.0], [0.5, 3.0]]
            ),
            "an odd number of rows": _tables(
                [[4.0, 1.0], [-1.0, 3.5], [2.0, 0.5], [9.0, 8.0], [3.5, -6.0]], [[1.0, 1.0], [2.0, -2.0]]
            ),
            "distances that are tiny": _tables([[1e-9, 3.0], [4e-9, 1.0], [9e-9, -1.0]], [[2e-9, 0.5]]),
            "distances that are next to nothing": _tables(
                [[1e-30, 3.0], [4e-30, 1.0], [9e-30, -1.0]], [[2e-30, 0.5]]
            ),
        },
    ),
    Check(
        "weighted_loss",
        answer=_weighted_loss_and_slope,
        outputs=(Value("loss", 1), Gradient("dlogits", 2, loss=_weighted_loss, wrt="logits")),
        typical=TYPICAL["weighted_loss"],
        draw=_logits,
        cases={
            "the logits of the text": _of_both([0.0, 0.0, 0.0], [1, 0, 0], 4.0),
            "both classes, more of one": _of_both([1.5, -0.5, 0.25, -2.0, 0.75], [1, 0, 1, 1, 0], 3.0),
            "benign tumors alone": _of_both([1.5, -0.5, 0.25], [0, 0, 0], 3.0),
            "malignant tumors alone": _of_both([1.5, -0.5], [1, 1], 3.0),
            "logits far to both sides": _of_both([900.0, -900.0, 800.0, -800.0], [1, 0, 0, 1], 2.5),
            "a weight of one": _of_both([0.5, -1.5, 0.25], [1, 0, 1], 1.0),
        },
    ),
    Check(
        "best_threshold",
        answer=_best_threshold,
        outputs=(Value("threshold", 2), Value("cost", 1)),
        typical=TYPICAL["best_threshold"],
        draw=_judged,
        edges=without("one_unit", "saturated", "integers"),
        cases={
            "the tumors of the text": _known([0.9, 0.2, 0.6, 0.4], [1, 1, 0, 0], 5, 1),
            "several that cost the least": _known([0.8, 0.3, 0.6, 0.1], [1, 1, 0, 0], 1, 1),
            "nobody's call costs as little": _known([0.8, 0.3, 0.6], [0, 1, 0], 2, 1),
            "equal probabilities": _known([0.5, 0.5, 0.5, 0.9, 0.2], [1, 0, 0, 1, 0], 3, 1),
            "equal probabilities, dear alarms": _known([0.5, 0.5, 0.5, 0.9, 0.2], [1, 0, 1, 1, 0], 1, 4),
            "benign tumors alone": _known([0.7, 0.2, 0.4], [0, 0, 0], 9, 1),
            "malignant tumors alone": _known([0.7, 0.2, 0.4], [1, 1, 1], 1, 9),
            "alarms that cost more than misses": _known([0.7, 0.9, 0.4, 0.3], [1, 0, 1, 0], 2, 7),
            "misses that cost a little less": _known([0.8, 0.3, 0.6], [1, 1, 0], 2, 3),
            "probabilities below one half": _known([0.05, 0.02, 0.3, 0.01], [1, 0, 1, 0], 4, 1),
            "probabilities that differ in the fourth decimal": _known([0.1234, 0.1238, 0.5], [0, 1, 1], 2, 1),
            "probabilities above one half": _known([0.75, 0.92, 0.6, 0.81], [0, 1, 0, 1], 4, 3),
        },
    ),
    Check(
        "fit_classifier",
        outputs=(Property("probabilities", 4, holds=_knows_tumors),),
        draw=halves(_tumors),
        cases={"another question about the same tumors": _compact_nuclei},
        edges=(PLAIN,),
        draws=4,
    ),
    Check(
        "quantile_loss",
        answer=_quantile_loss_and_slope,
        outputs=(Value("loss", 1), Gradient("dprediction", 2, loss=_quantile_loss, wrt="prediction")),
        typical=TYPICAL["quantile_loss"],
        draw=_guesses,
        cases={
            "the predictions of the text": lambda d: {
                "prediction": np.array([100.0, 100.0]),
                "target": np.array([110.0, 80.0]),
                "share": 0.9,
            },
            "predictions that are too low": lambda d: {
                "prediction": np.array([1.0, -2.0, 0.5]),
                "target": np.array([1.5, -0.5, 2.5]),
                "share": 0.25,
            },
            "predictions that are too high": lambda d: {
                "prediction": np.array([1.5, -0.5, 2.5]),
                "target": np.array([1.0, -2.0, 0.5]),
                "share": 0.25,
            },
            "a share of one half": lambda d: {
                "prediction": np.array([1.5, -0.5, 2.5]),
                "target": np.array([1.0, 2.0, 3.5]),
                "share": 0.5,
            },
            "a prediction that is just right": lambda d: {
                "prediction": np.array([1.5, 2.0, 2.5]),
                "target": np.array([1.0, 2.0, 3.5]),
                "share": 0.75,
            },
            "predictions that are nearly right": lambda d: {
                "prediction": np.array([1.5, 2.0, -0.5, 3.5, 1.0]),
                "target": np.array([1.5 + 1e-6, 2.0 - 1e-6, 2.0, 1.0, 2.0]),
                "share": 0.75,
            },
        },
    ),
    Check(
        "fit_regressor",
        outputs=(Property("prediction", 4, holds=_knows_patients),),
        draw=halves(_patients),
        cases={"another question about the same people": _body_mass},
        edges=(PLAIN,),
        draws=4,
    ),
)
