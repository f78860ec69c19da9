"""From a learning platform's download to ``submitted/STUDENT/EXERCISE/EXERCISE.ipynb``."""
