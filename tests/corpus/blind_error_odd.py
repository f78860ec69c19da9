"""Raises errors whose class has a name with markup, lone halves, zeros and escapes, and whose text raises another error. Nothing for its task."""

ANSWERS = {
    "residual_layer": r"""def residual_layer(x, W, b):
    def bad(self): raise type('\ud800<script>alert(1)</script>\x00', (Exception,), {})('\udfff\x1b[1A\x1b]0;WO')
    kind = type('E\ud800<img src=x onerror=alert(1)>\x00\n\u202e', (Exception,), {'__str__': bad, '__repr__': bad, '__format__': bad})
    raise kind('a')
""",
}
