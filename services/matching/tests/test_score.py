"""Is a score the sum of its terms, the first filter named, and the order the same for the same pool?"""

import random
from dataclasses import replace
from datetime import timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from services.matching.domain.candidate.commands import CommitHours, NoteConsent, NoteStatus, ReserveOffer
from services.matching.domain.candidate.known import Known
from services.matching.domain.opportunity.commands import DeclineOffer, ExpireOffer
from services.matching.domain.opportunity.states import Team
from services.matching.domain.score import FILTERS, InHand, Row, first_filter, fits, rows, terms_of
from services.matching.tests.people import (
    CARLA,
    PETE,
    RUN,
    THREE_DAYS,
    Pool,
    Story,
    asked,
    available,
    gone,
    offer_of,
    opened,
    outside,
    person,
    profile,
)
from shared.contracts.fact import Private
from shared.contracts.recruitment import LivedExperience
from tests.given import NOON

FULL = {
    "lived_experience": 400,
    "interests": 200,
    "skills": 150,
    "schedule": 150,
    "first_time": 50,
    "idle": 0,
}
LIVED = LivedExperience(
    condition_codes=("diabetes",), experience_codes=("discharge",), languages=("en",), region="north"
)


def team_of(story: Story) -> Team:
    assert isinstance(story.state, Team)
    return story.state


def hand(story: Pool, lived: LivedExperience | None = LIVED, **otherwise: Any) -> InHand:
    assert isinstance(story.state, Known)
    return InHand(known=replace(story.state, **otherwise), lived=lived)


def reserved(*asks: int, hours: int = 1) -> list[ReserveOffer]:
    return [
        ReserveOffer(person_id=CARLA, offer_id=offer_of(PETE, ask), opportunity_id=RUN, hours=hours)
        for ask in asks
    ]


def test_who_fits_in_everything_has_all_the_points() -> None:
    assert terms_of(team_of(opened()), NOON, hand(available())) == FULL


def test_each_term_is_in_proportion_to_what_was_wanted() -> None:
    team = team_of(opened(wanted_codes=("diabetes", "asthma", "stroke"), topic_codes=("x", "safety")))
    terms = terms_of(team, NOON, hand(available(profile_version=2, skills=(), dayparts=("morning",))))
    assert terms == {**FULL, "lived_experience": 133, "interests": 100, "skills": 0, "schedule": 0}


def test_what_is_not_wanted_costs_nobody_a_point() -> None:
    nothing = team_of(opened(wanted_codes=(), topic_codes=(), wanted_skills=(), dayparts=()))
    assert terms_of(nothing, NOON, hand(available(), LivedExperience())) == FULL


def test_newcomers_and_those_who_wait_long_come_a_little_forward() -> None:
    again = available().after(*reserved(1), CommitHours(offer_of(PETE, 1)))
    assert terms_of(team_of(opened()), NOON, hand(again))["first_time"] == 0
    for days, points in ((1, 0), (2, 1), (60, 30), (100, 50), (400, 50)):
        at = NOON + timedelta(days=days)
        assert terms_of(team_of(opened()), at, hand(available()))["idle"] == points


def test_the_first_filter_that_fails_is_named() -> None:
    team = team_of(asked(CARLA, PETE))
    busy = available(profile_version=2, max_hours_per_month=4).after(
        *reserved(1, 2, 3), CommitHours(offer_of(PETE, 1)), *reserved(4)
    )
    worst = hand(busy)
    assert worst.known.profile is not None
    wrong = replace(worst.known.profile, roles=("advisor",), modes=("in-person",))
    steps = [
        hand(busy, None, profile=wrong),
        hand(busy, profile=wrong),
        hand(busy, profile=replace(wrong, roles=("patient",))),
        hand(busy),
        hand(busy, committed={}),
        hand(busy, committed={}, pending={}),
    ]
    assert [first_filter(team, step) for step in steps] == list(FILTERS)
    assert first_filter(team_of(opened()), steps[-1]) == ""


def test_nobody_outside_the_pool_is_scored() -> None:
    paused = available().after(NoteStatus(CARLA, "paused"))
    no_contact = available().after(NoteConsent(CARLA, "p1", False))
    for story in (outside(), paused, no_contact, gone()):
        assert first_filter(team_of(opened()), hand(story)) == "not_in_pool"


def test_only_those_whose_offer_ended_without_an_answer_may_be_asked_again() -> None:
    story = asked(CARLA, PETE)
    declined = story.after(DeclineOffer(offer_of(CARLA), CARLA, Private()))
    assert first_filter(team_of(declined), hand(available())) == "already_asked"
    over = story.after(ExpireOffer(offer_of(CARLA), NOON + THREE_DAYS), at=NOON + THREE_DAYS)
    assert first_filter(team_of(over), hand(available())) == ""


def test_a_seat_for_either_is_for_each() -> None:
    assert fits("patient_or_caregiver", ("caregiver",))
    assert fits("patient_or_caregiver", ("patient",))
    assert fits("advisor", ("patient", "advisor"))
    assert not fits("patient_or_caregiver", ("advisor",))


def some(number: int, **otherwise: Any) -> InHand:
    return hand(available(), person_id=person(number), **otherwise)


def test_rows_come_by_rank_and_then_those_kept_out() -> None:
    offered = profile()
    weak = replace(available().after(profile(profile_version=2, skills=())).state, person_id=person(7))
    assert isinstance(weak, Known)
    assert offered.person_id == CARLA
    found = rows(
        RUN,
        team_of(opened()),
        NOON,
        [hand(outside(), person_id=person(9)), InHand(known=weak, lived=LIVED), some(8)],
    )
    assert found == [
        Row(person_id=person(8), rank=1, score=950, terms=FULL),
        Row(person_id=person(7), rank=2, score=800, terms={**FULL, "skills": 0}),
        Row(person_id=person(9), filter="not_in_pool"),
    ]


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 1000))
def test_the_same_pool_in_any_order_gives_the_same_rows(seed: int) -> None:
    pool = [some(number, engagements=number % 3) for number in range(30)]
    shuffled = random.Random(seed).sample(pool, len(pool))
    team = team_of(opened())
    found = rows(RUN, team, NOON, shuffled)
    assert found == rows(RUN, team, NOON, pool)
    assert [row.rank for row in found] == list(range(1, 31))
    for row in found:
        assert row.score == sum((row.terms or {}).values())


def test_ties_fall_differently_in_every_run() -> None:
    pool = [some(number) for number in range(30)]
    one, other = (rows(run, team_of(opened()), NOON, pool) for run in (RUN, CARLA))
    assert [row.person_id for row in one] != [row.person_id for row in other]
