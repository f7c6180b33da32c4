"""The forms of the desk as somebody with bad intent sends them: each of its pages in each state, and each field wrongly."""

import re
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

import httpx

from services.console.api.desk import (
    advice,
    applications,
    claims,
    engagements,
    messages,
    opportunities,
    people,
    sessions,
)
from services.console.api.desk.every_page import PAGES
from services.console.api.desk.pages import Page
from services.console.tests.markup import Control, Read, read
from services.console.tests.signed_in import Browser
from tests.asked import new_id
from tests.doors.as_shown import AsShown, States, in_states
from tests.doors.wrong_values import ALWAYS, CANARY, DAYS, NASTY

FORM = "application/x-www-form-urlencoded"
"""What a form without files is sent as."""
Fields = Sequence[tuple[str, str]]
OVER = {"state": "published", "starts_at": "2020-01-01T09:00:00Z", "ends_at": "2020-01-01T11:00:00Z"}
IN_STATES: Mapping[str, Sequence[States]] = {
    "applications": [{"applications": state} for state in applications.STATES],
    "people": [
        *({"partners": state} for state in people.STATES),
        {"learning-records": "out_of_attempts"},
        {"partners": {"state": "onboarding", "agreements": {}}},
    ],
    "opportunities": [
        *({"opportunities": state} for state in opportunities.STATES),
        {"opportunities": {"state": "in_review", "paid": False}},
        {"opportunities": {"state": "open", "holders": {}}, "professionals": {"role_codes": ["nurse"]}},
    ],
    "match-runs": [{"match-runs": "completed", "opportunities": "open"}],
    "engagements": [{"engagements": state} for state in engagements.ENGAGED],
    "sessions": [
        *({"sessions": state, "projects": "open"} for state in sessions.HELD),
        {"sessions": OVER, "attendances": "confirmed", "projects": "open"},
    ],
    "claims": [{"claims": state} for state in claims.STATES],
    "payments": [{"payment-runs": state, "claims": "approved"} for state in ("started", "written")],
    "advice": [{"influence-items": state} for state in advice.STATES],
    "messages": [{"messages": state} for state in messages.STATES],
}
"""By the first word of a page's address: the states in which it has its forms."""
TEXTS = (
    *(str(value) for value in ALWAYS if value not in (None, "", CANARY, NASTY)),
    *(
        "NaN",
        "Infinity",
        "1e309",
        "-1",
        "1.5",
        "9" * 5000,
        "$ne",
        "{'$gt': ''}",
        "../../v1/budgets",
        "＝1+1",
        "a\rb",
        '"',
    ),
    *(
        "\u2028",
        "\u0000",
        "\ud7ff\ufffd\uffff",
        "<script>",
        "{{ 7*7 }}",
        "%s%n",
        "'; --",
        "a\r\nSet-Cookie: a=b",
    ),
)
"""What a field for text may be told, and what it makes of it."""

TYPED = {"at": "10:00", "lines": "a,paid,2030-01-01"}
"""What is right where neither a day nor a figure is, by the name of the field."""
ONE_OF = 4
"""How many of the fields of a form a bad value is told in: each in turn, so that all of them meet the same kinds."""


@dataclass(frozen=True)
class Shape:
    """A form of a page, as a reader of this role is shown it."""

    page: Page
    role: str
    states: States
    address: str
    do: str
    controls: Mapping[str, Sequence[Control]]
    in_parts: bool

    @property
    def rightly(self) -> Fields:
        """The first of each choice, and something typed."""
        return tuple((name, _rightly(held[0])) for name, held in self.controls.items() if name != "file")


def _rightly(control: Control) -> str:
    if control.kind in ("hidden", "radio", "checkbox") or control.value:
        return control.value
    return TYPED.get(control.name, "2030-01-01" if control.kind == "date" else "5")


def address_of(page: Page, id: str = "") -> str:
    """Where a page is."""
    return page.path.replace("{id}", id or new_id())


