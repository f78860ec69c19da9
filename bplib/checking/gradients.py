r"""Is a gradient right, and if not, what is the mistake?

Every entry is compared with a numerical gradient that knows its own uncertainty (`bplib.checking.differences`). No
threshold is chosen: an entry is wrong when it lies outside the uncertainty of the difference and the rounding of its own
precision, and a tensor is undecided when the uncertainty is as large as what it should decide.

Why it is wrong is found in two ways: from the relation between the two gradients (`bplib.checking.relations`), and, where
the network is known, by computing what each mistake would yield (`bplib.checking.mistakes`). A cause is named when it
reproduces all wrong numbers and no other does.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from bplib.backpropagation import backpropagation
from bplib.checking.differences import Estimate, estimate, gradient_estimate
from bplib.checking.explanation import factor, made_of_differences, why
from bplib.checking.gradient_report import CORRECT, UNDECIDED, WRONG, Entry, GradientReport, TensorReport
from bplib.checking.mistakes import Problem
from bplib.checking.preconditions import Refused, checked_gradients, checked_loss, checked_params
from bplib.checking.relations import precision
from bplib.checking.sweeps import Sweeps
from bplib.network import Network
from bplib.overfitting import Penalty
from bplib.types import Array, Parameters

Loss = Callable[[Parameters], float]
Given = Mapping[str, Array] | Callable[[Parameters], Mapping[str, Array]]

#: A bound this small relative to the largest slope decides every mistake that anyone makes.
GOOD = 1e-7
#: An entry whose bound is above this share of the largest slope is not known.
KNOWN = 1e-3
#: An error that is this small next to the largest slope of all is none.
NEXT_TO_NOTHING = 1e-6
#: Entries shown for each tensor.
WORST = 3
#: Moving all parameters by this share shows whether a difference sat on kinks that cancel each other.
NUDGE, NUDGES = 1e-5, 16
#: Activation functions without a kink.
SMOOTH = {"identity", "sigmoid", "tanh", "softmax"}
#: Only a kink changes a slope by more than this share when the parameters move by a hundred-thousandth.
JUMP = 1e-2


def check_gradients(
    loss: Loss | None,
    params: Parameters | Array,
    grads: Given | Array,
    *,
    network: Network | None = None,
    x: Array | None = None,
    target: Array | None = None,
    penalty: Penalty | None = None,
    masks: Sequence[Array | None] | None = None,
    parts: Mapping[str, Loss] | None = None,
    samples: int | None = None,
) -> GradientReport:
    """Judge a gradient against the loss that it belongs to.

    Parameters
    ----------
    loss
        ``loss(params)`` gives one real number. None where ``network`` or ``parts`` say what it is.
    params
        Named arrays of floats, or a single array. They are never changed.
    grads
        An array of the same name and shape for each parameter; or the function of the parameters that computes them,
        which is then called twice to see whether it gives the same again.
    network, x, target, penalty, masks
        The bplib network that the loss is that of, with its batch: see `bplib.backpropagation.backpropagation`. It makes
        the check fast and lets it name mistakes inside the network. If the loss is not the network's, the report says so.
    parts
        The terms of the loss by name, each like ``loss``: they are differentiated apart, so that a large one does not
        cover up a small one.
    samples
        The size of the batch; known from ``x`` where that is given.

    Returns
    -------
    GradientReport
        With ``verdict``, ``passed``, ``cause``, ``candidates``, and a text and a picture of what is wrong.

    Raises
    ------
    ValueError, TypeError
        If ``params`` is empty, nested or no array, or the loss gives anything but one finite real number. What is wrong
        with the *gradient* never raises: it is in the report.
    """
    if not isinstance(params, Mapping):
        params, grads = {"x": params}, _single(grads)
        loss = _of_single(loss)
    try:
        trusted = checked_params(params)
        _require_one_source(loss, network, x, target, parts)
        if parts:
            pieces = dict(parts)
        elif loss is not None:
            pieces = {"loss": loss}
        else:
            pieces = {}
        calls = _Calls()
        pieces = {name: calls.counted(checked_loss(piece, params, name)) for name, piece in pieces.items()}
        problem = None
        if network is not None and x is not None and target is not None:
            x, target = network.check_data(x, target)
            network.check(params)
            problem = Problem(network, trusted, x.astype(float), target.astype(float), penalty, masks)
            samples = len(x)
        before = calls.made
        given = checked_gradients(grads, params)
        inside = calls.made - before
    except Refused as refused:
        return GradientReport(WRONG, refused.cause, (), (), (refused.message,), 0)
    notes = []
    if problem is not None and pieces and not _same_loss(pieces, problem):
        notes.append("the loss is not that of the network, so the network is set aside")
        problem = None
    truth, evaluations = _truth(pieces, trusted, problem, calls)
    level = _level(pieces, trusted, problem)
    top, natural = _top(truth), _natural(level, trusted, problem)
    tensors = {name: _judged(name, given[name], truth[name], top, natural) for name in trusted}
    kinked = problem is None or not SMOOTH.issuperset(problem.network.activations)
    if doubted := [name for name, tensor in tensors.items() if kinked and tensor.verdict == WRONG]:
        truth, more = _off_kinks(pieces, trusted, problem, truth, doubted, calls)
        tensors |= {name: _judged(name, given[name], truth[name], top, natural) for name in doubted}
        evaluations += more
    verdict = _overall(tensors)
    cause: str | None = None
    candidates: tuple[str, ...] = ()
    layer: int | None = None
    if verdict == WRONG:
        cause, candidates, layer = why(given, truth, tensors, problem, samples)
        if cause is None and (times := factor(given, truth, tensors)) is not None:
            notes.append(f"every wrong number is {times:.4g} times what it should be")
    size = sum(value.size for value in trusted.values())
    if verdict == CORRECT and (inside > size or made_of_differences(given, level)):
        cause = "numerical-gradient"
        notes.append("these numbers are differences of the loss: right, but not backpropagation")
    return GradientReport(
        verdict, cause, candidates, tuple(tensors.values()), tuple(notes), evaluations, layer
    )


def check_backward(
    function: Callable[[Array], Array],
    backward: Callable[[Array, Array], Array],
    x: Array,
    upstream: Array | None = None,
) -> GradientReport:
    """Judge the backward pass of a function with any number of outputs.

    Parameters
    ----------
    function
        ``function(x) -> y``.
    backward
        ``backward(dy, x) -> dx``: takes the gradient with respect to the output, gives that with respect to ``x``.
    x
        Where; any shape.
    upstream
        ``dy``, shaped like the output; drawn at random when it is not given.
    """
    y = np.asarray(function(np.array(x, dtype=float)))
    dy = np.random.default_rng(0).normal(size=y.shape) if upstream is None else np.asarray(upstream)
    if dy.shape != y.shape:
        raise ValueError(f"upstream has shape {dy.shape}, expected that of the output, {y.shape}.")
    return check_gradients(
        lambda params: float(np.sum(dy * function(params["x"]))),
        {"x": x},
        lambda params: {"x": backward(dy, params["x"])},
    )


class _Calls:
    """How often the losses were called."""

    def __init__(self) -> None:
        self.made = 0

    def counted(self, loss: Loss) -> Loss:
        def call(params: Parameters) -> float:
            self.made += 1
            return loss(params)

        return call


def _single(grads: Any) -> Any:
    if callable(grads):
        return lambda params: {"x": grads(params["x"])}
    return grads if isinstance(grads, Mapping) else {"x": grads}


def _of_single(loss: Any) -> Any:
    return None if loss is None else (lambda params: loss(params["x"]))


def _require_one_source(loss: Any, network: Any, x: Any, target: Any, parts: Any) -> None:
    if network is not None and (x is None or target is None):
        raise ValueError("network is given without its batch: pass x= and target= as well.")
    if loss is None and network is None and not parts:
        raise ValueError(
            "there is no loss: pass a function of the parameters, network= with its batch, or parts=."
        )


def _same_loss(pieces: Mapping[str, Loss], problem: Problem) -> bool:
    """Whether the loss agrees with the network's, at the point and at two random points nearby."""
    rng = np.random.default_rng(0)
    for size in (0.0, 1e-2, 1e-1):
        moved = {n: v + size * rng.normal(size=v.shape) for n, v in problem.params.items()}
        theirs = sum(piece(moved) for piece in pieces.values())
        ours, _ = backpropagation(
            problem.network, moved, problem.x, problem.target, problem.penalty, problem.masks
        )
        if not np.isclose(theirs, ours, rtol=1e-9, atol=0):
            return False
    return True


