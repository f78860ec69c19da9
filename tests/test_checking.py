"""The checker on a worked example: right answers however written, wrong ones however disguised."""

import gc
import json
import logging
import sys
import time
import warnings
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from bplib import activation
from bplib.activation import get_activation
from bplib.activation import relu_derivative as innocent
from bplib.checking import Exercise, Score, exercise
from bplib.checking.diagnosis.causes import CAUSES
from bplib.checking.exercises import known, load
from bplib.checking.judging.check import (
    ALL_EDGES,
    Check,
    Gradient,
    Mistake,
    Property,
    Typical,
    Value,
    without,
)
from bplib.checking.judging.draws import EDGES, Draw, Kind, draw_inputs, plan, told
from bplib.checking.judging.judge import REMEMBERS, judge
from bplib.checking.judging.shown import as_code
from bplib.checking.limits import PACE
from bplib.checking.report.card import _sentence
from bplib.checking.report.output import WRONG, OutputReport
from bplib.checking.report.report import MIMETYPE, UNDECIDED
from bplib.checking.witnesses.differences import gradient_estimate
from bplib.checking.witnesses.replaced import _of_the_user

# The worked example: an exercise of four tasks, each with another kind of output -----------------------------


def swish(z):
    return z / (1 + np.exp(-z))


def dense_loss(dz, x, W):
    return np.sum(dz * (x @ W))


def is_mask(inputs, mask):
    keep = 1 - inputs["rate"]
    if np.shape(mask) != inputs["shape"]:
        return f"the mask has shape {np.shape(mask)}"
    if not np.isin(mask, (0.0, 1 / keep)).all():
        return "the entries are not 0 or 1 / (1 - rate)"
    return None if abs(np.mean(mask) - 1) < 0.1 else "the mean is not near one"


CHECKS = (
    Check(
        "swish",
        outputs=(Value("a", 2),),
        answer=swish,
        draw=lambda d: {"z": d.array(d.samples(), d.units())},
    ),
    Check(
        "dense_backward",
        outputs=(
            Gradient("dx", 1, loss=dense_loss, wrt="x"),
            Gradient("dW", 2, loss=dense_loss, wrt="W"),
            Value("db", 1),
        ),
        answer=lambda dz: (None, None, dz.sum(axis=0)),
        draw=lambda d: {
            "dz": d.array(m := d.samples(), k := d.units()),
            "x": d.array(m, n := d.units()),
            "W": d.array(n, k),
        },
    ),
    Check(
        "relu_backward",
        outputs=(Gradient("dz", 1, loss=lambda da, z: np.sum(da * np.maximum(z, 0)), wrt="z"),),
        draw=lambda d: {"da": d.array(m := d.samples(), n := d.units()), "z": d.array(m, n)},
        timeout=0.3,
    ),
    Check(
        "dropout_mask",
        outputs=(Property("mask", 1, holds=is_mask),),
        draw=lambda d: {"shape": (100, 60), "rate": d.scalar(0.2, 0.5), "rng": d.generator()},
        edges=("plain",),
    ),
)
EXAMPLE = Exercise("example", CHECKS)
SWISH, DENSE, RELU, MASK = CHECKS


def dense_backward(dz, x, W):
    return dz @ W.T, x.T @ dz, dz.sum(axis=0)


def earned(report):
    return {output.name: output.earned for output in report.outputs}


def only(report):
    (output,) = report.outputs
    return output


# Right, in many forms ----------------------------------------------------------------------------------------


def loops(z):
    return [[v / (1 + np.exp(-v)) for v in row] for row in z]


def in_float32(z):
    z = np.asarray(z, dtype=np.float32)
    return z / (1 + np.exp(-z))


RIGHT_SWISH = {
    "the formula": swish,
    "loops and lists": loops,
    "tuples": lambda z: tuple(map(tuple, loops(z))),
    "float32": in_float32,
    "by tanh": lambda z: z * 0.5 * (1 + np.tanh(z / 2)),
    "a view": lambda z: np.asfortranarray(swish(z)),
}


@pytest.mark.parametrize("answer", RIGHT_SWISH.values(), ids=RIGHT_SWISH)
@pytest.mark.parametrize("autograde", [True, False])
def test_right_answers_take_full_marks_however_written(answer, autograde):
    for seed in range(20):
        report = judge(SWISH, answer, autograde, seed)
        assert report.earned == report.points == 2, str(report)


def test_several_results_come_as_tuple_list_or_dict():
    forms = [
        dense_backward,
        lambda *a: list(dense_backward(*a)),
        lambda *a: dict(zip(("dx", "dW", "db"), dense_backward(*a), strict=True)),
        lambda dz, x, W: (
            np.einsum("mk,nk->mn", dz, W),
            np.einsum("mn,mk->nk", x, dz),
            np.einsum("mk->k", dz),
        ),
        lambda *a: dense_backward(*(np.asarray(v, np.float32) for v in a)),
    ]
    for form in forms:
        for seed in range(10):
            report = judge(DENSE, form, True, seed)
            assert report.earned == 4 and not report.needs_human, str(report)


def test_a_kink_never_costs_marks():
    for seed in range(40):
        report = judge(RELU, lambda da, z: da * (z > 0), True, seed)
        assert report.earned == 1, str(report)


def test_kinks_that_cancel_are_right_with_every_choice_and_with_no_other():
    """At b = 3 the loss has slope 1 on both sides, and relu'(0) = 0 gives 0: that is right, by the tape."""

    def loss(b, x):
        return np.sum(np.maximum(b - x[0], 0) - np.maximum(x[1] - b, 0))

    outputs = (Gradient("db", 1, loss=loss, wrt="b"),)
    check = Check("f", outputs, lambda d: {"b": np.full(1, 3.0), "x": np.full(2, 3.0)}, edges=("plain",))
    report = judge(check, lambda b, x: np.zeros_like(b), True, 1)
    assert report.earned == 1 and not report.needs_human
    assert judge(check, lambda b, x: np.full_like(b, 30.0), True, 1).earned == 0


