"""KPIs as they are asked for: a code, a period, and no figure of fewer cases than the programme allows."""

import re
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any, Final, cast

from services.evaluation.domain import KPI_CASE
from services.evaluation.domain.kpi import KPIS, Kpi, cell
from services.evaluation.store import cases_of
from shared.web.asking import Asking
from shared.web.door import Reading
from shared.web.principal import STAFF, Rule
from shared.web.problems import Problem

KPI_CODE: Final = re.compile(f"^({'|'.join(KPIS)})$")
_MOMENT: Final = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?(Z|[+-][0-9]{2}:[0-9]{2}))?"
)


def kpi_reading(minimum: int) -> Reading:
    """`minimum` is the fewest cases a figure is shown for."""

    async def kpi(asking: Asking, query: Mapping[str, str]) -> dict[str, Any]:
        code, since, until = cast(Kpi, asking.id), _moment(query, "from"), _moment(query, "to")
        if since >= until:
            raise Problem("query_invalid")
        cases = await cases_of(asking.house.store, code, asking.scope, since, until)
        shown = asdict(cell(code, cases, since, until, minimum))
        return {"kpi": code, "from": _text(since), "to": _text(until), **shown}

    return Reading(
        path="/v1/kpis/{id}",
        decider=KPI_CASE,
        by=Rule(roles=STAFF),
        make=kpi,
        filters=("from", "to"),
        named=KPI_CODE,
    )


def _moment(query: Mapping[str, str], name: str) -> datetime:
    """A time, or a day, which begins at midnight UTC; at the ends of the calendar there is none before or after."""
    given = query.get(name, "")
    if not _MOMENT.fullmatch(given):
        raise Problem("query_invalid")
    try:
        moment = datetime.fromisoformat(given)
    except ValueError:
        raise Problem("query_invalid") from None
    if not 1900 <= moment.year <= 2200:
        raise Problem("query_invalid")
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _text(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")
