"""A cell works in one call of C that no signal ends. It is stopped; it fails alone: all tasks keep their points."""

CELL = r"""(1 << 200000000) % ((1 << 90000000) - 1)
sum(iter(int, 1))
"""
LIMITS = {'cell': 2, 'cpu': 60, 'wall': 120}
