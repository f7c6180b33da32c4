"""What the console can be asked: the archive by its readers, and pages by whoever holds a link."""

from fastapi import FastAPI

from services.console.api.events import Archived
from services.console.api.portal import Portal
from services.console.settings import ConsoleSettings
from services.console.store import Events
from shared.service.running import Running
from shared.web.who import Who


def pages(app: FastAPI, running: Running, who: Who) -> None:
    """Every route there is; none of them is about an aggregate of its own."""
    Archived(Events(running.store), who).open(app)
    portal = Portal(running.links, running.clock, ConsoleSettings.beside(running.settings))
    portal.open(app)
    running.at_the_end.append(portal.close)
