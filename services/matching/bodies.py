"""The shapes of what matching can be told at the door."""

from typing import Annotated, Any, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from shared.contracts.matching import BalanceRule, CloseReason, Side, Stage
from shared.web.body import Body
from shared.web.kinds import Code, Codes, Day, Id, Note, Version

Currency = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
Minor = Annotated[int, Field(ge=0, le=10**12)]
Ids = Annotated[tuple[Id, ...], Field(max_length=50, strict=False)]
MOST_PICKS = 500


class Seats(Body):
    """So many seats of one role."""

    role: Code
    side: Side
    count: Annotated[int, Field(ge=1, le=100)] = 1


class Courses(Body):
    """What each side must have passed."""

    partner: Ids = ()
    professional: Ids = ()


class AskFor(Body):
    """An opportunity as its lead asks for it; without a unit it belongs where the lead works."""

    code: Code
    kind: Code
    domain: Code
    entry_stage: Stage
    involvement_level: Code
    support_contact_id: Id
    seats: Annotated[tuple[Seats, ...], Field(max_length=100, strict=False)]
    mode: Code
    dayparts: Codes = ()
    hours_per_month: Annotated[int, Field(ge=0, le=744)]
    starts_on: Day
    ends_on: Day
    paid: bool
    rate_line: Code | None = None
    wanted_codes: Codes = ()
    topic_codes: Codes = ()
    wanted_skills: Codes = ()
    required_course_ids: Courses = Courses()
    decision_right: Code
    terms_version: Version
    purpose: Note = ""
    ask: Note = ""

    @model_validator(mode="after")
    def ends_after_it_starts_and_says_what_it_pays(self) -> Self:
        """What nobody could take part in, or be paid for."""
        if self.ends_on < self.starts_on:
            raise ValueError("it ends before it starts")
        if self.paid and self.rate_line is None:
            raise ValueError("paid, by which line of the rate card?")
        return self

    def plain(self) -> dict[str, Any]:
        """What is neither personal nor put together at the door."""
        together = {"seats", "required_course_ids", "purpose", "ask", "org_unit_id"}
        return self.model_dump(exclude=together)


class DraftOpportunity(AskFor):
    org_unit_id: Id | None = None


class ReviseOpportunity(AskFor):
    pass


class ApproveOpportunity(Body):
    budget_minor: Minor
    currency: Currency


class RejectOpportunity(Body):
    reason_code: Code


class GrantWaiver(Body):
    rule: BalanceRule
    reason: Annotated[Note, Field(min_length=1)]


class AssignProfessional(Body):
    person_id: Id
    seat_id: Id


class Pick(Body):
    person_id: Id
    seat_role: Code


class ConfirmShortlist(Body):
    run_id: Id
    picks: Annotated[tuple[Pick, ...], Field(min_length=1, max_length=MOST_PICKS, strict=False)]
    wave_factor: Annotated[float, Field(ge=1.0, le=1000.0)] = 1.0

    @model_validator(mode="after")
    def names_everybody_once(self) -> Self:
        """Nobody stands on a shortlist for two seats."""
        if len({pick.person_id for pick in self.picks}) < len(self.picks):
            raise ValueError("somebody is picked twice")
        return self


class AcceptOffer(Body):
    offer_id: Id


class DeclineOffer(Body):
    offer_id: Id
    reason: Code | None = None


class RescindOffer(Body):
    offer_id: Id
    reason_code: Literal["by_host"] = "by_host"


class CloseOpportunity(Body):
    reason_code: CloseReason


class RequestMatchRun(Body):
    opportunity_id: Id
