"""All the business matching decides, one room per aggregate, and how well somebody fits beside them."""

from services.matching.domain.candidate import CANDIDATE
from services.matching.domain.lead import LEAD
from services.matching.domain.match_run import MATCH_RUN
from services.matching.domain.opportunity import OPPORTUNITY

DECIDERS = (OPPORTUNITY, MATCH_RUN, CANDIDATE, LEAD)

__all__ = ["CANDIDATE", "DECIDERS", "LEAD", "MATCH_RUN", "OPPORTUNITY"]
