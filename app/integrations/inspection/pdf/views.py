"""The ways in which viewers read one file: by its table of objects, and without it where that makes a difference."""

import io
import re
from collections.abc import Iterator

import pikepdf

from app.integrations.inspection.pdf.interest import is_of_interest
from app.integrations.inspection.pdf.values import apart, entry, name_of
from app.integrations.inspection.refusals import RefusalCode, refusal

_BEGINNING = re.compile(rb"(?<![0-9])([0-9]{1,10})[\s\0]++([0-9]{1,5})[\s\0]++obj(?![A-Za-z])")
_CODE = re.compile(rb"#([0-9A-Fa-f]{2})")
_NUMBER = re.compile(r"object ([0-9]+) ([0-9]+)")
_TWICE = re.compile(r"duplicated key /(\S+?);")
_COUNT = frozenset({"S", "F", "UF", "Next", "Subtype"})
_GIVEN_UP = re.compile(
    "giving up|treating object as null|parse error while reading|unexpected EOF|impossibly large id|bad indirect ref"
)
_LOST = re.compile("error decoding stream data|unfilterable stream|error reading object")
_OBJECT = re.compile(rb"(?<![A-Za-z])obj(?![A-Za-z])")


def first_view(content: bytes) -> pikepdf.Pdf:
    """Open the document. Raises `pikepdf.PdfError` and `pikepdf.PasswordError`."""
    return pikepdf.open(io.BytesIO(content), suppress_warnings=True, inherit_page_attributes=False)


def second_view(content: bytes, first: pikepdf.Pdf) -> Iterator[pikepdf.Pdf]:
    """Open it with the table taken away, as a viewer that mends files reads it: the last of several definitions counts.

    Nothing where every object is defined once and stands in the table, or where nobody could read it so.
    """
    if not _differs(content, first):
        return
    try:
        view = first_view(content.replace(b"startxref", b"startxxxx"))
    except pikepdf.PdfError:
        return
    with view:
        unpacked = _unpacked(content, view, first)
        if unpacked is None:
            yield view
            return
    try:
        view = first_view(unpacked)
    except pikepdf.PdfError:
        return
    with view:
        yield view


def _unpacked(content: bytes, view: pikepdf.Pdf, first: pikepdf.Pdf) -> bytes | None:
    """The file with the objects of each object stream behind it, as plain ones: a viewer that mends files finds them
    there, whatever a table says. None where there is no such stream."""
    streams = {
        item.objgen: item
        for item in view.objects
        if isinstance(item, pikepdf.Stream) and name_of(entry(item, "Type")) == "ObjStm"
    }
    if not streams:
        return None
    pieces, done = [], 0
    for match in _BEGINNING.finditer(content):
        stream = streams.get((int(match[1]), int(match[2])))
        end = content.find(b"endobj", match.end())
        if stream is not None and done <= match.start() < end:
            pieces += [content[done:end], b"endobj\n", *_plain_objects(stream)]
            done = end + len(b"endobj")
    root = first.trailer.get("/Root")
    number = root.objgen[0] if isinstance(root, pikepdf.Object) else 0
    pieces += [content[done:], b"\ntrailer\n<</Size 1/Root %d 0 R>>\n%%%%EOF\n" % number]
    # Without the streams' own types, the library neither reads their tables nor what is read here.
    return (
        b"".join(pieces).replace(b"startxref", b"startxxxx").replace(b"/XRef", b"/XReX").replace(b"/ObjStm", b"/ObjStX")
    )


def _plain_objects(stream: pikepdf.Stream) -> Iterator[bytes]:
    try:
        inner = stream.read_bytes()
        first, number = int(stream["/First"]), int(stream["/N"])
        index = [int(word) for word in inner[:first].split()[: 2 * number]]
    except (pikepdf.PdfError, pikepdf.DataDecodingError, KeyError, ValueError, TypeError):
        return
    offsets = [*index[1::2], len(inner) - first]
    for name, start, end in zip(index[::2], offsets, offsets[1:], strict=False):
        yield b"%d 0 obj\n%s\nendobj\n" % (name, inner[first + start : first + max(start, end)])


def _differs(content: bytes, first: pikepdf.Pdf) -> bool:
    begun = [(int(match[1]), int(match[2])) for match in _BEGINNING.finditer(content)]
    distinct = set(begun)
    if len(distinct) < len(begun) or len(begun) != sum(1 for _ in _OBJECT.finditer(content)):
        return True
    known = {identity for item in first.objects if (identity := apart(item)) is not None}
    return not distinct <= known


def check_reading(pdf: pikepdf.Pdf, content: bytes) -> None:
    """Judge what the library could not read, or read in one of several ways, as a viewer might read it.

    Call it once all objects were read. Raises `FileRefused`.
    """
    for warning in pdf.get_warnings():
        if (twice := _TWICE.search(warning)) and (twice[1] in _COUNT or is_of_interest(f"/{twice[1]} ".encode())):
            raise refusal(RefusalCode.DAMAGED, "An object of the document has the same key twice")
        if "limits error" in warning:
            raise refusal(RefusalCode.TOO_COMPLEX, "The document is nested too deeply")
        # The library goes on without what had no room: a reader with more of it sees what we do not.
        if "bad_alloc" in warning:
            raise refusal(RefusalCode.TOO_COMPLEX, "The document takes more memory than a document needs")
        if _LOST.search(warning):
            raise refusal(RefusalCode.DAMAGED, "A part of the document cannot be unpacked")
        if _GIVEN_UP.search(warning) and not _is_harmless(warning, content):
            raise refusal(RefusalCode.DAMAGED, "An object of the document cannot be read")


def _is_harmless(warning: str, content: bytes) -> bool:
    """True if nothing of interest is written in the object, wherever it is defined."""
    found = _NUMBER.search(warning)
    if found is None or "object stream" in warning:
        return False
    begun = re.compile(rb"(?<![0-9])0*%s[\s\0]++0*%s[\s\0]++obj(?![A-Za-z])" % (found[1].encode(), found[2].encode()))
    for match in begun.finditer(content):
        end = content.find(b"endobj", match.end())
        written = content[match.end() : end if end >= 0 else len(content)]
        if is_of_interest(_CODE.sub(lambda code: bytes([int(code[1], 16)]), written)):
            return False
    return True
