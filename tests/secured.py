"""A Kafka that lets nobody in without a password or a certificate, and shows one that only its own authority signed."""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any, TypeVar

from cli.stack import kafka
from shared.kafka import topics
from shared.settings import Settings
from tests.authority import Authority
from tests.broker import Broker
from tests.stack import scratch

USER, PASSWORD = "training", "of training alone"
_PROPERTIES = """
listeners=INSIDE://127.0.0.1:{inside},SASL_SSL://127.0.0.1:{port},SSL://127.0.0.1:{mutual},CONTROLLER://127.0.0.1:{controller}
advertised.listeners=INSIDE://127.0.0.1:{inside},SASL_SSL://127.0.0.1:{port},SSL://127.0.0.1:{mutual},CONTROLLER://127.0.0.1:{controller}
inter.broker.listener.name=INSIDE
listener.security.protocol.map=CONTROLLER:PLAINTEXT,INSIDE:PLAINTEXT,SASL_SSL:SASL_SSL,SSL:SSL
ssl.keystore.type=PEM
ssl.keystore.location={keystore}
ssl.truststore.type=PEM
ssl.truststore.location={authority}
listener.name.ssl.ssl.client.auth=required
sasl.enabled.mechanisms=SCRAM-SHA-512,SCRAM-SHA-256,PLAIN
listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config={scram}
listener.name.sasl_ssl.scram-sha-256.sasl.jaas.config={scram}
listener.name.sasl_ssl.plain.sasl.jaas.config={plain}
"""
_MODULE = "org.apache.kafka.common.security"


S = TypeVar("S", bound="Secured")


class Secured(Broker):
    """Users by password on one port, clients by certificate on another, the broker itself on a third."""

    users: Sequence[str] = (USER,)
    more = ""
    """Settings of Kafka beside these."""

    def _prepare(self, controller: int, *more: int) -> None:
        self.inside, self.mutual = more
        self.authority = Authority(self._folder / "authority")
        certificate, key = self.authority.signs("kafka")
        keystore = self._folder / "kafka.pem"
        keystore.write_text(key.read_text() + certificate.read_text())
        self.password = self._folder / "password"
        self.password.write_text(f"{PASSWORD}\n")
        properties = _PROPERTIES.format(
            **{"inside": self.inside, "port": self._port, "mutual": self.mutual, "controller": controller},
            **{"keystore": keystore, "authority": self.authority.file},
            scram=f"{_MODULE}.scram.ScramLoginModule required;",
            plain=f'{_MODULE}.plain.PlainLoginModule required user_{USER}="{PASSWORD}";',
        )
        users = [
            f"SCRAM-SHA-{bits}=[name={user},password={PASSWORD}]"
            for user in self.users
            for bits in (256, 512)
        ]
        kafka.prepare(self._folder, self._port, controller, more=properties + self.more, users=users)

    @property
    def told(self) -> dict[str, Any]:
        """What a client is told that signs in by password."""
        return self.told_to(USER)

    def told_to(self, user: str) -> dict[str, Any]:
        """What this user's client is told."""
        return {
            "kafka_servers": self.servers,
            "kafka_security_protocol": "SASL_SSL",
            "kafka_user": user,
            "kafka_password_file": self.password,
            "kafka_ca_file": self.authority.file,
        }

    @property
    def told_mutual(self) -> dict[str, Any]:
        """What a client is told that shows a certificate."""
        certificate, key = self.authority.signs("client")
        return {
            "kafka_servers": f"127.0.0.1:{self.mutual}",
            "kafka_security_protocol": "SSL",
            "kafka_certificate_file": certificate,
            "kafka_key_file": key,
            "kafka_ca_file": self.authority.file,
        }

    def makes_topics(self) -> Settings:
        """Who may."""
        return Settings(**self.told)

    async def with_topics(self, *more: str) -> None:
        """Ready, with the topics of the contracts and some more."""
        settings = self.makes_topics()
        await self.answers(within=120)
        async with asyncio.timeout(120):
            while True:
                with suppress(Exception):  # it listens before it is ready
                    await topics.apply(settings, topics=(*topics.all_topics(), *more))
                    if not await topics.check(settings):
                        return
                await asyncio.sleep(0.3)


@contextmanager
def secured_broker(*more: str, of: type[S] = Secured) -> Iterator[S]:
    """For one module of tests alone."""
    with scratch("secured") as folder:
        broker = of(folder)
        try:
            broker.start()
            asyncio.run(broker.with_topics(*more))
            yield broker
        finally:
            broker.stop()
