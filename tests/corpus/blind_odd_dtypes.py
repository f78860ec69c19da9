"""Answers in turn with structured, datetime, string, void, half and huge item sizes. Wrong: nothing for its task."""

ANSWERS = {
    "residual_layer": r"""k = [-1]
def residual_layer(x, W, b):
    k[0] += 1
    shapes = [
        lambda: np.zeros(x.shape, dtype=[('a', 'f8'), ('b', [('c', 'i4', (3, 3))])]),
        lambda: np.full(x.shape, 'NaT', dtype='M8[as]'),
        lambda: np.full(x.shape, 'x', dtype='U1000'),
        lambda: np.zeros(x.shape, dtype='V1000'),
        lambda: np.zeros(0, dtype='S0'),
        lambda: np.zeros(1, dtype='V2000000000'),
        lambda: np.zeros(x.shape, dtype={'names': ['a\x00\n', '\u202e'], 'formats': ['f8', 'O']}),
        lambda: np.zeros(x.shape, dtype='m8[7Y]'),
    ]
    return shapes[k[0] % len(shapes)]()
""",
}
