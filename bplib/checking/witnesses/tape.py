"""The tape as a witness: record a loss, and say when the record can be believed.

Three things are asked of it, and each of them can refuse:

* The recorded program, run again at other points, gives what the loss gives there. Near points have to agree. Where a far one
  takes another branch, the record holds near the point alone, and that is enough for a derivative.
* The rule of each operation agrees with differences of that operation, at its recorded values.
* Differences of the loss itself agree along random sums of all entries and along single ones, as far as their own noise lets
  them see.

Then the chain rule gives every slope to rounding, for one walk back, however many entries there are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np

from bplib.automatic_differentiation import (
    Entry,
    Node,
    NotRecorded,
    Recorded,
    differentiable,
    filled,
    standard_rule,
)
from bplib.checking.witnesses.differences import scales
from bplib.checking.witnesses.recorder import MEMORY, Listener
from bplib.checking.witnesses.replaced import another_numpy
from bplib.checking.witnesses.replay import LONG, Diverged, Record, Rounding, needed, replayed
from bplib.types import Array, Parameters

Loss = Callable[[Any], Any]
#: Rounding differs with the order of a sum, but not by more than this many times as much.
ROUNDINGS = 64.0
#: Agreement of a replay with the loss, relative: the operations are the same, but for the order of some sums.
SAME = 1e-12
#: Points at which the record is run again: how far, and whether all entries move in proportion. The last are for domains
#: that end right beside the point.
_POINTS = (
    (1e-3, False),
    (0.5, False),
    (1e-2, True),
    (1e-6, False),
    (1e-6, True),
    (1e-8, False),
    (1e-10, False),
    (1e-8, True),
)
#: So many of them have to agree.
_ENOUGH = 2.0
#: Steps of the differences that the tape is held against, and how close is close.
_STEPS, _CLOSE = (1e-5, 1e-4, 1e-6, 1e-7, 1e-8, 1e-9), 1e-3
#: Functions that are flat but for jumps: what goes through them has no slope, and its differences have.
STAIRS = ("floor", "ceil", "rint", "round", "trunc", "fix", "floor_divide")
#: Operations of a name whose rule is tried.
_TRIED = 3


class Raised(NotRecorded):
    """The loss itself failed: there is nothing that could have been recorded."""


def recorded(
    loss: Loss, params: Parameters, memory: int = MEMORY, answers: Mapping[int, Any] | None = None
) -> Record:
    """Run the loss once on recording arrays.

    Parameters
    ----------
    loss
        Takes parameters by path, recorded ones as well as arrays.
    memory
        Bytes that the record may hold.
    answers
        Other answers to some of the questions that the loss asks, see `Listener`.

    Raises
    ------
    NotRecorded
        If it does something that the tape cannot follow; the message names it.
    """
    tape = Listener(memory, answers)
    variables = {name: tape.variable(value) for name, value in params.items()}
    leaves = {name: variable.entry.index for name, variable in variables.items()}
    try:
        with another_numpy(loss, tape), np.errstate(all="ignore"):
            result = loss(variables)
    except NotRecorded:
        raise
    except Exception as error:
        raise Raised(f"something that raised {type(error).__name__}: {error}") from error
    if not np.all(np.isfinite(np.asarray(getattr(result, "value", result), dtype=float))) and answers:
        raise Raised("a branch without a value")
    output = _output(tape, result)
    asked = [question.entry for question in tape.questions]
    return Record(tape, leaves, output, needed(tape.nodes, [output, *asked]))


def _output(tape: Listener, result: Any) -> Entry:
    if isinstance(result, Recorded) and np.size(result) == 1 and differentiable(result.value):
        return result.entry
    if isinstance(result, (float, np.ndarray)) and np.size(result) == 1:
        for value, entry in reversed(tape.left):
            if np.size(value) == 1 and float(np.reshape(value, ())) == float(np.reshape(result, ())):
                return entry
    if (
        isinstance(result, (int, float, np.ndarray))
        and np.size(result) == 1
        and not (tape.left or tape.questions)
        and not any(n.name for n in tape.nodes)
    ):
        return tape.constant(np.array(result, dtype=float)).entry  # Nothing was done to any parameter.
    raise NotRecorded("a number that leaves numpy before the end")


def believed(
    record: Record, loss: Loss, params: Parameters, spread: Rounding | None = None, beside: bool = True
) -> None:
    """Hold the recorded program against the loss, and each rule against differences.

    ``spread`` knows the rounding of the loss. It is asked where the two differ by more than the order of a sum.

    Raises
    ------
    NotRecorded
        If they disagree.
    """
    rng = np.random.default_rng(1)
    evidence, diverged = 0.0, False
    start = record.result
    spread = spread or Rounding(record)
    sizes = {name: _own(value) for name, value in params.items()}
    long = sum(value.size for value in params.values()) > LONG
    for far, together in _POINTS:
        if evidence >= _ENOUGH and (long or far < (1e-6 if diverged else 1e-3)):
            break
        at = {name: _moved(value, sizes[name], far, together, rng) for name, value in params.items()}
        try:
            there = replayed(record, at).result(record)
        except Diverged:
            diverged = True
            continue
        except Exception:  # noqa: BLE001 - out of the domain, perhaps
            continue
        wanted = _value(loss, at)
        if not np.isfinite(wanted) or not np.isfinite(there):
            continue
        loose = SAME * (abs(wanted) + abs(start))
        if abs(there - wanted) > loose:
            loose += ROUNDINGS * spread.loss
        if abs(there - wanted) <= loose:
            # Where the loss hardly moves, a value that has left would hardly show.
            evidence += 1.0 if abs(wanted - start) > 100 * loose else 0.5
        elif far < 0.1:
            raise NotRecorded("a value that comes back as a constant")
    _try_rules(record)
    if evidence >= _ENOUGH:
        return
    if not (beside and diverged):
        raise NotRecorded("a branch that changes, or a domain that ends, with every small step")
    # A branch hangs on a tie here, and on every side the loss takes another: it is recorded anew, beside the tie.
    at = {name: _moved(value, sizes[name], 1e-3, False, rng) for name, value in params.items()}
    believed(recorded(loss, at), loss, at, beside=False)


def _value(loss: Loss, at: Parameters) -> float:
    """The loss at another point, NaN where it has none."""
    try:
        with np.errstate(all="ignore"):
            return float(
                np.reshape(np.asarray(loss({name: np.array(value) for name, value in at.items()})), ())
            )
    except (ArithmeticError, ValueError, np.linalg.LinAlgError):
        return float("nan")


def _own(value: Array, share: float = 1e-3) -> Array:
    """Each entry moves by its own size, so that one next to the edge of a domain stays inside; zeros by a share of the others'."""
    sizes = np.abs(value)
    return sizes if sizes.all() else np.where(sizes, sizes, scales(value).reshape(value.shape) * share)