def test_a_draw_that_cannot_be_decided_matters_only_if_none_of_its_kind_can():
    """Of a hundred thousand right answers, hundreds would wait for a person otherwise."""

    def loss(b, x):
        return np.sum(np.maximum(b - x[0], 0) - np.maximum(x[1] - b, 0))

    def draw(d):
        return {"b": np.full(1, 3.0), "x": np.full(2, 3.0 if d.integer(0, 9) else 4.0)}

    seen = []

    def backward(b, x):
        seen.append(x[0])
        return np.where(b == x[0], 0.0, 1.0)

    check = Check("f", (Gradient("db", 1, loss=loss, wrt="b"),), draw, edges=("plain", "integers"))
    report = judge(check, backward, True, 1)
    assert {3.0, 4.0} <= set(seen) and len(seen) > 12, "some draws were decided, some not"
    assert report.earned == 1 and not report.needs_human, str(report)


def relu_network(params, x, y):
    hidden = np.maximum(x @ params["W1"] + params["b1"], 0)
    return np.mean((np.maximum(hidden @ params["W2"] + params["b2"], 0) - y) ** 2)


def relu_network_backward(params, x, y):
    z1 = x @ params["W1"] + params["b1"]
    hidden = np.maximum(z1, 0)
    z2 = hidden @ params["W2"] + params["b2"]
    dz2 = 2 * (np.maximum(z2, 0) - y) * (z2 > 0) / z2.size
    dz1 = dz2 @ params["W2"].T * (z1 > 0)
    return {"W1": x.T @ dz1, "b1": dz1.sum(axis=0), "W2": hidden.T @ dz2, "b2": dz2.sum(axis=0)}


def test_a_correct_relu_network_of_whole_numbers_is_never_failed():
    def draw(d):
        m, (n, h, k) = d.samples(), d.sizes(3)
        params = {"W1": d.array(n, h), "b1": d.array(h), "W2": d.array(h, k), "b2": d.array(k)}
        return {"params": params, "x": d.array(m, n), "y": d.array(m, k)}

    check = Check(
        "f", (Gradient("gradients", 1, relu_network, "params"),), draw, edges=("integers",), draws=4
    )
    for seed in range(25):
        report = judge(check, relu_network_backward, True, seed)
        assert report.earned == 1, str(report)


def test_a_random_answer_is_judged_by_what_must_hold():
    assert judge(MASK, lambda s, r, g: (g.random(s) >= r) / (1 - r), True, 1).earned == 1
    wrong = only(judge(MASK, lambda s, r, g: (g.random(s) >= r) * 1.0, True, 1))
    assert (wrong.earned, wrong.message) == (0, "the entries are not 0 or 1 / (1 - rate)")
    strange = only(judge(MASK, lambda s, r, g: np.full(s, "a"), True, 1))
    assert (strange.earned, strange.message) == (0, "the entries are not 0 or 1 / (1 - rate)")
    fragile = Check("f", (Property("p", 1, holds=lambda inputs, result: result["a"]),), MASK.draw)
    assert (
        "could not be examined: IndexError"
        in only(judge(fragile, lambda s, r, g: np.ones(3), True, 1)).message
    )


def test_warnings_and_prints_cost_nothing_and_are_told_to_the_student_alone(capsys):
    def noisy(z):
        print("I was here")
        warnings.warn("careful", stacklevel=1)
        np.log(np.array([-1.0]))
        return swish(z)

    report = judge(SWISH, noisy, False)
    assert report.earned == 2
    assert (
        "It printed: I was here" in report.notes and "A warning, which costs nothing: careful" in report.notes
    )
    assert judge(SWISH, noisy, True, 1).notes == ()
    assert capsys.readouterr() == ("", "")


def test_what_is_displayed_stays_out_of_the_cell_and_is_told_to_the_student(capsys):
    shells = pytest.importorskip("IPython.core.interactiveshell").InteractiveShell
    shells.instance()

    def showing(z):
        from IPython.display import display

        display("a result")
        sys.displayhook("another")
        return swish(z)

    try:
        notes = judge(SWISH, showing, False).notes
    finally:
        shells.clear_instance()
    assert sum(note.startswith("What it displays") for note in notes) == 1 and capsys.readouterr() == ("", "")


def test_an_endless_stream_of_text_is_cut():
    def chatty(z):
        for _ in range(1000):
            print("x" * 1000)
        return swish(z)

    assert sum(map(len, judge(SWISH, chatty, False).notes)) < 10_000


def test_a_changed_argument_is_noted_and_free():
    def in_place(z):
        a = swish(z)
        z[...] = 0
        return a

    report = judge(SWISH, in_place, False)
    assert report.earned == 2 and "changed its argument z in place" in report.notes[0]


# Wrong, in many forms ----------------------------------------------------------------------------------------

