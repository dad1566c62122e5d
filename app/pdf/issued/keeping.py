"""What an issued PDF is: rendered once from rows, then kept with its hash, so that its bytes never change."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from app.domain.stored_files import IssuedKind

PDF = "application/pdf"
FOLDERS: Final[Mapping[IssuedKind, str]] = {
    IssuedKind.CERTIFICATE: "certificates",
    IssuedKind.INVOICE: "invoices",
    IssuedKind.WELCOME_PACK: "welcome-packs",
}


@dataclass(frozen=True)
class IssuedDocument:
    """An issued PDF: what it is about, and how to render it where it is not yet."""

    kind: IssuedKind
    subject_id: UUID
    file_name: str
    render: Callable[[], bytes]

    @property
    def first_key(self) -> str:
        """Where releases up to 1.2 kept it, without a row."""
        return f"{FOLDERS[self.kind]}/{self.subject_id}.pdf"
