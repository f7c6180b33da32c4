"""By which fact each service is tried on each topic it hears, and what it must have heard before that."""

import itertools
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from services.evaluation.handlers import invitation_id
from services.matching.domain.candidate.known import CONTACT, MATCHING
from services.notifications.app import NOTIFICATIONS
from services.notifications.domain import MESSAGE
from services.participation.store.people import engagement_id
from shared.kafka.subscriber import KeptRecord
from shared.service.running import Running
from tests.asked import new_id
from tests.faults.everybody import Everybody
from tests.faults.poison import Fact, fact_of, numbered

About = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Listener:
    """One service on one topic; `data` is what makes the sample concern it, `before` whom or what it knows already."""

    service: str
    topic: str
    fact: str
    data: About = field(default_factory=dict[str, Any])
    before: Callable[[Everybody], Awaitable[About]] | None = None
    by_hand: bool = False
    """Facts of its own that mean something only while its state says the same: each can be acted on once."""

    async def facts(self, here: Everybody, count: int) -> list[Fact]:
        """So many, each in a subject of its own."""
        if self.by_hand:
            return await _requested_by_hand(here, count)
        about = {**self.data, **(await self.before(here) if self.before else {})}
        return [fact_of(self.fact, here.tenant, here.unit, about) for _ in range(count)]


# --- who or what is known already


async def a_partner(here: Everybody) -> About:
    """Somebody who was accepted."""
    accepted = fact_of("recruitment.application_accepted", here.tenant, here.unit)
    await here.say("recruitment.events", accepted)
    await here.hears("recruitment", accepted)
    return {"person_id": accepted["data"]["person_id"]}


async def a_partner_on_a_seat(here: Everybody) -> About:
    """Somebody in the pool, whose hours an offer has taken."""
    who = await a_partner(here)
    story = new_id()
    joins = (
        ("recruitment.profile_given", {**who, "max_hours_per_month": 8}),
        ("recruitment.consent_granted", {**who, "purpose": CONTACT}),
        ("recruitment.consent_granted", {**who, "purpose": MATCHING}),
        ("recruitment.lived_experience_shared", who),
        ("recruitment.partner_activated", who),
    )
    facts = [
        numbered(fact_of(name, here.tenant, here.unit, about), number, story)
        for number, (name, about) in enumerate(joins, 1)
    ]
    await here.say("recruitment.events", *facts)
    await here.hears("matching", *facts)
    offer = {**who, "offer_id": new_id(), "hours_per_month": 6}
    proposed = fact_of("matching.offer_proposed", here.tenant, here.unit, offer)
    accepted = fact_of("matching.offer_accepted", here.tenant, here.unit, offer)
    accepted = numbered(accepted, 2, proposed["subject"])
    await here.say("matching.events", proposed, accepted)
    await here.hears("matching", accepted)
    return {**who, "offer_id": offer["offer_id"]}


async def an_engagement(here: Everybody) -> About:
    """A partner who took an offer, and is not ready yet."""
    offer = {**await a_partner(here), "offer_id": new_id()}
    accepted = fact_of("matching.offer_accepted", here.tenant, here.unit, offer)
    await here.say("matching.events", accepted)
    await here.hears("participation", accepted)
    return {"engagement_id": engagement_id(offer["offer_id"])}


CAME = {"outcome": "attended", "side": "partner", "paid": False}


async def an_invitation(here: Everybody) -> About:
    """Somebody who is to be asked about the session they came to."""
    came = fact_of("participation.attendance_recorded", here.tenant, here.unit, CAME)
    await here.say("participation.events", came)
    await here.hears("evaluation", came)
    data = came["data"]
    return {"about_id": invitation_id("pulse", data["session_id"], data["person_id"])}


async def _requested_by_hand(here: Everybody, count: int) -> list[Fact]:
    """Messages as notifications saved them, each with its request, taken out of the outbox before it was sent."""
    beside = Running(NOTIFICATIONS, here.settings, listens=False)
    try:
        offers = [fact_of("matching.offer_sent", here.tenant, here.unit) for _ in range(count)]
        records = [
            KeptRecord(
                "matching.events", 0, next(_offsets), each["subject"].encode(), json.dumps(each).encode()
            )
            for each in offers
        ]
        await beside.receive(records)
        about = {"state.about_id": {"$in": [each["subject"] for each in offers]}}
        messages = await beside.store.many(MESSAGE, about, limit=count)
        requests: list[Fact] = []
        for saved in await beside.store.outboxes("message", [each.id for each in messages]):
            await beside.store.clear("message", [saved.id], saved.token)
            requests += [json.loads(raw) for _, raw in saved.outbox]
        return requests
    finally:
        await beside.stop()


_offsets = itertools.count(10**9)

LISTENERS = (
    Listener(service="recruitment", topic="recruitment.events", fact="recruitment.application_accepted"),
    Listener(
        service="recruitment", topic="matching.events", fact="matching.offer_accepted", before=a_partner
    ),
    Listener(service="training", topic="recruitment.events", fact="recruitment.partner_created"),
    Listener(service="training", topic="training.events", fact="training.certification_issued"),
    Listener(
        service="training",
        topic="participation.events",
        fact="participation.engagement_created",
        data={"required_course_ids": []},
    ),
    Listener(service="matching", topic="recruitment.events", fact="recruitment.profile_given"),
    Listener(
        service="matching",
        topic="training.events",
        fact="training.certification_issued",
        data={"side": "professional"},
    ),
    Listener(
        service="matching",
        topic="participation.events",
        fact="participation.engagement_completed",
        data={"side": "partner"},
        before=a_partner_on_a_seat,
    ),
    Listener(service="matching", topic="matching.events", fact="matching.opportunity_drafted"),
    Listener(service="participation", topic="recruitment.events", fact="recruitment.partner_paused"),
    Listener(service="participation", topic="matching.events", fact="matching.opportunity_opened"),
    Listener(
        service="participation",
        topic="training.events",
        fact="training.readiness_evaluated",
        data={"missing_course_ids": []},
        before=an_engagement,
    ),
    Listener(service="participation", topic="participation.events", fact="participation.project_opened"),
    Listener(service="evaluation", topic="recruitment.events", fact="recruitment.application_submitted"),
    Listener(service="evaluation", topic="matching.events", fact="matching.opportunity_opened"),
    Listener(
        service="evaluation",
        topic="participation.events",
        fact="participation.attendance_recorded",
        data=CAME,
    ),
    Listener(
        service="evaluation",
        topic="notifications.events",
        fact="notifications.message_sent",
        data={"template": "survey_pulse"},
        before=an_invitation,
    ),
    Listener(service="notifications", topic="recruitment.events", fact="recruitment.application_declined"),
    Listener(service="notifications", topic="recruitment.contacts", fact="recruitment.contact_details_given"),
    Listener(service="notifications", topic="training.events", fact="training.support_offered"),
    Listener(service="notifications", topic="matching.events", fact="matching.offer_sent"),
    Listener(
        service="notifications",
        topic="participation.events",
        fact="participation.engagement_created",
        data={"required_course_ids": []},
    ),
    Listener(
        service="notifications",
        topic="evaluation.events",
        fact="evaluation.survey_invitation_scheduled",
        data={"plan": "pulse"},
    ),
    Listener(
        service="notifications",
        topic="notifications.events",
        fact="notifications.message_requested",
        by_hand=True,
    ),
)
"""Every service but the console, which keeps everything and is watched beside them."""
