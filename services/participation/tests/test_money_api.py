"""Ask participation about rate cards, claims and budgets, and see whom it lets publish, approve, fund and read."""

from typing import Any

import pytest

from services.participation.tests.cashier import CARD, Cashier, refusal
from tests.asked import new_id

# --- rate cards


async def test_an_operator_of_the_network_publishes_a_card_that_every_ward_may_read(cashier: Cashier) -> None:
    id = await cashier.publishes()
    [fact] = await cashier.said("rate_card", id)
    assert (fact["type"], fact["orgunit"]) == (
        "roundtable.participation.rate_card_published.v1",
        cashier.tenant,
    )
    read = await cashier.get(f"/v1/rate-cards/{id}", token=cashier.ana)
    assert (read.status_code, read.json()["lines"]) == (200, CARD["lines"])
    assert (await cashier.get("/v1/rate-cards", token=cashier.ana)).json()["items"] == [read.json()]


async def test_nobody_else_publishes_a_card_and_no_other_network_sees_it(cashier: Cashier) -> None:
    of_a_ward = cashier.token("operator", units=(cashier.ward,))
    answers = [await cashier.post("/v1/rate-cards", CARD, token=t) for t in (cashier.ada, of_a_ward, "")]
    assert [refusal(answer) for answer in answers] == [
        (403, "forbidden"),
        (403, "forbidden"),
        (401, "token_missing"),
    ]
    id = await cashier.publishes()
    stranger = cashier.token("operator", tenant=new_id())
    assert (await cashier.get(f"/v1/rate-cards/{id}", token=stranger)).status_code == 404


@pytest.mark.parametrize(
    ("otherwise", "pointer"),
    [
        ({"lines": []}, "/lines"),
        ({"lines": [*CARD["lines"], CARD["lines"][0]]}, "/lines"),
        ({"lines": [{"code": "session", "unit": "hour", "amount_minor": 1}]}, "/lines/0/unit"),
        ({"lines": [{"code": "session", "unit": "task", "amount_minor": -1}]}, "/lines/0/amount_minor"),
        ({"lines": [{"code": "session", "unit": "task", "amount_minor": 1.5}]}, "/lines/0/amount_minor"),
        ({"currency": "gbp"}, "/currency"),
        ({"valid_from": "soon"}, "/valid_from"),
    ],
)
async def test_a_card_names_each_line_once_in_whole_pence(
    cashier: Cashier, otherwise: dict[str, Any], pointer: str
) -> None:
    answer = await cashier.post("/v1/rate-cards", {**CARD, **otherwise}, token=cashier.otto)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, pointer)


# --- claims


async def test_an_approver_approves_a_claim_once(cashier: Cashier) -> None:
    await cashier.publishes()
    await cashier.is_funded()
    claim = await cashier.came()
    path = f"/v1/claims/{claim}/approve"
    first, again = [await cashier.post(path, token=cashier.ada) for _ in range(2)]
    assert [(a.status_code, a.json()["state"]) for a in (first, again)] == [(200, "approved")] * 2
    approved = [f for f in await cashier.said("claim", claim) if f["type"].endswith("approved.v1")]
    assert [fact["data"]["acted_as"] for fact in approved] == ["approver"]


async def test_who_is_owed_does_not_approve_it(cashier: Cashier) -> None:
    await cashier.publishes()
    await cashier.is_funded()
    ada = new_id()
    claim = await cashier.came(ada)
    answer = await cashier.post(
        f"/v1/claims/{claim}/approve", token=cashier.token("approver", units=(cashier.ward,), sub=ada)
    )
    assert refusal(answer) == (409, "own_claim")


async def test_what_is_not_set_aside_or_declined_is_not_approved(cashier: Cashier) -> None:
    await cashier.publishes()
    await cashier.is_funded(1)
    short, declined = await cashier.came(), await cashier.came(pay_choice="declined")
    answers = [await cashier.post(f"/v1/claims/{id}/approve", token=cashier.ada) for id in (short, declined)]
    assert [refusal(answer) for answer in answers] == [(409, "not_reserved"), (409, "wrong_state")]


