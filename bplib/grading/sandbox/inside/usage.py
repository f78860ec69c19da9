"""What processes use, all together: memory and processor time. The kernel's limits are for each of them alone."""

from __future__ import annotations

import mmap
import os
import struct

_TICKS = os.sysconf("SC_CLK_TCK")
_SECONDS = struct.Struct("dd")


class Meter:
    """What processes have used of a processor, those that are gone included, and how long one has waited for its turn.

    Parameters
    ----------
    processes
        A descriptor of /proc.
    """

    def __init__(self, processes: int) -> None:
        self._processes = processes
        self._seen: dict[tuple[int, str], float] = {}
        self._waited = 0.0

    def look(self, pids: list[int]) -> tuple[float, float]:
        """Read what these have used by now: seconds of all that were ever seen, and the seconds that one of them has waited."""
        for pid in pids:
            fields = _stat(self._processes, pid)
            if fields:  # a process that takes the number of another has begun at another time
                own, waited_for = fields[11:13], fields[13:15]
                self._seen[pid, fields[19]] = (sum(map(int, own)) + sum(map(int, waited_for))) / _TICKS
                self._waited = max(self._waited, _delay(self._processes, pid))
        return sum(self._seen.values()), self._waited


class Shown:
    """Two numbers that one process writes and another reads: seconds of work, and of waiting for a processor."""

    def __init__(self) -> None:
        self._page = mmap.mmap(-1, mmap.PAGESIZE)
        self.put(0.0, 0.0)

    def put(self, used: float, waited: float) -> None:
        """Write them."""
        self._page[: _SECONDS.size] = _SECONDS.pack(used, waited)

    def get(self) -> tuple[float, float]:
        """Read them."""
        used, waited = _SECONDS.unpack(self._page[: _SECONDS.size])
        return float(used), float(waited)

    def close(self) -> None:
        """Have no part in it any more."""
        self._page.close()


def _stat(processes: int, pid: int) -> list[str]:
    """What /proc says of a process after its name, which may hold anything; empty when it is gone."""
    try:
        with open(os.open(f"{pid}/stat", os.O_RDONLY, dir_fd=processes)) as file:
            return file.read().rpartition(")")[2].split()
    except OSError:
        return []


def _delay(processes: int, pid: int) -> float:
    """Seconds for which a process could have run, and others did; 0 where the kernel does not say."""
    try:
        with open(os.open(f"{pid}/schedstat", os.O_RDONLY, dir_fd=processes)) as file:
            return int(file.read().split()[1]) / 1e9
    except (OSError, IndexError, ValueError):
        return 0.0


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
