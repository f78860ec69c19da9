"""Why is this output of a student's function wrong? Several ways lead to a name, and only one that stands alone is given.

What the mistakes that belong to the task would return, computed and compared; what the whole result has become; the relation of a
gradient to the right one (`bplib.checking.diagnosis.relations`), and a changed rule on the record of its loss, as in
`check_gradients`; and a slip in the trusted answer (`bplib.checking.slips`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import cache, partial
from typing import Any, NamedTuple

import numpy as np

from bplib.automatic_differentiation import NotRecorded
from bplib.checking.diagnosis.relations import relations, reproduces
from bplib.checking.diagnosis.search import searched, sizes_of
from bplib.checking.judging.check import Check, Gradient, Mistake, Property, Value, call_with_named
from bplib.checking.judging.draws import Inputs
from bplib.checking.judging.results import Unusable, as_array, compare, largest, pick
from bplib.checking.judging.slipped import slipped
from bplib.checking.judging.truth import confirmed, recordable, truth
from bplib.checking.limits import searching
from bplib.checking.structure import ALONE, leaves
from bplib.checking.witnesses.differences import Estimate, exactly
from bplib.checking.witnesses.tape import recorded
from bplib.types import Array

#: Inputs that hold one row per sample.
BATCHES = ("x", "y", "da", "dy", "dz", "output", "target", "scores", "signs", "logits")
#: Inputs that arrive from behind, and are multiplied by a slope.
UPSTREAM = ("d", "da", "dy", "dz")

#: Walks back over a record, and seconds, before the search ends: a class has many wrong answers.
WALKS, SECONDS = 300, 1.5
#: So many wrong draws are searched.
SEARCHED = 2
#: Smaller than any number that a task has to do with.
VANISHED = 1e-100
#: What many mistakes come to in one draw or another.
ACCIDENTS = ("zero-gradient", "single-entries", "scaled")
#: What the words of the catalogue mean where nothing is an activation function; None where they mean nothing.
_WITHOUT_LAYERS = {
    "activation-derivative-missing": "slope-left-out", "other-activation": None, "derivative-at-activation": None,
    # And where there is no data, the whole task is a penalty: what is wrong is a part of it.
    "weight-decay-missing": "part-missing", "weight-decay-sign": "sign-inside", "weight-decay-averaged": "mean-for-sum",
    "weight-decay-doubled": "factor-two", "weight-decay-halved": "factor-half", "weight-decay-on-biases": None,
}  # fmt: skip
#: Inputs that something is subtracted from, or that are subtracted.
_TARGETS = ("target", "targets", "labels", "y")


class Seen(NamedTuple):
    """One draw: what the student's function returned, the judge's inputs, and whether the output in question is wrong there.

    ``known`` is what has been worked out about the draw: it serves all outputs.
    """

    result: Any
    trusted: Inputs
    wrong: bool
    known: dict[Any, Any]

    def once(self, what: Any, work: Callable[[], Any]) -> Any:
        """What ``work`` gives, from the first time that anybody has asked for it."""
        if what not in self.known:
            self.known[what] = work()
        return self.known[what]


def explained(
    check: Check, output: Value | Gradient | Property, draws: Sequence[Seen], ends: float
) -> set[str]:
    """The mistakes that explain an output of a student's function in every draw; only one that is alone is a name for it.

    What the task foresees has to give the same numbers wherever the function was called, right ones too. A relation between
    wrong and right numbers has to hold wherever they are wrong, and so does a changed rule of the loss, in the few draws that
    are looked at: the largest, without huge or whole numbers, in which much fits by accident, and nothing by right.

    Searches end with the processor's time ``ends``: so many results as an answer has, they all have to share it.
    """
    if isinstance(output, Property) or _only_disobedient(check, output, draws):
        return set()
    for way in _ways(check, output, draws, ends):
        try:
            with np.errstate(all="ignore"):
                found = way()
        except Exception:  # noqa: BLE001 - what a student returns may be anything; without a name it is still wrong
            continue
        if found:
            return {_in_its_words(cause, draws[0].trusted) for cause in found}
    return set()


#: What can only be seen with more samples than one.
_BY_SAMPLES = {"averaged-twice", "not-averaged"}


def named(found: Mapping[str, set[str]]) -> dict[str, str]:
    """The mistake in each output of one answer, from what explains it.

    Where several fit, it is the one that another output has alone: one mistake is likelier than two.
    """
    alone = {cause for causes in found.values() if len(causes) == 1 for cause in causes}
    near = {name: causes if len(causes) == 1 else causes & alone for name, causes in found.items()}
    return {name: next(iter(causes)) for name, causes in near.items() if len(causes) == 1}


def _in_its_words(cause: str, inputs: Inputs) -> str:
    """The same mistake, so named that its sentence and its hint speak of nothing that the task does not have."""
    if cause == "activation-derivative-missing" and not _has_layers(inputs):
        return "slope-left-out"
    return "turned-sign" if cause == "sign" and not _has_target(inputs) else cause


def _has_layers(inputs: Inputs) -> bool:
    return "params" in inputs or "z" in inputs or ("x" in inputs and _has_weights(inputs))


def _has_weights(inputs: Inputs) -> bool:
    return "params" in inputs or any(name[:1] in "wW" for name in inputs)


def _has_target(inputs: Inputs) -> bool:
    """Whether there is one: behind what arrives, ``y`` is a result."""
    return not set(UPSTREAM) & set(inputs) and any(name in inputs for name in _TARGETS)


def _ways(
    check: Check, output: Value | Gradient, draws: Sequence[Seen], ends: float
) -> Iterator[Callable[[], set[str]]]:
    """What may give a name, the most particular first: the first that says something has the word."""
    wrong = [seen for seen in draws if seen.wrong]
    telling = [seen for seen in wrong if _tells(seen.trusted)]
    silent = [seen for seen in wrong if not _tells(seen.trusted)]
    yields = partial(_yields, check, output)
    yield lambda: _exchanged(check, output, draws)
    yield lambda: _foreseen(check, output, draws)
    yield lambda: _as_a_whole(check, output, draws)
    yield lambda: _cut_to_whole(check, output, wrong)
    if isinstance(output, Gradient):
        yield lambda: _alone(check, output, draws)
        yield lambda: _shared(partial(_related, check, output), telling, silent)
        # To multiply or divide by one sample changes nothing: who is wrong there did something else.
        unlikely = _BY_SAMPLES if any(_of_one_sample(seen.trusted) for seen in wrong) else set()
        yield lambda: _shared(partial(_hunted, check, output, ends), telling[-SEARCHED:]) - unlikely
    if _any_numbers(check, output, draws):
        yield lambda: slipped(check, lambda function: all(yields(function, seen) for seen in draws), ends)


def _foreseen(check: Check, output: Value | Gradient, draws: Sequence[Seen]) -> set[str]:
    """The mistakes of the task that give the same; of several, those that give the other results as well.

    One mistake is likelier than two: a loss that is right speaks against whatever would have spoiled it, too.
    """

    def gives(mistake: Mistake, at: Value | Gradient) -> bool:
        return all(_yields(check, at, mistake.result, seen) for seen in draws)

    fit = [mistake for mistake in check.typical.mistakes if gives(mistake, output)]
    if len(causes := {mistake.cause for mistake in fit}) < 2:
        return causes
    others = [o for o in check.outputs if o is not output and not isinstance(o, Property)]
    return {mistake.cause for mistake in fit if all(gives(mistake, o) for o in others)} or causes


def _any_numbers(check: Check, output: Value | Gradient, draws: Sequence[Seen]) -> bool:
    """Whether anything finite came back: what is never a number comes about in many ways."""
    try:
        parts = [_parts(pick(check, output, seen.result)) for seen in draws if seen.result is not None]
    except Exception:  # noqa: BLE001 - nothing usable came back
        return False
    return any(np.isfinite(value.astype(float)).any() for arrays in parts for value in arrays.values())


def _shared(fits: Callable[[Seen], set[str]], draws: Sequence[Seen], silent: Sequence[Seen] = ()) -> set[str]:
    """What fits all draws; those that are ``silent`` are only asked to say nothing else."""
    found = [fits(seen) for seen in draws] + [said for seen in silent if (said := fits(seen))]
    return set.intersection(*found) if found else set()


def _yields(check: Check, output: Value | Gradient, mistaken: Callable[..., Any], seen: Seen) -> bool:
    """Whether a function with a mistake gives what the student's has given."""
    try:
        with np.errstate(all="ignore"):
            came = seen.once(mistaken, lambda: call_with_named(mistaken, seen.trusted))
            if came is None or seen.result is None:
                return came is seen.result  # One way through the function, at least, ends without a return.
            other = _parts(pick(check, output, came))
            return _alike(_parts(pick(check, output, seen.result)), other)
    except Exception:  # noqa: BLE001 - it cannot be made of these inputs, or nothing usable came back
        return False


