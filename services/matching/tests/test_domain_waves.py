"""Is one seat taken by one person, however many are asked at once?"""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.matching.domain.opportunity.commands import (
    AcceptOffer,
    CloseOpportunity,
    DeclineOffer,
    ExpireOffer,
    RescindOffer,
    VacateSeat,
)
from services.matching.domain.opportunity.folding import free_seats, loose
from services.matching.domain.opportunity.states import LIVE, Team
from services.matching.tests.people import (
    CARLA,
    PETE,
    ROLE,
    ROSA,
    Story,
    all_sent,
    asked,
    begins,
    confirm,
    engagement,
    offer_of,
    opened,
    person,
    proposed_to,
    seat,
    seats,
)
from shared.contracts.fact import Private
from shared.contracts.matching import (
    OfferAccepted,
    OfferProposed,
    OfferRescinded,
    WaitlistJoined,
    WaitlistPromoted,
)
from tests.given import names

CROWD = [person(number) for number in range(1, 201)]


def crowd(people: list[str], partners: int = 1) -> Story:
    """A wave that asks all of them at once."""
    return asked(*people, factor=len(people) * 100, seats=seats(partners, "nurse"))


def team_of(story: Story) -> Team:
    assert isinstance(story.state, Team)
    return story.state


def vacate(number: int, by: str) -> VacateSeat:
    return VacateSeat(seat_id=seat(number), engagement_id=engagement(by), by=by, reason_code="withdrawn")


def test_a_wave_asks_so_many_times_more_than_there_are_seats_and_holds_none() -> None:
    said = opened(seats=seats(2, "nurse")).when(confirm(*CROWD[:9], factor=250))
    proposed = [fact for fact in said if isinstance(fact, OfferProposed)]
    assert [fact.person_id for fact in proposed] == CROWD[:5]
    assert {fact.seat_id for fact in proposed} == {None}


def test_a_wave_that_is_declined_by_one_asks_one_more() -> None:
    story = asked(*CROWD[:9], factor=250, seats=seats(2, "nurse"))
    no = DeclineOffer(offer_of(CROWD[0]), CROWD[0], Private())
    assert proposed_to(story.when(no)) == [CROWD[5]]


def test_of_two_hundred_who_accept_one_seat_exactly_one_gets_it() -> None:
    story, refused = crowd(CROWD), 0
    first = CROWD[123]
    order = [first, *(one for one in CROWD if one != first)]
    for who in order:
        for _ in range(2):
            yes = AcceptOffer(offer_of(who), who)
            if story.refuses(yes):
                assert story.refuses(yes) == "seat_taken"
                refused += 1
            else:
                story = story.after(yes)
    assert refused == 2 * 199
    assert [fact.person_id for fact in story.said if isinstance(fact, OfferAccepted)] == [first]
    rescinded = [fact for fact in story.said if isinstance(fact, OfferRescinded)]
    assert {fact.reason_code for fact in rescinded} == {"seat_taken"}
    waits = [fact for fact in story.said if isinstance(fact, WaitlistJoined)]
    assert [fact.person_id for fact in waits] == [one for one in CROWD if one != first]
    assert [fact.position for fact in waits] == list(range(1, 200))
    assert [one.person_id for one in team_of(story).waitlist] == [one for one in CROWD if one != first]


def test_those_who_came_too_late_are_told_in_the_same_write() -> None:
    said = crowd([CARLA, PETE, ROSA]).when(AcceptOffer(offer_of(PETE), PETE))
    assert names(said) == ["OfferAccepted", *["OfferRescinded", "WaitlistJoined"] * 2]


def test_nobody_is_turned_away_while_a_seat_is_left() -> None:
    story = crowd([CARLA, PETE, ROSA], partners=2)
    assert names(story.when(AcceptOffer(offer_of(PETE), PETE))) == ["OfferAccepted"]
    both = story.after(AcceptOffer(offer_of(PETE), PETE)).when(AcceptOffer(offer_of(ROSA), ROSA))
    assert names(both) == ["OfferAccepted", "OfferRescinded", "WaitlistJoined"]


