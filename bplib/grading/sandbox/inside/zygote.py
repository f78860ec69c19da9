"""The warm process of a sandbox: everything imported, no student's line run. It forks one process for each submission.

Run inside the sandbox with the number of its control socket. For every ``{"start": …}`` it forks, sends one end of a fresh
socket back, says how long the submission has worked, and waited for a processor, whenever it is asked, and waits for ``{"end": true}``; then
whatever the submission has started is killed with its PID namespace.
"""

from __future__ import annotations

import asyncio
import gc
import os
import select
import shutil
import signal
import socket
import sys
import tempfile
from contextlib import suppress

import numpy as np

from bplib.checking.calling.calls import call
from bplib.checking.calling.guards import count_processor_time
from bplib.grading.sandbox.inside import confinement, usage
from bplib.grading.sandbox.inside.cells import Shell, run, shell
from bplib.grading.sandbox.inside.files import work_here
from bplib.grading.sandbox.inside.serve import serve
from bplib.grading.sandbox.inside.wire import WireError, receive, send, send_each

#: Seconds between two looks at what a submission uses.
_GLANCE = 0.1
#: So often a piece of work is done before the first submission: Python adapts its code to what it has done some times.
_REHEARSALS = 20
_PIECE = """
import numpy as np
def piece(x, y):
    return {"a": np.sum(x @ x.T) / len(y), "b": y[0] * x}
piece(np.ones((2, 3)), [0.5, 1])
"""


def main() -> None:
    control = socket.socket(fileno=int(sys.argv[1]))
    contained, uid = sys.argv[2] == "contained", int(sys.argv[3])
    if contained:
        confinement.give_up_root(uid)
    confinement.no_new_rights()
    count_processor_time()
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


def _start(control: socket.socket, warm: Shell, limits: dict[str, int], contained: bool) -> None:
    ours, theirs = socket.socketpair()
    leash, hand = os.pipe()
    used = usage.Shown()
    # Without a box, what is written and laid down must not stay where the instructor works.
    folder = None if contained else tempfile.mkdtemp(prefix="bplib-")
    keeper = os.fork()
    if keeper == 0:
        control.close()
        ours.close()
        os.close(hand)
        os.setpgid(0, 0)
        os._exit(_keep(theirs, leash, warm, limits, folder, used))
    theirs.close()
    os.close(leash)
    socket.send_fds(control, [b"!"], [ours.fileno()])
    ours.close()
    try:
        while "end" not in receive(control):
            send(control, {"usage": list(used.get())})
    finally:  # it is over, or the judge is gone
        # The keeper then kills the first process of the namespace, and so all in it.
        os.close(hand)
        os.waitpid(keeper, 0)
        if not contained:
            with suppress(ProcessLookupError):
                os.killpg(keeper, signal.SIGKILL)
        if folder:
            shutil.rmtree(folder, ignore_errors=True)
    send(control, {"ended": True})
    used.close()


def _keep(
    sock: socket.socket,
    leash: int,
    warm: Shell,
    limits: dict[str, int],
    folder: str | None,
    used: usage.Shown,
) -> int:
    """Make the namespaces, fork the first process into them, and end it at a limit or when the leash is let go.

    With a ``folder`` to work in there is no box.
    """
    contained = folder is None
    processes = os.open("/proc", os.O_RDONLY)  # before it is covered
    try:
        if contained:
            confinement.own_namespaces()
        first = os.fork()
        if first == 0:
            os.close(leash)
            os.close(processes)
            used.close()
            _silence()
            if contained:
                os.setsid()  # a signal to its group would reach the keeper
                confinement.own_mounts(limits["disk"])
            confinement.limit(limits)
            # For cells with ``await``: a loop has a pair of sockets, which cannot be had later.
            warm.loop_runner = asyncio.new_event_loop().run_until_complete
            if contained:
                confinement.close()
            if folder:
                os.chdir(folder)
            work_here()
            serve(sock, warm)
            os._exit(0)
    except OSError as error:
        send(sock, {"refused": ": ".join(filter(None, (error.filename, error.strerror)))})
        return 1
    sock.close()
    spare, meter = usage.taken(processes, [os.getpid()]), usage.Meter(processes)
    ours = {1, os.getpid(), os.getppid()}
    while os.waitpid(first, os.WNOHANG) == (0, 0):
        let_go = select.select([leash], [], [], _GLANCE)[0]
        theirs = usage.others(processes, ours) if contained else [first]
        used.put(*meter.look(theirs))
        if (
            let_go
            or used.get()[0] > limits["cpu"]
            or (contained and usage.taken(processes, theirs, spare) > limits["memory"])
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


if __name__ == "__main__":
    main()
