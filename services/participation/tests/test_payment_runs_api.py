"""Ask participation to pay, and see who may, what the file says, and what is made of the bank's answers."""

from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest

from services.participation.tests.cashier import Cashier, line, refusal
from tests.asked import new_id


async def paying(cashier: Cashier, people: int = 1, **otherwise: Any) -> list[str]:
    """The ids of so many approved claims."""
    await cashier.publishes()
    await cashier.is_funded(500_000)
    return sorted([await cashier.approved(**otherwise) for _ in range(people)])


async def test_an_operator_pays_approved_claims_by_a_file_they_can_check(cashier: Cashier) -> None:
    carla = new_id()
    [claim] = await paying(cashier, person_id=carla)
    run = await cashier.runs(claim)
    written = await cashier.writes(run)
    assert (written.status_code, written.json()["state"]) == (200, "written")
    file = await cashier.get(f"/v1/payment-runs/{run}/file", token=cashier.otto)
    assert file.headers["content-type"] == "text/csv; charset=utf-8"
    day = cashier.clock.now().date()
    assert file.text == (
        "end_to_end_id,payee_ref,amount_minor,currency,value_date\r\n"
        f"{claim.replace('-', '')}-1,{carla},6875,GBP,{day}\r\n"
    )
    fact = (await cashier.said("payment_run", run))[-1]["data"]
    assert fact["sha256"] == sha256(file.content).hexdigest() == written.json()["sha256"]
    assert (fact["payments"], fact["total_minor"], fact["currency"]) == (1, 6_875, "GBP")
    cashier.clock.advance(timedelta(days=3))
    await cashier.bank_says(run, [line(claim)])
    again = await cashier.get(f"/v1/payment-runs/{run}/file", token=cashier.otto)
    assert again.content == file.content


async def test_only_an_operator_who_may_act_there_has_the_file(cashier: Cashier) -> None:
    [claim] = await paying(cashier)
    run = await cashier.runs(claim)
    await cashier.writes(run)
    path = f"/v1/payment-runs/{run}/file"
    assert refusal(await cashier.get(path, token=cashier.ada)) == (403, "forbidden")
    assert refusal(await cashier.get(path)) == (401, "token_missing")
    for token in (
        cashier.token("operator", tenant=new_id()),
        cashier.token("operator", units=(new_id(),)),
    ):
        assert (await cashier.get(path, token=token)).status_code == 404
    of_the_ward = cashier.token("operator", units=(cashier.ward,))
    assert (await cashier.get(path, token=of_the_ward)).status_code == 200
    assert (await cashier.get(f"/v1/payment-runs/{run}", token=cashier.ada)).status_code == 200


async def test_nobody_else_starts_writes_or_reads(cashier: Cashier) -> None:
    [claim] = await paying(cashier)
    run = await cashier.runs(claim)
    for path, body in (
        ("/v1/payment-runs", {"claim_ids": [claim]}),
        (f"/v1/payment-runs/{run}/write-file", {}),
        (f"/v1/payment-runs/{run}/read-confirmation", {"lines": [line(claim)]}),
    ):
        assert refusal(await cashier.post(path, body, token=cashier.ada)) == (403, "forbidden")
    stranger = cashier.token("operator", tenant=new_id())
    assert (await cashier.post(f"/v1/payment-runs/{run}/write-file", token=stranger)).status_code == 404


async def test_a_run_takes_only_what_is_approved(cashier: Cashier) -> None:
    [approved] = await paying(cashier)
    reserved = await cashier.came()
    body = {"claim_ids": [reserved, approved, new_id(), approved]}
    answer = await cashier.post("/v1/payment-runs", body, token=cashier.otto)
    assert (answer.status_code, answer.json()["claim_ids"]) == (201, [approved])
    for ids in ([reserved], [new_id()]):
        answer = await cashier.post("/v1/payment-runs", {"claim_ids": ids}, token=cashier.otto)
        assert refusal(answer) == (409, "none_approved")
    stranger = cashier.token("operator", tenant=new_id())
    answer = await cashier.post("/v1/payment-runs", {"claim_ids": [approved]}, token=stranger)
    assert refusal(answer) == (409, "none_approved")


