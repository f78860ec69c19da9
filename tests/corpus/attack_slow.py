"""Sleeps in each call. That says nothing about the answer: a person is told, and the other tasks have their points."""

LIMITS = {"wall": 2.5}
# Where there is more time it is a right answer like any other.
DESERVES = {"residual_layer": 1}
AT_MOST = True
CODE = "stalled"
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
CODE = "stalled"
