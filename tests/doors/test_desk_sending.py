"""What comes to the desk in parts: bodies and files that are none, and packs that somebody made or changed."""

import base64
import io
import tracemalloc
from collections.abc import Iterator
from zipfile import ZIP_BZIP2, ZIP_DEFLATED, ZIP_LZMA, ZIP_STORED, ZipFile

import httpx

from services.console.api.desk.upload import LARGEST, carried, parted, unpacked
from services.console.intake.columns import template
from services.console.tests.signed_in import Browser
from tests.asked import new_id
from tests.doors.as_shown import AsShown, malformed
from tests.doors.desk_forms import is_no_error_of_ours, mark_of
from tests.doors.test_desk_pages import NASTIES
from tests.doors.wrong_values import CANARY, NASTY

PARTS = "multipart/form-data; boundary=b"
LIST = template().encode() + b"7,Ana Fictional,1980-01-02" + b"," * 13 + b"\r\n"


def part(name: str, content: bytes = b"x", file: str = "") -> bytes:
    named = f'; filename="{file}"' if file else ""
    return f'--b\r\nContent-Disposition: form-data; name="{name}"{named}\r\n\r\n'.encode() + content + b"\r\n"


def zipped(content: bytes, method: int = ZIP_DEFLATED, name: str = "00/list.csv", says: int = -1) -> bytes:
    """A zip file of one part, which says of its size what it likes."""
    out = io.BytesIO()
    with ZipFile(out, "w", method) as pack:
        pack.writestr(name, content)
        for info in pack.infolist():
            info.file_size = info.file_size if says < 0 else says
    return out.getvalue()


def nested(deep: int) -> bytes:
    """Parts in parts in parts."""
    opened = b"".join(
        b"--b%d\r\nContent-Type: multipart/mixed; boundary=b%d\r\n\r\n" % (n, n + 1) for n in range(deep)
    )
    return opened.replace(b"--b0\r\n", b"--b\r\n", 1)


def bodies(mark: str) -> Iterator[tuple[str, str, bytes]]:
    """(what is wrong with it, its media type, the body)."""
    whole = part("mark", mark.encode()) + part("do", b"check") + part("file", LIST, "list.csv")
    for media in (
        "multipart/form-data",
        "multipart/form-data; boundary=",
        "multipart/form-data; boundary=é",
        PARTS * 500,
    ):
        yield "no boundary", media, whole + b"--b--\r\n"
    for media in (
        "multipart/mixed; boundary=b",
        "application/json",
        "message/rfc822",
        "text/plain; boundary=b",
        "",
    ):
        yield "another media type", media, whole + b"--b--\r\n"
    for length in range(0, len(whole), 97):
        yield "truncated", PARTS, whole[:length]
    for deep in (2, 50, 1000, 20_000):
        yield "too deep", PARTS, part("mark", mark.encode()) + nested(deep)
        yield (
            "too deep",
            PARTS,
            part("mark", mark.encode()) + b"--b\r\nContent-Type: message/rfc822\r\n\r\n" * deep,
        )
    yield "too many parts", PARTS, whole + part("x") * 100_000
    yield "too many files", PARTS, whole + part("file", b"x", "a.csv") * 50
    yield "too large", PARTS, whole + part("x", b"x" * (2 * LARGEST))
    yield "too large a file", PARTS, whole + part("file", b"x" * (LARGEST + 1), "a.csv")
    for name in (
        CANARY,
        NASTY,
        "x" * 5000,
        '";"' * 300,
        "\0",
        "name*0*=utf-8''x",
        "a\r\nb",
        "é",
        "*" * 400,
        "\\" * 400,
    ):
        yield "a name of nothing", PARTS, whole + part(name) + part("file", b"x", name.replace(CANARY, "a"))
    yield "heads", PARTS, part("mark", mark.encode()) + b"--b\r\n" + b"A: b\r\n" * 50_000 + b"\r\nx\r\n--b--"
    for content in (
        "name*=utf-8''%ff",
        "name*9*=x",
        f"name*{'9' * 1500}*=x",
        "name*0*=x; name*0*=y",
        "name*=nothing'x'y",
    ):
        head = f"--b\r\nContent-Disposition: form-data; {content}\r\n\r\nx\r\n".encode()
        yield "names in pieces", PARTS, whole + head


