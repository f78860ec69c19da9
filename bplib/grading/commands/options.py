"""What several commands have in common: an option, and how they end."""

from pathlib import Path

import click

course_option = click.option(
    "--course",
    metavar="DIR",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=".",
    help="The course folder, where nbgrader_config.py or gradebook.db is. Default: this folder.",
)

#: What the commands end with; click itself ends with 2 when it was asked wrongly.
FINE, LOOK, NO_SANDBOX, NO_WORKERS, NO_DISK = 0, 1, 3, 4, 5
