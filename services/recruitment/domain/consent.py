"""Consent by purpose: each is given and taken back on its own, and P4 for one opportunity and one lead."""

from collections.abc import Mapping
from dataclasses import dataclass

from shared.contracts.recruitment import ConsentGranted, ConsentWithdrawn
from shared.decider import Rejected

CONTACT, MATCHING, REVEAL = "p1", "p2", "p4"


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """One purpose as it stands, and to which words it was given; of P4 also where and to whom."""

    purpose: str
    granted: bool
    text_version: int
    language: str
    channel: str
    proxy: bool
    scope_id: str | None
    revealed_to: str | None


Consents = Mapping[str, Consent]


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantConsent:
    purpose: str
    text_version: int
    language: str
    channel: str
    proxy: bool
    scope_id: str | None = None
    revealed_to: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawConsent:
    purpose: str
    scope_id: str | None = None


def slot(purpose: str, scope_id: str | None) -> str:
    """Under what a consent is kept: its purpose, and of P4 the opportunity it is for."""
    return f"{purpose} {scope_id}" if purpose == REVEAL else purpose


def stands(consents: Consents, purpose: str) -> bool:
    """Whether a purpose is granted and was not withdrawn since."""
    consent = consents.get(purpose)
    return consent is not None and consent.granted


def revealed(consents: Consents, lead_id: str) -> bool:
    """Whether a standing P4 lets this lead see who the partner is."""
    return any(c.purpose == REVEAL and c.granted and c.revealed_to == lead_id for c in consents.values())


def granted(person_id: str, consents: Consents, command: GrantConsent) -> ConsentGranted | None:
    """The grant; None if it stands already as asked. One that names no lead keeps the lead named before."""
    if command.purpose == REVEAL and command.scope_id is None:
        raise Rejected("scope_missing")
    before = consents.get(slot(command.purpose, command.scope_id))
    lead_id = command.revealed_to or (before.revealed_to if before else None)
    if before and (before.granted, before.text_version, before.revealed_to) == (
        True,
        command.text_version,
        lead_id,
    ):
        return None
    return ConsentGranted(
        person_id=person_id,
        purpose=command.purpose,
        text_version=command.text_version,
        language=command.language,
        channel=command.channel,
        proxy=command.proxy,
        scope_id=command.scope_id,
        revealed_to=lead_id,
    )


def withdrawn(person_id: str, consents: Consents, command: WithdrawConsent) -> ConsentWithdrawn | None:
    """What was granted, taken back; None if it was taken back before."""
    before = consents.get(slot(command.purpose, command.scope_id))
    if before is None:
        raise Rejected("not_granted")
    if not before.granted:
        return None
    return ConsentWithdrawn(
        person_id=person_id,
        purpose=before.purpose,
        text_version=before.text_version,
        language=before.language,
        channel=before.channel,
        proxy=before.proxy,
        scope_id=before.scope_id,
        revealed_to=before.revealed_to,
    )


def as_it_stands(fact: ConsentGranted | ConsentWithdrawn) -> Consent:
    """The consent a fact leaves behind."""
    return Consent(
        purpose=fact.purpose,
        granted=isinstance(fact, ConsentGranted),
        text_version=fact.text_version,
        language=fact.language,
        channel=fact.channel,
        proxy=fact.proxy,
        scope_id=fact.scope_id,
        revealed_to=fact.revealed_to,
    )
