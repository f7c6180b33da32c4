"""A candidate: what may be known of a partner, whether they may be asked, and what they have promised already."""

from collections.abc import Mapping
from dataclasses import fields, replace
from datetime import datetime
from functools import reduce
from typing import Any, TypeVar, get_args

from services.matching.domain.candidate.commands import (
    CandidateCommand,
    CandidateFact,
    CommitHours,
    NoteConsent,
    NoteLivedExperience,
    NoteProfile,
    NoteStatus,
    ReleaseHours,
    ReleaseOffer,
    ReserveOffer,
)
from services.matching.domain.candidate.known import (
    EXITED,
    MATCHING,
    NOT_SHARED,
    Available,
    Candidate,
    Gone,
    Known,
    Outside,
    Profile,
    Promise,
    may_be_asked,
    why_not_now,
)
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
    PendingOffer,
)
from shared.decider import Decider, NotBegun, NotYet, not_expected

# --- decide


def decide(state: Candidate, command: CandidateCommand, now: datetime) -> list[CandidateFact]:
    match command, state:
        case NoteProfile() | NoteLivedExperience() | NoteConsent() | NoteStatus(), Gone():
            raise not_expected(state)
        case NoteProfile(), NotBegun() | Outside() | Available():
            known = _known(state, command.person_id)
            if known.profile is not None and known.profile.profile_version >= command.profile_version:
                return []
            return _turned(known, CandidateProfileNoted(**_named(NoteProfile, command)))
        case NoteLivedExperience(person_id, version, lived), NotBegun() | Outside() | Available():
            known = _known(state, person_id)
            if MATCHING not in known.consents:
                raise not_expected(state)  # nothing of it may be held without P2
            if known.lived_experience == lived:
                return []
            noted = CandidateExperienceNoted(
                person_id=person_id, profile_version=version, lived_experience=lived
            )
            return _turned(known, noted)
        case NoteConsent(person_id, purpose, granted), NotBegun() | Outside() | Available():
            known = _known(state, person_id)
            if (purpose in known.consents) == granted:
                return []
            noted = CandidateConsentNoted(person_id=person_id, purpose=purpose, granted=granted)
            return _turned(known, noted)
        case NoteStatus(person_id, status), NotBegun() | Outside() | Available():
            known = _known(state, person_id)
            if known.status == status:
                return []
            return _turned(known, CandidateStatusNoted(person_id=person_id, status=status))

        case ReserveOffer(), NotBegun() | Outside() | Available() | Gone():
            known = _known(state, command.person_id)
            return [] if command.offer_id in known.answered else [_answer(known, command)]

        case ReleaseOffer(offer_id), Outside() | Available() | Gone() if offer_id in state.pending:
            return [OfferReleased(**_moved(state, offer_id, state.pending))]
        case CommitHours(offer_id), Outside() | Available() | Gone() if offer_id in state.pending:
            return [HoursCommitted(**_moved(state, offer_id, state.pending))]
        case ReleaseHours(offer_id), Outside() | Available() | Gone() if offer_id in state.committed:
            return [HoursReleased(**_moved(state, offer_id, state.committed))]
        case ReleaseHours(offer_id), Outside() | Available() | Gone() if offer_id in state.pending:
            raise NotYet("the acceptance of the offer")  # its end overtook it: from another topic
        case ReleaseOffer() | CommitHours() | ReleaseHours(), NotBegun() | Outside() | Available() | Gone():
            raise not_expected(state)


def _known(state: Candidate, person_id: str) -> Outside | Available | Gone:
    return Outside(person_id=person_id) if isinstance(state, NotBegun) else state


def _turned(known: Outside | Available | Gone, noted: CandidateFact) -> list[CandidateFact]:
    """Joining and leaving the pool have no command: whatever turns it says so in the same write."""
    after = reduce(evolve, [noted], known)
    assert not isinstance(after, NotBegun)
    if isinstance(known, Available) and not may_be_asked(after):
        pending = tuple(
            PendingOffer(offer_id=offer_id, opportunity_id=promise.opportunity_id)
            for offer_id, promise in after.pending.items()
        )
        return [noted, CandidateLeftPool(person_id=known.person_id, pending=pending)]
    if isinstance(known, Outside) and may_be_asked(after):
        return [noted, CandidateJoinedPool(person_id=known.person_id)]
    return [noted]


def _answer(known: Outside | Available | Gone, command: ReserveOffer) -> OfferReserved | OfferRefused:
    reason_code = why_not_now(known, command.hours)
    said: dict[str, Any] = _named(ReserveOffer, command)
    return OfferRefused(**said, reason_code=reason_code) if reason_code else OfferReserved(**said)


def _moved(known: Known, offer_id: str, promises: Mapping[str, Promise]) -> dict[str, Any]:
    return {"person_id": known.person_id, "offer_id": offer_id, **_named(Promise, promises[offer_id])}


def _named(kind: type[Any], source: object) -> dict[str, Any]:
    """What `source` says under the same names as `kind` has."""
    return {f.name: getattr(source, f.name) for f in fields(kind)}


# --- evolve


def evolve(state: Candidate, fact: CandidateFact) -> Candidate:
    known = _known(state, fact.person_id)
    match fact:
        case CandidateProfileNoted():
            return replace(known, profile=Profile(**_named(Profile, fact)))
        case CandidateExperienceNoted(profile_version=version, lived_experience=lived):
            return replace(known, lived_experience=lived, experience_version=version)
        case CandidateConsentNoted(purpose=purpose, granted=granted):
            others = tuple(p for p in known.consents if p != purpose)
            known = replace(known, consents=(*others, purpose) if granted else others)
            return known if MATCHING in known.consents else replace(known, lived_experience=NOT_SHARED)
        case CandidateStatusNoted(status=status):
            known = replace(known, status=status)
            return _become(Gone, replace(known, lived_experience=NOT_SHARED)) if status == EXITED else known
        case CandidateJoinedPool():
            joined = replace(known, idle_since=fact.said.time)
            return joined if isinstance(joined, Gone) else _become(Available, joined)
        case CandidateLeftPool():
            return known if isinstance(known, Gone) else _become(Outside, known)
        case OfferReserved(offer_id=offer_id):
            reserved = {**known.pending, offer_id: Promise(**_named(Promise, fact))}
            answered = (*known.answered, offer_id)
            return replace(known, pending=reserved, answered=answered, idle_since=fact.said.time)
        case OfferRefused(offer_id=offer_id):
            return replace(known, answered=(*known.answered, offer_id))
        case OfferReleased(offer_id=offer_id):
            return replace(known, pending=_but(known.pending, offer_id))
        case HoursCommitted(offer_id=offer_id):
            committed = {**known.committed, offer_id: Promise(**_named(Promise, fact))}
            return replace(
                known,
                pending=_but(known.pending, offer_id),
                committed=committed,
                engagements=known.engagements + 1,
            )
        case HoursReleased(offer_id=offer_id):  # pragma: no branch
            return replace(known, committed=_but(known.committed, offer_id))


K = TypeVar("K", bound=Known)


def _become(shape: type[K], known: Known) -> K:
    return shape(**_named(Known, known))


def _but(promises: Mapping[str, Promise], offer_id: str) -> dict[str, Promise]:
    return {id: promise for id, promise in promises.items() if id != offer_id}


CANDIDATE: Decider[Candidate, CandidateCommand, CandidateFact] = Decider(
    service="matching",
    kind="candidate",
    plural="candidates",
    initial=NotBegun(),
    states=(Outside, Available, Gone),
    facts=get_args(CandidateFact),
    decide=decide,
    evolve=evolve,
    listed_by=("person_id",),
)
