"""A student's function that lives in a sandbox, called as if it were here.

The judge of the exercises (`bplib.checking.judging.judge`) draws, calls and compares; only its calls are made elsewhere. What comes
back is data: a value that did not travel is given a type of its own name, so that a report can say what it was.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

import numpy as np

from bplib.checking.calling.calls import Failure, Outcome
from bplib.checking.calling.listening import Heard
from bplib.grading.sandbox.inside.wire import Opaque
from bplib.grading.sandbox.outside import Died, Stalled, Submission
from bplib.types import Inputs

KINDS = ("not written", "timeout", "exception")
#: Characters of what a submission says of its own failure.
SAID = 500


class RemoteFunction:
    """Stands for the function of this name in a submission's process."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __call__(self, *_: Any) -> Any:
        raise TypeError(f"{self.name} is in the sandbox; the judge calls it there.")


class RemoteCaller:
    """Makes the judge's calls in a submission's process; see `bplib.checking.calling.calls.calls`.

    Several go there together: turning from one process to the other takes longer than most calls. The first inputs of every
    function are sent twice, for a function of its arguments alone gives the same again.
    """

    def __init__(self, submission: Submission) -> None:
        self._submission = submission
        self._known: set[str] = set()
        #: Why the process is gone, once it is.
        self.died = ""
        #: Why nobody waited longer for it; then nothing is known of the function.
        self.stalled = ""

    def clock(self) -> float:
        """Seconds of a processor that the submission has used, and the judge on its behalf."""
        return self._submission.processor() + time.process_time()

    def __call__(
        self,
        function: Any,
        inputs: Iterable[Inputs],
        timeout: float,
        allows: tuple[str, ...] = (),
        listen: bool = False,
    ) -> Iterator[Outcome]:
        name, left = function.name, iter(inputs)
        if name not in self._known:
            self._known.add(name)
            for first in islice(left, 1):
                yield self._twice(name, first, timeout)
        yield from self._each(name, list(left), timeout, listen)

    def _twice(self, name: str, inputs: Inputs, timeout: float) -> Outcome:
        outcomes = self._each(name, [inputs, inputs], timeout)
        outcome = next(outcomes)
        if outcome.failure is None:
            again = next(outcomes)
            if again.failure is None and not _agree(outcome.result, again.result):
                said = "it gave two different results for the same arguments"
                return Outcome(failure=Failure("exception", said))
        return outcome

    def _each(
        self, name: str, inputs: Sequence[Inputs], timeout: float, listen: bool = False
    ) -> Iterator[Outcome]:
        while inputs:
            made = self._some(name, inputs, timeout, listen)
            yield from made
            inputs = inputs[len(made) :]

    def _some(self, name: str, inputs: Sequence[Inputs], timeout: float, listen: bool) -> list[Outcome]:
        if not self.died and not self.stalled:
            try:
                answers = self._submission.calls(name, inputs, timeout, listen)
                return [_outcome(*pair) for pair in zip(answers, inputs, strict=False)]
            except Died as death:
                self.died = f"its process had to be ended or ended itself: {death}"
            except Stalled as stalled:
                self.stalled = str(stalled)
        return [Outcome(failure=Failure("exception", self.died or self.stalled))]


def _outcome(answer: dict[str, Any], inputs: Inputs) -> Outcome:
    if answer.get("gone"):
        return Outcome(failure=Failure("exception", "it is there no longer when it is called"))
    if "too_large" in answer:
        return Outcome(failure=Failure("exception", f"what it returns is too large: {answer['too_large']}"))
    return Outcome(
        result=_named(answer.get("result")),
        failure=_failure(answer.get("failure")),
        warned=str(answer.get("warned", ""))[:SAID],
        changed=tuple(str(part)[:80] for part in answer.get("changed") or () if str(part) in inputs),
        returned=next((name for name in inputs if name == answer.get("returned")), ""),
        heard=_heard(answer.get("heard")),
    )


def _failure(told: Any) -> Failure | None:
    if told is None:
        return None
    kind, message, line, error = [str(part)[:SAID] for part in [*told, "", "", "", ""][:4]]
    return Failure(kind if kind in KINDS else "exception", message, line, error)


def _heard(told: Any) -> Heard | None:
    """What the process says that it heard; a process that says nothing usable has heard nothing."""
    try:
        copies, units = (
            {str(name): (int(n), int(size)) for name, (n, size) in islice(told[kind].items(), 50)}
            for kind in ("copies", "units")
        )
        pairs = [str(name) for name in told["pairs"][:50]]
        return Heard(
            told["complex"] is True,
            copies,
            pairs,
            units,
            told["close"] is True,
            float(told["again"]),
            told["operators"] is True,
        )
    except (TypeError, KeyError, ValueError, AttributeError, OverflowError):
        return None


def _named(value: Any) -> Any:
    """Give what did not travel a type with its name: the report then says "a Tensor", not "an Opaque"."""
    if isinstance(value, Opaque):
        name = value.kind if value.kind.isidentifier() else "object"
        return type(name, (), {})()
    if isinstance(value, dict):
        return {key: _named(item) for key, item in value.items()}
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return type(value)(*map(_named, value))
    if isinstance(value, (list, tuple)):
        return type(value)(map(_named, value))
    return value


def _agree(a: Any, b: Any) -> bool:
    """Whether two results are the same but for the last digits."""
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(_agree(a[key], b[key]) for key in a)
    if isinstance(a, (list, tuple)) and isinstance(b, (list, tuple)):
        return len(a) == len(b) and all(map(_agree, a, b))
    if isinstance(a, (np.ndarray, np.generic, float, int)) and isinstance(
        b, (np.ndarray, np.generic, float, int)
    ):
        first, second = np.asarray(a), np.asarray(b)
        if first.dtype == object or second.dtype == object:
            return True  # a whole number beyond all measure: the comparison says so
        return first.shape == second.shape and bool(
            np.allclose(first, second, rtol=1e-9, atol=0, equal_nan=True)
        )
    return True
