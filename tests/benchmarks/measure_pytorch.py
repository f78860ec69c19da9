"""Measure the small network's gradients with PyTorch and keep them as data for the book.

    python -m pip install torch==2.13.0 numpy
    PYTHONPATH=. python tests/benchmarks/measure_pytorch.py

Writes ``book/_data/pytorch_gradients.json``: the gradients of the batch of four and of the first sample alone, and what PyTorch
says where its record can no longer be walked. PyTorch is needed here alone; the book reads the file.
"""

from __future__ import annotations

import json
import platform
import subprocess
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import torch

from bplib import example

ROOT = Path(__file__).resolve().parents[2]
TARGET = ROOT / "book" / "_data" / "pytorch_gradients.json"


def gradients(samples: int) -> dict[str, Any]:
    """The loss of the first samples and its derivative by every parameter, by PyTorch's autograd."""
    params = {name: torch.tensor(value, requires_grad=True) for name, value in example.parameters().items()}
    x, y = torch.tensor(np.array(example.X[:samples])), torch.tensor(np.array(example.Y[:samples]))
    a1 = torch.sigmoid(x @ params["W1"] + params["b1"])
    output = torch.sigmoid(a1 @ params["W2"] + params["b2"])
    loss = ((output - y) ** 2).sum() / (2 * len(x))
    loss.backward()
    return {
        "loss": loss.item(),
        "gradients": {name: value.grad.tolist() for name, value in params.items()},
    }


def second_walk() -> None:
    """Walk back twice along one record."""
    u = torch.tensor(2.0, requires_grad=True)
    loss = torch.exp(u) * u
    loss.backward()
    loss.backward()


def changed_in_place() -> None:
    """Change a value that the walk still needs."""
    u = torch.tensor([2.0, 3.0], requires_grad=True)
    e = torch.exp(u)
    e += 1
    e.sum().backward()


def refusal(mistake: Callable[[], None]) -> str:
    """The first sentence of what PyTorch says."""
    try:
        mistake()
    except RuntimeError as error:
        return str(error).split(". ")[0].split(": [")[0]
    raise AssertionError(f"{mistake.__name__} was not refused")


def main() -> None:
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    record = {
        "command": "PYTHONPATH=. python tests/benchmarks/measure_pytorch.py",
        "commit": commit.stdout.strip(),
        "versions": {
            "python": platform.python_version(),
            "torch": torch.__version__,
            "numpy": np.__version__,
        },
        "date": date.today().isoformat(),
        **gradients(len(example.X)),
        "one sample": gradients(1),
        "refusals": {
            mistake.__name__.replace("_", " "): refusal(mistake)
            for mistake in (second_walk, changed_in_place)
        },
    }
    TARGET.parent.mkdir(exist_ok=True)
    TARGET.write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")
    print(f"wrote {TARGET.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
