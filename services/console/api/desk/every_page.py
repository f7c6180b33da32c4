"""Every page of the console, in the order of its navigation."""

from typing import Final

from services.console.api.desk import (
    advice,
    applications,
    claims,
    dead_letters,
    engagements,
    health,
    importing,
    match_runs,
    messages,
    opportunities,
    overview,
    people,
    sessions,
    waiting,
)
from services.console.api.desk.pages import Page

PAGES: Final[tuple[Page, ...]] = (
    *waiting.PAGES,
    *overview.PAGES,
    *applications.PAGES,
    *importing.PAGES,
    *people.PAGES,
    *opportunities.PAGES,
    *match_runs.PAGES,
    *engagements.PAGES,
    *sessions.PAGES,
    *claims.PAGES,
    *advice.PAGES,
    *messages.PAGES,
    *health.PAGES,
    *dead_letters.PAGES,
)
