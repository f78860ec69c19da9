"""The versions of the checks: what has changed for those who are graded, exercise by exercise.

Grades that were entered by an earlier version are not written over in silence: `bplib grade` says first for whom points would
change. So whoever changes a check adds a sentence here; a test asks for it.
"""

from __future__ import annotations

#: What came first, and what each version since has changed.
_FIRST = "the first checks"
_PROMISED = "everything that the text promises is tried in the notebook, too, and nothing else at grading"
_ADDED = "tiny lengths are tried, to which no small number may be added"
_CLOSE = "what comes close to a kink is not on it"
_A_DICTIONARY = "a dictionary, as the text says: a list or a tuple is no longer enough"
_WHOLE = "arrays of whole numbers are tried one by one as well, so that results which are cut to them are no longer right"
_BESIDE = "arrays of whole numbers are tried beside one that holds fractions"
_EXAMPLES = "the examples of all texts are tried"
_ALIKE = "as many samples as units are tried, too"
_SINGLE = "arrays of whole numbers are tried in all but one of the arrays"
_FAR = "settings far from the usual are tried, such as a rate above one"
_IN_PLACE = "an argument that is changed in place costs all parts of the dictionary that comes back"
CHANGES: dict[str, tuple[str, ...]] = {
    "activation": (
        _FIRST,
        _PROMISED,
        "at its kink the slope of an ELU has to lie between the two sides, and is 1 where `alpha` is 1",
        _WHOLE,
        f"{_FAR}, or an `alpha` of four",
        f"in `elu_backward` {_CLOSE}",
        "an `alpha` far below one is tried, and numbers ten thousand apart",
    ),
    "applications": (
        _FIRST,
        "`robust_scale` is asked about distances of 1e-30; both models are asked another question about the same people, so that "
        "looking up earns nothing",
        f"in `quantile_loss` {_CLOSE}",
        "in `best_threshold` probabilities may differ in the fourth decimal",
    ),
    "attention": (
        _FIRST,
        "in `length_weights` scores may be large, of either sign, and whole numbers have weights that are none; one key and one "
        "feature are tried",
        "sizes may be equal: as many samples as heads, queries and keys, and two sequences of one length",
    ),
    "automatic_differentiation": (
        _FIRST,
        _PROMISED,
        "`walk_back` has to return a list, as the text says, or a tuple; a dictionary is no longer enough",
        _WHOLE,
        f"in `walk_back` the second line may be an operation, and {_BESIDE}",
        f"{_EXAMPLES}, and exponents that are large and close, small factors, operations of three arguments, an output that is "
        f"a variable; {_ALIKE}",
        "in `walk_back` shares may add up to nothing",
    ),
    "backpropagation": (
        _FIRST,
        _PROMISED,
        _WHOLE,
        f"numbers of both signs are tried in `chain_backward`, and {_BESIDE}",
        f"a number of the chain may be zero; {_ALIKE}; {_SINGLE}",
    ),
    "conclusion": (
        _FIRST,
        _PROMISED,
        "weights are no longer right if `W2` is made of the numbers of `W1`, or a row or column is another one again",
        f"`update` has to return {_A_DICTIONARY}, and `fit` has to train the biases, too",
        _WHOLE,
        f"`cross_entropy` is asked about probabilities of next to nothing; {_FAR}; {_IN_PLACE}",
        "no row, no column and none of the first weights may stay zero, or be of a variance of its own; probabilities go down to "
        "1e-37, and those of other classes to 0; `accuracy` is asked about one sample that is guessed right",
        "in `update` the gradients may come in another order, in `cross_entropy` there may be a dozen samples, and in `accuracy` "
        "probabilities may be nearly alike",
    ),
    "convolution": (
        _FIRST,
        _BESIDE,
        f"numbers that are nearly alike are tried in `row_pool_backward`, and wide gaps in `dilated`; {_ALIKE}",
        "numbers of 1e-18 are tried in `row_pool_backward`",
        "in `row_pool_backward` two numbers may differ in the seventh digit",
    ),
    "error": (
        _FIRST,
        _PROMISED,
        _WHOLE,
        f"{_FAR}, a `delta` of four, or no smoothing at all",
        "`hinge` is asked about one sample whose margin is not kept",
        f"in `hinge_gradient` {_CLOSE}",
        "a `delta` far below one is tried, misses of a thousandth, and logits ten thousand apart",
    ),
    "feedforward": (
        _FIRST,
        _PROMISED,
        "two layers of `forward_layers` may share an array, and its outputs may be large",
        _WHOLE,
        _BESIDE,
        "as many units as inputs, and as many samples as units, are tried; outputs may be some hundreds",
        "a network of six layers is tried",
    ),
    "generation": (
        _FIRST,
        "units that are hardly ever busy are tried in `sparse_backward`; in `top_draw` large logits with numbers of 0, and logits far "
        "below zero",
        "clouds may all be like the prior, and deviations far from one",
    ),
    "gradient_checking": (
        _FIRST,
        _PROMISED,
        "`gradient_verdicts` is asked about losses that are tiny, huge or have a large constant, one by one",
        _WHOLE,
        f"one wrong entry of many is tried in `gradient_verdicts`, and another step in `slope_along`; {_BESIDE}",
        "in `gradient_verdicts` a constant may be a thousand, and the gradients of one array a thousandth of another's",
        "names may come in another order; gradients may be zeros, have all signs reversed or be transposed; a loss may hardly bend",
    ),
    "gradient_descent": (
        _FIRST,
        f"{_PROMISED}; a rate is searched on bowls whose lowest point is anywhere",
        _WHOLE,
        f"{_FAR}; {_BESIDE}",
        "tiny steps, a walk that flies apart and slopes of next to nothing are tried in `descend`, a single number in "
        "`descent_step`, and in `backtracking_rate` steep and flat bowls, negative losses and many halvings",
        "a gradient may be zero, or the same everywhere",
    ),
    "iterations": (
        _FIRST,
        _PROMISED,
        f"indices that are floats are no longer right, nor are no batches without a second axis; {_WHOLE}",
        _BESIDE,
        "just one batch, batches of very different sizes, a patience of one and a tolerance of zero are tried",
        "a loss and a bias may be 0, a batch may fit exactly, and the gain of an epoch may be small",
    ),
    "overfitting": (
        _FIRST,
        _PROMISED,
        f"the names of the folds alone drawn by chance are no longer enough; {_ADDED}",
        f"chance has to decide in every class, and classes may be more than folds, of any numbers; {_WHOLE}",
        f"weights stay with other probabilities than 0.6; {_FAR}",
        "losses that are large, tiny, zero or negative are tried, weights that are small, lengths still smaller, and classes of "
        f"negative numbers; chance has to decide in both halves of a class; {_ALIKE}",
        f"`max_norm` is asked about lengths of 1e-18, and weights as small are not zero in `elastic_net_gradient`: {_CLOSE}",
        "in `max_norm` columns of a square array may be too long",
    ),
    "partial_derivatives": (
        _FIRST,
        _PROMISED,
        _WHOLE,
        _BESIDE,
        f"a slope at zero is tried; {_ALIKE}; {_SINGLE}",
        "in `central_slope` steps and numbers may be large, and slopes next to nothing",
    ),
    "recurrence": (
        _FIRST,
        "a step may be missing in between, and there may be as many features as units",
    ),
    "weight_update": (
        _FIRST,
        _PROMISED,
        _ADDED,
        f"`train_step` has to return {_A_DICTIONARY}",
        f"clipping has to give a new dictionary; {_WHOLE}",
        f"{_FAR}, or a `beta` of zero; {_IN_PLACE}",
        f"small rates, the last epoch but one, a first step of momentum and lengths still smaller are tried; {_ALIKE}; {_SINGLE}",
        "`clip_by_norm` is asked about lengths of 1e-18",
        "arrays with one axis, other names, arrays of zeros and large gradients are tried",
    ),
}


def version(exercise: str) -> int:
    """The number of the version of an exercise's checks, from 1; of one that is not listed, 1."""
    return len(CHANGES.get(exercise, (_FIRST,)))


def since(exercise: str, earlier: int) -> tuple[str, ...]:
    """What has changed after an earlier version."""
    return CHANGES.get(exercise, (_FIRST,))[earlier:]