def same(one: Any, other: Any) -> bool:
    """Whether two results of a student's function are the same but for rounding; what cannot be compared is."""
    try:
        return _alike(_parts(one), _parts(other))
    except Exception:  # noqa: BLE001 - what a student returns may be anything
        return True


def _alike(given: dict[str, Array], other: dict[str, Array]) -> bool:
    return given.keys() == other.keys() and all(_agree(given[path], other[path]) for path in given)


def _agree(given: Array, other: Array) -> bool:
    if given.shape != other.shape:
        return False
    if given.dtype.kind in "biu" and other.dtype.kind in "biu":
        return bool((given == other).all())
    given, other = given.astype(float), other.astype(float)
    unknown = ~np.isfinite(other)
    if (np.isfinite(given) == unknown).any():
        return False
    # What underflows in one form and not in another is nothing in both.
    given, other = (np.where(unknown | (np.abs(part) < VANISHED), 0.0, part) for part in (given, other))
    return not (given.any() or other.any()) or reproduces(given, other)


def _parts(value: Any) -> dict[str, Array]:
    """The arrays of a result by path; lists of rows are one array."""
    if isinstance(value, (list, tuple)):
        try:
            return {ALONE: as_array(value)}
        except Unusable:
            pass
    return {path: as_array(part) for path, part in leaves(value)}


