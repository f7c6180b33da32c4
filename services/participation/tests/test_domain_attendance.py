"""Is it right what becomes of an invitation: answered, recorded, excused or void?"""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import given

from services.participation.domain import ATTENDANCE
from services.participation.domain.attendance import (
    AttendanceCommand,
    ConfirmAttendance,
    DeclineInvitation,
    ExcuseAttendance,
    InviteToSession,
    RecordAttendance,
    SettleAttendance,
    VoidAttendance,
)
from services.participation.tests.people import (
    ANA,
    ATTENDANCES,
    CARLA,
    DISCHARGE,
    ENDS,
    ENGAGED,
    MEETING,
    PAID,
    STARTS,
    answers,
    but,
    confirmed,
    declined,
    excused,
    invitation,
    invited,
    unasked,
)
from shared.contracts.fact import Fact, Private
from shared.contracts.participation import (
    AttendanceConfirmed,
    AttendanceDeclined,
    AttendanceExcused,
    AttendanceInvited,
    AttendanceRecorded,
    AttendanceUnanswered,
    AttendanceVoided,
)
from tests.any_story import (
    any_commands,
    any_facts,
    folding_never_raises,
    nothing_follows_the_end,
    the_same_command_twice_is_harmless,
)

WHOSE: dict[str, Any] = {"session_id": MEETING, "person_id": CARLA, "engagement_id": ENGAGED}
ASKED: dict[str, Any] = {
    **WHOSE,
    "opportunity_id": DISCHARGE,
    "side": "partner",
    "starts_at": STARTS,
    "ends_at": ENDS,
    "zone": "Europe/London",
    "mode": "virtual",
    "support_contact_id": ANA,
}
CALLED_OFF = VoidAttendance("session_cancelled", True, True, "paid")


def came(minutes: int = 120) -> RecordAttendance:
    return RecordAttendance(minutes, "host", PAID)


def somewhere(command: Any) -> Any:
    """An invitation is to a zone there is: nothing else gets past the door."""
    return replace(command, zone="Europe/London") if isinstance(command, InviteToSession) else command


def recorded(outcome: str, minutes: int, source: str) -> AttendanceRecorded:
    return AttendanceRecorded(
        **WHOSE,
        opportunity_id=DISCHARGE,
        side="partner",
        outcome=outcome,
        minutes=minutes,
        prep_minutes=30,
        paid=True,
        pay_choice="paid",
        rate_line="session",
        source=source,
        session_date=date(2026, 3, 9),
    )


def test_somebody_is_asked_with_all_they_need_to_answer() -> None:
    assert unasked().when(invitation()) == [AttendanceInvited(**ASKED)]


def test_somebody_is_asked_once_and_again_when_they_are_back() -> None:
    assert answers(ATTENDANCES, invitation()) == but(
        ATTENDANCES,
        "not_expected",
        unasked="AttendanceInvited",
        excused="AttendanceInvited",
        invited="",
    )


def test_somebody_confirms_and_may_think_better_of_it_until_it_starts() -> None:
    assert invited().when(ConfirmAttendance()) == [AttendanceConfirmed(**ASKED)]
    assert answers(ATTENDANCES, ConfirmAttendance()) == but(
        ATTENDANCES,
        "wrong_state",
        invited="AttendanceConfirmed",
        declined="AttendanceConfirmed",
        confirmed="",
    )
    assert answers(ATTENDANCES, ConfirmAttendance(), at=STARTS) == but(
        ATTENDANCES, "wrong_state", invited="already_started", declined="already_started", confirmed=""
    )


def test_somebody_declines_and_what_they_say_of_it_is_kept_sealed() -> None:
    assert invited().when(DeclineInvitation(Private("sealed"))) == [
        AttendanceDeclined(**WHOSE, reason=Private("sealed"))
    ]
    assert getattr(declined().state, "reason", None) == Private("sealed reason")
    says = "AttendanceDeclined"
    assert answers(ATTENDANCES, DeclineInvitation()) == but(
        ATTENDANCES, "wrong_state", invited=says, confirmed=says, declined=""
    )
    late = "already_started"
    assert answers(ATTENDANCES, DeclineInvitation(), at=STARTS) == but(
        ATTENDANCES, "wrong_state", invited=late, confirmed=late, declined=""
    )


