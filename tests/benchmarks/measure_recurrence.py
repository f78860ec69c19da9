"""Ask PyTorch about recurrences, long short-term memory and embeddings, and measure bplib's layers beside its own.

    OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 PYTHONPATH=. python tests/benchmarks/measure_recurrence.py

Writes ``book/_data/pytorch_recurrence.json``: outputs and gradients of the cases in ``tests/recurrence_cases.py``, and seconds of
both layers forward and backward, on one thread. PyTorch is needed here alone; tests read the file.
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

from convolution_cases import along
from recurrence_cases import LENGTHS, SEEDS, SHAPES, SMALL, Arrays, inputs, letters, mask

from bplib.applications.long_short_term_memory import long_short_term_memory, long_short_term_memory_backward
from bplib.applications.recurrence import recurrence, recurrence_backward

TARGET = ROOT / "book" / "_data" / "pytorch_recurrence.json"
BATCH, STEPS, FEATURES, UNITS = 32, 20, 32, 64
LAYERS = {
    "RNN": (recurrence, recurrence_backward),
    "LSTM": (long_short_term_memory, long_short_term_memory_backward),
}

Tensors = dict[str, torch.Tensor]


def answers(case: str, seed: int) -> Arrays:
    """The output and the gradients by PyTorch's autograd."""
    given = {name: torch.tensor(value, requires_grad=True) for name, value in inputs(case, seed).items()}
    read, after = (torch.tensor(index) for index in letters(seed))
    if case == "stack":
        # −1 looks up a row of zeros, put before the others.
        x = F.embedding(
            read + 1, torch.cat([torch.zeros(1, 3, dtype=torch.float64), given["W1"]]), padding_idx=0
        )
        y = states("LSTM", x, given["W2"], given["U2"], given["b2"], unequal=True)
        loss = F.cross_entropy(
            (y @ given["W3"] + given["b3"]).flatten(0, 1), after.flatten(), ignore_index=-1
        )
        return {"loss": loss.detach().numpy()} | walked(loss, given, torch.ones_like(loss), tuple(given))
    if case.startswith("embedding"):
        y = F.embedding(
            read + 1, torch.cat([torch.zeros(1, 3, dtype=torch.float64), given["E"]]), padding_idx=0
        )
        return {"y": y.detach().numpy()} | walked(y, given, given["dy"], ("E",))
    kind = "RNN" if case.startswith("recurrence") else "LSTM"
    y = states(kind, given["x"], given["W"], given["U"], given["b"], unequal="unequal" in case)
    return {"y": y.detach().numpy()} | walked(y, given, given["dy"], ("x", "W", "U", "b"))


def states(
    kind: str, x: torch.Tensor, W: torch.Tensor, U: torch.Tensor, b: torch.Tensor, unequal: bool
) -> torch.Tensor:
    """The state after each step by ``torch.nn.RNN`` or ``torch.nn.LSTM``, whose weights are turned and whose biases are two."""
    layer = getattr(torch.nn, kind)(x.shape[2], len(U), batch_first=True, dtype=torch.float64)
    own = {"weight_ih_l0": W.T, "weight_hh_l0": U.T, "bias_ih_l0": b, "bias_hh_l0": torch.zeros_like(b)}
    if not unequal:
        return torch.func.functional_call(layer, own, x)[0]
    packed = torch.nn.utils.rnn.pack_padded_sequence(
        x, torch.tensor(LENGTHS), batch_first=True, enforce_sorted=False
    )
    out, last = torch.func.functional_call(layer, own, (packed,))
    y, _ = torch.nn.utils.rnn.pad_packed_sequence(out, batch_first=True, total_length=x.shape[1])
    # PyTorch fills up with zeros, bplib with the last state.
    last = last if kind == "RNN" else last[0]
    return torch.where(torch.tensor(mask())[..., None], y, last[0][:, None])


def walked(y: torch.Tensor, given: Tensors, blame: torch.Tensor, names: tuple[str, ...]) -> Arrays:
    """The gradients of those named."""
    gradients = torch.autograd.grad(y, [given[name] for name in names], blame)
    return {name: g.numpy() for name, g in zip(names, gradients)}


def said() -> dict[str, list[dict[str, Any]]]:
    """For each case and seed: what every array comes to along a direction, and of the small case its numbers."""
    return {
        case: [
            {
                name: np.asarray(value).tolist() if case == SMALL else along(value, seed)[0]
                for name, value in answers(case, seed).items()
            }
            for seed in (SEEDS[:1] if case == SMALL else SEEDS)
        ]
        for case in SHAPES
    }


# How long it takes -----------------------------------------------------------------------------------------------


def contestants(kind: str, dtype: type) -> Contestants:
    """Forward and backward through all steps of one layer, by name."""
    forward, backward = LAYERS[kind]
    rng, gates = np.random.default_rng(0), 4 if kind == "LSTM" else 1
    x, W, U, b, dy = (
        (rng.normal(size=shape) * scale).astype(dtype)
        for shape, scale in (
            ((BATCH, STEPS, FEATURES), 1.0),
            ((FEATURES, gates * UNITS), 0.1),
            ((UNITS, gates * UNITS), 0.1),
            ((gates * UNITS,), 1.0),
            ((BATCH, STEPS, UNITS), 1.0),
        )
    )
    layer = getattr(torch.nn, kind)(FEATURES, UNITS, batch_first=True, dtype=getattr(torch, np.dtype(dtype).name))
    with torch.no_grad():
        for name, value in {"weight_ih_l0": W.T, "weight_hh_l0": U.T, "bias_ih_l0": b, "bias_hh_l0": 0 * b}.items():
            getattr(layer, name).copy_(torch.tensor(value))
    tx, tdy = torch.tensor(x, requires_grad=True), torch.tensor(dy)
    own = (tx, layer.weight_ih_l0, layer.weight_hh_l0, layer.bias_ih_l0)

    def bplib() -> object:
        dx, dW, dU, db = backward(dy, forward(x, W, U, b)[1])
        return dx, dW.T, dU.T, db

    def pytorch() -> object:
        return torch.autograd.grad(layer(tx)[0], own, tdy)

    return agreed({"bplib": bplib, "PyTorch": pytorch})


def main() -> None:
    torch.set_num_threads(1)
    record(
        TARGET,
        {"torch": torch.__version__},
        {
            "command": "OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 PYTHONPATH=. python tests/benchmarks/measure_recurrence.py",
            "batch": BATCH,
            "rows": paired({f"{kind}, {STEPS} steps, {FEATURES} to {UNITS}": partial(contestants, kind) for kind in LAYERS}),
            "seeds": list(SEEDS),
            "answers": said(),
        },
    )


if __name__ == "__main__":
    main()
