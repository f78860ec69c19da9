"""What PyTorch said about reparameterization, divergence, temperature and both autoencoders, and bplib says too."""

import json
from pathlib import Path

import numpy as np
import pytest
from generation_cases import ANSWERS, SEEDS, SHAPES, answers

RECORD = json.loads(
    (Path(__file__).parents[1] / "book" / "_data" / "pytorch_generation.json").read_text(encoding="utf-8")
)


def test_every_case_was_asked():
    assert list(RECORD["answers"]) == list(SHAPES) == list(ANSWERS) and RECORD["seeds"] == list(SEEDS)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("case", SHAPES)
def test_what_pytorch_says(case, seed):
    said, own = RECORD["answers"][case][seed], answers(case, seed)
    assert said.keys() == own.keys()
    for name, value in own.items():
        assert np.shape(said[name]) == value.shape
        # An entry may be what large parts cancel to; it is exact to the size of the array's entries.
        scale = np.abs(value).max()
        assert scale > 0 and np.abs(value - said[name]).max() <= 1e-10 * scale, name
