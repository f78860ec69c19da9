"""Answers with a list in a list, 100000 deep. Wrong: nothing for its task."""

ANSWERS = {
    "residual_layer": r"""def residual_layer(x, W, b):
    a = []
    for _ in range(100000):
        a = [a]
    return a
""",
}
