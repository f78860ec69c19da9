"""Sends signals that stop and end to its group, to its parent and to all. Nobody else is harmed; it may lose by it."""

CELL = r"""import os, signal
for s in (signal.SIGSTOP, signal.SIGTERM, signal.SIGINT, signal.SIGKILL):
    for pid in (0, -1, os.getppid(), -os.getpgrp() or 0):
        try:
            os.kill(pid, s)
        except BaseException as error:
            print(type(error))
"""
AT_MOST = True
LIMITS = {'wall': 30}
