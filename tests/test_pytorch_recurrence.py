"""bplib's recurrences, long short-term memory and embeddings against what PyTorch said about the same numbers."""

import json
from pathlib import Path

import numpy as np
import pytest
from convolution_cases import along
from recurrence_cases import SEEDS, SHAPES, SMALL, answers, letters

RECORD = json.loads(
    (Path(__file__).parents[1] / "book" / "_data" / "pytorch_recurrence.json").read_text(encoding="utf-8")
)


def test_every_case_was_asked():
    assert list(RECORD["answers"]) == list(SHAPES) and RECORD["seeds"] == list(SEEDS)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("case", [case for case in SHAPES if case != SMALL])
def test_what_pytorch_says(case, seed):
    said, own = RECORD["answers"][case][seed], answers(case, seed)
    assert said.keys() == own.keys()
    for name, value in own.items():
        # What it comes to may cancel; its parts are what it is exact to.
        total, parts = along(value, seed)
        assert abs(total - said[name]) <= 1e-10 * parts and parts > 0, name


def test_what_pytorch_says_number_by_number():
    (said,) = RECORD["answers"][SMALL]
    own = answers(SMALL, SEEDS[0])
    assert said.keys() == own.keys()
    for name, value in own.items():
        assert np.allclose(value, said[name], rtol=1e-10, atol=0), name


def test_letters_are_repeated_and_missing():
    for seed in SEEDS:
        read, _ = letters(seed)
        found = read[read >= 0]
        assert len(np.unique(found)) < len(found) < read.size
