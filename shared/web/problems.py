"""What can go wrong at the door: every code a problem document may carry, with its status and its words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import msgspec
from starlette.responses import Response

MEDIA_TYPE: Final = "application/problem+json"

REFUSED: Final = 409
CODES: Final[Mapping[str, tuple[int, str]]] = {
    "json_malformed": (400, "The body is not JSON."),
    "json_encoding": (400, "The body is not UTF-8, or holds characters that no text may hold."),
    "json_duplicate_key": (400, "A name stands twice in one object of the body."),
    "json_key_not_allowed": (400, "A name in the body is empty, begins with $ or holds a control character."),
    "json_too_deep": (400, "The body is nested too deeply."),
    "json_number": (400, "A number in the body is not finite or has too many digits."),
    "header_malformed": (400, "A header cannot be read."),
    "query_invalid": (400, "The query cannot be answered: an unknown field, limit or cursor."),
    "idempotency_key_missing": (400, "What begins something needs an Idempotency-Key header."),
    "idempotency_key_malformed": (400, "The Idempotency-Key is not 8 to 64 letters, digits, - or _."),
    "idempotency_key_not_random": (
        400,
        "Without a token the Idempotency-Key must be a random UUID (version 4).",
    ),
    "token_missing": (401, "This needs a token or a link."),
    "token_invalid": (401, "The token is not valid, or not valid any more."),
    "link_invalid": (401, "The link is not valid, or not valid any more."),
    "forbidden": (403, "Your role does not allow this."),
    "not_found": (404, "There is nothing here for you."),
    "method_not_allowed": (405, "This cannot be done here."),
    "erased": (410, "This person was erased."),
    "precondition_failed": (412, "It has changed since you read it; read it again."),
    "body_too_large": (413, "The body is larger than 256 KiB."),
    "uri_too_long": (414, "The address is longer than 4 KiB."),
    "media_type_unsupported": (415, "The body must be application/json."),
    "validation_failed": (422, "Some of the values are not what they must be."),
    "idempotency_key_reused": (422, "This Idempotency-Key was used with another body."),
    "internal_error": (500, "Something went wrong here; nothing is known to be saved."),
    "dependency_unavailable": (503, "The outcome is unknown; repeat with the same Idempotency-Key."),
    "wrong_state": (REFUSED, "It is not in a state in which this can be done."),
    "not_expected": (REFUSED, "Nothing is waiting for this."),
    "unknown_parent": (REFUSED, "There is no such parent unit in your network."),
    "unknown_unit": (REFUSED, "There is no such open unit in your network."),
    "unknown_contact": (REFUSED, "There is no such support contact in this network."),
    "unknown_course": (REFUSED, "There is no such published course for this side in your network."),
    "incomplete": (REFUSED, "Something that must be told first is missing."),
    "conflict_of_interest": (REFUSED, "Nobody reviews what they entered themselves."),
    "not_assessed": (REFUSED, "The rubric has not been recorded."),
    "below_minimum": (REFUSED, "A part of the rubric is below the minimum."),
    "decided_by_reviewer": (REFUSED, "Whoever assessed an application does not decide on it."),
    "reason_missing": (REFUSED, "This answer needs a reason."),
    "scope_missing": (REFUSED, "This purpose is granted for one opportunity; none is named."),
    "not_granted": (REFUSED, "This was never granted."),
    "no_way_to_reach": (REFUSED, "Neither an e-mail address nor a phone number is given."),
    "score_out_of_range": (REFUSED, "A score is between 0 and 100."),
    "not_reserved": (REFUSED, "There is no money set aside for this claim yet."),
    "own_claim": (REFUSED, "Nobody approves what they are owed themselves."),
    "none_approved": (REFUSED, "None of these claims is approved."),
    "several_currencies": (REFUSED, "These claims are in several currencies; a payment run is in one."),
    "nothing_to_pay": (REFUSED, "No payment of this run was scheduled."),
    "still_scheduling": (REFUSED, "Some claims of this run have not answered yet; try again in a minute."),
    "file_not_written": (REFUSED, "The payment file of this run has not been written."),
    "unknown_end_to_end_id": (REFUSED, "A line names a payment that is not in this run."),
    "answered_otherwise": (REFUSED, "A line contradicts what was read for its payment before."),
    "too_few_answers": (REFUSED, "Fewer than 70 % of the questions that apply are answered."),
    "unknown_item": (REFUSED, "There is no such question in this survey."),
    "unknown_answer": (REFUSED, "An answer is not one that its question offers."),
    "no_contributor": (REFUSED, "A suggestion names whose it is."),
    "not_owner": (REFUSED, "Another lead answers for this suggestion."),
    "until_missing": (REFUSED, "What is put off needs a day until when."),
    "old_terms": (REFUSED, "These are not the terms of this engagement."),
    "pay_choice_missing": (REFUSED, "This role is paid; say whether you want to be paid."),
    "project_not_open": (REFUSED, "There is no such open project in your unit."),
    "ends_before_start": (REFUSED, "A session ends after it starts."),
    "in_the_past": (REFUSED, "This session would have started already."),
    "already_started": (REFUSED, "This session has started already."),
    "not_started": (REFUSED, "This session has not started yet."),
    "not_ended": (REFUSED, "This session has not ended yet."),
    "nobody_attended": (REFUSED, "Nobody's attendance has been counted for this session."),
    "minutes_too_many": (REFUSED, "This is more than twice as long as the session was planned."),
    "too_many_seats": (REFUSED, "A team has at most 50 seats."),
    "no_partner_seat": (REFUSED, "There is no seat for a partner, and nobody waived it."),
    "no_professional_seat": (REFUSED, "There is no seat for a professional, and nobody waived it."),
    "review_only": (REFUSED, "Partners would only review what is made already, and nobody waived it."),
    "budget_missing": (REFUSED, "Paid work needs a budget."),
    "own_request": (REFUSED, "Nobody approves what they ask for themselves."),
    "lead_untrained": (REFUSED, "The lead has no valid certificate for working with partners."),
    "unpaid_needs_waiver": (REFUSED, "Unpaid work needs a waiver."),
    "not_open": (REFUSED, "This opportunity is not open."),
    "seat_not_open": (REFUSED, "This seat is held already, or is not one of this team."),
    "wrong_side": (REFUSED, "This seat is for a partner."),
    "already_on_team": (REFUSED, "This person is on the team already."),
    "left_this_seat": (REFUSED, "This person had this seat and left it; choose another seat or person."),
    "unknown_professional": (REFUSED, "There is no such professional in your network."),
    "wrong_role": (REFUSED, "This professional does not have the role of this seat."),
    "not_in_run": (REFUSED, "Somebody picked was not found fit by this run for this opportunity."),
    "already_asked": (REFUSED, "Somebody picked is asked already, has accepted or has declined."),
    "role_not_asked_for": (REFUSED, "There is no seat for partners of this role."),
    "not_yours": (403, "This offer was not made to you."),
    "seat_taken": (REFUSED, "This seat was just taken by somebody else."),
    "offer_expired": (REFUSED, "The time to answer this offer is over."),
    "already_declined": (REFUSED, "This offer was declined."),
    "already_accepted": (REFUSED, "This offer was accepted."),
    "offer_withdrawn": (REFUSED, "This offer does not stand any more."),
    "fact_too_large": (REFUSED, "Too much at once for one fact."),
    "not_here_yet": (REFUSED, "Something this depends on has not arrived yet; try again shortly."),
}
"""(status, plain words). Business refusals are 409; their words never hold a value that was sent."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """One value of the body: where (a JSON Pointer) and what is wrong with it, never the value."""

    pointer: str
    code: str
    detail: str


@dataclass(slots=True)
class Problem(Exception):
    """Raised anywhere at the door; answered as an RFC 9457 document."""

    code: str
    errors: Sequence[Mistake] = ()
    extra: Mapping[str, Any] = field(default_factory=dict[str, Any])
    headers: Mapping[str, str] = field(default_factory=dict[str, str])

    @property
    def status(self) -> int:
        """The HTTP status of its code."""
        return CODES[self.code][0]

    def answer(self, instance: str) -> Response:
        """The document; `instance` is the id of the request."""
        status, words = CODES[self.code]
        document: dict[str, Any] = {
            "type": f"urn:roundtable:problem:{self.code}",
            "title": words,
            "status": status,
            "detail": words,
            "instance": f"urn:uuid:{instance}",
            "code": self.code,
            "errors": [{"pointer": e.pointer, "code": e.code, "detail": e.detail} for e in self.errors],
            **self.extra,
        }
        return Response(
            msgspec.json.encode(document), status, dict(self.headers) or None, media_type=MEDIA_TYPE
        )