WRONG_SWISH = {
    "sign": (lambda z: -swish(z), "off by"),
    "None": (lambda z: None, "without a return"),
    "text": (lambda z: "a", "a str"),
    "complex": (lambda z: swish(z) + 0j, "complex"),
    "objects": (lambda z: np.full(z.shape, None), "is there a None"),
    "ragged": (lambda z: [[1.0], [1.0, 2.0]], "equally long"),
    "a number": (lambda z: 1.0, "shape ()"),
    "transposed": (lambda z: swish(z).T, "it is transposed"),
    "axis too many": (lambda z: swish(z)[None], "one axis too many"),
    "NaN": (lambda z: swish(z) * np.nan, "NaN at [0, 0]"),
    "infinity": (lambda z: swish(z) + np.inf, "infinite at [0, 0]"),
    "sum": (lambda z: swish(z).sum(axis=0), "expected"),
    "0.05 % off": (lambda z: swish(z) * 1.0005, "off by"),
    "a crash": (lambda z: z @ z @ z, "it raised ValueError in line"),
    "an exit": (lambda z: sys.exit(), "return its result, and ends the program"),
    "a question": (lambda z: input(), "and it asks for input"),
    "a generator": (lambda z: (v for v in swish(z)), "make a list or an array of it"),
    "a map": (lambda z: map(swish, z), "make a list or an array of it"),
    "a function": (lambda z: swish, "with parentheses behind its name"),
    "a class": (lambda z: float, "with parentheses behind its name"),
    "bytes": (lambda z: swish(z).tobytes(), "not as text"),
    "a set": (lambda z: {1.0}, "return an array"),
    "dates": (lambda z: np.full(z.shape, np.datetime64("2020-01-01")), "expected numbers"),
    "floats as objects": (lambda z: swish(z).astype(object), "holds Python objects"),
    "an exception": (lambda z: ValueError("no"), "expected numbers"),
    "recursion": (lambda z: WRONG_SWISH["recursion"][0](z), "RecursionError"),
    "a wrong signature": (lambda: 1, "TypeError"),
    "no function": (3, "no function"),
    "missing": (None, "does not exist yet"),
    "truncated integers": (lambda z: np.full_like(z, swish(z)), "off by"),
    "a single sample squeezed": (lambda z: swish(z).squeeze(), "an axis got lost"),
    "strides ignored": (lambda z: swish(np.frombuffer(z.tobytes("A"), z.dtype).reshape(z.shape)), "off by"),
}


@pytest.mark.parametrize(("answer", "words"), WRONG_SWISH.values(), ids=WRONG_SWISH)
def test_wrong_answers_earn_nothing_and_are_told_why(answer, words):
    for seed in range(5):
        output = only(judge(SWISH, answer, True, seed))
        assert output.earned == 0 and words in output.message, output


def test_wrong_gradients_are_found():
    for seed in range(5):
        assert judge(RELU, lambda da, z: da, True, seed).earned == 0
        assert judge(RELU, lambda da, z: np.zeros_like(da), True, seed).earned == 0
        assert judge(RELU, lambda da, z: da * (z > 0) * 1.0005, True, seed).earned == 0


def test_each_output_is_all_or_nothing():
    mean = judge(DENSE, lambda dz, x, W: (dz @ W.T, x.T @ dz, dz.mean(axis=0)), True, 1)
    assert earned(mean) == {"dx": 1, "dW": 2, "db": 0}
    keepdims = judge(DENSE, lambda dz, x, W: (dz @ W.T, x.T @ dz, dz.sum(axis=0, keepdims=True)), True, 1)
    assert (
        earned(keepdims) == {"dx": 1, "dW": 2, "db": 0} and "one axis too many" in keepdims.outputs[2].message
    )


def test_too_few_results_and_missing_names_are_named():
    assert "2 were returned" in judge(DENSE, lambda dz, x, W: (dz, dz), False).outputs[0].message
    assert "an array" in judge(DENSE, lambda dz, x, W: dz, False).outputs[0].message
    report = judge(DENSE, lambda dz, x, W: {"dx": dz @ W.T, "dw": x.T @ dz}, False)
    assert earned(report) == {"dx": 1, "dW": 0, "db": 0}
    assert "there is no 'dW' in a dict of 2, which has dx, dw" in report.outputs[1].message


def test_an_untouched_cell_earns_nothing():
    def untouched(*_):
        raise NotImplementedError

    for check in CHECKS:
        for autograde in (True, False):
            report = judge(check, untouched, autograde)
            assert report.earned == 0 and {o.message for o in report.outputs} == {"not written yet"}


def stubborn(da, z):
    while True:
        try:
            time.sleep(0.001)
        except:  # noqa: E722 - what a student might write
            break
    while True:
        pass


def more_stubborn(da, z):
    while True:
        try:
            time.sleep(0.001)
        except:  # noqa: E722, S110
            pass


@pytest.mark.parametrize("endless", [stubborn, more_stubborn, lambda da, z: [1 for _ in iter(int, 1)]])
def test_an_endless_loop_ends_at_once_and_is_not_tried_again(endless):
    start = time.monotonic()
    output = only(judge(RELU, endless, True, 1))
    assert output.earned == 0 and "did not return within 0.3 s" in output.message
    assert time.monotonic() - start < 2


@pytest.mark.skipif(not hasattr(sys, "monitoring"), reason="jumps are told since Python 3.12")
@pytest.mark.parametrize("endless", [stubborn, more_stubborn, lambda da, z: [1 for _ in iter(int, 1)]])
def test_without_alarms_a_loop_ends_at_its_next_round(endless, monkeypatch):
    monkeypatch.delattr("signal.setitimer", raising=False)
    before = [sys.monitoring.get_tool(tool) for tool in range(6)]
    output = only(judge(RELU, endless, True, 1))
    assert output.earned == 0 and "did not return within 0.3 s" in output.message
    assert [sys.monitoring.get_tool(tool) for tool in range(6)] == before
    assert judge(RELU, lambda da, z: sum([[d * (u > 0)] for d, u in zip(da, z)], []), True, 1).earned


def test_nobody_elses_modules_are_taken_for_the_users():
    """Where a page runs Python, its own modules lie in an archive: while a loss was recorded, they got another numpy."""
    taken = [name for name, module in list(sys.modules.items()) if _of_the_user(module)]
    assert not [name for name in taken if name.partition(".")[0] in ("numpy", "os", "collections", "functools", "typing")]


def test_calls_that_take_long_are_cut_short_and_left_to_a_person(monkeypatch):
    monkeypatch.setattr(sys.modules["bplib.checking.judging.judge"], "PATIENCE", 0.7)

    def slow(da, z):
        time.sleep(0.1 * PACE)
        return da * (z > 0)

    report = judge(RELU, slow, True, 1)
    assert only(report).verdict == UNDECIDED and report.earned == report.points
    assert "took so long" in only(report).message


