"""What participation does when it hears something: the people's half and the money's half in one table."""

from services.participation.handlers import money, people
from services.participation.handlers.money import MONEY
from services.participation.handlers.people import PEOPLE
from shared.contracts.participation import AttendanceRecorded
from shared.decider import To
from shared.mongo.store import Store
from shared.road.handlers import Handlers


async def when_attendance_recorded(fact: AttendanceRecorded, store: Store) -> list[To]:
    """Who came is counted for the session, and is owed where the work is paid."""
    return [*people.when_attendance_recorded(fact), *await money.when_attendance_recorded(fact, store)]


HANDLERS: Handlers = {**PEOPLE, **MONEY, AttendanceRecorded: when_attendance_recorded}
