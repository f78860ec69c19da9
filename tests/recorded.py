"""What PyTorch said and was kept, held against what bplib says: what the modules on each of its records share."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
from convolution_cases import along

from bplib.types import Array

FOLDER = Path(__file__).parents[1] / "book" / "_data"


def record(name: str) -> dict[str, Any]:
    """A record of ``make bench``, by its name."""
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))


def agree_along(said: dict[str, float], own: dict[str, Array], seed: int) -> None:
    """Each array comes to the same along its direction; that may cancel, and its parts are what it is exact to."""
    assert said.keys() == own.keys()
    for name, value in own.items():
        total, parts = along(value, seed)
        assert abs(total - said[name]) <= 1e-10 * parts and parts > 0, name


def agree_number_by_number(said: dict[str, Any], own: dict[str, Array]) -> None:
    """Each number is the same, to ten digits of its own."""
    assert said.keys() == own.keys()
    for name, value in own.items():
        assert np.allclose(value, said[name], rtol=1e-10, atol=0), name
