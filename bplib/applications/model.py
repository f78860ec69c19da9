r"""Layers put together: in sequence, and in branches that join.

In a sequence, what a layer hands back is what the layer before it is given: multiply along a path. Where branches join, the
outputs add up, so each branch is handed the same gradient, and where they part, what they hand back adds up:

.. math::
    y = f(x) + g(x) \qquad\Longrightarrow\qquad
    \frac{\partial L}{\partial x} = \frac{\partial L}{\partial y} \frac{\partial f}{\partial x}
                                  + \frac{\partial L}{\partial y} \frac{\partial g}{\partial x}

A sequence, or a pair of branches, is itself a layer, so that both can be nested. Parameters are named as in a dense network,
``W1``, ``b1``, ``W2``, …: layers that have some are counted through, in the order in which they are written.

Source: He, Zhang, Ren and Sun, *Deep Residual Learning for Image Recognition*, 2016, equation 1 (branches that add up).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache, reduce
from string import ascii_letters, digits
from typing import Any, ClassVar, NamedTuple

import numpy as np

from bplib.applications.layers import Activation, Dense, Dropout, Layer, Shape, Training
from bplib.error import get_loss
from bplib.network import SCHEMES, Network
from bplib.types import Array, Gradients, Parameters, Penalty, as_batch, one_of


@dataclass(frozen=True)
class _Parts:
    """What a sequence and branches share: layers, and the names of their parameters."""

    layers: tuple[Layer, ...] = ()
    #: Whether all layers are given the same and their outputs add up.
    joins: ClassVar[bool] = False

    def __post_init__(self) -> None:
        for place, layer in enumerate(self.layers):
            if not hasattr(layer, "output_shape"):
                raise TypeError(f"layers[{place}] is {layer!r:.60}, expected a layer, such as Dense(10).")

    def shapes(self, shape: Shape) -> dict[str, Shape]:
        return {part.names[name]: own for part in parts_of(self, shape) for name, own in part.shapes.items()}

    def keeps(self, shape: Shape) -> dict[str, Shape]:
        return {part.names[name]: own for part in parts_of(self, shape) for name, own in part.keeps.items()}

    def remembered(self, params: Parameters, cache: tuple[Any, ...]) -> Parameters:
        found: Parameters = {}
        for part, seen in zip(*cache, strict=True):
            if hasattr(part.layer, "remembered"):
                found |= part.outside(part.layer.remembered(part.inside(params), seen))
        return found


class InSequence(_Parts):
    """One layer after the other. Without any layer it hands on what it is given: a shortcut."""

    def output_shape(self, shape: Shape) -> Shape:
        for layer in self.layers:
            shape = layer.output_shape(shape)
        return shape

    def forward(
        self,
        params: Parameters,
        x: Array,
        training: Training,
    ) -> tuple[Array, tuple[Any, ...]]:
        parts, cache = parts_of(self, x.shape[1:]), []
        for part in parts:
            x, seen = part.layer.forward(part.inside(params), x, training)
            cache.append(seen)
        return x, (parts, cache)

    def backward(
        self,
        dy: Array,
        cache: tuple[Any, ...],
    ) -> tuple[Array, Gradients]:
        gradients: Gradients = {}
        for part, seen in reversed([*zip(*cache, strict=True)]):
            dy, own = part.layer.backward(dy, seen)
            gradients |= part.outside(own)
        return dy, gradients


class Branched(_Parts):
    """Every branch is given the same input, and their outputs add up; an empty sequence is a shortcut past the others."""

    joins = True

    def __post_init__(self) -> None:
        super().__post_init__()
        if len(self.layers) < 2:
            raise ValueError(f"there is {len(self.layers)} branch, expected at least two that join.")

    def output_shape(self, shape: Shape) -> Shape:
        shapes = [branch.output_shape(shape) for branch in self.layers]
        if len(set(shapes)) > 1:
            raise ValueError(
                f"the branches end in samples of shape {', '.join(map(str, shapes))}, expected the same for all: they add up."
            )
        return shapes[0]

    def forward(self, params: Parameters, x: Array, training: Training) -> tuple[Array, tuple[Any, ...]]:
        parts = parts_of(self, x.shape[1:])
        outputs, cache = zip(
            *(part.layer.forward(part.inside(params), x, training) for part in parts), strict=True
        )
        return reduce(np.add, outputs), (parts, cache)

    def backward(self, dy: Array, cache: tuple[Any, ...]) -> tuple[Array, Gradients]:
        handed_back: list[Array] = []
        gradients: Gradients = {}
        for part, seen in zip(*cache, strict=True):
            dx, own = part.layer.backward(dy, seen)
            handed_back.append(dx)
            gradients |= part.outside(own)
        return reduce(np.add, handed_back), gradients


class _Part(NamedTuple):
    """A layer inside another: the names of its arrays, inside to outside, and their shapes."""

    layer: Layer
    names: dict[str, str]
    shapes: dict[str, Shape]
    keeps: dict[str, Shape]

    def inside(self, params: Parameters) -> Parameters:
        return {own: params[name] for own, name in self.names.items() if name in params}

    def outside(self, arrays: Parameters) -> Parameters:
        return {self.names[own]: value for own, value in arrays.items()}


@lru_cache(maxsize=1024)
def parts_of(whole: _Parts, shape: Shape) -> tuple[_Part, ...]:
    """The layers of a sequence or of branches, with their arrays counted through: the second dense layer's W is W2."""
    found: list[_Part] = []
    counted = 0
    for layer in whole.layers:
        shapes, keeps = layer.shapes(shape), layer.keeps(shape) if hasattr(layer, "keeps") else {}
        # What stands inside has numbers of its own already where it is itself put together.
        numbers = {name: int(name.lstrip(ascii_letters) or 1) for name in (*shapes, *keeps)}
        names = {name: f"{name.rstrip(digits)}{counted + number}" for name, number in numbers.items()}
        counted += max(numbers.values(), default=0)
        found.append(_Part(layer, names, shapes, keeps))
        if not whole.joins:
            shape = layer.output_shape(shape)
    return tuple(found)


