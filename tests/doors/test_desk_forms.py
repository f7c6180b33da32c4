"""Every form of the desk, for every role: told wrongly, without its mark, by who is not shown it, in no form at all."""

import re
from collections import Counter
from pathlib import Path
from urllib.parse import urlencode

from services.console.api import desk as desk_pages
from services.console.api.desk.every_page import PAGES
from services.console.api.desk.pages import STAFF
from services.console.tests.markup import read
from services.console.tests.signed_in import Browser
from tests.doors.as_shown import AsShown, in_states, malformed
from tests.doors.desk_forms import (
    FORM,
    Fields,
    Shape,
    address_of,
    forms_of,
    is_no_error_of_ours,
    kind_of,
    mark_of,
    sends,
    signs_in,
    wrongly,
)
from tests.doors.wrong_values import CANARY
from tests.telling import Tell

NOTHING = (
    b"",
    b"do",
    b"=",
    b"\xff\xfe=\xff",
    b"do=%ff%fe",
    b"do=%ed%a0%80",
    b'{"do": "accept"}',
    b"\0" * 5000,
)
MANY = b"&".join(b"a=1" for _ in range(3000))
COMMANDS = {"search": 0, "plan": 2, "attendance": 2}
"""How many a form sends where it is not one: a session is planned, and published; somebody came, and it is closed."""
SENT_IN_PARTS = {"check", "report"}
"""With a file, or after one: they have a test of their own."""
LARGE = b"&a=" + CANARY.encode() * 20_000


async def test_a_form_told_wrongly_says_so_and_whatever_is_told_on_is_well_formed(
    desk: Browser, there: AsShown, tell: Tell
) -> None:
    tried: Counter[str] = Counter()
    known: set[tuple[str, str]] = set()
    for role in STAFF:
        await signs_in(desk, there, role)
        async for shape in forms_of(desk, there, role):
            if shape.in_parts or (shape.page.path, shape.do) in known:
                continue
            known.add((shape.page.path, shape.do))
            with in_states(there, shape.states):
                for name, fields, may in wrongly(shape):
                    tried[await outcome(desk, shape, name, fields, may)] += 1
    assert not [(told.path, said) for told in there.told if (said := malformed(told))]
    assert len(known) >= 50
    assert {kind_of(do) for _, do in known} >= written() - SENT_IN_PARTS
    tell(f"desk: {len(known)} forms, {tried.total()} bad ones, 0 x 5xx {dict(tried)}")


def written() -> set[str]:
    """What the buttons of the desk say that they do, as its pages are written: none may be shown to no test."""
    return {
        found.rstrip("-")
        for page in Path(desk_pages.__file__).parent.glob("*.py")
        for found in re.findall(r"""\bdo=f?"([a-z-]+)""", page.read_text())
    }


async def outcome(desk: Browser, shape: Shape, name: str, fields: Fields, may: bool) -> str:
    """What the page answers to one bad form; nothing is done of what cannot be an answer."""
    before = len(desk.there.told)
    answer = await sends(desk, shape.address, fields)
    what = f"{shape.role} {shape.page.path} {shape.do} {name}"
    is_no_error_of_ours(answer, what)
    if not may:
        assert answer.status_code == 422, f"{what}: {answer.status_code}"
    assert answer.status_code in (200, 303, 422), f"{what}: {answer.status_code}"
    if answer.status_code == 422:
        assert "Something is missing or cannot be saved" in read(answer.text).alert, what
    if answer.status_code != 303:
        assert len(desk.there.told) == before, what
    return str(answer.status_code)


async def test_a_form_without_the_mark_of_its_session_or_in_no_form_does_nothing(
    desk: Browser, there: AsShown, tell: Tell
) -> None:
    await signs_in(desk, there, *STAFF)
    tried = 0
    async for shape in forms_of(desk, there, *STAFF):
        with in_states(there, shape.states):
            for body, media in without_its_mark(shape):
                answer = await desk.http.post(shape.address, content=body, headers={"Content-Type": media})
                what = f"{shape.page.path} {shape.do} {body[:40]!r} {media}"
                is_no_error_of_ours(answer, what)
                assert answer.status_code in (403, 422), f"{what}: {answer.status_code}"
                tried += 1
    assert there.told == []
    tell(f"desk: {tried} forms without their mark, 0 written")


