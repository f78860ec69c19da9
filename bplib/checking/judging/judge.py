"""Judging a function: draw inputs, call it, compare. Three steps that know nothing of each other.

Only `calls.call` touches the student's code; drawing and comparing can as well happen in another process.
"""

from __future__ import annotations

import os
import secrets
import time
import warnings
import zlib
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from bplib.checking.calling.calls import Outcome, calls
from bplib.checking.calling.guards import said
from bplib.checking.judging.check import Check, Gradient, Output, Property
from bplib.checking.judging.diagnosed import diagnosed
from bplib.checking.judging.draws import EDGES, PLAIN, draw_inputs, plan
from bplib.checking.judging.honesty import measured_outputs
from bplib.checking.judging.results import Finding, Unusable, as_array, compare, pick
from bplib.checking.judging.truth import confirmed, truth
from bplib.checking.report.output import NOT_WRITTEN, RIGHT, UNDECIDED, WRONG, OutputReport
from bplib.checking.report.report import Report
from bplib.types import Inputs

#: A draw that cannot be decided is drawn again this often, then left for a human.
ATTEMPTS = 4
#: The largest size that is drawn: small arrays are easy to look at, larger ones harder to hit by accident.
LARGEST = {False: 4, True: 7}
#: Seconds for all calls of one function: nbgrader stops a cell after 30, and then all of its points are lost.
PATIENCE = 25.0
#: So many more draws may explain what one has found wrong.
CHANCES = 3
MEASURED = (
    "its numbers are right, and carry the noise of differences of the loss: "
    "here you write the derivative, and differences are what checks it"
)
#: Every distinct remark is kept once, and no more than these.
NOTES = 4


def is_autograde() -> bool:
    """Whether nbgrader is grading, not a student working."""
    return os.environ.get("NBGRADER_EXECUTION") == "autograde"


#: Calls a function with several inputs, see `bplib.checking.calling.calls.calls`; in another process, perhaps.
Calls = Callable[[Callable[..., Any], Iterable[Inputs], float, tuple[str, ...]], Iterator[Outcome]]


def judge(
    check: Check,
    function: Callable[..., Any] | None,
    autograde: bool | None = None,
    seed: int | None = None,
    calls: Calls = calls,
) -> Report:
    """Judge ``function`` by ``check``.

    Parameters
    ----------
    check
        What to ask for.
    function
        The student's function; anything that cannot be called earns nothing.
    autograde
        More and harder draws, and no values in the report. By default, whether nbgrader is grading.
    seed
        Fixes the draws. By default 0 for a student; under autograding ``BPLIB_SEED``, or else a fresh one.
    calls
        How the function is called; here and now by default.
    """
    autograde = is_autograde() if autograde is None else autograde
    if seed is None:
        seed = _fresh_seed() if autograde else 0
    progress = _Progress(check, autograde)
    if not callable(function):
        missing = (
            "it does not exist yet: run the cell that defines it" if function is None else "it is no function"
        )
        progress.settle_all(NOT_WRITTEN if function is None else WRONG, Finding(missing))
        return progress.report()
    # A warning on stderr would cost all points, even one that a trusted function gives.
    with warnings.catch_warnings(action="ignore"):
        _try_draws(progress, function, seed, calls)
        right = [output.name for output in check.outputs if output.name not in progress.settled]
        if right and not progress.cut_short:
            _look_for_differences(progress, function, seed, calls, right)
    return progress.report()


def _try_draws(progress: _Progress, function: Callable[..., Any], seed: int, calls: Calls) -> None:
    check, largest = progress.check, LARGEST[progress.autograde]
    planned = plan(check.name, check.edges, progress.autograde, seed, check.draws)
    own: deque[Inputs] = deque()

    def drawn() -> Iterator[Inputs]:
        for edge, entropy in planned:
            given, trusted = draw_inputs(check.draw, edge, [*entropy, 0], largest)
            own.append(trusted)
            yield given

    outcomes = calls(function, drawn(), check.timeout, check.allows)
    for edge, entropy in planned:
        if not progress.in_time():
            return
        outcome = next(outcomes)
        again = progress.take(outcome, own.popleft(), edge, first=True)
        for attempt in range(1, ATTEMPTS):
            if not again or not progress.in_time():
                break
            given, trusted = draw_inputs(check.draw, edge, [*entropy, attempt], largest)
            (outcome,) = calls(function, [given], check.timeout, check.allows)
            again = progress.take(outcome, trusted, edge, first=False)
        if progress.over:
            return