def test_logs_and_a_closed_stdout_disturb_nothing(capsys):
    def noisy(z):
        logging.getLogger("mine").error("a line on stderr")
        print("said")
        sys.stdout.close()
        return swish(z)

    report = judge(SWISH, noisy, False)
    assert report.earned == report.points and "It printed: said" in report.notes
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize(
    "borrower",
    [
        lambda da, z: da * activation.relu_derivative(z),
        lambda da, z: da * innocent(z),
        lambda da, z: np.vectorize(innocent)(z) * da,
        lambda da, z: get_activation("relu").backward(da, z, z),
    ],
)
def test_calling_bplib_instead_of_writing_earns_nothing(borrower):
    output = only(judge(RELU, borrower, True, 1))
    assert output.earned == 0 and "write it yourself; your answer calls bplib.activation." in output.message


@pytest.mark.parametrize("begun", [False, True])
@pytest.mark.parametrize("source", ["(z for z in (1, 2, 3))", "generator()"])
def test_what_is_left_of_ours_and_collected_during_a_call_is_nothing_that_was_called(source, begun):
    names = dict(vars(activation))
    exec("def generator():\n    for z in (1, 2, 3):\n        yield z", names)

    def collecting(da, z):
        gc.collect()
        return da * (z > 0)

    # What other tests have made and left is not looked through again during the call, which has a limit of time.
    gc.collect()
    gc.freeze()
    gc.disable()
    try:
        circle = [eval(source, names)]
        if begun:
            next(circle[0])
        circle.append(circle)
        del circle
        report = judge(RELU, collecting, False)
    finally:
        gc.enable()
        gc.unfreeze()
    assert report.earned == report.points, str(report)


def test_who_keeps_something_between_calls_is_told_so_and_of_no_kind_that_would_show_it():
    def keeping(da, z, kept=[]):
        kept.append(1.0)
        return da * (z > 0) * len(kept)

    seen: dict[tuple[int, ...], object] = {}

    def by_shape(da, z):
        g = seen.setdefault(z.shape, np.zeros(z.shape))
        g += da * (z > 0)
        return g.copy()

    def forgetful(da, z):
        return da * (z > -1)

    for answer in (keeping, by_shape):
        report = judge(RELU, answer, False)
        assert report.earned == 0 and REMEMBERS in report.notes, str(report)
        (output,) = report.outputs
        assert output.cause is None and not output.message.startswith("with ")
    assert REMEMBERS not in judge(RELU, forgetful, False).notes


def test_what_a_check_allows_or_hands_over_may_be_called():
    def allowing(*names):
        return Check("f", RELU.outputs, RELU.draw, allows=names)

    answer = lambda da, z: da * innocent(z)
    assert judge(allowing("bplib.activation"), answer, True, 1).earned == 1
    assert judge(allowing("bplib.activation.relu_derivative"), answer, True, 1).earned == 1
    assert judge(allowing("bplib.activation.relu"), answer, True, 1).earned == 0
    for handed in (innocent, get_activation("relu")):
        call = (lambda g, z: g(z)) if handed is innocent else (lambda g, z: g.backward(np.ones_like(z), z, z))
        check = Check(
            "f",
            (Value("d", 1),),
            lambda d, g=handed: {"g": g, "z": d.array(d.samples(), d.units())},
            lambda z: (z > 0) * 1.0,
            edges=without("integers"),
        )
        assert judge(check, call, True, 1).earned == 1


# Structured truth --------------------------------------------------------------------------------------------


def test_dictionaries_states_and_hidden_inputs():
    def loss(params, x, _upstream):
        return np.sum(_upstream * np.tanh(x @ params["W1"] + params["b1"]))

    def draw(d):
        m, sizes = d.samples(), d.sizes(2)
        return {
            "params": d.parameters(sizes),
            "x": d.array(m, sizes[0]),
            "dy": (u := d.array(m, sizes[1])),
            "_upstream": u,
        }

    def answer(params, x, dy):
        dz = dy * (1 - np.tanh(x @ params["W1"] + params["b1"]) ** 2)
        return {"W1": x.T @ dz, "b1": dz.sum(axis=0)}, {"t": 1}

    whole = Check(
        "f",
        (Gradient("gradients", 2, loss, "params", pick=0), Value("t", 1, pick=(1, "t"))),
        draw,
        answer=lambda: (None, {"t": 1}),
    )
    parts = Check(
        "f",
        (
            Gradient("W1", 1, loss, "params.W1", pick=(0, "W1")),
            Gradient("b1", 1, loss, "params.b1", pick=lambda r: r[0]["b1"]),
        ),
        draw,
    )
    for seed in range(10):
        assert judge(whole, answer, True, seed).earned == 3, judge(whole, answer, True, seed)
        assert judge(parts, answer, True, seed).earned == 2
    half = judge(whole, lambda *a: ({"W1": answer(*a)[0]["W1"]}, {"t": 2}), True, 1)
    assert (
        earned(half) == {"gradients": 0, "t": 0}
        and "the dict has W1, expected W1, b1" in half.outputs[0].message
    )
    wrong = judge(whole, lambda *a: ({**answer(*a)[0], "b1": answer(*a)[0]["b1"] * 2}, {"t": 1}), True, 1)
    assert wrong.outputs[0].message.startswith("in 'b1': it is off by")


def test_whole_numbers_are_compared_exactly():
    check = Check("f", (Value("n", 1),), lambda d: {"y": d.labels(4, 3)}, answer=lambda y: y.sum())
    assert judge(check, lambda y: float(sum(y)), True, 1).earned == 1
    assert judge(check, lambda y: sum(y) + 1e-9, True, 1).earned == 0


# Draws -------------------------------------------------------------------------------------------------------


def test_every_edge_appears_as_it_says():
    seen = {}

    def spy(z):
        seen.setdefault("shapes", []).append(z.shape)
        seen.setdefault("kinds", []).append((z.dtype.kind, z.flags.c_contiguous, float(np.abs(z).max())))
        return swish(z)

    judge(SWISH, spy, True, 3)
    assert len(seen["shapes"]) == 12
    assert any(m == 1 for m, _ in seen["shapes"]) and any(n == 1 for _, n in seen["shapes"])
    assert any(kind == "i" for kind, _, _ in seen["kinds"])
    assert any(not contiguous for _, contiguous, _ in seen["kinds"])
    assert any(largest > 20 for _, _, largest in seen["kinds"])


