"""Takes more memory than there is. It gets none, and goes on."""

LIMITS = {"memory": 2**30}
CELL = """
try:
    kept = [bytearray(200 * 2**20) for _ in range(20)]
    print("WON")
except MemoryError:
    print("refused")
"""
SAYS = "refused"
HARM = "resources"
