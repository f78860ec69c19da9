"""The sandbox: what crosses its border, what a submission finds inside, and that it cannot get out."""

from __future__ import annotations

import os
import shutil
import socket
from typing import Any

import numpy as np
import pytest

from bplib.activation import ACTIVATIONS
from bplib.grading import doctor
from bplib.grading.inside.wire import Opaque, WireError, receive, send
from bplib.grading.sandbox import Died, Limits, Sandbox

LIMITS = Limits(cell=2, wall=30)
pytestmark = pytest.mark.skipif(
    shutil.which("bwrap") is None and not os.environ.get("CI"), reason="bubblewrap is not installed"
)


# What crosses the border ------------------------------------------------------------------------------------------


def sent(value: Any, far: Any = None) -> Any:
    here, there = socket.socketpair()
    with here, there:
        send(here, value, lambda _: 7)
        return receive(there, far)


@pytest.mark.parametrize(
    "value",
    [
        None, True, 3, -2.5, "é", [1, [2]], (1, "a"), {"W1": 1, 2: "b"}, np.arange(6.0).reshape(2, 3),
        np.asfortranarray(np.arange(6.0).reshape(2, 3)), np.arange(8)[::2], np.float32(2.5), np.zeros((0, 3)),
        np.array(4), np.array([True, False]), np.array([1 + 2j]), np.array([np.nan, np.inf]), float("inf"),
    ],
)  # fmt: skip
def test_plain_values_and_real_arrays_travel_as_they_are(value):
    back = sent(value)
    assert type(back) is type(value)
    np.testing.assert_equal(back, value)
    if isinstance(value, np.ndarray):
        assert back.dtype == value.dtype and back.flags.f_contiguous == value.flags.f_contiguous
        assert back.flags.writeable


def test_a_generator_goes_on_where_it_was_and_named_fields_stay():
    rng = np.random.default_rng(3)
    rng.normal(size=5)
    back = sent({"rng": rng, "bend": ACTIVATIONS["tanh"]}, lambda number: lambda *_: number)
    assert back["rng"].normal() == rng.normal()
    assert back["bend"].forward(1.0) == 7 and back["bend"].name == "tanh"


def test_what_is_no_value_travels_as_its_name():
    back = sent([object(), {1, 2}, np.array([None])])
    assert [type(part) for part in back] == [Opaque] * 3
    assert [part.kind for part in back] == ["object", "set", "ndarray"]


@pytest.mark.parametrize(
    "frame",
    [
        b"\xff\xff\xff\xff\xff\xff\xff\xff",
        b"\0\0\0\x02\0\0\0\0{]",
        b"\0\0\0\x0d\0\0\0\0" + b'{"is":"array"',
        *(
            len(head).to_bytes(4, "big") + b"\0\0\0\x08" + head + b"01234567"
            for head in (
                b'{"is":"array","dtype":"O","shape":[1],"order":"C","spaced":false,"at":0}',
                b'{"is":"array","dtype":"<f8","shape":[99],"order":"C","spaced":false,"at":0}',
                b'{"is":"array","dtype":"<f8","shape":[1],"order":"C","spaced":false,"at":-8}',
                b'{"is":"array","dtype":"<f8","shape":[-1],"order":"C","spaced":false,"at":0}',
                b'{"is":"dict","pairs":[[[],1]]}',
                b"[" * 200 + b"]" * 200,
            )
        ),
    ],
)
def test_forged_frames_are_no_messages(frame):
    here, there = socket.socketpair()
    with here, there:
        here.sendall(frame)
        here.close()
        with pytest.raises(WireError):
            receive(there)


# Inside ---------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def box():
    with Sandbox() as opened:
        yield opened


def test_the_doctor_finds_every_limit_in_force(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("x")
    findings = list(doctor.examine(secret))
    assert len(findings) == 13
    assert [finding for finding in findings if not finding.holds] == []


def test_outputs_are_those_of_a_notebook(box):
    with box.submission(Limits(cell=25)) as submission:
        outputs = submission.run(
            "import sys\nprint('out'); print('err', file=sys.stderr)\ndisplay(3)\n{'a': 1}"
        )
        kinds = [output["output_type"] for output in outputs]
        assert kinds == ["stream", "stream", "display_data", "execute_result"]
        assert outputs[-1]["data"]["text/plain"] == "{'a': 1}"
        (error,) = submission.run("1/0")
        assert error["ename"] == "ZeroDivisionError" and "1/0" in "".join(error["traceback"])
        figure = submission.run("%matplotlib inline\nimport matplotlib.pyplot as plt\nplt.plot([1, 2]);")
        assert any("image/png" in output.get("data", {}) for output in figure)


def test_functions_are_called_with_values_streams_and_questions(box):
    with box.submission(LIMITS) as submission:
        submission.run("def f(x, g, rng):\n    x *= 2\n    return {'a': g(x), 'r': rng.normal()}")
        asked = {"x": np.arange(3.0), "g": lambda x: x.sum(), "rng": np.random.default_rng(1)}
        answer = submission.call("f", asked, 2)
    assert answer["result"] == {"a": 6.0, "r": np.random.default_rng(1).normal()}
    assert answer["changed"] == ["x"]


def test_nothing_of_one_submission_reaches_the_next(box):
    with box.submission(LIMITS) as submission:
        submission.run(
            "import numpy as np, builtins\nnp.leak = builtins.leak = 1\nopen('/tmp/leak', 'w').close()"
        )
        submission.run("open('/dev/shm/leak', 'w').close()")
    with box.submission(LIMITS) as submission:
        (output,) = submission.run(
            "import os, numpy as np, builtins\n"
            "hasattr(np, 'leak'), hasattr(builtins, 'leak'), os.listdir('/tmp'), os.listdir('/dev/shm')"
        )
    assert output["data"]["text/plain"] == "(False, False, [], [])"


def test_a_process_that_ends_itself_is_told_and_the_next_is_fresh(box):
    with box.submission(LIMITS) as submission, pytest.raises(Died, match="ended"):
        submission.run("import os; os._exit(0)")
    with box.submission(LIMITS) as submission:
        assert submission.run("1 + 1")[0]["data"]["text/plain"] == "2"


def test_a_students_figures_are_drawn_and_the_concepts_stay_away(box):
    with box.submission(Limits(cell=25)) as submission:
        (shown,) = submission.run(
            "from bplib import plots\nfig, ax = plots.figure()\nax.plot([1, 2])\n"
            "plots.show(fig, 'A line that rises from one to two.')"
        )
        assert "<svg" in shown["data"]["text/html"]
        assert submission.run("plots.learning_curves([0.9, 0.5])")[-1]["output_type"] == "execute_result"
        for source in ("import bplib.error", "from bplib import error", "plots.activation_curves(['tanh'])"):
            (error,) = submission.run(source)
            assert "not there when your work is graded" in error["evalue"], source
