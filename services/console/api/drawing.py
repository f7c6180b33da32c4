"""What every page of the console is drawn with: one set of templates and looks, and headers that let nothing else in."""

from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import Response

TEMPLATES: Final = Path(__file__).parent / "templates"
STATIC: Final = (Path(__file__).parent / "static").resolve()
KINDS: Final = {
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
}
POLICY: Final = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS: Final[Mapping[str, str]] = {
    "Content-Security-Policy": POLICY,
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex, nofollow",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def templates() -> Environment:
    """Whatever is written into a page is text, and a name it does not know is a bug."""
    drawing = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    drawing.filters["kept"] = address  # pyright: ignore[reportArgumentType]
    return drawing


@cache
def address(name: str) -> str:
    """Where a file of ours is to be had; another file is at another address, so that no browser keeps an old one."""
    return f"/static/{name}?{sha256((STATIC / name).read_bytes()).hexdigest()[:12]}"


def drawn(text: str, status: int, headers: Mapping[str, str] = HEADERS) -> Response:
    """A page; one about an outage says when to come back."""
    later = {"Retry-After": "60"} if status == 503 else {}
    return Response(text, status, {**headers, **later}, media_type="text/html; charset=utf-8")


LOOKS: Final[Mapping[str, Path]] = {
    file.relative_to(STATIC).as_posix(): file for file in STATIC.rglob("*") if file.suffix in KINDS
}


def kept(name: str) -> Response | None:
    """Style, script, font and icons: ours, and nobody else's; None for what is none of them."""
    file = LOOKS.get(name)
    if file is None:
        return None
    cached = {"Cache-Control": "public, max-age=86400"}
    return Response(file.read_bytes(), media_type=KINDS[file.suffix], headers=cached)