async def test_nobody_else_approves(cashier: Cashier) -> None:
    await cashier.publishes()
    await cashier.is_funded()
    claim = await cashier.came()
    path = f"/v1/claims/{claim}/approve"
    assert refusal(await cashier.post(path, token=cashier.otto)) == (403, "forbidden")
    assert refusal(await cashier.post(path, link=_see(cashier, new_id(), claim))) == (403, "forbidden")
    for token in (
        cashier.token("approver", units=(new_id(),)),
        cashier.token("approver", tenant=new_id()),
    ):
        assert (await cashier.post(path, token=token)).status_code == 404


async def test_a_person_sees_what_they_are_owed_by_their_link_and_nothing_else(cashier: Cashier) -> None:
    await cashier.publishes()
    await cashier.is_funded()
    carla = new_id()
    claim, other = await cashier.came(carla), await cashier.came()
    link = _see(cashier, carla, claim)
    read = await cashier.get(f"/v1/claims/{claim}", link=link)
    assert (read.status_code, read.json()["amount_minor"], read.json()["state"]) == (200, 6_875, "reserved")
    assert (await cashier.get(f"/v1/claims/{other}", link=link)).status_code == 404
    assert [c["id"] for c in (await cashier.get("/v1/claims", link=link)).json()["items"]] == [claim]
    somebody = _see(cashier, new_id(), claim)
    assert (await cashier.get(f"/v1/claims/{claim}", link=somebody)).status_code == 404
    assert (await cashier.get(f"/v1/budgets/{cashier.budget}", link=link)).status_code == 403


async def test_claims_are_listed_by_person_opportunity_and_state(cashier: Cashier) -> None:
    await cashier.publishes()
    await cashier.is_funded()
    carla = new_id()
    claim = await cashier.approved(person_id=carla)
    await cashier.came()
    for query, ids in (
        (f"person_id={carla}", [claim]),
        ("state=approved", [claim]),
        (f"opportunity_id={new_id()}", []),
    ):
        found = await cashier.get(f"/v1/claims?{query}", token=cashier.ana)
        assert [item["id"] for item in found.json()["items"]] == ids
    found = await cashier.get(f"/v1/claims?opportunity_id={cashier.opportunity}", token=cashier.ana)
    assert len(found.json()["items"]) == 2


def _see(cashier: Cashier, person_id: str, claim: str) -> str:
    return cashier.link("see_claim", person_id, claim, orgunit=cashier.ward)


# --- budgets


async def test_an_approver_tops_a_budget_up_once_for_each_key(cashier: Cashier) -> None:
    await cashier.is_funded(10_000)
    path, key, ada = f"/v1/budgets/{cashier.budget}/top-up", new_id(), cashier.ada
    for _ in range(2):
        answer = await cashier.post(path, {"amount_minor": 500}, token=ada, key=key)
        assert (answer.status_code, answer.json()["funded_minor"]) == (200, 10_500)
    await cashier.post(path, {"amount_minor": 500}, token=cashier.ada)
    assert (await cashier.ledger())["free_minor"] == 11_000


async def test_a_budget_is_topped_up_by_nobody_else_and_never_down(cashier: Cashier) -> None:
    await cashier.is_funded(10_000)
    path = f"/v1/budgets/{cashier.budget}/top-up"
    assert refusal(await cashier.post(path, {"amount_minor": 5}, token=cashier.otto)) == (403, "forbidden")
    for amount in (0, -5, 10**15, "5"):
        answer = await cashier.post(path, {"amount_minor": amount}, token=cashier.ada)
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/amount_minor")
    stranger = cashier.token("approver", tenant=new_id())
    assert (await cashier.post(path, {"amount_minor": 5}, token=stranger)).status_code == 404
    assert (await cashier.get(f"/v1/budgets/{cashier.budget}", token=stranger)).status_code == 404
