"""Is a run answered once, and does a lead vouch for every opportunity that asked?"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from hypothesis import given, settings

from services.matching.domain import LEAD, MATCH_RUN
from services.matching.domain.lead import (
    AskLead,
    Lead,
    LeadCommand,
    LeadFact,
    NoteLeadTrained,
    NoteProfessional,
    Trained,
)
from services.matching.domain.match_run import (
    CompleteMatchRun,
    FailMatchRun,
    MatchRun,
    MatchRunCommand,
    MatchRunFact,
    RequestMatchRun,
    SupersedeMatchRun,
)
from services.matching.tests.people import ADA, LENA, NEXT_YEAR
from shared.contracts.fact import Fact
from shared.contracts.matching import (
    Filtered,
    LeadAsked,
    LeadTrained,
    LeadVouched,
    MatchRunCompleted,
    MatchRunFailed,
    MatchRunRequested,
    MatchRunSuperseded,
    ProfessionalNoted,
)
from tests.any_story import (
    any_commands,
    any_facts,
    folding_never_raises,
    nothing_follows_the_end,
    the_same_command_twice_is_harmless,
)
from tests.given import SUBJECT, Given, names

Runs = Given[MatchRun, MatchRunCommand, MatchRunFact]
Leads = Given[Lead, LeadCommand, LeadFact]

# --- runs

REQUEST = RequestMatchRun(SUBJECT)
COMPLETE = CompleteMatchRun(
    considered=3, eligible=2, filtered_out=(Filtered(filter="mode", count=1),), weights_version=1
)
ENDS = (COMPLETE, FailMatchRun("not_open"), SupersedeMatchRun())


def blank() -> Runs:
    return Given(MATCH_RUN)


def requested() -> Runs:
    return blank().after(REQUEST)


def ended(end: MatchRunCommand) -> Callable[[], Runs]:
    return lambda: requested().after(end)


def test_a_run_is_requested_for_one_opportunity() -> None:
    assert blank().when(REQUEST) == [MatchRunRequested(opportunity_id=SUBJECT)]
    for story in (requested, *map(ended, ENDS)):
        assert story().when(REQUEST) == []
        assert story().refuses(RequestMatchRun(LENA)) == "wrong_state"


def test_a_run_ends_in_one_of_three_ways() -> None:
    assert requested().when(COMPLETE) == [
        MatchRunCompleted(
            opportunity_id=SUBJECT,
            considered=3,
            eligible=2,
            filtered_out=(Filtered(filter="mode", count=1),),
            weights_version=1,
        )
    ]
    assert requested().when(FailMatchRun("not_open")) == [
        MatchRunFailed(opportunity_id=SUBJECT, reason_code="not_open")
    ]
    assert requested().when(SupersedeMatchRun()) == [
        MatchRunSuperseded(opportunity_id=SUBJECT, reason_code="newer_run")
    ]


def test_a_run_ends_once() -> None:
    for story in (blank, *map(ended, ENDS)):
        assert {story().refuses(end) for end in ENDS} == {"not_expected"}


@settings(deadline=None)
@given(any_commands(MatchRunCommand))
def test_no_run_says_anything_twice_or_after_its_end(commands: list[Any]) -> None:
    the_same_command_twice_is_harmless(MATCH_RUN, [REQUEST, *commands])
    nothing_follows_the_end(MATCH_RUN, [REQUEST, *commands])


# --- leads

ASK = AskLead(LENA, SUBJECT)
TRAINED = NoteLeadTrained(LENA, NEXT_YEAR)


def nobody() -> Leads:
    return Given(LEAD)


def test_a_professional_is_noted_with_their_roles() -> None:
    note = NoteProfessional(LENA, ("lead", "nurse"))
    assert nobody().when(note) == [ProfessionalNoted(person_id=LENA, role_codes=("lead", "nurse"))]
    assert nobody().after(note).when(note) == []
    assert names(nobody().after(TRAINED).when(note)) == ["ProfessionalNoted"]


def test_a_lead_without_a_certificate_vouches_once_there_is_one() -> None:
    assert nobody().when(ASK) == [LeadAsked(lead_id=LENA, opportunity_id=SUBJECT)]
    story = nobody().after(ASK)
    assert story.when(ASK) == []
    assert story.when(TRAINED) == [
        LeadTrained(lead_id=LENA, valid_until=NEXT_YEAR),
        LeadVouched(lead_id=LENA, opportunity_id=SUBJECT, valid_until=NEXT_YEAR),
    ]


def test_a_lead_with_a_certificate_vouches_at_once() -> None:
    story = nobody().after(TRAINED)
    assert story.when(ASK) == [LeadVouched(lead_id=LENA, opportunity_id=SUBJECT, valid_until=NEXT_YEAR)]
    assert story.after(ASK).when(ASK) == []
    assert story.when(ASK, at=NEXT_YEAR) == [LeadAsked(lead_id=LENA, opportunity_id=SUBJECT)]


def test_a_renewed_certificate_is_told_to_every_opportunity_that_asked() -> None:
    story = nobody().after(TRAINED, ASK, AskLead(LENA, ADA))
    later = NEXT_YEAR + timedelta(days=730)
    assert names(story.when(NoteLeadTrained(LENA, later))) == ["LeadTrained", "LeadVouched", "LeadVouched"]
    renewed = story.after(NoteLeadTrained(LENA, later))
    assert isinstance(renewed.state, Trained)
    assert renewed.state.valid_until == later
    assert renewed.when(TRAINED) == [], "an older one"


@settings(deadline=None)
@given(any_commands(LeadCommand))
def test_no_lead_says_anything_twice(commands: list[Any]) -> None:
    the_same_command_twice_is_harmless(LEAD, commands)


@settings(deadline=None)
@given(any_facts(LEAD), any_facts(MATCH_RUN))
def test_any_sequence_of_facts_is_folded(of_a_lead: list[Fact], of_a_run: list[Fact]) -> None:
    folding_never_raises(LEAD, of_a_lead)
    folding_never_raises(MATCH_RUN, of_a_run)
