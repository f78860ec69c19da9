"""Chooses its processors itself. It has its share, and nothing to choose."""

CELL = """
import os
try:
    os.sched_setaffinity(0, range(os.cpu_count()))
    print("WON")
except OSError:
    print("one processor")
"""
SAYS = "one processor"
