"""`roundtable up`, `down`, `status`, `logs`, `reset`, `start`, `stop`, `clock`, `doctor`: the stack of this checkout."""

import asyncio
import json
import shutil
import subprocess
import sys
from collections.abc import Coroutine
from pathlib import Path
from typing import Annotated, Any, TypeVar

import httpx
import typer
from rich.console import Console
from rich.table import Table

from cli.stack.layout import ROOT, SERVICES, is_free
from cli.stack.program import replace_file
from cli.stack.provision import NotFetched, provision
from cli.stack.stack import NotUp, Stack, Status

T = TypeVar("T")
out = Console()
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}


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
    try:
        provision(say)
    except NotFetched as why:
        say(str(why))
        raise typer.Exit(1) from None
    _show(run(Stack.local(say).up()))


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


def clock(
    what: Annotated[str, typer.Argument(help="advance, or show")],
    by: Annotated[str, typer.Argument(help="72h, 30m, 10d")] = "0s",
) -> None:
    """Move the time of the business forward, for every process; never backwards."""
    if what not in ("advance", "show") or by[-1:] not in _UNITS or not by[:-1].isdigit():
        say("say `roundtable clock advance 72h`: a whole number of s, m, h or d, never backwards.")
        raise typer.Exit(2)
    stack = Stack.local()
    seconds = int(by[:-1]) * _UNITS[by[-1]]
    typer.echo(run(advance(stack, seconds if what == "advance" else 0)))


async def advance(stack: Stack, seconds: float) -> str:
    """Returns the time of the business once every process has it."""
    wanted = ahead_of(stack.layout.clock) + seconds
    if seconds:
        replace_file(stack.layout.clock, json.dumps({"ahead_seconds": wanted}))
    now = ""
    async with httpx.AsyncClient(timeout=3, trust_env=False) as client:
        for name in stack.services:
            async with asyncio.timeout(30):
                now = await _until_there(client, stack.url(name), wanted)
    return now


async def _until_there(client: httpx.AsyncClient, url: str, wanted: float) -> str:
    while True:
        try:
            answer: dict[str, Any] = (await client.get(f"{url}/clock")).json()
            if answer["ahead_seconds"] >= wanted:
                return str(answer["now"])
        except (httpx.HTTPError, ValueError):
            pass  # not up at this moment: asked again
        await asyncio.sleep(0.05)


def ahead_of(file: Path) -> float:
    """How far ahead the clock file says."""
    return float(json.loads(file.read_text())["ahead_seconds"]) if file.exists() else 0.0


def doctor() -> None:
    """What this machine lacks, one sentence each with the remedy."""
    code = subprocess.call([str(ROOT / "deploy" / "local" / "prerequisites"), sys.executable])
    stack = Stack.local()
    if not stack.runs():
        for name, port in stack.ports.of.items():
            if not is_free(port):
                say(
                    f"somebody listens on port {port}, which {name} needs: end it, or set ROUNDTABLE_PORT_BASE."
                )
                code = 1
    if not code:
        typer.echo(f"This machine has what the stack needs (services: {', '.join(SERVICES)}).")
    raise typer.Exit(code)