async def test_the_same_request_again_is_the_same_run_though_nothing_is_approved_any_more(
    cashier: Cashier,
) -> None:
    [claim] = await paying(cashier)
    body, key = {"claim_ids": [claim]}, new_id()
    otto = cashier.token("operator", sub=new_id())
    first = await cashier.post("/v1/payment-runs", body, token=otto, key=key)
    await cashier.settles()
    assert await cashier.state("claim", claim) == "scheduled"
    again = await cashier.post("/v1/payment-runs", body, token=otto, key=key)
    assert (again.status_code, again.json()["id"]) == (201, first.json()["id"])
    assert again.headers["Idempotency-Replayed"] == "true"
    other = await cashier.post("/v1/payment-runs", body, token=otto)
    assert refusal(other) == (409, "none_approved")


async def test_a_run_is_in_one_currency(cashier: Cashier) -> None:
    [pounds] = await paying(cashier)
    cashier.opportunity = new_id()
    await cashier.publishes(currency="EUR")
    await cashier.is_funded(currency="EUR")
    euros = await cashier.approved()
    answer = await cashier.post("/v1/payment-runs", {"claim_ids": [pounds, euros]}, token=cashier.otto)
    assert refusal(answer) == (409, "several_currencies")


async def test_a_run_belongs_where_its_claims_do(cashier: Cashier) -> None:
    here, elsewhere = cashier.ward, new_id()
    [claim] = await paying(cashier)
    other = await cashier.came(orgunit=elsewhere)
    await cashier.post(f"/v1/claims/{other}/approve", token=cashier.token("approver"))
    of_both, body = cashier.token("operator", units=(here, elsewhere)), {"claim_ids": [claim, other]}
    assert refusal(await cashier.post("/v1/payment-runs", body, token=of_both)) == (403, "forbidden")
    of_one = await cashier.post("/v1/payment-runs", {"claim_ids": [other]}, token=of_both)
    of_all = await cashier.post("/v1/payment-runs", body, token=cashier.otto)
    assert [a.json()["org_unit_id"] for a in (of_one, of_all)] == [elsewhere, cashier.tenant]


async def test_a_file_waits_a_minute_for_claims_and_is_not_written_of_nothing(cashier: Cashier) -> None:
    claims = await paying(cashier)
    answer = await cashier.post("/v1/payment-runs", {"claim_ids": claims}, token=cashier.otto)
    run = answer.json()["id"]
    path = f"/v1/payment-runs/{run}"
    assert refusal(await cashier.post(f"{path}/write-file", token=cashier.otto)) == (409, "still_scheduling")
    for refused in (
        await cashier.get(f"{path}/file", token=cashier.otto),
        await cashier.post(f"{path}/read-confirmation", {"lines": [line(claims[0])]}, token=cashier.otto),
    ):
        assert refusal(refused) == (409, "file_not_written")
    cashier.clock.advance(timedelta(seconds=60))
    assert refusal(await cashier.post(f"{path}/write-file", token=cashier.otto)) == (409, "nothing_to_pay")


async def test_a_confirmation_is_read_line_by_line_until_all_are_answered(cashier: Cashier) -> None:
    first, second = await paying(cashier, 2)
    run = await cashier.runs(first, second)
    await cashier.writes(run)
    assert refusal(await cashier.bank_says(run, [line(first), line(new_id())])) == (
        409,
        "unknown_end_to_end_id",
    )
    assert (await cashier.bank_says(run, [line(first)])).json()["state"] == "written"
    assert refusal(await cashier.bank_says(run, [line(first, "failed")])) == (409, "answered_otherwise")
    refused = line(second, "failed", failure_code="account_closed")
    assert (await cashier.bank_says(run, [line(first), refused])).json()["state"] == "settled"
    settled = (await cashier.said("payment_run", run))[-1]
    assert (settled["data"]["paid"], settled["data"]["failed"]) == (1, 1)


@pytest.mark.parametrize(
    "broken", [{"end_to_end_id": "=cmd|x"}, {"outcome": "maybe"}, {"value_date": "1"}, {"failure_code": "No"}]
)
async def test_a_line_that_cannot_be_read_is_not_read(cashier: Cashier, broken: dict[str, Any]) -> None:
    [claim] = await paying(cashier)
    run = await cashier.runs(claim)
    await cashier.writes(run)
    answer = await cashier.bank_says(run, [{**line(claim), **broken}])
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (
        422,
        f"/lines/0/{next(iter(broken))}",
    )
