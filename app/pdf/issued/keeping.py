"""What an issued PDF is: rendered once from rows, then kept with its hash, so that its bytes never change."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from app.domain.stored_files import IssuedKind

PDF = "application/pdf"
FOLDERS: Final[Mapping[IssuedKind, str]] = {
    IssuedKind.CERTIFICATE: "certificates",
    IssuedKind.CREDIT_NOTE: "credit-notes",
    IssuedKind.INVOICE: "invoices",
    IssuedKind.RECEIPT: "receipts",
    IssuedKind.WELCOME_PACK: "welcome-packs",
}


@dataclass(frozen=True)
class IssuedDocument:
    """An issued PDF: what it is about, and how to render it where it is not yet.

    A copy, which is sent again and says so, is rendered each time and never kept.
    """

    kind: IssuedKind
    subject_id: UUID
    file_name: str
    render: Callable[[], bytes]
    is_copy: bool = False

    @property
    def first_key(self) -> str:
        """Where releases up to 1.2 kept it, without a row."""
        return f"{FOLDERS[self.kind]}/{self.subject_id}.pdf"
