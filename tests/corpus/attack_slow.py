"""Answers each call just before it would be late. The time of all is limited: this task costs its own points, no others."""

LIMITS = {"wall": 2.5}
# Where there is more time it is a right answer like any other.
DESERVES = {"residual_layer": 1}
AT_MOST = True
NOTE = "residual_layer"
ANSWERS = {
    "residual_layer": """
import time

def residual_layer(x, W, b):
    time.sleep(0.9)
    return x + np.tanh(x @ W + b)
"""
}
# Where there is more time it is a right answer like any other.
DESERVES = {"residual_layer": 1}
AT_MOST = True
NOTE = "residual_layer"
