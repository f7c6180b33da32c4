"""All the business notifications decides, one room per aggregate."""

from services.notifications.domain.contact_profile import CONTACT_PROFILE
from services.notifications.domain.message import MESSAGE

DECIDERS = (CONTACT_PROFILE, MESSAGE)

__all__ = ["CONTACT_PROFILE", "DECIDERS", "MESSAGE"]
