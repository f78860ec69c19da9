"""What students write: no wrong answer passes, in the notebook or at grading, and every right one does, however written.

More than a thousand wrong answers and more than six hundred right ones, in `answers`, by people who had not seen the checks.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import answers
import numpy as np
import pytest
from answers import EXERCISES, Answer, found, seldom, solved, tried
from caught import caught, quick, told  # noqa: F401 - one is a fixture

from bplib.checking.diagnosis.causes import CAUSES
from bplib.checking.exercises import load
from bplib.checking.judging import judge as judging
from bplib.checking.judging.check import Property
from bplib.checking.judging.draws import Draw, Kind, draw_inputs, plan
from bplib.checking.judging.results import NOTHING
from bplib.checking.judging.truth import truth
from bplib.checking.report.output import WRONG, sentence
from bplib.checking.report.report import Report
from bplib.checking.witnesses.differences import Estimate

pytestmark = pytest.mark.usefixtures("processor_time")

CHECKS = {(name, check.function): check for name in EXERCISES for check in load(name)}
#: So many of each are tried at grading as well: there the kinds are the same, and the numbers are others.
GRADED = 3
ROOT = Path(__file__).resolve().parents[1]
PROMISE = re.compile("(Arrays|Values) may (hold|be) whole numbers|perhaps of whole numbers")
ROUNDS = 5


def written(answer: Answer) -> Callable[..., Any]:
    names: dict[str, Any] = {"np": np, "__name__": "student"}
    exec(compile(answer.source, answer.story, "exec"), names)
    return names[answer.task]


def judged(exercise: str, answer: Answer, autograde: bool) -> Report:
    check = CHECKS[exercise, answer.task]
    return judging.judge(check, written(answer), autograde, 3 if autograde else None)


def some(kind: Callable[[str], tuple[Answer, ...]], exercise: str, turn: int) -> list[tuple[int, Answer]]:
    return [(k, answer) for k, answer in enumerate(kind(exercise)) if k % ROUNDS == turn]


@pytest.mark.parametrize("turn", range(ROUNDS))
@pytest.mark.parametrize("exercise", EXERCISES)
@pytest.mark.usefixtures("quick")
def test_no_wrong_answer_passes(exercise: str, turn: int) -> None:
    for k, answer in some(answers.wrong, exercise, turn):
        for autograde in (False, True) if k % GRADED == 0 else (False,):
            check = CHECKS[exercise, answer.task]
            assert caught(check, written(answer), autograde, 3 if autograde else 0), (
                answer.task,
                answer.story,
            )


@pytest.mark.parametrize("turn", range(ROUNDS))
@pytest.mark.parametrize("exercise", EXERCISES)
def test_every_right_answer_passes(exercise: str, turn: int) -> None:
    for k, answer in some(answers.right, exercise, turn):
        for autograde in (False, True) if k % GRADED == 0 else (k % 2 == 0,):
            report = judged(exercise, answer, autograde)
            assert report.earned == report.points, (answer.task, answer.story, autograde, str(report))
            assert not report.needs_human, (answer.task, answer.story)


@pytest.mark.parametrize("exercise", EXERCISES)
def test_no_name_is_false_and_most_have_one(exercise: str) -> None:
    """Every sixth of the wrong answers; `make bench` tries all of them."""
    said, tried = 0, 0
    for answer in answers.wrong(exercise)[::6]:
        report = judged(exercise, answer, False)
        causes, message = told(report)
        assert causes <= answer.causes, (answer.task, answer.story, causes)
        tried += 1
        said += bool(causes) or message
    assert said >= 0.8 * tried, f"{said} of {tried}"


#: Answers of which something false was said once, or something true of a task that has no such thing: what is to be said of each
#: result, and what is not.
SAID: tuple[tuple[str, str, str, dict[str, str | None], str], ...] = (
    ("partial_derivatives", "scale_shift_backward", """
def scale_shift_backward(dy, x, gamma):
    return (dy * x).sum(axis=0), dy.sum(axis=0), dy * gamma
""", dict.fromkeys(("dx", "dgamma", "dbeta"), "results-exchanged"), "two of"),
    ("weight_update", "adamw_step", """
