"""What participation does about money when it hears something: what is owed, reserved, paid and spent."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from services.participation.handlers import when_attendance_recorded
from services.participation.handlers.money import MONEY
from services.participation.handlers.people import PEOPLE
from services.participation.tests.cashier import Cashier, line
from shared.contracts.fact import Said, stamp
from shared.contracts.participation import AttendanceRecorded
from shared.road.handlers import hears, topics
from tests.asked import new_id

OWED = ["compensation_accrued", "compensation_reserved"]


# --- budgets


async def test_a_paid_project_has_a_budget_where_it_belongs(cashier: Cashier) -> None:
    await cashier.is_funded(50_000)
    [opened] = await cashier.said("budget", cashier.budget)
    assert opened["type"] == "roundtable.participation.budget_opened.v1"
    assert (opened["data"]["amount_minor"], opened["data"]["currency"]) == (50_000, "GBP")
    assert (opened["orgunit"], opened["correlationid"]) == (cashier.ward, cashier.opportunity)


async def test_an_unpaid_project_has_none(cashier: Cashier) -> None:
    await cashier.is_funded(0, paid=False)
    assert await cashier.names("budget", cashier.budget) == []


# --- what is owed


async def test_who_came_is_owed_for_the_session_and_its_preparation_and_the_money_is_set_aside(
    cashier: Cashier,
) -> None:
    card = await cashier.publishes()
    await cashier.is_funded(50_000)
    claim = await cashier.came()
    assert await cashier.names("claim", claim) == OWED
    accrued = (await cashier.said("claim", claim))[0]["data"]
    assert (accrued["units"], accrued["amount_minor"], accrued["kind"]) == (5, 6_875, "session")
    assert (accrued["rate_card_id"], accrued["rate_card_version"], accrued["currency"]) == (card, 1, "GBP")
    assert (await cashier.ledger())["free_minor"] == 43_125


@pytest.mark.parametrize(
    "otherwise",
    [{"outcome": "no_show", "minutes": 0}, {"paid": False, "pay_choice": None, "side": "professional"}],
    ids=["who did not come", "who takes part unpaid"],
)
async def test_nobody_else_is_owed_anything(cashier: Cashier, otherwise: dict[str, Any]) -> None:
    await cashier.publishes()
    await cashier.is_funded()
    claim = await cashier.came(**otherwise)
    assert await cashier.names("claim", claim) == []


async def test_who_declined_pay_is_owed_nothing_and_takes_nothing_from_the_budget(cashier: Cashier) -> None:
    await cashier.publishes()
    await cashier.is_funded(50_000)
    claim = await cashier.came(pay_choice="declined")
    [said] = await cashier.said("claim", claim)
    assert said["type"] == "roundtable.participation.compensation_declined.v1"
    assert said["data"]["amount_minor"] == 0
    assert await cashier.names("budget", cashier.budget) == ["budget_opened"]


async def test_a_role_that_names_no_line_is_paid_by_that_of_a_session(cashier: Cashier) -> None:
    await cashier.publishes()
    await cashier.is_funded()
    claim = await cashier.came(rate_line=None)
    assert (await cashier.said("claim", claim))[0]["data"]["rate_line"] == "session"


async def test_the_card_in_force_on_the_day_of_the_session_counts_in_the_currency_of_the_budget(
    cashier: Cashier,
) -> None:
    def session(amount_minor: int) -> dict[str, Any]:
        return {"lines": [{"code": "session", "unit": "half_hour", "amount_minor": amount_minor}]}

    await cashier.publishes(valid_from="2025-01-01", **session(1000))
    await cashier.publishes(valid_from="2026-01-01", version=2, **session(1375))
    await cashier.publishes(valid_from="2026-07-01", version=3, **session(1500))
    await cashier.publishes(currency="EUR", version=9, **session(9999))
    await cashier.is_funded(500_000)
    for day, amount in ((date(2025, 6, 1), 5000), (date(2026, 3, 2), 6875), (date(2026, 7, 1), 7500)):
        claim = await cashier.came(session_date=day)
        assert (await cashier.said("claim", claim))[0]["data"]["amount_minor"] == amount


async def test_what_has_no_rate_waits_until_a_card_names_it(cashier: Cashier) -> None:
    await cashier.is_funded()
    claim = await cashier.came()
    assert (await cashier.names("claim", claim), await cashier.why_waits()) == ([], ["not_yet"])
    await cashier.publishes()
    await cashier.tried_again()
    assert (await cashier.names("claim", claim), await cashier.why_waits()) == (OWED, [])


async def test_what_has_no_budget_waits_until_it_is_open(cashier: Cashier) -> None:
    await cashier.publishes()
    claim = await cashier.came()
    assert (await cashier.names("claim", claim), await cashier.why_waits()) == ([], ["not_yet"])
    await cashier.is_funded()
    await cashier.tried_again()
    assert await cashier.names("claim", claim) == OWED


async def test_who_had_confirmed_a_session_cancelled_at_short_notice_is_owed_a_fee(cashier: Cashier) -> None:
    await cashier.publishes()
    await cashier.is_funded(50_000)
    claim = await cashier.was_sent_home()
    assert await cashier.names("claim", claim) == OWED
    accrued = (await cashier.said("claim", claim))[0]["data"]
    assert (accrued["kind"], accrued["rate_line"], accrued["units"]) == (
        "cancellation_fee",
        "cancellation",
        1,
    )
    assert accrued["amount_minor"] == 2_750


@pytest.mark.parametrize(
    "otherwise",
    [{"was": "invited"}, {"was": "declined"}, {"compensable": False}, {"paid": False, "pay_choice": None}],
)
async def test_no_other_void_attendance_is_owed_a_fee(cashier: Cashier, otherwise: dict[str, Any]) -> None:
    await cashier.publishes()
    await cashier.is_funded()
    claim = await cashier.was_sent_home(**otherwise)
    assert await cashier.names("claim", claim) == []


async def test_the_day_of_a_cancelled_session_is_that_of_its_own_zone(cashier: Cashier) -> None:
    def fee(amount_minor: int) -> dict[str, Any]:
        return {"lines": [{"code": "cancellation", "unit": "task", "amount_minor": amount_minor}]}

    await cashier.publishes(valid_from="2026-01-01", **fee(100))
    await cashier.publishes(valid_from="2026-07-01", version=2, **fee(200))
    await cashier.is_funded()
    midnight = datetime.fromisoformat("2026-06-30T23:30:00+00:00")
    for zone, amount in (("Europe/London", 200), ("America/New_York", 100)):
        claim = await cashier.was_sent_home(starts_at=midnight, zone=zone)
        assert (await cashier.said("claim", claim))[0]["data"]["amount_minor"] == amount


# --- set aside


async def test_a_claim_the_budget_is_short_of_waits_for_a_top_up(cashier: Cashier) -> None:
    await cashier.publishes()
    await cashier.is_funded(10_000)
    first, second = await cashier.came(), await cashier.came()
    assert [await cashier.state("claim", claim) for claim in (first, second)] == ["reserved", "accrued"]
    assert (await cashier.names("budget", cashier.budget))[-1] == "budget_short"
    await cashier.post(f"/v1/budgets/{cashier.budget}/top-up", {"amount_minor": 3_750}, token=cashier.ada)
    await cashier.settles()
    assert await cashier.names("claim", second) == OWED
    assert (await cashier.ledger())["free_minor"] == 0


async def test_what_is_heard_twice_is_owed_once(cashier: Cashier) -> None:
    await cashier.publishes()
    await cashier.is_funded(50_000)
    claim = await cashier.came()
    for kind, id in await cashier.money():
        await cashier.hears_itself(kind, id)
    assert await cashier.names("claim", claim) == OWED
    assert await cashier.names("budget", cashier.budget) == ["budget_opened", "budget_reserved"]


# --- paid


async def test_a_run_schedules_pays_and_spends_to_the_last_claim(cashier: Cashier) -> None:
    await cashier.publishes()
    await cashier.is_funded(50_000)
    claims = [await cashier.approved() for _ in range(2)]
    run = await cashier.runs(*claims)
    assert [await cashier.state("claim", claim) for claim in claims] == ["scheduled", "scheduled"]
    assert (await cashier.names("payment_run", run)) == [
        "payment_run_started",
        "payment_added",
        "payment_added",
    ]
    assert (await cashier.writes(run)).json()["left_out"] == []
    answer = await cashier.bank_says(run, [line(claim) for claim in claims])
    assert answer.json()["state"] == "settled"
    for claim in claims:
        assert await cashier.names("claim", claim) == [
            *OWED,
            "compensation_approved",
            "payment_scheduled",
            "compensation_paid",
        ]
        paid = (await cashier.said("claim", claim))[-1]["data"]
        assert (paid["amount_minor"], paid["paid_on"]) == (6_875, "2026-03-05")
        assert paid["end_to_end_id"] == f"{claim.replace('-', '')}-1"
    ledger = await cashier.ledger()
    assert (ledger["free_minor"], ledger["reserved"]) == (36_250, [])
    assert sum(entry["amount_minor"] for entry in ledger["spent"]) == 13_750


async def test_a_payment_that_failed_is_paid_by_a_later_run(cashier: Cashier) -> None:
    await cashier.publishes()
    await cashier.is_funded(50_000)
    claim = await cashier.approved()
    run = await cashier.runs(claim)
    await cashier.writes(run)
    await cashier.bank_says(run, [line(claim, "failed", failure_code="account_closed")])
    assert (await cashier.names("claim", claim))[-1] == "payment_failed"
    assert await cashier.state("claim", claim) == "approved"
    assert (await cashier.ledger())["spent"] == []
    later = await cashier.runs(claim)
    await cashier.writes(later)
    await cashier.bank_says(later, [line(claim, attempt=2)])
    assert await cashier.state("claim", claim) == "paid"
    assert (await cashier.names("claim", claim)).count("compensation_paid") == 1
    assert [entry["amount_minor"] for entry in (await cashier.ledger())["spent"]] == [6_875]


async def test_a_failure_the_bank_does_not_explain_has_a_code_all_the_same(cashier: Cashier) -> None:
    await cashier.publishes()
    await cashier.is_funded()
    claim = await cashier.approved()
    run = await cashier.runs(claim)
    await cashier.writes(run)
    await cashier.bank_says(run, [line(claim, "failed")])
    assert (await cashier.said("claim", claim))[-1]["data"]["failure_code"] == "unspecified"


async def test_who_is_scheduled_too_late_for_the_file_is_approved_again_and_paid_by_the_next(
    cashier: Cashier,
) -> None:
    await cashier.publishes()
    await cashier.is_funded()
    claims = sorted([await cashier.approved() for _ in range(2)])
    answer = await cashier.post("/v1/payment-runs", {"claim_ids": claims}, token=cashier.otto)
    run = answer.json()["id"]
    await cashier.hears_itself("payment_run", run)
    await cashier.hears_itself("claim", claims[0])
    cashier.clock.advance(timedelta(seconds=60))
    await cashier.post(f"/v1/payment-runs/{run}/write-file", token=cashier.otto)
    await cashier.hears_itself("claim", claims[1])
    await cashier.settles()
    assert await cashier.state("claim", claims[1]) == "approved"
    assert (await cashier.said("claim", claims[1]))[-1]["data"]["failure_code"] == "left_out"
    later = await cashier.runs(claims[1])
    await cashier.writes(later)
    await cashier.bank_says(later, [line(claims[1], attempt=2)])
    assert await cashier.state("claim", claims[1]) == "paid"


def test_money_listens_to_participation_alone() -> None:
    table = hears("participation", MONEY)
    assert topics(table) == ["participation.events"]


def test_what_both_halves_answer_is_answered_by_both() -> None:
    """A fact that stood in both tables would be heard by the second alone."""
    assert PEOPLE.keys() & MONEY.keys() == {AttendanceRecorded}


async def test_who_came_is_counted_though_no_rate_is_known_yet(cashier: Cashier) -> None:
    recorded: Any = AttendanceRecorded(
        session_id=new_id(),
        person_id=new_id(),
        engagement_id=new_id(),
        opportunity_id=cashier.opportunity,
        side="partner",
        outcome="attended",
        minutes=60,
        prep_minutes=0,
        paid=True,
        source="host",
        session_date=date(2026, 3, 2),
    )
    stamp(recorded, Said(subject=new_id(), tenant=cashier.tenant), "system")
    count, accrue = await when_attendance_recorded(recorded, cashier.running.store)
    assert (count.decider.kind, accrue.decider.kind) == ("session", "claim")
    assert accrue.commands[0].rate is None
