"""What another process of participation does at the same time."""

from services.participation.tests.team import Team
from shared.decider import To
from shared.road.unit import Actor, Heard, Home, Unit
from tests.asked import new_id


async def commanded(team: Team, to: To) -> None:
    """A command that another process had decided on before it knew better."""
    unit = Unit(
        to,
        Heard(f"/participation {new_id()}", 1),
        Actor("system", "participation", "system"),
        Home(team.tenant, team.ward),
        new_id(),
    )
    [outcome] = await team.running.desk.handle([unit])
    assert outcome
