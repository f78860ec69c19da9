"""Prints fifty million characters, in one line and in many. Little of it is kept."""

CELL = """
print("x" * 25_000_000)
for _ in range(25):
    print("y\\n" * 500_000)
"""
HARM = "resources"
