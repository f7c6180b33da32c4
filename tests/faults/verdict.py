"""What must be true of the topics after whatever happened: nothing lost, nothing doubled, nothing out of order."""

import json
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any

from shared.kafka.reader import Read, whole

SAID_BY = ("recruitment.events", "recruitment.contacts", "training.events")
FOLLOWS = {
    "applications": "application_started",
    "contact-cards": "contact_details_given",
    "org-units": "org_unit_registered",
    "professionals": "professional_registered",
    "courses": "course_published",
    "curricula": "curriculum_set",
    "submit": "application_submitted",
    "start-review": "application_review_started",
    "record-rubric": "application_assessed",
    "accept": "application_accepted",
    "accept-agreement": "agreement_accepted",
    "grant-consent": "consent_granted",
    "give-profile": "profile_given",
    "start": "enrolment_started",
    "record-result": "certification_issued",
}
"""What is said, once, when a command is acknowledged."""


@dataclass
class Said:
    """All facts, each once, by the aggregate that said it."""

    by_subject: dict[str, list[dict[str, Any]]] = field(default_factory=dict[str, list[dict[str, Any]]])
    records: int = 0
    repeats: int = 0
    wrong: list[str] = field(default_factory=list[str])

    def count(self, name: str) -> int:
        """How many facts of one kind."""
        return sum(_name(fact) == name for facts in self.by_subject.values() for fact in facts)


async def said(servers: str) -> Said:
    """Everything the services said; what is wrong with its order is noted."""
    return judged(await whole(servers, SAID_BY))


def judged(records: list[Read]) -> Said:
    """A subject's facts are numbered without a gap, in order, and a repeat is the same fact."""
    found, ids = Said(records=len(records)), set[str]()
    kept: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    for record in records:
        fact: dict[str, Any] = json.loads(record.value)
        facts, number = kept[fact["subject"]], int(fact["sequence"])
        if number <= len(facts):
            found.repeats += 1
            if facts[number - 1] != fact:
                found.wrong.append(f"{fact['subject']} says {number} twice, and differently")
        elif number > len(facts) + 1:
            found.wrong.append(f"{fact['subject']} jumps from {len(facts)} to {number}")
        else:
            if fact["id"] in ids:
                found.wrong.append(f"{fact['subject']} uses the id of another fact")
            ids.add(fact["id"])
            facts.append(fact)
    found.by_subject = dict(kept)
    return found


def against(journal: list[dict[str, Any]], found: Said) -> tuple[int, list[str]]:
    """(commands acknowledged, what the topics do not bear out): each was acted on exactly once."""
    acknowledged: Counter[tuple[str, str]] = Counter()
    keys = set[str]()
    for entry in journal:
        if entry["at"] != "end" or entry["service"] == "issuer" or not 200 <= entry["status"] < 300:
            continue
        if entry["key"] in keys:
            continue
        keys.add(entry["key"])
        acknowledged[entry["id"], FOLLOWS[entry["path"].rsplit("/", 1)[-1]]] += 1
    wrong: list[str] = []
    for (id, name), times in acknowledged.items():
        there = sum(_name(fact) == name for fact in found.by_subject.get(id, []))
        if there != times:
            wrong.append(f"{name} of {id}: acknowledged {times} times, said {there} times")
    return len(keys), wrong


def _name(fact: dict[str, Any]) -> str:
    return str(fact["type"]).split(".")[2]
