"""The call forks and both the parent and the child go back to answer, the child with something else. Nothing for its task; it may lose more."""

ANSWERS = {
    "residual_layer": r"""def residual_layer(x, W, b):
    import os
    return x + np.tanh(x @ W + b) if os.fork() else np.zeros(x.shape)
""",
}
AT_MOST = True
