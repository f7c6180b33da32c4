"""Brings a list into a unit as draft applications, through recruitment's door like anybody else."""

import asyncio
import math
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from http import HTTPStatus
from typing import Any, Final

import httpx
import msgspec

from services.console.intake.batch import Batch, Entry
from services.console.intake.faults import Fault
from shared.ids import derived

IN_FLIGHT: Final = 64
PATIENCE_S: Final = 60.0
"""How long recruitment may answer nobody before the import gives up; whatever is in stays in."""
BROKEN_OFF: Final = "broken off"
_NOT_FOR_US: Final = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND})
_NO_ROW_WILL_PASS: Final = frozenset({"unknown_unit", "unknown_contact"})
_KEY_REUSED: Final = "idempotency_key_reused"


class Mistake(msgspec.Struct):
    """Which value of the body was not taken."""

    pointer: str = ""


class Answered(msgspec.Struct):
    """What is read of an answer: a refusal, or who a draft is about."""

    code: str = ""
    errors: tuple[Mistake, ...] = ()
    person_id: str = ""
    state: str = ""


@dataclass(slots=True)
class Tally:
    """What became of the rows. `stopped` is why the rest was not tried, or empty.

    A row whose first answer was lost counts as unchanged: nobody can tell it from one brought in before.
    """

    new: int = 0
    unchanged: int = 0
    changed: int = 0
    done: int = 0
    """How many rows have their answer."""
    skipped: list[Fault] = field(default_factory=list[Fault])
    faults: list[Fault] = field(default_factory=list[Fault])
    stopped: str = ""

    @classmethod
    def of(cls, batch: Batch) -> "Tally":
        """Before anything is sent."""
        return cls(skipped=list(batch.skipped), faults=list(batch.faults))

    @property
    def why_skipped(self) -> Mapping[str, int]:
        """How many by reason."""
        return Counter(each.code for each in self.skipped)

    @property
    def left_out(self) -> str:
        """How many were not brought in, and why."""
        skipped = [f"{count} skipped ({why})" for why, count in sorted(self.why_skipped.items())]
        faults = f"{len(self.faults)} fault{'' if len(self.faults) == 1 else 's'}"
        return ", ".join((*(skipped or ["0 skipped"]), faults))

    @property
    def brought_in(self) -> str:
        """How many are in."""
        changed = f", {self.changed} changed since (left as first imported)" if self.changed else ""
        return f"{self.new} new, {self.unchanged} unchanged{changed}"

    def __str__(self) -> str:
        return f"{self.brought_in}, {self.left_out}"


Progress = Callable[[int, int, str], None]
"""How many rows are done, of how many, and what became of them."""


