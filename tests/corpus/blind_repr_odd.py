"""The last value of a cell shows itself in odd ways: _repr_mimebundle_ with keys that are no strings, a _repr_html_ of 20 million characters, an error in its repr. All tasks keep their points."""

CELL = r"""class Odd:
    def __repr__(self): raise SystemExit('<b>')
    def _repr_html_(self): return '<p>' * 6000000
    def _repr_mimebundle_(self, **kw): return {1: 2, None: 'a', b'c': {}}, {'a': self}
    def _ipython_display_(self): raise NotImplementedError
Odd()
"""
