"""What the business promises: who was accepted is a partner, who is active has agreed, every id leads somewhere."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from cli.verify.folding import states_before
from cli.verify.rule import Found, Rule, rules
from cli.verify.seen import History, Name, Record, Stored
from services.recruitment.domain.consent import CONTACT, MATCHING
from shared.contracts.fact import Fact
from shared.contracts.recruitment import (
    AgreementAccepted,
    ApplicationAccepted,
    ApplicationAssessed,
    ApplicationStarted,
    ConsentGranted,
    ConsentWithdrawn,
    PartnerActivated,
    PartnerCreated,
    ProfessionalRegistered,
    ProfileGiven,
)
from shared.contracts.training import CertificationIssued, LearnerNoted, TrainingPassed

OPEN = {"draft", "submitted", "under_review"}


def one_partner_each(history: History) -> Found:
    """Accepted without a rubric or a partner; a partner without an accepted application of their own."""
    accepted = {r.name.id: r for r in history.of(ApplicationAccepted)}
    created = history.of(PartnerCreated)
    partners = {r.name.id for r in created}
    rubrics = {r.name.id for r in history.of(ApplicationAssessed) if _is_whole(r.fact)}
    wrong = [f"{r.name} without a rubric" for id, r in accepted.items() if id not in rubrics]
    wrong += [f"{r.name} without a partner" for r in accepted.values() if _person(r) not in partners]
    claimed = Counter(_application(r) for r in created)
    for record in created:
        source = accepted.get(_application(record))
        if source is None or _person(source) != record.name.id:
            wrong.append(f"{record.name} without an accepted application")
        elif claimed[_application(record)] > 1:
            wrong.append(f"{record.name} shares its application")
    return Found(len(accepted), wrong)


def _is_whole(fact: Fact) -> bool:
    return isinstance(fact, ApplicationAssessed) and all(
        0 <= part <= 3 for part in (fact.interest, fact.lived_experience, fact.constructive_engagement)
    )


def _person(record: Record) -> str:
    return getattr(record.fact, "person_id", "")


def _application(record: Record) -> str:
    return getattr(record.fact, "application_id", "")


def one_open_application(history: History) -> Found:
    """Two open applications of one person in one network."""
    applications = [d for d in history.begun if d.name.kind == "application" and d.state]
    open_ones: defaultdict[tuple[str, str], list[Stored]] = defaultdict(list)
    for document in applications:
        if document.fingerprint and (document.state or {}).get("is") in OPEN:
            open_ones[document.tenant, document.fingerprint].append(document)
    wrong = [" and ".join(str(d.name) for d in same) for same in open_ones.values() if len(same) > 1]
    return Found(len(applications), wrong)


def each_certificate_was_passed(history: History) -> Found:
    """A certification that does not follow right on one passed attempt."""
    issued = history.of(CertificationIssued)
    wrong: list[str] = []
    for record in issued:
        before = history.said[record.name].get(record.number - 1)
        passed = before if before is not None and isinstance(before.fact, TrainingPassed) else None
        if passed is None or passed.envelope.causedby != record.envelope.causedby:
            wrong.append(f"{record.name} #{record.number}")
    return Found(len(issued), wrong)


_UNIT, _STAFF = ("recruitment", "org_unit"), ("recruitment", "professional")
_PARTNER, _COURSE = ("recruitment", "partner"), ("training", "course")
REFERENCES: Mapping[tuple[str, str], tuple[tuple[str, str], ...]] = {
    ("org_unit", "parent_id"): (_UNIT,),
    ("application", "support_contact_id"): (_STAFF,),
    ("application", "referral_unit_id"): (_UNIT,),
    ("professional", "support_contact_id"): (_STAFF,),
    ("partner", "support_contact_id"): (_STAFF,),
    ("partner", "application_id"): (("recruitment", "application"),),
    ("partner", "home_unit_id"): (_UNIT,),
    ("curriculum", "course_ids"): (_COURSE,),
    ("learning_record", "course_id"): (_COURSE,),
    ("learning_record", "person_id"): (_PARTNER, _STAFF),
    ("readiness", "person_id"): (_PARTNER, _STAFF),
    ("support_plan", "course_id"): (_COURSE,),
}
"""Which field of a state names an aggregate of which owner."""


def _references(history: History) -> Iterator[tuple[Stored, str, str, Stored | None]]:
    staff = {(d.state or {}).get("person_id"): d for d in history.begun if d.name.kind == "professional"}
    for document in history.begun:
        for (kind, field), owners in REFERENCES.items():
            if kind != document.name.kind:
                continue
            for id in _ids((document.state or {}).get(field)):
                named = [history.documents.get(Name(*owner, id)) for owner in owners]
                named += [staff.get(id)] if _STAFF in owners else []
                yield document, field, id, next((d for d in named if d and d.sequence), None)


def _ids(value: Any) -> list[str]:
    if not value:
        return []
    return [value] if isinstance(value, str) else list(value)


def foreign_ids_exist(history: History) -> Found:
    """An id of somebody else's that is nowhere."""
    found = list(_references(history))
    return Found(len(found), [f"{d.name} {field} {id}" for d, field, id, owner in found if owner is None])


