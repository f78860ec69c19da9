"""Answers with a list of 60000 arrays, half of them empty. Wrong: nothing for its task."""

ANSWERS = {
    "residual_layer": r"""def residual_layer(x, W, b):
    return [np.zeros(i % 2) for i in range(60000)]
""",
}
