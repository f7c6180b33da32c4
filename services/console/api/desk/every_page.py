"""Every page of the console, in the order of its navigation."""

from typing import Final

from services.console.api.desk import (
    advice,
    applications,
    claims,
    dead_letters,
    drafting,
    engagements,
    health,
    importing,
    match_runs,
    messages,
    one_session,
    opportunities,
    overview,
    payments,
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
    *drafting.PAGES,
    *opportunities.PAGES,
    *match_runs.PAGES,
    *engagements.PAGES,
    *sessions.PAGES,
    *one_session.PAGES,
    *claims.PAGES,
    *payments.PAGES,
    *advice.PAGES,
    *messages.PAGES,
    *health.PAGES,
    *dead_letters.PAGES,
)
