"""Notifications with Carla, of whom is known how she is reached, and her first letter."""

from services.notifications.store import profile_id
from services.notifications.tests.office import raw
from services.notifications.tests.people import CARLA, CREATED
from tests.asked import Asked
from tests.doors.place import Place, gives_key


async def writing(service: Asked) -> Place:
    """Carla, of whom is known how she is reached, and her first letter."""
    await gives_key(service, CARLA)
    sent = raw(CREATED, CARLA, 1, service.tenant)
    await service.hears(CREATED.TOPIC, sent, key=CARLA)
    [message] = (await service.get("/v1/messages", token=service.token("coordinator"))).json()["items"]
    ids = {"contact-profiles": profile_id(CARLA), "messages": message["id"]}
    return Place(service, message["org_unit_id"], ids, {}, dict.fromkeys(ids, CARLA))
