"""Right, but the array is a view with negative strides of a larger one in the other order, which may not be written. Keeps its point."""

ANSWERS = {
    "residual_layer": r"""def residual_layer(x, W, b):
    a = x + np.tanh(x @ W + b)
    big = np.full((2 * a.shape[0], 3 * a.shape[1]), np.nan, order='F')
    view = big[::-2, ::-3]
    view[...] = a
    view.flags.writeable = False
    return view
""",
}
DESERVES = {'residual_layer': 1}
