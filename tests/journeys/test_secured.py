"""Services of a hospital that trusts nobody's network: a secured Kafka, and an issuer only its own authority vouches for."""

import json
import subprocess
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from cli.demo.cast import Cast
from cli.stack.children import end, spawn
from services.console.api.desk.provider import IssuerAway, Provider
from shared.settings import Settings
from tests.authority import Authority
from tests.journeys.trusting import issuer_by_https, program, services
from tests.secured import USER, Secured, secured_broker

SERVICES = ("recruitment", "training")
REFUSED = 78


@pytest.fixture(scope="module")
def secured() -> Iterator[Secured]:
    with secured_broker() as broker:
        yield broker


async def test_a_fact_travels_between_services_that_trust_only_their_own_authority(
    secured: Secured, mongo_url: str, tmp_path: Path
) -> None:
    async with services(SERVICES, secured.authority, mongo_url, tmp_path, lambda _: secured.told) as doors:
        cast = Cast(doors)
        await cast.enter()
        ana = cast.tokens["ana"]
        heard = await cast.doors.until(
            "training knows the staff", lambda: cast.doors.all("training", "/v1/readiness?", ana)
        )
    assert heard


def last_words(service: str, told: Mapping[str, object]) -> tuple[int, str]:
    """Of a service that does not start."""
    command, environment = program(service, told)
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=60)
    return done.returncode, done.stderr.strip().splitlines()[-1]


def test_a_service_with_a_wrong_password_does_not_start_and_says_why(
    secured: Secured, tmp_path: Path
) -> None:
    (tmp_path / "password").write_text("of somebody else")
    code, said = last_words("training", {**secured.told, "kafka_password_file": tmp_path / "password"})
    assert (code, said) == (
        REFUSED,
        f"Kafka at {secured.servers} does not let {USER} in (SaslAuthenticationFailed).",
    )


def test_a_service_that_does_not_know_kafkas_authority_does_not_start_and_says_why(
    secured: Secured, tmp_path: Path
) -> None:
    other = Authority(tmp_path, "Somebody Else").file
    code, said = last_words("training", {**secured.told, "kafka_ca_file": other})
    assert code == REFUSED
    assert said.startswith(f"Kafka's certificate at {secured.servers} is not trusted:")


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        ({}, "KAFKA_SECURITY_PROTOCOL=PLAINTEXT sends"),
        ({"kafka_security_protocol": "SASL_PLAINTEXT"}, "KAFKA_SECURITY_PROTOCOL=SASL_PLAINTEXT sends"),
        ({"kafka_security_protocol": "SASL_SSL"}, "KAFKA_USER and KAFKA_PASSWORD_FILE belong together"),
        ({"kafka_plaintext_allowed": "true", "kafka_ca_file": "/nowhere"}, "KAFKA_CA_FILE names a file"),
    ],
)
def test_in_production_kafka_is_spoken_to_in_clear_only_where_somebody_said_so(
    told: Mapping[str, str], sentence: str
) -> None:
    production = {
        "environment": "production",
        "roundtable_topology": "cluster",
        "roundtable_issuer": "https://issuer.example.org",
    }
    code, said = last_words("training", {**production, **told})
    assert code == REFUSED
    assert said.startswith(sentence)


def test_a_service_says_once_what_it_waits_for(tmp_path: Path) -> None:
    command, environment = program("training", {"kafka_servers": "127.0.0.1:1"})
    log = tmp_path / "training.log"
    child = spawn(command, log=log, environment=environment)
    try:
        deadline = time.monotonic() + 30
        while "client.bootstrap" not in log.read_text() or "waits_for" not in log.read_text():
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.1)
        time.sleep(3)
    finally:
        end(child, within=10)
    lines = [json.loads(line) for line in log.read_text().splitlines() if line.startswith("{")]
    waiting = [line for line in lines if line["event"] == "waits_for"]
    assert [(line["kind"], line["error_type"]) for line in waiting] == [("kafka", "KafkaConnectionError")]


async def test_staff_sign_in_where_the_issuer_is_vouched_for_by_the_named_authority_alone(
    tmp_path: Path,
) -> None:
    authority = Authority(tmp_path / "authority")
    with issuer_by_https(authority, tmp_path / "keys") as url:
        named = Settings(roundtable_ca_file=authority.file)
        known = Provider(url, "console", "", "http://127.0.0.1/signed-in", named.trusts())
        address = await known.address("state", "v" * 43, "nonce", "")
        assert address.startswith(f"{url}/authorize?")
        stranger = Provider(url, "console", "", "http://127.0.0.1/signed-in", Settings().trusts())
        with pytest.raises(IssuerAway):
            await stranger.address("state", "v" * 43, "nonce", "")
