"""Sessions planned, answered and called off, and claims paid: what the pages tell participation, and what they refuse to."""

from typing import Any

import pytest

from services.console.tests.a_ward import Ward
from services.console.tests.signed_in import Browser, seen
from tests.asked import new_id

RUNS = "/participation/v1/payment-runs"
TO_PAY = f"{'a' * 32}-1"


@pytest.fixture
def ward(desk: Browser) -> Ward:
    return Ward(desk).there()


def meets(ward: Ward, state: str = "published", **other: Any) -> str:
    """A session far ahead to which Nora is invited; returns its page."""
    id = new_id()
    found = {
        "id": id,
        "state": state,
        "version": 2,
        "opportunity_id": ward.id,
        "lead_id": ward.lena,
        "starts_at": "2199-01-01T10:00:00Z",
        "ends_at": "2199-01-01T12:00:00Z",
        "zone": "Europe/London",
        "mode": "virtual",
        **other,
    }
    ward.desk.there.shows(f"/participation/v1/sessions/{id}", found)
    asked = {"id": new_id(), "person_id": ward.nora, "side": "partner", "state": "invited"}
    ward.lists("participation", f"attendances?session_id={id}&limit=100", asked)
    return f"/sessions/{id}"


async def test_nobody_is_invited_at_an_hour_that_was_guessed(desk: Browser, ward: Ward) -> None:
    await desk.signs_in("coordinator")
    ward.lists("participation", "projects?state=open&limit=100", {"opportunity_id": ward.id})
    typed: dict[str, Any] = {"opportunity_id": ward.id, "day": "2026-12-01", "minutes": "90", "prep": "0"}
    for at in ("10:60", "24:00", "ten", "10", ":", "१०:००"):
        answer = await desk.presses("/sessions", "plan", 422, **typed, at=at)
        assert "From: Enter a time, like 10:00." in seen(answer, 422).alert, at
    assert desk.there.told == []


async def test_a_session_is_planned_in_the_time_of_its_hospital(desk: Browser, ward: Ward) -> None:
    await desk.signs_in("coordinator")
    ward.asks("open")
    unit = {"id": desk.tenant, "zone": "Asia/Tokyo", "code": "st-example"}
    desk.there.shows(f"/recruitment/v1/org-units/{desk.tenant}", unit)
    ward.lists("participation", "projects?state=open&limit=100", {"opportunity_id": ward.id})
    planned = new_id()
    desk.there.answer("/participation/v1/sessions", {"id": planned}, 201)
    desk.there.answer(f"/participation/v1/sessions/{planned}/publish")
    typed: dict[str, Any] = {
        "opportunity_id": ward.id,
        "day": "2026-12-01",
        "at": "9.30",
        "minutes": "90",
        "prep": "30",
    }
    await desk.presses("/sessions", "plan", **typed)
    [told] = desk.told("/participation/v1/sessions")
    assert told["starts_at"] == "2026-12-01T00:30:00+00:00"
    assert told["ends_at"] == "2026-12-01T02:00:00+00:00"
    assert told["prep_minutes"] == 30


async def test_a_coordinator_records_who_comes_by_telephone(desk: Browser, ward: Ward) -> None:
    await desk.signs_in("coordinator")
    page = meets(ward)
    [who] = [c.value for c in (await desk.opens(page)).fields("answer").values() if c.name == "who"]
    for said in ("confirm", "decline"):
        path = f"/participation/v1/attendances/{who}/{said}"
        desk.there.answer(path)
        await desk.presses(page, "answer", who=who, said=said)
        assert desk.told(path) == [{}]
    await desk.presses(page, "answer", 422, who=new_id(), said="confirm")
    await desk.presses(page, "answer", 422, who=who, said="record")


async def test_a_session_called_off_at_short_notice_shows_what_is_paid_for_it(
    desk: Browser, ward: Ward
) -> None:
    await desk.signs_in("coordinator")
    page = meets(ward)
    cancel = f"/participation/v1{page}/cancel"
    desk.there.answer(cancel)
    assert "Why: Choose one." in seen(await desk.presses(page, "cancel", 422), 422).alert
    await desk.presses(page, "cancel", reason_code="host-ill")
    assert desk.told(cancel) == [{"reason_code": "host-ill"}]
    over = meets(ward, "cancelled", reason_code="host-ill", compensable=True)
    asked = desk.there.shown[f"/participation/v1/attendances?session_id={over[-36:]}&limit=100"]
    claim = {"id": new_id(), "person_id": ward.nora, "amount_minor": 2750, "currency": "GBP"}
    more = {"rate_line": "cancellation", "state": "reserved", "source_id": asked["items"][0]["id"]}
    rows = [{**claim, **more}, {**claim, **more, "amount_minor": 999, "source_id": new_id()}]
    ward.lists("participation", f"claims?opportunity_id={ward.id}&limit=100", *rows)
    shown = await desk.opens(over)
    assert "notice was short" in shown.text
    assert "£27.50" in shown.text
    assert "£9.99" not in shown.text, "what is owed for another session"


