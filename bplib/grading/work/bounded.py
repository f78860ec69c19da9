"""Work whose cost is bounded, whatever a student has handed in: done on the judge's bench, in a process of its own.

The other side is `bplib.grading.work.bench`.
"""

from __future__ import annotations

import os
import pickle
import signal
import socket
import subprocess
import sys
import time
from typing import Any

import numpy as np

from bplib.grading.sandbox.inside.wire import WireError, receive, send
from bplib.grading.sandbox.outside import SandboxError

#: Seconds for the bench to get ready, on a machine that is busy as well.
START = 120.0
#: Seconds by the clock for a submission beyond its own, and for a page.
MORE, PAGE = 120.0, 60.0
#: Seconds of a processor for a page.
PAGE_CPU = 10
#: Seconds by the clock that the bench may be late with what it has to end by itself.
LATE = 30.0


class Exceeded(Exception):
    """The work took more than it may: ``what`` names a limit, the message is the end of a sentence."""

    def __init__(self, what: str, message: str) -> None:
        super().__init__(message)
        self.what = what


class Bench:
    """A bench, as its worker has it; it does one thing at a time.

    Raises
    ------
    SandboxError
        If it has no sandbox.
    """

    def __init__(self, contained: bool = True) -> None:
        self.contained = contained
        self._control, theirs = socket.socketpair()
        kind = "contained" if contained else "open"
        program = [sys.executable, "-m", "bplib.grading.work.bench", str(theirs.fileno()), kind]
        self._process = subprocess.Popen(
            program, pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
        theirs.close()
        try:
            said = receive(self._control, ends=time.monotonic() + START)
        except (WireError, TimeoutError, OSError) as error:
            self.close()
            raise SandboxError(f"the judge's process did not start ({error}).") from None
        if "refused" in said:
            self.close()
            raise SandboxError(said["refused"])

    def work(self, item: Any, clock: float) -> dict[str, Any]:
        """Have something done; what comes back is plain data of at most `bplib.grading.sandbox.inside.wire.LARGEST` bytes.

        Parameters
        ----------
        item
            A submission, or a page to be set.
        clock
            Seconds after which the bench has ended it, unless the bench itself has come to harm.

        Raises
        ------
        Exceeded
            If it took more than its limits allow, or broke off.
        SandboxError
            If there is no sandbox here.
        """
        ours, theirs = socket.socketpair()
        ends = time.monotonic() + clock + LATE
        with ours:
            try:
                with theirs:
                    self._control.settimeout(clock + LATE)
                    send(self._control, {"item": np.frombuffer(pickle.dumps(item), np.uint8)})
                    socket.send_fds(self._control, [b"!"], [theirs.fileno()])
                answer = _received(ours, ends)
                status = receive(self._control, ends=time.monotonic() + LATE)
            except (WireError, TimeoutError, OSError) as error:
                self.close()
                raise Exceeded("bench", f"broke off ({type(error).__name__}: {error})") from None
        if isinstance(answer, dict) and "refused" in answer:
            raise SandboxError(str(answer["refused"]))
        if not isinstance(answer, dict) or "memory" in answer:
            raise _why(status, isinstance(answer, dict))
        return answer

    @property
    def alive(self) -> bool:
        """Whether it can be given work."""
        return self._process.poll() is None and self._control.fileno() >= 0

    def close(self) -> None:
        """End it, and all that it has started."""
        self._control.close()
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()


def _received(sock: socket.socket, ends: float) -> Any:
    """What the forked process sends; None if it has ended before."""
    try:
        return receive(sock, ends=ends)
    except WireError:
        return None


def _why(status: dict[str, Any], memory: bool) -> Exceeded:
    """What has ended the process that did the work."""
    seconds = status["seconds"]
    if memory:
        return Exceeded("memory", "took more memory than one submission may")
    if status["code"] == -signal.SIGXCPU or (status["code"] == -signal.SIGKILL and not status["clock"]):
        return Exceeded("processor", f"took more than {seconds:.0f} s of processor time")
    if status["clock"]:
        return Exceeded("clock", f"was not done in time, with {seconds:.0f} s of processor time")
    return Exceeded("broken", f"broke off (status {status['code']})")
