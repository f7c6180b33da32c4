"""Is the business of lists right: what they say is evidence, and it replaces nothing?"""

from services.recruitment.domain import APPLICATION, CONTACT_CARD
from services.recruitment.domain.application import (
    AcceptApplication,
    Accepted,
    StartReview,
    SubmitApplication,
)
from services.recruitment.domain.contact_card import GiveContactDetails
from services.recruitment.tests.people import ANA, CARLA, RUI, carla_applies, rui_gives
from shared.contracts.fact import Private, Sealed
from shared.contracts.recruitment import ApplicationStarted, ContactDetailsGiven, Listed
from tests.given import Given

OF_THE_LIST = GiveContactDetails(
    person_id=CARLA, details=Sealed("of the list"), reachable=True, unless_given=True
)
BY_HERSELF = GiveContactDetails(person_id=CARLA, details=Sealed("by herself"), reachable=True)


def test_what_a_list_says_of_somebody_is_kept_with_the_draft_and_with_all_that_becomes_of_it() -> None:
    listed: Private[Listed] = Private("sealed list")
    story = Given(APPLICATION).after(carla_applies(listed=listed), actor_id=ANA)
    [begun] = story.said
    assert isinstance(begun, ApplicationStarted)
    assert begun.listed == listed
    then = story.after(SubmitApplication(), StartReview(RUI), rui_gives(), AcceptApplication(ANA))
    assert isinstance(then.state, Accepted)
    assert then.state.listed == listed


def test_a_list_says_how_to_reach_somebody_whom_nobody_could_reach() -> None:
    said = ContactDetailsGiven(person_id=CARLA, details=Sealed("of the list"))
    assert Given(CONTACT_CARD).when(OF_THE_LIST) == [said]


def test_what_somebody_told_us_themselves_is_not_replaced_by_a_list() -> None:
    assert Given(CONTACT_CARD).after(BY_HERSELF).when(OF_THE_LIST) == []


def test_what_a_list_said_is_replaced_by_what_somebody_tells_us_themselves() -> None:
    said = ContactDetailsGiven(person_id=CARLA, details=Sealed("by herself"))
    assert Given(CONTACT_CARD).after(OF_THE_LIST).when(BY_HERSELF) == [said]
