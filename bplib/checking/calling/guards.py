"""What stands around a call of a student's function: silence, a time limit, and a watch on what it calls in bplib."""

from __future__ import annotations

import contextlib
import dis
import io
import logging
import signal
import sys
import threading
import time
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from types import CodeType, FrameType
from typing import Any

import numpy as np

from bplib.checking.limits import PACE

#: The modules that answer what the exercises ask, and the checks, which know the answers. What these call in turn is
#: their own affair.
ANSWERS = (
    "bplib.activation",
    "bplib.applications",
    "bplib.automatic_differentiation",
    "bplib.backpropagation",
    "bplib.checking",
    "bplib.error",
    "bplib.feedforward",
    "bplib.gradient_descent",
    "bplib.iterations",
    "bplib.network",
    "bplib.overfitting",
    "bplib.partial_derivatives",
    "bplib.weight_update",
)
#: These run around and between a student's lines, and answer nothing.
NEUTRAL = (
    "bplib.checking.calling.calls",
    "bplib.checking.calling.guards",
    "bplib.checking.calling.listening",
)
#: What Python calls for the products of a class.
_PRODUCTS = frozenset(("__mul__", "__rmul__", "__matmul__", "__rmatmul__"))
PRINTED_AT_MOST = 2000
#: Seconds between the alarms after the first.
AGAIN = 0.2


@dataclass
class Noise:
    """What was kept from being seen."""

    printed: io.StringIO
    warned: list[warnings.WarningMessage] = field(default_factory=list)
    displayed: list[Any] = field(default_factory=list)


class _Printed(io.StringIO):
    """Keeps the beginning of what is printed: an endless loop must not fill the memory."""

    def write(self, text: str) -> int:
        room = PRINTED_AT_MOST - self.tell()
        if room > 0:
            super().write(text[:room])
        return len(text)

    def close(self) -> None:
        """Stay open: what a student closes is still read."""


@contextlib.contextmanager
def silence() -> Iterator[Noise]:
    """Keep prints, warnings, log lines and displays out of the cell: nbgrader takes any of stderr for a failure."""
    noise = Noise(_Printed())
    level = logging.root.manager.disable
    with contextlib.ExitStack() as stack:
        noise.warned = stack.enter_context(warnings.catch_warnings(record=True))
        warnings.simplefilter("always")
        stack.enter_context(np.errstate(all="warn", under="ignore"))  # what becomes zero is no surprise
        stack.enter_context(contextlib.redirect_stdout(noise.printed))
        stack.enter_context(contextlib.redirect_stderr(noise.printed))
        noise.displayed = stack.enter_context(displays())
        # A log handler holds the stream that was there when it was made, so redirection does not reach it.
        logging.disable(sys.maxsize)
        try:
            yield noise
        finally:
            logging.disable(level)


@contextlib.contextmanager
def displays() -> Iterator[list[dict[str, Any]]]:
    """Collect what ``display`` and the display hook are given, where there is IPython."""
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    if shell is None:
        yield []
        return
    publisher = _publisher(shell)
    before, hook, outer = shell.display_pub, sys.displayhook, publisher.outputs
    publisher.outputs, shell.display_pub = [], publisher
    sys.displayhook = lambda value: publisher.publish({"text/plain": repr(value)}, {})
    try:
        yield publisher.outputs
    finally:
        shell.display_pub, sys.displayhook, publisher.outputs = before, hook, outer


@cache
def _publisher(shell: Any) -> Any:
    """Made once: making one takes longer than most calls of a function."""
    from IPython.core.displaypub import CapturingDisplayPublisher

    return CapturingDisplayPublisher(shell=shell)


class Timeout(BaseException):
    """Not an Exception, so that a student's ``except Exception`` does not swallow it."""


#: The timer, and the signal that it sends: by the clock, unless `count_processor_time` has been called.
_timer = ("ITIMER_REAL", "SIGALRM")


def count_processor_time() -> None:
    """From now on, in this process, a second is one that the processor has worked for it.

    On a machine that is shared, a clock says more of the others than of a student's function.
    """
    global _timer
    _timer = ("ITIMER_PROF", "SIGPROF")


def clock() -> float:
    """Seconds, as `time_limit` counts them."""
    return (time.process_time() if _timer[0] == "ITIMER_PROF" else time.monotonic()) / PACE


