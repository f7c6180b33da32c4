"""Nine kinds of bad record for each topic heard, made from the contracts' first samples."""

import json
import os
from dataclasses import dataclass
from typing import Any

from cli.stack.layout import ROOT
from shared.ids import uuid7
from tests.asked import new_id

GOLDEN = ROOT / "tests" / "contracts" / "golden"
HEARD = (
    ("recruitment", "recruitment.events", "recruitment.application_accepted"),
    ("recruitment", "matching.events", "matching.offer_accepted"),
    ("training", "recruitment.events", "recruitment.partner_created"),
    ("training", "training.events", "training.certification_issued"),
    ("training", "participation.events", "participation.engagement_created"),
)
"""(who hears, which topic, by the sample of which fact it is tried)"""
PARKED = {
    "bad JSON": "not_an_envelope",
    "wrong envelope": "not_an_envelope",
    "wrong data": "wrong_contents",
    "empty value": "not_an_envelope",
    "1 MB compressed": "not_an_envelope",
    "a handler that raises": "bug",
}
"""How each kind that stops its subject is noted; the others stop nobody."""
PASSED = ("bad header", "unknown type", "unknown version")
KINDS = (*PARKED, *PASSED)
HANDLER_RAISES_FOR = "ba60bad0-"


@dataclass(frozen=True, slots=True)
class Bad:
    """One bad record, by its kind, and the good ones of the same subject."""

    kind: str
    subject: str
    key: bytes
    value: bytes
    headers: list[tuple[str, bytes]]
    fact: dict[str, Any]

    def next(self, number: int) -> dict[str, Any]:
        """The fact that follows in the same subject."""
        return {**self.fact, "id": uuid7(), "sequence": f"{number:012d}"}


def fact_of(name: str, tenant: str, unit: str, *, person: str = "", subject: str = "") -> dict[str, Any]:
    """A fact as first published, about somebody new."""
    document: dict[str, Any] = json.loads((GOLDEN / f"roundtable.{name}.v1.json").read_text())
    person = person or new_id()
    said_of_person = name in ("recruitment.partner_created",)
    subject = subject or (person if said_of_person else new_id())
    envelope = {"id": uuid7(), "subject": subject, "partitionkey": subject, "sequence": f"{1:012d}"}
    data = {**document["data"], "person_id": person}
    return {**document, **envelope, "tenant": tenant, "orgunit": unit, "data": data}


def bad_record(kind: str, fact: dict[str, Any]) -> Bad:
    """The fact, spoilt in one way."""
    subject, headers = fact["subject"], [("content-type", b"application/cloudevents+json")]
    value = json.dumps(fact).encode()
    match kind:
        case "bad JSON":
            value = value[:-20]
        case "wrong envelope":
            value = json.dumps(
                {k: v for k, v in fact.items() if k != "tenant"} | {"sequence": "one"}
            ).encode()
        case "wrong data":
            value = json.dumps({**fact, "data": {"acted_as": "system", "person_id": 17}}).encode()
        case "bad header":
            headers = [("content-type", b"\xff\xfe"), ("traceparent", b"\x00" * 40), ("", b"")]
        case "empty value":
            value = b""
        case "1 MB compressed":
            value = (os.urandom(4000).hex() * 125).encode()
        case "unknown type":
            value = json.dumps({**fact, "type": fact["type"].replace(".v1", "_unheard_of.v1")}).encode()
        case "unknown version":
            value = json.dumps({**fact, "type": fact["type"].replace(".v1", ".v99")}).encode()
        case _:
            pass
    return Bad(kind, subject, subject.encode(), value, headers, fact)
