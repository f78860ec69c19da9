"""What a network's gradient would be with a typical mistake in the backward pass, one after the other.

Each mistake is the right backward pass with one line changed, at one layer or at all that allow it. A student's gradient
that agrees with exactly one of them, entry by entry, has its name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np

from bplib.activation import ACTIVATIONS, get_activation, softmax_backward
from bplib.error import get_loss
from bplib.feedforward import LayerCache, forward
from bplib.network import Network
from bplib.types import Array, Gradients, Parameters, Penalty


@dataclass(frozen=True)
class Problem:
    """A network with its batch, in float64: see `bplib.backpropagation.backpropagation` for the fields."""

    network: Network
    params: Parameters
    x: Array
    target: Array
    penalty: Penalty | None = None
    masks: Sequence[Array | None] | None = None

    def terms(self) -> dict[str, Callable[[Parameters], Any]]:
        """The terms of the loss by name, each a function of the parameters."""
        penalty = self.penalty
        found: dict[str, Callable[[Parameters], Any]] = {"the loss": self._data}
        if penalty is not None:
            found["the penalty"] = penalty.value
        return found

    def _data(self, params: Parameters) -> Any:
        output, _ = forward(self.network, params, self.x, self.masks)
        return get_loss(self.network.loss).value(output, self.target)


class Suspect(NamedTuple):
    """A mistake, the layer it is made at (None: everywhere), and the gradients it yields."""

    cause: str
    layer: int | None
    gradients: Gradients


@dataclass(frozen=True)
class _Pass:
    """The lines of a backward pass; a mistake replaces one. ``layer`` counts from 1, the first behind the inputs."""

    problem: Problem
    cache: tuple[LayerCache, ...]
    doutput: Array

    def delta(self, layer: int, da: Array) -> Array:
        here = self.cache[layer - 1]
        return self.slope(layer, da if here.mask is None else da * here.mask)

    def slope(self, layer: int, da: Array) -> Array:
        here = self.cache[layer - 1]
        return get_activation(self.problem.network.activations[layer - 1]).backward(da, here.z, here.a)

    def weights(self, layer: int, dz: Array) -> Array:
        return self.cache[layer - 1].x.T @ dz

    def biases(self, layer: int, dz: Array, dW: Array) -> Array:
        return dz.sum(axis=0)

    def hand_back(self, layer: int, dz: Array, deltas: dict[int, Array]) -> Array:
        return dz @ self.problem.params[f"W{layer}"].T

    def gradients(self) -> Gradients:
        found: Gradients = {}
        deltas: dict[int, Array] = {}
        da = self.doutput
        for layer in range(self.problem.network.depth, 0, -1):
            dz = deltas[layer] = self.delta(layer, da)
            found[f"W{layer}"] = dW = self.weights(layer, dz)
            found[f"b{layer}"] = self.biases(layer, dz, dW)
            if layer > 1:
                da = self.hand_back(layer, dz, deltas)
        if self.problem.penalty is not None:
            price = self.problem.penalty.gradient(self.problem.params)
            found = {name: found[name] + price[name] for name in found}
        return found


def right(problem: Problem) -> Gradients:
    """The gradients without a mistake."""
    return _start(problem).gradients()


def same_loss(loss: Callable[[Parameters], float], problem: Problem) -> bool:
    """Whether a loss agrees with the network's, at the point and at two random points nearby."""
    rng, terms = np.random.default_rng(0), problem.terms().values()
    for size in (0.0, 1e-2, 1e-1):
        moved = {n: v + size * rng.normal(size=v.shape) for n, v in problem.params.items()}
        if not np.isclose(loss(moved), sum(float(term(moved)) for term in terms), rtol=1e-9, atol=0):
            return False
    return True


def _start(problem: Problem) -> _Pass:
    output, cache = forward(problem.network, problem.params, problem.x, problem.masks)
    _, doutput = get_loss(problem.network.loss).both(output, problem.target)
    return _Pass(problem, cache, doutput)


def suspects(problem: Problem, given: Gradients) -> Iterator[Suspect]:
    """Every mistake of the catalogue that this network allows.

    Mistakes whose matrices do not fit together cannot be made; they are left out. ``given`` tells the learning rate
    of an update that came too early: it is the only number that a mistake has to be asked for.
    """
    correct = _start(problem)
    depth = problem.network.depth
    for cause, line, changed in (*_LINES, *_of_rows(len(problem.x))):
        layers = [layer for layer in range(1, depth + 1) if _possible(line, layer, depth)]
        for chosen in [tuple(layers), *((layer,) for layer in layers if len(layers) > 1)]:
            wrong = _with(correct, line, chosen, changed)
            try:
                with np.errstate(all="ignore"):
                    yields = wrong.gradients()
            except ValueError:
                continue
            if all(yields[name].shape == np.shape(problem.params[name]) for name in problem.params):
                yield Suspect(cause, chosen[0] if len(chosen) == 1 else None, yields)
    if depth > 1:
        yield from _of_an_early_update(correct, given)
    yield from _of_the_batch(problem, correct)
    yield from _of_the_penalty(problem, correct)


