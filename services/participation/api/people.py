"""What participation can be asked about people: engagements, sessions and attendances."""

from typing import Any

from services.participation.bodies import people as bodies
from services.participation.domain import attendance as attending
from services.participation.domain import engagement as engaging
from services.participation.domain import invitation as asked
from services.participation.domain import session as meeting
from services.participation.domain.attendance import ATTENDANCE
from services.participation.domain.engagement import ENGAGEMENT
from services.participation.domain.participant import PARTICIPANT
from services.participation.domain.project import PROJECT, Open
from services.participation.domain.session import SESSION
from services.participation.store import people as known
from shared.contracts.fact import Private
from shared.decider import state_name
from shared.road.unit import Document, Home
from shared.web.asking import Asking, Made
from shared.web.body import Body, Nothing
from shared.web.door import Command, Make, Question
from shared.web.principal import STAFF, Rule
from shared.web.problems import Problem

# --- engagements


async def accept_terms(asking: Asking, body: bodies.AcceptTerms) -> Made:
    return Made(commands=(engaging.AcceptTerms(body.terms_version, body.pay_choice),))


async def withdraw(asking: Asking, body: bodies.Reason) -> Made:
    return Made(commands=(engaging.WithdrawEngagement(reason=await _reason(asking, body.reason)),))


async def _reason(asking: Asking, reason: str | None) -> Private[str]:
    """Sealed for the person it is about, whoever says it."""
    document = await asking.document()
    before = getattr(document.state, "reason", None)
    return await asking.private(document.state.person_id, "reason", reason, before)


# --- sessions


async def plan_session(asking: Asking, body: bodies.PlanSession) -> Made:
    found = await known.project_of(asking.house.store, body.opportunity_id, asking.scope)
    if found is None or not isinstance(found.state, Open):
        raise Problem("project_not_open")
    lead_id = found.state.lead_id
    _is_the_lead(asking, lead_id)
    command = meeting.PlanSession(
        **body.model_dump(exclude={"place"}),
        lead_id=lead_id,
        place=await asking.private(lead_id, "place", body.place),
    )
    return Made(commands=(command,), home=Home(found.tenant, found.orgunit, found.story))


async def publish_session(asking: Asking, body: Nothing) -> Made:
    """Whether it may still be published at all is for the table to say first."""
    session = await _session(asking)
    if isinstance(session.state, meeting.Planned):
        project = await known.project_of(asking.house.store, session.state.opportunity_id)
        if project is None or not isinstance(project.state, Open):
            raise Problem("project_not_open")
    return Made(commands=(meeting.PublishSession(),))


async def cancel_session(asking: Asking, body: bodies.CancelSession) -> Made:
    await _session(asking)
    return Made(commands=(meeting.CancelSession(body.reason_code),))


async def close_session(asking: Asking, body: Nothing) -> Made:
    """Whoever was recorded as there is counted first: that takes a moment, which the caller may wait for."""
    session = await _session(asking)
    if isinstance(session.state, meeting.Published):
        came = await known.who_came(asking.house.store, session.id)
        if came.keys() - session.state.counted.keys():
            raise Problem("not_here_yet", headers={"Retry-After": "1"})
    return Made(commands=(meeting.CloseSession(),))


async def _session(asking: Asking) -> Document[Any]:
    document = await asking.document()
    _is_the_lead(asking, document.state.lead_id)
    return document


def _is_the_lead(asking: Asking, lead_id: str) -> None:
    """A lead acts for their own opportunity alone."""
    if asking.role == "lead" and asking.principal.id != lead_id:
        raise Problem("forbidden")


# --- attendances


async def confirm(asking: Asking, body: Nothing) -> Made:
    return Made(commands=(attending.ConfirmAttendance(),))


async def decline(asking: Asking, body: bodies.Reason) -> Made:
    return Made(commands=(attending.DeclineInvitation(await _reason(asking, body.reason)),))


async def record(asking: Asking, body: bodies.RecordAttendance) -> Made:
    """What is paid for it is read here, from what can no longer differ."""
    document = await asking.document()
    store, state = asking.house.store, document.state
    session = (await known.sessions(store, [state.session_id]))[state.session_id]
    engagement = (await known.engagements(store, [state.engagement_id]))[state.engagement_id]
    _is_the_lead(asking, session.lead_id)
    undecided = isinstance(state, asked.Invited | asked.Confirmed | asked.Declined)
    if undecided and isinstance(session, meeting.Held | meeting.Unattended | meeting.Cancelled):
        raise Problem("wrong_state", extra={"state": state_name(type(session))})
    terms = known.terms(session.prep_minutes, engagement)
    return Made(commands=(attending.RecordAttendance(body.minutes, body.source, terms),))


_TERMS = Rule(roles=("coordinator",), links=("accept_terms",))
_STEP_BACK = Rule(roles=("coordinator",), links=("step_back",))
_ANSWER = Rule(roles=("coordinator",), links=("answer_invitation",))
_HOST = Rule(roles=("coordinator", "lead"))


def _row(decider: Any, word: str, body: type[Body], by: Rule, make: Make) -> Command:
    return Command(decider=decider, word=word, body=body, by=by, make=make)


COMMANDS = (
    _row(ENGAGEMENT, "accept-terms", bodies.AcceptTerms, _TERMS, accept_terms),
    _row(ENGAGEMENT, "withdraw", bodies.Reason, _STEP_BACK, withdraw),
    _row(SESSION, "", bodies.PlanSession, _HOST, plan_session),
    _row(SESSION, "publish", Nothing, _HOST, publish_session),
    _row(SESSION, "cancel", bodies.CancelSession, _HOST, cancel_session),
    _row(SESSION, "close", Nothing, _HOST, close_session),
    _row(ATTENDANCE, "confirm", Nothing, _ANSWER, confirm),
    _row(ATTENDANCE, "decline", bodies.Reason, _ANSWER, decline),
    _row(ATTENDANCE, "record", bodies.RecordAttendance, _HOST, record),
)

_STAFF = Rule(roles=STAFF)
_ABOUT_ONESELF = ("coordinator", "partner", "professional")
QUESTIONS = (
    Question(decider=PROJECT, by=_STAFF),
    Question(decider=PARTICIPANT, by=Rule(roles=STAFF, links_of_person=("pause", "leave"))),
    Question(
        decider=ENGAGEMENT,
        by=Rule(roles=STAFF, links=("accept_terms", "step_back")),
        readers={"reason": _ABOUT_ONESELF},
    ),
    Question(decider=SESSION, by=_STAFF, readers={"place": _HOST.roles}),
    Question(
        decider=ATTENDANCE,
        by=Rule(roles=STAFF, links=("answer_invitation", "see_session")),
        readers={"reason": _ABOUT_ONESELF},
    ),
)
