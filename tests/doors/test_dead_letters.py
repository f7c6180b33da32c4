"""Dead letters as an operator asks a service for them: only of their own network, nothing of what stands in them, once more."""

from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from services.training.app import TRAINING
from tests.asked import Asked, asked, new_id
from tests.doors.place import lets_lie

PATH = "/v1/dead-letters"


@pytest_asyncio.fixture
async def training(mongo_url: str, tmp_path: Path) -> AsyncGenerator[Asked]:
    async with asked(TRAINING, mongo_url, tmp_path) as service:
        yield service


async def items(service: Asked, token: str = "", query: str = "") -> list[dict[str, Any]]:
    answer = await service.get(PATH + query, token=token or service.token("operator"))
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]


async def test_an_operator_reads_why_a_record_lies_and_nothing_that_stands_in_it(training: Asked) -> None:
    id = await lets_lie(training, 3, reason="not_yet", secret="Ana Example")
    [row] = await items(training)
    assert row["id"] == id
    assert (row["reason"], row["tries"], row["number"], row["state"]) == ("not_yet", 8, 3, "dead")
    assert row["type"] == "roundtable.a.b_happened.v1"
    assert "Ana" not in str(row)
    assert "why" not in row.values()


async def test_a_type_that_is_none_of_ours_is_not_repeated(training: Asked) -> None:
    await lets_lie(training, type="Ana Example")
    assert [row["type"] for row in await items(training)] == [""]


async def test_who_edited_a_record_when_and_why_is_shown_and_nothing_of_its_contents(training: Asked) -> None:
    await lets_lie(training)
    [row] = await training.running.parked.listed()
    assert row.parked_at is not None
    assert row.raw is not None
    assert await training.running.parked.mend(row, row.raw, "spoilt", "otto", row.parked_at)
    [shown] = await items(training)
    [edit] = shown["edits"]
    assert (edit["by"], edit["why"], sorted(edit)) == ("otto", "spoilt", ["at", "by", "why"])


async def test_a_record_that_is_tried_again_is_due_now(training: Asked) -> None:
    id = await lets_lie(training)
    for _ in range(2):
        answer = await training.post(f"{PATH}/{id}/replay", token=training.token("operator"))
        assert (answer.status_code, answer.json()["state"]) == (200, "waiting")
    [row] = await training.running.parked.listed()
    assert (row.due is not None, row.tries) == (True, 0)


async def test_what_is_of_another_network_or_unit_is_not_there(training: Asked) -> None:
    id = await lets_lie(training, orgunit=new_id())
    for stranger in (
        training.token("operator", tenant=new_id()),
        training.token("operator", units=(new_id(),)),
    ):
        assert await items(training, stranger) == []
        answer = await training.post(f"{PATH}/{id}/replay", token=stranger)
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


async def test_what_nobody_can_read_is_for_who_reaches_a_whole_network(training: Asked) -> None:
    await lets_lie(training, raw=b"\xff\xfe{")
    assert len(await items(training)) == 1
    assert await items(training, training.token("operator", units=(new_id(),))) == []


async def test_a_record_that_was_given_up_is_not_tried_again(training: Asked) -> None:
    id = await lets_lie(training)
    [row] = await training.running.parked.listed()
    assert row.parked_at is not None
    assert await training.running.parked.discard(row, "duplicate", "otto", row.parked_at)
    answer = await training.post(f"{PATH}/{id}/replay", token=training.token("operator"))
    assert answer.status_code == 404


async def test_a_long_list_is_read_page_by_page(training: Asked) -> None:
    lying = [await lets_lie(training, number) for number in range(1, 6)]
    found: list[str] = []
    query = "?limit=2"
    while query:
        page = (await training.get(PATH + query, token=training.token("operator"))).json()
        found += [row["id"] for row in page["items"]]
        query = f"?limit=2&cursor={page['next']}" if page["next"] else ""
    assert sorted(found) == sorted(lying)


@pytest.mark.parametrize(
    "query", ["?limit=0", "?limit=101", "?limit=x", "?cursor=%C3%A9", "?cursor=x", "?state=dead"]
)
async def test_a_question_that_is_none_is_refused(training: Asked, query: str) -> None:
    answer = await training.get(PATH + query, token=training.token("operator"))
    assert (answer.status_code, answer.json()["code"]) == (400, "query_invalid")
