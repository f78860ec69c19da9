"""What a report says of answers that students wrote: true of what they did, said once, and shown by lines that show it."""

from __future__ import annotations

import time
from typing import Any

import numpy as np
import pytest
from answers import Answer
from test_answers import CHECKS, judged, written

from bplib.checking.calling.calls import Failure, Outcome
from bplib.checking.calling.calls import calls as called
from bplib.checking.judging.check import Check, Value
from bplib.checking.judging.draws import EDGES, Draw
from bplib.checking.judging.judge import judge
from bplib.checking.judging.shown import as_code
from bplib.checking.report.report import Report

WALK = """
def walk_back(nodes, rules, output):
    found = [np.zeros(np.shape(value)) for _, _, value in nodes]
    found[output] = np.ones(np.shape(nodes[output][2]))
    for k in range(output, -1, -1):
        name, arguments, value = nodes[k]
        if name:
            shares = rules[name](found[k], value, *[nodes[j][2] for j in arguments])
            for j, share in zip(arguments, shares):
                found[j] = found[j] + share
    return found
"""
UPDATE = "def update(params, gradients, rate):\n    new = {n: params[n] - rate * gradients[n] for n in params}\n    return "
FIT = """
def fit(params, x, labels, backward, rng):
    for epoch in range(20):
        order = np.arange(len(x)) if {still} else rng.permutation(len(x))
        for start in range(0, len(x), 32):
            rows = order[start : start + 32]
            slopes = backward(params, x[rows], labels[rows])
            params = {{n: p - 0.3 * slopes[n] if n in {names} else p for n, p in params.items()}}
    return params
"""
ALL = ("W1", "b1", "W2", "b2")
INITIALIZE = """
def initialize(sizes, rng):
    n0, n1, n2 = sizes
    scale = np.sqrt(2 / (n0 + n1))
    return {
        "W1": rng.normal(size=(n0, n1)) * scale, "b1": np.zeros(n1),
        "W2": rng.normal(size=(n1, n2)) * scale, "b2": np.zeros(n2),
    }
"""
VERDICTS = """
def gradient_verdicts(loss, params, grads):
    verdicts = {{}}
    for name, value in params.items():
        slopes = np.zeros(value.shape)
        for index in np.ndindex(value.shape):
            step = np.zeros(value.shape)
            step[index] = 1e-5
            slopes[index] = (loss({{**params, name: value + step}}) - loss({{**params, name: value - step}})) / 2e-5
        off, top = np.abs(grads[name] - slopes).max(), np.abs(slopes).max()
        verdicts[name] = bool({right})
    return verdicts
"""
SLOPE = """
def slope_along(loss, params, grads, direction, h):
    up, down = ({n: params[n] + k * h * direction[n] for n in params} for k in (1, -1))
    return (loss(up) - loss(down)) / (2 * h), {n: np.sum(grads[n] * direction[n]) for n in grads}
"""


