"""Which gradient checker finds which mistake, and how long a check takes: part of ``make bench``.

Every mistake of the bug zoo, on the half of its networks that the checker was not tuned on; the thirty mistakes of somebody
who knew neither checker nor zoo; correct gradients under conditions that make them hard to believe; differences handed in as
backpropagation. Writes ``book/_data/detection.json``; the book prints it.
"""

from __future__ import annotations

import sys
import time
import warnings
from collections import Counter, defaultdict
from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import scipy
import torch
from jax.test_util import check_grads
from run import ROOT, record
from scipy.optimize import approx_fprime, check_grad

sys.path.insert(0, str(ROOT / "tests"))

import blind
import zoo

from bplib.backpropagation import backpropagation
from bplib.checking import check_gradients
from bplib.error import one_hot
from bplib.network import Network, initialize
from bplib.partial_derivatives import (
    central_difference,
    forward_difference,
    numerical_gradient,
    relative_error,
)

TARGET = ROOT / "book" / "_data" / "detection.json"
jax.config.update("jax_enable_x64", True)
torch.set_num_threads(1)

Loss = Callable[[dict], float]

#: Networks drawn for each architecture of the zoo; correct ones for all checkers, and for ours alone.
SEEDS, CORRECT, CORRECT_OURS = 3, 150, 2_000


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
    for case in zoo.zoo(zoo.ARCHITECTURES[1::2], range(SEEDS)):
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


def report_on(case: zoo.Case, known: bool, loss: Loss | None = None) -> Any:
    """Ours, told the network or not."""
    if not known:
        return check_gradients(loss or case.loss, case.params, case.grads, samples=len(case.x))
    return check_gradients(
        None, case.params, case.grads, network=case.network, x=case.x, target=case.target, penalty=case.penalty,
        masks=case.masks,
    )  # fmt: skip


def named() -> list[dict[str, Any]]:
    """How many wrong gradients get their name, another one, or several."""
    found = []
    for half, chosen in (("tuned on", zoo.ARCHITECTURES[::2]), ("reported", zoo.ARCHITECTURES[1::2])):
        for known in (True, False):
            row = {"half": half, "network known": known, "cases": 0, "found": 0, "named": 0, "misnamed": 0}
            for case in zoo.zoo(chosen, range(SEEDS)):
                report = report_on(case, known)
                row["cases"] += 1
                row["found"] += report.verdict == "wrong"
                row["named"] += report.cause == case.mistake
                row["misnamed"] += report.cause not in (case.mistake, None)
            found.append(row)
            print(row, flush=True)
    return found


def blindly() -> dict[str, int]:
    """The thirty mistakes, and six right ones, of somebody who has seen neither catalogue nor zoo."""
    row = {"wrong": 0, "right": 0, "judged": 0, "located": 0, "named": 0}
    for work in blind.SUBMISSIONS:
        report = check_gradients(
            None, work.params, work.backward(work), network=work.network, x=work.x, target=work.target,
            penalty=work.penalty, masks=work.masks,
        )  # fmt: skip
        row["right" if work.layer is None else "wrong"] += 1
        row["judged"] += report.verdict == ("correct" if work.layer is None else "wrong")
        row["located"] += report.layer == work.layer
        row["named"] += report.cause is not None
    print(row, flush=True)
    return row


def verdicts(count: int) -> list[dict[str, Any]]:
    """What ours says of correct gradients."""
    rows: dict[tuple[str, bool], Counter[str]] = defaultdict(Counter)
    for seed in range(count):
        right = zoo.correct(seed)
        for known in (True, False) if right.scale == 1 else (False,):
            loss = lambda p, r=right: r.scale * r.case.loss(p)
            report = report_on(right.case, known, loss)
            rows["float32" if right.condition == "float32" else "float64", known][report.verdict] += 1
            rows["accused", known]["accused"] += report.cause is not None
    found = [{"precision": name, "network known": known, **counts} for (name, known), counts in rows.items()]
    print(found, flush=True)
    return found


def by_differences(case: zoo.Case, method: Any, step: float, params: dict) -> dict:
    """The gradient of somebody who hands in differences instead."""
    return {n: method(lambda v, n=n: case.loss({**params, n: v}), params[n], step) for n in params}


def differences() -> list[dict[str, Any]]:
    """How many gradients by differences are recognized: from the numbers alone, and when the function is given."""
    found = []
    for method in (central_difference, forward_difference):
        for step in (1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 3e-6):
            row = {"method": method.__name__, "step": step, "cases": 0, "numbers": 0, "function": 0}
            for architecture in zoo.ARCHITECTURES:
                case = zoo.network_and_batch(architecture, 11)

                gradient = partial(by_differences, case, method, step)
                row["cases"] += 1
                for way, grads in (("numbers", gradient(case.params)), ("function", gradient)):
                    cause = check_gradients(case.loss, case.params, grads).cause
                    row[way] += cause == "numerical-gradient"
            found.append(row)
            print(row, flush=True)
    return found


class Benchmark(NamedTuple):
    """A network with one hidden layer of tanh, and a batch of 16."""

    sizes: tuple[int, int, int]
    network: Network
    params: dict
    x: np.ndarray
    labels: np.ndarray
    grads: dict

    @property
    def case(self) -> zoo.Case:
        y = one_hot(self.labels, self.sizes[-1])
        return zoo.Case(None, self.network, self.params, self.x, y, None, None, self.grads)


