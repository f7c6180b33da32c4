"""Ask for a team, approve it, open it, staff it and close it; and see who may not."""

from services.matching.domain.opportunity.terms import seat_id
from services.matching.tests.people import ROLE
from services.matching.tests.ward import TERMS, Ward, refusal
from tests.asked import new_id

BUDGET = {"budget_minor": 50_000, "currency": "GBP"}


async def code(
    ward: Ward, opportunity: str, word: str, body: object = None, *, token: str
) -> tuple[int, str]:
    answer = await ward.act(opportunity, word, body, token=token)
    return refusal(answer)


# --- asking for it


async def test_whoever_asks_for_a_team_leads_it(ward: Ward) -> None:
    id = await ward.drafts()
    [drafted, noted] = await ward.said("opportunity", id)
    assert (drafted["data"]["lead_id"], drafted["orgunit"]) == (ward.lena, ward.unit)
    assert "purpose" not in drafted["data"]
    assert [seat["role"] for seat in drafted["data"]["seats"]] == [ROLE, ROLE, "nurse", "physician"]
    assert [seat["seat_id"] for seat in drafted["data"]["seats"]] == [seat_id(id, n) for n in (1, 2, 3, 4)]
    assert noted["type"].endswith("lead_noted.v1")


async def test_without_a_unit_it_belongs_where_its_lead_works(ward: Ward) -> None:
    id = await ward.drafts(org_unit_id=None)
    assert {fact["orgunit"] for fact in await ward.said("opportunity", id)} == {ward.unit}
    body = {**TERMS, "support_contact_id": new_id()}
    elsewhere = await ward.post("/v1/opportunities", {**body, "org_unit_id": new_id()}, token=ward.as_lena)
    assert (elsewhere.status_code, elsewhere.json()["code"]) == (403, "forbidden")
    two = ward.token("lead", units=(new_id(), new_id()), sub=ward.lena)
    answer = await ward.post("/v1/opportunities", body, token=two)
    assert (answer.status_code, answer.json()["code"]) == (409, "unknown_unit")


async def test_what_nobody_could_take_part_in_is_refused(ward: Ward) -> None:
    body = {**TERMS, "support_contact_id": new_id()}
    for wrong in ({"ends_on": "2026-09-30"}, {"rate_line": None}, {"entry_stage": "later"}, {"seats": None}):
        answer = await ward.post("/v1/opportunities", {**body, **wrong}, token=ward.as_lena)
        assert (answer.status_code, answer.json()["code"]) == (422, "validation_failed")
    crowd = {**body, "seats": [{"role": ROLE, "side": "partner", "count": 51}]}
    answer = await ward.post("/v1/opportunities", crowd, token=ward.as_lena)
    assert (answer.status_code, answer.json()["code"]) == (409, "too_many_seats")


async def test_only_the_lead_of_an_opportunity_revises_and_submits_it(ward: Ward) -> None:
    id = await ward.drafts()
    revised = {**TERMS, "support_contact_id": new_id(), "mode": "in-person"}
    another = ward.as_("lead", await ward.employs("lead"))
    assert await code(ward, id, "revise", revised, token=another) == (403, "forbidden")
    assert await code(ward, id, "submit", token=another) == (403, "forbidden")
    assert await code(ward, id, "revise", revised, token=ward.ana) == (403, "forbidden")
    assert await code(ward, id, "revise", revised, token=ward.as_lena) == (200, "")
    assert await code(ward, id, "submit", token=ward.as_lena) == (200, "")
    assert await code(ward, id, "revise", revised, token=ward.as_lena) == (409, "wrong_state")


async def test_the_lead_reads_their_own_words_and_nobody_else_does(ward: Ward) -> None:
    path = f"/v1/opportunities/{await ward.drafts()}"
    assert (await ward.get(path, token=ward.as_lena)).json()["purpose"] == TERMS["purpose"]
    for token in (ward.ana, ward.as_("approver"), ward.as_("reviewer")):
        assert "purpose" not in (await ward.get(path, token=token)).json()
    for stranger in (ward.token("lead", units=(new_id(),)), ward.token("lead", tenant=new_id())):
        assert (await ward.get(path, token=stranger)).status_code == 404


async def test_the_lead_sees_the_opportunity_by_the_link_of_a_mail(ward: Ward) -> None:
    id = await ward.drafts()
    see = ward.link("see_opportunity", ward.lena, id, orgunit=ward.unit, acted_as="professional")
    other = ward.link("see_opportunity", new_id(), id, orgunit=ward.unit, acted_as="professional")
    assert (await ward.get(f"/v1/opportunities/{id}", link=see)).json()["state"] == "draft"
    assert (await ward.get(f"/v1/opportunities/{id}", link=other)).status_code == 404


async def test_an_empty_request_cannot_be_submitted(ward: Ward) -> None:
    id = await ward.drafts(purpose="")
    answer = await ward.act(id, "submit", token=ward.as_lena)
    assert (answer.status_code, answer.json()["code"], answer.json()["missing"]) == (
        409,
        "incomplete",
        ["purpose"],
    )


# --- approving and opening


async def test_an_approver_approves_with_a_budget_and_nobody_else(ward: Ward) -> None:
    id = await ward.drafts()
    await ward.act(id, "submit", token=ward.as_lena)
    for token in (ward.as_lena, ward.ana, ward.as_("operator")):
        assert await code(ward, id, "approve", BUDGET, token=token) == (403, "forbidden")
    own = ward.as_("approver", ward.lena)
    assert await code(ward, id, "approve", BUDGET, token=own) == (409, "own_request")
    assert await code(ward, id, "approve", BUDGET, token=ward.as_("approver")) == (200, "")


