"""Drafting an opportunity: what a lead may choose from, what reaches matching, and what stands there when it cannot."""

import pytest

from services.console.tests.a_ward import Ward, answers
from services.console.tests.signed_in import Browser, seen
from tests.asked import new_id

PAGE = "/opportunities/draft"
DRAFTS = "/matching/v1/opportunities"


@pytest.fixture
def ward(desk: Browser) -> Ward:
    return Ward(desk).there()


async def test_a_lead_drafts_and_lands_where_it_can_be_submitted(desk: Browser, ward: Ward) -> None:
    await desk.signs_in("lead", subject=ward.lena)
    assert PAGE in (await desk.opens("/opportunities")).links
    ward.asks()
    desk.there.answer(DRAFTS, {"id": ward.id}, 201)
    typed = {
        "purpose": "Nobody is woken.\r\nNot even once.",
        "ask": "Two evenings.",
        "wanted_codes": "Heart failure, diabetes",
    }
    answer = await desk.presses(PAGE, "draft", 303, **answers(ward, **typed), dayparts=["morning", "evening"])
    assert answer.headers["location"] == f"{ward.path}?then=done"
    [told] = desk.told(DRAFTS)
    assert told["code"] == "quieter-nights"
    assert told["org_unit_id"] == desk.tenant
    assert told["seats"] == [
        {"side": "partner", "role": "patient_or_caregiver", "count": 2},
        {"side": "professional", "role": "nurse", "count": 1},
    ]
    assert (told["paid"], told["rate_line"]) == (True, "session")
    assert told["purpose"] == "Nobody is woken.\nNot even once."
    assert told["wanted_codes"] == ["heart-failure", "diabetes"]
    assert told["dayparts"] == ["morning", "evening"]
    assert told["required_course_ids"] == {"partner": [], "professional": []}
    shown = await desk.opens(ward.path)
    assert f"{ward.path}/revise" in shown.links
    assert "Submit for approval" in shown.buttons


async def test_people_are_chosen_by_name_and_lines_by_what_they_pay(desk: Browser, ward: Ward) -> None:
    await desk.signs_in("lead", subject=ward.lena)
    page = await desk.opens(PAGE)
    assert "Ana Example" in page.text
    assert "Session: £13.75 for each half hour" in page.text
    assert "Cancellation" not in page.text, "nobody works by the fee for a session called off"
    chosen = page.fields("draft")
    assert chosen["courses:partner"].checked, "what everybody learns is chosen already"
    assert chosen["org_unit_id"].checked, "the only one there is"
    assert "professional:nurse" in chosen
    assert "professional:coordinator" not in chosen


async def test_unpaid_work_names_no_line(desk: Browser, ward: Ward) -> None:
    await desk.signs_in("lead", subject=ward.lena)
    desk.there.answer(DRAFTS, {"id": ward.id}, 201)
    await desk.presses(PAGE, "draft", 303, **answers(ward, pay="-"))
    [told] = desk.told(DRAFTS)
    assert (told["paid"], told["rate_line"]) == (False, None)


WRONG: tuple[tuple[dict[str, str], str], ...] = (
    ({"name": ""}, "Name: Enter a name."),
    ({"name": "x" * 61}, "Name: This is too long. Use 60 characters or fewer."),
    ({"name": "夜"}, "Name: Use letters of the Latin alphabet or figures."),
    ({"name": "a\x00b"}, "Name: This holds characters that cannot be saved."),
    ({"kind": "elsewhere"}, "What kind of work: Choose from the answers shown."),
    ({"entry_stage": ""}, "From when partners take part: Choose one."),
    ({"hours_per_month": "745"}, "Hours a month, at most: Enter a whole number from 0 to 744."),
    ({"hours_per_month": "many"}, "Enter a whole number"),
    ({"hours_per_month": "-1"}, "Enter a whole number"),
    ({"starts_on": "2026-02-30"}, "First day: Enter a real date"),
    ({"ends_on": "2026-09-30"}, "Last day: It must not end before it starts."),
    ({"partner:patient_or_caregiver": "51"}, "Enter a whole number from 0 to 50."),
    ({"partner:patient": "49"}, "A team has at most 50 seats."),
    ({"partner:patient_or_caregiver": "0", "professional:nurse": ""}, "Enter at least one seat."),
    ({"partner:patient": "²"}, "Enter a whole number"),
    ({"support_contact_id": new_id()}, "Whom partners may call: Choose from the answers shown."),
    ({"org_unit_id": new_id()}, "Where: Choose from the answers shown."),
    ({"pay": "gold"}, "What partners are paid: Choose from the answers shown."),
    ({"purpose": "x" * 4001}, "What it is for: This is too long. Use 4,000 characters or fewer."),
    ({"wanted_codes": ",".join(f"c{n}" for n in range(101))}, "Name 100 or fewer."),
    ({"terms_version": "0"}, "The first version is 1."),
)


