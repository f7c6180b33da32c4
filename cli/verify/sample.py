"""A small town's history, made for when no stack is there: two partners from their application to the answer they got."""

from datetime import timedelta

from cli.verify.sample_work import Cast, closes, fills, meets, pays, plans, suggests
from cli.verify.seen import History
from cli.verify.town import NETWORK, SEALED, START, Town
from services.participation.domain.rate_card import RATE_CARD, PublishRateCard
from services.recruitment.domain import APPLICATION, ORG_UNIT, PARTNER, PROFESSIONAL
from services.recruitment.domain.application import (
    AcceptApplication,
    RecordRubric,
    StartApplication,
    StartReview,
    SubmitApplication,
)
from services.recruitment.domain.consent import CONTACT, MATCHING, GrantConsent
from services.recruitment.domain.org_unit import RegisterOrgUnit
from services.recruitment.domain.partner import AcceptAgreement
from services.recruitment.domain.professional import RegisterProfessional
from services.recruitment.domain.profile import GiveProfile
from services.training.domain import COURSE, CURRICULUM, LEARNING_RECORD
from services.training.domain.course import PublishCourse
from services.training.domain.curriculum import SetCurriculum
from services.training.domain.learning_record import RecordResult, StartCourse
from shared.contracts.fact import Private
from shared.contracts.participation import RateLine
from shared.contracts.training import Side
from shared.ids import derived

COURSES: dict[Side, str] = {
    "partner": derived("sample", "course"),
    "professional": derived("sample", "course", "professional"),
}
CONTACT_ID, LEAD_ID, NURSE_ID, APPROVER_ID = (
    derived("sample", who) for who in ("contact", "lead", "nurse", "approver")
)
CODES = ("other",)


WHO = Cast(CONTACT_ID, LEAD_ID, NURSE_ID, APPROVER_ID, COURSES["partner"], COURSES["professional"])


def sample() -> History:
    """A network, its staff, two partners who join, one opportunity they are placed in, and all that comes of it."""
    town = settled(2)
    for happens in (fills, plans, meets, pays, suggests, closes):
        happens(town, WHO)
    return town.history()


def settled(partners: int) -> Town:
    """A network, its staff, and so many partners who joined, were activated and have learned what all must know."""
    town = Town(partners=tuple(derived("sample", "person", nth) for nth in range(partners)))
    _found(town)
    for person_id in (LEAD_ID, NURSE_ID):
        _learns(town, person_id, "professional", acted_as="professional")
    for nth, person_id in enumerate(town.partners):
        _joins(town, person_id, derived("sample", "application", nth))
        _becomes_active(town, person_id)
        _learns(town, person_id, "partner", acted_as="partner")
    return town


def _found(town: Town) -> None:
    network = RegisterOrgUnit(
        code="net", kind="network", parent_id=None, zone="Europe/London", locale="en", currency="GBP"
    )
    town.ask(ORG_UNIT, NETWORK, network, by=CONTACT_ID, acted_as="operator")
    _publishes(town)
    for person_id in (CONTACT_ID, LEAD_ID, NURSE_ID):
        register = RegisterProfessional(person_id=person_id, role_codes=CODES, support_contact_id=None)
        town.ask(PROFESSIONAL, person_id, register, by=CONTACT_ID, acted_as="coordinator")


def _publishes(town: Town) -> None:
    """What both sides must learn, and what work is paid."""
    for side, course_id in COURSES.items():
        course = PublishCourse(
            code=f"core-{side}",
            version=1,
            audience=side,
            minutes=30,
            pass_mark=70,
            validity_days=365,
            max_attempts=3,
        )
        town.ask(COURSE, course_id, course, by=CONTACT_ID, acted_as="operator")
        curriculum = SetCurriculum(side=side, course_ids=(course_id,))
        id = derived("training", "curriculum", NETWORK, side)
        town.ask(CURRICULUM, id, curriculum, by=CONTACT_ID, acted_as="operator")
    card = PublishRateCard(
        currency="GBP",
        version=1,
        valid_from=(START - timedelta(days=30)).date(),
        lines=(
            RateLine(code="session", unit="half_hour", amount_minor=1375),
            RateLine(code="cancellation", unit="task", amount_minor=2750),
        ),
    )
    town.ask(RATE_CARD, derived("sample", "rate_card"), card, by=CONTACT_ID, acted_as="operator")


def _joins(town: Town, person_id: str, application_id: str) -> None:
    start = StartApplication(
        person_id=person_id,
        channel="web",
        referral_unit_id=NETWORK,
        campaign_id=None,
        assisted=False,
        partner_types=("patient",),
        barrier_codes=Private(SEALED),
        support_contact_id=CONTACT_ID,
        person_fingerprint=Private(person_id),
        details=Private(SEALED),
    )
    for command in (start, SubmitApplication()):
        town.ask(APPLICATION, application_id, command, by=person_id, acted_as="partner")
    reviewer = derived("sample", "reviewer")
    rubric = RecordRubric(
        interest=3,
        lived_experience=3,
        constructive_engagement=3,
        reviewer_id=reviewer,
        note=Private(SEALED),
    )
    for command in (StartReview(reviewer), rubric):
        town.ask(APPLICATION, application_id, command, by=reviewer, acted_as="reviewer")
    decided = AcceptApplication(decided_by=CONTACT_ID)
    town.ask(APPLICATION, application_id, decided, by=CONTACT_ID, acted_as="coordinator")


def _becomes_active(town: Town, person_id: str) -> None:
    profile = GiveProfile(
        roles=CODES,
        skills=CODES,
        interests=CODES,
        motivations=CODES,
        modes=("virtual",),
        dayparts=CODES,
        max_hours_per_month=4,
        experience_level="new",
        lived_experience=Private(SEALED),
    )
    for purpose in (CONTACT, MATCHING):
        consent = GrantConsent(purpose=purpose, text_version=1, language="en", channel="web", proxy=False)
        town.ask(PARTNER, person_id, consent, by=person_id, acted_as="partner")
    for command in (AcceptAgreement("partner", 1), profile):
        town.ask(PARTNER, person_id, command, by=person_id, acted_as="partner")
    programme = AcceptAgreement("programme", 1)
    town.ask(PARTNER, person_id, programme, by=CONTACT_ID, acted_as="coordinator")


def _learns(town: Town, person_id: str, side: Side, *, acted_as: str) -> None:
    record_id = derived("training", "learning_record", person_id, COURSES[side])
    town.ask(LEARNING_RECORD, record_id, StartCourse(), by=person_id, acted_as=acted_as)
    result = RecordResult(90, Private(SEALED))
    town.ask(LEARNING_RECORD, record_id, result, by=CONTACT_ID, acted_as="coordinator")
