"""Shows HTML that is slow to clean: '<' and '<!--' and '<a ' many times, entities, attributes without end. All tasks keep their points."""

CELL = r"""from IPython.display import *
from IPython.display import publish_display_data
for s in ('<', '<!--', '<a ', '<![CDATA[', '&', '</', '<a b="', '<svg><style>', '<a href="java&#x09;script:'):
    display(HTML(s * 100000))
"""
