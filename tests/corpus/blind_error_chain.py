"""Raises an error with a chain of 50000 causes, and groups of errors in groups. Nothing for its task."""

ANSWERS = {
    "residual_layer": r"""def residual_layer(x, W, b):
    e = ValueError('end')
    for i in range(50000):
        n = ValueError(i); n.__cause__ = e; e = n
    for i in range(3000):
        e = ExceptionGroup('g', [e])
    raise e
""",
}
