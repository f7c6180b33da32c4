"""What somebody who was asked can read and answer, by the link of their mail or with a coordinator's help."""

from collections.abc import Mapping
from typing import Any

import msgspec

from services.matching import bodies
from services.matching.api.opportunities import offer_is_there
from services.matching.domain.opportunity import commands as finding
from services.matching.domain.opportunity.states import Offer, Team
from shared.privacy import Erased
from shared.road.unit import Scope
from shared.web.asking import Asking, Made
from shared.web.principal import Principal, Rule
from shared.web.problems import Problem

TOLD = (
    *("code", "kind", "domain", "entry_stage", "involvement_level", "topic_codes", "mode", "dayparts"),
    *("hours_per_month", "starts_on", "ends_on", "paid", "rate_line", "decision_right", "terms_version"),
    *("lead_id", "support_contact_id"),
)
"""What of an opportunity somebody who is asked may read before they decide, beside its purpose and what is asked."""


class OfferRule(Rule):
    """The link names the opportunity, which concerns many: whose offer it is, is for the offer to say."""

    def scope(self, principal: Principal, person: str) -> Scope:
        """The one opportunity, whoever leads it."""
        del person
        return Rule.scope(self, principal, "")


def _who(asking: Asking) -> str | None:
    link = asking.principal.link
    return link.person_id if link else None


async def accept_offer(asking: Asking, body: bodies.AcceptOffer) -> Made:
    who = _who(asking)
    await _theirs(asking, body.offer_id, who)
    return Made(commands=(finding.AcceptOffer(body.offer_id, who),))


async def decline_offer(asking: Asking, body: bodies.DeclineOffer) -> Made:
    """No reason is needed; one that is given is the person's own."""
    who = _who(asking)
    offer = await _theirs(asking, body.offer_id, who)
    reason = await asking.private(offer.person_id, "reason", body.reason)
    return Made(commands=(finding.DeclineOffer(body.offer_id, who, reason),))


async def _theirs(asking: Asking, offer_id: str, who: str | None) -> Offer:
    """Whoever names somebody else's offer is refused before anything of it is kept with the opportunity."""
    if who is None:
        await offer_is_there(asking, offer_id)
    opportunity = await asking.document()
    offers: Mapping[str, Offer] = getattr(opportunity.state, "offers", {})
    offer = offers.get(offer_id)
    if offer is None or who not in (None, offer.person_id):
        raise Problem("not_yours")
    return offer


async def offer_of(asking: Asking, query: Mapping[str, str]) -> dict[str, Any]:
    """The last offer one person was made, with what they decide upon; nothing about anybody else."""
    opportunity = await asking.document()
    person_id = _who(asking) or query.get("person_id", "")
    offers: Mapping[str, Offer] = getattr(opportunity.state, "offers", {})
    theirs = [(id, offer) for id, offer in offers.items() if offer.person_id == person_id]
    if not theirs or not isinstance(opportunity.state, Team):
        raise Problem("not_found")
    offer_id, offer = theirs[-1]
    about = {name: getattr(opportunity.state, name) for name in TOLD}
    return {
        "opportunity_id": opportunity.id,
        "offer_id": offer_id,
        "status": offer.status,
        "reason_code": offer.reason_code or None,
        "seat_role": offer.seat_role,
        **msgspec.to_builtins({"expires_at": offer.expires_at, **about}),
        **{name: await _words(asking, opportunity.state, name) for name in ("purpose", "ask")},
    }


async def _words(asking: Asking, state: Team, name: str) -> str | None:
    """The lead's own words, written for whoever is asked; nothing, should the lead have been erased."""
    token = getattr(state, name).private
    if not token:
        return None
    opened = await asking.house.vault.open(token, state.lead_id, asking.house.service, name, str)
    return None if isinstance(opened, Erased) else opened
