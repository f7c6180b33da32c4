"""The `roundtable` command: every verb with its room."""

import typer

from cli import stack_command
from cli.backup.command import backup, restore_service
from cli.clock_command import clock
from cli.dead_letters import dead_letters
from cli.demo.command import demo
from cli.import_command import import_people
from cli.sign_in_command import link, sign_in, token
from cli.topics_command import topics
from cli.verify.command import verify

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
for verb in ("up", "down", "status", "logs", "reset", "start", "stop", "doctor"):
    app.command(verb)(getattr(stack_command, verb))
app.command()(token)
app.command()(link)
app.command("sign-in")(sign_in)
app.add_typer(clock, name="clock")
app.add_typer(topics, name="topics")
app.command("import")(import_people)
app.command("demo")(demo)
app.command("verify")(verify)
app.command("backup")(backup)
app.command("restore")(restore_service)
app.add_typer(dead_letters, name="dead-letters")


def main() -> None:
    """Run it."""
    app()
