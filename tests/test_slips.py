"""Slips of the pen: every kind is found in a student's numbers, by its name, and only there."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from caught import remembered

from bplib.checking.diagnosis.causes import CAUSES
from bplib.checking.exercises import known, load
from bplib.checking.judging import judge as judging
from bplib.checking.judging.check import Check, call_with_named
from bplib.checking.judging.draws import draw_inputs
from bplib.checking.judging.results import compare, largest, pick
from bplib.checking.slips.program import Endless, slips, written

pytestmark = pytest.mark.usefixtures("processor_time")

CHECKS = {(name, check.function): check for name in known() for check in load(name)}


def judged(exercise: str, task: str, source: str) -> set[str | None]:
    names: dict[str, Any] = {"np": np}
    exec(source, names)
    report = judging.judge(CHECKS[exercise, task], names[task], False)
    return {output.cause for output in report.outputs if output.earned < output.points}


#: Written otherwise than the trusted answers, with one mistake each.
MISTAKES = (
    ("gradient_descent", "descend", "comparison-border", """
def descend(gradient, start, learning_rate, steps, tolerance):
    p, k = np.asarray(start, float) + 0.0, 0
    while k < steps:
        g = gradient(p)
        if (g @ g) ** 0.5 < tolerance:
            return p
        p, k = p - learning_rate * g, k + 1
    return p
"""),
    ("gradient_descent", "descend", "off-by-one", """
def descend(gradient, start, learning_rate, steps, tolerance):
    p = np.array(start, float)
    for _ in range(steps + 1):
        g = gradient(p)
        if np.linalg.norm(g) <= tolerance:
            break
        p -= learning_rate * g
    return p
"""),
    ("weight_update", "ema_momentum_step", "old-value", """
def ema_momentum_step(theta, g, v, learning_rate, beta):
    new = v * beta + g - beta * g
    return theta - v * learning_rate, new
"""),
    ("weight_update", "ema_momentum_step", "rest-for-share", """
def ema_momentum_step(theta, g, v, learning_rate, beta):
    v = beta * v + beta * g
    return theta - learning_rate * v, v
"""),
    ("weight_update", "clip_by_norm", "each-by-itself", """
def clip_by_norm(gradients, limit):
    out = {}
    for k, g in gradients.items():
        n = np.sqrt((g * g).sum())
        out[k] = g * (limit / n if n > limit else 1)
    return out
"""),
    ("weight_update", "adamw_step", "coupled", """
def adamw_step(theta, g, v, s, t, learning_rate, decay):
    g = g + decay * theta
    v = 0.9 * v + 0.1 * g
    s = 0.999 * s + 0.001 * g * g
    return theta - learning_rate * v / (1 - 0.9**t) / (np.sqrt(s / (1 - 0.999**t)) + 1e-8), v, s
"""),
    ("iterations", "epoch_loss", "counted-alike", """
def epoch_loss(losses, sizes):
    return sum(losses) / len(losses)
"""),
    ("feedforward", "glorot_limit", "function-left-out", """
def glorot_limit(n_in, n_out):
    return 6 / (n_out + n_in)
"""),
    ("partial_derivatives", "central_slope", "doubled", """
def central_slope(f, x, h):
    return (f(x + h) - f(x - h)) / h
"""),
    ("activation", "softplus", "not-finite", """
def softplus(z):
    return np.log(1 + np.exp(z))
"""),
    ("overfitting", "max_norm", "other-axis", """
def max_norm(W, limit):
    n = np.linalg.norm(W, axis=1, keepdims=True)
    return np.where(n > limit, W * limit / np.where(n > 0, n, 1), W)
