"""Time in stage: how long people wait between what happens to them, told by the archive."""

import asyncio
from collections.abc import Mapping
from datetime import datetime, timedelta
from statistics import median
from typing import Final

from services.console.api.desk.pages import Bar, Part, chart
from services.console.api.desk.sitting import Sitting
from services.console.api.desk.timeline import MAY_READ

STAGES: Final = (
    ("From draft to submitted", "recruitment.application_started", "recruitment.application_submitted"),
    ("From submitted to accepted", "recruitment.application_submitted", "recruitment.application_accepted"),
    ("From accepted to active", "recruitment.application_accepted", "recruitment.partner_activated"),
    ("From active to a place", "recruitment.partner_activated", "participation.engagement_created"),
    ("From a place to the team", "participation.engagement_created", "participation.engagement_activated"),
    (
        "From having come to being paid",
        "participation.attendance_recorded",
        "participation.compensation_paid",
    ),
)
FEWEST: Final = 5
"""Of fewer people no time is shown: it could be somebody's own."""


async def time_in_stage(sitting: Sitting) -> tuple[Part, ...]:
    """Medians; nothing for a role that may not read the archive."""
    if not sitting.has(*MAY_READ):
        return ()
    names = sorted({name for _, *both in STAGES for name in both})
    asked = (sitting.moments(sitting.principal, f"roundtable.{name}.v1") for name in names)
    moments = dict(zip(names, await asyncio.gather(*asked), strict=True))
    bars = [
        Bar(said, round(middle.total_seconds() / 3600), span_of(middle))
        for said, since, until in STAGES
        if (middle := _median(moments[since], moments[until])) is not None
    ]
    return (chart("Time in stage, the median", ("Stage", "Time"), bars),)


def _median(since: Mapping[str, datetime], until: Mapping[str, datetime]) -> timedelta | None:
    waited = [
        (until[person] - since[person]).total_seconds()
        for person in until
        if person in since and until[person] >= since[person]
    ]
    return timedelta(seconds=median(waited)) if len(waited) >= FEWEST else None


def span_of(time: timedelta) -> str:
    """In the two largest units that say something."""
    days, hours, minutes = time.days, time.seconds // 3600, time.seconds % 3600 // 60
    if days:
        return f"{days} d {hours} h"
    return f"{hours} h {minutes} min" if hours else f"{minutes} min"
