"""What notifications can be asked, by whom, and what it never shows."""

import pytest

from services.notifications.app import NOTIFICATIONS
from services.notifications.settings import MailSettings
from services.notifications.store import profile_id
from services.notifications.tests.office import Office
from services.notifications.tests.people import CARLA, CREATED, PETE, WARD
from tests.asked import new_id

PLURALS = ("contact-profiles", "messages")


async def opened(office: Office) -> Office:
    """Carla, welcomed."""
    await office.knows(CARLA)
    await office.is_told(CREATED, CARLA, 1)
    await office.hears_back()
    return office


@pytest.mark.parametrize("role", ["coordinator", "reviewer", "lead", "approver", "operator"])
@pytest.mark.parametrize("plural", PLURALS)
async def test_the_roles_of_the_unit_may_look(office: Office, plural: str, role: str) -> None:
    await opened(office)
    token = office.token(role, units=(WARD,))
    page = (await office.get(f"/v1/{plural}?person_id={CARLA}", token=token)).json()
    [item] = page["items"]
    one = await office.get(f"/v1/{plural}/{item['id']}", token=token)
    assert (one.status_code, one.json()) == (200, item)


async def test_an_address_is_never_shown(office: Office) -> None:
    await opened(office)
    for plural in PLURALS:
        answer = await office.get(f"/v1/{plural}", token=office.token("coordinator", "operator"))
        assert answer.status_code == 200
        assert "details" not in answer.json()["items"][0]
        assert "@" not in answer.text


async def test_what_became_of_a_message_can_be_read(office: Office) -> None:
    await opened(office)
    token = office.token("coordinator")
    [message] = (await office.get(f"/v1/messages?about_id={CARLA}&state=sent", token=token)).json()["items"]
    told = {name: message[name] for name in ("template", "channel", "message_class", "attempt", "person_id")}
    assert told == {
        "template": "welcome",
        "channel": "email",
        "message_class": "engagement",
        "attempt": 1,
        "person_id": CARLA,
    }


@pytest.mark.parametrize("plural", PLURALS)
async def test_nobody_else_may_look(office: Office, plural: str) -> None:
    await opened(office)
    path = f"/v1/{plural}"
    assert (await office.get(path)).status_code == 401
    assert (await office.get(path, token=office.token("course-platform"))).status_code == 403
    for elsewhere in (
        office.token("coordinator", units=(new_id(),)),
        office.token("coordinator", tenant=new_id()),
    ):
        assert (await office.get(path, token=elsewhere)).json()["items"] == []
        assert (await office.get(f"{path}/{profile_id(CARLA)}", token=elsewhere)).status_code == 404


@pytest.mark.parametrize("plural", PLURALS)
async def test_a_person_sees_by_their_link_what_concerns_them(office: Office, plural: str) -> None:
    await opened(office)
    hers = await office.get(f"/v1/{plural}", link=office.link("leave", CARLA, CARLA))
    assert [item["person_id"] for item in hers.json()["items"]] == [CARLA]
    his = await office.get(f"/v1/{plural}", link=office.link("leave", PETE, PETE))
    assert his.json()["items"] == []
    other = await office.get(f"/v1/{plural}", link=office.link("see_claim", CARLA, CARLA))
    assert other.status_code == 403


def test_nobody_can_command_a_message() -> None:
    assert NOTIFICATIONS.commands == ()


@pytest.mark.parametrize(
    ("told", "refused"),
    [
        ({}, ""),
        ({"environment": "production"}, "SMTP_TLS=none"),
        ({"environment": "production", "smtp_tls": "starttls"}, "PORTAL_ORIGIN must be https"),
        (
            {
                "environment": "production",
                "smtp_tls": "starttls",
                "portal_origin": "https://portal.example.org",
            },
            "",
        ),
    ],
)
def test_production_refuses_what_is_for_a_laptop(told: dict[str, str], refused: str) -> None:
    wrong = MailSettings(**told).unfit()  # pyright: ignore[reportArgumentType] - as an environment gives it
    assert wrong.startswith(refused)
    assert bool(wrong) == bool(refused)
