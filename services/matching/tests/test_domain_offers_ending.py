"""What becomes of an offer that is answered late, taken back, or overtaken."""

from datetime import timedelta

from services.matching.domain.opportunity.commands import (
    AcceptOffer,
    CloseOpportunity,
    DeclineOffer,
    ExpireOffer,
    RescindOffer,
    SendOffer,
)
from services.matching.tests.people import (
    ANA,
    CARLA,
    LENA,
    PETE,
    ROLE,
    ROSA,
    THREE_DAYS,
    all_sent,
    asked,
    closed,
    confirm,
    offer_of,
    proposed_to,
    seat,
    seats,
)
from shared.contracts.fact import Private
from shared.contracts.matching import (
    OfferDeclined,
    OfferExpired,
    OfferProposed,
    OfferRescinded,
    Shortage,
    ShortfallDetected,
)
from tests.given import NOON, names


def yes(who: str, ask: int = 1) -> AcceptOffer:
    return AcceptOffer(offer_of(who, ask), who)


def no(who: str, ask: int = 1) -> DeclineOffer:
    return DeclineOffer(offer_of(who, ask), who, Private("sealed reason"))


def test_a_decline_keeps_its_reason_to_itself_and_asks_the_next() -> None:
    story = asked(CARLA, PETE, ROSA)
    said = story.when(no(PETE))
    assert said[0] == OfferDeclined(
        offer_id=offer_of(PETE), person_id=PETE, seat_id=seat(2), reason=Private("sealed reason")
    )
    [proposed] = [fact for fact in said if isinstance(fact, OfferProposed)]
    assert (proposed.person_id, proposed.seat_id, proposed.rank) == (ROSA, seat(2), 3)
    assert story.after(no(PETE)).when(no(PETE)) == []
    assert story.after(yes(CARLA)).refuses(no(CARLA)) == "already_accepted"


def test_the_lead_is_told_once_for_each_vacancy_nobody_is_left_for() -> None:
    story = asked(CARLA, PETE)
    assert names(story.when(no(PETE))) == ["OfferDeclined", "ShortfallDetected"]
    second = story.after(no(PETE)).when(no(CARLA))
    assert second[-1] == ShortfallDetected(
        lead_id=LENA, support_contact_id=ANA, missing=(Shortage(role=ROLE, count=2),)
    )


def test_a_shortfall_that_was_met_and_comes_again_is_told_again() -> None:
    story = asked(CARLA, PETE).after(no(PETE), confirm(ROSA))
    assert names(all_sent(story).when(no(ROSA))) == ["OfferDeclined", "ShortfallDetected"]


def test_another_vacancy_does_not_repeat_an_old_shortfall() -> None:
    story = asked(CARLA, seats=seats(2, "nurse"))
    expiry = NOON + THREE_DAYS
    later = story.after(confirm(ROSA, PETE, run=offer_of(ROSA)))
    assert names(later.when(ExpireOffer(offer_of(CARLA), expiry), at=expiry)) == [
        "OfferExpired",
        "OfferProposed",
    ]


def test_silence_ends_an_offer_and_asks_the_next() -> None:
    story = asked(CARLA, PETE, ROSA).after(yes(CARLA))
    assert story.due == NOON + THREE_DAYS
    said = story.when_due()
    assert said[0] == OfferExpired(
        offer_id=offer_of(PETE), person_id=PETE, seat_id=seat(2), support_contact_id=ANA
    )
    assert proposed_to(said) == [ROSA]
    over = story.after(ExpireOffer(offer_of(PETE), NOON + THREE_DAYS), at=NOON + THREE_DAYS)
    assert over.refuses(yes(PETE)) == "offer_expired"
    assert over.due is None


def test_the_clock_ends_each_offer_at_its_own_time() -> None:
    story = asked(CARLA, PETE, ROSA).after(no(PETE), at=NOON + timedelta(hours=1))
    story = story.after(SendOffer(offer_of(ROSA)), at=NOON + timedelta(hours=2))
    assert story.due == NOON + THREE_DAYS
    story = story.after(ExpireOffer(offer_of(CARLA), NOON + THREE_DAYS), at=NOON + THREE_DAYS)
    assert story.due == NOON + THREE_DAYS + timedelta(hours=2)


def test_a_deadline_that_is_not_the_offers_own_ends_nothing() -> None:
    story = asked(CARLA, PETE)
    assert story.refuses(ExpireOffer(offer_of(CARLA), NOON)) == "not_expected"
    assert story.refuses(ExpireOffer(offer_of(ROSA), NOON + THREE_DAYS)) == "not_expected"
    assert story.after(yes(CARLA)).refuses(ExpireOffer(offer_of(CARLA), NOON + THREE_DAYS)) == "not_expected"


def test_an_offer_is_taken_back_and_the_next_is_asked() -> None:
    story = asked(CARLA, PETE, ROSA)
    said = story.when(RescindOffer(offer_of(PETE), "not_available"))
    assert said[0] == OfferRescinded(
        offer_id=offer_of(PETE),
        person_id=PETE,
        seat_id=seat(2),
        reason_code="not_available",
        support_contact_id=ANA,
    )
    assert proposed_to(said) == [ROSA]
    gone = story.after(RescindOffer(offer_of(PETE), "not_available"))
    assert gone.when(RescindOffer(offer_of(PETE), "not_available")) == []


def test_taking_back_what_was_accepted_is_refused_to_a_person_and_too_late_for_the_pool() -> None:
    story = asked(CARLA, PETE).after(yes(CARLA))
    assert story.refuses(RescindOffer(offer_of(CARLA), "by_host")) == "wrong_state"
    assert story.refuses(RescindOffer(offer_of(CARLA), "not_available")) == "not_expected"
    assert closed().refuses(RescindOffer(offer_of(CARLA), "not_available")) == "not_expected"


def test_a_close_takes_back_every_offer_that_waits() -> None:
    story = asked(CARLA, PETE, ROSA).after(yes(CARLA))
    said = story.when(CloseOpportunity("closed_early"))
    assert names(said) == ["OfferRescinded", "OpportunityClosed"]
    done = story.after(CloseOpportunity("closed_early"))
    assert done.when(CloseOpportunity("closed_early")) == []
    assert done.refuses(CloseOpportunity("completed")) == "wrong_state"
    assert done.due is None
