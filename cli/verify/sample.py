"""A small town that lives in memory: real decisions, really folded and heard, for when no stack is there."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from cli.verify.seen import SERVICES, AnyDecider, History, Name, Record, Stored, record_of
from services.recruitment.domain import APPLICATION, ORG_UNIT, PARTNER, PROFESSIONAL
from services.recruitment.domain.application import (
    AcceptApplication,
    RecordRubric,
    StartApplication,
    StartReview,
    SubmitApplication,
)
from services.recruitment.domain.consent import CONTACT, MATCHING, GrantConsent
from services.recruitment.domain.org_unit import RegisterOrgUnit
from services.recruitment.domain.partner import AcceptAgreement
from services.recruitment.domain.professional import RegisterProfessional
from services.recruitment.domain.profile import GiveProfile
from services.training.domain import COURSE, CURRICULUM, LEARNING_RECORD
from services.training.domain.course import PublishCourse
from services.training.domain.curriculum import SetCurriculum
from services.training.domain.learning_record import AssignTraining, RecordResult, StartCourse
from shared.contracts.fact import Private
from shared.contracts.training import LearnerNoted
from shared.decider import To
from shared.ids import derived, door
from shared.kafka.partition import partition_of
from shared.kafka.reader import Read
from shared.mongo.codec import state_to_bson
from shared.road.fold import fold
from shared.road.unit import Actor, Asked, Document, Done, Heard, Home, Unit

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
NETWORK = derived("sample", "network")
COURSE_ID = derived("sample", "course")
CONTACT_ID = derived("sample", "contact")
CODES = ("other",)


@dataclass
class Town:
    """Every aggregate of every service, and one topic each on which they are heard at once."""

    documents: dict[Name, Document[Any]] = field(default_factory=dict[Name, Document[Any]])
    records: list[Record] = field(default_factory=list[Record])
    now: datetime = START
    asked: int = 0

    def ask(self, decider: AnyDecider, id: str, command: Any) -> None:
        """Somebody asks at the door."""
        self.asked += 1
        key = door("sample", decider.plural, str(self.asked))
        self._act(To(decider, id, command), Asked(key, "hash"), Actor("user", CONTACT_ID, "lead"), key)

    def _act(self, to: To, cause: Asked | Heard, actor: Actor, causation: str) -> None:
        self.now += timedelta(seconds=1)
        name = Name(to.decider.service, to.decider.kind, to.id)
        document = self.documents.setdefault(name, Document(to.id, to.decider.initial))
        unit = Unit(to, cause, actor, Home(NETWORK, NETWORK), causation)
        [(_, outcome)] = fold(to.decider, document, [unit], self.now).outcomes
        if not isinstance(outcome, Done):
            raise ValueError(f"{name}: {outcome}")
        document.version += 1
        document.tenant = document.tenant or NETWORK
        said = [self._sent(name, raw) for _, raw in document.outbox]
        document.outbox.clear()
        for record in said:
            self._hear(record)

    def _sent(self, name: Name, raw: bytes) -> Record:
        found = record_of(
            Read(f"{name.service}.events", partition_of(name.id), len(self.records), name.id.encode(), raw)
        )
        record = cast(Record, found)
        self.records.append(record)
        return record

    def _hear(self, record: Record) -> None:
        for service, listening in SERVICES.items():
            heard = listening.hears.get(record.envelope.type)
            if heard is None:
                continue
            cause = Heard(record.envelope.heard_key, record.number)
            targets = heard.pure(record.fact) if heard.pure else _looked_up(record)
            for to in targets:
                self._act(to, cause, Actor("system", service, "system"), record.envelope.id)

    def history(self) -> History:
        """What a reader of all topics and stores would find."""
        return History(self.records, {name: _stored(name, d) for name, d in self.documents.items()})


def _looked_up(record: Record) -> list[To]:
    """What training finds in its store here: one course, for every partner."""
    fact = record.fact
    if not isinstance(fact, LearnerNoted) or fact.side != "partner":
        return []
    assign = AssignTraining(
        person_id=fact.person_id,
        course_id=COURSE_ID,
        side=fact.side,
        pass_mark=70,
        validity_days=365,
        max_attempts=3,
    )
    return [To(LEARNING_RECORD, derived("training", "learning_record", fact.person_id, COURSE_ID), assign)]


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
    )


def sample() -> History:
    """A network, its contact, a course, and two partners on their way."""
    town = Town()
    _found(town)
    for nth in range(2):
        person_id = derived("sample", "person", nth)
        application_id = derived("sample", "application", nth)
        _joins(town, person_id, application_id)
        _becomes_active(town, person_id)
        _learns(town, derived("training", "learning_record", person_id, COURSE_ID))
    return town.history()


def _found(town: Town) -> None:
    network = RegisterOrgUnit(
        code="net", kind="network", parent_id=None, zone="Europe/London", locale="en", currency="GBP"
    )
    town.ask(ORG_UNIT, NETWORK, network)
    course = PublishCourse(
        code="core",
        version=1,
        audience="partner",
        minutes=30,
        pass_mark=70,
        validity_days=365,
        max_attempts=3,
    )
    town.ask(COURSE, COURSE_ID, course)
    curriculum = SetCurriculum(side="partner", course_ids=(COURSE_ID,))
    town.ask(CURRICULUM, derived("training", "curriculum", NETWORK, "partner"), curriculum)
    contact = RegisterProfessional(person_id=CONTACT_ID, role_codes=CODES, support_contact_id=None)
    town.ask(PROFESSIONAL, derived("sample", "professional"), contact)


def _joins(town: Town, person_id: str, application_id: str) -> None:
    start = StartApplication(
        person_id=person_id,
        channel="web",
        referral_unit_id=NETWORK,
        campaign_id=None,
        assisted=False,
        partner_types=("patient",),
        barrier_codes=Private("sealed"),
        support_contact_id=CONTACT_ID,
        person_fingerprint=Private(person_id),
        details=Private("sealed"),
    )
    reviewer = derived("sample", "reviewer")
    rubric = RecordRubric(
        interest=3,
        lived_experience=3,
        constructive_engagement=3,
        reviewer_id=reviewer,
        note=Private("sealed"),
    )
    decided = AcceptApplication(decided_by=derived("sample", "approver"))
    for command in (start, SubmitApplication(), StartReview(reviewer), rubric, decided):
        town.ask(APPLICATION, application_id, command)


def _becomes_active(town: Town, person_id: str) -> None:
    profile = GiveProfile(
        roles=CODES,
        skills=CODES,
        interests=CODES,
        motivations=CODES,
        modes=CODES,
        dayparts=CODES,
        max_hours_per_month=4,
        experience_level="new",
        lived_experience=Private("sealed"),
    )
    for side in ("partner", "programme"):
        town.ask(PARTNER, person_id, AcceptAgreement(side, 1))
    for purpose in (CONTACT, MATCHING):
        town.ask(
            PARTNER,
            person_id,
            GrantConsent(purpose=purpose, text_version=1, language="en", channel="web", proxy=False),
        )
    town.ask(PARTNER, person_id, profile)


def _learns(town: Town, record_id: str) -> None:
    town.ask(LEARNING_RECORD, record_id, StartCourse())
    town.ask(LEARNING_RECORD, record_id, RecordResult(90, Private("sealed")))
