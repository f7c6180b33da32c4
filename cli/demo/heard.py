"""What a listener outside every service hears of this run's network, as it is said."""

import json
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from shared.kafka.reader import tail

TOPICS = ("recruitment.events", "recruitment.contacts", "training.events")
Facts = dict[str, list[dict[str, Any]]]


@dataclass(slots=True)
class Heard:
    """Facts of one tenant: how many of each, the first of each kind shown, the moments the report needs."""

    servers: str
    tenant: str
    show: Callable[[str], None]
    said: Counter[str] = field(default_factory=Counter[str])
    repeats: int = 0
    by_person: defaultdict[str, dict[str, datetime]] = field(default_factory=lambda: defaultdict(dict))
    channels: dict[str, str] = field(default_factory=dict[str, str])
    certificates: Counter[str] = field(default_factory=Counter[str])
    _seen: set[tuple[str, str]] = field(default_factory=set[tuple[str, str]])

    async def listen(self) -> None:
        """For ever; the caller cancels it."""
        async for record in tail(self.servers, TOPICS):
            fact: dict[str, Any] = json.loads(record.value)
            if fact["tenant"] != self.tenant:
                continue
            if (fact["subject"], fact["sequence"]) in self._seen:
                self.repeats += 1
                continue
            self._seen.add((fact["subject"], fact["sequence"]))
            self._note(fact)

    def _note(self, fact: dict[str, Any]) -> None:
        name = fact["type"].split(".")[2]
        self.said[name] += 1
        person, at = fact["data"].get("person_id", ""), datetime.fromisoformat(fact["time"])
        if self.said[name] == 1 or self.said[name] % 500 == 0:
            self.show(
                f"{fact['time'][11:19]}  {fact['source'][1:]:<12} {name:<26} (number {self.said[name]})"
            )
        if name == "application_started":
            self.channels[person] = fact["data"]["channel"]
        if name == "certification_issued" and fact["data"]["side"] == "partner":
            self.certificates[person] += 1
            self.by_person[person]["certified"] = at
        elif person and name in ("application_submitted", "application_accepted", "partner_activated"):
            self.by_person[person].setdefault(name, at)
