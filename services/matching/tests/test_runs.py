"""Is the pool scored as it is when a run asks, and is nothing kept of those who take their consent back?"""

from datetime import timedelta
from typing import Any

from services.matching.domain.score import Row
from services.matching.gateway import Opener
from services.matching.handlers import candidate_id, when_candidate_consent_noted, when_match_run_requested
from services.matching.store import rows_of, write_rows
from services.matching.tests.ward import Ward, consent
from shared.contracts.fact import Said, stamp
from shared.contracts.matching import CandidateConsentNoted, MatchRunRequested
from shared.contracts.recruitment import ConsentGranted, ConsentWithdrawn, LivedExperience
from shared.ids import derived
from tests.asked import new_id


async def test_an_opportunity_that_opens_has_the_pool_scored(ward: Ward) -> None:
    carla, pete = await ward.welcomes(), await ward.welcomes()
    tom = await ward.welcomes(modes=("in-person",))
    id = await ward.opens()
    run = await ward.run_of(id)
    [_, completed] = await ward.said("match_run", run)
    counts = {k: completed["data"][k] for k in ("considered", "eligible", "filtered_out", "opportunity_id")}
    assert counts == {
        "considered": 3,
        "eligible": 2,
        "filtered_out": [{"filter": "mode", "count": 1}],
        "opportunity_id": id,
    }
    rows = await ward.rows(run)
    assert [row.get("rank") for row in rows] == [1, 2, None]
    assert {row["person_id"] for row in rows[:2]} == {carla, pete}
    assert all(row["score"] == sum(row["terms"].values()) for row in rows[:2])
    assert rows[0]["terms"]["lived_experience"] == 400, "opened for as long as it was scored"
    [row] = await ward.rows(run, person_id=tom)
    assert (row["filter"], "score" in row) == ("mode", False)


async def test_the_id_of_a_run_follows_from_what_it_answers(ward: Ward) -> None:
    id = await ward.opens()
    [opened] = [f for f in await ward.said("opportunity", id) if "opportunity_opened" in f["type"]]
    assert await ward.run_of(id) == derived("matching", "match_run", id, int(opened["sequence"]))


async def test_results_are_read_in_pages(ward: Ward) -> None:
    people = {await ward.welcomes() for _ in range(3)}
    run = await ward.run_of(await ward.opens())
    path = f"/v1/match-runs/{run}/results"
    first = (await ward.get(f"{path}?limit=2", token=ward.ana)).json()
    rest = (await ward.get(f"{path}?limit=2&after={first['next']}", token=ward.ana)).json()
    assert {row["person_id"] for row in first["items"] + rest["items"]} == people
    assert (first["state"], rest["next"]) == ("completed", None)
    for wrong in ("limit=0", "limit=501", "limit=x", "after=-1", "person_id=carla", "rank=1"):
        assert (await ward.get(f"{path}?{wrong}", token=ward.ana)).json()["code"] == "query_invalid"


async def test_only_a_coordinator_of_the_unit_reads_results(ward: Ward) -> None:
    path = f"/v1/match-runs/{await ward.run_of(await ward.opens())}/results"
    assert (await ward.get(path, token=ward.as_lena)).status_code == 403
    for stranger in (
        ward.token("coordinator", units=(new_id(),)),
        ward.token("coordinator", tenant=new_id()),
    ):
        assert (await ward.get(path, token=stranger)).status_code == 404


async def test_a_coordinator_asks_for_a_new_run_while_the_opportunity_is_open(ward: Ward) -> None:
    id = await ward.opens()
    carla = await ward.welcomes()
    answer = await ward.post("/v1/match-runs", {"opportunity_id": id}, token=ward.ana)
    assert (answer.status_code, answer.json()["state"]) == (201, "requested")
    await ward.settles()
    assert [row["person_id"] for row in await ward.rows(answer.json()["id"])] == [carla]
    story = {f["correlationid"] for f in await ward.said("match_run", answer.json()["id"])}
    assert story == {f["correlationid"] for f in await ward.said("opportunity", id)}
    await ward.act(id, "close", {"reason_code": "cancelled"}, token=ward.as_lena)
    late = await ward.post("/v1/match-runs", {"opportunity_id": id}, token=ward.ana)
    assert (late.status_code, late.json()["code"]) == (409, "not_open")
    stranger = ward.token("coordinator", units=(new_id(),))
    assert (await ward.post("/v1/match-runs", {"opportunity_id": id}, token=stranger)).status_code == 404


