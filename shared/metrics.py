"""What a service counts, each with a sentence; no id is ever a label, and every app has a registry of its own."""

from collections import Counter as Tally
from collections.abc import Iterable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from shared.contracts.fact import Fact


class Metrics:
    """The metrics of one process; cheap enough for the road."""

    def __init__(self, service: str, version: str) -> None:
        self.registry = registry = CollectorRegistry()
        self._said = Counter("roundtable_facts_said", "Facts saved, by type.", ["type"], registry=registry)
        self._heard = Counter(
            "roundtable_records_heard",
            "Records read, by topic and what became of them (handled, passed, heard_before, parked).",
            ["topic", "outcome"],
            registry=registry,
        )
        self._rejected = Counter(
            "roundtable_rejected", "Commands the business refused.", ["code"], registry=registry
        )
        self._dead = Counter(
            "roundtable_dead_letters",
            "Records that wait for a human.",
            ["topic", "reason"],
            registry=registry,
        )
        self._parked_subjects = Gauge("roundtable_parked_subjects", "Subjects that wait.", registry=registry)
        self._dead_now = Gauge(
            "roundtable_dead_letters_waiting", "Dead letters there are now.", registry=registry
        )
        self.conflicts = Counter("roundtable_conflicts", "Saves decided again.", registry=registry)
        self.producers_renewed = Counter(
            "roundtable_producers_renewed", "Relay producers thrown away.", registry=registry
        )
        self.lanes_stopped = Counter(
            "roundtable_lanes_stopped",
            "Partitions whose relay stopped because Kafka refuses a fact.",
            registry=registry,
        )
        self.outbox_pending = Gauge(
            "roundtable_outbox_pending", "Aggregates with facts in the relay.", registry=registry
        )
        self.outbox_unsent = Gauge(
            "roundtable_outbox_unsent",
            "Saved aggregates, up to a thousand of a kind, with facts not known to be on the topic.",
            registry=registry,
        )
        self.progress_age = Gauge(
            "roundtable_last_progress_age_seconds", "Since a batch was last acted on.", registry=registry
        )
        self.requests = Histogram(
            "http_server_request_duration_seconds",
            "Requests answered.",
            ["method", "status"],
            registry=registry,
        )
        Gauge("roundtable_build_info", "Which build runs.", ["service", "version"], registry=registry).labels(
            service, version
        ).set(1)

    def said(self, facts: Iterable[Fact]) -> None:
        """Facts of one save."""
        for type_, count in Tally(fact.TYPE for fact in facts).items():
            self._said.labels(type_).inc(count)

    def heard(self, topic: str, outcome: str, count: int = 1) -> None:
        """Records of one topic and what became of them."""
        self._heard.labels(topic, outcome).inc(count)

    def heard_many(self, topics: Iterable[str]) -> None:
        """Records of a batch that were handled."""
        for topic, count in Tally(topics).items():
            self.heard(topic, "handled", count)

    def rejected(self, code: str) -> None:
        """The business said no."""
        self._rejected.labels(code).inc()

    def dead_letter(self, topic: str, reason: str) -> None:
        """A record will not be tried again by itself."""
        self._dead.labels(topic, reason).inc()

    def parked(self, subjects: int, dead: int) -> None:
        """How much waits now."""
        self._parked_subjects.set(subjects)
        self._dead_now.set(dead)

    def exposition(self) -> bytes:
        """The text that `/metrics` answers."""
        return generate_latest(self.registry)
