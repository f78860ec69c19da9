"""Takes memory in many processes, each below its own limit. The sum counts: the cell is left out."""

LIMITS = {"memory": 2**30, "wall": 20}
CELL = """
import os, time
here, there = os.pipe()
for _ in range(6):
    if os.fork() == 0:
        kept = [b"x" * (300 * 2**20) for _ in range(2)]
        os.write(there, b"!")
        time.sleep(60)
        os._exit(0)
for _ in range(6):
    os.read(here, 1)
time.sleep(5)
print("WON")
"""
NOTE = "left out"
HARM = "resources"
