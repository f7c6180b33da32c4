"""`roundtable import`: checks a folder of Synthea CSV, brings it in, and reports every fault by its place."""

import asyncio
import csv
import os
from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Annotated
from uuid import UUID

import httpx
import typer
from rich.console import Console
from rich.progress import MofNCompleteColumn, Progress, SpinnerColumn

from cli.importer import Import, Tally, in_words
from cli.synthea import Population, read_population
from cli.table import Fault, Unreadable
from shared.clock import SystemClock

ANSWER_WITHIN_S = 35.0
SHOWN = 50

Folder = Annotated[
    Path,
    typer.Argument(
        envvar="ROUNDTABLE_POPULATION",
        exists=True,
        file_okay=False,
        help="Holds patients.csv and, where there is one, conditions.csv, as Synthea exports them.",
    ),
]
Unit = Annotated[UUID, typer.Option(help="The org unit that takes them in.")]
SupportContact = Annotated[UUID, typer.Option(help="The professional who looks after them.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Check the files and send nothing.")]
Report = Annotated[Path | None, typer.Option(help="Write every fault there, as CSV.", dir_okay=False)]
Url = Annotated[str, typer.Option(envvar="ROUNDTABLE_RECRUITMENT_URL", help="Where recruitment answers.")]
TokenFile = Annotated[
    Path | None,
    typer.Option(exists=True, dir_okay=False, help="Holds the caller's token; else ROUNDTABLE_TOKEN does."),
]


def import_people(
    folder: Folder,
    unit: Unit,
    support_contact: SupportContact,
    url: Url = "http://127.0.0.1:8001",
    dry_run: DryRun = False,
    report: Report = None,
    token_file: TokenFile = None,
) -> None:
    """Bring the living of a Synthea CSV folder in as draft applications.

    A row is brought in once, however often it is imported. A faulty row is left out and reported by file,
    line and column, never by its value. Exit code: 0; 1 if there was a fault; 2 if a file cannot be read.

        roundtable import synthea-csv --unit <id> --support-contact <id> --report faults.csv
    """
    today = SystemClock().now().date()
    try:
        population = read_population(folder, today)
    except (Unreadable, FileNotFoundError) as unreadable:
        typer.echo(_why(unreadable), err=True)
        raise typer.Exit(2) from None
    if dry_run:
        tally = Tally(deceased=population.deceased, faults=population.faults)
        headline = f"dry run: {len(population.living)} to bring in, {tally.left_out}"
    else:
        client = httpx.AsyncClient(base_url=url, headers=_who_asks(token_file), timeout=ANSWER_WITHIN_S)
        tally = asyncio.run(_bring_in(client, population, today, str(unit), str(support_contact)))
        headline = str(tally)
    _show(tally, headline, report)
    raise typer.Exit(1 if tally.faults or tally.stopped else 0)


async def _bring_in(
    client: httpx.AsyncClient, population: Population, today: date, unit: str, support_contact: str
) -> Tally:
    async with client as door:
        with progress_on_stderr() as progress:
            run = Import(
                door=door, unit=unit, support_contact=support_contact, today=today, progress=progress
            )
            return await run.run(population)


@contextmanager
def progress_on_stderr() -> Generator[Callable[[int, int], None]]:
    """A moving line for a person, a line at every tenth for a log."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda done, of: console.print(f"{done} of {of}") if done % max(of // 10, 1) == 0 else None
        return
    with Progress(SpinnerColumn(), MofNCompleteColumn(), console=console) as moving:
        task = moving.add_task("", total=None)
        yield lambda done, of: moving.update(task, completed=done, total=of)


def _who_asks(token_file: Path | None) -> dict[str, str]:
    """The token is never an argument: whoever lists the processes of a machine would read it."""
    token = token_file.read_text().strip() if token_file else os.environ.get("ROUNDTABLE_TOKEN", "")
    return {"Authorization": f"Bearer {token}"} if token else {}


def _show(tally: Tally, headline: str, report: Path | None) -> None:
    if report:
        _write(report, tally.faults)
    for fault in tally.faults[:SHOWN]:
        typer.echo(in_words(fault))
    if len(tally.faults) > SHOWN:
        typer.echo(f"… and {len(tally.faults) - SHOWN} more (--report FILE names them all)")
    if tally.stopped:
        typer.echo(f"{tally.stopped}; what is in stays in: run the same command again", err=True)
    typer.echo(headline)


def _write(report: Path, faults: Iterable[Fault]) -> None:
    with report.open("w", encoding="utf-8", newline="") as out:
        sheet = csv.writer(out, lineterminator="\n")
        sheet.writerow(("file", "line", "column", "name", "code"))
        sheet.writerows((fault.file, fault.line, fault.column, fault.name, fault.code) for fault in faults)


def _why(unreadable: Exception) -> str:
    if isinstance(unreadable, FileNotFoundError):
        return f"no such file: {unreadable.filename}"
    return str(unreadable)
