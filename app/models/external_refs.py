"""Where objects of ours are in finance systems."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.domain.external_refs import RefSubject, SyncState
from app.models.base import Base, choice


class ExternalRef(Base):
    """An object in one finance system.

    A trigger adds those of payments and refunds that are recorded with an external id, so that one unique constraint
    covers these and the ones that were set later.
    """

    __tablename__ = "external_refs"
    __table_args__ = (
        UniqueConstraint("subject_type", "system", "external_id"),
        Index("ix_external_refs_system", "system", "sync_state", "subject_type", "subject_id"),
        CheckConstraint("external_id IS NOT NULL OR sync_state <> 'synced'", name="what_is_synced_has_an_id"),
    )

    subject_id: Mapped[UUID] = mapped_column(primary_key=True)
    """An invoice, an entry of a ledger, or a centre."""
    system: Mapped[str] = mapped_column(primary_key=True)
    subject_type: Mapped[RefSubject] = mapped_column(choice(RefSubject))
    external_id: Mapped[str | None]
    sync_state: Mapped[SyncState] = mapped_column(choice(SyncState))
    last_error: Mapped[str | None]
    last_attempt_at: Mapped[datetime | None]
    url: Mapped[str | None]
    changed_at: Mapped[datetime]
