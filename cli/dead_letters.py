"""`roundtable dead-letters`: what waits or died in every service's store, shown sealed, mended, and tried again."""

import asyncio
import json
import re
from collections.abc import Awaitable, Callable
from datetime import datetime
from getpass import getuser
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer
from rich.console import Console
from rich.table import Table

from cli.verify.command import where
from cli.verify.seen import SERVICES
from services.console.app import CONSOLE
from shared.contracts.fact import CONTRACTS
from shared.envelope import Envelope, WrongContents, open_fact
from shared.ids import derived
from shared.kafka.subscriber import KeptRecord
from shared.mongo.driver import Client, close, connect
from shared.mongo.parked import Parked, Row, lies_at, wall_clock
from shared.mongo.store import Store
from shared.road.open import open_record
from shared.settings import Settings

T = TypeVar("T")
Everywhere = dict[str, Parked]
"""The parked records by service."""
COLUMNS = ("service", "id", "reason", "tries", "since", "state")
PAGE = 500
WIDTH = 180
CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
OPERATOR = re.compile(r"[A-Za-z0-9-]{1,64}")

dead_letters = typer.Typer(no_args_is_help=True, help="Records that could not be acted on.")
Id = Annotated[str, typer.Argument(help="As `list` names it.")]
Waiting = Annotated[bool, typer.Option("--waiting", help="Also those still tried by themselves.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
All = Annotated[bool, typer.Option("--all", help="Every dead letter.")]
MaybeId = Annotated[str, typer.Argument(help="As `list` names it.")]
Reason = Annotated[str, typer.Option(help="Why: a code, such as spoilt, duplicate or not-ours.")]
By = Annotated[
    str, typer.Option(help="Who decided, by the id they sign in as; else one of your account here.")
]
Mended = Annotated[
    Path,
    typer.Option(
        "--file", exists=True, dir_okay=False, readable=True, help="The record as it should have been."
    ),
]


class Unfit(ValueError):
    """Why something cannot take a record's place, in words that show nothing of either."""


async def found(parked: Everywhere, *, dead_only: bool) -> list[tuple[str, Row]]:
    """Every row with its service, in order of subject and number."""
    rows: list[tuple[str, Row]] = []
    for service, of in parked.items():
        after = ""
        while page := await of.listed(dead_only=dead_only, after=after, limit=PAGE):
            rows += [(service, row) for row in page]
            after = page[-1].id
    return rows


async def replayed(parked: Everywhere, id: str) -> int:
    """How many rows of this id are due again now; the same record can be parked in two services."""
    return sum([await of.replay(id, wall_clock()) for of in parked.values()])


async def all_replayed(parked: Everywhere) -> int:
    """How many dead letters are due again now, each subject in its own order."""
    rows = await found(parked, dead_only=True)
    return sum([await parked[service].replay(row.id, wall_clock()) for service, row in rows])


async def edited(parked: Everywhere, id: str, raw: bytes, why: str, who: str) -> list[str]:
    """The services in which this took the record's place; `Unfit`, before any is touched, if it is of another place."""
    rows = [(name, row) for name, of in parked.items() if (row := await of.row(id)) and row.discarded is None]
    for name, row in rows:
        await _fits(parked[name], row, raw)
    return [name for name, row in rows if await parked[name].mend(row, raw, why, who, wall_clock())]


async def discarded(parked: Everywhere, id: str, why: str, who: str) -> list[str]:
    """The services that gave this record up."""
    given_up: list[str] = []
    for service, of in parked.items():
        row = await of.row(id)
        if row and row.discarded is None and await of.discard(row, why, who, wall_clock()):
            given_up.append(service)
    return given_up


async def _fits(parked: Parked, row: Row, raw: bytes) -> None:
    """It must be an envelope of the same subject and number; where the number could not be read, of one that was free."""
    item = open_record(KeptRecord(row.topic, row.partition, row.offset, row.key, raw), {})
    if item.reason == "no_key":
        raise Unfit("the record has no readable key, so that nothing can take its place")
    if item.envelope is None:
        raise Unfit("the file holds no event of the record's topic and subject")
    if not _keeps_its_contract(item.envelope):
        raise Unfit("the data is not what the contract of its type says")
    if row.subject and not await _is_free(parked, row, item.number):
        raise Unfit("the number is not the one the record has, or must have had, in its subject")


def _keeps_its_contract(envelope: Envelope) -> bool:
    """What no contract knows is passed on, or kept, as it is."""
    try:
        if envelope.type in CONTRACTS:
            open_fact(envelope)
    except WrongContents:
        return False
    return True


async def _is_free(parked: Parked, row: Row, number: int) -> bool:
    """A row with a place of its own has the record's number; else it lies after `number`, before the next that has."""
    if not _placed(row):
        return number == row.number
    behind = [each for each in await parked.listed(after=row.id) if each.subject == row.subject]
    numbers = [each.number for each in behind if not _placed(each)]
    return row.number < number and (not numbers or number < numbers[0])


def _placed(row: Row) -> bool:
    """Whether it is known by where it lies, because its number could not be read."""
    return row.id.endswith(lies_at(row.topic, row.partition, row.offset))


def summary(service: str, row: Row) -> dict[str, str | int]:
    """One line of the list."""
    return {
        "service": service,
        "id": row.id,
        "subject": row.subject,
        "reason": row.reason,
        "tries": row.tries,
        "since": row.parked_at.isoformat(timespec="seconds") if row.parked_at else "",
        "state": "dead" if row.dead else "waiting",
    }


def in_full(service: str, row: Row) -> dict[str, object]:
    """All of a row as it was sent: sealed fields stay sealed."""
    raw = (row.raw or b"").decode("utf-8", "backslashreplace")
    place = f"{row.topic}/{row.partition}/{row.offset}"
    full = {**summary(service, row), "cause": row.cause, "place": place, **_opened(raw), "raw": raw}
    return {**full, "edits": [_dated(edit) for edit in row.edits], "discarded": _dated(row.discarded or {})}


def _dated(said: dict[str, Any]) -> dict[str, Any]:
    """Who, when and why, and the hash of what stood there before."""
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in said.items()}


def _opened(raw: str) -> dict[str, object]:
    """The envelope, where there is one."""
    try:
        document: object = json.loads(raw)
    except (ValueError, RecursionError):
        return {"envelope": None}
    if not isinstance(document, dict):
        return {"envelope": None}
    return {"envelope": {name: value for name, value in document.items() if name != "data"}}  # pyright: ignore[reportUnknownVariableType]


def everywhere(client: Client, settings: Settings) -> Everywhere:
    """The parked records of every service."""
    prefix = settings.roundtable_database_prefix
    return {name: Parked(Store(client, f"{prefix}{name}", ())) for name in (*SERVICES, CONSOLE.name)}


def _asked(question: Callable[[Everywhere], Awaitable[T]]) -> T:
    async def ask() -> T:
        settings = where()
        client = connect(settings)
        try:
            return await question(everywhere(client, settings))
        finally:
            await close(client)

    try:
        return asyncio.run(ask())
    except Exception as away:  # noqa: BLE001 - one sentence, whatever the store does not say
        typer.echo(
            f"dead-letters: the stores cannot be read ({type(away).__name__}). Is the stack up?", err=True
        )
        raise typer.Exit(2) from None


@dead_letters.command("list")
def list_(waiting: Waiting = False, as_json: AsJson = False) -> None:
    """Which records wait for an operator, why, and since when."""
    rows = [summary(*each) for each in _asked(lambda parked: found(parked, dead_only=not waiting))]
    if as_json:
        typer.echo(json.dumps(rows))
        return
    table = Table(*COLUMNS)
    for row in rows:
        table.add_row(*(str(row[name]) for name in COLUMNS))
    console = Console()
    (console if console.is_terminal else Console(width=WIDTH)).print(table)
    typer.echo(f"{len(rows)} found")


@dead_letters.command()
def show(id: Id) -> None:
    """The whole record as it was sent, and why it could not be acted on; sealed fields stay sealed."""

    async def rows(parked: Everywhere) -> list[tuple[str, Row]]:
        return [(service, row) for service, of in parked.items() if (row := await of.row(id))]

    full = [in_full(*each) for each in _asked(rows)]
    for each in full:
        typer.echo(json.dumps(each, indent=2))
    if not full:
        typer.echo(f"dead-letters: there is no record {id}", err=True)
        raise typer.Exit(1)


def _whose(reason: str, by: str) -> str:
    """Whose decision it is: who is named, else whoever runs the command, as an id that shows no name."""
    if not CODE.fullmatch(reason) or (by and not OPERATOR.fullmatch(by)):
        typer.echo(
            "dead-letters: a reason is a code of lower-case letters, digits and -; who decided, an id",
            err=True,
        )
        raise typer.Exit(2)
    return by or derived("cli", "operator", getuser())


@dead_letters.command()
def edit(id: Id, file: Mended, reason: Reason, by: By = "") -> None:
    """Put the record as it should have been in the place of a parked one, in every service; then `replay` it."""

    who = _whose(reason, by)

    async def ask(parked: Everywhere) -> list[str] | Unfit:
        try:
            return await edited(parked, id, file.read_bytes().strip(), reason, who)
        except Unfit as why:
            return why

    services = _asked(ask)
    if isinstance(services, Unfit) or not services:
        typer.echo(f"dead-letters: {services or f'there is no record {id}'}", err=True)
        raise typer.Exit(1)
    typer.echo(
        f"replaced in {', '.join(services)} by {who}; to be tried again: roundtable dead-letters replay '{id}'"
    )


@dead_letters.command()
def discard(id: Id, reason: Reason, by: By = "") -> None:
    """Give a record up for ever, in every service; only a subject's first can be. What waits behind it goes on."""
    who = _whose(reason, by)
    services = _asked(lambda parked: discarded(parked, id, reason, who))
    if not services:
        typer.echo(
            f"dead-letters: there is no record {id}, or another of its subject waits before it", err=True
        )
        raise typer.Exit(1)
    typer.echo(f"given up in {', '.join(services)} by {who}")


@dead_letters.command()
def replay(id: MaybeId = "", every: All = False) -> None:
    """Try again now: one record by its id, or --all. A subject's records follow in their order."""
    if bool(id) == every:
        typer.echo("dead-letters: name one record, or say --all", err=True)
        raise typer.Exit(2)
    count = _asked(all_replayed if every else lambda parked: replayed(parked, id))
    typer.echo(f"{count} to be tried again now")
    raise typer.Exit(0 if count or every else 1)
