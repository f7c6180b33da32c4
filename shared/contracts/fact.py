"""What a fact is: the base of every word a service says, who said it and when, and which fields are personal."""

from collections.abc import Mapping
from dataclasses import Field, dataclass, field
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any, ClassVar, Generic, NamedTuple, TypeVar, dataclass_transform

from shared.contracts.kinds import Code

T = TypeVar("T")
F = TypeVar("F", bound="Fact")


@dataclass(frozen=True, slots=True)
class Sealed(Generic[T]):
    """A personal value that travels encrypted under the person's key; only listeners that need it open it."""

    sealed: str = ""

    def __bool__(self) -> bool:
        return self.sealed != ""


@dataclass(frozen=True, slots=True)
class Private(Generic[T]):
    """A personal value kept encrypted in its owner's state and left out of the record that is sent.

    Empty where the record was read back from the topic: a private value is in its owner's store alone.
    """

    private: str = ""

    def __bool__(self) -> bool:
        return self.private != ""


class Said(NamedTuple):
    """Around a fact: which aggregate said it, as its how-manieth, when, for whom, and who acted."""

    subject: str = ""
    sequence: int = 0
    time: datetime = datetime(1970, 1, 1, tzinfo=UTC)
    tenant: str = ""
    orgunit: str = ""
    actor_id: str = ""
    story: str = ""


NOT_YET_SAID = Said()


_WRITTEN = ("TYPE", "KIND", "SPEAKER", "TOPIC")
_registry: dict[str, type["Fact"]] = {}
CONTRACTS: Mapping[str, type["Fact"]] = MappingProxyType(_registry)
"""Every contract by its type, complete once `shared.contracts.speakers` is imported."""


@dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(field,))
class Fact:
    """The base of every contract; a subclass names its written-out type and the aggregate that says it.

    `acted_as` and `said` are stamped by the road, never given by `decide`.
    """

    __dataclass_fields__: ClassVar[dict[str, Field[Any]]]
    TYPE: ClassVar[str] = ""
    KIND: ClassVar[str] = ""
    SPEAKER: ClassVar[str] = ""
    TOPIC: ClassVar[str] = ""

    acted_as: Code = field(default="", compare=False)
    said: Said = field(default=NOT_YET_SAID, compare=False, repr=False)

    def __init_subclass__(cls, *, type: str = "", kind: str = "", topic: str = "") -> None:
        dataclass(frozen=True, kw_only=True)(cls)
        if not type:
            return
        if type in _registry:
            raise TypeError(f"two contracts under one type: {type}")
        speaker = type.split(".")[1]
        for name, value in zip(_WRITTEN, (type, kind, speaker, topic or f"{speaker}.events"), strict=True):
            setattr(cls, name, value)
        _registry[type] = cls


dataclass(frozen=True, kw_only=True)(Fact)


def stamp(fact: F, said: Said, acted_as: str) -> F:
    """Put around a fact what the road alone knows. The one place that touches a frozen fact, before anybody saw it."""
    object.__setattr__(fact, "said", said)
    object.__setattr__(fact, "acted_as", acted_as)
    return fact
