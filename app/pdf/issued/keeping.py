"""What an issued file is: made once from rows, then kept with its hash, so that its bytes never change."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from app.domain.stored_files import IssuedKind

PDF = "application/pdf"
XML = "application/xml"
"""Integrators ask for UBL by this type: UBL has none of its own (RFC 7303)."""
EXTENSIONS: Final[Mapping[str, str]] = {PDF: ".pdf", XML: ".xml"}
FOLDERS: Final[Mapping[IssuedKind, str]] = {
    IssuedKind.CERTIFICATE: "certificates",
    IssuedKind.CREDIT_NOTE: "credit-notes",
    IssuedKind.ELECTRONIC_CREDIT_NOTE: "electronic-credit-notes",
    IssuedKind.ELECTRONIC_INVOICE: "electronic-invoices",
    IssuedKind.INVOICE: "invoices",
    IssuedKind.RECEIPT: "receipts",
    IssuedKind.WELCOME_PACK: "welcome-packs",
}


@dataclass(frozen=True)
class IssuedDocument:
    """An issued file: what it is about, and how to make it where it is not yet.

    A copy, which is sent again and says so, is rendered each time and never kept.
    """

    kind: IssuedKind
    subject_id: UUID
    file_name: str
    render: Callable[[], bytes]
    is_copy: bool = False
    media_type: str = PDF
    attached: "Attached | None" = None

    @property
    def first_key(self) -> str:
        """Where releases up to 1.2 kept it, without a row."""
        return f"{FOLDERS[self.kind]}/{self.subject_id}{EXTENSIONS[self.media_type]}"


@dataclass(frozen=True)
class Attached:
    """A file inside a PDF, and how to render the PDF with its bytes. Where it cannot be made, the PDF goes without."""

    document: IssuedDocument
    render: Callable[[bytes], bytes]


def file_name(number: str) -> str:
    """A document's number as a part of a file's name: a finance system's may have slashes."""
    return number.replace("/", "-")
