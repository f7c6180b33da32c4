"""How the story of somebody or something, and how things stand, read to staff: in words of the trade, not of the system."""

import re
from collections.abc import Mapping
from typing import Any, Final

from services.console.api.words import words

_OF_THE_SYSTEM: Final = re.compile(r".*_noted|kpi_case_.*|context_closed|attendance_counted")
"""By which a service notes what another has said, or measures: no part of anybody's story."""
HAPPENED: Final[Mapping[str, str]] = {
    "agreement_accepted": "Agreement signed",
    "application_assessed": "Application assessed",
    "application_review_started": "Review of the application begun",
    "application_started": "Application begun",
    "attempts_granted": "More attempts at a course granted",
    "attendance_confirmed": "Said they will come",
    "attendance_declined": "Said they cannot come",
    "attendance_excused": "Excused",
    "attendance_invited": "Invited to a session",
    "attendance_recorded": "Attendance recorded",
    "attendance_unanswered": "Did not answer the invitation",
    "attendance_voided": "Invitation dropped",
    "budget_opened": "Budget opened",
    "budget_reserved": "Money set aside in the budget",
    "budget_short": "The budget does not cover it",
    "budget_spent": "Paid out of the budget",
    "budget_topped_up": "Budget topped up",
    "candidate_joined_pool": "Can be matched from now on",
    "candidate_left_pool": "Is not matched any more",
    "certification_expired": "Certificate ran out",
    "certification_issued": "Certificate given",
    "compensation_accrued": "What is owed was worked out",
    "compensation_approved": "Payment approved",
    "compensation_declined": "Pay declined",
    "compensation_paid": "Paid",
    "compensation_reserved": "Money for it set aside",
    "contact_details_given": "Contact details given",
    "engagement_activated": "Began on a team",
    "engagement_completed": "Finished on a team",
    "engagement_created": "Got a place on a team",
    "engagement_ended_early": "Place on a team ended early",
    "engagement_lapsed": "Place on a team lapsed",
    "engagement_paused": "Break on a team begun",
    "engagement_resumed": "Back on a team",
    "engagement_withdrawn": "Stepped back from a team",
    "enrolment_started": "Course begun",
    "hours_committed": "Hours promised to a team",
    "hours_released": "Hours free again",
    "influence_acknowledged": "Suggestion read by the lead",
    "influence_contributor_told": "Told what became of the suggestion",
    "influence_disposed": "Suggestion answered",
    "influence_loop_closed": "Everybody who made the suggestion was told",
    "influence_overdue": "Answer to a suggestion overdue",
    "influence_recorded": "Suggestion made",
    "lead_asked": "Asked whether the lead is trained",
    "lead_trained": "Lead trained to work with partners",
    "lead_vouched": "Lead confirmed to be trained",
    "lived_experience_shared": "Shared what they have lived through",
    "match_run_completed": "Match run finished",
    "match_run_requested": "Match run asked for",
    "match_run_superseded": "Match run replaced by a later one",
    "message_dead": "Letter could not be delivered",
    "message_delayed": "Letter not delivered yet, tried again later",
    "message_postponed": "Letter kept until the morning",
    "message_released": "Letter let go",
    "message_requested": "Letter written",
    "message_sent": "Letter sent",
    "message_suppressed": "Letter held back",
    "offer_accepted": "Said yes to a place",
    "offer_declined": "Said no to a place",
    "offer_expired": "Did not answer in time",
    "offer_proposed": "Chosen to be asked",
    "offer_refused": "Could not be asked",
    "offer_released": "Place let go",
    "offer_rescinded": "Question taken back",
    "offer_reserved": "Place held for somebody",
    "offer_sent": "Asked by letter",
    "offer_skipped": "Passed over",
    "opportunity_filled": "Every seat taken",
    "opportunity_rejected": "Opportunity sent back",
    "opportunity_submitted": "Opportunity submitted for approval",
    "participant_left": "Left the programme",
    "participant_paused": "Break from the programme begun",
    "participant_resumed": "Back in the programme",
    "partner_activated": "Active partner from now on",
    "partner_created": "Became a partner",
    "partner_exited": "Left the programme",
    "payment_added": "Payment added to the run",
    "prerequisites_met": "Ready to begin",
    "readiness_evaluated": "Readiness looked at",
    "recipient_suppressed": "Gets no letters for now",
    "seat_filled": "Seat taken",
    "seat_vacated": "Seat free again",
    "shortfall_detected": "Not enough people fit",
    "suppression_lifted": "Gets letters again",
    "survey_invitation_expired": "Survey not answered in time",
    "survey_invitation_scheduled": "Survey planned",
    "survey_invitation_sent": "Asked to answer a survey",
    "survey_invitation_suppressed": "Not asked to answer a survey",
    "training_assigned": "Course assigned",
    "training_failed": "Course failed",
    "training_passed": "Course passed",
    "waitlist_joined": "On the waiting list",
    "waitlist_promoted": "Asked from the waiting list",
    "waitlist_removed": "Off the waiting list",
}
PURPOSES: Final[Mapping[str, str]] = {
    "p1": "being asked about opportunities",
    "p2": "being matched by what they have lived through",
    "p3": "statistics of fairness",
    "p4": "being named to a team",
    "p5": "other organisations of the network",
    "p6": "others outside it",
    "p7": "their name or story in public",
    "p8": "photographs and recordings",
    "p9": "research with their answers",
}