def test_students_see_each_kind_once_and_the_same_inputs_and_graders_fresh_ones(monkeypatch):
    def shown(**kwargs):
        seen = []
        judge(SWISH, lambda z: seen.append(z.copy()) or swish(z), **kwargs)
        return [z.tolist() for z in seen]

    assert shown(autograde=False) == shown(autograde=False)
    assert len(shown(autograde=False)) == len(SWISH.kinds) + 1 == len(EDGES) + 1
    assert all(len(f"{x:.10g}") <= 8 for z in shown(autograde=False)[:2] for row in z for x in row)
    monkeypatch.delenv("BPLIB_SEED", raising=False)
    assert shown(autograde=True) != shown(autograde=True)
    monkeypatch.setenv("BPLIB_SEED", "7")
    assert shown(autograde=True) == shown(autograde=True) == shown(autograde=True, seed=7)
    monkeypatch.setenv("BPLIB_SEED", "seven")
    with pytest.raises(ValueError, match="BPLIB_SEED is 'seven', expected a whole number"):
        judge(SWISH, swish, True)


@pytest.mark.parametrize("edge", EDGES)
def test_drawing_again_is_copying(edge):
    def draw(d):
        m, n = d.samples(), d.units()
        return {
            "a": d.array(m, n), "v": d.array(n), "p": d.positive(m, n), "b": d.between(0, 1, m), "q": d.probabilities(m, n),
            "t": d.targets(m, n), "o": d.one_hot(m, 3), "m": d.mask(m, n), "l": d.labels(m, 3), "s": d.scalar(0, 1),
            "i": d.integer(1, 4), "c": d.choice("abc"), "g": d.generator(), "w": d.parameters(d.sizes(3)), "_h": d.classes(),
        }  # fmt: skip

    given, trusted = draw_inputs(Kind(edge, draw, edge), [1, 2], 5)
    assert "_h" not in given and trusted["_h"] >= 2
    assert given["g"].random() == trusted["g"].random() and given["g"] is not trusted["g"]
    for name in "avpbqtomlsi":
        np.testing.assert_array_equal(given[name], trusted[name])
    assert all(trusted[name].dtype == np.float64 and trusted[name].flags.c_contiguous for name in "avpbqtom")
    assert (given["a"].dtype.kind == "i") == (edge == "integers")
    if edge == "non_contiguous":
        assert not given["a"].flags.c_contiguous and not given["v"].flags.c_contiguous
    np.testing.assert_allclose(trusted["q"].sum(axis=1), 1)


def test_no_two_sizes_agree_in_an_ordinary_draw():
    for seed in range(50):
        sizes = [(d := Draw(seed, largest=4)).samples(), *d.sizes(4)]
        assert len(set(sizes)) == 5


def test_every_edge_is_planned_and_no_other():
    for edges in (ALL_EDGES, without("integers"), ("plain",)):
        check = replace(SWISH, edges=edges, cases={"a case": lambda d: {"z": d.array(1, 1)}})
        for autograde in (False, True):
            kinds = [kind.words for kind, _ in plan("f", check.kinds, autograde, 1)]
            assert set(kinds) == {*(EDGES[edge] for edge in edges), "a case"}


def test_a_case_is_tried_in_the_notebook_and_told_in_its_words():
    check = replace(SWISH, cases={"a number of the text": lambda d: {"z": np.array([[12.5]])}})
    report = judge(check, lambda z: np.where(z == 12.5, 0.0, swish(z)), False)
    assert report.earned == 0 and report.outputs[0].edge == "a number of the text"
    assert report.outputs[0].call == "z = np.array([[12.5]])\nswish(z)" and "These lines show it" in str(
        report
    )
    assert judge(check, lambda z: np.where(z == 12.5, 0.0, swish(z)), True, 1).outputs[0].call == ""


def test_an_ordinary_draw_that_shows_it_is_told_and_its_lines_run():
    report = judge(DENSE, lambda dz, x, W: (dz @ W.T, x.T @ dz + 1, dz.sum(axis=0)), False)
    names = {"np": np, "dense_backward": dense_backward}
    lines = report.outputs[1].call.splitlines()
    exec("\n".join(lines[:-1]), names)
    np.testing.assert_allclose(eval(lines[-1], names)[1], report.outputs[1].expected, atol=1e-6)
    assert report.outputs[1].edge == "" and min(names["x"].shape) > 1


def test_what_is_wrong_everywhere_is_shown_where_it_can_be_read_and_with_numbers_that_say_something():
    wide = replace(
        SWISH,
        draw=lambda d: {"z": d.array(10, 10)},
        cases={"a small array": lambda d: {"z": np.ones((1, 2))}},
    )
    report = judge(wide, lambda z: swish(z) + 1, False)
    assert report.outputs[0].edge == "" and np.shape(report.outputs[0].expected) == (1, 2)
    zeros = replace(
        SWISH,
        edges=("plain",),
        draw=lambda d: {"z": d.array(4, 4)},
        cases={"zeros": lambda d: {"z": np.zeros((1, 2))}, "ones": lambda d: {"z": np.ones((6, 6))}},
    )
    shown = judge(zeros, lambda z: swish(z) + np.isin(z, (0, 1)).all(), False).outputs[0]
    assert shown.edge == "ones" and np.any(shown.expected)


def test_an_edge_that_makes_no_difference_is_not_told():
    check = replace(SWISH, edges=("plain", "one_unit"), draw=lambda d: {"z": d.array(d.samples(), 2)})
    calls = iter([1, 1, 0])
    report = judge(check, lambda z: swish(z) * next(calls, 0), False)
    assert report.earned == 0 and report.outputs[0].edge == ""
    assert told(Kind("a size of one", SWISH.draw, "one_unit")) == "a size of one"


