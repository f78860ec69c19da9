"""Writes to the descriptors that it has inherited until they are full. They lead nowhere."""

LIMITS = {"cell": 5}
CELL = """
import os
for descriptor in (1, 2):
    for _ in range(100):
        os.write(descriptor, bytes(65536))
print("written")
"""
SAYS = "written"
