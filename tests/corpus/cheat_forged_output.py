"""Shows a report of full points as a test cell would. Points are read from the test cell alone: none."""

CELL = """
from IPython.display import display
report = {"function": "residual_layer", "points": 1.0, "earned": 1.0, "autograde": True, "outputs": []}
display({"text/plain": "1.0", "application/vnd.bplib.report+json": report}, raw=True)
1.0
"""
ANSWERS = {"residual_layer": "def residual_layer(x, W, b):\n    return 0"}
