"""Prints 150000 letters and as many backspaces, then carriage returns and lines up. All tasks keep their points."""

CELL = r"""print('a' * 150000 + '\b' * 150000)
print('ab\r' * 150000)
print('a\b' * 150000)
print('\x1b[1A\x1b[2K' * 50000)
print('\r\b' * 100000)
"""
