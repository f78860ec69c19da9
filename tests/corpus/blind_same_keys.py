"""Answers with dicts whose keys look the same when written: 1, '1', True-like, strings of a subclass with one hash. Wrong: nothing for its task."""

ANSWERS = {
    "residual_layer": r"""class K(str):
    def __hash__(self): return 7
    def __eq__(self, other): return self is other
    def __str__(self): return 'same'
def residual_layer(x, W, b):
    return {K(str(i)): i for i in range(3000)} | {1: x, '1': x, 1.5: x, None: x, 'None': x, (1,): x, float('nan'): 1, float('nan'): 2, b'1': 3, '\ud800\x00': 4}
""",
}
