"""Shows 20000 things in one cell, each with five kinds of data. All tasks keep their points."""

CELL = r"""from IPython.display import *
from IPython.display import publish_display_data
for i in range(20000):
    publish_display_data({'text/plain': str(i), 'text/html': '<b>', 'text/markdown': '*', 'text/latex': '$', 'application/json': {}})
"""
