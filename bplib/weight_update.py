r"""Weight update: what to do with a gradient.

Every rule is a pure function ``rule(params, gradients, state, learning_rate) -> (params, state)``. The state
is what the rule remembers between steps; hand it None at the first step and back what you got afterwards.
Nothing is changed in place, so the parameters of every step can be kept and compared.

Further down, learning-rate schedules: functions from the epoch (0, 1, 2, …) to the learning rate.

Sources: Robbins and Monro, *A Stochastic Approximation Method*, 1951 (sgd); Polyak, *Some methods of speeding
up the convergence of iteration methods*, 1964 (momentum); Nesterov, *A method of solving a convex programming
problem with convergence rate O(1/k²)*, 1983; Tieleman and Hinton, *Lecture 6.5: rmsprop*, 2012; Kingma and Ba,
*Adam: A Method for Stochastic Optimization*, 2015, algorithm 1; Pascanu, Mikolov and Bengio, *On the difficulty of
training recurrent neural networks*, 2013, algorithm 1 (clipping).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, Protocol, TypeAlias

import numpy as np

from bplib.types import Gradients, Parameters, positive

#: What a rule remembers: named dictionaries shaped like the parameters, and a step count. None before the first step.
State: TypeAlias = dict[str, Any] | None


class Optimizer(Protocol):
    """An update rule: see the module's introduction."""

    def __call__(
        self, params: Parameters, gradients: Gradients, state: State, learning_rate: float
    ) -> tuple[Parameters, State]: ...


def sgd(
    params: Parameters,
    gradients: Gradients,
    state: State,
    learning_rate: float,
) -> tuple[Parameters, State]:
    r"""Stochastic gradient descent: :math:`\theta \leftarrow \theta - \eta g`. It remembers nothing."""
    _check(params, gradients, learning_rate)
    step = {name: learning_rate * gradients[name] for name in params}
    return {name: params[name] - step[name] for name in params}, None


def momentum(
    params: Parameters,
    gradients: Gradients,
    state: State,
    learning_rate: float,
    beta: float = 0.9,
) -> tuple[Parameters, State]:
    r"""Keep rolling: :math:`v \leftarrow \beta v - \eta g`, :math:`\theta \leftarrow \theta + v`.

    Along a steady slope the velocity grows to :math:`\eta g / (1 - \beta)`; across a ravine it cancels.
    ``beta`` is in [0, 1).
    """
    _check(params, gradients, learning_rate, beta=beta)
    v = _remembered(state, "v", params)
    step = {name: learning_rate * gradients[name] for name in params}
    v = {name: beta * v[name] - step[name] for name in params}
    return {name: params[name] + v[name] for name in params}, {"v": v}


def nesterov(
    params: Parameters,
    gradients: Gradients,
    state: State,
    learning_rate: float,
    beta: float = 0.9,
) -> tuple[Parameters, State]:
    r"""Momentum that looks ahead: :math:`v \leftarrow \beta v - \eta g`,
    :math:`\theta \leftarrow \theta + \beta v - \eta g`.

    ``params`` here are the look-ahead point itself, so that the gradient you already have is the right one
    (the form of Sutskever et al., 2013, rewritten in the shifted variable).
    """
    _check(params, gradients, learning_rate, beta=beta)
    v = _remembered(state, "v", params)
    step = {name: learning_rate * gradients[name] for name in params}
    v = {name: beta * v[name] - step[name] for name in params}
    rolled = {name: params[name] + beta * v[name] for name in params}
    ahead = {name: rolled[name] - step[name] for name in params}
    return ahead, {"v": v}


def rmsprop(
    params: Parameters,
    gradients: Gradients,
    state: State,
    learning_rate: float,
    beta: float = 0.9,
    epsilon: float = 1e-8,
) -> tuple[Parameters, State]:
    r"""Give every weight its own scale: :math:`s \leftarrow \beta s + (1 - \beta) g^2`,
    :math:`\theta \leftarrow \theta - \eta g / (\sqrt s + \epsilon)`.
    """
    _check(params, gradients, learning_rate, beta=beta)
    s = _remembered(state, "s", params)
    s = {name: beta * s[name] + (1 - beta) * gradients[name] ** 2 for name in params}
    return {
        name: params[name] - learning_rate * gradients[name] / (np.sqrt(s[name]) + epsilon) for name in params
    }, {"s": s}


