"""The people of matching's tests: Lena leads `safer-discharge`, Ada approves it, Carla, Pete and Rosa are asked."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from services.matching.domain import CANDIDATE, OPPORTUNITY
from services.matching.domain.candidate.commands import (
    CandidateCommand,
    CandidateFact,
    NoteConsent,
    NoteLivedExperience,
    NoteProfile,
    NoteStatus,
)
from services.matching.domain.candidate.known import Candidate
from services.matching.domain.opportunity.commands import (
    AcceptOffer,
    ApproveOpportunity,
    AssignProfessional,
    CloseOpportunity,
    ConfirmShortlist,
    DraftOpportunity,
    FillSeat,
    NoteLead,
    OpenOpportunity,
    OpportunityCommand,
    OpportunityFact,
    SendOffer,
    SubmitOpportunity,
)
from services.matching.domain.opportunity.states import Opportunity
from services.matching.domain.opportunity.terms import seat_id
from shared.contracts.fact import Fact, Private
from shared.contracts.matching import OfferProposed, Pick, RequiredCourses, SeatAsked
from shared.ids import derived
from tests.given import NOON, SUBJECT, Given


def person(number: int) -> str:
    """Somebody by number."""
    return f"ca4d1da7-0000-4000-8000-{number:012d}"


LENA = "1e4a0000-0000-4000-8000-000000000001"
NIA = "41a00000-0000-4000-8000-000000000002"
PHIL = "f1100000-0000-4000-8000-000000000003"
ADA = "ada00000-0000-4000-8000-000000000004"
ANA = "a4a00000-0000-4000-8000-000000000005"
CARLA, PETE, ROSA = person(1), person(2), person(3)
RUN = "40000000-0000-4000-8000-000000000006"
COURSE = "c0de0000-0000-4000-8000-000000000007"
ROLE = "patient_or_caregiver"
NEXT_YEAR = NOON + timedelta(days=365)
THREE_DAYS = timedelta(hours=72)

Story = Given[Opportunity, OpportunityCommand, OpportunityFact]
Pool = Given[Candidate, CandidateCommand, CandidateFact]


def seats(partners: int = 2, *professionals: str) -> tuple[SeatAsked, ...]:
    """Partner seats first, then one for each professional role."""
    asked = [(ROLE, "partner")] * partners + [(role, "professional") for role in professionals]
    return tuple(
        SeatAsked(
            seat_id=seat_id(SUBJECT, number),
            role=role,
            side="partner" if side == "partner" else "professional",
        )
        for number, (role, side) in enumerate(asked, 1)
    )


def terms(**otherwise: Any) -> dict[str, Any]:
    """What `safer-discharge` asks for: two partners, a nurse and a physician, paid."""
    asked: dict[str, Any] = {
        "code": "safer-discharge",
        "kind": "qi-project",
        "domain": "quality",
        "entry_stage": "design",
        "involvement_level": "collaborate",
        "lead_id": LENA,
        "support_contact_id": ANA,
        "seats": seats(2, "nurse", "physician"),
        "mode": "virtual",
        "dayparts": ("evening",),
        "hours_per_month": 4,
        "starts_on": date(2026, 4, 1),
        "ends_on": date(2026, 9, 30),
        "paid": True,
        "rate_line": "session",
        "wanted_codes": ("diabetes", "discharge"),
        "topic_codes": ("safety",),
        "wanted_skills": ("speaking",),
        "required_course_ids": RequiredCourses(partner=(COURSE,)),
        "decision_right": "advise",
        "terms_version": 1,
        "purpose": Private("sealed purpose"),
        "ask": Private("sealed ask"),
    }
    return {**asked, **otherwise}


def blank() -> Story:
    """Before anything was asked for."""
    return Given(OPPORTUNITY)


def drafted(**otherwise: Any) -> Story:
    """As Lena first asks for it."""
    return blank().after(DraftOpportunity(**terms(**otherwise)))


def in_review(**otherwise: Any) -> Story:
    """Waiting for Ada."""
    return drafted(**otherwise).after(SubmitOpportunity())


def approved(**otherwise: Any) -> Story:
    """With a budget, and a lead who has her certificate."""
    return in_review(**otherwise).after(ApproveOpportunity(ADA, 50_000, "GBP"), NoteLead(NEXT_YEAR))


def opened(**otherwise: Any) -> Story:
    """Looking for its team."""
    return approved(**otherwise).after(OpenOpportunity())


def picks(*persons: str, role: str = ROLE) -> tuple[Pick, ...]:
    """A shortlist, in order."""
    return tuple(Pick(person_id=one, seat_role=role) for one in persons)


def confirm(*persons: str, factor: int = 100, run: str = RUN) -> ConfirmShortlist:
    """Ana confirms these, in this order."""
    return ConfirmShortlist(run, picks(*persons), factor)


def asked(*persons: str, factor: int = 100, **otherwise: Any) -> Story:
    """The shortlist is confirmed, and every offer proposed is out."""
    return all_sent(opened(**otherwise).after(confirm(*persons, factor=factor)))


def all_sent(story: Story) -> Story:
    """Every offer still proposed goes out."""
    offers = getattr(story.state, "offers", {})
    return story.after(*(SendOffer(id) for id, offer in offers.items() if offer.status == "proposed"))


def offer_of(who: str, ask: int = 1) -> str:
    """Somebody's offer, by how often they were asked."""
    return derived("matching", "offer", SUBJECT, who, ask)


