"""Leaves as many dead children as it may, and never asks for them. All tasks keep their points."""

CELL = r"""import os
for _ in range(1000):
    try:
        if os.fork() == 0: os._exit(0)
    except OSError:
        break
"""
