"""Which gradient checker finds which mistake, and how long a full check takes: part of ``make bench``.

Every mistake of the bug zoo, on the half of its networks that the checker was not tuned on, and correct gradients under
conditions that make them hard to believe. Writes ``book/_data/detection.json``; the book prints it.
"""

from __future__ import annotations

import sys
import time
import warnings
from collections import defaultdict
from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import scipy
import torch
from jax.test_util import check_grads
from run import ROOT, record
from scipy.optimize import approx_fprime, check_grad

sys.path.insert(0, str(ROOT / "tests"))

import zoo

from bplib.backpropagation import backpropagation
from bplib.checking import check_gradients
from bplib.error import one_hot
from bplib.network import Network, initialize
from bplib.partial_derivatives import numerical_gradient, relative_error

TARGET = ROOT / "book" / "_data" / "detection.json"
jax.config.update("jax_enable_x64", True)
torch.set_num_threads(1)

Loss = Callable[[dict], float]


def ours(case: zoo.Case, loss: Loss, scale: float) -> bool:
    return check_gradients(
        loss if scale != 1 else None, case.params, case.grads, network=case.network, x=case.x, target=case.target,
        penalty=case.penalty, masks=case.masks,
    ).passed  # fmt: skip


def ours_from_the_loss(case: zoo.Case, loss: Loss, scale: float) -> bool:
    return check_gradients(loss, case.params, case.grads).passed


def pytorch(case: zoo.Case, loss: Loss, fast: bool) -> bool:
    names = list(case.params)

    class Function(torch.autograd.Function):
        @staticmethod
        def forward(ctx: Any, *values: torch.Tensor) -> torch.Tensor:
            at = {name: value.detach().numpy().copy() for name, value in zip(names, values, strict=True)}
            return torch.tensor(loss(at), dtype=torch.float64)

        @staticmethod
        def backward(ctx: Any, upstream: torch.Tensor) -> tuple[torch.Tensor, ...]:
            return tuple(
                upstream * torch.tensor(np.asarray(case.grads[name], dtype=float).copy()) for name in names
            )

    inputs = tuple(torch.tensor(case.params[name].copy(), requires_grad=True) for name in names)
    return bool(torch.autograd.gradcheck(Function.apply, inputs, fast_mode=fast, raise_exception=False))


def jax_check(case: zoo.Case, loss: Loss, scale: float) -> bool:
    shape = jax.ShapeDtypeStruct((), jnp.float64)

    @jax.custom_vjp
    def f(params: dict) -> jax.Array:
        return jax.pure_callback(
            lambda p: np.float64(loss({k: np.asarray(v) for k, v in p.items()})), shape, params
        )

    f.defvjp(
        lambda params: (f(params), None),
        lambda _, upstream: ({k: upstream * jnp.asarray(g, dtype=float) for k, g in case.grads.items()},),
    )
    try:
        check_grads(f, ({k: jnp.asarray(v) for k, v in case.params.items()},), order=1, modes=("rev",))
    except AssertionError:
        return False
    return True


def _flat(params: dict) -> np.ndarray:
    return np.concatenate([np.ravel(v).astype(float) for v in params.values()])


def _unflat(case: zoo.Case, flat: np.ndarray) -> dict:
    ends = np.cumsum([v.size for v in case.params.values()])[:-1]
    return {
        k: part.reshape(case.params[k].shape)
        for k, part in zip(case.params, np.split(flat, ends), strict=True)
    }


def scipy_check(case: zoo.Case, loss: Loss, scale: float) -> bool:
    # It gives a number and leaves the verdict to its user; a millionth is what its users' examples ask for.
    return bool(
        check_grad(lambda v: loss(_unflat(case, v)), lambda v: _flat(case.grads), _flat(case.params)) < 1e-6
    )


def fixed_rule(case: zoo.Case, loss: Loss, scale: float) -> bool:
    measured = numerical_gradient(loss, case.params)
    return all(relative_error(case.grads[k], measured[k]) < 1e-7 for k in case.params if np.any(measured[k]))


CHECKERS: dict[str, Callable[[zoo.Case, Loss, float], bool]] = {
    "bplib": ours,
    "bplib, loss alone": ours_from_the_loss,
    "PyTorch": lambda case, loss, scale: pytorch(case, loss, fast=False),
    "PyTorch, fast": lambda case, loss, scale: pytorch(case, loss, fast=True),
    "JAX": jax_check,
    "SciPy": scipy_check,
    "1e-7 rule": fixed_rule,
}


