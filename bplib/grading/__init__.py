"""The course: the students' release, the sample class and the demo that grades it, all through nbgrader.

This floor stands above :mod:`bplib.checking` and is the only one that knows nbgrader. It works on a checkout of the
repository, because that is where the instructor's notebooks are. ``python -m bplib.grading --help`` lists the commands.
"""

import sys

# If this is there, jsonschema spends a second on its grammar of internet addresses whenever it is imported. A notebook's
# schema has none of them, and every command and worker would wait for it.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
