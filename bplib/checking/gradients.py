r"""Is a gradient right, and if not, what is the mistake?

The way of a gradient: what has to hold before anything is compared (`preconditions`); who says what is right (`witnesses`: the
tape, and where a loss cannot be recorded, differences and the complex step); the `rule`; what was seen by it (`examination`);
why it is wrong (`diagnosis`); and what is said (`report`). Each knows only those before it.

A verdict needs evidence. "Correct" is said if a wrong gradient would have been seen, "wrong" if nothing can excuse it, and
what is left is undecided.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from bplib.automatic_differentiation import NotRecorded
from bplib.checking.diagnosis.causes import IN_GRADIENTS
from bplib.checking.diagnosis.explanation import Case, Explanation, explained
from bplib.checking.diagnosis.mistakes import Problem, same_loss
from bplib.checking.examination.looks import Look, examined
from bplib.checking.examination.recorded import Contradicted, Testimony, disputed, looked, testify
from bplib.checking.limits import OutOfTime, look, within
from bplib.checking.preconditions import Refused, checked_gradients, checked_loss, checked_params
from bplib.checking.report.gradient_report import GradientReport, refusal, report_on
from bplib.checking.rule import CORRECT, UNDECIDED, WRONG
from bplib.checking.structure import ALONE, builder, leaves
from bplib.checking.witnesses.recorder import MEMORY
from bplib.checking.witnesses.slopes import Loss, Slopes, Term
from bplib.network import Network
from bplib.types import Array, Parameters, Penalty

Given = Any | Callable[[Any], Any]


@np.errstate(all="ignore")
def check_gradients(
    loss: Loss | None,
    params: Any,
    grads: Given,
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
    seconds: float | None = None,
    memory: int = MEMORY,
) -> GradientReport:
    """Judge a gradient against the loss that it belongs to.

    Parameters
    ----------
    loss
        ``loss(params)`` gives one real number. None where ``network`` or ``parts`` say what it is.
    params
        Arrays of floats by name, a single array or number, or dictionaries, lists and tuples of them. They are never
        changed. A report names each by its path, such as ``layers[0].W``.
    grads
        The same structure with the gradient for each; or the function of the parameters that computes it, which is then
        called twice to see whether it gives the same again, and at another point where that tells two mistakes apart.
    network, x, target, penalty, masks
        The bplib network that the loss is that of, with its batch: see `bplib.backpropagation.backpropagation`. It lets the
        check name mistakes in terms of layers. If the loss is not the network's, the report says so.
    parts
        The terms of the loss by name, each like ``loss``: they are differentiated apart, so that a large one does not
        cover up a small one.
    samples
        The size of the batch; known from ``x`` where that is given.
    mistakes
        What a typical mistake would yield here: a name of `bplib.checking.diagnosis.causes.IN_GRADIENTS` and the gradients. It is named when it
        reproduces the given ones.
    full
        Whether to look at every entry where the loss cannot be recorded; by default, unless there are more than 10,000. A
        report on samples says what they could have missed. With a record every entry is looked at.
    seed
        Chooses the samples: another seed, another sample.
    seconds
        A limit: what is known by then is reported, as it is when you interrupt the check.
    memory
        Bytes that a record of the loss may hold; a larger one is given up, and differences go on alone.

    Returns
    -------
    GradientReport
        With ``verdict``, ``passed``, ``cause``, ``where``, ``candidates``, and a text and a picture of what is wrong.

    Raises
    ------
    ValueError, TypeError
        If ``params`` holds no array of numbers, or the loss gives anything but one finite real number. What is wrong with the
        *gradient* never raises, nor do parameters of whole numbers or a loss that is random: they are in the report.
    """
    _require_one_source(loss, network, x, target, parts)
    with within(seconds):
        calls = _Calls()
        try:
            trusted, build = checked_params(params), builder(params)
            foreseen = _foreseen(mistakes or {}, trusted)
            problem = None
            if network is not None and x is not None and target is not None:
                x, target = network.check_data(x, target)
                network.check(trusted)
                problem = Problem(network, trusted, x.astype(float), target.astype(float), penalty, masks)
                samples = len(x)
            pieces: dict[str, Loss] = dict(parts) if parts else {"the loss": loss} if loss is not None else {}
            terms = [calls.term(piece, trusted, build, name) for name, piece in pieces.items()]
            own = (
                []
                if problem is None
                else [calls.term(f, trusted, build, n) for n, f in problem.terms().items()]
            )
            before = calls.made
            given, returned = checked_gradients(grads, trusted, build, params)
            inside = calls.made - before
        except Refused as refused:
            return refusal(refused.cause, refused.message)
        except (KeyboardInterrupt, OutOfTime) as end:
            return GradientReport(
                UNDECIDED, None, (), (), (f"{_stop(end)} before anything was known",), calls.made
            )
        notes = []
        if problem is not None and terms and not same_loss(sum_of(terms), problem):
            notes.append("the loss is not that of the network, so the network is set aside")
            problem = None
        terms = own if problem is not None else terms
        stopped = ""
        looks: dict[str, Look] = {}
        testimony: Testimony | None = None
        try:
            try:
                testimony = testify(terms, trusted, memory)
                looks, more = looked(testimony, given)
                notes += more
                if unheard := [
                    n
                    for n in trusted
                    if all(record.leaves[n] not in record.needed for record in testimony.records)
                ]:
                    notes.append(
                        f"The loss does not depend on {', '.join(unheard)}: does it use a variable from outside instead?"
                    )
            except NotRecorded as reason:
                notes.append(
                    f"The loss cannot be recorded: it uses {reason}. Differences judged it without a record"
                )
                examined(Slopes(terms, trusted), given, full, np.random.default_rng(seed), looks)
                if isinstance(reason, Contradicted):
                    looks = disputed(looks, reason.slopes)
        except (KeyboardInterrupt, OutOfTime) as end:
            stopped = _stop(end)
            notes.append(f"{stopped} before every parameter was looked at: what stands here is what is known")
        case = Case(
            given=given,
            looks=looks,
            params=trusted,
            returned=returned,
            level=calls.level,
            outside=calls.outside,
            evaluations_inside=inside,
            problem=problem,
            testimony=testimony,
            samples=samples,
            foreseen=foreseen,
            again=None if not callable(grads) else (lambda at: checked_gradients(grads, at, build)[0]),
            terms=terms,
            parts=tuple(pieces) if parts else (),
        )
        verdict = _overall(case, stopped)
        try:
            explanation = explained(verdict, case)
        except (KeyboardInterrupt, OutOfTime) as end:
            explanation = Explanation(notes=(f"{_stop(end)} before the search for the mistake was over",))
        return report_on(verdict, case, explanation, tuple(notes), calls.made)


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
        lambda params: np.sum(dy * function(params[ALONE])),
        {ALONE: x},
        lambda params: {ALONE: backward(dy, params[ALONE])},
    )


class _Calls:
    """How often the losses were called, what they add up to at the point, and how often they had no value beside it."""

    def __init__(self) -> None:
        self.made, self.level, self.outside = 0, 0.0, 0

    def term(
        self, loss: Loss, params: Parameters, build: Callable[[Mapping[str, Any]], Any], name: str
    ) -> Term:
        """A term of the loss, as it was given and as a trusted function of parameters by path."""

        def counted(at: Any) -> Any:
            self.made += 1
            look()
            return loss(at)

        checked, level = checked_loss(counted if callable(loss) else loss, params, build, name)
        self.level += level

        def valued(at: Parameters) -> float:
            value = checked(at)
            self.outside += not np.isfinite(value)
            return value

        return Term(lambda flat: counted(build(flat)), valued)


def _stop(end: BaseException) -> str:
    return str(end) or "the check was interrupted"


def sum_of(terms: Sequence[Term]) -> Callable[[Parameters], float]:
    """The whole loss."""
    return lambda at: sum(term.checked(at) for term in terms)


def _require_one_source(loss: Any, network: Any, x: Any, target: Any, parts: Any) -> None:
    if network is not None and (x is None or target is None):
        raise ValueError("network is given without its batch: pass x= and target= as well.")
    if loss is None and network is None and not parts:
        raise ValueError(
            "there is no loss: pass a function of the parameters, network= with its batch, or parts=."
        )


def _foreseen(mistakes: Mapping[str, Any], params: Parameters) -> dict[str, dict[str, Array]]:
    found = {}
    for name, gradients in mistakes.items():
        if name not in IN_GRADIENTS:
            raise ValueError(f"there is no mistake {name!r}, expected one of {', '.join(IN_GRADIENTS)}.")
        found[name] = dict(leaves(gradients))
        if missing := [path for path in params if path not in found[name]]:
            raise ValueError(f"the mistake {name!r} says nothing of {', '.join(missing)}.")
    return found


def _overall(case: Case, stopped: str) -> str:
    verdicts = {look.verdict for look in case.looks.values()}
    if stopped or not verdicts:
        verdicts.add(UNDECIDED)
    return next(v for v in (WRONG, UNDECIDED, CORRECT) if v in verdicts)
