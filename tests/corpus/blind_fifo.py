"""The answer is read from a named pipe into which nobody writes. It waits without working: a human looks, its task has nothing, the others keep theirs."""

ANSWERS = {
    "residual_layer": r"""def residual_layer(x, W, b):
    import os, tempfile
    name = tempfile.mktemp()
    os.mkfifo(name)
    return np.loadtxt(open(name))
""",
}
CODE = 'stalled'
LIMITS = {'wall': 20}
