"""A partner's profile: what they can and want to do in clear, and what they have lived through sealed."""

from dataclasses import dataclass, fields
from typing import Any

from shared.contracts.fact import Private, Sealed
from shared.contracts.recruitment import LivedExperience, LivedExperienceShared, ProfileGiven


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveProfile:
    roles: tuple[str, ...]
    skills: tuple[str, ...]
    interests: tuple[str, ...]
    motivations: tuple[str, ...]
    modes: tuple[str, ...]
    dayparts: tuple[str, ...]
    max_hours_per_month: int
    experience_level: str
    lived_experience: Private[LivedExperience]


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile(GiveProfile):
    """The profile as it was given last."""

    version: int


def _of(source: GiveProfile | ProfileGiven) -> dict[str, Any]:
    return {f.name: getattr(source, f.name) for f in fields(GiveProfile)}


def given(person_id: str, before: Profile | None, command: GiveProfile) -> ProfileGiven | None:
    """The next version; None if nothing in it is new."""
    if before is not None and _of(before) == _of(command):
        return None
    version = before.version + 1 if before else 1
    return ProfileGiven(person_id=person_id, profile_version=version, **_of(command))


def as_given(fact: ProfileGiven) -> Profile:
    """The profile a fact leaves behind."""
    return Profile(version=fact.profile_version, **_of(fact))


def shared(person_id: str, profile: Profile) -> list[LivedExperienceShared]:
    """What was lived through, let out of the house in the same sealed form; nothing, if none was given."""
    if not profile.lived_experience:
        return []
    sealed: Sealed[LivedExperience] = Sealed(profile.lived_experience.private)
    return [
        LivedExperienceShared(person_id=person_id, profile_version=profile.version, lived_experience=sealed)
    ]
