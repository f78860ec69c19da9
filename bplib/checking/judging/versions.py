"""The versions of the checks: what has changed for those who are graded, exercise by exercise.

Grades that were entered by an earlier version are not written over in silence: `bplib grade` says first for whom points would
change. So whoever changes a check adds a sentence here; a test asks for it.
"""

from __future__ import annotations

#: What came first, and what each version since has changed.
_FIRST = "the first checks"
_PROMISED = "everything that the text promises is tried in the notebook, too, and nothing else at grading"
_ADDED = "tiny lengths are tried, to which no small number may be added"
_A_DICTIONARY = "a dictionary, as the text says: a list or a tuple is no longer enough"
_WHOLE = "arrays of whole numbers are tried one by one as well, so that results which are cut to them are no longer right"
CHANGES: dict[str, tuple[str, ...]] = {
    "activation": (
        _FIRST,
        _PROMISED,
        "at its kink the slope of an ELU has to lie between the two sides, and is 1 where `alpha` is 1",
        _WHOLE,
    ),
    "applications": (_FIRST,),
    "automatic_differentiation": (
        _FIRST,
        _PROMISED,
        "`walk_back` has to return a list, as the text says, or a tuple; a dictionary is no longer enough",
        _WHOLE,
    ),
    "backpropagation": (_FIRST, _PROMISED, _WHOLE),
    "conclusion": (
        _FIRST,
        _PROMISED,
        "weights are no longer right if `W2` is made of the numbers of `W1`, or a row or column is another one again",
        f"`update` has to return {_A_DICTIONARY}, and `fit` has to train the biases, too",
        _WHOLE,
    ),
    "convolution": (_FIRST,),
    "error": (_FIRST, _PROMISED, _WHOLE),
    "feedforward": (
        _FIRST,
        _PROMISED,
        "two layers of `forward_layers` may share an array, and its outputs may be large",
        _WHOLE,
    ),
    "gradient_checking": (
        _FIRST,
        _PROMISED,
        "`gradient_verdicts` is asked about losses that are tiny, huge or have a large constant, one by one",
        _WHOLE,
    ),
    "gradient_descent": (
        _FIRST,
        f"{_PROMISED}; a rate is searched on bowls whose lowest point is anywhere",
        _WHOLE,
    ),
    "iterations": (
        _FIRST,
        _PROMISED,
        f"indices that are floats are no longer right, nor are no batches without a second axis; {_WHOLE}",
    ),
    "overfitting": (
        _FIRST,
        _PROMISED,
        f"the names of the folds alone drawn by chance are no longer enough; {_ADDED}",
        f"chance has to decide in every class, and classes may be more than folds, of any numbers; {_WHOLE}",
    ),
    "partial_derivatives": (_FIRST, _PROMISED, _WHOLE),
    "weight_update": (
        _FIRST,
        _PROMISED,
        _ADDED,
        f"`train_step` has to return {_A_DICTIONARY}",
        f"clipping has to give a new dictionary; {_WHOLE}",
    ),
}


def version(exercise: str) -> int:
    """The number of the version of an exercise's checks, from 1; of one that is not listed, 1."""
    return len(CHANGES.get(exercise, (_FIRST,)))


def since(exercise: str, earlier: int) -> tuple[str, ...]:
    """What has changed after an earlier version."""
    return CHANGES.get(exercise, (_FIRST,))[earlier:]
