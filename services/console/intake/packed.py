"""Unpacks what claims to be a zip file, never into more than was agreed: what it says of its own size is not believed."""

import io
import struct
import zlib
from collections.abc import Iterator
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo


class Damaged(Exception):
    """It cannot be unpacked, or not by the one method that everybody uses."""


class TooLarge(Damaged):
    """It would unpack to more than was agreed, or has more parts."""


def parts_of(raw: bytes, largest: int, most: int) -> list[tuple[str, bytes]]:
    """Every part by its name; raises `Damaged`."""
    try:
        with ZipFile(io.BytesIO(raw)) as pack:
            return list(_unpacked(pack, largest, most))
    except (BadZipFile, zlib.error, struct.error, EOFError, OSError, ValueError, RuntimeError) as error:
        raise Damaged from error


def _unpacked(pack: ZipFile, largest: int, most: int) -> Iterator[tuple[str, bytes]]:
    parts = pack.infolist()
    if len(parts) > most or sum(part.file_size for part in parts) > largest:
        raise TooLarge
    for part in parts:
        yield part.filename, _content(pack, part)


def _content(pack: ZipFile, part: ZipInfo) -> bytes:
    """No more of it than it says: read to its end, a small part could fill the memory."""
    if part.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
        raise Damaged
    with pack.open(part) as opened:
        return opened.read(part.file_size)
