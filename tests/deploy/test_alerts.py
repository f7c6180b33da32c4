"""Alerts, probes and the runbook against running services: what an alert asks for is counted, and has a page that helps."""

import importlib
import json
import re
from collections.abc import AsyncGenerator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
import typer
from starlette.routing import Route

from cli.main import app
from cli.stack.layout import ROOT, SERVICES
from shared.contracts.speakers import SPEAKERS
from shared.schemas import published
from shared.service.app import build
from shared.service.description import Service
from tests.asked import Asked, IssuedHere, asked
from tests.deploy.tools import Chart, Object, look

ALERTS, RUNBOOK = ROOT / "deploy" / "alerts", ROOT / "docs" / "runbook"
FILES = ("roundtable.yaml", "kafka.yaml")
DASHBOARD = ROOT / "deploy" / "dashboards" / "roundtable.json"
OF_KAFKA = {"kafka_consumergroup_lag": {"consumergroup", "topic", "partition"}}
"""What kafka_exporter counts; everything else our services count themselves."""
OF_A_TARGET = {"service"}
LABELS = {
    "roundtable_facts_said_total": {"type"},
    "roundtable_build_info": {"service", "version"},
    "http_server_request_duration_seconds": {"method", "status", "le"},
}
PARTS = ("## Look", "## Why, and what to do", "## Done when")


def described(service: str) -> Service:
    return vars(importlib.import_module(f"services.{service}.app"))[service.upper()]


@cache
def alerts() -> Mapping[str, Object]:
    groups = [
        group for file in FILES for document in look("read", ALERTS / file) for group in document["groups"]
    ]
    return {rule["alert"]: rule for group in groups for rule in group["rules"]}


def names() -> list[str]:
    """Read without the tools, which may not be there yet when tests are collected."""
    return re.findall(r"- alert: (\w+)", "".join((ALERTS / file).read_text() for file in FILES))


@cache
def series() -> Mapping[str, list[dict[str, Any]]]:
    """What each alert asks for, and each panel of the dashboard."""
    wanted = {alert: rule["expr"] for alert, rule in alerts().items()}
    for panel in dashboard()["panels"]:
        wanted |= {f"{panel['title']} {target['refId']}": target["expr"] for target in panel["targets"]}
    return dict(zip(wanted, look("asked", *wanted.values()), strict=True))


def asks_for(alert: str) -> list[dict[str, Any]]:
    return series()[alert]


def dashboard() -> Object:
    return json.loads(DASHBOARD.read_text())


def family(series: str) -> str:
    return re.sub(r"_(bucket|sum|count)$", "", series)


def page(alert: str) -> Path:
    kebab = re.sub(r"(?<!^)(?=[A-Z])", "-", alert.removeprefix("Roundtable")).lower()
    return RUNBOOK / f"{kebab}.md"


@pytest_asyncio.fixture
async def service(request: pytest.FixtureRequest, mongo_url: str, tmp_path: Path) -> AsyncGenerator[Asked]:
    async with asked(described(request.param), mongo_url, tmp_path) as running:
        yield running


every_service = pytest.mark.parametrize("service", SERVICES, indirect=True)


async def counted(service: Asked) -> set[str]:
    """Every kind of series there is, whether or not anything was counted yet."""
    text = (await service.http.get("/metrics")).text
    return set(re.findall(r"^# TYPE (\S+) ", text, re.MULTILINE))


@every_service
async def test_what_alerts_and_the_dashboard_ask_for_is_counted(service: Asked) -> None:
    wanted = {family(each["name"]) for asked_for in series().values() for each in asked_for} - set(OF_KAFKA)
    of_the_console = {name for name in wanted if name.startswith("roundtable_archive_")}
    mine = wanted if service.running.service.name == "console" else wanted - of_the_console
    assert mine - await counted(service) == set()


@every_service
async def test_the_pages_speak_of_what_is_counted(service: Asked) -> None:
    said = {
        name
        for file in RUNBOOK.glob("*.md")
        for name in re.findall(r"`((?:roundtable|http)_[a-z_]+)`", file.read_text())
    }
    there = await counted(service)
    archive = {name for name in said if name.startswith("roundtable_archive_")}
    assert said - archive - there == set()


@every_service
async def test_the_probes_of_the_chart_are_answered(service: Asked) -> None:
    name = service.running.service.name
    [container] = Chart.rendered().of("Deployment")[name]["spec"]["template"]["spec"]["containers"]
    probes = {
        kind: container[kind]["httpGet"]["path"]
        for kind in ("startupProbe", "livenessProbe", "readinessProbe")
    }
    assert probes == {"startupProbe": "/livez", "livenessProbe": "/livez", "readinessProbe": "/readyz"}
    for path in probes.values():
        assert (await service.http.get(path)).json().keys() & {"live", "ready"}


