"""What a listener outside every service hears of this run's network, as it is said."""

import asyncio
import json
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from aiokafka.errors import KafkaError

from shared.kafka.reader import tail

TOPICS = (
    "recruitment.contacts",
    *(
        f"{who}.events"
        for who in ("recruitment", "training", "matching", "participation", "evaluation", "notifications")
    ),
)
MOMENTS = (
    *("application_started", "application_submitted", "application_accepted", "partner_activated"),
    *("offer_accepted", "engagement_activated", "compensation_paid", "influence_contributor_told"),
)
KEPT = frozenset({
    *("opportunity_opened", "match_run_completed", "offer_declined", "seat_filled", "session_held"),
    *("attendance_declined", "attendance_recorded", "compensation_accrued", "compensation_declined"),
    *("compensation_paid", "payment_file_written", "survey_invitation_sent", "survey_completed"),
    *("influence_recorded", "influence_disposed", "influence_loop_closed", "message_sent"),
})  # fmt: skip
"""Of these the report wants to know what is in them."""
SHOWN_PER_SECOND = 8
Facts = dict[str, list[dict[str, Any]]]


@dataclass(slots=True)
class Heard:
    """Facts of one tenant: how many of each, and the moments the report needs.

    The first of every kind is shown, and as many of the others as an eye can follow.
    """

    servers: str
    tenant: str
    show: Callable[[str], None]
    said: Counter[str] = field(default_factory=Counter[str])
    repeats: int = 0
    by_person: defaultdict[str, dict[str, datetime]] = field(default_factory=lambda: defaultdict(dict))
    channels: dict[str, str] = field(default_factory=dict[str, str])
    kept: defaultdict[str, list[dict[str, Any]]] = field(
        default_factory=lambda: defaultdict(list[dict[str, Any]])
    )
    certificates: Counter[str] = field(default_factory=Counter[str])
    began: asyncio.Event = field(default_factory=asyncio.Event)
    _seen: set[tuple[str, str]] = field(default_factory=set[tuple[str, str]])
    _second: int = 0
    _shown: int = 0
    _unshown: int = 0

    async def listen(self) -> None:
        """For ever; the caller cancels it. `began` is set once nothing said from then on is missed."""
        while True:
            try:
                async for record in tail(self.servers, TOPICS, began=self.began.set):
                    self.hear(record.value)
            except KafkaError:
                await asyncio.sleep(1)  # nobody there yet: whoever waits for `began` says so

    def hear(self, value: bytes) -> None:
        """Every fact of this network once, however often it is said."""
        try:
            fact: dict[str, Any] = json.loads(value)
            name, of = (fact["subject"], fact["sequence"]), fact["tenant"]
        except (ValueError, TypeError, KeyError):
            return  # no fact of anybody's: the services park it, and a listener passes it by
        if of != self.tenant:
            return
        if name in self._seen:
            self.repeats += 1
            return
        self._seen.add(name)
        self._note(fact)

    def _note(self, fact: dict[str, Any]) -> None:
        name = fact["type"].split(".")[2]
        self.said[name] += 1
        self._show(fact, name)
        if name in KEPT:
            self.kept[name].append({**fact["data"], "subject": fact["subject"], "orgunit": fact["orgunit"]})
        person, at = fact["data"].get("person_id", ""), datetime.fromisoformat(fact["time"])
        if name == "application_started":
            self.channels[person] = fact["data"]["channel"]
        if name == "certification_issued" and fact["data"]["side"] == "partner":
            self.certificates[person] += 1
            self.by_person[person]["certified"] = at
        elif name == "attendance_recorded" and fact["data"]["outcome"] == "attended":
            self.by_person[person].setdefault("attended", at)
        elif person and name in MOMENTS:
            self.by_person[person].setdefault(name, at)

    def _show(self, fact: dict[str, Any], name: str) -> None:
        second = int(time.monotonic())
        if second != self._second:
            self._second, self._shown = second, 0
            if self._unshown:
                self.show(f"          … and {self._unshown} more facts")
                self._unshown = 0
        if self._shown >= SHOWN_PER_SECOND and self.said[name] > 1:
            self._unshown += 1
            return
        self._shown += 1
        words = f"{name.replace('_', ' ')} ({fact['data']['acted_as']})"
        self.show(f"{fact['time'][11:19]}  {fact['source'][1:]:<12} {fact['subject'][:8]}  {words}")