def adamw_step(theta, g, v, s, t, learning_rate, decay):
    v, s = 0.9 * v + 0.1 * g, 0.999 * s + 0.001 * g**2
    step = v / (1 - 0.9**t) / (np.sqrt(s / (1 - 0.999**t)) + 1e-8)
    return v, s, theta - learning_rate * (step + decay * theta)
""", dict.fromkeys(("theta", "v", "s"), "results-exchanged"), "variable"),
    ("partial_derivatives", "scale_shift_backward", """
def scale_shift_backward(dy, x, gamma):
    return dy * gamma, dy * x, dy.sum(axis=0)
""", {"dgamma": "bias-not-summed"}, "bias"),
    ("partial_derivatives", "scale_shift_backward", """
def scale_shift_backward(dy, x, gamma):
    return -dy * gamma, (dy * x).mean(axis=0), dy.sum(axis=0)
""", {"dx": "turned-sign", "dgamma": "bias-averaged"}, "target"),
    ("automatic_differentiation", "walk_back", """
def walk_back(nodes, rules, output):
    found = [np.zeros(np.shape(value)) for _, _, value in nodes]
    found[output] = 1.0
    for k, (name, arguments, value) in enumerate(nodes):
        if name:
            for j, share in zip(arguments, rules[name](found[k], value, *[nodes[i][2] for i in arguments])):
                found[j] = found[j] + share
    return found
""", {"line 6": "not-handed-on", "every line": "not-handed-on"}, "stops"),
    ("automatic_differentiation", "walk_back", """
def walk_back(nodes, rules, output):
    found = [np.zeros(np.shape(value)) for _, _, value in nodes]
    found[output] = 1.0
    for k, (name, arguments, value) in enumerate(nodes[:output]):
        if name:
            for j, share in zip(arguments, rules[name](found[k], value, *[nodes[i][2] for i in arguments])):
                found[j] = found[j] + share
    return found
""", {"every line": "not-handed-on"}, "counted"),
    ("gradient_checking", "best_step", """
def best_step(value, third, eps):
    h = 1e-5
    return h, h**2 / 6 * abs(third) + eps * abs(value) / h
""", {"h": "same-for-all", "error": None}, "text"),
    ("gradient_checking", "best_step", """
def best_step(value, third, eps):
    h = np.cbrt(6 * eps * abs(value / third))
    return h, h**2 / 6 * abs(third) + eps * abs(value) / h
""", {"h": "other-constant", "error": "other-constant"}, "text"),
    ("backpropagation", "network_forward", """
def network_forward(x, W1, b1, W2, b2):
    return np.tanh(np.tanh(x @ W1 + b1) @ W2 + b2)
""", {"prediction": "function-too-many"}, "another function"),
    ("gradient_descent", "descent_step", """
def descent_step(theta, gradient, learning_rate):
    return theta - learning_rate * gradient / np.sqrt(np.sum(gradient**2))
""", {"theta": "factor-too-many"}, "missing"),
    ("gradient_descent", "descend", """
def descend(gradient, start, learning_rate, steps, tolerance):
    point = np.array(start, dtype=float)
    for _ in range(steps):
        slope = gradient(point)
        if np.linalg.norm(slope) <= tolerance:
            break
        point = point - learning_rate * slope / np.linalg.norm(slope)
    return point
""", {"point": "factor-too-many"}, "missing"),
    ("overfitting", "best_epoch", """
def best_epoch(losses, patience):
    best = 0
    for epoch, loss in enumerate(losses):
        if loss < losses[best]:
            best = epoch
        elif epoch - best >= patience + 1:
            break
    return best
""", {"epoch": "comparison-border"}, "exactly as large"),
    ("backpropagation", "chain_backward", """
def chain_backward(x, w1, w2, target):
    h = np.tanh(w1 * x)
    p = np.tanh(w2 * h)
    dz2 = (p - target) * (1 - p**2)
    return dz2 * w2 * (1 - h**2) * w1, dz2 * w2
""", {"dw1": "wrong-tensor", "dw2": "wrong-tensor"}, "array"),
    ("backpropagation", "fork_backward", """
def fork_backward(u, v):
    return np.tanh(u) + (u + v) * (1 - u**2), np.tanh(u)
""", {"du": "tanh-from-weighted-input"}, "z²"),
    ("backpropagation", "fork_backward", """
def fork_backward(u, v):
    return np.tanh(u) + (u + v), np.tanh(u)