async def signs_in(desk: Browser, there: AsShown, *roles: str) -> httpx.Response:
    """As somebody who leads whatever is led, and may act in the unit that is shown."""
    there.lead = there.lead or new_id()
    [unit, *_] = there.shown["/recruitment/v1/org-units"]["items"]
    return await desk.signs_in(*roles, subject=there.lead, tenant=unit["id"])


async def forms_of(desk: Browser, there: AsShown, *roles: str) -> AsyncIterator[Shape]:
    """Every form that somebody of these roles is shown on any page in any state; each once."""
    known: set[tuple[str, str]] = set()
    for page in PAGES:
        if not {*roles} & {*page.roles}:
            continue
        address = address_of(page)
        nowhere: States = {}
        for states in (nowhere, *IN_STATES.get(page.path.split("/")[1], ())):
            with in_states(there, states):
                answer = await desk.http.get(address)
                if not answer.headers["content-type"].startswith("text/html"):
                    continue
                assert answer.status_code == 200, f"{page.path} {states}: {answer.status_code}"
                for shape in _shapes(read(answer.text), page, " ".join(roles), states, address):
                    if (page.path, kind_of(shape.do)) not in known:
                        known.add((page.path, kind_of(shape.do)))
                        yield shape


def kind_of(do: str) -> str:
    """What a button does, whatever it is about."""
    return re.sub(r"-?[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "", do)


def _shapes(shown: Read, page: Page, role: str, states: States, address: str) -> Iterator[Shape]:
    for action, controls in shown.forms:
        named = {each.name: [c for c in controls if c.name == each.name] for each in controls}
        if "do" in named and action == address:
            do = named["do"][0].value
            yield Shape(page, role, states, address, do, named, page.receives is not None and do != "search")


async def sends(desk: Browser, address: str, fields: Fields) -> httpx.Response:
    """As a browser without JavaScript does."""
    return await desk.http.post(address, content=urlencode(fields), headers={"Content-Type": FORM})


def wrongly(shape: Shape) -> Iterator[tuple[str, Fields, bool]]:
    """(the field, the form with it told wrongly, whether it is an answer that may be taken)."""
    for nth, (name, controls) in enumerate(shape.controls.items()):
        others = [each for each in shape.rightly if each[0] != name]
        if name in ("mark", "do", "file"):
            continue
        for values, may in [*_wrong(controls)][nth % ONE_OF :: ONE_OF]:
            yield name, [*others, *((name, value) for value in values)], may


def _wrong(controls: Sequence[Control]) -> Iterator[tuple[Sequence[str], bool]]:
    first = controls[0]
    match first.kind:
        case "hidden" | "search":
            yield from (((text,), True) for text in (CANARY, NASTY, CANARY * 400, *TEXTS))
        case "radio" | "checkbox":
            yield from (((text,), not text.strip()) for text in (CANARY, NASTY, f"{first.value}\0", *TEXTS))
            yield (first.value, CANARY), False
            if first.kind == "radio" and len(controls) > 1:
                yield [each.value for each in controls], False
        case "date":
            yield from (
                ((str(day),), str(day).strip() in ("2026-02-03", "")) for day in (*DAYS, *TEXTS, NASTY)
            )
        case _:
            yield from (((text,), False) for text in (NASTY, CANARY * 10_000, f"{CANARY}\0"))
            yield from (((text,), True) for text in (CANARY, *TEXTS))
    yield (), True


def is_no_error_of_ours(answer: httpx.Response, what: str) -> None:
    """Nor holds it what was sent anywhere but in the field it was typed in."""
    assert answer.status_code < 500, f"{what}: {answer.status_code} {answer.text[:300]}"
    typed = r'(<input [^>]*) value="[^"]*"|<textarea.*?</textarea>'
    assert CANARY not in re.sub(typed, r"\1", answer.text, flags=re.S), what
    assert CANARY not in str(answer.headers), what
    if answer.headers.get("content-type", "").startswith("text/html"):
        barriers = read(answer.text).barriers()
        assert not [each for each in barriers if not each.startswith("not our host")], what


def mark_of(answer: httpx.Response) -> str:
    """What the forms of this session carry."""
    found = re.search(r'name="mark" value="([0-9a-f]+)"', answer.text)
    return found[1] if found else ""
