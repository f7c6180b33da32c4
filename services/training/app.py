"""Training, put together; `python -m services.training.app` runs it."""

import sys

from services.training.api import COMMANDS, QUESTIONS, READINGS
from services.training.domain import DECIDERS
from services.training.handlers import HANDLERS
from shared.service.description import Service
from shared.settings import Settings

TRAINING = Service(
    name="training",
    deciders=DECIDERS,
    handlers=HANDLERS,
    commands=COMMANDS,
    questions=QUESTIONS,
    readings=READINGS,
)


if __name__ == "__main__":
    from shared.service.serve import serve

    sys.exit(serve(TRAINING, Settings()))
