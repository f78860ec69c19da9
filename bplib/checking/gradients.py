r"""Is a gradient right, and if not, what is the mistake?

Every entry is compared with a difference of the loss that knows its own uncertainty (`bplib.checking.witnesses.differences`), by the
one rule of this package (`bplib.checking.rule`). Large parameters are looked at in samples (`bplib.checking.examination.sampling`).
Before an entry is called wrong, kinks are ruled out (`bplib.checking.examination.kinks`); what a difference cannot decide is decided
without one, where that is possible (`bplib.checking.witnesses.complex_step`).

Why it is wrong is found in two ways: from the relation between the two gradients (`bplib.checking.diagnosis.relations`), and, where
the network is known, by computing what each mistake would yield (`bplib.checking.diagnosis.mistakes`). A cause is named when it
reproduces all wrong numbers and no other does.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from bplib.backpropagation import backpropagation
from bplib.checking.diagnosis.causes import CAUSES
from bplib.checking.examination.looks import examined
from bplib.checking.diagnosis.explanation import Seen, differs, factor, made_of_differences, why
from bplib.checking.report.gradient_report import CORRECT, UNDECIDED, WRONG, GradientReport, TensorReport
from bplib.checking.diagnosis.mistakes import Problem
from bplib.checking.preconditions import Refused, checked_gradients, checked_loss, checked_params
from bplib.checking.witnesses.slopes import Loss, Slopes, Term
from bplib.network import Network
from bplib.overfitting import Penalty
from bplib.types import Array, Parameters

Given = Mapping[str, Array] | Callable[[Parameters], Mapping[str, Array]]


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
    mistakes: Mapping[str, Mapping[str, Array]] | None = None,
    full: bool | None = None,
    seed: int = 0,
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
    mistakes
        What a typical mistake would yield here: a name of `bplib.checking.diagnosis.causes.CAUSES` and the gradients. It is named when it
        reproduces the given ones.
    full
        Whether to look at every entry; by default, unless there are more than 10,000 (300,000 for a known network). A report on samples says what they
        could have missed, and with what chance.
    seed
        Chooses the samples: another seed, another sample.

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
        params, grads, loss = {"x": params}, _single(grads), _of_single(loss)
    try:
        trusted = checked_params(params)
        _require_one_source(loss, network, x, target, parts)
        _require_known(mistakes or {}, params)
        calls = _Calls()
        pieces = dict(parts) if parts else {"loss": loss} if loss is not None else {}
        terms = [Term(piece, calls.counted(checked_loss(piece, params, n))) for n, piece in pieces.items()]
        problem = None
        if network is not None and x is not None and target is not None:
            x, target = network.check_data(x, target)
            network.check(params)
            problem = Problem(network, trusted, x.astype(float), target.astype(float), penalty, masks)
            samples = len(x)
        before = calls.made
        given, returned = checked_gradients(grads, params)
        inside = calls.made - before
    except Refused as refused:
        return GradientReport(WRONG, refused.cause, (), (), (refused.message,), 0)
    notes = []
    if problem is not None and terms and not _same_loss(terms, problem):
        notes.append("the loss is not that of the network, so the network is set aside")
        problem = None
    slopes = Slopes(terms, trusted, problem)
    looks = examined(slopes, given, full, np.random.default_rng(seed))
    tensors = {name: look.report() for name, look in looks.items()}
    verdict = _overall(tensors)
    cause: str | None = None
    candidates: tuple[str, ...] = ()
    layer: int | None = None
    notes += [note for look in looks.values() if (note := look.sampling())]
    size = sum(value.size for value in trusted.values())
    # A gradient that is all rounding consists of whole steps of the loss as well: undecided, it is no evidence.
    proven = differs(returned, given) or (verdict != UNDECIDED and made_of_differences(given, slopes.level))
    if proven or (verdict == CORRECT and inside > size):
        cause = "numerical-gradient"
        quality = "right" if verdict == CORRECT else "rough"
        notes.append(f"these numbers are differences of the loss: {quality}, but not backpropagation")
    elif verdict == WRONG:
        wrong = {
            n: Seen(given[n], look.given, look.right)
            for n, look in looks.items()
            if tensors[n].verdict == WRONG
        }
        cause, candidates, layer = why(given, wrong, problem, samples, mistakes or {})
        if cause is None and (times := factor(wrong)) is not None:
            notes.append(f"every wrong number is {times:.4g} times what it should be")
    return GradientReport(
        verdict, cause, candidates, tuple(tensors.values()), tuple(notes), slopes.evaluations, layer
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


def _require_known(mistakes: Mapping[str, Mapping[str, Array]], params: Parameters) -> None:
    for name, gradients in mistakes.items():
        if name not in CAUSES:
            raise ValueError(f"there is no mistake {name!r}, expected one of {', '.join(CAUSES)}.")
        if missing := sorted(set(params) - set(gradients)):
            raise ValueError(f"the mistake {name!r} says nothing of {', '.join(missing)}.")


def _same_loss(terms: Sequence[Term], problem: Problem) -> bool:
    """Whether the loss agrees with the network's, at the point and at two random points nearby."""
    rng = np.random.default_rng(0)
    for size in (0.0, 1e-2, 1e-1):
        moved = {n: v + size * rng.normal(size=v.shape) for n, v in problem.params.items()}
        theirs = sum(term.checked(moved) for term in terms)
        ours, _ = backpropagation(
            problem.network, moved, problem.x, problem.target, problem.penalty, problem.masks
        )
        if not np.isclose(theirs, ours, rtol=1e-9, atol=0):
            return False
    return True


def _overall(tensors: Mapping[str, TensorReport]) -> str:
    verdicts = {tensor.verdict for tensor in tensors.values()}
    return next(v for v in (WRONG, UNDECIDED, CORRECT) if v in verdicts)
