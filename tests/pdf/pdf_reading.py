"""Read the text and metadata of a PDF."""

from io import BytesIO

from pypdf import PdfReader
from pypdf.generic import DictionaryObject, StreamObject


def read(document: bytes) -> PdfReader:
    """Open the file."""
    return PdfReader(BytesIO(document))


def words(document: bytes) -> str:
    """Return all text, with white space collapsed. What is copied from it has no character that nobody sees."""
    text = " ".join(page.extract_text() for page in read(document).pages)
    assert "\u200b" not in text
    return " ".join(text.split())


def metadata_of(document: bytes) -> bytes:
    """Return the XMP packet, which names the standards that the file claims to meet."""
    stream = read(document).root_object["/Metadata"].get_object()
    assert isinstance(stream, StreamObject)
    return stream.get_data()


def is_tagged_in_british_english(document: bytes) -> bool:
    """Return true for a tagged PDF/UA-1 file in en-GB."""
    root = read(document).root_object
    marks = root["/MarkInfo"]
    assert isinstance(marks, DictionaryObject)
    return str(root["/Lang"]) == "en-GB" and bool(marks["/Marked"]) and b"pdfuaid:part" in metadata_of(document)
