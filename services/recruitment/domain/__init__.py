"""All the business recruitment decides, one room per aggregate."""

from services.recruitment.domain.application import APPLICATION
from services.recruitment.domain.contact_card import CONTACT_CARD
from services.recruitment.domain.org_unit import ORG_UNIT
from services.recruitment.domain.partner import PARTNER
from services.recruitment.domain.professional import PROFESSIONAL

DECIDERS = (ORG_UNIT, PROFESSIONAL, APPLICATION, PARTNER, CONTACT_CARD)

__all__ = ["APPLICATION", "CONTACT_CARD", "DECIDERS", "ORG_UNIT", "PARTNER", "PROFESSIONAL"]