@dataclass(slots=True, kw_only=True)
class Import:
    """One run over one list; run again, even after it was broken off, it finds who is in unchanged and goes on.

    `tally` is kept up to date, so that whoever breaks the run off knows how far it came.
    """

    door: httpx.AsyncClient
    unit: str
    support_contact: str
    today: date
    progress: Progress = lambda _done, _of, _became: None
    patience: float = PATIENCE_S
    at_once: int = IN_FLIGHT
    within: float = math.inf
    """After so many seconds no further row is begun: whoever goes on from `tally.done` misses nobody."""
    tally: Tally = field(default_factory=Tally)
    _began_at: float = 0.0
    _answered_at: float = 0.0

    async def run(self, batch: Batch) -> Tally:
        """Sends every entry; a fault in one row leaves the others alone."""
        self.tally = Tally.of(batch)
        self._began_at = self._answered_at = time.monotonic()
        entries = iter(batch.entries)
        async with asyncio.TaskGroup() as group:
            for _ in range(self.at_once):
                group.create_task(self._work(entries, batch))
        self.tally.faults.sort()
        return self.tally

    async def _work(self, entries: Iterator[Entry], batch: Batch) -> None:
        while (entry := self._next(entries)) is not None:
            key = batch.key(entry, self.unit)
            body = entry.application(self.unit, self.support_contact, self.today)
            answer = await self._send("/v1/applications", body, key)
            if answer is None or self.tally.stopped:
                return
            self._count(answer, entry, batch)
            if entry.reachable and not await self._give_card(answer, entry, batch, key):
                return
            self.tally.done += 1
            self.progress(self.tally.done, len(batch.entries), self.tally.brought_in)

    def _next(self, entries: Iterator[Entry]) -> Entry | None:
        return None if time.monotonic() - self._began_at > self.within else next(entries, None)

    async def _give_card(self, begun: httpx.Response, entry: Entry, batch: Batch, key: str) -> bool:
        """Says how to reach whoever is a draft; nothing more is sent for somebody who went on, or said no."""
        draft = _read(begun)
        if not begun.is_success or draft.state != "draft" or not draft.person_id:
            return True
        body = entry.contact_card(draft.person_id)
        answer = await self._send("/v1/contact-cards", body, derived("import", "contact_card", key))
        if answer is None or self.tally.stopped:
            return False
        problem = _read(answer)
        if (
            answer.status_code == HTTPStatus.NOT_FOUND
        ):  # erased or moved meanwhile: the others are still there
            self.tally.faults.append(batch.fault(entry, batch.whole, "refused"))
        elif not answer.is_success and problem.code != _KEY_REUSED:
            self._refused(answer, problem, entry, batch)
        return not self.tally.stopped

    async def _send(self, path: str, body: Mapping[str, Any], key: str) -> httpx.Response | None:
        """Sends the same body under the same key until somebody answers for certain."""
        wait = 0.2
        while not self.tally.stopped:
            answer = await self._try(path, body, key)
            if answer is not None and not _comes_later(answer.status_code):
                self._answered_at = time.monotonic()
                return answer
            if time.monotonic() - self._answered_at > self.patience:
                self.tally.stopped = f"recruitment has not answered for {self.patience:.0f} s"
                return None
            await asyncio.sleep(wait * random.uniform(0.5, 1.0))  # noqa: S311 - jitter needs no secret
            wait = min(wait * 2, 5.0)
        return None

    async def _try(self, path: str, body: Mapping[str, Any], key: str) -> httpx.Response | None:
        try:
            return await self.door.post(path, json=body, headers={"Idempotency-Key": f'"{key}"'})
        except httpx.TransportError:
            return None

    def _count(self, answer: httpx.Response, entry: Entry, batch: Batch) -> None:
        problem = _read(answer)
        if answer.status_code == HTTPStatus.CREATED and "idempotency-replayed" not in answer.headers:
            self.tally.new += 1
        elif answer.is_success or problem.code == "wrong_state":
            self.tally.unchanged += 1
        elif problem.code == _KEY_REUSED:
            self.tally.changed += 1
        else:
            self._refused(answer, problem, entry, batch)

    def _refused(self, answer: httpx.Response, problem: Answered, entry: Entry, batch: Batch) -> None:
        if answer.status_code in _NOT_FOR_US or problem.code in _NO_ROW_WILL_PASS:
            self.tally.stopped = (
                f"recruitment refuses the whole import: {answer.status_code} {problem.code}".rstrip()
            )
            return
        whole_row = "erased" if answer.status_code == HTTPStatus.GONE else "refused"
        wrong = _names_at_fault(answer, problem, batch) or {batch.whole: whole_row}
        self.tally.faults += [batch.fault(entry, name, code) for name, code in wrong.items()]


def _comes_later(status: int) -> bool:
    return status == HTTPStatus.TOO_MANY_REQUESTS or status >= HTTPStatus.INTERNAL_SERVER_ERROR


def _names_at_fault(answer: httpx.Response, problem: Answered, batch: Batch) -> dict[str, str]:
    """What recruitment did not take, by its name in the list."""
    if answer.status_code != HTTPStatus.UNPROCESSABLE_ENTITY:
        return {}
    pointers = [error.pointer for error in problem.errors]
    return {batch.names[pointer]: "refused" for pointer in pointers if pointer in batch.names}


def _read(answer: httpx.Response) -> Answered:
    try:
        return msgspec.json.decode(answer.content, type=Answered)
    except msgspec.MsgspecError:
        return Answered()
