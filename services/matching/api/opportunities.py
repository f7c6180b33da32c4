"""What an opportunity can be asked by those who ask for it, approve it, staff it and close it."""

from typing import Any

from services.matching import bodies
from services.matching import store as kept
from services.matching.domain.match_run import Completed
from services.matching.domain.opportunity import commands as finding
from services.matching.domain.opportunity.states import Asked, Team
from services.matching.domain.opportunity.terms import named, seat_id
from shared.contracts.fact import Private
from shared.contracts.matching import Pick, RequiredCourses, SeatAsked
from shared.road.unit import Document, Home
from shared.web.asking import Asking, Made
from shared.web.body import Nothing
from shared.web.problems import Problem


async def draft(asking: Asking, body: bodies.DraftOpportunity) -> Made:
    """Whoever asks for it leads it."""
    terms = await _terms(asking, body, asking.principal.id)
    command = finding.DraftOpportunity(**terms)
    return Made(commands=(command,), home=Home(asking.principal.tenant, _unit(asking, body.org_unit_id)))


def _unit(asking: Asking, org_unit_id: str | None) -> str:
    """The unit named, or the only one the lead works in."""
    units = asking.principal.org_units
    unit = org_unit_id or (units[0] if len(units) == 1 else "")
    if not unit or not asking.principal.may_act_in(unit):
        raise Problem("unknown_unit" if not org_unit_id else "forbidden")
    return unit


async def revise(asking: Asking, body: bodies.ReviseOpportunity) -> Made:
    opportunity = await _led(asking)
    terms = await _terms(asking, body, opportunity.state.lead_id, opportunity.state)
    return Made(commands=(finding.ReviseOpportunity(**terms),))


async def _terms(
    asking: Asking, body: bodies.AskFor, lead_id: str, before: Asked | None = None
) -> dict[str, Any]:
    asked = [seats for seats in body.seats for _ in range(seats.count)]
    texts: dict[str, Private[str]] = {
        name: await asking.private(lead_id, name, getattr(body, name), getattr(before, name, None))
        for name in ("purpose", "ask")
    }
    return {
        **body.plain(),
        **texts,
        "lead_id": lead_id,
        "seats": tuple(
            SeatAsked(seat_id=seat_id(asking.id, number), role=seat.role, side=seat.side)
            for number, seat in enumerate(asked, 1)
        ),
        "required_course_ids": RequiredCourses(**body.required_course_ids.model_dump()),
    }


async def _led(asking: Asking) -> Document[Any]:
    """The opportunity; a lead acts on their own alone."""
    opportunity = await asking.document()
    if asking.role == "lead" and opportunity.state.lead_id != asking.principal.id:
        raise Problem("forbidden")
    return opportunity


async def submit(asking: Asking, body: Nothing) -> Made:
    await _led(asking)
    return Made(commands=(finding.SubmitOpportunity(),))


async def approve(asking: Asking, body: bodies.ApproveOpportunity) -> Made:
    command = finding.ApproveOpportunity(asking.principal.id, body.budget_minor, body.currency)
    return Made(commands=(command,))


async def reject(asking: Asking, body: bodies.RejectOpportunity) -> Made:
    return Made(commands=(finding.RejectOpportunity(body.reason_code),))


async def grant_waiver(asking: Asking, body: bodies.GrantWaiver) -> Made:
    opportunity = await asking.document()
    reason = await asking.private(opportunity.state.lead_id, "reason", body.reason)
    return Made(commands=(finding.GrantWaiver(body.rule, asking.principal.id, reason),))


async def open_(asking: Asking, body: Nothing) -> Made:
    await _led(asking)
    return Made(commands=(finding.OpenOpportunity(),))


async def assign_professional(asking: Asking, body: bodies.AssignProfessional) -> Made:
    opportunity = await _led(asking)
    roles = await kept.roles_of(asking.house.store, body.person_id, opportunity.tenant)
    if roles is None:
        raise Problem("unknown_professional")
    seat = next((seat for seat in opportunity.state.seats if seat.seat_id == body.seat_id), None)
    if seat is not None and seat.side == "professional" and seat.role not in roles:
        raise Problem("wrong_role")
    return Made(commands=(finding.AssignProfessional(body.person_id, body.seat_id),))


async def confirm_shortlist(asking: Asking, body: bodies.ConfirmShortlist) -> Made:
    """One person a seat is a coordinator's to ask; more than there are seats for, an operator's."""
    needed = "operator" if body.wave_factor > 1 else "coordinator"
    if needed not in asking.principal.roles:
        raise Problem("forbidden")
    opportunity = await asking.document()
    await _were_in(asking, opportunity, body)
    command = finding.ConfirmShortlist(
        run_id=body.run_id,
        picks=tuple(Pick(**pick.model_dump()) for pick in body.picks),
        wave_factor_percent=round(body.wave_factor * 100),
    )
    return Made(commands=(command,))


async def _were_in(asking: Asking, opportunity: Document[Any], body: bodies.ConfirmShortlist) -> None:
    """Everybody picked was found fit by a completed run for this very opportunity."""
    store = asking.house.store
    run = await kept.run(store, body.run_id, opportunity.tenant)
    if run is None or not isinstance(run.state, Completed) or run.state.opportunity_id != opportunity.id:
        raise Problem("not_in_run")
    picked = [pick.person_id for pick in body.picks]
    rows = await kept.rows_of(store, body.run_id, person_ids=picked)
    if sum("rank" in row for row in rows) < len(picked):
        raise Problem("not_in_run")


async def rescind_offer(asking: Asking, body: bodies.RescindOffer) -> Made:
    await offer_is_there(asking, body.offer_id)
    return Made(commands=(finding.RescindOffer(body.offer_id, body.reason_code),))


async def offer_is_there(asking: Asking, offer_id: str) -> None:
    """Somebody of the staff who names an offer that is not there is told so."""
    opportunity = await asking.document()
    if not isinstance(opportunity.state, Team) or offer_id not in opportunity.state.offers:
        raise Problem("not_found")


async def close(asking: Asking, body: bodies.CloseOpportunity) -> Made:
    await _led(asking)
    return Made(commands=(finding.CloseOpportunity(**named(finding.CloseOpportunity, body)),))
