"""Leaves by errors that are no Exceptions: GeneratorExit, KeyboardInterrupt, SystemExit and one of its own. Nothing for its task, the others keep theirs."""

ANSWERS = {
    "residual_layer": r"""class Mine(BaseException): pass
k = [0]
def residual_layer(x, W, b):
    k[0] += 1
    raise [GeneratorExit, KeyboardInterrupt, SystemExit, Mine][k[0] % 4](0)
""",
}
