"""What can be asked of a stack on this machine beside its topics and stores: the figures it answers, and its mails."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from email import message_from_binary_file, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import httpx

from cli.stack.layout import Layout
from cli.verify.figures import SINCE
from services.evaluation.domain.kpi import KPIS
from shared.ids import uuid7
from shared.settings import Settings

ANSWERS_WITHIN_S = 10.0
Figures = Mapping[tuple[str, str], Mapping[str, Any]]


def beside(settings: Settings) -> Mapping[str, Any]:
    """The local stack's own page about itself, if it is the one whose topics are read; else nothing."""
    try:
        state: dict[str, Any] = json.loads(Layout.from_environment().state.read_text())
    except (FileNotFoundError, json.JSONDecodeError):
        return {}
    return state if state.get("kafka") == settings.kafka_servers else {}


def mails_of(settings: Settings) -> Mapping[str, int] | None:
    """How many mails the local mail server has of each message; None where there is no such server."""
    arrived = Layout.from_environment().mail / "new"
    if not beside(settings) or not arrived.is_dir():
        return None
    return Counter(_message_id(file) for file in arrived.glob("*.eml"))


def _message_id(file: Path) -> str:
    with file.open("rb") as mail:
        headers = message_from_binary_file(mail, EmailMessage, policy=policy.default)
    return str(headers["Message-ID"] or "").strip("<>").partition("@")[0]


def figures_of(settings: Settings, networks: Iterable[str], until: str) -> Figures | None:
    """What evaluation answers to a coordinator of each network, by network and KPI; None where nobody can ask it."""
    processes: Mapping[str, Any] = beside(settings).get("processes", {})
    urls = [processes.get(name, {}).get("url") for name in ("issuer", "evaluation")]
    if not all(urls):
        return None
    try:
        with httpx.Client(timeout=ANSWERS_WITHIN_S, trust_env=False) as client:
            return {
                (network, kpi): _asked(client, urls[1], kpi, until, token)
                for network in networks
                for token in [_token(client, urls[0], network)]
                for kpi in KPIS
            }
    except httpx.HTTPError:
        return None


def _token(client: httpx.Client, url: str, network: str) -> str:
    asked = {"subject": uuid7(), "tenant": network, "roles": ["coordinator"], "org_units": [network]}
    return str(client.post(f"{url}/token", json=asked).raise_for_status().json()["access_token"])


def _asked(client: httpx.Client, url: str, kpi: str, until: str, token: str) -> Mapping[str, Any]:
    answer = client.get(
        f"{url}/v1/kpis/{kpi}",
        params={"from": SINCE.date().isoformat(), "to": until},
        headers={"Authorization": f"Bearer {token}"},
    )
    return answer.raise_for_status().json()