""", {"du": "slope-left-out"}, "weights"),
    ("backpropagation", "fork_backward", """
def fork_backward(u, v):
    return (np.tanh(u) + (u + v) * (1 - np.tanh(u) ** 2)) / len(u), np.tanh(u)
""", {"du": "mean-for-sum"}, "sample"),
    ("overfitting", "elastic_net_gradient", """
def elastic_net_gradient(W, strength, share):
    return strength * (share * np.sign(W) - (1 - share) * W)
""", {"dW": "sign-inside"}, "penalty"),
    ("overfitting", "elastic_net_gradient", """
def elastic_net_gradient(W, strength, share):
    return strength * (share * np.sign(W) + (1 - share) * W / 2)
""", {"dW": "factor-half"}, "penalty"),
    ("backpropagation", "fork_backward", """
def fork_backward(u, v):
    return None, np.tanh(u)
""", {"du": None}, "return"),
    ("automatic_differentiation", "walk_back", """
def walk_back(nodes, rules, output):
    found = [np.zeros(np.shape(value)) for _, _, value in nodes]
    for k in range(output, -1, -1):
        name, arguments, value = nodes[k]
        if name:
            for j, share in zip(arguments, rules[name](found[k], value, *[nodes[i][2] for i in arguments])):
                found[j] = found[j] + share
    return found
""", dict.fromkeys(("line 0", "line 2", "line 3", "line 6", "every line"), "nothing-arrives"), "unused"),
    ("automatic_differentiation", "walk_back", """
def walk_back(nodes, rules, output):
    found = [np.zeros(np.shape(value)) for _, _, value in nodes]
    found[output] = np.ones(np.shape(nodes[output][2]))
    for k in range(output - 1, -1, -1):
        name, arguments, value = nodes[k]
        if name:
            for j, share in zip(arguments, rules[name](found[k], value, *[nodes[i][2] for i in arguments])):
                found[j] = found[j] + share
    return found
""", dict.fromkeys(("line 0", "line 2", "line 3", "line 6", "every line"), "not-handed-on"), "unused"),
    ("automatic_differentiation", "walk_back", """
def walk_back(nodes, rules, output):
    found = [np.zeros(np.shape(value)) for _, _, value in nodes]
    found[-1] = np.ones(np.shape(nodes[-1][2]))
    for k in range(len(nodes) - 1, -1, -1):
        name, arguments, value = nodes[k]
        if name:
            for j, share in zip(arguments, rules[name](found[k], value, *[nodes[i][2] for i in arguments])):
                found[j] = found[j] + share
    return found
""", dict.fromkeys(("line 0", "line 2", "line 3", "line 6", "every line"), "begins-elsewhere"), "variable"),
    ("automatic_differentiation", "bag_backward", """
def bag_backward(d, y, table, index):
    found = np.zeros(table.shape)
    found[index] += d[:, None]
    return found
""", {"dtable": "index-assigned"}, "paths"),
    ("automatic_differentiation", "tile_backward", """
def tile_backward(d, y, x, copies):
    (m, n), (r, c) = x.shape, copies
    return np.array([[d[i*r:(i+1)*r, j*c:(j+1)*c].sum() for j in range(n)] for i in range(m)])
""", {"dx": "other-places"}, "reshape"),
    ("automatic_differentiation", "pairs_backward", """
def pairs_backward(d, y, a, W, b):
    d = d[:, None]
    return d * (b @ W.T), (d * b).T @ a, d * (a @ W)
""", {"dW": "transposed"}, "layer is square"),
    ("conclusion", "backward", """
