"""Is the business of measuring right: which facts begin and end an interval, how long it is, and what is shown?"""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.evaluation.domain import KPI_CASE
from services.evaluation.domain.kpi import Case, cell, folded, measured, nearest_rank
from services.evaluation.domain.kpi_case import CloseKpiCase, KpiCaseCommand, OpenKpiCase
from services.evaluation.tests import people
from services.evaluation.tests.facts import (
    accepted,
    accrued,
    approved,
    declined,
    paid,
    refused_pay,
    submitted,
    withdrawn,
)
from services.evaluation.tests.people import APPLICATION, measuring, nothing_measured
from shared.contracts.evaluation import KpiCaseClosed, KpiCaseOpened
from shared.contracts.fact import Fact
from tests.any_story import (
    any_commands,
    any_facts,
    folding_never_raises,
    nothing_follows_the_end,
    the_same_command_twice_is_harmless,
)
from tests.given import NOON

LATER = NOON + timedelta(minutes=90)
ACCEPTED = CloseKpiCase(ended_at=LATER, outcome="accepted")
YEAR = (datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC))

# --- the case


def begun(**otherwise: Any) -> OpenKpiCase:
    about: dict[str, Any] = {"kpi": "time_to_decision", "about_id": APPLICATION, "channel": "clinic"}
    told: dict[str, Any] = {**about, "started_at": NOON, **otherwise}
    return OpenKpiCase(**told)


def test_every_command_in_every_state() -> None:
    again = CloseKpiCase(ended_at=LATER + timedelta(days=1), outcome="declined")
    states = (nothing_measured(), measuring(), people.measured())
    assert [s.refuses(begun()) or [type(f).__name__ for f in s.when(begun())] for s in states] == [
        ["KpiCaseOpened"],
        [],
        "not_expected",
    ]
    assert [s.refuses(ACCEPTED) or [type(f).__name__ for f in s.when(ACCEPTED)] for s in states] == [
        "not_expected",
        ["KpiCaseClosed"],
        [],
    ]
    assert people.measured().refuses(again) == "not_expected"


def test_a_case_keeps_the_channel_and_says_how_long_it_was() -> None:
    about: dict[str, Any] = {"kpi": "time_to_decision", "about_id": APPLICATION, "started_at": NOON}
    assert nothing_measured().when(begun()) == [KpiCaseOpened(channel="clinic", **about)]
    assert measuring().when(ACCEPTED) == [
        KpiCaseClosed(ended_at=LATER, outcome="accepted", value=90, **about)
    ]
    assert getattr(people.measured().state, "channel", None) == "clinic"


@given(any_commands(KpiCaseCommand), any_facts(KPI_CASE))
def test_a_case_takes_any_story(commands: list[Any], facts: list[Fact]) -> None:
    the_same_command_twice_is_harmless(KPI_CASE, [begun(), *commands])
    nothing_follows_the_end(KPI_CASE, [begun(), *commands])
    folding_never_raises(KPI_CASE, facts)


# --- how long

LATE_EVENING = datetime(2026, 3, 2, 23, 30, tzinfo=UTC)
IN_LISBON_SUMMER = datetime.fromisoformat("2026-07-02T00:30:00+01:00")


@pytest.mark.parametrize(
    ("kpi", "started", "ended", "paid_on", "value"),
    [
        ("time_to_decision", NOON, NOON + timedelta(seconds=59), None, 0),
        ("time_to_decision", NOON, NOON + timedelta(days=2, seconds=61), None, 2881),
        ("days_to_pay", LATE_EVENING, NOON, date(2026, 3, 3), 1),
        ("days_to_pay", IN_LISBON_SUMMER, NOON, date(2026, 7, 2), 1),
        ("days_to_pay_accrued", NOON, NOON + timedelta(days=9), date(2026, 3, 12), 10),
        ("days_to_pay", NOON, NOON + timedelta(days=3), None, 3),
    ],
)
def test_how_long_something_took(kpi: str, started: Any, ended: Any, paid_on: Any, value: int) -> None:
    assert measured(kpi, started, ended, paid_on) == value


# --- which facts


def after(minutes: int) -> datetime:
    return NOON + timedelta(minutes=minutes)


