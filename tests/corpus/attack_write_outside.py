"""Writes wherever it can, also through a link. Only its own two folders take anything."""

CELL = """
import os, sys, bplib
os.symlink("OUTSIDE", "/tmp/link")
places = ["/", "/usr", "/course", "/course/bplib", "/dev", "/etc", "/root", "/work", "/proc", "OUTSIDE", "/tmp/link"]
for folder in [*places, *sys.path, sys.prefix, *bplib.__path__]:
    try:
        open(os.path.join(folder or ".", "left"), "w").write("here")
        if os.path.realpath(folder or ".") != "/tmp":
            print("WON", folder)
    except OSError as error:
        print("refused", error.strerror)
"""
SAYS = "refused"
HARM = "writes"
