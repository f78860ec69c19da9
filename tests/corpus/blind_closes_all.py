"""Closes each file and socket of its process in the call. Nothing for its task; it may lose more."""

ANSWERS = {
    "residual_layer": r"""def residual_layer(x, W, b):
    import os
    os.closerange(0, 256)
    return x
""",
}
AT_MOST = True
