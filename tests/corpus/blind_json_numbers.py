"""Lifts the limit for digits and shows JSON with whole numbers of 100000 digits, NaN and infinities, in data, metadata and names. All tasks keep their points."""

CELL = r"""from IPython.display import *
from IPython.display import publish_display_data
import sys
sys.set_int_max_str_digits(0)
for n in (10 ** 5000, 10 ** 100000, float('nan'), float('inf'), -0.0, 1e308):
    try:
        publish_display_data({'application/json': {'a': n}, 'text/plain': 'a'}, metadata={'x': n})
        publish_display_data({'text/plain': n, 'text/html': [n, {}], 'image/png': n}, transient={'display_id': n})
    except BaseException as error:
        print(type(error))
"""
