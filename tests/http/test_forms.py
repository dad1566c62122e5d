"""Multipart forms: what they hold, and what is refused, is what the framework's own reader finds; but a form without
its last boundary is refused, which the framework reads as if its last part had not been sent."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from starlette.datastructures import FormData, Headers, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from app.domain.refusals.requests import MalformedRequest, StorageFull, Unavailable
from app.http import forms
from app.integrations.storage import Spool, spool

TYPE = "multipart/form-data; boundary=limit"
Shown = list[tuple[str, object]]


def _part(head: str, content: bytes = b"content") -> bytes:
    return b"--limit\r\n" + head.replace("\n", "\r\n").encode("latin-1") + b"\r\n\r\n" + content + b"\r\n"


def _field(name: str, content: bytes = b"content") -> bytes:
    return _part(f'Content-Disposition: form-data; name="{name}"', content)


def _file(content: bytes = b"content", filename: str = "a.pdf") -> bytes:
    disposition = f'Content-Disposition: form-data; name="file"; filename="{filename}"'
    return _part(f"{disposition}\nContent-Type: application/pdf\nX-Other: x", content)


END = b"--limit--\r\n"

BODIES: dict[str, tuple[str, bytes]] = {
    "a file and a field": (TYPE, _file() + _field("note") + END),
    "text in UTF-8": (
        TYPE,
        _field("note", "Gŵyr".encode()) + _file(filename="Gŵyr.pdf".encode().decode("latin-1")) + END,
    ),
    "text in neither": (TYPE, _field("note", b"\xff\xfe") + END),
    "another charset": (f"{TYPE}; charset=iso-8859-15", _field("note", b"\xa4") + END),
    "no such charset": (f"{TYPE}; charset=none", _field("note", b"\xe4") + END),
    "ASCII": (f"{TYPE}; charset=us-ascii", _field("note", b"\xe4") + END),
    "names twice": (TYPE, _field("note") + _field("note", b"2") + _file() + _file(b"2") + END),
    "nothing": (TYPE, END),
    "empty": (TYPE, b""),
    "empty parts": (TYPE, _field("", b"") + _file(b"", filename="") + END),
    "a large file": (TYPE, _file(b"x" * 3_000_000) + END),
    "lines like the boundary": (TYPE, _file(b"\r\n--limi\r\n--limit\r--limit\r\n-\r\n\r\n--li") + END),
    "no end": (TYPE, _field("note") + _file()),
    "cut in a file": (TYPE, _field("note") + _file()[:-30]),
    "cut in a header": (TYPE, _field("note") + _file()[:40]),
    "cut in the last boundary": (TYPE, _field("note") + _file() + END[:-3]),
    "no line after the end": (TYPE, _field("note") + _file() + END[:-2]),
    "a preamble and an epilogue": (TYPE, b"\r\n\r\n" + _field("note") + END + b"epilogue"),
    "the disposition twice": (
        TYPE,
        _part('Content-Disposition: form-data; name="a"\nContent-Disposition: form-data; name="b"') + END,
    ),
    "an encoded name": (TYPE, _part("Content-Disposition: form-data; name=\"a\"; filename*=UTF-8''a%20b.pdf") + END),
    "a folder in the name": (TYPE, _file(filename="C:\\\\temp\\\\a.pdf") + END),
    "a part without a disposition": (TYPE, _part("Content-Type: text/plain") + END),
    "a part without a name": (TYPE, _part("Content-Disposition: form-data") + END),
    "no boundary": ("multipart/form-data", _field("note") + END),
    "another boundary": ("multipart/form-data; boundary=other", _field("note") + END),
    "an endless boundary": (f"multipart/form-data; boundary={'x' * 300}", _field("note") + END),
    "a header without a colon": (TYPE, _part("Content Disposition form-data") + END),
    "a header of 20 kB": (TYPE, _part(f'Content-Disposition: form-data; name="{"x" * 20_000}"') + END),
    "a thousand headers": (TYPE, _part('Content-Disposition: form-data; name="a"' + "\nX-Other: x" * 1000) + END),
    "a field of the most": (TYPE, _field("note", b"x" * forms.FIELD_BYTES) + END),
    "a field that is too long": (TYPE, _field("note", b"x" * (forms.FIELD_BYTES + 1)) + END),
    "the most fields": (TYPE, _field("note") * forms.MOST_FIELDS + END),
    "too many fields": (TYPE, _field("note") * (forms.MOST_FIELDS + 1) + END),
    "the most files": (TYPE, _file() * forms.MOST_FILES + END),
    "too many files": (TYPE, _file() * (forms.MOST_FILES + 1) + END),
}


CUT_OFF = {"empty", "no end", "cut in a file", "cut in a header", "cut in the last boundary"}


def _left(folder: Path) -> list[Path]:
    return list(folder.iterdir())


async def _pieces(body: bytes, size: int) -> AsyncIterator[bytes]:
    for at in range(0, len(body), size):
        yield body[at : at + size]
    yield b""


async def _shown(form: FormData) -> Shown:
    """The form's items, with what is known of a file."""
    shown: Shown = []
    for name, value in form.multi_items():
        if isinstance(value, UploadFile):
            content = await value.read()
            shown.append((name, (value.filename, value.size, value.content_type, value.headers.raw, content)))
        else:
            shown.append((name, value))
    await form.close()
    return shown


