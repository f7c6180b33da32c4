"""The second half of the small town's history: an opportunity, its team, a session, what it pays, and a suggestion."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar, cast

from cli.verify.seen import Record
from cli.verify.town import SEALED, START, Town
from services.evaluation.domain import INFLUENCE_ITEM, SURVEY_INVITATION
from services.evaluation.domain.influence_item import (
    AcknowledgeInfluence,
    DisposeInfluence,
    RecordInfluence,
)
from services.evaluation.domain.instruments import INSTRUMENTS
from services.evaluation.domain.survey_invitation import SubmitResponse
from services.matching.domain import OPPORTUNITY
from services.matching.domain.opportunity.commands import (
    AcceptOffer,
    ApproveOpportunity,
    AssignProfessional,
    CloseOpportunity,
    ConfirmShortlist,
    DraftOpportunity,
    OpenOpportunity,
    SubmitOpportunity,
)
from services.participation.domain.attendance import ATTENDANCE, ConfirmAttendance, RecordAttendance, Terms
from services.participation.domain.claim import CLAIM, ApproveClaim
from services.participation.domain.engagement import ENGAGEMENT, AcceptTerms
from services.participation.domain.invitation import Confirmed, Invited
from services.participation.domain.payment_run import (
    PAYMENT_RUN,
    Answer,
    ReadConfirmation,
    StartPaymentRun,
    WritePaymentFile,
)
from services.participation.domain.seat import Pending
from services.participation.domain.session import SESSION, CloseSession, PlanSession, PublishSession
from shared.contracts.evaluation import SurveyInvitationScheduled
from shared.contracts.fact import Fact, Private
from shared.contracts.matching import MatchRunCompleted, OfferSent, Pick, RequiredCourses, SeatAsked
from shared.contracts.participation import (
    AttendanceInvited,
    CompensationReserved,
    EngagementCreated,
    PaymentAdded,
)
from shared.ids import derived

OPPORTUNITY_ID, SESSION_ID, RUN_ID = (derived("sample", what) for what in ("opportunity", "session", "run"))
SEATS = tuple(derived("sample", "seat", nth) for nth in range(3))
ASKED = (
    SeatAsked(seat_id=SEATS[0], role="patient", side="partner"),
    SeatAsked(seat_id=SEATS[1], role="patient", side="partner"),
    SeatAsked(seat_id=SEATS[2], role="nurse", side="professional"),
)
STARTS_AT = START + timedelta(days=1)
WORDS: Private[str] = Private(SEALED)
F = TypeVar("F", bound=Fact)


@dataclass(frozen=True, slots=True)
class Cast:
    """Who is in it, and the course of each side."""

    contact_id: str
    lead_id: str
    nurse_id: str
    approver_id: str
    partner_course: str
    professional_course: str


def said(town: Town, contract: type[F]) -> Iterator[tuple[Record, F]]:
    """What was said so far of one kind."""
    found = [record for record in town.records if type(record.fact) is contract]
    return ((record, cast(F, record.fact)) for record in found)


def _asked_for(who: Cast) -> DraftOpportunity:
    return DraftOpportunity(
        code="safer-discharge",
        kind="project",
        domain="quality",
        entry_stage="design",
        involvement_level="collaborate",
        lead_id=who.lead_id,
        support_contact_id=who.contact_id,
        seats=ASKED,
        mode="virtual",
        dayparts=("morning",),
        hours_per_month=3,
        starts_on=START.date(),
        ends_on=(START + timedelta(days=90)).date(),
        paid=True,
        rate_line=None,
        wanted_codes=(),
        topic_codes=(),
        wanted_skills=(),
        required_course_ids=RequiredCourses(
            partner=(who.partner_course,), professional=(who.professional_course,)
        ),
        decision_right="advice",
        terms_version=1,
        purpose=WORDS,
        ask=WORDS,
    )


def opens(town: Town, who: Cast) -> None:
    """From the draft to a call for partners, the professional's seat taken."""
    for command in (_asked_for(who), SubmitOpportunity()):
        town.ask(OPPORTUNITY, OPPORTUNITY_ID, command, by=who.lead_id)
    approve = ApproveOpportunity(who.approver_id, 50_000, "GBP")
    town.ask(OPPORTUNITY, OPPORTUNITY_ID, approve, by=who.approver_id, acted_as="approver")
    for command in (OpenOpportunity(), AssignProfessional(who.nurse_id, SEATS[2])):
        town.ask(OPPORTUNITY, OPPORTUNITY_ID, command, by=who.lead_id)


def shortlists(town: Town, who: Cast, wave_factor_percent: int = 100) -> None:
    """Every partner of the town, in the order in which they joined."""
    run = next(record.name.id for record, _ in said(town, MatchRunCompleted))
    picks = tuple(Pick(person_id=person_id, seat_role="patient") for person_id in town.partners)
    shortlist = ConfirmShortlist(run_id=run, picks=picks, wave_factor_percent=wave_factor_percent)
    town.ask(OPPORTUNITY, OPPORTUNITY_ID, shortlist, by=who.contact_id, acted_as="coordinator")


def accepts(town: Town, person_id: str) -> None:
    """Somebody says yes to the offer they were sent."""
    offer = next(sent.offer_id for _, sent in said(town, OfferSent) if sent.person_id == person_id)
    accept = AcceptOffer(offer, person_id)
    town.ask(OPPORTUNITY, OPPORTUNITY_ID, accept, by=person_id, acted_as="partner")


