"""A participant: whether a person takes part at present, whichever engagements they are in."""

from dataclasses import dataclass
from datetime import datetime

from shared.contracts.participation import ParticipantLeft, ParticipantPaused, ParticipantResumed
from shared.decider import Decider, NotBegun, not_expected

# --- states


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """Somebody of whom a pause or a leave was heard; everybody else takes part."""

    person_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TakingPart(Known):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class Paused(Known):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class Left(Known):
    pass


Participant = NotBegun | TakingPart | Paused | Left

# --- commands


@dataclass(frozen=True, slots=True)
class NotePaused:
    person_id: str


@dataclass(frozen=True, slots=True)
class NoteResumed:
    person_id: str


@dataclass(frozen=True, slots=True)
class NoteLeft:
    person_id: str


ParticipantCommand = NotePaused | NoteResumed | NoteLeft
ParticipantFact = ParticipantPaused | ParticipantResumed | ParticipantLeft

# --- decide


def decide(state: Participant, command: ParticipantCommand, now: datetime) -> list[ParticipantFact]:
    match command, state:
        case NotePaused(person_id), NotBegun() | TakingPart():
            return [ParticipantPaused(person_id=person_id)]
        case NotePaused(), Paused():
            return []
        case NoteResumed(person_id), NotBegun() | Paused():
            return [ParticipantResumed(person_id=person_id)]
        case NoteResumed(), TakingPart():
            return []
        case NotePaused() | NoteResumed(), Left():
            raise not_expected(state)
        case NoteLeft(person_id), NotBegun() | TakingPart() | Paused():
            return [ParticipantLeft(person_id=person_id)]
        case NoteLeft(), Left():  # pragma: no branch
            return []


# --- evolve


def evolve(state: Participant, fact: ParticipantFact) -> Participant:
    match fact:
        case ParticipantPaused(person_id=person_id):
            return Paused(person_id=person_id)
        case ParticipantResumed(person_id=person_id):
            return TakingPart(person_id=person_id)
        case ParticipantLeft(person_id=person_id):  # pragma: no branch
            return Left(person_id=person_id)


PARTICIPANT: Decider[Participant, ParticipantCommand, ParticipantFact] = Decider(
    service="participation",
    kind="participant",
    plural="participants",
    initial=NotBegun(),
    states=(TakingPart, Paused, Left),
    facts=(ParticipantPaused, ParticipantResumed, ParticipantLeft),
    decide=decide,
    evolve=evolve,
    terminal=(Left,),
    listed_by=("person_id",),
)
