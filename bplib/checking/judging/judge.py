"""Judging a function: draw inputs, call it, compare. Three steps that know nothing of each other.

Only `calls.call` touches the student's code; drawing and comparing can as well happen in another process.
"""

from __future__ import annotations

import os
import secrets
import warnings
import zlib
from collections import defaultdict, deque
from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np

from bplib.checking.calling.calls import Outcome, calls
from bplib.checking.calling.guards import clock, said
from bplib.checking.judging.check import Check, Gradient, Output, Property, Value
from bplib.checking.judging.diagnosed import Seen, explained, named, same
from bplib.checking.judging.draws import DIGITS, LARGEST, Kind, draw_inputs, plan, told
from bplib.checking.judging.evidence import evidence
from bplib.checking.judging.honesty import measured_outputs
from bplib.checking.judging.methods import doubt
from bplib.checking.judging.results import (
    NOTHING,
    Finding,
    Unusable,
    compare,
    expected_several,
    largest,
    pick,
    shape_of,
)
from bplib.checking.judging.shown import as_code, size
from bplib.checking.judging.truth import confirmed, leaves_open, truth
from bplib.checking.limits import searching
from bplib.checking.report.evidence import Evidence
from bplib.checking.report.output import NOT_WRITTEN, RIGHT, UNDECIDED, WRONG, OutputReport
from bplib.checking.report.report import Report
from bplib.types import Array, Inputs

#: A draw that cannot be decided is drawn again this often, then left for a human.
ATTEMPTS = 4
#: So many numbers can be looked at.
READABLE = 30
#: Seconds for all calls of one function: nbgrader stops a cell after 30, and then all of its points are lost.
PATIENCE = 25.0
MEASURED = (
    "its numbers are right, and carry the noise of differences: "
    "here you write the derivative, and differences are what checks it"
)
#: Rounds over all kinds of inputs that tell one mistake from another, and seconds after which there are none.
ROUNDS, CLOSER = 3, 2
LOOK = "so a person should look; it costs no points"
#: Seconds of the processor for what goes through many mistakes to find the one that was made.
SEARCH = 4.0
#: What is said of an argument that was changed: nothing is wrong, or something is.
FREE = "That costs no points here, but surprises its callers."
#: Relative to the largest number: an error that looks like rounding.
FAINT = 1e-3
#: A warning of an answer that is right, and of one that is not.
WARNED, WARNS = "A warning, which costs nothing: ", "With some of the inputs came a warning: "
SUSPECT = "That may be why something is wrong here."
#: And if it was a copy of a dictionary or a list that was changed?
SHARED = "; a plain copy of it shares its arrays"
#: Where whole numbers are wrong as integers and as floats: what else there is about them.
WHOLE = "whole numbers, be they integers or floats, among which are zeros and equal ones"
#: What is said where the same inputs give another result the next time.
REMEMBERS = (
    "Called again with the inputs of one of these calls, it gives another result: it keeps something from one call to the next, in a "
    "variable outside of it or in a default value that is a list, a dictionary or an array, or it draws by chance. So a call that is "
    "shown may be right by itself."
)
#: Every distinct remark is kept once, and no more than these.
NOTES = 4
#: So many lines of what was printed: a loop may print one each round.
LINES = 8


def is_autograde() -> bool:
    """Whether nbgrader is grading, not a student working."""
    return os.environ.get("NBGRADER_EXECUTION") == "autograde"


#: Calls a function with several inputs, see `bplib.checking.calling.calls.calls`; in another process, perhaps.
Calls = Callable[..., Iterator[Outcome]]


