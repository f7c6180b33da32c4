"""`roundtable clock`: moves the time of the business of a development stack forward, for every process at once."""

import asyncio
import contextlib
import fcntl
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import httpx
import typer

from cli.stack.program import replace_file
from cli.stack.stack import NotUp, Stack
from cli.stack_command import run, say
from shared.settings import Settings

TOLD_WITHIN_S = 30.0
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}

clock = typer.Typer(
    no_args_is_help=True, help="The time of the business, which development may move forward."
)


@clock.command()
def show() -> None:
    """Say what time every process of the stack has."""
    typer.echo(run(advance(Stack.local(say), 0)))


@clock.command("advance")
def forward(by: Annotated[str, typer.Argument(help="72h, 30m, 10d, 45s")]) -> None:
    """Move it forward; returns when every process has it. It never goes back."""
    if Settings().environment == "production":
        say("the clock of production is not moved.")
        raise typer.Exit(2)
    if by[-1:] not in _UNITS or not (by[:-1].isascii() and by[:-1].isdigit()):
        say("say `roundtable clock advance 72h`: a whole number of s, m, h or d, never backwards.")
        raise typer.Exit(2)
    typer.echo(run(advance(Stack.local(say), int(by[:-1]) * _UNITS[by[-1]])))


async def advance(stack: Stack, seconds: float) -> str:
    """The time of the business, once every process that runs has it; one that is held reads it when it starts."""
    if not stack.runs():
        raise NotUp("the stack is not up: `roundtable up` starts it.")
    wanted = moved(stack.layout.clock, seconds)
    held = {name for name, row in stack.status()["processes"].items() if row["state"] in ("held", "refused")}
    now = ""
    async with httpx.AsyncClient(timeout=3, trust_env=False) as client:
        for name in stack.services:
            if name not in held:
                now = await _until_there(client, name, stack.url(name), wanted) or now
    return now or "every service is held: each reads the time when it starts."


def moved(file: Path, seconds: float) -> float:
    """Seconds the clock is ahead now; two who move it at once both count."""
    if seconds < 0:
        raise ValueError("the clock never goes back")
    with _alone(file):
        ahead = float(json.loads(file.read_text())["ahead_seconds"]) if file.exists() else 0.0
        after = round(ahead + seconds, 3)  # the clock shows milliseconds
        if seconds:
            replace_file(file, json.dumps({"ahead_seconds": after}))
    return after


@contextlib.contextmanager
def _alone(file: Path) -> Iterator[None]:
    with file.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


async def _until_there(client: httpx.AsyncClient, name: str, url: str, wanted: float) -> str:
    try:
        async with asyncio.timeout(TOLD_WITHIN_S):
            while True:
                with contextlib.suppress(httpx.HTTPError, ValueError):  # being started again: asked again
                    answer: dict[str, Any] = (await client.get(f"{url}/clock")).json()
                    if round(answer["ahead_seconds"], 3) >= wanted:
                        return str(answer["now"])
                await asyncio.sleep(0.05)
    except TimeoutError:
        raise NotUp(f"{name} did not take the time over within {TOLD_WITHIN_S:.0f} s.") from None
