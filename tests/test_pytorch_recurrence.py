"""bplib's recurrences, long short-term memory and embeddings against what PyTorch said about the same numbers."""

import numpy as np
import pytest
from recorded import agree_along, agree_number_by_number, record
from recurrence_cases import SEEDS, SHAPES, SMALL, answers, letters

RECORD = record("pytorch_recurrence")


def test_every_case_was_asked():
    assert list(RECORD["answers"]) == list(SHAPES) and RECORD["seeds"] == list(SEEDS)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("case", [case for case in SHAPES if case != SMALL])
def test_what_pytorch_says(case, seed):
    agree_along(RECORD["answers"][case][seed], answers(case, seed), seed)


def test_what_pytorch_says_number_by_number():
    (said,) = RECORD["answers"][SMALL]
    agree_number_by_number(said, answers(SMALL, SEEDS[0]))


def test_letters_are_repeated_and_missing():
    for seed in SEEDS:
        read, _ = letters(seed)
        found = read[read >= 0]
        assert len(np.unique(found)) < len(found) < read.size
