"""Who asks: somebody with a token, a person behind a signed link, or an applicant with neither."""

from dataclasses import dataclass
from typing import Literal

from shared.road.unit import Actor, Scope
from shared.web.links import Link

STAFF = ("coordinator", "reviewer", "lead", "approver", "operator")


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """`org_units` are the units the caller may act in, those below included, or the network's own id."""

    id: str
    kind: Literal["user", "service_account"] = "user"
    tenant: str = ""
    roles: frozenset[str] = frozenset()
    org_units: tuple[str, ...] = ()
    link: Link | None = None

    @property
    def anonymous(self) -> bool:
        """An applicant who has nothing yet."""
        return self.tenant == ""

    def may_act_in(self, org_unit_id: str) -> bool:
        """Whether a unit is among the caller's."""
        return self.tenant in self.org_units or org_unit_id in self.org_units


ANONYMOUS = Principal(id="applicant")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Who may use a route: roles of a token, purposes of a link, or anybody.

    A link of a purpose in `links` reaches the one aggregate it names; one in `links_of_person` whatever
    concerns its person.
    """

    roles: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    links_of_person: tuple[str, ...] = ()
    anonymous: bool = False
    network_too: bool = False

    def role_of(self, principal: Principal) -> str:
        """In which role the caller may do this, or ""."""
        if principal.link is not None:
            purposes = (*self.links, *self.links_of_person)
            return principal.link.acted_as if principal.link.purpose in purposes else ""
        if principal.anonymous:
            return "partner" if self.anonymous else ""
        return next((role for role in self.roles if role in principal.roles), "")

    def scope(self, principal: Principal, person: str) -> Scope:
        """What of it the caller may touch; `person` is the state field that names the person concerned."""
        link = principal.link
        if link is None:
            return Scope(tenant=principal.tenant, orgunits=principal.org_units, network_too=self.network_too)
        about = (person, link.person_id) if person else None
        only = link.aggregate_id if link.purpose in self.links else None
        return Scope(tenant=link.tenant, person=about, id=only)

    @property
    def described(self) -> dict[str, object]:
        """For the OpenAPI document, and for the test that tries every route as everybody."""
        return {
            "roles": list(self.roles),
            "links": [*self.links, *self.links_of_person],
            "anonymous": self.anonymous,
        }


def actor(principal: Principal, role: str) -> Actor:
    """Who acted, as a fact says it."""
    return Actor(principal.kind, principal.id, role)
