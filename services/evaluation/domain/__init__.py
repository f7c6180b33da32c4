"""All the business evaluation decides, one room per aggregate."""

from services.evaluation.domain.influence_item import INFLUENCE_ITEM
from services.evaluation.domain.kpi_case import KPI_CASE
from services.evaluation.domain.project_file import PROJECT_FILE
from services.evaluation.domain.survey_invitation import SURVEY_INVITATION

DECIDERS = (PROJECT_FILE, SURVEY_INVITATION, INFLUENCE_ITEM, KPI_CASE)

__all__ = ["DECIDERS", "INFLUENCE_ITEM", "KPI_CASE", "PROJECT_FILE", "SURVEY_INVITATION"]
