"""Prints 200000 changes of colour that are never taken back, and escapes without end. All tasks keep their points."""

CELL = r"""print(''.join('\x1b[%d;4;38;5;%dma' % (30 + i % 8, i % 256) for i in range(100000)))
print('\x1b[' + '1;' * 300000)
print('\x1b]8;;' * 100000)
print('\x1b[38;2;999999999999;-1;m' * 10000)
print('\x1b[' * 200000 + 'm')
"""
