"""A sandbox for submissions: bubblewrap around one warm process, and namespaces of its own for each submission it forks.

No network, a read-only system of which only Python is to be seen, a private /tmp, an unprivileged user, and limits on time,
memory, processes, files and output. The judge speaks to a submission over one socket (`bplib.grading.sandbox.inside.wire`).
"""

from __future__ import annotations

import os
import select
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np

from bplib.grading.course.places import SOLUTIONS
from bplib.grading.sandbox import box, shown
from bplib.grading.sandbox.inside.wire import Shared, WireError, receive, send

#: Ordinary users' numbers end below; no file belongs to these. Each worker of a machine has its own.
FIRST_USER = 61_000
#: Questions that one call may ask back: a loss, for a gradient by differences of a small network, is asked hundreds of times.
QUESTIONS = 100_000
#: Seconds after which a function is not called again before the judge has looked.
TURN = 1.0
#: By the clock, a cell or a call may take so many times the seconds that it may use of the processor, and so many more.
SLACK, MORE = 3.0, 10.0
#: Seconds between two looks at the processor time of an answer that is late.
LOOK = 0.5


@dataclass(frozen=True)
class Limits:
    """What one submission may use, however often it is started again.

    ``cell`` (for one cell) and ``cpu`` (for all, with what it starts) are seconds of a processor, which decide about points.
    ``judge_cpu`` and ``judge_memory`` are what it may make the judge use. ``wall`` are seconds by the clock. They decide about nothing: who is over them is tried again, and then left to a person.
    """

    cell: float = 30.0
    wall: float = 180.0
    cpu: int = 120
    memory: int = 3 * 2**30
    file: int = 64 * 2**20
    disk: int = 64 * 2**20
    processes: int = 64
    output: int = 16 * 2**20
    judge_cpu: int = 60
    judge_memory: int = 2 * 2**30


class SandboxError(RuntimeError):
    """The sandbox cannot be had; the message says what is missing and what to do."""


#: Says for how many seconds a submission has worked, and for how many it could have and others did.
Usage = Callable[[], tuple[float, float]]


class Died(Exception):
    """The submission's process has ended, or had to be ended; the message says why."""


class Stalled(Exception):
    """An answer did not come, though hardly any processor time was used: it sleeps, or the machine is busy."""


