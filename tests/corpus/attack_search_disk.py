"""Goes through the whole disk for answers, gradebooks and other people's notebooks. There is nothing."""

CELL = """
import os
for top in ("/course", "/root", "/home", "/etc", "/var", "/srv", "/mnt", "/opt"):
    for folder, _, names in os.walk(top):
        for name in names:
            ours = "bplib" in folder and name in ("judge.py", "error.py", "feedforward.py", "seeds.py")
            if ours or name.endswith((".ipynb", ".db")) or name == "secret":
                print("WON", folder, name)
print("searched")
"""
SAYS = "searched"
HARM = "reads"
