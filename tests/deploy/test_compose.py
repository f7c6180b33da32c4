"""`docker-compose.yml` and the image against the code: who is there, what they are told, what they may do."""

import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from cli.stack.layout import ROOT, SERVICES, Ports
from cli.stack.program import Program
from cli.stack.sink import SinkSettings
from tests.deploy.tools import Object, known, look, of_a_laptop, said, unknown

COMPOSE, IMAGE = ROOT / "docker-compose.yml", ROOT / "deploy" / "Dockerfile"
SERVERS, BESIDE, JOBS = ("kafka", "mongo"), ("issuer", "sink"), ("topics", "keys")
OURS = (*SERVICES, *BESIDE, *JOBS)
EVERYBODY = (*OURS, *SERVERS)


@cache
def compose() -> Object:
    [document] = look("read", COMPOSE)
    return document


def block(name: str) -> Object:
    return compose()["services"][name]


def environment(name: str) -> dict[str, str]:
    return block(name).get("environment", {})


def seconds(text: str) -> float:
    return float(text.removesuffix("s"))


def test_the_schema_of_compose_is_content() -> None:
    said("check-jsonschema", "--builtin-schema", "vendor.compose-spec", COMPOSE)


def test_the_linter_of_images_is_content() -> None:
    said("hadolint", "--failure-threshold", "style", IMAGE)


def test_everybody_of_the_local_stack_is_there_and_nobody_else() -> None:
    assert set(compose()["services"]) == set(EVERYBODY)


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_is_told_only_what_it_knows(service: str) -> None:
    assert unknown(service, environment(service)) == set()


def test_those_beside_the_services_are_told_only_what_they_know() -> None:
    assert set(environment("sink")) <= {name.upper() for name in SinkSettings.model_fields}
    assert set(environment("issuer")) <= known("recruitment")


def test_the_issuer_has_one_name_for_the_services_and_for_a_browser_on_this_machine() -> None:
    [issuer] = {environment(name)["ROUNDTABLE_ISSUER"] for name in (*SERVICES, "issuer")}
    name, port = issuer.removeprefix("http://").split(":")
    assert name.endswith(".localhost")
    assert name in block("issuer")["networks"]["default"]["aliases"]
    assert block("issuer")["ports"] == [f"127.0.0.1:{port}:{port}"]


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_is_told_everything_whose_default_is_a_laptop(service: str) -> None:
    assert of_a_laptop(service) - set(environment(service)) == set()


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_is_the_process_its_block_names(service: str) -> None:
    [module] = block(service)["command"]
    assert module == f"services.{service}.app"
    assert (ROOT / Path(*module.split("."))).with_suffix(".py").exists()
    assert block(service)["ports"] == [f"127.0.0.1:{Ports.default()[service]}:{environment(service)['PORT']}"]


@pytest.mark.parametrize("name", EVERYBODY)
def test_nobody_can_write_or_become_more_than_they_are(name: str) -> None:
    told = block(name)
    assert told["read_only"] is True
    assert told["cap_drop"] == ["ALL"]
    assert told["security_opt"] == ["no-new-privileges:true"]
    assert told["init"] is True
    assert any(place.startswith("/tmp:") for place in told["tmpfs"])


@pytest.mark.parametrize("name", EVERYBODY)
def test_nobody_can_take_the_whole_machine(name: str) -> None:
    assert block(name)["mem_limit"]
    assert block(name)["pids_limit"]


@pytest.mark.parametrize("name", [name for name in EVERYBODY if name != "kafka"])
def test_nobody_is_root(name: str) -> None:
    """Kafka's image is not root by itself, and names the user differently from release to release."""
    user, _, group = block(name)["user"].partition(":")
    assert int(user) > 0
    assert int(group) > 0


@pytest.mark.parametrize("name", [name for name in EVERYBODY if name not in JOBS])
def test_whoever_stays_says_whether_they_are_well(name: str) -> None:
    assert block(name)["healthcheck"]["test"]
    assert block(name)["restart"] == "unless-stopped"


@pytest.mark.parametrize("name", JOBS)
def test_a_job_ends(name: str) -> None:
    assert block(name)["restart"] == "no"


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_starts_when_its_topics_and_keys_are_made(service: str) -> None:
    needs: dict[str, Any] = block(service)["depends_on"]
    assert {name: need["condition"] for name, need in needs.items()} == {
        **dict.fromkeys([*SERVERS, "issuer"], "service_healthy"),
        **dict.fromkeys(JOBS, "service_completed_successfully"),
        **({"sink": "service_healthy"} if service == "notifications" else {}),
    }


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_has_the_time_its_stop_may_take(service: str) -> None:
    assert seconds(block(service)["stop_grace_period"]) > Program(name="", command=()).leaves_within


@pytest.mark.parametrize("name", EVERYBODY)
def test_nobody_answers_beyond_this_machine(name: str) -> None:
    assert [port for port in block(name).get("ports", []) if not port.startswith("127.0.0.1:")] == []


def test_the_image_runs_as_the_user_compose_and_the_chart_name() -> None:
    [user] = re.findall(r"^USER (\S+)$", IMAGE.read_text(), re.MULTILINE)
    assert {block(name)["user"] for name in OURS} == {user}


def test_the_image_is_made_of_what_is_there() -> None:
    copied = re.findall(r"^COPY (?!--from)(?:--\S+ )?(.+) \S+$", IMAGE.read_text(), re.MULTILINE)
    assert copied
    assert [path for line in copied for path in line.split() if not (ROOT / path).exists()] == []


def test_the_image_has_no_tests_and_nothing_in_it_needs_them() -> None:
    assert "**/tests" in (ROOT / ".dockerignore").read_text().splitlines()
    production = [
        path
        for root in ("shared", "services", "cli")
        for path in (ROOT / root).rglob("*.py")
        if "tests" not in path.parts
    ]
    needing = [
        path for path in production if re.search(r"^\s*(from|import) (\w+\.)*tests\b", path.read_text(), re.M)
    ]
    assert needing == []
