"""`roundtable topics`: makes the topics the contracts speak of, and says which setting could lose or reorder a fact."""

import asyncio
from collections.abc import Coroutine
from typing import Annotated, Any

import typer

from cli.stack.stack import Stack
from cli.stack_command import say
from shared.kafka import connection
from shared.kafka import topics as on_kafka
from shared.settings import Settings

Servers = Annotated[str, typer.Option("--kafka", envvar="KAFKA_SERVERS", help="The local stack's without.")]

topics = typer.Typer(no_args_is_help=True, help="The topics of the domain.")


@topics.command()
def apply(kafka: Servers = "") -> None:
    """Make the topics that are missing; what exists is left as it is."""
    settings = _settings(kafka)
    for made in _asked(on_kafka.apply(settings, **_wanted(settings)), settings):
        typer.echo(f"made {made}")


@topics.command()
def check(kafka: Servers = "") -> None:
    """Say what is not as a service needs it; exit code 1 if anything is."""
    settings = _settings(kafka)
    wrong = _asked(on_kafka.check(settings, **_wanted(settings)), settings)
    for sentence in wrong:
        typer.echo(sentence)
    if wrong:
        raise typer.Exit(1)
    typer.echo(f"{len(on_kafka.all_topics())} topics are as they must be.")


def _settings(kafka: str) -> Settings:
    """How Kafka is reached is told as the services are told it: by the environment."""
    settings = Settings().model_copy(update={"kafka_servers": kafka or Stack.local().kafka})
    for sentence in connection.wrong(settings):
        say(sentence)
        raise typer.Exit(1)
    return settings


def _wanted(settings: Settings) -> dict[str, Any]:
    return {"topology": settings.roundtable_topology, "retention_ms": settings.roundtable_retention_ms}


def _asked(question: Coroutine[Any, Any, list[str]], settings: Settings) -> list[str]:
    try:
        return asyncio.run(question)
    except (OSError, RuntimeError) as unreachable:  # Kafka's errors are RuntimeErrors
        away = f"Kafka does not answer ({type(unreachable).__name__}): `roundtable status` shows whether it runs."
        say(asyncio.run(connection.refusal(settings)) or away)
        raise typer.Exit(1) from None
