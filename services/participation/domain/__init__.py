"""All the business participation decides, one room per aggregate."""

from services.participation.domain.attendance import ATTENDANCE
from services.participation.domain.budget import BUDGET
from services.participation.domain.claim import CLAIM
from services.participation.domain.engagement import ENGAGEMENT
from services.participation.domain.participant import PARTICIPANT
from services.participation.domain.payment_run import PAYMENT_RUN
from services.participation.domain.project import PROJECT
from services.participation.domain.rate_card import RATE_CARD
from services.participation.domain.session import SESSION

DECIDERS = (
    RATE_CARD,
    PROJECT,
    PARTICIPANT,
    ENGAGEMENT,
    SESSION,
    ATTENDANCE,
    CLAIM,
    BUDGET,
    PAYMENT_RUN,
)

__all__ = [
    "ATTENDANCE",
    "BUDGET",
    "CLAIM",
    "DECIDERS",
    "ENGAGEMENT",
    "PARTICIPANT",
    "PAYMENT_RUN",
    "PROJECT",
    "RATE_CARD",
    "SESSION",
]
