"""The checks of all exercises: one module each, named like the exercise, with a tuple ``CHECKS``."""

from __future__ import annotations

import pkgutil
from importlib import import_module

from bplib.checking.judging.check import Check


def known() -> list[str]:
    """The names of the exercises that have checks."""
    return sorted(module.name for module in pkgutil.iter_modules(__path__) if not module.ispkg)


def load(name: str) -> tuple[Check, ...]:
    """The checks of one exercise, in the order of its tasks.

    Raises
    ------
    ValueError
        If there is no such exercise, or it names a function twice.
    """
    if name not in known():
        raise ValueError(
            f"unknown exercise {name!r}, expected one of {', '.join(map(repr, known())) or 'none: there are none yet'}."
        )
    checks: tuple[Check, ...] = import_module(f"{__name__}.{name}").CHECKS
    functions = [check.function for check in checks]
    if len(set(functions)) < len(functions):
        raise ValueError(f"the exercise {name!r} has two checks for one function: {', '.join(functions)}.")
    return checks
