"""`roundtable demo`: brings the stack up, plays the story in a network of its own, and ends with a report."""

import asyncio
import os
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from cli.demo.chaos import kill_now_and_then
from cli.demo.door import Refused, Waits
from cli.demo.heard import Heard
from cli.demo.play import Play
from cli.demo.report import show, trained
from cli.stack.layout import SERVICES
from cli.stack.provision import NotFetched, provision
from cli.stack.stack import NotUp, Stack
from cli.stack_command import say

People = Annotated[int, typer.Option(help="How many of the imported people go all the way.", min=1)]


def demo(
    people: People = 260,
    chaos: Annotated[bool, typer.Option("--chaos", help="Kill a service every few seconds.")] = False,
    seed: Annotated[int, typer.Option(help="Of the kills.")] = 1,
) -> None:
    """Play recruitment and training on the local stack, and show what is said as it is said."""
    population = os.environ.get("ROUNDTABLE_POPULATION", "")
    stack = Stack.local(say)
    try:
        provision(say)
        heard = asyncio.run(_play(stack, Path(population) if population else None, people, chaos, seed))
    except* (NotUp, NotFetched) as why:
        say(_first(why))
        raise typer.Exit(1) from None
    except* Waits as why:
        say(
            f"this step waits, and did not come to an end: {_first(why)}; `roundtable status` shows who is away."
        )
        raise typer.Exit(1) from None
    except* Refused as why:
        say(f"an answer nobody expected: {_first(why)}")
        raise typer.Exit(1) from None
    except* KeyboardInterrupt:
        say("ended by you; the stack stays up.")
        raise typer.Exit(130) from None
    out = Console()
    show(heard, out)
    _where(stack, out)
    raise typer.Exit(0 if trained(heard) else 1)


async def _play(stack: Stack, population: Path | None, people: int, chaos: bool, seed: int) -> Heard:
    if not stack.runs():
        await stack.up()
    urls = {name: stack.url(name) for name in ("issuer", *SERVICES)}
    play = Play(urls=urls, kafka=stack.kafka, say=say, population=population, imported=people)
    killing = asyncio.create_task(kill_now_and_then(stack, SERVICES, seed, say)) if chaos else None
    try:
        return await play.run()
    finally:
        if killing:
            killing.cancel()


def _first(group: BaseException) -> str:
    if isinstance(group, BaseExceptionGroup):
        inner: tuple[BaseException, ...] = group.exceptions
        return _first(inner[0])
    return str(group)


def _where(stack: Stack, out: Console) -> None:
    processes = stack.status()["processes"]
    restarts = {name: row["restarts"] for name, row in processes.items() if row["restarts"]}
    out.print(f"Restarts: {', '.join(f'{n} {c}' for n, c in restarts.items()) or 'none'}.")
    addresses = ", ".join(f"{name} {row['url']}" for name, row in processes.items() if row.get("url"))
    out.print(f"The stack stays up: {addresses}, Kafka {stack.kafka}. `make down` stops it.")
