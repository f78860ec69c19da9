"""The box: what a submission's world is made of, as the words of a bubblewrap command."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import bplib
from bplib.grading.sandbox import lend, shown

#: All that the warm process is told by its environment.
ENVIRONMENT = {
    "PATH": f"{shown.ENVIRONMENT}/bin:{shown.PYTHON}/bin:/usr/bin:/bin",
    "HOME": "/tmp",
    "LANG": "C.UTF-8",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "IPYTHONDIR": "/tmp/.ipython",
    "MPLCONFIGDIR": "/tmp/.matplotlib",
    "NBGRADER_EXECUTION": "autograde",
}
_CLOSED = (
    "--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts", "--unshare-cgroup-try",
    "--die-with-parent", "--new-session", "--cap-drop", "ALL",
)  # fmt: skip
_AS_USER = ("--unshare-user",)
#: Root needs no user namespace to build the box, and must not be the user inside. Before it has become that one, it could not
#: read by itself what is lent to it.
_AS_ROOT = ("--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID", "--cap-add", "CAP_DAC_OVERRIDE")
#: bplib inside is not the installed one: its checking package is a shell whose checks are made by the judge.
_BOOT = """
import sys
root = sys.argv.pop(1)
sys.path.insert(0, root)
sys.meta_path[:] = [finder for finder in sys.meta_path if "editable" not in type(finder).__module__ + getattr(finder, "__name__", "")]
import bplib.grading.sandbox.inside.stage as stage
stage.set_up(root)
from bplib.grading.sandbox.inside.zygote import main
main()
"""


def python(contained: bool) -> list[str]:
    """The command that starts the warm process; it goes on with its control socket, its kind and its user."""
    program = shown.program() if contained else sys.executable
    root = shown.COURSE if contained else str(Path(bplib.__file__).resolve().parents[1])
    # Isolated, and writing no bytecode: neither variables nor folders of the instructor's change what is imported.
    return [program, "-I", "-B", "-c", _BOOT, root]


def bubblewrap(program: str, user: int) -> tuple[list[str], Callable[[], None] | None]:
    """The command that builds the box with this bubblewrap, up to what runs inside; and what is to be done just before, if anything.

    Parameters
    ----------
    user
        Who a submission is inside, where root builds the box.
    """
    root = os.getuid() == 0
    python, system = [*shown.python(), *shown.course()], [(path, str(path)) for path in shown.system()]
    lent: dict[str, str] = {}
    if root:
        lent = {f"{lend.STAGE}/{k}": str(path) for k, (path, _) in enumerate(python)}
        python = [(Path(stage), place) for stage, (_, place) in zip(lent, python, strict=True)]
    command = [program, *_CLOSED, *(_AS_ROOT if root else _AS_USER)]
    command += ["--proc", "/proc", "--dev", "/dev", "--perms", "1777", "--tmpfs", "/tmp"]
    command += _placed([*system, *python])
    for place in shown.covered():
        command += ["--tmpfs", place, "--remount-ro", place]
    # Where the box is not made by root, its bare folders would be the submission's to write to.
    command += ["--remount-ro", "/dev", "--remount-ro", "/"]
    libraries = any(place.startswith(f"{shown.LIBRARIES}/lib") for _, place in python)
    environment = ENVIRONMENT | ({"LD_LIBRARY_PATH": shown.LIBRARIES} if libraries else {})
    command += ["--clearenv"]
    for pair in environment.items():
        command += ["--setenv", *pair]
    return [*command, "--"], (lambda: lend.lend(user, lent)) if root else None


def _placed(pairs: list[shown.Pair]) -> Iterator[str]:
    """Everything at its place, in folders that are there for nothing else."""
    bare = {"/", "/tmp"}

    def folders(place: str) -> Iterator[str]:
        for parent in map(str, reversed(Path(place).parents)):
            if parent not in bare:
                bare.add(parent)
                yield from ("--perms", "0755", "--dir", parent)

    for source, place in pairs:
        yield from (*folders(place), "--ro-bind", str(source), place)
    for said, place in shown.links():
        yield from (*folders(place), "--symlink", said, place)