async def _of_framework(content_type: str, body: bytes, size: int) -> Shown | None:
    """None where it is refused."""
    parser = MultiPartParser(Headers({"content-type": content_type}), _pieces(body, size))  # type: ignore[arg-type]
    try:
        return await _shown(await parser.parse())
    except MultiPartException:
        return None
    finally:
        for file in parser._files_to_close_on_error:
            file.close()


async def _ours(content_type: str, body: bytes, size: int, new_spool: Callable[[], Spool]) -> Shown | None:
    try:
        return await _shown(await forms.read_form(content_type, _pieces(body, size), new_spool))
    except MalformedRequest:
        return None


@pytest.mark.parametrize("size", [11, 64 * 1024], ids=["trickled", "at once"])
@pytest.mark.parametrize("name", BODIES)
async def test_a_form_is_read_as_the_framework_reads_it(name: str, size: int, tmp_path: Path) -> None:
    content_type, body = BODIES[name]
    size = size if len(body) < 100_000 else 64 * 1024
    expected = None if name in CUT_OFF else await _of_framework(content_type, body, size)
    assert await _ours(content_type, body, size, lambda: Spool(tmp_path)) == expected
    assert _left(tmp_path) == []


async def test_the_cases_hold_both_kinds() -> None:
    """The positive control: the comparison would also hold if everything were refused."""
    refused = {name for name, (kind, body) in BODIES.items() if await _ours(kind, body, 65536, Spool) is None}
    assert refused == CUT_OFF | {
        "a part without a disposition",
        "a part without a name",
        "no boundary",
        "another boundary",
        "an endless boundary",
        "a header without a colon",
        "a header of 20 kB",
        "a thousand headers",
        "a field that is too long",
        "too many fields",
        "too many files",
    }


async def test_a_disk_that_is_full_is_the_stores_refusal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(spool, "_write_all", full)
    with pytest.raises(StorageFull):
        await forms.read_form(TYPE, _pieces(_file(b"x" * 2_000_000) + END, 65536), lambda: Spool(tmp_path))
    assert _left(tmp_path) == []
    with pytest.raises(Unavailable):
        await forms.read_form(TYPE, _pieces(_file(b"x" * 2_000_000) + END, 65536), lambda: Spool(tmp_path / "gone"))


async def test_a_sender_that_leaves_leaves_no_file(tmp_path: Path) -> None:
    async def breaking_off() -> AsyncIterator[bytes]:
        yield _file(b"x" * 2_000_000)
        assert len(_left(tmp_path)) == 1
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        await forms.read_form(TYPE, breaking_off(), lambda: Spool(tmp_path))
    assert _left(tmp_path) == []
