"""Requests to change a centre's names."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.domain.name_changes import NameChangeStatus
from app.models.base import Base, HasId, choice, personal


class NameChange(HasId, Base):
    """A request, with the names before and after it. The centre has the new names only once staff approve."""

    __tablename__ = "name_changes"
    __table_args__ = (
        Index(
            "uq_pending_name_change_of_centre", "centre_id", unique=True, postgresql_where=text("status = 'pending'")
        ),
        Index(None, "centre_id"),
        Index("ix_name_changes_status_id", "status", "id"),
    )

    centre_id: Mapped[UUID] = mapped_column(ForeignKey("centres.id"))
    status: Mapped[NameChangeStatus] = mapped_column(choice(NameChangeStatus))
    old_name: Mapped[str]
    old_trading_name: Mapped[str | None]
    name: Mapped[str]
    trading_name: Mapped[str | None]
    reason: Mapped[str]
    requested_by_name: Mapped[str] = mapped_column(info=personal("to show who asked for the change"))
    requested_at: Mapped[datetime]
    settled_by_name: Mapped[str | None] = mapped_column(info=personal("to show who settled the request"))
    settled_at: Mapped[datetime | None]
    answer: Mapped[str | None]
    """What staff say to the centre."""
