"""Opens files until there are no numbers left, and keeps them. It may lose by it what it needs itself."""

CELL = r"""import os
kept = []
try:
    while True: kept.append(os.open('/dev/null', os.O_RDONLY))
except OSError:
    pass
"""
AT_MOST = True
