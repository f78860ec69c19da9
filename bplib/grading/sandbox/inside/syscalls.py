"""What a submission may not ask of the kernel: what no exercise needs, and what gets round a limit of the sandbox.

A new user namespace would bring the right to mount a disk without a limit. Memory counts for no limit at all where it is in
files without a name, in semaphores and segments of System V, in what waits in a socket, in locks on parts of a file, or in
shared pages of which a process has let go: with sockets alone, one submission can take all that a machine has. Of some things
a whole machine, or a user, has only so many. A worker has one processor, and its submissions no other. Keys outlive the submission that has left them, and there are sockets that no
network namespace holds back, such as those from a virtual machine to its host.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import struct
import sys

#: By machine: the number by which the kernel knows it, and those of the calls that are refused.
_MACHINES = {
    "x86_64": (
        0xC000003E,
        {
            "clone": 56, "clone3": 435, "ptrace": 101, "unshare": 272, "setns": 308, "mount": 165, "umount2": 166,
            "pivot_root": 155, "chroot": 161, "open_tree": 428, "move_mount": 429, "fsopen": 430, "fsconfig": 431,
            "fsmount": 432, "mount_setattr": 442, "add_key": 248, "request_key": 249, "keyctl": 250,
            "memfd_create": 319, "memfd_secret": 447, "shmget": 29, "msgget": 68, "semget": 64,
            "io_uring_setup": 425, "socket": 41, "socketpair": 53, "fcntl": 72, "mmap": 9, "bpf": 321,
            "perf_event_open": 298, "userfaultfd": 323,
            "io_setup": 206, "inotify_init": 253, "inotify_init1": 294, "fanotify_init": 300,
            "process_vm_readv": 310, "process_vm_writev": 311, "pidfd_getfd": 438, "sched_setaffinity": 203,
        },
    ),
    "aarch64": (
        0xC00000B7,
        {
            "clone": 220, "clone3": 435, "ptrace": 117, "unshare": 97, "setns": 268, "mount": 40, "umount2": 39,
            "pivot_root": 41, "chroot": 51, "open_tree": 428, "move_mount": 429, "fsopen": 430, "fsconfig": 431,
            "fsmount": 432, "mount_setattr": 442, "add_key": 217, "request_key": 218, "keyctl": 219,
            "memfd_create": 279, "memfd_secret": 447, "shmget": 194, "msgget": 186, "semget": 190,
            "io_uring_setup": 425, "socket": 198, "socketpair": 199, "fcntl": 25, "mmap": 222, "bpf": 280,
            "perf_event_open": 241, "userfaultfd": 282,
            "io_setup": 0, "inotify_init1": 26, "fanotify_init": 262,
            "process_vm_readv": 270, "process_vm_writev": 271, "pidfd_getfd": 438, "sched_setaffinity": 122,
        },
    ),
}  # fmt: skip
_NEW_NAMESPACES = 0x7E020080
#: Calls that are refused with some values of an argument, under a mask: which argument, the mask, the values.
_REFUSED_WITH = {
    "fcntl": (1, 0xFFFFFFFF, (6, 7, 37, 38)),  # F_SETLK, F_SETLKW, F_OFD_SETLK, F_OFD_SETLKW
    "mmap": (3, 0x2F, (0x21, 0x23)),  # MAP_ANONYMOUS with MAP_SHARED or MAP_SHARED_VALIDATE
}
_PR_SET_SECCOMP, _MODE_FILTER = 22, 2
_ALLOW, _ERRNO = 0x7FFF0000, 0x00050000
_LOAD, _AND, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x54, 0x15, 0x35, 0x45, 0x06
_NUMBER, _MACHINE, _ARGUMENTS = 0, 4, 16


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p))


def refuse() -> None:
    """Refuse these calls to this process and all that it starts, for good.

    Raises
    ------
    OSError
        If the kernel has no filters, or the calls of this machine are not listed here.
    """
    machine, bits = platform.machine(), 8 * struct.calcsize("P")
    if machine not in _MACHINES or bits != 64 or sys.byteorder != "little":
        raise OSError(
            errno.ENOSYS,
            f"a filter of system calls: those of {machine} with a Python of {bits} bits are not listed, "
            f"only those of {' and '.join(_MACHINES)} with 64",
        )
    code = _filter(*_MACHINES[machine])
    program = _Program(len(code) // 8, code)
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_SECCOMP, _MODE_FILTER, ctypes.byref(program), 0, 0) != 0:
        raise OSError(ctypes.get_errno(), f"a filter of system calls: {os.strerror(ctypes.get_errno())}")


def _filter(machine: int, numbers: dict[str, int]) -> bytes:
    """The kernel's little program; a jump says how many instructions are passed over if so, and if not."""
    never, unknown = _ERRNO | errno.EPERM, _ERRNO | errno.ENOSYS
    steps = [
        (_LOAD, 0, 0, _MACHINE), (_EQUAL, 1, 0, machine), (_RETURN, 0, 0, unknown),
        # Above are the calls of x32, the same under other numbers.
        (_LOAD, 0, 0, _NUMBER), (_AT_LEAST, 0, 1, 0x40000000), (_RETURN, 0, 0, unknown),
        # Its flags lie where no filter can look; whoever calls it falls back on clone.
        (_EQUAL, 0, 1, numbers["clone3"]), (_RETURN, 0, 0, unknown),
    ]  # fmt: skip
    for name, number in numbers.items():
        if name not in ("clone", "clone3", *_REFUSED_WITH):
            steps += [(_EQUAL, 0, 1, number), (_RETURN, 0, 0, never)]
    steps += [
        (_EQUAL, 0, 4, numbers["clone"]), (_LOAD, 0, 0, _ARGUMENTS), (_ANY_BIT, 0, 1, _NEW_NAMESPACES),
        (_RETURN, 0, 0, never), (_RETURN, 0, 0, _ALLOW),
    ]  # fmt: skip
    for name, (argument, mask, values) in _REFUSED_WITH.items():
        left = len(values)
        steps += [
            (_EQUAL, 0, left + 4, numbers[name]),
            (_LOAD, 0, 0, _ARGUMENTS + 8 * argument),
            (_AND, 0, 0, mask),
        ]
        steps += [(_EQUAL, left - k, 0, value) for k, value in enumerate(values)]
        steps += [(_RETURN, 0, 0, _ALLOW), (_RETURN, 0, 0, never)]
    steps += [(_RETURN, 0, 0, _ALLOW)]
    return b"".join(struct.pack("<HBBI", *step) for step in steps)
