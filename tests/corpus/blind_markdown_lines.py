"""Shows Markdown of 30000 lines that look like starts of tables, lists that go deeper, and references to references. All tasks keep their points."""

CELL = r"""from IPython.display import *
from IPython.display import publish_display_data
display(Markdown('a|b\n' * 30000))
display(Markdown('\n'.join(' ' * i + '* a' for i in range(700))))
display(Markdown('[a]: b\n' * 30000 + '[a]' * 30000))
display(Markdown('\n'.join('`' * i for i in range(1, 900))))
display(Markdown('a **b' * 20000 + ' c**' * 20000))
"""
