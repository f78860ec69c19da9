"""The machine's first process: no signal from inside ends or stops it. Imports nothing of ours."""

import ctypes
import json
import os
import socket
import subprocess
import sys
import threading
import time

#: Seconds that processes have to go after the command has ended.
PATIENCE = 1.0


def _children(but: set[int]) -> list[int]:
    """The processes that live: all but this one, those that have ended, and ``but``."""
    found = []
    for name in filter(str.isdecimal, os.listdir("/proc")):
        try:
            with open(f"/proc/{name}/stat") as file:
                state = file.read().rpartition(")")[2].split()[0]
        except OSError:
            continue
        if state not in "ZX" and int(name) not in {1, *but}:
            found.append(int(name))
    return found


def _stopped(pid: int) -> bool:
    with open(f"/proc/{pid}/stat") as file:
        return file.read().rpartition(")")[2].split()[0] == "T"


def main() -> None:
    target, port, limit, since, start, command = json.loads(sys.argv[1])
    # Signals from inside do not reach a first process; a debugger would (PR_SET_DUMPABLE).
    ctypes.CDLL(None).prctl(4, 0, 0, 0, 0)
    calls = []
    server = socket.create_server(("127.0.0.1", port))

    def serve() -> None:
        while True:
            calls.append(server.accept())

    threading.Thread(target=serve, daemon=True).start()
    other = subprocess.Popen(["sleep", "100000"], start_new_session=True)
    started = time.monotonic()
    with open("said.txt", "w") as said:
        run = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=said, stderr=said, start_new_session=True
        )
        end = time.monotonic() + start
        while since and not os.path.exists(since) and run.poll() is None and time.monotonic() < end:
            time.sleep(0.02)
        try:
            status = run.wait(limit)
        except subprocess.TimeoutExpired:
            status = None
    seconds = time.monotonic() - started
    left: list[int] = []
    if status is not None:
        # What belongs to the command may take a moment to go.
        end = time.monotonic() + PATIENCE
        while (left := _children({other.pid})) and time.monotonic() < end:
            time.sleep(0.02)
    alive = other.poll() is None and not _stopped(other.pid)
    seen = {
        "exit": status,
        "seconds": round(seconds, 1),
        "left": len(left),
        "alive": alive,
        "connected": len(calls),
    }
    with open(target, "w") as file:
        json.dump(seen, file)


if __name__ == "__main__":
    main()
