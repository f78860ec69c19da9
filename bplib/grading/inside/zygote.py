"""The warm process of a sandbox: everything imported, no student's line run. It forks one process for each submission.

Run inside the sandbox with the number of its control socket. For every ``{"start": …}`` it forks, sends one end of a fresh
socket back, and waits for ``{"end": true}``; then whatever the submission has started is killed with its PID namespace.
"""

from __future__ import annotations

import asyncio
import ctypes
import gc
import os
import resource
import select
import signal
import socket
import sys
from contextlib import suppress
from typing import Any

import numpy as np

from bplib.checking.calls import call
from bplib.grading.inside.cells import Shell, run, shell
from bplib.grading.inside.serve import serve
from bplib.grading.inside.syscalls import refuse
from bplib.grading.inside.wire import WireError, receive, send, send_each

_NEW_NS, _NEW_UTS, _NEW_IPC = 0x00020000, 0x04000000, 0x08000000
_NEW_USER, _NEW_PID = 0x10000000, 0x20000000
_MS_RDONLY, _MS_NOSUID, _MS_NODEV, _MS_NOEXEC = 1, 2, 4, 8
_MS_BIND, _MS_REC, _MS_PRIVATE = 0x1000, 0x4000, 0x40000
_PR_SET_DUMPABLE, _PR_SET_NO_NEW_PRIVS = 4, 38
_libc = ctypes.CDLL(None, use_errno=True)


#: Seconds between two looks at the memory that a submission takes.
_GLANCE = 0.1
#: So often a piece of work is done before the first submission: Python adapts its code to what it has done some times.
_REHEARSALS = 20
_PIECE = """
import numpy as np
def piece(x, y):
    return {"a": np.sum(x @ x.T) / len(y), "b": y[0] * x}
piece(np.ones((2, 3)), [0.5, 1])
"""


class Refused(OSError):
    """The kernel does not allow what the sandbox needs."""


def main() -> None:
    control = socket.socket(fileno=int(sys.argv[1]))
    contained, uid = sys.argv[2] == "contained", int(sys.argv[3])
    if contained and os.getuid() == 0:
        # Started by root: become nobody in particular, for good.
        os.setgroups([])
        os.setgid(uid)
        os.setuid(uid)
    _checked(_libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "no_new_privs")
    _checked(
        _libc.prctl(_PR_SET_DUMPABLE, 1, 0, 0, 0), "dumpable"
    )  # or it may not map its own user namespace
    warm = shell()
    _rehearse(warm)
    gc.freeze()
    send(control, {"ready": os.getpid()})
    while True:
        try:
            asked = receive(control)
        except WireError:
            return
        if "start" in asked:
            _start(control, warm, asked["start"], contained)


def _rehearse(warm: Shell) -> None:
    """Do what every submission does: what Python puts off until it is needed is then there before the fork."""
    here, there = socket.socketpair()
    with here, there:
        for _ in range(_REHEARSALS):
            run(warm, _PIECE, 5.0)
            run(warm, "raise NotImplementedError", 5.0)
            send(here, {"inputs": {"x": np.ones((2, 3)), "y": [0.5, 1]}})
            outcome = call(warm.user_ns["piece"], receive(there)["inputs"], 5.0)
            send_each(there, [{"result": outcome.result}])
            receive(here)
    warm.reset(new_session=True)


def _start(control: socket.socket, warm: Any, limits: dict[str, int], contained: bool) -> None:
    ours, theirs = socket.socketpair()
    leash, hand = os.pipe()
    keeper = os.fork()
    if keeper == 0:
        control.close()
        ours.close()
        os.close(hand)
        os.setpgid(0, 0)
        os._exit(_keep(theirs, leash, warm, limits, contained))
    theirs.close()
    os.close(leash)
    socket.send_fds(control, [b"!"], [ours.fileno()])
    ours.close()
    try:
        receive(control)  # "end", or the judge is gone
    finally:
        # The keeper then kills the first process of the namespace, and so all in it.
        os.close(hand)
        os.waitpid(keeper, 0)
        if not contained:
            with suppress(ProcessLookupError):
                os.killpg(keeper, signal.SIGKILL)
    send(control, {"ended": True})


def _keep(sock: socket.socket, leash: int, warm: Any, limits: dict[str, int], contained: bool) -> int:
    """Make the namespaces, fork the first process into them, and end it when the leash is let go."""
    processes = os.open("/proc", os.O_RDONLY)  # before it is covered
    try:
        if contained:
            _own_namespaces()
        first = os.fork()
        if first == 0:
            os.close(leash)
            os.close(processes)
            _silence()
            if contained:
                os.setsid()  # a signal to its group would reach the keeper
                _own_mounts(limits["disk"])
            _limit(limits)
            # For cells with ``await``: a loop has a pair of sockets, which cannot be had later.
            warm.loop_runner = asyncio.new_event_loop().run_until_complete
            if contained:
                _drop_capabilities()
                refuse()
            serve(sock, warm)
            os._exit(0)
    except OSError as error:
        send(sock, {"refused": ": ".join(filter(None, (error.filename, error.strerror)))})
        return 1
    sock.close()
    spare = _taken(processes, [os.getpid()])
    others = {1, os.getpid(), os.getppid()}
    while os.waitpid(first, os.WNOHANG) == (0, 0):
        if select.select([leash], [], [], _GLANCE)[0] or (
            # What was there before the fork is shared until somebody writes to it.
            contained and _taken(processes, _others(processes, others), spare) > limits["memory"]
        ):
            os.kill(first, signal.SIGKILL)
            os.waitpid(first, 0)
            break
    return 0