def _truth(
    pieces: Mapping[str, Loss],
    params: Parameters,
    problem: Problem | None,
    calls: _Calls,
    names: Sequence[str] | None = None,
) -> tuple[dict[str, Estimate], int]:
    """The numerical gradient of these parameters; the terms of the loss apart, and then added."""
    names, before = names or list(params), calls.made
    with np.errstate(all="ignore"):
        if problem is None:
            found = {name: _sum([_along(piece, params, name) for piece in pieces.values()]) for name in names}
            return found, calls.made - before
        sweeps = Sweeps(problem.network, params, problem.x, problem.target, problem.masks)
        found = {name: estimate(sweeps.around(name), params[name], sweeps.centre, GOOD) for name in names}
        if problem.penalty is not None:
            # Its derivative is known in closed form, and is no part of what is under test.
            price = problem.penalty.gradient(params)
            found = {name: _sum([e, Estimate(price[name], 0 * e.value, 0.0)]) for name, e in found.items()}
        return found, sweeps.evaluations


def _along(piece: Loss, params: Parameters, name: str) -> Estimate:
    return gradient_estimate(lambda value: piece({**params, name: value}), params[name], GOOD)


def _sum(estimates: Sequence[Estimate]) -> Estimate:
    """The estimate of a sum, from those of its terms."""
    sizes = [float(np.abs(e.value).max(initial=0.0)) for e in estimates]
    return Estimate(
        value=np.sum([e.value for e in estimates], axis=0),
        uncertainty=np.sum([e.uncertainty for e in estimates], axis=0),
        negligible=sum(e.negligible for e in estimates),
        kinks=np.any([np.broadcast_to(e.kinks, e.value.shape) for e in estimates], axis=0),
        smallest=np.full_like(estimates[0].value, min(filter(None, sizes), default=0.0)),
    )


