"""Ask for a KPI, and see what is shown of how long things took, and what is not."""

from datetime import UTC, datetime, timedelta

import pytest

from services.evaluation.tests import facts
from services.evaluation.tests.conftest import SMALL
from services.evaluation.tests.programme import Programme, case_id
from tests.asked import new_id

MARCH = "?from=2026-03-01&to=2026-04-01"
MARCH_2 = datetime(2026, 3, 2, 9, tzinfo=UTC)


async def test_a_kpi_is_answered_for_a_period_of_the_callers_units(programme: Programme) -> None:
    ends = [(outcome, MARCH_2 + timedelta(minutes=m)) for m, outcome in _ENDS]
    await programme.decided(MARCH_2, ends)
    answer = await programme.get(f"/v1/kpis/time_to_decision{MARCH}", token=programme.ana)
    assert (answer.status_code, answer.json()) == (
        200,
        {
            "kpi": "time_to_decision",
            "from": "2026-03-01T00:00:00Z",
            "to": "2026-04-01T00:00:00Z",
            "n": 4,
            "median": 20,
            "p90": 40,
            "suppressed": False,
            "excluded": {"withdrawn": 1, "expired": 0, "undecided": 1},
        },
    )
    elsewhere = programme.token("coordinator", units=(new_id(),))
    other = (await programme.get(f"/v1/kpis/time_to_decision{MARCH}", token=elsewhere)).json()
    assert (other["n"], other["suppressed"]) == (0, True)


_ENDS = [
    (10, "accepted"),
    (20, "declined"),
    (30, "accepted"),
    (40, "accepted"),
    (50, "withdrawn"),
    (0, "open"),
]


async def test_a_cell_below_the_minimum_shows_no_figure(programme: Programme) -> None:
    await programme.decided(MARCH_2, [("accepted", MARCH_2 + timedelta(hours=1))] * (SMALL - 1))
    shown = (await programme.get(f"/v1/kpis/time_to_decision{MARCH}", token=programme.ana)).json()
    assert (shown["n"], shown["median"], shown["p90"], shown["suppressed"]) == (SMALL - 1, None, None, True)


async def test_a_period_ends_before_its_end_to_the_second(programme: Programme) -> None:
    half = timedelta(milliseconds=500)
    await programme.decided(MARCH_2, [("accepted", MARCH_2 + half)] * SMALL)
    for since, until, n in (
        ("2026-03-02T09:00:00Z", "2026-03-02T09:00:01Z", SMALL),
        ("2026-03-02T09:00:00.5Z", "2026-03-02T09:00:01Z", SMALL),
        ("2026-03-02T09:00:00.6Z", "2026-03-02T09:00:01Z", 0),
        ("2026-03-02T09:00:00Z", "2026-03-02T09:00:00.5Z", 0),
    ):
        path = f"/v1/kpis/time_to_decision?from={since}&to={until}"
        assert (await programme.get(path, token=programme.ana)).json()["n"] == n


async def test_the_channel_can_be_read_on_the_cases(programme: Programme) -> None:
    application = new_id()
    await programme.is_told(facts.submitted(application, MARCH_2, "pharmacy", **programme.around))
    listed = await programme.get(f"/v1/kpi-cases?about_id={application}", token=programme.ana)
    [case] = listed.json()["items"]
    assert (case["id"], case["channel"]) == (case_id("time_to_decision", application), "pharmacy")


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/v1/kpis/time_to_decision", 400),
        ("/v1/kpis/time_to_decision?from=2026-03-01", 400),
        ("/v1/kpis/time_to_decision?from=2026-03-01&to=2026-03-01", 400),
        ("/v1/kpis/time_to_decision?from=yesterday&to=2026-03-01", 400),
        ("/v1/kpis/time_to_decision?from=2026-02-30&to=2026-04-01", 400),
        ("/v1/kpis/time_to_decision?from=2026-03-01&to=9999-12-31T23:59:59Z", 400),
        ("/v1/kpis/time_to_decision?from=0001-01-01T00:00:00%2B14:00&to=2026-03-01", 400),
        (f"/v1/kpis/time_to_decision{MARCH}&limit=5", 400),
        (f"/v1/kpis/mood{MARCH}", 404),
    ],
)
async def test_what_is_no_kpi_or_no_period_is_refused(programme: Programme, path: str, status: int) -> None:
    assert (await programme.get(path, token=programme.ana)).status_code == status


async def test_a_kpi_is_for_staff(programme: Programme) -> None:
    path = f"/v1/kpis/days_to_pay{MARCH}"
    assert (await programme.get(path)).status_code == 401
    assert (await programme.get(path, link=programme.suggest_link())).status_code == 403
    assert (await programme.get(path, token=programme.as_lena)).status_code == 200
