"""Whether a check catches an answer, as fast as may be: a thousand wrong answers and many thousand slips are tried."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from typing import Any

import pytest

from bplib.checking.calling.calls import call
from bplib.checking.judging import judge as judging
from bplib.checking.judging.check import Check
from bplib.checking.judging.draws import draw_inputs, plan
from bplib.checking.report.report import Report

#: What a message begins with that says no more than by how much a number is off.
BARE = ("it is off by", "it says the opposite", "it is neither")
_TRUE: dict[tuple[str, str, bytes], Any] = {}


def caught(check: Check, answer: Callable[..., Any], autograde: bool, seed: int) -> bool:
    """Whether an answer loses points: at the first draw that shows it, which are the draws of the judge.

    What no draw shows is asked of the judge itself.
    """
    for kind, entropy in plan(check.name, check.kinds, autograde, seed, check.draws):
        given, trusted = draw_inputs(
            kind, [*entropy, 0], judging.LARGEST[autograde], judging.DIGITS[autograde]
        )
        outcome = call(answer, given, check.timeout, check.allows)
        if outcome.failure is not None or outcome.borrowed:
            return True
        if any(name in outcome.changed for name in check.leaves):
            return True
        if any(judging._examine(check, output, outcome.result, trusted)[0] for output in check.outputs):
            return True
    report = judging.judge(check, answer, autograde, seed)
    return report.earned < report.points


def told(report: Report) -> tuple[set[str], bool]:
    """The causes that a report names, and whether its messages say more than by how much a number is off."""
    wrong = [output for output in report.outputs if output.earned < output.points or output.cause]
    causes = {output.cause for output in wrong if output.cause}
    return causes, any(not output.message.startswith(BARE) for output in wrong if output.verdict == "wrong")


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody asks why an answer is wrong, and the truth is computed once."""
    monkeypatch.setattr(judging, "explained", lambda *_: set())
    monkeypatch.setattr(judging, "_look_closer", lambda *_: None)
    monkeypatch.setattr(judging, "truth", remembered(judging.truth))


def remembered(truth: Callable[..., Any]) -> Callable[..., Any]:
    """What an output should be, computed once for the same inputs: all answers to a task are given the same."""

    def known(check: Check, output: Any, trusted: dict[str, Any]) -> Any:
        try:
            key = (check.function, output.name, pickle.dumps(trusted))
        except (pickle.PicklingError, AttributeError, TypeError):  # a function among the inputs
            return truth(check, output, trusted)
        if key not in _TRUE:
            _TRUE[key] = truth(check, output, trusted)
        return _TRUE[key]

    return known
