"""Files inside a document that no inspector of documents reads: pictures and text, and the names they may have.

A viewer saves an attached file under its name, and the name says what a click on it does then. So the content must be
what every name says, and only names that no program runs are on the list.
"""

import io
import re
import unicodedata

from app.integrations.inspection.refusals import RefusalCode, refusal
from app.integrations.inspection.words import quoted
from app.integrations.inspection.xml_scan import XmlScanner

_PICTURES = {
    b"\x89PNG\r\n\x1a\n": {"png"},
    b"\xff\xd8\xff": {"jpg", "jpeg", "jpe", "jfif"},
    b"GIF8": {"gif"},
    b"II*\0": {"tif", "tiff"},
    b"MM\0*": {"tif", "tiff"},
    b"BM": {"bmp"},
}
_TEXTS = {"txt", "csv", "tsv", "json", "md", "log"}
_XMLS = {"xml", "xsd", "xmp"}
_ARCHIVES = {"docx", "xlsx", "pptx", "odt", "ods", "odp", "odg"}
_DOCUMENTS = {b"%PDF-": {"pdf"}, b"\xd0\xcf\x11\xe0": {"doc"}, b"PK\x03\x04": _ARCHIVES, b"{\\rtf": {"rtf", "doc"}}
_XML = re.compile(rb"(?:\xef\xbb\xbf)?\s*<[?!a-zA-Z]")
# What a browser or a shell takes for its own, wherever it stands.
_RUNS = re.compile(rb"(?i)<(?:!doctype\s+html|html|script|svg|body|iframe|\?php|\?xml-stylesheet)|\A\s*(?:#!|@echo)")
_UNSEEN = re.compile(rb"[\0-\x08\x0e-\x1a\x1c-\x1f]")
_RUN_ELEMENTS = frozenset({"html", "script", "svg", "stylesheet", "transform"})


def is_plain(content: bytes) -> bool:
    """True for a picture, for text and for XML. Raises `FileRefused` for pages and scripts."""
    if not content or any(content.startswith(mark) for mark in _PICTURES):
        return True
    if any(content.startswith(mark) for mark in _DOCUMENTS) or b"%PDF-" in content[:2048]:
        return False
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        content = content.decode("utf-16", "replace").encode()
    if _UNSEEN.search(content):
        return False
    if _RUNS.search(content):
        raise refusal(RefusalCode.ACTIVE_CONTENT, "it is a web page or a script")
    if _XML.match(content):
        XmlScanner().scan(io.BytesIO(content), _check_element)
    return True


def _check_element(name: str, _attributes: object) -> None:
    if name.lower() in _RUN_ELEMENTS:
        raise refusal(RefusalCode.ACTIVE_CONTENT, "it is a web page or a script")


def check_name(name: str | None, content: bytes) -> None:
    """Raises `FileRefused` where the name promises something else than the content, or something that runs."""
    if name is None:
        return
    seen = "".join(letter for letter in name if unicodedata.category(letter)[0] != "C").rstrip(" .")
    base = re.split(r"[/\\]", seen)[-1]
    extension = base.rpartition(".")[2].strip().lower() if "." in base else ""
    if ":" in base or extension not in _allowed(content):
        raise refusal(RefusalCode.ACTIVE_CONTENT, f"its name, {quoted(base)}, does not match its content")


def _allowed(content: bytes) -> set[str]:
    for mark, extensions in (_PICTURES | _DOCUMENTS).items():
        if content.startswith(mark):
            return extensions
    if not content:
        return _TEXTS | _XMLS | {""}
    return _TEXTS | (_XMLS if _XML.match(content) else {""})
