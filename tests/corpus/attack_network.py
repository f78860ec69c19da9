"""Connects to the world, to this machine and to its sockets. There is nobody."""

CELL = """
import socket
targets = [("192.0.2.1", 80), ("127.0.0.1", 22), ("127.0.0.1", PORT)]
for target in targets:
    try:
        socket.create_connection(target, 1)
        print("WON", target)
    except OSError as error:
        print("refused", error.strerror)
try:
    print("WON", socket.gethostbyname("localhost.example.com"))
except OSError:
    pass
"""
SAYS = "refused"
HARM = "network"
