"""Is the business of consent right: granted, taken back, and what it lets out of the house?"""

import pytest

from services.recruitment.domain.consent import WithdrawConsent
from services.recruitment.domain.partner import Active, revealed_to
from services.recruitment.tests.people import (
    ANA,
    CARLA,
    LENA,
    P1,
    P2,
    SAFER_DISCHARGE,
    active,
    carla_grants,
    carlas_profile,
    exited,
    nobody,
    onboarding,
    paused,
)
from shared.contracts.fact import Private, Sealed
from shared.contracts.recruitment import ConsentGranted, ConsentWithdrawn, LivedExperienceShared, ProfileGiven
from shared.decider import NotYet
from tests.given import names


def test_consent_is_granted_by_purpose_and_version_of_its_text() -> None:
    for story in (onboarding, active, paused):
        assert story().when(carla_grants("p3")) == [
            ConsentGranted(
                person_id=CARLA, purpose="p3", text_version=1, language="en", channel="portal", proxy=False
            )
        ]


def test_the_same_consent_again_says_nothing_and_a_new_text_is_granted_anew() -> None:
    assert active().when(P1) == []
    assert names(active().when(carla_grants("p1", version=2))) == ["ConsentGranted"]


def test_consent_to_be_revealed_is_for_one_opportunity() -> None:
    assert active().refuses(carla_grants("p4")) == "scope_missing"
    first = active().after(carla_grants("p4", scope_id=SAFER_DISCHARGE, to=LENA))
    assert names(first.when(carla_grants("p4", scope_id="another", to=LENA))) == ["ConsentGranted"]


def test_the_lead_named_in_a_standing_consent_sees_who_the_partner_is() -> None:
    reveal = carla_grants("p4", scope_id=SAFER_DISCHARGE, to=LENA)
    story = active().after(reveal)
    assert revealed_to(story.state, LENA)
    assert not revealed_to(story.state, ANA)
    assert not revealed_to(active().state, LENA)
    assert not revealed_to(nobody().state, LENA)
    assert not revealed_to(story.after(WithdrawConsent(purpose="p4", scope_id=SAFER_DISCHARGE)).state, LENA)


def test_a_consent_that_names_another_lead_is_a_new_one() -> None:
    story = active().after(carla_grants("p4", scope_id=SAFER_DISCHARGE, to=LENA))
    assert names(story.when(carla_grants("p4", scope_id=SAFER_DISCHARGE, to=ANA))) == ["ConsentGranted"]


def test_a_consent_that_names_no_lead_keeps_the_one_named_before() -> None:
    story = active().after(carla_grants("p4", scope_id=SAFER_DISCHARGE, to=LENA))
    again = carla_grants("p4", scope_id=SAFER_DISCHARGE)
    assert story.when(again) == []
    assert revealed_to(
        story.after(WithdrawConsent(purpose="p4", scope_id=SAFER_DISCHARGE), again).state, LENA
    )


def test_an_offer_accepted_before_its_partner_is_known_waits() -> None:
    with pytest.raises(NotYet):
        nobody().when(carla_grants("p4", scope_id=SAFER_DISCHARGE, to=LENA))


def test_who_has_left_grants_nothing() -> None:
    assert exited().refuses(P1) == "wrong_state"


def test_what_is_taken_back_is_what_was_granted() -> None:
    for story in (onboarding().after(P1), active(), paused()):
        assert story.when(WithdrawConsent(purpose="p1")) == [
            ConsentWithdrawn(
                person_id=CARLA, purpose="p1", text_version=1, language="en", channel="portal", proxy=False
            )
        ]


def test_taking_a_consent_back_twice_says_nothing() -> None:
    assert active().after(WithdrawConsent(purpose="p1")).when(WithdrawConsent(purpose="p1")) == []


def test_what_was_never_granted_is_not_taken_back() -> None:
    assert active().refuses(WithdrawConsent(purpose="p3")) == "not_granted"
    assert active().refuses(WithdrawConsent(purpose="p4", scope_id=SAFER_DISCHARGE)) == "not_granted"
    assert {story().refuses(WithdrawConsent(purpose="p1")) for story in (nobody, exited)} == {"wrong_state"}


@pytest.mark.parametrize("purpose", ["p1", "p2"])
def test_a_partner_without_consent_stays_active_until_they_leave(purpose: str) -> None:
    story = active().after(WithdrawConsent(purpose=purpose))
    assert isinstance(story.state, Active)
    assert "PartnerActivated" not in names(story.when(carla_grants(purpose)))


def test_a_profile_is_given_in_versions() -> None:
    [first] = onboarding().when(carlas_profile())
    assert first == ProfileGiven(
        person_id=CARLA,
        profile_version=1,
        roles=("advisor",),
        skills=("facilitation",),
        interests=("discharge",),
        motivations=("give-back",),
        modes=("virtual",),
        dayparts=("evening",),
        max_hours_per_month=8,
        experience_level="new",
        lived_experience=Private("sealed life"),
    )
    second = active().when(carlas_profile(modes=("in-person",)))[0]
    assert isinstance(second, ProfileGiven)
    assert second.profile_version == 2


def test_the_same_profile_again_says_nothing() -> None:
    for story in (onboarding().after(carlas_profile()), active(), paused()):
        assert story.when(carlas_profile()) == []


def test_nobody_who_has_left_gives_a_profile() -> None:
    assert {story().refuses(carlas_profile()) for story in (nobody, exited)} == {"wrong_state"}


def shared_life(version: int, sealed: str = "sealed life") -> LivedExperienceShared:
    return LivedExperienceShared(person_id=CARLA, profile_version=version, lived_experience=Sealed(sealed))


def test_what_was_lived_through_stays_at_home_until_p2_is_granted() -> None:
    assert names(onboarding().when(carlas_profile())) == ["ProfileGiven"]
    assert onboarding().after(carlas_profile()).when(P2)[1:] == [shared_life(1)]


def test_with_p2_a_new_profile_is_shared_at_once() -> None:
    assert onboarding().after(P2).when(carlas_profile())[1:] == [shared_life(1)]
    told_anew = carlas_profile(lived_experience=Private("more life"))
    assert active().when(told_anew)[1:] == [shared_life(2, "more life")]


def test_after_p2_was_taken_back_nothing_is_shared_until_it_is_granted_again() -> None:
    story = active().after(WithdrawConsent(purpose="p2"))
    assert names(story.when(carlas_profile(modes=("hybrid",)))) == ["ProfileGiven"]
    assert story.when(P2)[1:] == [shared_life(1)]


def test_a_profile_that_tells_nothing_lived_through_shares_nothing() -> None:
    story = onboarding().after(carlas_profile(lived_experience=Private()))
    assert names(story.when(P2)) == ["ConsentGranted"]


def test_another_purpose_shares_nothing() -> None:
    assert names(active().when(carla_grants("p3"))) == ["ConsentGranted"]
