"""Answers with a list of a million small lists. Wrong: nothing for its task."""

ANSWERS = {
    "residual_layer": r"""def residual_layer(x, W, b):
    return [[i, [i], (i,)] for i in range(1000000)]
""",
}
