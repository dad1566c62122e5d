"""Uploaded files whose content was removed, or waits for a second person to remove it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.domain.redactions import RedactionReason, RedactionStatus, UploadKind
from app.models.base import Base, HasId, choice, personal


class FileRedaction(HasId, Base):
    """The record of a redaction: who asked for it, why, who confirmed it, and when the content was gone."""

    __tablename__ = "file_redactions"
    __table_args__ = (
        Index(
            "uq_file_redactions_open",
            "file_kind",
            "file_id",
            unique=True,
            postgresql_where=text("status IN ('pending', 'done')"),
        ),
        Index("ix_file_redactions_status", "status", "id"),
        Index("ix_file_redactions_application", "application_id"),
        Index("ix_file_redactions_storage_key", "storage_key"),
        Index("ix_file_redactions_to_discard", "id", postgresql_where=text("status = 'done' AND gone_at IS NULL")),
    )

    file_kind: Mapped[UploadKind] = mapped_column(choice(UploadKind))
    file_id: Mapped[UUID]
    """Of a policy version, of evidence or of a document, by the kind."""
    application_id: Mapped[UUID | None] = mapped_column(ForeignKey("applications.id"))
    """Nothing for our own document."""
    title: Mapped[str]
    sha256: Mapped[str]
    storage_key: Mapped[str]
    redact_file_name: Mapped[bool]
    """The file's name is redacted too."""
    by_centre: Mapped[bool]
    """Removed by a super user before it was submitted."""
    status: Mapped[RedactionStatus] = mapped_column(choice(RedactionStatus))
    reason: Mapped[RedactionReason] = mapped_column(choice(RedactionReason))
    explanation: Mapped[str]
    requested_by: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    requested_by_name: Mapped[str] = mapped_column(info=personal("to show who asked for a file's content to go"))
    requested_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    """Until when a second person can confirm it; nothing where one was enough."""
    settled_by: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    settled_by_name: Mapped[str | None] = mapped_column(info=personal("to show who agreed that a file's content goes"))
    settled_at: Mapped[datetime | None]
    gone_at: Mapped[datetime | None]
    """When the content was gone from the store."""
