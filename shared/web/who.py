"""Who asks, found from the Authorization header alone: a bearer token, a signed link, or nobody."""

from starlette.requests import Request

from shared.clock import Clock
from shared.web.links import BadLink, LinkKeys, read
from shared.web.principal import ANONYMOUS, Principal, Rule
from shared.web.problems import Problem
from shared.web.tokens import Tokens


class Who:
    """One a process. A link acts as its person."""

    def __init__(self, tokens: Tokens, links: LinkKeys, clock: Clock) -> None:
        self._tokens, self._links, self._clock = tokens, links, clock

    async def asks(self, request: Request) -> Principal:
        """Raises `Problem` 401 for anything that is there but not valid."""
        scheme, _, value = request.headers.get("authorization", "").strip().partition(" ")
        match scheme.lower():
            case "":
                return ANONYMOUS
            case "bearer":
                return await self.bears(value.strip())
            case "link":
                return self._behind(value.strip())
            case _:
                raise Problem("token_invalid")

    async def bears(self, token: str) -> Principal:
        """Whose token it is that somebody keeps for its bearer, as the console does; raises `Problem` 401."""
        return await self._tokens.principal(token)

    def _behind(self, token: str) -> Principal:
        try:
            link = read(self._links, token, self._clock.now())
        except BadLink:
            raise Problem("link_invalid") from None
        return Principal(id=link.person_id, tenant=link.tenant, link=link)

    async def may(self, request: Request, rule: Rule) -> tuple[Principal, str]:
        """The caller and the role in which they act; 401 without any token, 403 with the wrong one."""
        principal = await self.asks(request)
        role = rule.role_of(principal)
        if not role:
            if principal.anonymous:
                raise Problem("token_missing", headers={"WWW-Authenticate": "Bearer"})
            raise Problem("forbidden")
        return principal, role
