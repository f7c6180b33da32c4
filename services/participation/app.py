"""Participation, put together; `python -m services.participation.app` runs it."""

import sys

from services.participation.api import COMMANDS, QUESTIONS, READINGS
from services.participation.domain import DECIDERS
from services.participation.handlers import HANDLERS
from shared.service.description import Service
from shared.settings import Settings

PARTICIPATION = Service(
    name="participation",
    deciders=DECIDERS,
    handlers=HANDLERS,
    commands=COMMANDS,
    questions=QUESTIONS,
    readings=READINGS,
)


if __name__ == "__main__":
    from shared.service.serve import serve

    sys.exit(serve(PARTICIPATION, Settings()))
