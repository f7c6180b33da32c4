"""The whole demo, in small, on a real stack: it plays to the end, and names the step when somebody is away."""

from pathlib import Path

import pytest

from cli.demo.door import Waits
from cli.demo.play import Play
from cli.demo.report import trained
from cli.stack.stack import Stack
from tests.year import small


async def test_people_go_from_referral_to_you_said_we_did_by_the_links_in_their_letters(year: Play) -> None:
    heard, said = year.heard, year.heard.said
    assert len(trained(heard)) == 15
    assert said["application_started"] == 35 + 7, "the living of forty, and seven by themselves"
    assert said["partner_created"] == said["partner_activated"] == 15
    assert said["seat_filled"] == 12, "ten partners, a nurse and a physician"
    assert said["opportunity_filled"] == said["session_held"] == said["opportunity_closed"] == 1
    assert said["compensation_paid"] > 0
    assert said["influence_loop_closed"] == 1
    assert said["message_sent"] == year.programme.mailbox.letters > 100
    assert year.programme.mailbox.copies == 0
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