def test_a_decision_is_measured_from_the_submission() -> None:
    story = [submitted("a", NOON), submitted("b", NOON), accepted("a", after(30)), withdrawn("b", after(40))]
    assert folded(story)["time_to_decision"] == {
        "a": Case(NOON, after(30), "accepted", 30),
        "b": Case(NOON, after(40), "withdrawn", 40),
    }


def test_a_draft_that_was_given_up_was_never_waiting_for_a_decision() -> None:
    assert folded([withdrawn("a", NOON)])["time_to_decision"] == {}


def test_a_payment_is_measured_from_what_was_owed_and_from_the_approval() -> None:
    day = timedelta(days=1)
    story = [accrued("c", NOON), approved("c", NOON + day), paid("c", NOON + 5 * day, date(2026, 3, 8))]
    cases = folded(story)
    assert cases["days_to_pay_accrued"]["c"].value == 6
    assert cases["days_to_pay"]["c"].value == 5
    assert cases["days_to_pay"]["c"].ended_at == NOON + 5 * day


def test_a_second_approval_does_not_restart_the_count() -> None:
    again = [approved("c", NOON), approved("c", NOON + timedelta(days=9))]
    assert folded(again)["days_to_pay"]["c"].started_at == NOON


def test_a_claim_somebody_gave_up_is_counted_and_not_measured() -> None:
    cases = folded([refused_pay("c", NOON)])
    shown = cell("days_to_pay", cases["days_to_pay"].values(), *YEAR, 1)
    assert (shown.n, shown.excluded) == (0, {"declined": 1, "unpaid": 0})


# --- what is shown


def decided(*minutes: int) -> list[Case]:
    return [Case(NOON, after(m), "accepted", m) for m in minutes]


def test_quantiles_are_values_that_were_there() -> None:
    shown = cell("time_to_decision", decided(50, 10, 40, 20, 30, 60, 70, 80, 100, 90), *YEAR, 10)
    assert (shown.n, shown.median, shown.p90, shown.suppressed) == (10, 50, 90, False)
    assert [nearest_rank([1, 2, 3, 4], percent) for percent in (1, 25, 26, 50, 75, 90, 100)] == [
        *(1, 1, 2, 2, 3, 4, 4),
    ]


def test_a_cell_too_small_shows_only_how_many_there_were() -> None:
    shown = cell("time_to_decision", decided(*range(9)), *YEAR, 10)
    assert (shown.n, shown.median, shown.p90, shown.suppressed) == (9, None, None, True)
    assert cell("time_to_decision", [], *YEAR, 1).suppressed


def test_what_does_not_count_is_counted_beside() -> None:
    cases = [
        *decided(10),
        Case(NOON, after(20), "withdrawn", 20),
        Case(NOON, after(20), "expired", 20),
        Case(NOON, after(30), "declined", 30),
        Case(NOON),
    ]
    shown = cell("time_to_decision", cases, *YEAR, 1)
    assert (shown.n, shown.median, shown.p90) == (2, 10, 30)
    assert shown.excluded == {"withdrawn": 1, "expired": 1, "undecided": 1}


def test_a_period_holds_what_ended_in_it_and_not_its_own_end() -> None:
    cases = decided(0, 10, 20)
    shown = cell("time_to_decision", cases, after(0), after(20), 1)
    assert (shown.n, shown.excluded["undecided"]) == (2, 1)
    later = cell("time_to_decision", cases, after(20), after(30), 1)
    assert (later.n, later.excluded["undecided"]) == (1, 0)
    before = cell("time_to_decision", cases, NOON - timedelta(days=1), NOON, 1)
    assert (before.n, before.excluded["undecided"]) == (0, 0)


def test_a_decline_is_a_decision() -> None:
    cases = folded([submitted("a", NOON), declined("a", after(7))])["time_to_decision"].values()
    assert cell("time_to_decision", cases, *YEAR, 1).median == 7


@given(st.lists(st.integers(0, 10_000), min_size=1), st.integers(1, 100))
def test_a_nearest_rank_is_the_smallest_value_that_so_many_do_not_exceed(
    values: list[int], percent: int
) -> None:
    values.sort()
    found = nearest_rank(values, percent)
    assert 100 * sum(v <= found for v in values) >= percent * len(values)
    assert 100 * sum(v < found for v in values) < percent * len(values)
