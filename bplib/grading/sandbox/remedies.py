"""What to do where there is no sandbox: by the words of bubblewrap, of the kernel, or of our own."""

from __future__ import annotations

import re

INSTALL = (
    "Install it. On Debian and Ubuntu: sudo apt install bubblewrap. On Fedora: sudo dnf install bubblewrap."
)

ELSEWHERE = """\
Grade in a Linux virtual machine: WSL2 on Windows, Lima or Multipass on macOS. The guide for instructors says how, \
under "Where bubblewrap cannot work"."""

MACHINE = "Grade on a 64-bit Linux for Intel, AMD or ARM processors, with a Python of 64 bits."

OLD = "This bubblewrap is too old. It has to be 0.5.0 or newer; `bwrap --version` says which it is."

#: That of the package apparmor-profiles, bwrap-userns-restrict, is too narrow: what bubblewrap starts has no rights in its
#: namespaces, and so cannot make those that every submission gets for itself.
APPARMOR = """\
AppArmor keeps bubblewrap from user namespaces, as it does on Ubuntu since 23.10. Write these lines as root to \
/etc/apparmor.d/bwrap:

abi <abi/4.0>,
include <tunables/global>
profile bwrap /usr/bin/bwrap flags=(unconfined) {
  userns,
}

and load them: sudo apparmor_parser -r /etc/apparmor.d/bwrap"""

CONTAINER = """\
In a container, run it as an ordinary user and start the container with these options.
Docker: --user 1000 --security-opt seccomp=unconfined --security-opt systempaths=unconfined --security-opt apparmor=unconfined
Podman: --user 1000 --security-opt unmask=ALL; with SELinux (Fedora, RHEL) also --security-opt label=disable
Where the host is an Ubuntu, also there: sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0"""

NAMESPACES = f"""\
User namespaces are forbidden here. Allow them on the machine itself, with the one of these settings that it has:
sudo sysctl -w user.max_user_namespaces=10000
sudo sysctl -w kernel.unprivileged_userns_clone=1
Written to /etc/sysctl.d/60-bplib.conf they stay.

{CONTAINER}"""

READABLE = """\
The user who grades cannot reach Python: it is in a folder of somebody else's. Make the environment again with a Python that \
everybody may read, such as the system's: make clean, then make PYTHON=/usr/bin/python3"""

OPEN = """\
Some of Python, or of its packages, can be read by its owner only, and by nobody inside. Let everybody read the folder that is \
named here: chmod -R go+rX FOLDER"""

#: The first pattern that is found in what was said decides.
REMEDIES = (
    ("bubblewrap is not installed", INSTALL),
    ("needs Linux", ELSEWHERE),
    ("filter of system calls", MACHINE),
    ("Unknown option", OLD),
    (
        "mount proc",
        f"Something hides a part of /proc, as containers do; then there can be no fresh one. {CONTAINER}",
    ),
    ("does not support user namespaces", f"This kernel has no user namespaces: is it WSL1? {ELSEWHERE}"),
    ("slave: Permission denied|pivot_root|mount tmpfs: Permission denied", CONTAINER),
    ("uid.map|RTM_NEWADDR: Operation not permitted|private mounts|its own /", APPARMOR),
    # By root without all rights of root.
    ("RTM_NEWADDR|Creating new namespace failed: Operation not permitted", CONTAINER),
    ("cannot be lent", OPEN),
    ("execvp", READABLE),
    ("namespace", NAMESPACES),
)


def remedy(said: str) -> str:
    """What to do about it, or nothing if nobody knows."""
    return next((advice for pattern, advice in REMEDIES if re.search(pattern, said)), "")
