"""Leaves the work to a child in a session of its own, and waits for it. Nobody waits for ever: a person is told."""

LIMITS = {"cell": 1, "wall": 4}
CODE = "stalled"
ANSWERS = {
    "residual_layer": """
import os, time

def residual_layer(x, W, b):
    if (child := os.fork()) == 0:
        os.setsid()
        time.sleep(600)
        os._exit(0)
    os.waitpid(child, 0)
    return x + np.tanh(x @ W + b)
"""
}
