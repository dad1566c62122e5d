"""Reminders that were sent."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.domain.reminders import ReminderKind
from app.models.base import Base, HasId, choice, personal


class Reminder(HasId, Base):
    """A reminder of one moment: the end of an answer-by date, the start of an interview. Without `sent_by` the worker
    sent it, which it does once."""

    __tablename__ = "reminders"
    __table_args__ = (
        Index(None, "application_id", "id"),
        Index(None, "about_id", "kind", "about_at"),
        Index(
            "uq_reminder_by_itself",
            "about_id",
            "kind",
            "about_at",
            unique=True,
            postgresql_where=text("sent_by IS NULL"),
        ),
    )

    application_id: Mapped[UUID] = mapped_column(ForeignKey("applications.id"))
    kind: Mapped[ReminderKind] = mapped_column(choice(ReminderKind))
    about_id: Mapped[UUID]
    about_at: Mapped[datetime]
    sent_at: Mapped[datetime]
    sent_by: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    sent_by_name: Mapped[str | None] = mapped_column(info=personal("to show who sent a reminder"))
    # The outbox writes the email's row later in the same transaction, so no foreign key.
    email_id: Mapped[UUID]
