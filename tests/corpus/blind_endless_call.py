"""Works for ever in the call itself, in plain sight. Nothing for its task, the others keep theirs."""

ANSWERS = {
    "residual_layer": r"""def residual_layer(x, W, b):
    while True: pass
""",
}
LIMITS = {'cpu': 20, 'wall': 60}
