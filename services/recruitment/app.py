"""Recruitment, put together; `python -m services.recruitment.app` runs it."""

import sys

from services.recruitment.api import COMMANDS, QUESTIONS
from services.recruitment.domain import DECIDERS
from services.recruitment.handlers import HANDLERS
from services.recruitment.store import make_indexes
from shared.service.description import Service
from shared.settings import Settings

RECRUITMENT = Service(
    name="recruitment",
    deciders=DECIDERS,
    handlers=HANDLERS,
    commands=COMMANDS,
    questions=QUESTIONS,
    writes_keys=True,
    secrets=("fingerprint",),
    make_indexes=make_indexes,
)


if __name__ == "__main__":
    from shared.service.serve import serve

    sys.exit(serve(RECRUITMENT, Settings()))
