"""Is the business of a message right: requested once, sent, kept for the morning, tried again, or given up?"""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given

from services.notifications.domain import MESSAGE
from services.notifications.domain.message import (
    TRIED_AGAIN_AFTER,
    FailAttempt,
    MarkSent,
    Message,
    MessageCommand,
    MessageFact,
    PostponeMessage,
    ReleaseMessage,
    RequestMessage,
    SuppressMessage,
)
from services.notifications.tests.people import ANA, APPLICATION, CARLA
from shared.contracts.fact import Fact
from shared.contracts.notifications import (
    MessageDead,
    MessageDelayed,
    MessagePostponed,
    MessageReleased,
    MessageRequested,
    MessageSent,
    MessageSuppressed,
)
from tests.any_story import (
    any_commands,
    any_facts,
    folding_never_raises,
    nothing_follows_the_end,
    the_same_command_twice_is_harmless,
)
from tests.given import NOON, Given, names

ABOUT: dict[str, Any] = {
    "person_id": CARLA,
    "template": "application_received",
    "channel": "email",
    "message_class": "engagement",
    "cause_id": ANA,
    "about_id": APPLICATION,
}
MORNING, LATER = NOON + timedelta(hours=20), NOON + timedelta(minutes=1)
REQUEST = RequestMessage(**ABOUT, params={"support_contact_id": ANA})
POSTPONE, FAIL, RELEASE = PostponeMessage(MORNING), FailAttempt("smtp_away"), ReleaseMessage(LATER)
SUPPRESS = SuppressMessage("asks")
Story = Given[Message, MessageCommand, MessageFact]


def nothing() -> Story:
    return Given(MESSAGE)


def requested() -> Story:
    return nothing().after(REQUEST)


def waiting() -> Story:
    return requested().after(FAIL)


def released() -> Story:
    return waiting().after(RELEASE, at=LATER)


def sent() -> Story:
    return requested().after(MarkSent())


def suppressed() -> Story:
    return requested().after(SUPPRESS)


def dead() -> Story:
    story = requested()
    for _ in TRIED_AGAIN_AFTER:
        story = story.after(FAIL)
        story = story.after(ReleaseMessage(story.due or NOON))
    return story.after(FAIL)


STATES = {
    "not_begun": nothing,
    "requested": requested,
    "waiting": waiting,
    "released": released,
    "sent": sent,
    "suppressed": suppressed,
    "dead": dead,
}
COMMANDS: dict[str, MessageCommand] = {
    "request": REQUEST,
    "postpone": POSTPONE,
    "fail": FAIL,
    "release": RELEASE,
    "send": MarkSent(),
    "suppress": SUPPRESS,
}
TO_BE_SENT = {
    "postpone": "MessagePostponed",
    "fail": "MessageDelayed",
    "send": "MessageSent",
    "suppress": "MessageSuppressed",
}
TABLE: dict[str, dict[str, str]] = {
    "not_begun": {"request": "MessageRequested"},
    "requested": {"request": "", **TO_BE_SENT},
    "waiting": {"release": "MessageReleased"},
    "released": TO_BE_SENT,
    "sent": {"send": ""},
    "suppressed": {"suppress": ""},
    "dead": {},
}


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("state", STATES)
def test_every_command_in_every_state(state: str, command: str) -> None:
    story = STATES[state]()
    if command not in TABLE[state]:
        assert story.refuses(COMMANDS[command]) == "not_expected"
        return
    assert "".join(names(story.when(COMMANDS[command]))) == TABLE[state][command]


def test_what_becomes_of_it_is_said_with_what_it_is_about() -> None:
    assert nothing().when(REQUEST) == [MessageRequested(**ABOUT, params={"support_contact_id": ANA})]
    assert requested().when(MarkSent()) == [MessageSent(**ABOUT, attempt=1)]
    assert requested().when(SUPPRESS) == [MessageSuppressed(**ABOUT, attempt=1, reason_code="asks")]
    assert requested().when(POSTPONE) == [MessagePostponed(**ABOUT, attempt=1, send_at=MORNING)]
    assert requested().when(FAIL) == [
        MessageDelayed(**ABOUT, attempt=1, send_at=LATER, reason_code="smtp_away")
    ]


def test_what_could_not_be_sent_is_tried_again_later_each_time_and_given_up_the_sixth() -> None:
    story, waits = requested(), list[timedelta]()
    for _ in range(5):
        story = story.after(FAIL)
        assert story.due is not None
        waits.append(story.due - NOON)
        story = story.after(ReleaseMessage(story.due))
    assert waits == [timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240)]
    assert story.when(FAIL) == [MessageDead(**ABOUT, attempt=6, reason_code="smtp_away")]


def test_a_night_is_no_attempt() -> None:
    story = requested().after(POSTPONE)
    assert story.due == MORNING
    assert story.when_due() == [MessageReleased(person_id=CARLA, attempt=1)]


def test_the_clock_releases_only_what_waits_for_that_very_moment() -> None:
    assert waiting().when_due() == [MessageReleased(person_id=CARLA, attempt=2)]
    assert waiting().refuses(ReleaseMessage(NOON)) == "not_expected"
    assert [STATES[state]().due for state in STATES if state != "waiting"] == [None] * 6


def test_nothing_is_kept_for_a_morning_that_is_over() -> None:
    assert requested().refuses(PostponeMessage(NOON)) == "not_expected"


@given(any_commands(MessageCommand))
def test_the_same_command_twice_is_harmless(commands: list[MessageCommand]) -> None:
    the_same_command_twice_is_harmless(MESSAGE, commands)


@given(any_commands(MessageCommand))
def test_nothing_follows_the_end(commands: list[MessageCommand]) -> None:
    nothing_follows_the_end(MESSAGE, commands)


@given(any_facts(MESSAGE))
def test_folding_never_raises(facts: list[Fact]) -> None:
    folding_never_raises(MESSAGE, facts)
