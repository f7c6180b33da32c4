"""What participation looks up about money in its own store: budgets, the rate in force on a day, claims to be paid."""

from collections.abc import Sequence
from datetime import date

from services.participation.domain.budget import BUDGET, Open
from services.participation.domain.claim import CLAIM, Claim
from services.participation.domain.payment_run import PAYMENT_RUN, PaymentRun
from services.participation.domain.rate_card import RATE_CARD, Published, Rate, rate_in_force
from shared.decider import NotYet
from shared.ids import derived
from shared.mongo.store import Store
from shared.road.unit import Document, Scope

MOST_CARDS = 1000


def budget_id(opportunity_id: str) -> str:
    """Where the money of an opportunity is kept."""
    return derived("participation", "budget", opportunity_id)


async def currency_of(store: Store, opportunity_id: str) -> str:
    """In what an opportunity pays; waits until its budget is open."""
    found = await store.one(BUDGET, budget_id(opportunity_id))
    if found is None or not isinstance(found.state, Open):
        raise NotYet("budget")
    return found.state.currency


async def rate_of(store: Store, network_id: str, currency: str, day: date, line: str) -> Rate | None:
    """What the network's card in force on a day pays for a line; None while no such card names it."""
    found = await store.many(
        RATE_CARD,
        {"state.currency": {"$eq": currency}},
        scope=Scope(tenant=network_id),
        limit=MOST_CARDS,
    )
    cards = [(card.id, card.state) for card in found if isinstance(card.state, Published)]
    return rate_in_force(cards, day, line)


async def claims_of(store: Store, ids: Sequence[str], scope: Scope) -> list[Document[Claim]]:
    """Of these claims the ones a caller may see."""
    return await store.many(CLAIM, {"_id": {"$in": list(ids)}}, scope=scope, limit=len(ids))


async def run_of(store: Store, id: str) -> PaymentRun | None:
    """How a payment run stands."""
    found = await store.one(PAYMENT_RUN, id)
    return found.state if found else None
