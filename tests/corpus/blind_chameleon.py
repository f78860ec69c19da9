"""An object that says it is an ndarray, has each attribute, and is endless when iterated. Wrong: nothing for its task; the processor's time is its own."""

ANSWERS = {
    "residual_layer": r"""class Any:
    __class__ = np.ndarray
    def __getattr__(self, name): return Any()
    def __call__(self, *a, **k): return Any()
    def __iter__(self):
        while True: yield Any()
    def __len__(self): return 1 << 62
    def __getitem__(self, i): return Any()
    def __index__(self): return 1 << 62
def residual_layer(x, W, b):
    return Any()
""",
}
LIMITS = {'cpu': 20, 'wall': 40}
