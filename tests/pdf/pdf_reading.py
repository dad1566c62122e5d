"""Read the text and metadata of a PDF."""

import unicodedata
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


def invisible_signs_in(document: bytes) -> set[str]:
    """Return the characters that are copied with the text although nobody sees them, such as a zero-width space."""
    text = "".join(page.extract_text() for page in read(document).pages)
    return {sign for sign in text if unicodedata.category(sign) == "Cf"}


def links_in(document: bytes) -> set[str]:
    """Return where the links lead."""
    found = set()
    for page in read(document).pages:
        for reference in page.get("/Annots", ()):
            action = reference.get_object().get("/A")
            if action is not None and "/URI" in action:
                found.add(str(action["/URI"]))
    return found


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
