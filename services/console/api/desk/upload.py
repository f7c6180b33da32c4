"""Files as a browser sends them, bounded, and as a form carries them on to the next page, so that nothing is kept here."""

import base64
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from email.message import Message
from typing import Any, Final
from urllib.parse import parse_qsl
from zipfile import ZIP_DEFLATED, ZipFile

from starlette.requests import ClientDisconnect, Request

from services.console.intake.packed import Damaged, parts_of

LARGEST: Final = 4 * 1024 * 1024
"""Of all files together, unpacked."""
MOST_FILES: Final = 20
_LARGEST_BODY: Final = 2 * LARGEST
_LARGEST_FORM: Final = 256 * 1024
_MOST_FIELDS: Final = 2000
_MOST_PARTS: Final = 100
_LONGEST_HEAD: Final = 2000
"""Of one part: its names."""
_PARTS: Final = re.compile(
    r"multipart/form-data\s*;(?:.*;)?\s*boundary=(?:\"([^\"]{1,70})\"|([^\s;\"]{1,70}))", re.I
)
_UNSEEN: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\u200e\u200f\u202a-\u202e\u2066-\u2069]")
Files = tuple[tuple[str, bytes], ...]


@dataclass(frozen=True, slots=True)
class Received:
    """A form in parts: its fields, and the files in it by their names."""

    fields: tuple[tuple[str, str], ...] = ()
    files: Files = ()
    too_large: bool = False

    def one(self, name: str) -> str:
        """The first field of that name, or ""."""
        return next((value for each, value in self.fields if each == name), "")

    @property
    def answers(self) -> Sequence[tuple[str, str]]:
        """The fields as a form reads them, its file by its name."""
        return (*self.fields, *(("file", name[:100]) for name, _ in self.files))


async def sent(request: Request) -> list[tuple[str, str]]:
    """The fields of a form without files; one that cannot be read is an empty one."""
    raw = await _read(request, _LARGEST_FORM)
    try:
        text = (raw or b"").decode("utf-8")
        return parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=_MOST_FIELDS)
    except ValueError:
        return []


async def received(request: Request) -> Received:
    """The same of a form in parts."""
    raw = await _read(request, _LARGEST_BODY)
    if raw is None:
        return Received(too_large=True)
    return parted(request.headers.get("content-type", ""), raw)


async def _read(request: Request, most: int) -> bytes | None:
    """The body, empty where it broke off; None as soon as it is larger."""
    raw = bytearray()
    try:
        async for chunk in request.stream():
            raw += chunk
            if len(raw) > most:
                return None
    except ClientDisconnect:
        return b""
    return bytes(raw)


def parted(content_type: str, raw: bytes) -> Received:
    """The parts of a `multipart/form-data` body, whatever is in them: no part has parts of its own."""
    found = _PARTS.match(content_type.strip())
    if found is None:
        return Received()
    mark = b"\r\n--" + (found[1] or found[2]).encode("latin-1", "replace")
    _, *parts = (b"\r\n" + raw).split(mark, _MOST_PARTS)
    fields: list[tuple[str, str]] = []
    files: list[tuple[str, bytes]] = []
    for part in parts[:_MOST_PARTS]:
        if part.startswith(b"--"):
            break
        head, _, content = part.partition(b"\r\n\r\n")
        told = _told(head)
        name, file = told.get("name", ""), told.get("filename")
        if file:
            files.append((_seen(file), content))
        elif file is None and name:
            fields.append((name, content.decode("utf-8", "replace")))
    too_large = len(files) > MOST_FILES or sum(len(content) for _, content in files) > LARGEST
    return Received(tuple(fields), () if too_large else tuple(files), too_large)


def _told(head: bytes) -> dict[str, str]:
    """What a part says of itself; browsers write names as UTF-8, which no mail would."""
    if len(head) > _LONGEST_HEAD:
        return {}
    lines = (line.partition(":") for line in head.decode("utf-8", "replace").split("\r\n"))
    said = next((text for name, _, text in lines if name.lower() == "content-disposition"), "")
    plain: Message[str, str] = Message()
    plain["Content-Disposition"] = said
    try:
        told: list[tuple[str, Any]] = plain.get_params([], header="content-disposition")
    except (ValueError, LookupError, TypeError):
        return {}
    return {name: value for name, value in told if isinstance(value, str)}


def _seen(name: str) -> str:
    """A file's own name, without the folders some browsers tell."""
    return _UNSEEN.sub("", re.split(r"[/\\]", name)[-1])[:100] or "list"


def carried(files: Files) -> str:
    """Packed, as a text for a form."""
    out = io.BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as pack:
        for number, (name, content) in enumerate(files):
            pack.writestr(f"{number:02}/{name}", content)
    return base64.b64encode(out.getvalue()).decode()


def unpacked(text: str) -> Files:
    """The files again; none of what is no pack of ours."""
    try:
        found = parts_of(base64.b64decode(text, validate=True), LARGEST, MOST_FILES)
    except (Damaged, ValueError):
        return ()
    return tuple((_seen(name), content) for name, content in found)
