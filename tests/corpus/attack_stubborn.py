"""Loops for ever, catches every exception, and has turned its alarm off. It is ended from outside, and left out."""

LIMITS = {"cell": 1}
CELL = """
import signal
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGALRM, signal.SIGPROF])
while True:
    try:
        while True:
            pass
    except BaseException:
        pass
"""
NOTE = "left out"
HARM = "batch"
