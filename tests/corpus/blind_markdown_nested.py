"""Shows Markdown that is slow to read: quotes, brackets, stars, backticks and lists nested 20000 deep. All tasks keep their points."""

CELL = r"""from IPython.display import *
from IPython.display import publish_display_data
for s in ('>', '[', '![', '*a ', '`', '<', '$', '\\', '* ', '- 1. ', '[a](', '**_', '|', '_a__', '[^1]: ', '&#'):
    display(Markdown(s * 20000))
"""
