"""Prints one line of three million characters without a space, and a word of marks above marks. All tasks keep their points."""

CELL = r"""print('a' * 3000000)
print('e' + '\u0301' * 200000)
print('\u202e\u2066' * 100000)
"""
