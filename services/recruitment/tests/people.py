"""The people of recruitment's tests: Carla applies, Ana coordinates, Rui reviews, Lena leads."""

from datetime import date
from typing import Any

from services.recruitment.domain import PARTNER
from services.recruitment.domain.application import RecordRubric, StartApplication
from services.recruitment.domain.consent import GrantConsent
from services.recruitment.domain.partner import (
    AcceptAgreement,
    CreatePartner,
    ExitPartner,
    Partner,
    PartnerCommand,
    PartnerFact,
    PausePartner,
)
from services.recruitment.domain.profile import GiveProfile
from shared.contracts.fact import Private
from tests.given import Given

CARLA = "ca41a000-0000-4000-8000-000000000001"
ANA = "a4a00000-0000-4000-8000-000000000002"
RUI = "40100000-0000-4000-8000-000000000003"
LENA = "1e4a0000-0000-4000-8000-000000000004"
CLINIC = "c1141c00-0000-4000-8000-000000000005"
WARD = "3a4d0000-0000-4000-8000-000000000006"
SAFER_DISCHARGE = "d15c4a46-0000-4000-8000-000000000007"
CARLAS_APPLICATION = "a0011ca0-0000-4000-8000-000000000008"


def carla_applies(**otherwise: Any) -> StartApplication:
    """Ana enters by phone what Carla, sent by the clinic, tells her."""
    told: dict[str, Any] = {
        "person_id": CARLA,
        "channel": "clinic",
        "referral_unit_id": CLINIC,
        "campaign_id": None,
        "assisted": True,
        "partner_types": ("caregiver",),
        "barrier_codes": Private("sealed barriers"),
        "support_contact_id": ANA,
        "person_fingerprint": Private("f1f1f1"),
        "details": Private("sealed details"),
    }
    return StartApplication(**{**told, **otherwise})


def rui_gives(interest: int = 3, lived_experience: int = 3, constructive_engagement: int = 2) -> RecordRubric:
    """Rui's rubric of Carla."""
    return RecordRubric(
        interest=interest,
        lived_experience=lived_experience,
        constructive_engagement=constructive_engagement,
        reviewer_id=RUI,
        note=Private("sealed note"),
    )


def carla_becomes_partner() -> CreatePartner:
    """What follows from Carla's accepted application."""
    return CreatePartner(
        person_id=CARLA,
        application_id=CARLAS_APPLICATION,
        home_unit_id=WARD,
        partner_types=("caregiver",),
        support_contact_id=ANA,
    )


def carla_grants(
    purpose: str, *, version: int = 1, scope_id: str | None = None, to: str | None = None
) -> GrantConsent:
    """Carla's consent to one purpose, by its portal page."""
    return GrantConsent(
        purpose=purpose,
        text_version=version,
        language="en",
        channel="portal",
        proxy=False,
        scope_id=scope_id,
        revealed_to=to,
    )


def carlas_profile(**otherwise: Any) -> GiveProfile:
    """What Carla can and wants to do; what she lived through is sealed."""
    told: dict[str, Any] = {
        "roles": ("advisor",),
        "skills": ("facilitation",),
        "interests": ("discharge",),
        "motivations": ("give-back",),
        "modes": ("virtual",),
        "dayparts": ("evening",),
        "max_hours_per_month": 8,
        "experience_level": "new",
        "lived_experience": Private("sealed life"),
    }
    return GiveProfile(**{**told, **otherwise})


BY_HERSELF, BY_US = AcceptAgreement("partner", 1), AcceptAgreement("programme", 1)
P1, P2 = carla_grants("p1"), carla_grants("p2")
REQUIREMENTS = (BY_HERSELF, BY_US, P1, P2, carlas_profile())
Story = Given[Partner, PartnerCommand, PartnerFact]


def nobody() -> Story:
    """Before anybody was accepted."""
    return Given(PARTNER)


def onboarding() -> Story:
    """Carla, accepted, with everything still to do."""
    return nobody().after(carla_becomes_partner())


def active() -> Story:
    """Carla with every requirement met."""
    return onboarding().after(*REQUIREMENTS)


def paused(until: date | None = None) -> Story:
    """Carla taking a break."""
    return active().after(PausePartner(until, Private("sealed reason")))


def exited() -> Story:
    """Carla gone."""
    return active().after(ExitPartner(Private("sealed reason")))
