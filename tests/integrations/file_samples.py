"""Documents made on the spot: sound ones of every kind, and the parts to spoil them with."""

import io
import struct
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from pypdf import PdfWriter
from pypdf.generic import DecodedStreamObject, NameObject

from app.integrations.inspection import FileKind, FileRefused, RefusalCode
from app.integrations.inspection.inspector import inspect
from tests.integrations.compound_files import compound, doc, word_streams

__all__ = ["compound", "doc", "word_streams"]

LIMIT_BYTES = 25 * 1024 * 1024
HTML = b"<!DOCTYPE html><html><script>alert(1)</script></html>"
EXE = b"MZ\x90\x00\x03" + bytes(200)
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml"
RELATIONSHIPS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def archive(parts: Mapping[str, bytes | str], *, stored: tuple[str, ...] = ()) -> bytes:
    """A ZIP archive with these entries in this order."""
    out = io.BytesIO()
    with ZipFile(out, "w") as made:
        for name, content in parts.items():
            info = ZipInfo(name)
            info.compress_type = ZIP_STORED if name in stored else ZIP_DEFLATED
            made.writestr(info, content)
    return out.getvalue()


def relationships(*entries: tuple[str, str, bool]) -> str:
    """A relationships part; an entry is the type's last word, the target, and whether it is external."""
    inner = "".join(
        f'<Relationship Id="r{n}" Type="{RELATIONSHIPS}/{kind}" Target="{target}"'
        f"{' TargetMode=' + chr(34) + 'External' + chr(34) if external else ''}/>"
        for n, (kind, target, external) in enumerate(entries)
    )
    return (
        f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{inner}</Relationships>'
    )


def content_types(*overrides: tuple[str, str], defaults: str = "") -> str:
    """The part that declares types: each override is a part and its type."""
    listed = "".join(f'<Override PartName="{part}" ContentType="{kind}"/>' for part, kind in overrides)
    return (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{defaults}{listed}</Types>'
    )


def docx(
    extra: Mapping[str, bytes | str] | None = None,
    *,
    body: str = "<w:p><w:r><w:t>Policy</w:t></w:r></w:p>",
    main_type: str = f"{WORD}.document.main+xml",
    without: tuple[str, ...] = (),
) -> bytes:
    """A DOCX; `extra` adds or replaces parts."""
    parts: dict[str, bytes | str] = {
        "[Content_Types].xml": content_types(("/word/document.xml", main_type)),
        "_rels/.rels": relationships(("officeDocument", "word/document.xml", False)),
        "word/document.xml": f"<w:document {_W}><w:body>{body}</w:body></w:document>",
        **(extra or {}),
    }
    return archive({name: content for name, content in parts.items() if name not in without})


def odt(
    extra: Mapping[str, bytes | str] | None = None,
    *,
    body: str = "<text:p>Policy</text:p>",
    mimetype: str = "application/vnd.oasis.opendocument.text",
    manifest: str = "",
    without: tuple[str, ...] = (),
    stored: tuple[str, ...] = ("mimetype",),
) -> bytes:
    """An ODT; `extra` adds or replaces parts, `manifest` adds entries to the manifest."""
    office = "urn:oasis:names:tc:opendocument:xmlns"
    parts: dict[str, bytes | str] = {
        "mimetype": mimetype,
        "META-INF/manifest.xml": (
            f'<manifest:manifest xmlns:manifest="{office}:manifest:1.0" manifest:version="1.3">'
            f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{mimetype}"/>{manifest}'
            "</manifest:manifest>"
        ),
        "content.xml": (
            f'<office:document-content xmlns:office="{office}:office:1.0" xmlns:text="{office}:text:1.0" '
            f'xmlns:draw="{office}:drawing:1.0" xmlns:script="{office}:script:1.0" '
            f'xmlns:xlink="http://www.w3.org/1999/xlink"><office:scripts/><office:body><office:text>{body}'
            "</office:text></office:body></office:document-content>"
        ),
        **(extra or {}),
    }
    return archive({name: content for name, content in parts.items() if name not in without}, stored=stored)


def rtf(body: str = "Policy") -> bytes:
    """An RTF document."""
    return ("{\\rtf1\\ansi{\\fonttbl{\\f0 Arial;}}" + body + "\\par}").encode()


def slow() -> bytes:
    """An RTF that takes the time of some seconds, for it is as large and has as many letters in code as may be."""
    return rtf("{\\field{\\*\\fldinst " + "\\u65 " * 3_900_000 + "}}")


def pdf(change: Callable[[PdfWriter], Any] | None = None) -> bytes:
    """A PDF of one page; `change` works on the writer before it is written."""
    writer = PdfWriter()
    writer.add_blank_page(width=595, height=842)
    if change is not None:
        change(writer)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def plain_pdf(objects: list[bytes], *, trailer: bytes = b"/Root 1 0 R", unlisted: bytes = b"") -> bytes:
    """A PDF 1.4 with these objects, numbered from 1, and a correct table, in which `unlisted` does not stand."""
    out = bytearray(b"%PDF-1.4\n" + unlisted)
    offsets = []
    for number, content in enumerate(objects, start=1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table_at = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    out += b"trailer\n<</Size %d%s>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, trailer, table_at)
    return bytes(out)


def page_objects(*more: bytes, catalog: bytes = b"") -> list[bytes]:
    """The three objects of a one-page PDF, and more."""
    return [
        b"<</Type/Catalog/Pages 2 0 R" + catalog + b">>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 100 100]>>",
        *more,
    ]


def with_stream(content: bytes) -> Callable[[PdfWriter], None]:
    """Add a content stream to the first page."""

    def change(writer: PdfWriter) -> None:
        stream = DecodedStreamObject()
        stream.set_data(content)
        writer.pages[0][NameObject("/Contents")] = writer._add_object(stream)

    return change


def directory_of_entries(length: int) -> bytes:
    """A ZIP archive that is nothing but directory."""
    entry = b"PK\x01\x02" + bytes(42)
    directory = entry * (length // len(entry))
    start = b"PK\x03\x04" + bytes(26)
    count = min(len(directory) // len(entry), 0xFFFF)
    return start + directory + struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, count, count, len(directory), len(start), 0)


def patched(content: bytes, at: int, value: bytes) -> bytes:
    """The content with other bytes at one place."""
    return content[:at] + value + content[at + len(value) :]


def spoilt(content: bytes) -> Iterator[bytes]:
    """The content with a byte turned round, and cut off, at many places."""
    for at in range(0, min(len(content), 3_000), 7):
        yield patched(content, at, bytes([content[at] ^ 0xFF]))
        yield content[: at + 1]


def kind(content: bytes, filename: str | None) -> FileKind:
    """What the content is; raises where it is refused."""
    return inspect(io.BytesIO(content), filename=filename, limit_bytes=LIMIT_BYTES).kind


def refusal(content: bytes, filename: str | None) -> RefusalCode | None:
    """The code for which the content is refused; none where it is accepted."""
    try:
        kind(content, filename)
    except FileRefused as refused:
        return refused.code
    return None
