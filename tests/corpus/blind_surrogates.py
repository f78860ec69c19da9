"""Answers with lone halves of characters, zeros and control characters, in strings and in keys. Wrong: nothing for its task."""

ANSWERS = {
    "residual_layer": r"""def residual_layer(x, W, b):
    return ['\ud800\udfff'[::-1], {'\udc80\x00\x1b[2J': '\x00\u202e\ufffe'}, '\x85\u2028']
""",
}
