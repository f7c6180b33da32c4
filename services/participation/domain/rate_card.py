"""A rate card: one version of what work is paid, from a day on and in one currency; once published it never differs."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from shared.contracts.participation import RateCardPublished, RateLine, RateUnit
from shared.decider import Decider, NotBegun, wrong_state

# --- states


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    currency: str
    version: int
    valid_from: date
    lines: tuple[RateLine, ...]


RateCard = NotBegun | Published

# --- commands


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishRateCard:
    currency: str
    version: int
    valid_from: date
    lines: tuple[RateLine, ...]


# --- decide


def decide(state: RateCard, command: PublishRateCard, now: datetime) -> list[RateCardPublished]:
    said = RateCardPublished(
        currency=command.currency,
        version=command.version,
        valid_from=command.valid_from,
        lines=command.lines,
    )
    match state:
        case NotBegun():
            return [said]
        case Published() if state == _published(said):
            return []
        case Published():  # pragma: no branch
            raise wrong_state(state)


# --- evolve


def evolve(state: RateCard, fact: RateCardPublished) -> RateCard:
    return _published(fact)


def _published(fact: RateCardPublished) -> Published:
    return Published(
        currency=fact.currency, version=fact.version, valid_from=fact.valid_from, lines=fact.lines
    )


# --- reading


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """One line of the card in force, as read: what its unit is paid, and by which version."""

    card_id: str
    card_version: int
    unit: RateUnit
    amount_minor: int
    currency: str


def rate_in_force(cards: Iterable[tuple[str, Published]], day: date, code: str) -> Rate | None:
    """Of the cards of one currency, by id, the latest that holds on a day; None if there is none with that line."""
    begun = [(id, card) for id, card in cards if card.valid_from <= day]
    if not begun:
        return None
    id, card = max(begun, key=lambda held: (held[1].valid_from, held[1].version, held[0]))
    line = next((line for line in card.lines if line.code == code), None)
    return line and Rate(
        card_id=id,
        card_version=card.version,
        unit=line.unit,
        amount_minor=line.amount_minor,
        currency=card.currency,
    )


RATE_CARD: Decider[RateCard, PublishRateCard, RateCardPublished] = Decider(
    service="participation",
    kind="rate_card",
    plural="rate-cards",
    initial=NotBegun(),
    states=(Published,),
    facts=(RateCardPublished,),
    decide=decide,
    evolve=evolve,
    terminal=(Published,),
    person="",
)
