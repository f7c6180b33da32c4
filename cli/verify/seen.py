"""What a whole stack has said and stored, in memory: the one thing every rule looks at."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, NamedTuple, TypeVar, cast

from services.evaluation.domain import DECIDERS as EVALUATION
from services.evaluation.handlers import HANDLERS as EVALUATION_HEARS
from services.matching.domain import DECIDERS as MATCHING
from services.matching.handlers import HANDLERS as MATCHING_HEARS
from services.notifications.domain import DECIDERS as NOTIFICATIONS
from services.notifications.handlers import HANDLERS as NOTIFICATIONS_HEARS
from services.participation.domain import DECIDERS as PARTICIPATION
from services.participation.handlers import HANDLERS as PARTICIPATION_HEARS
from services.recruitment.domain import DECIDERS as RECRUITMENT
from services.recruitment.handlers import HANDLERS as RECRUITMENT_HEARS
from services.training.domain import DECIDERS as TRAINING
from services.training.handlers import HANDLERS as TRAINING_HEARS
from shared.contracts.fact import CONTRACTS, Fact
from shared.decider import Decider
from shared.envelope import Envelope, NotAnEnvelope, WrongContents, open_fact, read
from shared.kafka.reader import Read
from shared.road.handlers import Hears, hears

AnyDecider = Decider[Any, Any, Any]
F = TypeVar("F", bound=Fact)


class Name(NamedTuple):
    """An aggregate: whose, of which kind, which one."""

    service: str
    kind: str
    id: str

    def __str__(self) -> str:
        return f"{self.service} {self.kind} {self.id}"


@dataclass(frozen=True, slots=True)
class Service:
    """What a service decides and hears."""

    deciders: Mapping[str, AnyDecider]
    hears: Mapping[str, Hears]


def _service(name: str, deciders: Iterable[AnyDecider], handlers: Any) -> Service:
    return Service({decider.kind: decider for decider in deciders}, hears(name, handlers))


SERVICES: Mapping[str, Service] = {
    "recruitment": _service("recruitment", RECRUITMENT, RECRUITMENT_HEARS),
    "training": _service("training", TRAINING, TRAINING_HEARS),
    "matching": _service("matching", MATCHING, MATCHING_HEARS),
    "participation": _service("participation", PARTICIPATION, PARTICIPATION_HEARS),
    "evaluation": _service("evaluation", EVALUATION, EVALUATION_HEARS),
    "notifications": _service("notifications", NOTIFICATIONS, NOTIFICATIONS_HEARS),
}


@dataclass(frozen=True, slots=True)
class Record:
    """A fact as it lies on its topic."""

    topic: str
    partition: int
    offset: int
    raw: bytes
    envelope: Envelope
    fact: Fact

    @property
    def name(self) -> Name:
        """The aggregate that said it."""
        return Name(self.fact.SPEAKER, self.fact.KIND, self.envelope.subject)

    @property
    def number(self) -> int:
        """Its place in the aggregate's order."""
        return self.envelope.number

    @property
    def content(self) -> str:
        """A mark of its bytes."""
        return mark(self.raw)


@dataclass(frozen=True, slots=True)
class Stored:
    """An aggregate as it lies in its store."""

    name: Name
    version: int
    sequence: int
    state: Mapping[str, Any] | None
    heard: Mapping[str, int]
    unsent: Sequence[tuple[int, bytes]]
    keys: frozenset[str]
    tenant: str
    orgunit: str = ""

    @property
    def fingerprint(self) -> str:
        """By what an applicant is known again; only ever compared, never shown."""
        kept: Any = (self.state or {}).get("person_fingerprint") or {}
        return str(kept.get("private", ""))


Place = tuple[str, int, int]
"""Where a record lies: topic, partition and offset."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A record that a service parked, that an operator gave up, or that was acted on as an operator had edited it."""

    service: str
    subject: str
    number: int
    discarded: bool
    edited: bool = False
    acted_on: bool = False
    place: Place = ("", 0, 0)


