"""Does the sandbox hold here? Each limit is tried for real, by code that attacks it as a submission would."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import bplib
from bplib.grading.course import belongings
from bplib.grading.sandbox.attacks import ATTACKS, search
from bplib.grading.sandbox.attacks.attack import BOX, LIMIT, Attack
from bplib.grading.sandbox.outside import Died, Limits, Sandbox, SandboxError, Stalled, Submission, keep_out
from bplib.grading.sandbox.remedies import OPEN, remedy
from bplib.grading.sandbox.shown import VISIBLE

LIMITS = Limits(cell=5, wall=30, cpu=20, memory=2**30, file=2**20, disk=8 * 2**20, processes=32)
STARTS = "bubblewrap builds a sandbox"
SHARE = "each worker has its share of the machine"
UNSEEN, WHOLE = "nothing of yours on its whole disk", "all of Python can be read"
ELSEWHERE = "Move your course and its files to a folder of their own, and leave that of Python to Python."


@dataclass(frozen=True)
class Finding:
    """What was tried, whether the sandbox held, what was seen, and what to do if it did not hold."""

    what: str
    holds: bool
    seen: str
    remedy: str = ""


def examine(secret: Path, yours: Sequence[Path] = ()) -> Iterator[Finding]:
    """Try everything; where there is no sandbox, that is the only finding.

    Parameters
    ----------
    secret
        A file of the instructor's that no submission may read.
    yours
        More of them, and folders: nothing that is in there may be found inside, under whatever name.
    """
    try:
        keep_out(yours)
        with Sandbox() as box, _yours(secret) as words:
            with box.submission(LIMITS) as submission:
                _run(submission, "")
            yield Finding(STARTS, True, "a warm process inside")
            for attack in ATTACKS:
                yield _finding(box, attack, words)
            yield from _search(box, [secret, *yours])
            yield _nothing_left(box)
            yield _share()
    except SandboxError as error:
        yield Finding(STARTS, False, str(error), remedy(str(error)))


@contextmanager
def _yours(secret: Path) -> Iterator[dict[str, str]]:
    """Something of the instructor's to be reached for, by its word in the attacks."""
    name = f"bplib-doctor-{os.getpid()}"
    with socket.create_server(("127.0.0.1", 0)) as server, socket.socket(socket.AF_UNIX) as abstract:
        abstract.bind(f"\0{name}")
        abstract.listen()
        yield {"SECRET": repr(str(secret)), "PORT": str(server.getsockname()[1]), "SOCKET": repr(name)}


def _finding(box: Sandbox, attack: Attack, words: dict[str, str]) -> Finding:
    limits = replace(LIMITS, **attack.limits)
    source = re.sub("SECRET|PORT|SOCKET", lambda word: words[word[0]], attack.source)
    try:
        if attack.before:
            with box.submission(limits) as submission:
                _run(submission, attack.before)
        with box.submission(limits) as submission:
            seen = _run(submission, source)
    except (Died, Stalled) as end:
        seen = str(end)
    holds = re.fullmatch(attack.held, seen, re.DOTALL) is not None
    return Finding(attack.what, holds, seen[:200], "" if holds else attack.remedy)


def _run(submission: Submission, source: str) -> str:
    """The last thing that a cell has printed, or its error."""
    outputs = submission.run(source)
    if not outputs:
        return "no output"
    last = outputs[-1]
    text = str(last.get("text") or f"{last.get('ename')}: {last.get('evalue')}")
    return (text.strip().splitlines() or [""])[-1]


def _search(box: Sandbox, yours: Sequence[Path]) -> Iterator[Finding]:
    """Go through all that can be read inside: nothing of the instructor's may be there, and all of Python has to be."""
    package = Path(bplib.__file__).resolve().parent
    public = belongings.files(package / name for name in VISIBLE)
    hidden = [*belongings.files(yours), *belongings.answers(VISIBLE)]
    sought = search.marks(hidden, public)
    try:
        with box.submission(replace(LIMITS, **search.LIMITS)) as submission:
            submission.run(search.SOURCE)
            (answer,) = submission.calls("search", [sought], search.LIMITS["cell"])
        result = answer.get("result")
        if not isinstance(result, dict):
            raise Died(f"it could not search: {answer.get('failure') or answer}")
    except (Died, Stalled) as end:
        yield Finding(UNSEEN, False, str(end)[:200], BOX)
        return
    found, closed = result["found"], result["closed"]
    seen = f"none of {len(sought['digests'])} files of yours among the {result['count']} that it can see"
    yield Finding(
        UNSEEN,
        not found,
        f"in sight: {', '.join(found)}"[:200] if found else seen,
        ELSEWHERE if found else "",
    )
    seen = f"out of reach: {', '.join(closed)}"[:200] if closed else "each file"
    yield Finding(WHOLE, not closed, seen, OPEN if closed else "")


def _nothing_left(box: Sandbox) -> Finding:
    """Whatever a submission has started is gone when it is over: nothing keeps its mark busy."""
    what = "nothing stays behind"
    mark = f"bplib-doctor-{os.getpid()}"
    with box.submission(LIMITS) as submission:
        _run(submission, f"import subprocess\nsubprocess.Popen(['sleep', '30'], env={{'MARK': {mark!r}}})")
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        if not any(mark.encode() in _environment(path) for path in Path("/proc").glob("[0-9]*/environ")):
            return Finding(what, True, "its processes are gone")
        time.sleep(0.05)
    return Finding(what, False, "a process is still running", BOX)


def _share() -> Finding:
    """Asked in a process of its own, for who takes a share keeps it."""
    program = "from bplib.grading.sandbox.share import Share as S; s = S.take(); print(s.kept); s.give_back()"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False
    )
    kept = done.stdout.strip()
    return Finding(
        SHARE, bool(kept), kept or done.stderr.strip()[-200:] or "nothing keeps it", "" if kept else LIMIT
    )


def _environment(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""
