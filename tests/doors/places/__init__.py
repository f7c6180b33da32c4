"""Every service with somebody in every aggregate; a module each."""

from tests.doors.place import Place
from tests.doors.places.console import keeping
from tests.doors.places.evaluation import asking
from tests.doors.places.matching import matchmaking
from tests.doors.places.notifications import writing
from tests.doors.places.participation import taking_part
from tests.doors.places.recruitment import recruiting
from tests.doors.places.training import teaching

__all__ = (
    "Place",
    "asking",
    "keeping",
    "matchmaking",
    "recruiting",
    "taking_part",
    "teaching",
    "writing",
)
