"""Reads a CSV file row by row; one damaged line is reported by its place and never spoils its neighbours."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

LARGEST_BYTES = 256 * 1024 * 1024
LINES_OF_ONE_ROW = 20
_OTHER_ENCODINGS = (b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")
_UTF8_BOM = b"\xef\xbb\xbf"

FAULTS: Mapping[str, str] = {
    "column-count": "the row has more or fewer columns than the header",
    "quote": "a quotation mark is not closed, or text follows the closing one",
    "encoding": "bytes that are not UTF-8, or characters that were already lost",
    "control-character": "an invisible control character",
    "formula": "text that a spreadsheet would run as a formula",
    "unknown-column": "the header names a column nobody knows; it is left out",
    "empty-row": "a row of empty cells",
    "missing": "a value that everybody must have",
    "not-an-id": "not a UUID",
    "duplicate-id": "this id stands further up",
    "duplicate-person": "the same name, birth date and postcode stand further up",
    "not-a-date": "not a day of the calendar, written YYYY-MM-DD",
    "date-in-future": "a day that has not come yet",
    "date-too-early": "a day before 1900",
    "died-before-birth": "a day of death before the day of birth",
    "too-long": "longer than any name",
    "not-a-postcode": "not 2 to 10 letters, digits, spaces or dashes",
    "not-a-code": "not a code: lower-case letters and digits, joined by - _ .",
    "unknown-person": "a condition of somebody who is not in the list",
    "erased": "this person was erased and is not brought back",
    "refused": "recruitment refused the row",
}
"""Every code a row report may hold, with what it means. A report names the place and never the value."""


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """What is wrong, and where: line and column count from 1, as an editor shows them."""

    file: str
    line: int
    column: int
    name: str
    code: str


@dataclass(frozen=True, slots=True)
class Row:
    """One row, cells by column name; of one that is not sound, what could still be read."""

    line: int
    cells: Mapping[str, str]
    sound: bool


class Unreadable(Exception):
    """The whole file cannot be used: `csv-encoding`, `csv-structure` or `csv-too-large`."""

    def __init__(self, code: str, file: str, why: str) -> None:
        super().__init__(f"{file}: {why} ({code})")
        self.code = code


class Table:
    """A file's columns and rows; what is wrong with them is in `faults`."""

    def __init__(self, file: Path, known: Sequence[str], required: Collection[str]) -> None:
        self.name = file.name
        self.faults: list[Fault] = []
        lines = _lines(file)
        self._delimiter = ";" if lines[0].count(";") > lines[0].count(",") else ","
        self.columns = self._header(lines[0], {name.casefold(): name for name in known}, required)
        self._places = {name: column for column, name in enumerate(self.columns, 1) if name}
        self.rows = list(self._read(lines))

    def fault(self, line: int, column: str, code: str) -> Fault:
        """A fault in a named column."""
        return Fault(self.name, line, self._places[column], column, code)

    def _header(self, line: str, known: Mapping[str, str], required: Collection[str]) -> tuple[str, ...]:
        cells = [cell.strip().casefold() for cell in _cells(line, self._delimiter)[0]]
        names = tuple(known.get(cell, "") for cell in cells)
        lacking = sorted(set(required) - set(names))
        if lacking:
            raise Unreadable("csv-structure", self.name, f"the header lacks {', '.join(lacking)}")
        if len({name for name in names if name}) < len([name for name in names if name]):
            raise Unreadable("csv-structure", self.name, "the header names a column twice")
        self.faults += [
            Fault(self.name, 1, at, "", "unknown-column") for at, name in enumerate(names, 1) if not name
        ]
        return names

    def _read(self, lines: Sequence[str]) -> Iterator[Row]:
        at = 1
        while at < len(lines):
            cells, until, whole = self._record(lines, at)
            if lines[at]:
                yield Row(at + 1, self._named(cells), self._is_sound(at + 1, cells, whole))
            at = until + 1

    def _record(self, lines: Sequence[str], at: int) -> tuple[list[str], int, bool]:
        """The cells of the row that begins on this line, its last line, and whether it is whole.

        A quotation mark left open takes in the following lines only if together they make a row of the right
        width. Otherwise it is one damaged line, and the rest of the file is read as if it were not there.
        """
        first, whole, opened = _cells(lines[at], self._delimiter)
        cells, until = first, at
        while not whole and opened and until + 1 < len(lines) and until - at < LINES_OF_ONE_ROW:
            until += 1
            cells, whole, opened = _cells("\n".join(lines[at : until + 1]), self._delimiter)
        if whole and (until == at or len(cells) == len(self.columns)):
            return cells, until, True
        return first, at, False

    def _named(self, cells: Sequence[str]) -> dict[str, str]:
        return {name: cell.strip() for name, cell in zip(self.columns, cells, strict=False) if name}

    def _is_sound(self, line: int, cells: Sequence[str], whole: bool) -> bool:
        if not whole or len(cells) != len(self.columns):
            column = min(len(cells), len(self.columns)) + 1
            self._note(line, column, "column-count" if whole else "quote")
            return False
        if not any(cell.strip() for cell in cells):
            self._note(line, 1, "empty-row")
            return False
        unfits = [(column, code) for column, cell in enumerate(cells, 1) if (code := unfit(cell))]
        for column, code in unfits:
            self._note(line, column, code)
        return not unfits

    def _note(self, line: int, column: int, code: str) -> None:
        name = self.columns[column - 1] if column <= len(self.columns) else ""
        self.faults.append(Fault(self.name, line, column, name, code))


def _lines(file: Path) -> list[str]:
    if file.stat().st_size > LARGEST_BYTES:
        raise Unreadable("csv-too-large", file.name, f"larger than {LARGEST_BYTES >> 20} MiB")
    raw = file.read_bytes()
    if raw.startswith(_OTHER_ENCODINGS):
        raise Unreadable("csv-encoding", file.name, "not UTF-8")
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
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?([eE][+-]?\d+)?")


def unfit(cell: str) -> str:
    """The code of what no cell of any column may hold, or nothing."""
    if not cell or (cell.isalnum() and cell.isascii()):
        return ""
    if _LOST.search(cell):
        return "encoding"
    if _FORMULA.match(cell.strip()) and not _NUMBER.fullmatch(cell.strip()):
        return "formula"
    return "control-character" if _CONTROL.search(cell) else ""