def _truth(check: Check, output: Value | Gradient, seen: Seen) -> Any:
    return seen.once((output, "truth"), lambda: truth(check, output, seen.trusted))


def _right(check: Check, output: Value | Gradient, seen: Seen) -> dict[str, Array]:
    """The right arrays by path, as well as they are known: of a gradient, by the tape."""
    return seen.once((output, "right"), lambda: _worked_out(check, output, seen))


def _worked_out(check: Check, output: Value | Gradient, seen: Seen) -> dict[str, Array]:
    if isinstance(output, Gradient):
        with suppress(NotRecorded):
            flat, term, build = recordable(output, seen.trusted)
            return _parts(build(recorded(term.given, flat).slopes()))
    known = _truth(check, output, seen)
    if isinstance(known, dict) and any(isinstance(part, Estimate) for part in known.values()):
        known = {name: part.value for name, part in known.items()}
    return _parts(known.value if isinstance(known, Estimate) else known)


def _only_disobedient(check: Check, output: Value | Gradient, draws: Sequence[Seen]) -> bool:
    """Whether all numbers are right: then it is what was done to the arguments that is wrong."""
    try:
        with np.errstate(all="ignore"):
            return all(
                _alike(_parts(pick(check, output, seen.result)), _right(check, output, seen))
                for seen in draws
                if seen.wrong
            )
    except Exception:  # noqa: BLE001 - nothing that could be compared
        return False


# The whole result ------------------------------------------------------------------------------------------------


def _exchanged(check: Check, output: Value | Gradient, draws: Sequence[Seen]) -> set[str]:
    """Whether this output and others stand in each other's places, two or all around, or another stands in both places."""
    by_name = isinstance(output.pick, str)
    others = {
        o.name: o
        for o in check.outputs
        if not isinstance(o, Property) and (o.pick == output.pick or (by_name and isinstance(o.pick, str)))
    }

    @cache
    def right(name: str, k: int) -> dict[str, Array]:
        return _right(check, others[name], draws[k])

    def stands(name: str, other: str) -> bool:
        """Whether the one result has come back, wherever the function was called, in the place of the other."""
        try:
            return all(
                _alike(_parts(part := pick(check, others[name], seen.result)), right(other, k))
                or _passes(check, others[other], part, seen.trusted)
                for k, seen in enumerate(draws)
            )
        except Unusable:
            return False

    def leads_back(name: str, left: frozenset[str]) -> bool:
        return any(
            stands(name, other) and (other == output.name or leads_back(other, left - {other}))
            for other in left - {name}
        )

    if leads_back(output.name, frozenset(others)):
        return {"results-exchanged"}
    twice = any(
        stands(output.name, other) and stands(other, other) for other in others.keys() - {output.name}
    )
    return {"result-twice"} if twice else set()


