"""All the business training decides, one room per aggregate."""

from services.training.domain.course import COURSE
from services.training.domain.curriculum import CURRICULUM
from services.training.domain.learning_record import LEARNING_RECORD
from services.training.domain.readiness import READINESS
from services.training.domain.support_plan import SUPPORT_PLAN

DECIDERS = (COURSE, CURRICULUM, LEARNING_RECORD, READINESS, SUPPORT_PLAN)

__all__ = ["COURSE", "CURRICULUM", "DECIDERS", "LEARNING_RECORD", "READINESS", "SUPPORT_PLAN"]
