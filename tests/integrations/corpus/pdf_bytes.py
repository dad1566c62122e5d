"""PDFs written by hand, byte by byte, and rewritten by a library: what they may hold, and how it is packed."""

import io
import struct
import warnings
import zlib
from collections.abc import Sequence
from typing import Literal

import pikepdf

from tests.integrations.file_samples import plain_pdf


def document(*more: bytes, catalog: bytes = b"", page: bytes = b"", unlisted: bytes = b"") -> bytes:
    """A PDF of one page. The catalog is object 1, the page object 3; `more` are numbered from 4."""
    return plain_pdf(
        [
            b"<</Type/Catalog/Pages 2 0 R%s>>" % catalog,
            b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<<>>%s>>" % page,
            *more,
        ],
        unlisted=unlisted,
    )


def opening(action: bytes, *more: bytes) -> bytes:
    """A document that does this when it is opened."""
    return document(*more, catalog=b"/OpenAction " + action)


def link(action: bytes, *more: bytes, extra: bytes = b"") -> bytes:
    """A document with a link, which stands by itself as object 4."""
    annotation = b"<</Type/Annot/Subtype/Link/Rect[0 0 9 9]/A %s%s>>" % (action, extra)
    return document(annotation, *more, page=b"/Annots[4 0 R]")


def annotation(content: bytes, *more: bytes) -> bytes:
    """A document with an annotation within its page."""
    return document(*more, page=b"/Annots[<</Type/Annot/Rect[0 0 9 9]%s>>]" % content)


def field(events: bytes, *more: bytes, extra: bytes = b"") -> bytes:
    """A form with one field, object 4, and its events."""
    widget = b"<</Type/Annot/Subtype/Widget/FT/Tx/T(total)/Rect[0 0 9 9]/AA<<%s>>%s>>" % (events, extra)
    return document(widget, *more, catalog=b"/AcroForm<</Fields[4 0 R]>>", page=b"/Annots[4 0 R]")


def script(text: bytes) -> bytes:
    """An action that runs a script."""
    return b"<</S/JavaScript/JS(%s)>>" % text


def stream(content: bytes, entries: bytes = b"", *, packed: bool = False) -> bytes:
    """A stream object."""
    data = zlib.compress(content) if packed else content
    filters = b"/Filter/FlateDecode" if packed else b""
    return b"<<%s%s/Length %d>>stream\n%s\nendstream" % (entries, filters, len(data), data)


def attached(content: bytes, *names: bytes, packed: bool = True, specification: bytes = b"") -> bytes:
    """A document with an attached file; `names` are the entries of its specification, such as `/F(a.txt)`."""
    described = b"<</Type/Filespec%s/EF<</F 5 0 R>>%s>>" % (b"".join(names), specification)
    file = stream(content, b"/Type/EmbeddedFile", packed=packed)
    return document(described, file, catalog=b"/Names<</EmbeddedFiles<</Names[(x) 4 0 R]>>>>")


def objects_in_stream(content: bytes) -> bytes:
    """The document with its objects in packed streams."""
    return resaved(content, object_stream_mode=pikepdf.ObjectStreamMode.generate)


def restricted(content: bytes, *, revision: Literal[2, 3, 4, 6] = 6, password: str = "") -> bytes:
    """The document encrypted; without a user's password it is only restricted."""
    allow = pikepdf.Permissions(extract=False, modify_other=False)
    encryption = pikepdf.Encryption(
        owner="owner", user=password, R=revision, allow=allow, aes=revision >= 4, metadata=revision >= 4
    )
    return resaved(content, encryption=encryption)


def resaved(content: bytes, **options: object) -> bytes:
    """The document as a library writes it."""
    out = io.BytesIO()
    with warnings.catch_warnings(), pikepdf.open(io.BytesIO(content)) as pdf:
        warnings.simplefilter("ignore")
        pdf.save(out, **options)  # type: ignore[arg-type]
    return out.getvalue()


def updated(content: bytes, number: int, replacement: bytes) -> bytes:
    """The document with an update behind it, which replaces an object."""
    start = int(content.rpartition(b"startxref\n")[2].split()[0])
    at = len(content)
    out = content + b"%d 0 obj\n%s\nendobj\n" % (number, replacement)
    table = b"xref\n%d 1\n%010d 00000 n \n" % (number, at)
    size = content.count(b" 0 obj") + 1
    trailer = b"trailer\n<</Size %d/Root 1 0 R/Prev %d>>\nstartxref\n%d\n%%%%EOF\n" % (size, start, len(out))
    return out + table + trailer


def coded(name: bytes) -> bytes:
    """The name with every letter as its code: /J becomes /#4A."""
    return b"/" + b"".join(b"#%02X" % letter for letter in name)


def pages(contents: Sequence[bytes]) -> bytes:
    """A PDF with a page for each of these entries."""
    kids = b" ".join(b"%d 0 R" % (3 + number) for number in range(len(contents)))
    return plain_pdf(
        [
            b"<</Type/Catalog/Pages 2 0 R>>",
            b"<</Type/Pages/Kids[%s]/Count %d>>" % (kids, len(contents)),
            *(b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Resources<<>>%s>>" % each for each in contents),
        ]
    )


def in_object_stream(inner: bytes, *, twice: bool = False) -> bytes:
    """A PDF 1.5 whose opening action stands in a compressed object stream, and nowhere in plain sight."""
    packed = zlib.compress(b"4 0 " + inner)
    filters = b"/FlateDecode"
    if twice:
        packed, filters = zlib.compress(packed), b"[/FlateDecode/FlateDecode]"
    objects = [
        b"<</Type/Catalog/Pages 2 0 R/OpenAction 4 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 100 100]>>",
    ]
    out = io.BytesIO(b"%PDF-1.5\n")
    out.seek(0, io.SEEK_END)
    offsets = []
    for number, content in enumerate(objects, start=1):
        offsets.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, content))
    stream_at = out.tell()
    out.write(
        b"5 0 obj\n<</Type/ObjStm/N 1/First 4/Filter%s/Length %d>>\nstream\n%s\nendstream\nendobj\n"
        % (filters, len(packed), packed)
    )
    table_at = out.tell()
    rows = [(0, 0, 0), *((1, offset, 0) for offset in offsets), (2, 5, 0), (1, stream_at, 0), (1, table_at, 0)]
    table = zlib.compress(b"".join(struct.pack(">BIH", *row) for row in rows))
    out.write(
        b"6 0 obj\n<</Type/XRef/Size 7/W[1 4 2]/Root 1 0 R/Filter/FlateDecode/Length %d>>\nstream\n%s\nendstream\n"
        b"endobj\nstartxref\n%d\n%%%%EOF\n" % (len(table), table, table_at)
    )
    return out.getvalue()
