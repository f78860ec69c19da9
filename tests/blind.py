"""Thirty-six students write a backward pass by hand: thirty make one mistake, six are right in their own way.

Each function is what one student hands in, its docstring is the story. None of them changes what it is given.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from bplib.activation import sigmoid, sigmoid_derivative, softmax
from bplib.error import one_hot
from bplib.feedforward import LayerCache, feedforward
from bplib.network import Network, glorot_normal
from bplib.overfitting import Penalty, dropout_masks, l2
from bplib.types import Array

STRENGTH = 0.05
RATE = 0.4


class Submission(NamedTuple):
    """A student's backward pass with the network and the batch it is for."""

    story: str
    network: Network
    params: dict[str, Array]
    x: Array
    target: Array
    penalty: Penalty | None
    masks: list | None
    backward: Callable[[Submission], dict[str, Array]]
    layer: int | None


def hand_in(
    backward: Callable[[Submission], dict[str, Array]],
    layer: int | None,
    sizes: tuple[int, ...],
    activations: str,
    loss: str,
    samples: int,
    seed: int,
    decay: bool = False,
    dropout: bool = False,
) -> Submission:
    """Draw weights, a batch and targets that fit the loss; ``activations`` are names with spaces between."""
    rng = np.random.default_rng(seed)
    names = tuple(activations.split())
    network = Network(sizes, names, {"mse": "mean_squared_error"}.get(loss, f"{loss}_cross_entropy"))
    params: dict[str, Array] = {}
    for number, (n_in, n_out) in enumerate(pairwise(sizes), start=1):
        params[f"W{number}"] = 1.3 * glorot_normal(n_in, n_out, rng)
        params[f"b{number}"] = rng.normal(0.0, 0.4, n_out)
    x = rng.normal(0.0, 1.0, (samples, sizes[0]))
    if loss == "categorical" or names[-1] == "softmax":
        target = one_hot(rng.integers(0, sizes[-1], samples), sizes[-1])
    elif loss == "binary":
        target = rng.integers(0, 2, (samples, sizes[-1])).astype(float)
    elif names[-1] == "sigmoid":
        target = rng.uniform(0.05, 0.95, (samples, sizes[-1]))
    else:
        target = rng.normal(0.0, 1.0, (samples, sizes[-1]))
    return Submission(
        story=" ".join((backward.__doc__ or "").split()),
        network=network,
        params=params,
        x=x,
        target=target,
        penalty=l2(STRENGTH) if decay else None,
        masks=list(dropout_masks(network, samples, RATE, rng)) if dropout else None,
        backward=backward,
        layer=layer,
    )


def run(s: Submission) -> tuple[Array, tuple[LayerCache, ...]]:
    """The forward pass of those who do not write their own."""
    return feedforward(s.network, s.params, s.x, s.masks)


# Thirty who are wrong.


def target_minus_output(s: Submission) -> dict[str, Array]:
    """Subtracts the output from the target instead of the other way round."""
    output, _ = run(s)
    d = (s.target - output) / len(s.x)
    return {"W1": s.x.T @ d, "b1": d.sum(axis=0)}


def no_transpose(s: Submission) -> dict[str, Array]:
    """Forgets to transpose the one weight matrix that is square, where nothing crashes."""
    p = s.params
    z3, (c1, c2, c3) = run(s)
    d3 = (softmax(z3) - s.target) / len(s.x)
    d2 = (d3 @ p["W3"].T) * (1 - c2.a**2)
    d1 = (d2 @ p["W2"]) * (1 - c1.a**2)
    return {
        "W1": s.x.T @ d1,
        "b1": d1.sum(axis=0),
        "W2": c2.x.T @ d2,
        "b2": d2.sum(axis=0),
        "W3": c3.x.T @ d3,
        "b3": d3.sum(axis=0),
    }