class Sandbox:
    """One warm process in its box; used by one worker, for one submission at a time.

    Parameters
    ----------
    contained
        False runs everything without a box: for the course's own sample class, where nothing else is possible.
    number
        Tells workers apart: each has a user of its own where root starts them.

    Raises
    ------
    SandboxError
        If bubblewrap is missing or may not do its work here, or would show the answers.
    """

    def __init__(self, contained: bool = True, number: int = 0) -> None:
        self.contained, self.user = contained, FIRST_USER + number
        if contained:
            keep_out([SOLUTIONS])
        built, before = box.bubblewrap(_bubblewrap(), self.user) if contained else ([], None)
        ours, theirs = socket.socketpair()
        kind = "contained" if contained else "open"
        command = [*built, *box.python(contained), str(theirs.fileno()), kind, str(self.user)]
        environment = box.ENVIRONMENT if contained else {**os.environ, **box.ENVIRONMENT}
        self._process = subprocess.Popen(
            command, pass_fds=[theirs.fileno()], env=environment, stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
            preexec_fn=before,  # noqa: PLW1509 - it takes no lock, and imports nothing
        )  # fmt: skip
        theirs.close()
        self._control = ours
        ours.settimeout(60)
        try:
            receive(ours)
        except (WireError, TimeoutError):
            raise SandboxError(self._why()) from None

    def _why(self) -> str:
        self._process.kill()
        _, errors = self._process.communicate()
        said = errors.decode(errors="replace").strip().splitlines()
        return f"the sandbox did not start: {said[-1].rstrip('.') if said else 'no reason given'}."

    @contextmanager
    def submission(self, limits: Limits) -> Iterator[Submission]:
        """A fresh process for one submission; nothing that it starts is left when the block ends."""
        send(self._control, {"start": {k: int(v) for k, v in asdict(limits).items()}})
        _, (descriptor,), _, _ = socket.recv_fds(self._control, 1, 1)
        with socket.socket(fileno=descriptor) as sock:
            submission = Submission(sock, limits, self._usage)
            try:
                submission.begin()
                yield submission
            finally:
                send(self._control, {"end": True})
                receive(self._control)

    def _usage(self) -> tuple[float, float]:
        send(self._control, {"usage": True})
        used, waited = receive(self._control)["usage"]
        return float(used), float(waited)

    def close(self) -> None:
        """End the warm process, and with it all that is in the box."""
        self._control.close()
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._process.stderr is not None:
            self._process.stderr.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class Submission:
    """A submission's process, from outside."""

    def __init__(self, sock: socket.socket, limits: Limits, usage: Usage) -> None:
        self._sock, self._limits, self._usage = sock, limits, usage
        self._ends = time.monotonic() + limits.wall
        self._received = 0
        #: What it had used when it last was asked for something and looked at; None once it is asked again.
        self._used: float | None = None

    def processor(self) -> float:
        """Seconds of a processor that it and all that it has started have used, as of its last answer.

        The judge wants to know more often than anything is asked, and to look costs a turn between two processes.
        """
        if self._used is None:
            self._used = self._usage()[0]
        return self._used

    def begin(self) -> None:
        """Wait until it is ready; only before its first line can it be believed what it says of the sandbox.

        Raises
        ------
        SandboxError
            If the kernel does not allow what the sandbox needs.
        """
        first = receive(self._sock, ends=time.monotonic() + 60)
        if isinstance(first, dict) and "refused" in first:
            raise SandboxError(f"the kernel refuses the sandbox {first['refused']}.")

    def lay(self, files: Mapping[str, bytes]) -> None:
        """Put files into its working folder, before its first line.

        Raises
        ------
        Died, Stalled
            As `run` does.
        """
        if files:
            contents = [np.array(bytearray(data), np.uint8) for data in files.values()]
            self._ask({"do": "lay", "names": list(files), "contents": contents}, self._limits.cell)

    def run(self, source: str) -> list[dict[str, Any]]:
        """Run one cell; its outputs as a notebook keeps them.

        Raises
        ------
        Died
            If the process ends, or does not stop when its time is over.
        Stalled
            If it neither works nor ends.
        """
        answer = self._ask({"do": "run", "source": source, "seconds": self._limits.cell}, self._limits.cell)
        outputs = answer.get("outputs")
        kept = [output for output in outputs if isinstance(output, dict)] if isinstance(outputs, list) else []
        self._received += len(repr(kept))
        if self._received > self._limits.output:
            text = "Earlier cells have printed so much that the outputs of this one are not kept.\n"
            return [{"output_type": "stream", "name": "stderr", "text": text}]
        return kept

    def names(self, wanted: Sequence[str]) -> dict[str, bool]:
        """Which of these names exist, and whether they can be called."""
        found = self._ask({"do": "names", "names": list(wanted)}, 10).get("names")
        return {str(k): bool(v) for k, v in found.items()} if isinstance(found, dict) else {}

    def calls(
        self, name: str, inputs: Sequence[dict[str, Any]], timeout: float, listen: bool = False
    ) -> list[dict[str, Any]]:
        """Call a function with one of these inputs after the other; functions among them are answered here.

        With ``listen``, each answer says what was done with the arguments, see `bplib.checking.calling.listening`.

        Returns
        -------
            What came of the first calls, at least of one: a call that fails is the last, and so is one that ends after `TURN`.
        """
        asked = {
            "do": "call", "name": name, "inputs": list(inputs), "timeout": timeout, "within": TURN, "listen": listen,
        }  # fmt: skip
        answers = self._ask(asked, timeout + TURN, list)
        if not 1 <= len(answers) <= len(inputs) or not all(isinstance(answer, dict) for answer in answers):
            raise Died("it sent something that is no answer")
        if "too_large" in answers[0] and len(inputs) > 1:
            return self.calls(name, inputs[:1], timeout, listen)
        return answers

    def _ask(self, message: dict[str, Any], seconds: float, kind: type = dict) -> Any:
        """Send a message and wait for what comes back; it may use the processor for so many seconds."""
        self._used = None
        shared: list[Callable[..., Any]] = []

        def share(function: Callable[..., Any]) -> int:
            shared.append(function)
            return len(shared) - 1

        patience = _Patience(self._sock, self._usage, seconds, self._ends)
        try:
            patience.send(message, share)
            for _ in range(QUESTIONS):
                answer = patience.receive()
                if not isinstance(answer, dict) or "ask" not in answer:
                    break
                patience.send(_answered(shared, answer), share)
            else:
                raise Died(f"it asked more than {QUESTIONS} times in one call")
        except TimeoutError:
            raise patience.over() from None
        except (WireError, OSError) as error:
            raise Died(f"its process ended ({error})") from None
        if not isinstance(answer, kind):
            raise Died("it sent something that is no answer")
        return answer


