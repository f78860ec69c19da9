"""How much memory processes have, all together: the kernel's limit is for each of them alone."""

from __future__ import annotations

import os


def taken(processes: int, pids: list[int], spare: int = 0) -> int:
    """Bytes of memory that are the processes' own.

    Parameters
    ----------
    processes
        A descriptor of /proc.
    pids
        Which of them.
    spare
        Bytes that are not counted of each: what was there before the fork is shared until somebody writes to it.
    """
    total = 0
    for pid in pids:
        kilobytes = _own(processes, f"{pid}/status")
        if kilobytes is None:  # its first thread is gone, and says nothing of what the others have
            threads = (
                _own(processes, f"{pid}/task/{name}/status") for name in _names(processes, f"{pid}/task")
            )
            kilobytes = next((found for found in threads if found is not None), 0)
        total += max(0, 1024 * kilobytes - spare)
    return total


def _own(processes: int, status: str) -> int | None:
    """Kilobytes in a file ``status`` of /proc; None where there is nothing about memory."""
    try:
        with open(os.open(status, os.O_RDONLY, dir_fd=processes)) as file:
            lines = [line.split() for line in file]
    except OSError:
        return None
    found = [int(line[1]) for line in lines if line[0] in ("RssAnon:", "RssShmem:", "VmSwap:")]
    return sum(found) if found else None


def _names(processes: int, folder: str) -> list[str]:
    try:
        opened = os.open(folder, os.O_RDONLY, dir_fd=processes)
    except OSError:
        return []
    try:
        return os.listdir(opened)
    finally:
        os.close(opened)


def others(processes: int, but: set[int]) -> list[int]:
    """All processes in sight but these."""
    return [int(name) for name in os.listdir(processes) if name.isdecimal() and int(name) not in but]
