"""What recruitment does when it hears something."""

from services.recruitment.domain import PARTNER
from services.recruitment.domain.consent import REVEAL, GrantConsent
from services.recruitment.domain.partner import CreatePartner
from shared.contracts.matching import OfferAccepted
from shared.contracts.recruitment import ApplicationAccepted
from shared.decider import To
from shared.road.handlers import Handlers

UNDETERMINED = "und"
"""BCP 47 for a language nobody told: the fact does not say in which language the offer was read."""


def when_application_accepted(fact: ApplicationAccepted) -> list[To]:
    """The partner belongs where the application was made."""
    create = CreatePartner(
        person_id=fact.person_id,
        application_id=fact.said.subject,
        home_unit_id=fact.said.orgunit,
        partner_types=fact.partner_types,
        support_contact_id=fact.support_contact_id,
    )
    return [To(PARTNER, fact.person_id, create)]


def when_offer_accepted(fact: OfferAccepted) -> list[To]:
    """Who takes a seat agrees that the lead of that opportunity learns who they are."""
    grant = GrantConsent(
        purpose=REVEAL,
        text_version=fact.terms_version,
        language=UNDETERMINED,
        channel="offer",
        proxy=False,
        scope_id=fact.said.subject,
        revealed_to=fact.lead_id,
    )
    return [To(PARTNER, fact.person_id, grant)]


HANDLERS: Handlers = {
    ApplicationAccepted: when_application_accepted,
    OfferAccepted: when_offer_accepted,
}
