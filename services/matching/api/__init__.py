"""What matching can be asked: each route turns a body into one command, and one table names them all."""

from typing import Any

from services.matching import bodies
from services.matching.api import opportunities as leading
from services.matching.api.offers import OfferRule, accept_offer, decline_offer, offer_of
from services.matching.api.runs import request_run, results
from services.matching.domain import CANDIDATE, LEAD, MATCH_RUN, OPPORTUNITY
from shared.decider import Decider
from shared.web.body import Body, Nothing
from shared.web.door import Command, Make, Question, Reading
from shared.web.principal import STAFF, Rule

_LEAD = Rule(roles=("lead",))
_APPROVER = Rule(roles=("approver",))
_HOST = Rule(roles=("coordinator", "lead"))
_CHOICE = Rule(roles=("coordinator", "operator"))
_COORDINATOR = Rule(roles=("coordinator",))
_ANSWER = OfferRule(roles=("coordinator",), links=("answer_offer",))


def _row(decider: Decider[Any, Any, Any], word: str, body: type[Body], by: Rule, make: Make) -> Command:
    return Command(decider=decider, word=word, body=body, by=by, make=make)


COMMANDS = (
    _row(OPPORTUNITY, "", bodies.DraftOpportunity, _LEAD, leading.draft),
    _row(OPPORTUNITY, "revise", bodies.ReviseOpportunity, _LEAD, leading.revise),
    _row(OPPORTUNITY, "submit", Nothing, _LEAD, leading.submit),
    _row(OPPORTUNITY, "approve", bodies.ApproveOpportunity, _APPROVER, leading.approve),
    _row(OPPORTUNITY, "reject", bodies.RejectOpportunity, _APPROVER, leading.reject),
    _row(OPPORTUNITY, "grant-waiver", bodies.GrantWaiver, _APPROVER, leading.grant_waiver),
    _row(OPPORTUNITY, "open", Nothing, _HOST, leading.open_),
    _row(OPPORTUNITY, "assign-professional", bodies.AssignProfessional, _HOST, leading.assign_professional),
    _row(OPPORTUNITY, "confirm-shortlist", bodies.ConfirmShortlist, _CHOICE, leading.confirm_shortlist),
    _row(OPPORTUNITY, "accept-offer", bodies.AcceptOffer, _ANSWER, accept_offer),
    _row(OPPORTUNITY, "decline-offer", bodies.DeclineOffer, _ANSWER, decline_offer),
    _row(OPPORTUNITY, "rescind-offer", bodies.RescindOffer, _COORDINATOR, leading.rescind_offer),
    _row(OPPORTUNITY, "close", bodies.CloseOpportunity, _HOST, leading.close),
    _row(MATCH_RUN, "", bodies.RequestMatchRun, _COORDINATOR, request_run),
)

_STAFF = Rule(roles=STAFF)
_OF_THE_TEAM = ("holders", "offers", "chosen", "shortlist", "waitlist", "assigned")
QUESTIONS = (
    Question(
        decider=OPPORTUNITY,
        by=Rule(roles=STAFF, links=("see_opportunity",)),
        readers={
            "purpose": ("lead",),
            "ask": ("lead",),
            "reason": ("approver",),
            **dict.fromkeys(_OF_THE_TEAM, (*STAFF, "professional")),
        },
    ),
    Question(decider=MATCH_RUN, by=_STAFF),
    Question(decider=CANDIDATE, by=Rule(roles=STAFF, links_of_person=("join", "pause", "leave"))),
    Question(decider=LEAD, by=Rule(roles=STAFF, links_of_person=("learn",))),
)

READINGS = (
    Reading(
        path="/v1/match-runs/{id}/results",
        decider=MATCH_RUN,
        by=_COORDINATOR,
        make=results,
        filters=("person_id", "after", "limit"),
    ),
    Reading(
        path="/v1/opportunities/{id}/offer",
        decider=OPPORTUNITY,
        by=_ANSWER,
        make=offer_of,
        filters=("person_id",),
    ),
)
