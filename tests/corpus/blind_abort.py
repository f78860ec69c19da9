"""Ends its process with abort() in each call, hoping for a core. Nothing for its task, the others keep theirs."""

ANSWERS = {
    "residual_layer": r"""def residual_layer(x, W, b):
    import os
    os.abort()
""",
}
