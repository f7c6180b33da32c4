"""Ask people by offer, let them answer by their link, and see that nobody answers for another."""

import asyncio
from datetime import timedelta
from typing import Any

from services.matching.domain.opportunity.terms import seat_id
from services.matching.tests.people import ROLE
from services.matching.tests.ward import TERMS, Ward, refusal
from tests.asked import new_id

# --- the shortlist


async def test_a_coordinator_confirms_whom_a_run_for_this_opportunity_found_fit(ward: Ward) -> None:
    carla, tom = await ward.welcomes(), await ward.welcomes(modes=("in-person",))
    other, id = await ward.opens(), await ward.opens()
    assert refusal(await ward.asks(id, tom)) == (409, "not_in_run"), "kept out by a filter"
    assert refusal(await ward.asks(id, new_id())) == (409, "not_in_run")
    foreign = {"run_id": await ward.run_of(other), "picks": [{"person_id": carla, "seat_role": ROLE}]}
    assert refusal(await ward.act(id, "confirm-shortlist", foreign, token=ward.ana)) == (409, "not_in_run")
    unknown = {**foreign, "run_id": new_id()}
    assert refusal(await ward.act(id, "confirm-shortlist", unknown, token=ward.ana)) == (409, "not_in_run")
    wrong = {"run_id": await ward.run_of(id), "picks": [{"person_id": carla, "seat_role": "nurse"}]}
    assert refusal(await ward.act(id, "confirm-shortlist", wrong, token=ward.ana)) == (
        409,
        "role_not_asked_for",
    )
    assert refusal(await ward.asks(id, carla)) == (200, "")


async def test_a_run_that_is_not_computed_yet_confirms_nobody(ward: Ward) -> None:
    carla = await ward.welcomes()
    id = await ward.opens()
    run = (await ward.post("/v1/match-runs", {"opportunity_id": id}, token=ward.ana)).json()["id"]
    body = {"run_id": run, "picks": [{"person_id": carla, "seat_role": ROLE}]}
    answer = await ward.post(f"/v1/opportunities/{id}/confirm-shortlist", body, token=ward.ana)
    assert refusal(answer) == (409, "not_in_run")


async def test_only_an_operator_asks_more_people_than_there_are_seats(ward: Ward) -> None:
    people = [await ward.welcomes() for _ in range(2)]
    id = await ward.opens()
    otto = ward.as_("operator")
    assert refusal(await ward.asks(id, *people, factor=2)) == (403, "forbidden")
    assert refusal(await ward.asks(id, *people, token=otto)) == (403, "forbidden")
    assert refusal(await ward.asks(id, *people, token=ward.as_lena)) == (403, "forbidden")
    assert refusal(await ward.asks(id, people[0], people[0])) == (422, "validation_failed")
    assert refusal(await ward.asks(id, *people, factor=2, token=otto)) == (200, "")


# --- answers


async def test_the_answer_to_an_answer_names_nobody_else_and_shows_no_ciphertext(ward: Ward) -> None:
    carla, pete = await ward.welcomes(), await ward.welcomes()
    id = await ward.opens()
    await ward.asks(id, carla, pete)
    assert (await ward.declines(id, pete, reason="not-my-topic")).status_code == 200
    yes = await ward.accepts(id, carla)
    assert yes.status_code == 200
    assert pete not in yes.text
    assert "offers" not in yes.json()
    for_ana = (await ward.get(f"/v1/opportunities/{id}", token=ward.ana)).json()
    statuses = {offer["person_id"]: offer["status"] for offer in for_ana["offers"].values()}
    assert statuses == {carla: "accepted", pete: "declined"}
    assert not any("reason" in offer for offer in for_ana["offers"].values())


async def test_whoever_is_asked_reads_their_offer_and_nothing_about_anybody_else(ward: Ward) -> None:
    carla, pete = await ward.welcomes(), await ward.welcomes()
    id = await ward.opens()
    await ward.asks(id, carla, pete)
    offer = (await ward.get(f"/v1/opportunities/{id}/offer", link=ward.answers(id, carla))).json()
    assert (offer["status"], offer["seat_role"], offer["code"]) == ("sent", ROLE, "safer-discharge")
    assert (offer["paid"], offer["hours_per_month"], offer["purpose"]) == (True, 4, TERMS["purpose"])
    assert pete not in str(offer)
    path = f"/v1/opportunities/{id}/offer"
    assert (await ward.get(path, link=ward.answers(id, new_id()))).status_code == 404
    assert (await ward.get(path, token=ward.ana)).status_code == 404, "of nobody"
    assert (await ward.get(f"{path}?person_id={carla}", token=ward.ana)).json()["offer_id"] == offer[
        "offer_id"
    ]
    assert (await ward.get(path, link=ward.link("join", carla, carla))).status_code == 403
    assert (await ward.get(f"/v1/opportunities/{id}", link=ward.answers(id, carla))).status_code == 403


async def test_whoever_is_asked_accepts_by_their_link_once(ward: Ward) -> None:
    carla, pete = await ward.welcomes(), await ward.welcomes()
    id = await ward.opens()
    await ward.asks(id, carla, pete)
    assert refusal(await ward.accepts(id, carla)) == (200, "")
    assert refusal(await ward.accepts(id, carla)) == (200, "")
    facts = [f for f in await ward.said("opportunity", id) if "offer_accepted" in f["type"]]
    assert [(f["data"]["person_id"], f["data"]["acted_as"], f["authid"]) for f in facts] == [
        (carla, "partner", carla)
    ]
    assert refusal(await ward.declines(id, carla)) == (409, "already_accepted")


