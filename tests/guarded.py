"""A secured Kafka in which every service has a user of its own, with the rights that operators are told to give it."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.protocol.admin import CreateAclsRequest

from shared.service.description import Service
from shared.settings import Settings
from tests.faults.everybody import SERVICES
from tests.secured import Secured

TOPIC, GROUP, CLUSTER = 2, 3, 4
READ, WRITE, DESCRIBE, DESCRIBE_CONFIGS, IDEMPOTENT_WRITE = 3, 4, 8, 10, 12
LITERAL, ALLOW = 3, 3
"""As Kafka's protocol numbers them."""


class Right(NamedTuple):
    """What a user may do with one thing."""

    kind: int
    name: str
    operation: int


def rights_of(service: Service) -> set[Right]:
    """The table in docs/operations.md, row by row."""
    said = {fact.TOPIC for decider in service.deciders for fact in decider.facts}
    return {
        *(
            Right(TOPIC, topic, of)
            for topic in service.listens_to
            for of in (READ, DESCRIBE, DESCRIBE_CONFIGS)
        ),
        *(Right(TOPIC, topic, of) for topic in said for of in (READ, WRITE, DESCRIBE, DESCRIBE_CONFIGS)),
        *(Right(GROUP, service.name, of) for of in (READ, DESCRIBE)),
        *(Right(CLUSTER, "kafka-cluster", of) for of in (IDEMPOTENT_WRITE, DESCRIBE, DESCRIBE_CONFIGS)),
    }


class Guarded(Secured):
    """Whoever is inside, such as the broker itself, may do everything; a service what it was given."""

    users = tuple(service.name for service in SERVICES)
    more = (
        "authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer\n"
        "super.users=User:ANONYMOUS\n"
        "allow.everyone.if.no.acl.found=false\n"
    )

    def makes_topics(self) -> Settings:
        return Settings(kafka_servers=f"127.0.0.1:{self.inside}")

    async def gives(self) -> int:
        """How many rights, to all services together."""
        admin: Any = AIOKafkaAdminClient(bootstrap_servers=f"127.0.0.1:{self.inside}")
        await admin.start()
        try:
            given = list(self._all())
            for user, (kind, name, operation) in given:
                request = CreateAclsRequest(kind, name, LITERAL, f"User:{user}", "*", operation, ALLOW)
                answer = await admin._send_request(request)
                assert [code for code, _ in answer.creation_responses] == [0], answer
            return len(given)
        finally:
            await admin.close()

    def _all(self) -> Iterator[tuple[str, Right]]:
        for service in SERVICES:
            yield from ((service.name, right) for right in rights_of(service))
