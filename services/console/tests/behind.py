"""The pages as somebody with a mail in hand meets them: open a link, read, fill in, press."""

from typing import Any
from urllib.parse import urlencode

import httpx

from services.console.tests.markup import Read, read
from services.console.tests.neighbours import Neighbours
from tests.asked import Asked, new_id


class Behind(Asked):
    """A console with its neighbours; Carla is the partner whose links these are."""

    there: Neighbours
    carla: str
    about: str

    def beside(self, there: Neighbours) -> "Behind":
        self.there, self.carla, self.about = there, new_id(), new_id()
        return self

    def to(self, purpose: str, about: str = "", **more: Any) -> str:
        """The address in the mail."""
        return f"/l/{self.link(purpose, self.carla, about or self.about, **more)}"

    async def opens(self, address: str, status: int = 200) -> Read:
        """The page as it is shown; whatever it is, it keeps nobody out."""
        return _seen(await self.http.get(address), status)

    async def presses(self, address: str, do: str, status: int = 200, **answers: Any) -> Read:
        """A button, as a browser without JavaScript sends its form; several answers to one question are a list."""
        return _seen(await self.sends(address, do, await self.seen(address, do), **answers), status)

    async def seen(self, address: str, do: str) -> str:
        """Which state the page shows."""
        return (await self.opens(address)).fields(do)["seen"].value

    async def sends(self, address: str, do: str, seen: str = "", **answers: Any) -> httpx.Response:
        """The request of that form."""
        body = urlencode({"do": do, "seen": seen, **answers}, doseq=True)
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        return await self.http.post(address, content=body, headers=headers)

    def told(self, path: str) -> list[Any]:
        """The bodies of what a service acted on."""
        return [told.body for told in self.there.acted if told.path == path]


def _seen(answer: httpx.Response, status: int) -> Read:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    page = read(answer.text)
    assert page.barriers() == []
    assert page.scripts == []
    return page