def updates_too_early(s: Submission) -> dict[str, Array]:
    """Makes the gradient step on the last layer first and hands back through the new weights."""
    p = {name: value.copy() for name, value in s.params.items()}
    logits, (first, last) = run(s)
    d2 = (sigmoid(logits) - s.target) / len(s.x)
    W2, b2 = last.x.T @ d2, d2.sum(axis=0)
    p["W2"] -= 0.5 * W2
    p["b2"] -= 0.5 * b2
    d1 = (d2 @ p["W2"].T) * first.a * (1 - first.a)
    return {"W1": first.x.T @ d1, "b1": d1.sum(axis=0), "W2": W2, "b2": b2}


def slope_at_the_activation(s: Submission) -> dict[str, Array]:
    """Feeds the activations, not the weighted inputs, to a sigmoid derivative that squashes by itself."""
    output, cache = run(s)
    g = {}
    d = (output - s.target) / len(s.x)
    for i in (3, 2, 1):
        if i < 3:
            d = d * sigmoid_derivative(cache[i - 1].a)
        g[f"W{i}"] = cache[i - 1].x.T @ d
        g[f"b{i}"] = d.sum(axis=0)
        d = d @ s.params[f"W{i}"].T
    return g


def squashes_twice(s: Submission) -> dict[str, Array]:
    """Multiplies by the sigmoid's slope although the cross-entropy of logits has it cancelled already."""
    logits, (c1, c2) = run(s)
    prob = sigmoid(logits)
    d2 = (prob - s.target) / len(s.x) * prob * (1 - prob)
    d1 = np.where(c1.z > 0, d2 @ s.params["W2"].T, 0.0)
    return {"W1": c1.x.T @ d1, "b1": d1.sum(axis=0), "W2": c2.x.T @ d2, "b2": d2.sum(axis=0)}


def decays_biases(s: Submission) -> dict[str, Array]:
    """Lets the weight decay pull at the biases too, because the loop goes over all parameters."""
    output, (c1, c2) = run(s)
    d2 = (output - s.target) / len(s.x)
    d1 = d2 @ s.params["W2"].T * (1 - np.tanh(c1.z) ** 2)
    g = {"W1": c1.x.T @ d1, "b1": d1.sum(axis=0), "W2": c2.x.T @ d2, "b2": d2.sum(axis=0)}
    return {name: g[name] + STRENGTH * w for name, w in s.params.items()}


def dropout_only_forward(s: Submission) -> dict[str, Array]:
    """Uses dropout on the way forward and knows nothing of it on the way back."""
    output, cache = run(s)
    g = {}
    dz = (output - s.target) / len(s.x)
    for layer in range(s.network.depth, 0, -1):
        c = cache[layer - 1]
        g[f"W{layer}"], g[f"b{layer}"] = c.x.T @ dz, dz.sum(axis=0)
        if layer > 1:
            dz = (dz @ s.params[f"W{layer}"].T) * (cache[layer - 2].z > 0)
    return g


def copied_from_the_output_layer(s: Submission) -> dict[str, Array]:
    """Copies the lines of the output layer, which has no bend, for the first layer, which has one."""
    W2, W3 = s.params["W2"], s.params["W3"]
    output, (c1, c2, c3) = run(s)
    da3 = (output - s.target) / len(s.x)
    dz3 = da3
    dW3, db3 = c3.x.T @ dz3, dz3.sum(axis=0)
    da2 = dz3 @ W3.T
    dz2 = np.where(c2.z > 0, da2, 0.01 * da2)
    dW2, db2 = c2.x.T @ dz2, dz2.sum(axis=0)
    da1 = dz2 @ W2.T
    dz1 = da1
    dW1, db1 = c1.x.T @ dz1, dz1.sum(axis=0)
    return {"W1": dW1, "b1": db1, "W2": dW2, "b2": db2, "W3": dW3, "b3": db3}