def _look_for_differences(
    progress: _Progress, function: Callable[..., Any], seed: int, calls: Calls, right: list[str]
) -> None:
    """What is right: was it computed?"""
    check = progress.check

    def quietly(inputs: list[Inputs]) -> list[Any]:
        return [outcome.result for outcome in calls(function, inputs, check.timeout, check.allows)]

    base = [seed, zlib.crc32(check.name.encode()), len("differences")]
    for name in measured_outputs(check, right, quietly, base, LARGEST[progress.autograde]):
        progress.settled[name] = (WRONG, Finding(MEASURED), "")


def _fresh_seed() -> int:
    fixed = os.environ.get("BPLIB_SEED", "")
    if fixed and not fixed.isdecimal():
        raise ValueError(
            f"BPLIB_SEED is {fixed!r}, expected a whole number such as 7, or nothing for fresh draws."
        )
    return int(fixed) if fixed else secrets.randbits(63)


def _examine(check: Check, output: Output, result: Any, trusted: Inputs) -> tuple[Finding | None, bool]:
    names = [o.name for o in check.outputs]
    known = None if isinstance(output, Property) else truth(output, trusted)
    try:
        part = pick(result, output.pick, output.name, names.index(output.name), names)
        if isinstance(output, Property):
            return _examine_property(output, part, trusted), True
        finding, decided = compare(part, known, _largest(trusted))
    except Unusable as error:
        return Finding(str(error)), True
    except Exception as error:  # noqa: BLE001 - what a student returns may break any assumption
        return Finding(f"it could not be examined: {type(error).__name__}", values=said(error)), True
    if finding is not None and finding.given is not None and isinstance(output, Gradient):
        return compare(part, confirmed(output, trusted, part), _largest(trusted))
    return finding, decided


def _examine_property(output: Property, part: Any, trusted: Inputs) -> Finding | None:
    if part is None:
        return Finding("it is None: does the function end without a return?")
    with np.errstate(all="ignore"):
        message = output.holds(trusted, part)
    return Finding(message) if message else None


def _largest(value: Any) -> float:
    """The largest number among the inputs: rounding of the terms of a sum is in proportion to it."""
    if isinstance(value, dict):
        return max(map(_largest, value.values()), default=0.0)
    if isinstance(value, (list, tuple)):
        return max(map(_largest, value), default=0.0)
    try:
        return float(np.abs(as_array(value).astype(np.float64)).max(initial=0.0))
    except Unusable:
        return 0.0


def _told(edge: str) -> str:
    """An edge in words; there is nothing to tell about an ordinary draw."""
    return "" if edge == PLAIN else EDGES[edge]


