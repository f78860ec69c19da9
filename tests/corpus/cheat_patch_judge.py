"""Replaces the comparison in the judge's modules, so that everything is right. They are not where it runs: no points."""

HARM = "points"
CELL = """
import importlib
importlib.import_module("bplib.checking.judging.judge")._examine = lambda *_: (None, True)
"""
ANSWERS = {"residual_layer": "def residual_layer(x, W, b):\n    return 0"}
