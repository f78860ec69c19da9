"""Right, but warns 3000 times a call, each time of something else with markup in it. Keeps its point."""

ANSWERS = {
    "residual_layer": r"""import warnings
warnings.simplefilter('always')
k = [0]
def residual_layer(x, W, b):
    for i in range(3000):
        k[0] += 1
        warnings.warn('<b>%d</b>\x1b[31m' % k[0])
    return x + np.tanh(x @ W + b)
""",
}
DESERVES = {'residual_layer': 1}