def mean_of_all_entries(s: Submission) -> dict[str, Array]:
    """Takes the mean over every entry of the output, samples times units, instead of over the samples."""
    output, (c1, c2) = run(s)
    d2 = (output - s.target) / output.size
    d1 = (d2 @ s.params["W2"].T) * c1.a * (1 - c1.a)
    return {"W1": c1.x.T @ d1, "b1": d1.sum(axis=0), "W2": c2.x.T @ d2, "b2": d2.sum(axis=0)}


def rectifies_the_gradient(s: Submission) -> dict[str, Array]:
    """Sends the gradient itself through the rectifier on the way back, as the signal on the way forward."""
    logits, cache = run(s)
    d = (softmax(logits) - s.target) / len(s.x)
    g = {}
    for layer in (3, 2, 1):
        g[f"W{layer}"] = cache[layer - 1].x.T @ d
        g[f"b{layer}"] = d.sum(axis=0)
        d = np.maximum(d @ s.params[f"W{layer}"].T, 0)
    return g


def reshapes_instead(s: Submission) -> dict[str, Array]:
    """Gets the shapes to fit with reshape where the weights should be transposed."""
    output, cache = run(s)
    d = (output - s.target) / len(s.x)
    g = {}
    for layer in range(4, 0, -1):
        here = cache[layer - 1]
        if layer < 4:
            d = d * (1 - here.a * here.a)
        W = s.params[f"W{layer}"]
        g[f"W{layer}"] = here.x.T @ d
        g[f"b{layer}"] = d.sum(axis=0)
        d = d @ W.reshape(W.shape[1], W.shape[0])
    return g


def sums_over_the_units(s: Submission) -> dict[str, Array]:
    """Sums the first bias gradient over the units, unnoticed as there are as many samples as hidden units."""
    logits, (c1, c2) = run(s)
    d2 = (sigmoid(logits) - s.target) / len(s.x)
    d1 = d2 @ s.params["W2"].T * (1 - c1.a**2)
    return {"W1": c1.x.T @ d1, "b1": d1.sum(axis=1), "W2": c2.x.T @ d2, "b2": d2.sum(axis=0)}


def index_minus_one(s: Submission) -> dict[str, Array]:
    """Looks up the layer before the first one, gets index -1 and with it the output of the last layer."""
    logits, cache = run(s)
    g = {}
    d = (softmax(logits) - s.target) / len(s.x)
    for layer in range(3, 0, -1):
        before = cache[layer - 2]
        g[f"W{layer}"] = before.a.T @ d
        g[f"b{layer}"] = d.sum(axis=0)
        d = (d @ s.params[f"W{layer}"].T) * before.a * (1 - before.a) if layer > 1 else d
    return g


def drops_the_wrong_column(s: Submission) -> dict[str, Array]:
    """Keeps the bias as first row of the weights and then cuts off the last column instead of the first."""
    ones = np.ones((len(s.x), 1))
    A = [np.vstack([s.params[f"b{i}"], s.params[f"W{i}"]]) for i in (1, 2, 3)]
    h0 = np.hstack([ones, s.x])
    h1 = np.hstack([ones, sigmoid(h0 @ A[0])])
    h2 = np.hstack([ones, sigmoid(h1 @ A[1])])
    d3 = (sigmoid(h2 @ A[2]) - s.target) / len(s.x)
    d2 = (d3 @ A[2].T)[:, :-1] * h2[:, 1:] * (1 - h2[:, 1:])
    d1 = (d2 @ A[1].T)[:, :-1] * h1[:, 1:] * (1 - h1[:, 1:])
    g = {}
    for i, (h, d) in enumerate(((h0, d1), (h1, d2), (h2, d3)), start=1):
        both = h.T @ d
        g[f"b{i}"], g[f"W{i}"] = both[0], both[1:]
    return g


def one_buffer_for_two(s: Submission) -> dict[str, Array]:
    """Saves memory with one buffer for two square weight gradients, so the later overwrites the earlier."""
    output, cache = run(s)
    buffer = np.empty((5, 5))
    g = {"W1": buffer, "W2": buffer, "W3": np.empty((5, 2))}
    d = (output - s.target) / len(s.x)
    for layer in (3, 2, 1):
        c = cache[layer - 1]
        if layer < 3:
            d = d * (c.z > 0)
        np.matmul(c.x.T, d, out=g[f"W{layer}"])
        g[f"b{layer}"] = d.sum(axis=0)
        d = d @ s.params[f"W{layer}"].T
    return g


