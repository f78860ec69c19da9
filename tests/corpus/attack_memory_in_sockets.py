"""Keeps memory in what waits in sockets, which counts for no limit: a machine's whole in seconds. No socket can be had."""

CELL = """
import socket
kept, held = [], 0
try:
    while held < 100 * 2**20 and len(kept) < 200:
        kept.append(socket.socketpair())
        for end in kept[-1]:
            end.setblocking(False)
            end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 2**30)
            try:
                while True:
                    held += end.send(bytes(2**16))
            except BlockingIOError:
                pass
    print("WON" if held > 20 * 2**20 else "little")
except OSError:
    print("refused")
"""
SAYS = "refused"
HARM = "resources"
