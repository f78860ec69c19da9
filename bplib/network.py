r"""The network as a plan: how many units, which activation functions, which loss.

A `Network` holds no weights. They live beside it in a dictionary that `initialize` fills, so that a pass,
a gradient or an update is always a function of what you can see.

Sources: Glorot and Bengio, *Understanding the difficulty of training deep feedforward neural networks*, 2010,
equation 16; He, Zhang, Ren and Sun, *Delving Deep into Rectifiers*, 2015, equation 10.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from bplib.activation import get_activation
from bplib.error import get_loss
from bplib.types import Array, Parameters, as_batch, one_of


@dataclass(frozen=True)
class Network:
    """A dense network of any depth and width.

    Parameters
    ----------
    sizes
        Units per layer, the inputs first: (2, 2, 1) has two inputs, two hidden units and one output.
    activations
        One name per layer of weights, see `bplib.activation.ACTIVATIONS`. With a cross-entropy the last
        one is ``"identity"``: these losses take logits.
    loss
        A name from `bplib.error.LOSSES`.

    Raises
    ------
    ValueError
        If there is no layer of weights, a size is not a whole number above zero, the number of activations
        does not fit, a name is unknown, or a cross-entropy would be fed squashed outputs.
    """

    sizes: tuple[int, ...]
    activations: tuple[str, ...]
    loss: str = "mean_squared_error"

    def __post_init__(self) -> None:
        if len(self.sizes) < 2 or any(int(n) != n or n < 1 for n in self.sizes):
            raise ValueError(
                f"sizes is {self.sizes}, expected at least two whole numbers above 0: inputs, …, outputs."
            )
        if isinstance(self.activations, str) or len(self.activations) != self.depth:
            raise ValueError(
                f"activations is {self.activations!r}, expected {self.depth} names, one per layer of weights."
            )
        for name in self.activations:
            get_activation(name)
        get_loss(self.loss)
        if self.loss.endswith("cross_entropy") and self.activations[-1] != "identity":
            raise ValueError(
                f"the last activation is {self.activations[-1]!r}, expected 'identity' with {self.loss}: it "
                f"takes logits and squashes them itself. predict() gives the probabilities."
            )

    @property
    def depth(self) -> int:
        """The number of layers that have weights."""
        return len(self.sizes) - 1

    def shapes(self) -> dict[str, tuple[int, ...]]:
        """The name and shape of every parameter, in the order of the layers."""
        shapes: dict[str, tuple[int, ...]] = {}
        for layer, (n_in, n_out) in enumerate(zip(self.sizes, self.sizes[1:]), start=1):
            shapes[f"W{layer}"] = (n_in, n_out)
            shapes[f"b{layer}"] = (n_out,)
        return shapes

    def check(self, params: Parameters) -> None:
        """Raise a ``ValueError`` that names the parameter which is missing, foreign or of another shape."""
        shapes = self.shapes()
        if params.keys() != shapes.keys():
            raise ValueError(
                f"parameters are {sorted(params)}, expected {sorted(shapes)} for sizes {self.sizes}."
            )
        for name, shape in shapes.items():
            if np.shape(params[name]) != shape:
                raise ValueError(f"{name} has shape {np.shape(params[name])}, expected {shape}.")

    def check_data(self, x: Array, target: Array, name: str = "target") -> tuple[Array, Array]:
        """Return inputs (m, n_0) and targets (m, n_D) as arrays, or raise a ``ValueError`` that says what does not fit."""
        x = as_batch(x, features=self.sizes[0])
        target = as_batch(target, features=self.sizes[-1], name=name)
        if len(x) != len(target):
            raise ValueError(
                f"x has {len(x)} samples and {name} has {len(target)}, expected as many targets as inputs."
            )
        get_loss(self.loss).check(target)
        return x, target


def glorot_uniform(n_in: int, n_out: int, rng: np.random.Generator, dtype: Any = np.float64) -> Array:
    r"""Uniform on :math:`\pm\sqrt{6 / (n_{in} + n_{out})}`, shape (n_in, n_out): variance 2/(n_in + n_out)."""
    limit = np.sqrt(6.0 / (n_in + n_out))
    return rng.uniform(-limit, limit, (n_in, n_out)).astype(dtype)


def glorot_normal(n_in: int, n_out: int, rng: np.random.Generator, dtype: Any = np.float64) -> Array:
    """Normal with variance 2/(n_in + n_out), shape (n_in, n_out)."""
    return rng.normal(0.0, np.sqrt(2.0 / (n_in + n_out)), (n_in, n_out)).astype(dtype)


def he_uniform(n_in: int, n_out: int, rng: np.random.Generator, dtype: Any = np.float64) -> Array:
    r"""Uniform on :math:`\pm\sqrt{6 / n_{in}}`, shape (n_in, n_out): variance 2/n_in."""
    limit = np.sqrt(6.0 / n_in)
    return rng.uniform(-limit, limit, (n_in, n_out)).astype(dtype)


def he_normal(n_in: int, n_out: int, rng: np.random.Generator, dtype: Any = np.float64) -> Array:
    """Normal with variance 2/n_in, shape (n_in, n_out): a rectifier drops half of the signal's variance."""
    return rng.normal(0.0, np.sqrt(2.0 / n_in), (n_in, n_out)).astype(dtype)


#: Every initialization by name.
SCHEMES: dict[str, Callable[..., Array]] = {
    scheme.__name__: scheme for scheme in (glorot_uniform, glorot_normal, he_uniform, he_normal)
}


def initialize(
    network: Network, rng: np.random.Generator, scheme: str | None = None, dtype: Any = np.float64
) -> Parameters:
    """Draw fresh weights; the biases start at zero.

    Weights must differ to begin with: two units that start alike get the same gradient and stay alike.

    Parameters
    ----------
    network
        The plan that gives the shapes.
    rng
        Source of randomness, for example ``np.random.default_rng(0)``.
    scheme
        A name from `SCHEMES`; by default ``he_normal`` for layers of rectifiers (``relu``, ``leaky_relu``)
        and ``glorot_uniform`` for the others.
    dtype
        ``np.float32`` halves the memory and nearly doubles the speed.

    Returns
    -------
    Parameters
        ``W1`` (n_0, n_1), ``b1`` (n_1,), and so on.
    """
    params: Parameters = {}
    for layer, activation in enumerate(network.activations, start=1):
        n_in, n_out = network.sizes[layer - 1], network.sizes[layer]
        chosen = scheme or ("he_normal" if activation in ("relu", "leaky_relu") else "glorot_uniform")
        params[f"W{layer}"] = one_of(SCHEMES, chosen, "initialization scheme")(n_in, n_out, rng, dtype)
        params[f"b{layer}"] = np.zeros(n_out, dtype)
    return params
