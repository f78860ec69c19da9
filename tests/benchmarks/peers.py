"""Other gradient checkers, called as their users call them: PyTorch, JAX, SciPy and the rule of 1e-7.

PyTorch and JAX are imported where they are used, so that what knows nothing of them starts quickly.
"""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

import numpy as np
import scipy
from run import ROOT
from scipy.optimize import approx_fprime, check_grad

sys.path.insert(0, str(ROOT / "tests"))

import zoo

from bplib.backpropagation import backpropagation
from bplib.error import one_hot
from bplib.network import Network, initialize
from bplib.partial_derivatives import numerical_gradient, relative_error

Loss = Callable[[dict], float]


@cache
def libraries() -> tuple[Any, Any]:
    """PyTorch on one thread, and JAX in double precision."""
    import jax
    import torch

    jax.config.update("jax_enable_x64", True)
    torch.set_num_threads(1)
    return torch, jax


def versions() -> dict[str, str]:
    """What was measured."""
    torch, jax = libraries()
    return {
        "torch": torch.__version__,
        "jax": jax.__version__,
        "scipy": scipy.__version__,
        "system": f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores",
    }


def pytorch(case: zoo.Case, loss: Loss, fast: bool) -> bool:
    """Whether ``torch.autograd.gradcheck`` passes."""
    torch, _ = libraries()
    names = list(case.params)

    class Function(torch.autograd.Function):
        @staticmethod
        def forward(ctx: Any, *values: Any) -> Any:
            at = {name: value.detach().numpy().copy() for name, value in zip(names, values, strict=True)}
            return torch.tensor(loss(at), dtype=torch.float64)

        @staticmethod
        def backward(ctx: Any, upstream: Any) -> tuple[Any, ...]:
            return tuple(
                upstream * torch.tensor(np.asarray(case.grads[name], dtype=float).copy()) for name in names
            )

    inputs = tuple(torch.tensor(case.params[name].copy(), requires_grad=True) for name in names)
    return bool(torch.autograd.gradcheck(Function.apply, inputs, fast_mode=fast, raise_exception=False))


def jax_check(case: zoo.Case, loss: Loss) -> bool:
    """Whether ``jax.test_util.check_grads`` passes."""
    _, jax = libraries()
    from jax.test_util import check_grads

    shape = jax.ShapeDtypeStruct((), np.float64)

    @jax.custom_vjp
    def f(params: dict) -> Any:
        return jax.pure_callback(
            lambda p: np.float64(loss({k: np.asarray(v) for k, v in p.items()})), shape, params
        )

    f.defvjp(
        lambda params: (f(params), None),
        lambda _, upstream: (
            {k: upstream * jax.numpy.asarray(g, dtype=float) for k, g in case.grads.items()},
        ),
    )
    try:
        check_grads(f, ({k: jax.numpy.asarray(v) for k, v in case.params.items()},), order=1, modes=("rev",))
    except AssertionError:
        return False
    return True


def flat(params: dict) -> np.ndarray:
    """All numbers in one row."""
    return np.concatenate([np.ravel(v).astype(float) for v in params.values()])


def unflat(params: dict, row: np.ndarray) -> dict:
    """Back into arrays."""
    ends = np.cumsum([v.size for v in params.values()])[:-1]
    parts = np.split(row, ends)
    return {k: part.reshape(v.shape) for (k, v), part in zip(params.items(), parts, strict=True)}


def scipy_check(case: zoo.Case, loss: Loss) -> bool:
    """Whether ``scipy.optimize.check_grad`` gives less than a millionth.

    It gives a number and leaves the verdict to its user; a millionth is what its users' examples ask for.
    """
    off = check_grad(lambda v: loss(unflat(case.params, v)), lambda v: flat(case.grads), flat(case.params))
    return bool(off < 1e-6)


def fixed_rule(case: zoo.Case, loss: Loss) -> bool:
    """Whether the relative error of each array is less than 1e-7, as the notes of CS231n would have it."""
    measured = numerical_gradient(loss, case.params)
    return all(relative_error(case.grads[k], measured[k]) < 1e-7 for k in case.params if np.any(measured[k]))


#: Each says whether a gradient passes.
PEERS: dict[str, Callable[[zoo.Case, Loss], bool]] = {
    "PyTorch": lambda case, loss: pytorch(case, loss, fast=False),
    "PyTorch, fast": lambda case, loss: pytorch(case, loss, fast=True),
    "JAX": jax_check,
    "SciPy": scipy_check,
    "1e-7 rule": fixed_rule,
}


class Benchmark(NamedTuple):
    """A network with one hidden layer of tanh, a batch, and its gradient."""

    network: Network
    params: dict
    x: np.ndarray
    labels: np.ndarray
    target: np.ndarray
    grads: dict

    @property
    def entries(self) -> int:
        """How many numbers there are to check."""
        return sum(v.size for v in self.params.values())

    def loss(self, params: dict) -> float:
        """The mean cross-entropy."""
        return zoo.Case(None, self.network, params, self.x, self.target, None, None, {}).loss(params)


def benchmark(sizes: tuple[int, int, int], samples: int = 16) -> Benchmark:
    """Draw one."""
    network = Network(sizes, ("tanh", "identity"), "categorical_cross_entropy")
    rng = np.random.default_rng(0)
    params = initialize(network, rng)
    x, labels = rng.normal(size=(samples, sizes[0])), rng.integers(sizes[-1], size=samples)
    target = one_hot(labels, sizes[-1])
    return Benchmark(network, params, x, labels, target, backpropagation(network, params, x, target)[1])


def timed(b: Benchmark) -> dict[str, Callable[[], int | None]]:
    """The peers at this network: each checks a right gradient, its own; those that know say how many losses they took."""
    torch, jax = libraries()
    from jax.test_util import check_grads

    tensors = [torch.tensor(v, requires_grad=True) for v in b.params.values()]
    inputs, targets = torch.tensor(b.x), torch.tensor(b.labels)

    def torch_loss(*values: Any) -> Any:
        W1, b1, W2, b2 = values
        return torch.nn.functional.cross_entropy(torch.tanh(inputs @ W1 + b1) @ W2 + b2, targets)

    def jax_loss(params: dict) -> Any:
        logits = jax.numpy.tanh(b.x @ params["W1"] + params["b1"]) @ params["W2"] + params["b2"]
        return -jax.numpy.mean(jax.nn.log_softmax(logits)[jax.numpy.arange(len(b.x)), b.labels])

    def torch_check(fast: bool) -> int:
        torch.autograd.gradcheck(torch_loss, tensors, fast_mode=fast)
        return 2 * (len(tensors) if fast else b.entries)

    def jax_one() -> None:
        params = {k: jax.numpy.asarray(v) for k, v in b.params.items()}
        check_grads(jax.jit(jax_loss), (params,), order=1, modes=("rev",))

    def scipy_full() -> int:
        approx_fprime(flat(b.params), lambda v: b.loss(unflat(b.params, v)))
        return 1 + b.entries

    return {
        "PyTorch": lambda: torch_check(fast=False),
        "SciPy": scipy_full,
        "PyTorch, fast": lambda: torch_check(fast=True),
        "JAX": jax_one,
    }
