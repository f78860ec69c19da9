"""Keeps memory in locks on single bytes of a file, which count for no limit. None can be had."""

CELL = """
import fcntl
with open("/tmp/locks", "wb") as file:
    try:
        for at in range(0, 20_000, 2):
            fcntl.lockf(file, fcntl.LOCK_EX, 1, at)
        print("WON")
    except OSError:
        print("refused")
"""
SAYS = "refused"
HARM = "resources"