def _possible(line: str, layer: int, depth: int) -> bool:
    return layer > 1 if line == "hand_back" else True


def _with(correct: _Pass, line: str, layers: tuple[int, ...], changed: Callable[..., Array]) -> _Pass:
    """The same pass with one line replaced at these layers."""
    wrong = replace(correct)
    original = getattr(wrong, line)

    def at(layer: int, *arguments: object) -> Array:
        if layer in layers:
            return changed(correct, layer, *arguments)
        kept: Array = original(layer, *arguments)
        return kept

    object.__setattr__(wrong, line, at)
    return wrong


def _name(p: _Pass, layer: int) -> str:
    return p.problem.network.activations[layer - 1]


def _no_slope(p: _Pass, layer: int, da: Array) -> Array:
    return da


def _slope_at_activation(p: _Pass, layer: int, da: Array) -> Array:
    activation, here = get_activation(_name(p, layer)), p.cache[layer - 1]
    return activation.backward(da, here.a, activation.forward(here.a))


def _tanh_from_z(p: _Pass, layer: int, da: Array) -> Array:
    return da * (1 - p.cache[layer - 1].z ** 2) if _name(p, layer) == "tanh" else p.slope(layer, da)


def _sigmoid_from_z(p: _Pass, layer: int, da: Array) -> Array:
    z = p.cache[layer - 1].z
    return da * z * (1 - z) if _name(p, layer) == "sigmoid" else p.slope(layer, da)


def _other_slope(name: str) -> Callable[..., Array]:
    def slope(p: _Pass, layer: int, da: Array) -> Array:
        here = p.cache[layer - 1]
        # Formulas that use the activation are applied to the activation there is; the others see the weighted input.
        return ACTIVATIONS[name].backward(da, here.z, here.a)

    return slope


def _softmax_again(p: _Pass, layer: int, da: Array) -> Array:
    if layer < p.problem.network.depth or p.problem.network.loss != "categorical_cross_entropy":
        return p.slope(layer, da)
    return softmax_backward(da, get_loss(p.problem.network.loss).prediction(p.cache[layer - 1].a))


def _mask_forgotten(p: _Pass, layer: int, da: Array) -> Array:
    return p.slope(layer, da)


def _mask_unscaled(p: _Pass, layer: int, da: Array) -> Array:
    mask = p.cache[layer - 1].mask
    return p.slope(layer, da if mask is None else da * (mask > 0))


def _mask_twice(p: _Pass, layer: int, da: Array) -> Array:
    mask = p.cache[layer - 1].mask
    return p.slope(layer, da if mask is None else da * mask * mask)


def _of_neighbor(step: int) -> Callable[..., Array]:
    def inputs(p: _Pass, layer: int, dz: Array) -> Array:
        if not 1 <= layer + step <= p.problem.network.depth:
            raise ValueError("no such layer")
        return p.cache[layer - 1 + step].x.T @ dz

    return inputs


def _slope_of_neighbor(p: _Pass, layer: int, da: Array) -> Array:
    if layer < 2 or p.cache[layer - 2].z.shape != da.shape:
        raise ValueError("no such layer")
    below = p.cache[layer - 2]
    return get_activation(_name(p, layer)).backward(da, below.z, below.a)


def _through_updated(rate: float) -> Callable[..., Array]:
    def hand_back(p: _Pass, layer: int, dz: Array, deltas: dict[int, Array]) -> Array:
        return dz @ (p.problem.params[f"W{layer}"] - rate * p.cache[layer - 1].x.T @ dz).T

    return hand_back


