"""Reads the instructor's files: passwords, the secret, the gradebook, a neighbour's notebook. None is there."""

CELL = """
import os
for path in ["/etc/passwd", "/etc/shadow", "/root/.bashrc", "OUTSIDE/secret", "OUTSIDE/../gradebook.db"]:
    try:
        print("WON", open(path).read())
    except OSError as error:
        print("refused", error.strerror)
"""
SAYS = "refused"
HARM = "reads"
