"""Section Policies and Procedures: eleven policies, each with its uploaded versions (R13, R14)."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.domain.json_values import JsonObject
from app.domain.policies import PolicyKey
from app.domain.uploads import InspectionState, ScanState
from app.models.base import Base, HasId, Versioned, choice, personal


class Policy(HasId, Versioned, Base):
    """One policy of an application. Policy e) may have a statement instead of a document."""

    __tablename__ = "policies"
    __table_args__ = (UniqueConstraint("application_id", "key"),)

    application_id: Mapped[UUID] = mapped_column(ForeignKey("applications.id"))
    key: Mapped[PolicyKey] = mapped_column(choice(PolicyKey))
    not_applicable_statement: Mapped[str | None]
    declared_by_name: Mapped[str | None] = mapped_column(info=personal("to show who made the statement"))
    declared_at: Mapped[datetime | None]
    changed_at: Mapped[datetime]


class ScannedFile:
    """What changes of a file: what the virus scanner says of it, and that its content was removed. The rest of the row
    is a record."""

    scan_state: Mapped[ScanState | None] = mapped_column(choice(ScanState))
    """None for a file that came while nothing was scanned."""
    scan_detail: Mapped[str | None]
    """The name of the virus, or why the scanner gave up."""
    scanned_at: Mapped[datetime | None]
    redacted_at: Mapped[datetime | None]
    """Since when the content is removed; `FileRedaction` says by whom and why."""


def to_scan(table: str) -> Index:
    """The index of the files that wait for the scanner."""
    waits = text("scan_state IS NULL OR scan_state = 'pending'")
    return Index(f"ix_{table}_to_scan", "scan_state", "id", postgresql_where=waits)


class StoredFile(ScannedFile):
    """A file in the document store: its storage key, and the result of its inspection."""

    file_name: Mapped[str]
    declared_media_type: Mapped[str | None]
    media_type: Mapped[str]
    size_bytes: Mapped[int]
    sha256: Mapped[str]
    storage_key: Mapped[str]
    inspection_state: Mapped[InspectionState] = mapped_column(choice(InspectionState))
    inspected_at: Mapped[datetime | None]
    inspection_notices: Mapped[list[JsonObject] | None] = mapped_column(
        info=personal("to tell what a document holds, such as the names of attached files and of the author's folders")
    )
    """None where nothing was noticed, and for a file from before release 1.4.0."""


class PolicyVersion(HasId, StoredFile, Base):
    """An uploaded version; earlier versions are kept."""

    __tablename__ = "policy_versions"
    __table_args__ = (UniqueConstraint("policy_id", "number"), Index(None, "storage_key"), to_scan("policy_versions"))

    policy_id: Mapped[UUID] = mapped_column(ForeignKey("policies.id"))
    number: Mapped[int]
    note: Mapped[str | None]
    uploaded_by: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    uploaded_by_name: Mapped[str] = mapped_column(info=personal("to show who uploaded the document"))
    uploaded_at: Mapped[datetime]
