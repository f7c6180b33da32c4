"""What notifications does when it hears something: who is to be told what, and how people are reached."""

from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from services.notifications.domain import MESSAGE
from services.notifications.handlers import HANDLERS, cause_of, message_id
from services.notifications.handlers.table import TABLE
from services.notifications.store import profile_id
from services.notifications.tests.office import Office, raw
from services.notifications.tests.people import (
    ACTIVATED,
    ANA,
    APPLICATION,
    ATTENDANCE,
    CARLA,
    CREATED,
    DECLINED,
    ENGAGEMENT,
    EVERY_TEMPLATE,
    EXPIRED,
    INVITED,
    ITEM,
    LAPSED,
    LENA,
    OFFER,
    PETE,
    REGISTERED,
    SAFER_DISCHARGE,
    SENT,
    SUBMITTED,
    SUPPORTED,
    answered,
    called_off,
    taken_back,
)
from shared.contracts.fact import Fact, Said, stamp
from shared.contracts.notifications import MessageReleased, MessageRequested
from shared.contracts.recruitment import (
    ConsentGranted,
    ConsentWithdrawn,
    ContactDetailsGiven,
    PartnerExited,
)
from shared.ids import derived
from shared.road.handlers import hears, topics


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What a row asks for."""

    to: str = CARLA
    message_class: str = "engagement"
    params: dict[str, str] = field(default_factory=dict[str, str])


ON_THE_TEAM = {"side": "partner", "support_contact_id": ANA}
SUPPORT = {"support_contact_id": ANA}
WANTED = {
    "application_received": Wanted(params=SUPPORT),
    "application_declined": Wanted(params=SUPPORT),
    "welcome": Wanted(params=SUPPORT),
    "training_open": Wanted(params=SUPPORT),
    "professional_welcome": Wanted(to=LENA, params=SUPPORT),
    "support_offered": Wanted(params={"person_id": CARLA, "kind": "alternative_format"}),
    "offer": Wanted(
        message_class="ask",
        params={
            **SUPPORT,
            "offer_id": OFFER,
            "expires_at": "2026-03-05T12:00:00Z",
            "mode": "virtual",
            "starts_on": "2026-04-01",
            "hours_per_month": "6",
            "paid": "yes",
        },
    ),
    "offer_closed": Wanted(params={**SUPPORT, "offer_id": OFFER}),
    "terms": Wanted(
        params={
            **ON_THE_TEAM,
            "starts_on": "2026-04-01",
            "paid": "yes",
            "prerequisites_due_at": "2026-03-23T12:00:00Z",
        }
    ),
    "engagement_active": Wanted(params={**ON_THE_TEAM, "opportunity_id": SAFER_DISCHARGE}),
    "engagement_left": Wanted(params={**ON_THE_TEAM, "reason_code": "by_person"}),
    "team_complete": Wanted(to=LENA, params={**SUPPORT, "code": "safer-discharge", "filled_seats": "4"}),
    "shortfall": Wanted(
        to=LENA, params={**SUPPORT, "missing.patient_or_caregiver": "2", "missing.nurse": "1"}
    ),
    "session_invitation": Wanted(
        params={
            **ON_THE_TEAM,
            "engagement_id": ENGAGEMENT,
            "starts_at": "2026-03-20T14:00:00Z",
            "ends_at": "2026-03-20T16:00:00Z",
            "zone": "Europe/London",
            "mode": "virtual",
        }
    ),
    "session_cancelled": Wanted(
        message_class="critical",
        params={
            **ON_THE_TEAM,
            "engagement_id": ENGAGEMENT,
            "starts_at": "2026-03-20T14:00:00Z",
            "zone": "Europe/London",
        },
    ),
    "payment_made": Wanted(
        message_class="owed",
        params={"amount_minor": "6875", "currency": "GBP", "paid_on": "2026-03-25"},
    ),
    "survey_pulse": Wanted(params=ON_THE_TEAM),
    "survey_end": Wanted(params=ON_THE_TEAM),
    "influence_task": Wanted(to=LENA, params=SUPPORT),
    "influence_answer": Wanted(
        message_class="owed", params={**SUPPORT, "outcome": "deferred", "until": "2026-09-01"}
    ),
}


async def requests(office: Office) -> list[dict[str, Any]]:
    """Every message that was asked for."""
    said = [(await office.said("message", id))[0] for id in await office.messages()]
    return [fact["data"] for fact in said if fact["type"].endswith("message_requested.v1")]


async def templates(office: Office) -> list[str]:
    """By template and person."""
    return sorted(f"{r['template']} {r['person_id']}" for r in await requests(office))


@pytest.mark.parametrize("template", EVERY_TEMPLATE)
async def test_a_row_of_the_table_asks_for_one_message(office: Office, template: str) -> None:
    fact, subject = EVERY_TEMPLATE[template]
    wanted = WANTED[template]
    await office.is_told(fact, subject, 3)
    cause = derived(fact.SPEAKER, "fact", subject, 3)
    [id] = await office.messages()
    assert id == derived("notifications", "message", cause, template, wanted.to, "email")
    assert await requests(office) == [
        {
            "acted_as": "system",
            "person_id": wanted.to,
            "template": template,
            "channel": "email",
            "message_class": wanted.message_class,
            "cause_id": cause,
            "about_id": subject,
            "params": wanted.params,
        }
    ]


def test_the_tests_know_every_row_and_the_table_every_fact() -> None:
    assert [row.template for row in TABLE] == list(EVERY_TEMPLATE) == list(WANTED)
    own = {MessageRequested, MessageReleased}
    noted = {ContactDetailsGiven, ConsentGranted, ConsentWithdrawn, PartnerExited}
    assert set(HANDLERS) == {contract for row in TABLE for contract in row.on} | own | noted


def test_it_listens_to_everybody_who_says_something_to_people() -> None:
    assert topics(hears("notifications", HANDLERS)) == [
        "evaluation.events",
        "matching.events",
        "notifications.events",
        "participation.events",
        "recruitment.contacts",
        "recruitment.events",
        "training.events",
    ]


async def test_a_record_that_comes_again_asks_for_nothing_more(office: Office) -> None:
    sent = await office.is_told(SENT, SAFER_DISCHARGE, 3)
    await office.comes_again(SENT, sent, times=2)
    assert await templates(office) == [f"offer {CARLA}"]


async def test_every_fact_is_a_cause_of_its_own(office: Office) -> None:
    await office.is_told(SENT, SAFER_DISCHARGE, 3)
    await office.is_told(replace(SENT, person_id=PETE), SAFER_DISCHARGE, 4)
    await office.is_told(SENT, SAFER_DISCHARGE, 5)
    assert await templates(office) == [f"offer {PETE}", f"offer {CARLA}", f"offer {CARLA}"]


def test_a_message_is_one_by_cause_template_person_and_channel() -> None:
    ids = {
        message_id(cause, template, person, channel)
        for cause in (ANA, APPLICATION)
        for template in ("offer", "terms")
        for person in (CARLA, PETE)
        for channel in ("email", "sms")
    }
    assert len(ids) == 16
    here, there = (stamp(replace(EXPIRED), Said(subject=SAFER_DISCHARGE, sequence=n), "") for n in (1, 2))
    assert cause_of(here) != cause_of(there)


async def test_whoever_took_themselves_out_of_the_pool_hears_no_more_of_the_offer(office: Office) -> None:
    await office.is_told(taken_back("not_available"), SAFER_DISCHARGE, 3)
    assert await office.messages() == []
    await office.is_told(taken_back("seat_taken"), SAFER_DISCHARGE, 4)
    [request] = await requests(office)
    assert (request["template"], request["params"]["reason_code"]) == ("offer_closed", "seat_taken")


@pytest.mark.parametrize("was", ["invited", "confirmed", "declined", "excused"])
async def test_a_cancelled_session_is_told_to_those_who_were_expected(office: Office, was: str) -> None:
    await office.is_told(called_off(was=was), ATTENDANCE, 2)
    assert len(await office.messages()) == (1 if was in ("invited", "confirmed") else 0)


async def test_whoever_left_the_team_is_not_told_that_they_need_not_come(office: Office) -> None:
    await office.is_told(called_off(reason_code="engagement_ended"), ATTENDANCE, 2)
    assert await office.messages() == []


async def test_an_engagement_that_lapsed_is_told_with_its_reason(office: Office) -> None:
    await office.is_told(LAPSED, ENGAGEMENT, 2)
    [request] = await requests(office)
    assert (request["template"], request["params"]["reason_code"]) == ("engagement_left", "prerequisites")


async def test_everybody_who_contributed_is_answered_once(office: Office) -> None:
    await office.is_told(answered(CARLA, PETE, CARLA), ITEM, 3)
    assert await templates(office) == [f"influence_answer {PETE}", f"influence_answer {CARLA}"]


async def test_a_message_goes_on_with_the_story_of_its_cause(office: Office) -> None:
    await office.comes_again(INVITED, raw(INVITED, ATTENDANCE, 1, office.tenant, "a-story"))
    [id] = await office.messages()
    [fact] = await office.said("message", id)
    assert fact["correlationid"] == "a-story"
    assert fact["tenant"] == office.tenant


async def test_how_somebody_is_reached_is_noted_bit_by_bit_and_never_in_clear(office: Office) -> None:
    await office.knows(CARLA)
    await office.is_told(SUBMITTED, APPLICATION, 2)
    await office.is_told(CREATED, CARLA, 1)
    facts = await office.said("contact_profile", profile_id(CARLA))
    assert [fact["data"] for fact in facts] == [
        {"acted_as": "system", "person_id": CARLA, "support_contact_id": contact, "side": side}
        for contact, side in ((None, None), (ANA, None), (ANA, "partner"))
    ]


async def test_a_professional_is_noted_with_who_supports_them(office: Office) -> None:
    await office.is_told(REGISTERED, LENA, 1)
    [fact] = await office.said("contact_profile", profile_id(LENA))
    assert (fact["data"]["support_contact_id"], fact["data"]["side"]) == (ANA, "professional")


def consent(kind: type[Fact], purpose: str) -> Any:
    """Carla's yes or no to a purpose."""
    told: dict[str, Any] = {"text_version": 1, "language": "en", "channel": "portal", "proxy": False}
    return kind(**{"person_id": CARLA, "purpose": purpose, **told})


