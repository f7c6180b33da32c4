"""The whole demo, in small, on a real stack: it plays to the end, and names the step when somebody is away."""

from pathlib import Path

import pytest
from rich.console import Console

from cli.demo.door import Waits
from cli.demo.play import Play
from cli.demo.report import trained
from cli.demo.screen import Screen
from cli.people import make_population
from cli.stack.layout import SERVICES
from cli.stack.stack import Stack


def small(stack: Stack, folder: Path, *, patience: float) -> Play:
    return Play(
        urls={name: stack.url(name) for name in ("issuer", *SERVICES)},
        kafka=stack.kafka,
        screen=Screen(Console(stderr=True)),
        population=make_population(folder, 40),
        imported=3,
        applying=4,
        patience=patience,
    )


async def test_everybody_who_sets_out_is_certified_and_every_fact_of_it_is_heard(
    stack: Stack, tmp_path: Path
) -> None:
    heard = await small(stack, tmp_path, patience=45).run()
    assert len(trained(heard)) == 7
    assert heard.said["application_started"] == 35 + 4, "the living of forty, and four by themselves"
    assert heard.said["partner_created"] == heard.said["partner_activated"] == 7
    assert heard.said["org_unit_registered"] == 2, "the very first facts are heard, too"
    assert set(heard.channels.values()) == {"import", "website", "clinic", "community", "referral"}


async def test_while_training_is_held_the_step_that_waits_for_it_is_named(
    stack: Stack, tmp_path: Path
) -> None:
    await stack.hold("training")
    try:
        with pytest.raises(Waits, match="POST training /v1/courses"):
            await small(stack, tmp_path, patience=3).run()
    finally:
        await stack.start("training")
