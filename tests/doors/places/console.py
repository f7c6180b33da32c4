"""The archive with one event about somebody."""

from services.console.tests.heard import Archive
from tests.asked import Asked, new_id
from tests.doors.place import Place


async def keeping(service: Asked) -> Place:
    """An archive that holds one event about somebody."""
    archive = await Archive(service.running, service.http, service.clock, service.tenant).opens()
    carla = new_id()
    await archive.is_told(archive.said("recruitment.partner_activated", carla, person_id=carla))
    return Place(service, archive.ward, {"events": carla, "timelines": carla}, {}, {"timelines": carla})
