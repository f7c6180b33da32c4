"""Is a session held when somebody came, and cancelled in time or paid for?"""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given

from services.participation.domain import SESSION
from services.participation.domain.session import (
    CancelSession,
    CloseSession,
    CountAttendances,
    PublishSession,
    SessionCommand,
    SettleSession,
)
from services.participation.tests.people import (
    CAME,
    DISCHARGE,
    ENDS,
    LENA,
    SESSIONS,
    SETTLES,
    STARTS,
    answers,
    but,
    counted,
    held,
    meeting,
    planned,
    published,
    unattended,
    unplanned,
)
from shared.contracts.fact import Fact, Private
from shared.contracts.participation import (
    AttendanceCounted,
    SessionCancelled,
    SessionHeld,
    SessionPlanned,
    SessionPublished,
)
from tests.any_story import (
    any_commands,
    any_facts,
    folding_never_raises,
    nothing_follows_the_end,
    the_same_command_twice_is_harmless,
)
from tests.given import NOON, names

SET: dict[str, Any] = {
    "opportunity_id": DISCHARGE,
    "lead_id": LENA,
    "starts_at": STARTS,
    "ends_at": ENDS,
    "zone": "Europe/London",
    "mode": "virtual",
    "prep_minutes": 30,
    "place": Private("sealed room"),
}
ANOTHER = "a77e4d00-0000-4000-8000-00000000000b"


