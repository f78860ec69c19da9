"""How a gradient was found: who measures it is left to a person, or earns nothing; who computes it, in whatever odd way, is let be.

The answers that measure, and honest ones that look as if they might, are by somebody who had not seen the checks (`answers.measured`).
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from answers import EXERCISES, Answer, right
from answers.measured import HONEST_BUT_ODD, MEASURED

from bplib.checking.exercises import known, load
from bplib.checking.judging.judge import judge
from bplib.checking.report.report import Report

pytestmark = pytest.mark.usefixtures("processor_time")

CHECKS = {(name, check.function): check for name in known() for check in load(name)}
#: Answers that measure and are not seen to: what they do is what one who computes could do as well.
UNSEEN = {
    "softplus_derivative: dual numbers: a class with exp and log, entry by entry": "rules of derivatives on numbers of its own",
    "softplus_derivative: polynomial fit: a parabola of degree 6 through nine points, its slope in the middle": "points far apart",
    "swish_backward: dual pairs: value and derivative as two arrays, a rule for each operation": "rules of derivatives on numbers of its own",
    "swish_backward: dual numbers: a class that overloads *, + and /, nested lists": "rules of derivatives on numbers of its own",
    "elu_backward: trailing axis: value and derivative as two components of one array": "rules of derivatives for all entries at once",
    "huber_gradient: Fractions: an exact central difference of the exact loss": "exact, and not in numpy",
    "huber_gradient: dual numbers: a class with abs and comparison": "rules of derivatives on numbers of its own",
    "hinge_gradient: Fractions: a forward difference without rounding": "exact, and not in numpy",
    "hinge_gradient: one-hot tangents: forward mode with the rows of an identity matrix": "rules of derivatives, one entry after the other",
    "smoothed_cross_entropy_gradient: dual pairs: value and derivative of every step, one class moved at a time": "rules of derivatives on numbers of its own",
    "smoothed_cross_entropy_gradient: Chebyshev fit: an interpolation of the loss along each logit, its derivative at the middle": "points far apart",
    "smoothed_cross_entropy_gradient: hyper-dual numbers: two directions at once, two logits per run": "rules of derivatives on numbers of its own",
    "chain_backward: dual numbers: a class Dual with operators and a tanh": "rules of derivatives on numbers of its own",
    "chain_backward: decimal: fifty digits and a step of 1e-20": "exact, and not in numpy",
    "chain_backward: hyper-dual numbers: both weights in one run": "rules of derivatives on numbers of its own",
    "chain_backward: polynomial fit: np.polyfit through seven points along each weight": "points far apart",
    "fork_backward: dual numbers: a class of whole arrays": "rules of derivatives on numbers of its own",
    "fork_backward: trailing axis: value, slope by u, slope by v": "rules of derivatives for all entries at once",
    "network_backward: one-hot tangents: all of them at once on a trailing axis": "rules of derivatives, one entry after the other",
    "scale_shift_backward: Fractions: exact forward differences with a step of one": "exact, and not in numpy",
    "scale_shift_backward: trailing axis: four components, value and three slopes": "rules of derivatives for all entries at once",
    "elastic_net_gradient: Fractions: exact central differences of each term": "exact, and not in numpy",
    "elastic_net_gradient: hyper-dual numbers: four components on a trailing axis": "rules of derivatives on numbers of its own",
    "dropconnect_backward: forward differences: a step of one, for the output is a straight line in each entry": "exact: a straight line in each entry",
    "dropconnect_backward: dual numbers: a small class with @, * and /": "rules of derivatives on numbers of its own",
    "relu_network_backward: dual pairs: one-hot seeds, a mask for the ReLU": "rules of derivatives on numbers of its own",
    "gate_backward: dual numbers: a class in the function, tangents for a whole row of the identity at once": "rules of derivatives on numbers of its own",
    "autoencoder_backward: one-hot tangents: with np.eye, one direction per row": "rules of derivatives, one entry after the other",
    "logaddexp_backward: dual numbers: two slopes per number, exp and log as functions": "rules of derivatives on numbers of its own",
    "prod_backward: Fractions: exact central differences with math.prod": "exact, and not in numpy",
    "prod_backward: dual numbers: functools.reduce with the * of the class": "rules of derivatives on numbers of its own",
    "prod_backward: dual pairs: a running product and its derivative along each row": "rules of derivatives on numbers of its own",
    "pairs_backward: forward differences: a step of one is exact here, unit matrices": "exact: a straight line in each entry",
    "pairs_backward: Fractions: plain Python lists, one number moved at a time": "exact, and not in numpy",
    "pairs_backward: dual pairs: tangents of one-hot seeds": "rules of derivatives on numbers of its own",
    "tile_backward: one-hot tangents: a tiled unit for every entry, times d": "rules of derivatives, one entry after the other",
}


def judged(exercise: str, answer: Answer, autograde: bool = True, seed: int = 5) -> Report:
    names: dict[str, Any] = {"np": np, "__name__": "student"}
    exec(answer.source, names)
    return judge(CHECKS[exercise, answer.task], names[answer.task], autograde, seed)


def seen(report: Report) -> bool:
    return report.needs_human or report.earned < report.points


@pytest.mark.parametrize("turn", range(8))
def test_who_measures_is_seen(turn: int) -> None:
    for exercise, answer in MEASURED[turn::8]:
        report = judged(exercise, answer)
        known_to_pass = f"{answer.task}: {answer.story}" in UNSEEN
        assert seen(report) != known_to_pass, (answer.task, answer.story, str(report))


@pytest.mark.parametrize("turn", range(4))
def test_who_computes_is_let_be(turn: int) -> None:
    for exercise, answer in HONEST_BUT_ODD[turn::4]:
        for autograde in (False, True):
            report = judged(exercise, answer, autograde)
            assert report.earned == report.points and not report.needs_human, (answer.story, str(report))


@pytest.mark.parametrize("exercise", EXERCISES)
def test_whoever_rounds_to_single_precision_on_the_way_is_no_one_who_measures(exercise: str) -> None:
    """In some line or in all: with one class in twenty it would happen to somebody."""
    for answer in right(exercise):
        for seed in range(5, 11) if "float32" in answer.source else ():
            report = judged(exercise, answer, seed=seed)
            assert report.earned == report.points and not report.needs_human, (answer.story, seed, str(report))
