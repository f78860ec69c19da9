"""Shows formulas that double thirty times by macros, and braces 50000 deep. All tasks keep their points."""

CELL = r"""from IPython.display import *
from IPython.display import publish_display_data
d = ''.join(r'\def\a%s{\a%s\a%s}' % (chr(98 + i), chr(97 + i), chr(97 + i)) for i in range(24))
display(Math(r'\def\aa{x}' + d + r'\az'))
display(Math('{' * 50000))
display(Latex('$$' * 50000))
display(Latex('\\begin{a}' * 20000))
"""
