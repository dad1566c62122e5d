"""Messages about the documents that a centre agrees to."""

from dataclasses import dataclass

from app.emails.email import Email


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementVersionPublished(Email):
    """R15: to super users with an open draft; `documents` are titles with versions, such as `Centre agreement, v3`."""

    reference: str
    centre_name: str
    documents: tuple[str, ...]
