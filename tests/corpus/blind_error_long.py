"""Raises an error whose text is 40 million characters, other ones each time. Nothing for its task."""

ANSWERS = {
    "residual_layer": r"""def residual_layer(x, W, b):
    raise ValueError(str(x) * 10 + '<b>' * 13000000)
""",
}
