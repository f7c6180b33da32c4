"""`roundtable up`, `down`, `status`, `logs`, `reset`, `start`, `stop`, `doctor`: the stack of this checkout."""

import asyncio
import json
import shutil
import subprocess
import sys
from collections.abc import Coroutine
from typing import Annotated, Any, TypeVar

import typer
from rich.console import Console
from rich.table import Table

from cli.stack.prerequisites import lacking, taken
from cli.stack.provision import NotFetched, provision
from cli.stack.stack import NotUp, Stack, Status

T = TypeVar("T")
out = Console()


def say(line: str) -> None:
    """Progress goes to stderr, so that what a command prints can be piped."""
    typer.echo(line, err=True)


def run(work: Coroutine[Any, Any, T]) -> T:
    """One sentence and exit code 1 instead of a stack trace."""
    try:
        return asyncio.run(work)
    except NotUp as why:
        say(str(why))
        raise typer.Exit(1) from None


def up() -> None:
    """Start the stack and the services, or what is missing of them."""
    stack = Stack.local(say)
    if not stack.runs() and (wrong := taken(stack.ports)):
        say("\n".join(wrong))
        raise typer.Exit(1)
    try:
        provision(say)
    except NotFetched as why:
        say(str(why))
        raise typer.Exit(1) from None
    _show(run(stack.up()))


def down() -> None:
    """Stop the stack; what is stored stays."""
    run(Stack.local().down())


def status(as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False) -> None:
    """Who runs, where, and how often it was started again, and why."""
    stack = Stack.local()
    found = stack.status()
    if not stack.runs():
        found["processes"] = {
            name: {**row, "pid": None, "state": "down"} for name, row in found["processes"].items()
        }
    if as_json:
        for row in found["processes"].values():
            row.pop("started", None)
        typer.echo(json.dumps({name: found[name] for name in ("kafka", "mongo", "processes")}, indent=1))
        return
    _show(found)


def _show(found: Status) -> None:
    table = Table(box=None, pad_edge=False)
    for column in ("process", "state", "pid", "restarts", "address", "last cause"):
        table.add_column(column)
    addresses = {"kafka": found["kafka"], "mongod": found["mongo"]}
    for name, row in found["processes"].items():
        address = row.get("url") or addresses.get(name, "")
        table.add_row(name, row["state"], str(row["pid"] or "-"), str(row["restarts"]), address, row["cause"])
    out.print(table)


def logs(name: Annotated[str, typer.Argument(help="Whose; all of them without.")] = "") -> None:
    """Follow what the processes say."""
    layout = Stack.local().layout
    files = [layout.log(name)] if name else sorted((layout.home / "log").glob("*.log"))
    if not files:
        say("nothing was logged yet")
        return
    sys.exit(subprocess.call(["tail", "-n", "20", "-F", *map(str, files)]))


def reset(yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False) -> None:
    """Stop the stack and forget everything it stored; what was downloaded stays."""
    stack = Stack.local()
    if not yes:
        typer.confirm(f"Forget everything stored under {stack.layout.home}?", abort=True)
    run(stack.down())
    for folder in (
        stack.layout.kafka / "data",
        stack.layout.mongod,
        stack.layout.keys,
        stack.layout.mail,
        stack.layout.home / "log",
    ):
        shutil.rmtree(folder, ignore_errors=True)
    for file in (
        stack.layout.clock,
        stack.layout.plan,
        stack.layout.state,
        stack.layout.kafka / "cluster.id",
    ):
        file.unlink(missing_ok=True)


def start(name: str) -> None:
    """Let one process run again."""
    run(Stack.local().start(name))


def stop(name: str) -> None:
    """Let one process leave and stay away until it is started."""
    run(Stack.local().hold(name))


def doctor() -> None:
    """What this machine lacks, one sentence each with the remedy."""
    stack = Stack.local()
    wrong = lacking() + ([] if stack.runs() else taken(stack.ports))
    for sentence in wrong:
        say(sentence)
    if wrong:
        raise typer.Exit(1)
    typer.echo(
        "This machine has what the stack needs: Linux on x86_64, Python, Java, Maven, libcurl, disk, ports."
    )