@dataclass(frozen=True)
class History:
    """Records in the order they were read (so in order within a partition), documents, and what is parked."""

    records: Sequence[Record]
    documents: Mapping[Name, Stored]
    waiting: Sequence[Waiting] = ()
    unreadable: int = 0
    amended: frozenset[str] = frozenset()
    """A mark of the bytes of each record that an operator put in the place of another."""
    scored: frozenset[str] = frozenset()
    """Of whom matching keeps a score."""
    archived: Mapping[str, str] | None = None
    """A mark of the bytes of each event in console's archive, by its id; None where there is no archive."""
    figures: Mapping[tuple[str, str], Mapping[str, Any]] | None = None
    """What evaluation answered, by network and KPI; None where it could not be asked."""
    mails: Mapping[str, int] | None = None
    """How many mails the mail server has of each message; None where it could not be asked."""

    @cached_property
    def services(self) -> Mapping[str, Service]:
        """Who is there at all: a service that stored nothing and said nothing was not started here."""
        there = {name.service for name in self.documents} | {r.fact.SPEAKER for r in self.records}
        return {name: service for name, service in SERVICES.items() if name in there}

    @cached_property
    def said(self) -> Mapping[Name, Mapping[int, Record]]:
        """Per aggregate, each fact as it first appeared, in the order of appearance."""
        found: defaultdict[Name, dict[int, Record]] = defaultdict(dict)
        for record in self.records:
            found[record.name].setdefault(record.number, record)
        return dict(found)

    @cached_property
    def begun(self) -> Sequence[Stored]:
        """Documents of aggregates that have said something."""
        return [document for document in self.documents.values() if document.sequence]

    @cached_property
    def last_said(self) -> Mapping[str, int]:
        """By the heard key: the highest number a subject has in the log."""
        last: dict[str, int] = {}
        for record in self.records:
            key = record.envelope.heard_key
            last[key] = max(last.get(key, 0), record.number)
        return last

    @cached_property
    def causes(self) -> Mapping[tuple[str, int], Record]:
        """Facts by what `heard` and `causedby` call them."""
        return {(r.envelope.heard_key, r.number): r for r in self.records}

    @cached_property
    def answers(self) -> dict[Any, Any]:
        """What was found out about this history, by who asked."""
        return {}

    def facts(self, name: Name) -> Sequence[Record]:
        """An aggregate's facts in its own order."""
        said = self.said.get(name, {})
        return [said[number] for number in sorted(said)]

    def of(self, contract: type[Fact]) -> Sequence[Record]:
        """Every fact of one contract, each once."""
        return self._by_contract.get(contract, [])

    def each(self, contract: type[F]) -> Iterator[tuple[Record, F]]:
        """Every fact of one contract with its record, each once."""
        return ((record, cast(F, record.fact)) for record in self.of(contract))

    def by_subject(self, *contracts: type[Fact]) -> dict[str, Record]:
        """The last fact of these contracts that each aggregate said, by the aggregate's id."""
        found: dict[str, Record] = {}
        for contract in contracts:
            for record in self.of(contract):
                before = found.get(record.name.id)
                if before is None or before.number < record.number:
                    found[record.name.id] = record
        return found

    def kind(self, service: str, kind: str) -> list[Stored]:
        """Every begun aggregate of one kind."""
        return [d for d in self.begun if d.name.kind == kind and d.name.service == service]

    @cached_property
    def latest(self) -> datetime:
        """The time of the newest fact: as late as this history is known to be."""
        return max(
            (record.envelope.time for record in self.records), default=datetime.min.replace(tzinfo=UTC)
        )

    def decider(self, name: Name) -> AnyDecider | None:
        """Who decides for this aggregate, if one of the services here does."""
        service = self.services.get(name.service)
        return service.deciders.get(name.kind) if service else None

    def excused(self, service: str, key: str, number: int) -> bool:
        """Parked, behind a parked one, or given up or edited by an operator."""
        return any(
            w.number == number if w.discarded or w.acted_on else w.number <= number
            for w in self._waiting.get((service, key), ())
        )

    @cached_property
    def _by_contract(self) -> Mapping[type[Fact], Sequence[Record]]:
        found: defaultdict[type[Fact], list[Record]] = defaultdict(list)
        for said in self.said.values():
            for record in said.values():
                found[type(record.fact)].append(record)
        return dict(found)

    @cached_property
    def _waiting(self) -> Mapping[tuple[str, str], Sequence[Waiting]]:
        found: defaultdict[tuple[str, str], list[Waiting]] = defaultdict(list)
        for waiting in self.waiting:
            found[waiting.service, waiting.subject].append(waiting)
        return found


def mark(raw: bytes) -> str:
    """By what contents are compared."""
    return hashlib.sha256(raw).hexdigest()


def record_of(found: Read) -> Record | None:
    """None for what is no fact of ours: it is counted, and acted on by nobody."""
    try:
        envelope = read(found.value)
        if envelope.type not in CONTRACTS:
            return None
        fact = open_fact(envelope)
    except (NotAnEnvelope, WrongContents):
        return None
    return Record(found.topic, found.partition, found.offset, found.value, envelope, fact)


def stored_of(service: str, kind: str, document: Mapping[str, Any]) -> Stored:
    """A raw document as the rules see it."""
    return Stored(
        name=Name(service, kind, document["_id"]),
        version=document["version"],
        sequence=document["sequence"],
        state=document.get("state"),
        heard=document["heard"],
        unsent=[(sequence, bytes(raw)) for sequence, raw in document["outbox"]],
        keys=frozenset(document["keys"]),
        tenant=document["tenant"],
        orgunit=document["orgunit"],
    )
