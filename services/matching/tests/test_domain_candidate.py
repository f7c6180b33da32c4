"""Is it right who may be asked, for how much, and what is forgotten when a consent is taken back?"""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings

from services.matching.domain import CANDIDATE
from services.matching.domain.candidate.commands import (
    CandidateCommand,
    CommitHours,
    NoteConsent,
    NoteStatus,
    ReleaseHours,
    ReleaseOffer,
    ReserveOffer,
)
from services.matching.domain.candidate.known import Available, Gone, Known, Outside
from services.matching.tests.people import (
    CARLA,
    Pool,
    available,
    gone,
    offer_of,
    outside,
    profile,
    shares,
    stranger,
)
from shared.contracts.fact import Fact, Private
from shared.contracts.matching import (
    CandidateConsentNoted,
    CandidateJoinedPool,
    CandidateLeftPool,
    HoursCommitted,
    HoursReleased,
    OfferRefused,
    OfferReleased,
    OfferReserved,
    PendingOffer,
)
from shared.decider import NotYet
from tests.any_story import any_commands, any_facts, folding_never_raises, the_same_command_twice_is_harmless
from tests.given import NOON, SUBJECT, names

P1, P2 = NoteConsent(CARLA, "p1", True), NoteConsent(CARLA, "p2", True)
ACTIVE = NoteStatus(CARLA, "active")
ALL: tuple[Callable[[], Pool], ...] = (stranger, outside, available, gone)


def reserve(ask: int = 1, hours: int = 4) -> ReserveOffer:
    return ReserveOffer(person_id=CARLA, offer_id=offer_of(CARLA, ask), opportunity_id=SUBJECT, hours=hours)


def answered(ask: int = 1, hours: int = 4) -> dict[str, Any]:
    return {"offer_id": offer_of(CARLA, ask), "opportunity_id": SUBJECT, "person_id": CARLA, "hours": hours}


def known(story: Pool) -> Known:
    assert isinstance(story.state, Known)
    return story.state


# --- the pool


def test_whatever_is_noted_last_brings_somebody_into_the_pool() -> None:
    needed = {"p1": P1, "p2": P2, "profile": profile(), "active": ACTIVE}
    for last in needed:
        others = [command for name, command in needed.items() if name != last]
        story = stranger()
        for command in others:
            story = story.after(command)
        if last != "p2":
            story = story.after(shares())
            assert isinstance(story.state, Outside)
            assert story.when(needed[last])[1:] == [CandidateJoinedPool(person_id=CARLA)]
        else:
            assert story.refuses(shares()) == "not_expected", "nothing is held without P2"
            story = story.after(P2)
            assert names(story.when(shares())) == ["CandidateExperienceNoted", "CandidateJoinedPool"]


def test_whoever_pauses_leaves_the_pool_and_comes_back() -> None:
    paused = available().after(NoteStatus(CARLA, "paused"))
    assert paused.said[-1] == CandidateLeftPool(person_id=CARLA, pending=())
    assert isinstance(paused.state, Outside)
    assert names(paused.when(ACTIVE)) == ["CandidateStatusNoted", "CandidateJoinedPool"]


@pytest.mark.parametrize("purpose", ["p1", "p2"])
def test_a_consent_taken_back_takes_somebody_out_with_what_waits_for_their_answer(purpose: str) -> None:
    story = available().after(reserve())
    assert story.when(NoteConsent(CARLA, purpose, False)) == [
        CandidateConsentNoted(person_id=CARLA, purpose=purpose, granted=False),
        CandidateLeftPool(
            person_id=CARLA,
            pending=(PendingOffer(offer_id=offer_of(CARLA), opportunity_id=SUBJECT),),
        ),
    ]


def test_without_p2_nothing_lived_through_is_kept() -> None:
    story = available().after(NoteConsent(CARLA, "p2", False))
    assert known(story).lived_experience == Private()
    again = story.after(P2)
    assert isinstance(again.state, Outside)
    assert names(again.when(shares("sealed anew"))) == ["CandidateExperienceNoted", "CandidateJoinedPool"]


def test_without_p1_what_was_lived_through_stays() -> None:
    assert known(available().after(NoteConsent(CARLA, "p1", False))).lived_experience


def test_whoever_exits_is_gone_for_good() -> None:
    assert names(available().when(NoteStatus(CARLA, "exited"))) == [
        "CandidateStatusNoted",
        "CandidateLeftPool",
    ]
    assert isinstance(gone().state, Gone)
    assert known(gone()).lived_experience == Private()
    for command in (ACTIVE, P1, profile(profile_version=2), shares("anew")):
        assert gone().refuses(command) == "not_expected"


