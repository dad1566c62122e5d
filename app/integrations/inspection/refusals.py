"""The reasons for refusing a file, in words for the person who uploads it."""

from enum import StrEnum


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
        "The file holds something else beside the document. Open the document, save it as a new PDF, and upload that."
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


class FileRefused(Exception):
    """The file is not accepted: `code` is stable, `reason` a sentence or two for the person who uploads."""

    def __init__(self, code: RefusalCode, reason: str | None = None) -> None:
        """`reason` defaults to the code's usual reason."""
        self.code = code
        self.reason = reason or REASONS[code]
        super().__init__(f"{code}: {self.reason}")
