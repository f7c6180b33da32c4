"""Is every command answered in every state, and is no state reached that nobody foresaw?"""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.matching.domain import OPPORTUNITY
from services.matching.domain.opportunity.commands import (
    AcceptOffer,
    ApproveOpportunity,
    AssignProfessional,
    CloseOpportunity,
    DeclineOffer,
    DraftOpportunity,
    ExpireOffer,
    FillSeat,
    GrantWaiver,
    NoteLead,
    OpenOpportunity,
    OpportunityCommand,
    RejectOpportunity,
    RescindOffer,
    ReviseOpportunity,
    SendOffer,
    SkipOffer,
    SubmitOpportunity,
    VacateSeat,
)
from services.matching.tests.people import (
    ADA,
    CARLA,
    LENA,
    NEXT_YEAR,
    NIA,
    PETE,
    PHIL,
    ROSA,
    THREE_DAYS,
    Story,
    approved,
    asked,
    assignment,
    begins,
    blank,
    closed,
    confirm,
    drafted,
    engagement,
    filled,
    in_review,
    offer_of,
    seat,
    terms,
)
from shared.contracts.fact import Fact, Private
from tests.any_story import any_commands, any_facts, folding_never_raises, nothing_follows_the_end
from tests.given import NOON

STATES: dict[str, Callable[[], Story]] = {
    "not_begun": blank,
    "draft": drafted,
    "in_review": in_review,
    "approved": approved,
    "open": lambda: asked(CARLA, PETE, ROSA).after(DeclineOffer(offer_of(PETE), PETE, Private())),
    "filled": filled,
    "closed": closed,
}
"""In `open` Carla is asked, Pete has declined, and Rosa's offer is proposed."""

LATE, WRONG, SILENT, SAYS, HIDDEN = "not_expected", "wrong_state", "nothing", "says", "not_yours"
VACATE = VacateSeat(
    seat_id=seat(3),
    engagement_id=engagement(assignment(3, NIA)),
    by=assignment(3, NIA),
    reason_code="withdrawn",
)
TABLE: list[tuple[Any, dict[str, str], str]] = [
    (DraftOpportunity(**terms()), {"not_begun": SAYS, "draft": SILENT}, WRONG),
    (ReviseOpportunity(**terms(mode="in-person")), {"draft": SAYS}, WRONG),
    (SubmitOpportunity(), {"draft": SAYS, "in_review": SILENT}, WRONG),
    (ApproveOpportunity(ADA, 50_000, "GBP"), {"in_review": SAYS, "approved": SILENT}, WRONG),
    (RejectOpportunity("no-room"), {"in_review": SAYS}, WRONG),
    (GrantWaiver("unpaid", ADA, Private("why")), {"in_review": SAYS, "approved": SAYS}, WRONG),
    (NoteLead(NEXT_YEAR + THREE_DAYS), {"not_begun": LATE, "closed": LATE}, SAYS),
    (OpenOpportunity(), {"approved": SAYS, "open": SILENT}, WRONG),
    (AssignProfessional(PHIL, seat(4)), {"open": SAYS, "filled": SILENT}, WRONG),
    (confirm(LENA), {"open": SAYS}, WRONG),
    (SendOffer(offer_of(ROSA)), {"open": SAYS}, LATE),
    (SkipOffer(offer_of(ROSA), "hours_cap"), {"open": SAYS}, LATE),
    (AcceptOffer(offer_of(CARLA), CARLA), {"open": SAYS, "filled": SILENT, "closed": SILENT}, HIDDEN),
    (
        DeclineOffer(offer_of(CARLA), CARLA, Private()),
        {"open": SAYS, "filled": "already_accepted", "closed": "already_accepted"},
        HIDDEN,
    ),
    (ExpireOffer(offer_of(CARLA), NOON + THREE_DAYS), {"open": SAYS}, LATE),
    (RescindOffer(offer_of(CARLA), "by_host"), {"open": SAYS}, WRONG),
    (RescindOffer(offer_of(CARLA), "not_available"), {"open": SAYS}, LATE),
    (begins(3, assignment(3, NIA)), {"filled": SILENT}, LATE),
    (VACATE, {"filled": SAYS}, LATE),
    (CloseOpportunity("completed"), {"open": SAYS, "filled": SAYS, "closed": SILENT}, WRONG),
]


