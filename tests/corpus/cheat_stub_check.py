"""Puts its own function in place of the check. The test cell is never run, but judged: no points."""

HARM = "points"
CELL = """
check = lambda name: {"dense_columns": 2.0, "forward_layers": 3.0}.get(name, 1.0)
exercise = lambda name: check
"""
ANSWERS = {"residual_layer": "def residual_layer(x, W, b):\n    return 0"}