def one_network(history: History) -> Found:
    """What belongs together, in two networks."""
    found = [(d, field, owner) for d, field, _, owner in _references(history) if owner]
    return Found(len(found), [f"{d.name} {field}" for d, field, owner in found if d.tenant != owner.tenant])


def nothing_after_the_end(history: History) -> Found:
    """A word of an aggregate whose story is over."""
    population, wrong = 0, list[str]()
    for name in history.said:
        decider = history.decider(name)
        if decider is None or not decider.terminal:
            continue
        population += 1
        said = states_before(decider, history.facts(name))
        wrong += [f"{name} #{r.number}" for state, r in said if isinstance(state, decider.terminal)]
    return Found(population, wrong)


def activation(history: History) -> Found:
    """Activated before both agreements, P1, P2 and a profile of their own."""
    activated = history.of(PartnerActivated)
    return Found(len(activated), [str(record.name) for record in activated if not _complete(history, record)])


def _complete(history: History, activated: Record) -> bool:
    met: set[str] = set()
    for record in history.facts(activated.name):
        if record.number >= activated.number or _person(record) != _person(activated):
            continue
        match record.fact:
            case AgreementAccepted(side=met_now) | ConsentGranted(purpose=met_now):
                met.add(met_now)
            case ConsentWithdrawn(purpose=purpose):
                met.discard(purpose)
            case ProfileGiven():
                met.add("profile")
            case _:
                pass
    return {"partner", "programme", CONTACT, MATCHING, "profile"} <= met


def accepted_became_partners(history: History) -> Found:
    """More or fewer partners than people accepted; who joins again adds an application, never a partner."""
    accepted = Counter({_person(r): 1 for r in history.of(ApplicationAccepted)})
    return _as_many(accepted, Counter(_person(r) for r in history.of(PartnerCreated)))


def all_became_learners(history: History) -> Found:
    """More or fewer learners than partners and professionals."""
    joined = [*history.of(PartnerCreated), *history.of(ProfessionalRegistered)]
    noted = Counter(_person(r) for r in history.of(LearnerNoted))
    return _as_many(Counter(_person(r) for r in joined), noted)


def _as_many(first: Counter[str], then: Counter[str]) -> Found:
    wrong = [f"person {id}: {first[id]}, then {then[id]}" for id in first | then if first[id] != then[id]]
    return Found(first.total(), wrong)


TRADE: dict[str, Rule] = {
    **rules(
        {
            "I12": one_partner_each,
            "I13": one_open_application,
            "activation": activation,
            "accepted_partners": accepted_became_partners,
        },
        ApplicationStarted,
    ),
    "I23": Rule(each_certificate_was_passed, (LearnerNoted,)),
    "learners_noted": Rule(all_became_learners, (PartnerCreated, ProfessionalRegistered)),
    **rules({"I46": foreign_ids_exist, "I47": one_network, "I49": nothing_after_the_end}),
}