def called_off(notice: timedelta, *, compensable: bool) -> SessionCancelled:
    return SessionCancelled(
        opportunity_id=DISCHARGE,
        starts_at=STARTS,
        zone="Europe/London",
        reason_code="host-ill",
        notice_minutes=int(notice.total_seconds() // 60),
        compensable=compensable,
    )


def test_a_session_is_planned_and_then_published_to_its_team() -> None:
    assert unplanned().when(meeting()) == [SessionPlanned(**SET)]
    assert planned().when(PublishSession()) == [SessionPublished(**SET)]


def test_a_session_takes_time() -> None:
    assert unplanned().refuses(meeting(ends_at=STARTS)) == "ends_before_start"
    assert unplanned().refuses(meeting(ends_at=STARTS - timedelta(hours=1))) == "ends_before_start"


def test_a_session_is_planned_once() -> None:
    assert answers(SESSIONS, meeting()) == but(
        SESSIONS, "wrong_state", unplanned="SessionPlanned", planned=""
    )
    assert planned().refuses(meeting(prep_minutes=0)) == "wrong_state"


def test_a_session_is_published_before_it_starts() -> None:
    assert answers(SESSIONS, PublishSession()) == but(
        SESSIONS, "wrong_state", planned="SessionPublished", published="", counted=""
    )
    assert planned().refuses(PublishSession(), at=STARTS) == "in_the_past"


@pytest.mark.parametrize(
    ("notice", "paid_for"),
    [
        (timedelta(days=7), False),
        (timedelta(hours=48), False),
        (timedelta(hours=47, minutes=59), True),
        (timedelta(hours=20), True),
        (timedelta(minutes=1), True),
    ],
)
def test_who_is_told_late_is_paid_all_the_same(notice: timedelta, paid_for: bool) -> None:
    said = published().when(CancelSession("host-ill"), at=STARTS - notice)
    assert said == [called_off(notice, compensable=paid_for)]


def test_what_nobody_was_asked_to_is_paid_for_to_nobody() -> None:
    notice = timedelta(hours=20)
    said = planned().when(CancelSession("host-ill"), at=STARTS - notice)
    assert said == [called_off(notice, compensable=False)]


def test_a_session_is_cancelled_before_it_starts() -> None:
    off = "SessionCancelled"
    assert answers(SESSIONS, CancelSession("host-ill")) == but(
        SESSIONS, "wrong_state", planned=off, published=off, counted=off, cancelled=""
    )
    late = "already_started"
    assert answers(SESSIONS, CancelSession("host-ill"), at=STARTS) == but(
        SESSIONS, "wrong_state", planned=late, published=late, counted=late, cancelled=""
    )


def test_everybody_who_came_is_counted_once() -> None:
    assert published().when(CountAttendances({CAME: "partner"})) == [
        AttendanceCounted(attendance_id=CAME, side="partner", attended=1)
    ]
    assert counted().when(CountAttendances({ANOTHER: "professional"})) == [
        AttendanceCounted(attendance_id=ANOTHER, side="professional", attended=2)
    ]
    assert answers(SESSIONS, CountAttendances({CAME: "partner"})) == but(
        SESSIONS,
        "not_expected",
        published="AttendanceCounted",
        counted="",
        held="",
        unattended="AttendanceCounted + SessionHeld",
    )


def test_who_is_counted_late_shows_that_a_session_thought_unattended_was_held() -> None:
    everybody = CountAttendances({CAME: "partner", ANOTHER: "professional"})
    assert unattended().when(everybody, at=SETTLES) == [
        AttendanceCounted(attendance_id=CAME, side="partner", attended=1),
        AttendanceCounted(attendance_id=ANOTHER, side="professional", attended=2),
        SessionHeld(opportunity_id=DISCHARGE, attended=2, partners=1, professionals=1),
    ]
    assert unattended().after(everybody, at=SETTLES).when(everybody, at=SETTLES) == []


def test_who_is_counted_after_a_session_was_held_is_one_more() -> None:
    assert held().when(CountAttendances({CAME: "partner", ANOTHER: "professional"}), at=SETTLES) == [
        AttendanceCounted(attendance_id=ANOTHER, side="professional", attended=2),
        SessionHeld(opportunity_id=DISCHARGE, attended=2, partners=1, professionals=1),
    ]


def test_nobody_can_say_before_its_end_that_nobody_came() -> None:
    assert published().refuses(CancelSession("nobody_attended")) == "not_ended"


def test_a_session_is_held_with_whom_was_counted() -> None:
    story = counted().after(CountAttendances({ANOTHER: "professional"}))
    assert story.when(CloseSession(), at=ENDS) == [
        SessionHeld(opportunity_id=DISCHARGE, attended=2, partners=1, professionals=1)
    ]


def test_a_session_is_closed_after_its_end_when_somebody_came() -> None:
    assert answers(SESSIONS, CloseSession(), at=ENDS) == but(
        SESSIONS, "wrong_state", published="nobody_attended", counted="SessionHeld", held=""
    )
    assert counted().refuses(CloseSession(), at=ENDS - timedelta(seconds=1)) == "not_ended"


def test_a_day_after_its_end_the_clock_says_whether_it_was_held() -> None:
    assert counted().due == published().due == SETTLES
    assert counted().when_due() == [
        SessionHeld(opportunity_id=DISCHARGE, attended=1, partners=1, professionals=0)
    ]
    assert published().when_due() == [
        SessionCancelled(
            opportunity_id=DISCHARGE,
            starts_at=STARTS,
            zone="Europe/London",
            reason_code="nobody_attended",
            notice_minutes=0,
            compensable=False,
        )
    ]


def test_the_clock_settles_what_is_published_and_nothing_else() -> None:
    assert answers(SESSIONS, SettleSession(SETTLES), at=SETTLES) == but(
        SESSIONS, "not_expected", published="SessionCancelled", counted="SessionHeld"
    )
    assert counted().refuses(SettleSession(ENDS)) == "not_expected"
    assert [SESSIONS[name]().due for name in ("planned", "held", "unattended", "cancelled")] == [None] * 4


@given(any_commands(SessionCommand))
def test_the_same_command_twice_says_nothing_the_second_time_or_is_refused(commands: list[Any]) -> None:
    the_same_command_twice_is_harmless(SESSION, [meeting(), *commands])


@given(any_commands(SessionCommand))
def test_nothing_follows_the_end_of_a_session(commands: list[Any]) -> None:
    nothing_follows_the_end(SESSION, [meeting(), PublishSession(), *commands])


@given(any_commands(SessionCommand))
def test_no_session_is_held_to_which_nobody_came(commands: list[Any]) -> None:
    story = published()
    for command in commands:
        for at in (NOON, ENDS):
            if not story.refuses(command, at=at):
                story = story.after(command, at=at)
    came = [fact.attended for fact in story.said if isinstance(fact, SessionHeld)]
    assert came == sorted(set(came) - {0})
    assert came[-1:] in ([], [names(story.said).count("AttendanceCounted")])


@given(any_facts(SESSION))
def test_any_sequence_of_facts_is_folded(facts: list[Fact]) -> None:
    folding_never_raises(SESSION, facts)
