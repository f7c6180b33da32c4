"""Is it right who is asked, what they may answer, and who is asked after them?"""

from collections.abc import Callable
from datetime import timedelta

import pytest

from services.matching.domain.opportunity.commands import (
    AcceptOffer,
    CloseOpportunity,
    DeclineOffer,
    ExpireOffer,
    RescindOffer,
    SendOffer,
    SkipOffer,
)
from services.matching.domain.opportunity.states import Team
from services.matching.tests.people import (
    ANA,
    CARLA,
    COURSE,
    LENA,
    PETE,
    ROLE,
    ROSA,
    RUN,
    THREE_DAYS,
    Story,
    asked,
    closed,
    confirm,
    filled,
    offer_of,
    opened,
    person,
    picks,
    proposed_to,
    seat,
    staffed,
)
from shared.contracts.fact import Private
from shared.contracts.matching import (
    OfferAccepted,
    OfferProposed,
    OfferSent,
    OfferSkipped,
    Shortage,
    ShortfallDetected,
    ShortlistConfirmed,
)
from tests.given import NOON, names


def yes(who: str, ask: int = 1) -> AcceptOffer:
    return AcceptOffer(offer_of(who, ask), who)


def no(who: str, ask: int = 1) -> DeclineOffer:
    return DeclineOffer(offer_of(who, ask), who, Private("sealed reason"))


def team_of(story: Story) -> Team:
    assert isinstance(story.state, Team)
    return story.state


def test_a_confirmed_shortlist_asks_one_person_for_each_seat() -> None:
    said = opened().when(confirm(CARLA, PETE, ROSA))
    assert said[0] == ShortlistConfirmed(run_id=RUN, picks=picks(CARLA, PETE, ROSA), wave_factor_percent=100)
    assert said[1:] == [
        OfferProposed(
            offer_id=offer_of(who),
            person_id=who,
            seat_id=seat(number),
            seat_role=ROLE,
            hours_per_month=4,
            run_id=RUN,
            rank=number,
        )
        for number, who in enumerate((CARLA, PETE), 1)
    ]


def test_confirming_the_same_shortlist_again_asks_nobody_again() -> None:
    assert asked(CARLA, PETE, ROSA).when(confirm(CARLA, PETE, ROSA)) == []


def test_a_shortlist_shorter_than_the_team_is_told_to_the_lead_at_once() -> None:
    said = opened().when(confirm(CARLA))
    assert names(said) == ["ShortlistConfirmed", "OfferProposed", "ShortfallDetected"]
    assert said[-1] == ShortfallDetected(
        lead_id=LENA, support_contact_id=ANA, missing=(Shortage(role=ROLE, count=1),)
    )


def test_nobody_is_picked_who_is_asked_has_accepted_or_has_declined() -> None:
    assert asked(CARLA, PETE).refuses(confirm(ROSA, PETE)) == "already_asked"
    assert staffed().refuses(confirm(CARLA)) == "already_asked"
    assert asked(CARLA, PETE).after(no(PETE)).refuses(confirm(PETE)) == "already_asked"


def test_whoever_let_an_offer_expire_may_be_picked_again_and_gets_a_new_one() -> None:
    story = asked(CARLA, PETE)
    story = story.after(ExpireOffer(offer_of(CARLA), NOON + THREE_DAYS), at=NOON + THREE_DAYS)
    again = story.after(confirm(CARLA, run=offer_of(CARLA)))
    assert [fact.offer_id for fact in again.said if isinstance(fact, OfferProposed)][-1] == offer_of(CARLA, 2)


def test_a_shortlist_names_roles_that_partners_are_asked_for() -> None:
    story = opened()
    for role in ("nurse", "plumber"):
        command = confirm(CARLA)
        wrong = type(command)(RUN, picks(CARLA, role=role))
        assert story.refuses(wrong) == "role_not_asked_for"


def test_an_offer_goes_out_once_and_stands_for_three_days() -> None:
    story = opened().after(confirm(CARLA, PETE))
    [sent] = story.when(SendOffer(offer_of(CARLA)))
    assert isinstance(sent, OfferSent)
    assert (sent.person_id, sent.expires_at, sent.code) == (CARLA, NOON + THREE_DAYS, "safer-discharge")
    assert (sent.seat_id, sent.paid, sent.lead_id) == (seat(1), True, LENA)
    assert story.after(SendOffer(offer_of(CARLA))).when(SendOffer(offer_of(CARLA))) == []


