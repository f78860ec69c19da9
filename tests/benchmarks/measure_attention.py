"""Ask PyTorch about attention, layer normalization and a transformer, and measure bplib's attention beside its own.

    OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 PYTHONPATH=. python tests/benchmarks/measure_attention.py

Writes ``book/_data/pytorch_attention.json``: outputs and gradients of the cases in ``tests/attention_cases.py``, and seconds of
attention forward and backward, on one thread. PyTorch is needed here alone; tests read the file.
"""

from __future__ import annotations

import sys
from functools import partial
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from measure_convolution import Tensors, walked
from paired import Contestants, agreed, paired
from run import ROOT, record

sys.path.insert(0, str(ROOT / "tests"))

from attention_cases import SEEDS, SHAPES, SMALL, Arrays, heads_of, inputs, labels, mask_of
from convolution_cases import along

from bplib.applications.attention import attention, attention_backward

TARGET = ROOT / "book" / "_data" / "pytorch_attention.json"
BATCH = 32
#: Heads, steps, and numbers of a query.
SETTINGS = ((4, 32, 16), (4, 64, 16))


def answers(case: str, seed: int) -> Arrays:
    """The output and the gradients by PyTorch's autograd."""
    given = {name: torch.tensor(value, requires_grad=True) for name, value in inputs(case, seed).items()}
    if case == "transformer":
        return transformer(given, seed)
    names = tuple(name for name in given if name != "dy")
    if "heads" in case:
        return several_heads(given, case)
    if case.startswith("attention"):
        mask = mask_of(case)
        seen = None if mask is None else torch.tensor(mask)
        return walked(F.scaled_dot_product_attention(given["q"], given["k"], given["v"], seen), given, names)
    x, scale, shift = given["x"], given["scale"], given["shift"]
    return walked(F.layer_norm(x, x.shape[-1:], scale, shift), given, names)


def several_heads(given: Tensors, case: str) -> Arrays:
    """By ``MultiheadAttention``, which keeps three of the four weights in one array, and all of them turned around."""
    x, dy = given["x"], given["dy"]
    layer = torch.nn.MultiheadAttention(
        x.shape[2], heads_of(case), bias=False, batch_first=True, dtype=torch.float64
    )
    with torch.no_grad():
        layer.in_proj_weight.copy_(torch.cat([given[name].T for name in ("Wq", "Wk", "Wv")]))
        layer.out_proj.weight.copy_(given["Wo"].T)
    mask = mask_of(case)
    # PyTorch's two masks are True for what is hidden.
    if mask is None:
        hidden = {}
    elif mask.ndim == 2:
        hidden = {"attn_mask": torch.tensor(~mask)}
    else:
        hidden = {"key_padding_mask": torch.tensor(~mask[:, 0])}
    y = layer(x, x, x, need_weights=False, **hidden)[0]
    own = (x, layer.in_proj_weight, layer.out_proj.weight)
    dx, dinside, dWo = (g.numpy() for g in torch.autograd.grad(y, own, dy))
    dWq, dWk, dWv = (part.T for part in np.split(dinside, 3))
    return {"y": y.detach().numpy(), "x": dx, "Wq": dWq, "Wk": dWk, "Wv": dWv, "Wo": dWo.T}


def transformer(p: Tensors, seed: int) -> Arrays:
    """Two blocks with three heads, written with PyTorch's own attention, normalization and loss."""

    def normalized(u: torch.Tensor, n: int) -> torch.Tensor:
        return F.layer_norm(u, u.shape[-1:], p[f"scale{n}"], p[f"shift{n}"])

    def heads(z: torch.Tensor) -> torch.Tensor:
        return z.unflatten(2, (3, -1)).transpose(1, 2)

    u = p["x"] @ p["W1"] + p["b1"] + p["Wp2"]
    # Layers are counted: normalization, attention, normalization, two dense ones.
    for n in (3, 8):
        z = normalized(u, n)
        q, k, v = (heads(z @ p[f"W{role}{n + 1}"]) for role in "qkv")
        found = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        u = u + found.transpose(1, 2).flatten(2) @ p[f"Wo{n + 1}"]
        hidden = torch.relu(normalized(u, n + 2) @ p[f"W{n + 3}"] + p[f"b{n + 3}"])
        u = u + hidden @ p[f"W{n + 4}"] + p[f"b{n + 4}"]
    logits = normalized(u, 13)[:, -1] @ p["W14"] + p["b14"]
    loss = F.cross_entropy(logits, torch.tensor(labels(seed)))
    loss.backward()
    return {"loss": loss.detach().numpy(), "y": logits.detach().numpy()} | {
        name: value.grad.numpy() for name, value in p.items() if name != "x"
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


def contestants(setting: tuple[int, int, int], dtype: type) -> Contestants:
    """Forward and backward through the attention of all heads, by name."""
    heads, steps, d = setting
    rng = np.random.default_rng(0)
    q, k, v, dy = (rng.normal(size=(BATCH, heads, steps, d)).astype(dtype) for _ in range(4))
    own, tdy = [torch.tensor(a, requires_grad=True) for a in (q, k, v)], torch.tensor(dy)

    def bplib() -> object:
        return attention_backward(dy, attention(q, k, v)[1])

    def pytorch() -> object:
        return torch.autograd.grad(F.scaled_dot_product_attention(*own), own, tdy)

    return agreed({"bplib": bplib, "PyTorch": pytorch})


def main() -> None:
    torch.set_num_threads(1)
    record(
        TARGET,
        {"torch": torch.__version__},
        {
            "command": "OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 PYTHONPATH=. python tests/benchmarks/measure_attention.py",
            "batch": BATCH,
            "rows": paired(
                {f"attention, {h} heads, {n} steps, {d} each": partial(contestants, (h, n, d)) for h, n, d in SETTINGS}
            ),
            "seeds": list(SEEDS),
            "answers": said(),
        },
    )


if __name__ == "__main__":
    main()
