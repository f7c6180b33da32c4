"""What recruitment's routes may be told: exact shapes with bounded texts, from which the API's description is made."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from shared.web.body import Body
from shared.web.kinds import (
    Birthday,
    Code,
    Codes,
    Day,
    Email,
    Id,
    Line,
    Locale,
    Name,
    Note,
    Phone,
    Points,
    Version,
    Zone,
)


class RegisterOrgUnit(Body):
    code: Code
    kind: Literal["network", "region", "hospital", "unit"]
    parent_id: Id | None = None
    zone: Zone
    locale: Locale
    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]


class RegisterProfessional(Body):
    org_unit_id: Id
    role_codes: Codes
    support_contact_id: Id | None = None


class Details(Body):
    full_name: Name
    birth_date: Birthday
    postcode: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9 -]{0,11}$")] | None = None
    condition_codes: Codes = ()


class ListedConsent(Body):
    purpose: Literal["p1", "p2", "p3", "p4", "p5", "p6", "p7", "p8", "p9"]
    given_on: Birthday  # as far back as a life goes
    source: Line


class Listed(Body):
    """What a list says of somebody who is to be asked themselves."""

    languages: Annotated[tuple[Locale, ...], Field(max_length=20, strict=False)] = ()
    consents: Annotated[tuple[ListedConsent, ...], Field(max_length=20, strict=False)] = ()


class StartApplication(Body):
    org_unit_id: Id
    channel: Code
    referral_unit_id: Id | None = None
    campaign_id: Id | None = None
    assisted: bool = False
    partner_types: Codes = ()
    barrier_codes: Codes = ()
    support_contact_id: Id
    details: Details | None = None
    listed: Listed | None = None


class RecordRubric(Body):
    interest: Points
    lived_experience: Points
    constructive_engagement: Points
    note: Note | None = None


class Decline(Body):
    reason_code: Code | None = None


class AcceptAgreement(Body):
    side: Literal["partner", "programme"]
    version: Version


class GrantConsent(Body):
    purpose: Literal["p1", "p2", "p3", "p4", "p5", "p6", "p7", "p8", "p9"]
    text_version: Version
    language: Locale
    channel: Code
    proxy: bool = False
    scope_id: Id | None = None


class WithdrawConsent(Body):
    purpose: Literal["p1", "p2", "p3", "p4", "p5", "p6", "p7", "p8", "p9"]
    scope_id: Id | None = None


class Lived(Body):
    condition_codes: Codes = ()
    experience_codes: Codes = ()
    care_settings: Codes = ()
    languages: Annotated[tuple[Locale, ...], Field(max_length=20, strict=False)] = ()
    region: Line = ""
    access_need_codes: Codes = ()


class GiveProfile(Body):
    roles: Codes
    skills: Codes = ()
    interests: Codes = ()
    motivations: Codes = ()
    modes: Codes
    dayparts: Codes = ()
    max_hours_per_month: Annotated[int, Field(ge=0, le=200)]
    experience_level: Code
    lived_experience: Lived | None = None


class Pause(Body):
    until: Day | None = None
    reason: Note | None = None


class Leave(Body):
    reason: Note | None = None


class Contact(Body):
    """Language and zone are those of the person's unit unless they are told."""

    preferred_name: Name
    email: Email | None = None
    phone: Phone | None = None
    language: Locale | None = None
    zone: Zone | None = None
    channel_order: Annotated[
        tuple[Literal["email", "phone", "sms", "post"], ...], Field(max_length=4, strict=False)
    ] = ()


class GiveContactDetails(Body):
    person_id: Id
    details: Contact
    unless_given: bool = False