#: The points of W1 ask that the other arrays stay right; and by looking at differences it is left to a person as well.
LOOKING = """
def relu_network_backward(params, x, y):
    z1 = x @ params["W1"] + params["b1"]
    a1 = np.maximum(z1, 0)
    dz2 = (a1 @ params["W2"] + params["b2"] - y) / len(x)
    dz1 = (dz2 @ params["W2"].T) * (z1 > 0)
    def loss(W):
        return ((np.maximum(x @ W + params["b1"], 0) @ params["W2"] + params["b2"] - y) ** 2).sum() / 2 / len(x)
    for at in np.ndindex(params["W1"].shape):
        step = np.zeros(params["W1"].shape)
        step[at] = 1e-4
        (loss(params["W1"] + step) - loss(params["W1"] - step)) / 2e-4
    return {"W1": x.T @ dz1, "b1": dz1.sum(axis=0), "W2": 0 * (a1.T @ dz2), "b2": dz2.sum(axis=0)}
"""
SWISH = "def swish(z):\n    return (z * (0.5 + 0.5 * np.tanh(z / 2)) * {factor}).astype(np.{kind})"
FRACTION = """
from fractions import Fraction
def accuracy(probabilities, labels):
    return Fraction(int((probabilities.argmax(axis=1) == labels).sum()), len(labels))
"""
QUANTILE = """
def quantile_loss(prediction, target, share):
    d = target - prediction
    return np.where(d >= 0, -share, 1 - share) / len(d), np.maximum(share * d, (share - 1) * d).mean()
"""
SORTING = """
def has_plateaued(losses, patience, tolerance):
    if len(losses) <= patience:
        return False
    losses.sort(reverse=True)
    return bool(min(losses[:-patience]) - min(losses[-patience:]) <= tolerance)
"""
HUBER = "def huber_gradient(o, t, d):\n    return np.where(o - t > d, -d, np.where(o - t < -d, d, o - t)) / len(o)"
HINGE = """
def hinge_gradient(scores, signs):
    def f(s):
        return np.maximum(0, 1 - signs * s)
    return (f(scores + 1e-6) - f(scores)) / 1e-6 / len(scores)
"""
NORM = "def rms_norm_backward(dy, x, gamma):\n    return dy * gamma"


def report(exercise: str, task: str, source: str, autograde: bool = False) -> Report:
    return judged(exercise, Answer(task, "", source), autograde)


@pytest.mark.parametrize("autograde", [False, True])
@pytest.mark.parametrize(
    ("exercise", "task", "source", "share"),
    [
        ("automatic_differentiation", "walk_back", WALK, 1),
        ("automatic_differentiation", "walk_back", WALK.replace("return found", "return tuple(found)"), 1),
        ("automatic_differentiation", "walk_back", WALK.replace("return found", "return dict(enumerate(found))"), 0),
        ("activation", "swish", SWISH.format(factor=1, kind="float32"), 1),
        ("activation", "swish", SWISH.format(factor=1.0005, kind="float16"), 0),
        ("activation", "swish", SWISH.format(factor=1, kind="object_"), 0),
        ("conclusion", "accuracy", FRACTION, 1),
        ("error", "hinge_gradient", HINGE, 0),
        ("gradient_checking", "relu_network_backward", LOOKING, 0.5),
        ("conclusion", "update", UPDATE + "new", 1),
        ("conclusion", "update", UPDATE + "list(new.values())", 0),
        ("conclusion", "update", UPDATE + "tuple(new.values())", 0),
        ("conclusion", "fit", FIT.format(still=False, names=ALL), 1),
        ("conclusion", "fit", FIT.format(still=False, names=("W1", "W2")), 0),
        ("conclusion", "fit", FIT.format(still=False, names=("W1", "W2", "b1")), 0),
    ],
)  # fmt: skip
def test_what_comes_back_is_what_the_text_asks_for(exercise, task, source, share, autograde) -> None:
    found = report(exercise, task, source, autograde)
    assert found.earned == share * found.points, str(found)


