"""A subclass of ndarray that says yes to each comparison, and lies in tobytes, shape, dtype, __array__ and __reduce__. Wrong: nothing for its task."""

ANSWERS = {
    "residual_layer": r"""class Yes(np.ndarray):
    def __eq__(self, other): return True
    def __array_ufunc__(self, *args, **kw): return np.bool_(True)
    def __array_function__(self, *args, **kw): return True
    def __reduce__(self): return (print, ('WON',))
    def __reduce_ex__(self, protocol): return (print, ('WON',))
    def tobytes(self, *args): return b'\x00' * (1 << 20)
    def __len__(self): return 1 << 60
def residual_layer(x, W, b):
    return x.astype(float).view(Yes)
""",
}
