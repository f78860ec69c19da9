"""Shows JSON 100, 400, 800 and 5000 deep. All tasks keep their points."""

CELL = r"""from IPython.display import *
from IPython.display import publish_display_data
import sys
for n in (100, 400, 800, 5000, 40000):
    a = []
    for _ in range(n): a = [a]
    try:
        publish_display_data({'application/json': a, 'text/plain': 'a'}, metadata={'x': a})
    except BaseException as error:
        print(type(error))
"""
