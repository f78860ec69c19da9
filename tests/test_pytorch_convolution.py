"""What PyTorch said about convolution, pooling, batch normalization and a stack of them, and bplib says too."""

import pytest
from convolution_cases import ANSWERS, SEEDS, SHAPES, SMALL, along, answers, inputs
from recorded import agree_number_by_number, record

RECORD = record("pytorch_convolution")


def test_every_case_was_asked():
    assert list(RECORD["answers"]) == list(SHAPES) == list(ANSWERS) and RECORD["seeds"] == list(SEEDS)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("case", [case for case in SHAPES if case != SMALL])
def test_what_pytorch_says(case, seed):
    said, own = RECORD["answers"][case][seed], answers(case, seed)
    assert said.keys() == own.keys()
    for name, value in own.items():
        # What it comes to may cancel; its parts are what it is exact to.
        total, parts = along(value, seed)
        if case == "stack" and name == "b1":
            # Nothing but rounding: batch normalization takes this bias out again.
            assert parts < 1e-13 and abs(said[name]) < 1e-13
        else:
            assert abs(total - said[name]) <= 1e-10 * parts and parts > 0, name


def test_what_pytorch_says_number_by_number():
    (said,) = RECORD["answers"][SMALL]
    agree_number_by_number(said, answers(SMALL, SEEDS[0]))


def test_where_pixels_are_compared_there_are_ties():
    for seed in SEEDS:
        x = inputs("max pooling, overlapping", seed)["x"]
        window = x[:, :, :3, :2].reshape(2, 3, -1)
        assert ((window == window.max(axis=-1, keepdims=True)).sum(axis=-1) > 1).any()
