"""`roundtable import`: checks what a hospital has, brings it in as drafts, and reports every fault by its place."""

import asyncio
import os
from collections.abc import Callable, Generator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Annotated
from uuid import UUID

import httpx
import typer
from rich.console import Console
from rich.progress import MofNCompleteColumn, Progress, SpinnerColumn, TextColumn

from cli.synthea import read_population
from services.console.intake.batch import Batch
from services.console.intake.columns import PARTNERS, template
from services.console.intake.faults import Unreadable
from services.console.intake.files import read_export, read_file
from services.console.intake.report import as_csv, as_json
from services.console.intake.sending import BROKEN_OFF, Import, Tally
from shared.clock import SystemClock

ANSWER_WITHIN_S = 35.0
SHOWN = 50
BOM = "\ufeff"
"""By it a spreadsheet knows that a file is UTF-8, and keeps it so."""

Source = Annotated[
    Path | None,
    typer.Argument(
        help="partners.csv, the same as XLSX, FHIR R4 NDJSON (a file or a folder of them), or a Synthea CSV folder; "
        "else ROUNDTABLE_POPULATION names it.",
    ),
]
Unit = Annotated[UUID | None, typer.Option(help="The org unit that takes them in.")]
SupportContact = Annotated[UUID | None, typer.Option(help="The professional who looks after them.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Check the files and send nothing.")]
DayFirst = Annotated[bool, typer.Option("--day-first", help="03/04/1980 in partners.csv is 3 April.")]
Report = Annotated[Path | None, typer.Option(help="Write every row left out there, as CSV.", dir_okay=False)]
Json = Annotated[bool, typer.Option("--json", help="Print what became of it as JSON.")]
Template = Annotated[bool, typer.Option("--template", help="Write an empty partners.csv with two examples.")]
Url = Annotated[str, typer.Option(envvar="ROUNDTABLE_RECRUITMENT_URL", help="Where recruitment answers.")]
TokenFile = Annotated[
    Path | None,
    typer.Option(exists=True, dir_okay=False, help="Holds the caller's token; else ROUNDTABLE_TOKEN does."),
]


def import_people(
    source: Source = None,
    unit: Unit = None,
    support_contact: SupportContact = None,
    url: Url = "http://127.0.0.1:8101",
    dry_run: DryRun = False,
    day_first: DayFirst = False,
    report: Report = None,
    json: Json = False,
    template: Template = False,
    token_file: TokenFile = None,
) -> None:
    """Bring the people of a list in as draft applications.

    A row is brought in once, however often it is imported: after an import was broken off, the same command
    goes on where it was. A faulty row is left out and reported by file, line and column, never by its value.
    Exit code: 0; 1 if there was a fault or the import stopped; 2 if a file cannot be read.

        roundtable import --template partners.csv

        roundtable import partners.csv --dry-run --report faults.csv

        roundtable import partners.csv --unit <id> --support-contact <id> --report faults.csv
    """
    if template:
        raise typer.Exit(_write_template(source))
    today = SystemClock().now().date()
    batch = _read(source, today, day_first)
    if dry_run:
        tally = Tally.of(batch)
    elif unit is None or support_contact is None:
        raise typer.Exit(_say("--unit and --support-contact are needed, unless it is a --dry-run"))
    else:
        client = httpx.AsyncClient(base_url=url, headers=_who_asks(token_file), timeout=ANSWER_WITHIN_S)
        tally = _bring_in(client, batch, today, str(unit), str(support_contact))
    _tell(tally, batch, report, dry_run=dry_run, json=json)
    raise typer.Exit(1 if tally.faults or tally.stopped else 0)


def _write_template(file: Path | None) -> int:
    """On the screen, or in a file that is not there yet: what somebody filled in is never written over."""
    if file is None:
        typer.echo(template(), nl=False)
        return 0
    try:
        with file.open("x", encoding="utf-8", newline="") as out:
            out.write(BOM + template())
    except OSError as error:
        return _say(f"{file}: {error.strerror}")
    typer.echo(f"{file}: fill in a row for each person, and have it checked with --dry-run")
    return 0


