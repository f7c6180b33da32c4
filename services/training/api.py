"""What training can be asked: each route turns a body into one command, and one table names them all."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Field

from services.training.domain import COURSE, CURRICULUM, LEARNING_RECORD, READINESS, SUPPORT_PLAN
from services.training.domain import course as teaching
from services.training.domain import curriculum as requiring
from services.training.domain import learning_record as learning
from shared import ids
from shared.decider import NotBegun
from shared.road.unit import Home, Scope
from shared.web.asking import Asking, Made
from shared.web.body import Body, Nothing
from shared.web.door import Command, Question, Reading
from shared.web.kinds import Code, Id, Version
from shared.web.principal import STAFF, Rule
from shared.web.problems import Problem


class PublishCourse(Body):
    code: Code
    version: Version
    audience: Literal["partner", "professional"]
    minutes: Annotated[int, Field(ge=1, le=10_000)]
    pass_mark: Annotated[int, Field(ge=0, le=100)]
    validity_days: Annotated[int, Field(ge=1, le=3650)]
    max_attempts: Annotated[int, Field(ge=1, le=20)]


class SetCurriculum(Body):
    side: Literal["partner", "professional"]
    course_ids: Annotated[tuple[Id, ...], Field(min_length=1, max_length=50, strict=False)]


class RecordResult(Body):
    score_percent: Annotated[int, Field(ge=-(2**31), le=2**31)]
    """The table, not the shape, says which scores there are."""


class GrantAttempts(Body):
    attempts: Annotated[int, Field(ge=1, le=20)]


async def publish_course(asking: Asking, body: PublishCourse) -> Made:
    command = teaching.PublishCourse(**body.model_dump())
    return Made(commands=(command,), home=_of_the_network(asking))


async def retire_course(asking: Asking, body: Nothing) -> Made:
    return Made(commands=(teaching.RetireCourse(),))


async def set_curriculum(asking: Asking, body: SetCurriculum) -> Made:
    tenant = asking.principal.tenant
    wanted = sorted(set(body.course_ids))
    found = await asking.house.store.many(
        COURSE,
        {
            "_id": {"$in": wanted},
            "state.is": {"$eq": "published"},
            "state.audience": {"$eq": body.side},
        },
        scope=Scope(tenant=tenant),
        limit=len(wanted),
    )
    if len(found) < len(wanted):
        raise Problem("unknown_course")
    id = ids.derived("training", "curriculum", tenant, body.side)
    command = requiring.SetCurriculum(side=body.side, course_ids=body.course_ids)
    return Made(commands=(command,), id=id, home=_of_the_network(asking))


def _of_the_network(asking: Asking) -> Home:
    """Courses and curricula belong to the network itself; only who acts for all of it sets them."""
    tenant = asking.principal.tenant
    if not asking.principal.may_act_in(tenant):
        raise Problem("forbidden")
    return Home(tenant, tenant)


async def start_course(asking: Asking, body: Nothing) -> Made:
    return Made(commands=(learning.StartCourse(),))


async def course_of(asking: Asking, query: Mapping[str, str]) -> dict[str, Any]:
    """Which course a record is about: a learner may know that, without a look at all there are."""
    record = await asking.document()
    course = await asking.house.store.one(COURSE, record.state.course_id, Scope(tenant=record.tenant))
    if course is None or isinstance(said := course.state, NotBegun):
        raise Problem("not_found")
    return {"id": course.id, "code": said.code, "version": said.version, "minutes": said.minutes}


async def record_result(asking: Asking, body: RecordResult) -> Made:
    record = await asking.document()
    score = await asking.private(record.state.person_id, "score_percent", body.score_percent)
    return Made(commands=(learning.RecordResult(body.score_percent, score),))


async def grant_attempts(asking: Asking, body: GrantAttempts) -> Made:
    return Made(commands=(learning.GrantAttempts(body.attempts),))


_OPERATOR = Rule(roles=("operator",))
_SELF = Rule(roles=("coordinator",), links_of_person=("learn",))
_RESULT = Rule(roles=("coordinator", "course-platform"))
_DECISION = Rule(roles=("coordinator",))

COMMANDS = (
    Command(decider=COURSE, body=PublishCourse, by=_OPERATOR, make=publish_course),
    Command(decider=COURSE, word="retire", body=Nothing, by=_OPERATOR, make=retire_course),
    Command(decider=CURRICULUM, body=SetCurriculum, by=_OPERATOR, make=set_curriculum),
    Command(decider=LEARNING_RECORD, word="start", body=Nothing, by=_SELF, make=start_course),
    Command(decider=LEARNING_RECORD, word="record-result", body=RecordResult, by=_RESULT, make=record_result),
    Command(
        decider=LEARNING_RECORD, word="grant-attempts", body=GrantAttempts, by=_DECISION, make=grant_attempts
    ),
)

_STAFF = Rule(roles=STAFF, network_too=True)
_CONCERNED = Rule(roles=STAFF, links_of_person=("learn",))
QUESTIONS = (
    Question(decider=COURSE, by=_STAFF),
    Question(decider=CURRICULUM, by=_STAFF),
    Question(decider=LEARNING_RECORD, by=_CONCERNED, readers={"score_percent": _RESULT.roles}),
    Question(decider=READINESS, by=_CONCERNED),
    Question(decider=SUPPORT_PLAN, by=_CONCERNED),
)
READINGS = (
    Reading(path="/v1/learning-records/{id}/course", decider=LEARNING_RECORD, by=_CONCERNED, make=course_of),
)
