"""Shows one thing and changes it, and clears the output, 5000 times. All tasks keep their points."""

CELL = r"""from IPython.display import *
from IPython.display import publish_display_data
h = display('a', display_id='one')
for i in range(5000):
    update_display(HTML('<i>%d' % i), display_id='one') if i % 2 else display(i, display_id='two')
    if i % 7 == 0: clear_output(wait=bool(i % 2))
"""
