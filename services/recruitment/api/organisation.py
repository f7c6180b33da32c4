"""What recruitment can be asked about the organisation: its units, and who works there."""

from services.recruitment import bodies
from services.recruitment import store as known
from services.recruitment.domain import org_unit, professional
from shared.road.unit import Home
from shared.web.asking import Asking, Made
from shared.web.body import Nothing
from shared.web.problems import Problem


async def register_org_unit(asking: Asking, body: bodies.RegisterOrgUnit) -> Made:
    tenant = asking.principal.tenant
    network = body.kind == "network"
    id = tenant if network else asking.id
    if (body.parent_id is None) != network:
        raise Problem("unknown_parent")
    if body.parent_id and await known.unit(asking.house.store, body.parent_id, tenant) is None:
        raise Problem("unknown_parent")
    if not asking.principal.may_act_in(body.parent_id or tenant):
        raise Problem("forbidden")
    command = org_unit.RegisterOrgUnit(**body.model_dump())
    return Made(commands=(command,), id=id, home=Home(tenant, id))


async def close_org_unit(asking: Asking, body: Nothing) -> Made:
    return Made(commands=(org_unit.CloseOrgUnit(),))


async def register_professional(asking: Asking, body: bodies.RegisterProfessional) -> Made:
    await _unit_of_caller(asking, body.org_unit_id)
    if body.support_contact_id:
        await contact_is_known(asking, body.support_contact_id, asking.principal.tenant)
    await asking.house.vault.create(asking.id)
    command = professional.RegisterProfessional(
        person_id=asking.id, role_codes=body.role_codes, support_contact_id=body.support_contact_id
    )
    return Made(commands=(command,), home=Home(asking.principal.tenant, body.org_unit_id))


async def close_professional(asking: Asking, body: Nothing) -> Made:
    return Made(commands=(professional.CloseProfessional(),))


async def _unit_of_caller(asking: Asking, org_unit_id: str) -> None:
    """A unit of the caller's network that the caller may act in."""
    if await known.unit(asking.house.store, org_unit_id, asking.principal.tenant) is None:
        raise Problem("unknown_unit")
    if not asking.principal.may_act_in(org_unit_id):
        raise Problem("forbidden")


async def contact_is_known(asking: Asking, person_id: str, tenant: str) -> None:
    if await known.contact(asking.house.store, person_id, tenant) is None:
        raise Problem("unknown_contact")
