"""Returns an object that turns into an array when it is compared, and takes the truth from there. It stays behind: no points."""

ANSWERS = {
    "residual_layer": """
import sys

class Chameleon:
    def __array__(self, *_, **__):
        frame = sys._getframe()
        while frame:
            if frame.f_locals.get("truth") is not None:
                return np.array(frame.f_locals["truth"])
            frame = frame.f_back
        return np.zeros(1)

def residual_layer(x, W, b):
    return Chameleon()
"""
}