def judge(
    check: Check,
    function: Callable[..., Any] | None,
    autograde: bool | None = None,
    seed: int | None = None,
    calls: Calls = calls,
    clock: Callable[[], float] = clock,
) -> Report:
    """Judge ``function`` by ``check``.

    Parameters
    ----------
    check
        What to ask for.
    function
        The student's function; anything that cannot be called earns nothing.
    autograde
        More draws, and no values in the report. By default, whether nbgrader is grading.
    seed
        Fixes the draws. By default 0 for a student; under autograding ``BPLIB_SEED``, or else a fresh one.
    calls
        How the function is called; here and now by default.
    clock
        In seconds. After `PATIENCE` of them a function is not called again.
    """
    autograde = is_autograde() if autograde is None else autograde
    if seed is None:
        seed = _fresh_seed() if autograde else 0
    progress = _Progress(check, autograde, clock)
    if not callable(function):
        missing = (
            "it does not exist yet: run the cell that defines it" if function is None else "it is no function"
        )
        progress.stop(NOT_WRITTEN if function is None else WRONG, Finding(missing))
        return progress.report()
    # A warning on stderr would cost all points, even one that a trusted function gives.
    with warnings.catch_warnings(action="ignore"):
        _try_draws(progress, function, seed, calls)
        _look_closer(progress, function, seed, calls)
        _look_for_memory(progress, function, calls)
        _look_at_whole_numbers(progress, function, calls)
        right = progress.right()
        if right and not progress.cut_short and not progress.stopped:
            _look_for_differences(progress, function, seed, calls, right)
        return progress.report()


def _try_draws(progress: _Progress, function: Callable[..., Any], seed: int, calls: Calls) -> None:
    check, largest, digits = progress.check, LARGEST[progress.autograde], DIGITS[progress.autograde]
    planned = plan(check.name, check.kinds, progress.autograde, seed, check.draws)
    own: deque[_Handed] = deque()

    def hand(kind: Kind, seed: list[int]) -> _Handed:
        given, trusted = draw_inputs(kind, seed, largest, digits)
        _freeze(trusted)
        # Written down before the call: an answer may change its arguments.
        call = "" if progress.autograde else as_code(check.name, given)
        return _Handed(given, trusted, call, size(given), seed)

    def drawn() -> Iterator[Inputs]:
        for kind, entropy in planned:
            own.append(hand(kind, [*entropy, 0]))
            yield own[-1].given

    outcomes = calls(function, drawn(), check.timeout, check.allows)
    for kind, entropy in planned:
        if not progress.in_time():
            return
        outcome, handed = next(outcomes), own.popleft()
        if progress.may_be_late(outcome):
            handed = hand(kind, handed.entropy)
            (outcome,) = calls(function, [handed.given], check.timeout, check.allows)
        again = progress.take(outcome, handed, kind, first=True)
        for attempt in range(1, ATTEMPTS):
            if not again or not progress.in_time():
                break
            handed = hand(kind, [*entropy, attempt])
            (outcome,) = calls(function, [handed.given], check.timeout, check.allows)
            again = progress.take(outcome, handed, kind, first=False)
        if progress.stopped:
            return


def _look_closer(progress: _Progress, function: Callable[..., Any], seed: int, calls: Calls) -> None:
    """Where something is wrong, more draws of the same kinds: not to find more, but so that no mistake fits by accident."""
    check = progress.check
    wrong = [output for output in check.outputs if output.name not in progress.right()]
    if progress.stopped or progress.cut_short or all(isinstance(output, Property) for output in wrong):
        return
    if progress.spent() > CLOSER:
        return
    rounds = [(kind, k) for k in range(ROUNDS) for kind in check.kinds]
    drawn = [
        draw_inputs(kind, [seed, zlib.crc32(check.name.encode()), CLOSER, k, n], LARGEST[True])
        for n, (kind, k) in enumerate(rounds)
    ]
    outcomes = calls(function, (given for given, _ in drawn), check.timeout, check.allows)
    for outcome, (kind, _), (given, trusted) in zip(outcomes, rounds, drawn, strict=False):
        _freeze(trusted)
        if outcome.failure is not None or progress.spent() > 3 * CLOSER:
            return
        findings = {}
        for output in wrong:
            finding, _ = _examine(check, output, outcome.result, trusted, points=False)
            if finding is not None:
                findings[output.name] = finding
        progress.closer.append(
            _Draw(kind, _Handed(given, trusted, "", size(given), []), outcome.result, findings)
        )


