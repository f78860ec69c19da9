"""A worker's share of its machine: one processor's worth of time, for itself and all that it starts.

A submission that forks fifty children, or never stops, is slow itself; the one beside it has a share of its own. Where a control
group may be had, it is the kernel that counts; everywhere else each worker keeps to one fixed processor.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

#: Workers on one machine, at most.
MOST = 4000
#: Where control groups are, and microseconds: in each period, so much for all together.
GROUPS, PERIOD = Path("/sys/fs/cgroup"), 100_000


@dataclass(frozen=True)
class Share:
    """What one worker has, as long as this object is there: a number that no other worker of the machine has, and a share.

    ``kept`` says by what the share is kept; empty where nothing does.
    """

    number: int
    kept: str
    _hold: socket.socket
    _group: Path | None = None

    @staticmethod
    def take() -> Share:
        """The first number that is free; this process and all that it starts have one processor's worth from now on."""
        for number in range(MOST):
            hold = socket.socket(socket.AF_UNIX)
            try:
                # A name without a file: it is free again when the process ends, however it ends.
                hold.bind(f"\0bplib-worker-{number}")
            except OSError:
                hold.close()
                continue
            group = _enter_group(number)
            kept = "a control group with one processor's worth of time" if group else _one_processor(number)
            return Share(number, kept, hold, group)
        raise RuntimeError(f"more than {MOST} workers grade on this machine")

    def give_back(self) -> None:
        """Leave no empty group behind. A worker that is killed leaves one, which the next takes over."""
        if self._group is not None:
            with suppress(OSError):
                (self._group.parent / "cgroup.procs").write_text(str(os.getpid()))
                self._group.rmdir()


def _enter_group(number: int) -> Path | None:
    """Enter a control group of one processor's worth, where one may be had."""
    for folder, names, values in _groups(Path("/proc/self/cgroup").read_text()):
        own = folder / f"bplib-{number}"
        try:
            own.mkdir(exist_ok=True)
            for name, value in zip(names, values, strict=True):
                (own / name).write_text(value)
            (own / "cgroup.procs").write_text(str(os.getpid()))
        except OSError:
            with suppress(OSError):
                own.rmdir()
            continue
        return own
    return None


def _groups(text: str) -> Iterator[tuple[Path, tuple[str, ...], tuple[str, ...]]]:
    """Where a group with a share of the processor could be made, and how: in version 2 of control groups, and in version 1."""
    for line in text.splitlines():
        _, kinds, path = line.split(":", 2)
        if not kinds and (GROUPS / "cgroup.controllers").exists():
            yield GROUPS / path.lstrip("/"), ("cpu.max",), (f"{PERIOD} {PERIOD}",)
        elif "cpu" in kinds.split(","):
            names = ("cpu.cfs_period_us", "cpu.cfs_quota_us")
            yield GROUPS / kinds / path.lstrip("/"), names, (str(PERIOD), str(PERIOD))


def _one_processor(number: int) -> str:
    """Keep to one processor; workers with other numbers have others, as far as there are."""
    allowed = sorted(os.sched_getaffinity(0))
    mine = allowed[number % len(allowed)]
    try:
        os.sched_setaffinity(0, {mine})
    except OSError:  # a container may forbid it
        return ""
    return f"processor {mine}, and no other"