def without_its_mark(shape: Shape) -> list[tuple[bytes, str]]:
    """Somebody else's page sends them, or nobody's."""
    rest = [(name, value) for name, value in shape.rightly if name != "mark"]
    mark = dict(shape.rightly)["mark"]
    marks = ("", CANARY, mark[:-1], f"{mark}0", mark.upper(), "\0", "$ne", "é")
    forged = [urlencoded([*rest, *([("mark", other)] if other else [])]) for other in marks]
    forged += [urlencoded([*rest, ("mark[$ne]", "x")]), urlencoded([*rest, ("mark", mark), ("mark", "x")])]
    right = urlencoded(shape.rightly)
    forged += [MANY + b"&" + right, right + LARGE, right + b"&a=%ff", right.replace(b"=", b":"), *NOTHING]
    medias = (FORM, "application/json", "multipart/form-data; boundary=b")
    return [(body, media) for body in forged for media in ((FORM,) if body not in NOTHING else medias)]


def urlencoded(fields: Fields) -> bytes:
    return urlencode(fields).encode()


async def test_a_button_does_what_it_says_for_whoever_is_shown_it_and_nothing_for_others(
    desk: Browser, there: AsShown, tell: Tell
) -> None:
    theirs: dict[str, dict[tuple[str, str], Shape]] = {}
    held: dict[str, tuple[str, str]] = {}
    for role in STAFF:
        desk.http.cookies.clear()
        mark = mark_of(await signs_in(desk, there, role))
        held[role] = desk.http.cookies["session"], mark
        shapes = [shape async for shape in forms_of(desk, there, role) if not shape.in_parts]
        theirs[role] = {(shape.page.path, shape.do): shape for shape in shapes if shape.do != "search"}
        for shape in shapes:
            await does_what_it_says(desk, there, shape)
    done, tried = len(there.told), 0
    for role, (cookie, mark) in held.items():
        desk.http.cookies.clear()
        desk.http.cookies.set("session", cookie)
        for key, shape in {key: shape for each in theirs.values() for key, shape in each.items()}.items():
            if role in shape.page.roles and key not in theirs[role]:
                with in_states(there, shape.states):
                    answer = await sends(desk, shape.address, [*shape.rightly, ("mark", mark)])
                assert answer.status_code in (404, 409), f"{role} {key}: {answer.status_code}"
                tried += 1
    assert len(there.told) == done
    assert tried >= 20
    tell(
        f"desk: {done} commands of whoever is shown their form; {tried} forms sent by whoever is not shown them, 0 written"
    )


async def does_what_it_says(desk: Browser, there: AsShown, shape: Shape) -> None:
    before = len(there.told)
    with in_states(there, shape.states):
        answer = await sends(desk, shape.address, shape.rightly)
    what = f"{shape.role} {shape.page.path} {shape.do}: {answer.status_code}"
    assert answer.status_code == 303, what
    assert len(there.told) - before == COMMANDS.get(shape.do, 1), what
    assert not [told.path for told in there.told if malformed(told)], what


async def test_a_form_nobody_knows_does_nothing(desk: Browser, there: AsShown) -> None:
    mark = mark_of(await signs_in(desk, there, *STAFF))
    for page in PAGES:
        for do in ("", CANARY, "accept\0", "$ne", "__class__", "replay", "Accept", "a" * 50_000):
            answer = await sends(desk, address_of(page), [("mark", mark), ("do", do), (CANARY, CANARY)])
            is_no_error_of_ours(answer, page.path)
            known = do == "replay" and page.path == "/dead-letters"
            wanted = (403,) if page.receives else (422,) if known else (404, 409)
            assert answer.status_code in wanted, f"{page.path} {do[:20]}: {answer.status_code}"
    assert there.told == []
