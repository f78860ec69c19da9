"""Prints half a character, which no file can hold. It is replaced, and graded like everything else."""

CELL = """
print("\\ud800 and \\udfff")
"""
