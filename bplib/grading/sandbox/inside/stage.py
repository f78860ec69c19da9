"""The course as a submission sees it: ``from bplib.checking import exercise`` works, and gives no answer away."""

from __future__ import annotations

import importlib.machinery
import sys
import types
from pathlib import Path
from typing import Any


class Exercise:
    """Stands where the notebook asks for its checks; the judge makes them, outside."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __call__(self, function: str) -> float:
        """The points are given by the judge; this number is nobody's."""
        return 0.0


class _Withheld:
    """Says why a part of bplib is not there, instead of that it does not exist."""

    @staticmethod
    def find_spec(name: str, path: object = None, target: object = None) -> None:
        if name.startswith("bplib."):
            # Without its ``name``, which would make ``from bplib import …`` say something else.
            raise ModuleNotFoundError(
                f"{name} is not there when your work is graded: the tasks ask you to write it yourself"
            )


def set_up(root: str) -> None:
    """Put packages in place of those of bplib that bring concepts or answers with them."""
    package = Path(root, "bplib")
    checking: Any = _package("bplib.checking", package / "checking")
    checking.exercise = checking.Exercise = Exercise
    sys.meta_path.append(_Withheld)  # type: ignore[arg-type]


def _package(name: str, folder: Path) -> types.ModuleType:
    module = types.ModuleType(name)
    module.__path__ = [str(folder)]
    module.__spec__ = importlib.machinery.ModuleSpec(name, None, is_package=True)
    sys.modules[name] = module
    return module