def seat(number: int) -> str:
    """A seat of the opportunity, counted from 1."""
    return seat_id(SUBJECT, number)


def assignment(number: int, who: str) -> str:
    """Somebody's assignment to a seat."""
    return derived("matching", "assignment", SUBJECT, seat(number), who)


def engagement(by: str) -> str:
    """The engagement participation makes of an offer or assignment."""
    return derived("participation", "engagement", by)


def begins(number: int, by: str) -> FillSeat:
    """Whoever holds a seat has accepted the terms and is ready."""
    return FillSeat(seat_id=seat(number), engagement_id=engagement(by), by=by)


def staffed() -> Story:
    """Everybody has said yes, nobody has begun; Rosa is next on the shortlist."""
    return asked(CARLA, PETE, ROSA).after(
        AssignProfessional(NIA, seat(3)),
        AssignProfessional(PHIL, seat(4)),
        AcceptOffer(offer_of(CARLA), CARLA),
        AcceptOffer(offer_of(PETE), PETE),
    )


def filled() -> Story:
    """The team is complete."""
    holders = (offer_of(CARLA), offer_of(PETE), assignment(3, NIA), assignment(4, PHIL))
    return staffed().after(*(begins(number, by) for number, by in enumerate(holders, 1)))


def closed() -> Story:
    """All done."""
    return filled().after(CloseOpportunity("completed"))


def proposed_to(facts: Sequence[Fact]) -> list[str]:
    """Who is asked by these facts, in order."""
    return [fact.person_id for fact in facts if isinstance(fact, OfferProposed)]


def profile(**otherwise: Any) -> NoteProfile:
    """What Carla offers."""
    offered: dict[str, Any] = {
        "person_id": CARLA,
        "profile_version": 1,
        "roles": ("caregiver",),
        "skills": ("speaking",),
        "interests": ("safety",),
        "motivations": ("give-back",),
        "modes": ("virtual", "in-person"),
        "dayparts": ("evening",),
        "max_hours_per_month": 8,
        "experience_level": "new",
    }
    return NoteProfile(**{**offered, **otherwise})


def shares(seal: str = "sealed by recruitment") -> NoteLivedExperience:
    """Carla's lived experience, as recruitment sealed it."""
    return NoteLivedExperience(CARLA, 1, Private(seal))


def stranger() -> Pool:
    """Before anything was heard of Carla."""
    return Given(CANDIDATE)


def outside() -> Pool:
    """Carla, who has still to be activated."""
    consents = (NoteConsent(CARLA, "p1", True), NoteConsent(CARLA, "p2", True))
    return stranger().after(*consents, profile(), shares())


def available(**otherwise: Any) -> Pool:
    """Carla in the pool."""
    return outside().after(NoteStatus(CARLA, "active"), *([profile(**otherwise)] if otherwise else []))


def gone() -> Pool:
    """Carla, who has left for good."""
    return available().after(NoteStatus(CARLA, "exited"))