def files() -> Iterator[tuple[str, bytes]]:
    """What a browser may be given to send, by a name that says what it is not."""
    book = io.BytesIO()
    with ZipFile(book, "w", ZIP_DEFLATED) as pack:
        pack.writestr("xl/styles.xml", b"<x/>" * 3_000_000)
        pack.writestr("[Content_Types].xml", b"<Types/>")
    for content in (
        b"",
        b"\0" * 1000,
        b"PK\x03\x04",
        b"PK\x03\x04" + b"\xff" * 5000,
        b"PK\x05\x06" + b"\0" * 18,
    ):
        yield "list.xlsx", content
    for method in (ZIP_STORED, ZIP_DEFLATED, ZIP_BZIP2, ZIP_LZMA):
        raw = zipped(b"<a>" * 3000, method, "xl/workbook.xml")
        yield "list.xlsx", raw
        for at in range(0, len(raw), max(1, len(raw) // 12)):
            yield "list.xlsx", raw[:at] + bytes([raw[at] ^ 0xFF]) + raw[at + 1 :]
    yield "list.xlsx", zipped(b"0" * 50_000_000, name="[Content_Types].xml", says=10)
    yield "list.xlsx", zipped(b"0" * 10_000_000, ZIP_BZIP2, "[Content_Types].xml", says=10)
    yield "list.xlsx", book.getvalue()
    for text in (
        CANARY,
        "," * 1_000_000,
        "[" * 100_000,
        "{" * 100_000,
        '{"a":' * 50_000,
        '"' * 200_000,
        "{}\n" * 20_000,
    ):
        yield "list.csv", text.encode()
        yield "list.ndjson", text.encode()
    for head in (b"\xff\xfe", b"\xef\xbb\xbf", b"\0\0\xfe\xff"):
        yield "list.csv", head + LIST
    yield "list.csv", template().encode() + NASTY.encode() + b"," * 15 + b"\n=cmd|' /C calc'!A0" + b"," * 15
    yield "list.ndjson", b'{"resourceType": "Patient", "id": 1e999, "name": ' + b"9" * 5000 + b"}"


async def brings(desk: Browser, mark: str, name: str, content: bytes) -> httpx.Response:
    fields = part("mark", mark.encode()) + part("do", b"check") + part("file", content, name) + b"--b--\r\n"
    return await desk.http.post("/import", content=fields, headers={"Content-Type": PARTS})


async def test_a_body_in_parts_that_is_none_is_an_empty_form(desk: Browser, there: AsShown) -> None:
    mark = mark_of(await desk.signs_in("coordinator"))
    for what, media, body in bodies(mark):
        answer = await desk.http.post("/import", content=body, headers=[(b"content-type", media.encode())])
        is_no_error_of_ours(answer, what)
        assert answer.status_code in (403, 422, 200), f"{what}: {answer.status_code}"
    assert there.told == []


async def test_a_file_that_is_none_says_so_and_takes_no_more_memory_than_it_may(
    desk: Browser, there: AsShown
) -> None:
    mark = mark_of(await desk.signs_in("coordinator"))
    for name, content in files():
        answer = await brings(desk, mark, name, content)
        is_no_error_of_ours(answer, f"{name} {content[:40]!r}")
        assert answer.status_code in (200, 422), f"{name} {content[:40]!r}: {answer.status_code}"
    assert there.told == []


def test_a_pack_unpacks_to_no_more_than_was_agreed() -> None:
    packs = [
        zipped(b"0" * 40_000_000, says=10),
        zipped(b"0" * 10_000_000, ZIP_BZIP2, says=10),
        zipped(b"0" * 10_000_000),
    ]
    for raw in packs:
        text = base64.b64encode(raw).decode()
        tracemalloc.start()
        try:
            assert unpacked(text) == ()
            assert tracemalloc.get_traced_memory()[1] < LARGEST
        finally:
            tracemalloc.stop()


def packs() -> Iterator[str]:
    """What the forms of the import carry along, and may be changed by whoever sends them."""
    good = carried((("list.csv", LIST),))
    raw = base64.b64decode(good)
    yield from (good[:-1], good[:50], good + "é", CANARY, NASTY, "\0", "=" * 9, "A" * 100_000, "")
    for at in range(0, len(raw), max(1, len(raw) // 40)):
        yield base64.b64encode(raw[:at] + bytes([raw[at] ^ 0xFF]) + raw[at + 1 :]).decode()
    for method in (ZIP_BZIP2, ZIP_LZMA):
        yield base64.b64encode(zipped(LIST, method)).decode()
    yield carried(tuple((f"{n}.csv", LIST) for n in range(30)))
    yield carried(((f"{NASTY}=1+1.csv", b"nothing"),))


async def test_what_a_form_carried_on_and_somebody_changed_brings_in_nothing_else(
    desk: Browser, there: AsShown
) -> None:
    mark = mark_of(await desk.signs_in("coordinator"))
    held = {name: control.value for name, control in (await desk.opens("/import")).fields("check").items()}
    right = {"mark": mark, "do": "start", "pack": carried((("list.csv", LIST),)), **held, "so_far": ""}
    right |= {"do": "start", "day_first": ""}
    for do in ("start", "report"):
        for pack in packs():
            await sent_on(desk, {**right, "do": do, "pack": pack})
    told = len([told for told in there.told if told.path.endswith("/applications")])
    for name in ("unit", "contact"):
        for value in (*NASTIES, new_id(), NASTY):
            assert (await sent_on(desk, {**right, name: value})).status_code == 422
    assert len([told for told in there.told if told.path.endswith("/applications")]) == told
    for so_far in SO_FAR:
        await sent_on(desk, {**right, "so_far": so_far})
        await sent_on(desk, {**right, "so_far": so_far, "do": "report"})
    assert not [told.path for told in there.told if malformed(told)]


SO_FAR = (
    *(
        "null",
        "[]",
        "{",
        CANARY,
        "[" * 100_000,
        '{"done": -1}',
        '{"done": 1e999}',
        '{"done": %s}' % ("9" * 5000),
    ),
    *(
        '{"new": 99999999999999999999}',
        '{"done": "1"}',
        f'{{"refused": [["{CANARY}", 1, 1, "a", "missing"]]}}',
    ),
    *(f'{{"refused": [["list.csv", 1, 1, "{CANARY}", "missing"]]}}', '{"refused": [[1]]}', '{"refused": {}}'),
)


async def sent_on(desk: Browser, fields: dict[str, str]) -> httpx.Response:
    """The form in parts, as a browser sends it; nothing of it is shown outside the field it came in."""
    body = (
        b"".join(part(name, value.encode("utf-8", "replace")) for name, value in fields.items())
        + b"--b--\r\n"
    )
    answer = await desk.http.post("/import", content=body, headers={"Content-Type": PARTS})
    is_no_error_of_ours(answer, str(fields)[:200])
    return answer


async def test_a_list_is_not_brought_in_by_somebody_else_s_page_however_large(
    desk: Browser, there: AsShown
) -> None:
    """One that is too large is told so before it is known whose it is, and nothing else."""
    await desk.signs_in("coordinator")
    forged = {"do": b"start", "pack": carried((("list.csv", LIST),)).encode(), "mark": CANARY.encode()}
    body = b"".join(part(name, value) for name, value in forged.items())
    for more in (b"", part("file", b"x" * (LARGEST + 1), "a.csv"), part("file", b"", "a.csv") * 30):
        answer = await desk.http.post(
            "/import", content=body + more + b"--b--", headers={"Content-Type": PARTS}
        )
        is_no_error_of_ours(answer, "forged")
        assert answer.status_code == 403
    assert there.told == []


def test_parts_are_read_byte_for_byte_whatever_is_in_them() -> None:
    found = parted(PARTS, part("a", b"x--b\r\n-\r\n--") + part("b", b"\r\n") + b"--b--\r\nafter")
    assert found.fields == (("a", "x--b\r\n-\r\n--"), ("b", "\r\n"))
