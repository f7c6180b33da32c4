"""Is somebody on the team once they agreed and are prepared, and off it in the way they or the project ended it?"""

from datetime import timedelta
from typing import Any

from hypothesis import given

from services.participation.domain import ENGAGEMENT
from services.participation.domain.engagement import (
    AcceptTerms,
    EndEngagement,
    EngagementCommand,
    LapseEngagement,
    NoteReadiness,
    PauseEngagement,
    ResumeEngagement,
    WithdrawEngagement,
)
from services.participation.tests.people import (
    ANA,
    CARLA,
    COURSE,
    DISCHARGE,
    ENGAGEMENTS,
    IN_THREE_WEEKS,
    LENA,
    OFFER,
    SEAT,
    active,
    agreed,
    answers,
    but,
    lapsed,
    nobody,
    paused,
    pending,
    placement,
    prepared,
    withdrawn,
)
from shared.contracts.fact import Fact, Private
from shared.contracts.participation import (
    EngagementActivated,
    EngagementCreated,
    EngagementLapsed,
    EngagementPaused,
    EngagementResumed,
    EngagementWithdrawn,
    PrerequisitesMet,
    TermsAccepted,
)
from tests.any_story import (
    any_commands,
    any_facts,
    folding_never_raises,
    nothing_follows_the_end,
    the_same_command_twice_is_harmless,
)
from tests.given import NOON, names

READY = NoteReadiness(ready=True, out_of_attempts=False)
NOT_READY = NoteReadiness(ready=False, out_of_attempts=False)
OUT_OF_ATTEMPTS = NoteReadiness(ready=False, out_of_attempts=True)
PAID, UNPAID = AcceptTerms(2, "paid"), AcceptTerms(2, None)
WHO: dict[str, Any] = {"person_id": CARLA, "opportunity_id": DISCHARGE}
ACTIVATED = EngagementActivated(
    **WHO,
    seat_id=SEAT,
    offer_id=OFFER,
    side="partner",
    seat_role="patient-or-caregiver",
    lead_id=LENA,
    support_contact_id=ANA,
)


def ending(reason_code: str) -> dict[str, Any]:
    return {
        **WHO,
        "seat_id": SEAT,
        "offer_id": OFFER,
        "side": "partner",
        "lead_id": LENA,
        "support_contact_id": ANA,
        "reason_code": reason_code,
    }


def test_whoever_is_placed_has_three_weeks_to_agree_and_prepare() -> None:
    assert nobody().when(placement()) == [
        EngagementCreated(
            **WHO,
            offer_id=OFFER,
            seat_id=SEAT,
            seat_role="patient-or-caregiver",
            side="partner",
            required_course_ids=(COURSE,),
            paid=True,
            rate_line="session",
            lead_id=LENA,
            support_contact_id=ANA,
            starts_on=placement().starts_on,
            terms_version=2,
            prerequisites_due_at=IN_THREE_WEEKS,
        )
    ]


def test_one_offer_leads_to_one_engagement() -> None:
    assert answers(ENGAGEMENTS, placement()) == {"nobody": "EngagementCreated"}


def test_somebody_agrees_and_says_whether_they_want_to_be_paid() -> None:
    for choice in ("paid", "declined"):
        assert pending().when(AcceptTerms(2, choice)) == [
            TermsAccepted(**WHO, terms_version=2, pay_choice=choice)
        ]


def test_where_nothing_is_paid_nothing_is_chosen() -> None:
    story = pending(paid=False, rate_line=None)
    agreed_unpaid = [TermsAccepted(**WHO, terms_version=2)]
    assert story.when(UNPAID) == story.when(PAID) == agreed_unpaid
    assert story.after(UNPAID).when(PAID) == []


def test_agreeing_needs_the_terms_of_now_and_a_choice_where_it_is_paid() -> None:
    assert pending().refuses(AcceptTerms(1, "paid")) == "old_terms"
    assert pending().refuses(UNPAID) == "pay_choice_missing"


def test_terms_are_accepted_while_it_is_pending_and_once() -> None:
    assert answers(ENGAGEMENTS, PAID) == but(
        ENGAGEMENTS,
        "wrong_state",
        pending="TermsAccepted",
        prepared="TermsAccepted + EngagementActivated",
        agreed="",
        active="",
    )
    assert agreed().refuses(AcceptTerms(2, "declined")) == "wrong_state"
    assert active().refuses(AcceptTerms(2, "declined")) == "wrong_state"


def test_whichever_comes_last_of_terms_and_courses_activates() -> None:
    assert agreed().when(READY) == [PrerequisitesMet(**WHO), ACTIVATED]
    assert prepared().when(PAID) == [TermsAccepted(**WHO, terms_version=2, pay_choice="paid"), ACTIVATED]


def test_being_ready_counts_while_it_is_pending() -> None:
    assert answers(ENGAGEMENTS, READY) == but(
        ENGAGEMENTS,
        "not_expected",
        pending="PrerequisitesMet",
        agreed="PrerequisitesMet + EngagementActivated",
        prepared="",
    )


def test_a_course_not_yet_passed_changes_nothing() -> None:
    assert answers(ENGAGEMENTS, NOT_READY) == but(
        ENGAGEMENTS, "not_expected", pending="", agreed="", prepared=""
    )