@pytest.mark.parametrize(
    ("exercise", "task", "source", "says", "never"),
    [
        ("conclusion", "initialize", INITIALIZE, ("W2",), ("n_out and has 1", "1 / n_in", "2 / n_in", "half")),
        ("conclusion", "fit", FIT.format(still=True, names=ALL), ("no number is drawn from the generator",), ("hands",)),
        ("gradient_checking", "slope_along", SLOPE, ("return one number",), ("return an array",)),
        ("gradient_checking", "relu_network_backward", LOOKING, ("W2 has to stay right",), ("W1 has to",)),
        ("applications", "quantile_loss", QUANTILE, ("another of the results stands in its place",), ("which line",)),
        ("attention", "rms_norm_backward", NORM, ("expected 2 results, dx, dgamma, but an array of",), ("one axis",)),
        ("iterations", "has_plateaued", SORTING, ("It changed its argument losses in place",), ()),
        ("activation", "swish", SWISH.format(factor=1, kind="object_"), ("leave out dtype",), ("None",)),
        ("error", "huber_gradient", HUBER, (), ("right but for a sign", "Which of the two is subtracted")),
        ("gradient_checking", "gradient_verdicts", VERDICTS.format(right="off <= 1e-4"), ("was called right",), ("huge",)),
        ("gradient_checking", "gradient_verdicts", VERDICTS.format(right="off <= 0.1 * top"), ("W1",), ("the loss is",)),
        (
            "automatic_differentiation", "walk_back", WALK.replace("np.zeros(np.shape(value)) for", "0.0 for"),
            ("in line 8",), ("mean", "sum or", "value 8"),
        ),
        (
            "backpropagation", "network_forward",
            "def network_forward(x, W1, b1, W2, b2):\n    a = np.tanh(x @ W1 + b1)\n    return a, a @ W2 + b2",
            ("a tuple of 2 came back", "alone"), ("equally long",),
        ),
    ],
)  # fmt: skip
def test_a_report_says_what_holds_and_nothing_else(exercise, task, source, says, never) -> None:
    text = str(report(exercise, task, source))
    messages = "\n".join(line for line in text.splitlines() if not line.startswith("          "))
    assert all(part in messages for part in says), messages
    assert not any(part in messages for part in never), messages


def test_of_two_right_words_for_a_variance_none_is_said_and_of_one_that_one() -> None:
    spread = CHECKS["conclusion", "initialize"].outputs[0].holds
    rng = np.random.default_rng(0)

    def said(variance: float) -> str | None:
        sizes = (20, 400, 10)
        W1, W2 = rng.normal(size=(20, 400)) * np.sqrt(2 / 420), rng.normal(size=(400, 10)) * np.sqrt(variance)
        return spread({"sizes": sizes}, {"W1": W1, "b1": np.zeros(400), "W2": W2, "b2": np.zeros(10)})

    assert said(2 / 410) is None
    assert "has 1: it is not scaled" in str(said(1.0))
    assert "one too large" in str(said(0.5))


def raises(*_: Any) -> None:
    raise ValueError("as it happens")


def test_what_stops_a_function_is_said_once_under_its_first_result_with_the_call() -> None:
    html = judge(CHECKS["backpropagation", "network_backward"], raises, False)._repr_html_()
    assert html.count("raised ValueError") == 1 and html.count("The call that shows it") == 1
    assert html.count("The same as above.") == 3
    assert html.index("raised ValueError") < html.index("The call that shows it") < html.index(">db1<")


def test_results_with_one_message_show_their_own_numbers_each() -> None:
    check = Check(
        "both",
        outputs=(Value("a", 1), Value("b", 1)),
        answer=lambda x: (x, x + 5),
        draw=lambda d: {"x": d.array(2, 2)},
        edges=("plain",),
    )
    html = judge(check, lambda x: (x + 1, x + 6), False)._repr_html_()
    assert html.count("expected</caption>") == 2 and "as above" not in html
    assert html.count("The call that shows it") == 1


@pytest.mark.parametrize("edge", EDGES)
def test_a_call_that_is_shown_makes_arrays_of_the_same_layout(edge: str) -> None:
    draw = Draw(1, edge, largest=4, digits=2)
    given = {
        "x": draw.array(3, 4),
        "b": draw.array(4),
        "params": draw.parameters((3, 2)),
        "k": draw.array(2, 3, 2),
    }
    *lines, last = as_code("function", given).splitlines()
    names: dict[str, Any] = {"np": np, "function": lambda *arguments: arguments}
    exec("\n".join(lines), names)
    again = dict(zip(given, eval(last, names), strict=True))
    pairs = [(given[name], again[name]) for name in ("x", "b", "k")]
    for one, other in [*pairs, *((given["params"][n], again["params"][n]) for n in given["params"])]:
        np.testing.assert_array_equal(one, other)
        assert one.strides == other.strides and one.dtype == other.dtype


