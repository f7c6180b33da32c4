"""The `roundtable` command: every verb with its room."""

import typer

from cli import stack_command
from cli.demo.command import demo
from cli.import_command import import_people

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
for verb in ("up", "down", "status", "logs", "reset", "start", "stop", "clock", "doctor"):
    app.command(verb)(getattr(stack_command, verb))
app.command("import")(import_people)
app.command("demo")(demo)


def main() -> None:
    """Run it."""
    app()
