"""Brings a population into a unit as draft applications, through recruitment's door like anybody else."""

import asyncio
import random
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from http import HTTPStatus
from typing import Any, Final

import httpx
import msgspec

from cli.synthea import Person, Population, in_order
from cli.table import FAULTS, Fault
from shared.ids import derived

IN_FLIGHT = 64
PATIENCE_S = 60.0
"""How long recruitment may answer nobody before the import gives up; whatever is in stays in."""
_COLUMNS: Final[Mapping[str, str]] = {
    "/details/full_name": "FIRST",
    "/details/birth_date": "BIRTHDATE",
    "/details/postcode": "ZIP",
}
_NOT_FOR_US = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND})
_NO_ROW_WILL_PASS = frozenset({"unknown_unit", "unknown_contact"})
_KEY_REUSED = "idempotency_key_reused"


class Mistake(msgspec.Struct):
    """Which value of the body was not taken."""

    pointer: str = ""


class Problem(msgspec.Struct):
    """What the importer reads of a refusal."""

    code: str = ""
    errors: tuple[Mistake, ...] = ()


@dataclass(slots=True)
class Tally:
    """What became of the rows. `stopped` is why the rest was not tried, or empty.

    A row whose first answer was lost counts as unchanged: nobody can tell it from one brought in before.
    """

    new: int = 0
    unchanged: int = 0
    changed: int = 0
    deceased: int = 0
    faults: list[Fault] = field(default_factory=list[Fault])
    stopped: str = ""

    @property
    def left_out(self) -> str:
        """How many were not brought in, and why."""
        faults = f"{len(self.faults)} fault{'' if len(self.faults) == 1 else 's'}"
        return f"{self.deceased} skipped (deceased), {faults}"

    def __str__(self) -> str:
        changed = f", {self.changed} changed since (left as first imported)" if self.changed else ""
        return f"{self.new} new, {self.unchanged} unchanged{changed}, {self.left_out}"


@dataclass(slots=True, kw_only=True)
class Import:
    """One run over one population; run again, even after it was cut off, it finds everybody unchanged."""

    door: httpx.AsyncClient
    unit: str
    support_contact: str
    today: date
    progress: Callable[[int, int], None] = lambda _done, _of: None
    patience: float = PATIENCE_S
    _answered_at: float = 0.0
    _done: int = 0

    async def run(self, population: Population) -> Tally:
        """Sends every living person; a fault in one row leaves the others alone."""
        tally = Tally(deceased=population.deceased, faults=list(population.faults))
        self._answered_at, self._done = time.monotonic(), 0
        people = iter(population.living)
        async with asyncio.TaskGroup() as group:
            for _ in range(IN_FLIGHT):
                group.create_task(self._work(people, population, tally))
        tally.faults.sort(key=in_order)
        return tally

    async def _work(self, people: Iterable[Person], population: Population, tally: Tally) -> None:
        for person in people:
            answer = await self._send(person, tally)
            if answer is None or tally.stopped:
                return
            _count(answer, person, population, tally)
            self._done += 1
            self.progress(self._done, len(population.living))

    async def _send(self, person: Person, tally: Tally) -> httpx.Response | None:
        """Sends the same row under the same key until somebody answers for certain."""
        wait = 0.2
        while not tally.stopped:
            answer = await self._try(person)
            if answer is not None and not _comes_later(answer.status_code):
                self._answered_at = time.monotonic()
                return answer
            if time.monotonic() - self._answered_at > self.patience:
                tally.stopped = f"recruitment has not answered for {self.patience:.0f} s"
                return None
            await asyncio.sleep(wait * random.uniform(0.5, 1.0))
            wait = min(wait * 2, 5.0)
        return None

    async def _try(self, person: Person) -> httpx.Response | None:
        try:
            return await self.door.post(
                "/v1/applications",
                json=self._application(person),
                headers={"Idempotency-Key": f'"{key_of(self.unit, person)}"'},
            )
        except httpx.TransportError:
            return None

    def _application(self, person: Person) -> dict[str, Any]:
        """Whoever is under age gets no partner type, so that their draft cannot be submitted."""
        return {
            "org_unit_id": self.unit,
            "channel": "import",
            "assisted": True,
            "partner_types": [] if person.is_minor(self.today) else ["patient"],
            "barrier_codes": [],
            "support_contact_id": self.support_contact,
            "details": {
                "full_name": person.full_name,
                "birth_date": person.birth_date.isoformat(),
                "postcode": person.postcode,
                "condition_codes": list(person.condition_codes),
            },
        }


def key_of(unit: str, person: Person) -> str:
    """The same for a row and unit for ever, so that a repeat begins nothing and a changed row is noticed."""
    return derived("import", "synthea", unit, person.id)


def _comes_later(status: int) -> bool:
    return status == HTTPStatus.TOO_MANY_REQUESTS or status >= HTTPStatus.INTERNAL_SERVER_ERROR


def _count(answer: httpx.Response, person: Person, population: Population, tally: Tally) -> None:
    problem = _problem(answer)
    if answer.status_code == HTTPStatus.CREATED and "idempotency-replayed" not in answer.headers:
        tally.new += 1
    elif answer.is_success or problem.code == "wrong_state":
        tally.unchanged += 1
    elif problem.code == _KEY_REUSED:
        tally.changed += 1
    elif answer.status_code in _NOT_FOR_US or problem.code in _NO_ROW_WILL_PASS:
        tally.stopped = f"recruitment refuses the whole import: {answer.status_code} {problem.code}".rstrip()
    else:
        whole_row = "erased" if answer.status_code == HTTPStatus.GONE else "refused"
        columns = _columns_at_fault(answer, problem) or {"Id": whole_row}
        tally.faults += [population.table.fault(person.line, *fault) for fault in columns.items()]


def _columns_at_fault(answer: httpx.Response, problem: Problem) -> dict[str, str]:
    """The columns whose value recruitment did not take."""
    if answer.status_code != HTTPStatus.UNPROCESSABLE_ENTITY:
        return {}
    pointers = [error.pointer for error in problem.errors]
    return {_COLUMNS[pointer]: "refused" for pointer in pointers if pointer in _COLUMNS}


def _problem(answer: httpx.Response) -> Problem:
    try:
        return Problem() if answer.is_success else msgspec.json.decode(answer.content, type=Problem)
    except msgspec.MsgspecError:
        return Problem()


def in_words(fault: Fault) -> str:
    """One line of the report on the screen."""
    column = f" {fault.name}" if fault.name else ""
    return f"{fault.file}:{fault.line}:{fault.column}{column} {fault.code}: {FAULTS[fault.code]}"
