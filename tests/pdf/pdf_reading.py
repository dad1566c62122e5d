"""What the tests of documents read out of a PDF."""

from io import BytesIO

from pypdf import PdfReader
from pypdf.generic import DictionaryObject, StreamObject


def read(document: bytes) -> PdfReader:
    """The file, opened."""
    return PdfReader(BytesIO(document))


def words(document: bytes) -> str:
    """All text, with runs of white space as one blank and without the invisible places where a long word may break."""
    text = " ".join(page.extract_text() for page in read(document).pages)
    return " ".join(text.replace("\u200b", "").split())


def metadata_of(document: bytes) -> bytes:
    """The XMP packet, which names the standards that the file claims to meet."""
    stream = read(document).root_object["/Metadata"].get_object()
    assert isinstance(stream, StreamObject)
    return stream.get_data()


def is_tagged_in_british_english(document: bytes) -> bool:
    """True for a tagged PDF/UA-1 file in en-GB."""
    root = read(document).root_object
    marks = root["/MarkInfo"]
    assert isinstance(marks, DictionaryObject)
    return str(root["/Lang"]) == "en-GB" and bool(marks["/Marked"]) and b"pdfuaid:part" in metadata_of(document)
