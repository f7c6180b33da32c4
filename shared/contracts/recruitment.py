"""What recruitment says about the organisation, applicants, partners and how to reach them."""

from dataclasses import dataclass
from typing import Literal

from shared.contracts.fact import Fact, Private, Sealed
from shared.contracts.kinds import Code, Currency, Day, Id, Locale, Version, Zone

CONTACTS = "recruitment.contacts"


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicantDetails:
    """Who applies."""

    full_name: str
    birth_date: Day
    postcode: str | None = None
    condition_codes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedConsent:
    """A consent somebody is said to have given before, when, and what says so: a form, a letter, a register."""

    purpose: str
    given_on: Day
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """What a hospital's list says of somebody: evidence to be put before them, never taken as given."""

    languages: tuple[str, ...] = ()
    consents: tuple[ListedConsent, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LivedExperience:
    """What somebody has lived through, in codes; opened by matching once P2 is granted."""

    condition_codes: tuple[str, ...] = ()
    experience_codes: tuple[str, ...] = ()
    care_settings: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    region: str = ""
    access_need_codes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactDetails:
    """How to reach somebody; opened by notifications."""

    preferred_name: str
    email: str | None = None
    phone: str | None = None
    language: str
    zone: str
    channel_order: tuple[str, ...] = ()


class OrgUnitRegistered(Fact, type="roundtable.recruitment.org_unit_registered.v1", kind="org_unit"):
    code: Code
    kind: Code
    parent_id: Id | None = None
    zone: Zone
    locale: Locale
    currency: Currency


class OrgUnitClosed(Fact, type="roundtable.recruitment.org_unit_closed.v1", kind="org_unit"):
    code: Code
    kind: Code
    parent_id: Id | None = None
    zone: Zone
    locale: Locale
    currency: Currency


class ProfessionalRegistered(
    Fact, type="roundtable.recruitment.professional_registered.v1", kind="professional"
):
    person_id: Id
    role_codes: tuple[Code, ...]
    support_contact_id: Id | None = None


class ProfessionalClosed(Fact, type="roundtable.recruitment.professional_closed.v1", kind="professional"):
    person_id: Id
    role_codes: tuple[Code, ...]
    support_contact_id: Id | None = None


class ApplicationStarted(Fact, type="roundtable.recruitment.application_started.v1", kind="application"):
    person_id: Id
    channel: Code
    referral_unit_id: Id | None = None
    campaign_id: Id | None = None
    assisted: bool
    partner_types: tuple[Code, ...]
    barrier_codes: Private[tuple[str, ...]] = Private()
    support_contact_id: Id
    person_fingerprint: Private[str] = Private()
    details: Private[ApplicantDetails] = Private()
    listed: Private[Listed] = Private()


class ApplicationSubmitted(Fact, type="roundtable.recruitment.application_submitted.v1", kind="application"):
    person_id: Id
    channel: Code
    referral_unit_id: Id | None = None
    assisted: bool
    support_contact_id: Id


class ApplicationReviewStarted(
    Fact, type="roundtable.recruitment.application_review_started.v1", kind="application"
):
    person_id: Id
    reviewer_id: Id


class ApplicationAssessed(Fact, type="roundtable.recruitment.application_assessed.v1", kind="application"):
    person_id: Id
    interest: int
    lived_experience: int
    constructive_engagement: int
    reviewer_id: Id
    note: Private[str] = Private()


class ApplicationAccepted(Fact, type="roundtable.recruitment.application_accepted.v1", kind="application"):
    person_id: Id
    partner_types: tuple[Code, ...]
    channel: Code
    referral_unit_id: Id | None = None
    support_contact_id: Id


class ApplicationDeclined(Fact, type="roundtable.recruitment.application_declined.v1", kind="application"):
    person_id: Id
    reason_code: Code | None = None
    support_contact_id: Id


class ApplicationWithdrawn(Fact, type="roundtable.recruitment.application_withdrawn.v1", kind="application"):
    person_id: Id
    reason_code: Code | None = None
    support_contact_id: Id


class ApplicationExpired(Fact, type="roundtable.recruitment.application_expired.v1", kind="application"):
    person_id: Id
    reason_code: Code | None = None
    support_contact_id: Id


class PartnerCreated(Fact, type="roundtable.recruitment.partner_created.v1", kind="partner"):
    person_id: Id
    application_id: Id
    home_unit_id: Id
    partner_types: tuple[Code, ...]
    support_contact_id: Id


class AgreementAccepted(Fact, type="roundtable.recruitment.agreement_accepted.v1", kind="partner"):
    person_id: Id
    side: Literal["partner", "programme"]
    version: Version


class ConsentGranted(Fact, type="roundtable.recruitment.consent_granted.v1", kind="partner"):
    person_id: Id
    purpose: Code
    text_version: Version
    language: Locale
    channel: Code
    proxy: bool
    scope_id: Id | None = None
    revealed_to: Id | None = None


class ConsentWithdrawn(Fact, type="roundtable.recruitment.consent_withdrawn.v1", kind="partner"):
    person_id: Id
    purpose: Code
    text_version: Version
    language: Locale
    channel: Code
    proxy: bool
    scope_id: Id | None = None
    revealed_to: Id | None = None


class ProfileGiven(Fact, type="roundtable.recruitment.profile_given.v1", kind="partner"):
    person_id: Id
    profile_version: Version
    roles: tuple[Code, ...]
    skills: tuple[Code, ...]
    interests: tuple[Code, ...]
    motivations: tuple[Code, ...]
    modes: tuple[Code, ...]
    dayparts: tuple[Code, ...]
    max_hours_per_month: int
    experience_level: Code
    lived_experience: Private[LivedExperience] = Private()


class LivedExperienceShared(Fact, type="roundtable.recruitment.lived_experience_shared.v1", kind="partner"):
    person_id: Id
    profile_version: Version
    lived_experience: Sealed[LivedExperience]


class PartnerActivated(Fact, type="roundtable.recruitment.partner_activated.v1", kind="partner"):
    person_id: Id
    support_contact_id: Id


class PartnerPaused(Fact, type="roundtable.recruitment.partner_paused.v1", kind="partner"):
    person_id: Id
    until: Day | None = None
    reason: Private[str] = Private()


class PartnerResumed(Fact, type="roundtable.recruitment.partner_resumed.v1", kind="partner"):
    person_id: Id
    support_contact_id: Id


class PartnerExited(Fact, type="roundtable.recruitment.partner_exited.v1", kind="partner"):
    person_id: Id
    reason: Private[str] = Private()


class ContactDetailsGiven(
    Fact, type="roundtable.recruitment.contact_details_given.v1", kind="contact_card", topic=CONTACTS
):
    person_id: Id
    details: Sealed[ContactDetails]
