"""Where the course lies: the top folder of the checkout, and the folders in it."""

from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[3]
SOLUTIONS = REPOSITORY / "solutions"
EXERCISES = REPOSITORY / "exercises"
BUILD = REPOSITORY / "_build"
