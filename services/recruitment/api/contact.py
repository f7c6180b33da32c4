"""What recruitment can be told about how to reach somebody, and who may read it."""

from typing import Any

from services.recruitment import bodies
from services.recruitment import store as known
from services.recruitment.domain import CONTACT_CARD, contact_card, partner
from shared import ids
from shared.contracts.recruitment import ContactDetails
from shared.road.unit import Document, Home, Scope
from shared.web.asking import Asking, Made
from shared.web.problems import Problem


async def give_contact_details(asking: Asking, body: bodies.GiveContactDetails) -> Made:
    link, person_id = asking.principal.link, body.person_id
    if link is not None and link.person_id != person_id:
        raise Problem("not_found")
    scope = Scope(tenant=asking.principal.tenant) if link else asking.scope
    home = await known.home_of(asking.house.store, person_id, scope)
    if home is None:
        raise Problem("not_found")
    await asking.house.vault.create(person_id)
    id = ids.derived("recruitment", "contact_card", person_id)
    card: Document[Any] | None = await asking.house.store.one(CONTACT_CARD, id)
    details = await _as_told(asking, body.details, home)
    command = contact_card.GiveContactDetails(
        person_id=person_id,
        details=await asking.sealed(person_id, "details", details, card.state.details if card else None),
        reachable=bool(details.email or details.phone),
        unless_given=body.unless_given or asking.role == "import",
    )
    return Made(commands=(command,), id=id, home=home)


async def _as_told(asking: Asking, told: bodies.Contact, home: Home) -> ContactDetails:
    """A language or zone that nobody named is that of the person's unit."""
    language, zone = told.language, told.zone
    if language is None or zone is None:
        unit = await known.unit(asking.house.store, home.orgunit, home.tenant)
        if unit is None:
            raise Problem("unknown_unit")
        language, zone = language or unit.state.locale, zone or unit.state.zone
    return ContactDetails(**told.model_dump(exclude={"language", "zone"}), language=language, zone=zone)


async def sees_contact_card(asking: Asking, document: Document[Any]) -> bool:
    """A lead reads that of a colleague, and a partner's only while their consent P4 for an opportunity of the lead's stands."""
    if asking.role != "lead":
        return True
    store, tenant, person = asking.house.store, asking.principal.tenant, document.state.person_id
    found = await known.partner(store, person, tenant)
    if found is not None:
        return partner.revealed_to(found.state, asking.principal.id)
    return await known.contact(store, person, tenant) is not None
