"""A whole platform in memory: real decisions, really folded and heard by every service, without a server."""

from collections import Counter, deque
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from cli.verify.seen import SERVICES, AnyDecider, History, Name, Record, Stored, record_of
from cli.verify.shelf import Shelf, at_once
from services.matching.domain import MATCH_RUN
from services.matching.domain.match_run import CompleteMatchRun
from services.notifications.domain import MESSAGE
from services.notifications.domain.message import MarkSent
from shared.contracts.fact import Fact
from shared.contracts.matching import CandidateConsentNoted, MatchRunRequested
from shared.contracts.notifications import MessageReleased, MessageRequested, MessageSent
from shared.decider import To
from shared.ids import derived, door
from shared.kafka.partition import partition_of
from shared.kafka.reader import Read
from shared.mongo.codec import state_to_bson
from shared.road.fold import due_causation, fold
from shared.road.handlers import Hears, gathered
from shared.road.unit import Actor, Asked, Document, Done, Due, Heard, Home, Refused, Unit

NETWORK = derived("sample", "network")
SEALED = "A" * 64
"""Stands for a ciphertext: nobody opens anything here."""
START = datetime(2026, 3, 2, 9, tzinfo=UTC)


@dataclass
class Town:
    """Every aggregate of every service, and one topic each, on which all is heard in the order it was said."""

    partners: tuple[str, ...]
    documents: dict[Name, Document[Any]] = field(default_factory=dict[Name, Document[Any]])
    records: list[Record] = field(default_factory=list[Record])
    now: datetime = START
    asked: int = 0
    waiting: deque[Record] = field(default_factory=deque[Record])
    stored: dict[Name, tuple[int, Stored]] = field(default_factory=dict[Name, tuple[int, Stored]])

    def ask(
        self, decider: AnyDecider, id: str, command: Any, *, by: str, acted_as: str = "lead", story: str = ""
    ) -> None:
        """Somebody asks at the door, and everything that follows from it happens."""
        self.asked += 1
        key = door("sample", decider.plural, str(self.asked))
        unit = Unit(
            To(decider, id, command),
            Asked(key, "hash"),
            Actor("user", by, acted_as),
            Home(NETWORK, NETWORK, story),
            key,
        )
        self._act(unit)
        self._hear_all()

    def _hear_all(self) -> None:
        while self.waiting:
            self._hear(self.waiting.popleft())

    def until(self, moment: datetime) -> None:
        """Time goes on, and whatever waits for it happens when it is due."""
        while due := self._next_due(moment):
            at, name = due
            self.now = max(self.now, at)
            decider, document = SERVICES[name.service].deciders[name.kind], self.documents[name]
            assert decider.when_due is not None
            command = decider.when_due(document.state, at)
            home, actor = Home(NETWORK, NETWORK), Actor("system", name.service, "system")
            causation = due_causation(name.kind, name.id, at)
            self._act(Unit(To(decider, name.id, command), Due(at), actor, home, causation))
            self._hear_all()
        self.now = max(self.now, moment)

    def _next_due(self, moment: datetime) -> tuple[datetime, Name] | None:
        waiting = ((d.due, name) for name, d in self.documents.items() if d.due and d.due <= moment)
        return min(waiting, default=None)

    def story_of(self, decider: AnyDecider, id: str) -> str:
        """The story an aggregate is part of."""
        return self.documents[Name(decider.service, decider.kind, id)].story

    def state_of(self, decider: AnyDecider, id: str) -> Any:
        """How an aggregate stands."""
        return self.documents[Name(decider.service, decider.kind, id)].state

    def _act(self, unit: Unit) -> None:
        self.now += timedelta(seconds=1)
        decider = unit.to.decider
        name = Name(decider.service, decider.kind, unit.to.id)
        document = self.documents.setdefault(name, Document(unit.to.id, decider.initial))
        [outcome] = fold(decider, document, [unit], self.now).outcomes
        if not isinstance(outcome, Done) and not (
            isinstance(outcome, Refused) and isinstance(unit.cause, Heard)
        ):
            raise ValueError(f"{name}: {outcome}")
        document.version += 1
        document.tenant = document.tenant or NETWORK
        self.waiting += [self._sent(name, raw) for _, raw in document.outbox]
        document.outbox.clear()

    def _sent(self, name: Name, raw: bytes) -> Record:
        topic = f"{name.service}.events"
        found = record_of(Read(topic, partition_of(name.id), len(self.records), name.id.encode(), raw))
        record = cast(Record, found)
        self.records.append(record)
        return record

    def _hear(self, record: Record) -> None:
        for service, listening in SERVICES.items():
            heard = listening.hears.get(record.envelope.type)
            if heard is None:
                continue
            for to in gathered(self._led_to(service, heard, record.fact)):
                cause = Heard(record.envelope.heard_key, record.number)
                home = Home(NETWORK, NETWORK, record.envelope.correlationid)
                actor = Actor("system", service, "system")
                self._act(Unit(to, cause, actor, home, record.envelope.id))

    def _led_to(self, service: str, heard: Hears, fact: Fact) -> Sequence[To]:
        if heard.pure is not None:
            return heard.pure(fact)
        if heard.looking is None or type(fact) in OUTSIDE:
            return OUTSIDE[type(fact)](fact)
        asked = heard.looking(fact, self._shelf(service).as_store)
        return at_once(cast(Coroutine[Any, Any, list[To]], asked))

    def _shelf(self, service: str) -> Shelf:
        def rows(kind: str) -> Mapping[str, Stored]:
            return {n.id: self._kept(n) for n in self.documents if (n.service, n.kind) == (service, kind)}

        return Shelf(rows, stands_still=False)

    def _kept(self, name: Name) -> Stored:
        document = self.documents[name]
        version, stored = self.stored.get(name, (-1, None))
        if stored is None or version != document.version:
            stored = _stored(name, document)
            self.stored[name] = (document.version, stored)
        return stored

    def history(self) -> History:
        """What a reader of all topics and stores would find."""
        documents = {name: self._kept(name) for name in self.documents}
        archived = {record.envelope.id: record.content for record in self.records}
        mails = Counter(record.name.id for record in self.records if isinstance(record.fact, MessageSent))
        return History(self.records, documents, archived=archived, mails=mails)


Outside = Callable[[Any], list[To]]
OUTSIDE: Mapping[type[Fact], Outside] = {
    MatchRunRequested: lambda fact: [
        To(
            MATCH_RUN,
            fact.said.subject,
            CompleteMatchRun(considered=2, eligible=2, filtered_out=(), weights_version=1),
        )
    ],
    CandidateConsentNoted: lambda fact: [],
    MessageRequested: lambda fact: [To(MESSAGE, fact.said.subject, MarkSent())],
    MessageReleased: lambda fact: [To(MESSAGE, fact.said.subject, MarkSent())],
}
"""What touches the outside world, or more of a store than its aggregates, is made short here."""


def _stored(name: Name, document: Document[Any]) -> Stored:
    return Stored(
        name=name,
        version=document.version,
        sequence=document.sequence,
        state=state_to_bson(document.state) if document.sequence else None,
        heard=dict(document.heard),
        unsent=(),
        keys=frozenset(document.keys),
        tenant=document.tenant,
        orgunit=document.orgunit,
    )
