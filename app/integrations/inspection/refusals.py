"""The reasons for refusing a file, in words for the person who uploads it."""

from enum import StrEnum

from app.integrations.inspection.words import LONGEST_WHERE, plain


class RefusalCode(StrEnum):
    """The stable reason; additive only."""

    EMPTY = "empty"
    TOO_LARGE = "too_large"
    UNKNOWN_KIND = "unknown_kind"
    DISGUISED = "disguised"
    ENCRYPTED = "encrypted"
    MACROS = "macros"
    ACTIVE_CONTENT = "active_content"
    REMOTE_CONTENT = "remote_content"
    DAMAGED = "damaged"
    TOO_COMPLEX = "too_complex"


REASONS = {
    RefusalCode.EMPTY: (
        "The file is empty. Choose the document again; if it is in a cloud folder, wait until it is on your device."
    ),
    RefusalCode.TOO_LARGE: (
        "The file is too large. Make its pictures smaller, or save it as a PDF of smaller size, and upload that."
    ),
    RefusalCode.UNKNOWN_KIND: (
        "Only PDF, DOC, DOCX, ODT and RTF documents are accepted. Save the document as a PDF, and upload that."
    ),
    RefusalCode.DISGUISED: (
        "The file contains something else besides the document. "
        "Open the document, save it as a new PDF, and upload that."
    ),
    RefusalCode.ENCRYPTED: (
        "The file is protected with a password or with restrictions. Remove the protection, and upload it again."
    ),
    RefusalCode.MACROS: (
        "The file contains macros. Save it as a document without macros or as a PDF, and upload that."
    ),
    RefusalCode.ACTIVE_CONTENT: (
        "The file contains scripts, attached files or embedded objects. "
        "Take them out, or print the document to a PDF, and upload that."
    ),
    RefusalCode.REMOTE_CONTENT: (
        "The file fetches a part of itself from another place when it is opened. Save it as a PDF, and upload that."
    ),
    RefusalCode.DAMAGED: (
        "The file is damaged or incomplete. Open it on your device, save it again or as a PDF, and upload that."
    ),
    RefusalCode.TOO_COMPLEX: (
        "The file unpacks to far more than a document of its size should. Save it as a new PDF, and upload that."
    ),
}


REMEDIES = {
    RefusalCode.MACROS: "Save it as a document without macros or as a PDF, and upload that.",
    RefusalCode.ACTIVE_CONTENT: "Take it out, or print the document to a PDF, and upload that.",
    RefusalCode.REMOTE_CONTENT: "Take it out, or print the document to a PDF, and upload that.",
    RefusalCode.ENCRYPTED: "Remove the protection, and upload it again.",
    RefusalCode.DISGUISED: "Open the document, save it as a new PDF, and upload that.",
    RefusalCode.TOO_COMPLEX: "Save it as a new PDF, and upload that.",
    RefusalCode.DAMAGED: "Open it on your device, save it again or as a PDF, and upload that.",
    RefusalCode.UNKNOWN_KIND: "Save the document as a PDF, and upload that.",
}
"""What to do about each reason that a check may put into its own words."""

TELLING = (
    RefusalCode.EMPTY,
    RefusalCode.TOO_LARGE,
    RefusalCode.MACROS,
    RefusalCode.ACTIVE_CONTENT,
    RefusalCode.REMOTE_CONTENT,
    RefusalCode.ENCRYPTED,
    RefusalCode.TOO_COMPLEX,
    RefusalCode.DISGUISED,
    RefusalCode.DAMAGED,
    RefusalCode.UNKNOWN_KIND,
)
"""The most telling reason first: a document with macros says so, even if something stands behind its end."""


class FileRefused(Exception):
    """The file is not accepted: `code` is stable, `reason` a sentence or two for the person who uploads."""

    def __init__(self, code: RefusalCode, reason: str | None = None) -> None:
        """`reason` defaults to the code's usual reason."""
        self.code = code
        self.reason = reason or REASONS[code]
        self.what = self.reason.partition(". ")[0].rstrip(".")
        """What was found, without what to do about it."""
        super().__init__(f"{code}: {self.reason}")


def refusal(code: RefusalCode, what: str | None = None, where: str | None = None) -> FileRefused:
    """A refusal that says what was found and where: "A script runs when it is opened (page 3)", and what to do."""
    if what is None:
        return FileRefused(code)
    found = plain(what) + (f" ({plain(where, LONGEST_WHERE)})" if where else "")
    refused = FileRefused(code, f"{found}. {REMEDIES[code]}")
    refused.what = found
    return refused
