"""Is the business of applications right: who may say what, when, and what comes of it?"""

from datetime import timedelta
from typing import Any

from hypothesis import given

from services.recruitment.domain import APPLICATION
from services.recruitment.domain.application import (
    AcceptApplication,
    Application,
    ApplicationCommand,
    ApplicationFact,
    DeclineApplication,
    ExpireApplication,
    StartReview,
    SubmitApplication,
    UnderReview,
    WithdrawApplication,
)
from services.recruitment.tests.people import ANA, CARLA, CLINIC, RUI, carla_applies, rui_gives
from shared.contracts.fact import Fact, Private
from shared.contracts.recruitment import (
    ApplicationAccepted,
    ApplicationAssessed,
    ApplicationDeclined,
    ApplicationExpired,
    ApplicationReviewStarted,
    ApplicationStarted,
    ApplicationSubmitted,
    ApplicationWithdrawn,
)
from tests.any_story import (
    any_commands,
    any_facts,
    folding_never_raises,
    nothing_follows_the_end,
    the_same_command_twice_is_harmless,
)
from tests.given import NOON, Given

Story = Given[Application, ApplicationCommand, ApplicationFact]


def draft(**otherwise: Any) -> Story:
    return Given(APPLICATION).after(carla_applies(**otherwise), actor_id=ANA)


def submitted() -> Story:
    return draft().after(SubmitApplication())


def under_review() -> Story:
    return submitted().after(StartReview(RUI))


def assessed() -> Story:
    return under_review().after(rui_gives())


def accepted() -> Story:
    return assessed().after(AcceptApplication(ANA))


def declined() -> Story:
    return submitted().after(DeclineApplication("not_available"))


def withdrawn() -> Story:
    return draft().after(WithdrawApplication())


def expired() -> Story:
    return draft().after(ExpireApplication(NOON + timedelta(days=60)))


ENDED = (accepted, declined, withdrawn, expired)


def test_an_application_begins_as_a_draft_with_all_that_was_told() -> None:
    assert Given(APPLICATION).when(carla_applies()) == [
        ApplicationStarted(
            person_id=CARLA,
            channel="clinic",
            referral_unit_id=CLINIC,
            campaign_id=None,
            assisted=True,
            partner_types=("caregiver",),
            barrier_codes=Private("sealed barriers"),
            support_contact_id=ANA,
            person_fingerprint=Private("f1f1f1"),
            details=Private("sealed details"),
        )
    ]


def test_beginning_the_same_application_again_says_nothing() -> None:
    assert draft().when(carla_applies()) == []


def test_an_application_that_went_on_is_not_begun_again() -> None:
    assert {story().refuses(carla_applies()) for story in (submitted, under_review, *ENDED)} == {
        "wrong_state"
    }


def test_a_complete_draft_is_submitted_and_says_how_the_person_came() -> None:
    assert draft().when(SubmitApplication()) == [
        ApplicationSubmitted(
            person_id=CARLA, channel="clinic", referral_unit_id=CLINIC, assisted=True, support_contact_id=ANA
        )
    ]


def test_submitting_twice_says_nothing() -> None:
    assert submitted().when(SubmitApplication()) == []


def test_a_draft_without_partner_type_is_incomplete() -> None:
    assert draft(partner_types=()).refuses(SubmitApplication()) == "incomplete"


def test_a_draft_without_details_is_incomplete() -> None:
    assert draft(details=Private()).refuses(SubmitApplication()) == "incomplete"


def test_what_was_not_begun_or_went_on_is_not_submitted() -> None:
    assert Given(APPLICATION).refuses(SubmitApplication()) == "wrong_state"
    assert {story().refuses(SubmitApplication()) for story in (under_review, *ENDED)} == {"wrong_state"}


def test_a_reviewer_takes_a_submitted_application_up() -> None:
    assert submitted().when(StartReview(RUI)) == [ApplicationReviewStarted(person_id=CARLA, reviewer_id=RUI)]


def test_whoever_entered_an_application_does_not_review_it() -> None:
    assert submitted().refuses(StartReview(ANA)) == "conflict_of_interest"


def test_the_same_reviewer_starting_again_says_nothing() -> None:
    assert under_review().when(StartReview(RUI)) == []
    assert assessed().when(StartReview(RUI)) == []


def test_a_second_reviewer_does_not_take_over() -> None:
    assert under_review().refuses(StartReview("another-reviewer")) == "wrong_state"


def test_only_what_was_submitted_is_reviewed() -> None:
    assert Given(APPLICATION).refuses(StartReview(RUI)) == "wrong_state"
    assert {story().refuses(StartReview(RUI)) for story in (draft, *ENDED)} == {"wrong_state"}


def test_a_rubric_has_three_parts_and_a_private_note() -> None:
    assert under_review().when(rui_gives(3, 3, 2)) == [
        ApplicationAssessed(
            person_id=CARLA,
            interest=3,
            lived_experience=3,
            constructive_engagement=2,
            reviewer_id=RUI,
            note=Private("sealed note"),
        )
    ]


def test_the_same_rubric_again_says_nothing_and_another_replaces_it() -> None:
    assert assessed().when(rui_gives()) == []
    again = assessed().after(rui_gives(1, 1, 1)).state
    assert isinstance(again, UnderReview)
    assert again.rubric is not None
    assert again.rubric.interest == 1