def halves_at_every_sample(s: Submission) -> dict[str, Array]:
    """Averages as it goes, old plus new by two, so that late samples count more than early ones."""
    p = s.params
    g: dict[str, Array] = {}
    for x, y in zip(s.x, s.target):
        h = np.tanh(x @ p["W1"] + p["b1"])
        d2 = h @ p["W2"] + p["b2"] - y
        d1 = (p["W2"] @ d2) * (1 - h**2)
        new = {"W1": np.outer(x, d1), "b1": d1, "W2": np.outer(h, d2), "b2": d2}
        g = {name: (g[name] + new[name]) / 2 for name in new} if g else new
    return g


def slope_of_the_dropped(s: Submission) -> dict[str, Array]:
    """Computes the tanh slope from the activations after dropout has scaled them."""
    assert s.masks is not None
    output, cache = run(s)
    g = {}
    d = (output - s.target) / len(s.x)
    for layer in (3, 2, 1):
        h = cache[layer - 1].x
        g[f"W{layer}"] = h.T @ d
        g[f"b{layer}"] = d.sum(axis=0)
        if layer > 1:
            d = (d @ s.params[f"W{layer}"].T) * s.masks[layer - 2] * (1 - h**2)
    return g


def inputs_before_dropout(s: Submission) -> dict[str, Array]:
    """Multiplies by the activations as they were before dropout, not by what the next layer really saw."""
    logits, (c1, c2, _) = run(s)
    d3 = (sigmoid(logits) - s.target) / len(s.x)
    d2 = (d3 @ s.params["W3"].T) * c2.mask * c2.a * (1 - c2.a)
    d1 = (d2 @ s.params["W2"].T) * c1.mask * (c1.a > 0)
    return {
        "W3": c2.a.T @ d3,
        "b3": d3.sum(axis=0),
        "W2": c1.a.T @ d2,
        "b2": d2.sum(axis=0),
        "W1": s.x.T @ d1,
        "b1": d1.sum(axis=0),
    }


def slope_at_the_target(s: Submission) -> dict[str, Array]:
    """Takes the slope of the output sigmoid at the target instead of at the prediction."""
    y = s.target
    output, (c1, c2) = run(s)
    d2 = (output - y) * y * (1 - y) / len(y)
    d1 = (d2 @ s.params["W2"].T) * (1 - c1.a**2)
    return {"W1": c1.x.T @ d1, "b1": d1.sum(axis=0), "W2": c2.x.T @ d2, "b2": d2.sum(axis=0)}


def softmax_sums_the_batch(s: Submission) -> dict[str, Array]:
    """Forgets the axis in the sum of the softmax derivative, so all samples of the batch mix."""
    prob, (c1, c2) = run(s)
    da = (prob - s.target) / len(s.x)
    d2 = prob * (da - (da * prob).sum())
    d1 = d2 @ s.params["W2"].T * c1.a * (1 - c1.a)
    return {"W1": c1.x.T @ d1, "b1": d1.sum(axis=0), "W2": c2.x.T @ d2, "b2": d2.sum(axis=0)}


def safe_denominator(s: Submission) -> dict[str, Array]:
    """Adds a small number to the denominator of the cross-entropy derivative to be safe from zero."""
    logits, _ = run(s)
    p = sigmoid(logits)
    dp = (p - s.target) / (p * (1 - p) + 1e-4) / len(p)
    dz = dp * p * (1 - p)
    return {"W1": s.x.T @ dz, "b1": dz.sum(axis=0)}


