"""Who is told what on which fact: one table, read by whoever requests messages and by whoever sends them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final, Literal

from shared.contracts.evaluation import InfluenceDisposed, InfluenceRecorded, SurveyInvitationScheduled
from shared.contracts.fact import Fact
from shared.contracts.matching import (
    OfferExpired,
    OfferRescinded,
    OfferSent,
    OpportunityFilled,
    ShortfallDetected,
)
from shared.contracts.notifications import MessageClass
from shared.contracts.participation import (
    AttendanceInvited,
    AttendanceVoided,
    CompensationPaid,
    EngagementActivated,
    EngagementCreated,
    EngagementLapsed,
    EngagementWithdrawn,
)
from shared.contracts.recruitment import (
    ApplicationDeclined,
    ApplicationSubmitted,
    PartnerActivated,
    PartnerCreated,
    ProfessionalRegistered,
)
from shared.contracts.training import SupportOffered

Reader = Literal["applicant", "partner", "professional", "either"]
ABOUT: Final = "about_id"


def always(_: Any) -> bool:
    """Most facts are told whatever is in them."""
    return True


def not_taken_back_by_the_reader(fact: OfferExpired | OfferRescinded) -> bool:
    """Whoever left the pool knows why, and hears no more of the offer."""
    return isinstance(fact, OfferExpired) or fact.reason_code != "not_available"


def was_expected_at_a_cancelled_session(fact: AttendanceVoided) -> bool:
    """Whoever had declined, or left the team, has nothing to cancel."""
    return fact.reason_code == "session_cancelled" and fact.was in ("invited", "confirmed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One template. Texts name fields of the fact, or `about_id`: the aggregate that said it, and that it is about.

    `to` holds one person or several; `params` are carried along as codes, with `side` and `support_contact_id`
    wherever the fact has them. `names` is the id in the link, `step_back` the engagement, if one is named.
    """

    template: str
    on: tuple[type[Fact], ...]
    to: str = "person_id"
    reader: Reader = "either"
    message_class: MessageClass = "engagement"
    link: str = ""
    names: str = ABOUT
    step_back: str = ""
    params: tuple[str, ...] = ()
    only: Callable[[Any], bool] = always


TABLE: Final = (
    Row(
        template="application_received",
        on=(ApplicationSubmitted,),
        reader="applicant",
        link="withdraw_application",
    ),
    Row(template="application_declined", on=(ApplicationDeclined,), reader="applicant"),
    Row(template="welcome", on=(PartnerCreated,), reader="partner", link="join"),
    Row(template="training_open", on=(PartnerActivated,), reader="partner", link="learn"),
    Row(template="professional_welcome", on=(ProfessionalRegistered,), reader="professional", link="learn"),
    Row(
        template="support_offered",
        on=(SupportOffered,),
        link="learn",
        names="person_id",
        params=("person_id", "kind"),
    ),
    Row(
        template="offer",
        on=(OfferSent,),
        reader="partner",
        message_class="ask",
        link="answer_offer",
        params=("offer_id", "expires_at", "mode", "starts_on", "hours_per_month", "paid"),
    ),
    Row(
        template="offer_closed",
        on=(OfferExpired, OfferRescinded),
        reader="partner",
        params=("offer_id", "reason_code"),
        only=not_taken_back_by_the_reader,
    ),
    Row(
        template="terms",
        on=(EngagementCreated,),
        link="accept_terms",
        step_back=ABOUT,
        params=("starts_on", "paid", "prerequisites_due_at"),
    ),
    Row(
        template="engagement_active",
        on=(EngagementActivated,),
        link="suggest",
        names="opportunity_id",
        step_back=ABOUT,
        params=("opportunity_id",),
    ),
    Row(
        template="engagement_left",
        on=(EngagementWithdrawn, EngagementLapsed),
        params=("reason_code",),
    ),
    Row(
        template="team_complete",
        on=(OpportunityFilled,),
        to="lead_id",
        reader="professional",
        link="see_opportunity",
        params=("code", "filled_seats"),
    ),
    Row(
        template="shortfall",
        on=(ShortfallDetected,),
        to="lead_id",
        reader="professional",
        link="see_opportunity",
        params=("missing",),
    ),
    Row(
        template="session_invitation",
        on=(AttendanceInvited,),
        link="answer_invitation",
        step_back="engagement_id",
        params=("engagement_id", "starts_at", "ends_at", "zone", "mode"),
    ),
    Row(
        template="session_cancelled",
        on=(AttendanceVoided,),
        message_class="critical",
        link="see_session",
        step_back="engagement_id",
        params=("engagement_id", "starts_at", "zone"),
        only=was_expected_at_a_cancelled_session,
    ),
    Row(
        template="payment_made",
        on=(CompensationPaid,),
        reader="partner",
        message_class="owed",
        link="see_claim",
        params=("amount_minor", "currency", "paid_on"),
    ),
    Row(
        template="survey_pulse",
        on=(SurveyInvitationScheduled,),
        link="answer_survey",
        only=lambda fact: fact.plan == "pulse",
    ),
    Row(
        template="survey_end",
        on=(SurveyInvitationScheduled,),
        link="answer_survey",
        only=lambda fact: fact.plan == "end",
    ),
    Row(
        template="influence_task",
        on=(InfluenceRecorded,),
        to="owner_id",
        reader="professional",
        link="see_influence",
    ),
    Row(
        template="influence_answer",
        on=(InfluenceDisposed,),
        to="contributor_ids",
        message_class="owed",
        link="see_answer",
        params=("outcome", "until"),
    ),
)

ROWS: Final = {row.template: row for row in TABLE}


def recipients(row: Row, fact: Fact) -> tuple[str, ...]:
    """Each person once, in the order named."""
    named: str | tuple[str, ...] = getattr(fact, row.to)
    return (named,) if isinstance(named, str) else tuple(dict.fromkeys(named))


def params_of(row: Row, fact: Fact) -> dict[str, str]:
    """What the mail will show, as codes, numbers and times: the words are made when it is sent."""
    shown = {name: getattr(fact, name, None) for name in (*row.params, "side", "support_contact_id")}
    if "missing" in row.params:
        shown |= {f"missing.{short.role}": short.count for short in shown.pop("missing") or ()}
    return {name: text for name, value in shown.items() if (text := _as_text(value))}


def _as_text(value: str | int | date | None) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case datetime():
            return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        case date():
            return value.isoformat()
        case _:
            return str(value)
