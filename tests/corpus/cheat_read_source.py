"""Reads the answer from the source file of the checks. The file is not there: no points."""

HARM = "points"
CELL = """
import bplib, pathlib
names = {"__name__": "mine"}
for top in [*map(str, bplib.__path__), "/course/bplib"]:
    path = pathlib.Path(top, "checking/exercises/feedforward.py")
    if path.exists():
        exec(path.read_text(), names)
"""
ANSWERS = {"residual_layer": "def residual_layer(x, W, b):\n    return names['_residual'](x, W, b)"}
