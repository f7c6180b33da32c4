"""Every service with somebody in every aggregate; a module each."""

from services.console.app import CONSOLE
from services.evaluation.app import EVALUATION
from services.matching.app import MATCHING
from services.notifications.app import NOTIFICATIONS
from services.participation.app import PARTICIPATION
from services.recruitment.app import RECRUITMENT
from services.training.app import TRAINING
from tests.doors.places.console import keeping
from tests.doors.places.evaluation import asking
from tests.doors.places.matching import matchmaking
from tests.doors.places.notifications import writing
from tests.doors.places.participation import taking_part
from tests.doors.places.recruitment import recruiting
from tests.doors.places.training import teaching

PLACES = {
    "recruitment": (RECRUITMENT, recruiting),
    "training": (TRAINING, teaching),
    "matching": (MATCHING, matchmaking),
    "participation": (PARTICIPATION, taking_part),
    "evaluation": (EVALUATION, asking),
    "notifications": (NOTIFICATIONS, writing),
    "console": (CONSOLE, keeping),
}