def measured_slope(s: Submission) -> dict[str, Array]:
    """Cannot remember the slope of a sigmoid and measures it, forward only, with a step of one hundredth."""
    h = 0.01
    output, cache = run(s)
    d = (output - s.target) / len(s.x)
    g = {}
    for layer, (x, z, a, _) in reversed(list(enumerate(cache, start=1))):
        if layer < s.network.depth:
            d = d * (sigmoid(z + h) - a) / h
        g[f"W{layer}"], g[f"b{layer}"] = x.T @ d, np.add.reduce(d)
        d = d @ s.params[f"W{layer}"].T
    return g


def all_against_all(s: Submission) -> dict[str, Array]:
    """Flattens the targets, so broadcasting compares every output with the targets of all samples."""
    m = len(s.x)
    output, (c1, c2) = run(s)
    y = s.target.ravel()
    d2 = np.mean(output - y, axis=1, keepdims=True) / m
    d1 = d2 @ s.params["W2"].T * (1 - c1.a**2)
    return {"W1": c1.x.T @ d1, "b1": d1.sum(axis=0), "W2": c2.x.T @ d2, "b2": d2.sum(axis=0)}


def bias_after_the_hand_back(s: Submission) -> dict[str, Array]:
    """Sums the bias gradient one line too late, when the variable already belongs to the layer before."""
    logits, cache = run(s)
    d = (softmax(logits) - s.target) / len(s.x)
    g = {}
    for layer in (3, 2, 1):
        if layer < 3:
            d = d * (1 - cache[layer - 1].a ** 2)
        g[f"W{layer}"] = cache[layer - 1].x.T @ d
        d = d @ s.params[f"W{layer}"].T
        g[f"b{layer}"] = d.sum(axis=0)
    return g


def decays_per_sample(s: Submission) -> dict[str, Array]:
    """Adds the weight decay inside the loop over the samples, once for each of them."""
    p, m = s.params, len(s.x)
    g = {name: np.zeros_like(value) for name, value in p.items()}
    for i in range(m):
        z1 = s.x[i] @ p["W1"] + p["b1"]
        h = np.maximum(z1, 0)
        d2 = (h @ p["W2"] + p["b2"] - s.target[i]) / m
        d1 = (p["W2"] @ d2) * (z1 > 0)
        g["W2"] += np.outer(h, d2) + STRENGTH * p["W2"]
        g["b2"] += d2
        g["W1"] += np.outer(s.x[i], d1) + STRENGTH * p["W1"]
        g["b1"] += d1
    return g


def only_the_true_class(s: Submission) -> dict[str, Array]:
    """Hands back only through the logit of the true class and forgets that the others push too."""
    logits, (c1, c2) = run(s)
    d2 = (softmax(logits) - s.target) / len(s.x)
    labels = s.target.argmax(axis=1)
    blame = d2[np.arange(len(labels)), labels]
    da1 = blame[:, None] * s.params["W2"].T[labels]
    d1 = np.where(c1.z > 0, 1.0, 0.01) * da1
    return {"W1": c1.x.T @ d1, "b1": d1.sum(axis=0), "W2": c2.x.T @ d2, "b2": d2.sum(axis=0)}


def against_vanishing(s: Submission) -> dict[str, Array]:
    """Scales what is handed back to length one at every layer, so that it cannot vanish."""
    output, cache = run(s)
    d = (output - s.target) / len(s.x)
    g = {}
    for layer in range(4, 0, -1):
        c = cache[layer - 1]
        if layer < 4:
            d = d * c.a * (1 - c.a)
        g[f"W{layer}"] = c.x.T @ d
        g[f"b{layer}"] = d.sum(axis=0)
        d = d @ s.params[f"W{layer}"].T
        d = d / np.linalg.norm(d)
    return g


def half_precision_cache(s: Submission) -> dict[str, Array]:
    """Stores the activations for the way back in half precision to save memory."""
    a = s.x
    kept = [a]
    for i in (1, 2, 3):
        z = a @ s.params[f"W{i}"] + s.params[f"b{i}"]
        a = np.tanh(z) if i < 3 else z
        kept.append(a.astype(np.float16))
    d = (sigmoid(a) - s.target) / len(a)
    g = {}
    for i in (3, 2, 1):
        before = kept[i - 1].astype(np.float64)
        g[f"W{i}"] = before.T @ d
        g[f"b{i}"] = d.sum(axis=0)
        d = d @ s.params[f"W{i}"].T * (1 - before**2)
    return g


