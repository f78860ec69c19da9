"""What PyTorch and bplib are both asked about networks that create: inputs by seed, and bplib's answers.

`benchmarks/measure_generation.py` asks PyTorch and keeps what it says; `test_pytorch_generation.py` compares.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from convolution_cases import Arrays

from bplib.applications.generation import autoencoder, joined, tempered
from bplib.applications.variational import (
    divergence,
    divergence_gradient,
    reparameterize,
    reparameterize_backward,
    variational_autoencoder,
)

SEEDS = (0, 1, 2)
TEMPERATURES = (0.05, 0.5, 1.0, 4.0)
#: Pixels, hidden units, latent numbers and samples: no two alike, and none twice another.
SIZE, HIDDEN, LATENT, SAMPLES = 7, 5, 3, 4

#: Shapes by name.
SHAPES: dict[str, dict[str, tuple[int, ...]]] = {
    "reparameterization": {
        name: (SAMPLES, LATENT) for name in ("mean", "log variance", "noise", "dz")
    },
    "divergence": {name: (SAMPLES, LATENT) for name in ("mean", "log variance")},
    "temperature": {"logits": (SAMPLES, SIZE)},
    "autoencoder": {"x": (SAMPLES, SIZE), "W1": (SIZE, HIDDEN), "b1": (HIDDEN,), "W2": (HIDDEN, LATENT), "b2": (LATENT,),
                    "W3": (LATENT, HIDDEN), "b3": (HIDDEN,), "W4": (HIDDEN, SIZE), "b4": (SIZE,)},
    "variational autoencoder": {"x": (SAMPLES, SIZE), "noise": (SAMPLES, LATENT),
                                "W1": (SIZE, HIDDEN), "b1": (HIDDEN,), "W2": (HIDDEN, 2 * LATENT), "b2": (2 * LATENT,),
                                "W3": (LATENT, HIDDEN), "b3": (HIDDEN,), "W4": (HIDDEN, SIZE), "b4": (SIZE,)},
}  # fmt: skip


def inputs(case: str, seed: int) -> Arrays:
    """Draw the arrays of a case; what is to be made again are probabilities."""
    rng = np.random.default_rng(seed)
    return {
        name: rng.random(shape) if name == "x" else rng.normal(size=shape)
        for name, shape in SHAPES[case].items()
    }


def answers(case: str, seed: int) -> Arrays:
    """The output and the gradients by bplib."""
    return ANSWERS[case](inputs(case, seed))


def _reparameterization(given: Arrays) -> Arrays:
    z, cache = reparameterize(given["mean"], given["log variance"], given["noise"])
    dmean, dlog_variance = reparameterize_backward(given["dz"], cache)
    return {"z": z, "mean": dmean, "log variance": dlog_variance}


def _divergence(given: Arrays) -> Arrays:
    clouds = given["mean"], given["log variance"]
    dmean, dlog_variance = divergence_gradient(*clouds)
    return {"value": np.asarray(divergence(*clouds)), "mean": dmean, "log variance": dlog_variance}


def _temperature(given: Arrays) -> Arrays:
    return {str(temperature): tempered(given["logits"], temperature) for temperature in TEMPERATURES}


def _autoencoder(given: Arrays) -> Arrays:
    network = joined(*autoencoder(SIZE, LATENT, (HIDDEN,)))
    params = {name: given[name] for name in network.shapes()}
    loss, gradients, _ = network.loss_and_gradients(params, given["x"], given["x"])
    return {"loss": np.asarray(loss), **gradients}


def _variational(given: Arrays) -> Arrays:
    network = variational_autoencoder(SIZE, LATENT, (HIDDEN,))
    params = {name: given[name] for name in network.shapes()}
    loss, gradients = network.loss_and_gradients(params, given["x"], given["x"], given["noise"])
    return {"loss": np.asarray(loss), **gradients}


ANSWERS: dict[str, Callable[[Arrays], Arrays]] = {
    "reparameterization": _reparameterization,
    "divergence": _divergence,
    "temperature": _temperature,
    "autoencoder": _autoencoder,
    "variational autoencoder": _variational,
}
