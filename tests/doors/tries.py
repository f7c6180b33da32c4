"""One caller after the other at every route of one place: with nothing, as a stranger, in a wrong role and as who may."""

from collections import Counter
from collections.abc import Awaitable, Callable

import httpx

from services.console.api.portal import PAGES
from shared.web.problems import CODES
from tests.asked import new_id
from tests.doors.place import Place
from tests.doors.routes import ROLES, Route

BUSINESS = 409
SAYS_NOTHING = (
    *("not_found", "forbidden", "erased", "unknown_unit", "unknown_parent", "unknown_course"),
    *("project_not_open", "none_approved"),
)
"""What a stranger is told who begins something about what is not theirs: the same as where nothing is there."""
PURPOSES = (*PAGES, "unsubscribe")
Attempt = Callable[[Route], Awaitable[None]]


class Tries:
    """Asserts what each caller is answered; counts what was tried."""

    def __init__(self, place: Place) -> None:
        self.place, self.service = place, place.service
        self.tried: Counter[str] = Counter()

    @property
    def refused(self) -> tuple[Attempt, ...]:
        """Whoever may not, and changes nothing."""
        return (
            self.without_a_token,
            self.in_another_role,
            self.of_another_network,
            self.of_another_unit,
            self.behind_a_link_for_something_else,
            self.behind_a_link_that_is_not_theirs,
        )

    @property
    def admitted(self) -> tuple[Attempt, ...]:
        """Whoever may; those who begin something of their own, too."""
        return (
            self.as_applicant,
            self.begin_something_elsewhere,
            self.behind_their_own_link,
            self.as_owner,
        )

    async def ask(self, who: str, route: Route, *, token: str = "", link: str = "") -> httpx.Response:
        self.tried[who] += 1
        address = self.place.address(route.path)
        if route.method == "GET":
            return await self.service.get(address, token=token, link=link)
        body = self.place.by_link.get(route.path) if link else None
        return await self.service.post(address, body or self.place.body(route.path), token=token, link=link)

    # --- who may not

    async def without_a_token(self, route: Route) -> None:
        if not route.anonymous:
            answer = await self.ask("no token", route)
            assert (answer.status_code, code_of(answer)) == (401, "token_missing"), said(route, answer)

    async def in_another_role(self, route: Route) -> None:
        for role in ROLES:
            if role not in route.roles:
                answer = await self.ask("other role", route, token=self.service.token(role))
                assert (answer.status_code, code_of(answer)) == (403, "forbidden"), said(route, answer)

    async def of_another_network(self, route: Route) -> None:
        for role in route.roles if not route.begins else ():
            answer = await self.ask("other network", route, token=self.service.token(role, tenant=new_id()))
            self._finds_nothing(route, answer)

    async def of_another_unit(self, route: Route) -> None:
        for role in route.roles if not route.begins else ():
            answer = await self.ask("other unit", route, token=self.service.token(role, units=(new_id(),)))
            if route.method == "GET" and route.plural in self.place.of_the_network and answer.is_success:
                shown = answer.json()
                owners = {each["org_unit_id"] for each in shown.get("items", [shown])}
                assert owners == {self.service.tenant}, said(route, answer)
            else:
                self._finds_nothing(route, answer)

    def _finds_nothing(self, route: Route, answer: httpx.Response) -> None:
        if route.path in self.place.figures and answer.is_success:
            assert answer.json()["n"] in (0, None), said(route, answer)
        elif route.about_one:  # 403: this role may only do it in a way the body does not ask for
            assert answer.status_code in (403, 404), said(route, answer)
        else:
            assert answer.json()["items"] == [], said(route, answer)

    async def behind_a_link_for_something_else(self, route: Route) -> None:
        for purpose in PURPOSES:
            if purpose not in route.links:
                link = self.service.link(purpose, *self.place.holds(route.plural, purpose))
                answer = await self.ask("link of another purpose", route, link=link)
                assert (answer.status_code, code_of(answer)) == (403, "forbidden"), said(route, answer)

    async def behind_a_link_that_is_not_theirs(self, route: Route) -> None:
        for purpose in route.links:
            person, id = self.place.holds(route.plural, purpose)
            late = self.service.link(purpose, person, id, expires=1)
            answer = await self.ask("link that is over", route, link=late)
            assert (answer.status_code, code_of(answer)) == (401, "link_invalid"), said(route, answer)
            for who, link in (
                ("link of somebody else", self.service.link(purpose, new_id(), new_id())),
                ("link of somebody else", self.service.link(purpose, new_id(), id)),
                ("link of another network", self.service.link(purpose, person, id, tenant=new_id())),
            ):
                _reaches_nothing(route, await self.ask(who, route, link=link))

    # --- who may

    async def as_applicant(self, route: Route) -> None:
        if route.anonymous:
            answer = await self.ask("no token", route)
            assert answer.status_code == 201, said(route, answer)
            again = await self.ask("no token", route)  # who comes twice learns no more than that it is there
            assert (again.status_code, again.json().keys()) == (200, {"id", "state"}), said(route, again)

    async def begin_something_elsewhere(self, route: Route) -> None:
        """Who begins something begins it in their own network and unit, whatever their body names."""
        for role in route.roles if route.begins else ():
            tenant, unit = new_id(), new_id()
            for who, where, token in (
                ("other network", tenant, self.service.token(role, tenant=tenant)),
                ("other unit", unit, self.service.token(role, units=(unit,))),
            ):
                answer = await self.ask(who, route, token=token)
                if answer.is_success:
                    assert answer.json()["org_unit_id"] == where, said(route, answer)
                else:
                    assert code_of(answer) in SAYS_NOTHING, said(route, answer)

    async def behind_their_own_link(self, route: Route) -> None:
        for purpose in route.links:
            link = self.service.link(purpose, *self.place.holds(route.plural, purpose))
            answer = await self.ask("link of one's own", route, link=link)
            is_let_in(route, answer)
            assert answer.json().get("items") != [], said(route, answer)

    async def as_owner(self, route: Route) -> None:
        for role in route.roles:
            answer = await self.ask("owner", route, token=self.place.token(role))
            if role == "lead" and route.plural == "contact-cards" and route.about_one:
                assert answer.status_code == 404, said(route, answer)  # until a P4 of this lead stands
            elif role == "operator" and route.path.endswith("/confirm-shortlist"):
                assert answer.status_code == 403, said(route, answer)  # waves are theirs, the rest is not
            else:
                is_let_in(route, answer)


def _reaches_nothing(route: Route, answer: httpx.Response) -> None:
    nothing = answer.status_code == 200 and answer.json().get("items") == []
    begins = route.begins and answer.status_code == 403
    not_theirs = answer.status_code == 403 and answer.json()["code"] == "not_yours"
    assert answer.status_code == 404 or nothing or begins or not_theirs, said(route, answer)


def is_let_in(route: Route, answer: httpx.Response) -> None:
    """What comes of it is for the business to say."""
    business = answer.status_code == BUSINESS and answer.json()["code"] in CODES
    assert answer.is_success or business, said(route, answer)


def code_of(answer: httpx.Response) -> str:
    """Of a problem; "" where there is none."""
    return "" if answer.is_success else str(answer.json()["code"])


def said(route: Route, answer: httpx.Response) -> str:
    """For whoever reads why a test failed."""
    return f"{route.method} {route.path}: {answer.status_code} {answer.text[:200]}"
