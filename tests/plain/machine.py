"""The instructor's machine: bubblewrap as the fence of a test, so that the real one survives what is tried on it.

Inside are an ordinary user, a course, a server, another program of the instructor's, and no sandbox. The fence gives
processes, files in memory and a loopback of its own; they are gone with it.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bplib.grading.course.places import REPOSITORY

#: The course's folder inside, the folder of the instructor's that no submission should touch, and the server's port.
COURSE = Path("/srv/course")
OUTSIDE = COURSE / "private"
PORT = 8641
SECRET = "the-instructors-canary"
#: Bytes of each of the machine's disks.
DISK = 256 * 2**20


@dataclass(frozen=True)
class Seen:
    """What happened on the machine.

    ``exit`` is the command's status, None where it did not end in time. ``left`` counts processes that are still there
    at the end, ``alive`` says whether the instructor's other program is, ``connected`` counts the calls to the server,
    and ``written`` are the files that are new in the instructor's folders.
    """

    exit: int | None = None
    seconds: float = 0.0
    left: int = 0
    alive: bool = True
    connected: int = 0
    written: tuple[str, ...] = field(default=())


def prepared(course: Path) -> None:
    """Give a course what the instructor keeps in it."""
    (course / "private").mkdir(parents=True)
    (course / "private" / "secret").write_text(SECRET, encoding="utf-8")


def run(
    course: Path, command: Sequence[str], limit: float, root: bool = False, since: str = "", start: float = 0.0
) -> Seen:
    """Run a command in a course.

    Parameters
    ----------
    course
        The folder, see `prepared`; it is all that is left of the machine afterwards.
    limit
        Seconds, after which the machine is switched off.
    root
        Whether the command is root inside: where root runs this, our sandbox needs it to build its own.
    since, start
        A file of the course whose appearance starts the seconds of ``limit``, and the seconds it may take to appear:
        how long a command takes to begin depends on what else runs here.
    """
    seen = course / "seen.json"
    arguments = json.dumps([seen.name, PORT, limit, since, start, list(command)])
    watch = [sys.executable, "-I", str(Path(__file__).with_name("watch.py")), arguments]
    try:
        done = subprocess.run(
            [*_fence(course, root), *watch], check=False, timeout=start + limit + 20, capture_output=True, text=True
        )
    except subprocess.TimeoutExpired:
        return Seen(None, limit, written=_written(course))
    if not seen.exists():
        raise RuntimeError(f"the machine did not run: {done.stderr[-2000:]}")
    told = json.loads(seen.read_text(encoding="utf-8"))
    seen.unlink()
    return Seen(**told, written=_written(course))


def _written(course: Path) -> tuple[str, ...]:
    return tuple(sorted(path.name for path in (course / "private").iterdir() if path.name != "secret"))


def _fence(course: Path, root: bool) -> list[str]:
    program = shutil.which("bwrap")
    if program is None:
        raise RuntimeError(
            "bubblewrap is not installed: without it this machine would not survive the tests."
        )
    user = ["--cap-add", "ALL"] if root else ["--unshare-user", "--uid", "1000", "--gid", "1000"]
    command = [
        program,
        *user,
        "--unshare-pid",
        "--as-pid-1",
        "--unshare-net",
        "--unshare-ipc",
        "--die-with-parent",
    ]
    command += ["--new-session", "--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc"]
    for folder in filter(os.path.isdir, ("/dev/shm", "/tmp", "/srv", "/home", "/root", "/opt")):
        command += ["--size", str(DISK), "--perms", "1777", "--tmpfs", folder]
    # What a submission may walk through is the machine inside, not this one; Python and bplib have to be seen.
    for path in dict.fromkeys((sys.base_prefix, sys.prefix, str(REPOSITORY))):
        command += ["--ro-bind", path, path]
    environment = {
        "HOME": str(COURSE),
        "PATH": f"{Path(sys.executable).parent}:{os.environ.get('PATH', '')}",
        "PYTHONPATH": str(REPOSITORY),
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
    }
    for name, value in environment.items():
        command += ["--setenv", name, value]
    return [*command, "--bind", str(course), str(COURSE), "--chdir", str(COURSE), "--"]
