"""What shuts a submission's process in: namespaces, mounts, limits, no rights, and a filter of system calls.

Each step is taken by the process itself, in this order, before the first line of a student's is run.
"""

from __future__ import annotations

import ctypes
import os
import resource

from bplib.grading.sandbox.inside.syscalls import refuse

_NEW_NS, _NEW_UTS, _NEW_IPC = 0x00020000, 0x04000000, 0x08000000
_NEW_USER, _NEW_PID = 0x10000000, 0x20000000
_MS_RDONLY, _MS_NOSUID, _MS_NODEV, _MS_NOEXEC = 1, 2, 4, 8
_MS_BIND, _MS_REC, _MS_PRIVATE = 0x1000, 0x4000, 0x40000
_PR_SET_DUMPABLE, _PR_SET_NO_NEW_PRIVS = 4, 38
_libc = ctypes.CDLL(None, use_errno=True)


class Refused(OSError):
    """The kernel does not allow what the sandbox needs."""


def give_up_root(uid: int) -> None:
    """Become nobody in particular, for good, where root has started this."""
    if os.getuid() == 0:
        os.setgroups([])
        os.setgid(uid)
        os.setuid(uid)


def no_new_rights() -> None:
    """Let no program that is started bring rights with it."""
    _checked(_libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "no_new_privs")
    # Or it may not map its own user namespace.
    _checked(_libc.prctl(_PR_SET_DUMPABLE, 1, 0, 0, 0), "dumpable")


def own_namespaces() -> None:
    """Take namespaces of its own; that of processes is for those that are forked from now on."""
    uid, gid = os.getuid(), os.getgid()
    kinds = _NEW_USER | _NEW_PID | _NEW_IPC | _NEW_UTS | _NEW_NS
    _checked(_libc.unshare(kinds), "namespaces of its own")
    for name, text in (("setgroups", "deny"), ("uid_map", f"{uid} {uid} 1"), ("gid_map", f"{gid} {gid} 1")):
        with open(f"/proc/self/{name}", "w") as file:
            file.write(text)
    # The machine's name is not theirs to know. Podman does not allow another one, but there it is no machine's.
    _libc.sethostname(b"sandbox", 7)


def own_mounts(disk: int) -> None:
    """See folders of its own in the places that can be written to, of ``disk`` bytes each, and no processes but its own."""
    _checked(_libc.mount(None, b"/", None, _MS_REC | _MS_PRIVATE, None), "private mounts")
    quota = f"size={disk},nr_inodes=4096,mode=0700".encode()
    for place in (b"/tmp", b"/dev/shm"):
        _checked(
            _libc.mount(b"tmpfs", place, b"tmpfs", _MS_NOSUID | _MS_NODEV, quota), f"its own {place.decode()}"
        )
    # A terminal is no use there, and holds memory that counts for nobody; so many for all are none for the others.
    _cover(b"/dev/pts")
    # What is mapped of it and shared stays, and counts for nobody, once its pages are let go.
    _checked(_libc.mount(b"/dev/null", b"/dev/zero", None, _MS_BIND, None), "its own /dev/zero")
    # The processes of the sandbox are nobody's business; a fresh view of its own is not allowed everywhere.
    if _libc.mount(b"proc", b"/proc", b"proc", _MS_NOSUID | _MS_NODEV | _MS_NOEXEC, None) != 0:
        _cover(b"/proc")
    os.chdir("/tmp")


def _cover(place: bytes) -> None:
    """Lay an empty folder over one that is not for a submission."""
    flags = _MS_RDONLY | _MS_NOSUID | _MS_NODEV
    _checked(_libc.mount(b"tmpfs", place, b"tmpfs", flags, b"size=4k"), f"its own {place.decode()}")


def limit(limits: dict[str, int]) -> None:
    """Take the limits that the kernel keeps; see `bplib.grading.sandbox.outside.Limits`."""
    most_of = {
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
    for which, most in most_of.items():
        _, hard = resource.getrlimit(which)
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(which, (most, most))
    os.nice(5)


def close() -> None:
    """Drop all rights, and ask the kernel for nothing more than a notebook needs."""
    _drop_capabilities()
    refuse()


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
