"""What participation looks up about money in its own store: budgets, the rate in force on a day, claims to be paid."""

from collections.abc import Sequence
from datetime import date

from services.participation.domain.budget import BUDGET, Open
from services.participation.domain.claim import CLAIM, Claim
from services.participation.domain.rate_card import RATE_CARD, Published, Rate, rate_in_force
from shared.ids import derived
from shared.mongo.store import Store
from shared.road.unit import Document, Scope

MOST_CARDS = 1000


def budget_id(opportunity_id: str) -> str:
    """Where the money of an opportunity is kept."""
    return derived("participation", "budget", opportunity_id)


async def rate_of(store: Store, network_id: str, opportunity_id: str, day: date, line: str) -> Rate | None:
    """What the network's card in force on a day pays for a line, in the currency of the opportunity's budget.

    None while that budget is not open, or no such card names the line.
    """
    budget = await store.one(BUDGET, budget_id(opportunity_id))
    if budget is None or not isinstance(budget.state, Open):
        return None
    found = await store.many(
        RATE_CARD,
        {"state.currency": {"$eq": budget.state.currency}},
        scope=Scope(tenant=network_id),
        limit=MOST_CARDS,
    )
    cards = [(card.id, card.state) for card in found if isinstance(card.state, Published)]
    return rate_in_force(cards, day, line)


async def claims_of(store: Store, ids: Sequence[str], scope: Scope) -> list[Document[Claim]]:
    """Of these claims the ones a caller may see."""
    return await store.many(CLAIM, {"_id": {"$in": list(ids)}}, scope=scope, limit=len(ids))