def subtracts_in_place(s: Submission) -> dict[str, Array]:
    """Subtracts the target in place and then computes the sigmoid slope from what is no longer the output."""
    output, (c1, c2) = run(s)
    delta = output
    delta -= s.target
    delta = delta * output * (1 - output) / len(s.x)
    d1 = delta @ s.params["W2"].T * np.where(c1.z > 0, 1.0, 0.01)
    return {"W1": c1.x.T @ d1, "b1": d1.sum(axis=0), "W2": c2.x.T @ delta, "b2": delta.sum(axis=0)}


def bend_of_the_next_layer(s: Submission) -> dict[str, Array]:
    """Counts the layers from one but their activations from zero, so each gets the slope of the next one."""
    slope = {
        "identity": lambda z: np.ones_like(z),
        "sigmoid": sigmoid_derivative,
        "tanh": lambda z: 1 - np.tanh(z) ** 2,
        "relu": lambda z: (z > 0).astype(float),
    }
    output, cache = run(s)
    d = (output - s.target) / len(s.x)
    g = {}
    for layer in range(4, 0, -1):
        if layer < 4:
            d = d * slope[s.network.activations[layer]](cache[layer - 1].z)
        g[f"W{layer}"] = cache[layer - 1].x.T @ d
        g[f"b{layer}"] = d.sum(axis=0)
        d = d @ s.params[f"W{layer}"].T
    return g


# Six who are right.


def sample_by_sample(s: Submission) -> dict[str, Array]:
    """Right: goes through the samples and even the units one by one and gets the sigmoid from log-add-exp."""
    p, m = s.params, len(s.x)
    n0, n1, n2 = s.network.sizes
    g = {name: np.zeros_like(value) for name, value in p.items()}
    for x, y in zip(s.x, s.target):
        h = np.tanh(p["W1"].T @ x + p["b1"])
        z = p["W2"].T @ h + p["b2"]
        for k in range(n2):
            # The chance of the true answer's opposite, with the sign of the push.
            d = y[k] * -np.exp(-np.logaddexp(0, z[k])) + (1 - y[k]) * np.exp(-np.logaddexp(0, -z[k]))
            g["b2"][k] += d / m
            for j in range(n1):
                g["W2"][j, k] += h[j] * d / m
                back = p["W2"][j, k] * d * (1 - h[j]) * (1 + h[j]) / m
                g["b1"][j] += back
                for i in range(n0):
                    g["W1"][i, j] += x[i] * back
    return g


def einsum_everywhere(s: Submission) -> dict[str, Array]:
    """Right: writes every product as an einsum and builds the whole softmax Jacobian of each sample."""
    prob, (c1, c2) = run(s)
    jacobian = np.einsum("mk,kl->mkl", prob, np.eye(prob.shape[1])) - np.einsum("mk,ml->mkl", prob, prob)
    d2 = np.einsum("mk,mkl->ml", prob - s.target, jacobian) / len(s.x)
    d1 = np.einsum("mk,jk,mj->mj", d2, s.params["W2"], c1.a - c1.a**2)
    return {
        "W1": np.einsum("mi,mj->ij", c1.x, d1),
        "b1": np.einsum("mj->j", d1),
        "W2": np.einsum("mj,mk->jk", c2.x, d2),
        "b2": np.einsum("mk->k", d2),
    }


