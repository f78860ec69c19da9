"""The versions of the checks: what has changed for those who are graded, exercise by exercise.

Grades that were entered by an earlier version are not written over in silence: `bplib grade` says first for whom points would
change. So whoever changes a check adds a sentence here; a test asks for it.
"""

from __future__ import annotations

#: What came first, and what each version since has changed.
_FIRST = "the first checks"
_PROMISED = "everything that the text promises is tried in the notebook, too, and nothing else at grading"
_ADDED = "tiny lengths are tried, to which no small number may be added"
CHANGES: dict[str, tuple[str, ...]] = {
    "activation": (_FIRST, _PROMISED),
    "automatic_differentiation": (_FIRST, _PROMISED),
    "backpropagation": (_FIRST, _PROMISED),
    "conclusion": (
        _FIRST,
        _PROMISED,
        "weights are no longer right if `W2` is made of the numbers of `W1`, or a row or column is another one again",
    ),
    "error": (_FIRST, _PROMISED),
    "feedforward": (_FIRST, _PROMISED),
    "gradient_checking": (_FIRST, _PROMISED),
    "gradient_descent": (_FIRST, f"{_PROMISED}; a rate is searched on bowls whose lowest point is anywhere"),
    "iterations": (_FIRST, _PROMISED),
    "overfitting": (
        _FIRST,
        _PROMISED,
        f"the names of the folds alone drawn by chance are no longer enough; {_ADDED}",
    ),
    "partial_derivatives": (_FIRST, _PROMISED),
    "weight_update": (_FIRST, _PROMISED, _ADDED),
}


def version(exercise: str) -> int:
    """The number of the version of an exercise's checks, from 1; of one that is not listed, 1."""
    return len(CHANGES.get(exercise, (_FIRST,)))


def since(exercise: str, earlier: int) -> tuple[str, ...]:
    """What has changed after an earlier version."""
    return CHANGES.get(exercise, (_FIRST,))[earlier:]
