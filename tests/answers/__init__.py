"""Answers to every task as students write them: wrong ones that are plausible, and right ones in many forms.

Written from the texts of the tasks and the chapters, without a look at the checks.
"""

from __future__ import annotations

from importlib import import_module
from typing import NamedTuple

#: The exercises, each with a module of its own here.
EXERCISES = (
    "activation", "applications", "attention", "automatic_differentiation", "backpropagation", "conclusion", "convolution",
    "error", "feedforward", "generation", "gradient_checking", "gradient_descent", "iterations", "overfitting", "partial_derivatives",
    "recurrence", "weight_update",
)  # fmt: skip


class Answer(NamedTuple):
    """An answer to one task.

    Attributes
    ----------
    task
        The function that the task asks for.
    story
        What is wrong with it, or how it is written, in a few words.
    source
        Python that defines the function, as it would stand in the student's cell; ``np`` is there.
    causes
        Of a wrong answer: the names of mistakes that a teacher would accept for it; none where none fits.
    """

    task: str
    story: str
    source: str
    causes: frozenset[str] = frozenset()


def any_of(*names: str) -> frozenset[str]:
    """The causes of a wrong answer, of which any will do."""
    return frozenset(names)


def exchanged(source: str, *changes: tuple[str, str]) -> str:
    """The source with some of its text exchanged; each text has to be there."""
    for old, new in changes:
        assert old in source, old
        source = source.replace(old, new)
    return source


def wrong(exercise: str) -> tuple[Answer, ...]:
    """The wrong answers to an exercise."""
    return tuple(import_module(f"answers.{exercise}").WRONG)


def right(exercise: str) -> tuple[Answer, ...]:
    """The right answers to an exercise."""
    return tuple(import_module(f"answers.{exercise}").RIGHT)