def column_of_ones(s: Submission) -> dict[str, Array]:
    """Right: treats the biases as a last row of the weights that reads a column of ones."""
    ones = np.ones((len(s.x), 1))
    A = [np.vstack([s.params[f"W{i}"], s.params[f"b{i}"]]) for i in (1, 2, 3)]
    h = [np.hstack([s.x, ones])]
    for i in (0, 1):
        z = h[-1] @ A[i]
        h.append(np.hstack([np.maximum(z, 0.01 * z), ones]))
    d = (h[2] @ A[2] - s.target) / len(s.x)
    g = {}
    for i in (2, 1, 0):
        both = (d.T @ h[i]).T
        g[f"W{i + 1}"], g[f"b{i + 1}"] = both[:-1], both[-1]
        d = (A[i] @ d.T).T[:, :-1] * (0.01 + 0.99 * (h[i][:, :-1] > 0))
    return g


def minus_one_at_the_label(s: Submission) -> dict[str, Array]:
    """Right: subtracts one at the label from log-sum-exp probabilities and divides by m at the very end."""
    m, labels = len(s.x), s.target.argmax(axis=1)
    logits, cache = run(s)
    top = logits.max(axis=1, keepdims=True)
    log_sum = top + np.log(np.exp(logits - top).sum(axis=1, keepdims=True))
    d = np.exp(logits - log_sum)
    d[np.arange(m), labels] -= 1
    g = {}
    for layer in (3, 2, 1):
        g[f"W{layer}"] = cache[layer - 1].x.T @ d / m
        g[f"b{layer}"] = d.mean(axis=0)
        d = d @ s.params[f"W{layer}"].T
        if layer > 1:
            d[cache[layer - 2].z <= 0] = 0
    return g


def mask_into_the_slope(s: Submission) -> dict[str, Array]:
    """Right: multiplies mask and slope beforehand and adds the weight decay before dividing by m."""
    assert s.masks is not None
    m, p = len(s.x), s.params
    h, kept, slopes = s.x, [], []
    for i in (1, 2, 3):
        kept.append(h)
        z = h @ p[f"W{i}"] + p[f"b{i}"]
        if i < 3:
            e = np.exp(-2 * z)
            slopes.append(s.masks[i - 1] * 4 * e / (1 + e) ** 2)
            h = (1 - e) / (1 + e) * s.masks[i - 1]
    d = z - s.target
    g = {}
    for i in (3, 2, 1):
        g[f"W{i}"] = (STRENGTH * m * p[f"W{i}"] + kept[i - 1].T @ d) / m
        g[f"b{i}"] = np.ones(m) @ d / m
        if i > 1:
            d = slopes[i - 2] * (d @ p[f"W{i}"].T)
    return g


def jacobians_first(s: Submission) -> dict[str, Array]:
    """Right: multiplies the Jacobians of all layers together and lets the error in only at the end."""
    output, cache = run(s)
    m, n = output.shape
    jacobian = np.broadcast_to(np.eye(n), (m, n, n))
    g = {}
    for layer in (4, 3, 2, 1):
        c = cache[layer - 1]
        if layer < 4:
            jacobian = jacobian * (1 - c.a**2)[:, None, :]
        d = ((output - s.target)[:, None, :] @ jacobian)[:, 0, :]
        g[f"W{layer}"] = (c.x[:, :, None] * d[:, None, :]).mean(axis=0)
        g[f"b{layer}"] = d.mean(axis=0)
        jacobian = jacobian @ s.params[f"W{layer}"].T
    return g


