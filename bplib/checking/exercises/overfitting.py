"""Checks of the exercise on overfitting: a mixed penalty, dropped weights, early stopping, fair folds."""

from collections.abc import Callable, Sequence
from itertools import permutations
from typing import Any

import numpy as np

from bplib.checking.exercises.typical.overfitting import TYPICAL
from bplib.checking.judging.check import Check, Gradient, Property, Value, without
from bplib.checking.judging.draws import PLAIN, Draw, Inputs
from bplib.checking.judging.results import described
from bplib.types import Array

#: In a class of so many samples, chance agrees with an order in so large a share of them less than once in a million times.
_MANY, _NEARLY = 40, 0.8


def _elastic_net(W: Array, strength: float, share: float) -> float:
    return strength * (share * np.abs(W).sum() + (1 - share) / 2 * np.sum(W**2))


def _dropconnect(x: Array, W: Array, mask: Array, keep: float) -> Array:
    return x @ (W * mask) / keep


def _dropconnect_loss(dy: Array, x: Array, W: Array, mask: Array, keep: float) -> float:
    return np.sum(dy * _dropconnect(x, W, mask, keep))


def _best_epoch(losses: Sequence[float], patience: int) -> int:
    best = 0
    for epoch, loss in enumerate(losses):
        if loss < losses[best]:
            best = epoch
        elif epoch - best >= patience:
            break
    return best


def _max_norm(W: Array, limit: float) -> Array:
    norms = np.sqrt((W**2).sum(axis=0))
    return W * np.where(norms > limit, limit / np.maximum(norms, 1e-300), 1.0)


def _is_fair(inputs: Inputs, folds: Any) -> str | None:
    """Each sample in one fold, and each class spread evenly."""
    labels, k = inputs["labels"], inputs["k"]
    if (message := _no_fold_numbers(labels, folds)) is not None:
        return message
    folds = np.asarray(folds)
    if not np.isin(folds, np.arange(k)).all():
        return f"some fold numbers are not among 0 to {k - 1}"
    for label in np.unique(labels):
        counts = np.bincount(folds[labels == label].astype(int), minlength=k)
        if counts.max() - counts.min() > 1:
            return "one class is spread unevenly: its counts per fold differ by more than one"
    return None


def _is_by_chance(inputs: Inputs, folds: Any) -> str | None:
    """Whether the generator decides who is with whom, in every class; to draw the names of the folds alone decides nothing."""
    labels, k = inputs["labels"], inputs["k"]
    if (message := _no_fold_numbers(labels, folds)) is not None:
        return message
    for label in np.unique(labels):
        members = np.asarray(folds)[labels == label]
        half = len(members) // 2
        if _ordered(members, k):
            return (
                "in one class the samples were dealt out one after the other, or nearly so: "
                "let the generator decide who is with whom"
            )
        if any(
            _ordered(part, k) for part in (members[:half], members[half:], members[::2], members[1::2])
        ):
            return (
                "half of a class was dealt out one after the other, or nearly so: "
                "let the generator decide for all of its samples who is with whom"
            )
    return None


def _ordered(folds: Array, k: int) -> bool:
    """Whether chance has not decided; of a few samples nobody can tell."""
    return len(folds) >= _MANY and _dealt_out(folds, k)


def _dealt_out(folds: Array, k: int) -> bool:
    """Whether folds, whatever they are called, come in turn, there and back, or in blocks, but for a few samples."""
    plain, there_and_back = (np.resize(turn, len(folds)) for turn in (np.arange(k), _there_and_back(k)))
    return any(
        _in_common(folds, np.roll(order, by), k) >= _NEARLY * len(folds)
        for order in (plain, there_and_back, np.sort(plain))
        for by in range(len(folds))
    )


def _in_common(folds: Array, order: Array, k: int) -> int:
    """How many samples agree, if the folds are named as fits best."""
    pairs = np.array([[np.sum((folds == a) & (order == b)) for b in range(k)] for a in range(k)])
    return max(int(pairs[np.arange(k), list(names)].sum()) for names in permutations(range(k)))


def _no_fold_numbers(labels: Array, folds: Any) -> str | None:
    """What was returned instead of one fold number per sample, in an array or a list, or None."""
    try:
        shape = np.shape(folds)
    except ValueError:  # lists that are not equally long
        return f"expected one fold number per sample, {labels.shape}, not {described(folds)}"
    if shape != labels.shape:
        return f"the result has shape {shape}, expected one fold number per sample, {labels.shape}"
    return None


def _there_and_back(k: int) -> Array:
    return np.concatenate([np.arange(k), np.arange(k)[::-1]])


def _losses(*values: float, patience: int) -> Inputs:
    return {"losses": list(values), "patience": patience}


def _classes(d: Draw, numbers: tuple[int, ...], k: int) -> Inputs:
    """Some thirty samples of classes that have these numbers."""
    return {"labels": np.array(numbers)[d.labels(30, len(numbers))], "k": k, "rng": d.generator()}


def _weights_and_limit(d: Draw) -> Inputs:
    return {"W": d.array(d.units(), d.units()), "limit": d.scalar(0.5, 2)}


