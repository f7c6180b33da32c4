"""Nine kinds of bad record, made from the contracts' first samples."""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cli.stack.layout import ROOT
from shared.ids import uuid7
from tests.asked import new_id

GOLDEN = ROOT / "tests" / "contracts" / "golden"
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
RAISES = "a handler that raises"
SAID_BY_THE_PERSON = (
    "recruitment.partner_created",
    "recruitment.partner_paused",
    "recruitment.profile_given",
)
"""Facts whose subject is the person they are about."""
Fact = dict[str, Any]
Place = tuple[str, int, int]
"""Topic, partition, offset."""


@dataclass(slots=True)
class Bad:
    """One bad record by its kind, the good one it should have been, and the one that follows it."""

    kind: str
    value: bytes
    headers: list[tuple[str, bytes]]
    fact: Fact
    behind: Fact
    at: Place = field(default=("", 0, 0))
    """Where it lies, once it was said."""

    @property
    def subject(self) -> str:
        """Which is its key, too."""
        return self.fact["subject"]

    @property
    def stops(self) -> bool:
        """Whether its subject waits."""
        return self.kind in PARKED


def fact_of(name: str, tenant: str, unit: str, about: Mapping[str, Any] | None = None) -> Fact:
    """A fact as first published, in a story of its own; whom and what it names is new but for what it is about."""
    document: Fact = json.loads((GOLDEN / f"roundtable.{name}.v1.json").read_text())
    fresh = {field: new_id() for field in document["data"] if field.endswith("_id")}
    data = {**document["data"], **fresh, **(about or {})}
    subject = data["person_id"] if name in SAID_BY_THE_PERSON else new_id()
    around = {"tenant": tenant, "orgunit": unit, "correlationid": new_id()}
    return numbered({**document, **around, "data": data}, 1, subject)


def numbered(fact: Fact, number: int, subject: str = "") -> Fact:
    """The same said again, in the same subject unless one is named, as its how-manieth."""
    subject = subject or fact["subject"]
    place = {"subject": subject, "partitionkey": subject, "sequence": f"{number:012d}"}
    return {**fact, "id": uuid7(), **place}


def bad_record(kind: str, fact: Fact, behind: Fact) -> Bad:
    """The fact, spoilt in one way."""
    headers = [("content-type", b"application/cloudevents+json")]
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
    return Bad(kind, value, headers, fact, behind)
