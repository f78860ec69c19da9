"""Leaves an endless loop to children that come and go. The processor time of all counts together: this task costs its points."""

LIMITS = {"cell": 1, "cpu": 6}
NOTE = "residual_layer"
ANSWERS = {
    "residual_layer": """
import os

def residual_layer(x, W, b):
    while True:
        if (child := os.fork()) == 0:
            os.setsid()
            for _ in range(10**7):
                pass
            os._exit(0)
        os.waitpid(child, 0)
"""
}
