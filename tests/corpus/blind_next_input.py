"""Asks for new cells, for a pager and for an answer by the keyboard. All tasks keep their points."""

CELL = r"""ip = get_ipython()
for i in range(300):
    ip.set_next_input('def residual_layer(x, W, b): return 7', replace=bool(i % 2))
ip.payload_manager.write_payload({'source': 'page', 'data': {'text/plain': 'a' * 1000000}, 'start': 0}) if hasattr(ip, 'payload_manager') else None
print?
input('a')
"""
