"""Redefines the sum that counts the points: where it would be 0, it is 1. They are counted elsewhere: nothing gained."""

CELL = """
import builtins
builtins.sum = lambda *values, count=sum, **more: count(*values, **more) or 1.0
"""
ANSWERS = {"residual_layer": "def residual_layer(x, W, b):\n    return 0"}
AT_MOST = True
HARM = "points"
