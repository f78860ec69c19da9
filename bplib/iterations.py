"""Iterations: passes forward, passes backward and updates, until it is good enough.

An *epoch* shows every sample once. It is cut into *mini-batches*, each of which makes one update. Training
ends after a maximum number of epochs, or when a stopping criterion gives a reason.

Source: LeCun, Bottou, Orr and Müller, *Efficient BackProp*, 1998, sections 4.1 and 4.2 (stochastic learning,
shuffling).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple, Protocol

import numpy as np

from bplib.backpropagation import loss_and_gradients
from bplib.error import get_loss
from bplib.feedforward import feedforward
from bplib.network import Network
from bplib.overfitting import dropout_masks
from bplib.types import Array, Gradients, History, Parameters, Penalty, Stop
from bplib.weight_update import Optimizer, Schedule, constant, sgd


def minibatches(
    x: Array,
    y: Array,
    batch_size: int,
    rng: np.random.Generator | None = None,
) -> Iterator[tuple[Array, Array]]:
    """Cut the samples into mini-batches, shuffled when a generator is given.

    Parameters
    ----------
    x, y
        Inputs (m, n) and targets (m, k).
    batch_size
        Samples per mini-batch; the last one takes what is left.
    rng
        Shuffles the samples. None keeps their order.

    Yields
    ------
    tuple of Array
        Inputs (batch_size, n) and targets (batch_size, k).

    Raises
    ------
    ValueError
        If the batch size is not above zero or inputs and targets differ in number.
    """
    if batch_size < 1:
        raise ValueError(f"batch_size is {batch_size}, expected at least 1.")
    if len(x) != len(y):
        raise ValueError(f"x has {len(x)} samples and y has {len(y)}, expected as many targets as inputs.")
    order = np.arange(len(x)) if rng is None else rng.permutation(len(x))
    for start in range(0, len(x), batch_size):
        chosen = order[start : start + batch_size]
        yield x.take(chosen, axis=0), y.take(chosen, axis=0)


class Trainable(Protocol):
    """What `train` needs of a network that is not a `bplib.network.Network`: such as `bplib.applications.model.Model`."""

    @property
    def loss(self) -> str: ...

    def check(self, params: Parameters) -> None: ...

    def check_data(self, x: Array, target: Array, name: str = "target") -> tuple[Array, Array]: ...

    def training_pass(
        self,
        params: Parameters,
        x: Array,
        target: Array,
        penalty: Penalty | None,
        dropout: float,
        rng: np.random.Generator | None,
    ) -> tuple[float, Gradients, Parameters]:
        """The loss of a batch, the gradients of what is learned, and new values of what is only kept."""

    def output(self, params: Parameters, x: Array) -> Array: ...


class _Dense(NamedTuple):
    """A dense network, so that `train` can ask of it what it asks of any."""

    network: Network

    @property
    def loss(self) -> str:
        return self.network.loss

    def check(self, params: Parameters) -> None:
        self.network.check(params)

    def check_data(self, x: Array, target: Array, name: str = "target") -> tuple[Array, Array]:
        return self.network.check_data(x, target, name)

    def training_pass(
        self,
        params: Parameters,
        x: Array,
        target: Array,
        penalty: Penalty | None,
        dropout: float,
        rng: np.random.Generator | None,
    ) -> tuple[float, Gradients, Parameters]:
        masks = dropout_masks(self.network, len(x), dropout, rng) if dropout and rng else None
        return *loss_and_gradients(self.network, params, x, target, penalty, masks), {}

    def output(self, params: Parameters, x: Array) -> Array:
        return feedforward(self.network, params, x)[0]


def train(
    network: Network | Trainable,
    params: Parameters,
    x: Array,
    y: Array,
    *,
    epochs: int,
    learning_rate: float | Schedule,
    batch_size: int | None = None,
    optimizer: Optimizer = sgd,
    rng: np.random.Generator | None = None,
    penalty: Penalty | None = None,
    dropout: float = 0.0,
    validation: tuple[Array, Array] | None = None,
    stop: Sequence[Stop] = (),
    callbacks: Iterable[Callable[[int, History], object]] = (),
) -> tuple[Parameters, History]:
    """Train a network; the parameters you pass in stay as they are.

    Parameters
    ----------
    network, params
        The plan and the weights to start from. Any `Trainable` is trained in the same way.
    x, y
        Training inputs (m, n_0) and targets (m, n_D).
    epochs
        How many at most.
    learning_rate
        A number, or a schedule from `bplib.weight_update`.
    batch_size
        Samples per update; None takes all of them at once.
    optimizer
        The update rule, see `bplib.weight_update.OPTIMIZERS`; set its options with `functools.partial`.
    rng
        Shuffles the mini-batches and draws the dropout masks. Needed for dropout.
    penalty, dropout
        See `bplib.overfitting`.
    validation
        Inputs and targets that are only looked at. With them the parameters of the best epoch are returned.
    stop
        Stopping criteria, asked after every epoch.
    callbacks
        Called as ``callback(epoch, history)`` after every epoch, for progress or recording.

    Returns
    -------
    params : Parameters
        The trained parameters: those of the best epoch with ``validation``, of the last without.
    history : History
        One entry per epoch.

    Raises
    ------
    ValueError
        If data does not fit the network, epochs is below 1, dropout has no generator, or the loss stops
        being finite (usually a learning rate that is too large).
    """
    if epochs < 1:
        raise ValueError(f"epochs is {epochs}, expected at least 1.")
    if dropout and rng is None:
        raise ValueError("dropout needs randomness: pass rng=np.random.default_rng(0).")
    # Looked at once: the mini-batches below are cut from what fits.
    plan = _Dense(network) if isinstance(network, Network) else network
    plan.check(params)
    x, y = plan.check_data(x, y, name="y")
    given = learning_rate
    schedule = given if callable(given) else constant(given)
    size = len(x) if batch_size is None else batch_size
    history, state, best = History(), None, params
    for epoch in range(epochs):
        rate, losses, sizes = schedule(epoch), [], []
        for x_batch, y_batch in minibatches(x, y, size, rng):
            loss, gradients, kept = plan.training_pass(
                params,
                x_batch,
                y_batch,
                penalty,
                dropout,
                rng,
            )
            if not math.isfinite(loss):
                raise ValueError(
                    f"the loss is {loss} in epoch {epoch}: learning rate {rate} is too large here. Try a tenth of it."
                )
            moved = {name: params[name] for name in gradients}
            learned, state = optimizer(moved, gradients, state, rate)
            params = learned | kept
            losses.append(loss)
            sizes.append(len(x_batch))
        history.loss.append(float(np.average(losses, weights=sizes)))
        history.learning_rate.append(rate)
        squares = sum((g**2).sum() for g in gradients.values())
        history.gradient_norm.append(float(np.sqrt(squares)))
        if validation is not None:
            output = plan.output(params, validation[0])
            value = get_loss(plan.loss).value(output, validation[1])
            history.validation_loss.append(float(value))
        if history.best_epoch == epoch:
            best = params
        for callback in callbacks:
            callback(epoch, history)
        reasons = [*filter(None, [criterion(history) for criterion in stop])]
        if reasons:
            history.stopped = reasons[0]
            return best, history
    history.stopped = f"reached the maximum of {epochs} epochs"
    return best, history


def loss_below(value: float) -> Stop:
    """Stop as soon as the epoch's training loss is below ``value``."""

    def criterion(history: History) -> str | None:
        return f"the loss fell below {value}" if history.loss[-1] < value else None

    return criterion


def no_progress(patience: int = 10, tolerance: float = 1e-4) -> Stop:
    """Stop when ``patience`` epochs have not lowered the best training loss by more than ``tolerance``."""

    def criterion(history: History) -> str | None:
        if len(history.loss) <= patience:
            return None
        before, recent = min(history.loss[:-patience]), min(history.loss[-patience:])
        return f"no progress for {patience} epochs" if before - recent <= tolerance else None

    return criterion