"""),
)  # fmt: skip


@pytest.mark.parametrize(
    ("exercise", "task", "cause", "source"), MISTAKES, ids=[f"{m[1]}-{m[2]}" for m in MISTAKES]
)
def test_a_slip_is_named_however_the_rest_is_written(
    exercise: str, task: str, cause: str, source: str
) -> None:
    assert judged(exercise, task, source) == {cause}


def test_what_is_no_slip_has_no_name() -> None:
    source = "def glorot_limit(n_in, n_out):\n    return 0.1 * n_in + 0.05 * n_out ** 1.5"
    assert judged("feedforward", "glorot_limit", source) == {None}


def test_two_slips_at_once_have_no_name() -> None:
    source = (
        "def linear_decay(epoch, epochs, rate):\n    return 3 * rate * max(0.1, 1 - epoch / (epochs + 5))"
    )
    assert judged("weight_update", "linear_decay", source) == {None}


def test_an_endless_slip_ends() -> None:
    (first,) = (
        slip
        for slip in written("def f(n):\n    while n > 0:\n        n = n - 1\n    return n", "f", {})
        if slip.cause == "term-left-out" and "n = n" in slip.text
    )
    with pytest.raises(Endless):
        first.function(3)


def test_the_rounds_of_one_call_are_not_those_of_the_next() -> None:
    found = written("def f(n):\n    while n > 0:\n        n = n - 1\n    return n + 1", "f", {})
    slip = next(slip for slip in found if slip.text.endswith("return n - 1"))
    assert [slip.function(150) for _ in range(3)] == [-1, -1, -1]


def test_each_slip_changes_one_place_of_the_same_source() -> None:
    source = ast.unparse(
        ast.parse("def f(a, b):\n    c = a + b\n    for k in range(3):\n        c += k * a\n    return c, b")
    )
    texts = [slip.text for slip in written(source, "f", {})]
    assert len(set(texts)) == len(texts) and source not in texts
    assert len(texts) > 40


WRITTEN = [(check, answer) for check in CHECKS.values() for answer in check.written]


@pytest.mark.parametrize(("check", "answer"), WRITTEN, ids=[f"{c.function}-{a.__name__}" for c, a in WRITTEN])
def test_every_form_is_right_and_can_be_changed(check: Check, answer: Callable[..., Any]) -> None:
    for k, kind in enumerate(check.kinds):
        _, trusted = draw_inputs(kind, [7, k], 5)
        with np.errstate(all="ignore"):
            result = call_with_named(answer, trusted)
            for output in check.outputs:
                finding, _ = judging._examine(check, output, result, trusted)
                assert finding is None, (kind.words, output.name, finding)
    found = slips(answer)
    assert found and {slip.cause for slip in found} <= set(CAUSES)


@pytest.mark.parametrize("check", CHECKS.values(), ids=[check.function for check in CHECKS.values()])
def test_every_mistake_is_one(check: Check, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(judging, "truth", remembered(judging.truth))
    drawn = [draw_inputs(kind, [3, k, j], 5)[1] for j in range(10) for k, kind in enumerate(check.kinds)]
    for mistake in check.typical.mistakes:
        assert mistake.cause in CAUSES
        assert any(_is_wrong(check, mistake.result, trusted) for trusted in drawn), mistake


@pytest.mark.parametrize("check", CHECKS.values(), ids=[check.function for check in CHECKS.values()])
def test_what_is_right_but_for_the_sign_is_that_and_nothing_else(check: Check) -> None:
    """Where the sign of a part is wrong, the sentence for the whole would be false."""
    drawn = [draw_inputs(kind, [3, k], 5)[1] for k, kind in enumerate(check.kinds)]
    for mistake in check.typical.mistakes:
        for trusted in drawn if mistake.cause in ("sign", "turned-sign") else ():
            with np.errstate(all="ignore"):
                result = call_with_named(mistake.result, trusted)
            for output in check.outputs:
                part = pick(check, output, result)
                if part is not None and judging._examine(check, output, result, trusted)[0] is not None:
                    turned = compare(
                        -np.asarray(part), judging.truth(check, output, trusted), largest(trusted)
                    )
                    assert turned[0] is None, (mistake, output.name)


def _is_wrong(check: Check, function: Callable[..., Any], trusted: dict[str, Any]) -> bool:
    """Whether it shows here, or cannot be made of these inputs: parts that a mistake is silent about are None."""
    try:
        with np.errstate(all="ignore"):
            result = call_with_named(function, trusted)
    except Exception:
        return False
    found = [judging._examine(check, output, result, trusted)[0] for output in check.outputs]
    return any(finding is not None and "None" not in finding.message for finding in found)
