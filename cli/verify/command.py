"""`roundtable verify`: reads all topics and stores, asks every rule, and says so in its exit code."""

import asyncio
import json
import os
from typing import Annotated, Any

import typer
from rich.console import Console

from cli.stack.layout import Layout
from cli.verify.planting import Planted, self_test
from cli.verify.reading import history_of
from cli.verify.report import as_json, as_table
from cli.verify.rules import judge
from cli.verify.sample import sample
from cli.verify.seen import History
from shared.kafka import connection
from shared.settings import Settings

Within = Annotated[float, typer.Option(help="Seconds to wait until nothing moves any more.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object, every violation included.")]
SelfTest = Annotated[bool, typer.Option("--self-test", help="Plant a defect for every rule in a copy first.")]
Whole = Annotated[bool, typer.Option("--whole", help="Fail where a part of the lifecycle was not played.")]
WIDTH = 140


def where() -> Settings:
    """The running stack's addresses; what the environment says goes before."""
    settings = Settings()
    try:
        state: dict[str, Any] = json.loads(Layout.from_environment().state.read_text())
    except (FileNotFoundError, json.JSONDecodeError):
        return settings
    named = {
        "kafka_servers": None if "KAFKA_SERVERS" in os.environ else state.get("kafka"),
        "mongo_url": None if "MONGO_URL" in os.environ else state.get("mongo"),
    }
    return settings.model_copy(update={name: value for name, value in named.items() if value})


def verify(
    within: Within = 30.0, as_json_object: AsJson = False, plant: SelfTest = False, whole: Whole = False
) -> None:
    """Check from outside that nothing was lost, doubled or reordered, and that what was promised to people holds.

    Exit code: 0 if every rule looked at something and found nothing; else 1; 2 if the stack cannot be read. A
    rule about a part of the lifecycle that nobody played is shown as not played, and fails only with --whole.
    With --self-test a defect for each rule is planted in a copy and must be caught; without a stack, or where
    it has no place for a defect, the copy is of a small history made for it.

        roundtable verify --json
    """
    settings = where()
    for sentence in connection.wrong(settings):
        typer.echo(f"verify: {sentence}", err=True)
        raise typer.Exit(2)
    console = Console(width=None if Console().is_terminal else WIDTH)
    try:
        history, at_rest = asyncio.run(history_of(settings, within=within))
    except Exception as away:  # noqa: BLE001 - whichever server does not answer, and however it says so
        if plant:
            _plant(sample(), console, as_json_object)
            return
        typer.echo(f"verify: the stack cannot be read ({type(away).__name__}). Is it up? `make up`", err=True)
        raise typer.Exit(2) from None
    if plant:
        _plant(history if history.records else sample(), console, as_json_object)
        return
    verdict = judge(history, at_rest=at_rest)
    if as_json_object:
        typer.echo(json.dumps(as_json(verdict)))
    else:
        as_table(verdict, console)
    raise typer.Exit(0 if verdict.holds and (not whole or not verdict.not_played) else 1)


def _plant(history: History, console: Console, as_json_object: bool) -> None:
    planted = self_test(history)
    caught = sum(defect.caught for defect in planted)
    if as_json_object:
        missed = [defect.rule for defect in planted if not defect.caught]
        typer.echo(json.dumps({"planted": len(planted), "caught": caught, "missed": missed}))
    else:
        _missed(planted, console)
        typer.echo(f"planted {len(planted)}, caught {caught}")
    raise typer.Exit(0 if caught == len(planted) else 1)


def _missed(planted: list[Planted], console: Console) -> None:
    for defect in planted:
        if not defect.caught:
            console.print(f"{defect.rule}: its defect was not caught, or had no place", markup=False)