@pytest.mark.parametrize("service", ["console"], indirect=True)
async def test_the_ingress_leads_to_the_pages_and_to_nothing_inward(service: Asked) -> None:
    [ingress] = Chart.rendered({"ingress": {"enabled": True}}).of("Ingress").values()
    paths = [each["path"] for each in ingress["spec"]["rules"][0]["http"]["paths"]]
    inward = {
        "/livez",
        "/readyz",
        "/metrics",
        "/clock",
        "/openapi.json",
        "/schemas/{type_}.json",
        "/{path:path}",
    }
    there = build(service.running, keys=IssuedHere()).routes
    routes = {route.path for route in there if isinstance(route, Route)}
    led = {route for route in routes if any(route == path or route.startswith(f"{path}/") for path in paths)}
    assert routes - led == inward & routes


@pytest.mark.parametrize("alert", names())
def test_an_alert_asks_by_labels_there_are(alert: str) -> None:
    for each in asks_for(alert):
        allowed = OF_KAFKA.get(each["name"]) or LABELS.get(family(each["name"]), set()) | OF_A_TARGET
        assert set(each["labels"]) <= allowed
        if each["name"] == "roundtable_facts_said_total" and "type" in each["labels"]:
            asked_for = re.compile(each["labels"]["type"])
            assert [type_ for type_ in published() if asked_for.fullmatch(type_)]


@pytest.mark.parametrize("alert", names())
def test_an_alert_says_how_bad_it_is_and_has_a_page_that_helps(alert: str) -> None:
    rule = alerts()[alert]
    assert rule["labels"]["severity"] in ("page", "ticket")
    assert rule["for"]
    assert rule["annotations"]["summary"].endswith(".")
    assert rule["annotations"]["runbook_url"] == str(page(alert).relative_to(ROOT))
    text = page(alert).read_text()
    assert text.startswith(f"# {alert}\n")
    assert [part for part in PARTS if part not in text] == []


def test_every_page_belongs_to_an_alert_and_the_first_one_lists_them_all() -> None:
    first = RUNBOOK / "README.md"
    assert {file for file in RUNBOOK.glob("*.md") if file != first} == {page(alert) for alert in names()}
    rows = re.findall(r"^\| \[(\w+)\]\((\S+)\) \| (\w+) \|", first.read_text(), re.MULTILINE)
    severities = {(alert, page(alert).name, alerts()[alert]["labels"]["severity"]) for alert in names()}
    assert set(rows) == severities
    assert len(rows) == len(names())


def test_every_service_is_missed_when_it_is_gone() -> None:
    asked_for = asks_for("RoundtableServiceGone")
    assert sorted(each["labels"]["service"] for each in asked_for) == sorted(SERVICES)


def test_a_service_has_stalled_only_when_somebody_it_listens_to_spoke() -> None:
    pairs = iter(asks_for("RoundtableConsumerStalled"))
    by_service = {
        age["labels"]["service"]: said["labels"]["type"] for age, said in zip(pairs, pairs, strict=True)
    }
    voices = {module.__name__.rpartition(".")[2] for module in SPEAKERS}
    for name in SERVICES:
        speakers = {topic.partition(".")[0] for topic in described(name).listens_to}
        heard = re.compile(by_service[name])
        assert {voice for voice in voices if heard.fullmatch(f"roundtable.{voice}.something.v1")} == speakers


def test_the_lag_of_every_service_is_watched() -> None:
    [lag] = asks_for("RoundtableConsumerLagHigh")
    assert set(lag["labels"]["consumergroup"].split("|")) == set(SERVICES)


def test_the_dashboard_can_be_brought_in_anywhere() -> None:
    board = dashboard()
    assert "id" not in board, "Grafana gives one"
    assert [each["name"] for each in board["templating"]["list"]] == ["source", "service"]
    sources = {target["datasource"]["uid"] for panel in board["panels"] for target in panel["targets"]}
    assert sources == {"${source}"}
    assert len({panel["id"] for panel in board["panels"]}) == len(board["panels"])


def test_prometheus_finds_every_service_by_its_label() -> None:
    [document] = look("read", ALERTS / "scrape.yaml")
    assert document["rule_files"] == list(FILES)
    local = next(job for job in document["scrape_configs"] if job["job_name"] == "roundtable-local")
    assert {each["labels"]["service"] for each in local["static_configs"]} == set(SERVICES)


def test_what_the_pages_find_in_the_log_is_logged() -> None:
    lines = [
        line
        for file in RUNBOOK.glob("*.md")
        for line in re.findall(r"^In the log: (.+)$", file.read_text(), re.M)
    ]
    code = [path.read_text() for root in ("shared", "services") for path in (ROOT / root).rglob("*.py")]
    logged = set(re.findall(r'log\.\w+\(\s*"(\w+)"', "\n".join(code)))
    assert lines
    assert {name for line in lines for name in re.findall(r"`(\w+)`", line)} - logged == set()


def test_the_pages_name_commands_there_are() -> None:
    pages = [*RUNBOOK.glob("*.md"), ROOT / "docs" / "operations.md"]
    said = {
        each
        for file in pages
        for each in re.findall(
            r"\broundtable ((?:topics|dead-letters) [a-z]+|verify|import|up|stop)", file.read_text()
        )
    }
    verbs: Any = typer.main.get_command(app)
    there = {
        f"{verb} {inner}"
        for verb, group in verbs.commands.items()
        for inner in getattr(group, "commands", ())
    }
    assert said - there - set(verbs.commands) == set()
