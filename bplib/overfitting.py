r"""Overfitting: when a network learns its training data by heart, and what helps.

*Regularization* puts a price on large weights, *dropout* keeps units from relying on each other, *early
stopping* ends training when only the training loss still falls, and *cross-validation* measures, without
fooling yourself, whether any of it helped.

Sources: Krogh and Hertz, *A Simple Weight Decay Can Improve Generalization*, 1991 (L2); Srivastava et al.,
*Dropout*, 2014, section 10 (scaling while training); Prechelt, *Early Stopping — But When?*, 1998; Kohavi, *A
Study of Cross-Validation and Bootstrap*, 1995.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from bplib.network import Network
from bplib.types import Array, History, Penalty, Stop, positive


def l2(strength: float) -> Penalty:
    r"""Weight decay: :math:`\frac{\lambda}{2} \sum_l \lVert W^{(l)} \rVert^2`, gradient :math:`\lambda W^{(l)}`.

    Large weights pay most, so all of them shrink in proportion.
    """
    return _penalty(
        f"l2({strength})", strength, lambda W: 0.5 * strength * (W**2).sum(), lambda W: strength * W
    )


def l1(strength: float) -> Penalty:
    r""":math:`\lambda \sum_l \sum_{ij} |W^{(l)}_{ij}|`, gradient :math:`\lambda \operatorname{sign} W^{(l)}`.

    Every weight pays the same for its last step to zero, so many arrive there.
    """
    return _penalty(
        f"l1({strength})", strength, lambda W: strength * np.abs(W).sum(), lambda W: strength * np.sign(W)
    )


def _penalty(
    name: str, strength: float, value: Callable[[Array], float], gradient: Callable[[Array], Array]
) -> Penalty:
    positive(strength, "strength")

    def is_weight(key: str) -> bool:
        return key.startswith(("W", "U"))

    return Penalty(
        name,
        lambda params: sum(value(params[key]) for key in params if is_weight(key)),
        lambda params: {
            key: gradient(params[key]) if is_weight(key) else np.zeros_like(params[key]) for key in params
        },
    )


def dropout_masks(
    network: Network, samples: int, rate: float, rng: np.random.Generator
) -> tuple[Array | None, ...]:
    """Draw which hidden units stay, for one pass forward and the same pass backward.

    A unit is dropped with probability ``rate``; those that stay are multiplied by 1 / (1 - rate), so that
    the next layer's weighted input keeps its mean and prediction needs no correction (inverted dropout).

    Parameters
    ----------
    network
        Its hidden layers get masks; the output layer never does.
    samples
        The batch size m.
    rate
        At least 0 and below 1.
    rng
        Source of randomness.

    Returns
    -------
    tuple
        Per layer a mask (m, n_l), or None for the output layer.
    """
    if not 0 <= rate < 1:
        raise ValueError(f"the dropout rate is {rate}, expected at least 0 and below 1.")
    return (
        *((rng.random((samples, n)) >= rate) / (1.0 - rate) for n in network.sizes[1:-1]),
        None,
    )


def early_stopping(patience: int = 10, min_improvement: float = 0.0) -> Stop:
    """Stop when the validation loss has not beaten its best for ``patience`` epochs.

    `bplib.iterations.train` returns the parameters of the best epoch, so nothing is lost by waiting.
    """
    positive(patience, "patience")

    def criterion(history: History) -> str | None:
        losses = history.validation_loss
        if not losses:
            raise ValueError("early stopping watches the validation loss: pass validation=(x, y) to train().")
        if len(losses) <= patience:
            return None
        if min(losses[-patience:]) < min(losses[:-patience]) - min_improvement:
            return None
        return f"the validation loss has not improved for {patience} epochs"

    return criterion


def train_validation_split(
    x: Array, y: Array, fraction: float, rng: np.random.Generator
) -> tuple[tuple[Array, Array], tuple[Array, Array]]:
    """Set a random ``fraction`` of the samples aside.

    Parameters
    ----------
    x, y
        Inputs (m, n) and targets (m, k).
    fraction
        Share of the validation samples, between 0 and 1; each side gets at least one sample.
    rng
        Draws who goes where.

    Returns
    -------
    (x_train, y_train), (x_validation, y_validation)
    """
    if len(x) != len(y) or len(x) < 2:
        raise ValueError(f"x has {len(x)} samples and y has {len(y)}, expected the same number, at least 2.")
    if not 0 < fraction < 1:
        raise ValueError(f"fraction is {fraction}, expected a share between 0 and 1, such as 0.2.")
    order = rng.permutation(len(x))
    aside = min(max(round(fraction * len(x)), 1), len(x) - 1)
    validation, training = order[:aside], order[aside:]
    return (x[training], y[training]), (x[validation], y[validation])


def k_fold(
    samples: int,
    folds: int,
    rng: np.random.Generator,
) -> Iterator[tuple[Array, Array]]:
    """Cut the samples into ``folds`` parts; each is the validation part once.

    Yields
    ------
    training, validation : Array
        Indices. Every sample is in exactly one validation part; sizes differ by one at most.
    """
    if not 2 <= folds <= samples:
        raise ValueError(f"folds is {folds}, expected 2 to {samples}, the number of samples.")
    parts = np.array_split(rng.permutation(samples), folds)
    for i, validation in enumerate(parts):
        yield np.concatenate(parts[:i] + parts[i + 1 :]), validation


def cross_validate(
    score: Callable[[tuple[Array, Array], tuple[Array, Array]], float],
    x: Array,
    y: Array,
    folds: int,
    rng: np.random.Generator,
) -> Array:
    """Train and score once per fold.

    Parameters
    ----------
    score
        ``score((x_train, y_train), (x_validation, y_validation)) -> float``: trains afresh and scores.
    x, y
        Inputs (m, n) and targets (m, k).
    folds
        How many parts.
    rng
        Draws them.

    Returns
    -------
    Array
        One score per fold, shape (folds,). Their spread is as telling as their mean.
    """
    return np.array([score((x[t], y[t]), (x[v], y[v])) for t, v in k_fold(len(x), folds, rng)])
