"""Answers with NaNs that carry payloads, signaling ones too, and with infinities. Wrong: nothing for its task."""

ANSWERS = {
    "residual_layer": r"""def residual_layer(x, W, b):
    n = np.arange(x.size, dtype='u8') * 0x10001 + 0x7ff0000000000001
    return n.view('f8').reshape(x.shape)
""",
}
