"""What participation's routes about engagements, sessions and attendances may be told."""

from datetime import UTC, datetime
from typing import Annotated, Literal
from zoneinfo import available_timezones

from pydantic import AfterValidator, AwareDatetime, Field, field_validator

from shared.web.body import Body
from shared.web.kinds import Code, Id, Line, Note, Version, Zone

Moment = Annotated[AwareDatetime, AfterValidator(lambda at: at.astimezone(UTC))]
_ZONES = frozenset(available_timezones())


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

    @field_validator("zone")
    @classmethod
    def zone_is_known(cls, zone: str) -> str:
        """The day a session is on follows from it."""
        if zone not in _ZONES:
            raise ValueError("no such zone")
        return zone

    @field_validator("starts_at", "ends_at")
    @classmethod
    def year_is_in_use(cls, at: datetime) -> datetime:
        """So that no zone can turn it into a year there is not."""
        if not 2000 <= at.year <= 2200:
            raise ValueError("no such year")
        return at


class CancelSession(Body):
    reason_code: Code


class RecordAttendance(Body):
    minutes: Annotated[int, Field(ge=1, le=1_000_000)]
    source: Code = "host"