#: Cause, the line of the pass that it changes, and the line as it reads with the mistake in it.
_LINES: tuple[tuple[str, str, Callable[..., Array]], ...] = (
    ("activation-derivative-missing", "slope", _no_slope),
    ("derivative-at-activation", "slope", _slope_at_activation),
    ("tanh-from-weighted-input", "slope", _tanh_from_z),
    ("sigmoid-from-weighted-input", "slope", _sigmoid_from_z),
    *(("other-activation", "slope", _other_slope(name)) for name in ("sigmoid", "tanh", "relu", "leaky_relu")),
    ("softmax-differentiated-twice", "slope", _softmax_again),
    ("layer-off-by-one", "slope", _slope_of_neighbor),
    ("layer-off-by-one", "weights", _of_neighbor(1)),
    ("layer-off-by-one", "weights", _of_neighbor(-1)),
    ("dropout-mask-forgotten", "delta", _mask_forgotten),
    ("dropout-mask-scaled", "delta", _mask_unscaled),
    ("dropout-mask-scaled", "delta", _mask_twice),
    ("wrong-transpose", "hand_back", lambda p, layer, dz, deltas: dz @ p.problem.params[f"W{layer}"]),
    ("weights-skipped", "hand_back", lambda p, layer, dz, deltas: dz),
    (
        "output-delta-reused",
        "hand_back",
        lambda p, layer, dz, deltas: deltas[p.problem.network.depth] @ p.problem.params[f"W{layer}"].T,
    ),
    ("bias-averaged", "biases", lambda p, layer, dz, dW: dz.mean(axis=0)),
    ("bias-from-weights", "biases", lambda p, layer, dz, dW: dW.sum(axis=0)),
    ("bias-from-weights", "biases", lambda p, layer, dz, dW: dW.mean(axis=0)),
)  # fmt: skip


#: So many samples are tried as the one that is left over, and the last.
ROWS = 16


def _of_rows(m: int) -> Iterator[tuple[str, str, Callable[..., Array]]]:
    """Biases that hear one sample instead of all."""
    for row in {*range(min(m, ROWS)), m - 1}:
        yield "bias-not-summed", "biases", lambda p, layer, dz, dW, row=row: dz[row]


def _of_an_early_update(correct: _Pass, given: Gradients) -> Iterator[Suspect]:
    depth, before = correct.problem.network.depth, correct.gradients()
    for layers in {tuple(range(2, depth + 1)), *((layer,) for layer in range(2, depth + 1))}:
        # One layer below the first early update, the gradient moves with the learning rate along a straight line.
        name = f"W{max(layers) - 1}"
        first = _with(correct, "hand_back", (max(layers),), _through_updated(1.0)).gradients()
        unit = first[name] - before[name]
        length = float(np.vdot(unit, unit))
        rate = float(np.vdot(unit, given[name] - before[name])) / length if length else 0.0
        # Where the update only stretches this gradient, as with one unit alive, some rate gives any factor.
        along = float(np.vdot(unit, before[name])) ** 2
        stretches = along >= (1 - 1e-9) * length * float(np.vdot(before[name], before[name]))
        if rate > 0 and not stretches:
            wrong = _with(correct, "hand_back", layers, _through_updated(rate))
            yield Suspect("updated-weights", None, wrong.gradients())


def _of_the_batch(problem: Problem, correct: _Pass) -> Iterator[Suspect]:
    m = len(problem.x)
    if m > 1:
        for row in {*range(min(m, ROWS)), m - 1}:
            one = slice(row, row + 1)
            masks = problem.masks and [None if mask is None else mask[one] for mask in problem.masks]
            alone = _start(
                replace(problem, x=problem.x[one], target=problem.target[one], masks=masks, penalty=None)
            )
            for share in (1.0, 1.0 / m):
                yield Suspect("only-one-sample", None, _priced(problem, alone.gradients(), share))


def _of_the_penalty(problem: Problem, correct: _Pass) -> Iterator[Suspect]:
    data = right(replace(problem, penalty=None))
    m = len(problem.x)
    for cause, c in (
        ("not-averaged", m),
        ("averaged-twice", 1 / m),
        ("sign", -1),
        ("factor-two", 2),
        ("factor-half", 0.5),
    ):
        # The data's part alone: with a penalty the whole gradient is no multiple of the right one.
        if problem.penalty is not None:
            yield Suspect(cause, None, _priced(problem, data, c))
    if problem.penalty is None:
        return
    price = problem.penalty.gradient(problem.params)
    for cause, factor in (
        ("weight-decay-missing", 0.0),
        ("weight-decay-doubled", 2.0),
        ("weight-decay-averaged", 1 / m),
    ):
        yield Suspect(cause, None, {name: data[name] + factor * price[name] for name in data})
    # A penalty whose price of a weight is taken for a bias as well.
    biased = problem.penalty.gradient({f"W{name}": value for name, value in problem.params.items()})
    yield Suspect("weight-decay-on-biases", None, {name: data[name] + biased[f"W{name}"] for name in data})


def _priced(problem: Problem, data: Gradients, share: float) -> Gradients:
    price = (
        problem.penalty.gradient(problem.params) if problem.penalty is not None else dict.fromkeys(data, 0.0)
    )
    return {name: share * data[name] + price[name] for name in data}
