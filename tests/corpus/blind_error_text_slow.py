"""Raises errors whose text takes for ever, and works all the time. Nothing for its task, the others keep theirs."""

ANSWERS = {
    "residual_layer": r"""class Slow(Exception):
    def __str__(self):
        while True: pass
    __repr__ = __str__
def residual_layer(x, W, b):
    raise Slow('a')
""",
}
LIMITS = {'cpu': 20, 'wall': 60}
