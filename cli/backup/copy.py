"""The file of a backup: who, when and up to where it had heard, then every document, then how many there were."""

import gzip
import os
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import IO, Any, cast

import bson
import msgspec

FORMAT = 1
ZONES: Any = cast(Any, bson).CodecOptions(tz_aware=True)
_decode: Callable[[bytes, Any], dict[str, Any]] = cast(Any, bson).decode


class Spoilt(ValueError):
    """The file is no backup, is cut short, or is of another format; or what should be copied is not whole itself."""


class Header(msgspec.Struct, frozen=True):
    """`offsets` are what the group had committed before the first document was read, by topic and partition."""

    service: str
    database: str
    taken_at: datetime
    offsets: dict[str, dict[str, int]]
    format: int = FORMAT


Row = tuple[str, dict[str, Any]]
"""The collection, and one of its documents."""


async def write(path: Path, header: Header, rows: AsyncIterator[Row]) -> Counter[str]:
    """How many documents of each collection; the file appears under its name when it is whole, for its owner alone."""
    unfinished, counts = path.with_name(f"{path.name}.unfinished"), Counter[str]()
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as raw, gzip.open(raw, "wb", compresslevel=3) as file:
        file.write(bson.encode(msgspec.to_builtins(header, builtin_types=(datetime,))))
        async for collection, document in rows:
            file.write(bson.encode({"in": collection, "is": document}))
            counts[collection] += 1
        file.write(bson.encode({"documents": dict(counts)}))
    with unfinished.open("rb") as raw:
        os.fsync(raw.fileno())
    unfinished.replace(path)
    return counts


def header_of(path: Path) -> Header:
    """Who it is of; `Spoilt` if it is no backup."""
    return next(_read(path))[0]


def counted(path: Path) -> Counter[str]:
    """How many documents of each collection, after reading all of it; `Spoilt` if anything is missing."""
    return Counter(collection for collection, _ in rows(path))


def rows(path: Path) -> Iterator[Row]:
    """Every document; raises `Spoilt` at the end if it is not the end that was written."""
    return (row for _, row in _read(path) if row is not None)


def _read(path: Path) -> Iterator[tuple[Header, Row | None]]:
    counts = Counter[str]()
    try:
        with gzip.open(path, "rb") as file:
            found = _documents(cast(IO[bytes], file))
            header = msgspec.convert(next(found), Header)
            if header.format != FORMAT:
                raise Spoilt(f"{path.name} is of format {header.format}; this reads {FORMAT}")
            yield header, None
            for document in found:
                if "documents" in document:
                    break
                counts[document["in"]] += 1
                yield header, (document["in"], document["is"])
            else:
                raise Spoilt(f"{path.name} is cut short")
    except (OSError, EOFError, KeyError, StopIteration, msgspec.ValidationError, bson.InvalidBSON) as error:
        raise Spoilt(f"{path.name} is no whole backup ({type(error).__name__})") from None
    if Counter(document["documents"]) != counts:
        raise Spoilt(f"{path.name} does not hold as many documents as were written")


def _documents(file: IO[bytes]) -> Iterator[Mapping[str, Any]]:
    while size := file.read(4):
        rest = file.read(int.from_bytes(size, "little") - 4)
        yield _decode(size + rest, ZONES)