def _passes(check: Check, output: Value | Gradient, part: Any, trusted: Inputs) -> bool:
    """Whether a value would be right for this output, also at a kink, and but for what is negligible."""
    finding, _ = compare(part, truth(check, output, trusted), largest(trusted), least=output.least)
    if finding is not None and finding.given is not None and isinstance(output, Gradient):
        finding, _ = compare(part, confirmed(output, trusted, part), largest(trusted))
    return finding is None


def _as_a_whole(check: Check, output: Value | Gradient, draws: Sequence[Seen]) -> set[str]:
    """What has become of the whole right result, in every draw."""
    given = [_parts(pick(check, output, seen.result)) for seen in draws]
    right = [_right(check, output, seen) for seen in draws]
    if _unchanged(given, draws):
        return {"input-returned"}
    if _not_finite(given, right):
        return {"not-finite"}
    number = _the_same(given, right)
    if isinstance(output, Gradient):
        # A zero in the place of an array is no gradient that is zero: its shape says more.
        shaped = all(np.shape(g[path]) == np.shape(r[path]) for g, r in zip(given, right, strict=True) for path in r)
        return {"zero-gradient"} if number == 0 and shaped else set()
    if number is not None:
        return {"same-for-all"}
    found = set()
    for cause, change in _WHOLES.items():
        changed = [
            {path: change(value, _samples(seen.trusted) or 1) for path, value in r.items()}
            for r, seen in zip(right, draws, strict=True)
        ]
        if all(map(_alike, given, changed)) and _says(changed):
            found.add(cause)
    return found


def _cut_to_whole(check: Check, output: Value | Gradient, wrong: Sequence[Seen]) -> set[str]:
    """Whether all is right but for what follows the point, and that only where an input holds whole numbers alone."""
    given = [_parts(pick(check, output, seen.result)) for seen in wrong]
    cut = [{p: np.trunc(v) for p, v in _right(check, output, seen).items()} for seen in wrong]
    whole = all(any(_is_whole(value) for _, value in leaves(seen.trusted)) for seen in wrong)
    some = any(value.any() for parts in cut for value in parts.values())
    return {"cut-to-whole"} if whole and some and all(map(_alike, given, cut)) else set()


def _is_whole(value: Any) -> bool:
    return isinstance(value, np.ndarray) and bool((value == np.round(value)).all())


#: What a whole value can have become, from the right one and the number of samples.
_WHOLES: dict[str, Callable[[Array, int], Array]] = {
    "turned-sign": lambda right, m: -right,
    "doubled": lambda right, m: 2.0 * right,
    "halved": lambda right, m: right / 2,
    "times-samples": lambda right, m: right * float(m),
    "divided-by-samples": lambda right, m: right / m,
    "cut-to-whole": lambda right, m: np.trunc(right),
}


def _says(changed: Sequence[dict[str, Array]]) -> bool:
    """Whether there are three different numbers that are not zero: what is always 0 or 1 comes about in many ways."""
    numbers = [np.ravel(value).astype(float) for parts in changed for value in parts.values()]
    return bool((np.unique(np.concatenate(numbers)) != 0).sum() >= 3)


def _unchanged(given: Sequence[dict[str, Array]], draws: Sequence[Seen]) -> bool:
    """Whether one and the same input came back in every draw."""
    inputs = [dict(leaves(seen.trusted)) for seen in draws]
    paths = [path for path, value in inputs[0].items() if not callable(value) and not isinstance(value, str)]
    return _says(given) and any(
        all(
            len(parts) == 1 and _agree(next(iter(parts.values())), as_array(of[path]))
            for parts, of in zip(given, inputs, strict=True)
        )
        for path in paths
    )


def _the_same(given: Sequence[dict[str, Array]], right: Sequence[dict[str, Array]]) -> float | None:
    """The one number that came back every time, though the right ones differ, or None."""
    came = np.unique(
        np.concatenate([np.ravel(value).astype(float) for parts in given for value in parts.values()])
    )
    wanted = np.unique(
        np.concatenate([np.ravel(value).astype(float) for parts in right for value in parts.values()])
    )
    return float(came[0]) if len(came) == 1 and np.isfinite(came[0]) and len(wanted) >= 3 else None


def _not_finite(given: Sequence[dict[str, Array]], right: Sequence[dict[str, Array]]) -> bool:
    """Whether all is right but what is not finite, and that only where the right numbers are."""
    lost = kept = 0
    for parts, wanted in zip(given, right, strict=True):
        if parts.keys() != wanted.keys():
            return False
        for path, value in parts.items():
            if value.shape != wanted[path].shape or not np.isfinite(wanted[path]).all():
                return False
            finite = np.isfinite(value)
            near = np.abs(value - wanted[path]) <= 1e-6 * np.abs(wanted[path]) + 1e-9
            if not near[finite].all():
                return False
            lost, kept = lost + int((~finite).sum()), kept + int(finite.sum())
    return bool(lost and kept)


