"""Does the sandbox hold here? Each limit is tried for real, by code that attacks it as a submission would."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from bplib.grading.sandbox import Died, Limits, Sandbox, SandboxError, Submission

LIMITS = Limits(cell=2, wall=20, cpu=10, memory=2**30, file=2**20, disk=8 * 2**20, processes=32)


@dataclass(frozen=True)
class Finding:
    """What was tried, whether the sandbox held, and what was seen."""

    what: str
    holds: bool
    seen: str


def examine(secret: Path) -> Iterator[Finding]:
    """Try everything; the first finding that does not hold may be the last.

    Parameters
    ----------
    secret
        A file of the instructor's that no submission may read.
    """
    try:
        box = Sandbox()
    except SandboxError as error:
        yield Finding("bubblewrap builds a sandbox", False, _remedy(str(error)))
        return
    yield Finding("bubblewrap builds a sandbox", True, "a warm process inside")
    with box:
        for what, source, holds in _attacks(secret):
            try:
                with box.submission(LIMITS) as submission:
                    seen = _last(submission, source)
            except Died as death:
                seen = f"ended: {death}"
            except SandboxError as error:
                yield Finding(what, False, _remedy(str(error)))
                return
            yield Finding(what, holds(seen), seen)
        yield _nothing_left(box)
        yield _stops_in_time(box)


def _attacks(secret: Path) -> Iterator[tuple[str, str, Callable[[str], bool]]]:
    yield "an unprivileged user", "print(__import__('os').getuid())", lambda s: s.isdigit() and s != "0"
    yield (
        "no network",
        (
            "import socket\ntry:\n    socket.create_connection(('192.0.2.1', 80), 1); print('connected')\n"
            "except OSError as e: print('refused:', e)"
        ),
        lambda s: s.startswith("refused"),
    )
    yield (
        "your files are out of sight",
        (f"import os\nprint('seen' if os.path.exists({str(secret)!r}) else 'not there')"),
        lambda s: s == "not there",
    )
    yield (
        "no answers of the course",
        ("try:\n    import bplib.error; print('seen')\nexcept ImportError: print('not there')"),
        lambda s: s == "not there",
    )
    yield (
        "the system is read-only",
        (
            "try:\n    open('/usr/bplib', 'w'); print('written')\nexcept OSError as e: print('refused:', e.strerror)"
        ),
        lambda s: s.startswith("refused"),
    )
    yield "a /tmp of its own", "print(__import__('os').listdir('/tmp'))", lambda s: s == "[]"
    yield (
        "a limit on files",
        (
            "try:\n    open('/tmp/large', 'wb').write(bytes(4 * 2**20)); print('written')\n"
            "except OSError as e: print('refused:', e.strerror)"
        ),
        lambda s: s.startswith(("refused", "ended")),
    )
    yield (
        "a limit on memory",
        ("try:\n    x = bytearray(4 * 2**30); print('had it')\nexcept MemoryError: print('refused')"),
        lambda s: s == "refused",
    )
    yield (
        "a limit on processes",
        (
            "import os, time\nn = 0\ntry:\n    while n < 200:\n        if os.fork() == 0: time.sleep(30); os._exit(0)\n"
            "        n += 1\n    print('unlimited')\nexcept OSError: print(f'refused after {n}')"
        ),
        lambda s: s.startswith("refused"),
    )
    yield (
        "no other processes in sight",
        (
            "import os\ntry:\n    os.kill(2, 9); print('killed somebody')\nexcept ProcessLookupError: print('nobody there')"
        ),
        lambda s: s == "nobody there",
    )


def _last(submission: Submission, source: str) -> str:
    outputs = submission.run(source)
    if not outputs:
        return "no output"
    last = outputs[-1]
    return str(last.get("text") or f"{last.get('ename')}: {last.get('evalue')}").strip()


def _nothing_left(box: Sandbox) -> Finding:
    """Whatever a submission has started is gone when it is over: nothing keeps its mark busy."""
    what = "nothing stays behind"
    mark = f"bplib-doctor-{os.getpid()}"
    with box.submission(LIMITS) as submission:
        _last(submission, f"import subprocess\nsubprocess.Popen(['sleep', '30'], env={{'MARK': {mark!r}}})")
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        if not any(mark.encode() in _environment(path) for path in Path("/proc").glob("[0-9]*/environ")):
            return Finding(what, True, "its processes are gone")
        time.sleep(0.05)
    return Finding(what, False, "a process is still running")


def _environment(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""


def _stops_in_time(box: Sandbox) -> Finding:
    what = "a limit on time, whatever the code does"
    stubborn = "import signal\nsignal.setitimer(signal.ITIMER_REAL, 0)\nwhile True:\n    try:\n        while True: pass\n    except BaseException: pass"
    started = time.monotonic()
    try:
        with box.submission(replace(LIMITS, cell=1, wall=4)) as submission:
            seen = _last(submission, stubborn)
    except Died as death:
        seen = f"ended: {death}"
    took = time.monotonic() - started
    return Finding(what, took < 15, f"{seen}, after {took:.1f} s")


def _remedy(error: str) -> str:
    if "user namespace" in error or "uid map" in error or "Operation not permitted" in error:
        return (
            f"{error} User namespaces seem to be forbidden here. On Ubuntu 24.04 an AppArmor profile for bwrap allows them; "
            "in Docker, run the container with --security-opt seccomp=unconfined, or grade in a virtual machine."
        )
    return error