def adam(
    params: Parameters,
    gradients: Gradients,
    state: State,
    learning_rate: float,
    beta1: float = 0.9,
    beta2: float = 0.999,
    epsilon: float = 1e-8,
) -> tuple[Parameters, State]:
    r"""Momentum and a scale of its own for every weight, both corrected for having started at zero.

    .. math::
        v \leftarrow \beta_1 v + (1 - \beta_1) g, \qquad s \leftarrow \beta_2 s + (1 - \beta_2) g^2, \qquad
        \theta \leftarrow \theta - \eta \, \frac{v / (1 - \beta_1^t)}{\sqrt{s / (1 - \beta_2^t)} + \epsilon}
    """
    _check(params, gradients, learning_rate, beta1=beta1, beta2=beta2)
    v, s = _remembered(state, "v", params), _remembered(state, "s", params)
    t = 1 if state is None else state["t"] + 1
    g = gradients
    v = {name: beta1 * v[name] + (1 - beta1) * g[name] for name in params}
    s = {name: beta2 * s[name] + (1 - beta2) * g[name] ** 2 for name in s}
    v_scale, s_scale = 1 / (1 - beta1**t), 1 / (1 - beta2**t)
    step = {name: learning_rate * (v_scale * v[name]) for name in params}
    size = {name: np.sqrt(s_scale * s[name]) + epsilon for name in params}
    new = {name: params[name] - step[name] / size[name] for name in params}
    return new, {"v": v, "s": s, "t": t}


#: Every update rule by name.
OPTIMIZERS: dict[str, Optimizer] = {
    "sgd": sgd,
    "momentum": momentum,
    "nesterov": nesterov,
    "rmsprop": rmsprop,
    "adam": adam,
}


def clipped(rule: Optimizer, limit: float) -> Optimizer:
    r"""The same rule, but a gradient that is longer than ``limit`` is shortened to it: :math:`g \leftarrow g \, c / \lVert g \rVert`.

    Its length is that of all parameters together, so its direction stays.

    Parameters
    ----------
    rule
        One of `OPTIMIZERS`.
    limit
        c, above 0.

    Returns
    -------
    Optimizer
        To be used as any other, with the state of ``rule``.

    Raises
    ------
    ValueError
        If the limit is not above 0.
    """
    positive(limit, "limit")

    def clipped_rule(
        params: Parameters, gradients: Gradients, state: State, learning_rate: float
    ) -> tuple[Parameters, State]:
        length = math.sqrt(sum((g**2).sum() for g in gradients.values()))
        shortened = {name: g * (limit / max(length, limit)) for name, g in gradients.items()}
        return rule(params, shortened, state, learning_rate)

    return clipped_rule


def _remembered(state: State, key: str, params: Parameters) -> Parameters:
    return state[key] if state is not None else {name: np.zeros_like(value) for name, value in params.items()}


def _check(params: Parameters, gradients: Gradients, learning_rate: float, **betas: float) -> None:
    positive(learning_rate, "learning_rate")
    for name, beta in betas.items():
        if not 0 <= beta < 1:
            raise ValueError(f"{name} is {beta}, expected at least 0 and below 1.")
    if params.keys() != gradients.keys():
        raise ValueError(f"gradients are {sorted(gradients)}, expected one per parameter: {sorted(params)}.")
    for name, value in params.items():
        if np.shape(gradients[name]) != np.shape(value):
            raise ValueError(
                f"the gradient of {name} has shape {np.shape(gradients[name])}, expected that of {name}, "
                f"{np.shape(value)}."
            )


#: A learning-rate schedule: epoch (0, 1, 2, …) to learning rate.
Schedule: TypeAlias = Callable[[int], float]


def constant(rate: float) -> Schedule:
    """The same rate in every epoch."""
    positive(rate, "rate")
    return lambda epoch: rate


def step_decay(rate: float, factor: float = 0.5, every: int = 10) -> Schedule:
    """Multiply the rate by ``factor`` after every ``every`` epochs."""
    positive(rate, "rate"), positive(factor, "factor"), positive(every, "every")
    return lambda epoch: rate * factor ** (epoch // every)


def exponential_decay(rate: float, decay: float = 0.05) -> Schedule:
    r""":math:`\eta_0 e^{-\lambda k}` in epoch k."""
    positive(rate, "rate"), positive(decay, "decay")
    return lambda epoch: rate * math.exp(-decay * epoch)


def inverse_time_decay(rate: float, decay: float = 0.1) -> Schedule:
    r""":math:`\eta_0 / (1 + \lambda k)` in epoch k: slow enough to reach anywhere, fast enough to settle.

    Its rates sum to infinity while their squares do not, the conditions of Robbins and Monro (1951).
    """
    positive(rate, "rate"), positive(decay, "decay")
    return lambda epoch: rate / (1.0 + decay * epoch)


def cosine_decay(rate: float, epochs: int, floor: float = 0.0) -> Schedule:
    """Half a cosine from ``rate`` at epoch 0 down to ``floor`` at ``epochs`` and after."""
    positive(rate, "rate"), positive(epochs, "epochs")
    return lambda epoch: floor + (rate - floor) * 0.5 * (1 + math.cos(math.pi * min(epoch / epochs, 1.0)))


def warmup(schedule: Schedule, epochs: int) -> Schedule:
    """Grow linearly to the schedule's first rate within ``epochs``, then follow the schedule from its start."""
    positive(epochs, "epochs")
    return lambda epoch: schedule(0) * (epoch + 1) / epochs if epoch < epochs else schedule(epoch - epochs)
