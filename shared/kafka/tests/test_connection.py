"""A secured Kafka, really: who is let in speaks and hears as ever, and who is not is told why in one sentence."""

import asyncio
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from shared.kafka import KafkaError, topics
from shared.kafka.connection import refusal, wrong
from shared.kafka.partition import partition_of
from shared.kafka.producer import Producer
from shared.kafka.reader import unheard, whole
from shared.kafka.subscriber import Record, Subscriber
from shared.kafka.tests.conftest import until
from shared.settings import Settings
from tests.authority import Authority
from tests.library import PRESS, an_id
from tests.secured import USER, Secured, secured_broker

pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
"""aiokafka leaves the socket of a handshake that failed to the collector, which names whoever runs then."""

WAYS: dict[str, dict[str, Any]] = {
    "SCRAM-SHA-512": {},
    "SCRAM-SHA-256": {"kafka_sasl_mechanism": "SCRAM-SHA-256"},
    "PLAIN": {"kafka_sasl_mechanism": "PLAIN"},
}


@pytest.fixture(scope="module")
def secured() -> Iterator[Secured]:
    with secured_broker(PRESS) as broker:
        yield broker


def settings(**told: Any) -> Settings:
    return Settings(group_session_ms=6000, group_heartbeat_ms=1000, **told)


async def hears_what_it_says(told: Settings) -> None:
    """Said by the relay's producer, heard by a subscriber, and read from outside."""
    group, book = f"library-{uuid4().hex[:8]}", an_id(uuid4().hex[:8])
    heard: list[bytes | None] = []

    async def receive(records: Sequence[Record], away: bool) -> None:
        del away
        heard.extend(record.value for record in records if record.key == book.encode())

    given_up: list[Exception] = []
    subscriber = Subscriber(told, group, [PRESS], receive, given_up.append)
    await subscriber.start()
    producer = Producer(told)
    await producer.start()
    try:
        await producer.send(PRESS, partition_of(book), [(book, b"printed")], 1)
        await until(lambda: heard == [b"printed"])
    finally:
        await producer.stop()
        await subscriber.stop(within=5)
    assert given_up == []
    assert b"printed" in [read.value for read in await whole(told, [PRESS]) if read.key == book.encode()]
    assert await unheard(told, {group: [PRESS]}) == {group: 0}


@pytest.mark.parametrize("way", WAYS)
async def test_who_has_the_password_speaks_and_hears(secured: Secured, way: str) -> None:
    told = settings(**secured.told, **WAYS[way])
    assert wrong(told) == []
    assert await refusal(told) == ""
    await hears_what_it_says(told)


async def test_who_shows_a_certificate_speaks_and_hears(secured: Secured) -> None:
    told = settings(**secured.told_mutual)
    assert wrong(told) == []
    await hears_what_it_says(told)


async def test_an_authority_of_the_whole_network_vouches_for_kafka_too(secured: Secured) -> None:
    told = {**secured.told, "kafka_ca_file": None, "roundtable_ca_file": secured.authority.file}
    assert await topics.check(settings(**told)) == []


async def test_who_shows_no_certificate_is_not_let_in(secured: Secured) -> None:
    told = {**secured.told_mutual, "kafka_certificate_file": None, "kafka_key_file": None}
    with pytest.raises(KafkaError):
        async with asyncio.timeout(30):
            await topics.check(settings(**told))


@pytest.mark.parametrize("way", WAYS)
async def test_a_wrong_password_is_told(secured: Secured, tmp_path: Path, way: str) -> None:
    (tmp_path / "password").write_text("of somebody else")
    told = settings(**{**secured.told, "kafka_password_file": tmp_path / "password"}, **WAYS[way])
    with pytest.raises(KafkaError):
        await topics.check(told)
    assert await refusal(told) == (
        f"Kafka at {secured.servers} does not let {USER} in (SaslAuthenticationFailed)."
    )


async def test_an_unknown_authority_is_told(secured: Secured, tmp_path: Path) -> None:
    told = settings(**{**secured.told, "kafka_ca_file": Authority(tmp_path, "Somebody Else").file})
    assert await refusal(told) == (
        f"Kafka's certificate at {secured.servers} is not trusted: unable to get local issuer certificate."
    )


async def test_a_certificate_for_another_host_is_told(secured: Secured) -> None:
    servers = secured.servers.replace("127.0.0.1", "localhost")
    found = await refusal(settings(**{**secured.told, "kafka_servers": servers}))
    assert found.startswith(f"Kafka's certificate at {servers} is not trusted: Hostname mismatch")


async def test_a_server_that_is_away_refuses_nobody(secured: Secured) -> None:
    assert await refusal(settings(**{**secured.told, "kafka_servers": "127.0.0.1:1"})) == ""


SASL = "KAFKA_USER and KAFKA_PASSWORD_FILE belong together and to SASL; here it is "
PAIR = "KAFKA_CERTIFICATE_FILE and KAFKA_KEY_FILE belong together."


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        ({}, ""),
        ({"kafka_security_protocol": "SSL"}, ""),
        ({"kafka_user": "training"}, f"{SASL}PLAINTEXT."),
        ({"kafka_security_protocol": "SASL_SSL"}, f"{SASL}SASL_SSL."),
        ({"kafka_security_protocol": "SASL_SSL", "kafka_user": "training"}, f"{SASL}SASL_SSL."),
        ({"kafka_security_protocol": "SSL", "kafka_key_file": "here"}, PAIR),
        ({"kafka_security_protocol": "SSL", "kafka_certificate_file": "here"}, PAIR),
        (
            {"kafka_security_protocol": "SSL", "kafka_ca_file": "nowhere"},
            "KAFKA_CA_FILE names a file that cannot be read.",
        ),
        ({"roundtable_ca_file": "nowhere"}, "ROUNDTABLE_CA_FILE names a file that cannot be read."),
        (
            {"kafka_security_protocol": "SSL", "kafka_ca_file": "here"},
            "A file of KAFKA_* or ROUNDTABLE_CA_FILE holds no certificate or key (SSLError).",
        ),
        (
            {"roundtable_ca_file": "here"},
            "A file of KAFKA_* or ROUNDTABLE_CA_FILE holds no certificate or key (SSLError).",
        ),
    ],
)
def test_settings_that_could_never_connect_are_told_in_one_sentence(
    told: dict[str, str], sentence: str, tmp_path: Path
) -> None:
    (tmp_path / "here").write_text("no certificate")
    named = {n: tmp_path / v if n.endswith("_file") else v for n, v in told.items()}
    assert wrong(Settings(**named)) == ([sentence] if sentence else [])  # pyright: ignore[reportArgumentType]


def test_a_key_of_another_certificate_is_told(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    (certificate, _), (_, key) = authority.signs("ours"), authority.signs("theirs")
    told = Settings(kafka_security_protocol="SSL", kafka_certificate_file=certificate, kafka_key_file=key)
    [sentence] = wrong(told)
    assert sentence.startswith("A file of KAFKA_*")
