"""Every route of a service as its OpenAPI document describes it: what is tried is what is published."""

from dataclasses import dataclass
from typing import Any

from tests.asked import Asked

ROLES = ("coordinator", "reviewer", "lead", "approver", "operator", "import", "course-platform", "visitor")


@dataclass(frozen=True)
class Route:
    """One method of one path, and who may use it."""

    method: str
    path: str
    access: dict[str, Any] | None
    shape: dict[str, Any]
    filters: tuple[str, ...] = ()
    """What a list may be asked by."""

    @property
    def plural(self) -> str:
        """The kind of aggregate it is about."""
        return self.path.split("/")[2]

    @property
    def about_one(self) -> bool:
        """Whether it names an aggregate."""
        return "{id}" in self.path

    @property
    def begins(self) -> bool:
        """Whether something new comes of it."""
        return self.method == "POST" and not self.about_one

    @property
    def roles(self) -> list[str]:
        """The roles of its rule."""
        return (self.access or {}).get("roles", [])

    @property
    def links(self) -> list[str]:
        """The purposes of its rule."""
        return (self.access or {}).get("links", [])

    @property
    def anonymous(self) -> bool:
        """Whether somebody without a token may."""
        return bool((self.access or {}).get("anonymous"))


async def routes_of(service: Asked) -> list[Route]:
    """All of them."""
    document: dict[str, Any] = (await service.http.get("/openapi.json")).json()
    return [
        Route(
            method.upper(),
            path,
            operation.get("x-access"),
            _shape(operation),
            tuple(operation.get("x-filters", ())),
        )
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
    ]


def _shape(operation: dict[str, Any]) -> dict[str, Any]:
    content = operation.get("requestBody", {}).get("content", {})
    shape: dict[str, Any] = content.get("application/json", {}).get("schema", {})
    return shape
