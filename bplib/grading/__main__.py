"""The course's commands: ``bplib COMMAND``, or ``python -m bplib.grading COMMAND``."""

from importlib import import_module

import click

from bplib.grading.course.printable import lines

#: Where each command is. Only the one that is called is imported: all of them together take seconds.
COMMANDS = {
    "collect": "collect",
    "demo": "prepare",
    "doctor": "doctor",
    "due": "extend",
    "extend": "extend",
    "feedback": "feedback",
    "grade": "grade",
    "look": "look",
    "new": "prepare",
    "points": "prepare",
    "release": "prepare",
    "report": "report",
}


class _Commands(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = getattr(
            import_module(f"bplib.grading.commands.{COMMANDS[cmd_name]}"), cmd_name
        )
        return command

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except click.ClickException as error:  # its message may hold what a student has called a file
            vars(error)["message"] = lines(error.message)
            raise


@click.group(cls=_Commands)
def main() -> None:
    """Prepare the exercises of the course, grade what students hand in, and rehearse both."""


if __name__ == "__main__":
    main(prog_name="python -m bplib.grading")
