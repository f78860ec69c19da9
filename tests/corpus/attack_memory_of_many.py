"""Takes memory in many processes, each below its own limit. The sum counts: the cell is left out."""

LIMITS = {"memory": 2**30, "wall": 20}
CELL = """
import os, time
for _ in range(6):
    if os.fork() == 0:
        kept = [b"x" * (300 * 2**20) for _ in range(2)]
        time.sleep(60)
        os._exit(0)
time.sleep(10)
print("WON")
"""
NOTE = "left out"
