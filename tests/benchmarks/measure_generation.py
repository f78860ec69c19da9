"""Ask PyTorch about networks that create.

    PYTHONPATH=. python tests/benchmarks/measure_generation.py

Writes ``book/_data/pytorch_generation.json``: outputs and gradients of the cases in ``tests/generation_cases.py``. PyTorch is
needed here alone; tests read the file.
"""

from __future__ import annotations

import sys
from typing import Any

import torch
import torch.nn.functional as F
from run import ROOT, record

sys.path.insert(0, str(ROOT / "tests"))

from convolution_cases import Arrays
from generation_cases import SAMPLES, SEEDS, SHAPES, TEMPERATURES, inputs
from torch.distributions import Normal, kl_divergence

TARGET = ROOT / "book" / "_data" / "pytorch_generation.json"

Tensors = dict[str, torch.Tensor]


def divergence(mean: torch.Tensor, log_variance: torch.Tensor) -> torch.Tensor:
    """By PyTorch's own formula for two normal distributions."""
    cloud = Normal(mean, torch.exp(0.5 * log_variance))
    return kl_divergence(cloud, Normal(torch.zeros_like(mean), torch.ones_like(mean))).sum() / SAMPLES


def halfway(p: Tensors, x: torch.Tensor, first: int) -> torch.Tensor:
    """Two dense layers, tanh between, the first of them with this number."""
    hidden = torch.tanh(x @ p[f"W{first}"] + p[f"b{first}"])
    return hidden @ p[f"W{first + 1}"] + p[f"b{first + 1}"]


def answers(case: str, seed: int) -> Arrays:
    """The output and the gradients by PyTorch's autograd."""
    p = {name: torch.tensor(value, requires_grad=True) for name, value in inputs(case, seed).items()}
    if case == "temperature":
        return {str(t): torch.softmax(p["logits"] / t, dim=1).detach().numpy() for t in TEMPERATURES}
    if case == "reparameterization":
        z = p["mean"] + torch.exp(0.5 * p["log variance"]) * p["noise"]
        (z * p["dz"].detach()).sum().backward()
        return {"z": z.detach().numpy()} | slopes(p, ("mean", "log variance"))
    if case == "divergence":
        value = divergence(p["mean"], p["log variance"])
        value.backward()
        return {"value": value.detach().numpy()} | slopes(p, tuple(p))
    x = p["x"].detach()
    if case == "autoencoder":
        loss = F.mse_loss(halfway(p, halfway(p, x, 1), 3), x, reduction="sum") / (2 * SAMPLES)
    else:
        mean, log_variance = halfway(p, x, 1).chunk(2, dim=1)
        z = mean + torch.exp(0.5 * log_variance) * p["noise"].detach()
        surprise = F.binary_cross_entropy_with_logits(halfway(p, z, 3), x, reduction="sum")
        loss = surprise / SAMPLES + divergence(mean, log_variance)
    loss.backward()
    return {"loss": loss.detach().numpy()} | slopes(p, tuple(name for name in p if name[0] in "Wb"))


def slopes(p: Tensors, names: tuple[str, ...]) -> Arrays:
    """The gradients of those named."""
    return {name: p[name].grad.numpy() for name in names}


def said() -> dict[str, list[dict[str, Any]]]:
    """For each case and seed every number."""
    return {
        case: [{name: value.tolist() for name, value in answers(case, seed).items()} for seed in SEEDS]
        for case in SHAPES
    }


def main() -> None:
    record(
        TARGET,
        {"torch": torch.__version__},
        {
            "command": "PYTHONPATH=. python tests/benchmarks/measure_generation.py",
            "seeds": list(SEEDS),
            "answers": said(),
        },
    )


if __name__ == "__main__":
    main()