async def test_of_several_runs_that_wait_only_the_newest_is_computed(ward: Ward) -> None:
    id = await ward.opens()
    runs: list[str] = []
    for _ in range(3):
        ward.clock.advance(timedelta(seconds=1))
        answer = await ward.post("/v1/match-runs", {"opportunity_id": id}, token=ward.ana)
        runs.append(answer.json()["id"])
    await ward.settles()
    assert [await ward.state("match_run", run) for run in runs] == ["superseded", "superseded", "completed"]


async def test_a_run_for_what_was_closed_meanwhile_fails(ward: Ward) -> None:
    id = await ward.opens()
    run = (await ward.post("/v1/match-runs", {"opportunity_id": id}, token=ward.ana)).json()["id"]
    await ward.post(f"/v1/opportunities/{id}/close", {"reason_code": "cancelled"}, token=ward.ana)
    await ward.settles()
    [_, failed] = await ward.said("match_run", run)
    assert failed["data"]["reason_code"] == "not_open"


async def test_a_run_heard_again_is_not_computed_again(ward: Ward) -> None:
    carla = await ward.welcomes()
    run = await ward.run_of(await ward.opens())
    await ward.is_told(carla, await ward.sealed(carla, LivedExperience()))
    store = ward.running.store
    fact = stamp(MatchRunRequested(opportunity_id=new_id()), Said(subject=run), "system")
    assert await when_match_run_requested(fact, store, Opener(ward.running.vault)) == []
    [row] = await ward.rows(run)
    assert row["terms"]["lived_experience"] == 400


async def test_rows_written_again_replace_what_an_earlier_attempt_wrote(ward: Ward) -> None:
    store, run, people = ward.running.store, new_id(), [new_id(), new_id()]
    await write_rows(store, run, [Row(person_id=one, filter="mode") for one in people])
    await write_rows(store, run, [Row(person_id=people[0], filter="role")])
    assert await rows_of(store, run) == [
        {"run_id": run, "place": 1, "person_id": people[0], "filter": "role"}
    ]


async def test_without_p2_no_code_and_no_score_is_kept_and_granted_again_there_is(ward: Ward) -> None:
    carla, pete = await ward.welcomes(), await ward.welcomes()
    id = await ward.opens()
    run = await ward.run_of(id)
    await ward.takes_back(carla, "p2")
    assert [row["person_id"] for row in await ward.rows(run)] == [pete]
    stored = await ward.running.store.load("candidate", {"_id": candidate_id(carla)})
    assert stored[0]["state"]["lived_experience"] == {"private": ""}
    again = (await ward.post("/v1/match-runs", {"opportunity_id": id}, token=ward.ana)).json()["id"]
    await ward.settles()
    assert [row["person_id"] for row in await ward.rows(again)] == [pete], "not even counted"
    await ward.is_told(carla, ConsentGranted(**consent(carla, "p2")), await ward.sealed(carla))
    assert (await ward.candidate(carla))["state"] == "available"


async def test_a_consent_taken_back_while_a_run_is_computed_leaves_no_row(ward: Ward) -> None:
    """The consent is saved and its rows forgotten just before the run writes them: the run looks again after writing."""
    carla = await ward.welcomes()
    id = await ward.opens()
    run = (await ward.post("/v1/match-runs", {"opportunity_id": id}, token=ward.ana)).json()["id"]
    store = ward.running.store

    class Slow(Opener):
        async def opened(self, page: Any) -> Any:
            found = await super().opened(page)
            withdrawn = ward.record(carla, ConsentWithdrawn(**consent(carla, "p2")))
            await ward.hears("recruitment.events", withdrawn, key=carla)
            noted = CandidateConsentNoted(person_id=carla, purpose="p2", granted=False)
            assert await when_candidate_consent_noted(noted, store) == []
            return found

    around = Said(subject=run, tenant=ward.tenant, time=ward.clock.now())
    fact = stamp(MatchRunRequested(opportunity_id=id), around, "system")
    assert len(await when_match_run_requested(fact, store, Slow(ward.running.vault))) == 1
    assert await rows_of(store, run) == []


async def test_whoever_was_erased_has_nothing_left_to_score(ward: Ward) -> None:
    carla = await ward.welcomes()
    await ward.vault.destroy(carla)
    run = await ward.run_of(await ward.opens())
    [row] = await ward.rows(run)
    assert (row["person_id"], row["filter"]) == (carla, "not_in_pool")
