"""Is it right who may ask for a team, and when people are asked for it?"""

from datetime import timedelta
from typing import Any

import pytest

from services.matching.domain.opportunity.commands import (
    ApproveOpportunity,
    CloseOpportunity,
    DraftOpportunity,
    GrantWaiver,
    NoteLead,
    OpenOpportunity,
    RejectOpportunity,
    ReviseOpportunity,
    SubmitOpportunity,
)
from services.matching.domain.opportunity.states import Draft, Open, Opportunity
from services.matching.tests.people import (
    ADA,
    LENA,
    NEXT_YEAR,
    Story,
    approved,
    blank,
    drafted,
    in_review,
    opened,
    seats,
    terms,
)
from shared.contracts.fact import Private
from shared.contracts.matching import (
    BalanceRule,
    BalanceWaiverGranted,
    LeadNoted,
    OpportunityApproved,
    OpportunityDrafted,
    OpportunityOpened,
    OpportunityRejected,
    OpportunitySubmitted,
)
from shared.decider import Rejected
from tests.given import NOON, SUBJECT, names

APPROVE = ApproveOpportunity(ADA, 50_000, "GBP")


def waives(rule: BalanceRule) -> GrantWaiver:
    return GrantWaiver(rule, ADA, Private("sealed reason"))


def refusal(story: Story, command: Any) -> dict[str, Any]:
    """All that a refusal says."""
    with pytest.raises(Rejected) as no:
        story.when(command)
    return {"code": no.value.code, **no.value.details}


def state_of(story: Story) -> Opportunity:
    return story.state


def test_a_lead_asks_for_a_team_in_their_own_words() -> None:
    assert blank().when(DraftOpportunity(**terms())) == [OpportunityDrafted(**terms())]
    state = state_of(drafted())
    assert isinstance(state, Draft)
    assert state.opportunity_id == SUBJECT


def test_a_team_has_at_most_fifty_seats() -> None:
    for command in (DraftOpportunity, ReviseOpportunity):
        story = blank() if command is DraftOpportunity else drafted()
        assert story.refuses(command(**terms(seats=seats(51)))) == "too_many_seats"
        assert story.refuses(command(**terms(seats=seats(50)))) == ""


def test_a_draft_is_revised_until_it_is_submitted() -> None:
    revise = ReviseOpportunity(**terms(mode="in-person"))
    assert names(drafted().when(revise)) == ["OpportunityRevised"]
    assert drafted().after(revise).when(revise) == []
    assert getattr(drafted().after(revise).state, "mode", "") == "in-person"
    assert drafted().when(ReviseOpportunity(**terms())) == []
    assert in_review().refuses(revise) == "wrong_state"


def test_nobody_approves_what_does_not_say_what_it_is_for() -> None:
    assert drafted().when(SubmitOpportunity()) == [OpportunitySubmitted(lead_id=LENA)]
    empty = drafted(purpose=Private(), ask=Private())
    assert refusal(empty, SubmitOpportunity()) == {"code": "incomplete", "missing": ["purpose", "ask"]}
    assert refusal(drafted(ask=Private()), SubmitOpportunity())["missing"] == ["ask"]


def test_an_approver_gives_it_a_budget() -> None:
    assert in_review().when(APPROVE) == [
        OpportunityApproved(lead_id=LENA, budget_minor=50_000, currency="GBP")
    ]
    assert approved().when(APPROVE) == []
    assert approved().refuses(ApproveOpportunity(ADA, 60_000, "GBP")) == "wrong_state"


def test_nobody_approves_their_own_request() -> None:
    assert in_review().refuses(ApproveOpportunity(LENA, 50_000, "GBP")) == "own_request"


def test_paid_work_needs_a_budget_and_unpaid_work_none() -> None:
    assert in_review().refuses(ApproveOpportunity(ADA, 0, "GBP")) == "budget_missing"
    assert in_review(paid=False).refuses(ApproveOpportunity(ADA, 0, "GBP")) == ""


def test_every_balance_rule_that_is_broken_is_named_at_once() -> None:
    story = in_review(seats=seats(0), entry_stage="review_only")
    rules = ["no_partner_seat", "no_professional_seat", "review_only"]
    assert refusal(story, APPROVE) == {"code": "no_partner_seat", "rules": rules}
    assert refusal(in_review(seats=seats(2)), APPROVE)["rules"] == ["no_professional_seat"]
    assert refusal(in_review(seats=seats(0, "nurse")), APPROVE)["rules"] == ["no_partner_seat"]


def test_somebody_may_answer_for_a_rule_that_is_broken() -> None:
    story = in_review(seats=seats(2), entry_stage="review_only").after(waives("review_only"))
    assert refusal(story, APPROVE)["rules"] == ["no_professional_seat"]
    waived = story.after(waives("no_professional_seat"))
    assert names(waived.when(APPROVE)) == ["OpportunityApproved"]
    assert waived.when(waives("review_only")) == []
    assert waived.said[-1] == BalanceWaiverGranted(
        rule="no_professional_seat", approver_id=ADA, reason=Private("sealed reason")
    )


def test_what_is_rejected_is_a_draft_again_without_its_waivers() -> None:
    story = in_review(seats=seats(2)).after(waives("no_professional_seat"))
    assert story.when(RejectOpportunity("too-late")) == [
        OpportunityRejected(lead_id=LENA, reason_code="too-late")
    ]
    again = story.after(RejectOpportunity("too-late"), SubmitOpportunity())
    assert again.refuses(APPROVE) == "no_professional_seat"


def test_the_lead_is_noted_whenever_the_certificate_changes() -> None:
    for story in (drafted(), in_review(), in_review().after(APPROVE)):
        assert story.when(NoteLead(NEXT_YEAR)) == [LeadNoted(lead_id=LENA, valid_until=NEXT_YEAR)]
    assert approved().when(NoteLead(NEXT_YEAR)) == []
    assert names(opened().when(NoteLead(NEXT_YEAR + timedelta(days=1)))) == ["LeadNoted"]
    assert blank().refuses(NoteLead(NEXT_YEAR)) == "not_expected"


def test_it_opens_under_a_lead_who_has_learned_to_work_with_partners() -> None:
    [fact] = approved().when(OpenOpportunity())
    assert isinstance(fact, OpportunityOpened)
    assert (fact.budget_minor, fact.currency, fact.seats) == (50_000, "GBP", seats(2, "nurse", "physician"))
    assert isinstance(opened().state, Open)
    assert opened().when(OpenOpportunity()) == []
    assert in_review().after(APPROVE).refuses(OpenOpportunity()) == "lead_untrained"
    assert in_review().after(APPROVE, NoteLead(NOON)).refuses(OpenOpportunity()) == "lead_untrained"


def test_unpaid_work_opens_only_if_somebody_answers_for_it() -> None:
    story = approved(paid=False)
    assert story.refuses(OpenOpportunity()) == "unpaid_needs_waiver"
    assert names(story.after(waives("unpaid")).when(OpenOpportunity())) == ["OpportunityOpened"]


def test_what_was_never_opened_cannot_be_closed() -> None:
    for story in (drafted(), in_review(), approved()):
        assert story.refuses(CloseOpportunity("cancelled")) == "wrong_state"
