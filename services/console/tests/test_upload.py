"""What a browser sends in parts is read byte for byte, and what a form carries on is the same as what came."""

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.console.api.desk.upload import LARGEST, MOST_FILES, Received, carried, parted, unpacked

NASTY = bytes(range(256)) + b"\r\n--\r\n\n\r\r\n" + bytes(range(255, -1, -1))


def sent(fields: dict[str, str], files: list[tuple[str, bytes]]) -> Received:
    """As httpx, for one, would send it."""
    parts = [(name, (None, value.encode())) for name, value in fields.items()]
    parts += [("file", (name, content)) for name, content in files]
    request = httpx.Request("POST", "http://console/import", files=parts)
    return parted(request.headers["content-type"], request.read())


@given(st.binary(max_size=400), st.text(alphabet="aé\r\n-ł =", max_size=50))
def test_a_file_and_a_field_arrive_as_they_were_sent(content: bytes, value: str) -> None:
    found = sent({"told": value}, [("list.csv", content)])
    assert (found.files, found.one("told")) == ((("list.csv", content),), value)


@given(st.lists(st.tuples(st.sampled_from(["a.csv", "b.ndjson"]), st.binary(max_size=200)), max_size=4))
def test_what_a_form_carries_on_is_what_came(files: list[tuple[str, bytes]]) -> None:
    assert unpacked(carried(tuple(files))) == tuple(files)


def test_bytes_that_look_like_lines_are_bytes() -> None:
    assert sent({}, [("list.xlsx", NASTY)]).files == (("list.xlsx", NASTY),)


@pytest.mark.parametrize(
    ("named", "shown"),
    [
        ("C:\\lists\\Zoë.csv", "Zoë.csv"),
        ("../../etc/passwd", "passwd"),
        ("a\u202evsc.exe", "avsc.exe"),
        ("/", "list"),
    ],
)
def test_a_file_is_shown_by_its_own_name_alone(named: str, shown: str) -> None:
    raw = (
        f'--b\r\nContent-Disposition: form-data; name="file"; filename="{named}"\r\n\r\nx\r\n--b--\r\n'
    ).encode()
    [(name, content)] = parted("multipart/form-data; boundary=b", raw).files
    assert (name, content) == (shown, b"x")


@pytest.mark.parametrize(
    ("kind", "raw"),
    [
        ("", b""),
        ("application/x-www-form-urlencoded", b"do=start"),
        ("multipart/form-data", b"--b\r\n\r\n--b--"),
        ("multipart/form-data; boundary=b", b"nothing of the kind"),
        ("multipart/form-data; boundary=b", b"--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b--"),
        (
            "multipart/form-data; boundary=b",
            b'--b\r\nContent-Disposition: form-data; name="file"; filename=""\r\n\r\n\r\n--b--',
        ),
        ("multipart/mixed; boundary=b", b'--b\r\nContent-Disposition: form-data; name="a"\r\n\r\nx\r\n--b--'),
    ],
)
def test_what_is_no_form_in_parts_is_an_empty_one(kind: str, raw: bytes) -> None:
    assert parted(kind, raw) == Received()


def test_too_many_files_or_too_large_ones_are_none() -> None:
    many = sent({}, [(f"{number}.csv", b"") for number in range(MOST_FILES + 1)])
    large = sent({}, [("a.csv", b"x" * LARGEST), ("b.csv", b"x")])
    assert [(found.files, found.too_large) for found in (many, large)] == [((), True)] * 2
    assert unpacked(carried((("a.csv", b"0" * (LARGEST + 1)),))) == ()