def test_no_short_number_has_dust_and_other_numbers_stay_as_they_are():
    dusty = lambda d: {
        "z": np.array([3.59 + 0.1, 1 / 3, 1e-9]),
        "parts": [0.1 + 0.2],
        "more": {"b": 1.05 - 1},
    }
    given, trusted = draw_inputs(Kind("dusty", dusty), [0], 4, 2)
    for inputs in (given, trusted):
        assert inputs["z"].tolist() == [3.69, 1 / 3, 1e-9]
        assert inputs["parts"] == [0.3] and inputs["more"] == {"b": 0.05}
    assert draw_inputs(Kind("dusty", dusty), [0], 4)[0]["parts"] == [0.1 + 0.2]


def test_one_array_in_two_places_is_written_as_one():
    W = np.ones((2, 2))
    code = as_code("f", {"weights": [W, W, W.copy()]})
    names = {"f": lambda weights: weights}
    exec(code, {"np": np}, names)
    assert names["weights"][0] is names["weights"][1] is not names["weights"][2]


def test_zero_has_no_sign():
    check = replace(SWISH, edges=("plain",), cases={"zero": lambda d: {"z": np.array([[-0.0]])}})
    shown = judge(check, lambda z: swish(z) + (z.size == 1), False).outputs[0]
    assert shown.values == "expected 0 at [0, 0], got 1"


def test_two_numbers_that_differ_are_never_printed_alike():
    check = replace(SWISH, edges=("plain",), cases={"eleven": lambda d: {"z": np.array([[11.0, 2.0]])}})
    html = judge(check, lambda z: np.where(z == 11, 11.0, swish(z)), False)._repr_html_()
    assert ">10.9998<" in html and ">11<" in html


def test_a_mistake_that_floats_do_not_make_is_one_of_whole_numbers():
    def in_a_copy(z):
        a = z.copy()
        a[...] = swish(z)
        a[z > 1] = swish(z)[z > 1] + 0.25
        a[z > 1] = a[z > 1] - (0.25 if z.dtype.kind == "f" else 1)
        return a

    assert judge(SWISH, in_a_copy, False).outputs[0].cause == "cut-to-whole"
    assert judge(SWISH, lambda z: swish(z) + (z == np.round(z)), False).outputs[0].cause != "cut-to-whole"


def test_what_was_changed_stands_below_the_call():
    def changing(z):
        z[...] = 0.5
        return z

    check = replace(SWISH, edges=("plain",), leaves=("z",), answer=lambda z: 0 * z + 0.5)
    assert judge(check, changing, False).outputs[0].call.endswith("swish(z)\nz")


def test_every_sentence_begins_with_a_capital_letter():
    for cause in CAUSES:
        output = OutputReport("W1", 1.0, 0.0, WRONG, "it is off by 1", cause=cause)
        words = _sentence(output)
        assert words[0].isupper(), words


def test_the_call_that_is_shown_is_what_was_handed_over_whatever_became_of_it():
    def spoiling(z):
        z[...] = 0
        return z + 1

    def failing(z):
        z[...] = 0
        raise RuntimeError("too late")

    check = replace(
        SWISH, edges=("plain",), cases={"a number of the text": lambda d: {"z": np.array([[12.5]])}}
    )
    assert judge(check, spoiling, False).outputs[0].call == (
        "z = np.array([[-1.85, -0.82, -0.69], [1.99, 0.96, -0.2]])\nswish(z)"
    )
    assert "[[0.0" not in judge(check, failing, False).outputs[0].call != ""


def test_what_the_text_asks_to_leave_alone_costs_points_and_other_changes_do_not():
    def in_place(z):
        z *= 1.0 if z.dtype.kind == "f" else 1
        z[...] = swish(z) if z.dtype.kind == "f" else z
        return z if z.dtype.kind == "f" else swish(z)

    check = replace(SWISH, edges=("plain",))
    assert judge(check, in_place, False).earned == check.points
    report = judge(replace(check, leaves=("z",)), in_place, False)
    assert report.earned == 0 and "the task asks to leave it as it is" in str(report)


def test_a_generator_that_is_never_asked_costs_points():
    fresh = np.random.default_rng(0)
    asked = lambda shape, rate, rng: (rng.random(shape) >= rate) / (1 - rate)
    own = lambda shape, rate, rng: (fresh.random(shape) >= rate) / (1 - rate)
    check = replace(MASK, asks=("rng",))
    for autograde in (False, True):
        assert judge(check, asked, autograde, 1).earned == check.points
        report = judge(check, own, autograde, 1)
        assert report.earned == 0 and "no number is drawn from the generator rng" in str(report)


def test_true_and_false_are_told_as_such():
    check = Check(
        "f",
        (Value("stop", 1),),
        lambda d: {"x": d.scalar(-1, 1)},
        answer=lambda x: bool(x > 0),
        edges=("plain",),
    )
    assert (
        judge(check, lambda x: x > 0, False).earned == judge(check, lambda x: int(x > 0), False).earned == 1
    )
    assert "says the opposite" in str(judge(check, lambda x: x <= 0, False))
    assert "neither True nor False" in str(judge(check, lambda x: 2.5, False))


# Differences -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("factor", [1e-8, 1.0, 1e8])
@pytest.mark.parametrize("size", [1e-3, 1.0, 1e3])
def test_the_uncertainty_holds_and_is_small(factor, size):
    rng = np.random.default_rng(5)
    for _ in range(20):
        x, w = rng.normal(size=(3, 2)) * size, rng.normal(size=(3, 2))
        estimate = gradient_estimate(
            lambda v, w=w: factor * np.sum(w * np.tanh(v / size) + w * (v / size) ** 3), x
        )
        u = x / size
        exact = factor * (w * (1 - np.tanh(u) ** 2) + 3 * w * u**2) / size
        assert (np.abs(estimate.value - exact) <= estimate.uncertainty).all()
        assert estimate.uncertainty.max() < 1e-6 * np.abs(exact).max()


