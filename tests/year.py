"""A whole year played in small on the tests' own stack, once for a run: from referral to "you said, we did"."""

from pathlib import Path

import pytest
from rich.console import Console

from cli.clock_command import advance
from cli.demo.listening import LISTENING
from cli.demo.play import Play
from cli.demo.screen import Screen
from cli.people import make_population
from cli.stack.layout import SERVICES
from cli.stack.stack import Stack
from tests.stack import elsewhere


def small(stack: Stack, folder: Path, *, patience: float) -> Play:
    """Fifteen people and one project."""
    return Play(
        urls={name: stack.url(name) for name in ("issuer", "sink", *SERVICES)},
        kafka=stack.kafka,
        listening=LISTENING,
        forward=lambda seconds: advance(stack, seconds),
        screen=Screen(Console(stderr=True)),
        population=make_population(folder, 40),
        imported=8,
        applying=7,
        projects=1,
        patience=patience,
    )


@pytest.fixture(scope="session")
def year(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Play:
    """Played to its end; what it left on the stack is there to look at."""
    play = small(stack, tmp_path_factory.mktemp("year"), patience=90)
    elsewhere(play.run())
    return play
