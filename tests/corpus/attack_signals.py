"""Signals to its parent, to its group, and to everyone. Nobody hears it."""

CELL = """
import os, signal
for send, target in ((os.kill, -1), (os.kill, os.getppid()), (os.kill, 0), (os.killpg, os.getpgrp())):
    for number in (signal.SIGKILL, signal.SIGTERM, signal.SIGSTOP):
        try:
            send(target, number)
        except OSError as error:
            print("refused", error.strerror)
print("still there")
"""
SAYS = "still there"
HARM = "processes batch"
