"""Measure the small network's gradients with PyTorch and keep them as data for the book.

    python -m pip install torch==2.13.0 numpy
    PYTHONPATH=. python tests/benchmarks/measure_pytorch.py

Writes ``book/_data/pytorch_gradients.json``. PyTorch is needed here alone; the book reads the file.
"""

from __future__ import annotations

import json
import platform
import subprocess
from datetime import date
from pathlib import Path

import numpy as np
import torch

from bplib import example

ROOT = Path(__file__).resolve().parents[2]
TARGET = ROOT / "book" / "_data" / "pytorch_gradients.json"


def gradients() -> tuple[float, dict[str, list]]:
    """The loss of the batch of four and its derivative by every parameter, by PyTorch's autograd."""
    params = {name: torch.tensor(value, requires_grad=True) for name, value in example.parameters().items()}
    x, y = torch.tensor(np.array(example.X)), torch.tensor(np.array(example.Y))
    a1 = torch.sigmoid(x @ params["W1"] + params["b1"])
    output = torch.sigmoid(a1 @ params["W2"] + params["b2"])
    loss = ((output - y) ** 2).sum() / (2 * len(x))
    loss.backward()
    return loss.item(), {name: value.grad.tolist() for name, value in params.items()}


def main() -> None:
    loss, slopes = gradients()
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
        "loss": loss,
        "gradients": slopes,
    }
    TARGET.parent.mkdir(exist_ok=True)
    TARGET.write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")
    print(f"wrote {TARGET.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