def test_near_and_on_a_kink_the_uncertainty_holds():
    for distance in [0.0, *np.geomspace(1e-9, 1, 200)]:
        for sign in (-1, 1):
            estimate = gradient_estimate(
                lambda v: np.abs(v).sum() + 0.3 * v.sum(), np.array([sign * distance, 2.0])
            )
            right = [1.3, -0.7] if distance == 0 else [0.3 + sign]
            for slope in right:
                error = abs(estimate.value[0] - slope)
                assert error <= estimate.uncertainty[0] + 1e-14, (distance, sign)


def test_a_loss_that_is_none_is_refused():
    with pytest.raises(ValueError, match=r"shape \(2,\), expected one real number"):
        gradient_estimate(lambda v: v, np.ones(2))
    with pytest.raises(ValueError, match="expected a finite number"):
        gradient_estimate(lambda v: np.nan, np.ones(2))


# Reports -----------------------------------------------------------------------------------------------------


def spoiled(dz, x, W):
    return dz @ W.T, 2 * (x.T @ dz), dz.sum(axis=0)


def test_under_autograding_no_value_is_shown():
    hidden = []

    def collecting(dz, x, W):
        hidden.extend(float(v) for array in (dz, x, W, *dense_backward(dz, x, W)) for v in np.ravel(array))
        return spoiled(dz, x, W)

    report = judge(DENSE, collecting, True, 11)
    bundle = Score(report)._repr_mimebundle_()
    told = "\n".join([str(report), bundle["text/html"], json.dumps(bundle[MIMETYPE]), repr(report)])
    error = report.outputs[1].error
    shown = [v for v in hidden if v not in (0, 1) and abs(abs(v) - error) > 1e-3 and len(f"{v:.4g}") > 4]
    assert len(shown) > 100
    assert not [v for v in shown if f"{v:.4g}" in told or f"{v:.6g}" in told]
    assert f"off by {error:.3g} at {list(report.outputs[1].index)}" in told


def test_under_autograding_an_exception_may_not_carry_values_out():
    def smuggler(z):
        raise ValueError(f"SECRET {z}")

    report = judge(SWISH, smuggler, True, 1)
    assert "SECRET [" not in f"{report}{report._repr_html_()}{report.as_dict()}{report!r}"
    assert "SECRET" in str(judge(SWISH, smuggler, False))


def test_in_the_notebook_both_values_are_shown():
    report = judge(DENSE, spoiled, False)
    dW = report.outputs[1]
    expected, given = dW.expected[dW.index], dW.given[dW.index]
    assert given == pytest.approx(2 * expected) and dW.error == pytest.approx(abs(given - expected))
    assert f"expected {expected:.6g} at {list(dW.index)}, got {given:.6g}" in str(report)
    assert f"got {given:.6g}" in report._repr_html_() or "<table" in report._repr_html_()


def test_the_card_escapes_what_students_write():
    def scripted(z):
        raise ValueError("<script>alert(1)</script>")

    assert "<script>" not in judge(SWISH, scripted, False)._repr_html_()


def test_the_card_names_every_verdict_in_words():
    html = judge(DENSE, spoiled, False)._repr_html_()
    assert 'aria-label="right"' in html and 'aria-label="wrong"' in html and "</b> <span>wrong</span>" in html


def test_the_score_is_a_plain_number():
    score = Score(judge(DENSE, spoiled, True, 1))
    assert score == 2.0 and repr(score) == "2.0" and score.report.points == 4
    assert repr(Score(judge(DENSE, None, True, 1))) == "0.0"


# The exercise ------------------------------------------------------------------------------------------------


def test_the_check_finds_the_function_where_it_is_called():
    # This module has a swish, and no function called relu_backward.
    assert EXAMPLE("swish") == 2.0
    assert "does not exist yet" in EXAMPLE("relu_backward").report.outputs[0].message


def test_unknown_names_are_answered_with_the_known_ones():
    with pytest.raises(ValueError, match="no task 'swihs', expected one of 'swish', 'dense_backward'"):
        EXAMPLE("swihs")
    with pytest.raises(ValueError, match="unknown exercise 'nothing'"):
        exercise("nothing")


def test_points_come_from_the_checks():
    assert EXAMPLE.points == {"swish": 2, "dense_backward": 4, "relu_backward": 1, "dropout_mask": 1}
    assert EXAMPLE.total == 8


def test_a_check_that_makes_no_sense_is_refused():
    value = SWISH.outputs[0]
    for outputs, edges in [
        ((), ALL_EDGES),
        ((value, value), ALL_EDGES),
        ((value,), ("sideways",)),
        ((Value("a", 0),), ALL_EDGES),
    ]:
        with pytest.raises(ValueError, match="the check of f"):
            Check("f", outputs, SWISH.draw, swish, edges=edges)
    with pytest.raises(ValueError, match="no answer that gives them"):
        Check("f", (Value("a", 1),), SWISH.draw)
    with pytest.raises(ValueError, match="asks for y; drawn are z"):
        judge(Check("f", (Value("a", 1),), SWISH.draw, lambda y: y), swish, False)


