"""What PyTorch said about attention, layer normalization and a transformer, and bplib says too."""

import pytest
from attention_cases import SEEDS, SHAPES, SMALL, answers
from recorded import agree_along, agree_number_by_number, record

RECORD = record("pytorch_attention")


def test_every_case_was_asked():
    assert list(RECORD["answers"]) == list(SHAPES) and RECORD["seeds"] == list(SEEDS)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("case", [case for case in SHAPES if case != SMALL])
def test_what_pytorch_says(case, seed):
    agree_along(RECORD["answers"][case][seed], answers(case, seed), seed)


def test_what_pytorch_says_number_by_number():
    (said,) = RECORD["answers"][SMALL]
    agree_number_by_number(said, answers(SMALL, SEEDS[0]))
