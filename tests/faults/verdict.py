"""What must be true of the topics after whatever happened: nothing lost, nothing doubled, nothing out of order."""

import json
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any

from shared.kafka.reader import Read, whole
from shared.kafka.topics import all_topics

FOLLOWS = {
    "org-units": "org_unit_registered",
    "professionals": "professional_registered",
    "applications": "application_started",
    "applications submit": "application_submitted",
    "applications start-review": "application_review_started",
    "applications record-rubric": "application_assessed",
    "applications accept": "application_accepted",
    "contact-cards": "contact_details_given",
    "partners grant-consent": "consent_granted",
    "partners give-profile": "profile_given",
    "courses": "course_published",
    "curricula": "curriculum_set",
    "learning-records start": "enrolment_started",
    "learning-records record-result": "certification_issued",
    "opportunities": "opportunity_drafted",
    "opportunities submit": "opportunity_submitted",
    "opportunities approve": "opportunity_approved",
    "opportunities open": "opportunity_opened",
    "opportunities confirm-shortlist": "shortlist_confirmed",
    "opportunities close": "opportunity_closed",
    "rate-cards": "rate_card_published",
    "sessions": "session_planned",
    "sessions publish": "session_published",
    "sessions close": "session_held",
    "attendances record": "attendance_recorded",
    "claims approve": "compensation_approved",
    "payment-runs": "payment_run_started",
    "payment-runs write-file": "payment_file_written",
    "influence-items acknowledge": "influence_acknowledged",
    "influence-items dispose": "influence_disposed",
}
"""What is said, once, by whom a command is given when it is acknowledged."""
MANY = {
    "partners accept-agreement": "agreement_accepted",
    "opportunities assign-professional": "professional_assigned",
    "payment-runs read-confirmation": "payment_confirmed",
}
"""What is said at least once: by another side as well, by a page behind a link, or once for each line."""


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
    return judged(await whole(servers, all_topics()))


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
    keys, wrong = set[str](), list[str]()
    for entry in journal:
        if not _acknowledged(entry) or entry["key"] in keys:
            continue
        keys.add(entry["key"])
        acknowledged[entry["id"], _command(entry["path"])] += 1
    for (id, command), times in acknowledged.items():
        name = FOLLOWS.get(command) or MANY[command]
        there = sum(_name(fact) == name for fact in found.by_subject.get(id, []))
        if there < times or (there > times and command in FOLLOWS):
            wrong.append(f"{name} of {id}: acknowledged {times} times, said {there} times")
    return len(keys), wrong


def _acknowledged(entry: dict[str, Any]) -> bool:
    return entry["at"] == "end" and entry["service"] != "issuer" and 200 <= entry["status"] < 300


def _command(path: str) -> str:
    """The plural, and the command if it is one to somebody who is there."""
    plural, *rest = path.removeprefix("/v1/").split("/")
    return f"{plural} {rest[1]}" if rest else plural


def _name(fact: dict[str, Any]) -> str:
    return str(fact["type"]).split(".")[2]