def _columns(d: Draw) -> Inputs:
    """A column that is short, one too long, one just as long as the limit, one of zeros, and one too long again."""
    return {"W": np.array([[0.5, 3.0, 0.0, 0.0, 2.0], [-0.5, 4.0, 2.0, 0.0, 2.0]]), "limit": 2.0}


def _short_columns(d: Draw) -> Inputs:
    """Columns shorter than one, and a limit that is shorter still."""
    return {"W": np.array([[0.6, 0.3, 0.0], [0.0, 0.2, 0.9]]), "limit": 0.5}


def _tiny_columns(d: Draw) -> Inputs:
    """So short that a length to which a small number is added is another length."""
    return {"W": np.array([[3e-4, 1e-5, 0.0], [-4e-4, 2e-5, 6e-4]]), "limit": 1e-4}


def _almost_no_columns(length: float) -> Callable[[Draw], Inputs]:
    """Lengths that any border set against a division by zero lies above: one of the limit, one below, others above it."""
    turned = np.array([[0.6, 0.3, 0.0, 0.8], [-0.8, 0.4, 1.0, 0.0]])
    return lambda d: {"W": length * turned * [3.0, 1.0, 1.0, 5.0], "limit": length}


def _small_weights(d: Draw) -> Inputs:
    """Small is not zero: the absolute value has a slope of one there, too."""
    signs = np.array([[1.0, -1.0, 1.0], [-1.0, 1.0, -1.0]])
    sizes = np.array([[0.005, 0.002, 0.5], [0.0004, 1e-6, 0.03]])
    return {"W": d.choice((-1, 1)) * signs * sizes, "strength": 0.5, "share": 0.5}


def _almost_no_weights(d: Draw) -> Inputs:
    """Weights that any border set for "practically zero" lies above, and none of them is zero."""
    return {"W": 1e-18 * np.array([[1.0, -2.0, 5.0], [-4.0, 3.0, -1.0]]), "strength": 0.5, "share": 0.25}


def _weights(d: Draw) -> Inputs:
    return {"W": d.array(d.units(), d.units()), "strength": d.scalar(0.01, 1), "share": d.scalar(0.1, 0.9)}


def _with_zeros(d: Draw) -> Inputs:
    return {"W": np.array([[0.5, 0.0, -2.0], [0.0, 1.5, -0.25]]), "strength": 0.1, "share": 0.4}


def _all_of(share: float) -> Callable[[Draw], Inputs]:
    return lambda d: {**_weights(d), "share": share}


def _masked(d: Draw, keep: float = 0.6) -> Inputs:
    m, n_in, n_out = d.samples(), d.units(), d.units()
    return {
        "x": d.array(m, n_in),
        "W": d.array(n_in, n_out),
        "mask": d.mask(n_in, n_out, keep),
        "keep": keep,
    }


def _masked_and_gradient(d: Draw, keep: float = 0.6) -> Inputs:
    inputs = _masked(d, keep)
    return {"dy": d.between(-2, 2, len(inputs["x"]), inputs["W"].shape[1]), **inputs}


def _kept(draw: Callable[..., Inputs]) -> dict[str, Callable[[Draw], Inputs]]:
    return {
        "few weights that stay": lambda d: draw(d, 0.25),
        "a probability of one to stay": lambda d: draw(d, 1.0),
    }


