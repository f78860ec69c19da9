"""Bends what its process itself needs: json, struct, pickle, socket and io have functions that raise or lie. It may lose by it."""

CELL = r"""import json, struct, pickle, socket, io, builtins
def bad(*a, **k): raise MemoryError('\ud800')
for module in (json, struct, pickle, io):
    for name in list(vars(module)):
        if callable(getattr(module, name)) and not name.startswith('_'):
            try: setattr(module, name, bad)
            except Exception: pass
builtins.len = lambda a: 1 << 70
builtins.isinstance = lambda a, b: True
"""
AT_MOST = True
