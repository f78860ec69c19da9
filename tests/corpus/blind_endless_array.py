"""An object whose __array__ never comes back and works all the time. Wrong: nothing for its task, the others keep theirs."""

ANSWERS = {
    "residual_layer": r"""class Slow:
    def __array__(self, *args, **kw):
        while True: pass
    __iter__ = __len__ = __float__ = __array__
def residual_layer(x, W, b):
    return Slow()
""",
}
LIMITS = {'cpu': 20, 'wall': 60}
