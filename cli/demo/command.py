"""`roundtable demo`: brings the stack up, plays the story in a network of its own, and ends with a report."""

import asyncio
import contextlib
import os
import subprocess
import sys
from pathlib import Path
from typing import Annotated, cast

import typer
from rich.console import Console

from cli.clock_command import advance
from cli.demo import placed
from cli.demo.chaos import kill_now_and_then
from cli.demo.door import PATIENCE_S, Refused, Waits
from cli.demo.listening import LISTENING
from cli.demo.play import Play
from cli.demo.report import show
from cli.demo.screen import Screen
from cli.sign_in_command import NETWORK, sign_in_link
from cli.stack.layout import SERVICES
from cli.stack.provision import NotFetched, provision
from cli.stack.stack import NotUp, Stack
from cli.stack_command import say
from cli.verify.command import WIDTH
from services.console.intake.faults import Unreadable
from shared.web.principal import STAFF

ENDED_BY_USER = 130
PATIENCE_IN_CHAOS_S = 180.0
VICTIMS = ("kafka", "mongod", *SERVICES)
"""Any process of the stack, but for what stands outside the product: the issuer and the mail server."""
People = Annotated[int, typer.Option(help="How many of the imported people go all the way.", min=1)]


def demo(
    people: People = 250,
    projects: Annotated[int, typer.Option(help="How many opportunities there are.", min=1)] = 21,
    chaos: Annotated[bool, typer.Option("--chaos", help="Kill a process every few seconds.")] = False,
    seed: Annotated[int, typer.Option(help="Of the kills.")] = 1,
) -> None:
    """Play the whole lifecycle on the local stack, and show what is said as it is said.

    Needs nothing but the addresses of the doors, role tokens, the mail server, and a reader of Kafka; people act by
    the links in their letters. ROUNDTABLE_POPULATION names a folder of Synthea CSV to bring in instead of invented
    people. The exit code is that of `verify`.
    """
    stack = Stack.local(say)
    was_up = stack.runs()
    before = _restarts(stack) if was_up else {}  # of a stack that went down nobody counts on
    try:
        provision(say)
        play = asyncio.run(_play(stack, people, projects, chaos, seed))
    except KeyboardInterrupt:
        _take_back(stack, was_up)
        raise typer.Exit(ENDED_BY_USER) from None
    except Exception as error:
        why = _in_words(_first(error), stack)
        if not why:
            raise
        say(why)
        raise typer.Exit(1) from None
    out = Console(width=None if Console().is_terminal else WIDTH)
    show(play.heard, out)
    placed.show(play.work.projects, play.heard, out)
    _where(stack, before, out)
    code = _verify()
    _sign_in(play, out)
    raise typer.Exit(code)


async def _play(stack: Stack, people: int, projects: int, chaos: bool, seed: int) -> Play:
    await stack.up()
    urls = {name: stack.url(name) for name in ("issuer", "sink", *SERVICES)}
    folder = os.environ.get("ROUNDTABLE_POPULATION", "")
    with Screen() as screen:
        play = Play(
            urls=urls,
            kafka=stack.kafka,
            listening=LISTENING,
            forward=lambda seconds: advance(stack, seconds),
            screen=screen,
            population=Path(folder) if folder else None,
            imported=people,
            projects=projects,
            patience=PATIENCE_IN_CHAOS_S if chaos else PATIENCE_S,
        )
        killing = asyncio.create_task(kill_now_and_then(stack, VICTIMS, seed, screen.say)) if chaos else None
        try:
            await play.run()
            return play
        finally:
            if killing:
                killing.cancel()
            if hasattr(play, "programme"):
                (stack.layout.home / NETWORK).write_text(play.programme.cast.tenant)


def _first(error: BaseException) -> BaseException:
    """What went wrong first, however many went on beside it."""
    if isinstance(error, BaseExceptionGroup):
        return _first(cast(BaseExceptionGroup[BaseException], error).exceptions[0])
    return error


def _in_words(error: BaseException, stack: Stack) -> str:
    """One sentence for what can happen; empty for what must not."""
    match error:
        case Waits():
            away = [
                f"{n} is {r['state']}"
                for n, r in stack.status()["processes"].items()
                if r["state"] != "ready"
            ]
            return f"This step waits: {error}. {', '.join(away).capitalize() or 'Every process is ready'}."
        case Refused():
            return f"An answer nobody expected: {error}."
        case FileNotFoundError():
            return f"There is no {error.filename}."
        case NotUp() | NotFetched() | Unreadable():
            return str(error)
        case _:
            return ""


def _take_back(stack: Stack, was_up: bool) -> None:
    """Ends what this run started, and leaves alone what was there before."""
    if was_up:
        say("Ended by you; the stack was up before and stays up.")
        return
    say("Ended by you; the stack that this run started goes down.")
    with contextlib.suppress(NotUp):
        asyncio.run(_down(stack))


async def _down(stack: Stack) -> None:
    """A supervisor that has just been started needs a moment before it can be told to leave."""
    for _ in range(30):
        if stack.runs():
            break
        await asyncio.sleep(0.1)
    await stack.down()


def _verify() -> int:
    """What a look at every topic and store finds; a process of its own, since the demo itself opens no store."""
    return subprocess.call([str(Path(sys.executable).with_name("roundtable")), "verify"])


def _sign_in(play: Play, out: Console) -> None:
    """For whoever wants to look around as one of them: each signs in once, within a quarter of an hour."""
    out.print("The console, as one of them (`roundtable sign-in --role ...` prints another):")
    tenant = play.programme.cast.tenant
    for role in STAFF:
        out.print(f"  {role:<13} {sign_in_link([role], tenant, [tenant])}", soft_wrap=True)


def _restarts(stack: Stack) -> dict[str, int]:
    return {name: int(row["restarts"]) for name, row in stack.status()["processes"].items()}


def _where(stack: Stack, before: dict[str, int], out: Console) -> None:
    since = {name: count - before.get(name, 0) for name, count in _restarts(stack).items()}
    told = ", ".join(f"{name} {count}" for name, count in since.items() if count > 0)
    out.print(f"Restarts during the demo: {told or 'none'}.")
    for name, row in stack.status()["processes"].items():
        if row.get("url"):
            out.print(f"  {name:<13} {row['url']}")
    out.print(f"  {'kafka':<13} {stack.kafka}\nThe stack stays up; `make down` stops it.")
