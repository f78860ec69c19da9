"""The filter of system calls, followed instruction by instruction on machines that are not at hand."""

from __future__ import annotations

import errno
import platform
import re
import struct
from pathlib import Path

import pytest

from bplib.grading.sandbox.inside import syscalls

ALLOW, REFUSED = 0x7FFF0000, 0x00050000
#: By machine: how the kernel's audit calls it, and the numbers of calls that Python cannot do without.
MACHINES = {
    "x86_64": (0xC000003E, {"read": 0, "write": 1, "mmap": 9, "futex": 202, "execve": 59, "fork": 57, "exit": 60}),
    "aarch64": (0xC00000B7, {"read": 63, "write": 64, "mmap": 222, "futex": 98, "execve": 221, "exit": 93}),
}  # fmt: skip
I386, ARM, S390X = 0x40000003, 0x40000028, 0x80000016
X32 = 0x40000000
#: What a thread and a child process ask for: no namespace among it.
THREAD, CHILD = 0x003D0F00, 0x01200011
#: F_SETLK, F_SETLKW, F_OFD_SETLK, F_OFD_SETLKW.
LOCKS = {6, 7, 37, 38}
NEW_NAMESPACES = {
    "user": 0x10000000, "mount": 0x00020000, "pid": 0x20000000, "net": 0x40000000, "ipc": 0x08000000,
    "uts": 0x04000000, "cgroup": 0x02000000, "time": 0x00000080,
}  # fmt: skip


def answer(machine: str, number: int, *arguments: int, told: int | None = None) -> int:
    """What the filter for a machine says to a call: a small interpreter of the kernel's instructions."""
    architecture, _ = MACHINES[machine]
    code = syscalls._filter(*syscalls._MACHINES[machine])
    asked = struct.pack(
        "<IIQ6Q", number, architecture if told is None else told, 0, *(*arguments, *[0] * 6)[:6]
    )
    at, accumulator = 0, 0
    while True:
        operation, if_so, if_not, operand = struct.unpack_from("<HBBI", code, 8 * at)
        at += 1
        match operation:
            case 0x20:
                (accumulator,) = struct.unpack_from("<I", asked, operand)
            case 0x15 | 0x35 | 0x45:
                so = {
                    0x15: accumulator == operand, 0x35: accumulator >= operand, 0x45: bool(accumulator & operand)
                }  # fmt: skip
                at += if_so if so[operation] else if_not
            case 0x54:
                accumulator &= operand
            case 0x06:
                return operand
            case _:
                raise AssertionError(f"instruction {at - 1} is {operation:#x}")


def listed(machine: str) -> dict[str, int]:
    return syscalls._MACHINES[machine][1]


@pytest.mark.parametrize("machine", MACHINES)
def test_what_python_needs_is_allowed(machine):
    architecture, needed = MACHINES[machine]
    assert syscalls._MACHINES[machine][0] == architecture
    assert {answer(machine, number) for number in needed.values()} == {ALLOW}
    clone, fcntl = listed(machine)["clone"], listed(machine)["fcntl"]
    assert answer(machine, clone, THREAD) == answer(machine, clone, CHILD) == ALLOW
    harmless = {answer(machine, fcntl, 3, command) for command in set(range(50)) - LOCKS | {1024, 1030}}
    assert harmless == {ALLOW}


@pytest.mark.parametrize("machine", MACHINES)
def test_every_listed_call_is_refused(machine):
    plain = set(listed(machine)) - {"clone", "clone3", "fcntl", "mmap"}
    assert {name: answer(machine, listed(machine)[name]) for name in plain} == dict.fromkeys(
        plain, REFUSED | errno.EPERM
    )
    assert answer(machine, listed(machine)["clone3"]) == REFUSED | errno.ENOSYS


@pytest.mark.parametrize("machine", MACHINES)
@pytest.mark.parametrize("kind", NEW_NAMESPACES)
def test_a_clone_with_any_new_namespace_is_refused(machine, kind):
    flags = NEW_NAMESPACES[kind]
    # The exit signal shares the lowest bits with the time namespace, which clone itself does not know.
    assert answer(machine, listed(machine)["clone"], flags | 0x11) == REFUSED | errno.EPERM
    assert answer(machine, listed(machine)["clone"], flags | 0x11 | 0xFFFFFFFF << 32) == REFUSED | errno.EPERM


@pytest.mark.parametrize("machine", MACHINES)
def test_shared_memory_without_a_file_is_refused_and_no_other(machine):
    def mapped(flags: int) -> int:
        return answer(machine, listed(machine)["mmap"], 0, 4096, 3, flags, 2**64 - 1)

    private, shared = (0x02, 0x22, 0x4022, 0x20022), (0x21, 0x23, 0x4021, 0x21 | 1 << 32)
    assert {mapped(flags) for flags in (*private, 0x01, 0x03, 0x8001)} == {ALLOW}
    assert {mapped(flags) for flags in shared} == {REFUSED | errno.EPERM}


@pytest.mark.parametrize("machine", MACHINES)
@pytest.mark.parametrize("command", LOCKS)
def test_locks_on_parts_of_a_file_are_refused(machine, command):
    for first, second in ((3, command), (3, command | 1 << 32), (2**64 - 1, command)):
        assert answer(machine, listed(machine)["fcntl"], first, second) == REFUSED | errno.EPERM


@pytest.mark.parametrize(
    "machine, told", [("x86_64", I386), ("aarch64", ARM), ("x86_64", S390X), ("aarch64", 0)]
)
def test_calls_of_another_kind_of_program_do_not_exist(machine, told):
    """A 32-bit call comes under other numbers: what is mount here is harmless there, and the other way round."""
    for number in (0, 1, 21, 117, 120, *MACHINES[machine][1].values(), *listed(machine).values()):
        assert answer(machine, number, told=told) == REFUSED | errno.ENOSYS


def test_x32_is_no_way_round():
    for number in (*listed("x86_64").values(), *MACHINES["x86_64"][1].values(), 512, 547):
        assert answer("x86_64", X32 | number) == REFUSED | errno.ENOSYS


@pytest.mark.parametrize(
    "machine, header",
    [("x86_64", "x86_64-linux-gnu/asm/unistd_64.h"), ("aarch64", "asm-generic/unistd.h")],
)
def test_the_numbers_are_those_of_the_kernels_own_headers(machine, header):
    path = Path("/usr/include", header)
    if not path.exists():
        pytest.skip(f"there is no {path}: install linux-libc-dev")
    names = r"^#define __NR(?:3264)?_(\w+)\s+(\d+)$"
    numbers = {name: int(number) for name, number in re.findall(names, path.read_text(), re.MULTILINE)}
    known = {name: number for name, number in listed(machine).items() if name in numbers}
    assert known == {name: numbers[name] for name in known}
    # Headers older than a call do not know it yet.
    assert len(known) > len(listed(machine)) - 5


@pytest.mark.parametrize("machine, pointer", [("riscv64", "P"), ("x86_64", "I"), ("aarch64", "I")])
def test_a_machine_that_is_not_listed_is_refused_by_name(machine, pointer, monkeypatch):
    monkeypatch.setattr(platform, "machine", lambda: machine)
    monkeypatch.setattr(syscalls.struct, "calcsize", lambda _: {"P": 8, "I": 4}[pointer])
    with pytest.raises(OSError, match=f"those of {machine}.*only those of x86_64 and aarch64"):
        syscalls.refuse()