def test_whoever_waits_comes_before_the_shortlist_and_gets_the_seat_held() -> None:
    story = crowd([CARLA, PETE, ROSA]).after(AcceptOffer(offer_of(PETE), PETE))
    said = story.when(vacate(1, offer_of(PETE)))
    assert names(said) == ["SeatVacated", "WaitlistPromoted", "OfferProposed"]
    assert said[1] == WaitlistPromoted(
        person_id=CARLA, seat_role=ROLE, position=1, offer_id=offer_of(CARLA, 2)
    )
    proposed = said[2]
    assert isinstance(proposed, OfferProposed)
    assert (proposed.offer_id, proposed.seat_id, proposed.rank) == (offer_of(CARLA, 2), seat(1), 1)
    assert story.after(vacate(1, offer_of(PETE))).refuses(AcceptOffer(offer_of(CARLA), CARLA)) == "seat_taken"


def test_a_filled_seat_that_is_vacated_goes_down_the_line_until_nobody_waits() -> None:
    story = crowd([CARLA, PETE, ROSA]).after(
        AcceptOffer(offer_of(CARLA), CARLA), begins(1, offer_of(CARLA)), vacate(1, offer_of(CARLA))
    )
    for who in (PETE, ROSA):
        story = all_sent(story)
        assert team_of(story).holders[seat(1)].person_id == who
        story = story.after(DeclineOffer(offer_of(who, 2), who, Private()))
    assert names(story.said)[-2:] == ["OfferDeclined", "ShortfallDetected"]


def test_who_waits_may_be_picked_again_and_then_waits_no_more() -> None:
    story = crowd([CARLA, PETE, ROSA]).after(AcceptOffer(offer_of(PETE), PETE))
    said = story.after(vacate(1, offer_of(PETE)), confirm(ROSA, factor=300))
    assert [one.person_id for one in team_of(said).waitlist] == [ROSA], "the seat is held for Carla"
    free = said.after(RescindOffer(offer_of(CARLA, 2), "by_host"))
    assert team_of(free).waitlist == ()
    assert team_of(free).shortlist == ()


def test_a_close_ends_the_waiting() -> None:
    story = crowd([CARLA, PETE, ROSA]).after(AcceptOffer(offer_of(PETE), PETE))
    assert names(story.when(CloseOpportunity("completed"))) == [
        "WaitlistRemoved",
        "WaitlistRemoved",
        "OpportunityClosed",
    ]


ACTS = st.lists(
    st.tuples(st.sampled_from(("yes", "no", "late", "back", "left", "again")), st.integers(0, 7)), max_size=25
)


@pytest.mark.parametrize("factor", [100, 150, 400])
@settings(max_examples=40, deadline=None)
@given(acts=ACTS)
def test_whatever_they_answer_no_seat_is_held_twice_and_nobody_is_asked_beyond_the_wave(
    factor: int, acts: list[tuple[str, int]]
) -> None:
    people = CROWD[:8]
    story = asked(*people, factor=factor, seats=seats(2, "nurse"))
    for act, index in acts:
        story = all_sent(_acted(story, act, people[index % len(people)], people, factor))
        team = team_of(story)
        live = [offer for offer in team.offers.values() if offer.status in LIVE]
        assert len({offer.person_id for offer in live}) == len(live), "nobody is asked twice at once"
        assert len(team.holders) <= 2
        assert len(loose(team, ROLE)) <= -(-2 * factor // 100)
        assert free_seats(team, ROLE) or not loose(team, ROLE), "nobody is asked for what is gone"
        accepted = [offer for offer in team.offers.values() if offer.status == "accepted"]
        assert sorted(h.by for h in team.holders.values() if h.by in team.offers) == sorted(
            id
            for id, offer in team.offers.items()
            if offer.status == "accepted" or (offer.status in LIVE and offer.seat_id)
        )
        assert len(accepted) <= 2


def _acted(story: Story, act: str, who: str, people: list[str], factor: int) -> Story:
    team = team_of(story)
    mine = [(id, offer) for id, offer in team.offers.items() if offer.person_id == who]
    if not mine:
        return story
    id, offer = mine[-1]
    match act:
        case "yes":
            command = AcceptOffer(id, who)
        case "no":
            command = DeclineOffer(id, who, Private())
        case "late":
            command = ExpireOffer(id, offer.expires_at or story.said[0].said.time)
        case "back":
            command = RescindOffer(id, "not_available")
        case "left":
            command = VacateSeat(
                seat_id=offer.seat_id or "", engagement_id=engagement(id), by=id, reason_code="withdrawn"
            )
        case _:
            command = confirm(*people, factor=factor, run=id)
    return story if story.refuses(command) else story.after(command)
