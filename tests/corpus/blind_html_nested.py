"""Shows HTML with 200000 open tags in each other, of all kinds. All tasks keep their points."""

CELL = r"""from IPython.display import *
from IPython.display import publish_display_data
display(HTML('<div><b><table><tr><td><ul><li><blockquote><svg><math><a href=x>' * 20000))
"""