class _Progress:
    """What is known so far about each output of one function."""

    def __init__(self, check: Check, autograde: bool) -> None:
        self.check = check
        self.autograde = autograde
        self.settled: dict[str, tuple[str, Finding, str]] = {}
        #: By output and edge, whether one draw was decided: then another, right as far as one can see, is no riddle.
        self.decided: dict[str, dict[str, bool]] = defaultdict(dict)
        self.notes: list[str] = []
        self.open: list[Output] = []
        self.unexplained: dict[str, int] = {}
        self.calls = 0
        self.started = time.monotonic()
        self.cut_short = False

    @property
    def over(self) -> bool:
        """Whether every output is settled, and those that are wrong have a cause or have had their chances."""
        return len(self.settled) == len(self.check.outputs) and not any(self.unexplained.values())

    def in_time(self) -> bool:
        """Whether there is time for another call; the first may take what its check allows."""
        if self.calls and time.monotonic() - self.started + self.check.timeout > PATIENCE:
            self.cut_short = True
        return not self.cut_short

    def take(self, outcome: Outcome, trusted: Inputs, edge: str, first: bool) -> bool:
        """Judge one call; say whether an output wants another draw."""
        self.calls += 1
        self._note(outcome)
        if first:
            self.open = [output for output in self.check.outputs if output.name not in self.settled]
        if outcome.borrowed is not None:
            text = f"this task asks you to write it yourself; your answer calls {outcome.borrowed}"
            self.settle_all(WRONG, Finding(text))
            return False
        if (failure := outcome.failure) is not None:
            self.unexplained.clear()
            where = f" in {failure.line}" if failure.line else ""
            verdict = NOT_WRITTEN if failure.kind == "not written" else WRONG
            self.settle_all(verdict, Finding(failure.message + where, values=failure.error), edge)
            return False
        self._explain(outcome.result, trusted)
        again = []
        for output in self.open:
            finding, decided = _examine(self.check, output, outcome.result, trusted)
            if finding is not None:
                cause = diagnosed(self.check, output, outcome.result, trusted)
                finding = replace(finding, cause=cause)
                self.unexplained[output.name] = 0 if cause else CHANCES
                self.settled[output.name] = (WRONG, finding, _told(edge))
                continue
            self.decided[output.name][edge] = decided or self.decided[output.name].get(edge, False)
            if not decided:
                again.append(output)
        self.open = again
        return bool(again)

    def _explain(self, result: Any, trusted: Inputs) -> None:
        """Look once more at what is wrong without a cause: one draw may tell apart what another could not."""
        for output in self.check.outputs:
            if self.unexplained.get(output.name):
                self.unexplained[output.name] -= 1
                verdict, finding, edge = self.settled[output.name]
                if cause := diagnosed(self.check, output, result, trusted):
                    self.settled[output.name] = (verdict, replace(finding, cause=cause), edge)
                    self.unexplained[output.name] = 0

    def settle_all(self, verdict: str, finding: Finding, edge: str = PLAIN) -> None:
        """Give every output without a finding this one."""
        for output in self.check.outputs:
            self.settled.setdefault(output.name, (verdict, finding, _told(edge)))

    def _note(self, outcome: Outcome) -> None:
        """Keep remarks that cost nothing."""
        remarks = [
            f"It changed its argument {name} in place. That costs no points here, but surprises its callers."
            for name in outcome.changed
        ]
        if not self.autograde and outcome.warned:
            remarks.append(f"A warning, which costs nothing: {outcome.warned}")
        if not self.autograde and outcome.printed.strip():
            remarks.append(f"It printed: {outcome.printed.strip()}")
        if not self.autograde and outcome.displayed:
            remarks.append("What it displays is not shown here: call it in a cell of its own to see that.")
        for remark in remarks:
            if remark not in self.notes and len(self.notes) < NOTES:
                self.notes.append(remark)

    def report(self) -> Report:
        """Put it together."""
        outputs = tuple(self._output(output) for output in self.check.outputs)
        return Report(self.check.name, outputs, tuple(self.notes), self.autograde)

    def _output(self, output: Output) -> OutputReport:
        verdict, finding, edge = self.settled.get(output.name, (RIGHT, None, ""))
        open_ = [kind for kind, decided in self.decided[output.name].items() if not decided]
        if verdict == RIGHT and (open_ or self.cut_short):
            what = f"it could not be decided for {' and '.join(EDGES[kind] for kind in open_)}"
            if self.cut_short:
                what = f"right in {self.calls} calls, which took so long that no more were made"
            text = f"{what}, so a person should look; it costs no points"
            return OutputReport(output.name, output.points, output.points, UNDECIDED, text)
        if finding is None:
            return OutputReport(output.name, output.points, output.points, RIGHT, "")
        shown = (
            {}
            if self.autograde
            else {"values": finding.values, "expected": finding.expected, "given": finding.given}
        )
        return OutputReport(
            output.name,
            output.points,
            0.0,
            verdict,
            finding.message,
            edge,
            finding.index,
            finding.error,
            cause=finding.cause,
            **shown,
        )
