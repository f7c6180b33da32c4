"""What participation's routes about money may be told."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints, field_validator

from shared.web.body import Body
from shared.web.kinds import Code, Day, Id, Version

Currency = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
Amount = Annotated[int, Field(ge=1, le=100_000_000_000)]
EndToEndId = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}-[1-9][0-9]?$")]
MOST = 500


class Line(Body):
    code: Code
    unit: Literal["half_hour", "task"]
    amount_minor: Annotated[int, Field(ge=0, le=10_000_000)]


class PublishRateCard(Body):
    currency: Currency
    version: Version
    valid_from: Day
    lines: Annotated[tuple[Line, ...], Field(min_length=1, max_length=100, strict=False)]

    @field_validator("lines")
    @classmethod
    def no_line_stands_twice(cls, lines: tuple[Line, ...]) -> tuple[Line, ...]:
        """A card that names two amounts for one thing names none."""
        if len({line.code for line in lines}) < len(lines):
            raise ValueError("a line stands twice")
        return lines


class TopUp(Body):
    amount_minor: Amount


class StartPaymentRun(Body):
    claim_ids: Annotated[tuple[Id, ...], Field(min_length=1, max_length=MOST, strict=False)]


class Answered(Body):
    end_to_end_id: EndToEndId
    outcome: Literal["paid", "failed"]
    value_date: Day
    failure_code: Code | None = None


class ReadConfirmation(Body):
    lines: Annotated[tuple[Answered, ...], Field(min_length=1, max_length=MOST, strict=False)]
