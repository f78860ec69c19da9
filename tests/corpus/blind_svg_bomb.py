"""Shows an SVG with entities that grow a billion times, uses of uses, and a script. All tasks keep their points."""

CELL = r"""from IPython.display import *
from IPython.display import publish_display_data
e = ''.join('<!ENTITY l%d "%s">' % (i + 1, '&l%d;' % i * 10) for i in range(12))
s = '<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY l0 "lol">%s]><svg xmlns="http://www.w3.org/2000/svg"><text>&l12;</text></svg>' % e
publish_display_data({'image/svg+xml': s})
u = '<svg xmlns="http://www.w3.org/2000/svg"><g id="a0"><rect/></g>' + ''.join('<g id="a%d">%s</g>' % (i + 1, '<use href="#a%d"/>' % i * 10) for i in range(12)) + '<script>alert(1)</script></svg>'
publish_display_data({'image/svg+xml': u})
publish_display_data({'image/svg+xml': ['<g>'] * 100000})
"""