SUBMISSIONS: tuple[Submission, ...] = (
    hand_in(target_minus_output, 1, (3, 2), "identity", "mse", 5, 1),
    hand_in(no_transpose, 1, (3, 5, 5, 2), "tanh tanh identity", "categorical", 6, 2),
    hand_in(updates_too_early, 1, (4, 6, 3), "sigmoid identity", "binary", 7, 3),
    hand_in(slope_at_the_activation, 2, (2, 4, 3, 1), "sigmoid sigmoid identity", "mse", 8, 4),
    hand_in(squashes_twice, 2, (5, 6, 2), "relu identity", "binary", 4, 5),
    hand_in(decays_biases, 2, (3, 4, 2), "tanh identity", "mse", 6, 6, decay=True),
    hand_in(dropout_only_forward, 2, (4, 8, 7, 2), "relu relu identity", "mse", 9, 7, dropout=True),
    hand_in(copied_from_the_output_layer, 1, (6, 5, 4, 3), "leaky_relu leaky_relu identity", "mse", 5, 8),
    hand_in(mean_of_all_entries, 2, (3, 4, 3), "sigmoid identity", "mse", 7, 9),
    hand_in(rectifies_the_gradient, 2, (4, 7, 6, 3), "relu relu identity", "categorical", 8, 10),
    hand_in(reshapes_instead, 3, (2, 5, 3, 4, 2), "tanh tanh tanh identity", "mse", 6, 11),
    hand_in(sums_over_the_units, 1, (3, 5, 2), "tanh identity", "binary", 5, 12),
    hand_in(index_minus_one, 1, (3, 5, 4, 3), "sigmoid sigmoid identity", "categorical", 9, 13),
    hand_in(drops_the_wrong_column, 2, (3, 4, 6, 2), "sigmoid sigmoid identity", "binary", 6, 14),
    hand_in(one_buffer_for_two, 2, (5, 5, 5, 2), "relu relu identity", "mse", 7, 15),
    hand_in(halves_at_every_sample, 2, (4, 3, 2), "tanh identity", "mse", 5, 16),
    hand_in(slope_of_the_dropped, 2, (3, 6, 5, 2), "tanh tanh identity", "mse", 7, 17, dropout=True),
    hand_in(inputs_before_dropout, 3, (4, 8, 6, 1), "relu sigmoid identity", "binary", 8, 18, dropout=True),
    hand_in(slope_at_the_target, 2, (3, 4, 2), "tanh sigmoid", "mse", 6, 19),
    hand_in(softmax_sums_the_batch, 2, (4, 5, 3), "sigmoid softmax", "mse", 5, 20),
    hand_in(safe_denominator, 1, (6, 1), "identity", "binary", 9, 21),
    hand_in(measured_slope, 2, (3, 5, 4, 2), "sigmoid sigmoid identity", "mse", 4, 22),
    hand_in(all_against_all, 2, (2, 6, 1), "tanh identity", "mse", 7, 23),
    hand_in(bias_after_the_hand_back, 3, (4, 4, 4, 4), "tanh tanh identity", "categorical", 6, 24),
    hand_in(decays_per_sample, 2, (3, 6, 2), "relu identity", "mse", 4, 25, decay=True),
    hand_in(only_the_true_class, 1, (5, 6, 3), "leaky_relu identity", "categorical", 7, 26),
    hand_in(against_vanishing, 3, (3, 4, 4, 4, 1), "sigmoid sigmoid sigmoid identity", "mse", 5, 27),
    hand_in(half_precision_cache, 3, (4, 6, 5, 2), "tanh tanh identity", "binary", 8, 28),
    hand_in(subtracts_in_place, 2, (5, 4, 3), "leaky_relu sigmoid", "mse", 6, 29),
    hand_in(bend_of_the_next_layer, 3, (3, 6, 5, 4, 2), "relu tanh sigmoid identity", "mse", 7, 30),
    hand_in(sample_by_sample, None, (3, 4, 2), "tanh identity", "binary", 5, 31),
    hand_in(einsum_everywhere, None, (4, 5, 3), "sigmoid softmax", "mse", 6, 32),
    hand_in(column_of_ones, None, (3, 5, 4, 2), "leaky_relu leaky_relu identity", "mse", 8, 33),
    hand_in(minus_one_at_the_label, None, (4, 7, 5, 3), "relu relu identity", "categorical", 9, 34),
    hand_in(
        mask_into_the_slope, None, (3, 7, 6, 2), "tanh tanh identity", "mse", 6, 35, decay=True, dropout=True
    ),
    hand_in(jacobians_first, None, (2, 4, 3, 5, 2), "tanh tanh tanh identity", "mse", 3, 36),
)