def test_nbgrader_reads_the_points_from_a_real_notebook(monkeypatch):
    nbformat, utils = pytest.importorskip("nbformat"), pytest.importorskip("nbgrader.utils")
    client = pytest.importorskip("nbclient").NotebookClient
    setup = f"import sys; sys.path.insert(0, {str(Path(__file__).parent)!r})\nimport numpy as np\nfrom test_checking import EXAMPLE as check"
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(setup)])
    answers = {
        "swish": "def swish(z):\n    return z / (1 + np.exp(-z))",
        "dense_backward": "def dense_backward(dz, x, W):\n    return dz @ W.T, 2 * x.T @ dz, dz.sum(axis=0)",
        "relu_backward": "def relu_backward(da, z):\n    raise NotImplementedError()",
        "dropout_mask": "pass",
    }
    for name, source in answers.items():
        cell = nbformat.v4.new_code_cell(f'check("{name}")')
        marks = {
            "grade": True,
            "solution": False,
            "points": EXAMPLE.points[name],
            "grade_id": name,
            "locked": True,
        }
        cell.metadata["nbgrader"] = {**marks, "schema_version": 3, "cell_type": "code", "task": False}
        notebook.cells += [nbformat.v4.new_code_cell(source), cell]
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    client(notebook, timeout=60, kernel_name="python3").execute()
    graded = {c.metadata.nbgrader.grade_id: c for c in notebook.cells if "nbgrader" in c.metadata}
    log = logging.getLogger("test")
    got = {name: utils.determine_grade(cell, log) for name, cell in graded.items()}
    assert got == {"swish": (2, 2), "dense_backward": (2, 4), "relu_backward": (0, 1), "dropout_mask": (0, 1)}
    data = graded["dense_backward"].outputs[0].data
    assert (
        data["text/plain"] == "2.0"
        and data[MIMETYPE]["autograde"] is True
        and "<section" in data["text/html"]
    )


# Computed or measured ---------------------------------------------------------------------------------------------


def _swish_at(z):
    return z / (1 + np.exp(-z))


def _measured(step):
    def swish_backward(da, z):
        z = np.asarray(z, dtype=float)
        return da * (_swish_at(z + step) - _swish_at(z - step)) / (2 * step)

    return swish_backward


def _computed(da, z):
    s = 1 / (1 + np.exp(-np.asarray(z, dtype=float)))
    return da * (s + z * s * (1 - s))


@pytest.fixture(scope="module")
def smooth():
    return Check(
        "swish_backward",
        outputs=(Gradient("dz", 2, loss=lambda da, z: np.sum(da * _swish_at(z)), wrt="z"),),
        draw=lambda d: {"da": d.array(3, 4), "z": d.array(3, 4)},
        edges=without("saturated"),
    )


@pytest.mark.parametrize("step", [1e-4, 1e-5, 1e-6])
@pytest.mark.parametrize("autograde", [False, True])
def test_a_measured_gradient_is_no_backward_pass(smooth, step, autograde):
    report = judge(smooth, _measured(step), autograde, seed=5)
    assert report.earned == 0
    assert "off by" in report.outputs[0].message or "noise of differences" in report.outputs[0].message


def test_what_is_measured_is_told_as_such(smooth):
    report = judge(smooth, _measured(1e-5), autograde=False)
    assert "noise of differences" in report.outputs[0].message


@pytest.mark.parametrize(
    "answer",
    [
        _computed,
        lambda da, z: np.float32(_computed(da, z)),
        lambda da, z: _computed(da, z).astype(np.float32).astype(float),
        lambda da, z: _computed(da, z) + 1e-12,
        lambda da, z: [
            [d * (s + x * s * (1 - s)) for d, x, s in zip(*row)] for row in zip(da, z, 1 / (1 + np.exp(-z)))
        ],
    ],
    ids=["plain", "float32", "through float32", "a tiny bias", "a loop"],
)
def test_a_computed_gradient_is_never_taken_for_a_measured_one(smooth, answer):
    for seed in range(30):
        report = judge(smooth, answer, autograde=True, seed=seed)
        assert report.earned == 2, report


def test_what_is_special_about_the_inputs_is_said_before_what_is_wrong_with_them():
    check = replace(SWISH, cases={"a number of the text": lambda d: {"z": np.array([[12.5]])}})
    said = str(judge(check, lambda z: np.where(z == 12.5, 0.0, swish(z)), False))
    assert "with a number of the text, it is off by" in said and "(with" not in said


def test_a_guess_at_a_wrong_shape_is_said_only_where_nothing_better_is_known():
    check = replace(
        DENSE,
        typical=Typical((Mistake("bias-averaged", lambda dz, x, W: (0, 0, dz.mean(axis=0, keepdims=True))),)),
    )
    for reduced, cause in (("mean", "bias-averaged"), ("sum", None)):
        report = judge(
            check,
            lambda dz, x, W, f=reduced: (dz @ W.T, x.T @ dz, getattr(dz, f)(axis=0, keepdims=True)),
            False,
        )
        assert report.outputs[2].cause == cause
        assert ("after which line" in report.outputs[2].message) == (cause is None)


def test_who_changes_what_a_copy_shares_is_told_that_it_does():
    def doubled(params):
        new = dict(params)
        new["W1"] *= 2
        return new["W1"]

    check = Check(
        "doubled",
        answer=lambda params: 2 * params["W1"],
        outputs=(Value("W1", 1),),
        draw=lambda d: {"params": d.parameters((2, 3))},
        leaves=("params",),
    )
    assert "a plain copy of it shares its arrays" in judge(check, doubled, False).outputs[0].message


def test_every_call_that_is_shown_runs_or_says_that_it_does_not():
    for name in known():
        for check in load(name):
            for kind, entropy in plan(check.function, check.kinds, False, 0):
                given, _ = draw_inputs(kind, [*entropy, 0], 4, 2)
                lines = as_code(check.function, given).splitlines()
                if not lines:
                    continue
                if check.function == "find_bugs":
                    assert "do not run as they stand: set loss and passes" in "\n".join(lines)
                    continue
                names = {"np": np, check.function: lambda *arguments: arguments}
                exec("\n".join(lines[:-1]), names)
                again = dict(zip(given, eval(lines[-1], names), strict=True))
                if check.function in (
                    "richardson",
                    "descend",
                    "central_slope",
                ):  # Their function is the first.
                    function, x = list(given)[:2]
                    np.testing.assert_array_equal(again[function](again[x]), given[function](given[x]))


def test_a_function_that_may_be_an_answer_is_not_written_down():
    def backward(x):
        return x

    said = as_code("fit", {"backward": backward, "x": 1.0, "rng": np.random.default_rng(7)})
    assert "return" not in said and "set backward first" in said and "default_rng(7)" in said
    drawn = np.random.default_rng(7)
    drawn.normal()
    assert "set rng first" in as_code("fit", {"rng": drawn})