def backward(params, x, labels):
    h = np.tanh(x @ params["W1"] + params["b1"])
    z = h @ params["W2"] + params["b2"]
    e = np.exp(z - z.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    t = np.eye(p.shape[1])[labels]
    d = 2 * (p - t) / len(x)
    d1 = d @ params["W2"].T * (1 - h**2)
    return {"W1": x.T @ d1, "b1": d1.sum(axis=0), "W2": h.T @ d, "b2": d.sum(axis=0)}
""", dict.fromkeys(("W1", "b1", "W2", "b2"), "factor-two"), "the square"),
    ("conclusion", "backward", """
def backward(params, x, labels):
    h = np.tanh(x @ params["W1"] + params["b1"])
    z = h @ params["W2"] + params["b2"]
    e = np.exp(z - z.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    t = np.eye(p.shape[1])[labels]
    d = -1 / p / len(x)
    d1 = d @ params["W2"].T * (1 - h**2)
    return {"W1": x.T @ d1, "b1": d1.sum(axis=0), "W2": h.T @ d, "b2": d.sum(axis=0)}
""", dict.fromkeys(("W1", "b1", "W2", "b2"), "slope-left-out"), "variable"),
    ("conclusion", "forward", """
def forward(params, x):
    h = np.tanh(x @ params["W1"] + params["b1"])
    return h, h @ params["W2"] + params["b2"]
""", {"probabilities": "function-left-out"}, "root"),
    ("conclusion", "cross_entropy", """
def cross_entropy(probabilities, labels):
    return -np.mean(np.log(probabilities[labels]))
""", {"loss": "other-places"}, "variable"),
    ("gradient_checking", "richardson", """
def richardson(f, x, h):
    def slopes(h):
        found = np.zeros(x.shape)
        for i in np.ndindex(x.shape):
            e = np.zeros(x.shape)
            e[i] = h
            found[i] = (f(x + e) - f(x - e)) / (2 * h)
        return found
    return (4 * slopes(h / 2) - slopes(h)) / 3
""", {"gradient": "other-step"}, "constant"),
    ("gradient_checking", "richardson", """
def richardson(f, x, h):
    def slopes(h):
        found = np.zeros(x.shape)
        for i in np.ndindex(x.shape):
            e = np.zeros(x.shape)
            e[i] = h
            found[i] = (f(x + e) - f(x)) / h
        return found
    return (4 * slopes(h) - slopes(2 * h)) / 3
""", {"gradient": "one-sided"}, "variable"),
    ("gradient_checking", "slope_along", """
def slope_along(loss, params, grads, direction, h):
    length = np.sqrt(sum(np.sum(v**2) for v in direction.values()))
    d = {n: v / length for n, v in direction.items()}
    up, down = ({n: params[n] + k * h * d[n] for n in params} for k in (1, -1))
    return (loss(up) - loss(down)) / (2 * h), 1 * sum(np.sum(grads[n] * d[n]) for n in grads)
""", dict.fromkeys(("measured", "predicted"), "factor-too-many"), "variable"),
    ("gradient_checking", "slope_along", """
def slope_along(loss, params, grads, direction, h):
    length = 1.0
    d = {n: v / length for n, v in direction.items()}
    up, down = ({n: params[n] + k * h * d[n] for n in params} for k in (1, -1))
    return (loss(up) - loss(params)) / h, 1 * sum(np.sum(grads[n] * d[n]) for n in grads)
""", {"measured": "one-sided"}, "variable"),
    ("gradient_checking", "slope_along", """
def slope_along(loss, params, grads, direction, h):
    length = 1.0
    d = {n: v / length for n, v in direction.items()}
    up, down = ({n: params[n] + k * h * d[n] for n in params} for k in (1, -1))
    return (loss(up) - loss(down)) / (2 * h), h * sum(np.sum(grads[n] * d[n]) for n in grads)
""", {"predicted": "factor-too-many"}, "variable"),
    ("gradient_checking", "relu_network_backward", """
def relu_network_backward(params, x, y):
    a1 = np.maximum(x @ params["W1"] + params["b1"], 0)
    dz2 = (a1 @ params["W2"] + params["b2"] - y) / len(x)
    dz1 = dz2 @ params["W2"].T
    dz1[a1 < 0] = 0
    return {"W1": x.T @ dz1, "b1": dz1.sum(axis=0), "W2": a1.T @ dz2, "b2": dz2.sum(axis=0)}
""", dict.fromkeys(("W1", "b1"), "switched-off-heard"), "not in it"),
    ("gradient_checking", "relu_network_backward", """
def relu_network_backward(params, x, y):
    a1 = np.maximum(x @ params["W1"] + params["b1"], 0)
    dz2 = (a1 @ params["W2"] + params["b2"] - y) / len(x)
    dz1 = dz2 @ params["W2"].T
    return {"W1": x.T @ dz1, "b1": dz1.sum(axis=0), "W2": a1.T @ dz2, "b2": dz2.sum(axis=0)}
""", dict.fromkeys(("W1", "b1"), "switched-off-heard"), "bend"),
)  # fmt: skip


@pytest.mark.parametrize(
    ("exercise", "task", "source", "causes", "never"),
    SAID,
    ids=[f"{k}-{said[1]}" for k, said in enumerate(SAID)],
)
def test_what_is_said_fits_the_numbers_and_the_task(
    exercise: str, task: str, source: str, causes: dict[str, str | None], never: str
) -> None:
    report = judged(exercise, Answer(task, "said", source), False)
    assert {o.name: o.cause for o in report.outputs if o.name in causes} == causes
    for output in report.outputs:
        if output.name in causes:
            assert output.verdict == WRONG
            hint = CAUSES[output.cause].hint if output.cause else ""
            assert never not in f"{sentence(output)} {hint}"


@pytest.mark.parametrize(
    ("exercise", "task", "source"),
    [
        ("backpropagation", "network_forward", "def network_forward(*all):\n    np.tanh(all[0])"),
        ("backpropagation", "fork_backward", "def fork_backward(u, v):\n    (u, v)"),
        ("backpropagation", "fork_backward", "def fork_backward(u, v):\n    return print(u)"),
        ("gradient_checking", "relu_network_backward", "def relu_network_backward(*all):\n    {'W1': 0}"),
        ("gradient_checking", "find_bugs", "def find_bugs(*all):\n    {}"),
        ("automatic_differentiation", "walk_back", "def walk_back(nodes, *all):\n    return nodes.reverse()"),
        ("overfitting", "best_epoch", "def best_epoch(losses, patience):\n    if losses[0] > 1e12:\n        return 0"),
    ],
)  # fmt: skip
def test_a_function_that_gives_none_is_told_so_in_one_way(exercise: str, task: str, source: str) -> None:
    report = judged(exercise, Answer(task, "nothing", source), False)
    assert {output.message for output in report.outputs} == {NOTHING}


def test_there_are_enough_of_them() -> None:
    for kind, least in ((answers.wrong, 7), (answers.right, 8)):
        counts = Counter((name, answer.task) for name in EXERCISES for answer in kind(name))
        assert counts.keys() == CHECKS.keys()
        assert min(counts.values()) >= least
        sources = [answer.source for name in EXERCISES for answer in kind(name)]
        assert len(set(sources)) == len(sources)


def test_their_causes_are_in_the_catalogue() -> None:
    for name in EXERCISES:
        for answer in answers.wrong(name):
            assert answer.causes <= set(CAUSES), (answer.task, answer.story)


def test_every_kind_of_a_check_is_drawn_alike_for_student_and_judge() -> None:
    def numbers(value: Any) -> list[np.ndarray]:
        if isinstance(value, dict):
            return [array for item in value.values() for array in numbers(item)]
        if isinstance(value, (list, tuple)):
            return [array for item in value for array in numbers(item)]
        return [np.asarray(value, dtype=float)] if isinstance(value, (np.ndarray, float, int)) else []

    def arrays(value: Any) -> list[np.ndarray]:
        if isinstance(value, (dict, list, tuple)):
            return [
                a for item in (value.values() if isinstance(value, dict) else value) for a in arrays(item)
            ]
        return [value] if isinstance(value, np.ndarray) else []

    for check in CHECKS.values():
        for kind in check.kinds:
            given, trusted = draw_inputs(kind, [1], 4, 2)
            for name in given:
                # What the judge compares with is read-only, and an answer may write into its own.
                assert not any(
                    np.may_share_memory(a, b) for a in arrays(given[name]) for b in arrays(trusted[name])
                )
                for a, b in zip(numbers(given[name]), numbers(trusted[name]), strict=True):
                    np.testing.assert_array_equal(a, b, err_msg=f"{check.function}, {kind.words}, {name}")


#: What does not grow, or does not shrink: probabilities and shares, steps of a difference, coordinates that may be any number, a weight
#: of at least one, and rates beyond which a training flies apart. And a rate of activity, which is a share.
BOUNDED = {"weight", "epsilon", "share", "keep", "beta", "decay", "h", "eps", "x", "b", "c", "w1", "w2", "target", "value", "third"}
SHAKY = {("descend", "learning_rate"), ("fit_linear", "learning_rate"), ("sparse_backward", "rate"), ("slow_recurrence_backward", "rate")}


def test_every_setting_is_tried_far_from_the_usual() -> None:
    """What is right for one setting alone, or for small ones, shows in the notebook."""
    for check in CHECKS.values():
        settings: dict[str, set[float]] = {}
        for kind, entropy in plan(check.name, check.kinds, False, 0, check.draws):
            for name, value in draw_inputs(kind, [*entropy, 0], 4, 2)[1].items():
                if isinstance(value, (int, float)) and not name.startswith("_"):
                    settings.setdefault(name, set()).add(value)
        for name, values in settings.items():
            assert len(values) > 1, (check.function, name, values)
            if name not in BOUNDED and (check.function, name) not in SHAKY and isinstance(min(values), float):
                assert min(values) < 1 and max(values) > 2, (check.function, name, values)


@pytest.mark.parametrize("exercise", EXERCISES)
def test_where_the_text_promises_whole_numbers_each_array_holds_them_once(exercise: str) -> None:
    """All together, and one after the other, so that what is cut to them shows; and nowhere else."""
    notebook = json.loads((ROOT / "solutions" / exercise / f"{exercise}.ipynb").read_text(encoding="utf-8"))
    texts = {
        t.split("`")[1]: t
        for c in notebook["cells"]
        if (t := "".join(c["source"])).startswith("## ") and "`" in t
    }
    for check in load(exercise):
        promised = PROMISE.search(texts[check.function]) is not None
        assert promised == ("integers" in check.edges), check.function
        if not promised:
            continue
        drawn = [(kind, draw_inputs(kind, [2], 4, 2)[0]) for kind in check.kinds]
        usual = drawn[0][1]
        for name in [
            n for n, value in usual.items() if isinstance(value, np.ndarray) and value.dtype.kind == "f"
        ]:
            if name == "y" and "d" in usual:  # computed from the others
                continue
            held = [
                given for kind, given in drawn if kind.edge == "integers" and given[name].dtype.kind == "i"
            ]
            assert held, (check.function, name)
            ever = [
                n for n, v in usual.items() if n != name and isinstance(v, np.ndarray) and v.dtype.kind == "f"
            ]
            others = [n for n in ever if any(k.only and g[n].dtype.kind == "i" for k, g in drawn)]
            assert not others or any(given[n].dtype.kind == "f" for given in held for n in others)


def in_a_row(value: Any) -> np.ndarray:
    """All numbers of a truth, in one row."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, (list, tuple)) and not isinstance(value, Estimate):
        return np.concatenate([np.zeros(0), *map(in_a_row, value)])
    return np.ravel(np.asarray(value.value if isinstance(value, Estimate) else value, dtype=float))


@pytest.mark.parametrize("exercise", EXERCISES)
def test_of_whole_numbers_some_results_are_none_in_the_notebook(exercise: str) -> None:
    """So that what is cut to whole numbers shows there; but for results that are whole wherever what goes in is."""
    for check in load(exercise):
        for output in check.outputs:
            if "integers" not in check.edges or isinstance(output, Property):
                continue

            def whole(kind: Kind, seed: list[int]) -> bool:
                _, trusted = draw_inputs(kind, [*seed, 0], judging.LARGEST[False], judging.DIGITS[False])
                found = in_a_row(truth(check, output, trusted))
                return bool((np.abs(found - np.round(found)) < 1e-9).all())

            there = [at for at in plan(check.name, check.kinds, False, 0) if at[0].edge == "integers"]
            if all(whole(kind, seed) for kind, seed in there):
                assert all(whole(kind, [seed]) for kind, _ in there for seed in range(20)), check.function


@pytest.mark.parametrize("exercise", EXERCISES)
def test_each_array_holds_fractions_beside_whole_numbers_alone(exercise: str) -> None:
    """Those of a dictionary, too: what is computed from the others is whole then, and what is added to it is not."""

    def flat(given: dict[str, Any]) -> dict[str, Any]:
        apart = [value if isinstance(value, dict) else {name: value} for name, value in given.items()]
        return {name: value for part in apart for name, value in part.items() if not name.startswith("_")}

    def whole(value: Any) -> bool:
        return isinstance(value, np.ndarray) and value.dtype.kind == "i"

    for check in load(exercise):
        if "integers" not in check.edges:
            continue
        inputs = flat(check.draw(probe := Draw(2, "integers")))
        own = [id(array) for arrays in probe.numbers for array in arrays]
        # What is computed from others, as the result of an operation, is as whole as they are.
        held = [name for name, value in inputs.items() if whole(value) and id(value) in own]
        drawn = [flat(draw_inputs(kind, [2], 4, 2)[0]) for kind in check.kinds if kind.edge == "integers"]
        for name in held if len(held) > 1 else ():
            assert any(all(whole(given[other]) != (other == name) for other in held) for given in drawn), (
                check.function,
                name,
            )


def listed(*tables: Mapping[str, Iterable[Answer]]) -> pytest.MarkDecorator:
    """Each answer of tables by exercise, as a test of its own."""
    rows = [(exercise, answer) for table in tables for exercise, answers in table.items() for answer in answers]
    made = [pytest.param(*row, id=f"{row[1].task}-{row[1].story}") for row in rows]
    return pytest.mark.parametrize(("exercise", "answer"), made)


@listed(found.FOUND, tried.TRIED)
def test_what_was_found_loses_points_and_has_its_name(exercise: str, answer: Answer) -> None:
    for autograde in (False, True):
        report = judged(exercise, answer, autograde)
        assert report.earned < report.points, (answer.story, autograde)
        assert told(report)[0] == answer.causes, (answer.story, autograde, str(report))


@pytest.mark.parametrize(
    ("exercise", "answer", "words"),
    [
        pytest.param(exercise, answer, words, id=f"{answer.task}-{answer.story}")
        for exercise, answers in solved.SOLVED.items()
        for answer, words in answers
    ],
)
def test_what_was_green_or_misled_loses_points_and_is_told_what_is_true(
    exercise: str, answer: Answer, words: str
) -> None:
    for autograde in (False, True):
        report = judged(exercise, answer, autograde)
        assert report.earned < report.points, (answer.story, autograde)
        assert told(report)[0] == answer.causes, (answer.story, autograde, str(report))
        hints = [CAUSES[cause].hint for cause in answer.causes]
        assert any(words in said for said in [*hints, *map(sentence, report.outputs)]), str(report)


@listed(seldom.SELDOM)
def test_what_is_wrong_for_one_kind_of_inputs_alone_loses_points(exercise: str, answer: Answer) -> None:
    for autograde in (False, True):
        report = judged(exercise, answer, autograde)
        assert report.earned < report.points, (answer.story, autograde)
        assert told(report)[0] <= answer.causes, (answer.story, autograde, str(report))


def test_a_kind_of_inputs_is_not_blamed_for_what_comes_with_it() -> None:
    tie = """
def quantile_loss(prediction, target, share):
    e = target - prediction
    slope = np.where(e > 0, -share, np.where(e < 0, 1 - share, 1.0))
    return np.where(e > 0, share * e, (share - 1) * e).mean(), slope / len(e)
"""
    weights = """
def weighted_loss(logits, labels, weight):
    w, p = np.where(labels == 1, weight, 1), 0.5 + 0.5 * np.tanh(logits / 2)
    costs = np.maximum(logits, 0) - logits * labels + np.log1p(np.exp(-np.abs(logits)))
    total = w.sum() if 0 < labels.sum() < len(labels) else weight * len(w)
    return (w * costs).sum() / total, w * (p - labels) / total
"""
    part = """
def sparse_backward(da, z, rate, strength):
    a = 1 / (1 + np.exp(-z))
    q = a.mean(axis=0)
    return (da / len(z) + strength * (-rate / q + (1 - rate) / (1 - q)) / len(z)) * a * (1 - a)
"""
    # Zeros and ties are what whole numbers bring along, as floats, too.
    report = judged("applications", Answer("quantile_loss", "", tie), False)
    assert f"with {judging.WHOLE}" in str(report) and "arrays of integers" not in str(report)
    # With one sample, a division by the number of samples changes nothing.
    report = judged("applications", Answer("weighted_loss", "", weights), False)
    assert "number of samples" not in str(report)
    # What is true of a part is not said of the whole.
    report = judged("generation", Answer("sparse_backward", "", part), False)
    assert "it, or a part of it, is divided by the number of samples once too often" in str(report)


def test_a_list_of_fold_numbers_is_as_good_as_an_array() -> None:
    for answer in found.LISTS:
        report = judged("overfitting", answer, True)
        assert report.earned == report.points, str(report)