def test_what_is_known_already_is_not_noted_again() -> None:
    for command in (P1, P2, ACTIVE, profile(), shares()):
        assert available().when(command) == []
    assert stranger().when(NoteConsent(CARLA, "p1", False)) == []
    newer = profile(profile_version=2, modes=("in-person",))
    assert names(available().when(newer)) == ["CandidateProfileNoted"]
    assert available().after(newer).when(profile()) == [], "an older one"


# --- offers


def test_whoever_is_in_the_pool_may_be_asked() -> None:
    assert available().when(reserve()) == [OfferReserved(**answered())]
    assert available().after(reserve()).when(reserve()) == []
    assert known(available().after(reserve())).idle_since == NOON


@pytest.mark.parametrize("story", [stranger, outside, gone])
def test_nobody_outside_the_pool_is_asked(story: Callable[[], Pool]) -> None:
    assert story().when(reserve()) == [OfferRefused(**answered(), reason_code="not_available")]
    assert story().after(reserve()).when(reserve()) == []


def test_at_most_two_offers_wait_for_one_answer() -> None:
    story = available().after(reserve(1), reserve(2))
    assert story.when(reserve(3)) == [OfferRefused(**answered(3), reason_code="pending_limit")]
    freed = story.after(ReleaseOffer(offer_of(CARLA, 1)))
    assert names(freed.when(reserve(3))) == ["OfferReserved"]


def test_nobody_is_asked_for_more_hours_than_they_have() -> None:
    assert available().when(reserve(hours=9)) == [OfferRefused(**answered(hours=9), reason_code="hours_cap")]
    story = available().after(reserve(1, 5), CommitHours(offer_of(CARLA, 1)))
    assert story.when(reserve(2)) == [OfferRefused(**answered(2), reason_code="hours_cap")]
    assert names(story.when(reserve(2, hours=3))) == ["OfferReserved"]
    ended = story.after(ReleaseHours(offer_of(CARLA, 1)))
    assert names(ended.when(reserve(2))) == ["OfferReserved"]


def test_hours_are_committed_and_released_once() -> None:
    story, offer = available().after(reserve()), offer_of(CARLA)
    assert story.when(ReleaseOffer(offer)) == [OfferReleased(**answered())]
    assert story.after(ReleaseOffer(offer)).refuses(ReleaseOffer(offer)) == "not_expected"
    assert story.when(CommitHours(offer)) == [HoursCommitted(**answered())]
    committed = story.after(CommitHours(offer))
    assert known(committed).engagements == 1
    assert committed.refuses(CommitHours(offer)) == "not_expected"
    assert committed.refuses(ReleaseOffer(offer)) == "not_expected"
    assert committed.when(ReleaseHours(offer)) == [HoursReleased(**answered())]
    assert committed.after(ReleaseHours(offer)).refuses(ReleaseHours(offer)) == "not_expected"


def test_an_end_that_overtakes_the_acceptance_waits_for_it() -> None:
    with pytest.raises(NotYet):
        available().after(reserve()).when(ReleaseHours(offer_of(CARLA)))


def test_what_was_promised_ends_in_its_own_time_even_for_who_has_left() -> None:
    story = available().after(reserve(1), reserve(2), CommitHours(offer_of(CARLA, 2)))
    left = story.after(NoteStatus(CARLA, "exited"))
    assert names(left.when(ReleaseOffer(offer_of(CARLA, 1)))) == ["OfferReleased"]
    assert names(left.when(ReleaseHours(offer_of(CARLA, 2)))) == ["HoursReleased"]


def test_an_offer_nobody_knows_is_neither_released_nor_committed() -> None:
    for story in ALL:
        for command in (ReleaseOffer("x"), CommitHours("x"), ReleaseHours("x")):
            assert story().refuses(command) == "not_expected"


@settings(deadline=None)
@given(any_commands(CandidateCommand))
def test_the_same_command_twice_says_nothing_the_second_time_or_is_refused(commands: list[Any]) -> None:
    the_same_command_twice_is_harmless(CANDIDATE, [P1, P2, profile(), shares(), ACTIVE, *commands])


@settings(deadline=None)
@given(any_commands(CandidateCommand))
def test_only_somebody_who_may_be_asked_is_available_and_nothing_is_held_without_p2(
    commands: list[Any],
) -> None:
    story = available()
    for command in commands:
        try:
            story = story if story.refuses(command) else story.after(command)
        except NotYet:
            continue
        state = known(story)
        assert len(state.pending) <= 2
        assert not state.lived_experience or "p2" in state.consents
        if isinstance(state, Available):
            assert state.status == "active"
            assert {"p1", "p2"} <= {*state.consents}


@settings(deadline=None)
@given(any_facts(CANDIDATE))
def test_any_sequence_of_facts_is_folded(facts: list[Fact]) -> None:
    folding_never_raises(CANDIDATE, facts)
