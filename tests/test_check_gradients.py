"""`check_gradients`: never wrong about right or wrong, and no name that is not the mistake's."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import pytest
import zoo

from bplib.checking import GradientReport, check_backward, check_gradients
from bplib.checking.causes import CAUSES
from bplib.overfitting import l2
from bplib.partial_derivatives import central_difference, forward_difference

REPORTED = zoo.ARCHITECTURES[1::2]


def known(case: zoo.Case) -> dict[str, Any]:
    return {
        "network": case.network,
        "x": case.x,
        "target": case.target,
        "penalty": case.penalty,
        "masks": case.masks,
    }


@pytest.fixture
def case() -> zoo.Case:
    return zoo.network_and_batch(
        ((4, 5, 5, 3), ("tanh", "relu", "identity"), "categorical_cross_entropy", True, False), 7
    )


# Right or wrong --------------------------------------------------------------------------------------------------


def test_no_correct_gradient_fails_and_few_are_undecided():
    verdicts: Counter = Counter()
    for seed in range(200):
        right = zoo.correct(seed)
        for how in ("network", "loss"):
            if how == "network" and right.scale != 1:
                continue
            with np.errstate(over="ignore"):
                report = check_gradients(
                    None if how == "network" else lambda p, r=right: r.scale * r.case.loss(p),
                    right.case.params,
                    right.case.grads,
                    **(known(right.case) if how == "network" else {}),
                )
            assert report.verdict != "wrong" and report.cause is None, (seed, how, right, str(report))
            verdicts[right.condition == "float32", report.verdict] += 1
    for single, most in ((False, 0.015), (True, 0.05)):
        undecided, all_of_them = (
            verdicts[single, "undecided"],
            sum(n for (s, _), n in verdicts.items() if s == single),
        )
        assert undecided <= most * all_of_them, verdicts


@pytest.mark.parametrize("architecture", REPORTED, ids=[" ".join(a[1]) for a in REPORTED])
def test_every_mistake_of_the_zoo_is_found_and_named(architecture):
    cases = list(zoo.zoo((architecture,), range(1)))
    assert len(cases) > 15
    named = 0
    for case in cases:
        report = check_gradients(case.loss, case.params, case.grads, **known(case))
        assert report.verdict == "wrong", (case.mistake, str(report))
        assert report.cause in (case.mistake, None), (case.mistake, str(report))
        named += report.cause == case.mistake
    assert named >= 0.95 * len(cases)


def test_without_the_network_a_mistake_is_found_and_never_misnamed():
    named = 0
    cases = [case for case in zoo.zoo(REPORTED[:1], range(2))]
    for case in cases:
        report = check_gradients(case.loss, case.params, case.grads, samples=len(case.x))
        assert report.verdict == "wrong" and report.cause in (case.mistake, None), (case.mistake, str(report))
        named += report.cause is not None
    assert named > len(cases) / 3


@pytest.mark.parametrize("scale", [1e-8, 1e-6, 1.0, 1e6])
def test_the_scale_of_the_loss_changes_no_verdict(case, scale):
    def loss(params):
        return scale * case.loss(params)

    right = {name: scale * g for name, g in case.grads.items()}
    assert check_gradients(loss, case.params, right).passed
    assert check_gradients(loss, case.params, {**right, "W2": 1.0005 * right["W2"]}).verdict == "wrong"
    assert check_gradients(loss, case.params, {**right, "b1": 0 * right["b1"]}).verdict == "wrong"


@pytest.mark.parametrize("how", ["parts", "network"])
def test_a_large_penalty_covers_nothing_up(case, how):
    heavy = 1e8
    data = case._replace(penalty=None)
    decay = l2(heavy)
    ways = {
        "parts": {"parts": {"data": data.loss, "decay": decay.value}},
        "network": {**known(data), "penalty": decay},
    }

    def grads(factor):
        price = decay.gradient(case.params)
        return {n: factor * g + price[n] for n, g in zoo.backward(data, None, 0).items()}

    assert check_gradients(None, case.params, grads(1.0), **ways[how]).verdict != "wrong"
    assert check_gradients(None, case.params, grads(1.5), **ways[how]).verdict == "wrong"


# Why -------------------------------------------------------------------------------------------------------------


def test_a_batch_of_two_cannot_tell_a_missing_mean_from_a_factor_two():
    small = zoo.network_and_batch(zoo.ARCHITECTURES[1], 3, samples=2)._replace(penalty=None)
    twice = {name: 2 * g for name, g in zoo.backward(small, None, 0).items()}
    report = check_gradients(small.loss, small.params, twice, samples=2)
    assert report.cause is None and report.candidates == ("factor-two", "not-averaged")
    assert "cannot tell" in str(report)


def test_the_first_wrong_layer_on_the_way_back_is_named(case):
    wrong = {**case.grads, "W1": case.grads["W1"] + 1, "b2": case.grads["b2"] * np.arange(5)}
    report = check_gradients(None, case.params, wrong, **known(case))
    assert report.layer == 2 and report.cause is None
    assert "layer 2 is the first that goes wrong" in str(report)
    assert {t.name for t in report.tensors if t.verdict == "wrong"} == {"W1", "b2"}


def test_a_constant_that_nobody_expects_is_told_but_not_named(case):
    grads = {name: 0.6 * g for name, g in zoo.backward(case._replace(penalty=None), None, 0).items()}
    report = check_gradients(case._replace(penalty=None).loss, case.params, grads)
    assert report.cause is None and "0.6 times what it should be" in str(report)


@pytest.mark.parametrize("difference", [central_difference, forward_difference])
def test_differences_handed_in_as_backpropagation_are_recognized(case, difference):
    smooth = zoo.network_and_batch(((4, 5, 2), ("tanh", "sigmoid"), "mean_squared_error", False, False), 1)

    def numerical(params, name):
        return difference(lambda v: smooth.loss({**params, name: v}), params[name])

    report = check_gradients(
        smooth.loss, smooth.params, {n: numerical(smooth.params, n) for n in smooth.params}
    )
    if report.passed:  # A forward difference may be too rough to be right.
        assert report.cause == "numerical-gradient"


def test_an_honest_backward_pass_is_not_accused():
    smooth = zoo.network_and_batch(zoo.ARCHITECTURES[1], 2)

    def analytic(params):
        return zoo.backward(smooth._replace(params=params), None, 0)

    def numerical(params):
        return {
            n: central_difference(lambda v, n=n: smooth.loss({**params, n: v}), params[n]) for n in params
        }

    assert check_gradients(smooth.loss, smooth.params, analytic).cause is None
    assert check_gradients(smooth.loss, smooth.params, numerical).cause == "numerical-gradient"


# What has to hold before -----------------------------------------------------------------------------------------


def quadratic(params):
    return float(sum((v**2).sum() for v in params.values()))


def slope(params):
    return {name: 2 * v for name, v in params.items()}


POINT = {"a": np.array([1.0, -2.0, 0.5]), "b": np.array([[3.0, 1.0]])}


def refused(loss=quadratic, params=None, grads=None) -> GradientReport:
    params = POINT if params is None else params
    return check_gradients(loss, params, slope(params) if grads is None else grads)


def piling_up():
    total: dict = {}

    def backward(params):
        for name, g in slope(params).items():
            total[name] = total.get(name, 0) + g
        return total

    return backward


def updating(params):
    grads = slope(params)
    for name in params:
        params[name] -= 0.1 * grads[name]
    return grads


def changing(params):
    params["a"] += 1
    return quadratic(params)


@pytest.mark.parametrize(
    ("cause", "report"),
    [
        ("loss-random", lambda: refused(loss=lambda p: quadratic(p) + np.random.default_rng().normal())),
        ("loss-changes-inputs", lambda: refused(loss=changing)),
        ("backward-changes-inputs", lambda: refused(grads=updating)),
        ("gradients-pile-up", lambda: refused(grads=piling_up())),
        ("integer-parameters", lambda: refused(params={"a": np.arange(3)}, grads={"a": np.arange(3)})),
        ("missing-gradient", lambda: refused(grads={"a": 2 * POINT["a"]})),
        ("unknown-name", lambda: refused(grads={**slope(POINT), "c": np.ones(2)})),
        ("wrong-shape", lambda: refused(grads={**slope(POINT), "a": np.ones((1, 3))[:, :2]})),
        ("wrong-shape", lambda: refused(grads={**slope(POINT), "b": np.ones(2)})),
        ("bias-not-summed", lambda: refused(grads={**slope(POINT), "a": np.ones((4, 3))})),
        ("wrong-dtype", lambda: refused(grads={**slope(POINT), "a": np.array([None, 1, 2])})),
        ("not-finite", lambda: refused(grads={**slope(POINT), "a": np.array([1.0, np.nan, 2.0])})),
        ("shares-memory", lambda: refused(grads={**slope(POINT), "a": POINT["a"]})),
        ("no-gradients", lambda: refused(grads=lambda p: None)),
    ],
)
def test_preconditions_are_reported_by_name(cause, report):
    found = report()
    assert (found.verdict, found.cause) == ("wrong", cause)
    assert cause in str(found) and len(str(found).splitlines()) > 1


@pytest.mark.parametrize(
    ("error", "message", "call"),
    [
        (ValueError, "params is empty", lambda: refused(params={})),
        (TypeError, "Nested", lambda: refused(params={"a": [1.0]}, grads={"a": [1.0]})),
        (ValueError, "expected one real number", lambda: refused(loss=lambda p: p["a"])),
        (ValueError, "expected one real number", lambda: refused(loss=lambda p: "low")),
        (ValueError, "expected one real number", lambda: refused(loss=lambda p: None)),
        (ValueError, "expected a finite number", lambda: refused(loss=lambda p: np.nan)),
        (ValueError, "there is no loss", lambda: refused(loss=None)),
    ],
)
def test_what_is_no_question_is_an_error(error, message, call):
    with pytest.raises(error, match=message):
        call()


# Ways to ask, ways to read ---------------------------------------------------------------------------------------


def test_a_single_array_and_a_function_of_many_outputs():
    x = np.random.default_rng(0).normal(size=(3, 2))
    assert check_gradients(lambda v: float((v**3).sum()), x, 3 * x**2).passed
    assert check_backward(np.tanh, lambda dy, v: dy * (1 - np.tanh(v) ** 2), x).passed
    assert check_backward(np.tanh, lambda dy, v: dy * (1 - v**2), x).verdict == "wrong"
    with pytest.raises(ValueError, match="expected that of the output"):
        check_backward(np.tanh, lambda dy, v: dy, x, upstream=np.ones(3))


def test_nothing_of_the_callers_is_changed(case):
    before = {name: v.copy() for name, v in case.params.items()}
    check_gradients(case.loss, case.params, case.grads, **known(case))
    assert all(np.array_equal(before[name], case.params[name]) for name in before)


def test_a_loss_that_is_not_the_networks_sets_the_network_aside(case):
    report = check_gradients(
        lambda p: 3 * case.loss(p), case.params, {n: 3 * g for n, g in case.grads.items()}, **known(case)
    )
    assert report.passed and "set aside" in str(report)


def test_a_report_can_be_read_and_seen(case):
    wrong = {**case.grads, "W2": case.grads["W2"] * 1.5}
    report = check_gradients(None, case.params, wrong, **known(case))
    page = report._repr_html_()
    assert "<svg" in page and "aria-label" in page and "W2" in page
    assert len(report.plot().axes) == len(case.params) + 1
    assert "times the tolerance" in str(report)


def test_the_catalogue_gives_hints_and_no_answers():
    for cause in CAUSES.values():
        assert cause.hint.endswith(("?", ".")) and not set("=@_[]") & set(cause.sentence + cause.hint), cause


def test_the_full_check_of_a_digits_network_takes_few_evaluations():
    network = zoo.network_and_batch(
        ((64, 32, 10), ("tanh", "identity"), "categorical_cross_entropy", False, False), 0
    )
    report = check_gradients(None, network.params, network.grads, **known(network))
    entries = sum(v.size for v in network.params.values())
    assert report.passed and report.evaluations <= 9 * entries
