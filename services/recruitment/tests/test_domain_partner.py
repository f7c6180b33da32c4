"""Is the business of partners right: joining, consent, profile, pausing and leaving?"""

from datetime import UTC, date, datetime
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given

from services.recruitment.domain import PARTNER
from services.recruitment.domain.consent import WithdrawConsent
from services.recruitment.domain.partner import (
    AcceptAgreement,
    ExitPartner,
    PartnerCommand,
    PausePartner,
    ResumePartner,
)
from services.recruitment.tests.people import (
    ANA,
    BY_HERSELF,
    BY_US,
    CARLA,
    CARLAS_APPLICATION,
    P1,
    P2,
    REQUIREMENTS,
    WARD,
    active,
    carla_becomes_partner,
    carla_grants,
    carlas_profile,
    exited,
    nobody,
    onboarding,
    paused,
)
from shared.contracts.fact import Fact, Private
from shared.contracts.recruitment import (
    AgreementAccepted,
    PartnerActivated,
    PartnerCreated,
    PartnerExited,
    PartnerPaused,
    PartnerResumed,
)
from tests.any_story import (
    any_commands,
    any_facts,
    folding_never_raises,
    nothing_follows_the_end,
    the_same_command_twice_is_harmless,
)
from tests.given import names

BUSY: Private[str] = Private("sealed reason")
SPRING = date(2026, 4, 1)
SPRING_BEGINS = datetime(2026, 4, 1, tzinfo=UTC)
ACTIVATED = PartnerActivated(person_id=CARLA, support_contact_id=ANA)


def test_an_accepted_application_becomes_a_partner() -> None:
    assert nobody().when(carla_becomes_partner()) == [
        PartnerCreated(
            person_id=CARLA,
            application_id=CARLAS_APPLICATION,
            home_unit_id=WARD,
            partner_types=("caregiver",),
            support_contact_id=ANA,
        )
    ]


def test_a_partner_is_created_once() -> None:
    for story in (onboarding, active, paused, exited):
        assert story().when(carla_becomes_partner()) == []


@pytest.mark.parametrize("order", list(permutations(REQUIREMENTS)))
def test_a_partner_becomes_active_with_the_last_requirement_whichever_it_is(
    order: tuple[PartnerCommand, ...],
) -> None:
    story = onboarding().after(*order[:-1])
    assert "PartnerActivated" not in names(story.said)
    assert story.when(order[-1])[-1] == ACTIVATED


@pytest.mark.parametrize("missing", REQUIREMENTS)
def test_nobody_becomes_active_with_a_requirement_missing(missing: PartnerCommand) -> None:
    met = [requirement for requirement in REQUIREMENTS if requirement != missing]
    assert "PartnerActivated" not in names(onboarding().after(*met, carla_grants("p3")).said)


def test_a_consent_taken_back_while_joining_is_a_requirement_again() -> None:
    story = onboarding().after(P1, WithdrawConsent(purpose="p1"), BY_HERSELF, BY_US, P2, carlas_profile())
    assert "PartnerActivated" not in names(story.said)
    assert names(story.when(P1)) == ["ConsentGranted", "PartnerActivated"]


def test_a_partner_is_activated_once() -> None:
    later = active().after(
        AcceptAgreement("partner", 2), carla_grants("p2", version=2), carlas_profile(max_hours_per_month=2)
    )
    assert names(later.said).count("PartnerActivated") == 1


def test_both_sides_accept_an_agreement_by_version() -> None:
    assert onboarding().when(BY_HERSELF) == [AgreementAccepted(person_id=CARLA, side="partner", version=1)]
    assert active().when(AcceptAgreement("programme", 2)) == [
        AgreementAccepted(person_id=CARLA, side="programme", version=2)
    ]


def test_accepting_the_same_agreement_again_says_nothing() -> None:
    assert onboarding().after(BY_HERSELF).when(BY_HERSELF) == []


def test_only_who_joins_or_takes_part_accepts_an_agreement() -> None:
    assert {story().refuses(BY_HERSELF) for story in (nobody, paused, exited)} == {"wrong_state"}


def test_an_active_partner_pauses_with_a_private_reason() -> None:
    assert active().when(PausePartner(SPRING, BUSY)) == [
        PartnerPaused(person_id=CARLA, until=SPRING, reason=BUSY)
    ]


def test_pausing_twice_says_nothing() -> None:
    assert paused(SPRING).when(PausePartner(SPRING, Private("sealed anew"))) == []


def test_a_pause_does_not_get_another_end_in_silence() -> None:
    assert paused(SPRING).refuses(PausePartner(None, BUSY)) == "wrong_state"


def test_only_an_active_partner_pauses() -> None:
    assert {story().refuses(PausePartner(None, BUSY)) for story in (nobody, onboarding, exited)} == {
        "wrong_state"
    }


RESUMED = PartnerResumed(person_id=CARLA, support_contact_id=ANA)


def test_a_paused_partner_resumes_when_they_want() -> None:
    assert paused().when(ResumePartner()) == [RESUMED]
    assert paused(SPRING).when(ResumePartner()) == [RESUMED]


def test_a_pause_with_a_date_ends_at_that_midnight() -> None:
    assert paused(SPRING).due == SPRING_BEGINS
    assert paused(SPRING).when_due() == [RESUMED]


def test_a_pause_without_a_date_waits_for_the_partner() -> None:
    assert paused().due is None
    assert paused().refuses(ResumePartner(SPRING_BEGINS)) == "not_expected"


def test_a_deadline_of_an_earlier_pause_resumes_nothing() -> None:
    assert paused(date(2026, 5, 1)).refuses(ResumePartner(SPRING_BEGINS)) == "not_expected"


def test_resuming_an_active_partner_says_nothing() -> None:
    assert active().when(ResumePartner()) == []
    assert active().when(ResumePartner(SPRING_BEGINS)) == []


def test_who_is_not_on_board_does_not_resume() -> None:
    others = (nobody, onboarding, exited)
    assert {story().refuses(ResumePartner()) for story in others} == {"wrong_state"}
    assert {story().refuses(ResumePartner(SPRING_BEGINS)) for story in others} == {"not_expected"}


def test_a_partner_leaves_at_any_time_with_a_private_reason() -> None:
    for story in (onboarding, active, paused):
        assert story().when(ExitPartner(BUSY)) == [PartnerExited(person_id=CARLA, reason=BUSY)]


def test_leaving_twice_says_nothing() -> None:
    assert exited().when(ExitPartner(BUSY)) == []
    assert nobody().refuses(ExitPartner(BUSY)) == "wrong_state"


@given(any_commands(PartnerCommand))
def test_the_same_command_twice_says_nothing_the_second_time_or_is_refused(commands: list[Any]) -> None:
    the_same_command_twice_is_harmless(PARTNER, [carla_becomes_partner(), *commands])


@given(any_commands(PartnerCommand))
def test_nothing_follows_a_partner_who_left(commands: list[Any]) -> None:
    nothing_follows_the_end(PARTNER, [carla_becomes_partner(), *commands])


@given(any_facts(PARTNER))
def test_any_sequence_of_facts_is_folded(facts: list[Fact]) -> None:
    folding_never_raises(PARTNER, facts)
