"""Reads the answer from the source file of the checks. The file is not there: no points."""

FOOLS = True
ANSWERS = {
    "residual_layer": """
import bplib, pathlib

def residual_layer(x, W, b):
    for top in [*map(str, bplib.__path__), "/course/bplib"]:
        path = pathlib.Path(top, "checking/exercises/feedforward.py")
        if path.exists():
            names = {"__name__": "mine"}
            exec(path.read_text(), names)
            return names["_residual"](x, W, b)
"""
}