def _moved(value: Array, own: Array, far: float, together: bool, rng: np.random.Generator) -> Array:
    if together:
        return value * (1 + far)
    step = rng.random(value.shape)
    step -= 0.5
    step *= 2 * far
    step *= own
    return np.add(value, step, out=np.empty_like(value))  # in the layout of the value


def _try_rules(record: Record) -> None:
    tried: dict[tuple[Any, ...], int] = {}
    failed: set[tuple[Any, ...]] = set()
    depends = record.dependent
    for index in sorted(record.needed, key=lambda index: np.size(record.tape.nodes[index].value)):
        node = record.tape.nodes[index]
        kind = (node.name, len(node.arguments), tuple(node.options))
        if not node.name or index not in depends or not differentiable(node.value):
            continue
        if tried.get(kind, 0) >= (_TRIED if kind in failed else 1):
            continue
        tried[kind] = tried.get(kind, 0) + 1
        if all(_holds(record, node, k) for k in _edges(record, node, depends)):
            failed.discard(kind)
            tried[kind] = _TRIED
        else:
            failed.add(kind)
    if failed:
        raise NotRecorded(f"np.{min(failed, key=str)[0]}, whose rule does not hold here")


def _holds(record: Record, node: Node, k: int) -> bool:
    try:
        return _rule_holds(record, node, k)
    except NotRecorded:
        raise
    except Exception:  # noqa: BLE001 - a rule need not know every option of its function
        return False


def _edges(record: Record, node: Node, depends: frozenset[int]) -> Iterator[int]:
    for k, entry in enumerate(node.arguments):
        if type(entry) is Entry and entry.index in depends and differentiable(record.tape.value(entry)):
            yield k