def test_a_colleague_may_give_the_rubric_but_not_whoever_entered_the_application() -> None:
    by_ana = type(rui_gives())(
        interest=3, lived_experience=3, constructive_engagement=3, reviewer_id=ANA, note=Private()
    )
    assert under_review().refuses(by_ana) == "conflict_of_interest"


def test_only_what_is_under_review_is_assessed() -> None:
    assert Given(APPLICATION).refuses(rui_gives()) == "wrong_state"
    assert {story().refuses(rui_gives()) for story in (draft, submitted, *ENDED)} == {"wrong_state"}


def test_a_coordinator_accepts_what_a_reviewer_found_good() -> None:
    assert assessed().when(AcceptApplication(ANA)) == [
        ApplicationAccepted(
            person_id=CARLA,
            partner_types=("caregiver",),
            channel="clinic",
            referral_unit_id=CLINIC,
            support_contact_id=ANA,
        )
    ]


def test_accepting_twice_says_nothing() -> None:
    assert accepted().when(AcceptApplication(ANA)) == []


def test_nobody_is_accepted_without_a_rubric() -> None:
    assert under_review().refuses(AcceptApplication(ANA)) == "not_assessed"


def test_every_part_of_the_rubric_must_reach_the_minimum() -> None:
    for low in ((0, 3, 3), (3, 0, 3), (3, 3, 0)):
        assert under_review().after(rui_gives(*low)).refuses(AcceptApplication(ANA)) == "below_minimum"
    assert under_review().after(rui_gives(1, 1, 1)).refuses(AcceptApplication(ANA)) == ""


def test_whoever_gave_the_rubric_does_not_decide() -> None:
    assert assessed().refuses(AcceptApplication(RUI)) == "decided_by_reviewer"


def test_only_what_is_under_review_is_accepted() -> None:
    assert Given(APPLICATION).refuses(AcceptApplication(ANA)) == "wrong_state"
    others = (draft, submitted, declined, withdrawn, expired)
    assert {story().refuses(AcceptApplication(ANA)) for story in others} == {"wrong_state"}


def test_declining_names_a_reason_and_whom_to_call() -> None:
    for story in (submitted, under_review, assessed):
        assert story().when(DeclineApplication("not_available")) == [
            ApplicationDeclined(person_id=CARLA, reason_code="not_available", support_contact_id=ANA)
        ]


def test_nobody_is_declined_without_a_reason() -> None:
    assert submitted().refuses(DeclineApplication(None)) == "reason_missing"
    assert submitted().refuses(DeclineApplication("")) == "reason_missing"


def test_declining_twice_says_nothing() -> None:
    assert declined().when(DeclineApplication("not_available")) == []


def test_what_was_not_submitted_or_has_ended_is_not_declined() -> None:
    assert Given(APPLICATION).refuses(DeclineApplication("late")) == "wrong_state"
    others = (draft, accepted, withdrawn, expired)
    assert {story().refuses(DeclineApplication("late")) for story in others} == {"wrong_state"}


def test_an_applicant_withdraws_at_any_time_before_the_decision() -> None:
    for story in (draft, submitted, under_review):
        assert story().when(WithdrawApplication()) == [
            ApplicationWithdrawn(person_id=CARLA, support_contact_id=ANA)
        ]


def test_withdrawing_twice_says_nothing() -> None:
    assert withdrawn().when(WithdrawApplication()) == []


def test_after_the_decision_nothing_is_withdrawn() -> None:
    assert Given(APPLICATION).refuses(WithdrawApplication()) == "wrong_state"
    others = (accepted, declined, expired)
    assert {story().refuses(WithdrawApplication()) for story in others} == {"wrong_state"}


def test_a_draft_nobody_submits_expires_after_sixty_days() -> None:
    assert draft().due == NOON + timedelta(days=60)
    assert draft().when_due() == [ApplicationExpired(person_id=CARLA, support_contact_id=ANA)]


def test_only_a_draft_expires() -> None:
    due = NOON + timedelta(days=60)
    assert [story().due for story in (submitted, under_review, *ENDED)] == [None] * 6
    assert Given(APPLICATION).refuses(ExpireApplication(due)) == "not_expected"
    others = (submitted, under_review, *ENDED)
    assert {story().refuses(ExpireApplication(due)) for story in others} == {"not_expected"}


def test_a_deadline_that_is_not_the_drafts_own_expires_nothing() -> None:
    assert draft().refuses(ExpireApplication(NOON)) == "not_expected"


def test_who_entered_the_draft_is_kept_for_the_review() -> None:
    assert getattr(draft().state, "entered_by", "") == ANA


@given(any_commands(ApplicationCommand))
def test_the_same_command_twice_says_nothing_the_second_time_or_is_refused(commands: list[Any]) -> None:
    the_same_command_twice_is_harmless(APPLICATION, commands)


@given(any_commands(ApplicationCommand))
def test_nothing_follows_an_application_that_ended(commands: list[Any]) -> None:
    nothing_follows_the_end(APPLICATION, commands)


@given(any_facts(APPLICATION))
def test_any_sequence_of_facts_is_folded(facts: list[Fact]) -> None:
    folding_never_raises(APPLICATION, facts)
