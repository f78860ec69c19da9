"""Answers with tuples and dicts 900 deep, under the limit of the sender and perhaps over that of the reader. Wrong: nothing for its task."""

ANSWERS = {
    "residual_layer": r"""def residual_layer(x, W, b):
    a = x
    for i in range(450):
        a = ({'a': a}, )
    return a
""",
}
