"""Returns an object that runs code where it is unpickled. Nothing is ever unpickled: no points, and no file."""

ANSWERS = {
    "residual_layer": """
import os

class Bomb:
    def __reduce__(self):
        return os.system, ("touch OUTSIDE/pickled",)

def residual_layer(x, W, b):
    return Bomb()
"""
}
HARM = "writes"
AGAINST = "pickle"
