"""`roundtable backup` and `roundtable restore`: one service at a time, while the others go on."""

import asyncio
import json
import time
from collections.abc import Coroutine
from pathlib import Path
from typing import Annotated, Any, NoReturn, TypeVar

import typer

from cli.backup import copy
from cli.backup.catching_up import Gap
from cli.backup.restoring import KEYS, Restored, StillThere, restore, restore_keys
from cli.backup.taking import take
from cli.demo.listening import LISTENING
from cli.stack_command import say
from cli.verify.command import where
from shared.kafka import KafkaError, connection
from shared.mongo.driver import StoreError
from shared.settings import Settings

T = TypeVar("T")
SHOWN = 10
Which = Annotated[
    str, typer.Argument(help=f"{', '.join(LISTENING)}; or keys, kept by themselves for a week at the most.")
]
File = Annotated[Path, typer.Argument(help="Where to; replaced if it is there.", dir_okay=False)]
Source = Annotated[
    Path | None,
    typer.Option(
        "--from", exists=True, dir_okay=False, help="A file of `backup`; else the database as it is."
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object, every private field included.")]


def backup(service: Which, file: File) -> None:
    """Copy a service's database as it is at one moment; nothing needs to be stopped.

    roundtable backup matching matching.backup
    """
    if service not in (*LISTENING, KEYS):
        _end(f"There is no service {service}.")
    counts = _asked(take(_settings(), service, "" if service == KEYS else service, file))
    for name, count in sorted(counts.items()):
        typer.echo(f"{name:<24} {count:>9}")
    typer.echo(f"{file}: {sum(counts.values())} documents, {file.stat().st_size / 1e6:.1f} MB")


def restore_service(service: Which, source: Source = None, as_json: AsJson = False) -> None:
    """Put a stopped service's database back, and bring it up to what it has said since; then it may start.

    roundtable restore matching --from matching.backup
    """
    if service == KEYS:
        return _keys(source)
    if service not in LISTENING:
        _end(f"There is no service {service}.")
    began = time.monotonic()
    done = _asked(restore(_settings(), service, source, say))
    took = time.monotonic() - began
    typer.echo(json.dumps(_as_json(done, took)) if as_json else "\n".join(_told(service, done, took)))


def _keys(source: Path | None) -> None:
    if source is None:
        _end("Name the file that holds the keys: --from.")
    typer.echo(f"{_asked(restore_keys(_settings(), source)).documents} keys put back.")


def _settings() -> Settings:
    settings = where()
    for sentence in connection.wrong(settings):
        _end(sentence)
    return settings


def _asked(work: Coroutine[Any, Any, T]) -> T:
    """One sentence and exit code 1 for whatever keeps it from being done."""
    try:
        return asyncio.run(work)
    except StillThere as who:
        _end(f"Somebody still listens for {who}. Stop every replica; who was killed is there for 10 s more.")
    except (copy.Spoilt, Gap) as why:
        _end(f"{why}.")
    except (KafkaError, StoreError, OSError) as away:
        if file := getattr(away, "filename", None):
            _end(f"{file} cannot be written: {getattr(away, 'strerror', '')}.")
        _end(f"A server does not answer ({type(away).__name__}).")


def _end(sentence: str) -> NoReturn:
    say(sentence)
    raise typer.Exit(1)


def _told(service: str, done: Restored, took: float) -> list[str]:
    lines = [
        f"{done.documents} documents put back; {done.facts} facts folded onto {done.aggregates} aggregates; "
        f"{done.to_hear} records to hear again; {took:.0f} s.",
        f"Lost: what {service} had saved and not sent; refusals kept for repeated requests since the backup.",
    ]
    if done.private:
        lines.append(
            f"Lost too, since it is on no topic, of {len(done.private)} aggregates (all of them: --json):"
        )
        lines += [f"  {of}: {', '.join(names)}" for of, names in list(done.private.items())[:SHOWN]]
    return [*lines, f"Next: start {service}, then `roundtable verify`."]


def _as_json(done: Restored, took: float) -> dict[str, Any]:
    return {
        "documents": done.documents,
        "facts": done.facts,
        "aggregates": done.aggregates,
        "to_hear": done.to_hear,
        "private": done.private,
        "seconds": round(took, 1),
    }
