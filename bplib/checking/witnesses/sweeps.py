"""The loss of a dense network along many of its parameters at once.

Moving one weight by s changes one column of its layer's weighted inputs by s times one column of the inputs: a change of
rank one. So nothing below that layer is computed again, the layer itself costs one column, and the next layer one row of
its weights. What remains is done for a stack of perturbations in one product.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from bplib.activation import get_activation
from bplib.checking.witnesses.differences import Around
from bplib.feedforward import forward
from bplib.network import Network
from bplib.types import Array, Parameters

#: Numbers in one stack; more would not fit the caches.
STACK = 300_000


class Sweeps:
    """The data loss of a network around one point.

    Parameters
    ----------
    network, params, x, target, masks
        See `bplib.backpropagation.backpropagation`; everything is computed in float64.
    """

    def __init__(
        self,
        network: Network,
        params: Parameters,
        x: Array,
        target: Array,
        masks: Sequence[Array | None] | None = None,
    ) -> None:
        self.network = network
        self.params = {name: np.asarray(value, dtype=np.float64) for name, value in params.items()}
        self.target = np.asarray(target, dtype=np.float64)
        output, self.cache = forward(network, self.params, np.asarray(x, dtype=np.float64), masks)
        self.centre = float(self._losses(output[None])[0])

    def around(self, name: str) -> Around:
        """Evaluate along entries of one parameter, ``W1`` or ``b1`` and so on."""
        layer, width = int(name[1:]), self.network.sizes[int(name[1:])]
        inputs = self.cache[layer - 1].x if name[0] == "W" else np.ones((len(self.target), 1))
        rows = max(1, STACK // (4 * len(self.target) * max(self.network.sizes[layer:])))

        def around(entries: Array, h: Array) -> Array:
            table = np.empty((len(entries), 4))
            for start in range(0, len(entries), rows):
                chosen = slice(start, start + rows)
                i, j = np.divmod(entries[chosen], width)
                steps = h[chosen, None] * np.array([-2.0, -1.0, 1.0, 2.0])
                # (entries, 4, samples): what arrives in addition at unit j.
                moved = steps[:, :, None] * inputs.T[i][:, None, :]
                table[chosen] = self._moved(
                    layer, np.repeat(j, 4), moved.reshape(-1, len(self.target))
                ).reshape(-1, 4)
            return table

        return around

    def around_sums(self, name: str, signs: Array) -> Around:
        """Evaluate along sums of entries of one parameter: ``signs`` (k, size) holds one line a row."""
        layer, shape = int(name[1:]), self.params[name].shape
        here, bend = self.cache[layer - 1], get_activation(self.network.activations[layer - 1])
        inputs = here.x if name[0] == "W" else np.ones((len(self.target), 1))

        def around(lines: Array, h: Array) -> Array:
            table = np.empty((len(lines), 4))
            for row, line, step in zip(table, lines, h, strict=True):
                change = inputs @ signs[line].reshape(-1, shape[-1])
                a = bend.forward(here.z + step * np.array([-2.0, -1.0, 1.0, 2.0])[:, None, None] * change)
                row[:] = self._onward(layer, a if here.mask is None else a * here.mask)
            return table

        return around

    def _moved(self, layer: int, units: Array, change: Array) -> Array:
        """The losses when the weighted inputs of ``units`` (p,) change by ``change`` (p, m)."""
        here, name = self.cache[layer - 1], self.network.activations[layer - 1]
        activation = get_activation(name)
        rows = np.arange(len(units))
        if name == "softmax":  # Every unit of the layer feels it.
            z = np.repeat(here.z[None], len(units), axis=0)
            z[rows, :, units] += change
            a = activation.forward(z)
            return self._onward(layer, a if here.mask is None else a * here.mask)
        a_unit = activation.forward(here.z.T[units] + change)
        before = here.a.T[units]
        if here.mask is not None:
            a_unit, before = a_unit * here.mask.T[units], before * here.mask.T[units]
        if layer == self.network.depth:
            a = np.repeat(self._after(layer)[None], len(units), axis=0)
            a[rows, :, units] = a_unit
            return self._losses(a)
        # The next layer hears of it through one row of its weights.
        W = self.params[f"W{layer + 1}"]
        z = self.cache[layer].z + (a_unit - before)[:, :, None] * W[units][:, None, :]
        following = self.cache[layer]
        a = get_activation(self.network.activations[layer]).forward(z)
        return self._onward(layer + 1, a if following.mask is None else a * following.mask)

    def _onward(self, layer: int, a: Array) -> Array:
        """From the activations (p, m, n) behind ``layer`` to the losses (p,)."""
        for number in range(layer + 1, self.network.depth + 1):
            z = a @ self.params[f"W{number}"] + self.params[f"b{number}"]
            a = get_activation(self.network.activations[number - 1]).forward(z)
            if (mask := self.cache[number - 1].mask) is not None:
                a = a * mask
        return self._losses(a)

    def _after(self, layer: int) -> Array:
        here = self.cache[layer - 1]
        return here.a if here.mask is None else here.a * here.mask

    def _losses(self, output: Any) -> Array:
        """One loss for each of a stack of outputs (p, m, n)."""
        m, y = len(self.target), self.target
        if self.network.loss == "mean_squared_error":
            return ((output - y) ** 2).sum(axis=(1, 2)) / (2 * m)
        if self.network.loss == "binary_cross_entropy":
            return (np.logaddexp(0.0, output) - y * output).sum(axis=(1, 2)) / m
        shifted = output - output.max(axis=-1, keepdims=True)
        log_sums = np.log(np.exp(shifted).sum(axis=-1))
        return np.asarray(log_sums @ y.sum(axis=1) - np.einsum("pmn,mn->p", shifted, y)) / m