@dataclass(frozen=True)
class Model:
    """A network of any layers, trained by `bplib.iterations.train` as a dense one is.

    Parameters
    ----------
    input_shape
        Of one sample: (features,), (channels, height, width), (steps, features), or (steps,) of indices.
    layers
        In sequence; `Branched` where paths part.
    loss
        A name from `bplib.error.LOSSES`. A cross-entropy takes logits: no activation function is last then.

    Raises
    ------
    ValueError
        If a layer does not fit what it is given, the last one does not end in a row of numbers, or the loss is unknown.
    """

    input_shape: Shape
    layers: tuple[Layer, ...]
    loss: str = "mean_squared_error"

    def __post_init__(self) -> None:
        get_loss(self.loss)
        if not self.layers:
            raise ValueError("there is no layer, expected at least one.")
        self._check_end(self.output_shape)
        last = self.layers[-1]
        if self.loss.endswith("cross_entropy") and isinstance(last, Activation) and last.name != "identity":
            raise ValueError(
                f"the last layer is Activation({last.name!r}), expected none with {self.loss}: it takes logits and squashes them "
                f"itself. predict() gives the probabilities."
            )

    def _check_end(self, end: Shape) -> None:
        if len(end) != 1:
            raise ValueError(
                f"the last layer ends in samples of shape {end}, expected (features,). Put Flatten() and Dense(…) after it."
            )

    @classmethod
    def of(cls, network: Network) -> Model:
        """The same network as layers; its parameters fit as they are."""
        layers: list[Layer] = []
        for units, name in zip(network.sizes[1:], network.activations, strict=True):
            layers += [Dense(units)] if name == "identity" else [Dense(units), Activation(name)]
        return cls((network.sizes[0],), tuple(layers), network.loss)

    @property
    def _row(self) -> InSequence:
        return InSequence(self.layers)

    @property
    def output_shape(self) -> Shape:
        """The shape of the output for one sample."""
        return self._row.output_shape(self.input_shape)

    def shapes(self) -> dict[str, Shape]:
        """The name and shape of every parameter, in the order of the layers."""
        return self._row.shapes(self.input_shape)

    def check(self, params: Parameters) -> None:
        """Raise a ``ValueError`` that names the parameter which is missing, foreign or of another shape."""
        shapes, kept = self.shapes(), self._row.keeps(self.input_shape)
        missing = sorted(shapes.keys() - params.keys())
        foreign = sorted(params.keys() - shapes.keys() - kept.keys())
        if missing or foreign:
            raise ValueError(
                f"parameters are {sorted(params)}: missing {missing}, foreign {foreign}; expected {sorted(shapes)}."
            )
        for name, value in params.items():
            expected = shapes.get(name, kept.get(name))
            if np.shape(value) != expected:
                raise ValueError(f"{name} has shape {np.shape(value)}, expected {expected}.")

    def check_inputs(self, x: Array) -> Array:
        """Return inputs (m, …) as an array, or raise a ``ValueError`` that says what does not fit."""
        x = np.asarray(x)
        if x.shape[1:] != self.input_shape or x.ndim != len(self.input_shape) + 1:
            raise ValueError(
                f"x has shape {x.shape}, expected (samples, {', '.join(map(str, self.input_shape))})."
            )
        return as_batch(x.reshape(len(x), -1)).reshape(x.shape)

    def check_data(self, x: Array, target: Array, name: str = "target") -> tuple[Array, Array]:
        """Return inputs (m, …) and targets (m, n) as arrays, or raise a ``ValueError`` that says what does not fit."""
        x = self.check_inputs(x)
        target = as_batch(target, features=self.output_shape[0], name=name)
        if len(x) != len(target):
            raise ValueError(
                f"x has {len(x)} samples and {name} has {len(target)}, expected as many targets as inputs."
            )
        get_loss(self.loss).check(target)
        return x, target

    def initialize(
        self, rng: np.random.Generator, scheme: str = "he_normal", dtype: Any = np.float64
    ) -> Parameters:
        """Draw fresh weights by a scheme of `bplib.network.SCHEMES`; shifts start at zero, scales at one.

        A filter's inputs are the numbers in its window: (channels · height · width) of them. Statistics that are remembered from
        training are not there yet.
        """
        draw = one_of(SCHEMES, scheme, "initialization scheme")
        params: Parameters = {}
        for name, shape in self.shapes().items():
            if not name.startswith(("W", "U")):
                params[name] = (np.ones if name.startswith("scale") else np.zeros)(shape, dtype)
            elif len(shape) == 2:
                params[name] = draw(*shape, rng, dtype)
            else:
                params[name] = draw(int(np.prod(shape[1:])), shape[0], rng, dtype).T.reshape(shape)
        return params

    def forward(self, params: Parameters, x: Array, training: Training = None) -> tuple[Array, Any]:
        """Send a batch through the layers.

        Parameters
        ----------
        params
            By name, see `initialize`.
        x
            The inputs, shape (m, …).
        training
            A generator while training, None in use.

        Returns
        -------
        output : Array
            Shape (m, n).
        cache
            What `backward` needs.

        Raises
        ------
        ValueError
            If the batch or a parameter does not fit, or statistics are asked for that only training can give.
        """
        self.check(params)
        return self._row.forward(params, self.check_inputs(x), training)

    def backward(self, doutput: Array, cache: Any) -> tuple[Gradients, Array]:
        """From the gradient with respect to the output (m, n), those of every parameter, and with respect to the inputs (m, …)."""
        dx, gradients = self._row.backward(doutput, cache)
        return {name: gradients[name] for name in self.shapes()}, dx

    def loss_and_gradients(
        self,
        params: Parameters,
        x: Array,
        target: Array,
        penalty: Penalty | None = None,
        training: Training = None,
    ) -> tuple[float, Gradients, Parameters]:
        """The loss of a batch, its gradient, and what is to be remembered of the batch (nothing, where nothing is normalized)."""
        output, cache = self._row.forward(params, x, training)
        value, doutput = self._judged(output, x, target)
        gradients, _ = self.backward(doutput, cache)
        if penalty is not None:
            own = {name: params[name] for name in gradients}
            value, slopes = value + penalty.value(own), penalty.gradient(own)
            gradients = {name: gradients[name] + slopes[name] for name in gradients}
        return value, gradients, {} if training is None else self._row.remembered(params, cache)

    def _judged(self, output: Array, x: Array, target: Array) -> tuple[float, Array]:
        """The loss, and its gradient with respect to the output."""
        return get_loss(self.loss).both(output, target)

    def training_pass(
        self,
        params: Parameters,
        x: Array,
        target: Array,
        penalty: Penalty | None,
        dropout: float,
        rng: np.random.Generator | None,
    ) -> tuple[float, Gradients, Parameters]:
        """What `bplib.iterations.train` asks for, batch by batch."""
        if dropout:
            raise ValueError(
                f"dropout is {dropout}, expected 0: in a model of layers, Dropout({dropout}) is one of them."
            )
        if rng is None and any(isinstance(layer, Dropout) for layer in _all(self.layers)):
            raise ValueError("dropout needs randomness: pass rng=np.random.default_rng(0).")
        return self.loss_and_gradients(
            params, x, target, penalty, np.random.default_rng(0) if rng is None else rng
        )

    def output(self, params: Parameters, x: Array) -> Array:
        """The output (m, n) in use: logits, where the loss takes them."""
        return self.forward(params, x)[0]

    def predict(self, params: Parameters, x: Array) -> Array:
        """The prediction, shape (m, n): the output, or probabilities where the loss takes logits."""
        return np.asarray(get_loss(self.loss).prediction(self.output(params, x)))


def _all(layers: Sequence[Layer]) -> Iterator[Layer]:
    for layer in layers:
        yield layer
        yield from _all(getattr(layer, "layers", ()))