def test_who_came_is_recorded_with_how_the_work_is_paid_whatever_they_had_answered() -> None:
    assert confirmed().when(came(), at=STARTS) == [recorded("attended", 120, "host")]
    says = "AttendanceRecorded"
    assert answers(ATTENDANCES, came(), at=STARTS) == but(
        ATTENDANCES, "wrong_state", invited=says, confirmed=says, declined=says, attended=""
    )


def test_attendance_once_recorded_is_not_recorded_otherwise() -> None:
    attended = ATTENDANCES["attended"]()
    assert attended.refuses(came(60), at=ENDS) == "wrong_state"
    assert attended.refuses(RecordAttendance(120, "walk_in", PAID), at=ENDS) == "wrong_state"


def test_nobody_came_before_it_started_nor_for_more_than_twice_as_long() -> None:
    assert confirmed().refuses(came(), at=STARTS - timedelta(seconds=1)) == "not_started"
    assert confirmed().refuses(came(241), at=STARTS) == "minutes_too_many"
    assert confirmed().when(came(240), at=STARTS) == [recorded("attended", 240, "host")]


def test_the_day_of_a_session_is_the_day_it_is_where_it_is_held() -> None:
    late = datetime(2026, 6, 30, 23, 30, tzinfo=UTC)
    story = unasked().after(invitation(starts_at=late, ends_at=late + timedelta(hours=2)))
    [said] = story.when(came(), at=late)
    assert isinstance(said, AttendanceRecorded)
    assert said.session_date == date(2026, 7, 1)


def test_when_it_is_over_who_had_confirmed_did_not_show_and_who_never_answered_did_not_answer() -> None:
    assert confirmed().when(SettleAttendance(PAID), at=ENDS) == [recorded("no_show", 0, "settled")]
    assert invited().when(SettleAttendance(PAID), at=ENDS) == [AttendanceUnanswered(**ASKED)]
    assert answers(ATTENDANCES, SettleAttendance(PAID), at=ENDS) == but(
        ATTENDANCES,
        "not_expected",
        confirmed="AttendanceRecorded",
        invited="AttendanceUnanswered",
        no_show="",
        unanswered="",
    )


def test_who_pauses_need_not_come() -> None:
    assert confirmed().when(ExcuseAttendance()) == [AttendanceExcused(**ASKED)]
    says = "AttendanceExcused"
    assert answers(ATTENDANCES, ExcuseAttendance()) == but(
        ATTENDANCES, "not_expected", invited=says, confirmed=says, excused=""
    )


def test_what_is_void_says_what_it_was_and_whether_it_is_paid_for() -> None:
    for was, story in (
        ("invited", invited),
        ("confirmed", confirmed),
        ("declined", declined),
        ("excused", excused),
    ):
        assert story().when(CALLED_OFF) == [
            AttendanceVoided(
                **WHOSE,
                opportunity_id=DISCHARGE,
                side="partner",
                starts_at=STARTS,
                zone="Europe/London",
                was=was,
                compensable=True,
                paid=True,
                pay_choice="paid",
                reason_code="session_cancelled",
                support_contact_id=ANA,
            )
        ]


def test_what_came_to_its_end_is_not_made_void() -> None:
    says = "AttendanceVoided"
    assert answers(ATTENDANCES, CALLED_OFF) == but(
        ATTENDANCES,
        "not_expected",
        invited=says,
        confirmed=says,
        declined=says,
        excused=says,
        void="",
    )


@given(any_commands(AttendanceCommand))
def test_the_same_command_twice_says_nothing_the_second_time_or_is_refused(commands: list[Any]) -> None:
    the_same_command_twice_is_harmless(ATTENDANCE, [invitation(), *map(somewhere, commands)])


@given(any_commands(AttendanceCommand))
def test_nothing_follows_the_end_of_an_attendance(commands: list[Any]) -> None:
    nothing_follows_the_end(ATTENDANCE, [invitation(), *map(somewhere, commands)])


@given(any_facts(ATTENDANCE))
def test_any_sequence_of_facts_is_folded(facts: list[Fact]) -> None:
    folding_never_raises(ATTENDANCE, facts)