async def test_a_lead_decides_nothing_about_a_session_another_leads(desk: Browser, ward: Ward) -> None:
    await desk.signs_in("lead")
    ward.lists("participation", "projects?state=open&limit=100", {"opportunity_id": ward.id, "lead_id": "x"})
    assert (await desk.opens(meets(ward))).buttons == ["Sign out"]
    assert "Plan and publish" not in (await desk.opens("/sessions")).buttons


async def test_a_coordinator_records_that_somebody_accepts_the_terms(desk: Browser) -> None:
    await desk.signs_in("coordinator")
    id = new_id()
    found = {"id": id, "state": "pending", "version": 1, "person_id": new_id(), "seat_role": "patient"}
    found |= {"starts_on": "2026-12-01", "terms_version": 3, "paid": True}
    desk.there.shows(f"/participation/v1/engagements/{id}", found)
    accepts = f"/participation/v1/engagements/{id}/accept-terms"
    desk.there.answer(accepts)
    await desk.presses(f"/engagements/{id}", "accept-terms", 422)
    await desk.presses(f"/engagements/{id}", "accept-terms", pay_choice="declined")
    assert desk.told(accepts) == [{"terms_version": 3, "pay_choice": "declined"}]
    desk.there.shows(f"/participation/v1/engagements/{id}", {**found, "terms_accepted": True})
    assert "They accept the terms" not in (await desk.opens(f"/engagements/{id}")).buttons


def pays(desk: Browser, state: str = "written") -> str:
    """A run of one payment; returns its page."""
    id = new_id()
    payment = {"amount_minor": 2750, "currency": "GBP", "end_to_end_id": TO_PAY}
    found = {"id": id, "state": state, "version": 2, "started_at": "2026-12-01T09:00:00Z"}
    desk.there.shows(f"{RUNS}/{id}", {**found, "claim_ids": [new_id()], "payments": [payment]})
    return f"/payments/{id}"


async def test_the_payment_file_is_downloaded_by_operators_alone(desk: Browser) -> None:
    await desk.signs_in("operator")
    page = pays(desk)
    [file] = [link for link in (await desk.opens(page)).links if link.endswith("?as=file")]
    seen(await desk.http.get(file), 404)
    desk.there.shows(f"{RUNS}/{page[-36:]}/file", {"as": "it is"})
    answer = await desk.http.get(file)
    assert answer.headers["content-disposition"] == f'attachment; filename="payments-{page[10:18]}.csv"'
    assert answer.content == b'{"as": "it is"}'
    await desk.signs_in("approver")
    assert file not in (await desk.opens(page)).links


async def test_the_bank_s_answer_is_read_line_by_line(desk: Browser) -> None:
    await desk.signs_in("operator")
    page = pays(desk)
    read = f"{RUNS}/{page[-36:]}/read-confirmation"
    desk.there.answer(read)
    lines = f"end_to_end_id,outcome,value_date\r\n{TO_PAY}, paid ,2026-12-02\r\n\r\n{TO_PAY},failed,2026-12-02,closed"
    await desk.presses(page, "read-confirmation", lines=lines)
    [told] = desk.told(read)
    line = {"end_to_end_id": TO_PAY, "value_date": "2026-12-02"}
    assert told["lines"] == [
        {**line, "outcome": "paid"},
        {**line, "outcome": "failed", "failure_code": "closed"},
    ]


UNREADABLE = (
    ("", "Paste the lines."),
    ("end_to_end_id,outcome,value_date", "There is no line of a payment in this."),
    (f"{TO_PAY},paid,2026-12-02\n{TO_PAY},perhaps", "Line 2 says neither paid nor failed"),
    (f"{TO_PAY},paid,2026-02-30", "Line 1 names no day"),
    (f"{TO_PAY},paid,20261202", "Line 1 names no day"),
    (f"{TO_PAY};paid;2026-12-02", "Line 1 says neither paid nor failed"),
    ("x,paid,2026-12-02\n" * 501, "Read at most 500 lines at a time."),
    ("x" * 100_001, "This is too long."),
    (f'"{TO_PAY},paid', "Line 1 says neither paid nor failed"),
)


async def test_a_line_that_cannot_be_read_is_named_by_its_number_and_none_is_guessed(desk: Browser) -> None:
    await desk.signs_in("operator")
    for lines, said in UNREADABLE:
        answer = await desk.presses(pays(desk), "read-confirmation", 422, lines=lines)
        assert said in seen(answer, 422).alert, lines[:80]
    assert desk.there.told == []