def _look_for_memory(progress: _Progress, function: Callable[..., Any], calls: Calls) -> None:
    """What is wrong: does it come of calls before? Then the call that is shown does not show it, and nothing else explains it."""
    check, autograde = progress.check, progress.autograde
    wrong = [draw for draw in progress.draws if draw.findings]
    if not wrong or progress.stopped or progress.cut_short or progress.spent() > CLOSER:
        return
    draw = min(wrong, key=lambda draw: draw.handed.size)
    # Whoever is given a generator may draw other numbers each time.
    if any(isinstance(value, np.random.Generator) for value in draw.handed.trusted.values()):
        return
    again = (
        draw_inputs(draw.kind, draw.handed.entropy, LARGEST[autograde], DIGITS[autograde])[0] for _ in range(2)
    )
    outcomes = list(calls(function, again, check.timeout, check.allows))
    if any(outcome.failure is not None for outcome in outcomes):
        return
    if not all(same(outcome.result, draw.result) for outcome in outcomes):
        progress.remembers = True
        progress.notes.append(REMEMBERS)


def _look_at_whole_numbers(progress: _Progress, function: Callable[..., Any], calls: Calls) -> None:
    """What is wrong for arrays of whole numbers: is it right for the same numbers in arrays of floats?"""
    check = progress.check
    for output in check.outputs:
        wrong = [draw for draw in [*progress.draws, *progress.closer] if output.name in draw.findings]
        alone = all(_is_whole(draw.handed) for draw in wrong)
        among = wrong if alone else [draw for draw in progress.draws if output.name in draw.findings]
        whole = [draw for draw in among if _is_whole(draw.handed)]
        if not whole or progress.stopped or progress.cut_short:
            continue
        if isinstance(output, Property) or any(draw.findings[output.name].argument for draw in whole):
            continue
        outcomes = calls(
            function, (_in_floats(draw.handed.trusted) for draw in whole), check.timeout, check.allows
        )
        right = [
            outcome.failure is None
            and _examine(check, output, outcome.result, draw.handed.trusted)[0] is None
            for outcome, draw in zip(outcomes, whole, strict=False)
        ]
        if (alone and all(right)) or not any(right):
            progress.as_floats[output.name] = all(right)


def _is_whole(handed: _Handed) -> bool:
    """Whether an array of integers was handed over where the judge's own holds floats."""
    return any(
        isinstance(value, np.ndarray) and value.dtype.kind == "i" and handed.trusted[name].dtype.kind == "f"
        for name, value in handed.given.items()
    )


def _in_floats(trusted: Inputs) -> Inputs:
    """A copy of the judge's own inputs, whose arrays hold floats, for the student's function."""
    return {name: deepcopy(value) for name, value in trusted.items() if not name.startswith("_")}


def _look_for_differences(
    progress: _Progress, function: Callable[..., Any], seed: int, calls: Calls, right: list[str]
) -> None:
    """What is right: was it computed?"""
    check, largest = progress.check, LARGEST[progress.autograde]

    def quietly(inputs: list[Inputs]) -> list[Any]:
        return [outcome.result for outcome in calls(function, inputs, check.timeout, check.allows)]

    def listened(inputs: list[Inputs]) -> list[Outcome]:
        return list(calls(function, inputs, check.timeout, check.allows, listen=True))

    base = [seed, zlib.crc32(check.name.encode()), len("differences")]
    measured = measured_outputs(check, right, quietly, base, largest)
    for name in measured:
        progress.settled[name] = Settled(WRONG, Finding(MEASURED))
    computed = [name for name in right if name not in measured]
    if (reason := doubt(check, computed, listened, [*base, 0])) is not None:
        for output in check.outputs:
            if isinstance(output, Gradient) and output.name in computed:
                progress.settled[output.name] = Settled(
                    UNDECIDED, Finding(f"its numbers are right, but {reason}")
                )


