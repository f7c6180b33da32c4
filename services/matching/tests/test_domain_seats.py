"""Is it right who is put on a seat, when a team is complete, and what follows when somebody leaves?"""

from datetime import date

from services.matching.domain.opportunity.commands import AcceptOffer, AssignProfessional, VacateSeat
from services.matching.domain.opportunity.states import Filled, Open
from services.matching.tests.people import (
    ANA,
    CARLA,
    LENA,
    NIA,
    PETE,
    PHIL,
    ROSA,
    asked,
    assignment,
    begins,
    closed,
    engagement,
    filled,
    offer_of,
    opened,
    proposed_to,
    seat,
    staffed,
)
from shared.contracts.matching import (
    OpportunityFilled,
    OpportunityReopened,
    ProfessionalAssigned,
    SeatFilled,
    SeatVacated,
    Shortage,
    ShortfallDetected,
)
from tests.given import names

NURSE, PHYSICIAN = 3, 4


def leaves(number: int, by: str) -> VacateSeat:
    return VacateSeat(seat_id=seat(number), engagement_id=engagement(by), by=by, reason_code="withdrawn")


def test_a_professional_is_assigned_to_a_seat_of_their_side() -> None:
    assert opened().when(AssignProfessional(NIA, seat(NURSE))) == [
        ProfessionalAssigned(
            assignment_id=assignment(NURSE, NIA),
            person_id=NIA,
            seat_id=seat(NURSE),
            seat_role="nurse",
            required_course_ids=(),
            lead_id=LENA,
            support_contact_id=ANA,
            starts_on=date(2026, 4, 1),
            paid=False,
            terms_version=1,
        )
    ]
    assert opened().refuses(AssignProfessional(NIA, seat(1))) == "wrong_side"
    assert opened().refuses(AssignProfessional(NIA, LENA)) == "seat_not_open"


def test_a_seat_is_held_by_one_and_one_person_holds_one_seat() -> None:
    story = opened().after(AssignProfessional(NIA, seat(NURSE)))
    assert story.when(AssignProfessional(NIA, seat(NURSE))) == []
    assert story.refuses(AssignProfessional(PHIL, seat(NURSE))) == "seat_not_open"
    assert story.refuses(AssignProfessional(NIA, seat(PHYSICIAN))) == "already_on_team"
    assert asked(CARLA, PETE).refuses(AssignProfessional(NIA, seat(1))) == "seat_not_open"
    assert filled().when(AssignProfessional(NIA, seat(NURSE))) == []
    assert filled().refuses(AssignProfessional(PHIL, seat(NURSE))) == "wrong_state"


def test_whoever_left_a_seat_is_not_put_on_it_again() -> None:
    story = opened().after(AssignProfessional(NIA, seat(NURSE)), leaves(NURSE, assignment(NURSE, NIA)))
    assert story.refuses(AssignProfessional(NIA, seat(NURSE))) == "left_this_seat"
    assert names(story.when(AssignProfessional(PHIL, seat(NURSE)))) == ["ProfessionalAssigned"]


def test_a_seat_is_filled_when_its_holder_begins() -> None:
    by = offer_of(CARLA)
    assert staffed().when(begins(1, by)) == [
        SeatFilled(seat_id=seat(1), engagement_id=engagement(by), person_id=CARLA, offer_id=by)
    ]
    assert staffed().when(begins(NURSE, assignment(NURSE, NIA))) == [
        SeatFilled(
            seat_id=seat(NURSE),
            engagement_id=engagement(assignment(NURSE, NIA)),
            person_id=NIA,
            assignment_id=assignment(NURSE, NIA),
        )
    ]


def test_a_seat_is_filled_once_and_only_by_who_holds_it() -> None:
    story = staffed().after(begins(1, offer_of(CARLA)))
    assert story.when(begins(1, offer_of(CARLA))) == []
    assert story.refuses(begins(1, offer_of(PETE))) == "not_expected"
    assert asked(CARLA, PETE).refuses(begins(1, offer_of(CARLA))) == "not_expected", "asked, not accepted"
    assert closed().refuses(begins(1, offer_of(CARLA))) == "not_expected"


def test_with_its_last_seat_the_team_is_complete() -> None:
    complete = OpportunityFilled(lead_id=LENA, support_contact_id=ANA, code="safer-discharge", filled_seats=4)
    assert filled().said[-1] == complete
    assert isinstance(filled().state, Filled)
    assert filled().when(begins(1, offer_of(CARLA))) == []


def test_a_partner_who_leaves_a_complete_team_makes_room_for_the_next() -> None:
    said = filled().when(leaves(1, offer_of(CARLA)))
    assert said[:2] == [
        SeatVacated(
            seat_id=seat(1),
            engagement_id=engagement(offer_of(CARLA)),
            person_id=CARLA,
            reason_code="withdrawn",
        ),
        OpportunityReopened(lead_id=LENA, support_contact_id=ANA, code="safer-discharge", filled_seats=3),
    ]
    assert proposed_to(said) == [ROSA]
    story = filled().after(leaves(1, offer_of(CARLA)))
    assert isinstance(story.state, Open)
    assert story.refuses(AcceptOffer(offer_of(CARLA), CARLA)) == "offer_withdrawn"
    assert story.refuses(leaves(1, offer_of(CARLA))) == "not_expected"


def test_whoever_never_began_makes_room_too() -> None:
    said = staffed().when(leaves(2, offer_of(PETE)))
    assert names(said) == ["SeatVacated", "OfferProposed"]


def test_for_a_professional_who_leaves_the_lead_is_told() -> None:
    said = filled().when(leaves(NURSE, assignment(NURSE, NIA)))
    assert names(said) == ["SeatVacated", "OpportunityReopened", "ShortfallDetected"]
    assert said[-1] == ShortfallDetected(
        lead_id=LENA, support_contact_id=ANA, missing=(Shortage(role="nurse", count=1),)
    )
    story = filled().after(leaves(NURSE, assignment(NURSE, NIA)), AssignProfessional(LENA, seat(NURSE)))
    again = story.when(leaves(NURSE, assignment(NURSE, LENA)))
    assert again[-1] == said[-1]


def test_an_end_that_comes_after_the_close_frees_nothing() -> None:
    assert closed().refuses(leaves(1, offer_of(CARLA))) == "not_expected"
    assert asked(CARLA, PETE).refuses(leaves(1, offer_of(CARLA))) == "not_expected", "asked, not accepted"
