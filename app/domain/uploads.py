"""Vocabulary of uploaded files."""

from enum import StrEnum


class InspectionState(StrEnum):
    """The result of inspecting a file. Only a file that passed counts and can be downloaded."""

    PENDING = "pending"
    PASSED = "passed"
    REFUSED = "refused"


class NoticeCode(StrEnum):
    """What an inspection noticed in a document that it let pass. New ones may be added."""

    FORM_SCRIPTS = "form_scripts"
    ATTACHED_FILES = "attached_files"
    RESTRICTIONS = "restrictions"
    LOCAL_LINKS = "local_links"
    INERT_LINKS = "inert_links"
    LOCAL_REFERENCES = "local_references"
    WEB_PICTURES = "web_pictures"
    EMBEDDED_DOCUMENTS = "embedded_documents"
    LINES_BEFORE = "lines_before"


class ScanState(StrEnum):
    """What the virus scanner says of a file. While scanning is on, only a clean file counts and can be downloaded."""

    PENDING = "pending"
    CLEAN = "clean"
    INFECTED = "infected"
    FAILED = "failed"


def scan_state(stored: ScanState | None, *, scanning: bool) -> ScanState | None:
    """Return the state that counts.

    With scanning on, a file from before it was on waits for the scanner too. With scanning off, nobody waits for a
    scanner, and only a virus that was found still counts.
    """
    if scanning:
        return stored or ScanState.PENDING
    return stored if stored in (ScanState.CLEAN, ScanState.INFECTED) else None


SCAN_MESSAGES = {
    ScanState.PENDING: (
        "The document waits for the virus scanner. You need do nothing: it is scanned as soon as the scanner answers."
    ),
    ScanState.INFECTED: "The virus scanner found a virus in the document. Upload a clean version.",
    ScanState.FAILED: (
        "The virus scanner could not check the document. Upload another version: smaller, or saved as a PDF."
    ),
}
"""What the centre waits for or should do, for each state but `clean`."""
