"""A small trade for the road's own tests: a press prints books, a library puts them on shelves."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from shared.contracts.fact import Fact, Private, Said, Sealed, stamp
from shared.contracts.kinds import Code, Id
from shared.decider import Decider, NotBegun, NotYet, Rejected, To
from shared.envelope import Causes, write
from shared.kafka.subscriber import KeptRecord
from shared.road.handlers import Handlers
from shared.road.unit import Actor, Asked, Home, Unit
from tests.given import NOON

PRESS, LIBRARY = "press.events", "library.events"
TENANT = "7e4a0000-0000-4000-8000-000000000000"
ROOM = 3
"""Books on one shelf."""


def an_id(name: str) -> str:
    """A UUID that a test can read: the letters of a name in hexadecimal."""
    return str(UUID(name.encode().hex().ljust(32, "0")[:32]))


class BookPrinted(Fact, type="roundtable.press.book_printed.v1", kind="edition"):
    shelf_ids: tuple[Id, ...]
    copies: int = 1
    contract: Private[str] = Private()
    author: Sealed[str] = Sealed()


class BookRecalled(Fact, type="roundtable.press.book_recalled.v1", kind="edition"):
    shelf_id: Id


class InkBought(Fact, type="roundtable.press.ink_bought.v1", kind="edition"):
    """Nobody in the library hears of ink."""


class ShelfOpened(Fact, type="roundtable.library.shelf_opened.v1", kind="shelf"):
    label: Code
    closes_at: datetime | None = None


class BookPut(Fact, type="roundtable.library.book_put.v1", kind="shelf"):
    book_id: Id
    note: Code = "none"


class BookRemoved(Fact, type="roundtable.library.book_removed.v1", kind="shelf"):
    book_id: Id


class ShelfClosed(Fact, type="roundtable.library.shelf_closed.v1", kind="shelf"):
    label: Code


@dataclass(frozen=True, slots=True)
class OnShow:
    label: str
    books: tuple[str, ...] = ()
    closes_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Closed:
    label: str


@dataclass(frozen=True, slots=True)
class OpenShelf:
    label: str
    closes_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Put:
    book_id: str
    note: str = "none"


@dataclass(frozen=True, slots=True)
class Remove:
    book_id: str


@dataclass(frozen=True, slots=True)
class Close:
    due: datetime


State = NotBegun | OnShow | Closed
Command = OpenShelf | Put | Remove | Close
ShelfFact = ShelfOpened | BookPut | BookRemoved | ShelfClosed
BROKEN: set[str] = set()
"""Books on which `decide` has a bug today; a test repairs it by taking them out."""


def decide(state: State, command: Command, now: datetime) -> Sequence[ShelfFact]:
    match state, command:
        case NotBegun(), OpenShelf(label, closes_at):
            return [ShelfOpened(label=label, closes_at=closes_at)]
        case OnShow(), Put(book_id, note):
            if book_id in BROKEN:
                raise ZeroDivisionError
            if len(state.books) >= ROOM:
                raise Rejected("shelf_full")
            return [BookPut(book_id=book_id, note=note)]
        case OnShow(), Remove(book_id):
            if book_id not in state.books:
                raise NotYet("book")
            return [BookRemoved(book_id=book_id)]
        case OnShow(label, _, closes_at), Close(due):
            return [ShelfClosed(label=label)] if closes_at == due and now >= due else []
        case _:
            raise Rejected("wrong_state")


def evolve(state: State, fact: ShelfFact) -> State:
    match state, fact:
        case _, ShelfOpened(label=label, closes_at=closes_at):
            return OnShow(label, (), closes_at)
        case OnShow(), BookPut(book_id=book_id):
            return replace(state, books=(*state.books, book_id))
        case OnShow(), BookRemoved(book_id=book_id):
            return replace(state, books=tuple(book for book in state.books if book != book_id))
        case _, ShelfClosed(label=label):
            return Closed(label)
        case _:
            return state


SHELF = Decider[State, Command, ShelfFact](
    service="library",
    kind="shelf",
    plural="shelves",
    initial=NotBegun(),
    states=(OnShow, Closed),
    facts=(ShelfOpened, BookPut, BookRemoved, ShelfClosed),
    decide=decide,
    evolve=evolve,
    terminal=(Closed,),
    due=lambda state: state.closes_at if isinstance(state, OnShow) else None,
    when_due=lambda _, due: Close(due),
    natural_keys=(("label", ("tenant", "state.label"), (OnShow,)),),
    person="",
)


def when_printed(fact: BookPrinted) -> list[To]:
    """As many copies on each shelf as were printed; none printed is a bug of this handler."""
    each = ROOM // fact.copies and fact.copies
    return [To(SHELF, shelf, Put(fact.said.subject)) for shelf in fact.shelf_ids for _ in range(each)]


def when_recalled(fact: BookRecalled) -> list[To]:
    return [To(SHELF, fact.shelf_id, Remove(fact.said.subject))]


HANDLERS: Handlers = {BookPrinted: when_printed, BookRecalled: when_recalled}


def record(fact: Fact, book: str, number: int, *, offset: int = 0, partition: int = 0) -> KeptRecord:
    """What the press said about a book, as it lies on the topic."""
    said = Said(book, number, NOON, TENANT, TENANT, "printer", book)
    actor = Actor("user", "printer", "printer")
    raw = write(stamp(fact, said, "printer"), Causes(book, book, Asked("0", ""), actor, ""))
    return KeptRecord(PRESS, partition, offset, book.encode(), raw)


def asks(shelf: str, *commands: Command, key: str, body: str = "", begins: bool = False) -> Unit:
    """What somebody asks at the HTTP door."""
    cause = Asked(an_id(key), body)
    return Unit(
        To(SHELF, shelf, *commands),
        cause,
        Actor("user", an_id("ana"), "librarian"),
        Home(TENANT, TENANT),
        cause.key,
        begins=begins,
    )