async def test_an_approver_sends_it_back_with_a_reason(ward: Ward) -> None:
    id = await ward.drafts()
    await ward.act(id, "submit", token=ward.as_lena)
    body = {"reason_code": "not-this-year"}
    assert await code(ward, id, "reject", body, token=ward.ana) == (403, "forbidden")
    assert await code(ward, id, "reject", body, token=ward.as_("approver")) == (200, "")
    assert await ward.state("opportunity", id) == "draft"


async def test_an_approver_answers_for_a_rule_that_is_broken(ward: Ward) -> None:
    ada = ward.as_("approver")
    id = await ward.drafts(seats=[{"role": ROLE, "side": "partner"}], paid=False, rate_line=None)
    await ward.act(id, "submit", token=ward.as_lena)
    answer = await ward.act(id, "approve", BUDGET, token=ada)
    assert (answer.status_code, answer.json()["rules"]) == (409, ["no_professional_seat"])
    for rule in ("no_professional_seat", "unpaid"):
        body = {"rule": rule, "reason": "A group of patients alone."}
        assert await code(ward, id, "grant-waiver", body, token=ward.as_lena) == (403, "forbidden")
        assert await code(ward, id, "grant-waiver", body, token=ada) == (200, "")
    facts = [f for f in await ward.said("opportunity", id) if "waiver" in f["type"]]
    assert all("reason" not in fact["data"] for fact in facts)
    path = f"/v1/opportunities/{id}"
    shown = (await ward.get(path, token=ada)).json()["waivers"]["unpaid"]
    assert shown["reason"] == "A group of patients alone."
    assert "reason" not in (await ward.get(path, token=ward.ana)).json()["waivers"]["unpaid"]
    assert await code(ward, id, "approve", BUDGET, token=ada) == (200, "")
    assert await code(ward, id, "open", token=ward.ana) == (200, "")


async def test_it_does_not_open_under_a_lead_who_has_not_learned_to(ward: Ward) -> None:
    ward.lena = await ward.employs("lead")
    id = await ward.drafts()
    await ward.act(id, "submit", token=ward.as_lena)
    await ward.act(id, "approve", BUDGET, token=ward.as_("approver"))
    assert await code(ward, id, "open", token=ward.as_lena) == (409, "lead_untrained")
    await ward.trains(ward.lena)
    another = ward.as_("lead", await ward.employs("lead"))
    assert await code(ward, id, "open", token=another) == (403, "forbidden")
    assert await code(ward, id, "open", token=ward.as_lena) == (200, "")


# --- professionals and the end


async def test_a_professional_is_put_on_a_seat_of_their_role(ward: Ward) -> None:
    id, nia = await ward.opens(), await ward.employs("nurse")

    async def assigns(who: str, number: int, token: str) -> tuple[int, str]:
        body = {"person_id": who, "seat_id": seat_id(id, number)}
        return await code(ward, id, "assign-professional", body, token=token)

    assert await assigns(new_id(), 3, ward.as_lena) == (409, "unknown_professional")
    assert await assigns(nia, 4, ward.as_lena) == (409, "wrong_role")
    assert await assigns(nia, 1, ward.as_lena) == (409, "wrong_side")
    assert await assigns(nia, 9, ward.as_lena) == (409, "seat_not_open")
    assert await assigns(nia, 3, ward.as_("operator")) == (403, "forbidden")
    assert await assigns(nia, 3, ward.as_("lead", nia)) == (403, "forbidden")
    assert await assigns(nia, 3, ward.as_lena) == (200, "")
    phil = await ward.employs("physician")
    assert await assigns(phil, 4, ward.ana) == (200, "")
    assert (await ward.told(id))[-2:] == ["professional_assigned", "professional_assigned"]


async def test_a_professional_of_another_network_is_unknown_here(ward: Ward) -> None:
    home, ward.tenant = ward.tenant, new_id()
    nia = await ward.employs("nurse")
    ward.tenant = home
    id = await ward.opens()
    body = {"person_id": nia, "seat_id": seat_id(id, 3)}
    assert await code(ward, id, "assign-professional", body, token=ward.ana) == (409, "unknown_professional")


async def test_the_lead_or_a_coordinator_closes_it(ward: Ward) -> None:
    body = {"reason_code": "completed"}
    for token in (ward.as_lena, ward.ana):
        id = await ward.opens()
        assert await code(ward, id, "close", body, token=ward.as_("approver")) == (403, "forbidden")
        assert await code(ward, id, "close", {"reason_code": "bored"}, token=token) == (
            422,
            "validation_failed",
        )
        assert await code(ward, id, "close", body, token=token) == (200, "")
        assert (await ward.told(id))[-1] == "opportunity_closed"


async def test_what_is_listed_is_found_by_lead_and_state(ward: Ward) -> None:
    id = await ward.opens()
    await ward.drafts()
    found = (await ward.get(f"/v1/opportunities?lead_id={ward.lena}&state=open", token=ward.ana)).json()
    assert [item["id"] for item in found["items"]] == [id]


async def test_a_person_sees_what_matching_keeps_of_them_by_a_link(ward: Ward) -> None:
    carla = await ward.welcomes()
    id = (await ward.candidate(carla))["id"]
    join, other = ward.link("join", carla, carla), ward.link("join", new_id(), carla)
    assert (await ward.get(f"/v1/candidates/{id}", link=join)).json()["state"] == "available"
    assert (await ward.get(f"/v1/candidates/{id}", link=other)).status_code == 404
    lead = (await ward.lead(ward.lena))["id"]
    learn = ward.link("learn", ward.lena, ward.lena, acted_as="professional")
    assert (await ward.get(f"/v1/leads/{lead}", link=learn)).json()["state"] == "trained"