BRIEFLY: Final[Mapping[str, str]] = {
    "p1": "being asked",
    "p2": "lived experience",
    "p3": "fairness statistics",
    "p4": "name to team",
    "p5": "network",
    "p6": "others",
    "p7": "public",
    "p8": "pictures",
    "p9": "research",
}
"""The same in a list of many."""
STANDS: Final[Mapping[str, Mapping[str, str]]] = {
    "claim": {
        "accrued": "Not covered by a budget",
        "reserved": "Waits for approval",
        "scheduled": "In a payment run",
    },
    "message": {
        "requested": "Written",
        "waiting": "Waits",
        "released": "About to be sent",
        "suppressed": "Held back",
        "dead": "Cannot be delivered",
    },
    "advice": {
        "recorded": "Not read yet",
        "acknowledged": "Waits for an answer",
        "disposed": "Answered",
        "loop_closed": "Answered and told back",
    },
    "partner": {"onboarding": "Joining", "paused": "On a break", "exited": "Left"},
    "engagement": {
        "pending": "Not begun",
        "paused": "On a break",
        "withdrawn": "Stepped back",
        "lapsed": "Lapsed",
    },
    "course": {"out_of_attempts": "No attempts left"},
    "run": {"written": "File written", "settled": "Settled with the bank"},
}
LETTER: Final[Mapping[str, str]] = {
    "application_declined": "no to their application",
    "application_received": "their application has arrived",
    "engagement_active": "their work on a team begins",
    "engagement_left": "they have left a team",
    "influence_answer": "what became of their suggestion",
    "influence_task": "a suggestion waits for an answer",
    "offer": "an offer of a place",
    "offer_closed": "a place is not on offer any more",
    "payment_made": "they were paid",
    "professional_welcome": "welcome, and courses for staff",
    "session_cancelled": "a session is cancelled",
    "session_invitation": "an invitation to a session",
    "shortfall": "too few people fit an opportunity",
    "support_offered": "help with a course",
    "survey_end": "a survey at the end of a project",
    "survey_pulse": "a short survey on the way",
    "team_complete": "a team is complete",
    "terms": "the terms of a project",
    "training_open": "their courses are open",
    "welcome": "welcome, and how to join",
}
"""What a letter is about, by its template."""
LETTERS: Final[Mapping[str, str]] = {
    "critical": "Always sent",
    "ask": "A question about taking part",
    "engagement": "About their project",
    "owed": "About what they are owed",
}
"""Why somebody gets a letter, by its class."""


def is_a_happening(name: str) -> bool:
    """Whether an event is part of a story, by its name."""
    return _OF_THE_SYSTEM.fullmatch(name) is None


def letter(template: str) -> str:
    """What a letter is about."""
    about = LETTER.get(template) or words(template)
    return about[:1].upper() + about[1:]


def happened(name: str) -> str:
    """What an event says, from its name alone."""
    return HAPPENED.get(name) or words(name)


def stands(kind: str, state: Any) -> str:
    """How a thing of this kind stands."""
    return STANDS[kind].get(str(state)) or words(str(state))


def states(kind: str, of: tuple[str, ...]) -> list[tuple[str, str]]:
    """As a list of them is chosen from."""
    return [(state, stands(kind, state)) for state in of]
