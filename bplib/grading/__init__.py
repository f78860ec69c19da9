"""The course: the students' release, the sample class and the demo that grades it, all through nbgrader.

This floor stands above :mod:`bplib.checking` and is the only one that knows nbgrader. It works on a checkout of the
repository, because that is where the instructor's notebooks are. ``python -m bplib.grading --help`` lists the commands.
"""
