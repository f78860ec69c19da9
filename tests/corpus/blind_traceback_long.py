"""A cell fails with functions that call each other, made of lines of 20000 characters, and with causes. It fails alone: all tasks keep their points."""

CELL = r"""code = ''.join('def f%d(n):\n  z = "%s"; return f%d(n + 1)\n' % (i, 'a<b>' * 5000, (i + 1) % 40) for i in range(40))
exec(compile(code, '<\x1b[31m<b>\u202e>', 'exec'))
try:
    f0(0)
except RecursionError as error:
    raise ValueError('\x1b[31m<script>alert(1)</script>' * 100000) from error
"""
