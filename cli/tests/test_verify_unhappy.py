"""The checker and what goes wrong between people: none of it is a defect, and no rule takes it for one."""

from collections.abc import Callable
from datetime import timedelta
from typing import Literal

import pytest

from cli.verify.rules import judge
from cli.verify.sample import WHO, settled
from cli.verify.sample_work import (
    OPPORTUNITY_ID,
    RUN_ID,
    SESSION_ID,
    STARTS_AT,
    accepts,
    agree_to_terms,
    closes,
    comes,
    fills,
    meets,
    opens,
    plans,
    said,
    shortlists,
    suggestion,
)
from cli.verify.town import START, Town
from services.matching.domain import OPPORTUNITY
from services.matching.domain.opportunity.commands import CloseOpportunity, DeclineOffer
from services.participation.domain.claim import CLAIM, ApproveClaim
from services.participation.domain.engagement import ENGAGEMENT, AcceptTerms, WithdrawEngagement
from services.participation.domain.payment_run import (
    PAYMENT_RUN,
    Answer,
    ReadConfirmation,
    StartPaymentRun,
    WritePaymentFile,
)
from services.participation.domain.session import SESSION, CancelSession, CloseSession
from services.recruitment.domain import PARTNER
from services.recruitment.domain.consent import WithdrawConsent
from services.recruitment.domain.partner import ExitPartner, PausePartner, ResumePartner
from shared.contracts.evaluation import InfluenceOverdue
from shared.contracts.fact import Fact, Private
from shared.contracts.matching import OfferRescinded, OfferSent, WaitlistJoined
from shared.contracts.participation import (
    AttendanceConfirmed,
    AttendanceVoided,
    CompensationAccrued,
    CompensationDeclined,
    CompensationReserved,
    EngagementActivated,
    EngagementCreated,
    EngagementEndedEarly,
    EngagementLapsed,
    EngagementPaused,
    EngagementWithdrawn,
    PaymentAdded,
    PaymentFailed,
)
from shared.ids import derived

CARLA, PETE, ROSA = 0, 1, 2
ANOTHER_RUN = derived("sample", "another_run")
Happens = Callable[[Town], None]


def _asked(town: Town) -> None:
    opens(town, WHO)
    shortlists(town, WHO)


def _planned(town: Town) -> None:
    fills(town, WHO)
    plans(town, WHO)


def _engagement_of(town: Town, person_id: str) -> str:
    return next(r.name.id for r, fact in said(town, EngagementCreated) if fact.person_id == person_id)


def a_decline_and_the_next_in_line(town: Town) -> None:
    _asked(town)
    accepts(town, town.partners[CARLA])
    pete = town.partners[PETE]
    offer = next(sent.offer_id for _, sent in said(town, OfferSent) if sent.person_id == pete)
    no = DeclineOffer(offer, pete, Private())
    town.ask(OPPORTUNITY, OPPORTUNITY_ID, no, by=pete, acted_as="partner")
    accepts(town, town.partners[ROSA])
    agree_to_terms(town)


def silence_until_the_offer_is_over(town: Town) -> None:
    _asked(town)
    accepts(town, town.partners[CARLA])
    town.until(town.now + timedelta(hours=72))
    accepts(town, town.partners[ROSA])
    agree_to_terms(town)


def more_asked_than_there_are_seats(town: Town) -> None:
    opens(town, WHO)
    shortlists(town, WHO, wave_factor_percent=200)
    for person_id in town.partners[:2]:
        accepts(town, person_id)
    agree_to_terms(town)


def somebody_steps_back_and_another_comes(town: Town) -> None:
    """Who would rather not be paid, which is said of every session."""
    _planned(town)
    carla, rosa = town.partners[CARLA], town.partners[ROSA]
    town.ask(ENGAGEMENT, _engagement_of(town, carla), WithdrawEngagement(), by=carla, acted_as="partner")
    accepts(town, rosa)
    terms = AcceptTerms(terms_version=1, pay_choice="declined")
    town.ask(ENGAGEMENT, _engagement_of(town, rosa), terms, by=rosa, acted_as="partner")
    meets(town, WHO)
    closes(town, WHO)


def a_session_cancelled_at_short_notice(town: Town) -> None:
    _planned(town)
    town.until(STARTS_AT - timedelta(hours=20))
    town.ask(SESSION, SESSION_ID, CancelSession("lead-ill"), by=WHO.lead_id)


def nobody_agrees_to_the_terms(town: Town) -> None:
    _asked(town)
    accepts(town, town.partners[CARLA])
    town.until(town.now + timedelta(days=22))


def no_more_contact_wanted(town: Town) -> None:
    _asked(town)
    pete = town.partners[PETE]
    town.ask(PARTNER, pete, WithdrawConsent(purpose="p1"), by=pete, acted_as="partner")


def no_more_contact_wanted_and_the_next_in_line(town: Town) -> None:
    no_more_contact_wanted(town)
    for person_id in (town.partners[CARLA], town.partners[ROSA]):
        accepts(town, person_id)
    agree_to_terms(town)


