"""Is the business of rate cards right: published once, and the one in force found for a day?"""

from datetime import date
from typing import Any

from hypothesis import given

from services.participation.domain.rate_card import (
    RATE_CARD,
    Published,
    PublishRateCard,
    Rate,
    rate_in_force,
)
from services.participation.tests.treasury import CARD, LINES, card
from shared.contracts.fact import Fact
from shared.contracts.participation import RateCardPublished, RateLine
from tests.any_story import (
    any_commands,
    any_facts,
    folding_never_raises,
    nothing_follows_the_end,
    the_same_command_twice_is_harmless,
)
from tests.given import Given

LAST_YEARS = "ca4d0000-0000-4000-8000-00000000001c"


def published(**otherwise: Any) -> Published:
    state = Given(RATE_CARD).after(card(**otherwise)).state
    assert isinstance(state, Published)
    return state


def costing(amount_minor: int, **otherwise: Any) -> Published:
    return published(
        lines=(RateLine(code="session", unit="half_hour", amount_minor=amount_minor),), **otherwise
    )


def test_a_card_is_published_once() -> None:
    said = RateCardPublished(currency="GBP", version=1, valid_from=date(2026, 1, 1), lines=LINES)
    assert Given(RATE_CARD).when(card()) == [said]
    assert Given(RATE_CARD).after(card()).when(card()) == []


def test_a_published_card_never_differs() -> None:
    story = Given(RATE_CARD).after(card())
    assert story.refuses(card(version=2)) == "wrong_state"
    assert story.refuses(card(lines=LINES[:1])) == "wrong_state"


def test_the_rate_is_that_of_the_card_in_force_on_the_day() -> None:
    cards = [
        (LAST_YEARS, costing(1000, valid_from=date(2025, 1, 1))),
        (CARD, costing(1375, valid_from=date(2026, 1, 1), version=2)),
    ]

    def rate(day: date) -> int:
        found = rate_in_force(cards, day, "session")
        return found.amount_minor if found else 0

    assert [rate(date(2024, 12, 31)), rate(date(2025, 1, 1)), rate(date(2025, 12, 31))] == [0, 1000, 1000]
    assert [rate(date(2026, 1, 1)), rate(date(2030, 1, 1))] == [1375, 1375]


def test_of_two_cards_from_one_day_on_the_later_version_holds() -> None:
    cards = [(CARD, costing(1400, version=3)), (LAST_YEARS, costing(1300, version=2))]
    found = rate_in_force(cards, date(2026, 5, 1), "session")
    assert found == Rate(card_id=CARD, card_version=3, unit="half_hour", amount_minor=1400, currency="GBP")


def test_a_line_the_card_in_force_does_not_name_has_no_rate_whatever_older_cards_said() -> None:
    cards = [(LAST_YEARS, published(valid_from=date(2025, 1, 1))), (CARD, costing(1375))]
    assert rate_in_force(cards, date(2026, 5, 1), "cancellation") is None
    assert rate_in_force(cards, date(2025, 5, 1), "cancellation") is not None


@given(any_commands(PublishRateCard))
def test_the_same_card_twice_says_nothing_and_nothing_follows(commands: list[Any]) -> None:
    the_same_command_twice_is_harmless(RATE_CARD, commands)
    nothing_follows_the_end(RATE_CARD, commands)


@given(any_facts(RATE_CARD))
def test_any_sequence_of_facts_is_folded(facts: list[Fact]) -> None:
    folding_never_raises(RATE_CARD, facts)