def _read(source: Path | None, today: date, day_first: bool) -> Batch:
    source = source or _named_outside()
    if source is None:
        raise typer.Exit(_say("name what is to be imported; `--template` writes a list to fill in"))
    try:
        return _of_a_folder(source, today, day_first) if source.is_dir() else _of(source, today, day_first)
    except Unreadable as unreadable:
        raise typer.Exit(_say(str(unreadable))) from None
    except OSError as error:
        raise typer.Exit(_say(f"{error.filename or source}: {error.strerror}")) from None


def _named_outside() -> Path | None:
    named = os.environ.get("ROUNDTABLE_POPULATION", "")
    return Path(named) if named else None


def _of_a_folder(folder: Path, today: date, day_first: bool) -> Batch:
    """What it is, its files tell: a Synthea export, an export of FHIR, or a list of our own."""
    if (folder / "patients.csv").exists():
        return read_population(folder, today)
    if resources := sorted(folder.glob("*.ndjson")):
        return read_export(((file.name, file.read_bytes()) for file in resources), today)
    if (folder / PARTNERS).exists():
        return _of(folder / PARTNERS, today, day_first)
    raise Unreadable("structure", str(folder), f"holds no patients.csv, no *.ndjson and no {PARTNERS}")


def _of(file: Path, today: date, day_first: bool) -> Batch:
    return read_file(file.name, file.read_bytes(), today, day_first=day_first)


def _bring_in(client: httpx.AsyncClient, batch: Batch, today: date, unit: str, contact: str) -> Tally:
    """What became of it, also if somebody broke it off."""
    with progress_on_stderr() as progress:
        run = Import(door=client, unit=unit, support_contact=contact, today=today, progress=progress)
        try:
            return asyncio.run(_within(client, run, batch))
        except KeyboardInterrupt:
            run.tally.stopped = BROKEN_OFF
            return run.tally


async def _within(client: httpx.AsyncClient, run: Import, batch: Batch) -> Tally:
    async with client:
        return await run.run(batch)


@contextmanager
def progress_on_stderr() -> Generator[Callable[[int, int, str], None]]:
    """A moving line for a person, a line at every tenth for a log."""
    console = Console(stderr=True)
    if not console.is_terminal:

        def told(done: int, of: int, became: str) -> None:
            if done % max(of // 10, 1) == 0:
                console.print(f"{done} of {of}: {became}")

        yield told
        return
    columns = (SpinnerColumn(), MofNCompleteColumn(), TextColumn("{task.description}"))
    with Progress(*columns, console=console) as moving:
        task = moving.add_task("", total=None)
        yield lambda done, of, became: moving.update(task, completed=done, total=of, description=became)


def _who_asks(token_file: Path | None) -> dict[str, str]:
    """The token is never an argument: whoever lists the processes of a machine would read it."""
    token = token_file.read_text().strip() if token_file else os.environ.get("ROUNDTABLE_TOKEN", "")
    return {"Authorization": f"Bearer {token}"} if token else {}


def _tell(tally: Tally, batch: Batch, report: Path | None, *, dry_run: bool, json: bool) -> None:
    if report:
        _keep(report, as_csv(sorted([*tally.faults, *tally.skipped])))
    if tally.stopped:
        _say(f"{tally.stopped}; what is in stays in: run the same command again")
    if json:
        typer.echo(as_json(tally, dry_run=dry_run, to_bring_in=len(batch.entries)))
        return
    for fault in tally.faults[:SHOWN]:
        typer.echo(str(fault))
    if len(tally.faults) > SHOWN:
        typer.echo(f"… and {len(tally.faults) - SHOWN} more (--report FILE names them all)")
    typer.echo(f"dry run: {len(batch.entries)} to bring in, {tally.left_out}" if dry_run else str(tally))


def _keep(report: Path, rows: str) -> None:
    try:
        report.write_text(rows, encoding="utf-8")
    except OSError as error:
        _say(f"{report}: {error.strerror}")


def _say(sentence: str) -> int:
    """On the other stream, and the exit code of what cannot be read."""
    typer.echo(sentence, err=True)
    return 2