def _rule_holds(record: Record, node: Node, k: int) -> bool:
    """Whether a rule agrees with differences of its own operation, at the recorded values or right beside them."""
    rng = np.random.default_rng(2)
    arguments = list(filled(node.arguments, record.tape.value))
    options = filled(dict(node.options), record.tape.value)
    rule = standard_rule(node, k)
    base = np.array(arguments[k], dtype=float)
    size = np.where(base != 0, np.abs(base), np.minimum(scales(base).reshape(base.shape), 1.0))
    size = np.where(np.isfinite(base), size, 0.0)  # What is masked by infinity does not move.
    for nudge in (0.0, 1e-4):  # On a kink a rule holds right beside it.
        x = base + nudge * size * rng.uniform(-1, 1, size=base.shape)
        v = size * rng.uniform(0.5, 1, size=base.shape) * rng.choice((-1.0, 1.0), size=base.shape)

        def called(at: Array) -> Array:
            return np.asarray(node.function(*arguments[:k], at, *arguments[k + 1 :], **options), dtype=float)

        with np.errstate(all="ignore"):
            y = called(x)
            d = np.where(np.isfinite(y), rng.normal(size=y.shape), 0.0)
            back = rule(d, y, *arguments[:k], x, *arguments[k + 1 :], **options)
            terms = np.broadcast_to(back, np.broadcast_shapes(np.shape(back), x.shape)) * v
            for h in (1e-4, 1e-6, 1e-8, 1e-10):
                change = np.where(np.isfinite(y), (called(x + h * v) - called(x - h * v)) / (2 * h), 0.0)
                noise = 8 * np.finfo(float).eps * np.abs(d * np.where(np.isfinite(y), y, 0.0)).sum() / h
                if abs(np.sum(d * change) - np.sum(terms)) <= 1e-4 * np.abs(terms).sum() + noise:
                    return True
    return False


def contradicted(
    record: Record,
    loss: Callable[[Parameters], float],
    params: Parameters,
    spread: Rounding,
    there: bool = False,
) -> bool:
    """Whether differences of the loss speak against the record at this point.

    Parameters
    ----------
    loss
        Gives one float for named parameters.
    params
        The point. On a kink, go beside it.
    spread
        Knows the rounding of the loss. It is asked where differences disagree.
    there
        Whether this is the point of the record itself.
    """
    rng = np.random.default_rng(3)
    stairs = any(record.tape.nodes[i].name in STAIRS for i in record.dependent & set(record.needed))
    slopes = record.slopes() if there else record.slopes(replayed(record, params))
    for direction in _directions(slopes, params, rng):
        terms = [np.ravel(slopes[name] * step) for name, step in direction.items()]
        wanted = float(sum(term.sum() for term in terms))
        size = float(np.sqrt(sum(term @ term for term in terms)))
        if stairs and _climbs(loss, params, direction, wanted, size):
            return True
        seen = False
        beside = {name: np.empty_like(params[name]) for name in direction}
        for h in _STEPS:
            ahead, behind = (loss(_along(params, direction, side * h, beside)) for side in (1.0, -1.0))
            own = 4 * np.finfo(float).eps * (abs(ahead) + abs(behind)) / h
            error = abs((ahead - behind) / (2 * h) - wanted)
            if error > max(_CLOSE * size, own):
                own += 4 * spread.loss / h
            if error <= max(_CLOSE * size, own):
                seen = True
                break
            if own > size:
                break
        if not seen and own <= size:
            return True
    return False


def _climbs(
    loss: Callable[[Parameters], float],
    params: Parameters,
    direction: dict[str, Array],
    wanted: float,
    size: float,
) -> bool:
    """Whether a loss that moves in steps moves, over many of them, where the record says that it does not."""
    seen, beside = [], {name: np.empty_like(params[name]) for name in direction}
    for h in (3e-2, 1e-2):
        ahead, behind = (loss(_along(params, direction, side * h, beside)) for side in (1.0, -1.0))
        slope = (ahead - behind) / (2 * h)
        seen.append(abs(slope - wanted) > 0.3 * max(size, abs(slope)))
    return all(seen)


def _along(params: Parameters, direction: dict[str, Array], far: float, beside: Parameters) -> Parameters:
    """The point so far along a direction, in the arrays of ``beside``: new ones take longer than the sum."""
    for name, step in direction.items():
        np.multiply(step, far, out=beside[name])
        beside[name] += params[name]
    return {**params, **beside}


def _directions(
    slopes: dict[str, Array], params: Parameters, rng: np.random.Generator
) -> Iterator[dict[str, Array]]:
    """Random sums of everything, of each array where there are few, and some single entries: each by its own size."""
    steps = {n: _own(v, 1.0) for n, v in params.items()}
    signs = lambda value: 2 * rng.integers(2, size=value.shape, dtype=np.int8) - 1
    for _ in range(2):
        yield {name: signs(value) * steps[name] for name, value in params.items()}
    if sum(value.size for value in params.values()) > LONG:
        return
    for name, value in list(params.items())[:8]:
        if len(params) > 1:
            yield {name: signs(value) * steps[name]}
        if value.size > 1:
            single = np.zeros(value.size)
            single[rng.integers(value.size)] = 1.0
            yield {name: single.reshape(value.shape) * steps[name]}