def test_whoever_is_out_of_attempts_does_not_get_on_the_team() -> None:
    lapses = "EngagementLapsed"
    assert pending().when(OUT_OF_ATTEMPTS) == [EngagementLapsed(**ending("prerequisites"))]
    assert answers(ENGAGEMENTS, OUT_OF_ATTEMPTS) == but(
        ENGAGEMENTS, "not_expected", pending=lapses, agreed=lapses, prepared=lapses
    )


def test_after_three_weeks_the_seat_is_given_up() -> None:
    for story in (pending, agreed, prepared):
        assert story().due == IN_THREE_WEEKS
        assert story().when_due() == [EngagementLapsed(**ending("prerequisites"))]
    lapses = "EngagementLapsed"
    assert answers(ENGAGEMENTS, LapseEngagement(IN_THREE_WEEKS)) == but(
        ENGAGEMENTS, "not_expected", pending=lapses, agreed=lapses, prepared=lapses
    )
    assert pending().refuses(LapseEngagement(IN_THREE_WEEKS - timedelta(days=1))) == "not_expected"
    assert [ENGAGEMENTS[name]().due for name in ("active", "paused", "lapsed")] == [None] * 3


def test_a_pause_and_a_return() -> None:
    assert active().when(PauseEngagement()) == [EngagementPaused(**WHO, side="partner")]
    assert paused().when(ResumeEngagement()) == [EngagementResumed(**WHO, side="partner")]


def test_only_who_is_on_the_team_pauses_and_only_who_paused_comes_back() -> None:
    assert answers(ENGAGEMENTS, PauseEngagement()) == but(
        ENGAGEMENTS, "not_expected", active="EngagementPaused", paused=""
    )
    assert answers(ENGAGEMENTS, ResumeEngagement()) == but(
        ENGAGEMENTS, "not_expected", paused="EngagementResumed", active=""
    )


def test_anybody_may_step_back_at_any_time_and_owes_no_reason() -> None:
    steps = "EngagementWithdrawn"
    assert answers(ENGAGEMENTS, WithdrawEngagement()) == but(
        ENGAGEMENTS,
        "wrong_state",
        pending=steps,
        agreed=steps,
        prepared=steps,
        active=steps,
        paused=steps,
        withdrawn="",
    )
    assert active().when(WithdrawEngagement(reason=Private("sealed"))) == [
        EngagementWithdrawn(**ending("stepped_back"), reason=Private("sealed"))
    ]


def test_what_somebody_said_of_it_is_kept_sealed() -> None:
    said = active().after(WithdrawEngagement(reason=Private("sealed")))
    assert getattr(said.state, "reason", None) == Private("sealed")
    assert getattr(withdrawn().state, "reason", None) == Private()


def test_at_the_end_of_the_project_who_was_on_the_team_has_completed_it() -> None:
    done, never = "EngagementCompleted", "EngagementLapsed"
    assert answers(ENGAGEMENTS, EndEngagement("completed")) == {
        "nobody": "not_expected",
        "pending": never,
        "agreed": never,
        "prepared": never,
        "active": done,
        "paused": done,
        "withdrawn": "not_expected",
    }


def test_a_project_that_ends_for_another_reason_ends_early_for_everybody() -> None:
    early = "EngagementEndedEarly"
    for reason in ("closed_early", "cancelled"):
        told = answers(ENGAGEMENTS, EndEngagement(reason))
        assert (told["active"], told["paused"]) == (early, early)
        [said] = pending().when(EndEngagement(reason))
        assert said == EngagementLapsed(**ending("opportunity_closed"))


def test_a_state_knows_since_when_it_is() -> None:
    later = NOON + timedelta(days=1)
    told = [
        getattr(active().after(command, at=later).state, "since", None)
        for command in (PauseEngagement(), WithdrawEngagement(), EndEngagement("completed"))
    ]
    assert told == [later] * 3
    assert names(lapsed().said) == ["EngagementCreated", "EngagementLapsed"]


@given(any_commands(EngagementCommand))
def test_the_same_command_twice_says_nothing_the_second_time_or_is_refused(commands: list[Any]) -> None:
    the_same_command_twice_is_harmless(ENGAGEMENT, [placement(), *commands])


@given(any_commands(EngagementCommand))
def test_nothing_follows_the_end_of_an_engagement(commands: list[Any]) -> None:
    nothing_follows_the_end(ENGAGEMENT, [placement(terms_version=1), *commands])


@given(any_commands(EngagementCommand))
def test_nobody_is_on_a_team_without_having_agreed_and_prepared(commands: list[Any]) -> None:
    story = pending(terms_version=1)
    for command in commands:
        if not story.refuses(command):
            story = story.after(command)
    said = names(story.said)
    if "EngagementActivated" in said:
        before = said[: said.index("EngagementActivated")]
        assert {"TermsAccepted", "PrerequisitesMet"} <= set(before)
        assert said.count("EngagementActivated") == 1


@given(any_facts(ENGAGEMENT))
def test_any_sequence_of_facts_is_folded(facts: list[Fact]) -> None:
    folding_never_raises(ENGAGEMENT, facts)