def test_what_is_not_proposed_is_not_sent() -> None:
    assert opened().refuses(SendOffer(offer_of(CARLA))) == "not_expected"
    assert asked(CARLA, PETE).after(no(PETE)).refuses(SendOffer(offer_of(PETE))) == "not_expected"


def test_whoever_may_not_be_asked_now_is_skipped_for_the_next() -> None:
    story = opened().after(confirm(CARLA, PETE, ROSA))
    said = story.when(SkipOffer(offer_of(CARLA), "pending_limit"))
    assert said[0] == OfferSkipped(
        offer_id=offer_of(CARLA), person_id=CARLA, seat_id=seat(1), reason_code="pending_limit"
    )
    assert proposed_to(said) == [ROSA]
    assert story.after(SkipOffer(offer_of(CARLA), "x")).when(SkipOffer(offer_of(CARLA), "x")) == []
    assert asked(CARLA, PETE).refuses(SkipOffer(offer_of(CARLA), "x")) == "not_expected"


def test_a_seat_is_accepted_on_the_terms_that_were_offered() -> None:
    assert asked(CARLA, PETE).when(yes(CARLA)) == [
        OfferAccepted(
            offer_id=offer_of(CARLA),
            person_id=CARLA,
            seat_id=seat(1),
            seat_role=ROLE,
            required_course_ids=(COURSE,),
            lead_id=LENA,
            support_contact_id=ANA,
            starts_on=team_of(opened()).starts_on,
            paid=True,
            rate_line="session",
            terms_version=1,
        )
    ]


def test_accepting_twice_says_nothing_the_second_time() -> None:
    assert asked(CARLA, PETE).after(yes(CARLA)).when(yes(CARLA)) == []
    assert filled().when(yes(CARLA)) == []
    assert closed().when(yes(CARLA)) == []


def test_an_offer_may_not_be_accepted_once_its_time_is_over_even_before_the_clock_noticed() -> None:
    story = asked(CARLA, PETE)
    assert story.refuses(yes(CARLA), at=NOON + THREE_DAYS - timedelta(seconds=1)) == ""
    assert story.refuses(yes(CARLA), at=NOON + THREE_DAYS) == "offer_expired"
    assert story.refuses(no(CARLA), at=NOON + THREE_DAYS) == "offer_expired"


def test_a_coordinator_may_answer_for_whoever_was_asked() -> None:
    story = asked(CARLA, PETE)
    assert names(story.when(AcceptOffer(offer_of(CARLA)))) == ["OfferAccepted"]
    assert names(story.when(DeclineOffer(offer_of(PETE), None, Private()))) == [
        "OfferDeclined",
        "ShortfallDetected",
    ]


@pytest.mark.parametrize("story", [opened, lambda: asked(CARLA, PETE), filled, closed])
def test_nobody_answers_for_somebody_else_or_learns_what_they_were_offered(
    story: Callable[[], Story],
) -> None:
    given = story()
    assert given.refuses(AcceptOffer(offer_of(CARLA), ROSA)) == "not_yours"
    assert given.refuses(DeclineOffer(offer_of(CARLA), ROSA, Private())) == "not_yours"
    assert given.refuses(yes(person(99))) == "not_yours"


def test_an_offer_that_is_over_says_why_whatever_became_of_the_opportunity() -> None:
    story = asked(CARLA, PETE, ROSA).after(no(CARLA), RescindOffer(offer_of(PETE), "by_host"))
    over = story.after(CloseOpportunity("cancelled"))
    for then in (story, over):
        assert then.refuses(yes(CARLA)) == "already_declined"
        assert then.refuses(yes(PETE)) == "offer_withdrawn"
        assert then.refuses(no(PETE)) == "offer_withdrawn"
    assert story.refuses(yes(ROSA)) == "wrong_state", "proposed, and not sent"
    assert over.refuses(yes(ROSA)) == "offer_withdrawn"
