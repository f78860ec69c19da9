"""The course: what students hand in, on its way from a zip to a grade.

.. code-block:: text

    a zip from a platform
      │ collecting/    whose is it, which notebook counts           → submitted/
      │ work/grade     one run over a class: reads, gives out, keeps, enters
      │ work/cluster   processes here, or on other machines
      │ work/worker    one of them, and its bench
      │ work/bench     a process for each submission, within limits
      │ work/submission    cleaned, run in the sandbox/, judged by bplib.checking
      │ work/journal   each result, on disk before the next
      │ gradebook/     points and comments, and the graded copy     → gradebook.db, autograded/
      ▼ pages/         what students and instructors read           → feedback/, report/

Each room knows only those before it: course, collecting, sandbox, gradebook, pages, work, rehearsal, commands. This floor stands
above :mod:`bplib.checking` and is the only one that knows nbgrader. ``python -m bplib.grading --help`` lists the commands.
"""

import sys

# If this is there, jsonschema spends a second on its grammar of internet addresses whenever it is imported. A notebook's
# schema has none of them, and every command and worker would wait for it.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
