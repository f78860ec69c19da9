"""What PyTorch and bplib are both asked about attention and layer normalization: inputs by seed, and bplib's answers.

`benchmarks/measure_attention.py` asks PyTorch and keeps what it says; `test_pytorch_attention.py` compares.
"""

from __future__ import annotations

import numpy as np
from convolution_cases import Arrays

from bplib.applications.attention import attention, attention_backward, causal_mask, padding_mask
from bplib.applications.layer_normalization import layer_normalization, layer_normalization_backward
from bplib.applications.self_attention import self_attention, self_attention_backward
from bplib.applications.transformer import transformer
from bplib.error import one_hot
from bplib.types import Array

SEEDS = (0, 1, 2)
#: Its numbers are kept one by one; of the others, what they come to along a direction.
SMALL = "attention, small"
STEPS, LENGTHS = 5, (3, 5, 1)

SEQUENCES = {"x": (3, STEPS, 6), "Wq": (6, 6), "Wk": (6, 6), "Wv": (6, 6), "Wo": (6, 6), "dy": (3, STEPS, 6)}

#: Shapes by name; dy is the gradient that the output is given.
SHAPES: dict[str, dict[str, tuple[int, ...]]] = {
    SMALL: {"q": (1, 2, 2), "k": (1, 3, 2), "v": (1, 3, 1), "dy": (1, 2, 1)},
    "attention": {"q": (2, 3, 4, 5), "k": (2, 3, 6, 5), "v": (2, 3, 6, 7), "dy": (2, 3, 4, 7)},
    "attention, causal": {"q": (2, 3, STEPS, 4), "k": (2, 3, STEPS, 4), "v": (2, 3, STEPS, 2), "dy": (2, 3, STEPS, 2)},
    "three heads": SEQUENCES,
    "two heads, causal": SEQUENCES,
    "three heads, filled up": SEQUENCES,
    "layer normalization, rows": {"x": (4, 5), "scale": (5,), "shift": (5,), "dy": (4, 5)},
    "layer normalization, sequences": {"x": (2, 3, 4), "scale": (4,), "shift": (4,), "dy": (2, 3, 4)},
    "transformer": {"x": (4, STEPS, 3), **transformer((STEPS, 3), 4, 6, 3, 2, causal=True).shapes()},
}  # fmt: skip


def inputs(case: str, seed: int) -> Arrays:
    """Draw the arrays of a case; weights of a size that lets no softmax saturate."""
    rng = np.random.default_rng(seed)
    return {
        name: rng.normal(size=shape) * (0.5 if name.startswith("W") else 1.0) + (1.0 if name.startswith("scale") else 0.0)
        for name, shape in SHAPES[case].items()
    }  # fmt: skip


def labels(seed: int) -> Array:
    """The classes of the four sequences of the transformer."""
    return np.random.default_rng(seed).integers(4, size=4)


def heads_of(case: str) -> int:
    return 2 if case.startswith("two") else 3


def mask_of(case: str) -> Array | None:
    """What may be seen in a case, as bplib and PyTorch both take it: True for yes."""
    if case.endswith("causal"):
        return causal_mask(STEPS)
    return padding_mask(LENGTHS, STEPS) if case.endswith("filled up") else None


def answers(case: str, seed: int) -> Arrays:
    """The output and the gradients by bplib."""
    p = inputs(case, seed)
    if case == "transformer":
        model, x = transformer((STEPS, 3), 4, 6, 3, 2, causal=True), p.pop("x")
        value, gradients, _ = model.loss_and_gradients(p, x, one_hot(labels(seed), 4))
        return {"loss": np.asarray(value), "y": model.output(p, x), **gradients}
    dy = p.pop("dy")
    if "heads" in case:
        y, cache = self_attention(**p, heads=heads_of(case), mask=mask_of(case))
        gradients = self_attention_backward(dy, cache)
    elif case.startswith("attention"):
        y, cache = attention(**p, mask=mask_of(case))
        gradients = attention_backward(dy, cache)
    else:
        y, cache = layer_normalization(**p)
        gradients = layer_normalization_backward(dy, cache)
    return {"y": y} | {name.removeprefix("d"): value for name, value in gradients._asdict().items()}
