"""Matching, put together; `python -m services.matching.app` runs it."""

import sys

from services.matching.api import COMMANDS, QUESTIONS, READINGS
from services.matching.domain import DECIDERS
from services.matching.gateway import opener
from services.matching.handlers import HANDLERS
from services.matching.store import make_indexes
from shared.service.description import Service
from shared.settings import Settings

MATCHING = Service(
    name="matching",
    deciders=DECIDERS,
    handlers=HANDLERS,
    commands=COMMANDS,
    questions=QUESTIONS,
    readings=READINGS,
    gateway=opener,
    make_indexes=make_indexes,
)


if __name__ == "__main__":
    from shared.service.serve import serve

    sys.exit(serve(MATCHING, Settings()))
