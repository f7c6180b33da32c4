"""Is a project open as long as its opportunity, and does a participant take part as long as they say?"""

from typing import Any

from hypothesis import given

from services.participation.domain import PARTICIPANT, PROJECT
from services.participation.domain.participant import (
    NoteLeft,
    NotePaused,
    NoteResumed,
    Participant,
    ParticipantCommand,
    ParticipantFact,
)
from services.participation.domain.project import (
    CloseProject,
    OpenProject,
    Project,
    ProjectCommand,
    ProjectFact,
)
from services.participation.tests.people import ANA, CARLA, DISCHARGE, LENA, answers, but
from shared.contracts.fact import Fact
from shared.contracts.participation import (
    ParticipantLeft,
    ParticipantPaused,
    ParticipantResumed,
    ProjectClosed,
    ProjectOpened,
)
from tests.any_story import (
    any_commands,
    any_facts,
    folding_never_raises,
    nothing_follows_the_end,
    the_same_command_twice_is_harmless,
)
from tests.given import Given

OPENS = OpenProject(
    opportunity_id=DISCHARGE,
    lead_id=LENA,
    support_contact_id=ANA,
    paid=True,
    budget_minor=50_000,
    currency="GBP",
)


def unopened() -> Given[Project, ProjectCommand, ProjectFact]:
    return Given(PROJECT)


def opened() -> Given[Project, ProjectCommand, ProjectFact]:
    return unopened().after(OPENS)


def closed() -> Given[Project, ProjectCommand, ProjectFact]:
    return opened().after(CloseProject("completed"))


PROJECTS = {"unopened": unopened, "open": opened, "closed": closed}


def unheard() -> Given[Participant, ParticipantCommand, ParticipantFact]:
    return Given(PARTICIPANT)


def paused() -> Given[Participant, ParticipantCommand, ParticipantFact]:
    return unheard().after(NotePaused(CARLA))


def back() -> Given[Participant, ParticipantCommand, ParticipantFact]:
    return paused().after(NoteResumed(CARLA))


def left() -> Given[Participant, ParticipantCommand, ParticipantFact]:
    return paused().after(NoteLeft(CARLA))


PARTICIPANTS = {"unheard": unheard, "paused": paused, "back": back, "left": left}


def test_a_project_opens_with_the_budget_its_opportunity_was_approved_with() -> None:
    assert unopened().when(OPENS) == [
        ProjectOpened(
            opportunity_id=DISCHARGE,
            lead_id=LENA,
            support_contact_id=ANA,
            paid=True,
            budget_minor=50_000,
            currency="GBP",
        )
    ]


def test_a_project_opens_once_and_never_again_after_its_end() -> None:
    assert answers(PROJECTS, OPENS) == {"unopened": "ProjectOpened", "closed": "not_expected"}


def test_a_project_closes_once_for_one_reason() -> None:
    assert opened().when(CloseProject("cancelled")) == [
        ProjectClosed(opportunity_id=DISCHARGE, reason_code="cancelled")
    ]
    assert answers(PROJECTS, CloseProject("cancelled")) == {
        "unopened": "not_expected",
        "open": "ProjectClosed",
    }


def test_somebody_pauses_comes_back_and_leaves_for_good() -> None:
    assert unheard().when(NotePaused(CARLA)) == [ParticipantPaused(person_id=CARLA)]
    assert paused().when(NoteResumed(CARLA)) == [ParticipantResumed(person_id=CARLA)]
    assert back().when(NoteLeft(CARLA)) == [ParticipantLeft(person_id=CARLA)]


def test_what_is_heard_of_a_participant_in_every_state() -> None:
    pauses, resumes = "ParticipantPaused", "ParticipantResumed"
    nothing_more = "not_expected"
    assert answers(PARTICIPANTS, NotePaused(CARLA)) == {
        "unheard": pauses,
        "back": pauses,
        "left": nothing_more,
    }
    assert answers(PARTICIPANTS, NoteResumed(CARLA)) == {
        "unheard": resumes,
        "paused": resumes,
        "left": nothing_more,
    }
    assert answers(PARTICIPANTS, NoteLeft(CARLA)) == but(PARTICIPANTS, "ParticipantLeft", left="")


@given(any_commands(ProjectCommand))
def test_telling_a_project_the_same_twice_is_harmless(commands: list[Any]) -> None:
    the_same_command_twice_is_harmless(PROJECT, [OPENS, *commands])
    nothing_follows_the_end(PROJECT, [OPENS, *commands])


@given(any_commands(ParticipantCommand))
def test_telling_a_participant_the_same_twice_is_harmless(commands: list[Any]) -> None:
    the_same_command_twice_is_harmless(PARTICIPANT, commands)
    nothing_follows_the_end(PARTICIPANT, commands)


@given(any_facts(PROJECT))
def test_any_sequence_of_a_projects_facts_is_folded(facts: list[Fact]) -> None:
    folding_never_raises(PROJECT, facts)


@given(any_facts(PARTICIPANT))
def test_any_sequence_of_a_participants_facts_is_folded(facts: list[Fact]) -> None:
    folding_never_raises(PARTICIPANT, facts)
