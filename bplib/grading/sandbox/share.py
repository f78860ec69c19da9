"""A worker's share of its machine: a number that no other worker there has, and a processor of its own.

A submission that forks fifty children, or never stops, is slow itself; the one beside it has another processor. What a
submission starts inherits this, and the filter of system calls keeps it from choosing another.
"""

from __future__ import annotations

import os
import socket
from contextlib import suppress
from dataclasses import dataclass

#: Workers on one machine, at most.
MOST = 4000


@dataclass(frozen=True)
class Share:
    """What one worker has, as long as this object is there."""

    number: int
    processor: int
    _hold: socket.socket

    @staticmethod
    def take() -> Share:
        """The first number that is free, and its processor; this process and all that it starts keep to that one."""
        for number in range(MOST):
            hold = socket.socket(socket.AF_UNIX)
            try:
                # A name without a file: it is free again when the process ends, however it ends.
                hold.bind(f"\0bplib-worker-{number}")
            except OSError:
                hold.close()
                continue
            allowed = sorted(os.sched_getaffinity(0))
            processor = allowed[number % len(allowed)]
            with suppress(OSError):  # a container may forbid it; `bplib doctor` looks
                os.sched_setaffinity(0, {processor})
            return Share(number, processor, hold)
        raise RuntimeError(f"more than {MOST} workers grade on this machine")
