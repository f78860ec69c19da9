"""nbgrader's settings for this course, read by every ``nbgrader`` command run from this folder.

The instructor's sources are ``solutions/``, the students' release is ``exercises/``. What belongs to a real class lives
in ``course/`` and ``gradebook.db``, which git ignores and ``make`` never touches. The demo class of ``make`` reads these
settings too, but has its own folders under ``_build/demo/``.
"""

c = get_config()  # noqa: F821  (nbgrader puts it here)

c.CourseDirectory.course_id = "backpropagation"
c.CourseDirectory.source_directory = "solutions"
c.CourseDirectory.release_directory = "exercises"
c.CourseDirectory.submitted_directory = "course/submitted"
c.CourseDirectory.autograded_directory = "course/autograded"
c.CourseDirectory.feedback_directory = "course/feedback"

# A student who deletes a test cell loses its points, not the whole notebook: the cell comes back.
c.OverwriteCells.add_missing_cells = True

# Seconds that one cell may run before it is stopped, and that a kernel may take to start on a busy machine.
c.Execute.timeout = 30
c.Execute.startup_timeout = 120

# A released task says what to do, and fails until it is done.
c.ClearSolutions.code_stub = {"python": "# Write your code here, and delete the next line.\nraise NotImplementedError"}

# The page that students read, for `nbgrader generate_feedback`, the formgrader and the demo alike.
c.GenerateFeedback.exporter_class = "bplib.grading.pages.feedback.FeedbackExporter"

# The last step of `nbgrader autograde`: nothing that a student wrote or displayed is alive in what you open.
c.Autograde.autograde_preprocessors.append("bplib.grading.pages.preprocessor.Inert")
