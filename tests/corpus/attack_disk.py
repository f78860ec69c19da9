"""Fills its folders. There is little room in them, and it is nobody else's."""

LIMITS = {"disk": 8 * 2**20}
CELL = """
import os
written = 0
for folder in ("/tmp", "/dev/shm"):
    try:
        for number in range(10_000):
            with open(f"{folder}/{number}", "wb") as file:
                written += file.write(bytes(2**20))
    except OSError as error:
        print("refused", error.strerror)
    for number in range(20):
        if os.path.exists(f"{folder}/{number}"):
            os.remove(f"{folder}/{number}")
print("WON" if written > 200 * 2**20 else written)
"""
SAYS = "refused"
HARM = "resources"