async def test_nobody_answers_by_another_persons_link(ward: Ward) -> None:
    carla, pete = await ward.welcomes(), await ward.welcomes()
    id, other = await ward.opens(), await ward.opens()
    await ward.asks(id, carla, pete)
    body, link = {"offer_id": await ward.offer(id, carla)}, ward.answers(id, pete)
    for word in ("accept-offer", "decline-offer"):
        assert refusal(await ward.act(id, word, body, link=link)) == (403, "not_yours")
        elsewhere = ward.answers(other, carla)
        assert refusal(await ward.act(id, word, body, link=elsewhere)) == (404, "not_found")
        wrong = ward.link("join", carla, carla, orgunit=ward.unit)
        assert refusal(await ward.act(id, word, body, link=wrong)) == (403, "forbidden")
        assert refusal(await ward.act(id, word, body, token=ward.as_lena)) == (403, "forbidden")
        nothing = {"offer_id": new_id()}
        assert refusal(await ward.act(id, word, nothing, link=link)) == (403, "not_yours")
        assert refusal(await ward.act(id, word, nothing, token=ward.ana)) == (404, "not_found")


async def test_whoever_tries_somebody_elses_offer_leaves_nothing_with_the_opportunity(ward: Ward) -> None:
    carla, pete = await ward.welcomes(), await ward.welcomes()
    id = await ward.opens()
    await ward.asks(id, carla, pete)
    body, link = {"offer_id": await ward.offer(id, carla)}, ward.answers(id, pete)
    before = await ward.running.store.collection("opportunity").find_one({"_id": id})
    for word in ("accept-offer", "decline-offer"):
        await ward.post(f"/v1/opportunities/{id}/{word}", body, link=link)
    assert await ward.running.store.collection("opportunity").find_one({"_id": id}) == before


async def test_a_coordinator_answers_for_whoever_asked_them_to(ward: Ward) -> None:
    carla, pete = await ward.welcomes(), await ward.welcomes()
    id = await ward.opens()
    await ward.asks(id, carla, pete)
    offers = [{"offer_id": await ward.offer(id, who)} for who in (carla, pete)]
    assert refusal(await ward.act(id, "accept-offer", offers[0], token=ward.ana)) == (200, "")
    declined = {**offers[1], "reason": "ill"}
    assert refusal(await ward.act(id, "decline-offer", declined, token=ward.ana)) == (200, "")
    facts = [f for f in await ward.said("opportunity", id) if "offer_accepted" in f["type"]]
    assert facts[0]["data"]["acted_as"] == "coordinator"


async def test_a_coordinator_takes_an_offer_back(ward: Ward) -> None:
    carla = await ward.welcomes()
    id = await ward.opens()
    await ward.asks(id, carla)
    body = {"offer_id": await ward.offer(id, carla)}
    assert refusal(await ward.act(id, "rescind-offer", body, token=ward.as_lena)) == (403, "forbidden")
    unknown = {"offer_id": new_id()}
    assert refusal(await ward.act(id, "rescind-offer", unknown, token=ward.ana)) == (404, "not_found")
    assert refusal(await ward.act(id, "rescind-offer", body, token=ward.ana)) == (200, "")
    assert refusal(await ward.accepts(id, carla)) == (409, "offer_withdrawn")
    facts = [f for f in await ward.said("opportunity", id) if "offer_rescinded" in f["type"]]
    assert facts[0]["data"]["reason_code"] == "by_host"


async def test_an_answer_that_comes_too_late_is_told_so_in_any_state(ward: Ward) -> None:
    carla, pete = await ward.welcomes(), await ward.welcomes()
    id = await ward.opens()
    await ward.asks(id, carla, pete)
    await ward.declines(id, pete)
    ward.clock.advance(timedelta(hours=72))
    assert refusal(await ward.accepts(id, carla)) == (409, "offer_expired"), "before the clock was looked at"
    await ward.act(id, "close", {"reason_code": "cancelled"}, token=ward.as_lena)
    assert refusal(await ward.accepts(id, pete)) == (409, "already_declined")
    assert refusal(await ward.accepts(id, carla)) == (409, "offer_withdrawn")


async def test_of_many_who_accept_the_last_seat_at_once_one_gets_it(ward: Ward) -> None:
    people = [await ward.welcomes() for _ in range(6)]
    seats = [{"role": ROLE, "side": "partner"}, {"role": "nurse", "side": "professional"}]
    id = await ward.opens(seats=seats)
    await ward.asks(id, *people, factor=6, token=ward.as_("operator"))
    offers = {who: await ward.offer(id, who) for who in people}

    async def accepts(who: str) -> tuple[int, str]:
        body: dict[str, Any] = {"offer_id": offers[who]}
        path = f"/v1/opportunities/{id}/accept-offer"
        return refusal(await ward.post(path, body, link=ward.answers(id, who)))

    answers = await asyncio.gather(*(accepts(who) for who in people for _ in range(2)))
    assert sorted(answers) == [(200, "")] * 2 + [(409, "seat_taken")] * 10
    await ward.settles()
    told = await ward.told(id)
    assert (told.count("offer_accepted"), told.count("waitlist_joined")) == (1, 5)
    assert [len((await ward.candidate(who))["pending"]) for who in people] == [0] * 6
    joined = [f["data"] for f in await ward.said("opportunity", id) if "waitlist_joined" in f["type"]]
    assert [f["position"] for f in joined] == [1, 2, 3, 4, 5]
    ranks = {
        f["data"]["person_id"]: f["data"]["rank"]
        for f in await ward.said("opportunity", id)
        if "proposed" in f["type"]
    }
    assert [ranks[f["person_id"]] for f in joined] == sorted(ranks[f["person_id"]] for f in joined)
    holders = (await ward.get(f"/v1/opportunities/{id}", token=ward.ana)).json()["holders"]
    assert list(holders) == [seat_id(id, 1)]
