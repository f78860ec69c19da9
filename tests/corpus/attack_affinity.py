"""Wants to run on all processors at once. A submission has one, and keeps to it."""

CELL = """
import os
try:
    os.sched_setaffinity(0, range(os.cpu_count()))
    print("WON")
except OSError:
    print("one processor")
print(len(os.sched_getaffinity(0)))
"""
SAYS = "one processor\n1"
