"""Shows a thousand large tables, and objects that raise or lie when they are shown. Few are kept."""

CELL = """
from IPython.display import HTML, display
for _ in range(1000):
    display(HTML("<b>é</b>" * 20_000))

class Liar:
    def _repr_mimebundle_(self, **_):
        return {"text/plain": 3, "image/png": object(), 5: b"bytes"}

display(Liar())
Liar()
"""
HARM = "resources"
