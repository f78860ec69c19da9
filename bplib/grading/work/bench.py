"""The judge's bench: a warm process, with a sandbox, that forks one process for each submission.

What a submission makes the judge do is work as well: to read it, to answer what it asks, to compare, to set its page. All of
that happens in the forked process, which has limits of its own, holds neither gradebook nor journal, and gives back plain data.

Run with the number of its control socket, see `bplib.grading.work.bounded`, which is the other side.
"""

from __future__ import annotations

import gc
import os
import pickle
import resource
import select
import signal
import socket
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, replace
from typing import Any

import numpy as np
import numpy.ma  # np.unique asks for it late, and the notebook of the rehearsal answers nothing that is compared

from bplib.grading.gradebook.sheet import Sheet
from bplib.grading.pages.feedback import written
from bplib.grading.pages.request import Request
from bplib.grading.sandbox.inside.wire import WireError, receive, send
from bplib.grading.sandbox.outside import Limits, Sandbox, SandboxError
from bplib.grading.sandbox.share import Share
from bplib.grading.work.bounded import LATE, MORE, PAGE, PAGE_CPU
from bplib.grading.work.job import Assignment, Job
from bplib.grading.work.submission import BROKEN, grade

#: How a process ends whose sandbox is no longer to be used.
NEW_BOX = 3


def main() -> None:
    control = socket.socket(fileno=int(sys.argv[1]))
    contained = sys.argv[2] == "contained"
    share = Share.take()
    try:
        bench = _Bench(contained, share.number)
    except SandboxError as error:
        _told(control, {"refused": str(error)})
        return
    if not _told(control, {"ready": True}):
        bench.close()
        share.give_back()
        return
    while True:
        try:
            item = pickle.loads(receive(control)["item"].tobytes())  # it comes from our own worker
            _, (descriptor,), _, _ = socket.recv_fds(control, 1, 1)
        except WireError:
            bench.close()
            share.give_back()
            return
        with socket.socket(fileno=descriptor) as answer:
            status = bench.work(item, answer)
        send(control, status)


def _told(control: socket.socket, what: dict[str, Any]) -> bool:
    """Tell the worker; False if it is gone, as after a command that has had nothing to do."""
    try:
        send(control, what)
    except (OSError, WireError):
        return False
    return True


class _Bench:
    """The sandbox, and the one process that uses it at a time."""

    def __init__(self, contained: bool, number: int) -> None:
        self._contained, self._number = contained, number
        self._box = Sandbox(contained, number)
        self._rehearsed: set[Assignment | str] = set()

    def work(self, item: Job | Request, answer: socket.socket) -> dict[str, Any]:
        """Let a new process do it; say how that has ended, and what it has used."""
        make: Callable[[], dict[str, Any]]
        if isinstance(item, Job):
            limits = item.assignment.limits
            clock, make = limits.wall + MORE, lambda: _graded(self._box, item)
            self._rehearse(item.assignment)
        else:
            limits, clock, make = Limits(judge_cpu=PAGE_CPU), PAGE, lambda: _page(item)
            self._rehearse(item.released)
        child = os.fork()
        if child == 0:
            _end(make, answer, limits)
        answer.close()
        timed_out = not _ended(child, clock)
        if timed_out:
            os.kill(child, signal.SIGKILL)
        _, status, used = os.wait4(child, 0)
        code = os.waitstatus_to_exitcode(status)
        if code != 0:
            self._renew()
        return {"code": code, "clock": timed_out, "seconds": used.ru_utime + used.ru_stime}

    def _rehearse(self, what: Assignment | str) -> None:
        """Do once with the notebook that students got, which is ours, what every one of them costs.

        What libraries put off until it is needed, and what is remembered of an exercise, is then there before the fork; each page
        would take ten times as long without.
        """
        if what in self._rehearsed:
            return
        self._rehearsed.add(what)
        with suppress(Exception):  # what is wrong is said of the first submission
            if isinstance(what, str):
                written(Request(Sheet("", "", "", 0.0, 0.0, 0.0, {}, {}), what, "", what))
            else:
                grade(self._box, _untouched(what))
        gc.freeze()  # what is there now stays, and need not be looked through again and again

    def _renew(self) -> None:
        """Nobody knows what the process that has died was saying to the sandbox."""
        self.close()
        self._box = Sandbox(self._contained, self._number)

    def close(self) -> None:
        """End the sandbox."""
        with suppress(OSError):
            self._box.close()


def _untouched(assignment: Assignment) -> Job:
    """What students got, as if somebody had handed it in; the worker waits no longer for the first submission than for others."""
    limits = replace(assignment.limits, wall=min(assignment.limits.wall, LATE / 2))
    brief, text = replace(assignment, limits=limits), assignment.released
    return Job(brief, "", f"{assignment.exercise}.ipynb", text.encode(), 0, "")


def _ended(child: int, seconds: float) -> bool:
    """Wait so long, at most."""
    descriptor = os.pidfd_open(child)
    try:
        return bool(select.select([descriptor], [], [], seconds)[0])
    finally:
        os.close(descriptor)


def _end(make: Callable[[], dict[str, Any]], answer: socket.socket, limits: Limits) -> None:
    """Do the work within the limits, send what comes of it, and never return."""
    code = 1
    try:
        _limit(limits)
        made = make()
        answer.settimeout(60)
        send(answer, made)
        code = NEW_BOX if made.get("code") == BROKEN else 0
    except SandboxError as error:
        with suppress(OSError, WireError):
            send(answer, {"refused": str(error)})
    except MemoryError:
        with suppress(OSError, WireError):
            send(answer, {"memory": True})
    finally:
        os._exit(code)


def _limit(limits: Limits) -> None:
    """Take the limits that the kernel keeps, on top of what is there already."""
    with open("/proc/self/statm") as file:
        there = int(file.read().split()[0]) * resource.getpagesize()
    for which, most in (
        (resource.RLIMIT_AS, there + limits.judge_memory),
        (resource.RLIMIT_CPU, limits.judge_cpu),
        (resource.RLIMIT_CORE, 0),
    ):
        _, hard = resource.getrlimit(which)
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(which, (most, most))


def _graded(box: Sandbox, job: Job) -> dict[str, Any]:
    fields = asdict(grade(box, job))
    text = fields.pop("notebook").encode()
    fields["evidence"] = [list(item) for item in fields["evidence"]]
    return {"result": fields, "code": fields["code"], "notebook": np.frombuffer(text, np.uint8)}


def _page(request: Request) -> dict[str, Any]:
    page = written(request)
    return {"page": None if page is None else np.frombuffer(page.encode(errors="replace"), np.uint8)}


if __name__ == "__main__":
    main()
