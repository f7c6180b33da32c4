"""Files as a browser sends them, bounded, and as a form carries them on to the next page, so that nothing is kept here."""

import base64
import binascii
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from email.message import Message
from email.parser import BytesParser
from typing import Any, Final, cast
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile

from starlette.requests import ClientDisconnect, Request

LARGEST: Final = 4 * 1024 * 1024
"""Of all files together, unpacked."""
MOST_FILES: Final = 20
_LARGEST_BODY: Final = 2 * LARGEST
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


async def received(request: Request) -> Received:
    """What was sent; one that cannot be read is an empty one."""
    raw = bytearray()
    try:
        async for chunk in request.stream():
            raw += chunk
            if len(raw) > _LARGEST_BODY:
                return Received(too_large=True)
    except ClientDisconnect:
        return Received()
    return parted(request.headers.get("content-type", ""), bytes(raw))


def parted(content_type: str, raw: bytes) -> Received:
    """The parts of a `multipart/form-data` body."""
    head = f"Content-Type: {content_type}\r\n\r\n".encode("latin-1", "replace")
    message = BytesParser().parsebytes(head + raw)
    if message.get_content_type() != "multipart/form-data" or not message.is_multipart():
        return Received()
    fields: list[tuple[str, str]] = []
    files: list[tuple[str, bytes]] = []
    for part in cast("list[Message[str, str]]", message.get_payload()):
        content: Any = part.get_payload(decode=True)
        told = _told(part)
        name, file = told.get("name", ""), told.get("filename")
        if isinstance(content, bytes) and file:
            files.append((_seen(file), content))
        elif isinstance(content, bytes) and file is None and name:
            fields.append((name, content.decode("utf-8", "replace")))
    too_large = len(files) > MOST_FILES or sum(len(content) for _, content in files) > LARGEST
    return Received(tuple(fields), () if too_large else tuple(files), too_large)


def _told(part: "Message[str, str]") -> dict[str, str]:
    """What a part says of itself; browsers write names as UTF-8, which no mail would."""
    raw = next((value for name, value in part.raw_items() if name.lower() == "content-disposition"), "")
    plain: Message[str, str] = Message()
    plain["Content-Disposition"] = str(raw).encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    told: list[tuple[str, Any]] = plain.get_params([], header="content-disposition")
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
        with ZipFile(io.BytesIO(base64.b64decode(text, validate=True))) as pack:
            if sum(each.file_size for each in pack.infolist()) > LARGEST:
                return ()
            return tuple((each.filename.partition("/")[2], pack.read(each)) for each in pack.infolist())
    except (BadZipFile, binascii.Error, ValueError, NotImplementedError, RuntimeError, OSError):
        return ()
