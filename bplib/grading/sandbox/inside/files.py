"""A submission's working folder: the files that came with the notebook, and its own modules."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Sequence
from contextlib import suppress

import numpy as np


def work_here() -> None:
    """Let modules of the working folder be imported where no other has their name: none can replace numpy, or Python's own."""
    here = os.getcwd()
    sys.path[:] = [*(place for place in sys.path if place not in ("", ".", here)), here]


def lay(names: Sequence[str], contents: Sequence[np.ndarray]) -> None:
    """Write files into the working folder. Names come from the judge, who has seen that none leads out of it."""
    for name, content in zip(names, contents, strict=True):
        with suppress(OSError):  # where one is in the way of another, the first stays
            os.makedirs(os.path.dirname(name) or ".", exist_ok=True)
            with open(name, "xb") as file:
                file.write(content.tobytes())
    importlib.invalidate_caches()
