"""Who holds a seat for good: professionals who are assigned, engagements that begin, and seats that come free again."""

from typing import Any

from services.matching.domain.opportunity.asking import after, and_next
from services.matching.domain.opportunity.commands import (
    AssignProfessional,
    FillSeat,
    OpportunityFact,
    VacateSeat,
)
from services.matching.domain.opportunity.states import Filled, Holder, Open, Team
from shared.contracts.matching import (
    OpportunityFilled,
    OpportunityReopened,
    ProfessionalAssigned,
    SeatAsked,
    SeatFilled,
    SeatVacated,
)
from shared.decider import Rejected, not_expected
from shared.ids import derived


def holds_already(state: Team, command: AssignProfessional) -> bool:
    """Whether it is done: the same person on the same seat."""
    holder = state.holders.get(command.seat_id)
    return holder is not None and (holder.person_id, holder.by in state.offers) == (command.person_id, False)


def assigned(state: Open, command: AssignProfessional) -> list[OpportunityFact]:
    """Professionals are not asked by offer: their lead or a coordinator puts them on a seat."""
    person_id, seat_id = command.person_id, command.seat_id
    if holds_already(state, command):
        return []
    seat = next((seat for seat in state.seats if seat.seat_id == seat_id), None)
    if seat is None or seat_id in state.holders:
        raise Rejected("seat_not_open")
    if seat.side != "professional":
        raise Rejected("wrong_side")
    if any(holder.person_id == person_id for holder in state.holders.values()):
        raise Rejected("already_on_team")
    assignment_id = derived("matching", "assignment", state.opportunity_id, seat_id, person_id)
    if assignment_id in state.assigned:
        raise Rejected("left_this_seat")
    return [_assignment(state, seat, person_id, assignment_id)]


def _assignment(state: Open, seat: SeatAsked, person_id: str, assignment_id: str) -> ProfessionalAssigned:
    return ProfessionalAssigned(
        assignment_id=assignment_id,
        person_id=person_id,
        seat_id=seat.seat_id,
        seat_role=seat.role,
        required_course_ids=state.required_course_ids.professional,
        lead_id=state.lead_id,
        support_contact_id=state.support_contact_id,
        starts_on=state.starts_on,
        paid=False,
        terms_version=state.terms_version,
    )


def filled(state: Open | Filled, command: FillSeat) -> list[OpportunityFact]:
    """Whoever held the seat has begun; with the last one the team is complete."""
    holder = _holder(state, command.seat_id, command.by)
    if holder is not None and holder.engagement_id == command.engagement_id:
        return []
    if holder is None or holder.engagement_id or not _agreed(state, command.by):
        raise not_expected(state)
    offered = command.by in state.offers
    fill = SeatFilled(
        seat_id=command.seat_id,
        engagement_id=command.engagement_id,
        person_id=holder.person_id,
        offer_id=command.by if offered else None,
        assignment_id=None if offered else command.by,
    )
    team = after(state, [fill])
    if not isinstance(team, Open) or _filled_seats(team) < len(team.seats):
        return [fill]
    return [fill, OpportunityFilled(**_staffed(team))]


def vacated(state: Open | Filled, command: VacateSeat) -> list[OpportunityFact]:
    """Somebody left or never began: the next in line is asked, for a professional the lead is told."""
    holder = _holder(state, command.seat_id, command.by)
    if holder is None or not _agreed(state, command.by):
        raise not_expected(state)
    vacate = SeatVacated(
        seat_id=command.seat_id,
        engagement_id=command.engagement_id,
        person_id=holder.person_id,
        reason_code=command.reason_code,
    )
    said: list[OpportunityFact] = [vacate]
    if isinstance(state, Filled):
        team = after(state, said)
        assert isinstance(team, Filled)
        said.append(OpportunityReopened(**_staffed(team)))
    seat = next(seat for seat in state.seats if seat.seat_id == command.seat_id)
    if seat.side == "partner":
        return and_next(state, said)
    return and_next(state, said, [(seat.role, state.short.get(seat.role, 0) + 1)])


def _holder(state: Team, seat_id: str, by: str) -> Holder | None:
    holder = state.holders.get(seat_id)
    return holder if holder is not None and holder.by == by else None


def _agreed(state: Team, by: str) -> bool:
    """An assignment, or an offer that was accepted."""
    offer = state.offers.get(by)
    return offer is None or offer.status in ("accepted", "confirmed")


def _filled_seats(team: Team) -> int:
    return sum(holder.engagement_id is not None for holder in team.holders.values())


def _staffed(team: Team) -> dict[str, Any]:
    return {
        "lead_id": team.lead_id,
        "support_contact_id": team.support_contact_id,
        "code": team.code,
        "filled_seats": _filled_seats(team),
    }