CHECKS = (
    Check(
        "elastic_net",
        typical=TYPICAL["elastic_net"],
        answer=_elastic_net,
        outputs=(Value("penalty", 1),),
        draw=_weights,
        cases={
            "square arrays": lambda d: _weights(d.alike()),
            "weights of which some are zero": _with_zeros,
            "all of it L1": _all_of(1.0),
            "all of it L2": _all_of(0.0),
            "a strength above one": lambda d: {**_weights(d), "strength": 3.0},
        },
    ),
    Check(
        "elastic_net_gradient",
        typical=TYPICAL["elastic_net_gradient"],
        outputs=(Gradient("dW", 2, loss=_elastic_net, wrt="W"),),
        draw=_weights,
        cases={
            "square arrays": lambda d: _weights(d.alike()),
            "weights of which some are zero": _with_zeros,
            "weights that are small, and not zero": _small_weights,
            "weights of next to nothing": _almost_no_weights,
            "all of it L1": _all_of(1.0),
            "all of it L2": _all_of(0.0),
            "a strength above one": lambda d: {**_weights(d), "strength": 3.0},
        },
    ),
    Check(
        "dropconnect_forward",
        typical=TYPICAL["dropconnect_forward"],
        answer=_dropconnect,
        outputs=(Value("y", 1),),
        draw=_masked,
        cases={
            **_kept(_masked),
            "as many samples as units": lambda d: _masked(d.alike()),
        },
    ),
    Check(
        "dropconnect_backward",
        typical=TYPICAL["dropconnect_backward"],
        outputs=(
            Gradient("dx", 1, loss=_dropconnect_loss, wrt="x"),
            Gradient("dW", 2, loss=_dropconnect_loss, wrt="W"),
        ),
        draw=_masked_and_gradient,
        cases={
            **_kept(_masked_and_gradient),
            "as many samples as units": lambda d: _masked_and_gradient(d.alike()),
        },
    ),
    Check(
        "best_epoch",
        typical=TYPICAL["best_epoch"],
        answer=_best_epoch,
        outputs=(Value("epoch", 2),),
        draw=lambda d: {
            "losses": [float(v) for v in d.between(0.2, 3.0, d.integer(6, 15))],
            "patience": d.integer(1, 3),
        },
        edges=(PLAIN,),
        cases={
            "the losses of the text": lambda d: _losses(0.9, 0.5, 0.6, 0.7, 0.1, patience=2),
            "losses that fall to the end": lambda d: _losses(0.9, 0.7, 0.4, 0.3, patience=2),
            "a first epoch that is the best": lambda d: _losses(0.2, 0.5, 0.4, 0.1, patience=2),
            "two epochs that are equally good": lambda d: _losses(0.9, 0.5, 0.5, 0.6, 0.5, patience=4),
            "an equal loss that comes when patience ends": lambda d: _losses(0.5, 0.6, 0.5, 0.1, patience=2),
            "patience that is renewed": lambda d: _losses(
                0.9, 0.8, 0.85, 0.7, 0.75, 0.6, 0.65, 0.66, 0.1, patience=2
            ),
            "losses that get worse and better by turns": lambda d: _losses(
                0.9, 0.5, 0.95, 0.4, 0.97, 0.3, 0.98, 0.99, 0.1, patience=2
            ),
            "a patience of one": lambda d: _losses(0.9, 0.5, 0.6, 0.1, patience=1),
            "losses above one": lambda d: _losses(7.0, 5.0, 6.0, 5.5, 1.0, patience=2),
            "losses of hundreds": lambda d: _losses(4300.0, 250.0, 180.0, 190.0, 181.0, 20.0, patience=2),
            "losses of millions": lambda d: _losses(9e8, 7e7, 8e7, 6e7, 9e7, 8e7, 1.0, patience=2),
            "a loss of zero": lambda d: _losses(0.5, 0.0, 0.2, 0.3, patience=2),
            "losses that hardly differ": lambda d: _losses(
                0.50003, 0.50001, 0.50002, 0.5, 0.50001, 0.500005, 0.4, patience=2
            ),
            "tiny losses": lambda d: _losses(3e-9, 1e-9, 2e-9, 8e-10, 9e-10, 2e-9, 1e-10, patience=2),
            "negative losses": lambda d: _losses(0.5, -0.25, 0.1, -1.5, -1.0, -1.25, -9.0, patience=2),
            "a single epoch": lambda d: _losses(0.5, patience=2),
        },
    ),
    Check(
        "stratified_folds",
        outputs=(
            Property("folds", 2, holds=_is_fair, pick=lambda r: r),
            Property("chance", 1, holds=_is_by_chance, pick=lambda r: r),
        ),
        asks=("rng",),
        draw=lambda d: {"labels": d.labels(d.integer(20, 40), 3), "k": d.integer(2, 5), "rng": d.generator()},
        edges=(PLAIN,),
        cases={
            "one class for all": lambda d: {"labels": np.zeros(40, dtype=int), "k": 4, "rng": d.generator()},
            "classes of many samples": lambda d: {
                "labels": d.generator().permutation(np.repeat([0, 1, 2], [_MANY, 2 * _MANY, _MANY])),
                "k": 4,
                "rng": d.generator(),
            },
            "more classes than folds": lambda d: {
                "labels": d.generator().permutation(np.repeat(np.arange(5), [4, 7, 5, 8, 6])),
                "k": 3,
                "rng": d.generator(),
            },
            "classes whose numbers are not 0, 1, 2": lambda d: _classes(d, (0, 9, 4), 4),
            "classes of negative numbers": lambda d: _classes(d, (-3, 5, -1, 1000), 3),
            "classes in order": lambda d: {
                "labels": np.repeat([0, 1, 2], [9, 7, 8]),
                "k": 3,
                "rng": d.generator(),
            },
            "classes of fewer samples than folds": lambda d: {
                "labels": np.array([0, 1, 1, 2, 2, 2, 0, 1, 2, 2, 2, 2, 2]),
                "k": 5,
                "rng": d.generator(),
            },
        },
    ),
    Check(
        "max_norm",
        typical=TYPICAL["max_norm"],
        answer=_max_norm,
        outputs=(Value("W", 2, proportional=True),),
        draw=_weights_and_limit,
        edges=without("batch_of_one"),
        cases={
            "square arrays": lambda d: _weights_and_limit(d.alike()),
            "short, long and just fitting columns, and one of zeros": _columns,
            "columns and a limit below one": _short_columns,
            "a limit far above one": lambda d: {"W": 10 * d.array(2, 3), "limit": 12.0},
            "a square array with columns too long": lambda d: {
                "W": np.array([[3.0, 0.5], [4.0, 2.0]]),
                "limit": 2.5,
            },
            "columns and a limit of next to nothing": _tiny_columns,
            "columns and a limit of a billionth": _almost_no_columns(1e-9),
            "columns and a limit still smaller": _almost_no_columns(1e-18),
        },
    ),
)
