"""The console, put together; `python -m services.console.app` runs it."""

import sys

from services.console.api import pages
from services.console.handlers import HANDLERS, Archive, topics
from services.console.settings import ConsoleSettings
from services.console.store import make_indexes
from shared.service.description import Listener, Service

CONSOLE = Service(
    name="console",
    deciders=(),
    handlers=HANDLERS,
    commands=(),
    questions=(),
    make_indexes=make_indexes,
    listener=Listener(topics=topics, make=Archive),
    pages=pages,
)


if __name__ == "__main__":
    from shared.service.serve import REFUSED, serve

    told = ConsoleSettings()
    if wrong := told.unfit():
        print(wrong, file=sys.stderr)  # noqa: T201 - the last words of a process that will not start
        sys.exit(REFUSED)
    sys.exit(serve(CONSOLE, told))
