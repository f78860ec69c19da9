"""Answers with a view of one number as 2**56 numbers by strides of zero. Wrong: nothing for its task."""

ANSWERS = {
    "residual_layer": r"""def residual_layer(x, W, b):
    return np.lib.stride_tricks.as_strided(np.zeros(1), (2 ** 28, 2 ** 28), (0, 0))
""",
}