class _Patience:
    """Messages to and from a submission that has ``seconds`` of a processor, and a few times as long by the clock.

    While it waits for a processor that others have, the clock stands still for it.
    """

    def __init__(self, sock: socket.socket, usage: Usage, seconds: float, latest: float) -> None:
        self._sock, self._usage, self._seconds, self._latest = sock, usage, seconds, latest
        self._began = time.monotonic()
        self._late = self._began + seconds
        self._ends = min(self._began + SLACK * seconds + MORE, latest)
        self._first: tuple[float, float] | None = None

    def send(self, message: Any, share: Shared) -> None:
        """Send a message; a process that does not read it is one that does not answer."""
        self._sock.settimeout(max(0.01, self._ends - time.monotonic()))
        send(self._sock, message, share)

    def receive(self) -> Any:
        """Wait for a message. From the moment at which it is late, look what is done meanwhile."""
        while not select.select([self._sock], [], [], max(0.0, self._next() - time.monotonic()))[0]:
            if self._busy() > self._seconds or time.monotonic() >= self._ends:
                raise TimeoutError
            self._late = time.monotonic() + LOOK
        return receive(self._sock, ends=self._ends)

    def _next(self) -> float:
        return min(self._late, self._ends)

    def _busy(self) -> float:
        """Seconds of a processor since it was late for the first time; for those it waited, there is more time."""
        used, waited = self._usage()
        self._first = self._first or (used, waited)
        longer = self._began + SLACK * self._seconds + MORE + waited - self._first[1]
        self._ends = min(longer, self._latest + waited)
        return used - self._first[0]

    def over(self) -> Died | Stalled:
        """What it means that the time is over."""
        if self._busy() > self._seconds:
            return Died("it did not stop in time")
        took = time.monotonic() - self._began
        return Stalled(f"after {took:.0f} s by the clock it had hardly used the processor")


def keep_out(places: Iterable[Path]) -> None:
    """Make sure that these files and folders lie in none that submissions may see.

    Raises
    ------
    SandboxError
        If one does.
    """
    for place in places:
        folder = shown.showing(place)
        if folder is not None and place.exists():
            raise SandboxError(
                f"{place} lies in {folder}, which submissions see for the sake of Python. "
                "Move your course to a folder of its own."
            )


def _answered(shared: list[Callable[..., Any]], question: dict[str, Any]) -> dict[str, Any]:
    """The value of a trusted function at arguments that come from a submission."""
    try:
        number, arguments, named = question["ask"], question["args"], question["kwargs"]
        if not isinstance(number, int) or not 0 <= number < len(shared) or not isinstance(arguments, list):
            return {"error": "there is no such function"}
        return {"value": shared[number](*arguments, **{str(k): v for k, v in named.items()})}
    except Exception as error:  # noqa: BLE001 - whatever the arguments do to a trusted function
        return {"error": f"{type(error).__name__}: {error}"[:500]}


def _bubblewrap() -> str:
    if sys.platform != "linux":
        raise SandboxError("the sandbox needs Linux: it is made of namespaces, and no other system has them.")
    program = shutil.which("bwrap")
    if program is None:
        raise SandboxError(
            "bubblewrap is not installed: it keeps submissions away from your files and the network."
        )
    return program