def agree_to_terms(town: Town) -> None:
    """Everybody engaged who has not yet, in the order in which they were; whoever is paid wants to be."""
    for record, created in list(said(town, EngagementCreated)):
        if isinstance(town.state_of(ENGAGEMENT, record.name.id), Pending):
            terms = AcceptTerms(terms_version=1, pay_choice="paid" if created.paid else None)
            town.ask(ENGAGEMENT, record.name.id, terms, by=created.person_id, acted_as=created.side)


def fills(town: Town, who: Cast) -> None:
    """The first two are asked, and the team is complete."""
    opens(town, who)
    shortlists(town, who)
    for person_id in town.partners[:2]:
        accepts(town, person_id)
    agree_to_terms(town)


def plans(town: Town, who: Cast) -> None:
    """A session of two hours on the next day, to which everybody says that they will come."""
    plan = PlanSession(
        opportunity_id=OPPORTUNITY_ID,
        lead_id=who.lead_id,
        starts_at=STARTS_AT,
        ends_at=STARTS_AT + timedelta(hours=2),
        zone="Europe/London",
        mode="virtual",
        prep_minutes=30,
    )
    story = town.story_of(OPPORTUNITY, OPPORTUNITY_ID)
    for command in (plan, PublishSession()):
        town.ask(SESSION, SESSION_ID, command, by=who.lead_id, story=story)
    for record, fact in list(said(town, AttendanceInvited)):
        town.ask(ATTENDANCE, record.name.id, ConfirmAttendance(), by=fact.person_id, acted_as=fact.side)


def meets(town: Town, who: Cast) -> None:
    """The session itself, from its start to what everybody says of it."""
    town.until(STARTS_AT + timedelta(hours=2))
    for record, fact in list(said(town, AttendanceInvited)):
        if isinstance(town.state_of(ATTENDANCE, record.name.id), Invited | Confirmed):
            comes(town, who, record.name.id, fact.engagement_id)
    town.ask(SESSION, SESSION_ID, CloseSession(), by=who.lead_id)
    for record, fact in list(said(town, SurveyInvitationScheduled)):
        scale = [item for item in INSTRUMENTS[fact.instrument].items if item.kind == "scale"]
        answers = SubmitResponse(given={item.code: 4 for item in scale}, answers=Private(SEALED))
        town.ask(SURVEY_INVITATION, record.name.id, answers, by=fact.person_id, acted_as=fact.side)


def comes(town: Town, who: Cast, attendance_id: str, engagement_id: str) -> None:
    """One person was there all the time."""
    placed = town.state_of(ENGAGEMENT, engagement_id)
    terms = Terms(prep_minutes=30, paid=placed.paid, pay_choice=placed.pay_choice, rate_line=placed.rate_line)
    came = RecordAttendance(minutes=120, source="lead", terms=terms)
    town.ask(ATTENDANCE, attendance_id, came, by=who.lead_id)


def pays(town: Town, who: Cast) -> None:
    """What is owed is approved and paid in one run."""
    claims = tuple(record.name.id for record, _ in said(town, CompensationReserved))
    for claim_id in claims:
        town.ask(CLAIM, claim_id, ApproveClaim(who.approver_id), by=who.approver_id, acted_as="approver")
    start = StartPaymentRun(claim_ids=claims, currencies=("GBP",))
    for command in (start, WritePaymentFile()):
        town.ask(PAYMENT_RUN, RUN_ID, command, by=who.contact_id, acted_as="operator")
    day = town.now.date()
    lines = tuple(
        Answer(end_to_end_id=fact.end_to_end_id, outcome="paid", value_date=day)
        for _, fact in said(town, PaymentAdded)
    )
    town.ask(PAYMENT_RUN, RUN_ID, ReadConfirmation(lines), by=who.contact_id, acted_as="operator")


def suggestion(town: Town, who: Cast) -> str:
    """Something the first partner would do otherwise."""
    item_id, partner_id = derived("sample", "item"), town.partners[0]
    suggest = RecordInfluence(
        opportunity_id=OPPORTUNITY_ID,
        session_id=None,
        contributor_ids=(partner_id,),
        owner_id=who.lead_id,
        stage="design",
        kind="suggestion",
        support_contact_id=who.contact_id,
        text=WORDS,
    )
    story = town.story_of(OPPORTUNITY, OPPORTUNITY_ID)
    town.ask(INFLUENCE_ITEM, item_id, suggest, by=partner_id, acted_as="partner", story=story)
    return item_id


def suggests(town: Town, who: Cast) -> None:
    """A suggestion that is partly adopted and told back."""
    item_id = suggestion(town, who)
    answer = DisposeInfluence(
        by=who.lead_id, outcome="adopted_partly", reason_code="too-costly", until=None, answer=WORDS
    )
    for command in (AcknowledgeInfluence(who.lead_id), answer):
        town.ask(INFLUENCE_ITEM, item_id, command, by=who.lead_id)


def closes(town: Town, who: Cast) -> None:
    """The work is done."""
    town.ask(OPPORTUNITY, OPPORTUNITY_ID, CloseOpportunity("completed"), by=who.lead_id)
