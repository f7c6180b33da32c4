"""What recruitment can be asked: each route turns a body into one command, and one table names them all."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from services.recruitment import bodies
from services.recruitment import store as known
from services.recruitment.api.contact import give_contact_details, sees_contact_card
from services.recruitment.api.organisation import (
    close_org_unit,
    close_professional,
    contact_is_known,
    register_org_unit,
    register_professional,
)
from services.recruitment.domain import (
    APPLICATION,
    CONTACT_CARD,
    ORG_UNIT,
    PARTNER,
    PROFESSIONAL,
    consent,
    profile,
)
from services.recruitment.domain import application as applying
from services.recruitment.domain import partner as partnering
from shared import ids
from shared.contracts.fact import Private
from shared.contracts.recruitment import ApplicantDetails, Listed, LivedExperience
from shared.decider import Decider
from shared.privacy import fingerprint
from shared.road.unit import Document, Home
from shared.web.asking import AlreadyThere, Asking, Made
from shared.web.body import Body, Nothing
from shared.web.door import Command, Make, Question
from shared.web.links import Link
from shared.web.principal import STAFF, Rule
from shared.web.problems import Problem

APPLICANT_LINK = "withdraw_application"
APPLICANT_LINK_LASTS = timedelta(days=60)

# --- applications


async def start_application(asking: Asking, body: bodies.StartApplication) -> Made:
    store = asking.house.store
    unit = await known.unit(store, body.org_unit_id, asking.principal.tenant)
    if unit is None:
        raise Problem("unknown_unit")
    if not asking.principal.anonymous and not asking.principal.may_act_in(body.org_unit_id):
        raise Problem("forbidden")
    tenant = unit.tenant
    await contact_is_known(asking, body.support_contact_id, tenant)
    print_of, person_id = await _who(asking, body, tenant)
    await asking.house.vault.create(person_id)
    details = ApplicantDetails(**body.details.model_dump()) if body.details else None
    listed = Listed(**body.listed.model_dump()) if body.listed else None
    command = applying.StartApplication(
        person_id=person_id,
        channel=body.channel,
        referral_unit_id=body.referral_unit_id,
        campaign_id=body.campaign_id,
        assisted=body.assisted,
        partner_types=body.partner_types,
        barrier_codes=await asking.private(person_id, "barrier_codes", body.barrier_codes),
        support_contact_id=body.support_contact_id,
        person_fingerprint=Private(print_of),
        details=await asking.private(person_id, "details", details),
        listed=await asking.private(person_id, "listed", listed),
    )
    return Made(commands=(command,), home=Home(tenant, body.org_unit_id))


async def _who(asking: Asking, body: bodies.StartApplication, tenant: str) -> tuple[str, str]:
    """(fingerprint, person id): the person known already in this network, or a new one of this application.

    A list begins nothing for whoever is known, whatever became of them: they may have said no.
    """
    fresh = ids.derived("recruitment", "person", asking.id)
    if body.details is None:
        return asking.id.replace("-", ""), fresh
    key = asking.house.secrets["fingerprint"]
    who = body.details
    mark = fingerprint(key, tenant, who.full_name, who.birth_date, who.postcode)
    there = await known.recognised(asking.house.store, tenant, mark, asking.id)
    listed = body.listed is not None or asking.role == "import"
    if there.open_application or (listed and there.application):
        raise AlreadyThere(there.open_application or there.application)
    return mark, there.person_id or fresh


async def submit(asking: Asking, body: Nothing) -> Made:
    return Made(commands=(applying.SubmitApplication(),))


async def start_review(asking: Asking, body: Nothing) -> Made:
    return Made(commands=(applying.StartReview(asking.principal.id),))


async def record_rubric(asking: Asking, body: bodies.RecordRubric) -> Made:
    document = await asking.document()
    rubric = getattr(document.state, "rubric", None)
    note = await asking.private(document.state.person_id, "note", body.note, rubric and rubric.note)
    command = applying.RecordRubric(
        **body.model_dump(exclude={"note"}), reviewer_id=asking.principal.id, note=note
    )
    return Made(commands=(command,))


async def accept(asking: Asking, body: Nothing) -> Made:
    return Made(commands=(applying.AcceptApplication(asking.principal.id),))


async def decline(asking: Asking, body: bodies.Decline) -> Made:
    return Made(commands=(applying.DeclineApplication(body.reason_code),))


async def withdraw(asking: Asking, body: Nothing) -> Made:
    return Made(commands=(applying.WithdrawApplication(),))


def link_of_application(asking: Asking, document: Document[Any]) -> str:
    """For somebody without a token: submit, contact details, withdraw."""
    expires = int((asking.now + APPLICANT_LINK_LASTS).timestamp())
    return asking.link(
        Link(
            person_id=document.state.person_id,
            purpose=APPLICANT_LINK,
            aggregate_id=document.id,
            tenant=document.tenant,
            orgunit=document.orgunit,
            expires=expires,
        )
    )


# --- partners


async def accept_agreement(asking: Asking, body: bodies.AcceptAgreement) -> Made:
    if body.side == "programme" and asking.principal.link is not None:
        raise Problem("forbidden")
    return Made(commands=(partnering.AcceptAgreement(body.side, body.version),))


async def grant_consent(asking: Asking, body: bodies.GrantConsent) -> Made:
    await asking.document()
    return Made(commands=(consent.GrantConsent(**body.model_dump()),))


async def withdraw_consent(asking: Asking, body: bodies.WithdrawConsent) -> Made:
    return Made(commands=(consent.WithdrawConsent(**body.model_dump()),))


async def give_profile(asking: Asking, body: bodies.GiveProfile) -> Made:
    document = await asking.document()
    before = getattr(document.state, "profile", None)
    lived = LivedExperience(**body.lived_experience.model_dump()) if body.lived_experience else None
    sealed = await asking.private(
        document.id, "lived_experience", lived, before.lived_experience if before else None
    )
    command = profile.GiveProfile(**body.model_dump(exclude={"lived_experience"}), lived_experience=sealed)
    return Made(commands=(command,))


async def pause(asking: Asking, body: bodies.Pause) -> Made:
    await asking.document()
    return Made(commands=(partnering.PausePartner(body.until, await _reason(asking, body.reason)),))


async def resume(asking: Asking, body: Nothing) -> Made:
    return Made(commands=(partnering.ResumePartner(),))


async def leave(asking: Asking, body: bodies.Leave) -> Made:
    await asking.document()
    return Made(commands=(partnering.ExitPartner(await _reason(asking, body.reason)),))


async def _reason(asking: Asking, reason: str | None) -> Private[str]:
    return await asking.private(asking.id, "reason", reason)


_OPERATOR = Rule(roles=("operator",))
_ENTRY = Rule(roles=("coordinator", "operator"))
_REVIEW = Rule(roles=("reviewer",))
_DECISION = Rule(roles=("coordinator",))
_APPLICANT = Rule(roles=("coordinator",), links=(APPLICANT_LINK,))
_BEGIN = Rule(roles=("coordinator", "import"), anonymous=True)
_JOIN = Rule(roles=("coordinator",), links=("join",))
_CONSENT_BACK = Rule(roles=("coordinator",), links=("join", "leave", "pause"))
_PAUSE = Rule(roles=("coordinator",), links=("pause",))
_LEAVE = Rule(roles=("coordinator",), links=("leave",))
_CARD = Rule(roles=("coordinator", "operator", "import"), links_of_person=(APPLICANT_LINK, "join"))


def _row(decider: Decider[Any, Any, Any], word: str, body: type[Body], by: Rule, make: Make) -> Command:
    return Command(decider=decider, word=word, body=body, by=by, make=make)


COMMANDS = (
    _row(ORG_UNIT, "", bodies.RegisterOrgUnit, _OPERATOR, register_org_unit),
    _row(ORG_UNIT, "close", Nothing, _OPERATOR, close_org_unit),
    _row(PROFESSIONAL, "", bodies.RegisterProfessional, _ENTRY, register_professional),
    _row(PROFESSIONAL, "close", Nothing, _ENTRY, close_professional),
    replace(
        _row(APPLICATION, "", bodies.StartApplication, _BEGIN, start_application), link=link_of_application
    ),
    _row(APPLICATION, "submit", Nothing, _APPLICANT, submit),
    _row(APPLICATION, "start-review", Nothing, _REVIEW, start_review),
    _row(APPLICATION, "record-rubric", bodies.RecordRubric, _REVIEW, record_rubric),
    _row(APPLICATION, "accept", Nothing, _DECISION, accept),
    _row(APPLICATION, "decline", bodies.Decline, _DECISION, decline),
    _row(APPLICATION, "withdraw", Nothing, _APPLICANT, withdraw),
    _row(PARTNER, "accept-agreement", bodies.AcceptAgreement, _JOIN, accept_agreement),
    _row(PARTNER, "grant-consent", bodies.GrantConsent, _JOIN, grant_consent),
    _row(PARTNER, "withdraw-consent", bodies.WithdrawConsent, _CONSENT_BACK, withdraw_consent),
    _row(PARTNER, "give-profile", bodies.GiveProfile, _JOIN, give_profile),
    _row(PARTNER, "pause", bodies.Pause, _PAUSE, pause),
    _row(PARTNER, "resume", Nothing, _PAUSE, resume),
    _row(PARTNER, "leave", bodies.Leave, _LEAVE, leave),
    _row(CONTACT_CARD, "", bodies.GiveContactDetails, _CARD, give_contact_details),
)

_STAFF = Rule(roles=STAFF, network_too=True)
QUESTIONS = (
    Question(decider=ORG_UNIT, by=_STAFF),
    Question(decider=PROFESSIONAL, by=_STAFF),
    Question(
        decider=APPLICATION,
        by=Rule(roles=STAFF, links=(APPLICANT_LINK,), links_of_person=("join",)),
        readers={
            "details": ("coordinator", "partner"),
            "listed": ("coordinator", "partner"),
            "barrier_codes": ("coordinator", "partner"),
            "note": ("reviewer",),
        },
    ),
    Question(
        decider=PARTNER,
        by=Rule(roles=STAFF, links=("join", "pause", "leave")),
        readers={"lived_experience": ("coordinator", "partner"), "reason": ("coordinator", "partner")},
    ),
    Question(
        decider=CONTACT_CARD,
        by=Rule(
            roles=("coordinator", "operator", "lead"),
            links_of_person=(APPLICANT_LINK, "join", "pause", "leave"),
        ),
        readers={"details": ("coordinator", "operator", "lead", "partner")},
        sees=sees_contact_card,
    ),
)
