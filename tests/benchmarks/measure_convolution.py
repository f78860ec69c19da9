"""Ask PyTorch about convolutional networks, and measure bplib's convolution beside its own.

    OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 PYTHONPATH=. python tests/benchmarks/measure_convolution.py

Writes ``book/_data/pytorch_convolution.json``: outputs and gradients of the cases in ``tests/convolution_cases.py``, and
seconds of a convolution forward and backward, on one thread. PyTorch is needed here alone; tests read the file.
"""

from __future__ import annotations

import sys
from functools import partial
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from paired import Contestants, agreed, paired
from run import ROOT, record

sys.path.insert(0, str(ROOT / "tests"))

from convolution_cases import SEEDS, SHAPES, SMALL, Arrays, along, inputs, labels

from bplib.applications.convolution import convolution, convolution_backward

TARGET = ROOT / "book" / "_data" / "pytorch_convolution.json"
BATCH = 32
#: Channels in, height and width, channels out, height and width of the kernel.
SETTINGS = ((1, 28, 6, 5), (1, 28, 6, 3), (6, 14, 16, 5), (6, 14, 16, 3), (16, 14, 32, 3))

Tensors = dict[str, torch.Tensor]


# What PyTorch says -----------------------------------------------------------------------------------------------


def answers(case: str, seed: int) -> Arrays:
    """The output and the gradients by PyTorch's autograd."""
    given = {name: torch.tensor(value, requires_grad=True) for name, value in inputs(case, seed).items()}
    if case.startswith("convolution"):
        stride, padding = (1, 0) if case == SMALL else (2, 1)
        y = F.conv2d(given["x"], given["W"], given["b"], stride, padding)
        return walked(y, given, ("x", "W", "b"))
    if "pooling" in case:
        pool = F.max_pool2d if case.startswith("max") else F.avg_pool2d
        overlapping = case.endswith("overlapping")
        return walked(
            pool(given["x"], (3, 2) if overlapping else 2, (2, 1) if overlapping else None), given, ("x",)
        )
    return stack(given, seed) if case == "stack" else batch_normalization(given)


def walked(y: torch.Tensor, given: Tensors, names: tuple[str, ...]) -> Arrays:
    """The output, and the gradients of those named."""
    gradients = torch.autograd.grad(y, [given[name] for name in names], given["dy"])
    return {"y": y.detach().numpy()} | {name: g.numpy() for name, g in zip(names, gradients)}


def batch_normalization(given: Tensors) -> Arrays:
    """Two batches in training, then the first again with what was gathered."""
    features = given["x"].shape[1]
    kind = torch.nn.BatchNorm1d if given["x"].ndim == 2 else torch.nn.BatchNorm2d
    layer = kind(features, dtype=torch.float64)
    layer.weight = torch.nn.Parameter(given["scale"].detach())
    layer.bias = torch.nn.Parameter(given["shift"].detach())
    known = given | {"scale": layer.weight, "shift": layer.bias}
    training = walked(layer(given["x"]), known, ("x", "scale", "shift"))
    layer(given["next"])
    statistics = {
        "running mean": layer.running_mean.numpy(),
        "running variance": layer.running_var.numpy(),
    }
    layer.eval()
    after = walked(layer(given["x"]), known, ("x", "scale", "shift"))
    return training | statistics | {f"{name} after": value for name, value in after.items()}


def stack(p: Tensors, seed: int) -> Arrays:
    """A small LeNet, as `convolution_cases` has it."""
    z1 = F.conv2d(p["x"], p["W1"], p["b1"], padding=2)
    a1 = torch.tanh(F.batch_norm(z1, None, None, p["scale"], p["shift"], training=True))
    a2 = torch.relu(F.conv2d(F.avg_pool2d(a1, 2), p["W2"], p["b2"]))
    logits = torch.flatten(F.max_pool2d(a2, 2), 1) @ p["W3"] + p["b3"]
    loss = F.cross_entropy(logits, torch.tensor(labels(seed)))
    loss.backward()
    return {"loss": loss.detach().numpy(), "y": logits.detach().numpy()} | {
        name: value.grad.numpy() for name, value in p.items()
    }


def said() -> dict[str, list[dict[str, Any]]]:
    """For each case and seed: what every array comes to along a direction, and of the small case its numbers."""
    return {
        case: [
            {
                name: value.tolist() if case == SMALL else along(value, seed)[0]
                for name, value in answers(case, seed).items()
            }
            for seed in (SEEDS[:1] if case == SMALL else SEEDS)
        ]
        for case in SHAPES
    }


# How long it takes -----------------------------------------------------------------------------------------------


def contestants(setting: tuple[int, int, int, int], dtype: type) -> Contestants:
    """Forward and backward through one convolution, by name."""
    c_in, size, c_out, kernel = setting
    rng = np.random.default_rng(0)
    x, W, b, dy = (
        rng.normal(size=shape).astype(dtype)
        for shape in (
            (BATCH, c_in, size, size),
            (c_out, c_in, kernel, kernel),
            (c_out,),
            (BATCH, c_out, size - kernel + 1, size - kernel + 1),
        )
    )
    tx, tW, tb = (torch.tensor(a, requires_grad=True) for a in (x, W, b))
    tdy = torch.tensor(dy)

    def bplib() -> object:
        return convolution_backward(dy, convolution(x, W, b)[1])

    def pytorch() -> object:
        return torch.autograd.grad(F.conv2d(tx, tW, tb), (tx, tW, tb), tdy)

    return agreed({"bplib": bplib, "PyTorch": pytorch})


def measured() -> list[dict[str, object]]:
    """One row for each setting and kind of numbers."""
    return paired(
        {
            f"convolution, {c_in}×{size}×{size} to {c_out}, {kernel}×{kernel}": partial(contestants, (c_in, size, c_out, kernel))
            for c_in, size, c_out, kernel in SETTINGS
        }
    )


def main() -> None:
    torch.set_num_threads(1)
    record(
        TARGET,
        {"torch": torch.__version__},
        {
            "command": "OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 PYTHONPATH=. python tests/benchmarks/measure_convolution.py",
            "batch": BATCH,
            "rows": measured(),
            "seeds": list(SEEDS),
            "answers": said(),
        },
    )


if __name__ == "__main__":
    main()