# Gradients -------------------------------------------------------------------------------------------------------


def _alone(check: Check, output: Gradient, draws: Sequence[Seen]) -> set[str]:
    """Whether the slope was handed on without what arrives: the gradient of the same loss, with ones arriving."""

    def of_ones(seen: Seen, name: str) -> bool:
        ones = seen._replace(trusted={**seen.trusted, name: np.ones_like(seen.trusted[name])}, known={})
        return _alike(_parts(pick(check, output, seen.result)), _right(check, output, ones))

    arriving = [name for name in UPSTREAM if isinstance(draws[0].trusted.get(name), np.ndarray)]
    return (
        {"upstream-missing"}
        if any(all(of_ones(seen, name) for seen in draws) for name in arriving)
        else set()
    )


def _related(check: Check, output: Gradient, seen: Seen) -> set[str]:
    given = _numbers(pick(check, output, seen.result))
    wanted = _estimate(_truth(check, output, seen))
    return set(relations(given, wanted, _samples(seen.trusted))) - {*ACCIDENTS}


def _hunted(check: Check, output: Gradient, ends: float, seen: Seen) -> set[str]:
    """The one change of the trusted loss's way back that gives these numbers, as in `check_gradients`."""
    given, trusted = _numbers(pick(check, output, seen.result)), seen.trusted
    flat, term, _ = recordable(output, trusted)
    if list(flat) != [ALONE] or not given.any() or given.shape != flat[ALONE].shape:
        return set()
    record = recorded(term.given, flat)
    right = record.slopes()
    sizes = sizes_of(record, _samples(trusted))
    seconds = min(SECONDS, max(0.0, ends - searching()))
    found = searched(record, {ALONE: given}, right, {ALONE}, sizes, walks=WALKS, seconds=seconds)
    if found.second:
        return set()  # Of two mistakes at once one may be an accident: a task is small.
    told = {cause if _has_layers(trusted) else _WITHOUT_LAYERS.get(cause, cause) for cause in found.causes}
    # It is that of a part: that of the whole is a relation.
    told = {"sign-inside" if cause == "sign" else cause for cause in told}
    if not _has_weights(trusted):
        told -= {"wrong-transpose"}  # There is no layer to go back through.
    # No task differentiates by weights and updates them as well: there the numbers only happen to fit.
    return {cause for cause in told if cause and cause not in (*ACCIDENTS, "updated-weights")}


def _tells(inputs: Inputs) -> bool:
    """Whether more than one sample went in, and neither whole nor huge numbers: there one mistake often comes to the same as another."""
    if _samples(inputs) == 1:
        return False
    arrays = [v for v in inputs.values() if isinstance(v, np.ndarray) and v.dtype.kind == "f" and v.size > 1]
    # Masks and one-hot rows are of zeros and ones, and signs of one and minus one.
    plain = [np.isin(v, (0.0, 1.0)).all() or (np.abs(v) == 1).all() for v in arrays]
    whole = [bool(np.all(v == np.round(v))) and not usual for v, usual in zip(arrays, plain, strict=True)]
    return not any(whole) and all(float(np.abs(v).max()) <= 100 for v in arrays)


def _numbers(value: Any) -> Array:
    array = as_array(value)
    return array if array.dtype == np.float32 else array.astype(np.float64)


def _estimate(known: Any) -> Estimate:
    if isinstance(known, Estimate):
        return known
    return exactly(_numbers(known))


def _of_one_sample(inputs: Inputs) -> bool:
    """Whether each array that has a row for each sample has one row."""
    rows = [len(v) for n, v in inputs.items() if isinstance(v, np.ndarray) and v.ndim and n in (*BATCHES, "labels")]
    return bool(rows) and set(rows) == {1}


def _samples(inputs: Inputs) -> int | None:
    """The size of the batch: the number of rows that the first inputs which are no parameters agree on."""
    rows = {
        len(value)
        for name, value in inputs.items()
        if isinstance(value, np.ndarray) and value.ndim == 2 and name in BATCHES
    }
    return rows.pop() if len(rows) == 1 else None
