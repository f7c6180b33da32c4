"""Is the business of the organisation right: its units, its staff, and how to reach somebody?"""

from typing import Any

import pytest
from hypothesis import given

from services.recruitment.domain import CONTACT_CARD, ORG_UNIT, PROFESSIONAL
from services.recruitment.domain.contact_card import GiveContactDetails
from services.recruitment.domain.org_unit import CloseOrgUnit, OrgUnitCommand, RegisterOrgUnit
from services.recruitment.domain.professional import (
    CloseProfessional,
    ProfessionalCommand,
    RegisterProfessional,
)
from services.recruitment.tests.people import ANA, CARLA, LENA, WARD
from shared.contracts.fact import Fact, Sealed
from shared.contracts.recruitment import (
    ContactDetailsGiven,
    OrgUnitClosed,
    OrgUnitRegistered,
    ProfessionalClosed,
    ProfessionalRegistered,
)
from shared.decider import Decider
from tests.any_story import (
    any_commands,
    any_facts,
    folding_never_raises,
    nothing_follows_the_end,
    the_same_command_twice_is_harmless,
)
from tests.given import Given

A_HOSPITAL = {
    "code": "st-elsewhere",
    "kind": "hospital",
    "parent_id": WARD,
    "zone": "Europe/London",
    "locale": "en-GB",
    "currency": "GBP",
}
REGISTER = RegisterOrgUnit(**A_HOSPITAL)
LENA_LEADS: dict[str, Any] = {"person_id": LENA, "role_codes": ("lead",), "support_contact_id": ANA}
HIRE = RegisterProfessional(**LENA_LEADS)


def test_a_unit_is_registered_and_closed_in_the_same_words() -> None:
    unit = Given(ORG_UNIT).after(REGISTER)
    assert unit.said == (OrgUnitRegistered(**A_HOSPITAL),)
    assert unit.when(CloseOrgUnit()) == [OrgUnitClosed(**A_HOSPITAL)]


def test_registering_or_closing_a_unit_twice_says_nothing() -> None:
    unit = Given(ORG_UNIT).after(REGISTER)
    assert unit.when(REGISTER) == []
    assert unit.after(CloseOrgUnit()).when(CloseOrgUnit()) == []


def test_a_network_is_not_registered_in_other_words() -> None:
    other = RegisterOrgUnit(**{**A_HOSPITAL, "zone": "Europe/Lisbon"})
    assert Given(ORG_UNIT).after(REGISTER).refuses(other) == "wrong_state"


def test_a_closed_unit_stays_closed() -> None:
    assert Given(ORG_UNIT).after(REGISTER, CloseOrgUnit()).refuses(REGISTER) == "wrong_state"
    assert Given(ORG_UNIT).refuses(CloseOrgUnit()) == "wrong_state"


def test_a_professional_is_registered_and_closed_in_the_same_words() -> None:
    lena = Given(PROFESSIONAL).after(HIRE)
    assert lena.said == (ProfessionalRegistered(**LENA_LEADS),)
    assert lena.when(CloseProfessional()) == [ProfessionalClosed(**LENA_LEADS)]


def test_registering_or_closing_a_professional_twice_says_nothing() -> None:
    lena = Given(PROFESSIONAL).after(HIRE)
    assert lena.when(HIRE) == []
    assert lena.after(CloseProfessional()).when(CloseProfessional()) == []


def test_a_closed_professional_stays_closed() -> None:
    assert Given(PROFESSIONAL).after(HIRE, CloseProfessional()).refuses(HIRE) == "wrong_state"
    assert Given(PROFESSIONAL).refuses(CloseProfessional()) == "wrong_state"


def card(sealed: str, *, reachable: bool = True) -> GiveContactDetails:
    return GiveContactDetails(person_id=CARLA, details=Sealed(sealed), reachable=reachable)


def test_contact_details_are_given_and_given_anew() -> None:
    first = Given(CONTACT_CARD).after(card("address"))
    assert first.said == (ContactDetailsGiven(person_id=CARLA, details=Sealed("address")),)
    assert first.when(card("moved")) == [ContactDetailsGiven(person_id=CARLA, details=Sealed("moved"))]


def test_the_same_contact_details_again_say_nothing() -> None:
    assert Given(CONTACT_CARD).after(card("address")).when(card("address")) == []


def test_a_card_needs_some_way_to_reach_the_person() -> None:
    assert Given(CONTACT_CARD).refuses(card("name alone", reachable=False)) == "no_way_to_reach"
    assert (
        Given(CONTACT_CARD).after(card("address")).refuses(card("gone", reachable=False)) == "no_way_to_reach"
    )


TABLES = [(ORG_UNIT, OrgUnitCommand), (PROFESSIONAL, ProfessionalCommand), (CONTACT_CARD, GiveContactDetails)]


@pytest.mark.parametrize(("decider", "commands"), TABLES, ids=lambda value: getattr(value, "kind", ""))
class TestEveryTable:
    """What holds of each of the three, whatever is commanded."""

    def test_the_same_command_twice_says_nothing_or_is_refused(
        self, decider: Decider[Any, Any, Any], commands: Any
    ) -> None:
        @given(any_commands(commands))
        def holds(story: list[Any]) -> None:
            the_same_command_twice_is_harmless(decider, story)
            nothing_follows_the_end(decider, story)

        holds()

    def test_any_sequence_of_facts_is_folded(self, decider: Decider[Any, Any, Any], commands: Any) -> None:
        @given(any_facts(decider))
        def holds(facts: list[Fact]) -> None:
            folding_never_raises(decider, facts)

        holds()