async def test_without_p1_nobody_is_asked_and_with_it_again_they_are(office: Office) -> None:
    await office.is_told(consent(ConsentGranted, "p1"), CARLA, 1)
    await office.is_told(consent(ConsentWithdrawn, "p2"), CARLA, 2)
    assert await office.profile(CARLA) == []
    await office.is_told(consent(ConsentWithdrawn, "p1"), CARLA, 3)
    await office.is_told(consent(ConsentGranted, "p2"), CARLA, 4)
    await office.is_told(consent(ConsentGranted, "p1"), CARLA, 5)
    assert await office.profile(CARLA) == ["recipient_suppressed", "suppression_lifted"]


async def test_whoever_leaves_is_told_only_what_is_owed(office: Office) -> None:
    await office.is_told(PartnerExited(person_id=CARLA), CARLA, 9)
    [fact] = await office.said("contact_profile", profile_id(CARLA))
    assert fact["data"]["scope"] == "all_but_owed"


async def test_an_application_and_its_refusal_are_two_messages(office: Office) -> None:
    await office.is_told(SUBMITTED, APPLICATION, 2)
    await office.is_told(DECLINED, APPLICATION, 3)
    await office.is_told(ACTIVATED, CARLA, 4)
    await office.is_told(SUPPORTED, ITEM, 1)
    stored = await office.running.store.many(MESSAGE, {"state.person_id": {"$eq": CARLA}})
    assert len(stored) == 4
