"""Options that several commands have."""

from pathlib import Path

import click

course_option = click.option(
    "--course",
    metavar="DIR",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=".",
    help="The course folder, where nbgrader_config.py or gradebook.db is. Default: this folder.",
)
