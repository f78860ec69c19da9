"""Answers with a list and a dict that hold each other. Wrong: nothing for its task."""

ANSWERS = {
    "residual_layer": r"""def residual_layer(x, W, b):
    a = []
    d = {'a': a}
    a.append(d)
    return d
""",
}