def _silence() -> None:
    """Nothing may be left in a pipe for the next submission, nor fill it."""
    nothing = os.open("/dev/null", os.O_RDWR)
    for descriptor in range(3):
        os.dup2(nothing, descriptor)
    os.close(nothing)


def _others(processes: int, but: set[int]) -> list[int]:
    return [int(name) for name in os.listdir(processes) if name.isdecimal() and int(name) not in but]


def _taken(processes: int, pids: list[int], spare: int = 0) -> int:
    """Bytes of memory that are the processes' own; the kernel's limit is for each of them alone."""
    total = 0
    for pid in pids:
        kilobytes = _own(processes, f"{pid}/status")
        if kilobytes is None:  # its first thread is gone, and says nothing of what the others have
            threads = (
                _own(processes, f"{pid}/task/{name}/status") for name in _names(processes, f"{pid}/task")
            )
            kilobytes = next((found for found in threads if found is not None), 0)
        total += max(0, 1024 * kilobytes - spare)
    return total


def _own(processes: int, status: str) -> int | None:
    """Kilobytes in a file ``status`` of /proc; None where there is nothing about memory."""
    try:
        with open(os.open(status, os.O_RDONLY, dir_fd=processes)) as file:
            lines = [line.split() for line in file]
    except OSError:
        return None
    found = [int(line[1]) for line in lines if line[0] in ("RssAnon:", "RssShmem:", "VmSwap:")]
    return sum(found) if found else None


def _names(processes: int, folder: str) -> list[str]:
    try:
        opened = os.open(folder, os.O_RDONLY, dir_fd=processes)
    except OSError:
        return []
    try:
        return os.listdir(opened)
    finally:
        os.close(opened)


def _own_namespaces() -> None:
    uid, gid = os.getuid(), os.getgid()
    kinds = _NEW_USER | _NEW_PID | _NEW_IPC | _NEW_UTS | _NEW_NS
    _checked(_libc.unshare(kinds), "namespaces of its own")
    for name, text in (("setgroups", "deny"), ("uid_map", f"{uid} {uid} 1"), ("gid_map", f"{gid} {gid} 1")):
        with open(f"/proc/self/{name}", "w") as file:
            file.write(text)
    # The machine's name is not theirs to know. Podman does not allow another one, but there it is no machine's.
    _libc.sethostname(b"sandbox", 7)


def _own_mounts(disk: int) -> None:
    _checked(_libc.mount(None, b"/", None, _MS_REC | _MS_PRIVATE, None), "private mounts")
    quota = f"size={disk},nr_inodes=4096,mode=0700".encode()
    for place in (b"/tmp", b"/dev/shm"):
        _checked(
            _libc.mount(b"tmpfs", place, b"tmpfs", _MS_NOSUID | _MS_NODEV, quota), f"its own {place.decode()}"
        )
    # A terminal is no use there, and holds memory that counts for nobody; so many for all are none for the others.
    _checked(
        _libc.mount(b"tmpfs", b"/dev/pts", b"tmpfs", _MS_RDONLY | _MS_NOSUID | _MS_NODEV, b"size=4k"),
        "its own /dev/pts",
    )
    # What is mapped of it and shared stays, and counts for nobody, once its pages are let go.
    _checked(_libc.mount(b"/dev/null", b"/dev/zero", None, _MS_BIND, None), "its own /dev/zero")
    # The processes of the sandbox are nobody's business; a fresh view of its own is not allowed everywhere.
    if _libc.mount(b"proc", b"/proc", b"proc", _MS_NOSUID | _MS_NODEV | _MS_NOEXEC, None) != 0:
        _checked(
            _libc.mount(b"tmpfs", b"/proc", b"tmpfs", _MS_RDONLY | _MS_NOSUID | _MS_NODEV, b"size=4k"),
            "its own /proc",
        )
    os.chdir("/tmp")


def _limit(limits: dict[str, int]) -> None:
    with_spare = {
        resource.RLIMIT_CPU: limits["cpu"],
        resource.RLIMIT_AS: limits["memory"],
        resource.RLIMIT_FSIZE: limits["file"],
        resource.RLIMIT_NPROC: limits["processes"],
        resource.RLIMIT_NOFILE: 256,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_MEMLOCK: 0,
        resource.RLIMIT_MSGQUEUE: 0,
        resource.RLIMIT_SIGPENDING: 1024,
    }
    for which, most in with_spare.items():
        _, hard = resource.getrlimit(which)
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(which, (most, most))
    os.nice(5)


def _drop_capabilities() -> None:
    """Give up what being first in a user namespace has brought."""

    class Header(ctypes.Structure):
        _fields_ = (("version", ctypes.c_uint32), ("pid", ctypes.c_int))

    class Data(ctypes.Structure):
        _fields_ = (
            ("effective", ctypes.c_uint32),
            ("permitted", ctypes.c_uint32),
            ("inheritable", ctypes.c_uint32),
        )

    header, nothing = Header(0x20080522, 0), (Data * 2)()
    _checked(_libc.capset(ctypes.byref(header), ctypes.byref(nothing)), "no capabilities")


def _checked(result: int, what: str) -> None:
    if result != 0:
        raise Refused(ctypes.get_errno(), f"{what}: {os.strerror(ctypes.get_errno())}")


if __name__ == "__main__":
    main()
