"""The zoo's third house: networks with a memory, with attention, and with a code that is drawn. It knows nothing of the checker.

Each loss is computed in two ways: by `bplib.applications`, as a student has it from the chapter, and written out. The way back is
written out, with one ``if`` for each mistake. No two sizes are alike, each step has blame of its own, and no row sees everything.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np

from bplib.activation import sigmoid, softmax
from bplib.applications.attention import attention
from bplib.applications.long_short_term_memory import long_short_term_memory
from bplib.applications.recurrence import recurrence
from bplib.applications.variational import clouds, divergence, reparameterize
from bplib.error import binary_cross_entropy

Arrays = dict[str, np.ndarray]

#: Samples, steps, features, units, outputs.
M, STEPS, N, UNITS, OUT = 5, 4, 3, 6, 2
#: Heads and the size of a query, of a value; pixels, hidden units and numbers of a code.
HEADS, D, DV = 2, 3, 4
PIXELS, HIDDEN, CODE = 9, 7, 4

#: The mistakes of each network, and the ways in which each is written.
MISTAKES: dict[str, dict[str, tuple[str, ...]]] = {
    "recurrence": {"only-last-step": ("to the state", "to everything")},
    "memory": {
        "only-last-step": ("to the state", "to everything"),
        "parts-exchanged": ("put together i f o g", "put together f i g o", "put together o i f g", "read i f o g", "read f i g o"),
    },
    "attention": {"mask-after-softmax": ("in both passes", "in both passes and the slope", "on the way back", "in the slope alone")},
    "creation": {
        "sign": ("of the price",),
        "mean-for-sum": ("over the code", "over the pixels"),
        "parts-exchanged": ("halves",),
    },
}  # fmt: skip


class Case(NamedTuple):
    """A network with a batch, which of its two losses is asked for, and the mistake with the way it is written, or None."""

    network: str
    written_out: bool
    params: Arrays
    data: tuple[np.ndarray, ...]
    mistake: tuple[str, str] | None = None

    def loss(self, params: Arrays) -> float:
        """The loss that the gradients should belong to."""
        return float(LOSSES[self.network][self.written_out](params, *self.data))

    def gradients(self, params: Arrays) -> Arrays:
        """By the backward pass with its mistake."""
        grads = BACKWARD[self.network](params, *self.data, *(self.mistake or ("", "")))
        return {name: grads[name] for name in params}


def _squares(y: np.ndarray, target: np.ndarray) -> float:
    return ((y - target) ** 2).sum() / (2 * M)


def _recurrence(p: Arrays, x: np.ndarray, target: np.ndarray) -> float:
    return _squares(recurrence(x, p["W"], p["U"], p["b"])[0] @ p["V"], target)


def _recurrence_written_out(p: Arrays, x: np.ndarray, target: np.ndarray) -> float:
    h, total = np.zeros((M, UNITS)), 0.0
    for t in range(STEPS):
        h = np.tanh(x[:, t] @ p["W"] + h @ p["U"] + p["b"])
        total = total + _squares(h @ p["V"], target[:, t])
    return total


def _recurrence_backward(p: Arrays, x: np.ndarray, target: np.ndarray, mistake: str, written: str) -> Arrays:
    h = [np.zeros((M, UNITS))]
    for t in range(STEPS):
        h.append(np.tanh(x[:, t] @ p["W"] + h[t] @ p["U"] + p["b"]))
    grads = {name: np.zeros_like(value) for name, value in p.items()}
    carried = np.zeros((M, UNITS))
    for t in reversed(range(STEPS)):
        dy = (h[t + 1] @ p["V"] - target[:, t]) / M
        silent = mistake == "only-last-step" and t < STEPS - 1
        grads["V"] += 0 if silent and written == "to everything" else h[t + 1].T @ dy
        dz = (carried + (0 if silent else dy @ p["V"].T)) * (1 - h[t + 1] ** 2)
        grads["W"] += x[:, t].T @ dz
        grads["U"] += h[t].T @ dz
        grads["b"] += dz.sum(axis=0)
        carried = dz @ p["U"].T
    return grads


def _memory(p: Arrays, x: np.ndarray, target: np.ndarray) -> float:
    return _squares(long_short_term_memory(x, p["W"], p["U"], p["b"])[0] @ p["V"], target)


def _step(p: Arrays, x: np.ndarray, h: np.ndarray, c: np.ndarray) -> tuple[np.ndarray, ...]:
    z = x @ p["W"] + h @ p["U"] + p["b"]
    i, f = sigmoid(z[:, :UNITS]), sigmoid(z[:, UNITS : 2 * UNITS])
    g, o = np.tanh(z[:, 2 * UNITS : 3 * UNITS]), sigmoid(z[:, 3 * UNITS :])
    c = f * c + i * g
    return i, f, g, o, c, o * np.tanh(c)


def _memory_written_out(p: Arrays, x: np.ndarray, target: np.ndarray) -> float:
    h, c, total = np.zeros((M, UNITS)), np.zeros((M, UNITS)), 0.0
    for t in range(STEPS):
        *_, c, h = _step(p, x[:, t], h, c)
        total = total + _squares(h @ p["V"], target[:, t])
    return total


def _memory_backward(p: Arrays, x: np.ndarray, target: np.ndarray, mistake: str, written: str) -> Arrays:
    h, c, gates = [np.zeros((M, UNITS))], [np.zeros((M, UNITS))], []
    for t in range(STEPS):
        *gate, cell, state = _step(p, x[:, t], h[t], c[t])
        gates.append(dict(zip("ifgo", gate, strict=True)))
        c.append(cell)
        h.append(state)
    way, order = (written[:-8], written[-7:].split()) if mistake == "parts-exchanged" else ("", list("ifgo"))
    grads = {name: np.zeros_like(value) for name, value in p.items()}
    dh, dc = np.zeros((2, M, UNITS))
    for t in reversed(range(STEPS)):
        read = order if way == "read" else "ifgo"
        i, f, g, o = (gates[t][name] for name in read)
        dy = (h[t + 1] @ p["V"] - target[:, t]) / M
        silent = mistake == "only-last-step" and t < STEPS - 1
        grads["V"] += 0 if silent and written == "to everything" else h[t + 1].T @ dy
        dh = dh + (0 if silent else dy @ p["V"].T)
        squashed = np.tanh(c[t + 1])
        dc = dc + dh * o * (1 - squashed**2)
        blame = {
            "i": dc * g * i * (1 - i),
            "f": dc * c[t] * f * (1 - f),
            "g": dc * i * (1 - g**2),
            "o": dh * squashed * o * (1 - o),
        }
        dz = np.hstack([blame[name] for name in (order if way == "put together" else "ifgo")])
        grads["W"] += x[:, t].T @ dz
        grads["U"] += h[t].T @ dz
        grads["b"] += dz.sum(axis=0)
        dh, dc = dz @ p["U"].T, dc * f
    return grads


def _heads(x: np.ndarray, W: np.ndarray, size: int) -> np.ndarray:
    return (x @ W).reshape(M, STEPS, HEADS, size).transpose(0, 2, 1, 3)


def _joined(t: np.ndarray) -> np.ndarray:
    return t.transpose(0, 2, 1, 3).reshape(M, STEPS, -1)


def _attention(p: Arrays, x: np.ndarray, seen: np.ndarray, target: np.ndarray) -> float:
    q, k, v = _heads(x, p["Q"], D), _heads(x, p["K"], D), _heads(x, p["V"], DV)
    return _squares(_joined(attention(q, k, v, seen)[0]) @ p["O"], target)


def _scores(p: Arrays, x: np.ndarray) -> tuple[np.ndarray, ...]:
    q, k, v = _heads(x, p["Q"], D), _heads(x, p["K"], D), _heads(x, p["V"], DV)
    return q, k, v, q @ k.transpose(0, 1, 3, 2) / np.sqrt(D)


def _attention_written_out(p: Arrays, x: np.ndarray, seen: np.ndarray, target: np.ndarray) -> float:
    *_, v, scores = _scores(p, x)
    return _squares(_joined(softmax(np.where(seen, scores, -1e9)) @ v) @ p["O"], target)


def _attention_backward(
    p: Arrays, x: np.ndarray, seen: np.ndarray, target: np.ndarray, mistake: str, written: str
) -> Arrays:
    q, k, v, scores = _scores(p, x)
    w = shares = softmax(np.where(seen, scores, -1e9))
    mixed = _joined(w @ v)
    after = mistake == "mask-after-softmax"
    if after:
        shares = softmax(scores)
    if after and written != "in the slope alone":
        w = shares * seen
    if after and written.startswith("in both passes"):
        mixed = _joined(w @ v)
    dout = (mixed @ p["O"] - target) / M
    dmixed = (dout @ p["O"].T).reshape(M, STEPS, HEADS, DV).transpose(0, 2, 1, 3)
    if written == "in both passes and the slope":
        shares = w
    dw = dmixed @ v.transpose(0, 1, 3, 2) * seen
    dscores = shares * (dw - (dw * shares).sum(axis=-1, keepdims=True)) / np.sqrt(D)
    if not after:
        dscores = dscores * seen
    flowing = {
        "Q": dscores @ k,
        "K": dscores.transpose(0, 1, 3, 2) @ q,
        "V": w.transpose(0, 1, 3, 2) @ dmixed,
    }
    grads = {name: np.einsum("mti,mto->io", x, _joined(d)) for name, d in flowing.items()}
    return grads | {"O": np.einsum("mti,mto->io", mixed, dout)}


def _halves(p: Arrays, x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    a = np.tanh(x @ p["W1"] + p["b1"])
    return a, a @ p["W2"] + p["b2"]


def _creation(p: Arrays, x: np.ndarray, noise: np.ndarray) -> float:
    mean, log_variance = clouds(_halves(p, x)[1])
    z, _ = reparameterize(mean, log_variance, noise)
    logits = np.tanh(z @ p["W3"] + p["b3"]) @ p["W4"] + p["b4"]
    return binary_cross_entropy(logits, x) + divergence(mean, log_variance)


def _creation_written_out(p: Arrays, x: np.ndarray, noise: np.ndarray) -> float:
    code = _halves(p, x)[1]
    mean, log_variance = code[:, :CODE], code[:, CODE:]
    z = mean + np.exp(log_variance / 2) * noise
    y = sigmoid(np.tanh(z @ p["W3"] + p["b3"]) @ p["W4"] + p["b4"])
    surprise = -(x * np.log(y) + (1 - x) * np.log(1 - y)).sum(axis=1).mean()
    return surprise - 0.5 * (1 + log_variance - mean**2 - np.exp(log_variance)).sum(axis=1).mean()


def _creation_backward(p: Arrays, x: np.ndarray, noise: np.ndarray, mistake: str, written: str) -> Arrays:
    a1, code = _halves(p, x)
    mean, log_variance = code[:, :CODE], code[:, CODE:]
    deviation = np.exp(log_variance / 2)
    z = mean + deviation * noise
    a3 = np.tanh(z @ p["W3"] + p["b3"])
    dlogits = (sigmoid(a3 @ p["W4"] + p["b4"]) - x) / M
    if written == "over the pixels":
        dlogits = dlogits / PIXELS
    dz3 = dlogits @ p["W4"].T * (1 - a3**2)
    dz = dz3 @ p["W3"].T
    if mistake == "drawn again":
        noise = np.random.default_rng(9 if written == "from a seed" else None).normal(size=noise.shape)
    price = (-1.0 if mistake == "sign" else 1.0) / (M * CODE if written == "over the code" else M)
    halves = [dz + price * mean, dz * deviation * noise / 2 + price * (np.exp(log_variance) - 1) / 2]
    dcode = np.hstack(halves[::-1] if mistake == "parts-exchanged" else halves)
    dz1 = dcode @ p["W2"].T * (1 - a1**2)
    grads = {"W1": x.T @ dz1, "b1": dz1.sum(axis=0), "W2": a1.T @ dcode, "b2": dcode.sum(axis=0)}
    return grads | {"W3": z.T @ dz3, "b3": dz3.sum(axis=0), "W4": a3.T @ dlogits, "b4": dlogits.sum(axis=0)}


#: Each loss by `bplib.applications`, and written out.
LOSSES: dict[str, tuple[Callable[..., float], Callable[..., float]]] = {
    "recurrence": (_recurrence, _recurrence_written_out),
    "memory": (_memory, _memory_written_out),
    "attention": (_attention, _attention_written_out),
    "creation": (_creation, _creation_written_out),
}
BACKWARD: dict[str, Callable[..., Arrays]] = {
    "recurrence": _recurrence_backward,
    "memory": _memory_backward,
    "attention": _attention_backward,
    "creation": _creation_backward,
}
SHAPES: dict[str, dict[str, tuple[int, ...]]] = {
    "recurrence": {"W": (N, UNITS), "U": (UNITS, UNITS), "b": (UNITS,), "V": (UNITS, OUT)},
    "memory": {"W": (N, 4 * UNITS), "U": (UNITS, 4 * UNITS), "b": (4 * UNITS,), "V": (UNITS, OUT)},
    "attention": {"Q": (N, HEADS * D), "K": (N, HEADS * D), "V": (N, HEADS * DV), "O": (HEADS * DV, OUT)},
    "creation": {
        "W1": (PIXELS, HIDDEN), "b1": (HIDDEN,), "W2": (HIDDEN, 2 * CODE), "b2": (2 * CODE,),
        "W3": (CODE, HIDDEN), "b3": (HIDDEN,), "W4": (HIDDEN, PIXELS), "b4": (PIXELS,),
    },
}  # fmt: skip


def healthy(network: str, seed: int, written_out: bool) -> Case:
    """A network without a mistake."""
    rng = np.random.default_rng([seed, len(network)])
    params = {name: 0.6 * rng.normal(size=shape) for name, shape in SHAPES[network].items()}
    if network == "creation":
        return Case(network, written_out, params, (rng.random((M, PIXELS)), rng.normal(size=(M, CODE))))
    x, target = rng.normal(size=(M, STEPS, N)), rng.normal(size=(M, STEPS, OUT))
    seen = np.tril(np.ones((STEPS, STEPS), dtype=bool))
    return Case(network, written_out, params, (x, seen, target) if network == "attention" else (x, target))


def patients(seed: int) -> Iterator[Case]:
    """Every mistake in every way, with both losses; gates with the one that cuts them before they are bent."""
    for network, mistakes in MISTAKES.items():
        for mistake, ways in mistakes.items():
            for written in ways:
                whole = (network, mistake) == ("memory", "parts-exchanged")
                for written_out in (True,) if whole else (False, True):
                    yield healthy(network, seed, written_out)._replace(mistake=(mistake, written))