@pytest.mark.parametrize("state", STATES)
def test_every_command_in_every_state_is_answered_as_the_table_says(state: str) -> None:
    story = STATES[state]()
    for command, cells, otherwise in TABLE:
        code = story.refuses(command)
        got = code or (SAYS if story.when(command) else SILENT)
        assert got == cells.get(state, otherwise), f"{command} in {state}"


def test_the_table_has_a_row_for_every_command() -> None:
    assert {type(command) for command, _, _ in TABLE} == {*OpportunityCommand.__args__}


@pytest.mark.parametrize("state", STATES)
def test_what_was_just_said_is_not_said_again(state: str) -> None:
    story = STATES[state]()
    for command, cells, otherwise in TABLE:
        if cells.get(state, otherwise) == SAYS:
            then = story.after(command, at=NOON)
            assert then.refuses(command) or then.when(command) == [], f"{command} in {state}"


def test_only_an_offer_that_is_out_waits_for_the_clock() -> None:
    assert {name: story().due for name, story in STATES.items() if story().due} == {"open": NOON + THREE_DAYS}


PEOPLE = (CARLA, PETE, ROSA, NIA)
NO_REASON: Private[str] = Private()
OFFERS = [offer_of(who, ask) for who in PEOPLE[:3] for ask in (1, 2)]
WITH_MEANING: st.SearchStrategy[Any] = st.one_of(
    st.builds(confirm, st.sampled_from(PEOPLE), st.just(ROSA), factor=st.sampled_from((100, 300))),
    st.builds(SendOffer, st.sampled_from(OFFERS)),
    st.builds(SkipOffer, st.sampled_from(OFFERS), st.just("hours_cap")),
    st.builds(AcceptOffer, st.sampled_from(OFFERS), st.none()),
    st.builds(DeclineOffer, st.sampled_from(OFFERS), st.none(), st.just(NO_REASON)),
    st.builds(ExpireOffer, st.sampled_from(OFFERS), st.just(NOON + THREE_DAYS)),
    st.builds(RescindOffer, st.sampled_from(OFFERS), st.just("by_host")),
    st.builds(AssignProfessional, st.sampled_from(PEOPLE), st.builds(seat, st.integers(1, 5))),
    st.builds(
        FillSeat,
        seat_id=st.builds(seat, st.integers(1, 4)),
        engagement_id=st.builds(engagement, st.sampled_from(OFFERS)),
        by=st.sampled_from([*OFFERS, assignment(3, NIA), assignment(4, NIA)]),
    ),
    st.builds(
        VacateSeat,
        seat_id=st.builds(seat, st.integers(1, 4)),
        engagement_id=st.builds(engagement, st.sampled_from(OFFERS)),
        by=st.sampled_from([*OFFERS, assignment(3, NIA), assignment(4, NIA)]),
        reason_code=st.just("withdrawn"),
    ),
    st.builds(CloseOpportunity, st.just("closed_early")),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(WITH_MEANING, max_size=30))
def test_in_any_story_the_same_command_twice_is_harmless_and_every_state_reads_back(
    commands: list[Any],
) -> None:
    story = asked(CARLA, PETE)
    for command in commands:
        if not story.refuses(command) and story.when(command):
            story = story.after(command)
            assert story.refuses(command) or story.when(command) == [], f"said twice: {command}"
    folding_never_raises(OPPORTUNITY, story.said)


@settings(max_examples=40, deadline=None)
@given(any_commands(OpportunityCommand))
def test_nothing_follows_a_close(commands: list[Any]) -> None:
    nothing_follows_the_end(OPPORTUNITY, [DraftOpportunity(**terms()), *commands])
    story = closed()
    for command in commands:
        assert story.refuses(command) or story.when(command) == []


@settings(max_examples=40, deadline=None)
@given(any_facts(OPPORTUNITY))
def test_any_sequence_of_facts_is_folded(facts: list[Fact]) -> None:
    folding_never_raises(OPPORTUNITY, facts)
