"""Keeps socket pairs full to the brim, with files sent through them to themselves, so that only a collector frees them. All tasks keep their points."""

CELL = r"""import socket, array, os
kept = []
for _ in range(40):
    a, b = socket.socketpair()
    a.setblocking(False)
    try:
        while True:
            a.sendmsg([b'x' * 1000], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array('i', [a.fileno(), b.fileno()]))])
    except OSError:
        pass
    a.close(); b.close()
"""
