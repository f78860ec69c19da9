"""Returns a dictionary with a key of many megabytes. The report names what it has, but not all of it: no points."""

ANSWERS = {"residual_layer": "def residual_layer(x, W, b):\n    return {'k' * 4_000_000: x, 1: {2: 3}}"}
