"""Assignments of centre leads, and interviews (R19)."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.domain.interviews import InterviewMode, InterviewStatus
from app.models.base import Base, HasId, Versioned, choice, personal


class CentreLeadAssignment(HasId, Base):
    """The assignment of a centre lead to an application, when and by whom; no person means the system."""

    __tablename__ = "centre_lead_assignments"
    __table_args__ = (Index(None, "application_id", "assigned_at"), Index(None, "centre_lead_id", "assigned_at"))

    application_id: Mapped[UUID] = mapped_column(ForeignKey("applications.id"))
    centre_lead_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    assigned_by: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    reason: Mapped[str | None]
    assigned_at: Mapped[datetime]


class Interview(HasId, Versioned, Base):
    """An interview: arranged, then held, cancelled or not attended."""

    __tablename__ = "interviews"
    __table_args__ = (
        Index(None, "application_id", "starts_at"),
        Index(
            "uq_open_interview_of_application",
            "application_id",
            unique=True,
            postgresql_where=text("status = 'arranged'"),
        ),
        CheckConstraint("ends_at > starts_at", name="ends_after_it_starts"),
    )

    application_id: Mapped[UUID] = mapped_column(ForeignKey("applications.id"))
    status: Mapped[InterviewStatus] = mapped_column(choice(InterviewStatus))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    mode: Mapped[InterviewMode] = mapped_column(choice(InterviewMode))
    place: Mapped[str]
    agenda: Mapped[str | None]
    summary: Mapped[str | None]
    internal_note: Mapped[str | None]
    sequence: Mapped[int]
    arranged_by: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    arranged_by_name: Mapped[str] = mapped_column(info=personal("to show who invites"))
    arranged_at: Mapped[datetime]
    outcome_recorded_at: Mapped[datetime | None]
