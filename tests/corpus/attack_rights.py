"""Wants to be root, and to have its limits back. It stays what it is."""

CELL = """
import os, resource
for wish in (lambda: os.setuid(0), lambda: os.setgroups([0]), lambda: os.chroot("/tmp"), lambda: os.nice(-10),
             lambda: resource.setrlimit(resource.RLIMIT_NPROC, (10_000, 10_000))):
    try:
        wish()
        print("WON")
    except (OSError, ValueError):
        print("refused")
"""
SAYS = "refused"
HARM = "resources"
