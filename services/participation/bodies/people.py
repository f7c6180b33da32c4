"""What participation's routes about engagements, sessions and attendances may be told."""

import re
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, AwareDatetime, BeforeValidator, Field

from shared.web.body import Body
from shared.web.kinds import Code, Id, Line, Note, Version, Zone

_MOMENT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,9})?)?(Z|[+-][0-9]{2}:[0-9]{2})"
)


def _moment(given: Any) -> datetime:
    """As it is written: a number would count as seconds since 1970."""
    if isinstance(given, str) and _MOMENT.fullmatch(given):
        return datetime.fromisoformat(given)
    raise ValueError("no time")


def _in_use(at: datetime) -> datetime:
    """In a year that no zone can turn into one there is not."""
    if not 2000 <= at.year <= 2200:
        raise ValueError("no such year")
    return at.astimezone(UTC)


Moment = Annotated[AwareDatetime, BeforeValidator(_moment), AfterValidator(_in_use)]


class AcceptTerms(Body):
    terms_version: Version
    pay_choice: Literal["paid", "declined"] | None = None


class Reason(Body):
    """Nobody owes one."""

    reason: Note | None = None


class PlanSession(Body):
    opportunity_id: Id
    starts_at: Moment
    ends_at: Moment
    zone: Zone
    mode: Code
    prep_minutes: Annotated[int, Field(ge=0, le=10_000)] = 0
    place: Line | None = None


class CancelSession(Body):
    reason_code: Code


class RecordAttendance(Body):
    minutes: Annotated[int, Field(ge=1, le=1_000_000)]
    source: Code = "host"