def benchmark(sizes: tuple[int, int, int]) -> Benchmark:
    network = Network(sizes, ("tanh", "identity"), "categorical_cross_entropy")
    rng = np.random.default_rng(0)
    params = initialize(network, rng)
    x, labels = rng.normal(size=(16, sizes[0])), rng.integers(sizes[-1], size=16)
    _, grads = backpropagation(network, params, x, one_hot(labels, sizes[-1]))
    return Benchmark(sizes, network, params, x, labels, grads)


def contestants(b: Benchmark) -> dict[str, Callable[[], int | None]]:
    """Each checks the right gradient; those that know say how often they evaluated the loss."""
    case, entries = b.case, sum(v.size for v in b.params.values())
    tensors = [torch.tensor(v, requires_grad=True) for v in b.params.values()]
    inputs, targets = torch.tensor(b.x), torch.tensor(b.labels)

    def torch_loss(*values: torch.Tensor) -> torch.Tensor:
        W1, b1, W2, b2 = values
        return torch.nn.functional.cross_entropy(torch.tanh(inputs @ W1 + b1) @ W2 + b2, targets)

    def jax_loss(params: dict) -> jax.Array:
        logits = jnp.tanh(b.x @ params["W1"] + params["b1"]) @ params["W2"] + params["b2"]
        return -jnp.mean(jax.nn.log_softmax(logits)[jnp.arange(16), b.labels])

    def ours_full() -> int:
        return _passed(check_gradients(None, b.params, b.grads, network=b.network, x=b.x, target=case.target))

    def ours_alone(full: bool) -> int:
        return _passed(check_gradients(case.loss, b.params, b.grads, full=full))

    def torch_full(fast: bool) -> int:
        torch.autograd.gradcheck(torch_loss, tensors, fast_mode=fast)
        return 2 * (len(tensors) if fast else entries)

    def jax_one() -> None:
        check_grads(
            jax.jit(jax_loss), ({k: jnp.asarray(v) for k, v in b.params.items()},), order=1, modes=("rev",)
        )

    def scipy_full() -> int:
        approx_fprime(_flat(b.params), lambda v: case.loss(_unflat(case, v)))
        return 1 + entries

    return {
        "bplib": ours_full,
        "bplib, loss alone": lambda: ours_alone(True),
        "PyTorch": lambda: torch_full(False),
        "SciPy": scipy_full,
        "bplib, in samples": lambda: ours_alone(False),
        "PyTorch, fast": lambda: torch_full(True),
        "JAX": jax_one,
    }


def _passed(report: Any) -> int:
    if not report.passed:
        raise RuntimeError(f"a correct gradient did not pass: {report}")
    return int(report.evaluations)


#: Those that look at every entry; the others take sums or one random direction.
FULL = ("bplib", "bplib, loss alone", "PyTorch", "SciPy")


def speed() -> list[dict[str, Any]]:
    """Seconds of a check, side by side in this process: the best of three, or of one where it takes long."""
    found = []
    for sizes, rounds in (((64, 32, 10), 3), ((784, 128, 10), 1)):
        for name, check in contestants(benchmark(sizes)).items():
            seconds, evaluations = [], None
            for _ in range(rounds):
                start = time.perf_counter()
                evaluations = check()
                seconds.append(time.perf_counter() - start)
            row = {
                "network": "-".join(map(str, sizes)), "name": name, "every entry": name in FULL,
                "seconds": round(min(seconds), 4), "evaluations": evaluations,
            }  # fmt: skip
            found.append(row)
            print(row, flush=True)
    return found


def search() -> list[dict[str, int]]:
    """Evaluations of the loss until one wrong entry is found and shown, for layers of n times n entries."""
    found = []
    for n in (10, 32, 100, 316, 1000):
        rng = np.random.default_rng(n)
        x, target, W = rng.normal(size=(8, n)), rng.normal(size=(8, n)), rng.normal(size=(n, n)) / np.sqrt(n)
        a = np.tanh(x @ W)
        right = x.T @ ((a - target) * (1 - a**2)) / 8
        wrong, place = right.copy(), (int(rng.integers(n)), int(rng.integers(n)))
        wrong[place] += 0.01 * np.abs(right).max()
        report = check_gradients(
            lambda p, x=x, y=target: float(((np.tanh(x @ p["W"]) - y) ** 2).sum() / 16),
            {"W": W}, {"W": wrong}, full=False,
        )  # fmt: skip
        if [entry.index for entry in report.tensors[0].worst] != [place]:
            raise RuntimeError(f"the wrong entry is {place}, but the report says: {report}")
        found.append({"entries": n * n, "evaluations": report.evaluations})
        print(found[-1], flush=True)
    return found


def main() -> None:
    warnings.simplefilter("ignore")
    np.seterr(all="ignore")
    versions = {"torch": torch.__version__, "jax": jax.__version__, "scipy": scipy.__version__}
    record(
        TARGET,
        versions,
        {
            "speed": speed(),
            "search": search(),
            "named": named(),
            "blind": blindly(),
            "verdicts": verdicts(CORRECT_OURS),
            "differences": differences(),
            "wrong": table(wrong_cases()),
            "correct": table(correct_cases(CORRECT)),
        },
    )


if __name__ == "__main__":
    main()
