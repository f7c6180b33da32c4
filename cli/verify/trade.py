"""What joining and learning promise: who was accepted is a partner, who is active has agreed, who passed is certified."""

from collections import Counter, defaultdict

from cli.verify.folding import states_before
from cli.verify.rule import Found, Rule, rules
from cli.verify.seen import History, Record, Stored
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
    "I49": Rule(nothing_after_the_end),
}