async def test_what_is_missing_or_wrong_stands_where_it_belongs_and_the_rest_is_kept(
    desk: Browser, ward: Ward
) -> None:
    await desk.signs_in("lead", subject=ward.lena)
    for wrong, said in WRONG:
        typed = answers(ward, ask="Read what we <hand> out.", **wrong)
        again = seen(await desk.presses(PAGE, "draft", 422, **typed), 422)
        assert said in again.alert, wrong
        assert "Read what we <hand> out." in again.text
        held = again.fields("draft")
        assert [name for name, control in held.items() if any("wrong" in id for id in control.described)]
        if "name" not in wrong:
            assert held["name"].value == "Quieter nights!"
    assert desk.there.told == []


async def test_every_mistake_is_named_at_once(desk: Browser, ward: Ward) -> None:
    await desk.signs_in("lead", subject=ward.lena)
    summary = seen(await desk.presses(PAGE, "draft", 422), 422).alert
    for label in ("Name", "Last day", "What partners are paid", "Patients or caregivers"):
        assert f"{label}: " in summary


async def test_what_matching_refuses_stands_there_in_words_with_what_was_typed(
    desk: Browser, ward: Ward
) -> None:
    await desk.signs_in("lead", subject=ward.lena)
    desk.there.refuses(DRAFTS, "unknown_unit")
    again = seen(await desk.presses(PAGE, "draft", 409, **answers(ward)), 409)
    assert "The service says unknown_unit." in again.alert
    assert again.fields("draft")["name"].value == "Quieter nights!"


async def test_a_lead_without_a_valid_certificate_is_told_what_to_do(desk: Browser, ward: Ward) -> None:
    await desk.signs_in("lead", subject=ward.lena)
    assert "the link to your course is in the letter" in (await desk.opens(PAGE)).text
    ward.trained("2026-01-01T00:00:00Z")
    assert "the link to your course is in the letter" in (await desk.opens(PAGE)).text
    ward.trained()
    assert "You are trained to work with partners." in (await desk.opens(PAGE)).text


async def test_who_is_not_entered_or_could_name_nobody_to_call_is_told_so(desk: Browser, ward: Ward) -> None:
    await desk.signs_in("lead")
    page = await desk.opens(PAGE)
    assert "not entered yet as somebody who works here" in page.text
    assert "Save the draft" not in page.buttons
    await desk.signs_in("lead", subject=ward.lena)
    ward.lists("recruitment", "professionals?state=active&limit=100")
    ward.lists("recruitment", "org-units?state=active&limit=100")
    page = await desk.opens(PAGE)
    assert "no unit in which you may act" in page.text
    assert "Nobody is entered whom partners may call" in page.text


async def test_a_draft_is_changed_by_its_lead_with_what_stands_in_it(desk: Browser, ward: Ward) -> None:
    await desk.signs_in("lead", subject=ward.lena)
    page = f"{ward.asks(purpose='Nobody is woken.', required_course_ids=_retired(ward))}/revise"
    form = (await desk.opens(page)).fields("revise")
    assert "org_unit_id" not in form, "where it belongs is settled"
    assert form["name"].value == "Quieter nights"
    assert form["partner:patient_or_caregiver"].value == "1"
    assert form["wanted_codes"].value == "heart failure"
    revise = f"{DRAFTS}/{ward.id}/revise"
    desk.there.answer(revise)
    typed = answers(ward, kind="qi-project", **{"courses:partner": ward.retired})
    answer = await desk.presses(page, "revise", 303, **typed)
    assert answer.headers["location"] == f"{ward.path}?then=done"
    [told] = desk.told(revise)
    assert told["kind"] == "qi-project", "what another door said stays an answer"
    assert told["required_course_ids"] == {"partner": [ward.retired], "professional": []}
    assert "org_unit_id" not in told


def _retired(ward: Ward) -> dict[str, list[str]]:
    return {"partner": [ward.retired], "professional": []}


async def test_nobody_changes_what_is_somebody_else_s_or_no_draft_any_more(desk: Browser, ward: Ward) -> None:
    await desk.signs_in("lead")
    page = f"{ward.asks()}/revise"
    await desk.opens(page, 404)
    assert page not in (await desk.opens(ward.path)).links
    await desk.signs_in("lead", subject=ward.lena)
    mark = (await desk.opens(page)).fields("revise")["mark"].value
    ward.asks("in_review")
    assert "cannot be changed any more" in (await desk.opens(page)).text
    answer = await desk.http.post(page, content=f"do=revise&mark={mark}")
    assert "was done already" in seen(answer, 409).alert
    assert desk.there.told == []


async def test_whoever_leads_nothing_drafts_nothing(desk: Browser, ward: Ward) -> None:
    for role in ("coordinator", "reviewer", "approver", "operator"):
        mark = seen(await desk.signs_in(role)).fields("search")["mark"].value
        for page in (PAGE, f"{ward.asks()}/revise"):
            await desk.opens(page, 403)
            answer = await desk.http.post(page, content=f"do=draft&mark={mark}")
            seen(answer, 403)
        assert PAGE not in (await desk.opens("/opportunities")).links
    assert desk.there.told == []
