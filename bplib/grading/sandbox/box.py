"""The box: what a submission's world is made of, as the words of a bubblewrap command."""

from __future__ import annotations

import os
import site
import sys
from pathlib import Path

import bplib

#: All of bplib that a submission can see. What answers an exercise is not there.
VISIBLE = (
    "__init__.py",
    "data.py",
    "plots",
    "progress.py",
    "types.py",
    "checking/calling/__init__.py",
    "checking/calling/calls.py",
    "checking/calling/guards.py",
    "checking/calling/listening.py",
    "grading/sandbox/inside",
)
#: Where that is, inside.
_COURSE = "/course"
#: All that the warm process is told by its environment.
ENVIRONMENT = {
    "PATH": "/usr/bin:/bin",
    "HOME": "/tmp",
    "LANG": "C.UTF-8",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "IPYTHONDIR": "/tmp/.ipython",
    "MPLCONFIGDIR": "/tmp/.matplotlib",
    "NBGRADER_EXECUTION": "autograde",
}
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
    root = _COURSE if contained else str(Path(bplib.__file__).resolve().parents[1])
    # Isolated, and writing no bytecode: neither variables nor folders of the instructor's change what is imported.
    return [sys.executable, "-I", "-B", "-c", _BOOT, root]


def bubblewrap(program: str) -> list[str]:
    """The command that builds the box with this bubblewrap, up to what runs inside."""
    command = [
        program,
        "--unshare-ipc",
        "--unshare-pid",
        "--unshare-net",
        "--unshare-uts",
        "--unshare-cgroup-try",
    ]
    command += ["--die-with-parent", "--new-session"]
    if os.getuid() == 0:
        # Root needs no user namespace to build the box, and must not be the user inside.
        command += ["--cap-drop", "ALL", "--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"]
    else:
        command += ["--unshare-user", "--cap-drop", "ALL"]
    command += ["--proc", "/proc", "--dev", "/dev", "--perms", "1777", "--tmpfs", "/tmp"]
    for source, target in _seen():
        for parent in reversed(Path(target).parents):
            if str(parent) not in ("/", "/usr", "/tmp"):
                command += ["--perms", "0755", "--dir", str(parent)]
        command += ["--ro-bind", source, target]
    for link in ("lib", "lib64", "bin", "sbin"):
        path = Path("/", link)
        if path.is_symlink():
            command += ["--symlink", os.readlink(path), str(path)]
        elif path.exists():
            command += ["--ro-bind", str(path), str(path)]
    installed = Path(site.getsitepackages()[0], "bplib")
    if installed.exists():
        command += ["--tmpfs", str(installed)]
        command += ["--remount-ro", str(installed)]
    # Where the box is not made by root, its bare folders would be the submission's to write to.
    command += ["--remount-ro", "/dev", "--remount-ro", "/"]
    return [
        *command,
        "--clearenv",
        *(part for pair in ENVIRONMENT.items() for part in ("--setenv", *pair)),
        "--",
    ]


def _seen() -> list[tuple[str, str]]:
    """What there is to be read inside: the system's programs, Python with its packages, and a little of bplib."""
    pairs = [("/usr", "/usr")]
    for prefix in dict.fromkeys([sys.base_prefix, sys.prefix]):
        if not Path(prefix).is_relative_to("/usr"):
            pairs.append((prefix, prefix))
    # Where libraries are, and which of several: Debian's own numpy finds its BLAS by the latter.
    pairs += [(path, path) for path in ("/etc/ld.so.cache", "/etc/alternatives") if Path(path).exists()]
    package = Path(bplib.__file__).resolve().parent
    pairs += [(str(package / name), f"{_COURSE}/bplib/{name}") for name in VISIBLE]
    return pairs
