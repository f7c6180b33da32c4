"""What notifications can be asked: how people are reached, and what became of every message to them."""

from services.notifications.domain import CONTACT_PROFILE, MESSAGE
from shared.web.door import Command, Question
from shared.web.principal import STAFF, Rule

COMMANDS: tuple[Command, ...] = ()
"""Nobody commands a message: each follows from a fact."""

_CONCERNED = Rule(roles=STAFF, links_of_person=("join", "learn", "pause", "leave"))
QUESTIONS = (
    Question(decider=CONTACT_PROFILE, by=_CONCERNED),
    Question(decider=MESSAGE, by=_CONCERNED),
)
"""Addresses are shown by nobody here: they are recruitment's, and are opened only to send a mail."""
