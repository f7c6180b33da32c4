"""What a candidate can be told, and all that it says."""

from dataclasses import dataclass

from services.matching.domain.candidate.known import Profile
from shared.contracts.fact import Private
from shared.contracts.matching import (
    CandidateConsentNoted,
    CandidateExperienceNoted,
    CandidateJoinedPool,
    CandidateLeftPool,
    CandidateProfileNoted,
    CandidateStatusNoted,
    HoursCommitted,
    HoursReleased,
    OfferRefused,
    OfferReleased,
    OfferReserved,
)
from shared.contracts.recruitment import LivedExperience


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteProfile(Profile):
    person_id: str


@dataclass(frozen=True, slots=True)
class NoteLivedExperience:
    person_id: str
    profile_version: int
    lived_experience: Private[LivedExperience]


@dataclass(frozen=True, slots=True)
class NoteConsent:
    person_id: str
    purpose: str
    granted: bool


@dataclass(frozen=True, slots=True)
class NoteStatus:
    person_id: str
    status: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReserveOffer:
    person_id: str
    offer_id: str
    opportunity_id: str
    hours: int


@dataclass(frozen=True, slots=True)
class ReleaseOffer:
    offer_id: str


@dataclass(frozen=True, slots=True)
class CommitHours:
    offer_id: str


@dataclass(frozen=True, slots=True)
class ReleaseHours:
    offer_id: str


CandidateCommand = (
    NoteProfile
    | NoteLivedExperience
    | NoteConsent
    | NoteStatus
    | ReserveOffer
    | ReleaseOffer
    | CommitHours
    | ReleaseHours
)
CandidateFact = (
    CandidateProfileNoted
    | CandidateExperienceNoted
    | CandidateConsentNoted
    | CandidateStatusNoted
    | CandidateJoinedPool
    | CandidateLeftPool
    | OfferReserved
    | OfferRefused
    | OfferReleased
    | HoursCommitted
    | HoursReleased
)