def no_more_matching_wanted(town: Town) -> None:
    fills(town, WHO)
    carla = town.partners[CARLA]
    town.ask(PARTNER, carla, WithdrawConsent(purpose="p2"), by=carla, acted_as="partner")


def somebody_leaves_for_good(town: Town) -> None:
    _planned(town)
    carla = town.partners[CARLA]
    town.ask(PARTNER, carla, ExitPartner(Private()), by=carla, acted_as="partner")


def a_pause_over_a_session(town: Town) -> None:
    _planned(town)
    carla = town.partners[CARLA]
    town.ask(PARTNER, carla, PausePartner(None, Private()), by=carla, acted_as="partner")
    _only_pete_comes(town)
    town.ask(PARTNER, carla, ResumePartner(), by=carla, acted_as="partner")


def somebody_does_not_come(town: Town) -> None:
    _planned(town)
    _only_pete_comes(town)


def _only_pete_comes(town: Town) -> None:
    town.until(STARTS_AT + timedelta(hours=2))
    for record, fact in list(said(town, AttendanceConfirmed)):
        if fact.person_id == town.partners[PETE]:
            comes(town, WHO, record.name.id, fact.engagement_id)
    town.ask(SESSION, SESSION_ID, CloseSession(), by=WHO.lead_id)


def a_project_that_ends_before_its_time(town: Town) -> None:
    _planned(town)
    town.ask(OPPORTUNITY, OPPORTUNITY_ID, CloseOpportunity("cancelled"), by=WHO.lead_id)


def a_closing_while_people_are_asked(town: Town) -> None:
    _asked(town)
    accepts(town, town.partners[CARLA])
    town.ask(OPPORTUNITY, OPPORTUNITY_ID, CloseOpportunity("closed_early"), by=WHO.lead_id)


def a_payment_that_fails_and_is_made_again(town: Town) -> None:
    _planned(town)
    meets(town, WHO)
    claims = tuple(record.name.id for record, _ in said(town, CompensationReserved))
    for id in claims:
        town.ask(CLAIM, id, ApproveClaim(WHO.approver_id), by=WHO.approver_id, acted_as="approver")
    _runs(town, RUN_ID, claims, "failed")
    _runs(town, ANOTHER_RUN, claims, "paid")


def _runs(town: Town, run_id: str, claims: tuple[str, ...], outcome: Literal["paid", "failed"]) -> None:
    for command in (StartPaymentRun(claims, ("GBP",)), WritePaymentFile()):
        town.ask(PAYMENT_RUN, run_id, command, by=WHO.contact_id, acted_as="operator")
    day = town.now.date()
    lines = tuple(
        Answer(end_to_end_id=fact.end_to_end_id, outcome=outcome, value_date=day)
        for record, fact in said(town, PaymentAdded)
        if record.name.id == run_id
    )
    town.ask(PAYMENT_RUN, run_id, ReadConfirmation(lines), by=WHO.contact_id, acted_as="operator")


def an_answer_that_never_comes(town: Town) -> None:
    fills(town, WHO)
    suggestion(town, WHO)
    town.until(START + timedelta(days=61))


STORIES: tuple[tuple[Happens, type[Fact], int], ...] = (
    (a_decline_and_the_next_in_line, EngagementActivated, 3),
    (silence_until_the_offer_is_over, EngagementActivated, 3),
    (more_asked_than_there_are_seats, WaitlistJoined, 1),
    (somebody_steps_back_and_another_comes, EngagementWithdrawn, 1),
    (somebody_steps_back_and_another_comes, CompensationDeclined, 1),
    (a_session_cancelled_at_short_notice, AttendanceVoided, 3),
    (nobody_agrees_to_the_terms, EngagementLapsed, 2),
    (no_more_contact_wanted, OfferRescinded, 1),
    (no_more_contact_wanted_and_the_next_in_line, EngagementActivated, 3),
    (no_more_matching_wanted, EngagementActivated, 3),
    (somebody_leaves_for_good, EngagementWithdrawn, 1),
    (a_pause_over_a_session, EngagementPaused, 1),
    (somebody_does_not_come, CompensationAccrued, 1),
    (a_project_that_ends_before_its_time, EngagementEndedEarly, 3),
    (a_closing_while_people_are_asked, EngagementLapsed, 2),
    (a_payment_that_fails_and_is_made_again, PaymentFailed, 2),
    (an_answer_that_never_comes, InfluenceOverdue, 2),
)


@pytest.mark.parametrize(("happens", "contract", "times"), STORIES, ids=[s[0].__name__ for s in STORIES])
def test_what_goes_wrong_between_people_is_no_defect(
    happens: Happens, contract: type[Fact], times: int
) -> None:
    town = settled(3)
    happens(town)
    history = town.history()
    found = judge(history).found

    assert len(history.of(contract)) == times
    assert {name: each.violations for name, each in found.items() if each.violations} == {}
    assert [name for name, each in found.items() if each.played and not each.population] == []
