"""What the console can be asked: the archive by its readers, pages by whoever holds a link, and by whoever signs in."""

from fastapi import FastAPI

from services.console.api.desk.desk import Desk
from services.console.api.desk.every_page import PAGES
from services.console.api.events import Archived
from services.console.api.portal import Portal
from services.console.settings import ConsoleSettings
from services.console.store import Events
from shared.service.running import Running
from shared.web.who import Who


def pages(app: FastAPI, running: Running, who: Who) -> None:
    """Every route there is; none of them is about an aggregate of its own."""
    Archived(Events(running.store), who).open(app)
    settings = ConsoleSettings.beside(running.settings)
    portal, desk = Portal(running.links, running.clock, settings), Desk(running, who, settings, PAGES)
    for part in (portal, desk):
        part.open(app)
        running.at_the_end.append(part.close)