def wrong_cases() -> dict[str, list[tuple[zoo.Case, float]]]:
    rows: dict[str, list[tuple[zoo.Case, float]]] = defaultdict(list)
    for case in zoo.zoo(zoo.ARCHITECTURES[1::2], range(1)):
        rows[str(case.mistake)].append((case, 1.0))
    for architecture in zoo.ARCHITECTURES[1::2]:
        right = zoo.network_and_batch(architecture, 0)
        off = {k: 1.0005 * g for k, g in right.grads.items()}
        rows["0.05 % off everywhere"].append((right._replace(grads=off), 1.0))
        nothing = {k: 0 * g for k, g in right.grads.items()}
        rows["all zero, loss times 1e-5"].append((right._replace(grads=nothing), 1e-5))
    return rows


def correct_cases(count: int) -> dict[str, list[tuple[zoo.Case, float]]]:
    rows: dict[str, list[tuple[zoo.Case, float]]] = defaultdict(list)
    for seed in range(count):
        right = zoo.correct(10_000 + seed)
        rows[right.condition].append((right.case, right.scale))
    return rows


def table(rows: dict[str, list[tuple[zoo.Case, float]]]) -> list[dict[str, Any]]:
    """The number of cases of each row, and how many of them each checker lets pass."""
    found = []
    for name, cases in sorted(rows.items()):
        row: dict[str, Any] = {"name": name, "cases": len(cases)}
        for checker, passes in CHECKERS.items():
            row[checker] = sum(
                passes(case, lambda p, c=case, s=scale: s * c.loss(p), scale) for case, scale in cases
            )
        found.append(row)
        print(row, flush=True)
    return found


def speed() -> list[dict[str, Any]]:
    """Seconds of a full check of every entry, on a batch of 16."""
    found = []
    for sizes in ((64, 32, 10), (784, 128, 10)):
        network = Network(sizes, ("tanh", "identity"), "categorical_cross_entropy")
        rng = np.random.default_rng(0)
        params = initialize(network, rng)
        x, labels = rng.normal(size=(16, sizes[0])), rng.integers(10, size=16)
        y = one_hot(labels, 10)
        _, grads = backpropagation(network, params, x, y)
        start = time.perf_counter()
        report = check_gradients(None, params, grads, network=network, x=x, target=y)
        found.append(_measured(sizes, "bplib", start, report.evaluations))
        if not report.passed:
            raise RuntimeError(f"a correct gradient did not pass: {report}")
        if sizes[0] > 100:
            continue  # One entry at a time takes minutes here.
        tensors = [torch.tensor(v, requires_grad=True) for v in params.values()]
        inputs, targets = torch.tensor(x), torch.tensor(labels)

        def loss(
            W1: torch.Tensor,
            b1: torch.Tensor,
            W2: torch.Tensor,
            b2: torch.Tensor,
            inputs=inputs,
            targets=targets,
        ):
            return torch.nn.functional.cross_entropy(torch.tanh(inputs @ W1 + b1) @ W2 + b2, targets)

        start = time.perf_counter()
        torch.autograd.gradcheck(loss, tensors)
        found.append(_measured(sizes, "PyTorch", start, 2 * sum(v.size for v in params.values())))
        case = zoo.Case(None, network, params, x, y, None, None, grads)
        start = time.perf_counter()
        approx_fprime(_flat(params), lambda v, c=case: c.loss(_unflat(c, v)))
        found.append(_measured(sizes, "SciPy", start, 1 + sum(v.size for v in params.values())))
    return found


def _measured(sizes: tuple[int, ...], name: str, start: float, evaluations: int) -> dict[str, Any]:
    row = {
        "network": "-".join(map(str, sizes)),
        "name": name,
        "seconds": round(time.perf_counter() - start, 3),
        "evaluations": evaluations,
    }
    print(row, flush=True)
    return row


def main() -> None:
    warnings.simplefilter("ignore")
    np.seterr(all="ignore")
    versions = {"torch": torch.__version__, "jax": jax.__version__, "scipy": scipy.__version__}
    record(
        TARGET,
        versions,
        {"speed": speed(), "wrong": table(wrong_cases()), "correct": table(correct_cases(150))},
    )


if __name__ == "__main__":
    main()
