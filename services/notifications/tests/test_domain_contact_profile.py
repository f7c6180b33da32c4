"""Is it right how somebody is reached, and what they are not told any more?"""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given

from services.notifications.domain import CONTACT_PROFILE
from services.notifications.domain.contact_profile import (
    ContactProfile,
    Known,
    LiftSuppression,
    NoteContact,
    ProfileCommand,
    ProfileFact,
    Suppress,
    suppressed_by,
)
from services.notifications.domain.quiet_hours import quiet_until, zone_of
from services.notifications.tests.people import ANA, CARLA, LENA
from shared.contracts.fact import Fact, Private
from shared.contracts.notifications import ContactProfileNoted, RecipientSuppressed, SuppressionLifted
from tests.any_story import (
    any_commands,
    any_facts,
    folding_never_raises,
    the_same_command_twice_is_harmless,
)
from tests.given import Given, names

Story = Given[ContactProfile, ProfileCommand, ProfileFact]
CARD = NoteContact(person_id=CARLA, details=Private("sealed card"))
SUPPORTED = NoteContact(person_id=CARLA, support_contact_id=ANA, side="partner")
SUPPRESS, LIFT = Suppress(CARLA, "asks"), LiftSuppression(CARLA, "asks")


def nobody() -> Story:
    return Given(CONTACT_PROFILE)


def known() -> Story:
    return nobody().after(SUPPORTED, CARD)


def suppressed() -> Story:
    return known().after(SUPPRESS)


STATES = {"not_begun": nobody, "known": known, "suppressed": suppressed}
COMMANDS: dict[str, ProfileCommand] = {
    "note": NoteContact(person_id=CARLA, details=Private("a new card")),
    "suppress": SUPPRESS,
    "lift": LIFT,
}
TABLE = {
    ("not_begun", "note"): "ContactProfileNoted",
    ("not_begun", "suppress"): "RecipientSuppressed",
    ("not_begun", "lift"): "",
    ("known", "note"): "ContactProfileNoted",
    ("known", "suppress"): "RecipientSuppressed",
    ("known", "lift"): "",
    ("suppressed", "note"): "ContactProfileNoted",
    ("suppressed", "suppress"): "",
    ("suppressed", "lift"): "SuppressionLifted",
}


@pytest.mark.parametrize(("state", "command"), TABLE)
def test_every_command_in_every_state(state: str, command: str) -> None:
    assert "".join(names(STATES[state]().when(COMMANDS[command]))) == TABLE[state, command]


def test_what_is_heard_bit_by_bit_is_kept_together() -> None:
    whole = ContactProfileNoted(
        person_id=CARLA, support_contact_id=ANA, side="partner", details=Private("sealed card")
    )
    assert nobody().after(SUPPORTED).when(CARD) == [whole]
    assert nobody().after(CARD).when(SUPPORTED) == [whole]
    assert known().when(CARD) == known().when(SUPPORTED) == []
    other = NoteContact(person_id=CARLA, support_contact_id=LENA)
    assert known().after(other).state == Known(
        person_id=CARLA, support_contact_id=LENA, side="partner", details=Private("sealed card")
    )


def test_somebody_is_noted_though_nothing_is_known_but_that_they_are_there() -> None:
    assert nobody().when(NoteContact(person_id=CARLA)) == [ContactProfileNoted(person_id=CARLA)]


def test_suppressions_stand_beside_each_other_until_lifted() -> None:
    both = suppressed().after(Suppress(CARLA, "all_but_owed"))
    assert both.said[-2:] == (
        RecipientSuppressed(person_id=CARLA, scope="asks"),
        RecipientSuppressed(person_id=CARLA, scope="all_but_owed"),
    )
    assert both.when(LIFT) == [SuppressionLifted(person_id=CARLA, scope="asks")]
    assert both.after(LIFT).state == known().after(Suppress(CARLA, "all_but_owed")).state


SCOPES: dict[tuple[Any, ...], dict[str, str | None]] = {
    (): {"critical": None, "ask": None, "engagement": None, "owed": None},
    ("asks",): {"critical": None, "ask": "asks", "engagement": None, "owed": None},
    ("all_but_owed",): {
        "critical": "all_but_owed",
        "ask": "all_but_owed",
        "engagement": "all_but_owed",
        "owed": None,
    },
}


@pytest.mark.parametrize("scopes", SCOPES)
def test_who_withdrew_is_not_asked_and_who_left_is_told_only_what_is_owed(scopes: Any) -> None:
    somebody = Known(person_id=CARLA, suppressions=scopes)
    told: tuple[Any, ...] = ("critical", "ask", "engagement", "owed")
    assert {each: suppressed_by(somebody, each) for each in told} == SCOPES[scopes]


@given(any_commands(ProfileCommand))
def test_the_same_command_twice_is_harmless(commands: list[ProfileCommand]) -> None:
    the_same_command_twice_is_harmless(CONTACT_PROFILE, commands)


@given(any_facts(CONTACT_PROFILE))
def test_folding_never_raises(facts: list[Fact]) -> None:
    folding_never_raises(CONTACT_PROFILE, facts)


NIGHTS = {
    ("Europe/London", "2026-03-02T07:59"): "2026-03-02T08:00",
    ("Europe/London", "2026-03-02T08:00"): None,
    ("Europe/London", "2026-03-02T19:59"): None,
    ("Europe/London", "2026-03-02T20:00"): "2026-03-03T08:00",
    ("Asia/Tokyo", "2026-03-02T12:00"): "2026-03-02T23:00",
    ("America/New_York", "2026-03-02T12:00"): "2026-03-02T13:00",
    # The night in which the clocks go forward, and the one in which they go back.
    ("Europe/London", "2026-03-28T22:00"): "2026-03-29T07:00",
    ("Europe/London", "2026-10-24T22:00"): "2026-10-25T08:00",
    ("nowhere/at_all", "2026-03-02T21:00"): "2026-03-03T08:00",
    ("../../etc/passwd", "2026-03-02T12:00"): None,
}


@pytest.mark.parametrize(("zone", "now"), NIGHTS)
def test_a_night_ends_at_eight_in_the_morning_where_somebody_lives(zone: str, now: str) -> None:
    until = quiet_until(datetime.fromisoformat(now).replace(tzinfo=UTC), zone_of(zone))
    assert (until and until.strftime("%Y-%m-%dT%H:%M")) == NIGHTS[zone, now]
