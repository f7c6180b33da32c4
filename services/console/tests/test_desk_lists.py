"""Long lists: searched, sorted, cut into pages, and safe to open in a spreadsheet."""

import csv
import io
from typing import Any

from services.console.tests.signed_in import Browser
from tests.asked import new_id

FORMULA = '=HYPERLINK("http://elsewhere.example","x")'


def partners(desk: Browser, *names: str) -> list[str]:
    """People whom recruitment shows, by name, over as many pages as it has."""
    people = [new_id() for _ in names]
    accepted: list[dict[str, Any]] = [
        {"id": new_id(), "person_id": id, "details": {"full_name": name}}
        for id, name in zip(people, names, strict=True)
    ]
    rows: list[dict[str, Any]] = [
        {
            "id": id,
            "person_id": id,
            "state": "active",
            "partner_types": ["patient"],
            "consents": {},
            "agreements": {},
        }
        for id in people
    ]
    path = "/recruitment/v1/partners?limit=100"
    desk.there.shows(path, {"items": rows[:100], "next": "more" if rows[100:] else None})
    desk.there.shows(f"{path}&cursor=more", {"items": rows[100:], "next": None})
    desk.there.shows(
        "/recruitment/v1/applications?state=accepted&limit=100", {"items": accepted[:100], "next": "more"}
    )
    desk.there.shows(
        "/recruitment/v1/applications?state=accepted&limit=100&cursor=more",
        {"items": accepted[100:], "next": None},
    )
    return people


async def shown(desk: Browser, query: str = "") -> list[str]:
    """The names in the order of the page."""
    page = await desk.opens(f"/people{query}")
    return [line.strip() for line in page.text.splitlines() if line.strip().startswith("Person ")]


async def test_a_list_is_cut_into_pages_and_ordered_by_name(desk: Browser) -> None:
    await desk.signs_in("coordinator")
    names = [f"Person {n:03}" for n in range(130)]
    partners(desk, *reversed(names))
    assert await shown(desk) == names[:25]
    assert await shown(desk, "?page=6") == names[125:]
    assert await shown(desk, "?page=99") == names[125:]
    assert await shown(desk, "?sort=-name") == names[:-26:-1]


async def searched(desk: Browser, **asked: str) -> str:
    """The query of the address at which what was asked for is shown."""
    answer = await desk.presses("/people", "search", 303, **asked)
    return answer.headers["location"].removeprefix("/people")


async def test_a_list_is_searched_by_what_it_shows(desk: Browser) -> None:
    await desk.signs_in("coordinator")
    partners(desk, "Person Ana", "Person Ben", "Person Banana")
    assert await shown(desk, await searched(desk, search=" ANA ")) == ["Person Ana", "Person Banana"]
    assert await shown(desk, await searched(desk, search="nobody")) == []
    strange = await searched(desk, search="\N{GRINNING FACE}" * 500)
    assert await shown(desk, strange + "&page=-1&sort=password") == []
    assert await shown(desk, await searched(desk, search="")) == ["Person Ana", "Person Banana", "Person Ben"]


async def test_what_was_typed_to_find_somebody_stands_in_no_address(desk: Browser) -> None:
    await desk.signs_in("coordinator")
    partners(desk, *(f"Person Ana {n:02}" for n in range(30)))
    found = await searched(desk, search="Ana", sort="-name")
    page = await desk.opens(f"/people{found}")
    assert page.fields("search")["search"].value == "Ana"
    for address in (found, *page.addresses):
        assert "ana" not in address.lower()
    [on] = [link for link in page.links if "page=2" in link]
    assert await shown(desk, on.removeprefix("/people")) == [f"Person Ana {n:02}" for n in range(4, -1, -1)]
    [file] = [link for link in page.links if "as=csv" in link]
    assert len((await desk.http.get(file)).text.splitlines()) == 31


async def test_what_somebody_else_searched_for_is_of_no_use(desk: Browser) -> None:
    await desk.signs_in("coordinator")
    partners(desk, "Person Ana", "Person Ben")
    found = await searched(desk, search="Ana")
    await desk.signs_in("coordinator")
    assert (await desk.opens(f"/people{found}")).fields("search")["search"].value == ""
    for broken in ("x", "%C3%A9", "A" * 40, "Ana"):
        assert await shown(desk, f"?search={broken}") == ["Person Ana", "Person Ben"]


async def test_an_export_holds_all_of_the_list_and_no_formula(desk: Browser) -> None:
    await desk.signs_in("coordinator")
    partners(desk, FORMULA, "+1", "-2", "@sum", *(f"Person {n}" for n in range(40)))
    answer = await desk.http.get("/people?as=csv")
    assert answer.headers["content-disposition"] == 'attachment; filename="people.csv"'
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert len(rows) == 45
    names = {row[0] for row in rows[1:]}
    assert {f"'{FORMULA}", "'+1", "'-2", "'@sum"} <= names
    assert not any(name.startswith(("=", "+", "-", "@")) for name in names)


async def test_a_name_in_markup_stays_a_name(desk: Browser) -> None:
    await desk.signs_in("coordinator")
    partners(desk, "<script>alert(1)</script>")
    page = await desk.opens("/people")
    assert all(told["src"].startswith("/static/") for told in page.scripts)
    assert "<script>alert(1)</script>" in page.text


async def test_a_match_run_is_read_to_its_end_and_a_shortlist_confirmed_in_the_order_of_ranks(
    desk: Browser,
) -> None:
    await desk.signs_in("coordinator")
    run, opportunity = new_id(), new_id()
    shown: dict[str, Any] = {"id": run, "opportunity_id": opportunity, "state": "completed", "version": 2}
    desk.there.shows(f"/matching/v1/match-runs/{run}", {**shown, "considered": 130, "eligible": 129})
    seat = {"seat_id": new_id(), "role": "patient", "side": "partner"}
    open_ = {"id": opportunity, "state": "open", "version": 4, "code": "quieter-nights", "seats": [seat]}
    desk.there.shows(f"/matching/v1/opportunities/{opportunity}", open_)
    people = [new_id() for _ in range(130)]
    rows: list[dict[str, Any]] = [
        {"person_id": id, "place": n, "rank": n, "score": 900 - n, "terms": {"interests": 900 - n}}
        for n, id in enumerate(people[:-1], 1)
    ]
    rows.append({"person_id": people[-1], "place": 130, "filter": "mode"})
    results = f"/matching/v1/match-runs/{run}/results?limit=100"
    desk.there.shows(results, {"items": rows[:100], "next": 100})
    desk.there.shows(f"{results}&after=100", {"items": rows[100:], "next": None})
    page = await desk.opens(f"/match-runs/{run}")
    assert "130 in this list" in page.text
    assert "interests 899" in page.text
    confirm = f"/matching/v1/opportunities/{opportunity}/confirm-shortlist"
    desk.there.answer(confirm)
    asked = [people[2], people[0]]
    await desk.presses(f"/match-runs/{run}", "confirm", role="patient", picks=asked)
    [told] = desk.told(confirm)
    assert [pick["person_id"] for pick in told["picks"]] == [people[0], people[2]]
