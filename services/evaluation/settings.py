"""What evaluation can be told from outside beside what every service can."""

from pydantic import Field

from shared.settings import Settings


class EvaluationSettings(Settings):
    """How small a group may be before its figures would show a person."""

    kpi_min_cell: int = Field(default=10, ge=1)
    """The fewest intervals a KPI is shown for; of fewer only the number is answered."""