def _freeze(value: Any) -> None:
    """What the judge compares with stays as it was drawn, whatever a function with a slip in it does to its arguments."""
    if isinstance(value, dict):
        for item in value.values():
            _freeze(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            _freeze(item)
    elif isinstance(value, np.ndarray):
        value.flags.writeable = False


def _fresh_seed() -> int:
    fixed = os.environ.get("BPLIB_SEED", "")
    if fixed and not fixed.isdecimal():
        raise ValueError(
            f"BPLIB_SEED is {fixed!r}, expected a whole number such as 7, or nothing for fresh draws."
        )
    return int(fixed) if fixed else secrets.randbits(63)


def _examine(
    check: Check, output: Output, result: Any, trusted: Inputs, points: bool = True
) -> tuple[Finding | None, bool]:
    """What is wrong with an output, and whether that could be decided.

    Where it decides about points, what differences call wrong is asked of the tape as well, which takes a hundred times as long.
    So is what they leave open: on a kink every slope between two is right, beside it one alone, and they cannot tell which it is.
    """
    known = None if isinstance(output, Property) else truth(check, output, trusted)
    if result is None and (known is not None or isinstance(output, Property)):
        return Finding(NOTHING), True
    try:
        part = pick(check, output, result)
        if isinstance(output, Property):
            return _examine_property(output, part, trusted), True
        each = output.each if isinstance(output, Value) else "value"
        finding, decided = compare(part, known, largest(trusted), each, output.least)
    except Unusable as error:
        return Finding(str(error)), True
    except Exception as error:  # noqa: BLE001 - what a student returns may break any assumption
        return Finding(f"it could not be examined: {type(error).__name__}", values=said(error)), True
    asked = leaves_open(known) if finding is None else finding.given is not None
    if points and asked and isinstance(output, Gradient):
        told, sure = compare(part, confirmed(output, trusted, part), largest(trusted))
        # The tape may know less as well, as where numbers are huge: what was known stays known.
        return told, sure or (finding is None and decided)
    if finding is not None and isinstance(result, np.ndarray) and _stands_alone(check, result, trusted):
        return Finding(expected_several(check, result)), True
    return finding, decided


def _stands_alone(check: Check, result: Array, trusted: Inputs) -> bool:
    """Whether an array is one result where several were asked for: its rows do not have the shapes of these."""
    positions = [o for o in check.outputs if o.pick is None and not isinstance(o, Property)]
    if len(positions) < 2:
        return False
    return any(np.shape(pick(check, o, result)) != shape_of(truth(check, o, trusted)) for o in positions)


def _examine_property(output: Property, part: Any, trusted: Inputs) -> Finding | None:
    if part is None:
        return Finding("it is None: which line gives it its value?")
    with np.errstate(all="ignore"):
        message = output.holds(trusted, part)
    return Finding(message) if message else None


class Settled(NamedTuple):
    """What is said of an output: the verdict, what was found, the kind of inputs in words, and a call that shows it."""

    verdict: str
    finding: Finding
    words: str = ""
    call: str = ""


class _Handed(NamedTuple):
    """What is handed to the student's function, the judge's own copy, the call as Python, how many numbers, and the seed."""

    given: Inputs
    trusted: Inputs
    call: str
    size: int
    entropy: list[int]


class _Draw(NamedTuple):
    """One call: its kind, what was handed over, what came back, and what is wrong with it."""

    kind: Kind
    handed: _Handed
    result: Any
    findings: dict[str, Finding]


class _Progress:
    """What is known so far about each output of one function."""

    def __init__(self, check: Check, autograde: bool, clock: Callable[[], float]) -> None:
        self.check = check
        self.autograde = autograde
        self._clock = clock
        self.settled: dict[str, Settled] = {}
        self.draws: list[_Draw] = []
        #: By output, the call that shows it; "" stands for all that have none of their own.
        self.shown: dict[str, _Draw] = {}
        #: More of them, for the names of mistakes alone.
        self.closer: list[_Draw] = []
        #: By output and kind, whether one draw was decided: then another, right as far as one can see, is no riddle.
        self.decided: dict[str, dict[str, bool]] = defaultdict(dict)
        #: Of what is wrong for whole numbers: whether it is right with the same numbers in arrays of floats.
        self.as_floats: dict[str, bool] = {}
        self.notes: list[str] = []
        self.open: list[Output] = []
        self.calls = 0
        self._started = clock()
        self.cut_short = self.stopped = self.remembers = False

    def spent(self) -> float:
        """Seconds since the judge has begun."""
        return self._clock() - self._started

    def in_time(self) -> bool:
        """Whether there is time for another call; the first may take what its check allows.

        The first call in a fresh kernel may import what later ones find there: the second is expected to take no longer than twice
        that, and from then on each may take what the check allows.
        """
        spent = self.spent()
        expected = min(self.check.timeout, 2 * spent) if self.calls == 1 else self.check.timeout
        if self.calls and spent + expected > PATIENCE:
            self.cut_short = True
        return not self.cut_short

    def may_be_late(self, outcome: Outcome) -> bool:
        """Whether a first call was too slow, perhaps for what it had to import, and there is time for it once more."""
        late = outcome.failure is not None and outcome.failure.imported
        return late and not self.calls and self.spent() + self.check.timeout <= PATIENCE

    def take(self, outcome: Outcome, handed: _Handed, kind: Kind, first: bool) -> bool:
        """Judge one call; say whether an output wants another draw."""
        self.calls += 1
        if first:
            self.open = list(self.check.outputs)
        if outcome.borrowed is not None:
            text = f"this task asks you to write it yourself; your answer calls {outcome.borrowed}"
            self.draws.clear()
            self.stop(WRONG, Finding(text))
            return False
        if (failure := outcome.failure) is not None:
            where = f" in {failure.line}" if failure.line else ""
            verdict = NOT_WRITTEN if failure.kind == "not written" else WRONG
            call = "" if verdict == NOT_WRITTEN else handed.call
            self.shown[""] = _Draw(kind, handed, failure, {})
            # numpy refuses to put fractions into an array of whole numbers, in words that few understand.
            cause = "cut-to-whole" if "same_kind" in failure.error else None
            failed = Finding(failure.message + where, values=failure.error, cause=cause)
            self.stop(verdict, failed, told(kind), call)
            return False
        again, findings = [], {}
        for output in self.open:
            finding, decided = _examine(self.check, output, outcome.result, handed.trusted)
            if finding is not None:
                findings[output.name] = finding
                continue
            self.decided[output.name][kind.words] = decided or self.decided[output.name].get(
                kind.words, False
            )
            if not decided:
                again.append(output)
                self.shown.setdefault(output.name, _Draw(kind, handed, outcome.result, {}))
        findings |= self._disobeyed(outcome, handed.given, findings)
        self.draws.append(_Draw(kind, handed, outcome.result, findings))
        self._note(outcome, handed.given, findings)
        self.open = again
        return bool(again)

    def right(self) -> list[str]:
        """The outputs of which nothing wrong was seen."""
        wrong = {name for draw in self.draws for name in draw.findings}
        return [output.name for output in self.check.outputs if output.name not in wrong]

    def stop(self, verdict: str, finding: Finding, words: str = "", call: str = "") -> None:
        """Call no more; every output without a finding gets this one."""
        self._settle()
        for output in self.check.outputs:
            self.settled.setdefault(output.name, Settled(verdict, finding, words, call))
        self.stopped = True

    def _settle(self) -> None:
        """For each wrong output, a draw that shows it, with the mistake that explains all of them."""
        shows: dict[str, _Draw] = {}
        causes: dict[str, set[str]] = {}
        draws = sorted([*self.draws, *self.closer], key=lambda d: d.handed.size)
        known: list[dict] = [{} for _ in draws]
        ends = searching() + SEARCH
        for output in self.check.outputs:
            wrong = [draw for draw in self.draws if output.name in draw.findings]
            if not wrong or output.name in self.settled:
                continue
            # Numbers come before what was done to an argument: that is another mistake, and a cause does not speak of it.
            numbers = [draw for draw in wrong if draw.findings[output.name].given is not None]
            shows[output.name] = min(numbers or wrong, key=lambda draw: _telling(draw, output.name))
            seen = [
                Seen(d.result, d.handed.trusted, output.name in d.findings, about)
                for d, about in zip(draws, known, strict=True)
            ]
            whole = self.as_floats.get(output.name)
            if not self.remembers:
                causes[output.name] = {"cut-to-whole"} if whole else explained(self.check, output, seen, ends)
        self.shown |= shows
        names = named(causes)
        for name, draw in shows.items():
            finding, cause = draw.findings[name], names.get(name)
            # Beside what happened there is no room for a guess.
            message = finding.message + ("" if cause or self.remembers else finding.guess)
            finding = replace(finding, message=message, cause=cause)
            call = draw.handed.call
            call += f"\n{finding.argument}" if call and finding.argument else ""
            # What is wrong for ordinary inputs, too, is no matter of the kind that shows it best.
            always = self.remembers or any(
                name in other.findings and not told(other.kind) for other in self.draws
            )
            any_type = self.as_floats.get(name) is False and _is_whole(draw.handed)
            words = WHOLE if any_type else told(draw.kind)
            self.settled[name] = Settled(WRONG, finding, "" if always else words, call)

    def _disobeyed(
        self, outcome: Outcome, given: Inputs, findings: Mapping[str, Finding]
    ) -> dict[str, Finding]:
        """What the task's text asks of the arguments: it costs the first output, or all parts of the one dictionary."""
        first, last = self.check.outputs[0].name, self.check.outputs[-1].name
        found: dict[str, Finding] = {}
        in_one = all(isinstance(output.pick, str) for output in self.check.outputs)
        right = [o.name for o in self.check.outputs if o.name not in findings and (in_one or o.name == first)]
        for name in self.check.leaves:
            if name in outcome.changed:
                shared = SHARED if isinstance(given.get(name), (dict, list)) else ""
                text = (
                    f"it changes its argument {name} in place, and the task asks to leave it as it is{shared}"
                )
                found |= dict.fromkeys(right, Finding(text, argument=name))
            if name == outcome.returned and isinstance(given.get(name), dict):
                text = f"it returns its argument {name} itself, and the task asks for a new dictionary"
                found |= dict.fromkeys(right, Finding(text))
        for name in self.check.asks:
            if name not in outcome.changed and last not in findings:
                found[last] = Finding(
                    f"no number is drawn from the generator {name}: is another one asked, such as np.random, or none at all?"
                )
        return found

    def _spoiled(self) -> None:
        """What carries no points of its own costs those of the first output."""
        first = self.check.outputs[0].name
        for output in self.check.outputs:
            settled, at_first = self.settled.get(output.name), self.settled.get(first)
            if output.points or settled is None or settled.verdict == UNDECIDED:
                continue
            # Also where a person should look at the first: whatever that finds, these points are lost.
            if at_first is None or at_first.verdict == UNDECIDED:
                text = f"for these points {output.name} has to stay right, and it is wrong"
                self.settled[first] = Settled(WRONG, Finding(text))

    def _note(self, outcome: Outcome, given: Inputs, findings: Mapping[str, Finding]) -> None:
        """Keep remarks that cost nothing."""
        remarks = [
            f"It changed its argument {name} in place. {SUSPECT if findings else FREE}"
            for name in outcome.changed
            if name not in self.check.leaves and not isinstance(given.get(name), np.random.Generator)
        ]
        if not self.autograde and outcome.warned:
            remarks.append(f"{WARNED}{outcome.warned}")
        if not self.autograde and outcome.printed.strip():
            lines = outcome.printed.strip().splitlines()
            rest = "\n…" if len(lines) > LINES else ""
            remarks.append("It printed: " + "\n".join(lines[:LINES]) + rest)
        if not self.autograde and outcome.displayed:
            remarks.append("What it displays is not shown here: call it in a cell of its own to see that.")
        for remark in remarks:
            start = remark.split(". ")[0]
            if not any(note.startswith(start) for note in self.notes) and len(self.notes) < NOTES:
                self.notes.append(remark)

    def report(self) -> Report:
        """Put it together."""
        self._settle()
        self._spoiled()
        outputs = tuple(self._output(output) for output in self.check.outputs)
        wrong = any(settled.verdict == WRONG for settled in self.settled.values())
        notes = (note.replace(FREE, SUSPECT).replace(WARNED, WARNS) if wrong else note for note in self.notes)
        return Report(self.check.name, outputs, tuple(notes), self.autograde, self._evidence(outputs))

    def _evidence(self, outputs: tuple[OutputReport, ...]) -> tuple[Evidence, ...]:
        """For the instructor: a call for each output that is not right. Its values are nobody else's."""
        if not self.autograde:
            return ()
        usual = self.shown.get("") or min(self.draws, key=lambda draw: draw.handed.size, default=None)
        found = []
        for output in outputs:
            draw = self.shown.get(output.name) or usual
            if output.verdict in (WRONG, UNDECIDED) and draw is not None:
                seed = draw.handed.entropy
                found.append(evidence(self.check, output.name, output.verdict, draw.kind, seed, draw.result))
        return tuple(found)

    def _output(self, output: Output) -> OutputReport:
        settled = self.settled.get(output.name)
        if settled is None:
            open_ = [words for words, decided in self.decided[output.name].items() if not decided]
            if not (open_ or self.cut_short):
                return OutputReport(output.name, output.points, output.points, RIGHT, "")
            what = f"it could not be decided for {' and '.join(open_)}"
            if self.cut_short:
                times = "one call" if self.calls == 1 else f"{self.calls} calls"
                what = f"right in {times}, which took so long that no more were made"
            text = f"{what}, {LOOK}"
            return OutputReport(output.name, output.points, output.points, UNDECIDED, text)
        finding = settled.finding
        if settled.verdict == UNDECIDED:
            text = f"{finding.message}, {LOOK}"
            return OutputReport(output.name, output.points, output.points, UNDECIDED, text)
        shown = (
            {}
            if self.autograde
            else {
                "values": finding.values,
                "expected": finding.expected,
                "given": finding.given,
                "call": settled.call,
            }
        )
        return OutputReport(
            output.name,
            output.points,
            0.0,
            settled.verdict,
            finding.message,
            settled.words,
            finding.index,
            finding.error,
            cause=finding.cause,
            **shown,
        )


def _telling(draw: _Draw, name: str) -> tuple[bool, bool, bool, int]:
    """What is shown is the least of these: right numbers that are not all zero, an error that does not look like rounding, an
    ordinary draw that can be read, a small one.

    What is wrong everywhere is no matter of a kind, and should not look like it.
    """
    expected, error = draw.findings[name].expected, draw.findings[name].error
    nothing = np.size(expected) > 1 and not np.any(expected)
    faint = error is not None and error < FAINT * np.abs(np.asarray(expected, dtype=float)).max(initial=0.0)
    ordinary = not told(draw.kind) and draw.handed.size <= READABLE
    return nothing, faint, not ordinary, draw.handed.size
