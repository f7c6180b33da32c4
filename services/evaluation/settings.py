"""What evaluation can be told from outside beside what every service can."""

from pydantic import Field

from shared.settings import Settings


class EvaluationSettings(Settings):
    """`KPI_MIN_CELL` is the fewest intervals a KPI is shown for (10); of fewer only the number is answered."""

    kpi_min_cell: int = Field(default=10, ge=1)
