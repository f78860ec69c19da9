"""Holds 1900 million bytes that are written to, to the end. It may lose by it what it needs itself."""

CELL = r"""kept = np.ones(1900 * 10 ** 6 // 8)
"""
AT_MOST = True
# On a busy machine a second by the clock may pass while the system still looks for so much memory.
CODE = "|stalled"