def _top(truth: Mapping[str, Estimate]) -> float:
    return max(float(np.abs(e.value).max(initial=0.0)) for e in truth.values())


def _level(pieces: Mapping[str, Loss], params: Parameters, problem: Problem | None) -> float:
    """The loss at the point."""
    if problem is None:
        return float(sum(piece(params) for piece in pieces.values()))
    value, _ = backpropagation(
        problem.network, params, problem.x, problem.target, problem.penalty, problem.masks
    )
    return float(value)


def _natural(level: float, params: Parameters, problem: Problem | None) -> float:
    """The slope that a loss of this size would have if it came from numbers of this size: the scale of rounding."""
    size = np.sqrt(np.mean(np.concatenate([np.ravel(v) for v in params.values()]) ** 2))
    natural = float(abs(level) / size) if size else abs(level)
    if problem is None:
        return natural
    # Prediction minus target is rounded like the target, even where the two agree and the loss is nearly zero.
    return max(natural, float(np.abs(problem.target).max()) / len(problem.target))


def _tolerance(given: Array, truth: Estimate, top: float, natural: float) -> Array:
    """Uncertainty of the difference, half of the digits of the entry, and rounding of what was added up to it.

    Half of the digits are lost by an algorithm that is still fit for use: exponentials, differences of near numbers.
    """
    eps, size = precision(given), np.abs(truth.value)
    if truth.smallest is not None:
        size = np.minimum(size, truth.smallest)
    return truth.uncertainty + np.sqrt(eps) * size + 64 * eps * max(top, natural)


def _judged(name: str, given: Array, truth: Estimate, top: float, natural: float) -> TensorReport:
    tolerance = _tolerance(given, truth, top, natural)
    error = np.abs(given.astype(np.float64) - truth.value)
    wrong = error > tolerance
    if wrong.any():
        verdict = WRONG
    else:
        # A tensor is known by its own size, or by being small next to the others; one that is given as zero is known
        # only where the loss does not move at all. Single precision knows less, and says so less often.
        own = float(np.abs(truth.value).max(initial=0.0))
        enough = max(
            max(KNOWN, precision(given) ** 0.25) * own, NEXT_TO_NOTHING * top if given.any() else 0.0
        )
        known = (tolerance <= enough) | truth.kinks
        flat = own == 0 and not given.any()
        verdict = CORRECT if flat or known.mean() > 0.5 else UNDECIDED
    units = np.where(
        np.isfinite(tolerance) & (tolerance > 0), error / np.where(tolerance > 0, tolerance, 1.0), 0.0
    )
    order = np.argsort(-units, axis=None)[:WORST]
    worst = tuple(
        Entry(
            tuple(int(i) for i in np.unravel_index(k, error.shape)),
            float(given.flat[k]),
            float(truth.value.flat[k]),
            float(units.flat[k]),
        )
        for k in order
        if wrong.flat[k]
    )
    return TensorReport(name, verdict, int(wrong.sum()), given.size, worst, units)


def _off_kinks(
    pieces: Mapping[str, Loss],
    params: Parameters,
    problem: Problem | None,
    truth: dict[str, Estimate],
    names: Sequence[str],
    calls: _Calls,
) -> tuple[dict[str, Estimate], int]:
    """Kinks at one and the same point can cancel in a difference; so look whether a small move makes the slope jump.

    A smooth slope moves as little as the parameters do, and stays as certain as it was.
    """
    rng = np.random.default_rng(0)
    change = {name: np.zeros_like(truth[name].value) for name in names}
    evaluations = 0
    for _ in range(NUDGES):
        moved = {
            n: v + NUDGE * (np.abs(v).max(initial=0.0) or 1.0) * rng.uniform(-1, 1, v.shape)
            for n, v in params.items()
        }
        there, made = _truth(pieces, moved, problem, calls, names)
        evaluations += made
        change = {
            name: np.maximum(change[name], np.abs(there[name].value - truth[name].value)) for name in names
        }
    widened = {}
    for name in names:
        jumps = change[name] > JUMP * np.abs(truth[name].value).max(initial=0.0)
        doubt = truth[name].uncertainty + np.where(jumps, 2 * change[name], 0.0)
        widened[name] = truth[name]._replace(uncertainty=doubt, kinks=truth[name].kinks | jumps)
    return truth | widened, evaluations


def _overall(tensors: Mapping[str, TensorReport]) -> str:
    verdicts = {tensor.verdict for tensor in tensors.values()}
    return next(v for v in (WRONG, UNDECIDED, CORRECT) if v in verdicts)