def test_what_fails_on_views_alone_fails_on_the_lines_that_are_shown() -> None:
    def by_memory(u, v):
        if not u.flags.c_contiguous:
            raise ValueError("a view")
        return np.tanh(u) + (u + v) * (1 - np.tanh(u) ** 2), np.tanh(u)

    found = judge(CHECKS["backpropagation", "fork_backward"], by_memory, False)
    (call,) = {output.call for output in found.outputs if "a view" in output.values}
    *lines, last = call.splitlines()
    names: dict[str, Any] = {"np": np, "fork_backward": by_memory}
    exec("\n".join(lines), names)
    with pytest.raises(ValueError, match="a view"):
        eval(last, names)


def slow_once(seconds: float) -> Any:
    """Calls after the first of which a clock shows so many seconds: what an import takes in a fresh kernel."""
    shown = [0.0]

    def made(*arguments: Any, **options: Any) -> Any:
        for outcome in called(*arguments, **options):
            shown[0] = shown[0] or seconds
            yield outcome

    return made, lambda: shown[0]


def test_a_slow_first_call_makes_no_right_answer_undecided() -> None:
    fit = written(Answer("fit", "", FIT.format(still=False, names=ALL)))
    calls, clock = slow_once(8.0)
    found = judge(CHECKS["conclusion", "fit"], fit, False, calls=calls, clock=clock)
    assert found.earned == found.points and not found.needs_human, str(found)
    calls, clock = slow_once(19.0)
    found = judge(CHECKS["conclusion", "fit"], fit, False, calls=calls, clock=clock)
    assert found.needs_human and "right in one call, which" in str(found)


@pytest.mark.parametrize(("imported", "share"), [(True, 1), (False, 0)])
def test_a_first_call_that_was_late_for_an_import_is_made_once_more(imported: bool, share: int) -> None:
    late = [Outcome(failure=Failure("timeout", "it did not return", imported=imported))]

    def calls(*arguments: Any, **options: Any) -> Any:
        for outcome in called(*arguments, **options):
            yield late.pop() if late else outcome

    found = judge(
        CHECKS["conclusion", "accuracy"], lambda p, t: np.mean(p.argmax(1) == t), False, calls=calls
    )
    assert found.earned == share * found.points


def test_a_call_knows_whether_it_was_late_for_an_import(tmp_path, monkeypatch) -> None:
    (tmp_path / "slow_to_load_for_a_test.py").write_text("import time\n", encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))

    def importing() -> None:
        import slow_to_load_for_a_test  # noqa: F401

        time.sleep(5)

    assert [outcome.failure.imported for outcome in called(importing, [{}, {}], 0.2)] == [True, False]


def test_whoever_measures_one_gradient_for_sure_is_told_one_thing_of_all() -> None:
    source = """
def chain_backward(x, w1, w2, target):
    def loss(a, b):
        return 0.5 * (np.tanh(b * np.tanh(a * x)) - target) ** 2
    h = 1e-6
    return (loss(w1 + h, w2) - loss(w1 - h, w2)) / (2 * h), (loss(w1, w2 + h) - loss(w1, w2 - h)) / (2 * h)
"""
    measuring = written(Answer("chain_backward", "", source))
    for seed in range(12):
        verdicts = {
            o.verdict
            for o in judge(CHECKS["backpropagation", "chain_backward"], measuring, True, seed).outputs
        }
        assert len(verdicts) == 1, seed


def test_few_lines_of_what_a_loop_prints_are_shown() -> None:
    def talking(z):
        for k in range(500):
            print("round", k)
        return z / (1 + np.exp(-z))

    check = Check(
        "swish",
        outputs=(Value("a", 1),),
        answer=lambda z: z / (1 + np.exp(-z)),
        draw=lambda d: {"z": d.array(2)},
    )
    (note,) = (note for note in judge(check, talking, False).notes if "printed" in note)
    assert note.count("\n") <= 8 and note.endswith("…") and "round 3" in note
