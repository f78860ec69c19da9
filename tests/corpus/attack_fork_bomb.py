"""Starts processes without an end. There is a limit, and all of them go when it is over."""

LIMITS = {"processes": 24}
CELL = """
import os, time
try:
    for _ in range(500):
        if os.fork() == 0:
            os.setsid()
            time.sleep(60)
            os._exit(0)
    print("WON")
except OSError as error:
    print("refused", error.strerror)
"""
SAYS = "refused"
HARM = "resources processes"
