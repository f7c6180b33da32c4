"""Reads a table row by row; one damaged line is reported by its place and never spoils its neighbours."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from services.console.intake.faults import Fault, Unreadable

LARGEST_BYTES = 256 * 1024 * 1024
LINES_OF_ONE_ROW = 20
MOST_COLUMNS = 500
"""Each that nobody knows is a fault of its own."""
HELP = "#"
"""Begins a row that explains the columns to whoever fills them in."""
_OTHER_ENCODINGS = (b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")
_UTF8_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Record:
    """A line's cells as they stand, the header's first; one that is not whole ends at its damage."""

    line: int
    cells: Sequence[str]
    whole: bool = True


@dataclass(frozen=True, slots=True)
class Row:
    """One row, cells by column name; of one that is not sound, what could still be read."""

    line: int
    cells: Mapping[str, str]
    sound: bool


class Table:
    """A list's columns and rows; what is wrong with them is in `faults`."""

    def __init__(
        self, name: str, records: Iterator[Record], known: Sequence[str], required: Collection[str]
    ) -> None:
        self.name = name
        self.faults: list[Fault] = []
        header = next(records, Record(1, ()))
        self.columns = self._header(header, {name.casefold(): name for name in known}, required)
        self.places = {name: column for column, name in enumerate(self.columns, 1) if name}
        self.rows = [self._row(record) for record in records]

    def fault(self, line: int, column: str, code: str) -> Fault:
        """A fault in a named column."""
        return Fault(self.name, line, self.places[column], column, code)

    def _header(self, header: Record, known: Mapping[str, str], required: Collection[str]) -> tuple[str, ...]:
        if len(header.cells) > MOST_COLUMNS:
            raise Unreadable("structure", self.name, f"more than {MOST_COLUMNS} columns")
        cells = [re.sub("[ -]", "_", cell.strip().casefold()) for cell in header.cells]
        names = tuple(known.get(cell, "") for cell in cells)
        lacking = sorted(set(required) - set(names))
        if lacking:
            raise Unreadable("structure", self.name, f"the header lacks {', '.join(lacking)}")
        if len({name for name in names if name}) < len([name for name in names if name]):
            raise Unreadable("structure", self.name, "the header names a column twice")
        self.faults += [
            Fault(self.name, header.line, at, "", "unknown-column")
            for at, name in enumerate(names, 1)
            if not name
        ]
        return names

    def _row(self, record: Record) -> Row:
        cells = zip(self.columns, record.cells, strict=False)
        return Row(record.line, {name: cell.strip() for name, cell in cells if name}, self._is_sound(record))

    def _is_sound(self, record: Record) -> bool:
        width = len(record.cells)
        if not record.whole or width != len(self.columns):
            column = min(width, len(self.columns)) + 1
            self._note(record.line, column, "column-count" if record.whole else "quote")
            return False
        if not any(cell.strip() for cell in record.cells):
            self._note(record.line, 1, "empty-row")
            return False
        unfits = [(column, code) for column, cell in enumerate(record.cells, 1) if (code := unfit(cell))]
        for column, code in unfits:
            self._note(record.line, column, code)
        return not unfits

    def _note(self, line: int, column: int, code: str) -> None:
        name = self.columns[column - 1] if column <= len(self.columns) else ""
        self.faults.append(Fault(self.name, line, column, name, code))


def records_of_csv(name: str, raw: bytes) -> Iterator[Record]:
    """Commas or semicolons, whichever the header has more of; UTF-8, with or without a byte order mark."""
    lines = lines_of(name, raw)
    delimiter = ";" if lines[0].count(";") > lines[0].count(",") else ","
    header = _cells(lines[0], delimiter)[0]
    yield Record(1, header)
    at = 1
    while at < len(lines):
        cells, until, whole = _record(lines, at, delimiter, len(header))
        if lines[at]:
            yield Record(at + 1, cells, whole)
        at = until + 1


def _record(lines: Sequence[str], at: int, delimiter: str, width: int) -> tuple[list[str], int, bool]:
    """The cells of the row that begins on this line, its last line, and whether it is whole.

    A quotation mark left open takes in the following lines only if together they make a row of the right
    width. Otherwise it is one damaged line, and the rest of the file is read as if it were not there.
    """
    first, whole, opened = _cells(lines[at], delimiter)
    cells, until = first, at
    while not whole and opened and until + 1 < len(lines) and until - at < LINES_OF_ONE_ROW:
        until += 1
        cells, whole, opened = _cells("\n".join(lines[at : until + 1]), delimiter)
    if whole and (until == at or len(cells) == width):
        return cells, until, True
    return first, at, False


def lines_of(name: str, raw: bytes) -> list[str]:
    """The lines of a text; bytes that are not UTF-8 spoil their own line alone."""
    if len(raw) > LARGEST_BYTES:
        raise Unreadable("too-large", name, f"larger than {LARGEST_BYTES >> 20} MiB")
    if raw.startswith(_OTHER_ENCODINGS):
        raise Unreadable("encoding", name, "not UTF-8")
    text = raw.removeprefix(_UTF8_BOM).decode("utf-8", "surrogateescape")
    return [line.removesuffix("\r") for line in text.split("\n")]


_CELLS = {
    delimiter: re.compile(rf'(?:"((?:[^"]|"")*+)"|((?!")[^{delimiter}]*+))(?={delimiter}|\Z)')
    for delimiter in ",;"
}


def _cells(text: str, delimiter: str) -> tuple[list[str], bool, bool]:
    """The cells up to the first damage, whether that was all, and whether a quotation mark is open there."""
    if '"' not in text:
        return text.split(delimiter), True, False
    cells: list[str] = []
    at = 0
    while at <= len(text):
        found = _CELLS[delimiter].match(text, at)
        if found is None:
            return cells, False, text[at + 1 :].replace('""', "").count('"') == 0
        quoted, bare = found.groups()
        cells.append(bare if quoted is None else quoted.replace('""', '"'))
        at = found.end() + 1
    return cells, True, False


_LOST = re.compile("[\ud800-\udfff\ufffd\ufdd0-\ufdef\ufffe\uffff]")
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_FORMULA = re.compile("[=+\\-@\uff1d\uff0b\uff0d\uff20]")
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?([eE][+-]?\d+)?|\+\d[\d ()./-]*")
"""A phone number as people write it is one, too."""


def unfit(cell: str) -> str:
    """The code of what no cell of any column may hold, or nothing."""
    if not cell or (cell.isalnum() and cell.isascii()):
        return ""
    if _LOST.search(cell):
        return "encoding"
    if _FORMULA.match(cell.strip()) and not _NUMBER.fullmatch(cell.strip()):
        return "formula"
    return "control-character" if _CONTROL.search(cell) else ""
