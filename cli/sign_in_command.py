"""`roundtable token`, `link` and `sign-in`: what the development issuer does for somebody who tries things out."""

from typing import Annotated, Any

import httpx
import typer

from cli.stack.stack import Stack
from cli.stack_command import say
from shared.ids import uuid7

NETWORK = "network"
"""The file in which a demo leaves the id of its network."""
Network = Annotated[str, typer.Option(help="The id of the network whose data it is for.")]
Unit = Annotated[list[str] | None, typer.Option(help="An org unit it reaches; the whole network without.")]


def token(
    tenant: Network,
    role: Annotated[list[str], typer.Option(help="coordinator, reviewer, lead, approver, operator, import")],
    unit: Unit = None,
    subject: Annotated[str, typer.Option(help="Who; somebody new without.")] = "",
) -> None:
    """Print a token of an hour, for `Authorization: Bearer`."""
    asked = {"subject": subject or uuid7(), "tenant": tenant, "roles": role, "org_units": unit or [tenant]}
    typer.echo(_signed("token", asked)["access_token"])


def sign_in(
    role: Annotated[list[str], typer.Option(help="coordinator, reviewer, lead, approver, operator")],
    tenant: Annotated[str, typer.Option(help="The network; that of the last demo without.")] = "",
    unit: Unit = None,
    subject: Annotated[str, typer.Option(help="Who; somebody new without.")] = "",
) -> None:
    """Print a link that signs in to the console once, within a quarter of an hour; for development alone."""
    network = tenant or last_network()
    if not network:
        say("no demo has been played here: name the network with --tenant.")
        raise typer.Exit(2)
    typer.echo(sign_in_link(role, network, unit or [network], subject))


def sign_in_link(roles: list[str], tenant: str, units: list[str], subject: str = "") -> str:
    """The console sends its bearer to the issuer, which knows the ticket and sends them back."""
    asked = {"subject": subject or uuid7(), "tenant": tenant, "roles": roles, "org_units": units}
    return f"{Stack.local().url('console')}/sign-in?hint={_signed('tickets', asked)['ticket']}"


def last_network() -> str:
    """In which the last demo of this stack played."""
    file = Stack.local().layout.home / NETWORK
    return file.read_text().strip() if file.exists() else ""


def link(
    purpose: Annotated[str, typer.Argument(help="join, learn, withdraw_application, ...")],
    aggregate_id: Annotated[str, typer.Argument(help="What it is about.")],
    tenant: Network,
    unit: Annotated[str, typer.Option(help="The org unit of the one who holds it.")],
    person: Annotated[str, typer.Option(help="Who holds it.")],
    expires_in: Annotated[int, typer.Option(help="Seconds of the business's time.")] = 30 * 86_400,
) -> None:
    """Print a link token, for `Authorization: Link`: what a mail will carry one day."""
    asked = {"tenant": tenant, "org_unit": unit, "person_id": person, "purpose": purpose}
    typer.echo(_signed("links", {**asked, "aggregate_id": aggregate_id, "expires_in": expires_in})["token"])


def _signed(what: str, asked: dict[str, Any]) -> dict[str, Any]:
    url = Stack.local().url("issuer")
    try:
        answer = httpx.post(f"{url}/{what}", json=asked, timeout=5, trust_env=False)
    except httpx.HTTPError:
        say(f"the development issuer does not answer at {url}: `roundtable up` starts it.")
        raise typer.Exit(1) from None
    if answer.is_error:
        wrong = {str(fault["loc"][-1]): str(fault["msg"]) for fault in answer.json()["detail"]}
        say("; ".join(f"{field}: {why}" for field, why in wrong.items()))
        raise typer.Exit(2)
    return answer.json()
