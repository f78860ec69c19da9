"""Signals to its parent, to its group, and to everyone. Nobody hears it."""

CELL = """
import os, signal
for send, target in ((os.kill, 0), (os.killpg, os.getpgrp()), (os.kill, -1), (os.kill, os.getppid())):
    for number in (signal.SIGSTOP, signal.SIGTERM, signal.SIGKILL):
        try:
            send(target, number)
        except OSError as error:
            print("refused", error.strerror)
print("still there")
"""
SAYS = "still there"