@contextlib.contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Interrupt after ``seconds``, in the main thread: by an alarm, and without alarms at the next jump of a loop.

    Where a system has none, as Windows and a web page, and Python is older than 3.12, nothing is interrupted.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    if not hasattr(signal, "setitimer"):
        with _jumps_watched(seconds) if hasattr(sys, "monitoring") else contextlib.nullcontext():
            yield
        return
    rings = 0

    def ring(_: int, frame: FrameType | None) -> None:
        nonlocal rings
        rings += 1
        if rings > 1:
            _trap(frame)
        raise Timeout

    timer, alarm = (getattr(signal, name) for name in _timer)
    handler, tracing = signal.signal(alarm, ring), sys.gettrace()
    try:
        signal.setitimer(timer, seconds, AGAIN)
        yield
    finally:
        signal.setitimer(timer, 0)
        sys.settrace(tracing)
        signal.signal(alarm, handler)


@contextlib.contextmanager
def _jumps_watched(seconds: float) -> Iterator[None]:
    """Raise `Timeout` at the first jump after ``seconds``, and at each that follows: a bare ``except:`` ends at one, too.

    A loop jumps back each round, so that one without an end is always caught; what a library computes by itself is not.
    """
    monitoring = sys.monitoring
    end = clock() + seconds

    def look(*_: Any) -> None:
        if clock() > end:
            raise Timeout

    tool = next((tool for tool in range(6) if monitoring.get_tool(tool) is None), None)
    if tool is None:
        yield
        return
    monitoring.use_tool_id(tool, "bplib")
    try:
        monitoring.register_callback(tool, monitoring.events.JUMP, look)
        monitoring.set_events(tool, monitoring.events.JUMP)
        yield
    finally:
        monitoring.set_events(tool, 0)
        monitoring.register_callback(tool, monitoring.events.JUMP, None)
        monitoring.free_tool_id(tool)


def _trap(frame: FrameType | None) -> None:
    """Raise once more at the next line of the student's, which is in the bare ``except:`` that swallowed an alarm."""

    def spring(_: FrameType, event: str, __: Any) -> Any:
        if event == "line":
            raise Timeout
        return spring

    while frame is not None and frame.f_globals.get("__name__") not in NEUTRAL:
        frame.f_trace = spring
        frame = frame.f_back
    # Frames keep to their own f_trace only while some trace function is set; new frames are let be.
    sys.settrace(lambda *_: None)


@contextlib.contextmanager
def watched(
    borrowed: list[str], allows: tuple[str, ...], site: CodeType, operators: list[str]
) -> Iterator[None]:
    """Note calls of answers that do not come from within bplib, under whatever name they are known.

    ``site`` is the code that calls the student's function: what it calls may be an answer under another name. What a class of the
    student's own does for ``*`` and ``@`` is noted in ``operators``.
    """

    def watch(frame: FrameType, event: str, _: Any) -> None:
        if event != "call" or frame.f_back is None:
            return
        if frame.f_code.co_name in _PRODUCTS and not operators:
            operators.append(frame.f_code.co_qualname)
        module = frame.f_globals.get("__name__", "")
        if not isinstance(module, str) or not module.startswith("bplib.") or not _within(module, ANSWERS):
            return
        caller = frame.f_back
        inside = str(caller.f_globals.get("__name__", "")).startswith("bplib.") and caller.f_code is not site
        # An import runs the module's body; that borrows nothing yet.
        if inside or module in NEUTRAL or frame.f_code.co_name == "<module>":
            return
        name = f"{module}.{frame.f_code.co_qualname}"
        # A generator of ours that is left over is closed when it is collected, and that may be during any call.
        if not _within(name, allows) and frame.f_lasti == _begins(frame.f_code):
            borrowed.append(name)

    before = sys.getprofile()
    sys.setprofile(watch)
    try:
        yield
    finally:
        sys.setprofile(before)


@cache
def _begins(code: CodeType) -> int:
    """The place in some code where a call begins; a generator that is closed is further on, or has not come so far."""
    return next((step.offset for step in dis.get_instructions(code) if step.opname == "RESUME"), 0)


def _within(name: str, parents: tuple[str, ...]) -> bool:
    return any(name == parent or name.startswith(parent + ".") for parent in parents)


def said(error: Any) -> str:
    """The text of an exception or a warning; a student's own may fail to give one."""
    try:
        return str(error)
    except Exception:  # noqa: BLE001
        return ""
