"""What an output should be, from the judge's own inputs and trusted functions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from bplib.automatic_differentiation import NotRecorded
from bplib.checking.examination.doubts import NUDGE, NUDGES, SHARE, jumping, nudged
from bplib.checking.examination.looks import Look
from bplib.checking.examination.recorded import looked, testify
from bplib.checking.judging.check import Check, Gradient, Value, call_with_named, with_named
from bplib.checking.judging.draws import Inputs
from bplib.checking.judging.results import pick
from bplib.checking.rule import KNOWN
from bplib.checking.structure import builder, leaves
from bplib.checking.witnesses.differences import Estimate, gradient_estimate
from bplib.checking.witnesses.recorder import MEMORY
from bplib.checking.witnesses.slopes import Term
from bplib.types import Array


def truth(check: Check, output: Value | Gradient, trusted: Inputs) -> Any:
    """A value, an `Estimate`, or a dictionary of estimates."""
    with np.errstate(all="ignore"):
        if isinstance(output, Value):
            assert check.answer is not None, "every check of values has an answer"
            return pick(check, output, call_with_named(check.answer, trusted))
        return slope(output, trusted)


def slope(output: Gradient, trusted: Inputs) -> Any:
    """The gradient by differences of the trusted loss: an `Estimate`, or a dictionary of them."""
    with np.errstate(all="ignore"):
        path = output.wrt.split(".")
        target = trusted
        for name in path:
            target = target[name]
        if isinstance(target, dict):
            return {name: _slope(output, trusted, [*path, name], value) for name, value in target.items()}
        return _slope(output, trusted, path, target)


def confirmed(output: Gradient, trusted: Inputs, given: Any) -> Any:
    """The truth once more, for a result that differences call wrong: by the tape, which knows more digits and every kink.

    At a kink it is the right gradient that comes nearest to the given one; what the tape cannot settle is not known. Where the
    trusted loss cannot be recorded, the uncertainty is widened where small changes of the inputs make a slope jump.
    """
    flat, term, build = recordable(output, trusted)
    try:
        testimony = testify([term], flat, MEMORY)
        looks, _ = looked(testimony, {path: np.asarray(value) for path, value in leaves(given)})
    except (NotRecorded, KeyError, ValueError):
        return _beside(output, trusted)
    return build({path: _known(look) for path, look in looks.items()})


def leaves_open(known: Any) -> bool:
    """Whether differences leave an entry open: they met a kink, or came near one."""
    if isinstance(known, dict):
        return any(map(leaves_open, known.values()))
    if not isinstance(known, Estimate) or not known.value.size:
        return False
    return bool((known.kinks | (known.uncertainty > KNOWN * np.abs(known.value).max())).any())


def recordable(
    output: Gradient, trusted: Inputs
) -> tuple[dict[str, Array], Term, Callable[[Mapping[str, Any]], Any]]:
    """What a gradient is taken by, flat by path; its loss as a function of that; and what puts it back together."""
    head, *rest = output.wrt.split(".")
    at = trusted[head]
    for name in rest:
        at = at[name]
    loss, build = with_named(output.loss, trusted), builder(at)

    def of(flat: Mapping[str, Any]) -> Any:
        return loss(**{head: _replaced(trusted[head], rest, build(flat))})

    return (
        {path: np.array(value, dtype=float) for path, value in leaves(at)},
        Term(of, lambda flat: float(of(flat))),
        build,
    )


def _known(look: Look) -> Estimate:
    excused = look.excused is not None
    right = look.right.reshaped(look.full.shape)
    return right._replace(uncertainty=np.full(look.full.shape, np.inf)) if excused else right


def _beside(output: Gradient, trusted: Inputs) -> Any:
    base = slope(output, trusted)
    moved = [
        [
            slope(output, _nudged(trusted, np.random.default_rng(seed), size))
            for size in (NUDGE, NUDGE / SHARE)
        ]
        for seed in range(NUDGES)
    ]
    if isinstance(base, dict):
        return {name: _widened(base[name], [(far[name], near[name]) for far, near in moved]) for name in base}
    return _widened(base, [(far, near) for far, near in moved])


def _widened(here: Estimate, pairs: list[tuple[Estimate, Estimate]]) -> Estimate:
    """Less certain by the jump where a slope jumps: a kink is as near as that, and every slope between is right."""
    excess = np.zeros(here.value.shape)
    for far, near in pairs:
        excess = np.maximum(excess, np.where(jumping(here, far, near), np.abs(near.value - here.value), 0.0))
    return here._replace(uncertainty=here.uncertainty + 2 * excess, kinks=here.kinks | (excess > 0))


def _nudged(value: Any, rng: np.random.Generator, size: float) -> Any:
    if isinstance(value, dict):
        return {name: _nudged(item, rng, size) for name, item in value.items()}
    if isinstance(value, np.ndarray) and value.dtype == np.float64 and not np.isin(value, (0.0, 1.0)).all():
        # Arrays of zeros and ones are left alone: masks and one-hot rows must stay what they are.
        return nudged({"": value}, rng, size)[""]
    return value


def _slope(output: Gradient, trusted: Inputs, path: list[str], at: Any) -> Estimate:
    loss, (head, *rest) = with_named(output.loss, trusted), path
    return gradient_estimate(lambda x: loss(**{head: _replaced(trusted[head], rest, x)}), at)


def _replaced(there: Any, path: list[str], value: Any) -> Any:
    return {**there, path[0]: _replaced(there[path[0]], path[1:], value)} if path else value
