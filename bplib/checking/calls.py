"""Calling a student's function: once, on its own inputs, with a time limit, and without letting it make noise."""

from __future__ import annotations

import contextlib
import io
import linecache
import signal
import sys
import threading
import traceback
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import FrameType
from typing import Any

import numpy as np

from bplib.checking.draws import Inputs

#: The modules that answer what the exercises ask. What they call in turn is their own affair.
CONCEPTS = (
    "bplib.activation",
    "bplib.applications",
    "bplib.backpropagation",
    "bplib.error",
    "bplib.feedforward",
    "bplib.gradient_descent",
    "bplib.iterations",
    "bplib.network",
    "bplib.overfitting",
    "bplib.partial_derivatives",
    "bplib.weight_update",
)
PRINTED_AT_MOST = 2000


@dataclass(frozen=True)
class Failure:
    """Why a call gave no result.

    ``kind`` is "not written", "timeout" or "exception"; ``line`` the student's own line where it happened, and
    ``error`` the exception's message, which may hold drawn values.
    """

    kind: str
    message: str
    line: str = ""
    error: str = ""


@dataclass(frozen=True)
class Outcome:
    """What a call gave: a result or a failure, and what else was seen on the way."""

    result: Any = None
    failure: Failure | None = None
    borrowed: str | None = None
    printed: str = ""
    warned: str = ""


class _Timeout(BaseException):
    """Not an Exception, so that a student's ``except Exception`` does not swallow it."""


def call(
    function: Callable[..., Any], inputs: Inputs, timeout: float, allows: tuple[str, ...] = ()
) -> Outcome:
    """Call ``function`` with ``inputs`` by position and report what happened. Only an interrupt gets out."""
    arguments = [_wrapped(value) for value in inputs.values()]
    printed, borrowed = _Printed(), list[str]()
    result, failure = None, None
    with warnings.catch_warnings(record=True) as warned, contextlib.ExitStack() as stack:
        warnings.simplefilter("always")
        stack.enter_context(contextlib.redirect_stdout(printed))
        stack.enter_context(contextlib.redirect_stderr(printed))
        stack.enter_context(np.errstate(all="warn"))
        try:
            with _time_limit(timeout), _watched(borrowed, allows):
                result = function(*arguments)
        except KeyboardInterrupt:
            raise
        except NotImplementedError:
            failure = Failure("not written", "not written yet")
        except _Timeout:
            failure = Failure("timeout", f"it did not return within {timeout:g} s: does a loop never end?")
        except BaseException as error:  # noqa: BLE001 - a SystemExit of the student must not end the notebook
            failure = _failure(error, function)
    return Outcome(
        result=result,
        failure=failure,
        borrowed=borrowed[0] if borrowed else None,
        printed=printed.getvalue(),
        warned=str(warned[0].message) if warned else "",
    )


def changed(given: Inputs, trusted: Inputs) -> list[str]:
    """The names of the inputs that no longer hold what was drawn."""
    return [name for name, value in given.items() if not _same(value, trusted[name])]


def _same(a: Any, b: Any) -> bool:
    if isinstance(b, dict):
        return isinstance(a, dict) and a.keys() == b.keys() and all(_same(a[k], b[k]) for k in b)
    if isinstance(b, (list, tuple)):
        return len(a) == len(b) and all(map(_same, a, b))
    if isinstance(b, np.ndarray):
        return np.array_equal(a, b, equal_nan=b.dtype.kind == "f")
    return True


class _Printed(io.StringIO):
    """Keeps the beginning of what is printed: an endless loop must not fill the memory."""

    def write(self, text: str) -> int:
        room = PRINTED_AT_MOST - self.tell()
        if room > 0:
            super().write(text[:room])
        return len(text)


def _wrapped(value: Any) -> Any:
    """Give trusted callables a frame of ours, so that what they call is not blamed on the student."""
    if isinstance(value, dict) and any(map(callable, value.values())):
        return {key: _wrapped(item) for key, item in value.items()}
    if isinstance(value, (tuple, list)) and any(map(callable, value)):
        items = [_wrapped(item) for item in value]
        # A named tuple, such as an Activation, takes its fields one by one.
        return type(value)(*items) if hasattr(value, "_fields") else type(value)(items)
    if not callable(value) or isinstance(value, type):
        return value

    def trusted(*args: Any, **kwargs: Any) -> Any:
        return value(*args, **kwargs)

    trusted.__name__ = getattr(value, "__name__", "trusted")
    return trusted


@contextlib.contextmanager
def _watched(borrowed: list[str], allows: tuple[str, ...]) -> Iterator[None]:
    """Note calls of concept modules that do not come from within bplib, under whatever name they are known."""

    def watch(frame: FrameType, event: str, _: Any) -> None:
        if event != "call" or frame.f_back is None:
            return
        module = frame.f_globals.get("__name__", "")
        if not isinstance(module, str) or not module.startswith("bplib.") or not _within(module, CONCEPTS):
            return
        if str(frame.f_back.f_globals.get("__name__", "")).startswith("bplib."):
            return
        if frame.f_code.co_name == "<module>":  # an import runs the module's body; that borrows nothing yet
            return
        name = f"{module}.{frame.f_code.co_qualname}"
        if not _within(name, allows):
            borrowed.append(name)

    before = sys.getprofile()
    sys.setprofile(watch)
    try:
        yield
    finally:
        sys.setprofile(before)


def _within(name: str, parents: tuple[str, ...]) -> bool:
    return any(name == parent or name.startswith(parent + ".") for parent in parents)


@contextlib.contextmanager
def _time_limit(seconds: float) -> Iterator[None]:
    """Interrupt after ``seconds`` where the system has alarms: not on Windows, and only in the main thread."""
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return

    def ring(*_: Any) -> None:
        raise _Timeout

    before = signal.signal(signal.SIGALRM, ring)
    try:
        # It rings again and again, for loops with a bare `except:` inside.
        signal.setitimer(signal.ITIMER_REAL, seconds, 0.2)
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _failure(error: BaseException, function: Callable[..., Any]) -> Failure:
    """Name the exception and the last line of the student's own that led there."""
    own = getattr(function, "__globals__", None)
    frames = [(f, n) for f, n in traceback.walk_tb(error.__traceback__) if f.f_globals is own]
    line = ""
    if frames:
        frame, number = frames[-1]
        source = linecache.getline(frame.f_code.co_filename, number, frame.f_globals).strip()
        line = f"line {number}: {source}" if source else f"line {number}"
    return Failure("exception", f"it raised {type(error).__name__}", line, str(error))
